//! The answers of Toss Payments to calls and to questions, read from their bytes.
//!
//! By <https://docs.tosspayments.com/reference#payment-객체>. Readers take whatever comes: what is not of the
//! documented shape, or of another order, is no answer.

use serde_json::{Map, Value};

use super::codes::{is_code, is_keyless, refusal, refusal_of_any};
use crate::currency::Currency;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::identity::{Marks, Whose, whose};
use crate::gateway::words::{GatewayCall, GatewayOutcome};
use crate::money::Money;
use crate::time::Time;

/// The longest text that is taken over from an answer.
const LONGEST: usize = 200;

/// Reads the answer to a call, with its HTTP status.
pub fn of_call(call: &GatewayRequest, status: u16, body: &[u8]) -> DriverReply {
    let value = object(body);
    match (status, &value) {
        (200..=299, Some(value)) => match TossPayment::of(value, call) {
            Some(payment) => done(call, &payment),
            None => unread(),
        },
        (200..=299, None) => unread(),
        (400..=499, Some(value)) => not_done(status, value),
        _ => DriverReply::Unknown(format!("the answer was {status}")),
    }
}

/// Reads the answer to a question.
pub fn of_question(call: &GatewayRequest, status: u16, body: &[u8]) -> DriverReply {
    let value = object(body);
    match (status, &value) {
        (200..=299, Some(value)) => match TossPayment::of(value, call) {
            Some(payment) => known(call, &payment),
            None => unread(),
        },
        (200..=299, None) => unread(),
        (400..=499, Some(value)) if code(value) == Some("NOT_FOUND_PAYMENT") => {
            DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Nothing))
        }
        (_, value) => {
            let named = value.as_ref().and_then(code).filter(|named| is_code(named)).unwrap_or("no code");
            DriverReply::Unknown(format!("the question was answered by {status}, {named}"))
        }
    }
}

/// The parts of a payment that tell whether it has changed between two looks at it.
#[cfg_attr(not(feature = "gateways"), allow(dead_code, reason = "what sends reads the rest"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glance {
    status: String,
    back: Money,
    gives_back: bool,
    /// The amount that can still be given back.
    pub left: Money,
}

/// The payment that the answer to a question shows, if it does.
#[cfg_attr(not(feature = "gateways"), allow(dead_code, reason = "what sends reads the rest"))]
pub(super) fn look(call: &GatewayRequest, status: u16, body: &[u8]) -> Option<Glance> {
    let value = object(body).filter(|_| (200..=299).contains(&status))?;
    let payment = TossPayment::of(&value, call)?;
    Some(Glance {
        status: payment.status.to_owned(),
        back: payment.back,
        gives_back: payment.gives_back(),
        left: payment.total.checked_sub(payment.back)?,
    })
}

/// A payment, as far as it is read.
struct TossPayment<'v> {
    status: &'v str,
    key: &'v str,
    /// The amount asked for.
    total: Money,
    /// The total given back.
    back: Money,
    /// The money was there at some time.
    was_paid: bool,
    value: &'v Value,
}

impl<'v> TossPayment<'v> {
    /// A payment; none for what is not of the documented shape, or of another order.
    fn of(value: &'v Value, call: &GatewayRequest) -> Option<Self> {
        let wanted =
            Marks { id: call.reference.as_deref(), payment: Some(&call.payment), ..Marks::default() };
        let shown =
            Marks { id: text(value, "paymentKey"), payment: text(value, "orderId"), ..Marks::default() };
        if whose(&wanted, &shown) != Whose::Ours {
            return None;
        }
        let currency = Currency::iso(text(value, "currency")?).filter(|currency| currency.scale() == 0)?;
        let total = money(value.get("totalAmount")?, currency)?;
        let mut back = Money::zero(currency);
        for cancel in cancels(value)?.iter().filter(|cancel| cancel_is(cancel, "DONE")) {
            back = back.checked_add(money(cancel.get("cancelAmount")?, currency)?)?;
        }
        let waits = value.get("virtualAccount").is_some_and(Value::is_object);
        let was_paid = !waits || text(value, "approvedAt").is_some();
        Some(Self {
            status: text(value, "status")?,
            key: text(value, "paymentKey")?,
            total,
            back,
            was_paid,
            value,
        })
    }

