//! Deals, disputes, approvals, policies, treasuries, accounts, holds, transfers, keys and jobs: one change
//! each, and the line of the report that names it.

use super::scene::Scene;
use super::sql;
use crate::support::{Kind, Stage, Value, json};

/// A change, and what the report says of it: the object and the field.
pub(super) type Change = (&'static str, [&'static str; 2]);

const RECORDS: [Change; 22] = [
    (
        r#"UPDATE {p}record SET body = replace(body, '"seller":"bob"', '"seller":"mallory"') WHERE state = 'paid'"#,
        ["deal {secured}", "`seller`"],
    ),
    (
        r#"UPDATE {p}record SET body = replace(body, '"name":"first"', '"name":"zeroth"') WHERE state = 'awaiting_shipment'"#,
        ["deal {deal}", "`milestones`"],
    ),
    ("DELETE FROM {p}record WHERE state = 'awaiting_shipment'", ["deal {deal}", "its row is missing"]),
    (
        r#"UPDATE {p}record SET body = replace(body, '"amount":"4000"', '"amount":"3000"') WHERE state = 'awaiting_shipment'"#,
        ["deal {deal}", "`price.amount`"],
    ),
    ("UPDATE {p}record SET owner = 'mallory' WHERE state = 'paid'", ["deal {secured}", "`owner`"]),
    ("UPDATE {p}record SET peer = 'mallory' WHERE state = 'paid'", ["deal {secured}", "`peer`"]),
    (
        "UPDATE {p}record SET reference = 'deal-8' WHERE state = 'awaiting_shipment'",
        ["deal {deal}", "`reference`"],
    ),
    (
        "UPDATE {p}record SET due_at = due_at + 1 WHERE state = 'awaiting_shipment'",
        ["deal {deal}", "`due_at`"],
    ),
    ("UPDATE {p}record SET version = version + 1 WHERE state = 'paid'", ["deal {secured}", "`version`"]),
    (
        "UPDATE {p}record SET created_at = created_at - 1 WHERE state = 'paid'",
        ["deal {secured}", "`created_at`"],
    ),
    ("UPDATE {p}record SET stamp = stamp + 1000000 WHERE state = 'paid'", ["deal {secured}", "`stamp`"]),
    (
        "UPDATE {p}record SET body = replace(body, 'a lamp', 'a ring') WHERE state = 'awaiting_shipment'",
        ["deal {deal}", "`item`"],
    ),
    (
        "UPDATE {p}record SET body = replace(body, 'it is broken', 'it is fine') WHERE kind = 'dispute'",
        ["dispute {dispute}", "`statement`"],
    ),
    (
        r#"UPDATE {p}record SET body = replace(body, '"opened_by":"alice"', '"opened_by":"bob"') WHERE kind = 'dispute'"#,
        ["dispute {dispute}", "`opened_by`"],
    ),
    ("DELETE FROM {p}record WHERE kind = 'dispute'", ["dispute {dispute}", "its row is missing"]),
    (
        r#"UPDATE {p}record SET body = replace(body, '"required":3', '"required":2') WHERE kind = 'approval'"#,
        ["approval {approval}", "`required`"],
    ),
    (
        r#"UPDATE {p}record SET body = replace(body, '["boss"]', '["mallory"]') WHERE kind = 'approval'"#,
        ["approval {approval}", "`votes`"],
    ),
    ("DELETE FROM {p}record WHERE kind = 'approval'", ["approval {approval}", "its row is missing"]),
    (
        r#"UPDATE {p}record SET body = replace(body, '"approvers":3', '"approvers":1') WHERE kind = 'config'"#,
        ["config", "is not as its newest event says"],
    ),
    ("DELETE FROM {p}record WHERE kind = 'config'", ["config", "its row is missing"]),
    (
        r#"UPDATE {p}record SET body = replace(body, '"6000"', '"9000"') WHERE kind = 'treasury'"#,
        ["treasury", "`daily_limit`"],
    ),
    ("DELETE FROM {p}record WHERE kind = 'treasury'", ["treasury", "its row is missing"]),
];

