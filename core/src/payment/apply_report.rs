//! Applies news to a payment. A payment only goes forward, in whatever order the news comes.

use std::sync::Arc;

use serde_json::json;

use super::editor::PaymentEditor;
use super::model::GatewayOutcome;
use super::model::{
    ACTION, AttemptOutcome, CallPhase, CaptureMode, FailureCode, FailureFacts, FailureRetry, GatewayCall,
    PendingCall, State,
};
use super::news::{About, News};
use super::transitions::PaymentTrigger;
use crate::error::Error;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::request::domain::JobManner;
use crate::rows::codec::text_enum;
use crate::rows::object::members;
use crate::time::Time;

text_enum! {
    /// The outcome of news.
    pub enum Heard {
        /// The payment is as it says.
        Applied = "applied",
        /// It was known, or is older than what is known.
        Ignored = "ignored",
        /// No payment has this reference yet.
        Parked = "parked",
        /// The gateway is asked first.
        Queried = "queried",
        /// Money came that is nobody's.
        Suspended = "suspended",
        /// It is something else than was asked for.
        Mismatched = "mismatched",
    }
}

/// Whether news is of an earlier call.
pub(crate) enum OldCall {
    No,
    /// It is, and changes nothing.
    Over,
    /// It is, and its attempt has this place.
    At(usize),
}

impl PaymentEditor<'_, '_> {
    /// Applies news to the payment.
    pub(crate) fn apply(&mut self, news: &News) -> Decided<Heard> {
        let Some(mut place) = self.place_of(news) else {
            return Err(Error::invalid("gateway", "must be one that the payment was sent to").into());
        };
        match self.apply_to_old_call(place, news)? {
            OldCall::No => {}
            OldCall::Over => return Ok(Heard::Ignored),
            OldCall::At(old) => place = old,
        }
        if self.may_be_of_another(place, news)? {
            return Ok(if self.ask_about_news()? { Heard::Queried } else { Heard::Ignored });
        }
        if self.names_another(place, news)? {
            // news that names our refund shows by it whose news it is
            let names_refund = news.refund.is_some()
                && matches!(news.told, GatewayOutcome::Refunded | GatewayOutcome::RefundFailed);
            if !names_refund {
                return self.apply_to_another(news);
            }
        } else if !Self::is_of_refund(news) && !self.learn_reference(place, news.reference.as_ref())? {
            return self.mismatch("reference", 0).map(|()| Heard::Mismatched);
        }
        if let Some(refund) = self.is_of_other_refund(news)? {
            return self.apply_to_other_refund(refund);
        }
        if news.amounts().any(|amount| amount.currency() != self.object.currency) {
            return self.mismatch("currency", 0).map(|()| Heard::Mismatched);
        }
        self.object.facts.learn_deposit(place, news);
        if self.is_outdated(news) {
            self.next_turn()?;
            return Ok(Heard::Ignored);
        }
        if let Some(About { call: GatewayCall::Refund, refund: Some(refund), asked: true, .. }) = news.about {
            let heard = self.apply_to_refund(refund, news)?;
            self.next_turn()?;
            return Ok(heard);
        }
        if self.is_of_rest(place, news)
            && let Some(heard) = self.apply_to_void(place, news)?
        {
            self.next_turn()?;
            return Ok(heard);
        }
        let mut heard = match news.told {
            GatewayOutcome::Authorized => self.apply_authorized(place, news)?,
            GatewayOutcome::Captured => self.apply_captured(place, news)?,
            GatewayOutcome::Voided => self.apply_voided(place, news)?,
            GatewayOutcome::ActionRequired => self.apply_action(place, news)?,
            GatewayOutcome::Pending => self.apply_pending(place, news)?,
            GatewayOutcome::Refused => self.apply_refused(place, news)?,
            GatewayOutcome::Nothing => self.apply_nothing(news)?,
            GatewayOutcome::Unsent => self.apply_unsent(news)?,
            GatewayOutcome::Unknown => self.apply_unknown(news)?,
            GatewayOutcome::Refunded => self.apply_refunded(place, news)?,
            GatewayOutcome::RefundFailed => self.apply_refund_failed(news)?,
        };
        if news.told == GatewayOutcome::Captured && news.refunded.is_some() {
            let is_back = self.has_again(place, news)?;
            let is_gone = self.apply_refunded(place, news)? == Heard::Applied;
            heard = if is_back || is_gone { Heard::Applied } else { heard };
        }
        if self.is_current(place) {
            self.apply_to_rest(news)?;
        }
        self.next_turn()?;
        Ok(heard)
    }

