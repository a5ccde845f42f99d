//! Requests to KG Inicis: approvals with their net cancel, and `INIAPI`.

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use super::replies::{Approval, InicisPayment, PayWindow, is_undone, of_approval, of_inquiry, of_refund};
use super::signatures::{OfApproval, OfOrder, OfRequest};
use super::token::{Device, InicisToken};
use super::{API_KEY, CLIENT_IP, HASH_KEY, Inicis, MID, MODE, NOTHING_CODES, SIGN_KEY, millis, to_wire};
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::drive::{Caller, Door};
use crate::gateway::merchant::Lacking;
use crate::gateway::words::{FailureCode, FailureRetry, GatewayCall, GatewayOutcome};
use crate::http::outcome::{Body, Bytes, Outcome};
use crate::http::request::{HttpRequest, Method};
use crate::request::secret::Secret;
use crate::time::Span;

/// Where `INIAPI` is.
const PUBLIC: &str = "https://iniapi.inicis.com";
/// Where that of the staging servers is.
const STAGING: &str = "https://stginiapi.inicis.com";
/// How far Seoul is ahead.
const SEOUL: Span = Span::from_hours(9);
/// The reason that refunds carry, for people to read.
const REASON: &str = "refund";

/// The fields of a form, by name.
type Form = Vec<(&'static str, String)>;

#[async_trait]
impl Caller for Inicis {
    async fn send(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply {
        // without its keys nothing is sent
        let Ok(line) = InicisLine::open(at) else { return unsent() };
        match call.call {
            GatewayCall::Authorize => line.authorize(call).await,
            GatewayCall::Void => line.give_up(call).await,
            GatewayCall::Refund => line.refund(call).await,
            GatewayCall::Query => line.settle(call).await,
            // it is taken when it is approved
            GatewayCall::Capture => refused(FailureCode::NotSupported, FailureRetry::Never),
        }
    }

    async fn settle(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply {
        match InicisLine::open(at) {
            Ok(line) => line.settle(call).await,
            Err(lacking) => DriverReply::Unknown(lacking.to_string()),
        }
    }
}

/// A way to KG Inicis for one merchant.
struct InicisLine<'a> {
    at: Door<'a>,
    mid: &'a str,
    sign_key: &'a Secret,
    api_key: &'a Secret,
    is_test: bool,
}

/// The outcome of a request.
enum InicisReply {
    Unsent,
    Unknown(String),
    Whole(u16, Bytes),
}

impl<'a> InicisLine<'a> {
    fn open(at: &Door<'a>) -> Result<Self, Lacking> {
        let account = at.account;
        Ok(Self {
            at: *at,
            mid: account.text(MID).ok_or(Lacking(MID))?,
            sign_key: account.secret(SIGN_KEY)?,
            api_key: account.secret(API_KEY)?,
            is_test: account.text(MODE) == Some("test"),
        })
    }

    /// Approves what the payer has agreed to. Where that has no answer it is undone, once.
    async fn authorize(&self, call: &GatewayRequest) -> DriverReply {
        let token = call.token.as_deref().and_then(|token| InicisToken::of(token, self.is_test));
        let Some(token) = token else {
            return refused(FailureCode::InvalidMethod, FailureRetry::OtherMethod);
        };
        let Some(price) = call.amount.and_then(to_wire) else {
            return refused(FailureCode::NotSupported, FailureRetry::OtherGateway);
        };
        let window = match token.device {
            Device::Pc(_) => PayWindow::Pc,
            Device::Mobile(_) => PayWindow::Mobile,
        };
        let approval = match self.post_form(&token.approve, &self.approval(&token, price)).await {
            InicisReply::Unsent => return unsent(),
            InicisReply::Unknown(why) => Approval::Lost(why),
            InicisReply::Whole(status, body) => of_approval(call, self.mid, window, status, &body),
        };
        let (refusal, why) = match approval {
            Approval::Answered(answer) => return DriverReply::Answer(*answer),
            Approval::Foreign => {
                let refusal = refused(FailureCode::InvalidMethod, FailureRetry::OtherMethod);
                (refusal, "another order was approved".to_owned())
            }
            Approval::Lost(why) => (refused(FailureCode::NotProcessed, FailureRetry::OtherGateway), why),
        };
        let undo = self.undoing(&token, &call.payment, price);
        match self.post_form(&token.undo, &undo).await {
            InicisReply::Whole(status, body) if is_undone(window, status, &body) => refusal,
            _ => DriverReply::Unknown(format!("{why}; the net cancel has no answer either")),
        }
    }

    /// Builds the form of an approval.
    fn approval(&self, token: &InicisToken, price: i64) -> Form {
        match &token.device {
            Device::Pc(auth_token) => self.of_pc(auth_token, price),
            Device::Mobile(tid) => vec![("P_MID", self.mid.to_owned()), ("P_TID", tid.clone())],
        }
    }

    /// Builds the form of a net cancel.
    fn undoing(&self, token: &InicisToken, payment: &str, price: i64) -> Form {
        let tid = match &token.device {
            Device::Pc(auth_token) => return self.of_pc(auth_token, price),
            Device::Mobile(tid) => tid.clone(),
        };
        let (price, timestamp) = (price.to_string(), millis(self.at.now));
        let mut form = vec![("P_MID", self.mid.to_owned()), ("P_TID", tid)];
        if let Ok(key) = self.at.account.secret(HASH_KEY) {
            let order = OfOrder { oid: payment, price: &price, timestamp: &timestamp };
            form.push(("P_CHKFAKE", order.amount_hash(key)));
            form.push(("P_TIMESTAMP", timestamp));
        }
        form.push(("P_AMT", price));
        form.push(("P_OID", payment.to_owned()));
        form
    }

    fn of_pc(&self, auth_token: &str, price: i64) -> Form {
        let timestamp = millis(self.at.now);
        let signed = OfApproval { auth_token, timestamp: &timestamp };
        let (signature, verification) = (signed.signature(), signed.verification(self.sign_key));
        vec![
            ("mid", self.mid.to_owned()),
            ("authToken", auth_token.to_owned()),
            ("price", price.to_string()),
            ("signature", signature),
            ("verification", verification),
            ("timestamp", timestamp),
            ("charset", "UTF-8".to_owned()),
            ("format", "JSON".to_owned()),
        ]
    }

    /// Gives up an account that nobody has paid into.
    async fn give_up(&self, call: &GatewayRequest) -> DriverReply {
        let Some(tid) = call.reference.as_deref() else {
            // what has no reference was never approved
            return refused(FailureCode::NotProcessed, FailureRetry::Never);
        };
        self.cancel("refund", &json!({ "tid": tid, "msg": REASON }), call).await
    }

    /// Gives money back: the whole of a payment, or a part of what is left of it. How much is left is asked
    /// first and sent along, so that of two requests that arrive the second is refused.
    async fn refund(&self, call: &GatewayRequest) -> DriverReply {
        let (Some(tid), Some(amount)) = (call.reference.as_deref(), call.amount) else {
            return refused(FailureCode::NotProcessed, FailureRetry::Never);
        };
        let Some(price) = to_wire(amount) else {
            return refused(FailureCode::NotSupported, FailureRetry::Never);
        };
        // a question moves nothing: without an answer to it the refund was not sent
        let Ok(payment) = self.inquire(call).await else { return unsent() };
        let rest =
            payment.left().and_then(|left| left.checked_sub(amount)).filter(|rest| !rest.is_negative());
        let Some(rest) = rest else {
            // others have given it back, unless this refund was sent before and has arrived
            return match payment.back.minor_units() < amount.minor_units() {
                true => refused(FailureCode::NotProcessed, FailureRetry::Never),
                false => DriverReply::Unknown("less is left of the payment than is asked for".to_owned()),
            };
        };
        if payment.price == amount {
            return self.refunded(&payment, "refund", &json!({ "tid": tid, "msg": REASON }), call).await;
        }
        let part = json!({
            "tid": tid, "msg": REASON, "price": price.to_string(),
            "confirmPrice": rest.minor_units().to_string(), "currency": "WON", "tax": "0", "taxfree": "0",
        });
        self.refunded(&payment, "partialRefund", &part, call).await
    }

    /// Asks for a refund. A refusal is believed where the payment is as it was before: one of a request that
    /// was there already, or of a code that says nothing of the money, is none.
    async fn refunded(
        &self,
        before: &InicisPayment,
        kind: &'static str,
        data: &Value,
        call: &GatewayRequest,
    ) -> DriverReply {
        let said = self.cancel(kind, data, call).await;
        let is_refusal =
            matches!(&said, DriverReply::Answer(answer) if answer.told == GatewayOutcome::Refused);
        if is_refusal && !self.inquire(call).await.is_ok_and(|now| now == *before) {
            return DriverReply::Unknown("it was refused, and the payment has changed".to_owned());
        }
        said
    }

    async fn settle(&self, call: &GatewayRequest) -> DriverReply {
        match self.inquire(call).await {
            Ok(payment) if payment.waits() && call.about == Some(GatewayCall::Authorize) => {
                self.close(&payment, call).await
            }
            Ok(payment) => DriverReply::Answer(payment.answer(call)),
            Err(said) => *said,
        }
    }

    /// Closes an account whose number nobody was told, because the answer that names it was lost: who does
    /// not know it pays nothing into it, and it would be waited for until somebody does.
    async fn close(&self, payment: &InicisPayment, call: &GatewayRequest) -> DriverReply {
        let void = GatewayRequest { call: GatewayCall::Void, ..call.clone() };
        match self.cancel("refund", &json!({ "tid": payment.tid, "msg": REASON }), &void).await {
            DriverReply::Answer(answer) if answer.told == GatewayOutcome::Voided => {
                let nothing = GatewayAnswer::of(GatewayOutcome::Nothing).closed();
                DriverReply::Answer(nothing.reference(payment.tid.as_str()))
            }
            DriverReply::Answer(answer) => {
                DriverReply::Unknown(format!("the account could not be closed: {}", answer.told))
            }
            unknown @ (DriverReply::Unknown(_) | DriverReply::Lost { .. }) => unknown,
        }
    }

    /// Asks `INIAPI` for a payment: by the gateway's reference, or by our id where that is not known.
    async fn inquire(&self, call: &GatewayRequest) -> Result<InicisPayment, Box<DriverReply>> {
        let data = match call.reference.as_deref() {
            Some(tid) => json!({ "tid": tid }),
            None => json!({ "oid": call.payment }),
        };
        match self.post_api("inquiry", &data).await {
            InicisReply::Unsent => {
                Err(Box::new(DriverReply::Unknown("the question could not be sent".to_owned())))
            }
            InicisReply::Unknown(why) => Err(Box::new(DriverReply::Unknown(why))),
            InicisReply::Whole(status, body) => {
                let codes = self.at.account.text(NOTHING_CODES).unwrap_or_default();
                of_inquiry(call, self.mid, codes, status, &body)
            }
        }
    }

    async fn cancel(&self, kind: &'static str, data: &Value, call: &GatewayRequest) -> DriverReply {
        match self.post_api(kind, data).await {
            InicisReply::Unsent => unsent(),
            InicisReply::Unknown(why) => DriverReply::Unknown(why),
            InicisReply::Whole(status, body) => of_refund(call, status, &body),
        }
    }

    /// Asks `INIAPI`. The hash is of the data exactly as they are sent.
    async fn post_api(&self, kind: &'static str, data: &Value) -> InicisReply {
        let address = if self.is_test { STAGING } else { PUBLIC };
        let Ok(url) = Url::parse(&format!("{address}/v2/pg/{kind}")) else { return InicisReply::Unsent };
        let in_seoul = self.at.now.checked_add(SEOUL).unwrap_or(self.at.now).to_string();
        let digits = in_seoul.chars().filter(char::is_ascii_digit);
        let timestamp: String = digits.take("YYYYMMDDhhmmss".len()).collect();
        let text = data.to_string();
        let signed = OfRequest { mid: self.mid, kind, timestamp: &timestamp, data: &text };
        let mut body = Map::new();
        body.insert("mid".to_owned(), self.mid.into());
        body.insert("type".to_owned(), kind.into());
        body.insert("hashData".to_owned(), signed.hash(self.api_key).into());
        body.insert("timestamp".to_owned(), timestamp.into());
        body.insert("clientIp".to_owned(), self.at.account.text(CLIENT_IP).unwrap_or("127.0.0.1").into());
        body.insert("data".to_owned(), data.clone());
        let request = HttpRequest::new(Method::POST, self.there(&url))
            .header("content-type", "application/json;charset=utf-8")
            .body(Value::Object(body).to_string());
        self.sent(&request).await
    }

    async fn post_form(&self, url: &Url, form: &[(&'static str, String)]) -> InicisReply {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = HttpRequest::new(Method::POST, self.there(url))
            .header("content-type", "application/x-www-form-urlencoded;charset=utf-8")
            .body(body);
        self.sent(&request).await
    }

    async fn sent(&self, request: &HttpRequest) -> InicisReply {
        match self.at.send(request).await {
            Outcome::NotSent(_) => InicisReply::Unsent,
            Outcome::Unknown(fault) => InicisReply::Unknown(fault.to_string()),
            Outcome::Answered(response) => match response.body {
                Body::Whole(body) => InicisReply::Whole(response.status.as_u16(), body),
                Body::TooLong | Body::CutShort => {
                    InicisReply::Unknown("the answer was not all there".to_owned())
                }
            },
        }
    }

    /// The same path at another address, where the options name one.
    fn there(&self, url: &Url) -> Url {
        let Some(base) = self.at.base else { return url.clone() };
        let mut there = base.clone();
        there.set_path(&format!("{}{}", base.path().trim_end_matches('/'), url.path()));
        there.set_query(url.query());
        there
    }
}

fn unsent() -> DriverReply {
    DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent))
}

fn refused(code: FailureCode, retry: FailureRetry) -> DriverReply {
    DriverReply::Answer(GatewayAnswer::refused(code, None, retry))
}
