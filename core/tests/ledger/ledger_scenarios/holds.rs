//! Two-step payments: hold, capture, void, extend, and what the clock does.

use crate::support::{Value, every_store, id, json};

fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

every_store! {
    async fn a_hold_is_captured_in_parts(stage) {
        stage.funded("alice", "100.00 USD").await;
        let args = json!({ "account": "alice", "amount": "60.00 USD", "reference": "o-1", "metadata": { "cart": 7 } });
        let reply = stage.ok("ledger.hold", args).await;
        let hold = &reply["hold"];
        assert_eq!((&hold["state"], &hold["amount"], &hold["remaining"]), (&"authorized".into(), &usd("60.00"), &usd("60.00")));
        assert_eq!((&hold["captured"], &hold["released"], &hold["expires_at"]), (&usd("0.00"), &usd("0.00"), &Value::Null));
        assert_eq!((&hold["version"], &hold["reference"], &hold["metadata"]), (&1.into(), &"o-1".into(), &json!({ "cart": 7 })));
        assert_eq!((&reply["balance"]["held"], &reply["balance"]["available"]), (&usd("60.00"), &usd("40.00")));
        let hold = id(hold);
        // the payee is opened
        let part = json!({ "hold": hold, "to": "shop", "amount": "20.00 USD", "final": false });
        let reply = stage.ok("ledger.capture", part).await;
        assert_eq!((&reply["hold"]["state"], &reply["hold"]["remaining"]), (&"partially_captured".into(), &usd("40.00")));
        assert_eq!((&reply["transfer"]["kind"], &reply["transfer"]["hold"]), (&"capture".into(), &json!(hold)));
        assert_eq!((&reply["transfer"]["from"], &reply["transfer"]["to"]), (&"alice".into(), &"shop".into()));
        assert_eq!(stage.balance("alice").await, "80.00 40.00 40.00");
        let more = json!({ "hold": hold, "to": "shop", "amount": "40.01 USD", "final": false });
        let details = stage.no("ledger.capture", more, "capture_exceeds_hold").await;
        assert_eq!((&details["remaining"], &details["requested"]), (&usd("40.00"), &usd("40.01")));
        // the last part releases the rest
        let reply = stage.ok("ledger.capture", json!({ "hold": hold, "to": "shop", "amount": "15.00 USD" })).await;
        assert_eq!((&reply["hold"]["state"], &reply["hold"]["captured"], &reply["hold"]["released"]), (&"captured".into(), &usd("35.00"), &usd("25.00")));
        assert_eq!(stage.balance("alice").await, "65.00 0.00 65.00");
        assert_eq!(stage.balance("shop").await, "35.00 0.00 35.00");
        stage.no("ledger.capture", json!({ "hold": hold, "to": "shop" }), "hold_closed").await;
        stage.no("ledger.void", json!({ "hold": hold }), "hold_closed").await;
        stage.no("ledger.extend", json!({ "hold": hold, "expires_at": "2027-01-01T00:00:00Z" }), "hold_closed").await;
        let types = stage.event_types().await;
        assert_eq!(types.iter().filter(|name| *name == "hold.captured").count(), 2);
    }

    async fn parts_that_take_everything_end_the_hold(stage) {
        stage.funded("alice", "10.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        stage.ok("ledger.capture", json!({ "hold": hold, "to": "shop", "amount": "4.00 USD", "final": false })).await;
        let reply = stage.ok("ledger.capture", json!({ "hold": hold, "to": "shop", "final": false })).await;
        assert_eq!((&reply["hold"]["state"], &reply["transfer"]["amount"]), (&"captured".into(), &usd("6.00")));
        // and a capture can be refunded like any payment
        let back = stage.ok("ledger.refund", json!({ "transfer": id(&reply["transfer"]), "amount": "1.00 USD" })).await;
        assert_eq!(back["balance"]["account"], "alice");
        assert_eq!(stage.balance("alice").await, "1.00 0.00 1.00");
    }

    async fn captures_name_who_may_be_paid(stage) {
        stage.funded("alice", "10.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let to = |name: &str| json!({ "hold": hold, "to": name });
        stage.bad("ledger.capture", to("@world"), "not_permitted", "to").await;
        stage.bad("ledger.capture", to("@deal:1"), "not_permitted", "to").await;
        stage.bad("ledger.capture", to("no such name"), "invalid_account", "to").await;
        stage.bad("ledger.capture", to("alice"), "invalid_request", "to").await;
        let other = json!({ "hold": hold, "to": "shop", "amount": "1 KRW" });
        assert_eq!(stage.no("ledger.capture", other, "currency_mismatch").await["expected"], "USD");
        stage.ok("ledger.capture", to("@fees")).await;
        assert_eq!(stage.balance("@fees").await, "10.00 0.00 10.00");
    }

    async fn void_releases_and_replays_by_itself(stage) {
        stage.funded("alice", "10.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let reply = stage.ok("ledger.void", json!({ "hold": hold })).await;
        assert_eq!((&reply["hold"]["state"], &reply["balance"]["available"], &reply["replayed"]), (&"voided".into(), &usd("10.00"), &false.into()));
        // a plain retry is the same call
        assert_eq!(stage.ok("ledger.void", json!({ "hold": hold })).await["replayed"], true);
        // another actor's, or another request's, is decided afresh
        stage.no("ledger.void", json!({ "hold": hold, "actor": "u-2" }), "hold_closed").await;
        stage.no("ledger.void", json!({ "hold": hold, "reference": "r" }), "hold_closed").await;
        stage.no("ledger.void", json!({ "hold": hold, "key": "own" }), "hold_closed").await;
        let derived = format!("auto:ledger.void:{hold}:system");
        assert_eq!(stage.ok("admin.lookup_key", json!({ "key": derived })).await["operation"], "ledger.void");
    }

    async fn holds_die_by_the_clock(stage) {
        stage.funded("alice", "10.00 USD").await;
        let args = json!({ "account": "alice", "amount": "10.00 USD", "expires_in": "PT1H" });
        let reply = stage.ok("ledger.hold", args).await;
        assert_eq!(reply["hold"]["expires_at"], "2026-01-01T01:00:00.000000Z");
        let hold = id(&reply["hold"]);
        stage.advance("PT59M59S");
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" }), "insufficient_balance").await;
        stage.advance("PT1S");
        // dead to the second, though nobody has swept
        let details = stage.no("ledger.capture", json!({ "hold": hold, "to": "shop" }), "hold_expired").await;
        assert_eq!(details["expired_at"], "2026-01-01T01:00:00.000000Z");
        stage.no("ledger.void", json!({ "hold": hold }), "hold_expired").await;
        stage.no("ledger.extend", json!({ "hold": hold, "expires_at": "2027-01-01T00:00:00Z" }), "hold_expired").await;
        // a view shows what is stored; a refusal says what is available and releases nothing
        assert_eq!(stage.balance("alice").await, "10.00 10.00 0.00");
        let details = stage.no("ledger.deduct", json!({ "account": "alice", "amount": "10.01 USD" }), "insufficient_balance").await;
        assert_eq!(details["available"], usd("10.00"));
        // who succeeds releases it
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "3.00 USD" })).await;
        assert_eq!(stage.balance("alice").await, "7.00 0.00 7.00");
        let hold = stage.ok("ledger.get_hold", json!({ "hold": hold })).await;
        assert_eq!((&hold["state"], &hold["released"]), (&"expired".into(), &usd("10.00")));
        assert!(stage.event_types().await.contains(&"hold.expired".to_owned()));
    }

    async fn the_sweep_releases_what_is_due(stage) {
        stage.funded("alice", "10.00 USD").await;
        for (n, expiry) in ["PT1H", "PT2H", "PT3H"].into_iter().enumerate() {
            stage.ok("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD", "expires_in": expiry, "key": format!("h{n}") })).await;
        }
        stage.held("alice", "1.00 USD").await;
        let ran = stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(ran["holds"], 0);
        stage.advance("PT2H");
        assert_eq!(stage.ok("jobs.run_due", json!({ "limit": 1 })).await["holds"], 1);
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["holds"], 1);
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["holds"], 0);
        assert_eq!(stage.balance("alice").await, "10.00 2.00 8.00");
        let expired = stage.ok("ledger.holds", json!({ "state": "expired" })).await;
        assert_eq!(expired["items"].as_array().unwrap().len(), 2);
    }

    async fn extend_moves_the_end(stage) {
        stage.funded("alice", "10.00 USD").await;
        let hold = json!({ "account": "alice", "amount": "1.00 USD", "expires_at": "2026-01-02T00:00:00+09:00" });
        let hold = id(&stage.ok("ledger.hold", hold).await["hold"]);
        let until = |time: &str| json!({ "hold": hold, "expires_at": time });
        let reply = stage.ok("ledger.extend", until("2026-02-01T00:00:00Z")).await;
        assert_eq!((&reply["hold"]["expires_at"], &reply["hold"]["version"]), (&"2026-02-01T00:00:00.000000Z".into(), &2.into()));
        stage.bad("ledger.extend", until("2026-01-01T00:00:00Z"), "invalid_request", "expires_at").await;
        stage.bad("ledger.extend", until("tomorrow"), "invalid_request", "expires_at").await;
        stage.advance("P2D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["holds"], 0);
        let unknown = json!({ "hold": "hd_019b76da-a800-7000-8000-000000000000", "expires_at": "2027-01-01T00:00:00Z" });
        stage.no("ledger.extend", unknown, "hold_not_found").await;
        stage.advance("P30D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["holds"], 1);
    }

    async fn an_expiry_must_lie_ahead_and_be_one(stage) {
        stage.funded("alice", "10.00 USD").await;
        let with = |field: &str, value: Value| {
            let mut args = json!({ "account": "alice", "amount": "1.00 USD" });
            args[field] = value;
            args
        };
        for (field, value) in [
            ("expires_in", json!("PT0S")),
            ("expires_in", json!("-PT1H")),
            ("expires_in", json!("1h")),
            ("expires_in", json!(3600)),
            ("expires_at", json!("2026-01-01T00:00:00Z")),
            ("expires_at", json!("2025-01-01T00:00:00Z")),
            ("expires_at", json!("2026-01-02")),
        ] {
            stage.bad("ledger.hold", with(field, value), "invalid_request", field).await;
        }
        let both = json!({ "account": "alice", "amount": "1.00 USD", "expires_in": "PT1H", "expires_at": "2027-01-01T00:00:00Z" });
        stage.no("ledger.hold", both, "invalid_request").await;
        stage.no("ledger.hold", json!({ "account": "nobody", "amount": "1.00 USD" }), "account_not_found").await;
        stage.bad("ledger.hold", json!({ "account": "@fees", "amount": "1.00 USD" }), "not_permitted", "account").await;
    }

    async fn a_hold_on_a_locked_account_still_settles(stage) {
        stage.funded("alice", "10.00 USD").await;
        let (one, two) = (stage.held("alice", "4.00 USD").await, stage.held("alice", "4.00 USD").await);
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        stage.no("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" }), "account_locked").await;
        stage.ok("ledger.capture", json!({ "hold": one, "to": "shop" })).await;
        stage.ok("ledger.void", json!({ "hold": two })).await;
        assert_eq!(stage.balance("alice").await, "6.00 0.00 6.00");
        // who is to be paid must not be locked
        stage.ok("ledger.unlock_account", json!({ "account": "alice" })).await;
        let hold = stage.held("alice", "1.00 USD").await;
        stage.ok("ledger.lock_account", json!({ "account": "shop" })).await;
        stage.no("ledger.capture", json!({ "hold": hold, "to": "shop" }), "account_locked").await;
    }

    /// The owner of an account that staff had locked captured a hold of his own to a friend.
    async fn a_locked_account_is_not_emptied_by_its_holds(stage) {
        stage.funded("mallory", "9.00 USD").await;
        let mut holds = Vec::new();
        for _ in 0..3 {
            let hold = json!({ "account": "mallory", "amount": "3.00 USD", "actor": "mallory" });
            holds.push(id(&stage.ok("ledger.hold", hold).await["hold"]));
        }
        stage.ok("ledger.lock_account", json!({ "account": "mallory" })).await;
        let own = |hold: &str| json!({ "hold": hold, "to": "friend", "actor": "mallory" });
        let details = stage.no("ledger.capture", own(&holds[0]), "account_locked").await;
        assert_eq!(details, json!({ "account": "mallory", "currency": "USD" }));
        // the host's own program and admins know whom it is for
        for (hold, who) in holds.iter().zip([json!({ "id": "host", "role": "system" }), json!({ "id": "anna", "role": "admin" })]) {
            stage.ok("ledger.capture", json!({ "hold": hold, "to": "shop", "actor": who })).await;
        }
        // once it is unlocked, its owner names the payee again
        stage.no("ledger.capture", own(&holds[2]), "account_locked").await;
        stage.ok("ledger.unlock_account", json!({ "account": "mallory" })).await;
        stage.ok("ledger.capture", own(&holds[2])).await;
        assert_eq!((stage.balance("shop").await, stage.balance("friend").await), ("6.00 0.00 6.00".into(), "3.00 0.00 3.00".into()));
    }

    /// The status of the payer was looked at before the amount.
    async fn what_exceeds_a_hold_is_told_before_the_lock_of_its_account(stage) {
        stage.funded("alice", "10.00 USD").await;
        let hold = json!({ "account": "alice", "amount": "5.00 USD", "actor": "alice" });
        let hold = id(&stage.ok("ledger.hold", hold).await["hold"]);
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        for (amount, code) in [
            ("6.00 USD", "capture_exceeds_hold"),
            ("5 KRW", "currency_mismatch"),
            ("5.00 USD", "account_locked"),
        ] {
            let own = json!({ "hold": hold, "to": "shop", "amount": amount, "actor": "alice" });
            stage.no("ledger.capture", own, code).await;
        }
    }

    /// More dead holds than one load supplies still do not count.
    async fn very_many_dead_holds_do_not_count(stage) {
        stage.funded("alice", "130.00 USD").await;
        for _ in 0..130 {
            stage.ok("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD", "expires_in": "PT1H" })).await;
        }
        stage.advance("PT1H");
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "130.00 USD" })).await;
        assert_eq!(stage.balance("alice").await, "0.00 0.00 0.00");
    }

    /// Dead holds count nowhere: not against closing, not against a lower overdraft limit.
    async fn dead_holds_do_not_keep_an_account_open(stage) {
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "USD", "overdraft_limit": "10.00 USD" })).await;
        stage.ok("ledger.hold", json!({ "account": "alice", "amount": "10.00 USD", "expires_in": "PT1H" })).await;
        stage.advance("PT1H");
        stage.ok("ledger.update_account", json!({ "account": "alice", "overdraft_limit": "0.00 USD" })).await;
        stage.ok("ledger.close_account", json!({ "account": "alice" })).await;
    }
}
