//! One call in a group: idempotency first, then the decision, then the gates, then the reply.

use std::sync::Arc;

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::draft::Draft;
use super::fold::Fold;
use super::gate::{Accepted, Gate, Gated, Part, Passage};
use super::identity::{FORM, Identity, Kept, differing, mark_of};
use super::objects::Objects;
use super::operation::{Context, CreatedIds, Halt, Operation, Rejection};
use super::permit::Who;
use super::snapshot::Snapshot;
use crate::env::Seed;
use crate::error::{Code, Detail, Error, Kind};
use crate::ids::{Actor, Book};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::{HeadRow, KeyRow};
use crate::rows::traced::Traced;
use crate::time::{Span, Time};

/// A call as the committer sees it: without its types, and with its reply waiting inside.
pub trait Command: Send {
    /// The book that it touches.
    fn book(&self) -> &Book;
    /// Its size in the queue, in bytes, roughly: with everything that the request carries.
    fn weight(&self) -> usize;
    /// Returns how many calls it consists of: each takes a place in the queue.
    fn calls(&self) -> usize {
        1
    }
    /// Adds the rows that it needs, as far as `seen` lets it name them.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// Runs on a group. The outcome waits until the group is durable.
    ///
    /// # Errors
    /// [`Halt::NeedMore`] and [`Halt::Busy`] leave the group as it was: the command goes to the next one.
    /// A refusal is an outcome; it is returned only so that an atomic batch can stop.
    fn run(&mut self, fold: &mut Fold) -> Result<(), Halt>;
    /// Writes what outlives a refusal: the event of one of kind denied or limited, and what gates leave.
    ///
    /// # Errors
    /// [`Halt::NeedMore`] when it needs rows.
    fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Result<(), Halt>;
    /// Adds rows that a run asked for to the command's needs.
    fn remember(&mut self, needs: &Needs);
    /// Answers the caller: with the outcome of the run, or with the failure of the group.
    fn finish(self: Box<Self>, group: Result<(), Error>);
}

/// The caller: book, actor, trace and id seed, and what he proves.
#[derive(Clone)]
pub struct Caller {
    /// The book.
    pub book: Book,
    /// The actor.
    pub actor: Actor,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
    /// The seed of its ids.
    pub seed: Seed,
    /// What proves factors that a gate may ask for. It is wiped with the call.
    pub proofs: Option<Arc<[Zeroizing<String>]>>,
    /// Whether parties are told of every state.
    pub tells: bool,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("Caller");
        debug.field("book", &self.book).field("actor", &self.actor).finish_non_exhaustive()
    }
}

/// Delivers the outcome of a call.
pub type Answer<R> = Box<dyn FnOnce(Result<R, Error>) + Send>;

/// A typed call.
pub struct Call<O: Operation> {
    operation: O,
    name: &'static str,
    identity: Identity,
    caller: Caller,
    who: Who,
    passage: Option<Passage>,
    extra: Needs,
    outcome: Option<Result<O::Reply, Error>>,
    answer: Answer<O::Reply>,
}

/// The state of a call's idempotency key.
enum Earlier {
    /// Nothing: it runs.
    Fresh,
    /// The same call was made; it waits for others to approve it.
    Waits,
    /// The same call took place.
    Done(CreatedIds),
}

impl<O: Operation> Call<O> {
    /// A call and the receiver of its reply.
    #[must_use]
    pub fn new(
        name: &'static str,
        operation: O,
        identity: Identity,
        caller: Caller,
    ) -> (Self, oneshot::Receiver<Result<O::Reply, Error>>) {
        let (sender, receiver) = oneshot::channel();
        // a caller that stopped waiting does not undo the call
        let answer = Box::new(move |outcome| drop(sender.send(outcome)));
        (Self::with_answer(name, operation, identity, caller, answer), receiver)
    }

    /// A call whose outcome goes to `answer`.
    #[must_use]
    pub fn with_answer(
        name: &'static str,
        operation: O,
        identity: Identity,
        caller: Caller,
        answer: Answer<O::Reply>,
    ) -> Self {
        let extra = Needs::default();
        // the engine's own calls were authorised before
        let who = Who::Anybody;
        Self { operation, name, identity, caller, who, passage: None, extra, outcome: None, answer }
    }

    /// Restricts the call to the actors that the rule admits.
    #[must_use]
    pub const fn judged_by(mut self, who: Who) -> Self {
        self.who = who;
        self
    }

