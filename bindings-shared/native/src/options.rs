//! The options of an engine, as every language gives them: a JSON object.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(not(all(
    feature = "webhooks",
    feature = "gateways",
    any(feature = "rabbitmq", feature = "kafka")
)))]
use earnest::Detail;
#[cfg(feature = "gateways")]
use earnest::Drive;
#[cfg(any(feature = "rabbitmq", feature = "kafka"))]
use earnest::brokers::Broker;
use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::error::Messages;
use earnest::for_cli::{options_beside, variable};
#[cfg(feature = "webhooks")]
use earnest::jobs::webhooks::send::Webhooks;
use earnest::keyring::Keyring;
use earnest::request::json::settings_from_json;
#[cfg(feature = "gateways")]
use earnest::request::texts::name_of;
use earnest::requests::{SetPolicy, SetRate, SetRule};
#[cfg(any(feature = "rabbitmq", feature = "kafka"))]
use earnest::sinks::sink_name;
use earnest::{Book, Error, LogLevel, Migrate, Options, Result, Span, Time};
use serde::Deserialize;
use tokio::task::spawn_blocking;

/// The options as given; one that is absent has the default of [`Options`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    migrate: Option<String>,
    schema: Option<String>,
    table_prefix: Option<String>,
    read_only: Option<bool>,
    book: Option<String>,
    books: Option<Vec<String>>,
    currencies: Option<BTreeMap<String, u8>>,
    allowed_currencies: Option<Vec<String>>,
    default_currency: Option<String>,
    require_actor: Option<bool>,
    keyring: Option<String>,
    /// The keyring that a function of the host has fetched: the text itself, and no file that it could name.
    fetched_keyring: Option<String>,
    webhooks: Option<Sending>,
    /// Gateways whose calls are made here by the drivers that are built in.
    gateways: Option<Vec<String>>,
    /// Sinks whose events are sent to brokers, by name, with the URL of each.
    deliver: Option<BTreeMap<String, String>>,
    policies: Option<Vec<SetPolicy>>,
    rules: Option<Vec<SetRule>>,
    rates: Option<Vec<SetRate>>,
    queue_limit: Option<usize>,
    group_limit: Option<usize>,
    synchronous: Option<String>,
    pool_size: Option<u32>,
    prepared_statements: Option<bool>,
    sslmode: Option<String>,
    connect_timeout: Option<String>,
    statement_timeout: Option<String>,
    background: Option<bool>,
    keep_jobs: Option<String>,
    clock_is_right: Option<bool>,
    notify_every_state: Option<bool>,
    /// How long objects may wait for others, by the names of the waits.
    wait_limits: Option<BTreeMap<String, String>>,
    log: Option<String>,
    messages: Option<Messages>,
    /// The settings of the environment come first.
    from_env: Option<bool>,
    /// A clock that stands still until it is moved, and ids that are counted: for tests.
    test_clock: Option<String>,
    /// From where on they are counted.
    test_seed: Option<u32>,
}

/// How webhooks are sent, signed by the keyring.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "webhooks"),
    expect(dead_code, reason = "checked, and then answered by `not_supported`")
)]
struct Sending {
    #[serde(default)]
    allow_private: bool,
    #[serde(default)]
    allow_http: bool,
}

/// Refuses options that no engine would be opened with.
///
/// # Errors
/// `invalid_request`, naming the option.
pub fn check(settings: &[u8]) -> Result<()> {
    read(settings).map(drop)
}

/// The variable that names a keyring.
const KEYRING: &str = "EARNEST_KEYRING";

/// Options that are read but for the file of their keyring: a disk may be slow, and the thread that opens an
/// engine may be the one that draws, or an event loop.
#[derive(Debug)]
pub struct Settings {
    options: Options,
    keyring: Option<KeyFile>,
}

/// The file of a keyring, and the setting that names it.
#[derive(Debug)]
struct KeyFile {
    field: &'static str,
    path: PathBuf,
}

impl Settings {
    /// The options, with the keyring of its file, which a thread for such work reads.
    ///
    /// # Errors
    /// `invalid_request`, naming the option, where the file has no keyring or cannot be read.
    pub async fn whole(self) -> Result<Options> {
        let Self { mut options, keyring } = self;
        if let Some(KeyFile { field, path }) = keyring {
            let read = spawn_blocking(move || Keyring::of_file(field, &path)).await;
            options.keyring = Some(read.map_err(|_| Error::invalid(field, "was not read to its end"))??);
        }
        Ok(options)
    }

