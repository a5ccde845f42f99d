//! A wrong clock does not outlive its correction: order keeps what followed what, and time is what the clock
//! said.

use std::sync::atomic::Ordering;

use earnest::env::Clock;
use earnest::time::Time;

use crate::support::{Stage, Value, every_store, id, json};

/// Sets a test clock, forth or back.
fn set(stage: &Stage, time: &str) {
    let Clock::Test(micros) = &stage.clock else { panic!("no test clock") };
    micros.store(time.parse::<Time>().unwrap().micros(), Ordering::SeqCst);
}

/// The times of a page, by the name of the field.
fn times(page: &Value, field: &str) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_str().unwrap()[..10].to_owned())
        .collect()
}

async fn pay(stage: &Stage, from: &str, to: &str) -> Value {
    stage.ok("ledger.transfer", json!({ "from": from, "to": to, "amount": "1.00 USD" })).await["transfer"]
        .clone()
}

/// A wrong hour, day and century, forth and back.
const WRONG: [&str; 6] = [
    "2026-01-01T02:00:00Z",
    "2026-01-03T00:00:00Z",
    "2099-06-01T12:00:00Z",
    "2025-12-31T22:00:00Z",
    "2025-12-29T00:00:00Z",
    "1931-01-01T00:00:00Z",
];

every_store! {
    async fn what_is_shown_and_selected_is_what_the_clock_said(stage) {
        for (name, wrong) in WRONG.iter().enumerate() {
            let (alice, bob, carol) = (format!("alice-{name}"), format!("bob-{name}"), format!("carol-{name}"));
            set(stage, "2026-01-01T00:00:00Z");
            for account in [&alice, &bob, &carol] {
                stage.funded(account, "10.00 USD").await;
            }
            set(stage, wrong);
            let then = pay(stage, &alice, &bob).await;
            assert_eq!(&then["created_at"].as_str().unwrap()[..10], &wrong[..10], "{wrong}");
            set(stage, "2026-01-01T00:30:00Z");
            let now = pay(stage, &bob, &carol).await;
            assert_eq!(&now["created_at"].as_str().unwrap()[..16], "2026-01-01T00:30", "after {wrong}");
            let entries = stage.ok("ledger.entries", json!({ "account": carol })).await;
            assert_eq!(times(&entries, "created_at"), ["2026-01-01", "2026-01-01"], "after {wrong}");
            let span = json!({ "account": carol, "from_time": "2026-01-01T00:29:00Z", "to_time": "2026-01-01T00:31:00Z" });
            for list in ["ledger.entries", "ledger.transfers"] {
                assert_eq!(stage.ok(list, span.clone()).await["items"].as_array().unwrap().len(), 1, "{list} after {wrong}");
            }
            let statement = stage.ok("ledger.statement", span).await;
            let parts = ["opening", "credits", "closing"].map(|part| statement[part]["amount"].as_str().unwrap());
            assert_eq!(parts, ["10.00", "1.00", "11.00"], "after {wrong}");
            let then = json!({ "account": carol, "at": "2026-01-01T00:31:00Z" });
            assert_eq!(stage.ok("ledger.balance", then).await["posted"]["amount"], "11.00", "after {wrong}");
            let audit = json!({ "object": now["id"], "from_time": "2026-01-01T00:29:00Z", "to_time": "2026-01-01T00:31:00Z" });
            assert_eq!(stage.ok("admin.audit", audit).await["items"].as_array().unwrap().len(), 1, "after {wrong}");
        }
    }

    async fn limits_open_the_next_day_as_usual(stage) {
        for (name, wrong) in WRONG.iter().enumerate() {
            let till = format!("till-{name}");
            let out = |amount: &str| json!({ "account": till, "amount": format!("{amount} USD") });
            set(stage, "2026-01-01T00:00:00Z");
            stage.funded(&till, "1000.00 USD").await;
            let limits = json!({
                "account": till, "currency": "USD", "tier": "hot", "daily_limit": "100.00 USD",
                "monthly_limit": "300.00 USD", "time_zone": "UTC",
            });
            stage.ok("treasury.set_account", limits).await;
            stage.ok("ledger.deduct", out("60.00")).await;
            set(stage, wrong);
            stage.ok("ledger.deduct", out("30.00")).await;
            set(stage, "2026-01-01T01:00:00Z");
            // the 60 of today are not forgotten
            stage.no("ledger.deduct", out("41.00"), "limit_exceeded").await;
            stage.ok("ledger.deduct", out("10.00")).await;
            set(stage, "2026-01-02T01:00:00Z");
            stage.ok("ledger.deduct", out("70.00")).await;
            let used = stage.ok("treasury.usage", json!({ "account": till, "currency": "USD" })).await;
            assert_eq!(used["today"]["amount"], "70.00", "after {wrong}");
        }
    }

    async fn deals_show_and_find_their_changes_by_the_clock(stage) {
        stage.funded("alice", "100.00 USD").await;
        set(stage, "2099-06-01T12:00:00Z");
        pay(stage, "alice", "@fees").await;
        set(stage, "2026-01-01T00:30:00Z");
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
        let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
        let paid = stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await["deal"].clone();
        for field in ["created_at", "updated_at"] {
            assert_eq!(&paid[field].as_str().unwrap()[..16], "2026-01-01T00:30", "{field}");
        }
        let found = stage.ok("escrow.list", json!({ "updated_since": "2026-01-01T01:00:00Z" })).await;
        assert_eq!(found["items"], json!([]));
        let history = stage.ok("escrow.history", json!({ "deal": deal })).await;
        assert!(times(&history, "at").iter().all(|at| at == "2026-01-01"), "{history:#}");
        let settled = stage.ok("escrow.cancel", json!({ "deal": deal, "actor": "bob" })).await;
        assert_eq!(&settled["deal"]["updated_at"].as_str().unwrap()[..10], "2026-01-01");
        let span = json!({ "from_time": "2026-01-01T00:00:00Z", "to_time": "2026-01-02T00:00:00Z" });
        assert_eq!(stage.ok("treasury.settlements", span).await["items"].as_array().unwrap().len(), 1);
        let key = stage.ok("admin.lookup_key", json!({ "key": format!("auto:escrow.cancel:{deal}:bob") })).await;
        assert_eq!(&key["at"].as_str().unwrap()[..10], "2026-01-01");
    }
}
