//! Reorganisations: while a payment is confirming, and below what was final.

use super::chain::{COIN, Fate, GWEI, Ledger, at, signed};
use super::{ADDRESSES, CHAIN, KEYS, World, admin, bid, json, units, with};
use crate::support::Value;

/// The withdrawal's money is with its payee once, and the books say the same.
async fn is_paid_once(world: &World, withdrawal: &Value) {
    let found = world.get(withdrawal).await;
    assert_eq!((&found["state"], &found["unsettled"]), (&json!("confirmed"), &json!(false)), "{found:#}");
    assert_eq!(
        (world.received(withdrawal), world.alice().await.as_str()),
        (100_000_000, "9899.90 0.00 9899.90")
    );
}

/// A payment of nobody's under the first nonce of the lane, in a chain where ours never was.
fn fork_with_another(ledger: &mut Ledger, count: u64) {
    ledger.reorganise(count, Fate::Lost);
    let key = earnest_evm::Key::from_hex(KEYS[0]).unwrap();
    ledger.take(&signed(&key, 0, ADDRESSES[1], 7, 100 * GWEI)).unwrap();
}

/// Its block is gone, another payment is final under its nonce, and so it has failed.
async fn ends_otherwise(world: &mut World, wd: &Value) {
    fork_with_another(&mut world.nodes.ledger, 9);
    let mut over = Value::Null;
    for _ in 0..200 {
        world.block().await;
        over = world.get(wd).await;
        if over["state"] == "failed" {
            break;
        }
    }
    assert_eq!((&over["state"], world.received(wd)), (&json!("failed"), 0), "{over:#}");
}

/// An admin takes fees for the shop.
async fn fees_leave(world: &World, amount: &str) {
    world.stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USDC" })).await;
    let args = json!({ "from": "@fees", "to": "shop", "amount": amount, "actor": admin() });
    world.stage.ok("ledger.transfer", args).await;
}

/// One that is over: its block is gone, its nonce is used up again, and nobody shows by what. Its lane waits
/// for who has looked.
async fn is_used_up_unseen(world: &mut World, wd: &Value) {
    world.nodes.shows_foreign = false;
    fork_with_another(&mut world.nodes.ledger, 12);
    let mut found = Value::Null;
    for _ in 0..200 {
        world.block().await;
        found = world.get(wd).await;
        if found["attention"]["code"] == "nonce_taken" {
            break;
        }
    }
    assert_eq!(found["attention"]["code"], "nonce_taken", "{found:#}");
    let health = health_of_lanes(world).await;
    assert!(health.contains("1 withdrawals want somebody to look"), "{health}");
    is_paused(world).await;
    let adopt = json!({ "lane": world.lane, "adopt": true, "actor": admin() });
    world.stage.no("withdrawals.resume_lane", adopt, "condition_not_met").await;
}

/// Somebody else uses its key.
async fn is_paused(world: &World) {
    let lane = world.lane().await;
    assert_eq!((&lane["state"], &lane["reason"]), (&json!("paused"), &json!("foreign_nonce")), "{lane}");
}

