//! The pages that are derived from the code: the same code always writes the same pages.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::Context;
use super::inspect::{doc, host_rule, key_rule};
use super::out::Page;
use super::output::Failure;
use crate::api::operations::{Info, OPERATIONS};
use crate::error::errors_markdown;

pub(super) fn write(context: &Context, out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::file(out, &error))?;
    let pages = [
        ("errors.md", "# Errors\n\nMade from `", errors_markdown()),
        ("operations.md", "# Operations\n\nMade from `", operations_markdown()),
        ("deal.svg", "<svg ", crate::escrow::diagram::svg()),
    ];
    for (name, head, page) in &pages {
        let path = out.join(name);
        Page { what: "generated page", head: Some(head), content: page }.write(&path, true)?;
        let path = path.display().to_string();
        context.say.either(&json!({ "written": path }), format!("wrote {path}"))?;
    }
    Ok(())
}

/// The page `docs/operations.md`: every operation with its request and reply.
fn operations_markdown() -> String {
    let mut page = String::from(
        "# Operations\n\nMade from `core/src/api/operations.rs`; do not edit. `earnest operations --json` has the same as JSON \
         Schemas.\n\nEvery operation takes `actor`. Every write takes `key`, `reference`, `metadata`, `context` and \
         `expected_version` too, and replies `replayed`: the tables leave these out.\n\n",
    );
    page.push_str("| operation | key | in a host's transaction | effect | what it does |\n| --- | --- | --- | --- | --- |\n");
    for info in OPERATIONS {
        let (name, doc) = (info.name, doc(info));
        line(
            &mut page,
            &format!(
                "| [`{name}`](#{}) | {} | {} | `{}` | {doc} |",
                anchor(name),
                key_rule(info),
                host_rule(info),
                info.effect
            ),
        );
    }
    for info in OPERATIONS {
        operation(&mut page, info);
    }
    page
}

fn operation(page: &mut String, info: &Info) {
    line(page, &format!("\n## {}\n\n{}\n", info.name, doc(info)));
    let request = (info.request)().to_value();
    let common = ["actor", "key", "reference", "metadata", "context", "expected_version"];
    let fields = fields(&request, |name| !common.contains(&name));
    if fields.is_empty() {
        line(page, "The request has no fields of its own.\n");
    } else {
        line(page, "| field | type | | meaning |\n| --- | --- | --- | --- |");
        for field in fields {
            let required = if field.required { "required" } else { "" };
            line(page, &format!("| `{}` | {} | {required} | {} |", field.name, field.kind, field.meaning));
        }
        line(page, "");
    }
    let reply = (info.reply)().to_value();
    let fields: Vec<String> = self::fields(&reply, |_| true)
        .iter()
        .map(|field| format!("`{}` ({})", field.name, field.kind))
        .collect();
    line(page, &format!("Replies {}: {}.", title(&reply), fields.join(", ")));
}

fn line(page: &mut String, text: &str) {
    // writing to a `String` cannot fail
    let _ = writeln!(page, "{text}");
}

/// As GitHub makes them from headings.
fn anchor(name: &str) -> String {
    name.replace('.', "")
}

fn title(schema: &Value) -> String {
    schema["title"].as_str().map_or_else(|| "an object".to_owned(), |title| format!("`{title}`"))
}

struct Field {
    name: String,
    kind: String,
    required: bool,
    meaning: String,
}

/// The fields of a schema, the required ones first.
fn fields(schema: &Value, wanted: impl Fn(&str) -> bool) -> Vec<Field> {
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
    };
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let field = |(name, property): (&String, &Value)| Field {
        name: name.clone(),
        kind: kind(property),
        required: required(name),
        meaning: property["description"]
            .as_str()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    };
    let mut fields: Vec<Field> = properties.iter().filter(|(name, _)| wanted(name)).map(field).collect();
    fields.sort_by(|one, other| other.required.cmp(&one.required).then_with(|| one.name.cmp(&other.name)));
    fields
}

/// The type of a property, in a word.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return format!("`{}`", reference.rsplit('/').next().unwrap_or(reference));
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(options) = schema[choice].as_array() {
            let mut kinds: Vec<String> = options.iter().map(kind).filter(|kind| kind != "null").collect();
            kinds.dedup();
            return kinds.join(" or ");
        }
    }
    let one = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        "string" => schema["format"].as_str().unwrap_or("string").to_owned(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.map(one).collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}
