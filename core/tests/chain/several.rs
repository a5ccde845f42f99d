//! Several engines, several books with one key, and books that were restored: whoever is late pauses its
//! lane, and nothing is paid twice.

use super::proxy::Refusal;
use super::world::{ADDRESSES, Chain, HUNDRED, SUPPLY, World, admin, turn};
use crate::support::{Kind, Value, json};

/// A second book on the chain of a world, with its own payees.
pub(crate) async fn beside(world: &World) -> World {
    let mut other = World::on(world.chain.clone(), world.stage.kind, 3).await;
    other.asked = 1_000;
    other
}

/// Alice of a world has everything, and nothing is held.
pub(crate) async fn is_whole(world: &World) {
    let ten_thousand = 100 * i128::try_from(HUNDRED).unwrap();
    assert_eq!(world.alice().await, [ten_thousand, 0]);
}

on_each_database! {
    /// One after the other: the second book sees that the chain is past its counter.
    async fn one_key_in_two_databases(world) {
        let other = &mut beside(world).await;
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        other.facts_are_old();
        let late = other.request(json!({})).await;
        other.blocks(3).await;
        let lane = other.lane().await;
        assert_eq!((&lane["state"], &lane["reason"]), (&json!("paused"), &json!("foreign_nonce")), "{lane:#}");
        assert_eq!((&other.get(&late).await["state"], other.received(&late).await), (&json!("pending"), 0));
        world.books_are_the_chain(1).await;
        // once somebody has looked at it, it goes on behind
        other.stage.ok("withdrawals.resume_lane", json!({ "lane": other.lane, "adopt": true, "actor": admin() })).await;
        let paid = other.until(&late, "confirmed").await;
        assert_eq!((&paid["nonce"], world.used_nonces().await), (&json!("1"), 2));
        other.stage.verify().await;
    }

    /// Both sign for the same nonce: one is paid, the other is paid back, and its lane pauses.
    async fn two_databases_sign_for_one_nonce(world) {
        let other = &mut beside(world).await;
        other.all_refuse(1, Refusal { takes: false, code: -32_000, message: "txpool is full" });
        let late = other.request(json!({})).await;
        other.turn().await;
        assert_eq!(other.get(&late).await["nonce"], "0");
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        let over = other.until(&late, "failed").await;
        assert_eq!(over["failure"]["code"], "nonce_taken", "{over:#}");
        assert_eq!((other.received(&wd).await, other.received(&late).await), (HUNDRED, 0));
        is_whole(other).await;
        assert_eq!(other.lane().await["state"], "paused");
        world.books_are_the_chain(1).await;
        other.stage.verify().await;
    }
}

on_each_database! {
    /// Without a keyring the addresses of nodes are not opened, so that no job of a chain is taken.
    async fn a_process_without_a_keyring_drives_no_chain(world) {
        let poor = world.without_keyring().await;
        let leases = async |world: &World| {
            world.stage.event_types().await.iter().filter(|kind| *kind == "job.leased").count()
        };
        let before = leases(world).await;
        let wd = world.request(json!({})).await;
        for _ in 0..3 {
            turn(&poor).await;
            world.stage.advance("PT10S");
        }
        assert_eq!(leases(world).await, before);
        assert_eq!(world.get(&wd).await["state"], "pending");
        poor.close().await;
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, 1).await;
    }
}

/// Two engines on one store drive the same chain at once: each withdrawal has one nonce, and each nonce one
/// withdrawal.
// Some 5 s of a busy machine: both databases, and sixteen that three loops pull at.
#[tokio::test(flavor = "multi_thread")]
async fn two_engines_on_one_store() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let mut world = World::on(Chain::start().await, kind, 3).await;
        let second = world.stage.again().await;
        let mut all = Vec::new();
        for _ in 0..16 {
            all.push(world.request(json!({})).await);
        }
        let is_over = async |world: &World| {
            let page =
                world.stage.ok("withdrawals.list", json!({ "state": "confirmed", "limit": 100 })).await;
            page["items"].as_array().unwrap().len() == all.len()
        };
        for _ in 0..60 {
            tokio::join!(turn(&world.stage.bank), turn(&second), turn(&world.stage.bank));
            if is_over(&world).await {
                break;
            }
            world.node().mine().await;
            world.stage.advance("PT2S");
        }
        for wd in &all {
            world.is_paid_once(wd, 1).await;
        }
        let list = world.stage.ok("withdrawals.list", json!({ "limit": 100 })).await;
        assert_eq!(nonces(&list), (0..16).collect::<Vec<u64>>());
        world.books_are_the_chain(16).await;
        second.close().await;
        world.finish().await;
    }
}

