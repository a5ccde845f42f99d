//! The oldest withdrawal first: who comes while an older one waits takes neither its room nor its turn.

use super::chain::GWEI;
use super::{ADDRESSES, CHAIN, Custody, TOKEN, World, admin, json};
use crate::support::{Value, id};

/// Leaves a lane that sends one at a time, alone.
async fn narrow(world: &mut World) {
    narrow_to(world, 1).await;
}

/// Leaves a lane that sends so many at a time, alone.
async fn narrow_to(world: &mut World, window: u32) {
    let lane = world.open_lane(1, Custody::Vault, &json!({ "window": window })).await;
    let pause = json!({ "lane": world.lane, "reason": "one is enough", "actor": admin() });
    world.stage.ok("withdrawals.pause_lane", pause).await;
    world.turn().await;
    let lane = world.lane_of(lane["id"].as_str().unwrap()).await;
    assert_eq!((&lane["state"], &lane["window"]), (&json!("active"), &json!(window)), "{lane}");
}

/// A withdrawal has no nonce, and waits for this.
async fn waits_for(world: &World, withdrawal: &Value, what: &str) {
    let found = world.get(withdrawal).await;
    assert_eq!((&found["state"], &found["waiting"]), (&json!("pending"), &json!(what)), "{found:#}");
}

/// Quotes what a withdrawal would wait for now.
async fn quoted(world: &World) -> Value {
    let asked = json!({ "chain": CHAIN, "amount": "100.00 USDC" });
    world.stage.ok("withdrawals.quote", asked).await["waiting"].clone()
}

/// Gas costs so much from now on, and the chain is asked at once, whoever waits.
async fn gas_costs(world: &mut World, gwei: u128) {
    world.nodes.ledger.base_fee = gwei * GWEI;
    let more = json!({ "chain": CHAIN, "watch": format!("PT{}M", 60 + gwei) });
    world.stage.ok("withdrawals.set_chain", more).await;
    world.turn().await;
}

with_chain! {
    /// While the clock stands too: the jobs that simulate them are leased in turn.
    async fn those_asked_for_first_are_bound_first(world) {
        narrow_to(world, 2).await;
        let mut made = Vec::new();
        for _ in 0..6 {
            made.push(world.request(json!({})).await);
        }
        world.turn().await;
        for (place, withdrawal) in made.iter().enumerate() {
            let nonce = if place < 2 { json!(place.to_string()) } else { Value::Null };
            assert_eq!(world.get(withdrawal).await["nonce"], nonce, "{place}");
        }
        let mut listed = world.stage.ids("withdrawals.list", json!({})).await;
        listed.reverse();
        assert_eq!(listed, made.iter().map(id).collect::<Vec<_>>());
    }

    /// There is one room. It becomes free between two looks of the oldest, while another one has just been
    /// simulated: it is the oldest that gets it.
    async fn a_room_is_left_to_the_oldest(world) {
        narrow(world).await;
        let first = world.request(json!({})).await;
        world.waits_until(&first, "broadcasted").await;
        let oldest = world.request(json!({})).await;
        world.wait(3).await;
        waits_for(world, &oldest, "window").await;
        world.until(&first, "confirming").await;
        waits_for(world, &oldest, "window").await;
        let newcomer = world.request(json!({})).await;
        world.turn().await;
        waits_for(world, &newcomer, "window").await;
        world.waits_until(&oldest, "broadcasted").await;
        waits_for(world, &newcomer, "window").await;
        assert_eq!(world.until(&newcomer, "confirmed").await["nonce"], "2");
        assert_eq!(world.get(&oldest).await["nonce"], "1");
        for one in [&first, &oldest, &newcomer] {
            assert_eq!(world.received(one), 100_000_000);
        }
    }

    /// The oldest waits for lower fees, and they are lower before it looks again: nobody is bound before it.
    async fn lower_fees_are_for_the_oldest_first(world) {
        gas_costs(world, 900).await;
        let oldest = world.request(json!({})).await;
        world.wait(2).await;
        waits_for(world, &oldest, "fees").await;
        gas_costs(world, 10).await;
        // whoever asks now comes after it
        assert_eq!(quoted(world).await, "fees");
        let newcomer = world.request(json!({})).await;
        world.turn().await;
        waits_for(world, &oldest, "fees").await;
        waits_for(world, &newcomer, "fees").await;
        assert_eq!(world.until(&newcomer, "confirmed").await["nonce"], "1");
        assert_eq!(world.until(&oldest, "confirmed").await["nonce"], "0");
    }

    /// One that is given up is waited for no longer.
    async fn one_that_is_cancelled_leaves_its_place(world) {
        gas_costs(world, 900).await;
        let oldest = world.request(json!({})).await;
        world.wait(2).await;
        waits_for(world, &oldest, "fees").await;
        gas_costs(world, 10).await;
        world.order("cancel", &oldest, json!({ "actor": "alina" })).await;
        assert_eq!(quoted(world).await, Value::Null);
        let newcomer = world.request(json!({})).await;
        world.turn().await;
        assert_eq!(world.get(&newcomer).await["nonce"], "0");
    }

    /// One that waits for money in a wallet holds up nobody who has it.
    async fn an_empty_wallet_is_waited_for_alone(world) {
        world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 0);
        gas_costs(world, 10).await;
        let oldest = world.request(json!({})).await;
        world.wait(2).await;
        waits_for(world, &oldest, "wallet").await;
        let other = world.request(json!({ "amount": "1.00 POL" })).await;
        world.turn().await;
        assert_eq!(world.get(&other).await["nonce"], "0");
        waits_for(world, &oldest, "wallet").await;
    }

    /// A quote says what a withdrawal would wait for now: for news, where what is known of the chain is old.
    async fn a_quote_says_what_is_waited_for(world) {
        assert_eq!(quoted(world).await, Value::Null);
        gas_costs(world, 900).await;
        assert_eq!(quoted(world).await, "fees");
        world.stage.advance("PT31S");
        assert_eq!(quoted(world).await, "chain");
    }

    /// A balance that no node has told is no empty wallet: a quote waits for the chain, as the withdrawal
    /// does.
    async fn a_balance_that_nobody_told_is_asked_for(world) {
        let lane = world.open_lane(1, Custody::Vault, &json!({})).await;
        for job in world.lease(&["chain.facts"]).await {
            let mut result = world.result(&job);
            for view in result["views"].as_array_mut().unwrap() {
                for lane in view["lanes"].as_array_mut().unwrap() {
                    lane.as_object_mut().unwrap().retain(|name, _| name != "native" && name != "tokens");
                }
            }
            world.report(&job, result).await;
        }
        let lane = world.lane_of(lane["id"].as_str().unwrap()).await;
        assert_eq!((&lane["state"], &lane["native"]), (&json!("active"), &Value::Null), "{lane}");
        let pause = json!({ "lane": world.lane, "reason": "the other one alone", "actor": admin() });
        world.stage.ok("withdrawals.pause_lane", pause).await;
        assert_eq!(quoted(world).await, "chain");
        let wd = world.request(json!({})).await;
        world.turn_with(&["chain.simulate"]).await;
        waits_for(world, &wd, "chain").await;
    }
}
