//! Jobs of kinds that a domain follows: it alone writes them, has a say when they are leased, and hears how
//! every attempt ends, on every store. What the domain does with a job stands in the payload; what it hears
//! it writes down as jobs of another kind.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use earnest::Error;
use earnest::engine::runner::Runner as _;
use earnest::for_cli::Pool;
use earnest::ids::{Actor, Book, JobId, Key};
use earnest::jobs::decide::{discard, put_off};
use earnest::jobs::{Failed, Handler};
use earnest::kernel::call::Call;
use earnest::kernel::caller::Caller;
use earnest::kernel::draft::{Draft, JobTerms};
use earnest::kernel::identity::{Identity, KeyRetention};
use earnest::kernel::operation::{CreatedIds, Halt, Operation};
use earnest::kernel::snapshot::Snapshot;
use earnest::request::domain::{Domain, JobEnd, JobOrder, Leasing};
use earnest::request::scope::Scope;
use earnest::rows::needs::{Access, Needs};
use earnest::rows::tables::JobRow;
use earnest::time::{Span, Time};
use earnest::views::jobs::Job;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::support::{Kind, Stage, Value, id, json, options};

const LAPSED: &str = "the lease ended without a report";

#[derive(Clone, Copy, Debug)]
struct Errands;

/// The plan for a job.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Work {
    /// It is leased with this payload.
    with: Option<Value>,
    /// It is put off until then.
    not_before: Option<Time>,
    /// It is over.
    over: bool,
    /// It is shown another payload.
    sealed: Option<String>,
    /// Nobody else drives it.
    ours: bool,
    /// When it is done, this one is discarded, or put off.
    sibling: Option<JobId>,
    puts_off: bool,
}

fn work_of(job: &JobRow) -> Work {
    serde_json::from_str(&job.payload).unwrap_or_default()
}

impl Domain for Errands {
    fn jobs(&self) -> &'static [&'static str] {
        &["errand.", "chore"]
    }

    fn job_needs(&self, job: &JobRow, _: &Snapshot, needs: &mut Needs) {
        if let Some(sibling) = work_of(job).sibling {
            needs.job((job.book.clone(), sibling), Access::Write);
        }
    }

    fn job_leased(&self, job: &JobRow, draft: &mut Draft<'_>) -> Result<Leasing, Halt> {
        let work = work_of(job);
        if let Some(payload) = work.with {
            return Ok(Leasing::With(payload));
        }
        if work.over {
            return Ok(Leasing::Over);
        }
        let later = work.not_before.filter(|at| *at > draft.ctx.now);
        Ok(later.map_or(Leasing::Granted, Leasing::PutOff))
    }

    fn job_shown(&self, scope: &Scope, job: &JobRow, _: &Snapshot) -> Result<Option<Value>, Halt> {
        match work_of(job).sealed.as_deref() {
            Some("lost") => Err(Error::not_permitted("the key of it is lost").into()),
            sealed => Ok(sealed.map(|text| json!({ "opened": text, "book": scope.book.to_string() }))),
        }
    }

    fn job_ended(&self, job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let completed = end == JobEnd::Completed;
        if completed && job.result.as_deref() == Some("\"nonsense\"") {
            return Err(Error::invalid("result", "must make sense").into());
        }
        let Work { sibling, puts_off, .. } = work_of(job);
        if let Some(sibling) = sibling.filter(|_| completed) {
            let (key, later) = ((job.book.clone(), sibling), draft.ctx.now.checked_add(Span::from_hours(2)));
            if puts_off { put_off(draft, &key, later.unwrap())? } else { discard(draft, &key)? }
        }
        let told = json!({ "job": job.id, "end": format!("{end:?} {}", job.state) });
        draft.enqueue("told", &told).map(drop)
    }

    fn job_ordered(&self, job: &JobRow, order: JobOrder, _: &mut Draft<'_>) -> Result<(), Halt> {
        if work_of(job).ours {
            return Err(Error::not_permitted(format!("{order:?} is not for others")).into());
        }
        Ok(())
    }
}

