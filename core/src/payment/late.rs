//! Payments and refunds that wait for others: once one has waited for its limit, the admins are told.
//!
//! The timer of the payment tells them once for each wait ([`crate::waits`]). A wait goes on where a call is
//! written again, and where the outcome of the call is asked about. The gateway keeps the payments that are
//! late, so that `admin.health` need not look for them.

use serde_json::json;

use super::editor::PaymentEditor;
use super::gateway::Gateway;
use super::model::{Payment, PaymentFacts, PendingCall, State};
use super::parts::LateFacts;
use crate::ids::PaymentId;
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::operation::Decided;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::members;
use crate::time::Time;
use crate::waits::{Wait, wait_of};

/// So many late payments of a gateway are named in its record.
const NAMED: usize = 100;

/// The wait of a payment, and its beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PresentWait {
    pub wait: &'static Wait,
    pub since: Time,
}

impl PendingCall {
    /// Since when its answer is waited for, however often it was written.
    fn waits_since(&self) -> Time {
        self.first.unwrap_or(self.since)
    }
}

impl PaymentFacts {
    /// When its time is over.
    pub(crate) fn deadline(&self, state: State) -> Option<Time> {
        match state {
            State::Created | State::ActionRequired => self.expires_at,
            // one that no worker has taken
            State::Authorizing if self.doing.as_ref().is_some_and(|doing| !doing.may_be_there()) => {
                self.expires_at
            }
            State::Authorized => self.authorization_expires_at,
            _ => None,
        }
    }

    /// Its present wait for somebody else; `None` where it waits for nobody, or has a deadline.
    pub(crate) fn present_wait(&self, state: State) -> Option<PresentWait> {
        let Some(doing) = &self.doing else {
            let since = self.waits.mismatched_at.filter(|_| state == State::Mismatched)?;
            return Some(PresentWait { wait: wait_of("payment", state.as_str())?, since });
        };
        let since = doing.waits_since();
        let wait = match doing.refund {
            Some(id) => {
                let refund = self.refunds.iter().find(|refund| refund.id == id)?;
                wait_of("refund", refund.state.as_str())?
            }
            // the rest of a part capture is voided
            None if state.is_paid() => wait_of("payment", State::Captured.as_str())?,
            None => wait_of("payment", state.as_str())?,
        };
        Some(PresentWait { wait, since })
    }

    fn is_told(&self, present: PresentWait) -> bool {
        let late = self.waits.late.as_ref().filter(|late| late.since == present.since);
        late.is_some_and(|late| late.told.contains(&present.wait.to_string()))
    }

    /// When the admins are told of its present wait.
    pub(crate) fn late_at(&self, state: State) -> Option<Time> {
        let present = self.present_wait(state).filter(|present| !self.is_told(*present))?;
        let limit = self.waits.wait_limit.unwrap_or(present.wait.limit);
        present.since.checked_add(limit)
    }
}

impl Payment {
    /// Names the gateway whose record names the payment as late.
    pub(super) fn needs_of_late(&self, needs: &mut Needs) {
        if let Some(late) = &self.facts.waits.late {
            needs.record(Gateway::key(&self.row.book, &late.gateway), Access::Write);
        }
    }

    /// The gateway that it waits for.
    fn waits_for(&self) -> Option<&str> {
        let doing = self.facts.doing.as_ref();
        let place = doing.and_then(|doing| {
            let refund = self.facts.refunds.iter().find(|refund| Some(refund.id) == doing.refund)?;
            self.facts.attempts.get(refund.attempt)
        });
        place.map(|attempt| attempt.gateway.as_str()).or_else(|| self.facts.gateway())
    }

    /// Names the gateway that is told to name the payment as late, if it is.
    pub(super) fn needs_to_be_late(&self, needs: &mut Needs) {
        if let Some(name) = self.waits_for().filter(|_| self.facts.late_at(self.state).is_some()) {
            needs.record(Gateway::key(&self.row.book, name), Access::Write);
        }
    }
}

impl PaymentEditor<'_, '_> {
    /// Tells the admins once that the payment waits for too long. Returns whether they were told now.
    pub(super) fn waits_too_long(&mut self) -> Decided<bool> {
        let (facts, state, now) = (&self.object.facts, self.object.state, self.now());
        let Some(present) = facts.present_wait(state) else { return Ok(false) };
        if facts.late_at(state).is_none_or(|at| at > now) {
            return Ok(false);
        }
        let refund = facts.doing.as_ref().and_then(|doing| doing.refund);
        let name = self.object.waits_for().ok_or_else(|| self.broken("has no gateway"))?.to_owned();
        let wait = present.wait.to_string();
        match &mut self.object.facts.waits.late {
            Some(late) if late.since == present.since => late.told.push(wait.clone()),
            _ => {
                self.forget_late()?;
                self.name_late(&name, |late, id| {
                    if late.len() < NAMED {
                        late.push(id);
                    }
                })?;
                let told = vec![wait.clone()];
                let late = LateFacts { told, since: present.since, gateway: name.clone() };
                self.object.facts.waits.late = Some(late);
            }
        }
        self.emit(present.wait.event, members!("wait": wait.as_str(), "since": json!(present.since)))?;
        let payload = json!({
            "event": present.wait.event,
            "payment": self.object.id().to_string(),
            "refund": refund,
            "state": self.object.state,
            "gateway": name,
            "wait": wait,
            "since": present.since,
        });
        self.draft.enqueue(NOTIFY_ADMINS, &payload)?;
        Ok(true)
    }

