//! Rows of every kind for the suite, with values at their bounds.

use std::sync::Arc;

use uuid::Uuid;

use crate::currency::Currency;
use crate::ids::{AccountId, Book, DealId, EventId, HoldId, JobId, Key, PaymentId, TransferId, WithdrawalId};
use crate::money::LIMIT;
use crate::rows::events::{Items, Link, POSTED, links};
use crate::rows::kinds::{Lockable, each_kind};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, AccountStatus, CounterRow, EntryRow, EventRow, HeadRow, HoldRow, HoldState, JobRow, JobState,
    KeyRow, RankRow, RecordRow, SequenceRow, SinkRow, Tier, TransferKind, TransferRow,
};
use crate::rows::writes::Upserts;
use crate::rows::writes::Writes;
use crate::time::Time;

/// The largest amount.
pub(super) const MOST: i128 = LIMIT - 1;
/// 10^19 POL with 18 decimal places: beyond 64 bits, and beyond what a float holds exactly.
pub(super) const MANY_POL: i128 = 10_i128.pow(37) + 1;

/// Text that breaks quoting by hand.
pub(super) const AWKWARD: &str =
    "it's \"quoted\" \\ back{slash}, NULL; $1 ? :x %s é 한글 \u{1f4b0}\t\n\r e\u{301}";

pub(super) fn book(name: &str) -> Book {
    Book::stored(name)
}

pub(crate) fn usd() -> Currency {
    currency("USD", 2)
}

pub(super) fn krw() -> Currency {
    currency("KRW", 0)
}

pub(super) fn pol() -> Currency {
    currency("POL", 18)
}

fn currency(code: &str, scale: u8) -> Currency {
    // the codes above are well-formed; `A` replaces one that is not
    Currency::new(code, scale).or_else(|| Currency::new("A", 0)).unwrap_or_else(usd)
}

/// `n` microseconds after a fixed moment of the past.
pub(crate) const fn at(n: i64) -> Time {
    Time::from_micros(1_700_000_000_000_000 + n)
}

/// A time that no clock has reached.
pub(super) const fn far() -> Time {
    Time::MAX
}

pub(crate) const fn uuid(n: u128) -> Uuid {
    // spread over all bytes, and rising with `n`
    Uuid::from_u128((n << 96) | (n << 32) | 0x7000_0000)
}

pub(crate) fn transfer_id(n: u128) -> TransferId {
    TransferId::from_uuid(uuid(n))
}

pub(crate) fn hold_id(n: u128) -> HoldId {
    HoldId::from_uuid(uuid(n))
}

pub(crate) fn text(value: &str) -> Option<Arc<str>> {
    Some(value.into())
}

/// A new head, without which a book does not exist.
pub(crate) fn head(book: &Book) -> HeadRow {
    HeadRow { book: book.clone(), seq: 0, hash: bytes(0), timeline: None, version: 0 }
}

pub(super) fn bytes(n: u8) -> Arc<[u8]> {
    Arc::from([n; 32].as_slice())
}

/// Writes that begin a book.
pub(super) fn begin(book: &Book) -> Writes {
    let mut writes = Writes { commit: uuid(1), ..Writes::default() };
    writes.heads.insert.push(head(book));
    writes
}

/// Writes into a book that has begun.
pub(super) fn writes() -> Writes {
    Writes { commit: uuid(2), ..Writes::default() }
}

/// A change of a row that was seen.
pub(crate) fn updates<R: Row>(seen: &R, row: R) -> Upserts<R> {
    Upserts { insert: Vec::new(), update: vec![(seen.seen(), row)], hot: false }
}

pub(crate) fn inserts<R: Row>(rows: Vec<R>) -> Upserts<R> {
    Upserts { insert: rows, update: Vec::new(), hot: false }
}

pub(crate) fn account(book: &Book, id: &str, currency: Currency, posted: i128) -> AccountRow {
    let key = AccountKey::new(book.clone(), AccountId::stored(id), currency);
    AccountRow {
        posted,
        headroom: posted,
        salt: Some([7; 16].as_slice().into()),
        version: 1,
        ..AccountRow::fresh(key, at(1), at(1))
    }
}

