//! Counters of addresses and devices are deleted once nothing in them counts any more: a stranger can make
//! up as many of them as he likes.

use std::collections::BTreeMap;

use earnest::rows::listing::Listing;

use crate::support::{Stage, Value, every_store, json};
use crate::{deduct, passing, rule};

/// How many counters the store has, by what they are about.
async fn counters(stage: &Stage) -> BTreeMap<String, usize> {
    let mut session = stage.bank.store().reader().await.unwrap();
    let book = stage.bank.book_name().clone();
    let listed = session.list(&Listing::Counters { book, after: None, limit: 500 }).await.unwrap();
    let mut found = BTreeMap::new();
    for row in listed.counters {
        let name = row.rule.split(':').next().unwrap_or_default();
        *found.entry(name.to_owned()).or_default() += 1;
    }
    found
}

async fn sweep(stage: &Stage, after: &str) -> BTreeMap<String, usize> {
    stage.advance(after);
    stage.ok("jobs.run_due", json!({})).await;
    counters(stage).await
}

fn expected<const N: usize>(counts: [(&str, usize); N]) -> BTreeMap<String, usize> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

fn from(ip: &str, device: &str) -> Value {
    deduct("alice", json!({ "context": { "ip": ip, "device": device } }))
}

every_store! {
    async fn counters_of_strangers_go_when_nothing_of_them_counts(stage) {
        stage.funded("alice", "900.00 USD").await;
        drop(rule(stage, json!({ "id": "ip", "subject": "ip", "window": "PT1H", "limit": 2 })).await);
        let rate = json!({ "id": "ip-rate", "action": "ledger.deduct", "subject": "ip", "limit": 60, "per": "PT1M", "burst": 60 });
        stage.ok("risk.set_rate", rate).await;
        drop(rule(stage, json!({ "id": "device", "subject": "device", "window": "P2D", "limit": 100 })).await);
        let devices = json!({ "id": "many", "metric": "distinct:device", "window": "P1D", "limit": 9 });
        drop(rule(stage, devices).await);
        drop(rule(stage, json!({ "id": "account", "window": "PT1H", "limit": 100 })).await);
        for n in 0..5 {
            let call = from(&format!("203.0.113.{n}"), "one phone");
            assert_eq!(passing(stage, "ledger.deduct", &call, 3).await, 2, "{n}");
        }
        let all = expected([("account", 1), ("device", 1), ("distinct", 1), ("ip", 5)]);
        assert_eq!(counters(stage).await, all);
        assert_eq!(sweep(stage, "PT59M").await, all, "they count");
        assert_eq!(sweep(stage, "PT5H").await, all, "one reading of the clock is not enough");
        assert_eq!(sweep(stage, "P1D").await, all, "they counted at the last reading that is a day old");
        let without_ip = expected([("account", 1), ("device", 1)]);
        assert_eq!(sweep(stage, "P1D").await, without_ip);
        // who knew the rows counts from zero, exactly
        for _ in 0..2 {
            let call = from("203.0.113.1", "one phone");
            assert_eq!(passing(stage, "ledger.deduct", &call, 3).await, 2);
            sweep(stage, "P1D").await;
            sweep(stage, "P1D").await;
            assert_eq!(sweep(stage, "P1D").await, without_ip);
        }
        sweep(stage, "P3D").await;
        assert_eq!(sweep(stage, "P3D").await, expected([("account", 1)]), "the log has the images of these");
        assert!(stage.ok("admin.verify", json!({})).await["ok"].as_bool().unwrap());
    }

    /// A count of a rule without an end stays, whatever else stands in the row.
    async fn what_counts_for_ever_stays(stage) {
        stage.funded("alice", "900.00 USD").await;
        drop(rule(stage, json!({ "id": "short", "subject": "ip", "window": "PT10S", "limit": 100 })).await);
        drop(rule(stage, json!({ "id": "ever", "subject": "ip", "limit": 3 })).await);
        let call = from("203.0.113.1", "one phone");
        assert_eq!(passing(stage, "ledger.deduct", &call, 2).await, 2);
        assert_eq!(sweep(stage, "P399D").await, expected([("ip", 1)]));
        assert_eq!(passing(stage, "ledger.deduct", &call, 3).await, 1);
        // another operation that knows nothing of the rule leaves what it has counted
        drop(rule(stage, json!({ "id": "other", "action": "ledger.top_up", "subject": "ip", "window": "PT10S", "limit": 9 })).await);
        let top_up = json!({ "account": "alice", "amount": "1.00 USD", "context": { "ip": "203.0.113.1" } });
        assert_eq!(passing(stage, "ledger.top_up", &top_up, 1).await, 1);
        assert_eq!(sweep(stage, "P399D").await, expected([("ip", 1)]));
        assert_eq!(passing(stage, "ledger.deduct", &call, 1).await, 0);
        // without it nothing keeps the row once that has been written again
        stage.ok("risk.remove_rule", json!({ "id": "ever" })).await;
        assert_eq!(passing(stage, "ledger.deduct", &call, 1).await, 1);
        sweep(stage, "P1D").await;
        assert_eq!(sweep(stage, "P1D").await, expected([]));
    }

    /// A clock that is a century ahead for a moment sweeps nothing that counts by the right one.
    async fn a_clock_that_is_ahead_sweeps_no_counter(stage) {
        stage.funded("alice", "900.00 USD").await;
        drop(rule(stage, json!({ "id": "ip", "subject": "ip", "window": "P1D", "limit": 2 })).await);
        let call = from("203.0.113.1", "one phone");
        for _ in 0..3 {
            sweep(stage, "PT1H").await;
            assert_eq!(passing(stage, "ledger.deduct", &call, 3).await, 2);
            for _ in 0..3 {
                assert_eq!(sweep(stage, "PT1H").await, expected([("ip", 1)]));
            }
            assert_eq!(sweep(stage, "P36525D").await, expected([("ip", 1)]), "once");
            assert_eq!(sweep(stage, "PT1H").await, expected([("ip", 1)]), "and again");
            crate::museum::back(stage, (36_525 * 24 + 1) * 3_600_000_000);
            assert_eq!(passing(stage, "ledger.deduct", &call, 1).await, 0);
            stage.advance("P1D");
        }
    }
}
