//! One attempt at a call, whatever its operation: idempotency first, then the decision, then the gates.
//!
//! It knows the operation without its type, so that all of this is compiled once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::caller::Caller;
use super::draft::Draft;
use super::fold::Fold;
use super::follow::{needs_of_followers, tell_followers};
use super::gate::{Accepted, Gate, Gated};
use super::identity::{FORM, KeyRetention, differing, is_expired, mark_of};
use super::key_dependence::RestsOn;
use super::operation::{Context, CreatedIds, Decided, Halt, Rejection};
use super::refusal::{PendingSurvivors, RefusalEvent, Refused, refused};
use super::snapshot::Snapshot;
use super::tally::CallTally;
use super::write_set::WriteSet;
use crate::error::{Detail, Error, Kind};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::{HeadRow, KeyRow};
use crate::time::Span;

/// A call that was decided.
pub(super) struct DecidedCall {
    pub(super) made: CreatedIds,
    /// It was decided before.
    pub(super) replayed: bool,
    /// Metrics that count the call once it is durable.
    pub(super) tallies: Vec<CallTally>,
}

/// The state of a call's idempotency key.
enum Earlier {
    /// Unused, or no longer in the way: the call runs.
    Fresh,
    /// The same call is parked until people consent.
    Waits,
    /// The same call was executed: this is a replay.
    Done(CreatedIds),
}

