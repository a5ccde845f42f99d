//! Entries that allow: what they lift, and what they never lift; and whom a refusal tells why.

use crate::support::{every_store, json};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";

every_store! {
    /// Rates, rules, the score and reviews are lifted; funds, the state of an account, limits of a treasury,
    /// required factors and approvals are not.
    async fn an_allowance_lifts_rules_and_nothing_else(stage) {
        stage.funded("vault", "1000.00 USD").await;
        rule(stage, json!({ "limit": 0 })).await;
        rule(stage, json!({ "id": "look", "metric": "amount", "window": null, "limit": "1.00 USD", "outcome": "review" })).await;
        rule(stage, json!({ "id": "weighs", "limit": 0, "outcome": "flag", "weight": 100 })).await;
        stage.ok("risk.set_thresholds", json!({ "block": 50 })).await;
        let rate = json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 1, "per": "P1D" });
        stage.ok("risk.set_rate", rate).await;
        let take = |amount: &str| deduct("vault", json!({ "amount": amount }));
        stage.no_matter(DEDUCT, take("5.00 USD"), "velocity_blocked").await;
        let entry = json!({ "subject": "account", "value": "vault", "reason": "our own" });
        stage.ok("risk.allow", entry).await;
        for _ in 0..2 {
            let mut scored = take("5.00 USD");
            scored["risk_score"] = 100.into();
            stage.ok(DEDUCT, scored).await;
        }
        // funds
        stage.no_matter(DEDUCT, take("5000.00 USD"), "insufficient_balance").await;
        // a treasury's limit
        let hot = json!({ "account": "vault", "currency": "USD", "tier": "hot", "daily_limit": "300.00 USD" });
        stage.ok("treasury.set_account", hot).await;
        let told = stage.no_matter(DEDUCT, take("300.01 USD"), "limit_exceeded").await;
        assert_eq!(told["account"], "vault");
        // approvals, and factors that a policy requires
        let policy = json!({ "id": "two", "operation": "treasury.*", "threshold": "100.00 USD", "approvers": 1 });
        stage.ok("approvals.set_policy", policy.clone()).await;
        stage.ok(DEDUCT, take("99.99 USD")).await;
        let mut asked = take("100.00 USD");
        asked["actor"] = json!({ "id": "clerk", "role": "system" });
        stage.no_matter(DEDUCT, asked.clone(), "approval_required").await;
        let mut proven = policy;
        (proven["require"], proven["approvers"]) = (json!(["pin"]), 0.into());
        stage.ok("approvals.set_policy", proven).await;
        stage.no_matter(DEDUCT, take("100.00 USD"), "factor_required").await;
        stage.ok("ledger.lock_account", json!({ "account": "vault" })).await;
        stage.no_matter(DEDUCT, take("5.00 USD"), "account_locked").await;
    }

    /// Why somebody was blocked is told to staff and to himself, and to nobody whom an entry about another
    /// stops.
    async fn reasons_are_told_to_whom_they_are_about(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "owner": "olga" })).await;
        stage.funded("shop", "100.00 USD").await;
        let block = |subject: &str, value: &str| json!({ "subject": subject, "value": value, "reason": "as staff wrote" });
        let told = async |args| {
            let told = stage.no_matter("ledger.transfer", args, "blocked").await;
            (told["subject"].as_str().unwrap().to_owned(), told["reason"].clone())
        };
        let (why, nothing) = (json!("as staff wrote"), json!(null));
        let pay = |from: &str, actor: &str| json!({ "from": from, "to": "bob", "amount": "1.00 USD", "actor": actor,
            "context": { "ip": "203.0.113.7" }, "metadata": { "card": "c-1" } });
        let by_staff = || {
            let mut args = pay("alice", "kim");
            args["actor"] = json!({ "id": "kim", "role": "admin" });
            args
        };
        for (subject, value) in [("counterparty", "bob"), ("ip", "203.0.113.7"), ("meta.card", "c-1")] {
            stage.ok("risk.block", block(subject, value)).await;
            assert_eq!(told(pay("alice", "alice")).await, (subject.to_owned(), nothing.clone()));
            assert_eq!(told(by_staff()).await, (subject.to_owned(), why.clone()));
            stage.ok("risk.unlist", json!({ "subject": subject, "value": value })).await;
        }
        for (subject, value) in [("account", "alice"), ("actor", "alice")] {
            stage.ok("risk.block", block(subject, value)).await;
            assert_eq!(told(pay("alice", "alice")).await, (subject.to_owned(), why.clone()));
            stage.ok("risk.unlist", json!({ "subject": subject, "value": value })).await;
        }
        // of an account that he owns; and not of one that is another's
        stage.ok("risk.block", block("account", "shop")).await;
        assert_eq!(told(pay("shop", "olga")).await, ("account".to_owned(), why.clone()));
        assert_eq!(told(pay("shop", "mallory")).await, ("account".to_owned(), nothing.clone()));
    }

    /// A rule that speaks about several parties is named once, in the order in which rules speak.
    async fn rules_that_fired_are_named_once(stage) {
        for account in ["alice", "bob"] {
            stage.funded(account, "100.00 USD").await;
        }
        for (id, window) in [("a", "PT10S"), ("b", "PT5S")] {
            rule(stage, json!({ "id": id, "action": "*", "window": window, "limit": 1 })).await;
        }
        stage.advance("PT1M");
        stage.ok(DEDUCT, deduct("bob", json!({}))).await;
        stage.advance("PT7S");
        stage.ok(DEDUCT, deduct("alice", json!({}))).await;
        let legs = json!([{ "account": "alice", "amount": "-1.00 USD" }, { "account": "bob", "amount": "-1.00 USD" },
            { "account": "@world", "amount": "2.00 USD" }]);
        // of alice for 10 s and for 5 s, of bob for 3 s
        let told = stage.no_matter("ledger.post", json!({ "postings": legs }), "velocity_blocked").await;
        assert_eq!((&told["fired"], &told["retry_after"]), (&json!(["a", "b"]), &json!(10)));
    }
}
