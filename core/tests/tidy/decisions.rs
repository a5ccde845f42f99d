//! The index of the decisions lists each with its title, its status, and what it is good for.
//!
//! A decision says all three itself, and `make generate` writes the index from that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{check_file, read, root, tree};

const FOLDER: &str = "core/docs/adr";
const INDEX: &str = "core/docs/adr/README.md";
/// The beginning of a status. `below` stands for an amendment on the same page.
const STATUSES: [&str; 5] =
    ["Accepted", "Amended below", "Amended by [", "Superseded below", "Superseded by ["];

/// The entry of a decision in the index.
#[derive(Debug, Eq, PartialEq)]
struct Decision<'t> {
    number: usize,
    title: &'t str,
    status: &'t str,
    short: &'t str,
}

#[test]
fn the_index_lists_every_decision() {
    let mut rows = String::new();
    for path in decisions(&tree()) {
        let text = read(&path);
        let found = decision(&text).unwrap_or_else(|what| panic!("{}: {what}", path.display()));
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Decision { number, title, status, short } = found;
        assert!(name.starts_with(&format!("{number:04}-")), "{name} is the file of decision {number}");
        let _ = writeln!(rows, "| {number} | [{title}]({name}) | {status} | {short} |");
    }
    let head = "# Decisions\n\nMade by `core/tests/tidy/decisions.rs` (@generated): do not edit.\n\n\
                What would be expensive to change later, and what else was considered.\n\
                [CONTRIBUTING](../../../CONTRIBUTING.md#commits-and-decisions) says how one is written.\n\n\
                | | decision | status | in short |\n| ---: | --- | --- | --- |\n";
    let there = if root().join(INDEX).is_file() { read(Path::new(INDEX)) } else { String::new() };
    check_file(INDEX, &there, &format!("{head}{rows}"));
}

/// The files of decisions, by number.
fn decisions(files: &[PathBuf]) -> Vec<PathBuf> {
    let inside = files.iter().filter(|path| path.starts_with(FOLDER) && *path != Path::new(INDEX));
    let mut found: Vec<PathBuf> = inside.cloned().collect();
    found.sort();
    found
}

/// Reads the three lines at the top of a decision.
fn decision(text: &str) -> Result<Decision<'_>, String> {
    let mut lines = text.lines();
    let title = lines.next().and_then(|line| line.strip_prefix("# ")?.split_once(". "));
    let (number, title) = title.ok_or("it begins with `# 7. The decision as a sentence`")?;
    let number = number.parse().map_err(|_| format!("`{number}` is no number"))?;
    lines.next();
    let status = lines.next().and_then(|line| line.strip_prefix("- Status: "));
    let known = status.filter(|status| STATUSES.iter().any(|known| status.starts_with(known)));
    let status = known.ok_or_else(|| format!("the third line is `- Status: ...`, one of {STATUSES:?}"))?;
    let short = lines.next().and_then(|line| line.strip_prefix("- In short: "));
    let short = short.filter(|short| short.ends_with('.'));
    let short =
        short.ok_or("the fourth line is `- In short: ...`, a sentence for who does not know the code")?;
    Ok(Decision { number, title, status, short })
}

#[test]
fn decisions_without_a_status_are_found() {
    let good = "# 7. Keys are kept\n\n- Status: Amended by [9](0009-x.md)\n- In short: A retry is safe.\n\n**Context.**\n";
    let found = Decision {
        number: 7,
        title: "Keys are kept",
        status: "Amended by [9](0009-x.md)",
        short: "A retry is safe.",
    };
    assert_eq!(decision(good), Ok(found));
    for bad in [
        good.replace("# 7.", "# Seven."),
        good.replace("# 7", "7"),
        good.replace("- Status: Amended by", "- Status: Perhaps"),
        good.replace("- Status", "Status"),
        good.replace("safe.", "safe"),
        good.replace("- In short: A retry is safe.\n", ""),
    ] {
        assert!(decision(&bad).is_err(), "{bad}");
    }
    let files =
        ["core/docs/adr/0002-b.md", "core/docs/adr/README.md", "core/docs/adr/0001-a.md", "README.md"];
    let paths = ["core/docs/adr/0001-a.md", "core/docs/adr/0002-b.md"].map(PathBuf::from);
    assert_eq!(decisions(&files.map(PathBuf::from)), paths);
}
