//! The queries of the ledger: accounts, balances, transfers, entries, holds.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, HoldId, TransferId};
use crate::kernel::permit::Tie;
use crate::ledger::model::{folded, several};
use crate::ledger::rank;
use crate::ledger::requests::{
    Accounts, Entries, GetAccount, GetBalance, GetBalances, GetHold, GetTransfer, GetTrialBalance, Holds,
    Transfers,
};
use crate::ledger::views::{
    Account, Balance, Balances, Entry, Hold, Posting, Transfer, TrialBalance, TrialLine,
};
use crate::money::Money;
use crate::request::page::Page;
use crate::request::pages::Pages;
use crate::request::reading::{Own, Reading, cursor, limit_of, opaque, page};
use crate::request::record::text;
use crate::request::shape::word;
use crate::rows::listing::{AccountCursor, AccountOrder};
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, EntryRow, TransferRow};
use crate::sorting::Sorting;
use crate::time::Time;

/// Balance of a row with its pending sum.
pub(crate) fn posted(row: &AccountRow, loaded: &Loaded) -> i128 {
    let key = row.key();
    let pending = loaded.streams.iter().filter(|(other, _)| *other == key).map(|(_, sum)| *sum);
    pending.fold(row.posted, i128::saturating_add)
}

/// The accounts of an id, or the one in the currency given.
async fn rows_of(
    reading: &mut Reading<'_>,
    id: &AccountId,
    currency: Option<Currency>,
) -> Result<(Vec<AccountRow>, Loaded)> {
    let mut needs = Needs::default();
    match currency {
        Some(currency) => {
            needs.account(AccountKey::new(reading.book.clone(), id.clone(), currency), Access::Read);
        }
        None => drop(needs.accounts_of.insert((reading.book.clone(), id.clone()))),
    }
    let loaded = reading.load(&needs).await?;
    Ok((loaded.accounts.clone(), loaded))
}

/// The one account that is meant; its currency may be left out where it has one.
pub(crate) async fn one(
    reading: &mut Reading<'_>,
    account: &str,
    currency: Option<&String>,
) -> Result<(AccountRow, i128)> {
    let id = AccountId::request("account", account)?;
    let currency = reading.currencies.meant("currency", currency)?;
    let (rows, loaded) = rows_of(reading, &id, currency).await?;
    match rows.as_slice() {
        [row] => Ok((row.clone(), posted(row, &loaded))),
        [] => {
            let currency = currency.map(|currency| currency.code().to_owned());
            Err(Detail::AccountNotFound { account: id.to_string(), currency }.into())
        }
        _ => Err(several(rows.iter().map(|row| row.currency))),
    }
}

/// The same, for callers that may read it.
pub(crate) async fn own(
    reading: &mut Reading<'_>,
    account: &str,
    currency: Option<&String>,
) -> Result<(AccountRow, i128)> {
    let (row, posted) = one(reading, account, currency).await?;
    reading.permit(&[Tie::Account(&row)])?;
    Ok((row, posted))
}

/// `ledger.account`.
pub async fn account(reading: &mut Reading<'_>, request: &GetAccount) -> Result<Account> {
    let (row, posted) = own(reading, &request.account, request.currency.as_ref()).await?;
    Account::of(&row, posted)
}

/// `ledger.balance`.
pub async fn balance(reading: &mut Reading<'_>, request: &GetBalance) -> Result<Balance> {
    let (mut row, mut posted) = own(reading, &request.account, request.currency.as_ref()).await?;
    if let Some(at) = request.at {
        posted = balance_at(reading, &row, at).await?;
        // holds of the past are not kept with entries: what was held then is unknown
        row.held = 0;
    }
    Balance::of(&row, posted)
}

/// Posted balance at a time, in minor units, by the clock's dates: of what was posted before it. From the
/// newest entry until then, or summed where entries have no balance. Sums wrap: on the way they may be of any
/// size, and a balance is not.
pub(crate) async fn balance_at(reading: &mut Reading<'_>, row: &AccountRow, at: Time) -> Result<i128> {
    let limit = if row.streaming { 1_000 } else { 1 };
    let (mut sum, mut pages) = (0_i128, Pages::over(entries_of(row, None, Some(at), None, limit)));
    while let Some(page) = pages.next(reading).await? {
        for entry in &page.entries {
            match entry.after {
                Some(balance) => {
                    return Ok(balance.wrapping_sub(dated_later(reading, row, entry, at).await?));
                }
                None => sum = sum.wrapping_add(entry.amount),
            }
        }
    }
    Ok(sum)
}