pub(crate) fn transfer(book: &Book, n: u128, stamp: i64) -> TransferRow {
    TransferRow {
        book: book.clone(),
        id: transfer_id(n),
        kind: TransferKind::Transfer,
        original: None,
        reversed_by: None,
        refunded: 0,
        hold: None,
        owned_by: None,
        reference: None,
        metadata: None,
        salt: None,
        version: 1,
        stamp: at(stamp),
        at: None,
    }
}

pub(crate) fn entry(
    transfer: &TransferRow,
    leg: i64,
    account: &str,
    currency: Currency,
    amount: i128,
) -> EntryRow {
    EntryRow {
        book: transfer.book.clone(),
        transfer: transfer.id,
        leg,
        account: AccountId::stored(account),
        currency,
        amount,
        after: None,
        number: None,
        stamp: transfer.stamp,
        at: None,
    }
}

pub(crate) fn hold(book: &Book, n: u128, account: &str, amount: i128) -> HoldRow {
    HoldRow {
        book: book.clone(),
        id: hold_id(n),
        account: AccountId::stored(account),
        currency: usd(),
        amount,
        captured: 0,
        released: 0,
        state: HoldState::Authorized,
        expires_at: None,
        due_at: None,
        owned_by: None,
        reference: None,
        metadata: None,
        salt: Some([7; 16].as_slice().into()),
        version: 1,
        created_at: at(1),
        stamp: at(1),
    }
}

pub(crate) fn record(book: &Book, kind: &str, n: u128) -> RecordRow {
    RecordRow {
        book: book.clone(),
        kind: kind.into(),
        id: uuid(n),
        state: "pending".into(),
        owner: None,
        peer: None,
        reference: None,
        salt: Some([7; 16].as_slice().into()),
        due_at: None,
        body: "{\"v\":1,\"facts\":{}}".into(),
        version: 1,
        created_at: at(1),
        stamp: at(1),
        at: None,
    }
}

pub(crate) fn counter(book: &Book, rule: &str, subject: &str) -> CounterRow {
    CounterRow {
        book: book.clone(),
        rule: rule.into(),
        subject: subject.into(),
        ring: Arc::from([]),
        leaves_at: None,
        version: 1,
        created_at: at(1),
        stamp: at(1),
    }
}

/// A sink, or an object that it left behind, by kind and id.
pub(crate) fn sink(book: &Book, name: &str, object: &str, id: &str) -> SinkRow {
    let key = (book.clone(), name.into(), object.into(), id.into());
    SinkRow { version: 1, ..SinkRow::fresh(key, at(1)) }
}

/// An account's place in the rank, in US dollars.
pub(crate) fn rank(book: &Book, account: &str, minor: i128) -> RankRow {
    RankRow {
        book: book.clone(),
        currency: usd(),
        account: AccountId::stored(account),
        place: crate::rows::rank::place(minor),
        owner: None,
        version: 1,
        stamp: at(1),
    }
}

/// The last place of all.
fn last_place(book: &Book) -> RankRow {
    let row = rank(book, AWKWARD, 1 - 10_i128.pow(38));
    RankRow { owner: text(AWKWARD), stamp: far(), ..row }
}

/// A job that waits, due at `due` of [`at`].
pub(crate) fn job(book: &Book, n: u128, kind: &str, due: i64) -> JobRow {
    JobRow {
        book: book.clone(),
        id: JobId::from_uuid(uuid(n)),
        kind: kind.into(),
        state: JobState::Queued,
        outside_key: "k-1".into(),
        payload: "{}".into(),
        attempts: 0,
        max_attempts: 20,
        run_at: at(due),
        leased_until: None,
        due_at: Some(at(due)),
        fence: 0,
        last_error: None,
        result: None,
        salt: Some([7; 16].as_slice().into()),
        discarded: false,
        version: 1,
        created_at: at(1),
        stamp: at(1),
    }
}

