//! An engine on the application's own pool: it opens nothing, leaves every connection as it was, and shares
//! the pool with the application's own transactions.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use earnest::requests::*;
use earnest::store::Fault;
use earnest::store::attached::channel::{ChannelPool, Request, Requests};
use earnest::store::attached::{HostPool, LentConnection};
use earnest::store::sql::Dialect;
use earnest::{Code, Engine, Options};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use tokio::sync::Semaphore;

use crate::support::{json, postgres};

async fn on_postgres(connections: u32) -> (PgPool, String) {
    let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
    (PoolOptions::new().max_connections(connections).connect(&url).await.unwrap(), url)
}

/// A pool as an application that never thought of durability sets it up.
async fn on_sqlite(connections: u32) -> (SqlitePool, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("shop.db")).create_if_missing(true);
    let options = options.pragma("synchronous", "OFF").pragma("busy_timeout", "100");
    (PoolOptions::new().max_connections(connections).connect_with(options).await.unwrap(), folder)
}

async fn people(bank: &Engine) {
    for (name, key) in [("alice", "t-1"), ("bob", "t-2")] {
        bank.ledger().top_up(TopUp::new(name, "1000.00 USD").key(key)).await.unwrap();
    }
}

/// 64 callers of the engine, and the application's own transactions in between, on one pool.
async fn shared_by_all<D, F, B>(bank: Engine, begin: B)
where
    D: sqlx::Database,
    for<'t> &'t mut sqlx::Transaction<'static, D>: earnest::store::host::HostConnection,
    F: Future<Output = sqlx::Transaction<'static, D>> + Send,
    B: Fn() -> F + Clone + Send + Sync + 'static,
{
    people(&bank).await;
    let mut tasks = Vec::new();
    for caller in 0..64_u32 {
        let (bank, begin) = (bank.clone(), begin.clone());
        tasks.push(tokio::spawn(async move {
            for call in 0..5 {
                let (from, to) = if caller % 2 == 0 { ("alice", "bob") } else { ("bob", "alice") };
                let request = Transfer::new(from, to, "0.01 USD").key(format!("k-{caller}-{call}"));
                if caller % 8 != 0 {
                    while let Err(error) = bank.ledger().transfer(request.clone()).await {
                        assert_eq!(error.code(), Code::Contention, "{error:?}");
                    }
                    continue;
                }
                loop {
                    let mut tx = begin().await;
                    let moved = bank.using(&mut tx).unwrap().ledger().transfer(request.clone()).await;
                    match moved {
                        Ok(_) => break tx.commit().await.unwrap(),
                        Err(error) => assert_eq!(error.code(), Code::Contention, "{error:?}"),
                    }
                    tx.rollback().await.unwrap();
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let listed = bank.events().list(ListEvents::new().limit(500)).await.unwrap();
    assert!(listed.items.len() >= 320, "{}", listed.items.len());
    let verify = bank.admin().verify(RunVerify::new()).await.unwrap();
    assert!(verify.ok, "{verify:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_pool_of_postgres_serves_both() {
    let (pool, _) = on_postgres(5).await;
    let before = settings(&pool).await;
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    let beginner = pool.clone();
    shared_by_all(bank.clone(), move || {
        let pool = beginner.clone();
        async move { pool.begin().await.unwrap() }
    })
    .await;
    bank.close().await;
    assert_eq!(settings(&pool).await, before);
    assert_eq!(pool.size(), 5, "no connection was thrown away, and none is the engine's own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_pool_of_sqlite_serves_both() {
    let (pool, _folder) = on_sqlite(5).await;
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    let beginner = pool.clone();
    shared_by_all(bank.clone(), move || {
        let pool = beginner.clone();
        async move {
            loop {
                // a tenth of a second is what the application itself has set
                if let Ok(tx) = pool.begin_with("BEGIN IMMEDIATE").await {
                    break tx;
                }
            }
        }
    })
    .await;
    bank.close().await;
    as_the_application_set_them(&pool).await;
}

/// A group that waits in vain for a busy file leaves the connection as it was, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_file_leaves_the_settings_as_they_were() {
    let (pool, _folder) = on_sqlite(3).await;
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let request = TopUp::new("alice", "1.00 USD").key("t-1");
    let error = bank.ledger().top_up(request.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::Contention, "{error:?}");
    held.rollback().await.unwrap();
    as_the_application_set_them(&pool).await;
    bank.ledger().top_up(request).await.unwrap();
    bank.close().await;
    as_the_application_set_them(&pool).await;
}

async fn as_the_application_set_them(pool: &SqlitePool) {
    let mut all = Vec::new();
    for _ in 0..pool.size() {
        let mut conn = pool.acquire().await.unwrap();
        let sql = "SELECT (SELECT * FROM pragma_synchronous), (SELECT * FROM pragma_busy_timeout), \
                   (SELECT * FROM pragma_secure_delete)";
        let found: (i64, i64, i64) = sqlx::query_as(sql).fetch_one(&mut *conn).await.unwrap();
        assert_eq!(found, (0, 100, 0));
        all.push(conn);
    }
}

/// Every setting of each connection of a pool.
async fn settings(pool: &PgPool) -> Vec<Vec<(String, String)>> {
    let mut held = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        held.push(pool.acquire().await.unwrap());
    }
    let mut all = Vec::new();
    for conn in &mut held {
        let sql = "SELECT name, setting FROM pg_settings WHERE source <> 'default' OR name ~ '^(enable_|lock_|plan_)' ORDER BY 1";
        all.push(sqlx::query_as(sql).fetch_all(&mut **conn).await.unwrap());
    }
    all.sort();
    all
}

/// A commit is durable although the pool's connections are set otherwise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_are_durable_whatever_the_pool_says() {
    let (pool, url) = on_postgres(2).await;
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    let weak = format!("ALTER DATABASE \"{name}\" SET synchronous_commit = off");
    sqlx::query(AssertSqlSafe(weak)).execute(&pool).await.unwrap();
    let weak: PgPool = PoolOptions::new().max_connections(2).connect(&url).await.unwrap();
    let bank = Engine::attach(weak.clone(), Options::new()).await.unwrap();
    // a trigger of the test's own writes down how each transfer is committed
    for sql in [
        "CREATE TABLE said (setting text)",
        "CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN INSERT INTO said VALUES (current_setting(''synchronous_commit'')); RETURN NULL; END'",
        "CREATE TRIGGER say AFTER INSERT ON earnest.transfer FOR EACH ROW EXECUTE FUNCTION say()",
    ] {
        sqlx::query(sql).execute(&weak).await.unwrap();
    }
    people(&bank).await;
    let said: Vec<String> = sqlx::query_scalar("SELECT setting FROM said").fetch_all(&weak).await.unwrap();
    assert_eq!(said, ["on", "on"]);
    let own: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(&weak).await.unwrap();
    assert_eq!(own, "off");
    bank.close().await;
}

/// Callers that go away, and an engine that is dropped at work, leave no transaction open on the pool.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stays_open_on_a_connection() {
    let (pool, _) = on_postgres(4).await;
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    people(&bank).await;
    for round in 0..200_u64 {
        let request = Transfer::new("alice", "bob", "0.01 USD").key(format!("k-{round}"));
        let ledger = bank.ledger();
        let call = ledger.transfer(request);
        drop(tokio::time::timeout(Duration::from_micros(round * 20), call).await);
        let list = ledger.transfers(Transfers::new().account("alice"));
        drop(tokio::time::timeout(Duration::from_micros(round * 20), list).await);
    }
    bank.close().await;
    drop(bank);
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    for _ in 0..100 {
        if sqlx::query_scalar::<_, i64>(open).fetch_one(&pool).await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a transaction stayed open");
}

/// Connections that died while nobody used them are passed over, and the next call is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_connections_are_passed_over() {
    let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
    let pool: PgPool =
        PoolOptions::new().max_connections(4).test_before_acquire(false).connect(&url).await.unwrap();
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    people(&bank).await;
    for round in 0..5 {
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.unwrap();
        let killed: i64 = sqlx::query_scalar(kill).fetch_one(&mut admin).await.unwrap();
        assert!(killed > 0);
        let request = Transfer::new("alice", "bob", "0.01 USD").key(format!("k-{round}"));
        bank.ledger().transfer(request).await.unwrap();
        bank.ledger().balance(GetBalance::new("alice")).await.unwrap();
    }
    bank.close().await;
}

/// Without a background, events wait until somebody asks for them, and health says so in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attached_engine_has_no_background_unless_asked() {
    let (pool, _) = on_postgres(4).await;
    let pending = "SELECT count(*) FROM earnest.event_pending";
    for (background, key) in [(None, "k-1"), (Some(true), "k-2")] {
        let mut options = Options::new();
        options.background = background;
        let bank = Engine::attach(pool.clone(), options).await.unwrap();
        bank.ledger().top_up(TopUp::new("alice", "1.00 USD").key(key)).await.unwrap();
        let mut left = 1;
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            left = sqlx::query_scalar::<_, i64>(pending).fetch_one(&pool).await.unwrap();
            if left == 0 {
                break;
            }
        }
        assert_eq!(left == 0, background.is_some());
        bank.close().await;
    }
}

/// The loop of a host that takes requests one by one; each is done beside the others.
async fn serve<P: HostPool + Clone + 'static>(pool: P, mut requests: Requests) {
    type Shared = Arc<tokio::sync::Mutex<Option<Box<dyn LentConnection>>>>;
    let mut lent: HashMap<u64, Shared> = HashMap::new();
    while let Some(request) = requests.next().await {
        match request {
            Request::Lend { connection, answer } => {
                let (held, pool) = (Shared::default(), pool.clone());
                lent.insert(connection, Arc::clone(&held));
                tokio::spawn(async move {
                    *held.lock().await = Some(pool.lend().await.unwrap());
                    answer.rows(Vec::new());
                });
            }
            Request::Query { connection, sql, params, answer } => {
                let held = Arc::clone(&lent[&connection]);
                tokio::spawn(async move {
                    match held.lock().await.as_mut().unwrap().query(&sql, &params).await {
                        Ok(rows) => answer.rows(rows),
                        Err(fault) => answer.failed(Some("40001"), &fault.reason),
                    }
                });
            }
            Request::Run { connection, statements, answer } => {
                let held = Arc::clone(&lent[&connection]);
                tokio::spawn(async move {
                    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
                    match held.lock().await.as_mut().unwrap().run(&statements).await {
                        Ok(rows) => answer.rows(rows),
                        Err(fault) => answer.failed(Some("5"), &fault.reason),
                    }
                });
            }
            Request::GiveBack { connection } => {
                let held = lent.remove(&connection).unwrap();
                held.lock().await.take().unwrap().give_back().await;
            }
            Request::Discard { connection } => {
                let held = lent.remove(&connection).unwrap();
                if let Some(conn) = held.lock().await.take() {
                    conn.discard();
                }
            }
        }
    }
    assert!(lent.is_empty(), "every connection came back");
}

/// Drivers of other languages answer requests instead of implementing traits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_by_a_loop_of_the_host() {
    async fn on<P: HostPool + Clone + 'static>(theirs: P) {
        let (pool, requests) = ChannelPool::new(theirs.dialect(), 4);
        let host = tokio::spawn(serve(theirs, requests));
        let bank = Engine::attach(pool, Options::new().background(true)).await.unwrap();
        people(&bank).await;
        let calls = (0..64).map(|call| {
            let bank = bank.clone();
            tokio::spawn(async move {
                let request = Transfer::new("alice", "bob", "0.01 USD").key(format!("k-{call}"));
                bank.ledger().transfer(request).await.unwrap();
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
        }
        let refused = bank.ledger().transfer(Transfer::new("alice", "bob", "9000.00 USD").key("k-x")).await;
        assert_eq!(refused.unwrap_err().code(), Code::InsufficientBalance);
        let verify = bank.admin().verify(RunVerify::new()).await.unwrap();
        assert!(verify.ok, "{verify:#?}");
        bank.close().await;
        drop(bank);
        tokio::time::timeout(Duration::from_secs(10), host).await.expect("the loop ends").unwrap();
    }
    on(on_postgres(4).await.0).await;
    let (pool, _folder) = on_sqlite(4).await;
    on(pool).await;
}

/// A pool whose connections belong to another SQLite library, as a driver of another language has it.
struct Foreign(SqlitePool);

#[async_trait]
impl HostPool for Foreign {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }

    fn size(&self) -> usize {
        self.0.size() as usize + 4
    }

    async fn lend(&self) -> Result<Box<dyn LentConnection>, Fault> {
        self.0.lend().await
    }
}

async fn refused(pool: impl HostPool + 'static) -> earnest::Error {
    Engine::attach(pool, Options::new()).await.expect_err("it must be refused")
}

/// Two libraries in one process lose each other's commits: whoever comes second is refused, until the first
/// one is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_libraries_on_one_file_are_refused() {
    let (pool, folder) = on_sqlite(4).await;
    let url = format!("sqlite:{}", folder.path().join("shop.db").display());
    let own = Engine::open(&url).await.unwrap();
    assert_eq!(refused(Foreign(pool.clone())).await.code(), Code::StoreConflict);
    own.close().await;
    drop(own);
    let lent = Engine::attach(Foreign(pool.clone()), Options::new()).await.unwrap();
    let another = Engine::attach(Foreign(pool.clone()), Options::new()).await.unwrap();
    assert_eq!(Engine::open(&url).await.unwrap_err().code(), Code::StoreConflict);
    lent.close().await;
    drop(lent);
    assert_eq!(Engine::open(&url).await.unwrap_err().code(), Code::StoreConflict);
    another.ledger().top_up(TopUp::new("alice", "1.00 USD").key("k-1")).await.unwrap();
    another.close().await;
    drop(another);
    pool.close().await;
    let own = Engine::open(&url).await.unwrap();
    assert_eq!(own.ledger().balance(GetBalance::new("alice")).await.unwrap().posted.minor_units(), 100);
    own.close().await;
}

