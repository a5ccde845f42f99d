//! Queues: due rows, pending events, and pending sums of streaming accounts.

use std::sync::Arc;

use super::samples::{
    account, at, begin, book, bytes, counter, far, hold, inserts, job, key, rank, record, sink, usd, uuid,
    writes,
};
use super::{Bench, Checked, Wrong, ensure, same};
use crate::currency::{Currencies, Currency};
use crate::ids::{Book, JobId};
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, AccountKey, CounterKey, DUE_LIMIT, Needs};
use crate::rows::rank::place;
use crate::rows::row::Row;
use crate::rows::sink::SinkState;
use crate::rows::tables::AWAITS_APPROVAL;
use crate::rows::tables::{
    AccountRow, CounterRow, HoldRow, JobRow, JobState, PendingRow, RankRow, RecordRow, SinkRow, StreamRow,
};
use crate::rows::writes::Writes;
use crate::store::{FaultKind, Outdated, Wait, Written};
use crate::time::{Span, Time};

fn due_hold(book: &Book, n: u128, due: i64) -> HoldRow {
    HoldRow { due_at: Some(at(due)), expires_at: Some(at(due)), ..hold(book, n, "a", 1) }
}

fn due_record(book: &Book, n: u128, due: i64) -> RecordRow {
    RecordRow { due_at: Some(at(due)), ..record(book, "deal", n) }
}

async fn due(bench: &Bench, now: i64, limit: usize) -> Result<(Vec<HoldRow>, Vec<RecordRow>), Wrong> {
    let holds = bench.list(&Listing::DueHolds { book: None, now: at(now), limit }).await?.holds;
    let records = bench.list(&Listing::DueRecords { book: None, now: at(now), limit }).await?.records;
    Ok((holds, records))
}

pub(super) async fn due_rows_come_oldest_first(bench: &Bench) -> Checked {
    let (one, two) = (book("one"), book("two"));
    let mut all: (Vec<HoldRow>, Vec<RecordRow>) = (Vec::new(), Vec::new());
    for (book, dues) in [(&two, [10, 30, 20, 20]), (&one, [20, 40, 10, 15])] {
        let mut written = begin(book);
        for (n, due) in (1..).zip(dues) {
            written.holds.insert.push(due_hold(book, n, due));
            written.records.insert.push(due_record(book, n, due));
        }
        all.0.extend(written.holds.insert.iter().cloned());
        all.1.extend(written.records.insert.iter().cloned());
        written.holds.insert.push(hold(book, 9, "a", 1));
        written.records.insert.push(record(book, "deal", 9));
        bench.write(&written).await?;
    }
    all.0.sort_by_cached_key(|row| (row.due_at, row.key()));
    all.1.sort_by_cached_key(|row| (row.due_at, row.key()));
    for now in [0, 9, 10, 20, 100] {
        let until = |due: Option<Time>| due.is_some_and(|due| due <= at(now));
        let holds: Vec<_> = all.0.iter().filter(|row| until(row.due_at)).cloned().collect();
        let records: Vec<_> = all.1.iter().filter(|row| until(row.due_at)).cloned().collect();
        same(&format!("due at {now}"), &due(bench, now, 100).await?, &(holds.clone(), records.clone()))?;
        let first = (holds.into_iter().take(2).collect(), records.into_iter().take(2).collect());
        same(&format!("the first two due at {now}"), &due(bench, now, 2).await?, &first)?;
    }
    // a job that is done is due no more, and one that is put off is due later
    let mut changes = writes();
    let (held, deal) = (due_hold(&one, 3, 10), due_record(&one, 3, 10));
    changes.holds.update.push((held.seen(), HoldRow { due_at: None, version: 2, ..held }));
    changes.records.update.push((deal.seen(), RecordRow { due_at: Some(far()), version: 2, ..deal }));
    bench.write(&changes).await?;
    let (holds, records) = due(bench, 10, 100).await?;
    same("due after a change", &(holds.len(), records.len()), &(1, 1))
}

