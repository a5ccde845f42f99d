//! Rows come back as they were written: every table, every type, the largest amounts and the most awkward
//! texts.

use std::sync::Arc;

use super::samples::{
    AWKWARD, MANY_POL, MOST, account, at, begin, book, entry, event, full, hold, inserts, job, key, krw,
    links_of, named, places, pol, record, text, transfer, transfer_id, updates, usd, uuid, writes,
};
use super::{Bench, Checked, Wrong, ensure, same};
use crate::currency::{Currencies, Currency};
use crate::ids::{AccountId, Book};
use crate::rows::identity::Identity;
use crate::rows::kinds::each_kind;
use crate::rows::listing::AccountOrder;
use crate::rows::listing::Listing;
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, Needs, RecordKey};
use crate::rows::rank;
use crate::rows::row::Row;
use crate::rows::tables::{AccountStatus, COPY, CounterRow, HoldState, RankRow, SinkRow};
use crate::rows::writes::Writes;
use crate::store::{Fault, SCHEMA, Written};

pub(super) async fn the_schema_is_brought_up_once(bench: &Bench) -> Checked {
    let schema =
        bench.store.schema().await?.ok_or_else(|| Wrong("migrated, but no schema is found".into()))?;
    same("the schema", &schema.schema, &SCHEMA)?;
    ensure(
        schema.min_reader <= SCHEMA && schema.min_writer <= SCHEMA,
        "the newest schema admits this version",
    )?;
    bench.store.migrate().await?;
    same("the schema after migrating again", &bench.store.schema().await?, &Some(schema))?;
    ensure(!bench.store.name().is_empty(), "a store has a name")?;
    ensure(bench.store.capabilities().lanes > 0, "at least one group is under way at once")?;
    Ok(bench.store.ping().await?)
}

pub(super) async fn a_store_has_an_id_and_a_timeline(bench: &Bench) -> Checked {
    let main = book("main");
    let first = begin(&main);
    bench.write(&first).await?;
    let from = bench.store.identity().await?;
    ensure(from.store != uuid::Uuid::nil() && from.timeline == from.store, format!("a new store is {from}"))?;
    let mut needs = Needs::default();
    needs.heads.insert((main,));
    same("who is said with a head", &bench.load(&needs).await?.identity, &Some(from))?;
    let mut copied = begin(&book("copied"));
    copied.heads.insert.iter_mut().for_each(|head| head.version = COPY);
    bench.write(&copied).await?;
    let mut copies = Needs::default();
    copies.heads.insert((book("copied"),));
    let copy = bench.load(&copies).await?.heads.into_iter().next().ok_or_else(|| Wrong("a copy".into()))?;
    // of two callers that begin a timeline at once, one succeeds
    let (to, other) = (uuid(77), uuid(78));
    let renew = async |from: Identity, to: uuid::Uuid| -> Result<Written, Fault> {
        let mut session = bench.store.writer().await?;
        session.begin().await?;
        match session.start_timeline(from, to, None).await? {
            Written::All => session.commit().await.map(|()| Written::All),
            Written::Stale | Written::Claimed => session.rollback().await.map(|()| Written::Stale),
        }
    };
    same("a timeline", &renew(from, to).await?, &Written::All)?;
    same("a second one from the same", &renew(from, other).await?, &Written::Stale)?;
    let now = Identity { timeline: to, ..from };
    same("who it is now", &bench.store.identity().await?, &now)?;
    let loaded = bench.load(&needs).await?;
    let head = loaded.heads.first();
    same("the timeline of the next link", &head.map(|row| row.timeline), &Some(Some(to)))?;
    let copied = bench.load(&copies).await?.heads;
    same("the head of a copy after a timeline began", &copied.first(), &Some(&copy))?;
    // the head's version has risen, so an engine that cached the head must read it again
    ensure(head.is_some_and(|row| row.version > 0), "a head that was seen before must be stale")?;
    same("who is said with a head", &loaded.identity, &Some(now))
}

