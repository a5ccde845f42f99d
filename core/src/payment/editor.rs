//! A payment while it is changed: its record, its events, and the calls that it writes.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::gateway::{Gateway, GatewayAbility, GatewayDriver, job_kind};
use super::model::{
    self, AttemptFacts, AttemptOutcome, CallPhase, FailureCode, FailureFacts, GatewayCall, Payment,
    PaymentFacts, PendingCall, State,
};
use super::parts::RefundState;
use super::references::Reference;
use super::transitions::{PaymentRole, PaymentTrigger, TRANSITIONS};
use super::{means, references, refund_account};
use crate::error::Error;
use crate::ids::{JobId, PaymentId, RefundId};
use crate::jobs::NOTIFY_ADMINS;
use crate::jobs::decide::discard;
use crate::kernel::draft::JobTerms;
use crate::kernel::editor::{Data, Editor, Judged, Lifecycle};
use crate::kernel::operation::Decided;
use crate::kernel::permit::Tie;
use crate::kernel::transitions::{Transition, Transitions};
use crate::rows::object::members;
use crate::time::{Span, Time};

/// How long an accepted call may wait for news before the gateway is asked.
pub(crate) const FIRST_QUESTION: Span = Span::from_secs(15);

/// A payment while it is changed.
pub(crate) type PaymentEditor<'d, 's> = Editor<'d, 's, PaymentFacts>;

impl Lifecycle for PaymentFacts {
    type Trigger = PaymentTrigger;
    type Who = &'static [PaymentRole];
    type Note = ();
    const TRANSITIONS: Transitions<State, PaymentTrigger, &'static [PaymentRole]> = TRANSITIONS;

    fn event(state: State) -> &'static str {
        state.event()
    }

    fn takes(payment: &Payment, trigger: PaymentTrigger) -> bool {
        payment.takes(trigger)
    }

    fn changed(editor: &mut PaymentEditor<'_, '_>) -> Decided<()> {
        editor.take_kept_cases()?;
        editor.drop_shown_hint();
        editor.next_turn()?;
        editor.ask_what_is_owed()?;
        if editor.object.state.ended_unpaid() {
            editor.leave_deal()?;
        }
        editor.object.facts.updated_at = editor.draft.ctx.time();
        editor.keep_waits()?;
        let waits_for_payer = editor.waits_for_payer();
        let object = &mut editor.object;
        if object.facts.doing.as_ref().is_none_or(|doing| doing.call != GatewayCall::Authorize)
            && !matches!(object.state, State::Created | State::ActionRequired)
        {
            means::forget(object);
        }
        refund_account::forget(object);
        if !waits_for_payer {
            // the action that the payer was asked for may be a key to the payment
            object.texts.remove(model::ACTION);
        }
        Ok(())
    }
}

impl Judged for PaymentFacts {
    type Role = PaymentRole;

    fn ties<'e>(editor: &'e PaymentEditor<'_, '_>, role: PaymentRole) -> Decided<Vec<Tie<'e>>> {
        let object = &editor.object;
        let (account, named) = match role {
            PaymentRole::Payer => (object.payer_account(), object.facts.payer.as_deref()),
            PaymentRole::Payee => (Some(object.to()), None),
            PaymentRole::Admin | PaymentRole::System => (None, None),
        };
        let account = account.map(|account| editor.draft.account(&account)).transpose()?.flatten();
        Ok(named.map(Tie::Id).into_iter().chain(account.map(Tie::Account)).collect())
    }

    fn refusal(
        editor: &PaymentEditor<'_, '_>,
        _: &Transition<State, PaymentTrigger, &'static [PaymentRole]>,
    ) -> Error {
        editor.draft.ctx.who.refusal(&editor.draft.ctx.actor)
    }
}

impl PaymentEditor<'_, '_> {
    /// Whether the payer may still do what the gateway asks. He may while he is asked, and while a refusal of
    /// the call under way would bring that state back.
    fn waits_for_payer(&self) -> bool {
        match self.object.state {
            State::ActionRequired => true,
            State::Voiding | State::Unknown => self.object.facts.before == Some(State::ActionRequired),
            _ => false,
        }
    }

