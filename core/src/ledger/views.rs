//! Views of the ledger.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::ids::{DealId, HoldId, PaymentId, PurchaseId, TransferId, WithdrawalId};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::rows::needs::AccountKey;
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, AccountStatus, EntryRow, HoldRow, HoldState, TransferKind, TransferRow,
};
use crate::time::Time;

/// A number of minor units as Money; rows are within bounds, or the store is corrupt.
pub(crate) fn money(minor: i128, currency: crate::currency::Currency) -> Result<Money, Error> {
    Money::new(minor, currency).ok_or_else(|| Error::corrupted("a stored amount is out of bounds"))
}

/// Reads stored metadata.
pub(crate) fn metadata_of(text: Option<&str>) -> Result<Map<String, Value>, Error> {
    let parse =
        |text| serde_json::from_str(text).map_err(|_| Error::corrupted("stored metadata is not JSON"));
    text.map_or(Ok(Map::new()), parse)
}

/// The balance of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    /// The account.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// Everything posted.
    pub posted: Money,
    /// The amount kept by open holds.
    pub held: Money,
    /// The amount that can be spent: `posted - held` and the overdraft limit.
    pub available: Money,
    /// Counts every change; `null` on a streaming account.
    pub version: Option<i64>,
}

impl Balance {
    /// The view of a row, with the posted balance given (a streaming account's has its pending sum).
    ///
    /// # Errors
    /// `corrupted` when the row is out of bounds.
    pub fn of(row: &AccountRow, posted: i128) -> Result<Self, Error> {
        let available = posted.saturating_sub(row.held).saturating_add(row.overdraft);
        Ok(Self {
            account: row.id.to_string(),
            currency: row.currency.code().to_owned(),
            posted: money(posted, row.currency)?,
            held: money(row.held, row.currency)?,
            available: money(available, row.currency)?,
            version: (!row.streaming).then_some(row.version),
        })
    }

    /// The view of an account that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(key: &AccountKey, seen: &Snapshot) -> Decided<Self> {
        let row = seen.account(key)?;
        Ok(Self::of(row, seen.shown(row)?)?)
    }
}

/// An account: its balance and what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// The account.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// Everything posted.
    pub posted: Money,
    /// The amount kept by open holds.
    pub held: Money,
    /// The amount that can be spent.
    pub available: Money,
    /// Counts every change; `null` on a streaming account.
    pub version: Option<i64>,
    /// The caller's label.
    pub kind: Option<String>,
    /// Status.
    pub status: AccountStatus,
    /// How far below zero it may go.
    pub overdraft_limit: Money,
    /// Whether credits append.
    pub streaming: bool,
    /// Name for people.
    pub display_name: Option<String>,
    /// Its owner.
    pub owner: Option<String>,
    /// Tier of a treasury account.
    pub tier: Option<String>,
    /// The caller's own reference.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was opened.
    pub created_at: Time,
}

impl Account {
    /// The view of a row, with the posted balance given.
    ///
    /// # Errors
    /// `corrupted` when the row is out of bounds.
    pub fn of(row: &AccountRow, posted: i128) -> Result<Self, Error> {
        let balance = Balance::of(row, posted)?;
        Ok(Self {
            account: balance.account,
            currency: balance.currency,
            posted: balance.posted,
            held: balance.held,
            available: balance.available,
            version: balance.version,
            kind: row.kind.as_deref().map(Into::into),
            status: row.status,
            overdraft_limit: money(row.overdraft, row.currency)?,
            streaming: row.streaming,
            display_name: row.display_name.as_deref().map(Into::into),
            owner: row.owner.as_deref().map(Into::into),
            tier: row.tier.map(|tier| tier.to_string()),
            reference: row.reference.as_deref().map(Into::into),
            metadata: metadata_of(row.metadata.as_deref())?,
            created_at: row.created_at,
        })
    }
}

/// One leg of a transfer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Posting {
    /// The account.
    pub account: String,
    /// Signed: positive is a credit.
    pub amount: Money,
    /// Balance before; `null` on a streaming account.
    pub balance_before: Option<Money>,
    /// Balance after; `null` on a streaming account.
    pub balance_after: Option<Money>,
    /// Gapless number within the account; `null` on a streaming account.
    pub number: Option<i64>,
}

impl Posting {
    fn of(row: &EntryRow) -> Result<Self, Error> {
        let (before, after) = around(row)?;
        Ok(Self {
            account: row.account.to_string(),
            amount: money(row.amount, row.currency)?,
            balance_before: before,
            balance_after: after,
            number: row.number,
        })
    }
}

