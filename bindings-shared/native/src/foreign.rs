//! Refusals that this version cannot read: their code, or what belongs to it, is of a later one.

use earnest::Code;
use serde_json::Value;

/// What is said to people of such a refusal, by its kind; nothing of what is no refusal. Its own message is
/// for developers, and may name accounts.
pub(crate) fn to_user(error: &[u8]) -> Option<&'static str> {
    let wire: Value = serde_json::from_slice(error).ok()?;
    let known = wire["code"].as_str()?.parse::<Code>().ok().map(|code| code.kind().as_str());
    Some(match known.or_else(|| wire["kind"].as_str()).unwrap_or_default() {
        "invalid" => "The request is not valid",
        "denied" => "This is not permitted",
        "not_found" => "This was not found",
        "conflict" | "rejected" => "This is not possible",
        "limited" => "There were too many attempts: try again later",
        "unavailable" => "This is not possible at the moment: try again later",
        _ => "Something went wrong",
    })
}

/// Such a refusal in a text of the host's own, as the core fills one; nothing of what is no refusal.
pub(crate) fn render(error: &[u8], template: &str) -> Option<String> {
    let wire: Value = serde_json::from_slice(error).ok()?;
    wire["code"].as_str()?;
    let (mut out, mut rest) = (String::with_capacity(template.len()), template);
    // where the open `[...]` began in `out`, and whether all its fields were there so far
    let mut group: Option<(usize, bool)> = None;
    while let Some(at) = rest.find(['{', '[', ']']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (mark, after) = from.split_at(1);
        rest = after;
        match mark {
            "[" => group = Some((out.len(), true)),
            "]" => {
                if let Some((start, false)) = group.take() {
                    out.truncate(start);
                }
            }
            _ => {
                let (name, after) = after.split_once('}').unwrap_or((after, ""));
                rest = after;
                let present = show(&wire["details"][name], &mut out);
                group = group.map(|(start, all)| (start, all && present));
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// Writes a detail, and answers whether there is one.
fn show(detail: &Value, out: &mut String) -> bool {
    match detail {
        Value::Null => return false,
        Value::String(text) => out.push_str(text),
        other => match (other["amount"].as_str(), other["currency"].as_str()) {
            (Some(amount), Some(currency)) => out.extend([amount, " ", currency]),
            _ => out.push_str(&other.to_string()),
        },
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::values;

    #[test]
    fn a_refusal_of_a_later_version_has_a_text_and_no_language() {
        let later = br#"{"code":"of_later","kind":"rejected","message":"alice","retry":"never",
            "details":{"left":3,"price":{"amount":"1.00","currency":"USD"},"of":null}}"#;
        assert_eq!(values::to_user(later, "ko").unwrap(), "This is not possible");
        assert_eq!(values::language_of(later, "ko").unwrap(), None);
        let rendered = values::render(later, "{left} for {price}[ of {of}][ at {left}]").unwrap();
        assert_eq!(rendered, "3 for 1.00 USD at 3");
        let short = br#"{"code":"rate_limited","message":"m","retry":"later","details":{"retry_after":7}}"#;
        assert!(values::to_user(short, "en").unwrap().contains("later"));
        for wrong in [b"{}".as_slice(), b"[]", b"7", b"{", br#"{"code":5}"#] {
            assert!(values::to_user(wrong, "en").is_err() && values::render(wrong, "x").is_err());
            assert!(values::language_of(wrong, "en").is_err());
        }
    }
}
