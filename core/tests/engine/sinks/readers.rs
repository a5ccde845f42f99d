//! Readers that come and go, race, and live in the application's own transaction.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use earnest::env::Clock;
use earnest::jobs::Failed;
use earnest::requests::Subscribe;
use earnest::views::admin::Event;
use earnest::{Engine, EventHandler, Span, Subscription};
use futures_util::future::join_all;

use super::{PEOPLE, Seen, post, report, seqs, subscribed, take};
use crate::support::{Kind, Stage, every_store, json};

/// Restarts of readers in each scenario.
const RESTARTS: usize = 1_000;

/// Writes many events at once.
async fn post_many(stage: &Stage, count: usize) {
    let call = |n: usize| {
        let args = json!({ "account": format!("p-{}", n % PEOPLE), "kind": format!("k-{}", stage.key()) });
        async move { stage.ok("ledger.update_account", args).await }
    };
    for chunk in (0..count).collect::<Vec<_>>().chunks(200) {
        join_all(chunk.iter().map(|n| call(*n))).await;
    }
}

/// A handler that keeps what it saw, and fails at what it is told to.
struct Keeper {
    seen: Mutex<Seen>,
    fails: fn(&Event) -> bool,
}

#[async_trait::async_trait]
impl EventHandler for Keeper {
    async fn handle(&self, event: &Event) -> Result<(), Failed> {
        tokio::task::yield_now().await;
        if (self.fails)(event) {
            return Err(Failed::new("it does not work"));
        }
        self.seen.lock().unwrap().take(&serde_json::to_value(event).unwrap());
        Ok(())
    }
}

fn keeper(fails: fn(&Event) -> bool) -> Arc<Keeper> {
    Arc::new(Keeper { seen: Mutex::default(), fails })
}

async fn begin(bank: &Engine, handler: &Arc<Keeper>) -> Subscription {
    bank.subscribe(Subscribe::new("mailer").from("first").max_attempts(5_u32), handler.clone()).await.unwrap()
}

