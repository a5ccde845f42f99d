//! Was there an order of the calls in which the reference answers them all as they were answered?

use std::collections::{BTreeMap, BTreeSet};

use earnest::Engine;
use earnest::rows::tables::EventRow;
use serde_json::{Value, json};

use super::store::Happening;
use super::world::{Record, World, learn};
use crate::model::calls::{Call, Ids, Op};
use crate::model::lines::{self, Lines, account_line};
use crate::model::reference::{Ledger, PEOPLE};
use crate::support;

/// What one command committed: the events of one stamp in one commit.
#[derive(Default)]
struct Step {
    /// The call; none for a timer.
    call: Option<usize>,
    events: Vec<EventRow>,
    /// What had happened up to here.
    until: usize,
    /// No command: the database went back to what it was when so much had happened.
    back: Option<usize>,
}

/// Where the journal takes back what happened until here.
fn lost_at(journal: &[Happening], until: usize) -> Option<usize> {
    let back = |happening: &Happening| matches!(happening, Happening::Back(to) if *to < until);
    Some(until + journal[until..].iter().position(back)?)
}

fn call_of(event: &EventRow) -> Option<usize> {
    let context: Option<Value> = event.context.as_deref().map(|text| serde_json::from_str(text).unwrap());
    context.and_then(|context| context["correlation_id"].as_str()?.parse().ok())
}

fn steps(journal: Vec<Happening>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (place, happening) in journal.into_iter().enumerate() {
        let event = match happening {
            Happening::Event(event) => event,
            Happening::Back(to) => {
                steps.push(Step { until: place + 1, back: Some(to), ..Step::default() });
                continue;
            }
        };
        let call = call_of(&event);
        let of = |event: &EventRow| (event.commit_id, event.stamp);
        let same = |last: &&mut Step| {
            last.call == call && last.events.first().is_some_and(|first| of(first) == of(&event))
        };
        match steps.last_mut().filter(same) {
            Some(last) => last.events.push(event),
            None => steps.push(Step { call, events: vec![event], ..Step::default() }),
        }
        if let Some(last) = steps.last_mut() {
            last.until = place + 1;
        }
    }
    steps
}

/// The call with the places of the reference for those that the caller knew.
fn in_places_of(lines: &Lines, known: &Ids, call: &Call) -> Call {
    let at = |ids: &[String], known: &[String], place: usize| {
        ids.iter().position(|id| *id == known[place]).unwrap_or(usize::MAX)
    };
    call.clone().renumbered(
        |place| at(&lines.ids.transfers, &known.transfers, place),
        |place| at(&lines.ids.holds, &known.holds, place),
    )
}

/// The reference after each commit, with the names it has for ids by then.
struct Past {
    until: usize,
    ledger: Ledger,
    lines: Lines,
    /// The calls that have taken effect.
    ran: BTreeSet<usize>,
}

pub(crate) async fn check(world: &World, bank: &Engine, seed: u64) {
    let (known, records, showed) = (
        world.known.lock().unwrap().clone(),
        world.records.lock().unwrap().clone(),
        world.showed.lock().unwrap().clone(),
    );
    let mut ledger = Ledger::default();
    let mut lines = Lines::default();
    let mut ran = BTreeSet::new();
    let mut past = vec![Past { until: 0, ledger: ledger.clone(), lines: lines.clone(), ran: ran.clone() }];
    // calls whose effects are gone, with when they went
    let mut lost: BTreeMap<usize, usize> = BTreeMap::new();
    let journal = world.store.journal();
    for step in steps(journal.clone()) {
        if let Some(to) = step.back {
            let then = past.iter().rfind(|past| past.until <= to).unwrap();
            let gone = ran.difference(&then.ran).map(|call| (*call, step.until));
            lost.extend(gone);
            (ledger, lines, ran) = (then.ledger.clone(), then.lines.clone(), then.ran.clone());
            past.push(Past {
                until: step.until,
                ledger: ledger.clone(),
                lines: lines.clone(),
                ran: ran.clone(),
            });
            continue;
        }
        for event in &step.events {
            match event.object.as_ref() {
                "transfer" => learn(&mut lines.ids.transfers, &event.object_id().into()),
                "hold" => learn(&mut lines.ids.holds, &event.object_id().into()),
                _ => {}
            }
        }
        match step.call {
            Some(number) => {
                assert!(ran.insert(number), "seed {seed}: call {number} ran twice");
                let record = &records[&number];
                // who was answered after it was lost was answered for another attempt
                let again = lost_at(&journal, step.until).is_some_and(|at| record.window.1 > at);
                let heard = Record { answer: record.answer.clone().filter(|_| !again), ..record.clone() };
                let record = &heard;
                let told = decided_at(world, record, &step);
                let showed = told.map_or_else(|| showed.clone(), |now| vec![now; record.clock.0 + 1]);
                let began = past.iter().rposition(|past| past.until <= record.window.0).unwrap();
                let holds = past[began].lines.ids.holds.len();
                let decided = committed(&ledger, &mut lines, &known, record, &showed, &step, holds);
                ledger = decided.unwrap_or_else(|why| {
                    panic!("seed {seed}: call {number} {record:?} is not what the reference says: {why}\n{:#?}\n{:?}", ledger.lines(), step.events)
                });
                if record.answer.is_none() {
                    world.count(|run| run.applied_unanswered += u64::from(!again));
                } else {
                    let (began, ended) = record.window;
                    assert!(
                        step.until > began && step.until <= ended,
                        "seed {seed}: call {number} ran at another time"
                    );
                }
            }
            None => timers(world, &mut ledger, &lines, &step, &showed, seed),
        }
        past.push(Past { until: step.until, ledger: ledger.clone(), lines: lines.clone(), ran: ran.clone() });
    }
    answers_hold(world, &past, &lost, seed);
    at_the_end(bank, &ledger, &mut lines, world, seed).await;
}

