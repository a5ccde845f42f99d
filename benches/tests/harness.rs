//! The harness keeps its contract: one line of JSON with the promised fields, on every kind of store, again
//! and again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[cfg(target_os = "linux")]
#[allow(dead_code, clippy::disallowed_methods, reason = "it is the node of the program `chain`, and waits")]
#[path = "../../core/tests/chain/node.rs"]
mod node;
#[allow(clippy::disallowed_methods, reason = "a port for the node is drawn")]
#[cfg(target_os = "linux")]
#[path = "../../core/tests/support/ports.rs"]
mod ports;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "../../core/tests/support/postgres.rs"]
mod postgres;
#[cfg(target_os = "linux")]
#[path = "../../core/tests/support/soak.rs"]
mod soak;
/// Under the names that files of other programs have for it.
#[cfg(target_os = "linux")]
mod support {
    pub(crate) use serde_json::{Value, json};

    pub(crate) use crate::ports;
}

use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_earnest-benches")).args(arguments).output().unwrap()
}

/// The one line of JSON that a subcommand prints.
fn line(arguments: &[&str]) -> Value {
    let output = run(&[arguments, &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn assert_sound(report: &Value, workload: &str) {
    for field in [
        "store",
        "workload",
        "in_flight",
        "accounts",
        "seconds",
        "ops",
        "ops_per_s",
        "p50_ms",
        "p99_ms",
        "statements_per_op",
        "commits",
        "mean_group",
        "errors",
        "conservation_ok",
        "round_trips_per_op",
        "bytes_per_transfer",
        "fsyncs_per_op",
        "rss_mb",
    ] {
        assert!(report.get(field).is_some(), "{field} is missing: {report}");
    }
    assert_eq!(report["workload"], workload);
    assert_eq!(report["errors"], 0, "{report}");
    assert_eq!(report["conservation_ok"], true);
    assert!(report["ops"].as_u64().unwrap() > 0, "{report}");
    assert!(report["commits"].as_u64().unwrap() > 0, "{report}");
}

/// A quotient, which has two decimals, is that of these rates. It may be 0.00 where the machine stood still.
#[allow(clippy::float_arithmetic, reason = "rates are statistics, no money")]
fn assert_ratio(ratio: &Value, part: &Value, whole: &Value) {
    let [ratio, part, whole] = [ratio, part, whole].map(|figure| figure.as_f64().unwrap());
    assert!(
        part > 0.0 && whole > 0.0 && (ratio - part / whole).abs() < 0.01,
        "{ratio} of {part} and {whole}"
    );
}

const SHORT: [&str; 6] = ["--seconds", "0.2", "--accounts", "20", "--in-flight", "4"];

#[test]
fn every_workload_runs_in_memory() {
    every_workload_runs("memory:");
}

#[test]
fn every_workload_runs_on_sqlite_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    every_workload_runs(&file);
    let report = every_mode_runs(&file);
    assert!(report["fsyncs"].is_null() && report["fsyncs_from"].is_null(), "nobody counted: {report}");
    let output = run(&[&["ledger", "--json", "--strace", "--store", &file], &SHORT[..]].concat());
    if output.status.success() {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["fsyncs_from"], "strace");
        assert!(report["fsyncs"].as_u64() >= report["commits"].as_u64(), "a commit was not synced: {report}");
    } else {
        // some systems let nobody but root attach to a program that runs
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.stdout.is_empty() && said.contains("attach"), "{said}");
    }
}

#[test]
fn every_workload_runs_on_postgres_and_again() {
    let url = postgres::database();
    every_workload_runs(&url);
    let report = every_mode_runs(&url);
    assert_eq!(report["fsyncs_from"], "pg_stat_wal", "{report}");
    assert!(report["fsyncs"].as_u64().unwrap() > 0, "{report}");
}

fn every_workload_runs(store: &str) {
    for workload in ["transfer", "hot", "top_up", "hold_capture", "deal"] {
        let report =
            line(&[&["ledger", "--verify", "--store", store, "--workload", workload], &SHORT[..]].concat());
        assert_sound(&report, workload);
    }
    for workload in ["purchase", "last_piece", "payment", "webhook"] {
        let report =
            line(&[&["ledger", "--verify", "--store", store, "--workload", workload], &SHORT[..]].concat());
        assert_sound(&report, workload);
        assert_ratio(&report["ratio_to_transfer"], &report["ops_per_s"], &report["transfers_per_s"]);
    }
}

