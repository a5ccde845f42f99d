//! Every code of the table of errors is raised somewhere, or the table says that it is reserved.

use std::collections::BTreeSet;
use std::path::Path;

use earnest::Code;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{read, report, tree};

#[test]
fn every_code_is_raised_or_reserved() {
    let mut raised = BTreeSet::new();
    for path in tree() {
        let in_src = ["core/src", "cli/src"].iter().any(|folder| path.starts_with(folder))
            && path.extension().is_some_and(|end| end == "rs");
        if in_src && !is_of_tests(&path) {
            let tokens = read(&path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            raise(tokens, &mut raised);
        }
    }
    let found = Code::all().iter().filter_map(|code| {
        let is_raised = raised.contains(&format!("{code:?}"));
        (is_raised == code.reserved_for().is_some()).then(|| {
            let what =
                if is_raised { "is raised, and reserved" } else { "is raised nowhere, and not reserved" };
            format!("core/src/error/table.rs: `{code}` {what}")
        })
    });
    report(&found.collect::<Vec<_>>());
}

fn is_of_tests(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "tests.rs")
}

/// Collects the details that are made: `Detail::Name { .. }` in a pattern makes none.
fn raise(tokens: TokenStream, raised: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
        let is =
            |back: usize, word: &str| matches!(before(back), Some(TokenTree::Ident(ident)) if ident == word);
        let TokenTree::Group(group) = token else { continue };
        if is(2, "mod") && is(1, "tests") {
            continue;
        }
        if let Some(TokenTree::Ident(name)) = before(1)
            && is(4, "Detail")
            && group.delimiter() == Delimiter::Brace
            && !is_pattern(&group.stream(), tokens.get(at + 1))
        {
            raised.insert(name.to_string());
        }
        raise(group.stream(), raised);
    }
}

fn is_pattern(fields: &TokenStream, next: Option<&TokenTree>) -> bool {
    let rest = fields.to_string();
    match next {
        Some(TokenTree::Punct(next)) if "=|".contains(next.as_char()) => true,
        Some(TokenTree::Ident(next)) if next == "if" => true,
        _ => rest.trim_end().ends_with(".."),
    }
}

#[test]
fn what_is_raised_is_found() {
    let found = |text: &str| {
        let mut raised = BTreeSet::new();
        raise(text.parse().unwrap(), &mut raised);
        raised.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("fn a() { Err(Detail::A { why: b() }.into()) } macro! { x(Detail::B {}) }"), "A B");
    assert_eq!(found("match d { Detail::A { why } => 1, Detail::B { .. } | Detail::C {} => 2 }"), "");
    assert_eq!(found("if let Detail::A { why } = d {} matches!(d, Detail::B { .. })"), "");
    assert_eq!(found("match d { Detail::A { why } if why => 1 }"), "");
    assert_eq!(found("/// Detail::A { why: 1 }\nmod tests { fn a() { Detail::B {} } } mod b {}"), "");
}
