//! Every request of the driver beside Stripe's own description of its API: `stripe-mock` refuses what that
//! does not have. It keeps no books, so what it answers has no amounts of ours, and what happens is told by
//! reports.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::super::http::{Asked, relay};
use super::{KEY, driven, order, paid_with, set_gateway};
use crate::support::ports::free;
use crate::support::{Kind, Stage, Value, json, options};

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `stripe-mock`; it is killed when this is dropped.
struct Mock {
    port: u16,
    child: Child,
}

impl Mock {
    fn start() -> Self {
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/tools/bin/stripe-mock");
        let port = free();
        let child = Command::new(program)
            .args(["-http-addr", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`scripts/setup stripe` installs stripe-mock");
        let mock = Self { port, child };
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < PATIENCE, "stripe-mock did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        mock
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer with the marks of the object that was asked for: the mock has one of each, and an answer of
/// another one is not believed.
fn of_what_was_asked(asked: &Asked, mut body: Value) -> Value {
    if let Some(id) = asked.path.split('/').nth(3).filter(|id| *id != "search") {
        body["id"] = id.into();
    }
    for name in ["payment", "key", "refund"] {
        if let Some(mark) = asked.form.get(&format!("metadata[{name}]")) {
            body["metadata"][name] = mark.as_str().into();
        }
    }
    if let Some(intent) = asked.form.get("payment_intent") {
        body["payment_intent"] = intent.as_str().into();
    }
    body
}

/// A payment that the gateway is told to hold, or to have taken, before its call was made.
async fn told(stage: &Stage, outcome: &str, reference: &str) -> Value {
    let args = json!({ "amount": "100.00 USD", "to": "shop", "gateway": "card", "token": "pm_card",
        "capture": "manual" });
    let payment = stage.ok("payments.create", args).await["payment"].clone();
    let news = json!({ "gateway": "card", "event": reference, "payment": payment["id"],
        "reference": reference, "outcome": outcome, "authorized": "100.00 USD", "captured": "100.00 USD" });
    let heard = stage.ok("payments.report", news).await;
    assert_eq!(heard["payment"]["state"], outcome, "{heard}");
    payment
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_as_stripe_describes_it() {
    let mock = tokio::task::spawn_blocking(Mock::start).await.unwrap();
    let seen = Arc::new(Mutex::new(Vec::<(String, u16)>::new()));
    let lost = Arc::new(Mutex::new(Vec::<&'static str>::new()));
    let (heard, dropped) = (seen.clone(), lost.clone());
    let server = relay(mock.port, move |asked, status, body| {
        let parts: Vec<&str> = asked.path.split('/').collect();
        let end = if parts.len() > 4 { parts[4] } else { parts.get(3).copied().unwrap_or("") };
        let name = match (asked.method.as_str(), parts[2], end) {
            ("GET", "payment_intents", "search") => "search".to_owned(),
            ("GET", "payment_intents", _) => "read".to_owned(),
            (method, object, end) => format!("{method} {object} {end}"),
        };
        heard.lock().unwrap().push((name.trim().to_owned(), status));
        let mut dropped = dropped.lock().unwrap();
        let place = dropped.iter().position(|lost| *lost == name.trim());
        let is_lost = place.map(|place| dropped.remove(place)).is_some();
        (!is_lost).then(|| of_what_was_asked(asked, body))
    })
    .await;
    let stage = Stage::with(Kind::Memory, driven(options(), &server.url)).await;
    set_gateway(&stage, KEY).await;

    paid_with(&stage, "pm_card", json!({})).await;
    // once more, with a creation whose answer is lost: there is no reference, and the intent is looked for
    lost.lock().unwrap().push("POST payment_intents");
    let unknown = paid_with(&stage, "ctoken_1", json!({ "capture": "manual" })).await;
    assert_eq!(unknown["state"], "unknown");
    for (place, call) in ["capture", "void"].into_iter().enumerate() {
        let payment = told(&stage, "authorized", &format!("pi_{place}")).await;
        order(&stage, call, &payment, json!({})).await;
    }
    let payment = told(&stage, "captured", "pi_9").await;
    order(&stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
    lost.lock().unwrap().push("POST refunds");
    order(&stage, "refund", &payment, json!({ "amount": "20.00 USD" })).await;

    let seen = seen.lock().unwrap().clone();
    assert!(seen.iter().all(|(_, status)| *status == 200), "{seen:?}");
    for name in [
        "POST payment_intents",
        "POST payment_intents confirm",
        "POST payment_intents capture",
        "POST payment_intents cancel",
        "POST refunds",
        "GET refunds",
        "read",
        "search",
    ] {
        assert!(seen.iter().any(|(other, _)| other == name), "`{name}` was not sent: {seen:?}");
    }
    stage.finish().await;
}
