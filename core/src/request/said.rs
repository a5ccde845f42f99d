//! Reasons why JSON cannot be read, in the words of its schema. serde names types of Rust (`u32`,
//! `struct DiscountTerms`), which no caller knows, and repeats the value that it found, which may be a
//! secret.

/// A reason of serde's, without the place in a text, without the value, and in the words of the schema.
pub fn said(reason: &str) -> String {
    let reason = without_place(reason);
    for kind in ["invalid type: ", "invalid value: "] {
        let parts = reason.strip_prefix(kind).and_then(|rest| rest.rsplit_once(", expected "));
        if let Some((found, expected)) = parts {
            return format!("invalid type: {}, expected {}", kind_of(found), meant(expected));
        }
    }
    if let Some((count, expected)) =
        reason.strip_prefix("invalid length ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        return format!("invalid length: {count}, expected {}", meant(expected));
    }
    if let Some((_, expected)) =
        reason.strip_prefix("unknown variant `").and_then(|rest| rest.rsplit_once("`, expected "))
    {
        return format!("must be {expected}");
    }
    if reason.starts_with("data did not match any variant") {
        return "has none of the forms that it may have".to_owned();
    }
    reason.to_owned()
}

/// The reason without ` at line 1 column 5`.
fn without_place(reason: &str) -> &str {
    match reason.rsplit_once(" at line ") {
        Some((what, place)) if place.chars().all(|one| one.is_ascii_digit() || " column".contains(one)) => {
            what
        }
        _ => reason,
    }
}

/// The type of what was found: serde says `string "Kim"`, integer `4711`, or a name alone.
fn kind_of(found: &str) -> &'static str {
    match found.split(['`', '"']).next().unwrap_or_default().trim_end() {
        "integer" => "integer",
        "floating point" => "number",
        "boolean" => "boolean",
        "string" | "character" | "unit variant" => "string",
        "map" | "struct variant" => "object",
        "sequence" | "byte array" | "tuple variant" => "list",
        "unit value" | "null" | "Option value" => "null",
        _ => "value",
    }
}

/// The expectation in those words. A type of ours says in them what it expects.
fn meant(expected: &str) -> &str {
    match expected {
        "u8" => "an integer from 0 to 255",
        "u16" => "an integer from 0 to 65535",
        "u32" => "an integer from 0 to 4294967295",
        "u64" | "usize" | "u128" => "an integer from 0",
        "i8" => "an integer from -128 to 127",
        "i16" => "an integer from -32768 to 32767",
        "i32" => "an integer from -2147483648 to 2147483647",
        "i64" | "i128" | "isize" => "an integer",
        "f32" | "f64" => "a number",
        "a borrowed string" | "str" | "a character" | "a string key" => "a string",
        "a map" => "an object",
        "a sequence" => "a list",
        "unit" => "null",
        "option" => "a value or null",
        "string or map" => "a string or an object",
        _ => of_a_type(expected),
    }
}

/// The form of a type that serde names.
fn of_a_type(expected: &str) -> &str {
    let begins = |with: &[&str]| with.iter().any(|with| expected.starts_with(with));
    if begins(&["unit struct "]) {
        "null"
    } else if begins(&["struct ", "internally tagged ", "adjacently tagged ", "map with "]) {
        "an object"
    } else if begins(&["tuple ", "a tuple of ", "an array of ", "sequence of "]) {
        "a list"
    } else if begins(&["enum ", "variant ", "newtype ", "any value", "untagged "]) {
        "one of the forms that it may have"
    } else if begins(&["field identifier"]) {
        "the name of a field"
    } else {
        expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_says_is_said_in_the_words_of_the_schema() {
        for (reason, shown) in [
            (
                "invalid type: string \"Kim\", expected u32",
                "invalid type: string, expected an integer from 0 to 4294967295",
            ),
            (
                "invalid type: string \"a, expected b\", expected a map",
                "invalid type: string, expected an object",
            ),
            (
                "invalid value: integer `-5`, expected u64",
                "invalid type: integer, expected an integer from 0",
            ),
            ("invalid type: floating point `1.5`, expected i64", "invalid type: number, expected an integer"),
            (
                "invalid type: sequence, expected struct DiscountTerms",
                "invalid type: list, expected an object",
            ),
            (
                "invalid length 1, expected struct Leg with 2 elements",
                "invalid length: 1, expected an object",
            ),
            ("invalid type: null, expected a sequence", "invalid type: null, expected a list"),
            ("unknown variant `Kim`, expected `a` or `b`", "must be `a` or `b`"),
            ("unknown variant `Kim`, expected one of `a`, `b`, `c`", "must be one of `a`, `b`, `c`"),
            ("data did not match any variant of untagged enum Off", "has none of the forms that it may have"),
            ("missing field `amount`", "missing field `amount`"),
            ("EOF while parsing a value at line 1 column 5", "EOF while parsing a value"),
            ("invalid type: map, expected an amount at line 3", "invalid type: object, expected an amount"),
            ("must be at line height", "must be at line height"),
        ] {
            assert_eq!(said(reason), shown);
        }
    }
}
