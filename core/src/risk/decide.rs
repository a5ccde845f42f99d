//! The operations on rules: set, remove, and thresholds.

use std::sync::Arc;

use serde_json::json;

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::scope::OperationInfo;
use crate::risk::counting::rate::Rate;
use crate::risk::judging::judge::Thresholds;
use crate::risk::model::{self, Facts, KeptRate, KeptRule, MOST, RuleBook};
use crate::risk::requests::{RemoveRule, SetRate, SetRule, SetThresholds};
use crate::risk::rules::parse::{RateArgs, RuleArgs};
use crate::risk::rules::rule::{Class, Rule};
use crate::risk::views;
use crate::rows::needs::{Access, Needs};
use crate::sorting::Sorting;
use crate::time::Time;

/// The operations with their classes, by the table.
pub(super) fn classes(operations: &[OperationInfo]) -> Vec<(&'static str, Class)> {
    operations.iter().map(|info| (info.name, info.risk)).collect()
}

/// The rules of a book, for a caller that may change them. One that has none yet begins with those of the
/// engine's options.
pub(super) fn rules(
    draft: &mut Draft<'_>,
    book: &Book,
    begins: Option<&str>,
    note: &Note,
) -> Result<RuleBook, Halt> {
    let rules = RuleBook::for_change(draft, book, begins)?;
    note.check_version("rules", rules.row.version)?;
    Ok(rules)
}

/// Writes them with the event of what was changed.
pub(super) fn written(
    draft: &mut Draft<'_>,
    rules: RuleBook,
    event: &'static str,
    object: (&str, &str),
    data: &serde_json::Value,
) -> Result<CreatedIds, Halt> {
    draft.event(event, object, rules.row.version + 1, data)?;
    draft.put_record(rules.into_changed_row()?);
    Ok(CreatedIds::default())
}

fn room(facts: &Facts) -> Result<()> {
    if facts.rules.len() + facts.rates.len() < MOST {
        return Ok(());
    }
    Err(Error::invalid("id", format!("must be one of at most {MOST} rules and rates")))
}

/// Puts a rule among those of a book, and answers the number of what it counts.
///
/// # Errors
/// `invalid_request` naming `id`.
pub(super) fn put_rule(facts: &mut Facts, args: &RuleArgs, rule: &Rule, now: Time) -> Result<i64> {
    let id = args.id.as_str();
    if facts.rates.iter().any(|kept| kept.rate.id == id) {
        return Err(Error::invalid("id", "is the name of a rate"));
    }
    let goes_on = match facts.rules.iter().find(|kept| kept.rule.id == id) {
        Some(old) => rule.continues(&Rule::kept(&old.rule)?).then_some(old.generation),
        None => room(facts).map(|()| None)?,
    };
    let generation = goes_on.map_or_else(|| facts.number(), Ok)?;
    facts.rules.retain(|kept| kept.rule.id != id);
    facts.rules.push(KeptRule { rule: args.clone(), generation });
    facts.rules.order_by(|a, b| a.rule.id.cmp(&b.rule.id));
    facts.touch(id, now, goes_on.is_none());
    Ok(generation)
}

/// The same for a rate.
///
/// # Errors
/// `invalid_request` naming `id`.
pub(super) fn put_rate(facts: &mut Facts, args: &RateArgs, rate: &Rate, now: Time) -> Result<i64> {
    let id = args.id.as_str();
    if facts.rules.iter().any(|kept| kept.rule.id == id) {
        return Err(Error::invalid("id", "is the name of a rule"));
    }
    let goes_on = match facts.rates.iter().find(|kept| kept.rate.id == id) {
        Some(old) => {
            let was = Rate::kept(&old.rate)?;
            let same = (&rate.action, &rate.subject, rate.per) == (&was.action, &was.subject, was.per);
            same.then_some(old.generation)
        }
        None => room(facts).map(|()| None)?,
    };
    let generation = goes_on.map_or_else(|| facts.number(), Ok)?;
    facts.rates.retain(|kept| kept.rate.id != id);
    facts.rates.push(KeptRate { rate: args.clone(), generation });
    facts.rates.order_by(|a, b| a.rate.id.cmp(&b.rate.id));
    facts.touch(id, now, goes_on.is_none());
    Ok(generation)
}

pub(super) fn needs(book: &Book, needs: &mut Needs) {
    needs.record(model::key(book), Access::Write);
}

pub(super) fn seen(book: &Book, seen: &Snapshot) -> Result<RuleBook, Halt> {
    Ok(RuleBook::of(seen.record(&model::key(book))?)?)
}

/// A rule as it is asked for.
///
/// # Errors
/// `invalid_request` naming `expires_in`.
pub(super) fn rule_args(asked: &SetRule) -> Result<RuleArgs> {
    let small = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
    let span = |span: &crate::time::SpanInput| span.resolve("expires_in").map(|span| span.to_string());
    Ok(RuleArgs {
        id: asked.id.clone(),
        action: asked.action.clone(),
        subject: asked.subject.clone(),
        metric: asked.metric.clone(),
        window: asked.window.clone(),
        limit: asked.limit.clone(),
        outcome: asked.outcome.clone(),
        shadow: asked.shadow,
        priority: small(asked.priority),
        weight: small(asked.weight),
        from: asked.from.map(|time| time.to_string()),
        until: asked.until.map(|time| time.to_string()),
        message: asked.message.clone(),
        time_zone: asked.time_zone.clone(),
        factors: asked.factors.clone(),
        expires_in: asked.expires_in.as_ref().map(span).transpose()?,
        exact: asked.exact,
    })
}

