//! Disputes, refunds, parts and fees through the public API, on every store.

use crate::support::{Stage, Value, every_store, id, json};

fn admin() -> Value {
    json!({ "id": "root", "role": "admin" })
}

/// A deal of 100.00 USD between alice and bob, with what `more` adds, that was paid.
async fn paid(stage: &Stage, more: Value) -> String {
    let mut args = json!({ "buyer": "alice", "seller": "bob", "price": "100.00 USD" });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let deal = id(&stage.ok("escrow.open", args).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

async fn shipped(stage: &Stage, more: Value) -> String {
    let deal = paid(stage, more).await;
    let args = json!({ "deal": deal, "actor": "bob", "carrier": "Post", "tracking": "RR-77" });
    stage.ok("escrow.ship", args).await;
    deal
}

async fn disputed(stage: &Stage, deal: &str, actor: &str) -> String {
    let args = json!({ "deal": deal, "type": "quality_issue", "statement": "it is broken", "actor": actor });
    id(&stage.ok("escrow.dispute", args).await["dispute"])
}

every_store! {
    /// While the clock stands too.
    async fn disputes_of_one_moment_are_listed_newest_first(stage) {
        stage.funded("alice", "2000.00 USD").await;
        let (mut deals, mut made) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            deals.push(shipped(stage, json!({})).await);
        }
        for deal in &deals {
            made.push(disputed(stage, deal, "alice").await);
        }
        made.reverse();
        assert_eq!(stage.ids("escrow.disputes", json!({})).await, made);
    }

    /// From the complaint to the ruling, with the money in the same call.
    async fn a_dispute_from_end_to_end(stage) {
        stage.funded("alice", "500.00 USD").await;
        let deal = shipped(stage, json!({ "item": "a blue lamp" })).await;
        let args = json!({ "deal": deal, "type": "quality_issue", "statement": "it is broken", "key": "d-1", "actor": "alice" });
        let opened = stage.ok("escrow.dispute", args.clone()).await;
        let dispute = id(&opened["dispute"]);
        assert!(dispute.starts_with("dp_"));
        assert_eq!((&opened["dispute"]["state"], &opened["deal"]["state"]), (&"open".into(), &"disputed".into()));
        assert_eq!((&opened["deal"]["dispute"], &opened["replayed"]), (&dispute.as_str().into(), &false.into()));
        assert_eq!(opened["dispute"]["respond_by"], "2026-01-04T00:00:00.000000Z");
        let again = stage.ok("escrow.dispute", args).await;
        assert_eq!((id(&again["dispute"]), &again["replayed"]), (dispute.clone(), &true.into()));
        let hash = "ab".repeat(32);
        stage.ok("escrow.add_evidence", json!({ "dispute": dispute, "kind": "photo", "sha256": hash, "uri": "s3://x/1", "actor": "alice" })).await;
        let shown = stage.ok("escrow.add_evidence", json!({ "dispute": dispute, "kind": "message", "statement": "it was whole", "actor": "bob" })).await;
        let evidence = &shown["dispute"]["evidence"];
        assert_eq!((&evidence[0]["sha256"], &evidence[0]["uri"], &evidence[0]["added_by"]), (&hash.into(), &"s3://x/1".into(), &"alice".into()));
        assert_eq!((&evidence[1]["number"], &evidence[1]["statement"]), (&2.into(), &"it was whole".into()));
        let looked = stage.ok("escrow.investigate", json!({ "dispute": dispute, "actor": admin() })).await;
        assert_eq!((&looked["dispute"]["state"], &looked["replayed"]), (&"investigating".into(), &false.into()));
        stage.advance("PT1H");
        let args = json!({ "dispute": dispute, "outcome": "split", "refund": "30.00 USD", "resolution": "a scratch", "key": "r-1", "actor": admin() });
        let resolved = stage.ok("escrow.resolve", args.clone()).await;
        assert_eq!((&resolved["dispute"]["state"], &resolved["deal"]["state"]), (&"resolved".into(), &"split".into()));
        assert_eq!((&resolved["dispute"]["outcome"], &resolved["dispute"]["refund"]["amount"]), (&"split".into(), &"30.00".into()));
        assert_eq!((&resolved["dispute"]["resolved_by"], &resolved["deal"]["dispute"]), (&"root".into(), &Value::Null));
        assert_eq!(stage.ok("escrow.resolve", args).await["replayed"], true);
        assert_eq!(stage.balance("alice").await, "430.00 0.00 430.00");
        assert_eq!(stage.balance("bob").await, "70.00 0.00 70.00");
        let file = stage.ok("escrow.get_dispute", json!({ "dispute": dispute })).await;
        assert_eq!((&file["state"], &file["deal"]["id"], &file["deal"]["item"]), (&"resolved".into(), &deal.as_str().into(), &"a blue lamp".into()));
        assert_eq!((&file["parties"]["seller"]["account"], &file["shipments"][0]["tracking"]), (&"bob".into(), &"RR-77".into()));
        let history: Vec<&str> = file["history"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(history, [
            "deal.opened", "deal.paid", "deal.secured", "deal.accepted", "deal.shipped", "dispute.opened", "deal.disputed",
            "dispute.evidence_added", "dispute.evidence_added", "dispute.investigated", "dispute.resolved", "deal.split",
        ]);
        let events = stage.ok("events.list", json!({ "limit": 500 })).await.to_string();
        for text in ["broken", "whole", "scratch", "s3:", "blue", "RR-77"] {
            assert!(!events.contains(text), "{text} is in an event");
        }
        let of_dispute = stage.ok("events.list", json!({ "object": dispute })).await;
        assert_eq!(of_dispute["items"].as_array().unwrap().len(), 5);
    }

    /// When there can be a dispute, and what it stops; nothing is written by what is refused.
    async fn evidence_is_shown_once_however_late_the_call_is_repeated(stage) {
        stage.funded("alice", "500.00 USD").await;
        let deal = shipped(stage, json!({})).await;
        let args = json!({ "deal": deal, "type": "quality_issue", "statement": "it is broken", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", args).await["dispute"]);
        let photo = json!({ "dispute": dispute, "kind": "photo", "uri": "s3://x/1", "key": "e-1", "actor": "alice" });
        stage.ok("escrow.add_evidence", photo.clone()).await;
        stage.advance("P2D");
        let again = stage.ok("escrow.add_evidence", photo).await;
        assert_eq!((&again["replayed"], again["dispute"]["evidence"].as_array().unwrap().len()), (&json!(true), 1));
    }

    async fn disputes_have_rules(stage) {
        stage.funded("alice", "900.00 USD").await;
        stage.no("escrow.dispute", json!({ "deal": "dl_00000000-0000-0000-0000-000000000000", "type": "other", "statement": "x" }), "deal_not_found").await;
        let open = |deal: &str, actor: Value| json!({ "deal": deal, "type": "other", "statement": "x", "actor": actor });
        let pending = id(&stage.ok("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "1.00 USD" })).await["deal"]);
        stage.no("escrow.dispute", open(&pending, json!("alice")), "transition_not_allowed").await;
        let done = shipped(stage, json!({})).await;
        stage.ok("escrow.confirm", json!({ "deal": done, "actor": "alice" })).await;
        stage.no("escrow.dispute", open(&done, json!("alice")), "transition_not_allowed").await;
        let deal = shipped(stage, json!({})).await;
        stage.no("escrow.dispute", open(&deal, json!("mallory")), "not_permitted").await;
        stage.no("escrow.dispute", open(&deal, json!("system")), "not_permitted").await;
        assert_eq!(stage.no("escrow.dispute", open(&deal, admin()), "not_permitted").await["field"], "reason");
        stage.bad("escrow.dispute", json!({ "deal": deal, "type": "noise", "statement": "x" }), "invalid_request", "type").await;
        stage.bad("escrow.dispute", json!({ "deal": deal, "type": "other", "statement": "" }), "invalid_request", "statement").await;
        stage.bad("escrow.dispute", json!({ "deal": deal, "type": "other", "statement": "x".repeat(4001) }), "invalid_request", "statement").await;
        disputed(stage, &deal, "bob").await;
        stage.no("escrow.dispute", open(&deal, json!("alice")), "transition_not_allowed").await;
        for (name, args) in [
            ("escrow.confirm", json!({ "actor": "alice" })),
            ("escrow.cancel", json!({ "actor": admin() })),
            ("escrow.request_refund", json!({ "reason": "x", "actor": "alice" })),
            ("escrow.release_part", json!({ "amount": "1.00 USD", "actor": "alice" })),
            ("escrow.extend", json!({ "release_at": "2027-01-01T00:00:00Z", "actor": admin() })),
        ] {
            let mut args = args;
            args["deal"] = deal.as_str().into();
            stage.no(name, args, "transition_not_allowed").await;
        }
    }

    /// Refused calls about evidence and rulings.
    async fn rulings_have_rules(stage) {
        stage.funded("alice", "900.00 USD").await;
        let deal = shipped(stage, json!({})).await;
        let dispute = disputed(stage, &deal, "bob").await;
        let missing = "dp_00000000-0000-0000-0000-000000000000";
        for name in ["escrow.investigate", "escrow.withdraw"] {
            stage.no(name, json!({ "dispute": missing }), "dispute_not_found").await;
        }
        stage.no("escrow.get_dispute", json!({ "dispute": missing }), "dispute_not_found").await;
        let evidence = |more: Value| {
            let mut args = json!({ "dispute": dispute, "kind": "photo", "actor": "alice" });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        stage.bad("escrow.add_evidence", evidence(json!({})), "invalid_request", "statement").await;
        stage.bad("escrow.add_evidence", evidence(json!({ "sha256": "AB" })), "invalid_request", "sha256").await;
        stage.bad("escrow.add_evidence", evidence(json!({ "uri": "u".repeat(1001) })), "invalid_request", "uri").await;
        stage.bad("escrow.add_evidence", evidence(json!({ "kind": "a photo", "uri": "u" })), "invalid_request", "kind").await;
        stage.no("escrow.add_evidence", evidence(json!({ "uri": "u", "actor": "mallory" })), "not_permitted").await;
        stage.no("escrow.add_evidence", evidence(json!({ "uri": "u", "expected_version": 9 })), "version_conflict").await;
        for actor in [json!("alice"), json!("bob"), json!("system")] {
            stage.no("escrow.investigate", json!({ "dispute": dispute, "actor": actor }), "not_permitted").await;
        }
        stage.no("escrow.withdraw", json!({ "dispute": dispute, "actor": "alice" }), "not_permitted").await;
        let resolve = |more: Value| {
            let mut args = json!({ "dispute": dispute, "outcome": "refund", "resolution": "so", "actor": admin() });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        stage.no("escrow.resolve", resolve(json!({ "actor": "bob" })), "not_permitted").await;
        stage.bad("escrow.resolve", resolve(json!({ "actor": null })), "invalid_request", "actor").await;
        stage.bad("escrow.resolve", resolve(json!({ "outcome": "burn" })), "invalid_request", "outcome").await;
        stage.bad("escrow.resolve", resolve(json!({ "outcome": "split" })), "invalid_request", "refund").await;
        stage.bad("escrow.resolve", resolve(json!({ "outcome": "release", "refund": "1.00 USD" })), "invalid_request", "refund").await;
        stage.bad("escrow.resolve", resolve(json!({ "outcome": "split", "refund": "100.01 USD" })), "invalid_amount", "refund").await;
        stage.bad("escrow.resolve", resolve(json!({ "outcome": "split", "refund": "0.00 USD" })), "invalid_amount", "refund").await;
        stage.bad("escrow.resolve", resolve(json!({ "refund": "100.01 USD" })), "invalid_amount", "refund").await;
        stage.bad("escrow.resolve", resolve(json!({ "outcome": "split", "refund": "1.00 EUR" })), "currency_mismatch", "refund").await;
        assert_eq!(stage.no("escrow.resolve", resolve(json!({ "outcome": "split", "refund": "100.00 USD" })), "condition_not_met").await["condition"], "refund");
        stage.no("escrow.resolve", resolve(json!({ "expected_version": 7 })), "version_conflict").await;
        let refunded = stage.ok("escrow.resolve", resolve(json!({ "expected_version": 1 }))).await;
        assert_eq!((&refunded["deal"]["state"], &refunded["dispute"]["refund"]["amount"]), (&"refunded".into(), &"100.00".into()));
        let ended = stage.no("escrow.resolve", resolve(json!({})), "transition_not_allowed").await;
        assert_eq!((&ended["state"], &ended["object"]), (&"resolved".into(), &dispute.as_str().into()));
        stage.no("escrow.add_evidence", evidence(json!({ "uri": "u" })), "transition_not_allowed").await;
        stage.no("escrow.investigate", json!({ "dispute": dispute, "actor": admin() }), "transition_not_allowed").await;
        stage.no("escrow.withdraw", json!({ "dispute": dispute, "actor": "bob" }), "transition_not_allowed").await;
    }

    /// Both sides have spoken, and staff do not decide: the admins are told once, whatever is shown
    /// meanwhile.
    async fn a_dispute_that_nobody_decides(stage) {
        stage.funded("alice", "500.00 USD").await;
        let deal = shipped(stage, json!({})).await;
        let dispute = disputed(stage, &deal, "alice").await;
        let evidence = json!({ "dispute": dispute, "kind": "note", "statement": "no", "actor": "bob" });
        stage.ok("escrow.add_evidence", evidence.clone()).await;
        let deals = async || {
            let health = stage.ok("admin.health", json!({})).await;
            let mut checks = health["checks"].as_array().unwrap().iter();
            checks.find(|check| check["name"] == "deals").unwrap()["status"].clone()
        };
        stage.advance("P13DT23H59M");
        assert_eq!((&stage.ok("jobs.run_due", json!({})).await["timers"], deals().await), (&json!(0), json!("healthy")));
        stage.advance("PT1M");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
        assert_eq!(deals().await, "warning");
        stage.ok("escrow.investigate", json!({ "dispute": dispute, "actor": admin() })).await;
        stage.ok("escrow.add_evidence", evidence).await;
        stage.advance("P60D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0);
        let told = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        let told: Vec<_> = told["items"].as_array().unwrap().iter().map(|job| job["payload"].clone()).collect();
        assert_eq!(told, [json!({ "event": "dispute.late", "dispute": dispute, "deal": deal })]);
        let decided = json!({ "dispute": dispute, "outcome": "refund", "resolution": "it is broken", "actor": admin() });
        stage.ok("escrow.resolve", decided).await;
        assert_eq!(deals().await, "healthy");
    }

    /// A dispute stops the clock; whoever opened it sets it going again with the time that was left.
    async fn the_clock_stands_still(stage) {
        stage.funded("alice", "500.00 USD").await;
        let deal = shipped(stage, json!({ "inspection": "P2D" })).await;
        stage.ok("escrow.deliver", json!({ "deal": deal })).await;
        stage.advance("P1D");
        let dispute = disputed(stage, &deal, "alice").await;
        let frozen = stage.ok("escrow.get", json!({ "deal": deal })).await;
        assert_eq!((&frozen["deadlines"]["release_at"], &frozen["deadlines"]["left"]), (&Value::Null, &"P1D".into()));
        stage.advance("P2D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0, "neither is due");
        stage.ok("escrow.investigate", json!({ "dispute": dispute, "actor": admin() })).await;
        stage.advance("P1D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1, "the seller has not answered");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0, "twice is once");
        let late = stage.ok("escrow.get_dispute", json!({ "dispute": dispute })).await;
        assert_eq!((&late["state"], &late["response_overdue"]), (&"investigating".into(), &true.into()));
        assert_eq!(late["history"].as_array().unwrap().last().unwrap()["type"], "dispute.response_overdue");
        stage.no("escrow.withdraw", json!({ "dispute": dispute, "actor": "bob" }), "not_permitted").await;
        stage.no("escrow.withdraw", json!({ "dispute": dispute, "actor": admin() }), "not_permitted").await;
        let back = stage.ok("escrow.withdraw", json!({ "dispute": dispute, "actor": "alice" })).await;
        assert_eq!((&back["dispute"]["state"], &back["deal"]["state"]), (&"withdrawn".into(), &"delivered".into()));
        assert_eq!((&back["deal"]["deadlines"]["release_at"], &back["deal"]["dispute"]), (&"2026-01-06T00:00:00.000000Z".into(), &Value::Null));
        assert_eq!(stage.ok("escrow.withdraw", json!({ "dispute": dispute, "actor": "alice" })).await["replayed"], true);
        // the next one is another one, and the seller answers it in time
        let second = disputed(stage, &deal, "alice").await;
        assert_ne!(second, dispute);
        stage.ok("escrow.add_evidence", json!({ "dispute": second, "kind": "note", "statement": "no", "actor": "bob" })).await;
        stage.advance("P9D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0);
        stage.ok("escrow.withdraw", json!({ "dispute": second, "actor": admin(), "reason": "by letter" })).await;
        stage.advance("P1D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
        assert_eq!(stage.ok("escrow.get", json!({ "deal": deal })).await["state"], "released");
        assert_eq!(stage.balance("bob").await, "100.00 0.00 100.00");
    }

    /// The figures of a dashboard, and the list behind them.
    async fn disputes_are_counted(stage) {
        stage.funded("alice", "900.00 USD").await;
        let none = stage.ok("escrow.dispute_stats", json!({})).await;
        assert_eq!((&none["open"], &none["resolved_in_period"], &none["mean_resolution_seconds"]), (&0.into(), &0.into(), &Value::Null));
        let mut disputes = Vec::new();
        for kind in ["non_delivery", "non_delivery", "wrong_item", "seller_non_response", "other"] {
            let deal = shipped(stage, json!({})).await;
            let args = json!({ "deal": deal, "type": kind, "statement": "x", "actor": "alice" });
            disputes.push((deal, id(&stage.ok("escrow.dispute", args).await["dispute"])));
        }
        let resolve = |n: usize| json!({ "dispute": disputes[n].1, "outcome": "release", "resolution": "x", "actor": admin() });
        stage.ok("escrow.investigate", json!({ "dispute": disputes[0].1, "actor": admin() })).await;
        stage.advance("PT100S");
        stage.ok("escrow.resolve", resolve(3)).await;
        stage.advance("PT101S");
        stage.ok("escrow.resolve", resolve(4)).await;
        let stats = stage.ok("escrow.dispute_stats", json!({})).await;
        assert_eq!((&stats["open"], &stats["investigating"], &stats["resolved_in_period"]), (&2.into(), &1.into(), &2.into()));
        assert_eq!(stats["mean_resolution_seconds"], 150);
        assert_eq!(stats["by_type"], json!({ "quality_issue": 0, "non_delivery": 2, "wrong_item": 1, "seller_non_response": 0, "other": 0 }));
        let later = stage.ok("escrow.dispute_stats", json!({ "since": "2026-01-01T00:02:00Z" })).await;
        assert_eq!((&later["resolved_in_period"], &later["mean_resolution_seconds"]), (&1.into(), &201.into()));
        stage.advance("P8D");
        assert_eq!(stage.ok("escrow.dispute_stats", json!({})).await["resolved_in_period"], 0);
        let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
        let page = stage.ok("escrow.disputes", json!({ "limit": 3 })).await;
        assert_eq!(ids(&page), [&disputes[4].1, &disputes[3].1, &disputes[2].1].map(String::clone));
        let rest = stage.ok("escrow.disputes", json!({ "limit": 3, "after": page["next"] })).await;
        assert_eq!((ids(&rest).len(), &rest["next"]), (2, &Value::Null));
        assert_eq!(ids(&stage.ok("escrow.disputes", json!({ "state": "resolved" })).await).len(), 2);
        assert_eq!(ids(&stage.ok("escrow.disputes", json!({ "type": "wrong_item", "state": "open" })).await), [disputes[2].1.clone()]);
        assert_eq!(ids(&stage.ok("escrow.disputes", json!({ "deal": disputes[1].0 })).await), [disputes[1].1.clone()]);
        stage.bad("escrow.disputes", json!({ "state": "closed" }), "invalid_request", "state").await;
        stage.bad("escrow.disputes", json!({ "type": "closed" }), "invalid_request", "type").await;
        stage.bad("escrow.disputes", json!({ "deal": "7" }), "invalid_request", "deal").await;
    }

    /// Fees of both sides, splits and milestones, released in parts and given back in part.
    async fn money_in_parts(stage) {
        stage.funded("alice", "500.00 USD").await;
        let fees = json!([{ "to": "@fees", "bps": 333 }, { "to": "@revenue", "bps": 500, "from": "buyer" }]);
        let splits = json!([{ "to": "carol", "bps": 1000 }]);
        let quote = stage.ok("escrow.quote", json!({ "price": "100.00 USD", "fees": fees, "splits": splits })).await;
        assert_eq!((&quote["buyer_pays"]["amount"], &quote["seller_gets"]["amount"]), (&"105.00".into(), &"86.67".into()));
        assert_eq!(quote["fees"][0], json!({ "to": "@fees", "from": "seller", "bps": 333, "amount": { "amount": "3.33", "currency": "USD" } }));
        stage.bad("escrow.quote", json!({ "price": "1.00 USD", "fees": [{ "to": "@fees", "amount": "1.01 USD" }] }), "invalid_amount", "fees[0].amount").await;
        stage.bad("escrow.quote", json!({ "price": "1.00 USD", "fees": [{ "to": "@fees", "bps": 1, "rate": 2 }] }), "invalid_request", "fees[0].rate").await;
        let milestones = json!([{ "name": "half", "bps": 5000 }]);
        let deal = shipped(stage, json!({ "fees": fees, "splits": splits, "milestones": milestones })).await;
        stage.no("escrow.release_part", json!({ "deal": deal, "milestone": "half", "actor": "bob" }), "not_permitted").await;
        let part = stage.ok("escrow.release_part", json!({ "deal": deal, "milestone": "half", "actor": "alice", "key": "p" })).await;
        assert_eq!((&part["deal"]["state"], &part["deal"]["held"]["amount"]), (&"shipped".into(), &"52.50".into()));
        assert_eq!(part["deal"]["milestones"][0]["released"], true);
        let again = json!({ "deal": deal, "milestone": "half", "actor": "alice", "key": "p" });
        assert_eq!(stage.ok("escrow.release_part", again).await["replayed"], true);
        let key = json!({ "deal": deal, "reason": "a scratch", "actor": "alice" });
        let error = stage.call("escrow.request_refund", key).await.unwrap_err();
        assert_eq!(error.code().as_str(), "idempotency_key_missing");
        stage.bad("escrow.request_refund", json!({ "deal": deal, "amount": "50.01 USD", "reason": "x", "actor": "alice" }), "invalid_amount", "amount").await;
        let asked = stage.ok("escrow.request_refund", json!({ "deal": deal, "amount": "20.00 USD", "reason": "a scratch", "actor": "alice" })).await;
        assert_eq!((&asked["deal"]["state"], &asked["deal"]["refund_asked"]["amount"]), (&"refund_pending".into(), &"20.00".into()));
        stage.no("escrow.approve_refund", json!({ "deal": deal, "actor": "alice" }), "not_permitted").await;
        let given = stage.ok("escrow.approve_refund", json!({ "deal": deal, "actor": "bob" })).await;
        assert_eq!((&given["deal"]["state"], &given["deal"]["refunded"]["amount"]), (&"shipped".into(), &"21.00".into()));
        let done = stage.ok("escrow.confirm", json!({ "deal": deal, "actor": "alice" })).await;
        assert_eq!((&done["deal"]["held"]["amount"], &done["deal"]["refunded"]["amount"]), (&"0.00".into(), &"21.00".into()));
        let mut sum = 0;
        for (account, cents) in [("alice", 41_600), ("bob", 6_934), ("carol", 800), ("@fees", 266), ("@revenue", 400)] {
            let posted = stage.ok("ledger.balance", json!({ "account": account, "currency": "USD" })).await["posted"]["amount"].clone();
            let posted: i64 = posted.as_str().unwrap().replace('.', "").parse().unwrap();
            assert_eq!(posted, cents, "{account}");
            sum += posted;
        }
        assert_eq!(sum, 50_000);
        stage.bad("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "1.00 USD", "splits": [{ "to": "c", "bps": 6000 }, { "to": "d", "bps": 4001 }] }), "invalid_amount", "splits").await;
    }

    /// A dry run says what the call would say, also in Korean.
    async fn dry_runs_of_disputes(stage) {
        stage.funded("alice", "500.00 USD").await;
        let deal = shipped(stage, json!({})).await;
        let ask = |trigger: &str, more: Value| {
            let mut args = json!({ "deal": deal, "trigger": trigger, "actor": "alice" });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        let before = stage.state().await;
        assert_eq!(stage.ok("escrow.validate", ask("dispute", json!({}))).await["to"], "disputed");
        assert_eq!(stage.ok("escrow.validate", ask("request_refund", json!({ "amount": "1.00 USD" }))).await["to"], "refund_pending");
        let refused = stage.ok("escrow.validate", ask("request_refund", json!({ "amount": "100.01 USD", "locale": "ko" }))).await;
        assert_eq!(refused["reason"], json!({ "code": "invalid_amount", "message": "금액이 올바르지 않습니다" }));
        let english = stage.ok("escrow.validate", ask("resolve", json!({}))).await;
        assert!(english["reason"]["message"].as_str().unwrap().starts_with("`resolve` is not allowed in state `shipped`"));
        assert_eq!(stage.state().await, before);
        disputed(stage, &deal, "alice").await;
        let split = ask("resolve", json!({ "actor": admin(), "outcome": "split", "amount": "1.00 USD" }));
        assert_eq!(stage.ok("escrow.validate", split).await["to"], "split");
        let actions = stage.ok("escrow.allowed_actions", json!({ "deal": deal, "actor": admin() })).await;
        assert_eq!(actions["actions"][1], json!({ "trigger": "resolve", "to": "released", "needs": ["dispute", "outcome", "resolution"] }));
    }
}