impl Gated<'_> {
    /// Whether the row of its key, if it was read, says that the call is parked.
    pub fn is_pending(&self, seen: &Snapshot) -> bool {
        self.replayed(seen).is_some_and(|made| made.is_pending())
    }

    /// The refusal of a call whose key belongs to another request.
    pub fn mismatch(&self, seen: &Snapshot) -> Error {
        let key = self.envelope.identity.key.clone().map(|key| (self.envelope.caller.book.clone(), key));
        let row = key.and_then(|key| seen.keys.row(&key));
        row.map_or_else(|| Error::corrupted("an approval for another request"), |row| self.other_request(row))
    }

    /// Adds the rows that it needs, as far as `seen` lets it name them.
    pub(super) fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        match (self.consent(), &self.envelope.identity.key) {
            (Some(consent), _) => needs.record(consent, Access::Write),
            (None, Some(key)) => drop(needs.keys.insert((self.envelope.caller.book.clone(), key.clone()))),
            (None, None) => {}
        }
        needs.heads.insert((self.envelope.caller.book.clone(),));
        if self.envelope.rests_on.is_some() {
            RestsOn::needs(&self.envelope.caller.book, needs);
        }
        if let Some(made) = self.replayed(seen) {
            self.operation.replay_needs(&made, &self.envelope.caller.book, needs);
        }
        // gates get the rows of this call alone; followers name theirs by the records that it changes
        let mut own = self.envelope.extra.clone();
        self.operation.needs(seen, &mut own);
        needs_of_followers(&*self.envelope.caller.followers, seen, &mut own);
        for gate in self.gates() {
            gate.needs(self, seen, &mut own);
        }
        needs.take_in(own);
    }

    fn gates(&self) -> &[Arc<dyn Gate>] {
        self.envelope.passage.as_ref().map_or(&[], |passage| &passage.gates)
    }

    fn context(&self, fold: &Fold) -> Context {
        let stamp = fold.next_stamp(&self.envelope.caller.book);
        Context {
            book: self.envelope.caller.book.clone(),
            operation: self.envelope.name,
            now: fold.now(),
            stamp,
            at: fold.at(stamp),
            actor: self.envelope.caller.actor.clone(),
            who: self.envelope.who,
            trace: self.envelope.caller.trace.clone(),
            notify_every_state: self.envelope.caller.notify_every_state,
            wait_limits: self.envelope.caller.wait_limits.clone(),
        }
    }

    /// The record under which a gate may have parked this timer's call.
    fn consent(&self) -> Option<RecordKey> {
        let key = self
            .envelope
            .identity
            .key
            .as_ref()
            .filter(|_| self.envelope.identity.kept == KeyRetention::Consent)?;
        self.gates().iter().find_map(|gate| gate.pending_record(&self.envelope.caller.book, key))
    }

    /// The ids that an earlier run of the call created, if its key was read.
    fn replayed(&self, seen: &Snapshot) -> Option<CreatedIds> {
        let key = self.envelope.identity.key.clone()?;
        let row = seen.keys.row(&(self.envelope.caller.book.clone(), key))?;
        CreatedIds::unpack(&row.made).ok().filter(|_| self.is_of(row))
    }

    /// Returns the state of the call's key.
    fn earlier(&self, fold: &Fold) -> Decided<Earlier> {
        if self.consent().is_some_and(|consent| fold.seen.records.row(&consent).is_none()) {
            // no approval was asked for
            return Ok(Earlier::Fresh);
        }
        let Some(key) = &self.envelope.identity.key else { return Ok(Earlier::Fresh) };
        let Some(slot) = fold.seen.keys.slot(&(self.envelope.caller.book.clone(), key.clone())) else {
            let mut needs = Needs::default();
            needs.keys.insert((self.envelope.caller.book.clone(), key.clone()));
            return Err(Halt::NeedMore(Box::new(needs)));
        };
        let Some(row) = &slot.row else { return Ok(Earlier::Fresh) };
        let made = CreatedIds::unpack(&row.made)?;
        if !made.is_pending() && is_expired(row, fold.now()) {
            return Ok(Earlier::Fresh);
        }
        let derived = self.envelope.identity.derived;
        if self.is_of(row) {
            if made.is_pending() {
                return Ok(Earlier::Waits);
            }
            let again = derived && self.operation.asks_again(&fold.seen)?;
            return Ok(if again { Earlier::Fresh } else { Earlier::Done(made) });
        }
        if derived { Ok(Earlier::Fresh) } else { Err(self.other_request(row).into()) }
    }

    /// Whether a key belongs to this very call, by this very actor.
    fn is_of(&self, row: &KeyRow) -> bool {
        row.operation.as_ref() == self.envelope.name
            && row.request == self.envelope.identity.request
            && self.is_by(row)
    }

    /// Whether the caller is the actor that used the key first.
    fn is_by(&self, row: &KeyRow) -> bool {
        row.actor == mark_of(&self.envelope.caller.actor)
    }

    /// The error for a key that belongs to another request, or to the request of another actor.
    fn other_request(&self, row: &KeyRow) -> Error {
        let fields = if !self.is_by(row) {
            // the request of another actor is not disclosed
            vec!["actor".to_owned()]
        } else if row.operation.as_ref() == self.envelope.name {
            differing(self.envelope.identity.names, &row.fields, &self.envelope.identity.fields)
        } else {
            vec!["operation".to_owned()]
        };
        let (key, operation) = (row.key.to_string(), row.operation.to_string());
        Detail::IdempotencyMismatch { key, operation, at: row.time(), fields }.into()
    }

    fn key_row(&self, draft: &mut Draft<'_>, made: &CreatedIds) -> Result<Option<KeyRow>, Error> {
        let Some(key) = &self.envelope.identity.key else { return Ok(None) };
        let (ctx, seen) = (draft.ctx, draft.seen());
        let known = seen.keys.row(&(self.envelope.caller.book.clone(), key.clone()));
        // a derived key keeps its first row, both for another request and for a call that its object asks for
        // again: the event log shows each key once
        let is_held = |row: &KeyRow| !self.is_of(row) || !is_expired(row, ctx.now);
        if self.envelope.identity.derived && known.is_some_and(is_held) {
            return Ok(None);
        }
        let expires_at = match self.envelope.identity.kept {
            KeyRetention::Forever => None,
            KeyRetention::Day => ctx.now.checked_add(Span::from_days(1)),
            KeyRetention::Month => ctx.now.checked_add(Span::from_days(30)),
            KeyRetention::Consent if known.is_none() => return Ok(None),
            KeyRetention::Consent => None,
        };
        Ok(Some(KeyRow {
            book: ctx.book.clone(),
            key: key.clone(),
            operation: self.envelope.name.into(),
            form: FORM,
            request: self.envelope.identity.request.clone(),
            // a parked call has lost its secret fields: the row that bound its key has all of them
            fields: known
                .filter(|row| self.is_of(row))
                .map_or(&self.envelope.identity.fields, |row| &row.fields)
                .clone(),
            made: made.pack(),
            actor: mark_of(&self.envelope.caller.actor),
            salt: Some(draft.ids.key_salt()),
            stamp: ctx.stamp,
            at: ctx.at,
            expires_at,
        }))
    }

    /// Decides, passes the gates, and adds what is written to the group.
    pub(super) fn decide(&self, fold: &mut Fold) -> Decided<DecidedCall> {
        let head = fold.seen.heads.row(&(self.envelope.caller.book.clone(),));
        if head.is_some_and(HeadRow::is_copy) {
            let reason = "the book is a read-only copy that `events.replay` made".to_owned();
            return Err(Detail::NotSupported { operation: self.envelope.name.to_owned(), reason }.into());
        }
        if head.is_some_and(HeadRow::is_spent) {
            return Err(Error::corrupted("the number of the last event of the book").into());
        }
        self.has_the_key(fold, false)?;
        let waits = match self.earlier(fold)? {
            Earlier::Done(made) => {
                return Ok(DecidedCall { made, replayed: true, tallies: Vec::new() });
            }
            Earlier::Waits => true,
            Earlier::Fresh => false,
        };
        self.has_the_key(fold, true)?;
        if !self.operation.believes_any_clock() {
            fold.believe()?;
        }
        let ctx = self.context(fold);
        let (made, mut writes, key) = confined(self.envelope.name, || self.decided(&ctx, fold, waits))?;
        let tallies = std::mem::take(&mut writes.tallies);
        fold.apply(&ctx, writes, key)?;
        Ok(DecidedCall { made, replayed: false, tallies })
    }

    /// Checks that this process has the keyring key that the call rests on: with another one no record would
    /// be found.
    fn has_the_key(&self, fold: &Fold, marks: bool) -> Decided<()> {
        let rests_on = self.envelope.rests_on.as_ref().filter(|rests_on| rests_on.is_for_marks() == marks);
        rests_on.map_or(Ok(()), |rests_on| rests_on.judge(&self.envelope.caller.book, &fold.seen))
    }

    /// Decides a call on a draft of its own, and changes nothing else.
    fn decided(
        &self,
        ctx: &Context,
        fold: &Fold,
        waits: bool,
    ) -> Decided<(CreatedIds, WriteSet, Option<KeyRow>)> {
        let mut draft = Draft::new(ctx, self.envelope.caller.seed.ids(), &fold.seen);
        for gate in self.gates() {
            gate.admit(self, &draft)?;
        }
        let made = self.operation.decide(&mut draft)?;
        draft.assert_authorised()?;
        tell_followers(&*self.envelope.caller.followers, &mut draft)?;
        // a timer that was overtaken does nothing, which needs no consent
        let idle = self.envelope.identity.kept == KeyRetention::Consent && made.is_empty();
        let accepted = Accepted { made: &made, waits, uncommitted: &fold.made };
        for gate in self.gates().iter().filter(|_| !idle) {
            gate.judge(self, &accepted, &mut draft)?;
        }
        self.operation.conclude(&mut draft)?;
        if let Some(rests_on) = self.envelope.rests_on.as_ref().filter(|_| !made.is_empty()) {
            rests_on.note(&mut draft)?;
        }
        let key = self.key_row(&mut draft, &made)?;
        draft.record_witness(self.envelope.name, key.is_some())?;
        Ok((made, draft.finish(), key))
    }

    /// Whether a refusal leaves an event.
    fn is_told(&self, error: &Error) -> bool {
        matches!(error.kind(), Kind::Denied | Kind::Limited) && !self.operation.refuses_quietly(error)
    }

    /// Writes what outlives a refusal in this group: the survivors of gates, and the event of a refusal of
    /// kind denied or limited. They share one draft, so that no two events have one id.
    fn leave(&self, fold: &mut Fold, rejection: &Rejection) -> Decided<()> {
        let (error, survivors) = (&rejection.error, &rejection.survivors);
        let is_told = self.is_told(error);
        if survivors.is_empty() && !is_told || fold.believe().is_err() {
            return Ok(());
        }
        let ctx = self.context(fold);
        let mut draft = Draft::new(&ctx, self.envelope.caller.seed.ids(), &fold.seen);
        confined(self.envelope.name, || survivors.iter().try_for_each(|left| left.write(&mut draft)))?;
        if is_told {
            refused(&mut draft, self.envelope.name, error.code())?;
        }
        let writes = draft.finish();
        Ok(fold.apply(&ctx, writes, None)?)
    }

    /// Turns a halt into its refusal, and writes what outlives that.
    pub(super) fn refuse(&self, fold: &mut Fold, halt: Halt) -> Decided<Rejection> {
        let mut rejection = match halt {
            // a refusal on cached rows may be wrong: the call runs again on locked rows
            Halt::Reject(_) if fold.seen.from_cache => return Err(Halt::Busy),
            Halt::Reject(rejection) => rejection,
            halt => return Err(halt),
        };
        let left = self.gates().iter().filter_map(|gate| gate.refused(self, &rejection, &fold.seen));
        let left: Vec<_> = left.collect();
        rejection.survivors.extend(left);
        self.note(fold, &rejection)?;
        Ok(rejection)
    }

    /// Writes what outlives a refusal: in this group, or, for a host's transaction, later by the engine.
    pub(super) fn note(&self, fold: &mut Fold, rejection: &Rejection) -> Decided<()> {
        tracing::debug!(operation = self.envelope.name, code = rejection.error.code().as_str(), "refused");
        if !fold.notes_refusals() {
            // a host may roll back: the engine writes it in a transaction of its own
            let mut left = rejection.survivors.clone();
            if self.is_told(&rejection.error) {
                let refused = Refused { operation: self.envelope.name, code: rejection.error.code() };
                left.push(Arc::new(RefusalEvent(refused)));
            }
            let Caller { book, actor, trace, .. } = self.envelope.caller.clone();
            fold.survive(PendingSurvivors { book, actor, trace, survivors: left.into() });
            return Ok(());
        }
        match self.leave(fold, rejection) {
            // a refusal that names an approval is not answered before the approval is written
            Err(halt) if !rejection.survivors.is_empty() => Err(halt),
            Err(_) => {
                tracing::error!(operation = self.envelope.name, "a refusal could not be noted");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// Turns a panic into the failure of this call alone: rows may have been altered, and gates may be the
/// host's. The call has written nothing, and the other calls of the group go on.
fn confined<T>(operation: &str, run: impl FnOnce() -> Decided<T>) -> Decided<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        tracing::error!(operation, "a call panicked");
        Err(Error::corrupted("the call panicked: the log of the process says where").into())
    })
}
