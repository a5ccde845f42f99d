//! The queries of receipts.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use serde_json::Value;

use super::look::{Look, accounts_of};
use super::model::Payload;
use super::render::{Format, rendered};
use super::verify::{Trust, is_document, read, verify as judged};
use crate::engine::runner::Runner;
use crate::engine::{Engine, store_url};
use crate::error::{Detail, Error, Result};
use crate::escrow::model::Deal;
use crate::ids::{Actor, DealId, EventId, ReceiptId, TransferId};
use crate::kernel::permit::{Tie, Who};
use crate::keyring::{self, Keyring, PublicKeys};
use crate::ledger::limits::calendar::Zone;
use crate::ledger::queries::legs_by_transfer;
use crate::receipt::requests::{GetPublicKeys, GetReceipt, Receipts, RenderReceipt, VerifyReceipt};
use crate::receipt::views::{Receipt, RenderedReceipt, Verification};
use crate::request::page::Page;
use crate::request::reading::{cursor, limit_of, opaque};
use crate::rows::events::Link;
use crate::rows::listing::{Listed, Listing};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::{EntryRow, EventRow, TransferRow};

fn signing(engine: &Engine) -> Result<Keyring> {
    engine.keyring().ok_or_else(|| keyring::missing("current"))
}

/// `rc_` or `tr_` and the same uuid.
fn transfer_of(receipt: &str) -> Result<TransferId> {
    if receipt.starts_with(TransferId::PREFIX) {
        return TransferId::request("receipt", receipt);
    }
    Ok(TransferId::from_uuid(ReceiptId::request("receipt", receipt)?.uuid()))
}

/// `receipts.get`. Its event is given its place first, where it has none yet.
///
/// # Errors
/// `key_not_found` without a keyring; `transfer_not_found`; `store_unavailable` where the event waits for its
/// place and nothing may be written.
pub async fn get(engine: &Engine, actor: &Actor, request: &GetReceipt) -> Result<Receipt> {
    one(engine, actor, &request.receipt).await
}

async fn one(engine: &Engine, actor: &Actor, receipt: &str) -> Result<Receipt> {
    let id = transfer_of(receipt)?;
    let keyring = signing(engine)?;
    let listed = by_id(engine, id).await?;
    if let Some(row) = listed.transfers.first() {
        permit(engine, actor, Who::Party, row.owner(), &listed.entries).await?;
    }
    match derive(engine, &listed, Some(&keyring)).await?.into_iter().next() {
        Some(receipt) => Ok(receipt),
        None if listed.transfers.is_empty() => {
            Err(Detail::TransferNotFound { transfer: id.to_string() }.into())
        }
        None => {
            let reason = "the event of the transfer waits for its place in the log".to_owned();
            Err(Detail::StoreUnavailable { reason }.into())
        }
    }
}

/// Judges the caller who asks for a receipt: a party of its transfer, or of the deal that it belongs to.
async fn permit(
    engine: &Engine,
    actor: &Actor,
    who: Who,
    deal: Option<DealId>,
    entries: &[EntryRow],
) -> Result<()> {
    if !who.judges(actor) {
        return Ok(());
    }
    let book = engine.book_name();
    let mut needs = Needs::default();
    for entry in entries {
        needs.account(AccountKey::new(book.clone(), entry.account.clone(), entry.currency), Access::Read);
    }
    if let Some(id) = deal {
        let mut record = Needs::default();
        record.record(Deal::key(book, id), Access::Read);
        let row = engine.peek(&record).await?.records.into_iter().next();
        let deal = Deal::of(&row.ok_or_else(|| Deal::not_found(id))?)?;
        needs.account(deal.buyer(), Access::Read);
        needs.account(deal.seller(), Access::Read);
    }
    let accounts = if needs.is_empty() { Vec::new() } else { engine.peek(&needs).await?.accounts };
    who.judge(actor, &accounts.iter().map(Tie::Account).collect::<Vec<_>>())
}