pub(super) async fn due_holds_of_an_account_are_supplied(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    // the store's own clock decides what is due, so these dates are long past or never
    let past =
        |n: u128, micros: i64| HoldRow { due_at: Some(Time::from_micros(micros)), ..hold(&main, n, "a", 1) };
    let count = DUE_LIMIT as u128 + 20;
    written.holds.insert = (1..=count).map(|n| past(n, 5_000 - i64::try_from(n).unwrap_or(0))).collect();
    written.holds.insert.push(HoldRow { due_at: Some(far()), ..hold(&main, count + 1, "a", 1) });
    written.holds.insert.push(hold(&main, count + 2, "a", 1));
    written.holds.insert.push(HoldRow { account: crate::ids::AccountId::stored("b"), ..past(count + 3, 1) });
    written.holds.insert.push(HoldRow { currency: super::samples::krw(), ..past(count + 4, 1) });
    bench.write(&written).await?;
    let ask = |id: &str| {
        let mut needs = Needs::default();
        needs.due_holds.insert(account(&main, id, usd(), 0).key());
        needs
    };
    let mut expected: Vec<HoldRow> = written.holds.insert.iter().take(DUE_LIMIT + 20).cloned().collect();
    expected.sort_by_cached_key(|row| (row.due_at, row.key()));
    expected.truncate(DUE_LIMIT);
    let mut found = bench.load(&ask("a")).await?.due;
    found.sort_by_cached_key(|row| (row.due_at, row.key()));
    same("due holds of an account, the oldest", &found, &expected)?;
    same("due holds of another", &bench.load(&ask("b")).await?.due.len(), &1)?;
    same("due holds of nobody", &bench.load(&ask("c")).await?.due.len(), &0)
}

async fn due_jobs(
    bench: &Bench,
    book: Option<&Book>,
    kinds: &[&str],
    now: i64,
    limit: usize,
) -> Result<Vec<JobRow>, Wrong> {
    let kinds = kinds.iter().map(|kind| (*kind).into()).collect();
    let listing = Listing::DueJobs { book: book.cloned(), kinds, now: at(now), limit };
    Ok(bench.list(&listing).await?.jobs)
}

pub(super) async fn due_jobs_come_oldest_first(bench: &Bench) -> Checked {
    let (one, two) = (book("one"), book("two"));
    let mut all = Vec::new();
    for (book, dues) in [(&two, [10, 30, 20, 20]), (&one, [20, 40, 10, 15])] {
        let mut written = begin(book);
        for (n, due) in (1..).zip(dues) {
            written.jobs.insert.push(job(book, n, if n % 2 == 0 { "mail" } else { "pay" }, due));
        }
        all.extend(written.jobs.insert.iter().cloned());
        let over = JobRow { state: JobState::Done, due_at: None, ..job(book, 9, "mail", 1) };
        written.jobs.insert.push(over);
        written.jobs.insert.push(job(book, 10, "other", 1));
        bench.write(&written).await?;
    }
    all.sort_by_cached_key(|row| (row.due_at, row.key()));
    for of in [None, Some(&one), Some(&two)] {
        for kinds in [&["mail"][..], &["pay"], &["mail", "pay"], &["none"], &[]] {
            for (now, limit) in [(0, 9), (10, 9), (20, 9), (100, 9), (100, 2), (100, 1)] {
                let fits = |row: &&JobRow| {
                    kinds.contains(&row.kind.as_ref())
                        && row.run_at <= at(now)
                        && of.is_none_or(|book| row.book == *book)
                };
                let expected: Vec<JobRow> = all.iter().filter(fits).take(limit).cloned().collect();
                let what = format!("{kinds:?} of {of:?} due at {now}");
                same(&what, &due_jobs(bench, of, kinds, now, limit).await?, &expected)?;
            }
        }
    }
    let kinds = bench.list(&Listing::JobKinds { limit: 9 }).await?.job_kinds;
    same("kinds that wait", &kinds, &vec!["mail".into(), "other".into(), "pay".into()])?;
    same("two of them", &bench.list(&Listing::JobKinds { limit: 2 }).await?.job_kinds.len(), &2)?;
    // a lease puts a job off, and one that is done is no longer due
    let mut changes = writes();
    let lease = (JobState::Leased, Some(at(50)));
    let leased = JobRow {
        state: lease.0,
        leased_until: lease.1,
        due_at: lease.1,
        version: 2,
        ..job(&one, 3, "pay", 10)
    };
    changes.jobs.update.push((job(&one, 3, "pay", 10).seen(), leased.clone()));
    let waits = job(&one, 10, "other", 1);
    let done = JobRow { state: JobState::Done, due_at: None, version: 2, ..waits.clone() };
    changes.jobs.update.push((waits.seen(), done));
    bench.write(&changes).await?;
    same(
        "due before the lease ends",
        &due_jobs(bench, Some(&one), &["pay", "other"], 49, 1).await?,
        &vec![job(&one, 1, "pay", 20)],
    )?;
    same(
        "due after it",
        &due_jobs(bench, Some(&one), &["pay"], 50, 9).await?,
        &vec![job(&one, 1, "pay", 20), leased],
    )
}

