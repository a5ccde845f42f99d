//! The commands of `core/docs/GUIDE.md`, run as they stand.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/cli.rs"]
mod cli;

use std::path::Path;
use std::process::Command;

const GUIDE: &str = include_str!("../../core/docs/GUIDE.md");

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
