//! One column that nobody can read is one finding, and stops nothing else: `verify` names the row and goes
//! on, and timers, leases and expiries of others go on too.

use super::objects::report;
use super::sql;
use crate::support::{Kind, Stage, Value, id, json};

/// A change that makes a row unreadable, and what the finding says: its table and its column.
type Junk = (&'static str, [&'static str; 2]);

const BOTH: [Junk; 8] = [
    ("UPDATE {p}hold SET state = 'x' WHERE account = 'u0'", ["`hold`", "`state`"]),
    (
        "UPDATE {p}hold SET owned_by_kind = 'zz', owned_by_id = id WHERE account = 'u0'",
        ["`hold`", "`owned_by_kind`"],
    ),
    ("UPDATE {p}account SET tier = 'x' WHERE id = 'u0'", ["`account`", "`tier`"]),
    ("UPDATE {p}account SET status = 'x' WHERE id = 'u0'", ["`account`", "`status`"]),
    ("UPDATE {p}account SET currency = 'ZZZ' WHERE id = 'u0'", ["`account`", "`currency`"]),
    ("UPDATE {p}transfer SET kind = 'x' WHERE reference = 'first'", ["`transfer`", "`kind`"]),
    ("UPDATE {p}job SET state = 'x' WHERE outside_key = {job}", ["`job`", "`state`"]),
    ("UPDATE {p}sink SET state = 'zz' WHERE name = 'first'", ["`sink`", "`state`"]),
];

/// Columns that PostgreSQL has types for, which take no junk.
const SQLITE: [Junk; 5] = [
    ("UPDATE {p}hold SET id = 'zz' WHERE account = 'u0'", ["`hold` main zz", "`id`"]),
    ("UPDATE {p}account SET salt = 'x' WHERE id = 'u0'", ["`account`", "`salt`"]),
    ("UPDATE {p}idempotency SET made = 'zz' WHERE key = 'd0'", ["`idempotency` main d0", "`made`"]),
    (
        "UPDATE {p}record SET id = 'zz' WHERE kind = 'deal' AND owner = 'u0'",
        ["`record` main deal zz", "`id`"],
    ),
    ("UPDATE {p}head SET hash = 'zz'", ["`head` main", "`hash`"]),
];

/// Three users with a hold, a job and a deal each, and two sinks; answers the deal of the last of them.
async fn three(stage: &Stage) -> String {
    let mut deal = String::new();
    for sink in ["first", "second"] {
        stage.ok("events.subscribe", json!({ "sink": sink })).await;
    }
    for (n, reference) in ["first", "second", "third"].into_iter().enumerate() {
        let user = format!("u{n}");
        let paid = json!({ "account": user, "amount": "9.00 USD", "reference": reference });
        stage.ok("ledger.top_up", paid).await;
        let held = json!({ "account": user, "amount": "3.00 USD", "expires_in": "PT10M" });
        stage.ok("ledger.hold", held).await;
        let work = json!({ "kind": "mail", "payload": {}, "key": format!("m{n}") });
        stage.ok("jobs.enqueue", work).await;
        let mut offer = json!({ "buyer": user, "seller": "bob", "price": "1.00 USD", "pay_within": "PT10M" });
        offer["key"] = format!("d{n}").into();
        deal = id(&stage.ok("escrow.open", offer).await["deal"]);
    }
    stage.bank.catch_up().await.unwrap();
    deal
}

/// Whether everything beside the damaged row goes on; answers what does not.
async fn stuck(stage: &Stage, names_head: bool) -> Vec<String> {
    if names_head {
        // nothing can be written behind a head that nobody can read
        return Vec::new();
    }
    let mut stuck = Vec::new();
    let wanted = json!({ "kinds": ["mail"], "limit": 5, "for": "PT1M" });
    match stage.call("jobs.lease", wanted).await {
        Ok(leased) if leased["jobs"].as_array().unwrap().len() >= 2 => {}
        other => stuck.push(format!("leases: {other:?}")),
    }
    stage.advance("PT1H");
    if let Err(error) = stage.call("jobs.run_due", json!({})).await {
        stuck.push(format!("timers: {error}"));
    }
    let holds = stage.ok("ledger.holds", json!({ "account": "u1" })).await;
    if holds["items"][0]["state"] != "expired" {
        stuck.push(format!("expiry: {holds}"));
    }
    let deals = stage.ok("escrow.list", json!({ "buyer": "u1" })).await;
    if deals["items"][0]["state"] != "expired" {
        stuck.push(format!("deadline: {deals}"));
    }
    let taken = json!({ "sink": "second", "limit": 5, "for": "PT1M" });
    match stage.call("events.take", taken).await {
        Ok(taken) if !taken["events"].as_array().unwrap().is_empty() => {}
        other => stuck.push(format!("sinks: {other:?}")),
    }
    stuck
}

/// Rows that work is about, once they are due.
fn is_work(told: [&str; 2]) -> bool {
    ["`hold`", "`job`", "`record`", "`sink`"].iter().any(|table| told[0].starts_with(table))
}

async fn goes_on(kind: Kind, junk: Junk) -> Option<String> {
    let (change, told) = junk;
    let stage = Stage::open(kind).await;
    let deal = three(&stage).await;
    let change =
        change.replace("{job}", "(SELECT min(y.outside_key) FROM {p}job AS y WHERE y.kind = 'mail')");
    assert!(sql(&stage, &change).await > 0, "{kind:?} {change}");
    let other = r#"UPDATE {p}record SET body = replace(body, '"seller":"bob"', '"seller":"thief"') WHERE kind = 'deal' AND owner = 'u2'"#;
    assert_eq!(sql(&stage, other).await, 1);
    let mut wrong = Vec::new();
    let found = report(&stage).await;
    for told in [told, ["deal ", "`seller`"]] {
        if !found.iter().any(|line| told.iter().all(|told| line.contains(told))) {
            wrong.push(format!("`verify` does not name {told:?}"));
        }
    }
    if !found.iter().any(|line| line.contains(&deal)) {
        wrong.push(format!("`verify` does not name {deal}"));
    }
    wrong.extend(stuck(&stage, told[0].starts_with("`head`")).await);
    let health = stage.ok("admin.health", json!({})).await;
    let rows = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "rows");
    let named = |rows: &Value| {
        rows["status"] == "critical"
            && told.iter().all(|told| rows["detail"].as_str().unwrap().contains(told))
    };
    if is_work(told) && !rows.is_some_and(named) {
        wrong.push(format!("health: {rows:?}"));
    }
    stage.bank.close().await;
    (!wrong.is_empty())
        .then(|| format!("{kind:?} {change}\n  {}\n  {}", wrong.join("\n  "), found.join("\n  ")))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_that_cannot_be_read_stops_nothing_else() {
    let mut wrong = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let sqlite = SQLITE.into_iter().filter(|_| kind == Kind::Sqlite);
        for junk in BOTH.into_iter().chain(sqlite) {
            wrong.extend(goes_on(kind, junk).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
