//! Hot and cold accounts: limits by calendar day and month, ceilings, and the log of settlements, on every
//! store.

use crate::support::{self, Stage, Value, all_at_once, every_store, id, json, tally};

/// Makes `vault` an account with limits.
async fn set(stage: &Stage, more: &Value) -> Value {
    let mut args = json!({ "account": "vault", "currency": "USD", "tier": "hot" });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.ok("treasury.set_account", args).await
}

async fn usage(stage: &Stage) -> Value {
    stage.ok("treasury.usage", json!({ "account": "vault", "currency": "USD" })).await
}

/// Today and this month, such as `60.00 60.00`.
async fn used(stage: &Stage) -> String {
    let usage = usage(stage).await;
    let part = |name: &str| usage[name]["amount"].as_str().unwrap().to_owned();
    format!("{} {}", part("today"), part("this_month"))
}

fn out(amount: &str) -> Value {
    json!({ "account": "vault", "amount": format!("{amount} USD") })
}

/// A debit above a limit: refused, nothing written, nothing counted.
async fn over(stage: &Stage, name: &str, args: Value, window: &str) {
    let before = used(stage).await;
    let details = stage.no(name, args, "limit_exceeded").await;
    assert_eq!((&details["account"], &details["window"]), (&"vault".into(), &window.into()));
    assert_eq!(used(stage).await, before);
}

