//! News of gateways in one form: the answer to a call, the answer to a question, and unasked news.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{FailureFacts, FailureRetry, GatewayCall, GatewayOutcome};
use super::requests::FailureInput;
use crate::currency::{Currencies, Currency};
use crate::error::{Detail, Error, Result};
use crate::gateway::pause::pause_of;
use crate::ids::RefundId;
use crate::money::{Amount, Money};
use crate::request::shape::{one_named, one_of};
use crate::request::texts::masked;
use crate::rows::object::members;
use crate::time::{Span, Time};

/// The longest text of a gateway's that is kept.
const LONGEST: usize = 255;

impl GatewayOutcome {
    /// The possible answers to a call of this kind.
    pub(crate) const fn answers(call: GatewayCall) -> &'static [Self] {
        match call {
            GatewayCall::Authorize => &[
                Self::Authorized,
                Self::Captured,
                Self::ActionRequired,
                Self::Pending,
                Self::Refused,
                Self::Unsent,
                Self::Unknown,
            ],
            GatewayCall::Capture => {
                &[Self::Captured, Self::Pending, Self::Refused, Self::Unsent, Self::Unknown]
            }
            GatewayCall::Void => &[Self::Voided, Self::Pending, Self::Refused, Self::Unsent, Self::Unknown],
            GatewayCall::Refund => {
                &[Self::Refunded, Self::Pending, Self::Refused, Self::Unsent, Self::Unknown]
            }
            GatewayCall::Query => &[
                Self::Authorized,
                Self::Captured,
                Self::Voided,
                Self::ActionRequired,
                Self::Pending,
                Self::Refused,
                Self::Nothing,
            ],
        }
    }

    /// The outcomes that `payments.report` can name.
    pub(crate) const REPORTED: &'static [Self] = &[
        Self::Authorized,
        Self::Captured,
        Self::Voided,
        Self::ActionRequired,
        Self::Pending,
        Self::Refused,
        Self::Nothing,
        Self::Refunded,
        Self::RefundFailed,
    ];
}

/// The call that news answers: the call's own answer, or the answer to a question about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub call: GatewayCall,
    #[serde(default)]
    pub refund: Option<RefundId>,
    /// The news answers a question: its amounts are the gateway's totals.
    pub asked: bool,
    /// Another call or another question has replaced it since.
    #[serde(default)]
    pub outdated: bool,
    /// When a worker took the question.
    #[serde(default)]
    pub asked_at: Option<Time>,
}

/// A gateway's news of a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct News {
    pub gateway: String,
    /// The outcome.
    pub told: GatewayOutcome,
    /// The call that it answers; `None` for unasked news.
    #[serde(default)]
    pub about: Option<About>,
    /// The gateway's reference of the payment, or of the refund that the news answers.
    #[serde(default)]
    pub reference: Option<Arc<str>>,
    #[serde(default)]
    pub amount: Option<Money>,
    /// The total that is authorized there.
    #[serde(default)]
    pub authorized: Option<Money>,
    /// The total that is captured there.
    #[serde(default)]
    pub captured: Option<Money>,
    /// The total that is refunded there.
    #[serde(default)]
    pub refunded: Option<Money>,
    /// The payment can no longer happen at the gateway.
    #[serde(default)]
    pub closed: bool,
    /// The refund: its id, or the gateway's reference.
    #[serde(default)]
    pub refund: Option<String>,
    /// The key of the call that made this payment at the gateway, where the gateway repeats it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The reason of a refusal.
    #[serde(default)]
    pub failure: Option<FailureFacts>,
    /// The payer's next action.
    #[serde(default)]
    pub action: Option<Map<String, Value>>,
    /// How long the authorization or the action holds.
    #[serde(default)]
    pub expires_at: Option<Time>,
    /// How long the gateway wants not to be asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Span>,
}

impl About {
    /// The own answer of a call.
    pub(crate) const fn call(call: GatewayCall, refund: Option<RefundId>) -> Self {
        Self { call, refund, asked: false, outdated: false, asked_at: None }
    }
}

impl News {
    /// News without any details.
    pub(crate) fn of(gateway: &str, told: GatewayOutcome, about: Option<About>) -> Self {
        Self {
            gateway: gateway.to_owned(),
            told,
            about,
            reference: None,
            amount: None,
            authorized: None,
            captured: None,
            refunded: None,
            closed: false,
            refund: None,
            key: None,
            failure: None,
            action: None,
            expires_at: None,
            retry_after: None,
        }
    }

    /// All amounts that it names.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = Money> {
        [self.amount, self.authorized, self.captured, self.refunded].into_iter().flatten()
    }
}

/// The result that a worker reports for a call, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenResult {
    outcome: String,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    amount: Option<Amount>,
    #[serde(default)]
    authorized: Option<Amount>,
    #[serde(default)]
    captured: Option<Amount>,
    #[serde(default)]
    refunded: Option<Amount>,
    #[serde(default)]
    closed: Option<bool>,
    #[serde(default)]
    action: Option<Map<String, Value>>,
    #[serde(default)]
    failure: Option<FailureInput>,
    #[serde(default)]
    expires_at: Option<Time>,
    #[serde(default)]
    retry_after: Option<u64>,
}

