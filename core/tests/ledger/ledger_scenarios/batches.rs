//! Batches: all or none, or each for itself.

use crate::support::{Value, every_store, json};

fn transfer(from: &str, to: &str, amount: &str, key: &str) -> Value {
    json!({ "op": "ledger.transfer", "args": { "from": from, "to": to, "amount": amount, "key": key } })
}

every_store! {
    async fn an_atomic_batch_is_all(stage) {
        stage.funded("a", "100.00 USD").await;
        stage.funded("b", "1.00 USD").await;
        let ops = json!([
            { "op": "ledger.open_account", "args": { "account": "c", "currency": "USD" } },
            transfer("a", "b", "50.00 USD", "1"),
            transfer("b", "c", "51.00 USD", "2"),
            { "op": "ledger.hold", "args": { "account": "c", "amount": "51.00 USD", "key": "3" } },
            { "op": "ledger.deduct", "args": { "account": "a", "amount": "50.00 USD", "to": "@fees", "key": "4" } },
        ]);
        // atomic is the default
        let reply = stage.ok("ledger.batch", json!({ "ops": ops })).await;
        let results = reply["results"].as_array().unwrap();
        assert!(results.len() == 5 && results.iter().all(|result| result["ok"] == true && result.get("error").is_none()));
        assert_eq!(results[2]["reply"]["transfer"]["amount"]["amount"], "51.00");
        assert_eq!(stage.balance("c").await, "51.00 51.00 0.00");
        assert_eq!(stage.balance("@fees").await, "50.00 0.00 50.00");
        // again, every call replays (but for the one that state decides)
        let mut again = ops.clone();
        again.as_array_mut().unwrap().remove(0);
        let reply = stage.ok("ledger.batch", json!({ "ops": again })).await;
        assert!(reply["results"].as_array().unwrap().iter().all(|result| result["reply"]["replayed"] == true));
        let details = stage.no("ledger.batch", json!({ "ops": ops }), "account_exists").await;
        assert_eq!(details["index"], 0);
    }

    async fn an_atomic_batch_is_none(stage) {
        stage.funded("a", "100.00 USD").await;
        stage.funded("b", "1.00 USD").await;
        let good = [
            transfer("a", "b", "50.00 USD", "1"),
            json!({ "op": "ledger.hold", "args": { "account": "b", "amount": "51.00 USD", "key": "2" } }),
            json!({ "op": "ledger.deduct", "args": { "account": "a", "amount": "1.00 USD", "to": "@fees", "key": "3" } }),
        ];
        for (bad, code) in [
            (transfer("a", "b", "200.00 USD", "9"), "insufficient_balance"),
            (transfer("a", "nobody", "1.00 USD", "9"), "account_not_found"),
            (transfer("a", "a", "1.00 USD", "9"), "invalid_request"),
            (transfer("@fees", "a", "1.00 USD", "9"), "not_permitted"),
            (json!({ "op": "ledger.transfer", "args": { "from": "a", "to": "b", "amount": "1.00 USD" } }), "idempotency_key_missing"),
            (json!({ "op": "ledger.transfer", "args": { "from": "a", "to": "b", "amount": "2.00 USD", "key": "1" } }), "idempotency_mismatch"),
            (json!({ "op": "ledger.nothing", "args": {} }), "invalid_request"),
            (json!({ "op": "ledger.balance", "args": { "account": "a" } }), "not_supported"),
            (json!({ "op": "ledger.deduct", "args": { "account": "a", "amount": 5, "key": "9" } }), "invalid_amount"),
            (json!({ "op": "ledger.void", "args": { "hold": "hd_019b76da-a800-7000-8000-000000000000" } }), "hold_not_found"),
        ] {
            for place in 0..=3 {
                // a mismatch needs the call that it differs from before it
                if code == "idempotency_mismatch" && place == 0 {
                    continue;
                }
                let mut ops = good.to_vec();
                ops.insert(place, bad.clone());
                let details = stage.no("ledger.batch", json!({ "ops": ops, "atomic": true }), code).await;
                assert_eq!(details["index"], place, "{bad}");
            }
        }
        stage.no("ledger.balance", json!({ "account": "@fees" }), "account_not_found").await;
        stage.ok("ledger.batch", json!({ "ops": good, "atomic": true })).await;
    }

    async fn calls_for_themselves_succeed_and_fail_apart(stage) {
        stage.funded("a", "100.00 USD").await;
        stage.funded("b", "1.00 USD").await;
        let ops = json!([
            transfer("a", "b", "60.00 USD", "1"),
            transfer("a", "b", "60.00 USD", "2"),
            { "op": "ledger.nothing", "args": {} },
            { "op": "ledger.transfer", "args": { "from": "a", "to": "b", "amount": "1.00 USD" } },
            transfer("a", "b", "40.00 USD", "3"),
            transfer("a", "b", "60.00 USD", "1"),
        ]);
        let reply = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": false })).await;
        let results = reply["results"].as_array().unwrap();
        let codes: Vec<&str> = results.iter().map(|result| result["error"]["code"].as_str().unwrap_or("ok")).collect();
        assert_eq!(codes, ["ok", "insufficient_balance", "invalid_request", "idempotency_key_missing", "ok", "ok"]);
        for (place, result) in results.iter().enumerate().filter(|(_, result)| result["ok"] == false) {
            assert_eq!(result["error"]["details"]["index"], place);
            assert!(result.get("reply").is_none());
        }
        assert_eq!((&results[0]["reply"]["replayed"], &results[5]["reply"]["replayed"]), (&false.into(), &true.into()));
        assert_eq!(stage.balance("b").await, "101.00 0.00 101.00");
    }

    async fn calls_of_a_batch_are_decided_in_their_order(stage) {
        for number in 0..20 {
            let (a, b) = (format!("a-{number}"), format!("b-{number}"));
            stage.funded(&a, "10.00 USD").await;
            stage.funded(&b, "1.00 USD").await;
            let ops = json!([
                transfer(&a, &b, "60.00 USD", &format!("{number}-1")),
                { "op": "ledger.top_up", "args": { "account": a, "amount": "90.00 USD", "key": format!("{number}-2") } },
                transfer(&a, &b, "100.00 USD", &format!("{number}-3")),
            ]);
            let reply = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": false })).await;
            let oks: Vec<bool> =
                reply["results"].as_array().unwrap().iter().map(|result| result["ok"] == true).collect();
            assert_eq!(oks, [false, true, true], "the first came before the money");
        }
    }

    /// A call that must wait for a later group takes those behind it along: here the debit of a streaming
    /// account reads more.
    async fn calls_behind_one_that_waits_wait_too(stage) {
        stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "streaming": true })).await;
        stage.funded("shop", "100.00 USD").await;
        stage.funded("c", "1.00 USD").await;
        for number in 0..10 {
            let (a, b) = (format!("a-{number}"), format!("b-{number}"));
            for account in [&a, &b] {
                stage.ok("ledger.open_account", json!({ "account": account, "currency": "USD" })).await;
            }
            stage.funded("shop", "1.00 USD").await;
            let ops = json!([
                transfer("c", &b, "0.01 USD", &format!("{number}-0")),
                transfer("shop", &a, "10.00 USD", &format!("{number}-1")),
                transfer(&a, &b, "10.00 USD", &format!("{number}-2")),
                transfer(&b, "c", "10.00 USD", &format!("{number}-3")),
            ]);
            let reply = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": false })).await;
            assert!(reply["results"].as_array().unwrap().iter().all(|result| result["ok"] == true), "{reply}");
        }
    }

    async fn a_batch_has_bounds(stage) {
        stage.bad("ledger.batch", json!({ "ops": [] }), "invalid_request", "ops").await;
        let many = Value::from(vec![json!({ "op": "ledger.top_up", "args": {} }); 1_001]);
        stage.bad("ledger.batch", json!({ "ops": many }), "invalid_request", "ops").await;
        stage.no("ledger.batch", json!({ "ops": [{ "op": "ledger.top_up" }] }), "invalid_request").await;
        stage.no("ledger.batch", json!({ "ops": [{ "args": {} }] }), "invalid_request").await;
        stage.no("ledger.batch", json!({ "ops": [{ "op": "ledger.batch", "args": { "ops": [] } }] }), "not_supported").await;
        let ops: Vec<Value> = (0..1_000)
            .map(|n| json!({ "op": "ledger.top_up", "args": { "account": format!("a{}", n % 7), "amount": "1.00 USD", "key": format!("m-{n}") } }))
            .collect();
        stage.ok("ledger.batch", json!({ "ops": ops })).await;
        assert_eq!(stage.balance("@world").await, "-1000.00 0.00 -1000.00");
    }

    /// A denied call leaves an event, in a batch too; nothing else of the batch remains.
    async fn a_denial_in_an_atomic_batch_is_on_record(stage) {
        stage.funded("a", "100.00 USD").await;
        let before = stage.event_types().await.len();
        let ops = json!([transfer("a", "@fees", "1.00 USD", "1"), transfer("@fees", "a", "1.00 USD", "2")]);
        stage.no("ledger.batch", json!({ "ops": ops, "atomic": true }), "not_permitted").await;
        let types = stage.event_types().await;
        assert_eq!(types[before..], ["call.refused"]);
    }
}