pub(crate) fn key(book: &Book, name: &str, expires_at: Option<Time>) -> KeyRow {
    KeyRow {
        book: book.clone(),
        key: Key::stored(name),
        operation: "ledger.transfer".into(),
        form: 1,
        request: bytes(7),
        fields: Arc::from([1, 2, 3, 4, 0, 255].as_slice()),
        made: Arc::from([]),
        actor: expires_at.map(|_| bytes(8)),
        salt: Some([7; 16].as_slice().into()),
        stamp: at(5),
        at: None,
        expires_at,
    }
}

pub(crate) fn event(book: &Book, n: u128, kind: &str, object: (&str, &str), version: i64) -> EventRow {
    EventRow {
        book: book.clone(),
        id: EventId::from_uuid(uuid(n)),
        commit_id: uuid(n + 1_000),
        kind: kind.into(),
        object: object.0.into(),
        object_id: (kind != POSTED).then(|| object.1.into()),
        version,
        actor: None,
        context: None,
        private: Some(r#"{"ip":"::1"}"#.into()),
        stamp: at(1),
        at: None,
        data: "{}".into(),
    }
}

/// The places of the events of one commit, of which the last one is `seq`.
pub(crate) fn places(events: &[EventRow], seq: i64) -> SequenceRow {
    let (book, commit_id) = events.first().map_or((Book::main(), uuid(0)), |e| (e.book.clone(), e.commit_id));
    let previous = bytes(u8::try_from(seq % 250).unwrap_or(0));
    let timeline = Some(uuid(1_234));
    SequenceRow { book, seq, commit_id, previous, timeline, items: Items::of(events.iter()).bytes() }
}

/// The links that a group writes, in the order of the sequence.
pub(super) fn links_of(writes: &Writes) -> Vec<Link> {
    let mut links: Vec<Link> =
        writes.sequence.iter().flat_map(|row| links(row).unwrap_or_default()).collect();
    links.sort_by_key(|link| link.seq);
    links
}

/// A row of a kind, for what is the same of all kinds.
pub(super) trait Sample: Lockable {
    /// The one that every test makes.
    fn sample(book: &Book) -> Self;
}

macro_rules! sample {
    ($($Row:ty: |$book:ident| $row:expr;)*) => {$(
        impl Sample for $Row {
            fn sample($book: &Book) -> Self {
                $row
            }
        }
    )*};
}
sample! {
    RecordRow: |book| record(book, "deal", 1);
    TransferRow: |book| transfer(book, 1, 1);
    HoldRow: |book| hold(book, 1, "a", 1);
    AccountRow: |book| account(book, "a", usd(), 5);
    CounterRow: |book| counter(book, "daily", "alice");
    JobRow: |book| job(book, 1, "mail", 1);
    SinkRow: |book| sink(book, "mailer", "", "");
    RankRow: |book| rank(book, "a", 5);
}

/// Begins a book with one row of each kind, and a key.
pub(super) fn one_of_each(book: &Book) -> Writes {
    let mut writes = begin(book);
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(writes.$rows = inserts(vec![<$Row>::sample(book)]);)*
    } }
    writes.keys.insert.push(key(book, "k", None));
    writes
}

/// Asks for everything that `writes` inserts.
pub(super) fn named(writes: &Writes) -> Needs {
    let mut needs = Needs::default();
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(writes.$rows.insert.iter().for_each(|row| needs.$row(row.key(), Access::Write));)*
    } }
    needs.keys.extend(writes.keys.insert.iter().map(Row::key));
    needs.heads.extend(writes.heads.insert.iter().map(Row::key));
    needs
}

