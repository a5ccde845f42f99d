//! Applies news of refunds to a payment: our refunds, and those that somebody made at the gateway.

use super::apply_report::Heard;
use super::chargebacks::is_withdrawn;
use super::editor::PaymentEditor;
use super::gateway::GatewayAbility;
use super::model::{FailureCode, FailureFacts, GatewayCall, GatewayOutcome, State};
use super::news::News;
use super::parts::{Refund, RefundState};
use crate::ids::RefundId;
use crate::kernel::operation::Decided;

impl PaymentEditor<'_, '_> {
    /// Applies the answer to a question about a refund. Its totals show whether the refund was made.
    pub(crate) fn apply_to_refund(&mut self, refund: RefundId, news: &News) -> Decided<Heard> {
        let outdated = news.about.is_some_and(|about| about.outdated);
        let known = self.object.facts.refunds.iter().find(|one| one.id == refund);
        let (minor, place) = known.map_or((0, 0), |one| (one.minor, one.attempt));
        let before = self.back_at(place);
        match (news.told, news.refunded.map(|money| money.minor_units())) {
            (GatewayOutcome::Refused, _) => {
                let failure =
                    news.failure.clone().unwrap_or_else(|| FailureFacts::own(FailureCode::Declined));
                self.refund_refused(refund, None, failure)
            }
            (GatewayOutcome::Nothing, Some(total)) if Self::leaves_less(news, total, minor) => {
                self.never_refunded(refund, news)
            }
            (GatewayOutcome::Nothing, _) => self.apply_nothing(news),
            (GatewayOutcome::Pending, _) | (_, None) => {
                if !outdated {
                    self.ask_later(None)?;
                }
                Ok(Heard::Ignored)
            }
            (_, Some(total)) if total >= before + minor => self.refund_done(refund, None, None),
            (_, Some(total)) if Self::leaves_less(news, total, minor) => self.never_refunded(refund, news),
            _ => self.apply_nothing(news),
        }
    }

    /// Whether the gateway has less money left than the refund needs.
    fn leaves_less(news: &News, total: i128, minor: i128) -> bool {
        news.captured.is_some_and(|captured| captured.minor_units().saturating_sub(total) < minor)
    }

    /// Refuses a refund that was not made and for which others have left too little money: the gateway would
    /// refuse it at any time.
    fn never_refunded(&mut self, refund: RefundId, news: &News) -> Decided<Heard> {
        let doing = self.object.facts.doing.clone().filter(|doing| doing.refund == Some(refund));
        let Some(doing) = doing else { return self.answered_idly() };
        if news.about.is_some_and(|about| about.outdated) {
            return Ok(Heard::Ignored);
        }
        if let Some(at) = self.not_believed_before(&doing, news)? {
            // the call may still be on its way
            self.ask_later(Some(at))?;
            return Ok(Heard::Ignored);
        }
        self.refund_refused(refund, None, FailureFacts::own(FailureCode::NotProcessed))
    }

    /// The known sum that the gateway of an attempt has given back, in minor units.
    pub(crate) fn back_at(&self, place: usize) -> i128 {
        let done = self.object.facts.refunds.iter().filter(|one| one.attempt == place && one.is_done());
        let done = done.fold(0_i128, |sum, one| sum + one.minor);
        if self.is_current(place) { done + self.withdrawn() } else { done }
    }

