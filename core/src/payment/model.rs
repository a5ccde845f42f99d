//! The model of a payment: its states, the calls that it makes, and what is known of each.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::parts::{ChargebackFacts, HeldRest, OpenHint, Question, Refund, WaitFacts};
use crate::error::{Detail, Error, Result};
pub use crate::gateway::words::{FailureCode, FailureRetry, GatewayCall, GatewayOutcome};
use crate::ids::{AccountId, DealId, JobId, PaymentId, PurchaseId, RefundId, TransferId};
use crate::money::{LIMIT, Money, minor};
use crate::rows::codec::text_enum;
use crate::rows::needs::AccountKey;
use crate::rows::object::{Stored, object};
use crate::time::{Span, Time};

/// The kind of a payment's record, and the object of its events.
pub const KIND: &str = "payment";
/// The name of the text with the payer's action.
pub(crate) const ACTION: &str = "action";
/// Taking the money at once.
pub const AUTO: &str = "auto";
/// How long a payer has by default.
pub const EXPIRES_IN: Span = Span::from_mins(30);
/// How long an authorization holds by default.
pub const AUTHORIZATION_FOR: Span = Span::from_days(6);
/// How many refunds, attempts and chargebacks a payment has at most.
pub const MOST_PARTS: usize = 200;

text_enum! {
    /// The state of a payment in its life cycle.
    pub enum State {
        /// It waits for the payer's means.
        Created = "created",
        /// The gateway is asked to authorize it, or to take it at once.
        Authorizing = "authorizing",
        /// The payer must do something.
        ActionRequired = "action_required",
        /// The gateway holds the money for us.
        Authorized = "authorized",
        /// The gateway is asked to take it.
        Capturing = "capturing",
        /// The money is taken, and on its account.
        Captured = "captured",
        /// The gateway is asked to let go of it.
        Voiding = "voiding",
        /// A call that may move money has no answer: the gateway is asked what became of it.
        Unknown = "unknown",
        /// The gateway says something that was not asked for: an admin settles it.
        Mismatched = "mismatched",
        /// All of it went back.
        Refunded = "refunded",
        /// The payer's bank took it back.
        ChargedBack = "charged_back",
        /// It was given up before anything was taken.
        Voided = "voided",
        /// Its time passed before anything was taken.
        Expired = "expired",
        /// No gateway took it.
        Failed = "failed",
    }
}

impl State {
    /// Whether it ended without money: what comes then is late.
    pub const fn ended_unpaid(self) -> bool {
        matches!(self, Self::Voided | Self::Expired | Self::Failed)
    }

    /// Whether its money was taken.
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Captured | Self::Refunded | Self::ChargedBack)
    }

    /// The type of the event of reaching this state.
    pub const fn event(self) -> &'static str {
        match self {
            Self::Created => "payment.created",
            Self::Authorizing => "payment.authorizing",
            Self::ActionRequired => "payment.action_required",
            Self::Authorized => "payment.authorized",
            Self::Capturing => "payment.capturing",
            Self::Captured => "payment.captured",
            Self::Voiding => "payment.voiding",
            Self::Unknown => "payment.unknown",
            Self::Mismatched => "payment.mismatched",
            Self::Refunded => "payment.refunded",
            Self::ChargedBack => "payment.charged_back",
            Self::Voided => "payment.voided",
            Self::Expired => "payment.expired",
            Self::Failed => "payment.failed",
        }
    }
}

text_enum! {
    /// How far a call is.
    pub enum CallPhase {
        /// No worker has taken it.
        Queued = "queued",
        /// A worker has taken it: the gateway may have it.
        Sent = "sent",
        /// The gateway has it, and says more later.
        Accepted = "accepted",
        /// Nobody knows whether the gateway has it.
        Unknown = "unknown",
    }
}

text_enum! {
    /// When the money is taken.
    pub enum CaptureMode {
        /// At once.
        Auto = "auto",
        /// By `capture`.
        Manual = "manual",
    }
}

text_enum! {
    /// The outcome of an attempt at a gateway.
    pub enum AttemptOutcome {
        /// It has authorized the payment.
        Authorized = "authorized",
        /// It has taken the money.
        Captured = "captured",
        /// It let go of it.
        Voided = "voided",
        /// It refused.
        Refused = "refused",
        /// The call surely never reached it.
        Unsent = "unsent",
        /// It surely knows of none.
        Nothing = "nothing",
    }
}

