//! Lanes: how they open, how many are sent at once, how several share the work, and what their keys sign.

use super::{ADDRESSES, CHAIN, Custody, TOKEN, World, admin, chain_args, json, with};
use crate::support::{Kind, Value};
use crate::withdrawals::chain::at;
use crate::withdrawals::nodes::Mood;

async fn requested(world: &mut World, count: u32) -> Vec<Value> {
    let mut all = Vec::new();
    for _ in 0..count {
        // jobs of one moment are leased in no order
        world.stage.advance("PT0.000001S");
        all.push(world.request(json!({ "amount": "10.00 USDC" })).await);
    }
    all
}

with_chain! {
    /// Sixteen may be sent and not yet be in a block; the others wait, and nobody loses his place.
    async fn a_window_of_sixteen(world) {
        let all = requested(world, 20).await;
        world.wait(10).await;
        let lane = world.lane().await;
        assert_eq!((&lane["next_nonce"], &lane["in_flight"]), (&json!("16"), &json!(16)), "{lane}");
        let mut waiting = 0;
        for wd in &all {
            waiting += u32::from(world.get(wd).await["waiting"] == "window");
        }
        assert_eq!(waiting, 4);
        for wd in &all {
            world.until(wd, "confirmed").await;
            assert_eq!(world.received(wd), 10_000_000);
        }
        assert_eq!((world.used_nonces(), world.lane().await["in_flight"].clone()), (20, json!(0)));
    }

    /// Nonces have no gaps and no doubles, and the oldest is first.
    async fn nonces_are_gapless_and_the_oldest_is_first(world) {
        let all = requested(world, 12).await;
        let mut nonces = Vec::new();
        for wd in &all {
            world.waits_until(wd, "broadcasted").await;
            nonces.push(crate::withdrawals::nodes::number(&world.get(wd).await["nonce"]));
        }
        assert_eq!(nonces, (0..12).collect::<Vec<u64>>());
        for wd in &all {
            world.until(wd, "confirmed").await;
        }
    }

    /// Two lanes share the work: the emptier one is next.
    async fn two_lanes_share_the_work(world) {
        let second = world.open_lane(1, Custody::Vault, &json!({})).await;
        world.turn().await;
        let all = requested(world, 10).await;
        let mut of_second = 0;
        for wd in &all {
            world.waits_until(wd, "broadcasted").await;
            of_second += u32::from(world.get(wd).await["lane"] == second["id"]);
        }
        assert_eq!(of_second, 5);
        for wd in &all {
            world.until(wd, "confirmed").await;
            assert_eq!(world.received(wd), 10_000_000);
        }
        let used = world.nodes.ledger.state().nonce(&at(ADDRESSES[1]));
        assert_eq!((world.used_nonces(), used), (5, 5));
        // one that is paused leaves it to the other
        world.stage.ok("withdrawals.pause_lane", json!({ "lane": second["id"], "reason": "audit" })).await;
        for wd in requested(world, 3).await {
            assert_eq!(world.until(&wd, "confirmed").await["lane"], world.lane);
        }
        let lanes = world.stage.ok("withdrawals.lanes", json!({ "state": "paused" })).await;
        assert_eq!(lanes["items"].as_array().unwrap().len(), 1, "{lanes}");
    }

    /// A wallet with code (EIP-7702) opens no lane.
    async fn a_wallet_with_code_opens_no_lane(world) {
        world.nodes.wallet_has_code = true;
        let lane = world.open_lane(1, Custody::Vault, &json!({})).await;
        world.turn().await;
        world.wait(5).await;
        let found = world.lane_of(lane["id"].as_str().unwrap()).await;
        assert_ne!(found["state"], "active", "{found}");
        world.nodes.wallet_has_code = false;
        let wd = world.request(json!({})).await;
        assert_eq!(world.until(&wd, "confirmed").await["lane"], world.lane);
    }

    /// A lane opens when a quorum says the same of it, with the counter of the chain.
    async fn a_lane_begins_where_the_chain_is(world) {
        let key = earnest_evm::Key::from_hex(crate::withdrawals::KEYS[1]).unwrap();
        for nonce in 0..3 {
            let raw = crate::withdrawals::chain::signed(&key, nonce, ADDRESSES[0], 1, 100 * crate::withdrawals::chain::GWEI);
            world.nodes.ledger.take(&raw).unwrap();
        }
        world.nodes.ledger.mine_many(5);
        for name in ["north", "east"] {
            world.nodes.set(name, Mood::Down);
        }
        let lane = world.open_lane(1, Custody::Vault, &json!({ "window": 4 })).await;
        let id = lane["id"].as_str().unwrap().to_owned();
        assert!(id.starts_with("ln_"), "{lane}");
        world.wait(5).await;
        assert_eq!(world.lane_of(&id).await["state"], "opening");
        world.nodes.set_all(Mood::Honest);
        world.stage.advance("PT1M");
        world.wait(5).await;
        let lane = world.lane_of(&id).await;
        assert_eq!((&lane["state"], &lane["next_nonce"], &lane["window"]), (&json!("active"), &json!("3"), &json!(4)), "{lane}");
    }

    /// One lane for a chain and a key; it is paused, resumed and retired, and what is under way ends.
    async fn a_lane_is_retired_at_its_last_nonce(world) {
        let lane = world.lane().await;
        let again = json!({ "chain": CHAIN, "key": lane["key"] });
        let details = world.stage.no("withdrawals.open_lane", again, "lane_exists").await;
        assert_eq!(details["lane"], lane["id"], "{details}");
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.stage.ok("withdrawals.retire_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        assert_ne!(world.lane().await["state"], "retired", "one of its nonces is not final");
        world.until(&wd, "confirmed").await;
        world.blocks(3).await;
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["final_nonce"]), (&json!("retired"), &json!("0")), "{lane}");
        let next = world.request(json!({})).await;
        world.blocks(5).await;
        assert_eq!(world.get(&next).await["waiting"], "lane");
        for (name, args) in [
            ("lane", json!({})),
            ("pause_lane", json!({ "reason": "x", "actor": admin() })),
            ("resume_lane", json!({ "actor": admin() })),
            ("retire_lane", json!({ "actor": admin() })),
        ] {
            let args = with(args, &json!({ "lane": "ln_019b76da-a800-7000-8000-000000000000" }));
            world.stage.no(&format!("withdrawals.{name}"), args, "lane_not_found").await;
        }
    }

    /// The last nonce is 2^64 - 2 (EIP-2681). The simulation of the withdrawal after it was `corrupted`, time
    /// and again, in place of a wait for another lane.
    async fn a_counter_at_its_end_is_no_damage(world) {
        let last = u64::MAX - 1;
        world.nodes.ledger.count_from(ADDRESSES[1], last);
        world.nodes.ledger.mine_many(5);
        let full = world.open_lane(1, Custody::Vault, &json!({})).await;
        world.turn().await;
        world.stage.ok("withdrawals.pause_lane", json!({ "lane": world.lane, "reason": "audit" })).await;
        let wd = world.request(json!({})).await;
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["lane"], &paid["nonce"]), (&full["id"], &json!(last.to_string())), "{paid:#}");
        let next = world.request(json!({})).await;
        world.wait(3).await;
        let waits = world.get(&next).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("lane")), "{waits:#}");
        let quote = json!({ "chain": CHAIN, "amount": "100.00 USDC" });
        assert_eq!(world.stage.ok("withdrawals.quote", quote).await["waiting"], "lane");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane })).await;
        assert_eq!(world.until(&next, "confirmed").await["lane"], world.lane);
        assert_eq!((world.received(&wd), world.received(&next)), (100_000_000, 100_000_000));
    }

    /// A new chain was written twice, so that it began with version 2; and its finality had both members, one
    /// of them null, of which a request takes one.
    async fn a_new_chain_is_written_once(world) {
        let new = chain_args(&json!({ "chain": "other", "chain_id": "5" }));
        let set = world.stage.ok("withdrawals.set_chain", new).await["chain"].clone();
        assert_eq!((&set["version"], &set["finality"]), (&json!(1), &json!({ "tag": "finalized" })), "{set}");
        let deep = json!({ "chain": "other", "finality": { "depth": 20 }, "expected_version": 1 });
        let set = world.stage.ok("withdrawals.set_chain", deep).await["chain"].clone();
        assert_eq!((&set["version"], &set["finality"]), (&json!(2), &json!({ "depth": 20 })), "{set}");
        let same = json!({ "chain": "other", "finality": set["finality"] });
        assert_eq!(world.stage.ok("withdrawals.set_chain", same).await["replayed"], true);
        let jobs = world.lease(&["chain.facts"]).await;
        let asked = jobs.iter().filter(|job| job["payload"]["chain"] == "other").count();
        assert_eq!(asked, 1, "its facts are asked for once: {jobs:?}");
    }

    /// The key of a lane signs for its lane alone: a permit would empty the wallet as well.
    async fn a_key_of_a_lane_signs_for_it_alone(world) {
        let key = world.lane().await["key"].clone();
        let tx = json!({ "chain_id": "31337", "nonce": "0", "to": TOKEN, "value": "0", "gas_limit": "21000",
            "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1" });
        for (name, more) in [("sign_transaction", json!({ "tx": tx })), ("sign_message", json!({ "message": "hello" }))] {
            let args = with(json!({ "key": key, "actor": admin() }), &more);
            world.stage.no_matter(&format!("signing.{name}"), args, "not_permitted").await;
        }
    }

    /// A withdrawal that the key's policy refuses is not bound, and uses no nonce.
    async fn a_policy_of_the_key_is_judged_first(world) {
        let key = world.lane().await["key"].clone();
        let policy = json!({ "key": key, "chain_ids": ["31337"], "recipients": ["0x00000000000000000000000000000000000000cc"] });
        world.stage.ok("signing.set_key_policy", policy).await;
        let wd = world.request(json!({})).await;
        world.wait(10).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["attention"]["code"]), (&json!("pending"), &json!("sign_refused")), "{waits:#}");
        assert_eq!((&waits["nonce"], world.lane().await["next_nonce"].clone()), (&Value::Null, json!("0")), "{waits}");
        world.order("cancel", &wd, json!({ "actor": "alina" })).await;
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
    }
}