pub(super) async fn jobs_are_found_by_kind_and_state(bench: &Bench) -> Checked {
    let (main, other) = (book("main"), book("other"));
    let mut written = begin(&main);
    for n in 1..=12 {
        let state = if n % 3 == 0 { JobState::Dead } else { JobState::Queued };
        let kind = if n % 2 == 0 { "mail" } else { "pay" };
        written.jobs.insert.push(JobRow { state, ..job(&main, n, kind, 1) });
    }
    let mut foreign = begin(&other);
    foreign.jobs.insert.push(job(&other, 1, "mail", 1));
    bench.write(&foreign).await?;
    bench.write(&written).await?;
    for kind in [None, Some("mail"), Some("pay"), Some("none")] {
        for state in [None, Some(JobState::Dead), Some(JobState::Queued), Some(JobState::Done)] {
            let fits = |row: &&JobRow| {
                kind.is_none_or(|kind| row.kind.as_ref() == kind)
                    && state.is_none_or(|state| row.state == state)
            };
            let expected: Vec<JobRow> = written.jobs.insert.iter().rev().filter(fits).cloned().collect();
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let kind = kind.map(Into::into);
                let listing = Listing::Jobs { book: main.clone(), kind, state, after, limit: 2 };
                let page = bench.list(&listing).await?.jobs;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                found.extend(page);
            }
            same(&format!("{kind:?} {state:?}"), &found, &expected)?;
        }
    }
    let counts = bench.list(&Listing::JobCounts { book: main }).await?.job_counts;
    let expected =
        ["mail", "pay"].map(|kind| [(kind.into(), JobState::Dead, 2), (kind.into(), JobState::Queued, 4)]);
    same("counts", &counts, &expected.concat())
}

fn pending(book: &Book, n: u128, stamp: i64) -> PendingRow {
    PendingRow {
        book: book.clone(),
        id: uuid(n),
        stamp: at(stamp),
        items: bytes(u8::try_from(n).unwrap_or(0)),
    }
}

