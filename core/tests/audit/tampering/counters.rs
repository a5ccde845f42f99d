//! Counters of rules: whoever sets one back by SQL is found, and the row is named.

use super::{findings, sql};
use crate::support::{Kind, Stage, Value, json};

/// Returns the findings of `verify` about rows that are not as the log has them.
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
            let checks: &[&str] = match fields {
                "`ring`" => &["counters_recomputed", "log_matches_rows"],
                _ => &["log_matches_rows"],
            };
            assert_eq!(findings(&stage, None).await, checks, "{kind:?} {statement}");
            stage.bank.close().await;
        }
    }
}

/// Of addresses, devices and different values the log has no image; that they can be read is seen too.
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

/// Returns the findings of the check that counts once more.
async fn recounted(stage: &Stage) -> Vec<String> {
    let verify = stage.ok("admin.verify", json!({})).await;
    let checks = verify["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "counters_recomputed").unwrap();
    check["found"].as_array().unwrap().iter().map(|found| found.as_str().unwrap().to_owned()).collect()
}

/// Rules and rates of every metric, and about every part of a call, that let everything through.
async fn every_rule(stage: &Stage) {
    let rule = |id: &str, subject: &str, metric: &str, window: &str| {
        let limit = if metric == "sum" { json!("9000.00 USD") } else { json!(900) };
        json!({ "id": id, "action": "ledger.deduct", "subject": subject, "metric": metric, "window": window,
            "limit": limit, "outcome": "block" })
    };
    // the first two have rows of their own: `distinct:1`, `distinct:2`
    stage.ok("risk.set_rule", rule("addresses", "account", "distinct:ip", "P1D")).await;
    stage.ok("risk.set_rule", rule("cards", "ip", "distinct:meta.card", "lifetime")).await;
    for subject in ["account", "actor", "ip", "device", "meta.card"] {
        for (metric, window) in
            [("count", "lifetime"), ("sum", "day"), ("failures", "PT1H"), ("count", "PT10M")]
        {
            if (subject, metric) != ("meta.card", "failures") {
                let rule =
                    rule(&format!("{subject} {metric} {window}").replace(' ', "-"), subject, metric, window);
                stage.ok("risk.set_rule", rule).await;
            }
        }
        let rate = json!({ "id": format!("{subject}-rate"), "action": "ledger.deduct", "subject": subject,
            "limit": 900, "per": "P1D", "burst": 900 });
        stage.ok("risk.set_rate", rate).await;
    }
}

/// Deductions and one that fails, of one account, actor, address, device and card.
async fn some_calls(stage: &Stage, ip: &str, card: &str) {
    for amount in ["1.00 USD", "900.00 USD"] {
        stage.advance("PT1M");
        let args = json!({ "account": "alice", "amount": amount, "key": stage.key(),
            "actor": { "id": "u-1", "role": "system" }, "context": { "ip": ip, "device": "one phone" },
            "metadata": { "card": card } });
        let _ = stage.call("ledger.deduct", args).await;
    }
}

/// Somebody who puts an earlier row back, or takes one away, is found in every sort of counter: of counts,
/// sums, failures, rates and different values, of accounts, actors, addresses, devices and metadata. The row
/// and the rule are named.
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_was_set_back_is_named_with_its_rule() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "10.00 USD").await;
        every_rule(&stage).await;
        some_calls(&stage, "203.0.113.7", "4000").await;
        sql(&stage, "CREATE TABLE {p}before AS SELECT * FROM {p}counter").await;
        some_calls(&stage, "203.0.113.7", "4001").await;
        some_calls(&stage, "203.0.113.8", "4000").await;
        sql(&stage, "CREATE TABLE {p}after AS SELECT * FROM {p}counter").await;
        assert_eq!(recounted(&stage).await, [""; 0], "{kind:?}");
        let of = |table: &str, family: &str| {
            format!(
                "UPDATE {{p}}counter SET ring = (SELECT k.ring FROM {{p}}{table} AS k WHERE k.rule = \
                 {{p}}counter.rule AND k.subject = {{p}}counter.subject) WHERE rule = '{family}' AND EXISTS \
                 (SELECT 1 FROM {{p}}before AS k WHERE k.subject = {{p}}counter.subject AND k.rule = '{family}')"
            )
        };
        for (family, rules) in [
            ("distinct:1", 1),
            ("distinct:2", 1),
            ("account", 5),
            ("actor", 5),
            ("ip", 5),
            ("device", 5),
            ("meta.card", 4),
        ] {
            assert_eq!(sql(&stage, &of("before", family)).await, 1, "{kind:?} {family}");
            let found = recounted(&stage).await;
            let mut named: Vec<&str> = found.iter().filter_map(|what| what.split('`').nth(1)).collect();
            named.sort_unstable();
            named.dedup();
            assert_eq!(named.len(), rules, "{kind:?} {family}: {found:?}");
            assert!(
                found.iter().all(|what| what.starts_with(&format!("counter of {family}: "))),
                "{found:?}"
            );
            assert_eq!(sql(&stage, &of("after", family)).await, 1);
            assert_eq!(recounted(&stage).await, [""; 0], "{kind:?} {family}");
        }
        for family in ["distinct:1", "distinct:2", "ip", "device", "meta.card"] {
            sql(&stage, &format!("DELETE FROM {{p}}counter WHERE rule = '{family}'")).await;
            let found = recounted(&stage).await;
            let is_named = |what: &String| {
                what.starts_with(&format!("counter of {family}: ")) && what.contains("its row is missing")
            };
            assert!(!found.is_empty() && found.iter().all(is_named), "{kind:?} {family}: {found:?}");
            let back = format!("INSERT INTO {{p}}counter SELECT * FROM {{p}}after WHERE rule = '{family}'");
            sql(&stage, &back).await;
            assert_eq!(recounted(&stage).await, [""; 0], "{kind:?} {family}");
        }
        stage.finish().await;
    }
}

/// An erased value cannot be counted once more: the rules about it are not compared, and all others are.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_not_compared() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "10.00 USD").await;
        every_rule(&stage).await;
        some_calls(&stage, "203.0.113.7", "4000").await;
        stage.advance("PT1H");
        let erased =
            json!({ "before_time": "2026-01-01T00:30:00Z", "actor": { "id": "kim", "role": "admin" } });
        stage.ok("admin.erase_context", erased).await;
        sql(&stage, "DELETE FROM {p}counter WHERE rule IN ('ip', 'device', 'distinct:1', 'distinct:2')")
            .await;
        assert_eq!(recounted(&stage).await, [""; 0], "{kind:?}");
        sql(&stage, "DELETE FROM {p}counter WHERE rule = 'meta.card'").await;
        assert_eq!(recounted(&stage).await.len(), 1, "{kind:?}");
        stage.bank.close().await;
    }
}
