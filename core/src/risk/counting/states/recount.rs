//! Recounts the event log, by the rules of that time and with the code of the gate, and compares each counter
//! with the result.
//!
//! The last event of a command that counted names the operation, the version of the rules, and how far its
//! clock was behind its stamp. Rules of every version are in the log. The parties of a call follow from what
//! it wrote: accounts and amounts from its postings, new holds and deal, the actor, address and device from
//! its events, metadata from the row that keeps it. If any of this is kept nowhere, or was erased, the counts
//! that depend on it are *open*: they are not compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use serde_json::{Value, json};

use super::command::{Command, Keeps};
use super::{OfRow, PartyRow, Slot, is_of_rules, read_row, rows, written};
use crate::currency::Currencies;
use crate::error::Result;
use crate::escrow;
use crate::ids::Book;
use crate::kernel::image;
use crate::request::scope::OperationInfo;
use crate::risk::counting::clock_regression::{TAKEN, take_as_now};
use crate::risk::counting::counter_blob::{broken, unpack};
use crate::risk::judging::failure::COUNTED;
use crate::risk::judging::judge::{JudgedCall, Party, State, States, count, count_failure};
use crate::risk::judging::subjects::{Effects, OPEN, Origin, Parties};
use crate::risk::model;
use crate::risk::rules::in_force::{ActionRules, InForce};
use crate::risk::rules::rule::{Class, Metric, Subject, operation_of};
use crate::rows::events::POSTED;
use crate::rows::needs::CounterKey;
use crate::rows::row::Row as _;
use crate::rows::tables::{CounterRow, EventRow, RecordRow};
use crate::sorting::Gathering;
use crate::time::Time;

/// Versions of the rules that are remembered: calls may have been judged by rules that were changed since.
const VERSIONS: usize = 1_000;

/// A recount in progress.
#[derive(Debug)]
pub struct Recount {
    book: Book,
    record: RecordRow,
    classes: HashMap<&'static str, Class>,
    rules: BTreeMap<i64, Arc<InForce>>,
    /// The bytes of each counter row, by the log.
    rings: HashMap<CounterKey, Arc<[u8]>>,
    /// When rows that may be swept were made: counts of an earlier row with the same key are gone.
    made: HashMap<CounterKey, Time>,
    /// The numbers of the rules that are not compared.
    open: BTreeSet<i64>,
    /// The newest time that was counted by each number.
    newest: HashMap<i64, Time>,
    /// The latest time that the log shows so far.
    latest: Time,
    /// Whether a call was judged by rules that are not remembered: nothing is compared.
    lost: bool,
}

/// The metadata of a call, as far as it is needed.
#[derive(Clone, Debug)]
pub enum Metadata {
    /// No rule looks at it.
    Unread,
    /// It is kept nowhere.
    Unknown,
    /// This, or none.
    Known(Option<Arc<str>>),
}

/// A row that is missing: its family, its party, and a rule that counts in it.
pub type Missing = (Arc<str>, Arc<str>, String);

/// A command that rules have counted.
struct Counts<'c> {
    command: &'c Command,
    rules: Arc<InForce>,
    about: Arc<ActionRules>,
    now: Time,
    /// It was refused: failures are counted.
    refused: bool,
}

impl Counts<'_> {
    /// Counts the command in `states`.
    fn add(&self, parties: &[Party], states: &mut States) {
        let call = JudgedCall {
            action: &self.about.action,
            class: self.about.class,
            parties,
            has_key: false,
            risk_score: 0,
            proved: &[],
            reviewed: false,
            allowed_by: None,
        };
        if !self.refused {
            count(&self.about.set, &call, states, self.now);
        } else if self.command.has(COUNTED) {
            count_failure(&self.about.set, &call, states, self.now);
        }
    }
}

/// Whether the states of a row differ.
fn differ(place: &PartyRow<'_>, one: &States, other: &States) -> bool {
    let party = place.party.value;
    place.slots.iter().any(|slot| one.get(slot.generation, party) != other.get(slot.generation, party))
}

impl Recount {
    /// For a book with this record of rules.
    pub fn new(book: &Book, record: RecordRow, operations: &'static [OperationInfo]) -> Self {
        Self {
            book: book.clone(),
            record,
            classes: operations.iter().map(|info| (info.name, info.risk)).collect(),
            rules: BTreeMap::new(),
            rings: HashMap::new(),
            made: HashMap::new(),
            open: BTreeSet::new(),
            newest: HashMap::new(),
            latest: Time::MIN,
            lost: false,
        }
    }

