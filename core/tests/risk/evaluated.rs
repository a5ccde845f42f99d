//! `risk.evaluate` says what the call would be told: of every operation that opens or settles something.

use earnest::keyring::Keyring;

use crate::rule;
use crate::support::{Kind, Stage, Value, code, every_store, json, options};

/// A call, and what a limit of 10.00 USD for one call says of it.
fn calls(cheap: &Value, dear: &Value) -> Vec<(&'static str, Value, &'static str)> {
    let post = |from: &str, sum: &str| {
        json!({ "postings": [{ "account": "@fees", "amount": sum }, { "account": "bob", "amount": "1.00 USD" },
            { "account": from, "amount": { "amount": format!("-{}", if sum == "1.00 USD" { "2.00" } else { "21.00" }),
            "currency": "USD" } }] })
    };
    vec![
        ("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD" }), "allow"),
        ("ledger.deduct", json!({ "account": "alice", "amount": "10.01 USD" }), "block"),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "10.01 USD" }), "block"),
        ("ledger.hold", json!({ "account": "alice", "amount": "10.01 USD" }), "block"),
        ("ledger.post", post("alice", "1.00 USD"), "allow"),
        ("ledger.post", post("alice", "20.00 USD"), "block"),
        // what enters is taken from nobody, and a deal that is opened takes nothing yet
        ("ledger.top_up", json!({ "account": "alice", "amount": "5000.00 USD" }), "allow"),
        ("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "5000.00 USD" }), "allow"),
        ("escrow.pay", json!({ "deal": cheap, "actor": "alice" }), "allow"),
        ("escrow.pay", json!({ "deal": dear, "actor": "alice" }), "block"),
    ]
}

/// The rules that a verdict names, each once.
fn fired(verdict: &Value) -> Vec<String> {
    let fired = verdict["fired"].as_array().unwrap().iter();
    let mut rules: Vec<String> =
        fired.map(|one| one.as_str().or_else(|| one["rule"].as_str()).unwrap().to_owned()).collect();
    rules.dedup();
    rules
}

/// A call that fails, and then the call as it is: it is evaluated as it is told, and counted by its failure
/// as by itself. It is about this account, or about none. Afterwards it is made.
async fn judged(stage: &Stage, action: &str, args: Value, account: Option<&str>) -> Value {
    for (id, more) in [
        ("count", json!({ "limit": 0, "priority": 3 })),
        ("failed", json!({ "metric": "failures", "limit": 1, "priority": 2 })),
        ("other", json!({ "subject": "counterparty", "limit": 0, "outcome": "flag", "priority": 1 })),
        ("sum", json!({ "metric": "amount", "limit": "0.00 USD", "window": null, "outcome": "flag" })),
    ] {
        let mut given = json!({ "id": id, "action": action });
        given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule(stage, given).await;
    }
    let mut wrong = args.clone();
    let refusal = match action {
        // who the account is may not call it, or claims what he is not
        "ledger.top_up" | "ledger.post" | "ledger.refund" | "ledger.cancel" => {
            wrong["actor"] = account.into();
            "not_permitted"
        }
        "escrow.open" => {
            wrong["actor"] = json!({ "id": account, "role": "seller" });
            "not_permitted"
        }
        "credentials.verify_pin" => {
            wrong["actor"] = "mallory".into();
            "not_permitted"
        }
        _ => {
            wrong["actor"] = json!({ "id": "kim", "role": "admin" });
            wrong["expected_version"] = 99.into();
            "version_conflict"
        }
    };
    stage.no_matter(action, wrong, refusal).await;
    let told = stage.ok("risk.evaluate", json!({ "action": action, "args": args })).await;
    let made = match account {
        Some(account) => {
            let refused = stage.no_matter(action, args.clone(), "velocity_blocked").await;
            assert_eq!(told["outcome"], "block", "{action}");
            assert_eq!(fired(&told), fired(&refused), "{action}");
            assert_eq!(told["subject"], refused["subject"], "{action}");
            assert_eq!(fired(&told)[..2], ["count", "failed"], "{action}");
            let about = json!({ "subject": "account", "value": account });
            assert_eq!(stage.ok("risk.decisions", about).await["items"][0]["action"], action, "{account}");
            None
        }
        None => {
            let made = stage.ok(action, args.clone()).await;
            let last = stage.ok("risk.decisions", json!({})).await["items"][0].clone();
            let last = if last["action"] == action { fired(&last) } else { Vec::new() };
            assert_eq!(fired(&told), last, "{action}");
            Some(made)
        }
    };
    for id in ["count", "failed", "other", "sum"] {
        stage.ok("risk.remove_rule", json!({ "id": id })).await;
    }
    match made {
        Some(made) => made,
        None => stage.ok(action, args).await,
    }
}

