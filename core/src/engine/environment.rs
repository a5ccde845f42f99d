//! Settings from the environment, for the command line and for hosts that keep theirs there.

use zeroize::Zeroizing;

use crate::currency::Currency;
use crate::engine::Engine;
use crate::engine::options::{LogLevel, Migrate, Options};
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::keyring::Keyring;
use crate::request::shape::one_of;

impl Options {
    /// The defaults, with the settings of the environment: `EARNEST_SCHEMA` (the schema on PostgreSQL and,
    /// with `_` behind it, the table prefix on SQLite), `EARNEST_MIGRATE` (`auto`, `check`, `off`),
    /// `EARNEST_BOOK`, `EARNEST_CURRENCY` (the default one), `EARNEST_CURRENCIES` (those beside ISO 4217 with
    /// their decimal places: `GOLD=3,POL=18`), `EARNEST_WAIT_LIMITS` (how long objects may wait for others:
    /// `refund.unknown=PT2H`), `EARNEST_KEYRING` (the text of a keyring, or `file:` and the path of one), and
    /// `EARNEST_LOG` (`off`, `error`, `warn`, `info`, `debug`, `trace`, in any case). An empty variable
    /// counts as absent.
    ///
    /// `EARNEST_LOG` is for [`Options::log`], and so for the command line and other languages: one level, and
    /// no filter such as `earnest=debug,sqlx=warn`. Where a program of yours reads such a filter, give it a
    /// variable of another name.
    ///
    /// # Errors
    /// `invalid_request` naming the variable.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(variable)
    }

    /// The store that the environment names: `EARNEST_STORE`, else `DATABASE_URL`.
    #[must_use]
    pub fn store_from_env() -> Option<String> {
        store_from_variables(variable)
    }

    /// Sets schema and table prefix by one name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.names(name, format!("{name}_"))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut options = Self::default();
        if let Some(name) = variable("EARNEST_SCHEMA") {
            options = options.named(&name);
        }
        if let Some(text) = variable("EARNEST_MIGRATE") {
            options.migrate = Migrate::request("EARNEST_MIGRATE", &text)?;
        }
        if let Some(text) = variable("EARNEST_BOOK") {
            options.book = Book::request("EARNEST_BOOK", &text)?;
        }
        if let Some(code) = variable("EARNEST_CURRENCY") {
            options.default_currency = Some(code);
        }
        for text in variable("EARNEST_CURRENCIES").iter().flat_map(|list| list.split(',')) {
            let (code, places) = currency_and_places("EARNEST_CURRENCIES", text.trim())?;
            options = options.currency(code, places);
        }
        if let Some(list) = variable("EARNEST_WAIT_LIMITS") {
            options.wait_limits.set_all("EARNEST_WAIT_LIMITS", &list)?;
        }
        if let Some(text) = variable("EARNEST_KEYRING").map(Zeroizing::new) {
            options.keyring = Some(Keyring::request("EARNEST_KEYRING", &text)?);
        }
        if let Some(text) = variable("EARNEST_LOG") {
            options.log = Some(LogLevel::request("EARNEST_LOG", &text)?);
        }
        Ok(options)
    }
}

/// Reads a currency with its decimal places, such as `GOLD=3`, of the setting `field`.
///
/// # Errors
/// `invalid_request` naming `field`.
pub fn currency_and_places(field: &str, text: &str) -> Result<(String, u8)> {
    let read = text.split_once('=').and_then(|(code, places)| {
        let places = places.parse().ok()?;
        Currency::new(code, places).map(|_| (code.to_owned(), places))
    });
    read.ok_or_else(|| Error::invalid(field, "must be a code and its decimal places, such as `GOLD=3`"))
}

impl LogLevel {
    /// Reads the setting `field`: the name of a level, in any case.
    ///
    /// # Errors
    /// `invalid_request` naming `field`.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        let known = Self::ALL.iter().find(|level| level.as_str().eq_ignore_ascii_case(text));
        known.copied().ok_or_else(|| one_of(field, Self::ALL.iter().map(|level| level.as_str())))
    }
}

impl Migrate {
    /// Reads the setting `field`: `auto`, `check` or `off`.
    ///
    /// # Errors
    /// `invalid_request` naming `field`.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "check" => Ok(Self::Check),
            "off" => Ok(Self::Off),
            _ => Err(Error::invalid(field, "must be `auto`, `check` or `off`")),
        }
    }
}

impl Engine {
    /// Opens the store that the environment names, with the options that it names: see [`Options::from_env`].
    ///
    /// # Errors
    /// `invalid_request` naming `EARNEST_STORE` when there is none, or a variable that is malformed; and
    /// those of [`Engine::open`].
    pub async fn from_env() -> Result<Self> {
        let missing = || Error::invalid("EARNEST_STORE", "must name a store, or `DATABASE_URL` must");
        let url = Options::store_from_env().ok_or_else(missing)?;
        Self::open_with(&url, Options::from_env()?).await
    }
}

