//! The operations on rules: set, remove, and thresholds.

use std::sync::Arc;

use serde_json::json;

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::risk::counting::rate::Rate;
use crate::risk::judging::judge::Thresholds;
use crate::risk::model::{self, KeptRate, KeptRule, RuleBook};
use crate::risk::requests::operations::Remove;
use crate::risk::requests::{SetRate, SetRule, SetThresholds};
use crate::risk::rules::parse::{RateArgs, RuleArgs, classes};
use crate::risk::rules::rule::Rule;
use crate::risk::views;
use crate::rows::needs::Needs;

/// The rules of a book, for a caller who may change them. A book without rules begins with those of the
/// engine's options.
pub(super) fn rules(
    draft: &mut Draft<'_>,
    book: &Book,
    begins: Option<&str>,
    note: &Note,
) -> Decided<RuleBook> {
    let rules = RuleBook::for_change(draft, book, begins)?;
    note.check_version("rules", rules.row.version)?;
    Ok(rules)
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
        let mut args = RuleArgs::asked(self)?;
        let rule = Rule::request(&args, &classes(parse.operations), parse.currencies)?;
        args.settle(&rule);
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        Ok(PutRule { book, begins, args: Arc::new(args), rule, note })
    }
}

impl Operation for PutRule {
    type Reply = views::RuleReply;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        model::need(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        let generation = rules.facts.put_rule(&self.args, &self.rule, draft.ctx.time())?;
        let args = &self.args;
        let data = json!({ "action": args.action, "generation": generation, "limit": args.limit,
            "metric": args.metric, "outcome": args.outcome, "subject": args.subject, "window": args.window });
        rules.write(draft, "rule.set", ("rule", &args.id), &data)
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Decided<views::RuleReply> {
        let rules = RuleBook::seen(&self.book, known)?;
        let facts = &rules.facts;
        // on a replay the rule may have been removed since
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
        let mut args = RateArgs::asked(self);
        let rate = Rate::request(&args, &classes(parse.operations))?;
        args.settle(&rate);
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        Ok(PutRate { book, begins, args: Arc::new(args), rate, note })
    }
}

impl Operation for PutRate {
    type Reply = views::RateReply;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        model::need(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        let generation = rules.facts.put_rate(&self.args, &self.rate, draft.ctx.time())?;
        let args = &self.args;
        let data = json!({ "action": args.action, "burst": self.rate.burst, "generation": generation,
            "limit": args.limit, "per": args.per, "subject": args.subject });
        rules.write(draft, "rate.set", ("rate", &args.id), &data)
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Decided<views::RateReply> {
        let rules = RuleBook::seen(&self.book, known)?;
        let facts = &rules.facts;
        let gone = || KeptRate { rate: (*self.args).clone(), generation: 0 };
        let kept = facts.rates.iter().find(|kept| kept.rate.id == self.args.id).cloned().unwrap_or_else(gone);
        Ok(views::RateReply { rate: views::Rate::of(&kept, facts), version: rules.row.version, replayed })
    }
}

impl Operation for Remove {
    type Reply = views::RuleRemoved;

    fn needs(&self, _: &Snapshot, asked: &mut Needs) {
        model::need(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        if !rules.facts.remove(&self.id) {
            return Err(Error::invalid("id", "must name a rule or a rate: there is none of this name").into());
        }
        rules.write(draft, "rule.removed", ("rule", &self.id), &json!({}))
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Decided<views::RuleRemoved> {
        let version = RuleBook::seen(&self.book, known)?.row.version;
        Ok(views::RuleRemoved { removed: self.id.clone(), version, replayed })
    }
}

/// Sets the thresholds of the score.
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
        model::need(&self.book, asked);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut rules = rules(draft, &self.book, self.begins.as_deref(), &self.note)?;
        rules.facts.thresholds = self.thresholds;
        let Thresholds { challenge, review, block } = self.thresholds;
        let data = json!({ "block": block, "challenge": challenge, "review": review });
        rules.write(draft, "thresholds.set", ("thresholds", "score"), &data)
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Decided<views::ThresholdsReply> {
        let version = RuleBook::seen(&self.book, known)?.row.version;
        Ok(views::ThresholdsReply { thresholds: self.thresholds, version, replayed })
    }
}
