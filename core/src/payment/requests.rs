//! Requests of the payments service: gateways and routes, payments, news of them, and debts.

use crate::gateway::words::{FailureCode, FailureRetry, GatewayAbility, GatewayDriver};
use crate::ids::{DebtId, PaymentId};
use crate::money::{Amount, Money};
use crate::payment::debts::State as DebtState;
use crate::payment::gateway_terms::{
    Abilities, CanonicalJson, CurrencyCodes, Secrets, secret_seal, settable,
};
use crate::payment::model::{CaptureMode, State};
use crate::payment::parts::ChargebackPhase;
use crate::payment::payer_account::RefundAccount;
use crate::payment::tokens::Tokens;
use crate::request::bounds::{
    ACCOUNT, Bound, CURRENCY, ID, LINE, NAME, REASON, TOKEN, WORD, bounds, show, spans, whole, word_of,
};
use crate::request::declare::request;
use crate::request::normal::Normal;
use crate::request::parsed::{Name, Words};
use crate::request::secret::{Secret, SecretMap};
use crate::request::shape::span_of;
use crate::time::{Span, SpanInput};
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The shortest and the longest that a payer may have.
const PAYING: Bound = spans(Span::from_mins(1), Span::from_days(30));
/// How long an authorization may stand.
const STANDING: Bound = spans(Span::from_hours(1), Span::from_days(90));
/// How long a gateway may take before its silence counts.
const SILENCE: Bound = spans(Span::from_secs(1), Span::from_hours(24));

/// When a gateway counts as down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<BreakerTerms>)]
pub struct BreakerTerms {
    /// So many calls in a row without an answer, 1 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<u32>,
    /// How long it is left alone then, PT1S to PT24H.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<SpanInput>,
}

bounds! { BreakerTerms { failures: whole(1, 1_000), pause: SILENCE } }

impl Normal for BreakerTerms {}

/// Why a gateway did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<FailureInput>)]
pub struct FailureInput {
    /// One of `declined`, `insufficient_funds`, `invalid_method`, `authentication_failed`, `fraud_suspected`,
    /// `limit`, `not_supported`, `not_processed`, `gateway_error`.
    pub code: String,
    /// The gateway's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_code: Option<String>,
    /// Whether trying again can help: `never`, `other_method`, `other_gateway` or `later`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
}

bounds! { FailureInput { code: word_of::<FailureCode>(), gateway_code: LINE, retry: word_of::<FailureRetry>() } }

impl Normal for FailureInput {}