pub(super) async fn pending_events_wait_for_the_sequencer(bench: &Bench) -> Checked {
    let (one, two) = (book("one"), book("two"));
    for book in [&one, &two, &book("zero")] {
        bench.write(&begin(book)).await?;
    }
    for (book, n, stamp) in [(&one, 3, 1), (&one, 1, 3), (&one, 2, 3), (&two, 1, 1)] {
        let row = pending(book, n, stamp);
        bench.write(&Writes { pending: vec![row], ..writes() }).await?;
    }
    let books = bench.list(&Listing::PendingBooks { after: None, limit: 10 }).await?.books;
    same("books with pending work", &books, &vec![one.clone(), two.clone()])?;
    let page = |after: &Book, limit| Listing::PendingBooks { after: Some(after.clone()), limit };
    let first = bench.list(&Listing::PendingBooks { after: None, limit: 1 }).await?.books;
    same("the first of them", &first, &vec![one.clone()])?;
    same("the next of them", &bench.list(&page(&one, 1)).await?.books, &vec![two.clone()])?;
    same("after the last of them", &bench.list(&page(&two, 10)).await?.books, &vec![])?;
    same("after one that is not there", &bench.list(&page(&book("p"), 10)).await?.books, &vec![two.clone()])?;
    let ask = |limit| Listing::Pending { book: one.clone(), limit };
    let expected = vec![pending(&one, 3, 1), pending(&one, 1, 3), pending(&one, 2, 3)];
    same("pending by stamp", &bench.list(&ask(10)).await?.pending, &expected)?;
    same("the first pending", &bench.list(&ask(2)).await?.pending, &expected[..2].to_vec())?;
    let done = Writes { sequenced: expected[..2].iter().map(Row::key).collect(), ..writes() };
    bench.write(&done).await?;
    same("what is left", &bench.list(&ask(10)).await?.pending, &expected[2..].to_vec())?;
    bench.stale("what was sequenced before", &done).await?;
    let done = Writes { sequenced: vec![expected[2].key()], ..writes() };
    bench.write(&done).await?;
    same(
        "books with pending work",
        &bench.list(&Listing::PendingBooks { after: None, limit: 10 }).await?.books,
        &vec![two],
    )
}

fn fees(book: &Book, posted: i128) -> AccountRow {
    AccountRow { streaming: true, ..account(book, "@fees", usd(), posted) }
}

fn streamed(book: &Book, n: u128, amount: i128) -> StreamRow {
    let AccountKey { book, account, currency } = fees(book, 0).key();
    StreamRow { book, account, currency, id: uuid(n), amount }
}

/// The pending sum of an account.
async fn sum(bench: &Bench, key: &AccountKey) -> Result<i128, Wrong> {
    let mut needs = Needs::default();
    needs.account(key.clone(), Access::Read);
    let loaded = bench.load(&needs).await?;
    Ok(loaded.streams.iter().filter(|(other, _)| other == key).map(|(_, sum)| *sum).sum())
}

pub(super) async fn streamed_sums_wait_to_be_folded(bench: &Bench) -> Checked {
    let main = book("main");
    let key = fees(&main, 0).key();
    let mut first = begin(&main);
    first.accounts = inserts(vec![fees(&main, 0)]);
    bench.write(&first).await?;
    same("before anything", &sum(bench, &key).await?, &0)?;
    let most = super::samples::MOST;
    let rows = [streamed(&main, 1, most), streamed(&main, 2, -5), streamed(&main, 3, -7)];
    for row in &rows {
        bench.write(&Writes { streams: vec![row.clone()], ..writes() }).await?;
    }
    same("what is pending", &sum(bench, &key).await?, &(most - 12))?;
    let mut needs = Needs::default();
    needs.accounts_of.insert((main.clone(), key.account.clone()));
    same("what is pending, by id", &bench.load(&needs).await?.streams, &vec![(key.clone(), most - 12)])?;
    let listed = bench.list(&Listing::Streams { book: main.clone(), limit: 2 }).await?.streams;
    same("pending rows", &listed, &rows[..2].to_vec())?;
    same(
        "books with pending work",
        &bench.list(&Listing::PendingBooks { after: None, limit: 10 }).await?.books,
        &vec![main.clone()],
    )?;
    // folded: pending rows are deleted and added to the row, in one write
    let mut fold = writes();
    let mut row = fees(&main, most - 5);
    row.version = 2;
    fold.accounts.update.push((fees(&main, 0).seen(), row));
    fold.folded = rows[..2].iter().map(Row::key).collect();
    bench.write(&fold).await?;
    same("what is left", &sum(bench, &key).await?, &-7)?;
    bench.stale("what was folded before", &Writes { folded: fold.folded.clone(), ..writes() }).await?;
    same("what is left", &sum(bench, &key).await?, &-7)
}

