//! Rows that belong to nothing, and rows that say that nothing need be compared: what an attacker with SQL
//! adds or takes away where no object is changed.

use super::objects::{Change, each_is_named, each_is_named_on};
use super::{findings, sql};
use crate::support::{Kind, Stage, json};

const STRAYS: [Change; 9] = [
    (
        "INSERT INTO {p}entry (book, transfer, leg, number, stamp, account, currency, amount, after) SELECT book, {new}, leg, number, stamp, account, currency, amount, after FROM {p}entry WHERE transfer = {plain}",
        ["an entry of transfer tr_01980000-0000-7000-8000-000000000001", "does not exist"],
    ),
    (
        "INSERT INTO {p}event (book, id, commit_id, version, stamp, kind, object, object_id, data) SELECT book, {new}, commit_id, version, stamp, kind, object, object_id, data FROM {p}event WHERE id = {plain}",
        ["event ev_01980000-0000-7000-8000-000000000001", "not in the sequence"],
    ),
    (
        "INSERT INTO {p}event (book, id, commit_id, version, stamp, kind, object, object_id, data) SELECT book, {new}, {new}, version, stamp, kind, object, object_id, data FROM {p}event WHERE id = {plain}",
        ["event ev_01980000-0000-7000-8000-000000000001", "not in the sequence"],
    ),
    (
        "INSERT INTO {p}account (book, id, currency, posted, held, overdraft, headroom, status, streaming, owner, search, entries, version, created_at, stamp) SELECT 'shadow', id, currency, posted, held, overdraft, headroom, status, streaming, owner, search, entries, version, created_at, stamp FROM {p}account WHERE id = 'bob'",
        ["book shadow", "missing from the list of books"],
    ),
    ("DELETE FROM {p}book", ["book main", "missing from the list of books"]),
    ("UPDATE {p}head SET version = -1", ["book main", "says that it is a copy"]),
    (
        "INSERT INTO {p}stream_pending (book, account, currency, id, amount) SELECT book, '@world', 'USD', {new}, '500' FROM {p}head",
        ["account @world USD", ""],
    ),
    ("DELETE FROM {p}entry WHERE transfer = {plain}", ["transfer {tr_plain}", "sum to zero"]),
    ("DELETE FROM {p}transfer WHERE id = {plain}", ["an entry of transfer {tr_plain}", "does not exist"]),
];

/// The reserved book has what is known of the clock, and nothing else: what stands there is in no log.
const RESERVED: [Change; 7] = [
    ("UPDATE {p}job SET book = '@system' WHERE kind = 'notify.admins'", ["book @system", "`job`"]),
    ("UPDATE {p}account SET book = '@system' WHERE id = 'bob'", ["book @system", "`account`"]),
    ("UPDATE {p}record SET book = '@system' WHERE kind = 'dispute'", ["book @system", "`record` dispute"]),
    ("UPDATE {p}idempotency SET book = '@system' WHERE key = 'keyed'", ["book @system", "`idempotency`"]),
    ("UPDATE {p}hold SET book = '@system' WHERE state = 'voided'", ["book @system", "`hold`"]),
    ("UPDATE {p}transfer SET book = '@system' WHERE id = {plain}", ["book @system", "`transfer`"]),
    ("INSERT INTO {p}book (book, created_at) SELECT '@system', 5 FROM {p}head", ["book @system", "`book`"]),
];

/// Which store it is, and which of its histories.
const IDENTITY: [Change; 2] = [
    ("UPDATE {p}meta SET store = {new}", ["book main", "timeline"]),
    ("UPDATE {p}meta SET timeline = {new}", ["book main", "timeline"]),
];

/// Numbers and balances in entries of an account that has none.
const STREAMED: [Change; 2] = [
    (
        "UPDATE {p}entry SET number = 7 WHERE account = '@world'",
        ["account @world USD", "its entries are numbered"],
    ),
    (
        "UPDATE {p}entry SET after = '0' WHERE account = '@world'",
        ["account @world USD", "its entries are numbered"],
    ),
];

