//! Questions: what became of a call, and what Stripe knows of a payment.

use super::faults::{Upshot, unread};
use super::find::{INTENTS, fetched, found};
use super::intents::creation;
use super::objects::{ABANDONED, Intent, IntentStatus};
use super::refunds;
use super::requests::{Fields, StripeApi};
use crate::currency::Currency;
use crate::gateway::answer::{GatewayAnswer, Spoken};
use crate::gateway::call::GatewayRequest;
use crate::gateway::words::{GatewayCall, Told};
use crate::time::Time;

/// How old an intent must be, in seconds, before that it was not confirmed means that it never will be:
/// longer than whoever created it may take to confirm it.
const SETTLED_AFTER: i64 = 120;

/// Answers a question.
pub(super) async fn settle(line: &StripeApi<'_>, call: &GatewayRequest, now: Time) -> Spoken {
    match asked(line, call, now).await {
        Ok(answer) => Spoken::Answer(answer),
        Err(said) => *said,
    }
}

async fn asked(line: &StripeApi<'_>, call: &GatewayRequest, now: Time) -> Result<GatewayAnswer, Box<Spoken>> {
    let intent = match call.reference.as_deref() {
        Some(id) => Some(fetched(line, id).await?),
        None => match found(line, call).await? {
            // what a search finds may be a minute old
            Some(intent) => Some(fetched(line, &intent.id).await?),
            None => None,
        },
    };
    match intent {
        Some(intent) => judged(line, call, &intent, now).await,
        None if call.about == Some(GatewayCall::Authorize) => created(line, call, now).await,
        None => Ok(GatewayAnswer::of(Told::Nothing)),
    }
}

/// What an intent says of the call that is asked about.
async fn judged(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    intent: &Intent,
    now: Time,
) -> Result<GatewayAnswer, Box<Spoken>> {
    if call.about == Some(GatewayCall::Refund) {
        return refunds::asked(line, call, intent).await;
    }
    match (intent.status, call.about) {
        (IntentStatus::Open, Some(GatewayCall::Authorize)) if intent.failure.is_none() => {
            closed(line, call, intent, now).await
        }
        // it was not let go of, and not taken
        (IntentStatus::Open, Some(GatewayCall::Capture | GatewayCall::Void)) => {
            Ok(GatewayAnswer::of(Told::Nothing).reference(intent.id.as_str()))
        }
        (IntentStatus::Canceled, Some(GatewayCall::Void)) => {
            Ok(GatewayAnswer::of(Told::Voided).reference(intent.id.as_str()))
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
) -> Result<GatewayAnswer, Box<Spoken>> {
    let age = (now.micros() / 1_000_000).saturating_sub(intent.created);
    if age < SETTLED_AFTER {
        // whoever has its id may still confirm it: it is asked about until it can be cancelled
        return Ok(GatewayAnswer::of(Told::Pending).reference(intent.id.as_str()));
    }
    let form: Fields = vec![("cancellation_reason", ABANDONED.to_owned())];
    let verdict = line.post(&format!("{INTENTS}/{}/cancel", intent.id), &call.key, &form).await;
    match verdict {
        Upshot::Done(done) => match Intent::of(&done.body, &Currency::iso) {
            Some(intent) if intent.status == IntentStatus::Canceled => {
                Ok(GatewayAnswer::of(Told::Nothing).closed().reference(intent.id))
            }
            _ => Err(Box::new(unread())),
        },
        other => Err(other.unanswered()),
    }
}

/// What the key of an authorize that no search finds answers when the intent is created again: the same
/// intent, or a new one, which takes no money because nobody confirms it.
async fn created(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    now: Time,
) -> Result<GatewayAnswer, Box<Spoken>> {
    let (Some(key), Some(amount)) = (call.about_key.as_deref(), call.amount) else {
        return Ok(GatewayAnswer::of(Told::Nothing));
    };
    let Some(form) = creation(line, &call.payment, key, amount) else {
        // it was refused before anything was sent
        return Ok(GatewayAnswer::of(Told::Nothing).closed());
    };
    match line.post(INTENTS, key, &form).await {
        Upshot::Done(done) => {
            let intent = Intent::of(&done.body, &Currency::iso).ok_or_else(|| Box::new(unread()))?;
            if !done.replayed {
                // the first creation is not there, or not yet: this one is found by the next question
                return Ok(GatewayAnswer::of(Told::Pending));
            }
            // what is replayed is how it began
            let intent = fetched(line, &intent.id).await?;
            judged(line, call, &intent, now).await
        }
        Upshot::Refused(refused) => Ok(GatewayAnswer::of(Told::Refused).failure(refused.refusal)),
        // whoever created it got this same failure, and so knows no id to confirm: no money was taken
        Upshot::Unknown(doubt) if doubt.saved => Ok(GatewayAnswer::of(Told::Nothing).closed()),
        other => Err(other.unanswered()),
    }
}
