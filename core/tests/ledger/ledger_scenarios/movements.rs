//! Money in, out, across and back: top_up, deduct, transfer, post, cancel, refund.

use crate::support::{Value, every_store, id, json};

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

every_store! {
    async fn top_up_credits_and_opens_the_account(stage) {
        let args = json!({ "account": "alice", "amount": "100 USD", "reference": "r-1", "metadata": { "b": 2, "a": [1] } });
        let reply = stage.ok("ledger.top_up", args).await;
        let transfer = &reply["transfer"];
        assert_eq!((&transfer["kind"], &transfer["amount"]), (&"top_up".into(), &usd("100.00")));
        assert_eq!((&transfer["from"], &transfer["to"]), (&"@world".into(), &"alice".into()));
        assert_eq!((&transfer["reference"], &transfer["metadata"]), (&"r-1".into(), &json!({ "a": [1], "b": 2 })));
        assert_eq!((&transfer["reverses"], &transfer["refunded"], &transfer["hold"]), (&Value::Null, &usd("0.00"), &Value::Null));
        // the outside has neither numbers nor running balances
        let legs = transfer["postings"].as_array().unwrap();
        assert_eq!(legs[0], json!({ "account": "@world", "amount": usd("-100.00"), "balance_before": null, "balance_after": null, "number": null }));
        assert_eq!(legs[1], json!({ "account": "alice", "amount": usd("100.00"), "balance_before": usd("0.00"), "balance_after": usd("100.00"), "number": 1 }));
        assert_eq!(transfer["created_at"], "2026-01-01T00:00:00.000001Z");
        let balance = &reply["balance"];
        assert_eq!((&balance["account"], &balance["posted"], &balance["held"]), (&"alice".into(), &usd("100.00"), &usd("0.00")));
        assert_eq!((&reply["replayed"], &balance["version"]), (&false.into(), &2.into()));
        assert_eq!(stage.event_types().await, ["account.opened", "transfer.posted"]);
        assert_eq!(stage.balance("@world").await, "-100.00 0.00 -100.00");
    }

    async fn top_up_from_an_account(stage) {
        stage.funded("bank", "50.00 USD").await;
        let reply = stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "20.00 USD", "source": "bank" })).await;
        assert_eq!(reply["balance"]["account"], "alice");
        assert_eq!(stage.balance("bank").await, "30.00 0.00 30.00");
        let more = json!({ "account": "alice", "amount": "30.01 USD", "source": "bank" });
        stage.no("ledger.top_up", more, "insufficient_balance").await;
        let other = json!({ "account": "alice", "amount": "1.00 USD", "source": "nobody" });
        assert_eq!(stage.no("ledger.top_up", other, "account_not_found").await["account"], "nobody");
    }

    /// The refusal named `to`, which a top-up does not have.
    async fn a_top_up_from_its_own_account_names_the_source(stage) {
        stage.funded("alice", "5.00 USD").await;
        let own = json!({ "account": "alice", "amount": "1.00 USD", "source": "alice" });
        stage.bad("ledger.top_up", own, "invalid_request", "source").await;
        let own = json!({ "account": "alice", "amount": "1.00 USD", "to": "alice" });
        stage.bad("ledger.deduct", own, "invalid_request", "to").await;
    }

    async fn currencies_of_one_id_are_accounts_of_their_own(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("alice", "1000 KRW").await;
        stage.funded("alice", "0.000000000000000001 POL").await;
        stage.bad("ledger.balance", json!({ "account": "alice" }), "invalid_request", "currency").await;
        let reply = stage.ok("ledger.balance", json!({ "account": "alice", "currency": "POL" })).await;
        assert_eq!(reply["available"], json!({ "amount": "0.000000000000000001", "currency": "POL" }));
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "1001 KRW" }), "insufficient_balance").await;
        let details = stage.no("ledger.deduct", json!({ "account": "alice", "amount": "1.00 EUR" }), "account_not_found").await;
        assert_eq!((&details["account"], &details["currency"]), (&"alice".into(), &"EUR".into()));
        let trial = stage.ok("ledger.trial_balance", json!({})).await;
        let codes: Vec<&str> = trial["currencies"].as_array().unwrap().iter().map(|line| line["currency"].as_str().unwrap()).collect();
        assert_eq!(codes, ["KRW", "POL", "USD"]);
        assert_eq!((&trial["currencies"][2]["debits"], &trial["currencies"][2]["credits"]), (&usd("100.00"), &usd("100.00")));
        assert_eq!((&trial["currencies"][2]["sum"], &trial["balanced"]), (&usd("0.00"), &true.into()));
    }

    async fn deduct_takes_what_is_there(stage) {
        stage.funded("alice", "10.00 USD").await;
        let reply = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "4.00 USD" })).await;
        assert_eq!((&reply["transfer"]["kind"], &reply["transfer"]["to"]), (&"deduct".into(), &"@world".into()));
        assert_eq!(reply["balance"]["available"], usd("6.00"));
        let details = stage.no("ledger.deduct", json!({ "account": "alice", "amount": "6.01 USD" }), "insufficient_balance").await;
        assert_eq!(details, json!({ "account": "alice", "available": usd("6.00"), "required": usd("6.01") }));
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "6 USD", "to": "@revenue" })).await;
        assert_eq!(stage.balance("@revenue").await, "6.00 0.00 6.00");
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" }), "insufficient_balance").await;
        stage.no("ledger.deduct", json!({ "account": "nobody", "amount": "0.01 USD" }), "account_not_found").await;
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD", "to": "nobody" }), "account_not_found").await;
    }

    async fn transfer_moves_between_two_accounts(stage) {
        stage.funded("alice", "10.00 USD").await;
        let details = stage.no("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD" }), "account_not_found").await;
        assert_eq!(details, json!({ "account": "bob", "currency": "USD" }));
        stage.funded("bob", "1 KRW").await;
        // an account is (id, currency)
        stage.no("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD" }), "account_not_found").await;
        stage.ok("ledger.open_account", json!({ "account": "bob", "currency": "USD" })).await;
        let reply = stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "3.00 USD" })).await;
        assert_eq!((&reply["balance"]["account"], &reply["balance"]["available"]), (&"alice".into(), &usd("7.00")));
        assert_eq!(reply["transfer"]["postings"][0]["number"], 2);
        stage.no("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "7.01 USD" }), "insufficient_balance").await;
        stage.no("ledger.transfer", json!({ "from": "carol", "to": "bob", "amount": "1.00 USD" }), "account_not_found").await;
    }

    async fn overdraft_is_how_far_an_account_may_go(stage) {
        let open = json!({ "account": "alice", "currency": "USD", "overdraft_limit": "50.00 USD" });
        let reply = stage.ok("ledger.open_account", open).await;
        assert_eq!((&reply["account"]["available"], &reply["account"]["overdraft_limit"]), (&usd("50.00"), &usd("50.00")));
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "30.00 USD" })).await;
        stage.held("alice", "20.00 USD").await;
        assert_eq!(stage.balance("alice").await, "-30.00 20.00 0.00");
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" }), "insufficient_balance").await;
        let lower = json!({ "account": "alice", "overdraft_limit": "49.99 USD" });
        let details = stage.no("ledger.update_account", lower, "condition_not_met").await;
        assert_eq!(details["condition"], "overdraft_in_use");
        stage.ok("ledger.update_account", json!({ "account": "alice", "overdraft_limit": "60.00 USD" })).await;
        assert_eq!(stage.balance("alice").await, "-30.00 20.00 10.00");
    }

    async fn post_moves_n_legs_that_sum_to_zero(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("alice", "1000 KRW").await;
        stage.funded("bob", "1.00 USD").await;
        stage.funded("bob", "1 KRW").await;
        let legs = json!([
            { "account": "alice", "amount": "-10.00 USD" },
            { "account": "bob", "amount": "9.00 USD" },
            { "account": "@fees", "amount": "1.00 USD" },
            { "account": "bob", "amount": { "amount": "500", "currency": "KRW" } },
            { "account": "alice", "amount": "-500 KRW" },
        ]);
        let reply = stage.ok("ledger.post", json!({ "postings": legs, "reference": "fx-1" })).await;
        let transfer = &reply["transfer"];
        assert_eq!((&transfer["kind"], &transfer["amount"], &transfer["from"], &transfer["to"]), (&"post".into(), &Value::Null, &Value::Null, &Value::Null));
        assert_eq!(transfer["postings"].as_array().unwrap().len(), 5);
        assert_eq!((&transfer["postings"][2]["number"], &reply["replayed"]), (&Value::Null, &false.into()));
        assert!(reply.get("balance").is_none());
        stage.no("ledger.refund", json!({ "transfer": transfer["id"], "amount": "1.00 USD" }), "invalid_request").await;
        // whole it can be reversed, once
        let back = stage.ok("ledger.cancel", json!({ "transfer": transfer["id"] })).await;
        assert_eq!((&back["transfer"]["reverses"], &back["transfer"]["kind"]), (&transfer["id"], &"reversal".into()));
        stage.no("ledger.cancel", json!({ "transfer": transfer["id"] }), "already_reversed").await;
        let balances = stage.ok("ledger.balances", json!({ "accounts": ["alice", "bob"] })).await;
        let posted: Vec<&str> = balances["balances"].as_array().unwrap().iter().map(|line| line["posted"]["amount"].as_str().unwrap()).collect();
        assert_eq!(posted, ["1000", "100.00", "1", "1.00"]);
    }

    async fn post_refuses_what_does_not_balance(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let leg = |account: &str, amount: &str| json!({ "account": account, "amount": amount });
        for (legs, field) in [
            (json!([]), "postings"),
            (json!([leg("alice", "-1.00 USD")]), "postings"),
            (json!([leg("alice", "-1.00 USD"), leg("bob", "0.99 USD")]), "postings"),
            (json!([leg("alice", "-1.00 USD"), leg("bob", "1.00 EUR")]), "postings"),
            (json!([leg("alice", "-1.00 USD"), leg("bob", "2.00 USD"), leg("alice", "-1.00 USD")]), "postings[2].account"),
            (Value::from(vec![leg("alice", "-1.00 USD"); 101]), "postings"),
        ] {
            let details = stage.no("ledger.post", json!({ "postings": legs }), "invalid_request").await;
            assert!(details["field"] == field || legs.as_array().unwrap().len() > 100, "{details}");
        }
        let zero = json!([leg("alice", "0.00 USD"), leg("bob", "0.00 USD")]);
        stage.bad("ledger.post", json!({ "postings": zero }), "invalid_amount", "postings[0].amount").await;
        let number = json!([leg("alice", "-1.00 USD"), { "account": "bob", "amount": 1 }]);
        stage.bad("ledger.post", json!({ "postings": number }), "invalid_amount", "postings[1].amount").await;
        let poor = json!([leg("bob", "-1.01 USD"), leg("alice", "1.01 USD")]);
        stage.no("ledger.post", json!({ "postings": poor }), "insufficient_balance").await;
        let unknown = json!([leg("alice", "-1.00 USD"), leg("carol", "1.00 USD")]);
        stage.no("ledger.post", json!({ "postings": unknown }), "account_not_found").await;
    }

    async fn cancel_reverses_whole_and_once(stage) {
        let top_up = stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let paid = stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "40.00 USD" })).await;
        let paid = id(&paid["transfer"]);
        let reply = stage.ok("ledger.cancel", json!({ "transfer": paid, "reason": "a secret \u{1f910}" })).await;
        assert_eq!((&reply["transfer"]["kind"], &reply["transfer"]["reverses"]), (&"reversal".into(), &json!(paid)));
        assert_eq!((&reply["transfer"]["from"], &reply["transfer"]["to"]), (&"bob".into(), &"alice".into()));
        // the balance is that of the original's payer
        assert_eq!((&reply["balance"]["account"], &reply["balance"]["available"]), (&"alice".into(), &usd("100.00")));
        let reversal = id(&reply["transfer"]);
        let details = stage.no("ledger.cancel", json!({ "transfer": paid }), "already_reversed").await;
        assert_eq!(details["reversed_by"], json!(reversal));
        stage.no("ledger.refund", json!({ "transfer": paid, "amount": "1.00 USD" }), "already_reversed").await;
        // what undoes is not undone
        stage.no("ledger.cancel", json!({ "transfer": reversal }), "transition_not_allowed").await;
        stage.no("ledger.refund", json!({ "transfer": reversal }), "transition_not_allowed").await;
        assert_eq!(stage.ok("ledger.get_transfer", json!({ "transfer": paid })).await["refunded"], usd("40.00"));
        // a top-up that was spent cannot be taken back
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" })).await;
        stage.no("ledger.cancel", json!({ "transfer": top_up }), "insufficient_balance").await;
        stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "0.01 USD" })).await;
        let reply = stage.ok("ledger.cancel", json!({ "transfer": top_up })).await;
        assert_eq!((&reply["balance"]["account"], &reply["balance"]["available"]), (&"alice".into(), &usd("0.00")));
        let unknown = "tr_019b76da-a800-7000-8000-000000000000";
        stage.no("ledger.cancel", json!({ "transfer": unknown }), "transfer_not_found").await;
        // a reason never reaches an event as text
        let events = stage.ok("events.list", json!({ "types": ["transfer.reversed"] })).await;
        assert!(events["items"][0]["data"]["reason_hash"].is_string() && !events.to_string().contains("secret"));
    }

    async fn refunds_never_pass_the_original(stage) {
        stage.funded("alice", "100.00 USD").await;
        let paid = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "60.00 USD", "to": "@revenue" })).await;
        let paid = id(&paid["transfer"]);
        let refund = |amount: &str| json!({ "transfer": paid, "amount": amount });
        let reply = stage.ok("ledger.refund", refund("25.00 USD")).await;
        assert_eq!((&reply["transfer"]["kind"], &reply["transfer"]["reverses"]), (&"refund".into(), &json!(paid)));
        assert_eq!((&reply["balance"]["account"], &reply["balance"]["available"]), (&"alice".into(), &usd("65.00")));
        let details = stage.no("ledger.refund", refund("35.01 USD"), "refund_exceeds_original").await;
        assert_eq!((&details["original"], &details["refunded"], &details["requested"]), (&usd("60.00"), &usd("25.00"), &usd("35.01")));
        stage.no("ledger.cancel", json!({ "transfer": paid }), "refund_exceeds_original").await;
        let details = stage.no("ledger.refund", refund("1 KRW"), "currency_mismatch").await;
        assert_eq!(details, json!({ "field": "amount", "expected": "USD", "actual": "KRW" }));
        // without an amount: what is left
        let rest = stage.ok("ledger.refund", json!({ "transfer": paid })).await;
        assert_eq!(rest["transfer"]["amount"], usd("35.00"));
        stage.no("ledger.refund", json!({ "transfer": paid }), "refund_exceeds_original").await;
        stage.no("ledger.refund", refund("0.01 USD"), "refund_exceeds_original").await;
        stage.no("ledger.refund", json!({ "transfer": id(&rest["transfer"]) }), "transition_not_allowed").await;
        assert_eq!(stage.balance("@revenue").await, "0.00 0.00 0.00");
        // the payee must have it
        stage.funded("bob", "1.00 USD").await;
        let paid = stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "10.00 USD" })).await;
        stage.ok("ledger.deduct", json!({ "account": "bob", "amount": "11.00 USD" })).await;
        stage.no("ledger.refund", json!({ "transfer": id(&paid["transfer"]) }), "insufficient_balance").await;
    }

    async fn amounts_and_balances_stay_below_the_bound(stage) {
        let most = "99999999999999999999.999999999999999999 POL";
        stage.funded("alice", most).await;
        assert_eq!(stage.balance("alice").await.split(' ').next(), Some("99999999999999999999.999999999999999999"));
        // the outside would pass it, and so would the account itself
        let details = stage.no("ledger.top_up", json!({ "account": "bob", "amount": "0.000000000000000001 POL" }), "overflow").await;
        assert_eq!(details["account"], "@world");
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10000000000000000000 POL" })).await;
        assert_eq!(stage.balance("alice").await.split(' ').next(), Some("89999999999999999999.999999999999999999"));
        let details = stage.no("ledger.deduct", json!({ "account": "alice", "amount": most }), "insufficient_balance").await;
        assert_eq!(details["required"]["amount"], "99999999999999999999.999999999999999999");
        stage.ok("ledger.top_up", json!({ "account": "bob", "amount": "10000000000000000000.000000000000000000 POL" })).await;
        let over = json!({ "account": "alice", "amount": "100000000000000000000 POL" });
        stage.bad("ledger.top_up", over, "invalid_amount", "amount").await;
    }

    /// A bound on the balance is a bound on what is available too: nobody may find an account `corrupted`
    /// later.
    async fn overdraft_and_balance_together_stay_below_the_bound(stage) {
        let most = "99999999999999999999.999999999999999999 POL";
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "POL", "overdraft_limit": most })).await;
        stage.no("ledger.top_up", json!({ "account": "alice", "amount": "1 POL" }), "overflow").await;
        stage.ok("ledger.balance", json!({ "account": "alice" })).await;
        stage.funded("bob", "1 POL").await;
        stage.no("ledger.update_account", json!({ "account": "bob", "overdraft_limit": most }), "overflow").await;
        stage.ok("ledger.deduct", json!({ "account": "bob", "amount": "1 POL" })).await;
    }
}