pub(super) async fn a_streaming_account_is_drained(bench: &Bench) -> Checked {
    let main = book("main");
    let key = fees(&main, 0).key();
    let mut first = begin(&main);
    first.accounts = inserts(vec![fees(&main, 100)]);
    bench.write(&first).await?;
    let rows = [streamed(&main, 1, 20), streamed(&main, 2, 3)];
    bench.write(&Writes { streams: rows.to_vec(), ..writes() }).await?;
    let asked = |access| {
        let mut needs = Needs::default();
        needs.account(key.clone(), access);
        needs
    };
    let mut session = bench.store.writer().await?;
    session.begin().await?;
    let loaded = session.lock(&asked(Access::Drain), Wait::Skip).await?;
    let mut drained = loaded.drained.clone();
    drained.sort_by_cached_key(Row::key);
    same("drained rows", &drained, &rows.to_vec())?;
    let left: i128 = loaded.streams.iter().map(|(_, sum)| *sum).sum::<i128>() - 23;
    ensure(left == 0 || left == -23, format!("a drained sum is whole or nothing, found {}", left + 23))?;
    // an appending command does not wait for a draining one, and another draining one finds it busy
    let mut second = bench.store.writer().await?;
    second.begin().await?;
    let loaded = second.lock(&asked(Access::Write), Wait::Skip).await?;
    same("who appends", &(loaded.accounts.len(), loaded.busy.accounts.len()), &(1, 0))?;
    match second.lock(&asked(Access::Drain), Wait::Skip).await {
        Ok(loaded) => same("who drains as well", &loaded.busy.accounts, &vec![key.clone()])?,
        Err(fault) => same("who drains as well", &fault.kind, &FaultKind::LockTimeout)?,
    }
    second.rollback().await?;
    let mut done = writes();
    let mut row = fees(&main, 123);
    row.version = 2;
    done.accounts.update.push((fees(&main, 100).seen(), row));
    done.folded = rows.iter().map(Row::key).collect();
    same("folding", &session.write(&done).await?, &Written::All)?;
    session.commit().await?;
    same("what is left", &sum(bench, &key).await?, &0)
}

async fn left(bench: &Bench, of: &Book) -> Result<(Vec<String>, Vec<JobId>), Wrong> {
    let keys = bench.list(&Listing::AllKeys { book: of.clone(), after: None, limit: 100 }).await?.keys;
    let listing = Listing::Jobs { book: of.clone(), kind: None, state: None, after: None, limit: 100 };
    let mut jobs: Vec<JobId> = bench.list(&listing).await?.jobs.into_iter().map(|row| row.id).collect();
    jobs.sort();
    Ok((keys.into_iter().map(|row| row.key.to_string()).collect(), jobs))
}

