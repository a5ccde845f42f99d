//! Messages of a gateway about a chargeback, in whatever order: before its payment is known, before it is
//! taken, after it has ended, and in another currency.

use super::apply_report::Heard;
use super::chargebacks::WITHDRAWN;
use super::editor::PaymentEditor;
use super::model::{MOST_PARTS, Payment, State};
use super::parts::{ChargebackPhase, ToldCase};
use super::transitions::PaymentTrigger;
use crate::currency::Currency;
use crate::error::Error;
use crate::kernel::operation::{Decided, Halt};
use crate::rows::body::Text;

/// The text with what waits until the money is taken.
const WAITS: &str = "cases";

/// The step that a case leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CaseStep {
    /// It is as it says, or nothing that concerns the payment.
    Ignored,
    /// It was won before anybody told that it had begun: it takes nothing, whatever is told of it later.
    Ended,
    /// It is about money that came late.
    Late,
    /// It cannot be booked: people find out what the bank has taken.
    Unbookable,
    /// Its money is not captured here yet: the gateway tells again.
    Early,
    Booked,
}

/// The facts that a case is judged by.
#[derive(Clone, Copy, Debug)]
struct CaseSeen {
    /// The payment has a chargeback of this name.
    is_known: bool,
    /// It takes nothing any more.
    is_ended: bool,
    state: State,
    currency: Currency,
}

fn decide(told: &ToldCase, seen: CaseSeen) -> CaseStep {
    if seen.is_known {
        return CaseStep::Booked;
    }
    if seen.is_ended || told.case.is_empty() || told.case.starts_with(WITHDRAWN) {
        return CaseStep::Ignored;
    }
    let is_other = told.is_strange || told.amount.is_some_and(|amount| amount.currency() != seen.currency);
    match seen.state {
        _ if told.phase == ChargebackPhase::Won => CaseStep::Ended,
        state if state.ended_unpaid() => CaseStep::Late,
        state if is_other && (state.is_paid() || state == State::Mismatched) => CaseStep::Unbookable,
        state if state.is_paid() => CaseStep::Booked,
        _ => CaseStep::Early,
    }
}

impl PaymentEditor<'_, '_> {
    /// As `payments.chargeback`, for what a gateway tells.
    pub(crate) fn hear_case(&mut self, told: &ToldCase) -> Decided<Heard> {
        let seen = CaseSeen {
            is_known: self.knows_case(&told.case),
            is_ended: self.object.facts.ended_cases.contains(&told.case),
            state: self.object.state,
            currency: self.object.currency,
        };
        match decide(told, seen) {
            CaseStep::Ignored => Ok(Heard::Ignored),
            CaseStep::Ended => {
                self.end_case(&told.case);
                Ok(Heard::Ignored)
            }
            CaseStep::Late => {
                if self.object.facts.suspended > 0 {
                    // the bank may have taken the money that waits in `@suspense`: no refund gives it back
                    // then
                    self.tell_admins("payment.suspended")?;
                }
                Ok(Heard::Ignored)
            }
            CaseStep::Unbookable => {
                self.end_case(&told.case);
                self.mismatch("currency", 0)?;
                Ok(Heard::Mismatched)
            }
            CaseStep::Early => Err(self.not_allowed(PaymentTrigger::Chargeback).into()),
            CaseStep::Booked => Ok(if self.apply_case(told)? { Heard::Applied } else { Heard::Ignored }),
        }
    }

    /// Takes news of the payment that nobody can read: its amount or its currency is not one that is known
    /// here. People find out what it is.
    pub(crate) fn hear_unread(&mut self) -> Decided<Heard> {
        if self.object.state == State::Mismatched {
            return Ok(Heard::Ignored);
        }
        self.mismatch("currency", 0)?;
        Ok(Heard::Mismatched)
    }

    /// From now on the case takes nothing. The oldest are forgotten: no gateway tells of so many.
    fn end_case(&mut self, case: &str) {
        let ended = &mut self.object.facts.ended_cases;
        if ended.len() >= MOST_PARTS {
            ended.remove(0);
        }
        ended.push(case.to_owned());
    }

