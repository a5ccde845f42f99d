//! Groups on remembered rows (ADR 18): one statement when nothing changed, and never an answer from what was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

use support::{Kind, Stage, all_at_once, json};

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

/// What another process did shows in the next reply, whatever this one remembers; nobody is refused for what was.
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
            async move { bank.call("ledger.transfer", cent(number)).await }
        });
        let done = all_at_once(calls).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(done, 400);
        assert_eq!(stage.balance("bob").await.split(' ').next(), Some("104.00"));
        other.close().await;
        stage.finish().await;
    }
}
