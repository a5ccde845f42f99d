//! A clock that is set while engines run, or was wrong when one began: it is not believed until it is right
//! again or confirmed.

use std::sync::Arc;

use earnest::Engine;
use earnest::env::{Clock, Env, Machine};
use earnest::time::{Span, Time};

use crate::support::{self, Kind, Stage, Value, code, id, json};

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

/// A stage whose machine a test sets, with what a second process on another machine would have.
async fn stage(kind: Kind) -> (Stage, Arc<Machine>) {
    let machine = Arc::new(Machine::new(support::START.parse().unwrap()));
    let env = Env { clock: Clock::Machine(machine.clone()), ..support::options().env };
    (Stage::with(kind, support::options().env(env)).await, machine)
}

/// An engine of another process on the same store, whose clock is ahead by so much.
async fn beside(stage: &Stage, machine: &Arc<Machine>, ahead: &str, seed: u64) -> (Engine, Arc<Machine>) {
    off(stage, machine, ahead, true, seed).await
}

/// The same with a clock that is ahead or behind.
async fn off(
    stage: &Stage,
    machine: &Arc<Machine>,
    by: &str,
    ahead: bool,
    seed: u64,
) -> (Engine, Arc<Machine>) {
    let now = Clock::Machine(machine.clone()).now();
    let shown = if ahead { now.checked_add(span(by)) } else { now.checked_sub(span(by)) };
    let other = Arc::new(Machine::new(shown.unwrap()));
    let env = Env { clock: Clock::Machine(other.clone()), ..support::options_from(seed).env };
    let options = stage.options.clone().env(env);
    (Engine::open_with(&stage.url, options).await.unwrap(), other)
}

async fn top_up(bank: &Engine, key: &str) -> Result<Value, earnest::Error> {
    bank.call("ledger.top_up", json!({ "account": "alice", "amount": "50.00 USD", "key": key })).await
}

async fn clock_check(bank: &Engine) -> String {
    let health = bank.call("admin.health", json!({})).await.unwrap();
    let checks = health["checks"].as_array().unwrap().clone();
    let check = checks.into_iter().find(|check| check["name"] == "clock").unwrap();
    check["status"].as_str().unwrap().to_owned()
}

/// A wrong hour, day and century, forth and back.
const JUMPS: [(&str, bool); 6] =
    [("PT61M", true), ("P1D", true), ("P36500D", true), ("PT61M", false), ("P1D", false), ("P20000D", false)];

fn jumped(machine: &Arc<Machine>, by: &str, forth: bool) -> Time {
    let now = Clock::Machine(machine.clone()).now();
    let shown = if forth { now.checked_add(span(by)) } else { now.checked_sub(span(by)) };
    machine.show(shown.unwrap());
    now
}

/// While a jump stands nothing is written, reads go on, and when the clock is back nothing is left of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_jump_is_refused_until_it_is_gone() {
    for kind in Kind::all() {
        for (by, forth) in JUMPS {
            let (stage, machine) = stage(kind).await;
            let bank = &stage.bank;
            top_up(bank, "one").await.unwrap();
            let right = jumped(&machine, by, forth);
            let refused = top_up(bank, "two").await.unwrap_err();
            assert_eq!(
                (refused.code().as_str(), refused.http_status()),
                ("clock_unusable", 503),
                "{kind:?} {by}"
            );
            assert_eq!(refused.details()["expected"].as_str().unwrap()[..16], right.to_string()[..16]);
            assert_eq!(stage.balance("alice").await, "50.00 0.00 50.00");
            assert_eq!(clock_check(bank).await, "critical");
            // what was done before is answered
            assert_eq!(top_up(bank, "one").await.unwrap()["replayed"], true);
            machine.pass(span("PT2M"));
            machine.show(right.checked_add(span("PT2M")).unwrap());
            let moved = top_up(bank, "two").await.unwrap();
            assert_eq!(&moved["transfer"]["created_at"].as_str().unwrap()[..16], "2026-01-01T00:02");
            assert_eq!(clock_check(bank).await, "healthy", "{kind:?} {by}");
            stage.finish().await;
        }
    }
}

