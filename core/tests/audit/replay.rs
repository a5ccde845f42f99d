//! The log alone tells the whole state: `events.replay` makes a copy of equal hash, on every pair of stores.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

use earnest::{Engine, Options};

use crate::support::{self, Kind, Stage, Value, id, json, stores};

/// A book with a bit of everything: money, holds, refusals, deals with parts, refunds and disputes.
async fn history(stage: &Stage) {
    for account in ["alice", "bob", "carol"] {
        stage.funded(account, "500.00 USD").await;
    }
    stage.funded("dave", "3.000000 USDC").await;
    stage.ok("ledger.open_account", json!({ "account": "till", "currency": "USD", "streaming": true })).await;
    stage
        .ok(
            "ledger.open_account",
            json!({ "account": "line", "currency": "USD", "overdraft_limit": "20.00 USD" }),
        )
        .await;
    let paid =
        stage.ok("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "30.00 USD" })).await;
    stage.ok("ledger.refund", json!({ "transfer": id(&paid["transfer"]), "amount": "5.00 USD" })).await;
    let gone =
        stage.ok("ledger.deduct", json!({ "account": "bob", "amount": "7.00 USD", "to": "@fees" })).await;
    stage.ok("ledger.cancel", json!({ "transfer": id(&gone["transfer"]) })).await;
    stage.ok("ledger.transfer", json!({ "from": "alice", "to": "till", "amount": "2.00 USD" })).await;
    stage.ok("ledger.deduct", json!({ "account": "line", "amount": "12.00 USD" })).await;
    let hold = stage.held("alice", "10.00 USD").await;
    stage
        .ok("ledger.capture", json!({ "hold": hold, "to": "carol", "amount": "4.00 USD", "final": false }))
        .await;
    let void = stage.held("alice", "9.00 USD").await;
    stage.ok("ledger.void", json!({ "hold": void })).await;
    stage.ok("ledger.hold", json!({ "account": "bob", "amount": "1.00 USD", "expires_in": "PT1H" })).await;
    stage.ok("ledger.lock_account", json!({ "account": "carol" })).await;
    stage
        .no("ledger.deduct", json!({ "account": "alice", "amount": "9000.00 USD" }), "insufficient_balance")
        .await;
    let ops: Vec<Value> = (0..40)
        .map(|n| json!({ "op": "ledger.top_up", "args": { "account": format!("many-{}", n % 7), "amount": "1.00 USD", "key": format!("m-{n}") } }))
        .collect();
    stage.ok("ledger.batch", json!({ "ops": ops, "atomic": true })).await;
    let open = |key: &str| {
        json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "key": key, "item": "camera",
            "fees": [{ "to": "@fees", "bps": 250, "from": "seller" }], "ship_within": "P3D" })
    };
    let mut deals = Vec::new();
    for key in ["d-1", "d-2", "d-3", "d-4"] {
        deals.push(id(&stage.ok("escrow.open", open(key)).await["deal"]));
    }
    for deal in &deals[..3] {
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
    }
    stage
        .ok("escrow.release_part", json!({ "deal": deals[0], "amount": "10.00 USD", "actor": "alice" }))
        .await;
    stage.ok("escrow.confirm", json!({ "deal": deals[0], "actor": "alice" })).await;
    let disputed =
        json!({ "deal": deals[1], "type": "quality_issue", "statement": "it is broken", "actor": "alice" });
    let dispute = id(&stage.ok("escrow.dispute", disputed).await["dispute"]);
    let resolve = json!({ "dispute": dispute, "outcome": "split", "refund": "15.00 USD", "resolution": "half and half",
        "actor": { "id": "judge", "role": "admin" } });
    stage.ok("escrow.resolve", resolve).await;
    let disputed = json!({ "deal": deals[2], "type": "other", "statement": "where is it", "actor": "alice" });
    stage.ok("escrow.dispute", disputed).await;
    consent(stage).await;
    stage.advance("P1D");
    stage.ok("jobs.run_due", json!({})).await;
}

/// A treasury, approvals in every state, and jobs that were done and that wait.
async fn consent(stage: &Stage) {
    stage.funded("vault", "70.00 USD").await;
    let limits = json!({ "account": "vault", "currency": "USD", "tier": "hot", "daily_limit": "60.00 USD" });
    stage.ok("treasury.set_account", limits).await;
    stage.ok("ledger.deduct", json!({ "account": "vault", "amount": "5.00 USD" })).await;
    stage.funded("erin", "900.00 USD").await;
    let policy =
        json!({ "id": "large", "operation": "ledger.transfer", "threshold": "100.00 USD", "approvers": 1 });
    stage.ok("approvals.set_policy", policy).await;
    let boss = json!({ "id": "boss", "role": "admin" });
    for (key, how) in [("made", "approvals.approve"), ("refused", "approvals.reject"), ("waits", "")] {
        let large = json!({ "from": "erin", "to": "bob", "amount": "150.00 USD", "key": key });
        let asked = stage.call("ledger.transfer", large).await.unwrap_err().details();
        if !how.is_empty() {
            let mut args = json!({ "approval": asked["approval"], "actor": boss });
            if how == "approvals.reject" {
                args["reason"] = json!("too much");
            }
            stage.ok(how, args).await;
        }
    }
    let leased = stage
        .ok("jobs.lease", json!({ "kinds": ["notify.admins"], "limit": 1, "for": "PT1M" }))
        .await["jobs"][0]
        .clone();
    let done = json!({ "job": id(&leased), "fence": leased["fence"], "result": { "sent": 1 } });
    stage.ok("jobs.complete", done).await;
}

