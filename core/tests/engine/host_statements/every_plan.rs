//! The plan of every statement that a call sends over a host's connection, whatever the server knows of the
//! tables: never analyzed, analyzed while they were empty, analyzed since.

use std::collections::BTreeMap;

use earnest::api::operations;
use earnest::error::Code;
use earnest::for_cli::STORY;
use earnest::requests::TopUp;
use earnest::{Engine, Options};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::kept_plans::{execute, fill, life, prepare};
use super::{Recording, Sent, database};
use crate::support::{Value, soak};

/// Rows that are added to each table behind a plan's back.
fn rows() -> u32 {
    soak::rounds(20_000, 1_000_000)
}

/// A list reads a page of at most this many rows, or a statement of an account that many at once.
const PAGE: i64 = 1_001;

/// Their task is to read the whole book.
const READS_ALL: [&str; 3] = ["ledger.trial_balance", "events.state_hash", "jobs.stats"];

/// The statements of one example of an operation.
struct Example {
    name: &'static str,
    sent: Vec<Sent>,
}

/// The server's statistics of the tables when it makes a plan that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// Nothing: nobody has ever analyzed them.
    Nothing,
    /// Empty tables, as they were then.
    Empty,
}

/// Puts the ids of earlier replies in place of `$name.path`; `None` when there was no such reply.
fn filled(value: &Value, replies: &BTreeMap<String, Value>) -> Option<Value> {
    match value {
        Value::String(text) if text.starts_with('$') => {
            let mut path = text[1..].split('.');
            let reply = replies.get(path.next()?)?;
            path.try_fold(reply, |value, member| match member.parse::<usize>() {
                Ok(place) => value.get(place),
                Err(_) => value.get(member),
            })
            .cloned()
        }
        Value::Array(items) => {
            items.iter().map(|item| filled(item, replies)).collect::<Option<_>>().map(Value::Array)
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| Some((name.clone(), filled(value, replies)?));
            members.iter().map(member).collect::<Option<_>>().map(Value::Object)
        }
        other => Some(other.clone()),
    }
}

/// Runs every example that may join a host's transaction in one, which is rolled back, and keeps what each
/// sent.
async fn examples(engine: &Engine, conn: &mut PgConnection) -> Vec<Example> {
    let mut tx = conn.begin().await.unwrap();
    let (mut replies, mut examples) = (BTreeMap::new(), Vec::new());
    for (name, line) in STORY {
        let line: Value = serde_json::from_str(line).unwrap();
        let args = if line["args"].is_null() { serde_json::json!({}) } else { line["args"].clone() };
        let Some(args) = filled(&args, &replies) else { continue };
        let sent = std::sync::Arc::default();
        let bound = engine.using(Recording::of(&mut tx, &sent)).unwrap();
        let done = operations::call(&bound, line["op"].as_str().unwrap(), args).await;
        drop(bound);
        match done {
            Ok(reply) => {
                if let Some(known_as) = line["as"].as_str() {
                    replies.insert(known_as.to_owned(), reply);
                }
            }
            // it may not join, or what it is about is made by one that may not
            Err(error) => assert!(
                line["expect"] == error.code().as_str()
                    || matches!(
                        error.code(),
                        Code::NotSupported
                            | Code::ApprovalRequired
                            | Code::ApprovalNotFound
                            | Code::JobNotFound
                            | Code::GatewayNotFound
                            | Code::SourceNotFound
                            | Code::ConditionNotMet
                            | Code::WithdrawalNotFound
                            | Code::KeyNotFound
                            | Code::TransitionNotAllowed
                    ),
                "{line}: {error}"
            ),
        }
        let sent = std::mem::take(&mut *sent.lock().unwrap());
        examples.push(Example { name: name.unwrap_or("what comes before"), sent });
    }
    tx.rollback().await.unwrap();
    examples
}

/// Nodes of a plan that touch more rows than `most`, or scan a table of many.
fn wrong(node: &Value, most: i64, found: &mut Vec<String>) {
    let loops = node["Actual Loops"].as_f64().unwrap_or(1.0) as i64;
    let count = |name: &str| node[name].as_f64().unwrap_or_default() as i64 * loops;
    let touched =
        count("Actual Rows") + count("Rows Removed by Filter") + count("Rows Removed by Index Recheck");
    let (kind, table) = (node["Node Type"].as_str().unwrap_or_default(), &node["Relation Name"]);
    // a function reads no table: it lists the names of ours
    if touched > most && kind != "Function Scan" || kind == "Seq Scan" && touched > 10 {
        let by = node["Index Name"].as_str().unwrap_or("no index");
        found.push(format!("{kind} on {table} by {by}: {touched} rows"));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        wrong(child, most, found);
    }
}