pub(super) async fn what_is_outdated_is_forgotten_oldest_first(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    let ends = [
        ("a", Some(at(2))),
        ("b", None),
        ("c", Some(AWAITS_APPROVAL)),
        ("d", Some(at(1))),
        ("e", Some(far())),
    ];
    written.keys.insert = ends.map(|(name, ends)| key(&main, name, ends)).to_vec();
    let over = |n, state, stamp| JobRow { state, stamp, due_at: None, ..job(&main, n, "k", 1) };
    let (done, dead) = (JobState::Done, JobState::Dead);
    written.jobs.insert = vec![
        over(1, done, at(3)),
        over(2, done, at(1)),
        over(3, dead, at(1)),
        over(4, done, far()),
        job(&main, 5, "k", 1),
    ];
    let ids: Vec<JobId> = written.jobs.insert.iter().map(|row| row.id).collect();
    bench.write(&written).await?;
    let mut session = bench.store.writer().await?;
    let ago = Span::from_days(30);
    for (gone, keys) in [(1, "abce"), (1, "bce"), (0, "bce")] {
        same("keys that ended", &session.forget(Outdated::Keys(ago), 1).await?, &gone)?;
        same("keys that are left", &left(bench, &main).await?.0.concat(), &keys.to_owned())?;
    }
    same("jobs that were done", &session.forget(Outdated::Jobs(ago), 1).await?, &1)?;
    same("the oldest goes first", &left(bench, &main).await?.1, &vec![ids[0], ids[2], ids[3], ids[4]])?;
    same("jobs that were done", &session.forget(Outdated::Jobs(ago), 100).await?, &1)?;
    same("jobs that are left", &left(bench, &main).await?.1, &vec![ids[2], ids[3], ids[4]])?;
    // a deleted key can be claimed again
    let again = Writes { keys: inserts(vec![key(&main, "a", None)]), ..writes() };
    bench.write(&again).await
}

pub(super) async fn counters_of_which_nothing_counts_are_forgotten(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    let until = |book, rule, subject, leaves_at| CounterRow { leaves_at, ..counter(book, rule, subject) };
    written.counters.insert = vec![
        until(&main, "device", "a", Some(at(2))),
        until(&main, "ip", "a", Some(at(1))),
        until(&main, "ip", "b", None),
        until(&main, "ip", "c", Some(far())),
    ];
    bench.write(&written).await?;
    let left = async |of: &Book| -> Result<Vec<String>, Wrong> {
        let listing = Listing::Counters { book: of.clone(), after: None, limit: 100 };
        let rows = bench.list(&listing).await?.counters;
        Ok(rows.iter().map(|row| format!("{} {}", row.rule, row.subject)).collect())
    };
    let mut session = bench.store.writer().await?;
    let ago = Span::from_hours(1);
    same("the oldest", &session.forget(Outdated::Counters(ago), 1).await?, &1)?;
    same("the oldest goes first", &left(&main).await?.join(", "), &"device a, ip b, ip c".to_owned())?;
    same("the other one", &session.forget(Outdated::Counters(ago), 100).await?, &1)?;
    same("nothing is left of them", &session.forget(Outdated::Counters(ago), 100).await?, &0)?;
    same("what still counts stays", &left(&main).await?.join(", "), &"ip b, ip c".to_owned())?;
    // a process that read the old row must not change a new row under the same key
    let anew = CounterRow { ring: Arc::from([1].as_slice()), ..counter(&main, "ip", "a") };
    let again = Writes { counters: inserts(vec![anew.clone()]), ..writes() };
    bench.write(&again).await?;
    let old = until(&main, "ip", "a", Some(at(1)));
    let mut stale = Writes { commit: uuid(3), ..writes() };
    stale.counters.update.push((old.seen(), CounterRow { version: 2, ..old }));
    session.begin().await?;
    same("what was seen before", &session.write(&stale).await?, &Written::Stale)?;
    Ok(session.rollback().await?)
}