const ACCOUNTS: [Change; 16] = [
    (
        "UPDATE {p}account SET overdraft = 100000, headroom = CAST(headroom AS INTEGER) + 100000 WHERE id = 'alice'",
        ["account alice USD", "`overdraft`"],
    ),
    ("UPDATE {p}account SET status = 'locked' WHERE id = 'alice'", ["account alice USD", "`status`"]),
    ("UPDATE {p}account SET owner = 'u-mallory' WHERE id = 'alice'", ["account alice USD", "`owner`"]),
    ("UPDATE {p}account SET owner = 'u-mallory' WHERE id = 'bob'", ["account bob USD", "`owner`"]),
    ("UPDATE {p}account SET kind = 'shop' WHERE id = 'alice'", ["account alice USD", "`kind`"]),
    ("UPDATE {p}account SET tier = NULL WHERE id = 'vault'", ["account vault USD", "`tier`"]),
    (
        "UPDATE {p}account SET display_name = 'Alice B', search = 'alice b' WHERE id = 'alice'",
        ["account alice USD", "`display_name`"],
    ),
    ("UPDATE {p}account SET search = 'bob' WHERE id = 'alice'", ["account alice USD", "`search`"]),
    ("UPDATE {p}account SET reference = 'crm-2' WHERE id = 'alice'", ["account alice USD", "`reference`"]),
    (
        "UPDATE {p}account SET metadata = '{\"vip\":false}' WHERE id = 'alice'",
        ["account alice USD", "`metadata`"],
    ),
    (
        "UPDATE {p}account SET owned_by_kind = NULL, owned_by_id = NULL WHERE owned_by_id IS NOT NULL",
        ["account @deal:", "`owned_by`"],
    ),
    (
        "UPDATE {p}account SET created_at = created_at - 1 WHERE id = 'bob'",
        ["account bob USD", "`created_at`"],
    ),
    ("UPDATE {p}account SET stamp = 4000000000000000 WHERE id = 'bob'", ["account bob USD", "`stamp`"]),
    ("UPDATE {p}account SET version = version + 1 WHERE id = 'bob'", ["account bob USD", "`version`"]),
    (
        "UPDATE {p}account SET streaming = 0 WHERE id = '@world' AND currency = 'USD'",
        ["account @world USD", "`streaming`"],
    ),
    (
        "INSERT INTO {p}account (book, id, currency, posted, held, overdraft, headroom, status, streaming, owner, search, entries, version, created_at, stamp) SELECT book, 'eve', currency, '0', '0', '0', '0', status, streaming, 'u-eve', 'eve', 0, 1, created_at, stamp FROM {p}account WHERE id = 'bob'",
        ["account eve USD", "nothing in the log tells of it"],
    ),
];

