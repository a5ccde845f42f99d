//! A primary that is killed under load, and the synchronous standby that takes its place: everything that was
//! acknowledged is there, nothing is paid twice, and every event comes to its sink.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use earnest::{Engine, Error};
use tokio::task::JoinHandle;

use super::world::{self, ADDRESSES, CHAIN, COIN, Chain, SUPPLY, World, admin, driving};
use crate::support::relay::Relay;
use crate::support::servers::{Server, Stop};
use crate::support::{Kind, Stage, Value, json, soak};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// The refusals that a call may meet while the server is away.
const AWAY: [&str; 3] = ["store_unavailable", "outcome_unknown", "contention"];
const SINK: &str = "orders";
const CALLERS: usize = 3;
/// Withdrawals that are acknowledged before the primary is killed, and by the standby after it.
const BEFORE: usize = 12;
const AFTER: usize = 12;
/// How often it is done what is due, before the next block, and how much each time: while others call there
/// may be no end of it.
const LOOKS: u32 = 5;
const MOST: u32 = 100;
/// How long a caller waits after an answer: on a busy machine the work must keep up with all of them.
const PAUSE: Duration = Duration::from_millis(150);

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Has a primary commit nothing that its standby does not have.
fn synchronous(primary: &Server) {
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.sql("SELECT pg_reload_conf()");
    let since = Instant::now();
    while primary.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1" {
        assert!(since.elapsed() < PATIENCE, "the standby does not follow");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A call was refused because the server is away, and for no other reason.
fn is_away(name: &str, error: &Error) {
    assert!(AWAY.contains(&error.code().as_str()), "{name}: {error} {:?}", error.details());
}

/// A call that is made until it is acknowledged; counts how often it was refused before.
async fn acknowledged(bank: &Engine, name: &str, args: Value, refused: &AtomicUsize) -> Value {
    let since = Instant::now();
    loop {
        match bank.call(name, args.clone()).await {
            Ok(reply) => return reply,
            Err(error) => {
                is_away(name, &error);
                assert!(since.elapsed() < PATIENCE, "{name} is still refused: {error}");
                refused.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// The same, of the engine of a world.
async fn ask(world: &World, name: &str, args: Value) -> Value {
    acknowledged(&world.stage.bank, name, args, &AtomicUsize::default()).await
}

/// Callers who ask for withdrawals until they are stopped.
#[derive(Default)]
struct Load {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    /// How many of their calls were refused.
    refused: Arc<AtomicUsize>,
    /// Each answers the withdrawals that it was acknowledged.
    callers: Vec<JoinHandle<Vec<Value>>>,
}

impl Load {
    fn start(bank: &Engine, round: u32) -> Self {
        let mut load = Self::default();
        let caller = |caller: usize| {
            let bank = bank.clone();
            let (stop, asked, refused) = (load.stop.clone(), load.asked.clone(), load.refused.clone());
            tokio::spawn(async move {
                let mut withdrawals = Vec::new();
                while !stop.load(Ordering::SeqCst) {
                    let number = withdrawals.len();
                    // a payee that nobody else has
                    let payee = ((round as usize + 1) * CALLERS + caller) * 100_000 + number;
                    let args = json!({ "account": "alice", "amount": "1.00 DAI", "chain": CHAIN,
                        "to": format!("0x{:040x}", 0xfee1_0000_0000_u64 + payee as u64),
                        "key": format!("f-{round}-{caller}-{number}") });
                    let reply = acknowledged(&bank, "withdrawals.request", args, &refused).await;
                    withdrawals.push(reply["withdrawal"].clone());
                    asked.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(PAUSE).await;
                }
                withdrawals
            })
        };
        load.callers = (0..CALLERS).map(caller).collect();
        load
    }

    /// Blocks and work, until some more were acknowledged.
    async fn goes_on(&self, world: &World, more: usize) {
        let (since, until) = (Instant::now(), self.asked.load(Ordering::SeqCst) + more);
        while self.asked.load(Ordering::SeqCst) < until {
            assert!(since.elapsed() < PATIENCE, "nobody is answered");
            step(world).await;
        }
    }

    /// Waits until a caller has met the server that is away: all may be between two calls when it goes.
    async fn is_refused(&self) {
        let since = Instant::now();
        while self.refused.load(Ordering::SeqCst) == 0 {
            assert!(since.elapsed() < PATIENCE, "nobody is refused");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn finish(self) -> Vec<Value> {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Vec::new();
        for caller in self.callers {
            all.extend(caller.await.unwrap());
        }
        all
    }
}

/// A block, and what is due, as far as the store is there.
async fn step(world: &World) {
    world.node().mine().await;
    world.stage.advance("PT2S");
    for _ in 0..LOOKS {
        match world.stage.bank.call("jobs.run_due", json!({ "limit": MOST })).await {
            Ok(ran) if ["timers", "holds", "jobs"].iter().all(|name| ran[*name] == 0) => break,
            Ok(_) => {}
            Err(error) => {
                is_away("jobs.run_due", &error);
                break;
            }
        }
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Takes the events of the sink, and reports on them, until it is stopped and has everything; answers their
/// ids as they came. What it could not report on comes again.
async fn read(bank: Engine, stop: Arc<AtomicBool>) -> Vec<String> {
    let (mut seen, refused) = (Vec::new(), AtomicUsize::default());
    loop {
        let take = json!({ "sink": SINK, "for": "PT1M", "limit": 100 });
        let batch = acknowledged(&bank, "events.take", take, &refused).await;
        if batch["fence"].is_null() {
            if stop.load(Ordering::SeqCst) {
                let sinks = acknowledged(&bank, "events.sinks", json!({}), &refused).await;
                let status = &sinks["items"][0];
                if status["lag"] == 0 && status["sink"]["leased_until"].is_null() {
                    assert_eq!((&status["parked"], &status["waiting"]), (&json!(0), &json!(0)), "{status}");
                    return seen;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let events = batch["events"].as_array().unwrap().iter();
        seen.extend(events.map(|event| event["id"].as_str().unwrap().to_owned()));
        let settle = json!({ "sink": SINK, "fence": batch["fence"], "seq": batch["seq"] });
        if let Err(error) = bank.call("events.settle", settle).await {
            // its time may be over by now, and what is not reported on comes again
            if error.code().as_str() != "version_conflict" {
                is_away("events.settle", &error);
            }
        }
    }
}

/// Blocks and work, until all these are paid; answers how often an admin had to resume the lane. On another
/// server it rests until somebody has looked at it, and the chain agrees.
async fn are_paid(world: &World, withdrawals: &[Value]) -> u32 {
    let (since, mut resumed) = (Instant::now(), 0);
    for withdrawal in withdrawals {
        loop {
            let found = ask(world, "withdrawals.get", json!({ "withdrawal": withdrawal["id"] })).await;
            if found["state"] == "confirmed" {
                break;
            }
            assert!(since.elapsed() < PATIENCE, "it is not paid: {found:#}");
            let lane = ask(world, "withdrawals.lane", json!({ "lane": world.lane })).await;
            if lane["state"] == "paused" {
                assert_eq!(lane["reason"], "restored", "{lane:#}");
                let resume = json!({ "lane": world.lane, "actor": admin() });
                ask(world, "withdrawals.resume_lane", resume).await;
                resumed += 1;
            }
            step(world).await;
        }
    }
    resumed
}

/// Each of these was paid once, under a nonce of its own, and there are no others.
async fn each_was_paid_once(world: &World, withdrawals: &[Value]) {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = ask(world, "withdrawals.list", json!({ "limit": 500, "after": after })).await;
        found.extend(page["items"].as_array().unwrap().iter().cloned());
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    let ids = |all: &[Value]| -> BTreeSet<String> {
        all.iter().map(|wd| wd["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((ids(&found), found.len()), (ids(withdrawals), withdrawals.len()));
    let mut nonces: Vec<u64> =
        found.iter().map(|wd| wd["nonce"].as_str().unwrap().parse().unwrap()).collect();
    nonces.sort_unstable();
    assert_eq!(nonces, (0..found.len() as u64).collect::<Vec<_>>());
    for withdrawal in &found {
        assert_eq!(world.received(withdrawal).await, COIN, "{withdrawal:#}");
    }
    // the books have what the chain has, to the unit
    let (count, coin) = (found.len() as u128, i128::try_from(COIN).unwrap());
    assert_eq!(world.used_nonces().await, count);
    assert_eq!(SUPPLY - world.chain.dai.units(world.node(), ADDRESSES[0]).await, count * COIN);
    let all = i128::try_from(count).unwrap();
    let balance = ask(world, "ledger.balance", json!({ "account": "alice", "currency": "DAI" })).await;
    let left = 10_000 * coin - all * (coin + coin / 10);
    assert_eq!((world::minor(&balance["posted"]), world::minor(&balance["held"])), (left, 0));
    let fees = ask(world, "ledger.balance", json!({ "account": "@fees", "currency": "DAI" })).await;
    assert_eq!(world::minor(&fees["posted"]), all * (coin / 10));
}

/// Every event of the log came, and the first sight of each in the order of its object.
async fn came_in_order(world: &World, seen: &[String]) {
    let mut first = BTreeMap::new();
    for (place, id) in seen.iter().enumerate() {
        first.entry(id.as_str()).or_insert(place);
    }
    let (mut last, mut after, mut count) = (BTreeMap::new(), Value::Null, 0);
    loop {
        let page = ask(world, "events.list", json!({ "limit": 500, "after": after })).await;
        for event in page["items"].as_array().unwrap().iter().filter(|event| event["object"] != "sink") {
            let id = event["id"].as_str().unwrap();
            let place = *first.get(id).unwrap_or_else(|| panic!("it did not come: {event}"));
            let before = last.insert(format!("{}/{}", event["object"], event["object_id"]), place);
            assert!(before.is_none_or(|before| before < place), "it came before an earlier one: {event}");
            count += 1;
        }
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(count, first.len(), "what came and is in no log");
}

// It is long because servers are: one is made and another copied, and each takes seconds of a busy machine.
#[tokio::test(flavor = "multi_thread")]
async fn soak_a_synchronous_standby_takes_the_place_of_its_primary() {
    let rounds = soak::rounds(1, 20);
    let mut primary = apart(|| {
        let primary = Server::primary();
        primary.database("shop");
        primary
    })
    .await;
    let relay = Relay::start(&primary.address()).await;
    let url = relay.url(&primary.url("shop"));
    let stage = Stage::on(Kind::Postgres, url, driving(world::PATIENCE)).await;
    let world = World::at(Chain::start().await, stage, 3).await;
    world.stage.ok("events.subscribe", json!({ "sink": SINK, "from": "first" })).await;
    let stop = Arc::<AtomicBool>::default();
    let reader = tokio::spawn(read(world.stage.bank.clone(), stop.clone()));
    let (mut all, mut refused) = (Vec::new(), 0);
    for round in 0..rounds {
        let (old, standby) = apart(move || {
            let standby = Server::standby_of(primary.port);
            synchronous(&primary);
            (primary, standby)
        })
        .await;
        let load = Load::start(&world.stage.bank, round);
        load.goes_on(&world, BEFORE).await;
        apart(move || old.stop(Stop::Immediate)).await;
        load.is_refused().await;
        primary = apart(move || {
            standby.promote();
            standby
        })
        .await;
        relay.lead_to(Some(&primary.address()));
        relay.cut();
        load.goes_on(&world, AFTER).await;
        refused += load.refused.load(Ordering::SeqCst);
        let asked = load.finish().await;
        let resumed = are_paid(&world, &asked).await;
        assert!(resumed > 0, "round {round}: no lane rested on the other server");
        all.extend(asked);
    }
    stop.store(true, Ordering::SeqCst);
    let since = Instant::now();
    while !reader.is_finished() {
        assert!(since.elapsed() < PATIENCE, "the sink does not come to the end");
        // a batch whose report was lost is its reader's for a minute
        world.stage.advance("PT1M");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let seen = reader.await.unwrap();
    each_was_paid_once(&world, &all).await;
    came_in_order(&world, &seen).await;
    let chain = ask(&world, "events.verify_chain", json!({})).await;
    assert_eq!(chain["ok"], true, "{chain}");
    println!(
        "{rounds} promotions: {} withdrawals paid once, {refused} calls refused, {} events taken",
        all.len(),
        seen.len()
    );
    world.finish().await;
}