pub(super) async fn counters_are_found_under_others_and_added_up(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    let subjects = ["a", "a/1", "a/2", "a0", "a/", "b", "b/1", "", "/9"];
    written.counters.insert = subjects.map(|subject| counter(&main, "++ip", subject)).to_vec();
    written.counters.insert.push(counter(&main, "++device", "a/3"));
    written.counters.insert.sort_by_cached_key(Row::key);
    bench.write(&written).await?;
    let ask = |of: &Book, rule: &str, subject: &str| {
        let mut needs = Needs::default();
        needs.counter_deltas.insert(CounterKey::new(of.clone(), rule.into(), subject.into()));
        needs
    };
    let found = async |needs: &Needs| -> Result<String, Wrong> {
        let mut rows = bench.load(needs).await?.counters;
        rows.sort_by_cached_key(Row::key);
        Ok(rows.iter().map(|row| &*row.subject).collect::<Vec<_>>().join(", "))
    };
    for (subject, under) in
        [("a", "a, a/, a/1, a/2"), ("b", "b, b/1"), ("c", ""), ("", ", /9"), ("a/1", "a/1")]
    {
        same("what is under it", &found(&ask(&main, "++ip", subject)).await?.as_str(), &under)?;
    }
    same("in another book", &found(&ask(&book("main2"), "++ip", "a")).await?.as_str(), &"")?;
    // a row that is asked for by its key as well is still one row
    let mut both = ask(&main, "++ip", "b");
    both.counter(CounterKey::new(main.clone(), "++ip".into(), "b/1".into()), Access::Write);
    both.counter_deltas.insert(CounterKey::new(main.clone(), "++device".into(), "a".into()));
    same("two at once, and one by its key", &found(&both).await?.as_str(), &"a/3, b, b/1")?;

    let key = |subject: &str| CounterKey::new(main.clone(), "++ip".into(), subject.into());
    let sum = |dropped: &[&str], commit: u128| Writes {
        commit: uuid(commit),
        counters: inserts(vec![counter(&main, "+ip", &format!("a{commit}"))]),
        dropped: dropped.iter().map(|subject| key(subject)).collect(),
        ..writes()
    };
    bench.write(&sum(&["a/1", "a/2"], 3)).await?;
    same("what was added up is gone", &found(&ask(&main, "++ip", "a")).await?.as_str(), &"a, a/")?;
    // of two merges of the same deltas, one succeeds
    let mut session = bench.store.writer().await?;
    session.begin().await?;
    same("gone already", &session.write(&sum(&["a/", "a/2"], 4)).await?, &Written::Stale)?;
    session.rollback().await?;
    same("nothing of it was added up", &found(&ask(&main, "++ip", "a")).await?.as_str(), &"a, a/")?;
    same("nor written", &found(&ask(&main, "+ip", "a4")).await?.as_str(), &"")
}

pub(super) async fn the_rank_has_the_greatest_balance_first(bench: &Bench) -> Checked {
    let (main, other, euro) = (book("main"), book("other"), Currencies::iso().known("EUR").unwrap_or(usd()));
    let mut written = begin(&main);
    written.ranks.insert = [("e", -5), ("d", 0), ("c", 7), ("b", 7), ("a", 100)]
        .map(|(account, minor)| rank(&main, account, minor))
        .to_vec();
    written.ranks.insert.push(RankRow { currency: euro, ..rank(&main, "a", 50) });
    for row in &mut written.ranks.insert[1..4] {
        row.owner = Some("shop".into());
    }
    bench.write(&written).await?;
    let mut elsewhere = begin(&other);
    elsewhere.ranks.insert = vec![rank(&other, "a", 60)];
    bench.write(&elsewhere).await?;
    let all = |names: &str| vec![names.to_owned()];
    same("by balance", &ranked(bench, &main, usd(), None).await?, &all("abcde"))?;
    same("of one currency", &ranked(bench, &main, euro, None).await?, &all("a"))?;
    same("of an owner", &ranked(bench, &main, usd(), Some("shop")).await?, &all("bcd"))?;
    let mut moved = writes();
    let (e, c) = (rank(&main, "e", -5), RankRow { owner: Some("shop".into()), ..rank(&main, "c", 7) });
    moved.ranks.update = vec![
        (e.seen(), RankRow { place: place(8), owner: Some("shop".into()), version: 2, ..e }),
        (c.seen(), RankRow { owner: None, version: 2, ..c }),
    ];
    bench.write(&moved).await?;
    same("after a change", &ranked(bench, &main, usd(), None).await?, &all("aebcd"))?;
    same("of an owner, after a change", &ranked(bench, &main, usd(), Some("shop")).await?, &all("ebd"))?;
    same("elsewhere", &ranked(bench, &other, usd(), None).await?, &all("a"))
}