    /// True for an answer that speaks only of its own call, if another call has replaced that one. Such an
    /// answer changes nothing.
    fn is_outdated(&self, news: &News) -> bool {
        let of_its_call = matches!(
            news.told,
            GatewayOutcome::Unsent
                | GatewayOutcome::Unknown
                | GatewayOutcome::Pending
                | GatewayOutcome::Refused
                | GatewayOutcome::Nothing
                | GatewayOutcome::ActionRequired
        );
        of_its_call && news.about.is_some_and(|about| about.outdated)
    }

    /// Whether its reference names a refund, and not the payment.
    pub(crate) fn is_of_refund(news: &News) -> bool {
        news.about.is_some_and(|about| about.call == GatewayCall::Refund && !about.asked)
    }

    /// Whether unasked news names a reference that is neither this payment's nor any other's. A payment takes
    /// new references only from the answers to its own calls.
    fn names_another(&self, place: usize, news: &News) -> Decided<bool> {
        let attempt = self.object.facts.attempts.get(place);
        let known = attempt.and_then(|attempt| attempt.reference.as_deref());
        let (Some(known), Some(told)) = (known, news.reference.as_deref()) else { return Ok(false) };
        if news.about.is_some() || known == told {
            return Ok(false);
        }
        Ok(self.owner_of(&news.gateway, told)?.is_none())
    }

    /// Takes news of something else that the gateway has under the payment's id. If it brings money, the
    /// payment is mismatched, and the admins find out what it is. Otherwise the payment stays as it is.
    fn apply_to_another(&mut self, news: &News) -> Decided<Heard> {
        let has_money = matches!(news.told, GatewayOutcome::Authorized | GatewayOutcome::Captured);
        if has_money && self.object.state != State::Mismatched {
            return self.mismatch("reference", 0).map(|()| Heard::Mismatched);
        }
        self.emit("payment.other_reference", members!("told": news.told.as_str()))?;
        Ok(Heard::Ignored)
    }

    pub(crate) fn is_current(&self, place: usize) -> bool {
        place + 1 == self.object.facts.attempts.len()
    }

    fn apply_authorized(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let state = self.known_state();
        if !self.is_current(place) || state == State::Mismatched {
            return Ok(Heard::Ignored);
        }
        if matches!(state, State::Capturing | State::Voiding) {
            // an answer to a question shows that the call was not done; unasked news may be old
            return match news.about.filter(|about| about.asked) {
                Some(_) => self.apply_nothing(news),
                None => Ok(Heard::Ignored),
            };
        }
        if !matches!(state, State::Authorizing | State::ActionRequired) {
            return self.answered_idly();
        }
        let minor = news.authorized.or(news.amount).map_or(self.object.price(), |money| money.minor_units());
        if minor != self.object.price() {
            self.object.facts.authorized = minor;
            return self.mismatch("authorized", 0).map(|()| Heard::Mismatched);
        }
        self.settled()?;
        self.attempt_ended(AttemptOutcome::Authorized);
        let facts = &mut self.object.facts;
        (facts.authorized, facts.before, facts.failure) = (minor, None, None);
        let stands = facts.authorization_for;
        let until = news.expires_at.unwrap_or_else(|| self.after(stands));
        self.object.facts.authorization_expires_at = Some(until);
        self.enter(State::Authorized, PaymentTrigger::Told, Data::new())?;
        if self.object.facts.cancel_requested {
            self.begin_void(PaymentTrigger::CancelRequested, false)?;
        } else if self.object.facts.capture == CaptureMode::Auto {
            self.begin_capture(minor, PaymentTrigger::Auto)?;
        }
        Ok(Heard::Applied)
    }