/// Writes jobs, as a domain does, and answers the id of the last one.
#[derive(Clone, Debug)]
struct Order {
    kind: &'static str,
    attempts: i64,
    payload: Value,
    count: usize,
}

impl Operation for Order {
    type Reply = String;

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        draft.permit(&[])?;
        let mut made = CreatedIds::default();
        for _ in 0..self.count {
            let id = JobId::from_uuid(draft.ids.uuid());
            let terms = JobTerms { attempts: self.attempts, not_before: draft.ctx.now };
            draft.enqueue_on(id, &id.to_string(), self.kind, terms, &self.payload)?;
            made = CreatedIds::of(id);
        }
        Ok(made)
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<String, Halt> {
        Ok(made.expect::<JobId>()?.to_string())
    }
}

/// Calls an operation that is in no table, under a key that is kept for a month.
pub(crate) async fn decided<O: Operation>(
    stage: &Stage,
    name: &'static str,
    key: &str,
    operation: O,
) -> O::Reply {
    let scope = stage.bank.scope();
    let identity = Identity {
        key: Some(Key::request("key", key).unwrap()),
        derived: false,
        request: Sha256::digest(key).as_slice().into(),
        fields: [].into(),
        names: &[],
        kept: KeyRetention::Month,
        size: key.len(),
    };
    let (book, actor, seed): (Book, _, _) = (scope.book.clone(), Actor::system(), scope.env.seed());
    let (notify_every_state, followers) = (false, scope.domains.of_records());
    let caller = Caller {
        book,
        actor,
        trace: None,
        since: None,
        seed,
        proofs: None,
        notify_every_state,
        wait_limits: scope.wait_limits.clone(),
        followers,
        tallies: scope.tallies.clone(),
    };
    let (call, receiver) = Call::new(name, operation, identity, caller);
    stage.bank.submit(vec![Box::new(call)], &scope.currencies).await.unwrap();
    receiver.await.unwrap().unwrap()
}

async fn stage(kind: Kind) -> Stage {
    Stage::with(kind, options().domain(Arc::new(Errands))).await
}

/// Writes a job that may be leased so often, and answers its id.
async fn order(stage: &Stage, kind: &'static str, attempts: i64, payload: Value) -> String {
    let operation = Order { kind, attempts, payload, count: 1 };
    decided(stage, "errand.order", &stage.key(), operation).await
}

async fn lease(stage: &Stage, kind: &str) -> Vec<Value> {
    let wanted = json!({ "kinds": [kind], "limit": 10, "for": "PT1M" });
    stage.ok("jobs.lease", wanted).await["jobs"].as_array().unwrap().clone()
}

/// The one job of a kind that is granted.
async fn lease_one(stage: &Stage, kind: &str) -> Value {
    let mut jobs = lease(stage, kind).await;
    assert_eq!(jobs.len(), 1, "{:?}", stage.kind);
    jobs.remove(0)
}

fn said(job: &Value, more: &Value) -> Value {
    let mut args = json!({ "job": job["id"], "fence": job["fence"] });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    args
}

async fn listed(stage: &Stage, filter: Value) -> Vec<Value> {
    stage.ok("jobs.list", filter).await["items"].as_array().unwrap().clone()
}

/// A job as it is stored.
async fn stored(stage: &Stage, job: &str) -> Value {
    let mut all = listed(stage, json!({ "limit": 500 })).await;
    let place = all.iter().position(|one| one["id"] == job).unwrap();
    all.swap_remove(place)
}

/// Returns the ends of a job that the domain was told, in alphabetical order.
async fn told(stage: &Stage, job: &str) -> Vec<String> {
    let all = listed(stage, json!({ "kind": "told", "limit": 500 })).await;
    let of_job = all.iter().map(|one| &one["payload"]).filter(|told| told["job"] == job);
    let mut ends: Vec<String> = of_job.map(|told| told["end"].as_str().unwrap().to_owned()).collect();
    ends.sort();
    ends
}

