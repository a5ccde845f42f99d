//! The answers of KG Inicis, read from their bytes: forms from phones, JSON from PCs and from `INIAPI`.
//!
//! Readers take whatever comes: what is not of the documented shape, or of another merchant, is no answer.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::codes::{is_code, is_sent_before, not_approved, not_refunded};
use crate::currency::Currency;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::identity::{Marks, Whose, of_another, whose};
use crate::gateway::words::{GatewayCall, GatewayOutcome};
use crate::money::Money;
use crate::time::Time;

/// The longest text that is taken over from an answer.
const LONGEST: usize = 200;
/// How `INIAPI` says that it has found a payment.
const FOUND: &str = "SUCCESS";
/// How `INIAPI` says that it has done what it was asked for.
const DONE: &str = "00";

/// The outcome of an approval.
#[derive(Clone, Debug, PartialEq)]
pub enum Approval {
    /// The payment was approved or refused.
    Answered(Box<GatewayAnswer>),
    /// Another order, another amount or another merchant was approved.
    Foreign,
    /// Nobody knows: for people, without secrets.
    Lost(String),
}

/// Where approvals are read from: a window on a PC or on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayWindow {
    /// JSON, with names such as `resultCode`.
    Pc,
    /// A form, with names such as `P_STATUS`.
    Mobile,
}

impl PayWindow {
    const fn code(self) -> &'static str {
        if matches!(self, Self::Pc) { "resultCode" } else { "P_STATUS" }
    }

    const fn approved(self) -> &'static str {
        if matches!(self, Self::Pc) { "0000" } else { "00" }
    }
}

/// Reads the answer to an approval, with its HTTP status.
pub fn of_approval(
    call: &GatewayRequest,
    mid: &str,
    window: PayWindow,
    status: u16,
    body: &[u8],
) -> Approval {
    if !(200..=299).contains(&status) {
        return Approval::Lost(format!("the answer was {status}"));
    }
    let texts = texts(body);
    let text = |name: &str| texts.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let Some(code) = text(window.code()).filter(|code| is_code(code)) else {
        return Approval::Lost("the answer is not of the shape that is documented".to_owned());
    };
    if is_sent_before(code) {
        // something became of this token before: it is undone, whatever it was
        return Approval::Lost(format!("the answer was {code}: it was sent before"));
    }
    if code != window.approved() {
        let refused = GatewayAnswer::of(GatewayOutcome::Refused).failure(not_approved(code));
        return Approval::Answered(Box::new(refused));
    }
    let names = match window {
        PayWindow::Pc => ["mid", "MOID", "TotPrice", "tid"],
        PayWindow::Mobile => ["P_MID", "P_OID", "P_AMT", "P_TID"],
    };
    let [Some(merchant), Some(order), Some(price), Some(tid)] = names.map(text) else {
        return Approval::Lost("the answer says too little of what was approved".to_owned());
    };
    let in_won =
        window == PayWindow::Mobile || text("currency").is_none_or(|code| matches!(code, "WON" | "KRW"));
    let amount = won(&Value::from(price));
    let wanted =
        Marks { merchant: Some(mid), payment: Some(&call.payment), amount: call.amount, ..Marks::default() };
    let shown = Marks { merchant: Some(merchant), payment: Some(order), amount, ..Marks::default() };
    let is_ours = amount.is_some() && call.amount.is_some() && whose(&wanted, &shown) == Whose::Ours;
    if !is_ours || !in_won || tid.len() > LONGEST {
        return Approval::Foreign;
    }
    let is_deposit =
        text("payMethod").or(text("P_TYPE")).is_some_and(|kind| kind.eq_ignore_ascii_case("vbank"));
    let answer = match (is_deposit, amount) {
        (true, _) => account(window, &text),
        (false, Some(amount)) => Some(GatewayAnswer::of(GatewayOutcome::Captured).amount(amount)),
        (false, None) => None,
    };
    match answer {
        Some(answer) => Approval::Answered(Box::new(answer.reference(tid))),
        None => Approval::Lost("the answer names no account".to_owned()),
    }
}

/// Whether the answer to a net cancel says that the approval can not happen any more.
pub fn is_undone(window: PayWindow, status: u16, body: &[u8]) -> bool {
    let code = texts(body).remove(window.code());
    (200..=299).contains(&status) && code.as_deref() == Some(window.approved())
}

/// A payment, as `INIAPI` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InicisPayment {
    /// The gateway's reference.
    pub tid: String,
    /// The amount asked for.
    pub price: Money,
    /// The total given back.
    pub back: Money,
    stage: Stage,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Paid,
    /// A refund was accepted, and is not done.
    GivingBack,
    /// All of it went back, or an account was given up before anybody had paid into it.
    Cancelled,
    /// An account waits for a deposit.
    Waiting,
}

