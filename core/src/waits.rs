//! Waits: the states in which an object waits for somebody else, and after how long people are told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::time::Span;

/// A party that an object waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// The gateway answers, or says how it went on.
    Gateway,
    /// A worker takes the call.
    Worker,
    /// Nodes of a chain say what became of a transaction.
    Chain,
    /// There is money in a wallet.
    Wallet,
    /// An admin decides.
    Staff,
}

impl WaitsFor {
    /// Its name on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Worker => "worker",
            Self::Chain => "chain",
            Self::Wallet => "wallet",
            Self::Staff => "staff",
        }
    }
}

/// A state in which an object waits for somebody else. Once it has waited for the limit, a check of
/// `admin.health` warns, and the admins are told once (`notify.admins`).
#[derive(Debug, PartialEq, Eq)]
pub struct Wait {
    /// The kind of the object.
    pub object: &'static str,
    /// Its state.
    pub state: &'static str,
    /// Any of these ends it.
    pub waits_for: &'static [WaitsFor],
    /// How long it may take where no option says otherwise, from the time that `since` names.
    pub limit: Span,
    /// The beginning of the wait, for people.
    pub since: &'static str,
    /// The check of `admin.health` that warns.
    pub check: &'static str,
    /// The event that the admins are told of.
    pub event: &'static str,
}

impl fmt::Display for Wait {
    /// The name of its option.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.object, self.state)
    }
}

const CALL: &str = "its call was written";
const STATE: &str = "it entered the state";

const fn of_payment(
    object: &'static str,
    state: &'static str,
    waits_for: &'static [WaitsFor],
    limit: Span,
) -> Wait {
    Wait { object, state, waits_for, limit, since: CALL, check: "gateways", event: "payment.late" }
}

const fn of_withdrawal(state: &'static str, waits_for: &'static [WaitsFor], limit: Span) -> Wait {
    let (object, event) = ("withdrawal", "withdrawal.attention");
    Wait { object, state, waits_for, limit, since: STATE, check: "lanes", event }
}

const fn of_dispute(state: &'static str) -> Wait {
    let (waits_for, limit) = (&[WaitsFor::Staff], Span::from_days(14));
    let (since, check, event) = ("it was opened", "deals", "dispute.late");
    Wait { object: "dispute", state, waits_for, limit, since, check, event }
}

/// *The* table of waits. A state that is not here is in [`NOT_WAITING`], with the reason.
pub const WAITS: &[Wait] = &[
    of_payment("payment", "authorizing", &[WaitsFor::Gateway], Span::from_days(1)),
    of_payment("payment", "capturing", &[WaitsFor::Gateway], Span::from_hours(6)),
    of_payment("payment", "voiding", &[WaitsFor::Gateway], Span::from_hours(6)),
    of_payment("payment", "unknown", &[WaitsFor::Gateway, WaitsFor::Staff], Span::from_hours(6)),
    Wait { since: STATE, ..of_payment("payment", "mismatched", &[WaitsFor::Staff], Span::from_days(1)) },
    of_payment("payment", "captured", &[WaitsFor::Gateway], Span::from_days(1)),
    of_payment("refund", "queued", &[WaitsFor::Worker], Span::from_days(1)),
    of_payment("refund", "sent", &[WaitsFor::Gateway], Span::from_days(7)),
    of_payment("refund", "unknown", &[WaitsFor::Gateway, WaitsFor::Staff], Span::from_days(1)),
    of_withdrawal("pending", &[WaitsFor::Chain, WaitsFor::Wallet, WaitsFor::Staff], Span::from_days(1)),
    of_withdrawal("signing", &[WaitsFor::Worker], Span::from_hours(6)),
    of_withdrawal("signed", &[WaitsFor::Worker], Span::from_hours(6)),
    of_withdrawal("broadcasting", &[WaitsFor::Chain], Span::from_hours(6)),
    of_withdrawal("broadcasted", &[WaitsFor::Chain, WaitsFor::Staff], Span::from_hours(6)),
    of_withdrawal("confirming", &[WaitsFor::Chain], Span::from_hours(6)),
    of_dispute("open"),
    of_dispute("investigating"),
];

