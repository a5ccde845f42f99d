//! Slots: one record for each nonce of a lane, which belongs to one withdrawal for ever.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::judge::num::Num;
use crate::error::Error;
use crate::ids::{LaneId, WithdrawalId};
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, object};
use crate::time::{Span, Time};

/// The kind of a slot's record.
pub const KIND: &str = "slot";
/// How long a nonce is used up without a receipt before somebody else is blamed. Nodes behind one address,
/// and nodes that write their index late, show a receipt seconds to a minute after they count its nonce.
/// Meanwhile the lane goes on, and nobody is paid twice: a nonce belongs to one withdrawal.
const PATIENCE: Span = Span::from_mins(3);

text_enum! {
    /// Whether a nonce is used up.
    pub enum SlotState {
        /// It may be used by any of its attempts.
        Open = "open",
        /// Something is final under it.
        Ended = "ended",
    }
}

text_enum! {
    /// The purpose of an attempt.
    pub enum AttemptKind {
        /// It pays.
        Pay = "pay",
        /// It uses up the nonce, and nothing else.
        Noop = "noop",
    }
}

text_enum! {
    /// The answer of nodes to an attempt.
    pub enum BroadcastOutcome {
        /// One has it.
        Taken = "taken",
        /// A quorum wants a higher price.
        Underpriced = "underpriced",
        /// A quorum says that the wallet cannot pay for it.
        NoFunds = "no_funds",
        /// A quorum will not have it.
        Rejected = "rejected",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

text_enum! {
    /// The kind of a nonce's final transaction.
    pub enum EndKind {
        /// A payment.
        Paid = "paid",
        /// A payment that reverted.
        Reverted = "reverted",
        /// The no-op.
        Noop = "noop",
        /// Another transaction of the same key.
        Taken = "taken",
        /// A payment of which the token shows nothing.
        NotProved = "not_proved",
    }
}

/// The plan of a nonce: all its payments differ only in their fees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotPlan {
    /// The payee, or the token.
    pub to: String,
    /// Coins that move, in wei.
    pub value: Num,
    /// The call, as hex.
    pub data: String,
    /// The gas that it may use up.
    pub gas_limit: u64,
    pub chain_id: String,
}

/// An attempt at a nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFacts {
    /// Its number, from 1.
    pub number: u32,
    pub kind: AttemptKind,
    /// The hash of its bytes, once they are signed.
    #[serde(default)]
    pub hash: Option<String>,
    /// The gas that it may use up.
    pub gas_limit: u64,
    /// The highest price of a unit of gas, in wei.
    pub max_fee_per_gas: Num,
    /// The highest part of it for the maker of the block, in wei.
    pub max_priority_fee_per_gas: Num,
    /// When its bytes were kept.
    #[serde(default)]
    pub signed_at: Option<Time>,
    /// When a worker last took them to send them.
    #[serde(default)]
    pub sent_at: Option<Time>,
    /// When a node first had them.
    #[serde(default)]
    pub taken_at: Option<Time>,
    /// The last answer of nodes to them.
    #[serde(default)]
    pub outcome: Option<BroadcastOutcome>,
}

/// The final transaction of a nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotEnd {
    /// The hash, if it was shown.
    #[serde(default)]
    pub hash: Option<String>,
    pub block_number: u64,
    pub block_hash: String,
    pub what: EndKind,
}

/// The first look that found a nonce finally used up, and no receipt that tells by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentSeen {
    /// When it was.
    pub at: Time,
    /// The height that a quorum had reached.
    #[serde(default)]
    pub head: Option<u64>,
}

impl SpentSeen {
    /// Whether a later look with the same finding may blame somebody else: some minutes later, and at a
    /// higher block.
    pub fn is_beyond_doubt(&self, now: Time, head: Option<u64>) -> bool {
        let is_further = self.head.zip(head).is_none_or(|(then, now)| now > then);
        is_further && now.since(self.at) >= PATIENCE
    }
}

/// The facts of a nonce that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotFacts {
    pub lane: LaneId,
    pub nonce: u64,
    /// The withdrawal that has the nonce, for ever.
    pub withdrawal: WithdrawalId,
    /// The payment to send under it.
    pub plan: SlotPlan,
    /// The attempts, in their order.
    #[serde(default)]
    pub attempts: Vec<AttemptFacts>,
    /// Its final transaction.
    #[serde(default)]
    pub end: Option<SlotEnd>,
    /// Until when the end is watched.
    #[serde(default)]
    pub watch_until: Option<Time>,
    /// Since when it is finally used up, while nobody shows by what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<SpentSeen>,
}

/// A slot, read from its record. Its texts are the bytes of its attempts, by [`raw_of`].
pub type Slot = Stored<SlotFacts>;

object! { SlotFacts: KIND, SlotState, Uuid as (LaneId, u64) {
    fn not_found(slot: (LaneId, u64)) -> Error {
        let (lane, nonce) = slot;
        Error::corrupted(format!("slot {nonce} of lane {lane}"))
    }
} }

/// The name of the text that has the bytes of an attempt.
pub fn raw_of(attempt: u32) -> String {
    format!("raw.{attempt}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However the looks follow one another, none blames anybody before minutes have passed and the
        /// chain has gone on, and each later one does.
        #[test]
        fn a_look_that_may_be_early_blames_nobody(
            steps in proptest::collection::vec((0_u32..120, 0_u64..3, any::<bool>()), 1..40)
        ) {
            let first = SpentSeen { at: Time::EPOCH, head: Some(100) };
            let (mut now, mut head) = (Time::EPOCH, 100);
            for (seconds, blocks, tells) in steps {
                now = now.checked_add(Span::from_secs(seconds)).unwrap();
                head += blocks;
                let is_late = now.since(Time::EPOCH) >= Span::from_mins(3);
                // without a height, minutes alone decide
                let expected = is_late && (head > 100 || !tells);
                prop_assert_eq!(first.is_beyond_doubt(now, tells.then_some(head)), expected);
            }
        }
    }

    #[test]
    fn a_clock_that_goes_back_blames_nobody() {
        let first = SpentSeen { at: Time::EPOCH.checked_add(Span::from_hours(1)).unwrap(), head: None };
        assert!(!first.is_beyond_doubt(Time::EPOCH, Some(7)));
    }
}
