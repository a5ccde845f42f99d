//! `admin.verify`: every invariant, recomputed from the rows.

mod checks;
mod contexts;
mod counters;
mod exact;
mod followed;
mod image_of;
mod keys;
mod log;
mod logged;
mod multiset;
mod newest;
mod objects;
mod pages;
mod ranks;
mod sinks;
mod strays;
mod transfers;

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};

use crate::currency::Currency;
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::{Code, Result};
use crate::history::views::Head;
use crate::ids::{AccountId, Actor, Book, TransferId};
use crate::kernel::image;
use crate::kernel::permit::Who;
use crate::request::domain::Audit;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::AccountOrder;
use crate::rows::listing::{Listed, Listing};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, AccountStatus, EntryRow, HoldState, TransferKind, TransferRow};
use crate::sorting::Gathering as _;
use crate::store::Tally;
use crate::upkeep::requests::RunVerify;
use crate::upkeep::verify::checks::{Checks, fingerprint};
use crate::upkeep::verify::exact::Exact;
use crate::upkeep::verify::logged::{Anchor, LogHead, Logged};
use crate::upkeep::verify::multiset::Multiset;
use crate::upkeep::verify::newest::RowTimes;
use crate::upkeep::verify::pages::{PAGE, Walk, count_on};
use crate::upkeep::verify::ranks::Ranks;
use crate::upkeep::verify::transfers::Facts;
use crate::upkeep::views::{BookHead, Verify};

pub use pages::{Progress, Step};

/// `admin.verify`, over all books.
pub async fn run(engine: &Engine, actor: &Actor, request: &RunVerify) -> Result<Verify> {
    anchored(engine, actor, request, &|_| {}).await
}

/// `admin.verify` with progress reports.
pub async fn with_progress(engine: &Engine, actor: &Actor, progress: Progress<'_>) -> Result<Verify> {
    anchored(engine, actor, &RunVerify::new(), progress).await
}

/// `admin.verify` with an anchor: a link of the engine's book that an auditor kept elsewhere.
pub async fn anchored(
    engine: &Engine,
    actor: &Actor,
    request: &RunVerify,
    progress: Progress<'_>,
) -> Result<Verify> {
    let anchor = request.anchor.as_deref().map(Anchor::request).transpose()?;
    let (mut checks, mut heads) = (Checks::default(), Vec::new());
    let mut next = Some(Listing::Books { after: None, limit: PAGE });
    while let Some(listing) = next {
        let page = engine.look(&listing).await?;
        for book in &page.books {
            if !engine.is_read_only() {
                match crate::pipeline::sequencer::catch_up(engine.store(), &engine.options().env, book).await
                {
                    // what cannot be read is a finding below
                    Err(error) if error.code() == Code::Corrupted => {}
                    done => done?,
                }
            }
            let anchor = anchor.as_ref().filter(|_| book == engine.book_name());
            let head = verify_book(engine, actor, book, anchor, &mut checks, progress).await?;
            heads.push(BookHead { book: book.to_string(), seq: head.seq, hash: head.hash });
        }
        next = listing.behind(&page, false);
    }
    strays::books(engine, &mut checks).await?;
    let checks = checks.finish();
    Ok(Verify { ok: checks.iter().all(|check| check.ok), checks, heads })
}

/// The sums of an account by the transfers of a book.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    posted: Exact,
    entries: i64,
    held: i128,
    /// Entries that have a number or a balance.
    numbered: i64,
    /// The steps of the entries, each from one number and balance to the next. Inner steps cancel out, so
    /// only the first and the last are left.
    steps: Multiset,
}

impl Sum {
    fn enter(&mut self, leg: &EntryRow) {
        self.posted.add(leg.amount);
        self.entries += 1;
        self.numbered += i64::from(leg.number.is_some() || leg.after.is_some());
        if let (Some(number), Some(after)) = (leg.number, leg.after) {
            self.steps.add(step(number, after));
            self.steps.remove(step(number - 1, after.saturating_sub(leg.amount)));
        }
    }

