//! Nodes that lag, fail and lie: one alone changes nothing, fewer good ones than a quorum end nothing, and
//! two that lie together are what the threat model names.

use super::nodes::{Lie, Mood, NAMES};
use super::{World, json};
use crate::support::Value;

const LIES: [Lie; 6] = [Lie::Paid, Lie::Reverted, Lie::Nothing, Lie::Foreign, Lie::Hopeless, Lie::Thirsty];

/// The endpoint as the chain shows it.
async fn endpoint(world: &World, name: &str) -> Value {
    let chains = world.stage.ok("withdrawals.chains", json!({})).await;
    let views = chains["items"][0]["views"].as_array().unwrap().clone();
    views.into_iter().find(|view| view["endpoint"] == name).unwrap()
}

with_chain! {
    /// Whoever it is, and whatever he says, all the way from the request to the end.
    async fn a_liar_alone_has_no_effect(world) {
        for (n, lie) in LIES.into_iter().enumerate() {
            let liar = NAMES[n % NAMES.len()];
            world.nodes.set(liar, Mood::Lying(lie));
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            world.wait(4).await;
            let waits = world.get(&wd).await;
            assert_eq!(waits["state"], "broadcasted", "{liar} says {lie:?}");
            assert_eq!(waits["attempts"][0]["gas_limit"], "60000", "{liar} says {lie:?}");
            let paid = world.until(&wd, "confirmed").await;
            assert_eq!((world.received(&wd), &paid["unsettled"]), (100_000_000, &json!(false)), "{lie:?}");
            world.wait(40).await;
            assert_eq!(world.get(&wd).await["state"], "confirmed", "{lie:?}");
            assert_eq!(world.lane().await["state"], "active", "{lie:?}");
            world.nodes.set(liar, Mood::Honest);
        }
        assert_eq!(world.used_nonces(), 6);
    }

    /// One that is down, failing, far behind or on another chain is shown as that, and nobody waits for it.
    async fn one_of_three_is_not_needed(world) {
        for (mood, status) in [
            (Mood::Down, None),
            (Mood::Failing, Some("failing")),
            (Mood::Behind(50), Some("behind")),
            (Mood::Elsewhere, Some("wrong_chain")),
        ] {
            world.nodes.set("south", mood);
            if let Mood::Behind(_) = mood {
                world.nodes.ledger.mine_many(60);
            }
            world.stage.advance("PT31S");
            let wd = world.request(json!({})).await;
            world.until(&wd, "confirmed").await;
            if let Some(status) = status {
                let shown = endpoint(world, "south").await;
                assert_eq!(shown["status"], status, "{mood:?}: {shown}");
            }
            assert_eq!(endpoint(world, "north").await["status"], "ok");
            world.nodes.set("south", Mood::Honest);
        }
    }

    /// Below a quorum nothing is bound, finished or taken back, and it goes on when there are enough again.
    async fn below_a_quorum_nothing_ends(world) {
        for mood in [Mood::Down, Mood::Failing, Mood::Elsewhere] {
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            for name in ["north", "east"] {
                world.nodes.set(name, mood);
            }
            world.blocks(12).await;
            let waits = world.get(&wd).await;
            assert_eq!((&waits["state"], &waits["failure"]), (&json!("broadcasted"), &Value::Null), "{mood:?}: {waits:#}");
            let health = world.stage.ok("admin.health", json!({})).await;
            assert_eq!(health["status"], "critical", "{mood:?}: {health}");
            world.nodes.set_all(Mood::Honest);
            world.until(&wd, "confirmed").await;
            assert_eq!(world.received(&wd), 100_000_000);
        }
    }

    /// A balancer answers from a node that is behind: the nonce seems to jump back, and nothing comes of it.
    async fn a_nonce_jumps_back(world) {
        let first = world.request(json!({})).await;
        world.until(&first, "confirmed").await;
        world.nodes.ledger.mine_many(20);
        world.nodes.set_all(Mood::Behind(15));
        world.stage.advance("PT31S");
        let second = world.request(json!({})).await;
        world.wait(10).await;
        world.nodes.set_all(Mood::Honest);
        let second = world.until(&second, "confirmed").await;
        assert_eq!((&second["nonce"], world.lane().await["state"].clone()), (&json!("1"), json!("active")), "{second:#}");
        assert_eq!((world.get(&first).await["state"].clone(), world.used_nonces()), (json!("confirmed"), 2));
    }

    /// Bytes are taken and the line drops, or a node says `nonce too low` of what is ours: it is looked for.
    async fn an_answer_proves_nothing(world) {
        for mood in [Mood::Dropping, Mood::Denying] {
            let wd = world.request(json!({})).await;
            let job = world.job_of(&wd, "chain.broadcast").await;
            world.nodes.set_all(mood);
            world.answer(&job).await;
            let waits = world.get(&wd).await;
            assert_eq!((&waits["state"], &waits["failure"]), (&json!("broadcasting"), &Value::Null), "{mood:?}: {waits}");
            world.nodes.set_all(Mood::Honest);
            world.until(&wd, "confirmed").await;
            assert_eq!(world.received(&wd), 100_000_000, "{mood:?}");
        }
        assert_eq!(world.used_nonces(), 2);
    }

    /// Mined before anybody said that it was taken.
    async fn it_is_mined_before_anybody_says_so(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        world.nodes.ledger.take(job["payload"]["raw"].as_str().unwrap()).unwrap();
        world.nodes.ledger.mine_many(8);
        world.stage.advance("PT2M");
        world.until(&wd, "confirmed").await;
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }

    /// Two of three that lie alike are a quorum: what they say is believed, and that is why nodes are chosen
    /// apart from each other. When the truth is back it is repaired, while it is watched.
    async fn a_quorum_of_liars_is_believed(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        for name in ["north", "east"] {
            world.nodes.set(name, Mood::Lying(Lie::Paid));
        }
        let mut believed = false;
        for _ in 0..20 {
            world.wait(1).await;
            believed |= world.get(&wd).await["state"] == "confirmed";
        }
        assert!(believed, "{:#}", world.get(&wd).await);
        assert_eq!(world.received(&wd), 0);
        world.nodes.set_all(Mood::Honest);
        for _ in 0..150 {
            world.block().await;
        }
        let found = world.get(&wd).await;
        assert_eq!((&found["state"], &found["unsettled"]), (&json!("confirmed"), &json!(false)), "{found:#}");
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
    }
}
