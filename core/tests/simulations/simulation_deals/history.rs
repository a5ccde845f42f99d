//! Everything that the reference of deals may be after each commit, and what the library said in its words.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Mutex;

use earnest::rows::tables::EventRow;
use earnest::{Error, Span, Time};
use serde_json::{Value, json};

use super::calls::{BUYERS, Call};
use super::reference::{Bank, Deal, Made};
use super::world::World;
use crate::model::lines;
use crate::simulation::history::{Reference, Step, fits};
use crate::simulation::world;
use crate::support;

type Record = world::Record<Call>;

/// It is one, but where nobody heard at which minute a command was decided.
#[derive(Clone, Debug)]
pub(crate) struct Banks(Vec<Bank>);

impl Banks {
    /// One in which the buyers have so much.
    pub(crate) fn with(funds: i64) -> Self {
        Self(vec![Bank::with(funds)])
    }

    /// Each of them at each of these times.
    fn at(&self, times: &BTreeSet<i64>) -> impl Iterator<Item = Bank> {
        let at = |bank: &Bank, now| {
            let mut bank = bank.clone();
            bank.now = now;
            bank
        };
        self.0.iter().flat_map(move |bank| times.iter().map(move |now| at(bank, *now)))
    }

    fn keep(&mut self, mut bank: Bank) {
        bank.now = 0;
        if !self.0.contains(&bank) {
            self.0.push(bank);
        }
        assert!(self.0.len() < 4_096, "too much is possible");
    }
}

impl Reference for Banks {
    type Shared = Mutex<Vec<Value>>;
    type Call = Call;

    /// Holds and accounts change with the deal; a refusal that is noted changes nothing.
    fn knows(event: &EventRow) -> bool {
        matches!(event.object.as_ref(), "deal" | "dispute")
    }

    fn after_call(
        &self,
        world: &World,
        record: &Record,
        times: &BTreeSet<i64>,
        step: &Step,
        _first: &Self,
    ) -> Result<Self, String> {
        let heard = record.accepted(reply_line)?;
        let (mut after, mut said) = (Self(Vec::new()), BTreeSet::new());
        for mut bank in self.at(times) {
            let line = bank.call(&record.call, &made(step));
            if fits(heard.as_deref(), &line) && stored(world, &bank, step) {
                after.keep(bank);
            } else {
                said.insert(line);
            }
        }
        if after.0.is_empty() { Err(format!("{heard:?} and not {said:#?}")) } else { Ok(after) }
    }

    fn after_timer(&self, world: &World, times: &BTreeSet<i64>, step: &Step) -> Option<Self> {
        let mut after = Self(Vec::new());
        for mut bank in self.at(times) {
            let is_due = step.events.iter().all(|event| match event.object.as_ref() {
                "deal" => bank.timer(&event.object_id()),
                _ => match event.kind.as_ref() {
                    "dispute.response_overdue" => bank.overdue(&event.object_id()),
                    "dispute.late" => bank.late(&event.object_id()),
                    _ => false,
                },
            });
            if is_due && stored(world, &bank, step) {
                after.keep(bank);
            }
        }
        let kinds: Vec<&str> = step.events.iter().map(|event| event.kind.as_ref()).collect();
        world.count(&format!("timer {}", kinds.join(" ")));
        (!after.0.is_empty()).then_some(after)
    }

    fn explains(&self, _world: &World, record: &Record, times: &BTreeSet<i64>, _first: &Self) -> bool {
        let line = match record.answer.as_ref().unwrap() {
            Ok(reply) => reply_line(reply),
            Err(error) => refusal_line(error),
        };
        self.at(times).any(|mut bank| bank.call(&record.call, &Made::default()) == line)
    }
}

/// The ids of what a call opened.
fn made(step: &Step) -> Made {
    let opened = |kind: &str| {
        let event = step.events.iter().find(|event| event.kind.as_ref() == kind)?;
        Some(event.object_id().into_owned())
    };
    Made { deal: opened("deal.opened"), dispute: opened("dispute.opened") }
}

