//! Tokens that succeed and do not pay: without their own `Transfer` nothing is captured.

use super::{TOKEN, World, admin, chain, json};
use crate::support::Value;
use crate::withdrawals::chain::Token;

/// Blocks until people are asked.
async fn not_proved(world: &mut World, withdrawal: &Value) -> Value {
    for _ in 0..60 {
        world.block().await;
        let found = world.get(withdrawal).await;
        if !found["attention"].is_null() {
            return found;
        }
    }
    panic!("nobody is asked: {:#}", world.get(withdrawal).await);
}

with_chain! {
    /// It logs nothing, it answers `false`, it keeps a part: final, and not captured.
    async fn success_without_its_transfer_is_not_proved(world) {
        for (token, paid) in [(Token::Mute, true), (Token::Refusing, false), (Token::Greedy, true)] {
            world.nodes.ledger.tokens.insert(chain::at(TOKEN), Token::Honest);
            let before = world.alice().await;
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            world.nodes.ledger.tokens.insert(chain::at(TOKEN), token);
            let asked = not_proved(world, &wd).await;
            assert_eq!((&asked["attention"]["code"], &asked["attention"]["kind"]), (&json!("not_proved"), &json!("permanent")), "{token:?}: {asked:#}");
            assert!(asked["transfer"].is_null() && asked["failure"].is_null(), "{token:?}: {asked:#}");
            assert_ne!(world.alice().await, before, "it is held");
            world.blocks(10).await;
            assert_eq!(world.get(&wd).await["attention"], asked["attention"], "{token:?}");
            let settle = json!({ "paid": paid, "reason": "asked the issuer", "actor": admin() });
            let over = world.order("settle", &wd, settle).await;
            assert_eq!(over["state"], if paid { "confirmed" } else { "failed" }, "{token:?}: {over:#}");
            if !paid {
                assert_eq!((&over["failure"]["code"], world.alice().await), (&json!("not_paid"), before), "{token:?}");
            }
        }
    }

    /// The nonce of one that is not proved is used up: those behind it go on.
    async fn those_behind_go_on(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.tokens.insert(chain::at(TOKEN), Token::Mute);
        not_proved(world, &wd).await;
        world.nodes.ledger.tokens.insert(chain::at(TOKEN), Token::Honest);
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// A token without code, or with other decimals than it was said to have, never becomes active.
    async fn an_asset_is_what_the_chain_says(world) {
        let nowhere = "0x00000000000000000000000000000000000000aa";
        let args = crate::withdrawals::usdc(&json!({ "currency": "KRW", "decimals": 0, "token": nowhere, "min": null, "max": null, "fee": null }));
        let asset = world.stage.ok("withdrawals.set_asset", args).await["asset"].clone();
        assert_eq!(asset["state"], "checking", "{asset}");
        // its contract has six
        let token = "0x00000000000000000000000000000000000000bb";
        world.nodes.ledger.tokens.insert(chain::at(token), Token::Honest);
        let args = crate::withdrawals::usdc(&json!({ "currency": "USD", "decimals": 2, "token": token, "min": null, "max": null, "fee": null }));
        world.stage.ok("withdrawals.set_asset", args).await;
        world.turn().await;
        world.wait(3).await;
        let assets = world.stage.ok("withdrawals.assets", json!({ "chain": crate::withdrawals::CHAIN })).await;
        let state = |currency: &str| {
            let all = assets["items"].as_array().unwrap();
            all.iter().find(|asset| asset["currency"] == currency).unwrap()["state"].clone()
        };
        let states = ["KRW", "USD", "USDC", "POL"].map(state);
        assert_eq!(states, ["refused", "refused", "active", "active"].map(|state| json!(state)), "{assets}");
        world.stage.funded("alice", "500.00 USD").await;
        let args = world.asks(&json!({ "amount": "10.00 USD" }));
        let details = world.stage.no("withdrawals.request", args, "condition_not_met").await;
        assert_eq!(details["condition"], "asset_active", "{details}");
    }
}
