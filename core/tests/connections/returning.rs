//! A primary that was replaced comes back and takes writes beside its successor. An engine that has moved on
//! stays with its successor, however it reaches its servers: no key runs twice, nothing is answered from the
//! older history, and health names the server.

#![cfg(feature = "postgres")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use earnest::requests::Transfer;
use earnest::{Engine, Error, Options};
use sqlx::Connection as _;
use sqlx::postgres::PgPoolOptions;

use crate::standby::{follows, pair};
use crate::support::pgbouncer::{self, Pooler};
use crate::support::relay::Relay;
use crate::support::servers::{Server, Stop};
use crate::support::{self, code, json};

const KEYS: usize = 20;
const ACCOUNTS: usize = 8;
/// Callers of a round under load, each with its next call as soon as it has an answer.
const CALLERS: usize = 4;
/// How long they go on before something happens.
const WHILE: Duration = Duration::from_millis(300);

/// How an engine reaches its servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The URL names both.
    Hosts,
    /// One address leads to one of them, and later to the other.
    Address,
    /// The same, and connections are lent by the application's pool.
    Pool,
    /// The same behind a pooler of transactions.
    Pooler,
}

/// Two servers, an engine, and what stands between them.
struct World {
    old: Server,
    new: Server,
    relay: Relay,
    bank: Engine,
    url: String,
    _pooler: Option<Pooler>,
}

impl World {
    async fn open(way: Way) -> Self {
        let (old, new) = pair().await;
        let relay = Relay::start(&old.address()).await;
        let mut url = relay.url(&old.url("shop"));
        let pooler = (way == Way::Pooler).then(|| pgbouncer::start(&url, 6));
        let bank = match (way, &pooler) {
            (Way::Pool, _) => {
                let pool = PgPoolOptions::new().max_connections(8).connect(&url).await.unwrap();
                Engine::attach(pool, Options::new()).await.unwrap()
            }
            (Way::Pooler, Some(pooler)) => {
                Engine::open(&format!("{}?pgbouncer=true", pooler.url)).await.unwrap()
            }
            (Way::Hosts, _) => {
                let hosts = format!("{},{}", old.address(), new.address());
                url = format!("postgres://postgres@{hosts}/shop?target_session_attrs=read-write");
                Engine::open(&url).await.unwrap()
            }
            _ => Engine::open(&url).await.unwrap(),
        };
        for n in 0..ACCOUNTS {
            let args =
                json!({ "account": format!("a{n}"), "amount": "100.00 USD", "key": format!("fund-{n}") });
            bank.call("ledger.top_up", args).await.unwrap();
        }
        bank.catch_up().await.unwrap();
        follows(&old, &new).await;
        Self { old, new, relay, bank, url, _pooler: pooler }
    }

    /// The primary dies, and its standby takes its place.
    fn fails_over(&self) {
        self.old.stop(Stop::Immediate);
        self.new.promote();
        self.relay.lead_to(Some(&self.new.address()));
        self.relay.cut();
    }

    /// The old primary is started again, and is where new connections lead.
    fn comes_back(&self) {
        self.old.start();
        self.relay.lead_to(Some(&self.old.address()));
    }

    async fn transfer(&self, n: usize) -> Result<String, Error> {
        transfer(&self.bank, n, &format!("k-{n}")).await
    }

    /// The same until a server does it.
    async fn insist(&self, n: usize) -> String {
        insist(&self.bank, n, &format!("k-{n}")).await
    }

