//! Large sums move only when enough people have approved: once, in time, and for exactly what was asked.

use earnest::{Engine, Error};

use crate::support::{self, Kind, Stage, Value, all_at_once, every_store, id, json, options, tally};

fn admin(name: &str) -> Value {
    json!({ "id": name, "role": "admin" })
}

/// A call that must be stopped at the gate; answers the details.
async fn asked(bank: &Engine, name: &str, args: Value) -> Value {
    let error = match bank.call(name, args.clone()).await {
        Ok(reply) => panic!("{name} {args} was not stopped: {reply}"),
        Err(error) => error,
    };
    assert_eq!(error.code().as_str(), "approval_required", "{name} {args}: {error} {:?}", error.details());
    error.details()
}

fn approval_of(details: &Value) -> String {
    details["approval"].as_str().unwrap().to_owned()
}

async fn approve(bank: &Engine, approval: &str, who: &str) -> Result<Value, Error> {
    bank.call("approvals.approve", json!({ "approval": approval, "actor": admin(who) })).await
}

/// The engine of the stage, and others on the same store where there can be others.
async fn engines(stage: &Stage) -> Vec<Engine> {
    let mut banks = vec![stage.bank.clone()];
    if stage.kind != Kind::Memory {
        banks.extend([stage.again().await, stage.again().await]);
    }
    banks
}

/// Many vote at once, in turn at several engines; each does what `retry: call` says.
async fn all_vote(stage: &Stage, approval: &str, who: &[String]) -> Vec<Result<Value, Error>> {
    let banks = engines(stage).await;
    let votes: Vec<_> = who
        .iter()
        .enumerate()
        .map(|(n, who)| {
            let (bank, approval, who) = (banks[n % banks.len()].clone(), approval.to_owned(), who.clone());
            async move {
                let mut outcome = approve(&bank, &approval, &who).await;
                while support::code(&outcome) == "contention" {
                    outcome = approve(&bank, &approval, &who).await;
                }
                outcome
            }
        })
        .collect();
    let outcomes = all_at_once(votes.into_iter()).await;
    for bank in banks.into_iter().skip(1) {
        bank.close().await;
    }
    outcomes
}

async fn seen(stage: &Stage, approval: &str) -> Value {
    stage.ok("approvals.get", json!({ "approval": approval })).await
}

/// A deal between alice, who has enough, and bob.
async fn deal(stage: &Stage, price: &str) -> String {
    stage.funded("alice", "5000000 KRW").await;
    id(&stage.ok("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": price })).await["deal"])
}

fn pay(deal: &str) -> Value {
    json!({ "deal": deal, "actor": "alice" })
}

/// Consent to transfers of 100 dollars and more.
async fn guarded(stage: &Stage) {
    stage.funded("alice", "1000.00 USD").await;
    stage.ok("ledger.open_account", json!({ "account": "bob", "currency": "USD" })).await;
    let policy = json!({ "id": "large", "operation": "ledger.transfer", "currency": "USD", "threshold": "100.00 USD" });
    let set = stage.ok("approvals.set_policy", policy).await;
    assert_eq!(
        (&set["policy"]["approvers"], &set["policy"]["expires_in"], &set["version"]),
        (&2.into(), &"P1D".into(), &1.into())
    );
}

fn transfer(key: &str, amount: &str) -> Value {
    json!({ "from": "alice", "to": "bob", "amount": amount, "key": key, "actor": "alice" })
}