/// Whoever confirms the clock is named in the log, and every process goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_jump_is_confirmed_for_every_process() {
    for kind in Kind::all() {
        for (by, forth) in JUMPS {
            let (stage, machine) = stage(kind).await;
            let bank = &stage.bank;
            top_up(bank, "one").await.unwrap();
            let other = if kind == Kind::Memory {
                None
            } else {
                Some(beside(&stage, &machine, "PT0S", 900_000).await)
            };
            if let Some((other, _)) = &other {
                top_up(other, "of the other").await.unwrap();
            }
            jumped(&machine, by, forth);
            assert_eq!(code(&top_up(bank, "two").await), "clock_unusable");
            if let Some((other, its)) = &other {
                jumped(its, by, forth);
                assert_eq!(code(&top_up(other, "three").await), "clock_unusable");
            }
            let denied = bank.call("admin.confirm_clock", json!({ "actor": "mallory" })).await;
            assert_eq!(code(&denied), "not_permitted");
            let ann = json!({ "actor": { "id": "ann", "role": "admin" } });
            let confirmed = bank.call("admin.confirm_clock", ann).await.unwrap();
            assert_eq!(&confirmed["expected"].as_str().unwrap()[..10], "2026-01-01", "{kind:?} {by}");
            top_up(bank, "two").await.unwrap();
            if let Some((other, its)) = &other {
                its.pass(span("PT3S"));
                top_up(other, "three").await.unwrap();
                other.close().await;
            }
            let events = stage.ok("events.list", json!({ "types": ["clock.confirmed"] })).await;
            assert_eq!(events["items"][0]["actor"]["id"], "ann");
            // back again is a jump again
            machine.show(support::START.parse().unwrap());
            assert_eq!(code(&top_up(bank, "four").await), "clock_unusable", "{kind:?} {by}");
            stage.finish().await;
        }
    }
}

/// An idle store opens as usual, and a machine that slept has no wrong clock.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_idle_or_asleep_goes_on() {
    for kind in Kind::all() {
        let (stage, machine) = stage(kind).await;
        top_up(&stage.bank, "one").await.unwrap();
        for (key, asleep) in [("two", "PT9H"), ("three", "P31D")] {
            machine.pass(span(asleep));
            top_up(&stage.bank, key).await.unwrap();
        }
        if kind != Kind::Memory {
            let (later, _) = beside(&stage, &machine, "P31D", 900_000).await;
            top_up(&later, "four").await.unwrap();
            later.close().await;
        }
        stage.finish().await;
    }
}

/// Where nobody ever ran timers, what was written last says what time it must be.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_begins_behind_what_was_written_is_refused() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let (stage, machine) = stage(kind).await;
        let (early, _) = off(&stage, &machine, "P1D", false, 800_000).await;
        early.close().await;
        top_up(&stage.bank, "one").await.unwrap();
        let (behind, its) = off(&stage, &machine, "P1D", false, 900_000).await;
        assert_eq!(code(&top_up(&behind, "two").await), "clock_unusable", "{kind:?}");
        its.show(Clock::Machine(machine.clone()).now());
        top_up(&behind, "two").await.unwrap();
        behind.close().await;
        stage.finish().await;
    }
}

/// A deal whose money is released by the clock in a day.
async fn delivered(stage: &Stage) -> String {
    top_up(&stage.bank, "funds").await.unwrap();
    let terms = json!({
        "buyer": "alice", "seller": "bob", "price": "40.00 USD", "shipping": false, "inspection": "P1D", "key": "deal",
    });
    let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    let hold = json!({ "account": "alice", "amount": "1.00 USD", "expires_in": "P1D", "key": "hold" });
    stage.ok("ledger.hold", hold).await;
    deal
}

async fn ran(bank: &Engine) -> (i64, i64) {
    let ran = bank.call("jobs.run_due", json!({})).await.unwrap();
    (ran["timers"].as_i64().unwrap(), ran["holds"].as_i64().unwrap())
}