/// The types of a job's events.
async fn history(stage: &Stage, job: &str) -> Vec<String> {
    let events = stage.ok("events.list", json!({ "object": job })).await;
    let types = events["items"].as_array().unwrap().iter();
    types.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_writes_them() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        for of in ["errand.mail", "errand.a.b", "chore"] {
            stage.bad("jobs.enqueue", json!({ "kind": of, "payload": {} }), "invalid_request", "kind").await;
        }
        for of in ["errand", "errands.mail", "chores", "chore.mail"] {
            stage.ok("jobs.enqueue", json!({ "kind": of, "payload": {} })).await;
        }
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_has_a_say_when_one_is_leased() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let plain = order(&stage, "chore", 1, json!({ "n": 1 })).await;
        assert_eq!(lease_one(&stage, "chore").await["payload"], json!({ "n": 1 }));
        assert_eq!(history(&stage, &plain).await, ["job.leased"]);
        // with a payload that is drawn up now, and kept
        let drawn = order(&stage, "errand.with", 1, json!({ "with": { "n": 2, "a": [] } })).await;
        assert_eq!(lease_one(&stage, "errand.with").await["payload"], json!({ "a": [], "n": 2 }));
        assert_eq!(stored(&stage, &drawn).await["payload"], json!({ "a": [], "n": 2 }));
        // later: nothing is used up
        let later = order(&stage, "errand.later", 1, json!({ "not_before": "2026-01-01T02:00:00Z" })).await;
        for _ in 0..2 {
            assert!(lease(&stage, "errand.later").await.is_empty(), "{kind:?}");
            let job = stored(&stage, &later).await;
            assert_eq!(
                (&job["state"], &job["attempts"], &job["fence"]),
                (&json!("queued"), &json!(0), &json!(0))
            );
            assert_eq!(job["run_at"], "2026-01-01T02:00:00.000000Z");
            assert_eq!(history(&stage, &later).await, ["job.put_off"]);
        }
        // never
        let over = order(&stage, "errand.over", 1, json!({ "over": true })).await;
        assert!(lease(&stage, "errand.over").await.is_empty(), "{kind:?}");
        let job = stored(&stage, &over).await;
        assert_eq!(
            (&job["state"], &job["attempts"], &job["discarded"]),
            (&json!("done"), &json!(0), &json!(false))
        );
        assert_eq!(history(&stage, &over).await, ["job.dropped"]);
        stage.advance("PT2H");
        assert_eq!(lease_one(&stage, "errand.later").await["attempts"], 1);
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_not_stored() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let sealed = order(&stage, "errand.sealed", 1, json!({ "sealed": "s" })).await;
        let job = lease_one(&stage, "errand.sealed").await;
        assert_eq!(job["payload"], json!({ "book": "main", "opened": "s" }));
        assert_eq!(stored(&stage, &sealed).await["payload"], json!({ "sealed": "s" }), "{kind:?}");
        let done = stage.ok("jobs.complete", said(&job, &json!({}))).await;
        assert_eq!(done["job"]["payload"], json!({ "sealed": "s" }));
        // who cannot be shown it does not get it
        let lost = order(&stage, "errand.lost", 1, json!({ "sealed": "lost" })).await;
        let wanted = json!({ "kinds": ["errand.lost"], "limit": 1, "for": "PT1M" });
        stage.no_matter("jobs.lease", wanted, "not_permitted").await;
        let job = stored(&stage, &lost).await;
        assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(0)), "{kind:?}");
        stage.finish().await;
    }
}

