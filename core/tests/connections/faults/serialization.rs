//! 40P01 and 40001 from the server itself: the engine runs the group again, and its callers see nothing of
//! it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use earnest::error::Retry;
use earnest::requests::*;
use earnest::{Code, Engine, Error};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::{posted, postgres};

/// A database with two accounts in it. Deadlocks are looked for after 10 ms, not after a second.
async fn two_accounts() -> (String, Engine) {
    let url = postgres::database();
    let mut admin = PgConnection::connect(&url).await.unwrap();
    let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut admin).await.unwrap();
    run(&mut admin, &format!("ALTER DATABASE {name} SET deadlock_timeout = '10ms'")).await;
    let bank = Engine::open(&url).await.unwrap();
    for account in ["alice", "bob"] {
        bank.ledger()
            .top_up(TopUp::new(account, "10000.00 USD").key(format!("open-{account}")))
            .await
            .unwrap();
    }
    (url, bank)
}

async fn run(conn: &mut PgConnection, sql: &str) {
    conn.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
}

/// Transfers to and fro, one cent each, from many callers; answers how many were accepted.
async fn pay(bank: &Engine, round: i64, callers: i64, calls: i64) -> (i64, Vec<Error>) {
    let callers = (0..callers).map(|caller| {
        let bank = bank.clone();
        tokio::spawn(async move {
            let (mut accepted, mut refused) = (0, Vec::new());
            for call in 0..calls {
                let (from, to) = if caller % 2 == 0 { ("alice", "bob") } else { ("bob", "alice") };
                let request = Transfer::new(from, to, "0.01 USD").key(format!("k-{round}-{caller}-{call}"));
                match bank.ledger().transfer(request).await {
                    Ok(_) => accepted += 1,
                    Err(error) => refused.push(error),
                }
            }
            (accepted, refused)
        })
    });
    let (mut accepted, mut refused) = (0, Vec::new());
    for caller in callers.collect::<Vec<_>>() {
        let (of_caller, errors) = caller.await.unwrap();
        accepted += of_caller;
        refused.extend(errors);
    }
    (accepted, refused)
}

async fn clean(bank: &Engine, transfers: i64) {
    let verify = bank.admin().verify(RunVerify::new()).await.unwrap();
    assert!(verify.ok, "{verify:#?}");
    let page = bank.ledger().trial_balance(GetTrialBalance::new()).await.unwrap();
    assert!(page.balanced);
    let made = bank.ledger().account(GetAccount::new("alice")).await.unwrap();
    assert_eq!(made.version, Some(2 + transfers), "each transfer is one change of the account");
    bank.close().await;
}

/// Locks both accounts again and again, the second one first; answers how often it had them, and how often it
/// was the victim of a deadlock.
async fn lock_in_the_opposite_order(url: &str, stop: &AtomicBool) -> (i64, i64) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let (mut held, mut victims) = (0, 0);
    while !stop.load(Ordering::SeqCst) {
        let mut tx = conn.begin().await.unwrap();
        let mut done = Ok(());
        for account in ["bob", "alice"] {
            let sql = "SELECT 1 FROM earnest.account WHERE book = 'main' AND id = $1 FOR UPDATE";
            done = sqlx::query(sql).bind(account).execute(&mut *tx).await.map(drop);
            if done.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        match done {
            Ok(()) => held += 1,
            Err(error) => {
                assert_eq!(error.as_database_error().unwrap().code().unwrap(), "40P01", "{error}");
                victims += 1;
            }
        }
        tx.rollback().await.unwrap();
        tokio::time::sleep(Duration::from_millis(8)).await;
    }
    (held, victims)
}

/// How many deadlocks the server has found in this database.
async fn deadlocks(admin: &mut PgConnection) -> i64 {
    // statistics of a backend arrive when it is idle, some time later
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    sqlx::query_scalar(sql).fetch_one(admin).await.unwrap()
}