/// The same where a read waits for a connection while the engine is closed: nobody else has the file before
/// the read has ended, which is refused once it has its connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_waits_keeps_other_libraries_from_the_file() {
    let (pool, folder) = on_sqlite(2).await;
    let url = format!("sqlite:{}", folder.path().join("shop.db").display());
    let (exhausted, free) = (Arc::new(AtomicBool::new(false)), Arc::new(Semaphore::new(0)));
    let slow = Slow(Foreign(pool.clone()), exhausted.clone(), free.clone());
    let lent = Engine::attach(slow, Options::new()).await.unwrap();
    people(&lent).await;
    exhausted.store(true, Ordering::SeqCst);
    let bank = lent.clone();
    let read = tokio::spawn(async move { bank.ledger().balance(GetBalance::new("alice")).await });
    while exhausted.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    lent.close().await;
    drop(lent);
    assert_eq!(Engine::open(&url).await.unwrap_err().code(), Code::StoreConflict);
    free.add_permits(1);
    assert_eq!(read.await.unwrap().unwrap_err().code(), Code::StoreUnavailable);
    pool.close().await;
    Engine::open(&url).await.unwrap().close().await;
}

/// A pool that has nothing to lend to one who asks once it is exhausted.
struct Slow(Foreign, Arc<AtomicBool>, Arc<Semaphore>);