async fn by_id(engine: &Engine, id: TransferId) -> Result<Listed> {
    let mut needs = Needs::default();
    needs.transfer((engine.book_name().clone(), id), Access::Read);
    let loaded = engine.peek(&needs).await?;
    Ok(Listed { transfers: loaded.transfers, entries: loaded.entries, ..Listed::default() })
}

/// `receipts.list`: newest first.
///
/// # Errors
/// `key_not_found` without a keyring; `invalid_request` naming `deal`, `transfer`, `limit` or `after`.
pub async fn list(engine: &Engine, actor: &Actor, request: &Receipts) -> Result<Page<Receipt>> {
    let limit = limit_of(request.limit);
    let deal = request.deal.as_ref().map(|deal| DealId::request("deal", deal)).transpose()?;
    let transfer = request.transfer.as_ref().map(|id| TransferId::request("transfer", id)).transpose()?;
    let after = cursor(request.after.as_deref())?;
    let keyring = signing(engine)?;
    let mut listed = match transfer {
        Some(id) => by_id(engine, id).await?,
        None => {
            let book = engine.book_name().clone();
            let (account, reference, from, to) = (None, None, None, None);
            let owner = deal.map(Into::into);
            let listing =
                Listing::Transfers { book, account, reference, owner, from, to, after, limit: limit + 1 };
            engine.look(&listing).await?
        }
    };
    let (of, entries) = match (transfer, listed.transfers.first()) {
        (Some(_), Some(row)) => (row.owner(), listed.entries.as_slice()),
        _ => (deal, &[][..]),
    };
    permit(engine, actor, Who::Listed, of, entries).await?;
    listed.transfers.retain(|row| deal.is_none_or(|deal| row.owner() == Some(deal)));
    let more = listed.transfers.len() > limit;
    listed.transfers.truncate(limit);
    let last = listed.transfers.last().filter(|_| more).map(|row| opaque(&(row.stamp, row.id)));
    Ok(Page { lag: None, next: last.transpose()?, items: derive(engine, &listed, Some(&keyring)).await? })
}

/// All receipts of a deal, oldest first. Without a keyring they have no signature.
///
/// # Errors
/// Any failure of the store.
pub async fn of_deal(engine: &Engine, deal: DealId) -> Result<Vec<Receipt>> {
    const PAGE: usize = 500;
    let (mut receipts, keyring) = (Vec::new(), engine.keyring());
    let (account, reference, from, to, after) = (None, None, None, None, None);
    let (book, owner) = (engine.book_name().clone(), Some(deal.into()));
    let first = Listing::Transfers { book, account, reference, owner, from, to, after, limit: PAGE };
    let mut next = Some(first);
    while let Some(listing) = next {
        let page = engine.look(&listing).await?;
        receipts.extend(derive(engine, &page, keyring.as_ref()).await?);
        next = listing.behind(&page, true);
    }
    receipts.reverse();
    Ok(receipts)
}

/// Receipts of transfers that were read from the store, in their order; unsigned without a keyring. Where an
/// event waits for its place in the log, and nothing may be written, its transfer has no receipt yet.
///
/// # Errors
/// Any failure of the store; `corrupted` when a transfer has no event.
async fn derive(engine: &Engine, listed: &Listed, keyring: Option<&Keyring>) -> Result<Vec<Receipt>> {
    // after the transfers were read, so that every one of them has its place
    let placed = engine.place_events(engine.book_name()).await?;
    let ids: Vec<EventId> = listed.transfers.iter().map(|row| EventId::from_uuid(row.id.uuid())).collect();
    let events: HashMap<EventId, (EventRow, Link)> = if ids.is_empty() {
        HashMap::new()
    } else {
        let listing = Listing::EventsById { book: engine.book_name().clone(), ids };
        let found = engine.look(&listing).await?;
        found.events.into_iter().zip(found.sequence).map(|both| (both.0.id, both)).collect()
    };
    // asked after the rows: a store that has transfers stays the store that it is
    store_url::identify(engine.opened()).await?;
    let legs = legs_by_transfer(listed.entries.clone());
    let receipt = |row: &TransferRow| {
        let entries: &[EntryRow] = legs.get(&row.id).map_or(&[], Vec::as_slice);
        match events.get(&EventId::from_uuid(row.id.uuid())) {
            Some((event, link)) => {
                let payload = Payload::of(row, entries, event, link, engine.identity().store);
                Some(payload.and_then(|payload| payload.signed(keyring)))
            }
            None if placed => Some(Err(Error::corrupted(format!("the event of transfer {}", row.id)))),
            None => None,
        }
    };
    listed.transfers.iter().filter_map(receipt).collect()
}