/// Reads the payment in the answer to an inquiry.
pub fn of_inquiry(
    call: &GatewayRequest,
    mid: &str,
    nothing_codes: &str,
    status: u16,
    body: &[u8],
) -> Result<InicisPayment, Box<DriverReply>> {
    let unknown = |why: String| Box::new(DriverReply::Unknown(why));
    if !(200..=299).contains(&status) {
        return Err(unknown(format!("the question was answered by {status}")));
    }
    let unread = || unknown("the answer is not of the shape that is documented".to_owned());
    let value: Value = serde_json::from_slice(body).map_err(|_| unread())?;
    let code = text(&value, "resultCode").filter(|code| is_code(code)).ok_or_else(unread)?;
    if code != FOUND {
        let is_nothing = nothing_codes.split(',').any(|listed| listed.trim() == code);
        return Err(if is_nothing {
            Box::new(DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Nothing)))
        } else {
            unknown(format!("the question was answered by {code}"))
        });
    }
    InicisPayment::of(&value, call, mid).ok_or_else(unread)
}

impl InicisPayment {
    fn of(value: &Value, call: &GatewayRequest, mid: &str) -> Option<Self> {
        let wanted = Marks {
            merchant: Some(mid),
            id: call.reference.as_deref(),
            payment: Some(&call.payment),
            ..Marks::default()
        };
        let shown = Marks {
            merchant: text(value, "mid"),
            id: text(value, "tid"),
            payment: text(value, "oid"),
            ..Marks::default()
        };
        if whose(&wanted, &shown) != Whose::Ours {
            return None;
        }
        let price = won(value.get("price")?)?;
        let none = Money::zero(price.currency());
        let is_account = text(value, "paymethod").is_some_and(|kind| kind.eq_ignore_ascii_case("vbank"));
        let (stage, back) = match text(value, "transactionStatus")? {
            "APPROVAL" | "DEPOSIT_COMPLETED" => (Stage::Paid, none),
            "WAITING_FOR_REFUND" => (Stage::GivingBack, none),
            "PART_CANCEL" => (Stage::Paid, price.checked_sub(won(value.get("availablePartCancelPrice")?)?)?),
            "CANCEL" => (Stage::Cancelled, if is_account { none } else { price }),
            "REFUND_COMPLETED" => (Stage::Cancelled, price),
            "NON_DEPOSIT" | "DEPOSIT_CANCELED" => (Stage::Waiting, none),
            _ => return None,
        };
        let tid = text(value, "tid")?.to_owned();
        Some(Self { tid, price, back, stage }).filter(|payment| !payment.back.is_negative())
    }

    /// Whether an account waits for a deposit.
    pub const fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waiting)
    }

    /// The amount that can still be given back.
    pub fn left(&self) -> Option<Money> {
        self.price.checked_sub(self.back).filter(|left| !left.is_negative())
    }

    /// Answers the question about a call by this payment.
    pub fn answer(&self, call: &GatewayRequest) -> GatewayAnswer {
        let about = call.about;
        let none = Money::zero(self.price.currency());
        let answer = match self.stage {
            Stage::GivingBack if about == Some(GatewayCall::Refund) => {
                GatewayAnswer::of(GatewayOutcome::Pending)
            }
            Stage::Paid | Stage::GivingBack => {
                GatewayAnswer::of(GatewayOutcome::Captured).captured(self.price).refunded(self.back)
            }
            // nobody has heard of the approval, and it was undone
            Stage::Cancelled if about == Some(GatewayCall::Authorize) => {
                GatewayAnswer::of(GatewayOutcome::Nothing).closed()
            }
            Stage::Cancelled if self.back.is_zero() => GatewayAnswer::of(GatewayOutcome::Voided),
            Stage::Cancelled => {
                GatewayAnswer::of(GatewayOutcome::Captured).captured(self.price).refunded(self.back)
            }
            // it was not given up; where to pay was said when it was approved
            Stage::Waiting if about == Some(GatewayCall::Void) => {
                let mut action = Map::new();
                action.insert("type".to_owned(), "deposit".into());
                GatewayAnswer::of(GatewayOutcome::ActionRequired).action(action)
            }
            Stage::Waiting => GatewayAnswer::of(GatewayOutcome::Pending).captured(none),
        };
        answer.reference(self.tid.as_str())
    }
}

