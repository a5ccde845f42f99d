//! The model of an approval: the call that waits for it, the votes, and the outcome.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::ids::{AccountId, ApprovalId, Book};
use crate::kernel::commitment::CommittedOutflow;
use crate::kernel::debits::Outflow;
use crate::money::Money;
use crate::parked::{ParkedCall, parked};
use crate::rows::needs::AccountKey;
use crate::rows::object::Stored;
use crate::time::Time;

pub use crate::parked::State;

/// The kind of an approval's record, and the object of its events.
pub const KIND: &str = "approval";

/// When things happened or will happen. Kept separately, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTimes {
    /// It was asked for.
    pub requested_at: Time,
    /// It must have been used up.
    pub expires_at: Time,
    /// People consented, in their order.
    #[serde(default)]
    pub votes: Vec<Time>,
    /// It was executed, rejected or expired.
    #[serde(default)]
    pub ended_at: Option<Time>,
}

pub use facts::ApprovalFacts;

/// Fields beside those of every parked call: reading them looks at every kind of number.
mod facts {
    #![expect(clippy::disallowed_types, reason = "serde writes the reader; no number is an amount")]
    use super::*;

    /// The facts of an approval that are kept and may be published in events.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub struct ApprovalFacts {
        /// The call that waits.
        #[serde(flatten)]
        pub call: ParkedCall,
        /// The effect of its operation, for the policies that are in force when it is voted on.
        #[serde(default)]
        pub effect: String,
        /// The account that gives most of the amount.
        pub account: AccountId,
        /// The amount that the call takes.
        pub amount: Money,
        /// The policy that asked for it.
        pub policy: String,
        /// How many must consent.
        pub required: u32,
        pub role: String,
        /// The approvers, in their order.
        #[serde(default)]
        pub votes: Vec<String>,
        /// The actor who rejected it.
        #[serde(default)]
        pub rejected_by: Option<String>,
        /// Deadlines and times.
        pub times: ApprovalTimes,
    }
}

/// An approval, read from its record. Its texts are `request` and `key` of the call that waits, and the
/// `reason` of a rejection.
pub type Approval = Stored<ApprovalFacts>;

impl ApprovalFacts {
    /// The agreement as policies look at it: of the payers that count.
    pub fn taken(&self, counts: impl Fn(&str, Currency) -> bool) -> Vec<Outflow> {
        if let Some(agreed) = &self.call.commitment {
            return agreed.totals(counts);
        }
        // of an earlier version only the sum of one payer is known
        let (account, currency, minor) =
            (self.account.clone(), self.amount.currency(), self.amount.minor_units());
        let counted = counts(account.as_str(), currency).then_some(Outflow { account, currency, minor });
        counted.into_iter().collect()
    }

    /// The accounts that give it.
    pub fn payers(&self, book: &Book) -> Vec<AccountKey> {
        let key = |account: AccountId, currency| AccountKey::new(book.clone(), account, currency);
        match &self.call.commitment {
            None => vec![key(self.account.clone(), self.amount.currency())],
            Some(agreed) => {
                let of =
                    |flow: &CommittedOutflow| key(AccountId::stored(&*flow.from), flow.amount.currency());
                agreed.outflows.iter().map(of).collect()
            }
        }
    }
}

parked! { ApprovalFacts "approval" ApprovalId, "approval.timer" }
