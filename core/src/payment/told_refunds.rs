//! What news of refunds does to a payment: ours, and those that somebody made at the gateway itself.

use super::desk::Desk;
use super::model::{FailureCode, FailureFacts, State, Told};
use super::news::News;
use super::parts::RefundState;
use super::told::Heard;
use crate::ids::RefundId;
use crate::kernel::operation::Halt;

impl Desk<'_, '_> {
    /// The answer to a question about a refund: totals show whether it was made.
    pub(crate) fn told_of_refund(&mut self, refund: RefundId, news: &News) -> Result<Heard, Halt> {
        let outdated = news.about.is_some_and(|about| about.outdated);
        let known = self.payment.facts.refunds.iter().find(|one| one.id == refund);
        let (minor, place) = known.map_or((0, 0), |one| (one.minor, one.attempt));
        let before = self.back_at(place);
        match (news.told, news.refunded.map(|money| money.minor_units())) {
            (Told::Refused, _) => {
                let failure =
                    news.failure.clone().unwrap_or_else(|| FailureFacts::own(FailureCode::Declined));
                self.refund_refused(refund, None, failure)
            }
            (Told::Nothing, _) => self.told_nothing(news),
            (Told::Pending, _) | (_, None) => {
                if !outdated {
                    self.ask_later(None)?;
                }
                Ok(Heard::Ignored)
            }
            (_, Some(total)) if total >= before + minor => self.refund_done(refund, None, None),
            (_, Some(total)) if Self::leaves_less(news, total, minor) => self.never_refunded(refund, news),
            _ => self.told_nothing(news),
        }
    }

    /// Whether a gateway has less left of a payment than a refund needs.
    fn leaves_less(news: &News, total: i128, minor: i128) -> bool {
        news.captured.is_some_and(|captured| captured.minor_units().saturating_sub(total) < minor)
    }

    /// A refund was not made, and others have left too little for it: it would be refused whenever it is
    /// sent.
    fn never_refunded(&mut self, refund: RefundId, news: &News) -> Result<Heard, Halt> {
        let doing = self.payment.facts.doing.clone().filter(|doing| doing.refund == Some(refund));
        let Some(doing) = doing else { return self.answered_idly() };
        if news.about.is_some_and(|about| about.outdated) {
            return Ok(Heard::Ignored);
        }
        if let Some(at) = self.not_believed_before(&doing, news)? {
            // what was sent may still be on its way
            self.ask_later(Some(at))?;
            return Ok(Heard::Ignored);
        }
        self.refund_refused(refund, None, FailureFacts::own(FailureCode::NotProcessed))
    }

    /// What the gateway of an attempt has given back, as far as is known, in minor units.
    pub(crate) fn back_at(&self, place: usize) -> i128 {
        let done = self.payment.facts.refunds.iter().filter(|one| one.attempt == place && one.is_done());
        let done = done.fold(0_i128, |sum, one| sum + one.minor);
        if self.is_current(place) { done + self.withdrawn() } else { done }
    }

    pub(crate) fn told_refunded(&mut self, place: usize, news: &News) -> Result<Heard, Halt> {
        let amount = news.amount.map(|money| money.minor_units());
        let named =
            news.about.and_then(|about| about.refund).or_else(|| self.refund_named(news.refund.as_deref()));
        if let Some(refund) = named {
            let reference = news.reference.as_ref().filter(|_| Self::is_of_refund(news));
            return self.refund_done(refund, reference, amount);
        }
        let Some(total) = news.refunded.map(|money| money.minor_units()) else {
            // which refund is it?
            let now = self.now();
            return Ok(if self.is_current(place) && self.ask(now)? {
                Heard::Queried
            } else {
                Heard::Ignored
            });
        };
        let more = total - self.back_at(place);
        if more <= 0 {
            return Ok(Heard::Ignored);
        }
        let under_way = self.payment.facts.refunds.iter().filter(|one| {
            let live = matches!(one.state, RefundState::Sent | RefundState::Unknown);
            one.attempt == place && (live || one.late && one.state == RefundState::Queued)
        });
        let under_way: Vec<_> = under_way.map(|one| (one.id, one.minor)).collect();
        if let Some((refund, _)) = under_way.iter().find(|(_, minor)| *minor == more) {
            return self.refund_done(*refund, None, None);
        }
        if !under_way.is_empty() {
            // one of them may be in that total: its own answer says it, and what is left is asked about then
            self.payment.facts.unexplained = true;
            return Ok(Heard::Queried);
        }
        let facts = &self.payment.facts;
        if self.is_current(place) && facts.captured > 0 && self.payment.state != State::Mismatched {
            // made by somebody at the gateway itself
            return self.withdraw(more).map(|()| Heard::Applied);
        }
        Ok(Heard::Ignored)
    }

    /// The gateway has taken back by itself what it had captured: only with a total that says so, because a
    /// mere name of a state may be older than the capture.
    pub(crate) fn taken_back(&mut self, news: &News) -> Result<Heard, Halt> {
        let Some(total) = news.captured.map(|money| money.minor_units()) else { return self.answered_idly() };
        let facts = &self.payment.facts;
        let gone = facts.captured - total - facts.given_back() - self.withdrawn();
        if gone <= 0 {
            return self.answered_idly();
        }
        self.withdraw(gone)?;
        Ok(Heard::Applied)
    }

    /// The gateway's reference of a refund that it names, or its id.
    fn refund_named(&self, name: Option<&str>) -> Option<RefundId> {
        let name = name?;
        let refunds = self.payment.facts.refunds.iter();
        let mut fits = refunds
            .filter(|refund| refund.id.to_string() == name || refund.reference.as_deref() == Some(name));
        fits.next().map(|refund| refund.id)
    }

    pub(crate) fn told_refund_failed(&mut self, news: &News) -> Result<Heard, Halt> {
        let named =
            news.about.and_then(|about| about.refund).or_else(|| self.refund_named(news.refund.as_deref()));
        match named {
            Some(refund) => self.refund_returned(refund),
            None => {
                let now = self.now();
                Ok(if self.ask(now)? { Heard::Queried } else { Heard::Ignored })
            }
        }
    }
}
