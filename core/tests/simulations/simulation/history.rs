//! Was there an order of the calls and timers in which a reference answers them all as they were answered?

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use earnest::rows::tables::EventRow;
use serde_json::Value;

use super::store::Happening;
use super::world::{Record, World};

/// A command's part of a commit: the events of one stamp.
#[derive(Default)]
pub(crate) struct Step {
    /// The call; none for a timer.
    call: Option<usize>,
    pub(crate) events: Vec<EventRow>,
    /// The number of happenings up to here.
    until: usize,
    /// No command: the database went back to what it was when so much had happened.
    back: Option<usize>,
}

/// A reference, as it is at a moment: what it says of calls and timers.
pub(crate) trait Reference: Clone {
    /// The state that the callers of the workload share.
    type Shared;
    type Call: Clone + Debug;

    /// Whether it knows the object of an event. It does without the others.
    fn knows(_event: &EventRow) -> bool {
        true
    }

    /// When a call was decided, if what it wrote tells.
    fn decided_at(_world: &WorldOf<Self>, _record: &RecordOf<Self>, _step: &Step) -> Option<i64> {
        None
    }

    /// Returns the reference after a call that was committed here and decided at one of `times`; it was
    /// `first` when the call began.
    fn after_call(
        &self,
        world: &WorldOf<Self>,
        record: &RecordOf<Self>,
        times: &BTreeSet<i64>,
        step: &Step,
        first: &Self,
    ) -> Result<Self, String>;

    /// Returns the reference after what the clock alone did at one of `times`; `None` where it was not time
    /// for that.
    fn after_timer(&self, world: &WorldOf<Self>, times: &BTreeSet<i64>, step: &Step) -> Option<Self>;

    /// Whether a call that changed nothing would be answered by it as it was, at one of `times`; it was
    /// `first` when the call began.
    fn explains(
        &self,
        world: &WorldOf<Self>,
        record: &RecordOf<Self>,
        times: &BTreeSet<i64>,
        first: &Self,
    ) -> bool;
}

pub(crate) type WorldOf<R> = World<<R as Reference>::Shared, <R as Reference>::Call>;
pub(crate) type RecordOf<R> = Record<<R as Reference>::Call>;

/// The reference after each commit.
#[derive(Clone)]
struct Past<R> {
    until: usize,
    reference: R,
    /// The calls that have taken effect.
    ran: BTreeSet<usize>,
}

/// Goes through everything in the order of commits; answers what the reference is in the end.
pub(crate) fn check<R: Reference>(reference: R, world: &WorldOf<R>, seed: u64) -> R {
    let (records, showed) = (world.records.lock().unwrap().clone(), world.showed.lock().unwrap().clone());
    let (journal, ever) = (world.store.journal(), showed.iter().copied().collect::<BTreeSet<i64>>());
    let mut past = vec![Past { until: 0, reference, ran: BTreeSet::new() }];
    // calls whose effects are gone, with when they went
    let mut lost: BTreeMap<usize, usize> = BTreeMap::new();
    for step in steps(&journal, R::knows) {
        let last = past.last().unwrap();
        if let Some(to) = step.back {
            let then = past.iter().rfind(|past| past.until <= to).unwrap();
            lost.extend(last.ran.difference(&then.ran).map(|call| (*call, step.until)));
            let then = Past { until: step.until, ..then.clone() };
            past.push(then);
            continue;
        }
        let mut ran = last.ran.clone();
        let after = if let Some(number) = step.call {
            assert!(ran.insert(number), "seed {seed}: call {number} ran twice");
            let mut record = records[&number].clone();
            let (began, ended) = record.window;
            // who was answered after it was lost was answered for another attempt
            let again = lost_at(&journal, step.until).is_some_and(|at| ended > at);
            record.answer = record.answer.filter(|_| !again);
            if record.answer.is_some() {
                let inside = step.until > began && step.until <= ended;
                assert!(inside, "seed {seed}: call {number} ran at another time");
            } else if !again {
                world.count("applied without an answer");
            }
            let told = R::decided_at(world, &record, &step);
            let times = told.map_or_else(|| record.times(&showed), |now| BTreeSet::from([now]));
            let first = &past[at(&past, began)].reference;
            last.reference.after_call(world, &record, &times, &step, first).unwrap_or_else(|why| {
                let events = &step.events;
                panic!("seed {seed}: call {number} {record:?}\nis not what is right: {why}\n{events:?}")
            })
        } else {
            let after = last.reference.after_timer(world, &ever, &step);
            let events = &step.events;
            after.unwrap_or_else(|| panic!("seed {seed}: nobody called, and it was not time: {events:?}"))
        };
        past.push(Past { until: step.until, reference: after, ran });
    }
    answers_hold(world, &past, &lost, seed);
    past.pop().unwrap().reference
}

