//! A store that fails or panics at a moment of our choice: everybody is answered, nothing is half done, and
//! it goes on.
//!
//! The store is a plug-in of ours, as a user's own store would be, around one of each kind of capabilities:
//! the memory store, SQLite (groups on remembered rows follow one another), and the simulated database
//! (PostgreSQL's capabilities). Every test asserts that all its troubles were met.

mod mended;
mod script;
mod writes;

use std::sync::Arc;
use std::time::Duration;

use earnest::currency::Currencies;
use earnest::ids::AccountId;
use earnest::rows::needs::{Access, AccountKey, Needs};
use earnest::store::memory::MemoryStore;
use earnest::store::{FaultKind, SharedStore, Wait};
use earnest::{Book, Engine, Error};
use script::{Faulty, Plan, Planned, Trouble};

use crate::simulation::store::{SimStore, Troubles};
use crate::support::{Value, all_at_once, code, json, options, tally, verify};

/// The store under the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    Memory,
    #[cfg(feature = "sqlite")]
    Sqlite,
    Simulated,
}

const GROUNDS: &[Ground] = &[
    Ground::Memory,
    #[cfg(feature = "sqlite")]
    Ground::Sqlite,
    Ground::Simulated,
];

impl Ground {
    /// Whether writers wait for one another, for a file.
    fn is_file(self) -> bool {
        !matches!(self, Self::Memory | Self::Simulated)
    }

    /// Whether groups are decided on remembered rows first.
    fn verified_writes(self) -> bool {
        self != Self::Memory
    }
}

/// An engine on a store of its own, in which alice has 1000.00 USD.
struct Scene {
    bank: Engine,
    plan: Arc<Plan>,
    /// The store without its faults.
    inner: SharedStore,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn open(ground: Ground) -> Self {
        let (options, folder) = (options(), tempfile::tempdir().unwrap());
        let clock = options.env.clock.clone();
        let inner: SharedStore = match ground {
            Ground::Memory => Arc::new(MemoryStore::new(clock)),
            #[cfg(feature = "sqlite")]
            Ground::Sqlite => {
                use earnest::store::sqlite::{SqliteOptions, SqliteStore};
                let path = folder.path().join("money.db");
                let settings = SqliteOptions { clock, synchronous_normal: true, ..SqliteOptions::default() };
                Arc::new(SqliteStore::open(path.to_str().unwrap(), settings).await.unwrap())
            }
            Ground::Simulated => Arc::new(SimStore::new(1, clock, Troubles::default())),
        };
        // by another engine: the one under test has no connection yet, and remembers nothing
        let teller = Engine::over(inner.clone(), options.clone()).await.unwrap();
        let args = json!({ "account": "alice", "amount": "1000.00 USD", "key": "first" });
        teller.call("ledger.top_up", args).await.unwrap();
        let plan = Arc::new(Plan::default());
        let store = Arc::new(Faulty { inner: inner.clone(), plan: plan.clone() });
        let bank = Engine::over(store, options).await.unwrap();
        Self { bank, plan, inner, _folder: folder }
    }

    /// Calls at once, all of which must be answered in time; all that was planned must have happened by then.
    async fn answered(&self, calls: Vec<(&'static str, Value)>, what: &str) -> Vec<Result<Value, Error>> {
        let outcomes = self.heard(calls, what).await;
        assert!(self.plan.left().is_empty(), "{what}: {:?} did not happen", self.plan.left());
        outcomes
    }

    /// Calls at once, all of which must be answered in time.
    async fn heard(&self, calls: Vec<(&'static str, Value)>, what: &str) -> Vec<Result<Value, Error>> {
        let calls: Vec<_> = calls.into_iter().map(|call| (self.bank.clone(), call)).collect();
        let all = all_at_once(
            calls.into_iter().map(|(bank, (name, args))| async move { bank.call(name, args).await }),
        );
        let outcomes = tokio::time::timeout(Duration::from_secs(60), all).await;
        outcomes.unwrap_or_else(|_| panic!("{what}: somebody was not answered"))
    }

    async fn posted(&self) -> String {
        let balance = self.bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        balance["posted"]["amount"].as_str().unwrap().to_owned()
    }

    /// Nothing is left open or locked where somebody else wants to write.
    async fn is_free(&self, what: &str) {
        let mut needs = Needs::default();
        let currency = Currencies::iso().known("USD").unwrap();
        needs.account(AccountKey::new(Book::main(), AccountId::stored("alice"), currency), Access::Write);
        let mut other = self.inner.writer().await.unwrap();
        let begun = tokio::time::timeout(Duration::from_secs(10), other.begin()).await;
        begun.unwrap_or_else(|_| panic!("{what}: a transaction was left open")).unwrap();
        let loaded = other.lock(&needs, Wait::Skip).await.unwrap();
        assert!(
            loaded.busy.accounts.is_empty() && loaded.accounts.len() == 1,
            "{what}: a row was left locked"
        );
        other.rollback().await.unwrap();
    }

    /// Checks that the keys agree with the balance, and that the engine takes calls as before.
    async fn goes_on(self, prefix: &str, count: usize, what: &str) {
        let outcomes = self.answered(deducts(prefix, count), what).await;
        let expected = [("ok", count)].into();
        assert_eq!(tally(&outcomes), expected, "{what}: every call goes through when it is made again");
        verify(&self.bank).await;
        tokio::time::timeout(Duration::from_secs(60), self.bank.close()).await.expect("closing ends");
    }
}

/// Plays a scene. The time of the simulated database is that of a paused runtime.
fn on(ground: Ground, play: impl AsyncFnOnce(Scene)) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(ground == Ground::Simulated).build().unwrap();
    runtime.block_on(async { play(Scene::open(ground).await).await });
}

fn deducts(prefix: &str, count: usize) -> Vec<(&'static str, Value)> {
    let deduct = |n| {
        let key = format!("{prefix}-{n}");
        ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "key": key }))
    };
    (0..count).map(deduct).collect()
}