/// One that failed as often as it may is done, and a report under its newest fence still counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_report_is_taken_after_the_last_lease() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let lapsed = order(&stage, "errand.lapsed", 1, json!({})).await;
        let job = lease_one(&stage, "errand.lapsed").await;
        stage.advance("PT1M");
        stage.ok("jobs.run_due", json!({})).await;
        stage.ok("jobs.run_due", json!({})).await;
        let over = stored(&stage, &lapsed).await;
        assert_eq!(
            (&over["state"], &over["discarded"], &over["last_error"]),
            (&json!("done"), &json!(false), &json!(LAPSED))
        );
        assert_eq!(told(&stage, &lapsed).await, ["Lapsed done"], "once {kind:?}");
        assert!(lease(&stage, "errand.lapsed").await.is_empty());
        stage.no("jobs.extend", said(&job, &json!({ "for": "PT1M" })), "transition_not_allowed").await;
        stage.no("jobs.release", said(&job, &json!({})), "transition_not_allowed").await;
        for error in ["no answer", "still none"] {
            let failed = stage.ok("jobs.fail", said(&job, &json!({ "error": error }))).await;
            assert_eq!(
                (&failed["job"]["state"], &failed["job"]["last_error"]),
                (&json!("done"), &json!(error))
            );
        }
        let done = said(&job, &json!({ "result": { "at": "last" } }));
        let reply = stage.ok("jobs.complete", done.clone()).await;
        assert_eq!(
            (&reply["job"]["result"], &reply["job"]["last_error"]),
            (&json!({ "at": "last" }), &Value::Null)
        );
        assert_eq!(
            (&reply["replayed"], &stage.ok("jobs.complete", done).await["replayed"]),
            (&json!(false), &json!(true))
        );
        stage.no("jobs.fail", said(&job, &json!({ "error": "x" })), "transition_not_allowed").await;
        let heard = ["Completed done", "Failed done", "Failed done", "Lapsed done"];
        assert_eq!(told(&stage, &lapsed).await, heard, "{kind:?}");
        let steps = ["job.leased", "job.lapsed", "job.failed", "job.failed", "job.completed"];
        assert_eq!(history(&stage, &lapsed).await, steps, "{kind:?}");
        // without a result, too, it is completed once
        order(&stage, "errand.bare", 1, json!({})).await;
        let job = lease_one(&stage, "errand.bare").await;
        stage.ok("jobs.fail", said(&job, &json!({ "error": "x" }))).await;
        assert_eq!(stage.ok("jobs.stats", json!({})).await["dead"], 0, "done and not dead {kind:?}");
        stage.ok("jobs.complete", said(&job, &json!({}))).await;
        assert_eq!(stage.ok("jobs.complete", said(&job, &json!({}))).await["replayed"], true);
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_is_not_the_last_one_may_end_late_too() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let errand = order(&stage, "errand.two", 3, json!({})).await;
        let first = lease_one(&stage, "errand.two").await;
        stage.advance("PT1M");
        stage.ok("jobs.run_due", json!({})).await;
        let waits = stored(&stage, &errand).await;
        assert_eq!((&waits["state"], &waits["attempts"]), (&json!("queued"), &json!(1)));
        // a late failure puts it off, as one in time
        let failed = stage.ok("jobs.fail", said(&first, &json!({ "error": "no" }))).await;
        assert_eq!(failed["job"]["state"], "queued");
        assert!(lease(&stage, "errand.two").await.is_empty(), "{kind:?}");
        stage.advance("PT1M");
        let second = lease_one(&stage, "errand.two").await;
        assert_eq!(second["attempts"], 2);
        stage.no("jobs.complete", said(&first, &json!({})), "version_conflict").await;
        // the next lease writes down that this one ended
        stage.advance("PT1M");
        let third = lease_one(&stage, "errand.two").await;
        stage.advance("PT1M");
        stage.ok("jobs.run_due", json!({})).await;
        stage.ok("jobs.complete", said(&third, &json!({}))).await;
        let heard = ["Completed done", "Failed queued", "Lapsed done", "Lapsed queued", "Lapsed queued"];
        assert_eq!(told(&stage, &errand).await, heard, "{kind:?}");
        // while it waits it may be said to be done
        let other = order(&stage, "errand.other", 2, json!({})).await;
        let job = lease_one(&stage, "errand.other").await;
        stage.advance("PT1M");
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(stored(&stage, &other).await["state"], "queued");
        stage.ok("jobs.complete", said(&job, &json!({}))).await;
        assert!(lease(&stage, "errand.other").await.is_empty());
        assert_eq!(told(&stage, &other).await, ["Completed done", "Lapsed queued"], "{kind:?}");
        stage.finish().await;
    }
}

