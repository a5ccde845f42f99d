//! Payments whose gateway is called by a driver that is built in: `earnest worker --gateway card`.

#[allow(dead_code, reason = "it is the server of the tests of gateways, which use more of it")]
#[path = "../../../core/tests/money/gateways/http.rs"]
mod http;
#[allow(dead_code, reason = "it is Stripe of the tests of gateways, which use more of it")]
mod stripe;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use earnest::env::Clock;
use serde_json::{Value, json};

use crate::cli;
use crate::key_rotation::{Place, refused};
use stripe::double::{Double, KEY};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A worker that is ended with the test.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A store with the gateways `card`, of Stripe, and `own`, of a worker of the application's own.
fn shop() -> (Place, PathBuf) {
    let place = Place::sqlite();
    let ring = place.file("keys.json");
    assert_eq!(cli::earnest(&["keygen", "--out", ring.to_str().unwrap()]).code, 0);
    let card = json!({ "id": "card", "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
        "secrets": { "secret_key": KEY } });
    let own = json!({ "id": "own", "driver": "host" });
    let set = |args: Value| json!({ "op": "payments.set_gateway", "args": args });
    let made = place.replies(&ring, "main", &[set(card), set(own)]);
    assert!(made.iter().all(|reply| !reply.is_null()), "{made:?}");
    (place, ring)
}

