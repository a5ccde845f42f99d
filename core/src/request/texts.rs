//! Names and texts of requests that may be no card number. Such numbers in texts of gateways are masked.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::shape::{is_name, text};
use crate::error::{Error, Result};

/// The longest name of a gateway, a route, an offer, a promo or a source.
const NAME_MAX: usize = 48;
/// A run of this many digits is masked: it may be a card number.
const LONG_RUN: usize = 13;

/// A name in a request that may stand in events.
pub fn name_of(field: &str, text: &str) -> Result<String> {
    if is_name(text) && text.len() <= NAME_MAX {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(field, format!("must be 1 to {NAME_MAX} of `A-Z a-z 0-9 . _ : -`")))
}

/// Refuses a text that is a card number.
pub(crate) fn no_card(field: &str, text: &str) -> Result<()> {
    if is_card_number(text) {
        return Err(Error::invalid(field, "must not be a card number"));
    }
    Ok(())
}

/// A text of a request that is no card number.
pub(crate) fn words(field: &str, value: &str) -> Result<Arc<str>> {
    let words = text(field, value)?;
    no_card(field, &words).map(|()| words)
}

/// The reason of a request, if it gives one.
pub(crate) fn reason_of(reason: Option<&String>) -> Result<Option<Arc<str>>> {
    reason.map(|reason| words("reason", reason)).transpose()
}

/// Refuses a value of metadata that is a card number, at any depth.
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

/// Returns true for 13 to 19 digits that begin with 21 to 69 and pass the check of ISO/IEC 7812-1, annex B
/// (Luhn). Spaces and hyphens are ignored. Mastercard has 2221 to 2720. No card begins with 20, and order
/// numbers that begin with a year do.
fn is_card_number(text: &str) -> bool {
    let mut digits = Vec::with_capacity(19);
    for character in text.chars().filter(|character| !matches!(character, ' ' | '-')) {
        match character.to_digit(10) {
            Some(digit) if digits.len() < 19 => digits.push(digit),
            _ => return false,
        }
    }
    let begins = matches!(digits.as_slice(), [one, two, ..] if (21..=69).contains(&(one * 10 + two)));
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

/// Masks the longer runs of digits in a text of a gateway. A gateway's answer is never refused for a card
/// number.
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(std::iter::once('\0')) {
        if character.is_ascii_digit() || (!run.is_empty() && matches!(character, ' ' | '-')) {
            run.push(character);
            continue;
        }
        let digits = run.trim_end_matches([' ', '-']);
        // two numbers side by side are one run
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
            "4222222222222",
            "6205500000000000004",
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

    #[test]
    fn card_numbers_that_begin_with_2_are_known() {
        // of Mastercard
        for number in ["2223003122003222", "2223 0031 2200 3222", "2223000048400011"] {
            assert!(is_card_number(number), "{number}");
        }
        // an order number whose digits pass the check
        assert!(!is_card_number("20260715123408"));
    }
}