/// The rows of deals are what the reference says, as far as they were written: of two commands of a group on
/// one deal only the second was.
fn stored(world: &World, bank: &Bank, step: &Step) -> bool {
    let deals: BTreeSet<Cow<'_, str>> =
        step.events.iter().filter(|event| event.object.as_ref() == "deal").map(EventRow::object_id).collect();
    deals.into_iter().all(|id| {
        let deal = &bank.deals[&*id];
        let version = step.events.iter().filter(|event| event.object_id() == id).map(|event| event.version);
        let uuid = id.split_once('_').unwrap().1.parse().unwrap();
        let row = world.store.record_at(uuid, deal.version);
        let fits = row.is_none_or(|row| {
            let body: Value = serde_json::from_str(&row.body).unwrap();
            let at = |time: Time| minutes(&json!(time.to_string()));
            let line = deal.line();
            row.state.as_ref() == deal.state
                && row.due_at.and_then(at) == deal.due()
                && line.ends_with(&deadlines(&body["facts"]["times"]))
        });
        fits && version.max() == Some(deal.version)
    })
}

fn cents(money: &Value) -> i64 {
    money["amount"].as_str().map_or(0, |amount| amount.replace('.', "").parse().unwrap())
}

/// Minutes since the beginning.
fn minutes(time: &Value) -> Option<i64> {
    time.is_string().then(|| lines::minutes(time))
}

fn or(number: Option<i64>) -> String {
    number.map_or("-".to_owned(), |number| number.to_string())
}

fn deadlines(times: &Value) -> String {
    let left = times["left"].as_str().map(|left| left.parse::<Span>().unwrap().micros() / 60_000_000);
    let names = ["pay_by", "ship_by", "deliver_by", "release_at"];
    format!("until {} left {}", names.map(|name| or(minutes(&times[name]))).join(" "), or(left))
}

fn deal_line(view: &Value) -> String {
    let part = |name: &str| cents(&view[name]);
    format!(
        "{} v{} {} {} funded {} released {} refunded {} fees {} held {} asked {} dispute {} {}",
        view["state"].as_str().unwrap(),
        view["version"],
        view["buyer"].as_str().unwrap(),
        part("price"),
        part("funded"),
        part("released"),
        part("refunded"),
        part("fees_taken"),
        part("held"),
        or((!view["refund_asked"].is_null()).then(|| part("refund_asked"))),
        view["dispute"].as_str().unwrap_or("-"),
        deadlines(&view["deadlines"]),
    )
}

fn reply_line(reply: &Value) -> String {
    format!("ok replayed={} {}", reply["replayed"], deal_line(&reply["deal"]))
}

fn refusal_line(error: &Error) -> String {
    let (code, details) = (error.code().as_str(), error.details());
    let text = |name: &str| details[name].as_str().unwrap_or_default().to_owned();
    match code {
        "transition_not_allowed" => format!("{code} {}", text("state")),
        "condition_not_met" => format!("{code} {}", text("condition")),
        "invalid_amount" => format!("{code} {}", text("field")),
        "insufficient_balance" => {
            format!("{code} {} {}", cents(&details["available"]), cents(&details["required"]))
        }
        _ => code.to_owned(),
    }
}

pub(crate) async fn at_the_end(world: &World, banks: &Banks, seed: u64) {
    let bank = world.bank(0);
    let mut found = Vec::new();
    for account in BUYERS.into_iter().chain(["bob", "@fees"]) {
        let view = bank.call("ledger.balance", json!({ "account": account })).await;
        let view = view.unwrap_or_default();
        found.push((cents(&view["posted"]), cents(&view["held"])));
    }
    let mut views = Vec::new();
    for id in banks.0[0].deals.keys() {
        let view = bank.call("escrow.get", json!({ "deal": id })).await.unwrap();
        world.count(&format!("at last {}", view["state"].as_str().unwrap()));
        views.push(deal_line(&view));
    }
    let fits = banks.0.iter().any(|bank| {
        let accounts = BUYERS.into_iter().chain(["bob", "@fees"]).map(|account| bank.balance(account));
        accounts.eq(found.iter().copied()) && bank.deals.values().map(Deal::line).eq(views.iter().cloned())
    });
    assert!(fits, "seed {seed}: at the end {found:?} {views:#?} and not {banks:#?}");
    support::verify(bank).await;
}
