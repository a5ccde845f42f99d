//! Plans that PostgreSQL keeps for the statements of a host's connection, whose planner nobody steers.

use std::sync::Arc;

use earnest::Engine;
use earnest::engine::bound::Bound;
use earnest::requests::*;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::{Recording, Sent, database, people};
use crate::support::Value;

/// Rows that are added behind a plan's back.
const ROWS: u32 = 100_000;
/// A node of a plan that touches more rows than this reads others than those of the keys.
const FEW: i64 = 10;

/// The payer and the payee.
pub(super) const PEOPLE: [&str; 2] = ["alice", "bob"];

/// A call of each kind that writes.
pub(super) async fn life(bound: &Bound<'_>, [payer, payee]: [&str; 2], n: u32) {
    let ledger = bound.ledger();
    let top_up = TopUp::new(payer, "100.00 USD").key(format!("top-{n}"));
    ledger.top_up(top_up).await.unwrap();
    let transfer = Transfer::new(payer, payee, "1.00 USD").key(format!("move-{n}"));
    ledger.transfer(transfer).await.unwrap();
    let hold = Hold::new(payer, "5.00 USD").key(format!("hold-{n}"));
    let hold = ledger.hold(hold).await.unwrap().hold;
    ledger.capture(Capture::new(hold.id, payee).key(format!("take-{n}"))).await.unwrap();
    let deal = OpenDeal::new(payer, payee, "4.00 USD").key(format!("deal-{n}"));
    let deal = bound.escrow().open(deal).await.unwrap().deal;
    bound.escrow().pay(PayDeal::new(deal.id)).await.unwrap();
    bound.escrow().ship(ShipDeal::new(deal.id).actor(payee)).await.unwrap();
    bound.escrow().confirm(ConfirmDeal::new(deal.id).actor(payer)).await.unwrap();
}

/// PostgreSQL plans a statement five times for its values, and then keeps a plan if that is not dearer. It
/// never keeps one for rows that are looked up by arrays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_is_planned_five_times() {
    let url = database().await;
    let engine = people(&url).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    for n in 0..30 {
        let mut tx = conn.begin().await.unwrap();
        let bound = engine.using(&mut tx).unwrap();
        life(&bound, PEOPLE, n).await;
        drop(bound);
        tx.commit().await.unwrap();
    }
    let sql = "SELECT left(statement, 60), generic_plans, custom_plans FROM pg_prepared_statements \
               WHERE statement LIKE '%earnest%' AND generic_plans + custom_plans >= 8";
    let plans: Vec<(String, i64, i64)> = sqlx::query_as(sql).fetch_all(&mut conn).await.unwrap();
    assert!(plans.len() >= 10, "{plans:#?}");
    for (text, generic, custom) in plans {
        assert_eq!(custom, 5, "planned each time: {text} ({generic} times kept)");
    }
    engine.close().await;
}

/// The statements of `life`, as they are sent now.
async fn statements(engine: &Engine, conn: &mut PgConnection, n: u32) -> Vec<Sent> {
    let sent = Arc::default();
    let mut tx = conn.begin().await.unwrap();
    let bound = engine.using(Recording::of(&mut tx, &sent)).unwrap();
    life(&bound, PEOPLE, n).await;
    drop(bound);
    tx.rollback().await.unwrap();
    sent.lock().unwrap().clone()
}

/// Fills tables with rows of the same book, and of others, that no statement asks for.
pub(super) async fn fill(conn: &mut PgConnection, rows: u32) {
    let (text, uuid) = ("'x' || n", "gen_random_uuid()");
    let tables: [(&str, &[(&str, &str)]); 10] = [
        ("account", &[("id", text)]),
        ("idempotency", &[("key", text)]),
        ("transfer", &[("id", uuid)]),
        ("hold", &[("id", uuid)]),
        // a page of the records of one person reads all of that person's
        ("record", &[("id", uuid), ("owner", text), ("peer", text)]),
        ("entry", &[("transfer", uuid)]),
        ("event", &[("id", uuid), ("object_id", text)]),
        ("event_pending", &[("id", uuid)]),
        // the balance of an account is the sum of its own
        ("stream_pending", &[("account", text)]),
        ("job", &[("id", uuid)]),
    ];
    for (table, changed) in tables {
        let of =
            |(column, value): &(&str, &str)| format!("WHEN '{column}' THEN '{}'", value.replace('\'', "''"));
        let changed: Vec<String> = changed.iter().map(of).collect();
        let sql = format!(
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position), \
             string_agg(CASE column_name {changed} ELSE 't.' || column_name END, ', ' \
             ORDER BY ordinal_position) FROM information_schema.columns \
             WHERE table_schema = 'earnest' AND table_name = '{table}'",
            changed = changed.join(" "),
        );
        let (names, values): (String, String) =
            sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *conn).await.unwrap();
        let sql = format!(
            "INSERT INTO earnest.{table} ({names}) SELECT {values} \
             FROM (SELECT * FROM earnest.{table} WHERE book <> '@system' LIMIT 1) AS t, generate_series(1, {rows}) AS n"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *conn).await.unwrap();
    }
}

