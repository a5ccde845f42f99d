//! `earnest worker --deliver`: a process that is killed at any time, and what it says of passwords.

mod gate;
mod steps;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::{self, Ran, command, run};
use crate::rabbit::Rabbit;
use crate::soak::rounds;
use gate::Gate;
use steps::{ANSWERED, UNDER_WAY};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// The runtime on which tests look into queues.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

struct Shop {
    folder: tempfile::TempDir,
    store: String,
}

impl Shop {
    /// On a file of its own.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("shop.db").display());
        Self { folder, store }.subscribed()
    }

    /// On this store.
    fn on(store: String) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), store }.subscribed()
    }

    fn subscribed(self) -> Self {
        self.calls(&[json!({ "op": "events.subscribe", "args": { "sink": "orders", "from": "first" } })]);
        self
    }

    fn calls(&self, calls: &[Value]) -> Vec<Value> {
        let lines: String = calls.iter().map(|call| format!("{call}\n")).collect();
        let ran = run(&mut command(&["run", "-", "--json", "--store", &self.store]), &lines);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.lines().into_iter().map(|mut line| line["reply"].take()).collect()
    }

    /// Many events of a few accounts.
    fn post(&self, round: u32, count: u32) {
        let calls = (0..count).map(|n| {
            let args = json!({ "account": format!("p-{}", n % 7), "amount": "1.00 USD", "key": format!("t-{round}-{n}") });
            json!({ "op": "ledger.top_up", "args": args })
        });
        self.calls(&calls.collect::<Vec<_>>());
    }

    fn sink(&self) -> Value {
        self.calls(&[json!({ "op": "events.sinks" })])[0]["items"][0].clone()
    }

    /// Frees the batch of a worker that was killed: it would be that worker's for a minute.
    fn free(&self) {
        let seq = self.sink()["sink"]["seq"].clone();
        self.calls(&[json!({ "op": "events.rewind", "args": { "sink": "orders", "seq": seq } })]);
    }

    /// Waits until everything was delivered and reported on.
    fn is_at_the_end(&self) {
        let since = Instant::now();
        loop {
            // whoever reads events gives them their places
            self.calls(&[json!({ "op": "events.list", "args": { "limit": 1 } })]);
            let sink = self.sink();
            if sink["lag"] == 0 && sink["sink"]["leased_until"].is_null() {
                assert_eq!((&sink["parked"], &sink["waiting"]), (&json!(0), &json!(0)), "{sink}");
                return;
            }
            assert!(since.elapsed() < PATIENCE, "{sink}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Every invariant holds.
    fn verify(&self) {
        let verified = &self.calls(&[json!({ "op": "admin.verify" })])[0];
        assert_eq!(verified["ok"], true, "{verified}");
    }

    /// The ids of all events that are not of sinks, by object.
    fn events(&self) -> Vec<(String, String)> {
        let (mut found, mut after) = (Vec::new(), json!(null));
        loop {
            let args = json!({ "limit": 500, "after": after });
            let page = self.calls(&[json!({ "op": "events.list", "args": args })])[0].clone();
            for event in page["items"].as_array().unwrap().iter().filter(|event| event["object"] != "sink") {
                let text = |name: &str| event[name].as_str().unwrap().to_owned();
                found.push((format!("{}/{}", text("object"), text("object_id")), text("id")));
            }
            after = page["next"].clone();
            if after.is_null() {
                return found;
            }
        }
    }

    fn worker(&self, args: &[&str]) -> Worker {
        let mut started = command(&["worker", "--store", &self.store, "--json", "--log", "trace"]);
        let log =
            std::fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut child = started.args(args).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("started") && line.contains("orders"), "{line}");
        std::thread::spawn(move || drop(out.read_to_end(&mut Vec::new())));
        Worker(child)
    }

    fn refused(&self, args: &[&str]) -> Ran {
        let mut words = vec!["worker", "--store", self.store.as_str()];
        words.extend(args);
        let ran = cli::earnest(&words);
        assert_ne!(ran.code, 0, "{ran:?}");
        assert!(!format!("{ran:?}").contains("hunter2"), "{ran:?}");
        ran
    }
}

struct Worker(Child);

impl Worker {
    /// Kills it, and waits for its end.
    fn kill(self) {
        self.signal("-KILL");
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Every event arrived, and the first sight of each was in the order of its object.
fn in_order(expected: &[(String, String)], arrived: &[String]) {
    let mut first = BTreeMap::new();
    for (at, id) in arrived.iter().enumerate() {
        first.entry(id).or_insert(at);
    }
    let mut last = BTreeMap::new();
    for (object, id) in expected {
        let at = *first.get(id).unwrap_or_else(|| panic!("{object} {id} did not arrive"));
        let before = last.insert(object, at);
        assert!(before.is_none_or(|before| before < at), "{object} {id}");
    }
}

/// Worker and server are killed in the middle of a batch, three rounds, and then both go on.
#[test]
fn soak_kills_of_worker_and_server_lose_nothing() {
    let rounds = rounds(3, 100);
    let mut rabbit = Rabbit::start();
    let drained = |rabbit: &Rabbit| -> Vec<String> {
        let got = runtime().block_on(async { rabbit.channel().await.drain("kills").await });
        got.into_iter().map(|(id, _)| id).collect()
    };
    runtime().block_on(async { rabbit.plain_queue("kills").await });
    let (shop, mut arrived) = (Shop::new(), Vec::new());
    let url = rabbit.url("routing_key=kills");
    for round in 0..rounds {
        shop.post(round, 200);
        // some of a batch is with the server, and no answer to it is read
        let gate = Gate::new(rabbit.port(), ANSWERED);
        let worker = shop.worker(&["--deliver", &format!("orders={}", gate.url(&url))]);
        gate.wait_for(UNDER_WAY + 7_000 * u64::from(round % 5));
        if round % 2 == 0 {
            rabbit.kill();
            worker.kill();
        } else {
            worker.kill();
            rabbit.kill();
        }
        rabbit.up();
        shop.free();
        arrived.extend(drained(&rabbit));
    }
    let mut worker = shop.worker(&["--deliver", &format!("orders={url}")]);
    shop.is_at_the_end();
    worker.signal("-TERM");
    assert!(worker.0.wait().unwrap().success());
    arrived.extend(drained(&rabbit));
    in_order(&shop.events(), &arrived);
    shop.verify();
    let log = std::fs::read_to_string(shop.folder.path().join("log")).unwrap();
    assert!(!log.contains("guest:guest"), "the password is in the log");
}

/// A wrong `--deliver` is named before anything is done, and no password is shown.
#[test]
fn what_is_wrong_with_a_delivery_is_said_without_its_password() {
    let shop = Shop::new();
    let good = "amqp://me:hunter2@127.0.0.1:1/?routing_key=orders";
    let named = |sink: &str| format!("{sink}={good}");
    let missing = shop.refused(&["--deliver", &named("nobody")]);
    assert!(missing.err.contains("nobody"), "{missing:?}");
    let twice = shop.refused(&["--deliver", &named("orders"), "--deliver", &named("orders")]);
    assert!(twice.err.contains("--deliver orders"), "{twice:?}");
    for bad in ["http://me:hunter2@mq.example/", "amqp://me:hunter2@mq.example/", "kafka://me:hunter2@a:1/t"]
    {
        let ran = shop.refused(&["--deliver", &format!("orders={bad}")]);
        assert!(ran.err.contains("--deliver orders"), "{ran:?}");
    }
    shop.refused(&["--deliver", good]);
    shop.refused(&["--deliver-file", "orders=/no/such/file"]);
    // a broker that is away is no reason to end, and its password stays in its file
    let file = shop.folder.path().join("url");
    std::fs::write(&file, format!("{good}\n")).unwrap();
    shop.post(0, 200);
    let worker = shop.worker(&["--deliver-file", &format!("orders={}", file.display())]);
    let since = Instant::now();
    while shop.sink()["sink"]["retry_at"].is_null() {
        assert!(since.elapsed() < PATIENCE, "{}", shop.sink());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((&shop.sink()["parked"], &shop.sink()["waiting"]), (&json!(0), &json!(0)));
    worker.signal("-TERM");
    let mut worker = worker;
    assert!(worker.0.wait().unwrap().success());
    let log = std::fs::read_to_string(shop.folder.path().join("log")).unwrap();
    assert!(log.contains("the broker is away") && !log.contains("hunter2"), "{log}");
}