/// Nobody here does these kinds, and a long queue stands in front of the lease that ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ended_is_found_whoever_does_the_kind() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let queue = Order { kind: "errand.queue", attempts: 1, payload: json!({}), count: 600 };
        decided(&stage, "errand.order", "queue", queue).await;
        let (one, other) = (
            order(&stage, "errand.one", 1, json!({})).await,
            order(&stage, "errand.other", 1, json!({})).await,
        );
        for kind in ["errand.one", "errand.other"] {
            lease_one(&stage, kind).await;
            stage.advance("PT30S");
        }
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!((told(&stage, &one).await.len(), told(&stage, &other).await.len()), (1, 0), "{kind:?}");
        stage.advance("PT30S");
        // who leases something else writes it down as well
        assert!(lease(&stage, "mail").await.is_empty());
        assert_eq!(told(&stage, &other).await, ["Lapsed done"], "{kind:?}");
        stage.finish().await;
    }
}

/// Reports that every job is done.
struct Done;

#[async_trait]
impl Handler for Done {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        Ok(job.payload.clone())
    }
}

/// A process that does the kind takes over what another one had, and the owner hears of both.
#[tokio::test(flavor = "multi_thread")]
async fn a_handler_takes_over_what_another_one_had() {
    for kind in Kind::all() {
        let options = options().domain(Arc::new(Errands)).handler("errand.one", Arc::new(Done));
        let stage = Stage::with(kind, options).await;
        let errand = order(&stage, "errand.one", 2, json!({ "sealed": "s" })).await;
        lease_one(&stage, "errand.one").await;
        stage.advance("PT1M");
        let mut pool = Pool::of(&stage.bank);
        assert_eq!(pool.fill(&stage.bank, 10).await.unwrap(), 1, "{kind:?}");
        while pool.ended().await {}
        assert_eq!(stored(&stage, &errand).await["result"], json!({ "book": "main", "opened": "s" }));
        let steps = ["job.leased", "job.lapsed", "job.leased", "job.completed"];
        assert_eq!(history(&stage, &errand).await, steps, "{kind:?}");
        assert_eq!(told(&stage, &errand).await, ["Completed done", "Lapsed queued"], "{kind:?}");
        stage.finish().await;
    }
}

