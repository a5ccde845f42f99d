//! A test or a file that a page names is there.
//!
//! A test is known by its form: four words or more, or `soak_` or `museum_` before them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Offences, by_line, is_generated, read, report, tree};

#[test]
fn tests_that_pages_name_are_there() {
    let names =
        tree().into_iter().filter(|path| is_rust(path)).flat_map(|path| names(&read(&path))).collect();
    let pages = |path: &Path| !path.starts_with("benches");
    over_pages(pages, |text| missing_tests(text, &names));
}

#[test]
fn files_that_pages_name_are_there() {
    let files: Vec<PathBuf> = tree().into_iter().filter(|path| is_rust(path)).collect();
    over_pages(|_| true, |text| missing_files(text, &files));
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "rs")
}

fn over_pages(wanted: impl Fn(&Path) -> bool, rule: impl Fn(&str) -> Offences) {
    let mut found = Vec::new();
    for path in tree().into_iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let text = read(&path);
        if wanted(&path) && !is_generated(&text) {
            found.extend(
                rule(&text).into_iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())),
            );
        }
    }
    report(&found);
}

/// Functions, and modules: a scenario is a module with a test for each store.
fn names(text: &str) -> BTreeSet<String> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let named = words.windows(2).filter(|pair| matches!(pair[0], "fn" | "mod"));
    named.map(|pair| pair[1].to_owned()).collect()
}

fn missing_tests(text: &str, names: &BTreeSet<String>) -> Offences {
    let is_name = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let is_test = |word: &str| {
        word.matches('_').count() >= 3 || word.starts_with("soak_") || word.starts_with("museum_")
    };
    quoted(text, |word| {
        let stem = word.strip_suffix('*').unwrap_or(word);
        let there = names.contains(word) || stem != word && names.iter().any(|name| name.starts_with(stem));
        (is_name(stem) && is_test(word) && !there).then(|| format!("there is no test `{word}`"))
    })
}

fn missing_files(text: &str, files: &[PathBuf]) -> Offences {
    quoted(text, |word| {
        let is_file =
            word.ends_with(".rs") && !word.contains(|c: char| c.is_whitespace() || "*{".contains(c));
        let there = files.iter().any(|file| file.ends_with(word));
        (is_file && !there).then(|| format!("there is no file `{word}`"))
    })
}

/// The texts between backticks.
fn quoted(text: &str, judge: impl Fn(&str) -> Option<String>) -> Offences {
    by_line(text, |line| {
        let said: Vec<String> = line.split('`').skip(1).step_by(2).filter_map(&judge).collect();
        (!said.is_empty()).then(|| said.join("; "))
    })
}

#[test]
fn what_is_missing_is_found() {
    let names = names("async fn nobody_waits_for_ever() {}\nmod a_b_c_d {}\nfn museum_18_x() {}");
    let page = "`nobody_waits_for_ever`, `a_b_c_d`, `museum_18_*`, `lock_timeout`\n`a_b_c_e` and `soak_x`\n`museum_19_*`";
    assert_eq!(missing_tests(page, &names).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    let files = [PathBuf::from("core/tests/plans/due.rs")];
    let page = "`due.rs` `plans/due.rs` `core/tests/plans/due.rs`\n`ue.rs`\n`tests/due.rs`";
    assert_eq!(missing_files(page, &files).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
}
