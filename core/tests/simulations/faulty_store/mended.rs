//! Bugs that were found and mended (FAULTS.md), each driven by a script.

use std::time::Duration;

use earnest::currency::Currencies;
use earnest::ids::AccountId;
use earnest::rows::needs::{Access, AccountKey, Needs};
use earnest::store::{FaultKind, Wait};
use earnest::{Book, Engine};

use super::script::{Planned, Trouble};
use super::{Ground, REFUSED, Scene, deducts, on};
use crate::support::{Value, all_at_once, json, options, tally, verify};

const LOST: Trouble = Trouble::Fails(FaultKind::Unknown);
const DONE_AND_LOST: Trouble = Trouble::DoneButFails(FaultKind::Unknown);
const BROKEN: Trouble = Trouble::Fails(FaultKind::Unavailable);
const DONE_AND_BROKEN: Trouble = Trouble::DoneButFails(FaultKind::Unavailable);

/// Calls that go as one group, and are answered each for itself.
async fn together(scene: &Scene, calls: Vec<(&'static str, Value)>, what: &str) -> Vec<Value> {
    let ops = calls.into_iter().map(|(op, args)| json!({ "op": op, "args": args }));
    let batch = json!({ "atomic": false, "ops": ops.collect::<Vec<_>>() });
    let outcomes = scene.answered(vec![("ledger.batch", batch)], what).await;
    let results = outcomes[0].as_ref().unwrap_or_else(|error| panic!("{what}: {error:?}"))["results"].clone();
    results.as_array().unwrap().clone()
}

/// Scripts the troubles of the insert that settles a lost commit. `before` is how often the group itself
/// made its steps.
fn settling(happened: bool, before: u32) -> Vec<Vec<Planned>> {
    if happened {
        // the mark is there: nothing is left to commit, but each step of finding that out may fail
        let steps = [("begin", before), ("write", before), ("rollback", before), ("mark", 0)];
        let troubles = [BROKEN, DONE_AND_BROKEN];
        return steps
            .into_iter()
            .flat_map(|(step, after)| troubles.map(|trouble| vec![(step, trouble, after)]))
            .collect();
    }
    vec![
        vec![("commit", LOST, 0)],
        vec![("commit", DONE_AND_LOST, 0)],
        vec![("commit", LOST, 0), ("commit", DONE_AND_LOST, 0)],
        vec![("commit", DONE_AND_LOST, 0), ("mark", BROKEN, 0)],
        vec![("begin", BROKEN, before), ("write", DONE_AND_BROKEN, before), ("commit", DONE_AND_LOST, 0)],
    ]
}

/// The reply to a commit is lost, then that to the insert which settles it: what never happened is not
/// acknowledged, and what happened is not done again.
#[test]
fn a_lost_commit_is_settled_although_that_reply_is_lost_too() {
    let mut runs = 0;
    for happened in [false, true] {
        let first = if happened { DONE_AND_LOST } else { LOST };
        let alone = (vec![("write_alone", first, 0)], 0);
        let locking = (vec![REFUSED, ("commit", first, 0)], 1);
        for (commit, before) in [alone, locking] {
            for settling in settling(happened, before) {
                let script = [commit.clone(), settling].concat();
                let what = format!("{script:?}");
                on(Ground::Simulated, async |scene| {
                    scene.plan.set(script.clone());
                    for result in together(&scene, deducts("d", 20), &what).await {
                        assert_eq!(
                            (&result["ok"], &result["reply"]["replayed"]),
                            (&true.into(), &false.into())
                        );
                    }
                    assert_eq!(scene.posted().await, "980.00", "{what}");
                    for result in together(&scene, deducts("d", 20), &what).await {
                        assert_eq!(result["reply"]["replayed"], true, "{what}: it was acknowledged");
                    }
                    assert_eq!(scene.posted().await, "980.00", "{what}");
                    scene.goes_on("d", 20, &what).await;
                });
                runs += 1;
            }
        }
    }
    println!("{runs} lost commits");
}

/// A call whose reply needs a row that somebody has locked is not done until that row is free, and then once.
/// What went in its group is done, once as well.
#[test]
fn a_call_whose_reply_needs_a_busy_row_runs_once() {
    on(Ground::Simulated, async |scene| {
        let args = json!({ "account": "alice", "amount": "9.00 USD", "expires_in": "PT1H", "key": "h" });
        let held = scene.bank.call("ledger.hold", args).await.unwrap();
        // extending a hold changes the hold alone; its reply shows the balance
        let mut other = scene.inner.writer().await.unwrap();
        other.begin().await.unwrap();
        let mut needs = Needs::default();
        let currency = Currencies::iso().known("USD").unwrap();
        needs.account(AccountKey::new(Book::main(), AccountId::stored("alice"), currency), Access::Write);
        let loaded = other.lock(&needs, Wait::Skip).await.unwrap();
        assert!(loaded.busy.accounts.is_empty() && loaded.accounts.len() == 1);
        let before = scene.plan.made("lock");
        let calls = async {
            let until = "2026-01-02T00:00:00Z";
            let args = json!({ "hold": held["hold"]["id"], "expires_at": until, "key": "e" });
            let beside = json!({ "account": "bob", "amount": "1.00 USD", "key": "b" });
            together(&scene, vec![("ledger.top_up", beside), ("ledger.extend", args)], "extend").await
        };
        let freed = async {
            while scene.plan.made("lock") < before + 4 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            other.rollback().await.unwrap();
        };
        let (results, ()) = tokio::join!(calls, freed);
        for result in &results {
            assert_eq!(
                (&result["ok"], &result["reply"]["replayed"]),
                (&true.into(), &false.into()),
                "{result}"
            );
        }
        let events = scene.bank.call("events.list", json!({ "limit": 100 })).await.unwrap();
        let events = events["items"].as_array().unwrap();
        let extended = events.iter().filter(|event| event["type"] == "hold.extended").count();
        assert_eq!(extended, 1, "{events:#?}");
        scene.goes_on("d", 20, "extend").await;
    });
}

/// A pass of the sequencer that lost against somebody else is made again: nobody who reads events is told.
#[test]
fn a_pass_that_lost_is_made_again() {
    for kind in [FaultKind::Serialization, FaultKind::LockTimeout] {
        for trouble in [Trouble::Fails(kind), Trouble::DoneButFails(kind)] {
            for (step, times) in ["begin", "lock", "list", "write", "commit"]
                .into_iter()
                .flat_map(|step| [(step, 1), (step, 8)])
            {
                // what was committed is not pending any more: it can be denied only once
                let done = step == "commit" && trouble == Trouble::DoneButFails(kind);
                let times = if done { 1 } else { times };
                let what = format!("{step} {trouble:?}, {times} times");
                on(Ground::Simulated, async |scene| {
                    scene.answered(deducts("d", 3), &what).await;
                    scene.plan.set((0..times).map(|_| (step, trouble, 0)));
                    let outcomes = scene.answered(vec![("events.list", json!({}))], &what).await;
                    let page = outcomes[0].as_ref().unwrap_or_else(|error| panic!("{what}: {error:?}"));
                    let found = page["items"].as_array().unwrap().len();
                    // alice's account, and four transfers
                    assert_eq!(found, 5, "{what}: {page:#}");
                    scene.goes_on("d", 3, &what).await;
                });
            }
        }
    }
}

/// The same when the other is another engine's sequencer: of two that read at once one moves the head, and
/// both see it all.
#[test]
fn two_who_read_events_at_once_both_see_them() {
    on(Ground::Simulated, async |scene| {
        let other = Engine::over(scene.inner.clone(), options()).await.unwrap();
        for round in 0..20 {
            scene.answered(deducts(&format!("d{round}"), 3), "beside").await;
            let banks = [&scene.bank, &other, &scene.bank, &other].map(Clone::clone);
            let pages =
                banks.map(|bank| async move { bank.call("events.list", json!({ "limit": 500 })).await });
            let pages = all_at_once(pages.into_iter()).await;
            assert_eq!(tally(&pages), [("ok", 4)].into(), "round {round}");
            for page in pages {
                assert_eq!(page.unwrap()["items"].as_array().unwrap().len(), 2 + 3 * (round + 1));
            }
        }
        verify(&scene.bank).await;
    });
}

/// Nobody knows what became of a commit of a file: its callers are told, and the file is free for the next
/// group.
#[cfg(feature = "sqlite")]
#[test]
fn a_commit_of_unknown_outcome_does_not_keep_the_file() {
    for after in [vec![], vec![REFUSED]] {
        on(Ground::Sqlite, async |scene| {
            scene.plan.set(after.clone());
            scene.plan.set([("commit", LOST, 0)]);
            let outcomes = scene.answered(deducts("d", 1), "lost").await;
            assert_eq!(tally(&outcomes), [("outcome_unknown", 1)].into());
            scene.is_free("lost").await;
            scene.goes_on("d", 1, "lost").await;
        });
    }
}
