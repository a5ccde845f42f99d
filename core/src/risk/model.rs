//! The record in which a book keeps its rules, rates and thresholds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided};
use crate::kernel::snapshot::Snapshot;
use crate::request::address::{Address, Network};
use crate::risk::counting::rate::Rate;
use crate::risk::judging::judge::Thresholds;
use crate::risk::rules::parse::{RateArgs, RuleArgs, subject};
use crate::risk::rules::rule::{Rule, Subject};
use crate::rows::codec::text_enum;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{Stored, object};
use crate::rows::tables::RecordRow;
use crate::sorting::{Gathering, Sorting};
use crate::time::Time;

/// The kind of the record.
pub const KIND: &str = "risk";

/// How many rules and rates a book can have together.
pub const MOST: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRule {
    pub rule: RuleArgs,
    /// The number of its counters: under a new number it counts from zero.
    pub generation: i64,
}

/// The prefix of subjects that are metadata fields.
const META: &str = "meta.";

/// How many fields of metadata are remembered.
const FIELDS: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRate {
    pub rate: RateArgs,
    /// The number of its counters: under a new number it counts from zero.
    pub generation: i64,
}

/// When a rule was set first, and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// First: it counts from then on.
    pub created_at: Time,
    /// Last.
    pub updated_at: Time,
}

/// The prefix lengths of all networks that were ever listed. A call's address is looked up under these
/// lengths alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefixes {
    /// Of IPv4, at most 31.
    v4: Vec<u8>,
    /// Of IPv6, at most 63.
    v6: Vec<u8>,
}

impl Prefixes {
    /// Notes the prefix length of a network, and returns whether it is new.
    pub fn note(&mut self, network: Network) -> bool {
        let known = if network.is_v4() { &mut self.v4 } else { &mut self.v6 };
        let is_new = !known.contains(&network.bits());
        if is_new {
            known.push(network.bits());
            known.order();
        }
        is_new
    }

    /// The networks of these lengths that an address is in.
    pub fn of(&self, address: Address) -> impl Iterator<Item = Network> + '_ {
        let lengths = if address.is_v4() { &self.v4 } else { &self.v6 };
        lengths.iter().map(move |bits| address.network(*bits))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The rules of a book, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleBookFacts {
    /// Rules, in the order of their names.
    pub rules: Vec<KeptRule>,
    /// Rates, in the order of their names.
    pub rates: Vec<KeptRate>,
    /// The scores from which a challenge, a review or a block follows.
    pub thresholds: Thresholds,
    /// Every subject that ever had a list entry.
    #[serde(default)]
    pub listed: Vec<String>,
    /// The prefix lengths of networks that ever had a list entry.
    #[serde(default, skip_serializing_if = "Prefixes::is_empty")]
    pub networks: Prefixes,
    /// The metadata fields (`meta.FIELD`) that rules and rates were ever about, the newest last. By them
    /// decisions are found although the rules are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The newest number of counters that was given out.
    pub generations: i64,
    /// When each was set. Kept apart from the rules, whose content does not depend on it.
    #[serde(default)]
    pub times: Vec<(String, Since)>,
}

impl RuleBookFacts {
    /// Gives out the next number of counters.
    pub fn number(&mut self) -> Result<i64> {
        let next = self.generations.checked_add(1);
        self.generations = next.ok_or_else(|| Error::corrupted("the number of the newest rule"))?;
        Ok(self.generations)
    }

    /// Whether a rule or a rate was ever set.
    pub const fn has_begun(&self) -> bool {
        self.generations > 0
    }

    /// When the rule or rate of this name was set.
    pub fn since(&self, id: &str) -> Option<Since> {
        self.times.iter().find(|(of, _)| of == id).map(|(_, since)| *since)
    }

    /// Notes that the rule or rate of this name was set now. With `anew`, it counts as set for the first
    /// time.
    pub fn touch(&mut self, id: &str, now: Time, anew: bool) {
        self.note_fields();
        let kept = self.since(id).filter(|_| !anew).map_or(now, |since| since.created_at);
        self.times.retain(|(of, _)| of != id);
        self.times.push((id.to_owned(), Since { created_at: kept, updated_at: now }));
        self.times.order_by(|(a, _), (b, _)| a.cmp(b));
    }

    fn note_fields(&mut self) {
        let rules = self.rules.iter().map(|kept| &kept.rule.subject);
        let all = rules.chain(self.rates.iter().map(|kept| &kept.rate.subject));
        let new: BTreeSet<&String> =
            all.filter(|subject| subject.starts_with(META) && !self.fields.contains(subject)).gathered();
        let new: Vec<String> = new.into_iter().cloned().collect();
        self.fields.extend(new);
        // every call reads this record
        self.fields.drain(..self.fields.len().saturating_sub(FIELDS));
    }

