//! Engines that are opened, called and closed from another language, with the answers in a mailbox.

use std::future::Future;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use earnest::api::arguments;
use earnest::currency::Currency;
use earnest::jobs::webhooks::WebhookSecret;
use earnest::keyring::{Keyring, Purpose, none};
use earnest::store::attached::channel::{ChannelPool, Request, Requests};
use earnest::store::sql::Dialect;
use earnest::upkeep::reload::Reload;
use earnest::{Detail, Engine, Error, LogLevel, Options, Result, Span};
use serde_json::Value;
use tokio::runtime::Handle;

use crate::mailbox::{Content, Mailbox, Return};
use crate::options::Settings;
use crate::transaction::Joined;
use crate::underway::{Begun, Underway};
use crate::{log, money, options, runtime};

/// How long a statement may take at the end of an engine whose statements have no limit.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why something did not begin: the engine refused, or the system has no threads.
#[derive(Debug)]
pub enum Fault {
    /// The engine refused.
    Refused(Error),
    /// There is no runtime.
    System(io::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// A pool of the host, on whose connections an engine works.
#[derive(Clone, Copy, Debug)]
pub struct HostPool<'p> {
    /// `postgresql` or `sqlite`.
    pub dialect: &'p str,
    /// The library that drives its connections to SQLite, for messages.
    pub library: &'p str,
    /// How many connections it may lend.
    pub size: usize,
}

/// The dialect of a name.
///
/// # Errors
/// `invalid_request` for another database.
pub fn dialect(name: &str) -> Result<Dialect> {
    match name {
        "postgresql" => Ok(Dialect::Postgres),
        "sqlite" => Ok(Dialect::Sqlite),
        _ => Err(Error::invalid("dialect", "must be `postgresql` or `sqlite`")),
    }
}

/// Opens an engine, by a URL or by what the environment names; it arrives under the ticket.
///
/// # Errors
/// `invalid_request` for options or a URL that no engine is opened with.
pub fn open(
    mailbox: &Arc<Mailbox>,
    ticket: u64,
    url: Option<String>,
    settings: &[u8],
) -> std::result::Result<(), Fault> {
    let settings = options::read(settings)?;
    let missing = || Error::invalid("EARNEST_STORE", "must name a store, or `DATABASE_URL` must");
    let url = url.or_else(Options::store_from_env).ok_or_else(missing)?;
    open_by(mailbox, ticket, Place::Url(url), settings)
}

/// Where a store is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// Where a URL says.
    Url(String),
    /// In a file.
    File(String),
}

pub(crate) fn open_by(
    mailbox: &Arc<Mailbox>,
    ticket: u64,
    place: Place,
    settings: Settings,
) -> std::result::Result<(), Fault> {
    begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
        let options = settings.whole().await?;
        let engine = match place {
            Place::Url(url) => Engine::open_with(&url, options).await,
            Place::File(path) => Engine::open_file(path, options).await,
        };
        engine.map(opened)
    });
    Ok(())
}

/// The log shows what an engine was told once that is open: one that is refused changes nothing.
fn opened(engine: Engine) -> Content {
    if let Some(level) = engine.options().log {
        log::show_from(level);
    }
    Content::Opened(engine)
}

/// Opens an engine on a pool of the host, whose requests arrive in `requests` under the same ticket.
///
/// # Errors
/// `invalid_request` for options or a dialect that no engine is opened with. `requests` hears then that there
/// will be none.
pub fn attach(
    mailbox: &Arc<Mailbox>,
    requests: &Arc<Mailbox>,
    ticket: u64,
    host: HostPool<'_>,
    settings: &[u8],
) -> std::result::Result<(), Fault> {
    let given = || Ok::<_, Fault>((options::read(settings)?, dialect(host.dialect)?, runtime::handle()?));
    let (settings, dialect, handle) = given().inspect_err(|_| {
        // whoever has the pool waits for requests that will not come
        requests.put(ticket, Content::Done);
    })?;
    let (pool, wanted) = ChannelPool::new(dialect, host.size);
    let pool = pool.of_library(host.library);
    handle.spawn(pass_on(wanted, Arc::clone(requests), ticket));
    begin(&handle, Return::new(mailbox, ticket), async move {
        Engine::attach(pool, settings.whole().await?).await.map(opened)
    });
    Ok(())
}

/// Puts what an engine wants of a pool into the mailbox of whoever has that pool.
async fn pass_on(mut wanted: Requests, mailbox: Arc<Mailbox>, ticket: u64) {
    while let Some(request) = wanted.next().await {
        mailbox.put(
            ticket,
            match request {
                Request::Lend { connection, answer } => Content::Lend { connection, answer },
                Request::Query { connection, sql, params, answer } => {
                    Content::Query { connection, sql, params, answer }
                }
                Request::Run { connection, statements, answer } => {
                    Content::Run { connection, statements, answer }
                }
                Request::GiveBack { connection } => Content::GiveBack(connection),
                Request::Discard { connection } => Content::Discard(connection),
            },
        );
    }
    mailbox.put(ticket, Content::Done);
}

