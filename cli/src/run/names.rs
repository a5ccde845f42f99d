//! `"$name.field"`: values that later lines take from the outcome of an earlier one.

use std::collections::BTreeMap;

use earnest::{Error, Result};
use serde_json::Value;

/// Objects that an outcome may be about, the one that it is most about first.
const ABOUT: [&str; 12] = [
    "error",
    "dispute",
    "approval",
    "review",
    "transfer",
    "hold",
    "deal",
    "account",
    "payment",
    "withdrawal",
    "purchase",
    "receipt",
];

/// Outcomes by the name that their line gave them: the reply, or `{"error": ...}`.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, Value>,
}

/// Checks a name.
pub(super) fn check(name: &str) -> Result<()> {
    let fine = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if fine { Ok(()) } else { Err(Error::invalid("as", "must be a name of `A-Z a-z 0-9 _ -`")) }
}

impl Names {
    /// Keeps an outcome; the same name again replaces it.
    pub(super) fn keep(&mut self, name: String, outcome: Value) {
        self.known.insert(name, outcome);
    }

    /// Replaces every text that begins with `$`, at any depth. `$$` is an escaped `$`.
    pub(super) fn resolve(&self, args: &mut Value) -> Result<()> {
        self.resolve_at(args, "")
    }

    fn resolve_at(&self, value: &mut Value, path: &str) -> Result<()> {
        let below = |part: &dyn std::fmt::Display| {
            if path.is_empty() { part.to_string() } else { format!("{path}.{part}") }
        };
        match value {
            Value::String(text) => {
                if let Some(literal) = text.strip_prefix("$$") {
                    *text = format!("${literal}");
                } else if let Some(named) = text.strip_prefix('$') {
                    *value = self.find(named, path)?;
                }
                Ok(())
            }
            Value::Array(items) => items
                .iter_mut()
                .enumerate()
                .try_for_each(|(place, item)| self.resolve_at(item, &below(&place))),
            Value::Object(members) => {
                members.iter_mut().try_for_each(|(name, member)| self.resolve_at(member, &below(name)))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    fn find(&self, named: &str, field: &str) -> Result<Value> {
        let mut parts = named.split('.');
        let name = parts.next().unwrap_or_default();
        let path: Vec<&str> = parts.collect();
        let missing = |why: &str| Error::invalid(field, format!("refers to `${named}`, but {why}"));
        let outcome = self.known.get(name).ok_or_else(|| missing("no line before has that name"))?;
        let found = walk(outcome, &path).or_else(|| {
            // `$name.id` of a reply such as `{"transfer":{"id":...},"balance":...}`
            ABOUT.iter().filter_map(|object| outcome.get(object)).find_map(|object| walk(object, &path))
        });
        found.cloned().ok_or_else(|| missing("its outcome has no such field"))
    }
}

fn walk<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, part| match value {
        Value::Object(members) => members.get(*part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        let transfer = json!({"id": "tr_1", "postings": [{"account": "@world"}, {"account": "alice"}]});
        names.keep("t".into(), json!({"transfer": transfer, "balance": {"version": 3}, "replayed": false}));
        names.keep(
            "e".into(),
            json!({"error": {"code": "approval_required", "details": {"approval": "ap_1"}}}),
        );
        names
    }

    fn resolved(mut args: Value) -> Result<Value> {
        names().resolve(&mut args).map(|()| args)
    }

    #[test]
    fn fields_of_outcomes_are_found_wherever_they_are_named() {
        assert_eq!(
            resolved(json!({"a": "$t.transfer.id", "b": [{"c": "$t.id"}], "d": "$t.postings.1.account"}))
                .unwrap(),
            json!({"a": "tr_1", "b": [{"c": "tr_1"}], "d": "alice"})
        );
        assert_eq!(resolved(json!({"a": "$t.balance.version"})).unwrap(), json!({"a": 3}));
        assert_eq!(
            resolved(json!(["$e.details.approval", "$e.error.code"])).unwrap(),
            json!(["ap_1", "approval_required"])
        );
        assert_eq!(resolved(json!(["$$5 off", "5$", "a.b"])).unwrap(), json!(["$5 off", "5$", "a.b"]));
    }

    #[test]
    fn what_is_not_there_is_named() {
        for (args, field, name) in [
            (json!({"a": {"b": "$x.id"}}), "a.b", "`$x.id`"),
            (json!({"a": ["$t.nothing"]}), "a.0", "`$t.nothing`"),
            (json!({"a": "$"}), "a", "`$`"),
        ] {
            let refused = resolved(args).unwrap_err();
            assert_eq!(refused.details()["field"], field);
            assert!(refused.message().contains(name), "{refused}");
        }
        assert!(check("a.b").is_err() && check("").is_err() && check("deal-1").is_ok());
    }
}
