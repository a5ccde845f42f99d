//! A store that fails or panics at a moment of our choice: everybody is answered, nothing is half done, and it goes on.
//!
//! The store is a plug-in of ours around the memory store, as a user's own store would be.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use earnest::currency::{Currencies, Currency};
use earnest::kernel::needs::Needs;
use earnest::store::memory::MemoryStore;
use earnest::store::{
    Fault, FaultKind, Listed, Listing, Loaded, Mechanics, Schema, Session, SharedStore, Store, Wait, Writes,
    Written,
};
use earnest::{Engine, Error};
use support::{Value, all_at_once, json, options, tally, verify};

/// What happens at the next step of this name, once its countdown is over; 0 is the very next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Fails(FaultKind),
    Panics,
    /// It is done, but says that it is not.
    DoneButFails(FaultKind),
}

#[derive(Debug, Default)]
struct Plan {
    next: Mutex<Option<(&'static str, Trouble)>>,
    left: AtomicI64,
}

impl Plan {
    fn set(&self, step: &'static str, trouble: Trouble, after: i64) {
        *self.next.lock().unwrap() = Some((step, trouble));
        self.left.store(after, Ordering::SeqCst);
    }

    fn take(&self, step: &str) -> Option<Trouble> {
        let mut next = self.next.lock().unwrap();
        let trouble = next.filter(|(name, _)| *name == step)?.1;
        if self.left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return None;
        }
        *next = None;
        Some(trouble)
    }

    fn step(&self, step: &str) -> Result<(), Fault> {
        match self.take(step) {
            None | Some(Trouble::DoneButFails(_)) => Ok(()),
            Some(Trouble::Fails(kind)) => Err(Fault::new(kind, "by plan")),
            Some(Trouble::Panics) => panic!("by plan"),
        }
    }
}

#[derive(Debug)]
struct Faulty {
    inner: MemoryStore,
    plan: Arc<Plan>,
}

struct FaultySession {
    inner: Box<dyn Session>,
    plan: Arc<Plan>,
}

#[async_trait]
impl Session for FaultySession {
    async fn begin(&mut self) -> Result<(), Fault> {
        self.plan.step("begin")?;
        self.inner.begin().await
    }
    async fn peek(&mut self, needs: &Needs) -> Result<Loaded, Fault> {
        self.inner.peek(needs).await
    }
    async fn lock(&mut self, needs: &Needs, wait: Wait) -> Result<Loaded, Fault> {
        self.plan.step("lock")?;
        self.inner.lock(needs, wait).await
    }
    async fn write(&mut self, writes: &Writes) -> Result<Written, Fault> {
        self.plan.step("write")?;
        self.inner.write(writes).await
    }
    async fn commit(&mut self) -> Result<(), Fault> {
        match self.plan.take("commit") {
            None => self.inner.commit().await,
            Some(Trouble::Panics) => panic!("by plan"),
            Some(Trouble::Fails(kind)) => Err(Fault::new(kind, "by plan")),
            Some(Trouble::DoneButFails(kind)) => {
                self.inner.commit().await?;
                Err(Fault::new(kind, "by plan"))
            }
        }
    }
    async fn rollback(&mut self) -> Result<(), Fault> {
        self.plan.step("rollback")?;
        self.inner.rollback().await
    }
    async fn list(&mut self, listing: &Listing) -> Result<Listed, Fault> {
        self.inner.list(listing).await
    }
}

#[async_trait]
impl Store for Faulty {
    fn mechanics(&self) -> Mechanics {
        self.inner.mechanics()
    }
    fn name(&self) -> &'static str {
        "faulty"
    }
    async fn writer(&self) -> Result<Box<dyn Session>, Fault> {
        self.plan.step("writer")?;
        Ok(Box::new(FaultySession { inner: self.inner.writer().await?, plan: self.plan.clone() }))
    }
    async fn reader(&self) -> Result<Box<dyn Session>, Fault> {
        self.inner.reader().await
    }
    async fn schema(&self) -> Result<Option<Schema>, Fault> {
        self.inner.schema().await
    }
    async fn migrate(&self) -> Result<(), Fault> {
        self.inner.migrate().await
    }
    async fn currencies(&self, register: &[Currency], known: &mut Currencies) -> Result<(), Fault> {
        self.inner.currencies(register, known).await
    }
    async fn ping(&self) -> Result<(), Fault> {
        self.inner.ping().await
    }
    async fn backup(&self, path: &Path) -> Result<(), Fault> {
        self.inner.backup(path).await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}

async fn faulty() -> (Engine, Arc<Plan>) {
    let plan = Arc::new(Plan::default());
    let options = options();
    let store: SharedStore =
        Arc::new(Faulty { inner: MemoryStore::new(options.env.clock.clone()), plan: plan.clone() });
    let bank = Engine::over(store, options).await.unwrap();
    bank.call("ledger.top_up", json!({ "account": "alice", "amount": "1000.00 USD", "key": "first" }))
        .await
        .unwrap();
    (bank, plan)
}

