//! `earnest torture`: killed processes, dropped callers and jumping clocks lose, double and tear nothing, on
//! every store that outlives a process.

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::earnest;
use crate::postgres;
use crate::soak;

/// The counts that a run must reach: otherwise it has shown nothing.
const ENOUGH: [(&str, u64); 7] = [
    ("kills", 5),
    ("acknowledged", 100),
    ("refused", 1),
    ("dropped_callers", 1),
    ("made_again", 1),
    ("unacknowledged_applied", 1),
    ("invariants", 10),
];

/// A slow machine takes more runs to come to enough.
const RUNS: u32 = 12;

fn survives(store: impl Fn(u32) -> String, first: u32) {
    let seconds = soak::rounds(5, 120).to_string();
    let mut came_to = BTreeMap::new();
    for seed in first..first + RUNS {
        let (store, seed) = (store(seed), seed.to_string());
        let ran = earnest(&["torture", "--seconds", &seconds, "--seed", &seed, "--store", &store, "--json"]);
        let report = ran.document();
        println!("{report}");
        assert_eq!((ran.code, &report["ok"], &report["found"]), (0, &json!(true), &json!([])), "{report:#}");
        let count = |name: &str| report[name].as_u64().unwrap();
        assert_eq!(count("lost") + count("doubled") + count("torn"), 0);
        for (name, _) in ENOUGH {
            *came_to.entry(name).or_insert(0) += count(name);
        }
        if ENOUGH.iter().all(|(name, least)| came_to[name] >= *least) {
            return;
        }
    }
    panic!("after {RUNS} runs: {came_to:?}");
}

#[test]
fn soak_torture_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    survives(|seed| format!("sqlite:{}", folder.path().join(format!("{seed}.db")).display()), 11);
}

#[test]
fn soak_torture_on_postgres() {
    survives(|_| postgres::database(), 112);
}

#[test]
fn a_store_that_dies_with_its_process_is_refused() {
    let ran = earnest(&["torture", "--store", "memory:", "--json"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}
