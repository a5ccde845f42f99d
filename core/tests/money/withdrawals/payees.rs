//! Rules know the address that a withdrawal pays as its counterparty, however it is written.

use super::{Value, World, json, with};

const PAYEE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

/// A rule about withdrawals by the address that they pay, and `more`.
async fn rule(world: &World, more: Value) {
    let base = json!({ "id": "r", "action": "withdrawals.request", "subject": "counterparty",
        "metric": "count", "window": "P1D", "limit": 1, "outcome": "block" });
    world.stage.ok("risk.set_rule", with(base, &more)).await;
}

/// How many counters `verify` has compared with the log.
async fn recounted(world: &World) -> i64 {
    let verify = world.stage.ok("admin.verify", json!({})).await;
    assert_eq!(verify["ok"], true, "{verify:#}");
    let checks = verify["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "counters_recomputed").unwrap();
    check["examined"].as_i64().unwrap()
}

with_chain! {
    /// One address is one counterparty, with the checksum in its letters or without; another has a limit of
    /// its own.
    async fn a_rule_counts_what_goes_to_one_address(world) {
        rule(world, json!({})).await;
        let first = world.request(json!({ "to": PAYEE })).await;
        let again = world.asks(&json!({ "to": PAYEE.to_lowercase() }));
        let asked = json!({ "action": "withdrawals.request", "args": again });
        assert_eq!(world.stage.ok("risk.evaluate", asked).await["outcome"], "block");
        world.stage.no_matter("withdrawals.request", again, "velocity_blocked").await;
        let other = world.request(json!({})).await;
        for withdrawal in [first, other] {
            world.until(&withdrawal, "confirmed").await;
        }
        assert!(recounted(world).await > 0);
    }

    /// As the pack `payouts` has it: who pays one new address after the other is stopped.
    async fn many_addresses_are_many_payees(world) {
        rule(world, json!({ "subject": "account", "metric": "distinct:counterparty", "limit": 2 })).await;
        for to in [PAYEE.to_owned(), PAYEE.to_lowercase(), world.payee()] {
            world.request(json!({ "to": to })).await;
        }
        let third = world.asks(&json!({}));
        world.stage.no_matter("withdrawals.request", third, "velocity_blocked").await;
        assert!(recounted(world).await > 0);
    }
}
