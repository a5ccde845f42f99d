//! Questions: what became of a call, and what Stripe knows of a payment.

use super::faults::{Upshot, unread};
use super::find::{INTENTS, Sought, fetched, found, shown};
use super::intents::{creation, made};
use super::objects::{ABANDONED, Intent, IntentStatus};
use super::refunds;
use super::requests::{Fields, StripeApi};
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::words::{GatewayCall, GatewayOutcome};
use crate::time::{Span, Time};

/// How old an intent must be, in seconds, before that it was not confirmed means that it never will be:
/// longer than whoever created it may take to confirm it.
const SETTLED_AFTER: i64 = 120;
/// How long a key is surely kept: Stripe keeps it for at least a day.
const KEY_KEPT: Span = Span::from_hours(20);

/// Answers a question.
pub(super) async fn settle(line: &StripeApi<'_>, call: &GatewayRequest, now: Time) -> DriverReply {
    match asked(line, call, now).await {
        Ok(answer) => DriverReply::Answer(answer),
        Err(said) => *said,
    }
}

async fn asked(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    now: Time,
) -> Result<GatewayAnswer, Box<DriverReply>> {
    if let Some(id) = call.reference.as_deref() {
        let intent = fetched(line, call, id).await?;
        return judged(line, call, &intent, now).await;
    }
    let is_authorize = call.about == Some(GatewayCall::Authorize);
    match found(line, call).await? {
        Sought::Intent(intent) => {
            // what a search finds may be a minute old
            let intent = fetched(line, call, &intent.id).await?;
            judged(line, call, &intent, now).await
        }
        Sought::Nothing if is_authorize => created(line, call, now).await,
        Sought::Nothing => Ok(GatewayAnswer::of(GatewayOutcome::Nothing)),
        // the key alone knows the intent then, and forgets it
        Sought::NoSearch if is_authorize && is_kept(call, now) => created(line, call, now).await,
        Sought::NoSearch => Err(Box::new(DriverReply::Unknown("intents cannot be searched".to_owned()))),
    }
}

/// Whether Stripe surely still has the key that a call went out with.
fn is_kept(call: &GatewayRequest, now: Time) -> bool {
    call.since.and_then(|since| since.checked_add(KEY_KEPT)).is_some_and(|until| now < until)
}

/// Answers the question about a call by its intent.
async fn judged(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    intent: &Intent,
    now: Time,
) -> Result<GatewayAnswer, Box<DriverReply>> {
    if call.about == Some(GatewayCall::Refund) {
        return refunds::asked(line, call, intent).await;
    }
    match (intent.status, call.about) {
        (IntentStatus::Open, Some(GatewayCall::Authorize)) if intent.failure.is_none() => {
            closed(line, call, intent, now).await
        }
        // it was not let go of, and not taken
        (IntentStatus::Open, Some(GatewayCall::Capture | GatewayCall::Void)) => {
            Ok(GatewayAnswer::of(GatewayOutcome::Nothing).reference(intent.id.as_str()))
        }
        (IntentStatus::Canceled, Some(GatewayCall::Void)) => {
            Ok(GatewayAnswer::of(GatewayOutcome::Voided).reference(intent.id.as_str()))
        }
        (IntentStatus::Succeeded, _) => {
            let back = refunds::given_back(line, intent).await?;
            Ok(intent.answer().refunded(back))
        }
        _ => Ok(intent.answer()),
    }
}

/// An intent that nobody has confirmed: once it is old enough it is cancelled, and can not be paid any more.
async fn closed(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    intent: &Intent,
    now: Time,
) -> Result<GatewayAnswer, Box<DriverReply>> {
    let age = (now.micros() / 1_000_000).saturating_sub(intent.created);
    if age < SETTLED_AFTER {
        // whoever has its id may still confirm it: it is asked about until it can be cancelled
        return Ok(GatewayAnswer::of(GatewayOutcome::Pending).reference(intent.id.as_str()));
    }
    let form: Fields = vec![("cancellation_reason", ABANDONED.to_owned())];
    // a failure may be saved under the key of the question, which asks as long as nobody knows
    let look = || async {
        match fetched(line, call, &intent.id).await?.status {
            IntentStatus::Open => Ok(()),
            _ => Err(Box::new(DriverReply::Unknown(
                "the intent has changed: it is asked about again".to_owned(),
            ))),
        }
    };
    let verdict = line.post_anew(&format!("{INTENTS}/{}/cancel", intent.id), &call.key, &form, look).await?;
    let after = shown(call, Some(&intent.id), verdict)?;
    if after.status == IntentStatus::Canceled {
        return Ok(GatewayAnswer::of(GatewayOutcome::Nothing).closed().reference(after.id));
    }
    Err(Box::new(unread()))
}

/// Repeats a creation under the key of its authorize, where no search finds the intent. Stripe answers with
/// the same intent, or with a new one, which takes no money because nobody confirms it.
async fn created(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    now: Time,
) -> Result<GatewayAnswer, Box<DriverReply>> {
    let (Some(key), Some(amount)) = (call.about_key.as_deref(), call.amount) else {
        return Ok(GatewayAnswer::of(GatewayOutcome::Nothing));
    };
    let Some(form) = creation(line, &call.payment, key, amount) else {
        // it was refused before anything was sent
        return Ok(GatewayAnswer::of(GatewayOutcome::Nothing).closed());
    };
    match line.post(INTENTS, key, &form).await {
        Upshot::Done(done) => {
            let intent = made(call, key, &done.body)?;
            if !done.replayed {
                // the first creation is not there, or not yet: this one is found by the next question
                return Ok(GatewayAnswer::of(GatewayOutcome::Pending));
            }
            // what is replayed is how it began
            let intent = fetched(line, call, &intent.id).await?;
            judged(line, call, &intent, now).await
        }
        Upshot::Refused(refused) => Ok(GatewayAnswer::of(GatewayOutcome::Refused).failure(refused.refusal)),
        // whoever created it got this same failure, and so knows no id to confirm: no money was taken
        Upshot::Unknown(doubt) if doubt.saved => Ok(GatewayAnswer::of(GatewayOutcome::Nothing).closed()),
        other => Err(other.unanswered()),
    }
}
