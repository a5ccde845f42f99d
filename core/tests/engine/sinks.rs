//! Sinks: every event at least once and those of an object in their order, whoever comes and goes.

mod cleared;
mod readers;

use std::collections::{BTreeMap, BTreeSet};

use earnest::Engine;

use crate::support::{Stage, Value, every_store, json};

/// Accounts that take turns.
const PEOPLE: usize = 7;

/// Writes an event of each of these accounts in turn.
async fn post(stage: &Stage, count: usize) {
    for n in 0..count {
        let account = format!("p-{}", n % PEOPLE);
        stage
            .ok(
                "ledger.open_account",
                json!({ "account": account, "currency": "USD", "key": format!("o-{account}") }),
            )
            .await;
        let kind = format!("k-{}", stage.key());
        stage.ok("ledger.update_account", json!({ "account": account, "kind": kind })).await;
    }
}

async fn subscribed(stage: &Stage, more: Value) {
    let mut args = json!({ "sink": "mailer", "from": "first" });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.ok("events.subscribe", args).await;
}

async fn take(bank: &Engine, limit: u32) -> Value {
    bank.call("events.take", json!({ "sink": "mailer", "limit": limit, "for": "PT30S" })).await.unwrap()
}

fn report(batch: &Value) -> Value {
    json!({ "sink": "mailer", "fence": batch["fence"], "seq": batch["seq"] })
}

