//! The pages that are derived from the code: the same code always writes the same pages.

mod operations;
mod schema;

use std::fmt::Write as _;
use std::path::Path;

use earnest::error::errors_markdown;
use earnest::for_cli::{STORY, Who, deal_svg, is_of_every_call};
use earnest::{Code, OPERATIONS};
use serde_json::json;

use super::Context;
use super::out::Page;
use super::output::Failure;

pub(super) fn write(context: &Context, out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::file(out, &error))?;
    let pages = [
        ("errors.md", "# Errors\n\nMade from `", errors_markdown() + &answered_by()),
        ("examples.jsonl", "{\"op\":", examples()),
        ("operations.md", "# Operations\n\nMade from `", operations::page()),
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

/// The end of `docs/errors.md`: which operations answer a code.
fn answered_by() -> String {
    let mut page = String::from("\n## Who answers it\n\n");
    for code in Code::all().iter().filter(|code| code.reserved_for().is_none()) {
        let answer = OPERATIONS.iter().filter(|info| info.codes().contains(code));
        let names: Vec<String> =
            answer.map(|info| format!("[`{0}`](operations.md#{1})", info.name, anchor(info.name))).collect();
        let names = match (is_of_every_call(*code), names.as_slice()) {
            (true, _) => "any operation".to_owned(),
            (false, []) => "no operation".to_owned(),
            (false, names) => names.join(", "),
        };
        line(&mut page, &format!("- `{code}`: {names}"));
    }
    page
}

/// The file `docs/examples.jsonl`: an example of every operation, in an order in which they run.
fn examples() -> String {
    STORY.iter().map(|(_, line)| format!("{line}\n")).collect()
}

/// The text above the tables of `docs/permissions.md`.
const PERMISSIONS: &str = "# Who may call what

Made from `core/src/api/operations.rs` (@generated): do not edit.

Earnest checks no passwords: the host knows who is logged in, and says so with `actor`, or once with `engine.acting(actor)` and
`engine.using(tx)?.acting(actor)`. What follows is what Earnest makes of it.

- **Nobody named**: the call is made by `system`, the host's own program, which may do everything but decide for people: it accepts,
  confirms and disputes no deal, asks for no refund of one and answers none, gives no purchase back, settles no payment and no withdrawal,
  writes off no debt, approves nothing, and debits no account whose name begins with `@`.
  A web application therefore binds an actor for every request of a user, or opens the engine with `require_actor`:
  then a call without an actor is `invalid_request` with status 500, except for `admin.health` and `admin.metrics`, which probes read.
- **Role `admin`** (`{\"id\":\"anna\",\"role\":\"admin\"}`) may call everything, in the place of a party with a `reason`; only an admin debits an account
  whose name begins with `@`.
- **An admin is one of the whole store** where an operation is about that: `admin.backup`, `restore`, `fork`, `confirm_clock`, `verify`,
  `health` and `metrics`, `jobs.run_due` and `events.replay` concern every book. Do not pass them through for the admin of one tenant.
  `jobs.lease` with `all_books` is for the application itself (`system`) alone: an admin leases the jobs of the book that is asked.
- **Role `system`** with an id of one's own (`{\"id\":\"checkout\",\"role\":\"system\"}`) is the host's own program under a name for the audit trail.
- **Anybody else is a plain actor.** He *is* the account whose id is his, and *owns* those whose `owner` is his id. The table says the rest.
- **A bound actor is final**: a request that names another one, or another role, is `not_permitted`. Only the host's own code can bind anew,
  by `acting` on what it holds.
- **A key belongs to whoever used it first**: to any other actor it is `idempotency_mismatch` (`details.fields: [\"actor\"]`). So whoever repeats
  the call of another asks for nothing, and is no second pair of eyes by it: whoever asked first may not approve (`self_approval`).
  Four eyes are two ids: it is for the host to give a person one. An admin who is a party decides his own dispute, and votes on what a timer
  pays him: a host that has more than one admin keeps them apart.
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
        let admin = if name == "jobs.lease" { "yes, without `all_books`" } else { staff };
        line(
            &mut page,
            &format!(
                "| [`{name}`](operations.md#{}) | `{rule}` | {system} | {admin} | {plain} |",
                anchor(name)
            ),
        );
    }
    page
}

fn line(page: &mut String, text: &str) {
    // writing to a `String` cannot fail
    let _ = writeln!(page, "{text}");
}

/// As GitHub makes them from headings.
fn anchor(name: &str) -> String {
    name.replace('.', "")
}
