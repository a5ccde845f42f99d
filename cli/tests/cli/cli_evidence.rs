//! Keys and evidence on the command line: keygen, receipts of a run, history, dossier.

use earnest::keyring::Keyring;
use serde_json::{Value, json};

use crate::cli::{command, earnest, run};
use crate::postgres;

fn kids(text: &str) -> Vec<String> {
    Keyring::parse("keyring", text).unwrap().public_keys().keys.into_iter().map(|key| key.kid).collect()
}

#[test]
fn keys_are_made_and_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let file = path.to_str().unwrap();
    let (one, two) = (earnest(&["keygen"]), earnest(&["keygen", "--json"]));
    assert_eq!((one.code, two.code), (0, 0), "{one:?} {two:?}");
    assert_eq!(two.out.lines().count(), 1, "one document a line");
    assert_ne!(kids(&one.out), kids(&two.out));

    let ran = earnest(&["keygen", "--out", file, "--json"]);
    let document = ran.document();
    let first = std::fs::read_to_string(&path).unwrap();
    assert_eq!((&document["written"], ran.code), (&json!(file), 0));
    assert_eq!(document["public_keys"]["keys"][0]["kid"], kids(&first)[0]);
    assert!(!ran.out.contains("secret"), "{}", ran.out);
    let again = earnest(&["keygen", "--out", file]);
    assert!(again.code == 1 && again.err.contains("never overwritten"), "{again:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);

    let ran = earnest(&["keygen", "--rotate", file]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let second = std::fs::read_to_string(&path).unwrap();
    assert!(ran.out.contains(&kids(&second)[0]), "{}", ran.out);
    assert_eq!(kids(&second)[1..], kids(&first)[..], "the old key checks on");
    let elsewhere = folder.path().join("third.json");
    assert_eq!(earnest(&["keygen", "--rotate", file, "--out", elsewhere.to_str().unwrap()]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), second, "another file was named");
    #[cfg(unix)]
    for path in [&path, &elsewhere] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left over");
}

#[test]
fn a_keyring_that_cannot_be_read_is_refused_by_name() {
    let absent = earnest(&["keygen", "--rotate", "no-such-file"]);
    assert!(absent.code == 1 && absent.err.contains("--rotate"), "{absent:?}");
    let secret = "5eC4e7".repeat(10);
    let ran = run(command(&["operations"]).env("EARNEST_KEYRING", &secret), "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("EARNEST_KEYRING") && !ran.err.contains(&secret), "{}", ran.err);
}

fn lines(list: &[Value]) -> String {
    list.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_run_signs_with_its_keyring_and_else_says_how_to_get_one() {
    let input = lines(&[
        json!({ "op": "ledger.top_up", "args": { "account": "a", "amount": "1.00 USD", "key": "k" }, "as": "top" }),
        json!({ "op": "receipts.get", "args": { "receipt": "$top.transfer.id" }, "as": "paper" }),
        json!({ "op": "receipts.verify", "args": { "receipt": "$paper" } }),
    ]);
    let without = run(&mut command(&["run", "-"]), &input);
    let error = &without.lines()[1]["error"];
    assert_eq!((without.code, &error["code"]), (1, &json!("key_not_found")));
    assert!(error["message"].as_str().unwrap().contains("earnest keygen"), "{error}");
    let made = earnest(&["keygen"]).out;
    for (keyring, flag) in [(Some(&made), None), (None, Some("--test-clock"))] {
        let mut ran = command(&["run", "-"]);
        ran.args(flag);
        if let Some(text) = keyring {
            ran.env("EARNEST_KEYRING", text);
        }
        let ran = run(&mut ran, &input);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.lines()[2]["reply"]["valid"], true);
    }
}

/// A deal that ends in a split by ruling.
fn dispute() -> String {
    let admin = json!({ "id": "officer-kim", "role": "admin" });
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    lines(&[
        json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "1250000 KRW", "key": "t" } }),
        json!({ "op": "escrow.open", "args": { "buyer": "alice", "seller": "bob", "price": "900000 KRW", "key": "d",
            "item": "Leica M6 <rangefinder>", "reference": "order-77", "fees": [{ "to": "@fees", "bps": 300, "from": "seller" }] }, "as": "d" }),
        json!({ "op": "escrow.pay", "args": { "deal": "$d.id", "actor": "alice" } }),
        json!({ "op": "escrow.ship", "args": { "deal": "$d.id", "actor": "bob", "carrier": "Korea Post", "tracking": "RR1KR" } }),
        json!({ "op": "escrow.dispute", "args": { "deal": "$d.id", "actor": "alice", "type": "quality_issue",
            "statement": "<script>alert(1)</script> it sticks", "key": "x" }, "as": "p" }),
        json!({ "op": "escrow.add_evidence", "args": { "dispute": "$p.id", "actor": "alice", "kind": "video", "sha256": hash, "uri": "s3://e/1.mp4" } }),
        json!({ "op": "escrow.resolve", "args": { "dispute": "$p.id", "outcome": "split", "refund": "300000 KRW",
            "resolution": "a third", "key": "r", "actor": admin } }),
    ])
}