    /// Whether money is on its way back.
    fn gives_back(&self) -> bool {
        cancels(self.value).is_some_and(|all| all.iter().any(|one| cancel_is(one, "IN_PROGRESS")))
    }

    /// Returns the deposit action of a payment by virtual account: an answer that named it may be lost.
    fn deposit(&self) -> Option<Map<String, Value>> {
        self.value.get("virtualAccount").filter(|account| account.is_object())?;
        Some(Map::from_iter([("type".to_owned(), "deposit".into())]))
    }

    /// Answers that a deposit is awaited, and on which account. Captured is zero, even if it was more before.
    fn waits(&self) -> Option<GatewayAnswer> {
        let account = self.value.get("virtualAccount")?;
        let mut action = Map::new();
        action.insert("type".to_owned(), "deposit".into());
        action.insert("bank".to_owned(), text(account, "bankCode").or(text(account, "bank"))?.into());
        action.insert("account".to_owned(), text(account, "accountNumber")?.into());
        let due = text(account, "dueDate");
        if let Some(due) = due {
            action.insert("due".to_owned(), due.into());
        }
        let answer = GatewayAnswer::of(GatewayOutcome::ActionRequired)
            .action(action)
            .captured(Money::zero(self.total.currency()))
            .reference(self.key);
        Some(match due.and_then(in_seoul) {
            Some(due) => answer.expires_at(due),
            None => answer,
        })
    }

    /// Why it was not done.
    fn refused(&self) -> GatewayAnswer {
        let code = self.value.get("failure").and_then(|failure| text(failure, "code"));
        GatewayAnswer::of(GatewayOutcome::Refused).failure(refusal_of_any(code)).reference(self.key)
    }

    /// Returns the last cancel.
    fn last_cancel(&self) -> Option<&'v Value> {
        let cancels = cancels(self.value)?;
        let last = text(self.value, "lastTransactionKey");
        let named = cancels.iter().rfind(|cancel| last.is_some() && text(cancel, "transactionKey") == last);
        named.or(cancels.last())
    }
}

/// Maps the payment in an answer to the result of the call.
fn done(call: &GatewayRequest, payment: &TossPayment<'_>) -> DriverReply {
    let answer = match (call.call, payment.status) {
        (GatewayCall::Authorize, "DONE") => {
            Some(GatewayAnswer::of(GatewayOutcome::Captured).amount(payment.total).reference(payment.key))
        }
        (GatewayCall::Authorize, "WAITING_FOR_DEPOSIT") => payment.waits(),
        (GatewayCall::Authorize, "ABORTED" | "EXPIRED") => Some(payment.refused()),
        (GatewayCall::Void, "CANCELED") if !payment.was_paid => {
            Some(GatewayAnswer::of(GatewayOutcome::Voided).reference(payment.key))
        }
        (GatewayCall::Refund, "CANCELED" | "PARTIAL_CANCELED" | "DONE") => refunded(call, payment),
        _ => None,
    };
    match answer {
        Some(answer) => DriverReply::Answer(answer),
        None if is_code(payment.status) => DriverReply::Unknown(format!("the payment is {}", payment.status)),
        None => unread(),
    }
}

/// Maps the last cancel to the outcome of a refund.
fn refunded(call: &GatewayRequest, payment: &TossPayment<'_>) -> Option<GatewayAnswer> {
    let cancel = payment.last_cancel()?;
    let amount = money(cancel.get("cancelAmount")?, payment.total.currency())?;
    if call.amount != Some(amount) {
        return None;
    }
    let told = if cancel_is(cancel, "DONE") {
        GatewayAnswer::of(GatewayOutcome::Refunded).amount(amount)
    } else if cancel_is(cancel, "IN_PROGRESS") {
        GatewayAnswer::of(GatewayOutcome::Pending)
    } else if cancel_is(cancel, "ABORTED") {
        GatewayAnswer::of(GatewayOutcome::Refused).failure(refusal_of_any(None))
    } else {
        return None;
    };
    Some(match text(cancel, "transactionKey") {
        Some(key) => told.reference(key),
        None => told,
    })
}

