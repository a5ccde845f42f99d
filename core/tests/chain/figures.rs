//! The cost of a withdrawal to nodes and the database: counts, which no machine changes.

use super::world::{Chain, World, with};
use crate::support::{Kind, Value, all_at_once, json};

/// How many are under way at once: as many as one look asks about. Fewer would hide what each costs by
/// itself, and these take a busy machine some 10 s.
const COUNT: u32 = 96;

/// All are requested at once, and blocks of one second are mined until all are final: looks come every two.
async fn all_are_paid(world: &mut World) -> Vec<Value> {
    let (bank, mut calls) = (world.stage.bank.clone(), Vec::new());
    for number in 0..COUNT {
        let args = with(world.asks(&json!({})), &json!({ "key": format!("all-{number}") }));
        let bank = bank.clone();
        calls
            .push(async move { bank.call("withdrawals.request", args).await.unwrap()["withdrawal"].clone() });
    }
    let all = all_at_once(calls.into_iter()).await;
    world.turn().await;
    for _ in 0..3 {
        world.node().mine().await;
        world.node().mine().await;
        world.wait(1).await;
    }
    all
}

/// With one endpoint, which is a quorum.
async fn alone(kind: Kind) -> World {
    World::on(Chain::start().await, kind, 1).await
}

/// With one endpoint a withdrawal costs at most six calls, each call in a batch counted by itself.
#[tokio::test(flavor = "multi_thread")]
async fn calls_a_withdrawal() {
    let mut world = alone(Kind::Sqlite).await;
    world.proxies[0].take_asked();
    let all = all_are_paid(&mut world).await;
    let asked = world.proxies[0].take_asked();
    let calls: u32 = asked.values().sum();
    println!("{calls} calls for {COUNT} withdrawals: {asked:?}");
    for wd in &all {
        world.is_paid_once(wd, 1).await;
    }
    assert!(calls <= 6 * COUNT, "{calls} calls for {COUNT} withdrawals: {asked:?}");
    world.finish().await;
}

/// A withdrawal costs PostgreSQL at most six statements, from its request to its end.
#[tokio::test(flavor = "multi_thread")]
async fn statements_a_withdrawal() {
    let mut world = alone(Kind::Postgres).await;
    let counted = |world: &World| world.stage.bank.store().counted().statements;
    let before = counted(&world);
    let all = all_are_paid(&mut world).await;
    let statements = counted(&world) - before;
    println!("{statements} statements for {COUNT} withdrawals");
    for wd in &all {
        world.is_paid_once(wd, 1).await;
    }
    assert!(statements <= 6 * u64::from(COUNT), "{statements} statements for {COUNT} withdrawals");
    world.finish().await;
}
