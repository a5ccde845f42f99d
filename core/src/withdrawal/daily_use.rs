//! Counts what the lanes of a key bind in a day, for the limits of its policy: one record for each key with a
//! policy and a lane, in whichever custody the private key is.
//!
//! An attempt counts in the commit that writes it, by the rule of all signatures: under one nonce only what
//! exceeds the earlier attempts. So payments that are bound at once cannot pass a limit together, and the
//! signature itself counts nothing. A payment is judged when it gets its nonce. Bumps and no-ops are not
//! judged, because a nonce cannot be given back. The count stays, however the withdrawal ends.
//!
//! The record is not the one of the key, because only a process with the keyring can vouch for that, and any
//! process binds.

use earnest_evm::{Moved, Policy};
use serde::{Deserialize, Serialize};

use super::editor::WithdrawalEditor;
use super::lane::Lane;
use super::sign::{NextAttempt, transaction};
use super::slot::Slot;
use crate::error::{Error, Result};
use crate::ids::SigningKeyId;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::{ListedBy, Stored, object};
use crate::signing::model::{KeyRecord, State};
use crate::signing::used::History;

/// The facts of the day that are kept and may be published in events: its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct DayFacts {
    key: SigningKeyId,
}

/// The day of a key, read from its record. Its text is `used`, as JSON: what its lanes have bound, and what
/// the key had signed before.
type LaneDay = Stored<DayFacts>;

object! { DayFacts: "lane_day", State, SigningKeyId }

/// Names the key of a lane, and where it has a policy what its lanes have bound.
pub(super) fn needs_of_key(lane: &Lane, seen: &Snapshot, needs: &mut Needs) {
    let (book, id) = (&lane.row.book, lane.facts.key);
    let key = KeyRecord::needed(KeyRecord::key(book, id), Access::Read, seen, needs);
    if key.is_some_and(|key| key.facts.policy.is_some()) {
        needs.record(LaneDay::key(book, id), Access::Write);
    }
}

/// The policy of a key, and what counts under it.
struct LimitedKey {
    policy: Policy,
    /// The amounts that its lanes have bound, and that it had signed before.
    bound: History,
    day: LaneDay,
}

/// Returns the amounts that the newest attempt at a nonce moves beyond those before it.
fn counted(policy: &Policy, lane: &Lane, slot: &Slot) -> Result<Moved> {
    let moves = |attempt| transaction(lane, slot, attempt).map(|tx| policy.moves(&tx));
    let Some((newest, earlier)) = slot.facts.attempts.split_last() else { return Ok(Moved::default()) };
    let mut before = Moved::default();
    for attempt in earlier {
        before = before.or_more(&moves(attempt)?);
    }
    Ok(moves(newest)?.beyond(&before))
}

impl WithdrawalEditor<'_, '_> {
    /// Reads the limits of a lane's key; `None` without a policy.
    fn limited(&self, lane: &Lane) -> Decided<Option<LimitedKey>> {
        let (book, id) = (&lane.row.book, lane.facts.key);
        let missing = || Error::corrupted(format!("the key of lane {}", lane.id()));
        let key = KeyRecord::find(self.draft, book, id)?.ok_or_else(missing)?;
        let Some(policy) = &key.facts.policy else { return Ok(None) };
        let policy = Policy::from_json(policy).map_err(|_| missing())?;
        let place = LaneDay::key(book, id);
        let known = LaneDay::at(self.draft, &place)?;
        let begin = || {
            let (facts, at) = (DayFacts { key: id }, self.draft.ctx.time());
            LaneDay::begin(place, ListedBy::default(), State::Active, facts, at)
        };
        let day = known.map_or_else(begin, Ok)?;
        // it signs for nothing else any more, so the day begins with what it had signed before it had a lane
        let used = day.text("used").or_else(|| key.text("used"));
        let bound = History::read(used.map(|text| &**text))?;
        Ok(Some(LimitedKey { policy, bound, day }))
    }

    fn put_day(&mut self, mut day: LaneDay, bound: &History) -> Decided<()> {
        let used = Text::new(&bound.write()?, self.draft.ids.salt());
        day.texts.insert("used".to_owned(), used);
        self.draft.put_changed(day)
    }

    /// Why the policy of a lane's key does not let a payment through, beside what all lanes of the key have
    /// bound in a day; `None` where it does.
    pub(super) fn refusal(
        &mut self,
        lane: &Lane,
        slot: &Slot,
        next: &NextAttempt,
    ) -> Decided<Option<String>> {
        let Some(LimitedKey { policy, mut bound, day }) = self.limited(lane)? else { return Ok(None) };
        let (now, tx) = (self.now(), transaction(lane, slot, &next.facts(1))?);
        let used = bound.used(now, None)?;
        let Err(error) = policy.judge_transaction(&tx, &used) else { return Ok(None) };
        // otherwise a limit that was used up by a clock that was ahead would stay so until that time comes
        if bound.take_as_now(now) {
            self.put_day(day, &bound)?;
        }
        Ok(Some(format!("`{}` {}", error.field(), error.message())))
    }

    /// Counts the newest attempt at a nonce, also where that passes a limit by now.
    pub(super) fn count_attempt(&mut self, lane: &Lane, slot: &Slot) -> Decided<()> {
        let Some(LimitedKey { policy, bound, day }) = self.limited(lane)? else { return Ok(()) };
        let counts = counted(&policy, lane, slot)?;
        let mut after = bound.clone();
        after.count(self.now(), None, &counts);
        if after == bound {
            return Ok(());
        }
        self.put_day(day, &after)
    }
}
