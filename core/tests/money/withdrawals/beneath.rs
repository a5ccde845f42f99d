//! Demands of withdrawals on the parts below them: jobs that never give up, large reports, limits that
//! count at the hold, lists and approvals that see an address, and transactions of the application.

#[cfg(feature = "postgres")]
use earnest::api::operations;

use super::{Custody, World, admin, json, other_admin, said, units, with};
use crate::support::{Kind, Value};

/// The one job of a kind that is granted.
async fn leased(world: &World, kind: &str) -> Value {
    world.stage.ok("jobs.run_due", json!({})).await;
    let mut jobs = world.lease(&[kind]).await;
    assert_eq!(jobs.len(), 1, "{kind}: {jobs:?}");
    jobs.remove(0)
}

/// A worker says that it did not work; answers the job.
async fn failed(world: &World, job: &Value) -> Value {
    world.stage.ok("jobs.fail", said(job, &json!({ "error": "no answer" }))).await["job"].clone()
}

/// How long a job waits, in microseconds.
fn pause(world: &World, job: &Value) -> i64 {
    let run_at: earnest::Time = job["run_at"].as_str().unwrap().parse().unwrap();
    run_at.micros() - world.stage.clock.now().micros()
}

/// Returns the amount that has left alice today by the count of her limits, in units of USDC.
async fn used(world: &World) -> i128 {
    let usage = world.stage.ok("treasury.usage", json!({ "account": "alice", "currency": "USDC" })).await;
    units(&usage["today"])
}

/// Makes alice an account with this limit a day.
async fn limited(world: &World, daily: &str) {
    let limits = json!({ "account": "alice", "currency": "USDC", "tier": "hot", "daily_limit": daily });
    world.stage.ok("treasury.set_account", limits).await;
}

/// A report of this length whose first view is the right one.
fn of_length(right: &Value, length: usize) -> Value {
    let with_message = |bytes: usize| {
        let mut result = right.clone();
        let error = json!({ "code": -32_000, "message": "x".repeat(bytes) });
        result["views"][2] = json!({ "endpoint": "south", "error": error });
        result
    };
    let rest = with_message(0).to_string().len();
    with_message(length - rest)
}

