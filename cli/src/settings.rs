//! Which store, which book, which schema: arguments first, then the environment.

use std::sync::Arc;

use earnest::for_cli::{currency_and_places, file_of, options_beside, variable};
use earnest::{Book, Detail, Engine, Error, LogLevel, Migrate, Options};
use tracing_subscriber::filter::LevelFilter;

use super::args::Global;
use super::keyring_command::{Program, VARIABLE};
use super::mask::masked;
use super::output::Failure;

/// The variables whose place an argument takes.
fn taken(global: &Global) -> Vec<&'static str> {
    let arguments = [
        ("EARNEST_SCHEMA", &global.schema),
        ("EARNEST_MIGRATE", &global.migrate),
        ("EARNEST_BOOK", &global.book),
        ("EARNEST_LOG", &global.log),
    ];
    let currencies = (!global.currency.is_empty()).then_some("EARNEST_CURRENCIES");
    let given = arguments.into_iter().filter(|(_, argument)| argument.is_some()).map(|(name, _)| name);
    given.chain(currencies).collect()
}

/// The settings from arguments and environment.
pub(super) struct Settings {
    /// The variables whose place an argument takes.
    taken: Vec<&'static str>,
    /// The store that an argument names.
    pub(super) store_argument: Option<String>,
    /// The book that an argument names.
    pub(super) book_argument: Option<Book>,
    store_variable: Option<String>,
    options: Options,
    migrate_given: bool,
}

impl Settings {
    pub(super) fn new(global: &Global) -> Result<Self, Failure> {
        let usage = Failure::Usage;
        let taken = taken(global);
        let mut options = options_beside(&taken).map_err(usage)?;
        if let Some(command) = variable(VARIABLE) {
            if options.keyring.is_some() {
                return Err(Failure::usage(
                    VARIABLE,
                    "and EARNEST_KEYRING are both set: only one can be the keyring",
                ));
            }
            let empty = || Failure::usage(VARIABLE, "must name a program");
            options = options.keyring_from(Arc::new(Program::named(&command).ok_or_else(empty)?));
        }
        let mut migrate_given = variable("EARNEST_MIGRATE").is_some();
        if let Some(name) = &global.schema {
            options = options.named(name);
        }
        if let Some(text) = &global.migrate {
            options.migrate = Migrate::request("--migrate", text).map_err(usage)?;
            migrate_given = true;
        }
        let book_argument =
            global.book.as_deref().map(|name| Book::request("--book", name)).transpose().map_err(usage)?;
        if let Some(book) = &book_argument {
            options.book = book.clone();
        }
        for text in &global.currency {
            let (code, places) = currency_and_places("--currency", text).map_err(usage)?;
            options = options.currency(code, places);
        }
        if let Some(text) = &global.log {
            options.log = Some(LogLevel::request("--log", text).map_err(usage)?);
        }
        Ok(Self {
            taken,
            store_argument: global.store.clone(),
            book_argument,
            store_variable: Options::store_from_env(),
            options,
            migrate_given,
        })
    }

    /// The level of the log; a command that only watches shows warnings unasked.
    pub(super) fn log_or(&self, watching: bool) -> LevelFilter {
        match self.options.log {
            None if watching => LevelFilter::WARN,
            None | Some(LogLevel::Off) => LevelFilter::OFF,
            Some(LogLevel::Error) => LevelFilter::ERROR,
            Some(LogLevel::Warn) => LevelFilter::WARN,
            Some(LogLevel::Info) => LevelFilter::INFO,
            Some(LogLevel::Debug) => LevelFilter::DEBUG,
            Some(LogLevel::Trace) => LevelFilter::TRACE,
        }
    }

    /// The store, if one is named.
    pub(super) fn store(&self) -> Option<&str> {
        self.store_argument.as_deref().or(self.store_variable.as_deref())
    }

    /// The store, which must be named.
    pub(super) fn required_store(&self) -> Result<&str, Failure> {
        let missing = "is missing: give `--store URL`, or set EARNEST_STORE or DATABASE_URL";
        self.store().ok_or_else(|| Failure::usage("--store", missing))
    }

