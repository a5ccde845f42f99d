//! Bad input, all of it: the code, the field named, and nothing written.

use crate::support::{Stage, Value, every_store, json};

/// Every operation that takes an amount, good but for `amount`.
async fn with_amount(stage: &Stage, amount: &Value) -> Vec<(&'static str, Value, String)> {
    let hold = stage.held("alice", "5.00 USD").await;
    let transfer = stage.funded("alice", "5.00 USD").await;
    vec![
        ("ledger.top_up", json!({ "account": "alice", "amount": amount }), "amount".into()),
        ("ledger.deduct", json!({ "account": "alice", "amount": amount }), "amount".into()),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": amount }), "amount".into()),
        ("ledger.hold", json!({ "account": "alice", "amount": amount }), "amount".into()),
        ("ledger.capture", json!({ "hold": hold, "to": "bob", "amount": amount }), "amount".into()),
        ("ledger.refund", json!({ "transfer": transfer, "amount": amount }), "amount".into()),
        (
            "ledger.post",
            json!({ "postings": [{ "account": "alice", "amount": "-1.00 USD" }, { "account": "bob", "amount": amount }] }),
            "postings[1].amount".into(),
        ),
    ]
}

async fn people(stage: &Stage) {
    stage.funded("alice", "100.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
}

every_store! {
    async fn amounts_that_are_none(stage) {
        people(stage).await;
        let texts = [
            "", "USD", "100", "100.00USD", "$100 USD", "1,000.00 USD", "1_000 USD",
            "+1.00 USD", "1e3 USD", "1E3 USD", "0x10 USD", "NaN USD", "nan USD", "inf USD", "Infinity USD", "-Infinity USD", ".5 USD",
            "1. USD", "1.0.0 USD", "--1 USD", "007 USD", "00.10 USD", "0.001 USD", "1.000 USD", "\u{ff11}\u{ff10}.\u{ff10}\u{ff10} USD",
            "\u{661}\u{660} USD", "\u{2212}1.00 USD", "1.00\u{a0}USD", "1\u{200b}.00 USD", "1.00\u{0} USD",
            "1000000000000000000000000000000000000.00 USD", "99999999999999999999999999999999999999 USD",
            "340282366920938463463374607431768211456 USD",
        ];
        let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
        values.extend([
            json!(100), json!(100.0), json!(-1), json!(0), json!(true), json!([]), json!(["1.00", "USD"]), json!({}),
            json!({ "amount": 100, "currency": "USD" }),
            json!({ "amount": 1.5, "currency": "USD" }),
            json!({ "amount": null, "currency": "USD" }),
            json!({ "amount": "1.00" }),
            json!({ "currency": "USD" }),
            json!({ "amount": "1.00", "currency": "USD", "scale": 2 }),
            json!({ "amount": "\u{ff11}.00", "currency": "USD" }),
        ]);
        let calls = with_amount(stage, &Value::Null).await;
        for value in values {
            for (name, mut args, field) in calls.clone() {
                match args.get_mut("postings") {
                    Some(postings) => postings[1]["amount"] = value.clone(),
                    None => args["amount"] = value.clone(),
                }
                stage.bad(name, args, "invalid_amount", &field).await;
            }
        }
    }

    async fn spaces_belong_nowhere_but_between(stage) {
        people(stage).await;
        for text in [" ", "100.00  USD", " 100.00 USD", "100.00 USD ", "100.00 USD x", "100 .00 USD", "100.00\tUSD"] {
            let args = json!({ "account": "alice", "amount": text, "key": "k" });
            let before = stage.state().await;
            let error = stage.call("ledger.top_up", args).await.unwrap_err();
            let field = error.details()["field"].as_str().unwrap().to_owned();
            // whether it is the amount that is malformed or the currency lies in the eye of the beholder
            assert!(matches!(error.code().as_str(), "invalid_amount" | "invalid_currency") && field.starts_with("amount"), "{text}: {error}");
            assert_eq!(stage.state().await, before);
        }
    }

    async fn zero_and_negative_amounts(stage) {
        people(stage).await;
        for value in ["0 USD", "0.00 USD", "-0.00 USD", "-0.01 USD", "-100.00 USD"] {
            for (name, args, field) in with_amount(stage, &json!(value)).await {
                if name == "ledger.post" {
                    let code = if value.contains("0.01") || value.contains("100") { "invalid_request" } else { "invalid_amount" };
                    stage.no(name, args, code).await;
                } else {
                    stage.bad(name, args, "invalid_amount", &field).await;
                }
            }
        }
    }

    async fn the_scale_is_the_currencys(stage) {
        for (amount, good) in [
            ("1 KRW", true), ("1.0 KRW", false), ("1.5 KRW", false), ("0.01 USD", true), ("0.010 USD", false), ("0.000001 USDC", true),
            ("0.0000001 USDC", false), ("0.000000000000000001 POL", true), ("0.0000000000000000001 POL", false),
        ] {
            let args = json!({ "account": "alice", "amount": amount });
            if good {
                stage.ok("ledger.top_up", args).await;
            } else {
                stage.bad("ledger.top_up", args, "invalid_amount", "amount").await;
            }
        }
    }

    async fn currencies_that_are_unknown(stage) {
        people(stage).await;
        for code in ["XYZ", "usd", "US", "USDOLLARSANDMORE", "\u{ff35}SD", "BTC", "XAU", "1SD"] {
            let calls = with_amount(stage, &json!(format!("1.00 {code}"))).await;
            for (name, args, field) in calls {
                stage.bad(name, args, "invalid_currency", &format!("{field}.currency")).await;
            }
            let long = json!({ "account": "alice", "amount": { "amount": "1.00", "currency": code } });
            stage.bad("ledger.top_up", long, "invalid_currency", "amount.currency").await;
            stage.bad("ledger.balance", json!({ "account": "alice", "currency": code }), "invalid_currency", "currency").await;
        }
        let number = json!({ "account": "alice", "amount": { "amount": "1.00", "currency": 840 } });
        stage.bad("ledger.top_up", number, "invalid_currency", "amount.currency").await;
    }

    async fn account_names_that_are_malformed(stage) {
        people(stage).await;
        for name in ["", " ", "a b", "a@b", "a/b", "a\u{0}", "a\n", "계정", "\u{ff41}", "alice ", &"x".repeat(129)] {
            for (op, args, field) in [
                ("ledger.top_up", json!({ "account": name, "amount": "1.00 USD" }), "account"),
                ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "source": name }), "source"),
                ("ledger.deduct", json!({ "account": name, "amount": "1.00 USD" }), "account"),
                ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "to": name }), "to"),
                ("ledger.transfer", json!({ "from": name, "to": "bob", "amount": "1.00 USD" }), "from"),
                ("ledger.transfer", json!({ "from": "alice", "to": name, "amount": "1.00 USD" }), "to"),
                ("ledger.hold", json!({ "account": name, "amount": "1.00 USD" }), "account"),
                ("ledger.lock_account", json!({ "account": name }), "account"),
                ("ledger.balance", json!({ "account": name }), "account"),
                ("ledger.account", json!({ "account": name }), "account"),
                ("ledger.entries", json!({ "account": name }), "account"),
                ("ledger.transfers", json!({ "account": name }), "account"),
                ("ledger.holds", json!({ "account": name }), "account"),
            ] {
                stage.bad(op, args, "invalid_account", field).await;
            }
        }
        for (op, args) in [
            ("ledger.balance", json!({ "account": "nobody" })),
            ("ledger.account", json!({ "account": "nobody" })),
            ("ledger.deduct", json!({ "account": "nobody", "amount": "1.00 USD" })),
            ("ledger.balance", json!({ "account": "Alice" })),
            ("ledger.balance", json!({ "account": "alice", "currency": "KRW" })),
        ] {
            stage.no(op, args, "account_not_found").await;
        }
    }

    async fn the_same_account_on_both_sides(stage) {
        people(stage).await;
        for (op, args) in [
            ("ledger.transfer", json!({ "from": "alice", "to": "alice", "amount": "1.00 USD" })),
            ("ledger.deduct", json!({ "account": "alice", "to": "alice", "amount": "1.00 USD" })),
            ("ledger.top_up", json!({ "account": "alice", "source": "alice", "amount": "1.00 USD" })),
        ] {
            stage.no(op, args, "invalid_request").await;
        }
    }

    async fn fields_that_are_unknown_missing_or_of_another_type(stage) {
        people(stage).await;
        for (op, args, field) in [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "amuont": "2.00 USD" }), "amuont"),
            ("ledger.top_up", json!({ "amount": "1.00 USD" }), "account"),
            ("ledger.top_up", json!({ "account": "alice" }), "amount"),
            ("ledger.top_up", json!({ "account": null, "amount": "1.00 USD" }), "account"),
            ("ledger.top_up", json!({ "account": 7, "amount": "1.00 USD" }), "account"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "key": 7 }), "key"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "metadata": "text" }), "metadata"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "metadata": [1] }), "metadata"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "expected_version": "1" }), "expected_version"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "context": { "user": "x" } }), "context.user"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "actor": "" }), "actor"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "actor": { "id": "u", "role": "Root!" } }), "actor.role"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "reference": "" }), "reference"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "reference": "r".repeat(256) }), "reference"),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "reference": "a\u{0}" }), "reference"),
            ("ledger.cancel", json!({ "transfer": "7" }), "transfer"),
            ("ledger.capture", json!({ "hold": "tr_019b76da-a800-7000-8000-000000000000", "to": "bob" }), "hold"),
            ("ledger.post", json!({ "postings": [{ "account": "alice", "amount": "-1.00 USD", "note": 1 }] }), "postings[0].note"),
            ("ledger.balance", json!({ "account": "alice", "key": "k" }), "key"),
            ("ledger.transfers", json!({ "limit": "ten" }), "limit"),
            ("events.list", json!({ "after_seq": "x" }), "after_seq"),
        ] {
            stage.bad(op, args, "invalid_request", field).await;
        }
        for (op, args) in [("ledger.top_up", json!([])), ("ledger.top_up", json!("x")), ("ledger.top_up", Value::Null), ("ledger.nothing", json!({})), ("", json!({}))] {
            stage.no(op, args, "invalid_request").await;
        }
    }

    async fn metadata_has_a_bound(stage) {
        people(stage).await;
        // `{"a":"..."}` is eight bytes around the text
        let with = |length: usize| json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "a": "x".repeat(length) } });
        stage.ok("ledger.top_up", with(16 * 1024 - 8)).await;
        stage.bad("ledger.top_up", with(16 * 1024 - 7), "invalid_request", "metadata").await;
        // the bound is one of bytes
        let wide = json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "a": "\u{d55c}".repeat(6_000) } });
        stage.bad("ledger.top_up", wide, "invalid_request", "metadata").await;
        let nul = json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "a": ["x\u{0}"] } });
        stage.bad("ledger.top_up", nul, "invalid_request", "metadata").await;
        let escaped = json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "a": "\\u0000", "b": "\u{1}" } });
        let reply = stage.ok("ledger.top_up", escaped).await;
        assert_eq!(reply["transfer"]["metadata"], json!({ "a": "\\u0000", "b": "\u{1}" }));
        let deep = json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "a": { "b": [{ "c": null, "d": 1.5, "e": true }] }, "": "" } });
        let reply = stage.ok("ledger.top_up", deep.clone()).await;
        assert_eq!(reply["transfer"]["metadata"], deep["metadata"]);
    }

    async fn errors_have_all_their_parts(stage) {
        people(stage).await;
        let error = stage.call("ledger.deduct", json!({ "account": "bob", "amount": "5.00 USD", "key": "k" })).await.unwrap_err();
        let wire = serde_json::to_value(&error).unwrap();
        assert_eq!((&wire["code"], &wire["kind"], &wire["http_status"]), (&"insufficient_balance".into(), &"rejected".into(), &409.into()));
        assert_eq!((&wire["retryable"], &wire["retry"]), (&false.into(), &"never".into()));
        assert_eq!(wire["details"]["account"], "bob");
        assert_eq!(error.envelope("ko")["message"], "잔액이 부족합니다");
        assert_eq!(error.envelope("ko")["code"], "INSUFFICIENT_BALANCE");
        for (op, args, status) in [
            ("ledger.deduct", json!({ "account": "bob", "amount": 5, "key": "k" }), 400),
            ("ledger.deduct", json!({ "account": "bob", "amount": "5.00 USD" }), 400),
            ("ledger.deduct", json!({ "account": "@fees", "amount": "5.00 USD", "key": "k" }), 403),
            ("ledger.deduct", json!({ "account": "carol", "amount": "5.00 USD", "key": "k" }), 404),
            ("ledger.open_account", json!({ "account": "bob", "currency": "USD" }), 409),
        ] {
            assert_eq!(stage.call(op, args).await.unwrap_err().http_status(), status);
        }
    }
}