text_enum! {
    /// The state of a gateway's reference.
    pub enum ReferenceState {
        /// It is that of a payment.
        Known = "known",
        /// News of it waits: nobody knows its payment.
        Parked = "parked",
        /// Nobody claimed it in time.
        Dropped = "dropped",
    }
}

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureFacts {
    /// The reason in words that all gateways share.
    pub code: FailureCode,
    /// The gateway's own code.
    #[serde(default)]
    pub gateway_code: Option<String>,
    /// Whether trying again can help.
    pub retry: FailureRetry,
}

impl FailureFacts {
    /// A failure that no gateway named.
    pub const fn own(code: FailureCode) -> Self {
        Self { code, gateway_code: None, retry: FailureRetry::Never }
    }
}

/// A gateway that was tried: one call authorize, with what the gateway made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFacts {
    pub gateway: String,
    #[serde(default)]
    pub reference: Option<String>,
    /// The outcome.
    #[serde(default)]
    pub outcome: Option<AttemptOutcome>,
    /// The payer pays, or has paid, into an account: the money goes back to none by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deposit: bool,
}

/// The call that a payment waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCall {
    /// The kind of call.
    pub call: GatewayCall,
    /// How far it is.
    pub phase: CallPhase,
    /// Counts the calls of this kind on this payment.
    pub number: u32,
    pub job: JobId,
    /// How much, in minor units.
    #[serde(with = "minor")]
    pub minor: i128,
    #[serde(default)]
    pub refund: Option<RefundId>,
    /// When it was written.
    pub since: Time,
    /// When it was first written, if it was written again since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Time>,
    /// When a worker took it, by the clock: answers are believed by it.
    #[serde(default)]
    pub sent_at: Option<Time>,
    /// How many times in a row it surely did not reach the gateway.
    #[serde(default)]
    pub unsent: u32,
    /// Whether the same number was sent before.
    #[serde(default)]
    pub resent: bool,
    /// The timeline of the store when it was written; `None` is the first.
    #[serde(default)]
    pub timeline: Option<Uuid>,
}

impl PendingCall {
    /// The idempotency key that it carries.
    pub fn key(&self, payment: PaymentId) -> String {
        format!("{payment}:{}:{}", self.call, self.number)
    }

    /// Whether the gateway may have the call.
    pub const fn may_be_there(&self) -> bool {
        !matches!(self.phase, CallPhase::Queued)
    }

    /// Whether it voids the rest of a part capture, and not the payment.
    pub fn voids_rest(&self) -> bool {
        self.call == GatewayCall::Void && self.minor > 0
    }
}

/// How many calls of each kind were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub authorize: u32,
    pub capture: u32,
    pub void: u32,
    pub refund: u32,
    /// Questions.
    pub query: u32,
}

impl Counts {
    /// Counts one more call of a kind.
    pub const fn next(&mut self, call: GatewayCall) -> u32 {
        let count = match call {
            GatewayCall::Authorize => &mut self.authorize,
            GatewayCall::Capture => &mut self.capture,
            GatewayCall::Void => &mut self.void,
            GatewayCall::Refund => &mut self.refund,
            GatewayCall::Query => &mut self.query,
        };
        *count = count.saturating_add(1);
        *count
    }
}

