//! Jobs that give up, and the order that has them written again: each time that one has.

use super::{World, admin, json, other_admin, said};
use crate::support::Value;

/// The simulation of a withdrawal fails as often as it may be tried.
async fn gives_up(world: &mut World, withdrawal: &Value) {
    for _ in 0..100 {
        if world.get(withdrawal).await["attention"]["code"] == "retries_exhausted" {
            return;
        }
        world.stage.ok("jobs.run_due", json!({})).await;
        for job in world.lease(&["chain.facts", "chain.simulate"]).await {
            if job["kind"] == "chain.facts" {
                world.answer(&job).await;
                continue;
            }
            // soon enough for the next lease, so that nothing waits for its pauses
            let soon = earnest::Time::from_micros(world.stage.clock.now().micros() + 1_000).to_string();
            let failed = said(&job, &json!({ "error": "no answer", "retry_at": soon }));
            world.stage.ok("jobs.fail", failed).await;
        }
        world.stage.advance("PT2S");
    }
    panic!("it does not give up: {:#}", world.get(withdrawal).await);
}

with_chain! {
    /// The same actor orders it as often as a job gives up, without a key; sent twice it is one order.
    async fn what_gives_up_again_is_written_again(world) {
        let wd = world.request(json!({})).await;
        let order = json!({ "withdrawal": wd["id"], "actor": admin() });
        world.stage.no("withdrawals.retry", order.clone(), "condition_not_met").await;
        for round in 1..=3 {
            gives_up(world, &wd).await;
            let reply = world.stage.ok("withdrawals.retry", order.clone()).await;
            let attention = &reply["withdrawal"]["attention"];
            assert_eq!((&reply["replayed"], attention), (&json!(false), &Value::Null), "{round}: {reply:#}");
            let again = world.stage.ok("withdrawals.retry", order.clone()).await;
            assert_eq!(again["replayed"], true, "{round}: {again:#}");
        }
        assert_eq!(world.until(&wd, "confirmed").await["nonce"], "0");
        assert_eq!(world.received(&wd), 100_000_000);
        assert_eq!(world.stage.ok("withdrawals.retry", order).await["replayed"], true);
        let other = json!({ "withdrawal": wd["id"], "actor": other_admin() });
        world.stage.no("withdrawals.retry", other, "transition_not_allowed").await;
    }
}
