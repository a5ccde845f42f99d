//! A link of a page leads to a file that is there, and to a heading that stands in it.
//!
//! Links to other hosts are not tried. Links inside code are no links.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::{Offences, read, report, root, tree};

#[test]
fn links_of_pages_lead_somewhere() {
    let mut found = Vec::new();
    for path in tree().into_iter().filter(|path| is_page(path)) {
        let offences = dead(&path, &read(&path), |target| root().join(target).exists(), read);
        found.extend(offences.into_iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())));
    }
    report(&found);
}

pub(crate) fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

/// Links of the page at `path` whose file or heading is missing.
fn dead(path: &Path, text: &str, exists: impl Fn(&Path) -> bool, read: impl Fn(&Path) -> String) -> Offences {
    let mut found = Vec::new();
    for (line, link) in links(text) {
        let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
        let target = if file.is_empty() { path.to_owned() } else { beside(path, file) };
        if !exists(&target) {
            found.push((line, format!("`{link}` leads to no file")));
        } else if !heading.is_empty() && is_page(&target) && !headings(&read(&target)).contains(heading) {
            found.push((line, format!("`{link}` leads to no heading")));
        }
    }
    found
}

/// The links of a page to files and headings of the tree, with their lines.
pub(crate) fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, said) in prose(text) {
        let plain: String = said.split('`').step_by(2).collect();
        let targets = plain.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let inside = targets.filter(|target| !target.contains(':'));
        found.extend(inside.map(|target| (line, target.to_owned())));
    }
    found
}

/// The lines outside of blocks of code, numbered.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut code = false;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(move |line| {
        let fence = line.1.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// The path of a link, seen from the file that has it.
pub(crate) fn beside(path: &Path, link: &str) -> PathBuf {
    let mut target = path.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => drop(target.pop()),
            Component::CurDir => {}
            other => target.push(other),
        }
    }
    target
}

/// The names of headings in links, as GitHub makes them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, line) in prose(text).filter(|(_, line)| line.starts_with('#')) {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let mut slug = String::new();
        for c in title.chars() {
            match c {
                ' ' => slug.push('-'),
                c if c.is_alphanumeric() || "-_".contains(c) => slug.push(c),
                _ => {}
            }
        }
        let numbered = (1..).map(|number| format!("{slug}-{number}"));
        let name = std::iter::once(slug.clone()).chain(numbered).find(|name| !found.contains(name));
        found.extend(name);
    }
    found
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let page = "[a](other.md) [b](other.md#the-end-2)\n[c](lost.md)\n`[d](lost.md)` [`e`](#none)\n```\n[f](lost.md)\n```\n\
                [g](https://a.example/lost.md) [h](../core/x.rs#L1)\n## None\n[i](other.md#the-end-1)\n";
    let exists = |path: &Path| {
        [Path::new("docs/p.md"), Path::new("docs/other.md"), Path::new("core/x.rs")].contains(&path)
    };
    let text =
        |path: &Path| if path.ends_with("other.md") { "# The end\n## The `end`" } else { page }.to_owned();
    let offences = dead(Path::new("docs/p.md"), page, exists, text);
    assert_eq!(offences.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
}