/// The states that need no limit: object, state, and why.
pub const NOT_WAITING: &[(&str, &str, &str)] = &[
    ("payment", "created", "`expires_at` ends it"),
    ("payment", "action_required", "`expires_at` has it voided"),
    ("payment", "authorized", "`authorization_expires_at` has it voided"),
    ("payment", "refunded", "over: a void of its rest counts as `payment.captured`"),
    ("payment", "charged_back", "over: a void of its rest counts as `payment.captured`"),
    ("payment", "voided", "over"),
    ("payment", "expired", "over"),
    ("payment", "failed", "over"),
    ("refund", "done", "over"),
    ("refund", "refused", "over: the money is back, and of late money the admins are told at once"),
    ("refund", "returned", "over: the money is back, and of late money the admins are told at once"),
    ("chargeback", "open", "the money is booked as taken: what the bank decides is told by the gateway"),
    ("chargeback", "won", "over"),
    ("chargeback", "lost", "over"),
    ("reference", "known", "over"),
    ("reference", "parked", "`gateways` warns after an hour, and it is dropped after three days"),
    ("reference", "dropped", "over"),
    ("gateway", "up", "waits for nobody"),
    ("gateway", "down", "`gateways` warns at once, and the next call probes"),
    ("gateway", "probing", "another call probes where the probe takes too long"),
    ("debt", "open", "waits for what its account gets next: `payments.debts` lists it"),
    ("debt", "recovered", "over"),
    ("debt", "written_off", "over"),
    ("withdrawal", "confirmed", "over: where its block is gone the admins are told at once"),
    ("withdrawal", "failed", "over: its nonce is watched by its lane"),
    ("lane", "opening", "`chains` warns after five minutes without an answer"),
    ("lane", "active", "waits for nobody"),
    ("lane", "paused", "the admins are told at once, and `lanes` warns"),
    ("lane", "retired", "over"),
    ("purchase", "held", "`hold_until` ends it"),
    ("purchase", "paying", "its payment is waited for"),
    ("purchase", "completed", "over"),
    ("purchase", "cancelled", "over"),
    ("purchase", "expired", "over"),
    ("purchase", "refunded", "over"),
    ("purchase", "charged_back", "over"),
    ("deal", "pending", "`pay_by` ends it"),
    ("deal", "paid", "waits for the host, which was answered; `deals` counts it after a day"),
    ("deal", "in_escrow", "waits for the seller, who is told; `deals` counts it after a day"),
    ("deal", "awaiting_shipment", "`ship_by` ends it"),
    ("deal", "shipped", "`deliver_by` ends it"),
    ("deal", "delivered", "`release_at` ends it"),
    ("deal", "disputed", "its dispute is waited for"),
    ("deal", "refund_pending", "waits for the seller, who is told; `deals` counts it after a day"),
    ("deal", "released", "over"),
    ("deal", "refunded", "over"),
    ("deal", "split", "over"),
    ("deal", "cancelled", "over"),
    ("deal", "expired", "over"),
    ("dispute", "resolved", "over"),
    ("dispute", "withdrawn", "over"),
    ("review", "pending", "the admins are told at once, and `expires_at` ends it"),
    ("review", "approved", "its call may be tried again; `expires_at` ends it"),
    ("review", "rejected", "over"),
    ("review", "expired", "over"),
    ("review", "executed", "over"),
    ("approval", "pending", "the admins are told at once, and `expires_at` ends it"),
    ("approval", "approved", "its call may be tried again; `expires_at` ends it"),
    ("approval", "rejected", "over"),
    ("approval", "expired", "over"),
    ("approval", "executed", "over"),
    ("job", "queued", "`jobs` warns after a minute"),
    ("job", "leased", "its lease ends"),
    ("job", "done", "over"),
    ("job", "dead", "`jobs` warns at once"),
    ("sink", "open", "`sinks` warns after a minute"),
    ("sink", "waiting", "it is delivered again by itself, and parked in the end"),
    ("sink", "parked", "`sinks` warns at once"),
    ("sink", "clear", "waits for nobody"),
    ("hold", "authorized", "`expires_at` ends it; without one it stands as its owner wants"),
    ("hold", "partially_captured", "`expires_at` ends it; without one it stands as its owner wants"),
    ("hold", "captured", "over"),
    ("hold", "voided", "over"),
    ("hold", "expired", "over"),
];