/// Runs the statements in order, in a transaction that is rolled back; answers how many were run, and those
/// that read others than the rows of their keys or their page.
async fn judged(conn: &mut PgConnection, examples: &[Example], run: &str) -> (usize, Vec<String>) {
    let mut tx = conn.begin().await.unwrap();
    let (mut n, mut all) = (0, Vec::new());
    for Example { name, sent } in examples {
        for one in sent {
            let (text, params) = one;
            let sql = format!("EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) {}", execute(run, n, one));
            n += 1;
            let row = sqlx::raw_sql(AssertSqlSafe(sql))
                .fetch_one(&mut *tx)
                .await
                .unwrap_or_else(|error| panic!("{name}: {error} by {text} with {params:?}"));
            let plan: Value = serde_json::from_str(row.try_get_unchecked(0).unwrap()).unwrap();
            let writes = text.starts_with("WITH p0");
            let (most, mut found) = (if writes { 10 } else { PAGE }, Vec::new());
            wrong(&plan[0]["Plan"], most, &mut found);
            if !found.is_empty() && !READS_ALL.contains(name) {
                all.push(format!("{name}: {found:#?} by {text}"));
            }
        }
    }
    tx.rollback().await.unwrap();
    (n, all)
}

/// Keeps plans that were made on empty tables, adds rows to the tables, and looks at what each plan reads:
/// writes as they were planned then, and all statements as the next edition of the texts has them planned.
async fn plans_that_know(known: Known) -> Vec<String> {
    let url = database().await;
    let engine = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('earnest.%I', tablename) FROM pg_tables WHERE schemaname = 'earnest'",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    for table in &tables {
        let sql = format!("ALTER TABLE {table} SET (autovacuum_enabled = off)");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    }
    if known == Known::Empty {
        sqlx::query("VACUUM ANALYZE").execute(&mut conn).await.unwrap();
    }
    // rows to copy, with holds that are under way
    let mut tx = conn.begin().await.unwrap();
    let bound = engine.using(&mut tx).unwrap();
    for who in ["alice", "bob"] {
        let top_up = TopUp::new(format!("first-{who}"), "100.00 USD").key(format!("first-{who}"));
        bound.ledger().top_up(top_up).await.unwrap();
    }
    life(&bound, ["first-alice", "first-bob"], 2).await;
    drop(bound);
    tx.commit().await.unwrap();
    let sent = examples(&engine, &mut conn).await;
    let count = sent.iter().filter(|example| !example.sent.is_empty()).count();
    assert!(count > 60, "{count} operations");
    let flat: Vec<Sent> = sent.iter().flat_map(|example| example.sent.clone()).collect();
    sqlx::query("SET plan_cache_mode = force_generic_plan").execute(&mut conn).await.unwrap();
    // on this connection there are no other plans: those that sqlx prepared are forgotten
    sqlx::query("DEALLOCATE ALL").persistent(false).execute(&mut conn).await.unwrap();
    prepare(&mut conn, &flat, "old").await;
    fill(&mut conn, rows()).await;
    let mut bad = Vec::new();
    let (statements, old) = judged(&mut conn, &sent, "old").await;
    // no SQL keeps a read from a scan that was planned so: its text has an edition
    bad.extend(
        old.into_iter().filter(|found| found.contains("by WITH p0")).map(|found| format!("old: {found}")),
    );
    prepare(&mut conn, &flat, "new").await;
    bad.extend(judged(&mut conn, &sent, "new").await.1.into_iter().map(|found| format!("new: {found}")));
    println!("{known:?}: {statements} statements of {count} operations on {} rows a table", rows());
    if known == Known::Nothing {
        sqlx::query("ANALYZE").execute(&mut conn).await.unwrap();
        bad.extend(
            judged(&mut conn, &sent, "new").await.1.into_iter().map(|found| format!("analyzed: {found}")),
        );
    }
    conn.close().await.unwrap();
    engine.close().await;
    bad
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_plans_of_tables_that_nobody_analyzed() {
    let bad = plans_that_know(Known::Nothing).await;
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_plans_of_tables_that_were_empty() {
    let bad = plans_that_know(Known::Empty).await;
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
