//! Gates: checks between a call's decision and its commit, such as lists, rates, limits, reviews and
//! approvals.
//!
//! A call is decided first, so that no approver is asked about a call that would be refused anyway. Then the
//! gates of the engine judge it, in their order. A gate may name rows: they are read and locked in the same
//! pass as the call's own. A gate may write with the call. When it refuses, it may leave a [`Survivor`],
//! which is written in spite of the refusal.

use std::fmt::Debug;
use std::sync::Arc;

use super::caller::Caller;
use super::commitment::Commitment;
use super::draft::Draft;
pub use super::draft::Survivor;
use super::identity::Identity;
use super::key_dependence::RestsOn;
use super::memo::Memo;
use super::moves::Moves;
use super::objects::Objects;
use super::operation::{CreatedIds, Decided, Decides, Rejection};
use super::permit::Who;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::ids::{Book, Key};
use crate::rows::needs::{AccountKey, Needs, RecordKey};

/// The gates of a call, and what they know of it besides its operation.
pub struct GateContext {
    /// The effect of the operation: `escrow.pay`.
    pub effect: &'static str,
    /// The operation as which rules judge the call, if that is not its own. Every attempt at a PIN is judged
    /// as `credentials.verify_pin`, whichever request brought it.
    pub rules_of: Option<&'static str>,
    /// The risk score that the host gave the call, 0 to 100.
    pub score: u8,
    /// Which part of its operation the call is.
    pub part: Part,
    /// The gates, in the order in which they judge.
    pub gates: Arc<[Arc<dyn Gate>]>,
    /// The request as canonical JSON, without key, actor, context, proofs and secrets.
    pub request: RequestJson,
    /// A value that a gate has computed from the call, kept for its next attempts.
    pub memo: Memo,
}

impl GateContext {
    /// The context of an ordinary call: made in one commit, without a risk score.
    pub fn whole(effect: &'static str, gates: Arc<[Arc<dyn Gate>]>, request: RequestJson) -> Self {
        Self { effect, rules_of: None, score: 0, part: Part::Whole, gates, request, memo: Memo::default() }
    }
}

/// Makes the request of a call as canonical JSON.
pub type RequestJson = Box<dyn Fn() -> Result<String> + Send + Sync>;

/// Whether a call is a whole operation, or half of one that takes two commits. Most are whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// It is judged and counted.
    #[default]
    Whole,
    /// The first half. It is judged here; the second half counts it with its outcome.
    Begins,
    /// The second half, which has failed. It is judged like a success, so that neither its duration nor its
    /// answer reveals the failure. It is counted as a failure.
    Fails,
}

/// A call without its operation: its name, idempotency, caller and gates.
pub(super) struct Envelope {
    pub(super) name: &'static str,
    pub(super) identity: Identity,
    pub(super) caller: Caller,
    pub(super) who: Who,
    pub(super) passage: Option<GateContext>,
    /// The keyring key with which the call's record names, request hash and proof marks are made.
    pub(super) rests_on: Option<RestsOn>,
    /// Rows that an earlier run of the call asked for.
    pub(super) extra: Needs,
}

/// A view of a call: for gates, and for the attempt that decides it.
#[derive(Clone, Copy)]
pub struct Gated<'c> {
    pub(super) envelope: &'c Envelope,
    pub(super) operation: &'c dyn Decides,
}

impl Gated<'_> {
    /// The operation that gates judge it as: `escrow.pay`.
    pub fn name(&self) -> &'static str {
        self.envelope.passage.as_ref().and_then(|passage| passage.rules_of).unwrap_or(self.envelope.name)
    }

    /// Which part of its operation it is.
    pub fn part(&self) -> Part {
        self.envelope.passage.as_ref().map_or(Part::Whole, |passage| passage.part)
    }

    /// The effect of its operation, which several operations may share.
    pub fn effect(&self) -> &'static str {
        self.envelope.passage.as_ref().map_or("", |passage| passage.effect)
    }

    /// The effect that policies apply to: that of its operation, unless its rows show another one.
    pub fn effect_on(&self, seen: &Snapshot) -> &'static str {
        self.operation.effect(seen).unwrap_or_else(|| self.effect())
    }

    /// Returns the call's effect for risk rules. Where that is another operation, the rules of that one apply
    /// too.
    pub fn judged_as(&self, seen: &Snapshot) -> &'static str {
        self.operation.judged_as(seen).unwrap_or_else(|| self.effect())
    }

    /// The payer's account, if it is known before any row is read.
    pub fn payer(&self) -> Option<&AccountKey> {
        self.operation.payer()
    }

    /// Payers, payees and amounts of the call, as far as the rows in `seen` show them.
    pub fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        self.operation.moves(seen)
    }

    /// The commitment of the call, by its decision in `draft`.
    pub fn commitment(&self, draft: &Draft<'_>) -> Result<Commitment> {
        Commitment::of(draft.writes(), draft.seen(), &self.moves(draft.seen())?)
    }

    /// The risk score that the host gave it, 0 to 100.
    pub fn score(&self) -> u8 {
        self.envelope.passage.as_ref().map_or(0, |passage| passage.score)
    }

    /// The memo in which gates keep what they have computed from the call.
    pub fn memo(&self) -> Option<&Memo> {
        self.envelope.passage.as_ref().map(|passage| &passage.memo)
    }

    /// The caller: actor and book.
    pub fn caller(&self) -> &Caller {
        &self.envelope.caller
    }

    /// Its key and its payload.
    pub fn identity(&self) -> &Identity {
        &self.envelope.identity
    }

    /// The request as canonical JSON, without key, actor and context.
    pub fn request(&self) -> Result<String> {
        let passage =
            self.envelope.passage.as_ref().ok_or_else(|| Error::corrupted("a call that passes no gate"))?;
        (passage.request)()
    }

    /// The existing records, transfers and holds that the call names.
    pub fn objects(&self, seen: &Snapshot) -> Objects {
        let mut needs = Needs::default();
        self.operation.needs(seen, &mut needs);
        Objects::of(&needs, seen)
    }
}

/// A call that was decided and not refused.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    pub made: &'a CreatedIds,
    /// A gate has parked this call before: its idempotency key is bound to this request.
    pub waits: bool,
    /// Objects that the host's own open transaction created: nobody else can see them yet.
    pub uncommitted: &'a Objects,
}

pub trait Gate: Debug + Send + Sync {
    /// Adds the rows that the gate judges by. They are read and locked with the call's own rows, which
    /// `needs` has already. `needs` has the rows of no other call.
    fn needs(&self, call: &Gated<'_>, seen: &Snapshot, needs: &mut Needs);

    /// The record that this gate writes when it parks a call under this key.
    fn pending_record(&self, _book: &Book, _key: &Key) -> Option<RecordKey> {
        None
    }

    /// Judges a call before its decision, by the parties that it names. A replay is not judged.
    fn admit(&self, _call: &Gated<'_>, _draft: &Draft<'_>) -> Decided<()> {
        Ok(())
    }

    /// Judges a decision: the draft has what the call writes and what it declares. The gate's own writes
    /// there are committed with the call, or not at all.
    fn judge(&self, call: &Gated<'_>, accepted: &Accepted<'_>, draft: &mut Draft<'_>) -> Decided<()>;

    /// Returns what outlives a refusal, whoever refused: the decision, this gate or another one. `seen` has
    /// the rows that were read so far.
    fn refused(
        &self,
        _call: &Gated<'_>,
        _rejection: &Rejection,
        _seen: &Snapshot,
    ) -> Option<Arc<dyn Survivor>> {
        None
    }
}
