//! Endpoints that lag, whose nonces jump back, or that lie: alone one of them changes nothing, and what two
//! of them can do where two are a quorum is in the threat model.

use super::proxy::{Lie, Mood};
use super::world::{HUNDRED, World};
use crate::support::{Value, json};

/// Nobody was asked, nothing has failed, and the lane goes on.
pub(crate) async fn undisturbed(world: &World, withdrawal: &Value) {
    let found = world.is_paid_once(withdrawal, 1).await;
    assert!(found["attention"].is_null() && found["failure"].is_null(), "{found:#}");
    let told = world.told(withdrawal).await;
    let bad = ["withdrawal.lost", "withdrawal.failed", "withdrawal.unsettled", "withdrawal.attention"];
    assert!(!told.iter().any(|told| bad.contains(&told.as_str())), "{told:?}");
    assert_eq!(world.lane().await["state"], "active");
}

on_each_database! {
    /// One of three lies, each in its turn and about everything: no effect.
    async fn a_liar_alone(world) {
        let lies = [Lie::Reverted, Lie::Nothing, Lie::Ahead, Lie::OtherBlock];
        for (place, lie) in lies.into_iter().enumerate() {
            world.proxies[place % 3].set(Mood::Lying(lie));
            world.facts_are_old();
            let wd = world.request(json!({})).await;
            world.until(&wd, "confirmed").await;
            undisturbed(world, &wd).await;
            // also while what is final is looked at
            world.stage.advance("PT1M");
            world.turn().await;
            undisturbed(world, &wd).await;
            world.set_all(Mood::Honest);
        }
        world.books_are_the_chain(4).await;
    }
}

on_a_chain! {
    /// Two of three lie, and two are a quorum: money is given back that was paid. A process that hears the
    /// truth within the time of `watch` finds it out, and takes it again.
    async fn two_liars_where_two_are_a_quorum(world) {
        let wd = world.request(json!({})).await;
        world.turn().await;
        for proxy in &world.proxies[..2] {
            proxy.set(Mood::Lying(Lie::Reverted));
        }
        let over = world.until(&wd, "failed").await;
        assert_eq!(over["failure"]["code"], "reverted", "{over:#}");
        let hundred = i128::try_from(HUNDRED).unwrap();
        assert_eq!((world.received(&wd).await, world.alice().await), (HUNDRED, [100 * hundred, 0]));
        world.set_all(Mood::Honest);
        world.reopen().await;
        world.stage.advance("PT1M");
        let paid = world.until(&wd, "confirmed").await;
        let lost = 100 * hundred - world.alice().await[0];
        assert!((hundred..=hundred + hundred / 1_000).contains(&lost), "{lost}: {paid:#}");
    }

    /// One is 50 blocks behind: it has a voice, and hinders nobody.
    async fn one_endpoint_is_behind(world) {
        world.node().mine_many(60).await;
        world.proxies[0].set(Mood::Behind(50));
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        undisturbed(world, &wd).await;
        assert_eq!(world.status_of(0).await, "behind");
        world.books_are_the_chain(1).await;
    }

    /// Two are: nothing that they do not have yet is over, and nothing that they do not have is lost.
    async fn a_quorum_is_behind(world) {
        world.node().mine_many(60).await;
        let wd = world.request(json!({})).await;
        world.turn().await;
        for proxy in &world.proxies[..2] {
            proxy.set(Mood::Behind(50));
        }
        world.blocks(6).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["failure"]), (&json!("broadcasted"), &Value::Null), "{waits:#}");
        world.set_all(Mood::Honest);
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, waits["attempts"].as_array().unwrap().len()).await;
        world.books_are_the_chain(1).await;
    }

    /// It was seen in a block, and then a quorum has fallen behind that block: it is not taken for lost.
    async fn a_quorum_falls_behind_what_was_seen(world) {
        world.set_chain(json!({ "finality": { "depth": 6 } })).await;
        world.node().mine_many(60).await;
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirming").await;
        for proxy in &world.proxies[..2] {
            proxy.set(Mood::Behind(50));
        }
        world.wait(5).await;
        assert_eq!(world.get(&wd).await["state"], "confirming");
        world.set_all(Mood::Honest);
        world.until(&wd, "confirmed").await;
        undisturbed(world, &wd).await;
    }

    /// For a while every endpoint gives nonces that it was past already: the counter is ours, and never
    /// theirs again. What they do not show they are waited for.
    async fn a_nonce_jumps_back(world) {
        for nonce in ["0", "1"] {
            let wd = world.request(json!({})).await;
            assert_eq!(world.until(&wd, "confirmed").await["nonce"], nonce);
        }
        world.set_all(Mood::JumpedBack(2));
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.blocks(4).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["nonce"]), (&json!("broadcasted"), &json!("2")), "{waits:#}");
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["next_nonce"]), (&json!("active"), &json!("3")), "{lane:#}");
        world.set_all(Mood::Honest);
        world.until(&wd, "confirmed").await;
        undisturbed(world, &wd).await;
        world.books_are_the_chain(3).await;
    }
}