/// A store with such a deal; answers its URL.
fn disputed(folder: &tempfile::TempDir) -> String {
    let input = dispute();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ran = run(&mut command(&["run", "-", "--test-clock", "--store", &store]), &input);
    assert_eq!(ran.code, 0, "{ran:?}");
    store
}

#[test]
fn a_history_tells_what_happened_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = disputed(&folder);
    let ran = earnest(&["history", "order-77", "--store", &store]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut rest = ran.out.as_str();
    for told in [
        "Leica M6 <rangefinder>",
        "opened",
        "pending → paid",
        "₩900,000 from alice to escrow",
        "shipped",
        "dispute opened",
        "dispute evidence added",
        "₩300,000 from escrow to alice",
        "₩582,000 from escrow to bob",
        "officer-kim (admin)",
        "disputed → split",
    ] {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is not behind it in\n{}", ran.out));
        rest = &rest[at..];
    }
    let document = earnest(&["history", "order-77", "--store", &store, "--json"]).document();
    assert_eq!(document["deal"]["state"], "split");
    let id = document["deal"]["id"].as_str().unwrap();
    assert_eq!(earnest(&["history", id, "--store", &store, "--json"]).document(), document);
    let seqs: Vec<i64> =
        document["events"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b) && seqs.len() == 10, "{seqs:?}");
    assert_eq!(document["receipts"].as_array().unwrap().len(), 4);
    let nothing = earnest(&["history", "order-78", "--store", &store]);
    assert!(nothing.code == 1 && nothing.err.contains("deal_not_found"), "{nothing:?}");
}

/// A stranger gave a deal of his own the reference of another, and its dossier was that of his.
#[test]
fn a_dossier_of_a_reference_that_stands_for_two_orders_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let own = json!({ "buyer": "mallory", "seller": "friend", "price": "1 KRW", "key": "m", "reference": "order-77" });
    let more = lines(&[
        json!({ "op": "ledger.top_up", "args": { "account": "mallory", "amount": "10 KRW", "key": "n" } }),
        json!({ "op": "escrow.open", "args": own }),
    ]);
    let ran = run(&mut command(&["run", "-", "--test-clock", "--store", &store]), &(dispute() + &more));
    assert_eq!(ran.code, 0, "{ran:?}");
    let page = folder.path().join("case.html");
    for args in [&["history", "order-77"][..], &["dossier", "order-77", "--out", page.to_str().unwrap()]] {
        let refused = earnest(&[args, &["--store", &store]].concat());
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.err.contains("deals that differ in buyer, seller or price"), "{refused:?}");
    }
    assert!(!page.exists());
}

/// A payment by card that is on the account of the shop.
fn paid() -> String {
    let captured = json!({ "outcome": "captured", "reference": "ch_1", "amount": "25.00 USD" });
    lines(&[
        json!({ "op": "payments.set_gateway", "args": { "id": "card", "driver": "host" } }),
        json!({ "op": "payments.create", "args": { "amount": "25.00 USD", "to": "shop", "gateway": "card",
            "token": "pm_of_a_payer", "payer": "paul", "key": "p" }, "as": "paying" }),
        json!({ "op": "jobs.lease", "args": { "kinds": ["gateway.card"], "limit": 1, "for": "PT1M" }, "as": "call" }),
        json!({ "op": "jobs.complete", "args": { "job": "$call.jobs.0.id", "fence": "$call.jobs.0.fence",
            "result": captured } }),
        json!({ "op": "payments.get", "args": { "payment": "$paying.payment.id" } }),
    ])
}

