//! A million deals, fifty thousand of which are due: finding the due ones and running them reads indexes and
//! nothing else.
//!
//! In `make test` there are five thousand. The rows are those of deals that were opened through the
//! interface, many times over under ids of their own.

use std::time::Instant;

use super::*;
use crate::support::{self, Kind, Stage, json, soak};

/// How many deals there are, and how many of them are due.
fn size() -> (u32, u32) {
    let deals = soak::rounds(5_000, 1_000_000);
    (deals, deals / 20)
}

/// Opens a deal that must be paid soon and one that has time, and copies each as often as there are deals of
/// its sort. `uuid` is an id made of `#`, `series` counts from 1 to `COUNT` in `n`.
async fn fill(stage: &Stage, names: &Names, uuid: &str, series: &str) -> Vec<String> {
    let (deals, due) = size();
    stage.funded("alice", "1.00 USD").await;
    let mut copies = Vec::new();
    for (within, count, first) in [("P1D", due, 0_u32), ("P40D", deals - due, due)] {
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "pay_within": within, "item": "a lamp",
            "fees": [{ "to": "@fees", "bps": 250 }] });
        let deal = support::id(&stage.ok("escrow.open", terms).await["deal"]);
        let (record, own) = (names.table("record"), deal.trim_start_matches("dl_").to_owned());
        let id = uuid.replace('#', &format!("n + {first}"));
        copies.push(format!(
            "INSERT INTO {record} (book, kind, id, state, owner, peer, reference, due_at, body, version, created_at, stamp) \
             SELECT x.book, x.kind, {id}, x.state, x.owner, x.peer, x.reference, x.due_at, x.body, x.version, \
             x.created_at + n, x.stamp FROM {record} AS x CROSS JOIN {} WHERE x.book = 'main' AND x.kind = 'deal' AND x.id = '{own}'",
            series.replace("COUNT", &count.to_string())
        ));
    }
    copies
}

fn due(now: Time, limit: usize) -> Listing {
    Listing::DueRecords { book: None, now, limit }
}

