//! A whole transaction that is run again, with the application's own type of errors.

use std::cell::Cell;
use std::error::Error as StdError;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use earnest::error::Retry;
use earnest::requests::{Deals, GetBalance, OpenDeal, TopUp};
use earnest::{Code, Detail, Engine, Error, Options, is_worth_running_again};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, SqlitePool};

use crate::support::postgres;

/// An application's own errors. `Wrapped` and `Shown` are the two ways in which such types are derived: with
/// the error as their source, or in its place.
#[derive(Debug)]
enum Failure {
    Wrapped(Box<dyn StdError + Send + Sync>),
    Shown(Box<dyn StdError + Send + Sync>),
    Own,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Wrapped(error) => Some(&**error),
            Self::Shown(error) => error.source(),
            Self::Own => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Shown(error.into())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Shown(error.into())
    }
}

impl Failure {
    fn bank(&self) -> Option<&Error> {
        match self {
            Self::Wrapped(error) | Self::Shown(error) => error.downcast_ref(),
            Self::Own => None,
        }
    }

    fn wrapped(self) -> Self {
        match self {
            Self::Shown(error) => Self::Wrapped(error),
            other => other,
        }
    }
}

async fn pg() -> (Engine, PgPool) {
    let url = postgres::database();
    let pool = PgPool::connect(&url).await.unwrap();
    sqlx::query("CREATE TABLE orders (deal text PRIMARY KEY)").execute(&pool).await.unwrap();
    let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
    (bank, pool)
}

async fn deals(bank: &Engine) -> usize {
    bank.escrow().list(Deals::new()).await.unwrap().items.len()
}