/// A process that began two days fast releases nothing while another has the right time, and nothing for a
/// while when it is alone.
#[tokio::test(flavor = "multi_thread")]
async fn timers_wait_until_the_clock_is_trusted() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let (stage, machine) = stage(kind).await;
        delivered(&stage).await;
        assert_eq!(ran(&stage.bank).await, (0, 0));
        let (fast, its) = beside(&stage, &machine, "P2D", 900_000).await;
        assert_eq!(ran(&fast).await, (0, 0), "{kind:?}: nothing is due yet");
        assert_eq!(clock_check(&fast).await, "warning");
        // as long as the other one goes on it waits
        for _ in 0..30 {
            machine.pass(span("PT2M"));
            its.pass(span("PT2M"));
            assert_eq!(ran(&stage.bank).await, (0, 0));
            assert_eq!(ran(&fast).await, (0, 0), "{kind:?}: another process has another time");
        }
        // the right one runs them when they are due
        machine.pass(span("P1D"));
        its.pass(span("P1D"));
        assert_eq!(ran(&stage.bank).await, (1, 1));
        fast.close().await;
        stage.finish().await;
    }
}

/// After an idle month calls work at once, and timers after some minutes; at once when somebody says that the
/// clock is right.
#[tokio::test(flavor = "multi_thread")]
async fn timers_of_an_idle_store_wait_for_minutes() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        for says in ["nobody", "an option", "an admin"] {
            let (stage, machine) = stage(kind).await;
            delivered(&stage).await;
            assert_eq!(ran(&stage.bank).await, (0, 0));
            let now = Clock::Machine(machine.clone()).now();
            let later = Arc::new(Machine::new(now.checked_add(span("P31D")).unwrap()));
            let env = Env { clock: Clock::Machine(later.clone()), ..support::options_from(900_000).env };
            let options = stage.options.clone().env(env).clock_is_right(says == "an option");
            let bank = Engine::open_with(&stage.url, options).await.unwrap();
            top_up(&bank, "later").await.unwrap();
            match says {
                "nobody" => {
                    assert_eq!(ran(&bank).await, (0, 0));
                    later.pass(span("PT9M"));
                    assert_eq!(ran(&bank).await, (0, 0));
                    later.pass(span("PT2M"));
                }
                "an admin" => {
                    assert_eq!(ran(&bank).await, (0, 0));
                    bank.call("admin.confirm_clock", json!({})).await.unwrap();
                }
                _ => {}
            }
            assert_eq!(ran(&bank).await, (1, 1), "{kind:?} {says}");
            bank.close().await;
            stage.finish().await;
        }
    }
}

/// At the end of time what cannot be ordered any more is refused.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_time_is_refused() {
    for kind in Kind::all() {
        let machine = Arc::new(Machine::new("9989-12-31T23:59:59Z".parse().unwrap()));
        let env = Env { clock: Clock::Machine(machine.clone()), ..support::options().env };
        let stage = Stage::with(kind, support::options().env(env)).await;
        top_up(&stage.bank, "one").await.unwrap();
        machine.pass(span("P1D"));
        assert_eq!(code(&top_up(&stage.bank, "two").await), "clock_unusable");
        machine.pass(span("P4000D"));
        assert_eq!(code(&top_up(&stage.bank, "two").await), "clock_unusable");
        stage.finish().await;
    }
}

/// A process that begins with a clock behind what another one saw, such as a device before it asks the
/// network for the time, writes nothing and sets no deadline that has passed already. It goes on when its
/// clock is right, however long nobody looked.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_begins_behind_writes_nothing() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        for (by, confirms) in [("PT61M", false), ("P1D", true), ("P20000D", false), ("P20000D", true)] {
            let (stage, machine) = stage(kind).await;
            delivered(&stage).await;
            assert_eq!(ran(&stage.bank).await, (0, 0));
            let (slow, its) = off(&stage, &machine, by, false, 900_000).await;
            let refused = top_up(&slow, "slow").await.unwrap_err();
            assert_eq!(refused.code().as_str(), "clock_unusable", "{kind:?} {by}");
            assert_eq!(&refused.details()["expected"].as_str().unwrap()[..10], "2026-01-01");
            assert_eq!(clock_check(&slow).await, "critical");
            assert_eq!(ran(&slow).await, (0, 0));
            // what was done before is answered
            assert_eq!(top_up(&slow, "funds").await.unwrap()["replayed"], true);
            if confirms {
                slow.call("admin.confirm_clock", json!({})).await.unwrap();
            } else {
                its.show("2026-02-01T00:00:00Z".parse().unwrap());
            }
            top_up(&slow, "slow").await.unwrap();
            slow.close().await;
            stage.finish().await;
        }
    }
}

