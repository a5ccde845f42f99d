//! One seed: two engines on one database that fails, a clock that jumps, and what callers remember of their
//! calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::pipeline::queue::Limits;
use earnest::{Engine, Error, Options, Time};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::store::{Planted, SimStore, Troubles};
use crate::support;

/// The outcome of a run, or of all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// How often what happened.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Everything that happened, of one run.
    pub(crate) trace: String,
}

impl Run {
    pub(crate) fn of(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    pub(crate) fn add_all(&mut self, other: &Self) {
        other.counts.iter().for_each(|(what, count)| self.add(what, *count));
    }

    pub(crate) fn add(&mut self, what: &str, count: u64) {
        *self.counts.entry(what.to_owned()).or_default() += count;
    }
}

/// Numbers from a seed.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }

    /// The seed of another.
    pub(crate) fn seed(&mut self) -> u64 {
        self.below(u64::MAX)
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()].clone()
    }

    pub(crate) fn troubles(&mut self) -> Troubles {
        Troubles { steps: self.pick(&[0, 5, 30]), commits: self.pick(&[0, 30, 150]) }
    }

    /// How large groups may become.
    pub(crate) fn limits(&mut self) -> Limits {
        Limits { group: 1 + self.below(20) as usize, ..Limits::default() }
    }

    /// After how many milliseconds a caller goes away, if he does.
    pub(crate) fn patience(&mut self) -> Option<u64> {
        (self.below(12) == 0).then(|| self.below(20))
    }
}

/// A call, as its caller knows it.
#[derive(Clone, Debug)]
pub(crate) struct Record<C> {
    /// The call, as the caller knew it.
    pub(crate) call: C,
    /// The journal's length when it began, and when it was answered.
    pub(crate) window: (usize, usize),
    /// Which of the times that the clock showed it may have seen.
    clock: (usize, usize),
    /// The reply or refusal; `None` when nobody heard of it.
    pub(crate) answer: Option<Result<Value, Error>>,
}

impl<C> Record<C> {
    /// Times at which it may have been decided.
    pub(crate) fn times(&self, showed: &[i64]) -> BTreeSet<i64> {
        let (from, to) = self.clock;
        showed[from..to.min(showed.len())].iter().copied().collect()
    }

    /// Returns what was heard of a committed call; a refusal is an error.
    pub(crate) fn accepted(&self, words: impl FnOnce(&Value) -> String) -> Result<Option<String>, String> {
        match &self.answer {
            Some(Ok(reply)) => Ok(Some(words(reply))),
            Some(Err(error)) => Err(format!("it was refused: {error}")),
            None => Ok(None),
        }
    }
}

/// The world of all who take part: `S` is what the callers of a workload share, `C` are its calls.
pub(crate) struct World<S, C = ()> {
    pub(crate) store: SimStore,
    pub(crate) shared: S,
    banks: Vec<Engine>,
    shown: Arc<AtomicI64>,
    /// Everything that the clock showed after a jump, in minutes since the beginning.
    pub(crate) showed: Mutex<Vec<i64>>,
    pub(crate) records: Mutex<BTreeMap<usize, Record<C>>>,
    run: Mutex<Run>,
}

/// When the clock begins.
pub(crate) fn start() -> i64 {
    support::START.parse::<Time>().unwrap().micros()
}

/// Lives on a runtime whose time is paused: nothing waits.
pub(crate) fn simulated(life: impl Future<Output = Run>) -> Run {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(life)
}

impl<S, C: Clone + Debug> World<S, C> {
    /// Two engines, each with options of its own, on a database that fails so often and has this bug.
    pub(crate) async fn open(
        seed: u64,
        troubles: Troubles,
        planted: Planted,
        shared: S,
        mut options: impl FnMut() -> Options,
    ) -> Self {
        let shown = Arc::new(AtomicI64::new(start()));
        let store = SimStore::new(seed, Clock::Test(shown.clone()), troubles);
        store.plant(planted);
        let mut banks = Vec::new();
        for engine in 1..=2_u64 {
            let seeds = Seeds::Counted(Arc::new(Counted::starting_at(engine << 32)));
            let env = Env { clock: Clock::Test(shown.clone()), seeds, ..Env::default() };
            let opened = Engine::over(Arc::new(store.clone()), options().env(env));
            banks.push(Box::pin(opened).await.unwrap());
        }
        let (showed, records, run) = (Mutex::new(vec![0]), Mutex::default(), Mutex::default());
        Self { store, shared, banks, shown, showed, records, run }
    }