/// A card is charged once, a refused one pays nothing, and the first line says which gateways are driven.
#[test]
fn a_worker_calls_stripe_and_charges_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let double = runtime.block_on(Double::start(Clock::System));
    let (place, ring) = shop();
    let pay = |token: &str| {
        json!({ "op": "payments.create", "args": { "amount": "25.00 USD", "to": "shop", "gateway": "card",
            "token": token, "key": token } })
    };
    let made = place.replies(&ring, "main", &[pay("pm_card"), pay("pm_declined")]);
    let gets: Vec<Value> = made
        .iter()
        .map(|reply| json!({ "op": "payments.get", "args": { "payment": reply["payment"]["id"] } }))
        .collect();

    let gateway = format!("card={}", double.url());
    let mut command = place.command(&ring, &["worker", "--json", "--gateway", &gateway]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut worker = Worker(command.spawn().unwrap());
    let mut said = BufReader::new(worker.0.stdout.take().unwrap()).lines();
    let started: Value = serde_json::from_str(&said.next().unwrap().unwrap()).unwrap();
    assert_eq!((&started["worker"], &started["gateways"]), (&json!("started"), &json!(["card"])));
    std::thread::spawn(move || said.for_each(drop));

    let since = Instant::now();
    let payments = loop {
        let payments = place.replies(&ring, "main", &gets);
        if payments.iter().all(|payment| payment["state"] != "authorizing") {
            break payments;
        }
        assert!(since.elapsed() < PATIENCE, "{payments:#?}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!((&payments[0]["state"], &payments[1]["state"]), (&json!("captured"), &json!("failed")));
    assert_eq!(payments[1]["failure"]["code"], "insufficient_funds", "{}", payments[1]);
    assert_eq!((double.kept(&payments[0]), double.kept(&payments[1])), (2_500, 0));
    let kill = Command::new("kill").args(["-TERM", &worker.0.id().to_string()]).status().unwrap();
    assert!(kill.success() && worker.0.wait().unwrap().success());
    assert_eq!(place.earnest(&ring, &["verify"]).code, 0);
}

/// The first line of a worker that is ended with the test.
fn begun(mut command: Command) -> Worker {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut worker = Worker(command.spawn().unwrap());
    let mut said = BufReader::new(worker.0.stdout.take().unwrap()).lines();
    let started: Value = serde_json::from_str(&said.next().unwrap().unwrap()).unwrap();
    assert_eq!(started["worker"], "started");
    std::thread::spawn(move || said.for_each(drop));
    worker
}

/// The worker of a test book sent the secret key of the shop to its double, which said that all was paid.
#[test]
fn a_worker_makes_the_calls_of_its_own_book_alone() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let double = runtime.block_on(Double::start(Clock::System));
    let (place, ring) = shop();
    let card = json!({ "op": "payments.set_gateway", "args": { "id": "card", "driver": "stripe",
        "config": { "publishable_key": "pk_test_1" }, "secrets": { "secret_key": KEY } } });
    let pay = json!({ "op": "payments.create", "args": { "amount": "25.00 USD", "to": "shop",
        "gateway": "card", "token": "pm_card", "key": "p-1" } });
    let dear = place.replies(&ring, "main", std::slice::from_ref(&pay))[0]["payment"].clone();
    let own = place.replies(&ring, "test", &[card, pay])[1]["payment"].clone();
    let of = |payment: &Value| [json!({ "op": "payments.get", "args": { "payment": payment["id"] } })];

    let gateway = format!("card={}", double.url());
    let mut command = place.command(&ring, &["worker", "--json", "--book", "test", "--gateway", &gateway]);
    command.stderr(Stdio::null());
    let worker = begun(command);
    let since = Instant::now();
    while place.replies(&ring, "test", &of(&own))[0]["state"] != "captured" {
        assert!(since.elapsed() < PATIENCE, "{own}");
        std::thread::sleep(Duration::from_millis(100));
    }
    // it has looked for jobs more than once meanwhile
    std::thread::sleep(Duration::from_secs(3));
    let waits = place.replies(&ring, "main", &of(&dear))[0].clone();
    assert_eq!((&waits["state"], &waits["doing"]["phase"]), (&json!("authorizing"), &json!("queued")));
    assert_eq!((double.kept(&own), double.kept(&dear)), (2_500, 0));
    drop(worker);
}

/// Without the key of a token its call is not even taken, and nothing was said of that.
#[test]
fn a_worker_whose_keyring_lacks_a_key_says_so() {
    let (place, _ring) = shop();
    let foreign = place.file("foreign.json");
    assert_eq!(cli::earnest(&["keygen", "--out", foreign.to_str().unwrap()]).code, 0);
    let errors = place.file("errors");
    let mut command = place.command(&foreign, &["worker", "--json", "--log", "warn", "--gateway", "card"]);
    command.stderr(std::fs::File::create(&errors).unwrap());
    drop(begun(command));
    let said = std::fs::read_to_string(&errors).unwrap();
    let lacks = said.lines().find(|line| line.contains("the keyring lacks a key that is in use"));
    assert!(lacks.is_some(), "{said}");
}

#[test]
fn a_gateway_that_no_driver_calls_is_refused() {
    let (place, ring) = shop();
    let of = |gateway: &str| place.earnest(&ring, &["worker", "--gateway", gateway]);
    refused(&of("cards"), 1, &["gateway_not_found", "`cards`"]);
    refused(&of("own"), 1, &["not_supported", "--gateway own", "`host`", "--exec"]);
    // it is of another book
    let elsewhere = place.earnest(&ring, &["worker", "--gateway", "card", "--book", "eu"]);
    refused(&elsewhere, 1, &["gateway_not_found", "`card`"]);
    // secrets and tokens are sealed
    let poor = cli::earnest(&["worker", "--gateway", "card", "--store", &place.url]);
    refused(&poor, 1, &["`vault/current`", "earnest keygen", "EARNEST_KEYRING"]);
    for wrong in [
        "card=ftp://127.0.0.1/",
        "card=http://me:hunter2@127.0.0.1/",
        "card=http:me:hunter2@127.0.0.1",
        "card=http://shop.example.com/",
        "card=",
        "a b",
    ] {
        let ran = of(wrong);
        refused(&ran, 2, &["--gateway"]);
        assert!(!ran.err.contains("hunter2"), "{ran:?}");
    }
    for more in [["--gateway", "card"], ["--exec", "gateway.card=true"]] {
        let ran = place.earnest(&ring, &[&["worker", "--gateway", "card"][..], &more].concat());
        refused(&ran, 2, &["gateway.card", "named twice"]);
    }
}
