//! Receipts that nobody can read, because they are too long or a report has no room for them: of their nonce
//! nothing is known, nothing follows, and the others of its lane go on.

use super::chain::{Fate, GWEI};
use super::{admin, json};
use crate::support::Value;

with_chain! {
    /// It is in a block and final, and nobody can show it: it is neither missed nor sent again, is not bid
    /// for more, and waits until somebody can.
    async fn a_nonce_that_cannot_be_read_holds_up_no_other(world) {
        let first = world.request(json!({})).await;
        world.waits_until(&first, "broadcasted").await;
        let sent = world.get(&first).await;
        world.nodes.unreadable = vec![0];
        let next = world.request(json!({})).await;
        let paid = world.until(&next, "confirmed").await;
        assert_eq!((&paid["nonce"], world.received(&next)), (&json!("1"), 100_000_000));
        world.blocks(30).await;
        let waits = world.get(&first).await;
        assert_eq!(waits["state"], "broadcasted", "{waits:#}");
        assert_eq!(waits["attempts"], sent["attempts"], "it was neither sent again nor bid for");
        assert!(waits["attention"].is_null() && waits["failure"].is_null(), "{waits:#}");
        assert_eq!(world.alice().await, "9899.90 100.10 9799.80");
        world.nodes.unreadable.clear();
        world.until(&first, "confirmed").await;
        assert_eq!((world.received(&first), world.used_nonces()), (100_000_000, 2));
    }

    /// As many as the window has room for are in blocks, and nobody can show them: they take no place in it,
    /// and what is behind them is the head of the lane, for which a higher price helps.
    async fn what_cannot_be_read_takes_no_place_in_the_window(world) {
        world.nodes.unreadable = (0..16).collect();
        let mut unread = Vec::new();
        for _ in 0..16 {
            unread.push(world.request(json!({})).await);
        }
        for wd in &unread {
            world.waits_until(wd, "broadcasted").await;
        }
        world.blocks(2).await;
        assert_eq!((world.used_nonces(), &world.lane().await["in_flight"]), (16, &json!(16)));
        world.nodes.ledger.least_tip = 2 * GWEI;
        let next = world.request(json!({})).await;
        world.waits_until(&next, "broadcasted").await;
        world.order("speed_up", &next, json!({ "actor": admin() })).await;
        let paid = world.until(&next, "confirmed").await;
        assert!(paid["attempts"].as_array().unwrap().len() > 2, "nobody has bid for it: {paid:#}");
        assert_eq!((&paid["nonce"], world.received(&next)), (&json!("16"), 100_000_000));
        for wd in &unread {
            let waits = world.get(wd).await;
            let (state, attention) = (&waits["state"], &waits["attention"]);
            assert_eq!((state, attention), (&json!("broadcasted"), &Value::Null), "{waits:#}");
        }
        world.nodes.unreadable.clear();
        for wd in &unread {
            world.until(wd, "confirmed").await;
            assert_eq!(world.received(wd), 100_000_000);
        }
        assert_eq!(world.used_nonces(), 17);
    }

    /// It was in a block that nobody could read, and a fork takes that away: it waits for a block again, is
    /// sent again, and is paid once.
    async fn what_could_not_be_read_is_in_no_block_any_more(world) {
        world.nodes.unreadable = vec![0];
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.blocks(2).await;
        assert_eq!(world.lane().await["promised"], json!({}), "it is in a block");
        world.nodes.ledger.reorganise(4, Fate::Lost);
        world.nodes.unreadable.clear();
        world.wait(2).await;
        assert_ne!(world.lane().await["promised"], json!({}), "it is in none");
        world.until(&wd, "confirmed").await;
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }

    /// It was seen in a block before, or is final: that nobody can show it any more takes nothing back.
    async fn what_cannot_be_read_any_more_is_not_gone(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirming").await;
        world.nodes.unreadable = vec![0];
        world.blocks(20).await;
        assert_eq!(world.get(&wd).await["state"], "confirming");
        world.nodes.unreadable.clear();
        world.until(&wd, "confirmed").await;
        world.nodes.unreadable = vec![0];
        // looked at once a minute
        for _ in 0..3 {
            world.stage.advance("PT1M");
            world.turn().await;
        }
        let paid = world.get(&wd).await;
        assert_eq!((&paid["state"], &paid["unsettled"]), (&json!("confirmed"), &json!(false)), "{paid:#}");
        let told = world.told(&wd).await;
        let taken_back = ["withdrawal.lost", "withdrawal.unsettled", "withdrawal.attention"];
        assert!(!told.iter().any(|told| taken_back.contains(&told.as_str())), "{told:?}");
    }

    /// One endpoint of three cannot read it: the others are a quorum.
    async fn one_endpoint_that_cannot_read_is_not_needed(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        for _ in 0..8 {
            world.nodes.ledger.mine();
            world.stage.advance("PT2S");
            let job = world.job_of(&wd, "chain.observe").await;
            let mut result = world.result(&job);
            let one: &mut Value = &mut result["views"][0];
            one["receipts"] = json!([]);
            one["unreadable"] = json!(["0"]);
            world.report(&job, result).await;
            if world.get(&wd).await["state"] == "confirmed" {
                break;
            }
        }
        assert_eq!((&world.get(&wd).await["state"], world.received(&wd)), (&json!("confirmed"), 100_000_000));
    }
}
