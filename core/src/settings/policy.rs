//! A policy: from which amount up a call needs the consent of others.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::money::Money;
use crate::time::Span;

/// The name of the policy that is there from the beginning.
pub const DEFAULT: &str = "default";

/// A rule: from this amount up, a call with this effect needs this many approvals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name.
    pub id: String,
    /// The effect of calls that it covers: `escrow.pay`, `treasury.*` or `*`.
    pub operation: String,
    /// From here up; a call that takes another currency is not covered.
    pub threshold: Money,
    /// How many different people must approve.
    pub approvers: u32,
    /// The role in which they must act.
    pub role: String,
    /// How long an approval stays open.
    pub expires_in: Span,
    /// The factors that the caller must prove: `pin`, `totp`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<String>,
    /// Whether the effect takes no money, so that the factors are asked for at any amount.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub any_amount: bool,
}

impl Policy {
    /// Payments of deals of 1,000,000 KRW and above: two admins within a day.
    pub fn built_in() -> Option<Self> {
        let threshold = Money::new(1_000_000, Currency::new("KRW", 0)?)?;
        Some(Self {
            id: DEFAULT.to_owned(),
            operation: "escrow.pay".to_owned(),
            threshold,
            approvers: 2,
            role: "admin".to_owned(),
            expires_in: Span::from_hours(24),
            require: Vec::new(),
            any_amount: false,
        })
    }

    /// Whether it covers calls with this effect, whatever their amounts.
    pub fn covers(&self, effect: &str) -> bool {
        match self.operation.strip_suffix('*') {
            Some("") => true,
            // the point stays, so that `escrow.*` does not cover `escrows.pay`
            Some(family) => effect.starts_with(family),
            None => self.operation == effect,
        }
    }
}

/// The effect of every call that takes money out of an account with a tier, in addition to that of the
/// operation.
pub const TREASURY: &str = "treasury.debit";