fn place(kind: Kind, folder: &std::path::Path, n: usize) -> (String, Options) {
    match kind {
        Kind::Memory => ("memory:".to_owned(), support::options()),
        Kind::Sqlite => {
            (format!("sqlite:{}", folder.join(format!("copy-{n}.db")).display()), support::options())
        }
        Kind::Postgres => (support::postgres::database(), support::options()),
    }
}

/// From every store into every other.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_log_has_the_state_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let mut hashes = std::collections::BTreeSet::new();
    for (n, stage) in stores().await.into_iter().enumerate() {
        history(&stage).await;
        let state = stage.ok("events.state_hash", json!({})).await;
        let chain = stage.ok("events.verify_chain", json!({})).await;
        hashes.insert(state["hash"].to_string());
        for (m, into) in Kind::all().into_iter().enumerate() {
            let (url, _) = place(into, folder.path(), n * 10 + m);
            let copy = stage.ok("events.replay", json!({ "into": url })).await;
            let what = format!("{:?} into {into:?}", stage.kind);
            assert_eq!((&copy["hash"], &copy["rows"]), (&state["hash"], &state["rows"]), "{what}");
            assert_eq!((&copy["events"], &copy["head"]), (&chain["events"], &chain["head"]), "{what}");
            if into == Kind::Memory {
                continue;
            }
            // a copy is made into an empty store, once
            let details = stage.no("events.replay", json!({ "into": url }), "invalid_request").await;
            assert_eq!(details["field"], "into", "{what}");
            read_only(&url, &stage, &state, &what).await;
        }
        stage.finish().await;
    }
    assert_eq!(hashes.len(), 1, "and all stores have the same");
}

/// The copy can be read and not written.
async fn read_only(url: &str, stage: &Stage, state: &Value, what: &str) {
    let bank = Engine::open_with(url, stage.options.clone()).await.unwrap();
    for (name, args) in [
        ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "key": "new" })),
        ("ledger.open_account", json!({ "account": "new", "currency": "USD" })),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": "k-3" })),
    ] {
        let error = bank.call(name, args).await.unwrap_err();
        assert_eq!(error.code().as_str(), "not_supported", "{what}: {name}");
    }
    bank.call("jobs.run_due", json!({})).await.unwrap();
    let now = bank.call("events.state_hash", json!({})).await.unwrap();
    assert_eq!(now, *state, "{what}");
    let balance = |bank: Engine| async move {
        bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap()
    };
    assert_eq!(balance(bank.clone()).await, balance(stage.bank.clone()).await, "{what}");
    let entries = |bank: Engine| async move {
        let page = bank.call("ledger.entries", json!({ "account": "bob", "limit": 500 })).await.unwrap();
        let line =
            |entry: &Value| format!("{} {} {}", entry["number"], entry["amount"], entry["balance_after"]);
        page["items"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(entries(bank.clone()).await, entries(stage.bank.clone()).await, "{what}");
    // what a copy has not by design is no finding
    support::verify(&bank).await;
    bank.close().await;
}

/// Payments of five events each alternate with `beside` calls of one, all in one moment: more of it than a
/// page holds. Each is a commit of its own, so that on PostgreSQL they all have one stamp.
async fn crowded(stage: &Stage, beside: usize) {
    let mut deals = Vec::new();
    for n in 0..550 / (5 + beside) {
        stage.funded(&format!("buyer-{n}"), "50.00 USD").await;
        let args = json!({ "buyer": format!("buyer-{n}"), "seller": format!("seller-{n}"), "price": "40.00 USD",
            "fees": [{ "to": "@fees", "bps": 250, "from": "seller" }] });
        deals.push(id(&stage.ok("escrow.open", args).await["deal"]));
    }
    stage.advance("PT1M");
    for (n, deal) in deals.iter().enumerate() {
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": format!("buyer-{n}") })).await;
        for m in 0..beside {
            stage.funded(&format!("beside-{n}-{m}"), "1.00 USD").await;
        }
    }
}

/// A page ends behind a whole command, also where everything on it happened in one moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_ends_with_a_whole_command() {
    for kind in Kind::all() {
        for beside in 0..4 {
            let stage = Stage::open(kind).await;
            crowded(&stage, beside).await;
            let state = stage.ok("events.state_hash", json!({})).await;
            let copy = stage.call("events.replay", json!({ "into": "memory:" })).await;
            let copy =
                copy.unwrap_or_else(|error| panic!("{kind:?} {beside}: {error} {:?}", error.details()));
            assert_eq!((&copy["hash"], &copy["rows"]), (&state["hash"], &state["rows"]), "{kind:?} {beside}");
            stage.finish().await;
        }
    }
}
