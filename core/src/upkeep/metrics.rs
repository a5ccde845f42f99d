//! The metrics of this process as a text that Prometheus reads: `admin.metrics`, for any language and without
//! a server.

use std::fmt::Write as _;

use crate::engine::Engine;
use crate::engine::metrics::{BOUNDS, CallCounts, Mode};
use crate::engine::runner::Runner as _;
use crate::error::Result;
use crate::ids::Actor;
use crate::kernel::tally::{CallTally, LONG_BOUNDS};
use crate::pipeline::sequencer;
use crate::rows::listing::{Listing, Records};
use crate::upkeep::requests::GetMetrics;
use crate::upkeep::views::Metrics;
use crate::withdrawal::lane::{self, Lane, LaneState};

/// Counters that calls to outside keep, with their descriptions. Each appears once it was counted.
const TALLIES: [(&str, &str); 5] = [
    ("earnest_gateway_calls_total", "Calls of gateways by how they ended: what was answered, or no_answer."),
    (
        "earnest_rpc_total",
        "Calls of nodes by endpoint, method and outcome: ok, error (the node said no), failed (no answer).",
    ),
    ("earnest_webhooks_total", "Webhooks by source and what came of them; refused ones were not genuine."),
    ("purchase_attempt_total", "Attempts to pay purchases: how, what came of them, and why not."),
    (
        "earnest_withdrawals_total",
        "Withdrawals by chain and the state that they came to; why, where they failed.",
    ),
];

/// Times that calls to outside measure.
const TIMES: [(&str, &str); 1] =
    [("earnest_withdrawal_seconds", "How long withdrawals took until they were paid, finally.")];

/// How many lanes are read.
const LANES: usize = 500;

/// Gauges of this process's calls to outside.
const GAUGES: [(&str, &str); 1] =
    [("earnest_rpc_failures_in_a_row", "Requests to an endpoint without an answer since it answered last.")];

/// The media type of the text.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `admin.metrics`. Figures that the store cannot give now are left out; those of this process are always
/// there.
pub async fn metrics(engine: &Engine, _: &Actor, _: &GetMetrics) -> Result<Metrics> {
    let mut text = String::new();
    let calls = engine.metrics().calls();
    operations(&mut text, &calls);
    latencies(&mut text, &calls);
    family(&mut text, "earnest_errors_total", "counter", "Refusals and failures by code.");
    for (code, count) in engine.metrics().refusals() {
        line(&mut text, &format!("earnest_errors_total{{code=\"{code}\"}}"), count);
    }
    deliveries(&mut text, engine);
    tallies(&mut text, engine);
    gauges(&mut text, engine);
    times(&mut text, engine);
    process(&mut text, engine);
    lags(&mut text, engine).await;
    lanes(&mut text, engine).await;
    Ok(Metrics { text, content_type: CONTENT_TYPE.to_owned() })
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = writeln!(text, "{name} {value}");
}

fn operations(text: &mut String, calls: &[(&'static str, Mode, CallCounts)]) {
    let name = "earnest_operations_total";
    let help = "Calls by operation, mode and outcome. What joined a transaction of the application may have been rolled back.";
    family(text, name, "counter", help);
    for (op, mode, counts) in calls {
        let each =
            [(mode.accepted(), counts.accepted), ("replayed", counts.replayed), ("refused", counts.refused)];
        for (outcome, count) in each.into_iter().filter(|(_, count)| *count > 0) {
            let labels = format!("op=\"{op}\",mode=\"{}\",outcome=\"{outcome}\"", mode.as_str());
            line(text, &format!("{name}{{{labels}}}"), count);
        }
    }
}

fn latencies(text: &mut String, calls: &[(&'static str, Mode, CallCounts)]) {
    let name = "earnest_operation_seconds";
    family(text, name, "histogram", "How long calls took, by operation and mode.");
    for (op, mode, counts) in calls {
        let labels = format!("op=\"{op}\",mode=\"{}\"", mode.as_str());
        let bounds = BOUNDS.iter().map(|(_, bound)| *bound).chain(["+Inf"]);
        let mut sum = 0;
        for (bound, count) in bounds.zip(counts.classes) {
            sum += count;
            line(text, &format!("{name}_bucket{{{labels},le=\"{bound}\"}}"), sum);
        }
        line(text, &format!("{name}_sum{{{labels}}}"), seconds(counts.micros));
        line(text, &format!("{name}_count{{{labels}}}"), sum);
    }
}

/// The answers of brokers; nothing if nothing was sent.
fn deliveries(text: &mut String, engine: &Engine) {
    let (name, delivered) = ("earnest_delivered_total", engine.metrics().delivered());
    if delivered.is_empty() {
        return;
    }
    let help =
        "Events that a broker took (delivered) or refused, and batches before which it was away, by sink.";
    family(text, name, "counter", help);
    for ((sink, outcome), count) in delivered {
        line(text, &format!("{name}{{sink=\"{}\",outcome=\"{outcome}\"}}", escaped(&sink)), count);
    }
}

/// The counters of calls to outside.
fn tallies(text: &mut String, engine: &Engine) {
    let counted = engine.metrics().tallies.all();
    for (name, help) in TALLIES {
        let mut of_it = counted.iter().filter(|(tally, _)| tally.family == name).peekable();
        if of_it.peek().is_some() {
            family(text, name, "counter", help);
        }
        for (tally, count) in of_it {
            line(text, &format!("{name}{}", labels(tally, None)), count);
        }
    }
}

/// The labels of a tally, with one more if given, in braces; empty without labels.
fn labels(tally: &CallTally, more: Option<String>) -> String {
    let own = tally.labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value)));
    let all: Vec<String> = own.chain(more).collect();
    if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) }
}