    /// The same call with what its caller proves.
    #[must_use]
    pub fn proving(mut self, proofs: Option<Arc<[Zeroizing<String>]>>) -> Self {
        self.caller.proofs = proofs;
        self
    }

    /// The same call with the gates that it has to pass.
    #[must_use]
    pub fn gated(mut self, passage: Option<Passage>) -> Self {
        self.passage = passage;
        self
    }

    fn gates(&self) -> &[Arc<dyn Gate>] {
        self.passage.as_ref().map_or(&[], |passage| &passage.gates)
    }

    /// The operation.
    #[must_use]
    pub const fn operation(&self) -> &O {
        &self.operation
    }

    /// The caller.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Lets a wrapper extend the reply of a run that was accepted.
    ///
    /// # Errors
    /// Those of `with`.
    pub fn extend(&mut self, with: impl FnOnce(&O, &mut O::Reply) -> Result<(), Halt>) -> Result<(), Halt> {
        match &mut self.outcome {
            Some(Ok(reply)) => with(&self.operation, reply),
            _ => Ok(()),
        }
    }

    /// The outcome of the run, which a wrapper may extend before it is answered.
    pub const fn outcome_mut(&mut self) -> &mut Option<Result<O::Reply, Error>> {
        &mut self.outcome
    }

    fn context(&self, fold: &Fold) -> Context {
        let stamp = fold.next_stamp(&self.caller.book);
        Context {
            book: self.caller.book.clone(),
            operation: self.name,
            now: fold.now(),
            stamp,
            at: fold.at(stamp),
            actor: self.caller.actor.clone(),
            who: self.who,
            trace: self.caller.trace.clone(),
            tells: self.caller.tells,
        }
    }

    /// The record of the consent that a timer may have to wait for.
    fn consent(&self) -> Option<RecordKey> {
        let key = self.identity.key.as_ref().filter(|_| self.identity.kept == Kept::Consent)?;
        self.gates().iter().find_map(|gate| gate.tie(&self.caller.book, key))
    }

    /// The ids that the call created when it ran before, as far as its key was read.
    fn replayed(&self, seen: &Snapshot) -> Option<CreatedIds> {
        let key = self.identity.key.clone()?;
        let row = seen.keys.row(&(self.caller.book.clone(), key))?;
        CreatedIds::unpack(&row.made).ok().filter(|_| self.is_of(row))
    }

    /// Returns the state of the call's key.
    fn earlier(&self, fold: &Fold) -> Result<Earlier, Halt> {
        if self.consent().is_some_and(|consent| fold.seen.records.row(&consent).is_none()) {
            // no approval was asked for
            return Ok(Earlier::Fresh);
        }
        let Some(key) = &self.identity.key else { return Ok(Earlier::Fresh) };
        let Some(slot) = fold.seen.keys.slot(&(self.caller.book.clone(), key.clone())) else {
            let mut needs = Needs::default();
            needs.keys.insert((self.caller.book.clone(), key.clone()));
            return Err(Halt::NeedMore(Box::new(needs)));
        };
        let Some(row) = &slot.row else { return Ok(Earlier::Fresh) };
        let made = CreatedIds::unpack(&row.made)?;
        if !made.is_pending() && is_expired(row, fold.now()) {
            return Ok(Earlier::Fresh);
        }
        if self.is_of(row) {
            return Ok(if made.is_pending() { Earlier::Waits } else { Earlier::Done(made) });
        }
        if self.identity.derived { Ok(Earlier::Fresh) } else { Err(self.other_request(row).into()) }
    }

    /// Whether a key belongs to this very call, by this very actor.
    fn is_of(&self, row: &KeyRow) -> bool {
        row.operation.as_ref() == self.name && row.request == self.identity.request && self.is_by(row)
    }

    /// Whether the caller is the actor that used the key first.
    fn is_by(&self, row: &KeyRow) -> bool {
        row.actor == mark_of(&self.caller.actor)
    }

    /// The error for a key that belongs to another request, or to the request of another actor.
    fn other_request(&self, row: &KeyRow) -> Error {
        let fields = if !self.is_by(row) {
            // the request of another actor is not disclosed
            vec!["actor".to_owned()]
        } else if row.operation.as_ref() == self.name {
            differing(self.identity.names, &row.fields, &self.identity.fields)
        } else {
            vec!["operation".to_owned()]
        };
        let (key, operation) = (row.key.to_string(), row.operation.to_string());
        Detail::IdempotencyMismatch { key, operation, at: row.time(), fields }.into()
    }

