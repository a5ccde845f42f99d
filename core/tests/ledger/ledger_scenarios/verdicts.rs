//! The order of verdicts: of two things that are wrong, the earlier one is told. And what options refuse.

use earnest::Book;

use crate::support::{Kind, Stage, Value, code, every_store, json, options};

every_store! {
    async fn the_earlier_verdict_is_told(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.funded("locked", "10.00 USD").await;
        stage.ok("ledger.lock_account", json!({ "account": "locked" })).await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "key": "used" })).await;
        let hold = stage.held("alice", "5.00 USD").await;
        let spent = stage.ok("ledger.transfer", json!({ "from": "alice", "to": "@fees", "amount": "1.00 USD" })).await["transfer"]["id"].clone();
        let unknown = "hd_019b76da-a800-7000-8000-000000000000";
        for (what, op, args, code) in [
            ("shape before key", "ledger.deduct", json!({ "account": "alice", "amount": 1, "key": "used" }), "invalid_amount"),
            ("shape before a missing key", "ledger.hold", json!({ "account": "a b", "amount": "1.00 USD", "key": null }), "invalid_account"),
            ("`@` rules before key", "ledger.transfer", json!({ "from": "@fees", "to": "alice", "amount": "1.00 USD", "key": "used" }), "not_permitted"),
            ("key before objects", "ledger.deduct", json!({ "account": "nobody", "amount": "1.00 USD", "key": "used" }), "idempotency_mismatch"),
            ("key before objects", "ledger.capture", json!({ "hold": unknown, "to": "shop", "key": "used" }), "idempotency_mismatch"),
            ("key before status", "ledger.deduct", json!({ "account": "locked", "amount": "1.00 USD", "key": "used" }), "idempotency_mismatch"),
            ("objects before status", "ledger.transfer", json!({ "from": "locked", "to": "nobody", "amount": "1.00 USD" }), "account_not_found"),
            ("objects before funds", "ledger.transfer", json!({ "from": "alice", "to": "nobody", "amount": "999.00 USD" }), "account_not_found"),
            ("status before funds", "ledger.deduct", json!({ "account": "locked", "amount": "999.00 USD" }), "account_locked"),
            ("status of the payee before funds", "ledger.transfer", json!({ "from": "alice", "to": "locked", "amount": "999.00 USD" }), "account_locked"),
            ("bounds before the payee's status", "ledger.capture", json!({ "hold": hold, "to": "locked", "amount": "5.01 USD" }), "capture_exceeds_hold"),
            ("bounds before funds", "ledger.refund", json!({ "transfer": spent, "amount": "1.01 USD" }), "refund_exceeds_original"),
        ] {
            let args = strip(args);
            if what.contains("missing key") {
                // `no` would add one
                let error = stage.call(op, args).await.unwrap_err();
                assert_eq!(error.code().as_str(), code, "{what}");
            } else {
                stage.no(op, args, code).await;
            }
        }
        // the state of an object before its bounds
        stage.ok("ledger.capture", json!({ "hold": hold, "to": "shop", "amount": "1.00 USD" })).await;
        stage.no("ledger.capture", json!({ "hold": hold, "to": "locked", "amount": "99.00 USD" }), "hold_closed").await;
        stage.ok("ledger.cancel", json!({ "transfer": spent })).await;
        stage.no("ledger.refund", json!({ "transfer": spent, "amount": "99.00 USD" }), "already_reversed").await;
    }

    async fn books_are_apart(stage) {
        let (one, two) = (stage.bank.book("shop-1").unwrap(), stage.bank.book("shop-2").unwrap());
        let top_up = json!({ "account": "alice", "amount": "10.00 USD", "key": "same" });
        for bank in [&one, &two] {
            let reply = bank.call("ledger.top_up", top_up.clone()).await.unwrap();
            assert_eq!(reply["replayed"], false);
        }
        one.call("ledger.deduct", json!({ "account": "alice", "amount": "4.00 USD", "key": "d" })).await.unwrap();
        let balance = |reply: Value| reply["available"]["amount"].as_str().unwrap().to_owned();
        assert_eq!(balance(one.call("ledger.balance", json!({ "account": "alice" })).await.unwrap()), "6.00");
        assert_eq!(balance(two.call("ledger.balance", json!({ "account": "alice" })).await.unwrap()), "10.00");
        stage.no("ledger.balance", json!({ "account": "alice" }), "account_not_found").await;
        let events = two.call("events.list", json!({})).await.unwrap();
        assert_eq!(events["items"].as_array().unwrap().len(), 2);
        for bad in ["", "a b", "@system", "x/y", &"b".repeat(65)] {
            assert_eq!(code(&stage.bank.book(bad).map(drop)), "invalid_request", "{bad}");
        }
    }

    async fn a_missing_actor_is_invalid_and_the_fault_of_the_program(stage) {
        let id = |prefix: &str| format!("{prefix}_019b76da-a800-7000-8000-000000000000");
        for (name, args) in [
            ("escrow.confirm", json!({ "deal": id("dl") })),
            ("escrow.resolve", json!({ "dispute": id("dp"), "outcome": "refund", "resolution": "so" })),
            ("approvals.approve", json!({ "approval": id("ap") })),
            ("approvals.reject", json!({ "approval": id("ap"), "reason": "so" })),
            ("risk.approve_review", json!({ "review": id("rv") })),
            ("risk.reject_review", json!({ "review": id("rv"), "reason": "so" })),
            ("credentials.unlock_pin", json!({ "subject": "u-1" })),
        ] {
            let error = stage.call(name, args.clone()).await.unwrap_err();
            let wire = serde_json::to_value(&error).unwrap();
            assert_eq!((&wire["code"], &wire["kind"]), (&"invalid_request".into(), &"invalid".into()), "{name}");
            assert_eq!((&wire["http_status"], &wire["retry"]), (&500.into(), &"never".into()), "{name}");
            assert_eq!((&wire["details"]["field"], &wire["details"]["operation"]), (&"actor".into(), &name.into()));
            let needs = format!("`{name}` needs an actor: bind one with `acting`, or give it with the call");
            assert!(wire["details"]["reason"].as_str().unwrap().ends_with(&needs), "{wire}");
            // one that is given and malformed is the fault of who asks
            let mut malformed = args;
            malformed["actor"] = json!({ "id": "" });
            let error = stage.call(name, malformed).await.unwrap_err();
            assert_eq!((error.code().as_str(), error.http_status()), ("invalid_request", 400), "{name}: {error}");
        }
    }
}

