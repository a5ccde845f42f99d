//! Every field of every request has a bound in its JSON Schema, and one more than that is refused: the same
//! everywhere.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::api::arguments;
use earnest::api::operations::call;
use earnest::request::scope::OperationInfo;
use earnest::{OPERATIONS, Span};
use sqlx::{PgPool, SqlitePool};

use crate::support::{self, Kind, Stage, Value, json};

/// The bounds of a field.
#[derive(Clone, Debug)]
enum Bound {
    Characters(usize),
    Members(usize, Value),
    /// Texts by name, and how long each is.
    Texts(usize, usize),
    Numbers(i64, i64),
    Spans(Span, Span),
    Document(usize, usize),
}

/// A field by its path, with its bound.
type Leaf = (Vec<String>, Bound);

/// Reads the schema of a request.
struct Reader {
    definitions: Value,
    leaves: Vec<Leaf>,
    unbounded: Vec<String>,
}

impl Reader {
    fn of(info: &OperationInfo) -> (Self, Value) {
        let schema = serde_json::to_value((info.request)()).unwrap();
        let definitions = schema["$defs"].clone();
        let mut reader = Self { definitions, leaves: Vec::new(), unbounded: Vec::new() };
        reader.record(&schema, &[]);
        (reader, schema)
    }

    fn record(&mut self, schema: &Value, path: &[String]) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut path = path.to_vec();
            path.push(name.clone());
            self.field(property, &path);
        }
    }

    fn resolved(&self, schema: &Value) -> Value {
        match schema["$ref"].as_str() {
            Some(name) => self.definitions[name.trim_start_matches("#/$defs/")].clone(),
            None => schema.clone(),
        }
    }

    fn field(&mut self, schema: &Value, path: &[String]) {
        let schema = self.resolved(schema);
        for way in schema["anyOf"].as_array().into_iter().chain(schema["oneOf"].as_array()).flatten() {
            self.field(way, path);
        }
        let is = |name: &str| {
            schema["type"] == name
                || schema["type"].as_array().is_some_and(|types| types.iter().any(|t| t == name))
        };
        let number = |name: &str| schema[name].as_u64().and_then(|most| usize::try_from(most).ok());
        let span = |name: &str| schema[name].as_str().map(|text| text.parse::<Span>().unwrap());
        let bound = if is("array") {
            let item = self.sample("", &schema["items"]);
            let mut inside = path.to_vec();
            inside.push("0".to_owned());
            self.field(&schema["items"], &inside);
            number("maxItems").map(|most| Bound::Members(most, item))
        } else if is("string") && schema["format"] == "duration" {
            span("x-minDuration").zip(span("x-maxDuration")).map(|(least, most)| Bound::Spans(least, most))
        } else if is("string") {
            number("maxLength").map(Bound::Characters)
        } else if is("integer") {
            let numbers = schema["minimum"].as_i64().zip(schema["maximum"].as_i64());
            numbers.map(|(least, most)| Bound::Numbers(least, most))
        } else if schema["properties"].is_object() {
            return self.record(&schema, path);
        } else if schema["additionalProperties"].is_object() {
            let characters = schema["additionalProperties"]["maxLength"].as_u64();
            let characters = characters.and_then(|most| usize::try_from(most).ok());
            number("maxProperties").zip(characters).map(|(most, characters)| Bound::Texts(most, characters))
        } else if is("boolean")
            || schema["anyOf"].is_array()
            || schema["oneOf"].is_array()
            || schema["type"] == "null"
        {
            return;
        } else {
            number("x-maxBytes").zip(number("x-maxDepth")).map(|(bytes, depth)| Bound::Document(bytes, depth))
        };
        match bound {
            Some(bound) => self.leaves.push((path.to_vec(), bound)),
            None => self.unbounded.push(path.join(".")),
        }
    }

    /// Something that has the shape of a field.
    fn sample(&self, name: &str, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(ways) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            let text = ways.iter().find(|way| way["type"] == "string").or(ways.first());
            return self.sample(name, text.unwrap());
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("object");
        match (kind, schema["format"].as_str()) {
            ("string", Some("duration")) => json!("PT1H"),
            ("string", Some("date-time")) => json!("2026-02-01T00:00:00Z"),
            ("string", _) if schema["examples"].is_array() => json!("1.00 USD"),
            ("string", _) if schema["maxLength"] == 39 => json!("tr_019b76da-a800-7000-8000-000000000000"),
            ("string", _) if name.contains("currency") => json!("USD"),
            ("integer", _) => json!(schema["minimum"].as_i64().unwrap_or(0).max(1)),
            ("boolean", _) => json!(true),
            ("array", _) => json!([self.sample("", &schema["items"])]),
            ("object", _) => self.required(&schema),
            _ => json!("x"),
        }
    }

    /// A record with what it must have.
    fn required(&self, schema: &Value) -> Value {
        let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let members = names.map(|name| (name.to_owned(), self.sample(name, &schema["properties"][name])));
        Value::Object(members.collect())
    }
}

