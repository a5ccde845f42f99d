//! Engines in Swift and Kotlin: opened, called and closed, with the answers in a mailbox.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use earnest_native::device::{self, Device};

use crate::values::{NativeError, Result, fault, guarded};

/// The answer under a ticket: a reply, or else a refusal.
#[derive(uniffi::Record)]
pub struct Answer {
    /// The number that the request had.
    pub ticket: u64,
    /// The reply as JSON; `null` where there is nothing to say.
    pub reply: Option<String>,
    /// The refusal as JSON.
    pub error: Option<String>,
}

impl From<device::Answer> for Answer {
    fn from(answer: device::Answer) -> Self {
        Self { ticket: answer.ticket, reply: answer.reply, error: answer.error }
    }
}

/// An engine, or a view of one.
#[derive(uniffi::Object)]
pub struct NativeEngine(Device);

#[uniffi::export]
impl NativeEngine {
    /// Opens an engine by a URL; under the ticket arrives that it is open.
    #[uniffi::constructor]
    pub fn open(ticket: u64, url: String, options: String) -> Result<Arc<Self>> {
        guarded(|| Device::open(ticket, url, options.as_bytes()).map(|device| Arc::new(Self(device))))
    }

    /// Opens the file at a path, whatever characters are in it; under the ticket arrives that it is open.
    #[uniffi::constructor]
    pub fn open_file(ticket: u64, path: String, options: String) -> Result<Arc<Self>> {
        guarded(|| Device::open_file(ticket, path, options.as_bytes()).map(|device| Arc::new(Self(device))))
    }

    /// A view with another book, or an actor as JSON. Its answers arrive where those of its engine do.
    pub fn view(&self, book: Option<String>, by: Option<String>) -> Result<Arc<Self>> {
        guarded(|| {
            let view = self.0.view(book.as_deref(), by.as_deref().map(str::as_bytes))?;
            Ok(Arc::new(Self(view)))
        })
    }

    /// Runs an operation; its answer arrives under the ticket.
    pub fn begin(&self, ticket: u64, name: String, json: String) {
        self.answering(ticket, |device| device.begin(ticket, &name, json.as_bytes()));
    }

    /// Waits for answers and takes all that are there; none once `stop` was called.
    pub fn take(&self) -> Vec<Answer> {
        let taken = catch_unwind(AssertUnwindSafe(|| self.0.take()));
        taken.unwrap_or_default().into_iter().map(Answer::from).collect()
    }

    /// Stands still; under the ticket arrives that no file of the store is open any more. Calls under way may
    /// take so many microseconds to end.
    pub fn pause(&self, ticket: u64, limit_us: u64) {
        self.answering(ticket, |device| device.pause(ticket, Duration::from_micros(limit_us)));
    }

    /// Goes on; under the ticket arrives that it takes calls again.
    pub fn resume(&self, ticket: u64) {
        self.answering(ticket, |device| device.resume(ticket));
    }

    /// Closes the engine; under the ticket arrives that it is closed.
    pub fn close(&self, ticket: u64) {
        self.answering(ticket, |device| device.close(ticket));
    }

    /// Gives the events so far their places in the sequence; under the ticket arrives that they have them.
    pub fn catch_up(&self, ticket: u64) {
        self.answering(ticket, |device| device.catch_up(ticket));
    }

    /// Takes up a keyring that was fetched, or what its file has now; under the ticket arrives whether it
    /// changed.
    pub fn reload_keyring(&self, ticket: u64, text: Option<String>) {
        self.answering(ticket, |device| device.reload_keyring(ticket, text));
    }

    /// Lets the background look now.
    pub fn nudge(&self) {
        self.looking((), |engine| engine.nudge());
    }

    /// Ends the mailbox: whoever waits in `take` gets what is there, and then nothing.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        catch_unwind(AssertUnwindSafe(|| self.0.is_closed())).unwrap_or_default()
    }

    /// Whether it stands still.
    pub fn is_paused(&self) -> bool {
        self.looking(false, earnest::Engine::is_paused)
    }

    /// The time by its clock; of an engine that is not open, nothing.
    pub fn now(&self) -> String {
        self.looking(String::new(), |engine| engine.now().to_string())
    }

    /// The name of the book of this view; of an engine that is not open, nothing.
    pub fn book(&self) -> String {
        self.looking(String::new(), |engine| engine.book_name().as_str().to_owned())
    }

    /// Moves a test clock forward, and says what it shows then.
    pub fn advance(&self, by: String) -> Result<String> {
        guarded(|| self.0.advance(&by))
    }
}

impl NativeEngine {
    /// Begins what is answered under a ticket.
    fn answering(&self, ticket: u64, work: impl FnOnce(&Device)) {
        if catch_unwind(AssertUnwindSafe(|| work(&self.0))).is_err() {
            self.0.refuse(ticket, &fault());
        }
    }

    /// Looks at the engine, if it is open.
    fn looking<T>(&self, otherwise: T, look: impl FnOnce(&earnest::Engine) -> T) -> T {
        let looked = catch_unwind(AssertUnwindSafe(|| self.0.here().ok().map(look)));
        looked.ok().flatten().unwrap_or(otherwise)
    }
}

impl From<&earnest::Error> for NativeError {
    fn from(error: &earnest::Error) -> Self {
        Self::Refused { json: serde_json::to_string(error).unwrap_or_default() }
    }
}