#[async_trait]
impl HostPool for Slow {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    async fn lend(&self) -> Result<Box<dyn LentConnection>, Fault> {
        if self.1.swap(false, Ordering::SeqCst) {
            self.2.acquire().await.unwrap().forget();
        }
        self.0.lend().await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_attached_is_refused_by_name() {
    let (single, _) = on_postgres(1).await;
    let error = refused(single).await;
    assert_eq!(error.code(), Code::InvalidRequest);
    assert!(error.message().contains("`pool`"), "{error}");
    let memory: SqlitePool = PoolOptions::new().max_connections(2).connect("sqlite::memory:").await.unwrap();
    assert_eq!(refused(memory).await.code(), Code::NotSupported);
    let (pool, _) = on_postgres(2).await;
    pool.close().await;
    assert_eq!(refused(pool).await.code(), Code::StoreUnavailable);
    let mut options = Options::new();
    options.sslmode = Some("verify-full".to_owned());
    let (pool, _) = on_postgres(2).await;
    let error = Engine::attach(pool, options).await.unwrap_err();
    assert_eq!(error.details()["field"], "sslmode", "{error}");
    let options = Options::new().names("Bad Schema", "earnest_");
    let (pool, _) = on_postgres(2).await;
    assert_eq!(Engine::attach(pool, options).await.unwrap_err().code(), Code::InvalidRequest);
}

/// A pool that has nothing left to lend is `store_unavailable` in time, and nothing is half done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_without_a_free_connection_is_unavailable() {
    let (pool, _) = on_postgres(2).await;
    let mut options = Options::new();
    options.connect_timeout = Duration::from_millis(300);
    let bank = Engine::attach(pool.clone(), options).await.unwrap();
    people(&bank).await;
    let held = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];
    let request = Transfer::new("alice", "bob", "1.00 USD").key("k-1");
    let error = bank.ledger().transfer(request.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::StoreUnavailable, "{error:?}");
    drop(held);
    assert!(!bank.ledger().transfer(request).await.unwrap().replayed);
    bank.close().await;
}

