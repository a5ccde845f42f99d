//! The exhibits of the museum of money bugs that are about payments on a chain: each was shipped by a
//! respected system. What brokers got wrong (50) is in `brokers.rs`.

use super::chain::{Fate, GWEI, Token, at};
use super::nodes::{Lie, Mood, NAMES};
use super::{ADDRESSES, KINDS, TOKEN, World, admin, bid, json};
use crate::support::Value;

/// Paid once, and the books say the same.
async fn is_paid(world: &mut World, withdrawal: &Value) -> Value {
    let paid = world.until(withdrawal, "confirmed").await;
    assert_eq!((world.received(withdrawal), &paid["failure"]), (100_000_000, &Value::Null), "{paid:#}");
    paid
}

with_chain! {
    /// A nonce that was taken before an estimate, or for what could not be sent, held up all that came later.
    async fn museum_42_a_nonce_is_only_for_what_can_be_paid(world) {
        let payee = world.payee();
        world.nodes.ledger.closed.insert(at(&payee));
        let never = world.request(json!({ "amount": "1.00 POL", "to": payee })).await;
        world.turn().await;
        assert_eq!(world.get(&never).await["failure"]["code"], "simulation_reverted");
        world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 0);
        world.stage.advance("PT31S");
        let first = world.request(json!({})).await;
        world.wait(20).await;
        let waits = world.get(&first).await;
        assert_eq!((&waits["waiting"], &waits["nonce"]), (&json!("wallet"), &Value::Null), "{waits:#}");
        assert_eq!(world.lane().await["next_nonce"], "0", "nothing was taken");
        world.nodes.ledger.fund_tokens(TOKEN, ADDRESSES[0], 1_000_000_000_000);
        world.stage.advance("PT31S");
        let job = world.job_of(&first, "chain.broadcast").await;
        world.nodes.set_all(Mood::Full);
        world.answer(&job).await;
        let second = world.request(json!({})).await;
        world.wait(5).await;
        assert_eq!((world.nodes.ledger.pooled(), &world.lane().await["next_nonce"]), (0, &json!("2")));
        world.nodes.set_all(Mood::Honest);
        for (wd, nonce) in [(&first, "0"), (&second, "1")] {
            assert_eq!(is_paid(world, wd).await["nonce"], nonce);
        }
        assert_eq!((world.used_nonces(), &world.lane().await["next_nonce"]), (2, &json!("2")), "no gap");
    }

    /// `nonce too low` was read as an outage of the node, or as a failure of what was in a block.
    async fn museum_43_nonce_too_low_is_no_verdict(world) {
        for is_in_a_block in [false, true] {
            let wd = world.request(json!({})).await;
            let job = world.job_of(&wd, "chain.broadcast").await;
            if is_in_a_block {
                world.nodes.ledger.take(job["payload"]["raw"].as_str().unwrap()).unwrap();
                world.nodes.ledger.mine();
            } else {
                world.nodes.set_all(Mood::Denying);
            }
            world.answer(&job).await;
            let waits = world.get(&wd).await;
            assert_eq!((&waits["state"], &waits["failure"], &waits["attention"]), (&json!("broadcasting"), &Value::Null, &Value::Null), "{waits:#}");
            world.nodes.set_all(Mood::Honest);
            let paid = is_paid(world, &wd).await;
            assert_eq!(paid["attempts"].as_array().unwrap().len(), 1, "{paid:#}");
        }
        assert_eq!(world.used_nonces(), 2);
        let chains = world.stage.ok("withdrawals.chains", json!({})).await;
        let views = chains["items"][0]["views"].as_array().unwrap();
        assert!(views.len() == 3 && views.iter().all(|view| view["status"] == "ok"), "{chains:#}");
    }

    /// Only the newest hash was watched, and what no node had was paid back while it was out.
    async fn museum_44_every_hash_is_watched_and_absence_ends_nothing(world) {
        world.nodes.ledger.least_tip = 900 * GWEI;
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        let first = world.get(&wd).await["hash"].as_str().unwrap().to_owned();
        world.order("speed_up", &wd, json!({ "actor": admin() })).await;
        world.wait(2).await;
        let bumped = world.get(&wd).await;
        assert!(bumped["attempts"].as_array().unwrap().len() > 1 && bumped["hash"] != first.as_str(), "{bumped:#}");
        // for minutes nobody has any of it
        world.nodes.set_all(Mood::Lying(Lie::Nothing));
        for _ in 0..60 {
            world.nodes.ledger.forget_the_pool();
            world.block().await;
        }
        let waits = world.get(&wd).await;
        assert_eq!((&waits["state"], &waits["failure"]), (&json!("broadcasted"), &Value::Null), "{waits:#}");
        assert_eq!(world.alice().await, "10000.00 100.10 9899.90", "it is held");
        // and then the oldest is in a block
        let raw = world.nodes.ledger.sent[&first].raw.clone();
        world.nodes.ledger.forget_the_pool();
        world.nodes.ledger.take(&raw).unwrap();
        world.nodes.ledger.least_tip = 0;
        world.nodes.ledger.mine();
        world.nodes.set_all(Mood::Honest);
        let paid = is_paid(world, &wd).await;
        assert_eq!((&paid["hash"], world.used_nonces()), (&json!(first), 1), "{paid:#}");
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
    }

    /// Balancers answer from other heights, a receipt is of another fork, and where all had to agree one
    /// provider stopped everything.
    async fn museum_45_views_are_thrown_out_one_by_one(world) {
        for (n, mood) in [Mood::Behind(3), Mood::Behind(50), Mood::Down, Mood::Elsewhere].into_iter().enumerate() {
            world.nodes.set(NAMES[n % NAMES.len()], mood);
            let wd = world.request(json!({})).await;
            is_paid(world, &wd).await;
            world.nodes.set_all(Mood::Honest);
        }
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        for _ in 0..60 {
            if world.get(&wd).await["state"] == "confirmed" {
                break;
            }
            world.nodes.ledger.mine();
            world.stage.advance("PT2S");
            world.stage.ok("jobs.run_due", json!({})).await;
            for job in world.lease(&KINDS).await {
                let mut result = world.result(&job);
                if job["kind"] == "chain.observe" {
                    for receipt in result["views"][0]["receipts"].as_array_mut().unwrap() {
                        receipt["block"]["hash"] = json!(format!("0x{}", "cd".repeat(32)));
                    }
                }
                world.report(&job, result).await;
            }
        }
        is_paid(world, &wd).await;
        assert_eq!(world.used_nonces(), 5);
    }

    /// A replacement was one wei short, or the first bid had used up the cap.
    async fn museum_46_three_bumps_of_an_eighth_fit_below_the_cap(world) {
        world.nodes.ledger.base_fee = 600 * GWEI;
        world.nodes.ledger.least_tip = 900 * GWEI;
        world.stage.advance("PT31S");
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.wait(90).await;
        let waits = world.get(&wd).await;
        let bids: Vec<_> = waits["attempts"].as_array().unwrap().iter().map(bid).collect();
        assert_eq!((bids.len(), bids[0]), (4, [700 * GWEI, GWEI]), "{waits:#}");
        for pair in bids.windows(2) {
            for (old, new) in pair[0].into_iter().zip(pair[1]) {
                assert!(new >= (old * 11_250).div_ceil(10_000), "{bids:?}");
            }
        }
        assert!(bids[3][0] <= 1_000 * GWEI, "{bids:?}");
        // the node, which wants a tenth more, took each in place of the one before
        assert_eq!((world.nodes.ledger.sent.len(), world.nodes.ledger.pooled()), (4, 1));
        world.nodes.ledger.least_tip = 0;
        is_paid(world, &wd).await;
        assert_eq!(world.used_nonces(), 1);
    }

    /// The cap was reached, the transaction had vanished, and nobody sent it again.
    async fn museum_47_the_same_bytes_go_out_again_at_the_cap(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.base_fee = 2_000 * GWEI;
        world.wait(40).await;
        let before = world.get(&wd).await;
        for _ in 0..2 {
            world.nodes.ledger.forget_the_pool();
            world.wait(20).await;
            let after = world.get(&wd).await;
            assert_eq!((&after["state"], &after["hash"]), (&json!("broadcasted"), &before["hash"]), "{after:#}");
            assert_eq!(after["attempts"].as_array().unwrap().len(), before["attempts"].as_array().unwrap().len());
            assert_eq!(world.nodes.ledger.pooled(), 1, "it is there again");
        }
        world.nodes.ledger.base_fee = 10 * GWEI;
        is_paid(world, &wd).await;
        assert_eq!(world.used_nonces(), 1);
    }

    /// Blocks below `confirmed` were taken back, and nobody looked any more; a deep fork ended the process.
    async fn museum_48_what_was_final_is_watched(world) {
        for blocks in [9, 30] {
            let wd = world.request(json!({})).await;
            is_paid(world, &wd).await;
            let (before, used) = (world.alice().await, world.used_nonces());
            world.nodes.ledger.reorganise(blocks, Fate::Lost);
            for _ in 0..150 {
                if world.get(&wd).await["unsettled"] == true {
                    break;
                }
                world.wait(1).await;
            }
            assert_eq!(world.get(&wd).await["unsettled"], true, "{blocks}: nobody has said so");
            for _ in 0..150 {
                if world.get(&wd).await["unsettled"] == false {
                    break;
                }
                world.block().await;
            }
            let paid = is_paid(world, &wd).await;
            assert_eq!((&paid["unsettled"], world.alice().await), (&json!(false), before), "{paid:#}");
            world.blocks(8).await;
            assert_eq!(world.used_nonces(), used, "{blocks}");
        }
    }

    /// `transfer` answered nothing or `false`, the receipt said success, and it was booked as paid.
    async fn museum_49_without_its_transfer_nothing_is_captured(world) {
        for token in [Token::Refusing, Token::Mute] {
            world.nodes.ledger.tokens.insert(at(TOKEN), Token::Honest);
            let before = world.alice().await;
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            let held = world.alice().await;
            world.nodes.ledger.tokens.insert(at(TOKEN), token);
            world.blocks(15).await;
            let asked = world.get(&wd).await;
            assert_eq!((&asked["attention"]["code"], &asked["transfer"]), (&json!("not_proved"), &Value::Null), "{token:?}: {asked:#}");
            assert_eq!(world.alice().await, held, "{token:?}");
            let paid = token == Token::Mute;
            assert_eq!(world.received(&wd), if paid { 100_000_000 } else { 0 }, "{token:?}");
            let settle = json!({ "paid": paid, "reason": "looked at it", "actor": admin() });
            let over = world.order("settle", &wd, settle).await;
            assert_eq!(over["state"], if paid { "confirmed" } else { "failed" }, "{token:?}: {over:#}");
            if !paid {
                assert_eq!(world.alice().await, before, "{token:?}");
            }
        }
    }
}
