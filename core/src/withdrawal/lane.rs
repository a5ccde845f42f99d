//! Lanes: a key on a chain, its counter, and its nonces under way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::judge::num::Num;
use crate::error::{Detail, Error};
use crate::ids::{Book, JobId, LaneId, SigningKeyId};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{Stored, members, object};
use crate::time::Time;

/// The kind of a lane's record, and the object of its events.
pub const KIND: &str = "lane";
/// The reason for a pause because somebody else uses the key.
pub const FOREIGN_NONCE: &str = "foreign_nonce";
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

/// What is kept of a lane and may be published in events.
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
    #[must_use]
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
    #[must_use]
    pub fn is_passed_over(&self, nonce: u64) -> bool {
        self.gaps.iter().any(|gap| (gap.from..gap.until).contains(&nonce))
    }
}

impl Lane {
    /// Whether it gives nonces in this timeline of the store. A lane whose counter is behind the chain gives
    /// none: its next nonce may be used up, and the next answer of the chain pauses it. Nor does one whose
    /// counter is at its end (EIP-2681).
    #[must_use]
    pub fn binds(&self, timeline: Option<Uuid>) -> bool {
        let facts = &self.facts;
        self.state == LaneState::Active
            && facts.timeline == timeline
            && facts.latest.is_none_or(|latest| latest <= facts.next_nonce)
            && facts.next_nonce < u64::MAX
    }
}

/// A lane, read from its record. Its text `reason` holds the words of the admin who paused it.
pub type Lane = Stored<LaneFacts>;

object! { LaneFacts: KIND, LaneState, LaneId }

/// The key of a lane's record.
#[must_use]
pub fn key(book: &Book, lane: LaneId) -> RecordKey {
    Lane::key(book, lane)
}

/// `lane_not_found`.
#[must_use]
pub fn not_found(lane: LaneId) -> Error {
    Detail::LaneNotFound { lane: lane.to_string() }.into()
}

/// Pauses a lane: it binds nothing until somebody resumes it, and admins are told.
///
/// # Errors
/// Only halts.
pub fn pause(draft: &mut Draft<'_>, lane: &mut Lane, reason: &str) -> Result<(), Halt> {
    lane.state = LaneState::Paused;
    lane.facts.reason = Some(reason.to_owned());
    put(draft, lane, "lane.paused")?;
    let payload = json!({ "event": "lane.paused", "lane": lane.id().to_string(), "reason": reason });
    draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
}

/// Retires a retiring lane once no nonce of it is under way.
///
/// # Errors
/// Only halts.
pub fn retire_if_done(draft: &mut Draft<'_>, lane: &mut Lane) -> Result<(), Halt> {
    if !lane.facts.retiring || !lane.facts.in_flight.is_empty() || lane.state == LaneState::Retired {
        return Ok(());
    }
    lane.state = LaneState::Retired;
    put(draft, lane, "lane.retired")
}

/// Writes a lane with its event.
///
/// # Errors
/// Only halts.
pub fn put(draft: &mut Draft<'_>, lane: &mut Lane, event: &'static str) -> Result<(), Halt> {
    let data = members! {
        "chain": lane.facts.chain.as_str(), "next_nonce": lane.facts.next_nonce.to_string(),
        "reason": json!(lane.facts.reason), "state": json!(lane.state),
    };
    draft.emit(lane, event, &data)?;
    draft.put_record(lane.clone().into_row()?);
    Ok(())
}
