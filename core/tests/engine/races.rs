//! Races: many callers at once, callers that go away, queues that are full, and engines that close meanwhile.

use std::time::Duration;

use earnest::pipeline::queue::Limits;
use earnest::{Engine, Error};
use futures_util::future::join_all;

use crate::support::{
    self, Kind, Stage, Value, all_at_once, code, every_store, id, json, options, soak, tally, verify,
};

type Outcomes = Vec<Result<Value, Error>>;

/// Runs calls at once, on one engine or spread over several that share a store.
async fn storm(banks: &[Engine], calls: Vec<(&'static str, Value)>) -> Outcomes {
    let calls: Vec<_> =
        calls.into_iter().enumerate().map(|(n, call)| (banks[n % banks.len()].clone(), call)).collect();
    all_at_once(
        calls.into_iter().map(|(bank, (name, args))| async move { until_settled(&bank, name, args).await }),
    )
    .await
}

/// A caller that does what `retry: call` says.
async fn until_settled(bank: &Engine, name: &str, args: Value) -> Result<Value, Error> {
    let mut outcome = bank.call(name, args.clone()).await;
    for _ in 0..50 {
        match &outcome {
            Err(error) if error.code().as_str() == "contention" => {
                outcome = bank.call(name, args.clone()).await;
            }
            _ => break,
        }
    }
    outcome
}

/// The engine of the stage, and others on the same store where there can be others.
async fn engines(stage: &Stage) -> Vec<Engine> {
    let mut banks = vec![stage.bank.clone()];
    if stage.kind != Kind::Memory {
        for _ in 0..2 {
            banks.push(stage.again().await);
        }
    }
    banks
}

async fn close_others(banks: Vec<Engine>) {
    for bank in banks.into_iter().skip(1) {
        bank.close().await;
    }
}

every_store! {
    /// A read that takes several statements is as of one moment: the books balance at every look, also
    /// while money comes in.
    async fn a_trial_balance_in_the_middle(stage) {
        stage.funded("alice", "1.00 USD").await;
        let banks = engines(stage).await;
        let traffic = (0..4).map(|worker| {
            let bank = banks[worker % banks.len()].clone();
            tokio::spawn(async move {
                for n in 0..60 {
                    let args = json!({ "account": format!("a-{}", n % 7), "amount": "1.00 USD", "key": format!("t-{worker}-{n}") });
                    until_settled(&bank, "ledger.top_up", args).await.unwrap();
                }
            })
        });
        let traffic: Vec<_> = traffic.collect();
        let mut looks = 0;
        while looks < 10 || traffic.iter().any(|task| !task.is_finished()) {
            let trial = banks[looks % banks.len()].call("ledger.trial_balance", json!({})).await.unwrap();
            assert_eq!(trial["balanced"], true, "look {looks}: {trial:#}");
            looks += 1;
        }
        for task in traffic {
            task.await.unwrap();
        }
        close_others(banks).await;
    }

    /// A store may be verified while it is in use.
    async fn a_verification_in_the_middle(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let banks = engines(stage).await;
        let traffic = (0..4).map(|worker| {
            let bank = banks[worker % banks.len()].clone();
            tokio::spawn(async move {
                for n in 0..80 {
                    let args = json!({ "account": format!("a-{}", n % 7), "amount": "1.00 USD", "key": format!("t-{worker}-{n}") });
                    until_settled(&bank, "ledger.top_up", args).await.unwrap();
                    let hold = json!({ "account": "alice", "amount": "1.00 USD", "key": format!("h-{worker}-{n}") });
                    until_settled(&bank, "ledger.hold", hold).await.unwrap();
                }
            })
        });
        let traffic: Vec<_> = traffic.collect();
        let mut looks = 0;
        while looks < 3 || traffic.iter().any(|task| !task.is_finished()) {
            let found = banks[looks % banks.len()].call("admin.verify", json!({})).await.unwrap();
            assert_eq!(found["ok"], true, "look {looks}: {found:#}");
            looks += 1;
        }
        for task in traffic {
            task.await.unwrap();
        }
        close_others(banks).await;
    }

    /// Deducts at once that the balance does not cover together.
    async fn insufficient_deducts(stage) {
        stage.funded("alice", "100.00 USD").await;
        let banks = engines(stage).await;
        let deduct = |n| ("ledger.deduct", json!({ "account": "alice", "amount": "30.00 USD", "key": format!("d-{n}") }));
        let outcomes = storm(&banks, (0..60).map(deduct).collect()).await;
        assert_eq!(tally(&outcomes), [("insufficient_balance", 57), ("ok", 3)].into());
        assert_eq!(stage.balance("alice").await, "10.00 0.00 10.00");
        close_others(banks).await;
    }

    /// Charges at once of one account, and of one that does not exist yet.
    async fn concurrent_charges(stage) {
        let banks = engines(stage).await;
        let charge = |n| ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "key": format!("c-{n}") }));
        let outcomes = storm(&banks, (0..300).map(charge).collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 300)].into());
        assert_eq!(stage.balance("alice").await, "300.00 0.00 300.00");
        close_others(banks).await;
    }

    /// Charges and deducts at once; what came in less what went out is what is there.
    async fn charges_and_deducts_mixed(stage) {
        stage.funded("alice", "20.00 USD").await;
        let banks = engines(stage).await;
        let call = |n: usize| {
            let name = if n.is_multiple_of(3) { "ledger.top_up" } else { "ledger.deduct" };
            (name, json!({ "account": "alice", "amount": "1.00 USD", "key": format!("m-{n}") }))
        };
        let outcomes = storm(&banks, (0..300).map(call).collect()).await;
        let counted = tally(&outcomes);
        assert!(counted.keys().all(|code| matches!(*code, "ok" | "insufficient_balance")), "{counted:?}");
        let deducted = outcomes.iter().enumerate().filter(|(n, outcome)| n % 3 != 0 && outcome.is_ok()).count();
        assert_eq!(stage.balance("alice").await, format!("{0}.00 0.00 {0}.00", 120 - deducted));
        close_others(banks).await;
    }

    /// Transfers in both directions and in circles never deadlock, and money is conserved.
    async fn transfers_in_circles(stage) {
        for n in 0..5 {
            stage.funded(&format!("a{n}"), "100.00 USD").await;
        }
        let banks = engines(stage).await;
        let call = |n: usize| {
            let (from, to) = (n % 5, (n + 1 + n / 5 % 4) % 5);
            ("ledger.transfer", json!({ "from": format!("a{from}"), "to": format!("a{to}"), "amount": "1.00 USD", "key": format!("t-{n}") }))
        };
        let outcomes = storm(&banks, (0..400).map(call).collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 400)].into());
        close_others(banks).await;
    }

    /// One key, a thousand callers, several engines: one effect and 999 replays.
    async fn a_thousand_callers_with_one_key(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let banks = engines(stage).await;
        let call = |_| ("ledger.deduct", json!({ "account": "alice", "amount": "7.00 USD", "key": "one" }));
        let outcomes = storm(&banks, (0..1_000).map(call).collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 1_000)].into());
        assert_eq!(outcomes.iter().flatten().filter(|reply| reply["replayed"] == true).count(), 999);
        assert_eq!(stage.balance("alice").await, "993.00 0.00 993.00");
        close_others(banks).await;
    }

    /// Captures of one hold with different keys from several engines: one wins.
    async fn captures_of_one_hold(stage) {
        stage.funded("alice", "100.00 USD").await;
        let hold = stage.held("alice", "10.00 USD").await;
        let banks = engines(stage).await;
        let call = |n| ("ledger.capture", json!({ "hold": hold, "to": "shop", "key": format!("c-{n}") }));
        let outcomes = storm(&banks, (0..64).map(call).collect()).await;
        assert_eq!(tally(&outcomes), [("hold_closed", 63), ("ok", 1)].into());
        close_others(banks).await;
    }

    /// Callers that stop waiting at any moment: each call happens wholly or not at all, and its key says
    /// which.
    async fn soak_callers_that_go_away(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let rounds = soak::rounds(150, 3_000);
        let mut tasks = Vec::new();
        for n in 0..rounds {
            let (bank, patience) = (stage.bank.clone(), Duration::from_micros(u64::from(n * 37 % 4_000)));
            tasks.push(tokio::spawn(async move {
                let args = json!({ "account": "alice", "amount": "0.10 USD", "key": format!("gone-{n}") });
                drop(tokio::time::timeout(patience, bank.call("ledger.deduct", args)).await);
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        // what nobody waits for any more is done nevertheless, and then gives its place back
        all_places_are_free(&stage.bank).await;
        let mut happened = 0;
        for n in 0..rounds {
            let found = stage.ok("admin.lookup_key", json!({ "key": format!("gone-{n}") })).await;
            happened += i64::from(found["outcome"] == "accepted");
        }
        let left = 100_000 - 10 * happened;
        let posted = stage.ok("ledger.balance", json!({ "account": "alice" })).await["posted"]["amount"].as_str().unwrap().replace('.', "");
        assert_eq!(posted.parse::<i64>().unwrap(), left);
        assert!(happened > 0, "nobody waited long enough to ask");
    }
}

async fn all_places_are_free(bank: &Engine) {
    for _ in 0..10_000 {
        if bank.queue_depth().0 == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("{:?} places are still taken", bank.queue_depth());
}

/// A full queue is told at once, nothing was done, and it goes on when there is room again.
#[tokio::test]
async fn a_full_queue_is_overloaded() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().limits(Limits { queue: 8, ..Limits::default() })).await;
        stage.funded("alice", "100.00 USD").await;
        // one thread: nothing runs until all have asked
        let calls = (0..50).map(|n| {
            let bank = stage.bank.clone();
            async move {
                bank.call(
                    "ledger.deduct",
                    json!({ "account": "alice", "amount": "1.00 USD", "key": format!("d-{n}") }),
                )
                .await
            }
        });
        let outcomes = all_at_once(calls.collect::<Vec<_>>().into_iter()).await;
        let counted = tally(&outcomes);
        let (done, turned_away) = (counted["ok"], counted["overloaded"]);
        assert!(done >= 8 && done + turned_away == 50, "{counted:?}");
        let error = outcomes.iter().find_map(|outcome| outcome.as_ref().err()).unwrap();
        assert!(
            error.retryable() && error.http_status() == 503 && error.details()["queued"] == 8,
            "{error:?}"
        );
        assert_eq!(stage.balance("alice").await, format!("{0}.00 0.00 {0}.00", 100 - done));
        for (n, outcome) in outcomes.iter().enumerate().filter(|(_, outcome)| outcome.is_err()) {
            let again = json!({ "account": "alice", "amount": "1.00 USD", "key": format!("d-{n}") });
            assert_eq!(stage.ok("ledger.deduct", again).await["replayed"], false, "{outcome:?}");
        }
        assert_eq!(stage.balance("alice").await, "50.00 0.00 50.00");
        stage.finish().await;
    }
}

/// The queue is bounded by what its calls carry, too: four of five with 14 KiB each fit into 64 KiB.
#[tokio::test]
async fn a_queue_full_of_bytes_is_overloaded() {
    for kind in Kind::all() {
        let limits = Limits { queue_bytes: 64 << 10, ..Limits::default() };
        let stage = Stage::with(kind, options().limits(limits)).await;
        let note = json!({ "note": "x".repeat(14 << 10) });
        let top_up = |n: u32| json!({ "account": "alice", "amount": "1.00 USD", "key": format!("t-{n}"), "metadata": note });
        // one task on one thread: nothing runs until all have asked
        let outcomes = join_all((0..5).map(|n| stage.call("ledger.top_up", top_up(n)))).await;
        let (last, first) = outcomes.split_last().unwrap();
        assert!(first.iter().all(Result::is_ok), "{kind:?}: {first:?}");
        let error = last.as_ref().unwrap_err();
        assert_eq!((error.code().as_str(), &error.details()["queued"]), ("overloaded", &4.into()));
        stage.ok("ledger.top_up", top_up(4)).await;
        // a batch weighs what its calls weigh; one that is larger than the queue goes when nothing else is
        // there
        let ops: Vec<Value> = (5..15).map(|n| json!({ "op": "ledger.top_up", "args": top_up(n) })).collect();
        let batch = json!({ "ops": ops });
        let (done, late) =
            tokio::join!(stage.call("ledger.batch", batch), stage.call("ledger.top_up", top_up(15)));
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(code(&late), "overloaded");
        assert_eq!(stage.balance("alice").await, "15.00 0.00 15.00");
        stage.finish().await;
    }
}

/// An atomic batch takes the places of all its calls.
#[tokio::test]
async fn a_batch_takes_as_many_places_as_it_has_calls() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().limits(Limits { queue: 8, ..Limits::default() })).await;
        let batch = |name: &str, calls: u32| {
            let args = |n| json!({ "account": "alice", "amount": "1.00 USD", "key": format!("{name}-{n}") });
            let ops: Vec<Value> =
                (0..calls).map(|n| json!({ "op": "ledger.top_up", "args": args(n) })).collect();
            stage.call("ledger.batch", json!({ "ops": ops }))
        };
        let (first, second, third) = tokio::join!(batch("a", 5), batch("b", 5), batch("c", 3));
        assert!(first.is_ok() && third.is_ok(), "{first:?} {third:?}");
        let error = second.unwrap_err();
        assert_eq!((error.code().as_str(), &error.details()["queued"]), ("overloaded", &5.into()));
        batch("b", 5).await.unwrap();
        // larger than the queue: it goes when nothing else is there
        batch("d", 20).await.unwrap();
        assert_eq!(stage.balance("alice").await, "33.00 0.00 33.00");
        stage.finish().await;
    }
}