const MONEY: [Change; 18] = [
    (
        "UPDATE {p}transfer SET owned_by_id = {new} WHERE owned_by_id IS NOT NULL",
        ["transfer tr_", "`owned_by`"],
    ),
    (
        "UPDATE {p}transfer SET owned_by_kind = 'payment' WHERE owned_by_kind = 'deal'",
        ["transfer tr_", "`owned_by`"],
    ),
    (
        "UPDATE {p}hold SET owned_by_kind = 'deal', owned_by_id = {new} WHERE state = 'partially_captured'",
        ["hold {hold}", "`owned_by`"],
    ),
    (
        "UPDATE {p}hold SET expires_at = expires_at + 1, due_at = due_at + 1 WHERE expires_at IS NOT NULL",
        ["hold {hold}", "`expires_at`"],
    ),
    ("UPDATE {p}hold SET due_at = NULL WHERE expires_at IS NOT NULL", ["hold {hold}", "timer"]),
    ("UPDATE {p}hold SET reference = 'suite' WHERE expires_at IS NOT NULL", ["hold {hold}", "`reference`"]),
    ("UPDATE {p}hold SET metadata = NULL WHERE expires_at IS NOT NULL", ["hold {hold}", "`metadata`"]),
    ("UPDATE {p}hold SET account = 'bob' WHERE state = 'voided'", ["hold {voided}", "`account`"]),
    ("DELETE FROM {p}hold WHERE state = 'voided'", ["hold {voided}", "its row is missing"]),
    (
        "UPDATE {p}transfer SET reference = 'order-8' WHERE reference IS NOT NULL",
        ["transfer {transfer}", "`reference`"],
    ),
    (
        "UPDATE {p}transfer SET metadata = '{}' WHERE metadata IS NOT NULL",
        ["transfer {transfer}", "`metadata`"],
    ),
    (
        "UPDATE {p}transfer SET owned_by_kind = 'deal', owned_by_id = {new} WHERE reference IS NOT NULL",
        ["transfer {transfer}", "`owned_by`"],
    ),
    ("UPDATE {p}transfer SET reference = 'new' WHERE id = {plain}", ["transfer {tr_plain}", "`reference`"]),
    (
        "UPDATE {p}transfer SET hold = NULL WHERE kind = 'capture' AND owned_by_id IS NULL",
        ["transfer tr_", "`hold`"],
    ),
    (
        "UPDATE {p}transfer SET reversed_by = NULL WHERE reversed_by IS NOT NULL",
        ["transfer {reversed}", "`reversed_by`"],
    ),
    (
        "UPDATE {p}transfer SET version = 7 WHERE reversed_by IS NOT NULL",
        ["transfer {reversed}", "`version`"],
    ),
    (
        "UPDATE {p}transfer SET owned_by_kind = NULL, owned_by_id = NULL WHERE owned_by_id IS NOT NULL",
        ["transfer tr_", "`owned_by`"],
    ),
    (
        "INSERT INTO {p}transfer (book, id, kind, refunded, version, stamp) SELECT book, {new}, kind, refunded, 1, stamp FROM {p}transfer WHERE id = {plain}",
        ["transfer tr_", "nothing in the log tells of it"],
    ),
];

const KEYS: [Change; 10] = [
    // the call that waits could be asked for again, by somebody else and for another sum
    (
        "DELETE FROM {p}idempotency WHERE key = 'asked'",
        ["approval {approval}", "the key of its call is missing"],
    ),
    ("DELETE FROM {p}idempotency WHERE key = 'keyed'", ["transfer {transfer}", "is missing"]),
    ("UPDATE {p}idempotency SET request = made WHERE key = 'keyed'", ["key keyed", "`request`"]),
    ("UPDATE {p}idempotency SET fields = made WHERE key = 'keyed'", ["key keyed", "`request`"]),
    (
        "UPDATE {p}idempotency SET operation = 'ledger.deduct' WHERE key = 'keyed'",
        ["key keyed", "`operation`"],
    ),
    (
        "UPDATE {p}idempotency SET made = (SELECT y.made FROM {p}idempotency AS y WHERE y.key = 'opening') WHERE key = 'keyed'",
        ["key keyed", "`made`"],
    ),
    ("UPDATE {p}idempotency SET expires_at = 1 WHERE key = 'keyed'", ["key keyed", "`expires_at`"]),
    ("UPDATE {p}idempotency SET key = 'other' WHERE key = 'keyed'", ["key other", "is not as"]),
    ("DELETE FROM {p}idempotency WHERE key = 'opening'", ["account alice", "is missing"]),
    (
        "INSERT INTO {p}idempotency (book, key, stamp, expires_at, form, operation, request, fields, made, salt) SELECT book, 'planted', stamp + 1, expires_at, form, operation, request, fields, made, salt FROM {p}idempotency WHERE key = 'keyed'",
        ["key planted", "nothing in the log"],
    ),
];

