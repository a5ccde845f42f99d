//! The memory of an engine does not grow with the webhooks that it has received: the first of a payment,
//! those that say nothing new, copies, and forged ones.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;

use earnest::keyring::Keyring;
use earnest::{Engine, Error, Options};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::endurance::{MOST, SLACK, resident};
use crate::support::{Kind, Stage, Value, all_at_once, children, json, soak};

const SECRET: &str = "a secret of the gateway";
const ANOTHER: &str = "a secret of nobody here";
/// Payments that are told of at once.
const PAYMENTS: u32 = 8;
/// Webhooks about a payment with an event of their own; then comes a copy of the first, and a forged one.
const EVENTS: u32 = 6;
const OF_A_ROUND: u32 = PAYMENTS * (EVENTS + 2);

/// Names the store to a process that measures its memory.
const STORE: &str = "EARNEST_WEBHOOKS_STORE";

/// The news that a payment was captured, signed now.
fn message(stage: &Stage, payment: &str, nonce: &str, secret: &str) -> Value {
    let at = stage.clock.now().micros() / 1_000_000;
    let body = json!({ "payment": payment, "outcome": "captured", "captured": "1.00 USD" }).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{nonce}.{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let headers = json!({ "X-Signature": format!("sha256={signature}"), "X-Timestamp": at.to_string(), "X-Nonce": nonce });
    json!({ "source": "bank", "headers": headers, "body": body })
}

/// A caller that does what `retry: call` says.
async fn insist(bank: Engine, name: &'static str, args: Value) -> Result<Value, Error> {
    let mut outcome = bank.call(name, args.clone()).await;
    for _ in 0..50 {
        match &outcome {
            Err(error) if error.code().as_str() == "contention" => {
                outcome = bank.call(name, args.clone()).await;
            }
            _ => break,
        }
    }
    outcome
}

/// Payments, and all that is told of them, at once.
async fn round(stage: &Stage, number: u32) {
    let create = |place: u32| {
        let args = json!({ "amount": "1.00 USD", "to": "shop", "gateway": "card", "token": "pm-1",
            "key": format!("p-{number}-{place}") });
        insist(stage.bank.clone(), "payments.create", args)
    };
    let created = all_at_once((0..PAYMENTS).map(create).collect::<Vec<_>>().into_iter()).await;
    let mut messages = Vec::new();
    for (place, reply) in created.into_iter().enumerate() {
        let reply = reply.unwrap();
        let payment = reply["payment"]["id"].as_str().unwrap();
        let nonce = |event: u32| format!("n-{number}-{place}-{event}");
        messages.extend((0..EVENTS).map(|event| message(stage, payment, &nonce(event), SECRET)));
        messages.push(message(stage, payment, &nonce(0), SECRET));
        messages.push(message(stage, payment, &nonce(EVENTS), ANOTHER));
    }
    let receive = |args: Value| insist(stage.bank.clone(), "webhooks.receive", args);
    let outcomes = all_at_once(messages.into_iter().map(receive).collect::<Vec<_>>().into_iter()).await;
    let mut counts = BTreeMap::<String, u32>::new();
    for outcome in outcomes {
        let what = match outcome {
            Ok(reply) if reply["replayed"] == true => "replayed".to_owned(),
            Ok(reply) => reply["result"].as_str().unwrap().to_owned(),
            Err(error) => error.code().as_str().to_owned(),
        };
        *counts.entry(what).or_default() += 1;
    }
    let expected = [
        ("applied", PAYMENTS),
        ("ignored", PAYMENTS * (EVENTS - 1)),
        ("replayed", PAYMENTS),
        ("signature_invalid", PAYMENTS),
    ];
    assert_eq!(counts, expected.map(|(what, count)| (what.to_owned(), count)).into(), "round {number}");
}

/// The memory after a tenth of so many rounds, and after all of them.
async fn grown(kind: Kind, rounds: u32) -> (u64, u64) {
    let stage = Stage::with(kind, Options::new().pool_size(4).keyring(Keyring::for_tests())).await;
    stage.ok("payments.set_gateway", json!({ "id": "card", "driver": "host" })).await;
    let source = json!({ "id": "bank", "scheme": "hmac", "gateway": "card", "secrets": [SECRET] });
    stage.ok("webhooks.set_source", source).await;
    let mut first = 0;
    for number in 0..rounds {
        round(&stage, number).await;
        if number == rounds / 10 {
            first = resident();
        }
    }
    let last = resident();
    let balance = stage.ok("ledger.balance", json!({ "account": "shop", "currency": "USD" })).await;
    assert_eq!(balance["posted"]["amount"], format!("{}.00", rounds * PAYMENTS), "each payment counts once");
    stage.finish().await;
    (first, last)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "not a test: what the test below starts as a process of its own"]
async fn measured() {
    let Ok(store) = std::env::var(STORE) else { return };
    let kind = if store == "sqlite" { Kind::Sqlite } else { Kind::Postgres };
    let count = soak::rounds(2_000, 100_000);
    let (first, last) = grown(kind, count.div_ceil(OF_A_ROUND)).await;
    println!("{kind:?}: {count} webhooks, {} MiB after a tenth, {} MiB at the end", first >> 20, last >> 20);
    assert!(last < first + SLACK, "{kind:?}: {first} grew to {last}");
    assert!(last < MOST, "{kind:?}: {last}");
}

/// 100,000 on each store in `make soak`, each store in a process of its own.
#[tokio::test(flavor = "multi_thread")]
async fn soak_memory_stays_flat_while_webhooks_come() {
    for store in ["sqlite", "postgres"] {
        let mut child = children::alone("webhooks::measured", &[(STORE, store)]);
        let ended = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
        assert!(ended.success(), "{store}: the process that measures ended with {ended}");
    }
}