pub(super) async fn currencies_are_kept(bench: &Bench) -> Checked {
    let token = Currency::new("EARN", 7).ok_or_else(|| Wrong("a currency".into()))?;
    bench.store.currencies(&[token], &mut Currencies::iso()).await?;
    bench.store.currencies(&[token], &mut Currencies::iso()).await?;
    let mut found = Currencies::iso();
    bench.store.currencies(&[], &mut found).await?;
    same("a registered currency", &found.known("EARN"), &Some(token))?;
    // another scale is refused: it would change the value of amounts that were written with the first
    let mut mistaken = Currencies::iso();
    let other = mistaken.register("EARN", 8)?;
    let registered = bench.store.currencies(&[other], &mut mistaken).await;
    ensure(registered.is_err(), "another scale of a registered currency must be refused")?;
    let mut found = Currencies::iso();
    bench.store.currencies(&[], &mut found).await?;
    same("the currency after a refusal", &found.known("EARN"), &Some(token))
}

/// Everything that `writes` wrote, read back by key, by sequence and by listing.
async fn come_back(bench: &Bench, written: &Writes) -> Checked {
    let loaded = bench.load(&named(written)).await?;
    kinds_come_back("rows", &loaded, written)?;
    sorted("entries", loaded.entries, written.entries.clone())?;
    sorted("keys", loaded.keys, written.keys.insert.clone())?;
    sorted("heads", loaded.heads, written.heads.insert.clone())?;
    let Some(head) = written.heads.insert.first() else { return Ok(()) };
    let (book, types) = (head.book.clone(), Vec::new());
    let listed =
        bench.list(&Listing::Events { book, after_seq: 0, types, object: None, limit: 1_000 }).await?;
    sorted("events", listed.events, written.events.clone())?;
    same("links", &listed.sequence, &links_of(written))
}

/// The rows of each kind that `writes` inserted.
fn kinds_come_back(what: &str, loaded: &Loaded, written: &Writes) -> Checked {
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {$(
        let table = format!("{what} of {}", stringify!($rows));
        sorted(&table, loaded.$rows.clone(), written.$rows.insert.clone())?;
    )*} }
    Ok(())
}

fn sorted<R: Row + PartialEq + std::fmt::Debug>(
    what: &str,
    mut found: Vec<R>,
    mut expected: Vec<R>,
) -> Checked {
    found.sort_by_cached_key(Row::key);
    expected.sort_by_cached_key(Row::key);
    same(what, &found, &expected)
}

pub(super) async fn rows_come_back_as_they_were_written(bench: &Bench) -> Checked {
    let book = book("main");
    let mut written = full(&book);
    for (id, posted) in [("a", MOST), ("b", MANY_POL), ("c", 1), ("d", 0), ("e", i128::from(i64::MAX) + 1)] {
        written.accounts.insert.push(account(&book, id, pol(), posted));
    }
    // @world, a to e, poor, rich: in the order of their keys
    written.accounts.insert.sort_by_cached_key(Row::key);
    bench.write(&written).await?;
    come_back(bench, &written).await?;
    let locked = {
        let mut session = bench.store.writer().await?;
        session.begin().await?;
        let loaded = session.lock(&named(&written), crate::store::Wait::Block).await?;
        session.rollback().await?;
        loaded
    };
    kinds_come_back("locked rows", &locked, &written)?;
    sorted("entries of locked transfers", locked.entries, written.entries.clone())
}

pub(super) async fn absent_fields_stay_absent(bench: &Bench) -> Checked {
    let book = book("main");
    let mut written = begin(&book);
    written.accounts.insert.push(account(&book, "a", usd(), 0));
    let moved = transfer(&book, 1, 1);
    written.entries.push(entry(&moved, 0, "a", usd(), -1));
    written.transfers.insert.push(moved);
    written.holds.insert.push(hold(&book, 1, "a", 1));
    written.records.insert.push(record(&book, "deal", 1));
    written.jobs.insert.push(job(&book, 1, "mail", 1));
    written.keys.insert.push(key(&book, "k", None));
    let happened = event(&book, 1, "x.y", ("x", "1"), 0);
    written.sequence.push(places(std::slice::from_ref(&happened), 1));
    written.events.push(happened);
    bench.write(&written).await?;
    come_back(bench, &written).await?;
    // a row that does not exist is absent, not empty
    let mut needs = Needs::default();
    needs.account(AccountKey::new(book.clone(), AccountId::stored("b"), usd()), Access::Write);
    needs.account(AccountKey::new(book.clone(), AccountId::stored("a"), krw()), Access::Write);
    needs.transfer((book.clone(), transfer_id(2)), Access::Write);
    needs.record(RecordKey::new(book.clone(), "dispute".into(), uuid(1)), Access::Read);
    needs.job(job(&book, 2, "mail", 1).key(), Access::Write);
    let loaded = bench.load(&needs).await?;
    same("accounts that do not exist", &loaded.accounts, &Vec::new())?;
    same("transfers that do not exist", &loaded.transfers, &Vec::new())?;
    same("records that do not exist", &loaded.records, &Vec::new())?;
    same("jobs that do not exist", &loaded.jobs, &Vec::new())?;
    ensure(loaded.busy.accounts.is_empty(), "what does not exist is not busy")
}

