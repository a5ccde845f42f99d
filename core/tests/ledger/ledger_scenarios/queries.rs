//! Queries: statements, balances of the past, pages of entries, transfers, holds and events.

use crate::support::{Stage, Value, every_store, id, json};

async fn walk(stage: &Stage, name: &str, mut args: Value, limit: u32) -> Vec<Value> {
    args["limit"] = limit.into();
    let mut all = Vec::new();
    loop {
        let page = stage.ok(name, args.clone()).await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match &page["next"] {
            Value::Null => return all,
            next => args["after"] = next.clone(),
        }
    }
}

/// One movement an hour, from 2026-01-01T00:00:00Z on: +100, then -1, -2, ... -9.
async fn ten_hours(stage: &Stage) -> Vec<String> {
    let mut transfers = vec![stage.funded("alice", "100.00 USD").await];
    for n in 1..10 {
        stage.advance("PT1H");
        let args = json!({ "account": "alice", "amount": format!("{n}.00 USD"), "reference": format!("r-{}", n % 3) });
        transfers.push(id(&stage.ok("ledger.deduct", args).await["transfer"]));
    }
    transfers
}

every_store! {
    async fn balances_of_the_past(stage) {
        ten_hours(stage).await;
        let at = |time: &str| json!({ "account": "alice", "at": time });
        for (time, posted) in [
            ("2025-12-31T23:59:59Z", "0.00"),
            ("2026-01-01T00:00:00Z", "0.00"),
            ("2026-01-01T00:00:00.000001Z", "0.00"),
            ("2026-01-01T00:00:00.000002Z", "100.00"),
            ("2026-01-01T00:59:59Z", "100.00"),
            ("2026-01-01T02:30:00Z", "97.00"),
            ("2026-01-01T11:30:00+09:00", "97.00"),
            ("2026-01-01T09:00:01Z", "55.00"),
            ("2030-01-01T00:00:00Z", "55.00"),
        ] {
            let reply = stage.ok("ledger.balance", at(time)).await;
            assert_eq!(reply["posted"]["amount"], posted, "{time}");
        }
        // of streaming accounts too, though their entries have no running balance
        let reply = stage.ok("ledger.balance", json!({ "account": "@world", "at": "2026-01-01T02:30:00Z" })).await;
        assert_eq!((&reply["posted"]["amount"], &reply["version"]), (&"-97.00".into(), &Value::Null));
        stage.bad("ledger.balance", at("yesterday"), "invalid_request", "at").await;
        stage.no("ledger.balance", json!({ "account": "nobody", "at": "2026-01-01T02:30:00Z" }), "account_not_found").await;
    }

    /// An entry is in the statement from its time on, and in neither the statement to that time nor the
    /// balance at it.
    async fn balances_and_statements_have_the_same_edges(stage) {
        ten_hours(stage).await;
        for account in ["alice", "@world"] {
            let page = stage.ok("ledger.entries", json!({ "account": account })).await;
            let entries = page["items"].as_array().unwrap().clone();
            assert!(entries.len() > 3, "{page}");
            for entry in entries {
                let time = &entry["created_at"];
                let of = |from: &Value, to: &Value| json!({ "account": account, "from_time": from, "to_time": to });
                let until = stage.ok("ledger.statement", of(&"2025-01-01T00:00:00Z".into(), time)).await;
                let since = stage.ok("ledger.statement", of(time, &"2027-01-01T00:00:00Z".into())).await;
                let at = stage.ok("ledger.balance", json!({ "account": account, "at": time })).await;
                assert_eq!(at["posted"], until["closing"], "{account} {time}");
                assert_eq!(at["posted"], since["opening"], "{account} {time}");
                let has = |statement: &Value| statement["entries"].as_array().unwrap().contains(&entry);
                assert_eq!((has(&until), has(&since)), (false, true), "{account} {time}");
            }
        }
    }

    async fn a_statement_adds_up(stage) {
        ten_hours(stage).await;
        stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "7.50 USD", "reference": "=cmd|'/c calc'!A0,\"x\"" })).await;
        let args = json!({ "account": "alice", "from_time": "2026-01-01T02:00:00Z", "to_time": "2026-01-02T00:00:00Z", "format": "csv" });
        let reply = stage.ok("ledger.statement", args).await;
        let amount = |name: &str| reply[name]["amount"].as_str().unwrap().to_owned();
        assert_eq!((amount("opening"), amount("credits"), amount("debits"), amount("closing")), ("99.00".into(), "7.50".into(), "44.00".into(), "62.50".into()));
        let entries = reply["entries"].as_array().unwrap();
        assert_eq!((entries.len(), &entries[0]["balance_before"]["amount"]), (9, &"99.00".into()));
        for pair in entries.windows(2) {
            assert_eq!(pair[0]["balance_after"], pair[1]["balance_before"]);
            assert_eq!(pair[0]["number"].as_i64().unwrap() + 1, pair[1]["number"].as_i64().unwrap());
        }
        let csv = reply["csv"].as_str().unwrap();
        assert_eq!(csv.lines().count(), 10);
        // a spreadsheet must not run what a customer wrote
        assert!(csv.lines().last().unwrap().ends_with(",\"'=cmd|'/c calc'!A0,\"\"x\"\"\""), "{csv}");
        let empty = json!({ "account": "alice", "from_time": "2026-02-01T00:00:00Z", "to_time": "2026-03-01T00:00:00Z" });
        let reply = stage.ok("ledger.statement", empty).await;
        assert_eq!((&reply["opening"], &reply["entries"], &reply["csv"]), (&reply["closing"], &json!([]), &Value::Null));
        let back = json!({ "account": "alice", "from_time": "2026-01-02T00:00:00Z", "to_time": "2026-01-01T00:00:00Z" });
        stage.bad("ledger.statement", back, "invalid_request", "to_time").await;
        stage.bad("ledger.statement", json!({ "account": "alice", "from_time": "2026-01-02T00:00:00Z" }), "invalid_request", "to_time").await;
        let other = json!({ "account": "alice", "from_time": "2026-01-01T00:00:00Z", "to_time": "2026-01-02T00:00:00Z", "format": "pdf" });
        stage.bad("ledger.statement", other, "invalid_request", "format").await;
    }

    async fn entries_come_newest_first_in_pages(stage) {
        let transfers = ten_hours(stage).await;
        let newest_first: Vec<&String> = transfers.iter().rev().collect();
        for limit in [1, 3, 10, 500] {
            let entries = walk(stage, "ledger.entries", json!({ "account": "alice" }), limit).await;
            let found: Vec<String> = entries.iter().map(|entry| entry["transfer"].as_str().unwrap().to_owned()).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), newest_first);
            let numbers: Vec<i64> = entries.iter().map(|entry| entry["number"].as_i64().unwrap()).collect();
            assert_eq!(numbers, (1..=10).rev().collect::<Vec<_>>());
        }
        let some = json!({ "account": "alice", "from_time": "2026-01-01T02:00:00Z", "to_time": "2026-01-01T05:00:00Z" });
        let entries = walk(stage, "ledger.entries", some, 2).await;
        let amounts: Vec<&str> = entries.iter().map(|entry| entry["amount"]["amount"].as_str().unwrap()).collect();
        assert_eq!(amounts, ["-4.00", "-3.00", "-2.00"]);
        let first = &entries[0];
        assert_eq!((&first["kind"], &first["reference"], &first["currency"], &first["account"]), (&"deduct".into(), &"r-1".into(), &"USD".into(), &"alice".into()));
        // what comes in between does not shift pages
        let page = stage.ok("ledger.entries", json!({ "account": "alice", "limit": 3 })).await;
        stage.funded("alice", "1.00 USD").await;
        let second = stage.ok("ledger.entries", json!({ "account": "alice", "limit": 3, "after": page["next"] })).await;
        assert_eq!(second["items"][0]["transfer"], json!(newest_first[3]));
        stage.no("ledger.entries", json!({ "account": "nobody" }), "account_not_found").await;
    }

    async fn transfers_are_found_in_every_way(stage) {
        let transfers = ten_hours(stage).await;
        stage.funded("bob", "1.00 USD").await;
        let ids = |items: Vec<Value>| -> Vec<String> { items.iter().map(id).collect() };
        let mine: Vec<String> = transfers.iter().rev().cloned().collect();
        for limit in [1, 4, 500] {
            assert_eq!(ids(walk(stage, "ledger.transfers", json!({ "account": "alice" }), limit).await), mine);
            assert_eq!(walk(stage, "ledger.transfers", json!({}), limit).await.len(), 11);
            let by_reference = ids(walk(stage, "ledger.transfers", json!({ "reference": "r-0" }), limit).await);
            assert_eq!(by_reference, [mine[0].clone(), mine[3].clone(), mine[6].clone()]);
            let both = json!({ "account": "bob", "reference": "r-0" });
            assert_eq!(ids(walk(stage, "ledger.transfers", both, limit).await), Vec::<String>::new());
            let span = json!({ "from_time": "2026-01-01T01:00:00Z", "to_time": "2026-01-01T03:00:00Z" });
            assert_eq!(ids(walk(stage, "ledger.transfers", span, limit).await), mine[7..9]);
        }
        assert_eq!(ids(walk(stage, "ledger.transfers", json!({ "account": "nobody" }), 5).await), Vec::<String>::new());
        let one = stage.ok("ledger.get_transfer", json!({ "transfer": transfers[3] })).await;
        assert_eq!((&one["amount"]["amount"], &one["postings"][0]["balance_after"]["amount"]), (&"3.00".into(), &"94.00".into()));
        stage.bad("ledger.get_transfer", json!({ "transfer": "tr_1" }), "invalid_request", "transfer").await;
        stage.bad("ledger.get_transfer", json!({ "transfer": transfers[3].replace("tr_", "hd_") }), "invalid_request", "transfer").await;
        stage.no("ledger.get_transfer", json!({ "transfer": "tr_019b76da-a800-7000-8000-000000000000" }), "transfer_not_found").await;
        // another book's are not there
        let other = stage.bank.book("other").unwrap();
        let error = other.call("ledger.get_transfer", json!({ "transfer": transfers[3] })).await.unwrap_err();
        assert_eq!(error.code().as_str(), "transfer_not_found");
    }

    async fn holds_are_listed_newest_first(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.funded("bob", "10.00 USD").await;
        let mut holds = Vec::new();
        for n in 0..5 {
            holds.push(stage.held(if n % 2 == 0 { "alice" } else { "bob" }, "1.00 USD").await);
            stage.advance("PT1S");
        }
        stage.ok("ledger.void", json!({ "hold": holds[2] })).await;
        holds.reverse();
        let ids = |items: Vec<Value>| -> Vec<String> { items.iter().map(id).collect() };
        assert_eq!(ids(walk(stage, "ledger.holds", json!({}), 2).await), holds);
        assert_eq!(ids(walk(stage, "ledger.holds", json!({ "account": "bob" }), 1).await), [holds[1].clone(), holds[3].clone()]);
        assert_eq!(ids(walk(stage, "ledger.holds", json!({ "state": "voided" }), 2).await), [holds[2].clone()]);
        stage.bad("ledger.holds", json!({ "state": "gone" }), "invalid_request", "state").await;
        stage.bad("ledger.get_hold", json!({ "hold": "x" }), "invalid_request", "hold").await;
        stage.no("ledger.get_hold", json!({ "hold": "hd_019b76da-a800-7000-8000-000000000000" }), "hold_not_found").await;
    }

    async fn many_balances_in_one_answer(stage) {
        for (account, owner) in [("a", "o-1"), ("b", "o-1"), ("c", "o-2")] {
            stage.ok("ledger.open_account", json!({ "account": account, "currency": "USD", "owner": owner })).await;
            stage.funded(account, "1.00 USD").await;
        }
        stage.funded("b", "5 KRW").await;
        let of = |reply: &Value| -> Vec<String> {
            let lines = reply["balances"].as_array().unwrap().iter();
            lines.map(|line| format!("{}{}", line["account"].as_str().unwrap(), line["currency"].as_str().unwrap())).collect()
        };
        assert_eq!(of(&stage.ok("ledger.balances", json!({ "accounts": ["b", "a"] })).await), ["aUSD", "bKRW", "bUSD"]);
        assert_eq!(of(&stage.ok("ledger.balances", json!({ "owner": "o-1" })).await), ["aUSD", "bUSD"]);
        assert_eq!(of(&stage.ok("ledger.balances", json!({ "owner": "o-9" })).await), Vec::<String>::new());
        assert_eq!(stage.no("ledger.balances", json!({ "accounts": ["a", "zz"] }), "account_not_found").await["account"], "zz");
        stage.bad("ledger.balances", json!({ "accounts": ["a", "z z"] }), "invalid_account", "accounts[1]").await;
        stage.no("ledger.balances", json!({}), "invalid_request").await;
        stage.no("ledger.balances", json!({ "accounts": ["a"], "owner": "o-1" }), "invalid_request").await;
    }

    async fn events_tell_what_happened_in_a_chain(stage) {
        stage.funded("alice", "10.00 USD").await;
        // a clerk of the host's: a name for the audit trail
        let clerk = json!({ "id": "u-1", "role": "system" });
        let context = json!({ "correlation_id": "order-1", "causation_id": "click", "traceparent": "00-1-2-01", "ip": "203.0.113.9", "device": "phone-7" });
        let hold = json!({ "account": "alice", "amount": "4.00 USD", "context": context, "actor": clerk, "metadata": { "note": "private" } });
        let hold = id(&stage.ok("ledger.hold", hold).await["hold"]);
        let transfer = id(&stage.ok("ledger.capture", json!({ "hold": hold, "to": "shop" })).await["transfer"]);
        let all = walk(stage, "events.list", json!({}), 2).await;
        let types: Vec<&str> = all.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["account.opened", "transfer.posted", "hold.authorized", "account.opened", "hold.captured", "transfer.posted"]);
        let numbers: Vec<i64> = all.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
        for pair in all.windows(2) {
            assert_eq!(pair[0]["hash"], pair[1]["previous_hash"]);
            assert!(pair[0]["at"].as_str() <= pair[1]["at"].as_str());
        }
        let held = &all[2];
        assert_eq!((&held["correlation_id"], &held["causation_id"], &held["actor"]), (&"order-1".into(), &"click".into(), &clerk));
        let text = json!(all).to_string();
        assert!(!text.contains("203.0.113.9") && !text.contains("phone-7") && !text.contains("private"), "{text}");
        let of_hold = walk(stage, "events.list", json!({ "object": hold }), 1).await;
        assert_eq!(of_hold.iter().map(|event| event["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [3, 5]);
        let of_transfer = walk(stage, "events.list", json!({ "object": transfer }), 5).await;
        assert_eq!((of_transfer.len(), &of_transfer[0]["data"]["hold"]), (1, &json!(hold)));
        assert_eq!(walk(stage, "events.list", json!({ "after_seq": 4 }), 500).await.len(), 2);
        assert_eq!(walk(stage, "events.list", json!({ "types": ["transfer.posted"] }), 1).await.len(), 2);
        let chain = stage.ok("events.verify_chain", json!({})).await;
        assert_eq!((&chain["ok"], &chain["events"], &chain["head"]["hash"]), (&true.into(), &6.into(), &all[5]["hash"]));
    }

    /// Only the prefix was looked at, and nothing was found.
    async fn events_of_an_account_that_is_named_like_an_id_are_listed(stage) {
        for account in ["tr_shop", "hd_shop", "dl_shop", "ap_"] {
            stage.ok("ledger.open_account", json!({ "account": account, "currency": "USD" })).await;
            for list in ["events.list", "admin.audit"] {
                let found = stage.ok(list, json!({ "object": account })).await;
                assert_eq!(found["items"].as_array().unwrap().len(), 1, "{list} {account}: {found}");
                assert_eq!(found["items"][0]["type"], "account.opened");
            }
        }
    }
}
