//! Behind a real PgBouncer that gives every transaction another connection of the server.

#![cfg(feature = "postgres")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use earnest::{Engine, Options};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use crate::support::{self, all_at_once, json, pgbouncer, tally, verify};

/// The settings of a transaction of the engine, in one text.
const SETTINGS: &str = "concat_ws(' ', current_setting('synchronous_commit'), current_setting('lock_timeout'), \
    current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'), \
    current_setting('enable_seqscan'), current_setting('enable_bitmapscan'), current_setting('enable_hashjoin'), \
    current_setting('enable_mergejoin'), current_setting('jit'), \
    current_setting('max_parallel_workers_per_gather'), current_setting('plan_cache_mode'), current_setting('row_security'))";
/// The same in a database that commits without a sync, as anybody else there has it.
const OTHERS: &str = "off 0 0 0 on on on on on 2 auto on";
const OURS: &str = "on 250ms 30s 35s off off off off off 0 force_generic_plan off";

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

/// A deferred trigger that records each transaction's settings: it runs in the commit itself.
const WATCH: &str = "CREATE TABLE public.seen (settings text); \
    CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN INSERT INTO public.seen SELECT SETTINGS; RETURN NULL; END $$; \
    CREATE CONSTRAINT TRIGGER see AFTER INSERT ON earnest.transfer \
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.see()";

async fn distinct(conn: &mut PgConnection, of: &str) -> Vec<String> {
    let sql = format!("SELECT DISTINCT {of}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(conn).await.unwrap()
}

/// Somebody else's statements through the same pooler, until told to stop: answers every setting that they
/// ever had.
async fn somebody_else(url: String, stop: Arc<AtomicBool>) -> Vec<String> {
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut conn = PgConnection::connect_with(&options.extra_float_digits(None)).await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    while !stop.load(Ordering::Relaxed) {
        // in one transaction, as a client of such a pooler must
        let mut tx = conn.begin().await.unwrap();
        seen.extend(distinct(&mut tx, SETTINGS).await);
        tx.commit().await.unwrap();
    }
    seen.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_behind_a_pooler_keep_their_settings_to_themselves() {
    keeps_its_settings_to_itself("?pgbouncer=true").await;
}

/// Nobody said that there is a pooler: it is noticed before anything is left on a connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_nobody_mentioned_is_noticed() {
    keeps_its_settings_to_itself("").await;
}

/// A pooler that mixes even the statements of a transaction will never do, and its operator is told so.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_mixes_statements_is_refused() {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let pooler = pgbouncer::start_in(&url, 3, "statement");
    for named in ["", "?pgbouncer=true"] {
        let error = Engine::open(&format!("{}{named}", pooler.url)).await.unwrap_err();
        assert_eq!((error.code().as_str(), error.retryable()), ("not_supported", false), "{error}");
        assert!(error.message().contains("pool_mode"), "{error}");
    }
}

/// A pooler that keeps a connection for each client may be used as if it were not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_of_sessions_is_none() {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let pooler = pgbouncer::start_in(&url, 20, "session");
    let bank = Engine::open_with(&pooler.url, Options::new().background(false)).await.unwrap();
    for account in ["a", "b"] {
        let args = json!({ "account": account, "amount": "100.00 USD", "key": account });
        bank.call("ledger.top_up", args).await.unwrap();
    }
    let transfer = |key: &str| json!({ "from": "a", "to": "b", "amount": "1.00 USD", "key": key });
    bank.call("ledger.transfer", transfer("k-1")).await.unwrap();
    let before = bank.store().counted();
    bank.call("ledger.transfer", transfer("k-2")).await.unwrap();
    // one statement, which is its own transaction
    assert_eq!(bank.store().counted().statements - before.statements, 1);
    verify(&bank).await;
    bank.close().await;
}

async fn keeps_its_settings_to_itself(named: &str) {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let mut direct = PgConnection::connect(&url).await.unwrap();
    let database: String =
        sqlx::query_scalar("SELECT current_database()").fetch_one(&mut direct).await.unwrap();
    run(&mut direct, &format!("ALTER DATABASE {database} SET synchronous_commit = off")).await;
    direct.close().await.unwrap();
    let mut direct = PgConnection::connect(&url).await.unwrap();
    assert_eq!(distinct(&mut direct, SETTINGS).await, [OTHERS]);
    let pooler = pgbouncer::start(&url, 3);
    let pooled = format!("{}{named}", pooler.url);
    let stop = Arc::new(AtomicBool::new(false));
    let others = [0, 1].map(|_| tokio::spawn(somebody_else(pooler.url.clone(), Arc::clone(&stop))));
    let opened = || Engine::open_with(&pooled, Options::new().pool_size(4));
    let banks = [opened().await.unwrap(), opened().await.unwrap()];
    run(&mut direct, &WATCH.replace("SETTINGS", SETTINGS)).await;
    for n in 0..10 {
        let args = json!({ "account": format!("a{n}"), "amount": "100.00 USD", "key": format!("t{n}") });
        banks[0].call("ledger.top_up", args).await.unwrap();
    }
    let calls = (0..300).map(|n| {
        let bank = banks[n % 2].clone();
        let (from, to) = (format!("a{}", n % 10), format!("a{}", (n + 1 + n / 10 % 9) % 10));
        let args = json!({ "from": from, "to": to, "amount": "0.01 USD", "key": format!("k{n}") });
        async move {
            let done = bank.call("ledger.transfer", args).await;
            bank.call("ledger.balance", json!({ "account": from })).await.unwrap();
            done
        }
    });
    let outcomes = all_at_once(calls).await;
    stop.store(true, Ordering::Relaxed);
    for other in others {
        assert_eq!(other.await.unwrap(), [OTHERS], "settings of the engine were left on a connection");
    }
    assert_eq!(tally(&outcomes), [("ok", 300)].into());
    // under load a group waits for longer than at first: that is a setting of its own
    let (seen, waits) =
        (distinct(&mut direct, "settings FROM public.seen").await, OURS.replace("250ms", "2s"));
    assert!(seen.iter().any(|one| one == OURS), "{seen:?}");
    assert!(seen.iter().all(|one| one == OURS || *one == waits), "{seen:?}");
    verify(&banks[0]).await;
    for bank in banks {
        bank.close().await;
    }
}

