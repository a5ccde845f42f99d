//! Reports that are not what they should be: they are refused by name, write nothing, and the job stays
//! leased.

use super::{ADDRESSES, Custody, KEYS, World, chain, json, said, with};
use crate::support::{Kind, Value};

/// A report that must be refused, and after which the right one is taken.
pub(super) async fn refused(world: &World, job: &Value, result: Value, field: &str) {
    let before = world.stage.state().await;
    let args = said(job, &json!({ "result": result.clone() }));
    let error = world.stage.call("jobs.complete", args).await.expect_err(field);
    let codes = ["invalid_request", "signature_invalid", "invalid_address"];
    assert!(codes.contains(&error.code().as_str()), "{field}: {error}");
    if error.code().as_str() == "invalid_request" {
        let details = error.details();
        let named = details["field"].as_str().unwrap_or_default();
        assert!(named.starts_with(field), "{details}, expected `{field}`");
    }
    assert_eq!(world.stage.state().await, before, "{field}: something was written");
    let jobs = world.stage.ok("jobs.list", json!({ "kind": job["kind"], "limit": 500 })).await;
    let found = jobs["items"].as_array().unwrap().iter().find(|one| one["id"] == job["id"]).unwrap().clone();
    assert_eq!(found["state"], "leased", "{field}: {found}");
}

/// A result with a member of its first view changed.
pub(super) fn but(result: &Value, member: &str, value: Value) -> Value {
    let mut result = result.clone();
    result["views"][0][member] = value;
    result
}

with_chain! {
    /// Shapes of every kind, numbers beyond 2^256, and members that nobody knows.
    async fn reports_of_another_shape(world) {
        let wd = world.request(json!({})).await;
        let huge = format!("0x1{}", "0".repeat(64));
        for (kind, wrongs) in [
            ("chain.simulate", vec![
                ("ok", json!("yes"), "result.views[0].ok"),
                ("gas", json!(21_000), "result.views[0].gas"),
                ("gas", json!(huge), "result.views[0].gas"),
                ("gas", Value::Null, "result.views[0].gas"),
                ("gas", json!("-1"), "result.views[0].gas"),
                ("chain_id", Value::Null, "result.views[0].chain_id"),
                ("more", json!(1), "result.views[0].more"),
                ("endpoint", json!(7), "result.views[0].endpoint"),
            ]),
            ("chain.broadcast", vec![
                ("accepted", json!(1), "result.views[0].accepted"),
                ("accepted", json!(false), "result.views[0].accepted"),
                ("error", json!("no"), "result.views[0].error"),
            ]),
            ("chain.observe", vec![
                ("head", json!(7), "result.views[0].head"),
                ("head", json!({ "number": "1", "hash": "0x00" }), "result.views[0].head.hash"),
                ("nonce", json!({ "latest": huge }), "result.views[0].nonce.latest"),
                ("receipts", json!({}), "result.views[0].receipts"),
                ("receipts", json!([{ "hash": "0x00" }]), "result.views[0].receipts[0]"),
                ("foreign", json!([{ "raw": "0x0" }]), "result.views[0].foreign[0]"),
            ]),
        ] {
            let job = world.job_of(&wd, kind).await;
            let right = world.result(&job);
            for (member, value, field) in wrongs {
                refused(world, &job, but(&right, member, value), field).await;
            }
            for (wrong, field) in [
                (Value::Null, "result"),
                (json!([]), "result"),
                (json!({}), "result"),
                (json!({ "views": {} }), "result.views"),
                (json!({ "views": [[]] }), "result.views[0]"),
                (with(right.clone(), &json!({ "more": 1 })), "result.more"),
            ] {
                refused(world, &job, wrong, field).await;
            }
            let mut twice = right.clone();
            let first = twice["views"][0].clone();
            twice["views"].as_array_mut().unwrap().push(first);
            refused(world, &job, twice, "result.views").await;
            world.report(&job, right).await;
        }
        world.until(&wd, "confirmed").await;
        assert_eq!(world.received(&wd), 100_000_000);
    }

    /// Ten megabytes are refused before they are read, and the largest report that is allowed is taken.
    async fn reports_have_a_size(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.simulate").await;
        let right = world.result(&job);
        let error = |bytes: usize| {
            let failed = json!({ "endpoint": "south", "error": { "code": -32_000, "message": "x".repeat(bytes) } });
            let mut result = right.clone();
            result["views"][2] = failed;
            result
        };
        refused(world, &job, error(10 << 20), "result").await;
        refused(world, &job, error(257 << 10), "result").await;
        world.report(&job, error(200 << 10)).await;
        let done = world.stage.ok("jobs.list", json!({ "kind": "chain.simulate" })).await["items"][0].clone();
        assert_eq!((&done["state"], &done["result"]), (&json!("done"), &Value::Null), "judged, and not kept");
        world.until(&wd, "confirmed").await;
    }

    /// Of another chain, of nobody, and of a hash that was not asked for: they count as none.
    async fn views_that_count_as_none(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.mine_many(6);
        for wrong in ["chain", "endpoint", "hash"] {
            let job = world.job_of(&wd, "chain.observe").await;
            let mut result = world.result(&job);
            for (n, view) in result["views"].as_array_mut().unwrap().iter_mut().enumerate() {
                match wrong {
                    "chain" => view["chain_id"] = json!("1"),
                    "endpoint" => view["endpoint"] = json!(format!("stranger-{n}")),
                    _ => view["receipts"][0]["hash"] = json!(format!("0x{}", "cd".repeat(32))),
                }
            }
            // refused or not counted: either way nothing comes of it
            let args = said(&job, &json!({ "result": result }));
            if world.stage.call("jobs.complete", args).await.is_err() {
                world.stage.advance("PT2M");
            }
            let found = world.get(&wd).await;
            assert_eq!((&found["state"], &found["failure"]), (&json!("broadcasted"), &Value::Null), "{wrong}: {found:#}");
            world.stage.advance("PT2S");
        }
        world.until(&wd, "confirmed").await;
    }

    /// A failed job is tried again after pauses of a second to a minute, for ever.
    async fn failures_are_tried_again(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        let mut longest = 0;
        for _ in 0..25 {
            let job = world.job_of(&wd, "chain.observe").await;
            let reply = world.stage.ok("jobs.fail", said(&job, &json!({ "error": "no answer" }))).await;
            assert_eq!(reply["job"]["state"], "queued", "{reply}");
            let run_at: earnest::time::Time = reply["job"]["run_at"].as_str().unwrap().parse().unwrap();
            let pause = (run_at.micros() - world.stage.clock.now().micros()) / 1_000_000;
            longest = longest.max(pause);
            world.stage.advance("PT1M1S");
        }
        assert!((30..=60).contains(&longest), "{longest} s");
        world.until(&wd, "confirmed").await;
    }
}

