//! One call to a gateway, read from its job.

use serde_json::{Value, json};

use super::words::GatewayCall;
use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::money::{Money, parse_amount};
use crate::request::secret::Secret;
use crate::time::Time;

/// One call to a gateway, as its job says it. `Debug` shows no token.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayRequest {
    /// The kind of call.
    pub call: GatewayCall,
    /// The job's key, which goes out as the idempotency key.
    pub key: String,
    /// The payment, which goes out as the merchant's reference.
    pub payment: String,
    /// How much. A question about an authorize has the amount of that call.
    pub amount: Option<Money>,
    /// Whether an authorize takes the money at once.
    pub capture: bool,
    /// The gateway's own handle of the payer's means.
    pub token: Option<Secret>,
    /// The gateway's reference of the payment, where it is known.
    pub reference: Option<String>,
    pub refund: Option<String>,
    /// The payer's account that a refund of a deposit goes to.
    pub refund_account: Option<PayerAccount>,
    /// The call that a question is about.
    pub about: Option<GatewayCall>,
    /// The key that the call that a question is about carried.
    pub about_key: Option<String>,
    /// When the call that a question is about was sent.
    pub since: Option<Time>,
    /// The same call was sent before under this key, and the gateway has said since that it does not have it.
    pub again: bool,
}

/// An account of a payer's. `Debug` shows nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayerAccount {
    /// The code of its bank.
    pub bank: Secret,
    /// Its number, digits alone.
    pub number: Secret,
    /// The person who has it.
    pub holder: Secret,
}

impl PayerAccount {
    /// Reads one, as [`PayerAccount::shown`] writes it.
    pub fn of(value: &Value) -> Option<Self> {
        let part = |name: &str| value.get(name)?.as_str().map(Secret::from);
        Some(Self { bank: part("bank")?, number: part("number")?, holder: part("holder")? })
    }

    /// Reads one from the text of [`PayerAccount::written`].
    pub fn of_text(text: &str) -> Option<Self> {
        Self::of(&serde_json::from_str(text).ok()?)
    }

    /// It as JSON.
    pub fn shown(&self) -> Value {
        json!({ "bank": &*self.bank, "number": &*self.number, "holder": &*self.holder })
    }

    /// It as a text that can be sealed.
    pub fn written(&self) -> Result<Secret> {
        let text = serde_json::to_string(&self.shown()).map_err(|_| broken("refund_account"))?;
        Ok(Secret::from(text))
    }
}

impl GatewayRequest {
    /// The call of a job, by its key and its payload.
    pub fn of(job_key: &str, payload: &Value, currencies: &Currencies) -> Result<Self> {
        let word = |name: &str| -> Result<Option<GatewayCall>> {
            let Some(word) = text(payload, name)? else { return Ok(None) };
            word.parse().map(Some).map_err(|_| broken(name))
        };
        Ok(Self {
            call: word("call")?.ok_or_else(|| broken("call"))?,
            key: job_key.to_owned(),
            payment: text(payload, "payment")?.ok_or_else(|| broken("payment"))?.to_owned(),
            amount: payload.get("amount").map(|amount| money(amount, currencies)).transpose()?,
            capture: payload
                .get("capture")
                .map_or(Some(true), Value::as_bool)
                .ok_or_else(|| broken("capture"))?,
            token: text(payload, "token")?.map(Secret::from),
            reference: text(payload, "reference")?.map(ToOwned::to_owned),
            refund: text(payload, "refund")?.map(ToOwned::to_owned),
            refund_account: payload
                .get("refund_account")
                .map(|account| PayerAccount::of(account).ok_or_else(|| broken("refund_account")))
                .transpose()?,
            about: word("about")?,
            about_key: text(payload, "about_key")?.map(ToOwned::to_owned),
            since: text(payload, "since")?
                .map(str::parse::<Time>)
                .transpose()
                .map_err(|_| broken("since"))?,
            again: payload.get("again").map_or(Some(false), Value::as_bool).ok_or_else(|| broken("again"))?,
        })
    }
}

fn broken(name: &str) -> Error {
    Error::corrupted(format!("`{name}` of a call to a gateway"))
}

fn text<'p>(payload: &'p Value, name: &str) -> Result<Option<&'p str>> {
    match payload.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(broken(name)),
    }
}

fn money(amount: &Value, currencies: &Currencies) -> Result<Money> {
    let member = |name: &str| amount.get(name).and_then(Value::as_str);
    let read = || {
        let currency = currencies.known(member("currency")?)?;
        Money::new(parse_amount(member("amount")?, currency).ok()?, currency)
    };
    read().ok_or_else(|| broken("amount"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_is_read_as_it_was_written_and_shows_no_token() {
        let payload = json!({
            "v": 1, "call": "authorize", "payment": "py_1", "capture": false, "token": "pm_secret",
            "amount": { "amount": "12.50", "currency": "USD" },
        });
        let call = GatewayRequest::of("py_1:authorize:1", &payload, &Currencies::iso()).unwrap();
        assert_eq!((call.call, call.capture), (GatewayCall::Authorize, false));
        assert_eq!(call.amount.unwrap().minor_units(), 1_250);
        assert_eq!(call.token.as_deref(), Some("pm_secret"));
        assert!(!format!("{call:?}").contains("pm_secret"));
        let question = json!({
            "v": 1, "call": "query", "payment": "py_1", "about": "refund", "about_key": "py_1:refund:1",
            "refund": "rf_1", "reference": "pi_1", "since": "2026-01-01T00:00:00.000000Z",
        });
        let call = GatewayRequest::of("py_1:query:1", &question, &Currencies::iso()).unwrap();
        assert_eq!(call.about, Some(GatewayCall::Refund));
        assert_eq!((call.refund.as_deref(), call.reference.as_deref()), (Some("rf_1"), Some("pi_1")));
        assert_eq!(
            (call.since.map(|at| at.to_string()).as_deref(), call.again),
            (Some("2026-01-01T00:00:00.000000Z"), false)
        );
    }

    #[test]
    fn a_payload_of_another_shape_is_refused_by_its_member() {
        for (name, value) in [
            ("call", json!("pay")),
            ("payment", json!(1)),
            ("amount", json!(12.5)),
            ("amount", json!({ "amount": 12.5, "currency": "USD" })),
            ("amount", json!({ "amount": "12.505", "currency": "USD" })),
            ("amount", json!({ "amount": "12.50", "currency": "NOPE" })),
            ("capture", json!("yes")),
            ("token", json!({ "secret": 1 })),
            ("about", json!("pay")),
            ("since", json!("yesterday")),
            ("again", json!("yes")),
        ] {
            let mut payload = json!({ "call": "authorize", "payment": "py_1" });
            payload[name] = value;
            let error = GatewayRequest::of("key", &payload, &Currencies::iso()).unwrap_err();
            assert!(error.message().contains(name) && !error.message().contains("secret"), "{error}");
        }
    }
}
