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

use data_encoding::HEXLOWER;
use hashbrown::HashMap;
use serde_json::{Value, json};

use super::{OfRow, PartyRow, Slot, is_of_rules, read_row, rows, written};
use crate::currency::Currencies;
use crate::error::Result;
use crate::escrow;
use crate::ids::{AccountId, Actor, Book};
use crate::kernel::image;
use crate::kernel::outflow::{Flows, net};
use crate::request::scope::OperationInfo;
use crate::risk::counting::clock_regression::{TAKEN, take_as_now};
use crate::risk::counting::counter_blob::{broken, unpack};
use crate::risk::judging::failure::COUNTED;
use crate::risk::judging::judge::{JudgedCall, Party, State, States, count, count_failure};
use crate::risk::judging::subjects::{OPEN, Origin, Parties};
use crate::risk::model;
use crate::risk::rules::in_force::{ActionRules, InForce};
use crate::risk::rules::rule::{Class, Metric, Subject};
use crate::rows::events::{POSTED, actor_of};
use crate::rows::needs::{AccountKey, CounterKey};
use crate::rows::row::Row as _;
use crate::rows::tables::{CounterRow, EventRow, RecordRow};
use crate::rows::traced::{self, Kept, Traced};
use crate::sorting::Gathering;
use crate::time::{Span, Time};

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

/// Where the metadata of a call is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// In the row of the transfer that it posted.
    Transfer,
    /// In the row of the hold that it made.
    Hold,
    /// In the texts of the deal that it opened.
    Deal,
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

/// A command of the log.
#[derive(Debug)]
pub struct Command {
    events: Vec<EventRow>,
    images: Vec<Value>,
}

impl Command {
    /// Reads the events of a command; `None` where it has nothing to do with rules.
    #[must_use]
    pub fn of(events: Vec<EventRow>) -> Option<Self> {
        let data = &*events.last()?.data;
        if !data.contains(r#"["q","#) && !data.contains(r#"["r","risk","#) {
            return None;
        }
        let mut data: Value = serde_json::from_str(data).ok()?;
        let Value::Array(images) = data["images"].take() else { return None };
        Some(Self { events, images })
    }

    /// Whether this event is the last of its command.
    #[must_use]
    pub fn ends_with(event: &EventRow) -> bool {
        event.data.contains(r#""images":["#)
    }

    fn of_letter<'c>(&'c self, letter: &'c str) -> impl Iterator<Item = &'c Value> {
        self.images.iter().filter(move |image| image[0] == letter)
    }

    /// What was counted: the operation, the version of its rules, and how far the clock was behind.
    fn counted(&self) -> Option<(&str, i64, Span)> {
        let line = self.of_letter("q").next()?;
        Some((line[1].as_str()?, line[2].as_i64()?, Span::from_micros(line[3].as_i64()?)?))
    }

    /// The record of a kind that it wrote, by its image.
    fn record(&self, kind: &str) -> Option<&Value> {
        self.of_letter("r").find(|image| image[1] == kind)
    }

    /// How many counters of a family without images it changed.
    fn changes(&self, family: &str) -> usize {
        let said = self.of_letter("q").flat_map(|image| image[4].as_array().into_iter().flatten());
        said.filter(|said| **said == family).count()
    }

    fn has(&self, kind: &str) -> bool {
        self.events.iter().any(|event| event.kind.as_ref() == kind)
    }

    /// The transfer that it posted first, the hold that it made first, or the deal.
    #[must_use]
    pub fn object(&self, keeps: Keeps) -> Option<String> {
        let image = |image: &Value| image[1].as_str().map(str::to_owned);
        match keeps {
            Keeps::Transfer => {
                let posted = self.events.iter().find(|event| event.kind.as_ref() == POSTED);
                posted.map(|event| event.object_id().into_owned())
            }
            Keeps::Hold => self.of_letter("h").find(|image| image[8] == 1).and_then(image),
            Keeps::Deal => self.record(escrow::model::KIND)?[2].as_str().map(str::to_owned),
        }
    }

    /// The hash of a text of the deal that it wrote.
    #[must_use]
    pub fn text_of_deal(&self, name: &str) -> Option<&str> {
        self.record(escrow::model::KIND)?[6][name].as_str()
    }

    /// The net debits of accounts, with new holds.
    fn flows(&self, book: &Book, currencies: &Currencies) -> Option<Flows> {
        let mut parts = Vec::new();
        let mut add = |account: &Value, currency: &Value, minor: i128| {
            let currency = currencies.known(currency.as_str()?)?;
            parts
                .push((AccountKey::new(book.clone(), AccountId::stored(account.as_str()?), currency), minor));
            Some(())
        };
        for event in self.events.iter().filter(|event| event.kind.as_ref() == POSTED) {
            let data: Value = serde_json::from_str(&event.data).ok()?;
            for leg in data["postings"].as_array()? {
                add(&leg[0], &leg[1], minor(&leg[2])?.saturating_neg())?;
            }
        }
        for hold in self.of_letter("h").filter(|image| image[8] == 1) {
            let remains = minor(&hold[4])? - minor(&hold[5])? - minor(&hold[6])?;
            add(&hold[2], &hold[3], remains)?;
        }
        Some(net(parts))
    }

    /// The accounts whose counters it changed, as their images name them.
    fn named(&self) -> Vec<Party> {
        let party = |image: &Value| {
            let subject = match image[1].as_str()? {
                "account" => Subject::Account,
                "counterparty" => Subject::Counterparty,
                _ => return None,
            };
            let value = HEXLOWER.decode(image[2].as_str()?.as_bytes()).ok()?.try_into().ok()?;
            Some(Party::new(subject, value))
        };
        self.of_letter("c").filter_map(party).collect()
    }

    /// The actor of the call. Events that followed from terms do not have it.
    fn actor(&self) -> Actor {
        let named = self.events.iter().find(|event| event.actor.is_some());
        named.and_then(|event| actor_of(event).ok()).unwrap_or_else(Actor::system)
    }

    /// Where it came from, and which parts of that were erased.
    fn trace(&self) -> (Option<Traced>, Vec<Subject>) {
        let said = self.events.iter().find(|event| event.private.is_some());
        let private = said.and_then(|event| event.private.clone());
        let trace = private.map(|private| Traced { context: "".into(), private: Some(private), ids: None });
        let mut erased = Vec::new();
        for event in self.events.iter().filter(|event| traced::kept(event) == Kept::Erased) {
            let context: Value =
                event.context.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            let of = [("ip_hash", Subject::Ip), ("device_hash", Subject::Device)];
            erased.extend(of.into_iter().filter(|(name, _)| !context[*name].is_null()).map(|(_, of)| of));
        }
        (trace, erased)
    }
}

fn minor(text: &Value) -> Option<i128> {
    text.as_str()?.parse().ok()
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
    #[must_use]
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
        let about = rules.about(operation, *self.classes.get(operation)?);
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
            let mut parties = parties.of_flows(origin, &[], None, false);
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
            parties.of_flows(origin, &flows, deal.as_ref(), *about.action == *OPEN)
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
    ///
    /// # Errors
    /// `corrupted` when the rules of the book cannot be read.
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
    ///
    /// # Errors
    /// None: a row that cannot be read is not compared.
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
    ///
    /// # Errors
    /// None: what was counted here can be read.
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
