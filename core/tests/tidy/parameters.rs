//! A parameter has a name: what is passed together is a struct that says what it is.
//!
//! A tuple pattern as a parameter hides how many there are. Closures are free to take pairs apart.

use proc_macro2::{Delimiter, TokenTree};

use super::{Offences, TokenStream, is_generated, read, report, tree};

#[test]
fn parameters_have_names() {
    let mut found = Vec::new();
    for path in tree().into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let offences = tuples(&read(&path)).into_iter();
        found.extend(offences.map(|(line, what)| format!("{}:{line}: {what}", path.display())));
    }
    report(&found);
}

fn tuples(text: &str) -> Offences {
    let mut found = Vec::new();
    if let Ok(tokens) = text.parse::<TokenStream>()
        && !is_generated(text)
    {
        walk(tokens, &mut found);
    }
    found
}

fn walk(tokens: TokenStream, found: &mut Offences) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            walk(group.stream(), found);
        }
        if let (TokenTree::Ident(keyword), Some(TokenTree::Ident(name))) = (token, tokens.get(at + 1))
            && keyword == "fn"
            && let Some(parameters) = parameters(&tokens[at + 2..])
        {
            let what = || format!("`fn {name}` takes a tuple apart: give what it is a name");
            found.extend(patterns(parameters).into_iter().map(|line| (line, what())));
        }
    }
}

/// The parameters of a function: the first parentheses that are not among its generics.
fn parameters(behind: &[TokenTree]) -> Option<TokenStream> {
    let (mut depth, mut arrow) = (0_usize, false);
    for token in behind {
        match token {
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !arrow => depth = depth.saturating_sub(1),
                    _ => {}
                }
                arrow = punct.as_char() == '-';
            }
            TokenTree::Group(group) if depth == 0 => {
                return (group.delimiter() == Delimiter::Parenthesis).then(|| group.stream());
            }
            _ => arrow = false,
        }
    }
    None
}

/// The lines of parameters that begin with parentheses.
fn patterns(parameters: TokenStream) -> Vec<usize> {
    let (mut found, mut begins) = (Vec::new(), true);
    let (mut depth, mut arrow) = (0_usize, false);
    for token in parameters {
        match token {
            TokenTree::Group(group) if begins && group.delimiter() == Delimiter::Parenthesis => {
                found.push(group.span_open().start().line);
                begins = false;
            }
            // an attribute stands before what it is about
            TokenTree::Group(group) if begins && group.delimiter() == Delimiter::Bracket => {}
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !arrow => depth = depth.saturating_sub(1),
                    _ => {}
                }
                arrow = punct.as_char() == '-';
                begins = punct.as_char() == ',' && depth == 0 || begins && punct.as_char() == '#';
            }
            _ => begins = false,
        }
    }
    found
}

#[test]
fn tuples_are_found() {
    let lines = |text: &str| tuples(text).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!(lines("fn f((a, b): (u8, u8)) {}\nfn g(a: (u8, u8)) {}\n"), [1]);
    assert_eq!(lines("fn f<F: Fn((u8, u8)) -> u8>(\n a: u8,\n (b, c): (u8, u8)) {}"), [3]);
    assert_eq!(lines("impl A { fn f(&self, #[b] (c, d): E) {} }"), [1]);
    assert_eq!(lines("fn f(a: B<C, (D, E)>, g: fn(H) -> (I, J)) { a.map(|(k, l)| k); }"), [0_usize; 0]);
}
