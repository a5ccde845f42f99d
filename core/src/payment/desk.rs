//! A payment while it is worked on: its record, its events, and the calls that it writes.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::gateway::{self, Gateway, GatewayAbility, job_kind};
use super::model::{
    self, AttemptFacts, AttemptOutcome, CallPhase, Doing, FailureCode, FailureFacts, GatewayCall, Payment,
    Question, State,
};
use super::parts::RefundState;
use super::transitions::TRANSITIONS;
use super::{means, references};
use crate::error::{Detail, Error};
use crate::ids::{Book, JobId, PaymentId, RefundId};
use crate::jobs::NOTIFY_ADMINS;
use crate::jobs::decide::{discard, pause};
use crate::kernel::draft::{Draft, JobTerms};
use crate::kernel::operation::Halt;
use crate::request::domain::JobManner;
use crate::request::note::Note;
use crate::rows::body::Text;
use crate::time::{Span, Time};

/// How often a question may be leased: it never dies.
const QUESTIONS: i64 = 1_000_000_000;
/// How long the news of a call that was accepted may take before it is asked for.
pub(crate) const FIRST_QUESTION: Span = Span::from_secs(15);

/// A payment while it is worked on.
pub(crate) struct Desk<'d, 's> {
    /// What is written.
    pub draft: &'d mut Draft<'s>,
    /// The payment.
    pub payment: Payment,
}

/// The data of an event.
pub(crate) type Data = Map<String, Value>;

impl<'d, 's> Desk<'d, 's> {
    /// A payment that must be there, at the version that the caller expects.
    ///
    /// # Errors
    /// `payment_not_found`, `version_conflict`.
    pub(crate) fn of(
        draft: &'d mut Draft<'s>,
        book: &Book,
        id: PaymentId,
        note: &Note,
    ) -> Result<Self, Halt> {
        let row = draft.record(&model::key(book, id))?.ok_or_else(|| model::not_found(id))?;
        note.check_version(&id.to_string(), row.version)?;
        let payment = Payment::of(row)?;
        Ok(Self { draft, payment })
    }