/// The sum of earlier entries that the clock dated `from` or later: it was wrong then, or has been set back
/// since.
async fn dated_later(
    reading: &mut Reading<'_>,
    row: &AccountRow,
    entry: &EntryRow,
    from: Time,
) -> Result<i128> {
    if entry.at.is_none() {
        // where the clock is not behind the order, all that comes before comes earlier
        return Ok(0);
    }
    let after = Some((entry.stamp, entry.transfer, entry.leg));
    let (mut sum, mut pages) = (0_i128, Pages::over(entries_of(row, Some(from), None, after, 1_000)));
    while let Some(page) = pages.next(reading).await? {
        sum = page.entries.iter().fold(sum, |sum, entry| sum.wrapping_add(entry.amount));
    }
    Ok(sum)
}

fn entries_of(
    row: &AccountRow,
    from: Option<Time>,
    to: Option<Time>,
    after: Option<(Time, TransferId, i64)>,
    limit: usize,
) -> Listing {
    let AccountKey { book, account, currency } = row.key();
    Listing::Entries { book, account, currency, from, to, newest_first: true, after, limit }
}

/// `ledger.balances`: in one round trip.
pub async fn balances(reading: &mut Reading<'_>, request: &GetBalances) -> Result<Balances> {
    let mut balances = Vec::new();
    match (&request.accounts, &request.owner) {
        (Some(names), None) => {
            let mut needs = Needs::default();
            let mut ids = Vec::with_capacity(names.len());
            for (place, name) in names.iter().enumerate() {
                let id = AccountId::request(&format!("accounts[{place}]"), name)?;
                needs.accounts_of.insert((reading.book.clone(), id.clone()));
                ids.push(id);
            }
            let loaded = reading.load(&needs).await?;
            for id in ids {
                let rows = loaded.accounts.iter().filter(|row| row.id == id);
                let before = balances.len();
                for row in rows {
                    balances.push(Balance::of(row, posted(row, &loaded))?);
                }
                if balances.len() == before {
                    return Err(Detail::AccountNotFound { account: id.to_string(), currency: None }.into());
                }
            }
            let ties: Vec<Tie<'_>> = loaded.accounts.iter().map(Tie::Account).collect();
            reading.permit(&ties)?;
        }
        (None, Some(owner)) => {
            let owner: Arc<str> = text("owner", owner)?;
            reading.permit(&[Tie::Id(&owner)])?;
            for (row, posted) in all_accounts(reading, Some(owner), None).await? {
                balances.push(Balance::of(&row, posted)?);
            }
        }
        _ => return Err(Error::invalid("accounts", "must be given, or else `owner`")),
    }
    balances.order_by(|a, b| (&a.account, &a.currency).cmp(&(&b.account, &b.currency)));
    Ok(Balances { balances })
}

fn accounts_listing(
    reading: &Reading<'_>,
    owner: Option<Arc<str>>,
    search: Option<Arc<str>>,
    order: AccountOrder,
    after: Option<AccountCursor>,
    limit: usize,
) -> Listing {
    Listing::Accounts { book: reading.book.clone(), owner, search, order, after, limit }
}

/// Adds pending sums to listed accounts; only streaming ones need a second look.
async fn with_pending(reading: &mut Reading<'_>, listed: Listed) -> Result<Vec<(AccountRow, i128)>> {
    let mut needs = Needs::default();
    for row in listed.accounts.iter().filter(|row| row.streaming) {
        needs.account(row.key(), Access::Read);
    }
    let loaded = reading.load_any(&needs).await?;
    let fresh = |row: AccountRow| {
        let known = loaded.accounts.iter().find(|other| other.key() == row.key()).cloned();
        let row = known.unwrap_or(row);
        let posted = posted(&row, &loaded);
        (row, posted)
    };
    Ok(listed.accounts.into_iter().map(fresh).collect())
}

