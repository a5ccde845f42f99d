//! The glossary explains words that the tree uses, each once and on one line.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Offences, read, report, tree};

const GLOSSARY: &str = "core/docs/GLOSSARY.md";

#[test]
fn the_glossary_explains_words_that_are_used() {
    let others =
        tree().into_iter().filter(|path| path != Path::new(GLOSSARY) && !path.starts_with("core/tests"));
    let spoken = others.map(|path| flat(&read(&path))).collect::<Vec<_>>().join(" ");
    let found = unused(&read(Path::new(GLOSSARY)), &spoken);
    report(&found.into_iter().map(|(line, what)| format!("{GLOSSARY}:{line}: {what}")).collect::<Vec<_>>());
}

/// Lower case, and one space for everything that is neither letter nor digit: `SlowLane` and `slow_lane` are
/// `slow lane`.
fn flat(text: &str) -> String {
    let (mut flat, mut small) = (String::from(" "), false);
    for c in text.chars() {
        if c.is_uppercase() && small {
            flat.push(' ');
        }
        small = c.is_lowercase();
        match c.is_alphanumeric() {
            true => flat.extend(c.to_lowercase()),
            false if flat.ends_with(' ') => {}
            false => flat.push(' '),
        }
    }
    flat.push(' ');
    flat
}

fn unused(glossary: &str, spoken: &str) -> Offences {
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for (index, line) in glossary.lines().enumerate() {
        let entry = line.strip_prefix("- **").and_then(|rest| rest.split_once("**: "));
        let Some((word, meaning)) = entry else {
            if !(line.is_empty() || line.starts_with('#') || known.is_empty()) {
                found.push((index + 1, "an entry is one line, `- **word**: what it means`".to_owned()));
            }
            continue;
        };
        if !meaning.ends_with('.') || !known.insert(word) {
            found.push((index + 1, format!("`{word}` is explained once, in sentences")));
        }
        let forms = ["", "s", "es", "d", "ed"].map(|ending| format!(" {word}{ending} "));
        if !forms.iter().any(|form| spoken.contains(form)) {
            found.push((index + 1, format!("nobody says `{word}`")));
        }
    }
    found
}

#[test]
fn words_that_nobody_says_are_found() {
    let page = "# Words\n\nAll of them.\n\n- **slow lane**: A lane.\n- **sink**: A pit.\n- **latch**: no end\n\nprose\n";
    let offences = unused(page, &flat("struct SlowLane; let latches = a_latch;"));
    assert_eq!(offences.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6, 7, 9]);
}
