//! Where answers wait for the language that asked: any thread puts a letter in, and only that language takes
//! them out.

use std::fmt::Debug;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use earnest::currency::Currency;
use earnest::store::attached::channel::Answer;
use earnest::{Detail, Engine, Error};

use crate::money;

/// The content of a letter.
#[derive(Debug)]
pub enum Content {
    /// A reply as JSON.
    Reply(String),
    /// A refusal as JSON.
    Refused(Vec<u8>),
    /// An engine was opened.
    Opened(Engine),
    /// It is done, and there is nothing to say.
    Done,
    /// A call inside a transaction of the host can go on.
    Woken,
    /// An engine on a pool of the host wants a connection.
    Lend {
        /// The number that the connection has from now on.
        connection: u64,
        /// Where the answer goes.
        answer: Answer,
    },
    /// It wants a statement to be run.
    Query {
        /// On which connection.
        connection: u64,
        /// The statement.
        sql: String,
        /// Its parameters, as texts.
        params: Vec<Option<String>>,
        /// Where its rows go.
        answer: Answer,
    },
    /// It wants several statements to be run, without parameters.
    Run {
        /// On which connection.
        connection: u64,
        /// The statements.
        statements: Vec<String>,
        /// Where the answer goes.
        answer: Answer,
    },
    /// It gives a connection back.
    GiveBack(u64),
    /// It wants a connection to be closed.
    Discard(u64),
    /// A line for the log, whose level is the ticket.
    Said {
        /// Which part of the engine speaks.
        target: String,
        /// The line itself.
        text: String,
    },
}

impl Content {
    /// A refusal.
    #[must_use]
    pub fn refused(error: &Error) -> Self {
        Self::Refused(serde_json::to_vec(error).unwrap_or_default())
    }
}

/// The bell that a thread of the engine rings when the first letter arrives: it must not wait, and must not
/// call into the language.
pub trait Bell: Debug + Send + Sync {
    /// Says that letters are there.
    fn ring(&self);
}

/// The bell of a language that waits in [`Mailbox::wait`].
#[derive(Debug)]
pub struct Silent;

impl Bell for Silent {
    fn ring(&self) {}
}

/// How many lines for the log wait at most: whoever writes them down may be slower than what they tell of.
const LINES: usize = 10_000;

/// The number of the level of a warning, as the ticket of a line for the log has it.
const WARNING: u64 = 2;

/// The waiting letters, and how many lines for the log found no place since they were taken last.
#[derive(Debug, Default)]
struct Letters {
    waiting: Vec<(u64, Content)>,
    lines: usize,
    dropped: u64,
    /// The currencies of a store that has a new one: whoever takes the letters knows them before.
    currencies: Vec<Currency>,
    /// Nobody takes letters any more.
    ended: bool,
}

impl Letters {
    /// Whether it is the first that waits; a line for the log is only counted where too many wait already.
    fn add(&mut self, ticket: u64, content: Content) -> bool {
        if self.ended {
            return false;
        }
        if matches!(content, Content::Said { .. }) {
            if self.lines == LINES {
                self.dropped += 1;
                return false;
            }
            self.lines += 1;
        }
        self.waiting.push((ticket, content));
        self.waiting.len() == 1
    }

    fn take(&mut self) -> Vec<(u64, Content)> {
        let Self { mut waiting, dropped, currencies, ended, .. } = std::mem::take(self);
        self.ended = ended;
        if !currencies.is_empty() {
            money::learn(&currencies);
        }
        if dropped > 0 {
            let text = format!("{dropped} lines of the log were dropped: {LINES} waited to be written");
            waiting.push((WARNING, Content::Said { target: "earnest".to_owned(), text }));
        }
        waiting
    }
}

/// A mailbox.
#[derive(Debug)]
pub struct Mailbox {
    letters: Mutex<Letters>,
    arrived: Condvar,
    bell: Box<dyn Bell>,
}