/// Bytes that are not the plan, by another key, or nothing: no attempt comes of them.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_the_plan() {
    for kind in Kind::all() {
        let mut world = World::with(kind, Custody::Host).await;
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "signer.host").await;
        let tx = job["payload"]["tx"].clone();
        let mine = earnest_evm::Key::from_hex(KEYS[0]).unwrap();
        let other = earnest_evm::Key::from_hex(KEYS[1]).unwrap();
        let raw = |key: &earnest_evm::Key, more: Value| {
            let tx = earnest_evm::Transaction::from_json(&with(tx.clone(), &more)).unwrap();
            json!({ "raw": tx.sign(key).unwrap().to_json()["raw"] })
        };
        let before = world.get(&wd).await;
        for (what, result) in [
            ("another key", raw(&other, json!({}))),
            ("another nonce", raw(&mine, json!({ "nonce": "1" }))),
            ("another payee", raw(&mine, json!({ "to": ADDRESSES[1] }))),
            ("another value", raw(&mine, json!({ "value": "1" }))),
            ("another call", raw(&mine, json!({ "data": "0x00" }))),
            ("another chain", raw(&mine, json!({ "chain_id": "1" }))),
            ("more gas", raw(&mine, json!({ "gas_limit": "60001" }))),
            ("another fee", raw(&mine, json!({ "max_fee_per_gas": "900000000000" }))),
            (
                "a list of slots",
                raw(&mine, json!({ "access_list": [{ "address": ADDRESSES[1], "storage_keys": [] }] })),
            ),
            ("no bytes", json!({ "raw": "0x" })),
            ("no hex", json!({ "raw": "zz" })),
            ("half a byte", json!({ "raw": "0x0" })),
            ("a word", json!("0x00")),
            ("nothing", json!({})),
            ("both", with(raw(&mine, json!({})), &json!({ "signature": "0x00" }))),
            ("no signature", json!({ "signature": "0x3006020101020101" })),
            ("views", json!({ "views": [] })),
        ] {
            println!("{what}");
            refused(&world, &job, result, "result").await;
            assert_eq!(world.get(&wd).await, before, "{what}");
        }
        assert!(world.nodes.ledger.sent.is_empty());
        world.answer(&job).await;
        assert_eq!(world.get(&wd).await["state"], "signed");
        world.until(&wd, "confirmed").await;
        assert_eq!(chain::Tx::of(world.nodes.ledger.sent.values().next().unwrap().raw.as_str()).nonce, 0);
        world.finish().await;
    }
}
