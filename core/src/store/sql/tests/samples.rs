//! Rows of every kind, which are those of the contract with more in them, and listings of every form.

use std::slice::from_ref;
use std::sync::Arc;

use crate::ids::{AccountId, Book, DealId, HoldId, JobId, Key, TransferId, WithdrawalId};
use crate::rows::codec::Kind;
use crate::rows::events::POSTED;
use crate::rows::kinds::each_kind;
use crate::rows::listing::{AccountCursor, AccountOrder, Listing, Records};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::*;
use crate::rows::writes::{Guard, Guards, Upserts, Writes};
use crate::store::Wait;
use crate::store::contract::samples as plain;
pub(crate) use crate::store::contract::samples::{
    at, counter, inserts as new, record, text, updates as changed, usd, uuid,
};
use crate::store::sql::load::{self, Reading};
use crate::store::sql::{Dialect, Names, Statement, Wire, list};

/// 10^37 and a bit: more than any integer of a database holds.
pub(crate) const HUGE: i128 = 12_345_678_901_234_567_890_123_456_789_012_345_678;

pub(crate) fn account(book: &Book, id: &str, posted: i128, version: i64) -> AccountRow {
    AccountRow {
        streaming: id.starts_with('@'),
        owner: text("owner-1"),
        display_name: text("김 \"quoted\" \\ {brace} 'single', $1 ? % :x"),
        metadata: text(r#"{"a":[1,"x\n"]}"#),
        version,
        stamp: at(version),
        ..plain::account(book, id, usd(), posted)
    }
}

pub(crate) fn transfer(book: &Book, n: u128, kind: TransferKind, original: Option<u128>) -> TransferRow {
    TransferRow {
        kind,
        original: original.map(plain::transfer_id),
        hold: Some(plain::hold_id(900)),
        owned_by: Some(DealId::from_uuid(uuid(901)).into()),
        reference: text("ref"),
        ..plain::transfer(book, n, i64::try_from(n).unwrap())
    }
}

pub(crate) fn entries(book: &Book, n: u128, from: &str, to: &str, amount: i128) -> Vec<EntryRow> {
    let of = plain::transfer(book, n, i64::try_from(n).unwrap());
    [(0, from, -amount), (1, to, amount)]
        .map(|(leg, account, amount)| EntryRow {
            after: (account != "@world").then_some(amount),
            number: (account != "@world").then_some(1),
            ..plain::entry(&of, leg, account, usd(), amount)
        })
        .into()
}

pub(crate) fn hold(book: &Book, n: u128, account: &str, due: Option<i64>) -> HoldRow {
    HoldRow {
        expires_at: due.map(at),
        due_at: due.map(at),
        owned_by: Some(WithdrawalId::from_uuid(uuid(1)).into()),
        ..plain::hold(book, n, account, 100)
    }
}

pub(crate) fn key(book: &Book, name: &str, stamp: i64, expires: Option<i64>) -> KeyRow {
    KeyRow { stamp: at(stamp), ..plain::key(book, name, expires.map(at)) }
}

pub(crate) fn head(book: &Book, seq: i64, version: i64) -> HeadRow {
    HeadRow { seq, version, ..plain::head(book) }
}

pub(crate) fn stream(book: &Book, account: &str, n: u128, amount: i128) -> StreamRow {
    StreamRow {
        book: book.clone(),
        account: AccountId::stored(account),
        currency: usd(),
        id: uuid(n),
        amount,
    }
}

pub(crate) fn pending(book: &Book, n: u128) -> PendingRow {
    PendingRow {
        book: book.clone(),
        id: uuid(n),
        stamp: at(i64::try_from(n).unwrap()),
        items: [5_u8; 48].as_slice().into(),
    }
}

/// One of everything, in a new book.
pub(crate) fn everything(book: &Book) -> Writes {
    let mut entries_of = entries(book, 10, "alice", "bob", HUGE);
    entries_of.extend(entries(book, 11, "@world", "alice", 5));
    let posted = plain::event(book, 10, POSTED, ("transfer", ""), 1);
    let held = plain::event(book, 40, "hold.changed", ("hold", "h-1"), 1);
    Writes {
        commit: uuid(1),
        heads: new(vec![head(book, 2, 1)]),
        keys: new(vec![key(book, "key-1", 1, None), key(book, "key-2", 1, Some(50))]),
        records: new(vec![record(book, "deal", 30), record(book, "deal", 31)]),
        transfers: new(vec![
            transfer(book, 10, TransferKind::Transfer, None),
            transfer(book, 11, TransferKind::TopUp, None),
        ]),
        holds: new(vec![
            hold(book, 20, "alice", Some(15)),
            hold(book, 21, "alice", Some(10)),
            hold(book, 22, "bob", None),
        ]),
        accounts: new(vec![
            account(book, "@world", -HUGE, 1),
            account(book, "alice", HUGE, 1),
            account(book, "bob", 0, 1),
        ]),
        counters: new(vec![counter(book, "daily", "alice"), counter(book, "daily", "bob")]),
        jobs: new(vec![
            plain::job(book, 60, "mail", 20),
            plain::job(book, 61, "mail", 30),
            plain::job(book, 62, "pay", 9),
        ]),
        sinks: new(vec![plain::sink(book, "mailer", "", ""), plain::sink(book, "mailer", "deal", "deal")]),
        ranks: new(vec![plain::rank(book, "alice", HUGE), plain::rank(book, "bob", -HUGE)]),
        entries: entries_of,
        sequence: vec![plain::places(from_ref(&posted), 1), plain::places(from_ref(&held), 2)],
        events: vec![posted, held],
        pending: vec![pending(book, 51), pending(book, 50)],
        streams: vec![stream(book, "@world", 50, -3), stream(book, "@world", 51, HUGE - 1)],
        ..Writes::default()
    }
}

/// Asks for everything of [`everything`], for reading.
pub(crate) fn all(book: &Book, access: Access) -> Needs {
    let wrote = everything(book);
    let mut needs = Needs::default();
    needs.keys.extend(wrote.keys.insert.iter().map(Row::key));
    needs.keys.insert((book.clone(), Key::stored("absent")));
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(wrote.$rows.insert.iter().for_each(|row| needs.$row(row.key(), access));)*
    } }
    needs.account(AccountKey::new(book.clone(), AccountId::stored("absent"), usd()), access);
    needs.heads.insert((book.clone(),));
    needs.accounts_of.insert((book.clone(), AccountId::stored("alice")));
    needs.due_holds.insert(AccountKey::new(book.clone(), AccountId::stored("alice"), usd()));
    needs
}

