//! Endpoints whose answers are of no use, that take no batches, or that are of another chain; and what nodes
//! say of bytes that are in a block already.

use super::node::GWEI;
use super::proxy::{LongReceipt, Mood, SEND};
use super::views::undisturbed;
use super::world::World;
use crate::support::{Value, json};

/// The receipt of a withdrawal that was sent is so many bytes longer, whoever is asked for it.
async fn lengthen(world: &World, withdrawal: &Value, bytes: usize) {
    let hash = world.get(withdrawal).await["hash"].as_str().unwrap().to_owned();
    for proxy in &world.proxies {
        proxy.lengthens(Some(LongReceipt { hash: hash.clone(), bytes }));
    }
}

on_a_chain! {
    /// The receipt of one payment is longer than anybody reads: nothing is seen of its nonce, nothing is made
    /// of that, and the nonce behind it goes on.
    async fn a_receipt_that_nobody_can_read_holds_up_no_other(world) {
        let (long, next) = (world.request(json!({})).await, world.request(json!({})).await);
        world.turn().await;
        lengthen(world, &long, 9 << 20).await;
        world.until(&next, "confirmed").await;
        undisturbed(world, &next).await;
        let waits = world.get(&long).await;
        assert_eq!(waits["state"], "broadcasted", "{waits:#}");
        assert!(waits["attention"].is_null() && waits["failure"].is_null(), "{waits:#}");
        for proxy in &world.proxies {
            proxy.lengthens(None);
        }
        world.stage.advance("PT1M");
        world.until(&long, "confirmed").await;
        undisturbed(world, &long).await;
        world.books_are_the_chain(2).await;
    }

    /// One receipt takes all the room that a node has for a batch: those behind it are asked for alone.
    async fn a_receipt_that_takes_all_the_room_holds_up_no_other(world) {
        world.set_all(Mood::Cramped);
        let mut all = Vec::new();
        for _ in 0..3 {
            all.push(world.request(json!({})).await);
        }
        world.turn().await;
        lengthen(world, &all[0], 100 << 10).await;
        for wd in &all {
            world.until(wd, "confirmed").await;
            undisturbed(world, wd).await;
        }
        world.books_are_the_chain(3).await;
    }

    /// One says what is no JSON, and then more than anybody reads: it is as good as down.
    async fn one_endpoint_says_nothing_of_use(world) {
        for mood in [Mood::Garbled, Mood::Endless] {
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            world.proxies[0].set(mood);
            world.until(&wd, "confirmed").await;
            undisturbed(world, &wd).await;
            assert_eq!(world.status_of(0).await, "failing", "{mood:?}");
            world.set_all(Mood::Honest);
            world.facts_are_old();
        }
        world.books_are_the_chain(2).await;
    }

    /// One takes no batches and is asked call by call from then on, and one answers them in another order.
    async fn batches_are_not_for_everybody(world) {
        world.proxies[0].set(Mood::Unbatched);
        world.proxies[1].set(Mood::Shuffled);
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        undisturbed(world, &wd).await;
        world.proxies[0].take_asked();
        let before = world.proxies[0].requests();
        let next = world.request(json!({})).await;
        world.until(&next, "confirmed").await;
        let asked: u32 = world.proxies[0].take_asked().values().sum();
        assert_eq!(world.proxies[0].requests() - before, asked, "each call is a request of its own");
        for which in 0..3 {
            assert_eq!(world.status_of(which).await, "ok", "{which}");
        }
        world.books_are_the_chain(2).await;
    }

    /// It is mined, and no endpoint shows that yet: what is sent again is `nonce too low`, and nothing
    /// follows from that.
    async fn what_is_mined_already_is_called_too_low(world) {
        let wd = world.request(json!({})).await;
        world.turn().await;
        let first = world.get(&wd).await["hash"].clone();
        world.node().mine().await;
        world.set_all(Mood::JumpedBack(1));
        for proxy in &world.proxies {
            proxy.take_asked();
        }
        world.stage.advance("PT31S");
        world.turn().await;
        world.wait(3).await;
        let sent_again = world.proxies.iter().any(|proxy| proxy.take_asked().contains_key(SEND));
        assert!(sent_again, "nobody has sent it again");
        let waits = world.get(&wd).await;
        assert_eq!(waits["state"], "broadcasted", "{waits:#}");
        assert!(waits["failure"].is_null() && waits["attention"].is_null(), "{waits:#}");
        world.set_all(Mood::Honest);
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!(paid["hash"], first, "{paid:#}");
        world.is_paid_once(&wd, paid["attempts"].as_array().unwrap().len()).await;
        world.books_are_the_chain(1).await;
    }

    /// A chain whose number is not that of its endpoints: no lane of it opens, and it pays nothing.
    async fn a_chain_of_another_number(world) {
        let set = json!({ "chain": "other", "chain_id": "5", "endpoints": ["a", "b", "c"], "urls": world.urls(),
            "fee_cap": (1_000 * GWEI).to_string() });
        world.stage.ok("withdrawals.set_chain", set).await;
        let asset = json!({ "chain": "other", "currency": "POL", "kind": "native", "decimals": 18 });
        world.set_asset(asset).await;
        let lane = world.open_lane(1, json!({ "chain": "other" })).await;
        world.wait(3).await;
        assert_eq!(statuses(world, "other").await, ["wrong_chain"; 3]);
        let lane = world.lane_of(lane["id"].as_str().unwrap()).await;
        assert_eq!(lane["state"], "opening", "{lane:#}");
        let args = world.asks(&json!({ "chain": "other", "amount": "1.00 POL" }));
        world.stage.no("withdrawals.request", args, "condition_not_met").await;
        // and nothing is lost for the chain whose number it is
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        world.books_are_the_chain(1).await;
    }
}

/// How the endpoints of a chain did last.
async fn statuses(world: &World, chain: &str) -> Vec<String> {
    let chains = world.stage.ok("withdrawals.chains", json!({})).await;
    let mut found = chains["items"].as_array().unwrap().iter().filter(|one| one["chain"] == chain);
    let views: &Value = &found.next().unwrap_or_else(|| panic!("{chains:#}"))["views"];
    let views = views.as_array().unwrap().iter();
    views.map(|view| view["status"].as_str().unwrap().to_owned()).collect()
}
