//! Counters of rules: whoever sets one back by SQL is found, and the row is named.

use super::{findings, sql};
use crate::support::{Kind, Stage, Value, json};

/// What `verify` says of rows that are not as the log has them.
async fn told(stage: &Stage) -> Vec<String> {
    let verify = stage.ok("admin.verify", json!({})).await;
    let checks = verify["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "log_matches_rows").unwrap();
    check["found"].as_array().unwrap().iter().map(|found| found.as_str().unwrap().to_owned()).collect()
}

async fn deducted(stage: &Stage, account: &str) -> Result<Value, earnest::Error> {
    let args = json!({ "account": account, "amount": "1.00 USD", "key": stage.key() });
    stage.call("ledger.deduct", args).await
}

/// Two accounts that a rule has counted, and failures of one of them.
async fn counted(kind: Kind) -> Stage {
    let stage = Stage::open(kind).await;
    for account in ["alice", "bob"] {
        stage.funded(account, "10.00 USD").await;
    }
    for (id, metric, limit) in [("often", "count", 2), ("wrong", "failures", 9)] {
        let rule = json!({ "id": id, "action": "ledger.deduct", "subject": "account", "metric": metric,
            "window": "P1D", "limit": limit, "outcome": "block" });
        stage.ok("risk.set_rule", rule).await;
    }
    for account in ["alice", "alice", "bob"] {
        deducted(&stage, account).await.unwrap();
    }
    let much = json!({ "account": "alice", "amount": "900.00 USD" });
    stage.no_matter("ledger.deduct", much, "insufficient_balance").await;
    stage
        .no_matter("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" }), "velocity_blocked")
        .await;
    assert!(findings(&stage, None).await.is_empty(), "{kind:?}");
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_was_altered_is_named() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for (statement, fields) in [
            // what bob has used, in the place of what alice has
            ("UPDATE {p}counter SET ring = (SELECT ring FROM {p}counter ORDER BY version LIMIT 1)", "`ring`"),
            ("UPDATE {p}counter SET version = version + 1", "`version`"),
            ("UPDATE {p}counter SET stamp = stamp + 1", "`stamp`"),
            ("UPDATE {p}counter SET created_at = created_at - 1", "`created_at`"),
        ] {
            let stage = counted(kind).await;
            assert!(sql(&stage, statement).await > 0, "{kind:?} {statement}");
            let found = told(&stage).await;
            assert!(!found.is_empty(), "{kind:?} {statement}");
            for what in &found {
                let named = what.starts_with("counter of account: ");
                assert!(named && what.contains(fields), "{kind:?} {statement}: {what}");
            }
            assert_eq!(findings(&stage, None).await, ["log_matches_rows"], "{kind:?} {statement}");
            stage.bank.close().await;
        }
    }
}

/// Of addresses, devices and different values the log has nothing to compare with; that they can be read is
/// seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_without_an_image_that_cannot_be_read_is_named() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for (metric, family) in [("count", "ip"), ("distinct:device", "distinct:1")] {
            let stage = Stage::open(kind).await;
            stage.funded("alice", "10.00 USD").await;
            let rule = json!({ "id": "r", "action": "ledger.deduct", "subject": "ip", "metric": metric,
                "window": "P1D", "limit": 9, "outcome": "block" });
            stage.ok("risk.set_rule", rule).await;
            let context = json!({ "ip": "203.0.113.7", "device": "phone" });
            let args = json!({ "account": "alice", "amount": "1.00 USD", "context": context });
            stage.ok("ledger.deduct", args).await;
            stage.verify().await;
            let bytes = if kind == Kind::Sqlite { "'01ff'" } else { "'\\x01ff'" };
            assert_eq!(
                sql(&stage, &format!("UPDATE {{p}}counter SET ring = {bytes}")).await,
                1,
                "{kind:?} {metric}"
            );
            let verify = stage.ok("admin.verify", json!({})).await;
            let checks = verify["checks"].as_array().unwrap();
            let check = checks.iter().find(|check| check["name"] == "counters").unwrap();
            let found = check["found"][0].as_str().unwrap();
            assert!(found.starts_with(&format!("counter of {family}: ")), "{kind:?} {check}");
            stage.bank.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_was_removed_or_added_is_found() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = counted(kind).await;
        sql(&stage, "DELETE FROM {p}counter").await;
        let found = told(&stage).await;
        assert_eq!(found.len(), 2, "{kind:?} {found:?}");
        assert!(found.iter().all(|what| what.ends_with("its row is missing")), "{kind:?} {found:?}");
        stage.bank.close().await;
        let stage = counted(kind).await;
        let other = "INSERT INTO {p}counter SELECT book, rule, 'somebody', ring, leaves_at, version, created_at, \
            stamp FROM {p}counter LIMIT 1";
        sql(&stage, other).await;
        let found = told(&stage).await;
        assert_eq!(found, ["counter of account: somebody: nothing in the log tells of it"], "{kind:?}");
        stage.bank.close().await;
    }
}