/// A host's transaction, batches, several processes and a vacuum, all on a store that was used; answers the
/// last report.
fn every_mode_runs(store: &str) -> Value {
    let report = line(&[&["host", "--store", store], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["mean_group"], 1.0, "a host's transaction holds its own calls only");
    let report = line(&[&["bulk", "--batch", "10", "--store", store], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["ops"].as_u64().unwrap() % 10, 0);
    let report = line(&[&["ledger", "--processes", "2", "--store", store], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["processes"], 2);
    assert_eq!((&report["vacuumed"], &report["store_bytes_per_transfer"]), (&false.into(), &Value::Null));
    let report = line(&[&["ledger", "--vacuum", "--store", store], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["vacuumed"], true);
    assert!(report["store_bytes_per_transfer"].as_f64().unwrap() > 100.0, "{report}");
    report
}

#[test]
fn lists_by_balance_are_measured_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    for store in ["memory:", &file, &postgres::database()] {
        let short = ["--accounts", "700", "--pages", "20", "--moves", "5"];
        let report = line(&[&["rank", "--store", store], &short[..]].concat());
        // with `@world`
        assert_eq!((&report["listed"], &report["in_order"]), (&701.into(), &true.into()), "{report}");
        assert!(report["events"].as_u64().unwrap() >= 700 && report["first"]["lists"] == 1, "{report}");
        assert_eq!(report["conservation_ok"], true);
        for (sort, pages) in [("still", 20), ("moving", 20), ("searched", 3)] {
            assert_eq!(report[sort]["pages"], pages, "{report}");
            assert!(report[sort]["p99_ms"].as_f64().unwrap() > 0.0, "{report}");
        }
    }
}

#[test]
fn rules_and_a_flood_are_measured_in_turns() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    let sound = |report: &Value| {
        assert_eq!((&report["errors"], &report["conservation_ok"]), (&0.into(), &true.into()), "{report}");
        for side in ["without", "with"] {
            assert!(report[side]["ops_per_s"].as_f64().unwrap() > 0.0, "{report}");
            assert_eq!(report[side]["p99_ms_each"].as_array().unwrap().len(), 1, "{report}");
        }
    };
    for store in ["memory:", &file] {
        let short = ["--rounds", "1", "--seconds", "0.2", "--accounts", "20", "--in-flight", "4"];
        let report =
            line(&[&["rules", "--rules", "3", "--shared", "1", "--store", store], &short[..]].concat());
        sound(&report);
        assert_eq!((&report["rules"], &report["shared"]), (&3.into(), &1.into()));
        let flood = ["flood", "--guessers", "4", "--subjects", "2", "--store", store];
        let report = line(&[&flood, &short[..]].concat());
        sound(&report);
        let guesses = report["guesses"].as_object().unwrap();
        assert!(
            guesses.keys().all(|code| ["pin_invalid", "pin_locked"].contains(&code.as_str())),
            "{report}"
        );
        let wrong = guesses["pin_invalid"].as_u64().unwrap();
        assert!((1..=8).contains(&wrong), "four of each subject at most, as the fifth locks: {report}");
    }
}

/// With brokers that take everything at once: what a real one costs is not for a test.
#[test]
fn deliveries_are_measured() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    for store in ["memory:", &file, &postgres::database()] {
        let short = ["--events", "700", "--rounds", "1"];
        let to = ["delivery", "--store", store, "--to", "none:", "--to", "none:"];
        let report = line(&[&to[..], &short[..], &SHORT[..]].concat());
        assert_eq!((&report["errors"], &report["conservation_ok"]), (&0.into(), &true.into()), "{report}");
        assert_eq!((&report["events"], report["to"].as_array().unwrap().len()), (&700.into(), 2), "{report}");
        for figure in ["events_per_s", "receipt_p95_ms"] {
            assert!(report[figure].as_f64().unwrap() > 0.0, "{figure}: {report}");
        }
        assert_ratio(&report["rate_ratio"], &report["with_per_s"], &report["without_per_s"]);
        assert!(report["receipts"].as_u64().unwrap() > 0, "{report}");
    }
    for to in ["amqp://me:hunter2@127.0.0.1:1/?routing_key=bench", "http://me:hunter2@127.0.0.1:1/"] {
        let output = run(&["delivery", "--store", "memory:", "--events", "10", "--json", "--to", to]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{said}");
        assert!(!said.is_empty() && !said.contains("hunter2"), "{said}");
    }
}

/// Each payment reaches its gateway once, and forty wait there at once: more than one gateway has places for.
#[test]
fn calls_are_measured_at_the_door_of_their_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    let short = ["--seconds", "0.2", "--in-flight", "4", "--open", "40"];
    for store in ["memory:", &file, &file, &postgres::database()] {
        let report = line(&[&["door", "--store", store], &short[..]].concat());
        for (field, expected) in [("gateways", 2), ("open", 40), ("doubles", 0), ("errors", 0)] {
            assert_eq!(report[field], expected, "{field}: {report}");
        }
        assert_eq!(report["conservation_ok"], true, "{report}");
        assert!(report["confirmed"].as_u64().unwrap() >= 4, "{report}");
        for figure in ["door_p50_ms", "door_p99_ms", "door_max_ms"] {
            assert!(report[figure].as_f64().unwrap() > 0.0, "{figure}: {report}");
        }
        assert_eq!(report["rss_mb"].as_array().unwrap().len(), 3, "{report}");
    }
}

#[test]
fn contenders_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    let short = ["--rounds", "1", "--seconds", "0.2", "--accounts", "20", "--in-flight", "1,4"];
    // what has to be built takes part if somebody built it before
    let report = line(&[&["peers", "--no-build", "--store", &file], &short[..]].concat());
    assert_eq!((&report["kind"], &report["conservation_ok"]), (&"sqlite".into(), &true.into()), "{report}");
    let points = report["points"].as_array().unwrap();
    assert_eq!(points.iter().map(|point| point["in_flight"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 4]);
    for point in points.iter().chain([&report]) {
        let (own, other) = (&point["medians"]["earnest"], &point["medians"]["lock_two_rows"]);
        let (own, other) = (own.as_f64().unwrap(), other.as_f64().unwrap());
        assert!(own > 0.0 && other > 0.0, "{report}");
        let ratio = point["ratios"]["lock_two_rows"].as_f64().unwrap();
        assert!((ratio - own / other).abs() < 0.01, "{report}");
    }
    let took_part = |name: &str| report["medians"].get(name).is_some();
    for name in ["doubleentry", "cala_ledger", "tigerbeetle"] {
        assert_ne!(took_part(name), report["skipped"].get(name).is_some(), "{name}: {report}");
    }
}

/// The last piece against the transaction that an application writes for it.
#[test]
fn the_last_piece_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    let short = ["--rounds", "1", "--seconds", "0.2", "--accounts", "20", "--in-flight", "4"];
    for store in [&file, &postgres::database()] {
        let peers = ["peers", "--no-build", "--workload", "last_piece", "--store", store.as_str()];
        let report = line(&[&peers[..], &short[..]].concat());
        assert_eq!((&report["errors"], &report["conservation_ok"]), (&0.into(), &true.into()), "{report}");
        let medians = &report["medians"];
        assert_ratio(&report["ratios"]["lock_two_rows"], &medians["earnest"], &medians["lock_two_rows"]);
    }
}

