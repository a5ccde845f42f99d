//! Engines on a device: they open a file or memory, send nothing, and run no background unless they are told
//! to. One thread of the language waits in [`Device::take`], and nothing of Rust enters that language.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use earnest::for_cli::file_of;
use earnest::{Code, Detail, Engine, Error, Result};
use serde_json::Value;

use crate::engine::{Fault, Owned, Place, open_by};
use crate::mailbox::{Content, Mailbox, Silent};
use crate::options::{self, Settings};

/// The answer under a ticket: a reply, or else a refusal, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The number that the request had.
    pub ticket: u64,
    /// The reply; `null` where there is nothing to say.
    pub reply: Option<String>,
    /// The refusal.
    pub error: Option<String>,
}

impl Answer {
    fn reply(ticket: u64, json: String) -> Self {
        Self { ticket, reply: Some(json), error: None }
    }

    fn done(ticket: u64) -> Self {
        Self::reply(ticket, "null".to_owned())
    }

    fn refused(ticket: u64, json: String) -> Self {
        Self { ticket, reply: None, error: Some(json) }
    }
}

/// The state that an engine shares with its views.
#[derive(Debug)]
struct Post {
    letters: Arc<Mailbox>,
    /// From when it was opened.
    engine: OnceLock<Owned>,
    /// The folders of its files, as refusals may have them: no refusal shows them.
    folders: Vec<String>,
}

/// An engine that may still be on its way to be open, or a view of one that is.
#[derive(Debug)]
pub struct Device {
    post: Arc<Post>,
    view: Option<Owned>,
}

impl Device {
    /// Opens an engine by a URL; under the ticket arrives that it is open.
    ///
    /// # Errors
    /// `invalid_request` for options that no engine is opened with; `not_supported` for PostgreSQL and
    /// webhooks.
    pub fn open(ticket: u64, url: String, settings: &[u8]) -> Result<Self> {
        if url.starts_with("postgres") {
            return Err(not_here(
                "postgres",
                "PostgreSQL is no store of a device: open a file, or `memory:`",
            ));
        }
        Self::at(ticket, Place::Url(url), settings)
    }

    /// Opens the file at a path, whatever characters are in it; under the ticket arrives that it is open.
    ///
    /// # Errors
    /// As [`Device::open`].
    pub fn open_file(ticket: u64, path: String, settings: &[u8]) -> Result<Self> {
        Self::at(ticket, Place::File(path), settings)
    }

    fn at(ticket: u64, place: Place, settings: &[u8]) -> Result<Self> {
        let given: Value = serde_json::from_slice(settings).unwrap_or_default();
        let folders = folders_of(&files_of(&place, &given));
        let settings = settings_of(&given, settings).map_err(|error| without_folders(error, &folders))?;
        let post = Post { letters: Mailbox::new(Box::new(Silent)), engine: OnceLock::new(), folders };
        let post = Arc::new(post);
        open_by(&post.letters, ticket, place, settings).map_err(error_of)?;
        Ok(Self { post, view: None })
    }

    /// The engine or view.
    ///
    /// # Errors
    /// `store_unavailable` while it is not open yet; `store_conflict` in a process that was forked since.
    pub fn here(&self) -> Result<&Engine> {
        self.owned()?.here()
    }

    fn owned(&self) -> Result<&Owned> {
        let owned = self.view.as_ref().or_else(|| self.post.engine.get());
        owned.ok_or_else(|| unavailable("the engine is not open"))
    }

    /// A view with another book, or an actor. Its answers arrive where those of its engine do.
    ///
    /// # Errors
    /// `invalid_request` or `invalid_actor` for names that are none.
    pub fn view(&self, book: Option<&str>, by: Option<&[u8]>) -> Result<Self> {
        let view = self.owned()?.view(book, by)?;
        Ok(Self { post: Arc::clone(&self.post), view: Some(view) })
    }