fn begin(handle: &Handle, back: Return, work: impl Future<Output = Result<Content>> + Send + 'static) {
    handle.spawn(async move {
        let content = work.await;
        back.with(content.unwrap_or_else(|error| Content::refused(&error)));
    });
}

/// A call that is to begin, and where its reply goes.
#[derive(Debug)]
pub struct Call {
    engine: Engine,
    name: String,
    args: Vec<u8>,
    told: Told,
    back: Return,
    begun: Begun,
}

impl Call {
    pub(crate) async fn run(self) {
        let reply = match arguments::read(&self.name, &self.args) {
            Ok(args) => Box::pin(self.engine.call(&self.name, args)).await,
            Err(error) => Err(error),
        };
        if let Some(currencies) = self.told.news(&self.engine) {
            self.back.tell(currencies);
        }
        let content = reply.and_then(|reply| json(&reply)).map(Content::Reply);
        self.back.with(content.unwrap_or_else(|error| Content::refused(&error)));
        drop(self.begun);
    }
}

/// A hash of the currencies that the language was told last: whichever call makes the engine know more of
/// them, its answer tells it.
#[derive(Clone, Debug)]
pub(crate) struct Told(Arc<AtomicU64>);

impl Told {
    fn of(currencies: &[Currency]) -> Self {
        Self(Arc::new(AtomicU64::new(hash_of(currencies))))
    }

    /// The currencies of an engine's store, where they have changed since the language was told.
    pub(crate) fn news(&self, engine: &Engine) -> Option<Vec<Currency>> {
        let currencies = engine.currencies();
        let hash = hash_of(&currencies);
        (self.0.swap(hash, Ordering::AcqRel) != hash).then_some(currencies)
    }
}

fn hash_of(currencies: &[Currency]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for currency in currencies {
        (currency.code(), currency.scale()).hash(&mut hasher);
    }
    hasher.finish()
}

/// An engine, or a view of one, in the process that opened it.
#[derive(Debug)]
pub struct Owned {
    engine: Option<Engine>,
    process: u32,
    underway: Arc<Underway>,
    told: Told,
}

