//! The attempts of a payment: each is one call authorize, and keeps the reference under which the gateway has
//! it. Late money goes back to the one that it came with.

use super::apply_report::{Heard, OldCall};
use super::editor::PaymentEditor;
use super::gateway::GatewayAbility;
use super::model::{
    AttemptFacts, AttemptOutcome, CallPhase, GatewayCall, GatewayOutcome, PaymentFacts, PendingCall, State,
};
use super::news::News;
use super::parts::RefundState;
use super::transitions::PaymentTrigger;
use crate::gateway::pause::pause_after;
use crate::ids::RefundId;
use crate::jobs::decide::pause;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::request::domain::JobManner;

/// The place of the attempt that news is of; `None` if its gateway has none. The reference says which one it
/// is, unless a call of ours is answered: that is of the attempt under way.
fn place_of(attempts: &[AttemptFacts], news: &News) -> Option<usize> {
    let is_there = |attempt: &AttemptFacts| attempt.gateway == news.gateway;
    let answers_call = news.about.is_some_and(|about| !about.asked);
    let named = news.reference.as_deref().filter(|_| !answers_call).and_then(|told| {
        let has = |attempt: &AttemptFacts| attempt.reference.as_deref() == Some(told);
        attempts.iter().rposition(|attempt| is_there(attempt) && has(attempt))
    });
    named.or_else(|| attempts.iter().rposition(is_there))
}

/// The number of the call authorize whose key the gateway repeats, if it is one of this payment's.
fn number_of(key: &str, payment: &str) -> Option<u32> {
    let rest = key.strip_prefix(payment)?.strip_prefix(':')?;
    rest.strip_prefix(GatewayCall::Authorize.as_str())?.strip_prefix(':')?.parse().ok()
}

impl PaymentFacts {
    /// The place of the attempt that a call belongs to: a refund goes where the money came from.
    fn place_of_call(&self, doing: &PendingCall) -> Option<usize> {
        match doing.refund {
            Some(id) => self.refunds.iter().find(|refund| refund.id == id).map(|refund| refund.attempt),
            None => self.attempts.len().checked_sub(1),
        }
    }

    /// The gateway of a call.
    pub(super) fn gateway_of_call(&self, doing: &PendingCall) -> Option<&str> {
        let attempt = self.attempts.get(self.place_of_call(doing)?)?;
        Some(attempt.gateway.as_str())
    }
}

impl PaymentEditor<'_, '_> {
    /// The place of the attempt that news is of; `None` if its gateway has none.
    pub(crate) fn place_of(&self, news: &News) -> Option<usize> {
        place_of(&self.object.facts.attempts, news)
    }

    /// The place of the attempt that a call belongs to.
    pub(crate) fn place_of_call(&self, doing: &PendingCall) -> Option<usize> {
        self.object.facts.place_of_call(doing)
    }

    /// Whether unasked news is of an earlier call authorize than the last one, by the key that the gateway
    /// repeats.
    fn is_of_old_call(&self, news: &News) -> bool {
        let id = self.object.id().to_string();
        let number = news.key.as_deref().and_then(|key| number_of(key, &id));
        news.about.is_none() && number.is_some_and(|number| number < self.object.facts.counts.authorize)
    }

    /// Takes unasked news of an earlier call whose reference nobody knows. Money that it tells of gets an
    /// attempt of its own; anything else changes nothing. Returns the place of the attempt, or what came of
    /// the news.
    pub(crate) fn apply_to_old_call(&mut self, place: usize, news: &News) -> Decided<OldCall> {
        let attempts = &self.object.facts.attempts;
        let Some(told) = news.reference.as_deref().filter(|_| self.is_of_old_call(news)) else {
            return Ok(OldCall::No);
        };
        let known = attempts.iter().any(|one| one.reference.as_deref() == Some(told));
        if known || self.owner_of(&news.gateway, told)?.is_some() {
            return Ok(OldCall::No);
        }
        if news.told != GatewayOutcome::Captured {
            return Ok(OldCall::Over);
        }
        // behind the others of its gateway, and before the one under way
        let place = place.min(attempts.len() - 1);
        self.object.facts.attempts.insert(place, AttemptFacts::at(&news.gateway));
        for refund in self.object.facts.refunds.iter_mut().filter(|refund| refund.attempt >= place) {
            refund.attempt += 1;
        }
        Ok(OldCall::At(place))
    }