    /// Whether an abandoned history wrote the call under way. That history may have sent it, so the gateway
    /// is asked even about a queued call.
    pub(crate) fn is_of_another_history(&self) -> Decided<bool> {
        let Some(doing) = &self.object.facts.doing else { return Ok(false) };
        Ok(doing.timeline != self.draft.timeline()?)
    }

    /// The state of the payment. An unknown one counts as the state that its call had entered.
    pub(crate) fn known_state(&self) -> State {
        known_state(&self.object)
    }

    /// The gateway of the attempt under way, for reading.
    pub(crate) fn gateway(&self) -> Decided<Gateway> {
        let name = self.object.facts.gateway().ok_or_else(|| self.broken("has no gateway"))?;
        Gateway::known(self.draft, &self.object.row.book, name)
    }

    /// Tells the admins of the book.
    pub(crate) fn tell_admins(&mut self, event: &str) -> Decided<()> {
        let payload = json!({
            "event": event,
            "payment": self.object.id().to_string(),
            "state": self.object.state,
            "gateway": self.object.facts.gateway(),
            "suspended": self.object.money(self.object.facts.suspended)?,
        });
        self.draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
    }
}

/// Writes the calls of a payment: each is a job, and only one at a time may move money.
impl PaymentEditor<'_, '_> {
    /// Begins a call, under a number of its own.
    pub(crate) fn begin(&mut self, call: GatewayCall, minor: i128, refund: Option<RefundId>) -> Decided<()> {
        let number = self.object.facts.counts.next(call);
        let now = self.now();
        let (unsent, resent, first) = (0, false, None);
        self.write(&CallToWrite { call, number, minor, refund, unsent, resent, first, not_before: now })
    }

    /// Writes the call under way again, under the same number: the gateway may have it although it says
    /// otherwise.
    pub(crate) fn again(&mut self, doing: &PendingCall) -> Decided<()> {
        let PendingCall { call, number, minor, refund, .. } = *doing;
        let (now, first) = (self.now(), doing.first.or(Some(doing.since)));
        let (unsent, resent) = (0, true);
        self.write(&CallToWrite { call, number, minor, refund, unsent, resent, first, not_before: now })
    }

    /// Writes a call again that surely did not reach the gateway. It gets a new number, unless the old number
    /// was sent before and may still arrive.
    pub(crate) fn once_more(&mut self, doing: &PendingCall, not_before: Time) -> Decided<()> {
        let PendingCall { call, minor, refund, resent, .. } = *doing;
        let number = if resent { doing.number } else { self.object.facts.counts.next(call) };
        let (unsent, first) = (doing.unsent.saturating_add(1), doing.first.or(Some(doing.since)));
        self.write(&CallToWrite { call, number, minor, refund, unsent, resent, first, not_before })
    }

    fn write(&mut self, wanted: &CallToWrite) -> Decided<()> {
        let CallToWrite { call, number, minor, refund, unsent, resent, first, not_before } = *wanted;
        let job = JobId::from_uuid(self.draft.ids.uuid());
        let doing = PendingCall {
            call,
            phase: CallPhase::Queued,
            number,
            job,
            minor,
            refund,
            since: self.draft.ctx.time(),
            first,
            sent_at: None,
            unsent,
            resent,
            timeline: self.draft.timeline()?,
        };
        let kind = job_kind(&self.gateway_of(&doing)?);
        let key = doing.key(self.object.id());
        let payload = self.payload(&doing)?;
        let terms = JobTerms { attempts: 1, not_before };
        self.draft.enqueue_on(job, &key, &kind, terms, &payload)?;
        if let Some(refund) = doing.refund {
            self.refund_is(refund, RefundState::Queued);
        }
        self.object.facts.doing = Some(doing);
        Ok(())
    }

    /// The gateway that a call goes to: a refund goes where the money came from.
    pub(crate) fn gateway_of(&self, doing: &PendingCall) -> Decided<String> {
        let name = self.object.facts.gateway_of_call(doing).map(str::to_owned);
        Ok(name.ok_or_else(|| self.broken("has no gateway"))?)
    }