/// So many texts by name, each so long.
fn texts(count: usize, characters: usize) -> Value {
    (0..count).map(|n| (format!("n{n}"), "x".repeat(characters))).collect()
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!({ "a": inner }))
}

impl Bound {
    /// Values just beyond it.
    fn beyond(&self) -> Vec<Value> {
        let moment = Span::from_micros(1).unwrap();
        match self {
            Self::Characters(most) => {
                vec![json!("x".repeat(most + 1)), json!("한".repeat(most + 1)), json!("a\0b")]
            }
            Self::Members(most, item) => vec![Value::from(vec![item.clone(); most + 1])],
            Self::Texts(most, characters) => vec![texts(most + 1, 1), texts(1, characters + 1)],
            Self::Numbers(least, most) => vec![json!(least - 1), json!(most + 1)],
            Self::Spans(least, most) if least.is_zero() => vec![json!(most.checked_add(moment))],
            Self::Spans(_, most) => vec![json!("PT0S"), json!(most.checked_add(moment))],
            Self::Document(bytes, depth) => {
                vec![json!({ "a": "x".repeat(*bytes) }), nested(depth + 1), nested(1_000)]
            }
        }
    }

    /// Values that it just admits.
    fn within(&self) -> Vec<Value> {
        match self {
            Self::Characters(most) => vec![json!("x".repeat(*most))],
            Self::Members(most, item) => vec![Value::from(vec![item.clone(); *most])],
            Self::Texts(most, characters) => vec![texts(*most, *characters)],
            Self::Numbers(least, most) => vec![json!(least), json!(most)],
            Self::Spans(least, most) => vec![json!(least), json!(most)],
            Self::Document(bytes, depth) => vec![json!({ "a": "x".repeat(bytes - 8) }), nested(*depth)],
        }
    }
}

/// Puts a value where a path leads.
fn put(args: &mut Value, reader: &Reader, schema: &Value, path: &[String], value: Value) {
    let Some((name, rest)) = path.split_first() else {
        *args = value;
        return;
    };
    let property = match name.parse::<usize>() {
        Ok(_) => schema["items"].clone(),
        Err(_) => schema["properties"][name].clone(),
    };
    let mut property = reader.resolved(&property);
    let ways: Vec<Value> =
        ["anyOf", "oneOf"].iter().filter_map(|key| property[key].as_array()).flatten().cloned().collect();
    if let Some(record) = ways
        .iter()
        .map(|way| reader.resolved(way))
        .find(|way| way["properties"].is_object())
        .filter(|_| !rest.is_empty())
    {
        property = record;
    }
    if name == "0" {
        if !args.is_array() {
            *args = json!([null]);
        }
        if !rest.is_empty() {
            args[0] = reader.required(&property);
        }
        return put(&mut args[0], reader, &property, rest, value);
    }
    if !rest.is_empty() && !property["items"].is_null() {
        args[name] = json!([null]);
    } else if !rest.is_empty() {
        args[name] = reader.required(&property);
    }
    put(&mut args[name.as_str()], reader, &property, rest, value);
}

#[test]
fn every_field_of_every_request_has_a_bound() {
    let mut fields = 0;
    for info in OPERATIONS {
        let (reader, _) = Reader::of(info);
        assert!(reader.unbounded.is_empty(), "{}: no bound for {:?}", info.name, reader.unbounded);
        fields += reader.leaves.len();
    }
    println!("{fields} bounds in {} operations", OPERATIONS.len());
    assert!(fields > 500);
}

