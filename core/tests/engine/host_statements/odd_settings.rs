//! A host may set up its connection as it likes, before a call and between two: the answers are the same.

use earnest::requests::*;
use earnest::{Code, Engine};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::kept_plans::{PEOPLE, life};
use super::{available, database, people};
use crate::support::{self, Value, json};

/// Settings that change how texts, bytes, arrays, numbers or names are read and written.
const ODD: [&str; 16] = [
    "bytea_output = 'escape'",
    "standard_conforming_strings = off",
    "array_nulls = off",
    "search_path = ''",
    "search_path = 'pg_temp', 'nowhere'",
    "DateStyle = 'SQL, DMY'",
    "IntervalStyle = 'sql_standard'",
    "TimeZone = 'Asia/Seoul'",
    "extra_float_digits = -15",
    "quote_all_identifiers = on",
    "transform_null_equals = on",
    "enable_indexscan = off",
    "plan_cache_mode = 'force_custom_plan'",
    "default_transaction_isolation = 'serializable'",
    "idle_in_transaction_session_timeout = '1min'",
    "xmlbinary = 'hex'",
];

/// A text in which whatever can be taken for something else is.
const TEXT: &str = r#"NULL \ "quoted" 'single' {a,b} (1,2) $1 -- \x00 é"#;

/// Calls whose rows are scalars, arrays with and without NULLs, and one row with awkward texts.
async fn calls(engine: &Engine, tx: &mut PgConnection, n: u32) -> Vec<Value> {
    let bound = engine.using(tx).unwrap();
    life(&bound, PEOPLE, n).await;
    let ops = (0..6).map(|k| {
        let mut args =
            json!({ "from": "alice", "to": "carol", "amount": "0.01 USD", "key": format!("b-{n}-{k}") });
        if k % 2 == 0 {
            args["reference"] = json!("NULL");
            args["metadata"] = json!({ "note": TEXT });
        }
        BatchOp::new("ledger.transfer", args)
    });
    let reply = bound.ledger().batch(Batch::new(ops.collect::<Vec<_>>())).await.unwrap();
    assert!(reply.results.iter().all(|result| result.ok), "{reply:?}");
    let mut found = Vec::new();
    for result in &reply.results {
        let moved = serde_json::to_value(result).unwrap();
        let id = moved["reply"]["transfer"]["id"].as_str().unwrap().to_owned();
        let read = bound.ledger().get_transfer(GetTransfer::new(id)).await.unwrap();
        let read = serde_json::to_value(read).unwrap();
        found.push(json!([read["reference"], read["metadata"], read["amount"]]));
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_may_be_set_up_oddly() {
    let url = database().await;
    let engine = people(&url).await;
    let mut plain = PgConnection::connect(&url).await.unwrap();
    let mut tx = plain.begin().await.unwrap();
    let expected = calls(&engine, &mut tx, 0).await;
    assert_eq!(expected[0][1]["note"], TEXT);
    tx.commit().await.unwrap();
    for (n, setting) in (1..).zip(ODD) {
        for within in [false, true] {
            let mut conn = PgConnection::connect(&url).await.unwrap();
            let set = if within { "SET LOCAL" } else { "SET" };
            let set = format!("{set} {setting}");
            if !within {
                sqlx::query(AssertSqlSafe(set.clone())).execute(&mut conn).await.unwrap();
            }
            let mut tx = conn.begin().await.unwrap();
            if within {
                // other calls came before, with plans of their own
                let bound = engine.using(&mut tx).unwrap();
                let top_up = TopUp::new("alice", "1.00 USD").key(format!("w-{n}"));
                bound.ledger().top_up(top_up).await.unwrap();
                drop(bound);
                sqlx::query(AssertSqlSafe(set)).execute(&mut *tx).await.unwrap();
            }
            let number = n * 2 + u32::from(within);
            assert_eq!(calls(&engine, &mut tx, number).await, expected, "{setting}, within: {within}");
            tx.commit().await.unwrap();
            conn.close().await.unwrap();
        }
    }
    support::verify(&engine).await;
    engine.close().await;
}

/// A write that the settings forbid is refused by its own code, and nothing is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_setting_forbids_is_refused() {
    let url = database().await;
    let engine = people(&url).await;
    let before = available(&engine, "alice").await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let role = format!("nobody_{}", std::process::id());
    sqlx::query(AssertSqlSafe(format!("CREATE ROLE {role}"))).execute(&mut conn).await.unwrap();
    let forbidden = [
        (format!("SET LOCAL ROLE {role}"), Code::StoreDenied),
        ("SET TRANSACTION READ ONLY".to_owned(), Code::NotInTransaction),
    ];
    for (sql, code) in forbidden {
        let mut tx = conn.begin().await.unwrap();
        sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut *tx).await.unwrap();
        let bound = engine.using(&mut tx).unwrap();
        let deduct = Deduct::new("alice", "1.00 USD").key("k-1");
        let refused = bound.ledger().deduct(deduct).await.unwrap_err();
        assert_eq!(refused.code(), code, "{sql}: {refused}");
        drop(bound);
        tx.rollback().await.unwrap();
    }
    sqlx::query(AssertSqlSafe(format!("DROP ROLE {role}"))).execute(&mut conn).await.unwrap();
    assert_eq!(available(&engine, "alice").await, before);
    support::verify(&engine).await;
    engine.close().await;
}