    /// Whether it was closed; one that is not open yet was not.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.owned().and_then(Owned::is_closed).unwrap_or_default()
    }

    /// Runs an operation; its answer arrives under the ticket.
    pub fn begin(&self, ticket: u64, name: &str, args: &[u8]) {
        self.answering(ticket, |owned, letters| owned.call(letters, ticket, name, args));
    }

    /// Stands still; under the ticket arrives that no file of the store is open any more.
    pub fn pause(&self, ticket: u64, limit: Duration) {
        self.answering(ticket, |owned, letters| owned.pause(letters, ticket, limit));
    }

    /// Goes on; under the ticket arrives that it takes calls again.
    pub fn resume(&self, ticket: u64) {
        self.answering(ticket, |owned, letters| owned.resume(letters, ticket));
    }

    /// Closes the engine; under the ticket arrives that it is closed.
    pub fn close(&self, ticket: u64) {
        self.answering(ticket, |owned, letters| match self.view {
            Some(_) => Err(not_here("close", "this is a view of an engine: close the engine").into()),
            None => owned.close(letters, ticket),
        });
    }

    /// Gives the events so far their places in the sequence; under the ticket arrives that they have them.
    pub fn catch_up(&self, ticket: u64) {
        self.answering(ticket, |owned, letters| owned.catch_up(letters, ticket));
    }

    /// Takes up a keyring that was fetched, or what its file has now; under the ticket arrives whether it
    /// changed.
    pub fn reload_keyring(&self, ticket: u64, text: Option<String>) {
        self.answering(ticket, |owned, letters| Ok(owned.begin_reload()?.take_up(letters, ticket, text)?));
    }

    fn answering(
        &self,
        ticket: u64,
        work: impl FnOnce(&Owned, &Arc<Mailbox>) -> std::result::Result<(), Fault>,
    ) {
        let letters = &self.post.letters;
        let begun = self.owned().map_err(Fault::from).and_then(|owned| work(owned, letters));
        if let Err(fault) = begun {
            self.refuse(ticket, &error_of(fault));
        }
    }

    /// Answers with a refusal.
    pub fn refuse(&self, ticket: u64, error: &Error) {
        self.post.letters.put(ticket, Content::refused(error));
    }

    /// Waits for answers and takes all that are there; none once the mailbox has ended.
    #[must_use]
    pub fn take(&self) -> Vec<Answer> {
        loop {
            let letters = self.post.letters.next();
            let ended = letters.is_empty();
            let answers: Vec<_> = letters.into_iter().filter_map(|letter| self.answer(letter)).collect();
            if ended || !answers.is_empty() {
                return answers;
            }
        }
    }

    fn answer(&self, letter: (u64, Content)) -> Option<Answer> {
        let ticket = letter.0;
        match letter.1 {
            Content::Reply(json) => Some(Answer::reply(ticket, self.without_folder_in(json))),
            Content::Refused(json) => Some(Answer::refused(ticket, self.without_folder(json))),
            Content::Opened(engine) => {
                // it is opened once, so nothing was there
                let _ = self.post.engine.set(Owned::new(engine));
                Some(Answer::done(ticket))
            }
            Content::Done => Some(Answer::done(ticket)),
            // an engine of its own store asks its language for nothing
            Content::Woken
            | Content::Lend { .. }
            | Content::Query { .. }
            | Content::Run { .. }
            | Content::GiveBack(_)
            | Content::Discard(_)
            | Content::Said { .. } => None,
        }
    }

    /// A reply whose refusals, of a member of a batch or of a check of the health, show no folder. What the
    /// application has stored itself stays as it is.
    fn without_folder_in(&self, json: String) -> String {
        let folders = &self.post.folders;
        if !folders.iter().any(|folder| json.contains(folder)) {
            return json;
        }
        let Ok(mut reply) = serde_json::from_str::<Value>(&json) else { return json };
        hide_in_refusals(&mut reply, folders);
        reply.to_string()
    }

    fn without_folder(&self, json: Vec<u8>) -> String {
        let json = String::from_utf8(json).unwrap_or_default();
        hide(&self.post.folders, json)
    }

    /// Ends the mailbox: whoever waits in [`Device::take`] gets what is there, and then nothing.
    pub fn stop(&self) {
        self.post.letters.end();
    }

    /// Moves a test clock forward, and says what it shows then.
    ///
    /// # Errors
    /// `not_supported` without a test clock; `invalid_request` for a length of time that is none.
    pub fn advance(&self, by: &str) -> Result<String> {
        self.owned()?.advance(by)
    }
}

/// The files that an engine opens: its store, and the one of its keys.
fn files_of(place: &Place, given: &Value) -> Vec<PathBuf> {
    let store = match place {
        Place::Url(url) => file_of(url).map(Path::to_owned),
        Place::File(path) => Some(PathBuf::from(path)),
    };
    let keys =
        given.get("keyring").and_then(Value::as_str).filter(|keyring| !keyring.trim_start().starts_with('{'));
    let keys = keys.map(|keyring| PathBuf::from(keyring.strip_prefix("file:").unwrap_or(keyring)));
    store.into_iter().chain(keys).collect()
}

