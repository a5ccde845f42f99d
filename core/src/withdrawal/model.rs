//! The model of a withdrawal: its states and its facts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::judge::num::Num;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, DebtId, HoldId, JobId, LaneId, TransferId, WithdrawalId};
use crate::money::{Money, minor};
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, object};
use crate::time::{Span, Time};
use crate::waits::wait_of;

/// The kind of a withdrawal's record, and the object of its events.
pub const KIND: &str = "withdrawal";

text_enum! {
    /// The state of a withdrawal in its life cycle.
    pub enum State {
        /// It has no nonce yet.
        Pending = "pending",
        /// Its nonce is fixed, and nothing is signed.
        Signing = "signing",
        /// Its bytes are there, and nobody has them.
        Signed = "signed",
        /// A worker has taken the bytes, to send them.
        Broadcasting = "broadcasting",
        /// A node has them.
        Broadcasted = "broadcasted",
        /// It is in a block.
        Confirming = "confirming",
        /// It is paid, finally.
        Confirmed = "confirmed",
        /// It is not paid.
        Failed = "failed",
    }
}

impl State {
    /// Whether it is over.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Confirmed | Self::Failed)
    }

    /// The type of the event of reaching this state.
    pub const fn event(self) -> &'static str {
        match self {
            Self::Pending => "withdrawal.requested",
            Self::Signing => "withdrawal.bound",
            Self::Signed => "withdrawal.signed",
            Self::Broadcasting | Self::Broadcasted => "withdrawal.sent",
            Self::Confirming => "withdrawal.seen",
            Self::Confirmed => "withdrawal.confirmed",
            Self::Failed => "withdrawal.failed",
        }
    }
}

text_enum! {
    /// The condition that a withdrawal without a nonce waits for.
    pub enum Waiting {
        /// For news of the chain.
        Chain = "chain",
        /// For lower fees.
        Fees = "fees",
        /// For money in the wallet of a lane.
        Wallet = "wallet",
        /// For room in the window of a lane.
        Window = "window",
        /// For a lane.
        Lane = "lane",
    }
}

text_enum! {
    /// Why people should look at a withdrawal.
    pub enum AttentionCode {
        /// It is final, and its token does not show that the payee was paid.
        NotProved = "not_proved",
        /// Its nonce is used up, finally, and nobody shows by what.
        NonceTaken = "nonce_taken",
        /// Nodes will not have its bytes.
        Rejected = "rejected",
        /// A job was tried as often as it may be.
        RetriesExhausted = "retries_exhausted",
        /// The policy of the key does not let it be signed.
        SignRefused = "sign_refused",
        /// It has waited in its state for as long as it may.
        Late = "late",
    }
}

text_enum! {
    /// Whether a reason to look may go away by itself.
    pub enum AttentionKind {
        /// It may.
        Transient = "transient",
        /// Somebody must do something.
        Permanent = "permanent",
    }
}

/// Why people should look at a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttentionFacts {
    /// The reason.
    pub code: AttentionCode,
    /// Whether it may go away by itself.
    pub kind: AttentionKind,
    /// Since when.
    pub since: Time,
}

/// Why a withdrawal failed. The message is the text `failure` of its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureFacts {
    pub code: String,
}

/// The result of a simulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulationFacts {
    /// The gas that it takes.
    pub gas: Num,
    /// When it was reported.
    pub at: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockFacts {
    pub number: u64,
    pub hash: String,
}

