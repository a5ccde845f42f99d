//! Numbers of cards: a request that brings one is refused, and what gateways say is kept without them.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// So many digits may be those of a card.
const LONG_RUN: usize = 13;

/// Refuses a text that is a card number.
///
/// # Errors
/// `invalid_request` naming the field, and nothing of the text.
pub(crate) fn no_card(field: &str, text: &str) -> Result<()> {
    if is_card_number(text) {
        return Err(Error::invalid(field, "must not be a card number"));
    }
    Ok(())
}

/// Refuses a value of metadata that is a card number, at any depth.
///
/// # Errors
/// `invalid_request` naming the member.
pub(crate) fn no_card_in(field: &str, object: Option<&Map<String, Value>>) -> Result<()> {
    object.into_iter().flatten().try_for_each(|(name, value)| no_card_at(&format!("{field}.{name}"), value))
}

fn no_card_at(field: &str, value: &Value) -> Result<()> {
    match value {
        Value::String(text) => no_card(field, text),
        Value::Number(number) => no_card(field, &number.to_string()),
        Value::Array(all) => all.iter().try_for_each(|value| no_card_at(field, value)),
        Value::Object(object) => {
            object.iter().try_for_each(|(name, value)| no_card_at(&format!("{field}.{name}"), value))
        }
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

/// Whether a text is, spaces and hyphens apart, 13 to 19 digits that begin with 3 to 6 and pass the check of
/// ISO/IEC 7812-1, annex B (Luhn).
fn is_card_number(text: &str) -> bool {
    let mut digits = Vec::with_capacity(19);
    for character in text.chars().filter(|character| !matches!(character, ' ' | '-')) {
        match character.to_digit(10) {
            Some(digit) if digits.len() < 19 => digits.push(digit),
            _ => return false,
        }
    }
    let begins = digits.first().is_some_and(|first| (3..=6).contains(first));
    let sum: u32 = digits.iter().rev().enumerate().map(|(place, digit)| weigh(place, *digit)).sum();
    begins && digits.len() >= 13 && sum.is_multiple_of(10)
}

/// Every second digit from the right counts double, and its own digits are added.
const fn weigh(place: usize, digit: u32) -> u32 {
    match (place % 2, digit) {
        (0, _) => digit,
        (_, 0..=4) => digit * 2,
        _ => digit * 2 - 9,
    }
}

/// A text of a gateway's, with longer runs of digits masked: what gateways say is never refused for that.
#[must_use]
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(std::iter::once('\0')) {
        if character.is_ascii_digit() || (!run.is_empty() && matches!(character, ' ' | '-')) {
            run.push(character);
            continue;
        }
        let digits = run.trim_end_matches([' ', '-']);
        // two that stand side by side are one run
        let is_long = digits.bytes().filter(u8::is_ascii_digit).count() >= LONG_RUN;
        out.push_str(if is_long { "(masked)" } else { digits });
        out.push_str(run.get(digits.len()..).unwrap_or_default());
        run.clear();
        if character != '\0' {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_known_however_they_are_written() {
        // test numbers that gateways publish
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "378282246310005",
            "6011111111111117",
            "3530111333300000",
            "5555555555554444",
        ] {
            assert!(is_card_number(number), "{number}");
            assert_eq!(masked(&format!("card {number} refused")), "card (masked) refused");
        }
        for other in
            ["", "4242", "4242424242424241", "2222222222222", "tok_4242424242424242", "1234567890123"]
        {
            assert!(!is_card_number(other), "{other}");
        }
        assert_eq!(
            masked("tid 123456789012, twice 4242 4242 4242 4242 1234"),
            "tid 123456789012, twice (masked)"
        );
    }
}