    /// The engine that a caller calls.
    pub(crate) fn bank(&self, caller: usize) -> &Engine {
        &self.banks[caller % self.banks.len()]
    }

    /// Returns the time that the clock shows.
    pub(crate) fn now(&self) -> i64 {
        self.shown.load(Ordering::SeqCst)
    }

    pub(crate) fn show(&self, micros: i64) {
        self.shown.store(micros, Ordering::SeqCst);
    }

    /// The clock jumps forth or back, but not before the beginning.
    pub(crate) fn jump(&self, minutes: i64) {
        let mut showed = self.showed.lock().unwrap();
        let now = (showed.last().unwrap() + minutes).max(0);
        showed.push(now);
        self.show(start() + now * 60_000_000);
    }

    pub(crate) fn count(&self, what: &str) {
        self.add(what, 1);
    }

    pub(crate) fn add(&self, what: &str, count: u64) {
        self.run.lock().unwrap().add(what, count);
    }

    fn instant(&self) -> (usize, usize) {
        (self.store.committed(), self.showed.lock().unwrap().len())
    }

    /// Calls, waits so many milliseconds at most, and remembers what came of it; answers what was heard.
    pub(crate) async fn ask(
        &self,
        bank: &Engine,
        number: usize,
        call: C,
        request: (&str, Value),
        patience: Option<u64>,
    ) -> Option<Result<Value, Error>> {
        let (name, mut args) = request;
        args["context"] = json!({ "correlation_id": number.to_string() });
        let began = self.instant();
        let calling = Box::pin(bank.call(name, args));
        let answer = match patience {
            None => Some(calling.await),
            Some(millis) => tokio::time::timeout(Duration::from_millis(millis), calling).await.ok(),
        };
        let ended = self.instant();
        self.count("calls");
        let answer = match answer {
            None => {
                self.count("dropped");
                None
            }
            Some(Err(error)) if error.retryable() => {
                self.count("without an answer");
                self.count(error.code().as_str());
                None
            }
            answer => answer,
        };
        match &answer {
            Some(Ok(reply)) => {
                self.count(if reply["replayed"] == true { "replayed" } else { "accepted" });
                self.count(name);
            }
            Some(Err(error)) => {
                self.count("refused");
                self.count(error.code().as_str());
            }
            None => {}
        }
        // who went away may have been served long after
        let clock = (began.1 - 1, if answer.is_some() { ended.1 } else { usize::MAX });
        let record = Record { call, window: (began.0, ended.0), clock, answer: answer.clone() };
        self.records.lock().unwrap().insert(number, record);
        answer
    }

    /// When all callers are through nothing fails any more, and what was lost on the way comes late.
    pub(crate) async fn rest(&self, callers: Vec<JoinHandle<()>>) {
        for caller in callers {
            caller.await.unwrap();
        }
        self.store.calm();
        tokio::time::sleep(Duration::from_secs(20)).await;
    }

    /// Closes the engines; what all came to.
    pub(crate) async fn end(&self) -> Run {
        for bank in &self.banks {
            bank.close().await;
        }
        let (mut run, happened) = (self.run.lock().unwrap().clone(), self.store.happened());
        for (what, count) in [
            ("seeds", 1),
            ("planted", happened.planted),
            ("lost replies", happened.lost_replies),
            ("too late", happened.too_late),
            ("failed steps", happened.failed_steps),
            ("busy rows", happened.busy_rows),
            ("waits", happened.waits),
            ("stale", happened.stale),
            ("went back", happened.went_back),
            ("lost commits", happened.lost_commits),
        ] {
            run.add(what, count);
        }
        let records = self.records.lock().unwrap();
        run.trace = format!("{records:?}\n{:?}\n{:?}", self.store.journal(), run.counts);
        run
    }
}
