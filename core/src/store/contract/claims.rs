//! Claims, and rows that must be the ones that were seen: the guarantee on which everything else rests. A
//! lock is a hint, comparing is the proof.

use futures_util::future::join_all;

use super::samples::{
    Sample as _, account, at, begin, book, bytes, counter, far, head, hold, inserts, job, key, one_of_each,
    rank, record, sink, transfer, transfer_id, updates, usd, uuid, writes,
};
use super::{Bench, Checked, Wrong, ensure, same};
use crate::rows::kinds::each_kind;
use crate::rows::needs::{Access, AccountKey, Needs, RecordKey};
use crate::rows::row::Row;
use crate::rows::tables::{HoldState, JobState, KeyRow, TransferKind, TransferRow};
use crate::rows::writes::Writes;
use crate::store::{Fault, Written};
use crate::time::Time;

/// A write into a book that has begun, with a new row in addition to what `change` adds.
fn beside(change: impl FnOnce(&mut Writes)) -> Writes {
    let mut writes = writes();
    writes.accounts.insert.push(account(&book("main"), "beside", usd(), 1));
    change(&mut writes);
    writes.accounts.insert.sort_by_cached_key(Row::key);
    writes
}

/// Writes that claim what [`one_of_each`] wrote.
fn taken() -> Vec<(&'static str, Writes)> {
    let main = book("main");
    let mut all = vec![
        ("a key that is taken", beside(|writes| writes.keys.insert.push(key(&main, "k", None)))),
        ("a head that exists", beside(|writes| writes.heads.insert.push(head(&main)))),
    ];
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {$(
        let what = concat!("one of the ", stringify!($rows), " that exists");
        all.push((what, beside(|writes| writes.$rows.insert.push(<$Row>::sample(&main)))));
    )*} }
    all
}

/// Writes that change what [`one_of_each`] wrote, based on an image with one difference: the number, the
/// stamp, or the amounts. A restored store may show each of them to an engine that read what was lost.
fn outdated() -> Vec<(&'static str, Writes)> {
    let main = book("main");
    let mut all = Vec::new();
    macro_rules! outdated {
        ($table:ident, $row:expr, $({ $($field:ident: $value:expr),+ })+) => {$(
            let stored = $row;
            let mut seen = stored.clone();
            $(seen.$field = $value;)+
            let mut changed = stored.clone();
            changed.version += 1;
            let what = concat!(stringify!($table), " that were seen with another", $(" ", stringify!($field)),+);
            all.push((what, beside(|writes| writes.$table = updates(&seen, changed))));
        )+};
    }
    outdated!(accounts, account(&main, "a", usd(), 5),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: at(2) } { posted: 4 } { held: 1 } { entries: 1 });
    outdated!(transfers, transfer(&main, 1, 1),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { refunded: 1 } { reversed_by: Some(transfer_id(2)) });
    outdated!(holds, hold(&main, 1, "a", 1),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: far() } { captured: 1 } { released: 1 }
        { state: HoldState::Voided });
    outdated!(counters, counter(&main, "daily", "alice"),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: far() } { ring: bytes(1) });
    outdated!(records, record(&main, "deal", 1),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: far() } { state: "gone".into() } { body: "{}".into() });
    outdated!(jobs, job(&main, 1, "mail", 1),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: far() } { state: JobState::Dead } { fence: 9 });
    outdated!(sinks, sink(&main, "mailer", "", ""),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: far() } { fence: 9 } { settled: 1 });
    outdated!(ranks, rank(&main, "a", 5),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { stamp: far() } { place: "0".into() });
    outdated!(heads, head(&main),
        { version: -1 } { version: 2 } { version: i64::MAX - 1 } { hash: bytes(9) } { seq: 1 });
    all
}