    /// Keeps what was told of chargebacks before the payment was known, until its money is taken.
    pub(crate) fn keep_cases(&mut self, told: Vec<ToldCase>) -> Decided<()> {
        if told.is_empty() {
            return Ok(());
        }
        let mut all = waiting(&self.object)?;
        all.extend(told);
        all.truncate(MOST_PARTS);
        let text = serde_json::to_string(&all).map_err(|_| self.broken("has cases that are no JSON"))?;
        self.object.texts.insert(WAITS.to_owned(), Text::new(&text, self.draft.ids.salt()));
        Ok(())
    }

    /// Takes the cases that waited once the payment is taken, or over. Of one that the rules refuse admins
    /// are told.
    pub(crate) fn take_kept_cases(&mut self) -> Decided<()> {
        let state = self.object.state;
        if !state.is_paid() && !state.ended_unpaid() || self.object.text(WAITS).is_none() {
            return Ok(());
        }
        let all = waiting(&self.object)?;
        self.object.texts.remove(WAITS);
        for told in all {
            let mark = (self.draft.mark(), self.object.clone());
            match self.hear_case(&told) {
                Ok(_) => {}
                Err(Halt::Reject(_)) => {
                    self.draft.restore(mark.0);
                    self.object = mark.1;
                    self.tell_admins("payment.mismatched")?;
                }
                Err(halt) => return Err(halt),
            }
        }
        Ok(())
    }
}

fn waiting(payment: &Payment) -> Result<Vec<ToldCase>, Error> {
    let broken = |_| Error::corrupted(format!("the cases of payment {}", payment.id()));
    let waiting = payment.text(WAITS).map(|text| serde_json::from_str(text)).transpose().map_err(broken)?;
    Ok(waiting.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    #[test]
    fn what_a_case_leads_to() {
        use CaseStep as Step;
        use ChargebackPhase as Phase;
        let told = |case: &str, phase, code: &str| ToldCase {
            case: case.to_owned(),
            phase,
            amount: Money::minor(1_000, code).ok(),
            is_strange: false,
            reason: None,
        };
        let seen = |state| CaseSeen {
            is_known: false,
            is_ended: false,
            state,
            currency: Currency::iso("USD").unwrap(),
        };
        for (case, phase, code, state, step) in [
            ("cb-1", Phase::Open, "USD", State::Captured, Step::Booked),
            ("cb-1", Phase::Lost, "USD", State::Captured, Step::Booked),
            ("cb-1", Phase::Open, "USD", State::ChargedBack, Step::Booked),
            ("cb-1", Phase::Won, "USD", State::Captured, Step::Ended),
            ("cb-1", Phase::Won, "EUR", State::Captured, Step::Ended),
            ("cb-1", Phase::Won, "USD", State::Unknown, Step::Ended),
            ("cb-1", Phase::Open, "EUR", State::Captured, Step::Unbookable),
            ("cb-1", Phase::Open, "EUR", State::Mismatched, Step::Unbookable),
            ("cb-1", Phase::Open, "USD", State::Mismatched, Step::Early),
            ("cb-1", Phase::Open, "USD", State::Unknown, Step::Early),
            ("cb-1", Phase::Open, "EUR", State::Authorizing, Step::Early),
            ("cb-1", Phase::Open, "USD", State::Failed, Step::Late),
            ("cb-1", Phase::Open, "EUR", State::Voided, Step::Late),
            ("", Phase::Open, "USD", State::Captured, Step::Ignored),
            (WITHDRAWN, Phase::Open, "USD", State::Captured, Step::Ignored),
        ] {
            assert_eq!(decide(&told(case, phase, code), seen(state)), step, "{case} {phase} {code} {state}");
        }
        let open = told("cb-1", Phase::Open, "USD");
        let ended = CaseSeen { is_ended: true, ..seen(State::Captured) };
        assert_eq!(decide(&open, ended), Step::Ignored);
        // what is booked goes on, also if the rest of it is told in another currency
        let known = CaseSeen { is_known: true, ..seen(State::ChargedBack) };
        assert_eq!(decide(&told("cb-1", Phase::Won, "EUR"), known), Step::Booked);
        let strange = ToldCase { is_strange: true, amount: None, ..open };
        assert_eq!(decide(&strange, seen(State::Captured)), Step::Unbookable);
    }
}
