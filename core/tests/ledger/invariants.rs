//! The invariants of the ledger, each as a test on every store.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{
    Kind, Stage, Value, all_at_once, every_store, id, json, options_from, stores, tally, verify,
};

/// A stretch of life with everything in it, the same on every store.
async fn life(stage: &Stage) {
    for n in 0..6 {
        stage.ok("ledger.open_account", json!({ "account": format!("a{n}"), "currency": "USD", "display_name": format!("한 {n}"), "owner": "o" })).await;
        stage.funded(&format!("a{n}"), "100.00 USD").await;
    }
    stage.ok("ledger.open_account", json!({ "account": "pool", "currency": "USD", "streaming": true })).await;
    let mut paid = Vec::new();
    for n in 0..6 {
        let next = format!("a{}", (n + 1) % 6);
        let args = json!({ "from": format!("a{n}"), "to": next, "amount": format!("{}.50 USD", n + 1), "metadata": { "n": n } });
        paid.push(id(&stage.ok("ledger.transfer", args).await["transfer"]));
        stage
            .ok("ledger.deduct", json!({ "account": format!("a{n}"), "amount": "1.25 USD", "to": "@fees" }))
            .await;
        stage
            .ok("ledger.transfer", json!({ "from": format!("a{n}"), "to": "pool", "amount": "2.00 USD" }))
            .await;
    }
    stage.ok("ledger.cancel", json!({ "transfer": paid[0], "reason": "mistake" })).await;
    stage.ok("ledger.refund", json!({ "transfer": paid[1], "amount": "1.00 USD" })).await;
    stage.no("ledger.cancel", json!({ "transfer": paid[1] }), "refund_exceeds_original").await;
    let holds = [
        stage.held("a1", "10.00 USD").await,
        stage.held("a2", "10.00 USD").await,
        stage.held("a3", "10.00 USD").await,
    ];
    stage.ok("ledger.hold", json!({ "account": "a4", "amount": "10.00 USD", "expires_in": "PT1H" })).await;
    stage.ok("ledger.capture", json!({ "hold": holds[0], "to": "shop", "amount": "6.00 USD" })).await;
    stage
        .ok("ledger.capture", json!({ "hold": holds[1], "to": "shop", "amount": "6.00 USD", "final": false }))
        .await;
    stage.ok("ledger.void", json!({ "hold": holds[2] })).await;
    stage
        .no("ledger.deduct", json!({ "account": "a5", "amount": "900.00 USD" }), "insufficient_balance")
        .await;
    stage
        .no("ledger.transfer", json!({ "from": "@fees", "to": "a1", "amount": "1.00 USD" }), "not_permitted")
        .await;
    stage.advance("PT2H");
    stage.ok("jobs.run_due", json!({})).await;
    let admin = json!({ "id": "root", "role": "admin" });
    stage
        .ok("ledger.transfer", json!({ "from": "pool", "to": "a1", "amount": "3.00 USD", "actor": admin }))
        .await;
    let legs = json!([{ "account": "a1", "amount": "-1.00 USD" }, { "account": "a2", "amount": "0.40 USD" }, { "account": "@fees", "amount": "0.60 USD" }]);
    stage.ok("ledger.post", json!({ "postings": legs })).await;
    stage.ok("ledger.lock_account", json!({ "account": "a5" })).await;
    stage.funded("a0", "7.000000000000000000 POL").await;
}

/// All items of a listing.
async fn all(stage: &Stage, name: &str, mut args: Value) -> Vec<Value> {
    args["limit"] = 500.into();
    let mut items = Vec::new();
    loop {
        let page = stage.ok(name, args.clone()).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match &page["next"] {
            Value::Null => return items,
            next => args["after"] = next.clone(),
        }
    }
}

