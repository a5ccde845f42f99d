//! Intents that are there: by their id, or by what we have written on them.

use serde_json::Value;

use super::faults::{Upshot, unread};
use super::objects::{Intent, IntentStatus, is_id, text};
use super::requests::{Fields, StripeApi};
use crate::currency::Currency;
use crate::gateway::answer::{GatewayAnswer, Spoken};
use crate::gateway::call::GatewayRequest;
use crate::gateway::words::{GatewayCall, Told};

/// Where intents are.
pub(super) const INTENTS: &str = "/v1/payment_intents";

/// The id of the intent of a call.
///
/// # Errors
/// What the call says where there is none.
pub(super) async fn intent_of(line: &StripeApi<'_>, call: &GatewayRequest) -> Result<String, Box<Spoken>> {
    if let Some(id) = call.reference.as_deref() {
        let known = is_id(id).then(|| id.to_owned());
        return known
            .ok_or_else(|| Box::new(Spoken::Unknown("the reference is no id of Stripe's".to_owned())));
    }
    // it was only looked for: nothing was sent that could move money
    match found(line, call).await {
        Ok(Some(intent)) => Ok(intent.id),
        Ok(None) => Err(Box::new(Spoken::Unknown("no intent of this payment was found".to_owned()))),
        Err(_) => Err(Box::new(Spoken::Answer(GatewayAnswer::of(Told::Unsent)))),
    }
}

/// The intent of a call by what we have written on it: the furthest one, where there are several.
///
/// # Errors
/// What the question says where Stripe did not answer.
pub(super) async fn found(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
) -> Result<Option<Intent>, Box<Spoken>> {
    let (name, value) = match (call.about, call.about_key.as_deref()) {
        (Some(GatewayCall::Authorize), Some(key)) => ("key", key),
        _ => ("payment", call.payment.as_str()),
    };
    if value.contains(['\'', '\\']) {
        return Ok(None);
    }
    let query: Fields = vec![("query", format!("metadata['{name}']:'{value}'")), ("limit", "100".to_owned())];
    let page = match line.get(&format!("{INTENTS}/search"), &query).await {
        Upshot::Done(done) if text(&done.body, "object") == Some("search_result") => done.body,
        other => return Err(other.unanswered()),
    };
    let items = page.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let intents = items.iter().filter_map(|item| Intent::of(item, &Currency::iso));
    let ours = intents.filter(|intent| intent.payment.as_deref() == Some(call.payment.as_str()));
    Ok(ours.max_by_key(|intent| rank(intent.status)))
}

/// An intent as it is now.
///
/// # Errors
/// What the question says where Stripe did not answer.
pub(super) async fn fetched(line: &StripeApi<'_>, id: &str) -> Result<Intent, Box<Spoken>> {
    if !is_id(id) {
        return Err(Box::new(Spoken::Unknown("the reference is no id of Stripe's".to_owned())));
    }
    shown(line.get(&format!("{INTENTS}/{id}"), &[]).await)
}

/// The intent that a question is answered with.
///
/// # Errors
/// What the question says where the answer shows none.
pub(super) fn shown(upshot: Upshot) -> Result<Intent, Box<Spoken>> {
    match upshot {
        Upshot::Done(done) => Intent::of(&done.body, &Currency::iso).ok_or_else(|| Box::new(unread())),
        other => Err(other.unanswered()),
    }
}

const fn rank(status: IntentStatus) -> u8 {
    match status {
        IntentStatus::Canceled => 0,
        IntentStatus::Open => 1,
        IntentStatus::RequiresAction => 2,
        IntentStatus::Processing => 3,
        IntentStatus::RequiresCapture => 4,
        IntentStatus::Succeeded => 5,
    }
}
