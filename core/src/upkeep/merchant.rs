//! Prepares what a driver needs for a call: its gateway's settings, with opened secrets.

use crate::currency::Currencies;
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::{Detail, Error, Result};
use crate::gateway::call::GatewayRequest;
use crate::gateway::driver_of;
use crate::gateway::merchant::{Lacking, Merchant};
use crate::ids::{Book, PaymentId};
use crate::jobs::handler::{Handler, Inside};
use crate::jobs::views::Job;
use crate::kernel::snapshot::Snapshot;
use crate::payment::gateway::{self, Gateway, JOBS};
use crate::payment::merchant;
use crate::payment::model::Payment;
use crate::rows::needs::{Access, Needs};
use crate::vault::safe::Safe;

/// Builds what a handler gets with its job.
pub(super) async fn inside(engine: &Engine, handler: &dyn Handler, job: &Job) -> Result<Inside> {
    let mut inside = Inside {
        keyring: engine.keyring(),
        gateway: None,
        driver: None,
        #[cfg(feature = "chain")]
        chain: None,
        currencies: Currencies::of(&engine.opened().known),
        now: engine.now(),
    };
    if handler.is_driver() {
        put_merchant(engine, job, &mut inside).await?;
    }
    #[cfg(feature = "chain")]
    if let Some(chains) = handler.chains() {
        inside.chain = Some(super::chains::opened(engine, chains, job).await?);
    }
    Ok(inside)
}

async fn put_merchant(engine: &Engine, job: &Job, inside: &mut Inside) -> Result<()> {
    let book = Book::request("book", &job.book)?;
    let broken = |what: &str| Error::corrupted(format!("the {what} of job {}", job.id));
    let name = job.kind.strip_prefix(JOBS).ok_or_else(|| broken("kind"))?;
    let payment = job.payload.get("payment").and_then(serde_json::Value::as_str);
    let payment: PaymentId = payment.and_then(|id| id.parse().ok()).ok_or_else(|| broken("payload"))?;
    let (of_gateway, of_payment) = (Gateway::key(&book, name), Payment::key(&book, payment));
    let mut needs = Needs::default();
    needs.record(of_gateway.clone(), Access::Read);
    needs.record(of_payment.clone(), Access::Read);
    let mut seen = Snapshot::default();
    seen.absorb(&needs, engine.peek(&needs).await?);
    let known = seen.records.row(&of_gateway).ok_or_else(|| Gateway::not_found(name))?;
    let gateway = Gateway::of(known)?;
    let known = seen.records.row(&of_payment).ok_or_else(|| Payment::not_found(payment))?;
    let payment = Payment::of(known)?;
    let safe = match gateway.facts.secrets.is_empty() {
        true => None,
        false => Some(Safe::of(inside.keyring.as_ref(), &engine.scope().env, &book)?),
    };
    if let Some(safe) = &safe {
        let mut needs = Needs::default();
        merchant::needs(safe, name, &mut needs);
        seen.absorb(&needs, engine.peek(&needs).await?);
    }
    let account = merchant::account_of(&gateway, &payment, safe.as_ref(), &seen)?;
    can_call(&gateway, &account)?;
    GatewayRequest::of(&job.key, &job.payload, &inside.currencies)?;
    inside.driver = Some(gateway.facts.driver);
    inside.gateway = Some(account);
    Ok(())
}

/// Checks that a built-in driver has everything that it needs.
fn can_call(gateway: &Gateway, account: &Merchant) -> Result<()> {
    let driver = driver_of(gateway.facts.driver).ok_or_else(|| Detail::NotSupported {
        operation: gateway::job_kind(&gateway.facts.id),
        reason: "no driver that is built in talks to the gateway".to_owned(),
    })?;
    let needed = driver.needs();
    for name in needed.secrets {
        account.secret(name)?;
    }
    let lacking = needed.config.iter().find(|name| account.text(name).is_none());
    lacking.map_or(Ok(()), |name| Err(Lacking(name).into()))
}
