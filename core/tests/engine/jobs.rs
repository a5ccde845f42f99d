//! Jobs: written with the money, leased by whoever does them, reported on under the number of the lease.

mod enqueue;
mod every_state;
mod handlers;
#[cfg(feature = "webhooks")]
mod webhooks;
mod workers;

use crate::support::{Stage, Value, all_at_once, every_store, id, json};

/// Deals in dispute, each of which leaves one job `notify.parties`.
async fn disputes(stage: &Stage, count: usize) {
    for _ in 0..count {
        stage.funded("alice", "10.00 USD").await;
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD" });
        let deal = id(&stage.ok("escrow.open", open).await["deal"]);
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        let dispute = json!({ "deal": deal, "type": "other", "statement": "no", "actor": "alice" });
        stage.ok("escrow.dispute", dispute).await;
    }
}

fn wanted(kind: &str, limit: u32) -> Value {
    json!({ "kinds": [kind], "limit": limit, "for": "PT1M" })
}

/// Leases jobs.
async fn lease(stage: &Stage, limit: u32) -> Vec<Value> {
    let reply = stage.ok("jobs.lease", wanted("notify.parties", limit)).await;
    reply["jobs"].as_array().unwrap().clone()
}

/// The one job that is granted.
async fn lease_one(stage: &Stage) -> Value {
    let mut jobs = lease(stage, 1).await;
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

async fn only(stage: &Stage) -> Value {
    let page = stage.ok("jobs.list", json!({})).await;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null));
    page["items"][0].clone()
}

fn said(job: &Value, more: &Value) -> Value {
    let mut args = json!({ "job": job["id"], "fence": job["fence"] });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    args
}

/// The fence of a lease that is granted at this time and is no later one of its job.
fn fence_at(time: &str) -> i64 {
    time.parse::<earnest::Time>().unwrap().micros() / 1_000
}

/// Microseconds between two times of a view.
fn between(from: &Value, to: &Value) -> i64 {
    let micros = |time: &Value| time.as_str().unwrap().parse::<earnest::Time>().unwrap().micros();
    micros(to) - micros(from)
}

