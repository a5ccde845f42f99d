//! A row that was changed in the database, and that ordinary calls have written again since, stays found: the
//! event of the first such call says what it was written over.

use super::objects::report;
use super::sealed::keyed;
use super::sql;
use crate::support::{Kind, Stage, Value, id, json};

/// A history, a change of it, and calls that write the changed row again.
struct Case {
    name: &'static str,
    change: &'static [&'static str],
    told: [&'static str; 2],
}

const fn case(name: &'static str, change: &'static [&'static str], told: [&'static str; 2]) -> Case {
    Case { name, change, told }
}

const KEEP: &str = "CREATE TABLE {p}keep AS SELECT * FROM {p}record WHERE kind = 'credential_pin'";
const PUT_BACK: [&str; 2] =
    ["DELETE FROM {p}record WHERE kind = 'credential_pin'", "INSERT INTO {p}record SELECT * FROM {p}keep"];

const CASES: [Case; 26] = [
    case(
        "offer",
        &[r#"UPDATE {p}record SET body = replace(body, '"50.00"', '"0.01"') WHERE kind = 'offer'"#],
        ["offer ", "`price.amount`"],
    ),
    case(
        "offer",
        &["UPDATE {p}record SET stamp = stamp + 1000000 WHERE kind = 'offer'"],
        ["offer ", "`stamp`"],
    ),
    case(
        "offer",
        &["UPDATE {p}record SET version = version + 3 WHERE kind = 'offer'"],
        ["offer ", "`version`"],
    ),
    case(
        "overdraft",
        &["UPDATE {p}account SET overdraft = {50000}, headroom = {50000} WHERE id = 'mallory'"],
        ["account mallory USD", "`overdraft`"],
    ),
    case(
        "overdraft",
        &["UPDATE {p}account SET headroom = {50000} WHERE id = 'alice'"],
        ["account alice USD", "`headroom`"],
    ),
    case(
        "overdraft",
        &["UPDATE {p}account SET version = version + 5 WHERE id = 'alice'"],
        ["account alice USD", "`version`"],
    ),
    case(
        "overdraft",
        &["UPDATE {p}account SET version = 1 WHERE id = 'alice'"],
        ["account alice USD", "`version`"],
    ),
    case(
        "overdraft",
        &["UPDATE {p}account SET stamp = stamp + 9000000000 WHERE id = 'alice'"],
        ["account alice USD", "`stamp`"],
    ),
    case(
        "renamed",
        &["UPDATE {p}account SET owner = 'mallory' WHERE id = 'alice'"],
        ["account alice USD", "`owner`"],
    ),
    case(
        "locked",
        &["UPDATE {p}account SET status = 'active' WHERE id = 'alice'"],
        ["account alice USD", "`status`"],
    ),
    case(
        "pin",
        &[
            r#"UPDATE {p}record SET body = replace(body, '"wrong":2', '"wrong":0') WHERE kind = 'credential_pin'"#,
        ],
        ["credential_pin ", "`wrong`"],
    ),
    case("pin", &PUT_BACK, ["credential_pin ", "put back"]),
    case("new pin", &["DELETE FROM {p}record WHERE kind = 'credential_pin'"], ["credential_pin ", "missing"]),
    case(
        "hold",
        &["UPDATE {p}hold SET expires_at = expires_at + 7, due_at = due_at + 7"],
        ["hold {hold}", "`expires_at`"],
    ),
    case("hold", &["UPDATE {p}hold SET due_at = due_at + 7"], ["hold {hold}", "`due_at`"]),
    case("hold", &["UPDATE {p}hold SET stamp = stamp + 7"], ["hold {hold}", "`stamp`"]),
    case("hold", &["UPDATE {p}hold SET reference = 'suite'"], ["hold {hold}", "`reference`"]),
    case("job", &["UPDATE {p}job SET attempts = 0, fence = 0"], ["job {job}", "`attempts`, `fence`"]),
    case("job", &["UPDATE {p}job SET payload = '{}'"], ["job {job}", "`payload`"]),
    case("job", &["UPDATE {p}job SET due_at = due_at - 7"], ["job {job}", "`due_at`"]),
    case(
        "refund",
        &["UPDATE {p}transfer SET refunded = {0}, version = 1 WHERE id = {transfer}"],
        ["transfer {transfer}", "`refunded`"],
    ),
    case("counter", &["UPDATE {p}counter SET version = version + 3"], ["counter of account: ", "`version`"]),
    case("counter", &["DELETE FROM {p}counter"], ["counter of account: ", "missing"]),
    case(
        "policy",
        &[
            r#"UPDATE {p}record SET body = replace(body, '"approvers":3', '"approvers":1') WHERE kind = 'config'"#,
        ],
        ["config ", "was changed before"],
    ),
    case(
        "consent",
        &["UPDATE {p}idempotency SET operation = 'ledger.deduct' WHERE key = 'asked'"],
        ["key asked", "nothing in the log"],
    ),
    case(
        "key",
        &["UPDATE {p}idempotency SET operation = 'ledger.deduct' WHERE key = 'opened'"],
        ["the key of account alice", "was changed before"],
    ),
];

const PIN: [&str; 3] = ["111222", "333222", "555222"];

async fn wrong_pin(stage: &Stage, pin: &str) {
    let args = json!({ "subject": "alice", "pin": pin });
    stage.no_matter("credentials.verify_pin", args, "pin_invalid").await;
}

fn paid(from: &str, to: &str, amount: &str) -> Value {
    json!({ "from": from, "to": to, "amount": amount })
}

async fn enqueued(stage: &Stage) -> String {
    let args = json!({ "kind": "mail", "payload": { "to": "alice" }, "key": "mail-1" });
    let job = id(&stage.ok("jobs.enqueue", args).await["job"]);
    failed(stage).await;
    job
}

async fn failed(stage: &Stage) {
    let wanted = json!({ "kinds": ["mail"], "limit": 1, "for": "PT1M" });
    let leased = stage.ok("jobs.lease", wanted).await["jobs"][0].clone();
    let failed = json!({ "job": id(&leased), "fence": leased["fence"], "error": "no answer" });
    stage.ok("jobs.fail", failed).await;
    stage.advance("P1D");
}

/// Makes what stands before the change; answers the ids that findings name.
async fn before(stage: &Stage, name: &str) -> Vec<(&'static str, String)> {
    for account in ["alice", "mallory", "seller"] {
        let args = json!({ "account": account, "currency": "USD", "owner": account });
        stage.ok("ledger.open_account", args).await;
    }
    stage.funded("alice", "900.00 USD").await;
    match name {
        "offer" => {
            let offer = json!({ "id": "mug", "seller": "seller", "price": "50.00 USD", "stock": 9 });
            stage.ok("purchases.set_offer", offer).await;
        }
        "key" => {
            stage
                .ok("ledger.update_account", json!({ "account": "alice", "kind": "person", "key": "opened" }))
                .await;
        }
        "locked" => drop(stage.ok("ledger.lock_account", json!({ "account": "alice" })).await),
        "pin" | "new pin" => {
            stage.ok("credentials.set_pin", json!({ "subject": "alice", "pin": "748391" })).await;
            wrong_pin(stage, PIN[0]).await;
            assert!(sql(stage, KEEP).await < 2);
            wrong_pin(stage, PIN[1]).await;
        }
        "hold" => {
            let args = json!({ "account": "alice", "amount": "10.00 USD", "expires_in": "P10D", "reference": "room" });
            return [("hold", id(&stage.ok("ledger.hold", args).await["hold"]))].into();
        }
        "job" => return [("job", enqueued(stage).await)].into(),
        "refund" => {
            let transfer =
                id(&stage.ok("ledger.transfer", paid("alice", "mallory", "9.00 USD")).await["transfer"]);
            stage.ok("ledger.refund", json!({ "transfer": transfer, "amount": "1.00 USD" })).await;
            return [("transfer", transfer)].into();
        }
        "counter" => {
            stage.limit_of_a_hundred("velocity_blocked").await;
            stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })).await;
        }
        "policy" | "consent" => {
            let policy = json!({ "id": "large", "operation": "ledger.transfer", "threshold": "400.00 USD", "approvers": 3 });
            stage.ok("approvals.set_policy", policy).await;
        }
        _ => {}
    }
    if name == "consent" {
        let mut large = paid("alice", "mallory", "450.00 USD");
        large["key"] = "asked".into();
        let asked = stage.call("ledger.transfer", large).await.unwrap_err().details();
        return [("approval", asked["approval"].as_str().unwrap().to_owned())].into();
    }
    Vec::new()
}