/// Closing answers everybody who was taken, and turns away everybody else.
#[tokio::test(flavor = "multi_thread")]
async fn closing_drains_the_queue() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "1000.00 USD").await;
        let calls = (0..200).map(|n| {
            let bank = stage.bank.clone();
            async move {
                bank.call(
                    "ledger.deduct",
                    json!({ "account": "alice", "amount": "1.00 USD", "key": format!("d-{n}") }),
                )
                .await
            }
        });
        let running = tokio::spawn(all_at_once(calls.collect::<Vec<_>>().into_iter()));
        tokio::time::sleep(Duration::from_millis(2)).await;
        tokio::time::timeout(Duration::from_secs(30), stage.bank.close()).await.expect("closing ends");
        let counted = tally(&running.await.unwrap());
        assert!(counted.keys().all(|code| matches!(*code, "ok" | "store_unavailable")), "{counted:?}");
        let late = stage
            .call("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "key": "late" }))
            .await
            .unwrap_err();
        assert_eq!(late.code().as_str(), "store_unavailable");
        if kind != Kind::Memory {
            let again = stage.again().await;
            let posted = again.call("ledger.balance", json!({ "account": "alice" })).await.unwrap()["posted"]
                ["amount"]
                .clone();
            assert_eq!(posted, format!("{}.00", 1_000 - counted.get("ok").copied().unwrap_or(0)));
            verify(&again).await;
            again.close().await;
        }
    }
}

