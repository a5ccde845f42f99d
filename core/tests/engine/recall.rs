//! Groups on remembered rows (ADR 18): one statement when nothing changed, and never an answer from what was.

use crate::support::{self, Kind, Stage, all_at_once, json, until_settled};

/// The stores whose groups are decided on remembered rows.
const KINDS: [Kind; 2] = [Kind::Postgres, Kind::Sqlite];

/// Alice and bob with 100 USD each; the test clock keeps the sequencer's passes out of the counts.
async fn begun(kind: Kind) -> Stage {
    let stage = Stage::open(kind).await;
    stage.funded("alice", "100.00 USD").await;
    stage.funded("bob", "100.00 USD").await;
    stage
}

/// A cent from alice to bob.
fn cent(number: usize) -> support::Value {
    json!({ "from": "alice", "to": "bob", "amount": "0.01 USD", "key": format!("cent-{number}") })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_between_known_accounts_is_one_statement() {
    let stage = begun(Kind::Postgres).await;
    // the sequencer looks for work now and then, so it is the least of several that counts
    let mut least = u64::MAX;
    for number in 0..10 {
        let before = stage.bank.store().counted().statements;
        stage.bank.call("ledger.transfer", cent(number)).await.unwrap();
        least = least.min(stage.bank.store().counted().statements - before);
    }
    assert_eq!(least, 1);
    stage.finish().await;
}

/// Many transfers in one group.
fn cents(group: usize, count: usize) -> support::Value {
    let args =
        |n| json!({ "from": "alice", "to": "bob", "amount": "0.01 USD", "key": format!("g-{group}-{n}") });
    let ops: Vec<_> = (0..count).map(|n| json!({ "op": "ledger.transfer", "args": args(n) })).collect();
    json!({ "ops": ops, "atomic": false })
}

/// A group is one statement on what is remembered, and at most six when somebody else has changed its rows,
/// whatever its size; a pass of the sequencer is for all groups before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_few_statements_whatever_its_size() {
    let stage = Stage::with(Kind::Postgres, support::options().background(false)).await;
    stage.funded("alice", "100.00 USD").await;
    stage.funded("bob", "100.00 USD").await;
    let other = stage.again().await;
    let counted = || stage.bank.store().counted().statements;
    let began = counted();
    let mut most = 0;
    for (group, count) in [10, 1_000, 100, 10, 1_000].into_iter().enumerate() {
        let before = counted();
        let reply = stage.bank.call("ledger.batch", cents(2 * group, count)).await.unwrap();
        assert!(reply["results"].as_array().unwrap().iter().all(|result| result["ok"] == true));
        assert_eq!(counted() - before, 1, "{count} transfers on what is remembered");
        // now what is remembered is wrong
        other.call("ledger.transfer", cent(group)).await.unwrap();
        let before = counted();
        stage.bank.call("ledger.batch", cents(2 * group + 1, count)).await.unwrap();
        most = most.max(counted() - before);
        // and memory is trusted again after some groups that lock
        for n in 0..40 {
            stage.bank.call("ledger.transfer", cent(100 * (group + 1) + n)).await.unwrap();
        }
    }
    assert!((2..=6).contains(&most), "{most}");
    let (groups, before) = (stage.bank.groups(), counted());
    stage.bank.catch_up().await.unwrap();
    println!(
        "{most} statements where rows had changed; {} groups, {} statements, and {} of the sequencer",
        groups,
        before - began,
        counted() - before
    );
    assert!(counted() - began <= 8 * groups);
    other.close().await;
    stage.finish().await;
}

/// A change by another process shows in the next reply, whatever this one remembers; nobody is refused for
/// an old state.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_did_is_seen() {
    for kind in KINDS {
        let stage = begun(kind).await;
        let other = stage.again().await;
        for round in 0..20 {
            stage.bank.call("ledger.transfer", cent(3 * round)).await.unwrap();
            let known = json!({ "account": "alice" });
            let left = stage.bank.call("ledger.balance", known.clone()).await.unwrap();
            // the other one takes everything, and this one is refused; it gives it back, and this one is not
            let all = left["available"]["amount"].as_str().unwrap();
            let all = json!({ "from": "alice", "to": "bob", "amount": format!("{all} USD"), "key": format!("all-{round}") });
            let moved = other.call("ledger.transfer", all).await.unwrap();
            let refused = stage.bank.call("ledger.transfer", cent(3 * round + 1)).await.unwrap_err();
            assert_eq!(refused.code().as_str(), "insufficient_balance", "{kind:?}, round {round}");
            let back = json!({ "transfer": moved["transfer"]["id"], "key": format!("back-{round}") });
            other.call("ledger.cancel", back).await.unwrap();
            stage.bank.call("ledger.transfer", cent(3 * round + 2)).await.unwrap();
            let found = stage.bank.call("ledger.balance", known.clone()).await.unwrap();
            assert_eq!(found, other.call("ledger.balance", known).await.unwrap(), "{kind:?}, round {round}");
        }
        other.close().await;
        stage.finish().await;
    }
}

/// A lock that another process sets holds with the next call of this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_another_process_sets_holds_with_the_next_call() {
    for kind in KINDS {
        let stage = begun(kind).await;
        let other = stage.again().await;
        for round in 0..10 {
            stage.bank.call("ledger.transfer", cent(2 * round)).await.unwrap();
            other.call("ledger.lock_account", json!({ "account": "bob" })).await.unwrap();
            let refused = stage.bank.call("ledger.transfer", cent(2 * round + 1)).await.unwrap_err();
            assert_eq!(refused.code().as_str(), "account_locked", "{kind:?}, round {round}");
            other.call("ledger.unlock_account", json!({ "account": "bob" })).await.unwrap();
        }
        other.close().await;
        stage.finish().await;
    }
}

/// Two engines that remember the same rows take turns in being wrong: nothing is lost or doubled.
#[tokio::test(flavor = "multi_thread")]
async fn engines_that_remember_the_same_rows_lose_nothing() {
    for kind in KINDS {
        let stage = begun(kind).await;
        let other = stage.again().await;
        let banks = [stage.bank.clone(), other.clone()];
        let calls = (0..400).map(|number: usize| {
            let bank = banks[number % 2].clone();
            async move { until_settled(&bank, "ledger.transfer", cent(number)).await }
        });
        let done = all_at_once(calls).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(done, 400);
        assert_eq!(stage.balance("bob").await.split(' ').next(), Some("104.00"));
        other.close().await;
        stage.finish().await;
    }
}
