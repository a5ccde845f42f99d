//! Answers that are the same in every package: the files of `bindings-shared/conformance`, of which Rust
//! runs what it does too.

use std::path::Path;

use earnest::currency::Currencies;
use earnest::jobs::webhooks::{Headers, WebhookSecret, verify_webhook};
use earnest::money::Amount;
use earnest::{Error, Key, Money, Time};

use crate::support::{Value, json};

fn lines_of(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindings-shared/conformance");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(line: &'a Value, name: &str) -> &'a str {
    line[name].as_str().unwrap_or_else(|| panic!("{line} has no `{name}`"))
}

/// Whether what was made is what the line gives, or was refused as the line says.
fn is_as_told(line: &Value, made: Result<Value, Error>) {
    match made {
        Ok(made) => assert_eq!(made, line["gives"], "{line}"),
        Err(error) => {
            assert_eq!(error.code().as_str(), line["refused"], "{line}: {error}");
            if let Some(field) = line["field"].as_str() {
                assert_eq!(error.details()["field"], field, "{line}");
            }
        }
    }
}

fn read(amount: impl Into<Amount>) -> Result<Money, Error> {
    amount.into().resolve("amount", &Currencies::iso())
}

/// Runs the operations on amounts that Rust has; the rest is for languages whose numbers need help.
fn money(line: &Value) -> Option<Result<Value, Error>> {
    let pair = || (read(text(line, "one")).unwrap(), read(text(line, "other")).unwrap());
    let sum = |made: Option<Money>| made.map(|money| json!(money.to_string()));
    Some(match text(line, "op") {
        "of" => {
            let given = json!({ "amount": line["amount"], "currency": line["currency"] });
            read(Amount::Raw(given)).map(|money| json!(money.to_string()))
        }
        "parse" => read(text(line, "text")).map(|money| json!(money.to_string())),
        "from_minor" => {
            let minor: i128 = text(line, "minor").parse().unwrap();
            Money::minor(minor, text(line, "currency")).map(|money| json!(money.to_string()))
        }
        // where it is refused there is none, for whatever reason
        "plus" => Ok(sum(pair().0.checked_add(pair().1))?),
        "minus" => Ok(sum(pair().0.checked_sub(pair().1))?),
        "negated" => Ok(sum(read(text(line, "one")).unwrap().checked_neg())?),
        "compare" => Ok(pair().0.partial_cmp(&pair().1).map(|order| json!(order as i8))?),
        "times" => {
            let made = read(text(line, "one")).unwrap().checked_mul(line["factor"].as_i64().unwrap().into());
            Ok(sum(made)?)
        }
        "split" => {
            let weights = match &line["into"] {
                Value::Array(weights) => weights.iter().map(Value::as_u64).collect::<Option<Vec<_>>>()?,
                parts => vec![1; usize::try_from(parts.as_u64()?).unwrap()],
            };
            let parts = read(text(line, "one")).unwrap().split(&weights)?;
            Ok(parts.iter().map(|part| json!(part.to_string())).collect())
        }
        "equals" => Ok(json!(pair().0 == pair().1)),
        _ => return None,
    })
}

#[test]
fn money_is_the_same_in_every_language() {
    let lines = lines_of("money.jsonl");
    let mut done = 0;
    for line in &lines {
        match money(line) {
            Some(made) => is_as_told(line, made),
            // a sum of two currencies, or one that is too large, and what Rust has not
            None => {
                let op = text(line, "op");
                assert!(line.get("refused").is_some() || op == "abs", "{line}");
                continue;
            }
        }
        done += 1;
    }
    println!("{done} of {} lines about money", lines.len());
    assert!(done > 50);
}

#[test]
fn keys_of_steps_are_the_same_in_every_language() {
    for line in lines_of("child_keys.jsonl") {
        let key = Key::request("key", text(&line, "key"));
        is_as_told(&line, key.map(|key| json!(key.child(text(&line, "step")).as_str())));
    }
}

#[test]
fn webhooks_are_as_genuine_in_every_language() {
    for line in lines_of("webhooks.jsonl") {
        let checked = || {
            let members = line["headers"].as_object().unwrap();
            let headers: Vec<_> =
                members.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
            let secrets = line["secrets"].as_array().unwrap().iter();
            let secrets = secrets.map(|secret| WebhookSecret::parse("secrets", secret.as_str().unwrap()));
            let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
            let now = Time::request("now", text(&line, "now"))?;
            let id = verify_webhook(text(&line, "body").as_bytes(), Headers::of(&headers)?, &secrets, now)?;
            Ok(json!(id))
        };
        is_as_told(&line, checked());
    }
}
