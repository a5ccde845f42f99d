//! The answer of a gateway, as `jobs.complete` takes it, or an unknown outcome.

use serde_json::{Map, Value, json};

use super::words::{FailureCode, FailureRetry, GatewayOutcome};
use crate::money::Money;
use crate::time::{Span, Time};

/// The outcome of a request to a gateway.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is taken apart at once")]
pub enum DriverReply {
    /// The gateway has answered.
    Answer(GatewayAnswer),
    /// Nobody knows what became of it: for people, without secrets.
    Unknown(String),
    /// Nobody knows what became of it, but where to ask: the gateway's reference of it is known.
    Lost { why: String, reference: String },
}

impl DriverReply {
    /// The same with the gateway's reference, where nobody knows what became of it.
    pub fn at(self, reference: &str) -> Self {
        match self {
            Self::Unknown(why) => Self::Lost { why, reference: reference.to_owned() },
            other => other,
        }
    }
}

/// The answer of a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayAnswer {
    /// The outcome.
    pub told: GatewayOutcome,
    /// Its reference, of the payment or of the refund that was asked for.
    pub reference: Option<String>,
    pub amount: Option<Money>,
    /// The total that is authorized there.
    pub authorized: Option<Money>,
    /// The total that is captured there.
    pub captured: Option<Money>,
    /// The total that is refunded there.
    pub refunded: Option<Money>,
    /// It cannot happen any more.
    pub closed: bool,
    /// The payer's next action.
    pub action: Option<Map<String, Value>>,
    /// Why it refused.
    pub failure: Option<Refusal>,
    /// How long what it says holds.
    pub expires_at: Option<Time>,
    /// How long it wants not to be asked again.
    pub retry_after: Option<Span>,
}

/// Why a gateway refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason in words that all gateways share.
    pub code: FailureCode,
    /// The gateway's own code.
    pub gateway_code: Option<String>,
    /// Whether trying again can help.
    pub retry: FailureRetry,
}

impl GatewayAnswer {
    /// An answer without particulars.
    pub const fn of(told: GatewayOutcome) -> Self {
        Self {
            told,
            reference: None,
            amount: None,
            authorized: None,
            captured: None,
            refunded: None,
            closed: false,
            action: None,
            failure: None,
            expires_at: None,
            retry_after: None,
        }
    }

    /// A refusal.
    pub fn refused(code: FailureCode, gateway_code: Option<&str>, retry: FailureRetry) -> Self {
        let gateway_code = gateway_code.map(ToOwned::to_owned);
        Self { failure: Some(Refusal { code, gateway_code, retry }), ..Self::of(GatewayOutcome::Refused) }
    }

    /// With the gateway's reference.
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    pub const fn amount(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }

    /// With the total that is authorized.
    pub const fn authorized(mut self, authorized: Money) -> Self {
        self.authorized = Some(authorized);
        self
    }

    /// With the total that is captured.
    pub const fn captured(mut self, captured: Money) -> Self {
        self.captured = Some(captured);
        self
    }

    /// With the total that is refunded.
    pub const fn refunded(mut self, refunded: Money) -> Self {
        self.refunded = Some(refunded);
        self
    }

    /// It cannot happen any more.
    pub const fn closed(mut self) -> Self {
        self.closed = true;
        self
    }

    /// With what the payer must do.
    pub fn action(mut self, action: Map<String, Value>) -> Self {
        self.action = Some(action);
        self
    }

    /// With why it refused.
    pub fn failure(mut self, failure: Refusal) -> Self {
        self.failure = Some(failure);
        self
    }

    /// With how long what it says holds.
    pub const fn expires_at(mut self, at: Time) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// With how long it wants not to be asked again.
    pub const fn retry_after(mut self, pause: Option<Span>) -> Self {
        self.retry_after = pause;
        self
    }

    /// The result of its job.
    pub fn to_result(&self) -> Value {
        let mut result = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                result.insert(name.to_owned(), value);
            }
        };
        put("outcome", Some(self.told.as_str().into()));
        put("reference", self.reference.as_deref().map(Value::from));
        put("amount", self.amount.map(|amount| json!(amount)));
        put("authorized", self.authorized.map(|amount| json!(amount)));
        put("captured", self.captured.map(|amount| json!(amount)));
        put("refunded", self.refunded.map(|amount| json!(amount)));
        put("closed", self.closed.then_some(true.into()));
        put("action", self.action.clone().map(Value::Object));
        put("failure", self.failure.as_ref().map(Refusal::to_value));
        put("expires_at", self.expires_at.map(|at| json!(at)));
        put("retry_after", self.retry_after.map(|pause| pause.seconds_up().into()));
        Value::Object(result)
    }
}

impl Refusal {
    fn to_value(&self) -> Value {
        let mut failure = Map::new();
        failure.insert("code".to_owned(), self.code.as_str().into());
        if let Some(code) = &self.gateway_code {
            failure.insert("gateway_code".to_owned(), code.as_str().into());
        }
        failure.insert("retry".to_owned(), self.retry.as_str().into());
        Value::Object(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_written_as_a_worker_would_report_it() {
        let amount = Money::minor(1_250, "USD").unwrap();
        let taken = GatewayAnswer::of(GatewayOutcome::Captured).reference("pi_1").amount(amount);
        assert_eq!(
            taken.to_result(),
            json!({
                "outcome": "captured", "reference": "pi_1",
                "amount": { "amount": "12.50", "currency": "USD" },
            })
        );
        let refused =
            GatewayAnswer::refused(FailureCode::Declined, Some("do_not_honor"), FailureRetry::OtherMethod);
        assert_eq!(
            refused.to_result(),
            json!({
                "outcome": "refused",
                "failure": { "code": "declined", "gateway_code": "do_not_honor", "retry": "other_method" },
            })
        );
        assert_eq!(
            GatewayAnswer::of(GatewayOutcome::Nothing).closed().to_result(),
            json!({ "outcome": "nothing", "closed": true })
        );
    }
}
