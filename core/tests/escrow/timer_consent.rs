//! Timers ask for consent like anybody else: what a policy covers and nobody has approved is not paid out by
//! a deadline.

use std::time::{Duration, Instant};

use crate::support::{Kind, Stage, Value, every_store, id, json};

/// A deal that is delivered, and whose money needs two consents to go to the seller.
async fn delivered(stage: &Stage, inspection: &str) -> String {
    let policy = json!({
        "id": "payouts", "operation": "escrow.release", "currency": "USD", "threshold": "1.00 USD", "actor": admin("root"),
    });
    stage.ok("approvals.set_policy", policy).await;
    stage.funded("alice", "100.00 USD").await;
    let terms = json!({
        "buyer": "alice", "seller": "bob", "price": "40.00 USD", "shipping": false, "inspection": inspection,
    });
    let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

fn admin(name: &str) -> Value {
    json!({ "id": name, "role": "admin" })
}

async fn state(stage: &Stage, deal: &str) -> String {
    stage.ok("escrow.get", json!({ "deal": deal })).await["state"].as_str().unwrap().to_owned()
}

/// Runs what is due and answers how many timers ran.
async fn run_due(stage: &Stage) -> i64 {
    stage.ok("jobs.run_due", json!({})).await["timers"].as_i64().unwrap()
}

/// The approvals that timers wait for.
async fn asked(stage: &Stage) -> Vec<Value> {
    let page = stage.ok("approvals.list", json!({})).await;
    let all = page["items"].as_array().unwrap().clone();
    all.into_iter().filter(|approval| approval["operation"] == "escrow.timer").collect()
}

async fn approve(stage: &Stage, approval: &Value, who: &str) -> Value {
    stage.ok("approvals.approve", json!({ "approval": approval["id"], "actor": admin(who) })).await
}

/// The health check of this name: its status and what it says.
async fn check(stage: &Stage, name: &str) -> (String, String) {
    let health = stage.ok("admin.health", json!({})).await;
    let check =
        health["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap().clone();
    (check["status"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
}

every_store! {
    async fn a_release_that_was_rejected_is_not_made_by_the_timer(stage) {
        let deal = delivered(stage, "P1D").await;
        let confirm = json!({ "deal": deal, "actor": "alice" });
        let refused = stage.call("escrow.confirm", confirm).await.unwrap_err();
        let approval = refused.details()["approval"].clone();
        let no = json!({ "approval": approval, "reason": "counterfeit", "actor": admin("ann") });
        stage.ok("approvals.reject", no).await;
        stage.advance("P4D");
        for _ in 0..3 {
            assert_eq!((run_due(stage).await, state(stage, &deal).await.as_str()), (0, "delivered"));
        }
        // it asked, once
        let asked_now = asked(stage).await;
        assert_eq!(asked_now.len(), 1, "{asked_now:#?}");
        assert_eq!((&asked_now[0]["state"], &asked_now[0]["requested_by"]), (&json!("pending"), &json!("system")));
        assert_eq!(check(stage, "timers").await.0, "healthy", "it does not wait for a worker");
        let no = json!({ "approval": asked_now[0]["id"], "reason": "counterfeit", "actor": admin("ann") });
        stage.ok("approvals.reject", no).await;
        stage.advance("P40D");
        assert_eq!((run_due(stage).await, state(stage, &deal).await.as_str()), (0, "delivered"));
        assert_eq!(asked(stage).await.len(), 1);
        let (status, said) = check(stage, "consent").await;
        assert_eq!(status, "warning");
        assert!(said.contains(&deal) && said.contains("rejected"), "{said}");
        assert_eq!(stage.balance("bob").await, "0.00 0.00 0.00");
    }

    /// Health advised to extend a deal whose deadline had passed, which is always refused.
    async fn what_health_advises_is_not_always_refused(stage) {
        let deal = delivered(stage, "P1D").await;
        stage.advance("P4D");
        assert_eq!(run_due(stage).await, 0);
        let asked = asked(stage).await.remove(0);
        stage.ok("approvals.reject", json!({ "approval": asked["id"], "reason": "no", "actor": admin("ann") })).await;
        let (status, said) = check(stage, "consent").await;
        assert_eq!(status, "warning");
        assert!(said.ends_with("confirm, cancel, refund or dispute the deal"), "{said}");
        let later = json!({ "deal": deal, "release_at": "2026-06-01T00:00:00Z", "reason": "x", "actor": admin("ann") });
        stage.no("escrow.extend", later, "condition_not_met").await;
        stage.ok("escrow.request_refund", json!({ "deal": deal, "reason": "x", "actor": "alice" })).await;
        assert_eq!(check(stage, "consent").await.0, "healthy");
    }

    async fn the_last_consent_releases_once(stage) {
        let deal = delivered(stage, "P1D").await;
        stage.advance("P2D");
        assert_eq!(run_due(stage).await, 0);
        let approval = asked(stage).await.remove(0);
        assert_eq!(approve(stage, &approval, "ann").await["executed"], false);
        assert_eq!((run_due(stage).await, state(stage, &deal).await.as_str()), (0, "delivered"));
        // while two engines look for what is due
        let other = if stage.kind == Kind::Memory { stage.bank.clone() } else { stage.again().await };
        let ticks = [stage.bank.clone(), other].map(|bank| {
            tokio::spawn(async move {
                for _ in 0..20 {
                    bank.call("jobs.run_due", json!({})).await.unwrap();
                }
            })
        });
        let last = approve(stage, &approval, "bea").await;
        assert_eq!((&last["executed"], &last["reply"]["deal"]), (&json!(true), &json!(deal)));
        for tick in ticks {
            tick.await.unwrap();
        }
        assert_eq!(state(stage, &deal).await, "released");
        assert_eq!(stage.balance("bob").await, "40.00 0.00 40.00");
        let paid = stage.ok("treasury.settlements", json!({ "deal": deal })).await;
        assert_eq!(paid["items"].as_array().unwrap().len(), 1);
        assert_eq!(paid["items"][0]["approved_by"], json!(["ann", "bea"]));
    }

    async fn consent_is_asked_for_anew_when_it_ran_out(stage) {
        let deal = delivered(stage, "P1D").await;
        stage.advance("P2D");
        run_due(stage).await;
        approve(stage, &asked(stage).await[0], "ann").await;
        stage.advance("P2D");
        run_due(stage).await;
        run_due(stage).await;
        let approval = asked(stage).await.remove(0);
        assert_eq!((&approval["state"], approval["approvals"].as_array().unwrap().len()), (&json!("pending"), 0));
        for who in ["ann", "bea"] {
            approve(stage, &approval, who).await;
        }
        assert_eq!(state(stage, &deal).await, "released");
    }

    async fn consent_to_a_timer_that_was_overtaken_waits_for_it(stage) {
        let deal = delivered(stage, "P1D").await;
        stage.advance("P2D");
        run_due(stage).await;
        let approval = asked(stage).await.remove(0);
        let dispute = json!({ "deal": deal, "type": "wrong_item", "statement": "it is blue", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", dispute).await["dispute"]);
        approve(stage, &approval, "ann").await;
        let last = approve(stage, &approval, "bea").await;
        assert_eq!((&last["executed"], &last["error"]["code"]), (&json!(false), &json!("transition_not_allowed")));
        assert_eq!(state(stage, &deal).await, "disputed");
        stage.ok("escrow.withdraw", json!({ "dispute": dispute, "actor": "alice" })).await;
        stage.advance("PT1H");
        assert_eq!((run_due(stage).await, state(stage, &deal).await.as_str()), (1, "released"));
    }

    async fn what_no_policy_covers_asks_nobody(stage) {
        let deal = delivered(stage, "P1D").await;
        stage.ok("approvals.remove_policy", json!({ "id": "payouts", "actor": admin("root") })).await;
        stage.advance("P2D");
        assert_eq!((run_due(stage).await, state(stage, &deal).await.as_str()), (1, "released"));
        assert_eq!(asked(stage).await, Vec::<Value>::new());
    }

    async fn a_refund_by_a_missed_deadline_asks_too(stage) {
        let policy = json!({
            "id": "refunds", "operation": "escrow.refund", "currency": "USD", "threshold": "1.00 USD", "approvers": 1,
            "actor": admin("root"),
        });
        stage.ok("approvals.set_policy", policy).await;
        stage.funded("alice", "100.00 USD").await;
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "ship_within": "P1D" });
        let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        stage.advance("P2D");
        assert_eq!((run_due(stage).await, state(stage, &deal).await.as_str()), (0, "awaiting_shipment"));
        approve(stage, &asked(stage).await[0], "ann").await;
        assert_eq!(state(stage, &deal).await, "refunded");
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00");
    }
}

/// Waits, and answers by how much the machine kept those waiting at most who looked at the store meanwhile.
async fn pass(stage: &Stage, deal: &str, span: Duration) -> Duration {
    let (since, nap, mut late) = (Instant::now(), Duration::from_millis(50), Duration::ZERO);
    while since.elapsed() < span {
        let began = Instant::now();
        tokio::time::sleep(nap).await;
        state(stage, deal).await;
        late = late.max(began.elapsed().saturating_sub(nap));
    }
    late
}

/// A timer that waits for people is due all the time: the one behind it runs when it is due.
#[tokio::test(flavor = "multi_thread")]
async fn a_timer_that_waits_for_consent_hides_no_other() {
    for kind in Kind::all() {
        // where the machine stood still nobody could be in time, and it is looked at once more
        let mut tries = 0;
        while let Err(late) = runs_when_it_is_due(kind).await {
            tries += 1;
            let stood = late > Duration::from_millis(250);
            assert!(
                stood && tries < 10,
                "{kind:?}: it was not released, and nobody else waited longer than {late:?}"
            );
        }
    }
}

/// How late others were at most, if the timer was not in time.
async fn runs_when_it_is_due(kind: Kind) -> Result<(), Duration> {
    let options = earnest::Options::new().pool_size(4);
    let stage = Stage::with(kind, options).await;
    let policy = json!({
        "id": "payouts", "operation": "escrow.release", "currency": "USD", "threshold": "30.00 USD", "actor": admin("root"),
    });
    stage.ok("approvals.set_policy", policy).await;
    stage.funded("alice", "100.00 USD").await;
    let open = async |price: &str, inspection: &str| {
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": price, "shipping": false, "inspection": inspection });
        let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        deal
    };
    open("40.00 USD", "PT1S").await;
    let waits = async || {
        while asked(&stage).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), waits()).await.unwrap();
    // it is looked for less and less often: after 1, 3, 7 and 12 seconds
    let deal = open("20.00 USD", "PT8S").await;
    let late = pass(&stage, &deal, Duration::from_millis(9_500)).await;
    let found = state(&stage, &deal).await;
    stage.finish().await;
    if found == "released" { Ok(()) } else { Err(late) }
}
