//! Receipts: derived alike on every store, signed, checked by us and by others, and shown to people.

mod checks;
mod edges;
mod peers;
mod vectors;

use earnest::env::Env;
use earnest::keyring::Keyring;
use earnest::receipt::{Trust, verify};

use crate::support::{Kind, START, Stage, Value, id, json, options};

/// A stage whose engine signs with the test keyring.
async fn stage(kind: Kind) -> Stage {
    Stage::with(kind, options().keyring(Keyring::for_tests())).await
}

/// A call after a second, so that every store gives the events the same order.
async fn ok(stage: &Stage, name: &str, args: Value) -> Value {
    stage.advance("PT1S");
    stage.ok(name, args).await
}

/// A deal that was paid, with a fee for the house.
async fn paid(stage: &Stage, price: &str, key: &str) -> String {
    let args = json!({
        "buyer": "alice", "seller": "bob", "price": price, "key": key, "item": "a camera <b>", "reference": key,
        "fees": [{ "to": "@fees", "bps": 300, "from": "seller" }],
    });
    let deal = id(&ok(stage, "escrow.open", args).await["deal"]);
    ok(stage, "escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

/// Ends a deal by a dispute.
async fn ruled(stage: &Stage, deal: &str, ruling: Value) {
    let args = json!({ "deal": deal, "type": "quality_issue", "statement": "broken", "actor": "alice" });
    let dispute = id(&ok(stage, "escrow.dispute", args).await["dispute"]);
    let mut args =
        json!({ "dispute": dispute, "resolution": "seen", "actor": { "id": "judge", "role": "admin" } });
    args.as_object_mut().unwrap().extend(ruling.as_object().unwrap().clone());
    ok(stage, "escrow.resolve", args).await;
}

/// A history with every kind of transfer.
async fn history(stage: &Stage) {
    let topped = id(&ok(
        stage,
        "ledger.top_up",
        json!({ "account": "alice", "amount": "500.00 USD", "reference": "bank <1> & \"co\"" }),
    )
    .await["transfer"]);
    ok(stage, "ledger.top_up", json!({ "account": "mina", "amount": "1250000 KRW" })).await;
    ok(stage, "ledger.top_up", json!({ "account": "bob", "amount": "1.00 USD" })).await;
    let moved = json!({ "from": "alice", "to": "bob", "amount": "10.00 USD", "reference": "주문 7" });
    let moved = id(&ok(stage, "ledger.transfer", moved).await["transfer"]);
    ok(stage, "ledger.refund", json!({ "transfer": moved, "amount": "4.00 USD" })).await;
    ok(stage, "ledger.deduct", json!({ "account": "mina", "amount": "50000 KRW" })).await;
    let legs = json!([
        { "account": "alice", "amount": "-3.00 USD" },
        { "account": "bob", "amount": "1.00 USD" },
        { "account": "house", "amount": "2.00 USD" },
    ]);
    ok(stage, "ledger.open_account", json!({ "account": "house", "currency": "USD" })).await;
    ok(stage, "ledger.post", json!({ "postings": legs, "actor": { "id": "root", "role": "admin" } })).await;
    let hold =
        id(&ok(stage, "ledger.hold", json!({ "account": "alice", "amount": "20.00 USD" })).await["hold"]);
    ok(stage, "ledger.capture", json!({ "hold": hold, "to": "bob" })).await;
    let twice = json!({ "account": "alice", "amount": "7.00 USD" });
    let wrong = id(&ok(stage, "ledger.top_up", twice).await["transfer"]);
    ok(stage, "ledger.cancel", json!({ "transfer": wrong })).await;
    let deal = paid(stage, "40.00 USD", "order-1").await;
    ok(stage, "escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
    ok(stage, "escrow.confirm", json!({ "deal": deal, "actor": "alice" })).await;
    let deal = paid(stage, "30.00 USD", "order-2").await;
    ruled(stage, &deal, json!({ "outcome": "refund" })).await;
    let deal = paid(stage, "100.00 USD", "order-3").await;
    ruled(stage, &deal, json!({ "outcome": "split", "refund": "30.00 USD" })).await;
    assert!(topped.starts_with("tr_"));
}

/// Every receipt, newest first.
async fn receipts(stage: &Stage) -> Vec<Value> {
    let page = stage.ok("receipts.list", json!({ "limit": 500 })).await;
    assert!(page["next"].is_null());
    page["items"].as_array().unwrap().clone()
}

fn trust() -> Trust {
    Trust::keyring(&Keyring::for_tests())
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_histories_have_equal_receipts_on_every_store() {
    let mut all = Vec::new();
    for kind in Kind::all() {
        let stage = stage(kind).await;
        history(&stage).await;
        all.push((kind, receipts(&stage).await));
        stage.finish().await;
    }
    let (_, first) = &all[0];
    let mut kinds: Vec<&str> = first.iter().map(|receipt| receipt["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let every =
        ["capture", "deduct", "fee", "post", "refund", "reversal", "settlement", "top_up", "transfer"];
    assert_eq!(kinds, every);
    for (kind, others) in &all[1..] {
        assert_eq!(others, first, "{kind:?}");
    }
    for receipt in first {
        assert_eq!(verify(receipt, &trust()).unwrap().reason, None);
    }
    vectors::golden(first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_what_its_transfer_moved() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        history(&stage).await;
        let events = stage.ok("events.list", json!({ "limit": 500, "types": ["transfer.posted"] })).await;
        let events = events["items"].as_array().unwrap();
        let all = receipts(&stage).await;
        assert_eq!(all.len(), events.len(), "one for every payment");
        for (receipt, event) in all.iter().rev().zip(events) {
            assert_eq!(receipt["number"], event["seq"]);
            assert_eq!(receipt["transfer"], event["object_id"]);
            assert_eq!(receipt["payload"]["link"], event["hash"]);
            let transfer = stage.ok("ledger.get_transfer", json!({ "transfer": receipt["transfer"] })).await;
            for name in ["kind", "deal", "amount", "from", "to"] {
                assert_eq!(receipt[name], transfer[name], "{name} of {receipt}");
            }
            assert_eq!(receipt["issued_at"], transfer["created_at"]);
            assert_eq!(id(receipt).strip_prefix("rc_"), id(&transfer).strip_prefix("tr_"));
            for given in [&receipt["id"], &receipt["transfer"]] {
                assert_eq!(&stage.ok("receipts.get", json!({ "receipt": given })).await, receipt);
            }
            let one = stage.ok("receipts.list", json!({ "transfer": receipt["transfer"] })).await;
            assert_eq!(one, json!({ "items": [receipt], "next": null }));
            assert!(!receipt.to_string().contains("balance"), "a balance is nobody's business");
        }
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_come_in_pages_and_by_deal() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        history(&stage).await;
        let all = receipts(&stage).await;
        let (mut paged, mut after) = (Vec::new(), Value::Null);
        loop {
            let mut args = json!({ "limit": 4 });
            if !after.is_null() {
                args["after"] = after;
            }
            let page = stage.ok("receipts.list", args).await;
            paged.extend(page["items"].as_array().unwrap().clone());
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(paged, all);
        let deals = stage.ok("escrow.list", json!({})).await;
        for deal in deals["items"].as_array().unwrap() {
            let of_deal = stage.ok("receipts.list", json!({ "deal": deal["id"] })).await;
            let wanted: Vec<&Value> = all.iter().filter(|receipt| receipt["deal"] == deal["id"]).collect();
            assert!(wanted.len() >= 2, "paid in, and paid out");
            assert_eq!(of_deal["items"].as_array().unwrap().iter().collect::<Vec<_>>(), wanted);
        }
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_changes_signatures_and_nothing_else() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = stage(kind).await;
        stage.funded("alice", "9.00 USD").await;
        let before = receipts(&stage).await.remove(0);
        let rotated = Keyring::for_tests().rotate(&Env::test(START.parse().unwrap(), 9));
        let options = stage.options.clone().keyring(rotated.clone());
        let bank = earnest::Engine::open_with(&stage.url, options).await.unwrap();
        let mut after = bank.call("receipts.get", json!({ "receipt": before["id"] })).await.unwrap();
        assert_ne!(after["signatures"], before["signatures"]);
        let verdict = |receipt: &Value| {
            let args = json!({ "receipt": receipt });
            let bank = &bank;
            async move { bank.call("receipts.verify", args).await.unwrap() }
        };
        assert_eq!(verdict(&after).await["reason"], Value::Null);
        let old = verdict(&before).await;
        assert_eq!((&old["valid"], &old["reason"]), (&true.into(), &"old_key".into()));
        after["signatures"] = before["signatures"].clone();
        assert_eq!(after, before);
        bank.close().await;
        stage.finish().await;
    }
}
