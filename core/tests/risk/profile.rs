//! The profile of an account: what it did, and how often that was disputed or given back.

use crate::host::Pool;
use crate::support::{Kind, Stage, Value, every_store, json};

/// How many entries of an account the ledger lists, and when the newest was made.
async fn listed(stage: &Stage, account: &str) -> (usize, Value) {
    let (mut found, mut newest) = (0, Value::Null);
    let mut asked = json!({ "account": account, "limit": 200 });
    loop {
        let page = stage.ok("ledger.entries", asked.clone()).await;
        let items = page["items"].as_array().unwrap();
        if newest.is_null() {
            newest = items[0]["created_at"].clone();
        }
        found += items.len();
        if page["next"].is_null() {
            return (found, newest);
        }
        asked["after"] = page["next"].clone();
    }
}

every_store! {
    /// Deals and entries count for both sides, disputes and refunds as well; nobody else's do.
    async fn a_profile_says_what_happened(stage) {
        stage.funded("alice", "100.00 USD").await;
        for account in ["bob", "carol"] {
            stage.ok("ledger.open_account", json!({ "account": account, "currency": "USD" })).await;
        }
        let fresh = stage.ok("risk.profile", json!({ "account": "carol" })).await;
        assert_eq!((&fresh["score"], &fresh["trust"], &fresh["operations"]), (&json!(0), &json!(50), &json!(0)));
        assert_eq!(fresh["first_seen"], fresh["last_seen"]);
        stage.advance("PT1H");
        for outcome in ["release", "refund", ""] {
            let open = json!({ "buyer": "alice", "seller": "bob", "price": "5.00 USD" });
            let deal = stage.ok("escrow.open", open).await["deal"]["id"].clone();
            stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
            stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
            if outcome.is_empty() {
                stage.ok("escrow.confirm", json!({ "deal": deal, "actor": "alice" })).await;
                continue;
            }
            let dispute = json!({ "deal": deal, "type": "wrong_item", "statement": "x", "actor": "alice" });
            let dispute = stage.ok("escrow.dispute", dispute).await["dispute"]["id"].clone();
            let resolve = json!({ "dispute": dispute, "outcome": outcome, "resolution": "x",
                "actor": { "id": "kim", "role": "admin" } });
            stage.ok("escrow.resolve", resolve).await;
        }
        let told = stage.ok("risk.profile", json!({ "account": "alice" })).await;
        let wanted = json!({ "account": "alice", "score": 35, "trust": told["trust"], "operations": 5,
            "disputes": 2, "refunds": 1, "first_seen": told["first_seen"],
            "last_seen": told["last_seen"] });
        assert_eq!(told, wanted);
        assert_eq!(told["trust"], 55);
        for (seen, hour) in [("first_seen", 0), ("last_seen", 1)] {
            let told = told[seen].as_str().unwrap();
            assert!(told.starts_with(&format!("2026-01-01T0{hour}:00:00.0000")), "{seen} {told}");
        }
        let told = stage.ok("risk.profile", json!({ "account": "bob" })).await;
        assert_eq!((&told["disputes"], &told["refunds"], &told["operations"]), (&json!(2), &json!(1), &json!(2)));
        assert_eq!(stage.ok("risk.profile", json!({ "account": "carol" })).await, fresh);
        stage.bad("risk.profile", json!({ "account": "a b" }), "invalid_account", "account").await;
        stage.no("risk.profile", json!({ "account": "nobody" }), "account_not_found").await;
    }

    /// Streamed entries are not numbered, and count all the same, in more pages than one.
    async fn a_profile_counts_what_was_streamed(stage) {
        stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "streaming": true })).await;
        stage.advance("PT1H");
        for _ in 0..6 {
            let calls: Vec<Value> = (0..90).map(|_| {
                json!({ "op": "ledger.top_up", "args": { "account": "shop", "amount": "1.00 USD", "key": stage.key() } })
            }).collect();
            stage.ok("ledger.batch", json!({ "ops": calls })).await;
        }
        let told = stage.ok("risk.profile", json!({ "account": "shop" })).await;
        let (entries, newest) = listed(stage, "shop").await;
        assert_eq!((&told["operations"], &told["trust"]), (&json!(540), &json!(100)));
        assert_eq!((entries, &told["last_seen"]), (540, &newest));
        assert!(told["first_seen"].as_str().unwrap().starts_with("2026-01-01T00:"), "{told}");
    }
}

/// An account that was opened and used in a host's transaction has the profile of any other; what was rolled
/// back has none.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_an_account_of_a_host() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        let pool = Pool::of(&stage).await;
        let top_up = |key: &str| json!({ "account": "dora", "amount": "5.00 USD", "key": key });
        for commits in [false, true] {
            let told =
                pool.calls_of("ledger.top_up", &stage.bank, vec![top_up("a"), top_up("b")], commits).await;
            assert!(told.iter().all(Result::is_ok), "{told:?}");
            if !commits {
                stage.no("risk.profile", json!({ "account": "dora" }), "account_not_found").await;
            }
        }
        let told = stage.ok("risk.profile", json!({ "account": "dora" })).await;
        let (entries, newest) = listed(&stage, "dora").await;
        assert_eq!((entries, &told["operations"], &told["last_seen"]), (2, &json!(2), &newest), "{kind:?}");
        stage.finish().await;
    }
}