    /// Asks the gateway to capture the authorized money.
    pub(crate) fn begin_capture(&mut self, minor: i128, trigger: PaymentTrigger) -> Decided<()> {
        self.object.facts.before = Some(State::Authorized);
        self.enter(State::Capturing, trigger, members!("amount": minor.to_string()))?;
        self.begin(GatewayCall::Capture, minor, None)
    }

    /// Asks the gateway to void the payment.
    pub(crate) fn begin_void(&mut self, trigger: PaymentTrigger, timed_out: bool) -> Decided<()> {
        if self.object.facts.hint.is_some() {
            // the void is answered first: what it is refused for, the question after it shows
            self.drop_question()?;
        }
        self.object.facts.before = Some(self.object.state);
        self.object.facts.timed_out = timed_out;
        self.enter(State::Voiding, trigger, Data::new())?;
        self.begin(GatewayCall::Void, 0, None)
    }

    /// Goes on from an authorization that an admin found. A payment that was given up is voided. An automatic
    /// capture that was sent is sent again under its key, because the first one may still arrive.
    pub(crate) fn goes_on_authorized(&mut self, sent: Option<&PendingCall>) -> Decided<()> {
        if self.object.facts.cancel_requested {
            return self.begin_void(PaymentTrigger::CancelRequested, false);
        }
        let is_auto = self.object.facts.capture == CaptureMode::Auto;
        let sent = sent.filter(|doing| is_auto && doing.call == GatewayCall::Capture);
        let Some(capture) = sent else { return Ok(()) };
        self.object.facts.before = Some(State::Authorized);
        self.enter(State::Capturing, PaymentTrigger::Auto, Data::new())?;
        self.again(capture)
    }

    fn apply_captured(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let state = self.known_state();
        let asked = match self.object.facts.doing.as_ref().filter(|_| self.is_current(place)) {
            Some(doing) if doing.call == GatewayCall::Capture => doing.minor,
            _ if self.object.facts.captured > 0 && self.is_current(place) => self.object.facts.captured,
            _ => self.object.price(),
        };
        let total = news.captured.or(news.amount).map_or(asked, |money| money.minor_units());
        if !self.is_current(place) || state.ended_unpaid() || state == State::Created {
            return self.late(place, total, news);
        }
        if state.is_paid() || state == State::Mismatched {
            let refunds = self.object.facts.refunds.iter();
            let gone = refunds.filter(|one| one.late && one.is_done() && one.attempt == place);
            let gone = gone.fold(0_i128, |sum, one| sum + one.minor);
            let more = total - self.object.facts.captured - self.object.facts.suspended - gone;
            if more < 0 && state.is_paid() {
                return self.apply_less_captured(news);
            }
            if more <= 0 {
                return self.answered_idly();
            }
            return self.mismatch("captured", more).map(|()| Heard::Mismatched);
        }
        if total != asked || total == 0 {
            return self.mismatch("captured", total).map(|()| Heard::Mismatched);
        }
        let rest = self.rest_of_capture(total)?;
        self.settled()?;
        self.attempt_ended(AttemptOutcome::Captured);
        if self.object.facts.deal.is_some() || self.object.facts.purchase.is_some() {
            return self.captured_for_owner(place, total, news);
        }
        self.captured(total, PaymentTrigger::Told)?;
        self.object.facts.rest = rest;
        if self.object.facts.cancel_requested {
            self.give_back_all()?;
        }
        Ok(Heard::Applied)
    }

