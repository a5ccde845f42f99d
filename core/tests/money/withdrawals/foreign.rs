//! Somebody else signs with the key of a lane: nonces that are not ours pause it, and nobody is paid twice.

use super::{ADDRESSES, KEYS, World, admin, json};
use crate::support::Value;
use crate::withdrawals::chain::{Fate, GWEI, signed};

/// Signs another program's transaction with the key of the lane.
fn other(nonce: u64) -> String {
    let key = earnest_evm::Key::from_hex(KEYS[0]).unwrap();
    signed(&key, nonce, ADDRESSES[1], 7, 100 * GWEI)
}

/// The payment itself, as another database signs it: at another price.
fn same_payment(raw: &str) -> String {
    let read = earnest_evm::Transaction::decode(&hex::decode(&raw[2..]).unwrap()).unwrap();
    let mut tx = read.transaction().to_json();
    tx["max_fee_per_gas"] = (100 * GWEI).to_string().into();
    let key = earnest_evm::Key::from_hex(KEYS[0]).unwrap();
    let signed = earnest_evm::Transaction::from_json(&tx).unwrap().sign(&key).unwrap().to_json();
    signed["raw"].as_str().unwrap().to_owned()
}

/// A withdrawal that waits to be sent, whose nonce the other program takes first.
async fn overtaken(world: &mut World) -> Value {
    let wd = world.request(json!({})).await;
    let job = world.job_of(&wd, "chain.broadcast").await;
    let nonce = crate::withdrawals::nodes::number(&world.get(&wd).await["nonce"]);
    world.nodes.ledger.take(&other(nonce)).unwrap();
    world.nodes.ledger.mine();
    world.answer(&job).await;
    wd
}

/// Blocks until people are asked about its nonce.
async fn asked_about(world: &mut World, wd: &Value) {
    for _ in 0..120 {
        if world.get(wd).await["attention"]["code"] == "nonce_taken" {
            return;
        }
        world.block().await;
    }
    panic!("nobody is asked: {:#}", world.get(wd).await);
}

/// The block of what had its nonce is gone: nobody settles that any more, and its own bytes are final.
async fn is_free_again(world: &mut World, wd: &Value) {
    let ledger = &mut world.nodes.ledger;
    let first = ledger.receipts(u64::MAX).map(|(block, _)| block.number).min().unwrap();
    ledger.reorganise(ledger.head(0).number - first + 1, Fate::Lost);
    for _ in 0..20 {
        world.wait(1).await;
        if world.get(wd).await["attention"].is_null() {
            break;
        }
    }
    let waits = world.get(wd).await;
    assert_eq!((&waits["attention"], &waits["block"]), (&Value::Null, &Value::Null), "{waits:#}");
    let settle = json!({ "withdrawal": wd["id"], "paid": true, "reason": "seen before", "actor": admin() });
    world.stage.no("withdrawals.settle", settle, "condition_not_met").await;
    let paid = world.until(wd, "confirmed").await;
    assert_eq!((&paid["nonce"], world.received(wd)), (&json!("0"), 100_000_000), "{paid:#}");
    assert_eq!((world.alice().await.as_str(), world.used_nonces()), ("9899.90 0.00 9899.90", 1));
}