impl Mailbox {
    /// An empty one.
    #[must_use]
    pub fn new(bell: Box<dyn Bell>) -> Arc<Self> {
        Arc::new(Self { letters: Mutex::default(), arrived: Condvar::new(), bell })
    }

    /// Puts a letter in, and rings where it is the first.
    pub fn put(&self, ticket: u64, content: Content) {
        if self.letters().add(ticket, content) {
            self.arrived.notify_all();
            self.bell.ring();
        }
    }

    /// Takes all letters, each with its ticket, in the order in which they arrived.
    #[must_use]
    pub fn take(&self) -> Vec<(u64, Content)> {
        self.letters().take()
    }

    /// Waits until letters are there, at most so long.
    pub fn wait(&self, limit: Duration) {
        drop(self.arrived.wait_timeout_while(self.letters(), limit, |letters| letters.waiting.is_empty()));
    }

    /// Waits until letters are there and takes all; none where it has [ended](Mailbox::end).
    #[must_use]
    pub fn next(&self) -> Vec<(u64, Content)> {
        let waits = |letters: &mut Letters| letters.waiting.is_empty() && !letters.ended;
        let letters = self.arrived.wait_while(self.letters(), waits);
        letters.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Takes no more letters: whoever waits for one gets what is there, and then none.
    pub fn end(&self) {
        self.letters().ended = true;
        self.arrived.notify_all();
    }

    /// Has whoever takes the letters know these currencies.
    fn tell(&self, currencies: Vec<Currency>) {
        self.letters().currencies.extend(currencies);
    }

    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the answer to one call goes. Dropped without one it says so: a task may be ended.
#[derive(Debug)]
pub struct Return {
    mailbox: Arc<Mailbox>,
    ticket: u64,
    answered: bool,
}

impl Return {
    /// The way back to whoever waits under a ticket.
    #[must_use]
    pub fn new(mailbox: &Arc<Mailbox>, ticket: u64) -> Self {
        Self { mailbox: Arc::clone(mailbox), ticket, answered: false }
    }

    /// Has whoever takes the answer know the currencies of its store.
    pub(crate) fn tell(&self, currencies: Vec<Currency>) {
        self.mailbox.tell(currencies);
    }

    /// Answers.
    pub fn with(mut self, content: Content) {
        self.answered = true;
        self.mailbox.put(self.ticket, content);
    }
}

impl Drop for Return {
    fn drop(&mut self) {
        if !self.answered {
            let unknown = Error::from(Detail::OutcomeUnknown { key: None });
            self.mailbox.put(self.ticket, Content::refused(&unknown));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Content {
        Content::Said { target: "earnest".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn whoever_drops_an_answer_has_answered() {
        let mailbox = Mailbox::new(Box::new(Silent));
        drop(Return::new(&mailbox, 7));
        let letters = mailbox.take();
        assert!(
            matches!(&letters[..], [(7, Content::Refused(json))] if json.windows(15).any(|part| part == b"outcome_unknown"))
        );
    }

    #[test]
    fn a_mailbox_that_ended_gives_what_it_has_and_takes_no_more() {
        let mailbox = Mailbox::new(Box::new(Silent));
        mailbox.put(1, Content::Done);
        mailbox.end();
        mailbox.put(2, Content::Done);
        assert!(matches!(&mailbox.next()[..], [(1, Content::Done)]));
        assert!(mailbox.next().is_empty());
    }

    #[test]
    fn lines_beyond_the_bound_are_counted_and_answers_are_kept() {
        let mailbox = Mailbox::new(Box::new(Silent));
        for _ in 0..LINES + 3 {
            mailbox.put(2, line("slow"));
        }
        mailbox.put(9, Content::Done);
        let letters = mailbox.take();
        assert_eq!(letters.len(), LINES + 2);
        assert!(matches!(letters[LINES], (9, Content::Done)));
        assert!(matches!(&letters[LINES + 1].1, Content::Said { text, .. } if text.starts_with("3 lines")));
        assert!(mailbox.take().is_empty());
    }
}
