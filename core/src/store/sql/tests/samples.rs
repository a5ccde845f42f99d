//! Rows of every kind, and listings of every form.

use std::sync::Arc;

use uuid::Uuid;

use crate::currency::{Currencies, Currency};
use crate::ids::{AccountId, Book, EventId, HoldId, JobId, Key, TransferId};
use crate::rows::codec::Kind;
use crate::rows::events::Items;
use crate::rows::kinds::each_kind;
use crate::rows::listing::{AccountCursor, AccountOrder, Listing, Records};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::sink::SinkState;
use crate::rows::tables::*;
use crate::rows::writes::{Guard, Guards, Upserts, Writes};
use crate::store::Wait;
use crate::store::sql::load::{self, Reading};
use crate::store::sql::{Dialect, Names, Statement, Wire, list};
use crate::time::Time;

/// 10^37 and a bit: more than any integer of a database holds.
pub(crate) const HUGE: i128 = 12_345_678_901_234_567_890_123_456_789_012_345_678;

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub(crate) fn usd() -> Currency {
    Currencies::iso().known("USD").unwrap()
}

pub(crate) fn text(text: &str) -> Option<Arc<str>> {
    Some(text.into())
}

pub(crate) fn at(micros: i64) -> Time {
    Time::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn account(book: &Book, id: &str, posted: i128, version: i64) -> AccountRow {
    AccountRow {
        book: book.clone(),
        id: AccountId::stored(id),
        currency: usd(),
        posted,
        held: 0,
        overdraft: 0,
        headroom: posted,
        status: AccountStatus::Active,
        streaming: id.starts_with('@'),
        kind: None,
        owner: text("owner-1"),
        owned_by: None,
        tier: None,
        display_name: text("김 \"quoted\" \\ {brace} 'single', $1 ? % :x"),
        search: format!("name {id}").into(),
        reference: None,
        metadata: text(r#"{"a":[1,"x\n"]}"#),
        salt: Some([7; 16].as_slice().into()),
        entries: 3,
        version,
        created_at: at(1),
        stamp: at(version),
    }
}

pub(crate) fn transfer(book: &Book, n: u128, kind: TransferKind, original: Option<u128>) -> TransferRow {
    TransferRow {
        book: book.clone(),
        id: TransferId::from_uuid(uuid(n)),
        kind,
        original: original.map(|n| TransferId::from_uuid(uuid(n))),
        reversed_by: None,
        refunded: 0,
        hold: Some(HoldId::from_uuid(uuid(900))),
        owned_by: text("dl_901"),
        reference: text("ref"),
        metadata: None,
        salt: Some([7; 16].as_slice().into()),
        version: 1,
        stamp: at(i64::try_from(n).unwrap()),
        at: None,
    }
}

pub(crate) fn entries(book: &Book, n: u128, from: &str, to: &str, amount: i128) -> Vec<EntryRow> {
    let leg = |leg, account: &str, amount| EntryRow {
        book: book.clone(),
        transfer: TransferId::from_uuid(uuid(n)),
        leg,
        account: AccountId::stored(account),
        currency: usd(),
        amount,
        after: (account != "@world").then_some(amount),
        number: (account != "@world").then_some(1),
        stamp: at(i64::try_from(n).unwrap()),
        at: None,
    };
    vec![leg(0, from, -amount), leg(1, to, amount)]
}

pub(crate) fn hold(book: &Book, n: u128, account: &str, due: Option<i64>) -> HoldRow {
    HoldRow {
        book: book.clone(),
        id: HoldId::from_uuid(uuid(n)),
        account: AccountId::stored(account),
        currency: usd(),
        amount: 100,
        captured: 40,
        released: 10,
        state: HoldState::PartiallyCaptured,
        expires_at: due.map(at),
        due_at: due.map(at),
        owned_by: text("deal:1"),
        reference: None,
        metadata: None,
        salt: None,
        version: 2,
        created_at: at(i64::try_from(n).unwrap()),
        stamp: at(5),
    }
}

pub(crate) fn record(book: &Book, n: u128, state: &str, due: Option<i64>) -> RecordRow {
    RecordRow {
        book: book.clone(),
        kind: "deal".into(),
        id: uuid(n),
        state: state.into(),
        owner: text("buyer"),
        peer: text("seller"),
        reference: text("order-1"),
        salt: Some([7; 16].as_slice().into()),
        due_at: due.map(at),
        body: r#"{"v":1}"#.into(),
        version: 1,
        created_at: at(i64::try_from(n).unwrap()),
        stamp: at(7),
        at: None,
    }
}

pub(crate) fn counter(book: &Book, rule: &str, subject: &str) -> CounterRow {
    CounterRow {
        book: book.clone(),
        rule: rule.into(),
        subject: subject.into(),
        ring: [6_u8; 24].as_slice().into(),
        leaves_at: Some(at(9)),
        version: 1,
        created_at: at(1),
        stamp: at(1),
    }
}

pub(crate) fn job(book: &Book, n: u128, kind: &str, due: Option<i64>) -> JobRow {
    JobRow {
        book: book.clone(),
        id: JobId::from_uuid(uuid(n)),
        kind: kind.into(),
        state: if due.is_some() { JobState::Leased } else { JobState::Done },
        outside_key: "out-1".into(),
        payload: r#"{"deal":"x"}"#.into(),
        attempts: 1,
        max_attempts: 20,
        run_at: at(1),
        leased_until: due.map(at),
        due_at: due.map(at),
        fence: 3,
        last_error: text("it's \"down\""),
        result: None,
        salt: None,
        discarded: due.is_none(),
        version: 4,
        created_at: at(1),
        stamp: at(6),
    }
}

pub(crate) fn sink(book: &Book, name: &str, object: &str) -> SinkRow {
    SinkRow {
        book: book.clone(),
        name: name.into(),
        object: object.into(),
        object_id: object.into(),
        state: if object.is_empty() { SinkState::Open } else { SinkState::Waiting },
        types: None,
        settled: 3,
        until: 4,
        taken_object: None,
        taken_id: None,
        attempts: 1,
        max_attempts: 20,
        due_at: (!object.is_empty()).then_some(at(1)),
        fence: 3,
        leased_until: Some(at(9)),
        last_error: text("it's \"down\""),
        version: 4,
        created_at: at(1),
        stamp: at(6),
    }
}

pub(crate) fn rank(book: &Book, account: &str, minor: i128) -> RankRow {
    RankRow {
        book: book.clone(),
        currency: usd(),
        account: AccountId::stored(account),
        place: crate::rows::rank::place(minor),
        owner: text("shop"),
        version: 4,
        stamp: at(6),
    }
}

pub(crate) fn key(book: &Book, name: &str, stamp: i64, expires: Option<i64>) -> KeyRow {
    KeyRow {
        book: book.clone(),
        key: Key::stored(name),
        operation: "ledger.transfer".into(),
        form: 1,
        request: [7_u8; 32].as_slice().into(),
        fields: [1_u8, 2, 3, 0xff].as_slice().into(),
        made: [b't'; 17].as_slice().into(),
        actor: expires.map(|_| [9_u8; 8].as_slice().into()),
        salt: Some([7; 16].as_slice().into()),
        stamp: at(stamp),
        at: None,
        expires_at: expires.map(at),
    }
}

pub(crate) fn event(book: &Book, n: u128, object: &str, object_id: &str, version: i64) -> EventRow {
    EventRow {
        book: book.clone(),
        id: EventId::from_uuid(uuid(n)),
        commit_id: uuid(n + 1_000),
        kind: format!("{object}.changed").into(),
        object: object.into(),
        object_id: text(object_id),
        version,
        actor: text(r#"{"kind":"system"}"#),
        context: None,
        private: Some(r#"{"ip":"::1"}"#.into()),
        stamp: at(i64::try_from(n).unwrap()),
        at: None,
        data: "{}".into(),
    }
}

/// The place of an event whose commit has no other.
pub(crate) fn place(seq: i64, event: &EventRow) -> SequenceRow {
    SequenceRow {
        book: event.book.clone(),
        seq,
        commit_id: event.commit_id,
        previous: [3_u8; 32].as_slice().into(),
        timeline: (seq > 1).then(|| uuid(1_234)),
        items: Items::of(std::iter::once(event)).bytes(),
    }
}

pub(crate) fn head(book: &Book, seq: i64, version: i64) -> HeadRow {
    HeadRow { book: book.clone(), seq, hash: [0_u8; 32].as_slice().into(), timeline: None, version }
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

pub(crate) fn new<R: Row>(insert: Vec<R>) -> Upserts<R> {
    Upserts { insert, update: Vec::new(), hot: false }
}

/// Rows as they were seen, and what becomes of them.
pub(crate) fn changed<R: Row>(changes: Vec<(R, R)>) -> Upserts<R> {
    let update = changes.into_iter().map(|(before, after)| (before.seen(), after)).collect();
    Upserts { insert: Vec::new(), update, hot: false }
}

/// One of everything, in a new book.
pub(crate) fn everything(book: &Book) -> Writes {
    let mut entries_of = entries(book, 10, "alice", "bob", HUGE);
    entries_of.extend(entries(book, 11, "@world", "alice", 5));
    let posted = event(book, 10, "transfer", &TransferId::from_uuid(uuid(10)).to_string(), 1);
    let held = event(book, 40, "hold", "h-1", 1);
    Writes {
        commit: uuid(1),
        heads: new(vec![head(book, 2, 1)]),
        keys: new(vec![key(book, "key-1", 1, None), key(book, "key-2", 1, Some(50))]),
        records: new(vec![record(book, 30, "paid", Some(20)), record(book, 31, "pending", None)]),
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
            job(book, 60, "mail", Some(20)),
            job(book, 61, "mail", None),
            job(book, 62, "pay", Some(9)),
        ]),
        sinks: new(vec![sink(book, "mailer", ""), sink(book, "mailer", "deal")]),
        ranks: new(vec![rank(book, "alice", HUGE), rank(book, "bob", -HUGE)]),
        entries: entries_of,
        sequence: vec![place(1, &posted), place(2, &held)],
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
        (Some(alice.clone()), None, text("dl_901")),
    ] {
        for after in [None, Some((at(11), TransferId::from_uuid(uuid(11))))] {
            let (account, reference, from) = (account.clone(), reference.clone(), Some(at(1)));
            all.push(Listing::Transfers {
                book: book.clone(),
                account,
                reference,
                owner: owner.clone(),
                from,
                to: None,
                after,
                limit,
            });
        }
    }
    for (owner, kinds) in [
        (None, vec![TransferKind::Settlement, TransferKind::Refund]),
        (text("dl_901"), vec![TransferKind::Refund]),
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
            let reading = Reading { dialect, wire, names, now, lock };
            statements.push(load::load(reading, &all(&book, Access::Write)).unwrap());
            statements.push(load::drain(
                reading,
                &Needs::default(),
                &[AccountKey::new(book.clone(), AccountId::stored("@world"), usd())],
            ));
        }
    }
    let reading = Reading { dialect, wire, names, now: None, lock: None };
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
