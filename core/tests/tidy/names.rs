//! A type's name means one thing: the same name is in two rooms at most.
//!
//! `State`, `Id` and `Error` are what every room may call its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, TokenTree};

use super::floors::room;
use super::{TokenStream, read, report, tree};

/// How many rooms a name may be in.
const ROOMS: usize = 2;
/// The names that every room may have.
const COMMON: &[&str] = &["State", "Id", "Error"];

#[test]
fn a_name_is_in_two_rooms_at_most() {
    let mut rooms = BTreeMap::<String, BTreeSet<String>>::new();
    for path in tree().into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let Some(room) = room(&path).filter(|_| path.starts_with(Path::new("core/src"))) else { continue };
        for name in types(&read(&path)) {
            rooms.entry(name).or_default().insert(room.clone());
        }
    }
    let mut found = Vec::new();
    for (name, rooms) in &rooms {
        if rooms.len() > ROOMS && !COMMON.contains(&name.as_str()) {
            found.push(format!(
                "`{name}` is in {} rooms: {}",
                rooms.len(),
                Vec::from_iter(rooms.iter().map(String::as_str)).join(", ")
            ));
        }
    }
    report(&found);
}

/// The types that a file declares, but for those of its tests.
fn types(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(tokens) = text.parse::<TokenStream>() {
        walk(tokens, &mut found);
    }
    found
}

fn walk(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: usize, word: &str| matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == word);
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1)) {
            (TokenTree::Ident(keyword), Some(TokenTree::Ident(name)))
                if ["struct", "enum", "trait"].iter().any(|word| keyword == word) =>
            {
                found.insert(name.to_string());
            }
            (TokenTree::Group(group), _) if group.delimiter() == Delimiter::Brace => {
                // the module before it is that of the tests
                if !(at >= 2 && is(at - 2, "mod") && is(at - 1, "tests")) {
                    walk(group.stream(), found);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn types_are_found() {
    let found =
        types("struct A;\nenum B<T> { C(T) }\nimpl A { fn f() { struct D; } }\nmod tests { struct E; }");
    assert_eq!(found, BTreeSet::from(["A", "B", "D"].map(str::to_owned)));
}
