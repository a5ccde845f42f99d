//! The harness keeps its contract: one line of JSON with the promised fields, on every kind of store, again and again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

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

const SHORT: [&str; 6] = ["--seconds", "0.2", "--accounts", "20", "--in-flight", "4"];

#[test]
fn every_workload_runs_on_every_store_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bench.db").display());
    for workload in ["transfer", "hot", "top_up", "hold_capture", "deal"] {
        for store in ["memory:", file.as_str()] {
            let report = line(
                &[&["ledger", "--verify", "--store", store, "--workload", workload], &SHORT[..]].concat(),
            );
            assert_sound(&report, workload);
        }
    }
    // a host's transaction, batches and several processes, all on the file that was used
    let report = line(&[&["host", "--store", &file], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["mean_group"], 1.0, "a host's transaction holds its own calls only");
    let report = line(&[&["bulk", "--batch", "10", "--store", &file], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["ops"].as_u64().unwrap() % 10, 0);
    let report = line(&[&["ledger", "--processes", "2", "--store", &file], &SHORT[..]].concat());
    assert_sound(&report, "transfer");
    assert_eq!(report["processes"], 2);
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
        vec!["peers", "--store", "memory:", "--workload", "deal"],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(run(&["ledger"]).status.code(), Some(2));
}
