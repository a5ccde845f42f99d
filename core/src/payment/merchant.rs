//! The merchant for a built-in driver: the settings that the payment keeps, and the opened secrets.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::gateway::{self, Gateway};
use super::model::Payment;
use super::tokens::seal_of;
use crate::error::Error;
use crate::gateway::answer::GatewayAnswer;
use crate::gateway::merchant::Merchant;
use crate::gateway::words::{GatewayCall, GatewayDriver, GatewayOutcome};
use crate::jobs::handler::Failed;
use crate::jobs::views::Job;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{Decided, Halt};
use crate::kernel::snapshot::Snapshot;
use crate::rows::body::Text;
use crate::rows::needs::Needs;
use crate::vault::model::failed;
use crate::vault::safe::Safe;

/// Names the rows that opening the secrets of a gateway needs.
pub(crate) fn needs(safe: &Safe, gateway: &str, needs: &mut Needs) {
    seal_of(safe.clone(), gateway).needs(needs);
}

/// The merchant at a gateway, for a payment. Without a safe no secret is opened.
pub(crate) fn account_of(
    gateway: &Gateway,
    payment: &Payment,
    safe: Option<&Safe>,
    seen: &Snapshot,
) -> Result<Merchant, Error> {
    let id = gateway.facts.id.as_str();
    let mut secrets = BTreeMap::new();
    if let Some(safe) = safe {
        let seal = seal_of(safe.clone(), id);
        for name in &gateway.facts.secrets {
            let lost = || failed(gateway::KIND, gateway.id());
            let sealed = gateway.text(&format!("secret.{name}")).ok_or_else(lost)?;
            let opened = seal.open(seen, id, name, sealed).map_err(refusal)?;
            secrets.insert(name.clone(), opened.ok_or_else(lost)?);
        }
    }
    Ok(Merchant::new(id, config_of(gateway, payment)?, secrets))
}

/// Copies the present settings of the gateways that may be tried into a new payment.
pub(crate) fn keep_config(draft: &mut Draft<'_>, payment: &mut Payment) -> Decided<()> {
    for name in payment.facts.gateways.clone() {
        let Some(gateway) = Gateway::find(draft, &payment.row.book, &name)? else { continue };
        if gateway.facts.driver == GatewayDriver::Host || gateway.config().is_empty() {
            continue;
        }
        if let Some(config) = gateway.text("config") {
            payment.texts.insert(text_of(&name), Text::new(config, draft.ids.salt()));
        }
    }
    Ok(())
}

/// The result for a call that was not sent. A call that moves money reports `unsent`; a question fails, and
/// is asked again.
pub(crate) fn unsent(job: &Job, why: &str) -> Result<Value, Failed> {
    let call = job.payload.get("call").and_then(Value::as_str).and_then(|call| call.parse().ok());
    match call {
        Some(GatewayCall::Query) | None => Err(Failed::new(why)),
        Some(_) => {
            tracing::warn!(job = %job.id, kind = job.kind, why, "a call to a gateway was not sent");
            Ok(GatewayAnswer::of(GatewayOutcome::Unsent).to_result())
        }
    }
}

/// The settings of a gateway for a payment: those that the payment keeps, or else the present ones.
fn config_of(gateway: &Gateway, payment: &Payment) -> Result<Map<String, Value>, Error> {
    let kept = payment.json(&text_of(&gateway.facts.id))?;
    Ok(kept.unwrap_or_else(|| gateway.config()))
}

/// The name of the text that has the settings of a gateway.
fn text_of(gateway: &str) -> String {
    format!("config.{gateway}")
}

fn refusal(halt: Halt) -> Error {
    match halt {
        Halt::Reject(rejection) => rejection.error,
        Halt::NeedMore(_) | Halt::Busy => Error::corrupted("the secrets of a gateway were not read"),
    }
}
