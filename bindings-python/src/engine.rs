//! Engines in Python: opened, called and closed, with the answers in a mailbox.

use std::future::Future;

use earnest::api::arguments;
use earnest::jobs::webhooks::WebhookSecret;
use earnest::keyring::{Keyring, Purpose, none};
use earnest::store::attached::channel::{ChannelPool, Request, Requests};
use earnest::upkeep::reload::Reload;
use earnest::{Detail, Engine, Error, LogLevel, Options, Span};
use pyo3::prelude::*;
use serde_json::Value;
use tokio::runtime::Handle;

use crate::hosts::{PyTransaction, dialect};
use crate::log;
use crate::mailbox::{Content, PyMailbox, Return};
use crate::options;
use crate::runtime;
use crate::values::{actor, refused};

/// A reload of a keyring, under way.
#[pyclass(name = "Reload")]
pub(crate) struct PyReload {
    engine: Engine,
    /// Until it is taken up.
    reload: Option<Reload>,
}

#[pymethods]
impl PyReload {
    /// Takes up the keyring that was fetched, or what its file has now; the mailbox says whether it changed.
    fn take_up(&mut self, mailbox: &PyMailbox, ticket: u64, text: Option<String>) -> PyResult<()> {
        let (engine, reload) = (self.engine.clone(), self.reload.take());
        begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
            let changed = match (text, reload) {
                (Some(text), Some(reload)) => reload.take_up(Keyring::parse("keyring", &text)?).await?,
                _ => engine.reload_keyring().await?,
            };
            Ok(Content::Reply(json(&changed.into())?))
        });
        Ok(())
    }
}

