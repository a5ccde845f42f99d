//! The museum of money bugs: each was shipped by a respected system, and each would fail on the naive design.

use crate::support::{self, Stage, Value, all_at_once, code, every_store, id, json, tally, until_settled};

/// The calls of `count` callers at once, each with its own arguments.
async fn storm(
    stage: &Stage,
    count: usize,
    name: &'static str,
    args: impl Fn(usize) -> Value,
) -> Vec<earnest::Result<Value>> {
    let calls: Vec<_> = (0..count).map(|n| (stage.bank.clone(), args(n))).collect();
    all_at_once(calls.into_iter().map(move |(bank, args)| async move { bank.call(name, args).await })).await
}

every_store! {
    /// blnk #181: in-flight debits were not counted.
    async fn museum_01_holds_count_against_the_balance(stage) {
        stage.funded("alice", "5000.00 USD").await;
        for _ in 0..5 {
            stage.held("alice", "1000.00 USD").await;
        }
        assert_eq!(stage.balance("alice").await, "5000.00 5000.00 0.00");
        let sixth = json!({ "account": "alice", "amount": "1000.00 USD" });
        let details = stage.no("ledger.hold", sixth.clone(), "insufficient_balance").await;
        assert_eq!(details["available"], json!({ "amount": "0.00", "currency": "USD" }));
        assert_eq!(details["required"], json!({ "amount": "1000.00", "currency": "USD" }));
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" }), "insufficient_balance").await;
        // all at once as well
        stage.funded("bob", "5000.00 USD").await;
        let of_bob = |n| json!({ "account": "bob", "amount": "1000.00 USD", "key": format!("storm-{n}") });
        let outcomes = storm(stage, 50, "ledger.hold", of_bob).await;
        assert_eq!(tally(&outcomes), [("insufficient_balance", 45), ("ok", 5)].into());
    }

    /// blnk #182: a rejected hold could be committed through its other id.
    async fn museum_02_nothing_captures_what_was_never_authorized(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.funded("shop", "1.00 USD").await;
        let refused = json!({ "account": "alice", "amount": "11.00 USD", "key": "h-1", "reference": "order-1" });
        stage.no("ledger.hold", refused.clone(), "insufficient_balance").await;
        let lookup = stage.ok("admin.lookup_key", json!({ "key": "h-1" })).await;
        assert_eq!((&lookup["outcome"], &lookup["made"]), (&"unknown".into(), &json!([])));
        assert_eq!(stage.ok("ledger.holds", json!({})).await["items"], json!([]));
        for name in ["h-1", "order-1", "auto:ledger.hold:h-1", ""] {
            let capture = json!({ "hold": name, "to": "shop" });
            stage.bad("ledger.capture", capture, "invalid_request", "hold").await;
        }
        let made_up = "hd_019b76da-a800-7000-8000-000000000000";
        stage.no("ledger.capture", json!({ "hold": made_up, "to": "shop" }), "hold_not_found").await;
        stage.no("ledger.void", json!({ "hold": made_up }), "hold_not_found").await;
        assert_eq!(stage.balance("alice").await, "10.00 0.00 10.00");
    }

    /// midaz #1519, blnk #171: two simultaneous commits of one pending transaction both applied.
    async fn museum_03_one_of_64_captures_wins(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("shop", "1.00 USD").await;
        let hold = stage.held("alice", "40.00 USD").await;
        let outcomes = storm(stage, 64, "ledger.capture", |n| json!({ "hold": hold, "to": "shop", "key": format!("c-{n}") })).await;
        assert_eq!(tally(&outcomes), [("hold_closed", 63), ("ok", 1)].into());
        assert_eq!(stage.balance("alice").await, "60.00 0.00 60.00");
        assert_eq!(stage.balance("shop").await, "41.00 0.00 41.00");
        // captures and voids at once: the hold ends once, whoever wins
        let hold = stage.held("alice", "10.00 USD").await;
        let (captures, voids) = tokio::join!(
            storm(stage, 32, "ledger.capture", |n| json!({ "hold": hold, "to": "shop", "key": format!("d-{n}") })),
            storm(stage, 32, "ledger.void", |n| json!({ "hold": hold, "key": format!("v-{n}") })),
        );
        let outcomes: Vec<_> = captures.into_iter().chain(voids).collect();
        assert_eq!(tally(&outcomes), [("hold_closed", 63), ("ok", 1)].into());
    }

    /// blnk #315: void of one leg silently did nothing while the row said VOID.
    async fn museum_04_a_refusal_is_loud_and_no_row_lies(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("shop", "1.00 USD").await;
        let captured = stage.held("alice", "40.00 USD").await;
        stage.ok("ledger.capture", json!({ "hold": captured, "to": "shop" })).await;
        let details = stage.no("ledger.void", json!({ "hold": captured }), "hold_closed").await;
        assert_eq!(details["state"], "captured");
        assert_eq!(stage.ok("ledger.get_hold", json!({ "hold": captured })).await["state"], "captured");
        // what is left of a part is really released
        let part = stage.held("alice", "30.00 USD").await;
        let some = json!({ "hold": part, "to": "shop", "amount": "10.00 USD", "final": false });
        stage.ok("ledger.capture", some).await;
        let voided = stage.ok("ledger.void", json!({ "hold": part })).await;
        assert_eq!((&voided["hold"]["state"], &voided["hold"]["released"]["amount"]), (&"voided".into(), &"20.00".into()));
        assert_eq!(voided["balance"]["held"]["amount"], "0.00");
        assert_eq!(stage.balance("alice").await, "50.00 0.00 50.00");
        // one leg of many that does not go takes all with it
        let legs = json!([
            { "account": "alice", "amount": "-10.00 USD" },
            { "account": "shop", "amount": "5.00 USD" },
            { "account": "nobody", "amount": "5.00 USD" },
        ]);
        stage.no("ledger.post", json!({ "postings": legs }), "account_not_found").await;
        let legs = json!([
            { "account": "alice", "amount": "60.00 USD" },
            { "account": "shop", "amount": "-60.00 USD" },
        ]);
        stage.no("ledger.post", json!({ "postings": legs }), "insufficient_balance").await;
    }

    /// lago #5870, midaz #1974: the same top-up sent twice credited twice, because there was no key.
    async fn museum_05_money_never_moves_without_a_key(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let transfer = stage.funded("alice", "5.00 USD").await;
        let calls = [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD" })),
            ("ledger.post", json!({ "postings": [{ "account": "alice", "amount": "-1.00 USD" }, { "account": "bob", "amount": "1.00 USD" }] })),
            ("ledger.cancel", json!({ "transfer": transfer })),
            ("ledger.refund", json!({ "transfer": transfer })),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.capture", json!({ "hold": hold, "to": "bob" })),
            ("ledger.extend", json!({ "hold": hold, "expires_at": "2027-01-01T00:00:00Z" })),
        ];
        for (name, args) in calls {
            let before = stage.state().await;
            let error = stage.call(name, args.clone()).await.unwrap_err();
            assert_eq!((code::<()>(&Err(error.clone())), &error.details()["operation"]), ("idempotency_key_missing", &name.into()));
            assert_eq!(stage.state().await, before, "{name}");
            // the same with a key is accepted: it was the key that was missing
            let mut with = args;
            with["key"] = format!("with-{name}").into();
            if name != "ledger.refund" && name != "ledger.extend" {
                stage.ok(name, with).await;
            }
        }
    }

    /// midaz-sdk-golang #236: same key, other payload: the first reply came back with 200.
    async fn museum_06_another_payload_under_a_key_is_a_mismatch(stage) {
        stage.funded("alice", "100.00 USD").await;
        let first = json!({ "account": "alice", "amount": "1.00 USD", "key": "same" });
        stage.ok("ledger.deduct", first.clone()).await;
        for (change, field) in [("amount", json!("2.00 USD")), ("account", json!("bob")), ("to", json!("@fees")), ("reference", json!("r")), ("metadata", json!({ "a": 1 }))] {
            let mut other = first.clone();
            other[change] = field;
            let details = stage.no("ledger.deduct", other, "idempotency_mismatch").await;
            assert_eq!((&details["fields"], &details["operation"]), (&json!([change]), &"ledger.deduct".into()));
        }
        let other = json!({ "account": "alice", "amount": "1.00 USD", "key": "same" });
        let details = stage.no("ledger.top_up", other, "idempotency_mismatch").await;
        assert_eq!((&details["operation"], &details["key"]), (&"ledger.deduct".into(), &"same".into()));
        assert_eq!(stage.ok("ledger.deduct", first).await["replayed"], true);
        assert_eq!(stage.balance("alice").await, "99.00 0.00 99.00");
    }

    /// remitlend #1624: two identical requests at once both ran, because the cache was filled only at the
    /// end.
    async fn museum_07_a_thousand_callers_with_one_key(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let outcomes = storm(stage, 1_000, "ledger.deduct", |_| json!({ "account": "alice", "amount": "7.00 USD", "key": "one" })).await;
        assert_eq!(tally(&outcomes), [("ok", 1_000)].into());
        let replies: Vec<Value> = outcomes.into_iter().map(Result::unwrap).collect();
        assert_eq!(replies.iter().filter(|reply| reply["replayed"] == true).count(), 999);
        let first = id(&replies[0]["transfer"]);
        assert!(replies.iter().all(|reply| id(&reply["transfer"]) == first));
        assert_eq!(stage.balance("alice").await, "993.00 0.00 993.00");
    }

    /// midas #14: concurrent duplicates surfaced as a 500 from the unique index.
    async fn museum_08_duplicates_are_never_a_raw_constraint_error(stage) {
        let outcomes = storm(stage, 200, "ledger.open_account", |n| json!({ "account": format!("a{}", n % 4), "currency": "USD" })).await;
        assert_eq!(tally(&outcomes), [("account_exists", 196), ("ok", 4)].into());
        let outcomes = storm(stage, 200, "ledger.top_up", |n| json!({ "account": "new", "amount": format!("{}.00 USD", n + 1), "key": "same" })).await;
        assert_eq!(tally(&outcomes), [("idempotency_mismatch", 199), ("ok", 1)].into());
        if stage.kind != support::Kind::Memory {
            // and between processes, where no queue puts them in order
            let others = [stage.again().await, stage.again().await];
            let calls = (0..120).map(|n| {
                let bank = others[n % 2].clone();
                let args = json!({ "account": format!("b{}", n / 2 % 30), "amount": "1.00 USD", "key": format!("b-{}", n / 2) });
                async move { until_settled(&bank, "ledger.top_up", args).await }
            });
            let outcomes = all_at_once(calls.collect::<Vec<_>>().into_iter()).await;
            assert_eq!(tally(&outcomes), [("ok", 120)].into());
            let replayed = outcomes.iter().flatten().filter(|reply| reply["replayed"] == true).count();
            assert_eq!(replayed, 60);
            for other in others {
                other.close().await;
            }
        }
    }

    /// open-bank-oss #579: two reversals with different keys both saw COMPLETED and both refunded.
    async fn museum_09_one_full_reversal(stage) {
        stage.funded("alice", "100.00 USD").await;
        let paid = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "60.00 USD" })).await;
        let transfer = id(&paid["transfer"]);
        let outcomes = storm(stage, 64, "ledger.cancel", |n| json!({ "transfer": transfer, "key": format!("c-{n}") })).await;
        assert_eq!(tally(&outcomes), [("already_reversed", 63), ("ok", 1)].into());
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00");
        // refunds in parts at once never pass the original either
        let paid = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "60.00 USD" })).await;
        let transfer = id(&paid["transfer"]);
        let part = |n| json!({ "transfer": transfer, "amount": "25.00 USD", "key": format!("r-{n}") });
        let outcomes = storm(stage, 64, "ledger.refund", part).await;
        assert_eq!(tally(&outcomes), [("ok", 2), ("refund_exceeds_original", 62)].into());
        assert_eq!(stage.balance("alice").await, "90.00 0.00 90.00");
        stage.no("ledger.cancel", json!({ "transfer": transfer }), "refund_exceeds_original").await;
    }

    /// medusa #16292, #16681: a retried capture sent a new key to the gateway after a time-out: charged
    /// twice.
    async fn museum_10_a_retry_sends_the_key_that_was_fixed_when_the_job_was_written(stage) {
        stage.funded("alice", "10.00 USD").await;
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD" });
        let deal = id(&stage.ok("escrow.open", open).await["deal"]);
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        let dispute = json!({ "deal": deal, "type": "other", "statement": "no", "key": "d-1", "actor": "alice" });
        stage.ok("escrow.dispute", dispute.clone()).await;
        // a replay of the call writes no second job, so no second key
        assert_eq!(stage.ok("escrow.dispute", dispute).await["replayed"], true);
        let jobs = stage.ok("jobs.list", json!({})).await["items"].clone();
        assert_eq!(jobs.as_array().unwrap().len(), 1);
        let sent = |job: &Value| (job["id"].clone(), job["key"].clone(), job["payload"].clone());
        let lease = json!({ "kinds": ["notify.parties"], "limit": 5, "for": "PT1M" });
        let mut newest = 0;
        for attempt in 1..=25 {
            let granted = stage.ok("jobs.lease", lease.clone()).await["jobs"].clone();
            assert_eq!(granted.as_array().unwrap().len(), 1);
            let fence = granted[0]["fence"].as_i64().unwrap();
            assert!(std::mem::replace(&mut newest, fence) < fence, "{fence}");
            assert_eq!(sent(&granted[0]), sent(&jobs[0]));
            // a time-out: the worker reports it, or never comes back
            let failed = json!({ "job": granted[0]["id"], "fence": fence, "error": "no answer in time" });
            if attempt % 2 == 0 {
                stage.ok("jobs.fail", failed).await;
            }
            if attempt == 20 {
                stage.ok("jobs.retry", json!({ "job": granted[0]["id"] })).await;
            }
            stage.advance("PT6H");
        }
    }

    /// Rustchain #1979: a failed rollback destroyed spent inputs; a negative amount created money.
    async fn museum_12_negative_amounts_and_failed_rollbacks(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let hold = stage.held("alice", "5.00 USD").await;
        let transfer = stage.funded("alice", "5.00 USD").await;
        for amount in ["-1.00 USD", "0.00 USD", "-0.00 USD", "0 USD"] {
            for (name, mut args) in [
                ("ledger.top_up", json!({ "account": "alice" })),
                ("ledger.deduct", json!({ "account": "alice" })),
                ("ledger.transfer", json!({ "from": "alice", "to": "bob" })),
                ("ledger.hold", json!({ "account": "alice" })),
                ("ledger.capture", json!({ "hold": hold, "to": "bob" })),
                ("ledger.refund", json!({ "transfer": transfer })),
            ] {
                args["amount"] = amount.into();
                stage.bad(name, args, "invalid_amount", "amount").await;
            }
        }
        // a batch whose last call is refused takes back what the ones before it spent
        let ops = json!([
            { "op": "ledger.transfer", "args": { "from": "alice", "to": "bob", "amount": "90.00 USD", "key": "b-1" } },
            { "op": "ledger.void", "args": { "hold": hold } },
            { "op": "ledger.transfer", "args": { "from": "bob", "to": "alice", "amount": "92.00 USD", "key": "b-2" } },
        ]);
        let details = stage.no("ledger.batch", json!({ "ops": ops, "atomic": true }), "insufficient_balance").await;
        assert_eq!((&details["index"], &details["account"]), (&2.into(), &"bob".into()));
        assert_eq!(stage.balance("alice").await, "105.00 5.00 100.00");
        // neither key was burned, and the spent inputs can be spent
        stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "100.00 USD", "key": "b-2" })).await;
    }
}
