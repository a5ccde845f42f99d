//! Chains: their endpoints, when a block is final, and the bounds of gas prices.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::judge::fees::{FeeTerms, MOST_FEE};
#[cfg(feature = "signing")]
use super::judge::num::NOT_A_NUMBER;
use super::judge::num::Num;
use super::judge::quorum::EndpointStatus;
use super::judge::views::FeesView;
use super::model::Waiting;
use crate::error::{Detail, Error, Result};
use crate::ids::{JobId, LaneId, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
#[cfg(feature = "signing")]
use crate::request::parsed::meanings;
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, members, object};
use crate::time::{Span, Time};

/// The kind of a chain's record, and the object of its events.
pub const KIND: &str = "chain";
/// How long what nodes asked for at least on top counts. Then the next bid may be one attempt too low.
const FLOOR_KEPT: Span = Span::from_hours(1);
/// How long the same floor is not written again.
const FLOOR_NEW: Span = Span::from_mins(10);

text_enum! {
    /// The state of a chain: there is one.
    pub enum ChainState {
        /// It is used.
        Active = "active",
    }
}

text_enum! {
    /// The block that endpoints hold for final.
    pub enum FinalityTag {
        /// It can not be taken back.
        Finalized = "finalized",
        /// It is seldom taken back.
        Safe = "safe",
    }
}

/// When a block is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finality {
    /// When an endpoint tags it so.
    Tag(FinalityTag),
    /// When this many blocks follow it.
    Depth(u32),
}

/// The price of gas, as a quorum reported it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeesSeen {
    /// The base fee, in wei.
    pub base_fee: Num,
    /// The priority fee that others pay, in wei.
    pub priority_fee: Num,
    /// When it was reported.
    pub at: Time,
}

/// The least priority fee that a quorum of nodes has asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorSeen {
    /// The least priority fee, in wei.
    pub priority_fee: Num,
    /// When they refused less.
    pub at: Time,
}

/// The last known health of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSeen {
    /// Its name.
    pub endpoint: String,
    pub status: EndpointStatus,
    /// How often in a row it failed.
    pub failures: u32,
    /// The height of its newest block.
    #[serde(default)]
    pub head: Option<u64>,
    /// When it answered last.
    #[serde(default)]
    pub at: Option<Time>,
}

/// The oldest withdrawal that waits for something that all withdrawals of a chain wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldestWaiting {
    pub withdrawal: WithdrawalId,
    /// When it was asked for.
    pub asked_at: Time,
    pub waiting: Waiting,
    /// Until when it goes first. By then it should have looked again.
    pub until: Time,
}

/// The facts of a chain that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainFacts {
    /// Its name.
    pub id: String,
    /// Its number, as decimal text.
    pub chain_id: String,
    /// The names of its endpoints.
    pub endpoints: Vec<String>,
    /// How many endpoints must agree.
    pub quorum: u32,
    /// When a block is final.
    pub finality: Finality,
    /// How long a block takes.
    pub block_time: Span,
    /// The highest price of a unit of gas, in wei.
    pub fee_cap: Num,
    /// The least priority fee, in wei.
    pub min_priority_fee: Num,
    /// By how much a bump raises both fees, in basis points.
    pub bump_bps: u32,
    /// How long a node has an attempt before it is bumped.
    pub bump_after: Span,
    /// How long an attempt is unseen before it is sent again.
    pub resend_after: Span,
    /// How long the facts of the chain are fresh.
    pub facts_ttl: Span,
    /// How long final nonces are watched.
    pub watch: Span,
    /// The present price of gas.
    #[serde(default)]
    pub now: Option<FeesSeen>,
    /// The least tip that nodes asked for a short while ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<FloorSeen>,
    /// The health of its endpoints.
    #[serde(default)]
    pub endpoints_seen: Vec<EndpointSeen>,
    /// The job that asks for its facts.
    #[serde(default)]
    pub facts_job: Option<JobId>,
    /// The currencies of its assets.
    #[serde(default)]
    pub assets: Vec<String>,
    /// Its lanes, in the order in which they were opened.
    #[serde(default)]
    pub lanes: Vec<LaneId>,
    /// The oldest withdrawal that waits for something that all wait for.
    #[serde(default)]
    pub oldest: Option<OldestWaiting>,
}