/// Minor units of a view's Money.
fn minor(money: &Value) -> i128 {
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

every_store! {
    /// (1) postings sum to zero, (9) entry numbers are gapless and balances follow from each other, (3)
    /// nothing is negative.
    async fn entries_add_up(stage) {
        life(stage).await;
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for transfer in all(stage, "ledger.transfers", json!({})).await {
            let mut of_transfer: BTreeMap<&str, i128> = BTreeMap::new();
            for leg in transfer["postings"].as_array().unwrap() {
                *of_transfer.entry(leg["amount"]["currency"].as_str().unwrap()).or_default() += minor(&leg["amount"]);
                let account = format!("{} {}", leg["account"].as_str().unwrap(), leg["amount"]["currency"].as_str().unwrap());
                *sums.entry(account).or_default() += minor(&leg["amount"]);
            }
            assert!(of_transfer.values().all(|sum| *sum == 0), "{transfer}");
        }
        for account in all(stage, "ledger.accounts", json!({})).await {
            let (name, currency) = (account["account"].as_str().unwrap(), account["currency"].as_str().unwrap());
            assert_eq!(minor(&account["posted"]), sums[&format!("{name} {currency}")], "{name}");
            assert_eq!(minor(&account["posted"]) - minor(&account["held"]), minor(&account["available"]), "{name}");
            assert!(name == "@world" || minor(&account["available"]) >= 0, "{name}");
            if account["streaming"] == true {
                continue;
            }
            let mut entries = all(stage, "ledger.entries", json!({ "account": name, "currency": currency })).await;
            entries.reverse();
            let mut balance = 0;
            for (entry, number) in entries.iter().zip(1..) {
                assert_eq!((entry["number"].as_i64(), minor(&entry["balance_before"])), (Some(number), balance), "{name}");
                balance += minor(&entry["amount"]);
                assert_eq!(minor(&entry["balance_after"]), balance, "{name}");
            }
            assert_eq!(balance, minor(&account["posted"]), "{name}");
        }
    }

    /// (4) what was captured and released never passes what was authorized, and open holds sum to what is
    /// held.
    async fn holds_sum_to_held(stage) {
        life(stage).await;
        let mut held: BTreeMap<String, i128> = BTreeMap::new();
        for hold in all(stage, "ledger.holds", json!({})).await {
            let rest = minor(&hold["amount"]) - minor(&hold["captured"]) - minor(&hold["released"]);
            assert!(rest >= 0 && rest == minor(&hold["remaining"]), "{hold}");
            let open = matches!(hold["state"].as_str(), Some("authorized" | "partially_captured"));
            assert_eq!(rest > 0, open, "{hold}");
            *held.entry(hold["account"].as_str().unwrap().to_owned()).or_default() += rest;
        }
        for account in all(stage, "ledger.accounts", json!({ "owner": "o" })).await {
            let expected = held.get(account["account"].as_str().unwrap()).copied().unwrap_or(0);
            if account["currency"] == "USD" {
                assert_eq!(minor(&account["held"]), expected, "{account}");
            }
        }
    }

    /// (5) capture and void never fail for funds, even where the account is otherwise empty; a hold ends
    /// once.
    async fn holds_always_settle(stage) {
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "USD", "overdraft_limit": "5.00 USD" })).await;
        stage.funded("alice", "5.00 USD").await;
        let (one, two) = (stage.held("alice", "6.00 USD").await, stage.held("alice", "4.00 USD").await);
        stage.no("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" }), "insufficient_balance").await;
        stage.ok("ledger.capture", json!({ "hold": one, "to": "shop" })).await;
        stage.ok("ledger.void", json!({ "hold": two })).await;
        for hold in [&one, &two] {
            stage.no("ledger.capture", json!({ "hold": hold, "to": "shop" }), "hold_closed").await;
            stage.no("ledger.void", json!({ "hold": hold, "key": format!("again-{hold}") }), "hold_closed").await;
        }
        assert_eq!(stage.balance("alice").await, "-1.00 0.00 4.00");
    }

    /// (6) expired holds are dead before the sweep; sweeping twice is sweeping once.
    async fn the_clock_ends_holds(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.ok("ledger.hold", json!({ "account": "alice", "amount": "10.00 USD", "expires_in": "PT1H" })).await;
        stage.advance("PT1H");
        let second = stage.ok("ledger.hold", json!({ "account": "alice", "amount": "10.00 USD", "expires_in": "PT1H" })).await;
        assert_eq!(minor(&second["balance"]["held"]), 1_000);
        stage.advance("PT1H");
        let calls = (0..8).map(|_| stage.bank.clone()).collect::<Vec<_>>();
        let ran = all_at_once(calls.into_iter().map(|bank| async move { bank.call("jobs.run_due", json!({})).await })).await;
        let holds: i64 = ran.into_iter().map(|ran| ran.unwrap()["holds"].as_i64().unwrap()).sum();
        assert_eq!(holds, 1);
        let state = stage.state().await;
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(stage.state().await, state);
        let events = stage.event_types().await;
        assert_eq!(events.iter().filter(|name| *name == "hold.expired").count(), 2);
    }

    /// (7) refunds and reversals never pass the original, whoever comes at once.
    async fn what_is_given_back(stage) {
        stage.funded("alice", "100.00 USD").await;
        let paid = id(&stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD", "to": "@revenue" })).await["transfer"]);
        let calls = (0..60).map(|n| (stage.bank.clone(), paid.clone(), n)).collect::<Vec<_>>();
        let outcomes = all_at_once(calls.into_iter().map(|(bank, paid, n)| async move {
            match n % 3 {
                0 => bank.call("ledger.cancel", json!({ "transfer": paid, "key": format!("g-{n}") })).await,
                1 => bank.call("ledger.refund", json!({ "transfer": paid, "amount": "4.00 USD", "key": format!("g-{n}") })).await,
                _ => bank.call("ledger.refund", json!({ "transfer": paid, "key": format!("g-{n}") })).await,
            }
        }))
        .await;
        let back: i128 = outcomes.iter().flatten().map(|reply| minor(&reply["transfer"]["amount"])).sum();
        let transfer = stage.ok("ledger.get_transfer", json!({ "transfer": paid })).await;
        assert_eq!((back, minor(&transfer["refunded"])), (minor(&transfer["refunded"]), back));
        assert!((600..=1_000).contains(&back), "{:?}", tally(&outcomes));
        let codes: BTreeSet<_> = tally(&outcomes).into_keys().collect();
        assert!(codes.is_subset(&["ok", "already_reversed", "refund_exceeds_original"].into()), "{codes:?}");
    }

    /// (8) entries and events are immutable: nothing that happens later changes what was told.
    async fn history_stays(stage) {
        life(stage).await;
        let (events, entries) = (all(stage, "events.list", json!({})).await, all(stage, "ledger.entries", json!({ "account": "a1" })).await);
        let transfer = id(&stage.ok("ledger.deduct", json!({ "account": "a1", "amount": "1.00 USD" })).await["transfer"]);
        stage.ok("ledger.cancel", json!({ "transfer": transfer })).await;
        stage.ok("ledger.update_account", json!({ "account": "a1", "display_name": "another" })).await;
        let later = all(stage, "events.list", json!({})).await;
        assert_eq!(later[..events.len()], events[..]);
        let mut later = all(stage, "ledger.entries", json!({ "account": "a1" })).await;
        later.drain(..2);
        assert_eq!(later, entries);
    }

    /// (11) a closed account takes only what is owed to it.
    async fn closed_accounts(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.funded("bob", "10.00 USD").await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD" })).await;
        stage.ok("ledger.close_account", json!({ "account": "alice" })).await;
        stage.no("ledger.transfer", json!({ "from": "bob", "to": "alice", "amount": "1.00 USD" }), "account_closed").await;
        let hold = stage.held("bob", "1.00 USD").await;
        stage.no("ledger.capture", json!({ "hold": hold, "to": "alice" }), "account_closed").await;
        assert_eq!(stage.balance("alice").await, "0.00 0.00 0.00");
    }

    /// (14) key and effect commit together: after any mix of outcomes, a key is known exactly where something
    /// happened.
    async fn key_and_effect(stage) {
        stage.funded("alice", "10.00 USD").await;
        let calls = (0..100).map(|n| (stage.bank.clone(), n)).collect::<Vec<_>>();
        let outcomes = all_at_once(calls.into_iter().map(|(bank, n)| async move {
            bank.call("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "key": format!("d-{n}") })).await
        }))
        .await;
        assert_eq!(tally(&outcomes), [("insufficient_balance", 90), ("ok", 10)].into());
        for (n, outcome) in outcomes.iter().enumerate() {
            let found = stage.ok("admin.lookup_key", json!({ "key": format!("d-{n}") })).await;
            match outcome {
                Ok(reply) => assert_eq!(found["made"], json!([reply["transfer"]["id"]])),
                Err(_) => assert_eq!(found["outcome"], "unknown"),
            }
        }
    }

    /// (2) amounts are positive, within their scale and below the bound; what is kept is what was said, to
    /// the last digit.
    async fn amounts_are_exact(stage) {
        for (amount, shown) in [("0.01 USD", "0.01"), ("999999999999999999999999999999999999.99 USD", "999999999999999999999999999999999999.99"), ("1 KRW", "1"), ("0.000000000000000001 POL", "0.000000000000000001"), ("12345678901234567890.123456789012345678 POL", "12345678901234567890.123456789012345678")] {
            let account = format!("a-{}", shown.len());
            let reply = stage.ok("ledger.top_up", json!({ "account": account, "amount": amount })).await;
            assert_eq!((&reply["transfer"]["amount"]["amount"], &reply["balance"]["posted"]["amount"]), (&shown.into(), &shown.into()));
            stage.ok("ledger.deduct", json!({ "account": account, "amount": amount })).await;
        }
        for amount in ["0 USD", "-0.01 USD", "0.001 USD", "1000000000000000000000000000000000000.00 USD"] {
            stage.bad("ledger.top_up", json!({ "account": "alice", "amount": amount }), "invalid_amount", "amount").await;
        }
    }

    /// (13) the same key is one effect, for every operation that takes one and however many callers come at
    /// once.
    async fn one_key_one_effect(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let paid = id(&stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 USD", "to": "@fees" })).await["transfer"]);
        for (name, args) in [
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD" })),
            ("ledger.capture", json!({ "hold": hold, "to": "shop", "amount": "1.00 USD", "final": false })),
            ("ledger.refund", json!({ "transfer": paid, "amount": "1.00 USD" })),
            ("ledger.cancel", json!({ "transfer": id(&stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })).await["transfer"]) })),
        ] {
            let calls: Vec<_> = (0..50).map(|_| (stage.bank.clone(), args.clone())).collect();
            let outcomes = all_at_once(calls.into_iter().map(|(bank, mut args)| async move {
                args["key"] = format!("one-{name}").into();
                bank.call(name, args).await
            }))
            .await;
            assert_eq!(tally(&outcomes), [("ok", 50)].into(), "{name}");
            assert_eq!(outcomes.iter().flatten().filter(|reply| reply["replayed"] == false).count(), 1, "{name}");
        }
    }

    /// (15) the state is claimed before the money moves: of many who end a hold or undo a transfer, one moves
    /// money.
    async fn state_before_money(stage) {
        stage.funded("alice", "100.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let calls: Vec<_> = (0..60).map(|n| (stage.bank.clone(), hold.clone(), n)).collect();
        let outcomes = all_at_once(calls.into_iter().map(|(bank, hold, n)| async move {
            match n % 3 {
                0 => bank.call("ledger.void", json!({ "hold": hold, "key": format!("e-{n}") })).await,
                _ => bank.call("ledger.capture", json!({ "hold": hold, "to": format!("shop-{n}"), "key": format!("e-{n}") })).await,
            }
        }))
        .await;
        assert_eq!(tally(&outcomes), [("hold_closed", 59), ("ok", 1)].into());
        let captured = stage.ok("ledger.get_hold", json!({ "hold": hold })).await["state"] == "captured";
        let left = if captured { "90.00 0.00 90.00" } else { "100.00 0.00 100.00" };
        assert_eq!(stage.balance("alice").await, left);
        let shops = stage.ok("ledger.accounts", json!({ "search": "shop" })).await["items"].as_array().unwrap().len();
        assert_eq!(shops, usize::from(captured), "who lost has opened no account either");
    }

    /// (27) what a deal owns moves only through the deal.
    async fn a_deals_money_is_the_deals(stage) {
        stage.funded("alice", "100.00 USD").await;
        let admin = json!({ "id": "root", "role": "admin" });
        let deal = stage.ok("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" })).await["deal"].clone();
        stage.ok("escrow.pay", json!({ "deal": id(&deal), "secure": false })).await;
        let holds = stage.ok("ledger.holds", json!({ "account": "alice" })).await;
        let hold = id(&holds["items"][0]);
        for (name, args) in [
            ("ledger.capture", json!({ "hold": hold, "to": "mallory" })),
            ("ledger.void", json!({ "hold": hold })),
            ("ledger.extend", json!({ "hold": hold, "expires_at": "2027-01-01T00:00:00Z" })),
        ] {
            stage.no(name, args.clone(), "not_permitted").await;
            let mut as_admin = args;
            as_admin["actor"] = admin.clone();
            stage.no(name, as_admin, "not_permitted").await;
        }
        stage.ok("escrow.secure", json!({ "deal": id(&deal) })).await;
        let of_deal = all(stage, "ledger.transfers", json!({ "account": "alice" })).await;
        let funding = of_deal.iter().find(|transfer| transfer["deal"] == deal["id"]).expect("the deal was funded");
        for name in ["ledger.cancel", "ledger.refund"] {
            stage.no(name, json!({ "transfer": funding["id"], "actor": admin }), "not_permitted").await;
        }
        let account = format!("@deal:{}", id(&deal).trim_start_matches("dl_"));
        stage.no("ledger.transfer", json!({ "from": account, "to": "mallory", "amount": "1.00 USD", "actor": admin }), "not_permitted").await;
        stage.no("ledger.top_up", json!({ "account": account, "amount": "1.00 USD", "actor": admin }), "not_permitted").await;
        stage.no("ledger.lock_account", json!({ "account": account, "actor": admin }), "not_permitted").await;
    }

    /// (21) one event per state change, with versions that rise by one, in order per object.
    async fn one_event_per_change(stage) {
        life(stage).await;
        let events = all(stage, "events.list", json!({})).await;
        let mut versions: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
        for (event, seq) in events.iter().zip(1..) {
            assert_eq!(event["seq"], seq);
            // an account is (id, currency)
            let name = format!("{}{}", event["object_id"].as_str().unwrap(), event["data"]["currency"].as_str().unwrap_or(""));
            let name = if event["object"] == "account" { name } else { event["object_id"].as_str().unwrap().to_owned() };
            let object = (event["object"].as_str().unwrap().to_owned(), name);
            versions.entry(object).or_default().push(event["version"].as_i64().unwrap());
        }
        for ((object, name), versions) in &versions {
            let rising = versions.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(rising || object == "operation", "{object} {name}: {versions:?}");
            if object == "hold" || object == "transfer" {
                assert_eq!(*versions, (1..=versions.len() as i64).collect::<Vec<_>>(), "{object} {name}");
            }
        }
        for hold in all(stage, "ledger.holds", json!({})).await {
            let known = &versions[&("hold".to_owned(), id(&hold))];
            assert_eq!(hold["version"].as_i64(), known.last().copied(), "{hold}");
        }
        let transfers = all(stage, "ledger.transfers", json!({})).await.len();
        assert_eq!(events.iter().filter(|event| event["type"] == "transfer.posted").count(), transfers);
        assert!(events.iter().any(|event| event["type"] == "call.refused"), "a denial is on record");
    }
}

