//! The contract: everything that a package for another language is made from, as one JSON document.
//!
//! It names no language and no file: services with their operations, the records and closed sets that these
//! are made of, each once, and the errors with the types of their details.

mod reading;

use earnest::error::Field as Detail;
use earnest::for_cli::{CONTRACT, KeyRetention, OperationInfo};
use earnest::{Code, OPERATIONS};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Context;
use super::inspect::{doc, host_rule, key_rule};
use super::output::Failure;
use reading::Reading;

/// The arguments of every call, in the order in which they are shown.
const COMMON: [&str; 8] =
    ["actor", "key", "reference", "metadata", "context", "risk_score", "expected_version", "proofs"];

/// The argument that may stand first without its name where none is required.
const FIRST: [(&str, &str); 10] = [
    ("escrow.diagram", "format"),
    ("escrow.get", "deal"),
    ("ledger.balances", "accounts"),
    ("ledger.holds", "account"),
    ("ledger.transfers", "account"),
    ("payments.diagram", "format"),
    ("payments.get", "payment"),
    ("purchases.get", "purchase"),
    ("withdrawals.diagram", "format"),
    ("withdrawals.get", "withdrawal"),
];

/// Everything that a package for another language is made from.
#[derive(Serialize, JsonSchema)]
pub(super) struct Contract {
    /// The form of this document. A reader refuses another one than it was written for.
    contract: u32,
    /// The version of the library.
    version: &'static str,
    /// The arguments of every call, in the order in which they are shown.
    common: Vec<&'static str>,
    /// How values are written in JSON, by the types that are texts there.
    formats: Vec<Format>,
    /// The services, in the order of the table of operations.
    services: Vec<Service>,
    /// The records that requests and replies are made of, each once, by name.
    records: Vec<Record>,
    /// The closed sets of texts, each once, by name.
    sets: Vec<Set>,
    /// Every code that a call can be refused with.
    errors: Vec<Refusal>,
}

/// How a type is written in JSON.
#[derive(Serialize, JsonSchema)]
struct Format {
    /// The type.
    of: &'static str,
    /// How it is written.
    doc: &'static str,
    /// One of them.
    example: Value,
}

/// A group of operations.
#[derive(Serialize, JsonSchema)]
struct Service {
    /// Its name.
    name: String,
    /// Its operations, in the order of the table.
    operations: Vec<Operation>,
}

/// One operation.
#[derive(Serialize, JsonSchema)]
struct Operation {
    /// `service.method`, as it is called in JSON.
    name: &'static str,
    /// The method alone.
    method: String,
    /// Its description.
    doc: String,
    /// Whether it takes a key: `required`, `derived`, `optional` or `none`.
    key: &'static str,
    /// How long its outcome is kept: `forever`, `day` or `month`.
    kept: &'static str,
    /// In a host's transaction: `joins` or `refused`.
    host: &'static str,
    /// The kind of its effect, for policies and rules.
    effect: &'static str,
    /// Its permission rule.
    who: &'static str,
    /// Whether an actor must be named.
    needs_actor: bool,
    /// The argument that may stand first without its name.
    first: Option<String>,
    /// Its arguments: those that are required, then its own, then those of every call.
    arguments: Vec<Field>,
    /// Its reply.
    reply: Reply,
    /// The codes that it may be refused with, beside those of every call.
    codes: Vec<&'static str>,
    /// A line of `earnest run` that calls it.
    example: &'static str,
}

/// The reply of an operation.
#[derive(Serialize, JsonSchema)]
struct Reply {
    /// The record that it is, or that a page has.
    record: String,
    /// Whether it is one page of such records, with `next` for the page after it.
    page: bool,
}

/// A record of named fields.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Record {
    /// Its name.
    name: String,
    /// Its description.
    doc: String,
    /// Its fields, by name.
    fields: Vec<Field>,
}

/// An argument, or a field of a record.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Field {
    /// Its name in JSON.
    name: String,
    /// The type of its value.
    #[serde(rename = "type")]
    kind: Type,
    /// Whether it is always there.
    required: bool,
    /// Whether it may be `null`.
    nullable: bool,
    /// Whether only its reader may see it: a PIN, a code, a token.
    secret: bool,
    /// Its description.
    doc: String,
    /// Its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    /// The bounds of its value, in the words of JSON Schema.
    #[serde(skip_serializing_if = "Map::is_empty")]
    bounds: Map<String, Value>,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Type {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// Any JSON value.
    Json,
    /// A JSON object whose members are the caller's.
    Object,
    /// An amount with its currency.
    Money,
    /// A whole number, or an amount with its currency.
    Measure,
    /// A caller.
    Actor,
    /// A refusal.
    Error,
    /// A record.
    Record {
        /// Its name.
        name: String,
    },
    /// One of a closed set of texts.
    Set {
        /// Its name.
        name: String,
    },
    /// A list.
    List {
        /// Of what.
        of: Box<Type>,
    },
}

/// A closed set of texts.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Set {
    /// Its name.
    name: String,
    /// Its description.
    doc: String,
    /// Its texts.
    values: Vec<Member>,
}

/// A text of a closed set.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Member {
    /// The text.
    value: String,
    /// Its meaning.
    doc: String,
}

/// A code that a call can be refused with.
#[derive(Serialize, JsonSchema)]
struct Refusal {
    /// The code.
    code: &'static str,
    /// Its kind.
    kind: &'static str,
    /// Whether the same call may succeed later: `never`, `later`, ...
    retry: Value,
    /// The HTTP status that fits.
    http_status: u16,
    /// Its meaning.
    doc: &'static str,
    /// The feature that will raise it one day; nothing does yet.
    reserved_for: Option<&'static str>,
    /// The members of `details`.
    details: Vec<Field>,
}