/// A client locks the rows of two accounts in the opposite order: the server ends one of two, now the
/// engine's transaction, now the client's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deadlocks_with_other_clients_are_run_again() {
    let (url, bank) = two_accounts().await;
    let stop = Arc::new(AtomicBool::new(false));
    let client = {
        let (url, stop) = (url.clone(), stop.clone());
        tokio::spawn(async move { lock_in_the_opposite_order(&url, &stop).await })
    };
    let mut admin = PgConnection::connect(&url).await.unwrap();
    let (mut accepted, mut refused, mut rounds) = (0, Vec::new(), 0);
    // a group that reads without locks holds two of them only for a moment: it may take some rounds until one
    // meets the client
    while rounds == 0 || rounds < 20 && deadlocks(&mut admin).await == 0 {
        rounds += 1;
        let (more, errors) = pay(&bank, rounds, 8, 25).await;
        accepted += more;
        refused.extend(errors);
    }
    stop.store(true, Ordering::SeqCst);
    let (held, victims) = client.await.unwrap();
    let deadlocks = deadlocks(&mut admin).await;
    println!(
        "{accepted} transfers beside {held} locks in the opposite order: {deadlocks} deadlocks, {victims} of them ended by a \
         client's failure and {} by the engine's; refused: {refused:?}",
        deadlocks - victims
    );
    // whose transaction it is, the server decides; the engine's is found out and run again either way
    assert!(deadlocks > 0, "there was no deadlock");
    // who met a deadlock a dozen times in a row is told to come again: seldom, and nothing was done
    assert!(
        refused.len() <= 4 * usize::try_from(rounds).unwrap()
            && refused.iter().all(|error| error.code() == Code::Contention),
        "{refused:?}"
    );
    assert_eq!(accepted + i64::try_from(refused.len()).unwrap(), 200 * rounds);
    clean(&bank, accepted).await;
}

/// The server says 40001 in the middle of a group, and at COMMIT, as a distributed one would.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_could_not_serialize_is_run_again() {
    for (when, constraint) in [("AFTER INSERT", ""), ("AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED")] {
        let (url, bank) = two_accounts().await;
        let mut admin = PgConnection::connect(&url).await.unwrap();
        // what a sequence counts is not rolled back
        run(&mut admin, "CREATE SEQUENCE asked; CREATE SEQUENCE refused").await;
        run(
            &mut admin,
            "CREATE FUNCTION cannot() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF nextval('asked') % 3 <> 0 THEN PERFORM nextval('refused'); RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; \
             END IF; RETURN NULL; END $$",
        )
        .await;
        let sql = format!(
            "CREATE CONSTRAINT TRIGGER cannot {when} ON earnest.commit_mark {constraint} FOR EACH ROW EXECUTE FUNCTION cannot()"
        );
        run(&mut admin, &sql).await;
        let (accepted, refused) = pay(&bank, 0, 8, 25).await;
        let count: i64 =
            sqlx::query_scalar("SELECT last_value FROM refused").fetch_one(&mut admin).await.unwrap();
        println!("{accepted} transfers, {count} times 40001 {when} {constraint}; refused: {refused:?}");
        assert!(count > 20);
        assert_eq!((accepted, refused.len()), (200, 0));
        run(&mut admin, "DROP TRIGGER cannot ON earnest.commit_mark").await;
        clean(&bank, accepted).await;
    }
}

