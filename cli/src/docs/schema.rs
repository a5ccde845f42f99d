//! JSON Schemas as tables for people: the fields of requests, replies and the records in them.

use std::collections::BTreeMap;

use serde_json::Value;

/// A field of a record.
pub(super) struct Field {
    pub(super) name: String,
    /// Its type with its bounds.
    pub(super) kind: String,
    pub(super) required: bool,
    /// The default, as JSON.
    pub(super) default: String,
    pub(super) meaning: String,
}

/// The fields of a schema, the required ones first.
pub(super) fn fields(whole: &Value, schema: &Value, wanted: impl Fn(&str) -> bool) -> Vec<Field> {
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
    };
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let field = |(name, property): (&String, &Value)| Field {
        name: name.clone(),
        kind: kind(whole, property),
        required: required(name),
        default: property.get("default").map_or_else(String::new, |value| format!("`{}`", plain(value))),
        meaning: meaning(property),
    };
    let mut fields: Vec<Field> = properties.iter().filter(|(name, _)| wanted(name)).map(field).collect();
    fields.sort_by(|one, other| other.required.cmp(&one.required).then_with(|| one.name.cmp(&other.name)));
    fields
}

/// Returns the description of a schema, on one line.
pub(super) fn meaning(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of a schema.
pub(super) fn title(schema: &Value) -> &str {
    schema["title"].as_str().unwrap_or("an object")
}

/// Every record that schemas name, with the schema that it stands in.
pub(super) fn records<'s>(
    schemas: impl Iterator<Item = &'s Value>,
) -> BTreeMap<&'s str, (&'s Value, &'s Value)> {
    let mut found = BTreeMap::new();
    for whole in schemas {
        for (name, record) in whole["$defs"].as_object().into_iter().flatten() {
            if record["properties"].is_object() {
                found.entry(name.as_str()).or_insert((whole, record));
            }
        }
    }
    found
}

/// The type of a property with its bounds, in a few words.
fn kind(whole: &Value, schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        let named = &whole["$defs"][name];
        return match named["properties"].is_object() {
            true => format!("[`{name}`](#{})", name.to_lowercase()),
            false if name == "Amount" => "[`Amount`](#formats)".to_owned(),
            false => kind(whole, named),
        };
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(options) = schema[choice].as_array() {
            let mut kinds: Vec<String> =
                options.iter().map(|option| kind(whole, option)).filter(|kind| kind != "null").collect();
            kinds.dedup();
            return kinds.join(" or ");
        }
    }
    if schema["x-measure"] == true {
        return "integer or [`Amount`](#formats)".to_owned();
    }
    if let Some(word) = schema["const"].as_str() {
        return format!("`{word}`");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter(|word| !word.is_null());
        let words: Vec<String> = words.map(|word| format!("`{}`", plain(word))).collect();
        // all codes have a page of their own
        return if words.len() > 20 { "string".to_owned() } else { words.join(" or ") };
    }
    match &schema["type"] {
        Value::String(name) => simple(whole, schema, name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.map(|name| simple(whole, schema, name)).collect::<Vec<_>>().join(" or ")
        }
        _ => match schema["x-maxBytes"].as_u64() {
            Some(bytes) => format!("JSON, at most {} KiB", bytes / 1024),
            None => "JSON".to_owned(),
        },
    }
}

fn simple(whole: &Value, schema: &Value, name: &str) -> String {
    let number = |member: &str| schema[member].as_i64();
    match (name, schema["format"].as_str()) {
        ("array", _) => {
            let most = number("maxItems").map_or_else(String::new, |most| format!("at most {most} of "));
            format!("list of {most}{}", kind(whole, &schema["items"]))
        }
        ("string", Some("date-time")) => "[time](#formats)".to_owned(),
        ("string", Some("duration")) => match (&schema["x-minDuration"], &schema["x-maxDuration"]) {
            (Value::String(least), Value::String(most)) => {
                format!("[duration](#formats), `{least}` to `{most}`")
            }
            _ => "[duration](#formats)".to_owned(),
        },
        ("string", _) => match number("maxLength") {
            Some(most) => format!("string, at most {most} characters"),
            None => "string".to_owned(),
        },
        ("integer", _) => match (number("minimum"), number("maximum")) {
            (Some(least), Some(most)) if most < 1_000_000_000 => format!("integer, {least} to {most}"),
            (Some(least), _) => format!("integer, from {least}"),
            _ => "integer".to_owned(),
        },
        ("object", _) => match (number("x-maxBytes"), number("maxProperties")) {
            (Some(bytes), _) => format!("object, at most {} KiB", bytes / 1024),
            (None, Some(most)) => {
                format!("object of at most {most}: {} by name", kind(whole, &schema["additionalProperties"]))
            }
            (None, None) => "object".to_owned(),
        },
        (other, _) => other.to_owned(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
