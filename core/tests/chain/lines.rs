//! Lines between the engine and its endpoints that break, and texts of nodes that say less than they seem to:
//! nothing follows from them but when to look and to send again.

use std::time::Duration;

use super::proxy::{Mood, Refusal, SEND};
use super::world::{Chain, World, driving};
use crate::support::{Kind, json};

on_each_database! {
    /// Every endpoint takes the bytes, and the line drops before any of them answers.
    async fn bytes_are_taken_and_the_line_drops(world) {
        world.set_all(Mood::Dropping);
        let wd = world.request(json!({})).await;
        world.turn().await;
        let sent = world.get(&wd).await;
        assert_eq!((&sent["state"], world.node().pooled().await), (&json!("broadcasting"), 1), "{sent:#}");
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, 1).await;
        world.books_are_the_chain(1).await;
    }

    /// `nonce too low` is said of bytes that were taken: it is neither an outage nor a failure.
    async fn ours_are_called_too_low(world) {
        let low = Refusal { takes: true, code: -32_003, message: "nonce too low" };
        world.all_refuse(3, low);
        let wd = world.request(json!({})).await;
        world.turn().await;
        let sent = world.get(&wd).await;
        assert!(sent["failure"].is_null() && sent["attention"].is_null(), "{sent:#}");
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, 1).await;
        world.books_are_the_chain(1).await;
    }
}

on_a_chain! {
    /// Nobody answers: nothing is bound, nothing fails, and all goes on when somebody does.
    async fn every_endpoint_is_down(world) {
        world.set_all(Mood::Down);
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.wait(10).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["nonce"]), (&json!("pending"), &json!(null)), "{waits:#}");
        let health = world.stage.ok("admin.health", json!({})).await;
        assert_eq!(health["status"], "critical", "{health}");
        world.set_all(Mood::Honest);
        world.until(&wd, "confirmed").await;
        world.books_are_the_chain(1).await;
    }

    /// They go down while a payment is out: it stays as it is, and is found when they are back.
    async fn every_endpoint_goes_down_under_way(world) {
        let wd = world.request(json!({})).await;
        world.turn().await;
        world.set_all(Mood::Down);
        world.blocks(10).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["nonce"]), (&json!("broadcasted"), &json!("0")), "{waits:#}");
        world.set_all(Mood::Honest);
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, 1).await;
    }

    /// One is down, and one answers with errors: neither is waited for while a quorum does without.
    async fn one_endpoint_is_down(world) {
        for mood in [Mood::Down, Mood::Status(503)] {
            world.proxies[0].set(mood);
            let wd = world.request(json!({})).await;
            world.until(&wd, "confirmed").await;
            assert_eq!(world.status_of(0).await, "failing", "{mood:?}");
        }
        world.proxies[0].set(Mood::Honest);
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        assert_eq!(world.status_of(0).await, "ok");
        world.books_are_the_chain(3).await;
    }

    /// An endpoint that answers 429 is left alone for as long as it says, by the engine's clock.
    async fn one_endpoint_is_asked_too_much(world) {
        world.proxies[0].set(Mood::Busy(60));
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.turn().await;
        let asked = world.proxies[0].requests();
        world.until(&wd, "confirmed").await;
        assert_eq!(world.proxies[0].requests(), asked, "it was not left alone");
        world.proxies[0].set(Mood::Honest);
        world.stage.advance("PT1M");
        let next = world.request(json!({})).await;
        world.until(&next, "confirmed").await;
        assert!(world.proxies[0].requests() > asked, "it is never asked again");
        world.books_are_the_chain(2).await;
    }

    /// The pools are full: the same bytes go out again, and nobody signs others.
    async fn pools_are_full(world) {
        world.all_refuse(1, Refusal { takes: false, code: -32_000, message: "txpool is full" });
        let wd = world.request(json!({})).await;
        world.turn().await;
        let sent = world.get(&wd).await;
        assert_eq!((&sent["state"], world.node().pooled().await), (&json!("broadcasting"), 0), "{sent:#}");
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, 1).await;
    }

    /// The node is started again with its chain, and without its pool: what was in it is sent again.
    async fn a_node_is_restarted(world) {
        // before the first of them would be bid more for
        world.set_chain(json!({ "resend_after": "PT10S" })).await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(world.request(json!({})).await);
        }
        world.turn().await;
        assert_eq!(world.node().pooled().await, 5);
        world.node().restart();
        assert_eq!(world.node().pooled().await, 0);
        for wd in &all {
            world.until(wd, "confirmed").await;
            world.is_paid_once(wd, 1).await;
        }
        world.books_are_the_chain(5).await;
    }

    /// Bytes that a node has taken are not sent again before their time.
    async fn what_was_taken_is_sent_once(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        for proxy in &world.proxies {
            assert_eq!(proxy.take_asked().get(SEND), Some(&1));
        }
    }
}

/// One endpoint answers later than anybody waits for.
#[tokio::test(flavor = "multi_thread")]
async fn one_endpoint_is_slow() {
    let options = driving(Duration::from_millis(700));
    let mut world = World::with(Chain::start().await, Kind::Sqlite, 3, options).await;
    let wd = world.request(json!({})).await;
    world.waits_until(&wd, "broadcasted").await;
    world.proxies[0].set(Mood::Slow(Duration::from_secs(3)));
    let paid = world.until(&wd, "confirmed").await;
    assert_eq!(world.status_of(0).await, "failing");
    // on a busy machine the others may be late as well, and then it is bumped
    world.is_paid_once(&wd, paid["attempts"].as_array().unwrap().len()).await;
    world.finish().await;
}
