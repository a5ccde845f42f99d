//! What is due is run although something else that is due, and was due before, refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

use support::{Stage, every_store, id, json};

/// More than the timers look at at once.
const STUCK: usize = 501;

/// A deal that is delivered: its money waits for the inspection to pass.
async fn delivered(stage: &Stage, seller: &str, key: &str) -> String {
    let terms = json!({
        "buyer": "alice", "seller": seller, "price": "1 KRW", "shipping": false, "inspection": "P1D", "key": key,
    });
    let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

every_store! {
    async fn a_page_of_timers_that_refuse_does_not_hide_the_next(stage) {
        stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "1000 KRW", "key": "funds" })).await;
        // a seller that no unit more fits on, because money is below 10^38; half of it is from outside, half is credit
        let (outside, credit) = (format!("5{} KRW", "0".repeat(37)), format!("4{} KRW", "9".repeat(37)));
        stage.ok("ledger.top_up", json!({ "account": "giant", "amount": outside, "key": "outside" })).await;
        let giver = json!({ "account": "giver", "currency": "KRW", "overdraft_limit": credit });
        stage.ok("ledger.open_account", giver).await;
        let lent = json!({ "from": "giver", "to": "giant", "amount": credit, "key": "credit" });
        stage.ok("ledger.transfer", lent).await;
        for n in 0..STUCK {
            delivered(stage, "giant", &format!("stuck-{n}")).await;
        }
        stage.clock.advance(earnest::time::Span::from_hours(1));
        let free = delivered(stage, "bob", "free").await;
        stage.clock.advance(earnest::time::Span::from_days(1));
        let ran = stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(ran["timers"], 1, "{ran}");
        assert_eq!(stage.ok("escrow.get", json!({ "deal": free })).await["state"], "released");
        // they stay due, and run as soon as they can
        let room = json!({ "account": "giant", "amount": format!("{STUCK} KRW"), "key": "room" });
        stage.ok("ledger.deduct", room).await;
        let ran = stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(ran["timers"], STUCK, "{ran}");
        let left = stage.ok("ledger.balance", json!({ "account": "giant" })).await;
        assert_eq!(left["posted"]["amount"], "9".repeat(38));
        // a trial balance of all this would be beyond the bound of money too
        let back = json!({ "from": "giant", "to": "giver", "amount": credit, "key": "back" });
        stage.ok("ledger.transfer", back).await;
    }
}