fn trust(keyring: Option<&Keyring>) -> Result<Trust> {
    keyring.map(Trust::keyring).ok_or_else(|| keyring::missing("current"))
}

/// `receipts.verify`.
///
/// # Errors
/// `key_not_found` without a keyring and without `public_keys`; `invalid_request` naming what is malformed.
pub async fn verify<R: Runner + ?Sized>(runner: &R, request: VerifyReceipt) -> Result<Verification> {
    let trust = match request.public_keys {
        Some(given) => {
            let keys: PublicKeys = serde_json::from_value(given)
                .map_err(|_| Error::invalid("public_keys", "must be what `public_keys` replied"))?;
            Trust::public(&keys)?
        }
        None => trust(runner.scope().keyring.as_ref())?,
    };
    judged(&request.receipt, &trust)
}

/// `receipts.render`. A whole receipt of this book is judged as `receipts.get` judges its id. One of another
/// store or book is shown as it stands, without a name: the same ids are other people there.
///
/// # Errors
/// `invalid_request` naming `receipt` or `format`; `signature_invalid` for a receipt that is not genuine;
/// `not_permitted`; and those of `receipts.get` for an id.
pub async fn render(engine: &Engine, actor: &Actor, request: &RenderReceipt) -> Result<RenderedReceipt> {
    let format = Format::request("format", &request.format)?;
    let zone = request.time_zone.as_deref().map(Zone::request).transpose()?.unwrap_or_default();
    let (receipt, ours) = match &request.receipt {
        Value::String(id) if !is_document(id) => {
            let receipt = serde_json::to_value(one(engine, actor, id).await?)
                .map_err(|_| Error::corrupted("a receipt has no JSON form"))?;
            (receipt, true)
        }
        shown => {
            let shown = &*read(shown)?;
            let found = judged(shown, &trust(engine.keyring().as_ref())?)?;
            if let Some(reason) = found.reason.filter(|_| !found.valid) {
                return Err(Detail::SignatureInvalid { reason }.into());
            }
            let payload = &shown["payload"];
            let ours = is_ours(engine, payload).await?;
            if ours {
                let id = TransferId::request("receipt.payload.transfer", text_of(&payload["transfer"]))?;
                let listed = by_id(engine, id).await?;
                let deal = listed.transfers.first().and_then(TransferRow::owner);
                permit(engine, actor, Who::Party, deal, &listed.entries).await?;
            }
            (shown.clone(), ours)
        }
    };
    let look = Look::new(request.locale.as_deref().unwrap_or("en"), zone);
    let payload = &receipt["payload"];
    let accounts = if ours { accounts_of(payload) } else { BTreeSet::new() };
    rendered(&receipt, format, &look.with_names(engine, accounts).await?)
}

/// Whether a receipt's payload is of this store and book.
async fn is_ours(engine: &Engine, payload: &Value) -> Result<bool> {
    store_url::identify(engine.opened()).await?;
    let store = engine.identity().store.to_string();
    Ok(text_of(&payload["store"]) == store && text_of(&payload["book"]) == engine.book_name().as_str())
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `receipts.public_keys`.
///
/// # Errors
/// `key_not_found` without a keyring.
pub async fn public_keys<R: Runner + ?Sized>(runner: &R, _: GetPublicKeys) -> Result<PublicKeys> {
    runner.scope().keyring.as_ref().map(Keyring::public_keys).ok_or_else(|| keyring::missing("current"))
}
