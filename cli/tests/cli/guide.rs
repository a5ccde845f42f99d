//! The commands of `core/docs/GUIDE.md` and the examples of `core/docs/operations.md`, run as they stand.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use earnest::OPERATIONS;
use earnest::for_cli::{KeyRule, STORY};
use serde_json::Value;

use crate::{cli, postgres};

const GUIDE: &str = include_str!("../../../core/docs/GUIDE.md");

/// The blocks of a language, in their order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let opened = GUIDE.split(fence.as_str()).skip(1);
    opened.map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_commands_of_the_guide_run_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let tools = Path::new(env!("CARGO_BIN_EXE_earnest")).parent().unwrap();
    let script = format!("set -euo pipefail\nPATH={}:$PATH\n{}", tools.display(), blocks("sh").join("\n"));
    let mut bash = Command::new("bash");
    let ran =
        cli::without_settings(&mut bash).args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && err.is_empty(), "{}\n{out}\n{err}", ran.status);
    for told in [
        "\"posted\":{\"amount\":\"40.00\"",
        "no acceptance needed",
        "+09:00",
        "Alice Kim (alice) pays bob $40.00",
        "invariants hold",
        "healthy",
        "wrote order-7.html",
        "is up to date",
    ] {
        assert!(out.contains(told), "{told} is not in\n{out}");
    }
    let sql = std::fs::read_to_string(folder.path().join("earnest.sql")).unwrap();
    assert!(
        sql.starts_with("BEGIN;\n")
            && sql.contains("CREATE TABLE \"earnest\".")
            && sql.ends_with("COMMIT;\n")
    );
}

/// Every example of the table of operations, one after the other, on this store.
fn examples(store: &str, has_backups: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    for (name, line) in STORY {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if !has_backups && name.is_some_and(|name| matches!(name, "admin.backup" | "admin.restore")) {
            line["expect"] = "not_supported".into();
        }
        input.push_str(&format!("{line}\n"));
    }
    let keys = folder.path().join("keys.json");
    let made = cli::earnest(&["keygen", "--out", keys.to_str().unwrap()]);
    assert_eq!(made.code, 0, "{made:?}");
    let mut command = cli::command(&["run", "-", "--store", store]);
    let keyring = format!("file:{}", keys.display());
    let ran = cli::run(command.current_dir(folder.path()).env("EARNEST_KEYRING", keyring), &input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{store}");
    assert_eq!(ran.lines().len(), STORY.len());
    let verified = cli::earnest(&["verify", "--store", store]);
    assert!(store == "memory:" || verified.code == 0, "{verified:?}");
}

#[test]
fn the_examples_of_all_operations_run_in_memory() {
    examples("memory:", false);
}

#[test]
fn the_examples_of_all_operations_run_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    examples(&format!("sqlite:{}", folder.path().join("shop.db").display()), true);
}

#[test]
fn the_examples_of_all_operations_run_on_postgres() {
    examples(&postgres::database(), false);
}

/// A line of an operation with all the defaults that its schema tells, if there are any that it has not.
fn in_full(line: &Value) -> Option<Value> {
    let info = OPERATIONS.iter().find(|info| line["op"] == info.name).unwrap();
    let again = info.effect == "read" || matches!(info.key, KeyRule::Required | KeyRule::Derived);
    let request = (info.request)().to_value();
    let mut full = line.clone();
    for (name, property) in request["properties"].as_object().unwrap() {
        if let Some(default) = property.get("default").filter(|_| line["args"].get(name).is_none()) {
            full["args"][name] = default.clone();
        }
    }
    (again && full != *line).then_some(full)
}

fn without_replayed(answer: &mut Value) {
    match answer {
        Value::Object(members) => {
            members.remove("replayed");
            members.values_mut().for_each(without_replayed);
        }
        Value::Array(items) => items.iter_mut().for_each(without_replayed),
        _ => {}
    }
}

/// What a schema says of a field that is left out is so: given in full, a read answers the same, and a write
/// is the same request.
#[test]
fn a_default_that_is_given_changes_nothing() {
    let (mut input, mut twice) = (String::new(), Vec::new());
    for (_, line) in STORY.iter().filter(|(name, _)| !name.is_some_and(|name| name.starts_with("admin."))) {
        let line: Value = serde_json::from_str(line).unwrap();
        input.push_str(&format!("{line}\n"));
        let full = in_full(&line);
        twice.push(full.is_some());
        full.into_iter().for_each(|full| input.push_str(&format!("{full}\n")));
    }
    let ran = cli::run(&mut cli::command(&["run", "-", "--test-clock"]), &input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut answers = ran.lines().into_iter();
    let mut compared = 0;
    for twice in twice {
        let mut first = answers.next().unwrap();
        if twice {
            let mut second = answers.next().unwrap();
            assert!(second["reply"].get("replayed").is_none_or(|replayed| replayed == true), "{second}");
            [&mut first, &mut second].into_iter().for_each(without_replayed);
            assert_eq!(first, second);
            compared += 1;
        }
    }
    assert!(compared > 15, "{compared}");
}