/// The wait of a state; `None` where nobody else is waited for.
pub fn wait_of(object: &str, state: &str) -> Option<&'static Wait> {
    WAITS.iter().find(|wait| wait.object == object && wait.state == state)
}

/// The limits that options set in place of those of the table.
#[derive(Clone, Debug, Default)]
pub struct WaitLimits(Arc<BTreeMap<String, Span>>);

impl WaitLimits {
    /// Sets the limit of a wait, by its name. `field` is the setting that says so.
    pub fn set(&mut self, field: &str, name: &str, limit: Span) -> Result<()> {
        let Some(wait) = WAITS.iter().find(|wait| wait.to_string() == name) else {
            let all: Vec<String> = WAITS.iter().map(|wait| format!("`{wait}`")).collect();
            return Err(Error::invalid(field, format!("must name some of {}", all.join(", "))));
        };
        if limit.micros() < Span::from_mins(1).micros() {
            return Err(Error::invalid(field, format!("must be a minute or more for `{wait}`")));
        }
        Arc::make_mut(&mut self.0).insert(wait.to_string(), limit);
        Ok(())
    }

    /// Sets the limits of a list, such as `refund.unknown=PT2H,dispute.open=P3D`.
    pub fn set_all(&mut self, field: &str, list: &str) -> Result<()> {
        let bad = || Error::invalid(field, "must be waits and their limits, such as `refund.unknown=PT2H`");
        for text in list.split(',') {
            let (name, limit) = text.trim().split_once('=').ok_or_else(bad)?;
            self.set(field, name, limit.parse().map_err(|_| bad())?)?;
        }
        Ok(())
    }

    /// The limit of a wait where it is not that of the table.
    pub fn other(&self, wait: &Wait) -> Option<Span> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&wait.to_string()).copied().filter(|limit| *limit != wait.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_set_by_its_name() {
        let mut limits = WaitLimits::default();
        let refund = wait_of("refund", "unknown").unwrap();
        limits.set("wait_limits", "refund.unknown", refund.limit).unwrap();
        assert_eq!(limits.other(refund), None);
        limits.set("wait_limits", "refund.unknown", Span::from_hours(2)).unwrap();
        assert_eq!(limits.other(refund), Some(Span::from_hours(2)));
        assert_eq!(limits.other(wait_of("refund", "sent").unwrap()), None);
    }

    #[test]
    fn a_list_sets_several() {
        let mut limits = WaitLimits::default();
        limits.set_all("x", "refund.unknown=PT2H, dispute.open=P3D").unwrap();
        let other = |object, state| limits.other(wait_of(object, state).unwrap());
        assert_eq!(other("refund", "unknown"), Some(Span::from_hours(2)));
        assert_eq!((other("dispute", "open"), other("refund", "sent")), (Some(Span::from_days(3)), None));
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in [
            "",
            "refund.unknown",
            "refund.unknown=",
            "refund.unknown=7",
            "refund.unknown=PT59S",
            "refund.unknown=-PT2H",
            "refund.done=PT2H",
            "=PT2H",
            "refund.unknown=PT2H,",
        ] {
            let error = WaitLimits::default().set_all("x", text).unwrap_err();
            assert_eq!(
                (error.code().as_str(), &error.details()["field"]),
                ("invalid_request", &"x".into()),
                "{text}"
            );
        }
    }

    #[test]
    fn each_state_is_named_once() {
        let waits = WAITS.iter().map(|wait| (wait.object, wait.state));
        let mut all: Vec<_> =
            waits.chain(NOT_WAITING.iter().map(|(object, state, _)| (*object, *state))).collect();
        let named = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), named);
    }
}
