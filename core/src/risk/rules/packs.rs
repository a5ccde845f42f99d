//! Packs: rules that many applications begin with, as JSON, set in one call.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::limits::calendar::Zone;
use crate::money::Amount;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::one_of;
use crate::risk::counting::rate::Rate;
use crate::risk::decide::rules;
use crate::risk::model::{self, RuleBook};
use crate::risk::requests::InstallPack;
use crate::risk::rules::parse::{RateArgs, RuleArgs, classes};
use crate::risk::rules::rule::Rule;
use crate::risk::views;
use crate::rows::needs::Needs;
use crate::sorting::Gathering;

/// The packs by name. Names of rules lack the pack's prefix. Amounts are given by currency.
static PACKS: LazyLock<BTreeMap<String, Pack>> =
    LazyLock::new(|| serde_json::from_str(include_str!("packs.json")).unwrap_or_default());

#[derive(Clone, Debug, Deserialize)]
struct Pack {
    rates: Vec<RateArgs>,
    rules: Vec<RuleArgs>,
}

/// Sets the rules of a pack.
#[derive(Clone, Debug)]
pub struct Install {
    book: Book,
    begins: Option<Arc<str>>,
    name: String,
    rules: Vec<(RuleArgs, Rule)>,
    rates: Vec<(RateArgs, Rate)>,
    /// The currencies that the engine allows, if not all.
    allowed: Option<Vec<String>>,
    note: Note,
}

impl WriteRequest for InstallPack {
    type Operation = Install;
    fn parse(&self, parse: &Parse<'_>) -> Result<Install> {
        let pack = PACKS.get(&self.name).ok_or_else(|| one_of("name", PACKS.keys().map(String::as_str)))?;
        let named = |id: &str| format!("pack.{}.{id}", self.name);
        let zone = self.time_zone.as_deref().map(Zone::request).transpose()?.unwrap_or_default();
        let known = classes(parse.operations);
        let mut rules = Vec::with_capacity(pack.rules.len());
        for mut args in self.rules_of(pack, parse)? {
            args.id = named(&args.id);
            if matches!(args.window.as_deref(), Some("day" | "month")) {
                args.time_zone = Some(zone.name().to_owned());
            }
            let rule = Rule::request(&args, &known, parse.currencies)?;
            args.settle(&rule);
            rules.push((args, rule));
        }
        let rate = |rate: &RateArgs| {
            let mut args = RateArgs { id: named(&rate.id), ..rate.clone() };
            let rate = Rate::request(&args, &known)?;
            args.settle(&rate);
            Ok((args, rate))
        };
        let rates = pack.rates.iter().map(rate).collect::<Result<Vec<_>>>()?;
        let (book, begins, note) = (parse.book.clone(), parse.rules.cloned(), Note::parse(&self.common())?);
        let allowed = parse.currencies.allowed();
        Ok(Install { book, begins, name: self.name.clone(), rules, rates, allowed, note })
    }
}

impl InstallPack {
    /// The rules of the pack; those about amounts once for each currency that is named.
    fn rules_of(&self, pack: &Pack, parse: &Parse<'_>) -> Result<Vec<RuleArgs>> {
        let one = self.currency.iter().map(|code| ("currency".to_owned(), code));
        let further = self.currencies.iter().flatten().enumerate();
        let further = further.map(|(place, code)| (format!("currencies[{place}]"), code));
        let named: Vec<_> = one.chain(further).collect();
        let mut all = Vec::with_capacity(pack.rules.len());
        for rule in &pack.rules {
            let Value::Object(limits) = &rule.limit else {
                all.push(rule.clone());
                continue;
            };
            for (place, (field, code)) in named.iter().enumerate() {
                let currency = parse.currencies.get(field, code)?;
                if named.iter().take(place).any(|(_, earlier)| earlier == code) {
                    return Err(Error::invalid(field.clone(), "names a currency twice"));
                }
                let wanted = "must be one that the pack has amounts in: KRW, USD or EUR";
                let amount = limits.get(currency.code()).and_then(Value::as_str);
                let amount = amount.ok_or_else(|| Error::invalid(field.clone(), wanted))?;
                let limit = Amount::from(format!("{amount} {code}")).resolve(field, parse.currencies)?;
                let id = if place == 0 { rule.id.clone() } else { format!("{}.{code}", rule.id) };
                all.push(RuleArgs { id, limit: json!(limit), ..rule.clone() });
            }
        }
        Ok(all)
    }
}

impl Operation for Install {
    type Reply = views::PackReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        model::need(&self.book, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let (mut kept, now) =
            (rules(draft, &self.book, self.begins.as_deref(), &self.note)?, draft.ctx.time());
        for (args, rule) in &self.rules {
            kept.facts.put_rule(args, rule, now)?;
        }
        for (args, rate) in &self.rates {
            kept.facts.put_rate(args, rate, now)?;
        }
        let data = json!({ "rates": self.rates.len(), "rules": self.rules.len() });
        kept.write(draft, "pack.installed", ("pack", &self.name), &data)
    }

    fn reply(&self, _: &CreatedIds, known: &Snapshot, replayed: bool) -> Decided<views::PackReply> {
        let kept = RuleBook::seen(&self.book, known)?;
        let begins = format!("pack.{}.", self.name);
        let rules = kept.facts.rules.iter().filter(|rule| rule.rule.id.starts_with(&begins));
        let rates = kept.facts.rates.iter().filter(|rate| rate.rate.id.starts_with(&begins));
        let limited: BTreeSet<&str> =
            rules.clone().filter_map(|rule| rule.rule.limit["currency"].as_str()).gathered();
        let open = |allowed: &Vec<String>| {
            allowed.iter().filter(|code| !limited.contains(code.as_str())).cloned().collect()
        };
        let leaves_open = self.allowed.as_ref().map_or_else(|| vec!["*".to_owned()], open);
        Ok(views::PackReply {
            leaves_open,
            rules: rules.map(|rule| views::Rule::of(rule, &kept.facts)).collect::<Result<_>>()?,
            rates: rates.map(|rate| views::Rate::of(rate, &kept.facts)).collect(),
            version: kept.row.version,
            replayed,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::request::scope::OperationInfo;
    use crate::risk::rules::parse::pattern;
    use crate::risk::rules::rule::Class;

    /// A new operation by which money leaves accounts must be added to the rules that limit all such
    /// operations together.
    #[test]
    fn rules_about_what_leaves_name_every_operation_by_which_it_leaves() {
        let known = classes(crate::OPERATIONS);
        let leaves =
            |info: &&OperationInfo| info.takes && info.risk == Class::Opens && info.name != "ledger.top_up";
        for (name, ids) in [("prepaid", &["quick", "large", "day", "month"][..]), ("payouts", &[])] {
            let promised = |rule: &&RuleArgs| ids.is_empty() || ids.contains(&rule.id.as_str());
            for rule in PACKS[name].rules.iter().filter(promised) {
                let action = pattern(&rule.action, &known).unwrap();
                for info in crate::OPERATIONS.iter().filter(leaves) {
                    assert!(action.matches(info.name, info.risk), "{name} {}: {}", rule.id, info.name);
                }
            }
        }
    }

    #[test]
    fn there_are_the_four_packs() {
        let names: Vec<&str> = PACKS.keys().map(String::as_str).collect();
        assert_eq!(names, ["limited_sale", "marketplace", "payouts", "prepaid"]);
    }
}