/// An engine is gone with what it had leased; the next one goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn an_engine_is_gone_under_way() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let mut world = World::on(Chain::start().await, kind, 3).await;
        let wd = world.request(json!({})).await;
        for state in ["pending", "broadcasted", "confirming"] {
            world.until_it(&wd, |found| found["state"] == state || found["state"] == "confirmed").await;
            // whatever it has leased nobody reports any more
            let lease = json!({ "kinds": ["chain.simulate", "chain.broadcast", "chain.observe", "chain.facts"],
                "limit": 100, "for": "PT1M" });
            world.stage.ok("jobs.lease", lease).await;
            world.reopen().await;
            world.stage.advance("PT1M");
        }
        world.until(&wd, "confirmed").await;
        let paid = world.get(&wd).await;
        world.is_paid_once(&wd, paid["attempts"].as_array().unwrap().len()).await;
        world.books_are_the_chain(1).await;
        world.finish().await;
    }
}

/// A backup from when it waited, and from when it was out; then it is paid, and the backup is restored.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_pays_nothing_again() {
    for state in ["pending", "broadcasted"] {
        let mut world = World::on(Chain::start().await, Kind::Sqlite, 3).await;
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, state).await;
        let path = json!({ "path": world.stage.beside("backup.db") });
        world.stage.ok("admin.backup", path.clone()).await;
        world.stage.advance("PT2M");
        world.until(&wd, "confirmed").await;
        let next = world.request(json!({})).await;
        world.until(&next, "confirmed").await;
        world.stage.ok("admin.restore", path).await;
        world.stage.advance("PT2M");
        let late = world.request(json!({})).await;
        world.blocks(8).await;
        assert_eq!((world.received(&wd).await, world.received(&next).await), (HUNDRED, HUNDRED), "{state}");
        assert_eq!((world.used_nonces().await, world.received(&late).await), (2, 0), "{state}");
        let lane = world.lane().await;
        assert_eq!(lane["state"], "paused", "{state}: {lane:#}");
        let found = world.get(&wd).await;
        let expected = if state == "pending" { "pending" } else { "confirmed" };
        assert_eq!(found["state"], expected, "what had a nonce is found on the chain: {found:#}");
        world.finish().await;
    }
}

/// The nonces of a list, in their order.
pub(crate) fn nonces(list: &Value) -> Vec<u64> {
    let items = list["items"].as_array().unwrap().iter();
    let mut nonces: Vec<u64> = items.map(|wd| wd["nonce"].as_str().unwrap().parse().unwrap()).collect();
    nonces.sort_unstable();
    nonces
}

/// Two lanes share the work, the emptiest first, and each has its own nonces without gaps.
#[tokio::test(flavor = "multi_thread")]
async fn two_lanes_share_the_work() {
    let mut world = World::on(Chain::start().await, Kind::Sqlite, 3).await;
    world.chain.dai.give(world.node(), ADDRESSES[1], SUPPLY).await;
    let lane = world.open_lane(1, json!({})).await["id"].as_str().unwrap().to_owned();
    world.opens(&lane).await;
    let mut all = Vec::new();
    for _ in 0..10 {
        all.push(world.request(json!({})).await);
    }
    for wd in &all {
        world.until(wd, "confirmed").await;
        world.is_paid_once(wd, 1).await;
    }
    for lane in [&world.lane, &lane] {
        let list = world.stage.ok("withdrawals.list", json!({ "lane": lane, "limit": 100 })).await;
        assert_eq!(nonces(&list), [0, 1, 2, 3, 4], "{lane}");
    }
    world.finish().await;
}
