//! A doc comment begins with its subject: a noun, a verb in the third person, or "Whether". Behind What, Who,
//! Whom, Whose or That a reader waits for the thing itself.

use std::path::Path;

use super::{Offences, read, tree};

/// The trees of files that are read.
const TREES: &[&str] = &[
    "bindings-node",
    "bindings-python",
    "bindings-shared",
    "bindings-swift",
    "benches",
    "cli",
    "core",
    "evm",
    "examples",
    "fuzz",
];
const KINDS: &[&str] = &["kt", "py", "rs", "swift", "ts"];
/// Marks of comments that have one on each line.
const LINES: &[&str] = &["///", "//!", "#:"];
/// Marks that begin a comment, and stand alone where its text begins on the next line.
const BLOCKS: &[&str] = &["/**", "\"\"\""];

#[test]
fn doc_comments_begin_with_their_subject() {
    let of_trees =
        |path: &&std::path::PathBuf| TREES.iter().any(|tree| path.starts_with(tree)) && is_read(path);
    let wrong: Vec<String> = tree()
        .iter()
        .filter(of_trees)
        .flat_map(|path| {
            let found = headless(&read(path)).into_iter();
            found.map(move |(line, said)| format!("{}:{line}: {said}", path.display()))
        })
        .collect();
    assert!(wrong.is_empty(), "{} comments:\n{}", wrong.len(), wrong.join("\n"));
}

fn is_read(path: &Path) -> bool {
    path.extension().is_some_and(|extension| KINDS.iter().any(|kind| extension == *kind))
}

fn headless(text: &str) -> Offences {
    let (mut found, mut before) = (Vec::new(), "");
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(said) = beginning(line, before)
            && ["What", "Who", "Whom", "Whose", "That"].contains(&first_word(said))
        {
            found.push((index + 1, said.to_owned()));
        }
        before = line;
    }
    found
}

/// The text of a line that begins a doc comment.
fn beginning<'t>(line: &'t str, before: &str) -> Option<&'t str> {
    for mark in LINES {
        let Some(said) = line.strip_prefix(mark) else { continue };
        let goes_on = before.strip_prefix(mark).is_some_and(|said| !said.trim().is_empty());
        return (!goes_on).then_some(said.trim());
    }
    let block = BLOCKS.iter().find_map(|mark| line.strip_prefix(mark)).filter(|said| !said.trim().is_empty());
    let begun = || BLOCKS.contains(&before).then(|| line.trim_start_matches('*'));
    block.or_else(begun).map(str::trim)
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

#[test]
fn a_comment_without_a_subject_is_found() {
    let lines = |text: &str| headless(text).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!(lines("/// What a refund says.\n/// That is all.\nfn f() {}\n\n/// Whose.\n"), [1, 5]);
    assert!(lines("/// Returns it.\n/// What follows is part of that.\n/// Whether it is.\n").is_empty());
    assert_eq!(lines("    //! That it waits.\n    //! It does.\n// What is no doc comment\n"), [1]);
    assert_eq!(lines("/** Who pays. */\n/**\n * What is paid.\n * That is.\n */\n"), [1, 3]);
    assert_eq!(
        lines("    \"\"\"What it is.\n\n    That too.\"\"\"\n#: Whom it is about.\n#: Whatever.\n"),
        [1, 4]
    );
    assert_eq!(lines("/// Whatever is there.\n\n/// What's left.\n"), [3]);
}
