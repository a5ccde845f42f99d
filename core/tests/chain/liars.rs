//! One endpoint of three that lies about what a payment stands on before it is sent, and about having taken
//! it: nothing is paid, refused or delayed by one voice.

use super::contracts::Token;
use super::node::{GWEI, number};
use super::proxy::{Lie, Mood, Refusal};
use super::views::undisturbed;
use super::world::{ADDRESSES, CHAIN, COIN, bids};
use crate::support::{Value, json};

on_a_chain! {
    /// Lies about the price of gas, the wallet's balance, the simulation, the gas limit, the chain id and
    /// the final block change nothing.
    async fn a_liar_about_what_comes_first(world) {
        let lies = [Lie::Dear, Lie::Poor, Lie::Reverting, Lie::Thirsty, Lie::OtherChain, Lie::Early];
        for (place, lie) in lies.into_iter().enumerate() {
            world.proxies[place % 3].set(Mood::Lying(lie));
            world.facts_are_old();
            let wd = world.request(json!({})).await;
            let sent = world.waits_until(&wd, "broadcasted").await;
            assert!(bids(&sent)[0][0] <= u128::from(25 * GWEI), "{lie:?}: {sent:#}");
            assert!(number(&sent["attempts"][0]["gas_limit"]) < 80_000, "{lie:?}: {sent:#}");
            world.block().await;
            let seen = world.get(&wd).await;
            assert_eq!(seen["state"], "confirming", "{lie:?}: {seen:#}");
            world.until(&wd, "confirmed").await;
            undisturbed(world, &wd).await;
            if lie == Lie::OtherChain {
                assert_eq!(world.status_of(place % 3).await, "wrong_chain");
            }
            world.set_all(Mood::Honest);
        }
        world.books_are_the_chain(6).await;
    }

    /// A lane is opened, and an asset is checked, by what the others say of code and nonces.
    async fn a_liar_while_a_lane_opens(world) {
        let token = Token::mute(world.node()).await;
        world.node().mine_many(3).await;
        for (place, lie) in [Lie::Code, Lie::Ahead, Lie::OtherChain].into_iter().enumerate() {
            world.proxies[place].set(Mood::Lying(lie));
            if lie == Lie::Code {
                let asset = json!({ "currency": "USDT", "kind": "erc20", "token": token.address, "decimals": 6 });
                world.set_asset(asset).await;
            }
            let kept = world.stage.ok("signing.create_key", json!({})).await;
            let args = json!({ "chain": CHAIN, "key": kept["key"] });
            let lane = world.stage.ok("withdrawals.open_lane", args).await["lane"].clone();
            let lane = lane["id"].as_str().unwrap();
            world.opens(lane).await;
            assert_eq!(world.lane_of(lane).await["next_nonce"], "0", "{lie:?}");
            world.set_all(Mood::Honest);
        }
        let assets = world.stage.ok("withdrawals.assets", json!({ "chain": CHAIN })).await;
        let mut of_it = assets["items"].as_array().unwrap().iter().filter(|asset| asset["currency"] == "USDT");
        assert_eq!(of_it.next().map(|asset| &asset["state"]), Some(&json!("active")), "{assets:#}");
    }

    /// It says that the wallet has money: no nonce is taken that nobody can pay for.
    async fn a_liar_about_an_empty_wallet(world) {
        world.node().set_coins(ADDRESSES[0], 0).await;
        world.proxies[1].set(Mood::Lying(Lie::Rich));
        world.facts_are_old();
        let wd = world.request(json!({})).await;
        world.wait(5).await;
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["waiting"]), (&json!("pending"), &json!("wallet")), "{waits:#}");
        assert_eq!((&world.lane().await["next_nonce"], &waits["nonce"]), (&json!("0"), &Value::Null));
        world.node().set_coins(ADDRESSES[0], 100 * COIN).await;
        world.until(&wd, "confirmed").await;
        undisturbed(world, &wd).await;
        world.books_are_the_chain(1).await;
    }

    /// It says that it has taken bytes, and the others had no room for them: they go out again.
    async fn one_says_that_it_has_taken_them(world) {
        world.proxies[0].set(Mood::Lying(Lie::Nothing));
        for proxy in &world.proxies[1..] {
            proxy.refuses(1, Refusal { takes: false, code: -32_000, message: "txpool is full" });
        }
        let wd = world.request(json!({})).await;
        world.turn().await;
        let sent = world.get(&wd).await;
        assert_eq!((&sent["state"], world.node().pooled().await), (&json!("broadcasted"), 0), "{sent:#}");
        let paid = world.until(&wd, "confirmed").await;
        world.is_paid_once(&wd, paid["attempts"].as_array().unwrap().len()).await;
        world.books_are_the_chain(1).await;
    }
}