    pub(crate) fn apply_voided(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let state = self.known_state();
        if !self.is_current(place) {
            return Ok(Heard::Ignored);
        }
        if state.is_paid() {
            return self.apply_voided_after_capture(news);
        }
        let waits = matches!(
            state,
            State::Authorizing
                | State::ActionRequired
                | State::Authorized
                | State::Capturing
                | State::Voiding
        );
        if !waits {
            return self.answered_idly();
        }
        self.settled()?;
        self.attempt_ended(AttemptOutcome::Voided);
        let timed_out = self.object.facts.timed_out;
        (self.object.facts.before, self.object.facts.authorized) = (None, 0);
        // what was hinted before is not there any more
        self.object.facts.hint = None;
        self.enter(
            if timed_out { State::Expired } else { State::Voided },
            PaymentTrigger::Told,
            Data::new(),
        )?;
        Ok(Heard::Applied)
    }

    fn apply_action(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let state = self.known_state();
        if matches!(state, State::Capturing | State::Voiding) && news.about.is_some_and(|about| about.asked) {
            // the gateway has not done the call
            return self.apply_nothing(news);
        }
        if self.is_current(place) && state.is_paid() && news.captured.is_some() {
            // the gateway waits for a deposit that it had before
            return self.taken_back(news);
        }
        if !self.is_current(place) || !matches!(state, State::Authorizing | State::ActionRequired) {
            return self.answered_idly();
        }
        if let Some(action) = &news.action {
            let text =
                serde_json::to_string(action).map_err(|_| self.broken("has an action that is no JSON"))?;
            self.keep(ACTION, &text);
        }
        if state == State::ActionRequired && self.object.state == State::ActionRequired {
            return self.answered_idly();
        }
        self.settled()?;
        if let Some(until) = news.expires_at {
            self.object.facts.expires_at = Some(until);
        }
        self.enter(State::ActionRequired, PaymentTrigger::Told, Data::new())?;
        if self.object.facts.cancel_requested {
            self.begin_void(PaymentTrigger::CancelRequested, false)?;
        }
        Ok(Heard::Applied)
    }

    fn apply_pending(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let Some(doing) = self.object.facts.doing.as_mut().filter(|doing| doing.may_be_there()) else {
            let asked = news.about.is_some_and(|about| about.asked) && news.captured.is_some();
            if asked && self.is_current(place) && self.known_state().is_paid() {
                // the gateway waits for money that it had before
                return self.taken_back(news);
            }
            if news.about.is_some() {
                return self.answered_idly();
            }
            // something goes on at the gateway, and we know of no call
            let lives = self.is_current(place) && !self.known_state().ended_unpaid();
            return Ok(if lives && self.ask_about_news()? { Heard::Queried } else { Heard::Ignored });
        };
        if news.about.is_some_and(|about| !about.asked) {
            doing.phase = CallPhase::Accepted;
            let (call, refund) = (doing.call, doing.refund);
            if let Some(refund) = refund {
                self.refund_has(refund, news.reference.as_ref());
            }
            self.emit("payment.accepted", members!("call": json!(call)))?;
            let at = self.after(super::editor::FIRST_QUESTION);
            self.ask(at)?;
            return Ok(Heard::Applied);
        }
        if news.about.is_some() && self.is_current(place) {
            self.ask_later(None)?;
        }
        Ok(Heard::Ignored)
    }