    /// The options so far.
    pub(crate) const fn options(&mut self) -> &mut Options {
        &mut self.options
    }

    /// Takes a keyring: its text now, and what `file:` names when the options are [whole](Settings::whole),
    /// of the folder that the process is in now.
    fn keyring(&mut self, field: &'static str, setting: &str) -> Result<()> {
        match setting.strip_prefix("file:") {
            Some(path) => {
                let path = std::path::absolute(path)
                    .map_err(|_| Error::invalid(field, "must be the path of a file behind `file:`"))?;
                self.keyring = Some(KeyFile { field, path });
            }
            None => self.options.keyring = Some(Keyring::request(field, setting)?),
        }
        Ok(())
    }

    /// A test clock, and ids that are counted.
    fn for_tests(&mut self, start: &str, seed: Option<u32>) -> Result<()> {
        let clock = Clock::test(Time::request("test_clock", start)?);
        // each opening has a million of its own
        let start = u64::from(seed.unwrap_or_default()) << 20;
        let seeds = Seeds::Counted(Arc::new(Counted::starting_at(start)));
        self.options.env = Env { clock, seeds, ..Env::default() };
        if self.keyring.is_none() {
            self.options.keyring.get_or_insert_with(Keyring::for_tests);
        }
        self.options.background.get_or_insert(false);
        Ok(())
    }
}

/// Reads options, all but the file of a keyring.
///
/// # Errors
/// `invalid_request`, naming the option.
pub fn read(settings: &[u8]) -> Result<Settings> {
    let settings = serde_json::from_slice(settings).map_err(|_| Error::invalid("options", "must be JSON"))?;
    let mut given: Given = settings_from_json(settings)?;
    let from_env = given.from_env == Some(true);
    let mut options = if from_env { options_beside(&[KEYRING])? } else { Options::default() };
    schema(&mut options, &mut given)?;
    books(&mut options, &mut given)?;
    money(&mut options, &mut given);
    connections(&mut options, &given)?;
    words(&mut options, &mut given)?;
    if let Some(how) = &given.webhooks {
        options = sending(options, how)?;
    }
    for (place, id) in given.gateways.iter().flatten().enumerate() {
        options = driving(options, place, id)?;
    }
    for (sink, url) in given.deliver.iter().flatten() {
        options = delivering(options, sink, url)?;
    }
    let mut settings = Settings { options, keyring: None };
    let of_env = variable(KEYRING).filter(|_| from_env && given.keyring.is_none());
    match (&given.fetched_keyring, &given.keyring, of_env) {
        (Some(text), ..) => settings.options.keyring = Some(Keyring::parse("keyring", text)?),
        (None, Some(setting), _) => settings.keyring("keyring", setting)?,
        (None, None, Some(setting)) => settings.keyring(KEYRING, &setting)?,
        (None, None, None) => {}
    }
    if let Some(start) = &given.test_clock {
        settings.for_tests(start, given.test_seed)?;
    }
    Ok(settings)
}

#[cfg(feature = "webhooks")]
#[expect(clippy::unnecessary_wraps, reason = "a build without the feature refuses")]
fn sending(options: Options, how: &Sending) -> Result<Options> {
    Ok(options.webhooks(Webhooks::by_keyring().allow_private(how.allow_private).allow_http(how.allow_http)))
}

#[cfg(not(feature = "webhooks"))]
fn sending(_: Options, how: &Sending) -> Result<Options> {
    let Sending { allow_private: _, allow_http: _ } = how;
    let reason = "this build was made without the feature `webhooks`".to_owned();
    Err(Detail::NotSupported { operation: "webhooks".to_owned(), reason }.into())
}

/// Has the calls of a gateway made by the driver that its record names.
#[cfg(feature = "gateways")]
fn driving(options: Options, place: usize, id: &str) -> Result<Options> {
    let id = name_of(&format!("gateways[{place}]"), id)?;
    Ok(options.gateway(&id, Drive::new()))
}

#[cfg(not(feature = "gateways"))]
fn driving(_: Options, _: usize, _: &str) -> Result<Options> {
    let reason = "this build was made without the feature `gateways`".to_owned();
    Err(Detail::NotSupported { operation: "gateways".to_owned(), reason }.into())
}

/// Has the events of a sink sent to a broker. No message repeats the URL: it may have a password.
#[cfg(any(feature = "rabbitmq", feature = "kafka"))]
fn delivering(options: Options, sink: &str, url: &str) -> Result<Options> {
    let sink = sink_name("deliver", sink)?;
    let broker = Broker::request(&format!("deliver.{sink}"), url)?;
    Ok(options.deliver(&*sink, broker))
}