/// A listing of every form: no filter, each filter, and the page after.
pub(crate) fn every_listing(book: &Book) -> Vec<Listing> {
    let (alice, limit) = (AccountId::stored("alice"), 10);
    let mut all = Vec::new();
    let cursor = || AccountCursor {
        id: AccountId::stored("a"),
        currency: "USD".into(),
        search: "a".into(),
        created_at: at(1),
    };
    for order in [AccountOrder::Id, AccountOrder::Name, AccountOrder::Created] {
        for (search, after) in [(None, None), (None, Some(cursor())), (text("na"), None)] {
            all.push(Listing::Accounts { book: book.clone(), owner: None, search, order, after, limit });
        }
    }
    for newest_first in [false, true] {
        for (from, after) in [(None, None), (Some(at(1)), Some((at(10), TransferId::from_uuid(uuid(10)), 0)))]
        {
            let (book, account, currency) = (book.clone(), alice.clone(), usd());
            all.push(Listing::Entries {
                book,
                account,
                currency,
                from,
                to: from,
                newest_first,
                after,
                limit,
            });
        }
    }
    for (account, reference, owner) in [
        (None, None, None),
        (Some(alice.clone()), None, None),
        (None, text("ref"), None),
        (Some(alice.clone()), None, Some(DealId::from_uuid(uuid(901)).into())),
    ] {
        for after in [None, Some((at(11), TransferId::from_uuid(uuid(11))))] {
            let (account, reference, from) = (account.clone(), reference.clone(), Some(at(1)));
            all.push(Listing::Transfers {
                book: book.clone(),
                account,
                reference,
                owner,
                from,
                to: None,
                after,
                limit,
            });
        }
    }
    for (owner, kinds) in [
        (None, vec![TransferKind::Settlement, TransferKind::Refund]),
        (Some(DealId::from_uuid(uuid(901)).into()), vec![TransferKind::Refund]),
    ] {
        let (from, after) = (
            owner.as_ref().map(|_| at(1)),
            owner.as_ref().map(|_| (at(11), TransferId::from_uuid(uuid(11)))),
        );
        all.push(Listing::Owned { book: book.clone(), owner, kinds, from, to: from, after, limit });
    }
    all.extend(more_listings(book, alice, limit));
    all
}