/// The whole state of the book as far as these checks write it.
async fn state(bench: &Bench) -> Result<String, Wrong> {
    let (main, mut needs) = (book("main"), Needs::default());
    for id in ["a", "b", "beside"] {
        needs.account(AccountKey::new(main.clone(), crate::ids::AccountId::stored(id), usd()), Access::Read);
    }
    for n in 1..5 {
        needs.transfer((main.clone(), transfer_id(n)), Access::Read);
    }
    needs.hold((main.clone(), super::samples::hold_id(1)), Access::Read);
    needs.record(RecordKey::new(main.clone(), "deal".into(), uuid(1)), Access::Read);
    needs.keys.extend(["k", "k2"].map(|name| (main.clone(), crate::ids::Key::stored(name))));
    needs.heads.insert((main,));
    let mut loaded = bench.load(&needs).await?;
    loaded.now = None;
    loaded.accounts.sort_by_cached_key(Row::key);
    loaded.transfers.sort_by_cached_key(Row::key);
    loaded.keys.sort_by_cached_key(Row::key);
    Ok(format!("{loaded:?}"))
}

pub(super) async fn a_claim_is_granted_once(bench: &Bench) -> Checked {
    bench.write(&one_of_each(&book("main"))).await?;
    let before = state(bench).await?;
    for (what, writes) in taken() {
        bench.stale(what, &writes).await?;
        same(what, &state(bench).await?, &before)?;
    }
    Ok(())
}

pub(super) async fn an_original_is_reversed_once(bench: &Bench) -> Checked {
    bench.write(&one_of_each(&book("main"))).await?;
    let main = book("main");
    let reversal = |n| TransferRow {
        kind: TransferKind::Reversal,
        original: Some(transfer_id(1)),
        ..transfer(&main, n, 2)
    };
    let mut first = writes();
    first.transfers.insert.push(reversal(2));
    let reversed = TransferRow { reversed_by: Some(transfer_id(2)), version: 2, ..transfer(&main, 1, 1) };
    first.transfers.update.push((transfer(&main, 1, 1).seen(), reversed));
    bench.write(&first).await?;
    let before = state(bench).await?;
    // whatever it says about the original transfer
    bench.stale("a second reversal", &beside(|writes| writes.transfers.insert.push(reversal(3)))).await?;
    same("after a second reversal", &state(bench).await?, &before)?;
    // refunds are not reversals
    let mut refund = writes();
    refund.transfers.insert.push(TransferRow { kind: TransferKind::Refund, ..reversal(4) });
    bench.write(&refund).await
}

pub(super) async fn a_row_must_be_the_one_seen(bench: &Bench) -> Checked {
    bench.write(&one_of_each(&book("main"))).await?;
    let before = state(bench).await?;
    for (what, writes) in outdated() {
        bench.stale(what, &writes).await?;
        same(what, &state(bench).await?, &before)?;
    }
    let absent = account(&book("main"), "b", usd(), 1);
    let mut changed = absent.clone();
    changed.version = 2;
    let gone = beside(|writes| writes.accounts = updates(&absent, changed));
    bench.stale("an account that is gone", &gone).await?;
    same("after all", &state(bench).await?, &before)
}

pub(super) async fn a_stale_group_leaves_nothing(bench: &Bench) -> Checked {
    bench.write(&one_of_each(&book("main"))).await?;
    let before = state(bench).await?;
    let main = book("main");
    // one claim of many is taken: the group as a whole is stale
    let mut group = beside(|writes| {
        writes.keys.insert = vec![key(&main, "k", None), key(&main, "k2", None)];
        writes.transfers.insert = vec![transfer(&main, 2, 2), transfer(&main, 3, 2)];
    });
    let mut changed = account(&main, "a", usd(), 9);
    changed.version = 2;
    group.accounts.update = vec![(account(&main, "a", usd(), 5).seen(), changed)];
    bench.stale("a group with one claim that is taken", &group).await?;
    same("after a stale group", &state(bench).await?, &before)?;
    group.keys.insert.remove(0);
    bench.write(&group).await?;
    ensure(state(bench).await? != before, "the same group without that claim is written")
}