    fn apply_refused(&mut self, place: usize, news: &News) -> Decided<Heard> {
        let failure = news.failure.clone().unwrap_or_else(|| FailureFacts::own(FailureCode::Declined));
        if let Some(About { call: GatewayCall::Refund, refund: Some(refund), .. }) = news.about {
            return self.refund_refused(refund, news.reference.as_ref(), failure);
        }
        let state = self.known_state();
        if !self.is_current(place) {
            return Ok(Heard::Ignored);
        }
        let of = news.about.map(|about| about.call);
        match (state, of) {
            (State::Authorizing | State::ActionRequired, _) => self.authorize_refused(failure),
            (State::Capturing, Some(GatewayCall::Capture)) => {
                self.object.facts.failure = Some(failure);
                self.back(PaymentTrigger::Refused)?;
                if self.object.facts.cancel_requested {
                    self.begin_void(PaymentTrigger::CancelRequested, false)?;
                }
                Ok(Heard::Applied)
            }
            (State::Voiding, Some(GatewayCall::Void)) => {
                self.object.facts.failure = Some(failure);
                self.object.facts.timed_out = false;
                self.back(PaymentTrigger::Refused)?;
                let now = self.now();
                self.ask(now)?;
                Ok(Heard::Applied)
            }
            // unasked: nobody knows which call it is about
            (State::Capturing | State::Voiding | State::Authorized, None) => {
                let now = self.now();
                Ok(if self.ask(now)? { Heard::Queried } else { Heard::Ignored })
            }
            (state, _) if state.is_paid() => self.taken_back(news),
            _ => self.answered_idly(),
        }
    }

    fn authorize_refused(&mut self, failure: FailureFacts) -> Decided<Heard> {
        self.settled()?;
        self.attempt_ended(AttemptOutcome::Refused);
        let elsewhere = failure.retry == FailureRetry::OtherGateway && !self.object.facts.cancel_requested;
        self.object.facts.failure = Some(failure);
        if elsewhere && self.try_next()? {
            self.enter(State::Authorizing, PaymentTrigger::OtherGateway, Data::new())?;
        } else {
            self.fail(PaymentTrigger::Refused, None)?;
        }
        Ok(Heard::Applied)
    }

    /// Goes back to the state before the call.
    fn back(&mut self, trigger: PaymentTrigger) -> Decided<()> {
        self.settled()?;
        let before = self.object.facts.before.take().unwrap_or(State::Authorized);
        // if the deadline has passed, the gateway is asked to void again, after a pause that grows each time
        let tries = i64::from(self.object.facts.counts.void).max(1);
        let span = crate::jobs::decide::pause(tries, self.draft.ids.salt(), &JobManner::default());
        let (at, now) = (self.after(span), self.now());
        let facts = &mut self.object.facts;
        let deadline = match before {
            State::Authorized => Some(&mut facts.authorization_expires_at),
            State::ActionRequired => Some(&mut facts.expires_at),
            _ => None,
        };
        if let Some(deadline) = deadline.filter(|deadline| deadline.is_some_and(|at| at <= now)) {
            *deadline = Some(at);
        }
        self.enter(before, trigger, Data::new())
    }

    pub(crate) fn apply_nothing(&mut self, news: &News) -> Decided<Heard> {
        let asked_at = match self.object.facts.doing.as_ref() {
            Some(doing) => Some(self.gateway_of(doing)?),
            None => self.object.facts.gateway().map(ToOwned::to_owned),
        };
        let outdated = news.about.is_some_and(|about| about.outdated);
        if outdated || asked_at.as_deref() != Some(news.gateway.as_str()) {
            // it is not about the payment's present gateway or call
            return Ok(Heard::Ignored);
        }
        let Some(doing) = self.object.facts.doing.clone() else {
            if news.closed && self.object.state == State::ActionRequired {
                return self.never_processed();
            }
            return self.answered_idly();
        };
        if !doing.may_be_there() {
            return Ok(Heard::Ignored);
        }
        if let Some(at) = self.not_believed_before(&doing, news)? {
            self.ask_later(Some(at))?;
            return Ok(Heard::Ignored);
        }
        if doing.call == GatewayCall::Authorize {
            if self.is_hinted_since(news) {
                self.ask_later(None)?;
                return Ok(Heard::Ignored);
            }
            return self.never_processed();
        }
        self.drop_question()?;
        if doing.call == GatewayCall::Capture && self.object.facts.cancel_requested {
            self.back(PaymentTrigger::Nothing)?;
            self.begin_void(PaymentTrigger::CancelRequested, false)?;
            return Ok(Heard::Applied);
        }
        if let Some(refund) = doing.refund
            && self.refuse_if_with_bank(refund, FailureCode::NotProcessed)?
        {
            // it is not sent again
            return Ok(Heard::Applied);
        }
        self.calls_again(&doing)?;
        self.again(&doing)?;
        Ok(Heard::Applied)
    }

