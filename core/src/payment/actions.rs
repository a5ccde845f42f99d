//! The actions that an actor could take on a payment now.

use super::gateway::{self, Gateway, GatewayAbility};
use super::model::{Payment, State};
use super::parts::{Refund, RefundState};
use super::queries::{buyers, payees, payer_ties, record};
use super::requests::PaymentActions;
use super::transitions::{PaymentRole, PaymentTrigger, TRANSITIONS};
use super::views::{PaymentAction, PaymentChoices};
use crate::error::Result;
use crate::ids::PaymentId;
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

    /// The fields that a call needs beside the payment; `None` where it would be refused.
    fn needs_of(&self, trigger: PaymentTrigger, now: Time) -> Option<&'static [&'static str]> {
        let facts = &self.facts;
        let is_owned = facts.deal.is_some() || facts.purchase.is_some();
        let (fits, needs): (bool, &[&str]) = match trigger {
            PaymentTrigger::Confirm => (facts.expires_at.is_none_or(|at| at > now), &["token"]),
            PaymentTrigger::Capture => (!is_owned, &[]),
            PaymentTrigger::Void => (facts.purchase.is_none(), &[]),
            PaymentTrigger::Refund => (!is_owned && facts.refundable() > 0, &[]),
            PaymentTrigger::Settle => (self.can_be_settled(), &["outcome", "reason"]),
            PaymentTrigger::Chargeback => (true, &["case"]),
            _ => (true, &[]),
        };
        fits.then_some(needs)
    }
}

/// `payments.allowed_actions`: an actor who may do nothing gets an empty list.
pub async fn allowed_actions(reading: &mut Reading<'_>, request: &PaymentActions) -> Result<PaymentChoices> {
    let id = PaymentId::request("payment", &request.payment)?;
    let payment = Payment::of(&record(reading, id).await?)?;
    let roles = roles_in(reading, &payment).await?;
    let can_ask = payment.state != State::Created && can_ask(reading, &payment).await?;
    reading.judged = true;
    let mut actions = Vec::new();
    for row in TRANSITIONS.callable(payment.state) {
        let is_void = row.trigger == PaymentTrigger::Void;
        let judge = TRANSITIONS.find(Some(payment.voided_as()), row.trigger).filter(|_| is_void);
        let fits = row.trigger != PaymentTrigger::Sync || can_ask;
        if !judge.unwrap_or(row).lets(&roles) || !fits {
            continue;
        }
        let Some(needs) = payment.needs_of(row.trigger, reading.now) else { continue };
        actions.push(PaymentAction {
            trigger: row.trigger.to_string(),
            to: row.only_state(),
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

/// Whether its gateway can be asked about it.
async fn can_ask(reading: &mut Reading<'_>, payment: &Payment) -> Result<bool> {
    let Some(name) = payment.facts.gateway() else { return Ok(false) };
    let row = reading.record(gateway::key(&reading.book, name)).await?;
    let gateway = row.as_ref().map(Gateway::of).transpose()?;
    Ok(gateway.is_some_and(|gateway| gateway.facts.can(GatewayAbility::Query)))
}