every_store! {
    /// While the clock stands too.
    async fn jobs_of_one_moment_are_leased_in_turn_and_listed_newest_first(stage) {
        let mut made = Vec::new();
        for n in 0..20 {
            let order = json!({ "kind": "mail.reminder", "payload": { "n": n } });
            made.push(id(&stage.ok("jobs.enqueue", order).await["job"]));
        }
        let leased = stage.ok("jobs.lease", wanted("mail.reminder", 50)).await;
        let leased: Vec<String> = leased["jobs"].as_array().unwrap().iter().map(id).collect();
        assert_eq!(leased, made);
        made.reverse();
        assert_eq!(stage.ids("jobs.list", json!({})).await, made);
    }

    async fn a_job_is_written_with_what_calls_for_it(stage) {
        disputes(stage, 1).await;
        let job = only(stage).await;
        assert_eq!((&job["kind"], &job["state"], &job["attempts"]), (&"notify.parties".into(), &"queued".into(), &0.into()));
        let payload = &job["payload"];
        assert_eq!((&payload["event"], &payload["buyer"], &payload["seller"]), (&"deal.disputed".into(), &"alice".into(), &"bob".into()));
        let dispute = &stage.ok("escrow.disputes", json!({})).await["items"][0];
        assert_eq!((&payload["deal"], &payload["dispute"]), (&dispute["deal"], &dispute["id"]));
        assert_eq!(job["key"], job["id"]);
        assert_eq!((&job["leased_until"], &job["last_error"], &job["result"]), (&Value::Null, &Value::Null, &Value::Null));
        // a refusal writes no job
        let again = json!({ "deal": payload["deal"], "type": "other", "statement": "no", "actor": "alice" });
        stage.no("escrow.dispute", again, "transition_not_allowed").await;
        only(stage).await;
        // nobody answers: the admins are told in the same commit as the event
        stage.advance("P3D");
        stage.ok("jobs.run_due", json!({})).await;
        stage.ok("jobs.run_due", json!({})).await;
        let told = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        let expected = json!({ "event": "dispute.response_overdue", "deal": payload["deal"], "dispute": payload["dispute"] });
        assert_eq!((told["items"].as_array().unwrap().len(), &told["items"][0]["payload"]), (1, &expected));
        let events = stage.event_types().await;
        assert_eq!(events.iter().filter(|kind| kind.as_str() == "dispute.response_overdue").count(), 1);
    }

    async fn a_lease_is_one_at_a_time_and_ends_with_a_report(stage) {
        disputes(stage, 1).await;
        let before = stage.ok("events.list", json!({ "limit": 500 })).await["items"].as_array().unwrap().len();
        let job = lease_one(stage).await;
        assert_eq!((&job["state"], &job["attempts"]), (&"leased".into(), &1.into()));
        // two histories of a store must not grant one number: it follows the time
        assert_eq!(job["fence"], fence_at("2026-01-01T00:00:00Z"));
        assert_eq!(job["leased_until"], "2026-01-01T00:01:00.000000Z");
        assert!(lease(stage, 10).await.is_empty());
        let longer = stage.ok("jobs.extend", said(&job, &json!({ "for": "PT1H" }))).await;
        assert_eq!((&longer["job"]["leased_until"], &longer["replayed"]), (&"2026-01-01T01:00:00.000000Z".into(), &false.into()));
        stage.advance("PT59M");
        assert!(lease(stage, 10).await.is_empty());
        let done = said(&job, &json!({ "result": { "b": 1, "a": [true, null] } }));
        let reply = stage.ok("jobs.complete", done.clone()).await;
        assert_eq!((&reply["job"]["state"], &reply["job"]["result"], &reply["replayed"]), (&"done".into(), &json!({ "a": [true, null], "b": 1 }), &false.into()));
        // a lost reply: saying it again changes nothing
        let again = stage.ok("jobs.complete", done).await;
        assert_eq!((&again["job"], &again["replayed"]), (&reply["job"], &true.into()));
        stage.advance("P2D");
        assert!(lease(stage, 10).await.is_empty());
        // the lease, its extension and the report are events, so that nobody can change a job unseen
        let after = stage.ok("events.list", json!({ "limit": 500 })).await["items"].as_array().unwrap().len();
        assert_eq!(before + 3, after);
    }

    async fn whoever_comes_late_is_refused(stage) {
        disputes(stage, 1).await;
        let first = lease_one(stage).await;
        stage.advance("PT59.999999S");
        assert!(lease(stage, 1).await.is_empty());
        stage.advance("PT0.000001S");
        let second = lease_one(stage).await;
        assert_eq!((&second["id"], &second["attempts"]), (&first["id"], &2.into()));
        assert_eq!(second["fence"], fence_at("2026-01-01T00:01:00Z"));
        assert_eq!((&second["key"], &second["payload"]), (&first["key"], &first["payload"]));
        let stale = json!({ "object": first["id"], "expected": first["fence"], "actual": second["fence"] });
        for (name, more) in [("complete", json!({})), ("fail", json!({ "error": "x" })), ("extend", json!({ "for": "PT1M" }))] {
            assert_eq!(stage.no(&format!("jobs.{name}"), said(&first, &more), "version_conflict").await, stale);
        }
        assert_eq!(only(stage).await, second);
        stage.ok("jobs.complete", said(&second, &json!({}))).await;
        stage.no("jobs.complete", said(&first, &json!({})), "version_conflict").await;
        stage.no("jobs.fail", said(&second, &json!({ "error": "x" })), "transition_not_allowed").await;
    }

    /// A leased job that nobody has begun is given back: it is due at once, and it was no attempt.
    async fn a_lease_that_is_given_back_was_no_attempt(stage) {
        disputes(stage, 1).await;
        for round in 0..20 {
            let job = lease_one(stage).await;
            let fence = fence_at("2026-01-01T00:00:00Z") + 2 * round;
            assert_eq!((&job["attempts"], &job["fence"]), (&1.into(), &fence.into()));
            let back = stage.ok("jobs.release", said(&job, &json!({}))).await;
            assert_eq!((&back["job"]["state"], &back["job"]["attempts"]), (&"queued".into(), &0.into()));
            assert_eq!(back["job"]["leased_until"], Value::Null);
            // whoever began nevertheless can no longer report
            for (name, more) in [("complete", json!({})), ("fail", json!({ "error": "x" })), ("release", json!({}))] {
                stage.no(&format!("jobs.{name}"), said(&job, &more), "version_conflict").await;
            }
        }
        let job = lease_one(stage).await;
        stage.ok("jobs.complete", said(&job, &json!({}))).await;
        stage.no("jobs.release", said(&job, &json!({})), "transition_not_allowed").await;
    }

    /// A lease that has ended and that nobody else has taken is still good for its report.
    async fn a_late_report_counts_while_nobody_else_has_the_job(stage) {
        disputes(stage, 1).await;
        let job = lease_one(stage).await;
        stage.advance("P1D");
        let reply = stage.ok("jobs.complete", said(&job, &json!({}))).await;
        assert_eq!(reply["job"]["state"], "done");
        assert!(lease(stage, 1).await.is_empty());
    }

    async fn pauses_grow_until_a_job_is_dead(stage) {
        disputes(stage, 1).await;
        let first = only(stage).await;
        let (mut longest, mut newest) = (0, 0);
        for attempt in 1..=20 {
            let job = lease_one(stage).await;
            assert_eq!((&job["attempts"], &job["key"]), (&attempt.into(), &first["key"]));
            let fence = job["fence"].as_i64().unwrap();
            assert!(fence > newest, "{fence} after {newest}");
            newest = fence;
            let failed = stage.ok("jobs.fail", said(&job, &json!({ "error": format!("no answer {attempt}") }))).await;
            let failed = &failed["job"];
            assert_eq!(failed["last_error"], format!("no answer {attempt}"));
            if attempt == 20 {
                assert_eq!((&failed["state"], &failed["leased_until"]), (&"dead".into(), &Value::Null));
                break;
            }
            assert_eq!((&failed["state"], &failed["leased_until"]), (&"queued".into(), &Value::Null));
            let now = stage.clock.now().to_string();
            let pause = between(&json!(now), &failed["run_at"]);
            let whole = (15_000_000_i64 << (attempt - 1).min(20)).min(21_600_000_000);
            assert!(pause >= whole / 2 && pause <= whole, "attempt {attempt}: {pause}");
            assert!(attempt > 10 || pause > longest, "attempt {attempt}: {pause} after {longest}");
            longest = pause;
            stage.clock.advance(earnest::Span::from_micros(pause - 1).unwrap());
            assert!(lease(stage, 1).await.is_empty(), "not before its time");
            stage.clock.advance(earnest::Span::from_micros(1).unwrap());
        }
        stage.advance("P30D");
        assert!(lease(stage, 1).await.is_empty());
        let dead = stage.ok("jobs.list", json!({ "state": "dead" })).await;
        assert_eq!(dead["items"].as_array().unwrap().len(), 1);
        let events = stage.ok("events.list", json!({ "object": first["id"], "types": ["job.died"] })).await;
        assert_eq!((&events["items"][0]["type"], &events["items"][0]["data"]["attempts"]), (&"job.died".into(), &20.into()));
        // driven again it has all its attempts, the same key, and higher fences
        let again = stage.ok("jobs.retry", json!({ "job": first["id"] })).await;
        assert_eq!((&again["job"]["state"], &again["job"]["attempts"]), (&"queued".into(), &0.into()));
        let job = lease_one(stage).await;
        assert_eq!((&job["attempts"], &job["key"]), (&1.into(), &first["key"]));
        assert!(job["fence"].as_i64().unwrap() > newest, "{job}");
        stage.ok("jobs.complete", said(&job, &json!({}))).await;
        assert_eq!(stage.event_types().await.iter().filter(|kind| kind.as_str() == "job.retried").count(), 1);
    }

    /// A worker that dies at every attempt leaves a dead job, not one that is tried for ever.
    async fn a_job_that_kills_its_workers_dies(stage) {
        disputes(stage, 1).await;
        for attempt in 1..=20 {
            assert_eq!(lease_one(stage).await["attempts"], attempt);
            stage.advance("PT1M");
        }
        assert!(lease(stage, 1).await.is_empty());
        let job = only(stage).await;
        assert_eq!((&job["state"], &job["last_error"]), (&"dead".into(), &"the lease ended without a report".into()));
    }

    /// The report of a last attempt was refused once somebody else had looked for jobs: a retry did it twice.
    async fn a_late_report_of_the_last_attempt_counts(stage) {
        for _ in 0..2 {
            stage.ok("jobs.enqueue", json!({ "kind": "bank.pay", "payload": {}, "max_attempts": 1 })).await;
        }
        let leased = stage.ok("jobs.lease", wanted("bank.pay", 2)).await["jobs"].clone();
        let (one, two) = (&leased[0], &leased[1]);
        stage.advance("PT1M");
        // somebody else looks
        assert_eq!(stage.ok("jobs.lease", wanted("bank.pay", 2)).await["jobs"], json!([]));
        let dead = stage.ok("jobs.list", json!({ "state": "dead" })).await;
        assert_eq!(dead["items"].as_array().unwrap().len(), 2);
        let mut older = said(one, &json!({}));
        older["fence"] = (one["fence"].as_i64().unwrap() - 1).into();
        stage.no("jobs.complete", older, "version_conflict").await;
        for _ in 0..2 {
            let done = stage.ok("jobs.complete", said(one, &json!({ "result": { "bank": "b-7" } }))).await;
            assert_eq!(done["job"]["state"], "done", "{done}");
        }
        stage.no("jobs.retry", json!({ "job": one["id"] }), "transition_not_allowed").await;
        // a job that was taken up again is the next worker's
        stage.ok("jobs.retry", json!({ "job": two["id"] })).await;
        stage.no("jobs.complete", said(two, &json!({})), "transition_not_allowed").await;
        // and what its own worker gave up stays dead
        let again = stage.ok("jobs.lease", wanted("bank.pay", 2)).await["jobs"][0].clone();
        stage.ok("jobs.fail", said(&again, &json!({ "error": "no answer" }))).await;
        stage.no("jobs.complete", said(&again, &json!({})), "transition_not_allowed").await;
    }

    async fn a_worker_may_say_when_to_try_again(stage) {
        disputes(stage, 1).await;
        let job = lease_one(stage).await;
        let args = said(&job, &json!({ "error": "closed until Monday", "retry_at": "2026-01-05T08:00:00Z" }));
        let failed = stage.ok("jobs.fail", args).await;
        assert_eq!(failed["job"]["run_at"], "2026-01-05T08:00:00.000000Z");
        stage.advance("P4D");
        assert!(lease(stage, 1).await.is_empty());
        // somebody puts it forward
        let sooner = stage.ok("jobs.retry", json!({ "job": job["id"] })).await;
        assert_eq!(sooner["job"]["run_at"], "2026-01-05T00:00:00.000000Z");
        let again = lease_one(stage).await;
        assert!(again["fence"].as_i64() > job["fence"].as_i64(), "{again}");
    }

    async fn what_is_discarded_is_over(stage) {
        disputes(stage, 2).await;
        let job = lease_one(stage).await;
        let other = stage.ok("jobs.list", json!({ "state": "queued" })).await["items"][0].clone();
        // not while somebody may be at it
        stage.no("jobs.discard", json!({ "job": job["id"] }), "transition_not_allowed").await;
        stage.no("jobs.retry", json!({ "job": job["id"] }), "transition_not_allowed").await;
        let reply = stage.ok("jobs.discard", json!({ "job": other["id"] })).await;
        assert_eq!((&reply["job"]["state"], &reply["job"]["discarded"]), (&"done".into(), &true.into()));
        stage.no("jobs.discard", json!({ "job": other["id"] }), "transition_not_allowed").await;
        stage.no("jobs.retry", json!({ "job": other["id"] }), "transition_not_allowed").await;
        stage.advance("PT1M");
        // its lease has ended: nobody is at it
        stage.ok("jobs.discard", json!({ "job": job["id"] })).await;
        stage.no("jobs.complete", said(&job, &json!({})), "transition_not_allowed").await;
        assert!(lease(stage, 10).await.is_empty());
        assert_eq!(stage.event_types().await.iter().filter(|kind| kind.as_str() == "job.discarded").count(), 2);
    }

    async fn many_at_once_never_hold_one_job(stage) {
        disputes(stage, 12).await;
        let banks: Vec<_> = (0..8).map(|_| stage.bank.clone()).collect();
        let calls = banks.into_iter().map(|bank| async move { bank.call("jobs.lease", wanted("notify.parties", 5)).await });
        let mut granted: Vec<String> = Vec::new();
        for reply in all_at_once(calls).await {
            let jobs = reply.unwrap()["jobs"].as_array().unwrap().clone();
            assert!(jobs.len() <= 5 && jobs.iter().all(|job| job["attempts"] == 1));
            granted.extend(jobs.iter().map(id));
        }
        granted.sort();
        granted.dedup();
        granted.extend(lease(stage, 12).await.iter().map(id));
        assert_eq!(granted.len(), 12, "each job was granted once");
        granted.sort();
        granted.dedup();
        assert_eq!(granted.len(), 12);
    }

    async fn jobs_are_counted_and_looked_after(stage) {
        let health = stage.bank.health().await.unwrap();
        let of_jobs = |health: &earnest::views::admin::Health| {
            health.checks.iter().find(|check| check.name == "jobs").map(|check| check.status.clone())
        };
        assert_eq!(of_jobs(&health).as_deref(), Some("healthy"));
        let none = stage.ok("jobs.stats", json!({})).await;
        assert_eq!((&none["queued"], &none["kinds"], &none["oldest_due"]), (&0.into(), &json!([]), &Value::Null));
        disputes(stage, 4).await;
        let jobs = lease(stage, 2).await;
        stage.ok("jobs.complete", said(&jobs[0], &json!({}))).await;
        let stats = stage.ok("jobs.stats", json!({})).await;
        let kind = json!({ "kind": "notify.parties", "queued": 2, "leased": 1, "done": 1, "dead": 0 });
        let oldest = "2026-01-01T00:00:00.000000Z";
        let expected = json!({ "queued": 2, "leased": 1, "done": 1, "dead": 0, "oldest_due": oldest, "kinds": [kind] });
        assert_eq!(stats, expected);
        stage.advance("PT60S");
        let health = stage.bank.health().await.unwrap();
        assert_eq!(of_jobs(&health).as_deref(), Some("warning"), "{health:?}");
        // pages, newest first
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut args = json!({ "kind": "notify.parties", "limit": 3 });
            if !after.is_null() {
                args["after"] = after;
            }
            let page = stage.ok("jobs.list", args).await;
            seen.extend(page["items"].as_array().unwrap().iter().map(id));
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert!(seen.len() == 4 && seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }

    /// Nobody heard of dead jobs: health was well for ever.
    async fn dead_jobs_are_a_warning(stage) {
        let check = async || {
            let health = stage.ok("admin.health", json!({})).await;
            health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "jobs").unwrap().clone()
        };
        for kind in ["mail.invoice", "mail.reminder"] {
            stage.ok("jobs.enqueue", json!({ "kind": kind, "payload": {}, "max_attempts": 1 })).await;
            let job = stage.ok("jobs.lease", wanted(kind, 1)).await["jobs"][0].clone();
            stage.ok("jobs.fail", said(&job, &json!({ "error": "no mail server" }))).await;
        }
        let dead = check().await;
        assert_eq!(dead["status"], "warning", "{dead}");
        assert!(dead["detail"].as_str().unwrap().starts_with("2 jobs are dead, such as a `mail.reminder`"), "{dead}");
        for job in stage.ok("jobs.list", json!({ "state": "dead" })).await["items"].as_array().unwrap() {
            stage.ok("jobs.discard", json!({ "job": job["id"] })).await;
        }
        assert_eq!(check().await["status"], "healthy");
    }

    /// An admin of one book leased, and so held up, the jobs of every book.
    async fn an_admin_leases_no_jobs_of_every_book(stage) {
        disputes(stage, 1).await;
        let other = stage.bank.book("other").unwrap();
        let mut args = wanted("notify.parties", 9);
        args["all_books"] = true.into();
        args["actor"] = json!({ "id": "anna", "role": "admin" });
        stage.bad("jobs.lease", args.clone(), "not_permitted", "all_books").await;
        let refused = other.call("jobs.lease", args.clone()).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "not_permitted");
        args["all_books"] = false.into();
        assert_eq!(other.call("jobs.lease", args.clone()).await.unwrap()["jobs"], json!([]));
        // the host's own program, under a name too
        args["all_books"] = true.into();
        args["actor"] = json!({ "id": "worker", "role": "system" });
        assert_eq!(other.call("jobs.lease", args).await.unwrap()["jobs"][0]["book"], "main");
    }

    async fn books_keep_their_jobs(stage) {
        disputes(stage, 1).await;
        let other = stage.bank.book("other").unwrap();
        assert_eq!(other.call("jobs.lease", wanted("notify.parties", 9)).await.unwrap()["jobs"], json!([]));
        let job = only(stage).await;
        let missing = other.call("jobs.retry", json!({ "job": job["id"] })).await.unwrap_err();
        assert_eq!(missing.code().as_str(), "job_not_found");
        let mut args = wanted("notify.parties", 9);
        args["all_books"] = true.into();
        let granted = other.call("jobs.lease", args).await.unwrap();
        assert_eq!((&granted["jobs"][0]["id"], &granted["jobs"][0]["book"]), (&job["id"], &"main".into()));
    }

    async fn bad_input_is_named(stage) {
        disputes(stage, 1).await;
        for (more, field) in [
            (json!({ "kinds": [] }), "kinds"),
            (json!({ "kinds": vec!["k"; 33] }), "kinds"),
            (json!({ "kinds": ["ok", "not ok"] }), "kinds[1]"),
            (json!({ "limit": 0 }), "limit"),
            (json!({ "limit": 501 }), "limit"),
            (json!({ "limit": -1 }), "limit"),
            (json!({ "for": "PT0S" }), "for"),
            (json!({ "for": "-PT1M" }), "for"),
            (json!({ "for": "P2D" }), "for"),
            (json!({ "for": "a minute" }), "for"),
            (json!({ "more": 1 }), "more"),
        ] {
            let mut args = wanted("notify.parties", 1);
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            stage.bad("jobs.lease", args, "invalid_request", field).await;
        }
        stage.bad("jobs.list", json!({ "state": "waiting" }), "invalid_request", "state").await;
        stage.bad("jobs.list", json!({ "kind": "" }), "invalid_request", "kind").await;
        stage.bad("jobs.list", json!({ "after": "x" }), "invalid_request", "after").await;
        let job = only(stage).await;
        stage.no("jobs.complete", json!({ "job": job["id"], "fence": 1 }), "version_conflict").await;
        let job = lease_one(stage).await;
        stage.bad("jobs.complete", json!({ "job": "jb_1", "fence": 1 }), "invalid_request", "job").await;
        stage.bad("jobs.complete", json!({ "job": job["id"] }), "invalid_request", "fence").await;
        stage.bad("jobs.complete", json!({ "job": job["id"], "fence": 0 }), "invalid_request", "fence").await;
        for result in [json!("x".repeat(17_000)), json!("a\0b"), json!({ "n": 9_007_199_254_740_993_u64 })] {
            stage.bad("jobs.complete", said(&job, &json!({ "result": result })), "invalid_request", "result").await;
        }
        for error in ["", "a\0b", &"x".repeat(1_001)] {
            stage.bad("jobs.fail", said(&job, &json!({ "error": error })), "invalid_request", "error").await;
        }
        stage.bad("jobs.fail", said(&job, &json!({ "error": "x", "retry_at": "soon" })), "invalid_request", "retry_at").await;
        stage.bad("jobs.extend", said(&job, &json!({ "for": "PT25H" })), "invalid_request", "for").await;
        let nobody = json!({ "job": "jb_019b76da-a800-7000-8000-000000000000", "fence": 1 });
        stage.no("jobs.complete", nobody, "job_not_found").await;
        stage.no("jobs.complete", said(&job, &json!({ "expected_version": 1 })), "version_conflict").await;
        assert_eq!(only(stage).await, job, "nothing was written");
        // under a key of its own a report is one effect, and another request is no replay
        let done = said(&job, &json!({ "key": "j-1" }));
        stage.ok("jobs.complete", done.clone()).await;
        assert_eq!(stage.ok("jobs.complete", done).await["replayed"], true);
        stage.no("jobs.complete", said(&job, &json!({ "key": "j-1", "result": 1 })), "idempotency_mismatch").await;
    }
}
