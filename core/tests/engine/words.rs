//! Refusals in words: every message on one line.

use earnest::for_cli::readable;
use earnest::{Code, Error};

use crate::support::{Value, json};

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
