//! The invariants of any answer of a gateway: shared by the mutation runner and by the target of
//! cargo-fuzz.
//!
//! An input is `GATEWAY CALL STATUS BODY`: who was asked for what, and what came back. An input that does not
//! begin so is a body, which every reader takes.

use earnest::Money;
use earnest::gateway::answer::{DriverReply, GatewayAnswer};
use earnest::gateway::call::GatewayRequest;
use earnest::gateway::inicis::replies::{Approval, PayWindow, is_undone, of_approval, of_inquiry, of_refund};
use earnest::gateway::words::{GatewayCall, GatewayDriver, GatewayOutcome};
use earnest::gateway::{stripe, toss};
use earnest::request::secret::Secret;
use serde_json::Value;

/// A text of each request, and ([`MARK`]) one that a gateway repeats for people: neither is in an outcome.
const TOKEN: &str = "marked-token-of-the-payer";
const MARK: &str = "Marked Payer";
/// Our id of the payment, and the merchant's id at KG Inicis.
const PAYMENT: &str = "py_1";
const MID: &str = "INIpayTest";
/// With these KG Inicis says that it has no such order.
const NOTHING_CODES: &str = "R404, R405";

/// The upshot of an answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReplyUpshot {
    /// The gateway has said something.
    pub(crate) answered: bool,
    /// It has moved money.
    pub(crate) moved: bool,
}

/// An answer, as it came.
#[derive(Clone, Copy, Debug)]
struct CameBack<'b> {
    driver: GatewayDriver,
    call: GatewayCall,
    status: u16,
    body: &'b [u8],
}

/// An answer: what it proves, or that nobody knows.
pub(crate) fn gateway_reply(input: &[u8]) -> ReplyUpshot {
    let mut upshot = ReplyUpshot::default();
    if let Some(reply) = CameBack::of(input) {
        upshot.take(reply);
        return upshot;
    }
    for driver in [GatewayDriver::Stripe, GatewayDriver::Toss, GatewayDriver::Inicis] {
        for call in GatewayCall::ALL {
            upshot.take(CameBack { driver, call: *call, status: 200, body: input });
        }
    }
    upshot
}

impl ReplyUpshot {
    fn take(&mut self, reply: CameBack<'_>) {
        let request = reply.request();
        assert!(!format!("{request:?}").contains(TOKEN));
        for said in reply.read(&request) {
            assert!(!format!("{said:?}").contains(TOKEN), "{}", reply.shown());
            match said {
                DriverReply::Unknown(why) | DriverReply::Lost { why, .. } => {
                    let is_plain = why.is_ascii() && why.len() < 200 && !why.contains(MARK);
                    assert!(is_plain, "{why}: {}", reply.shown());
                }
                DriverReply::Answer(answer) => {
                    reply.judge(&request, &answer);
                    self.answered = true;
                    self.moved |= moves(answer.told);
                }
            }
        }
        for window in [PayWindow::Pc, PayWindow::Mobile] {
            reply.undone(window);
        }
    }
}

/// Whether it says that money is held, was taken, let go of or given back.
const fn moves(told: GatewayOutcome) -> bool {
    matches!(
        told,
        GatewayOutcome::Authorized
            | GatewayOutcome::Captured
            | GatewayOutcome::Voided
            | GatewayOutcome::Refunded
    )
}

impl<'b> CameBack<'b> {
    fn of(input: &'b [u8]) -> Option<Self> {
        let mut parts = input.splitn(4, |byte| *byte == b' ');
        let mut word = || parts.next().and_then(|word| std::str::from_utf8(word).ok());
        let driver = word()?.parse::<GatewayDriver>().ok().filter(|driver| *driver != GatewayDriver::Host)?;
        let call = word()?.parse::<GatewayCall>().ok()?;
        let status = word()?.parse::<u16>().ok()?;
        Some(Self { driver, call, status, body: parts.next()? })
    }

    fn shown(self) -> String {
        format!("{} {} {} {}", self.driver, self.call, self.status, String::from_utf8_lossy(self.body))
    }