/// The folders of files as JSON writes them: as they were given, as absolute paths, and without links.
fn folders_of(files: &[PathBuf]) -> Vec<String> {
    let mut folders = Vec::new();
    for path in files {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let canonical = absolute.parent().and_then(|folder| folder.canonicalize().ok());
        folders.extend([path.parent(), absolute.parent()].into_iter().flatten().map(Path::to_owned));
        folders.extend(canonical);
    }
    folders.retain(|folder| folder.parent().is_some() && !folder.as_os_str().is_empty());
    let mut written: Vec<String> =
        folders.iter().map(|folder| as_json(&format!("{}/", folder.display()))).collect();
    // one may begin another
    written.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
    written.dedup();
    written
}

fn as_json(text: &str) -> String {
    Value::from(text).to_string().trim_matches('"').to_owned()
}

fn hide(folders: &[String], json: String) -> String {
    folders.iter().fold(json, |json, folder| json.replace(folder, ""))
}

/// Takes the folders out of the refusals within a reply: of members of a batch, and of checks of the health.
fn hide_in_refusals(reply: &mut Value, folders: &[String]) {
    let within = |value: &mut Value| {
        let hidden = hide(folders, value.to_string());
        if let Ok(hidden) = serde_json::from_str(&hidden) {
            *value = hidden;
        }
    };
    if let Some(checks) = reply.get_mut("checks").and_then(Value::as_array_mut) {
        checks.iter_mut().filter_map(|check| check.get_mut("detail")).for_each(within);
    }
    if let Some(results) = reply.get_mut("results").and_then(Value::as_array_mut) {
        results.iter_mut().filter_map(|result| result.get_mut("error")).for_each(within);
    }
}

/// A refusal of settings, which may name a file, without its folder.
fn without_folders(error: Error, folders: &[String]) -> Error {
    let details = error.details();
    match (&details["field"], &details["reason"]) {
        (Value::String(field), Value::String(reason)) if error.code() == Code::InvalidRequest => {
            let hidden = format!("\"{}\"", hide(folders, as_json(reason)));
            Error::invalid(field.as_str(), serde_json::from_str::<String>(&hidden).unwrap_or_default())
        }
        _ => error,
    }
}

/// Options with what differs on a device.
fn settings_of(given: &Value, settings: &[u8]) -> Result<Settings> {
    if given.get("webhooks").is_some_and(|webhooks| !webhooks.is_null()) {
        return Err(not_here("webhooks", "a device sends no webhooks: a server does"));
    }
    let mut settings = options::read(settings)?;
    settings.options().background.get_or_insert(false);
    Ok(settings)
}

fn not_here(operation: &str, reason: &str) -> Error {
    Detail::NotSupported { operation: operation.to_owned(), reason: reason.to_owned() }.into()
}

fn unavailable(reason: &str) -> Error {
    Detail::StoreUnavailable { reason: reason.to_owned() }.into()
}

fn error_of(fault: Fault) -> Error {
    match fault {
        Fault::Refused(error) => error,
        Fault::System(_) => unavailable("the system has no threads for an engine"),
    }
}

#[cfg(test)]
mod tests {
    use earnest::Options;

    use super::*;
    use crate::{money, runtime};

    fn opened(url: &str) -> Device {
        let device = Device::open(1, url.to_owned(), b"{}").unwrap();
        assert_eq!(device.take(), [Answer::done(1)]);
        device
    }

