//! Parsed parts that ledger requests share: names, amounts, and the caller's own notes.

use std::sync::Arc;

use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, Actor};
use crate::money::Money;
use crate::request::note::Note;
use crate::request::parsed::meanings;
use crate::request::record::Parse;
use crate::rows::needs::AccountKey;
use crate::rows::tables::AccountRow;
use crate::sorting::Sorting;

impl Note {
    /// Compares the version of an account with the one that the caller expects.
    pub fn check_account(&self, operation: &str, row: &AccountRow) -> Result<()> {
        if row.streaming && self.expected_version.is_some() {
            return Err(unsupported(operation, "a streaming account has no version"));
        }
        self.check_version(row.id.as_ref(), row.version)
    }
}

/// `not_supported`.
pub fn unsupported(operation: &str, reason: &str) -> Error {
    Detail::NotSupported { operation: operation.to_owned(), reason: reason.to_owned() }.into()
}

/// The intended use of an account's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Its money goes out.
    Debit,
    /// Money comes in.
    Credit,
    /// It is only looked at.
    Look,
}

/// Parses the name of an account in a request, with the `@` rules.
pub fn account(field: &str, name: &str, side: Side, parse: &Parse<'_>) -> Result<AccountId> {
    let id = AccountId::request(field, name)?;
    if id.is_world() && side != Side::Look {
        return Err(forbidden(field, parse.actor, "`@world` may only be named in top_up, deduct and post"));
    }
    system_debit(field, &id, side, parse.actor)?;
    Ok(id)
}

meanings! {
    /// The account that is paid.
    Payee: String => AccountId = |field, given, parse| account(field, given, Side::Credit, parse);
}

/// Refuses the debit of one of the library's own accounts by other than an admin.
pub fn system_debit(field: &str, id: &AccountId, side: Side, actor: &Actor) -> Result<()> {
    if id.is_system() && side == Side::Debit && !actor.is_admin() {
        return Err(forbidden(field, actor, "only an admin may debit an `@` account"));
    }
    Ok(())
}

/// Parses a name where `@world` is allowed.
pub fn account_or_world(field: &str, name: &str, side: Side, parse: &Parse<'_>) -> Result<AccountId> {
    let id = AccountId::request(field, name)?;
    if id.is_world() { Ok(id) } else { account(field, name, side, parse) }
}

/// Parses the name of a caller's own account.
pub fn own_account(field: &str, name: &str, parse: &Parse<'_>) -> Result<AccountId> {
    let id = AccountId::request(field, name)?;
    if id.is_system() {
        return Err(forbidden(field, parse.actor, "names beginning with `@` are the library's own"));
    }
    Ok(id)
}

/// Lower-case form of a name, in which `search` compares prefixes.
pub fn folded(name: &str) -> Arc<str> {
    name.to_lowercase().into()
}

/// `not_permitted` with the field and the actor.
pub fn forbidden(field: &str, actor: &Actor, reason: &str) -> Error {
    let (field, actor) = (Some(field.to_owned()), Some(actor.id().to_owned()));
    Detail::NotPermitted { field, actor, reason: reason.to_owned(), policy: None }.into()
}

/// The refusal when an id has accounts in several currencies, and neither the request nor a default names
/// one.
pub(crate) fn several(currencies: impl Iterator<Item = Currency>) -> Error {
    let mut codes: Vec<String> = currencies.map(|currency| format!("`{currency}`")).collect();
    codes.order();
    Error::invalid(
        "currency",
        format!("must be given, or option `default_currency`: the account has {}", codes.join(", ")),
    )
}

/// `currency_mismatch`.
pub fn mismatch(field: &str, expected: Currency, actual: Currency) -> Error {
    let (expected, actual) = (expected.code().to_owned(), actual.code().to_owned());
    Detail::CurrencyMismatch { field: field.to_owned(), expected, actual }.into()
}

/// `account_not_found`.
pub fn not_found(key: &AccountKey) -> Error {
    let currency = Some(key.currency.code().to_owned());
    Detail::AccountNotFound { account: key.account.to_string(), currency }.into()
}

/// A result at or above the bound of money.
pub fn overflow(key: &AccountKey) -> Error {
    Detail::Overflow { account: key.account.to_string() }.into()
}

/// A stored or computed amount as Money.
pub fn money(key: &AccountKey, minor: i128) -> Result<Money> {
    Money::new(minor, key.currency).ok_or_else(|| overflow(key))
}