fn around(row: &EntryRow) -> Result<(Option<Money>, Option<Money>), Error> {
    let Some(after) = row.after else { return Ok((None, None)) };
    let before =
        after.checked_sub(row.amount).ok_or_else(|| Error::corrupted("a stored balance overflows"))?;
    Ok((Some(money(before, row.currency)?), Some(money(after, row.currency)?)))
}

/// A transfer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Why it exists.
    pub kind: TransferKind,
    /// The amount moved; `null` with more than two postings.
    pub amount: Option<Money>,
    /// The payer; `null` with more than two postings.
    pub from: Option<String>,
    /// The payee; `null` with more than two postings.
    pub to: Option<String>,
    /// Its legs.
    pub postings: Vec<Posting>,
    /// The transfer that this one reverses or refunds.
    pub reverses: Option<TransferId>,
    /// How much of it was returned; `null` with more than two postings.
    pub refunded: Option<Money>,
    /// The hold that it captured.
    pub hold: Option<HoldId>,
    /// The deal that it belongs to.
    pub deal: Option<DealId>,
    /// The payment that it belongs to.
    pub payment: Option<String>,
    /// The purchase that it belongs to.
    pub purchase: Option<String>,
    /// The withdrawal that it belongs to.
    pub withdrawal: Option<String>,
    /// The caller's own reference.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was posted.
    pub created_at: Time,
}

impl Transfer {
    /// The view of a transfer and its entries by leg.
    ///
    /// # Errors
    /// `corrupted` when a row is out of bounds.
    pub fn of(row: &TransferRow, entries: &[EntryRow]) -> Result<Self, Error> {
        let (mut amount, mut from, mut to, mut refunded) = (None, None, None, None);
        if let [first, second] = entries {
            let (payer, payee) = if first.amount < 0 { (first, second) } else { (second, first) };
            amount = Some(money(payee.amount, payee.currency)?);
            from = Some(payer.account.to_string());
            to = Some(payee.account.to_string());
            refunded = Some(money(row.refunded, payee.currency)?);
        }
        Ok(Self {
            id: row.id,
            kind: row.kind,
            amount,
            from,
            to,
            postings: entries.iter().map(Posting::of).collect::<Result<_, _>>()?,
            reverses: row.original,
            refunded,
            hold: row.hold,
            deal: row.owner(),
            payment: row.owner::<PaymentId>().map(String::from),
            purchase: row.owner::<PurchaseId>().map(String::from),
            withdrawal: row.owner::<WithdrawalId>().map(String::from),
            reference: row.reference.as_deref().map(Into::into),
            metadata: metadata_of(row.metadata.as_deref())?,
            created_at: row.time(),
        })
    }

    /// The view of a transfer that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &crate::ids::Book, id: TransferId, seen: &Snapshot) -> Decided<Self> {
        let row = seen.transfer(&(book.clone(), id))?;
        let entries = seen.entries.get(&row.key()).map_or(&[][..], Vec::as_slice);
        Ok(Self::of(row, entries)?)
    }
}

/// An entry of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its transfer.
    pub transfer: TransferId,
    /// The account.
    pub account: String,
    /// The currency.
    pub currency: String,
    /// Signed: positive is a credit.
    pub amount: Money,
    /// Balance before; `null` on a streaming account.
    pub balance_before: Option<Money>,
    /// Balance after; `null` on a streaming account.
    pub balance_after: Option<Money>,
    /// Gapless number within the account; `null` on a streaming account.
    pub number: Option<i64>,
    /// Why the transfer exists.
    pub kind: TransferKind,
    /// The account on the other side; `null` where the transfer has more than two postings.
    pub counterparty: Option<String>,
    /// The deal that it was for.
    pub deal: Option<DealId>,
    /// The payment that it was for.
    pub payment: Option<String>,
    /// The purchase that it was for.
    pub purchase: Option<String>,
    /// The withdrawal that it was for.
    pub withdrawal: Option<String>,
    /// The transfer's reference.
    pub reference: Option<String>,
    /// The transfer's metadata.
    pub metadata: Map<String, Value>,
    /// When it was posted.
    pub created_at: Time,
}

