//! The price of gas on a chain that drops bids too low, and wallets that are empty.

use super::node::{GWEI, number};
use super::proxy::Refusal;
use super::world::{ADDRESSES, COIN, World, bids};
use crate::support::{Value, json};

const CAP: u128 = 1_000 * GWEI as u128;

/// Each attempt bids an eighth more at least than the one before, for both.
fn rise(bids: &[[u128; 2]]) {
    for pair in bids.windows(2) {
        for (old, new) in pair[0].iter().zip(pair[1]) {
            assert!(new >= (old * 11_250).div_ceil(10_000), "{bids:?}");
        }
    }
}

/// The code of a payee that turns round so often at the expense of who pays it: 26 gas each time.
fn turning(times: u16) -> String {
    format!("0x61{times:04x}5b600190038060035700")
}

/// Blocks of this price, until the withdrawal is confirmed.
async fn confirmed_at(world: &World, withdrawal: &Value, base_fee: u64) -> Value {
    world.node().price(base_fee).await;
    world.until(withdrawal, "confirmed").await
}

on_each_database! {
    /// The base fee is twenty times as high in the next block, and the node drops what bids less: bumps carry
    /// it up.
    // Some 5 s of a busy machine: up to that price it is bumped a dozen times, each after its pause.
    async fn gas_is_twenty_times_as_dear(world) {
        let wd = world.request(json!({})).await;
        world.turn().await;
        let first = bids(&world.get(&wd).await)[0];
        assert!(first[0] < u128::from(30 * GWEI), "{first:?}");
        world.node().price(200 * GWEI).await;
        assert_eq!(world.node().pooled().await, 0, "the node has dropped it");
        let paid = confirmed_at(world, &wd, 200 * GWEI).await;
        let all = bids(&paid);
        rise(&all);
        let last = all[all.len() - 1][0];
        assert!((u128::from(200 * GWEI)..=CAP).contains(&last), "{all:?}");
        world.is_paid_once(&wd, all.len()).await;
        world.books_are_the_chain(1).await;
    }
}

on_a_chain! {
    /// Nodes want more for a replacement: it is bid more, an eighth at a time, under the same nonce.
    async fn a_replacement_is_underpriced(world) {
        let low = Refusal { takes: false, code: -32_000, message: "replacement transaction underpriced" };
        world.all_refuse(2, low);
        let wd = world.request(json!({})).await;
        let paid = world.until(&wd, "confirmed").await;
        let all = bids(&paid);
        assert_eq!((all.len(), &paid["nonce"]), (3, &json!("0")), "{paid:#}");
        rise(&all);
        world.is_paid_once(&wd, 3).await;
        world.books_are_the_chain(1).await;
    }

    /// The code of a payee does work of its own at the wallet's expense: it is not paid, and takes no nonce,
    /// until it is let take so much; and more than that is never signed.
    async fn a_payee_does_not_decide_how_much_gas_is_paid(world) {
        let payee = "0x00000000000000000000000000000000000c0de5";
        world.node().set_code(payee, &turning(30_000)).await;
        let asked = json!({ "amount": "1.00 POL", "to": payee });
        let wd = world.request(asked.clone()).await;
        world.turn().await;
        let over = world.get(&wd).await;
        let failure = (&over["state"], &over["failure"]["code"], &over["nonce"]);
        assert_eq!(failure, (&json!("failed"), &json!("simulation_reverted"), &Value::Null), "{over:#}");
        assert!(over["failure"]["message"].as_str().unwrap().contains("more than 500000 gas"), "{over:#}");
        let pol = json!({ "currency": "POL", "kind": "native", "decimals": 18, "max_gas": 900_000 });
        world.set_asset(pol).await;
        let next = world.request(asked).await;
        let paid = world.until(&next, "confirmed").await;
        // some 801,000 are estimated, and a fifth more would be above that
        assert_eq!(number(&paid["attempts"][0]["gas_limit"]), 900_000, "{paid:#}");
        assert_eq!((world.node().coins(payee).await, world.used_nonces().await), (COIN, 1));
    }

    /// Above the cap nothing is bound, and it is when gas is cheap again.
    async fn one_without_a_nonce_waits_for_fees(world) {
        world.node().price(900 * GWEI).await;
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.wait(5).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("fees")), "{waits:#}");
        assert_eq!(world.lane().await["next_nonce"], "0");
        world.node().price(20 * GWEI).await;
        world.facts_are_old();
        let paid = world.until(&wd, "confirmed").await;
        assert!(bids(&paid)[0][0] <= u128::from(50 * GWEI), "{paid:#}");
        world.books_are_the_chain(1).await;
    }

    /// With a nonce it is bid up to the cap and no further; then the same bytes go out again, and are mined
    /// when gas is cheap.
    // Some 5 s of a busy machine: with fewer prices the cap is not reached.
    async fn one_with_a_nonce_stays_below_the_cap(world) {
        let wd = world.request(json!({})).await;
        world.turn().await;
        for _ in 0..15 {
            world.node().price(2_000 * GWEI).await;
            world.stage.advance("PT5S");
            world.turn().await;
        }
        let waits = world.get(&wd).await;
        let all = bids(&waits);
        rise(&all);
        assert!(all.iter().all(|[most, _]| *most <= CAP), "{all:?}");
        assert!(waits["failure"].is_null() && world.received(&wd).await == 0, "{waits:#}");
        let paid = confirmed_at(world, &wd, 10 * GWEI).await;
        world.is_paid_once(&wd, bids(&paid).len()).await;
        world.books_are_the_chain(1).await;
    }

    /// A wallet without coins: nothing fails and no nonce is taken, until somebody fills it.
    async fn an_empty_wallet_is_filled(world) {
        world.node().set_coins(ADDRESSES[0], 0).await;
        world.facts_are_old();
        let (token, coins) = (world.request(json!({})).await, world.request(json!({ "amount": "1.00 POL" })).await);
        world.wait(5).await;
        for wd in [&token, &coins] {
            let waits = world.get(wd).await;
            assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("wallet")), "{waits:#}");
        }
        assert_eq!(world.lane().await["next_nonce"], "0");
        world.node().set_coins(ADDRESSES[0], 100 * COIN).await;
        for wd in [&token, &coins] {
            world.until(wd, "confirmed").await;
        }
        assert_eq!(world.used_nonces().await, 2);
    }

    /// It is emptied behind a payment that was signed: that stays bound, and is paid when there are coins.
    async fn a_wallet_is_emptied_behind_us(world) {
        world.all_refuse(1, Refusal { takes: false, code: -32_000, message: "txpool is full" });
        let wd = world.request(json!({})).await;
        world.turn().await;
        world.node().set_coins(ADDRESSES[0], 0).await;
        world.wait(25).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["nonce"], &waits["failure"]), (&json!("0"), &Value::Null), "{waits:#}");
        assert_eq!(world.node().pooled().await, 0, "anvil takes nothing that cannot be paid for");
        world.node().set_coins(ADDRESSES[0], 100 * COIN).await;
        let paid = world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, bids(&paid).len()).await;
        world.books_are_the_chain(1).await;
    }
}
