//! Views of the ledger.

use crate::error::Error;
use crate::ids::{DealId, HoldId, PaymentId, PurchaseId, TransferId, WithdrawalId};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::request::view::views;
use crate::rows::needs::AccountKey;
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, AccountStatus, EntryRow, HoldRow, HoldState, TransferKind, TransferRow,
};
use crate::time::Time;
use serde_json::{Map, Value};

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

views! {
    /// The balance of an account.
    view Balance of(row: &AccountRow, posted: i128) -> Result {
        let available = posted.saturating_sub(row.held).saturating_add(row.overdraft);
    } => {
        /// The account.
        account: String = row.id.to_string(),
        /// Its currency.
        currency: String = row.currency.code().to_owned(),
        /// Everything posted.
        posted: Money = money(posted, row.currency)?,
        /// The amount kept by open holds.
        held: Money = money(row.held, row.currency)?,
        /// The amount that can be spent: `posted - held` and the overdraft limit.
        available: Money = money(available, row.currency)?,
        /// Counts every change; `null` on a streaming account.
        version: Option<i64> = (!row.streaming).then_some(row.version),
    }

    /// An account: its balance and what is known of it.
    view Account of(row: &AccountRow, posted: i128) -> Result {
        let balance = Balance::of(row, posted)?;
    } => {
        /// The account.
        account: String = balance.account,
        /// Its currency.
        currency: String = balance.currency,
        /// Everything posted.
        posted: Money = balance.posted,
        /// The amount kept by open holds.
        held: Money = balance.held,
        /// The amount that can be spent.
        available: Money = balance.available,
        /// Counts every change; `null` on a streaming account.
        version: Option<i64> = balance.version,
        /// The caller's label.
        kind: Option<String> = row.kind.as_deref().map(Into::into),
        /// Status.
        status: AccountStatus = row.status,
        /// How far below zero it may go.
        overdraft_limit: Money = money(row.overdraft, row.currency)?,
        /// Whether credits append.
        streaming: bool = row.streaming,
        /// Name for people.
        display_name: Option<String> = row.display_name.as_deref().map(Into::into),
        /// Its owner.
        owner: Option<String> = row.owner.as_deref().map(Into::into),
        /// Tier of a treasury account.
        tier: Option<String> = row.tier.map(|tier| tier.to_string()),
        /// The caller's own reference.
        reference: Option<String> = row.reference.as_deref().map(Into::into),
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(row.metadata.as_deref())?,
        /// When it was opened.
        created_at: Time = row.created_at,
    }

    /// One leg of a transfer.
    view Posting of(row: &EntryRow) -> Result {
        let (before, after) = around(row)?;
    } => {
        /// The account.
        account: String = row.account.to_string(),
        /// Signed: positive is a credit.
        amount: Money = money(row.amount, row.currency)?,
        /// Balance before; `null` on a streaming account.
        balance_before: Option<Money> = before,
        /// Balance after; `null` on a streaming account.
        balance_after: Option<Money> = after,
        /// Gapless number within the account; `null` on a streaming account.
        number: Option<i64> = row.number,
    }
}

impl Balance {
    /// The view of an account that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(key: &AccountKey, seen: &Snapshot) -> Decided<Self> {
        let row = seen.account(key)?;
        Ok(Self::of(row, seen.shown(row)?)?)
    }
}

fn around(row: &EntryRow) -> Result<(Option<Money>, Option<Money>), Error> {
    let Some(after) = row.after else { return Ok((None, None)) };
    let before =
        after.checked_sub(row.amount).ok_or_else(|| Error::corrupted("a stored balance overflows"))?;
    Ok((Some(money(before, row.currency)?), Some(money(after, row.currency)?)))
}

