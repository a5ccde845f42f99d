//! Commands that only look: the operations, the errors, the invariants, the health, the picture of deals.

use std::path::Path;

use earnest::error::Field;
use earnest::for_cli::{HostRule, KeyRetention, KeyRule, OperationInfo, readable, verify};
use earnest::requests::RunVerify;
use earnest::views::admin::VerifyCheck;
use earnest::{Actor, Code, Detail, Engine, OPERATIONS, Options};
use serde_json::{Value, json};

use super::Context;
use super::args::Picture;
use super::out::Page;
use super::output::{Failure, Paint};

/// How the table of operations calls its rules.
pub(super) const fn key_rule(info: &OperationInfo) -> &'static str {
    match info.key {
        KeyRule::Required => "required",
        KeyRule::Derived => "derived",
        KeyRule::Optional => "optional",
        KeyRule::None => "none",
    }
}

/// Whether it joins a host's transaction.
pub(super) const fn host_rule(info: &OperationInfo) -> &'static str {
    match info.host {
        HostRule::Joins => "joins",
        HostRule::Refused => "refused",
    }
}

/// Returns its description, on one line.
pub(super) fn doc(info: &OperationInfo) -> String {
    info.doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn operations(context: &Context) -> Result<(), Failure> {
    let say = context.say;
    if say.json {
        return Ok(say.document(&Value::Array(OPERATIONS.iter().map(described).collect()))?);
    }
    let width = OPERATIONS.iter().map(|info| info.name.len()).max().unwrap_or(0);
    let mut service = "";
    for info in OPERATIONS {
        let of = info.name.split('.').next().unwrap_or_default();
        if !service.is_empty() && service != of {
            say.line("")?;
        }
        service = of;
        let name = say.paint(Paint::Strong, &format!("{:<width$}", info.name));
        let key = say.paint(
            Paint::Faint,
            &format!("{:<12}", if info.key == KeyRule::None { "-" } else { key_rule(info) }),
        );
        say.line(format!("{name}  {key}  {}", doc(info)))?;
    }
    say.line("")?;
    let note = "The second column is the idempotency key. `--json` has the schemas.";
    Ok(say.line(say.paint(Paint::Faint, note))?)
}

fn described(info: &OperationInfo) -> Value {
    json!({
        "name": info.name,
        "doc": doc(info),
        "key": key_rule(info),
        "kept": match info.kept {
            KeyRetention::Forever | KeyRetention::Consent => "forever",
            KeyRetention::Day => "day",
            KeyRetention::Month => "month",
        },
        "host": host_rule(info),
        "effect": info.effect,
        "needs_actor": info.needs_actor,
        "who": info.who.name(),
        "codes": info.codes(),
        "example": info.example,
        "request": (info.request)().to_value(),
        "reply": (info.reply)().to_value(),
    })
}

pub(super) fn errors(context: &Context) -> Result<(), Failure> {
    let say = context.say;
    if say.json {
        return Ok(say.document(&Value::Array(Code::all().iter().copied().map(explained).collect()))?);
    }
    let width = Code::all().iter().map(|code| code.as_str().len()).max().unwrap_or(0);
    for code in Code::all() {
        let name = say.paint(Paint::Strong, &format!("{:<width$}", code.as_str()));
        let kind = say.paint(Paint::Faint, &format!("{:<12}", code.kind().as_str()));
        say.line(format!("{name}  {kind}  {}", code.summary()))?;
    }
    Ok(())
}

fn explained(code: Code) -> Value {
    let detail =
        |field: &Field| json!({ "name": field.name, "type": field.wire_type(), "doc": field.meaning });
    json!({
        "code": code,
        "kind": code.kind(),
        "retry": code.retry(),
        "http_status": code.http_status(),
        "doc": code.summary(),
        "reserved_for": code.reserved_for(),
        "details": code.fields().iter().map(detail).collect::<Vec<_>>(),
    })
}

pub(super) async fn verify(context: &Context, anchor: Option<String>) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let (bar, progress) = context.say.verifying();
    let mut request = RunVerify::new();
    request.anchor = anchor;
    let verified = Box::pin(verify::anchored(&engine, &Actor::system(), &request, &progress)).await;
    bar.finish_and_clear();
    engine.close().await;
    let verified = verified.map_err(|error| match error.detail() {
        Detail::InvalidRequest { field, reason, .. } if field == "anchor" => {
            Failure::usage("--anchor", reason.clone())
        }
        _ => Failure::Refused(error),
    })?;
    let say = context.say;
    if say.json {
        say.document(&json!(verified))?;
    } else {
        say.line(
            say.paint(Paint::Faint, &format!("{}: every invariant, recomputed", context.settings.shown())),
        )?;
        for check in &verified.checks {
            verify_check(context, check)?;
        }
        say.line(
            say.paint(Paint::Faint, "the newest link of each book, to be kept elsewhere for `--anchor`:"),
        )?;
        for head in &verified.heads {
            say.line(format!("  {:<26}{}:{}", head.book, head.seq, head.hash))?;
        }
        let wrong = verified.checks.iter().filter(|check| !check.ok).count();
        say.line(match wrong {
            0 => say.paint(Paint::Good, &format!("{} invariants hold", verified.checks.len())),
            _ => {
                say.paint(Paint::Bad, &format!("{wrong} of {} invariants do not hold", verified.checks.len()))
            }
        })?;
    }
    if verified.ok { Ok(()) } else { Err(Failure::Reported) }
}