/// The facts of a withdrawal that are kept and may be published in events: ids, amounts, times and names of
/// states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalFacts {
    /// The account that pays.
    pub account: AccountId,
    /// The amount for the payee.
    pub amount: Money,
    /// The fee on top of the amount, in minor units.
    #[serde(with = "minor")]
    pub fee: i128,
    /// The address of the payee, with its checksum.
    pub to: String,
    pub chain: String,
    /// The hold of the amount and the fee.
    pub hold: HoldId,
    /// The lane that sends it.
    #[serde(default)]
    pub lane: Option<LaneId>,
    /// Its nonce on that lane.
    #[serde(default)]
    pub nonce: Option<u64>,
    /// The hash of its transaction in a block.
    #[serde(default)]
    pub hash: Option<String>,
    #[serde(default)]
    pub waiting: Option<Waiting>,
    /// When it looks again.
    #[serde(default)]
    pub look_at: Option<Time>,
    /// Whether it is being given up, so that no payment is signed any more.
    #[serde(default)]
    pub cancelling: bool,
    /// The fee that an admin has named for the no-op.
    #[serde(default)]
    pub named_fee: Option<Num>,
    /// Why people should look at it.
    #[serde(default)]
    pub attention: Option<AttentionFacts>,
    /// Why it failed.
    #[serde(default)]
    pub failure: Option<FailureFacts>,
    /// The result of its newest simulation.
    #[serde(default)]
    pub simulation: Option<SimulationFacts>,
    /// The job under way.
    #[serde(default)]
    pub job: Option<JobId>,
    /// The transfers that it made, in their order.
    #[serde(default)]
    pub transfers: Vec<TransferId>,
    /// The debt of its account, if it was paid after it had failed.
    #[serde(default)]
    pub debt: Option<DebtId>,
    /// Whether its final block is gone.
    #[serde(default)]
    pub unsettled: bool,
    #[serde(default)]
    pub block: Option<BlockFacts>,
    /// The number of blocks that a quorum counts from that block on.
    #[serde(default)]
    pub confirmations: u64,
    /// The cost of its gas, in wei.
    #[serde(default)]
    pub gas_paid: Option<Num>,
    /// When it is given up if it has no nonce by then.
    #[serde(default)]
    pub give_up_at: Option<Time>,
    /// The timeline of the store in which it was requested; `None` is the first.
    #[serde(default)]
    pub timeline: Option<Uuid>,
    /// Whether an admin has settled it.
    #[serde(default)]
    pub settled: bool,
    /// The actor who requested it.
    pub requested_by: String,
    /// When it was final.
    #[serde(default)]
    pub confirmed_at: Option<Time>,
    /// When it entered its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Time>,
    /// How long it may wait in its state, if an option sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_limit: Option<Span>,
    /// The state in which the admins were told that it waits for too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_late: Option<State>,
    /// When it changed last.
    pub updated_at: Time,
}

/// A withdrawal, read from its record. Its texts are `metadata`, `failure`, `cancel_reason`, `settle_reason`
/// and `sign_refused`.
pub type Withdrawal = Stored<WithdrawalFacts>;

object! { WithdrawalFacts: KIND, State, WithdrawalId, amount {
    fn not_found(withdrawal: WithdrawalId) -> Error {
        Detail::WithdrawalNotFound { withdrawal: withdrawal.to_string() }.into()
    }

    fn due_at(&self, state: State) -> Option<Time> {
        self.deadline(state).into_iter().chain(self.late_at(state)).min()
    }
} }

impl WithdrawalFacts {
    /// When it looks again, or is given up.
    pub(super) fn deadline(&self, state: State) -> Option<Time> {
        let looks = self.look_at.into_iter().chain(self.give_up_at).min();
        looks.filter(|_| state == State::Pending)
    }

    /// When the admins are told that it waits in its state for too long. People who look at it anyway are not
    /// told.
    pub(super) fn late_at(&self, state: State) -> Option<Time> {
        let wait = wait_of(KIND, state.as_str())?;
        let is_known = self.attention.is_some() || self.told_late == Some(state);
        let since = self.entered_at.filter(|_| !is_known)?;
        since.checked_add(self.wait_limit.unwrap_or(wait.limit))
    }
}

impl Withdrawal {
    /// An amount in its currency.
    pub fn money(&self, minor: i128) -> Result<Money> {
        Money::new(minor, self.currency)
            .ok_or_else(|| Error::corrupted(format!("an amount of withdrawal {}", self.id())))
    }
}
