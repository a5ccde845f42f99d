//! The rooms of the library stand on floors: a room uses those below it, and nothing above or beside it.
//! Above them all stands the command line, a crate of its own.
//!
//! The table is the truth about the layout. The map in `core/docs/ARCHITECTURE.md` is written from it, with
//! the first sentence of each room's docs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, TokenTree};

use super::{TokenStream, check_file, read, report, tree};

/// From the ground up. Rooms of one floor know nothing of each other.
const FLOORS: &[&[&str]] = &[
    &["readable", "turns"],
    &["error", "sorting"],
    &["time", "http"],
    &["currency", "env", "waits"],
    &["ids", "money"],
    &["rows"],
    &["store", "keyring", "settings"],
    &["kernel"],
    &["pipeline", "request"],
    &["chain", "gateway"],
    &["history", "jobs"],
    &["brokers", "ledger", "sinks"],
    &["escrow", "treasury", "vault"],
    &["parked"],
    &["approval", "credential", "dispute", "payment", "risk", "signing"],
    &["purchase", "webhook", "withdrawal"],
    &["engine"],
    &["receipt", "upkeep"],
    &["staged"],
    &["api"],
    &["for_cli"],
    &["cli"],
];

/// Errors carry amounts and times, which are refused with errors: one concept in three rooms.
const GROUND: &[(&str, &str)] = &[("error", "money"), ("error", "time")];

/// Imports that still climb. The list may only become shorter.
const CLIMBING: &[(&str, &str)] = &[];

/// Where the command line lies.
const COMMAND_LINE: &str = "cli/src";

const MAP: &str = "core/docs/ARCHITECTURE.md";
const BEGIN: &str = "<!-- the map, from the floors of core/tests/tidy/floors.rs -->";
const END: &str = "<!-- end of the map -->";

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Whether a file of one room may name another.
fn may(from: &str, to: &str) -> bool {
    from == to || floor(to) < floor(from) || GROUND.contains(&(from, to))
}

/// The room of a file below `core/src`, or the command line; none for the root of the library and for files
/// that hold only tests.
pub(super) fn room(path: &Path) -> Option<String> {
    if path.starts_with(COMMAND_LINE) {
        return Some("cli".to_owned());
    }
    let below = path.strip_prefix("core/src").ok()?.with_extension("");
    let mut parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let first = parts.next()?;
    (first != "lib" && !parts.any(|part| part == "tests")).then_some(first)
}

/// How deep the module of a file is: `engine.rs` and `engine/mod.rs` are one below the root.
fn depth(path: &Path) -> usize {
    let below = path.strip_prefix("core/src").unwrap_or(path).with_extension("");
    below.components().filter(|part| part.as_os_str() != "mod").count()
}

/// The rooms that the documentation of the library hides: the command line takes of it what is in `for_cli`.
fn hidden() -> BTreeSet<String> {
    let text = read(Path::new("core/src/lib.rs"));
    let behind = text.split("#[doc(hidden)]\npub mod ").skip(1);
    behind.filter_map(|rest| Some(rest.split_once(';')?.0.to_owned())).collect()
}

/// The rooms that a file names behind `root`, the name of their crate there, each with its line.
fn named(text: &str, root: &str, depth: usize) -> Result<BTreeMap<String, usize>, String> {
    let tokens: TokenStream = text.parse().map_err(|error| format!("not Rust: {error}"))?;
    let mut found = BTreeMap::new();
    walk(tokens, root, depth, &mut found);
    Ok(found)
}

fn walk(tokens: TokenStream, root: &str, depth: usize, found: &mut BTreeMap<String, usize>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ident = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let mut at = 0;
    while at < tokens.len() {
        let begins = !colons(&tokens, at.wrapping_sub(2));
        match (ident(at).as_str(), &tokens[at]) {
            ("mod", _) if matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) => {
                if let (false, Some(TokenTree::Group(group))) = (is_test(&tokens[..at]), tokens.get(at + 2)) {
                    walk(group.stream(), root, depth.saturating_add(1), found);
                }
                at += 2;
            }
            (name, _) if name == root && begins && colons(&tokens, at + 1) => {
                first_of(&tokens, at + 3, found);
            }
            ("super", _) if begins => {
                let (mut end, mut climbed) = (at, 0);
                while ident(end) == "super" && colons(&tokens, end + 1) {
                    (end, climbed) = (end + 3, climbed + 1);
                }
                if climbed >= depth {
                    first_of(&tokens, end, found);
                }
            }
            (_, TokenTree::Group(group)) => walk(group.stream(), root, depth, found),
            _ => {}
        }
        at += 1;
    }
}

pub(super) fn colons(tokens: &[TokenTree], at: usize) -> bool {
    let is = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is(at) && is(at.wrapping_add(1))
}

/// Whether the attributes before a module say that it is only built for tests.
pub(super) fn is_test(before: &[TokenTree]) -> bool {
    before.iter().rev().take(6).any(|token| {
        matches!(token, TokenTree::Group(group)
            if group.delimiter() == Delimiter::Bracket && ["cfg(test", "cfg(all(test"].iter().any(|only| group.to_string().replace(' ', "").contains(only)))
    })
}