const ALICE: Option<&str> = Some("alice");
const BOB: Option<&str> = Some("bob");

async fn deal(stage: &Stage, more: Value) -> Value {
    let mut args = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD" });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.ok("escrow.open", args).await["deal"]["id"].clone()
}

async fn paid(stage: &Stage) -> Value {
    let id = deal(stage, json!({})).await;
    stage.ok("escrow.pay", json!({ "deal": id, "actor": "alice" })).await;
    id
}

every_store! {
    /// A call of more than 16 KiB can be evaluated, as it can be made.
    async fn a_long_call_is_evaluated(stage) {
        stage.funded("alice", "10.00 USD").await;
        rule(stage, json!({ "limit": 1 })).await;
        let metadata = json!({ "long": "x".repeat(16 * 1024 - 16) });
        let args = json!({ "account": "alice", "amount": "1.00 USD", "metadata": metadata });
        let asked = json!({ "action": "ledger.deduct", "args": args });
        for outcome in ["allow", "block"] {
            assert_eq!(stage.ok("risk.evaluate", asked.clone()).await["outcome"], outcome);
            let mut call = args.clone();
            call["key"] = stage.key().into();
            let made = code(&stage.call("ledger.deduct", call).await);
            assert_eq!(made, if outcome == "allow" { "ok" } else { "velocity_blocked" });
        }
        // its own bounds are those of the call
        let longer = json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "long": "x".repeat(16 * 1024) } });
        let asked = json!({ "action": "ledger.deduct", "args": longer });
        stage.bad("risk.evaluate", asked, "invalid_request", "args.metadata").await;
    }

    async fn what_is_evaluated_is_what_the_call_is_told(stage) {
        stage.funded("alice", "1000.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let open = |price: &str| json!({ "buyer": "alice", "seller": "bob", "price": price });
        let cheap = stage.ok("escrow.open", open("9.00 USD")).await["deal"]["id"].clone();
        let dear = stage.ok("escrow.open", open("99.00 USD")).await["deal"]["id"].clone();
        let limit = json!({ "action": "*", "metric": "amount", "limit": "10.00 USD", "window": null });
        rule(stage, limit).await;
        for (action, args, expected) in calls(&cheap, &dear) {
            let told = stage.ok("risk.evaluate", json!({ "action": action, "args": args })).await;
            assert_eq!(told["outcome"], expected, "{action} {args}: {told}");
            let mut asked = args.clone();
            asked["key"] = stage.key().into();
            let done = code(&stage.call(action, asked).await);
            assert_eq!(done, if expected == "block" { "velocity_blocked" } else { "ok" }, "{action} {args}");
        }
    }

    /// The legs of a posting name accounts as other requests do.
    async fn lists_and_failures_see_the_legs_of_a_posting(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let post = |amount: &str| {
            json!({ "postings": [{ "account": "alice", "amount": format!("-{amount}") },
                { "account": "bob", "amount": amount }] })
        };
        rule(stage, json!({ "action": "ledger.post", "metric": "failures", "limit": 1 })).await;
        stage.ok("ledger.post", post("1.00 USD")).await;
        for (subject, value) in [("account", "alice"), ("counterparty", "bob")] {
            let entry = json!({ "subject": subject, "value": value, "reason": "fraud" });
            stage.ok("risk.block", entry).await;
            let told = stage.no_matter("ledger.post", post("1.00 USD"), "blocked").await;
            assert_eq!(told["subject"], subject);
            stage.ok("risk.unlist", json!({ "subject": subject, "value": value })).await;
        }
        stage.ok("risk.block", json!({ "subject": "counterparty", "value": "alice", "reason": "fraud" })).await;
        stage.ok("ledger.post", post("1.00 USD")).await;
        stage.no_matter("ledger.post", post("900.00 USD"), "insufficient_balance").await;
        stage.no_matter("ledger.post", post("1.00 USD"), "velocity_blocked").await;
    }

    /// A call that people have rejected is refused from then on, and is evaluated so.
    async fn a_rejected_call_is_evaluated_as_blocked(stage) {
        stage.funded("alice", "100.00 USD").await;
        let large = json!({ "metric": "amount", "limit": "10.00 USD", "window": null, "outcome": "review" });
        rule(stage, large).await;
        let call = json!({ "account": "alice", "amount": "50.00 USD", "key": "d-1" });
        let ask = json!({ "action": "ledger.deduct", "args": call.clone() });
        assert_eq!(stage.ok("risk.evaluate", ask.clone()).await["outcome"], "review");
        let review = stage.no_matter("ledger.deduct", call.clone(), "review_required").await["review"].clone();
        assert_eq!(stage.ok("risk.evaluate", ask.clone()).await["outcome"], "review");
        let staff = json!({ "id": "kim", "role": "admin" });
        stage.ok("risk.reject_review", json!({ "review": review, "reason": "no", "actor": staff })).await;
        assert_eq!(stage.ok("risk.evaluate", ask).await["outcome"], "block");
        stage.no_matter("ledger.deduct", call, "blocked").await;
    }

    /// Ten thousand fields are too many, and count for nothing; as many as fit are told apart by the rules'
    /// own.
    async fn metadata_of_many_fields_is_bounded(stage) {
        stage.funded("alice", "100.00 USD").await;
        for n in 0..40 {
            let of_field = json!({ "id": format!("m{n}"), "subject": format!("meta.f{n}"), "limit": 1 });
            rule(stage, of_field).await;
        }
        rule(stage, json!({ "id": "failed", "metric": "failures", "limit": 1, "priority": 9 })).await;
        let with = |fields: usize| {
            let metadata: serde_json::Map<String, Value> = (0..fields).map(|n| (format!("f{n}"), json!(1))).collect();
            json!({ "account": "alice", "amount": "1.00 USD", "metadata": metadata })
        };
        stage.bad("ledger.deduct", with(10_000), "invalid_request", "metadata").await;
        stage.ok("ledger.deduct", with(1_500)).await;
        let told = stage.no_matter("ledger.deduct", with(1_500), "velocity_blocked").await;
        assert_eq!(told["fired"].as_array().unwrap().len(), 40);
        // none of the refused ones was a failure, and another field is free
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "f40": 1 } })).await;
    }

    /// Lists name a number in the metadata by its text.
    async fn lists_name_numbers_in_the_metadata(stage) {
        stage.funded("alice", "100.00 USD").await;
        let with = |card: Value| json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "card": card } });
        stage.ok("risk.block", json!({ "subject": "meta.card", "value": "8", "reason": "stolen" })).await;
        for card in [json!(8), json!("8")] {
            stage.no_matter("ledger.deduct", with(card), "blocked").await;
        }
        stage.ok("ledger.deduct", with(json!(9))).await;
    }

    async fn money_is_counted_on_whom_it_leaves_whatever_the_outcome(stage) {
        for account in ["alice", "bob"] {
            stage.funded(account, "100.00 USD").await;
        }
        let dollar = "1.00 USD";
        let top_up = json!({ "account": "alice", "amount": dollar });
        let entered = judged(stage, "ledger.top_up", top_up, ALICE).await["transfer"]["id"].clone();
        let from_bob = json!({ "account": "alice", "amount": dollar, "source": "bob" });
        judged(stage, "ledger.top_up", from_bob, BOB).await;
        let deduct = json!({ "account": "alice", "amount": dollar });
        let left = judged(stage, "ledger.deduct", deduct, ALICE).await["transfer"]["id"].clone();
        let transfer = json!({ "from": "alice", "to": "bob", "amount": "3.00 USD" });
        let moved = judged(stage, "ledger.transfer", transfer, ALICE).await["transfer"]["id"].clone();
        let legs = json!([{ "account": "bob", "amount": dollar }, { "account": "alice", "amount": "-1.00 USD" }]);
        judged(stage, "ledger.post", json!({ "postings": legs }), ALICE).await;
        // whoever was paid gives it back
        let refund = json!({ "transfer": moved, "amount": dollar });
        judged(stage, "ledger.refund", refund, BOB).await;
        judged(stage, "ledger.refund", json!({ "transfer": moved }), BOB).await;
        judged(stage, "ledger.cancel", json!({ "transfer": entered }), ALICE).await;
        judged(stage, "ledger.cancel", json!({ "transfer": left }), ALICE).await;
        let held = json!({ "account": "alice", "amount": "5.00 USD" });
        let hold = judged(stage, "ledger.hold", held, ALICE).await["hold"]["id"].clone();
        let later = json!({ "hold": hold, "expires_at": "2030-01-01T00:00:00Z" });
        judged(stage, "ledger.extend", later, None).await;
        let part = json!({ "hold": hold, "to": "bob", "amount": dollar, "final": false });
        judged(stage, "ledger.capture", part, ALICE).await;
        judged(stage, "ledger.void", json!({ "hold": hold }), None).await;
        let hold = stage.held("alice", "2.00 USD").await;
        judged(stage, "ledger.capture", json!({ "hold": hold, "to": "bob" }), ALICE).await;
    }

    async fn deals_are_counted_on_whom_their_money_leaves_or_reaches(stage) {
        for account in ["alice", "bob"] {
            stage.funded(account, "100.00 USD").await;
        }
        let (kim, reason) = (json!({ "id": "kim", "role": "admin" }), "no good");
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD", "require_acceptance": true });
        let id = judged(stage, "escrow.open", open, ALICE).await["deal"]["id"].clone();
        let of = |actor: &str| json!({ "deal": id, "actor": actor });
        let part = |actor: &str| json!({ "deal": id, "actor": actor, "amount": "2.00 USD" });
        let mut held = of("alice");
        held["secure"] = false.into();
        judged(stage, "escrow.pay", held, ALICE).await;
        judged(stage, "escrow.secure", of("alice"), ALICE).await;
        judged(stage, "escrow.accept", of("bob"), None).await;
        judged(stage, "escrow.ship", of("bob"), None).await;
        judged(stage, "escrow.deliver", of("alice"), None).await;
        judged(stage, "escrow.release_part", part("alice"), BOB).await;
        let mut back = part("alice");
        back["reason"] = reason.into();
        judged(stage, "escrow.request_refund", back.clone(), None).await;
        let refuse = json!({ "deal": id, "actor": "bob", "reason": reason });
        judged(stage, "escrow.refuse_refund", refuse, None).await;
        stage.ok("escrow.request_refund", back).await;
        judged(stage, "escrow.approve_refund", of("bob"), ALICE).await;
        judged(stage, "escrow.confirm", of("alice"), BOB).await;
        // who fails when it is over is whom it would have been about
        rule(stage, json!({ "id": "late", "action": "escrow.confirm", "metric": "failures", "limit": 1 })).await;
        let late = json!({ "deal": id, "actor": "alice", "key": "late" });
        stage.no_matter("escrow.confirm", late, "transition_not_allowed").await;
        let next = paid(stage).await;
        stage.ok("escrow.ship", json!({ "deal": next, "actor": "bob" })).await;
        let confirm = json!({ "deal": next, "actor": "alice" });
        stage.no_matter("escrow.confirm", confirm, "velocity_blocked").await;
        let unpaid = deal(stage, json!({})).await;
        judged(stage, "escrow.cancel", json!({ "deal": unpaid, "actor": "bob" }), None).await;
        let called_off = paid(stage).await;
        judged(stage, "escrow.cancel", json!({ "deal": called_off, "actor": "bob" }), ALICE).await;
        let id = paid(stage).await;
        let dispute = json!({ "deal": id, "type": "other", "statement": "?", "actor": "alice" });
        let opened = judged(stage, "escrow.dispute", dispute.clone(), None).await["dispute"]["id"].clone();
        judged(stage, "escrow.investigate", json!({ "dispute": opened, "actor": kim }), None).await;
        judged(stage, "escrow.withdraw", json!({ "dispute": opened, "actor": "alice" }), None).await;
        for (outcome, account) in [("release", BOB), ("refund", ALICE)] {
            let id = paid(stage).await;
            let mut dispute = dispute.clone();
            dispute["deal"] = id;
            let opened = stage.ok("escrow.dispute", dispute).await["dispute"]["id"].clone();
            let resolve = json!({ "dispute": opened, "outcome": outcome, "resolution": "so", "actor": kim });
            judged(stage, "escrow.resolve", resolve, account).await;
        }
    }
}

/// Checks of PINs move nothing: no account is counted.
#[tokio::test(flavor = "multi_thread")]
async fn checks_are_about_no_account() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        let pin = json!({ "subject": "u-1", "pin": "4711" });
        stage.ok("credentials.set_pin", pin.clone()).await;
        judged(&stage, "credentials.verify_pin", pin, None).await;
        stage.finish().await;
    }
}