/// Times, numbers and places that no sum is made of.
const QUIET: [Change; 10] = [
    ("UPDATE {p}entry SET leg = leg + 5 WHERE transfer = {plain}", ["transfer {tr_plain}", "numbered"]),
    ("UPDATE {p}entry SET at = stamp + 5 WHERE transfer = {plain}", ["transfer {tr_plain}", "stamp"]),
    ("UPDATE {p}transfer SET at = 5 WHERE id = {plain}", ["transfer {tr_plain}", "`created_at`"]),
    ("UPDATE {p}transfer SET stamp = stamp + 1 WHERE id = {plain}", ["transfer {tr_plain}", "`created_at`"]),
    (
        "UPDATE {p}hold SET created_at = created_at - 1 WHERE state = 'voided'",
        ["hold {voided}", "`created_at`"],
    ),
    ("UPDATE {p}hold SET stamp = stamp + 1 WHERE state = 'voided'", ["hold {voided}", "`stamp`"]),
    ("UPDATE {p}record SET at = stamp + 1 WHERE state = 'paid'", ["deal {secured}", "`updated_at`"]),
    ("UPDATE {p}job SET stamp = stamp + 1 WHERE state = 'done'", ["job {done}", "`stamp`"]),
    ("UPDATE {p}idempotency SET actor = request WHERE key = 'keyed'", ["key keyed", "is not as"]),
    ("UPDATE {p}idempotency SET at = 5 WHERE key = 'keyed'", ["key keyed", "is not as"]),
];

/// A text emptied with its salt: what could be compared with the hash is gone.
const EMPTIED: [(Kind, Change); 2] = [
    (
        Kind::Sqlite,
        (
            "UPDATE {p}record SET body = json_set(body, '$.texts.item.text', '', '$.texts.item.salt', '') WHERE state = 'awaiting_shipment'",
            ["deal {deal}", "`item` is not the one of its hash"],
        ),
    ),
    (
        Kind::Postgres,
        (
            "UPDATE {p}record SET body = jsonb_set(jsonb_set(CAST(body AS jsonb), '{texts,item,text}', '\"\"'), '{texts,item,salt}', '\"\"') WHERE state = 'awaiting_shipment'",
            ["deal {deal}", "`item` is not the one of its hash"],
        ),
    ),
];

/// Stray rows that only PostgreSQL can have.
const MARKS: [Change; 1] = [(
    "INSERT INTO {p}commit_mark (book, id, stamp) SELECT book, {new}, 5 FROM {p}head",
    ["the mark of commit 01980000-0000-7000-8000-000000000001", "wrote nothing"],
)];

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_belongs_to_nothing_is_named() {
    each_is_named(&STRAYS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_in_the_reserved_book_is_named() {
    each_is_named(&RESERVED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_an_entry_that_has_none_is_named() {
    each_is_named(&STREAMED).await;
}

/// Another store, or another timeline, than the heads and the log are of.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_identity_is_named() {
    each_is_named(&IDENTITY).await;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "9.00 USD").await;
        stage.ok("admin.fork", json!({})).await;
        stage.verify().await;
        let new = "'01980000-0000-7000-8000-000000000001'";
        assert_eq!(sql(&stage, &format!("UPDATE {{p}}meta SET store = {new}")).await, 1);
        assert_eq!(findings(&stage, None).await, ["identity"], "{kind:?}");
        stage.bank.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_time_or_place_is_named() {
    each_is_named(&QUIET).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_emptied_with_its_salt_is_named() {
    for (kind, change) in EMPTIED {
        each_is_named_on(kind, &[change]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_mark_is_named() {
    each_is_named_on(Kind::Postgres, &MARKS).await;
}

/// The list of books does not hide a book, and what is in one is compared by its own log.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_book_row_of_another_book_is_named() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "9.00 USD").await;
        let other = stage.bank.book("other").unwrap();
        let top_up = json!({ "account": "bob", "amount": "1.00 USD", "key": "k" });
        other.call("ledger.top_up", top_up).await.unwrap();
        stage.verify().await;
        assert_eq!(sql(&stage, "DELETE FROM {p}book WHERE book = 'other'").await, 1);
        assert_eq!(findings(&stage, None).await, ["strays"], "{kind:?}");
        stage.bank.close().await;
    }
}

/// An event that was taken from the sequencer before it got its place.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_kept_from_the_sequence_is_named() {
    let stage = Stage::open(Kind::Postgres).await;
    stage.funded("alice", "9.00 USD").await;
    stage.bank.catch_up().await.unwrap();
    stage.ok("ledger.open_account", json!({ "account": "late", "currency": "USD" })).await;
    assert_eq!(sql(&stage, "DELETE FROM {p}event_pending").await, 1);
    let found = findings(&stage, None).await;
    assert!(found.contains(&"strays".to_owned()), "{found:?}");
    stage.bank.close().await;
}