impl ChainFacts {
    /// Whether its facts are fresh enough to bind on.
    pub fn is_fresh(&self, now: Time) -> bool {
        self.now.as_ref().is_some_and(|facts| now.since(facts.at) < self.facts_ttl)
    }

    /// When its facts will be old. If they are, it is asked for them now.
    pub fn old_at(&self, now: Time) -> Time {
        let known = self.now.as_ref().filter(|_| self.is_fresh(now));
        let known_at = known.map_or(now, |facts| facts.at.min(now));
        known_at.checked_add(self.facts_ttl).unwrap_or(Time::MAX)
    }

    /// The oldest waiting withdrawal, if so few nonces are free that all of them are left to it.
    pub fn kept_for(&self, free: usize, now: Time) -> Option<&OldestWaiting> {
        let oldest = self.oldest.as_ref().filter(|oldest| now < oldest.until)?;
        let is_enough = match oldest.waiting {
            Waiting::Window | Waiting::Chain => free > 1,
            Waiting::Lane | Waiting::Fees | Waiting::Wallet => false,
        };
        (!is_enough).then_some(oldest)
    }

    /// The present price of gas, if it was reported.
    pub fn price(&self) -> Option<FeesView> {
        let now = self.now.as_ref()?;
        Some(FeesView { base_fee: now.base_fee, priority_fee: now.priority_fee })
    }

    /// Notes what nodes ask for at least on top. Returns whether that is news.
    pub fn asks_for(&mut self, priority_fee: Num, at: Time) -> bool {
        let is_known =
            |floor: &FloorSeen| floor.priority_fee == priority_fee && at.since(floor.at) < FLOOR_NEW;
        let is_news = !self.floor.as_ref().is_some_and(is_known);
        if is_news {
            self.floor = Some(FloorSeen { priority_fee, at });
        }
        is_news
    }

    /// Forgets what nodes asked for when that is old. They do not say that they ask for less.
    pub fn forget_floor(&mut self, now: Time) {
        self.floor.take_if(|floor| now.since(floor.at) >= FLOOR_KEPT);
    }

    /// Its rules for bids. A cap that no transaction can reach, which was once let be set, is the highest fee
    /// that one can have.
    pub fn fee_terms(&self) -> FeeTerms {
        let floor = self.floor.as_ref().map_or(Num::ZERO, |floor| floor.priority_fee);
        FeeTerms {
            cap: self.fee_cap.min(MOST_FEE),
            min_priority_fee: self.min_priority_fee.max(floor).min(MOST_FEE),
            bump_bps: self.bump_bps,
        }
    }
}

/// A chain, read from its record. Its texts are the sealed addresses of endpoints, by [`url_of`].
pub type Chain = Stored<ChainFacts>;

object! { ChainFacts: KIND, ChainState, Uuid as &'n str {
    fn not_found(chain: &str) -> Error {
        Detail::ChainNotFound { chain: chain.to_owned() }.into()
    }
} }

#[cfg(feature = "signing")]
meanings! {
    /// The price of a unit of gas in a request, in wei.
    Fee: String => Num = |field, given, _| fee(field, given);
}

#[cfg(feature = "signing")]
fn fee(field: &str, text: &str) -> Result<Num> {
    let fee = Num::parse(text).map_err(|_| Error::invalid(field, NOT_A_NUMBER))?;
    if fee > MOST_FEE { Err(Error::invalid(field, "must be below 2^128")) } else { Ok(fee) }
}

/// The name of the text that has the sealed address of an endpoint.
pub fn url_of(endpoint: &str) -> String {
    format!("url.{endpoint}")
}

