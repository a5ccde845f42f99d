//! Programs of tests are few, because each links the whole engine, and every file of theirs is run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{read, report, tree};

const CONTRIBUTING: &str = "CONTRIBUTING.md";

#[test]
fn every_file_of_tests_is_a_room_of_a_program() {
    report(&outside(&tree(), read));
}

#[test]
fn contributing_lists_every_program() {
    let there = programs(&tree());
    let listed = listed(&read(Path::new(CONTRIBUTING)));
    assert_eq!(listed, there, "the programs of tests that {CONTRIBUTING} lists, and those that are there");
}

/// A folder of tests with a `main.rs` is a program, and so is the one file beside them.
fn programs(files: &[PathBuf]) -> BTreeSet<String> {
    let main = files.iter().filter(|path| path.ends_with("main.rs")).filter_map(|path| path.parent());
    let folders = main.filter(|folder| folder.parent().is_some_and(|above| above.ends_with("tests")));
    let names = folders.filter_map(|folder| folder.file_name()?.to_str()).map(ToOwned::to_owned);
    names.chain(["tidy".to_owned()]).collect()
}

/// The first column of the table of programs.
fn listed(page: &str) -> BTreeSet<String> {
    let rows = page.lines().skip_while(|line| !line.starts_with("| program |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.split('`').nth(1)).map(ToOwned::to_owned).collect()
}

/// Files of tests that would be programs of their own, and those that no other file declares: those never
/// run.
fn outside(files: &[PathBuf], read: impl Fn(&Path) -> String) -> Vec<String> {
    let tests = [Path::new("core/tests"), Path::new("cli/tests")];
    let mut found = Vec::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let (Some(folder), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str()))
        else {
            continue;
        };
        if !tests.iter().any(|tests| path.starts_with(tests)) || ["main", "mod"].contains(&stem) {
            continue;
        }
        let line = if tests.contains(&folder) {
            (stem != "tidy").then_some("move it into a folder that has a `main.rs`, as a module".to_owned())
        } else {
            let above = [folder.join("main.rs"), folder.join("mod.rs"), folder.with_extension("rs")];
            let declared =
                |path: &PathBuf| files.contains(path) && read(path).contains(&format!("mod {stem};"));
            (!above.iter().any(declared)).then(|| format!("no file declares it: `mod {stem};` is missing"))
        };
        found.extend(line.map(|what| format!("{}:1: {what}", path.display())));
    }
    found
}

#[test]
fn files_that_nobody_runs_are_found() {
    let files =
        ["tidy.rs", "races.rs", "engine/main.rs", "engine/jobs.rs", "engine/jobs/late.rs", "engine/lost.rs"]
            .map(|name| Path::new("core/tests").join(name));
    let text = |path: &Path| match path.file_name().and_then(|name| name.to_str()) {
        Some("main.rs") => "mod jobs;\n".to_owned(),
        Some("jobs.rs") => "mod late;\n".to_owned(),
        _ => String::new(),
    };
    let found = outside(&files, text);
    let found: Vec<_> = found.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(found, ["core/tests/races.rs", "core/tests/engine/lost.rs"]);
}

#[test]
fn programs_that_are_not_listed_are_found() {
    let files = [
        "core/tests/engine/main.rs",
        "cli/tests/cli/main.rs",
        "core/tests/engine/jobs/main.rs",
        "cli/src/main.rs",
    ];
    let there = programs(&files.map(PathBuf::from));
    let page = "| program | what |\n| --- | --- |\n| `cli` | `a` |\n| `engine` | b |\n| `tidy` | c |\n\n| `other` |\n";
    assert_eq!(listed(page), there);
    assert_ne!(listed(&page.replace("`cli`", "`rust_api`")), there);
}