views! {
    /// A transfer.
    view Transfer of(row: &TransferRow, entries: &[EntryRow]) -> Result {
        let (mut amount, mut from, mut to, mut refunded) = (None, None, None, None);
        if let [first, second] = entries {
            let (payer, payee) = if first.amount < 0 { (first, second) } else { (second, first) };
            amount = Some(money(payee.amount, payee.currency)?);
            from = Some(payer.account.to_string());
            to = Some(payee.account.to_string());
            refunded = Some(money(row.refunded, payee.currency)?);
        }
    } => {
        /// Its id.
        id: TransferId = row.id,
        /// Why it exists.
        kind: TransferKind = row.kind,
        /// The amount moved; `null` with more than two postings.
        amount: Option<Money>,
        /// The payer; `null` with more than two postings.
        from: Option<String>,
        /// The payee; `null` with more than two postings.
        to: Option<String>,
        /// Its legs.
        postings: Vec<Posting> = entries.iter().map(Posting::of).collect::<Result<_, _>>()?,
        /// The transfer that this one reverses or refunds.
        reverses: Option<TransferId> = row.original,
        /// How much of it was returned; `null` with more than two postings.
        refunded: Option<Money>,
        /// The hold that it captured.
        hold: Option<HoldId> = row.hold,
        /// The deal that it belongs to.
        deal: Option<DealId> = row.owner(),
        /// The payment that it belongs to.
        payment: Option<String> = row.owner::<PaymentId>().map(String::from),
        /// The purchase that it belongs to.
        purchase: Option<String> = row.owner::<PurchaseId>().map(String::from),
        /// The withdrawal that it belongs to.
        withdrawal: Option<String> = row.owner::<WithdrawalId>().map(String::from),
        /// The caller's own reference.
        reference: Option<String> = row.reference.as_deref().map(Into::into),
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(row.metadata.as_deref())?,
        /// When it was posted.
        created_at: Time = row.time(),
    }

    /// An entry of an account.
    view Entry of(row: &EntryRow, transfer: &TransferRow, legs: &[EntryRow]) -> Result {
        let (balance_before, balance_after) = around(row)?;
        let counterparty = match legs {
            [one, other] if one.leg == row.leg => Some(other.account.to_string()),
            [other, one] if one.leg == row.leg => Some(other.account.to_string()),
            _ => None,
        };
    } => {
        /// Its transfer.
        transfer: TransferId = row.transfer,
        /// The account.
        account: String = row.account.to_string(),
        /// The currency.
        currency: String = row.currency.code().to_owned(),
        /// Signed: positive is a credit.
        amount: Money = money(row.amount, row.currency)?,
        /// Balance before; `null` on a streaming account.
        balance_before: Option<Money>,
        /// Balance after; `null` on a streaming account.
        balance_after: Option<Money>,
        /// Gapless number within the account; `null` on a streaming account.
        number: Option<i64> = row.number,
        /// Why the transfer exists.
        kind: TransferKind = transfer.kind,
        /// The account on the other side; `null` where the transfer has more than two postings.
        counterparty: Option<String>,
        /// The deal that it was for.
        deal: Option<DealId> = transfer.owner(),
        /// The payment that it was for.
        payment: Option<String> = transfer.owner::<PaymentId>().map(String::from),
        /// The purchase that it was for.
        purchase: Option<String> = transfer.owner::<PurchaseId>().map(String::from),
        /// The withdrawal that it was for.
        withdrawal: Option<String> = transfer.owner::<WithdrawalId>().map(String::from),
        /// The transfer's reference.
        reference: Option<String> = transfer.reference.as_deref().map(Into::into),
        /// The transfer's metadata.
        metadata: Map<String, Value> = metadata_of(transfer.metadata.as_deref())?,
        /// When it was posted.
        created_at: Time = row.time(),
    }

    /// A hold.
    view Hold of(row: &HoldRow) -> Result => {
        /// Its id.
        id: HoldId = row.id,
        /// The account whose money it keeps.
        account: String = row.account.to_string(),
        /// The amount authorized.
        amount: Money = money(row.amount, row.currency)?,
        /// The amount captured.
        captured: Money = money(row.captured, row.currency)?,
        /// The amount released.
        released: Money = money(row.released, row.currency)?,
        /// The amount it still keeps.
        remaining: Money = money(row.amount - row.captured - row.released, row.currency)?,
        /// Its state, as stored: the clock may have ended it already.
        state: HoldState = row.state,
        /// When it expires.
        expires_at: Option<Time> = row.expires_at,
        /// Counts every change.
        version: i64 = row.version,
        /// The caller's own reference.
        reference: Option<String> = row.reference.as_deref().map(Into::into),
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(row.metadata.as_deref())?,
        /// When it was made.
        created_at: Time = row.created_at,
    }

    /// Reply of a change of an account.
    reply AccountReply {
        /// The account.
        account: Account,
    }

    /// Reply of a movement of money.
    reply Moved {
        /// The transfer.
        transfer: Transfer,
        /// Balance of the account that the call is about, as it is now.
        balance: Balance,
    }

    /// Reply of a posting of n legs.
    reply Posted {
        /// The transfer.
        transfer: Transfer,
    }

    /// Reply of a change of a hold.
    reply HoldReply {
        /// The hold.
        hold: Hold,
        /// Balance of its account, as it is now.
        balance: Balance,
    }

    /// Reply of a capture.
    reply Captured {
        /// The transfer.
        transfer: Transfer,
        /// The hold.
        hold: Hold,
        /// Balance of the hold's account, as it is now.
        balance: Balance,
    }

    /// Reply of `ledger.lock`.
    view Locked {
        /// The accounts that are locked now, in the order of locking.
        accounts: Vec<Balance>,
        /// Always false: locking leaves nothing to replay.
        replayed: bool,
    }

    /// Balances of several accounts.
    view Balances {
        /// The balances, by account and currency.
        balances: Vec<Balance>,
    }

    /// A statement of an account.
    view Statement {
        /// The account.
        account: String,
        /// Its currency.
        currency: String,
        /// From this time on.
        from_time: Time,
        /// Before this time.
        to_time: Time,
        /// Balance before the first entry of this page.
        opening: Money,
        /// Sum of the credits of this page.
        credits: Money,
        /// Sum of the debits of this page, as a positive amount.
        debits: Money,
        /// Balance after the last entry of this page: the `opening` of the next one.
        closing: Money,
        /// The entries, oldest first.
        entries: Vec<Entry>,
        /// The same as CSV (RFC 4180), when asked for; the names of the columns are on the first page alone.
        csv: Option<String>,
        /// Asks for the next page; `null` on the last one, which most statements are.
        next: Option<String>,
    }

    /// Debits and credits of one currency.
    view TrialLine {
        /// The currency.
        currency: String,
        /// Sum of negative balances, as a positive amount.
        debits: Money,
        /// Sum of positive balances.
        credits: Money,
        /// Their difference: zero.
        sum: Money,
    }

    /// All balances of a book, per currency.
    view TrialBalance {
        /// One line a currency.
        currencies: Vec<TrialLine>,
        /// Whether every line sums to zero.
        balanced: bool,
    }

    /// One result of a batch.
    view BatchResult {
        /// Whether it was accepted.
        ok: bool,
        /// Its reply; left out where it was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        reply: Option<Value>,
        /// Its refusal; left out where it was accepted.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Error>,
    }

    /// Results of a batch, in the order of its calls.
    view BatchReply {
        /// One result a call.
        results: Vec<BatchResult>,
    }
}

impl Transfer {
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