every_store! {
    /// Their ids follow from keys and say nothing of time, so the clock moves between them.
    async fn approvals_of_twenty_milliseconds_are_listed_newest_first(stage) {
        guarded(stage).await;
        let mut made = Vec::new();
        for n in 0..20 {
            let call = transfer(&format!("t-{n}"), "100.00 USD");
            made.push(approval_of(&asked(&stage.bank, "ledger.transfer", call).await));
            stage.advance("PT0.001S");
        }
        made.reverse();
        assert_eq!(stage.ids("approvals.list", json!({})).await, made);
    }

    /// A call that waits for months waits under its key: repeated, it asks for nothing new, and takes place
    /// once.
    async fn a_key_waits_as_long_as_its_approval(stage) {
        stage.funded("alice", "500.00 USD").await;
        let policy = json!({ "id": "p", "operation": "ledger.deduct", "threshold": "100.00 USD", "approvers": 1, "expires_in": "P300D" });
        stage.ok("approvals.set_policy", policy).await;
        let call = json!({ "account": "alice", "amount": "200.00 USD", "key": "d-1", "actor": { "id": "shop", "role": "system" } });
        let approval = approval_of(&asked(&stage.bank, "ledger.deduct", call.clone()).await);
        for _ in 0..2 {
            stage.advance("P100D");
            stage.ok("jobs.run_due", json!({})).await;
            assert_eq!(approval_of(&asked(&stage.bank, "ledger.deduct", call.clone()).await), approval);
        }
        approve(&stage.bank, &approval, "kim").await.unwrap();
        stage.advance("P200D");
        assert_eq!(stage.ok("ledger.deduct", call).await["replayed"], true);
        assert_eq!(stage.balance("alice").await, "300.00 0.00 300.00");
    }

    /// 999,999 won move by themselves, 1,000,000 need two admins; what the buyer pays counts, fees included.
    async fn the_default_policy_begins_at_a_million_won(stage) {
        let small = deal(stage, "999999 KRW").await;
        stage.ok("escrow.pay", pay(&small)).await;
        let fees = json!({ "buyer": "alice", "seller": "bob", "price": "999999 KRW", "fees": [{ "to": "@fees", "amount": "1 KRW", "from": "buyer" }] });
        let with_fee = id(&stage.ok("escrow.open", fees).await["deal"]);
        assert_eq!(asked(&stage.bank, "escrow.pay", pay(&with_fee)).await["policy"], "default");

        let large = deal(stage, "1000000 KRW").await;
        let before = stage.balance("alice").await;
        let details = asked(&stage.bank, "escrow.pay", pay(&large)).await;
        let approval = approval_of(&details);
        assert!(approval.starts_with("ap_") && details["policy"] == "default");
        assert_eq!(approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await), approval, "a repeat names the same one");
        assert_eq!(stage.balance("alice").await, before);
        let view = seen(stage, &approval).await;
        assert_eq!(view["amount"], json!({ "amount": "1000000", "currency": "KRW" }));
        for (field, value) in [("operation", "escrow.pay"), ("state", "pending"), ("requested_by", "alice"), ("account", "alice"), ("expires_at", "2026-01-02T00:00:00.000000Z")] {
            assert_eq!(view[field], value, "{field} of {view}");
        }
        assert_eq!((&view["required"], &view["result"], &view["request"]), (&2.into(), &Value::Null, &json!({ "deal": large })));
        let page = stage.ok("approvals.list", json!({ "state": "pending" })).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 2);

        let jobs = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        let told: Vec<&Value> = jobs["items"].as_array().unwrap().iter().filter(|job| job["payload"]["approval"] == approval).collect();
        assert_eq!(told.len(), 1, "whoever may approve is told once: {jobs}");
        assert_eq!((&told[0]["payload"]["event"], &told[0]["payload"]["operation"]), (&"approval.requested".into(), &"escrow.pay".into()));

        let first = approve(&stage.bank, &approval, "ann").await.unwrap();
        assert_eq!((&first["executed"], &first["reply"], &first["error"]), (&false.into(), &Value::Null, &Value::Null));
        assert_eq!(stage.balance("alice").await, before);
        let last = approve(&stage.bank, &approval, "ben").await.unwrap();
        assert_eq!((&last["executed"], &last["reply"]["deal"]["state"]), (&true.into(), &"awaiting_shipment".into()), "{last}");
        assert_eq!(last["approval"]["state"], "executed");
        assert_eq!(last["approval"]["approvals"][1], json!({ "actor": "ben", "at": "2026-01-01T00:00:00.000000Z" }));
        assert_eq!(last["approval"]["result"], json!({ "executed": true, "error": null, "made": [large] }));
        let again = stage.ok("escrow.pay", pay(&large)).await;
        assert_eq!((&again["replayed"], &again["deal"]["state"]), (&true.into(), &"awaiting_shipment".into()));
        stage.no("approvals.approve", json!({ "approval": approval, "actor": admin("cho") }), "already_approved").await;
        let types = stage.event_types().await;
        let about: Vec<&str> = types.iter().filter(|kind| kind.starts_with("approval.")).map(String::as_str).collect();
        assert_eq!(about, ["approval.requested", "approval.requested", "approval.approved", "approval.approved", "approval.executed"]);
    }

    /// The payment is the requester's own, whoever gave the last consent.
    async fn the_call_runs_as_whoever_asked(stage) {
        guarded(stage).await;
        let approval = approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-1", "100.00 USD")).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        let done = approve(&stage.bank, &approval, "ben").await.unwrap();
        let moved = id(&done["reply"]["transfer"]);
        assert_eq!(done["reply"]["replayed"], false);
        let events = stage.ok("events.list", json!({ "object": moved })).await;
        assert_eq!(events["items"][0]["actor"]["id"], "alice");
        let found = stage.ok("admin.lookup_key", json!({ "key": "t-1" })).await;
        assert_eq!((&found["outcome"], &found["made"]), (&"accepted".into(), &json!([moved])));
        assert_eq!(stage.balance("bob").await, "100.00 0.00 100.00");
    }

    /// Refused votes: not permitted, or on nothing.
    async fn not_everybody_approves(stage) {
        let large = deal(stage, "2000000 KRW").await;
        let asking = json!({ "deal": large, "actor": admin("root"), "reason": "by phone" });
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", asking).await);
        let by = |actor: Value| json!({ "approval": approval, "actor": actor });
        stage.no("approvals.approve", by(admin("root")), "self_approval").await;
        stage.no("approvals.approve", by(json!("ann")), "not_permitted").await;
        stage.no("approvals.approve", by(json!({ "id": "ann", "role": "support" })), "not_permitted").await;
        stage.no("approvals.reject", json!({ "approval": approval, "actor": "ann", "reason": "x" }), "not_permitted").await;
        stage.bad("approvals.approve", json!({ "approval": approval }), "invalid_request", "actor").await;
        stage.bad("approvals.approve", json!({ "approval": large, "actor": admin("ann") }), "invalid_request", "approval").await;
        let nobody = "ap_00000000-0000-8000-8000-000000000000";
        stage.no("approvals.approve", json!({ "approval": nobody, "actor": admin("ann") }), "approval_not_found").await;
        stage.no("approvals.reject", json!({ "approval": nobody, "actor": admin("ann"), "reason": "x" }), "approval_not_found").await;
        stage.no("approvals.get", json!({ "approval": nobody }), "approval_not_found").await;
        stage.no("approvals.approve", json!({ "approval": approval, "actor": admin("ann"), "expected_version": 9 }), "version_conflict").await;
        approve(&stage.bank, &approval, "ann").await.unwrap();
        stage.no("approvals.approve", by(admin("ann")), "already_approved").await;
        let voted = json!({ "approval": approval, "actor": admin("ben"), "key": "vote-1" });
        let last = stage.ok("approvals.approve", voted.clone()).await;
        let replay = stage.ok("approvals.approve", voted).await;
        assert_eq!((&replay["replayed"], &replay["executed"], &replay["reply"]["replayed"]), (&true.into(), &true.into(), &true.into()));
        assert_eq!(replay["reply"]["deal"], last["reply"]["deal"]);
    }

    /// Two at the same instant: both count, one of them makes the call.
    async fn two_admins_at_the_same_instant(stage) {
        let large = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await);
        let replies = all_vote(stage, &approval, &["ann", "ben"].map(ToOwned::to_owned)).await;
        assert!(replies.iter().all(Result::is_ok), "{replies:#?}");
        let executed = replies.iter().flatten().filter(|reply| reply["executed"] == true).count();
        assert_eq!(executed, 1, "{replies:#?}");
        assert_eq!(stage.balance("alice").await, "4000000 0 4000000");
    }

    /// Fifty at once, the requester among them: two others count, the call is made once.
    async fn fifty_approvers_make_the_call_once(stage) {
        let large = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await);
        let name = |n: usize| if n.is_multiple_of(10) { "alice".to_owned() } else { format!("admin-{n}") };
        let outcomes = all_vote(stage, &approval, &(0..50).map(name).collect::<Vec<_>>()).await;
        let tally = tally(&outcomes);
        assert_eq!(tally["ok"], 2, "{tally:?}");
        // after the execution nobody's vote is looked at any more
        assert_eq!(tally["already_approved"] + tally.get("self_approval").unwrap_or(&0), 48, "{tally:?}");
        let own = outcomes.iter().enumerate().filter(|(n, _)| n.is_multiple_of(10));
        assert!(own.into_iter().all(|(_, outcome)| outcome.is_err()), "the requester consented");
        let executed = outcomes.iter().flatten().filter(|reply| reply["executed"] == true).count();
        assert_eq!(executed, 1);
        let by = seen(stage, &approval).await["approvals"].clone();
        assert!(by.as_array().unwrap().len() == 2 && !by.to_string().contains("alice"), "{by}");
        let executions = stage.ok("events.list", json!({ "types": ["approval.executed", "deal.paid"] })).await;
        assert_eq!(executions["items"].as_array().unwrap().len(), 2, "one of each");
        assert_eq!(stage.balance("alice").await, "4000000 0 4000000");
    }

    /// A retry of the call and the last consent are one effect, whichever comes first.
    async fn a_retry_races_the_last_vote(stage) {
        guarded(stage).await;
        for round in 0..8 {
            let key = format!("race-{round}");
            let approval = approval_of(&asked(&stage.bank, "ledger.transfer", transfer(&key, "100.00 USD")).await);
            approve(&stage.bank, &approval, "ann").await.unwrap();
            let calls = (0..6).map(|n| {
                let (bank, approval, key) = (stage.bank.clone(), approval.clone(), key.clone());
                async move {
                    match n {
                        3 => approve(&bank, &approval, "ben").await.map(|reply| reply["reply"].clone()),
                        _ => bank.call("ledger.transfer", transfer(&key, "100.00 USD")).await,
                    }
                }
            });
            let outcomes = all_at_once(calls).await;
            assert!(outcomes[3].is_ok(), "{:?}", outcomes[3]);
            let moved = id(&outcomes[3].as_ref().unwrap()["transfer"]);
            for outcome in &outcomes {
                match outcome {
                    Ok(reply) => assert_eq!(id(&reply["transfer"]), moved),
                    Err(error) => assert_eq!(error.code().as_str(), "approval_required"),
                }
            }
        }
        assert_eq!(stage.balance("bob").await, "800.00 0.00 800.00");
    }

    /// One no is enough, and for good.
    async fn a_rejected_call_never_runs(stage) {
        let large = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        let no = json!({ "approval": approval, "actor": admin("ben"), "reason": "not this one" });
        let rejected = stage.ok("approvals.reject", no.clone()).await;
        assert_eq!((&rejected["approval"]["state"], &rejected["approval"]["reason"]), (&"rejected".into(), &"not this one".into()));
        stage.no("approvals.reject", no, "transition_not_allowed").await;
        let late = stage.no("approvals.approve", json!({ "approval": approval, "actor": admin("cho") }), "transition_not_allowed").await;
        assert_eq!((&late["state"], &late["object"]), (&"rejected".into(), &approval.as_str().into()));
        stage.no("escrow.pay", pay(&large), "transition_not_allowed").await;
        stage.advance("P2D");
        stage.no("escrow.pay", pay(&large), "transition_not_allowed").await;
        stage.bad("approvals.reject", json!({ "approval": approval, "actor": admin("ben"), "reason": "" }), "invalid_request", "reason").await;
        // another key is another request
        let mut other = pay(&large);
        other["key"] = "again".into();
        assert_ne!(approval_of(&asked(&stage.bank, "escrow.pay", other).await), approval);
    }

    /// Late is the same as on time: a vote after the deadline is refused whether or not the timer ran, and
    /// the same call asks anew.
    async fn an_approval_ends_by_the_clock(stage) {
        let large = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await);
        stage.advance("PT23H59M59.999999S");
        approve(&stage.bank, &approval, "ann").await.unwrap();
        stage.advance("PT0.000001S");
        let vote = |who: &str| json!({ "approval": approval, "actor": admin(who) });
        stage.no("approvals.approve", vote("ben"), "approval_expired").await;
        assert_eq!(seen(stage, &approval).await["state"], "pending", "views show what is stored");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0);
        assert_eq!(seen(stage, &approval).await["state"], "expired");
        stage.no("approvals.approve", vote("ben"), "approval_expired").await;
        stage.no("approvals.reject", json!({ "approval": approval, "actor": admin("ben"), "reason": "x" }), "approval_expired").await;

        assert_eq!(approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await), approval);
        assert_eq!(seen(stage, &approval).await["approvals"], json!([]), "it begins again without the consent it had");
        approve(&stage.bank, &approval, "ann").await.unwrap();
        // this time nobody runs the timer before the call is repeated
        stage.advance("P1D");
        assert_eq!(approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await), approval);
        approve(&stage.bank, &approval, "ben").await.unwrap();
        assert_eq!(approve(&stage.bank, &approval, "ann").await.unwrap()["executed"], true);
        let types = stage.event_types().await;
        let about: Vec<&str> = types.iter().filter_map(|kind| kind.strip_prefix("approval.")).collect();
        assert_eq!(about, ["requested", "approved", "expired", "requested", "approved", "expired", "requested", "approved", "approved", "executed"]);
    }

    /// Asked for again and approved in one group, a key has two outcomes there: the last is its own, and
    /// nobody beside it is any the worse.
    async fn a_key_that_changes_twice_in_a_group_is_claimed_once(stage) {
        guarded(stage).await;
        let one = json!({ "id": "large", "operation": "ledger.transfer", "threshold": "100.00 USD", "approvers": 1 });
        stage.ok("approvals.set_policy", one).await;
        let member = |key: &str, amount: &str| json!({ "op": "ledger.transfer", "args": transfer(key, amount) });
        for round in 0..3 {
            let key = format!("t-{round}");
            let approval = approval_of(&asked(&stage.bank, "ledger.transfer", transfer(&key, "150.00 USD")).await);
            stage.advance("P2D");
            let vote = json!({ "op": "approvals.approve", "args": { "approval": approval, "actor": admin("ann") } });
            let ops = json!([member(&format!("b-{round}"), "1.00 USD"), member(&key, "150.00 USD"), vote, member(&format!("c-{round}"), "1.00 USD")]);
            let each = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": false })).await;
            let codes: Vec<&Value> = each["results"].as_array().unwrap().iter().map(|result| &result["error"]["code"]).collect();
            assert_eq!(codes, [&Value::Null, &"approval_required".into(), &Value::Null, &Value::Null], "{each:#}");
            let voted = &each["results"][2]["reply"];
            assert_eq!(voted["executed"], true);
            let found = stage.ok("admin.lookup_key", json!({ "key": key })).await;
            assert_eq!((&found["outcome"], &found["made"]), (&"accepted".into(), &json!([id(&voted["reply"]["transfer"])])));
        }
        assert_eq!(stage.balance("bob").await, "456.00 0.00 456.00");
    }

    /// Refused when it should run: the consent stays, and it is tried again until it expires.
    async fn a_call_refused_at_its_execution_is_tried_again(stage) {
        let large = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&large)).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "4500000 KRW" })).await;
        let failed = approve(&stage.bank, &approval, "ben").await.unwrap();
        assert_eq!((&failed["executed"], &failed["error"]["code"], &failed["reply"]), (&false.into(), &"insufficient_balance".into(), &Value::Null));
        assert_eq!((&failed["approval"]["state"], &failed["approval"]["result"]["error"]), (&"approved".into(), &"insufficient_balance".into()));
        stage.no("escrow.pay", pay(&large), "insufficient_balance").await;
        let before = stage.event_types().await.len();
        assert_eq!(approve(&stage.bank, &approval, "cho").await.unwrap()["error"]["code"], "insufficient_balance");
        assert_eq!(stage.event_types().await.len(), before, "the same failure is not written twice");
        stage.no("approvals.approve", json!({ "approval": approval, "actor": "alice" }), "self_approval").await;
        stage.funded("alice", "500000 KRW").await;
        let done = approve(&stage.bank, &approval, "ann").await.unwrap();
        assert_eq!((&done["executed"], &done["error"]), (&true.into(), &Value::Null), "{done}");
        assert_eq!(done["approval"]["approvals"].as_array().unwrap().len(), 2);

        // the requester's own retry does it as well
        let other = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&other)).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        assert_eq!(approve(&stage.bank, &approval, "ben").await.unwrap()["error"]["code"], "account_locked");
        stage.ok("ledger.unlock_account", json!({ "account": "alice" })).await;
        assert_eq!(stage.ok("escrow.pay", pay(&other)).await["deal"]["state"], "awaiting_shipment");
        assert_eq!(seen(stage, &approval).await["state"], "executed");
        // and one that is not tried in time is gone
        let third = deal(stage, "1000000 KRW").await;
        let approval = approval_of(&asked(&stage.bank, "escrow.pay", pay(&third)).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        approve(&stage.bank, &approval, "ben").await.unwrap();
        stage.advance("P1D");
        stage.no("approvals.approve", json!({ "approval": approval, "actor": admin("ben") }), "approval_expired").await;
    }

    /// An approval is for one request: another amount needs another one, and a key stands for its request
    /// from the beginning.
    async fn another_amount_needs_another_approval(stage) {
        guarded(stage).await;
        let approval = approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-1", "150.00 USD")).await);
        for amount in ["160.00 USD", "1.00 USD"] {
            let details = stage.no("ledger.transfer", transfer("t-1", amount), "idempotency_mismatch").await;
            assert_eq!((&details["fields"], &details["operation"]), (&json!(["amount"]), &"ledger.transfer".into()));
        }
        let other = json!({ "account": "alice", "amount": "1.00 USD", "key": "t-1", "actor": "alice" });
        assert_eq!(stage.no("ledger.deduct", other, "idempotency_mismatch").await["fields"], json!(["operation"]));
        assert_ne!(approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-2", "160.00 USD")).await), approval);
        let found = stage.ok("admin.lookup_key", json!({ "key": "t-1" })).await;
        assert_eq!((&found["outcome"], &found["made"]), (&"approval_required".into(), &json!([approval])));
        approve(&stage.bank, &approval, "ann").await.unwrap();
        let done = approve(&stage.bank, &approval, "ben").await.unwrap();
        assert_eq!(done["reply"]["transfer"]["amount"]["amount"], "150.00");
        assert_eq!(stage.balance("bob").await, "150.00 0.00 150.00");
    }

    /// Its key was said to wait for consent although somebody had refused it, or its time had passed.
    async fn the_key_of_a_call_that_nobody_can_approve_says_so(stage) {
        guarded(stage).await;
        let approval = approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-1", "150.00 USD")).await);
        let late = approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-2", "150.00 USD")).await);
        let no = json!({ "approval": approval, "actor": admin("ben"), "reason": "not this one" });
        stage.ok("approvals.reject", no).await;
        stage.advance("P30D");
        for (key, outcome, approval) in [("t-1", "rejected", &approval), ("t-2", "expired", &late)] {
            let found = stage.ok("admin.lookup_key", json!({ "key": key })).await;
            assert_eq!((&found["outcome"], &found["made"]), (&outcome.into(), &json!([approval])));
        }
    }

    /// Nobody is asked to approve what would be refused.
    async fn what_would_be_refused_is_not_asked_for(stage) {
        guarded(stage).await;
        stage.no("ledger.transfer", transfer("t-1", "1000.01 USD"), "insufficient_balance").await;
        stage.no("ledger.transfer", json!({ "from": "alice", "to": "nobody", "amount": "200.00 USD" }), "account_not_found").await;
        assert_eq!(stage.ok("approvals.list", json!({})).await["items"], json!([]));
    }

    /// Each member of a batch stands at the gate by itself.
    async fn members_of_batches_need_approval_each(stage) {
        guarded(stage).await;
        let member = |key: &str, amount: &str| json!({ "op": "ledger.transfer", "args": transfer(key, amount) });
        let ops = json!([member("b-1", "1.00 USD"), member("b-2", "200.00 USD"), member("b-3", "300.00 USD")]);
        let details = asked(&stage.bank, "ledger.batch", json!({ "ops": ops, "atomic": true })).await;
        assert_eq!(details["index"], 1);
        assert_eq!(stage.balance("bob").await, "0.00 0.00 0.00");
        let second = approval_of(&details);
        let each = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": false })).await;
        let codes: Vec<&Value> = each["results"].as_array().unwrap().iter().map(|result| &result["error"]["code"]).collect();
        assert_eq!(codes, [&Value::Null, &"approval_required".into(), &"approval_required".into()]);
        assert_eq!(each["results"][1]["error"]["details"]["approval"], second.as_str());
        let third = each["results"][2]["error"]["details"]["approval"].as_str().unwrap().to_owned();
        for approval in [&second, &third] {
            approve(&stage.bank, approval, "ann").await.unwrap();
        }
        // the last consents in a batch of their own
        let vote = |approval: &str| json!({ "op": "approvals.approve", "args": { "approval": approval, "actor": admin("ben") } });
        let voted = stage.ok("ledger.batch", json!({ "ops": [vote(&second), vote(&third)], "atomic": true })).await;
        assert_eq!((&voted["results"][0]["reply"]["executed"], &voted["results"][1]["reply"]["executed"]), (&true.into(), &true.into()));
        let all = stage.ok("ledger.batch", json!({ "ops": ops, "atomic": true })).await;
        assert!(all["results"].as_array().unwrap().iter().all(|result| result["reply"]["replayed"] == true));
        assert_eq!(stage.balance("bob").await, "501.00 0.00 501.00");
    }

    /// A vote in an atomic batch that fails is taken back with what it set off.
    async fn a_failed_batch_takes_its_votes_back(stage) {
        guarded(stage).await;
        let approval = approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-1", "200.00 USD")).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        let ops = json!([
            { "op": "approvals.approve", "args": { "approval": approval, "actor": admin("ben") } },
            { "op": "ledger.transfer", "args": transfer("t-2", "99999.00 USD") },
        ]);
        stage.no("ledger.batch", json!({ "ops": ops, "atomic": true }), "insufficient_balance").await;
        assert_eq!(seen(stage, &approval).await["approvals"].as_array().unwrap().len(), 1);
        assert_eq!(approve(&stage.bank, &approval, "ben").await.unwrap()["executed"], true);
        assert_eq!(stage.balance("bob").await, "200.00 0.00 200.00");
    }
}

