//! Files of a room stand on each other, not in circles: who reads one need not read them all at once.
//!
//! The rooms that still have circles are listed with how many of their files stand in one; the list may only
//! become shorter. What counts are paths that begin at the crate or above: a `mod.rs` may name its own
//! children, also to re-export what they have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::TokenTree;

use super::floors::{colons, is_test, room};
use super::{TokenStream, read, report, tree};

/// Rooms with circles, each with how many files stand in one.
const LEFT: &[(&str, usize)] = &[];

/// A module by its path below the crate: `pipeline`, `group`.
type Module = Vec<String>;

/// The modules of the library, each with those that it names.
type Named = BTreeMap<Module, BTreeSet<Module>>;

#[test]
fn rooms_have_no_circles() {
    let mut texts = BTreeMap::new();
    for path in tree().into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        if path.starts_with("core/src") && room(&path).is_some_and(|room| room != "cli") {
            texts.insert(module(&path), read(&path));
        }
    }
    let (mut rooms, mut found) = (BTreeMap::<String, Vec<String>>::new(), Vec::new());
    for module in in_circles(&named(&texts)) {
        rooms.entry(module[0].clone()).or_default().push(module[1..].join("/"));
    }
    for (room, files) in &rooms {
        let allowed = LEFT.iter().find(|(known, _)| known == room).map_or(0, |(_, count)| *count);
        if files.len() > allowed {
            found.push(format!("`{room}` has {} files in circles: {}", files.len(), files.join(", ")));
        }
    }
    for (room, count) in LEFT {
        let now = rooms.get(*room).map_or(0, Vec::len);
        if now < *count {
            found.push(format!("`{room}` has only {now} files in circles: shorten the list"));
        }
    }
    report(&found);
}

/// The module of a file below `core/src`.
fn module(path: &Path) -> Module {
    let below = path.strip_prefix("core/src").unwrap_or(path).with_extension("");
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.filter(|part| part != "mod").collect()
}

fn named(texts: &BTreeMap<Module, String>) -> Named {
    let mut named = Named::new();
    for (module, text) in texts {
        let mut paths = BTreeSet::new();
        if let Ok(tokens) = text.parse::<TokenStream>() {
            walk(tokens, module, &mut paths);
        }
        let files = paths.into_iter().filter_map(|mut path| {
            while path.len() > 1 && !texts.contains_key(&path) {
                path.pop();
            }
            Some(path).filter(|path| path != module && texts.contains_key(path) && path[0] == module[0])
        });
        named.insert(module.clone(), files.collect());
    }
    named
}

/// Adds the paths that begin at the crate or above `inside`.
fn walk(tokens: TokenStream, inside: &Module, paths: &mut BTreeSet<Module>) {
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
                    let mut inner = inside.clone();
                    inner.push(ident(at + 1));
                    walk(group.stream(), &inner, paths);
                }
                at += 2;
            }
            ("crate", _) if begins && colons(&tokens, at + 1) => follow(&tokens, at + 3, Vec::new(), paths),
            ("super", _) if begins => {
                let (mut end, mut above) = (at, inside.clone());
                while ident(end) == "super" && colons(&tokens, end + 1) {
                    end += 3;
                    above.pop();
                }
                if !above.is_empty() {
                    follow(&tokens, end, above, paths);
                }
            }
            (_, TokenTree::Group(group)) => walk(group.stream(), inside, paths),
            _ => {}
        }
        at += 1;
    }
}

/// Follows a path to its end, and each branch of its lists.
fn follow(tokens: &[TokenTree], mut at: usize, mut path: Module, paths: &mut BTreeSet<Module>) {
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(ident)) => {
                path.push(ident.to_string());
                if !colons(tokens, at + 1) {
                    break;
                }
                at += 3;
            }
            Some(TokenTree::Group(group)) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let comma =
                    |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                inside.split(comma).for_each(|part| follow(part, 0, path.clone(), paths));
                return;
            }
            _ => break,
        }
    }
    paths.insert(path);
}

/// The modules that can be reached from themselves.
fn in_circles(named: &Named) -> Vec<Module> {
    let reaches = |from: &Module| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            next.extend(named.get(module).into_iter().flatten().filter(|to| seen.insert((*to).clone())));
        }
        seen
    };
    named.keys().filter(|module| reaches(module).contains(*module)).cloned().collect()
}

#[test]
fn circles_are_found() {
    let texts = [
        ("a", "mod b; mod c; fn f() {}"),
        ("a/b", "use super::c::{d::D, E};"),
        ("a/c", "fn f() { crate::a::b::g(); }"),
        ("a/d", "use super::{b, c};\n#[cfg(test)]\nmod tests { use super::super::e; }"),
        ("a/e", "use crate::a::d;\nuse crate::z::y;"),
    ];
    let path = |text: &str| text.split('/').map(str::to_owned).collect::<Module>();
    let texts = texts.iter().map(|(module, text)| (path(module), (*text).to_owned())).collect();
    assert_eq!(in_circles(&named(&texts)), [path("a/b"), path("a/c")]);
}
