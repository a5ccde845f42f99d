//! Every guarantee names tests that are there, and the README says the themes of the page, in its order.

use std::path::{Path, PathBuf};

use super::{Offences, read, report, tree};

const PAGE: &str = "docs/guarantees.md";
const FRONT: &str = "README.md";
/// The README is read in one go: what is longer belongs on a page of its own.
const FRONT_LINES: usize = 150;
const THEMES: usize = 11;

#[test]
fn every_guarantee_has_a_test() {
    let found = untested(&read(Path::new(PAGE)), &tree());
    report(&found.into_iter().map(|(line, what)| format!("{PAGE}:{line}: {what}")).collect::<Vec<_>>());
}

#[test]
fn the_readme_says_the_themes_of_the_guarantees() {
    let page = read(Path::new(PAGE));
    let themes: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(themes.len(), THEMES, "{PAGE} has eleven themes, one for each row of the README");
    assert_eq!(told(&read(Path::new(FRONT))), themes, "the themes of {FRONT} and of {PAGE}");
}

#[test]
fn the_readme_is_one_screen_of_each_thing() {
    let lines = read(Path::new(FRONT)).lines().count();
    assert!(lines <= FRONT_LINES, "{FRONT} has {lines} lines; {FRONT_LINES} is the limit");
}

/// Rows whose last column names no test, or one that is not there.
fn untested(page: &str, files: &[PathBuf]) -> Offences {
    let mut found = Vec::new();
    for (line, row) in page.lines().enumerate().map(|(index, row)| (index + 1, row)) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        if !row.starts_with('|') || row.starts_with("| ---") || row.starts_with("| guarantee |") {
            continue;
        }
        let said = cells.last().copied().unwrap_or_default().split('`').skip(1).step_by(2);
        let paths: Vec<&str> = said.filter(|word| word.contains('/')).collect();
        if paths.is_empty() {
            found.push((line, "no test is named".to_owned()));
        }
        for path in paths {
            let test = path.contains("/tests/") && files.iter().any(|file| is_or_lies_in(file, path));
            if !test {
                found.push((line, format!("there is no test `{path}`")));
            }
        }
    }
    found
}

/// A name that ends in a slash is a folder.
fn is_or_lies_in(file: &Path, path: &str) -> bool {
    if path.ends_with('/') { file.starts_with(path) } else { file == Path::new(path) }
}

/// The themes that the README links to.
fn told(front: &str) -> Vec<&str> {
    let rows = front.lines().filter(|line| line.contains(&format!("]({PAGE}#")));
    rows.filter_map(|row| row.strip_prefix("| [")?.split(']').next()).collect()
}

#[test]
fn guarantees_without_a_test_are_found() {
    let files = ["core/tests/audit/a.rs", "core/src/escrow/tests/b.rs", "core/src/c.rs"].map(PathBuf::from);
    let page = "| guarantee | test |\n| --- | --- |\n| a | `core/tests/audit/a.rs`, `verify` |\n\
                | b | `core/src/escrow/tests/` |\n| c | `core/src/c.rs` |\n| `core/tests/audit/a.rs` | by hand |\n\
                | d | `core/tests/audit/d.rs` |\n";
    assert_eq!(untested(page, &files).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 6, 7]);
    assert_eq!(told("| [A](docs/guarantees.md#a) | x |\n| b |\n[C](docs/guarantees.md#c)\n"), ["A"]);
}