fn verify_check(context: &Context, check: &VerifyCheck) -> Result<(), Failure> {
    let say = context.say;
    let mark = if check.ok { say.paint(Paint::Good, "✓") } else { say.paint(Paint::Bad, "✗") };
    say.line(format!("  {mark} {:<26}{:>12} examined", check.name, check.examined))?;
    for what in &check.found {
        say.line(format!("      {}", say.paint(Paint::Bad, &readable::line(what))))?;
    }
    Ok(())
}

pub(super) async fn health(context: &Context) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let health = engine.call("admin.health", json!({})).await;
    engine.close().await;
    let (health, say) = (health?, context.say);
    let text = |value: &Value| readable::line(value.as_str().unwrap_or_default()).into_owned();
    let status = text(&health["status"]);
    if say.json {
        say.document(&health)?;
    } else {
        let paint = |status: &str| match status {
            "healthy" => Paint::Good,
            "critical" => Paint::Bad,
            _ => Paint::Strong,
        };
        say.line(format!("{}: {}", context.settings.shown(), say.paint(paint(&status), &status)))?;
        for check in health["checks"].as_array().map_or(&[][..], Vec::as_slice) {
            let (name, status, detail) =
                (text(&check["name"]), text(&check["status"]), text(&check["detail"]));
            say.line(format!(
                "  {name:<12}{}  {detail}",
                say.paint(paint(&status), &format!("{status:<8}"))
            ))?;
        }
    }
    if status == "critical" { Err(Failure::Reported) } else { Ok(()) }
}

/// How files of pictures begin that this command wrote, whatever else begins like the picture itself.
const fn head(format: Picture) -> &'static str {
    match format {
        Picture::Svg => "<!-- made by `earnest diagram` -->\n",
        Picture::Mermaid => "%% made by `earnest diagram`\n",
    }
}

pub(super) async fn diagram(
    context: &Context,
    format: Picture,
    out: Option<&Path>,
    force: bool,
) -> Result<(), Failure> {
    // the picture is the same on every store
    let engine = Engine::open_with("memory:", Options::new().background(false)).await?;
    let drawn = engine.call("escrow.diagram", json!({ "format": format.as_str() })).await;
    engine.close().await;
    let drawn = drawn?;
    let picture = drawn["content"].as_str().unwrap_or_default();
    let Some(path) = out else {
        return Ok(context.say.either(&drawn, picture)?);
    };
    let head = head(format);
    Page { what: "diagram", head: Some(head), content: &format!("{head}{picture}") }.write(path, force)?;
    let written = json!({ "written": path.display().to_string(), "format": format.as_str() });
    if context.say.json { Ok(context.say.document(&written)?) } else { Ok(()) }
}
