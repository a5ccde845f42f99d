//! The account that a deposit is given back to: the payer names it with the refund, and it is kept sealed
//! until the refund is over.
//!
//! Money that came by a deposit into a virtual account has no means of payment that it could go back to.
//! Every other payment has one, and takes no account: who can ask for refunds could have the money of others
//! sent to himself.

use super::model::{Payment, PaymentFacts};
use super::news::News;
use super::parts::{Refund, RefundState};
use super::payer_account::{FIELD, RefundAccount};
use super::tokens::seal_of;
use crate::error::{Error, Result};
use crate::gateway::call::PayerAccount;
use crate::gateway::words::GatewayDriver;
use crate::ids::RefundId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::rows::body::Text;
use crate::rows::needs::Needs;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The `type` of an action that is a deposit.
const DEPOSIT: &str = "deposit";
/// The first part of the names of texts that have a sealed account.
const TEXT: &str = "refund_account.";

impl RefundAccount {
    fn seal(&self, payment: &Payment) -> Option<Seal> {
        Some(seal_of(self.safe.clone(), payment.facts.gateway()?))
    }

    /// Names the rows that sealing needs.
    pub(crate) fn needs(&self, payment: &Payment, needs: &mut Needs) {
        if let Some(seal) = self.seal(payment) {
            seal.needs(needs);
        }
    }

    /// Keeps it for a refund, sealed.
    pub(crate) fn keep(&self, draft: &mut Draft<'_>, payment: &mut Payment, refund: RefundId) -> Decided<()> {
        let Some(seal) = self.seal(payment) else { return Ok(()) };
        let name = format!("{TEXT}{refund}");
        let sealed = seal.seal(draft, &payment.id().to_string(), &name, &self.account.written()?)?;
        payment.texts.insert(name, Text::new(&sealed, draft.ids.salt()));
        Ok(())
    }
}

/// Whether a refund may be asked for with an account, or without one.
pub(crate) fn judge(driver: GatewayDriver, by_deposit: bool, is_given: bool) -> Result<()> {
    let why = match (driver, by_deposit, is_given) {
        (GatewayDriver::Toss, true, false) => {
            "must be given: a deposit goes back to an account of the payer's"
        }
        (GatewayDriver::Inicis, true, true) => {
            "must be left out: KG Inicis gives a deposit back in its own console"
        }
        (GatewayDriver::Stripe | GatewayDriver::Toss | GatewayDriver::Inicis, false, true) => {
            "must be left out: the money goes back to the means that paid"
        }
        _ => return Ok(()),
    };
    Err(Error::invalid(FIELD, why))
}

impl PaymentFacts {
    /// Whether its present attempt was, or is to be, paid by a deposit.
    pub(crate) fn is_by_deposit(&self) -> bool {
        self.attempts.last().is_some_and(|attempt| attempt.deposit)
    }

    /// Keeps that the payer of an attempt is asked for a deposit, or has made one.
    pub(super) fn learn_deposit(&mut self, place: usize, news: &News) {
        let kind = news.action.as_ref().and_then(|action| action.get("type"));
        if kind.is_some_and(|kind| kind == DEPOSIT)
            && let Some(attempt) = self.attempts.get_mut(place)
        {
            attempt.deposit = true;
        }
    }
}

/// Forgets the accounts of refunds that are over.
pub(crate) fn forget(payment: &mut Payment) {
    if !payment.texts.keys().any(|name| name.starts_with(TEXT)) {
        return;
    }
    let live = |refund: &&Refund| {
        matches!(refund.state, RefundState::Queued | RefundState::Sent | RefundState::Unknown)
    };
    let kept: Vec<String> =
        payment.facts.refunds.iter().filter(live).map(|refund| format!("{TEXT}{}", refund.id)).collect();
    payment.texts.retain(|name, _| !name.starts_with(TEXT) || kept.contains(name));
}

/// The account of a refund, opened.
pub(crate) fn shown(
    payment: &Payment,
    gateway: &str,
    refund: RefundId,
    safe: impl FnOnce() -> Result<Safe>,
    seen: &Snapshot,
) -> Decided<Option<PayerAccount>> {
    let name = format!("{TEXT}{refund}");
    let Some(sealed) = payment.text(&name) else { return Ok(None) };
    let seal = seal_of(safe()?, gateway);
    let opened = seal.open(seen, &payment.id().to_string(), &name, sealed)?;
    let account = opened.as_deref().and_then(PayerAccount::of_text);
    account.map(Some).ok_or_else(|| Error::corrupted(format!("the account of refund {refund}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_deposit_takes_an_account() {
        use GatewayDriver::{Host, Inicis, Stripe, Toss};
        for (driver, by_deposit, is_given, is_taken) in [
            (Toss, true, true, true),
            (Toss, true, false, false),
            (Toss, false, true, false),
            (Toss, false, false, true),
            (Inicis, true, true, false),
            (Inicis, true, false, true),
            (Inicis, false, true, false),
            (Stripe, false, true, false),
            (Stripe, false, false, true),
            (Host, false, true, true),
            (Host, true, false, true),
        ] {
            let judged = judge(driver, by_deposit, is_given);
            assert_eq!(judged.is_ok(), is_taken, "{driver:?} {by_deposit} {is_given}");
        }
    }
}