/// One row of every table with every field present and amounts at their bounds.
pub(super) fn full(book: &Book) -> Writes {
    let mut writes = begin(book);
    let mut rich = account(book, "rich", pol(), MOST);
    rich.held = MANY_POL;
    rich.headroom = MOST - MANY_POL;
    rich.status = AccountStatus::Locked;
    rich.kind = text("customer");
    rich.owner = text("o-1");
    rich.owned_by = Some(DealId::from_uuid(uuid(1)).into());
    rich.tier = Some(Tier::Hot);
    rich.display_name = text("Rich \u{c720}");
    rich.reference = text("r-1");
    rich.metadata = text("{\"a\":1}");
    rich.entries = i64::MAX;
    rich.version = 3;
    rich.created_at = Time::MIN;
    rich.stamp = Time::MAX;
    let mut poor = account(book, "poor", pol(), -MOST);
    (poor.overdraft, poor.headroom, poor.status) = (MOST, 0, AccountStatus::Closed);
    let mut world = account(book, "@world", pol(), -MOST);
    world.streaming = true;
    writes.accounts.insert = vec![world, poor, rich];
    let mut moved = transfer(book, 11, 3);
    moved.kind = TransferKind::Reversal;
    moved.original = Some(transfer_id(10));
    moved.reversed_by = Some(transfer_id(12));
    moved.refunded = MOST;
    moved.hold = Some(hold_id(21));
    moved.owned_by = Some(PaymentId::from_uuid(uuid(1)).into());
    moved.reference = text("r-2");
    moved.metadata = text("{}");
    let mut debit = entry(&moved, 0, "poor", pol(), -MOST);
    (debit.after, debit.number) = (Some(-MOST), Some(i64::MAX));
    let credit = entry(&moved, 1, "@world", pol(), MOST);
    writes.transfers.insert.push(moved);
    writes.entries = vec![debit, credit];
    let mut held = hold(book, 21, "rich", MOST);
    held.currency = pol();
    (held.captured, held.released) = (MANY_POL, MOST - MANY_POL);
    held.state = HoldState::Captured;
    (held.expires_at, held.due_at) = (Some(far()), Some(far()));
    held.owned_by = Some(WithdrawalId::from_uuid(uuid(1)).into());
    (held.reference, held.metadata) = (text("r-3"), text("{}"));
    writes.holds.insert.push(held);
    let mut deal = record(book, "deal", 31);
    (deal.owner, deal.peer, deal.reference, deal.due_at) = (text("a"), text("b"), text("r-4"), Some(far()));
    writes.records.insert.push(deal);
    let mut counted = CounterRow { leaves_at: Some(far()), ..counter(book, AWKWARD, AWKWARD) };
    (counted.ring, counted.version) = (Arc::from([255; 1_440].as_slice()), i64::MAX - 1);
    writes.counters.insert.push(counted);
    let mut work = job(book, 51, "notify.admins", 5);
    (work.attempts, work.max_attempts, work.fence) = (3, i64::MAX, i64::MAX);
    (work.state, work.leased_until, work.due_at) = (JobState::Leased, Some(far()), Some(far()));
    (work.last_error, work.result, work.discarded) = (text(AWKWARD), text("{\"a\":1}"), true);
    writes.jobs.insert.push(work);
    let mut reader = sink(book, AWKWARD, AWKWARD, AWKWARD);
    (reader.types, reader.taken_object, reader.taken_id) = (text("[\"a.b\"]"), text(AWKWARD), text(AWKWARD));
    (reader.settled, reader.until, reader.fence) = (i64::MAX, i64::MAX, i64::MAX);
    (reader.attempts, reader.max_attempts) = (i64::MAX, i64::MAX);
    (reader.due_at, reader.leased_until, reader.last_error) = (Some(far()), Some(far()), text(AWKWARD));
    writes.sinks.insert.push(reader);
    writes.ranks.insert.push(last_place(book));
    writes.keys.insert.push(key(book, "k-1", Some(far())));
    let mut happened = event(book, 41, "deal.opened", ("deal", "dl_1"), i64::MAX);
    (happened.actor, happened.context) = (text("{\"id\":\"u\"}"), text("{\"correlation_id\":\"c\"}"));
    writes.sequence.push(places(std::slice::from_ref(&happened), 1));
    writes.events.push(happened);
    writes
}