/// The same life from many engines at once leaves a chain without gaps (the sequencers of all of them run).
#[tokio::test(flavor = "multi_thread")]
async fn several_sequencers_make_one_chain() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::with(kind, options().background(true)).await;
        let banks = engines(&stage).await;
        let call = |n| {
            (
                "ledger.top_up",
                json!({ "account": format!("a{}", n % 9), "amount": "1.00 USD", "key": format!("c-{n}") }),
            )
        };
        let outcomes = storm(&banks, (0..300).map(call).collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 300)].into());
        let transfers: std::collections::BTreeSet<String> =
            outcomes.iter().flatten().map(|reply| id(&reply["transfer"])).collect();
        assert_eq!(transfers.len(), 300);
        for bank in &banks {
            let mut chain = bank.call("events.verify_chain", json!({})).await.unwrap();
            // who reads leaves out what another sequencer keeps locked for longer than a second
            for _ in 0..200 {
                if chain["events"] == 309 || chain["ok"] != true {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
                chain = bank.call("events.verify_chain", json!({})).await.unwrap();
            }
            assert_eq!((&chain["ok"], &chain["events"]), (&true.into(), &309.into()));
        }
        close_others(banks).await;
        stage.finish().await;
    }
}

/// An error of the server in one command, by whatever code, stops that one alone.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_stops_one_command() {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let url = support::postgres::database();
    let bank = earnest::Engine::open_with(&url, options()).await.unwrap();
    let mut admin = sqlx::PgConnection::connect(&url).await.unwrap();
    let top_up = |key: String| json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "1.00 USD", "key": key } });
    bank.call("ledger.batch", json!({ "ops": [top_up("open".into())] })).await.unwrap();
    for state in ["21000", "22001", "23514", "42883", "44000", "54000", "P0001"] {
        let sql = format!(
            "CREATE OR REPLACE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.key LIKE 'refused%' \
             THEN RAISE EXCEPTION 'never' USING ERRCODE = '{state}'; END IF; RETURN NEW; END $$; \
             CREATE OR REPLACE TRIGGER refuses BEFORE INSERT ON earnest.idempotency FOR EACH ROW EXECUTE FUNCTION refuses()"
        );
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
        let ops = ["a", "refused", "b"].map(|key| top_up(format!("{key}-{state}")));
        let reply = bank.call("ledger.batch", json!({ "ops": ops, "atomic": false })).await.unwrap();
        let codes: Vec<&str> = reply["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["error"]["code"].as_str().unwrap_or("ok"))
            .collect();
        assert_eq!(codes, ["ok", "corrupted", "ok"], "{state}");
    }
    admin.execute("DROP TRIGGER refuses ON earnest.idempotency").await.unwrap();
    verify(&bank).await;
    bank.close().await;
}

