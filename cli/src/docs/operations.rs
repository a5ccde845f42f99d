//! The page `core/docs/operations.md`: all that there is to know about every operation, from the table and
//! its schemas.

use earnest::for_cli::{KeyRule, OperationInfo, is_of_every_call};
use earnest::{Code, OPERATIONS};
use serde_json::Value;

use super::super::inspect::{doc, host_rule, key_rule};
use super::schema::{Field, fields, meaning, records, title};
use super::{anchor, line};

/// The text above the table.
const HEAD: &str = "# Operations

Made from `core/src/api/operations.rs` (@generated): do not edit. `earnest operations --json` has the same as JSON Schemas.

## How to read this page

- **In Rust** `bank` is an `Engine`, or what `bank.using(&mut tx)` binds. Required fields are arguments of `new`, in the order that is shown;
  every other one is a method of the request: `PayDeal::new(deal).secure(false)`.
- **Examples** are lines for `earnest run`. Together, with the lines that some of them need before, they are [examples.jsonl](examples.jsonl), which
  runs from top to bottom. `\"$order.deal.id\"` is the id in the reply of the line that says `\"as\":\"order\"`.
- **Every operation** takes `actor`. **Every write** takes `key`, `reference`, `metadata`, `context`, `expected_version` and `proofs` too, and replies
  `replayed`: the tables leave these out.

## Formats

- `Amount`: a text with the currency, `\"100.00 USD\"`, or `{\"amount\":\"100.00\",\"currency\":\"USD\"}`. In units of the currency, not in its minor
  units: dollars, not cents. At most as many decimal places as the currency has (KRW 0, USD 2), and never a JSON number. Replies
  show all places, as `Money`.
- Time: RFC 3339 with any offset, such as `2026-01-31T09:00:00+09:00`. Kept and replied in UTC, to the
  microsecond: of a finer one, which may have up to nine digits of a second, the rest is cut off.
- Duration: ISO 8601 in weeks, days, hours, minutes and seconds, such as `P3D` or `PT24H`. A day has 24 hours. What is
  finer than a microsecond is cut off.
- Ids that Earnest makes are two letters, `_` and a uuid: `tr_` transfer, `hd_` hold, `dl_` deal, `dp_` dispute, `ap_` approval, `jb_` job,
  `py_` payment, `pu_` purchase, `rf_` refund of a payment, `dt_` debt, `wd_` withdrawal, `ln_` lane, `rv_` review, `rc_` receipt,
  `ev_` event, `dc_` decision about risk, `ky_` key that signs.
- Lists answer a page: `items`, and `next`, which is the `after` of the next page, or null.

";

/// The fields of every write.
const COMMON: [&str; 7] = ["actor", "key", "reference", "metadata", "context", "expected_version", "proofs"];

/// The text above the codes that any call may answer.
const EVERY_CALL: &str = "## What every call may answer

Beside its own codes every operation may be refused with these; [errors.md](errors.md) has all of them, with their details.

";

pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(EVERY_CALL);
    for code in Code::all().iter().filter(|code| is_of_every_call(**code)) {
        line(&mut page, &format!("- `{code}`: {}", code.summary()));
    }
    page.push_str(
        "\n## All operations\n\n\
         | operation | key | in a host's transaction | effect | who may call it | what it does |\n\
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
    let schemas: Vec<(Value, Value)> = OPERATIONS.iter().map(schemas).collect();
    let whole = schemas.iter().flat_map(|(request, reply)| [request, reply]);
    let mut named = records(whole);
    // a reply that stands in others too is described once
    for (_, reply) in &schemas {
        named.entry(title(reply)).and_modify(|found| *found = (reply, reply));
    }
    for (info, (request, reply)) in OPERATIONS.iter().zip(&schemas) {
        operation(&mut page, info, request);
        let name = title(reply);
        if named.contains_key(name) {
            line(&mut page, &format!("Replies [`{name}`](#{}).", name.to_lowercase()));
        } else {
            line(&mut page, &format!("Replies `{name}`:\n"));
            record(&mut page, &fields(reply, reply, |_| true));
        }
    }
    line(&mut page, "\n## Records\n\nWhat requests and replies are made of, by name.");
    for (name, (whole, schema)) in named {
        line(&mut page, &format!("\n### {name}\n\n{}\n", meaning(schema)));
        record(&mut page, &fields(whole, schema, |_| true));
    }
    page
}

fn schemas(info: &OperationInfo) -> (Value, Value) {
    ((info.request)().to_value(), (info.reply)().to_value())
}

fn operation(page: &mut String, info: &OperationInfo, request: &Value) {
    line(page, &format!("\n## {}\n\n{}\n", info.name, doc(info)));
    line(page, &format!("`{}`\n", in_rust(info, request)));
    page.push_str(&info.manual.replace("https://github.com/earnest-money/earnest/blob/main/core/docs/", ""));
    let codes: Vec<String> = info.codes().iter().map(|code| format!("`{code}`")).collect();
    let codes = if codes.is_empty() { String::new() } else { format!("{}, and ", codes.join(", ")) };
    let every = "what [every call](#what-every-call-may-answer) may answer";
    line(page, &format!("- **Refused with**: {codes}{every}.\n"));
    line(page, &format!("```json\n{}\n```\n", info.example));
    // what every request has stands above the table
    let effectful = request["properties"]["expected_version"].is_object();
    let wanted = |name: &str| match info.key {
        // a key under which nothing is kept, or that is what the request is about
        KeyRule::None if effectful => name == "key" || !COMMON.contains(&name),
        KeyRule::None => name != "actor" || info.name == "admin.audit",
        _ => !COMMON.contains(&name),
    };
    let fields = fields(request, request, wanted);
    if fields.is_empty() {
        return line(page, "The request has no fields of its own.\n");
    }
    line(page, "| field | type | | default | meaning |\n| --- | --- | --- | --- | --- |");
    for Field { name, kind, required, default, meaning } in fields {
        let required = if required { "required" } else { "" };
        line(page, &format!("| `{name}` | {kind} | {required} | {default} | {meaning} |"));
    }
    line(page, "");
}

fn record(page: &mut String, fields: &[Field]) {
    line(page, "| field | type | meaning |\n| --- | --- | --- |");
    for Field { name, kind, required, meaning, .. } in fields {
        let maybe = if *required { "" } else { ", or null" };
        line(page, &format!("| `{name}` | {kind}{maybe} | {meaning} |"));
    }
}

/// The call in Rust: required fields are the arguments of `new`.
fn in_rust(info: &OperationInfo, request: &Value) -> String {
    let (service, verb) = info.name.split_once('.').unwrap_or_default();
    let required = request["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let raw = |name: &str| if matches!(name, "for" | "type") { format!("r#{name}") } else { name.to_owned() };
    let fields: Vec<String> = required.map(raw).collect();
    let key = if info.key == KeyRule::Required { ".key(key)" } else { "" };
    format!("bank.{service}().{verb}({}::new({}){key})", title(request), fields.join(", "))
}