/// A connection of the engine's own has them too, where the whole transaction is one statement.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_of_our_own_commits_durably() {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let mut direct = PgConnection::connect(&url).await.unwrap();
    let database: String =
        sqlx::query_scalar("SELECT current_database()").fetch_one(&mut direct).await.unwrap();
    run(&mut direct, &format!("ALTER DATABASE {database} SET synchronous_commit = off")).await;
    let bank = Engine::open_with(&url, Options::new()).await.unwrap();
    let watch = WATCH.replace("SETTINGS", "current_setting('synchronous_commit')");
    run(&mut direct, &watch).await;
    for n in 0..10 {
        let args = json!({ "account": "a", "amount": "100.00 USD", "key": format!("t{n}") });
        bank.call("ledger.top_up", args).await.unwrap();
    }
    assert_eq!(distinct(&mut direct, "settings FROM public.seen").await, ["on"]);
    bank.close().await;
}

/// Lines that break off before it is known whether there is a pooler: opening fails, and says what broke. To
/// go on would leave settings on connections of others.
#[tokio::test(flavor = "multi_thread")]
async fn lines_that_break_while_a_pooler_is_looked_for_are_told() {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let pooler = pgbouncer::start(&url, 3);
    for (broken, opens) in [(2, true), (3, false)] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut through = url::Url::parse(&pooler.url).unwrap();
        let target = format!("127.0.0.1:{}", through.port().unwrap());
        through.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let relay = tokio::spawn(async move {
            for number in 0.. {
                let (mut client, _) = listener.accept().await.unwrap();
                if number < broken {
                    continue;
                }
                let target = target.clone();
                tokio::spawn(async move {
                    let mut server = tokio::net::TcpStream::connect(target).await.unwrap();
                    drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
                });
            }
        });
        let opened = Engine::open_with(through.as_str(), Options::new().background(false)).await;
        match opened {
            Ok(bank) => {
                assert!(opens, "it is not known whether there is a pooler");
                bank.close().await;
            }
            Err(error) => {
                assert!(!opens, "{error}");
                assert_eq!(
                    (error.code().as_str(), error.retryable()),
                    ("store_unavailable", true),
                    "{error}"
                );
                assert!(error.message().contains("3 connections in a row broke off"), "{error}");
            }
        }
        relay.abort();
    }
}

/// A pooler reports its own troubles as violations of the protocol, and ends the connection. They pass:
/// nobody is told that the pooler will never do.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_a_pooler_that_passes_is_no_refusal() {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    for (mode, named) in [("transaction", ""), ("transaction", "?pgbouncer=true"), ("session", "")] {
        let pooler = pgbouncer::start_in(&url, 6, mode);
        let options = Options::new().background(false);
        let bank = Engine::open_with(&format!("{}{named}", pooler.url), options).await.unwrap();
        let top_up = |key: &str| json!({ "account": "alice", "amount": "1.00 USD", "key": format!("{mode}{named}{key}") });
        bank.call("ledger.top_up", top_up("before")).await.unwrap();
        let mut other = PgConnection::connect(&url).await.unwrap();
        run(&mut other, "BEGIN; LOCK TABLE earnest.account IN EXCLUSIVE MODE").await;
        let call = {
            let (bank, args) = (bank.clone(), top_up("waits"));
            tokio::spawn(async move { bank.call("ledger.top_up", args).await })
        };
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                     AND datname = current_database()";
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut other).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        // every connection ends with SQLSTATE 08P01
        let mut console = console(&pooler.url).await;
        let database = url.rsplit('/').next().unwrap();
        run(&mut console, &format!("KILL {database}")).await;
        run(&mut console, &format!("RESUME {database}")).await;
        run(&mut other, "ROLLBACK").await;
        let outcome = call.await.unwrap();
        let passing = ["ok", "store_unavailable", "contention"];
        assert!(passing.contains(&support::code(&outcome)), "{mode} {named}: {outcome:?}");
        bank.call("ledger.top_up", top_up("after")).await.unwrap();
        bank.close().await;
    }
}

/// The console of a pooler, which takes simple statements alone.
async fn console(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().unwrap();
    options.database("pgbouncer").extra_float_digits(None).connect().await.unwrap()
}