    /// The payload that a worker gets. The token is added at the lease.
    fn payload(&self, doing: &PendingCall) -> Decided<Value> {
        let mut payload = members!("v": 1, "call": json!(doing.call), "payment": json!(self.object.id()));
        if doing.call != GatewayCall::Void {
            payload.insert("amount".to_owned(), json!(self.object.money(doing.minor)?));
        }
        if doing.call == GatewayCall::Authorize {
            payload.insert("capture".to_owned(), self.takes_at_once().into());
        }
        if let Some(refund) = doing.refund {
            payload.insert("refund".to_owned(), json!(refund));
        }
        self.release_rest(&mut payload, doing)?;
        if doing.resent && self.is_driven(doing)? {
            payload.insert("again".to_owned(), true.into());
        }
        self.refer(&mut payload, self.place_of_call(doing));
        Ok(payload.into())
    }

    /// Adds the rest of an authorization to a capture of a part, and to the void of that rest. Nobody will
    /// take the rest, so it is released to the payer.
    pub(crate) fn release_rest(&self, payload: &mut Map<String, Value>, doing: &PendingCall) -> Decided<()> {
        let rest = match doing.call {
            GatewayCall::Capture => self.object.facts.authorized.saturating_sub(doing.minor),
            GatewayCall::Void => doing.minor,
            GatewayCall::Authorize | GatewayCall::Refund | GatewayCall::Query => 0,
        };
        if rest > 0 {
            payload.insert("release".to_owned(), json!(self.object.money(rest)?));
        }
        Ok(())
    }

    /// Whether a driver of ours makes a call.
    pub(crate) fn is_driven(&self, doing: &PendingCall) -> Decided<bool> {
        let gateway = Gateway::known(self.draft, &self.object.row.book, &self.gateway_of(doing)?)?;
        Ok(gateway.facts.driver != GatewayDriver::Host)
    }

    /// Adds the gateway's reference of an attempt, if it is known.
    pub(crate) fn refer(&self, payload: &mut Map<String, Value>, place: Option<usize>) {
        let attempt = place.and_then(|place| self.object.facts.attempts.get(place));
        if let Some(reference) = attempt.and_then(|attempt| attempt.reference.as_ref()) {
            payload.insert("reference".to_owned(), reference.as_str().into());
        }
    }

    /// Whether an authorize takes the money at once.
    fn takes_at_once(&self) -> bool {
        self.object.facts.capture == model::CaptureMode::Auto && !self.object.facts.cancel_requested
    }

    /// Ends the call under way, and the question about it.
    pub(crate) fn settled(&mut self) -> Decided<()> {
        self.drop_question()?;
        if let Some(doing) = self.object.facts.doing.take() {
            // other news came first: the call is not made if no worker has taken it yet
            discard(self.draft, &(self.object.row.book.clone(), doing.job))?;
        }
        Ok(())
    }

    /// As `settled`, but a refund under way goes on.
    pub(crate) fn settled_but_refunds(&mut self) -> Decided<()> {
        let refunds = self.object.facts.doing.as_ref().is_some_and(|doing| doing.call == GatewayCall::Refund);
        if refunds { Ok(()) } else { self.settled() }
    }

    /// Marks the outcome of the call under way as unknown, and asks the gateway in the same commit.
    pub(crate) fn unknown(&mut self) -> Decided<()> {
        self.unknown_for(None)
    }

    /// The same where the gateway wants not to be asked for a while.
    pub(crate) fn unknown_for(&mut self, pause: Option<Span>) -> Decided<()> {
        if self.gives_up_rest()? {
            return Ok(());
        }
        let now = self.now();
        let Some(doing) = &mut self.object.facts.doing else { return Ok(()) };
        doing.phase = CallPhase::Unknown;
        // an abandoned history may have sent a queued call until just now
        doing.sent_at.get_or_insert(now);
        let (call, refund, voids_rest) = (doing.call, doing.refund, doing.voids_rest());
        let mut data = members!("call": json!(call));
        match refund {
            Some(refund) => {
                self.refund_is(refund, RefundState::Unknown);
                data.insert("refund".to_owned(), json!(refund));
                self.emit("payment.refund_unknown", data)?;
            }
            None if self.object.state == State::Mismatched => {}
            None if voids_rest => self.emit("payment.release_unknown", data)?,
            None => self.enter(State::Unknown, PaymentTrigger::NoAnswer, data)?,
        }
        // an open question was about something that is known by now, and may be due much later
        self.drop_question()?;
        self.ask(pause.map_or(now, |pause| self.after(pause))).map(drop)
    }

