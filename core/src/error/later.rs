//! Refusals that this version cannot read: their code, or what belongs to it, is of a later one.

use serde_json::Value;

use super::Code;
use super::text::fill;

/// Returns the text for people of such a refusal, by its kind; nothing if it is no refusal. The refusal's
/// own message is for developers, and may name accounts.
#[must_use]
pub fn to_user(error: &[u8]) -> Option<&'static str> {
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

/// Such a refusal in a text of the host's own; nothing of what is no refusal.
#[must_use]
pub fn render(error: &[u8], template: &str) -> Option<String> {
    let wire: Value = serde_json::from_slice(error).ok()?;
    wire["code"].as_str()?;
    Some(fill(template, |name, out| show(&wire["details"][name], out)))
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