    /// Notes when a row was made, where it may have been swept and made anew.
    pub fn made(&mut self, row: &CounterRow) {
        if is_of_rules(row) && !image::has_counter(&row.rule) {
            self.made.insert(row.key(), row.created_at);
        }
    }

    /// Where the metadata of a command is, if a rule looks at it; nowhere, if no row keeps it.
    pub fn metadata_of(&mut self, command: &Command) -> Option<Option<Keeps>> {
        self.learn(command);
        let counts = self.counts(command)?;
        if !counts.about.reads_metadata() {
            return None;
        }
        let keeps = match &*counts.about.action {
            _ if counts.refused => return Some(None),
            OPEN => Keeps::Deal,
            "ledger.hold" => Keeps::Hold,
            action if action.starts_with("ledger.") && command.has(POSTED) => Keeps::Transfer,
            _ => return Some(None),
        };
        Some(Some(keeps))
    }

    /// Notes the time of an event.
    pub fn event(&mut self, event: &EventRow) {
        self.latest = self.latest.max(event.time());
    }

    /// Takes the rules that a command wrote.
    fn learn(&mut self, command: &Command) {
        let Some(image) = command.record(model::KIND) else { return };
        let version = image[4].as_i64().unwrap_or_default();
        if self.rules.contains_key(&version) {
            return;
        }
        let body = json!({ "v": image[7]["v"], "facts": image[5] }).to_string().into();
        let row = RecordRow { body, version, ..self.record.clone() };
        // rules that cannot be read are noticed when a call was judged by them
        if let Ok(rules) = InForce::of(&row, None) {
            self.rules.insert(version, Arc::new(rules));
        }
        if self.rules.len() > VERSIONS {
            self.rules.pop_first();
        }
    }

