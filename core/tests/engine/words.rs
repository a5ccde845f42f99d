//! Refusals in words: of arguments that cannot be read, of every operation, in the words of its schema and
//! never in those of Rust; and every message on one line.

use earnest::for_cli::{STORY, readable};
use earnest::{Code, Error};

use crate::support::{Kind, Stage, Value, json};

/// Values for a wrong place.
fn wrong() -> [Value; 8] {
    [
        json!(true),
        json!(-1),
        json!(1.5),
        json!("739154"),
        json!([739_154]),
        json!({ "x": 1 }),
        json!(null),
        json!(u64::MAX),
    ]
}

/// The places in arguments, as pointers; the members of an object are places too.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            found.push(format!("{at}/{name}"));
            places(value, &format!("{at}/{name}"), found);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(place, value)| {
            found.push(format!("{at}/{place}"));
            places(value, &format!("{at}/{place}"), found);
        }),
        _ => {}
    }
}

/// A word of Rust in a text, if there is one.
fn of_rust(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 22] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
        "struct", "enum", "tuple", "newtype", "variant", "untagged", "sequence", "Option",
    ];
    let words = text.split(|one: char| !one.is_alphanumeric() && one != '_');
    words.filter_map(|word| WORDS.iter().find(|rust| **rust == word).copied()).next()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_argument_is_told_in_the_words_of_its_schema() {
    let stage = Stage::open(Kind::Memory).await;
    let (mut told, mut rust) = (0, Vec::new());
    for (name, line) in STORY {
        let line: Value = serde_json::from_str(line).unwrap();
        let Some(name) = name.filter(|name| !name.starts_with("admin.")) else { continue };
        let mut found = Vec::new();
        places(&line["args"], "", &mut found);
        for (place, value) in found.iter().flat_map(|place| wrong().map(|value| (place, value))) {
            let mut args = line["args"].clone();
            *args.pointer_mut(place).unwrap() = value;
            let Err(error) = stage.bank.call(name, args.clone()).await else { continue };
            if error.code().as_str() != "invalid_request" {
                continue;
            }
            told += 1;
            let reason = error.details()["reason"].as_str().unwrap_or_default().to_owned();
            let is_of_type = reason.starts_with("invalid type") || reason.starts_with("must be one of");
            assert!(!is_of_type || !reason.contains("739154"), "{name} {args}: {reason}");
            rust.extend(of_rust(&reason).map(|word| format!("{name} {place}: `{word}` in `{reason}`")));
        }
    }
    assert!(told > 1_000, "{told}");
    rust.dedup();
    assert!(rust.is_empty(), "{} of {told}: {:#?}", rust.len(), &rust[..rust.len().min(20)]);
    stage.finish().await;
}

/// A stranger may write anything into fields of refusals: the log that takes one has one line of it.
#[test]
fn a_message_is_one_line_whatever_its_fields_are() {
    let hostile = "/pay/7\r\n2026-11-30 ERROR earnest paid\u{1b}[2K\u{85}\u{2028}\u{202e}";
    let mut shown = 0;
    for code in Code::all() {
        let sample = |wire_type: &str| match wire_type {
            "string[]" => json!([hostile]),
            "string" | "string?" => json!(hostile),
            "Money" | "Money?" => json!({ "amount": "1.00", "currency": "USD" }),
            "time" | "time?" => json!("2026-01-01T00:00:00.000000Z"),
            _ => json!(1),
        };
        let fields = code.fields().iter();
        let details: Value = fields.map(|field| (field.name.to_owned(), sample(field.wire_type()))).collect();
        let wire = json!({ "code": code, "retry": code.retry(), "details": details });
        let error: Error = serde_json::from_value(wire).unwrap();
        for text in [error.message(), error.to_string()] {
            assert_eq!(readable::line(&text), text, "{code}");
            shown += usize::from(text.contains(r"\u{d}\u{a}2026"));
        }
        assert_eq!(error.details(), details, "{code}: details stay as they are");
    }
    assert!(shown > 50, "{shown}");
}