/// The gauges, as they were set last.
fn gauges(text: &mut String, engine: &Engine) {
    let set = engine.metrics().tallies.gauges();
    for (name, help) in GAUGES {
        let mut of_it = set.iter().filter(|(tally, _)| tally.family == name).peekable();
        if of_it.peek().is_some() {
            family(text, name, "gauge", help);
        }
        for (tally, value) in of_it {
            line(text, &format!("{name}{}", labels(tally, None)), value);
        }
    }
}

/// The times of calls to outside.
fn times(text: &mut String, engine: &Engine) {
    let measured = engine.metrics().tallies.times();
    for (name, help) in TIMES {
        let mut of_it = measured.iter().filter(|(tally, _)| tally.family == name).peekable();
        if of_it.peek().is_some() {
            family(text, name, "histogram", help);
        }
        for (tally, times) in of_it {
            let bounds = LONG_BOUNDS.iter().map(|(_, bound)| *bound).chain(["+Inf"]);
            let mut sum = 0;
            for (bound, count) in bounds.zip(times.classes) {
                sum += count;
                let labels = labels(tally, Some(format!("le=\"{bound}\"")));
                line(text, &format!("{name}_bucket{labels}"), sum);
            }
            line(text, &format!("{name}_sum{}", labels(tally, None)), seconds(times.micros));
            line(text, &format!("{name}_count{}", labels(tally, None)), sum);
        }
    }
}

/// Microseconds as seconds.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn process(text: &mut String, engine: &Engine) {
    let (queued, limit) = engine.queue_depth();
    family(text, "earnest_queue_depth", "gauge", "Calls that wait or run.");
    line(text, "earnest_queue_depth", queued);
    family(text, "earnest_queue_limit", "gauge", "Calls that may wait or run; one more is overloaded.");
    line(text, "earnest_queue_limit", limit);
    family(text, "earnest_groups_total", "counter", "Groups of calls that were committed.");
    line(text, "earnest_groups_total", engine.groups());
    family(
        text,
        "earnest_grouped_calls_total",
        "counter",
        "Calls in these groups: divided by the groups, their size.",
    );
    line(text, "earnest_grouped_calls_total", engine.grouped());
    let counted = engine.store().counted();
    for (name, help, count) in [
        ("earnest_store_statements_total", "Statements sent to the store.", counted.statements),
        ("earnest_store_round_trips_total", "How often the store was waited for.", counted.round_trips),
        ("earnest_store_commits_total", "Transactions made durable.", counted.commits),
    ] {
        family(text, name, "counter", help);
        line(text, name, count);
    }
}

/// The lag of the sequencer and of the sinks.
async fn lags(text: &mut String, engine: &Engine) {
    let now = engine.store_now().await.unwrap_or_else(|_| engine.now());
    if let Ok(since) = sequencer::waiting_since(engine.store(), now).await {
        let waited = since.map_or(0, |since| now.micros().saturating_sub(since.micros()).max(0));
        let name = "earnest_sequencer_lag_seconds";
        family(text, name, "gauge", "How long the oldest event has waited for its place.");
        line(text, name, seconds(waited.unsigned_abs()));
    }
    let Ok(sinks) = crate::upkeep::health::sinks::of_all_books(engine).await else { return };
    let name = "earnest_sink_lag_events";
    family(text, name, "gauge", "Events behind the place of a sink.");
    for (row, head) in &sinks {
        let labels = format!("book=\"{}\",sink=\"{}\"", escaped(row.book.as_str()), escaped(&row.name));
        line(text, &format!("{name}{{{labels}}}"), (head - row.settled).max(0));
    }
}

/// How much is under way on each lane of the engine's book; nothing without lanes.
async fn lanes(text: &mut String, engine: &Engine) {
    let records = Records { limit: LANES, ..Records::of(engine.book_name(), lane::KIND) };
    let Ok(found) = engine.look(&Listing::Records(records)).await else { return };
    let lanes = found.records.iter().filter_map(|row| Lane::of(row).ok());
    let mut lanes = lanes.filter(|lane| lane.state != LaneState::Retired).peekable();
    let name = "earnest_lane_in_flight";
    if lanes.peek().is_some() {
        family(text, name, "gauge", "Nonces of a lane that are not final.");
    }
    for lane in lanes {
        line(text, &format!("{name}{{lane=\"{}\"}}", lane.id()), lane.facts.in_flight.len());
    }
}

/// A text between quotation marks.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