fn strip(mut args: Value) -> Value {
    if args["key"].is_null() {
        args.as_object_mut().unwrap().remove("key");
    }
    args
}

#[tokio::test]
async fn options_are_heeded() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().require_actor(true).allow_only(["USD", "POL"])).await;
        let top_up = json!({ "account": "alice", "amount": "1.00 USD", "key": "k" });
        let error = stage.call("ledger.top_up", top_up.clone()).await.unwrap_err();
        assert_eq!((error.code().as_str(), &error.details()["field"]), ("invalid_request", &"actor".into()));
        // probes and collectors of metrics act for nobody
        for probe in ["admin.health", "admin.metrics"] {
            stage.call(probe, json!({})).await.unwrap();
        }
        stage.bank.health().await.unwrap();
        let error = stage.call("admin.stats", json!({})).await.unwrap_err();
        assert_eq!((error.code().as_str(), error.http_status()), ("invalid_request", 500));
        let customer = stage.bank.acting(earnest::Actor::new("u-1"));
        let error = customer.call("admin.metrics", json!({})).await.unwrap_err();
        assert_eq!(error.code().as_str(), "not_permitted");
        let acting = stage.bank.acting(earnest::Actor::new("u-1").with_role("system"));
        acting.call("ledger.top_up", top_up).await.unwrap();
        let refused = json!({ "account": "alice", "amount": "1 KRW", "key": "k2" });
        let error = acting.call("ledger.top_up", refused).await.unwrap_err();
        assert_eq!(
            (error.code().as_str(), &error.details()["field"]),
            ("currency_not_allowed", &"amount.currency".into())
        );
        let error = acting
            .call("ledger.open_account", json!({ "account": "a", "currency": "EUR" }))
            .await
            .unwrap_err();
        assert_eq!(
            (error.code().as_str(), &error.details()["field"]),
            ("currency_not_allowed", &"currency".into())
        );
        stage.bank.close().await;
    }
}

#[tokio::test]
async fn only_declared_books_are_taken() {
    for kind in Kind::all() {
        let stage =
            Stage::with(kind, options().declare_books([Book::request("book", "shop-1").unwrap()])).await;
        assert!(stage.bank.book("shop-1").is_ok() && stage.bank.book("main").is_ok());
        assert_eq!(code(&stage.bank.book("shop-2").map(drop)), "invalid_request");
        stage.bank.close().await;
    }
}