    /// Whether the entries lead step by step from nothing to this row.
    fn leads_to(&self, row: &AccountRow) -> bool {
        let mut whole = Multiset::default();
        whole.add(step(row.entries, row.posted));
        whole.remove(step(0, 0));
        self.steps == whole
    }
}

fn step(number: i64, balance: i128) -> [u8; 24] {
    let mut step = [0; 24];
    let (first, second) = step.split_at_mut(8);
    first.copy_from_slice(&number.to_le_bytes());
    second.copy_from_slice(&balance.to_le_bytes());
    step
}

type Sums = HashMap<(AccountId, Currency), Sum>;

async fn verify_book(
    engine: &Engine,
    actor: &Actor,
    book: &Book,
    anchor: Option<&Anchor>,
    checks: &mut Checks,
    progress: Progress<'_>,
) -> Result<Head> {
    checks.posted = HashSet::new();
    let scope = engine.scope();
    // the store's time: with a slow clock, swept rows would seem to be missing
    let now = engine.store_now().await?;
    let mut session = engine.store().reader().await.map_err(|fault| fault.into_error(false))?;
    let reading = Reading::over(&scope, session.as_mut(), actor.clone(), Who::Staff, now);
    let unreadable = Some(BTreeSet::new());
    let mut reading = Reading { book: book.clone(), judged: true, unreadable, ..reading };
    // on one snapshot, so that a store may be verified while it is in use
    reading.at_one_moment().await?;
    // the log first: it has the number of transfers
    let (chain, log, place) = logged::read(&mut reading, progress).await?;
    let copy = place.is_copy();
    identified(book, &place, &log.elsewhere, checks);
    let Logged { facts: logged, mut newest, mut keys, contexts, sinks, events, .. } = log;
    contexts.tell(checks);
    checks.examined("rows_followed", newest.followed());
    for what in newest.explain_breaks(&mut reading).await?.into_iter().chain(keys.take_breaks()) {
        checks.found("rows_followed", what);
    }
    (checks.newest, checks.copy) = (newest, copy);
    checks.posted.reserve(usize::try_from(logged.transfers()).unwrap_or(0));
    let (mut sums, facts) = transfers(&mut reading, checks, logged.transfers(), progress).await?;
    let met = Tally { entries: sums.values().map(|sum| sum.entries).sum(), events };
    let used = sums.keys().map(|(_, currency)| *currency).gathered();
    strays::verify(&mut reading, met, &used, checks).await?;
    holds(&mut reading, &mut sums, checks).await?;
    accounts(&mut reading, &mut sums, checks, progress).await?;
    objects::verify(&mut reading, checks).await?;
    if !copy {
        counters::verify(&mut reading, checks).await?;
        keys::verify(&mut reading, keys, checks, progress).await?;
        sinks.verify(&mut reading, checks).await?;
    }
    audits(&mut reading, Audit { scope: &scope, copy }, checks).await?;
    let newest = std::mem::take(&mut checks.newest);
    if !copy {
        transfers::compare(&mut reading, facts, logged, checks).await?;
        for what in newest.explain(&mut reading).await? {
            checks.examine("log_matches_rows", false, || what);
        }
    }
    if let Some(anchor) = anchor {
        anchor.check(&mut reading, checks).await?;
    }
    checks.examine("chain", chain.ok, || {
        format!("book {book}: the chain breaks at {}", chain.broken_at.unwrap_or_default())
    });
    for row in reading.unreadable.take().into_iter().flatten() {
        checks.examine("rows_readable", false, || format!("book {book}: {row}"));
    }
    // ends the snapshot; a connection that fails here is not used again
    let _ = session.rollback().await;
    Ok(chain.head)
}