fn ranked(book: &Book, limit: usize) -> Vec<Listing> {
    let after = || [None, Some((crate::rows::rank::place(5), AccountId::stored("alice")))];
    let of = |owner: Option<Arc<str>>| {
        let make = move |after| Listing::Ranked {
            book: book.clone(),
            currency: usd(),
            owner: owner.clone(),
            after,
            limit,
        };
        after().map(make)
    };
    [None, text("shop")].into_iter().flat_map(of).collect()
}

fn more_listings(book: &Book, alice: AccountId, limit: usize) -> Vec<Listing> {
    let mut all = Vec::new();
    for (account, after) in [(None, None), (Some(alice), Some((at(1), HoldId::from_uuid(uuid(1)))))] {
        let state = account.as_ref().map(|_| HoldState::Authorized);
        all.push(Listing::Holds { book: book.clone(), account, state, after, limit });
    }
    for (state, owner, peer, reference) in [
        (None, None, None, None),
        (text("paid"), None, None, None),
        (None, text("buyer"), None, None),
        (None, None, text("seller"), None),
        (None, None, None, text("order-1")),
    ] {
        let (book, kind, after) = (book.clone(), "deal".into(), Some((at(1), uuid(1))));
        let due_before = state.as_ref().map(|_| at(1));
        all.push(Listing::Records(Records {
            book,
            kind,
            state,
            owner,
            peer,
            reference,
            updated_since: None,
            due_before,
            after,
            limit,
        }));
    }
    for object in [None, Some(("hold".into(), "h-1".into())), Some(("transfer".into(), "tr_x".into()))] {
        all.push(Listing::Events {
            book: book.clone(),
            after_seq: 0,
            types: vec!["a.b".into(), "c.d".into()],
            object,
            limit,
        });
    }
    let kinds: Vec<Arc<str>> = vec!["mail".into(), "pay".into()];
    for of in [None, Some(book.clone())] {
        all.push(Listing::DueJobs { book: of, kinds: kinds.clone(), now: at(1), limit });
    }
    for (kind, state) in [(None, None), (text("mail"), None), (text("mail"), Some(JobState::Dead))] {
        let after = state.map(|_| JobId::from_uuid(uuid(1)));
        all.push(Listing::Jobs { book: book.clone(), kind, state, after, limit });
    }
    for after in [None, Some("a".into())] {
        all.push(Listing::Sinks { book: book.clone(), after, limit });
    }
    for (due, after) in [(Some(at(1)), None), (None, None), (None, Some(("deal".into(), "d-1".into())))] {
        all.push(Listing::LeftBehind { book: book.clone(), sink: "mailer".into(), due, after, limit });
    }
    all.extend(ranked(book, limit));
    all.extend([Listing::JobKinds { limit }, Listing::JobCounts { book: book.clone() }]);
    all.extend(super::listings::counts(book));
    all.extend(super::listings::due(limit));
    all.extend(super::listings::by_book(book, limit));
    all.extend([Listing::Books { after: Some(book.clone()), limit }]);
    let book = || book.clone();
    all.extend([
        Listing::Pending { book: book(), limit },
        Listing::EventsAsWritten { book: book(), ids: vec![crate::ids::EventId::from_uuid(uuid(1))] },
        Listing::AllTransfers { book: book(), after: Some(TransferId::from_uuid(uuid(1))), limit },
        Listing::AllHolds { book: book(), after: Some(HoldId::from_uuid(uuid(1))), limit },
        Listing::AllRecords { book: book(), after: Some(("deal".into(), uuid(1))), limit },
        Listing::AllKeys { book: book(), after: Some(Key::stored("k")), limit },
        Listing::Counters { book: book(), after: Some(("daily".into(), "alice".into())), limit },
        Listing::Streams { book: book(), limit },
    ]);
    all
}