    /// Builds the request that was answered.
    fn request(self) -> GatewayRequest {
        let amount = match self.driver {
            GatewayDriver::Stripe => Money::minor(1_250, "USD"),
            _ => Money::minor(15_000, "KRW"),
        };
        GatewayRequest {
            call: self.call,
            key: format!("{PAYMENT}:{}:1", self.call),
            payment: PAYMENT.to_owned(),
            amount: Some(amount.unwrap()),
            capture: true,
            token: Some(Secret::from(TOKEN)),
            reference: self.reference().map(ToOwned::to_owned),
            refund: Some("rf_1".to_owned()),
            refund_account: None,
            about: None,
            about_key: None,
            since: None,
            again: false,
        }
    }

    /// The gateway's reference of the payment: known once it was authorized.
    fn reference(self) -> Option<&'static str> {
        match self.driver {
            _ if self.call == GatewayCall::Authorize => None,
            GatewayDriver::Stripe => Some("pi_1"),
            GatewayDriver::Toss => Some("pk_1"),
            _ => Some("T1"),
        }
    }

    /// Reads the answer, by every reader of its call.
    fn read(self, request: &GatewayRequest) -> Vec<DriverReply> {
        let Self { driver, call, status, body } = self;
        let questions =
            [None, Some(GatewayCall::Authorize), Some(GatewayCall::Void), Some(GatewayCall::Refund)]
                .map(|about| GatewayRequest { about, ..request.clone() });
        match (driver, call) {
            (GatewayDriver::Stripe, GatewayCall::Query) => {
                vec![stripe::replies::of_question(request, status, body)]
            }
            (GatewayDriver::Stripe, _) => vec![stripe::replies::of_call(request, status, body)],
            (GatewayDriver::Toss, GatewayCall::Query) => {
                questions.iter().map(|asked| toss::replies::of_question(asked, status, body)).collect()
            }
            (GatewayDriver::Toss, _) => vec![toss::replies::of_call(request, status, body)],
            (_, GatewayCall::Authorize) => {
                [PayWindow::Pc, PayWindow::Mobile].map(|window| self.approved(request, window)).into()
            }
            (_, GatewayCall::Void | GatewayCall::Refund) => vec![of_refund(request, status, body)],
            (_, GatewayCall::Query) => {
                let read = |asked: &GatewayRequest| of_inquiry(asked, MID, NOTHING_CODES, status, body);
                let said = |asked| {
                    read(asked).map_or_else(|said| *said, |shown| DriverReply::Answer(shown.answer(asked)))
                };
                questions.iter().map(said).collect()
            }
            // it is taken when it is approved
            (_, GatewayCall::Capture) => Vec::new(),
        }
    }

    fn approved(self, request: &GatewayRequest, window: PayWindow) -> DriverReply {
        match of_approval(request, MID, window, self.status, self.body) {
            Approval::Answered(answer) => DriverReply::Answer(*answer),
            Approval::Foreign => DriverReply::Unknown("it is of another order".to_owned()),
            Approval::Lost(why) => DriverReply::Unknown(why),
        }
    }

    /// Checks that what a gateway is believed stands in its answer.
    fn judge(self, request: &GatewayRequest, answer: &GatewayAnswer) {
        // its reference and what the payer must do are the gateway's own texts
        let bare = GatewayAnswer { reference: None, action: None, ..answer.clone() };
        assert!(!format!("{bare:?}").contains(MARK), "{}", self.shown());
        assert!(answer.to_result().is_object());
        let amounts = [answer.amount, answer.authorized, answer.captured, answer.refunded];
        assert!(amounts.into_iter().flatten().all(|amount| !amount.is_negative()), "{}", self.shown());
        if answer.told == GatewayOutcome::Unsent {
            // nothing was worked on: it may be sent again
            assert!((400..=499).contains(&self.status), "{}", self.shown());
            return;
        }
        assert!(matches!(self.status, 200..=299 | 400..=499), "{}", self.shown());
        if moves(answer.told) {
            assert!((200..=299).contains(&self.status), "{answer:?}: {}", self.shown());
            assert!(self.proves(request, answer), "{answer:?}: {}", self.shown());
        }
    }

    /// Whether the answer says so itself, read once more.
    fn proves(self, request: &GatewayRequest, answer: &GatewayAnswer) -> bool {
        let members = self.members();
        let text = |name: &str| match &members[name] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let status = text("status");
        let is_paid = answer.amount.is_some() && answer.amount == request.amount;
        match (self.driver, self.call, answer.told) {
            (GatewayDriver::Stripe, GatewayCall::Refund, GatewayOutcome::Refunded) => {
                let is_done = members["status"].is_null() || status == "succeeded";
                let marks = &members["metadata"];
                let is_ours = marks["refund"] == "rf_1" && marks["payment"] == PAYMENT;
                let is_ours = is_ours
                    && [&members["payment_intent"], &members["payment_intent"]["id"]]
                        .contains(&&Value::from("pi_1"));
                is_done && is_ours && members["object"] == "refund" && members["amount"].is_i64()
            }
            (GatewayDriver::Stripe, _, told) => self.proves_intent(&members, told),
            (GatewayDriver::Toss, call, told) => {
                let fits = match (call, told) {
                    (GatewayCall::Authorize, GatewayOutcome::Captured) => status == "DONE",
                    (GatewayCall::Void, GatewayOutcome::Voided) => status == "CANCELED",
                    (GatewayCall::Refund, GatewayOutcome::Refunded) => is_paid,
                    (GatewayCall::Query, GatewayOutcome::Captured) => {
                        matches!(status.as_str(), "DONE" | "PARTIAL_CANCELED" | "CANCELED")
                    }
                    (GatewayCall::Query, GatewayOutcome::Voided) => {
                        matches!(status.as_str(), "CANCELED" | "EXPIRED")
                    }
                    _ => false,
                };
                let is_ours = members["orderId"] == PAYMENT && members["paymentKey"].is_string();
                fits && is_ours && members["totalAmount"].is_i64()
            }
            (_, GatewayCall::Authorize, GatewayOutcome::Captured) => {
                let names = [
                    ["resultCode", "0000", "mid", "MOID", "TotPrice"],
                    ["P_STATUS", "00", "P_MID", "P_OID", "P_AMT"],
                ];
                let is_all = |[code, approved, mid, order, price]: [&str; 5]| {
                    let is_ours = text(mid) == MID && text(order) == PAYMENT;
                    text(code) == approved && is_ours && text(price).parse::<i64>() == Ok(15_000)
                };
                is_paid && names.into_iter().any(is_all)
            }
            (_, GatewayCall::Refund, GatewayOutcome::Refunded) => is_paid && text("resultCode") == "00",
            (_, GatewayCall::Void, GatewayOutcome::Voided) => text("resultCode") == "00",
            (_, GatewayCall::Query, GatewayOutcome::Captured | GatewayOutcome::Voided) => {
                text("resultCode") == "SUCCESS" && text("mid") == MID && text("oid") == PAYMENT
            }
            _ => false,
        }
    }

    /// Whether an intent of Stripe says so itself.
    fn proves_intent(self, members: &Value, told: GatewayOutcome) -> bool {
        let status = members["status"].as_str().unwrap_or_default();
        let shown = match told {
            GatewayOutcome::Authorized => "requires_capture",
            GatewayOutcome::Captured => "succeeded",
            GatewayOutcome::Voided => "canceled",
            _ => return false,
        };
        let is_whole = |name: &str| members[name].is_null() || members[name].is_i64();
        let amounts = ["amount_received", "amount_capturable"];
        let marked = &members["metadata"]["payment"];
        let is_ours = match self.reference() {
            Some(id) => {
                members["id"] == id && !marked.as_str().is_some_and(|one| !one.is_empty() && one != PAYMENT)
            }
            None => marked == PAYMENT,
        };
        is_ours
            && members["object"] == "payment_intent"
            && status == shown
            && amounts.into_iter().all(is_whole)
    }

    /// A net cancel has undone an approval only where it says so.
    fn undone(self, window: PayWindow) {
        if is_undone(window, self.status, self.body) {
            let names = ["resultCode", "P_STATUS"];
            let code = &self.members()[names[usize::from(window == PayWindow::Mobile)]];
            let is_done = (200..=299).contains(&self.status) && matches!(code.as_str(), Some("0000" | "00"));
            assert!(is_done, "{}", self.shown());
        }
    }

    /// The members of an object, or of a form.
    fn members(self) -> Value {
        let json = serde_json::from_slice(self.body).ok().filter(Value::is_object);
        json.unwrap_or_else(|| {
            let members = url::form_urlencoded::parse(self.body.trim_ascii()).into_owned();
            Value::Object(members.map(|(name, value)| (name, Value::from(value))).collect())
        })
    }
}
