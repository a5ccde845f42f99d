//! An operation: the rows it needs, the pure decision, and the view that answers it.

use std::sync::Arc;

pub use super::created::CreatedIds;
use super::draft::Draft;
use super::gate::Survivor;
use super::moves::Moves;
use super::permit::Who;
use super::snapshot::Snapshot;
use super::tally::CallTally;
use crate::error::Error;
use crate::ids::{Actor, Book};
use crate::rows::needs::{AccountKey, Needs};
use crate::rows::traced::Traced;
use crate::time::Time;

/// Why a decision did not accept.
#[derive(Clone, Debug)]
pub enum Halt {
    /// It needs rows that were not read; the command goes to the next group.
    NeedMore(Box<Needs>),
    /// A row that it needs is locked by another transaction; the command goes to the next group.
    Busy,
    /// It refuses.
    Reject(Rejection),
}

/// A refusal: nothing of the operation's own is written.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The public error.
    pub error: Error,
    /// Written in spite of the refusal.
    pub survivors: Vec<Arc<dyn Survivor>>,
}

impl Halt {
    /// The rows that it needs, together with those that are missing already.
    ///
    /// # Errors
    /// Itself, if it does not need rows.
    pub fn with(self, missing: Option<Box<Needs>>) -> Result<Box<Needs>, Self> {
        let Self::NeedMore(mut needs) = self else { return Err(self) };
        if let Some(missing) = missing {
            needs.extend(&missing);
        }
        Ok(needs)
    }
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Reject(Rejection { error: error.into(), survivors: Vec::new() })
    }
}

/// The context of one attempt at one command: its only clock and its only identity.
#[derive(Clone, Debug)]
pub struct Context {
    /// The book.
    pub book: Book,
    /// Name of the operation, as in the operations table.
    pub operation: &'static str,
    /// The store's time, read once the locks were held. Guards compare with it.
    pub now: Time,
    /// The stamp that everything written carries: later than every row locked.
    pub stamp: Time,
    /// The clock's time, if the stamp is well ahead of it; `None` otherwise.
    pub at: Option<Time>,
    /// The actor.
    pub actor: Actor,
    /// Who may call, by the operations table.
    pub who: Who,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
    /// Whether parties are told of every state, by option `notify_every_state`.
    pub notify_every_state: bool,
}

impl Context {
    /// The time shown to people and used by calendars: the clock's time. It follows the stamp while that is
    /// about now, so that the events of one group appear in their order.
    #[must_use]
    pub fn time(&self) -> Time {
        self.at.unwrap_or(self.stamp)
    }
}

/// One operation, parsed and checked for shape. Pure: no clock, no randomness, no I/O.
pub trait Operation: Send + Sync + 'static {
    /// The reply to the caller.
    type Reply: Send + 'static;

    /// Names the rows it needs. Called again, with what was read, until [`Needs::incomplete`] stays false.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);

    /// The account that pays, where that is known before the rows are: a guess that saves reading others.
    fn payer(&self) -> Option<&AccountKey> {
        None
    }

    /// What it moves, as far as `seen` has the rows that say it: nothing, unless it says otherwise.
    ///
    /// # Errors
    /// Those of rows that cannot be read.
    fn moves(&self, _seen: &Snapshot) -> Result<Moves, Error> {
        Ok(Moves::default())
    }

    /// The effect that policies know it by, where its rows say another one than its operation has: nothing,
    /// unless it says otherwise.
    fn effect(&self, _seen: &Snapshot) -> Option<&'static str> {
        None
    }

    /// Whether it may be written by a clock that nobody believes: the confirmation of the clock may.
    fn believes_any_clock(&self) -> bool {
        false
    }

    /// Decides, by writing to the draft.
    ///
    /// # Errors
    /// [`Halt::Reject`] refuses; [`Halt::NeedMore`] asks for rows.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt>;

    /// Does what is not begun for a call that a gate refuses: here a code is looked at. What it writes and
    /// refuses counts as if [`Operation::decide`] had done it.
    ///
    /// # Errors
    /// As [`Operation::decide`].
    fn conclude(&self, _draft: &mut Draft<'_>) -> Result<(), Halt> {
        Ok(())
    }

    /// What this process counts where a call is refused; `seen` are the rows as far as they were read.
    fn tally_of(&self, _refusal: &Error, _seen: &Snapshot) -> Option<CallTally> {
        None
    }

    /// Whether a refusal leaves no event though its kind does: strangers may call as often as they like, and
    /// must not fill the log. Such refusals are counted ([`Operation::tally_of`]), and told of in the log of
    /// the process once a minute.
    fn refuses_quietly(&self, _refusal: &Error) -> bool {
        false
    }

    /// Whether its object asks for it once more: then an earlier call under its derived key was another one,
    /// and this one is decided. It does not, unless it says otherwise.
    ///
    /// # Errors
    /// [`Halt::Busy`] where `seen` may be outdated.
    fn asks_again(&self, _seen: &Snapshot) -> Result<bool, Halt> {
        Ok(false)
    }

    /// Names the rows that the reply of a replay is made of, beyond those of [`Operation::needs`].
    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        made.needs(book, needs);
    }

    /// Builds the reply from the rows, at first as on a replay.
    ///
    /// # Errors
    /// [`Halt::NeedMore`] asks for rows.
    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<Self::Reply, Halt>;
}

/// An operation without its reply.
pub trait Decides: Send + Sync {
    /// As [`Operation::needs`].
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// As [`Operation::payer`].
    fn payer(&self) -> Option<&AccountKey>;
    /// As [`Operation::moves`].
    ///
    /// # Errors
    /// Those of the operation.
    fn moves(&self, seen: &Snapshot) -> Result<Moves, Error>;
    /// As [`Operation::effect`].
    fn effect(&self, seen: &Snapshot) -> Option<&'static str>;
    /// As [`Operation::believes_any_clock`].
    fn believes_any_clock(&self) -> bool;
    /// As [`Operation::decide`].
    ///
    /// # Errors
    /// Those of the operation.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt>;
    /// As [`Operation::conclude`].
    ///
    /// # Errors
    /// Those of the operation.
    fn conclude(&self, draft: &mut Draft<'_>) -> Result<(), Halt>;
    /// As [`Operation::tally_of`].
    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally>;
    /// As [`Operation::refuses_quietly`].
    fn refuses_quietly(&self, refusal: &Error) -> bool;
    /// As [`Operation::asks_again`].
    ///
    /// # Errors
    /// Those of the operation.
    fn asks_again(&self, seen: &Snapshot) -> Result<bool, Halt>;
    /// As [`Operation::replay_needs`].
    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs);
}

impl<O: Operation> Decides for O {
    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        Operation::needs(self, seen, needs);
    }

    fn payer(&self) -> Option<&AccountKey> {
        Operation::payer(self)
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves, Error> {
        Operation::moves(self, seen)
    }

    fn effect(&self, seen: &Snapshot) -> Option<&'static str> {
        Operation::effect(self, seen)
    }

    fn believes_any_clock(&self) -> bool {
        Operation::believes_any_clock(self)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        Operation::decide(self, draft)
    }

    fn conclude(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
        Operation::conclude(self, draft)
    }

    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally> {
        Operation::tally_of(self, refusal, seen)
    }

    fn refuses_quietly(&self, refusal: &Error) -> bool {
        Operation::refuses_quietly(self, refusal)
    }

    fn asks_again(&self, seen: &Snapshot) -> Result<bool, Halt> {
        Operation::asks_again(self, seen)
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        Operation::replay_needs(self, made, book, needs);
    }
}
