//! Calls that a process cannot make: they are left to who can, and cost neither the payment nor the gateway
//! anything.

use earnest::keyring::Keyring;
use earnest::{Drive, Engine, Options};

use super::{get, pass, run};
use crate::support::{Kind, Stage, Value, json, options};

/// A process that drives the gateway `card`, at an address where nobody listens: what is sent is unsent.
fn driven(options: Options) -> Options {
    let drive = Drive::new().at("http://127.0.0.1:9").unwrap().allow_http(true).allow_private(true);
    options.gateway("card", drive)
}

/// A payment whose gateway would be down after one call that was not sent.
async fn waiting(stage: &Stage, more: Value) -> Value {
    let gateway = json!({ "id": "card", "breaker": { "failures": 1 } });
    stage.ok("payments.set_gateway", super::with(gateway, &more)).await;
    let args = json!({ "amount": "100.00 USD", "to": "shop", "gateway": "card", "token": "pm_1" });
    stage.ok("payments.create", args).await["payment"].clone()
}

/// How often a call was taken.
async fn leased(stage: &Stage) -> usize {
    stage.event_types().await.iter().filter(|kind| *kind == "job.leased").count()
}

/// The first call of the payment waits still, and who can make it does.
async fn made_by_another(stage: &Stage, payment: &Value) {
    let waits = get(stage, payment).await;
    let key = format!("{}:authorize:1", payment["id"].as_str().unwrap());
    assert_eq!((&waits["state"], &waits["doing"]["key"]), (&json!("authorizing"), &json!(key)), "{waits}");
    assert_eq!(waits["doing"]["phase"], "queued", "{waits}");
    let gateways = stage.ok("payments.gateways", json!({})).await;
    assert_eq!(gateways["items"][0]["status"], "up", "{gateways}");
    stage.advance("PT5M");
    let lease = json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" });
    let jobs = stage.ok("jobs.lease", lease).await["jobs"].clone();
    assert_eq!((&jobs[0]["key"], &jobs[0]["attempts"]), (&json!(key), &json!(1)), "{jobs}");
    let result = json!({ "outcome": "captured", "amount": "100.00 USD" });
    let report = json!({ "job": jobs[0]["id"], "fence": jobs[0]["fence"], "result": result });
    stage.ok("jobs.complete", report).await;
    assert_eq!(get(stage, payment).await["state"], "captured");
}

/// The gateway's record names a driver that is not built in: such a process gives the call back, and looks
/// again later and later.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_another_driver_is_given_back() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, driven(options().keyring(Keyring::for_tests()))).await;
        let payment = waiting(&stage, json!({ "driver": "host" })).await;
        run(&stage).await;
        let once = leased(&stage).await;
        for _ in 0..10 {
            run(&stage).await;
        }
        assert_eq!((once, leased(&stage).await), (1, 1), "it is not taken again at once");
        for _ in 0..10 {
            pass(&stage, "PT1M").await;
        }
        assert!((2..=8).contains(&leased(&stage).await), "more and more seldom");
        made_by_another(&stage, &payment).await;
        stage.finish().await;
    }
}

/// Without a keyring the secrets of a gateway are not opened, so that its calls are not taken at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_a_keyring_takes_no_call() {
    for kind in Kind::all() {
        if kind == Kind::Memory {
            // nobody can open the memory of another engine
            continue;
        }
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        let stripe = json!({ "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": "sk_test_1" } });
        let payment = waiting(&stage, stripe).await;
        let poor = driven(options().env(stage.options.env.clone()));
        let poor = Engine::open_with(&stage.url, poor).await.unwrap();
        for _ in 0..3 {
            stage.advance("PT1M");
            poor.call("jobs.run_due", json!({})).await.unwrap();
        }
        poor.close().await;
        assert_eq!(leased(&stage).await, 0);
        made_by_another(&stage, &payment).await;
        stage.finish().await;
    }
}

/// A worker of a test book sent the secrets of the shop's own gateway, which has the same name, to its
/// double.
#[tokio::test(flavor = "multi_thread")]
async fn a_driver_of_one_book_takes_no_call_of_another() {
    for kind in Kind::all() {
        let drive = Drive::new().at("http://127.0.0.1:9").unwrap().allow_http(true).allow_private(true);
        let options = options().keyring(Keyring::for_tests()).gateway("card", drive.in_book("test"));
        let stage = Stage::with(kind, options).await;
        let stripe = json!({ "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": "sk_test_1" } });
        let payment = waiting(&stage, stripe.clone()).await;
        // more than one look finds hide none of its own
        for n in 0..32 {
            let token = format!("pm_{n}");
            let args = json!({ "amount": "1.00 USD", "to": "shop", "gateway": "card", "token": token });
            stage.ok("payments.create", args).await;
        }
        let test = stage.bank.book("test").unwrap();
        let gateway = super::with(json!({ "id": "card" }), &stripe);
        test.call("payments.set_gateway", gateway).await.unwrap();
        let args =
            json!({ "amount": "9.00 USD", "to": "shop", "gateway": "card", "token": "pm_1", "key": "p-1" });
        test.call("payments.create", args).await.unwrap();
        run(&stage).await;
        let types = json!({ "types": ["job.leased"] });
        let own = test.call("events.list", types.clone()).await.unwrap();
        assert_ne!(own["items"], json!([]), "{kind:?}");
        let others = stage.ok("events.list", types).await;
        assert_eq!(others["items"], json!([]), "{kind:?}");
        let waits = get(&stage, &payment).await;
        assert_eq!((&waits["state"], &waits["doing"]["phase"]), (&json!("authorizing"), &json!("queued")));
        stage.finish().await;
    }
}

/// Two books have merchants at the same gateway, which takes the calls of the one and never answers them.
#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_whose_calls_hang_keeps_no_other() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (hung, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counts = (hung.clone(), answered.clone());
    let gateway = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (hung, answered) = counts.clone();
            tokio::spawn(async move {
                let mut asked = vec![0; 16_384];
                let count = stream.read(&mut asked).await.unwrap_or(0);
                let asked = String::from_utf8_lossy(&asked[..count]).into_owned();
                if asked.contains("sk_test_silent") {
                    hung.fetch_add(1, Ordering::SeqCst);
                    return std::future::pending().await;
                }
                answered.fetch_add(usize::from(asked.contains("sk_test_sound")), Ordering::SeqCst);
                let refusal =
                    b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                drop(stream.write_all(refusal).await);
            });
        }
    });
    let drive = Drive::new().at(&address).unwrap().allow_http(true).allow_private(true);
    let options = Options::new().keyring(Keyring::for_tests()).gateway("card", drive);
    let bank = Engine::open_with("memory:", options).await.unwrap();
    let pay = async |name: &str, count: usize| {
        let book = bank.book(name).unwrap();
        let stripe = json!({ "id": "card", "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": format!("sk_test_{name}") } });
        book.call("payments.set_gateway", stripe).await.unwrap();
        for n in 0..count {
            let (token, key) = (format!("pm_{n}"), format!("p-{n}"));
            let args = json!({ "amount": "1.00 USD", "to": "shop", "gateway": "card", "token": token });
            book.call("payments.create", super::with(args, &json!({ "key": key }))).await.unwrap();
        }
    };
    pay("silent", 80).await;
    while hung.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    pay("sound", 1).await;
    for _ in 0..1_500 {
        if answered.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(answered.load(Ordering::SeqCst) > 0, "a call waits for those of another merchant");
    assert!(hung.load(Ordering::SeqCst) < 80, "it has no more than its places");
    bank.close().await;
    gateway.abort();
}