/// The separators between the cells and the rows of an answer of SQLite.
const FORGED: &str = "a\u{1f}=b\u{1e}b.\u{1f}main";

pub(super) async fn any_text_is_kept(bench: &Bench) -> Checked {
    let book = book("main");
    let mut written = begin(&book);
    for (n, value) in ["", " ", "NULL", "null", "{}", "\\", "\"", "'", ",", "=", "\u{feff}", FORGED, AWKWARD]
        .into_iter()
        .enumerate()
    {
        let mut row = account(&book, &format!("a{n:02}"), usd(), 0);
        (row.display_name, row.reference, row.metadata) = (text(value), text(value), text(value));
        (row.kind, row.owner, row.search) = (text(value), text(value), value.into());
        written.accounts.insert.push(row);
        let mut row = record(&book, "deal", n as u128 + 1);
        (row.body, row.state, row.reference) = (value.into(), value.into(), text(value));
        written.records.insert.push(row);
        let happened = event(&book, n as u128 + 1, "x.y", ("x", value), 1);
        let happened = crate::rows::tables::EventRow { data: value.into(), context: text(value), ..happened };
        written.sequence.push(places(std::slice::from_ref(&happened), n as i64 + 1));
        written.events.push(happened);
    }
    let long = "\u{d55c}".repeat(16 * 1024);
    let mut row = account(&book, "long", usd(), 0);
    row.metadata = text(&long);
    written.accounts.insert.push(row);
    let name: String = (' '..='~').collect();
    written.keys.insert.push(key(&book, &name, None));
    bench.write(&written).await?;
    come_back(bench, &written).await
}

pub(super) async fn changed_rows_replace_old_ones(bench: &Bench) -> Checked {
    let book = book("main");
    let old = full(&book);
    bench.write(&old).await?;
    let mut changes = writes();
    for row in &old.accounts.insert {
        let mut new = account(&book, row.id.as_str(), row.currency, 7);
        (new.version, new.created_at, new.search) = (row.version + 1, row.created_at, "new".into());
        (new.status, new.streaming) = (AccountStatus::Active, row.streaming);
        changes.accounts.update.push((row.seen(), new));
    }
    for row in &old.transfers.insert {
        let mut new = transfer(&book, 11, 3);
        (new.version, new.kind, new.original) = (row.version + 1, row.kind, row.original);
        changes.transfers.update.push((row.seen(), new));
    }
    for row in &old.holds.insert {
        let new = crate::rows::tables::HoldRow {
            state: HoldState::Voided,
            due_at: None,
            version: row.version + 1,
            ..row.clone()
        };
        changes.holds.update.push((row.seen(), new));
    }
    for row in &old.records.insert {
        let mut new = record(&book, "deal", 31);
        (new.version, new.state) = (row.version + 1, "released".into());
        changes.records.update.push((row.seen(), new));
    }
    for row in &old.counters.insert {
        let new = CounterRow { ring: Arc::from([1; 24].as_slice()), version: row.version + 1, ..row.clone() };
        changes.counters.update.push((row.seen(), new));
    }
    for row in &old.sinks.insert {
        let new = SinkRow { settled: 7, leased_until: None, version: row.version + 1, ..row.clone() };
        changes.sinks.update.push((row.seen(), new));
    }
    for row in &old.ranks.insert {
        let new = RankRow { place: rank::place(-7), version: row.version + 1, ..row.clone() };
        changes.ranks.update.push((row.seen(), new));
    }
    for row in &old.jobs.insert {
        let mut new = job(&book, 51, "notify.parties", 7);
        (new.version, new.attempts) = (row.version + 1, 0);
        changes.jobs.update.push((row.seen(), new));
    }
    let mut moved = super::samples::head(&book);
    (moved.seq, moved.version) = (i64::MAX, 1);
    changes.heads = updates(&super::samples::head(&book), moved);
    bench.write(&changes).await?;
    let mut expected = Writes {
        keys: old.keys.clone(),
        entries: old.entries.clone(),
        events: old.events.clone(),
        sequence: old.sequence.clone(),
        heads: inserts(changes.heads.rows().cloned().collect()),
        ..Writes::default()
    };
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(expected.$rows = inserts(changes.$rows.rows().cloned().collect());)*
    } }
    come_back(bench, &expected).await
}

