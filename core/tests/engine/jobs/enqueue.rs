//! Jobs of the application's own kinds: written once under a key, with the commit they belong to, and leased
//! as any other.

use super::wanted;
use crate::support::{every_store, json};

every_store! {
    /// A host that tries again after a long weekend gets the job that waits, and one that tries again when it
    /// is long over gets no second one.
    async fn a_key_names_one_job_for_ever(stage) {
        let order = json!({ "kind": "mail.reminder", "payload": { "order": "1" }, "key": "order-1/reminder", "run_at": "2026-01-10T00:00:00Z" });
        let made = stage.ok("jobs.enqueue", order.clone()).await["job"].clone();
        stage.advance("P3D");
        stage.ok("jobs.run_due", json!({})).await;
        let again = stage.ok("jobs.enqueue", order.clone()).await;
        assert_eq!((&again["job"]["id"], &again["replayed"]), (&made["id"], &json!(true)));
        assert_eq!(stage.ok("jobs.list", json!({ "state": "queued" })).await["items"], json!([made]));
        stage.advance("P7D");
        let leased = stage.ok("jobs.lease", wanted("mail.reminder", 10)).await["jobs"].clone();
        assert_eq!(leased.as_array().unwrap().len(), 1);
        let done = json!({ "job": made["id"], "fence": leased[0]["fence"] });
        stage.ok("jobs.complete", done).await;
        stage.advance("P2D");
        assert_eq!(stage.ok("jobs.enqueue", order.clone()).await["job"]["state"], "done");
        stage.advance("P31D");
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(stage.ok("jobs.list", json!({})).await["items"], json!([]));
        stage.no("jobs.enqueue", order, "reply_not_kept").await;
    }

    async fn a_job_of_ones_own_is_leased_and_done(stage) {
        let order = json!({ "kind": "mail.invoice", "payload": { "order": 7, "lines": ["a", null] }, "key": "k-1" });
        let made = stage.ok("jobs.enqueue", order.clone()).await;
        let job = &made["job"];
        assert_eq!((&job["kind"], &job["state"], &job["attempts"]), (&json!("mail.invoice"), &json!("queued"), &json!(0)));
        assert_eq!((&job["payload"], &made["replayed"]), (&json!({ "order": 7, "lines": ["a", null] }), &json!(false)));
        assert_eq!((&job["key"], &job["max_attempts"]), (&job["id"], &json!(20)));
        let again = stage.ok("jobs.enqueue", order).await;
        assert_eq!((&again["job"]["id"], &again["replayed"]), (&job["id"], &json!(true)));
        let other = json!({ "kind": "mail.invoice", "payload": { "order": 8 }, "key": "k-1" });
        stage.no("jobs.enqueue", other, "idempotency_mismatch").await;
        // without a key it is another job each time
        let bare = json!({ "kind": "mail.invoice", "payload": null });
        assert_ne!(stage.ok("jobs.enqueue", bare.clone()).await["job"]["id"], stage.ok("jobs.enqueue", bare).await["job"]["id"]);

        let leased = stage.ok("jobs.lease", wanted("mail.invoice", 10)).await;
        assert_eq!(leased["jobs"].as_array().unwrap().len(), 3);
        let first = leased["jobs"].as_array().unwrap().iter().find(|leased| leased["id"] == job["id"]).unwrap();
        let done = json!({ "job": first["id"], "fence": first["fence"], "result": "sent" });
        assert_eq!(stage.ok("jobs.complete", done).await["job"]["state"], "done");
        let events = stage.ok("events.list", json!({ "object": job["id"] })).await;
        let types: Vec<&str> = events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["job.enqueued", "job.leased", "job.completed"]);
    }

    async fn a_job_waits_until_it_may_run(stage) {
        let now = earnest::Time::from_micros(stage.bank.options().env.clock.now().micros());
        let at = now.checked_add("PT1H".parse().unwrap()).unwrap().to_string();
        let later = json!({ "kind": "remind", "payload": {}, "run_at": at, "max_attempts": 1 });
        assert_eq!(stage.ok("jobs.enqueue", later).await["job"]["max_attempts"], 1);
        assert_eq!(stage.ok("jobs.lease", wanted("remind", 1)).await["jobs"], json!([]));
        stage.advance("PT1H");
        let leased = stage.ok("jobs.lease", wanted("remind", 1)).await;
        let job = &leased["jobs"][0];
        let failed = json!({ "job": job["id"], "fence": job["fence"], "error": "no answer" });
        assert_eq!(stage.ok("jobs.fail", failed).await["job"]["state"], "dead");
    }

    async fn what_is_wrong_with_a_job_is_named(stage) {
        for (field, wrong) in [
            ("kind", json!({ "kind": "notify.parties", "payload": {} })),
            ("kind", json!({ "kind": "notify.admins", "payload": {} })),
            ("kind", json!({ "kind": "a b", "payload": {} })),
            ("kind", json!({ "kind": "", "payload": {} })),
            ("payload", json!({ "kind": "mail", "payload": "x".repeat(17_000) })),
            ("payload", json!({ "kind": "mail", "payload": { "a": "\u{0}" } })),
            ("run_at", json!({ "kind": "mail", "payload": {}, "run_at": "2001-01-01T00:00:00Z" })),
            ("run_at", json!({ "kind": "mail", "payload": {}, "run_at": "2999-01-01T00:00:00Z" })),
            ("max_attempts", json!({ "kind": "mail", "payload": {}, "max_attempts": 0 })),
            ("max_attempts", json!({ "kind": "mail", "payload": {}, "max_attempts": 101 })),
        ] {
            stage.bad("jobs.enqueue", wrong, "invalid_request", field).await;
        }
        let stranger = json!({ "kind": "mail", "payload": {}, "actor": "mallory" });
        stage.no_matter("jobs.enqueue", stranger, "not_permitted").await;
        assert_eq!(stage.ok("jobs.list", json!({})).await["items"], json!([]));
    }
}

/// In a transaction of the application a job takes place with it, or not at all.
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]
mod in_a_transaction_of_the_application {
    use earnest::requests::EnqueueJob;
    use earnest::{Engine, Options};
    use sqlx::{Connection as _, PgConnection, SqliteConnection};

    use crate::support::{json, postgres};

    async fn kinds(bank: &Engine) -> Vec<String> {
        let page = bank.call("jobs.list", json!({})).await.unwrap();
        page["items"].as_array().unwrap().iter().map(|job| job["kind"].as_str().unwrap().to_owned()).collect()
    }

    macro_rules! goes_with_it {
        ($bank:expr, $conn:expr, $begin:ident($($how:expr)?)) => {
            for (kind, commits) in [("lost", false), ("kept", true)] {
                let mut tx = $conn.$begin($($how)?).await.unwrap();
                let bound = $bank.using(&mut tx).unwrap();
                bound.jobs().enqueue(EnqueueJob::new(kind, json!({}))).await.unwrap();
                drop(bound);
                if commits { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
            }
            assert_eq!(kinds(&$bank).await, ["kept"]);
        };
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_postgres() {
        let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
        let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
        let mut conn = PgConnection::connect(&url).await.unwrap();
        goes_with_it!(bank, conn, begin());
        bank.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db").display().to_string();
        let bank =
            Engine::open_with(&format!("sqlite:{path}"), Options::new().background(false)).await.unwrap();
        let mut conn = SqliteConnection::connect(&path).await.unwrap();
        goes_with_it!(bank, conn, begin_with("BEGIN IMMEDIATE"));
        bank.close().await;
    }
}
