//! Parked calls: each waits under its own key until people have agreed, and is made in the commit of their
//! consent.
//!
//! Approvals and reviews are both parked calls. A call is refused, and leaves a record that has its request
//! ([`ask`]). The key is tied to that request, so that the same call answers the same refusal and another one
//! is a mismatch. Consent makes the call ([`consent`]); time ends the waiting ([`timers`]).

pub mod ask;
pub mod consent;
pub mod origin;
pub mod timers;

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::Map;
use sha2::{Digest as _, Sha256};

use crate::error::{Detail, Error, Result};
use crate::ids::{Actor, Book, CreatedId as _, Key};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt};
use crate::request::note::Note;
use crate::rows::codec::text_enum;
use crate::rows::object::{ListedBy, Object, Stored};
use crate::sorting::Gathering;
use crate::time::Time;

text_enum! {
    /// The state of a parked call in its life cycle.
    pub enum State {
        /// Not enough people have consented yet.
        Pending = "pending",
        /// Enough have; the call was refused when it should have run, and may be tried again.
        Approved = "approved",
        /// Somebody rejected it, for good.
        Rejected = "rejected",
        /// Its time passed. The same call may ask again.
        Expired = "expired",
        /// The call took place, for good.
        Executed = "executed",
    }
}

impl State {
    /// Whether it can still be approved, rejected or executed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// The names of the events of a kind of parked calls.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    /// It was asked for.
    pub requested: &'static str,
    /// Its time passed.
    pub expired: &'static str,
    /// The call was refused when it should have run.
    pub refused: &'static str,
    /// The call took place.
    pub executed: &'static str,
}

/// What became of a parked call.
#[derive(Debug)]
pub struct ParkedOutcome<'f> {
    /// Why the call was refused when it should have run last.
    pub error: &'f mut Option<String>,
    /// The ids that the call created.
    pub made: &'f mut Vec<String>,
    /// When it was executed, rejected or expired.
    pub ended_at: &'f mut Option<Time>,
}

/// The facts of a parked call: an approval or a review.
pub trait ParkedFacts: Object<State = State, Currency = ()> {
    /// Hashed with the key into its id.
    const SALT: &'static [u8];
    /// Its events.
    const EVENTS: Events;
    /// The operation that waits.
    fn operation(&self) -> &str;
    /// Hash of its canonical request, hexadecimal.
    fn payload_hash(&self) -> &str;
    /// The requester: the call runs as this actor.
    fn requested_by(&self) -> &Actor;
    /// The factors that were proven when it was asked for.
    fn proven(&self) -> &[String];
    /// What became of it.
    fn outcome(&mut self) -> ParkedOutcome<'_>;
}

impl<F: ParkedFacts> Stored<F> {
    /// A call that is parked, before its first event: listed by requester and by operation.
    ///
    /// # Errors
    /// None: it has no currency that could be wrong.
    pub fn asked(book: &Book, id: F::Id, facts: F, at: Time) -> Result<Self> {
        let (owner, peer) = (facts.requested_by().id().into(), facts.operation().into());
        let listed_by = ListedBy { owner: Some(owner), peer: Some(peer), reference: None };
        Self::begin(Self::key(book, id), listed_by, State::Pending, facts, at)
    }

    /// Whether its time has passed, whether or not the timer has run.
    #[must_use]
    pub fn lapsed(&self, now: Time) -> bool {
        self.state == State::Expired || self.due_at().is_some_and(|at| at <= now)
    }

    /// Whether it is for another request than this one.
    #[must_use]
    pub fn is_for_another(&self, request: &[u8]) -> bool {
        self.facts.payload_hash() != hex::encode(request)
    }

    /// `transition_not_allowed`.
    #[must_use]
    pub fn not_allowed(&self, trigger: &str) -> Error {
        let (object, state) = (self.id().to_string(), self.state.to_string());
        Detail::TransitionNotAllowed { object, state, trigger: trigger.to_owned(), allowed: Vec::new() }
            .into()
    }

    /// Ends it: nobody can decide on it any more, and where it came from is forgotten.
    pub fn end(&mut self, state: State, at: Time) {
        self.state = state;
        *self.facts.outcome().ended_at = Some(at);
        self.texts.remove(origin::TEXT);
    }

    /// Uses it up: the call takes place in the same commit.
    ///
    /// # Errors
    /// `corrupted` when it has no JSON form.
    pub fn execute(mut self, draft: &mut Draft<'_>, made: &CreatedIds) -> Result<(), Halt> {
        self.end(State::Executed, draft.ctx.now);
        let ended = self.facts.outcome();
        (*ended.error, *ended.made) = (None, made.ids());
        let data = Map::from_iter([("operation".to_owned(), self.facts.operation().into())]);
        draft.emit(&mut self, F::EVENTS.executed, &data)?;
        draft.put_record(self.into_row()?);
        Ok(())
    }
}

/// The id of the parked call of a key: always the same, so that a key has one of a kind, however often and by
/// whichever actor it is requested, and so that it can be named before it is written. A UUID of version 8:
/// its bits are a hash of book and key.
#[must_use]
pub fn id_of<F: ParkedFacts>(book: &Book, key: &Key) -> F::Id {
    let digest = Sha256::new()
        .chain_update(F::SALT)
        .chain_update(book.as_str())
        .chain_update(b"\0")
        .chain_update(key.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    F::Id::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The parked call of a key, if there is one.
///
/// # Errors
/// Halts when it was not read.
pub fn known<F: ParkedFacts>(draft: &Draft<'_>, key: &Key) -> Result<Option<Stored<F>>, Halt> {
    let book = &draft.ctx.book;
    Ok(draft.record(&Stored::<F>::key(book, id_of::<F>(book, key)))?.map(Stored::of).transpose()?)
}

/// What was proven when a call was parked that waits now, or that people have agreed to; nothing where there
/// is none.
///
/// # Errors
/// Halts when it was not read.
pub fn proven<F: ParkedFacts>(draft: &Draft<'_>, key: &Key) -> Result<BTreeSet<String>, Halt> {
    let open = known::<F>(draft, key)?.filter(|parked| parked.state.is_open());
    let open = open.filter(|parked| !parked.lapsed(draft.ctx.now));
    Ok(open.iter().flat_map(|parked| parked.facts.proven()).cloned().gathered())
}

/// A parked call that must exist and be open to a decision of people.
///
/// # Errors
/// `approval_not_found`, `version_conflict`, `approval_expired`.
pub fn open<F: ParkedFacts>(
    draft: &Draft<'_>,
    book: &Book,
    id: F::Id,
    note: &Note,
) -> Result<Stored<F>, Halt> {
    let row = draft.record(&Stored::<F>::key(book, id))?.ok_or_else(|| not_found(id))?;
    note.check_version(&id.to_string(), row.version)?;
    let parked = Stored::of(row)?;
    if parked.lapsed(draft.ctx.now) {
        return Err(Detail::ApprovalExpired { approval: id.to_string() }.into());
    }
    Ok(parked)
}

/// `approval_not_found`: a review is an approval of another kind.
#[must_use]
pub fn not_found(id: impl Display) -> Error {
    Detail::ApprovalNotFound { approval: id.to_string() }.into()
}
