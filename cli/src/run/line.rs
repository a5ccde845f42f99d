//! One line of a run, and where it is malformed.

use std::fmt;

use earnest::for_cli::{most_members, said, strict_object};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// A line: which operation, with what, and what is expected of it.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) op: String,
    pub(super) book: Option<String>,
    pub(super) args: Map<String, Value>,
    /// The name under which later lines find the outcome: `as`.
    pub(super) name: Option<String>,
    pub(super) expect: Option<String>,
    /// A member that a line does not have.
    pub(super) unknown: Option<String>,
}

/// Where a line cannot be read, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// In characters, from 1.
    pub(super) column: usize,
    pub(super) what: String,
}

impl Line {
    /// Reads a line; the first one may begin with a byte order mark.
    pub(super) fn read(bytes: &[u8], first: bool) -> Result<Self, Malformed> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let sound = std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
                    .unwrap_or_default();
                return Err(Malformed {
                    column: sound.chars().count() + 1,
                    what: "the text is not UTF-8".to_owned(),
                });
            }
        };
        let text = if first { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        let text = text.trim_end_matches(['\n', '\r']);
        serde_json::from_str(text).map_err(|error| malformed(text, &error))
    }
}

fn malformed(text: &str, error: &serde_json::Error) -> Malformed {
    // serde_json counts bytes, and counts the one that it has just read
    let before = text.char_indices().take_while(|(at, _)| *at < error.column()).count();
    Malformed { column: before.max(1), what: said(&error.to_string()) }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// The arguments of a line.
struct Args(Map<String, Value>);

impl<'de> Deserialize<'de> for Args {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        strict_object(deserializer, most_members).map(Self)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Line;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"an object such as {"op":"ledger.balance","args":{"account":"alice"}}"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Line, A::Error> {
        let (mut line, mut op, mut args) = (Line::default(), None, None);
        while let Some(member) = members.next_key::<String>()? {
            let twice = match member.as_str() {
                "op" => op.replace(members.next_value::<String>()?).is_some(),
                "args" => args.replace(members.next_value::<Args>()?).is_some(),
                "book" => line.book.replace(members.next_value()?).is_some(),
                "as" => line.name.replace(members.next_value()?).is_some(),
                "expect" => line.expect.replace(members.next_value()?).is_some(),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    line.unknown.get_or_insert_with(|| member.clone());
                    false
                }
            };
            if twice {
                return Err(A::Error::custom(format!("`{member}` is named twice")));
            }
        }
        line.op = op.ok_or_else(|| A::Error::custom("`op` is missing"))?;
        line.args = args.map(|Args(args)| args).unwrap_or_default();
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read() {
        let line = r#"{"op":"a.b","book":"x","args":{"n":1},"as":"one","expect":"overflow"}"#;
        let line = Line::read(line.as_bytes(), false).unwrap();
        assert_eq!(
            (line.op.as_str(), line.book.as_deref(), line.name.as_deref()),
            ("a.b", Some("x"), Some("one"))
        );
        assert_eq!(
            (line.args["n"].as_i64(), line.expect.as_deref(), line.unknown),
            (Some(1), Some("overflow"), None)
        );
        assert!(Line::read("\u{feff}{\"op\":\"a\"}\r\n".as_bytes(), true).is_ok());
    }

    #[test]
    fn an_unknown_member_is_the_business_of_the_line() {
        let line = Line::read(br#"{"op":"a","argz":{},"x":1}"#, false).unwrap();
        assert_eq!(line.unknown.as_deref(), Some("argz"));
    }

    #[test]
    fn malformed_lines_say_where() {
        let column = |text: &str| Line::read(text.as_bytes(), false).map(|_| ()).unwrap_err().column;
        assert_eq!(column(r#"{"op":"a"#), 8);
        assert_eq!(column(r#"{"op":oops}"#), 7);
        assert_eq!(column(r#"{"op":"한글",}"#), 12, "characters, not bytes");
        assert_eq!(column("42"), 2, "the end of what was read");
        let what = |text: &[u8]| Line::read(text, false).map(|_| ()).unwrap_err().what;
        assert_eq!(what(br#"{"args":{}}"#), "`op` is missing");
        assert_eq!(what(br#"{"op":"a","args":{"x":1,"x":2}}"#), "`x` is named twice");
        assert_eq!(what(br#"{"op":"a","op":"b"}"#), "`op` is named twice");
        assert_eq!(Line::read(b"{\"op\":\"\xff\"}", false).unwrap_err().column, 8);
        assert!(what(br#"{"op":"a","args":[]}"#).contains("expected an object"));
        assert!(what(br#"{"op":"a"} {"op":"b"}"#).contains("trailing"));
    }

    #[test]
    fn a_malformed_line_is_told_without_its_values() {
        let what = |text: &str| Line::read(text.as_bytes(), false).map(|_| ()).unwrap_err().what;
        for (line, told) in [
            (r#"{"op":"a","args":"{\"pin\":\"739154\"}"}"#, "invalid type: string, expected an object"),
            (r#"{"op":"a","args":"739154, expected a b"}"#, "invalid type: string, expected an object"),
            (r#"{"op":"a","args":739154}"#, "invalid type: integer, expected an object"),
            (r#"{"op":"a","args":-739154}"#, "invalid type: integer, expected an object"),
            (r#"{"op":"a","args":7391.54}"#, "invalid type: number, expected an object"),
            (r#"{"op":"a","args":[739154]}"#, "invalid type: list, expected an object"),
            (r#"{"op":739154}"#, "invalid type: integer, expected a string"),
        ] {
            assert_eq!(what(line), told, "{line}");
        }
        let whole = what(r#""739154""#);
        assert!(whole.starts_with("invalid type: string, expected an object such as"), "{whole}");
    }
}