/// Each answer is what the history says: what was accepted is there, unless a step back took it along, and
/// what was refused is not.
fn answers_hold(world: &World, past: &[Past], lost: &BTreeMap<usize, usize>, seed: u64) {
    let (known, records, showed) =
        (world.known.lock().unwrap(), world.records.lock().unwrap(), world.showed.lock().unwrap());
    let ran = &past.last().unwrap().ran;
    for (number, record) in records.iter() {
        let Some(answer) = &record.answer else { continue };
        if answer.as_ref().is_ok_and(|reply| reply["replayed"] == false) {
            // what a step back takes along had been committed before it
            let told = ran.contains(number) || lost.get(number).is_some_and(|at| record.window.0 < *at);
            assert!(told, "seed {seed}: call {number} was acknowledged and lost: {record:?}");
            world.count(|run| run.lost_calls += u64::from(!ran.contains(number)));
        } else {
            assert!(
                !ran.contains(number),
                "seed {seed}: call {number} was refused or replayed, and ran: {record:?}"
            );
            assert!(explained(past, &known, record, &showed), "seed {seed}: call {number}: {record:?}");
        }
    }
}

/// What a command wrote tells when it was decided, if it depends on time: the end of a hold, or of a key kept
/// for a day.
fn decided_at(world: &World, record: &Record, step: &Step) -> Option<i64> {
    let end = |what: &str| Some(lines::minutes(&world.store.end_of(what)?.to_string().into()));
    if let Op::Hold { minutes: Some(minutes), .. } = record.call.op {
        let hold = step.events.iter().find(|event| event.kind.as_ref() == "hold.authorized")?;
        return Some(end(&hold.object_id())? - minutes);
    }
    let key = record.call.key.as_ref()?;
    Some(end(&format!("key {key} {}", step.events[0].stamp))? - 24 * 60)
}

/// Times at which a call may have been decided.
fn times<'s>(record: &Record, showed: &'s [i64]) -> impl Iterator<Item = i64> + use<'s> {
    let (from, to) = record.clock;
    let seen: BTreeSet<i64> = showed[from..to.min(showed.len())].iter().copied().collect();
    seen.into_iter()
}

/// What the reference is after a call that was committed here. Of the holds that were made after it had
/// begun, after so many others, it need not know that they have ended: it does without what they keep, and
/// timers end them.
fn committed(
    ledger: &Ledger,
    lines: &mut Lines,
    known: &Ids,
    record: &Record,
    showed: &[i64],
    step: &Step,
    holds: usize,
) -> Result<Ledger, String> {
    let call = in_places_of(lines, known, &record.call);
    let expected = match &record.answer {
        Some(Ok(reply)) => Some(lines.reply(reply)),
        Some(Err(error)) => return Err(format!("it was refused: {error}")),
        None => None,
    };
    let mut said = Vec::new();
    let hold = |event: &EventRow| lines.ids.holds.iter().position(|id| *id == event.object_id());
    let expired = step.events.iter().filter(|event| event.kind.as_ref() == "hold.expired").filter_map(hold);
    let expired: BTreeSet<usize> = expired.chain(ledger.expired()).collect();
    for (now, unseen) in times(record, showed).flat_map(|now| [(now, None), (now, Some(holds))]) {
        let mut after = ledger.clone();
        (after.now, after.unseen) = (now, unseen);
        let line = after.call(&call);
        after.unseen = None;
        let fits = expected
            .as_ref()
            .map_or_else(|| line.starts_with("ok replayed=false"), |expected| *expected == line);
        if fits && expired.iter().copied().eq(after.expired()) {
            return Ok(after);
        }
        said.push(line);
    }
    Err(format!("{expected:?} and not {said:#?}"))
}

