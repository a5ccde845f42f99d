//! The effects on a payment when a worker leases one of its calls, and when the worker reports.

use std::sync::Arc;

use serde_json::Value;

use super::editor::PaymentEditor;
use super::gateway::{Gateway, GatewayAbility, JOBS};
use super::model::{self, CallPhase, FailureCode, GatewayCall, GatewayOutcome, Payment, State};
use super::needs::needs_of_deal;
use super::news::{self, About};
use super::parts::RefundState;
use super::transitions::PaymentTrigger;
use super::{means, refund_account};
use crate::error::{Error, Result};
use crate::ids::PaymentId;
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::kernel::tally::CallTally;
use crate::request::domain::{JobEnd, JobManner, JobOrder, Leasing};
use crate::request::scope::Scope;
use crate::request::texts;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::members;
use crate::rows::tables::JobRow;
use crate::time::Time;
use crate::vault::safe::Safe;

/// How calls without an answer are counted.
const NO_ANSWER: &str = "no_answer";

/// A job of a gateway, read from its key.
struct Called<'j> {
    payment: PaymentId,
    call: GatewayCall,
    gateway: &'j str,
}

impl<'j> Called<'j> {
    fn of(job: &'j JobRow) -> Result<Self> {
        let broken = || Error::corrupted(format!("the key of job {}", job.id));
        let mut parts = job.outside_key.split(':');
        let payment = parts.next().and_then(|id| id.parse().ok()).ok_or_else(broken)?;
        let call = parts.next().and_then(|call| call.parse().ok()).ok_or_else(broken)?;
        let gateway = job.kind.strip_prefix(JOBS).ok_or_else(broken)?;
        Ok(Self { payment, call, gateway })
    }

    fn tally(&self, outcome: &str) -> CallTally {
        let labels = [("gateway", self.gateway), ("call", self.call.as_str()), ("outcome", outcome)];
        CallTally::of("earnest_gateway_calls_total", labels)
    }
}

/// Names the rows that a job of a gateway needs.
pub(super) fn needs(job: &JobRow, seen: &Snapshot, needs: &mut Needs) {
    let Ok(called) = Called::of(job) else { return };
    needs.record(Gateway::key(&job.book, called.gateway), Access::Write);
    needs.heads.insert((job.book.clone(),));
    let key = Payment::key(&job.book, called.payment);
    let Some(payment) = Payment::needed(key, Access::Write, seen, needs) else { return };
    payment.needs_of_money(needs);
    payment.needs_of_calls(needs);
    needs_of_deal(&payment, seen, needs);
    for name in payment.facts.next_gateways() {
        needs.record(Gateway::key(&job.book, name), Access::Read);
    }
}

/// Decides about a call that a worker is about to lease.
pub(super) fn leased(job: &JobRow, draft: &mut Draft<'_>) -> Decided<Leasing> {
    let called = Called::of(job)?;
    let mut editor = PaymentEditor::of(draft, &job.book, called.payment, None)?;
    if called.call == GatewayCall::Query {
        let open = editor.object.facts.question.as_ref().is_some_and(|question| question.job == job.id);
        return if open { asks(&mut editor, job, called.gateway) } else { Ok(Leasing::Over) };
    }
    let Some(doing) = editor.object.facts.doing.clone().filter(|doing| doing.job == job.id) else {
        return Ok(Leasing::Over);
    };
    if doing.may_be_there() {
        // a worker has taken it before: the gateway is asked about it, and it is never sent again
        return Ok(Leasing::Over);
    }
    let is_refunded_twice = doing.resent && doing.refund.is_some_and(|refund| editor.is_with_bank(refund));
    if is_refunded_twice || doing.timeline != editor.draft.timeline()? {
        // an earlier request, or one of an abandoned history, may have arrived: nothing is sent
        editor.unknown()?;
        editor.put()?;
        return Ok(Leasing::Over);
    }
    let expired = editor.object.facts.expires_at.is_some_and(|at| at <= editor.now());
    if doing.call == GatewayCall::Authorize && expired {
        editor.expire()?;
        editor.put()?;
        return Ok(Leasing::Over);
    }
    if doing.call == GatewayCall::Authorize && editor.object.facts.cancel_requested {
        // a worker gave it back, and the payment was cancelled since
        editor.settled()?;
        editor.enter(State::Voided, PaymentTrigger::CancelRequested, Data::new())?;
        editor.put()?;
        return Ok(Leasing::Over);
    }
    if let Some(refund) = doing.refund
        && editor.refuse_if_with_bank(refund, FailureCode::Declined)?
    {
        editor.put()?;
        return Ok(Leasing::Over);
    }
    let leasing = admitted(&mut editor, job, called.gateway)?;
    if !matches!(leasing, Leasing::Granted) {
        return Ok(leasing);
    }
    let now = editor.now();
    if let Some(doing) = &mut editor.object.facts.doing {
        (doing.phase, doing.sent_at) = (CallPhase::Sent, Some(now));
    }
    if let Some(refund) = doing.refund {
        editor.refund_is(refund, RefundState::Sent);
    }
    editor.emit("payment.sent", members!("call": doing.call.as_str(), "gateway": called.gateway))?;
    editor.put()?;
    Ok(Leasing::Granted)
}

