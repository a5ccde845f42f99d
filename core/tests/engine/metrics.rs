//! Metrics: what was counted is what was called, and no span or text has what was moved.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::log::Log;
use crate::support::sides::Side;
use crate::support::{Kind, Stage, every_store, json, options};

async fn text(stage: &Stage) -> String {
    let reply = stage.ok("admin.metrics", json!({})).await;
    assert!(reply["content_type"].as_str().unwrap().starts_with("text/plain; version=0.0.4"));
    reply["text"].as_str().unwrap().to_owned()
}

/// The same once the engine's own calls have left the queue.
async fn at_rest(stage: &Stage) -> String {
    for _ in 0..500 {
        let text = text(stage).await;
        if value(&text, "earnest_queue_depth") == "0" {
            return text;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the queue is never empty");
}

/// The value of a line.
fn value(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("`{name}` is not in {text}")).to_owned()
}

every_store! {
    async fn calls_are_counted_by_how_they_ended(stage) {
        let top_up = json!({ "account": "alice", "amount": "5.00 USD", "key": "t-1" });
        stage.ok("ledger.top_up", top_up.clone()).await;
        stage.ok("ledger.top_up", top_up).await;
        stage.no_matter("ledger.deduct", json!({ "account": "alice", "amount": "9.00 USD" }), "insufficient_balance").await;
        stage.bad("ledger.deduct", json!({ "account": "alice", "amount": "9.001 USD" }), "invalid_amount", "amount").await;
        for _ in 0..3 {
            stage.balance("alice").await;
        }
        stage.ok("events.subscribe", json!({ "sink": "mailer", "from": "first" })).await;
        stage.ok("events.sinks", json!({})).await;
        let text = at_rest(stage).await;
        let calls = |op: &str, outcome: &str| value(&text, &format!("earnest_operations_total{{op=\"{op}\",mode=\"own\",outcome=\"{outcome}\"}}"));
        assert_eq!((calls("ledger.top_up", "accepted"), calls("ledger.top_up", "replayed")), ("1".to_owned(), "1".to_owned()));
        assert_eq!((calls("ledger.deduct", "refused"), calls("ledger.balance", "accepted")), ("2".to_owned(), "3".to_owned()));
        assert_eq!(value(&text, "earnest_errors_total{code=\"insufficient_balance\"}"), "1");
        let bucket = "earnest_operation_seconds_bucket{op=\"ledger.balance\",mode=\"own\",le=\"+Inf\"}";
        assert_eq!((value(&text, bucket).as_str(), value(&text, "earnest_queue_depth").as_str()), ("3", "0"));
        assert!(value(&text, "earnest_groups_total").parse::<u64>().unwrap() > 0);
        assert!(value(&text, "earnest_grouped_calls_total").parse::<u64>().unwrap() > 1);
        assert!(value(&text, "earnest_sink_lag_events{book=\"main\",sink=\"mailer\"}").parse::<u64>().unwrap() > 0);
        // every line is one that Prometheus reads, and no name or amount is in it
        for line in text.lines() {
            let (name, number) = line.rsplit_once(' ').unwrap();
            assert!(line.starts_with("# ") || (name.starts_with("earnest_") && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')), "{line}");
        }
        assert!(!text.contains("alice") && !text.contains("5.00"));
    }
}

every_store! {
    async fn the_sinks_of_every_book_are_measured(stage) {
        for (book, sink) in [("main", "mailer"), ("other", "reports"), ("third", "mailer")] {
            let bank = stage.bank.book(book).unwrap();
            bank.call("ledger.top_up", json!({ "account": "alice", "amount": "5.00 USD", "key": "t-1" })).await.unwrap();
            bank.call("events.subscribe", json!({ "sink": sink, "from": "first" })).await.unwrap();
            // events have their places when somebody reads them
            bank.call("events.list", json!({})).await.unwrap();
        }
        let text = text(stage).await;
        for (book, sink) in [("main", "mailer"), ("other", "reports"), ("third", "mailer")] {
            let lag = value(&text, &format!("earnest_sink_lag_events{{book=\"{book}\",sink=\"{sink}\"}}"));
            assert!(lag.parse::<u64>().unwrap() > 0, "{text}");
        }
        let health = stage.ok("admin.health", json!({})).await;
        let sinks = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "sinks").unwrap();
        assert_eq!(sinks["status"], "healthy", "{health}");
        assert!(sinks["detail"].as_str().unwrap().starts_with("3 sinks"), "{health}");
    }
}

/// A call in a transaction of the application counts as joined, not as accepted: that may be rolled back.
#[tokio::test(flavor = "multi_thread")]
async fn calls_in_a_transaction_of_the_application_have_joined_it() {
    for side in Side::all().await {
        let (stage, in_host) = (&side.stage, side.name().ends_with("host"));
        let top_up = json!({ "account": "alice", "amount": "5.00 USD", "key": "t-1" });
        side.call(&stage.bank, "ledger.top_up", top_up.clone()).await.unwrap();
        side.call(&stage.bank, "ledger.top_up", top_up).await.unwrap();
        let text = text(stage).await;
        let (mode, accepted) = if in_host { ("host", "joined") } else { ("own", "accepted") };
        for outcome in [accepted, "replayed"] {
            let labels = format!("{{op=\"ledger.top_up\",mode=\"{mode}\",outcome=\"{outcome}\"}}");
            assert_eq!(value(&text, &format!("earnest_operations_total{labels}")), "1", "{}", side.name());
        }
        assert!(!text.contains("mode=\"host\",outcome=\"accepted\""), "{text}");
    }
}

/// Developers find in the log what people are not told: the field and what belongs there, and nothing of what
/// stood in it.
#[tokio::test(flavor = "current_thread")]
async fn what_was_written_wrongly_is_logged_and_names_nobody() {
    let stage = Stage::with(Kind::Memory, options().require_actor(true)).await;
    let log = Log::begin();
    let kim = json!({ "id": "kim", "role": "admin" });
    for (name, args, code) in [
        (
            "credentials.verify_pin",
            json!({ "subject": "u-1", "pin": 470_815, "actor": kim }),
            "invalid_request",
        ),
        (
            "ledger.top_up",
            json!({ "account": "Kim Lee", "amount": "5.00 USD", "key": "k", "actor": kim }),
            "invalid_account",
        ),
        (
            "ledger.hold",
            json!({ "account": "alice", "amount": "5.00 USD", "expires_at": "Kim Lee", "key": "k", "actor": kim }),
            "invalid_request",
        ),
        (
            "ledger.deduct",
            json!({ "account": "alice", "amount": "5.00 USD", "key": "k", "context": { "ip": "Kim Lee" }, "actor": kim }),
            "invalid_request",
        ),
        ("ledger.balance", json!({ "account": "alice" }), "invalid_request"),
    ] {
        stage.no_matter(name, args, code).await;
    }
    let text = log.end();
    for said in [
        "`pin` must be a text",
        "`expires_at` must be an RFC 3339",
        "`context.ip` must be an IP address",
        "`ledger.balance` needs an actor",
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
    for secret in ["470815", "Kim", "alice", "5.00"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

/// Keeps all fields of all spans as text.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<String>>);

struct Said<'s>(&'s mut String);

impl Visit for Said<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "earnest.call"
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut text = self.0.lock().unwrap();
        text.push('\n');
        attributes.record(&mut Said(&mut text));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Said(&mut self.0.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test(flavor = "current_thread")]
async fn a_span_says_what_was_called_and_nothing_of_what_it_moved() {
    let spans = Spans::default();
    // while there is only one subscriber, `tracing` asks the thread that meets a span first, which may be
    // that of another test
    let _other = tracing::Dispatch::new(Spans::default());
    let guard = tracing::subscriber::set_default(spans.clone());
    let stage = Stage::open(Kind::Memory).await;
    let context = json!({ "correlation_id": "c-7", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "ip": "203.0.113.9" });
    let top_up = json!({ "account": "alice", "amount": "5.00 USD", "key": "t-1", "context": context });
    stage.ok("ledger.top_up", top_up.clone()).await;
    stage.ok("ledger.top_up", top_up).await;
    stage
        .no_matter(
            "ledger.deduct",
            json!({ "account": "alice", "amount": "9.00 USD", "key": "secret-key" }),
            "insufficient_balance",
        )
        .await;
    drop(guard);
    let text = spans.0.lock().unwrap().clone();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("ledger.")).collect();
    assert!(
        lines[0].contains(
            "operation=\"ledger.top_up\" mode=\"own\" correlation_id=\"c-7\" traceparent=\"00-4bf9"
        ),
        "{text}"
    );
    assert!(lines[0].ends_with("replayed=false") && lines[1].ends_with("replayed=true"), "{text}");
    assert!(lines[2].ends_with("code=\"insufficient_balance\""), "{text}");
    for secret in ["alice", "5.00", "9.00", "203.0.113.9", "secret-key", "t-1"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}