const JOBS: [Change; 9] = [
    ("DELETE FROM {p}job WHERE kind = 'notify.admins'", ["job {waiting}", "its row is missing"]),
    ("UPDATE {p}job SET payload = '{}' WHERE kind = 'notify.admins'", ["job {waiting}", "`payload`"]),
    (
        "UPDATE {p}job SET state = 'done', due_at = NULL WHERE kind = 'notify.admins'",
        ["job {waiting}", "`state`"],
    ),
    ("UPDATE {p}job SET state = 'queued', due_at = run_at WHERE state = 'done'", ["job {done}", "`state`"]),
    ("UPDATE {p}job SET attempts = 0 WHERE state = 'done'", ["job {done}", "`attempts`"]),
    ("UPDATE {p}job SET fence = 9 WHERE state = 'done'", ["job {done}", "`fence`"]),
    ("UPDATE {p}job SET result = '{}' WHERE state = 'done'", ["job {done}", "`result`"]),
    (
        "UPDATE {p}job SET outside_key = 'again' WHERE kind = 'notify.admins'",
        ["job {waiting}", "`outside_key`"],
    ),
    ("UPDATE {p}job SET kind = 'pay.out' WHERE kind = 'notify.admins'", ["job {waiting}", "`kind`"]),
];

/// A statement for one store: ids and new ids are written as the store has them.
fn statement(scene: &Scene, text: &str) -> String {
    let uuid = |id: &str| match scene.stage.kind {
        Kind::Sqlite => format!("'{id}'"),
        _ => format!("CAST('{id}' AS uuid)"),
    };
    let plain = scene.named("{plain}");
    let zero = if scene.stage.kind == Kind::Sqlite { "'0'" } else { "0" };
    text.replace("{plain}", &uuid(plain.trim_start_matches("tr_")))
        .replace("{new}", &uuid("01980000-0000-7000-8000-000000000001"))
        .replace("'0'", zero)
        .replace("'500'", if scene.stage.kind == Kind::Sqlite { "'500'" } else { "500" })
}

/// Everything that `verify` finds.
pub(super) async fn report(stage: &Stage) -> Vec<String> {
    found(&stage.ok("admin.verify", json!({})).await)
}

/// The findings of a verification.
pub(super) fn found(verify: &Value) -> Vec<String> {
    let checks = verify["checks"].as_array().unwrap().iter();
    let found: Vec<Value> = checks.flat_map(|check| check["found"].as_array().unwrap().clone()).collect();
    assert_eq!(verify["ok"], found.is_empty());
    found.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

pub(super) async fn each_is_named(changes: &[Change]) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        each_is_named_on(kind, changes).await;
    }
}

pub(super) async fn each_is_named_on(kind: Kind, changes: &[Change]) {
    let mut missed = Vec::new();
    let scene = Scene::open(kind).await;
    for (text, told) in changes {
        assert!(sql(&scene.stage, &statement(&scene, text)).await > 0, "{kind:?}: {text}");
        let told = told.map(|told| scene.named(&told.replace("{tr_plain}", "{plain}")));
        let found = report(&scene.stage).await;
        if !found.iter().any(|line| told.iter().all(|told| line.contains(told.as_str()))) {
            missed.push(format!("{kind:?}: {text}\n  wanted {told:?}\n  {}", found.join("\n  ")));
        }
        scene.restore().await;
    }
    assert_eq!(report(&scene.stage).await, [""; 0], "{kind:?}: every row was put back");
    scene.stage.bank.close().await;
    println!("{} changes on {kind:?}, each named", changes.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_is_named() {
    each_is_named(&RECORDS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_account_is_named() {
    each_is_named(&ACCOUNTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_hold_or_transfer_is_named() {
    each_is_named(&MONEY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_is_named() {
    each_is_named(&KEYS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_job_is_named() {
    each_is_named(&JOBS).await;
}

/// Whoever changes the decimal places of a token changes every amount in it. An engine that was told of them
/// refuses to open; one that takes them from the store finds them in the log.
#[tokio::test(flavor = "multi_thread")]
async fn changed_decimal_places_are_named() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let scene = Scene::open(kind).await;
        assert!(sql(&scene.stage, "UPDATE {p}currency SET scale = 2 WHERE code = 'USDC'").await > 0);
        let names = earnest::Options::new().names(&scene.stage.options.schema, "earnest_");
        let bank = earnest::Engine::open_with(&scene.stage.url, names.background(false)).await.unwrap();
        let verify = bank.call("admin.verify", json!({})).await.unwrap();
        assert!(
            verify.to_string().contains("account coin USDC: `scale` is not as its newest event says"),
            "{verify:#}"
        );
        bank.close().await;
        scene.stage.bank.close().await;
    }
}