/// Inside the application's transaction, with the server's processor time where there is a server.
#[test]
fn transactions_of_applications_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    let short = ["--rounds", "1", "--seconds", "0.3", "--accounts", "20", "--in-flight", "4"];
    let server = postgres::database();
    for (store, more) in [(&file, None), (&server, None), (&server, Some("--unprepared"))] {
        let mut arguments = vec!["peers", "--host", "--store", store];
        arguments.extend(short);
        arguments.extend(more);
        let report = line(&arguments);
        assert_eq!((&report["errors"], &report["conservation_ok"]), (&0.into(), &true.into()), "{report}");
        assert_eq!(report["skipped"].as_object().map(serde_json::Map::len), Some(0), "{report}");
        let point = &report["points"][0];
        for name in ["by_hand", "earnest"] {
            assert!(point["medians"][name].as_f64().unwrap() > 0.0, "{report}");
            let (own, all) = (&point["server_us"][name], &point["server_us_all"][name]);
            assert_eq!(own.is_null(), store == &file, "{report}");
            assert!(own.as_f64() <= all.as_f64(), "{report}");
        }
        assert_ratio(&point["ratios"]["by_hand"], &point["medians"]["earnest"], &point["medians"]["by_hand"]);
    }
}

#[test]
fn a_peer_says_whether_money_was_conserved() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    for _ in 0..2 {
        let report = line(&[&["lock-two-rows", "--store", &file], &SHORT[..]].concat());
        assert_eq!((&report["errors"], &report["conservation_ok"]), (&0.into(), &true.into()));
        assert!(report["ops"].as_u64().unwrap() > 0);
    }
}