/// Prints the contract, or the JSON Schema of such documents.
pub(super) fn print(context: &Context, schema: bool) -> Result<(), Failure> {
    let document = if schema { as_schema() } else { json!(contract()?) };
    Ok(context.say.document(&document)?)
}

fn as_schema() -> Value {
    // of what is written: a member that may be left out is not required
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Contract>().to_value()
}

fn contract() -> Result<Contract, Failure> {
    let mut reading = Reading::of_replies(OPERATIONS)?;
    let mut services: Vec<Service> = Vec::new();
    for info in OPERATIONS {
        let (service, _) = info.name.split_once('.').unwrap_or((info.name, ""));
        let operation = operation(info, &mut reading)?;
        match services.last_mut().filter(|last| last.name == service) {
            Some(last) => last.operations.push(operation),
            None => services.push(Service { name: service.to_owned(), operations: vec![operation] }),
        }
    }
    let errors = Code::all().iter().copied().map(refusal).collect();
    let (records, sets) = reading.finish();
    Ok(Contract {
        contract: CONTRACT,
        version: env!("CARGO_PKG_VERSION"),
        common: COMMON.to_vec(),
        formats: formats(),
        services,
        records,
        sets,
        errors,
    })
}

fn operation(info: &OperationInfo, reading: &mut Reading) -> Result<Operation, Failure> {
    let (_, method) = info.name.split_once('.').unwrap_or(("", info.name));
    let (request, reply) = ((info.request)().to_value(), (info.reply)().to_value());
    let (record, page) = reading.reply(info.name, &reply)?;
    let given = reading.fields(info.name, &request, &request)?;
    let listed = request["required"].as_array().map_or(&[][..], Vec::as_slice);
    let mut required: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    if key_rule(info) == "required" && !required.contains(&"key") {
        required.push("key");
    }
    let arguments = ordered(info.name, given, &required);
    let first = FIRST.iter().find(|(name, _)| *name == info.name).map(|(_, first)| *first);
    Ok(Operation {
        name: info.name,
        method: method.to_owned(),
        doc: doc(info),
        key: key_rule(info),
        kept: match info.kept {
            KeyRetention::Forever | KeyRetention::Consent => "forever",
            KeyRetention::Day => "day",
            KeyRetention::Month => "month",
        },
        host: host_rule(info),
        effect: info.effect,
        who: info.who.name(),
        needs_actor: info.needs_actor,
        first: required.first().copied().or(first).map(ToOwned::to_owned),
        arguments,
        reply: Reply { record, page },
        codes: info.codes().iter().map(|code| code.as_str()).collect(),
        example: info.example,
    })
}

/// Arguments in the order in which methods take them.
fn ordered(operation: &str, mut given: Vec<Field>, required: &[&str]) -> Vec<Field> {
    for field in given.iter_mut().filter(|field| required.contains(&field.name.as_str())) {
        (field.required, field.nullable) = (true, false);
    }
    let first = FIRST.iter().find(|(name, _)| *name == operation).map(|(_, first)| *first);
    given.sort_by_key(|field| {
        let name = field.name.as_str();
        let common = COMMON.iter().position(|common| *common == name);
        match (required.iter().position(|one| *one == name), common) {
            (Some(place), _) => (0, place, String::new()),
            (None, None) if first == Some(name) => (1, 0, String::new()),
            (None, None) => (2, 0, field.name.clone()),
            (None, Some(place)) => (3, place, String::new()),
        }
    });
    given
}

fn refusal(code: Code) -> Refusal {
    Refusal {
        code: code.as_str(),
        kind: code.kind().as_str(),
        retry: json!(code.retry()),
        http_status: code.http_status(),
        doc: code.summary(),
        reserved_for: code.reserved_for(),
        details: code.fields().iter().map(detail).collect(),
    }
}

fn detail(detail: &Detail) -> Field {
    let written = detail.wire_type();
    let (name, nullable) = written.strip_suffix('?').map_or((written, false), |name| (name, true));
    let kind = match name {
        "integer" => Type::Integer,
        "Money" => Type::Money,
        "time" => Type::Time,
        "integer or Money" => Type::Measure,
        "string[]" => Type::List { of: Box::new(Type::String) },
        _ => Type::String,
    };
    Field {
        name: detail.name.to_owned(),
        kind,
        required: !nullable,
        nullable,
        secret: false,
        doc: detail.meaning.to_owned(),
        default: None,
        bounds: Map::new(),
    }
}

fn formats() -> Vec<Format> {
    vec![
        Format {
            of: "money",
            doc: "Given as a text with the currency, or as an object of both; answered as the object, with all places of the currency. In units of the currency, never as a JSON number.",
            example: json!({ "amount": "100.00", "currency": "USD" }),
        },
        Format {
            of: "time",
            doc: "RFC 3339 with any offset; answered in UTC, to the microsecond.",
            example: json!("2026-01-31T09:00:00.000000Z"),
        },
        Format {
            of: "duration",
            doc: "ISO 8601 in weeks, days, hours, minutes and seconds. A day has 24 hours.",
            example: json!("P3D"),
        },
        Format {
            of: "measure",
            doc: "A whole number as a JSON number, or an amount as `money`.",
            example: json!(5),
        },
        Format {
            of: "actor",
            doc: "Given as an id, or as an object of an id and a role; answered as the object.",
            example: json!({ "id": "anna", "role": "admin" }),
        },
    ]
}