#[cfg(not(any(feature = "rabbitmq", feature = "kafka")))]
fn delivering(_: Options, _: &str, _: &str) -> Result<Options> {
    let reason = "this build was made without the features `rabbitmq` and `kafka`".to_owned();
    Err(Detail::NotSupported { operation: "deliver".to_owned(), reason }.into())
}

fn schema(options: &mut Options, given: &mut Given) -> Result<()> {
    if let Some(text) = &given.migrate {
        options.migrate = Migrate::request("migrate", text)?;
    }
    if let Some(name) = given.schema.take() {
        *options = std::mem::take(options).named(&name);
    }
    if let Some(prefix) = given.table_prefix.take() {
        options.table_prefix = prefix;
    }
    options.read_only = given.read_only.unwrap_or(options.read_only);
    Ok(())
}

fn books(options: &mut Options, given: &mut Given) -> Result<()> {
    if let Some(name) = &given.book {
        options.book = Book::request("book", name)?;
    }
    if let Some(names) = &given.books {
        let declared: Result<Vec<Book>> = names.iter().map(|name| Book::request("books", name)).collect();
        *options = std::mem::take(options).declare_books(declared?);
    }
    options.require_actor = given.require_actor.unwrap_or(options.require_actor);
    options.policies = given.policies.take().or(options.policies.take());
    options.rules = given.rules.take().unwrap_or_default();
    options.rates = given.rates.take().unwrap_or_default();
    options.background = given.background.or(options.background);
    options.clock_is_right = given.clock_is_right.unwrap_or(options.clock_is_right);
    options.notify_every_state = given.notify_every_state.unwrap_or(options.notify_every_state);
    if let Some(text) = &given.keep_jobs {
        options.keep_jobs = Span::request("keep_jobs", text)?;
    }
    for (name, text) in given.wait_limits.iter().flatten() {
        let limit = Span::request(&format!("wait_limits.{name}"), text)?;
        *options = std::mem::take(options).wait_limit(name, limit)?;
    }
    Ok(())
}

fn money(options: &mut Options, given: &mut Given) {
    options.currencies.extend(given.currencies.take().unwrap_or_default());
    options.allowed_currencies = given.allowed_currencies.take().or(options.allowed_currencies.take());
    options.default_currency = given.default_currency.take().or(options.default_currency.take());
}

fn connections(options: &mut Options, given: &Given) -> Result<()> {
    options.limits.queue = some("queue_limit", given.queue_limit)?.unwrap_or(options.limits.queue);
    options.limits.group = some("group_limit", given.group_limit)?.unwrap_or(options.limits.group);
    options.synchronous_normal = match given.synchronous.as_deref() {
        None => options.synchronous_normal,
        Some("full") => false,
        Some("normal") => true,
        Some(_) => return Err(Error::invalid("synchronous", "must be `full` or `normal`")),
    };
    options.sslmode = given.sslmode.clone().or(options.sslmode.take());
    options.pool_size = some("pool_size", given.pool_size)?.unwrap_or(options.pool_size);
    options.prepared_statements = given.prepared_statements.unwrap_or(options.prepared_statements);
    options.connect_timeout =
        duration("connect_timeout", given.connect_timeout.as_deref())?.unwrap_or(options.connect_timeout);
    options.statement_timeout = duration("statement_timeout", given.statement_timeout.as_deref())?
        .unwrap_or(options.statement_timeout);
    Ok(())
}

/// Sets what people read: the log, and texts in languages of the host.
fn words(options: &mut Options, given: &mut Given) -> Result<()> {
    if let Some(text) = &given.log {
        options.log = Some(LogLevel::request("log", text)?);
    }
    options.messages.extend(given.messages.take().unwrap_or_default());
    Ok(())
}

/// A number of which an engine needs one at least: with none, no call would ever be made.
fn some<N: Default + PartialEq>(field: &str, given: Option<N>) -> Result<Option<N>> {
    match given {
        Some(number) if number == N::default() => Err(Error::invalid(field, "must be 1 or more")),
        given => Ok(given),
    }
}

fn duration(field: &str, text: Option<&str>) -> Result<Option<Duration>> {
    let Some(text) = text else { return Ok(None) };
    let micros = u64::try_from(Span::request(field, text)?.micros());
    let micros = micros.map_err(|_| Error::invalid(field, "must not be negative"))?;
    Ok(Some(Duration::from_micros(micros)))
}