    /// The parts of a call that a decision may be about.
    pub fn parts(&self) -> Result<BTreeSet<Subject>> {
        let fields = self.fields.iter().chain(&self.listed).map(|text| subject("subject", text));
        let all = [Subject::Account, Subject::Actor, Subject::Counterparty, Subject::Ip, Subject::Device];
        all.into_iter().map(Ok).chain(fields).try_gathered()
    }

    fn room(&self) -> Result<()> {
        if self.rules.len() + self.rates.len() < MOST {
            return Ok(());
        }
        Err(Error::invalid("id", format!("must be one of at most {MOST} rules and rates")))
    }

    /// Adds or replaces a rule, and returns the number of its counters.
    pub fn put_rule(&mut self, args: &RuleArgs, rule: &Rule, now: Time) -> Result<i64> {
        let id = args.id.as_str();
        if self.rates.iter().any(|kept| kept.rate.id == id) {
            return Err(Error::invalid("id", "is the name of a rate"));
        }
        let goes_on = match self.rules.iter().find(|kept| kept.rule.id == id) {
            Some(old) => rule.continues(&Rule::kept(&old.rule)?).then_some(old.generation),
            None => self.room().map(|()| None)?,
        };
        let generation = goes_on.map_or_else(|| self.number(), Ok)?;
        self.rules.retain(|kept| kept.rule.id != id);
        self.rules.push(KeptRule { rule: args.clone(), generation });
        self.rules.order_by(|a, b| a.rule.id.cmp(&b.rule.id));
        self.touch(id, now, goes_on.is_none());
        Ok(generation)
    }

    /// The same for a rate.
    pub fn put_rate(&mut self, args: &RateArgs, rate: &Rate, now: Time) -> Result<i64> {
        let id = args.id.as_str();
        if self.rules.iter().any(|kept| kept.rule.id == id) {
            return Err(Error::invalid("id", "is the name of a rule"));
        }
        let goes_on = match self.rates.iter().find(|kept| kept.rate.id == id) {
            Some(old) => {
                let was = Rate::kept(&old.rate)?;
                let same = (&rate.action, &rate.subject, rate.per) == (&was.action, &was.subject, was.per);
                same.then_some(old.generation)
            }
            None => self.room().map(|()| None)?,
        };
        let generation = goes_on.map_or_else(|| self.number(), Ok)?;
        self.rates.retain(|kept| kept.rate.id != id);
        self.rates.push(KeptRate { rate: args.clone(), generation });
        self.rates.order_by(|a, b| a.rate.id.cmp(&b.rate.id));
        self.touch(id, now, goes_on.is_none());
        Ok(generation)
    }

    /// Removes the rule or rate of this name, and returns whether there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.rules.len() + self.rates.len();
        self.rules.retain(|kept| kept.rule.id != id);
        self.rates.retain(|kept| kept.rate.id != id);
        self.times.retain(|(of, _)| of != id);
        self.rules.len() + self.rates.len() < before
    }
}

text_enum! {
    /// Rules have one state.
    pub enum State {
        /// They hold.
        Active = "active",
    }
}

object! { RuleBookFacts: KIND, State, Uuid }

/// The rules of a book, read from their one record. Its version counts every change.
pub type RuleBook = Stored<RuleBookFacts>;

impl RuleBook {
    /// The rules of a book, by the rows that were read.
    pub fn seen(book: &Book, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(seen.record(&key(book))?)?)
    }

    /// Writes the rules, with the event of the change.
    pub fn write(
        self,
        draft: &mut Draft<'_>,
        event: &'static str,
        object: (&str, &str),
        data: &serde_json::Value,
    ) -> Decided<CreatedIds> {
        draft.event(event, object, self.row.version + 1, data)?;
        draft.put_changed(self)?;
        Ok(CreatedIds::default())
    }
}

/// The salt of the hashes of a book's subjects.
pub fn salt(row: &RecordRow) -> Result<Arc<[u8]>> {
    row.salt.clone().ok_or_else(|| Error::corrupted("the rules of a book have no salt"))
}

/// The key of a book's rules.
pub fn key(book: &Book) -> RecordKey {
    // read with every group that passes the gate: the name is made once
    static RISK: LazyLock<Arc<str>> = LazyLock::new(|| KIND.into());
    RecordKey::new(book.clone(), RISK.clone(), Uuid::nil())
}

/// Asks for the rules of a book, to change them.
pub fn need(book: &Book, needs: &mut Needs) {
    needs.record(key(book), Access::Write);
}

/// The number of counters of each rule and rate, by name.
pub fn generations(facts: &RuleBookFacts) -> BTreeMap<&str, i64> {
    let rules = facts.rules.iter().map(|kept| (kept.rule.id.as_str(), kept.generation));
    rules.chain(facts.rates.iter().map(|kept| (kept.rate.id.as_str(), kept.generation))).gathered()
}
