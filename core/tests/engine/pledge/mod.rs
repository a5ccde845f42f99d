//! A domain that the library does not have, registered from outside: one object, two operations, a timer, a
//! job hook and a gate, on every store. It is the worked example of "Adding a domain".

#![cfg(all(feature = "sqlite", feature = "postgres"))]

mod domain;
mod gate;
mod model;
mod operations;

use std::sync::Arc;

use domain::Pledges;
use earnest::engine::runner::Runner;
use earnest::error::Result;
use earnest::ids::{AccountId, Actor, Key};
use earnest::kernel::call::Call;
use earnest::kernel::caller::Caller;
use earnest::kernel::gate::GateContext;
use earnest::kernel::identity::{Identity, KeyRetention};
use earnest::kernel::operation::Operation;
use earnest::rows::needs::AccountKey;
use earnest::time::Time;
use gate::{EFFECT, Promised};
use model::{Pledge, State};
use operations::{Make, REMIND, Redeem};
use sha2::{Digest as _, Sha256};

use crate::support::{Kind, Stage, Value, code, json, options};

async fn stage(kind: Kind) -> Stage {
    let options = options().domain(Arc::new(Pledges)).gate(Arc::new(Promised(5_000)));
    let stage = Stage::with(kind, options).await;
    stage.funded("alice", "100.00 USD").await;
    stage.funded("cause", "1.00 USD").await;
    stage
}

/// Calls an operation of the domain under a key, through the gates of the engine, on it or inside a host's
/// transaction.
async fn call<O: Operation + Clone>(
    runner: &impl Runner,
    name: &'static str,
    key: &str,
    request: &Value,
    operation: O,
) -> Result<O::Reply> {
    let scope = runner.scope();
    let text = request.to_string();
    let identity = Identity {
        key: Some(Key::request("key", key)?),
        derived: false,
        request: Sha256::digest(&text).as_slice().into(),
        fields: [].into(),
        names: &[],
        kept: KeyRetention::Forever,
        size: text.len(),
    };
    let (book, seed) = (scope.book.clone(), scope.env.seed());
    let named = std::sync::Arc::clone(&scope.currencies);
    let caller = Caller {
        book,
        actor: Actor::system(),
        trace: None,
        since: None,
        seed,
        proofs: None,
        notify_every_state: false,
        wait_limits: Default::default(),
        followers: scope.domains.of_records(),
        tallies: scope.tallies.clone(),
    };
    let passage = GateContext::whole(name, scope.gates, Box::new(move || Ok(text.clone())));
    let (call, receiver) = Call::new(name, operation, identity, caller);
    let call = call.gated(Some(passage));
    runner.submit(vec![Box::new(call)], &named).await?;
    receiver.await.unwrap()
}

async fn make(stage: &Stage, key: &str, minor: i128) -> Result<Pledge> {
    make_in(&stage.bank, stage, key, minor).await
}

async fn make_in(runner: &impl Runner, stage: &Stage, key: &str, minor: i128) -> Result<Pledge> {
    let (book, usd) = (stage.bank.book_name().clone(), runner.scope().currencies.known("USD").unwrap());
    let account = |id: &str| AccountKey::new(book.clone(), AccountId::request("account", id).unwrap(), usd);
    let redeem_by: Time = "2026-01-31T00:00:00Z".parse().unwrap();
    let operation = Make { donor: account("alice"), cause: account("cause"), amount: minor, redeem_by };
    let request = json!({ "donor": "alice", "cause": "cause", "minor": minor.to_string() });
    call(runner, EFFECT, key, &request, operation).await
}

async fn redeem(stage: &Stage, key: &str, pledge: &Pledge) -> Result<Pledge> {
    let (book, pledge) = (stage.bank.book_name().clone(), pledge.id());
    let request = json!({ "pledge": pledge.to_string() });
    call(&stage.bank, "pledge.redeem", key, &request, Redeem { book, pledge }).await
}

