//! Sweeping: rows that are not needed any more go, and nothing that matters with them.

use std::collections::BTreeSet;

use earnest::rows::listing::Listing;

use crate::support::{Stage, Value, every_store, id, json};

async fn jobs(stage: &Stage) -> Vec<Value> {
    stage.ok("jobs.list", json!({ "limit": 500 })).await["items"].as_array().unwrap().clone()
}

/// The idempotency keys that the store has a row of.
async fn keys(stage: &Stage) -> Vec<String> {
    let mut session = stage.bank.store().reader().await.unwrap();
    let book = stage.bank.book_name().clone();
    let listed = session.list(&Listing::AllKeys { book, after: None, limit: 500 }).await.unwrap();
    listed.keys.into_iter().map(|row| row.key.to_string()).collect()
}

/// A dispute writes a job, `notify.parties`.
async fn dispute(stage: &Stage) {
    let open = json!({ "buyer": "buyer", "seller": "seller", "price": "10.00 USD" });
    let deal = id(&stage.ok("escrow.open", open).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "buyer" })).await;
    let args = json!({ "deal": deal, "type": "other", "statement": "it is late", "actor": "buyer" });
    stage.ok("escrow.dispute", args).await;
}

every_store! {
    async fn expired_keys_and_done_jobs_go_and_the_rest_stays(stage) {
        stage.funded("buyer", "100.00 USD").await;
        let money = json!({ "account": "buyer", "amount": "5.00 USD", "key": "money" });
        let paid = stage.ok("ledger.top_up", money.clone()).await;
        let open = json!({ "account": "other", "currency": "USD", "key": "day" });
        stage.ok("ledger.open_account", open.clone()).await;
        assert_eq!(stage.ok("ledger.open_account", open.clone()).await["replayed"], true);
        // somebody waits for an approval: its key is tied to it, and ended from the beginning
        let policy = json!({ "id": "large", "operation": "ledger.transfer", "threshold": "50.00 USD", "approvers": 1, "expires_in": "P366D" });
        stage.ok("approvals.set_policy", policy).await;
        let gated = json!({ "from": "buyer", "to": "other", "amount": "60.00 USD", "key": "gated" });
        let waits = stage.no_matter("ledger.transfer", gated.clone(), "approval_required").await;
        dispute(stage).await;
        let all = jobs(stage).await;
        let kinds: BTreeSet<_> = all.iter().filter_map(|job| job["kind"].as_str()).collect();
        assert_eq!((all.len(), kinds), (2, ["notify.admins", "notify.parties"].into()), "{all:?}");
        let lease = json!({ "kinds": [all[0]["kind"]], "limit": 1, "for": "PT1M" });
        let job = stage.ok("jobs.lease", lease).await["jobs"][0].clone();
        stage.ok("jobs.complete", json!({ "job": job["id"], "fence": job["fence"] })).await;

        // not before their time
        let of_a_day = |keys: &[String]| keys.iter().any(|key| key == "day");
        stage.ok("jobs.run_due", json!({})).await;
        let before = keys(stage).await;
        assert!(of_a_day(&before), "{before:?}");
        stage.advance("P1D");
        stage.ok("jobs.run_due", json!({})).await;
        assert!(of_a_day(&keys(stage).await), "an hour is left to those who have read it");
        stage.advance("PT2H");
        stage.ok("jobs.run_due", json!({})).await;
        let after = keys(stage).await;
        assert!(!of_a_day(&after) && after.len() < before.len(), "{before:?} {after:?}");
        for kept in ["money", "gated"] {
            assert!(after.iter().any(|key| key == kept), "{kept}: {after:?}");
        }
        stage.advance("P28D");
        stage.ok("jobs.run_due", json!({})).await;
        assert!(jobs(stage).await.iter().any(|row| row["id"] == job["id"]));
        stage.advance("P2D");
        stage.ok("jobs.run_due", json!({})).await;
        let now = jobs(stage).await;
        assert!(!now.iter().any(|row| row["id"] == job["id"]), "a job that was done a month ago is swept");
        assert!(now.iter().any(|row| row["state"] == "queued"), "what is to be done stays");

        // the key of money replays for ever, that of a day is free, and the one that waits still waits for
        // the same approval
        let again = stage.ok("ledger.top_up", money).await;
        assert_eq!((&again["replayed"], &again["transfer"]["id"]), (&json!(true), &paid["transfer"]["id"]));
        let details = stage.no("ledger.open_account", open, "account_exists").await;
        assert_eq!(details["account"], "other");
        assert_eq!(stage.no_matter("ledger.transfer", gated.clone(), "approval_required").await["approval"], waits["approval"]);
        let approve = json!({ "approval": waits["approval"], "actor": { "id": "root", "role": "admin" } });
        assert_eq!(stage.ok("approvals.approve", approve).await["executed"], true);
        assert_eq!(stage.ok("ledger.transfer", gated).await["replayed"], true);
        stage.advance("P400D");
        stage.ok("jobs.run_due", json!({})).await;
        let health = stage.ok("admin.health", json!({})).await;
        assert!(health["checks"].as_array().unwrap().iter().all(|check| check["status"] != "critical"), "{health:#}");
    }

    /// Deals that stand still are counted, however many came after them.
    async fn deals_that_stand_still_are_counted_beside_many_that_move(stage) {
        stage.funded("buyer", "9000.00 USD").await;
        for n in 0..620 {
            if n == 12 {
                stage.advance("P3D");
            }
            let open = json!({ "buyer": "buyer", "seller": "seller", "price": "1.00 USD", "key": format!("d-{n}") });
            let deal = id(&stage.ok("escrow.open", open).await["deal"]);
            stage.ok("escrow.pay", json!({ "deal": deal, "actor": "buyer" })).await;
        }
        let check = stage.ok("admin.health", json!({})).await["checks"]
            .as_array().unwrap().iter().find(|check| check["name"] == "deals").unwrap().clone();
        assert_eq!(check["status"], "warning", "{check}");
        assert!(check["detail"].as_str().unwrap().starts_with("12 deals in flight have not moved for a day, one of them for 2 days"), "{check}");
    }
}