/// One command that the server refuses with a constraint's failure, whatever is tried, in the middle of
/// others: it alone fails, and is told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poisoned_command_stops_only_itself() {
    let (url, bank) = two_accounts().await;
    let mut admin = PgConnection::connect(&url).await.unwrap();
    run(&mut admin, "CREATE SEQUENCE refused").await;
    run(
        &mut admin,
        "CREATE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.key LIKE '%poison%' THEN \
         PERFORM nextval('refused'); RAISE EXCEPTION 'never' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$",
    )
    .await;
    let sql = "CREATE TRIGGER poisoned BEFORE INSERT ON earnest.idempotency FOR EACH ROW EXECUTE FUNCTION poisoned()";
    run(&mut admin, sql).await;
    for round in 0..5 {
        let calls = (0..40).map(|call| {
            let key = if call == 17 { format!("poison-{round}") } else { format!("k-{round}-{call}") };
            let bank = bank.clone();
            tokio::spawn(async move {
                bank.ledger().transfer(Transfer::new("alice", "bob", "0.01 USD").key(key)).await
            })
        });
        for (call, outcome) in calls.collect::<Vec<_>>().into_iter().enumerate() {
            match outcome.await.unwrap() {
                Ok(_) => assert_ne!(call, 17, "the poisoned one"),
                Err(error) => assert_eq!((call, error.code()), (17, Code::Corrupted), "{error:?}"),
            }
        }
    }
    let count: i64 =
        sqlx::query_scalar("SELECT last_value FROM refused").fetch_one(&mut admin).await.unwrap();
    println!("195 transfers beside 5 poisoned ones, which failed their statement {count} times");
    assert!(count > 5, "none of them was in a group of several");
    run(&mut admin, "DROP TRIGGER poisoned ON earnest.idempotency").await;
    clean(&bank, 195).await;
}

/// One transfer in a SERIALIZABLE transaction of a host, which is repeated as a whole; answers how often it
/// failed.
async fn hosted(bank: &Engine, pool: &sqlx::PgPool, key: &str) -> i64 {
    let failures = AtomicI64::new(0);
    loop {
        let outcome = bank
            .run(async || {
                let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await.unwrap();
                let bound = bank.using(&mut tx)?;
                let called =
                    bound.ledger().transfer(Transfer::new("alice", "bob", "0.01 USD").key(key)).await;
                drop(bound);
                let lost = match called {
                    Err(error) => error,
                    Ok(_) => match tx.commit().await {
                        Ok(()) => return Ok(()),
                        Err(error) => {
                            assert_eq!(
                                error.as_database_error().unwrap().code().unwrap(),
                                "40001",
                                "{error}"
                            );
                            let lost = earnest::Detail::Contention { reason: "serialization".into() };
                            Error::from(lost).with_retry(Retry::Transaction)
                        }
                    },
                };
                assert_eq!((lost.code(), lost.retry()), (Code::Contention, Retry::Transaction), "{lost:?}");
                failures.fetch_add(1, Ordering::SeqCst);
                Err(lost)
            })
            .await;
        match outcome {
            Ok(()) => return failures.into_inner(),
            // five times in vain: the host tries later
            Err(error) => assert_eq!(error.code(), Code::Contention, "{error:?}"),
        }
    }
}

/// Hosts whose transactions are SERIALIZABLE, beside the engine's own calls on the same accounts: a host is
/// told to run its whole transaction again, and `Engine::run` does it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serializable_hosts_are_told_to_run_again() {
    let (url, bank) = two_accounts().await;
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(3).connect(&url).await.unwrap();
    let all = async {
        let hosts = (0..3).map(|host| {
            let (bank, pool) = (bank.clone(), pool.clone());
            tokio::task::spawn_local(async move {
                let mut failures = 0;
                for call in 0..20 {
                    failures += hosted(&bank, &pool, &format!("h-{host}-{call}")).await;
                }
                failures
            })
        });
        let hosts: Vec<_> = hosts.collect();
        let (accepted, refused) = pay(&bank, 0, 8, 25).await;
        let mut failures = 0;
        for host in hosts {
            failures += host.await.unwrap();
        }
        (accepted, refused, failures)
    };
    let (accepted, refused, failures) = tokio::task::LocalSet::new().run_until(all).await;
    println!(
        "{accepted} transfers beside 60 of serializable hosts, which failed {failures} times; refused: {refused:?}"
    );
    assert!(failures > 3, "nothing collided");
    assert_eq!((accepted, refused.len()), (200, 0));
    assert_eq!(posted(&bank, "alice").await + posted(&bank, "bob").await, 2_000_000);
    pool.close().await;
    clean(&bank, accepted + 60).await;
}
