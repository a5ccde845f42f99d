//! Tokens that do otherwise than the standard says. What counts is the token's own `Transfer` in the final
//! receipt, and never that the transaction succeeded.

use super::contracts::Token;
use super::world::{ADDRESSES, CHAIN, World, admin, with};
use crate::support::{Value, json};

/// Of six decimals.
const HUNDRED: u128 = 100_000_000;

/// Alice has 1,000.00 of it, and the lane as much.
async fn set_up(world: &World, currency: &str, token: &Token) {
    let alice = json!({ "account": "alice", "currency": currency, "owner": "alina" });
    world.stage.ok("ledger.open_account", alice).await;
    world.stage.funded("alice", &format!("1000.00 {currency}")).await;
    let args = json!({ "currency": currency, "kind": "erc20", "token": token.address, "decimals": 6 });
    world.set_asset(args).await;
    token.give(world.node(), ADDRESSES[0], 10 * HUNDRED).await;
    world.node().mine_many(3).await;
    world.wait(2).await;
}

/// Blocks until people are asked, and what they are asked.
async fn not_proved(world: &World, withdrawal: &Value) -> Value {
    let asked = world.until_it(withdrawal, |found| !found["attention"].is_null()).await;
    let attention = (&asked["attention"]["code"], &asked["attention"]["kind"]);
    assert_eq!(attention, (&json!("not_proved"), &json!("permanent")), "{asked:#}");
    assert!(asked["transfer"].is_null() && asked["failure"].is_null(), "{asked:#}");
    asked
}

async fn settle(world: &World, withdrawal: &Value, paid: bool) -> Value {
    let args =
        json!({ "withdrawal": withdrawal["id"], "paid": paid, "reason": "looked at it", "actor": admin() });
    world.stage.ok("withdrawals.settle", args).await["withdrawal"].clone()
}

on_a_chain! {
    /// `transfer` returns nothing, as USDT's does: the log is there, and it is confirmed.
    async fn one_that_returns_nothing(world) {
        let token = Token::mute(world.node()).await;
        set_up(world, "USDT", &token).await;
        let wd = world.request(json!({ "amount": "100.00 USDT" })).await;
        world.until(&wd, "confirmed").await;
        assert_eq!(token.units(world.node(), wd["to"].as_str().unwrap()).await, HUNDRED);
        assert_eq!(world.posted("alice", "USDT").await, 900_000_000);
    }

    /// `transfer` returns `false`: it takes no nonce where a call shows it, and what was out by then is not
    /// proved.
    async fn one_that_returns_false(world) {
        let token = Token::refusing(world.node()).await;
        set_up(world, "NOPE", &token).await;
        let wd = world.request(json!({ "amount": "100.00 NOPE" })).await;
        world.turn().await;
        assert_eq!(world.get(&wd).await["state"], "broadcasted");
        token.shut(world.node()).await;
        not_proved(world, &wd).await;
        assert_eq!(world.posted("alice", "NOPE").await, 1_000_000_000);
        let late = world.request(json!({ "amount": "100.00 NOPE" })).await;
        world.turn().await;
        let over = world.get(&late).await;
        assert_eq!((&over["state"], &over["nonce"]), (&json!("failed"), &Value::Null), "{over:#}");
        let over = settle(world, &wd, false).await;
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("not_paid")), "{over:#}");
        assert_eq!(token.units(world.node(), ADDRESSES[0]).await, 10 * HUNDRED);
        assert_eq!(world.used_nonces().await, 1);
        // those behind go on
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// It keeps a part: less arrives than was asked for, and nobody but an admin says that it was paid.
    async fn one_that_keeps_a_part(world) {
        let token = Token::greedy(world.node()).await;
        set_up(world, "CUT", &token).await;
        let wd = world.request(json!({ "amount": "100.00 CUT" })).await;
        not_proved(world, &wd).await;
        let to = wd["to"].as_str().unwrap();
        assert_eq!(token.units(world.node(), to).await, HUNDRED - HUNDRED / 100);
        world.blocks(3).await;
        assert_eq!(world.get(&wd).await["state"], "confirming", "it waits for people");
        let over = settle(world, &wd, true).await;
        assert_eq!(over["state"], "confirmed", "{over:#}");
        assert_eq!(world.posted("alice", "CUT").await, 900_000_000);
    }

    /// The lane has none of the token: it waits, without a nonce, until somebody gives it some.
    async fn one_that_the_wallet_lacks(world) {
        let token = Token::mute(world.node()).await;
        set_up(world, "USDT", &token).await;
        let first = world.request(json!({ "amount": "600.00 USDT" })).await;
        world.until(&first, "confirmed").await;
        world.stage.funded("alice", "1000.00 USDT").await;
        world.facts_are_old();
        let second = world.request(json!({ "amount": "600.00 USDT" })).await;
        world.wait(3).await;
        let waits = world.get(&second).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("wallet")), "{waits:#}");
        token.give(world.node(), ADDRESSES[0], 10 * HUNDRED).await;
        world.until(&second, "confirmed").await;
        assert_eq!(world.used_nonces().await, 2);
    }

    /// An address without code, and a token with other decimals than it was said to have.
    async fn what_is_no_such_token(world) {
        let mute = Token::mute(world.node()).await;
        world.node().mine_many(3).await;
        let asset = json!({ "currency": "NOPE", "kind": "erc20", "decimals": 6 });
        world.set_asset(with(asset, &json!({ "token": "0x00000000000000000000000000000000000000aa" }))).await;
        let asset = json!({ "currency": "USD", "kind": "erc20", "token": mute.address, "decimals": 2 });
        world.set_asset(asset).await;
        world.wait(2).await;
        let assets = world.stage.ok("withdrawals.assets", json!({ "chain": CHAIN })).await;
        let all = assets["items"].as_array().unwrap();
        let state = |currency: &str| {
            let asset = all.iter().find(|asset| asset["currency"] == currency).unwrap();
            (asset["state"].clone(), asset["reason"].clone())
        };
        assert_eq!(state("NOPE"), (json!("refused"), json!("code")), "{assets:#}");
        assert_eq!(state("USD"), (json!("refused"), json!("decimals")), "{assets:#}");
        assert_eq!(state("DAI").0, "active");
    }
}
