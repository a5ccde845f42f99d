//! Accounts: opening, changing, locking, closing, finding.

use crate::support::{Stage, Value, every_store, json};

fn names(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["account"].as_str().unwrap().to_owned())
        .collect()
}

/// Walks all pages of a listing.
async fn walk(stage: &Stage, name: &str, mut args: Value, limit: u32) -> Vec<Value> {
    args["limit"] = limit.into();
    let mut all = Vec::new();
    loop {
        let page = stage.ok(name, args.clone()).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit as usize);
        all.extend(items.iter().cloned());
        match &page["next"] {
            Value::Null => return all,
            next => args["after"] = next.clone(),
        }
    }
}

every_store! {
    /// An account that one call of a group names by id and currency, and another by its id alone, is one
    /// account.
    async fn an_account_is_not_several_because_a_group_names_it_twice(stage) {
        stage.funded("alice", "10.00 USD").await;
        let ops = json!([
            { "op": "ledger.deduct", "args": { "account": "alice", "amount": "10.00 USD", "key": "all" } },
            { "op": "ledger.close_account", "args": { "account": "alice" } },
        ]);
        let reply = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": false })).await;
        assert!(reply["results"].as_array().unwrap().iter().all(|result| result["ok"] == true), "{reply:#}");
    }

    /// An account that one call of a group opens is there for the next one that names it by its id alone.
    async fn an_account_opened_in_a_group_is_one_of_its_id(stage) {
        let open = |account: &str, currency: &str| json!({ "op": "ledger.open_account", "args": { "account": account, "currency": currency } });
        let lock = |account: &str| json!({ "op": "ledger.lock_account", "args": { "account": account } });
        for (account, atomic) in [("a", true), ("b", false)] {
            let ops = json!([open(account, "USD"), lock(account)]);
            let reply = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": atomic })).await;
            assert!(reply["results"].as_array().unwrap().iter().all(|result| result["ok"] == true), "{reply:#}");
            assert_eq!(stage.ok("ledger.account", json!({ "account": account })).await["status"], "locked");
        }
        stage.ok("ledger.open_account", json!({ "account": "c", "currency": "EUR" })).await;
        let both = json!([open("c", "USD"), lock("c")]);
        let details = stage.no("ledger.batch", json!({ "ops": both }), "invalid_request").await;
        assert_eq!((&details["field"], &details["index"]), (&"currency".into(), &1.into()));
        // what is taken back is none of the id's: the only one is meant, whoever fails in the same group
        for _ in 0..10 {
            let (failed, locked) = tokio::join!(
                stage.bank.call("ledger.batch", json!({ "ops": both })),
                stage.bank.call("ledger.lock_account", json!({ "account": "c" })),
            );
            assert_eq!(failed.unwrap_err().details()["field"], "currency");
            assert_eq!(locked.unwrap()["account"]["currency"], "EUR");
            stage.ok("ledger.unlock_account", json!({ "account": "c" })).await;
        }
        let reply = stage.ok("ledger.batch", json!({ "ops": both, "atomic": false })).await;
        assert_eq!((&reply["results"][0]["ok"], &reply["results"][1]["error"]["details"]["field"]), (&true.into(), &"currency".into()));
        assert_eq!(stage.ok("ledger.account", json!({ "account": "c", "currency": "EUR" })).await["status"], "active");
    }

    async fn an_account_is_opened_with_all_it_may_have(stage) {
        let args = json!({
            "account": "alice", "currency": "KRW", "kind": "customer", "overdraft_limit": "1000 KRW", "display_name": "김철수",
            "owner": "o-1", "reference": "crm-7", "metadata": { "vip": true },
        });
        let reply = stage.ok("ledger.open_account", args).await;
        let account = &reply["account"];
        assert_eq!((&account["account"], &account["currency"], &account["status"]), (&"alice".into(), &"KRW".into(), &"active".into()));
        assert_eq!((&account["kind"], &account["display_name"], &account["owner"]), (&"customer".into(), &"김철수".into(), &"o-1".into()));
        assert_eq!((&account["overdraft_limit"]["amount"], &account["available"]["amount"]), (&"1000".into(), &"1000".into()));
        assert_eq!((&account["reference"], &account["metadata"], &account["tier"]), (&"crm-7".into(), &json!({ "vip": true }), &Value::Null));
        assert_eq!((&account["version"], &reply["replayed"], &account["streaming"]), (&1.into(), &false.into(), &false.into()));
        assert_eq!(&stage.ok("ledger.account", json!({ "account": "alice" })).await, account);
        let again = json!({ "account": "alice", "currency": "KRW" });
        let details = stage.no("ledger.open_account", again, "account_exists").await;
        assert_eq!(details, json!({ "account": "alice", "currency": "KRW" }));
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "USD" })).await;
        // names differ by case
        stage.ok("ledger.open_account", json!({ "account": "Alice", "currency": "KRW" })).await;
    }

    async fn opening_refuses_what_it_cannot_keep(stage) {
        let with = |field: &str, value: Value| {
            let mut args = json!({ "account": "alice", "currency": "USD" });
            args[field] = value;
            args
        };
        stage.bad("ledger.open_account", with("account", json!("@fees")), "not_permitted", "account").await;
        stage.bad("ledger.open_account", with("account", json!("a b")), "invalid_account", "account").await;
        stage.bad("ledger.open_account", with("account", json!("x".repeat(129))), "invalid_account", "account").await;
        stage.bad("ledger.open_account", with("currency", json!("XXX")), "invalid_currency", "currency").await;
        stage.bad("ledger.open_account", with("currency", json!("usd")), "invalid_currency", "currency").await;
        stage.bad("ledger.open_account", with("overdraft_limit", json!("-1.00 USD")), "invalid_amount", "overdraft_limit").await;
        stage.bad("ledger.open_account", with("overdraft_limit", json!(5)), "invalid_amount", "overdraft_limit").await;
        stage.bad("ledger.open_account", with("overdraft_limit", json!("1.00 EUR")), "currency_mismatch", "overdraft_limit").await;
        stage.bad("ledger.open_account", with("display_name", json!("a\u{0}b")), "invalid_request", "display_name").await;
        stage.bad("ledger.open_account", with("display_name", json!("")), "invalid_request", "display_name").await;
        stage.bad("ledger.open_account", with("owner", json!("o".repeat(256))), "invalid_request", "owner").await;
        stage.bad("ledger.open_account", with("nonsense", json!(1)), "invalid_request", "nonsense").await;
        stage.bad("ledger.open_account", json!({ "account": "alice" }), "invalid_request", "currency").await;
        let streaming = json!({ "account": "pool", "currency": "USD", "streaming": true, "overdraft_limit": "1.00 USD" });
        stage.no("ledger.open_account", streaming, "not_supported").await;
    }

    async fn what_may_change_of_an_account(stage) {
        stage.funded("alice", "1.00 USD").await;
        let args = json!({ "account": "alice", "display_name": "Alice", "owner": "o-1", "kind": "vip", "reference": "r", "metadata": { "a": 1 } });
        let account = stage.ok("ledger.update_account", args).await["account"].clone();
        assert_eq!((&account["display_name"], &account["owner"], &account["version"]), (&"Alice".into(), &"o-1".into(), &3.into()));
        // what is not named stays
        let account = stage.ok("ledger.update_account", json!({ "account": "alice", "kind": "gold" })).await["account"].clone();
        assert_eq!((&account["kind"], &account["owner"], &account["metadata"]), (&"gold".into(), &"o-1".into(), &json!({ "a": 1 })));
        stage.no("ledger.update_account", json!({ "account": "bob", "kind": "x" }), "account_not_found").await;
        stage.funded("alice", "1 KRW").await;
        stage.bad("ledger.update_account", json!({ "account": "alice", "kind": "x" }), "invalid_request", "currency").await;
        let other = json!({ "account": "alice", "currency": "KRW", "overdraft_limit": "1.00 USD" });
        stage.bad("ledger.update_account", other, "currency_mismatch", "overdraft_limit").await;
        stage.bad("ledger.update_account", json!({ "account": "@fees", "kind": "x" }), "not_permitted", "account").await;
    }

    async fn a_locked_account_takes_nothing_new(stage) {
        let top_up = stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        let paid = stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "10.00 USD" })).await;
        let reply = stage.ok("ledger.lock_account", json!({ "account": "alice", "reason": "stolen card" })).await;
        assert_eq!(reply["account"]["status"], "locked");
        for (name, args) in [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD" })),
            ("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "1.00 USD" })),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.cancel", json!({ "transfer": top_up })),
            ("ledger.refund", json!({ "transfer": paid["transfer"]["id"] })),
            ("ledger.post", json!({ "postings": [{ "account": "bob", "amount": "-1.00 USD" }, { "account": "alice", "amount": "1.00 USD" }] })),
        ] {
            let details = stage.no(name, args, "account_locked").await;
            assert_eq!(details, json!({ "account": "alice", "currency": "USD" }), "{name}");
        }
        stage.no("ledger.lock_account", json!({ "account": "alice" }), "account_locked").await;
        // it can still be looked at and described
        stage.ok("ledger.balance", json!({ "account": "alice" })).await;
        stage.ok("ledger.update_account", json!({ "account": "alice", "kind": "frozen" })).await;
        assert_eq!(stage.ok("ledger.unlock_account", json!({ "account": "alice" })).await["account"]["status"], "active");
        stage.no("ledger.unlock_account", json!({ "account": "alice" }), "transition_not_allowed").await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })).await;
        let events = stage.ok("events.list", json!({ "types": ["account.locked", "account.unlocked"] })).await;
        assert_eq!(events["items"].as_array().unwrap().len(), 2);
        assert!(!events.to_string().contains("stolen"));
    }

    async fn a_closed_account_is_closed_for_good(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.funded("bob", "10.00 USD").await;
        let details = stage.no("ledger.close_account", json!({ "account": "alice" }), "condition_not_met").await;
        assert_eq!(details["condition"], "balance_zero");
        let paid = stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "10.00 USD" })).await;
        assert_eq!(stage.ok("ledger.close_account", json!({ "account": "alice" })).await["account"]["status"], "closed");
        for (name, args) in [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "1.00 USD" })),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.refund", json!({ "transfer": paid["transfer"]["id"], "amount": "1.00 USD" })),
            ("ledger.lock_account", json!({ "account": "alice" })),
            ("ledger.unlock_account", json!({ "account": "alice" })),
            ("ledger.close_account", json!({ "account": "alice" })),
            ("ledger.update_account", json!({ "account": "alice", "kind": "x" })),
        ] {
            assert_eq!(stage.no(name, args, "account_closed").await["account"], "alice", "{name}");
        }
        stage.no("ledger.open_account", json!({ "account": "alice", "currency": "USD" }), "account_exists").await;
        // a locked one can be closed
        stage.ok("ledger.open_account", json!({ "account": "carol", "currency": "USD" })).await;
        stage.ok("ledger.lock_account", json!({ "account": "carol" })).await;
        stage.ok("ledger.close_account", json!({ "account": "carol" })).await;
    }

    /// A closed account can be unlocked to pay out a deal's money, which once had no way out.
    async fn a_closed_account_pays_out_what_it_was_owed(stage) {
        stage.funded("alice", "40.00 USD").await;
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
        let deal = stage.ok("escrow.open", terms).await["deal"]["id"].clone();
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        stage.ok("ledger.close_account", json!({ "account": "alice", "actor": "alice" })).await;
        stage.no("ledger.unlock_account", json!({ "account": "alice" }), "account_closed").await;
        stage.ok("escrow.request_refund", json!({ "deal": deal, "actor": "alice", "reason": "late" })).await;
        stage.ok("escrow.approve_refund", json!({ "deal": deal, "actor": "bob" })).await;
        assert_eq!(stage.balance("alice").await, "40.00 0.00 40.00");
        let out = json!({ "from": "alice", "to": "bob", "amount": "40.00 USD" });
        for (name, args) in [
            ("ledger.transfer", out.clone()),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.lock_account", json!({ "account": "alice" })),
            ("ledger.close_account", json!({ "account": "alice" })),
        ] {
            stage.no(name, args, "account_closed").await;
        }
        stage.no("ledger.unlock_account", json!({ "account": "alice", "actor": "alice" }), "not_permitted").await;
        let opened = stage.ok("ledger.unlock_account", json!({ "account": "alice" })).await;
        assert_eq!(opened["account"]["status"], "active");
        stage.ok("ledger.transfer", out).await;
        stage.ok("ledger.close_account", json!({ "account": "alice" })).await;
        stage.no("ledger.unlock_account", json!({ "account": "alice" }), "account_closed").await;
    }

    async fn accounts_are_found_by_owner_and_by_name(stage) {
        for (account, name, owner) in [
            ("a1", "Kim", "shop-1"), ("a2", "kimchi", "shop-1"), ("a3", "KIM", "shop-2"), ("a4", "김철수", "shop-1"),
            ("a5", "김", "shop-1"), ("a6", "_kim", "shop-1"), ("a7", "Park", "shop-1"),
        ] {
            let args = json!({ "account": account, "currency": "KRW", "display_name": name, "owner": owner });
            stage.ok("ledger.open_account", args).await;
            stage.advance("PT1S");
        }
        stage.ok("ledger.open_account", json!({ "account": "plain", "currency": "USD" })).await;
        let by_name = stage.ok("ledger.accounts", json!({ "owner": "shop-1", "order": "name" })).await;
        assert_eq!(names(&by_name), ["a6", "a1", "a2", "a7", "a5", "a4"]);
        let by_time = stage.ok("ledger.accounts", json!({ "owner": "shop-1", "order": "created" })).await;
        assert_eq!(names(&by_time), ["a1", "a2", "a4", "a5", "a6", "a7"]);
        for (search, found) in [("kim", vec!["a1", "a3", "a2"]), ("KIM", vec!["a1", "a3", "a2"]), ("김", vec!["a5", "a4"]), ("철", vec![]), ("%", vec![])] {
            let page = stage.ok("ledger.accounts", json!({ "search": search, "order": "name" })).await;
            assert_eq!(names(&page), found, "{search}");
        }
        // who has no name for people is found by the account's own
        assert_eq!(names(&stage.ok("ledger.accounts", json!({ "search": "pla" })).await), ["plain"]);
        let none = stage.ok("ledger.accounts", json!({ "owner": "shop-9" })).await;
        assert_eq!(none, json!({ "items": [], "next": null }));
        for order in ["name", "created"] {
            let args = json!({ "owner": "shop-1", "order": order });
            let whole = names(&stage.ok("ledger.accounts", args.clone()).await);
            for limit in [1, 2, 5] {
                let items = walk(stage, "ledger.accounts", args.clone(), limit).await;
                assert_eq!(names(&json!({ "items": items })), whole, "{order}, {limit} a page");
            }
        }
        stage.bad("ledger.accounts", json!({ "order": "colour" }), "invalid_request", "order").await;
        stage.bad("ledger.accounts", json!({ "limit": 0 }), "invalid_request", "limit").await;
        stage.bad("ledger.accounts", json!({ "limit": 501 }), "invalid_request", "limit").await;
        stage.bad("ledger.accounts", json!({ "limit": -1 }), "invalid_request", "limit").await;
        stage.bad("ledger.accounts", json!({ "after": "nonsense" }), "invalid_request", "after").await;
        stage.bad("ledger.accounts", json!({ "after": "7b7d" }), "invalid_request", "after").await;
    }

    /// The order by creation was taken for that by name where a search was given too.
    async fn a_search_keeps_the_order_that_is_asked_for(stage) {
        for (account, name) in [("b", "Kim b"), ("a", "Kim a"), ("c", "Lee"), ("d", "kim 0")] {
            stage.ok("ledger.open_account", json!({ "account": account, "currency": "KRW", "display_name": name })).await;
            stage.advance("PT1S");
        }
        let args = json!({ "search": "kim", "order": "created" });
        assert_eq!(names(&stage.ok("ledger.accounts", args.clone()).await), ["b", "a", "d"]);
        for limit in [1, 2] {
            let items = walk(stage, "ledger.accounts", args.clone(), limit).await;
            assert_eq!(names(&json!({ "items": items })), ["b", "a", "d"], "{limit} a page");
        }
        assert_eq!(names(&stage.ok("ledger.accounts", json!({ "search": "kim" })).await), ["d", "a", "b"]);
    }

    /// Customers of a shop by balance.
    async fn accounts_are_listed_by_balance(stage) {
        for (account, amount) in [("a", "9.00 USD"), ("b", "10.00 USD"), ("c", "0.50 USD"), ("d", "100.00 USD"), ("e", "10.00 USD")] {
            stage.ok("ledger.open_account", json!({ "account": account, "currency": "USD", "owner": "shop-1" })).await;
            stage.funded(account, amount).await;
        }
        let args = json!({ "owner": "shop-1", "order": "balance" });
        let posted = |items: &[Value]| -> Vec<i64> {
            items.iter().map(|item| item["posted"]["amount"].as_str().unwrap().replace('.', "").parse().unwrap()).collect()
        };
        for limit in [1, 2, 500] {
            let found = posted(&walk(stage, "ledger.accounts", args.clone(), limit).await);
            let mut rising = found.clone();
            rising.sort_unstable();
            let falling: Vec<i64> = rising.iter().rev().copied().collect();
            assert!(found == rising || found == falling, "{found:?}");
            assert_eq!(found.len(), 5);
        }
    }

    async fn what_a_deal_owns_is_not_named(stage) {
        stage.funded("alice", "10.00 USD").await;
        let deal = "@deal:019b76da-a800-7000-8000-000000000000";
        for (name, args, field) in [
            ("ledger.top_up", json!({ "account": deal, "amount": "1.00 USD" }), "account"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "source": deal }), "source"),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "to": deal }), "to"),
            ("ledger.transfer", json!({ "from": deal, "to": "alice", "amount": "1.00 USD" }), "from"),
            ("ledger.transfer", json!({ "from": "alice", "to": deal, "amount": "1.00 USD" }), "to"),
            ("ledger.hold", json!({ "account": deal, "amount": "1.00 USD" }), "account"),
            ("ledger.post", json!({ "postings": [{ "account": deal, "amount": "-1.00 USD" }, { "account": "alice", "amount": "1.00 USD" }] }), "postings[0].account"),
            ("ledger.balance", json!({ "account": deal }), "account"),
            ("ledger.entries", json!({ "account": deal }), "account"),
        ] {
            let with_admin = |mut args: Value| {
                args["actor"] = json!({ "id": "root", "role": "admin" });
                args
            };
            stage.bad(name, args.clone(), "not_permitted", field).await;
            stage.bad(name, with_admin(args), "not_permitted", field).await;
        }
    }

    async fn accounts_are_locked_together(stage) {
        stage.funded("a", "1.00 USD").await;
        stage.funded("a", "1 KRW").await;
        stage.funded("b", "1.00 USD").await;
        let reply = stage.ok("ledger.lock", json!({ "accounts": ["b", "a"] })).await;
        let locked: Vec<_> = reply["accounts"].as_array().unwrap().iter().map(|line| (line["account"].clone(), line["currency"].clone())).collect();
        assert_eq!(locked, [("a".into(), "KRW".into()), ("a".into(), "USD".into()), ("b".into(), "USD".into())]);
        stage.no("ledger.lock", json!({ "accounts": ["a", "nobody"] }), "account_not_found").await;
        stage.bad("ledger.lock", json!({ "accounts": [] }), "invalid_request", "accounts").await;
        stage.bad("ledger.lock", json!({ "accounts": ["a", "b c"] }), "invalid_account", "accounts[1]").await;
    }
}