/// [`Options::from_env`], but for variables whose place an argument takes: nobody reads what they say.
///
/// # Errors
/// `invalid_request` naming another variable.
pub fn options_beside(taken: &[&str]) -> Result<Options> {
    Options::from_variables(beside(taken, variable))
}

fn beside(taken: &[&str], variable: impl Fn(&str) -> Option<String>) -> impl Fn(&str) -> Option<String> {
    move |name| if taken.contains(&name) { None } else { variable(name) }
}

fn store_from_variables(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    variable("EARNEST_STORE").or_else(|| variable("DATABASE_URL"))
}

/// A variable of this process; an empty one counts as absent.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that may ask, and only when the host asks for it"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from<'p>(pairs: &'p [(&'p str, &'p str)]) -> impl Fn(&str) -> Option<String> + use<'p> {
        move |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn variables_become_options() {
        let variables = from(&[
            ("EARNEST_SCHEMA", "till"),
            ("EARNEST_MIGRATE", "check"),
            ("EARNEST_BOOK", "shop-1"),
            ("EARNEST_CURRENCY", "USD"),
        ]);
        let options = Options::from_variables(variables).unwrap();
        assert_eq!(options.default_currency.as_deref(), Some("USD"));
        assert_eq!((options.schema.as_str(), options.table_prefix.as_str()), ("till", "till_"));
        assert_eq!((options.migrate, options.book.as_str()), (Migrate::Check, "shop-1"));
        assert_eq!(Options::from_variables(|_| None).unwrap().table_prefix, "earnest_");
    }

    #[test]
    fn the_level_of_the_log_is_read_in_any_case_and_refused_by_name() {
        for (text, level) in [("info", LogLevel::Info), ("INFO", LogLevel::Info), ("Off", LogLevel::Off)] {
            assert_eq!(LogLevel::request("log", text), Ok(level));
        }
        for variables in [from(&[("EARNEST_LOG", "loud")]), from(&[("EARNEST_LOG", "earnest=debug")])] {
            let refused = Options::from_variables(&variables).unwrap_err();
            assert_eq!(refused.details()["field"], "EARNEST_LOG");
            let options = Options::from_variables(beside(&["EARNEST_LOG"], &variables)).unwrap();
            assert_eq!(options.log, None, "an argument takes its place");
        }
    }

    #[test]
    fn a_keyring_is_a_text_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let text = Keyring::for_tests().to_text().to_string();
        std::fs::write(&path, &text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        for setting in [text, format!("file:{}", path.display())] {
            let read = Options::from_variables(|name| (name == "EARNEST_KEYRING").then(|| setting.clone()));
            assert_eq!(read.unwrap().keyring.unwrap().public_keys(), Keyring::for_tests().public_keys());
        }
        let absent = from(&[("EARNEST_KEYRING", "file:/no/such/keys.json")]);
        let refused = Options::from_variables(absent).unwrap_err();
        assert_eq!(refused.details()["field"], "EARNEST_KEYRING");
    }

    #[test]
    fn a_bad_variable_is_named() {
        let refused = Options::from_variables(from(&[("EARNEST_MIGRATE", "yes")])).unwrap_err();
        assert_eq!(refused.details()["field"], "EARNEST_MIGRATE");
        let refused = Options::from_variables(from(&[("EARNEST_BOOK", "a b")])).unwrap_err();
        assert_eq!(refused.details()["field"], "EARNEST_BOOK");
        for text in ["GOLD", "GOLD=", "GOLD=31", "gold=3", "GOLD=3,", "GOLD=3;POL=18", "=3", "GOLD=-1"] {
            let variables = [("EARNEST_CURRENCIES", text)];
            let refused = Options::from_variables(from(&variables)).unwrap_err();
            assert_eq!(refused.details()["field"], "EARNEST_CURRENCIES", "{text}");
        }
        let options = Options::from_variables(from(&[("EARNEST_CURRENCIES", "GOLD=3, POL=18")])).unwrap();
        assert_eq!(options.currencies, [("GOLD".to_owned(), 3), ("POL".to_owned(), 18)]);
    }

    #[test]
    fn our_variable_comes_before_that_of_the_application() {
        let both = from(&[("DATABASE_URL", "postgres://a"), ("EARNEST_STORE", "sqlite:b")]);
        assert_eq!(store_from_variables(both).unwrap(), "sqlite:b");
        assert_eq!(store_from_variables(from(&[("DATABASE_URL", "postgres://a")])).unwrap(), "postgres://a");
    }
}
