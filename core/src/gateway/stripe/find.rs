//! Intents that are there: by their id, or by what we have written on them.

use serde_json::Value;

use super::faults::{Upshot, unread};
use super::objects::{Intent, IntentStatus, is_id, text};
use super::requests::{Fields, StripeApi};
use crate::currency::Currency;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::identity::{Marks, Whose, of_another, whose};
use crate::gateway::words::{GatewayCall, GatewayOutcome};

/// Where intents are.
pub(super) const INTENTS: &str = "/v1/payment_intents";

/// The id of the intent of a call.
pub(super) async fn intent_of(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
) -> Result<String, Box<DriverReply>> {
    if let Some(id) = call.reference.as_deref() {
        let known = is_id(id).then(|| id.to_owned());
        return known
            .ok_or_else(|| Box::new(DriverReply::Unknown("the reference is no id of Stripe's".to_owned())));
    }
    // it was only looked for: nothing was sent that could move money
    match found(line, call).await {
        Ok(Sought::Intent(intent)) => Ok(intent.id),
        Ok(Sought::Nothing | Sought::NoSearch) => {
            Err(Box::new(DriverReply::Unknown("no intent of this payment was found".to_owned())))
        }
        Err(_) => Err(Box::new(DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent)))),
    }
}

/// The result of a search.
pub(super) enum Sought {
    Intent(Box<Intent>),
    /// It finds none, or not yet.
    Nothing,
    /// Stripe does not search for this merchant: <https://docs.stripe.com/search> names where.
    NoSearch,
}

/// The intent of a call by what we have written on it: the furthest one, where there are several.
pub(super) async fn found(line: &StripeApi<'_>, call: &GatewayRequest) -> Result<Sought, Box<DriverReply>> {
    let (name, value) = match (call.about, call.about_key.as_deref()) {
        (Some(GatewayCall::Authorize), Some(key)) => ("key", key),
        _ => ("payment", call.payment.as_str()),
    };
    if value.contains(['\'', '\\']) {
        return Ok(Sought::Nothing);
    }
    let query: Fields = vec![("query", format!("metadata['{name}']:'{value}'")), ("limit", "100".to_owned())];
    let page = match line.get(&format!("{INTENTS}/search"), &query).await {
        Upshot::Done(done) if text(&done.body, "object") == Some("search_result") => done.body,
        Upshot::Refused(_) => return Ok(Sought::NoSearch),
        other => return Err(other.unanswered()),
    };
    let items = page.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let intents = items.iter().filter_map(|item| Intent::of(item, &Currency::iso));
    // what a search answers is no more believed than anything else
    let wanted = Marks {
        payment: Some(&call.payment),
        mark: call.about_key.as_deref().filter(|_| name == "key"),
        ..Marks::default()
    };
    let ours = intents.filter(|intent| whose(&wanted, &intent.marks()).is_ours());
    let furthest = ours.max_by_key(|intent| rank(intent.status));
    Ok(furthest.map_or(Sought::Nothing, |intent| Sought::Intent(Box::new(intent))))
}

/// An intent of a call, as it is now.
pub(super) async fn fetched(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    id: &str,
) -> Result<Intent, Box<DriverReply>> {
    if !is_id(id) {
        return Err(Box::new(DriverReply::Unknown("the reference is no id of Stripe's".to_owned())));
    }
    shown(call, Some(id), line.get(&format!("{INTENTS}/{id}"), &[]).await)
}

/// The intent that a question is answered with.
pub(super) fn shown(
    call: &GatewayRequest,
    id: Option<&str>,
    upshot: Upshot,
) -> Result<Intent, Box<DriverReply>> {
    match upshot {
        Upshot::Done(done) => {
            let intent = Intent::of(&done.body, &Currency::iso).ok_or_else(|| Box::new(unread()))?;
            of_call(call, id, &intent)?;
            Ok(intent)
        }
        other => Err(other.unanswered()),
    }
}

/// Compares an intent with the one that a call is about. One that somebody made at Stripe itself, and that
/// people have named here, has no mark of ours: it is known by its id.
pub(super) fn of_call(
    call: &GatewayRequest,
    id: Option<&str>,
    intent: &Intent,
) -> Result<(), Box<DriverReply>> {
    let is_marked = id.is_none() || intent.payment.is_some();
    let wanted = Marks { id, payment: is_marked.then_some(call.payment.as_str()), ..Marks::default() };
    match whose(&wanted, &intent.marks()) {
        Whose::Others(mark) => Err(Box::new(of_another(mark))),
        Whose::Ours | Whose::Differs => Ok(()),
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
