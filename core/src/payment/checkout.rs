//! The fields that the client's widget needs before the payer has given a means of payment.

use super::gateway::{self, Gateway, GatewayAbility};
use super::merchant;
use super::model::{CaptureMode, Payment, State};
use super::queries::{permit_payer, record};
use super::requests::CheckoutPayment;
use super::transitions::TRANSITIONS;
use super::views::Checkout;
use crate::error::{Detail, Result};
use crate::gateway::driver_of;
use crate::gateway::wire::CheckoutOrder;
use crate::ids::PaymentId;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::unsupported;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs};
use crate::vault::safe::Safe;

/// The name of the operation.
const NAME: &str = "payments.checkout";

/// `payments.checkout`: nothing is written.
pub async fn checkout(reading: &mut Reading<'_>, request: &CheckoutPayment) -> Result<Checkout> {
    let id = PaymentId::request("payment", &request.payment)?;
    let payment = Payment::of(&record(reading, id).await?)?;
    permit_payer(reading, &payment).await?;
    if !matches!(payment.state, State::Created | State::ActionRequired) {
        let takes = |trigger| payment.takes(trigger);
        return Err(TRANSITIONS.not_allowed_of(payment.id(), payment.state, "checkout", takes));
    }
    let gateway = gateway_of(reading, &payment).await?;
    let Some(driver) = driver_of(gateway.facts.driver) else {
        return Err(unsupported(NAME, "a worker of the application's own talks to the gateway"));
    };
    let (mut seen, mut safe) = (Snapshot::default(), None);
    if !gateway.facts.secrets.is_empty() {
        let opens = Safe::reading(reading).await?;
        let mut needs = Needs::default();
        merchant::needs(&opens, &gateway.facts.id, &mut needs);
        seen.absorb(&needs, reading.load(&needs).await?);
        safe = Some(opens);
    }
    let account = merchant::account_of(&gateway, &payment, safe.as_ref(), &seen)?;
    let order = CheckoutOrder {
        payment: id.to_string(),
        amount: payment.facts.price,
        capture_at_once: payment.facts.capture == CaptureMode::Auto,
        now: reading.now,
        payer: customer(reading, &payment).await?,
    };
    Ok(Checkout { gateway: gateway.facts.id.clone(), fields: driver.checkout(&account, &order)? })
}

/// The payer, as far as the widget may know him as a customer.
async fn customer(reading: &mut Reading<'_>, payment: &Payment) -> Result<Option<String>> {
    let facts = &payment.facts;
    let Some(payer) = facts.payer.as_ref().filter(|_| facts.deal.is_none()) else {
        return Ok(facts.payer.clone());
    };
    let mut needs = Needs::default();
    needs.account(payment.to(), Access::Read);
    let to = reading.load(&needs).await?.accounts.into_iter().next();
    // who asks for money for his own account is its payer by default, and anybody may pay him: the gateway
    // would keep the cards of all of them as those of one customer
    let owns = to.is_some_and(|to| to.owner.as_deref() == Some(payer.as_str()));
    Ok(Some(payer.clone()).filter(|payer| !owns && payer != facts.to.as_str()))
}

/// The gateway that has the payment, or else the one that a confirm would choose now.
async fn gateway_of(reading: &mut Reading<'_>, payment: &Payment) -> Result<Gateway> {
    if let Some(name) = payment.facts.gateway() {
        return known(reading, name).await?.ok_or_else(|| Gateway::not_found(name));
    }
    let names = &payment.facts.gateways;
    let two_step = payment.facts.capture == CaptureMode::Manual;
    let mut down = None;
    for name in names {
        let Some(gateway) = known(reading, name).await? else { continue };
        let can = names.len() == 1 || !two_step || gateway.facts.can(GatewayAbility::TwoStep);
        if !gateway.facts.takes_in(payment.currency) || !can {
            continue;
        }
        if gateway.is_open(reading.now) {
            return Ok(gateway);
        }
        down.get_or_insert(gateway);
    }
    Err(match down {
        Some(gateway) => Detail::GatewayUnavailable {
            gateway: Some(gateway.facts.id.clone()),
            retry_after: gateway.retry_after(reading.now),
        }
        .into(),
        None => gateway::not_found(names.first().filter(|_| names.len() == 1).map(String::as_str)),
    })
}

async fn known(reading: &mut Reading<'_>, name: &str) -> Result<Option<Gateway>> {
    let mut needs = Needs::default();
    needs.record(Gateway::key(&reading.book, name), Access::Read);
    let found = reading.load(&needs).await?.records.into_iter().next();
    found.as_ref().map(Gateway::of).transpose()
}