/// Opens an engine, by a URL or by what the environment names; it arrives in the mailbox.
#[pyfunction]
pub(crate) fn open(mailbox: &PyMailbox, ticket: u64, url: Option<String>, settings: &[u8]) -> PyResult<()> {
    let options = options::read(settings).map_err(|error| refused(&error))?;
    let missing = || Error::invalid("EARNEST_STORE", "must name a store, or `DATABASE_URL` must");
    let url = url.or_else(Options::store_from_env).ok_or_else(missing).map_err(|error| refused(&error))?;
    begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
        Engine::open_with(&url, options).await.map(opened)
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

/// Opens an engine on a pool of the host, whose requests arrive in `requests` under the same ticket. Its
/// connections to SQLite are driven by `library`.
#[pyfunction]
pub(crate) fn attach(
    mailbox: &PyMailbox,
    requests: &PyMailbox,
    ticket: u64,
    speaks: &str,
    library: &str,
    size: usize,
    settings: &[u8],
) -> PyResult<()> {
    let given = options::read(settings).map_err(|error| refused(&error));
    let given = given.and_then(|options| Ok((options, dialect(speaks)?, runtime::handle()?)));
    let (options, dialect, handle) = given.inspect_err(|_| {
        // whoever has the pool waits for requests that will not come
        requests.0.put(ticket, Content::Done);
    })?;
    let (pool, wanted) = ChannelPool::new(dialect, size);
    let pool = pool.of_library(library);
    handle.spawn(pass_on(wanted, std::sync::Arc::clone(&requests.0), ticket));
    begin(
        &handle,
        Return::new(mailbox, ticket),
        async move { Engine::attach(pool, options).await.map(opened) },
    );
    Ok(())
}

/// Puts what an engine wants of a pool into the mailbox of whoever has that pool.
async fn pass_on(mut wanted: Requests, mailbox: std::sync::Arc<crate::mailbox::Mailbox>, ticket: u64) {
    while let Some(request) = wanted.next().await {
        mailbox.put(
            ticket,
            match request {
                Request::Lend { connection, answer } => Content::Lend(connection, answer),
                Request::Query { connection, sql, params, answer } => {
                    Content::Query(connection, sql, params, answer)
                }
                Request::Run { connection, statements, answer } => {
                    Content::Run(connection, statements, answer)
                }
                Request::GiveBack { connection } => Content::GiveBack(connection),
                Request::Discard { connection } => Content::Discard(connection),
            },
        );
    }
    mailbox.put(ticket, Content::Done);
}

fn begin(
    handle: &Handle,
    back: Return,
    work: impl Future<Output = earnest::Result<Content>> + Send + 'static,
) {
    handle.spawn(async move {
        let content = work.await;
        back.with(content.unwrap_or_else(|error| Content::refused(&error)));
    });
}

/// A call that is to begin, and where its reply goes.
pub(crate) struct Call {
    engine: Engine,
    name: String,
    args: Vec<u8>,
    back: Return,
}

impl Call {
    pub(crate) async fn run(self) {
        let reply = match arguments::read(&self.name, &self.args) {
            Ok(args) => Box::pin(self.engine.call(&self.name, args)).await,
            Err(error) => Err(error),
        };
        let content = reply.and_then(|reply| json(&reply)).map(Content::Reply);
        self.back.with(content.unwrap_or_else(|error| Content::refused(&error)));
    }
}

/// An engine, or a view of one.
#[pyclass(frozen, name = "Engine", module = "earnest._earnest")]
pub(crate) struct PyEngine {
    engine: Option<Engine>,
    process: u32,
}

#[pymethods]
impl PyEngine {
    /// Runs an operation; its reply arrives in the mailbox.
    fn call(&self, mailbox: &PyMailbox, ticket: u64, name: &str, args: &[u8]) -> PyResult<()> {
        let engine = self.here()?.clone();
        let (name, args, back) = (name.to_owned(), args.to_vec(), Return::new(mailbox, ticket));
        runtime::begin(Call { engine, name, args, back })
    }

    /// A view with another book, or an actor.
    fn view(&self, book: Option<&str>, by: Option<&[u8]>) -> PyResult<Self> {
        let mut engine = self.here()?.clone();
        if let Some(book) = book {
            engine = engine.book(book).map_err(|error| refused(&error))?;
        }
        if let Some(by) = by {
            engine = engine.acting(actor(by)?);
        }
        Ok(Self::new(engine))
    }

    /// Closes the engine; the mailbox says when.
    fn close(&self, mailbox: &PyMailbox, ticket: u64) -> PyResult<()> {
        let engine = self.here()?.clone();
        begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
            engine.close().await;
            Ok(Content::Done)
        });
        Ok(())
    }

    /// Gives the events so far their places in the sequence; the mailbox says when.
    fn catch_up(&self, mailbox: &PyMailbox, ticket: u64) -> PyResult<()> {
        let engine = self.here()?.clone();
        begin(&runtime::handle()?, Return::new(mailbox, ticket), async move {
            engine.catch_up().await?;
            Ok(Content::Done)
        });
        Ok(())
    }

    /// Begins a reload of the keyring: before it is fetched.
    fn begin_reload(&self) -> PyResult<PyReload> {
        let engine = self.here()?.clone();
        Ok(PyReload { reload: Some(engine.begin_reload()), engine })
    }

    /// The secrets of a receiver of webhooks, by the keyring of now.
    fn webhook_secrets(&self, url: &str) -> PyResult<Vec<String>> {
        let keyring = self.here()?.keyring().ok_or_else(|| none(Purpose::Webhooks));
        let secrets = keyring.and_then(|keyring| keyring.webhook_secrets("url", url));
        let text = |secret: &WebhookSecret| secret.to_text().to_string();
        secrets.map(|all| all.iter().map(text).collect()).map_err(|error| refused(&error))
    }

    /// Lets the background look now.
    fn nudge(&self) -> PyResult<()> {
        self.here()?.nudge();
        Ok(())
    }

    /// Moves a test clock forward, and says what it shows then.
    fn advance(&self, by: &str) -> PyResult<String> {
        let (engine, by) = (self.here()?, Span::request("by", by).map_err(|error| refused(&error))?);
        let clock = &engine.options().env.clock;
        if !clock.is_test() {
            let (operation, reason) =
                ("clock.advance".to_owned(), "this engine has no test clock".to_owned());
            return Err(refused(&Detail::NotSupported { operation, reason }.into()));
        }
        if clock.now().checked_add(by).is_none() {
            return Err(refused(&Error::invalid("by", "is beyond the last time that there is")));
        }
        clock.advance(by);
        Ok(clock.now().to_string())
    }

    /// Whether it was closed.
    fn is_closed(&self) -> PyResult<bool> {
        Ok(self.here()?.is_closed())
    }

    /// The time by the clock of this process.
    fn now(&self) -> PyResult<String> {
        Ok(self.here()?.now().to_string())
    }

    /// The level that the log was told, by its name.
    fn log(&self) -> PyResult<Option<&'static str>> {
        Ok(self.here()?.options().log.map(LogLevel::as_str))
    }

    /// The name of the book of this view.
    fn book(&self) -> PyResult<String> {
        Ok(self.here()?.book_name().as_str().to_owned())
    }

    /// Joins a transaction that the host has open.
    fn stepped(&self, speaks: &str) -> PyResult<PyTransaction> {
        let _entered = runtime::handle()?.enter();
        let transaction = self.here()?.stepped(dialect(speaks)?, false);
        Ok(PyTransaction(transaction.map_err(|error| refused(&error))?))
    }
}

impl PyEngine {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine: Some(engine), process: std::process::id() }
    }

    /// The engine, in the process that opened it.
    fn here(&self) -> PyResult<&Engine> {
        self.engine.as_ref().filter(|_| self.process == std::process::id()).ok_or_else(|| {
            let reason = "the engine was opened before this process was forked: open one here".to_owned();
            refused(&Detail::StoreConflict { reason }.into())
        })
    }
}

impl Drop for PyEngine {
    fn drop(&mut self) {
        let engine = self.engine.take();
        if self.process != std::process::id() {
            // a process that was forked has none of its threads: it cannot even be ended here
            std::mem::forget(engine);
        }
    }
}

pub(crate) fn json(reply: &Value) -> earnest::Result<String> {
    serde_json::to_string(reply).map_err(|_| Error::corrupted("a reply has no JSON form"))
}