/// Runs due timers for real, and says how long it took; answers how many it were.
async fn run(stage: &Stage) -> i64 {
    let limit = soak::rounds(200, 50_000);
    let started = Instant::now();
    let mut ran = 0;
    while ran < i64::from(limit) {
        let done = stage.ok("jobs.run_due", json!({ "limit": 10_000.min(limit) })).await;
        assert!(done["timers"].as_i64().unwrap() > 0, "{done}");
        ran += done["timers"].as_i64().unwrap();
    }
    let (deals, due) = size();
    eprintln!(
        "{ran} of {due} due timers among {deals} deals ran in {:?} on {:?}",
        started.elapsed(),
        stage.kind
    );
    ran
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn soak_due_timers_among_a_million_deals_on_sqlite() {
    let stage = Stage::open(Kind::Sqlite).await;
    let names = Names::sqlite("earnest_").unwrap();
    let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
    let uuid = "printf('00000000-0000-0000-0000-%012x', #)";
    let series =
        "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < COUNT) SELECT n FROM s)";
    for sql in fill(&stage, &names, uuid, series).await {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    }
    stage.advance("P1D");
    let statement = statement(Dialect::Sqlite, &names, &due(stage.clock.now(), 500));
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.text);
    let mut query = sqlx::query_as::<_, (i64, i64, i64, String)>(sqlx::AssertSqlSafe(sql));
    for param in &statement.params {
        query = query.bind(param.to_text(Dialect::Sqlite));
    }
    let plan: Vec<String> = query.fetch_all(&mut conn).await.unwrap().into_iter().map(|row| row.3).collect();
    let whole = plan.join("\n  ");
    assert!(whole.contains("USING INDEX earnest_record_due_idx (due_at<?)"), "{whole}");
    // what is walked are the rows of the page
    let walks = plan.iter().filter(|line| line.starts_with("SCAN")).count();
    assert!(whole.starts_with("MATERIALIZE page") && walks == 1 && !whole.contains("TEMP B-TREE"), "{whole}");
    let ran = run(&stage).await;
    let expired = format!(
        "SELECT count(*) FROM {} WHERE book = 'main' AND kind = 'deal' AND state = 'expired'",
        names.table("record")
    );
    let (expired,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(expired)).fetch_one(&mut conn).await.unwrap();
    assert_eq!(expired, ran);
    conn.close().await.unwrap();
    stage.bank.close().await;
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;

    /// The plan of a listing as it was run, and how many pages it touched.
    async fn plan(conn: &mut sqlx::PgConnection, names: &Names, listing: &Listing) -> (String, u64) {
        let statement = statement(Dialect::Postgres, names, listing);
        let sql = format!("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {}", statement.text);
        let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
        for param in &statement.params {
            query = query.bind(param.to_text(Dialect::Postgres));
        }
        let lines = query.fetch_all(conn).await.unwrap();
        let pages = |line: &String| -> u64 {
            let counts =
                line.trim().strip_prefix("Buffers: shared ").into_iter().flat_map(|rest| rest.split(' '));
            let count =
                |part: &str| part.strip_prefix("hit=").or(part.strip_prefix("read="))?.parse::<u64>().ok();
            counts.filter_map(count).sum()
        };
        // the first line is that of the whole plan
        let touched = lines.iter().map(pages).find(|pages| *pages > 0);
        let touched = touched.unwrap_or_else(|| panic!("no line says how many pages: {lines:#?}"));
        (lines.join("\n  "), touched)
    }

    /// How many records the server read by walking the whole table.
    async fn walked(conn: &mut sqlx::PgConnection, names: &Names) -> i64 {
        sqlx::query("SELECT pg_stat_force_next_flush()").execute(&mut *conn).await.unwrap();
        sqlx::query("SELECT 1").execute(&mut *conn).await.unwrap();
        let record = names.table("record");
        let read = format!("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relid = '{record}'::regclass");
        let (read,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(read)).fetch_one(&mut *conn).await.unwrap();
        read
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn soak_due_timers_among_a_million_deals() {
        let stage = Stage::apart(Kind::Postgres).await;
        let names = Names::postgres(&stage.options.schema).unwrap();
        let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
        let uuid = "CAST(lpad(to_hex(#), 32, '0') AS uuid)";
        for sql in fill(&stage, &names, uuid, "generate_series(1, COUNT) AS s(n)").await {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
        }
        sqlx::query("ANALYZE").execute(&mut conn).await.unwrap();
        let (early, now) = (stage.clock.now(), {
            stage.advance("P1D");
            stage.clock.now()
        });
        for (when, at, most) in [("nothing is due", early, 20), ("many are due", now, 2_000)] {
            let (whole, pages) = plan(&mut conn, &names, &due(at, 500)).await;
            assert!(whole.contains("record_due_idx"), "{when}:\n  {whole}");
            for bad in ["Seq Scan", "Sort", "Bitmap", "Rows Removed by Filter"] {
                assert!(!whole.contains(bad), "{when}: {bad}\n  {whole}");
            }
            assert!(pages <= most, "{when}: {pages} pages\n  {whole}");
        }
        let before = walked(&mut conn, &names).await;
        let ran = run(&stage).await;
        // those that ran have left entries behind in the index: they are not read without end
        let (whole, pages) = plan(&mut conn, &names, &due(now, 500)).await;
        let most = 2_000 + u64::try_from(ran).unwrap() / 20;
        assert!(whole.contains("record_due_idx") && pages <= most, "afterwards: {pages} pages\n  {whole}");
        let record = names.table("record");
        let expired = format!(
            "SELECT count(*) FROM {record} WHERE book = 'main' AND kind = 'deal' AND state = 'expired'"
        );
        // what the connections of the engine did is counted when they end
        stage.bank.close().await;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let more = walked(&mut conn, &names).await - before;
        // some of it is from when there were a handful of records
        assert!(more < 1_000, "{more} records were read from end to end");
        let (expired,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(expired)).fetch_one(&mut conn).await.unwrap();
        assert_eq!(expired, ran);
        conn.close().await.unwrap();
    }
}
