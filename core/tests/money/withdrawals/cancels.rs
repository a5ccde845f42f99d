//! Cancelling: at once before a nonce, and after it by a no-op under the same nonce, so that either that or
//! the payment is final and never both.

use super::{Custody, World, admin, bid, json};
use crate::support::{Kind, Value};

fn is_cancelled(withdrawal: &Value) {
    let found = (&withdrawal["state"], &withdrawal["failure"]["code"]);
    assert_eq!(found, (&json!("failed"), &json!("cancelled")), "{withdrawal:#}");
}

with_chain! {
    /// Its owner takes it back, and no nonce was used.
    async fn before_a_nonce_it_is_over_at_once(world) {
        let wd = world.request(json!({})).await;
        world.stage.no_matter("withdrawals.cancel", json!({ "withdrawal": wd["id"], "actor": "mallory" }), "not_permitted").await;
        let after = world.order("cancel", &wd, json!({ "actor": "alina", "reason": "changed my mind" })).await;
        is_cancelled(&after);
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        world.blocks(5).await;
        assert_eq!((world.used_nonces(), world.received(&wd)), (0, 0));
        is_cancelled(&world.get(&wd).await);
        assert_eq!(world.lane().await["next_nonce"], "0");
    }

    /// It is out, and nobody has seen it: the no-op of the same nonce overtakes it.
    async fn a_no_op_overtakes_a_payment(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        let asked = world.order("cancel", &wd, json!({ "actor": admin() })).await;
        assert_eq!((&asked["state"], &asked["cancelling"]), (&json!("broadcasted"), &json!(true)), "{asked}");
        world.wait(3).await;
        let after = world.get(&wd).await;
        let [pay, noop] = [0_usize, 1].map(|n| after["attempts"][n].clone());
        assert_eq!((&noop["kind"], &noop["gas_limit"]), (&json!("noop"), &json!("21000")), "{after:#}");
        let least = |old: u128| (old * 11_250).div_ceil(10_000);
        assert!(bid(&noop).into_iter().zip(bid(&pay)).all(|(new, old)| new >= least(old)), "{after:#}");
        let sent = world.nodes.ledger.sent.values();
        let noops: Vec<_> = sent.filter(|tx| tx.is_noop()).collect();
        assert_eq!((noops.len(), noops[0].nonce), (1, 0));
        is_cancelled(&world.over(&wd).await);
        assert_eq!((world.used_nonces(), world.alice().await.as_str()), (1, "10000.00 0.00 10000.00"));
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1", "the nonce was used by the no-op");
    }

    /// The payment was faster: it is final, and so it is paid.
    async fn a_payment_overtakes_its_no_op(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.mine();
        world.order("cancel", &wd, json!({ "actor": admin() })).await;
        let after = world.over(&wd).await;
        assert_eq!((&after["state"], after["failure"].is_null()), (&json!("confirmed"), true), "{after:#}");
        assert_eq!((world.used_nonces(), world.alice().await.as_str()), (1, "9899.90 0.00 9899.90"));
    }

    /// While it is being cancelled nobody signs a payment any more: not at a bump, and not when it is lost.
    async fn a_cancelled_one_is_never_signed_again(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.order("cancel", &wd, json!({ "actor": admin() })).await;
        world.nodes.ledger.least_tip = 900 * crate::withdrawals::chain::GWEI;
        for _ in 0..40 {
            world.stage.advance("PT5S");
            world.nodes.ledger.forget_the_pool();
            world.turn().await;
        }
        let after = world.get(&wd).await;
        let attempts = after["attempts"].as_array().unwrap();
        let pays = attempts.iter().filter(|attempt| attempt["kind"] == "pay").count();
        assert_eq!(pays, 1, "{after:#}");
        world.nodes.ledger.least_tip = 0;
        is_cancelled(&world.over(&wd).await);
    }
}