/// Decides about an open question. At a gateway that cannot be asked it waits: an admin or news end it.
fn asks(editor: &mut PaymentEditor<'_, '_>, job: &JobRow, name: &str) -> Decided<Leasing> {
    if Gateway::known(editor.draft, &job.book, name)?.facts.can(GatewayAbility::Query) {
        return admitted(editor, job, name);
    }
    Ok(Leasing::PutOff(editor.after(JobManner::default().longest_pause)))
}

fn admitted(editor: &mut PaymentEditor<'_, '_>, job: &JobRow, name: &str) -> Decided<Leasing> {
    let mut gateway = Gateway::known(editor.draft, &job.book, name)?;
    gateway.admit(editor.draft, job.id)
}

/// The payload for the worker: the call with its token or the account of its refund, which are opened here
/// and stored nowhere.
pub(super) fn shown(scope: &Scope, job: &JobRow, seen: &Snapshot) -> Decided<Option<Value>> {
    let called = Called::of(job)?;
    let (name, secret) = match called.call {
        GatewayCall::Authorize => ("token", token_of(scope, &called, job, seen)?),
        GatewayCall::Refund => ("refund_account", account_of(scope, &called, job, seen)?),
        GatewayCall::Capture | GatewayCall::Void | GatewayCall::Query => return Ok(None),
    };
    let Some(secret) = secret else { return Ok(None) };
    let broken = |_| Error::corrupted(format!("the payload of job {}", job.id));
    let mut payload: Value = serde_json::from_str(&job.payload).map_err(broken)?;
    payload[name] = secret;
    Ok(Some(payload))
}

fn token_of(scope: &Scope, called: &Called<'_>, job: &JobRow, seen: &Snapshot) -> Decided<Option<Value>> {
    let payment = Payment::shown(seen, &job.book, called.payment)?;
    if !means::has(&payment, called.gateway) {
        return Ok(None);
    }
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, &job.book)?;
    let Some(token) = means::shown(&payment, called.gateway, safe, seen)? else {
        return Err(Error::corrupted(format!("the token of payment {}", called.payment)).into());
    };
    Ok(Some(token.to_string().into()))
}

/// The account that a refund of a deposit goes to.
fn account_of(scope: &Scope, called: &Called<'_>, job: &JobRow, seen: &Snapshot) -> Decided<Option<Value>> {
    let payment = Payment::shown(seen, &job.book, called.payment)?;
    let doing = payment.facts.doing.as_ref().filter(|doing| doing.job == job.id);
    let Some(refund) = doing.and_then(|doing| doing.refund) else { return Ok(None) };
    let safe = || Safe::of(scope.keyring.as_ref(), &scope.env, &job.book);
    let account = refund_account::shown(&payment, called.gateway, refund, safe, seen)?;
    Ok(account.map(|account| account.shown()))
}

/// The part of a result that the job keeps. The payer's action is dropped: it may hold the key to a payment,
/// and the payment keeps it while it waits for the payer. Card numbers in the texts of a failure are masked.
pub(super) fn kept(result: &str) -> Option<Arc<str>> {
    let mut value: Value = serde_json::from_str(result).ok()?;
    let members = value.as_object_mut()?;
    members.remove("action");
    let texts = members.get_mut("failure").and_then(Value::as_object_mut);
    for (_, text) in texts.into_iter().flatten() {
        if let Some(masked) = text.as_str().map(texts::masked) {
            *text = masked.into();
        }
    }
    Some(serde_json_canonicalizer::to_string(&value).ok()?.into())
}