/// An engine whose options say that nobody is asked.
#[tokio::test(flavor = "multi_thread")]
async fn no_policies_ask_nobody() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().policies([])).await;
        let large = deal(&stage, "5000000 KRW").await;
        stage.ok("escrow.pay", pay(&large)).await;
        assert_eq!(stage.ok("approvals.policies", json!({})).await["items"], json!([]));
        stage.finish().await;
    }
}

/// The same history is the same state on every store.
#[tokio::test(flavor = "multi_thread")]
async fn approvals_are_equal_on_all_stores() {
    let mut states = Vec::new();
    for stage in support::stores().await {
        guarded(&stage).await;
        let approval =
            approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-1", "150.00 USD")).await);
        approve(&stage.bank, &approval, "ann").await.unwrap();
        let waiting = stage.state().await;
        let done = approve(&stage.bank, &approval, "ben").await.unwrap();
        let no = approval_of(&asked(&stage.bank, "ledger.transfer", transfer("t-2", "100.00 USD")).await);
        stage.ok("approvals.reject", json!({ "approval": no, "actor": admin("ann"), "reason": "no" })).await;
        stage.ok("approvals.remove_policy", json!({ "id": "default" })).await;
        // what has no row in common is in no order where the clock stands still
        let mut types = stage.event_types().await;
        types.sort();
        states.push((waiting, stage.state().await, types, done["approval"].clone()));
        stage.finish().await;
    }
    assert!(states.windows(2).all(|pair| pair[0] == pair[1]), "{states:#?}");
}