    /// Until when the answer "no such call" is not believed, because the call may still be on its way; `None`
    /// if it is believed now.
    pub(crate) fn not_believed_before(&self, doing: &PendingCall, news: &News) -> Decided<Option<Time>> {
        if news.closed {
            return Ok(None);
        }
        let after = self.gateway()?.facts.settle_after;
        let sent = doing.sent_at.unwrap_or(doing.since);
        let at = sent.checked_add(after).unwrap_or(Time::MAX);
        // the time of the question counts, not that of the answer
        let known = news.about.and_then(|about| about.asked_at).unwrap_or_else(|| self.now());
        Ok(Some(at.max(self.now())).filter(|_| known < at))
    }

    /// Enters the state of a call that is sent again.
    fn calls_again(&mut self, doing: &PendingCall) -> Decided<()> {
        let state = match doing.call {
            GatewayCall::Capture => State::Capturing,
            GatewayCall::Void => State::Voiding,
            GatewayCall::Authorize => State::Authorizing,
            GatewayCall::Refund | GatewayCall::Query => return Ok(()),
        };
        if self.object.state == state {
            Ok(())
        } else {
            self.enter(state, PaymentTrigger::Nothing, Data::new())
        }
    }

    /// Goes on after an answer that the gateway has no such payment, and never will.
    fn never_processed(&mut self) -> Decided<Heard> {
        self.settled()?;
        self.attempt_ended(AttemptOutcome::Nothing);
        if self.object.facts.cancel_requested {
            self.enter(State::Voided, PaymentTrigger::Nothing, Data::new())?;
        } else if self.try_next()? {
            self.enter(State::Authorizing, PaymentTrigger::OtherGateway, Data::new())?;
        } else {
            self.fail(PaymentTrigger::Nothing, Some(FailureFacts::own(FailureCode::NotProcessed)))?;
        }
        Ok(Heard::Applied)
    }

    /// Takes an answer that changes nothing, and drops the open question unless only its own answer will do:
    /// if it is about a sent call or about a rest, or because of a hint.
    pub(crate) fn answered_idly(&mut self) -> Decided<Heard> {
        let facts = &self.object.facts;
        let waits = facts.doing.as_ref().is_some_and(PendingCall::may_be_there)
            || facts.question.as_ref().is_some_and(|question| question.hinted.is_some())
            || self.asks_about_rest();
        if !waits {
            self.drop_question()?;
        }
        Ok(Heard::Ignored)
    }

    /// Marks the payment as mismatched: the news does not fit it. Its money waits in `@suspense`, and the
    /// admins are told. A payment that ended without money stays so.
    pub(crate) fn mismatch(&mut self, what: &str, minor: i128) -> Decided<()> {
        let mut data = members!("mismatch": what);
        if minor > 0 {
            let transfer = self.suspend(minor)?;
            data.insert("transfer".to_owned(), transfer.to_string().into());
        }
        if self.object.state.ended_unpaid() {
            // its deal or purchase has left it, and may be paid otherwise by now: it stays as it ended
            self.emit(State::Mismatched.event(), data)?;
            return self.tell_admins("payment.mismatched");
        }
        self.settled_but_refunds()?;
        // admins find out about the rest of a part capture too
        self.object.facts.rest = None;
        self.enter(State::Mismatched, PaymentTrigger::Told, data)?;
        self.tell_admins("payment.mismatched")
    }

    /// A reference as an owned text.
    pub(crate) fn owned(reference: Option<&Arc<str>>) -> Option<String> {
        reference.map(ToString::to_string)
    }
}
