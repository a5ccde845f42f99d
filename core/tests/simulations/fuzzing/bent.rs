//! Documents of others, bent where their shape matters: other types, fractions, huge numbers, members that
//! are there twice or not at all, deep nesting, odd texts.

use serde_json::Value;

use super::mutation::Fuzz;

/// Numbers that amounts, heights and times must not be taken for.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "-0.0",
    "12.5",
    "15000.0",
    "15e3",
    "1e400",
    "1e-7",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "-9223372036854775809",
    "340282366920938463463374607431768211456",
    "00",
];
/// Texts that names, codes and numbers in texts must not be taken for.
const TEXTS: [&str; 12] = [
    r#""""#,
    r#"" ""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\ud83d\ude00""#,
    r#""0x""#,
    r#""0xzz""#,
    r#""15000.5""#,
    r#""１５０００""#,
    r#""../../v1/refunds""#,
    r#""<html></html>""#,
    r#""pi_1'\\ or 1""#,
];

impl Fuzz {
    /// The next input whose last part is a document: every other one with its document bent, the others with
    /// their bytes changed anywhere.
    pub(crate) fn next_document(&mut self) -> Option<Vec<u8>> {
        let input = self.next()?;
        if usize::try_from(self.runs).unwrap() <= self.corpus.len() || self.below(2) == 0 {
            return Some(input);
        }
        let place = self.below(self.corpus.len());
        let whole = String::from_utf8_lossy(&self.corpus[place]).into_owned();
        let Some(at) = whole.find(['{', '[']) else { return Some(input) };
        let Ok(value) = serde_json::from_str::<Value>(&whole[at..]) else { return Some(input) };
        let (head, mut bent) = (whole[..at].to_owned(), value.to_string());
        for _ in 0..=self.below(3) {
            let Ok(value) = serde_json::from_str::<Value>(&bent) else { break };
            let target = self.below(nodes(&value));
            let mut writer = Writer { fuzz: self, target, number: 0, out: String::new() };
            writer.write(&value);
            bent = writer.out;
        }
        Some((head + &bent).into_bytes())
    }
}

/// How many values a document has.
fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(nodes).sum::<usize>() + 1,
        Value::Object(members) => members.values().map(nodes).sum::<usize>() + 1,
        _ => 1,
    }
}

/// Writes a document with one of its values bent.
struct Writer<'f> {
    fuzz: &'f mut Fuzz,
    target: usize,
    number: usize,
    out: String,
}

impl Writer<'_> {
    fn write(&mut self, value: &Value) {
        let is_target = self.number == self.target;
        self.number += 1;
        if is_target {
            let bent = self.bent(value);
            self.out.push_str(&bent);
            // what stands below it is not written any more
            self.number = usize::MAX / 2;
            return;
        }
        match value {
            Value::Array(items) => {
                self.out.push('[');
                for (place, item) in items.iter().enumerate() {
                    self.comma(place);
                    self.write(item);
                }
                self.out.push(']');
            }
            Value::Object(members) => {
                self.out.push('{');
                for (place, (name, member)) in members.iter().enumerate() {
                    self.comma(place);
                    self.member(name, member);
                }
                self.out.push('}');
            }
            leaf => self.out.push_str(&leaf.to_string()),
        }
    }

    fn comma(&mut self, place: usize) {
        if place > 0 {
            self.out.push(',');
        }
    }

    /// A member; the one that is bent may be there twice, under another name, or not at all.
    fn member(&mut self, name: &str, member: &Value) {
        let is_target = self.number == self.target;
        let name = Value::from(name).to_string();
        let how = if is_target { self.fuzz.below(6) } else { usize::MAX };
        match how {
            0 => {
                let twice = self.bent(member);
                self.out.push_str(&format!("{name}:{member},{name}:{twice}"));
                self.number = usize::MAX / 2;
            }
            1 => {
                let twice = self.bent(member);
                self.out.push_str(&format!("{name}:{twice},{name}:{member}"));
                self.number = usize::MAX / 2;
            }
            2 => {
                self.out.push_str(&format!("{}:{member}", name.to_uppercase()));
                self.number = usize::MAX / 2;
            }
            3 => {
                // a member that nobody reads stands in its place
                self.out.push_str(r#""left_out":0"#);
                self.number = usize::MAX / 2;
            }
            _ => {
                self.out.push_str(&name);
                self.out.push(':');
                self.write(member);
            }
        }
    }

    /// Another value in place of this one.
    fn bent(&mut self, value: &Value) -> String {
        let levels = [1, 2, 31, 63, 126, 127, 128, 2_000][self.fuzz.below(8)];
        let text = value.as_str().map(ToOwned::to_owned);
        match self.fuzz.below(11) {
            0 => "null".to_owned(),
            1 => ["true", "false", "[]", "{}"][self.fuzz.below(4)].to_owned(),
            2 | 3 => NUMBERS[self.fuzz.below(NUMBERS.len())].to_owned(),
            4 => TEXTS[self.fuzz.below(TEXTS.len())].to_owned(),
            5 => format!("{}{value}{}", "[".repeat(levels), "]".repeat(levels)),
            6 => format!("{}{value}{}", r#"{"a":"#.repeat(levels), "}".repeat(levels)),
            7 => Value::from("x".repeat([65, 201, 256, 5_000][self.fuzz.below(4)])).to_string(),
            // a number as a text, a text as a number
            8 => text.unwrap_or_else(|| Value::from(value.to_string()).to_string()),
            9 => format!("{value}.0"),
            // what stands elsewhere in the corpus
            _ => {
                let place = self.fuzz.below(self.fuzz.corpus.len());
                let other = String::from_utf8_lossy(&self.fuzz.corpus[place]).into_owned();
                other.find(['{', '[']).map_or_else(|| "0".to_owned(), |at| other[at..].to_owned())
            }
        }
    }
}
