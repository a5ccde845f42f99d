//! Reads JSON Schemas of requests and replies as records, closed sets and types, each once.

use std::collections::BTreeMap;

use earnest::for_cli::OperationInfo;
use serde_json::{Map, Value};

use super::super::output::Failure;
use super::{Field, Member, Record, Set, Type};

/// The members of a schema that bound a value.
const BOUNDS: [&str; 12] = [
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "x-maxBytes",
    "x-maxDepth",
    "x-maxDuration",
    "x-minDuration",
];

/// Closed sets whose names say nothing without the record that has them.
const OF_THEIR_OWNER: [&str; 3] = ["Role", "State", "Type"];

/// The records and sets read so far.
#[derive(Default)]
pub(super) struct Reading {
    records: BTreeMap<String, Record>,
    sets: BTreeMap<String, Set>,
    /// Records that are being read: one may hold itself.
    open: Vec<String>,
}

/// Where a property stands, for messages and for names that depend on it.
#[derive(Clone, Copy)]
struct Place<'s> {
    whole: &'s Value,
    owner: &'s str,
    field: &'s str,
}

impl Reading {
    /// With the closed sets of all replies: a request says the words of one, and not which it is.
    pub(super) fn of_replies(operations: &[OperationInfo]) -> Result<Self, Failure> {
        let mut reading = Self::default();
        for info in operations {
            reading.reply(info.name, &(info.reply)().to_value())?;
        }
        Ok(Self { sets: reading.sets, ..Self::default() })
    }

    pub(super) fn finish(self) -> (Vec<Record>, Vec<Set>) {
        (self.records.into_values().collect(), self.sets.into_values().collect())
    }

    /// The record that an operation answers, and whether it is a page of them.
    pub(super) fn reply(&mut self, operation: &str, schema: &Value) -> Result<(String, bool), Failure> {
        let title = schema["title"].as_str().unwrap_or_default();
        if title != "Page" {
            self.record(title, schema, schema)?;
            return Ok((title.to_owned(), false));
        }
        let place = Place { whole: schema, owner: "Page", field: "items" };
        match self.kind(place, &schema["properties"]["items"]["items"])? {
            (Type::Record { name }, false) => Ok((name, true)),
            _ => Err(unread(operation, "items", "a page of what is no record")),
        }
    }

    fn record(&mut self, name: &str, whole: &Value, schema: &Value) -> Result<(), Failure> {
        if self.open.iter().any(|open| open == name) {
            return Ok(());
        }
        self.open.push(name.to_owned());
        let fields = self.fields(name, whole, schema)?;
        self.open.pop();
        let record = Record { name: name.to_owned(), doc: meaning(schema), fields };
        match self.records.get(name) {
            Some(known) if *known != record => {
                Err(unread(name, "", "two operations shape this record differently"))
            }
            _ => {
                self.records.insert(name.to_owned(), record);
                Ok(())
            }
        }
    }

    /// The fields of a schema, by name.
    pub(super) fn fields(
        &mut self,
        owner: &str,
        whole: &Value,
        schema: &Value,
    ) -> Result<Vec<Field>, Failure> {
        let listed = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        let mut fields = Vec::new();
        for (name, node) in schema["properties"].as_object().into_iter().flatten() {
            let (kind, nullable) = self.kind(Place { whole, owner, field: name }, node)?;
            fields.push(Field {
                name: name.clone(),
                kind,
                required: listed.iter().any(|one| one == name),
                nullable,
                secret: is_secret(node),
                doc: meaning(node),
                default: node.get("default").cloned(),
                bounds: bounds(node),
            });
        }
        Ok(fields)
    }

    /// Reads the type of a property, and whether it may be `null`.
    fn kind(&mut self, place: Place<'_>, node: &Value) -> Result<(Type, bool), Failure> {
        if let Some(reference) = node["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or(reference);
            return Ok((self.named(place, name)?, false));
        }
        if let Some(choices) = node["anyOf"].as_array() {
            return self.choice(place, choices);
        }
        if node["x-measure"] == true {
            return Ok((Type::Measure, false));
        }
        let names: Vec<&str> = match &node["type"] {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return Ok((Type::Json, false)),
        };
        let nullable = names.contains(&"null");
        let [name] = names.iter().filter(|name| **name != "null").copied().collect::<Vec<_>>()[..] else {
            return Err(unread(place.owner, place.field, "a value of several types"));
        };
        let kind = match (name, node["format"].as_str()) {
            ("array", _) => Type::List { of: Box::new(self.kind(place, &node["items"])?.0) },
            ("object", _) => Type::Object,
            ("string", Some("date-time")) => Type::Time,
            ("string", Some("duration")) => Type::Duration,
            ("string", _) => self.word(node),
            ("integer", _) => Type::Integer,
            ("boolean", _) => Type::Boolean,
            (_, _) => return Err(unread(place.owner, place.field, "a type that no package reads")),
        };
        Ok((kind, nullable))
    }

    /// The closed set whose words these are, or the only one that has them all; a text where there is none,
    /// or it has no such words.
    fn word(&self, node: &Value) -> Type {
        let words = node["enum"].as_array().map_or(&[][..], Vec::as_slice);
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        let same = |set: &&Set| set.values.iter().map(|one| &*one.value).eq(words.iter().copied());
        let has_all = |set: &&Set| words.iter().all(|word| set.values.iter().any(|one| one.value == *word));
        let set = self.sets.values().find(same).or_else(|| {
            let mut wider = self.sets.values().filter(has_all).filter(|_| !words.is_empty());
            wider.next().filter(|_| wider.next().is_none())
        });
        set.map_or(Type::String, |set| Type::Set { name: set.name.clone() })
    }

