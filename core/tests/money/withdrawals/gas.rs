//! How much gas a payment may take: the code of the payee runs at the wallet's expense, and who is paid does
//! not decide how much that is.

use super::nodes::{Lie, Mood};
use super::{World, admin, json, usdc};
use crate::support::Value;

/// It has failed before it had a nonce, and its money is back.
async fn is_too_dear(world: &World, wd: &Value, most: u32) {
    let over = world.get(wd).await;
    let failure = (&over["state"], &over["failure"]["code"], &over["nonce"]);
    assert_eq!(failure, (&json!("failed"), &json!("simulation_reverted"), &Value::Null), "{over:#}");
    let message = over["failure"]["message"].as_str().unwrap();
    assert_eq!(message, format!("it takes more than {most} gas, the `max_gas` of its asset"));
    assert_eq!((world.alice().await.as_str(), world.used_nonces()), ("10000.00 0.00 10000.00", 0));
}

async fn max_gas(world: &World, more: Value) -> Value {
    world.stage.ok("withdrawals.set_asset", usdc(&more)).await["asset"]["max_gas"].clone()
}

with_chain! {
    /// A payment that takes a unit of gas more than it may is not sent; one that takes as much as it may
    /// is, with that limit.
    async fn a_payee_does_not_decide_how_much_gas_is_paid(world) {
        world.nodes.gas = Some(500_001);
        let wd = world.request(json!({})).await;
        world.wait(2).await;
        is_too_dear(world, &wd, 500_000).await;
        for (gas, limit) in [(500_000, "500000"), (400_000, "480000"), (416_667, "500000")] {
            world.nodes.gas = Some(gas);
            let wd = world.request(json!({})).await;
            let paid = world.until(&wd, "confirmed").await;
            assert_eq!(paid["attempts"][0]["gas_limit"], limit, "{gas}: {paid:#}");
            assert_eq!(world.received(&wd), 100_000_000);
        }
    }

    /// One endpoint alone that names too much neither blocks the payment nor makes it dearer; two of three do
    /// block it.
    async fn one_endpoint_that_names_much_gas_changes_nothing(world) {
        world.nodes.set("south", Mood::Lying(Lie::Thirsty));
        let wd = world.request(json!({})).await;
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["attempts"][0]["gas_limit"], world.received(&wd)), (&json!("60000"), 100_000_000));
        world.nodes.set("north", Mood::Lying(Lie::Thirsty));
        let wd = world.request(json!({})).await;
        world.wait(2).await;
        let over = world.get(&wd).await;
        let failure = (&over["failure"]["code"], &over["nonce"]);
        assert_eq!(failure, (&json!("simulation_reverted"), &Value::Null), "{over:#}");
        assert_eq!(world.used_nonces(), 1);
    }

    /// Its bound is lowered between its simulation and its nonce: it is simulated once more.
    async fn a_bound_that_was_lowered_since_is_kept(world) {
        world.nodes.gas = Some(400_000);
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.simulate").await;
        let pause = json!({ "lane": world.lane, "reason": "look", "actor": admin() });
        world.stage.ok("withdrawals.pause_lane", pause).await;
        world.answer(&job).await;
        assert_eq!(world.get(&wd).await["waiting"], "lane");
        assert_eq!(max_gas(world, json!({ "max_gas": 100_000 })).await, 100_000);
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        world.wait(10).await;
        is_too_dear(world, &wd, 100_000).await;
    }

    /// A bound for gas stays as it is when it is left out; a new asset's is 500,000.
    async fn a_bound_for_gas_is_kept_and_shown(world) {
        assert_eq!(max_gas(world, json!({})).await, 500_000);
        for (more, shown) in [
            (json!({ "max_gas": 21_000 }), 21_000),
            (json!({ "fee": "0.20 USDC" }), 21_000),
            (json!({ "max_gas": 30_000_000 }), 30_000_000),
            (json!({ "max_gas": null }), 30_000_000),
        ] {
            assert_eq!(max_gas(world, more.clone()).await, shown, "{more}");
        }
        for wrong in [json!(20_999), json!(30_000_001), json!("100000"), json!(1.5), json!(-1)] {
            let args = usdc(&json!({ "max_gas": wrong }));
            world.stage.bad("withdrawals.set_asset", args, "invalid_request", "max_gas").await;
        }
        let assets = world.stage.ok("withdrawals.assets", json!({})).await;
        let shown = assets["items"].as_array().unwrap().iter().map(|asset| &asset["max_gas"]);
        assert_eq!(shown.collect::<Vec<_>>(), [&json!(500_000), &json!(30_000_000)], "{assets:#}");
    }
}