/// Opens a deal, writes an order for it, and lets a statement of the host's fail in the first attempts.
async fn place(
    bank: &Engine,
    pool: &PgPool,
    code: &str,
    times: u32,
    wrap: fn(Failure) -> Failure,
) -> (Result<(), Failure>, u32) {
    let attempts = AtomicU32::new(0);
    let outcome = bank
        .run(async || -> Result<(), Failure> {
            let attempt = attempts.fetch_add(1, Ordering::SeqCst);
            let mut tx = pool.begin().await?;
            let mut mine = bank.using(&mut tx)?;
            let open = OpenDeal::new("alice", "bob", "40.00 USD").key("d-1");
            let deal = mine.escrow().open(open).await?.deal.id.to_string();
            let sql = mine.connection::<PgConnection>()?;
            sqlx::query("INSERT INTO orders VALUES ($1)").bind(deal).execute(&mut *sql).await?;
            if attempt < times {
                let raise = format!("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '{code}'; END $$");
                let raised = sqlx::query(AssertSqlSafe(raise)).execute(sql).await;
                raised.map_err(|error| wrap(error.into()))?;
            }
            drop(mine);
            bank.commit(tx).await
        })
        .await;
    (outcome, attempts.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_s_own_conflicts_are_run_again() {
    for code in ["40001", "40P01"] {
        for wrap in [|failure| failure, Failure::wrapped] {
            let shop = pg().await;
            let (outcome, attempts) = place(&shop.0, &shop.1, code, 2, wrap).await;
            outcome.unwrap();
            let orders: i64 =
                sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&shop.1).await.unwrap();
            assert_eq!((attempts, orders, deals(&shop.0).await), (3, 1, 1), "{code}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_errors_come_back_at_once_and_nothing_is_written() {
    for code in ["23505", "55P03", "57014", "P0001"] {
        let shop = pg().await;
        let (outcome, attempts) = place(&shop.0, &shop.1, code, 9, |failure| failure).await;
        let Failure::Shown(error) = outcome.unwrap_err() else { panic!("the application's own error") };
        let said = error.downcast_ref::<sqlx::Error>().unwrap().as_database_error().unwrap();
        assert_eq!((said.code().unwrap().as_ref(), attempts, deals(&shop.0).await), (code, 1, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_times_in_vain_is_enough() {
    let shop = pg().await;
    let (outcome, attempts) = place(&shop.0, &shop.1, "40001", 9, Failure::wrapped).await;
    assert!(is_worth_running_again(&outcome.unwrap_err()));
    assert_eq!((attempts, deals(&shop.0).await), (5, 0));
}

/// A conflict that the engine itself reports is found behind every wrapper, and no other error is.
#[tokio::test]
async fn the_engine_s_own_conflicts_are_found_behind_wrappers() {
    let contention = || Error::from(Detail::Contention { reason: "deadlock".into() });
    for wrap in [|failure| failure, Failure::wrapped] {
        assert!(is_worth_running_again(&wrap(contention().with_retry(Retry::Transaction).into())));
        assert!(is_worth_running_again(&wrap(Error::from(Detail::TransactionAborted {}).into())));
        assert!(!is_worth_running_again(&wrap(contention().into())));
        assert!(!is_worth_running_again(&wrap(Error::from(Detail::OutcomeUnknown { key: None }).into())));
        assert!(!is_worth_running_again(&wrap(sqlx::Error::RowNotFound.into())));
    }
    assert!(!is_worth_running_again(&Failure::Own));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_file_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    // a background would write now and then, and be what the file is busy with
    let quiet = earnest::Options::new().background(false);
    let bank = Engine::open_with(&format!("sqlite:{}", path.display()), quiet).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).busy_timeout(Duration::ZERO);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let other = Cell::new(Some(pool.begin_with("BEGIN IMMEDIATE").await.unwrap()));
    let attempts = AtomicU32::new(0);
    let placed = bank
        .run(async || -> Result<(), Failure> {
            if attempts.fetch_add(1, Ordering::SeqCst) == 2 {
                other.take().unwrap().rollback().await?;
            }
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            let mine = bank.using(&mut tx)?;
            mine.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("d-1")).await?;
            drop(mine);
            bank.commit(tx).await
        })
        .await;
    placed.unwrap();
    assert_eq!((attempts.into_inner(), deals(&bank).await), (3, 1));
    bank.close().await;
}

/// A handler of a web server may be dropped at any time, and is run on any thread.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_nothing() {
    let (bank, pool) = pg().await;
    let (engine, host) = (bank.clone(), pool.clone());
    let task = tokio::spawn(async move {
        engine
            .run(async || -> Result<(), Failure> {
                let mut tx = host.begin().await?;
                let mine = engine.using(&mut tx)?;
                mine.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("d-1")).await?;
                std::future::pending::<()>().await;
                Ok(())
            })
            .await
    });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' \
                   AND datname = current_database()";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&pool).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(deals(&bank).await, 0);
    bank.escrow().open(OpenDeal::new("alice", "bob", "41.00 USD").key("d-1")).await.unwrap();
}

/// A trigger that runs within COMMIT.
async fn at_commit(pool: &PgPool, body: &str) {
    let sql = format!(
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER late AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION late()"
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_is_refused_says_why() {
    let shop = pg().await;
    at_commit(&shop.1, "RAISE 'not today'").await;
    let (outcome, attempts) = place(&shop.0, &shop.1, "-", 0, |failure| failure).await;
    let failure = outcome.unwrap_err();
    assert!(failure.bank().is_none() && failure.to_string().contains("not today"), "{failure}");
    assert_eq!((attempts, deals(&shop.0).await), (1, 0));
}

/// Nobody knows whether it was committed: it is not run again, and the same keys find out.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_unknown() {
    let shop = pg().await;
    at_commit(&shop.1, "PERFORM pg_sleep(60)").await;
    let killed = async {
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                    AND datname = current_database()";
        while sqlx::query_scalar::<_, i64>(kill).fetch_one(&shop.1).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let ((outcome, attempts), ()) = tokio::join!(place(&shop.0, &shop.1, "-", 0, |failure| failure), killed);
    let failure = outcome.unwrap_err();
    assert_eq!((failure.bank().unwrap().code(), attempts), (Code::OutcomeUnknown, 1));
    sqlx::query("DROP TRIGGER late ON orders").execute(&shop.1).await.unwrap();
    let (again, attempts) = place(&shop.0, &shop.1, "-", 0, |failure| failure).await;
    again.unwrap();
    assert_eq!((attempts, deals(&shop.0).await), (1, 1));
    let balance = shop.0.ledger().balance(GetBalance::new("alice")).await.unwrap();
    assert_eq!(balance.available.to_string(), "100.00 USD");
}