/// (10) a refused operation leaves money byte-identical. `Stage::no` asserts it for every refusal of every
/// scenario; this is the proof that the assertion can fail.
#[tokio::test]
async fn the_state_hash_sees_every_kind_of_change() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        let mut seen = BTreeSet::new();
        let mut remember = |hash: String| assert!(seen.insert(hash), "a change left the hash as it was");
        remember(stage.state().await);
        let transfer = stage.funded("alice", "10.00 USD").await;
        remember(stage.state().await);
        let hold = stage.held("alice", "1.00 USD").await;
        remember(stage.state().await);
        stage
            .ok("ledger.capture", json!({ "hold": hold, "to": "bob", "amount": "0.50 USD", "final": false }))
            .await;
        remember(stage.state().await);
        stage.ok("ledger.void", json!({ "hold": hold })).await;
        remember(stage.state().await);
        stage.ok("ledger.refund", json!({ "transfer": transfer, "amount": "1.00 USD" })).await;
        remember(stage.state().await);
        stage.ok("ledger.lock_account", json!({ "account": "bob" })).await;
        remember(stage.state().await);
        stage.ok("ledger.open_account", json!({ "account": "carol", "currency": "USD" })).await;
        remember(stage.state().await);
        stage.ok("ledger.update_account", json!({ "account": "carol", "overdraft_limit": "1.00 USD" })).await;
        remember(stage.state().await);
        stage.ok("ledger.deduct", json!({ "account": "carol", "amount": "1.00 USD", "to": "@fees" })).await;
        remember(stage.state().await);
        stage.finish().await;
    }
}

