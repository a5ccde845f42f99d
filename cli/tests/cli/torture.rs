//! `earnest torture`: killed processes, dropped callers and jumping clocks lose, double and tear nothing, on
//! every store that outlives a process.

use serde_json::json;

use crate::cli::earnest;
use crate::postgres;
use crate::soak;

fn survives(store: &str, seed: u32) {
    let seconds = soak::rounds(5, 120).to_string();
    let ran =
        earnest(&["torture", "--seconds", &seconds, "--seed", &seed.to_string(), "--store", store, "--json"]);
    let report = ran.document();
    println!("{report}");
    assert_eq!((ran.code, &report["ok"], &report["found"]), (0, &json!(true), &json!([])), "{report:#}");
    let count = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(count("lost") + count("doubled") + count("torn"), 0);
    // it did what it promises: otherwise it has shown nothing
    for name in
        ["kills", "acknowledged", "refused", "dropped_callers", "made_again", "unacknowledged_applied"]
    {
        assert!(count(name) > 0, "{name}: {report:#}");
    }
    assert!(count("kills") >= 5 && count("acknowledged") >= 100 && count("invariants") >= 10, "{report:#}");
}

#[test]
fn soak_torture_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    survives(&format!("sqlite:{}", folder.path().join("torture.db").display()), 11);
}

#[test]
fn soak_torture_on_postgres() {
    survives(&postgres::database(), 12);
}

#[test]
fn a_store_that_dies_with_its_process_is_refused() {
    let ran = earnest(&["torture", "--store", "memory:", "--json"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}