/// `ledger.accounts`.
///
/// Ordered by balance it is read from the [rank](super::rank) of its currency. With a name, or without a
/// currency, every account that fits is read and ordered.
pub async fn accounts(reading: &mut Reading<'_>, request: &Accounts) -> Result<Page<Account>> {
    let limit = limit_of(request.limit);
    let owner = request.owner.as_ref().map(|owner| text("owner", owner)).transpose()?;
    let search = request.search.as_ref().map(|search| text("search", search)).transpose()?;
    let search = search.map(|search| folded(&search));
    reading.permit(owner.as_deref().map(Tie::Id).as_slice())?;
    if request.currency.is_some() && request.order.as_deref() != Some("balance") {
        return Err(Error::invalid("currency", "is for `order: \"balance\"`"));
    }
    let order = match request.order.as_deref() {
        // a search without an order of its own reads the index by name
        None if search.is_some() => AccountOrder::Name,
        None | Some("created") => AccountOrder::Created,
        Some("name") => AccountOrder::Name,
        Some("balance") => return by_balance(reading, request, owner, search, limit).await,
        Some(_) => return Err(Error::invalid("order", "must be `balance`, `name` or `created`")),
    };
    let after = cursor::<(String, String, String, Time)>(request.after.as_deref())?;
    let after = after.map(|(id, currency, search, created_at)| AccountCursor {
        id: AccountId::stored(id),
        currency: currency.into(),
        search: search.into(),
        created_at,
    });
    let listing = accounts_listing(reading, owner, search, order, after, limit + 1);
    let listed = reading.list(&listing).await?;
    let rows = with_pending(reading, listed).await?;
    let place = |(row, _): &(AccountRow, i128)| {
        (row.id.to_string(), row.currency.code().to_owned(), row.search.to_string(), row.created_at)
    };
    page(rows, limit, |(row, posted)| Account::of(row, *posted), place)
}

/// Every account that fits, by name, page after page.
async fn all_accounts(
    reading: &mut Reading<'_>,
    owner: Option<Arc<str>>,
    search: Option<Arc<str>>,
) -> Result<Vec<(AccountRow, i128)>> {
    // of one moment: a transfer is on both of its sides, or on neither
    reading.at_one_moment().await?;
    let listing = accounts_listing(reading, owner, search, AccountOrder::Name, None, 500);
    let (mut all, mut pages) = (Vec::new(), Pages::over(listing));
    while let Some(page) = pages.next(reading).await? {
        all.extend(with_pending(reading, page).await?);
    }
    Ok(all)
}

/// Place in the order by balance: currency, then the greatest balance, then the name.
type BalancePlace = (String, std::cmp::Reverse<i128>, String);

async fn by_balance(
    reading: &mut Reading<'_>,
    request: &Accounts,
    owner: Option<Arc<str>>,
    search: Option<Arc<str>>,
    limit: usize,
) -> Result<Page<Account>> {
    let currency = match &request.currency {
        None => None,
        given => reading.currencies.meant("currency", given.as_ref())?,
    };
    if let Some(currency) = currency.filter(|_| rank::asked(request).is_some())
        && let Some(page) = by_rank(reading, request, currency, owner.clone(), limit).await?
    {
        return Ok(page);
    }
    let after = cursor::<(String, String, String)>(request.after.as_deref())?;
    let parsed = |(currency, posted, id): (String, String, String)| {
        let posted = posted.parse().map_err(|_| Error::invalid("after", "must be the `next` of a page"))?;
        Ok::<BalancePlace, Error>((currency, std::cmp::Reverse(posted), id))
    };
    let after = after.map(parsed).transpose()?;
    let place = |(row, posted): &(AccountRow, i128)| -> BalancePlace {
        (row.currency.code().to_owned(), std::cmp::Reverse(*posted), row.id.to_string())
    };
    let mut fits = all_accounts(reading, owner, search).await?;
    fits.retain(|(row, _)| currency.is_none_or(|currency| row.currency == currency));
    fits.retain(|row| after.as_ref().is_none_or(|after| place(row) > *after));
    fits.order_by_cached_key(place);
    fits.truncate(limit + 1);
    let text = |row: &(AccountRow, i128)| {
        let (currency, std::cmp::Reverse(posted), id) = place(row);
        (currency, posted.to_string(), id)
    };
    page(fits, limit, |(row, posted)| Account::of(row, *posted), text)
}

