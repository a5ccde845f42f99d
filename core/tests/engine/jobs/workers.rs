//! Several workers, in one process and in two, with a clock that moves and workers that die.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use earnest::Engine;

use super::{disputes, said, wanted};
use crate::support::{Kind, Stage, Value, all_at_once, every_store, id, json, until_settled};

/// The fences of each job, as the workers know them: those granted, and those under which it was completed.
#[derive(Default)]
struct Known(Mutex<BTreeMap<String, Fences>>);

/// Those granted, and those under which a job was completed.
type Fences = (BTreeSet<i64>, Vec<i64>);

impl Known {
    /// No fence is granted twice. (Who hears of a grant first is not said: others may have had later ones
    /// meanwhile.)
    fn granted(&self, job: &Value) {
        let fresh =
            self.0.lock().unwrap().entry(id(job)).or_default().0.insert(job["fence"].as_i64().unwrap());
        assert!(fresh, "{job} was granted twice");
    }

    fn completed(&self, job: &Value) {
        self.0.lock().unwrap().get_mut(&id(job)).unwrap().1.push(job["fence"].as_i64().unwrap());
    }

    /// Each job was completed at most once, under the newest of its fences. Answers how many were.
    fn finish(&self) -> usize {
        let known = self.0.lock().unwrap();
        for (job, (fences, completed)) in known.iter() {
            assert!(completed.len() <= 1, "{job} was completed under {completed:?}");
            let newest = completed.iter().all(|fence| fences.last() == Some(fence));
            assert!(newest, "{job} was completed under {completed:?} of {fences:?}");
        }
        known.values().filter(|(_, completed)| !completed.is_empty()).count()
    }
}

/// A number that looks drawn, the same in every run.
fn drawn(worker: u64, round: u64) -> u64 {
    let mut x = (worker << 32 | round).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
}

/// Leases, and completes, fails, extends or dies, as it is drawn. Refusals may only be those of a late
/// report.
async fn work(bank: Engine, clock: earnest::env::Clock, worker: u64, known: &Known) {
    let mut held: Vec<Value> = Vec::new();
    for round in 0..400 {
        let draw = drawn(worker, round);
        if held.is_empty() {
            let reply = until_settled(&bank, "jobs.lease", wanted("notify.parties", 3)).await.unwrap();
            held = reply["jobs"].as_array().unwrap().clone();
            held.iter().for_each(|job| known.granted(job));
        }
        let Some(job) = held.pop() else {
            clock.advance("PT30S".parse().unwrap());
            let stats = bank.call("jobs.stats", json!({})).await.unwrap();
            if stats["queued"] == 0 && stats["leased"] == 0 {
                return;
            }
            continue;
        };
        let outcome = match draw % 8 {
            0..=3 => {
                let outcome = until_settled(&bank, "jobs.complete", said(&job, &json!({}))).await;
                if outcome.is_ok() {
                    known.completed(&job);
                }
                outcome
            }
            4 | 5 => until_settled(&bank, "jobs.fail", said(&job, &json!({ "error": "no answer" }))).await,
            6 => {
                // it falls asleep, and comes back too late or just in time
                clock.advance("PT45S".parse().unwrap());
                until_settled(&bank, "jobs.extend", said(&job, &json!({ "for": "PT1M" }))).await
            }
            // it dies with all that it had
            _ => {
                held.clear();
                Ok(Value::Null)
            }
        };
        if let Err(error) = outcome {
            let code = error.code().as_str();
            assert!(["version_conflict", "transition_not_allowed"].contains(&code), "{error}");
        }
    }
}

async fn all_done(stage: &Stage, count: usize, known: &Known) {
    // what is left after the draws is done by somebody who does not fail
    for _ in 0..200 {
        stage.advance("PT6H");
        let reply = stage.ok("jobs.lease", wanted("notify.parties", 50)).await;
        let jobs = reply["jobs"].as_array().unwrap();
        if jobs.is_empty() {
            break;
        }
        for job in jobs {
            known.granted(job);
            stage.ok("jobs.complete", said(job, &json!({}))).await;
            known.completed(job);
        }
    }
    let stats = stage.ok("jobs.stats", json!({})).await;
    let over = stats["done"].as_i64().unwrap() + stats["dead"].as_i64().unwrap();
    assert_eq!(over, i64::try_from(count).unwrap(), "{stats}");
    assert_eq!(
        stats["done"],
        known.finish(),
        "every completion that was acknowledged is there, and no other"
    );
}

every_store! {
    async fn three_workers_and_a_clock_that_moves(stage) {
        disputes(stage, 15).await;
        let known = std::sync::Arc::new(Known::default());
        let workers = (0..3).map(|worker| {
            let (bank, clock, known) = (stage.bank.clone(), stage.clock.clone(), known.clone());
            async move { work(bank, clock, worker, &known).await }
        });
        all_at_once(workers).await;
        all_done(stage, 15, &known).await;
    }
}

/// Two engines on one store, as two processes would be.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[tokio::test(flavor = "multi_thread")]
async fn two_engines_share_the_work() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::open(kind).await;
        disputes(&stage, 12).await;
        let other = stage.again().await;
        let known = std::sync::Arc::new(Known::default());
        let workers = (0..4).map(|worker| {
            let bank = if worker % 2 == 0 { stage.bank.clone() } else { other.clone() };
            let (clock, known) = (stage.clock.clone(), known.clone());
            async move { work(bank, clock, worker + 10, &known).await }
        });
        all_at_once(workers).await;
        all_done(&stage, 12, &known).await;
        other.close().await;
        stage.finish().await;
    }
}

/// A host's rollback takes the job with it, and `lease` does not join.
#[cfg(all(feature = "sqlite", feature = "host-sqlx"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_of_the_host_leaves_no_job() {
    use earnest::requests::{CompleteJob, DisputeDeal, Jobs, LeaseJobs};
    use earnest::{Code, Span};

    let stage = Stage::open(Kind::Sqlite).await;
    stage.funded("alice", "10.00 USD").await;
    let open = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD" });
    let deal = id(&stage.ok("escrow.open", open).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    for keep in [false, true] {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let bound = stage.bank.using(&mut tx).unwrap();
        let dispute = DisputeDeal::new(deal.clone(), "other", "no").key("d-1").actor("alice");
        bound.escrow().dispute(dispute).await.unwrap();
        assert_eq!(bound.jobs().list(Jobs::new()).await.unwrap().items.len(), 1, "seen inside");
        let lease = LeaseJobs::new(vec!["notify.parties".to_owned()], 1_u32, Span::from_secs(60));
        assert_eq!(bound.jobs().lease(lease).await.unwrap_err().code(), Code::NotSupported);
        drop(bound);
        if keep {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        let left = stage.ok("jobs.list", json!({})).await["items"].as_array().unwrap().len();
        assert_eq!(left, usize::from(keep));
    }
    // a report joins: it is undone with the host's own work
    let job = super::lease_one(&stage).await;
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let bound = stage.bank.using(&mut tx).unwrap();
    let done =
        bound.jobs().complete(CompleteJob::new(id(&job), job["fence"].as_i64().unwrap())).await.unwrap();
    assert_eq!(done.job.state.as_str(), "done");
    drop(bound);
    tx.rollback().await.unwrap();
    assert_eq!(super::only(&stage).await, job);
    pool.close().await;
    stage.finish().await;
}