/// The call that an event is from.
pub(crate) fn call_of(event: &EventRow) -> Option<usize> {
    let context: Option<Value> = event.context.as_deref().map(|text| serde_json::from_str(text).unwrap());
    context.and_then(|context| context["correlation_id"].as_str()?.parse().ok())
}

/// Whether the reference answers as it was heard; where nobody heard it, the call must be accepted.
pub(crate) fn fits(heard: Option<&str>, line: &str) -> bool {
    heard.map_or_else(|| line.starts_with("ok replayed=false"), |heard| heard == line)
}

fn steps(journal: &[Happening], knows: impl Fn(&EventRow) -> bool) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (until, happening) in (1..).zip(journal) {
        let event = match happening {
            Happening::Event(event) if knows(event) => event.clone(),
            Happening::Event(_) => continue,
            Happening::Back(to) => {
                steps.push(Step { until, back: Some(*to), ..Step::default() });
                continue;
            }
        };
        let call = call_of(&event);
        let of = |event: &EventRow| (event.commit_id, event.stamp);
        let same = |last: &&mut Step| {
            last.call == call && last.events.first().is_some_and(|first| of(first) == of(&event))
        };
        match steps.last_mut().filter(same) {
            Some(last) => {
                last.events.push(event);
                last.until = until;
            }
            None => steps.push(Step { call, until, events: vec![event], back: None }),
        }
    }
    steps
}

/// Where the journal takes back what happened until here.
fn lost_at(journal: &[Happening], until: usize) -> Option<usize> {
    let back = |happening: &Happening| matches!(happening, Happening::Back(to) if *to < until);
    Some(until + journal[until..].iter().position(back)?)
}

/// Where the past was when so much had happened.
fn at<R>(past: &[Past<R>], happened: usize) -> usize {
    past.iter().rposition(|past| past.until <= happened).unwrap()
}

/// Each answer is what the history says: what was accepted is there, unless a step back took it along, and
/// what was refused is not, and is what the reference says at some moment between call and answer.
fn answers_hold<R: Reference>(
    world: &WorldOf<R>,
    past: &[Past<R>],
    lost: &BTreeMap<usize, usize>,
    seed: u64,
) {
    let (records, showed) = (world.records.lock().unwrap(), world.showed.lock().unwrap());
    let ran = &past.last().unwrap().ran;
    for (number, record) in records.iter() {
        let Some(answer) = &record.answer else { continue };
        let ((began, ended), is_there) = (record.window, ran.contains(number));
        if answer.as_ref().is_ok_and(|reply| reply["replayed"] == false) {
            // what a step back takes along had been committed before it
            let told = is_there || lost.get(number).is_some_and(|at| began < *at);
            assert!(told, "seed {seed}: call {number} was acknowledged and lost: {record:?}");
            world.add("acknowledged calls that a step back took along", u64::from(!is_there));
            continue;
        }
        assert!(!is_there, "seed {seed}: call {number} was refused or replayed, and ran: {record:?}");
        let (times, from) = (record.times(&showed), at(past, began));
        let explained = past[from..]
            .iter()
            .take_while(|past| past.until <= ended)
            .any(|one| one.reference.explains(world, record, &times, &past[from].reference));
        assert!(explained, "seed {seed}: call {number}: {record:?}");
    }
}
