//! Lanes: a key on a chain, its counter, and its nonces under way.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::judge::num::Num;
use crate::error::{Detail, Error};
use crate::ids::{JobId, LaneId, SigningKeyId};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, members, object};
use crate::time::Time;

/// The kind of a lane's record, and the object of its events.
pub const KIND: &str = "lane";
/// The reason for a pause because somebody else uses the key.
pub const FOREIGN_NONCE: &str = "foreign_nonce";
/// The reason for the end of such a pause: receipts of ours explain the nonces that it was for.
pub const EXPLAINED: &str = "explained";
/// The reason for a pause by an admin.
pub const BY_HAND: &str = "paused";
/// The reason for a pause before the lane is retired.
pub const RETIRING: &str = "retiring";
/// The reason for a pause because an abandoned history wrote the lane, as after a restore or a failover.
pub const RESTORED: &str = "restored";

text_enum! {
    /// The state of a lane.
    pub enum LaneState {
        /// A quorum has still to say where its counter begins.
        Opening = "opening",
        /// It binds.
        Active = "active",
        /// It binds nothing until somebody resumes it.
        Paused = "paused",
        /// It never binds again.
        Retired = "retired",
    }
}

/// The final nonces of a lane that are still watched, once a minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchFacts {
    /// The lowest nonce that may have to be watched.
    pub from: u64,
    /// The nonce that is watched next.
    pub next: u64,
    /// The job that watches.
    pub job: JobId,
}

/// A range of nonces that somebody else has used, and that no withdrawal has. An empty gap says that an
/// abandoned history may have paid with the lane by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneGap {
    /// The first nonce of the gap.
    pub from: u64,
    /// The first nonce after the gap.
    pub until: u64,
    /// When the lane passed them over.
    pub at: Time,
    /// The timeline of the store then; `None` is the first.
    #[serde(default)]
    pub timeline: Option<Uuid>,
}

/// The resumption of a lane in another timeline than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneResumption {
    /// The timeline of the store in which it was resumed; `None` is the first.
    #[serde(default)]
    pub timeline: Option<Uuid>,
}

/// The facts of a lane that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneFacts {
    pub chain: String,
    pub key: SigningKeyId,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// The most nonces that may be in no block.
    pub window: u32,
    /// The nonce that it gives next. It comes from the chain when the lane opens, and never again.
    pub next_nonce: u64,
    /// The nonce that it gave first.
    #[serde(default)]
    pub first_nonce: u64,
    /// The nonces that it passed over because somebody else has them, in order.
    #[serde(default)]
    pub gaps: Vec<LaneGap>,
    /// The next nonce of the key by the last answer of a quorum.
    #[serde(default)]
    pub latest: Option<u64>,
    /// The highest nonce that is final.
    #[serde(default)]
    pub final_nonce: Option<u64>,
    /// Nonces that are not final, ascending.
    #[serde(default)]
    pub in_flight: Vec<u64>,
    /// The nonces under way that are in no block, ascending.
    #[serde(default)]
    pub unseen: Vec<u64>,
    /// The nonces of ended withdrawals that people should still look at, ascending.
    #[serde(default)]
    pub unclear: Vec<u64>,
    /// The coins of its address, in wei; `None` until they were reported.
    #[serde(default)]
    pub native: Option<Num>,
    /// The tokens of its address, by currency, in their units.
    #[serde(default)]
    pub tokens: BTreeMap<String, Num>,
    /// The promises to nonces in no block: `native` in wei, and tokens by currency.
    #[serde(default)]
    pub promised: BTreeMap<String, Num>,
    /// Why it is paused.
    #[serde(default)]
    pub reason: Option<String>,
    /// The used up nonces of its own that it is paused for. When receipts of ours explain all of them, it
    /// resumes by itself; a pause for anything else has none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub paused_for: BTreeSet<u64>,
    /// The job that watches the nonces under way.
    #[serde(default)]
    pub observe_job: Option<JobId>,
    /// The final nonces that are still watched.
    #[serde(default)]
    pub watch: Option<WatchFacts>,
    /// The timeline of the store in which it was compared with the chain.
    #[serde(default)]
    pub timeline: Option<Uuid>,
    /// Its resumption in another timeline. The next answer of the chain has still to agree.
    #[serde(default)]
    pub resumed: Option<LaneResumption>,
    /// Whether its counter was read from the chain.
    #[serde(default)]
    pub opened: bool,
    /// Whether it is to be retired once nothing is under way.
    #[serde(default)]
    pub retiring: bool,
}