/// The facts of a payment that are kept and may be published in events: ids, amounts, times, state names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFacts {
    /// The account that gets it.
    pub to: AccountId,
    /// The deal that it pays.
    #[serde(default)]
    pub deal: Option<DealId>,
    /// The purchase that it pays.
    #[serde(default)]
    pub purchase: Option<PurchaseId>,
    /// The amount to pay.
    pub price: Money,
    /// When the money is taken.
    pub capture: CaptureMode,
    #[serde(default)]
    pub payer: Option<String>,
    /// It is paid by tokens, and a gateway without a token is not tried.
    #[serde(default)]
    pub by_token: bool,
    /// The gateways that may be tried, in their order.
    pub gateways: Vec<String>,
    /// The one of them that would have taken it when it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// The attempts: the gateway of the last one has the payment.
    #[serde(default)]
    pub attempts: Vec<AttemptFacts>,
    /// The call that it waits for.
    #[serde(default)]
    pub doing: Option<PendingCall>,
    /// The question that is open.
    #[serde(default)]
    pub question: Option<Question>,
    /// The time of the last question that a hint led to; it may be still to come.
    #[serde(default)]
    pub hinted_at: Option<Time>,
    /// The gateway has told something that only a question can explain. It is asked once no call and no other
    /// question is under way.
    #[serde(default)]
    pub unexplained: bool,
    /// Gateways of earlier attempts that have hinted since they were last asked. They are asked in the same
    /// way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_hints: Vec<String>,
    /// The rest that a part capture left, as long as the gateway may hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<HeldRest>,
    /// The state before the call under way.
    #[serde(default)]
    pub before: Option<State>,
    /// The authorization is voided because its time passed.
    #[serde(default)]
    pub timed_out: bool,
    /// The amount that the gateway has authorized, in minor units.
    #[serde(with = "minor")]
    pub authorized: i128,
    /// The amount captured for the account, in minor units.
    #[serde(with = "minor")]
    pub captured: i128,
    /// The part in `@suspense`, in minor units.
    #[serde(with = "minor")]
    pub suspended: i128,
    /// The part of the deal's refunds to the buyer that was passed on or settled here, in minor units.
    #[serde(default, with = "minor")]
    pub passed_on: i128,
    /// Refunds, in their order.
    #[serde(default)]
    pub refunds: Vec<Refund>,
    /// Chargebacks, in their order.
    #[serde(default)]
    pub chargebacks: Vec<ChargebackFacts>,
    /// The cases that take nothing here, whatever is told of them later: they were won before anybody told
    /// that they had begun, or are in another currency and left to the admins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_cases: Vec<String>,
    /// The hint of the gateway that no answer of it has shown yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<OpenHint>,
    /// Why the last call did not succeed.
    #[serde(default)]
    pub failure: Option<FailureFacts>,
    /// It is to be given up as soon as its gateway allows.
    #[serde(default)]
    pub cancel_requested: bool,
    /// The transfers that it made, in their order.
    #[serde(default)]
    pub transfers: Vec<TransferId>,
    /// How many calls of each kind were made.
    #[serde(default)]
    pub counts: Counts,
    /// Until when it may be confirmed.
    #[serde(default)]
    pub expires_at: Option<Time>,
    /// How long an authorization stands.
    pub authorization_for: Span,
    /// When its authorization is voided.
    #[serde(default)]
    pub authorization_expires_at: Option<Time>,
    /// Its waits for others, where there is something to keep of them.
    #[serde(default, skip_serializing_if = "WaitFacts::is_nothing")]
    pub waits: WaitFacts,
    /// When it last changed.
    pub updated_at: Time,
}

impl PaymentFacts {
    /// The sum of the refunds that are done, in minor units, without late money.
    pub fn refunded(&self) -> i128 {
        let done = self.refunds.iter().filter(|refund| refund.is_done() && !refund.is_of_late_money());
        done.fold(0, |sum, refund| sum + refund.minor)
    }

    /// The sum of the refunds that succeeded or may still succeed, without late money.
    pub fn given_back(&self) -> i128 {
        let live = self.refunds.iter().filter(|refund| refund.counts() && !refund.is_of_late_money());
        live.fold(0, |sum, refund| sum + refund.minor)
    }

    /// The sum of the open and lost chargebacks, in minor units.
    pub fn charged_back(&self) -> i128 {
        let taken = self.chargebacks.iter().filter(|one| one.counts());
        taken.fold(0_i128, |sum, one| sum.saturating_add(one.minor))
    }

    /// The amount that may still be refunded, in minor units.
    pub fn refundable(&self) -> i128 {
        self.captured.saturating_sub(self.given_back()).saturating_sub(self.charged_back()).max(0)
    }

    /// How much more than was captured would be back with the payer if the bank took so much more, in minor
    /// units. Refunds that may still succeed count.
    pub(crate) fn given_twice(&self, more: i128) -> i128 {
        let back = self.given_back().saturating_add(self.charged_back()).saturating_add(more);
        back.saturating_sub(self.captured)
    }

    /// Whether the gateway holds money that only the payee may let go: it was authorized to be captured by
    /// hand.
    pub(crate) fn is_held_for_payee(&self) -> bool {
        self.capture == CaptureMode::Manual && self.authorized > 0
    }

    /// The gateway that has the payment.
    pub fn gateway(&self) -> Option<&str> {
        self.attempts.last().map(|attempt| attempt.gateway.as_str())
    }

    /// The gateway that has the payment or, before it is sent, the one that was chosen for it. When it is
    /// sent the choice is made anew.
    pub fn shown_gateway(&self) -> Option<&str> {
        match self.gateways.as_slice() {
            [only] if self.attempts.is_empty() => Some(only),
            _ => self.gateway().or(self.chosen.as_deref()),
        }
    }

    /// The account of the buyer who pays its deal or its purchase; `None` if somebody else is named.
    fn paying_buyer(&self) -> Option<AccountId> {
        if self.deal.is_some() {
            // the money of a deal passes through the account of its buyer
            let is_buyer = self.payer.as_deref().is_none_or(|payer| payer == self.to.as_str());
            return is_buyer.then(|| self.to.clone());
        }
        // of a purchase that the host pays it is the name of the buyer's account
        let payer = self.purchase.and(self.payer.as_deref())?;
        AccountId::request("payer", payer).ok().filter(|account| !account.is_system())
    }

