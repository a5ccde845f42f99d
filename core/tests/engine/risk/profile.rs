//! The profile of an account: what it did, and how often that was disputed or given back.

use crate::support::{every_store, json};

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
}