/// Sends the group that was decided on remembered rows the way that reads and locks.
const REFUSED: Planned = ("write_alone", Trouble::Fails(FaultKind::Serialization), 0);

/// Scripts the way to each step at which a group can meet a trouble, with the trouble there.
fn scripts(ground: Ground, trouble: Trouble) -> Vec<Vec<Planned>> {
    let mut scripts = vec![vec![("writer", trouble, 0)]];
    let before: &[Planned] = if ground.verified_writes() { &[REFUSED] } else { &[] };
    for step in ["begin", "lock", "write", "commit"] {
        scripts.push([before, &[(step, trouble, 0)]].concat());
    }
    // a recalled group that was refused gives up what it may have open; then it is the turn of the other
    let failed = ("write", Trouble::Fails(FaultKind::Serialization), 0);
    let later = before.len().try_into().unwrap();
    scripts.push([before, &[failed, ("rollback", trouble, later)]].concat());
    if ground.verified_writes() {
        scripts.extend(["peek", "write_alone"].map(|step| vec![(step, trouble, 0)]));
        scripts.push(vec![REFUSED, ("rollback", trouble, 0)]);
    }
    #[cfg(feature = "sqlite")]
    if ground == Ground::Sqlite {
        // the steps that its write by itself is made of
        scripts.extend(["begin", "write", "commit"].map(|step| vec![(step, trouble, 0)]));
        scripts.push(vec![failed, ("rollback", trouble, 0)]);
        scripts.push(vec![("commit", Trouble::Fails(FaultKind::Unknown), 0), ("rollback", trouble, 0)]);
    }
    scripts
}

const KINDS: [(FaultKind, &str); 8] = [
    (FaultKind::Serialization, "contention"),
    (FaultKind::LockTimeout, "contention"),
    (FaultKind::Constraint, "corrupted"),
    (FaultKind::Aborted, "transaction_aborted"),
    (FaultKind::Full, "store_unavailable"),
    (FaultKind::ReadOnly, "store_unavailable"),
    (FaultKind::Unavailable, "store_unavailable"),
    (FaultKind::Unknown, "outcome_unknown"),
];

/// At whatever step it fails, and however: once more, and all is well.
#[test]
fn failures_at_every_step_of_memory() {
    failures_at_every_step(Ground::Memory);
}

#[cfg(feature = "sqlite")]
#[test]
fn failures_at_every_step_of_sqlite() {
    failures_at_every_step(Ground::Sqlite);
}

#[test]
fn failures_at_every_step_of_the_simulated_database() {
    failures_at_every_step(Ground::Simulated);
}

fn failures_at_every_step(ground: Ground) {
    let mut runs = 0;
    for (kind, told) in KINDS {
        for trouble in [Trouble::Fails(kind), Trouble::DoneButFails(kind)] {
            for script in scripts(ground, trouble) {
                // one alone is told what others are split for
                let counts: &[usize] = if matches!(trouble, Trouble::Fails(_)) { &[1, 20] } else { &[20] };
                for count in counts {
                    fails_once(ground, kind, told, &script, *count);
                    runs += 1;
                }
            }
        }
    }
    println!("{ground:?}: {runs} scripts");
}