pub(super) async fn books_do_not_mix(bench: &Bench) -> Checked {
    // the same ids in each, and names of which one is the beginning of another
    let names = ["a", "ab", "B", "a:b"];
    for name in names {
        bench.write(&full(&book(name))).await?;
    }
    for name in names {
        let written = full(&book(name));
        come_back(bench, &written).await?;
        let listing = Listing::Accounts {
            book: book(name),
            owner: None,
            search: None,
            order: AccountOrder::Id,
            after: None,
            limit: 100,
        };
        sorted("accounts of a book", bench.list(&listing).await?.accounts, written.accounts.insert.clone())?;
        let listed = bench.list(&Listing::AllTransfers { book: book(name), after: None, limit: 100 }).await?;
        sorted("transfers of a book", listed.transfers, written.transfers.insert)?;
        sorted("entries of a book", listed.entries, written.entries)?;
        let listed = bench.list(&Listing::AllKeys { book: book(name), after: None, limit: 100 }).await?;
        sorted("keys of a book", listed.keys, written.keys.insert)?;
    }
    Ok(())
}

pub(super) async fn accounts_of_an_id_are_found_in_all_currencies(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = begin(&main);
    let of = |id: &str, currency| account(&main, id, currency, 1);
    written.accounts.insert = vec![
        of("a", krw()),
        of("a", pol()),
        of("a", usd()),
        of("a.b", usd()),
        of("aa", usd()),
        of("b", usd()),
    ];
    bench.write(&written).await?;
    let ask = |book: &Book, id: &str| {
        let mut needs = Needs::default();
        needs.accounts_of.insert((book.clone(), AccountId::stored(id)));
        needs
    };
    for (id, count) in [("a", 3), ("a.b", 1), ("aa", 1), ("A", 0), ("", 0), ("c", 0)] {
        let found = bench.load(&ask(&main, id)).await?.accounts;
        let expected: Vec<_> =
            written.accounts.insert.iter().filter(|row| row.id.as_str() == id).cloned().collect();
        same("how many currencies", &found.len(), &count)?;
        sorted("accounts of an id", found, expected)?;
    }
    same("accounts of another book", &bench.load(&ask(&book("main2"), "a")).await?.accounts, &Vec::new())
}

pub(super) async fn a_large_group_is_one_write(bench: &Bench) -> Checked {
    let book = book("main");
    let mut written = begin(&book);
    for n in 0..1_000_u128 {
        written.accounts.insert.push(account(&book, &format!("a{n:04}"), usd(), i128::from(n as i64)));
        let moved = transfer(&book, n + 1, n as i64);
        written.entries.push(entry(&moved, 0, "a0000", usd(), -1));
        written.entries.push(entry(&moved, 1, "a0001", usd(), 1));
        written.transfers.insert.push(moved);
        written.keys.insert.push(key(&book, &format!("k{n:04}"), None));
    }
    bench.write(&written).await?;
    come_back(bench, &written).await?;
    let mut changes = writes();
    for row in &written.accounts.insert {
        let mut new = row.clone();
        (new.posted, new.headroom, new.version, new.stamp) = (5, 5, 2, at(9));
        changes.accounts.update.push((row.seen(), new));
    }
    bench.write(&changes).await?;
    let mut needs = Needs::default();
    written.accounts.insert.iter().for_each(|row| needs.account(row.key(), Access::Read));
    let found = bench.load(&needs).await?.accounts;
    sorted("changed accounts", found, changes.accounts.update.into_iter().map(|(_, row)| row).collect())
}
