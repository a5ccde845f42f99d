//! Accounts as people read them: entries with what they were for, and statements in pages.

use crate::support::{Kind, Stage, Value, every_store, id, json, options};

fn minor(money: &Value) -> i128 {
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

every_store! {
    async fn an_entry_says_what_it_was_for(stage) {
        stage.funded("buyer", "100.00 USD").await;
        let open = json!({ "buyer": "buyer", "seller": "seller", "price": "40.00 USD", "reference": "order 7" });
        let deal = id(&stage.ok("escrow.open", open).await["deal"]);
        let buyer = json!({ "deal": deal, "actor": "buyer" });
        stage.ok("escrow.pay", buyer).await;
        let args = json!({ "from": "buyer", "to": "seller", "amount": "1.00 USD", "metadata": { "note": "tip" }, "reference": "r-1" });
        stage.ok("ledger.transfer", args).await;
        let legs = json!([
            { "account": "buyer", "amount": "-3.00 USD" }, { "account": "seller", "amount": "1.00 USD" },
            { "account": "@fees", "amount": "1.00 USD" }, { "account": "@revenue", "amount": "1.00 USD" },
        ]);
        stage.ok("ledger.post", json!({ "postings": legs })).await;
        let page = stage.ok("ledger.entries", json!({ "account": "buyer" })).await;
        let told = |entry: &Value| {
            (entry["kind"].clone(), entry["counterparty"].clone(), entry["deal"].clone(), entry["metadata"].clone())
        };
        let items = page["items"].as_array().unwrap();
        let own = format!("@deal:{}", deal.trim_start_matches("dl_"));
        assert_eq!(items.len(), 4);
        assert_eq!(told(&items[0]), (json!("post"), Value::Null, Value::Null, json!({})), "more than two postings");
        assert_eq!(told(&items[1]), (json!("transfer"), json!("seller"), Value::Null, json!({ "note": "tip" })));
        assert_eq!(items[1]["reference"], "r-1");
        assert_eq!(told(&items[2]), (json!("capture"), json!(own), json!(deal), items[2]["metadata"].clone()));
        assert_eq!(told(&items[3]), (json!("top_up"), json!("@world"), Value::Null, json!({})));
        // the other side says the same the other way round, and a statement says what a page says
        let page = stage.ok("ledger.entries", json!({ "account": "seller" })).await;
        assert_eq!(page["items"][1]["counterparty"], "buyer");
        let args = json!({ "account": "buyer", "from_time": "2026-01-01T00:00:00Z", "to_time": "2027-01-01T00:00:00Z" });
        let mut entries = stage.ok("ledger.statement", args).await["entries"].as_array().unwrap().clone();
        entries.reverse();
        assert_eq!(&entries, items);
    }

    async fn a_statement_is_read_in_pages(stage) {
        stage.ok("ledger.open_account", json!({ "account": "flow", "currency": "USD", "streaming": true })).await;
        stage.funded("alice", "50.00 USD").await;
        stage.advance("P1D");
        for n in 1..=7 {
            stage.ok("ledger.transfer", json!({ "from": "alice", "to": "flow", "amount": format!("{n}.00 USD") })).await;
            stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "0.50 USD" })).await;
        }
        for account in ["alice", "flow"] {
            let mut args = json!({ "account": account, "from_time": "2026-01-02T00:00:00Z", "to_time": "2027-01-01T00:00:00Z", "format": "csv" });
            let whole = stage.ok("ledger.statement", args.clone()).await;
            assert_eq!(whole["next"], Value::Null);
            for limit in [1, 3, 7, 14, 100] {
                args["limit"] = limit.into();
                args["after"] = Value::Null;
                let (mut entries, mut csv, mut closing) = (Vec::new(), String::new(), whole["opening"].clone());
                let (mut credits, mut debits) = (0, 0);
                loop {
                    let page = stage.ok("ledger.statement", args.clone()).await;
                    assert_eq!(page["opening"], closing, "a page begins where the one before ended");
                    assert_eq!(minor(&page["opening"]) + minor(&page["credits"]) - minor(&page["debits"]), minor(&page["closing"]));
                    closing = page["closing"].clone();
                    credits += minor(&page["credits"]);
                    debits += minor(&page["debits"]);
                    entries.extend(page["entries"].as_array().unwrap().iter().cloned());
                    csv += page["csv"].as_str().unwrap();
                    args["after"] = page["next"].clone();
                    if page["next"].is_null() {
                        break;
                    }
                    assert_eq!(page["entries"].as_array().unwrap().len(), limit);
                }
                assert_eq!((&Value::from(entries), &json!(csv), &closing), (&whole["entries"], &whole["csv"], &whole["closing"]));
                assert_eq!((credits, debits), (minor(&whole["credits"]), minor(&whole["debits"])), "{account}, {limit} a page");
            }
        }
        let args = json!({ "account": "alice", "from_time": "2026-01-02T00:00:00Z", "to_time": "2027-01-01T00:00:00Z" });
        for after in ["00", "zz", "5b5d"] {
            let mut args = args.clone();
            args["after"] = after.into();
            stage.bad("ledger.statement", args, "invalid_request", "after").await;
        }
    }

    /// The kind that owns something is named, and the operation that was called.
    async fn refusals_name_what_was_called_and_who_owns(stage) {
        stage.ok("ledger.open_account", json!({ "account": "hot", "currency": "USD", "streaming": true })).await;
        for name in ["ledger.lock_account", "ledger.unlock_account", "ledger.close_account"] {
            let details = stage.no(name, json!({ "account": "hot" }), "not_supported").await;
            assert_eq!(details["operation"], name);
        }
        let args = json!({ "account": "hot", "kind": "x", "expected_version": 3 });
        assert_eq!(stage.no("ledger.update_account", args, "not_supported").await["operation"], "ledger.update_account");
        stage.funded("hot", "5.00 USD").await;
        let args = json!({ "account": "hot", "amount": "1.00 USD", "expected_version": 3 });
        assert_eq!(stage.no("ledger.deduct", args, "not_supported").await["operation"], "ledger.deduct");
    }

    /// Times that callers plan with lie ahead, and not beyond all reason.
    async fn times_ahead_have_bounds(stage) {
        stage.funded("alice", "50.00 USD").await;
        let hold = stage.held("alice", "1.00 USD").await;
        for at in ["2025-12-31T23:59:59Z", "2126-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"] {
            let args = json!({ "account": "alice", "amount": "1.00 USD", "expires_at": at });
            stage.bad("ledger.hold", args, "invalid_request", "expires_at").await;
            stage.bad("ledger.extend", json!({ "hold": hold, "expires_at": at }), "invalid_request", "expires_at").await;
        }
        for span in ["PT0S", "P36501D"] {
            let args = json!({ "account": "alice", "amount": "1.00 USD", "expires_in": span });
            stage.bad("ledger.hold", args, "invalid_request", "expires_in").await;
        }
        stage.ok("ledger.extend", json!({ "hold": hold, "expires_at": "2100-01-01T00:00:00Z" })).await;
    }
}