/// Maps the payment in an answer to the result of the question.
fn known(call: &GatewayRequest, payment: &TossPayment<'_>) -> DriverReply {
    let taken = || {
        let taken =
            GatewayAnswer::of(GatewayOutcome::Captured).captured(payment.total).refunded(payment.back);
        match payment.deposit() {
            Some(deposit) => taken.action(deposit),
            None => taken,
        }
    };
    let goes_back = call.about == Some(GatewayCall::Refund) && payment.gives_back();
    let answer = match payment.status {
        _ if goes_back => Some(GatewayAnswer::of(GatewayOutcome::Pending)),
        "DONE" | "PARTIAL_CANCELED" => Some(taken()),
        "CANCELED" if payment.was_paid => Some(taken()),
        "CANCELED" => Some(GatewayAnswer::of(GatewayOutcome::Voided)),
        "WAITING_FOR_DEPOSIT" => payment.waits(),
        // what the payer has agreed to, and nobody has confirmed
        "READY" | "IN_PROGRESS" => Some(GatewayAnswer::of(GatewayOutcome::Nothing)),
        "EXPIRED" if call.about == Some(GatewayCall::Void) => Some(GatewayAnswer::of(GatewayOutcome::Voided)),
        "EXPIRED" => Some(GatewayAnswer::of(GatewayOutcome::Nothing).closed()),
        "ABORTED" => Some(payment.refused()),
        _ => None,
    };
    match answer {
        Some(answer) => DriverReply::Answer(answer.reference(payment.key)),
        None => unread(),
    }
}

/// Maps an error in an answer to the result of the call.
fn not_done(status: u16, value: &Value) -> DriverReply {
    let Some(code) = code(value).filter(|named| is_code(named)) else {
        return DriverReply::Unknown(format!("the answer was {status}"));
    };
    if is_keyless(code) {
        return DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Unsent));
    }
    match refusal(code) {
        Some(refusal) => DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Refused).failure(refusal)),
        // an unsure one, or a new one: whether money moved is asked
        None => DriverReply::Unknown(format!("the answer was {status} {code}")),
    }
}

/// The code of an error: beside its message, or in an object of its own.
fn code(value: &Value) -> Option<&str> {
    text(value, "code").or_else(|| text(value.get("error")?, "code"))
}

fn object(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().filter(Value::is_object)
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    let text = value.get(name)?.as_str()?;
    Some(text).filter(|text| !text.is_empty() && text.len() <= LONGEST)
}

/// A whole number of a currency without decimal places; none for a fraction, an exponent or less than
/// nothing.
fn money(value: &Value, currency: Currency) -> Option<Money> {
    Money::new(i128::from(value.as_i64()?), currency).filter(|money| !money.is_negative())
}

/// The cancels of a payment; none where they are no list.
fn cancels(value: &Value) -> Option<&[Value]> {
    match value.get("cancels") {
        None | Some(Value::Null) => Some(&[]),
        Some(cancels) => cancels.as_array().map(Vec::as_slice),
    }
}

/// Whether a cancel is in this state. One without a state is done.
fn cancel_is(cancel: &Value, status: &str) -> bool {
    match cancel.get("cancelStatus") {
        None | Some(Value::Null) => status == "DONE",
        Some(found) => found.as_str() == Some(status),
    }
}

/// A time that says where it is, or is that of Seoul.
fn in_seoul(text: &str) -> Option<Time> {
    text.parse::<Time>().or_else(|_| format!("{text}+09:00").parse::<Time>()).ok()
}

fn unread() -> DriverReply {
    DriverReply::Unknown("the answer is not of the shape that is documented".to_owned())
}
