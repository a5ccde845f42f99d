//! The rules that every book begins with: options `rules` and `rates` of an engine.
//!
//! An engine writes them into its own book when it is opened. In another book, the first call that one of
//! them is about and that they let through writes them. Until then they judge calls without being written.
//! From then on they are the book's own.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::bounds::Record as _;
use crate::request::scope::OperationInfo;
use crate::risk::counting::rate::Rate;
use crate::risk::model::{self, RuleBook, RuleBookFacts, State};
use crate::risk::requests::{SetRate, SetRule};
use crate::risk::rules::parse::{RateArgs, RuleArgs, classes};
use crate::risk::rules::rule::Rule;
use crate::rows::needs::Needs;
use crate::rows::object::ListedBy;
use crate::rows::tables::RecordRow;
use crate::time::Time;

/// The rules of an engine's options.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DefaultRules {
    /// As books keep them.
    facts: RuleBookFacts,
}

/// The rules of options as a text that the gate and the operations on rules read. `None` if there are none.
pub fn of_options(
    rules: &[SetRule],
    rates: &[SetRate],
    currencies: &Currencies,
    operations: &[OperationInfo],
) -> Result<Option<Arc<str>>> {
    if rules.is_empty() && rates.is_empty() {
        return Ok(None);
    }
    let (known, mut facts) = (classes(operations), RuleBookFacts::default());
    for (place, given) in rules.iter().enumerate() {
        let put = |facts: &mut RuleBookFacts| {
            given.fits("")?;
            let mut args = RuleArgs::asked(given)?;
            let rule = Rule::request(&args, &known, currencies)?;
            args.settle(&rule);
            once(facts, &args.id)?;
            facts.put_rule(&args, &rule, Time::EPOCH)
        };
        put(&mut facts).map_err(|error| placed("rules", place, &error))?;
    }
    for (place, given) in rates.iter().enumerate() {
        let put = |facts: &mut RuleBookFacts| {
            given.fits("")?;
            let mut args = RateArgs::asked(given);
            let rate = Rate::request(&args, &known)?;
            args.settle(&rate);
            once(facts, &args.id)?;
            facts.put_rate(&args, &rate, Time::EPOCH)
        };
        put(&mut facts).map_err(|error| placed("rates", place, &error))?;
    }
    let text = serde_json::to_string(&DefaultRules { facts })
        .map_err(|_| Error::corrupted("the rules of the options"))?;
    Ok(Some(text.into()))
}

fn once(facts: &RuleBookFacts, id: &str) -> Result<()> {
    match facts.since(id) {
        Some(_) => Err(Error::invalid("id", "must be the name of this one alone")),
        None => Ok(()),
    }
}

fn placed(option: &str, place: usize, error: &Error) -> Error {
    let field = error.details()["field"].as_str().map_or_else(String::new, |field| format!(".{field}"));
    Error::invalid(format!("{option}[{place}]{field}"), error.message())
}