/// One more than each bound, in each operation: refused with the same code, naming the field, and nothing is
/// written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_more_than_a_bound_is_refused_everywhere() {
    let mut stages = support::stores().await;
    stages.sort_by_key(|stage| stage.kind != Kind::Memory);
    let mut states = Vec::new();
    for stage in &stages {
        stage.funded("alice", "100.00 USD").await;
        states.push(stage.state().await);
    }
    let of = |kind: Kind| stages.iter().find(|stage| stage.kind == kind).unwrap();
    let (lite, pg) = (of(Kind::Sqlite), of(Kind::Postgres));
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(lite.url.trim_start_matches("sqlite:"));
    let (files, pool) =
        (SqlitePool::connect_with(file).await.unwrap(), PgPool::connect(&pg.url).await.unwrap());
    let (mut calls, mut turn) = (0, (0..4).cycle());
    for info in OPERATIONS {
        let (reader, schema) = Reader::of(info);
        let (mut of_file, mut of_server) = (files.begin().await.unwrap(), pool.begin().await.unwrap());
        for (path, bound) in &reader.leaves {
            for value in bound.beyond() {
                let mut args = reader.required(&schema);
                put(&mut args, &reader, &schema, path, value);
                // in memory each, and the other ways in turn: what refuses it has not looked for a store yet
                let mut heard = vec![of(Kind::Memory).call(info.name, args.clone()).await];
                heard.push(match turn.next().unwrap() {
                    0 => lite.call(info.name, args.clone()).await,
                    1 => pg.call(info.name, args.clone()).await,
                    2 => call(&lite.bank.using(&mut of_file).unwrap(), info.name, args.clone()).await,
                    _ => call(&pg.bank.using(&mut of_server).unwrap(), info.name, args.clone()).await,
                });
                calls += heard.len();
                let shown: String = args.to_string().chars().take(300).collect();
                let told: Vec<String> = heard
                    .into_iter()
                    .map(|outcome| match outcome {
                        Ok(reply) => panic!("{} {path:?} {shown}: accepted: {reply}", info.name),
                        Err(error) => format!("{} {}", error.code().as_str(), error.details()),
                    })
                    .collect();
                assert!(told.iter().all(|one| one == &told[0]), "{} {path:?} {shown}: {told:#?}", info.name);
                assert!(told[0].starts_with("invalid_"), "{} {path:?} {shown}: {}", info.name, told[0]);
                // what is too deep to be read at all is no field's matter
                let named =
                    [path[0].as_str(), "args\""].map(|name| told[0].contains(&format!("\"field\":\"{name}")));
                assert!(named[0] || named[1], "{} {path:?}: {}", info.name, told[0]);
                assert!(told[0].len() < 500, "{} {path:?}: it repeats what it refuses", info.name);
            }
        }
        of_file.rollback().await.unwrap();
        of_server.rollback().await.unwrap();
    }
    for (stage, before) in stages.iter().zip(states) {
        assert_eq!(stage.state().await, before, "{:?}: something was written", stage.kind);
    }
    println!("{calls} calls refused");
    for stage in stages {
        stage.finish().await;
    }
}

/// A list of a million members is not read to its end to be refused.
#[tokio::test]
async fn of_a_list_that_is_too_long_no_more_is_kept_than_shows_it() {
    let stage = Stage::open(Kind::Memory).await;
    let mut lists = 0;
    for info in OPERATIONS {
        let schema = (info.request)().to_value();
        let is_list = |name: &str| schema["properties"][name]["maxItems"].is_u64();
        let bounds = info.bounds.iter().filter(|(name, _)| is_list(name));
        for (field, most) in bounds.filter_map(|(name, bound)| Some((*name, bound.most_items()?))) {
            let text = |members: usize| format!("{{\"{field}\":[{}]}}", vec!["\"x\""; members].join(","));
            let read = |members: usize| arguments::read(info.name, text(members).as_bytes()).unwrap();
            let kept = |members: usize| read(members)[field].as_array().unwrap().len();
            assert_eq!([most, most + 1, most + 5_000].map(kept), [most, most + 1, most + 1], "{}", info.name);
            let refused = stage.call(info.name, read(most + 5_000)).await.unwrap_err().details();
            let reason = format!("must have at most {most} members");
            assert_eq!([&refused["field"], &refused["reason"]], [field, reason.as_str()], "{}", info.name);
            lists += 1;
        }
    }
    assert!(lists > 10, "{lists}");
    assert!(arguments::read("ledger.batch", b"[1, 2]").unwrap().is_array(), "refused by the call");
    assert!(arguments::read("ledger.batch", b"{\"ops\": [1").is_err());
}

/// The bound that is shown is the bound that is kept: nothing that it admits is refused for its size. A call
/// shows it that is accepted, or refused for another field.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_bound_admits_is_not_refused_for_its_size() {
    let stage = Stage::open(Kind::Memory).await;
    let (mut accepted, mut elsewhere, mut itself) = (0, 0, 0);
    for info in OPERATIONS {
        let (reader, schema) = Reader::of(info);
        for (path, bound) in &reader.leaves {
            for value in bound.within() {
                let mut args = reader.required(&schema);
                put(&mut args, &reader, &schema, path, value);
                let Err(error) = stage.call(info.name, args).await else {
                    accepted += 1;
                    continue;
                };
                let named = error.details()["field"].as_str().unwrap_or_default().to_owned();
                let own = named.split('.').next() == Some(path[0].as_str());
                *if own { &mut itself } else { &mut elsewhere } += 1;
                let reason = error.details()["reason"].as_str().unwrap_or_default().to_owned();
                let sized = ["must have at most", "must be between", "KiB", "levels deep"];
                assert!(!sized.iter().any(|size| reason.contains(size)), "{} {path:?}: {reason}", info.name);
            }
        }
    }
    println!("{accepted} calls accepted, {elsewhere} refused for something else, {itself} for what is in it");
    assert!(accepted >= 90 && elsewhere >= 700, "{accepted} {elsewhere}: fewer than there were");
}
