//! Was there an order of the calls and timers in which the reference says of every deal what the library
//! said?

use std::borrow::Cow;
use std::collections::BTreeSet;

use earnest::rows::tables::EventRow;
use earnest::{Engine, Error, Span, Time};
use serde_json::{Value, json};

use super::calls::BUYERS;
use super::reference::{Bank, Made};
use super::world::{FUNDS, Record, World};
use crate::support;

/// What one command committed: the events of one stamp.
struct Step {
    /// The call; none for a timer.
    call: Option<usize>,
    events: Vec<EventRow>,
    /// Events that were committed up to here.
    until: usize,
}

fn steps(log: Vec<EventRow>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (place, event) in log.into_iter().enumerate() {
        // holds and accounts change with the deal; a refusal that is noted changes nothing
        if !matches!(event.object.as_ref(), "deal" | "dispute") {
            continue;
        }
        let context: Option<Value> = event.context.as_deref().map(|text| serde_json::from_str(text).unwrap());
        let call = context.and_then(|context| context["correlation_id"].as_str()?.parse().ok());
        // timers of two deals may have one stamp, in two commits
        let same = |last: &&mut Step| {
            let first = &last.events[0];
            let object = call.is_some() || first.object_id == event.object_id;
            last.call == call && first.stamp == event.stamp && object
        };
        match steps.last_mut().filter(same) {
            Some(last) => last.events.push(event),
            None => steps.push(Step { call, events: vec![event], until: 0 }),
        }
        if let Some(last) = steps.last_mut() {
            last.until = place + 1;
        }
    }
    steps
}

/// Everything that the reference may be, after what was committed up to a place. It is one, but where nobody
/// heard at which minute a command was decided.
type Banks = Vec<Bank>;

fn keep(banks: &mut Banks, mut bank: Bank) {
    bank.now = 0;
    if !banks.contains(&bank) {
        banks.push(bank);
    }
    assert!(banks.len() < 4_096, "too much is possible");
}

pub(crate) async fn check(world: &World, bank: &Engine, seed: u64) {
    let (records, showed) = (world.records.lock().unwrap().clone(), world.showed.lock().unwrap().clone());
    let mut past: Vec<(usize, Banks)> = vec![(0, vec![Bank::with(FUNDS)])];
    let mut ran = BTreeSet::new();
    for step in steps(world.store.log()) {
        let before = &past.last().unwrap().1;
        let after = match step.call {
            Some(number) => {
                assert!(ran.insert(number), "seed {seed}: call {number} ran twice");
                let record = &records[&number];
                if record.answer.is_some() {
                    let (began, ended) = record.window;
                    let inside = step.until > began && step.until <= ended;
                    assert!(inside, "seed {seed}: call {number} ran at another time");
                } else {
                    world.count("applied without an answer");
                }
                called(world, before, record, &showed, &step).unwrap_or_else(|why| {
                    panic!("seed {seed}: call {number} {record:?}\nis not what the reference says: {why}")
                })
            }
            None => timed(world, before, &showed, &step, seed),
        };
        past.push((step.until, after));
    }
    for (number, record) in &records {
        let Some(answer) = &record.answer else { continue };
        if answer.as_ref().is_ok_and(|reply| reply["replayed"] == false) {
            assert!(ran.contains(number), "seed {seed}: call {number} was acknowledged and lost: {record:?}");
        } else {
            assert!(!ran.contains(number), "seed {seed}: call {number} was refused or replayed, and ran");
            assert!(explained(&past, record, &showed), "seed {seed}: call {number}: {record:?}");
        }
    }
    at_the_end(world, bank, &past.last().unwrap().1, seed).await;
}

/// Times at which a call may have been decided.
fn times(record: &Record, showed: &[i64]) -> BTreeSet<i64> {
    let (from, to) = record.clock;
    showed[from..to.min(showed.len())].iter().copied().collect()
}

