//! The rules in force in a book, compiled once for each change, and the selection of them that is about one
//! operation.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use crate::error::Result;
use crate::ids::Book;
use crate::risk::counting::rate::Rate;
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::{Form, RuleSet, Thresholds};
use crate::risk::model::{Prefixes, RuleBook, RuleBookFacts, generations, salt};
use crate::risk::rules::default_rules::{self, DefaultRules};
use crate::risk::rules::parse::subject;
use crate::risk::rules::rule::{Class, Metric, Outcome, Rule, Subject};
use crate::rows::delta_rows::{DELTA, MERGED};
use crate::rows::tables::RecordRow;
use crate::sorting::{Gathering, Sorting};
use crate::time::Time;

/// The row names of a `distinct` rule begin with it; the number of the rule follows.
pub(in crate::risk) const DISTINCT: &str = "distinct:";
/// The row names of inexact rules begin with it.
pub(in crate::risk) const INEXACT: &str = "~";
/// Stands for the body of a record that does not exist.
const NO_RECORD: &str = "";
/// The rules of this many books are cached.
const REMEMBERED: usize = 1_000;

/// A cache of the compiled rules of books.
#[derive(Debug, Default)]
pub(in crate::risk) struct Compiled {
    known: Mutex<HashMap<Book, Arc<InForce>>>,
    adds: bool,
}

impl Compiled {
    /// An empty cache. `adds` says whether inexact rules count in delta rows.
    pub(in crate::risk) fn new(adds: bool) -> Self {
        Self { known: Mutex::default(), adds }
    }

    /// The rules of a record, or the default rules if none was ever set there.
    pub(in crate::risk) fn of(&self, row: &RecordRow, begins: Option<&DefaultRules>) -> Result<Arc<InForce>> {
        // compared by content, not by version: a version that was rolled back comes again with other content
        let same = |rules: &InForce| {
            let own = rules.begins || rules.version == row.version;
            // mostly it is the same allocation, so that no text is compared
            let body = Arc::ptr_eq(&rules.body, &row.body) || rules.body == row.body;
            own && body && Some(&rules.salt) == row.salt.as_ref()
        };
        self.cached(&row.book, same, || InForce::of(row, begins))
    }

    /// The rules of a book that has no record yet.
    pub(in crate::risk) fn beginning(
        &self,
        book: &Book,
        begins: &DefaultRules,
        secret: &[u8; 32],
    ) -> Result<Arc<InForce>> {
        let begin = || {
            let facts = begins.facts(None, Time::EPOCH)?;
            InForce::compile_all(NO_RECORD.into(), 0, default_rules::salt(secret, book), &facts, true)
        };
        self.cached(book, |rules| *rules.body == *NO_RECORD, begin)
    }

    fn cached(
        &self,
        book: &Book,
        same: impl FnOnce(&InForce) -> bool,
        make: impl FnOnce() -> Result<InForce>,
    ) -> Result<Arc<InForce>> {
        // a plain cache: a panic leaves nothing half-way
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(book).filter(|rules| same(rules)) {
            return Ok(rules.clone());
        }
        let rules = Arc::new(InForce { adds: self.adds, ..make()? });
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(book.clone(), rules.clone());
        Ok(rules)
    }

    /// The rules of a book as this process saw them last. Others may have changed them since: they serve as a
    /// guess.
    pub(in crate::risk) fn last(&self, book: &Book) -> Option<Arc<InForce>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(book).cloned()
    }
}

/// The rules in force in a book.
#[derive(Debug)]
pub(in crate::risk) struct InForce {
    /// The text of their record.
    pub(in crate::risk) body: Arc<str>,
    /// The version of their record; 0 where the book has not begun.
    pub(in crate::risk) version: i64,
    /// The salt of hashes.
    pub(in crate::risk) salt: Arc<[u8]>,
    /// The subjects that lists may name.
    pub(in crate::risk) listed: BTreeSet<Subject>,
    /// The networks that lists may name.
    pub(in crate::risk) networks: Prefixes,
    set: RuleSet,
    /// Whether these are the default rules, which are not written into the book yet.
    pub(in crate::risk) begins: bool,
    /// The number of counters of each rule and rate, by name.
    pub(in crate::risk) numbers: BTreeMap<String, i64>,
    /// The same numbers, in order.
    wanted: Vec<i64>,
    /// The window of each number; `None` for a rate.
    pub(in crate::risk) windows: HashMap<i64, Option<Window>>,
    newest: i64,
    /// Whether inexact rules count in delta rows.
    pub(in crate::risk) adds: bool,
    about: Mutex<HashMap<String, Arc<ActionRules>>>,
}

impl InForce {
    /// The rules of a record, or the default rules if none was ever set there.
    pub(in crate::risk) fn of(row: &RecordRow, begins: Option<&DefaultRules>) -> Result<Self> {
        let facts = RuleBook::of(row)?.facts;
        let begins = begins.filter(|_| !facts.has_begun());
        let facts = begins.map_or(Ok(facts), |begins| begins.facts(Some(row), Time::EPOCH))?;
        // the default rules are written by the first call that they count
        let version = if begins.is_some() { 0 } else { row.version };
        Self::compile_all(row.body.clone(), version, salt(row)?, &facts, begins.is_some())
    }