/// A timer of a process whose clock was ahead is due late and never early, and can be ended at any time.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_fast_process_set_is_late() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        for by in ["PT61M", "P1D", "P36500D"] {
            let (mut stage, machine) = stage(kind).await;
            assert_eq!(ran(&stage.bank).await, (0, 0));
            let (fast, _) = beside(&stage, &machine, by, 900_000).await;
            let right = std::mem::replace(&mut stage.bank, fast);
            let deal = delivered(&stage).await;
            let open = json!({ "account": "day", "currency": "USD", "key": "of a day" });
            stage.ok("ledger.open_account", open.clone()).await;
            let fast = std::mem::replace(&mut stage.bank, right);
            let right = &stage.bank;
            machine.pass(span("P1D"));
            assert_eq!(ran(right).await, (0, 0), "{kind:?} {by}: a day later by the right clock");
            // its keys are kept as long as it meant at least
            assert_eq!(right.call("ledger.open_account", open).await.unwrap()["replayed"], true);
            let holds = right.call("ledger.holds", json!({ "account": "alice" })).await.unwrap();
            let hold = holds["items"].as_array().unwrap().iter().find(|hold| hold["deal"].is_null()).unwrap();
            right.call("ledger.void", json!({ "hold": hold["id"], "key": "void" })).await.unwrap();
            right.call("escrow.confirm", json!({ "deal": deal, "actor": "alice" })).await.unwrap();
            fast.close().await;
            assert_eq!(stage.balance("alice").await, "10.00 0.00 10.00");
            assert_eq!(stage.balance("bob").await, "40.00 0.00 40.00");
            stage.finish().await;
        }
    }
}

/// A deal with a dispute, which leaves jobs.
async fn with_jobs(stage: &Stage) -> Value {
    let deal = delivered(stage).await;
    let dispute = json!({ "deal": deal, "type": "other", "statement": "it is late", "actor": "alice" });
    stage.ok("escrow.dispute", dispute).await;
    stage.ok("jobs.list", json!({})).await["items"][0].clone()
}

async fn leased(bank: &Engine, kind: &Value) -> usize {
    let lease = json!({ "kinds": [kind], "limit": 10, "for": "PT1H" });
    bank.call("jobs.lease", lease).await.unwrap()["jobs"].as_array().unwrap().len()
}

/// A process whose clock nobody has confirmed yet takes nothing from one that is at work; what nobody has it
/// may take.
#[tokio::test(flavor = "multi_thread")]
async fn leases_are_not_taken_over_by_a_clock_that_is_not_trusted() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let (stage, machine) = stage(kind).await;
        let job = with_jobs(&stage).await;
        let all = leased(&stage.bank, &job["kind"]).await;
        assert!(all > 0);
        let (fast, its) = beside(&stage, &machine, "P2D", 900_000).await;
        assert_eq!(leased(&fast, &job["kind"]).await, 0, "{kind:?}: somebody is at work");
        assert_eq!(ran(&fast).await, (0, 0));
        complete(&stage, &job["id"]).await;
        // the right process hears nothing of it, and takes over when the lease is over by its own clock
        machine.pass(span("PT2H"));
        its.pass(span("PT2H"));
        assert_eq!(leased(&stage.bank, &job["kind"]).await, all - 1, "{kind:?}");
        fast.call("admin.confirm_clock", json!({})).await.unwrap();
        assert_eq!(
            leased(&fast, &job["kind"]).await,
            all - 1,
            "{kind:?}: a clock that was confirmed decides"
        );
        fast.close().await;
        stage.finish().await;
    }
}

/// Reports that a leased job was done.
async fn complete(stage: &Stage, job: &Value) {
    let listed = stage.ok("jobs.list", json!({ "state": "leased" })).await;
    let leased = listed["items"].as_array().unwrap().iter().find(|item| item["id"] == *job).unwrap();
    stage.ok("jobs.complete", json!({ "job": job, "fence": leased["fence"] })).await;
}