/// Reads the result that a worker reports for a call.
pub(crate) fn read(gateway: &str, about: About, result: Option<&str>, currency: Currency) -> Result<News> {
    let missing = || Error::invalid("result", "must be given: what the gateway said");
    let value: Value = result.ok_or_else(missing).map(serde_json::from_str)?.map_err(|_| missing())?;
    let members = value.as_object().ok_or_else(|| Error::invalid("result", "must be an object"))?;
    let written = WrittenResult::deserialize(&value).map_err(|_| misshapen(members))?;
    let answers = if about.asked { GatewayCall::Query } else { about.call };
    let told = one("result.outcome", &written.outcome, GatewayOutcome::answers(answers))?;
    let amount = |name: &str, amount: Option<&Amount>| {
        let field = format!("result.{name}");
        let amount = amount.map(|amount| amount.resolve_beside(&field, currency)).transpose()?;
        amount.map(|amount| not_below_zero(&field, amount)).transpose()
    };
    let news = News {
        reference: written
            .reference
            .as_deref()
            .map(|text| reference("result.reference", text))
            .transpose()?,
        amount: amount("amount", written.amount.as_ref())?,
        authorized: amount("authorized", written.authorized.as_ref())?,
        captured: amount("captured", written.captured.as_ref())?,
        refunded: amount("refunded", written.refunded.as_ref())?,
        closed: written.closed.unwrap_or(false),
        failure: written.failure.as_ref().map(|given| failure("result.failure", given)).transpose()?,
        action: written.action,
        expires_at: written.expires_at,
        retry_after: written.retry_after.and_then(pause_of),
        ..News::of(gateway, told, Some(about))
    };
    // what was captured does not say how much went back
    let says_how_much = news.amount.is_some() || told == GatewayOutcome::Captured && news.captured.is_some();
    let needs = match told {
        GatewayOutcome::Refused if news.failure.is_none() => Some(("failure", "must say why")),
        GatewayOutcome::ActionRequired if news.action.is_none() => {
            Some(("action", "must say what the payer must do"))
        }
        GatewayOutcome::Captured | GatewayOutcome::Refunded if !says_how_much => {
            Some(("amount", "must say how much"))
        }
        _ => None,
    };
    match needs {
        Some((name, what)) => Err(Error::invalid(format!("result.{name}"), what)),
        None => Ok(news),
    }
}

/// Names the member of a result that has the wrong shape. The message of serde is not used: it may repeat a
/// value.
fn misshapen(members: &Map<String, Value>) -> Error {
    const KNOWN: [&str; 11] = [
        "outcome",
        "reference",
        "amount",
        "authorized",
        "captured",
        "refunded",
        "closed",
        "action",
        "failure",
        "expires_at",
        "retry_after",
    ];
    if !members.contains_key("outcome") {
        return Error::invalid("result.outcome", "must be given");
    }
    if let Some(unknown) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Error::invalid(format!("result.{}", masked(unknown)), "is not a member of a result");
    }
    // finds the first member that fails to parse on its own
    let wrong = members.iter().find(|(name, value)| {
        let mut alone = members!("outcome": "pending");
        alone.insert((*name).clone(), (*value).clone());
        WrittenResult::deserialize(&Value::Object(alone)).is_err()
    });
    let name = wrong.map_or("result".to_owned(), |(name, _)| format!("result.{name}"));
    Error::invalid(name, "must be of the shape that its call is answered in")
}

/// An amount that is not below zero.
pub(crate) fn money(field: &str, amount: Option<&Amount>, currencies: &Currencies) -> Result<Option<Money>> {
    let amount = amount.map(|amount| amount.resolve(field, currencies)).transpose()?;
    amount.map(|amount| not_below_zero(field, amount)).transpose()
}

fn not_below_zero(field: &str, amount: Money) -> Result<Money> {
    if amount.is_negative() {
        let (field, reason) = (field.to_owned(), "must not be below zero".to_owned());
        return Err(Detail::InvalidAmount { field, reason }.into());
    }
    Ok(amount)
}

/// A word of a closed list.
pub(crate) fn one(field: &str, name: &str, of: &'static [GatewayOutcome]) -> Result<GatewayOutcome> {
    let told = name.parse::<GatewayOutcome>().ok().filter(|told| of.contains(told));
    told.ok_or_else(|| one_of(field, of.iter().map(|told| told.as_str())))
}

/// The gateway's reference of something.
pub(crate) fn reference(field: &str, text: &str) -> Result<Arc<str>> {
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(Error::invalid(field, format!("must have 1 to {LONGEST} characters")));
    }
    Ok(text.into())
}

/// The reason of a refusal. The gateway's own code is kept with card numbers masked.
pub(crate) fn failure(field: &str, given: &FailureInput) -> Result<FailureFacts> {
    let code = one_named(&format!("{field}.code"), &given.code)?;
    let retry = given.retry.as_deref().unwrap_or(FailureRetry::Never.as_str());
    let retry = one_named(&format!("{field}.retry"), retry)?;
    let own =
        given.gateway_code.as_deref().map(|text| masked(&text.chars().take(LONGEST).collect::<String>()));
    Ok(FailureFacts { code, gateway_code: own, retry })
}