    fn key_row(&self, draft: &mut Draft<'_>, made: &CreatedIds) -> Result<Option<KeyRow>, Error> {
        let Some(key) = &self.identity.key else { return Ok(None) };
        let (ctx, seen) = (draft.ctx, draft.seen());
        let known = seen.keys.row(&(self.caller.book.clone(), key.clone()));
        // a derived key that another request holds stays that request's
        if self.identity.derived && known.is_some_and(|row| !self.is_of(row)) {
            return Ok(None);
        }
        let expires_at = match self.identity.kept {
            Kept::Forever => None,
            Kept::Day => ctx.now.checked_add(Span::from_secs(86_400)),
            Kept::Consent if known.is_none() => return Ok(None),
            Kept::Consent => None,
        };
        Ok(Some(KeyRow {
            book: ctx.book.clone(),
            key: key.clone(),
            operation: self.name.into(),
            form: FORM,
            request: self.identity.request.clone(),
            fields: self.identity.fields.clone(),
            made: made.pack(),
            actor: mark_of(&self.caller.actor),
            salt: Some(draft.ids.key_salt()),
            stamp: ctx.stamp,
            at: ctx.at,
            expires_at,
        }))
    }

    fn decide(&self, fold: &mut Fold) -> Result<O::Reply, Halt> {
        let head = fold.seen.heads.row(&(self.caller.book.clone(),));
        if head.is_some_and(HeadRow::is_copy) {
            let reason = "the book is a read-only copy that `events.replay` made".to_owned();
            return Err(Detail::NotSupported { operation: self.name.to_owned(), reason }.into());
        }
        let waits = match self.earlier(fold)? {
            Earlier::Done(made) => return self.operation.reply(&made, &fold.seen, true),
            Earlier::Waits => true,
            Earlier::Fresh => false,
        };
        if !self.operation.believes_any_clock() {
            fold.believe()?;
        }
        let ctx = self.context(fold);
        let mut draft = Draft::new(&ctx, self.caller.seed.ids(), &fold.seen);
        for gate in self.gates() {
            gate.admit(self, &draft)?;
        }
        let made = self.operation.decide(&mut draft)?;
        draft.was_judged()?;
        // a timer that was overtaken does nothing: nobody need consent to that
        let idle = self.identity.kept == Kept::Consent && made.is_empty();
        let accepted = Accepted { made: &made, waits, uncommitted: &fold.made };
        for gate in self.gates().iter().filter(|_| !idle) {
            gate.judge(self, &accepted, &mut draft)?;
        }
        self.operation.conclude(&mut draft)?;
        let key = self.key_row(&mut draft, &made)?;
        draft.witness(self.name, key.is_some())?;
        let writes = draft.finish();
        fold.apply(&ctx, writes, key)?;
        let reply = self.operation.reply(&made, &fold.seen, false);
        if let Err(Halt::NeedMore(_) | Halt::Busy) = &reply {
            // its writes are in the group already, though it is not done: the group must run without it
            fold.spoil();
        }
        reply
    }

    /// Writes what outlives a refusal in this group: the survivors of gates, and the event of a refusal of
    /// kind denied or limited. They share one draft, so that no two events have one id.
    fn leave(&self, fold: &mut Fold, rejection: &Rejection) -> Result<(), Halt> {
        let (error, survivors) = (&rejection.error, &rejection.survivors);
        let is_told = matches!(error.kind(), Kind::Denied | Kind::Limited);
        if survivors.is_empty() && !is_told || fold.believe().is_err() {
            return Ok(());
        }
        let ctx = self.context(fold);
        let mut draft = Draft::new(&ctx, self.caller.seed.ids(), &fold.seen);
        for survivor in survivors {
            survivor.write(&mut draft)?;
        }
        if is_told {
            refused(&mut draft, self.name, error.code())?;
        }
        let writes = draft.finish();
        Ok(fold.apply(&ctx, writes, None)?)
    }
}

/// The event of a refusal.
///
/// # Errors
/// Only halts.
pub fn refused(draft: &mut Draft<'_>, operation: &str, code: Code) -> Result<(), Halt> {
    draft.event("call.refused", ("operation", operation), 0, &serde_json::json!({ "code": code.as_str() }))
}

/// Writes the event of a refusal that happened elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// The refused operation.
    pub operation: &'static str,
    /// Why.
    pub code: Code,
}

impl Operation for Refused {
    type Reply = ();

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        refused(draft, self.operation, self.code)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Result<(), Halt> {
        Ok(())
    }
}

