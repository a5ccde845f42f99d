//! Values that are built in code, not read from a text: deep, huge, crooked. Every store and every mode gives
//! the same answer, and never one that blames the store.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::collections::BTreeMap;

use earnest::OPERATIONS;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::support::sides::Side;
use crate::support::{Value, json, soak};

/// Calls that are whole; each loses its shape in one place or in several.
fn whole() -> Vec<(&'static str, Value)> {
    let hold = "hd_019b76da-a800-7000-8000-000000000000";
    let deal = "dl_019b76da-a800-7000-8000-000000000000";
    vec![
        (
            "ledger.top_up",
            json!({ "account": "alice", "amount": "5.00 USD", "metadata": { "a": [1, { "b": "c" }] }, "reference": "r" }),
        ),
        (
            "ledger.transfer",
            json!({ "from": "alice", "to": "bob", "amount": { "amount": "1.00", "currency": "USD" }, "context": { "ip": "::1" } }),
        ),
        (
            "ledger.post",
            json!({ "postings": [{ "account": "alice", "amount": "-1.00 USD" }, { "account": "bob", "amount": "1.00 USD" }] }),
        ),
        ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD", "expires_in": "PT1H" })),
        ("ledger.extend", json!({ "hold": hold, "expires_at": "2026-05-05T00:00:00Z" })),
        (
            "ledger.open_account",
            json!({ "account": "carol", "currency": "USD", "display_name": "Ⱥ", "owner": "o", "kind": "k" }),
        ),
        (
            "ledger.update_account",
            json!({ "account": "bob", "display_name": "Bob", "metadata": { "x": 1 }, "expected_version": 1 }),
        ),
        ("ledger.lock", json!({ "accounts": ["alice", "bob"] })),
        (
            "ledger.batch",
            json!({ "ops": [{ "op": "ledger.top_up", "args": { "account": "alice", "amount": "1.00 USD", "key": "b" } }], "atomic": false }),
        ),
        ("ledger.accounts", json!({ "owner": "o", "search": "a", "order": "name", "limit": 10 })),
        ("ledger.balances", json!({ "accounts": ["alice", "bob"] })),
        ("ledger.entries", json!({ "account": "alice", "from_time": "2026-01-01T00:00:00Z", "limit": 5 })),
        (
            "ledger.statement",
            json!({ "account": "alice", "from_time": "2026-01-01T00:00:00Z", "to_time": "2027-01-01T00:00:00Z", "limit": 3 }),
        ),
        ("ledger.transfers", json!({ "account": "alice", "reference": "r", "after": "5b5d" })),
        ("ledger.holds", json!({ "account": "alice", "state": "authorized" })),
        ("events.list", json!({ "types": ["transfer.posted"], "object": "alice", "after_seq": 1 })),
        ("admin.audit", json!({ "object": "alice", "actor": "u-1" })),
        ("admin.lookup_key", json!({ "key": "k-1" })),
        (
            "escrow.quote",
            json!({ "price": "9.00 USD", "fees": [{ "to": "@fees", "bps": 100, "from": "buyer" }], "splits": [{ "to": "x", "amount": "1.00 USD" }] }),
        ),
        (
            "escrow.open",
            json!({ "buyer": "alice", "seller": "bob", "price": "1.00 USD", "milestones": [{ "name": "m", "bps": 5000 }], "item": "lamp", "ship_within": "P1D" }),
        ),
        (
            "escrow.list",
            json!({ "state": "pending", "buyer": "alice", "due_before": "2026-05-05T00:00:00Z" }),
        ),
        ("escrow.extend", json!({ "deal": deal, "pay_by": "2026-05-05T00:00:00Z", "reason": "late" })),
        ("escrow.validate", json!({ "deal": deal, "trigger": "ship", "locale": "ko" })),
        (
            "approvals.set_policy",
            json!({ "id": "p", "operation": "escrow.pay", "threshold": "5000.00 USD", "approvers": 2, "expires_in": "PT1H" }),
        ),
        ("approvals.list", json!({ "state": "pending", "requested_by": "u-1" })),
        ("treasury.settlements", json!({ "type": "refund", "deal": deal })),
        ("jobs.list", json!({ "kind": "notify.admins", "state": "done" })),
        (
            "jobs.fail",
            json!({ "job": "jb_019b76da-a800-7000-8000-000000000000", "fence": 1, "error": "x", "retry_at": "2026-01-02T00:00:00Z" }),
        ),
    ]
}