fn fails_once(ground: Ground, kind: FaultKind, told: &str, script: &[Planned], count: usize) {
    let what = format!("{ground:?}, {count} calls, {script:?}");
    on(ground, async |scene| {
        scene.plan.set(script.iter().copied());
        let outcomes = scene.answered(deducts("d", count), &what).await;
        // a group that is not connected at all is told; the others are made again
        let again = kind == FaultKind::Serialization && script[0].0 != "writer";
        // nobody knows what became of a commit whose reply was lost, whatever happens then
        let lost = script[0] == ("commit", Trouble::Fails(FaultKind::Unknown), 0);
        for outcome in outcomes {
            let code = code(&outcome);
            let told = if lost { "outcome_unknown" } else { told };
            assert!(code == "ok" || code == told && (lost || !again), "{what}: {outcome:?}");
        }
        scene.is_free(&what).await;
        let outcomes = scene.answered(deducts("d", count), &what).await;
        assert_eq!(tally(&outcomes), [("ok", count)].into(), "{what}");
        assert_eq!(scene.posted().await, format!("{}.00", 1_000 - count), "{what}");
        scene.goes_on("d", 20, &what).await;
    });
}

/// A failed read is told to its caller, and the next one reads.
#[test]
fn failures_of_who_reads() {
    let reads = [
        ("ledger.balance", json!({ "account": "alice" }), "peek"),
        ("ledger.accounts", json!({}), "list"),
        ("ledger.trial_balance", json!({}), "snapshot"),
        ("ledger.transfers", json!({}), "reader"),
    ];
    for ground in GROUNDS {
        for (kind, told) in KINDS {
            for (name, args, step) in reads.clone() {
                for trouble in [Trouble::Fails(kind), Trouble::DoneButFails(kind)] {
                    let what = format!("{ground:?} {name} {step} {trouble:?}");
                    on(*ground, async |scene| {
                        let right = scene.bank.call(name, args.clone()).await.unwrap();
                        scene.plan.set([(step, trouble, 0)]);
                        let outcomes = scene.answered(vec![(name, args.clone())], &what).await;
                        assert_eq!(code(&outcomes[0]), told, "{what}");
                        // a reader whose connection cannot be given back has read all the same
                        scene.plan.set([("rollback", trouble, 0)]);
                        let outcomes = scene.answered(vec![(name, args.clone())], &what).await;
                        assert_eq!(outcomes[0].as_ref().unwrap(), &right, "{what}");
                        assert_eq!(scene.bank.call(name, args.clone()).await.unwrap(), right, "{what}");
                    });
                }
            }
        }
    }
}

/// A failure while one command reads more leaves the commands behind it in their place.
#[test]
fn a_failure_in_the_middle_of_a_group_forgets_nobody() {
    for ground in [Ground::Memory, Ground::Simulated] {
        let (mut after, mut locks) = (0, 1);
        while after < locks {
            let what = format!("{ground:?}, lock {after} of the group failed");
            on(ground, async |scene| {
                let hold =
                    json!({ "account": "alice", "amount": "900.00 USD", "expires_in": "PT1H", "key": "h" });
                let hold = scene.bank.call("ledger.hold", hold).await.unwrap();
                assert_eq!(hold["balance"]["held"]["amount"], "900.00");
                scene.bank.options().env.clock.advance("PT2H".parse().unwrap());
                // the first call needs the dead hold, so it reads on in the middle of the group
                let big = json!({ "account": "alice", "amount": "500.00 USD", "key": "big" });
                let mut calls = vec![("ledger.deduct", big)];
                calls.extend(deducts("d", 20));
                let before = scene.plan.made("lock");
                scene.plan.set(ground.verified_writes().then_some(REFUSED));
                scene.plan.set([("lock", Trouble::Fails(FaultKind::Serialization), after)]);
                let outcomes = scene.answered(calls, &what).await;
                assert_eq!(tally(&outcomes), [("ok", 21)].into(), "{what}");
                // the one that failed was made again
                locks = scene.plan.made("lock") - before - 1;
                scene.goes_on("d", 20, &what).await;
            });
            after += 1;
        }
        assert!(after > 1, "{ground:?}: nothing was read in the middle");
    }
}