/// A page of the rank, with the accounts as they are now; `None` where the log has not been followed yet.
async fn by_rank(
    reading: &mut Reading<'_>,
    request: &Accounts,
    currency: Currency,
    owner: Option<Arc<str>>,
    limit: usize,
) -> Result<Option<Page<Account>>> {
    if request.after.is_some() && cursor::<(String, String, String)>(request.after.as_deref()).is_ok() {
        // a list goes on as it began
        return Ok(None);
    }
    let after = cursor::<(String, String)>(request.after.as_deref())?;
    let after = after.map(|(place, id)| (place.into(), AccountId::stored(id)));
    let Some((mut ranks, lag)) = rank::ranked(reading, currency, owner.clone(), after, limit).await? else {
        return Ok(None);
    };
    let more = ranks.len() > limit;
    ranks.truncate(limit);
    let last = ranks.last().filter(|_| more);
    let next = last.map(|row| opaque(&(row.place.to_string(), row.account.to_string()))).transpose()?;
    let mut needs = Needs::default();
    for row in &ranks {
        needs.account(row.account_key(), Access::Read);
    }
    let loaded = reading.load_any(&needs).await?;
    let known: HashMap<&str, &AccountRow> =
        loaded.accounts.iter().map(|row| (row.id.as_str(), row)).collect();
    // the rank is behind where an owner has changed, and a list of his is of no one else's
    let his = |row: &&&AccountRow| owner.is_none() || row.owner == owner;
    let found = ranks.iter().filter_map(|row| known.get(row.account.as_str())).filter(his);
    let items = found.map(|row| Account::of(row, posted(row, &loaded))).collect::<Result<_>>()?;
    Ok(Some(Page { items, next, lag: Some(lag) }))
}

/// `ledger.get_transfer`.
pub async fn get_transfer(reading: &mut Reading<'_>, request: &GetTransfer) -> Result<Transfer> {
    let id = TransferId::request("transfer", &request.transfer)?;
    let mut needs = Needs::default();
    needs.transfer((reading.book.clone(), id), Access::Read);
    let mut loaded = reading.load(&needs).await?;
    loaded.entries.order_by_key(|entry| entry.leg);
    let Some(row) = loaded.transfers.first() else {
        return Err(Detail::TransferNotFound { transfer: id.to_string() }.into());
    };
    if reading.is_plain() {
        let mut needs = Needs::default();
        for entry in &loaded.entries {
            needs.account(entry.account_key(), Access::Read);
        }
        let accounts = reading.load(&needs).await?.accounts;
        reading.permit(&accounts.iter().map(Tie::Account).collect::<Vec<_>>())?;
    }
    Transfer::of(row, &loaded.entries)
}

/// The entries of a page by transfer, each by leg.
pub(crate) fn legs_by_transfer(entries: Vec<EntryRow>) -> HashMap<TransferId, Vec<EntryRow>> {
    let mut legs: HashMap<TransferId, Vec<EntryRow>> = HashMap::new();
    for entry in entries {
        legs.entry(entry.transfer).or_default().push(entry);
    }
    for legs in legs.values_mut() {
        legs.order_by_key(|entry| entry.leg);
    }
    legs
}

/// `ledger.transfers`.
pub async fn transfers(reading: &mut Reading<'_>, request: &Transfers) -> Result<Page<Transfer>> {
    let limit = limit_of(request.limit);
    let account = request.account.as_ref().map(|name| AccountId::request("account", name)).transpose()?;
    let own = reading.permit_account(account.as_ref()).await?;
    let listing = Listing::Transfers {
        book: reading.book.clone(),
        account: account.clone(),
        reference: request.reference.as_ref().map(|value| text("reference", value)).transpose()?,
        owner: None,
        from: request.from_time,
        to: request.to_time,
        after: cursor(request.after.as_deref())?,
        limit: limit + 1,
    };
    let Listed { transfers, entries, .. } = reading.list(&listing).await?;
    let legs = legs_by_transfer(entries);
    let of = |row: &TransferRow| legs.get(&row.id).map_or(&[][..], Vec::as_slice);
    let mut page = page(transfers, limit, |row| Transfer::of(row, of(row)), |row| (row.stamp, row.id))?;
    // an account of that name in another currency may belong to another owner
    page.items.retain(|transfer| {
        let his = |posting: &Posting| {
            own.has(posting.amount.currency())
                && account.as_ref().is_some_and(|id| id.as_str() == posting.account)
        };
        own == Own::Every || transfer.postings.iter().any(his)
    });
    Ok(page)
}

