//! The way of a withdrawal to an address on the chain, and what the books and the chain have at its end.

use super::contracts::Token;
use super::node::{GWEI, number};
use super::world::{ADDRESSES, COIN, World, admin, bids, turn};
use crate::support::log::Log;
use crate::support::{Kind, Value, json};

/// All calls of these methods, with what they answered.
async fn everything(world: &World) -> String {
    let mut said = String::new();
    for (name, args) in [
        ("withdrawals.chains", json!({})),
        ("withdrawals.lanes", json!({})),
        ("withdrawals.assets", json!({})),
        ("withdrawals.list", json!({})),
        ("withdrawals.stats", json!({})),
        ("jobs.list", json!({ "limit": 500 })),
        ("events.list", json!({ "limit": 500 })),
        ("admin.health", json!({})),
        ("admin.metrics", json!({})),
        ("admin.verify", json!({})),
    ] {
        said += &world.stage.ok(name, args).await.to_string();
    }
    said
}

on_each_database! {
    /// A token: what leaves the books is what arrives, and what the wallet lacks of coins is what gas cost.
    async fn a_token_is_paid(world) {
        let coins = world.node().coins(ADDRESSES[0]).await;
        let wd = world.request(json!({})).await;
        assert_eq!((&wd["state"], &wd["nonce"]), (&json!("pending"), &Value::Null), "{wd:#}");
        world.turn().await;
        let sent = world.get(&wd).await;
        assert_eq!((&sent["state"], &sent["nonce"]), (&json!("broadcasted"), &json!("0")), "{sent:#}");
        assert_eq!(world.node().pooled().await, 1);
        // anvil estimates some 51,000: a fifth is added
        let gas = number(&sent["attempts"][0]["gas_limit"]);
        assert!((50_000..80_000).contains(&gas), "{sent:#}");
        let [most, tip] = bids(&sent)[0];
        assert!(most <= u128::from(25 * GWEI) && tip <= u128::from(2 * GWEI), "{sent:#}");
        world.block().await;
        let seen = world.get(&wd).await;
        assert_eq!((&seen["state"], &seen["confirmations"]), (&json!("confirming"), &json!(1)), "{seen:#}");
        world.until(&wd, "confirmed").await;
        let paid = world.is_paid_once(&wd, 1).await;
        assert_eq!(paid["hash"], sent["hash"], "{paid:#}");
        world.books_are_the_chain(1).await;
        assert_eq!(coins - world.node().coins(ADDRESSES[0]).await, number(&paid["gas_paid"]));
        let hold = world.stage.ok("ledger.get_hold", json!({ "hold": wd["hold"] })).await;
        assert_eq!(hold["state"], "captured", "{hold}");
    }

    /// Coins, of which gas is paid as well.
    async fn coins_are_paid(world) {
        let coins = world.node().coins(ADDRESSES[0]).await;
        let wd = world.request(json!({ "amount": "2.50 POL" })).await;
        let paid = world.until(&wd, "confirmed").await;
        let value = 5 * COIN / 2;
        assert_eq!(world.node().coins(wd["to"].as_str().unwrap()).await, value);
        let left = coins - world.node().coins(ADDRESSES[0]).await;
        assert_eq!(left, value + number(&paid["gas_paid"]), "{paid:#}");
        let posted = world.posted("alice", "POL").await;
        assert_eq!(posted, i128::try_from(100 * COIN - value).unwrap());
    }

    /// Before a nonce a withdrawal is cancelled at once; after it the chain says which of the two it was.
    async fn a_payment_is_cancelled(world) {
        world.stage.ok("withdrawals.pause_lane", json!({ "lane": world.lane, "reason": "audit" })).await;
        let early = world.request(json!({})).await;
        world.turn().await;
        let cancel = |wd: &Value| json!({ "withdrawal": wd["id"], "actor": admin() });
        world.stage.ok("withdrawals.cancel", cancel(&early)).await;
        assert_eq!(world.get(&early).await["failure"]["code"], "cancelled");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane })).await;
        let late = world.request(json!({})).await;
        world.waits_until(&late, "broadcasted").await;
        world.stage.ok("withdrawals.cancel", cancel(&late)).await;
        world.turn().await;
        let over = world.until(&late, "failed").await;
        assert_eq!((&over["failure"]["code"], &over["nonce"]), (&json!("cancelled"), &json!("0")), "{over:#}");
        assert_eq!((world.received(&early).await, world.received(&late).await), (0, 0));
        assert_eq!((world.used_nonces().await, world.alice().await[1]), (1, 0));
    }
}

