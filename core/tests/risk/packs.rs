//! Packs: their numbers hold by whichever operation money leaves.

use crate::support::{Kind, Stage, Value, every_store, json, options};
use crate::{deduct, passing};

/// Every operation with which money leaves an account or is held there: by each, this much of `alice`.
async fn siblings(stage: &Stage, amount: &str) -> Vec<(&'static str, Value)> {
    let open = json!({ "buyer": "alice", "seller": "bob", "price": format!("{amount} USD") });
    let deal = stage.ok("escrow.open", open).await["deal"]["id"].clone();
    let (money, back) = (format!("{amount} USD"), format!("-{amount} USD"));
    vec![
        ("ledger.deduct", json!({ "account": "alice", "amount": money, "to": "bob" })),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": money })),
        (
            "ledger.post",
            json!({ "postings": [{ "account": "alice", "amount": back }, { "account": "bob", "amount": money }] }),
        ),
        ("ledger.hold", json!({ "account": "alice", "amount": money })),
        ("escrow.pay", json!({ "deal": deal })),
    ]
}

async fn installed(stage: &Stage, name: &str) {
    stage.ok("risk.install_pack", json!({ "name": name, "currency": "USD" })).await;
    stage.funded("alice", "90000.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
}

/// Five in ten seconds, whichever operations they are; and what is told of the sixth, by each.
async fn five_whatever_they_are(stage: &Stage, name: &str) {
    installed(stage, name).await;
    for (first, second) in [(0, 5), (3, 2)] {
        let all = siblings(stage, "1.00").await;
        for n in 0..5 {
            let (name, args) = &all[if first == 0 { n } else { (n + first) % 5 }];
            stage.ok(name, args.clone()).await;
        }
        for (call, args) in siblings(stage, "1.00").await.into_iter().take(second) {
            let told = stage.no_matter(call, args, "velocity_blocked").await;
            assert_eq!(told["rule"], format!("pack.{name}.quick"), "{call}");
        }
        stage.advance("PT10S");
    }
    // a top-up takes nothing, and does not count
    for _ in 0..6 {
        stage.funded("alice", "1.00 USD").await;
    }
    assert_eq!(passing(stage, "ledger.deduct", &deduct("alice", json!({})), 9).await, 5);
}

/// Of the currencies that the engine allows, those are named that no rule of the pack limits.
#[tokio::test]
async fn a_pack_names_the_allowed_currencies_that_it_leaves_open() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().allow_only(["USD", "KRW", "EUR"])).await;
        let cases = [
            (json!({ "name": "payouts" }), json!(["EUR", "KRW", "USD"])),
            (json!({ "name": "payouts", "currency": "USD" }), json!(["EUR", "KRW"])),
            (json!({ "name": "payouts", "currency": "USD", "currencies": ["KRW", "EUR"] }), json!([])),
            // what was set before stays in force
            (json!({ "name": "payouts" }), json!([])),
            (json!({ "name": "prepaid", "currencies": ["EUR"] }), json!(["KRW", "USD"])),
        ];
        for (args, open) in cases {
            assert_eq!(stage.ok("risk.install_pack", args.clone()).await["leaves_open"], open, "{args}");
        }
        stage.finish().await;
    }
}

