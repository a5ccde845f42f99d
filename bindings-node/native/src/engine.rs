//! Engines in Node: opened, called and closed, with the answers in a mailbox.

use earnest_native::engine::{Fault, HostPool, Owned, Reloading};
use earnest_native::{log, options};
use napi_derive::napi;

use crate::hosts::NodeTransaction;
use crate::mailbox::{NodeMailbox, ticket};
use crate::values::{Result, refused, system};

/// Maps a fault to the error that JavaScript throws.
fn thrown(fault: Fault) -> napi::Error<&'static str> {
    match fault {
        Fault::Refused(error) => refused(&error),
        Fault::System(error) => system(&error),
    }
}

/// Opens an engine, by a URL or by what the environment names; it arrives in the mailbox.
#[napi]
pub fn open(mailbox: &NodeMailbox, number: i64, url: Option<String>, settings: String) -> Result<()> {
    earnest_native::engine::open(&mailbox.letters, ticket(number), url, settings.as_bytes()).map_err(thrown)
}

/// Opens an engine on a pool of the host, whose requests arrive in `requests` under the same ticket. Its
/// connections to SQLite are driven by `library`.
#[napi]
pub fn attach(
    mailbox: &NodeMailbox,
    requests: &NodeMailbox,
    number: i64,
    speaks: String,
    library: String,
    size: u32,
    settings: String,
) -> Result<()> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let host = HostPool { dialect: &speaks, library: &library, size };
    let (letters, wanted) = (&mailbox.letters, &requests.letters);
    let attached = earnest_native::engine::attach(letters, wanted, ticket(number), host, settings.as_bytes());
    attached.map_err(thrown)
}

/// Refuses options that no engine would be opened with.
#[napi]
pub fn check_options(settings: String) -> Result<()> {
    options::check(settings.as_bytes()).map_err(|error| refused(&error))
}

/// Puts log lines into a mailbox from now on: the number of the level is the ticket.
#[napi]
pub fn log_to(mailbox: &NodeMailbox) {
    log::log_to(&mailbox.letters);
}

/// An engine, or a view of one.
#[napi(js_name = "Engine")]
pub struct NodeEngine {
    owned: Owned,
}

#[napi]
impl NodeEngine {
    /// Runs an operation; its reply arrives in the mailbox.
    #[napi]
    pub fn call(&self, mailbox: &NodeMailbox, number: i64, name: String, args: String) -> Result<()> {
        self.owned.call(&mailbox.letters, ticket(number), &name, args.as_bytes()).map_err(thrown)
    }

    /// A view with another book, or an actor.
    #[napi]
    pub fn view(&self, book: Option<String>, by: Option<String>) -> Result<NodeEngine> {
        let view = self.owned.view(book.as_deref(), by.as_deref().map(str::as_bytes));
        view.map(|owned| Self { owned }).map_err(|error| refused(&error))
    }

    /// Closes the engine; the mailbox says when.
    #[napi]
    pub fn close(&self, mailbox: &NodeMailbox, number: i64) -> Result<()> {
        self.owned.close(&mailbox.letters, ticket(number)).map_err(thrown)
    }

    /// Gives the events so far their places in the sequence; the mailbox says when.
    #[napi]
    pub fn catch_up(&self, mailbox: &NodeMailbox, number: i64) -> Result<()> {
        self.owned.catch_up(&mailbox.letters, ticket(number)).map_err(thrown)
    }

    /// Begins a reload of the keyring: before it is fetched.
    #[napi]
    pub fn begin_reload(&self) -> Result<NodeReload> {
        self.owned.begin_reload().map(NodeReload).map_err(|error| refused(&error))
    }

    /// The secrets of a receiver of webhooks, by the keyring of now.
    #[napi]
    pub fn webhook_secrets(&self, url: String) -> Result<Vec<String>> {
        self.owned.webhook_secrets(&url).map_err(|error| refused(&error))
    }

    /// Lets the background look now.
    #[napi]
    pub fn nudge(&self) -> Result<()> {
        self.here()?.nudge();
        Ok(())
    }

    /// Moves a test clock forward, and says what it shows then.
    #[napi]
    pub fn advance(&self, by: String) -> Result<String> {
        self.owned.advance(&by).map_err(|error| refused(&error))
    }

    /// Whether statements may be prepared on connections to its store.
    #[napi]
    pub fn prepares_statements(&self) -> Result<bool> {
        Ok(self.here()?.prepares_statements())
    }

    /// Whether it was closed.
    #[napi]
    pub fn is_closed(&self) -> Result<bool> {
        self.owned.is_closed().map_err(|error| refused(&error))
    }

    /// The time by the clock of this process.
    #[napi]
    pub fn now(&self) -> Result<String> {
        Ok(self.here()?.now().to_string())
    }

    /// The level that the log was told, by its name.
    #[napi]
    pub fn log(&self) -> Result<Option<&'static str>> {
        self.owned.log().map_err(|error| refused(&error))
    }

    /// The name of the book of this view.
    #[napi]
    pub fn book(&self) -> Result<String> {
        Ok(self.here()?.book_name().as_str().to_owned())
    }

    /// Joins a transaction that the host has open.
    #[napi]
    pub fn stepped(&self, speaks: String) -> Result<NodeTransaction> {
        self.owned.stepped(&speaks).map(NodeTransaction).map_err(thrown)
    }
}

impl NodeEngine {
    pub(crate) fn new(engine: earnest::Engine) -> Self {
        Self { owned: Owned::new(engine) }
    }

    fn here(&self) -> Result<&earnest::Engine> {
        self.owned.here().map_err(|error| refused(&error))
    }
}

/// A reload of a keyring, under way.
#[napi(js_name = "Reload")]
pub struct NodeReload(Reloading);

#[napi]
impl NodeReload {
    /// Takes up the keyring that was fetched, or what its file has now; the mailbox says whether it changed.
    #[napi]
    pub fn take_up(&mut self, mailbox: &NodeMailbox, number: i64, text: Option<String>) -> Result<()> {
        self.0.take_up(&mailbox.letters, ticket(number), text).map_err(|error| system(&error))
    }
}