/// Keys of the host likewise: what has a lane is not prepared for anything else.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_key_of_a_lane_is_not_prepared() {
    let world = World::with(Kind::Memory, Custody::Host).await;
    let key = world.lane().await["key"].clone();
    let message = json!({ "key": key, "message": "hello", "actor": admin() });
    world.stage.no_matter("signing.prepare", message.clone(), "not_permitted").await;
    let signature = format!("0x{}1b", "11".repeat(64));
    let complete = with(message, &json!({ "signature": signature }));
    world.stage.no_matter("signing.complete", complete, "not_permitted").await;
    world.finish().await;
}

/// Chains are changed but for what they are.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_is_set_again() {
    let world = World::open(Kind::Memory).await;
    let before = world.stage.state().await;
    let again = world.stage.ok("withdrawals.set_chain", chain_args(&json!({}))).await;
    assert_eq!((&again["replayed"], world.stage.state().await), (&json!(true), before), "{again}");
    let cap = json!({ "chain": CHAIN, "fee_cap": "2000000000000", "bump_bps": 2_000 });
    let set = world.stage.ok("withdrawals.set_chain", cap).await["chain"].clone();
    assert_eq!(
        (&set["fee_cap"], &set["bump_bps"], &set["chain_id"]),
        (&json!("2000000000000"), &json!(2_000), &json!("31337")),
        "{set}"
    );
    let other = chain_args(&json!({ "chain_id": "1" }));
    world.stage.bad("withdrawals.set_chain", other, "invalid_request", "chain_id").await;
    world.finish().await;
}
