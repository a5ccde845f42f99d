//! Views of the payments service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::apply_report::Heard;
use super::debts::{Debt as DebtRecord, State as DebtState};
use super::gateway::{Gateway as GatewayRecord, GatewayAbility, GatewayDriver, GatewayStatus};
use super::model::{
    self, AttemptFacts, AttemptOutcome, CallPhase, CaptureMode, FailureCode, FailureRetry, GatewayCall,
    Payment as PaymentRecord, State,
};
use super::parts::{ChargebackFacts, ChargebackPhase, Refund, RefundState, reason_of};
use crate::error::Result;
use crate::ids::{Book, DealId, DebtId, PaymentId, RefundId, TransferId};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::time::{Span, Time};

/// When a gateway counts as down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breaker {
    /// So many calls in a row without an answer.
    pub failures: u32,
    /// How long it is left alone then.
    pub pause: Span,
}

/// A gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gateway {
    /// Its name.
    pub id: String,
    /// The driver that talks to it.
    pub driver: GatewayDriver,
    /// The currencies that it takes; `null` if all.
    pub currencies: Option<Vec<String>>,
    /// Whether new payments may go to it.
    pub active: bool,
    /// Its abilities.
    pub abilities: Vec<GatewayAbility>,
    /// How long after a call its answer that it knows of none is not believed yet.
    pub settle_after: Span,
    /// When it counts as down.
    pub breaker: Breaker,
    /// Settings of its driver.
    pub config: Map<String, Value>,
    /// The names of its secrets.
    pub secrets: Vec<String>,
    /// Whether it answers.
    pub status: GatewayStatus,
    /// When it is tried again; `null` while it is up.
    pub retry_at: Option<Time>,
    /// Counts every event.
    pub version: i64,
}

impl Gateway {
    /// The view of a gateway at a time.
    #[must_use]
    pub fn of(gateway: &GatewayRecord) -> Self {
        let facts = &gateway.facts;
        Self {
            id: facts.id.clone(),
            driver: facts.driver,
            currencies: facts.currencies.clone(),
            active: facts.active,
            abilities: facts.abilities.clone(),
            settle_after: facts.settle_after,
            breaker: Breaker { failures: facts.breaker.failures, pause: facts.breaker.pause },
            config: gateway.config(),
            secrets: facts.secrets.clone(),
            status: gateway.state,
            retry_at: facts.retry_at,
            version: gateway.row.version,
        }
    }
}

/// Reply of `set_gateway`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GatewayReply {
    /// The gateway.
    pub gateway: Gateway,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Which gateways are asked for which payments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// Its name.
    pub id: String,
    /// The gateways, in the order in which they are tried.
    pub gateways: Vec<String>,
    /// Only payments in this currency.
    pub currency: Option<String>,
    /// Only payments of this amount or more.
    pub min: Option<Money>,
    /// Only payments of this amount or less.
    pub max: Option<Money>,
    /// Of the routes that fit, the one with the highest is taken.
    pub priority: i64,
    /// The version of the book's routes when it was set.
    pub version: i64,
}

/// Reply of `set_route`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RouteReply {
    /// The route.
    pub route: Route,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `remove_route`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RouteRemoved {
    /// The name of the route that is gone.
    pub removed: String,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// The input of the client's widget that collects the payer's means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checkout {
    /// The gateway that the means are for.
    pub gateway: String,
    /// The fields of its widget, signed by the server where the gateway wants that: amount, order, keys that
    /// may be public. Each driver has its own.
    pub fields: Map<String, Value>,
}

/// The call that a payment waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Doing {
    /// The kind of call to the gateway.
    pub call: GatewayCall,
    /// How far it is.
    pub phase: CallPhase,
    /// The idempotency key that it carries.
    pub key: String,
    /// Since when.
    pub since: Time,
}

/// Why a gateway did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentFailure {
    /// The reason in words that all gateways share.
    pub code: FailureCode,
    /// The gateway's own code.
    pub gateway_code: Option<String>,
    /// Whether trying again can help.
    pub retry: FailureRetry,
}

/// A gateway that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentAttempt {
    /// Counts from 1.
    pub number: i64,
    /// The gateway.
    pub gateway: String,
    /// Its reference.
    pub reference: Option<String>,
    /// The outcome; `null` while it is open.
    pub outcome: Option<AttemptOutcome>,
}