/// A transaction on another database of the same kind is refused, as for an engine with its own connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_elsewhere_is_another_store() {
    let ((one, _), (two, _)) = (on_postgres(2).await, on_postgres(2).await);
    let here = Engine::attach(one, Options::new()).await.unwrap();
    let there = Engine::attach(two.clone(), Options::new()).await.unwrap();
    let mut tx = two.begin().await.unwrap();
    let request = TopUp::new("alice", "1.00 USD").key("k-1");
    let error = here.using(&mut tx).unwrap().ledger().top_up(request.clone()).await.unwrap_err();
    assert_eq!(error.code(), Code::StoreMismatch);
    there.using(&mut tx).unwrap().ledger().top_up(request).await.unwrap();
    tx.commit().await.unwrap();
    for bank in [here, there] {
        bank.close().await;
    }
}

/// The log is removed under the application's pool: nothing more is acknowledged, and what was is in the log
/// that the pool still has, which SQLite folds in when the pool is closed.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_lost_its_log_writes_no_more() {
    let (pool, folder) = on_sqlite(4).await;
    let bank = Engine::attach(pool.clone(), Options::new().background(false)).await.unwrap();
    people(&bank).await;
    let name = |suffix: &str| folder.path().join(format!("shop.db{suffix}"));
    for suffix in ["-wal", "-shm"] {
        std::fs::remove_file(name(suffix)).unwrap();
    }
    let more = bank.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t-3")).await.unwrap_err();
    assert!(more.code() == Code::StoreUnavailable && more.to_string().contains("shop.db"), "{more}");
    let health = bank.health().await.unwrap();
    assert!(
        health.checks.iter().any(|check| check.name == "store" && check.status == "critical"),
        "{health:?}"
    );
    bank.close().await;
    pool.close().await;
    let bank = Engine::open(&format!("sqlite:{}", name("").display())).await.unwrap();
    for key in ["t-1", "t-2"] {
        let found = bank.call("admin.lookup_key", json!({ "key": key })).await.unwrap();
        assert_eq!(found["outcome"], "accepted", "{key} was acknowledged, then lost");
    }
    bank.close().await;
}

