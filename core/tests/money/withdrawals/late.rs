//! Nodes count a nonce as used, and show the receipt of what has used it later: nobody is blamed at once, and
//! a lane that was paused for that goes on by itself.

use super::{ADDRESSES, KEYS, World, admin, json, with};
use crate::support::Value;
use crate::withdrawals::chain::{GWEI, signed};

/// A withdrawal that is in a final block, of which no node shows the receipt.
async fn hidden(world: &mut World) -> Value {
    let wd = world.request(json!({})).await;
    world.waits_until(&wd, "broadcasted").await;
    let nonce = crate::withdrawals::nodes::number(&world.get(&wd).await["nonce"]);
    world.nodes.hidden.push(nonce);
    wd
}

/// Blocks until people are asked about its nonce.
async fn blamed(world: &mut World, wd: &Value) {
    for _ in 0..150 {
        if world.get(wd).await["attention"]["code"] == "nonce_taken" {
            return;
        }
        world.block().await;
    }
    panic!("nobody is asked: {:#}", world.get(wd).await);
}

async fn is_paused(world: &World, reason: &str) {
    let lane = world.lane().await;
    assert_eq!((&lane["state"], &lane["reason"]), (&json!("paused"), &json!(reason)), "{lane}");
}

async fn is_active(world: &World) {
    let lane = world.lane().await;
    assert_eq!((&lane["state"], &lane["reason"]), (&json!("active"), &Value::Null), "{lane}");
}

/// The messages to admins about the lane, in order: the event, and why.
async fn told_of_lane(world: &World) -> Vec<String> {
    let told = world.stage.ok("jobs.list", json!({ "kind": "notify.admins", "limit": 500 })).await;
    let mut all: Vec<(String, String)> = Vec::new();
    for job in told["items"].as_array().unwrap() {
        let of = &job["payload"];
        if of["lane"] == world.lane.as_str() {
            let text = [&of["event"], &of["reason"]].map(|word| word.as_str().unwrap().to_owned()).join(" ");
            all.push((job["created_at"].as_str().unwrap().to_owned(), text));
        }
    }
    all.sort();
    all.into_iter().map(|(_, text)| text).collect()
}

with_chain! {
    /// The lane was paused at the first look, the withdrawal was confirmed seconds later, and the lane stayed
    /// paused until somebody had looked.
    async fn a_receipt_that_is_late_blames_nobody(world) {
        let wd = hidden(world).await;
        world.blocks(30).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["attention"]), (&json!("broadcasted"), &Value::Null), "{waits:#}");
        is_active(world).await;
        // what comes after it is not held up
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
        world.nodes.hidden.clear();
        world.until(&wd, "confirmed").await;
        is_active(world).await;
        assert_eq!(told_of_lane(world).await, [""; 0]);
        assert_eq!((world.received(&wd), world.received(&next), world.used_nonces()), (100_000_000, 100_000_000, 2));
    }

    /// Minutes without a block prove as little as a block without minutes.
    async fn without_a_block_nobody_is_blamed(world) {
        let wd = hidden(world).await;
        world.nodes.ledger.mine_many(10);
        world.wait(100).await;
        assert_eq!(world.get(&wd).await["attention"], Value::Null);
        is_active(world).await;
        world.blocks(2).await;
        assert_eq!(world.get(&wd).await["attention"]["code"], "nonce_taken");
        is_paused(world, "foreign_nonce").await;
    }

    /// Receipts that are minutes late end the pause that was for them, once all of them are there.
    async fn receipts_that_explain_a_pause_end_it(world) {
        let (first, second) = (hidden(world).await, hidden(world).await);
        blamed(world, &first).await;
        blamed(world, &second).await;
        is_paused(world, "foreign_nonce").await;
        let next = world.request(json!({})).await;
        world.blocks(3).await;
        assert_eq!(world.get(&next).await["waiting"], "lane");
        world.nodes.hidden = vec![1];
        world.until(&first, "confirmed").await;
        is_paused(world, "foreign_nonce").await;
        world.nodes.hidden.clear();
        assert_eq!(world.until(&second, "confirmed").await["attention"], Value::Null);
        is_active(world).await;
        assert_eq!(told_of_lane(world).await, ["lane.paused foreign_nonce", "lane.resumed explained"]);
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "2");
        for wd in [&first, &second, &next] {
            assert_eq!(world.received(wd), 100_000_000);
        }
    }

    /// A pause of a person's is not ended, also where the lane was paused already.
    async fn a_person_ends_the_pause_of_a_person(world) {
        let wd = hidden(world).await;
        blamed(world, &wd).await;
        is_paused(world, "foreign_nonce").await;
        let pause = json!({ "lane": world.lane, "reason": "who has the key?", "actor": admin() });
        let paused = world.stage.ok("withdrawals.pause_lane", pause.clone()).await;
        assert_eq!(paused["replayed"], false, "{paused}");
        world.nodes.hidden.clear();
        world.until(&wd, "confirmed").await;
        is_paused(world, "who has the key?").await;
        let again = world.stage.ok("withdrawals.pause_lane", with(pause, &json!({ "reason": "still" }))).await;
        assert_eq!(again["replayed"], true, "{again}");
        world.blocks(5).await;
        is_paused(world, "who has the key?").await;
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        is_active(world).await;
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// A lane that is retired meanwhile stays so.
    async fn a_lane_that_retires_does_not_resume(world) {
        let wd = hidden(world).await;
        blamed(world, &wd).await;
        world.stage.ok("withdrawals.retire_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        world.nodes.hidden.clear();
        world.until(&wd, "confirmed").await;
        world.blocks(3).await;
        assert_eq!(world.lane().await["state"], "retired");
    }

    /// Meanwhile it is proven that somebody else signs with the key: a receipt of ours does not refute that.
    async fn what_is_proven_is_not_explained(world) {
        let wd = hidden(world).await;
        blamed(world, &wd).await;
        let key = earnest_evm::Key::from_hex(KEYS[0]).unwrap();
        world.nodes.ledger.take(&signed(&key, 1, ADDRESSES[1], 7, 100 * GWEI)).unwrap();
        world.blocks(5).await;
        world.nodes.hidden.clear();
        world.until(&wd, "confirmed").await;
        world.blocks(5).await;
        is_paused(world, "foreign_nonce").await;
        assert_eq!(told_of_lane(world).await, ["lane.paused foreign_nonce"]);
        let adopt = json!({ "lane": world.lane, "adopt": true, "actor": admin() });
        world.stage.ok("withdrawals.resume_lane", adopt).await;
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "2");
    }
}