with_chain! {
    /// A second, doubled up to a minute, of which half is drawn; and more often than other jobs are tried.
    async fn questions_to_a_chain_are_asked_for_ever(world) {
        for kind in ["chain.observe", "chain.facts", "chain.broadcast"] {
            world.stage.advance("PT31S");
            let wd = world.request(json!({})).await;
            let mut job = match kind {
                "chain.observe" => {
                    world.waits_until(&wd, "broadcasted").await;
                    world.stage.advance("PT2S");
                    leased(world, kind).await
                }
                "chain.facts" => leased(world, kind).await,
                _ => world.job_of(&wd, kind).await,
            };
            for failures in 0..25_u32 {
                let after = failed(world, &job).await;
                assert_eq!(after["state"], "queued", "{kind}: {after}");
                let whole = (1_000_000_i64 << failures).min(60_000_000);
                let pause = pause(world, &after);
                assert!((whole / 2..=whole + 1_000).contains(&pause), "{kind} after {failures}: {pause}");
                world.stage.advance("PT1M1S");
                if failures < 24 {
                    job = leased(world, kind).await;
                }
            }
            let waits = world.get(&wd).await;
            assert_eq!((&waits["failure"], &waits["attention"]), (&Value::Null, &Value::Null), "{kind}: {waits:#}");
            world.until(&wd, "confirmed").await;
            assert_eq!(world.received(&wd), 100_000_000, "{kind}");
        }
        assert_eq!(world.used_nonces(), 3);
    }

    /// A report of 256 KiB is taken, and one of a byte more is not; none is kept.
    async fn a_report_has_256_kib(world) {
        let wd = world.request(json!({})).await;
        for kind in ["chain.simulate", "chain.broadcast", "chain.observe"] {
            let job = world.job_of(&wd, kind).await;
            let right = world.result(&job);
            let most = of_length(&right, 256 * 1024);
            assert_eq!(most.to_string().len(), 256 * 1024);
            let args = said(&job, &json!({ "result": of_length(&right, 256 * 1024 + 1) }));
            world.stage.bad("jobs.complete", args, "invalid_request", "result").await;
            world.report(&job, most).await;
            let all = world.stage.ok("jobs.list", json!({ "kind": kind, "limit": 500 })).await;
            let done = all["items"].as_array().unwrap().iter().find(|one| one["id"] == job["id"]).unwrap();
            assert_eq!((&done["state"], &done["result"]), (&json!("done"), &Value::Null), "{kind}: {done}");
        }
        world.until(&wd, "confirmed").await;
        assert_eq!(world.received(&wd), 100_000_000);
    }

    /// Reports on other jobs are kept, and as short as before.
    async fn other_reports_have_16_kib(world) {
        world.stage.ok("jobs.enqueue", json!({ "kind": "mail", "payload": {} })).await;
        let job = world.lease(&["mail"]).await.remove(0);
        let args = said(&job, &json!({ "result": "x".repeat(16 * 1024 - 1) }));
        world.stage.bad("jobs.complete", args, "invalid_request", "result").await;
        let kept = json!("x".repeat(16 * 1024 - 2));
        world.report(&job, kept.clone()).await;
        let done = world.stage.ok("jobs.list", json!({ "kind": "mail" })).await["items"][0].clone();
        assert_eq!((&done["state"], &done["result"]), (&json!("done"), &kept));
    }

    /// A limit of a treasury is about what is held for a withdrawal: its end counts nothing, is never
    /// refused, and gives nothing back.
    async fn limits_of_a_treasury_count_at_the_hold(world) {
        limited(world, "150.00 USDC").await;
        let wd = world.request(json!({})).await;
        assert_eq!(used(world).await, 100_100_000);
        let args = world.asks(&json!({}));
        let details = world.stage.no("withdrawals.request", args, "limit_exceeded").await;
        assert_eq!(details["window"], "day", "{details}");
        limited(world, "50.00 USDC").await;
        world.until(&wd, "confirmed").await;
        assert_eq!((used(world).await, world.received(&wd)), (100_100_000, 100_000_000));
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        limited(world, "250.00 USDC").await;
        let given_up = world.request(json!({})).await;
        world.order("cancel", &given_up, json!({ "actor": "alina" })).await;
        assert_eq!(used(world).await, 200_200_000);
        let args = world.asks(&json!({}));
        world.stage.no("withdrawals.request", args, "limit_exceeded").await;
    }

    /// The key of a lane signs no typed data, of which a permit would empty the wallet as well; another key
    /// does.
    async fn typed_data_is_not_signed_by_the_key_of_a_lane(world) {
        let types = json!({ "Mail": [{ "name": "to", "type": "address" }, { "name": "contents", "type": "string" }] });
        let message = json!({ "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "contents": "Hello" });
        let domain = json!({ "name": "Ether Mail", "chainId": 1 });
        let mail = json!({ "types": types, "primaryType": "Mail", "domain": domain, "message": message });
        let of_lane = world.lane().await["key"].clone();
        let other = world.stage.ok("signing.create_key", json!({})).await["key"].clone();
        let signs = |key: &Value| json!({ "key": key, "typed_data": mail, "actor": admin() });
        world.stage.ok("signing.sign_typed_data", signs(&other)).await;
        world.stage.no_matter("signing.sign_typed_data", signs(&of_lane), "not_permitted").await;
    }

    /// A list knows the address by its lower case, however it is written.
    async fn an_address_may_be_blocked(world) {
        let payee = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let entry = json!({ "subject": "counterparty", "value": payee.to_lowercase(), "reason": "stolen money" });
        world.stage.ok("risk.block", entry).await;
        for to in [payee.to_owned(), payee.to_lowercase()] {
            let args = world.asks(&json!({ "to": to }));
            let details = world.stage.no_matter("withdrawals.request", args, "blocked").await;
            assert_eq!(details["subject"], "counterparty", "{to}: {details}");
        }
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        let other = world.request(json!({})).await;
        world.until(&other, "confirmed").await;
    }

    /// A withdrawal that needs consent is made with it, once, and holds nothing before.
    async fn a_withdrawal_may_need_consent(world) {
        let policy = json!({ "id": "out", "operation": "withdrawals.request", "threshold": "50.00 USDC", "approvers": 1 });
        world.stage.ok("approvals.set_policy", policy).await;
        let args = with(world.asks(&json!({})), &json!({ "key": "large" }));
        let stopped = world.stage.no_matter("withdrawals.request", args.clone(), "approval_required").await;
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00", "{stopped}");
        let approve = json!({ "approval": stopped["approval"], "actor": other_admin() });
        world.stage.ok("approvals.approve", approve).await;
        let asked = world.stage.ok("withdrawals.request", args).await;
        assert_eq!(asked["replayed"], true, "{asked}");
        world.until(&asked["withdrawal"], "confirmed").await;
        let all = world.stage.ok("withdrawals.list", json!({})).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 1, "{all}");
        let small = world.request(json!({ "amount": "40.00 USDC" })).await;
        world.until(&small, "confirmed").await;
    }
}

/// A signer gives up as other jobs do: people are asked, its nonce stays, and it is asked again when they say
/// so.
#[tokio::test(flavor = "multi_thread")]
async fn a_signer_that_gives_up_is_asked_again() {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    let wd = world.request(json!({})).await;
    let mut job = world.job_of(&wd, "signer.host").await;
    let mut failures = 1;
    let last = loop {
        let after = failed(&world, &job).await;
        if after["state"] != "queued" {
            break after;
        }
        world.stage.advance("PT1M1S");
        (job, failures) = (leased(&world, "signer.host").await, failures + 1);
    };
    assert_eq!((failures, &last["state"]), (20, &json!("done")), "{last}");
    let waits = world.get(&wd).await;
    let attention = (&waits["attention"]["code"], &waits["attention"]["kind"]);
    assert_eq!(attention, (&json!("retries_exhausted"), &json!("permanent")), "{waits:#}");
    assert_eq!((&waits["state"], &waits["nonce"]), (&json!("signing"), &json!("0")), "{waits:#}");
    assert_eq!(world.alice().await, "10000.00 100.10 9899.90");
    let again = world.order("retry", &wd, json!({ "actor": admin() })).await;
    assert_eq!((&again["state"], &again["attention"]), (&json!("signing"), &Value::Null), "{again:#}");
    let paid = world.until(&wd, "confirmed").await;
    assert_eq!((&paid["nonce"], paid["attempts"].as_array().unwrap().len()), (&json!("0"), 1), "{paid:#}");
    world.finish().await;
}

/// Hold, record, job and event are there with what the application commits, and not without it.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_joins_a_transaction_of_the_application() {
    let mut world = World::open(Kind::Postgres).await;
    let pool = sqlx::PgPool::connect(&world.stage.url).await.unwrap();
    for commits in [false, true] {
        let args = with(world.asks(&json!({})), &json!({ "key": format!("host-{commits}") }));
        let mut tx = pool.begin().await.unwrap();
        let bound = world.stage.bank.using(&mut tx).unwrap();
        let asked = operations::call(&bound, "withdrawals.request", args).await.unwrap();
        drop(bound);
        if commits {
            tx.commit().await.unwrap();
            world.until(&asked["withdrawal"], "confirmed").await;
            assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        } else {
            tx.rollback().await.unwrap();
            let gone = json!({ "withdrawal": asked["withdrawal"]["id"] });
            world.stage.no("withdrawals.get", gone, "withdrawal_not_found").await;
            let jobs = world.stage.ok("jobs.list", json!({ "kind": "chain.simulate" })).await;
            assert_eq!(jobs["items"], json!([]));
            assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        }
    }
    assert_eq!(world.used_nonces(), 1);
    pool.close().await;
    world.finish().await;
}
