//! Two books that have the same key: another database, or the same one restored from before. Nothing is paid
//! twice, and the one that has lost its place pauses.

use super::{World, json};
use crate::support::Kind;
#[cfg(feature = "sqlite")]
use crate::support::Value;

/// Lets the other one talk to the chain.
fn change_places(one: &mut World, other: &mut World) {
    std::mem::swap(&mut one.nodes, &mut other.nodes);
}

/// One after the other: the second sees that its counter is not the chain's.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_in_two_databases() {
    for kind in Kind::all() {
        let (mut one, mut other) = (World::open(kind).await, World::open(kind).await);
        let wd = one.request(json!({})).await;
        one.until(&wd, "confirmed").await;
        change_places(&mut one, &mut other);
        other.asked = 100;
        other.stage.advance("PT31S");
        let late = other.request(json!({})).await;
        other.blocks(15).await;
        let lane = other.lane().await;
        assert_eq!((&lane["state"], &lane["reason"]), (&json!("paused"), &json!("foreign_nonce")), "{lane}");
        assert_eq!((&other.get(&late).await["state"], other.received(&late)), (&json!("pending"), 0));
        assert_eq!((other.received(&wd), other.used_nonces()), (100_000_000, 1));
        one.finish().await;
        other.finish().await;
    }
}

/// Both have signed for the same nonce: one is paid, the other is paid back, and its lane pauses.
#[tokio::test(flavor = "multi_thread")]
async fn two_databases_sign_for_one_nonce() {
    for kind in Kind::all() {
        let (mut one, mut other) = (World::open(kind).await, World::open(kind).await);
        other.asked = 100;
        let (wd, late) = (one.request(json!({})).await, other.request(json!({})).await);
        let job = other.job_of(&late, "chain.broadcast").await;
        one.until(&wd, "confirmed").await;
        change_places(&mut one, &mut other);
        other.answer(&job).await;
        let over = other.until(&late, "failed").await;
        assert_eq!(over["failure"]["code"], "nonce_taken", "{over:#}");
        assert_eq!((other.received(&wd), other.received(&late)), (100_000_000, 0));
        assert_eq!(
            (other.alice().await.as_str(), one.alice().await.as_str()),
            ("10000.00 0.00 10000.00", "9899.90 0.00 9899.90")
        );
        assert_eq!(other.lane().await["state"], "paused");
        one.finish().await;
        other.finish().await;
    }
}

/// The history that was left has paid it, under a nonce that this one has not given: once the lane has passed
/// over that, an admin says so. Nobody gives it back, and nobody pays it again.
#[cfg(feature = "sqlite")]
async fn is_not_paid_after_an_adoption(world: &mut World, wd: &Value, late: &Value) {
    let cancel = json!({ "withdrawal": wd["id"], "actor": "alina" });
    world.stage.no("withdrawals.cancel", cancel.clone(), "condition_not_met").await;
    let adopt = json!({ "lane": world.lane, "adopt": true, "actor": super::admin() });
    world.stage.ok("withdrawals.resume_lane", adopt).await;
    assert_eq!(world.until(late, "confirmed").await["nonce"], "2");
    world.blocks(10).await;
    let waits = world.get(wd).await;
    assert_eq!(
        (&waits["state"], &waits["attention"]["code"], world.received(wd)),
        (&json!("pending"), &json!("nonce_taken"), 100_000_000),
        "{waits:#}"
    );
    world.stage.no("withdrawals.cancel", cancel, "condition_not_met").await;
    let settle = json!({ "paid": true, "reason": "seen on an explorer", "actor": super::admin() });
    let over = world.order("settle", wd, settle).await;
    assert_eq!((&over["state"], &over["nonce"]), (&json!("confirmed"), &Value::Null), "{over:#}");
    assert_eq!((world.received(wd), world.used_nonces()), (100_000_000, 3));
}

