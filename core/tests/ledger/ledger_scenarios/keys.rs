//! Idempotency keys and expected versions.

use crate::support::{Value, every_store, id, json};

every_store! {
    async fn the_same_request_replays(stage) {
        let args = json!({ "account": "alice", "amount": "100.00 USD", "key": "t-1", "reference": "r", "metadata": { "a": 1, "b": [2] } });
        let first = stage.ok("ledger.top_up", args.clone()).await;
        let state = stage.state().await;
        // spelled otherwise, it is the same request
        for (field, value) in [
            ("amount", json!("100 USD")),
            ("amount", json!({ "currency": "USD", "amount": "100.0" })),
            ("source", json!("@world")),
            ("source", Value::Null),
            ("metadata", json!({ "b": [2], "a": 1 })),
            ("actor", json!({ "id": "system", "role": "system" })),
            ("context", json!({ "correlation_id": "c" })),
            ("expected_version", json!(99)),
        ] {
            let mut same = args.clone();
            same[field] = value;
            let again = stage.ok("ledger.top_up", same).await;
            assert_eq!((&again["replayed"], &again["transfer"]), (&true.into(), &first["transfer"]), "{field}");
        }
        assert_eq!(stage.state().await, state);
        // immutable parts as of then, the rest as of now
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })).await;
        let again = stage.ok("ledger.top_up", args).await;
        assert_eq!(again["transfer"]["postings"], first["transfer"]["postings"]);
        assert_eq!(again["balance"]["available"]["amount"], "99.00");
    }

    async fn another_request_is_a_mismatch_that_names_the_fields(stage) {
        stage.funded("alice", "100.00 USD").await;
        let hold = json!({ "account": "alice", "amount": "10.00 USD", "expires_in": "PT1H", "key": "h" });
        let held = stage.ok("ledger.hold", hold.clone()).await;
        let mut other = hold.clone();
        other["amount"] = "11.00 USD".into();
        other["expires_in"] = "PT2H".into();
        let details = stage.no("ledger.hold", other, "idempotency_mismatch").await;
        assert_eq!((&details["fields"], &details["at"]), (&json!(["amount", "expires_in"]), &held["hold"]["created_at"]));
        // relative times count as they were given, whatever the clock says now
        stage.advance("PT30M");
        assert_eq!(stage.ok("ledger.hold", hold).await["replayed"], true);
        let capture = json!({ "hold": id(&held["hold"]), "to": "shop", "amount": "1.00 USD", "key": "c" });
        stage.ok("ledger.capture", capture.clone()).await;
        let mut other = capture;
        other["final"] = false.into();
        let details = stage.no("ledger.capture", other, "idempotency_mismatch").await;
        assert_eq!(details["fields"], json!(["final"]));
    }

    /// Go writes nine digits of a second, .NET seven: kept are microseconds, of the request too.
    async fn finer_times_are_cut_to_the_microsecond(stage) {
        stage.funded("alice", "100.00 USD").await;
        let hold = |at: &str, key: &str| json!({ "account": "alice", "amount": "1.00 USD", "expires_at": at, "key": key });
        for (place, (given, kept)) in [
            ("2026-03-01T00:00:00.1234567Z", "2026-03-01T00:00:00.123456Z"),
            ("2026-03-01T09:00:00.123456999+09:00", "2026-03-01T00:00:00.123456Z"),
            ("2026-03-01T00:00:00.0000000Z", "2026-03-01T00:00:00.000000Z"),
            ("2026-02-28T23:59:59.999999999Z", "2026-02-28T23:59:59.999999Z"),
        ].into_iter().enumerate() {
            let key = format!("h-{place}");
            assert_eq!(stage.ok("ledger.hold", hold(given, &key)).await["hold"]["expires_at"], kept, "{given}");
            assert_eq!(stage.ok("ledger.hold", hold(kept, &key)).await["replayed"], true, "{given}");
        }
        let span = json!({ "account": "alice", "amount": "1.00 USD", "expires_in": "PT1H0.0000019S", "key": "span" });
        let held = stage.ok("ledger.hold", span.clone()).await["hold"].clone();
        let mut same = span;
        same["expires_in"] = "PT1H0.000001S".into();
        assert_eq!(stage.ok("ledger.hold", same).await["hold"], held);
        stage.ok("ledger.balance", json!({ "account": "alice", "at": "2026-01-01T00:00:00.0000009Z" })).await;
        let statement = json!({ "account": "alice", "from_time": "2025-12-31T00:00:00.0000000Z", "to_time": "2026-01-01T00:00:00.123456789Z" });
        stage.ok("ledger.statement", statement).await;
        let rule = json!({ "id": "r", "action": "ledger.deduct", "subject": "account", "metric": "amount", "limit": "5.00 USD", "outcome": "flag",
            "from": "2026-03-01T00:00:00.1234567Z" });
        assert_eq!(stage.ok("risk.set_rule", rule).await["rule"]["from"], "2026-03-01T00:00:00.123456Z");
        stage.bad("ledger.hold", hold("2026-03-01T00:00:00.1234567891Z", "h"), "invalid_request", "expires_at").await;
    }

    async fn a_refusal_never_burns_the_key(stage) {
        stage.funded("alice", "1.00 USD").await;
        let args = json!({ "account": "alice", "amount": "2.00 USD", "key": "k" });
        stage.no("ledger.deduct", args.clone(), "insufficient_balance").await;
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "-2.00 USD", "key": "k" }), "invalid_amount").await;
        stage.no("ledger.deduct", json!({ "account": "nobody", "amount": "2.00 USD", "key": "k" }), "account_not_found").await;
        stage.no("ledger.transfer", json!({ "from": "@fees", "to": "alice", "amount": "2.00 USD", "key": "k" }), "not_permitted").await;
        assert_eq!(stage.ok("admin.lookup_key", json!({ "key": "k" })).await["outcome"], "unknown");
        stage.funded("alice", "1.00 USD").await;
        let reply = stage.ok("ledger.deduct", args).await;
        assert_eq!(reply["replayed"], false);
    }

    async fn did_it_happen(stage) {
        let transfer = stage.funded("alice", "10.00 USD").await;
        let found = stage.ok("admin.lookup_key", json!({ "key": "k-0" })).await;
        assert_eq!((&found["operation"], &found["outcome"], &found["made"]), (&"ledger.top_up".into(), &"accepted".into(), &json!([transfer])));
        assert_eq!(found["at"], "2026-01-01T00:00:00.000001Z");
        let unknown = stage.ok("admin.lookup_key", json!({ "key": "nothing" })).await;
        assert_eq!((&unknown["operation"], &unknown["outcome"], &unknown["at"]), (&Value::Null, &"unknown".into(), &Value::Null));
        stage.bad("admin.lookup_key", json!({ "key": "" }), "invalid_request", "key").await;
        // keys are a book's own
        let other = stage.bank.book("other").unwrap();
        assert_eq!(other.call("admin.lookup_key", json!({ "key": "k-0" })).await.unwrap()["outcome"], "unknown");
    }

    async fn keys_are_printable_ascii_of_the_caller(stage) {
        for key in ["", "auto:x", "auto:ledger.void:1:u", "a\nb", "k\u{0}", "\u{d55c}", &"k".repeat(256)] {
            let args = json!({ "account": "alice", "amount": "1.00 USD", "key": key });
            stage.bad("ledger.top_up", args, "invalid_request", "key").await;
        }
        for key in [" ", "~", "A", "a", "Auto:x", &"k".repeat(255)] {
            let reply = stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "key": key })).await;
            assert_eq!(reply["replayed"], false, "{key:?} is a key of its own");
        }
        assert_eq!(stage.balance("alice").await, "6.00 0.00 6.00");
    }

    async fn keys_of_money_are_kept_for_ever_and_others_a_day(stage) {
        let money = json!({ "account": "alice", "amount": "1.00 USD", "key": "m" });
        stage.ok("ledger.top_up", money.clone()).await;
        let lock = json!({ "account": "alice", "key": "l" });
        stage.ok("ledger.lock_account", lock.clone()).await;
        assert_eq!(stage.ok("ledger.lock_account", lock.clone()).await["replayed"], true);
        stage.advance("PT23H59M");
        assert_eq!(stage.ok("ledger.lock_account", lock.clone()).await["replayed"], true);
        stage.advance("PT2M");
        assert_eq!(stage.ok("admin.lookup_key", json!({ "key": "l" })).await["outcome"], "unknown");
        // it is decided by state again, and may then stand for another request
        stage.no("ledger.lock_account", lock, "account_locked").await;
        let reply = stage.ok("ledger.unlock_account", json!({ "account": "alice", "key": "l" })).await;
        assert_eq!(reply["replayed"], false);
        stage.advance("P400D");
        assert_eq!(stage.ok("ledger.top_up", money).await["replayed"], true);
    }

    async fn without_a_key_state_decides(stage) {
        let open = json!({ "account": "alice", "currency": "USD" });
        stage.ok("ledger.open_account", open.clone()).await;
        stage.no("ledger.open_account", open.clone(), "account_exists").await;
        let with_key = json!({ "account": "bob", "currency": "USD", "key": "open-bob" });
        stage.ok("ledger.open_account", with_key.clone()).await;
        assert_eq!(stage.ok("ledger.open_account", with_key).await["replayed"], true);
        // one key, one operation: book-wide
        let other = json!({ "account": "bob", "amount": "1.00 USD", "key": "open-bob" });
        assert_eq!(stage.no("ledger.top_up", other, "idempotency_mismatch").await["operation"], "ledger.open_account");
    }

    async fn every_required_key_replays(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        let (one, two) = (stage.held("alice", "5.00 USD").await, stage.held("alice", "5.00 USD").await);
        let transfer = stage.funded("alice", "5.00 USD").await;
        let refundable = id(&stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "5.00 USD" })).await["transfer"]);
        for (name, mut args, made) in [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" }), "transfer"),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" }), "transfer"),
            ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD" }), "transfer"),
            ("ledger.post", json!({ "postings": [{ "account": "alice", "amount": "-1.00 USD" }, { "account": "bob", "amount": "1.00 USD" }] }), "transfer"),
            ("ledger.cancel", json!({ "transfer": transfer, "reason": "x" }), "transfer"),
            ("ledger.refund", json!({ "transfer": refundable, "amount": "1.00 USD" }), "transfer"),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" }), "hold"),
            ("ledger.extend", json!({ "hold": one, "expires_at": "2050-06-01T00:00:00Z" }), "hold"),
            ("ledger.capture", json!({ "hold": one, "to": "bob", "amount": "1.00 USD" }), "transfer"),
            ("ledger.void", json!({ "hold": two }), "hold"),
        ] {
            args["key"] = format!("key-of-{name}").into();
            let first = stage.ok(name, args.clone()).await;
            let state = stage.state().await;
            stage.advance("P200D");
            let again = stage.ok(name, args).await;
            assert_eq!((&first["replayed"], &again["replayed"]), (&false.into(), &true.into()), "{name}");
            assert_eq!(id(&again[made]), id(&first[made]), "{name}");
            assert_eq!(stage.state().await, state, "{name}");
        }
    }

    async fn expected_version_refuses_what_has_changed(stage) {
        let transfer = stage.funded("alice", "100.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let version = stage.ok("ledger.account", json!({ "account": "alice" })).await["version"].as_i64().unwrap();
        for (name, mut args, object, right) in [
            ("ledger.update_account", json!({ "account": "alice", "kind": "x" }), "alice", version),
            ("ledger.lock_account", json!({ "account": "alice" }), "alice", version + 1),
            ("ledger.unlock_account", json!({ "account": "alice" }), "alice", version + 2),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" }), "alice", version + 3),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" }), "alice", version + 4),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" }), "alice", version + 5),
            ("ledger.extend", json!({ "hold": hold, "expires_at": "2027-01-01T00:00:00Z" }), hold.as_str(), 1),
            ("ledger.capture", json!({ "hold": hold, "to": "shop", "amount": "1.00 USD", "final": false }), hold.as_str(), 2),
            ("ledger.void", json!({ "hold": hold }), hold.as_str(), 3),
            ("ledger.refund", json!({ "transfer": transfer, "amount": "1.00 USD" }), transfer.as_str(), 1),
            ("ledger.cancel", json!({ "transfer": transfer }), transfer.as_str(), 2),
        ] {
            for wrong in [right - 1, right + 1] {
                args["expected_version"] = wrong.into();
                let details = stage.no(name, args.clone(), "version_conflict").await;
                assert_eq!(details, json!({ "object": object, "expected": wrong, "actual": right }), "{name}");
            }
            args["expected_version"] = right.into();
            if name != "ledger.cancel" {
                stage.ok(name, args).await;
            }
        }
        let streaming = json!({ "account": "@fees", "amount": "1.00 USD", "to": "alice", "actor": { "id": "root", "role": "admin" }, "expected_version": 1 });
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "to": "@fees" })).await;
        stage.no("ledger.deduct", streaming, "not_supported").await;
    }
}