    pub(in crate::risk) fn compile_all(
        body: Arc<str>,
        version: i64,
        salt: Arc<[u8]>,
        facts: &RuleBookFacts,
        begins: bool,
    ) -> Result<Self> {
        let rates =
            facts.rates.iter().map(|kept| Ok(Rate { number: kept.generation, ..Rate::kept(&kept.rate)? }));
        let rules =
            facts.rules.iter().map(|kept| Ok(Rule { number: kept.generation, ..Rule::kept(&kept.rule)? }));
        let set = RuleSet {
            rates: rates.collect::<Result<_>>()?,
            rules: rules.collect::<Result<_>>()?,
            thresholds: facts.thresholds,
        };
        let numbers: BTreeMap<String, i64> =
            generations(facts).into_iter().map(|(id, number)| (id.to_owned(), number)).gathered();
        let rules = set.rules.iter().map(|rule| (rule.number, Some(rule.window.clone())));
        let windows = rules.chain(set.rates.iter().map(|rate| (rate.number, None))).collect();
        let mut wanted: Vec<i64> = numbers.values().copied().collect();
        wanted.order();
        let newest = facts.generations;
        let listed = facts.listed.iter().map(|text| subject("subject", text)).try_gathered()?;
        Ok(Self {
            body,
            version,
            salt,
            listed,
            networks: facts.networks.clone(),
            set,
            begins,
            numbers,
            wanted,
            windows,
            newest,
            adds: false,
            about: Mutex::default(),
        })
    }

    /// The rules and rates that are about an action.
    pub(in crate::risk) fn about(&self, action: &str, class: Class) -> Arc<ActionRules> {
        let mut known = self.about.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(about) = known.get(action) {
            return about.clone();
        }
        let about = Arc::new(self.compile(action, class));
        known.insert(action.to_owned(), about.clone());
        about
    }

    /// Whether a rule still counts under this number. Newer numbers belong to rules that this copy does not
    /// know yet.
    pub(in crate::risk) fn wants(&self, generation: i64) -> bool {
        generation > self.newest || self.wanted.binary_search(&generation).is_ok()
    }

    fn compile(&self, action: &str, class: Class) -> ActionRules {
        let thresholds = if class == Class::Opens { self.set.thresholds } else { Thresholds::default() };
        let rates: Vec<Rate> =
            self.set.rates.iter().filter(|rate| rate.action.matches(action, class)).cloned().collect();
        let rules: Vec<Rule> =
            self.set.rules.iter().filter(|rule| rule.action.matches(action, class)).cloned().collect();
        let mut families = BTreeMap::<String, Family>::new();
        let mut slot = |(generation, by): (i64, By), subject: &Subject, (form, exact): (Form, bool)| {
            let apart = form == Form::Distinct;
            let name = if apart { format!("{DISTINCT}{generation}") } else { subject.to_string() };
            let name = if exact { name } else { format!("{INEXACT}{name}") };
            let family = families.entry(name).or_insert_with_key(|name| Family::of(name)).clone();
            Slot { subject: subject.clone(), generation, by, form, family }
        };
        let mut slots = Vec::with_capacity(rates.len() + rules.len());
        for (place, rate) in rates.iter().enumerate() {
            slots.push(slot((rate.number, By::Rate(place)), &rate.subject, (Form::Arrival, true)));
        }
        for (place, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.counts()) {
            let form =
                if matches!(rule.metric, Metric::Distinct(..)) { Form::Distinct } else { Form::Counter };
            slots.push(slot((rule.number, By::Rule(place)), &rule.subject, (form, rule.exact)));
        }
        // slots of the same row are adjacent, in the order of that row
        slots.order_by(|a, b| (&a.family.name, a.generation).cmp(&(&b.family.name, b.generation)));
        let of_rules = rules.iter().flat_map(|rule| match &rule.metric {
            Metric::Distinct(field, _) => vec![rule.subject.clone(), field.clone()],
            _ => vec![rule.subject.clone()],
        });
        let subjects = rates.iter().map(|rate| rate.subject.clone()).chain(of_rules).gathered();
        let (action, fails) =
            (action.into(), rules.iter().any(|rule| matches!(rule.metric, Metric::Failures(_))));
        let mut rows = Vec::new();
        for of_row in slots.chunk_by(|a, b| Arc::ptr_eq(&a.family.name, &b.family.name)) {
            let from = rows.last().map_or(0, |row: &Range<usize>| row.end);
            rows.push(from..from + of_row.len());
        }
        let adds = self.adds && rules.iter().any(|rule| !rule.exact);
        let set = RuleSet { rates, rules, thresholds };
        ActionRules { action, class, set, adds, slots, rows, subjects, fails }
    }
}