    /// Writes the payment.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn put(mut self) -> Result<PaymentId, Halt> {
        self.next_turn()?;
        if self.payment.facts.unexplained && self.payment.facts.doing.is_none() {
            self.payment.facts.unexplained = false;
            let now = self.now();
            self.ask(now)?;
        }
        if self.payment.state.ended_unpaid() {
            self.leave_deal()?;
        }
        let id = self.payment.id();
        self.payment.facts.updated_at = self.draft.ctx.time();
        if self.payment.facts.doing.as_ref().is_none_or(|doing| doing.call != GatewayCall::Authorize)
            && !matches!(self.payment.state, State::Created | State::ActionRequired)
        {
            means::forget(&mut self.payment);
        }
        if !self.waits_for_payer() {
            // what the payer was asked for may be a key to the payment
            self.payment.texts.remove(model::ACTION);
        }
        self.draft.put_record(self.payment.into_row()?);
        Ok(id)
    }

    /// Whether the payer may still do what the gateway has asked of him: he is asked, or will be again where
    /// the call under way is refused.
    fn waits_for_payer(&self) -> bool {
        match self.payment.state {
            State::ActionRequired => true,
            State::Voiding | State::Unknown => self.payment.facts.before == Some(State::ActionRequired),
            _ => false,
        }
    }

    /// Whether its call was written by a history that was left: that may have sent it, so that it is asked
    /// about whatever it says here.
    ///
    /// # Errors
    /// Halts when the head of the book was not read.
    pub(crate) fn is_of_another_history(&self) -> Result<bool, Halt> {
        let Some(doing) = &self.payment.facts.doing else { return Ok(false) };
        Ok(doing.timeline != self.draft.timeline()?)
    }

    #[must_use]
    pub(crate) fn now(&self) -> Time {
        self.draft.ctx.now
    }

    /// A time from now on.
    #[must_use]
    pub(crate) fn after(&self, span: Span) -> Time {
        self.now().checked_add(span).unwrap_or(Time::MAX)
    }

    /// Keeps a text of the payment.
    pub(crate) fn keep(&mut self, name: &str, text: &str) {
        let text = Text::new(text, self.draft.ids.salt());
        self.payment.texts.insert(name.to_owned(), text);
    }

    /// Writes an event of the payment, in the state that it is in.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn emit(&mut self, event: &'static str, mut data: Data) -> Result<(), Halt> {
        data.insert("state".to_owned(), json!(self.payment.state));
        self.draft.emit(&mut self.payment, event, &data)
    }

    /// Enters a state, with its event.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn enter(&mut self, state: State, trigger: &str, mut data: Data) -> Result<(), Halt> {
        data.insert("from".to_owned(), json!(self.payment.state));
        data.insert("trigger".to_owned(), trigger.into());
        self.payment.state = state;
        self.emit(state.event(), data)
    }

    /// The state that a call left the payment in: where its outcome is unknown, as before that.
    #[must_use]
    pub(crate) fn known_state(&self) -> State {
        known_state(&self.payment)
    }

    /// The gateway of the attempt under way, for reading.
    ///
    /// # Errors
    /// `corrupted` where there is none.
    pub(crate) fn gateway(&self) -> Result<Gateway, Halt> {
        let name = self.payment.facts.gateway().ok_or_else(|| self.broken("has no gateway"))?;
        gateway::known(self.draft, &self.payment.row.book, name)
    }

    /// A payment that contradicts itself.
    #[must_use]
    pub(crate) fn broken(&self, what: &str) -> Error {
        Error::corrupted(format!("payment {} {what}", self.payment.id()))
    }

    /// `transition_not_allowed`, with what is possible instead.
    #[must_use]
    pub(crate) fn not_allowed(&self, trigger: &str) -> Error {
        TRANSITIONS.not_allowed(self.payment.id(), self.payment.state, trigger)
    }

    /// `condition_not_met`.
    #[must_use]
    pub(crate) fn unmet(&self, trigger: &str, condition: &str, deadline: Option<Time>) -> Error {
        Detail::ConditionNotMet {
            object: self.payment.id().to_string(),
            trigger: trigger.to_owned(),
            condition: condition.to_owned(),
            deadline,
        }
        .into()
    }

    /// Tells the admins of the book.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn tell_admins(&mut self, event: &str) -> Result<(), Halt> {
        let payload = json!({
            "event": event,
            "payment": self.payment.id().to_string(),
            "state": self.payment.state,
            "gateway": self.payment.facts.gateway(),
            "suspended": self.payment.money(self.payment.facts.suspended)?,
        });
        self.draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
    }
}