impl DefaultRules {
    /// Reads what [`of_options`] wrote.
    pub(in crate::risk) fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| Error::corrupted("the rules of the options"))
    }

    /// The rules of a book without rules of its own: these, with the lists and thresholds of its record, if
    /// it has one.
    pub(in crate::risk) fn facts(&self, own: Option<&RecordRow>, at: Time) -> Result<RuleBookFacts> {
        let mut facts = self.facts.clone();
        for (_, since) in &mut facts.times {
            (since.created_at, since.updated_at) = (at, at);
        }
        if let Some(own) = own {
            let own = RuleBook::of(own)?.facts;
            (facts.listed, facts.networks, facts.thresholds) = (own.listed, own.networks, own.thresholds);
        }
        Ok(facts)
    }

    /// The record of such a book, with these rules in it. `salt` is for a book without a record.
    pub(in crate::risk) fn book(
        &self,
        book: &Book,
        own: Option<&RecordRow>,
        salt: Arc<[u8]>,
        at: Time,
    ) -> Result<RuleBook> {
        let facts = self.facts(own, at)?;
        if let Some(own) = own {
            let mut rules = RuleBook::of(own)?;
            rules.facts = facts;
            return Ok(rules);
        }
        let mut rules = RuleBook::begin(model::key(book), ListedBy::default(), State::Active, facts, at)?;
        rules.row.salt = Some(salt);
        Ok(rules)
    }

    /// Writes them, unless the book has rules of its own. The event names no actor: it follows from the
    /// engine's options.
    pub(in crate::risk) fn write(&self, draft: &mut Draft<'_>, salt: Arc<[u8]>) -> Decided<()> {
        let (book, at) = (draft.ctx.book.clone(), draft.ctx.time());
        let own = draft.record(&model::key(&book))?.cloned();
        if own.as_ref().map(has_begun).transpose()? == Some(true) {
            return Ok(());
        }
        let rules = self.book(&book, own.as_ref(), salt, at)?;
        let data = json!({ "rates": rules.facts.rates.len(), "rules": rules.facts.rules.len() });
        rules.write(draft, "rules.began", ("rules", "options"), &data)?;
        draft.followed_from_terms();
        Ok(())
    }

    /// The names of those that a book lacks, or has with other content.
    fn differing(&self, own: &RuleBookFacts) -> Vec<String> {
        let rules =
            self.facts.rules.iter().filter(|given| !own.rules.iter().any(|kept| kept.rule == given.rule));
        let rates =
            self.facts.rates.iter().filter(|given| !own.rates.iter().any(|kept| kept.rate == given.rate));
        rules.map(|given| given.rule.id.clone()).chain(rates.map(|given| given.rate.id.clone())).collect()
    }
}

impl RuleBook {
    /// The rules of a book, for a caller who may change them. If none was ever set there, they are the
    /// default rules of the engine's options.
    pub fn for_change(draft: &mut Draft<'_>, book: &Book, begins: Option<&str>) -> Decided<Self> {
        draft.permit(&[])?;
        let at = draft.ctx.time();
        let own = draft.record(&model::key(book))?.cloned();
        let known = own.as_ref().map(Self::of).transpose()?;
        if let Some(rules) = known.filter(|rules| begins.is_none() || rules.facts.has_begun()) {
            return Ok(rules);
        }
        // counters name persons and addresses by hashes with this salt, which is in no event
        let salt: Arc<[u8]> = draft.ids.salt().as_slice().into();
        if let Some(begins) = begins {
            return Ok(DefaultRules::read(begins)?.book(book, own.as_ref(), salt, at)?);
        }
        let mut rules =
            Self::begin(model::key(book), ListedBy::default(), State::Active, RuleBookFacts::default(), at)?;
        rules.row.salt = Some(salt);
        Ok(rules)
    }
}

/// Whether a rule was ever set in the book of this record. Lists and thresholds alone do not count.
pub(in crate::risk) fn has_begun(row: &RecordRow) -> Result<bool> {
    Ok(RuleBook::of(row)?.facts.has_begun())
}

/// The salt of a book without a record, the same for all calls of a process. It cannot be computed without
/// the secret in the process's memory.
pub(in crate::risk) fn salt(secret: &[u8; 32], book: &Book) -> Arc<[u8]> {
    let digest = Sha256::new().chain_update(b"earnest rules\0").chain_update(secret);
    digest.chain_update(book.as_str()).finalize().iter().copied().take(16).collect()
}

/// Writes the default rules into a book, in a commit of its own.
#[derive(Clone, Debug)]
pub struct Begin {
    pub book: Book,
    /// The text that [`of_options`] wrote.
    pub rules: Arc<str>,
}

impl Operation for Begin {
    /// The names of the rules and rates that the book lacks, or has with other content.
    type Reply = Vec<String>;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        model::need(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let salt = draft.ids.salt();
        DefaultRules::read(&self.rules)?.write(draft, salt.as_slice().into())?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Vec<String>> {
        let kept = RuleBook::seen(&self.book, seen)?;
        Ok(DefaultRules::read(&self.rules)?.differing(&kept.facts))
    }
}