with_chain! {
    /// The chain is above our counter: the lane is paused, says why, and goes on only when an admin adopts
    /// it.
    async fn a_nonce_above_ours_pauses_a_lane(world) {
        world.nodes.ledger.take(&other(0)).unwrap();
        world.nodes.ledger.mine();
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        world.wait(20).await;
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["reason"], &lane["next_nonce"]), (&json!("paused"), &json!("foreign_nonce"), &json!("0")), "{lane}");
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("lane")), "{waits}");
        let health = world.stage.ok("admin.health", json!({})).await;
        assert_ne!(health["status"], "healthy", "{health}");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "adopt": true, "actor": admin() })).await;
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["nonce"], world.received(&wd)), (&json!("1"), 100_000_000), "{paid}");
    }

    /// Where only a look at the lane has told that the chain is above our counter, `adopt` moves up to that.
    async fn what_a_look_at_the_lane_tells_is_adopted(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.mine();
        world.nodes.ledger.take(&other(1)).unwrap();
        for _ in 0..12 {
            world.nodes.ledger.mine();
            world.stage.advance("PT2S");
            world.turn_with(&["chain.observe"]).await;
        }
        assert_eq!(world.get(&wd).await["state"], "confirmed");
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["reason"], &lane["next_nonce"]), (&json!("paused"), &json!("foreign_nonce"), &json!("1")), "{lane}");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "adopt": true, "actor": admin() })).await;
        assert_eq!(world.lane().await["next_nonce"], "2");
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "2");
    }

    /// The other's transaction is final under our nonce, and shown: it failed, is paid back, and the lane
    /// rests.
    async fn a_nonce_that_is_taken_is_shown(world) {
        let wd = overtaken(world).await;
        let over = world.until(&wd, "failed").await;
        assert_eq!(over["failure"]["code"], "nonce_taken", "{over:#}");
        assert_eq!((world.alice().await.as_str(), world.received(&wd)), ("10000.00 0.00 10000.00", 0));
        assert_eq!(world.lane().await["state"], "paused");
        let next = world.request(json!({})).await;
        world.blocks(5).await;
        assert_eq!(world.get(&next).await["waiting"], "lane");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// A nonce may be taken by a payment to our payee, which a history that was left, or another database,
    /// has sent. Nothing is paid back before somebody has looked, and the lane is paused once.
    async fn a_nonce_that_is_taken_by_the_payment(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        let raw = same_payment(job["payload"]["raw"].as_str().unwrap());
        world.nodes.ledger.take(&raw).unwrap();
        world.nodes.ledger.mine();
        world.answer(&job).await;
        world.blocks(20).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["attention"]["code"], &waits["failure"]), (&json!("nonce_taken"), &Value::Null), "{waits:#}");
        assert_eq!((world.alice().await.as_str(), world.received(&wd)), ("10000.00 100.10 9899.90", 100_000_000));
        assert_eq!(world.lane().await["state"], "paused");
        let resume = json!({ "lane": world.lane, "actor": admin() });
        world.stage.ok("withdrawals.resume_lane", resume).await;
        world.blocks(5).await;
        assert_eq!(world.lane().await["state"], "active", "it is not paused again for the same");
        let settle = json!({ "paid": true, "reason": "seen on an explorer", "actor": admin() });
        assert_eq!(world.order("settle", &wd, settle).await["state"], "confirmed");
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
        world.blocks(40).await;
        assert_eq!((&world.get(&wd).await["state"], world.received(&wd)), (&json!("confirmed"), 100_000_000));
    }

    /// Nobody shows what has it: nothing is paid back, and people are asked.
    async fn a_nonce_that_is_taken_is_not_shown(world) {
        world.nodes.shows_foreign = false;
        let wd = overtaken(world).await;
        asked_about(world, &wd).await;
        let waits = world.get(&wd).await;
        assert!(waits["failure"].is_null(), "{waits:#}");
        assert_eq!(world.alice().await, "10000.00 100.10 9899.90");
        let told = world.stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        assert!(told.to_string().contains(wd["id"].as_str().unwrap()), "{told}");
        let found = world.stage.ok("withdrawals.list", json!({ "attention": "nonce_taken" })).await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
        // and once somebody shows it, nobody needs to be asked any more
        world.nodes.shows_foreign = true;
        world.until(&wd, "failed").await;
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
    }

    /// Nobody shows what has it, and whoever that is may use the next one too: what is bound goes on, and
    /// nothing more is bound before somebody has looked. The lane rests for that once.
    async fn a_nonce_that_nobody_shows_pauses_the_lane(world) {
        world.nodes.shows_foreign = false;
        let wd = overtaken(world).await;
        let bound = world.request(json!({})).await;
        world.waits_until(&bound, "broadcasted").await;
        asked_about(world, &wd).await;
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["reason"]), (&json!("paused"), &json!("foreign_nonce")), "{lane}");
        let next = world.request(json!({})).await;
        world.blocks(5).await;
        let waits = world.get(&next).await;
        assert_eq!((&waits["waiting"], &waits["nonce"]), (&json!("lane"), &Value::Null), "{waits:#}");
        assert_eq!(world.until(&bound, "confirmed").await["nonce"], "1");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "2");
        world.blocks(5).await;
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["in_flight"]), (&json!("active"), &json!(1)), "paused again: {lane}");
    }

    /// Nobody shows what has it. What waits behind it is bid for all the same, because the chain waits for
    /// that.
    async fn what_waits_behind_a_nonce_that_nobody_shows_goes_on(world) {
        world.nodes.shows_foreign = false;
        let wd = overtaken(world).await;
        asked_about(world, &wd).await;
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        world.nodes.ledger.least_tip = 2 * GWEI;
        let next = world.request(json!({})).await;
        world.waits_until(&next, "broadcasted").await;
        world.order("speed_up", &next, json!({ "actor": admin() })).await;
        let paid = world.until(&next, "confirmed").await;
        assert!(paid["attempts"].as_array().unwrap().len() > 2, "nobody has bid for it: {paid:#}");
        assert_eq!((&paid["nonce"], world.received(&next)), (&json!("1"), 100_000_000));
        let waits = world.get(&wd).await;
        assert_eq!(waits["attention"]["code"], "nonce_taken", "{waits:#}");
        world.nodes.shows_foreign = true;
        world.until(&wd, "failed").await;
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
    }

    /// It was shown, and nodes show it for a while only. That they do not any more is no news: nothing is
    /// signed, nobody is asked, and the lane goes on.
    async fn what_is_not_shown_any_more_stays_taken(world) {
        let wd = overtaken(world).await;
        let before = world.until(&wd, "failed").await;
        world.nodes.shows_foreign = false;
        world.blocks(80).await;
        let after = world.get(&wd).await;
        assert_eq!(
            (&after["state"], &after["attention"], &after["attempts"]),
            (&json!("failed"), &Value::Null, &before["attempts"]),
            "{after:#}"
        );
        let lane = world.lane().await;
        assert_eq!((&lane["in_flight"], &lane["next_nonce"]), (&json!(0), &json!("1")), "{lane}");
        let adopt = json!({ "lane": world.lane, "adopt": true, "actor": admin() });
        world.stage.ok("withdrawals.resume_lane", adopt).await;
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
        world.stage.ok("withdrawals.retire_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        world.blocks(40).await;
        assert_eq!(world.lane().await["state"], "retired");
    }

    /// It was shown, and a fork takes it away: a quorum says that nothing has used the nonce, and a no-op
    /// fills it.
    async fn a_nonce_that_was_taken_and_shown_is_filled_again(world) {
        let wd = overtaken(world).await;
        world.until(&wd, "failed").await;
        world.nodes.ledger.reorganise(12, Fate::Lost);
        world.blocks(80).await;
        let over = world.get(&wd).await;
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("nonce_taken")), "{over:#}");
        let kinds: Vec<&Value> = over["attempts"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, [&json!("pay"), &json!("noop")], "{over:#}");
        assert_eq!((world.received(&wd), world.used_nonces()), (0, 1));
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// Nobody shows what had it, and a fork takes that away.
    async fn a_nonce_that_was_taken_unseen_is_free_again(world) {
        world.nodes.shows_foreign = false;
        let wd = overtaken(world).await;
        asked_about(world, &wd).await;
        is_free_again(world, &wd).await;
    }

    /// A nonce that a payment to our payee had taken is free again when a fork takes that away.
    async fn a_nonce_that_the_payment_had_is_free_again(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        let raw = same_payment(job["payload"]["raw"].as_str().unwrap());
        world.nodes.ledger.take(&raw).unwrap();
        world.nodes.ledger.mine();
        world.answer(&job).await;
        asked_about(world, &wd).await;
        is_free_again(world, &wd).await;
    }

    /// Bytes that another key signed prove nothing.
    async fn bytes_of_another_key_prove_nothing(world) {
        world.nodes.shows_foreign = false;
        let wd = overtaken(world).await;
        let key = earnest_evm::Key::from_hex(KEYS[1]).unwrap();
        let stranger = signed(&key, 0, ADDRESSES[0], 7, 100 * GWEI);
        for _ in 0..10 {
            world.nodes.ledger.mine();
            world.stage.advance("PT2S");
            world.stage.ok("jobs.run_due", json!({})).await;
            for job in world.lease(&crate::withdrawals::KINDS).await {
                let mut result = world.result(&job);
                if job["kind"] == "chain.observe" {
                    for view in result["views"].as_array_mut().unwrap() {
                        view["foreign"] = json!([{ "raw": stranger, "block": view["finalized"], "status": 1 }]);
                    }
                }
                // refused or not counted
                let _ = world.stage.call("jobs.complete", crate::withdrawals::said(&job, &json!({ "result": result }))).await;
            }
        }
        let waits = world.get(&wd).await;
        assert!(waits["state"] != "failed" && waits["failure"].is_null(), "{waits:#}");
        assert_eq!(world.alice().await, "10000.00 100.10 9899.90");
    }

    /// The counter is moved to the chain's only while nothing of ours is unsettled.
    async fn a_counter_is_not_moved_under_way(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        let pause = json!({ "lane": world.lane, "reason": "look", "actor": admin() });
        world.stage.ok("withdrawals.pause_lane", pause).await;
        let adopt = json!({ "lane": world.lane, "adopt": true, "actor": admin() });
        world.stage.no("withdrawals.resume_lane", adopt.clone(), "condition_not_met").await;
        // a paused lane binds nothing, and what is under way ends
        world.until(&wd, "confirmed").await;
        world.stage.ok("withdrawals.resume_lane", adopt).await;
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }
}
