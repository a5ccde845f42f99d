//! Intents: created, confirmed, captured and cancelled.

use serde_json::Value;

use super::amounts::to_wire;
use super::faults::{Upshot, unread};
use super::find::{INTENTS, fetched, intent_of, of_call};
use super::objects::{Intent, IntentStatus};
use super::requests::{Field, Fields, StripeApi};
use super::settings::RETURN_URL;
use crate::currency::Currency;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::identity::{Marks, Whose, of_another, whose};
use crate::gateway::words::{FailureCode, FailureRetry, GatewayCall, GatewayOutcome};
use crate::money::Money;

/// Creates an intent under the key of the call, and confirms it by its id.
pub(super) async fn authorize(line: &StripeApi<'_>, call: &GatewayRequest) -> DriverReply {
    let Some(token) = &call.token else {
        return refused(FailureCode::InvalidMethod, FailureRetry::OtherMethod);
    };
    let form = call.amount.and_then(|amount| creation(line, &call.payment, &call.key, amount));
    let Some(form) = form else {
        return refused(FailureCode::NotSupported, FailureRetry::OtherGateway);
    };
    let intent = match line.post(INTENTS, &call.key, &form).await {
        Upshot::Done(done) => match made(call, &call.key, &done.body) {
            Ok(intent) => intent,
            Err(said) => return *said,
        },
        other => return other.said(),
    };
    let method = if call.capture { "automatic" } else { "manual" };
    let means = if token.starts_with("ctoken_") { "confirmation_token" } else { "payment_method" };
    let mut form: Fields = vec![(means, token.to_string()), ("capture_method", method.to_owned())];
    match line.account.text(RETURN_URL) {
        Some(page) => form.push(("return_url", page.to_owned())),
        None => form.push(("use_stripe_sdk", "true".to_owned())),
    }
    let path = format!("{INTENTS}/{}/confirm", intent.id);
    match line.post(&path, &format!("{}:confirm", call.key), &form).await {
        // a refusal of another intent is no answer to this one
        Upshot::Refused(refused) if refused.intent.as_ref().is_some_and(|id| *id != intent.id) => {
            of_another("id").at(&intent.id)
        }
        Upshot::Refused(mut refused) => {
            refused.intent = Some(intent.id);
            Upshot::Refused(refused).said()
        }
        // another intent is created for the next try: what is told of this one is told of this try
        Upshot::Unsent(_) => {
            DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent).reference(intent.id))
        }
        other => answer(call, Some(&intent.id), other).at(&intent.id),
    }
}

/// The intent that a creation is answered with: it is of this payment, key and amount, or nobody confirms it.
pub(super) fn made(call: &GatewayRequest, key: &str, body: &Value) -> Result<Intent, Box<DriverReply>> {
    let intent = Intent::of(body, &Currency::iso).ok_or_else(|| Box::new(unread()))?;
    let wanted =
        Marks { payment: Some(&call.payment), mark: Some(key), amount: call.amount, ..Marks::default() };
    match whose(&wanted, &intent.marks()) {
        Whose::Ours => Ok(intent),
        Whose::Differs => Err(Box::new(of_another("amount"))),
        Whose::Others(mark) => Err(Box::new(of_another(mark))),
    }
}

/// Takes what is held, once. Stripe lets go of the rest by itself, because `final_capture`, which is left
/// out, is then true (<https://docs.stripe.com/api/payment_intents/capture>).
pub(super) async fn capture(line: &StripeApi<'_>, call: &GatewayRequest) -> DriverReply {
    let Some(amount) = call.amount.and_then(to_wire) else {
        return refused(FailureCode::NotSupported, FailureRetry::Never);
    };
    let id = match intent_of(line, call).await {
        Ok(id) => id,
        Err(said) => return *said,
    };
    let form: Fields = vec![("amount_to_capture", amount.to_string())];
    once(line, call, &format!("{INTENTS}/{id}/capture"), &form, &id).await
}

/// Lets go of what is held, or of what the payer is still asked for.
pub(super) async fn void(line: &StripeApi<'_>, call: &GatewayRequest) -> DriverReply {
    let id = match intent_of(line, call).await {
        Ok(id) => id,
        Err(said) => return *said,
    };
    let form: Fields = vec![("cancellation_reason", "requested_by_customer".to_owned())];
    once(line, call, &format!("{INTENTS}/{id}/cancel"), &form, &id).await
}

/// Has something done with an intent. Where the key of the call repeats a failure it is done under another
/// one, if the intent waits for it still: what was done before is found by its state.
async fn once(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    path: &str,
    form: &[Field],
    id: &str,
) -> DriverReply {
    let look = || async {
        let intent = fetched(line, call, id).await?;
        match intent.status {
            IntentStatus::Succeeded | IntentStatus::Canceled => Err(Box::new(by_state(call.call, &intent))),
            IntentStatus::Processing => Err(Box::new(DriverReply::Unknown("it is worked on".to_owned()))),
            IntentStatus::Open | IntentStatus::RequiresAction | IntentStatus::RequiresCapture => Ok(()),
        }
    };
    match line.post_anew(path, &call.key, form, look).await {
        Ok(upshot) => answer(call, Some(id), upshot),
        Err(said) => *said,
    }
}

/// Builds the form that creates an intent; none for an amount that Stripe does not take. It depends only on
/// the payment and the settings that the payment keeps, so that a key always carries the same form.
pub(super) fn creation(line: &StripeApi<'_>, payment: &str, key: &str, amount: Money) -> Option<Fields> {
    let redirects = if line.account.text(RETURN_URL).is_some() { "always" } else { "never" };
    Some(vec![
        ("amount", to_wire(amount)?.to_string()),
        ("currency", amount.currency().code().to_ascii_lowercase()),
        ("automatic_payment_methods[enabled]", "true".to_owned()),
        ("automatic_payment_methods[allow_redirects]", redirects.to_owned()),
        ("metadata[payment]", payment.to_owned()),
        ("metadata[key]", key.to_owned()),
    ])
}

/// The result of a call by the intent in its answer, which has this id where that is known.
pub(super) fn answer(call: &GatewayRequest, id: Option<&str>, verdict: Upshot) -> DriverReply {
    let done = match verdict {
        Upshot::Done(done) => done,
        other => return other.said(),
    };
    let Some(intent) = Intent::of(&done.body, &Currency::iso) else { return unread() };
    match of_call(call, id, &intent) {
        Ok(()) => by_state(call.call, &intent),
        Err(said) => *said,
    }
}

/// Maps the state of an intent to the result of a call.
fn by_state(call: GatewayCall, intent: &Intent) -> DriverReply {
    let answer = match (call, intent.status) {
        (GatewayCall::Void, IntentStatus::Canceled) => {
            GatewayAnswer { told: GatewayOutcome::Voided, closed: false, ..intent.answer() }
        }
        _ => intent.answer(),
    };
    let fits = match call {
        GatewayCall::Authorize => matches!(
            answer.told,
            GatewayOutcome::Authorized
                | GatewayOutcome::Captured
                | GatewayOutcome::ActionRequired
                | GatewayOutcome::Pending
                | GatewayOutcome::Refused
        ),
        GatewayCall::Capture => matches!(answer.told, GatewayOutcome::Captured | GatewayOutcome::Pending),
        _ => answer.told == GatewayOutcome::Voided,
    };
    if fits {
        DriverReply::Answer(answer)
    } else {
        DriverReply::Unknown(format!("the intent says `{}`", answer.told))
    }
}

fn refused(code: FailureCode, retry: FailureRetry) -> DriverReply {
    DriverReply::Answer(GatewayAnswer::refused(code, None, retry))
}