/// A panic of a store is one lost group, not a dead engine.
#[test]
fn a_panic_does_not_stop_the_engine() {
    for ground in GROUNDS {
        for script in scripts(*ground, Trouble::Panics) {
            let what = format!("{ground:?} {script:?}");
            on(*ground, async |scene| {
                scene.plan.set(script.clone());
                let outcomes = scene.answered(deducts("d", 20), &what).await;
                let told = tally(&outcomes);
                assert!(
                    told.keys().all(|code| matches!(*code, "ok" | "outcome_unknown")),
                    "{what}: {told:?}"
                );
                assert!(told.contains_key("outcome_unknown"), "{what}: {told:?}");
                scene.goes_on("d", 20, &what).await;
            });
        }
    }
}

/// A group that fails takes those with it that were decided on what it left in memory, and nobody else.
#[test]
fn a_group_that_others_follow_fails() {
    let mut followed = 0;
    for ground in GROUNDS.iter().filter(|ground| ground.verified_writes()) {
        let failing =
            KINDS.iter().flat_map(|(kind, _)| [Trouble::Fails(*kind), Trouble::DoneButFails(*kind)]);
        for trouble in failing.chain([Trouble::Panics]) {
            for after in 0..2 {
                let what = format!("{ground:?} {trouble:?} after {after}");
                // on a loaded machine all calls may be one group, which nobody follows: then they are made
                // once more
                let (mut met, mut tries) = (false, 0);
                while !met && tries < 20 {
                    tries += 1;
                    on(*ground, async |scene| {
                        scene.plan.set([("write_alone", trouble, after)]);
                        let outcomes = scene.heard(deducts("d", 300), &what).await;
                        met = scene.plan.left().is_empty();
                        if !met {
                            return;
                        }
                        let told = tally(&outcomes);
                        let lost = match trouble {
                            Trouble::Panics => true,
                            Trouble::Fails(kind) | Trouble::DoneButFails(kind) => kind == FaultKind::Unknown,
                        };
                        // who waited for the one writer of a file is told so: the group that locks would wait
                        // for the same
                        let waited = ground.is_file()
                            && matches!(
                                trouble,
                                Trouble::Fails(FaultKind::LockTimeout)
                                    | Trouble::DoneButFails(FaultKind::LockTimeout)
                            );
                        // otherwise the group that reads and locks takes over, unless nobody knows what
                        // became of the first
                        let right = told.keys().all(|code| match *code {
                            "ok" => true,
                            "outcome_unknown" => lost,
                            "contention" => waited,
                            _ => false,
                        });
                        assert!(right, "{what}: {told:?}");
                        followed += u32::from(scene.plan.made("write_alone") > 1);
                        let outcomes = scene.answered(deducts("d", 300), &what).await;
                        assert_eq!(tally(&outcomes), [("ok", 300)].into(), "{what}");
                        assert_eq!(scene.posted().await, "700.00", "{what}");
                        scene.goes_on("d", 20, &what).await;
                    });
                }
                assert!(met, "{what}: it did not happen");
            }
        }
    }
    println!("in {followed} runs there was more than one group");
    assert!(followed > 30);
}

/// A connection that cannot even roll back is not used again, and its commands are not lost.
#[test]
fn a_broken_connection_is_replaced() {
    for ground in GROUNDS {
        for trouble in [Trouble::Fails, Trouble::DoneButFails].map(|trouble| trouble(FaultKind::Unavailable))
        {
            for kind in [FaultKind::Serialization, FaultKind::Unavailable] {
                let what = format!("{ground:?} {kind:?} {trouble:?}");
                on(*ground, async |scene| {
                    let mut replaced = 0;
                    for round in 0..3 {
                        // one that is refused what it remembers locks for a while
                        let recalled = ground.verified_writes() && round == 0;
                        scene.plan.set(recalled.then_some(REFUSED));
                        scene.plan.set([("write", Trouble::Fails(kind), 0)]);
                        scene.plan.set([("rollback", trouble, u32::from(recalled))]);
                        let before = scene.plan.made("writer");
                        let outcomes = scene.answered(deducts(&format!("r{round}"), 10), &what).await;
                        let told = tally(&outcomes);
                        match kind {
                            // what must be made again was, on another connection
                            FaultKind::Serialization => assert_eq!(told, [("ok", 10)].into(), "{what}"),
                            _ => assert!(told.contains_key("store_unavailable"), "{what}: {told:?}"),
                        }
                        replaced += scene.plan.made("writer") - before;
                        let again = scene.answered(deducts(&format!("r{round}"), 10), &what).await;
                        assert_eq!(tally(&again), [("ok", 10)].into(), "{what}");
                    }
                    assert!(scene.plan.made("writer") > 3, "{what}: {replaced} connections");
                    assert_eq!(scene.posted().await, "970.00", "{what}");
                    scene.goes_on("d", 20, &what).await;
                });
            }
        }
    }
}
