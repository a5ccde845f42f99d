//! Whoever can write to the database cannot change the past or the present unseen: every changed, added or
//! deleted row is found by `verify`, with the object and the field, and a log that was cut by `verify
//! --anchor`.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

mod columns;
mod counters;
mod keys;
mod objects;
mod past;
mod personal;
mod scene;
mod sealed;
mod strays;
mod unreadable;
mod used;
mod wide;

use past::history;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::{Kind, Stage, Value, json};

/// One statement for both stores; `{p}` stands before the names of tables.
async fn sql(stage: &Stage, statement: &str) -> u64 {
    match stage.kind {
        Kind::Sqlite => {
            let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
            let text = statement.replace("{p}", "earnest_");
            sqlx::query(AssertSqlSafe(text)).execute(&mut conn).await.unwrap().rows_affected()
        }
        _ => {
            let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
            let text = statement.replace("{p}", &format!("\"{}\".", stage.options.schema));
            sqlx::query(AssertSqlSafe(text)).execute(&mut conn).await.unwrap().rows_affected()
        }
    }
}

async fn findings(stage: &Stage, anchor: Option<&str>) -> Vec<String> {
    let args = anchor.map_or_else(|| json!({}), |anchor| json!({ "anchor": anchor }));
    let verify = stage.ok("admin.verify", args).await;
    let checks = verify["checks"].as_array().unwrap();
    let wrong = checks
        .iter()
        .filter(|check| check["ok"] == false)
        .map(|check| check["name"].as_str().unwrap().to_owned());
    let wrong: Vec<String> = wrong.collect();
    assert_eq!(verify["ok"], wrong.is_empty());
    wrong
}

/// Somebody who changes a transfer in every table that knows it, and leaves all sums right, is told by the
/// log.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_leaves_all_sums_right_is_found() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        history(&stage).await;
        // two people change places in a posting of equal amounts
        for (from, to) in [("alice", "x-x"), ("bob", "alice"), ("x-x", "bob")] {
            for table in ["entry", "hold"] {
                sql(&stage, &format!("UPDATE {{p}}{table} SET account = '{to}' WHERE account = '{from}'"))
                    .await;
            }
            sql(&stage, &format!("UPDATE {{p}}account SET id = '{to}' WHERE id = '{from}'")).await;
        }
        assert_eq!(findings(&stage, None).await, ["log_matches_rows"], "{kind:?}");
        stage.bank.close().await;
    }
}

/// A tail that is cut off in every table is seen by whoever kept the head.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_is_found_by_its_anchor() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        history(&stage).await;
        stage.bank.catch_up().await.unwrap();
        let before = stage.ok("events.verify_chain", json!({})).await;
        stage.ok("ledger.open_account", json!({ "account": "late", "currency": "USD" })).await;
        let after = stage.ok("events.verify_chain", json!({})).await;
        let anchor =
            |chain: &Value| format!("{}:{}", chain["head"]["seq"], chain["head"]["hash"].as_str().unwrap());
        // `verify` says the newest link of every book, in the form in which it takes one back
        let verify = stage.ok("admin.verify", json!({})).await;
        let head = json!({ "book": "main", "seq": after["head"]["seq"], "hash": after["head"]["hash"] });
        assert_eq!(verify["heads"], json!([head]));
        for chain in [&before, &after] {
            assert_eq!(findings(&stage, Some(&anchor(chain))).await, [""; 0]);
        }
        // the last event never happened, says everything but the anchor
        let (seq, hash) = (&before["head"]["seq"], before["head"]["hash"].as_str().unwrap());
        sql(&stage, "DELETE FROM {p}event WHERE kind = 'account.opened' AND object_id = 'late'").await;
        sql(&stage, &format!("DELETE FROM {{p}}event_seq WHERE seq > {seq}")).await;
        sql(&stage, "DELETE FROM {p}commit_mark").await;
        sql(&stage, "DELETE FROM {p}account WHERE id = 'late'").await;
        let hash =
            if kind == Kind::Sqlite { format!("'{hash}'") } else { format!("decode('{hash}', 'hex')") };
        sql(&stage, &format!("UPDATE {{p}}head SET seq = {seq}, hash = {hash}")).await;
        assert_eq!(findings(&stage, None).await, [""; 0], "{kind:?}");
        assert_eq!(findings(&stage, Some(&anchor(&before))).await, [""; 0], "{kind:?}");
        assert_eq!(findings(&stage, Some(&anchor(&after))).await, ["anchor"], "{kind:?}");
        for bad in ["", "7", "x:y", "0:00", "-1:ab"] {
            stage.bad("admin.verify", json!({ "anchor": bad }), "invalid_request", "anchor").await;
        }
        stage.bank.close().await;
    }
}