    pub(crate) fn apply_refunded(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let amount = news.amount.map(|money| money.minor_units());
        let named =
            news.about.and_then(|about| about.refund).or_else(|| self.refund_named(news.refund.as_deref()));
        let total = news.refunded.map(|money| money.minor_units());
        // of a refund that was refused the total says more than the name: whether its money is booked
        if let Some(refund) = named.filter(|id| total.is_none() || !self.was_refused(*id)) {
            let reference = news.reference.as_ref().filter(|_| Self::is_of_refund(news));
            return self.refund_done(refund, reference, amount);
        }
        let Some(total) = total else {
            if !self.is_current(place) {
                return Ok(Heard::Ignored);
            }
            // which refund is it?
            return Ok(if self.ask_about_news()? { Heard::Queried } else { Heard::Ignored });
        };
        let more = total - self.back_at(place);
        if more <= 0 {
            return Ok(Heard::Ignored);
        }
        let sent = self.refund_maybe_there()?;
        let is_live = |one: &Refund| {
            matches!(one.state, RefundState::Sent | RefundState::Unknown) || Some(one.id) == sent
        };
        let of_place = || self.object.facts.refunds.iter().filter(move |one| one.attempt == place);
        let mut waits = of_place().filter(|one| is_live(one) || one.is_late_in(RefundState::Queued));
        if let Some(refund) = waits.find(|one| one.minor == more).map(|one| one.id) {
            return self.refund_done(refund, None, None);
        }
        if of_place().any(is_live) {
            // the total may include one of them: its own answer will show that, and the rest is asked about
            // then
            self.object.facts.unexplained = true;
            return Ok(Heard::Queried);
        }
        // somebody made it at the gateway
        let late = self.late_money_went_back(place, more)?;
        let rest = more - late;
        let is_paid = self.object.facts.captured > 0 && self.object.state != State::Mismatched;
        if rest > 0 && self.is_current(place) && is_paid {
            return self.withdraw(rest).map(|()| Heard::Applied);
        }
        Ok(if late > 0 { Heard::Applied } else { Heard::Ignored })
    }

    /// Books money that left `@suspense` by another way than its refunds, which no gateway has. Returns how
    /// much of the sum that the gateway has given back this explains, in minor units.
    fn late_money_went_back(&mut self, place: usize, more: i128) -> Decided<i128> {
        let waits = |one: &&Refund| {
            let is_there = one.is_late_in(RefundState::Refused) || one.is_late_in(RefundState::Queued);
            one.attempt == place && is_there
        };
        let mut left = more;
        loop {
            let most = left.min(self.object.facts.suspended);
            let whole = self.object.facts.refunds.iter().filter(waits).find(|one| one.minor <= most);
            let Some((id, minor)) = whole.map(|one| (one.id, one.minor)) else { break };
            self.refund_done(id, None, None)?;
            left -= minor;
        }
        // a part of one: the gateway can only give back the rest
        let most = left.min(self.object.facts.suspended);
        let next = self.object.facts.refunds.iter().find(waits).map(|one| one.id);
        if let Some(id) = next.filter(|_| most > 0) {
            self.refund_settled(id)?;
            if let Some(refund) = self.object.facts.refunds.iter_mut().find(|one| one.id == id) {
                refund.minor -= most;
            }
            self.late_money_left(place, most)?;
            left -= most;
        }
        // what no refund takes: the payment is mismatched, or an admin has left it there
        let taken = self.object.facts.refunds.iter().filter(|one| one.late && !one.is_done());
        let taken = taken.fold(0_i128, |sum, one| sum + one.minor);
        let most = left.min(self.object.facts.suspended - taken);
        if most > 0 && self.is_current(place) {
            self.late_money_left(place, most)?;
            left -= most;
        }
        Ok(more - left)
    }

