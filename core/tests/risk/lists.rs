//! Lists and packs: who is let through or refused whatever rules say, and rules that come together.

use crate::support::{Value, every_store, json};
use crate::{deduct, passing, rule};

const DEDUCT: &str = "ledger.deduct";

fn entry(subject: &str, value: &str) -> Value {
    json!({ "subject": subject, "value": value, "reason": "as told" })
}

every_store! {
    /// A block stands before the objects, an allowance lifts rules, and the later entry replaces the other.
    async fn lists_come_before_rules(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        rule(stage, json!({ "limit": 2 })).await;
        stage.ok("risk.block", entry("account", "alice")).await;
        let told = stage.no_matter(DEDUCT, deduct("alice", json!({})), "blocked").await;
        assert_eq!((&told["subject"], &told["reason"]), (&json!("account"), &json!("as told")));
        // before what it would be refused for otherwise
        let poor = deduct("alice", json!({ "amount": "500.00 USD" }));
        stage.no_matter(DEDUCT, poor, "blocked").await;
        stage.ok("risk.block", entry("account", "nobody")).await;
        stage.no_matter(DEDUCT, deduct("nobody", json!({})), "blocked").await;
        stage.no_matter(DEDUCT, deduct("bob", json!({ "amount": "500.00 USD" })), "insufficient_balance").await;
        let allowed = stage.ok("risk.allow", entry("account", "alice")).await["entry"].clone();
        assert_eq!((&allowed["state"], &allowed["version"]), (&json!("allowed"), &json!(2)));
        assert_eq!(passing(stage, DEDUCT, &deduct("alice", json!({})), 5).await, 5);
        let newest = stage.ok("risk.decisions", json!({ "limit": 1 })).await["items"][0].clone();
        assert!(newest["allowed_by"].as_str().unwrap().starts_with("account:"), "{newest}");
        // what was let through was counted
        stage.ok("risk.unlist", json!({ "subject": "account", "value": "alice" })).await;
        let told = stage.no_matter(DEDUCT, deduct("alice", json!({})), "velocity_blocked").await;
        assert_eq!(told["used"], 5);
        stage.bad("risk.unlist", json!({ "subject": "account", "value": "alice" }), "invalid_request", "value").await;
        stage.bad("risk.block", entry("nothing", "x"), "invalid_request", "subject").await;
        stage.bad("risk.block", entry("account", "a b"), "invalid_request", "value").await;
        let of = json!({ "subject": "account", "value": "nobody" });
        assert_eq!(stage.ok("risk.decisions", of).await["items"].as_array().unwrap().len(), 1);
    }

    /// An entry ends, and a block of any part stands against an allowance of another.
    async fn entries_end(stage) {
        stage.funded("alice", "100.00 USD").await;
        let mut timed = entry("ip", "2001:db8:0:1::1");
        timed["until"] = "2026-01-01T01:00:00Z".into();
        stage.ok("risk.block", timed).await;
        stage.ok("risk.allow", entry("account", "alice")).await;
        let from = |ip: &str| deduct("alice", json!({ "context": { "ip": ip } }));
        stage.no_matter(DEDUCT, from("2001:db8:0:1:ffff::2"), "blocked").await;
        stage.ok(DEDUCT, from("2001:db8:0:2::1")).await;
        stage.advance("PT1H");
        stage.ok(DEDUCT, from("2001:db8:0:1::1")).await;
        // a retry of what was done is answered even to whom a list blocks now
        let first = deduct("alice", json!({ "key": "d-1", "actor": { "id": "clerk", "role": "admin" } }));
        stage.ok(DEDUCT, first.clone()).await;
        stage.ok("risk.block", entry("actor", "clerk")).await;
        assert_eq!(stage.ok(DEDUCT, first).await["replayed"], true);
        stage.no_matter(DEDUCT, deduct("alice", json!({ "actor": { "id": "clerk", "role": "admin" } })), "blocked").await;
        let ask = json!({ "action": DEDUCT, "args": deduct("alice", json!({ "actor": "clerk" })) });
        assert_eq!(stage.ok("risk.evaluate", ask).await["outcome"], "block");
    }

    /// The buyer and the seller of a deal are looked up by the deal; what settles goes on.
    async fn parties_of_deals_are_listed(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "bob", "currency": "USD" })).await;
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "5.00 USD" });
        let mut deals = Vec::new();
        for _ in 0..2 {
            deals.push(stage.ok("escrow.open", open.clone()).await["deal"]["id"].clone());
        }
        stage.ok("escrow.pay", json!({ "deal": deals[0], "actor": "alice" })).await;
        stage.ok("risk.block", entry("counterparty", "bob")).await;
        stage.no_matter("escrow.pay", json!({ "deal": deals[1], "actor": "alice" }), "blocked").await;
        stage.no_matter("escrow.open", open, "blocked").await;
        stage.ok("escrow.ship", json!({ "deal": deals[0], "actor": "bob" })).await;
    }

    /// A pack is set as a whole, and again back to its numbers.
    async fn packs_are_set_and_set_back(stage) {
        stage.funded("alice", "9000000 KRW").await;
        let pack = json!({ "name": "prepaid", "currency": "KRW", "time_zone": "Asia/Seoul" });
        let set = stage.ok("risk.install_pack", pack.clone()).await;
        assert_eq!((set["rules"].as_array().unwrap().len(), set["rates"].as_array().unwrap().len()), (6, 1));
        let call = |amount: &str| json!({ "account": "alice", "amount": amount });
        assert_eq!(passing(stage, DEDUCT, &call("1 KRW"), 9).await, 5);
        stage.advance("PT10S");
        let told = stage.no_matter(DEDUCT, call("2000000 KRW"), "velocity_blocked").await;
        assert_eq!(told["rule"], "pack.prepaid.day");
        let quick = set["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "pack.prepaid.quick").unwrap();
        rule(stage, json!({ "id": quick["id"], "action": quick["action"], "limit": 1, "window": "PT10S" })).await;
        let again = stage.ok("risk.install_pack", pack).await;
        assert_eq!(again["rules"], set["rules"].as_array().map(|rules| {
            // when it was set is all that differs
            let mut rules = rules.clone();
            for (rule, new) in rules.iter_mut().zip(again["rules"].as_array().unwrap()) {
                rule["updated_at"] = new["updated_at"].clone();
            }
            json!(rules)
        }).unwrap());
        for name in ["marketplace", "limited_sale", "payouts"] {
            stage.ok("risk.install_pack", json!({ "name": name, "currency": "USD" })).await;
        }
        assert_eq!(stage.ok("risk.install_pack", json!({ "name": "prepaid" })).await["rates"].as_array().unwrap().len(), 1);
        stage.bad("risk.install_pack", json!({ "name": "all" }), "invalid_request", "name").await;
        stage.bad("risk.install_pack", json!({ "name": "prepaid", "currency": "JPY" }), "invalid_request", "currency").await;
    }

    /// Five in ten seconds, a hundred a minute, limits by day and month, and a look at large sums.
    async fn packs_have_the_numbers_that_they_promise(stage) {
        for name in ["prepaid", "marketplace", "limited_sale", "payouts"] {
            let pack = stage.ok("risk.install_pack", json!({ "name": name, "currency": "KRW" })).await;
            let named = |list: &str, id: &str| {
                let id = format!("pack.{name}.{id}");
                let mut all = pack[list].as_array().unwrap().iter();
                all.find(|rule| rule["id"] == id).unwrap_or_else(|| panic!("{id} in {pack}")).clone()
            };
            let (quick, burst) = (named("rules", "quick"), named("rates", "burst"));
            assert_eq!((&quick["limit"], &quick["window"], &quick["outcome"]), (&json!(5), &json!("PT10S"), &json!("block")));
            assert_eq!((&burst["limit"], &burst["per"]), (&json!(100), &json!("PT1M")));
            if name == "limited_sale" {
                continue;
            }
            for window in ["day", "month"] {
                let rule = named("rules", window);
                let told = (&rule["metric"], &rule["window"], &rule["outcome"]);
                assert_eq!(told, (&json!("sum"), &json!(window), &json!("block")));
            }
            let looks = pack["rules"].as_array().unwrap().iter().filter(|rule| rule["outcome"] == "review").count();
            assert_eq!(looks, 1, "{name}");
        }
        for name in ["marketplace", "limited_sale", "payouts"] {
            for id in ["quick", "burst"] {
                stage.ok("risk.remove_rule", json!({ "id": format!("pack.{name}.{id}") })).await;
            }
        }
        // those of payouts ask more of large sums
        for id in ["large", "manual"] {
            stage.ok("risk.remove_rule", json!({ "id": format!("pack.payouts.{id}") })).await;
        }
        let mut passed = 0;
        for n in 0..25 {
            let account = format!("a-{n}");
            stage.funded(&account, "2000000 KRW").await;
            let call = json!({ "account": account, "amount": "1 KRW", "actor": { "id": "clerk", "role": "system" } });
            passed += passing(stage, DEDUCT, &call, 5).await;
        }
        assert_eq!(passed, 100);
        stage.advance("PT1M");
        let large = json!({ "account": "a-1", "amount": "1000001 KRW" });
        assert_eq!(stage.no_matter(DEDUCT, large, "review_required").await["rule"], "pack.prepaid.large");
    }
}
