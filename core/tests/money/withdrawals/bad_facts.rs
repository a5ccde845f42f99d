//! Reports on a chain itself that are not what they should be: they are refused by name, and nothing of a
//! chain, a lane or an asset changes.

use super::bad_reports::{but, refused};
use super::json;
use crate::support::Value;

with_chain! {
    /// Every member of a view of `chain.facts`, of another type, out of its range, or unknown.
    async fn facts_of_another_shape(world) {
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        world.stage.ok("jobs.run_due", json!({})).await;
        let job = world.lease(&["chain.facts"]).await.remove(0);
        let right = world.result(&job);
        let huge = format!("0x1{}", "0".repeat(64));
        for (member, value, field) in [
            ("endpoint", json!(""), "result.views[0].endpoint"),
            ("chain_id", Value::Null, "result.views[0].chain_id"),
            ("chain_id", json!(31_337), "result.views[0].chain_id"),
            ("chain_id", json!(huge), "result.views[0].chain_id"),
            ("more", json!(1), "result.views[0].more"),
            ("head", json!({ "number": "1" }), "result.views[0].head.hash"),
            ("head", json!({ "number": "18446744073709551616", "hash": right["views"][0]["head"]["hash"] }), "result.views[0].head.number"),
            ("finalized", json!("latest"), "result.views[0].finalized"),
            ("fees", json!({ "base_fee": huge, "priority_fee": "1" }), "result.views[0].fees.base_fee"),
            ("fees", json!({ "base_fee": "1" }), "result.views[0].fees.priority_fee"),
            ("fees", json!({ "base_fee": "1", "priority_fee": "1", "tip": "1" }), "result.views[0].fees.tip"),
            ("lanes", json!({}), "result.views[0].lanes"),
            ("lanes", json!([{ "lane": 7 }]), "result.views[0].lanes[0].lane"),
            ("lanes", json!([{ "lane": "x", "nonce": { "latest": "1" } }]), "result.views[0].lanes[0].nonce.pending"),
            ("lanes", json!([{ "lane": "x", "nonce": { "latest": "-1", "pending": "1" } }]), "result.views[0].lanes[0].nonce.latest"),
            ("lanes", json!([{ "lane": "x", "code": 1 }]), "result.views[0].lanes[0].code"),
            ("lanes", json!([{ "lane": "x", "native": "1.5" }]), "result.views[0].lanes[0].native"),
            ("lanes", json!([{ "lane": "x", "tokens": { "USDC": 5 } }]), "result.views[0].lanes[0].tokens.USDC"),
            ("lanes", json!([{ "lane": "x", "tokens": [] }]), "result.views[0].lanes[0].tokens"),
            ("assets", json!([[]]), "result.views[0].assets[0]"),
            ("assets", json!([{ "currency": "USDC", "decimals": 256 }]), "result.views[0].assets[0].decimals"),
            ("assets", json!([{ "currency": "USDC", "code": "0x0" }]), "result.views[0].assets[0].code"),
        ] {
            refused(world, &job, but(&right, member, value), field).await;
        }
        for (wrong, field) in [
            (Value::Null, "result"),
            (json!("views"), "result"),
            (json!({ "view": [] }), "result.view"),
            (json!({ "views": [right["views"][0], right["views"][0]] }), "result.views"),
            (json!({ "views": vec![right["views"][0].clone(); 65] }), "result.views"),
        ] {
            refused(world, &job, wrong, field).await;
        }
        world.report(&job, right).await;
        world.until(&wd, "confirmed").await;
        assert_eq!(world.received(&wd), 100_000_000);
    }

    /// Of other chains, of strangers, and of fewer than a quorum: nothing is known by them, and it is asked
    /// again.
    async fn facts_that_count_as_none(world) {
        for wrong in ["chain", "endpoint", "alone", "nobody"] {
            world.stage.advance("PT31S");
            let wd = world.request(json!({})).await;
            world.stage.ok("jobs.run_due", json!({})).await;
            let job = world.lease(&["chain.facts"]).await.remove(0);
            let before = world.stage.ok("withdrawals.chains", json!({})).await["items"][0]["now"].clone();
            let mut result = world.result(&job);
            let views = result["views"].as_array_mut().unwrap();
            match wrong {
                "alone" => views.truncate(1),
                "nobody" => views.clear(),
                _ => {}
            }
            for (n, view) in views.iter_mut().enumerate() {
                view["fees"] = json!({ "base_fee": "1", "priority_fee": "1" });
                match wrong {
                    "chain" => view["chain_id"] = json!("1"),
                    "endpoint" => view["endpoint"] = json!(format!("stranger-{n}")),
                    _ => {}
                }
            }
            world.report(&job, result).await;
            let chain = world.stage.ok("withdrawals.chains", json!({})).await["items"][0].clone();
            assert_eq!(chain["now"], before, "{wrong}: {chain:#}");
            assert_eq!(world.get(&wd).await["nonce"], Value::Null, "{wrong}");
            world.until(&wd, "confirmed").await;
        }
        assert_eq!(world.used_nonces(), 4);
    }
}