    fn counts<'c>(&mut self, command: &'c Command) -> Option<Counts<'c>> {
        let (operation, version, behind) = command.counted()?;
        let own = command.record(model::KIND).and_then(|image| image[4].as_i64());
        let rules = match own.unwrap_or(version) {
            // another call has written the same default rules meanwhile
            0 => self.rules.values().find(|rules| !rules.numbers.is_empty()),
            version => self.rules.get(&version),
        };
        let Some(rules) = rules.cloned() else {
            self.lost = true;
            return None;
        };
        let about = rules.about(operation, *self.classes.get(operation_of(operation))?);
        let stamp = command.events.last()?.stamp.micros();
        let now = Time::try_from_micros(stamp.checked_sub(behind.micros())?)?;
        let refused = command.has(COUNTED) || command.has(TAKEN);
        Some(Counts { command, rules, about, now, refused })
    }

    /// Recounts a command.
    pub fn take(&mut self, command: &Command, metadata: &Metadata, currencies: &Currencies) {
        self.learn(command);
        let Some(counts) = self.counts(command) else { return };
        let about = counts.about.clone();
        let (trace, mut unknown) = command.trace();
        let actor = command.actor();
        let request = match metadata {
            Metadata::Known(text) => {
                let metadata = text.as_deref().and_then(|text| serde_json::from_str(text).ok());
                Some(json!({ "metadata": metadata.unwrap_or(Value::Null) }))
            }
            Metadata::Unknown => {
                let fields = about.subjects.iter().filter(|subject| matches!(subject, Subject::Meta(_)));
                unknown.extend(fields.cloned());
                None
            }
            Metadata::Unread => None,
        };
        let origin = Origin { actor: &actor, trace: trace.as_ref(), request: request.as_ref() };
        let parties = Parties::new(&counts.rules.salt, &about.subjects);
        let parties = if counts.refused {
            let mut parties = parties.of_effects(origin, Effects::default());
            parties.extend(command.named());
            self.open_of_refusal(&counts, &unknown);
            parties
        } else {
            let deal = command.record(escrow::model::KIND).map(|image| self.deal(image));
            let Some(flows) = command.flows(&self.book, currencies) else {
                self.lost = true;
                return;
            };
            self.open_by(&about, |subject, _| unknown.contains(subject));
            let payees = command.payees();
            let (deal, opens) = (deal.as_ref(), *about.action == *OPEN);
            parties.of_effects(origin, Effects { flows: &flows, payees: &payees, deal, opens })
        };
        self.lost |= self.apply(&counts, &parties).is_err();
    }

    fn deal(&self, image: &Value) -> RecordRow {
        let party = |name: &str| image[7][name].as_str().map(Arc::from);
        RecordRow { owner: party("owner"), peer: party("peer"), ..self.record.clone() }
    }

    /// Marks rules as open if they are about such subjects, or tell apart such values.
    fn open_by(&mut self, about: &ActionRules, is_open: impl Fn(&Subject, i64) -> bool) {
        for slot in &about.slots {
            let field = about.counting(slot.generation).and_then(|rule| match &rule.metric {
                Metric::Distinct(field, _) => Some(field),
                _ => None,
            });
            let parts = [Some(&slot.subject), field];
            if parts.into_iter().flatten().any(|subject| is_open(subject, slot.generation)) {
                self.open.insert(slot.generation);
            }
        }
    }

    /// Marks rules as open if a refusal has counted, or moved to now, entries of parties that the log does
    /// not name.
    fn open_of_refusal(&mut self, counts: &Counts<'_>, unknown: &[Subject]) {
        let Counts { command, about, now, .. } = counts;
        let side = |subject: &Subject| matches!(subject, Subject::Account | Subject::Counterparty);
        let (fails, taken) = (command.has(COUNTED), command.has(TAKEN));
        let judged = command.events.iter().filter(|event| event.kind.as_ref() == TAKEN).find_map(|event| {
            let data: Value = serde_json::from_str(&event.data).ok()?;
            data["judged_at"].as_str()?.parse::<Time>().ok()
        });
        let earliest = judged.map_or(*now, |judged| judged.min(*now));
        for slot in &about.slots {
            let metric = about.counting(slot.generation).map(|rule| &rule.metric);
            let is_unknown = unknown.contains(&slot.subject);
            let is_counted = fails && matches!(metric, Some(Metric::Failures(_)));
            // the image of an account's counter does not tell a failure from entries that were moved to now
            let either = is_counted && (is_unknown || taken && side(&slot.subject));
            let unnamed = is_unknown || matches!(metric, Some(Metric::Distinct(..))) && side(&slot.subject);
            let ahead = self.newest.get(&slot.generation).is_some_and(|newest| *newest > earliest);
            if either || ahead && (unnamed || judged.is_some()) {
                self.open.insert(slot.generation);
            }
        }
    }

    /// Counts, as the gate did.
    fn apply(&mut self, counts: &Counts<'_>, parties: &[Party]) -> Result<()> {
        let Counts { command, rules, about, now, .. } = counts;
        let book = self.book.clone();
        let places: Vec<PartyRow<'_>> = rows(about, &book, false, parties);
        let (mut states, mut shared) = (States::default(), Vec::with_capacity(places.len()));
        let time = command.events.last().map(EventRow::time);
        for place in &places {
            self.renew(rules, &place.key, time)?;
            let ring = self.rings.get(&place.key);
            let (known, is_shared) =
                ring.map_or_else(|| Ok((OfRow::new(), false)), |ring| read_row(place.slots, ring))?;
            for (slot, state) in place.slots.iter().zip(known) {
                state.into_iter().for_each(|state| states.add(slot.generation, place.party.value, state));
            }
            shared.push(is_shared);
        }
        let mut alone = states.clone();
        counts.add(parties, &mut alone);
        let adds: Vec<bool> = places.iter().map(|place| differ(place, &states, &alone)).collect();
        take_as_now(&about.set, states.each_mut(), *now);
        counts.add(parties, &mut states);
        let changed = self.changed(command, &places, &adds);
        for ((place, is_shared), _) in
            places.into_iter().zip(shared).zip(changed).filter(|(_, changed)| *changed)
        {
            let PartyRow { key, slots, party, .. } = place;
            let state = |slot: &Slot| Some((slot.generation, states.get(slot.generation, party.value)?));
            let new: Vec<(i64, &State)> = slots.iter().filter_map(state).collect();
            if new.is_empty() {
                continue;
            }
            for (generation, _) in &new {
                let newest = self.newest.entry(*generation).or_insert(*now);
                *newest = (*newest).max(*now);
            }
            let old = self.rings.get(&key).map(|ring| (&**ring, is_shared));
            let ring = written(old, rules, new.into_iter())?;
            self.rings.insert(key, ring.into());
        }
        Ok(())
    }

    /// Which rows a command has changed: those that it adds to, those whose image it has, and those in which
    /// it moved entries to now. A row that it only read shows nothing: later entries in it may be those of a
    /// later command, which the log has before this one. Of rows without an image the log has only how many
    /// of each family were changed. If that does not show which, they are open. So are rules with deltas: the
    /// log has these under other names, and in no order.
    fn changed(&mut self, command: &Command, places: &[PartyRow<'_>], adds: &[bool]) -> Vec<bool> {
        let mut changed = adds.to_vec();
        for (place, changed) in places.iter().zip(&mut changed) {
            *changed |= command
                .of_letter("c")
                .any(|image| image[1] == *place.key.rule && image[2] == *place.key.subject);
        }
        let families: BTreeSet<&str> = places
            .iter()
            .map(|place| &*place.key.rule)
            .filter(|family| !image::has_counter(family))
            .gathered();
        for family in families {
            let said = command.changes(family);
            let of: Vec<usize> =
                (0..places.len()).filter(|place| *places[*place].key.rule == *family).collect();
            if said == of.len() {
                of.iter().for_each(|place| changed[*place] = true);
            } else if said != of.iter().filter(|place| changed[**place]).count() {
                self.open
                    .extend(of.iter().flat_map(|place| places[*place].slots).map(|slot| slot.generation));
            }
        }
        changed
    }

    /// Forgets the counts of a row that was swept before this one was made.
    fn renew(&mut self, rules: &InForce, key: &CounterKey, time: Option<Time>) -> Result<()> {
        if self.made.get(key).copied() != time || self.made.remove(key).is_none() {
            return Ok(());
        }
        let Some(ring) = self.rings.get(key) else { return Ok(()) };
        if still_counting(rules, ring, self.latest)?.is_empty() {
            self.rings.remove(key);
        }
        Ok(())
    }

    /// The result, to be compared with the counters that are there.
    pub fn finish(self) -> Result<Recounted> {
        let rules = InForce::of(&self.record, None)?;
        let numbers = rules.numbers.iter().filter(|(_, number)| !self.lost && !self.open.contains(*number));
        let compared = numbers.map(|(id, number)| (*number, id.clone())).gathered();
        Ok(Recounted { rings: self.rings, compared, rules, latest: self.latest })
    }
}