#[test]
fn a_history_of_a_payment_tells_what_its_gateway_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ran = run(&mut command(&["run", "-", "--test-clock", "--json", "--store", &store]), &paid());
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.lines();
    let id = told.last().unwrap()["reply"]["id"].as_str().unwrap();
    let ran = earnest(&["history", id, "--store", &store]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut rest = ran.out.as_str();
    for told in [id, "captured", "25.00 to shop through card", "created", "authorizing", "captured"] {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is not behind it in\n{}", ran.out));
        rest = &rest[at..];
    }
    assert!(!ran.out.contains("pm_of_a_payer"), "{}", ran.out);
    let document = earnest(&["history", id, "--store", &store, "--json"]).document();
    assert_eq!((&document["payment"]["state"], &document["payment"]["id"]), (&json!("captured"), &json!(id)));
    let events = document["events"].as_array().unwrap();
    assert!(events.len() > 2 && events.iter().all(|event| event["object_id"] == id), "{events:?}");
    let absent = "py_00000000-0000-0000-0000-000000000000";
    let nothing = earnest(&["history", absent, "--store", &store]);
    assert!(nothing.code == 1 && nothing.err.contains("payment_not_found"), "{nothing:?}");
}

/// A purchase from a balance.
fn bought() -> String {
    lines(&[
        json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "50.00 USD", "key": "t" } }),
        json!({ "op": "purchases.set_offer", "args": { "id": "mug", "seller": "shop", "price": "12.00 USD" } }),
        json!({ "op": "purchases.reserve", "args": { "offer": "mug", "buyer": "alice", "quantity": 2, "key": "r" },
            "as": "bought" }),
        json!({ "op": "purchases.pay", "args": { "purchase": "$bought.purchase.id" } }),
        json!({ "op": "purchases.get", "args": { "purchase": "$bought.purchase.id" } }),
    ])
}

#[test]
fn a_history_of_a_purchase_tells_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ran = run(&mut command(&["run", "-", "--test-clock", "--json", "--store", &store]), &bought());
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.lines();
    let id = told.last().unwrap()["reply"]["id"].as_str().unwrap();
    let ran = earnest(&["history", id, "--store", &store]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut rest = ran.out.as_str();
    for told in [id, "completed", "alice buys 2 of mug from shop for", "24.00", "held", "completed"] {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is not behind it in\n{}", ran.out));
        rest = &rest[at..];
    }
    let document = earnest(&["history", id, "--store", &store, "--json"]).document();
    assert_eq!(document["purchase"]["id"], id, "{document}");
    assert_eq!(document["events"].as_array().unwrap().len(), 2, "{document}");
    let absent = "pu_00000000-0000-0000-0000-000000000000";
    let nothing = earnest(&["history", absent, "--store", &store]);
    assert!(nothing.code == 1 && nothing.err.contains("purchase_not_found"), "{nothing:?}");
}

/// A withdrawal that waits for a lane, and is given up.
fn withdrawn() -> String {
    let token = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
    let view = json!({ "endpoint": "node", "chain_id": "137",
        "assets": [{ "currency": "USD", "code": true, "decimals": 2 }] });
    lines(&[
        json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "50.00 USD", "key": "t" } }),
        json!({ "op": "withdrawals.set_chain", "args": { "chain": "polygon", "chain_id": "137",
            "endpoints": ["node"], "fee_cap": "500000000000" } }),
        json!({ "op": "withdrawals.set_asset", "args": { "chain": "polygon", "currency": "USD",
            "kind": "erc20", "token": token, "decimals": 2 } }),
        json!({ "op": "jobs.lease", "args": { "kinds": ["chain.facts"], "limit": 1, "for": "PT1M" },
            "as": "facts" }),
        json!({ "op": "jobs.complete", "args": { "job": "$facts.jobs.0.id", "fence": "$facts.jobs.0.fence",
            "result": { "views": [view] } } }),
        json!({ "op": "withdrawals.request", "args": { "account": "alice", "amount": "20.00 USD",
            "chain": "polygon", "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "key": "w" }, "as": "out" }),
        json!({ "op": "withdrawals.cancel", "args": { "withdrawal": "$out.withdrawal.id" } }),
        json!({ "op": "withdrawals.get", "args": { "withdrawal": "$out.withdrawal.id" } }),
    ])
}