/// It takes the five seconds after which the background looks.
#[tokio::test(flavor = "multi_thread")]
async fn the_background_finds_it_as_well() {
    let options = options().domain(Arc::new(Errands)).background(true);
    let stage = Stage::with(Kind::Memory, options).await;
    let errand = order(&stage, "errand.one", 1, json!({})).await;
    lease_one(&stage, "errand.one").await;
    stage.advance("PT1M");
    let since = Instant::now();
    while told(&stage, &errand).await.is_empty() {
        assert!(since.elapsed() < Duration::from_secs(45), "nobody has looked");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(stored(&stage, &errand).await["state"], "done");
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_asked_before_it_is_driven_or_discarded() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let ours = order(&stage, "errand.ours", 2, json!({ "ours": true })).await;
        let theirs = order(&stage, "errand.theirs", 2, json!({})).await;
        for name in ["jobs.retry", "jobs.discard"] {
            stage.no_matter(name, json!({ "job": ours }), "not_permitted").await;
        }
        let job = lease_one(&stage, "errand.ours").await;
        for name in ["jobs.retry", "jobs.discard"] {
            // its state is judged first
            stage.no(name, json!({ "job": ours }), "transition_not_allowed").await;
        }
        stage.advance("PT1M");
        for name in ["jobs.retry", "jobs.discard"] {
            stage.no_matter(name, json!({ "job": ours }), "not_permitted").await;
        }
        stage.ok("jobs.complete", said(&job, &json!({}))).await;
        for name in ["jobs.retry", "jobs.discard"] {
            stage.no(name, json!({ "job": ours }), "transition_not_allowed").await;
        }
        let again = stage.ok("jobs.retry", json!({ "job": theirs })).await;
        assert_eq!(again["job"]["state"], "queued", "{kind:?}");
        let gone = stage.ok("jobs.discard", json!({ "job": theirs })).await;
        assert_eq!((&gone["job"]["state"], &gone["job"]["discarded"]), (&json!("done"), &json!(true)));
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_given_back_was_not_begun() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let errand = order(&stage, "errand.one", 1, json!({})).await;
        let job = lease_one(&stage, "errand.one").await;
        let back = stage.ok("jobs.release", said(&job, &json!({}))).await;
        assert_eq!((&back["job"]["state"], &back["job"]["attempts"]), (&json!("queued"), &json!(0)));
        assert_eq!(told(&stage, &errand).await, ["Released queued"], "{kind:?}");
        for (name, more) in [("jobs.complete", json!({})), ("jobs.fail", json!({ "error": "x" }))] {
            stage.no(name, said(&job, &more), "version_conflict").await;
        }
        assert_eq!(lease_one(&stage, "errand.one").await["attempts"], 1);
        stage.finish().await;
    }
}

/// A report that its owner refuses changes nothing, and the lease goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_makes_no_sense_is_refused() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let errand = order(&stage, "errand.one", 1, json!({})).await;
        let job = lease_one(&stage, "errand.one").await;
        let nonsense = said(&job, &json!({ "result": "nonsense" }));
        stage.bad("jobs.complete", nonsense, "invalid_request", "result").await;
        assert_eq!(stored(&stage, &errand).await, job, "{kind:?}");
        stage.ok("jobs.complete", said(&job, &json!({ "result": "sense" }))).await;
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_ends_what_waits_or_puts_it_off() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        for (puts_off, step) in [(false, "job.discarded"), (true, "job.put_off")] {
            let waiting = order(&stage, "errand.waiting", 1, json!({})).await;
            order(&stage, "errand.one", 1, json!({ "sibling": waiting, "puts_off": puts_off })).await;
            let job = lease_one(&stage, "errand.one").await;
            stage.ok("jobs.complete", said(&job, &json!({}))).await;
            assert_eq!(history(&stage, &waiting).await, [step], "{kind:?}");
            assert!(lease(&stage, "errand.waiting").await.is_empty(), "{kind:?}");
        }
        stage.advance("PT2H");
        let waiting = lease_one(&stage, "errand.waiting").await;
        // one that somebody has stays as it is
        let sibling = id(&waiting);
        for puts_off in [false, true] {
            order(&stage, "errand.one", 1, json!({ "sibling": sibling, "puts_off": puts_off })).await;
            let job = lease_one(&stage, "errand.one").await;
            stage.ok("jobs.complete", said(&job, &json!({}))).await;
        }
        assert_eq!(stored(&stage, &sibling).await, waiting, "{kind:?}");
        stage.finish().await;
    }
}

/// A key that is kept for a month is known for 30 days, and swept afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_a_key_is_thirty_days() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let operation = || Order { kind: "errand.one", attempts: 1, payload: json!({}), count: 1 };
        let first = decided(&stage, "errand.order", "k-month", operation()).await;
        for (by, outcome) in [("P29D", "accepted"), ("PT23H59M", "accepted"), ("PT2H", "unknown")] {
            stage.advance(by);
            stage.ok("jobs.run_due", json!({})).await;
            let known = stage.ok("admin.lookup_key", json!({ "key": "k-month" })).await;
            assert_eq!(known["outcome"], outcome, "{by} {kind:?}");
        }
        assert_ne!(decided(&stage, "errand.order", "k-month", operation()).await, first);
        stage.finish().await;
    }
}
