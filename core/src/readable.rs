//! Makes a text from elsewhere safe to show to people: invisible characters are written out as `\u{..}`.
//!
//! A name with a line break forges a second line of a list; an escape sequence repaints the terminal; a
//! bidirectional override shows `gpj.exe` for `exe.jpg`. All output for people goes through here: terminals,
//! receipts, dossiers.

use std::borrow::Cow;

use serde_json::Value;

/// Whether a character changes how others are shown, or does not show itself.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            // soft hyphen, marks, embeddings, overrides and isolates of bidirectional text, zero-width
            // characters
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            // fillers and tags, which look like nothing at all
            | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

fn written_out(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if hidden(char) { shown.extend(char.escape_unicode()) } else { shown.push(char) }
    }
    Cow::Owned(shown)
}

/// A text on one line.
pub fn line(text: &str) -> Cow<'_, str> {
    written_out(text, is_hidden)
}

/// A text that may have several lines, shown where they cannot be taken for lines of ours.
pub fn paragraphs(text: &str) -> Cow<'_, str> {
    written_out(text, |char| char != '\n' && is_hidden(char))
}

/// A JSON document on one line; invisible characters are escaped as JSON does, so that the value stays the
/// same.
pub fn json(value: &Value) -> String {
    let text = value.to_string();
    if !text.contains(is_hidden) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_hidden(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(char);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        for (text, shown) in [
            ("a lamp\n#7 released", r"a lamp\u{a}#7 released"),
            ("\u{1b}[2Jgone", r"\u{1b}[2Jgone"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("\u{0}\u{7f}", r"\u{0}\u{7f}"),
            ("\u{202e}gpj.exe\u{2066}", r"\u{202e}gpj.exe\u{2066}"),
            ("a\u{200b}b\u{200f}c\u{feff}d\u{2028}e\u{ad}", r"a\u{200b}b\u{200f}c\u{feff}d\u{2028}e\u{ad}"),
            ("x\u{e0041}y\u{3164}", r"x\u{e0041}y\u{3164}"),
        ] {
            assert_eq!(line(text), shown);
        }
    }

    #[test]
    fn what_people_write_stays() {
        for text in
            ["Leica M6 <rangefinder>", "가죽 카메라 \u{2192} 서울", "café", "שלום", "مرحبا", "👩\u{1f3fd} 🎁"]
        {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(paragraphs("one\n\ntwo\r\u{1b}"), "one\n\ntwo\\u{d}\\u{1b}");
    }

    #[test]
    fn json_keeps_its_value() {
        let value = json!({ "item": "\u{202e}x\u{9b}\u{e0041}\n\u{200b}", "name": "가" });
        let text = json(&value);
        assert_eq!(text, r#"{"item":"\u202ex\u009b\udb40\udc41\n\u200b","name":"가"}"#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
