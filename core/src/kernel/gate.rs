//! Gates: what a call passes between its decision and its commit. Lists, rates, limits, reviews, approvals.
//!
//! A call is decided first, so that no approver is asked about a call that would be refused anyway. Then
//! every gate of the engine judges it, in their order. A gate may name rows, which are read and locked in the
//! call's one pass, and may write with the call. When it refuses, it may leave something that outlives the
//! refusal.

use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use super::draft::Draft;
use super::gated::Gated;
use super::objects::Objects;
use super::operation::{CreatedIds, Halt, Operation, Rejection};
use super::snapshot::Snapshot;
use crate::error::Result;
use crate::ids::{Actor, Book, Key};
use crate::rows::needs::{Needs, RecordKey};
use crate::rows::traced::Traced;

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

/// What a gate has worked out of something, for as long as that does not change: the first thing that it
/// kept.
#[derive(Default)]
pub struct Memo(OnceLock<Box<dyn Any + Send + Sync>>);

impl Memo {
    /// What was kept, if it is one of these.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.get()?.downcast_ref()
    }

    /// Keeps something, unless something is kept already.
    pub fn set<T: Any + Send + Sync>(&self, what: T) {
        self.0.get_or_init(|| Box::new(what));
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

/// Something that is written although a call was refused. In the engine's own transaction it is written in
/// the call's group. In a host's transaction, which may be rolled back, it is handed to the engine, which
/// writes it in a transaction of its own as soon as the store allows.
pub trait Survivor: Debug + Send + Sync {
    /// The name under which the log knows it.
    fn name(&self) -> &'static str;
    /// Whether it is an attempt at a PIN or a code, which was wrong.
    fn is_attempt(&self) -> bool {
        false
    }
    /// Names the rows that it needs.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// Writes it, with its event.
    ///
    /// # Errors
    /// Only halts.
    fn write(&self, draft: &mut Draft<'_>) -> Result<(), Halt>;
}

/// What is to be written of a refusal whose transaction may be rolled back, and whose call was refused.
#[derive(Clone, Debug)]
pub struct PendingSurvivors {
    /// The book of the call.
    pub book: Book,
    /// Who made it.
    pub actor: Actor,
    /// Where it came from.
    pub trace: Option<Arc<Traced>>,
    /// What is written: all of it or nothing.
    pub survivors: Arc<[Arc<dyn Survivor>]>,
}

/// The operation that writes the survivors of one refusal, all of them or none.
#[derive(Clone, Debug)]
pub struct WriteSurvivors(pub Arc<[Arc<dyn Survivor>]>);

impl Operation for WriteSurvivors {
    type Reply = ();

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.0.iter().for_each(|survivor| survivor.needs(seen, needs));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        self.0.iter().try_for_each(|survivor| survivor.write(draft))?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}
