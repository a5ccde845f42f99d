//! The queries of treasuries: how much of their limits is used, and what deals have paid out.

use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, DealId};
use crate::ledger::limits::model::{Treasury, key};
use crate::ledger::model::not_found;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, opaque};
use crate::rows::listing::{Listed, Listing};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::TransferKind;
use crate::treasury::requests::{GetUsage, Settlements};
use crate::treasury::views::{Settlement, Usage};

/// `treasury.usage`.
pub async fn usage(reading: &mut Reading<'_>, request: &GetUsage) -> Result<Usage> {
    let id = AccountId::request("account", &request.account)?;
    let currency = reading.currencies.get("currency", &request.currency)?;
    let account = AccountKey::new(reading.book.clone(), id, currency);
    let mut needs = Needs::default();
    needs.account(account.clone(), Access::Read);
    needs.record(key(&account), Access::Read);
    let loaded = reading.load(&needs).await?;
    let row = loaded.accounts.first().ok_or_else(|| not_found(&account))?;
    let Some(record) = loaded.records.first() else {
        let (object, trigger) = (account.account.to_string(), "usage".to_owned());
        let condition = "tier".to_owned();
        return Err(Detail::ConditionNotMet { object, trigger, condition, deadline: None }.into());
    };
    Usage::of(&Treasury::of(record)?, row, reading.now)
}

/// `treasury.settlements`.
pub async fn settlements(reading: &mut Reading<'_>, request: &Settlements) -> Result<Page<Settlement>> {
    let size = limit_of(request.limit);
    let kinds = match request.r#type.as_deref() {
        None => vec![TransferKind::Settlement, TransferKind::Refund],
        Some("settlement") => vec![TransferKind::Settlement],
        Some("refund") => vec![TransferKind::Refund],
        Some(_) => return Err(Error::invalid("type", "must be `settlement` or `refund`")),
    };
    let deal = request.deal.as_ref().map(|deal| DealId::request("deal", deal)).transpose()?;
    let listing = Listing::Owned {
        book: reading.book.clone(),
        owner: deal.map(Into::into),
        kinds,
        from: request.from_time,
        to: request.to_time,
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
    };
    let Listed { mut transfers, entries, events, .. } = reading.list(&listing).await?;
    let more = transfers.len() > size;
    transfers.truncate(size);
    let next = transfers.last().filter(|_| more).map(|row| opaque(&(row.stamp, row.id))).transpose()?;
    let view = |row| Settlement::of(row, &entries, &events);
    Ok(Page { items: transfers.iter().map(view).collect::<Result<_>>()?, next, lag: None })
}