/// Calls that write the changed row again.
async fn used(stage: &Stage, name: &str, names: &[(&str, String)]) {
    let named = |name: &str| names.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    match name {
        "offer" => {
            for _ in 0..2 {
                stage.ok("purchases.buy", json!({ "offer": "mug", "buyer": "alice" })).await;
            }
        }
        "overdraft" => {
            // of what a changed row allows, some is refused
            let drawn = json!({ "from": "mallory", "to": "alice", "amount": "60.00 USD", "key": "drawn" });
            drop(stage.call("ledger.transfer", drawn).await);
            stage.ok("ledger.transfer", paid("alice", "seller", "1.00 USD")).await;
        }
        "renamed" => {
            let args = json!({ "account": "alice", "display_name": "Alice" });
            stage.ok("ledger.update_account", args).await;
        }
        "locked" => {
            stage.ok("ledger.transfer", paid("alice", "seller", "1.00 USD")).await;
        }
        "key" => {
            // it was kept for a day
            stage.advance("P2D");
            stage
                .ok("ledger.update_account", json!({ "account": "alice", "kind": "shop", "key": "opened" }))
                .await;
        }
        "pin" => wrong_pin(stage, PIN[2]).await,
        "new pin" => {
            stage.ok("credentials.set_pin", json!({ "subject": "alice", "pin": "294857" })).await;
        }
        "hold" => drop(stage.ok("ledger.void", json!({ "hold": named("hold") })).await),
        "job" => failed(stage).await,
        "refund" => {
            let args = json!({ "transfer": named("transfer"), "amount": "8.00 USD" });
            stage.ok("ledger.refund", args).await;
        }
        "counter" => {
            stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })).await;
        }
        "policy" => {
            let policy = json!({ "id": "larger", "operation": "ledger.transfer", "threshold": "800.00 USD", "approvers": 4 });
            stage.ok("approvals.set_policy", policy).await;
        }
        "consent" => {
            for boss in ["one", "two", "three"] {
                let boss = json!({ "id": boss, "role": "admin" });
                stage.ok("approvals.approve", json!({ "approval": named("approval"), "actor": boss })).await;
            }
        }
        _ => panic!("{name}"),
    }
}