/// Writes a chain with its event.
pub fn put(draft: &mut Draft<'_>, chain: &mut Chain, event: &'static str) -> Decided<()> {
    let data = members!("chain": chain.facts.id.as_str(), "chain_id": chain.facts.chain_id.as_str());
    draft.emit(chain, event, &data)?;
    draft.put_record(chain.clone().into_row()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::withdrawal::judge::fees::{Bid, Raised};

    const NOON: Time = Time::from_micros(1_767_268_800_000_000);

    fn facts(fee_cap: Num, min_priority_fee: Num) -> ChainFacts {
        serde_json::from_value(json!({
            "id": "local", "chain_id": "1", "endpoints": ["north"], "quorum": 1, "finality": { "depth": 1 },
            "block_time": Span::from_secs(2), "fee_cap": fee_cap, "min_priority_fee": min_priority_fee,
            "bump_bps": 1_250, "bump_after": Span::from_secs(20), "resend_after": Span::from_secs(30),
            "facts_ttl": Span::from_secs(30), "watch": Span::from_hours(1),
        }))
        .unwrap()
    }

    #[cfg(feature = "signing")]
    #[test]
    fn a_fee_of_a_request_fits_into_a_transaction() {
        let read = |text: &str| fee("fee_cap", text);
        assert_eq!(read("340282366920938463463374607431768211455").unwrap(), MOST_FEE);
        for wrong in ["340282366920938463463374607431768211456", "0x100000000000000000000000000000000", "x"] {
            assert_eq!(read(wrong).unwrap_err().details()["field"], "fee_cap", "{wrong}");
        }
    }

    /// A cap of 2^140 was let be set, and at the next bump every report of its lanes was `corrupted`.
    #[test]
    fn no_bid_is_higher_than_a_transaction_can_have() {
        let huge = Num::MAX_U128.checked_mul(Num::of(4_096)).unwrap();
        let terms = facts(huge, huge).fee_terms();
        assert_eq!((terms.cap, terms.min_priority_fee), (MOST_FEE, MOST_FEE));
        let now = FeesView { base_fee: Num::of(10), priority_fee: Num::of(5) };
        assert_eq!(terms.first(&now), None, "it waits for fees");
        for max_fee in [Num::of(100), MOST_FEE] {
            let old = Bid { max_fee, max_priority_fee: Num::of(5) };
            assert_eq!(terms.raise(&old, &now, None), Raised::AboveCap, "{max_fee}");
        }
        let terms = facts(huge, Num::ZERO).fee_terms();
        let dear = FeesView { base_fee: huge, priority_fee: huge };
        let old = Bid { max_fee: Num::of(100), max_priority_fee: Num::of(5) };
        assert_eq!(terms.raise(&old, &dear, None), Raised::AboveCap);
        let Some(bid) = terms.first(&now) else { panic!("10 wei are not too dear") };
        assert!(bid.max_fee <= MOST_FEE && bid.max_priority_fee <= bid.max_fee, "{bid:?}");
    }

    #[test]
    fn a_floor_counts_for_an_hour_and_never_below_the_setting() {
        let after = |seconds: u32| NOON.checked_add(Span::from_secs(seconds)).unwrap();
        let mut chain = facts(Num::of(1_000), Num::of(20));
        for (floor, seconds, is_news, least) in [
            (30, 0, true, 30),
            (30, 599, false, 30),
            (30, 600, true, 30),
            (5, 601, true, 20),
            (400, 602, true, 400),
        ] {
            assert_eq!(chain.asks_for(Num::of(floor), after(seconds)), is_news, "{floor} after {seconds}");
            assert_eq!(chain.fee_terms().min_priority_fee, Num::of(least), "{floor}");
        }
        chain.forget_floor(after(602 + 3_599));
        assert_eq!(chain.fee_terms().min_priority_fee, Num::of(400));
        chain.forget_floor(after(602 + 3_600));
        assert_eq!((chain.fee_terms().min_priority_fee, chain.floor), (Num::of(20), None));
    }

    #[test]
    fn facts_are_old_when_their_time_is_over() {
        let after = |seconds: u32| NOON.checked_add(Span::from_secs(seconds)).unwrap();
        let mut chain = facts(Num::of(1_000), Num::ZERO);
        assert_eq!(chain.old_at(NOON), after(30), "it is asked for them now");
        chain.now = Some(FeesSeen { base_fee: Num::ONE, priority_fee: Num::ONE, at: NOON });
        for (now, old_at) in [(0, 30), (29, 30), (30, 60), (45, 75)] {
            assert_eq!(chain.old_at(after(now)), after(old_at), "{now}");
            assert_eq!(chain.is_fresh(after(now)), old_at == 30, "{now}");
        }
    }
}