/// (22) equal state hashes on all stores from the same seed, and others from another.
#[tokio::test(flavor = "multi_thread")]
async fn equal_states_on_all_stores() {
    let mut states = BTreeSet::new();
    for stage in stores().await {
        life(&stage).await;
        states.insert(stage.state().await);
        stage.finish().await;
    }
    assert_eq!(states.len(), 1, "{states:?}");
    let other = Stage::with(Kind::Memory, options_from(1_000_000)).await;
    life(&other).await;
    assert!(!states.contains(&other.state().await), "the ids are part of the state");
}

/// (22) what the sequencer does in between makes no difference to ids.
#[tokio::test(flavor = "multi_thread")]
async fn ids_do_not_depend_on_the_store() {
    let mut made = BTreeSet::new();
    for stage in stores().await {
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(stage.funded("alice", "10.00 USD").await);
            ids.push(stage.held("alice", "1.00 USD").await);
            if n % 2 == 0 {
                stage.ok("events.list", json!({})).await;
            }
        }
        made.insert(ids);
        stage.finish().await;
    }
    assert_eq!(made.len(), 1, "{made:?}");
}

/// Durable rows are there after closing and opening again, and the chain goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_opens_again() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::open(kind).await;
        life(&stage).await;
        let state = stage.state().await;
        stage.bank.close().await;
        let again = stage.again().await;
        let reply = again.call("events.state_hash", json!({})).await.unwrap();
        assert_eq!(format!("{} of {}", reply["hash"], reply["rows"]), state);
        again
            .call("ledger.deduct", json!({ "account": "a1", "amount": "1.00 USD", "key": "after" }))
            .await
            .unwrap();
        verify(&again).await;
        again.close().await;
    }
}