/// The names of ranked accounts, in pages of every size.
async fn ranked(
    bench: &Bench,
    book: &Book,
    currency: Currency,
    owner: Option<&str>,
) -> Result<Vec<String>, Wrong> {
    let mut all = Vec::new();
    for limit in super::listings::PAGES {
        let make = |after| {
            let (book, owner) = (book.clone(), owner.map(Into::into));
            Listing::Ranked { book, currency, owner, after, limit }
        };
        let next = |row: &RankRow| (row.place.clone(), row.account.clone());
        let found = super::listings::walk(bench, limit, make, |page| page.ranks, next).await?;
        all.push(found.iter().map(|row| row.account.to_string()).collect::<String>());
    }
    all.dedup();
    Ok(all)
}

pub(super) async fn sinks_and_what_they_left_behind_are_found(bench: &Bench) -> Checked {
    let (main, other) = (book("main"), book("other"));
    let left = |book, name, (object, id): (&str, &str), due: Option<i64>, state| SinkRow {
        state,
        due_at: due.map(at),
        ..sink(book, name, object, id)
    };
    let waiting = SinkState::Waiting;
    let mut written = begin(&main);
    written.sinks.insert = vec![
        sink(&main, "a", "", ""),
        left(&main, "a", ("account", "z"), Some(5), waiting),
        left(&main, "a", ("deal", "b"), Some(3), waiting),
        left(&main, "a", ("deal", "c"), None, SinkState::Parked),
        left(&main, "a", ("deal", "d"), None, SinkState::Clear),
        sink(&main, "ab", "", ""),
        left(&main, "ab", ("deal", "b"), Some(1), waiting),
        SinkRow { due_at: Some(at(1)), ..sink(&main, "b", "", "") },
        // one that was removed
        SinkRow { state: SinkState::Clear, ..sink(&main, "c", "", "") },
    ];
    bench.write(&written).await?;
    let mut elsewhere = begin(&other);
    elsewhere.sinks.insert =
        vec![sink(&other, "a", "", ""), left(&other, "a", ("deal", "b"), Some(1), waiting)];
    bench.write(&elsewhere).await?;

    let place = |row: &SinkRow| (row.book.to_string(), row.name.to_string(), row.object_id.to_string());
    let names = |rows: &[SinkRow]| rows.iter().map(place).collect::<Vec<_>>();
    for limit in super::listings::PAGES {
        let of = |book: crate::ids::Book| {
            let make = move |after| Listing::Sinks { book: book.clone(), after, limit };
            let next = |row: &SinkRow| row.name.clone();
            super::listings::walk(bench, limit, make, |page| page.sinks, next)
        };
        let expected = [("main", "a", ""), ("main", "ab", ""), ("main", "b", "")];
        let expected = expected.map(|(book, name, id)| (book.to_owned(), name.to_owned(), id.to_owned()));
        same("sinks of a book", &names(&of(main.clone()).await?), &expected.to_vec())?;
        let make = |after| {
            let (book, sink, due) = (book("main"), "a".into(), None);
            Listing::LeftBehind { book, sink, due, after, limit }
        };
        let next = |row: &SinkRow| (row.object.clone(), row.object_id.clone());
        let found = super::listings::walk(bench, limit, make, |page| page.sinks, next).await?;
        same("left behind", &found, &written.sinks.insert[1..4].to_vec())?;
    }
    for (now, limit, expected) in
        [(2, 9, vec![]), (3, 9, vec!["b"]), (9, 9, vec!["b", "z"]), (9, 1, vec!["b"])]
    {
        let (book, sink, due, after) = (main.clone(), "a".into(), Some(at(now)), None);
        let found = bench.list(&Listing::LeftBehind { book, sink, due, after, limit }).await?.sinks;
        let found: Vec<&str> = found.iter().map(|row| row.object_id.as_ref()).collect();
        same("due again", &found, &expected)?;
    }
    Ok(())
}
