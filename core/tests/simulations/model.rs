//! Random histories, run on a tiny reference ledger and on every store: equal replies, refusals and final
//! states.
//!
//! A history that fails is shrunk, printed, and kept in `model.proptest-regressions` beside this file, from
//! where it is run first from then on.

pub(crate) mod calls;
pub(crate) mod lines;
pub(crate) mod reference;

use calls::{Call, Op};
use earnest::Engine;
use lines::{Lines, account_line};
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestError, TestRunner};
use reference::{Ledger, PEOPLE};

use crate::support::{self, Kind, Stage, json, soak, stores};

/// A store under test, in a book of its own for each history.
struct Side {
    kind: Kind,
    bank: Engine,
    clock: earnest::env::Clock,
    lines: Lines,
}

impl Side {
    async fn call(&mut self, call: &Call, fresh: &str) -> String {
        if let Op::Advance { minutes } = call.op {
            self.clock.advance(format!("PT{minutes}M").parse().unwrap());
            return "ok".to_owned();
        }
        let mut args = call.args(&self.lines.ids);
        if let Op::Extend { minutes, .. } = call.op {
            // the reference counts from the beginning of its own history
            let start: earnest::Time = support::START.parse().unwrap();
            args["expires_at"] =
                earnest::Time::from_micros(start.micros() + (self.lines.began + minutes) * 60_000_000)
                    .to_string()
                    .into();
        }
        match (&call.key, &call.op) {
            (_, Op::RunDue) => {}
            (Some(key), _) => args["key"] = key.as_str().into(),
            // what has no key of the pool needs one where one is required
            (
                None,
                Op::Void { .. } | Op::Open { .. } | Op::Lock { .. } | Op::Unlock { .. } | Op::Close { .. },
            ) => {}
            (None, _) => args["key"] = fresh.into(),
        }
        match self.bank.call(call.name(), args).await {
            Ok(_) if matches!(call.op, Op::RunDue) => "ok".to_owned(),
            Ok(reply) => self.lines.reply(&reply),
            Err(error) => self.lines.refusal(&error),
        }
    }

    /// Everything, as lines: accounts, then transfers, then holds.
    async fn lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for account in PEOPLE.into_iter().chain(["@fees", "@world"]) {
            lines.push(match self.bank.call("ledger.account", json!({ "account": account })).await {
                Ok(view) => account_line(&view),
                Err(error) => {
                    assert_eq!(error.code().as_str(), "account_not_found");
                    format!("{account} absent")
                }
            });
        }
        for id in self.lines.ids.transfers.clone() {
            let view = self.bank.call("ledger.get_transfer", json!({ "transfer": id })).await.unwrap();
            lines.push(self.lines.transfer_line(&view));
        }
        for id in self.lines.ids.holds.clone() {
            let view = self.bank.call("ledger.get_hold", json!({ "hold": id })).await.unwrap();
            lines.push(self.lines.hold_line(&view));
        }
        lines
    }
}

/// The stages of all histories. A history that failed leaves them in disorder: the next one has new ones.
struct Field {
    stages: Vec<Stage>,
    histories: u64,
    minutes: i64,
}

impl Field {
    async fn open() -> Self {
        Self { stages: stores().await, histories: 0, minutes: 0 }
    }

    fn sides(&mut self) -> Vec<Side> {
        self.histories += 1;
        let book = format!("h-{}", self.histories);
        let side = |stage: &Stage| Side {
            kind: stage.kind,
            bank: stage.bank.book(&book).unwrap(),
            clock: stage.clock.clone(),
            lines: Lines { began: self.minutes, ..Lines::default() },
        };
        self.stages.iter().map(side).collect()
    }
}

/// Runs one history everywhere.
async fn run(field: &mut Field, calls: Vec<Call>) -> Result<(), TestCaseError> {
    let mut ledger = Ledger::default();
    let mut sides = field.sides();
    for (number, call) in calls.into_iter().enumerate() {
        let call = call.fixed(&ledger);
        let expected = ledger.call(&call);
        for side in &mut sides {
            let found = side.call(&call, &format!("own-{number}")).await;
            prop_assert_eq!(&found, &expected, "{:?}, call {}: {:?}", side.kind, number, call);
        }
    }
    field.minutes += ledger.now;
    let expected = ledger.lines();
    let mut states = std::collections::BTreeSet::new();
    for side in &mut sides {
        prop_assert_eq!(&side.lines().await, &expected, "{:?}, at the end", side.kind);
        let state = side.bank.call("events.state_hash", json!({})).await.unwrap();
        states.insert(state.to_string());
        let chain = side.bank.call("events.verify_chain", json!({})).await.unwrap();
        prop_assert_eq!(&chain["ok"], true, "{:?}: {}", side.kind, chain);
    }
    prop_assert_eq!(states.len(), 1, "state hashes differ: {:?}", states);
    Ok(())
}

#[test]
fn soak_histories_equal_the_reference() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config {
        cases: soak::rounds(40, 5_000),
        max_shrink_iters: 2_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/simulations/model.proptest-regressions"
        )))),
        ..Config::default()
    };
    let field = std::cell::RefCell::new(None);
    let outcome = TestRunner::new(config).run(&calls::history(60), |history| {
        let mut stages = match field.take() {
            Some(stages) => stages,
            None => runtime.block_on(Field::open()),
        };
        runtime.block_on(run(&mut stages, history))?;
        field.replace(Some(stages));
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, history)) => {
            let calls: Vec<String> =
                history.iter().enumerate().map(|(n, call)| format!("  {n}: {call:?}")).collect();
            panic!("the shortest history that differs:\n{}\n{why}", calls.join("\n"));
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
    let stages = field.take().unwrap().stages;
    runtime.block_on(async {
        for stage in stages {
            stage.finish().await;
        }
    });
}