    /// The options.
    pub(super) fn options(&self) -> Options {
        self.options.clone()
    }

    /// The store that `--store` names, for a command that fills it; without the flag it is memory. A store
    /// from the environment is not used: it is a database in use, which nobody wants filled.
    pub(super) fn named(&self) -> &str {
        self.store_argument.as_deref().unwrap_or("memory:")
    }

    /// Opens that store, with its background.
    pub(super) async fn open_named(&self) -> Result<Engine, Failure> {
        self.engine(self.named(), self.options().background(true)).await
    }

    /// Opens the named store for looking at it: it must exist, and nothing of it is changed, unless a
    /// migration is asked for.
    pub(super) async fn open_to_look(&self) -> Result<Engine, Failure> {
        let changes = self.migrate_given || self.store().is_some_and(|url| url.starts_with("memory:"));
        self.open_existing(|options| Ok(options.background(false).read_only(!changes))).await
    }

    /// Opens the named store for looking at it again and again, while others write it.
    pub(super) async fn open_to_follow(&self) -> Result<Engine, Failure> {
        // a file that is opened to be read alone is a copy, which nobody may write meanwhile
        if self.store().and_then(file_of).is_some() {
            return self.open_existing(|options| Ok(options.background(false))).await;
        }
        self.open_to_look().await
    }

    /// Opens the named store as it is, with what `more` makes of the options: it must exist, and its schema
    /// stays.
    pub(super) async fn open_existing(
        &self,
        more: impl FnOnce(Options) -> Result<Options, Failure>,
    ) -> Result<Engine, Failure> {
        let url = self.required_store()?;
        if let Some(path) = file_of(url).filter(|path| !path.exists()) {
            return Err(Failure::failed(format!(
                "there is no file `{}`: `earnest migrate` makes a new store",
                path.display()
            )));
        }
        let mut options = more(self.options())?;
        if !self.migrate_given && url.split(':').next() != Some("memory") {
            options.migrate = Migrate::Check;
        }
        self.engine(url, options).await
    }

    /// Opens a store.
    pub(super) async fn engine(&self, url: &str, options: Options) -> Result<Engine, Failure> {
        Engine::open_with(url, options).await.map_err(|error| self.of_store(error))
    }

    /// Why a store was not opened; of a setting that cannot be understood, where it was given.
    pub(super) fn of_store(&self, error: Error) -> Failure {
        match error.detail() {
            Detail::InvalidRequest { field, reason, .. } if field == "url" || field.starts_with("url.") => {
                let given = match (&self.store_argument, variable("EARNEST_STORE")) {
                    (Some(_), _) => "--store",
                    (None, Some(_)) => "EARNEST_STORE",
                    (None, None) => "DATABASE_URL",
                };
                Failure::usage(field.replacen("url", given, 1), reason.clone())
            }
            Detail::InvalidRequest { field, reason, .. } => match self.given_by(field) {
                Some(given) => Failure::usage(given, reason.clone()),
                None => Failure::Refused(error),
            },
            Detail::InvalidCurrency { field, currency } => match self.given_by(field) {
                Some(given) => Failure::Usage(
                    Detail::InvalidCurrency { field: given.to_owned(), currency: currency.clone() }.into(),
                ),
                None => Failure::Refused(error),
            },
            _ => Failure::Refused(error),
        }
    }

    /// The argument or variable that an option of the engine, by the name that it has there, was given by.
    fn given_by(&self, option: &str) -> Option<&'static str> {
        let (argument, variable) = match option {
            "schema" | "table_prefix" => ("--schema", "EARNEST_SCHEMA"),
            "currencies" => ("--currency", "EARNEST_CURRENCIES"),
            "default_currency" => return Some("EARNEST_CURRENCY"),
            VARIABLE => return Some(VARIABLE),
            _ => return None,
        };
        Some(if self.taken.contains(&variable) { argument } else { variable })
    }

    /// The named store, as it may be shown.
    pub(super) fn shown(&self) -> String {
        self.store().map_or_else(|| "memory:".to_owned(), masked)
    }
}