impl LaneFacts {
    /// Whether it was resumed in this timeline, and the chain has not agreed yet.
    pub fn is_being_compared(&self, timeline: Option<Uuid>) -> bool {
        self.timeline != timeline && self.resumed.is_some_and(|resumed| resumed.timeline == timeline)
    }

    /// Notes whether people should look at the ended withdrawal of a nonce.
    pub fn note_unclear(&mut self, nonce: u64, is_unclear: bool) {
        self.unclear.retain(|other| *other != nonce);
        if is_unclear {
            let place = self.unclear.partition_point(|other| *other < nonce);
            self.unclear.insert(place, nonce);
        }
    }

    /// Whether the lane has passed a nonce over, so that no withdrawal will ever have it.
    pub fn is_passed_over(&self, nonce: u64) -> bool {
        self.gaps.iter().any(|gap| (gap.from..gap.until).contains(&nonce))
    }
}

impl Lane {
    /// Whether it gives nonces in this timeline of the store. A lane whose counter is behind the chain gives
    /// none: its next nonce may be used up, and the next answer of the chain pauses it. Nor does one whose
    /// counter is at its end (EIP-2681).
    pub fn binds(&self, timeline: Option<Uuid>) -> bool {
        let facts = &self.facts;
        self.state == LaneState::Active
            && facts.timeline == timeline
            && facts.latest.is_none_or(|latest| latest <= facts.next_nonce)
            && facts.next_nonce < u64::MAX
    }

    /// Blames somebody else for a used up nonce of its own that no receipt explains. Returns whether that
    /// pauses it.
    fn blame(&mut self, nonce: u64) -> bool {
        let pauses = self.state == LaneState::Active;
        if pauses {
            self.facts.reason = Some(FOREIGN_NONCE.to_owned());
            self.state = LaneState::Paused;
        }
        // a pause for another reason is not made one that ends by itself
        if pauses || !self.facts.paused_for.is_empty() {
            self.facts.paused_for.insert(nonce);
        }
        pauses
    }

    /// Notes that somebody else signs with its key: only a person resumes it. Returns whether that pauses it.
    fn prove(&mut self) -> bool {
        let pauses = self.state == LaneState::Active;
        if pauses {
            self.facts.reason = Some(FOREIGN_NONCE.to_owned());
            self.state = LaneState::Paused;
        }
        self.facts.paused_for.clear();
        pauses
    }

    /// Notes that a transaction of ours has used up a nonce. Returns whether nothing is left that it was
    /// paused for, so that it is resumed.
    fn explain(&mut self, nonce: u64) -> bool {
        let resumes = self.facts.paused_for.remove(&nonce) && self.facts.paused_for.is_empty();
        if resumes {
            self.facts.reason = None;
            self.state = LaneState::Active;
        }
        resumes
    }
}

/// A lane, read from its record. Its text `reason` holds the words of the admin who paused it.
pub type Lane = Stored<LaneFacts>;

object! { LaneFacts: KIND, LaneState, LaneId {
    fn not_found(lane: LaneId) -> Error {
        Detail::LaneNotFound { lane: lane.to_string() }.into()
    }
} }

/// Pauses a lane: it binds nothing until somebody resumes it, and admins are told.
pub fn pause(draft: &mut Draft<'_>, lane: &mut Lane, reason: &str) -> Decided<()> {
    lane.state = LaneState::Paused;
    lane.facts.reason = Some(reason.to_owned());
    tell(draft, lane, "lane.paused", reason)
}

/// Pauses a lane for a used up nonce of its own that no receipt explains, until receipts do or somebody
/// resumes it.
pub fn pause_for(draft: &mut Draft<'_>, lane: &mut Lane, nonce: u64) -> Decided<()> {
    if lane.blame(nonce) { tell(draft, lane, "lane.paused", FOREIGN_NONCE) } else { Ok(()) }
}

/// Pauses a lane because it is proven that somebody else signs with its key.
pub fn pause_for_good(draft: &mut Draft<'_>, lane: &mut Lane) -> Decided<()> {
    if lane.prove() { tell(draft, lane, "lane.paused", FOREIGN_NONCE) } else { Ok(()) }
}

/// Resumes a lane when a transaction of ours explains the last nonce that it was paused for.
pub fn explain(draft: &mut Draft<'_>, lane: &mut Lane, nonce: u64) -> Decided<()> {
    if lane.explain(nonce) { tell(draft, lane, "lane.resumed", EXPLAINED) } else { Ok(()) }
}

