//! Programs of tests are few, because each links the whole engine, and every file of theirs is run.

use std::path::{Path, PathBuf};

use super::{read, report, tree};

#[test]
fn every_file_of_tests_is_a_room_of_a_program() {
    report(&outside(&tree(), read));
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