/// With a default currency the same call means the same account, however many there are.
#[tokio::test]
async fn a_default_currency_is_meant_where_none_is_named() {
    for kind in Kind::all() {
        let plain = Stage::open(kind).await;
        let set = Stage::with(kind, options().default_currency("USD")).await;
        for stage in [&plain, &set] {
            stage.funded("alice", "5.00 USD").await;
        }
        let span = json!({ "account": "alice", "from_time": "2026-01-01T00:00:00Z", "to_time": "2027-01-01T00:00:00Z" });
        let asked = [
            ("ledger.balance", json!({ "account": "alice" })),
            ("ledger.account", json!({ "account": "alice" })),
            ("ledger.entries", json!({ "account": "alice" })),
            ("ledger.statement", span),
        ];
        let mut before = Vec::new();
        for (name, args) in &asked {
            before.push(set.ok(name, args.clone()).await);
        }
        for stage in [&plain, &set] {
            stage.funded("alice", "9000 KRW").await;
        }
        for ((name, args), before) in asked.iter().zip(before) {
            assert_eq!(set.ok(name, args.clone()).await, before, "{name}");
            let details = plain.no(name, args.clone(), "invalid_request").await;
            assert_eq!(details["field"], "currency");
            assert!(
                details["reason"].as_str().unwrap().ends_with("the account has `KRW`, `USD`"),
                "{details}"
            );
        }
        for (name, args) in [
            ("ledger.update_account", json!({ "account": "alice", "kind": "customer" })),
            ("ledger.lock_account", json!({ "account": "alice" })),
            ("ledger.unlock_account", json!({ "account": "alice" })),
        ] {
            assert_eq!(set.ok(name, args.clone()).await["account"]["currency"], "USD", "{name}");
            plain.bad(name, args, "invalid_request", "currency").await;
        }
        // the default is meant where it does not exist, too, and others are had by their name
        set.funded("carol", "100 KRW").await;
        assert_eq!(
            set.no("ledger.balance", json!({ "account": "carol" }), "account_not_found").await["currency"],
            "USD"
        );
        set.ok("ledger.balance", json!({ "account": "carol", "currency": "KRW" })).await;
        plain.finish().await;
        set.finish().await;
    }
    let wrong = options().default_currency("NOPE");
    let refused = earnest::Engine::open_with("memory:", wrong).await.unwrap_err();
    assert_eq!(refused.details()["field"], "default_currency");
}