request! {
    mod operations;
    metadata without cards;

    /// Makes a gateway, or changes one: what is left out stays as it is.
    write SetGateway parses GatewaySetting {
        /// Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        id: String as Name,
        /// The driver that talks to it: `host` is a worker of the application's own, `stripe`, `toss` and
        /// `inicis` are drivers that are built in.
        driver: String as GatewayDriver,
        ;
        /// The currencies that it takes; all if it is left out.
        currencies: Option<Vec<String> as CurrencyCodes> [CURRENCY.items(200)],
        /// Whether new payments may go to it.
        active: Option<bool>,
        /// Its abilities, of `two_step`, `partial_capture`, `partial_refund` and `query`; a new gateway has
        /// all of them if they are left out. Refused for a built-in driver, which has its own.
        abilities: Option<Vec<String> as Abilities> [word_of::<GatewayAbility>().items(8)],
        /// How long after a call its answer that it knows of none is not believed yet, PT1S to PT24H.
        settle_after: Option<SpanInput as Span> [SILENCE],
        /// When it counts as down.
        breaker: Option<BreakerTerms>,
        /// Settings of its driver, which are shown; each driver has its own. A payment keeps those that there
        /// were when it began.
        config: Option<Map<String, Value> as CanonicalJson> [crate::request::bounds::METADATA],
        /// Secrets of its driver by name, which are sealed and never shown.
        secrets: Option<SecretMap as Secrets> [REASON.items(20)],
        |parse|
        pause: Option<Span> =
            span_of("breaker.pause", breaker.as_ref().and_then(|breaker| breaker.pause.as_ref()))?,
        seal: Option<Seal> =
            settable(driver, abilities.as_ref()).and_then(|()| secret_seal(secrets.as_ref(), &id, parse))?,
    }

    /// Lists gateways by name.
    read ListGateways pages {}

    /// Makes a route, or changes one: which gateways are asked for which payments, and in which order.
    write SetRoute {
        /// Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        id: String [NAME],
        /// The gateways, in the order in which they are tried.
        gateways: Vec<String> [NAME.items(16)],
        ;
        /// Only payments in this currency.
        currency: Option<String> [CURRENCY],
        /// Only payments of this amount or more.
        min: Option<Amount>,
        /// Only payments of this amount or less.
        max: Option<Amount>,
        /// Of the routes that fit, the one with the highest is taken; of equals the first by name.
        priority: Option<i64> [whole(-1_000_000, 1_000_000)] = 0,
    }

    /// Removes a route.
    write RemoveRoute parses RouteRemoval {
        /// The route.
        id: String as Name,
        ;
    }

    /// Lists routes by name.
    read ListRoutes pages {}

    /// Begins a payment from outside into an account.
    write CreatePayment<K> {
        /// The amount to pay.
        amount: Amount,
        ;
        /// The account that gets it; opened if there is none.
        to: Option<String> [ACCOUNT],
        /// The deal that it pays, in place of `to`: its buyer's account gets the money, and the deal takes
        /// it in the same commit. `amount` is what the buyer pays.
        deal: Option<String> [ID],
        /// The gateway; without it a route says.
        gateway: Option<String> [NAME],
        /// The gateway's own handle of the payer's means, such as a payment method. Never a card number.
        token: Option<Secret> [TOKEN],
        /// Such handles by gateway, where a route may take one or another.
        tokens: Option<SecretMap> [TOKEN.items(16)],
        /// Whether the money is taken at once (`auto`) or by `capture` (`manual`); of a deal at once.
        capture: Option<String> [word_of::<CaptureMode>()] = crate::payment::model::AUTO,
        /// The payer: an id of the host's, who may then confirm and void. Left out, it is a plain actor
        /// himself, or else the buyer of the deal.
        payer: Option<String> [LINE],
        /// How long the payer has, PT1M to P30D.
        expires_in: Option<SpanInput> [PAYING] = crate::payment::model::EXPIRES_IN,
        /// How long an authorization stands before it is voided, PT1H to P90D.
        authorization_for: Option<SpanInput> [STANDING] = crate::payment::model::AUTHORIZATION_FOR,
    }

    /// Sends a payment to its gateway with the payer's means.
    write ConfirmPayment parses Confirm object payment {
        /// The payment.
        payment: String as PaymentId,
        /// The gateway's own handle of the payer's means. Never a card number.
        token: Secret as Tokens [TOKEN],
        |parse|
        safe: Safe = Safe::parse(parse)?,
    }

    /// Asks for what the client's widget needs to collect the payer's means.
    read CheckoutPayment {
        /// The payment.
        payment: String [ID],
        ;
    }

    /// Takes the money of an authorized payment, once.
    write CapturePayment<K> {
        /// The payment.
        payment: String [ID],
        ;
        /// How much; all of it if it is left out. What is left over is released.
        amount: Option<Amount>,
    }

    /// Gives a payment up that was not captured.
    write VoidPayment object payment {
        /// The payment.
        payment: String [ID],
        ;
        /// Why.
        reason: Option<String> [REASON],
    }

    /// Asks the gateway what it knows of a payment.
    write SyncPayment {
        /// The payment.
        payment: String [ID],
        ;
    }

    /// Gives captured money back.
    write RefundPayment<K> parses GiveBack {
        /// The payment.
        payment: String as PaymentId,
        ;
        /// How much; what is left of it if it is left out.
        amount: Option<Amount as Money>,
        /// Why.
        reason: Option<String as Words>,
        /// The payer's account that a deposit into a virtual account goes back to: `bank` (its code),
        /// `number` and `holder`. Kept sealed until the refund is over; other payments take none.
        refund_account: Option<SecretMap as RefundAccount> [LINE.items(3)],
    }

    /// Says what an admin has found out about a payment whose outcome is unknown or does not match;
    /// `reference` is the gateway's.
    write SettlePayment<K> {
        /// The payment.
        payment: String [ID],
        /// One of `authorized`, `captured`, `voided`, `refused`, `refunded`.
        outcome: String [WORD],
        /// How it was found out.
        reason: String [REASON],
        ;
        /// The amount; what was asked for if it is left out.
        amount: Option<Amount>,
    }

    /// Tells what a gateway has said about a payment, once for each of its events; `reference` is the
    /// gateway's, in place of `payment` where that is not known.
    write ReportPayment object gateway event once told {
        /// The gateway.
        gateway: String [NAME],
        /// The gateway's own id of what it says: told twice it is one effect.
        event: String [LINE],
        /// The outcome: `authorized`, `captured`, `voided`, `action_required`, `pending`, `refused`,
        /// `nothing`, `refunded` or `refund_failed`.
        outcome: String [WORD],
        ;
        /// The payment.
        payment: Option<String> [ID],
        /// The amount of a refund.
        amount: Option<Amount>,
        /// The total that is authorized there.
        authorized: Option<Amount>,
        /// The total that is captured there.
        captured: Option<Amount>,
        /// The total that is refunded there.
        refunded: Option<Amount>,
        /// The refund: its id, or the gateway's reference.
        refund: Option<String> [LINE],
        /// Why it refused.
        failure: Option<FailureInput>,
        /// The payer's next action.
        action: Option<serde_json::Map<String, serde_json::Value>> [crate::request::bounds::METADATA],
    }

    /// Tells that the payer's bank takes a payment back, or how that ended.
    write ChargebackPayment {
        /// The payment.
        payment: String [ID],
        /// The gateway's id of it.
        case: String [LINE],
        ;
        /// How far it is: `open`, `won` or `lost`.
        phase: Option<String> [word_of::<ChargebackPhase>()] = "open",
        /// How much is taken back; all that is left if it is left out. It may be more than was paid.
        amount: Option<Amount>,
        /// Why.
        reason: Option<String> [REASON],
    }

    /// Takes what a debtor owes from what the debtor has.
    write RecoverDebt<K> parses Recover {
        /// The debt.
        debt: String as DebtId,
        ;
        /// How much; as much as there is of what is owed if it is left out.
        amount: Option<Amount as Money>,
    }

    /// Gives a debt up.
    write WriteOffDebt parses WriteOff {
        /// The debt.
        debt: String as DebtId,
        /// Why.
        reason: String as Words,
        ;
    }

    /// Lists debts, newest first.
    read ListDebts pages {
        ;
        /// Only of this account.
        account: Option<String> [ACCOUNT],
        /// Only in this state: `open`, `recovered` or `written_off`.
        state: Option<String> [word_of::<DebtState>()],
    }

    /// Looks up a payment.
    read GetPayment {
        ;
        /// The payment.
        payment: Option<String> [ID],
        /// The caller's own id of it, in place of `payment`.
        reference: Option<String> [LINE],
    }

    /// Lists payments, newest first.
    read ListPayments pages {
        ;
        /// Only in this state.
        state: Option<String> [word_of::<State>()],
        /// Only to this account.
        to: Option<String> [ACCOUNT],
        /// Only of this payer.
        payer: Option<String> [LINE],
        /// Only at this gateway.
        gateway: Option<String> [NAME],
        /// Only of this deal.
        deal: Option<String> [ID],
        /// Only of this purchase.
        purchase: Option<String> [ID],
        /// Only those that wait for an answer of their gateway.
        unsettled: Option<bool> = false,
    }

    /// Lists the events of a payment, oldest first.
    read PaymentHistory pages {
        /// The payment.
        payment: String [ID],
    }

    /// Asks what the actor could do with a payment now.
    read PaymentActions {
        /// The payment.
        payment: String [ID],
    }

    /// Draws the states of a payment from the table of transitions.
    read PaymentDiagram {
        ;
        /// `mermaid`, which is the default.
        format: Option<String> [WORD] = "mermaid",
    }
}