/// Writes a lane with the event of a change that nobody asked for, and tells admins.
fn tell(draft: &mut Draft<'_>, lane: &mut Lane, event: &'static str, why: &str) -> Decided<()> {
    let mut data = told_of(lane);
    data.insert("reason".to_owned(), why.into());
    emit(draft, lane, event, &data)?;
    let payload = json!({ "event": event, "lane": lane.id().to_string(), "reason": why });
    draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
}

/// Retires a retiring lane once no nonce of it is under way.
pub fn retire_if_done(draft: &mut Draft<'_>, lane: &mut Lane) -> Decided<()> {
    if !lane.facts.retiring || !lane.facts.in_flight.is_empty() || lane.state == LaneState::Retired {
        return Ok(());
    }
    lane.state = LaneState::Retired;
    put(draft, lane, "lane.retired")
}

/// Writes a lane with its event.
pub fn put(draft: &mut Draft<'_>, lane: &mut Lane, event: &'static str) -> Decided<()> {
    let data = told_of(lane);
    emit(draft, lane, event, &data)
}

/// The members of an event of a lane.
fn told_of(lane: &Lane) -> Map<String, Value> {
    let mut data = members! {
        "chain": lane.facts.chain.as_str(), "next_nonce": lane.facts.next_nonce.to_string(),
        "reason": json!(lane.facts.reason), "state": json!(lane.state),
    };
    if !lane.facts.paused_for.is_empty() {
        let nonces = lane.facts.paused_for.iter().map(u64::to_string);
        data.insert("nonces".to_owned(), nonces.collect());
    }
    data
}

fn emit(
    draft: &mut Draft<'_>,
    lane: &mut Lane,
    event: &'static str,
    data: &Map<String, Value>,
) -> Decided<()> {
    draft.emit(lane, event, data)?;
    draft.put_record(lane.clone().into_row()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::Book;
    use crate::rows::object::ListedBy;

    fn active() -> Lane {
        let facts = serde_json::from_value(json!({
            "chain": "local", "key": "ky_019b76da-a800-7000-8000-000000000000", "address": "0x",
            "window": 16, "next_nonce": 5, "opened": true,
        }));
        let key = Lane::key(&Book::main(), LaneId::from_uuid(Uuid::nil()));
        Lane::begin(key, ListedBy::default(), LaneState::Active, facts.unwrap(), Time::EPOCH).unwrap()
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Blame(u64),
        Explain(u64),
        Prove,
        Pause,
        Resume,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0_u64..4).prop_map(Step::Blame),
            6 => (0_u64..4).prop_map(Step::Explain),
            1 => Just(Step::Prove),
            1 => Just(Step::Pause),
            1 => Just(Step::Resume),
        ]
    }

    proptest! {
        /// A pause ends by itself exactly if it began with a nonce that was blamed on somebody else, each
        /// such nonce was explained since, nothing was proven, and no person has paused the lane.
        #[test]
        fn a_pause_ends_by_what_explains_all_of_it(steps in proptest::collection::vec(step(), 1..60)) {
            let mut lane = active();
            // the nonces of a pause that may end by itself; none of one that may not
            let (mut is_paused, mut open) = (false, None::<BTreeSet<u64>>);
            for step in steps {
                match step {
                    Step::Blame(nonce) => {
                        prop_assert_eq!(lane.blame(nonce), !is_paused);
                        if !is_paused {
                            open = Some(BTreeSet::new());
                        }
                        is_paused = true;
                        if let Some(open) = &mut open {
                            open.insert(nonce);
                        }
                    }
                    Step::Explain(nonce) => {
                        let was_open = open.as_mut().is_some_and(|open| open.remove(&nonce));
                        let resumes = was_open && open.as_ref().is_some_and(BTreeSet::is_empty);
                        prop_assert_eq!(lane.explain(nonce), resumes);
                        if resumes {
                            (is_paused, open) = (false, None);
                        }
                    }
                    Step::Prove => {
                        prop_assert_eq!(lane.prove(), !is_paused);
                        (is_paused, open) = (true, None);
                    }
                    // as an admin's orders do
                    Step::Pause => {
                        (lane.state, is_paused, open) = (LaneState::Paused, true, None);
                        lane.facts.paused_for.clear();
                    }
                    Step::Resume => {
                        (lane.state, is_paused, open) = (LaneState::Active, false, None);
                        lane.facts.paused_for.clear();
                    }
                }
                prop_assert_eq!(lane.state == LaneState::Paused, is_paused);
                prop_assert_eq!(&lane.facts.paused_for, &open.clone().unwrap_or_default());
            }
        }
    }
}