/// Checks that the head and the log of a book belong to this store.
fn identified(book: &Book, place: &LogHead, elsewhere: &[String], checks: &mut Checks) {
    checks.examine("identity", place.is_of_its_timeline(), || {
        format!("book {book}: its head is of another timeline than `meta` says")
    });
    for what in elsewhere {
        checks.examine("identity", false, || format!("book {book}: {what}, and `meta` says another"));
    }
}

/// Checks each kind of object against what its rows imply.
async fn audits(reading: &mut Reading<'_>, audit: Audit<'_>, checks: &mut Checks) -> Result<()> {
    let examine = &mut |name: &'static str, right: bool, what: String| checks.examine(name, right, || what);
    for domain in audit.scope.domains.iter() {
        domain.check(reading, audit, examine).await?;
    }
    Ok(())
}

/// The sums over the transfers of a book.
#[derive(Default)]
struct TransferSums {
    checks: Checks,
    facts: Facts,
    sums: Sums,
    given_back: HashMap<TransferId, i128>,
    originals: HashMap<TransferId, i128>,
}

impl TransferSums {
    fn take(&mut self, page: &Listed) {
        let mut rest = page.entries.as_slice();
        for row in &page.transfers {
            // the entries are in the order of their transfers
            let end = rest.iter().position(|leg| leg.transfer != row.id).unwrap_or(rest.len());
            let (legs, others) = rest.split_at(end);
            rest = others;
            one_transfer(row, legs, &mut self.sums, &mut self.checks);
            self.facts.transfer(row, legs);
            self.checks.changed_transfer(row);
            self.checks.posted.insert(fingerprint(row.id));
            if let Some(original) = row.original {
                let credits = legs.iter().filter(|leg| leg.amount > 0).map(|leg| leg.amount);
                let moved = credits.fold(0, i128::saturating_add);
                *self.given_back.entry(original).or_default() += if legs.len() == 2 { moved } else { 0 };
            }
            if row.refunded != 0 {
                self.originals.insert(row.id, row.refunded);
            }
        }
    }
}

/// Checks that transfers sum to zero per currency, that refunds stay within the original, and that it is
/// reversed once at most.
async fn transfers(
    reading: &mut Reading<'_>,
    checks: &mut Checks,
    of: i64,
    progress: Progress<'_>,
) -> Result<(Sums, Facts)> {
    let walk = Walk {
        listing: Listing::AllTransfers { book: reading.book.clone(), after: None, limit: PAGE },
        examine: TransferSums::take,
    };
    let mut count = 0;
    let so_far = TransferSums { checks: std::mem::take(checks), ..TransferSums::default() };
    let read = |page: &Listed| {
        count_on(&mut count, page.transfers.len());
        progress(Step { what: "transfers", count, of: Some(of) });
    };
    let so_far = walk.run(reading, so_far, read).await?;
    let TransferSums { facts, sums, mut given_back, originals, .. } = so_far;
    *checks = so_far.checks;
    for (id, refunded) in &originals {
        let sum = given_back.remove(id).unwrap_or(0);
        checks.examine("refunds", sum == *refunded, || {
            format!("transfer {id}: refunded {refunded}, refunds sum to {sum}")
        });
    }
    for (id, sum) in given_back.into_iter().filter(|(_, sum)| *sum != 0) {
        checks.examine("refunds", false, || format!("transfer {id}: refunded 0, refunds sum to {sum}"));
    }
    Ok((sums, facts))
}

/// Whether legs sum to zero in each of their currencies.
fn sum_to_zero(legs: &[EntryRow]) -> bool {
    let one = legs.first().map(|leg| leg.currency);
    if legs.iter().all(|leg| Some(leg.currency) == one) {
        return legs.iter().map(|leg| leg.amount).collect::<Exact>().is(0);
    }
    let mut per_currency: BTreeMap<Currency, Exact> = BTreeMap::new();
    for leg in legs {
        per_currency.entry(leg.currency).or_default().add(leg.amount);
    }
    per_currency.values().all(|sum| sum.is(0))
}