#[test]
fn what_cannot_be_measured_is_refused() {
    for arguments in [
        vec!["host", "--store", "memory:"],
        vec!["lock-two-rows", "--store", "memory:"],
        vec!["ledger", "--store", "mysql://localhost/x"],
        vec!["ledger", "--store", "memory:", "--processes", "2"],
        vec!["ledger", "--store", "memory:", "--vacuum"],
        vec!["host", "--store", "memory:", "--strace"],
        vec!["by-hand", "--store", "memory:"],
        vec!["peers", "--store", "memory:", "--workload", "deal"],
        vec!["peers", "--host", "--store", "memory:", "--workload", "last_piece"],
        vec!["host", "--store", "sqlite:bench.db", "--workload", "payment"],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(run(&["ledger"]).status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn withdrawals_are_measured_on_a_chain() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let node = runtime.block_on(node::Node::start());
    let chain = format!("http://127.0.0.1:{}", node.port);
    let load = ["--rate", "20", "--lanes", "2", "--seconds", "1", "--mine-every", "0.5"];
    for store in [file, postgres::database()] {
        let report = line(&[&["withdrawals", "--store", &store, "--chain", &chain][..], &load].concat());
        for field in ["requested", "confirmed"] {
            assert_eq!(report[field], 20, "{report}");
        }
        for field in ["failed", "errors", "doubles", "unpaid"] {
            assert_eq!(report[field], 0, "{report}");
        }
        for field in [
            "final_p50_ms",
            "final_p99_ms",
            "api_p95_ms",
            "rpc_per_withdrawal",
            "statements_per_withdrawal",
            "round_trips_per_withdrawal",
            "bytes_per_withdrawal",
        ] {
            assert!(report[field].as_f64().unwrap() > 0.0, "{field}: {report}");
        }
        assert_eq!(report["conservation_ok"], true);
    }
    let refused = run(&["withdrawals", "--store", "memory:", "--chain", "https://node.example"]);
    assert!(!refused.status.success() && refused.stdout.is_empty());
}

/// A hundred withdrawals a second on a chain of this machine, over ten minutes where there is time: none is
/// paid twice, they are final in 30 s, and requests are answered in 200 ms.
#[cfg(target_os = "linux")]
#[test]
fn soak_withdrawals_keep_up_with_a_hundred_a_second() {
    let (rate, lanes, seconds) = (soak::rounds(10, 100), soak::rounds(2, 10), soak::rounds(1, 600));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let node = runtime.block_on(node::Node::start_for_long());
    let (store, chain) = (postgres::database(), format!("http://127.0.0.1:{}", node.port));
    let [asked, lanes, lasting] = [rate, lanes, seconds].map(|number| number.to_string());
    let load = ["--rate", &asked, "--lanes", &lanes, "--seconds", &lasting, "--mine-every", "0.5"];
    let report = line(&[&["withdrawals", "--store", &store, "--chain", &chain][..], &load].concat());
    for field in ["requested", "confirmed"] {
        assert_eq!(report[field], rate * seconds, "{field}: {report}");
    }
    for field in ["failed", "errors", "doubles", "unpaid"] {
        assert_eq!(report[field], 0, "{field}: {report}");
    }
    // a build that is not optimised, beside other tests, promises no times: it is looked at whether they end
    // without a lease that has to end before
    let ends = 55_000;
    for (field, most) in
        [("final_p99_ms", soak::rounds(ends, 30_000)), ("api_p95_ms", soak::rounds(ends, 200))]
    {
        let millis = report[field].as_f64();
        assert!(millis.is_some() && millis < Some(most.into()), "{field}: {report}");
    }
}

#[cfg(feature = "recorder")]
#[test]
fn a_recorder_is_measured_against_none() {
    let report = line(&[&["recorder", "--store", "memory:", "--rounds", "2"][..], &SHORT].concat());
    for field in ["without_per_s", "with_per_s", "rate_ratio_high"] {
        assert!(report[field].as_f64().unwrap() > 0.0, "{field}: {report}");
    }
    // the lower ones may be none where the machine stood still in a turn
    let [low, middle, high] =
        ["rate_ratio_low", "rate_ratio", "rate_ratio_high"].map(|field| report[field].as_f64().unwrap());
    assert!(low <= middle && middle <= high, "{report}");
    assert!(report["cpu_ratio"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!((&report["store"], &report["rounds"]), (&"memory".into(), &2.into()));
    assert!(report["recorded"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(report["conservation_ok"], true);
    let refused = run(&[&["recorder", "--store", "memory:", "--processes", "2"][..], &SHORT].concat());
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("one process"));
}