/// Calls at once, all of which must be answered in time.
async fn answered(bank: &Engine, calls: Vec<(&'static str, Value)>) -> Vec<Result<Value, Error>> {
    let calls: Vec<_> = calls.into_iter().map(|call| (bank.clone(), call)).collect();
    let all =
        all_at_once(calls.into_iter().map(|(bank, (name, args))| async move { bank.call(name, args).await }));
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("every caller is answered")
}

fn deducts(prefix: &str, count: usize) -> Vec<(&'static str, Value)> {
    (0..count)
        .map(|n| {
            (
                "ledger.deduct",
                json!({ "account": "alice", "amount": "1.00 USD", "key": format!("{prefix}-{n}") }),
            )
        })
        .collect()
}

/// What the keys say is what the balance says, and the engine takes calls as before.
async fn goes_on(bank: &Engine, prefix: &str, count: usize) {
    let outcomes = answered(bank, deducts(prefix, count)).await;
    assert_eq!(tally(&outcomes), [("ok", count)].into(), "every call goes through when it is made again");
    verify(bank).await;
    tokio::time::timeout(Duration::from_secs(20), bank.close()).await.expect("closing ends");
}

/// At whatever step it fails, and however: once more, and all is well.
#[tokio::test]
async fn failures_at_every_step() {
    let kinds = [
        FaultKind::Serialization,
        FaultKind::LockTimeout,
        FaultKind::Constraint,
        FaultKind::Aborted,
        FaultKind::Full,
        FaultKind::ReadOnly,
        FaultKind::Unavailable,
        FaultKind::Unknown,
    ];
    for (step, kind) in ["writer", "begin", "lock", "write", "commit"]
        .into_iter()
        .flat_map(|step| kinds.map(|kind| (step, kind)))
    {
        for trouble in [Trouble::Fails(kind), Trouble::DoneButFails(FaultKind::Unknown)] {
            let (bank, plan) = faulty().await;
            plan.set(step, trouble, 0);
            let outcomes = answered(&bank, deducts("d", 20)).await;
            for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
                let told = outcome.code().as_str();
                let right = matches!(
                    told,
                    "contention"
                        | "store_unavailable"
                        | "outcome_unknown"
                        | "corrupted"
                        | "transaction_aborted"
                );
                assert!(right, "{step} {trouble:?}: {outcome}");
                assert!(
                    told != "outcome_unknown" || step == "commit" || kind == FaultKind::Unknown,
                    "{step} {trouble:?}: nothing was sent"
                );
            }
            goes_on(&bank, "d", 20).await;
            let balance = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
            assert_eq!(balance["posted"]["amount"], "980.00", "{step} {trouble:?}");
        }
    }
}

/// A failure while one command reads more leaves the commands behind it in their place.
#[tokio::test]
async fn a_failure_in_the_middle_of_a_group_forgets_nobody() {
    for after in 0..6 {
        let (bank, plan) = faulty().await;
        let hold = bank
            .call(
                "ledger.hold",
                json!({ "account": "alice", "amount": "900.00 USD", "expires_in": "PT1H", "key": "h" }),
            )
            .await
            .unwrap();
        assert_eq!(hold["balance"]["held"]["amount"], "900.00");
        bank.options().env.clock.advance("PT2H".parse().unwrap());
        // the first call needs the dead hold, so it reads on in the middle of the group
        let mut calls =
            vec![("ledger.deduct", json!({ "account": "alice", "amount": "500.00 USD", "key": "big" }))];
        calls.extend(deducts("d", 20));
        plan.set("lock", Trouble::Fails(FaultKind::Serialization), after);
        let outcomes = answered(&bank, calls).await;
        assert_eq!(tally(&outcomes), [("ok", 21)].into(), "lock {after} of the group failed");
        goes_on(&bank, "d", 20).await;
    }
}

/// A panic of a store is one lost group, not a dead engine.
#[tokio::test]
async fn a_panic_does_not_stop_the_engine() {
    for step in ["begin", "lock", "write", "commit"] {
        let (bank, plan) = faulty().await;
        plan.set(step, Trouble::Panics, 0);
        let outcomes = answered(&bank, deducts("d", 20)).await;
        assert!(
            tally(&outcomes).keys().all(|code| matches!(*code, "ok" | "outcome_unknown" | "corrupted")),
            "{step}: {:?}",
            tally(&outcomes)
        );
        goes_on(&bank, "d", 20).await;
    }
}

/// A connection that cannot even roll back is not used again, and its commands are not lost.
#[tokio::test]
async fn a_broken_connection_is_replaced() {
    let (bank, plan) = faulty().await;
    for n in 0..3 {
        plan.set("write", Trouble::Fails(FaultKind::Unavailable), 0);
        let outcomes = answered(&bank, deducts(&format!("r{n}"), 10)).await;
        assert!(tally(&outcomes).keys().all(|code| matches!(*code, "ok" | "store_unavailable")));
    }
    goes_on(&bank, "d", 20).await;
}
