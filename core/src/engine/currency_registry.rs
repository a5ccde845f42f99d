//! Registers currencies in the store: code and decimal places of every currency, before any amount in it is
//! written.
//!
//! Rows hold codes and whole minor units. A program with another table of currencies would read other
//! amounts. So the store's registrations count, and a program that differs from them is refused.

use std::sync::PoisonError;

use super::Engine;
use super::options::Options;
use super::store_url::Opened;
use crate::currency::{Currencies, Currency, Known};
use crate::error::{Code, Detail, Error, Result};
use crate::store::{Fault, FaultKind, SharedStore};

/// How often a registration is tried: a connection may break, or another process be faster.
const TRIES: usize = 3;

/// The currencies of a store that is opened: those that the program knows, those of the options, and those
/// that the store knows already.
///
/// # Errors
/// `store_mismatch` where store and program give a currency different scales; `invalid_request`,
/// `invalid_currency` and `currency_not_allowed` naming an option; any failure of the store.
pub(crate) async fn begin(opened: &Opened, options: &Options) -> Result<Currencies> {
    let mut known = options.built_in.clone();
    let mut declared = Vec::with_capacity(options.currencies.len() + 1);
    for (code, scale) in &options.currencies {
        declared.push(known.register(code, *scale)?);
    }
    declared.extend(options.default_currency.as_deref().and_then(|code| known.known(code)));
    let mut known = known.for_store();
    known.learn_anew(&of_store(&opened.store, &[]).await?)?;
    if let Some(allowed) = &options.allowed_currencies {
        known.allow_only(allowed)?;
    }
    if let Some(code) = &options.default_currency {
        known.set_default(code)?;
    }
    declared.retain(|currency| known.known(currency.code()).is_none());
    if !options.read_only && !declared.is_empty() {
        // registered now: at the first use, an application's pool may have no connection left to lend
        known.learn_anew(&of_store(&opened.store, &declared).await?)?;
    }
    *opened.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    Ok(Currencies::of(&opened.known))
}

/// Registers the currencies that requests named for the first time, in a commit of its own, so that no other
/// transaction waits for it. A read-only engine only compares them.
///
/// # Errors
/// `store_mismatch` where one has another scale in the store, `invalid_request` where it is one that a
/// request makes; any failure of the store.
pub(crate) async fn settle(opened: &Opened, named: &Currencies, read_only: bool) -> Result<()> {
    if !named.first_named().is_empty() {
        // many calls may use a new currency at once: the first registers it for all
        let _turn = opened.settling.lock().await;
        let first = named.first_named();
        if !first.is_empty() {
            let register: &[Currency] = if read_only { &[] } else { &first };
            learn(&opened.known, &of_store(&opened.store, register).await?, &first)?;
        }
    }
    named.check_declared(&[])
}

/// Compares the currencies that requests named with those that a transaction found, which may be rolled back.
///
/// # Errors
/// As [`settle`].
pub(crate) fn judge(named: &Currencies, found: &[Currency]) -> Result<()> {
    named.check_declared(found)?;
    let mut own = named.clone();
    found.iter().try_for_each(|currency| own.learn(*currency))
}

/// Adopts the store's currencies. A difference is an error only for a currency in `first`.
fn learn(known: &Known, found: &[Currency], first: &[Currency]) -> Result<()> {
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    let of_ours = |currency: &Currency| first.iter().any(|named| named.code() == currency.code());
    let mut outcome = Ok(());
    for currency in found {
        // the other currencies are learned in any case
        if let Err(error) = known.learn(*currency)
            && of_ours(currency)
        {
            outcome = outcome.and(Err(error));
        }
    }
    outcome
}

/// Registers currencies, and returns all that the store has.
async fn of_store(store: &SharedStore, register: &[Currency]) -> Result<Vec<Currency>> {
    let mut left = TRIES;
    loop {
        left -= 1;
        let mut found = Currencies::none();
        match store.currencies(register, &mut found).await {
            Ok(()) => return Ok(found.all()),
            Err(fault) if left > 0 && !register.is_empty() && may_pass(fault.kind) => {}
            Err(fault) => return Err(of_fault(fault)),
        }
    }
}

const fn may_pass(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Unknown | FaultKind::Serialization | FaultKind::Constraint)
}

/// Turns an unknown outcome into `contention`: the call itself was not decided, so its own outcome is known.
fn of_fault(fault: Fault) -> Error {
    let error = fault.into_error(false);
    if error.code() == Code::OutcomeUnknown {
        return Detail::Contention { reason: "currency".into() }.into();
    }
    error
}

impl Engine {
    /// The currencies that are registered in its store, as far as this engine knows, by code.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        Currencies::of(&self.opened().known).stored()
    }

    /// Reads the store's currencies for those that requests named. Returns whether an unknown one is known
    /// now.
    ///
    /// # Errors
    /// `store_mismatch` where one has another scale there; any failure of the store.
    pub(crate) async fn learn_currencies(&self, named: &Currencies) -> Result<bool> {
        let found = of_store(self.store(), &[]).await?;
        learn(&self.opened().known, &found, &named.first_named())?;
        Ok(named.missed(true))
    }

    /// Reads what other processes have registered.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn look_for_currencies(&self) -> Result<()> {
        let found = of_store(self.store(), &[]).await?;
        learn(&self.opened().known, &found, &[])
    }

    /// Reads the store's currencies anew: a lost history may have taken some with it, and a backup may bring
    /// others.
    ///
    /// # Errors
    /// As [`Engine::learn_currencies`].
    pub(crate) async fn learn_currencies_anew(&self) -> Result<()> {
        let found = of_store(self.store(), &[]).await?;
        self.opened().known.write().unwrap_or_else(PoisonError::into_inner).learn_anew(&found)
    }

    /// Registers this store's currencies in a copy of it, and returns them.
    ///
    /// # Errors
    /// `store_mismatch` where one has another scale there; any failure of the stores.
    pub(crate) async fn tell_currencies(&self, copy: &SharedStore) -> Result<Vec<Currency>> {
        self.learn_currencies(&Currencies::of(&self.opened().known)).await?;
        let known = self.currencies();
        let mut there = Currencies::none();
        for currency in &known {
            there.register(currency.code(), currency.scale())?;
        }
        copy.currencies(&known, &mut there).await.map_err(of_fault)?;
        Ok(known)
    }
}
