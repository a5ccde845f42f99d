//! PINs, codes and locks: what is taken, what is refused, and the examples of the RFCs.

mod codes;
mod locks;
mod pins;

use super::pepper::{Owner, Pepper};
use crate::error::Error;

const ALICE: Owner<'_> = Owner { book: "main", subject: "alice" };
const RFC: &str = include_str!("../../../tests/vectors/rfc.txt");

fn pepper() -> Pepper {
    Pepper::new("pp-1", &[7; 32]).unwrap()
}

/// The lines of one RFC, in words.
fn lines(number: &str) -> impl Iterator<Item = Vec<&'static str>> {
    RFC.lines().map(|line| line.split(' ').collect::<Vec<_>>()).filter(move |words| words[0] == number)
}

/// A refusal of a field, which must not repeat its content.
fn refused(error: &Error, field: &str, content: &str) {
    assert_eq!((error.code().as_str(), error.details()["field"].as_str()), ("invalid_request", Some(field)));
    let shown = format!("{error} {error:?} {}", error.details());
    assert!(content.len() < 4 || !shown.contains(content), "{shown} repeats {content}");
}

#[test]
fn ids_of_peppers_are_plain() {
    for id in ["", "a b", "a$b", "né", &"p".repeat(65)] {
        refused(&Pepper::new(id, &[7; 32]).err().unwrap(), "pepper", id);
    }
    assert_eq!(Pepper::new("pepper-2026.1_a", &[7; 32]).unwrap().id(), "pepper-2026.1_a");
}