    /// Books money that the gateway has again: a deposit that was undone and paid once more, or a refund of
    /// its console that failed. Only the totals of a fresh answer are believed. What was withdrawn comes
    /// back, the newest first; of more than that admins are told, since a refund of ours that failed has a
    /// name. Returns whether anything was booked.
    pub(crate) fn has_again(&mut self, place: usize, news: &News) -> Decided<bool> {
        let facts = &self.object.facts;
        let is_fresh = news.about.is_some_and(|about| about.asked && !about.outdated);
        let is_own = self.is_current(place) && self.object.state.is_paid() && facts.suspended == 0;
        let is_late = |one: &Refund| one.late && one.attempt == place;
        let (Some(captured), Some(refunded)) = (news.captured, news.refunded) else { return Ok(false) };
        if !is_fresh || !is_own || facts.refunds.iter().any(is_late) {
            return Ok(false);
        }
        let there = captured.minor_units() - refunded.minor_units();
        let booked = facts.captured - self.back_at(place);
        let mut left = (there - booked).min(self.withdrawn());
        if left <= 0 {
            return Ok(false);
        }
        while let Some(place) = self.object.facts.chargebacks.iter().rposition(is_withdrawn) {
            let minor = self.object.facts.chargebacks.get(place).map_or(0, |one| one.minor);
            self.won(place)?;
            left -= minor;
            if left <= 0 {
                break;
            }
        }
        if left < 0 {
            // only a part of the last one came back
            self.withdraw(-left)?;
        }
        self.tell_admins("payment.came_back")?;
        Ok(true)
    }

    /// Takes `voided` of a captured payment. As news it may be older than the capture, but the answer to our
    /// own void or question may be younger.
    pub(crate) fn apply_voided_after_capture(&mut self, news: &News) -> Decided<Heard> {
        let Some(about) = news.about.filter(|_| news.captured.is_none()) else {
            return self.taken_back(news);
        };
        self.answered_idly()?;
        let of_void = about.call == GatewayCall::Void;
        if of_void && self.gateway()?.facts.can(GatewayAbility::Query) {
            // whether the void has undone the capture too, the total of the gateway says
            self.object.facts.unexplained = true;
            return Ok(Heard::Queried);
        }
        if of_void || about.asked && !about.outdated {
            // nobody says a total: an admin finds out where the money is
            self.tell_admins("payment.not_captured")?;
        }
        Ok(Heard::Ignored)
    }

    /// Takes a total `captured` that is lower than what is booked. The answer to a question says what the
    /// gateway has now. Other news may be older than the capture: then the gateway is asked, if it can be.
    pub(crate) fn apply_less_captured(&mut self, news: &News) -> Decided<Heard> {
        let left = self.object.facts.refundable();
        let is_new = news.captured.is_some_and(|total| total.minor_units() < left);
        let is_fresh = news.about.is_some_and(|about| about.asked && !about.outdated);
        if !is_new || is_fresh || !self.gateway()?.facts.can(GatewayAbility::Query) {
            return self.taken_back(news);
        }
        Ok(if self.ask_about_news()? { Heard::Queried } else { Heard::Ignored })
    }

    /// Records captured money that the gateway has taken back by itself. Only a total is believed, because
    /// the mere name of a state may be older than the capture.
    pub(crate) fn taken_back(&mut self, news: &News) -> Decided<Heard> {
        let Some(total) = news.captured.map(|money| money.minor_units()) else { return self.answered_idly() };
        // chargebacks count: at some gateways they lower what is captured
        let gone = self.object.facts.refundable() - total;
        if gone <= 0 {
            return self.answered_idly();
        }
        self.withdraw(gone)?;
        if let Some(one) = self.object.facts.chargebacks.last_mut() {
            one.by_total = true;
        }
        Ok(Heard::Applied)
    }

    /// Finds a refund by its id, or by the gateway's reference.
    fn refund_named(&self, name: Option<&str>) -> Option<RefundId> {
        let name = name?;
        let refunds = self.object.facts.refunds.iter();
        let mut fits = refunds
            .filter(|refund| refund.id.to_string() == name || refund.reference.as_deref() == Some(name));
        fits.next().map(|refund| refund.id)
    }

    pub(crate) fn apply_refund_failed(&mut self, news: &News) -> Decided<Heard> {
        let named =
            news.about.and_then(|about| about.refund).or_else(|| self.refund_named(news.refund.as_deref()));
        match named {
            Some(refund) => self.refund_returned(refund),
            None => Ok(if self.ask_about_news()? { Heard::Queried } else { Heard::Ignored }),
        }
    }
}