/// A caller who waits for a busy row in vain is told so, and not that his key is in progress: nobody else
/// has that.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_busy_row_in_vain_is_told_so() {
    use sqlx::Connection as _;
    let stage = Stage::open(Kind::Postgres).await;
    stage.funded("alice", "10.00 USD").await;
    let mut other = sqlx::PgConnection::connect(&stage.url).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    let sql = format!("SELECT 1 FROM \"{}\".account WHERE id = 'alice' FOR UPDATE", stage.options.schema);
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    // alone, and together with another who waits for the same
    let calls = [vec!["a"], vec!["b", "c"]];
    let deduct = |key| json!({ "account": "alice", "amount": "1.00 USD", "key": key });
    for keys in &calls {
        let waiting = keys.iter().map(|key| {
            let (bank, args) = (stage.bank.clone(), deduct(*key));
            async move { bank.call("ledger.deduct", args).await }
        });
        for told in all_at_once(waiting.collect::<Vec<_>>().into_iter()).await {
            let told = told.unwrap_err();
            assert_eq!(told.code().as_str(), "contention");
            assert_eq!(told.details()["reason"], "lock_timeout", "{keys:?}: {told:?}");
        }
    }
    tx.rollback().await.unwrap();
    for key in calls.iter().flatten() {
        let done = stage.ok("ledger.deduct", deduct(*key)).await;
        assert_eq!(done["replayed"], false, "{key}: who was told so had not been served");
    }
    stage.finish().await;
}