/// Returns what health says of lanes.
async fn health_of_lanes(world: &World) -> String {
    let health = world.stage.ok("admin.health", json!({})).await;
    let checks = health["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["name"] == "lanes").map(|check| check["detail"].to_string()).collect()
}

/// Settles a withdrawal by what an admin has found out: it stays so, and its lane goes on.
async fn is_settled(world: &mut World, wd: &Value, paid: bool) -> Value {
    let settle = json!({ "paid": paid, "reason": "seen on an explorer", "actor": admin() });
    let over = world.order("settle", wd, settle.clone()).await;
    let state = if paid { "confirmed" } else { "failed" };
    assert_eq!(
        (&over["state"], &over["unsettled"], &over["attention"]),
        (&json!(state), &json!(false), &Value::Null),
        "{over:#}"
    );
    let health = health_of_lanes(world).await;
    assert!(!health.is_empty() && !health.contains("want somebody"), "{health}");
    world.blocks(40).await;
    let later = world.get(wd).await;
    assert_eq!((&later["state"], &later["attention"]), (&json!(state), &Value::Null), "{later:#}");
    let again = with(settle, &json!({ "withdrawal": wd["id"] }));
    world.stage.no("withdrawals.settle", again, "condition_not_met").await;
    let adopt = json!({ "lane": world.lane, "adopt": true, "actor": admin() });
    world.stage.ok("withdrawals.resume_lane", adopt).await;
    let next = world.request(json!({})).await;
    assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    over
}

/// One that was given up, whose no-op is final.
async fn given_up(world: &mut World) -> Value {
    let wd = world.request(json!({})).await;
    world.waits_until(&wd, "broadcasted").await;
    world.order("cancel", &wd, json!({ "actor": admin() })).await;
    // its no-op is with the nodes before the next block
    world.wait(3).await;
    let over = world.until(&wd, "failed").await;
    assert_eq!(over["failure"]["code"], "cancelled", "{over:#}");
    over
}

with_chain! {
    /// Three blocks go while it is confirming; it is in the pool again, and nobody is asked.
    async fn a_fork_while_it_is_confirming(world) {
        world.nodes.ledger.depth = 6;
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirming").await;
        world.blocks(2).await;
        world.nodes.ledger.reorganise(3, Fate::Pooled);
        world.wait(3).await;
        let lost = world.get(&wd).await;
        assert_eq!((&lost["state"], &lost["nonce"]), (&json!("broadcasted"), &json!("0")), "{lost:#}");
        assert!(world.told(&wd).await.contains(&"withdrawal.lost".to_owned()));
        world.until(&wd, "confirmed").await;
        is_paid_once(world, &wd).await;
        assert_eq!((world.used_nonces(), world.get(&wd).await["attempts"].as_array().unwrap().len()), (1, 1));
    }

    /// While it is confirming a fork gives its nonce to what nobody shows, finally at the next look.
    async fn a_fork_that_gives_its_nonce_away_pauses_the_lane(world) {
        world.nodes.ledger.depth = 6;
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirming").await;
        world.nodes.shows_foreign = false;
        fork_with_another(&mut world.nodes.ledger, 3);
        world.nodes.ledger.mine_many(8);
        // minutes later: what is shown late looks the same
        world.blocks(100).await;
        let found = world.get(&wd).await;
        assert_eq!(
            (&found["state"], &found["attention"]["code"]),
            (&json!("broadcasted"), &json!("nonce_taken")),
            "{found:#}"
        );
        is_paused(world).await;
    }

    /// Nobody has it any more: the same bytes are sent again.
    async fn a_fork_that_loses_it(world) {
        world.nodes.ledger.depth = 6;
        let wd = world.request(json!({})).await;
        let before = world.until(&wd, "confirming").await;
        world.nodes.ledger.reorganise(3, Fate::Lost);
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!(paid["attempts"][0]["hash"], before["hash"]);
        is_paid_once(world, &wd).await;
        assert_eq!(world.used_nonces(), 1);
    }

    /// Three and six blocks below what was final: it is unsettled, sent again, and settled; no money moves.
    async fn a_fork_below_what_was_final(world) {
        for (count, fate) in [(6, Fate::Pooled), (9, Fate::Lost)] {
            let wd = world.request(json!({ "account": "alice" })).await;
            world.until(&wd, "confirmed").await;
            let (before, used) = (world.alice().await, world.used_nonces());
            world.nodes.ledger.reorganise(count, fate);
            let mut unsettled = false;
            for _ in 0..150 {
                world.stage.advance("PT2S");
                world.turn().await;
                let found = world.get(&wd).await;
                assert_eq!(found["state"], "confirmed", "{found:#}");
                if found["unsettled"] == true {
                    unsettled = true;
                    break;
                }
            }
            assert!(unsettled, "{count}: it is not final any more, and nobody has said so");
            for _ in 0..150 {
                if world.get(&wd).await["unsettled"] == false {
                    break;
                }
                world.block().await;
            }
            let found = world.get(&wd).await;
            assert_eq!((&found["state"], &found["unsettled"]), (&json!("confirmed"), &json!(false)), "{found:#}");
            assert_eq!((world.received(&wd), world.alice().await, world.used_nonces()), (100_000_000, before, used));
            assert!(world.told(&wd).await.contains(&"withdrawal.unsettled".to_owned()));
            // the next payment begins after what the chain has of this one
            world.blocks(8).await;
        }
    }

    /// A final block is gone, and something else is final under the nonce: the transfers are reversed.
    async fn a_fork_that_ends_otherwise(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        ends_otherwise(world, &wd).await;
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        assert_eq!((world.posted("@fees", "USDC").await, world.lane().await["state"].clone()), (0, json!("paused")));
    }

    /// Its fee has left `@fees` by then: the account has it back all the same, `@losses` bears it, and the
    /// lane goes on.
    async fn a_fee_that_has_left_is_borne_by_losses(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        fees_leave(world, "0.10 USDC").await;
        ends_otherwise(world, &wd).await;
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        assert_eq!((world.posted("@fees", "USDC").await, world.posted("shop", "USDC").await), (0, 100_000));
        assert_eq!(world.posted("@losses", "USDC").await, -100_000);
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane, "actor": admin() })).await;
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
        assert_eq!(world.posted("@fees", "USDC").await, 100_000);
    }

    /// A part of it has left, and an admin says that it was not paid: `@losses` bears that part.
    async fn a_part_of_a_fee_that_has_left_is_borne_by_losses(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        fees_leave(world, "0.04 USDC").await;
        is_used_up_unseen(world, &wd).await;
        is_settled(world, &wd, false).await;
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        assert_eq!((world.posted("@fees", "USDC").await, world.posted("@losses", "USDC").await), (100_000, -40_000));
    }

    /// It had failed, its no-op was final, and after a reorganisation the payment is: it is debited after
    /// all.
    async fn a_failed_one_is_paid_after_all(world) {
        for spent in [false, true] {
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            let pay = world.get(&wd).await["hash"].as_str().unwrap().to_owned();
            world.order("cancel", &wd, json!({ "actor": admin() })).await;
            world.wait(3).await;
            let over = world.until(&wd, "failed").await;
            assert_eq!(over["failure"]["code"], "cancelled", "{over:#}");
            if spent {
                let all = world.alice().await;
                let available = all.split(' ').next_back().unwrap();
                world.stage.ok("ledger.deduct", json!({ "account": "alice", "amount": format!("{available} USDC") })).await;
            }
            let before = [world.posted("alice", "USDC").await, world.posted("@losses", "USDC").await];
            let raw = world.nodes.ledger.sent[&pay].raw.clone();
            world.nodes.ledger.reorganise(12, Fate::Lost);
            world.nodes.ledger.take(&raw).unwrap();
            let mut after = Value::Null;
            for _ in 0..200 {
                world.block().await;
                after = world.get(&wd).await;
                if after["state"] == "confirmed" {
                    break;
                }
            }
            assert_eq!((&after["state"], world.received(&wd)), (&json!("confirmed"), 100_000_000), "{spent}: {after:#}");
            let now = [world.posted("alice", "USDC").await, world.posted("@losses", "USDC").await];
            let taken = before[0] - now[0] + before[1] - now[1];
            assert!((100_000_000..=100_100_000).contains(&taken), "{spent}: {before:?} {now:?}");
            if spent {
                assert_eq!((now[0], now[1] < 0), (0, true), "who has nothing owes it");
                let debts = world.stage.ok("payments.debts", json!({ "account": "alice" })).await;
                assert_eq!(units(&debts["items"][0]["amount"]), taken, "{debts}");
            } else {
                assert_eq!(now[1], before[1]);
            }
            world.blocks(12).await;
        }
    }

    /// Its block goes, and before anybody looks the same bytes are final in another one, where they revert:
    /// the transfers are reversed.
    async fn the_same_bytes_end_otherwise(world) {
        let before = world.posted("alice", "POL").await;
        let wd = world.request(json!({ "amount": "1.00 POL" })).await;
        world.until(&wd, "confirmed").await;
        assert!(world.posted("alice", "POL").await < before);
        let to = at(wd["to"].as_str().unwrap());
        world.nodes.ledger.closed.insert(to);
        world.nodes.ledger.reorganise(12, Fate::Pooled);
        world.nodes.ledger.mine_many(12);
        // what is final is looked at once a minute
        let mut over = Value::Null;
        for _ in 0..60 {
            world.block().await;
            over = world.get(&wd).await;
            if over["state"] == "failed" {
                break;
            }
        }
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("reverted")), "{over:#}");
        assert_eq!((world.posted("alice", "POL").await, world.nodes.ledger.state().coins(&to)), (before, 0));
        assert_eq!((world.used_nonces(), &world.lane().await["state"]), (1, &json!("active")));
    }

    /// A payment that reverted goes with its block, and would run by now. Its account has the money back:
    /// what fills its nonce again is a no-op.
    async fn what_failed_is_not_paid_by_being_sent_again(world) {
        let wd = world.request(json!({ "amount": "1.00 POL" })).await;
        world.waits_until(&wd, "broadcasted").await;
        let to = at(wd["to"].as_str().unwrap());
        world.nodes.ledger.closed.insert(to);
        assert_eq!(world.until(&wd, "failed").await["failure"]["code"], "reverted");
        world.nodes.ledger.closed.clear();
        world.nodes.ledger.reorganise(9, Fate::Lost);
        world.blocks(80).await;
        let over = world.get(&wd).await;
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("reverted")), "{over:#}");
        let kinds: Vec<&Value> = over["attempts"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, [&json!("pay"), &json!("noop")], "{over:#}");
        assert_eq!((world.nodes.ledger.state().coins(&to), world.used_nonces()), (0, 1));
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// It waits for a block again: it is bid for more, as a payment is.
    async fn what_fills_a_nonce_again_is_bumped(world) {
        let wd = world.request(json!({ "amount": "1.00 POL" })).await;
        world.waits_until(&wd, "broadcasted").await;
        let to = at(wd["to"].as_str().unwrap());
        world.nodes.ledger.closed.insert(to);
        assert_eq!(world.until(&wd, "failed").await["failure"]["code"], "reverted");
        world.nodes.ledger.closed.clear();
        world.nodes.ledger.reorganise(9, Fate::Lost);
        world.nodes.ledger.least_tip = GWEI * 13 / 10;
        for _ in 0..200 {
            world.block().await;
            if world.used_nonces() == 1 {
                break;
            }
        }
        world.nodes.ledger.least_tip = 0;
        world.blocks(10).await;
        let over = world.get(&wd).await;
        assert_eq!((&over["state"], world.used_nonces()), (&json!("failed"), 1), "{over:#}");
        let attempts = over["attempts"].as_array().unwrap();
        assert!(attempts.len() > 2 && attempts[1..].iter().all(|one| one["kind"] == "noop"), "{over:#}");
        for pair in attempts.windows(2) {
            let [old, new] = [bid(&pair[0]), bid(&pair[1])];
            assert!(new[0] > old[0] && new[1] > old[1], "{old:?} {new:?}");
        }
        assert_eq!(world.nodes.ledger.state().coins(&to), 0);
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// A final block is gone, and a transaction that nobody shows has paid nevertheless: no money moves.
    async fn what_was_paid_and_nobody_shows_is_settled(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        is_used_up_unseen(world, &wd).await;
        is_settled(world, &wd, true).await;
        assert_eq!(world.alice().await, "9799.80 0.00 9799.80");
    }

    /// Or it has paid nobody: its transfers are reversed.
    async fn what_was_paid_and_is_not_is_settled(world) {
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        is_used_up_unseen(world, &wd).await;
        let over = is_settled(world, &wd, false).await;
        assert_eq!(over["failure"]["code"], "not_paid", "{over:#}");
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
    }

    /// Of one that had failed it is found out that its payee has it: its account pays it after all.
    async fn what_had_failed_and_is_paid_is_settled(world) {
        let wd = given_up(world).await;
        is_used_up_unseen(world, &wd).await;
        is_settled(world, &wd, true).await;
        assert_eq!(world.alice().await, "9799.80 0.00 9799.80");
    }

    /// Or that nobody has it: why it failed stays what it was, and who has looked is told of.
    async fn what_had_failed_and_stays_so_is_settled(world) {
        let wd = given_up(world).await;
        is_used_up_unseen(world, &wd).await;
        let over = is_settled(world, &wd, false).await;
        assert_eq!(over["failure"]["code"], "cancelled", "{over:#}");
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        let told = world.told(&wd).await;
        assert_eq!(told.iter().filter(|one| *one == "withdrawal.failed").count(), 2, "{told:?}");
    }

    /// All nodes are restarted with empty pools: what nobody has is sent again, and nothing twice.
    async fn nodes_are_restarted(world) {
        // longer than it takes to be sent again: a price that waits so long is raised
        let patient = json!({ "chain": CHAIN, "bump_after": "PT5M" });
        world.stage.ok("withdrawals.set_chain", patient).await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(world.request(json!({})).await);
        }
        for wd in &all {
            world.waits_until(wd, "broadcasted").await;
        }
        world.nodes.ledger.forget_the_pool();
        for wd in &all {
            world.until(wd, "confirmed").await;
            assert_eq!(world.received(wd), 100_000_000);
        }
        assert_eq!((world.used_nonces(), world.nodes.ledger.sent.len()), (5, 5), "no new bytes");
    }

    /// Coins follow the same way.
    async fn coins_in_a_fork(world) {
        world.nodes.ledger.depth = 6;
        let wd = world.request(json!({ "amount": "1.00 POL" })).await;
        world.until(&wd, "confirming").await;
        world.nodes.ledger.reorganise(4, Fate::Lost);
        world.until(&wd, "confirmed").await;
        let to = at(wd["to"].as_str().unwrap());
        assert_eq!((world.nodes.ledger.state().coins(&to), world.used_nonces()), (COIN, 1));
    }
}