    /// Keeps what says how long the payment waits, and forgets a wait that is over.
    pub(super) fn keep_waits(&mut self) -> Decided<()> {
        let (state, now) = (self.object.state, self.draft.ctx.time());
        let facts = &mut self.object.facts;
        let since = facts.waits.mismatched_at.unwrap_or(now);
        facts.waits.mismatched_at = (state == State::Mismatched).then_some(since);
        let present = facts.present_wait(state);
        facts.waits.wait_limit = present.and_then(|present| self.draft.ctx.wait_limits.other(present.wait));
        let since = present.map(|present| present.since);
        if facts.waits.late.as_ref().is_some_and(|late| Some(late.since) != since) {
            self.forget_late()?;
        }
        Ok(())
    }

    fn forget_late(&mut self) -> Decided<()> {
        let Some(late) = self.object.facts.waits.late.take() else { return Ok(()) };
        self.name_late(&late.gateway, |all, id| all.retain(|one| *one != id))
    }

    /// Changes which late payments the record of a gateway names.
    fn name_late(
        &mut self,
        gateway: &str,
        change: impl FnOnce(&mut Vec<PaymentId>, PaymentId),
    ) -> Decided<()> {
        let id = self.object.id();
        let book = &self.object.row.book;
        let Some(mut gateway) = Gateway::find(self.draft, book, gateway)? else { return Ok(()) };
        let before = gateway.facts.late.len();
        change(&mut gateway.facts.late, id);
        if gateway.facts.late.len() == before {
            return Ok(());
        }
        gateway.put(self.draft, "gateway.waited_for")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::payment::model::tests::facts;
    use crate::time::Span;

    const JOB: &str = "jb_0190c3f0-0000-7000-8000-000000000000";
    const REFUND: &str = "rf_0190c3f0-0000-7000-8000-000000000000";

    fn doing(call: &str, refund: Option<&str>, first: Option<&str>) -> Value {
        json!({
            "call": call, "phase": "unknown", "number": 1, "job": JOB, "minor": "4000", "refund": refund,
            "since": "2026-01-02T00:00:00.000000Z", "first": first,
        })
    }

    #[test]
    fn a_call_waits_from_when_it_was_first_written() {
        let early = "2026-01-01T00:00:00.000000Z";
        let again = facts(&json!({ "doing": doing("capture", None, Some(early)) }));
        let once = facts(&json!({ "doing": doing("capture", None, None) }));
        let since = |facts: &PaymentFacts| facts.present_wait(State::Capturing).unwrap().since.to_string();
        assert_eq!((since(&again).as_str(), since(&once).as_str()), (early, "2026-01-02T00:00:00.000000Z"));
    }

    #[test]
    fn each_wait_is_found_and_told_once() {
        let refund = |state: &str| json!([{ "id": REFUND, "minor": "4000", "state": state, "attempt": 0 }]);
        for (state, call, refund, wait) in [
            (State::Authorizing, "authorize", None, "payment.authorizing"),
            (State::Capturing, "capture", None, "payment.capturing"),
            (State::Voiding, "void", None, "payment.voiding"),
            (State::Unknown, "authorize", None, "payment.unknown"),
            (State::Captured, "void", None, "payment.captured"),
            (State::Refunded, "void", None, "payment.captured"),
            (State::Captured, "refund", Some(refund("queued")), "refund.queued"),
            (State::Captured, "refund", Some(refund("sent")), "refund.sent"),
            (State::ChargedBack, "refund", Some(refund("unknown")), "refund.unknown"),
        ] {
            let named = refund.as_ref().map(|_| REFUND);
            let refunds = refund.unwrap_or_else(|| json!([]));
            let mut facts = facts(&json!({ "doing": doing(call, named, None), "refunds": refunds }));
            let present = facts.present_wait(state).unwrap();
            assert_eq!(present.wait.to_string(), wait);
            assert_eq!(facts.late_at(state), present.since.checked_add(present.wait.limit), "{wait}");
            facts.waits.wait_limit = Some(Span::from_mins(5));
            assert_eq!(facts.late_at(state), present.since.checked_add(Span::from_mins(5)), "{wait}");
            let (told, since) = (vec!["refund.refused".to_owned(), wait.to_owned()], present.since);
            facts.waits.late = Some(LateFacts { told, since, gateway: "card".to_owned() });
            assert_eq!(facts.late_at(state), None);
        }
        let still = facts(&json!({}));
        for state in State::ALL {
            assert!(still.present_wait(*state).is_none(), "{state}");
        }
        let mismatched = facts(&json!({ "waits": { "mismatched_at": "2026-01-01T00:00:00.000000Z" } }));
        assert_eq!(
            mismatched.present_wait(State::Mismatched).unwrap().wait.to_string(),
            "payment.mismatched"
        );
    }
}
