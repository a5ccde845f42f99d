//! Workers that do the same work at once, and books that use the same key while much is under way.

use std::time::{Duration, Instant};

use super::proxy::Refusal;
use super::several::{beside, is_whole, nonces};
use super::world::{Chain, HUNDRED, PATIENCE, World};
use crate::support::{Kind, json};

on_a_chain! {
    /// Both have signed for the same three nonces: three payments come, the other three are paid back, and
    /// what comes later waits for somebody who looks.
    async fn two_databases_with_several_under_way(world) {
        let other = &mut beside(world).await;
        other.all_refuse(3, Refusal { takes: false, code: -32_000, message: "txpool is full" });
        let (mut late, mut all) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            late.push(other.request(json!({})).await);
            all.push(world.request(json!({})).await);
        }
        other.turn().await;
        assert_eq!((&other.lane().await["next_nonce"], world.node().pooled().await), (&json!("3"), 0));
        for wd in &all {
            world.until(wd, "confirmed").await;
        }
        for wd in &late {
            let over = other.until(wd, "failed").await;
            assert_eq!(over["failure"]["code"], "nonce_taken", "{over:#}");
            assert_eq!(other.received(wd).await, 0, "{over:#}");
        }
        for wd in &all {
            assert_eq!(world.received(wd).await, HUNDRED);
        }
        is_whole(other).await;
        let next = other.request(json!({})).await;
        other.blocks(3).await;
        assert_eq!((&other.lane().await["state"], &other.get(&next).await["state"]), (&json!("paused"), &json!("pending")));
        world.books_are_the_chain(3).await;
        other.stage.verify().await;
    }
}

/// Two workers, with lines of their own, do in their background what is due: each withdrawal is paid once.
// The background looks once a second by the clock of the machine: some 6 s, which nothing can move on.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_in_the_background() {
    const COUNT: u32 = 8;
    let mut world = World::on(Chain::start().await, Kind::Postgres, 3).await;
    let workers = [world.worker().await, world.worker().await];
    let mut all = Vec::new();
    for _ in 0..COUNT {
        all.push(world.request(json!({})).await);
    }
    let since = Instant::now();
    loop {
        let confirmed = json!({ "state": "confirmed", "limit": 100 });
        let page = world.stage.ok("withdrawals.list", confirmed).await;
        if page["items"].as_array().unwrap().len() == all.len() {
            break;
        }
        assert!(since.elapsed() < PATIENCE * 3, "they do not end: {page:#}");
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.node().mine().await;
        world.stage.advance("PT2S");
    }
    for worker in workers {
        worker.close().await;
    }
    for wd in &all {
        assert_eq!(world.received(wd).await, HUNDRED);
    }
    let list = world.stage.ok("withdrawals.list", json!({ "limit": 100 })).await;
    assert_eq!(nonces(&list), (0..u64::from(COUNT)).collect::<Vec<_>>());
    world.books_are_the_chain(COUNT.into()).await;
    world.finish().await;
}