/// A backup from when it waited, was bound, or was out; then it is paid, and the backup is restored.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_pays_nothing_again() {
    for state in ["pending", "broadcasting", "broadcasted", "confirming"] {
        let mut world = World::open(Kind::Sqlite).await;
        let wd = world.request(json!({})).await;
        world.walks_to(&wd, state).await;
        let path = json!({ "path": world.stage.beside("backup.db") });
        world.stage.ok("admin.backup", path.clone()).await;
        world.stage.advance("PT2M");
        world.until(&wd, "confirmed").await;
        let next = world.request(json!({})).await;
        world.until(&next, "confirmed").await;
        world.stage.ok("admin.restore", path).await;
        world.stage.advance("PT2M");
        let late = world.request(json!({})).await;
        world.blocks(40).await;
        assert_eq!((world.received(&wd), world.received(&next)), (100_000_000, 100_000_000), "{state}");
        assert_eq!(world.used_nonces(), 2, "{state}: what the backup does not know is not paid over");
        let lane = world.lane().await;
        assert_eq!(lane["state"], "paused", "{state}: {lane}");
        let waits = world.get(&late).await;
        assert_eq!((&waits["state"], world.received(&late)), (&json!("pending"), 0), "{state}: {waits:#}");
        // what had a nonce is found on the chain, and ends as it ended
        if state != "pending" {
            let found = world.until(&wd, "confirmed").await;
            assert_eq!(found["nonce"], "0", "{found}");
            world.order("cancel", &late, json!({ "actor": "alina" })).await;
        } else {
            is_not_paid_after_an_adoption(&mut world, &wd, &late).await;
        }
        world.finish().await;
    }
}

/// Whoever resumes a lane has compared it with the chain once the chain has told that he was right: until
/// then it binds nothing, and an owner gets nothing back that a history that was left may have paid.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_is_resumed_waits_for_what_the_chain_tells() {
    for paid in [true, false] {
        let mut world = World::open(Kind::Sqlite).await;
        let wd = world.request(json!({})).await;
        let path = json!({ "path": world.stage.beside("backup.db") });
        world.stage.ok("admin.backup", path.clone()).await;
        world.stage.advance("PT2M");
        if paid {
            world.until(&wd, "confirmed").await;
        }
        world.stage.ok("admin.restore", path).await;
        world.stage.advance("PT2M");
        let late = world.request(json!({})).await;
        let pause = json!({ "lane": world.lane, "reason": "a backup was restored", "actor": super::admin() });
        world.stage.ok("withdrawals.pause_lane", pause).await;
        let resume = json!({ "lane": world.lane, "actor": super::admin() });
        world.stage.ok("withdrawals.resume_lane", resume).await;
        // all is done but what tells of the chain
        world.turn_with(&["chain.simulate"]).await;
        let lane = world.lane().await;
        assert_eq!((&lane["state"], &lane["next_nonce"]), (&json!("active"), &json!("0")), "{lane}");
        let cancel = json!({ "withdrawal": wd["id"], "actor": "alina" });
        world.stage.no("withdrawals.cancel", cancel.clone(), "condition_not_met").await;
        world.turn_with(&["chain.facts"]).await;
        let lane = world.lane().await;
        if paid {
            assert_eq!(
                (&lane["state"], &lane["reason"]),
                (&json!("paused"), &json!("foreign_nonce")),
                "{lane}"
            );
            world.stage.no("withdrawals.cancel", cancel, "condition_not_met").await;
            assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1));
            world.order("cancel", &late, json!({ "actor": "alina" })).await;
        } else {
            assert_eq!(lane["state"], "active", "{lane}");
            assert_eq!(world.stage.ok("withdrawals.cancel", cancel).await["withdrawal"]["state"], "failed");
            assert_eq!(world.until(&late, "confirmed").await["nonce"], "0");
            assert_eq!((world.received(&wd), world.received(&late)), (0, 100_000_000));
        }
        world.finish().await;
    }
}