fn one_transfer(row: &TransferRow, legs: &[EntryRow], sums: &mut Sums, checks: &mut Checks) {
    let in_order = (0_i64..).zip(legs).all(|(place, leg)| leg.leg == place);
    checks.examine("entries_gapless", in_order, || {
        format!("transfer {}: its entries are not numbered from 0", row.id)
    });
    for leg in legs {
        sums.entry((leg.account.clone(), leg.currency)).or_default().enter(leg);
        checks.examine("entry_stamps", (leg.stamp, leg.at) == (row.stamp, row.at), || {
            format!("transfer {}: entry {} has another stamp", row.id, leg.leg)
        });
    }
    let balanced = legs.len() >= 2 && sum_to_zero(legs);
    checks.examine("transfers_balance", balanced, || format!("transfer {} does not sum to zero", row.id));
    if let [first, second] = legs {
        let whole = first.amount.max(second.amount);
        let within = row.refunded >= 0 && row.refunded <= whole;
        checks.examine("refunds", within, || {
            format!("transfer {}: refunded {} of {whole}", row.id, row.refunded)
        });
    }
    let linked = row.original.is_some() == matches!(row.kind, TransferKind::Reversal | TransferKind::Refund)
        || row.owned_by.is_some();
    checks
        .examine("reversals", linked, || format!("transfer {} has no original, or should have none", row.id));
}

/// Checks that holds stay within what was authorized, and sums open ones by account.
async fn holds(reading: &mut Reading<'_>, sums: &mut Sums, checks: &mut Checks) -> Result<()> {
    let listing = Listing::AllHolds { book: reading.book.clone(), after: None, limit: PAGE };
    let mut pages = Pages::until_empty(listing);
    while let Some(page) = pages.next(reading).await? {
        for row in &page.holds {
            let due_at = row.expires_at.filter(|_| row.state.is_open() && !checks.copy);
            checks.examine("holds_state", row.due_at == due_at, || {
                format!("hold {}: its timer is not that of its state", row.id)
            });
            let times = RowTimes { created: Some(row.created_at), stamp: Some(row.stamp), changed: None };
            checks.row(&image::whole_hold(row), times);
            let left = row.remaining();
            let bounds = row.amount > 0 && row.captured >= 0 && row.released >= 0 && left >= 0;
            checks.examine("holds_bounds", bounds, || {
                format!("hold {} captured and released more than it has", row.id)
            });
            let ended = row.state.is_open() || left == 0;
            let captured =
                (row.state == HoldState::Authorized) == (row.captured == 0) || !row.state.is_open();
            checks.examine("holds_state", ended && captured, || {
                format!("hold {} is {} and keeps {left}", row.id, row.state)
            });
            if row.state.is_open() {
                let sum = sums.entry((row.account.clone(), row.currency)).or_default();
                sum.held = sum.held.saturating_add(left);
            }
        }
    }
    Ok(())
}

/// Checks that accounts match their entries, that all accounts sum to zero per currency, and that entries are
/// gapless.
async fn accounts(
    reading: &mut Reading<'_>,
    sums: &mut Sums,
    checks: &mut Checks,
    progress: Progress<'_>,
) -> Result<()> {
    let mut totals: BTreeMap<Currency, Exact> = BTreeMap::new();
    let mut ranks = Ranks::read(reading, checks.copy).await?;
    let mut count = 0;
    let (book, order) = (reading.book.clone(), AccountOrder::Id);
    let listing = Listing::Accounts { book, owner: None, search: None, order, after: None, limit: 500 };
    let mut pages = Pages::over(listing);
    while let Some(Listed { accounts: rows, .. }) = pages.next(reading).await? {
        let mut needs = Needs::default();
        for row in &rows {
            needs.account(row.key(), Access::Read);
            ranks.need(row, &mut needs);
        }
        let loaded = reading.load_any(&needs).await?;
        for row in &loaded.accounts {
            let key = row.key();
            let pending = loaded.streams.iter().filter(|(other, _)| *other == key).map(|(_, sum)| *sum);
            let posted = pending.fold(row.posted, i128::wrapping_add);
            let sum = sums.remove(&(row.id.clone(), row.currency)).unwrap_or_default();
            one_account(row, posted, sum, checks);
            ranks.compare(row, posted, &loaded, checks);
            totals.entry(row.currency).or_default().add(posted);
            if !row.streaming && sum.leads_to(row) {
                checks.examined("entries_gapless", sum.entries);
            } else if !row.streaming {
                gapless(reading, row, checks).await?;
            }
        }
        count_on(&mut count, rows.len());
        progress(Step { what: "accounts", count, of: None });
    }
    ranks.finish(reading, checks).await?;
    for ((account, currency), _) in sums.drain() {
        checks.examine("accounts_match_entries", false, || {
            format!("account {account} {currency} has entries but no row")
        });
    }
    for (currency, total) in totals {
        checks.examine("book_sums_to_zero", total.is(0), || {
            format!("book {}: {currency} sums to {total}", reading.book)
        });
    }
    Ok(())
}

