//! The reference of the ledger, as it is after each commit, with the names that it has for ids by then.

use std::collections::BTreeSet;
use std::sync::Mutex;

use earnest::rows::tables::EventRow;
use serde_json::{Value, json};

use super::history::{Reference, Step, fits};
use super::world;
use crate::model::calls::{Call, Ids, Op};
use crate::model::lines::{self, Lines, account_line};
use crate::model::reference::{Ledger, PEOPLE};
use crate::support;

/// The places in its calls are those of the ids that callers share.
pub(crate) type World = world::World<Mutex<Ids>, Call>;

type Record = world::Record<Call>;

#[derive(Clone, Default)]
pub(crate) struct Books {
    ledger: Ledger,
    lines: Lines,
}

impl Reference for Books {
    type Shared = Mutex<Ids>;
    type Call = Call;

    /// Tells when a command was decided, if what it wrote depends on time: the end of a hold, or of a key
    /// kept for a day.
    fn decided_at(world: &World, record: &Record, step: &Step) -> Option<i64> {
        let end = |what: &str| Some(lines::minutes(&world.store.end_of(what)?.to_string().into()));
        if let Op::Hold { minutes: Some(minutes), .. } = record.call.op {
            let hold = step.events.iter().find(|event| event.kind.as_ref() == "hold.authorized")?;
            return Some(end(&hold.object_id())? - minutes);
        }
        let key = record.call.key.as_ref()?;
        Some(end(&format!("key {key} {}", step.events[0].stamp))? - 24 * 60)
    }

    /// Of the holds that were made after it had begun, it need not know that they have ended: it does without
    /// what they keep, and timers end them.
    fn after_call(
        &self,
        world: &World,
        record: &Record,
        times: &BTreeSet<i64>,
        step: &Step,
        first: &Self,
    ) -> Result<Self, String> {
        let mut lines = self.named(step);
        let call = in_places_of(&lines, &world.shared.lock().unwrap(), &record.call);
        let heard = record.accepted(|reply| lines.reply(reply))?;
        let expired = step.events.iter().filter(|event| event.kind.as_ref() == "hold.expired");
        let expired = expired.filter_map(|event| hold_of(&lines, event));
        let expired: BTreeSet<usize> = expired.chain(self.ledger.expired()).collect();
        let (mut said, holds) = (Vec::new(), first.lines.ids.holds.len());
        for (now, unseen) in times.iter().flat_map(|now| [(*now, None), (*now, Some(holds))]) {
            let mut ledger = self.ledger.clone();
            (ledger.now, ledger.unseen) = (now, unseen);
            let line = ledger.call(&call);
            ledger.unseen = None;
            if fits(heard.as_deref(), &line) && expired.iter().copied().eq(ledger.expired()) {
                return Ok(Self { ledger, lines });
            }
            said.push(line);
        }
        Err(format!("{heard:?} and not {said:#?}\n{:#?}", self.ledger.lines()))
    }

    /// Timers end holds, each by the clock.
    fn after_timer(&self, world: &World, times: &BTreeSet<i64>, step: &Step) -> Option<Self> {
        let mut after = Self { ledger: self.ledger.clone(), lines: self.named(step) };
        for event in &step.events {
            let hold = hold_of(&after.lines, event).filter(|_| event.kind.as_ref() == "hold.expired")?;
            let ends = |now: &i64| {
                after.ledger.now = *now;
                after.ledger.expire(hold)
            };
            if !times.iter().any(ends) {
                return None;
            }
            world.count("expired by timers");
        }
        after.ledger.now = self.ledger.now;
        Some(after)
    }

    fn explains(&self, world: &World, record: &Record, times: &BTreeSet<i64>, first: &Self) -> bool {
        if absent(record, &first.ledger) {
            return true;
        }
        let known = world.shared.lock().unwrap();
        let (call, mut words) = (in_places_of(&self.lines, &known, &record.call), self.lines.clone());
        let line = match record.answer.as_ref().unwrap() {
            Ok(reply) => words.reply(reply),
            Err(error) => words.refusal(error),
        };
        times.iter().any(|now| {
            let says = |call: &Call| {
                let mut ledger = self.ledger.clone();
                ledger.now = *now;
                ledger.call(call)
            };
            let told = says(&call);
            let late = || told.starts_with(MISMATCH) && may_miss_its_key(record, &known, first);
            told == line || (late() && says(&with_a_free_key(&call)) == line)
        })
    }
}

impl Books {
    /// The names, with those of what a step made.
    fn named(&self, step: &Step) -> Lines {
        let mut lines = self.lines.clone();
        for event in &step.events {
            match event.object.as_ref() {
                "transfer" => learn(&mut lines.ids.transfers, &event.object_id().into()),
                "hold" => learn(&mut lines.ids.holds, &event.object_id().into()),
                _ => {}
            }
        }
        lines
    }
}

pub(crate) fn learn(ids: &mut Vec<String>, id: &Value) {
    if let Some(id) = id.as_str().filter(|id| !ids.iter().any(|known| known == id)) {
        ids.push(id.to_owned());
    }
}

fn hold_of(lines: &Lines, event: &EventRow) -> Option<usize> {
    lines.ids.holds.iter().position(|id| *id == event.object_id())
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

/// Whether a call missed an account that somebody opened while its own group was under way: a row that is
/// not there cannot be locked. It was not there when the call began, and the call is refused for that.
fn absent(record: &Record, ledger: &Ledger) -> bool {
    let Some(Err(error)) = &record.answer else { return false };
    let missing = format!("{} absent", error.details()["account"].as_str().unwrap_or_default());
    error.code().as_str() == "account_not_found" && ledger.lines().contains(&missing)
}

/// The reference's refusal of a key that stands for another request.
const MISMATCH: &str = "idempotency_mismatch";

/// Whether a call was refused whose key was free when it began. What another request claims meanwhile need
/// not be found: nothing is written under the key. (The same request needs the same rows, which the first one
/// to come has locked.)
fn may_miss_its_key(record: &Record, known: &Ids, first: &Books) -> bool {
    let call = in_places_of(&first.lines, known, &record.call);
    matches!(record.answer, Some(Err(_))) && !first.ledger.clone().call(&call).starts_with(MISMATCH)
}

fn with_a_free_key(call: &Call) -> Call {
    Call { key: Some("free".to_owned()), ..call.clone() }
}

/// Everything is as the reference says, and every event has its place in the chain, once.
pub(crate) async fn at_the_end(world: &World, books: Books, seed: u64) {
    let (bank, Books { ledger, mut lines }) = (world.bank(0), books);
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
    let mut committed: Vec<String> = world.store.log().iter().map(|event| event.id.to_string()).collect();
    let page = bank.call("events.list", json!({ "limit": 500 })).await.unwrap();
    assert!(page["next"].is_null());
    let items = page["items"].as_array().unwrap();
    let mut sequenced: Vec<String> = items.iter().map(support::id).collect();
    committed.sort();
    sequenced.sort();
    assert_eq!(committed, sequenced, "seed {seed}");
}