/// A statement for one store: ids and amounts are written as the store has them.
fn statement(kind: Kind, names: &[(&str, String)], text: &str) -> String {
    let amount = |text: &str| if kind == Kind::Sqlite { format!("'{text}'") } else { text.to_owned() };
    let mut text = text.replace("{50000}", &amount("50000")).replace("{0}", &amount("0"));
    for (name, id) in names {
        let bare = id.split('_').next_back().unwrap();
        let bare = if kind == Kind::Sqlite { format!("'{bare}'") } else { format!("CAST('{bare}' AS uuid)") };
        text = text.replace(&format!("{{{name}}}"), &bare);
    }
    text
}

async fn stays_found(kind: Kind, case: &Case) -> Option<String> {
    let mut stage = Stage::with(kind, keyed()).await;
    let names = before(&stage, case.name).await;
    assert_eq!(report(&stage).await, [""; 0], "{kind:?} {}", case.name);
    // another process has the rows of before in its memory, and this one begins without them
    stage.bank.close().await;
    let mut changed = 0;
    for text in case.change {
        changed += sql(&stage, &statement(kind, &names, text)).await;
    }
    assert!(changed > 0, "{kind:?} {:?}", case.change);
    stage.bank = stage.again().await;
    used(&stage, case.name, &names).await;
    let found = report(&stage).await;
    let told = case.told.map(|told| {
        names.iter().fold(told.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    });
    let right = found.iter().any(|line| told.iter().all(|told| line.contains(told.as_str())));
    stage.bank.close().await;
    (!right).then(|| {
        format!("{kind:?} {} {:?}\n  wanted {told:?}\n  {}", case.name, case.change, found.join("\n  "))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_stays_found_after_it_was_used() {
    let mut missed = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for case in &CASES {
            missed.extend(stays_found(kind, case).await);
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
