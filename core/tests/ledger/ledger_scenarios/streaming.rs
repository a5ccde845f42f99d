//! Streaming accounts: credits append without a lock, debits drain, and nothing of it shows from outside.

use crate::support::{Value, all_at_once, every_store, json, tally};

fn admin(mut args: Value) -> Value {
    args["actor"] = json!({ "id": "root", "role": "admin" });
    args
}

every_store! {
    async fn an_account_that_everybody_pays_into(stage) {
        let open = json!({ "account": "pool", "currency": "USD", "streaming": true });
        let account = stage.ok("ledger.open_account", open).await["account"].clone();
        assert_eq!((&account["streaming"], &account["version"]), (&true.into(), &Value::Null));
        stage.funded("alice", "100.00 USD").await;
        let calls: Vec<_> = (0..100).map(|n| (stage.bank.clone(), n)).collect();
        let outcomes = all_at_once(calls.into_iter().map(|(bank, n)| async move {
            let args = json!({ "from": "alice", "to": "pool", "amount": "0.50 USD", "key": format!("p-{n}") });
            bank.call("ledger.transfer", args).await
        }))
        .await;
        assert_eq!(tally(&outcomes), [("ok", 100)].into());
        assert_eq!(stage.balance("pool").await, "50.00 0.00 50.00");
        let entries = stage.ok("ledger.entries", json!({ "account": "pool", "limit": 500 })).await;
        let entries = entries["items"].as_array().unwrap().clone();
        assert_eq!(entries.len(), 100);
        assert!(entries.iter().all(|entry| entry["number"].is_null() && entry["balance_after"].is_null() && entry["balance_before"].is_null()));
        // a debit takes what was appended, and no more
        stage.no("ledger.transfer", json!({ "from": "pool", "to": "alice", "amount": "50.01 USD" }), "insufficient_balance").await;
        let reply = stage.ok("ledger.transfer", json!({ "from": "pool", "to": "alice", "amount": "20.00 USD" })).await;
        assert_eq!(reply["balance"]["posted"]["amount"], "30.00");
        stage.ok("ledger.transfer", json!({ "from": "alice", "to": "pool", "amount": "1.00 USD" })).await;
        assert_eq!(stage.balance("pool").await, "31.00 0.00 31.00");
        let statement = json!({ "account": "pool", "from_time": "2026-01-01T00:00:00Z", "to_time": "2027-01-01T00:00:00Z" });
        assert_eq!(stage.ok("ledger.statement", statement).await["closing"]["amount"], "31.00");
    }

    async fn what_a_streaming_account_cannot_do(stage) {
        stage.ok("ledger.open_account", json!({ "account": "pool", "currency": "USD", "streaming": true })).await;
        stage.funded("pool", "10.00 USD").await;
        stage.funded("alice", "10.00 USD").await;
        for (name, args) in [
            ("ledger.hold", json!({ "account": "pool", "amount": "1.00 USD" })),
            ("ledger.lock_account", json!({ "account": "pool" })),
            ("ledger.close_account", json!({ "account": "pool" })),
            ("ledger.update_account", json!({ "account": "pool", "overdraft_limit": "1.00 USD" })),
            ("ledger.update_account", json!({ "account": "pool", "kind": "x", "expected_version": 1 })),
            ("ledger.transfer", json!({ "from": "pool", "to": "alice", "amount": "1.00 USD", "expected_version": 1 })),
            ("ledger.top_up", json!({ "account": "pool", "amount": "1.00 USD", "expected_version": 1 })),
        ] {
            stage.no(name, args, "not_supported").await;
        }
        stage.ok("ledger.update_account", json!({ "account": "pool", "display_name": "The pool" })).await;
    }

    async fn the_librarys_own_accounts(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD", "to": "@fees" })).await;
        stage.ok("ledger.transfer", json!({ "from": "alice", "to": "@revenue", "amount": "10.00 USD" })).await;
        stage.ok("ledger.post", json!({ "postings": [{ "account": "alice", "amount": "-5.00 USD" }, { "account": "@losses", "amount": "5.00 USD" }] })).await;
        // anyone may pay in, only an admin takes out, and system is no admin
        for (name, args, field) in [
            ("ledger.deduct", json!({ "account": "@fees", "amount": "1.00 USD" }), "account"),
            ("ledger.transfer", json!({ "from": "@fees", "to": "alice", "amount": "1.00 USD" }), "from"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "source": "@fees" }), "source"),
            ("ledger.post", json!({ "postings": [{ "account": "@fees", "amount": "-1.00 USD" }, { "account": "alice", "amount": "1.00 USD" }] }), "postings[0].account"),
            ("ledger.post", json!({ "postings": [{ "account": "@world", "amount": "-1.00 USD" }, { "account": "alice", "amount": "1.00 USD" }] }), "postings[0].account"),
        ] {
            stage.bad(name, args.clone(), "not_permitted", field).await;
            let mut system = args.clone();
            system["actor"] = json!({ "id": "cron", "role": "system" });
            stage.bad(name, system, "not_permitted", field).await;
            stage.ok(name, admin(args)).await;
        }
        // not even an admin overdraws them, nor names the outside where it is not allowed
        stage.no("ledger.deduct", admin(json!({ "account": "@revenue", "amount": "10.01 USD" })), "insufficient_balance").await;
        for (name, args, field) in [
            ("ledger.top_up", json!({ "account": "@fees", "amount": "1.00 USD" }), "account"),
            ("ledger.top_up", json!({ "account": "@world", "amount": "1.00 USD" }), "account"),
            ("ledger.transfer", json!({ "from": "alice", "to": "@world", "amount": "1.00 USD" }), "to"),
            ("ledger.transfer", json!({ "from": "@world", "to": "alice", "amount": "1.00 USD" }), "from"),
            ("ledger.hold", json!({ "account": "@revenue", "amount": "1.00 USD" }), "account"),
            ("ledger.deduct", json!({ "account": "@world", "amount": "1.00 USD" }), "account"),
            ("ledger.transfer", json!({ "from": "alice", "to": "@nobody", "amount": "1.00 USD" }), "to"),
            ("ledger.lock_account", json!({ "account": "@fees" }), "account"),
            ("ledger.close_account", json!({ "account": "@world" }), "account"),
            ("ledger.lock", json!({ "accounts": ["@fees"] }), "accounts[0]"),
        ] {
            stage.bad(name, admin(args), "not_permitted", field).await;
        }
        assert_eq!(stage.balance("@revenue").await, "10.00 0.00 10.00");
        assert_eq!(stage.balance("@fees").await, "6.00 0.00 6.00");
    }

    async fn refunds_and_reversals_take_from_them(stage) {
        stage.funded("alice", "100.00 USD").await;
        let one = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD", "to": "@fees" })).await;
        let two = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD", "to": "@fees" })).await;
        stage.ok("ledger.refund", json!({ "transfer": one["transfer"]["id"], "amount": "4.00 USD" })).await;
        stage.ok("ledger.cancel", json!({ "transfer": two["transfer"]["id"] })).await;
        assert_eq!(stage.balance("@fees").await, "6.00 0.00 6.00");
        stage.ok("ledger.deduct", admin(json!({ "account": "@fees", "amount": "6.00 USD" }))).await;
        stage.no("ledger.refund", json!({ "transfer": one["transfer"]["id"] }), "insufficient_balance").await;
        assert_eq!(stage.balance("alice").await, "94.00 0.00 94.00");
    }

    async fn debits_and_credits_at_once_never_overdraw(stage) {
        stage.ok("ledger.open_account", json!({ "account": "pool", "currency": "USD", "streaming": true })).await;
        stage.funded("alice", "100.00 USD").await;
        stage.funded("pool", "10.00 USD").await;
        let calls: Vec<_> = (0..200).map(|n| (stage.bank.clone(), n)).collect();
        let outcomes = all_at_once(calls.into_iter().map(|(bank, n)| async move {
            let (from, to) = if n % 2 == 0 { ("pool", "alice") } else { ("alice", "pool") };
            let args = json!({ "from": from, "to": to, "amount": "1.00 USD", "key": format!("x-{n}") });
            bank.call("ledger.transfer", args).await
        }))
        .await;
        let tally = tally(&outcomes);
        assert_eq!(tally.values().sum::<usize>(), 200);
        assert!(tally.keys().all(|code| matches!(*code, "ok" | "insufficient_balance")), "{tally:?}");
        let sum = stage.ok("ledger.trial_balance", json!({})).await;
        assert_eq!(sum["currencies"][0]["debits"]["amount"], "110.00");
    }
}