impl PaymentAttempt {
    fn of(number: i64, attempt: &AttemptFacts) -> Self {
        Self {
            number,
            gateway: attempt.gateway.clone(),
            reference: attempt.reference.clone(),
            outcome: attempt.outcome,
        }
    }
}

/// A refund of a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentRefund {
    /// Its id.
    pub id: RefundId,
    /// How much.
    pub amount: Money,
    /// Its state.
    pub state: RefundState,
    /// The gateway's reference.
    pub reference: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The transfer that took it from who was paid.
    pub transfer: Option<TransferId>,
}

impl PaymentRefund {
    fn of(refund: &Refund, payment: &PaymentRecord) -> Result<Self> {
        Ok(Self {
            id: refund.id,
            amount: payment.money(refund.minor)?,
            state: refund.state,
            reference: refund.reference.clone(),
            reason: payment.text(&reason_of(refund.id)).map(ToString::to_string),
            transfer: refund.transfer,
        })
    }
}

/// A chargeback by a payer's bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chargeback {
    /// The gateway's id of it.
    pub case: String,
    /// `open`, `won` or `lost`.
    pub phase: ChargebackPhase,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: Option<String>,
    /// When it was opened.
    pub opened_at: Time,
}

impl Chargeback {
    fn of(one: &ChargebackFacts, payment: &PaymentRecord) -> Result<Self> {
        Ok(Self {
            case: one.case.clone(),
            phase: one.phase,
            amount: payment.money(one.minor)?,
            reason: payment.text(&format!("case.{}", one.case)).map(ToString::to_string),
            opened_at: one.opened_at,
        })
    }
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Its state.
    pub state: State,
    /// Its amount.
    pub amount: Money,
    /// The amount that the gateway has authorized.
    pub authorized: Money,
    /// The amount captured.
    pub captured: Money,
    /// The amount given back by refunds that are done.
    pub refunded: Money,
    /// The amount of its chargebacks, open and lost.
    pub charged_back: Money,
    /// The amount that came and is nobody's yet: it waits in `@suspense`.
    pub suspended: Money,
    /// Whether the money is taken at once.
    pub capture: CaptureMode,
    /// The account that gets it.
    pub to: String,
    /// The deal that it pays.
    pub deal: Option<DealId>,
    /// The purchase that it pays.
    pub purchase: Option<String>,
    /// The payer's id.
    pub payer: Option<String>,
    /// The gateway that has it; before it is sent, the one that was chosen for it.
    pub gateway: Option<String>,
    /// Its reference there.
    pub gateway_reference: Option<String>,
    /// The call that it waits for.
    pub doing: Option<Doing>,
    /// The payer's next action.
    pub action: Option<Map<String, Value>>,
    /// Why the last call did not succeed.
    pub failure: Option<PaymentFailure>,
    /// It is given up as soon as its gateway allows.
    pub cancel_requested: bool,
    /// The gateways that were tried.
    pub attempts: Vec<PaymentAttempt>,
    /// Its refunds.
    pub refunds: Vec<PaymentRefund>,
    /// Its chargebacks.
    pub chargebacks: Vec<Chargeback>,
    /// The transfers that it made, in their order.
    pub transfers: Vec<TransferId>,
    /// Until when it may be confirmed.
    pub expires_at: Option<Time>,
    /// When its authorization is voided.
    pub authorization_expires_at: Option<Time>,
    /// Counts every event.
    pub version: i64,
    /// The caller's own id.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Payment {
    /// The view of a payment.
    ///
    /// # Errors
    /// `corrupted` when an amount or a text is none.
    pub fn of(payment: &PaymentRecord) -> Result<Self> {
        let facts = &payment.facts;
        let money = |minor: i128| payment.money(minor);
        let last = facts.attempts.last();
        let refunds = facts.refunds.iter().map(|refund| PaymentRefund::of(refund, payment));
        let chargebacks = facts.chargebacks.iter().map(|one| Chargeback::of(one, payment));
        Ok(Self {
            id: payment.id(),
            state: payment.state,
            amount: facts.price,
            authorized: money(facts.authorized)?,
            captured: money(facts.captured)?,
            refunded: money(facts.refunded())?,
            charged_back: money(facts.charged_back())?,
            suspended: money(facts.suspended)?,
            capture: facts.capture,
            to: facts.to.to_string(),
            deal: facts.deal,
            purchase: facts.purchase.map(|id| id.to_string()),
            payer: facts.payer.clone(),
            gateway: facts.shown_gateway().map(ToOwned::to_owned),
            gateway_reference: last.and_then(|attempt| attempt.reference.clone()),
            doing: facts.doing.as_ref().map(|doing| Doing {
                call: doing.call,
                phase: doing.phase,
                key: doing.key(payment.id()),
                since: doing.since,
            }),
            // what was asked before is over, and may be a key to the payment
            action: payment.json(model::ACTION)?.filter(|_| payment.state == State::ActionRequired),
            failure: facts.failure.as_ref().map(|failure| PaymentFailure {
                code: failure.code,
                gateway_code: failure.gateway_code.clone(),
                retry: failure.retry,
            }),
            cancel_requested: facts.cancel_requested,
            attempts: (1..).zip(&facts.attempts).map(|(place, one)| PaymentAttempt::of(place, one)).collect(),
            refunds: refunds.collect::<Result<_>>()?,
            chargebacks: chargebacks.collect::<Result<_>>()?,
            transfers: facts.transfers.clone(),
            expires_at: facts.expires_at,
            authorization_expires_at: facts.authorization_expires_at,
            version: payment.row.version,
            reference: payment.row.reference.as_deref().map(Into::into),
            metadata: payment.json("metadata")?.unwrap_or_default(),
            created_at: payment.row.created_at,
            updated_at: facts.updated_at,
        })
    }