    /// Sends the payment to the next gateway that may take it. Returns `false` if there is none.
    pub(crate) fn try_next(&mut self) -> Decided<bool> {
        let names = self.object.facts.next_gateways().to_vec();
        let two_step = self.object.facts.capture == model::CaptureMode::Manual;
        let book = self.object.row.book.clone();
        for name in names {
            let Some(gateway) = Gateway::find(self.draft, &book, &name)? else { continue };
            let fits = gateway.facts.takes_in(self.object.currency)
                && gateway.is_open(self.now())
                && (!two_step || gateway.facts.can(GatewayAbility::TwoStep))
                && (!self.object.facts.by_token || means::has(&self.object, &name));
            if fits {
                self.keep_hints();
                self.object.facts.attempts.push(AttemptFacts::at(&name));
                self.begin(GatewayCall::Authorize, self.object.price(), None)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends the payment as failed: no gateway takes it.
    pub(crate) fn fail(&mut self, trigger: PaymentTrigger, failure: Option<FailureFacts>) -> Decided<()> {
        let failure = failure.or_else(|| self.object.facts.failure.clone());
        let failure = failure.unwrap_or_else(|| FailureFacts::own(FailureCode::NotProcessed));
        let data = members!("failure": json!(failure.code));
        self.object.facts.failure = Some(failure);
        self.enter(State::Failed, trigger, data)
    }

    /// The outcome of the attempt under way.
    pub(crate) fn attempt_ended(&mut self, outcome: AttemptOutcome) {
        if let Some(attempt) = self.object.facts.attempts.last_mut() {
            attempt.outcome = Some(outcome);
        }
    }

    /// Keeps the gateway's reference of an attempt. Returns `false` if the reference belongs to another
    /// payment. A further reference, such as the id of a capture, belongs to the payment too, but the first
    /// one stays its reference.
    pub(crate) fn learn_reference(&mut self, place: usize, reference: Option<&Arc<str>>) -> Decided<bool> {
        let Some(reference) = reference else { return Ok(true) };
        let Some(attempt) = self.object.facts.attempts.get(place) else { return Ok(true) };
        if attempt.reference.as_deref() == Some(reference) {
            return Ok(true);
        }
        let (gateway, id) = (attempt.gateway.clone(), self.object.id());
        let is_further = attempt.reference.is_some() && self.owner_of(&gateway, reference)? != Some(id);
        let Some(waited) = references::claim(self.draft, &self.object.row.book, &gateway, reference, id)?
        else {
            return Ok(false);
        };
        if is_further {
            self.emit("payment.further_reference", Data::new())?;
        }
        if let Some(attempt) = self.object.facts.attempts.get_mut(place) {
            attempt.reference.get_or_insert_with(|| reference.to_string());
        }
        // news that came before its payment was known
        self.keep_cases(waited.cases)?;
        for news in waited.news {
            self.apply(&news)?;
        }
        Ok(true)
    }

    /// The payment that has a reference at a gateway.
    pub(crate) fn owner_of(&self, gateway: &str, reference: &str) -> Decided<Option<PaymentId>> {
        let key = Reference::key(&self.object.row.book, [gateway, reference]);
        references::payment_of(self.draft, &key)
    }
}

struct CallToWrite {
    call: GatewayCall,
    number: u32,
    minor: i128,
    refund: Option<RefundId>,
    unsent: u32,
    resent: bool,
    /// When it was first written, if it was written before.
    first: Option<Time>,
    not_before: Time,
}

/// The state of a payment. An unknown one counts as the state that its call had entered.
pub(crate) fn known_state(payment: &Payment) -> State {
    match (payment.state, payment.facts.doing.as_ref().map(|doing| doing.call)) {
        (State::Unknown, Some(GatewayCall::Capture)) => State::Capturing,
        (State::Unknown, Some(GatewayCall::Void)) => State::Voiding,
        (State::Unknown, _) => State::Authorizing,
        (state, _) => state,
    }
}