impl Owned {
    /// An engine of this process, which knows the currencies of its store from now on.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        let currencies = engine.currencies();
        let told = Told::of(&currencies);
        money::learn(&currencies);
        Self { engine: Some(engine), process: std::process::id(), underway: Arc::default(), told }
    }

    /// The engine.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn here(&self) -> Result<&Engine> {
        self.engine.as_ref().filter(|_| self.process == std::process::id()).ok_or_else(|| {
            let reason = "the engine was opened before this process was forked: open one here".to_owned();
            Detail::StoreConflict { reason }.into()
        })
    }

    /// Runs an operation; its reply arrives under the ticket.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn call(
        &self,
        mailbox: &Arc<Mailbox>,
        ticket: u64,
        name: &str,
        args: &[u8],
    ) -> std::result::Result<(), Fault> {
        let engine = self.here()?.clone();
        let (name, args, back) = (name.to_owned(), args.to_vec(), Return::new(mailbox, ticket));
        match self.underway.begin() {
            Ok(begun) => {
                runtime::begin(Call { engine, name, args, told: self.told.clone(), back, begun })?;
            }
            Err(error) => back.with(Content::refused(&error)),
        }
        Ok(())
    }

    /// A view with another book, or an actor.
    ///
    /// # Errors
    /// `invalid_request` for names that are none.
    pub fn view(&self, book: Option<&str>, by: Option<&[u8]>) -> Result<Self> {
        let mut engine = self.here()?.clone();
        if let Some(book) = book {
            engine = engine.book(book)?;
        }
        if let Some(by) = by {
            engine = engine.acting(crate::values::actor(by)?);
        }
        let (underway, told) = (Arc::clone(&self.underway), self.told.clone());
        Ok(Self { engine: Some(engine), process: std::process::id(), underway, told })
    }

    /// Takes no more calls, answers those that were begun, and closes the engine; the mailbox says when. A
    /// call holds that up for no longer than a connection and a statement may take together.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn close(&self, mailbox: &Arc<Mailbox>, ticket: u64) -> std::result::Result<(), Fault> {
        let (engine, underway) = (self.here()?.clone(), Arc::clone(&self.underway));
        let handle = runtime::handle()?;
        underway.close();
        let (connect, statement) = (engine.options().connect_timeout, engine.options().statement_timeout);
        let statement = if statement.is_zero() { PATIENCE } else { statement };
        begin(&handle, Return::new(mailbox, ticket), async move {
            underway.answered(connect.saturating_add(statement)).await;
            engine.close().await;
            Ok(Content::Done)
        });
        Ok(())
    }

    /// Whether it takes no more calls, because it was closed.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn is_closed(&self) -> Result<bool> {
        Ok(self.here()?.is_closed() || self.underway.is_closing())
    }

    /// Stands still, with no file of the store open; the mailbox says when. What is under way may take so
    /// long to end.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn pause(
        &self,
        mailbox: &Arc<Mailbox>,
        ticket: u64,
        limit: Duration,
    ) -> std::result::Result<(), Fault> {
        let handle = runtime::handle()?;
        let _entered = handle.enter();
        // its place in the order is that of the call, whichever thread runs it first
        let paused = self.here()?.pause(limit);
        begin(&handle, Return::new(mailbox, ticket), async move {
            paused.await?;
            Ok(Content::Done)
        });
        Ok(())
    }

    /// Goes on after a pause; the mailbox says when.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn resume(&self, mailbox: &Arc<Mailbox>, ticket: u64) -> std::result::Result<(), Fault> {
        let handle = runtime::handle()?;
        let _entered = handle.enter();
        let resumed = self.here()?.resume();
        begin(&handle, Return::new(mailbox, ticket), async move {
            resumed.await?;
            Ok(Content::Done)
        });
        Ok(())
    }

    /// Gives the events so far their places in the sequence; the mailbox says when.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since; `store_unavailable` once it is closed.
    pub fn catch_up(&self, mailbox: &Arc<Mailbox>, ticket: u64) -> std::result::Result<(), Fault> {
        let (engine, begun) = (self.here()?.clone(), self.underway.begin()?);
        begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
            engine.catch_up().await?;
            drop(begun);
            Ok(Content::Done)
        });
        Ok(())
    }

    /// Begins a reload of the keyring: before it is fetched.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn begin_reload(&self) -> Result<Reloading> {
        let engine = self.here()?.clone();
        let underway = Arc::clone(&self.underway);
        Ok(Reloading { reload: Some(engine.begin_reload()), engine, underway })
    }

    /// The secrets of a receiver of webhooks, by the keyring of now.
    ///
    /// # Errors
    /// `key_not_found` without a keyring; `invalid_request` for what is no URL.
    pub fn webhook_secrets(&self, url: &str) -> Result<Vec<String>> {
        let keyring = self.here()?.keyring().ok_or_else(|| none(Purpose::Webhooks))?;
        let text = |secret: &WebhookSecret| secret.to_text().to_string();
        Ok(keyring.webhook_secrets("url", url)?.iter().map(text).collect())
    }

    /// Moves a test clock forward, and says what it shows then.
    ///
    /// # Errors
    /// `not_supported` without a test clock; `invalid_request` for a length of time that is none.
    pub fn advance(&self, by: &str) -> Result<String> {
        let (engine, by) = (self.here()?, Span::request("by", by)?);
        let clock = &engine.options().env.clock;
        if !clock.is_test() {
            let (operation, reason) =
                ("clock.advance".to_owned(), "this engine has no test clock".to_owned());
            return Err(Detail::NotSupported { operation, reason }.into());
        }
        if clock.now().checked_add(by).is_none() {
            return Err(Error::invalid("by", "is beyond the last time that there is"));
        }
        clock.advance(by);
        Ok(clock.now().to_string())
    }

    /// The level that the log was told, by its name.
    ///
    /// # Errors
    /// `store_conflict` in a process that was forked since.
    pub fn log(&self) -> Result<Option<&'static str>> {
        Ok(self.here()?.options().log.map(LogLevel::as_str))
    }

    /// Joins a transaction that the host has open.
    ///
    /// # Errors
    /// `invalid_request` for another database, `not_supported` on a store without transactions of hosts.
    pub fn stepped(&self, speaks: &str) -> std::result::Result<Joined, Fault> {
        let handle = runtime::handle()?;
        let _entered = handle.enter();
        let engine = self.here()?;
        let transaction = engine.stepped(dialect(speaks)?, false)?;
        Ok(Joined::new(transaction, engine.clone(), self.told.clone()))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let engine = self.engine.take();
        if self.process != std::process::id() {
            // a process that was forked has none of its threads: it cannot even be ended here
            std::mem::forget(engine);
        }
    }
}

/// A reload of a keyring, under way.
#[derive(Debug)]
pub struct Reloading {
    engine: Engine,
    /// Until it is taken up.
    reload: Option<Reload>,
    underway: Arc<Underway>,
}

impl Reloading {
    /// Takes up the keyring that was fetched, or what its file has now; the mailbox says whether it changed.
    ///
    /// # Errors
    /// When the system has no threads for a runtime.
    pub fn take_up(&mut self, mailbox: &Arc<Mailbox>, ticket: u64, text: Option<String>) -> io::Result<()> {
        let (engine, reload) = (self.engine.clone(), self.reload.take());
        let begun = self.underway.begin();
        begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
            let _begun = begun?;
            let changed = match (text, reload) {
                (Some(text), Some(reload)) => reload.take_up(Keyring::parse("keyring", &text)?).await?,
                _ => engine.reload_keyring().await?,
            };
            Ok(Content::Reply(json(&changed.into())?))
        });
        Ok(())
    }
}

pub(crate) fn json(reply: &Value) -> Result<String> {
    serde_json::to_string(reply).map_err(|_| Error::corrupted("a reply has no JSON form"))
}
