//! The price of gas: first bids that leave room, bumps and their cap, and wallets that cannot pay.

use super::chain::{COIN, GWEI, at};
use super::nodes::{Floor, Lie, Mood};
use super::{ADDRESSES, CHAIN, TOKEN, World, admin, bid, json};
use crate::support::Value;

/// The newest attempt.
fn newest(withdrawal: &Value) -> &Value {
    withdrawal["attempts"].as_array().unwrap().last().unwrap()
}

fn raised(old: u128) -> u128 {
    (old * 11_250).div_ceil(10_000)
}

/// A chain on which nothing is paid for a block, nor on top, as its nodes say.
async fn costs_nothing(world: &mut World) {
    (world.nodes.ledger.base_fee, world.nodes.tip) = (0, 0);
    world.stage.advance("PT31S");
}

/// The tips of what was bid for a withdrawal.
fn tips(withdrawal: &Value) -> Vec<u128> {
    withdrawal["attempts"].as_array().unwrap().iter().map(|attempt| bid(attempt)[1]).collect()
}

with_chain! {
    /// Nodes take nothing below a floor, which their refusal names: bids crept up to it from nothing, one
    /// with each block. It is bid at once, and first the next time.
    async fn a_floor_that_nodes_name_is_bid(world) {
        costs_nothing(world).await;
        let geth = |tip, least| format!("transaction underpriced: gas tip cap {tip}, minimum needed {least}");
        let bsc = |tip, least| format!("transaction underpriced: tip needed {least}, tip permitted {tip}");
        let reth = |_, least| format!("transaction priority fee below minimum required priority fee {least}");
        let nethermind = |tip, least| format!("FeeTooLow, EffectivePriorityFeePerGas too low {tip} < {least}, BaseFee: 0");
        let all: [fn(u128, u128) -> String; 4] = [geth, bsc, reth, nethermind];
        for (says, least) in all.into_iter().zip([GWEI, 3 * GWEI, 9 * GWEI, 30 * GWEI]) {
            let before = world.lane().await["next_nonce"].clone();
            world.nodes.floor = Some(Floor { least, says });
            let wd = world.request(json!({})).await;
            let first = tips(&world.until(&wd, "confirmed").await);
            assert_eq!((first.len(), first.last()), (2, Some(&least)), "after {before}: {first:?}");
            let next = world.request(json!({})).await;
            assert_eq!(tips(&world.until(&next, "confirmed").await), [least], "after {before}");
            assert_eq!((world.received(&wd), world.received(&next)), (100_000_000, 100_000_000));
        }
        // an hour later nobody knows whether they still ask for it
        world.nodes.floor = None;
        world.stage.advance("PT1H");
        let cheap = world.request(json!({})).await;
        assert_eq!(tips(&world.until(&cheap, "confirmed").await), [1]);
    }

    /// The first bid was nothing on top, which a node with a floor of one wei takes no more than one of less.
    async fn a_floor_of_one_wei_is_bid_first(world) {
        costs_nothing(world).await;
        let says = |tip, least| format!("transaction underpriced: gas tip cap {tip}, minimum needed {least}");
        world.nodes.floor = Some(Floor { least: 1, says });
        let wd = world.request(json!({})).await;
        assert_eq!(tips(&world.until(&wd, "confirmed").await), [1]);
        // what an admin has set is more
        let least = json!({ "chain": CHAIN, "min_priority_fee": GWEI.to_string() });
        world.stage.ok("withdrawals.set_chain", least).await;
        let next = world.request(json!({})).await;
        assert_eq!(tips(&world.until(&next, "confirmed").await), [GWEI]);
    }

    /// Nodes take nothing below a floor and do not name it: bids leap, and people are asked.
    async fn a_floor_that_nobody_names_is_reached_soon(world) {
        costs_nothing(world).await;
        world.nodes.floor = Some(Floor { least: GWEI, says: |_, _| "transaction underpriced".to_owned() });
        let wd = world.request(json!({})).await;
        let paid = world.until(&wd, "confirmed").await;
        let bids = tips(&paid);
        assert!(bids.len() <= 20 && bids.last().unwrap() < &(4 * GWEI), "{bids:?}");
        assert!(world.told(&wd).await.contains(&"withdrawal.attention".to_owned()));
        assert_eq!((&paid["attention"], world.received(&wd)), (&Value::Null, 100_000_000), "{paid:#}");
    }

    /// Nodes ask for more than the cap: nothing is signed above it, people are asked, and it is paid once
    /// they ask for less.
    async fn a_floor_above_the_cap_asks_for_people(world) {
        costs_nothing(world).await;
        let says = |tip, least| format!("transaction underpriced: gas tip cap {tip}, minimum needed {least}");
        world.nodes.floor = Some(Floor { least: 2_000 * GWEI, says });
        let wd = world.request(json!({})).await;
        world.blocks(5).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["attention"]["code"], &waits["attention"]["kind"]), (&json!("rejected"), &json!("transient")), "{waits:#}");
        assert_eq!(tips(&waits), [1]);
        world.nodes.floor = None;
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["attention"], world.received(&wd)), (&Value::Null, 100_000_000), "{paid:#}");
    }

    /// One of three names a floor as dear as can be: it moves nothing.
    async fn a_floor_of_one_node_is_none(world) {
        costs_nothing(world).await;
        world.nodes.set("north", Mood::Lying(Lie::Dear(600 * GWEI)));
        for _ in 0..2 {
            let wd = world.request(json!({})).await;
            assert_eq!(tips(&world.until(&wd, "confirmed").await), [1]);
        }
        // nor where the others ask for what they need
        let says = |tip, least| format!("transaction underpriced: gas tip cap {tip}, minimum needed {least}");
        world.nodes.floor = Some(Floor { least: GWEI, says });
        let wd = world.request(json!({})).await;
        assert_eq!(tips(&world.until(&wd, "confirmed").await), [1, GWEI]);
    }

    /// Nobody takes it at that price: both fees rise by an eighth at least, under the same nonce, until it
    /// is.
    async fn a_payment_that_waits_is_bumped(world) {
        world.nodes.ledger.least_tip = 2 * GWEI;
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        assert_eq!(bid(newest(&world.get(&wd).await)), [21 * GWEI, GWEI]);
        world.stage.advance("PT10S");
        world.block().await;
        assert_eq!(world.get(&wd).await["attempts"].as_array().unwrap().len(), 1, "it is too soon");
        let paid = world.until(&wd, "confirmed").await;
        let attempts = paid["attempts"].as_array().unwrap();
        assert!(attempts.len() > 1, "{paid:#}");
        for pair in attempts.windows(2) {
            let [old, new] = [bid(&pair[0]), bid(&pair[1])];
            assert!(new[0] >= raised(old[0]) && new[1] >= raised(old[1]), "{old:?} {new:?}");
            assert_eq!(pair[1]["kind"], "pay");
        }
        assert_eq!(paid["hash"], newest(&paid)["hash"], "{paid:#}");
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
        assert!(world.told(&wd).await.contains(&"withdrawal.bumped".to_owned()));
    }

    /// An admin does not wait, and may name a price above the cap; only the head of a lane is sped up.
    async fn an_admin_speeds_it_up(world) {
        world.nodes.ledger.least_tip = 3_000 * GWEI;
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        let behind = world.request(json!({})).await;
        world.waits_until(&behind, "broadcasted").await;
        let args = json!({ "withdrawal": behind["id"], "actor": admin() });
        world.stage.no("withdrawals.speed_up", args, "condition_not_met").await;
        let low = json!({ "withdrawal": wd["id"], "actor": admin(), "max_fee_per_gas": "1" });
        world.stage.bad("withdrawals.speed_up", low, "invalid_request", "max_fee_per_gas").await;
        world.order("speed_up", &wd, json!({ "actor": admin() })).await;
        world.wait(2).await;
        let after = world.get(&wd).await;
        assert_eq!(after["attempts"].as_array().unwrap().len(), 2, "{after:#}");
        let above = (4_000 * GWEI).to_string();
        world.order("speed_up", &wd, json!({ "actor": admin(), "max_fee_per_gas": above })).await;
        world.wait(2).await;
        assert_eq!(bid(newest(&world.get(&wd).await))[0], 4_000 * GWEI);
        world.nodes.ledger.least_tip = 0;
        for one in [&wd, &behind] {
            world.until(one, "confirmed").await;
            assert_eq!(world.received(one), 100_000_000);
        }
    }

    /// Above the cap nothing is signed; the same bytes go out again, and are there when gas is cheap again.
    async fn above_the_cap_the_same_bytes_go_out_again(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.base_fee = 2_000 * GWEI;
        world.nodes.ledger.forget_the_pool();
        for _ in 0..30 {
            world.stage.advance("PT5S");
            world.nodes.ledger.mine();
            world.turn().await;
        }
        let waits = world.get(&wd).await;
        assert!(bid(newest(&waits))[0] <= 1_000 * GWEI, "{waits:#}");
        assert_eq!((&waits["state"], world.nodes.ledger.pooled()), (&json!("broadcasted"), 1), "{waits:#}");
        world.nodes.ledger.base_fee = 10 * GWEI;
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1), "{paid:#}");
    }

    /// A withdrawal that was not bound waits for fees, without a nonce, and is paid when they are down.
    async fn one_without_a_nonce_waits_for_fees(world) {
        world.nodes.ledger.base_fee = 900 * GWEI;
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        world.wait(20).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("fees")), "{waits}");
        assert_eq!(world.lane().await["next_nonce"], "0");
        world.nodes.ledger.base_fee = 20 * GWEI;
        world.stage.advance("PT31S");
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["waiting"], bid(&paid["attempts"][0])[0]), (&Value::Null, 41 * GWEI), "{paid}");
    }

    /// The base fee twenty times as high: bumps carry it up to a price that is taken.
    async fn gas_is_twenty_times_as_dear(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.base_fee = 200 * GWEI;
        let paid = world.until(&wd, "confirmed").await;
        let last = bid(newest(&paid));
        assert!((201 * GWEI..=1_000 * GWEI).contains(&last[0]), "{paid:#}");
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }

    /// The first bid leaves room for three bumps below the cap.
    async fn the_first_bid_leaves_room(world) {
        world.nodes.ledger.base_fee = 600 * GWEI;
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        world.wait(20).await;
        let first = bid(&world.get(&wd).await["attempts"][0]);
        assert_eq!(first, [700 * GWEI, GWEI]);
        assert!(raised(raised(raised(first[0]))) <= 1_000 * GWEI);
        world.until(&wd, "confirmed").await;
    }

    /// A wallet without tokens, without coins, and filled again: nothing fails, and no nonce is used
    /// meanwhile.
    async fn an_empty_wallet_is_waited_for(world) {
        for token in [true, false] {
            if token {
                world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 0);
            } else {
                world.nodes.ledger.fund(ADDRESSES[0], 0);
            }
            world.stage.advance("PT31S");
            let nonce = world.lane().await["next_nonce"].clone();
            let wd = world.request(json!({})).await;
            world.wait(30).await;
            let waits = world.get(&wd).await;
            assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("wallet")), "{token}: {waits}");
            assert_eq!(world.lane().await["next_nonce"], nonce);
            world.nodes.ledger.fund(ADDRESSES[0], 500 * COIN);
            world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 1_000_000_000_000);
            world.until(&wd, "confirmed").await;
            assert_eq!(world.received(&wd), 100_000_000);
        }
    }

    /// The wallet is emptied between the bind and the block: it is sent again until it can be paid.
    async fn a_wallet_is_emptied_behind_us(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        let coins = world.nodes.ledger.state().coins(&at(ADDRESSES[0]));
        world.nodes.ledger.fund(ADDRESSES[0], 0);
        world.answer(&job).await;
        world.blocks(20).await;
        let waits = world.get(&wd).await;
        assert!(["broadcasting", "broadcasted"].iter().any(|state| waits["state"] == *state), "{waits:#}");
        assert_eq!(world.alice().await, "10000.00 100.10 9899.90");
        world.nodes.ledger.fund(ADDRESSES[0], coins);
        world.until(&wd, "confirmed").await;
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }

    /// Tokens promised to earlier withdrawals are not there for later ones: two of 60 are not paid of 100.
    async fn what_is_promised_is_not_promised_twice(world) {
        world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 100_000_000);
        world.stage.advance("PT31S");
        world.nodes.ledger.base_fee = 10 * GWEI;
        let first = world.request(json!({ "amount": "60.00 USDC" })).await;
        world.waits_until(&first, "broadcasted").await;
        let second = world.request(json!({ "amount": "60.00 USDC" })).await;
        world.wait(20).await;
        let waits = world.get(&second).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("wallet")), "{waits}");
        let promised = world.lane().await["promised"].clone();
        assert_eq!(promised["USDC"], "60000000", "{promised}");
        world.until(&first, "confirmed").await;
        world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 60_000_000);
        world.until(&second, "confirmed").await;
        assert_eq!((world.received(&first), world.received(&second)), (60_000_000, 60_000_000));
    }

    /// Nodes that find it too cheap, or are full, get it again: under the same nonce, and it is paid once.
    async fn nodes_want_more_or_are_full(world) {
        for mood in [Mood::Dear, Mood::Full] {
            let nonce = world.used_nonces();
            let wd = world.request(json!({})).await;
            let job = world.job_of(&wd, "chain.broadcast").await;
            world.nodes.set_all(mood);
            world.answer(&job).await;
            world.wait(10).await;
            let waits = world.get(&wd).await;
            assert_eq!((&waits["nonce"], world.nodes.ledger.pooled()), (&json!(nonce.to_string()), 0), "{mood:?}: {waits:#}");
            assert!(waits["failure"].is_null(), "{waits:#}");
            world.nodes.set_all(Mood::Honest);
            world.until(&wd, "confirmed").await;
            assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, nonce + 1), "{mood:?}");
        }
    }

    /// Nodes that find every price too low had an attempt signed with each of their answers, up to the cap,
    /// within seconds: there is one at once, and after that one a block.
    async fn nodes_that_always_want_more_are_bid_more_once_a_block(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        world.nodes.set_all(Mood::Dear);
        world.answer(&job).await;
        for blocks in 0..6_usize {
            world.turn().await;
            let waits = world.get(&wd).await;
            assert_eq!(waits["state"], "broadcasting", "{waits:#}");
            assert_eq!(waits["attempts"].as_array().unwrap().len(), blocks + 2, "{blocks}: {waits:#}");
            world.stage.advance("PT2S");
        }
        world.nodes.set_all(Mood::Honest);
        let paid = world.until(&wd, "confirmed").await;
        let bids: Vec<_> = paid["attempts"].as_array().unwrap().iter().map(bid).collect();
        for pair in bids.windows(2) {
            assert!(pair[1][0] >= raised(pair[0][0]) && pair[1][1] >= raised(pair[0][1]), "{bids:?}");
        }
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }

    /// The only work is a withdrawal whose simulation nobody answers: nobody was asked for the facts of its
    /// chain, which it is bound on.
    async fn facts_are_asked_for_while_a_simulation_waits(world) {
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        let mut asked = 0;
        for _ in 0..100 {
            world.stage.ok("jobs.run_due", json!({})).await;
            for job in world.lease(&["chain.facts"]).await {
                world.answer(&job).await;
                asked += 1;
            }
            world.stage.advance("PT2S");
        }
        // in 200 s, with facts that are good for 30 s
        assert!((6..=7).contains(&asked), "{asked}");
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["nonce"]), (&json!("pending"), &Value::Null), "{waits:#}");
        world.until(&wd, "confirmed").await;
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }

    /// Without views of fees nothing is bound; it waits for the chain, and is paid when that is back.
    async fn nothing_is_bound_on_old_facts(world) {
        world.nodes.set_all(Mood::Down);
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        world.wait(30).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["nonce"]), (&json!("pending"), &Value::Null), "{waits}");
        world.nodes.set_all(Mood::Honest);
        world.until(&wd, "confirmed").await;
        assert_eq!(world.received(&wd), 100_000_000);
    }
}