struct Draw(ChaCha8Rng);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % bound.max(1) as u64).unwrap()
    }

    /// Draws a value that nobody would write by hand.
    fn crooked(&mut self) -> Value {
        let levels = [1, 30, 32, 33, 64, 127, 128, 1_000][self.below(8)];
        let many = [101, 501, 1_001, 40_000][self.below(4)];
        match self.below(12) {
            0 => (0..levels).fold(json!(1), |inner, _| json!([inner])),
            1 => (0..levels).fold(json!("x"), |inner, _| json!({ "a": inner })),
            2 => json!("x".repeat(many)),
            3 => json!("\u{1F600}".repeat(255)),
            4 => Value::from((0..many).map(|n| json!(format!("t.{n}"))).collect::<Vec<_>>()),
            5 => Value::Object((0..many).map(|n| (format!("k{n}"), json!(n))).collect()),
            6 => json!([u64::MAX, i64::MIN, 1e308, -0.0]),
            7 => [json!(u64::MAX), json!(i64::MIN), json!(i64::MAX), json!(1e300), json!(-1), json!(0)]
                [self.below(6)]
            .clone(),
            8 => json!(["a\0", "\0", "\u{202e}x", "\u{feff}", "", " "][self.below(6)]),
            9 => json!(
                [
                    "0000-01-01T00:00:00Z",
                    "0001-01-01T00:00:00Z",
                    "2300-01-01T00:00:00Z",
                    "9999-12-30T22:00:00Z"
                ][self.below(4)]
            ),
            10 => json!(["P36500D", "P36501D", "PT0S", "P99999999D", "PT0.0000001S"][self.below(5)]),
            _ => json!(hex::encode(json!(["a\0", "USD", "x", i64::MAX, "9999-12-30T22:00:00Z"]).to_string())),
        }
    }

    fn bend(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) if !members.is_empty() && self.below(8) > 0 => {
                let place = self.below(members.len());
                self.bend(members.values_mut().nth(place).unwrap());
            }
            Value::Array(items) if !items.is_empty() && self.below(4) > 0 => {
                if self.below(6) == 0 {
                    *items = vec![items[0].clone(); [51, 101, 501, 1_001][self.below(4)]];
                } else {
                    let place = self.below(items.len());
                    self.bend(&mut items[place]);
                }
            }
            leaf => *leaf = self.crooked(),
        }
    }
}

/// A reply without what differs from store to store, or a refusal with all that it says.
fn told(outcome: earnest::Result<Value>) -> (String, String) {
    match outcome {
        Ok(_) => ("ok".to_owned(), String::new()),
        Err(error) => (error.code().as_str().to_owned(), error.details().to_string()),
    }
}

#[test]
fn soak_fuzz_values_built_in_code_in_every_mode() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let seed = std::env::var("EARNEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(seed));
    let calls = soak::rounds(300, 6_000);
    let mut codes = BTreeMap::<String, u32>::new();
    let whole = whole();
    assert!(whole.iter().all(|(name, _)| OPERATIONS.iter().any(|info| info.name == *name)));
    runtime.block_on(async {
        let sides = Side::all().await;
        for side in &sides {
            side.stage.funded("alice", "1000.00 USD").await;
            side.stage.funded("bob", "1000.00 USD").await;
        }
        for _ in 0..calls {
            let (name, args) = &whole[draw.below(whole.len())];
            let mut args = args.clone();
            if OPERATIONS
                .iter()
                .any(|info| info.name == *name && info.key == earnest::request::scope::KeyRule::Required)
            {
                args["key"] = format!("k-{}", draw.below(400)).into();
            }
            for _ in 0..draw.below(3) {
                draw.bend(&mut args);
            }
            let mut heard = Vec::new();
            for side in &sides {
                let answer = told(side.call(&side.stage.bank, name, args.clone()).await);
                let shown: String = args.to_string().chars().take(400).collect();
                let blames =
                    ["corrupted", "store_unavailable", "outcome_unknown", "contention", "overloaded"];
                assert!(
                    !blames.contains(&answer.0.as_str()),
                    "{name} on {}: {answer:?}: {shown}",
                    side.name()
                );
                assert!(answer.1.len() < 2_000, "{name}: it repeats what it refuses: {shown}");
                heard.push((side.name(), answer, shown));
            }
            let (_, expected, shown) = &heard[0];
            for (side, answer, _) in &heard[1..] {
                // ids and times in details are a store's own
                assert_eq!(
                    answer.0, expected.0,
                    "{name} on {side}: {answer:?}, in memory {expected:?}: {shown}"
                );
                if answer.0.starts_with("invalid_") {
                    assert_eq!(answer.1, expected.1, "{name} on {side}: {shown}");
                }
            }
            *codes.entry(expected.0.clone()).or_default() += 1;
        }
        for side in sides {
            side.stage.finish().await;
        }
    });
    println!("{calls} calls, {codes:?}");
    assert!(codes.contains_key("ok") && codes.len() > 5);
}