impl Entry {
    /// The view of an entry, its transfer, and the first legs of that, by leg.
    ///
    /// # Errors
    /// `corrupted` when a row is out of bounds.
    pub fn of(row: &EntryRow, transfer: &TransferRow, legs: &[EntryRow]) -> Result<Self, Error> {
        let (balance_before, balance_after) = around(row)?;
        let counterparty = match legs {
            [one, other] if one.leg == row.leg => Some(other.account.to_string()),
            [other, one] if one.leg == row.leg => Some(other.account.to_string()),
            _ => None,
        };
        Ok(Self {
            transfer: row.transfer,
            account: row.account.to_string(),
            currency: row.currency.code().to_owned(),
            amount: money(row.amount, row.currency)?,
            balance_before,
            balance_after,
            number: row.number,
            kind: transfer.kind,
            counterparty,
            deal: transfer.owner(),
            payment: transfer.owner::<PaymentId>().map(String::from),
            purchase: transfer.owner::<PurchaseId>().map(String::from),
            withdrawal: transfer.owner::<WithdrawalId>().map(String::from),
            reference: transfer.reference.as_deref().map(Into::into),
            metadata: metadata_of(transfer.metadata.as_deref())?,
            created_at: row.time(),
        })
    }
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// The account whose money it keeps.
    pub account: String,
    /// The amount authorized.
    pub amount: Money,
    /// The amount captured.
    pub captured: Money,
    /// The amount released.
    pub released: Money,
    /// The amount it still keeps.
    pub remaining: Money,
    /// Its state, as stored: the clock may have ended it already.
    pub state: HoldState,
    /// When it expires.
    pub expires_at: Option<Time>,
    /// Counts every change.
    pub version: i64,
    /// The caller's own reference.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Time,
}

impl Hold {
    /// The view of a row.
    ///
    /// # Errors
    /// `corrupted` when the row is out of bounds.
    pub fn of(row: &HoldRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            account: row.account.to_string(),
            amount: money(row.amount, row.currency)?,
            captured: money(row.captured, row.currency)?,
            released: money(row.released, row.currency)?,
            remaining: money(row.amount - row.captured - row.released, row.currency)?,
            state: row.state,
            expires_at: row.expires_at,
            version: row.version,
            reference: row.reference.as_deref().map(Into::into),
            metadata: metadata_of(row.metadata.as_deref())?,
            created_at: row.created_at,
        })
    }
}

/// Reply of a change of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountReply {
    /// The account.
    pub account: Account,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of a movement of money.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// The transfer.
    pub transfer: Transfer,
    /// Balance of the account that the call is about, as it is now.
    pub balance: Balance,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of a posting of n legs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Posted {
    /// The transfer.
    pub transfer: Transfer,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of a change of a hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HoldReply {
    /// The hold.
    pub hold: Hold,
    /// Balance of its account, as it is now.
    pub balance: Balance,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of a capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Captured {
    /// The transfer.
    pub transfer: Transfer,
    /// The hold.
    pub hold: Hold,
    /// Balance of the hold's account, as it is now.
    pub balance: Balance,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `ledger.lock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Locked {
    /// The accounts that are locked now, in the order of locking.
    pub accounts: Vec<Balance>,
    /// Always false: locking leaves nothing to replay.
    pub replayed: bool,
}

/// Balances of several accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Balances {
    /// The balances, by account and currency.
    pub balances: Vec<Balance>,
}

/// A statement of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The account.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// From this time on.
    pub from_time: Time,
    /// Before this time.
    pub to_time: Time,
    /// Balance before the first entry of this page.
    pub opening: Money,
    /// Sum of the credits of this page.
    pub credits: Money,
    /// Sum of the debits of this page, as a positive amount.
    pub debits: Money,
    /// Balance after the last entry of this page: the `opening` of the next one.
    pub closing: Money,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone.
    pub csv: Option<String>,
    /// Asks for the next page; `null` on the last one, which most statements are.
    pub next: Option<String>,
}

/// Debits and credits of one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialLine {
    /// The currency.
    pub currency: String,
    /// Sum of negative balances, as a positive amount.
    pub debits: Money,
    /// Sum of positive balances.
    pub credits: Money,
    /// Their difference: zero.
    pub sum: Money,
}

/// All balances of a book, per currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialBalance {
    /// One line a currency.
    pub currencies: Vec<TrialLine>,
    /// Whether every line sums to zero.
    pub balanced: bool,
}

/// One result of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchResult {
    /// Whether it was accepted.
    pub ok: bool,
    /// Its reply; left out where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub reply: Option<Value>,
    /// Its refusal; left out where it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// Results of a batch, in the order of its calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchReply {
    /// One result a call.
    pub results: Vec<BatchResult>,
}