/// Nodes of a plan that scan a table, or touch many rows.
fn wrong(node: &Value, found: &mut Vec<String>) {
    let rows = node["Actual Rows"].as_f64().unwrap_or_default() as i64
        + node["Rows Removed by Filter"].as_i64().unwrap_or_default();
    let kind = node["Node Type"].as_str().unwrap_or_default();
    // a function reads no table: it lists the names of ours
    if rows > FEW && kind != "Function Scan" || kind == "Seq Scan" && rows > 1 {
        found.push(format!("{kind} on {}: {rows} rows", node["Relation Name"]));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        wrong(child, found);
    }
}

/// Prepares the statements, and has PostgreSQL make the plans that it keeps.
pub(super) async fn prepare(conn: &mut PgConnection, statements: &[Sent], run: &str) {
    for (n, sent) in statements.iter().enumerate() {
        let (text, params) = sent;
        let types = vec!["text"; params.len()].join(", ");
        let types = if params.is_empty() { String::new() } else { format!(" ({types})") };
        let sql = format!("PREPARE {run}_{n}{types} AS {text}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await.unwrap();
        let sql = format!("EXPLAIN {}", execute(run, n, sent));
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await.unwrap();
    }
}

/// Runs a prepared statement. A write names the transaction of its load; here it is the one that is open.
pub(super) fn execute(run: &str, n: usize, sent: &Sent) -> String {
    let (text, params) = sent;
    let literal = |param: &Option<String>| {
        param.as_ref().map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
    };
    let mut values: Vec<String> = params.iter().map(literal).collect();
    if text.starts_with("WITH p0") {
        values[1] = "lpad(CAST(pg_current_xact_id() AS text), 20, '0')".to_owned();
    }
    let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
    format!("EXECUTE {run}_{n}{values}")
}

/// Runs them in order, in a transaction that is rolled back, and says what their plans read.
async fn read_by(conn: &mut PgConnection, statements: &[Sent], run: &str) -> Vec<(String, Vec<String>)> {
    let mut tx = conn.begin().await.unwrap();
    let mut all = Vec::new();
    for (n, sent) in statements.iter().enumerate() {
        let sql = format!("EXPLAIN (ANALYZE, COSTS off, TIMING off, FORMAT JSON) {}", execute(run, n, sent));
        let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
        let plan: Value = serde_json::from_str(row.try_get_unchecked(0).unwrap()).unwrap();
        let mut found = Vec::new();
        wrong(&plan[0]["Plan"], &mut found);
        all.push((sent.0.clone(), found));
    }
    tx.rollback().await.unwrap();
    all
}

/// Plans made while the tables were empty, by a planner that knew it, and kept while the tables grew a
/// hundred thousand times, whose statistics nobody read again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_of_empty_tables_stays_good() {
    let url = database().await;
    let engine = people(&url).await;
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
    sqlx::query("VACUUM ANALYZE").execute(&mut conn).await.unwrap();
    // rows to copy, with holds that are under way
    let mut other = PgConnection::connect(&url).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    let bound = engine.using(&mut tx).unwrap();
    life(&bound, PEOPLE, 2).await;
    drop(bound);
    tx.commit().await.unwrap();
    other.close().await.unwrap();
    let sent = statements(&engine, &mut conn, 1).await;
    assert!(sent.len() > 15, "{}", sent.len());
    sqlx::query("SET plan_cache_mode = force_generic_plan").execute(&mut conn).await.unwrap();
    // on this connection there are no other plans: those that sqlx prepared are forgotten
    sqlx::query("DEALLOCATE ALL").persistent(false).execute(&mut conn).await.unwrap();
    prepare(&mut conn, &sent, "old").await;
    fill(&mut conn, ROWS).await;
    for (text, found) in read_by(&mut conn, &sent, "old").await {
        // no SQL keeps a read from a scan that was planned so; whether the server still has that plan depends
        // on what else it does
        if text.starts_with("WITH p0") {
            assert!(found.is_empty(), "{found:#?} by {text}");
        }
    }
    // the texts of the next edition have plans of their own
    prepare(&mut conn, &sent, "new").await;
    for (text, found) in read_by(&mut conn, &sent, "new").await {
        assert!(found.is_empty(), "{found:#?} by {text}");
    }
    engine.close().await;
}