/// A rate as it is asked for.
pub(super) fn rate_args(asked: &SetRate) -> RateArgs {
    RateArgs {
        id: asked.id.clone(),
        action: asked.action.clone(),
        subject: asked.subject.clone(),
        limit: asked.limit,
        per: asked.per.clone(),
        burst: asked.burst,
        priority: asked.priority.and_then(|number| i32::try_from(number).ok()),
        message: asked.message.clone(),
    }
}

/// Sets a rule.
#[derive(Clone, Debug)]
pub struct PutRule {
    book: Book,
    begins: Option<Arc<str>>,
    args: Arc<RuleArgs>,
    rule: Rule,
    note: Note,
}

impl WriteRequest for SetRule {
    type Operation = PutRule;
    fn parse(&self, parse: &Parse<'_>) -> Result<PutRule> {
        let mut args = rule_args(self)?;
        let rule = Rule::request(&args, &classes(parse.operations), parse.currencies)?;
        args.settle(&rule);
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        Ok(PutRule { book, begins, args: Arc::new(args), rule, note })
    }
}

impl Operation for PutRule {
    type Reply = views::RuleReply;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        needs(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        let generation = put_rule(&mut rules.facts, &self.args, &self.rule, draft.ctx.time())?;
        let args = &self.args;
        let data = json!({ "action": args.action, "generation": generation, "limit": args.limit,
            "metric": args.metric, "outcome": args.outcome, "subject": args.subject, "window": args.window });
        written(draft, rules, "rule.set", ("rule", &args.id), &data)
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Result<views::RuleReply, Halt> {
        let rules = seen(&self.book, known)?;
        let facts = &rules.facts;
        // it may have been removed since
        let gone = || KeptRule { rule: (*self.args).clone(), generation: 0 };
        let kept = facts.rules.iter().find(|kept| kept.rule.id == self.args.id).cloned().unwrap_or_else(gone);
        Ok(views::RuleReply { rule: views::Rule::of(&kept, facts)?, version: rules.row.version, replayed })
    }
}

/// Sets a rate.
#[derive(Clone, Debug)]
pub struct PutRate {
    book: Book,
    begins: Option<Arc<str>>,
    args: Arc<RateArgs>,
    rate: Rate,
    note: Note,
}

impl WriteRequest for SetRate {
    type Operation = PutRate;
    fn parse(&self, parse: &Parse<'_>) -> Result<PutRate> {
        let mut args = rate_args(self);
        let rate = Rate::request(&args, &classes(parse.operations))?;
        args.settle(&rate);
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        Ok(PutRate { book, begins, args: Arc::new(args), rate, note })
    }
}

impl Operation for PutRate {
    type Reply = views::RateReply;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        needs(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        let generation = put_rate(&mut rules.facts, &self.args, &self.rate, draft.ctx.time())?;
        let args = &self.args;
        let data = json!({ "action": args.action, "burst": self.rate.burst, "generation": generation,
            "limit": args.limit, "per": args.per, "subject": args.subject });
        written(draft, rules, "rate.set", ("rate", &args.id), &data)
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Result<views::RateReply, Halt> {
        let rules = seen(&self.book, known)?;
        let facts = &rules.facts;
        let gone = || KeptRate { rate: (*self.args).clone(), generation: 0 };
        let kept = facts.rates.iter().find(|kept| kept.rate.id == self.args.id).cloned().unwrap_or_else(gone);
        Ok(views::RateReply { rate: views::Rate::of(&kept, facts), version: rules.row.version, replayed })
    }
}

/// Removes a rule or a rate.
#[derive(Clone, Debug)]
pub struct Remove {
    book: Book,
    begins: Option<Arc<str>>,
    id: String,
    note: Note,
}

impl WriteRequest for RemoveRule {
    type Operation = Remove;
    fn parse(&self, parse: &Parse<'_>) -> Result<Remove> {
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        Ok(Remove { book, begins, id: self.id.clone(), note })
    }
}

impl Operation for Remove {
    type Reply = views::RuleRemoved;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        needs(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        if !rules.facts.remove(&self.id) {
            return Err(Error::invalid("id", "must name a rule or a rate: there is none of this name").into());
        }
        written(draft, rules, "rule.removed", ("rule", &self.id), &json!({}))
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Result<views::RuleRemoved, Halt> {
        let version = seen(&self.book, known)?.row.version;
        Ok(views::RuleRemoved { removed: self.id.clone(), version, replayed })
    }
}

/// Says what the score leads to.
#[derive(Clone, Debug)]
pub struct PutThresholds {
    book: Book,
    begins: Option<Arc<str>>,
    thresholds: Thresholds,
    note: Note,
}

impl WriteRequest for SetThresholds {
    type Operation = PutThresholds;
    fn parse(&self, parse: &Parse<'_>) -> Result<PutThresholds> {
        let small = |number: Option<u32>| number.map(|number| u8::try_from(number).unwrap_or(u8::MAX));
        let thresholds = Thresholds::request(small(self.challenge), small(self.review), small(self.block))?;
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        Ok(PutThresholds { book, begins, thresholds, note })
    }
}

impl Operation for PutThresholds {
    type Reply = views::ThresholdsReply;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        needs(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        rules.facts.thresholds = self.thresholds;
        let Thresholds { challenge, review, block } = self.thresholds;
        let data = json!({ "block": block, "challenge": challenge, "review": review });
        written(draft, rules, "thresholds.set", ("thresholds", "score"), &data)
    }

    fn reply(
        &self,
        _: &CreatedIds,
        known: &Snapshot,
        replayed: bool,
    ) -> Result<views::ThresholdsReply, Halt> {
        let version = seen(&self.book, known)?.row.version;
        Ok(views::ThresholdsReply { thresholds: self.thresholds, version, replayed })
    }
}
