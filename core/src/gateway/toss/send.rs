//! Requests to Toss Payments: JSON out and back, with the key of the call.

use async_trait::async_trait;
use data_encoding::BASE64;
use serde_json::{Value, json};
use url::Url;

use super::{SECRET_KEY, Toss, replies, to_wire};
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::{GatewayRequest, PayerAccount};
use crate::gateway::drive::{Caller, Door};
use crate::gateway::words::{FailureCode, FailureRetry, GatewayCall, GatewayOutcome};
use crate::http::outcome::{Body, Outcome};
use crate::http::request::{HttpRequest, Method};

/// Where Toss Payments is.
const PUBLIC: &str = "https://api.tosspayments.com";

/// So many keys of one call are tried at most, where all of them repeat failures.
const MOST_KEYS: u32 = 16;

/// The reason that cancels carry, for people to read.
const REASON: &str = "refund";

#[async_trait]
impl Caller for Toss {
    async fn send(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply {
        if call.call == GatewayCall::Query {
            return self.settle(at, call).await;
        }
        let order = match order_of(call) {
            Ok(order) => order,
            Err(said) => return *said,
        };
        if call.again && call.reference.is_some() {
            return anew(at, call, &order).await;
        }
        post(at, call, &order, &call.key).await
    }

    async fn settle(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply {
        let path = match call.reference.as_deref() {
            Some(key) => vec!["v1", "payments", key],
            None => vec!["v1", "payments", "orders", &call.payment],
        };
        let Some(request) = request(at, Method::GET, &path) else {
            return DriverReply::Unknown(format!("the gateway has no `{SECRET_KEY}`"));
        };
        match at.send(&request).await {
            Outcome::NotSent(fault) | Outcome::Unknown(fault) => DriverReply::Unknown(fault.to_string()),
            Outcome::Answered(response) => match &response.body {
                Body::Whole(body) => replies::of_question(call, response.status.as_u16(), body),
                Body::TooLong | Body::CutShort => {
                    DriverReply::Unknown("the answer was not all there".to_owned())
                }
            },
        }
    }
}

/// Has something done once, under a key.
async fn post(at: &Door<'_>, call: &GatewayRequest, order: &TossOrder, key: &str) -> DriverReply {
    let path: Vec<&str> = order.path.iter().map(String::as_str).collect();
    let Some(request) = request(at, Method::POST, &path) else {
        // without a key nothing is sent
        return DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent));
    };
    let request = request
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(order.body.to_string());
    match at.send(&request).await {
        Outcome::NotSent(_) => DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent)),
        Outcome::Unknown(fault) => DriverReply::Unknown(fault.to_string()),
        Outcome::Answered(response) if response.status.as_u16() == 429 => {
            // refused before any work: there were too many requests
            DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent))
        }
        Outcome::Answered(response) => match &response.body {
            Body::Whole(body) => replies::of_call(call, response.status.as_u16(), body),
            Body::TooLong | Body::CutShort => DriverReply::Unknown("the answer was not all there".to_owned()),
        },
    }
}

/// Has something done that the gateway, when it was asked, did not have although it was sent before. Toss
/// Payments saves what a key was answered first for fifteen days, a failure too
/// (<https://docs.tosspayments.com/reference/using-api/authorization>), so that this key does nothing any
/// more: where the payment is as it was before a failure, it is made under the next key. What can still be
/// given back is sent along then, so that of two requests that arrive the second is refused.
async fn anew(at: &Door<'_>, call: &GatewayRequest, order: &TossOrder) -> DriverReply {
    // a question moves nothing: without an answer to it nothing was sent
    let Some(before) = look(at, call).await else {
        return DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent));
    };
    let mut said = post(at, call, order, &call.key).await;
    for number in 2..=MOST_KEYS {
        if !matches!(said, DriverReply::Unknown(_)) || look(at, call).await.as_ref() != Some(&before) {
            break;
        }
        let mut guarded = order.clone();
        if call.call == GatewayCall::Refund {
            guarded.body["refundableAmount"] = to_wire(before.left).into();
        }
        said = post(at, call, &guarded, &format!("{}:{number}", call.key)).await;
        if is_guarded(&said) {
            return DriverReply::Unknown("less is left of the payment than there was".to_owned());
        }
    }
    said
}