    fn choice(&mut self, place: Place<'_>, choices: &[Value]) -> Result<(Type, bool), Failure> {
        let some: Vec<&Value> = choices.iter().filter(|one| one["type"] != "null").collect();
        let nullable = some.len() < choices.len();
        let mut kinds = Vec::new();
        for one in some {
            kinds.push(self.kind(place, one)?.0);
        }
        match &kinds[..] {
            [kind] => Ok((kind.clone(), nullable)),
            [Type::Integer, Type::Money] => Ok((Type::Measure, nullable)),
            _ => Err(unread(place.owner, place.field, "a choice that no package reads")),
        }
    }

    fn named(&mut self, place: Place<'_>, name: &str) -> Result<Type, Failure> {
        let schema = &place.whole["$defs"][name];
        match name {
            "Money" | "Amount" => return Ok(Type::Money),
            "Actor" | "ActorInput" => return Ok(Type::Actor),
            "Error" => return Ok(Type::Error),
            _ => {}
        }
        // the second type of a name within one schema
        let plain = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if let Some(listed) = schema["oneOf"].as_array() {
            return self.set(place, plain, schema, listed);
        }
        self.record(plain, place.whole, schema)?;
        Ok(Type::Record { name: plain.to_owned() })
    }

    fn set(
        &mut self,
        place: Place<'_>,
        name: &str,
        schema: &Value,
        listed: &[Value],
    ) -> Result<Type, Failure> {
        let text = |one: &Value| one["const"].as_str().unwrap_or_default().to_owned();
        let values: Vec<Member> =
            listed.iter().map(|one| Member { value: text(one), doc: meaning(one) }).collect();
        let same =
            |set: &&Set| set.values.iter().map(|one| &one.value).eq(values.iter().map(|one| &one.value));
        if let Some(known) = self.sets.values().find(same) {
            return Ok(Type::Set { name: known.name.clone() });
        }
        let name = match OF_THEIR_OWNER.contains(&name) {
            true => format!("{}{name}", place.owner),
            false => name.to_owned(),
        };
        let set = Set { name: name.clone(), doc: meaning(schema), values };
        match self.sets.insert(name.clone(), set) {
            None => Ok(Type::Set { name }),
            Some(_) => Err(unread(&name, "", "two closed sets have this name")),
        }
    }
}

fn unread(owner: &str, field: &str, what: &str) -> Failure {
    let at = if field.is_empty() { owner.to_owned() } else { format!("{owner}.{field}") };
    Failure::failed(format!("the contract cannot be written: `{at}`: {what}"))
}

/// Whether a property, each of its items, or each of its values by name, is what only its reader may see.
fn is_secret(node: &Value) -> bool {
    let choices = node["anyOf"].as_array().map_or(&[][..], Vec::as_slice);
    let inside = [node, &node["items"], &node["additionalProperties"]];
    choices.iter().chain(inside).any(|one| one["format"] == "password")
}

fn bounds(node: &Value) -> Map<String, Value> {
    let members = node.as_object().into_iter().flatten();
    let bounding = members.filter(|(name, _)| BOUNDS.contains(&name.as_str()));
    bounding.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Returns the description of a schema, on one line.
fn meaning(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(outcome: Result<(String, bool), Failure>) -> String {
        match outcome {
            Err(Failure::Refused(error)) => error.to_string(),
            _ => String::new(),
        }
    }

    fn reply(title: &str, kind: &str) -> Value {
        json!({
            "title": title,
            "required": ["leg"],
            "properties": { "leg": { "$ref": "#/$defs/Leg2" } },
            "$defs": { "Leg2": { "required": ["size"], "properties": { "size": { "type": kind } } } },
        })
    }

    #[test]
    fn a_record_of_two_shapes_is_named() {
        let mut reading = Reading::default();
        assert!(reading.reply("ledger.a", &reply("First", "integer")).is_ok());
        assert!(reading.reply("ledger.b", &reply("Second", "integer")).is_ok());
        let said = refused(reading.reply("ledger.c", &reply("Third", "string")));
        assert!(said.contains("`Leg`") && said.contains("differently"), "{said}");
    }

    #[test]
    fn what_no_package_reads_is_named_with_its_owner() {
        let mut reading = Reading::default();
        let said = refused(reading.reply("ledger.a", &reply("First", "number")));
        assert!(said.contains("`Leg.size`"), "{said}");
    }

    #[test]
    fn closed_sets_of_one_name_say_the_same() {
        let of = |values: [&str; 2]| {
            let values: Vec<Value> = values.iter().map(|value| json!({ "const": value })).collect();
            json!({
                "title": "Graded",
                "properties": { "grade": { "$ref": "#/$defs/Grade" } },
                "$defs": { "Grade": { "oneOf": values } },
            })
        };
        let mut reading = Reading::default();
        assert!(reading.reply("ledger.a", &of(["whole", "part"])).is_ok());
        assert!(reading.reply("ledger.b", &of(["whole", "part"])).is_ok());
        let said = refused(reading.reply("ledger.c", &of(["good", "bad"])));
        assert!(said.contains("`Grade`"), "{said}");
    }
}