/// The recounted counters.
#[derive(Debug)]
pub struct Recounted {
    rings: HashMap<CounterKey, Arc<[u8]>>,
    /// The rules and rates that are compared, by their numbers.
    compared: BTreeMap<i64, String>,
    rules: InForce,
    latest: Time,
}

impl Recounted {
    /// Compares a row, and returns the rules whose counts differ. `None` if nothing of it is compared.
    pub fn compare(&mut self, row: &CounterRow) -> Result<Option<Vec<&str>>> {
        let ring = self.rings.remove(&row.key());
        if !is_of_rules(row) || super::is_broken(row) {
            return Ok(None);
        }
        let own = entries(&row.ring)?;
        let by_log = ring.map_or_else(|| Ok(BTreeMap::new()), |ring| entries(&ring))?;
        let pair = |number: &i64| (own.get(number), by_log.get(number));
        let all: BTreeSet<&i64> = own.keys().chain(by_log.keys()).gathered();
        let known: Vec<(&i64, &str)> = all
            .into_iter()
            .filter_map(|number| Some((number, self.compared.get(number)?.as_str())))
            .collect();
        let differs = |(number, _): &&(&i64, &str)| {
            let (own, by_log) = pair(number);
            own != by_log
        };
        let wrong = known.iter().filter(differs).map(|(_, id)| *id).collect();
        Ok((!known.is_empty()).then_some(wrong))
    }

    /// The rows that are missing although something in them still counts, of those without images in the log.
    pub fn missing(&self, now: Time) -> Result<Vec<Missing>> {
        let mut found = Vec::new();
        for (key, ring) in self.rings.iter().filter(|(key, _)| !image::has_counter(&key.rule)) {
            let mut counting = still_counting(&self.rules, ring, now.max(self.latest))?.into_iter();
            if let Some(id) = counting.find_map(|number| self.compared.get(&number)) {
                found.push((key.rule.clone(), key.subject.clone(), id.clone()));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The states in a row, by the number of the rule.
fn entries(ring: &[u8]) -> Result<BTreeMap<i64, State>> {
    let (base, entries) = unpack(ring)?;
    entries
        .map(|entry| {
            let (number, counted) = entry?;
            Ok((number, State::unpack(counted, base).ok_or_else(broken)?))
        })
        .try_gathered()
}

/// The numbers of the states in a row that still count at a time, by the windows of these rules.
fn still_counting(rules: &InForce, ring: &[u8], at: Time) -> Result<Vec<i64>> {
    let counts = |(number, state): &(i64, State)| {
        let window = rules.windows.get(number);
        window.is_some_and(|window| state.leaves(window.as_ref()).is_none_or(|leaves| at < leaves))
    };
    Ok(entries(ring)?.into_iter().filter(counts).map(|(number, _)| number).collect())
}