/// `ledger.entries`.
pub async fn entries(reading: &mut Reading<'_>, request: &Entries) -> Result<Page<Entry>> {
    let limit = limit_of(request.limit);
    let (row, _) = own(reading, &request.account, request.currency.as_ref()).await?;
    let after = cursor(request.after.as_deref())?;
    let listing = entries_of(&row, request.from_time, request.to_time, after, limit + 1);
    let mut listed = reading.list(&listing).await?;
    let entries = std::mem::take(&mut listed.entries);
    let context = PageContext::of(listed);
    page(entries, limit, |row| context.view(row), |row| (row.stamp, row.transfer, row.leg))
}

/// The context of a page of entries: their transfers, and who was on the other side.
pub(crate) struct PageContext {
    transfers: HashMap<TransferId, TransferRow>,
    legs: HashMap<TransferId, Vec<EntryRow>>,
}

impl PageContext {
    /// Of a page of entries.
    pub(crate) fn of(listed: Listed) -> Self {
        let transfers = listed.transfers.into_iter().map(|row| (row.id, row)).collect();
        Self { transfers, legs: legs_by_transfer(listed.legs) }
    }

    /// The view of one of the entries.
    pub(crate) fn view(&self, row: &EntryRow) -> Result<Entry> {
        let transfer = self.transfers.get(&row.transfer);
        let transfer =
            transfer.ok_or_else(|| Error::corrupted(format!("transfer {} of an entry", row.transfer)))?;
        Entry::of(row, transfer, self.legs.get(&row.transfer).map_or(&[][..], Vec::as_slice))
    }
}

/// `ledger.get_hold`.
pub async fn get_hold(reading: &mut Reading<'_>, request: &GetHold) -> Result<Hold> {
    let id = HoldId::request("hold", &request.hold)?;
    let mut needs = Needs::default();
    needs.hold((reading.book.clone(), id), Access::Read);
    let loaded = reading.load(&needs).await?;
    let found =
        loaded.holds.first().ok_or_else(|| Error::from(Detail::HoldNotFound { hold: id.to_string() }))?;
    if reading.is_plain() {
        let mut needs = Needs::default();
        needs.account(found.account_key(), Access::Read);
        let accounts = reading.load(&needs).await?.accounts;
        reading.permit(&accounts.iter().map(Tie::Account).collect::<Vec<_>>())?;
    }
    Hold::of(found)
}

/// `ledger.holds`.
pub async fn holds(reading: &mut Reading<'_>, request: &Holds) -> Result<Page<Hold>> {
    let limit = limit_of(request.limit);
    let state = word("state", request.state.as_ref())?;
    let account = request.account.as_ref().map(|name| AccountId::request("account", name)).transpose()?;
    let own = reading.permit_account(account.as_ref()).await?;
    let listing = Listing::Holds {
        book: reading.book.clone(),
        account,
        state,
        after: cursor(request.after.as_deref())?,
        limit: limit + 1,
    };
    let holds = reading.list(&listing).await?.holds;
    let mut page = page(holds, limit, Hold::of, |row| (row.created_at, row.id))?;
    page.items.retain(|hold| own.has(hold.amount.currency()));
    Ok(page)
}

/// `ledger.trial_balance`: every account of the book, per currency.
pub async fn trial_balance(reading: &mut Reading<'_>, _: &GetTrialBalance) -> Result<TrialBalance> {
    let mut sums: std::collections::BTreeMap<Currency, (i128, i128)> = std::collections::BTreeMap::new();
    let whole =
        |currency: Currency| Error::from(Detail::Overflow { account: format!("all accounts in {currency}") });
    for (row, posted) in all_accounts(reading, None, None).await? {
        let (debits, credits) = sums.entry(row.currency).or_default();
        let side = if posted < 0 { debits } else { credits };
        *side = side.checked_add(posted).ok_or_else(|| whole(row.currency))?;
    }
    let line = |(currency, (debits, credits)): (Currency, (i128, i128))| {
        let sum = |minor: i128| Money::new(minor, currency).ok_or_else(|| whole(currency));
        let (debits, credits, sum) = (sum(-debits)?, sum(credits)?, sum(credits + debits)?);
        Ok(TrialLine { currency: currency.code().to_owned(), debits, credits, sum })
    };
    let currencies: Vec<TrialLine> = sums.into_iter().map(line).collect::<Result<_>>()?;
    let balanced = currencies.iter().all(|line| line.sum.is_zero());
    Ok(TrialBalance { currencies, balanced })
}