/// What the reference may be after a call that was committed here.
fn called(
    world: &World,
    before: &Banks,
    record: &Record,
    showed: &[i64],
    step: &Step,
) -> Result<Banks, String> {
    let expected = match &record.answer {
        Some(Ok(reply)) => Some(reply_line(reply)),
        Some(Err(error)) => return Err(format!("it was refused: {error}")),
        None => None,
    };
    let (mut after, mut said) = (Banks::new(), BTreeSet::new());
    for bank in before {
        for now in times(record, showed) {
            let mut bank = bank.clone();
            bank.now = now;
            let line = bank.call(&record.call, &made(step));
            let fits = expected
                .as_ref()
                .map_or_else(|| line.starts_with("ok replayed=false"), |expected| *expected == line);
            if fits && stored(world, &bank, step) {
                keep(&mut after, bank);
            } else {
                said.insert(line);
            }
        }
    }
    if after.is_empty() { Err(format!("{expected:?} and not {said:#?}")) } else { Ok(after) }
}

/// What the clock alone did.
fn timed(world: &World, before: &Banks, showed: &[i64], step: &Step, seed: u64) -> Banks {
    let mut after = Banks::new();
    let times: BTreeSet<i64> = showed.iter().copied().collect();
    for bank in before {
        for now in &times {
            let mut bank = bank.clone();
            bank.now = *now;
            let fits = step.events.iter().all(|event| match event.object.as_ref() {
                "deal" => bank.timer(&event.object_id()),
                _ => event.kind.as_ref() == "dispute.response_overdue" && bank.overdue(&event.object_id()),
            });
            if fits && stored(world, &bank, step) {
                keep(&mut after, bank);
            }
        }
    }
    let kinds: Vec<&str> = step.events.iter().map(|event| event.kind.as_ref()).collect();
    assert!(!after.is_empty(), "seed {seed}: nobody called, and it was not time: {:?}", step.events);
    world.count(&format!("timer {}", kinds.join(" ")));
    after
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
    let start: Time = support::START.parse().unwrap();
    let time: Time = time.as_str()?.parse().unwrap();
    let micros = time.micros() - start.micros();
    assert_eq!(micros % 60_000_000, 0, "the clock shows minutes only");
    Some(micros / 60_000_000)
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

/// A call that changed nothing is what the reference says at some moment between call and answer.
fn explained(past: &[(usize, Banks)], record: &Record, showed: &[i64]) -> bool {
    let (began, ended) = record.window;
    let line = match record.answer.as_ref().unwrap() {
        Ok(reply) => reply_line(reply),
        Err(error) => refusal_line(error),
    };
    let first = past.iter().rposition(|(until, _)| *until <= began).unwrap();
    past[first..].iter().take_while(|(until, _)| *until <= ended).flat_map(|(_, banks)| banks).any(|bank| {
        times(record, showed).into_iter().any(|now| {
            let mut bank = bank.clone();
            bank.now = now;
            bank.call(&record.call, &Made::default()) == line
        })
    })
}

async fn at_the_end(world: &World, bank: &Engine, banks: &Banks, seed: u64) {
    let mut found = Vec::new();
    for account in BUYERS.into_iter().chain(["bob", "@fees"]) {
        let view = bank.call("ledger.balance", json!({ "account": account })).await;
        let view = view.unwrap_or_default();
        found.push((cents(&view["posted"]), cents(&view["held"])));
    }
    let mut views = Vec::new();
    for id in banks[0].deals.keys() {
        let view = bank.call("escrow.get", json!({ "deal": id })).await.unwrap();
        world.count(&format!("at last {}", view["state"].as_str().unwrap()));
        views.push(deal_line(&view));
    }
    let fits = banks.iter().any(|bank| {
        let accounts = BUYERS.into_iter().chain(["bob", "@fees"]).map(|account| bank.balance(account));
        accounts.eq(found.iter().copied())
            && bank.deals.values().map(super::reference::Deal::line).eq(views.iter().cloned())
    });
    assert!(fits, "seed {seed}: at the end {found:?} {views:#?} and not {banks:#?}");
    support::verify(bank).await;
}