/// The rules that judge a call.
#[derive(Debug)]
pub(in crate::risk) struct CallRules {
    /// All that are in force in its book.
    pub(in crate::risk) rules: Arc<InForce>,
    /// Those of them that are about its action.
    pub(in crate::risk) about: Arc<ActionRules>,
}

/// The rules that are about one operation.
#[derive(Debug)]
pub(in crate::risk) struct ActionRules {
    /// The operation that they are about, as `action_of` has it.
    pub(in crate::risk) action: Arc<str>,
    pub(in crate::risk) class: Class,
    /// The rules and rates themselves.
    pub(in crate::risk) set: RuleSet,
    /// Whether one of them counts in delta rows.
    pub(in crate::risk) adds: bool,
    /// Where each of them keeps its counts, ordered by row.
    pub(in crate::risk) slots: Vec<Slot>,
    /// The ranges of slots that share a row.
    rows: Vec<Range<usize>>,
    /// The parts of a call that they look at.
    pub(in crate::risk) subjects: BTreeSet<Subject>,
    /// Whether one of them counts failures.
    pub(in crate::risk) fails: bool,
}

impl ActionRules {
    /// Whether nothing judges the operation.
    pub(in crate::risk) fn is_empty(&self) -> bool {
        let RuleSet { rates, rules, thresholds } = &self.set;
        rates.is_empty() && rules.is_empty() && *thresholds == Thresholds::default()
    }

    /// The slots of each row that a party may have.
    pub(in crate::risk) fn rows(&self) -> impl Iterator<Item = &[Slot]> {
        self.rows.iter().map(|row| &self.slots[row.clone()])
    }

    /// Whether one of them may ask for a factor.
    pub(in crate::risk) fn challenges(&self) -> bool {
        self.set.thresholds.challenge.is_some()
            || self.set.rules.iter().any(|rule| rule.outcome == Outcome::Challenge)
    }

    /// Whether one of them looks at a field of the metadata.
    pub(in crate::risk) fn reads_metadata(&self) -> bool {
        self.subjects.iter().any(|subject| matches!(subject, Subject::Meta(_)))
    }

    /// The rule that counts under this number.
    pub(in crate::risk) fn counting(&self, number: i64) -> Option<&Rule> {
        self.set.rules.iter().find(|rule| rule.number == number)
    }

    /// The rule of this name.
    pub(in crate::risk) fn rule(&self, id: &str) -> Option<&Rule> {
        self.set.rules.iter().find(|rule| *rule.id == *id)
    }

    /// The message of the rule or rate of this name.
    pub(in crate::risk) fn message(&self, id: &str) -> Option<String> {
        let rate = || self.set.rates.iter().find(|rate| *rate.id == *id)?.message.clone();
        self.rule(id).map_or_else(rate, |rule| rule.message.clone())
    }

    /// The factors that the challenges among these rules ask for; both factors if they name none.
    pub(in crate::risk) fn factors<'f>(&self, fired: impl Iterator<Item = &'f str>) -> Vec<String> {
        let rules = fired.filter_map(|id| self.rule(id)).filter(|rule| rule.outcome == Outcome::Challenge);
        let mut factors: Vec<String> =
            rules.flat_map(|rule| &rule.factors).map(ToString::to_string).collect();
        factors.order();
        factors.dedup();
        if factors.is_empty() { vec!["pin".to_owned(), "totp".to_owned()] } else { factors }
    }
}

/// A rule or a rate, by its place in the set.
#[derive(Clone, Copy, Debug)]
pub(in crate::risk) enum By {
    Rate(usize),
    Rule(usize),
}

/// Where a rule keeps its state for a party.
#[derive(Debug)]
pub(in crate::risk) struct Slot {
    /// About whom it counts.
    pub(in crate::risk) subject: Subject,
    /// The number under which it counts.
    pub(in crate::risk) generation: i64,
    pub(in crate::risk) by: By,
    /// In which form it counts.
    pub(in crate::risk) form: Form,
    /// The rows that it counts in. All rules about one subject share one row for each party. A `distinct`
    /// rule has rows of its own: its many values would make every write of a shared row large.
    pub(in crate::risk) family: Family,
}

/// The names of the rows of a family. All slots of the family share the texts.
#[derive(Clone, Debug)]
pub(in crate::risk) struct Family {
    /// The name of the row, where each party has one.
    pub(in crate::risk) name: Arc<str>,
    /// For inexact rules: the names of the merged counter and of its deltas, where transactions write deltas.
    pub(in crate::risk) parts: Option<[Arc<str>; 2]>,
}

impl Family {
    pub(in crate::risk) fn of(name: &str) -> Self {
        let part = |family: &str, prefix: &str| Arc::from(format!("{prefix}{family}"));
        let inexact = name.strip_prefix(INEXACT);
        let parts = inexact.map(|family| [MERGED, DELTA].map(|prefix| part(family, prefix)));
        Self { name: name.into(), parts }
    }
}