every_store! {
    async fn debits_are_limited_whatever_the_operation(stage) {
        stage.funded("vault", "10000.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        // what left it before the limits were set does not count
        stage.ok("ledger.deduct", out("500.00")).await;
        let reply = set(stage, &json!({ "daily_limit": "100.00 USD", "monthly_limit": "250.00 USD" })).await;
        assert_eq!((&reply["account"]["tier"], &reply["usage"]["time_zone"]), (&"hot".into(), &"Asia/Seoul".into()));
        assert_eq!(reply["usage"]["today"], json!({ "amount": "0.00", "currency": "USD" }));
        assert_eq!(stage.ok("ledger.account", json!({ "account": "vault" })).await["tier"], "hot");
        assert_eq!(stage.ok("ledger.account", json!({ "account": "bob" })).await["tier"], Value::Null);
        stage.ok("ledger.deduct", out("40.00")).await;
        stage.ok("ledger.transfer", json!({ "from": "vault", "to": "bob", "amount": "20.00 USD" })).await;
        assert_eq!(used(stage).await, "60.00 60.00");
        let details = stage.no("ledger.deduct", out("40.01"), "limit_exceeded").await;
        let money = |amount: &str| json!({ "amount": amount, "currency": "USD" });
        let expected = json!({ "account": "vault", "limit": money("100.00"), "used": money("60.00"), "window": "day" });
        assert_eq!(details, expected);
        over(stage, "ledger.transfer", json!({ "from": "vault", "to": "bob", "amount": "41.00 USD" }), "day").await;
        let legs = json!([{ "account": "vault", "amount": "-41.00 USD" }, { "account": "bob", "amount": "41.00 USD" }]);
        over(stage, "ledger.post", json!({ "postings": legs }), "day").await;
        // a hold takes nothing out; its capture does
        let hold = stage.held("vault", "90.00 USD").await;
        over(stage, "ledger.capture", json!({ "hold": hold, "to": "bob" }), "day").await;
        stage.ok("ledger.capture", json!({ "hold": hold, "to": "bob", "amount": "30.00 USD" })).await;
        assert_eq!(used(stage).await, "90.00 90.00");
        // a deal is paid from the account, or it is not
        let open = json!({ "buyer": "vault", "seller": "bob", "price": "11.00 USD" });
        let deal = id(&stage.ok("escrow.open", open).await["deal"]);
        over(stage, "escrow.pay", json!({ "deal": deal }), "day").await;
        // two in one batch are one too many
        let args = |key: &str| json!({ "account": "vault", "amount": "6.00 USD", "key": key });
        let ops = json!([{ "op": "ledger.deduct", "args": args("b-1") }, { "op": "ledger.deduct", "args": args("b-2") }]);
        over(stage, "ledger.batch", json!({ "ops": ops, "atomic": true }), "day").await;
        // funds come before limits
        stage.no("ledger.deduct", out("99999.00"), "insufficient_balance").await;
        stage.ok("ledger.deduct", out("10.00")).await;
        over(stage, "ledger.deduct", out("0.01"), "day").await;
        // the next day begins at midnight in Seoul, which is 15:00 in UTC
        assert_eq!(usage(stage).await["day_ends_at"], "2026-01-01T15:00:00.000000Z");
        stage.advance("PT14H59M59S");
        over(stage, "ledger.deduct", out("0.01"), "day").await;
        stage.advance("PT1S");
        assert_eq!(used(stage).await, "0.00 100.00");
        stage.ok("escrow.pay", json!({ "deal": deal })).await;
        stage.ok("ledger.deduct", out("89.00")).await;
        stage.advance("P1D");
        stage.ok("ledger.deduct", out("50.00")).await;
        over(stage, "ledger.deduct", out("0.01"), "month").await;
        assert_eq!(used(stage).await, "50.00 250.00");
        stage.advance("P29D");
        assert_eq!(used(stage).await, "0.00 0.00");
        stage.ok("ledger.deduct", out("100.00")).await;
        // what is left out is not limited any more; what was counted stays
        let reply = set(stage, &json!({ "tier": "cold" })).await;
        assert_eq!((&reply["usage"]["daily_limit"], &reply["usage"]["tier"]), (&Value::Null, &"cold".into()));
        stage.ok("ledger.deduct", out("900.00")).await;
        assert_eq!(used(stage).await, "1000.00 1000.00");
    }

    async fn a_replay_counts_once_and_a_reversal_gives_nothing_back(stage) {
        let topped = stage.funded("vault", "1000.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        set(stage, &json!({ "daily_limit": "100.00 USD" })).await;
        let paid = json!({ "from": "vault", "to": "bob", "amount": "60.00 USD", "key": "p-1" });
        let first = stage.ok("ledger.transfer", paid.clone()).await;
        for _ in 0..3 {
            assert_eq!(stage.ok("ledger.transfer", paid.clone()).await["replayed"], true);
        }
        assert_eq!(used(stage).await, "60.00 60.00");
        stage.ok("ledger.cancel", json!({ "transfer": first["transfer"]["id"] })).await;
        assert_eq!(used(stage).await, "60.00 60.00");
        over(stage, "ledger.deduct", out("40.01"), "day").await;
        // taking back what came in is a debit as well
        over(stage, "ledger.cancel", json!({ "transfer": topped }), "day").await;
        stage.ok("ledger.refund", json!({ "transfer": topped, "amount": "40.00 USD" })).await;
        assert_eq!(used(stage).await, "100.00 100.00");
    }

    /// 64 at once, of which ten fit: exact, and the rest is refused, not lost.
    async fn limits_are_exact_under_concurrency(stage) {
        stage.funded("vault", "10000.00 USD").await;
        set(stage, &json!({ "daily_limit": "100.00 USD", "monthly_limit": "1000.00 USD" })).await;
        let calls = (0..64).map(|n| {
            let (bank, key) = (stage.bank.clone(), format!("c-{n}"));
            async move { bank.call("ledger.deduct", json!({ "account": "vault", "amount": "10.00 USD", "key": key })).await }
        });
        let outcomes = all_at_once(calls.collect::<Vec<_>>().into_iter()).await;
        assert_eq!(tally(&outcomes), [("limit_exceeded", 54), ("ok", 10)].into());
        assert_eq!(used(stage).await, "100.00 100.00");
        assert_eq!(stage.balance("vault").await, "9900.00 0.00 9900.00");
    }

    /// A day has 23 hours when clocks go forward, and 25 when they go back.
    async fn days_are_those_of_the_time_zone(stage) {
        stage.funded("vault", "10000.00 USD").await;
        set(stage, &json!({ "daily_limit": "100.00 USD", "time_zone": "europe/berlin" })).await;
        assert_eq!(usage(stage).await["time_zone"], "Europe/Berlin");
        for (midnight, hours) in [("2026-03-28T23:00:00Z", 23), ("2026-10-24T22:00:00Z", 25)] {
            let midnight: earnest::Time = midnight.parse().unwrap();
            let ahead = midnight.since(stage.clock.now());
            stage.clock.advance(ahead);
            stage.ok("ledger.deduct", out("100.00")).await;
            stage.advance(&format!("PT{}H59M59S", hours - 1));
            over(stage, "ledger.deduct", out("0.01"), "day").await;
            stage.advance("PT1S");
            stage.ok("ledger.deduct", out("100.00")).await;
        }
    }

    async fn a_change_of_time_zone_lets_nothing_out(stage) {
        stage.funded("vault", "10000.00 USD").await;
        let limits = |zone: &str| json!({ "daily_limit": "100.00 USD", "time_zone": zone });
        set(stage, &limits("Asia/Seoul")).await;
        stage.ok("ledger.deduct", out("100.00")).await;
        // it is another day in Honolulu, and the same money
        for zone in ["Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Seoul", "UTC"] {
            set(stage, &limits(zone)).await;
            over(stage, "ledger.deduct", out("0.01"), "day").await;
        }
        stage.advance("P1D");
        stage.ok("ledger.deduct", out("100.00")).await;
    }

    async fn a_hot_account_above_its_ceiling_says_so_once(stage) {
        stage.funded("vault", "100.00 USD").await;
        set(stage, &json!({ "ceiling": "1000.00 USD" })).await;
        assert_eq!(usage(stage).await["sweep"], Value::Null);
        stage.funded("vault", "900.00 USD").await;
        assert_eq!(usage(stage).await["sweep"], Value::Null);
        stage.funded("vault", "0.01 USD").await;
        stage.funded("vault", "499.99 USD").await;
        assert_eq!(usage(stage).await["sweep"], json!({ "amount": "500.00", "currency": "USD" }));
        // what is held cannot be moved
        let hold = stage.held("vault", "1100.00 USD").await;
        assert_eq!(usage(stage).await["sweep"], json!({ "amount": "400.00", "currency": "USD" }));
        let jobs = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        let over = json!({ "amount": "0.01", "currency": "USD" });
        let told = json!({ "event": "account.over_ceiling", "account": "vault", "currency": "USD", "over": over });
        assert_eq!((jobs["items"].as_array().unwrap().len(), &jobs["items"][0]["payload"]), (1, &told));
        // below and above again: said again
        stage.ok("ledger.void", json!({ "hold": hold })).await;
        stage.ok("ledger.deduct", out("500.00")).await;
        stage.funded("vault", "0.01 USD").await;
        let events = stage.event_types().await;
        assert_eq!(events.iter().filter(|kind| kind.as_str() == "account.over_ceiling").count(), 2);
        // a cold one is for keeping
        set(stage, &json!({ "tier": "cold", "ceiling": "1.00 USD" })).await;
        assert_eq!(usage(stage).await["sweep"], Value::Null);
    }

    async fn settlements_are_logged(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let admin = json!({ "id": "root", "role": "admin" });
        let mut deals = Vec::new();
        for price in ["100.00 USD", "50.00 USD"] {
            let fees = json!([{ "to": "shop", "bps": 500, "from": "seller" }]);
            let open = json!({ "buyer": "alice", "seller": "bob", "price": price, "fees": fees });
            let deal = id(&stage.ok("escrow.open", open).await["deal"]);
            stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
            stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
            deals.push(deal);
            stage.advance("PT1H");
        }
        stage.ok("escrow.confirm", json!({ "deal": deals[0], "actor": "alice" })).await;
        stage.advance("PT1H");
        let dispute = json!({ "deal": deals[1], "type": "other", "statement": "no", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", dispute).await["dispute"]);
        let ruling = json!({ "dispute": dispute, "outcome": "split", "refund": "20.00 USD", "resolution": "half", "actor": admin });
        stage.ok("escrow.resolve", ruling).await;
        // a refund of the ledger's own is no settlement of a deal
        let topped = stage.funded("carl", "5.00 USD").await;
        stage.ok("ledger.refund", json!({ "transfer": topped })).await;
        let page = stage.ok("treasury.settlements", json!({})).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|item| ["settlement", "refund"].contains(&item["type"].as_str().unwrap())));
        let lines: Vec<String> = items
            .iter()
            .map(|item| format!("{} {} {} {}", item["type"].as_str().unwrap(), item["amount"]["amount"].as_str().unwrap(), item["to"].as_str().unwrap(), item["approved_by"][0].as_str().unwrap()))
            .collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[2], "settlement 95.00 bob alice");
        let mut ruled = lines[..2].to_vec();
        ruled.sort();
        assert_eq!(ruled, ["refund 20.00 alice root", "settlement 28.50 bob root"]);
        assert_eq!((&items[2]["deal"], &items[2]["from"]), (&json!(deals[0]), &json!(deals[0].replace("dl_", "@deal:"))));
        let count = async |more: Value| stage.ok("treasury.settlements", more).await["items"].as_array().unwrap().len();
        assert_eq!(count(json!({ "type": "refund" })).await, 1);
        assert_eq!(count(json!({ "type": "settlement" })).await, 2);
        assert_eq!(count(json!({ "deal": deals[1] })).await, 2);
        assert_eq!(count(json!({ "deal": deals[1], "type": "refund" })).await, 1);
        assert_eq!(count(json!({ "from_time": "2026-01-01T03:00:00Z" })).await, 2);
        assert_eq!(count(json!({ "to_time": "2026-01-01T03:00:00Z" })).await, 1);
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let args = if after.is_null() { json!({ "limit": 1 }) } else { json!({ "limit": 1, "after": after }) };
            let page = stage.ok("treasury.settlements", args).await;
            seen.extend(page["items"].as_array().unwrap().clone());
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(&seen, items);
        for (field, args) in [
            ("deal", json!({ "deal": "x" })),
            ("type", json!({ "type": "fee" })),
            ("limit", json!({ "limit": 0 })),
            ("after", json!({ "after": "x" })),
        ] {
            stage.bad("treasury.settlements", args, "invalid_request", field).await;
        }
    }

    /// Where a policy asked for the consent of others, they approved the payment; the log says so, not who
    /// asked.
    async fn settlements_name_those_who_approved_them(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let root = json!({ "id": "root", "role": "admin" });
        for operation in ["escrow.release", "escrow.resolve"] {
            let policy = json!({ "id": operation, "operation": operation, "currency": "USD", "threshold": "50.00 USD" });
            stage.ok("approvals.set_policy", policy).await;
        }
        let fees = json!([{ "to": "@fees", "bps": 500 }]);
        let shipped = async |price: &str| {
            let open = json!({ "buyer": "alice", "seller": "bob", "price": price, "fees": fees });
            let deal = id(&stage.ok("escrow.open", open).await["deal"]);
            stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
            stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
            deal
        };
        let approved = async |name: &str, args: Value| {
            let asked = stage.bank.call(name, args).await.unwrap_err();
            let approval = asked.details()["approval"].clone();
            for who in ["ann", "ben"] {
                let vote = json!({ "approval": approval, "actor": { "id": who, "role": "admin" } });
                stage.ok("approvals.approve", vote).await;
            }
        };
        let [released, split, small] = [shipped("100.00 USD").await, shipped("90.00 USD").await, shipped("10.00 USD").await];
        approved("escrow.confirm", json!({ "deal": released, "actor": "alice" })).await;
        let dispute = json!({ "deal": split, "type": "other", "statement": "no", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", dispute).await["dispute"]);
        let ruling = json!({ "dispute": dispute, "outcome": "split", "refund": "20.00 USD", "resolution": "half", "key": "r-1", "actor": root });
        approved("escrow.resolve", ruling).await;
        stage.ok("escrow.confirm", json!({ "deal": small, "actor": "alice" })).await;
        let of = async |deal: &str, kind: &str| {
            let page = stage.ok("treasury.settlements", json!({ "deal": deal, "type": kind })).await;
            let items = page["items"].as_array().unwrap().clone();
            assert_eq!(items.len(), 1, "{items:?}");
            items[0]["approved_by"].clone()
        };
        assert_eq!(of(&released, "settlement").await, json!(["ann", "ben"]));
        assert_eq!(of(&split, "settlement").await, json!(["ann", "ben"]));
        assert_eq!(of(&split, "refund").await, json!(["ann", "ben"]));
        assert_eq!(of(&small, "settlement").await, json!(["alice"]));
        // the payment was nobody's to approve, and its event says nothing
        let events = stage.ok("events.list", json!({ "types": ["transfer.posted"], "limit": 500 })).await;
        let said = |event: &Value| (event["data"]["kind"].clone(), event["data"]["approved_by"].clone());
        let said: Vec<_> = events["items"].as_array().unwrap().iter().map(said).collect();
        assert_eq!(said.iter().filter(|(_, by)| *by == json!(["ann", "ben"])).count(), 5, "{said:?}");
        assert!(said.iter().filter(|(kind, _)| kind == "capture").all(|(_, by)| by.is_null()));
    }

    async fn bad_input_is_named(stage) {
        stage.funded("vault", "1.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "stream", "currency": "USD", "streaming": true })).await;
        let args = |more: Value| {
            let mut args = json!({ "account": "vault", "currency": "USD", "tier": "hot" });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        for (more, code, field) in [
            (json!({ "tier": "warm" }), "invalid_request", "tier"),
            (json!({ "currency": "XXQ" }), "invalid_currency", "currency"),
            (json!({ "account": "no good" }), "invalid_account", "account"),
            (json!({ "account": "@fees" }), "not_permitted", "account"),
            (json!({ "daily_limit": "0.00 USD" }), "invalid_amount", "daily_limit"),
            (json!({ "daily_limit": "-1.00 USD" }), "invalid_amount", "daily_limit"),
            (json!({ "monthly_limit": "1.001 USD" }), "invalid_amount", "monthly_limit"),
            (json!({ "ceiling": 5 }), "invalid_amount", "ceiling"),
            (json!({ "ceiling": "5.00 EUR" }), "currency_mismatch", "ceiling"),
            (json!({ "time_zone": "Mars/Olympus" }), "invalid_request", "time_zone"),
            (json!({ "more": 1 }), "invalid_request", "more"),
        ] {
            stage.bad("treasury.set_account", args(more), code, field).await;
        }
        stage.no("treasury.set_account", args(json!({ "account": "nobody" })), "account_not_found").await;
        stage.no("treasury.set_account", args(json!({ "account": "stream" })), "not_supported").await;
        stage.no("treasury.set_account", args(json!({ "expected_version": 9 })), "version_conflict").await;
        let details = stage.no("treasury.usage", json!({ "account": "vault", "currency": "USD" }), "condition_not_met").await;
        assert_eq!(details["condition"], "tier");
        stage.no("treasury.usage", json!({ "account": "nobody", "currency": "USD" }), "account_not_found").await;
        assert_eq!(stage.ok("ledger.account", json!({ "account": "vault" })).await["tier"], Value::Null);
    }

    async fn what_somebody_did_is_found(stage) {
        stage.funded("vault", "100.00 USD").await;
        for n in 0..30 {
            let actor = if n % 3 == 0 { "ann" } else { "ben" };
            let actor = json!({ "id": actor, "role": "system" });
            stage.ok("ledger.deduct", json!({ "account": "vault", "amount": "1.00 USD", "actor": actor })).await;
            stage.advance("P1D");
        }
        let all = stage.ok("admin.audit", json!({ "limit": 500 })).await;
        let listed = stage.ok("events.list", json!({ "limit": 500 })).await;
        assert_eq!(all["items"], listed["items"], "without a filter it is the list of events");
        let found = async |args: Value| stage.ok("admin.audit", args).await["items"].as_array().unwrap().clone();
        let of_ann = found(json!({ "actor": "ann" })).await;
        assert!(of_ann.len() == 10 && of_ann.iter().all(|event| event["actor"]["id"] == "ann"));
        assert_eq!(found(json!({ "actor": { "id": "ben", "role": "admin" } })).await.len(), 20);
        assert!(found(json!({ "actor": "eve" })).await.is_empty());
        let week = json!({ "actor": "ben", "from_time": "2026-01-08T00:00:00Z", "to_time": "2026-01-15T00:00:00Z" });
        let week = found(week).await;
        assert!(week.len() == 5 && week.iter().all(|event| event["at"].as_str().unwrap() >= "2026-01-08"));
        let account = found(json!({ "object": "vault", "to_time": "2026-01-02T00:00:00Z" })).await;
        assert_eq!(account.len(), 1);
        assert_eq!(account[0]["type"], "account.opened");
        let transfer = found(json!({ "actor": "ann", "object": of_ann[3]["object_id"] })).await;
        assert_eq!(transfer, [of_ann[3].clone()]);
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let mut args = json!({ "actor": "ben", "from_time": "2026-01-03T00:00:00Z", "limit": 7 });
            if !after.is_null() {
                args["after"] = after;
            }
            let page = stage.ok("admin.audit", args).await;
            seen.extend(page["items"].as_array().unwrap().clone());
            after = page["next"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(seen, found(json!({ "actor": "ben", "from_time": "2026-01-03T00:00:00Z", "limit": 500 })).await);
        stage.bad("admin.audit", json!({ "limit": 501 }), "invalid_request", "limit").await;
        stage.bad("admin.audit", json!({ "from_time": "today" }), "invalid_request", "from_time").await;
        stage.bad("admin.audit", json!({ "actor": "" }), "invalid_request", "actor").await;
    }
}

/// Somebody who changes what was counted is found out.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn verify_finds_what_was_miscounted() {
    let stage = Stage::open(support::Kind::Sqlite).await;
    stage.funded("vault", "100.00 USD").await;
    set(&stage, &json!({ "daily_limit": "50.00 USD" })).await;
    stage.ok("ledger.deduct", out("30.00")).await;
    stage.verify().await;
    let pool = sqlx::SqlitePool::connect(&stage.url).await.unwrap();
    let change = "UPDATE earnest_record SET body = replace(body, '\"day\":\"3000\"', '\"day\":\"0\"') WHERE kind = 'treasury'";
    assert_eq!(sqlx::query(change).execute(&pool).await.unwrap().rows_affected(), 1);
    pool.close().await;
    let found = stage.bank.call("admin.verify", json!({})).await.unwrap();
    assert_eq!(found["ok"], false);
    let check = found["checks"].as_array().unwrap().iter().find(|check| check["name"] == "treasury").unwrap();
    assert!(check["found"][0].as_str().unwrap().contains("vault"), "{check}");
    stage.bank.close().await;
}