fn seqs(batch: &Value) -> Vec<i64> {
    batch["events"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect()
}

/// Events that a reader saw of each object, in its order.
#[derive(Default)]
struct Seen(BTreeMap<(String, String), Vec<i64>>);

impl Seen {
    fn take(&mut self, event: &Value) {
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        self.0.entry((text("object"), text("object_id"))).or_default().push(event["seq"].as_i64().unwrap());
    }

    /// Every event was there, and the first sight of each was in the order of its object.
    async fn is_all_in_order(&self, stage: &Stage) {
        let mut expected: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
        let mut after = json!(null);
        loop {
            let page = stage.ok("events.list", json!({ "limit": 500, "after": after })).await;
            for event in page["items"].as_array().unwrap() {
                if event["object"] != "sink" {
                    let text = |name: &str| event[name].as_str().unwrap().to_owned();
                    let seq = event["seq"].as_i64().unwrap();
                    expected.entry((text("object"), text("object_id"))).or_default().push(seq);
                }
            }
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        for (object, seqs) in &expected {
            let mut met = BTreeSet::new();
            let first: Vec<i64> =
                self.0.get(object).into_iter().flatten().copied().filter(|seq| met.insert(*seq)).collect();
            assert_eq!(&first, seqs, "{object:?}");
        }
    }
}

/// As many books as health looks at beside its own, all before that by name.
async fn books_before(stage: &Stage) {
    for n in 0..100 {
        let other = stage.bank.book(&format!("a-{n:03}")).unwrap();
        let args = json!({ "account": "alice", "amount": "1.00 USD", "key": "k" });
        other.call("ledger.top_up", args).await.unwrap();
    }
}

every_store! {
    async fn a_sink_gets_every_event_and_nothing_is_written_for_it(stage) {
        post(stage, 20).await;
        subscribed(stage, json!({})).await;
        let before = stage.ok("events.verify_chain", json!({})).await["events"].clone();
        let mut seen = Vec::new();
        loop {
            let batch = take(&stage.bank, 6).await;
            if batch["fence"].is_null() {
                break;
            }
            assert!(seqs(&batch).len() <= 6 && batch["again"] == false, "{batch}");
            seen.extend(seqs(&batch));
            let settled = stage.ok("events.settle", report(&batch)).await;
            assert_eq!((&settled["replayed"], &settled["sink"]["seq"]), (&json!(false), &batch["seq"]));
            // the same report again changes nothing
            assert_eq!(stage.ok("events.settle", report(&batch)).await["replayed"], true);
        }
        let page = stage.ok("events.list", json!({ "limit": 500 })).await;
        let others = page["items"].as_array().unwrap().iter().filter(|event| event["object"] != "sink");
        let all: Vec<i64> = others.map(|event| event["seq"].as_i64().unwrap()).collect();
        assert_eq!(seen, all, "all but the sink's own");
        assert_eq!(stage.ok("events.verify_chain", json!({})).await["events"], before);
        let sinks = stage.ok("events.sinks", json!({})).await;
        let sink = &sinks["items"][0];
        assert_eq!((&sink["sink"]["name"], &sink["lag"], &sink["parked"]), (&json!("mailer"), &json!(0), &json!(0)));
    }

    async fn only_what_is_wanted_comes_and_the_sink_moves_on(stage) {
        post(stage, 12).await;
        stage.funded("alice", "5.00 USD").await;
        post(stage, 12).await;
        subscribed(stage, json!({ "types": ["transfer.*", "deal.opened"] })).await;
        let batch = take(&stage.bank, 10).await;
        let types: Vec<&Value> = batch["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
        assert_eq!(types, ["transfer.posted"]);
        assert!(batch["seq"].as_i64() > batch["events"][0]["seq"].as_i64(), "nothing behind it is wanted");
        stage.ok("events.settle", report(&batch)).await;
        post(stage, 3).await;
        assert_eq!(take(&stage.bank, 10).await["fence"], json!(null));
        let sinks = stage.ok("events.sinks", json!({})).await;
        assert_eq!(sinks["items"][0]["lag"], 0, "what nobody wants is behind it");
    }

    async fn one_holder_at_a_time_and_an_old_one_is_refused(stage) {
        post(stage, 4).await;
        subscribed(stage, json!({})).await;
        let first = take(&stage.bank, 3).await;
        let second = take(&stage.bank, 3).await;
        assert_eq!((&second["fence"], &second["events"], &second["wait_until"]), (&json!(null), &json!([]), &first["leased_until"]));
        stage.advance("PT31S");
        let third = take(&stage.bank, 3).await;
        assert_eq!(seqs(&third), seqs(&first), "it comes again");
        stage.no("events.settle", report(&first), "version_conflict").await;
        stage.ok("events.settle", report(&third)).await;
        // who is late, and whose batch nobody has taken since, may report
        let fourth = take(&stage.bank, 3).await;
        stage.advance("PT1H");
        assert_eq!(stage.ok("events.settle", report(&fourth)).await["sink"]["seq"], fourth["seq"]);
        // a part may be reported on
        let fifth = take(&stage.bank, 3).await;
        let mut part = report(&fifth);
        part["seq"] = fifth["events"][0]["seq"].clone();
        stage.ok("events.settle", part).await;
        assert_eq!(seqs(&take(&stage.bank, 3).await)[0], seqs(&fifth)[1]);
    }

    async fn what_fails_holds_back_its_own_object_alone(stage) {
        post(stage, 3 * PEOPLE).await;
        subscribed(stage, json!({ "max_attempts": 3 })).await;
        let (mut seen, mut failures, mut sick) = (Seen::default(), 0, Vec::new());
        for _ in 0..60 {
            let batch = take(&stage.bank, 5).await;
            if batch["fence"].is_null() {
                if failures == 3 {
                    break;
                }
                stage.advance("PT10M");
                continue;
            }
            let mut failed = Vec::new();
            for event in batch["events"].as_array().unwrap() {
                if event["object_id"] == "p-3" {
                    sick.push(event["seq"].as_i64().unwrap());
                    if failed.is_empty() {
                        failed.push(json!({ "seq": event["seq"], "error": "no answer" }));
                        failures += 1;
                    }
                } else {
                    seen.take(event);
                }
            }
            let mut report = report(&batch);
            report["failed"] = failed.into();
            stage.ok("events.settle", report).await;
        }
        assert_eq!(failures, 3, "as often as it may");
        let parked = stage.ok("events.parked", json!({ "sink": "mailer" })).await;
        let [left] = &parked["items"].as_array().unwrap()[..] else { panic!("{parked}") };
        assert_eq!((&left["object"], &left["object_id"], &left["state"]), (&json!("account"), &json!("p-3"), &json!("parked")));
        assert_eq!((&left["attempts"], &left["last_error"], &left["retry_at"]), (&json!(3), &json!("no answer"), &json!(null)));
        books_before(stage).await;
        let health = stage.ok("admin.health", json!({})).await;
        let check = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "sinks").unwrap();
        assert_eq!(check["status"], "warning", "{check}");

        // it waits for a person, and so do its later events; the others go on
        post(stage, PEOPLE).await;
        stage.advance("P2D");
        loop {
            let batch = take(&stage.bank, 100).await;
            if batch["fence"].is_null() {
                break;
            }
            batch["events"].as_array().unwrap().iter().for_each(|event| seen.take(event));
            stage.ok("events.settle", report(&batch)).await;
        }
        assert!(!seen.0.contains_key(&("account".to_owned(), "p-3".to_owned())));
        let key = json!({ "sink": "mailer", "object": "account", "object_id": "p-3" });
        let again = stage.ok("events.unpark", key.clone()).await;
        assert_eq!((&again["parked"]["state"], &again["parked"]["attempts"]), (&json!("waiting"), &json!(0)));
        let batch = take(&stage.bank, 2).await;
        assert_eq!((&batch["again"], seqs(&batch).len(), seqs(&batch)[0]), (&json!(true), 2, sick[0]));
        batch["events"].as_array().unwrap().iter().for_each(|event| seen.take(event));
        stage.ok("events.settle", report(&batch)).await;
        loop {
            let batch = take(&stage.bank, 100).await;
            if batch["fence"].is_null() {
                break;
            }
            batch["events"].as_array().unwrap().iter().for_each(|event| seen.take(event));
            stage.ok("events.settle", report(&batch)).await;
        }
        seen.is_all_in_order(stage).await;
        assert_eq!(stage.ok("events.parked", json!({ "sink": "mailer" })).await["items"], json!([]));
        assert_eq!(stage.ok("events.unpark", key).await["replayed"], true);
    }

    async fn what_is_given_up_is_not_delivered_again(stage) {
        post(stage, 2 * PEOPLE).await;
        subscribed(stage, json!({ "max_attempts": 1 })).await;
        let batch = take(&stage.bank, 100).await;
        let sick = &batch["events"].as_array().unwrap()[0];
        let mut failing = report(&batch);
        failing["failed"] = json!([{ "seq": sick["seq"], "error": "x" }, { "seq": sick["seq"], "error": "y" }]);
        stage.ok("events.settle", failing).await;
        let key = json!({ "sink": "mailer", "object": sick["object"], "object_id": sick["object_id"], "discard": true });
        assert_eq!(stage.ok("events.unpark", key).await["parked"]["state"], "clear");
        assert_eq!(take(&stage.bank, 100).await["events"], json!([]));
        post(stage, PEOPLE).await;
        let batch = take(&stage.bank, 100).await;
        let next = batch["events"].as_array().unwrap().iter();
        assert!(next.map(|event| &event["object_id"]).any(|id| *id == sick["object_id"]), "its next events come");
    }

    async fn a_sink_rests_while_the_other_side_is_down(stage) {
        post(stage, 2).await;
        subscribed(stage, json!({})).await;
        let batch = take(&stage.bank, 10).await;
        let now = earnest::Time::from_micros(stage.bank.options().env.clock.now().micros());
        let later = now.checked_add("PT5M".parse().unwrap()).unwrap().to_string();
        let nothing = json!({ "sink": "mailer", "fence": batch["fence"], "seq": 0, "retry_at": later });
        stage.ok("events.settle", nothing).await;
        let rests = take(&stage.bank, 10).await;
        assert_eq!((&rests["fence"], &rests["wait_until"]), (&json!(null), &json!(later)));
        stage.advance("PT5M");
        assert_eq!(seqs(&take(&stage.bank, 10).await), seqs(&batch));
    }

    async fn a_short_rest_before_an_old_backlog_is_no_outage(stage) {
        post(stage, 4).await;
        subscribed(stage, json!({})).await;
        // all of it is old before anybody takes it
        stage.advance("PT1H");
        let short = (false, "PT1S", "warning");
        let others = [(false, "PT1M", "critical"), (true, "PT1S", "warning"), (false, "PT10M", "critical")];
        let mut place = json!(0);
        for (moves, rest, expected) in [short; 7].into_iter().chain(others) {
            let batch = take(&stage.bank, 1).await;
            if moves {
                place = batch["seq"].clone();
            }
            let until = stage.clock.now().checked_add(rest.parse().unwrap()).unwrap().to_string();
            let rests = json!({ "sink": "mailer", "fence": batch["fence"], "seq": place, "retry_at": until });
            stage.ok("events.settle", rests).await;
            let health = stage.ok("admin.health", json!({})).await;
            let check = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "sinks").unwrap();
            assert_eq!(check["status"], expected, "{rest}: {check}");
            stage.advance(rest);
        }
    }

    /// A driver that had rested fewer times and was then gone left a warning for ever.
    async fn a_sink_whose_driver_is_gone_is_critical_after_ten_minutes(stage) {
        post(stage, 2).await;
        subscribed(stage, json!({})).await;
        let status = async || {
            let health = stage.ok("admin.health", json!({})).await;
            let check = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "sinks").unwrap();
            check["status"].clone()
        };
        let batch = take(&stage.bank, 10).await;
        let until = stage.clock.now().checked_add("PT1M".parse().unwrap()).unwrap().to_string();
        let rests = json!({ "sink": "mailer", "fence": batch["fence"], "seq": 0, "retry_at": until });
        stage.ok("events.settle", rests).await;
        stage.advance("PT9M");
        assert_eq!(status().await, "warning");
        stage.advance("PT2M");
        assert_eq!(status().await, "critical");
        let batch = take(&stage.bank, 10).await;
        stage.ok("events.settle", report(&batch)).await;
        assert_eq!(status().await, "healthy");
    }

    async fn a_consumer_moves_on_once(stage) {
        post(stage, 4).await;
        // whoever reads events finds them in their places
        stage.ok("events.list", json!({})).await;
        let made = stage.ok("events.advance", json!({ "consumer": "reports", "seq": 2, "after_seq": 0 })).await;
        assert_eq!((&made["sink"]["seq"], &made["replayed"]), (&json!(2), &json!(false)));
        let again = json!({ "consumer": "reports", "seq": 2 });
        assert_eq!(stage.ok("events.advance", again).await["replayed"], true);
        // two that did the same work: the second one is told
        let next = json!({ "consumer": "reports", "seq": 3, "after_seq": 2 });
        stage.ok("events.advance", next.clone()).await;
        stage.no("events.advance", next, "version_conflict").await;
        stage.bad("events.advance", json!({ "consumer": "reports", "seq": 1 }), "invalid_request", "seq").await;
        stage.bad("events.advance", json!({ "consumer": "reports", "seq": 1_000 }), "invalid_request", "seq").await;
        // a batch ends with it
        stage.ok("events.subscribe", json!({ "sink": "mailer", "from": "first" })).await;
        let batch = take(&stage.bank, 2).await;
        let done = json!({ "consumer": "mailer", "seq": batch["seq"], "fence": batch["fence"] });
        assert_eq!(stage.ok("events.advance", done.clone()).await["sink"]["leased_until"], json!(null));
        assert_eq!(stage.ok("events.settle", report(&batch)).await["replayed"], true);
        let next = take(&stage.bank, 2).await;
        assert_ne!(next["fence"], batch["fence"]);
        stage.no("events.advance", done, "version_conflict").await;
    }

    async fn a_new_sink_begins_where_it_is_told(stage) {
        post(stage, 3).await;
        stage.ok("events.sinks", json!({})).await;
        let next = stage.ok("events.subscribe", json!({ "sink": "mailer" })).await;
        let first = stage.ok("events.subscribe", json!({ "sink": "other", "from": "first" })).await;
        assert!(next["sink"]["seq"].as_i64().unwrap() > 0 && first["sink"]["seq"] == 0);
        // what a sink wants may change, and where it is stays
        let same = json!({ "sink": "mailer", "from": "first" });
        assert_eq!(stage.ok("events.subscribe", same).await["replayed"], true);
        let changed = stage.ok("events.subscribe", json!({ "sink": "mailer", "types": ["b.c", "a.*", "b.c"] })).await;
        assert_eq!((&changed["sink"]["types"], &changed["sink"]["seq"]), (&json!(["a.*", "b.c"]), &next["sink"]["seq"]));
        let page = stage.ok("events.sinks", json!({ "limit": 1 })).await;
        assert_eq!(page["items"][0]["sink"]["name"], "mailer");
        let page = stage.ok("events.sinks", json!({ "limit": 1, "after": page["next"] })).await;
        assert_eq!((&page["items"][0]["sink"]["name"], &page["next"]), (&json!("other"), &json!(null)));
    }

    async fn what_is_wrong_with_a_call_is_named(stage) {
        post(stage, 2).await;
        subscribed(stage, json!({})).await;
        let batch = take(&stage.bank, 2).await;
        let with = |more: Value| {
            let mut args = report(&batch);
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        for (op, field, wrong) in [
            ("subscribe", "sink", json!({ "sink": "a b" })),
            ("subscribe", "from", json!({ "sink": "a", "from": "middle" })),
            ("subscribe", "types[0]", json!({ "sink": "a", "types": ["*"] })),
            ("subscribe", "types[1]", json!({ "sink": "a", "types": ["a.b", "a b"] })),
            ("subscribe", "max_attempts", json!({ "sink": "a", "max_attempts": 0 })),
            ("take", "sink", json!({ "sink": "", "for": "PT1M" })),
            ("take", "for", json!({ "sink": "mailer", "for": "PT2H" })),
            ("take", "limit", json!({ "sink": "mailer", "for": "PT1M", "limit": 501 })),
            ("settle", "seq", with(json!({ "seq": 900 }))),
            ("settle", "failed[0].seq", with(json!({ "failed": [{ "seq": 900, "error": "x" }] }))),
            ("settle", "failed[1].error", with(json!({ "failed": [{ "seq": 1, "error": "x" }, { "seq": 2, "error": "" }] }))),
            ("settle", "retry_at", with(json!({ "retry_at": "2001-01-01T00:00:00Z" }))),
            ("settle", "retry_at", with(json!({ "retry_at": "2999-01-01T00:00:00Z" }))),
            ("unpark", "object_id", json!({ "sink": "mailer", "object": "account", "object_id": "nobody" })),
        ] {
            stage.bad(&format!("events.{op}"), wrong, "invalid_request", field).await;
        }
        let nobody = json!({ "sink": "nobody", "for": "PT1M", "fence": 1, "seq": 1, "object": "a", "object_id": "b" });
        for (op, fields) in [("take", ["sink", "for"].as_slice()), ("settle", &["sink", "fence", "seq"]), ("parked", &["sink"]), ("unpark", &["sink", "object", "object_id"])] {
            let args: serde_json::Map<_, _> = fields.iter().map(|name| ((*name).to_owned(), nobody[name].clone())).collect();
            stage.no(&format!("events.{op}"), args.into(), "sink_not_found").await;
        }
    }
}
