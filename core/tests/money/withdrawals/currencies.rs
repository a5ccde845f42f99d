//! Currencies that `withdrawals.set_asset` registers: known at once, in every process of the store, and with
//! one number of decimals for ever.

use earnest::Engine;
#[cfg(feature = "postgres")]
use earnest::api::operations;
use earnest::keyring::Keyring;

use super::chain::{Token, at};
use super::{CHAIN, TOKEN, World, chain_args, json, usdc, with};
use crate::support::{Kind, Stage, Value, options};

/// Its contract, which is no other's.
const GEM: &str = "0x00000000000000000000000000000000000000cc";

/// A token whose currency is in no table and in no option.
fn gem(more: &Value) -> Value {
    let gem = json!({ "currency": "GEM", "token": GEM, "decimals": 9, "min": "0.5 GEM", "max": null,
        "fee": null });
    usdc(&with(gem, more))
}

async fn topped_up(bank: &Engine, key: &str) -> Result<Value, earnest::Error> {
    let args = json!({ "account": "alice", "amount": "5.000000001 GEM", "key": key });
    Ok(bank.call("ledger.top_up", args).await?["balance"]["available"]["amount"].clone())
}

with_chain! {
    /// Its amounts are read in the call that makes it, and by the next one.
    async fn a_currency_is_known_at_once(world) {
        world.stage.no("ledger.top_up", json!({ "account": "alice", "amount": "1.00 GEM" }), "invalid_currency").await;
        let asset = world.stage.ok("withdrawals.set_asset", gem(&json!({}))).await["asset"].clone();
        assert_eq!((&asset["min"]["amount"], &asset["decimals"]), (&json!("0.500000000"), &json!(9)), "{asset}");
        assert_eq!(topped_up(&world.stage.bank, "g-1").await.unwrap(), "5.000000001");
        // and it is so on every chain
        world.stage.ok("withdrawals.set_chain", chain_args(&json!({ "chain": "other", "chain_id": "5" }))).await;
        let other = json!({ "chain": "other", "decimals": 6, "min": null });
        world.stage.bad("withdrawals.set_asset", gem(&other), "invalid_request", "decimals").await;
        world.stage.ok("withdrawals.set_asset", gem(&json!({ "chain": "other" }))).await;
    }

    /// A token of a chain has one currency: with two, its balance would be promised twice.
    async fn two_currencies_are_not_one_token(world) {
        // on another chain the same address is another token
        let other = chain_args(&json!({ "chain": "other", "chain_id": "5" }));
        world.stage.ok("withdrawals.set_chain", other).await;
        let same = |token: &str| gem(&json!({ "token": token, "decimals": 6, "min": null }));
        let coins = json!({ "chain": CHAIN, "currency": "ETH", "kind": "native", "decimals": 18 });
        for asset in [same(TOKEN), coins.clone()] {
            world.stage.ok("withdrawals.set_asset", with(asset, &json!({ "chain": "other" }))).await;
        }
        for token in [TOKEN.to_owned(), TOKEN.to_lowercase()] {
            world.stage.bad("withdrawals.set_asset", same(&token), "invalid_request", "token").await;
        }
        world.stage.bad("withdrawals.set_asset", coins, "invalid_request", "kind").await;
        // what is there may be changed
        let asset = world.stage.ok("withdrawals.set_asset", usdc(&json!({ "min": "2.00 USDC" }))).await;
        assert_eq!(asset["asset"]["state"], "active", "{asset}");
    }

    /// An asset that the chain has refused is in nobody's way: another currency may be that token, and then
    /// the first is not.
    async fn a_refused_asset_is_in_nobodys_way(world) {
        world.nodes.ledger.tokens.insert(at(GEM), Token::Honest);
        // its contract has six
        let wrong = usdc(&json!({ "currency": "USD", "decimals": 2, "token": GEM, "min": null, "max": null,
            "fee": null }));
        world.stage.ok("withdrawals.set_asset", wrong.clone()).await;
        world.turn().await;
        let right = gem(&json!({ "decimals": 6, "min": null }));
        world.stage.ok("withdrawals.set_asset", right.clone()).await;
        world.turn().await;
        let asset = world.stage.ok("withdrawals.set_asset", right).await["asset"].clone();
        assert_eq!(asset["state"], "active", "{asset}");
        world.stage.bad("withdrawals.set_asset", wrong, "invalid_request", "token").await;
    }

    /// A call that is refused for its shape, or to a stranger, registers no currency.
    async fn a_refused_call_makes_none(world) {
        for (wrong, code) in [
            (json!({ "token": "0x00" }), "invalid_address"),
            (json!({ "kind": "native", "token": null }), "invalid_request"),
            (json!({ "min": "0.0000000001 GEM" }), "invalid_amount"),
            (json!({ "currency": "gem" }), "invalid_currency"),
            (json!({ "decimals": 31 }), "invalid_request"),
            (json!({ "actor": "alina" }), "invalid_currency"),
        ] {
            world.stage.no("withdrawals.set_asset", gem(&wrong), code).await;
        }
        world.stage.no("ledger.top_up", json!({ "account": "alice", "amount": "1.00 GEM" }), "invalid_currency").await;
    }
}

/// Another process was there before: it looks in the store before it says that there is none.
#[tokio::test(flavor = "multi_thread")]
async fn another_process_looks_in_the_store() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let world = World::open(kind).await;
        let (knows, makes) = (world.stage.again().await, world.stage.again().await);
        world.stage.ok("withdrawals.set_asset", gem(&json!({}))).await;
        assert_eq!(topped_up(&knows, "g-1").await.unwrap(), "5.000000001");
        let asked = knows.call("withdrawals.assets", json!({})).await.unwrap();
        assert!(asked.to_string().contains("GEM"), "{asked}");
        // one that never heard of it gives it other decimals
        let args = gem(&json!({ "decimals": 6, "min": "1.00 GEM" }));
        let error = makes.call("withdrawals.set_asset", args).await.unwrap_err();
        assert_eq!(
            (error.code().as_str(), &error.details()["field"]),
            ("invalid_request", &json!("decimals"))
        );
        assert_eq!(topped_up(&makes, "g-2").await.unwrap(), "10.000000002");
        knows.close().await;
        makes.close().await;
        world.finish().await;
    }
}

/// A list of what is taken holds for what is made as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_currencies_holds() {
    for kind in Kind::all() {
        let options = options().keyring(Keyring::for_tests()).allow_only(["USD", "USDC"]);
        let stage = Stage::with(kind, options).await;
        stage.ok("withdrawals.set_chain", chain_args(&json!({}))).await;
        stage.bad("withdrawals.set_asset", gem(&json!({})), "currency_not_allowed", "currency").await;
        let error = topped_up(&stage.bank, "g-1").await.unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_currency", "it was not made");
        stage.finish().await;
    }
}

/// In a transaction of the application it is there with what that commits.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_currency_is_made_in_a_transaction_of_the_application() {
    let world = World::open(Kind::Postgres).await;
    let pool = sqlx::PgPool::connect(&world.stage.url).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    let bound = world.stage.bank.using(&mut tx).unwrap();
    operations::call(&bound, "withdrawals.set_asset", gem(&json!({}))).await.unwrap();
    drop(bound);
    tx.commit().await.unwrap();
    assert_eq!(topped_up(&world.stage.bank, "g-1").await.unwrap(), "5.000000001");
    pool.close().await;
    world.finish().await;
}
