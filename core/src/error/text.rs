//! Messages from templates, and the documentation page of all codes.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Code, Detail, Retry};
use crate::money::Money;
use crate::time::Time;

/// How a detail field is written into a message; answers whether it is present.
pub(super) trait Show {
    fn show(&self, out: &mut String) -> bool;
}

impl Show for String {
    fn show(&self, out: &mut String) -> bool {
        out.push_str(self);
        !self.is_empty()
    }
}

impl Show for i64 {
    fn show(&self, out: &mut String) -> bool {
        write!(out, "{self}").is_ok()
    }
}

impl Show for Value {
    fn show(&self, out: &mut String) -> bool {
        write!(out, "{self}").is_ok() && !self.is_null()
    }
}

impl Show for Money {
    fn show(&self, out: &mut String) -> bool {
        write!(out, "{self}").is_ok()
    }
}

impl Show for Time {
    fn show(&self, out: &mut String) -> bool {
        write!(out, "{self}").is_ok()
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self, out: &mut String) -> bool {
        self.as_ref().is_some_and(|value| value.show(out))
    }
}

impl Show for Vec<String> {
    fn show(&self, out: &mut String) -> bool {
        out.push_str(&self.join("`, `"));
        !self.is_empty()
    }
}

/// Fills `template` from `detail`, as [`fill`] does.
pub(super) fn render(template: &str, detail: &Detail) -> String {
    fill(template, |name, out| detail.show(name, out))
}

/// Fills `template`: `{name}` becomes that field, which `show` writes if it is present; `[...]` stays only
/// if every field inside is. The text of a field is never read as a template again.
pub(super) fn fill(template: &str, mut show: impl FnMut(&str, &mut String) -> bool) -> String {
    let mut out = String::with_capacity(template.len().saturating_add(32));
    let mut rest = template;
    // Where the open `[...]` began in `out`, and whether all its fields were present so far.
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
                let present = show(name, &mut out);
                group = group.map(|(start, all)| (start, all && present));
            }
        }
    }
    out.push_str(rest);
    out
}

/// The language of `locale`: `ko-KR`, `ko_KR` and `ko@euckr` are `ko`.
pub(crate) fn language(locale: &str) -> &str {
    locale.split(['-', '_', '.', '@']).next().unwrap_or_default()
}

/// The page `docs/errors.md`: every code with its status, retry advice, details and texts.
///
/// ```
/// assert!(earnest::error::errors_markdown().contains("| `insufficient_balance` |"));
/// ```
#[must_use]
pub fn errors_markdown() -> String {
    let reserved = match Code::all().iter().any(|code| code.reserved_for().is_some()) {
        true => {
            " A code marked *reserved* belongs to a feature that is not there yet: nothing raises it today."
        }
        false => "",
    };
    let mut page = format!(
        "# Errors\n\nMade from `core/src/error/table.rs` (@generated): do not edit. Codes are stable, texts are not.\n\n\
         In the texts `{{name}}` is a field of `details`; a part in `[...]` is left out when its field is absent.{reserved}\n\n\
         | code | kind | http | retry | details | message, for developers |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for code in Code::all() {
        let fields: Vec<String> =
            code.fields().iter().map(|field| format!("`{}: {}`", field.name, field.wire_type())).collect();
        // Writing to a `String` can not fail.
        let _ = writeln!(
            page,
            "| `{}`{} | {} | {} | {} | {} | {} |",
            code.as_str(),
            code.reserved_for().map_or("", |_| " *reserved*"),
            code.kind().as_str(),
            code.http_status(),
            code.retry().as_str(),
            fields.join(", "),
            code.developers(),
        );
    }
    page.push_str("\n## For people\n\n`Error::to_user(locale)` gives these; a language that is not here is answered in English.\n\n");
    page.push_str("| code | English | Korean |\n| --- | --- | --- |\n");
    for code in Code::all() {
        let _ = writeln!(page, "| `{}` | {} | {} |", code.as_str(), code.english(), code.korean());
    }
    page.push_str("\n## Meaning\n\n");
    for code in Code::all() {
        let _ = writeln!(page, "- `{}`: {}", code.as_str(), code.summary());
        if let Some(feature) = code.reserved_for() {
            let _ = writeln!(page, "  - *reserved* for {feature}");
        }
        for field in code.fields() {
            let _ = writeln!(page, "  - `{}`: {}", field.name, field.meaning);
        }
    }
    page
}

/// The advice for whoever has a transaction of his own, in words for every package: a device lends none.
macro_rules! in_own {
    () => {
        "; if that is your own, make the call inside it"
    };
}

/// The end of a message for whoever may wait for a transaction of his own; the command line has none.
pub const IN_OWN: &str = in_own!();

/// Returns advice for developers, which follows the message: most often a call waits for a transaction of
/// the caller's own.
pub(super) fn advice(detail: &Detail, retry: Retry) -> &'static str {
    match detail {
        Detail::Contention { reason } if reason == "lock_timeout" && retry != Retry::Transaction => {
            concat!(": another transaction has it", in_own!())
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn who_waits_for_a_transaction_of_his_own_is_told_to_call_inside_it() {
        let error = Error::from(Detail::Contention { reason: "lock_timeout".into() });
        assert!(error.message().starts_with("contention: lock_timeout: another transaction"), "{error}");
        assert!(error.message().ends_with(IN_OWN), "{error}");
        // who is inside it already is not
        assert_eq!(error.with_retry(Retry::Transaction).message(), "contention: lock_timeout");
        let other = Error::from(Detail::Contention { reason: "versions".into() });
        assert_eq!(other.message(), "contention: versions");
    }

    /// Names of accounts and people are often addresses, and messages go to logs. The details have them.
    #[test]
    fn messages_name_nobody() {
        for code in Code::all() {
            let named = ["{account}", "{object}"].iter().find(|name| code.developers().contains(**name));
            assert_eq!(named, None, "{}", code.as_str());
        }
        let (subject, factor) = ("alice@example.com".to_owned(), "pin".to_owned());
        let missing = Error::from(Detail::CredentialNotFound { subject, factor });
        assert_eq!(missing.message(), "no such credential: `pin`");
    }
}