/// Updates a payment and its gateway when an attempt at a call ends.
pub(super) fn ended(job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Decided<()> {
    let called = Called::of(job)?;
    let mut gateway = Gateway::known(draft, &job.book, called.gateway)?;
    match end {
        JobEnd::Released => return given_back(&called, job, gateway, draft),
        JobEnd::Completed => {
            let editor = PaymentEditor::of(draft, &job.book, called.payment, None)?;
            return answered(&called, job, gateway, editor);
        }
        JobEnd::Failed | JobEnd::Lapsed => draft.tally(called.tally(NO_ANSWER)),
    }
    if called.call == GatewayCall::Query {
        if !gateway.facts.can(GatewayAbility::Query) {
            // it was leased when the gateway could still be asked, and says nothing about the gateway now
            return gateway.given_back(draft, job.id);
        }
        // a question is leased again by itself, and never dies
        return gateway.was_silent(draft, job.id);
    }
    let mut editor = PaymentEditor::of(draft, &job.book, called.payment, None)?;
    let of_this = editor.object.facts.doing.as_ref().filter(|doing| doing.job == job.id);
    if of_this.is_none_or(|doing| doing.phase != CallPhase::Sent) {
        // the unknown outcome is already recorded
        return Ok(());
    }
    gateway.was_silent(editor.draft, job.id)?;
    editor.unknown()?;
    editor.put().map(drop)
}

/// A worker gives back a call that it has not begun: the call is queued again, as if no worker had taken it.
fn given_back(called: &Called<'_>, job: &JobRow, mut gateway: Gateway, draft: &mut Draft<'_>) -> Decided<()> {
    gateway.given_back(draft, job.id)?;
    let mut editor = PaymentEditor::of(draft, &job.book, called.payment, None)?;
    let Some(doing) = editor.object.facts.doing.as_mut().filter(|doing| doing.job == job.id) else {
        return Ok(());
    };
    if doing.phase != CallPhase::Sent {
        return Ok(());
    }
    (doing.phase, doing.sent_at) = (CallPhase::Queued, None);
    if let Some(refund) = doing.refund {
        editor.refund_is(refund, RefundState::Queued);
    }
    editor.emit("payment.given_back", Data::new())?;
    editor.put().map(drop)
}

/// A worker reports what the gateway said.
fn answered(
    called: &Called<'_>,
    job: &JobRow,
    mut gateway: Gateway,
    mut editor: PaymentEditor<'_, '_>,
) -> Decided<()> {
    let asked = called.call == GatewayCall::Query;
    let mut about = about(called, job)?;
    let facts = &editor.object.facts;
    if asked {
        about.outdated = facts.question.as_ref().is_none_or(|question| question.job != job.id);
        // the fence is at least the time of the lease, in milliseconds
        about.asked_at = Some(Time::from_micros(job.fence.saturating_mul(1_000)));
    } else {
        about.outdated = facts.doing.as_ref().is_some_and(|doing| doing.job != job.id);
    }
    let news = news::read(called.gateway, about, job.result.as_deref(), editor.object.currency)?;
    let is_silent = news.told == GatewayOutcome::Unknown;
    editor.draft.tally(called.tally(if is_silent { NO_ANSWER } else { news.told.as_str() }));
    if is_silent || news.told == GatewayOutcome::Unsent {
        gateway.was_silent(editor.draft, job.id)?;
    } else {
        gateway.answered(editor.draft)?;
    }
    let before = (editor.object.row.version, editor.object.facts.clone(), editor.object.texts.clone());
    editor.apply(&news)?;
    if asked {
        answer_is_taken(&mut editor, job)?;
        editor.hint_goes_on(&news)?;
    }
    if before == (editor.object.row.version, editor.object.facts.clone(), editor.object.texts.clone()) {
        return Ok(());
    }
    if before.0 == editor.object.row.version {
        editor.emit("payment.told", Data::new())?;
    }
    editor.put().map(drop)
}

/// Ends a question that was answered, or writes another one if the answer did not help.
fn answer_is_taken(editor: &mut PaymentEditor<'_, '_>, job: &JobRow) -> Decided<()> {
    let facts = &editor.object.facts;
    let question = facts.question.as_ref().filter(|question| question.job == job.id);
    let Some(question) = question else { return Ok(()) };
    let sent = facts.doing.as_ref().is_some_and(model::PendingCall::may_be_there);
    if question.left.is_none() && (sent || editor.asks_about_rest()) {
        let at = editor.rest_is_asked_from();
        return editor.ask_later(at);
    }
    editor.drop_question()
}

/// The call that a report is about. A question names that call in its payload.
fn about(called: &Called<'_>, job: &JobRow) -> Result<About> {
    let broken = |_| Error::corrupted(format!("the payload of job {}", job.id));
    let payload: Value = serde_json::from_str(&job.payload).map_err(broken)?;
    let refund = payload["refund"].as_str().and_then(|id| id.parse().ok());
    if called.call != GatewayCall::Query {
        return Ok(About::call(called.call, refund));
    }
    let call = payload["about"].as_str().and_then(|call| call.parse().ok()).unwrap_or(GatewayCall::Query);
    Ok(About { asked: true, ..About::call(call, refund) })
}

/// Refuses orders about a call: only the payment decides about its calls.
pub(super) fn ordered(order: JobOrder) -> Error {
    let what = match order {
        JobOrder::Retry => "retried",
        JobOrder::Discard => "discarded",
    };
    Error::not_permitted(format!("a call of a payment is not {what}: what may have been sent is asked about"))
}