/// Takes the first segment behind the crate, or those of a list.
fn first_of(tokens: &[TokenTree], at: usize, found: &mut BTreeMap<String, usize>) {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => {
            found.entry(ident.to_string()).or_insert_with(|| ident.span().start().line);
        }
        Some(TokenTree::Group(group)) => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            let comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            inside.split(comma).for_each(|part| first_of(part, 0, found));
        }
        _ => {}
    }
}

fn climbs(path: &Path, text: &str) -> Vec<(usize, String, String)> {
    let Some(from) = room(path) else { return Vec::new() };
    let is_above = from == "cli";
    let named = if is_above { named(text, "earnest", usize::MAX) } else { named(text, "crate", depth(path)) };
    let hidden = if is_above { hidden() } else { BTreeSet::new() };
    match named {
        Err(error) => vec![(1, from, error)],
        Ok(named) => {
            let allowed =
                |to: &str| if is_above { to == "for_cli" || !hidden.contains(to) } else { may(&from, to) };
            let climbing = named.into_iter().filter(|(to, _)| !allowed(to));
            climbing.map(|(to, line)| (line, from.clone(), to)).collect()
        }
    }
}

#[test]
fn no_import_climbs() {
    let (mut found, mut used) = (Vec::new(), BTreeSet::new());
    for path in tree().into_iter().filter(|path| path.extension().is_some_and(|name| name == "rs")) {
        for (line, from, to) in climbs(&path, &read(&path)) {
            let known = CLIMBING.iter().find(|known| **known == (from.as_str(), to.as_str()));
            if let Some(known) = known {
                used.insert(*known);
                continue;
            }
            let what = match (floor(&from), floor(&to)) {
                (Some(_), Some(_)) if from == "cli" => {
                    format!("`{to}` is hidden: take what is public, or name it in `core/src/for_cli.rs`")
                }
                (Some(_), Some(_)) => format!("`{from}` must not use `{to}`: it stands above or beside it"),
                (None, _) => format!("`{from}` has no floor: add it to the table"),
                _ => format!("`crate::{to}` is no room: name the module that has it"),
            };
            found.push(format!("{}:{line}: {what}", path.display()));
        }
    }
    let over = CLIMBING.iter().filter(|known| !used.contains(*known));
    found.extend(over.map(|(from, to)| format!("`{from}` no longer uses `{to}`: take it off the list")));
    report(&found);
}

#[test]
fn a_planted_import_upwards_is_found() {
    let path = Path::new("core/src/kernel/fold.rs");
    let offences =
        |text: &str| climbs(path, text).into_iter().map(|(line, _, to)| (line, to)).collect::<Vec<_>>();
    assert_eq!(offences("use crate::rows::needs::Needs;\nuse crate::api::batch;\n"), [(2, "api".to_owned())]);
    assert_eq!(offences("use crate::{ids::Book, engine::{Engine, options}};\n"), [(1, "engine".to_owned())]);
    assert_eq!(offences("fn f() { crate::escrow::verify(); }\n"), [(1, "escrow".to_owned())]);
    assert_eq!(offences("use super::super::ledger;\nuse super::draft;\n"), [(1, "ledger".to_owned())]);
    assert_eq!(offences("#[cfg(test)]\nmod tests { use crate::api::batch; }\n"), []);
    assert_eq!(offences("mod inner { use super::super::super::api; }\n"), [(1, "api".to_owned())]);
}

#[test]
fn a_command_that_takes_what_is_hidden_is_found() {
    let path = Path::new("cli/src/run.rs");
    let offences =
        |text: &str| climbs(path, text).into_iter().map(|(line, _, to)| (line, to)).collect::<Vec<_>>();
    assert_eq!(offences("use crate::engine::Say;\nuse super::super::ledger;\n"), []);
    assert_eq!(offences("use earnest::{Engine, for_cli::Zone, jobs::Handler};\n"), []);
    assert_eq!(offences("use earnest::Book;\nuse earnest::kernel::Who;\n"), [(2, "kernel".to_owned())]);
    assert_eq!(offences("fn f() { earnest::escrow::verify(); }\n"), [(1, "escrow".to_owned())]);
    assert_eq!(offences("#[cfg(test)]\nmod tests { use earnest::escrow::model; }\n"), []);
}

/// The map as it should be: a row per floor, from the top.
fn map() -> String {
    let files = tree();
    let sentence = |room: &str| {
        let places =
            [format!("core/src/{room}.rs"), format!("core/src/{room}/mod.rs"), format!("{room}/src/lib.rs")];
        let path = places.iter().map(Path::new).find(|path| files.iter().any(|file| file == path));
        let text = path.map(read).unwrap_or_default();
        let docs = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
        docs.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let mut map = "| floor | room | what it is |\n| --- | --- | --- |\n".to_owned();
    for (number, rooms) in FLOORS.iter().enumerate().rev() {
        for room in *rooms {
            map += &format!("| {number} | `{room}` | {} |\n", sentence(room));
        }
    }
    map
}

#[test]
fn the_map_is_that_of_the_floors() {
    let text = read(Path::new(MAP));
    let (before, rest) = text.split_once(BEGIN).expect("the map has a place");
    let (_, after) = rest.split_once(END).expect("the map ends");
    let expected = format!("{before}{BEGIN}\n{}{END}{after}", map());
    check_file(MAP, &text, &expected);
}