/// Wherever it is with its nonce, it ends once, and by what is final under that.
#[tokio::test(flavor = "multi_thread")]
async fn with_a_nonce_it_ends_once_from_every_state() {
    for kind in Kind::all() {
        for state in ["signing", "signed", "broadcasting", "broadcasted", "confirming"] {
            let mut world = World::with(kind, Custody::Host).await;
            let wd = world.walked_to(state, json!({})).await;
            let asked = world.order("cancel", &wd, json!({ "actor": admin() })).await;
            assert_eq!((&asked["cancelling"], &asked["state"]), (&json!(true), &json!(state)), "{asked}");
            // what was leased before it is not answered: a worker was killed
            world.stage.advance("PT2M");
            let after = world.over(&wd).await;
            if state == "confirming" {
                assert_eq!(after["state"], "confirmed", "{after:#}");
            }
            if state == "signing" {
                is_cancelled(&after);
                let attempts = after["attempts"].as_array().unwrap().iter();
                let pays = attempts.filter(|one| one["kind"] == "pay" && !one["hash"].is_null());
                assert_eq!(pays.count(), 0, "nothing that pays was signed: {after:#}");
            }
            assert_eq!((world.used_nonces(), &after["nonce"]), (1, &json!("0")), "{state}");
            world.finish().await;
        }
    }
}

/// A signature that was asked for before the cancellation and comes after it: it is not sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_signature_of_a_payment_is_not_sent() {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    let wd = world.request(json!({})).await;
    let job = world.job_of(&wd, "signer.host").await;
    world.order("cancel", &wd, json!({ "actor": admin() })).await;
    let result = world.result(&job);
    // whether it is taken or refused, nobody sends it
    let _ =
        world.stage.call("jobs.complete", crate::withdrawals::said(&job, &json!({ "result": result }))).await;
    is_cancelled(&world.over(&wd).await);
    assert!(
        world.nodes.ledger.sent.values().all(crate::withdrawals::chain::Tx::is_noop),
        "{:?}",
        world.nodes.ledger.sent
    );
    world.finish().await;
}

/// A build before this one has kept a fee that no transaction can have: the lane goes on, and the no-op bids
/// as if nobody had named a fee. A row is read the same way on every store.
#[cfg(all(feature = "sqlite", feature = "postgres"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_fee_that_was_kept_and_that_no_transaction_can_have_holds_up_nothing() {
    let mut world = World::with(Kind::Sqlite, Custody::Vault).await;
    let wd = world.request(json!({})).await;
    let job = world.job_of(&wd, "chain.broadcast").await;
    let (named, kept) = ("3000000000000", "340282366920938463463374607431768211456");
    world.order("cancel", &wd, json!({ "actor": admin(), "max_fee_per_gas": named })).await;
    let pool = sqlx::SqlitePool::connect(&world.stage.url).await.unwrap();
    let sql =
        "UPDATE earnest_record SET body = replace(body, ?, ?) WHERE kind = 'withdrawal' AND body LIKE ?";
    let [from, to] = [named, kept].map(|fee| format!(r#""named_fee":"{fee}""#));
    let like = format!("%{from}%");
    let changed = sqlx::query(sql).bind(from).bind(to).bind(like).execute(&pool).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    pool.close().await;
    world.reopen().await;
    world.answer(&job).await;
    world.wait(2).await;
    let after = world.get(&wd).await;
    let noop = &after["attempts"][1];
    assert_eq!(noop["kind"], "noop", "{after:#}");
    assert!(bid(noop)[0] <= 1_000 * crate::withdrawals::chain::GWEI, "{after:#}");
    is_cancelled(&world.over(&wd).await);
    // the change in the database stays found, though the row was written again since
    let verify = world.stage.ok("admin.verify", json!({})).await;
    let checks = verify["checks"].as_array().unwrap();
    let wrong: Vec<_> = checks.iter().filter(|check| check["ok"] == false).collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0]["found"][0].as_str().unwrap().contains("`named_fee` was changed"), "{wrong:?}");
    world.stage.bank.close().await;
}