/// A transaction of a history that was left may still be in a node's memory: until it is in a block, a lane
/// that somebody has resumed binds nothing, because it may pay a withdrawal that waits.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_still_has_in_memory_is_waited_for() {
    let mut world = World::open(Kind::Sqlite).await;
    let wd = world.request(json!({})).await;
    let path = json!({ "path": world.stage.beside("backup.db") });
    world.stage.ok("admin.backup", path.clone()).await;
    world.stage.advance("PT2M");
    world.walks_to(&wd, "broadcasted").await;
    world.stage.ok("admin.restore", path).await;
    world.stage.advance("PT2M");
    let late = world.request(json!({})).await;
    let pause = json!({ "lane": world.lane, "reason": "a backup was restored", "actor": super::admin() });
    world.stage.ok("withdrawals.pause_lane", pause).await;
    let resume = json!({ "lane": world.lane, "actor": super::admin() });
    world.stage.ok("withdrawals.resume_lane", resume).await;
    world.wait(30).await;
    let lane = world.lane().await;
    assert_eq!(
        (&lane["reason"], &lane["next_nonce"]),
        (&json!("pending_nonces"), &json!("0")),
        "nothing is bound: {lane}"
    );
    for waits in [&wd, &late] {
        assert_eq!(world.get(waits).await["nonce"], Value::Null);
    }
    world.blocks(40).await;
    let lane = world.lane().await;
    assert_eq!((&lane["state"], &lane["reason"]), (&json!("paused"), &json!("foreign_nonce")), "{lane}");
    assert_eq!((world.received(&wd), world.received(&late), world.used_nonces()), (100_000_000, 0, 1));
    world.finish().await;
}

/// A lane that is retired after a restore is never compared with the chain. What waited before may have been
/// paid with it: no other lane pays it before somebody has looked.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_is_retired_uncompared_leaves_its_doubt() {
    let mut world = World::open(Kind::Sqlite).await;
    let wd = world.request(json!({})).await;
    let path = json!({ "path": world.stage.beside("backup.db") });
    world.stage.ok("admin.backup", path.clone()).await;
    world.stage.advance("PT2M");
    world.until(&wd, "confirmed").await;
    world.stage.ok("admin.restore", path).await;
    world.stage.advance("PT2M");
    let retire = json!({ "lane": world.lane, "actor": super::admin() });
    world.stage.ok("withdrawals.retire_lane", retire).await;
    world.open_lane(1, super::Custody::Vault, &json!({})).await;
    world.blocks(30).await;
    let late = world.request(json!({})).await;
    world.until(&late, "confirmed").await;
    let waits = world.get(&wd).await;
    assert_eq!(
        (&waits["state"], &waits["attention"]["code"], world.received(&wd)),
        (&json!("pending"), &json!("nonce_taken"), 100_000_000),
        "{waits:#}"
    );
    let settle = json!({ "paid": true, "reason": "seen on an explorer", "actor": super::admin() });
    let over = world.order("settle", &wd, settle).await;
    assert_eq!((&over["state"], world.received(&wd)), (&json!("confirmed"), 100_000_000), "{over:#}");
    world.finish().await;
}

/// A lane that was opening when the backup was made may have been opened by the history that was left, and
/// have paid with: its counter begins behind that, so that nothing else tells.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_opens_once_more_leaves_its_doubt() {
    let mut world = World::open(Kind::Sqlite).await;
    let retire = json!({ "lane": world.lane, "actor": super::admin() });
    world.stage.ok("withdrawals.retire_lane", retire).await;
    let wd = world.request(json!({})).await;
    let lane = world.open_lane(1, super::Custody::Vault, &json!({})).await;
    let path = json!({ "path": world.stage.beside("backup.db") });
    world.stage.ok("admin.backup", path.clone()).await;
    world.stage.advance("PT2M");
    world.until(&wd, "confirmed").await;
    world.stage.ok("admin.restore", path).await;
    world.stage.advance("PT2M");
    world.blocks(30).await;
    let lane = world.lane_of(lane["id"].as_str().unwrap()).await;
    assert_eq!((&lane["state"], &lane["next_nonce"]), (&json!("active"), &json!("1")), "{lane}");
    let waits = world.get(&wd).await;
    assert_eq!(
        (&waits["state"], &waits["attention"]["code"], world.received(&wd)),
        (&json!("pending"), &json!("nonce_taken"), 100_000_000),
        "{waits:#}"
    );
    let settle = json!({ "paid": true, "reason": "seen on an explorer", "actor": super::admin() });
    assert_eq!(world.order("settle", &wd, settle).await["state"], "confirmed");
    world.finish().await;
}
