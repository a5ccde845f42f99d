//! The record in which a book keeps its rules, rates and thresholds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::request::address::{Address, Network};
use crate::risk::judging::judge::Thresholds;
use crate::risk::rules::default_rules::DefaultRules;
use crate::risk::rules::parse::{RateArgs, RuleArgs, subject};
use crate::risk::rules::rule::Subject;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Object, Stored};
use crate::rows::tables::RecordRow;
use crate::sorting::{Gathering, Sorting};
use crate::time::Time;

/// The kind of the record.
pub const KIND: &str = "risk";

/// How many rules and rates a book can have together.
pub const MOST: usize = 100;

/// A rule as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRule {
    /// The rule.
    pub rule: RuleArgs,
    /// The number of what it counts: a new one begins from zero.
    pub generation: i64,
}

/// What the subjects of metadata begin with.
const META: &str = "meta.";

/// How many fields of metadata are remembered.
const FIELDS: usize = 200;

/// A rate as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRate {
    /// The rate.
    pub rate: RateArgs,
    /// The number of what it counts: a new one begins from zero.
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

/// The lengths of the prefixes of networks that lists ever had: those of a call are looked up by these alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefixes {
    /// Of IPv4, at most 31.
    v4: Vec<u8>,
    /// Of IPv6, at most 63.
    v6: Vec<u8>,
}

impl Prefixes {
    /// Notes the length of a network; whether it is new.
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
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The rules of a book, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Rules, in the order of their names.
    pub rules: Vec<KeptRule>,
    /// Rates, in the order of their names.
    pub rates: Vec<KeptRate>,
    /// What the score leads to.
    pub thresholds: Thresholds,
    /// The subjects that lists ever had an entry of.
    #[serde(default)]
    pub listed: Vec<String>,
    /// The networks that lists ever had an entry of, by the lengths of their prefixes.
    #[serde(default, skip_serializing_if = "Prefixes::is_empty")]
    pub networks: Prefixes,
    /// The fields of metadata that rules and rates were ever about, `meta.FIELD`, the newest last: decisions
    /// about them are found when they are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The newest number that was given out.
    pub generations: i64,
    /// When each was set. Kept separately, because what they say does not depend on it.
    #[serde(default)]
    pub times: Vec<(String, Since)>,
}

impl Facts {
    /// The next number of what is counted.
    ///
    /// # Errors
    /// `corrupted` after the last number, which somebody has written there.
    pub fn number(&mut self) -> Result<i64> {
        let next = self.generations.checked_add(1);
        self.generations = next.ok_or_else(|| Error::corrupted("the number of the newest rule"))?;
        Ok(self.generations)
    }

    /// Whether a rule or a rate was ever set.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.generations > 0
    }

    /// When the one of this name was set.
    #[must_use]
    pub fn since(&self, id: &str) -> Option<Since> {
        self.times.iter().find(|(of, _)| of == id).map(|(_, since)| *since)
    }

    /// Notes that the one of this name was set now: anew, or again.
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
    ///
    /// # Errors
    /// `corrupted` when one cannot be read.
    pub fn parts(&self) -> Result<BTreeSet<Subject>> {
        let fields = self.fields.iter().chain(&self.listed).map(|text| subject("subject", text));
        let all = [Subject::Account, Subject::Actor, Subject::Counterparty, Subject::Ip, Subject::Device];
        all.into_iter().map(Ok).chain(fields).try_gathered()
    }

    /// Takes away the rule or the rate of this name; whether there was one.
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

impl Object for Facts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = State;
    type Id = Uuid;
    type Currency = ();

    fn currency(&self) -> Option<()> {
        Some(())
    }
}

/// The rules of a book, read from their one record. Its version counts every change.
pub type RuleBook = Stored<Facts>;

impl RuleBook {
    /// The rules as they are for a caller that may change them; where none was ever set with those that the
    /// book begins with, as the engine's options have them.
    ///
    /// # Errors
    /// Halts when the record was not read; `not_permitted`.
    pub fn for_change(draft: &mut Draft<'_>, book: &Book, begins: Option<&str>) -> Result<Self, Halt> {
        draft.permit(&[])?;
        let at = draft.ctx.time();
        let own = draft.record(&key(book))?.cloned();
        let known = own.as_ref().map(Self::of).transpose()?;
        if let Some(rules) = known.filter(|rules| begins.is_none() || rules.facts.has_begun()) {
            return Ok(rules);
        }
        // persons and addresses stand in counters as hashes with it; no event has it
        let salt: Arc<[u8]> = draft.ids.salt().as_slice().into();
        if let Some(begins) = begins {
            return Ok(DefaultRules::read(begins)?.book(book, own.as_ref(), salt, at)?);
        }
        let mut rules = Self::begin(key(book), ListedBy::default(), State::Active, Facts::default(), at)?;
        rules.row.salt = Some(salt);
        Ok(rules)
    }
}

/// The salt of the hashes of a book's subjects.
///
/// # Errors
/// `corrupted` when there is none.
pub fn salt(row: &RecordRow) -> Result<Arc<[u8]>> {
    row.salt.clone().ok_or_else(|| Error::corrupted("the rules of a book have no salt"))
}

/// The key of a book's rules.
#[must_use]
pub fn key(book: &Book) -> RecordKey {
    // read with every group that passes the gate: the name is made once
    static RISK: LazyLock<Arc<str>> = LazyLock::new(|| KIND.into());
    (book.clone(), RISK.clone(), Uuid::nil())
}

/// Numbers by name, of everything that counts.
#[must_use]
pub fn generations(facts: &Facts) -> BTreeMap<&str, i64> {
    let rules = facts.rules.iter().map(|kept| (kept.rule.id.as_str(), kept.generation));
    rules.chain(facts.rates.iter().map(|kept| (kept.rate.id.as_str(), kept.generation))).gathered()
}
