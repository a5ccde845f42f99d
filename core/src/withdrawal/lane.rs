//! Lanes: a key on a chain, its counter, and what is under way with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use uuid::Uuid;

use super::judge::num::Num;
use crate::error::{Detail, Error};
use crate::ids::{Book, JobId, LaneId, SigningKeyId};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{Object, Stored};
use crate::time::Time;

/// The kind of a lane's record, and the object of its events.
pub const KIND: &str = "lane";
/// Why a lane is paused whose key somebody else uses.
pub const FOREIGN_NONCE: &str = "foreign_nonce";
/// Why a lane is paused that an admin has paused.
pub const BY_HAND: &str = "paused";
/// Why a lane is paused that is to be retired.
pub const RETIRING: &str = "retiring";
/// Why a lane is paused that was written by a history that was left: a backup, or a failover.
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

/// What is final of a lane and still looked at, once a minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchFacts {
    /// The lowest nonce that may have to be looked at.
    pub from: u64,
    /// The one that is looked at next.
    pub next: u64,
    /// The job that does it.
    pub job: JobId,
}

/// Nonces that somebody else has used up, and that no withdrawal has. One without any says that a history
/// that was left may have paid with the lane then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneGap {
    /// The first of them.
    pub from: u64,
    /// The first behind them.
    pub until: u64,
    /// When they were passed over.
    pub at: Time,
    /// The timeline of the store then; `None` is the first.
    #[serde(default)]
    pub timeline: Option<Uuid>,
}

/// The timeline of the store in which somebody has resumed a lane; `None` is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneResumption {
    /// The timeline.
    #[serde(default)]
    pub timeline: Option<Uuid>,
}

/// What is kept of a lane and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneFacts {
    /// The chain.
    pub chain: String,
    /// The key.
    pub key: SigningKeyId,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// How many of its nonces may be in no block.
    pub window: u32,
    /// The nonce that it gives next: from the chain at opening, and never again.
    pub next_nonce: u64,
    /// The nonce that it gave first.
    #[serde(default)]
    pub first_nonce: u64,
    /// Nonces that it passed over because somebody else has them, in their order.
    #[serde(default)]
    pub gaps: Vec<LaneGap>,
    /// The nonce that a quorum has reached, as it was told last.
    #[serde(default)]
    pub latest: Option<u64>,
    /// The highest nonce that is final.
    #[serde(default)]
    pub final_nonce: Option<u64>,
    /// Nonces that are not final, ascending.
    #[serde(default)]
    pub in_flight: Vec<u64>,
    /// Those of them that are in no block, ascending.
    #[serde(default)]
    pub unseen: Vec<u64>,
    /// Nonces of withdrawals that are over and that people should look at, ascending.
    #[serde(default)]
    pub unclear: Vec<u64>,
    /// The coins of its address, in wei, as far as anybody has told them.
    #[serde(default)]
    pub native: Option<Num>,
    /// The tokens of its address, by currency, in their units.
    #[serde(default)]
    pub tokens: BTreeMap<String, Num>,
    /// What is promised to nonces in no block: `native` in wei, and tokens by currency.
    #[serde(default)]
    pub promised: BTreeMap<String, Num>,
    /// Why it is paused.
    #[serde(default)]
    pub reason: Option<String>,
    /// The job that looks at what is under way.
    #[serde(default)]
    pub observe_job: Option<JobId>,
    /// What is final and still looked at.
    #[serde(default)]
    pub watch: Option<WatchFacts>,
    /// The timeline of the store in which it was compared with the chain.
    #[serde(default)]
    pub timeline: Option<Uuid>,
    /// Somebody has resumed it in another timeline: what the chain tells next has still to agree.
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
    /// Whether somebody has resumed it in this timeline, and the chain has not said yet that it may.
    #[must_use]
    pub fn is_being_compared(&self, timeline: Option<Uuid>) -> bool {
        self.timeline != timeline && self.resumed.is_some_and(|resumed| resumed.timeline == timeline)
    }

    /// Writes down whether people should look at what is over under a nonce.
    pub fn note_unclear(&mut self, nonce: u64, is_unclear: bool) {
        self.unclear.retain(|other| *other != nonce);
        if is_unclear {
            let place = self.unclear.partition_point(|other| *other < nonce);
            self.unclear.insert(place, nonce);
        }
    }

    /// Whether somebody else has a nonce, so that no withdrawal ever will.
    #[must_use]
    pub fn is_passed_over(&self, nonce: u64) -> bool {
        self.gaps.iter().any(|gap| (gap.from..gap.until).contains(&nonce))
    }
}

impl Lane {
    /// Whether it gives nonces in this timeline of the store. One that the chain is past gives none: what it
    /// gives next may be used up, and what the chain tells next pauses it.
    #[must_use]
    pub fn binds(&self, timeline: Option<Uuid>) -> bool {
        let facts = &self.facts;
        self.state == LaneState::Active
            && facts.timeline == timeline
            && facts.latest.is_none_or(|latest| latest <= facts.next_nonce)
    }
}

/// A lane, read from its record. Its text is `reason`: what an admin has said when it was paused.
pub type Lane = Stored<LaneFacts>;

impl Object for LaneFacts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = LaneState;
    type Id = LaneId;
    type Currency = ();

    fn currency(&self) -> Option<()> {
        Some(())
    }
}

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

/// Retires a lane that is to be retired, once nothing is under way on it.
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
    let mut data = Map::new();
    data.insert("chain".to_owned(), lane.facts.chain.as_str().into());
    data.insert("next_nonce".to_owned(), lane.facts.next_nonce.to_string().into());
    data.insert("reason".to_owned(), json!(lane.facts.reason));
    data.insert("state".to_owned(), json!(lane.state));
    draft.emit(lane, event, &data)?;
    draft.put_record(lane.clone().into_row()?);
    Ok(())
}
