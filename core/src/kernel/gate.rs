//! Gates: what a call passes between its decision and its commit. Lists, rates, limits, reviews, approvals.
//!
//! A call is decided first, so that no approver is asked about a call that would be refused anyway. Then
//! every gate of the engine judges it, in their order. A gate may name rows, which are read and locked in the
//! call's one pass, and may write with the call. When it refuses, it may leave something that outlives the
//! refusal.

use std::fmt::Debug;
use std::sync::Arc;

use super::caller::Caller;
use super::draft::Draft;
pub use super::draft::Survivor;
use super::identity::Identity;
use super::memo::Memo;
use super::moves::Moves;
use super::objects::Objects;
use super::operation::{CreatedIds, Decides, Halt, Rejection};
use super::permit::Who;
use super::rests_on::RestsOn;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::ids::{Book, Key};
use crate::rows::needs::{AccountKey, Needs, RecordKey};

/// What the gates get in addition to the call.
pub struct GateContext {
    /// The effect of the operation: `escrow.pay`.
    pub effect: &'static str,
    /// The operation whose rules are about the call, where that is not the operation of its name: an attempt
    /// at a PIN is one by whatever request it is made.
    pub rules_of: Option<&'static str>,
    /// What the host's own model thinks of the risk of the call, 0 to 100.
    pub score: u8,
    /// Which part of its operation the call is.
    pub part: Part,
    /// The gates, in the order in which they judge.
    pub gates: Arc<[Arc<dyn Gate>]>,
    /// The request as canonical JSON, without key, actor and context, and without what only its reader may
    /// see.
    pub request: RequestJson,
    /// What a gate has worked out of the call.
    pub memo: Memo,
}

impl GateContext {
    /// That of a call that is the whole of its operation.
    #[must_use]
    pub fn whole(effect: &'static str, gates: Arc<[Arc<dyn Gate>]>, request: RequestJson) -> Self {
        Self { effect, rules_of: None, score: 0, part: Part::Whole, gates, request, memo: Memo::default() }
    }
}

/// Makes the request of a call as canonical JSON.
pub type RequestJson = Box<dyn Fn() -> Result<String> + Send + Sync>;

/// Which part of its operation a call is. Most are the whole of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// It is judged and counted.
    #[default]
    Whole,
    /// It is judged, and counted with its outcome, in another commit.
    Begins,
    /// The second half of a call of two commits, which has failed. It is judged like a success, so that
    /// neither its time nor its answer tells, and counted as a failure.
    Fails,
}

/// What a call has besides its operation.
pub(super) struct Envelope {
    pub(super) name: &'static str,
    pub(super) identity: Identity,
    pub(super) caller: Caller,
    pub(super) who: Who,
    pub(super) passage: Option<GateContext>,
    /// The key that names, hashes and marks of it are made with.
    pub(super) rests_on: Option<RestsOn>,
    /// Rows that a run asked for.
    pub(super) extra: Needs,
}

/// A call as gates see it, and as it is decided.
#[derive(Clone, Copy)]
pub struct Gated<'c> {
    pub(super) envelope: &'c Envelope,
    pub(super) operation: &'c dyn Decides,
}

impl Gated<'_> {
    /// The operation that gates judge it as: `escrow.pay`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.envelope.passage.as_ref().and_then(|passage| passage.rules_of).unwrap_or(self.envelope.name)
    }

    /// Which part of its operation it is.
    #[must_use]
    pub fn part(&self) -> Part {
        self.envelope.passage.as_ref().map_or(Part::Whole, |passage| passage.part)
    }

    /// The effect of its operation, which several operations may share.
    #[must_use]
    pub fn effect(&self) -> &'static str {
        self.envelope.passage.as_ref().map_or("", |passage| passage.effect)
    }

    /// The effect that policies know it by: that of its operation, unless its rows say another one.
    #[must_use]
    pub fn effect_on(&self, seen: &Snapshot) -> &'static str {
        self.operation.effect(seen).unwrap_or_else(|| self.effect())
    }

    /// The account that pays, where that is known before the rows are.
    #[must_use]
    pub fn payer(&self) -> Option<&AccountKey> {
        self.operation.payer()
    }

    /// What it moves, as far as `seen` has the rows that say it.
    ///
    /// # Errors
    /// Those of rows that cannot be read.
    pub fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        self.operation.moves(seen)
    }

    /// What the host's own model thinks of its risk, 0 to 100.
    #[must_use]
    pub fn score(&self) -> u8 {
        self.envelope.passage.as_ref().map_or(0, |passage| passage.score)
    }

    /// What a gate has worked out of it.
    #[must_use]
    pub fn memo(&self) -> Option<&Memo> {
        self.envelope.passage.as_ref().map(|passage| &passage.memo)
    }

    /// The caller: actor and book.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.envelope.caller
    }

    /// Its key and its payload.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.envelope.identity
    }

    /// The request as canonical JSON, without key, actor and context.
    ///
    /// # Errors
    /// `corrupted` when it has no JSON form.
    pub fn request(&self) -> Result<String> {
        let passage =
            self.envelope.passage.as_ref().ok_or_else(|| Error::corrupted("a call that passes no gate"))?;
        (passage.request)()
    }

    /// The objects that it is about, as far as they exist.
    #[must_use]
    pub fn objects(&self, seen: &Snapshot) -> Objects {
        let mut needs = Needs::default();
        self.operation.needs(seen, &mut needs);
        Objects::of(&needs, seen)
    }
}

/// A call that was decided and not refused.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    /// The ids that it created.
    pub made: &'a CreatedIds,
    /// Its key is tied to it already: it was stopped at a gate before.
    pub waits: bool,
    /// Objects that the host's own open transaction created: nobody else can see them yet.
    pub uncommitted: &'a Objects,
}

/// One gate.
pub trait Gate: Debug + Send + Sync {
    /// Names the rows that it judges by. They are read and locked with those of the call, which `needs` has
    /// already, and those of no other call.
    fn needs(&self, call: &Gated<'_>, seen: &Snapshot, needs: &mut Needs);

    /// The record that exists since a call with this key was stopped here.
    fn pending_record(&self, _book: &Book, _key: &Key) -> Option<RecordKey> {
        None
    }

    /// Judges a call before it is decided, by whom it names; what was done before is not judged again.
    ///
    /// # Errors
    /// Halts for rows that it did not name, and refuses.
    fn admit(&self, _call: &Gated<'_>, _draft: &Draft<'_>) -> Result<(), Halt> {
        Ok(())
    }

    /// Judges a decision: the draft has what the call writes and what it declares. The gate's own writes
    /// there are committed with the call, or not at all.
    ///
    /// # Errors
    /// Halts for rows that it did not name, and refuses.
    fn judge(&self, call: &Gated<'_>, accepted: &Accepted<'_>, draft: &mut Draft<'_>) -> Result<(), Halt>;

    /// Returns what a refusal leaves behind, no matter which part refused: the decision, this gate or another
    /// one. `seen` are the rows as far as they were read.
    fn refused(
        &self,
        _call: &Gated<'_>,
        _rejection: &Rejection,
        _seen: &Snapshot,
    ) -> Option<Arc<dyn Survivor>> {
        None
    }
}
