//! Rules know the address that a withdrawal pays as its counterparty, however it is written.

use super::{Value, World, json, with};

const PAYEE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

/// A rule about withdrawals by the address that they pay, and `more`.
async fn rule(world: &World, more: Value) {
    let base = json!({ "id": "r", "action": "withdrawals.request", "subject": "counterparty",
        "metric": "count", "window": "P1D", "limit": 1, "outcome": "block" });
    world.stage.ok("risk.set_rule", with(base, &more)).await;
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
        assert!(world.stage.recounted().await > 0);
    }

    /// As the pack `payouts` has it: who pays one new address after the other is stopped.
    async fn many_addresses_are_many_payees(world) {
        rule(world, json!({ "subject": "account", "metric": "distinct:counterparty", "limit": 2 })).await;
        for to in [PAYEE.to_owned(), PAYEE.to_lowercase(), world.payee()] {
            world.request(json!({ "to": to })).await;
        }
        let third = world.asks(&json!({}));
        world.stage.no_matter("withdrawals.request", third, "velocity_blocked").await;
        assert!(world.stage.recounted().await > 0);
    }
}