    /// The next gateway to try.
    pub fn next_gateways(&self) -> &[String] {
        let tried = |name: &String| self.attempts.iter().any(|attempt| attempt.gateway == *name);
        let place = self.gateways.iter().rposition(tried).map_or(0, |place| place + 1);
        self.gateways.get(place..).unwrap_or_default()
    }
}

/// A payment, read from its record. Its texts are the sealed tokens, the settings of its gateways at its
/// begin, `metadata`, `action` and reasons.
pub type Payment = Stored<PaymentFacts>;

object! { PaymentFacts: KIND, State, PaymentId, price {
    fn not_found(payment: PaymentId) -> Error {
        Detail::PaymentNotFound { payment: payment.to_string() }.into()
    }

    fn due_at(&self, state: State) -> Option<Time> {
        self.deadline(state).into_iter().chain(self.late_at(state)).min()
    }
} }

impl Payment {
    /// An amount of its currency.
    pub fn money(&self, minor: i128) -> Result<Money> {
        Money::new(minor, self.currency)
            .ok_or_else(|| Error::corrupted(format!("an amount of payment {}", self.id())))
    }

    /// Returns the price in minor units.
    pub const fn price(&self) -> i128 {
        self.facts.price.minor_units()
    }

    /// The key of one of the accounts that it moves money on.
    pub fn account(&self, id: &AccountId) -> AccountKey {
        AccountKey::new(self.row.book.clone(), id.clone(), self.currency)
    }

    /// The account that gets it.
    pub fn to(&self) -> AccountKey {
        self.account(&self.facts.to)
    }

    /// The account whose holder or owner pays it, beside whom it names as payer.
    pub(crate) fn payer_account(&self) -> Option<AccountKey> {
        self.facts.paying_buyer().map(|buyer| self.account(&buyer))
    }
}

impl AttemptFacts {
    /// A gateway that is tried now.
    pub fn at(gateway: &str) -> Self {
        Self { gateway: gateway.to_owned(), reference: None, outcome: None, deposit: false }
    }
}

/// Whether an amount is within the bound of money.
pub const fn countable(minor: i128) -> bool {
    minor < LIMIT
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The facts of a payment of 100.00 USD, and `more`.
    pub(crate) fn facts(more: &Value) -> PaymentFacts {
        let mut facts = json!({
            "to": "shop", "price": { "amount": "100.00", "currency": "USD" }, "capture": "auto",
            "gateways": ["card"], "authorized": "10000", "captured": "10000", "suspended": "0",
            "authorization_for": "P6D", "updated_at": "2026-01-01T00:00:00.000000Z",
        });
        facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(facts).unwrap()
    }

    /// The same with a refund of 40.00 USD, and a chargeback.
    fn back(state: &str, late: bool, phase: &str, taken: &str) -> PaymentFacts {
        let id = "rf_0190c3f0-0000-7000-8000-000000000000";
        let at = "2026-01-01T00:00:00.000000Z";
        facts(&json!({
            "refunds": [{ "id": id, "minor": "4000", "state": state, "attempt": 0, "late": late }],
            "chargebacks": [
                { "case": "cb-1", "phase": phase, "minor": taken, "borne": taken, "opened_at": at },
            ],
        }))
    }

    #[test]
    fn what_a_bank_takes_beside_a_refund_is_given_twice() {
        for (state, late, taken, more, twice) in [
            ("queued", false, "6000", 0, 0),
            ("queued", false, "10000", 0, 4_000),
            ("done", false, "10000", 0, 4_000),
            ("queued", false, "0", 10_000, 4_000),
            // a refund that was refused gives nothing back, and late money was never the payee's
            ("refused", false, "10000", 0, 0),
            ("queued", true, "10000", 0, 0),
        ] {
            let facts = back(state, late, "open", taken);
            assert_eq!(facts.given_twice(more), twice, "{state} {late} {taken} {more}");
        }
        assert_eq!(back("queued", false, "won", "10000").given_twice(0), -6_000);
    }

    #[test]
    fn only_what_is_captured_by_hand_is_held_for_the_payee() {
        for (capture, authorized, held) in [
            ("manual", "10000", true),
            ("manual", "0", false),
            ("auto", "10000", false),
            ("auto", "0", false),
        ] {
            let facts = facts(&json!({ "capture": capture, "authorized": authorized, "captured": "0" }));
            assert_eq!(facts.is_held_for_payee(), held, "{capture} {authorized}");
        }
    }
}
