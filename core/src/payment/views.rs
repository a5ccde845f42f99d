//! Views of the payments service.

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
use crate::request::view::views;
use crate::time::{Span, Time};
use serde_json::{Map, Value};

views! {
    /// When a gateway counts as down.
    view Breaker {
        /// So many calls in a row without an answer.
        failures: u32,
        /// How long it is left alone then.
        pause: Span,
    }

    /// A gateway.
    view Gateway of(gateway: &GatewayRecord) {
        let facts = &gateway.facts;
    } => {
        /// Its name.
        id: String = facts.id.clone(),
        /// The driver that talks to it.
        driver: GatewayDriver = facts.driver,
        /// The currencies that it takes; `null` if all.
        currencies: Option<Vec<String>> = facts.currencies.clone(),
        /// Whether new payments may go to it.
        active: bool = facts.active,
        /// Its abilities.
        abilities: Vec<GatewayAbility> = facts.abilities.clone(),
        /// How long after a call its answer that it knows of none is not believed yet.
        settle_after: Span = facts.settle_after,
        /// When it counts as down.
        breaker: Breaker = Breaker { failures: facts.breaker.failures, pause: facts.breaker.pause },
        /// Settings of its driver.
        config: Map<String, Value> = gateway.config(),
        /// The names of its secrets.
        secrets: Vec<String> = facts.secrets.clone(),
        /// Whether it answers.
        status: GatewayStatus = gateway.state,
        /// When it is tried again; `null` while it is up.
        retry_at: Option<Time> = facts.retry_at,
        /// Counts every event.
        version: i64 = gateway.row.version,
    }

    /// Reply of `set_gateway`.
    reply GatewayReply {
        /// The gateway.
        gateway: Gateway,
    }

    /// Which gateways are asked for which payments.
    view Route {
        /// Its name.
        id: String,
        /// The gateways, in the order in which they are tried.
        gateways: Vec<String>,
        /// Only payments in this currency.
        currency: Option<String>,
        /// Only payments of this amount or more.
        min: Option<Money>,
        /// Only payments of this amount or less.
        max: Option<Money>,
        /// Of the routes that fit, the one with the highest is taken.
        priority: i64,
        /// The version of the book's routes when it was set.
        version: i64,
    }

    /// Reply of `set_route`.
    reply RouteReply {
        /// The route.
        route: Route,
    }

    /// Reply of `remove_route`.
    reply RouteRemoved {
        /// The name of the route that is gone.
        removed: String,
    }

    /// The input of the client's widget that collects the payer's means.
    view Checkout {
        /// The gateway that the means are for.
        gateway: String,
        /// The fields of its widget, signed by the server where the gateway wants that: amount, order, keys
        /// that may be public. Each driver has its own.
        fields: Map<String, Value>,
    }

    /// The call that a payment waits for.
    view Doing {
        /// The kind of call to the gateway.
        call: GatewayCall,
        /// How far it is.
        phase: CallPhase,
        /// The idempotency key that it carries.
        key: String,
        /// Since when.
        since: Time,
    }

    /// Why a gateway did not do what it was asked for.
    view PaymentFailure {
        /// The reason in words that all gateways share.
        code: FailureCode,
        /// The gateway's own code.
        gateway_code: Option<String>,
        /// Whether trying again can help.
        retry: FailureRetry,
    }

    /// A gateway that was tried.
    view PaymentAttempt of(number: i64, attempt: &AttemptFacts) => {
        /// Counts from 1.
        number: i64,
        /// The gateway.
        gateway: String = attempt.gateway.clone(),
        /// Its reference.
        reference: Option<String> = attempt.reference.clone(),
        /// The outcome; `null` while it is open.
        outcome: Option<AttemptOutcome> = attempt.outcome,
    }

    /// A refund of a payment.
    view PaymentRefund of(refund: &Refund, payment: &PaymentRecord) -> Result => {
        /// Its id.
        id: RefundId = refund.id,
        /// How much.
        amount: Money = payment.money(refund.minor)?,
        /// Its state.
        state: RefundState = refund.state,
        /// The gateway's reference.
        reference: Option<String> = refund.reference.clone(),
        /// Why.
        reason: Option<String> = payment.text(&reason_of(refund.id)).map(ToString::to_string),
        /// The transfer that took it from who was paid.
        transfer: Option<TransferId> = refund.transfer,
    }

    /// A chargeback by a payer's bank.
    view Chargeback of(one: &ChargebackFacts, payment: &PaymentRecord) -> Result => {
        /// The gateway's id of it.
        case: String = one.case.clone(),
        /// `open`, `won` or `lost`.
        phase: ChargebackPhase = one.phase,
        /// How much.
        amount: Money = payment.money(one.minor)?,
        /// Why.
        reason: Option<String> = payment.text(&format!("case.{}", one.case)).map(ToString::to_string),
        /// When it was opened.
        opened_at: Time = one.opened_at,
    }

    /// A payment.
    view Payment of(payment: &PaymentRecord) -> Result {
        let facts = &payment.facts;
        let money = |minor: i128| payment.money(minor);
        let last = facts.attempts.last();
        let refunds = facts.refunds.iter().map(|refund| PaymentRefund::of(refund, payment));
        let chargebacks = facts.chargebacks.iter().map(|one| Chargeback::of(one, payment));
    } => {
        /// Its id.
        id: PaymentId = payment.id(),
        /// Its state.
        state: State = payment.state,
        /// Its amount.
        amount: Money = facts.price,
        /// The amount that the gateway has authorized.
        authorized: Money = money(facts.authorized)?,
        /// The amount captured.
        captured: Money = money(facts.captured)?,
        /// The amount given back by refunds that are done.
        refunded: Money = money(facts.refunded())?,
        /// The amount of its chargebacks, open and lost.
        charged_back: Money = money(facts.charged_back())?,
        /// The amount that came and is nobody's yet: it waits in `@suspense`.
        suspended: Money = money(facts.suspended)?,
        /// Whether the money is taken at once.
        capture: CaptureMode = facts.capture,
        /// The account that gets it.
        to: String = facts.to.to_string(),
        /// The deal that it pays.
        deal: Option<DealId> = facts.deal,
        /// The purchase that it pays.
        purchase: Option<String> = facts.purchase.map(|id| id.to_string()),
        /// The payer's id.
        payer: Option<String> = facts.payer.clone(),
        /// The gateway that has it; before it is sent, the one that was chosen for it.
        gateway: Option<String> = facts.shown_gateway().map(ToOwned::to_owned),
        /// Its reference there.
        gateway_reference: Option<String> = last.and_then(|attempt| attempt.reference.clone()),
        /// The call that it waits for.
        doing: Option<Doing> = facts.doing.as_ref().map(|doing| Doing {
                call: doing.call,
                phase: doing.phase,
                key: doing.key(payment.id()),
                since: doing.since,
            }),
        /// The payer's next action.
        // what was asked before is over, and may be a key to the payment
        action: Option<Map<String, Value>> =
            payment.json(model::ACTION)?.filter(|_| payment.state == State::ActionRequired),
        /// Why the last call did not succeed.
        failure: Option<PaymentFailure> = facts.failure.as_ref().map(|failure| PaymentFailure {
                code: failure.code,
                gateway_code: failure.gateway_code.clone(),
                retry: failure.retry,
            }),
        /// It is given up as soon as its gateway allows.
        cancel_requested: bool = facts.cancel_requested,
        /// The gateways that were tried.
        attempts: Vec<PaymentAttempt> =
            (1..).zip(&facts.attempts).map(|(place, one)| PaymentAttempt::of(place, one)).collect(),
        /// Its refunds.
        refunds: Vec<PaymentRefund> = refunds.collect::<Result<_>>()?,
        /// Its chargebacks.
        chargebacks: Vec<Chargeback> = chargebacks.collect::<Result<_>>()?,
        /// The transfers that it made, in their order.
        transfers: Vec<TransferId> = facts.transfers.clone(),
        /// Until when it may be confirmed.
        expires_at: Option<Time> = facts.expires_at,
        /// When its authorization is voided.
        authorization_expires_at: Option<Time> = facts.authorization_expires_at,
        /// Counts every event.
        version: i64 = payment.row.version,
        /// The caller's own id.
        reference: Option<String> = payment.row.reference.as_deref().map(Into::into),
        /// The caller's own data.
        metadata: Map<String, Value> = payment.json("metadata")?.unwrap_or_default(),
        /// When it was created.
        created_at: Time = payment.row.created_at,
        /// When it last changed.
        updated_at: Time = facts.updated_at,
    }

    /// Reply of a change of a payment.
    reply PaymentReply {
        /// The payment.
        payment: Payment,
    }

    /// Reply of `refund`.
    reply RefundReply {
        /// The payment.
        payment: Payment,
        /// The refund.
        refund: PaymentRefund,
    }

    /// The outcome of a gateway's report.
    view Reported {
        /// The gateway's own id of it.
        event: String,
        /// The outcome: `applied`; `ignored`, because it was known or is older than what is known; `parked`,
        /// because no payment has this reference yet; `queried`, because the gateway is asked first;
        /// `suspended` or `mismatched`.
        result: Heard,
        /// The payment; `null` where none is known.
        payment: Option<Payment>,
        /// Whether it was told before.
        replayed: bool,
    }

    /// The debt of an account that did not have all of the money that was taken back from it.
    view Debt of(debt: &DebtRecord) -> Result {
        let facts = &debt.facts;
    } => {
        /// Its id.
        id: DebtId = debt.id(),
        /// The debtor's account.
        account: String = facts.account.to_string(),
        /// How much.
        amount: Money = facts.amount,
        /// How much of it came back.
        recovered: Money = facts.recovered,
        /// Its state.
        state: DebtState = debt.state,
        /// The payment, if there was one.
        payment: Option<PaymentId> = facts.payment,
        /// The purchase.
        purchase: Option<String> = facts.purchase.map(|id| id.to_string()),
        /// The chargeback.
        case: String = facts.case.clone(),
        /// Counts every event.
        version: i64 = debt.row.version,
        /// Since when.
        created_at: Time = debt.row.created_at,
    }

    /// Reply of a change of a debt.
    reply DebtReply {
        /// The debt.
        debt: Debt,
    }

    /// An action that an actor can take on a payment now.
    view PaymentAction {
        /// The operation, without the service.
        trigger: String,
        /// The state that it leads to; `null` where the gateway or the amount decides.
        to: Option<State>,
        /// The fields that it needs beside the payment.
        needs: Vec<String>,
    }

    /// Reply of `allowed_actions`.
    view PaymentChoices {
        /// The actions, in the order of the table of transitions.
        actions: Vec<PaymentAction>,
    }
}

impl Payment {
    /// The view of a payment that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: PaymentId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&PaymentRecord::shown(seen, book, id)?)?)
    }
}