    /// Whether unasked news that ends a payment may be of another attempt than the one under way, which has
    /// no reference yet. It never names that one's: the gateway is asked.
    pub(crate) fn may_be_of_another(&self, place: usize, news: &News) -> Decided<bool> {
        let attempt = self.object.facts.attempts.get(place);
        let names_first = news.reference.is_some() && attempt.is_some_and(|one| one.reference.is_none());
        let ends =
            matches!(news.told, GatewayOutcome::Voided | GatewayOutcome::Refused | GatewayOutcome::Nothing);
        let doing = self.object.facts.doing.as_ref();
        let is_out = doing
            .is_some_and(|doing| doing.call == GatewayCall::Authorize && doing.phase != CallPhase::Accepted);
        let may_be = news.about.is_none() && news.key.is_none() && self.is_current(place);
        if !(may_be && names_first && ends && is_out) {
            return Ok(false);
        }
        Ok(self.gateway()?.facts.can(GatewayAbility::Query))
    }

    /// The refund that is answered with a reference that another refund of the payment has, or that another
    /// payment has.
    pub(crate) fn is_of_other_refund(&self, news: &News) -> Decided<Option<RefundId>> {
        let about = news.about.filter(|about| about.call == GatewayCall::Refund && !about.asked);
        let (Some(told), Some(id)) = (news.reference.as_deref(), about.and_then(|about| about.refund)) else {
            return Ok(None);
        };
        let mut others = self.object.facts.refunds.iter().filter(|one| one.id != id);
        let of_other = others.any(|one| one.reference.as_deref() == Some(told));
        let owner = self.owner_of(&news.gateway, told)?;
        if owner == Some(self.object.id()) {
            // a gateway that calls refunds as it calls their payment
            return Ok(None);
        }
        let of_stranger = owner.is_some();
        Ok(Some(id).filter(|_| of_other || of_stranger))
    }

    /// Takes an answer that is of something else than the refund that was asked for: nobody knows what became
    /// of this one, and the admins are told.
    pub(crate) fn apply_to_other_refund(&mut self, refund: RefundId) -> Decided<Heard> {
        let doing = self.object.facts.doing.as_ref();
        if doing.is_none_or(|doing| doing.refund != Some(refund) || doing.phase != CallPhase::Sent) {
            return Ok(Heard::Ignored);
        }
        self.unknown()?;
        self.tell_admins("payment.mismatched")?;
        Ok(Heard::Mismatched)
    }

    /// The call surely did not reach the gateway: an authorize goes to the next one, or is sent again later
    /// as an attempt of its own if the gateway has named something of this one.
    pub(crate) fn apply_unsent(&mut self, news: &News) -> Decided<Heard> {
        let answers = news.about.map(|about| (about.call, about.refund));
        let doing = self.object.facts.doing.clone();
        let Some(doing) = doing.filter(|doing| answers == Some((doing.call, doing.refund))) else {
            return Ok(Heard::Ignored);
        };
        self.drop_question()?;
        if doing.call == GatewayCall::Authorize && self.authorize_unsent()? {
            return Ok(Heard::Applied);
        }
        // the call surely did not arrive: it is sent again later
        let tries = i64::from(doing.unsent) + 1;
        let own = pause(tries, self.draft.ids.salt(), &JobManner::default());
        let at = self.after(pause_after(news.retry_after, own));
        self.once_more(&doing, at)?;
        let state = match doing.call {
            GatewayCall::Authorize => Some(State::Authorizing),
            GatewayCall::Capture => Some(State::Capturing),
            GatewayCall::Void => Some(State::Voiding),
            GatewayCall::Refund | GatewayCall::Query => None,
        };
        match state {
            Some(state) if self.object.state != state => {
                self.enter(state, PaymentTrigger::Unsent, Data::new())?;
            }
            _ => self.emit("payment.unsent", Data::new())?,
        }
        Ok(Heard::Applied)
    }