/// A pool that closes every connection takes the log away with the last one, and makes another one: that is
/// no harm.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_keeps_no_connection_works_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("shop.db")).create_if_missing(true);
    let pool: PoolOptions<sqlx::Sqlite> = PoolOptions::new().max_connections(2);
    let pool = pool.after_release(|_, _| Box::pin(async { Ok(false) })).connect_with(options).await.unwrap();
    let bank = Engine::attach(pool.clone(), Options::new().background(false)).await.unwrap();
    for n in 0..10 {
        bank.ledger().top_up(TopUp::new("alice", "1.00 USD").key(format!("t-{n}"))).await.unwrap();
        assert_eq!(bank.health().await.unwrap().status, "healthy");
    }
    bank.close().await;
    pool.close().await;
}

/// Statements that leave a transaction open on a connection that an application gives back: sqlx does not
/// see their BEGIN, and lends it again as it is.
const LEFT: [&[&str]; 4] = [
    &["BEGIN", "INSERT INTO orders VALUES ('half')"],
    &["BEGIN", "INSERT INTO orders VALUES ('half')", "SELECT 1 / 0"],
    &["BEGIN READ ONLY", "SELECT 1"],
    &["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM orders"],
];

/// A connection that is lent in a transaction of the application's is closed: what stands in that is neither
/// committed nor seen, and no call is refused for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_that_lends_open_transactions_is_looked_at() {
    let (pool, url) = on_postgres(3).await;
    sqlx::raw_sql("CREATE TABLE orders (id text PRIMARY KEY)").execute(&pool).await.unwrap();
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    let other = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    let top_up = |key: String| TopUp::new("alice", "1.00 USD").key(key);
    let mut paid = 0;
    for (n, left) in LEFT.into_iter().enumerate() {
        for round in 0..2 {
            let mut lent = Vec::new();
            for _ in 0..=round {
                lent.push(pool.acquire().await.unwrap());
            }
            let count = if n == 0 { 1 } else { lent.len() };
            for (place, connection) in lent.iter_mut().take(count).enumerate() {
                for statement in left {
                    let statement = statement.replace("half", &format!("half-{n}-{round}-{place}"));
                    // the last one of an aborted transaction fails
                    drop(sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut **connection).await);
                }
            }
            drop(lent);
            // committed by another, and seen
            other.ledger().top_up(top_up(format!("other-{n}-{round}"))).await.unwrap();
            bank.ledger().top_up(top_up(format!("own-{n}-{round}"))).await.unwrap();
            paid += 2;
            let found = bank.ledger().balance(GetBalance::new("alice")).await.unwrap().posted;
            assert_eq!(found.minor_units(), 100 * paid, "{left:?}");
        }
    }
    bank.close().await;
    other.close().await;
    pool.close().await;
    let pool = PgPool::connect(&url).await.unwrap();
    let half: i64 = sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&pool).await.unwrap();
    assert_eq!(half, 0, "the half transaction was committed");
    // a file of SQLite
    let (pool, _folder) = on_sqlite(3).await;
    let bank = Engine::attach(pool.clone(), Options::new()).await.unwrap();
    people(&bank).await;
    let mut lent = pool.acquire().await.unwrap();
    sqlx::raw_sql("BEGIN").execute(&mut *lent).await.unwrap();
    drop(lent);
    bank.ledger().top_up(top_up("own".to_owned())).await.unwrap();
    bank.close().await;
}