on_a_chain! {
    /// Several are sent before any of them is in a block, and are mined in their order.
    async fn many_are_under_way(world) {
        let mut all = Vec::new();
        for _ in 0..20 {
            all.push(world.request(json!({})).await);
        }
        world.turn().await;
        assert_eq!(world.node().pooled().await, 20);
        for wd in &all {
            world.until(wd, "confirmed").await;
            world.is_paid_once(wd, 1).await;
        }
        world.books_are_the_chain(20).await;
    }

    /// A payment that would revert takes no nonce: its payee takes no coins.
    async fn a_payee_that_takes_nothing(world) {
        let closed = Token::mute(world.node()).await;
        world.node().mine_many(3).await;
        let wd = world.request(json!({ "amount": "1.00 POL", "to": closed.address })).await;
        world.turn().await;
        let over = world.get(&wd).await;
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("simulation_reverted")), "{over:#}");
        assert_eq!((&over["nonce"], world.used_nonces().await), (&Value::Null, 0));
        assert_eq!(world.posted("alice", "POL").await, i128::try_from(100 * COIN).unwrap());
    }

    /// A wallet that has code is not opened as a lane (EIP-7702): whoever wrote it may empty it.
    async fn a_wallet_with_code(world) {
        world.node().set_code(ADDRESSES[1], &format!("0xef0100{}", "ab".repeat(20))).await;
        let lane = world.open_lane(1, json!({})).await;
        let lane = lane["id"].as_str().unwrap().to_owned();
        world.turn().await;
        let closed = world.lane_of(&lane).await;
        assert_eq!((&closed["state"], &closed["reason"]), (&json!("opening"), &json!("code")), "{closed:#}");
        world.node().set_code(ADDRESSES[1], "0x").await;
        world.facts_are_old();
        world.turn().await;
        let open = world.lane_of(&lane).await;
        assert_eq!((&open["state"], &open["reason"]), (&json!("active"), &Value::Null), "{open:#}");
    }

    /// Code comes to a wallet whose lane is open: it pays, and what is given up ends, whatever the code does
    /// with a no-op that comes to it.
    async fn code_comes_to_an_open_lane(world) {
        let token = world.chain.dai.address.trim_start_matches("0x").to_lowercase();
        world.node().set_code(ADDRESSES[0], &format!("0xef0100{token}")).await;
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, 1).await;
        let late = world.request(json!({})).await;
        world.waits_until(&late, "broadcasted").await;
        world.stage.ok("withdrawals.cancel", json!({ "withdrawal": late["id"], "actor": admin() })).await;
        world.turn().await;
        let over = world.until(&late, "failed").await;
        assert_eq!((&over["failure"]["code"], &over["nonce"]), (&json!("cancelled"), &json!("1")), "{over:#}");
        assert_eq!((world.received(&late).await, world.used_nonces().await, world.alice().await[1]), (0, 2, 0));
    }
}

/// The secret parts of endpoints' addresses are in no line of the log, no answer and no job of a whole run,
/// also while endpoints fail.
#[tokio::test]
async fn addresses_of_endpoints_are_secret() {
    use super::proxy::{Mood, SECRET};

    let log = Log::begin();
    tracing::info!("it is heard");
    let mut world = World::open(Kind::Sqlite).await;
    let mut said = String::new();
    for mood in [Mood::Status(503), Mood::Down, Mood::Busy(5), Mood::Honest] {
        world.proxies[0].set(mood);
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        said += &everything(&world).await;
    }
    // none of them answers, and one has an address where nobody is
    world.set_all(Mood::Down);
    world
        .set_chain(
            json!({ "urls": { "a": format!("http://me:{SECRET}@127.0.0.1:1/{SECRET}?key={SECRET}") } }),
        )
        .await;
    world.facts_are_old();
    let wd = world.request(json!({})).await;
    world.wait(3).await;
    said += &everything(&world).await;
    let bad = json!({ "chain": super::world::CHAIN, "urls": { "a": format!("ftp://{SECRET}") } });
    let error = world.stage.call("withdrawals.set_chain", bad).await.unwrap_err();
    said += &format!("{error} {error:?} {:?} {:?}", error.details(), world.stage.options);
    world.stage.ok("withdrawals.cancel", json!({ "withdrawal": wd["id"], "actor": "alina" })).await;
    turn(&world.stage.bank).await;
    world.finish().await;
    let log = log.end();
    assert!(log.contains("it is heard"), "{log}");
    for (what, text) in [("the log", &log), ("an answer", &said)] {
        let found = text.find(SECRET).map(|place| &text[place.saturating_sub(200)..place]);
        assert!(found.is_none(), "{what} has it: {found:?}");
    }
}
