//! The balance and the promises of a lane: a nonce that is not yet in a block counts as spent.

use super::choice::{NATIVE, Promise, TokenUnits};
use super::judge::fees::most_gas_cost;
use super::judge::num::Num;
use super::lane::Lane;
use super::model::Withdrawal;
use super::slot::Slot;

/// The most that a nonce may take: its payment, and the gas of its dearest attempt.
pub(super) fn promise(slot: &Slot, withdrawal: &Withdrawal) -> Promise {
    let attempts = slot.facts.attempts.iter();
    let gas = attempts.filter_map(|attempt| most_gas_cost(&attempt.bid(), attempt.gas_limit)).max();
    let plan = &slot.facts.plan;
    let token = (plan.data != "0x").then(|| TokenUnits {
        currency: withdrawal.currency.code().to_owned(),
        units: Num::try_from(withdrawal.minor()).unwrap_or_default(),
    });
    Promise { native: plan.value.saturating_add(gas.unwrap_or_default()), token }
}

/// Adds the promise of a nonce.
pub(super) fn give(lane: &mut Lane, promise: &Promise) {
    let promised = &mut lane.facts.promised;
    add(promised, NATIVE, promise.native);
    if let Some(TokenUnits { currency, units }) = &promise.token {
        add(promised, currency, *units);
    }
}

/// Ends the promise of a nonce that is in a block, or never will be.
pub(super) fn release(lane: &mut Lane, promise: &Promise) {
    let promised = &mut lane.facts.promised;
    subtract(promised, NATIVE, promise.native);
    if let Some(TokenUnits { currency, units }) = &promise.token {
        subtract(promised, currency, *units);
    }
}

/// Takes a payment from the known balance, until the chain reports it again.
pub(super) fn spend(lane: &mut Lane, promise: &Promise) {
    lane.facts.native = lane.facts.native.map(|has| has.saturating_sub(promise.native));
    if let Some(TokenUnits { currency, units }) = &promise.token
        && let Some(has) = lane.facts.tokens.get_mut(currency)
    {
        *has = has.saturating_sub(*units);
    }
}

type Promised = std::collections::BTreeMap<String, Num>;

fn add(promised: &mut Promised, name: &str, units: Num) {
    if !units.is_zero() {
        let known = promised.entry(name.to_owned()).or_default();
        *known = known.saturating_add(units);
    }
}

/// Lowers a promise, and drops it at zero.
fn subtract(promised: &mut Promised, name: &str, units: Num) {
    if let Some(known) = promised.get_mut(name) {
        *known = known.saturating_sub(units);
        if known.is_zero() {
            promised.remove(name);
        }
    }
}