#[test]
fn a_history_of_a_withdrawal_tells_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ran = run(&mut command(&["run", "-", "--test-clock", "--json", "--store", &store]), &withdrawn());
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.lines();
    let id = told.last().unwrap()["reply"]["id"].as_str().unwrap();
    let ran = earnest(&["history", id, "--store", &store]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut rest = ran.out.as_str();
    for told in [id, "failed", "alice withdraws", "20.00", "0x5aAeb6", "polygon", "requested", "failed"] {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is not behind it in\n{}", ran.out));
        rest = &rest[at..];
    }
    let document = earnest(&["history", id, "--store", &store, "--json"]).document();
    assert_eq!(document["withdrawal"]["id"], id, "{document}");
    assert_eq!(document["events"].as_array().unwrap().len(), 2, "{document}");
    let absent = "wd_00000000-0000-0000-0000-000000000000";
    let nothing = earnest(&["history", absent, "--store", &store]);
    assert!(nothing.code == 1 && nothing.err.contains("withdrawal_not_found"), "{nothing:?}");
}

#[test]
fn a_dossier_holds_the_whole_case_and_nothing_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    let store = disputed(&folder);
    let path = folder.path().join("case.html");
    let out = path.to_str().unwrap();
    let made = earnest(&["keygen"]).out;
    let mut signed = command(&["dossier", "order-77", "--store", &store, "--out", out, "--json"]);
    let ran = run(signed.env("EARNEST_KEYRING", &made), "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let told = ran.document();
    assert_eq!((&told["receipts"], &told["disputes"]), (&json!(4), &json!(1)));
    assert_eq!((&told["signed"], &told["chain_ok"]), (&json!(true), &json!(true)));
    let page = std::fs::read_to_string(&path).unwrap();
    for part in [
        "alice",
        "bob",
        "₩900,000",
        "₩582,000",
        "₩300,000",
        "order-77",
        "Korea Post",
        "RR1KR",
        "video",
        "a third",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "officer-kim",
        "Ed25519",
        "HMAC-SHA-256",
        "All events are unchanged and in their places:",
        "Leica M6 &#60;rangefinder&#62;",
        "prefers-color-scheme: dark",
        &kids(&made)[0],
    ] {
        assert!(page.contains(part), "{part} is not in the dossier");
    }
    for outside in ["<script", "http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside} is in the dossier");
    }
    // the receipts in it can be taken out and checked
    let json = page.split("<pre class=\"code\">").nth(1).unwrap().split("</pre>").next().unwrap();
    let json = json.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&");
    let receipts: Vec<Value> = serde_json::from_str(&json).unwrap();
    let trust = earnest::receipt::Trust::keyring(&Keyring::parse("keyring", &made).unwrap());
    assert!(receipts.iter().all(|receipt| earnest::receipt::verify(receipt, &trust).unwrap().valid));

    let unsigned = earnest(&["dossier", "order-77", "--store", &store, "--out", out, "--force"]);
    assert!(unsigned.code == 0 && unsigned.out.contains("not signed"), "{unsigned:?}");
    assert!(std::fs::read_to_string(&path).unwrap().contains("no keyring was given"));
}

/// Nobody moves the clock here: it is the order of the lines that counts.
#[test]
fn the_same_lines_leave_the_same_receipts_on_every_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = dispute();
    for n in 0..6 {
        // accounts of their own, whose stamps begin anew, between others that go on
        for account in ["alice".to_owned(), format!("customer-{n}")] {
            let args = json!({ "account": account, "amount": "5 KRW", "key": format!("{n}-{account}") });
            input.push_str(&lines(&[json!({ "op": "ledger.top_up", "args": args })]));
        }
    }
    input.push_str(&lines(&[
        json!({ "op": "receipts.list", "args": { "limit": 500 } }),
        json!({ "op": "events.verify_chain" }),
    ]));
    let file = format!("sqlite:{}", folder.path().join("shop.db").display());
    let ran = |store: &str| run(&mut command(&["run", "-", "--test-clock", "--store", store]), &input);
    let first = ran("memory:");
    assert_eq!(first.code, 0, "{first:?}");
    for store in [file, postgres::database()] {
        let other = ran(&store);
        assert_eq!(other.code, 0, "{other:?}");
        for (one, other) in first.lines().iter().zip(other.lines()) {
            assert_eq!(*one, other);
        }
    }
}