/// A key of a day and a job that was done stay while the clock that says they are old is not trusted.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_swept_by_a_clock_that_is_not_trusted() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let (stage, machine) = stage(kind).await;
        let job = with_jobs(&stage).await;
        leased(&stage.bank, &job["kind"]).await;
        complete(&stage, &job["id"]).await;
        let open = json!({ "account": "day", "currency": "USD", "key": "of a day" });
        stage.ok("ledger.open_account", open.clone()).await;
        assert_eq!(ran(&stage.bank).await, (0, 0));
        let (fast, _) = beside(&stage, &machine, "P40D", 900_000).await;
        assert_eq!(ran(&fast).await, (0, 0));
        let jobs = stage.ok("jobs.list", json!({})).await;
        assert!(
            jobs["items"].as_array().unwrap().iter().any(|row| row["id"] == job["id"]),
            "{kind:?}: {jobs}"
        );
        assert_eq!(stage.ok("ledger.open_account", open.clone()).await["replayed"], true, "{kind:?}");
        fast.call("admin.confirm_clock", json!({})).await.unwrap();
        ran(&fast).await;
        let jobs = fast.call("jobs.list", json!({})).await.unwrap();
        assert!(!jobs["items"].as_array().unwrap().iter().any(|row| row["id"] == job["id"]), "{kind:?}");
        fast.close().await;
        stage.finish().await;
    }
}

/// A host's transaction goes by the same clock: while a jump stands a call in it is refused, and the host's
/// own work stays.
#[cfg(feature = "host-sqlx")]
#[tokio::test(flavor = "multi_thread")]
async fn a_jump_is_refused_inside_a_hosts_transaction() {
    macro_rules! inside {
        ($stage:expr, $begun:expr, $key:expr) => {{
            let mut tx = $begun.await.unwrap();
            sqlx::query("INSERT INTO orders VALUES ('o')").execute(&mut *tx).await.unwrap();
            let bound = $stage.bank.using(&mut tx).unwrap();
            let request = earnest::requests::TopUp::new("alice", "50.00 USD").key($key);
            let done = earnest::Services::ledger(&bound).top_up(request).await.map(drop);
            drop(bound);
            tx.commit().await.unwrap();
            done.map_or_else(|error| error.code().as_str().to_owned(), |()| "ok".to_owned())
        }};
    }
    macro_rules! scenario {
        ($kind:expr, $pool:ty, $begin:literal) => {
            for (by, forth) in JUMPS {
                let (stage, machine) = stage($kind).await;
                let pool = <$pool>::connect(&stage.url).await.unwrap();
                sqlx::query("CREATE TABLE orders (id text)").execute(&pool).await.unwrap();
                assert_eq!(inside!(stage, pool.begin_with($begin), "one"), "ok");
                let right = jumped(&machine, by, forth);
                assert_eq!(inside!(stage, pool.begin_with($begin), "two"), "clock_unusable", "{by} {forth}");
                assert_eq!(stage.balance("alice").await, "50.00 0.00 50.00");
                machine.pass(span("PT2M"));
                machine.show(right.checked_add(span("PT2M")).unwrap());
                assert_eq!(inside!(stage, pool.begin_with($begin), "two"), "ok", "{by} {forth}");
                jumped(&machine, by, forth);
                assert_eq!(inside!(stage, pool.begin_with($begin), "three"), "clock_unusable");
                stage.bank.call("admin.confirm_clock", json!({})).await.unwrap();
                assert_eq!(inside!(stage, pool.begin_with($begin), "three"), "ok", "{by} {forth}");
                assert_eq!(stage.balance("alice").await, "150.00 0.00 150.00");
                let orders: i64 =
                    sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&pool).await.unwrap();
                assert_eq!(orders, 5, "what the host wrote stays");
                sqlx::query("DROP TABLE orders").execute(&pool).await.unwrap();
                pool.close().await;
                stage.finish().await;
            }
        };
    }
    scenario!(Kind::Sqlite, sqlx::SqlitePool, "BEGIN IMMEDIATE");
    scenario!(Kind::Postgres, sqlx::PgPool, "BEGIN");
}