/// The calls that a payment writes: each is a job, and one at a time may move money.
impl Desk<'_, '_> {
    /// Begins a call, under a number of its own.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn begin(
        &mut self,
        call: GatewayCall,
        minor: i128,
        refund: Option<RefundId>,
    ) -> Result<(), Halt> {
        let number = self.payment.facts.counts.next(call);
        let now = self.now();
        self.write(&CallToWrite { call, number, minor, refund, unsent: 0, resent: false, not_before: now })
    }

    /// Writes the call under way again, under the same number: the gateway may have it, whatever it says.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn again(&mut self, doing: &Doing) -> Result<(), Halt> {
        let Doing { call, number, minor, refund, .. } = *doing;
        let now = self.now();
        self.write(&CallToWrite { call, number, minor, refund, unsent: 0, resent: true, not_before: now })
    }

    /// Writes the call under way once more, which surely did not reach the gateway: under a number of its
    /// own, unless the same one was sent before and may still arrive.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn once_more(&mut self, doing: &Doing, not_before: Time) -> Result<(), Halt> {
        let Doing { call, minor, refund, resent, .. } = *doing;
        let number = if resent { doing.number } else { self.payment.facts.counts.next(call) };
        let unsent = doing.unsent.saturating_add(1);
        self.write(&CallToWrite { call, number, minor, refund, unsent, resent, not_before })
    }

    fn write(&mut self, wanted: &CallToWrite) -> Result<(), Halt> {
        let CallToWrite { call, number, minor, refund, unsent, resent, not_before } = *wanted;
        let job = JobId::from_uuid(self.draft.ids.uuid());
        let doing = Doing {
            call,
            phase: CallPhase::Queued,
            number,
            job,
            minor,
            refund,
            since: self.draft.ctx.time(),
            sent_at: None,
            unsent,
            resent,
            timeline: self.draft.timeline()?,
        };
        let kind = job_kind(&self.gateway_of(&doing)?);
        let key = doing.key(self.payment.id());
        let payload = self.payload(&doing)?;
        let terms = JobTerms { attempts: 1, not_before };
        self.draft.enqueue_on(job, &key, &kind, terms, &payload)?;
        if let Some(refund) = doing.refund {
            self.refund_is(refund, RefundState::Queued);
        }
        self.payment.facts.doing = Some(doing);
        Ok(())
    }

    /// The gateway that a call goes to: a refund goes where the money came from.
    ///
    /// # Errors
    /// `corrupted` where there is none.
    pub(crate) fn gateway_of(&self, doing: &Doing) -> Result<String, Halt> {
        let facts = &self.payment.facts;
        let attempt = match doing.refund {
            Some(id) => {
                let refund = facts.refunds.iter().find(|refund| refund.id == id);
                refund.and_then(|refund| facts.attempts.get(refund.attempt))
            }
            None => facts.attempts.last(),
        };
        Ok(attempt.map(|attempt| attempt.gateway.clone()).ok_or_else(|| self.broken("has no gateway"))?)
    }

    /// What a worker is given of a call; the token is added when it is leased.
    ///
    /// # Errors
    /// `corrupted` for an amount that is none.
    fn payload(&self, doing: &Doing) -> Result<Value, Halt> {
        let mut payload = Map::new();
        payload.insert("v".to_owned(), 1.into());
        payload.insert("call".to_owned(), json!(doing.call));
        payload.insert("payment".to_owned(), json!(self.payment.id()));
        if doing.call != GatewayCall::Void {
            payload.insert("amount".to_owned(), json!(self.payment.money(doing.minor)?));
        }
        if doing.call == GatewayCall::Authorize {
            payload.insert("capture".to_owned(), self.takes_at_once().into());
        }
        if let Some(refund) = doing.refund {
            payload.insert("refund".to_owned(), json!(refund));
        }
        self.let_go_of_rest(&mut payload, doing)?;
        self.refer(&mut payload, &self.gateway_of(doing)?);
        Ok(payload.into())
    }

    /// What a capture leaves of an authorization: nobody will ever take it, so that the payer is to have it
    /// back with that capture.
    fn let_go_of_rest(&self, payload: &mut Map<String, Value>, doing: &Doing) -> Result<(), Halt> {
        let rest = self.payment.facts.authorized.saturating_sub(doing.minor);
        if doing.call == GatewayCall::Capture && rest > 0 {
            payload.insert("release".to_owned(), json!(self.payment.money(rest)?));
        }
        Ok(())
    }

    fn refer(&self, payload: &mut Map<String, Value>, gateway: &str) {
        let attempt = self.payment.facts.attempts.iter().rfind(|attempt| attempt.gateway == gateway);
        if let Some(reference) = attempt.and_then(|attempt| attempt.reference.as_ref()) {
            payload.insert("reference".to_owned(), reference.as_str().into());
        }
    }

    /// Whether an authorize takes the money at once.
    fn takes_at_once(&self) -> bool {
        self.payment.facts.capture == model::CaptureMode::Auto && !self.payment.facts.cancel_requested
    }

    /// Puts a question to the gateway, unless one is open: about the call under way, if there is one.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn ask(&mut self, not_before: Time) -> Result<bool, Halt> {
        if self.payment.facts.question.is_some() {
            return Ok(false);
        }
        self.ask_again(0, not_before).map(|()| true)
    }

    fn ask_again(&mut self, asked: u32, not_before: Time) -> Result<(), Halt> {
        let number = self.payment.facts.counts.next(GatewayCall::Query);
        let job = JobId::from_uuid(self.draft.ids.uuid());
        let id = self.payment.id();
        let (gateway, about) = match self.payment.facts.doing.clone() {
            Some(doing) => (self.gateway_of(&doing)?, Some(doing)),
            None => {
                let gateway = self.payment.facts.gateway().ok_or_else(|| self.broken("has no gateway"))?;
                (gateway.to_owned(), None)
            }
        };
        let mut payload = Map::new();
        payload.insert("v".to_owned(), 1.into());
        payload.insert("call".to_owned(), json!(GatewayCall::Query));
        payload.insert("payment".to_owned(), json!(id));
        if let Some(doing) = &about {
            payload.insert("about".to_owned(), json!(doing.call));
            payload.insert("about_key".to_owned(), doing.key(id).into());
            if let Some(refund) = doing.refund {
                payload.insert("refund".to_owned(), json!(refund));
            }
            if doing.call == GatewayCall::Authorize {
                // a gateway may be asked with the very request that went out
                payload.insert("amount".to_owned(), json!(self.payment.money(doing.minor)?));
            }
            self.let_go_of_rest(&mut payload, doing)?;
        }
        self.refer(&mut payload, &gateway);
        let key = format!("{id}:{}:{number}", GatewayCall::Query);
        let terms = JobTerms { attempts: QUESTIONS, not_before };
        self.draft.enqueue_on(job, &key, &job_kind(&gateway), terms, &payload)?;
        self.payment.facts.question = Some(Question { job, asked });
        Ok(())
    }

    /// Asks once more, because the answer did not help: later each time, and not before a time.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn ask_later(&mut self, not_before: Option<Time>) -> Result<(), Halt> {
        let asked = self.payment.facts.question.take().map_or(0, |question| question.asked);
        let span = pause(i64::from(asked) + 1, self.draft.ids.salt(), &JobManner::default());
        let at = not_before.unwrap_or_else(|| self.after(span));
        self.ask_again(asked.saturating_add(1), at)
    }

    /// Drops the open question: what it asks is known.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn drop_question(&mut self) -> Result<(), Halt> {
        if let Some(question) = self.payment.facts.question.take() {
            discard(self.draft, &(self.payment.row.book.clone(), question.job))?;
        }
        Ok(())
    }

    /// The call under way is over: what is known of it ends the question about it too.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn settled(&mut self) -> Result<(), Halt> {
        self.drop_question()?;
        if let Some(doing) = self.payment.facts.doing.take() {
            // news by another way came first: a call that nobody has taken is not made any more
            discard(self.draft, &(self.payment.row.book.clone(), doing.job))?;
        }
        Ok(())
    }

    /// The same, where it is not a refund: that goes on.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn settled_but_refunds(&mut self) -> Result<(), Halt> {
        let refunds =
            self.payment.facts.doing.as_ref().is_some_and(|doing| doing.call == GatewayCall::Refund);
        if refunds { Ok(()) } else { self.settled() }
    }

    /// Nobody knows what became of the call under way: the gateway is asked, in this very commit.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn unknown(&mut self) -> Result<(), Halt> {
        let Some(doing) = &mut self.payment.facts.doing else { return Ok(()) };
        doing.phase = CallPhase::Unknown;
        let (call, refund) = (doing.call, doing.refund);
        let mut data = Data::new();
        data.insert("call".to_owned(), json!(call));
        match refund {
            Some(refund) => {
                self.refund_is(refund, RefundState::Unknown);
                data.insert("refund".to_owned(), json!(refund));
                self.emit("payment.refund_unknown", data)?;
            }
            None if self.payment.state == State::Mismatched => {}
            None => self.enter(State::Unknown, "no_answer", data)?,
        }
        // one that was open was about what is known by now, and may be far off
        self.drop_question()?;
        let now = self.now();
        self.ask(now).map(drop)
    }

    /// Tries the next gateway that may take the payment, where there is one.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn try_next(&mut self) -> Result<bool, Halt> {
        let names = self.payment.facts.next_gateways().to_vec();
        let two_step = self.payment.facts.capture == model::CaptureMode::Manual;
        let book = self.payment.row.book.clone();
        for name in names {
            let Some(row) = self.draft.record(&gateway::key(&book, &name))? else { continue };
            let gateway = Gateway::of(row)?;
            let fits = gateway.facts.takes(self.payment.currency.code())
                && gateway.is_open(self.now())
                && (!two_step || gateway.facts.can(GatewayAbility::TwoStep))
                && (!self.payment.facts.by_token || means::has(&self.payment, &name));
            if fits {
                self.payment.facts.attempts.push(AttemptFacts::at(&name));
                self.begin(GatewayCall::Authorize, self.payment.price(), None)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// No gateway takes the payment.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn fail(&mut self, trigger: &str, failure: Option<FailureFacts>) -> Result<(), Halt> {
        let failure = failure.or_else(|| self.payment.facts.failure.clone());
        let failure = failure.unwrap_or_else(|| FailureFacts::own(FailureCode::NotProcessed));
        let mut data = Data::new();
        data.insert("failure".to_owned(), json!(failure.code));
        self.payment.facts.failure = Some(failure);
        self.enter(State::Failed, trigger, data)
    }

    /// The outcome of the attempt under way.
    pub(crate) fn attempt_ended(&mut self, outcome: AttemptOutcome) {
        if let Some(attempt) = self.payment.facts.attempts.last_mut() {
            attempt.outcome = Some(outcome);
        }
    }

    /// Keeps the gateway's reference of an attempt, unless it belongs to another payment: then `false`. What
    /// a later call is answered with beside it, such as the id of a capture, is the payment's too, and the
    /// first one stays its reference.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn learn_reference(
        &mut self,
        place: usize,
        reference: Option<&Arc<str>>,
    ) -> Result<bool, Halt> {
        let Some(reference) = reference else { return Ok(true) };
        let Some(attempt) = self.payment.facts.attempts.get(place) else { return Ok(true) };
        if attempt.reference.as_deref() == Some(reference) {
            return Ok(true);
        }
        let (gateway, id) = (attempt.gateway.clone(), self.payment.id());
        let is_further = attempt.reference.is_some() && self.owner_of(&gateway, reference)? != Some(id);
        let Some(parked) = references::claim(self.draft, &self.payment.row.book, &gateway, reference, id)?
        else {
            return Ok(false);
        };
        if is_further {
            self.emit("payment.further_reference", Data::new())?;
        }
        if let Some(attempt) = self.payment.facts.attempts.get_mut(place) {
            attempt.reference.get_or_insert_with(|| reference.to_string());
        }
        // what came before anybody knew whose it is
        for news in parked {
            self.tell(&news)?;
        }
        Ok(true)
    }

    /// The payment that has a reference at a gateway.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn owner_of(&self, gateway: &str, reference: &str) -> Result<Option<PaymentId>, Halt> {
        let key = references::key(&self.payment.row.book, gateway, reference);
        references::payment_of(self.draft, &key)
    }
}

/// A call to write.
struct CallToWrite {
    call: GatewayCall,
    number: u32,
    minor: i128,
    refund: Option<RefundId>,
    unsent: u32,
    resent: bool,
    not_before: Time,
}

/// The state that a call left a payment in: where its outcome is unknown, as before that.
#[must_use]
pub(crate) fn known_state(payment: &Payment) -> State {
    match (payment.state, payment.facts.doing.as_ref().map(|doing| doing.call)) {
        (State::Unknown, Some(GatewayCall::Capture)) => State::Capturing,
        (State::Unknown, Some(GatewayCall::Void)) => State::Voiding,
        (State::Unknown, _) => State::Authorizing,
        (state, _) => state,
    }
}