/// Every table with the columns that `Row::COLUMNS` declares.
pub(crate) fn tables() -> Vec<(&'static str, &'static [Column])> {
    macro_rules! all {
        ($($row:ty),*) => { vec![$((<$row>::TABLE, <$row>::COLUMNS)),*] };
    }
    all!(
        AccountRow,
        TransferRow,
        EntryRow,
        HoldRow,
        RecordRow,
        JobRow,
        SinkRow,
        RankRow,
        KeyRow,
        EventRow,
        SequenceRow,
        HeadRow,
        PendingRow,
        StreamRow,
        BookRow,
        CurrencyRow
    )
}

/// Compares a database's description of a table, as `name type`, with the declaration of the rows.
pub(crate) fn same_columns(
    table: &str,
    columns: &[Column],
    found: &[String],
    type_of: fn(Kind) -> &'static str,
) {
    let declared: Vec<String> =
        columns.iter().map(|column| format!("{} {}", column.name, type_of(column.kind))).collect();
    assert_eq!(found, declared, "{table}");
}

/// Every statement that reads and every listing.
pub(crate) fn every_statement(dialect: Dialect, wire: Wire, names: &Names) -> Vec<Statement> {
    let book = Book::stored("b");
    let mut statements = Vec::new();
    for lock in [None, Some(Wait::Skip), Some(Wait::Block)] {
        let lock = lock.filter(|_| dialect == Dialect::Postgres);
        for now in [None, Some(at(0))] {
            let now = now.or((dialect == Dialect::Sqlite).then(|| at(0)));
            let xact = lock.is_some() && wire == Wire::Text;
            let reading = Reading { dialect, wire, names, now, lock, xact };
            statements.push(load::load(reading, &all(&book, Access::Write)).unwrap());
            statements.push(load::drain(
                reading,
                &Needs::default(),
                &[AccountKey::new(book.clone(), AccountId::stored("@world"), usd())],
            ));
        }
    }
    let reading = Reading { dialect, wire, names, now: None, lock: None, xact: false };
    let listings = every_listing(&book);
    statements
        .extend(listings.iter().map(|listing| list::list(reading, listing, &["USD".into(), "EUR".into()])));
    statements
}

/// Every way to rely on a row.
fn all_guards(writes: &Writes) -> Guards {
    fn each<R: Row>(rows: &Upserts<R>) -> Vec<Guard<R>> {
        let ways = [(true, true), (true, false), (false, false)];
        let guard = |row: &R| {
            ways.map(|(there, lock)| Guard { key: row.key(), seen: there.then(|| row.seen()), lock })
        };
        rows.insert.iter().flat_map(guard).collect()
    }
    let mut guards = Guards::default();
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(guards.$rows = each(&writes.$rows);)*
    } }
    guards
}

/// Writes that do everything that can be done.
pub(crate) fn all_writes(book: &Book) -> Writes {
    fn both<R: Row>(rows: &mut Upserts<R>) {
        rows.update = rows.insert.iter().map(|row| (row.seen(), row.clone())).collect();
    }
    let mut writes = everything(book);
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(both(&mut writes.$rows);)*
    } }
    both(&mut writes.heads);
    writes.guards = all_guards(&writes);
    writes.folded = writes.streams.iter().map(Row::key).collect();
    writes.sequenced = writes.pending.iter().map(Row::key).collect();
    writes
}
