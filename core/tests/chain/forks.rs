//! Reorganisations of the chain: while a payment is confirming, and below what was final. What falls out is
//! in no pool, so that only what is sent again is mined.

use super::node::{GWEI, hex_of, number};
use super::world::{ADDRESSES, HUNDRED, World};
use crate::support::{Value, json};

/// Time without a block until it is told that the payment is not final any more.
async fn unsettled(world: &World, withdrawal: &Value) {
    for _ in 0..20 {
        world.stage.advance("PT10S");
        world.turn().await;
        let found = world.get(withdrawal).await;
        assert_eq!(found["state"], "confirmed", "{found:#}");
        if found["unsettled"] == true {
            return;
        }
    }
    panic!("it is not final any more, and nobody has said so: {:#}", world.get(withdrawal).await);
}

/// As many blocks go as stand on a final payment, with its own: it is sent again under its nonce, and no
/// money moves.
async fn is_settled_again(world: &mut World, blocks: u128) {
    let wd = world.request(json!({})).await;
    let paid = world.until(&wd, "confirmed").await;
    let receipt = world.node().rpc("eth_getTransactionReceipt", json!([paid["hash"]])).await;
    let last = number(&receipt["blockNumber"]) + blocks - 1;
    while number(&world.node().rpc("eth_blockNumber", json!([])).await) < last {
        world.node().mine().await;
    }
    let before = (world.alice().await, world.used_nonces().await);
    world.node().reorganise(u64::try_from(blocks).unwrap()).await;
    assert_eq!(
        (world.received(&wd).await, world.used_nonces().await),
        (0, before.1 - 1),
        "it is in no block"
    );
    unsettled(world, &wd).await;
    world.until_it(&wd, |found| found["unsettled"] == false).await;
    let paid = world.is_paid_once(&wd, 1).await;
    assert_eq!((world.alice().await, world.used_nonces().await), before, "{paid:#}");
    assert!(world.told(&wd).await.contains(&"withdrawal.unsettled".to_owned()));
}

on_each_database! {
    /// Three blocks go while it is confirming: the same bytes are sent again.
    async fn a_fork_while_it_is_confirming(world) {
        world.set_chain(json!({ "finality": { "depth": 6 } })).await;
        let wd = world.request(json!({})).await;
        let seen = world.until(&wd, "confirming").await;
        world.blocks(2).await;
        world.node().reorganise(3).await;
        assert_eq!(world.received(&wd).await, 0);
        world.wait(2).await;
        let lost = world.get(&wd).await;
        assert_eq!((&lost["state"], &lost["nonce"]), (&json!("broadcasted"), &json!("0")), "{lost:#}");
        assert!(world.told(&wd).await.contains(&"withdrawal.lost".to_owned()));
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!(paid["hash"], seen["hash"], "{paid:#}");
        world.is_paid_once(&wd, 1).await;
        world.books_are_the_chain(1).await;
    }

    /// Three blocks go after it was final, and six after the next one was.
    async fn a_fork_below_what_was_final(world) {
        is_settled_again(world, 3).await;
        is_settled_again(world, 6).await;
        world.books_are_the_chain(2).await;
    }
}

on_a_chain! {
    /// A final block is gone, and somebody else's transaction is final under the nonce: the transfers are
    /// reversed, and the lane is paused.
    async fn a_fork_that_ends_otherwise(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        world.node().reorganise(4).await;
        // by itself it offers what the block before cost, which the next one does not take
        let dear = hex_of(u128::from(10_000 * GWEI));
        let other = json!({ "from": ADDRESSES[0], "to": ADDRESSES[1], "value": "0x7", "nonce": "0x0",
            "maxFeePerGas": dear });
        // the account is one of anvil's own, which signs for it
        world.node().rpc("eth_sendTransaction", json!([other])).await;
        world.node().mine().await;
        assert_eq!(world.used_nonces().await, 1, "the other one is in no block");
        world.stage.advance("PT1M");
        let over = world.until(&wd, "failed").await;
        let hundred = i128::try_from(HUNDRED).unwrap();
        assert_eq!((world.received(&wd).await, world.alice().await), (0, [100 * hundred, 0]), "{over:#}");
        assert_eq!((world.posted("@fees", "DAI").await, &world.lane().await["state"]), (0, &json!("paused")));
    }

    /// Many blocks go, with several payments in them that were final: each is sent again, in their order.
    async fn a_fork_with_many_in_it(world) {
        let mut all = Vec::new();
        for _ in 0..6 {
            all.push(world.request(json!({})).await);
        }
        for wd in &all {
            world.until(wd, "confirmed").await;
        }
        world.node().reorganise(4).await;
        unsettled(world, &all[0]).await;
        for wd in &all {
            world.until_it(wd, |found| found["unsettled"] == false).await;
            world.is_paid_once(wd, 1).await;
        }
        world.books_are_the_chain(6).await;
    }
}