/// Waits until a sink has nothing before it, moving the clock so that leases and pauses end.
async fn drained(stage: &Stage) {
    for _ in 0..20_000 {
        let sinks = stage.ok("events.sinks", json!({})).await;
        let sink = &sinks["items"][0];
        if sink["lag"] == 0 && sink["waiting"] == 0 && sink["sink"]["leased_until"].is_null() {
            return;
        }
        stage.advance("PT30S");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a sink does not come to its end");
}

/// A handler that takes 35 seconds, while another process waits for its sink.
struct Slow {
    bank: Engine,
    clock: Clock,
    seen: Mutex<Vec<i64>>,
    taken_away: AtomicBool,
}

#[async_trait::async_trait]
impl EventHandler for Slow {
    async fn handle(&self, event: &Event) -> Result<(), Failed> {
        self.clock.advance(Span::from_secs(35));
        if !take(&self.bank, 1).await["fence"].is_null() {
            self.taken_away.store(true, Ordering::SeqCst);
        }
        self.seen.lock().unwrap().push(event.seq);
        Ok(())
    }
}

every_store! {
    /// Whoever is slow has his events until he has reported on them, and nobody handles them again.
    async fn a_slow_handler_gets_ahead_beside_another_process(stage) {
        post(stage, 6).await;
        let (bank, clock) = (stage.bank.clone(), stage.clock.clone());
        let slow = Arc::new(Slow { bank, clock, seen: Mutex::default(), taken_away: AtomicBool::new(false) });
        let wanted = Subscribe::new("mailer").from("first");
        let reader = stage.bank.subscribe(wanted, slow.clone()).await.unwrap();
        for _ in 0..20_000 {
            if slow.seen.lock().unwrap().len() >= 6 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        reader.stop().await;
        assert!(!slow.taken_away.load(Ordering::SeqCst));
        let mut seen = slow.seen.lock().unwrap().clone();
        let events = seen.len();
        seen.dedup();
        assert!(events >= 6 && seen.len() == events && seen.is_sorted(), "{seen:?}");
    }

    /// A reader is killed between its batch and its report, or after a part of it.
    async fn a_thousand_restarts_lose_nothing_and_keep_the_order(stage) {
        post(stage, PEOPLE).await;
        subscribed(stage, json!({})).await;
        let mut seen = Seen::default();
        let mut left = RESTARTS;
        while left > 0 {
            post_many(stage, 200).await;
            loop {
                let batch = take(&stage.bank, 1 + u32::try_from(left % 5).unwrap()).await;
                if batch["fence"].is_null() {
                    break;
                }
                let events = batch["events"].as_array().unwrap();
                // what it has done when it is killed
                let done = if left.is_multiple_of(3) { events.len() } else { left % (events.len() + 1) };
                events[..done].iter().for_each(|event| seen.take(event));
                if left > 0 && !left.is_multiple_of(4) {
                    left -= 1;
                    stage.advance("PT31S");
                    continue;
                }
                left = left.saturating_sub(1);
                events[done..].iter().for_each(|event| seen.take(event));
                stage.ok("events.settle", report(&batch)).await;
            }
        }
        seen.is_all_in_order(stage).await;
    }

    async fn a_handler_that_is_killed_at_any_time_sees_everything_in_order(stage) {
        post(stage, PEOPLE).await;
        let keeper = keeper(|_| false);
        for n in 0..60_u64 {
            post_many(stage, 20).await;
            let reader = begin(&stage.bank, &keeper).await;
            tokio::time::sleep(std::time::Duration::from_micros(n * 300)).await;
            drop(reader);
            stage.advance("PT61S");
        }
        let reader = begin(&stage.bank, &keeper).await;
        drained(stage).await;
        reader.stop().await;
        let seen = std::mem::take(&mut *keeper.seen.lock().unwrap());
        seen.is_all_in_order(stage).await;
    }

    async fn a_handler_that_always_fails_for_one_object_parks_that_alone(stage) {
        post(stage, PEOPLE).await;
        post_many(stage, 100).await;
        let keeper = keeper(|event| event.object_id == "p-2");
        let reader = begin(&stage.bank, &keeper).await;
        drained(stage).await;
        reader.stop().await;
        let parked = stage.ok("events.parked", json!({ "sink": "mailer" })).await;
        assert_eq!(parked["items"].as_array().unwrap().len(), 1, "{parked}");
        assert_eq!((&parked["items"][0]["object_id"], &parked["items"][0]["attempts"]), (&json!("p-2"), &json!(5)));
        // once it works, what was parked comes in its order
        let key = json!({ "sink": "mailer", "object": "account", "object_id": "p-2" });
        stage.ok("events.unpark", key).await;
        let healed = Arc::new(Keeper { seen: Mutex::new(std::mem::take(&mut *keeper.seen.lock().unwrap())), fails: |_| false });
        let reader = begin(&stage.bank, &healed).await;
        drained(stage).await;
        reader.stop().await;
        let seen = std::mem::take(&mut *healed.seen.lock().unwrap());
        seen.is_all_in_order(stage).await;
    }

    async fn of_readers_that_race_one_has_the_batch(stage) {
        post(stage, PEOPLE).await;
        post_many(stage, 200).await;
        subscribed(stage, json!({})).await;
        let other = match stage.kind {
            Kind::Memory => stage.bank.clone(),
            Kind::Sqlite | Kind::Postgres => stage.again().await,
        };
        let mut all = Vec::new();
        for _ in 0..200 {
            let racers = [&stage.bank, &other, &stage.bank, &other].map(|bank| take(bank, 7));
            let won: Vec<_> = join_all(racers).await.into_iter().filter(|batch| !batch["fence"].is_null()).collect();
            assert!(won.len() <= 1, "{won:?}");
            let Some(batch) = won.first() else { continue };
            all.extend(seqs(batch));
            let (one, two) = tokio::join!(
                stage.bank.call("events.settle", report(batch)),
                other.call("events.settle", report(batch))
            );
            assert_ne!(one.unwrap()["replayed"], two.unwrap()["replayed"]);
        }
        let once: std::collections::BTreeSet<i64> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len(), "each event was had once");
        let sinks = stage.ok("events.sinks", json!({})).await;
        assert_eq!(sinks["items"][0]["lag"], 0);
        if stage.kind != Kind::Memory {
            other.close().await;
        }
    }

    async fn the_log_is_followed_without_a_sink(stage) {
        post(stage, 5).await;
        let mut log = stage.bank.follow(0);
        for seq in 1..=5 {
            assert_eq!(log.next().await.unwrap().seq, seq);
        }
        let mut rest = stage.bank.follow(7);
        let (next, ()) = tokio::join!(rest.next(), async {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            post(stage, 8).await;
        });
        assert_eq!(next.unwrap().seq, 8);
    }
}

/// A consumer's writes in the application's transaction, and its place, are one commit.
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]
mod in_a_transaction_of_the_application {
    use earnest::requests::{AdvanceSink, TopUp};
    use earnest::{Engine, Options};
    use sqlx::{Connection as _, PgConnection, SqliteConnection};