fn one_account(row: &AccountRow, posted: i128, sum: Sum, checks: &mut Checks) {
    let name = || format!("account {} {}", row.id, row.currency);
    checks.examine("accounts_match_entries", sum.posted.is(posted), || {
        format!("{}: balance {posted}, entries sum to {}", name(), sum.posted)
    });
    checks.examine("held_matches_holds", row.held == sum.held, || {
        format!("{}: held {}, holds sum to {}", name(), row.held, sum.held)
    });
    let headroom = row.posted.saturating_sub(row.held).saturating_add(row.overdraft);
    // no image has the terms of a streaming account that it cannot have
    let terms = !row.streaming || (row.overdraft == 0 && row.status == AccountStatus::Active);
    checks.examine("headroom", terms, || {
        format!("{}: it is streaming, and has an `overdraft`, or its `status` is not active", name())
    });
    let right = row.headroom == headroom && (headroom >= 0 || row.id.may_be_negative());
    checks.examine("headroom", right, || {
        format!("{}: headroom {}, should be {headroom} and not negative", name(), row.headroom)
    });
    let search = crate::ledger::model::folded(row.display_name.as_deref().unwrap_or_else(|| row.id.as_str()));
    checks.examine("log_matches_rows", checks.copy || *row.search == *search, || {
        format!("{}: `search` is not its folded name", name())
    });
    if !row.streaming {
        checks.row(&image::account(row), RowTimes { stamp: Some(row.stamp), ..RowTimes::default() });
    }
    checks.row(&image::terms(row), RowTimes { created: Some(row.created_at), ..RowTimes::default() });
    checks.examine("entries_gapless", !row.streaming || sum.numbered == 0, || {
        format!("{}: its entries are numbered, or have balances, and it is streaming", name())
    });
    let numbered = row.entries == if row.streaming { 0 } else { sum.entries };
    checks.examine("entries_gapless", numbered, || {
        format!("{}: {} entries, newest number {}", name(), sum.entries, row.entries)
    });
}

/// Checks one by one that entry numbers have no gap and that each balance follows from the one before, to
/// name the error.
async fn gapless(reading: &mut Reading<'_>, row: &AccountRow, checks: &mut Checks) -> Result<()> {
    let (mut number, mut balance) = (0, 0_i128);
    let AccountKey { book, account, currency } = row.key();
    let (from, to, newest_first, after) = (None, None, false, None);
    let listing = Listing::Entries { book, account, currency, from, to, newest_first, after, limit: PAGE };
    let mut pages = Pages::over(listing);
    while let Some(page) = pages.next(reading).await? {
        for entry in &page.entries {
            number += 1;
            balance = balance.saturating_add(entry.amount);
            let right = entry.number == Some(number) && entry.after == Some(balance);
            checks.examine("entries_gapless", right, || {
                format!("account {} {}: entry {number} of transfer {}", row.id, row.currency, entry.transfer)
            });
        }
    }
    Ok(())
}