/// The types of the events of a pledge, by its id: the prefix names the kind.
async fn history(stage: &Stage, pledge: &Pledge) -> Vec<String> {
    let events = stage.ok("events.list", json!({ "object": pledge.id().to_string() })).await;
    let types = events["items"].as_array().unwrap().iter();
    types.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

async fn lease(stage: &Stage) -> Vec<Value> {
    let wanted = json!({ "kinds": [REMIND], "limit": 10, "for": "PT1M" });
    stage.ok("jobs.lease", wanted).await["jobs"].as_array().unwrap().clone()
}

/// Makes a report on a job under its lease.
fn report(job: &Value) -> Value {
    json!({ "job": job["id"], "fence": job["fence"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_is_kept_once() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let made = make(&stage, "p-1", 3_000).await.unwrap();
        assert_eq!((made.state, made.facts.amount.0), (State::Open, 3_000));
        assert_eq!(make(&stage, "p-1", 3_000).await.unwrap().id(), made.id(), "a retry is no second pledge");
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00", "nothing moves before it is kept");
        let kept = redeem(&stage, "r-1", &made).await.unwrap();
        assert_eq!(
            (kept.state, redeem(&stage, "r-1", &made).await.unwrap().state),
            (State::Redeemed, State::Redeemed)
        );
        assert_eq!(code(&redeem(&stage, "r-2", &made).await), "transition_not_allowed");
        assert_eq!(
            (stage.balance("alice").await, stage.balance("cause").await),
            ("70.00 0.00 70.00".into(), "31.00 0.00 31.00".into())
        );
        assert_eq!(history(&stage, &made).await, ["pledge.made", "pledge.redeemed"], "{kind:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_gate_judges_what_is_declared() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        make(&stage, "p-1", 3_000).await.unwrap();
        assert_eq!(code(&make(&stage, "p-2", 2_001).await), "blocked", "{kind:?}");
        make(&stage, "p-3", 2_000).await.unwrap();
        assert_eq!(code(&make(&stage, "p-4", 1).await), "blocked", "{kind:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_timer_ends_what_nobody_kept() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let (one, other) =
            (make(&stage, "p-1", 1_000).await.unwrap(), make(&stage, "p-2", 1_000).await.unwrap());
        redeem(&stage, "r-1", &one).await.unwrap();
        stage.advance("P60D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1, "{kind:?}");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0, "{kind:?}");
        assert_eq!(code(&redeem(&stage, "r-2", &other).await), "transition_not_allowed");
        assert_eq!(history(&stage, &other).await, ["pledge.made", "pledge.lapsed"], "{kind:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_its_jobs() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let reminded = make(&stage, "p-1", 1_000).await.unwrap();
        assert_eq!(lease(&stage).await.len(), 0, "not within the first hour");
        stage.advance("PT1H");
        let job = lease(&stage).await.remove(0);
        stage.ok("jobs.complete", report(&job)).await;
        stage.ok("jobs.complete", report(&job)).await;
        assert_eq!(history(&stage, &reminded).await, ["pledge.made", "pledge.reminded"], "once {kind:?}");
        // one that fails twice, and one whose leases end without a report
        for (key, failing) in [("p-2", true), ("p-3", false)] {
            let pledge = make(&stage, key, 1_000).await.unwrap();
            stage.advance("PT1H");
            for _ in 0..2 {
                let job = lease(&stage).await.remove(0);
                if failing {
                    let mut failed = report(&job);
                    failed["error"] = "no address".into();
                    stage.ok("jobs.fail", failed).await;
                }
                stage.advance("PT12H");
            }
            assert_eq!(lease(&stage).await.len(), 0, "{kind:?}");
            assert_eq!(history(&stage, &pledge).await, ["pledge.made", "pledge.lapsed"], "{key} {kind:?}");
        }
        stage.finish().await;
    }
}

/// In a host's transaction it is all or nothing with what the host writes.
#[cfg(feature = "host-sqlx")]
#[tokio::test(flavor = "multi_thread")]
async fn it_joins_a_host_s_transaction() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = stage(kind).await;
        let mut ids = Vec::new();
        for commits in [false, true] {
            let pledge = match kind {
                Kind::Postgres => {
                    let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
                    let mut tx = pool.begin().await.unwrap();
                    let bound = stage.bank.using(&mut tx).unwrap();
                    let pledge = make_in(&bound, &stage, "p-1", 1_000).await.unwrap();
                    drop(bound);
                    if commits {
                        tx.commit().await.unwrap();
                    } else {
                        tx.rollback().await.unwrap();
                    }
                    pledge
                }
                _ => {
                    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
                    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                    let bound = stage.bank.using(&mut tx).unwrap();
                    let pledge = make_in(&bound, &stage, "p-1", 1_000).await.unwrap();
                    drop(bound);
                    if commits {
                        tx.commit().await.unwrap();
                    } else {
                        tx.rollback().await.unwrap();
                    }
                    pledge
                }
            };
            ids.push(pledge.id());
            assert_eq!(history(&stage, &pledge).await.len(), usize::from(commits), "{kind:?}");
        }
        assert_ne!(ids[0], ids[1], "what was taken back is made anew");
        stage.finish().await;
    }
}

/// `verify` checks the objects of the domain, and finds what somebody changed.
#[tokio::test(flavor = "multi_thread")]
async fn verify_checks_it() {
    let stage = stage(Kind::Sqlite).await;
    let pledge = make(&stage, "p-1", 1_000).await.unwrap();
    stage.verify().await;
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    sqlx::query("UPDATE earnest_record SET due_at = due_at + 1 WHERE kind = 'pledge'")
        .execute(&pool)
        .await
        .unwrap();
    let checked = stage.ok("admin.verify", json!({})).await;
    let found =
        checked["checks"].as_array().unwrap().iter().find(|check| check["name"] == "pledges").unwrap();
    assert!(found["found"][0].as_str().unwrap().contains(&pledge.id().to_string()), "{found}");
    stage.bank.close().await;
}