    use crate::support::{json, postgres};

    async fn prepared(url: &str) -> Engine {
        let bank = Engine::open_with(url, Options::new().background(false)).await.unwrap();
        bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await.unwrap();
        bank.call("events.subscribe", json!({ "sink": "reports", "from": "first" })).await.unwrap();
        bank
    }

    async fn place(bank: &Engine) -> i64 {
        bank.call("events.sinks", json!({})).await.unwrap()["items"][0]["sink"]["seq"].as_i64().unwrap()
    }

    macro_rules! moves_with_it {
        ($bank:expr, $conn:expr, $begin:ident($($how:expr)?), $create:literal) => {
            sqlx::query($create).execute(&mut $conn).await.unwrap();
            for commits in [false, true] {
                let batch = $bank.call("events.take", json!({ "sink": "reports", "for": "PT30S" })).await.unwrap();
                let (fence, seq) = (batch["fence"].as_i64().unwrap(), batch["seq"].as_i64().unwrap());
                let mut tx = $conn.$begin($($how)?).await.unwrap();
                sqlx::query("INSERT INTO seen (seq) VALUES (1)").execute(&mut *tx).await.unwrap();
                let bound = $bank.using(&mut tx).unwrap();
                let moved = bound.events().advance(AdvanceSink::new("reports", seq).fence(fence)).await.unwrap();
                assert_eq!((moved.sink.seq, moved.sink.leased_until), (seq, None));
                drop(bound);
                if commits { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
                assert_eq!(place(&$bank).await, if commits { seq } else { 0 });
                let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM seen").fetch_one(&mut $conn).await.unwrap();
                assert_eq!(rows, i64::from(commits));
                // the batch that was rolled back is given back
                let back = json!({ "sink": "reports", "fence": fence, "seq": place(&$bank).await });
                let back = $bank.call("events.settle", back).await.unwrap();
                assert_eq!(back["replayed"], commits);
            }
            assert!($bank.call("admin.verify", json!({})).await.unwrap()["ok"] == true);
        };
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_postgres() {
        let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
        let bank = prepared(&url).await;
        let mut conn = PgConnection::connect(&url).await.unwrap();
        moves_with_it!(bank, conn, begin(), "CREATE TABLE seen (seq bigint)");
        bank.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db").display().to_string();
        let bank = prepared(&format!("sqlite:{path}")).await;
        let mut conn = SqliteConnection::connect(&path).await.unwrap();
        moves_with_it!(bank, conn, begin_with("BEGIN IMMEDIATE"), "CREATE TABLE seen (seq INTEGER)");
        bank.close().await;
    }
}
