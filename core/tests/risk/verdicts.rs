//! Verdicts of each kind of rule: what they say, to whom, and for how long.

use crate::support::{Kind, Stage, Value, code, every_store, json};
use crate::{deduct, passing, rule, with};

const DEDUCT: &str = "ledger.deduct";

fn args(more: Value) -> Value {
    deduct("alice", more)
}

every_store! {
    /// The host's score of a call that no rule is about was kept nowhere.
    async fn a_score_that_no_rule_judges_is_a_decision(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.ok(DEDUCT, args(json!({ "risk_score": 40 }))).await;
        stage.ok(DEDUCT, args(json!({}))).await;
        let items = stage.ok("risk.decisions", json!({})).await["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
        assert_eq!((&items[0]["action"], &items[0]["outcome"], &items[0]["score"]), (&json!(DEDUCT), &json!("allow"), &json!(40)));
    }

    /// The wait that is told is long enough, and a second less is not.
    async fn waiting_as_told_helps(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        rule(stage, json!({ "window": "PT10S", "message": "slowly" })).await;
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 3);
        stage.advance("PT4S");
        let told = stage.no_matter(DEDUCT, args(json!({})), "velocity_blocked").await;
        let wanted = json!({ "rule": "r", "metric": "count", "subject": "account", "used": 3, "requested": 1,
            "limit": 3, "window": "PT10S", "retry_after": 6, "message": "slowly", "fired": ["r"] });
        assert_eq!(told, wanted);
        // another account has a count of its own, and a retry of what passed is no attempt
        assert_eq!(passing(stage, DEDUCT, &deduct("bob", json!({})), 9).await, 3);
        stage.advance("PT5S");
        stage.no_matter(DEDUCT, args(json!({})), "velocity_blocked").await;
        stage.advance("PT1S");
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 3);
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        stage.ok("risk.set_rate", json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 2,
            "per": "PT10S", "burst": 2 })).await;
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 2);
        let told = stage.no_matter(DEDUCT, args(json!({})), "rate_limited").await;
        assert_eq!((&told["rule"], &told["retry_after"]), (&json!("q"), &json!(5)));
        stage.advance("PT4S");
        stage.no_matter(DEDUCT, args(json!({})), "rate_limited").await;
        stage.advance("PT1S");
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 1);
    }

    /// A retry is answered, and neither judged nor counted.
    async fn a_retry_is_no_attempt(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "limit": 2 })).await;
        let first = args(json!({ "key": "d-1" }));
        for replayed in [false, true, true] {
            assert_eq!(stage.ok(DEDUCT, first.clone()).await["replayed"], replayed);
        }
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 1);
        assert_eq!(stage.ok(DEDUCT, first).await["replayed"], true);
    }

    /// Sums are per account and in the currency of the limit; one amount alone may be too much.
    async fn amounts_are_added_up(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        stage.funded("alice", "1000 KRW").await;
        rule(stage, json!({ "metric": "sum", "limit": "10.00 USD", "window": "day", "time_zone": "Asia/Seoul",
            "action": "*" })).await;
        let of = |amount: &str| args(json!({ "amount": amount }));
        stage.ok(DEDUCT, of("6.00 USD")).await;
        let told = stage.no_matter(DEDUCT, of("4.01 USD"), "velocity_blocked").await;
        assert_eq!(told["used"], json!({ "amount": "6.00", "currency": "USD" }));
        assert_eq!(told["limit"], json!({ "amount": "10.00", "currency": "USD" }));
        // the test clock stands at midnight in London: the day in Seoul ends at 15:00
        assert_eq!(told["retry_after"], 15 * 3600);
        stage.ok(DEDUCT, of("500 KRW")).await;
        // a hold takes it, and its capture counts no more
        let hold = stage.held("alice", "4.00 USD").await;
        stage.no_matter(DEDUCT, of("0.01 USD"), "velocity_blocked").await;
        stage.ok("ledger.capture", json!({ "hold": hold, "to": "bob" })).await;
        stage.advance("PT15H");
        stage.ok(DEDUCT, of("10.00 USD")).await;
        rule(stage, json!({ "id": "large", "metric": "amount", "limit": "5.00 USD", "window": null })).await;
        let bob = |amount: &str| deduct("bob", json!({ "amount": amount }));
        stage.ok(DEDUCT, bob("5.00 USD")).await;
        let error = stage.call(DEDUCT, deduct("bob", json!({ "amount": "5.01 USD", "key": "b" }))).await.unwrap_err();
        assert_eq!((error.code().as_str(), error.retry().as_str()), ("velocity_blocked", "never"));
        assert!(error.details()["retry_after"].is_null() && error.details()["window"].is_null());
    }

    /// Actors, addresses by their network, devices, the other side, and fields of the metadata.
    async fn each_part_of_a_call_has_its_count(stage) {
        for account in ["alice", "bob", "shop"] {
            stage.funded(account, "100.00 USD").await;
        }
        for (id, subject) in [("actor", "actor"), ("ip", "ip"), ("device", "device"), ("meta", "meta.card")] {
            rule(stage, json!({ "id": id, "subject": subject, "limit": 2 })).await;
            let call = |n: u32| match subject {
                "actor" => json!({ "actor": { "id": "clerk", "role": if n == 0 { "admin" } else { "system" } } }),
                "ip" => json!({ "context": { "ip": format!("2001:db8:0:1::{n}") } }),
                "device" => json!({ "context": { "device": "d-1" } }),
                _ => json!({ "metadata": { "card": 7, "n": n } }),
            };
            for n in 0..3 {
                let (args, wanted) = (args(call(n)), if n < 2 { "ok" } else { "velocity_blocked" });
                let mut args = args;
                args["key"] = stage.key().into();
                let outcome = stage.call(DEDUCT, args).await;
                assert_eq!(code(&outcome), wanted, "{id} {n}");
                if let Err(error) = outcome {
                    assert_eq!(error.details()["subject"], subject);
                }
            }
            // another one, and none at all, are free
            let other = match subject {
                "actor" => json!({ "actor": { "id": "other", "role": "system" } }),
                "ip" => json!({ "context": { "ip": "2001:db8:0:2::1" } }),
                "device" => json!({ "context": { "device": "d-2" } }),
                _ => json!({ "metadata": { "card": "8" } }),
            };
            stage.ok(DEDUCT, args(other)).await;
            stage.ok(DEDUCT, args(json!({}))).await;
        }
        rule(stage, json!({ "id": "shop", "subject": "counterparty", "action": "ledger.transfer", "limit": 1 })).await;
        let to_shop = |from: &str| json!({ "from": from, "to": "shop", "amount": "1.00 USD" });
        stage.ok("ledger.transfer", to_shop("alice")).await;
        stage.no_matter("ledger.transfer", to_shop("bob"), "velocity_blocked").await;
        stage.ok("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "1.00 USD" })).await;
        // who is credited has a count where nobody pays
        rule(stage, json!({ "id": "top", "action": "ledger.top_up", "limit": 1 })).await;
        stage.funded("alice", "1.00 USD").await;
        let again = json!({ "account": "alice", "amount": "1.00 USD" });
        stage.no_matter("ledger.top_up", again, "velocity_blocked").await;
        stage.funded("bob", "1.00 USD").await;
    }

    /// Different values, and calls that failed.
    async fn values_are_told_apart_and_failures_counted(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "id": "cards", "metric": "distinct:meta.card", "limit": 2, "window": "P1D" })).await;
        let card = |card: &str| args(json!({ "metadata": { "card": card } }));
        for (name, wanted) in [("a", "ok"), ("b", "ok"), ("a", "ok"), ("c", "velocity_blocked"), ("b", "ok")] {
            let mut args = card(name);
            args["key"] = stage.key().into();
            assert_eq!(code(&stage.call(DEDUCT, args).await), wanted, "{name}");
        }
        stage.ok(DEDUCT, args(json!({}))).await;
        rule(stage, json!({ "id": "wrong", "metric": "failures", "limit": 2, "window": "PT1H" })).await;
        rule(stage, json!({ "id": "tries", "metric": "failures", "subject": "actor", "limit": 3, "window": "PT1H" })).await;
        let poor = args(json!({ "amount": "500.00 USD", "actor": { "id": "clerk", "role": "admin" } }));
        for _ in 0..2 {
            stage.no_matter(DEDUCT, poor.clone(), "insufficient_balance").await;
        }
        // what fails is told why: rules come after the funds
        stage.no_matter(DEDUCT, poor.clone(), "insufficient_balance").await;
        let told = stage.no_matter(DEDUCT, args(json!({})), "velocity_blocked").await;
        assert_eq!((&told["rule"], &told["used"]), (&json!("wrong"), &json!(3)));
        // being blocked is no failure
        stage.advance("PT1H");
        stage.ok(DEDUCT, args(json!({ "actor": { "id": "clerk", "role": "admin" } }))).await;
    }

    /// Shadow shows, flags let through, challenges ask, and scores add up; all of it is kept.
    async fn outcomes_are_kept(stage) {
        stage.funded("alice", "100.00 USD").await;
        let zero = |id: &str, outcome: &str| json!({ "id": id, "limit": 0, "outcome": outcome, "weight": 30 });
        let mut shadow = zero("shadow", "block");
        shadow["shadow"] = true.into();
        rule(stage, shadow).await;
        stage.ok(DEDUCT, args(json!({}))).await;
        rule(stage, zero("flag", "flag")).await;
        stage.ok(DEDUCT, args(json!({ "risk_score": 20 }))).await;
        stage.ok("risk.set_thresholds", json!({ "challenge": 51, "block": 61 })).await;
        stage.ok(DEDUCT, args(json!({ "risk_score": 20 }))).await;
        assert_eq!(stage.no_matter(DEDUCT, args(json!({ "risk_score": 21 })), "factor_required").await["factors"],
            json!(["pin", "totp"]));
        let blocked = stage.no_matter(DEDUCT, args(json!({ "risk_score": 31 })), "velocity_blocked").await;
        assert_eq!((&blocked["rule"], &blocked["used"], &blocked["limit"]), (&json!("score"), &json!(61), &json!(61)));
        stage.ok("risk.set_thresholds", json!({})).await;
        let mut challenge = zero("ask", "challenge");
        challenge["factors"] = json!(["totp"]);
        rule(stage, challenge).await;
        assert_eq!(stage.no_matter(DEDUCT, args(json!({})), "factor_required").await["factors"], json!(["totp"]));
        let page = stage.ok("risk.decisions", json!({ "limit": 50 })).await;
        let told: Vec<String> = page["items"].as_array().unwrap().iter().map(|decision| {
            format!("{} {}", decision["outcome"].as_str().unwrap(), decision["score"])
        }).collect();
        let wanted =
            ["challenge 60", "block 61", "challenge 51", "flag 50", "flag 50", "allow 0"];
        assert_eq!(told, wanted);
        let oldest = &page["items"][5];
        assert_eq!((&oldest["shadow"][0]["rule"], &oldest["subject"]), (&json!("shadow"), &json!("account")));
        let of = |value: &str| json!({ "subject": "account", "value": value });
        // two were of the score: they are about whom the rules are that made it
        assert_eq!(stage.ok("risk.decisions", of("alice")).await["items"].as_array().unwrap().len(), 6);
        assert_eq!(stage.ok("risk.decisions", of("bob")).await["items"], json!([]));
        assert_eq!(stage.ok("risk.decisions", json!({ "outcome": "block" })).await["items"].as_array().unwrap().len(), 1);
        assert_eq!(stage.ok("risk.decisions", json!({ "value": "alice" })).await["items"].as_array().unwrap().len(), 6);
        assert_eq!(stage.ok("risk.decisions", json!({ "value": "bob" })).await["items"], json!([]));
    }

    /// A value is found in whatever part of a call it stands, in pages, and after its rule is gone.
    async fn decisions_are_found_by_value_alone(stage) {
        assert_eq!(stage.ok("risk.decisions", json!({ "value": "7" })).await["items"], json!([]));
        stage.funded("seven", "100.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD" })).await;
        let parts = ["account", "actor", "counterparty", "ip", "device", "meta.shop", "meta.till"];
        for part in parts {
            rule(stage, json!({ "id": part.replace("meta.", "m-"), "action": "ledger.transfer", "subject": part, "limit": 0, "outcome": "block" })).await;
            let mut call = json!({ "from": "seven", "to": "shop", "amount": "1.00 USD" });
            let value = match part {
                "account" => "seven",
                "counterparty" => "shop",
                "actor" => { call["actor"] = json!({ "id": "clerk", "role": "admin" }); "clerk" }
                "meta.shop" | "meta.till" => { call["metadata"] = json!({ &part[5..]: 7 }); "7" }
                "ip" => { call["context"] = json!({ "ip": "10.1.2.3" }); "10.1.2.3" }
                _ => { call["context"] = json!({ "device": "phone-of-seven" }); "phone-of-seven" }
            };
            for _ in 0..2 {
                stage.no_matter("ledger.transfer", call.clone(), "velocity_blocked").await;
            }
            stage.ok("risk.remove_rule", json!({ "id": part.replace("meta.", "m-") })).await;
            let found = stage.ok("risk.decisions", json!({ "value": value })).await;
            let subjects: Vec<&str> = found["items"].as_array().unwrap().iter().map(|one| one["subject"].as_str().unwrap()).collect();
            let both = part == "meta.till";
            assert_eq!(subjects.len(), if both { 4 } else { 2 }, "{part}: {subjects:?}");
            assert_eq!(subjects[0], part);
        }
        let (mut ids, mut asked) = (Vec::new(), json!({ "value": "7", "outcome": "block", "limit": 1 }));
        loop {
            let page = stage.ok("risk.decisions", asked.clone()).await;
            ids.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].to_string()));
            if page["next"].is_null() {
                break;
            }
            asked["after"] = page["next"].clone();
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 4);
        assert_eq!(stage.ok("risk.decisions", json!({ "value": "7", "outcome": "flag" })).await["items"], json!([]));
    }

    /// An evaluation is answered as a call would be, and counts nothing.
    async fn evaluate_uses_nothing_up(stage) {
        stage.funded("alice", "100.00 USD").await;
        let ask = json!({ "action": DEDUCT, "args": args(json!({})) });
        assert_eq!(stage.ok("risk.evaluate", ask.clone()).await["outcome"], "allow");
        rule(stage, json!({ "limit": 1, "window": "PT10S" })).await;
        for _ in 0..3 {
            assert_eq!(stage.ok("risk.evaluate", ask.clone()).await["outcome"], "allow");
        }
        stage.ok(DEDUCT, args(json!({}))).await;
        let told = stage.ok("risk.evaluate", ask.clone()).await;
        assert_eq!((&told["outcome"], &told["retry_after"], &told["id"]), (&json!("block"), &json!(10), &Value::Null));
        assert_eq!(told["fired"][0]["seen"], 1);
        for (given, field) in [
            (json!({ "action": "ledger.balance", "args": {} }), "action"),
            (json!({ "action": DEDUCT, "args": { "risk_score": 101 } }), "args.risk_score"),
        ] {
            stage.bad("risk.evaluate", given, "invalid_request", field).await;
        }
        stage.bad("risk.evaluate", json!({ "action": DEDUCT, "args": { "account": "alice", "amount": 5 } }), "invalid_amount", "args.amount").await;
        assert_eq!(stage.ok("risk.decisions", json!({})).await["items"], json!([]));
    }

    /// `*` means what opens: what is owed goes on, unless a rule names it in full.
    async fn what_settles_goes_on(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let (hold, other) = (stage.held("alice", "10.00 USD").await, stage.held("alice", "10.00 USD").await);
        rule(stage, json!({ "action": "*", "limit": 0 })).await;
        rule(stage, json!({ "id": "s", "action": "ledger.*", "subject": "actor", "limit": 0 })).await;
        stage.no_matter(DEDUCT, args(json!({})), "velocity_blocked").await;
        stage.ok("ledger.capture", json!({ "hold": hold, "to": "bob" })).await;
        rule(stage, json!({ "id": "v", "action": "ledger.void", "limit": 0 })).await;
        // a void takes from nobody and gives to nobody: no account is a party of it
        stage.ok("ledger.void", json!({ "hold": other })).await;
        // settings are judged by nobody: nobody locks himself out
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        stage.ok(DEDUCT, args(json!({}))).await;
    }

    /// A deal's buyer and seller are parties of what is done to it.
    async fn deals_have_sides(stage) {
        stage.funded("alice", "100.00 USD").await;
        for account in ["bob", "carol"] {
            stage.ok("ledger.open_account", json!({ "account": account, "currency": "USD" })).await;
        }
        let open = |seller: &str| json!({ "buyer": "alice", "seller": seller, "price": "5.00 USD" });
        rule(stage, json!({ "id": "opens", "action": "escrow.open", "limit": 3 })).await;
        rule(stage, json!({ "id": "seller", "action": "escrow.open", "subject": "counterparty", "limit": 2 })).await;
        rule(stage, json!({ "id": "pays", "action": "escrow.pay", "subject": "counterparty", "limit": 1 })).await;
        let one = stage.ok("escrow.open", open("bob")).await["deal"]["id"].clone();
        let two = stage.ok("escrow.open", open("bob")).await["deal"]["id"].clone();
        assert_eq!(stage.no_matter("escrow.open", open("bob"), "velocity_blocked").await["rule"], "seller");
        stage.ok("escrow.open", open("carol")).await;
        assert_eq!(stage.no_matter("escrow.open", open("carol"), "velocity_blocked").await["rule"], "opens");
        let pay = |deal: &Value| json!({ "deal": deal, "actor": "alice" });
        stage.ok("escrow.pay", pay(&one)).await;
        assert_eq!(stage.no_matter("escrow.pay", pay(&two), "velocity_blocked").await["rule"], "pays");
        assert_eq!(stage.ok("risk.evaluate", json!({ "action": "escrow.pay", "args": { "deal": two } })).await["outcome"], "block");
    }

    /// Members of a batch see those before them; one that is taken back as a whole counts nothing.
    async fn batches_are_counted_one_by_one(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "limit": 3 })).await;
        let ops = |n: usize| -> Vec<Value> {
            (0..n).map(|_| json!({ "op": DEDUCT, "args": args(json!({ "key": stage.key() })) })).collect()
        };
        stage.no_matter("ledger.batch", json!({ "ops": ops(4), "atomic": true }), "velocity_blocked").await;
        let reply = stage.ok("ledger.batch", json!({ "ops": ops(4), "atomic": false })).await;
        let passed: Vec<bool> =
            reply["results"].as_array().unwrap().iter().map(|one| one["ok"].as_bool().unwrap()).collect();
        assert_eq!(passed, [true, true, true, false]);
    }

    /// Another limit goes on counting, another window or a new rule of the name begins from zero.
    async fn rules_are_changed_under_way(stage) {
        stage.funded("alice", "100.00 USD").await;
        let first = rule(stage, json!({})).await;
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 3);
        let raised = rule(stage, json!({ "limit": 5, "priority": 7 })).await;
        assert_eq!((&raised["generation"], &raised["created_at"]), (&first["generation"], &first["created_at"]));
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 2);
        let other = rule(stage, json!({ "limit": 5, "window": "P1D" })).await;
        assert_ne!(other["generation"], first["generation"]);
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 5);
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        rule(stage, json!({ "limit": 5, "window": "P1D" })).await;
        assert_eq!(passing(stage, DEDUCT, &args(json!({})), 9).await, 5);
        let kept = stage.ok("risk.rules", json!({})).await;
        assert_eq!((kept["items"].as_array().unwrap().len(), &kept["version"]), (1, &json!(5)));
        stage.no("risk.set_rule", with(json!({ "expected_version": 4 })), "version_conflict").await;
        stage.bad("risk.remove_rule", json!({ "id": "x" }), "invalid_request", "id").await;
        // validity: not before, and not from the end on
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        rule(stage, json!({ "limit": 0, "from": "2026-01-01T01:00:00Z", "until": "2026-01-01T02:00:00Z" })).await;
        for (passes, by) in [(true, "PT1H"), (false, "PT1H"), (true, "PT1H")] {
            assert_eq!(passing(stage, DEDUCT, &args(json!({})), 1).await == 1, passes);
            stage.advance(by);
        }
    }

    /// A rule can be set again as it is shown, whatever it is about; but when it was set is not for
    /// callers.
    async fn a_rule_is_set_as_it_was_shown(stage) {
        for outcome in ["block", "challenge", "review", "flag"] {
            for given in [
                json!({ "window": "PT10S" }),
                json!({ "window": "P1D", "time_zone": "UTC", "factors": [], "expires_in": "P3D" }),
                json!({ "window": "day", "time_zone": "Asia/Seoul" }),
                json!({ "window": "month" }),
                json!({ "window": "lifetime", "metric": "sum", "limit": "10.00 USD" }),
                json!({ "window": null, "metric": "amount", "limit": "10.00 USD", "time_zone": "UTC" }),
            ] {
                let mut given = given;
                given["outcome"] = outcome.into();
                let shown = rule(stage, given).await;
                let mut again = shown.clone();
                for when in ["generation", "created_at", "updated_at"] {
                    again.as_object_mut().unwrap().remove(when);
                }
                let mut set = stage.ok("risk.set_rule", again).await["rule"].clone();
                set["updated_at"] = shown["updated_at"].clone();
                assert_eq!(set, shown, "nothing else has changed");
            }
        }
        let own = json!({ "outcome": "challenge", "factors": ["pin"] });
        assert_eq!(rule(stage, own).await["factors"], json!(["pin"]));
        let own = json!({ "outcome": "review", "expires_in": "PT1H" });
        assert_eq!(rule(stage, own).await["expires_in"], "PT1H");
    }

    /// A number in metadata is found by its text, beside a text of these digits.
    async fn decisions_about_a_number_are_found(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "subject": "meta.shop", "limit": 0, "outcome": "flag" })).await;
        for shop in [json!(7), json!("7"), json!(70), json!("seven"), json!(7)] {
            stage.ok(DEDUCT, args(json!({ "metadata": { "shop": shop }, "key": stage.key() }))).await;
        }
        for (value, found) in [("7", 3), ("70", 1), ("seven", 1), ("\"7\"", 0), ("8", 0)] {
            let (mut ids, mut asked) = (Vec::new(), json!({ "subject": "meta.shop", "value": value, "limit": 1 }));
            loop {
                let page = stage.ok("risk.decisions", asked.clone()).await;
                ids.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].to_string()));
                if page["next"].is_null() {
                    break;
                }
                asked["after"] = page["next"].clone();
            }
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), found, "{value}");
        }
    }

    /// A rule that could never be meant is refused by its field, and nothing is set.
    async fn bad_rules_are_refused(stage) {
        for (given, field) in [
            (json!({ "id": "a b" }), "id"),
            (json!({ "action": "ledger.balance" }), "action"),
            (json!({ "action": "risk.set_rule" }), "action"),
            (json!({ "action": "ledge.*" }), "action"),
            (json!({ "subject": "nobody" }), "subject"),
            (json!({ "metric": "money" }), "metric"),
            (json!({ "window": "P401D" }), "window"),
            (json!({ "window": null }), "window"),
            (json!({ "window": "PT1S", "time_zone": "Asia/Seoul" }), "time_zone"),
            (json!({ "limit": -1 }), "limit"),
            (json!({ "limit": "3" }), "limit"),
            (json!({ "outcome": "ban" }), "outcome"),
            (json!({ "priority": 1_001 }), "priority"),
            (json!({ "weight": -101 }), "weight"),
            (json!({ "factors": ["pin"] }), "factors"),
            (json!({ "from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z" }), "until"),
        ] {
            stage.bad("risk.set_rule", with(given), "invalid_request", field).await;
        }
        let money = with(json!({ "metric": "sum", "limit": 5 }));
        stage.bad("risk.set_rule", money, "invalid_amount", "limit").await;
        let rate = json!({ "id": "q", "action": "*", "subject": "actor", "limit": 3, "per": "PT0S" });
        stage.bad("risk.set_rate", rate, "invalid_request", "per").await;
        stage.bad("risk.set_thresholds", json!({ "challenge": 50, "block": 50 }), "invalid_request", "block").await;
        rule(stage, json!({})).await;
        let taken = json!({ "id": "r", "action": "*", "subject": "actor", "limit": 3, "per": "PT1S" });
        stage.bad("risk.set_rate", taken, "invalid_request", "id").await;
    }
}

