//! The actions that an actor could take on a payment now.

use super::gateway::{Gateway, GatewayAbility, GatewayDriver};
use super::model::{Payment, State};
use super::parts::{Refund, RefundState};
use super::queries::{buyers, payees, payer_ties, record};
use super::refund_account::judge;
use super::requests::PaymentActions;
use super::transitions::{PaymentRole, PaymentTrigger, TRANSITIONS};
use super::views::{PaymentAction, PaymentChoices};
use crate::error::Result;
use crate::ids::{PaymentId, RefundId};
use crate::kernel::permit::Tie;
use crate::kernel::transitions::roles;
use crate::request::reading::Reading;
use crate::time::Time;

impl Payment {
    /// The state whose row of the table judges a void: money that the gateway holds for the payee is let go
    /// by the payee alone, as in `authorized`.
    pub(super) fn voided_as(&self) -> State {
        match self.state {
            State::Capturing | State::Unknown if self.facts.is_held_for_payee() => State::Authorized,
            state => state,
        }
    }

    /// Whether an admin may settle it: its outcome is unknown, it does not match, or money of it waits in
    /// `@suspense` and no refund takes that.
    pub(super) fn can_be_settled(&self) -> bool {
        let live = |refund: &Refund| {
            refund.late
                && matches!(refund.state, RefundState::Queued | RefundState::Sent | RefundState::Unknown)
        };
        let facts = &self.facts;
        let waits = facts.suspended > 0 && facts.doing.is_none() && !facts.refunds.iter().any(live);
        matches!(self.state, State::Unknown | State::Mismatched) || self.state.is_paid() && waits
    }

    /// Whether a refusal may name a trigger as possible.
    pub(super) fn takes(&self, trigger: PaymentTrigger) -> bool {
        trigger != PaymentTrigger::Settle || self.can_be_settled()
    }

    /// The refund of late money that the gateway refused or gave back: `payments.sync` sends it again.
    pub(super) fn stuck_refund(&self) -> Option<RefundId> {
        let facts = &self.facts;
        let mut stuck = facts.refunds.iter().filter(|refund| {
            refund.late
                && matches!(refund.state, RefundState::Refused | RefundState::Returned)
                && facts.suspended >= refund.minor
        });
        stuck.next().map(|refund| refund.id).filter(|_| facts.doing.is_none())
    }

    /// Whether `purchases.refund` can give money of it back.
    pub(crate) fn gives_back(&self) -> bool {
        matches!(self.state, State::Captured | State::ChargedBack) && self.facts.refundable() > 0
    }

    /// The fields that a refund needs: the payer's account, where a deposit goes back to one.
    fn needs_of_refund(&self, driver: Option<GatewayDriver>) -> &'static [&'static str] {
        let is_missing = |driver| judge(driver, self.facts.is_by_deposit(), false).is_err();
        if driver.is_some_and(is_missing) { &["refund_account"] } else { &[] }
    }

    /// The fields that a call needs beside the payment; `None` where it would be refused.
    fn needs_of(&self, trigger: PaymentTrigger, about: &About) -> Option<&'static [&'static str]> {
        let facts = &self.facts;
        let is_owned = facts.deal.is_some() || facts.purchase.is_some();
        let (fits, needs): (bool, &[&str]) = match trigger {
            PaymentTrigger::Confirm => (facts.expires_at.is_none_or(|at| at > about.now), &["token"]),
            PaymentTrigger::Capture => (!is_owned, &[]),
            PaymentTrigger::Void => (facts.purchase.is_none(), &[]),
            PaymentTrigger::Refund => {
                (!is_owned && facts.refundable() > 0, self.needs_of_refund(about.driver))
            }
            PaymentTrigger::Settle => (self.can_be_settled(), &["outcome", "reason"]),
            // it may take more than is left, and says then how much
            PaymentTrigger::Chargeback if facts.refundable() == 0 => (true, &["case", "amount"]),
            PaymentTrigger::Chargeback => (true, &["case"]),
            PaymentTrigger::Sync => (about.can_ask || self.stuck_refund().is_some(), &[]),
            _ => (true, &[]),
        };
        fits.then_some(needs)
    }
}

/// The facts beside a payment that decide what it takes.
struct About {
    now: Time,
    /// The driver of its gateway, if it was sent.
    driver: Option<GatewayDriver>,
    /// The gateway of the call under way, or else of the last attempt, can be asked.
    can_ask: bool,
}

/// `payments.allowed_actions`: an actor who may do nothing gets an empty list.
pub async fn allowed_actions(reading: &mut Reading<'_>, request: &PaymentActions) -> Result<PaymentChoices> {
    let id = PaymentId::request("payment", &request.payment)?;
    let payment = Payment::of(&record(reading, id).await?)?;
    let roles = roles_in(reading, &payment).await?;
    let about = about(reading, &payment).await?;
    reading.judged = true;
    let mut actions = Vec::new();
    for row in TRANSITIONS.callable(payment.state) {
        let is_void = row.trigger == PaymentTrigger::Void;
        let judge = TRANSITIONS.find(Some(payment.voided_as()), row.trigger).filter(|_| is_void);
        if !judge.unwrap_or(row).lets(&roles) {
            continue;
        }
        let Some(needs) = payment.needs_of(row.trigger, &about) else { continue };
        // an unknown outcome goes on as the finding says
        let is_open = (payment.state, row.trigger) == (State::Unknown, PaymentTrigger::Settle);
        actions.push(PaymentAction {
            trigger: row.trigger.to_string(),
            to: row.only_state().filter(|_| !is_open),
            needs: needs.iter().map(|field| (*field).to_owned()).collect(),
        });
    }
    Ok(PaymentChoices { actions })
}

/// The roles of the actor.
async fn roles_in(reading: &mut Reading<'_>, payment: &Payment) -> Result<Vec<PaymentRole>> {
    let payees = payees(reading, std::slice::from_ref(payment)).await?;
    let buyers = buyers(reading, payment).await?;
    let payer = payer_ties(payment, &buyers);
    let payee: Vec<Tie<'_>> = payees.iter().map(Tie::Account).collect();
    Ok(roles(&reading.actor, &[(PaymentRole::Payer, &payer), (PaymentRole::Payee, &payee)]))
}

async fn about(reading: &mut Reading<'_>, payment: &Payment) -> Result<About> {
    let facts = &payment.facts;
    let asked = facts.doing.as_ref().and_then(|doing| facts.gateway_of_call(doing)).or(facts.gateway());
    let of_attempt = gateway_of(reading, facts.gateway()).await?;
    let asked =
        if asked == facts.gateway() { of_attempt.clone() } else { gateway_of(reading, asked).await? };
    Ok(About {
        now: reading.now,
        driver: of_attempt.map(|gateway| gateway.facts.driver),
        can_ask: asked.is_some_and(|gateway| gateway.facts.can(GatewayAbility::Query)),
    })
}

/// The fields that `purchases.refund` needs because of the payment.
pub(crate) async fn needs_of_refund(
    reading: &mut Reading<'_>,
    payment: &Payment,
) -> Result<&'static [&'static str]> {
    let gateway = gateway_of(reading, payment.facts.gateway()).await?;
    Ok(payment.needs_of_refund(gateway.map(|gateway| gateway.facts.driver)))
}

async fn gateway_of(reading: &mut Reading<'_>, name: Option<&str>) -> Result<Option<Gateway>> {
    let Some(name) = name else { return Ok(None) };
    let row = reading.record(Gateway::key(&reading.book, name)).await?;
    row.as_ref().map(Gateway::of).transpose()
}
