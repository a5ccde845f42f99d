//! The recorded scenarios: a day of a shop, refusals of every kind, payments up to offers, and withdrawals
//! before they have a nonce. Neither their replies nor their state may move.
//!
//! `core/tests/vectors/NAME.jsonl` has the calls, `NAME.replies.jsonl` what they answered when they were
//! recorded, ids and times by the test clock. The packages of other languages answer the same
//! (`bindings-python/tests/test_golden.py`). A change of a reply, of an id or of the hash of the state is a
//! change for users: record again with `EARNEST_WRITE_VECTORS=1`, and say in CHANGELOG what moved.

use std::path::PathBuf;

use crate::cli::{command, run};

fn vector(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/tests/vectors").join(name)
}

pub(crate) fn replays(store: &str) {
    replays_in(store, "earnest");
}

/// The same in a schema of PostgreSQL.
pub(crate) fn replays_in(store: &str, schema: &str) {
    replays_all("scenario", store, schema);
}

fn replays_all(name: &str, store: &str, schema: &str) {
    let calls = std::fs::read_to_string(vector(&format!("{name}.jsonl"))).unwrap();
    let ran = run(
        &mut command(&["run", "-", "--test-clock", "--json", "--store", store, "--schema", schema]),
        &calls,
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let replies = vector(&format!("{name}.replies.jsonl"));
    if store == "memory:" && std::env::var_os("EARNEST_WRITE_VECTORS").is_some() {
        std::fs::write(&replies, &ran.out).unwrap();
    }
    let recorded = std::fs::read_to_string(replies).unwrap();
    assert_eq!(ran.out.lines().count(), calls.lines().count());
    for (place, (now, then)) in ran.out.lines().zip(recorded.lines()).enumerate() {
        assert_eq!(now, then, "line {} of {name} on {store}", place + 1);
    }
}

#[test]
fn the_recorded_scenario_is_answered_as_ever_in_memory() {
    replays("memory:");
}

#[test]
fn the_recorded_scenario_is_answered_as_ever_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    replays(&format!("sqlite:{}", folder.path().join("golden.db").display()));
}

#[test]
fn the_recorded_scenario_is_answered_as_ever_on_postgres() {
    replays(&crate::postgres::database());
}

#[test]
fn the_recorded_refusals_are_answered_as_ever() {
    replays_everywhere("refusals");
}

#[test]
fn the_recorded_payments_are_answered_as_ever() {
    replays_everywhere("payments");
}

#[test]
fn the_recorded_withdrawals_are_answered_as_ever() {
    replays_everywhere("withdrawals");
}

fn replays_everywhere(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("golden.db").display());
    for store in ["memory:", &file, &crate::postgres::database()] {
        replays_all(name, store, "earnest");
    }
}