    async fn check(&self, name: &str) -> (String, String) {
        let health = self.bank.call("admin.health", json!({})).await.unwrap();
        let checks = health["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == name).unwrap();
        let part = |part: &str| check[part].as_str().unwrap().to_owned();
        (part("status"), part("detail"))
    }
}

async fn transfer(bank: &Engine, n: usize, key: &str) -> Result<String, Error> {
    let (from, to) = (format!("a{}", n % ACCOUNTS), format!("a{}", (n + 1) % ACCOUNTS));
    let args = json!({ "from": from, "to": to, "amount": "1.00 USD", "key": key });
    let reply = bank.call("ledger.transfer", args).await?;
    Ok(reply["transfer"]["id"].as_str().unwrap().to_owned())
}

async fn insist(bank: &Engine, n: usize, key: &str) -> String {
    for _ in 0..300 {
        match transfer(bank, n, key).await {
            Ok(id) => return id,
            // a commit may have been under way when its server died
            Err(error) if error.code().as_str() == "outcome_unknown" => {}
            Err(error) => assert!(is_passing(&error), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no server takes a transfer");
}

/// An answered call of a load: its key and its transfer.
struct Answered {
    n: usize,
    key: String,
    id: String,
    /// It began when the successor had taken over.
    later: bool,
}

/// Callers that go on whatever becomes of the servers.
struct Load {
    tasks: Vec<tokio::task::JoinHandle<Vec<Answered>>>,
    stop: Arc<AtomicBool>,
    replaced: Arc<AtomicBool>,
}

impl Load {
    fn start(bank: &Engine) -> Self {
        let (stop, replaced) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let tasks = (0..CALLERS).map(|n| {
            let (bank, stop, replaced) = (bank.clone(), stop.clone(), replaced.clone());
            tokio::spawn(async move {
                let mut answered = Vec::new();
                while !stop.load(Ordering::SeqCst) {
                    let (key, later) = (format!("l-{n}-{}", answered.len()), replaced.load(Ordering::SeqCst));
                    // around all accounts, so that none is emptied however long it takes
                    let n = n + answered.len();
                    let id = insist(&bank, n, &key).await;
                    answered.push(Answered { n, key, id, later });
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                answered
            })
        });
        Self { tasks: tasks.collect(), stop, replaced }
    }

    /// Stops the callers and repeats their calls: each has the transfer that it was told, unless the one that
    /// said so died before its standby had heard of it. Answers how many there were, and how many of these
    /// began later.
    async fn finish(self, bank: &Engine, synchronous: bool) -> (usize, usize) {
        tokio::time::sleep(WHILE).await;
        self.stop.store(true, Ordering::SeqCst);
        let (mut all, mut later) = (0, 0);
        for task in self.tasks {
            for answered in task.await.unwrap() {
                let Answered { n, key, id, .. } = &answered;
                if synchronous || answered.later {
                    assert_eq!(&insist(bank, *n, key).await, id, "{key} ran twice");
                }
                all += 1;
                later += usize::from(answered.later);
            }
        }
        (all, later)
    }
}

fn is_passing(error: &Error) -> bool {
    ["store_unavailable", "contention"].contains(&error.code().as_str())
}

fn count(server: &Server, table: &str) -> String {
    server.sql_in("shop", &format!("SELECT count(*) FROM earnest.{table}"))
}

/// Lets a server that was stopped commit without a standby when it starts.
fn waits_for_nobody(server: &Server) {
    let settings = server.folder().join("data/postgresql.auto.conf");
    let text = std::fs::read_to_string(&settings).unwrap().replace("synchronous_standby_names = '*'", "");
    std::fs::write(&settings, text).unwrap();
}

/// Repeats each key, many at once: each is answered as first, or refused in passing. Returns how often, by
/// code.
async fn repeated(world: &World, way: Way, first: &[String]) -> BTreeMap<&'static str, u32> {
    let mut refused = BTreeMap::new();
    for _ in 0..6 {
        let calls = (0..3 * KEYS).map(|n| world.transfer(n % KEYS));
        let outcomes = futures_util::future::join_all(calls).await;
        for (n, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(id) => assert_eq!(id, first[n % KEYS], "{way:?}: key {n} ran twice"),
                Err(error) => {
                    assert!(is_passing(&error), "{way:?}: {error}");
                    *refused.entry(error.code().as_str()).or_insert(0) += 1;
                }
            }
        }
    }
    refused
}

async fn round(way: Way, forked: bool, synchronous: bool, loaded: bool) {
    let world = World::open(way).await;
    if synchronous {
        world.old.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
        world.old.sql("SELECT pg_reload_conf()");
        tokio::time::sleep(WHILE).await;
    }
    let load = loaded.then(|| Load::start(&world.bank));
    if loaded {
        tokio::time::sleep(WHILE).await;
    }
    world.fails_over();
    if let Some(load) = &load {
        load.replaced.store(true, Ordering::SeqCst);
    }
    let mut first = Vec::new();
    for n in 0..KEYS {
        first.push(world.insist(n).await);
    }
    if forked {
        let survivor = Engine::open(&world.new.url("shop")).await.unwrap();
        survivor.call("admin.fork", json!({})).await.unwrap();
        survivor.close().await;
    }
    if synchronous {
        waits_for_nobody(&world.old);
    }
    world.comes_back();
    let before = (count(&world.old, "transfer"), count(&world.old, "event"));
    let refused = repeated(&world, way, &first).await;
    assert_eq!(
        (count(&world.old, "transfer"), count(&world.old, "event")),
        before,
        "{way:?}: written to the old"
    );
    if way == Way::Hosts {
        // a process that begins now has served neither
        let fresh = Engine::open(&world.url).await.unwrap();
        let found = fresh.call("admin.lookup_key", json!({ "key": "k-0" })).await.unwrap();
        assert_eq!(found["outcome"], "accepted", "{found}");
        fresh.close().await;
    }
    // new connections lead nowhere now, until the address leads to the successor again
    world.relay.cut();
    if way == Way::Hosts {
        world.insist(0).await;
    } else {
        let outcome = world.transfer(0).await;
        assert_eq!(code(&outcome), "store_unavailable", "{way:?}");
    }
    let (status, said) = world.check("history").await;
    assert_eq!(status, "warning", "{way:?}: {said}");
    assert!(said.contains("older timeline"), "{way:?}: {said}");
    world.relay.lead_to(Some(&world.new.address()));
    world.relay.cut();
    for (n, id) in first.iter().enumerate() {
        assert_eq!(&world.insist(n).await, id, "{way:?}");
    }
    let mut told = (0, 0);
    if let Some(load) = load {
        told = load.finish(&world.bank, synchronous).await;
        assert!(told.1 > 0 && told.0 > told.1, "{way:?}: {told:?} answers");
    }
    support::verify(&world.bank).await;
    assert_eq!((count(&world.old, "transfer"), count(&world.old, "event")), before, "{way:?}: written late");
    println!(
        "{way:?}, forked {forked}, synchronous {synchronous}: refused {refused:?}, of a load answered {told:?}"
    );
    world.bank.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_a_primary_that_was_replaced_comes_back() {
    for n in 0..support::soak::rounds(1, 20) {
        for (place, way) in (0..).zip([Way::Hosts, Way::Address, Way::Pool, Way::Pooler]) {
            Box::pin(round(way, n % 2 == 0, n % 4 > 1, (n / 4 + place) % 2 == 1)).await;
        }
    }
}

/// The application's own connections are of both histories, and the engine's of one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_of_the_application_is_of_the_engines_history() {
    let world = World::open(Way::Hosts).await;
    world.fails_over();
    world.insist(0).await;
    world.comes_back();
    let before = (count(&world.old, "transfer"), count(&world.old, "event"));
    let request = |key: &str| Transfer::new("a0", "a1", "1.00 USD").key(key);
    for (server, expected) in [(&world.old, "store_unavailable"), (&world.new, "ok")] {
        let mut connection = sqlx::PgConnection::connect(&server.url("shop")).await.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        let bound = world.bank.using(&mut transaction).unwrap();
        let outcome = bound.ledger().transfer(request("of-the-application")).await;
        assert!([expected, "store_mismatch"].contains(&code(&outcome)), "{outcome:?}");
        drop(bound);
        drop(transaction.commit().await);
    }
    assert_eq!((count(&world.old, "transfer"), count(&world.old, "event")), before);
    // the application moves first, and the engine follows it
    let other = World::open(Way::Address).await;
    other.new.promote();
    let mut connection = sqlx::PgConnection::connect(&other.new.url("shop")).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    other.bank.using(&mut transaction).unwrap().ledger().transfer(request("moves")).await.unwrap();
    transaction.commit().await.unwrap();
    let outcome = other.transfer(1).await;
    assert_eq!(code(&outcome), "store_unavailable", "its own address leads to the one before");
    other.relay.lead_to(Some(&other.new.address()));
    other.relay.cut();
    other.insist(1).await;
    for bank in [world.bank, other.bank] {
        support::verify(&bank).await;
        bank.close().await;
    }
}