/// A rule that one process sets holds in the other one at once.
#[tokio::test(flavor = "multi_thread")]
async fn rules_hold_in_every_process() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "100.00 USD").await;
        let other = stage.again().await;
        let call = |n: u32| args(json!({ "key": format!("other-{n}") }));
        other.call(DEDUCT, call(0)).await.unwrap();
        rule(&stage, json!({ "limit": 1 })).await;
        other.call(DEDUCT, call(1)).await.unwrap();
        assert_eq!(code(&other.call(DEDUCT, call(2)).await), "velocity_blocked", "{kind:?}");
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        other.call(DEDUCT, call(3)).await.unwrap();
        other.close().await;
        stage.finish().await;
    }
}

/// Neither counters nor decisions nor events hold an address, a device or a card.
#[tokio::test(flavor = "multi_thread")]
async fn persons_stand_in_counters_as_hashes() {
    let stage = Stage::open(Kind::Sqlite).await;
    stage.funded("alice", "100.00 USD").await;
    for (id, subject) in [("i", "ip"), ("d", "device"), ("m", "meta.card"), ("a", "actor")] {
        rule(&stage, json!({ "id": id, "subject": subject, "limit": 1, "outcome": "flag" })).await;
    }
    let call = json!({ "context": { "ip": "203.0.113.7", "device": "marked-device" }, "metadata": { "card": "marked-card" },
        "actor": { "id": "marked-actor", "role": "admin" } });
    assert_eq!(passing(&stage, DEDUCT, &args(call), 2).await, 2);
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    let counters: Vec<(String, String, String)> =
        sqlx::query_as("SELECT rule, subject, ring FROM earnest_counter ORDER BY rule")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(
        counters.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
        ["actor", "device", "ip", "meta.card"]
    );
    let decisions: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT body, owner FROM earnest_record WHERE kind = 'decision'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(decisions.len(), 1);
    let text = format!("{counters:?}{decisions:?}");
    for marked in ["203.0.113.7", "marked"] {
        assert!(!text.contains(marked), "{text}");
    }
    pool.close().await;
    stage.finish().await;
}