    /// Goes on without an authorize that was not sent. Returns `false` if it is to be sent again.
    fn authorize_unsent(&mut self) -> Decided<bool> {
        if self.object.facts.cancel_requested {
            self.settled()?;
            self.attempt_ended(AttemptOutcome::Unsent);
            self.enter(State::Voided, PaymentTrigger::Unsent, Data::new())?;
            return Ok(true);
        }
        let left = self.object.facts.attempts.len();
        if self.try_next()? {
            if let Some(attempt) = self.object.facts.attempts.get_mut(left - 1) {
                attempt.outcome = Some(AttemptOutcome::Unsent);
            }
            self.enter(State::Authorizing, PaymentTrigger::OtherGateway, Data::new())?;
            return Ok(true);
        }
        let named = self.object.facts.attempts.last().filter(|attempt| attempt.reference.is_some());
        if let Some(gateway) = named.map(|attempt| attempt.gateway.clone()) {
            // what is told of its reference is of this attempt, and not of the next one
            self.attempt_ended(AttemptOutcome::Unsent);
            self.object.facts.attempts.push(AttemptFacts::at(&gateway));
        }
        Ok(false)
    }

    /// The worker does not know what became of its call, which may have a reference.
    pub(crate) fn apply_unknown(&mut self, news: &News) -> Decided<Heard> {
        let answers = news.about.map(|about| (about.call, about.refund));
        let doing = self.object.facts.doing.as_ref();
        let is_of_call = doing.is_some_and(|doing| {
            answers == Some((doing.call, doing.refund)) && doing.phase == CallPhase::Sent
        });
        if !is_of_call {
            return Ok(Heard::Ignored);
        }
        if let Some(refund) = doing.and_then(|doing| doing.refund) {
            self.refund_has(refund, news.reference.as_ref());
            self.refund_is(refund, RefundState::Sent);
        }
        self.unknown_for(news.retry_after)?;
        Ok(Heard::Applied)
    }
}

#[cfg(test)]
mod tests {
    use super::super::news::About;
    use super::*;

    fn at(gateway: &str, reference: Option<&str>) -> AttemptFacts {
        AttemptFacts { reference: reference.map(ToOwned::to_owned), ..AttemptFacts::at(gateway) }
    }

    #[test]
    fn news_is_of_the_attempt_that_has_its_reference() {
        let attempts = [at("card", Some("pi_1")), at("other", Some("o-1")), at("card", None)];
        let call = About::call(GatewayCall::Authorize, None);
        let asked = About { asked: true, ..call };
        for (gateway, reference, about, place) in [
            ("card", Some("pi_1"), None, Some(0)),
            ("card", Some("pi_1"), Some(asked), Some(0)),
            // the answer to a call is of the attempt under way, whatever it names
            ("card", Some("pi_1"), Some(call), Some(2)),
            ("card", Some("pi_2"), None, Some(2)),
            ("card", None, None, Some(2)),
            ("other", Some("pi_1"), None, Some(1)),
            ("third", Some("pi_1"), None, None),
        ] {
            let reference = reference.map(Into::into);
            let news = News { reference, ..News::of(gateway, GatewayOutcome::Captured, about) };
            assert_eq!(place_of(&attempts, &news), place, "{gateway} {about:?}");
        }
    }

    #[test]
    fn a_key_names_a_call_of_its_own_payment() {
        for (key, number) in [
            ("py_1:authorize:2", Some(2)),
            ("py_2:authorize:2", None),
            ("py_1:capture:2", None),
            ("py_1:authorize:2:confirm", None),
            ("py_1:authorize:", None),
            ("", None),
        ] {
            assert_eq!(number_of(key, "py_1"), number, "{key}");
        }
    }
}
