//! What a currency means, in the store: code and decimal places of every currency that was ever used, written
//! before anything is written in it.
//!
//! Rows hold codes and whole minor units. Read by a table in the program they would change their value with
//! it, so they are read by what the store says, and a program that says something else is refused.

use std::sync::PoisonError;

use super::Engine;
use super::options::Options;
use super::store_url::Opened;
use crate::currency::{Currencies, Currency, Known};
use crate::error::{Code, Detail, Error, Result};
use crate::store::{Fault, FaultKind, SharedStore};

/// How often it is tried to write a currency down: a line may break, and another process be faster.
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
        // an application on its own pool may have lent all of it when it uses its currency first
        known.learn_anew(&of_store(&opened.store, &declared).await?)?;
    }
    *opened.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    Ok(Currencies::of(&opened.known))
}

/// Writes down what the currencies mean that requests have named first, in a commit of its own: no
/// transaction of anybody else waits for it. Where nothing may be written they are compared.
///
/// # Errors
/// `store_mismatch` where one has another scale in the store, `invalid_request` where it is one that a
/// request makes; any failure of the store.
pub(crate) async fn settle(opened: &Opened, named: &Currencies, read_only: bool) -> Result<()> {
    if !named.first_named().is_empty() {
        // many may use one at the same moment: the first one writes it down for all
        let _turn = opened.settling.lock().await;
        let first = named.first_named();
        if !first.is_empty() {
            let register: &[Currency] = if read_only { &[] } else { &first };
            learn(&opened.known, &of_store(&opened.store, register).await?, &first)?;
        }
    }
    named.check_declared(&[])
}

/// Compares what requests have named with what a transaction has found, which others may never see.
///
/// # Errors
/// As [`settle`].
pub(crate) fn judge(named: &Currencies, found: &[Currency]) -> Result<()> {
    named.check_declared(found)?;
    let mut own = named.clone();
    found.iter().try_for_each(|currency| own.learn(*currency))
}

/// Takes over what the store says; a difference counts for those who have named its currency.
fn learn(known: &Known, found: &[Currency], first: &[Currency]) -> Result<()> {
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    let of_ours = |currency: &Currency| first.iter().any(|named| named.code() == currency.code());
    let mut outcome = Ok(());
    for currency in found {
        // all others are learned all the same
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

/// The call itself was not decided: its outcome is known.
fn of_fault(fault: Fault) -> Error {
    let error = fault.into_error(false);
    if error.code() == Code::OutcomeUnknown {
        return Detail::Contention { reason: "currency".into() }.into();
    }
    error
}

impl Engine {
    /// Looks in the store for currencies that requests have named; returns whether one that nobody knew is
    /// known now.
    ///
    /// # Errors
    /// `store_mismatch` where one has another scale there; any failure of the store.
    pub(crate) async fn learn_currencies(&self, named: &Currencies) -> Result<bool> {
        let found = of_store(self.store(), &[]).await?;
        learn(&self.opened().known, &found, &named.first_named())?;
        Ok(named.missed(true))
    }

    /// Reads anew what the store says of currencies: a history that went back may have lost some, and a
    /// backup may have others.
    ///
    /// # Errors
    /// As [`Engine::learn_currencies`].
    pub(crate) async fn learn_currencies_anew(&self) -> Result<()> {
        let found = of_store(self.store(), &[]).await?;
        self.opened().known.write().unwrap_or_else(PoisonError::into_inner).learn_anew(&found)
    }

    /// Writes down in a copy of this store what its currencies mean, and returns them.
    ///
    /// # Errors
    /// `store_mismatch` where one has another scale there; any failure of the stores.
    pub(crate) async fn tell_currencies(&self, copy: &SharedStore) -> Result<Vec<Currency>> {
        self.learn_currencies(&Currencies::of(&self.opened().known)).await?;
        let known = Currencies::of(&self.opened().known).stored();
        let mut there = Currencies::none();
        for currency in &known {
            there.register(currency.code(), currency.scale())?;
        }
        copy.currencies(&known, &mut there).await.map_err(of_fault)?;
        Ok(known)
    }
}
