//! Prose is set in lines that people can read: at most 110 characters in comments, 140 in Markdown.
//!
//! Tables and code stand as they are.

use super::{Offences, check, is_generated};

const COMMENT: usize = 110;
const MARKDOWN: usize = 140;

#[test]
fn comments_are_narrow() {
    check("rs", wide_comments);
}

#[test]
fn pages_are_narrow() {
    check("md", wide_pages);
}

fn wide_comments(text: &str) -> Offences {
    let marks = ["//!", "///", "//"];
    wide(text, COMMENT, |line| marks.iter().find_map(|mark| line.trim_start().strip_prefix(mark)))
}

fn wide_pages(text: &str) -> Offences {
    if is_generated(text) { Vec::new() } else { wide(text, MARKDOWN, |line| Some(line)) }
}

/// Lines of prose that are too long: `prose` answers what a line says, if it is prose at all.
fn wide(text: &str, width: usize, prose: impl Fn(&str) -> Option<&str>) -> Offences {
    let (mut found, mut code) = (Vec::new(), false);
    for (index, line) in text.lines().enumerate() {
        let Some(said) = prose(line).map(str::trim_start) else {
            code = false;
            continue;
        };
        code ^= said.starts_with("```");
        let chars = line.chars().count();
        if chars > width && !code && !said.starts_with('|') {
            found.push((index + 1, format!("the line has {chars} characters; {width} is the limit")));
        }
    }
    found
}

#[test]
fn wide_lines_are_found() {
    let words = |count: usize| "word ".repeat(count);
    let comment =
        format!("    /// {}\n/// | {} |\n/// ```\n/// {}\n/// ```\n", words(30), words(30), words(30));
    assert_eq!(wide_comments(&comment).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1]);
    assert_eq!(wide_comments(&format!("let text = \"{}\";\n", words(30))), []);
    let page = format!("{}\n\n| {} |\n\n```\n{}\n```\n", words(29), words(40), words(40));
    assert_eq!(wide_pages(&page).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1]);
    assert_eq!(wide_pages(&format!("<!-- @{} -->\n{}\n", "generated", words(40))), []);
}