    /// The view of a payment that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: PaymentId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&PaymentRecord::of(seen.record(&model::key(book, id))?)?)?)
    }
}

/// Reply of a change of a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentReply {
    /// The payment.
    pub payment: Payment,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `refund`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundReply {
    /// The payment.
    pub payment: Payment,
    /// The refund.
    pub refund: PaymentRefund,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// The outcome of a gateway's report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reported {
    /// The gateway's own id of it.
    pub event: String,
    /// The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`,
    /// because no payment has this reference yet; `queried`, because the gateway is asked first; `suspended`
    /// or `mismatched`.
    pub result: Heard,
    /// The payment; `null` where none is known.
    pub payment: Option<Payment>,
    /// Whether it was told before.
    pub replayed: bool,
}

/// The debt of an account that did not have all of the money that was taken back from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Debt {
    /// Its id.
    pub id: DebtId,
    /// The debtor's account.
    pub account: String,
    /// How much.
    pub amount: Money,
    /// How much of it came back.
    pub recovered: Money,
    /// Its state.
    pub state: DebtState,
    /// The payment, if there was one.
    pub payment: Option<PaymentId>,
    /// The purchase.
    pub purchase: Option<String>,
    /// The chargeback.
    pub case: String,
    /// Counts every event.
    pub version: i64,
    /// Since when.
    pub created_at: Time,
}

impl Debt {
    /// The view of a debt.
    ///
    /// # Errors
    /// `corrupted` when an amount is none.
    pub fn of(debt: &DebtRecord) -> Result<Self> {
        let facts = &debt.facts;
        Ok(Self {
            id: debt.id(),
            account: facts.account.to_string(),
            amount: facts.amount,
            recovered: facts.recovered,
            state: debt.state,
            payment: facts.payment,
            purchase: facts.purchase.map(|id| id.to_string()),
            case: facts.case.clone(),
            version: debt.row.version,
            created_at: debt.row.created_at,
        })
    }
}

/// Reply of a change of a debt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DebtReply {
    /// The debt.
    pub debt: Debt,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// An action that an actor can take on a payment now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentAction {
    /// The operation, without the service.
    pub trigger: String,
    /// The state that it leads to; `null` where the gateway or the amount decides.
    pub to: Option<State>,
    /// The fields that it needs beside the payment.
    pub needs: Vec<String>,
}

/// Reply of `allowed_actions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentChoices {
    /// The actions, in the order of the table of transitions.
    pub actions: Vec<PaymentAction>,
}