/// Holds that timers ended, each by the clock.
fn timers(world: &World, ledger: &mut Ledger, lines: &Lines, step: &Step, showed: &[i64], seed: u64) {
    for event in &step.events {
        assert_eq!(event.kind.as_ref(), "hold.expired", "seed {seed}: nobody called for {event:?}");
        let hold = lines.ids.holds.iter().position(|id| *id == event.object_id()).unwrap();
        let now = ledger.now;
        let died = showed.iter().any(|now| {
            ledger.now = *now;
            ledger.expire(hold)
        });
        ledger.now = now;
        assert!(died, "seed {seed}: {event:?} ended before its time, or twice");
        world.count(|run| run.expired += 1);
    }
}

/// What is not there cannot be locked: a call may miss an account that somebody opens while its own group is
/// under way. It was not there when the call began, and the call is refused for that.
fn absent(record: &Record, ledger: &Ledger) -> bool {
    let Some(Err(error)) = &record.answer else { return false };
    let missing = format!("{} absent", error.details()["account"].as_str().unwrap_or_default());
    error.code().as_str() == "account_not_found" && ledger.lines().contains(&missing)
}

/// A call that changed nothing is what the reference says at some moment between call and answer.
fn explained(past: &[Past], known: &Ids, record: &Record, showed: &[i64]) -> bool {
    let (began, ended) = record.window;
    let first = past.iter().rposition(|past| past.until <= began).unwrap();
    if absent(record, &past[first].ledger) {
        return true;
    }
    let late = may_miss_its_key(record, known, &past[first]);
    past[first..].iter().take_while(|past| past.until <= ended).any(|past| {
        let call = in_places_of(&past.lines, known, &record.call);
        let mut words = past.lines.clone();
        let line = match record.answer.as_ref().unwrap() {
            Ok(reply) => words.reply(reply),
            Err(error) => words.refusal(error),
        };
        times(record, showed).any(|now| {
            let says = |call: &Call| {
                let mut ledger = past.ledger.clone();
                ledger.now = now;
                ledger.call(call)
            };
            let told = says(&call);
            told == line || (late && told.starts_with(MISMATCH) && says(&with_a_free_key(&call)) == line)
        })
    })
}

/// What the reference says of a key that stands for another request.
const MISMATCH: &str = "idempotency_mismatch";

/// Whether a call was refused whose key was free when it began. What another request claims meanwhile need
/// not be found: nothing is written under the key. (The same request needs the same rows, which the first one
/// to come has locked.)
fn may_miss_its_key(record: &Record, known: &Ids, first: &Past) -> bool {
    let call = in_places_of(&first.lines, known, &record.call);
    matches!(record.answer, Some(Err(_))) && !first.ledger.clone().call(&call).starts_with(MISMATCH)
}

fn with_a_free_key(call: &Call) -> Call {
    Call { key: Some("free".to_owned()), ..call.clone() }
}

async fn at_the_end(bank: &Engine, ledger: &Ledger, lines: &mut Lines, world: &World, seed: u64) {
    let mut found = Vec::new();
    for account in PEOPLE.into_iter().chain(["@fees", "@world"]) {
        found.push(match bank.call("ledger.account", json!({ "account": account })).await {
            Ok(view) => account_line(&view),
            Err(_) => format!("{account} absent"),
        });
    }
    for id in lines.ids.transfers.clone() {
        let view = bank.call("ledger.get_transfer", json!({ "transfer": id })).await.unwrap();
        found.push(lines.transfer_line(&view));
    }
    for id in lines.ids.holds.clone() {
        let view = bank.call("ledger.get_hold", json!({ "hold": id })).await.unwrap();
        found.push(lines.hold_line(&view));
    }
    assert_eq!(found, ledger.lines(), "seed {seed}: at the end");
    support::verify(bank).await;
    // every event has its place in the chain, once
    let mut committed: Vec<String> = world.store.log().iter().map(|event| event.id.to_string()).collect();
    let page = bank.call("events.list", json!({ "limit": 500 })).await.unwrap();
    assert!(page["next"].is_null());
    let items = page["items"].as_array().unwrap();
    let mut sequenced: Vec<String> =
        items.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
    committed.sort();
    sequenced.sort();
    assert_eq!(committed, sequenced, "seed {seed}");
}