/// The claimant decides whether a key has expired; the store checks that the key still has the image that was
/// read.
pub(super) async fn a_key_is_claimed_again_by_who_saw_it(bench: &Bench) -> Checked {
    let main = book("main");
    let mut first = begin(&main);
    let old = key(&main, "gone", Some(Time::from_micros(1)));
    first.keys.insert = vec![old.clone()];
    bench.write(&first).await?;
    let mut row = key(&main, "gone", Some(far()));
    (row.stamp, row.operation, row.made) = (at(9), "ledger.deduct".into(), [1; 17].as_slice().into());
    let again = |seen: &KeyRow| beside(|writes| writes.keys = updates(seen, row.clone()));
    bench.stale("a key that nobody saw", &beside(|writes| writes.keys.insert.push(row.clone()))).await?;
    bench.stale("another key that was seen", &again(&row)).await?;
    bench.write(&again(&old)).await?;
    let mut needs = Needs::default();
    needs.keys.insert(row.key());
    same("a key claimed again", &bench.load(&needs).await?.keys, &vec![row.clone()])?;
    bench.stale("a key that somebody else claimed again", &again(&old)).await?;
    let mut absent = key(&main, "never", None);
    absent.stamp = old.stamp;
    let never = beside(|writes| writes.keys = updates(&absent, absent.clone()));
    bench.stale("a key that is not there", &never).await?;
    // a key of another request is not the one that was read, even with the same stamp
    let other = KeyRow { request: bytes(77), ..row.clone() };
    bench.stale("a key of another request", &again(&other)).await
}

/// Adds one to an account, as often as it takes.
async fn increment(bench: &Bench, key: &AccountKey) -> Checked {
    for _ in 0..10_000 {
        match try_increment(bench, key).await {
            Ok(Written::All) => return Ok(()),
            Ok(Written::Stale | Written::Claimed) => {}
            Err(fault) if again(&fault) => {}
            Err(fault) => return Err(fault.into()),
        }
        futures_util::future::ready(()).await;
    }
    Err(Wrong("an account could not be changed in 10,000 attempts".into()))
}

fn again(fault: &Fault) -> bool {
    matches!(fault.kind, crate::store::FaultKind::Serialization | crate::store::FaultKind::LockTimeout)
}

async fn try_increment(bench: &Bench, key: &AccountKey) -> Result<Written, Fault> {
    let mut needs = Needs::default();
    needs.account(key.clone(), Access::Write);
    let mut session = bench.store.writer().await?;
    let outcome = async {
        session.begin().await?;
        let loaded = session.lock(&needs, crate::store::Wait::Block).await?;
        let Some(row) = loaded.accounts.first() else { return Ok(Written::Stale) };
        let mut new = row.clone();
        (new.posted, new.headroom, new.version) = (row.posted + 1, row.headroom + 1, row.version + 1);
        let mut writes = writes();
        writes.accounts.update.push((row.seen(), new));
        session.write(&writes).await
    };
    match outcome.await {
        Ok(Written::All) => session.commit().await.map(|()| Written::All),
        other => session.rollback().await.and(other),
    }
}

pub(super) async fn concurrent_changes_are_never_lost(bench: &Bench) -> Checked {
    bench.write(&one_of_each(&book("main"))).await?;
    let row = account(&book("main"), "a", usd(), 5);
    let many = |_| async {
        for _ in 0..10 {
            increment(bench, &row.key()).await?;
        }
        Checked::Ok(())
    };
    for outcome in join_all((0..4).map(many)).await {
        outcome?;
    }
    let mut needs = Needs::default();
    needs.account(row.key(), Access::Read);
    let found = bench.load(&needs).await?.accounts;
    same("an account that 4 sessions raised 10 times each", &found.first().map(|row| row.posted), &Some(45))
}

pub(super) async fn one_of_many_claims_wins(bench: &Bench) -> Checked {
    bench.write(&begin(&book("main"))).await?;
    let claim = |n: i64| async move {
        let mut writes = writes();
        let mut row = key(&book("main"), "wanted", None);
        row.stamp = at(n);
        writes.keys.insert.push(row);
        writes.transfers = inserts(vec![transfer(&book("main"), 100 + n.unsigned_abs() as u128, n)]);
        bench.try_write(&writes).await
    };
    let outcomes = join_all((0..4).map(claim)).await;
    let mut won = 0;
    for outcome in outcomes {
        match outcome {
            Ok(Written::All) => won += 1,
            Ok(Written::Stale | Written::Claimed) => {}
            Err(fault) if again(&fault) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    same("winners of one key", &won, &1)?;
    let listing = crate::rows::listing::Listing::AllTransfers { book: book("main"), after: None, limit: 10 };
    same("transfers written under one key", &bench.list(&listing).await?.transfers.len(), &1)
}
