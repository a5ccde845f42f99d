//! The rules in force in a book, compiled once for each change of them, and those of them that are about one
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

/// The rows of a rule that tells values apart begin so, and its number follows.
pub(in crate::risk) const DISTINCT: &str = "distinct:";
/// The names of the rows of rules that need not be exact begin so.
pub(in crate::risk) const INEXACT: &str = "~";
/// In the place of a record's body where there is none.
const NO_RECORD: &str = "";
/// The rules of this many books are cached.
const REMEMBERED: usize = 1_000;

/// The rules of books, as they were read last.
#[derive(Debug, Default)]
pub(in crate::risk) struct Compiled {
    known: Mutex<HashMap<Book, Arc<InForce>>>,
    adds: bool,
}

impl Compiled {
    /// None yet. `adds` says whether rules that need not be exact add to their rows.
    pub(in crate::risk) fn new(adds: bool) -> Self {
        Self { known: Mutex::default(), adds }
    }

    /// The rules that a record says, with those that books begin with.
    pub(in crate::risk) fn of(&self, row: &RecordRow, begins: Option<&DefaultRules>) -> Result<Arc<InForce>> {
        // by what they say, not by their version: one that was rolled back comes again with another content
        let same = |rules: &InForce| {
            let own = rules.begins || rules.version == row.version;
            // mostly it is the same text, which nobody has to read
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

    /// The rules of a book as they were last, which others may have changed: good for a guess.
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
    /// Whether they are those that the book begins with, which it does not have yet.
    pub(in crate::risk) begins: bool,
    /// The number of what each counts.
    pub(in crate::risk) numbers: BTreeMap<String, i64>,
    /// The same, in order.
    wanted: Vec<i64>,
    /// For how long it counts, by that number; of a rate there is no window.
    pub(in crate::risk) windows: HashMap<i64, Option<Window>>,
    newest: i64,
    /// Whether rules that need not be exact add to their rows.
    pub(in crate::risk) adds: bool,
    about: Mutex<HashMap<String, Arc<ActionRules>>>,
}

impl InForce {
    /// Those that a record says; where none was ever set those that books begin with.
    pub(in crate::risk) fn of(row: &RecordRow, begins: Option<&DefaultRules>) -> Result<Self> {
        let facts = RuleBook::of(row)?.facts;
        let begins = begins.filter(|_| !facts.has_begun());
        let facts = begins.map_or(Ok(facts), |begins| begins.facts(Some(row), Time::EPOCH))?;
        // those that the book begins with are written by the call that is counted first
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

    /// Those that are about an operation.
    pub(in crate::risk) fn about(&self, action: &str, class: Class) -> Arc<ActionRules> {
        let mut known = self.about.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(about) = known.get(action) {
            return about.clone();
        }
        let about = Arc::new(self.compile(action, class));
        known.insert(action.to_owned(), about.clone());
        about
    }

    /// Whether what is counted under a number is still wanted. Newer numbers are those of rules that this
    /// copy does not know yet.
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
        // those of one row stand together, in the order in which it has them
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
    /// Those of them that are about its operation.
    pub(in crate::risk) about: Arc<ActionRules>,
}

/// The rules that are about one operation.
#[derive(Debug)]
pub(in crate::risk) struct ActionRules {
    /// The operation that they are about.
    pub(in crate::risk) action: Arc<str>,
    pub(in crate::risk) class: Class,
    /// The rules and rates themselves.
    pub(in crate::risk) set: RuleSet,
    /// Whether one of them adds to its rows.
    pub(in crate::risk) adds: bool,
    /// Where what they count is kept, by row.
    pub(in crate::risk) slots: Vec<Slot>,
    /// Which of these are of one row.
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

    /// Where what they count is kept, for each row that a party may have.
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

    /// What the one of this name says to people.
    pub(in crate::risk) fn message(&self, id: &str) -> Option<String> {
        let rate = || self.set.rates.iter().find(|rate| *rate.id == *id)?.message.clone();
        self.rule(id).map_or_else(rate, |rule| rule.message.clone())
    }

    /// The factors that the challenges among these ask for; both where none is named.
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

/// Where a rule keeps what it counts of a party.
#[derive(Debug)]
pub(in crate::risk) struct Slot {
    /// About whom it counts.
    pub(in crate::risk) subject: Subject,
    /// The number under which it counts.
    pub(in crate::risk) generation: i64,
    /// Which one it is.
    pub(in crate::risk) by: By,
    /// In which form it counts.
    pub(in crate::risk) form: Form,
    /// The rows that it counts in: one for each party with all that rules of one subject count of it. Who
    /// tells values apart has rows of its own: many values would make every write of a shared one large.
    pub(in crate::risk) family: Family,
}

/// The names of rows: those of one family share the texts.
#[derive(Clone, Debug)]
pub(in crate::risk) struct Family {
    /// Where what it counts is in one row for each party.
    pub(in crate::risk) name: Arc<str>,
    /// Of rules that need not be exact where transactions add to rows: the row that is added to, and those
    /// that are to be added.
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