impl<O: Operation> Gated for Call<O> {
    fn name(&self) -> &'static str {
        self.passage.as_ref().and_then(|passage| passage.rules_of).unwrap_or(self.name)
    }

    fn part(&self) -> Part {
        self.passage.as_ref().map_or(Part::Whole, |passage| passage.part)
    }

    fn effect(&self) -> &'static str {
        self.passage.as_ref().map_or("", |passage| passage.effect)
    }

    fn score(&self) -> u8 {
        self.passage.as_ref().map_or(0, |passage| passage.score)
    }

    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn request(&self) -> Result<String, Error> {
        let passage = self.passage.as_ref().ok_or_else(|| Error::corrupted("a call that passes no gate"))?;
        (passage.request)()
    }

    fn objects(&self, seen: &Snapshot) -> Objects {
        let mut needs = Needs::default();
        self.operation.needs(seen, &mut needs);
        Objects::of(&needs, seen)
    }

    fn is_pending(&self, seen: &Snapshot) -> bool {
        self.replayed(seen).is_some_and(|made| made.is_pending())
    }

    fn mismatch(&self, seen: &Snapshot) -> Error {
        let key = self.identity.key.clone().map(|key| (self.caller.book.clone(), key));
        let row = key.and_then(|key| seen.keys.row(&key));
        row.map_or_else(|| Error::corrupted("an approval for another request"), |row| self.other_request(row))
    }
}

impl<O: Operation> Command for Call<O> {
    fn book(&self) -> &Book {
        &self.caller.book
    }

    fn weight(&self) -> usize {
        let trace = self.caller.trace.as_ref().map_or(0, |trace| trace.size());
        std::mem::size_of::<Self>() + self.identity.fields.len() + self.identity.size + trace
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        match (self.consent(), &self.identity.key) {
            (Some(consent), _) => needs.record(consent, Access::Write),
            (None, Some(key)) => drop(needs.keys.insert((self.caller.book.clone(), key.clone()))),
            (None, None) => {}
        }
        needs.heads.insert((self.caller.book.clone(),));
        if let Some(made) = self.replayed(seen) {
            self.operation.replay_needs(&made, &self.caller.book, needs);
        }
        if self.gates().is_empty() {
            needs.extend(&self.extra);
            return self.operation.needs(seen, needs);
        }
        // gates judge by the rows of this call alone
        let mut own = self.extra.clone();
        self.operation.needs(seen, &mut own);
        for gate in self.gates() {
            gate.needs(self, seen, &mut own);
        }
        needs.extend(&own);
    }

    fn run(&mut self, fold: &mut Fold) -> Result<(), Halt> {
        match self.decide(fold) {
            Ok(reply) => {
                self.outcome = Some(Ok(reply));
                Ok(())
            }
            // a refusal on cached rows may be wrong: the call runs again on locked rows
            Err(Halt::Reject(_)) if fold.seen.from_cache => Err(Halt::Busy),
            Err(Halt::Reject(mut rejection)) => {
                let left = self.gates().iter().filter_map(|gate| gate.refused(self, &rejection, &fold.seen));
                let left: Vec<_> = left.collect();
                rejection.survivors.extend(left);
                self.note(fold, &rejection)?;
                self.outcome = Some(Err(rejection.error.clone()));
                Err(Halt::Reject(rejection))
            }
            Err(halt) => Err(halt),
        }
    }

    fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Result<(), Halt> {
        tracing::debug!(operation = self.name, code = rejection.error.code().as_str(), "refused");
        if !fold.notes_refusals() {
            // a host may roll back: the engine writes it in a transaction of its own
            rejection.survivors.iter().for_each(|survivor| fold.survives(survivor.clone()));
            return Ok(());
        }
        match self.leave(fold, rejection) {
            // a refusal that names an approval is not answered before the approval is written
            Err(halt) if !rejection.survivors.is_empty() => Err(halt),
            Err(_) => {
                tracing::error!(operation = self.name, "a refusal could not be noted");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn remember(&mut self, needs: &Needs) {
        self.extra.extend(needs);
    }

    fn finish(self: Box<Self>, group: Result<(), Error>) {
        let missing = || Err(Error::corrupted("a call was answered before it ran"));
        let outcome = match group {
            Ok(()) => self.outcome.unwrap_or_else(missing),
            Err(error) => Err(error),
        };
        (self.answer)(outcome);
    }
}

/// The expiry of an outcome, for views.
#[must_use]
pub fn is_expired(row: &KeyRow, now: Time) -> bool {
    row.expires_at.is_some_and(|at| at <= now)
}
