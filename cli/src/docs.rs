//! The pages that are derived from the code: the same code always writes the same pages.

use std::fmt::Write as _;
use std::path::Path;

use earnest::OPERATIONS;
use earnest::error::errors_markdown;
use earnest::for_cli::{OperationInfo, Who, deal_svg};
use serde_json::{Value, json};

use super::Context;
use super::inspect::{doc, host_rule, key_rule};
use super::out::Page;
use super::output::Failure;

pub(super) fn write(context: &Context, out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::file(out, &error))?;
    let pages = [
        ("errors.md", "# Errors\n\nMade from `", errors_markdown()),
        ("operations.md", "# Operations\n\nMade from `", operations_markdown()),
        ("permissions.md", "# Who may call what\n\nMade from `", permissions_markdown()),
        ("deal.svg", "<svg ", deal_svg()),
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
        "# Operations\n\nMade from `core/src/api/operations.rs` (@generated): do not edit. `earnest operations --json` has the same as JSON \
         Schemas.\n\nEvery operation takes `actor`. Every write takes `key`, `reference`, `metadata`, `context` and \
         `expected_version` too, and replies `replayed`: the tables leave these out.\n\n",
    );
    page.push_str(
        "| operation | key | in a host's transaction | effect | who may call it | what it does |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for info in OPERATIONS {
        let (name, doc) = (info.name, doc(info));
        line(
            &mut page,
            &format!(
                "| [`{name}`](#{}) | {} | {} | `{}` | [{}](permissions.md) | {doc} |",
                anchor(name),
                key_rule(info),
                host_rule(info),
                info.effect,
                info.who.name()
            ),
        );
    }
    for info in OPERATIONS {
        operation(&mut page, info);
    }
    page
}

/// What stands above the tables of `docs/permissions.md`.
const PERMISSIONS: &str = "# Who may call what

Made from `core/src/api/operations.rs` (@generated): do not edit.

Earnest checks no passwords: the host knows who is logged in, and says so with `actor`, or once with `engine.acting(actor)` and
`engine.using(tx)?.acting(actor)`. What follows is what Earnest makes of it.

- **Nobody named**: the call is made by `system`, the host's own program, which may do everything but decide for people: it accepts,
  confirms and disputes no deal, asks for no refund and answers none, approves nothing, and debits no account whose name begins with `@`.
  A web application therefore binds an actor for every request of a user, or opens the engine with `require_actor`.
- **Role `admin`** (`{\"id\":\"anna\",\"role\":\"admin\"}`) may call everything, in the place of a party with a `reason`; only an admin debits an account
  whose name begins with `@`.
- **Role `system`** with an id of one's own (`{\"id\":\"checkout\",\"role\":\"system\"}`) is the host's own program under a name for the audit trail.
- **Anybody else is a plain actor.** He *is* the account whose id is his, and *owns* those whose `owner` is his id. The table says the rest.
- **A bound actor is final**: a request that names another one, or another role, is `not_permitted`. Only the host's own code can bind anew,
  by `acting` on what it holds.
- **A key belongs to whoever used it first**: to any other actor it is `idempotency_mismatch` (`details.fields: [\"actor\"]`). So whoever repeats
  the call of another asks for nothing, and is no second pair of eyes by it: whoever asked first may not approve (`self_approval`).
  Four eyes are two ids: it is for the host to give a person one.
- **Order**: that an object does not exist, or is in another state, comes before who may (`not_permitted`).

";

/// The page `docs/permissions.md`: each rule, and the operations that it stands for.
fn permissions_markdown() -> String {
    let mut page = PERMISSIONS.to_owned();
    line(&mut page, "| rule | a plain actor who may call |\n| --- | --- |");
    for who in Who::ALL {
        line(&mut page, &format!("| `{}` | {} |", who.name(), who.meaning()));
    }
    line(
        &mut page,
        "\n| operation | rule | nobody named, system | admin | plain actor |\n| --- | --- | --- | --- | --- |",
    );
    for info in OPERATIONS {
        let (staff, plain) = match info.who {
            Who::Approver => ("in the role of the approval", info.who.meaning()),
            Who::Deal => ("as the table of transitions says", info.who.meaning()),
            Who::Staff => ("yes", "no"),
            who => ("yes", who.meaning()),
        };
        let system = if info.needs_actor { "must be named" } else { staff };
        let (name, rule) = (info.name, info.who.name());
        line(
            &mut page,
            &format!(
                "| [`{name}`](operations.md#{}) | `{rule}` | {system} | {staff} | {plain} |",
                anchor(name)
            ),
        );
    }
    page
}

fn operation(page: &mut String, info: &OperationInfo) {
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
