//! Listings read indexes: no table is scanned and nothing is sorted, on tables that are full.
//!
//! The statements are those of the library, made by the same pure functions; only `EXPLAIN` is put before
//! them.

#![cfg(any(feature = "sqlite", feature = "postgres"))]

mod due;

use earnest::Time;
use earnest::currency::Currency;
use earnest::ids::{AccountId, Book, DealId, HoldId, JobId, TransferId};
use earnest::rows::listing::{AccountCursor, AccountOrder, Listing, PartyColumn, Records};
use earnest::rows::tables::{HoldState, JobState, TransferKind};
use earnest::store::sql::load::Reading;
use earnest::store::sql::{Dialect, Names, Statement, Wire, list};
use sqlx::Connection;

use crate::support;

fn book() -> Book {
    Book::request("book", "main").unwrap()
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn deal() -> DealId {
    DealId::from_uuid(uuid(3))
}

fn account() -> AccountId {
    AccountId::request("account", "a100").unwrap()
}

/// A time in the middle of the rows.
fn middle() -> Time {
    Time::from_micros(10_000)
}

/// Accounts of a shop by name and by time, and found by the beginning of their name.
fn accounts() -> Vec<(&'static str, Listing)> {
    let make = |owner: Option<&str>, search: Option<&str>, order, after: bool| Listing::Accounts {
        book: book(),
        owner: owner.map(Into::into),
        search: search.map(Into::into),
        order,
        after: after.then(|| AccountCursor {
            id: account(),
            currency: "USD".into(),
            search: "name 7".into(),
            created_at: middle(),
        }),
        limit: 51,
    };
    vec![
        ("all accounts", make(None, None, AccountOrder::Id, false)),
        ("all accounts, next page", make(None, None, AccountOrder::Id, true)),
        ("accounts by name", make(None, None, AccountOrder::Name, false)),
        ("accounts by name, next page", make(None, None, AccountOrder::Name, true)),
        ("accounts by time", make(None, None, AccountOrder::Created, true)),
        ("accounts found", make(None, Some("name 1"), AccountOrder::Name, false)),
        ("accounts found, next page", make(None, Some("name 1"), AccountOrder::Name, true)),
        ("customers of a shop by name", make(Some("shop-7"), None, AccountOrder::Name, false)),
        ("customers of a shop by name, next page", make(Some("shop-7"), None, AccountOrder::Name, true)),
        ("customers of a shop by time", make(Some("shop-7"), None, AccountOrder::Created, false)),
        ("customers of a new shop by time", make(Some("shop-new"), None, AccountOrder::Created, false)),
        ("customers of a shop found", make(Some("shop-7"), Some("name 1"), AccountOrder::Name, true)),
    ]
}

/// The history of an account newest first, and transfers.
fn movements() -> Vec<(&'static str, Listing)> {
    let usd = Currency::new("USD", 2).unwrap();
    let entries = |newest_first, from, to, after: bool| Listing::Entries {
        book: book(),
        account: account(),
        currency: usd,
        from,
        to,
        newest_first,
        after: after.then(|| (middle(), TransferId::from_uuid(uuid(7)), 0)),
        limit: 51,
    };
    let transfers = |account, reference: Option<&str>, of_deal: bool, after: bool| Listing::Transfers {
        book: book(),
        account,
        reference: reference.map(Into::into),
        owner: of_deal.then(|| deal().into()),
        from: None,
        to: Some(middle()),
        after: after.then(|| (middle(), TransferId::from_uuid(uuid(7)))),
        limit: 51,
    };
    vec![
        ("history", entries(true, None, None, false)),
        ("history, next page", entries(true, None, None, true)),
        ("history of a time", entries(true, Some(Time::from_micros(5)), Some(middle()), true)),
        ("statement", entries(false, Some(Time::from_micros(5)), Some(middle()), true)),
        ("transfers", transfers(None, None, false, false)),
        ("transfers, next page", transfers(None, None, false, true)),
        ("transfers by reference", transfers(None, Some("r-7"), false, true)),
        ("transfers of a deal", transfers(None, None, true, true)),
        ("transfers of an account by reference", transfers(Some(account()), Some("r-7"), false, false)),
        (
            "all transfers",
            Listing::AllTransfers { book: book(), after: Some(TransferId::from_uuid(uuid(7))), limit: 500 },
        ),
    ]
}

fn objects() -> Vec<(&'static str, Listing)> {
    let holds = |account, state, after: bool| Listing::Holds {
        book: book(),
        account,
        state,
        after: after.then(|| (middle(), HoldId::from_uuid(uuid(7)))),
        limit: 51,
    };
    let counts = |of, parties: &[&str]| {
        let parties = parties.iter().map(|party| (*party).into()).collect();
        Listing::RecordCounts { book: book(), kind: "deal".into(), of, parties }
    };
    let records = |state: Option<&str>, owner: Option<&str>, peer: Option<&str>, reference: Option<&str>| {
        Listing::Records(Records {
            book: book(),
            kind: "deal".into(),
            state: state.map(Into::into),
            owner: owner.map(Into::into),
            peer: peer.map(Into::into),
            reference: reference.map(Into::into),
            updated_since: None,
            due_before: None,
            after: Some((middle(), uuid(7))),
            limit: 51,
        })
    };
    let events = |after_seq, object: Option<(&str, &str)>| Listing::Events {
        book: book(),
        after_seq,
        types: Vec::new(),
        object: object.map(|(kind, id)| (kind.into(), id.into())),
        limit: 51,
    };
    vec![
        ("records of a first party, counted", counts(PartyColumn::Owner, &["p7"])),
        ("records of a second party, counted", counts(PartyColumn::Peer, &["p7"])),
        ("holds", holds(None, None, true)),
        ("holds of an account", holds(Some(account()), None, false)),
        ("holds of an account in a state", holds(Some(account()), Some(HoldState::Authorized), true)),
        (
            "all holds",
            Listing::AllHolds { book: book(), after: Some(HoldId::from_uuid(uuid(7))), limit: 500 },
        ),
        ("deals", records(None, None, None, None)),
        ("deals in a state", records(Some("paid"), None, None, None)),
        ("deals of a buyer", records(None, Some("o-7"), None, None)),
        ("deals of a seller", records(None, None, Some("p-7"), None)),
        ("deals by reference", records(None, None, None, Some("r-7"))),
        (
            "all records",
            Listing::AllRecords { book: book(), after: Some(("deal".into(), uuid(7))), limit: 500 },
        ),
        (
            "all keys",
            Listing::AllKeys {
                book: book(),
                after: Some(earnest::Key::request("key", "k7").unwrap()),
                limit: 500,
            },
        ),
        ("events", events(10_000, None)),
        ("due holds", Listing::DueHolds { book: None, now: Time::from_micros(5), limit: 500 }),
        ("due records", Listing::DueRecords { book: None, now: Time::from_micros(5), limit: 500 }),
        ("books", Listing::Books { after: Some(book()), limit: 100 }),
        ("pending", Listing::Pending { book: book(), limit: 1_000 }),
    ]
}

fn counters() -> Vec<(&'static str, Listing)> {
    let to_add = |after| Listing::Deltas { book: book(), after, limit: 100 };
    vec![
        ("counters to add", to_add(None)),
        ("more counters to add", to_add(Some(("++~ip".into(), "s7".into())))),
    ]
}

fn jobs() -> Vec<(&'static str, Listing)> {
    let jobs = |kind: Option<&str>, state| Listing::Jobs {
        book: book(),
        kind: kind.map(Into::into),
        state,
        after: Some(JobId::from_uuid(uuid(10_000))),
        limit: 51,
    };
    vec![
        ("jobs", jobs(None, None)),
        ("jobs of a kind", jobs(Some("notify.admins"), None)),
        ("jobs in a state", jobs(None, Some(JobState::Dead))),
    ]
}

/// Accounts by balance: of all, and of a shop.
fn ranks() -> Vec<(&'static str, Listing)> {
    let ranks = |owner: Option<&str>, after: bool| Listing::Ranked {
        book: book(),
        currency: Currency::iso("USD").unwrap(),
        owner: owner.map(Into::into),
        after: after.then(|| ("p15000".into(), account())),
        limit: 51,
    };
    vec![
        ("accounts by balance", ranks(None, false)),
        ("accounts by balance, next page", ranks(None, true)),
        ("accounts of a shop by balance", ranks(Some("shop-7"), false)),
        ("accounts of a shop by balance, next page", ranks(Some("shop-7"), true)),
    ]
}

fn settlements(of_deal: bool) -> Listing {
    Listing::Owned {
        book: book(),
        owner: of_deal.then(|| deal().into()),
        kinds: vec![TransferKind::Settlement, TransferKind::Refund],
        from: None,
        to: Some(middle()),
        after: Some((middle(), TransferId::from_uuid(uuid(7)))),
        limit: 51,
    }
}

fn due_jobs(book: Option<Book>) -> Listing {
    let kinds = vec!["notify.admins".into(), "notify.parties".into()];
    Listing::DueJobs { book, kinds, now: Time::from_micros(5_000), limit: 100 }
}

/// Listings that may sort a few rows, because they join several index ranges: they must not scan.
fn joined() -> Vec<(&'static str, Listing)> {
    let of = |kind: &str, id: &str| Listing::Events {
        book: book(),
        after_seq: 0,
        types: Vec::new(),
        object: Some((kind.into(), id.into())),
        limit: 51,
    };
    vec![
        (
            "transfers of an account",
            Listing::Transfers {
                book: book(),
                account: Some(account()),
                reference: None,
                owner: None,
                from: None,
                to: None,
                after: Some((middle(), TransferId::from_uuid(uuid(7)))),
                limit: 51,
            },
        ),
        ("pending books", Listing::PendingBooks { after: None, limit: 100 }),
        ("more pending books", Listing::PendingBooks { after: Some(book()), limit: 100 }),
        ("books with counters to add", Listing::BooksWithDeltas { after: None, limit: 100 }),
        ("more books with counters to add", Listing::BooksWithDeltas { after: Some(book()), limit: 100 }),
        ("kinds of jobs", Listing::JobKinds { limit: 100 }),
        ("settlements", settlements(false)),
        ("settlements of a deal", settlements(true)),
        ("due jobs", due_jobs(None)),
        ("due jobs of a book", due_jobs(Some(book()))),
        ("events of a hold", of("hold", "hd_7")),
        (
            "events by id",
            Listing::EventsById {
                book: book(),
                ids: (1..51).map(|n| earnest::ids::EventId::from_uuid(uuid(n))).collect(),
            },
        ),
        (
            "events as written",
            Listing::EventsAsWritten {
                book: book(),
                ids: (1..51).map(|n| earnest::ids::EventId::from_uuid(uuid(n))).collect(),
            },
        ),
        ("events of a transfer", of("transfer", "tr_00000000-0000-0000-0000-000000000007")),
    ]
}

fn statement(dialect: Dialect, names: &Names, listing: &Listing) -> Statement {
    let reading = Reading { dialect, wire: Wire::Text, names, now: None, lock: None, xact: false };
    let codes = if list::across_currencies(listing).is_some() {
        vec!["KRW".to_owned(), "USD".to_owned()]
    } else {
        Vec::new()
    };
    let statement = list::list(reading, listing, &codes);
    Statement { text: statement.text, params: statement.params }
}

/// Whether a listing ends at a time.
fn spans(listing: &Listing) -> bool {
    matches!(listing, Listing::Entries { to: Some(_), .. } | Listing::Transfers { to: Some(_), .. })
}

fn all() -> Vec<(&'static str, Listing, bool)> {
    let sorted = accounts()
        .into_iter()
        .chain(movements())
        .chain(objects())
        .chain(counters())
        .chain(jobs())
        .chain(ranks())
        // the few rows of a span that have a time of their own are sorted in between
        .map(|(name, listing)| {
            let sorted = !spans(&listing);
            (name, listing, sorted)
        });
    sorted.chain(joined().into_iter().map(|(name, listing)| (name, listing, false))).collect()
}

/// The rows of the tables, `n` counting from 1 to 20,000: table, columns, values. `#t(e)` is `e` as text,
/// `#u(e)` a uuid, `#a(e)` an amount, `#b` some bytes, each in the words of its store.
const FILLINGS: &[(&str, &str, &str)] = &[
    (
        "account",
        "book, id, currency, posted, held, overdraft, headroom, status, streaming, owner, search, entries, version, created_at, stamp",
        "'main', 'a' || #t(n), 'USD', #a(n), #a(0), #a(0), #a(n), 'active', 0, 'shop-' || #t(n % 50), 'name ' || #t(n % 999), 0, 1, n, n",
    ),
    (
        "transfer",
        "book, id, kind, owned_by_kind, owned_by_id, refunded, reference, version, stamp",
        "'main', #u(n), CASE WHEN n % 4 = 0 THEN 'settlement' WHEN n % 40 = 1 THEN 'refund' ELSE 'transfer' END, 'deal', #u(n % 5000), #a(0), \
         'r-' || #t(n % 2000), 1, n",
    ),
    (
        "entry",
        "book, transfer, leg, account, currency, amount, stamp",
        "'main', #u(n), 0, 'a' || #t(n % 200), 'USD', #a(1), n",
    ),
    (
        "hold",
        "book, id, account, currency, amount, captured, released, state, due_at, version, created_at, stamp",
        "'main', #u(n), 'a' || #t(n % 200), 'USD', #a(1), #a(0), #a(0), 'authorized', CASE WHEN n % 10 = 0 THEN n END, 1, n, n",
    ),
    (
        "record",
        "book, kind, id, state, owner, peer, reference, due_at, body, version, created_at, stamp",
        "'main', 'deal', #u(n), CASE WHEN n % 3 = 0 THEN 'paid' ELSE 'pending' END, 'o-' || #t(n % 500), 'p-' || #t(n % 500), \
         'r-' || #t(n % 5000), CASE WHEN n % 10 = 0 THEN n END, '{}', 1, n, n",
    ),
    (
        "job",
        "book, id, kind, state, outside_key, payload, attempts, max_attempts, run_at, due_at, fence, discarded, version, created_at, stamp",
        "CASE WHEN n % 2 = 0 THEN 'main' ELSE 'b' || #t(n % 100) END, #u(n), CASE WHEN n % 3 = 0 THEN 'notify.admins' WHEN n % 3 = 1 THEN \
         'notify.parties' ELSE 'k' || #t(n % 7) END, CASE WHEN n % 9 = 0 THEN 'dead' ELSE 'queued' END, 'o', '{}', 0, 20, n, \
         CASE WHEN n % 9 > 0 THEN n END, 0, 0, 1, n, n",
    ),
    (
        "rank",
        "book, currency, account, place, owner, version, stamp",
        "'main', 'USD', 'a' || #t(n), 'p' || #t(n), 'shop-' || #t(n % 50), 1, n",
    ),
    (
        "counter",
        "book, rule, subject, ring, version, created_at, stamp",
        "CASE WHEN n % 2 = 0 THEN 'main' ELSE 'b' || #t(n % 100) END, CASE WHEN n % 3 = 0 THEN '++~ip' ELSE 'ip' END, \
         's' || #t(n), #b, 1, n, n",
    ),
    (
        "idempotency",
        "book, key, operation, form, request, fields, made, stamp",
        "'main', 'k' || #t(n), 'ledger.transfer', 1, #b, #b, #b, n",
    ),
    (
        "event",
        "book, id, commit_id, kind, object, object_id, version, stamp, data",
        "'main', #u(n), #u(n), 'hold.authorized', CASE WHEN n % 2 = 0 THEN 'hold' ELSE 'deal' END, 'hd_' || #t(n % 5000), 1, n, '{}'",
    ),
    ("event_seq", "book, seq, commit_id, previous, items", "'main', n, #u(n), #b, #b"),
    ("book", "book, created_at", "'b' || #t(n), n"),
];

/// Puts `words` (of `t`, `u` and `a`, with `E` for what is in the brackets) in place of the marks.
fn spelled(template: &str, words: &[(char, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('#') {
        out.push_str(before);
        let mark = after.chars().next().unwrap();
        let word = words.iter().find(|(name, _)| *name == mark).unwrap().1;
        rest = match after[1..].strip_prefix('(') {
            Some(inner) => {
                let (expression, after) = inner.split_once(')').unwrap();
                out.push_str(&word.replace('E', expression));
                after
            }
            None => {
                out.push_str(word);
                &after[1..]
            }
        };
    }
    out + rest
}

fn filling(names: &Names, series: &str, words: &[(char, &str)]) -> Vec<String> {
    let insert = |(table, columns, values): &(&str, &str, &str)| {
        format!(
            "INSERT INTO {} ({columns}) SELECT {} FROM {series}",
            names.table(table),
            spelled(values, words)
        )
    };
    FILLINGS.iter().map(insert).collect()
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_walks_indexes() {
    let stage = support::Stage::open(support::Kind::Sqlite).await;
    let names = Names::sqlite("earnest_").unwrap();
    let path = stage.url.strip_prefix("sqlite:").unwrap();
    let mut conn = sqlx::SqliteConnection::connect(&format!("sqlite:{path}")).await.unwrap();
    let words = [
        ('t', "CAST(E AS text)"),
        ('u', "printf('00000000-0000-0000-0000-%012x', E)"),
        ('a', "CAST(E AS text)"),
        ('b', "'00'"),
    ];
    let series =
        "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000) SELECT n FROM s)";
    for sql in filling(&names, series, &words) {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    }
    for (name, listing, no_sort) in all() {
        let statement = statement(Dialect::Sqlite, &names, &listing);
        let sql = format!("EXPLAIN QUERY PLAN {}", statement.text);
        let mut query = sqlx::query_as::<_, (i64, i64, i64, String)>(sqlx::AssertSqlSafe(sql));
        for param in &statement.params {
            query = query.bind(param.to_text(Dialect::Sqlite));
        }
        let plan: Vec<String> =
            query.fetch_all(&mut conn).await.unwrap().into_iter().map(|row| row.3).collect();
        let whole = plan.join("\n  ");
        let scans = |alias: &str| plan.iter().filter(|line| *line == &format!("SCAN {alias}")).count();
        for alias in ["x", "y", "z", "p", "s", "e", "o"] {
            // what is walked from end to end are the rows of the page itself, or of a subquery over it; never
            // a table
            let small = ["page AS", ") AS", "FROM"]
                .map(|before| statement.text.matches(&format!("{before} {alias}")).count());
            let small: usize = small.into_iter().sum();
            assert!(scans(alias) <= small, "{name}: a table is scanned\n  {whole}\n{}", statement.text);
        }
        let sorts = plan
            .iter()
            .any(|line| line.contains("TEMP B-TREE FOR ORDER BY") || line.contains("TEMP B-TREE FOR LAST"));
        assert!(!no_sort || !sorts, "{name}: rows are sorted\n  {whole}\n{}", statement.text);
        assert!(whole.contains("INDEX") || whole.contains("PRIMARY KEY"), "{name}:\n  {whole}");
        if name == "accounts found, next page" {
            // SQLite seeks the first lower bound that it reads, so that must be where the page before ended:
            // from where the prefix begins every page would cost those before it again
            let lower = statement.text.find("(x.search, x.id, x.currency) >").unwrap();
            let others = statement.text.find("x.search >=").unwrap();
            assert!(lower < others, "{name}: {}", statement.text);
        }
    }
    conn.close().await.unwrap();
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_walks_indexes() {
    let stage = support::Stage::apart(support::Kind::Postgres).await;
    let names = Names::postgres(&stage.options.schema).unwrap();
    let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
    let words = [
        ('t', "CAST(E AS text)"),
        ('u', "CAST(lpad(to_hex(E), 32, '0') AS uuid)"),
        ('a', "E"),
        ('b', "CAST('\\x00' AS bytea)"),
    ];
    for sql in filling(&names, "generate_series(1, 20000) AS s(n)", &words) {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    }
    sqlx::query("ANALYZE").execute(&mut conn).await.unwrap();
    for (name, listing, no_sort) in all() {
        let statement = statement(Dialect::Postgres, &names, &listing);
        let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(format!(
            "EXPLAIN (ANALYZE, TIMING OFF) {}",
            statement.text
        )));
        for param in &statement.params {
            query = query.bind(param.to_text(Dialect::Postgres));
        }
        let plan = query.fetch_all(&mut conn).await.unwrap();
        let whole = plan.join("\n  ");
        for line in &plan {
            // an empty queue is one page: there is nothing for an index to save
            let queue = line.contains("event_pending") || line.contains("stream_pending");
            assert!(!line.contains("Seq Scan") || queue, "{name}: {line}\n  {whole}\n{}", statement.text);
            let sort = line.trim_start_matches([' ', '-', '>']).starts_with("Sort ")
                || line.contains("Incremental Sort");
            assert!(
                !no_sort || !sort || whole.contains("_pending"),
                "{name}: {line}\n  {whole}\n{}",
                statement.text
            );
        }
        // an index that is walked from end to end for what is not there is no index
        let removed = plan
            .iter()
            .filter_map(|line| line.trim().strip_prefix("Rows Removed by Filter: ")?.parse::<u64>().ok());
        assert!(
            removed.sum::<u64>() < 2_000,
            "{name}: an index is walked in vain\n  {whole}\n{}",
            statement.text
        );
        assert!(whole.contains("Index") || whole.contains("_pending"), "{name}:\n  {whole}");
    }
    conn.close().await.unwrap();
}