    #[test]
    fn a_view_answers_where_its_engine_does_and_does_not_close_it() {
        let device = opened("memory:");
        let view = device.view(None, Some(br#""anna""#)).unwrap();
        view.begin(2, "ledger.balances", br#"{"accounts":["alice"]}"#);
        assert_eq!(device.take()[0].ticket, 2);
        view.close(3);
        assert!(device.take()[0].error.as_ref().unwrap().contains("not_supported"));
        device.close(4);
        assert_eq!(device.take(), [Answer::done(4)]);
        device.begin(5, "ledger.balances", br#"{"accounts":["alice"]}"#);
        assert!(device.take()[0].error.as_ref().unwrap().contains("store_unavailable"));
        device.stop();
        assert!(device.take().is_empty());
    }

    #[test]
    fn a_currency_of_another_process_is_known_with_the_answer_that_names_it() {
        let file = std::env::temp_dir().join(format!("earnest-currency-{}.db", std::process::id()));
        let url = format!("sqlite:{}", file.display());
        let device = opened(&url);
        assert!(money::of_minor("1", "TALER").is_err());
        // an engine that no language has: as in another process
        let other = Engine::open_with(&url, Options::new().currency("TALER", 3));
        let closed = runtime::handle().unwrap().block_on(async {
            other.await?.close().await;
            Ok::<_, Error>(())
        });
        closed.unwrap();
        device.begin(2, "ledger.top_up", br#"{"account":"alice","amount":"1.000 TALER","key":"t-1"}"#);
        assert_eq!(device.take()[0].error, None);
        assert_eq!(money::of_minor("1", "TALER").unwrap().to_string(), "0.001 TALER");
        device.close(3);
        assert_eq!(device.take(), [Answer::done(3)]);
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn calls_that_were_begun_before_a_close_are_answered() {
        for round in 0..20 {
            let device = opened("memory:");
            let top_up = |ticket: u64| {
                let key = format!("t-{round}-{ticket}");
                let args = format!(r#"{{"account":"alice","amount":"1.00 USD","key":"{key}"}}"#);
                device.begin(ticket, "ledger.top_up", args.as_bytes());
            };
            (2..12).for_each(top_up);
            assert!(!device.is_closed());
            device.close(12);
            assert!(device.is_closed());
            top_up(13);
            let mut answers = Vec::new();
            while answers.len() < 12 {
                answers.extend(device.take());
            }
            for answer in answers {
                assert_eq!(answer.error.is_some(), answer.ticket == 13, "{answer:?}");
            }
        }
    }

    #[test]
    fn a_device_has_no_server() {
        for (url, settings) in [("postgres://x", "{}"), ("memory:", r#"{"webhooks":{}}"#)] {
            let refused = Device::open(1, url.to_owned(), settings.as_bytes()).unwrap_err();
            assert_eq!(refused.code().as_str(), "not_supported", "{url}");
        }
        for (settings, background) in [("{}", false), (r#"{"background":true}"#, true)] {
            let given = serde_json::from_str(settings).unwrap();
            assert_eq!(
                settings_of(&given, settings.as_bytes()).unwrap().options().background,
                Some(background)
            );
        }
    }

    #[test]
    fn a_refusal_of_the_keyring_shows_no_folder() {
        let settings = r#"{"keyring":"file:/nowhere at all/keys"}"#;
        // read where nobody draws: whoever waits under the ticket hears of it
        let device = Device::open(1, "memory:".to_owned(), settings.as_bytes()).unwrap();
        let answers = device.take();
        let said = answers[0].error.as_deref().unwrap();
        assert!(said.contains("keyring") && said.contains("keys"), "{said}");
        assert!(!said.contains("nowhere"), "{said}");
    }

    #[test]
    fn a_refusal_within_a_reply_shows_no_folder() {
        let folders = folders_of(&[PathBuf::from("/nowhere at all/till.db")]);
        let text = "cannot open /nowhere at all/till.db";
        let mut reply = serde_json::json!({
            "checks": [{ "name": "store", "detail": text }],
            "results": [{ "error": { "message": text, "details": { "reason": text } } }, { "reply": text }],
            "metadata": { "kept": text },
        });
        hide_in_refusals(&mut reply, &folders);
        assert_eq!(reply["checks"][0]["detail"], "cannot open till.db");
        assert_eq!(reply["results"][0]["error"]["details"]["reason"], "cannot open till.db");
        assert_eq!((&reply["results"][1]["reply"], &reply["metadata"]["kept"]), (&text.into(), &text.into()));
    }

    #[test]
    fn an_engine_that_could_not_be_opened_says_so_under_its_ticket() {
        for device in [
            Device::open_file(1, "/nowhere/at/all?.db".to_owned(), b"{}"),
            Device::open(1, "sqlite:/nowhere/at/all?mode=rw".to_owned(), b"{}"),
        ] {
            let answers = device.unwrap().take();
            let refused = answers[0].error.as_ref().unwrap();
            assert!(refused.contains("store_unavailable") && refused.contains("all"), "{refused}");
            assert!(!refused.contains("nowhere"), "{refused}");
        }
        let device = Device::open_file(1, "/nowhere/at/all.db".to_owned(), b"{}").unwrap();
        assert_eq!(device.here().unwrap_err().code().as_str(), "store_unavailable");
    }
}
