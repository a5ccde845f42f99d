//! Sinks that are taken back, or removed, and events that would fail however often they came.

use super::{PEOPLE, Seen, post, report, seqs, subscribed, take};
use crate::support::{Value, every_store, json};

/// The report on a batch in which an event fails, for good or not.
fn failing(batch: &Value, event: &Value, permanent: bool) -> Value {
    let mut report = report(batch);
    report["failed"] = json!([{ "seq": event["seq"], "error": "x", "permanent": permanent }]);
    report
}

every_store! {
    async fn what_fails_for_good_is_parked_at_once(stage) {
        post(stage, 2 * PEOPLE).await;
        subscribed(stage, json!({})).await;
        let batch = take(&stage.bank, 100).await;
        let sick = batch["events"][0].clone();
        stage.ok("events.settle", failing(&batch, &sick, true)).await;
        let parked = stage.ok("events.parked", json!({ "sink": "mailer" })).await;
        let left = &parked["items"][0];
        assert_eq!((&left["state"], &left["attempts"], &left["object_id"]), (&json!("parked"), &json!(1), &sick["object_id"]));
        assert_eq!(left["retry_at"], json!(null));
        // its next events wait with it, and those of others come
        stage.advance("PT12H");
        post(stage, PEOPLE).await;
        let batch = take(&stage.bank, 100).await;
        let others = batch["events"].as_array().unwrap().iter();
        assert!(!others.map(|event| &event["object_id"]).any(|id| *id == sick["object_id"]) && seqs(&batch).len() >= PEOPLE - 1);
        stage.ok("events.settle", report(&batch)).await;
        let key = json!({ "sink": "mailer", "object": sick["object"], "object_id": sick["object_id"] });
        stage.ok("events.unpark", key).await;
        let again = take(&stage.bank, 100).await;
        assert_eq!((&again["again"], seqs(&again)[0]), (&json!(true), sick["seq"].as_i64().unwrap()));
        // also in a batch of its own
        stage.ok("events.settle", failing(&again, &sick, true)).await;
        let parked = stage.ok("events.parked", json!({ "sink": "mailer" })).await;
        assert_eq!((&parked["items"][0]["state"], &parked["items"][0]["attempts"]), (&json!("parked"), &json!(1)));
    }

    async fn a_sink_is_taken_back_and_its_events_come_again(stage) {
        post(stage, 3 * PEOPLE).await;
        subscribed(stage, json!({ "max_attempts": 1 })).await;
        let first = take(&stage.bank, 10).await;
        stage.ok("events.settle", failing(&first, &first["events"][3].clone(), false)).await;
        let held = take(&stage.bank, 5).await;
        let place = seqs(&first)[1];
        let back = stage.ok("events.rewind", json!({ "sink": "mailer", "seq": place })).await;
        assert_eq!((&back["sink"]["seq"], &back["replayed"]), (&json!(place), &json!(false)));
        assert_eq!((&back["sink"]["leased_until"], &back["sink"]["retry_at"]), (&json!(null), &json!(null)));
        // who had a batch is refused, and nothing is left behind
        stage.no("events.settle", report(&held), "version_conflict").await;
        assert_eq!(stage.ok("events.parked", json!({ "sink": "mailer" })).await["items"], json!([]));
        let again = stage.ok("events.rewind", json!({ "sink": "mailer", "seq": place })).await;
        assert_eq!(again["replayed"], true);
        let batch = take(&stage.bank, 100).await;
        assert_eq!(seqs(&batch)[0], place + 1);
        // the same events, with the same ids, that failed one too
        let ids = |batch: &Value| -> Vec<Value> {
            batch["events"].as_array().unwrap().iter().map(|event| event["id"].clone()).collect()
        };
        assert_eq!(ids(&batch)[..8], ids(&first)[2..10]);
        stage.ok("events.settle", report(&batch)).await;
        let ahead = json!({ "sink": "mailer", "seq": batch["seq"].as_i64().unwrap() + 1 });
        stage.bad("events.rewind", ahead, "invalid_request", "seq").await;
        let whole = stage.ok("events.rewind", json!({ "sink": "mailer", "seq": 0 })).await;
        assert_eq!(whole["sink"]["seq"], 0);
        let mut seen = Seen::default();
        loop {
            let batch = take(&stage.bank, 100).await;
            if batch["fence"].is_null() {
                break;
            }
            batch["events"].as_array().unwrap().iter().for_each(|event| seen.take(event));
            stage.ok("events.settle", report(&batch)).await;
        }
        seen.is_all_in_order(stage).await;
        let types = stage.event_types().await;
        assert_eq!(types.iter().filter(|kind| *kind == "sink.rewound").count(), 2);
    }

    async fn a_sink_that_rests_is_taken_back_at_once(stage) {
        post(stage, 2).await;
        subscribed(stage, json!({})).await;
        let batch = take(&stage.bank, 10).await;
        let now = earnest::Time::from_micros(stage.bank.options().env.clock.now().micros());
        let later = now.checked_add("PT1H".parse().unwrap()).unwrap().to_string();
        let nothing = json!({ "sink": "mailer", "fence": batch["fence"], "seq": 0, "retry_at": later });
        stage.ok("events.settle", nothing).await;
        assert_eq!(stage.ok("events.rewind", json!({ "sink": "mailer", "seq": 0 })).await["replayed"], false);
        assert_eq!(seqs(&take(&stage.bank, 10).await), seqs(&batch));
    }

    async fn a_sink_that_was_removed_is_gone_and_one_of_its_name_is_new(stage) {
        post(stage, 2 * PEOPLE).await;
        subscribed(stage, json!({ "types": ["account.*"], "max_attempts": 1 })).await;
        let batch = take(&stage.bank, 100).await;
        stage.ok("events.settle", failing(&batch, &batch["events"][0].clone(), false)).await;
        post(stage, PEOPLE).await;
        let held = take(&stage.bank, 100).await;
        let gone = stage.ok("events.unsubscribe", json!({ "sink": "mailer" })).await;
        assert_eq!((&gone["sink"]["name"], &gone["replayed"]), (&json!("mailer"), &json!(false)));
        for (op, args) in [
            ("take", json!({ "sink": "mailer", "for": "PT1M" })),
            ("settle", report(&held)),
            ("parked", json!({ "sink": "mailer" })),
            ("unpark", json!({ "sink": "mailer", "object": "account", "object_id": "p-0" })),
            ("rewind", json!({ "sink": "mailer", "seq": 0 })),
            ("unsubscribe", json!({ "sink": "mailer" })),
        ] {
            stage.no(&format!("events.{op}"), args, "sink_not_found").await;
        }
        assert_eq!(stage.ok("events.sinks", json!({})).await["items"], json!([]));
        stage.verify().await;

        let made = stage.ok("events.subscribe", json!({ "sink": "mailer", "from": "first", "expected_version": 0 })).await;
        let sink = &made["sink"];
        assert_eq!((&sink["seq"], &sink["types"], &sink["max_attempts"]), (&json!(0), &json!([]), &json!(20)));
        // a report of the former one is refused, and what that had left behind is not left behind any more
        stage.no("events.settle", report(&held), "version_conflict").await;
        assert_eq!(stage.ok("events.parked", json!({ "sink": "mailer" })).await["items"], json!([]));
        let all = take(&stage.bank, 500).await;
        let mut seen = Seen::default();
        all["events"].as_array().unwrap().iter().for_each(|event| seen.take(event));
        seen.is_all_in_order(stage).await;
        assert!(all["fence"].as_i64() > held["fence"].as_i64());
        stage.ok("events.unsubscribe", json!({ "sink": "mailer" })).await;
        // a consumer makes one by its place alone
        let moved = stage.ok("events.advance", json!({ "consumer": "mailer", "seq": 2 })).await;
        assert_eq!((&moved["sink"]["seq"], &moved["replayed"]), (&json!(2), &json!(false)));
    }

    async fn whatever_a_sink_has_left_behind_is_cleared(stage) {
        post(stage, 1).await;
        let accounts: Vec<Value> = (0..600)
            .map(|n| json!({ "op": "ledger.open_account", "args": { "account": format!("q-{n}"), "currency": "USD", "key": format!("q-{n}") } }))
            .collect();
        for calls in accounts.chunks(100) {
            stage.ok("ledger.batch", json!({ "ops": calls, "atomic": true })).await;
        }
        subscribed(stage, json!({ "max_attempts": 1 })).await;
        loop {
            let batch = take(&stage.bank, 400).await;
            if batch["fence"].is_null() {
                break;
            }
            let mut report = report(&batch);
            let failed = |event: &Value| json!({ "seq": event["seq"], "error": "x" });
            report["failed"] = batch["events"].as_array().unwrap().iter().map(failed).collect();
            stage.ok("events.settle", report).await;
        }
        let left = stage.ok("events.sinks", json!({})).await["items"][0]["parked"].as_i64().unwrap();
        assert!(left > 500, "{left} are more than one commit clears");
        stage.ok("events.rewind", json!({ "sink": "mailer", "seq": 0 })).await;
        let status = &stage.ok("events.sinks", json!({})).await["items"][0];
        assert_eq!((&status["parked"], &status["waiting"], &status["sink"]["seq"]), (&json!(0), &json!(0), &json!(0)));
        // the first event may be the sink's own, of which it hears nothing
        assert!(seqs(&take(&stage.bank, 500).await)[0] <= 2);
    }
}
