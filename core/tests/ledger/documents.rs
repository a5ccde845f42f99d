//! Documents that callers keep with an object come back as they were given, or are refused: never changed,
//! and never unreadable.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::requests::*;
use earnest::{Runner, Services as _};
use serde_json::Map;
use sqlx::{PgPool, SqlitePool};

use crate::support::{Kind, Stage, Value, every_store, json};

fn metadata(value: Value) -> Map<String, Value> {
    Map::from_iter([("v".to_owned(), value)])
}

/// Lists and objects in turn around a number.
fn nested(levels: usize) -> Value {
    (0..levels)
        .fold(json!(7), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) })
}

/// Values that would not come back as they were given.
fn lost() -> Vec<Value> {
    let texts =
        ["9007199254740992", "-9007199254740993", "18446744073709551617", "1e20", "-1e300", "-0", "-0.0"];
    let mut values: Vec<Value> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    values.extend([json!(u64::MAX), json!(i64::MIN), json!(1e308), json!("a\0b"), json!({ "a\0": 1 })]);
    values.extend([nested(32), nested(127), nested(1_000)]);
    values
}

/// Values that do.
fn kept() -> Vec<Value> {
    vec![
        json!(9_007_199_254_740_991_i64),
        json!(-9_007_199_254_740_991_i64),
        json!(0.1),
        json!(1e-7),
        json!(0),
        nested(31),
        json!("한\u{1F600}"),
    ]
}

async fn refused(runner: &impl Runner, what: &str) {
    for (n, value) in lost().into_iter().enumerate() {
        let request = TopUp::new("alice", "5.00 USD").key(format!("bad-{n}")).metadata(metadata(value));
        let error = runner.ledger().top_up(request).await.unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_request", "{what}, value {n}: {error}");
        assert_eq!(error.details()["field"], "metadata", "{what}, value {n}");
    }
}

every_store! {
    async fn metadata_comes_back_or_is_refused(stage) {
        stage.funded("alice", "1.00 USD").await;
        let before = stage.state().await;
        refused(&stage.bank, "own connections").await;
        assert_eq!(stage.state().await, before, "something was written");
        for (n, value) in kept().into_iter().enumerate() {
            let request = TopUp::new("alice", "5.00 USD").key(format!("good-{n}")).metadata(metadata(value.clone()));
            let reply = stage.bank.ledger().top_up(request).await.unwrap();
            assert_eq!(reply.transfer.metadata["v"], value);
        }
        // every listing can still be read
        let page = stage.bank.ledger().transfers(Transfers::new()).await.unwrap();
        assert_eq!(page.items.len(), 1 + kept().len());
        assert_eq!(stage.bank.ledger().entries(Entries::new("alice")).await.unwrap().items.len(), 1 + kept().len());
    }

    /// Two numbers that one double stands for are two requests: neither is taken for the other.
    async fn two_requests_under_one_key_stay_two(stage) {
        let with = |number: &str| {
            let number: Value = serde_json::from_str(number).unwrap();
            TopUp::new("alice", "5.00 USD").key("one").metadata(metadata(number))
        };
        for number in ["18446744073709551616", "18446744073709551617", "9007199254740993"] {
            let error = stage.bank.ledger().top_up(with(number)).await.unwrap_err();
            assert_eq!(error.details()["field"], "metadata", "{number}");
        }
        stage.bank.ledger().top_up(with("9007199254740991")).await.unwrap();
        let error = stage.bank.ledger().top_up(with("9007199254740990")).await.unwrap_err();
        assert_eq!(error.code().as_str(), "idempotency_mismatch");
    }

    /// The same goes for what comes of a job, and for documents in a batch.
    async fn other_documents_have_the_same_bounds(stage) {
        for value in [nested(33), json!(u64::MAX)] {
            let job = json!({ "job": "jb_019b76da-a800-7000-8000-000000000000", "fence": 1, "result": value });
            stage.bad("jobs.complete", job, "invalid_request", "result").await;
            let op = json!({ "op": "ledger.top_up", "args": { "account": "a", "amount": "1.00 USD", "key": "k", "metadata": { "v": value } } });
            let details = stage.no("ledger.batch", json!({ "ops": [op] }), "invalid_request").await;
            assert_eq!((&details["field"], &details["index"]), (&json!("metadata"), &json!(0)));
        }
        // far deeper than anybody's stack, built in code: it is not even looked at
        let op = json!({ "op": "ledger.top_up", "args": nested(1_000) });
        stage.no("ledger.batch", json!({ "ops": [op] }), "invalid_request").await;
        stage.bad("ledger.top_up", json!({ "account": nested(1_000), "amount": "1.00 USD" }), "invalid_request", "account").await;
    }

    /// Letters that grow when their case is folded, and names as long as they may be, are found again.
    async fn long_names_are_found_again(stage) {
        for (account, letter) in [("a", "İ"), ("b", "Ⱥ"), ("c", "\u{1F600}"), ("d", "ẞ"), ("e", "ﬃ")] {
            let name = letter.repeat(255);
            let args = json!({ "account": account, "currency": "USD", "display_name": name, "owner": name, "reference": name, "kind": name });
            stage.ok("ledger.open_account", args).await;
            for filter in [json!({ "search": name }), json!({ "owner": name }), json!({ "owner": name, "search": name, "order": "name", "limit": 1 })] {
                let page = stage.ok("ledger.accounts", filter).await;
                assert_eq!(page["items"][0]["account"], account, "{letter}");
            }
        }
        // the place of a page behind such a name is a cursor like any other
        let first = stage.ok("ledger.accounts", json!({ "order": "name", "limit": 1 })).await;
        let next = stage.ok("ledger.accounts", json!({ "order": "name", "limit": 500, "after": first["next"] })).await;
        assert_eq!(next["items"].as_array().unwrap().len(), 4);
    }

    async fn forged_cursors_are_refused(stage) {
        stage.funded("a", "1.00 USD").await;
        let forged = |value: Value| hex::encode(value.to_string());
        let nul = forged(json!(["a\0", "USD", "\0", "2026-01-01T00:00:00Z"]));
        for (name, args) in [
            ("ledger.accounts", json!({ "after": nul })),
            ("ledger.accounts", json!({ "order": "balance", "after": forged(json!(["USD", "1e9", "a"])) })),
            ("ledger.transfers", json!({ "after": forged(json!([1, 2])) })),
            ("events.list", json!({ "after": forged(json!("x")) })),
        ] {
            stage.bad(name, args, "invalid_request", "after").await;
        }
        for (name, args) in [
            ("ledger.accounts", json!({ "after": forged(json!(["zz", "NOPE", "", "9999-01-01T00:00:00Z"])) })),
            ("events.list", json!({ "after": forged(json!(i64::MAX)) })),
            ("events.list", json!({ "after": forged(json!(i64::MIN)) })),
            ("admin.audit", json!({ "after": forged(json!(i64::MAX)) })),
        ] {
            stage.ok(name, args).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_is_refused_in_host_transactions_too() {
    let lite = Stage::open(Kind::Sqlite).await;
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(lite.url.trim_start_matches("sqlite:"));
    let pool = SqlitePool::connect_with(file).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    refused(&lite.bank.using(&mut tx).unwrap(), "a host on SQLite").await;
    tx.commit().await.unwrap();
    lite.finish().await;
    let pg = Stage::open(Kind::Postgres).await;
    let pool = PgPool::connect(&pg.url).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    refused(&pg.bank.using(&mut tx).unwrap(), "a host on PostgreSQL").await;
    tx.commit().await.unwrap();
    pg.finish().await;
}