every_store! {
    async fn prepaid_has_five_in_ten_seconds_by_any_operation(stage) {
        five_whatever_they_are(stage, "prepaid").await;
    }

    async fn payouts_have_five_in_ten_seconds_by_any_operation(stage) {
        five_whatever_they_are(stage, "payouts").await;
    }

    /// Large sums are looked at, and a day has its limit.
    async fn prepaid_looks_at_large_sums_of_any_operation(stage) {
        installed(stage, "prepaid").await;
        for (name, args) in siblings(stage, "1000.01").await {
            let told = stage.no_matter(name, args, "review_required").await;
            assert_eq!(told["rule"], "pack.prepaid.large", "{name}");
        }
        for (name, args) in siblings(stage, "400.00").await {
            stage.ok(name, args).await;
        }
        stage.advance("PT10S");
        for (name, args) in siblings(stage, "0.01").await {
            let told = stage.no_matter(name, args, "velocity_blocked").await;
            assert_eq!(told["rule"], "pack.prepaid.day", "{name}");
        }
    }

    /// Large payouts need a factor, and days and payees have their limits.
    async fn payouts_are_guarded_whatever_the_operation(stage) {
        installed(stage, "payouts").await;
        for amount in ["1000.01", "5000.01"] {
            for (name, args) in siblings(stage, amount).await {
                stage.no_matter(name, args, "factor_required").await;
            }
        }
        for _ in 0..2 {
            for (name, args) in siblings(stage, "1000.00").await {
                stage.ok(name, args).await;
            }
            stage.advance("PT10S");
        }
        for (name, args) in siblings(stage, "0.01").await {
            let told = stage.no_matter(name, args, "velocity_blocked").await;
            assert_eq!(told["rule"], "pack.payouts.day", "{name}");
        }
    }

    /// A ceiling in dollars is none in euros: a pack says which currencies it leaves open.
    async fn a_pack_says_which_currencies_it_leaves_open(stage) {
        let args = json!({ "name": "payouts", "currency": "USD" });
        assert_eq!(stage.ok("risk.install_pack", args).await["leaves_open"], json!(["*"]));
        stage.ok("ledger.top_up", json!({ "account": "eve", "amount": "90000.00 EUR" })).await;
        stage.ok("ledger.deduct", json!({ "account": "eve", "amount": "9000.00 EUR" })).await;
        let args = json!({ "name": "payouts", "currency": "USD", "currencies": ["EUR"] });
        let reply = stage.ok("risk.install_pack", args).await;
        let ids = reply["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap());
        let in_euros: Vec<&str> = ids.filter(|id| id.ends_with(".EUR")).collect();
        assert!(in_euros.contains(&"pack.payouts.day.EUR"), "{in_euros:?}");
        for amount in ["1000.01", "9000.00"] {
            let args = json!({ "account": "eve", "amount": format!("{amount} EUR") });
            stage.no_matter("ledger.deduct", args, "factor_required").await;
        }
        let wrong = |currencies: Value| json!({ "name": "payouts", "currency": "USD", "currencies": currencies });
        for (currencies, field) in [(json!(["USD"]), "currencies[0]"), (json!(["JPY"]), "currencies[0]")] {
            stage.bad("risk.install_pack", wrong(currencies), "invalid_request", field).await;
        }
        let reply = stage.ok("risk.install_pack", json!({ "name": "limited_sale" })).await;
        assert_eq!(reply["leaves_open"], json!(["*"]));
    }

    /// More than ten payees in a day are noted, whichever way they are paid.
    async fn payouts_note_many_payees(stage) {
        installed(stage, "payouts").await;
        for n in 0..11 {
            let payee = format!("p-{n}");
            stage.funded(&payee, "1.00 USD").await;
            let args = match n % 2 {
                0 => ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "to": payee })),
                _ => ("ledger.transfer", json!({ "from": "alice", "to": payee, "amount": "1.00 USD" })),
            };
            stage.ok(args.0, args.1).await;
            stage.advance("PT10S");
        }
        let newest = stage.ok("risk.decisions", json!({ "limit": 1 })).await["items"][0].clone();
        assert_eq!(newest["fired"][0]["rule"], "pack.payouts.payees", "{newest}");
    }

    /// An action may be several operations: they count together, and each must be one.
    async fn a_rule_may_be_about_several_operations(stage) {
        let mut args = json!({ "id": "r", "action": "ledger.deduct, ledger.capture", "subject": "account",
            "metric": "count", "window": "P1D", "limit": 2, "outcome": "block" });
        let set = stage.ok("risk.set_rule", args.clone()).await;
        assert_eq!(set["rule"]["action"], "ledger.deduct, ledger.capture");
        stage.funded("alice", "10.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let hold = stage.held("alice", "1.00 USD").await;
        stage.ok("ledger.capture", json!({ "hold": hold, "to": "bob" })).await;
        stage.ok("ledger.deduct", deduct("alice", json!({}))).await;
        stage.no_matter("ledger.deduct", deduct("alice", json!({})), "velocity_blocked").await;
        let hold = stage.held("alice", "1.00 USD").await;
        stage.no_matter("ledger.capture", json!({ "hold": hold, "to": "bob" }), "velocity_blocked").await;
        for wrong in ["ledger.deduct,", "ledger.deduct, nothing.at_all", "ledger.deduct, ledger.balance", ", "] {
            args["action"] = wrong.into();
            stage.bad("risk.set_rule", args.clone(), "invalid_request", "action").await;
        }
    }

    /// The payee of a hold is named when it is captured: whom a list blocks as the other side gets nothing
    /// then, and the money goes to somebody else or back.
    async fn a_listed_payee_gets_no_capture(stage) {
        stage.funded("alice", "10.00 USD").await;
        let hold = stage.held("alice", "5.00 USD").await;
        let block = json!({ "subject": "counterparty", "value": "bob", "reason": "fraud" });
        stage.ok("risk.block", block).await;
        let capture = |to: &str, amount: &str| json!({ "hold": hold, "to": to, "amount": amount, "final": false });
        let told = stage.no_matter("ledger.capture", capture("bob", "1.00 USD"), "blocked").await;
        assert_eq!(told["subject"], "counterparty");
        stage.ok("ledger.capture", capture("carol", "1.00 USD")).await;
        // who pays is judged when he holds, and what he has promised goes on
        stage.ok("risk.block", json!({ "subject": "account", "value": "alice", "reason": "fraud" })).await;
        stage.ok("ledger.capture", capture("carol", "1.00 USD")).await;
        stage.ok("risk.unlist", json!({ "subject": "counterparty", "value": "bob" })).await;
        stage.ok("ledger.capture", capture("bob", "1.00 USD")).await;
        // an allowance of the payee lifts nothing of the payer's
        let rule = json!({ "id": "r", "action": "ledger.capture", "subject": "account", "metric": "count",
            "window": "P1D", "limit": 0, "outcome": "block" });
        stage.ok("risk.set_rule", rule).await;
        stage.ok("risk.allow", json!({ "subject": "counterparty", "value": "bob", "reason": "known" })).await;
        stage.no_matter("ledger.capture", capture("bob", "1.00 USD"), "velocity_blocked").await;
        stage.ok("ledger.void", json!({ "hold": hold })).await;
    }
}