/// Whether what can still be given back was not what was sent along.
fn is_guarded(said: &DriverReply) -> bool {
    let DriverReply::Answer(answer) = said else { return false };
    let code = answer.failure.as_ref().and_then(|failure| failure.gateway_code.as_deref());
    code == Some("NOT_MATCHES_REFUNDABLE_AMOUNT")
}

/// The payment of a call as it is now; none where the gateway does not show it.
async fn look(at: &Door<'_>, call: &GatewayRequest) -> Option<replies::Glance> {
    let request = request(at, Method::GET, &["v1", "payments", call.reference.as_deref()?])?;
    match at.send(&request).await {
        Outcome::Answered(response) => match &response.body {
            Body::Whole(body) => replies::look(call, response.status.as_u16(), body),
            Body::TooLong | Body::CutShort => None,
        },
        Outcome::NotSent(_) | Outcome::Unknown(_) => None,
    }
}

/// A request: its path and its body.
#[derive(Clone)]
struct TossOrder {
    path: Vec<String>,
    body: Value,
}

/// Builds the request of a call.
fn order_of(call: &GatewayRequest) -> Result<TossOrder, Box<DriverReply>> {
    let refused = |code, retry| Box::new(DriverReply::Answer(GatewayAnswer::refused(code, None, retry)));
    let amount = call.amount.and_then(to_wire);
    let path = |parts: &[&str]| -> Vec<String> {
        ["v1", "payments"].iter().chain(parts).map(|part| (*part).to_owned()).collect()
    };
    match call.call {
        GatewayCall::Authorize => {
            let token = call.token.as_deref();
            let key = token.ok_or_else(|| refused(FailureCode::InvalidMethod, FailureRetry::OtherMethod))?;
            let amount =
                amount.ok_or_else(|| refused(FailureCode::NotSupported, FailureRetry::OtherGateway))?;
            let body = json!({ "paymentKey": key, "orderId": call.payment, "amount": amount });
            Ok(TossOrder { path: path(&["confirm"]), body })
        }
        GatewayCall::Void | GatewayCall::Refund => {
            // what has no reference was never confirmed
            let key = call.reference.as_deref();
            let key = key.ok_or_else(|| refused(FailureCode::NotProcessed, FailureRetry::Never))?;
            let mut body = json!({ "cancelReason": REASON });
            if call.call == GatewayCall::Refund {
                let amount = amount.ok_or_else(|| refused(FailureCode::NotSupported, FailureRetry::Never))?;
                body["cancelAmount"] = amount.into();
                if let Some(PayerAccount { bank, number, holder }) = &call.refund_account {
                    body["refundReceiveAccount"] =
                        json!({ "bank": &**bank, "accountNumber": &**number, "holderName": &**holder });
                }
            }
            Ok(TossOrder { path: path(&[key, "cancel"]), body })
        }
        // it is taken when it is confirmed
        GatewayCall::Capture | GatewayCall::Query => {
            Err(refused(FailureCode::NotSupported, FailureRetry::Never))
        }
    }
}

/// A request with the merchant's key; none without one.
fn request(at: &Door<'_>, method: Method, path: &[&str]) -> Option<HttpRequest> {
    let secret = at.account.secret(SECRET_KEY).ok()?;
    let mut url = match at.base {
        Some(base) => base.clone(),
        None => Url::parse(PUBLIC).ok()?,
    };
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    let basic = BASE64.encode(format!("{}:", &**secret).as_bytes());
    let request = HttpRequest::new(method, url).header("authorization", format!("Basic {basic}"));
    Some(request.header("accept", "application/json"))
}
