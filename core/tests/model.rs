//! Random histories, run on a tiny reference ledger and on every store: equal replies, refusals and final states.
//!
//! A history that fails is shrunk, printed, and kept in `model.proptest-regressions` beside this file, from where it is
//! run first from then on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

#[path = "model/calls.rs"]
mod calls;
#[path = "model/reference.rs"]
mod reference;

use calls::{Call, Ids, Op};
use earnest::{Engine, Error};
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestError, TestRunner};
use reference::{Ledger, PEOPLE};
use support::{Kind, Stage, Value, json, soak, stores};

/// A store under test, in a book of its own for each history.
struct Side {
    kind: Kind,
    bank: Engine,
    clock: earnest::env::Clock,
    ids: Ids,
    /// Where its clock stood when the history began, in minutes since the beginning of all histories.
    began: i64,
}

fn minutes(time: &Value) -> i64 {
    let start: earnest::Time = support::START.parse().unwrap();
    let time: earnest::Time = time.as_str().unwrap().parse().unwrap();
    let micros = time.micros() - start.micros();
    assert_eq!(micros % 60_000_000, 0);
    micros / 60_000_000
}

fn cents(money: &Value) -> i64 {
    assert_eq!(money["currency"], "USD");
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// The place of an id, which becomes the next one when it is new.
fn place(ids: &mut Vec<String>, id: &Value) -> usize {
    let id = id.as_str().unwrap();
    ids.iter().position(|known| known == id).unwrap_or_else(|| {
        ids.push(id.to_owned());
        ids.len() - 1
    })
}

/// What callers see, in the words of the reference.
impl Side {
    fn transfer_line(&mut self, view: &Value) -> String {
        let place_of = place(&mut self.ids.transfers, &view["id"]);
        let leg = |leg: &Value| match &leg["balance_before"] {
            Value::Null => "-".to_owned(),
            before => format!("{}#{}", cents(before), leg["number"]),
        };
        let legs = (leg(&view["postings"][0]), leg(&view["postings"][1]));
        let mut index = |mark: char, id: &Value| match (id, mark) {
            (Value::Null, _) => "-".to_owned(),
            (id, 'T') => format!("T{}", place(&mut self.ids.transfers, id)),
            (id, _) => format!("H{}", place(&mut self.ids.holds, id)),
        };
        format!(
            "T{place_of} {} {}>{} {} refunded {} reverses {} hold {} legs {} {}",
            view["kind"].as_str().unwrap(),
            view["from"].as_str().unwrap(),
            view["to"].as_str().unwrap(),
            cents(&view["amount"]),
            cents(&view["refunded"]),
            index('T', &view["reverses"]),
            index('H', &view["hold"]),
            legs.0,
            legs.1,
        )
    }

    fn hold_line(&mut self, view: &Value) -> String {
        let expires = if view["expires_at"].is_null() {
            "-".to_owned()
        } else {
            (minutes(&view["expires_at"]) - self.began).to_string()
        };
        let left = cents(&view["amount"]) - cents(&view["captured"]) - cents(&view["released"]);
        assert_eq!(cents(&view["remaining"]), left);
        format!(
            "H{} {} {} captured {} released {} {} until {expires} v{}",
            place(&mut self.ids.holds, &view["id"]),
            view["account"].as_str().unwrap(),
            cents(&view["amount"]),
            cents(&view["captured"]),
            cents(&view["released"]),
            view["state"].as_str().unwrap(),
            view["version"],
        )
    }

    fn reply(&mut self, reply: &Value) -> String {
        let mut parts = vec![format!("ok replayed={}", reply["replayed"])];
        if reply.get("transfer").is_some() {
            parts.push(self.transfer_line(&reply["transfer"]));
        }
        if reply.get("hold").is_some() {
            parts.push(self.hold_line(&reply["hold"]));
        }
        if reply.get("balance").is_some() {
            parts.push(balance_line(&reply["balance"]));
        }
        if reply.get("account").is_some() {
            parts.push(account_line(&reply["account"]));
        }
        parts.join(" | ")
    }

    fn refusal(&mut self, error: &Error) -> String {
        let (code, details) = (error.code().as_str(), error.details());
        let text = |name: &str| details[name].as_str().unwrap_or_default().to_owned();
        let mut transfer = |name: &str| format!("T{}", place(&mut self.ids.transfers, &details[name]));
        match code {
            "insufficient_balance" => {
                format!(
                    "{code} {} available {} required {}",
                    text("account"),
                    cents(&details["available"]),
                    cents(&details["required"])
                )
            }
            "account_exists" | "account_not_found" | "account_locked" | "account_closed" => {
                format!("{code} {}", text("account"))
            }
            "already_reversed" => format!("{code} {} by {}", transfer("transfer"), transfer("reversed_by")),
            "refund_exceeds_original" => {
                format!("{code} {} refunded {}", transfer("transfer"), cents(&details["refunded"]))
            }
            "hold_expired" => format!("{code} H{}", place(&mut self.ids.holds, &details["hold"])),
            "hold_closed" => {
                format!("{code} H{} {}", place(&mut self.ids.holds, &details["hold"]), text("state"))
            }
            "capture_exceeds_hold" => {
                let hold = place(&mut self.ids.holds, &details["hold"]);
                format!(
                    "{code} H{hold} remaining {} requested {}",
                    cents(&details["remaining"]),
                    cents(&details["requested"])
                )
            }
            "invalid_request" | "invalid_amount" => format!("{code} {}", text("field")),
            "condition_not_met" => format!("{code} {}", text("condition")),
            "idempotency_mismatch" => {
                let fields =
                    details["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap());
                format!("{code} {}", fields.collect::<Vec<_>>().join(","))
            }
            _ => code.to_owned(),
        }
    }

    async fn call(&mut self, call: &Call, fresh: &str) -> String {
        if let Op::Advance { minutes } = call.op {
            self.clock.advance(format!("PT{minutes}M").parse().unwrap());
            return "ok".to_owned();
        }
        let mut args = call.args(&self.ids);
        if let Op::Extend { minutes, .. } = call.op {
            // the reference counts from the beginning of its own history
            let start: earnest::Time = support::START.parse().unwrap();
            args["expires_at"] =
                earnest::Time::from_micros(start.micros() + (self.began + minutes) * 60_000_000)
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
            Ok(reply) => self.reply(&reply),
            Err(error) => self.refusal(&error),
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
        for id in self.ids.transfers.clone() {
            let view = self.bank.call("ledger.get_transfer", json!({ "transfer": id })).await.unwrap();
            lines.push(self.transfer_line(&view));
        }
        for id in self.ids.holds.clone() {
            let view = self.bank.call("ledger.get_hold", json!({ "hold": id })).await.unwrap();
            lines.push(self.hold_line(&view));
        }
        lines
    }
}

fn balance_line(view: &Value) -> String {
    let part = |name: &str| cents(&view[name]);
    format!("{} {} {} {}", view["account"].as_str().unwrap(), part("posted"), part("held"), part("available"))
}

fn account_line(view: &Value) -> String {
    format!("{} {}", balance_line(view), view["status"].as_str().unwrap())
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
            ids: Ids::default(),
            began: self.minutes,
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
        cases: soak::rounds(60, 5_000),
        max_shrink_iters: 2_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/model.proptest-regressions"
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