/// Reads the answer to a refund or a void.
pub fn of_refund(call: &GatewayRequest, status: u16, body: &[u8]) -> DriverReply {
    if !(200..=299).contains(&status) {
        return DriverReply::Unknown(format!("the answer was {status}"));
    }
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(code) = text(&value, "resultCode").filter(|code| is_code(code)) else {
        return DriverReply::Unknown("the answer is not of the shape that is documented".to_owned());
    };
    let detail = text(&value, "detailResultCode").filter(|code| is_code(code));
    if is_sent_before(code) || detail.is_some_and(is_sent_before) {
        return DriverReply::Unknown(format!("the answer was {code}: it was cancelled before"));
    }
    if code != DONE {
        return DriverReply::Answer(
            GatewayAnswer::of(GatewayOutcome::Refused).failure(not_refunded(detail.unwrap_or(code))),
        );
    }
    if call.call == GatewayCall::Void {
        return DriverReply::Answer(GatewayAnswer::of(GatewayOutcome::Voided));
    }
    let part = value.get("prtcPrice").filter(|part| !part.is_null());
    // the answer to a part names the payment that it is of
    let parent = text(&value, "prtcTid");
    let wanted = Marks { parent: parent.and(call.reference.as_deref()), ..Marks::default() };
    if let Whose::Others(mark) = whose(&wanted, &Marks { parent, ..Marks::default() }) {
        return of_another(mark);
    }
    let (Some(amount), true) = (call.amount, part.is_none_or(|part| won(part) == call.amount)) else {
        return DriverReply::Unknown("another amount was given back".to_owned());
    };
    let answer = GatewayAnswer::of(GatewayOutcome::Refunded).amount(amount);
    DriverReply::Answer(match text(&value, "tid").filter(|_| part.is_some()) {
        Some(tid) => answer.reference(tid),
        None => answer,
    })
}

/// Where the payer must pay to, and until when.
fn account<'t>(window: PayWindow, text: &impl Fn(&str) -> Option<&'t str>) -> Option<GatewayAnswer> {
    let names = match window {
        PayWindow::Pc => ["VACT_BankCode", "VACT_Num", "VACT_Date", "VACT_Time"],
        PayWindow::Mobile => ["P_VACT_BANK_CODE", "P_VACT_NUM", "P_VACT_DATE", "P_VACT_TIME"],
    };
    let [bank, number, date, time] = names.map(|name| text(name).filter(|text| text.len() <= LONGEST));
    let mut action = Map::new();
    action.insert("type".to_owned(), "deposit".into());
    action.insert("bank".to_owned(), bank?.into());
    action.insert("account".to_owned(), number?.into());
    let due = due(date, time);
    if let Some(due) = due {
        action.insert("due".to_owned(), due.to_string().into());
    }
    let answer = GatewayAnswer::of(GatewayOutcome::ActionRequired).action(action);
    Some(match due {
        Some(due) => answer.expires_at(due),
        None => answer,
    })
}

/// A day as `YYYYMMDD` and a time as `hhmmss`, of Seoul.
fn due(date: Option<&str>, time: Option<&str>) -> Option<Time> {
    let (date, time) = (date?, time.unwrap_or("235959"));
    let (year, day) = (date.get(..4)?, date.get(6..8).filter(|_| date.len() == 8)?);
    let (hour, second) = (time.get(..2)?, time.get(4..6).filter(|_| time.len() == 6)?);
    let (month, minute) = (date.get(4..6)?, time.get(2..4)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}+09:00").parse().ok()
}

/// The members of an answer that are texts, of JSON or of a form.
fn texts(body: &[u8]) -> BTreeMap<String, String> {
    let is_json = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if !is_json {
        return form_urlencoded::parse(body.trim_ascii()).into_owned().collect();
    }
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let members = value.as_object().into_iter().flatten();
    let texts = members.filter_map(|(name, value)| match value {
        Value::String(text) => Some((name.clone(), text.clone())),
        // amounts are written with quotes and without
        Value::Number(number) => Some((name.clone(), number.to_string())),
        _ => None,
    });
    texts.collect()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    let text = value.get(name)?.as_str()?;
    Some(text).filter(|text| !text.is_empty() && text.len() <= LONGEST)
}

/// A whole number of won, as digits or as a number; none for a fraction, an exponent or less than nothing.
fn won(value: &Value) -> Option<Money> {
    let minor = match value {
        Value::String(text) => {
            let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i64>().ok().filter(|_| is_whole)?
        }
        number => number.as_i64()?,
    };
    Money::new(i128::from(minor), Currency::iso("KRW")?).filter(|money| !money.is_negative())
}
