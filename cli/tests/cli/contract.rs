//! The contract that packages for other languages are made from: it says what the tables say, and is as its
//! schema says.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cli::earnest;

fn document() -> Value {
    let ran = earnest(&["contract", "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.document()
}

fn list<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

fn names<'v>(listed: impl IntoIterator<Item = &'v Value>, member: &str) -> Vec<&'v str> {
    listed.into_iter().map(|one| one[member].as_str().unwrap()).collect()
}

/// Whether a value is as a schema says, whose parts are under `$defs` of the whole.
fn fits(whole: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/$defs/")) {
        return fits(whole, &whole["$defs"][name], value);
    }
    for choice in ["oneOf", "anyOf"] {
        if schema.get(choice).is_some() {
            return list(schema, choice).iter().any(|one| fits(whole, one, value));
        }
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return false;
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => return true,
        one => vec![one.clone()],
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let required = list(schema, "required").iter().all(|name| value.get(name.as_str().unwrap()).is_some());
    let members = value.as_object().into_iter().flatten().all(|(name, member)| {
        let open = schema["additionalProperties"] == true;
        schema["properties"].get(name).map_or(open, |known| fits(whole, known, member))
    });
    let items = value.as_array().into_iter().flatten().all(|item| fits(whole, &schema["items"], item));
    types.iter().any(|one| one == is) && required && members && items
}

#[test]
fn the_contract_is_as_its_schema_says() {
    let schema = earnest(&["contract", "--json-schema"]).document();
    let mut contract = document();
    assert!(fits(&schema, &schema, &contract), "{schema}");
    for member in ["/services/0/operations/0/reply", "/records/0/fields/0/type", "/errors/0/details"] {
        let mut other = contract.clone();
        *other.pointer_mut(member).unwrap() = Value::from("something else");
        assert!(!fits(&schema, &schema, &other), "{member}");
    }
    contract["services"][0]["operations"][0].as_object_mut().unwrap().remove("doc");
    assert!(!fits(&schema, &schema, &contract), "an operation without its doc");
}

#[test]
fn the_contract_says_what_the_tables_say() {
    let (contract, operations) = (document(), earnest(&["operations", "--json"]).document());
    let said = list(&contract, "services").iter().flat_map(|service| list(service, "operations"));
    let said: Vec<&Value> = said.collect();
    let table = operations.as_array().unwrap();
    assert_eq!(names(said.iter().copied(), "name"), names(table, "name"));
    for (one, other) in said.iter().zip(table) {
        let (name, arguments) = (&one["name"], list(one, "arguments"));
        for member in ["doc", "key", "kept", "host", "effect", "who", "needs_actor", "codes", "example"] {
            assert_eq!(one[member], other[member], "{name} {member}");
        }
        let given: BTreeSet<&str> = names(arguments, "name").into_iter().collect();
        let taken = other["request"]["properties"].as_object().unwrap();
        assert_eq!(given, taken.keys().map(String::as_str).collect(), "{name}");
        let required: Vec<bool> = arguments.iter().map(|one| one["required"] == true).collect();
        assert!(required.is_sorted_by(|one, next| one >= next), "{name} requires an argument behind another");
        assert!(one["first"].is_null() || one["first"] == arguments[0]["name"], "{name}");
    }
    let errors = earnest(&["errors", "--json"]).document();
    assert_eq!(names(list(&contract, "errors"), "code"), names(errors.as_array().unwrap(), "code"));
}

/// Lookups by id or reference, and drawings, take their first argument without its name:
/// `withdrawals.get("wd_...")` was a `TypeError` of Python.
#[test]
fn what_is_looked_up_or_drawn_may_stand_first() {
    let contract = document();
    let operations = list(&contract, "services").iter().flat_map(|service| list(service, "operations"));
    let mut found = Vec::new();
    for operation in operations {
        let arguments = names(list(operation, "arguments"), "name");
        let is_one = operation["effect"] == "read" && operation["reply"]["page"] == false;
        let by_either = is_one && arguments.contains(&"reference");
        if by_either || operation["method"] == "diagram" {
            assert_eq!(operation["first"], arguments[0], "{}", operation["name"]);
            found.push(operation["name"].as_str().unwrap());
        }
    }
    for name in ["escrow.get", "payments.get", "purchases.get", "withdrawals.get", "withdrawals.diagram"] {
        assert!(found.contains(&name), "{name} is not in {found:?}");
    }
}

#[test]
fn every_record_and_closed_set_is_declared_once() {
    let contract = document();
    let (records, sets) = (list(&contract, "records"), list(&contract, "sets"));
    let names = names(records.iter().chain(sets), "name");
    let declared: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(declared.len(), names.len());
    let operations = list(&contract, "services").iter().flat_map(|service| list(service, "operations"));
    let operations: Vec<&Value> = operations.collect();
    let fields = records.iter().flat_map(|record| list(record, "fields"));
    let arguments = operations.iter().flat_map(|operation| list(operation, "arguments"));
    for field in fields.chain(arguments) {
        let mut kind = &field["type"];
        while kind["is"] == "list" {
            kind = &kind["of"];
        }
        if let Some(name) = kind["name"].as_str() {
            assert!(declared.contains(name), "{} is of {name}", field["name"]);
        }
    }
    for operation in operations {
        let record = &operation["reply"]["record"];
        assert!(records.iter().any(|one| one["name"] == *record), "{}", operation["name"]);
    }
}

#[test]
fn what_only_its_reader_may_see_is_marked() {
    let contract = document();
    let operations = list(&contract, "services").iter().flat_map(|service| list(service, "operations"));
    let arguments = operations.flat_map(|operation| list(operation, "arguments"));
    let secret: BTreeSet<&str> =
        names(arguments.filter(|one| one["secret"] == true), "name").into_iter().collect();
    assert!(secret.contains("pin") && secret.contains("code"), "{secret:?}");
    assert!(!secret.contains("account") && !secret.contains("key"), "{secret:?}");
}
