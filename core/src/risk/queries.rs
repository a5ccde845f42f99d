//! The queries of risk: the rules, what they would say, and what they said.

use serde_json::Value;

use super::decision::{ALLOWED_BY, Decision, DecisionFacts, KIND, label};
use super::in_force::InForce;
use super::judge::{Call, Party, States, judge};
use super::lists::{self, Said};
use super::model::{self, RuleBook};
use super::parse::subject;
use super::parties::{Origin, Parties, canonical};
use super::requests::{Decisions, EvaluateRisk, ListRules};
use super::rule::{Class, Factor, Outcome};
use super::states;
use crate::error::{Error, Result};
use crate::escrow;
use crate::escrow::model::Deal;
use crate::escrow::money::Cost;
use crate::ids::{AccountId, Actor, ActorInput};
use crate::kernel::operation::Halt;
use crate::money::{Amount, Money};
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::scope::{CHECKS, OperationInfo};
use crate::request::shape::one_of;
use crate::risk::views;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Object as _;
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;
use crate::settings::config::{self, Config};
use crate::settings::policies::{Policies, SIGNS};

/// `risk.rules`.
///
/// # Errors
/// Any failure of the store.
pub async fn rules(reading: &mut Reading<'_>, _: &ListRules) -> Result<views::Rules> {
    let rules = kept(reading).await?.as_ref().map(RuleBook::of).transpose()?;
    let version = rules.as_ref().map_or(0, |rules| rules.row.version);
    let facts = rules.map(|rules| rules.facts).unwrap_or_default();
    Ok(views::Rules {
        items: facts.rules.iter().map(|kept| views::Rule::of(kept, &facts)).collect::<Result<_>>()?,
        next: None,
        rates: facts.rates.iter().map(|kept| views::Rate::of(kept, &facts)).collect(),
        thresholds: facts.thresholds,
        version,
    })
}

/// `risk.evaluate`: what a call would be told now, without proofs. It counts nothing and uses nothing up.
///
/// # Errors
/// `invalid_request` naming `action` or what is wrong in `args`.
pub async fn evaluate(reading: &mut Reading<'_>, request: &EvaluateRisk) -> Result<views::Decision> {
    let operations = reading.operations;
    let judged = |info: &&OperationInfo| info.risk != Class::None || info.effect == SIGNS;
    let known = operations.iter().filter(judged).find(|info| info.name == request.action);
    let Some(OperationInfo { name: action, risk: class, effect, .. }) = known else {
        return Err(Error::invalid("action", "must be an operation that opens, settles or signs something"));
    };
    let args = Value::Object(request.args.clone());
    let amount = amount(reading, &args)?;
    let actor = match args.get("actor").filter(|actor| !actor.is_null()) {
        None => Actor::system(),
        Some(actor) => serde_json::from_value::<ActorInput>(actor.clone())
            .map_err(|_| Error::invalid("args.actor", "must be an actor"))?
            .resolve("args.actor")?,
    };
    let score = match args.get("risk_score").filter(|score| !score.is_null()) {
        None => 0,
        Some(score) => {
            let score = score.as_u64().and_then(|score| u8::try_from(score).ok());
            score
                .filter(|score| *score <= 100)
                .ok_or_else(|| Error::invalid("args.risk_score", "must be between 0 and 100"))?
        }
    };
    let deal = deal(reading, &args).await?;
    let factors = factors(reading, effect, (&args, amount), deal.as_ref()).await?;
    let Some(row) = kept(reading).await? else { return Ok(nothing(action, reading).needing(factors)) };
    let rules = InForce::of(&row)?;
    let about = rules.about(action, *class);
    let origin = Origin { actor: &actor, trace: None, request: Some(&args) };
    let parties =
        Parties::new(&rules.salt, &about.subjects).of_request(origin, (&args, amount), deal.as_ref());
    let mut needs = Needs::default();
    for key in states::keys(&about, &reading.book, &parties) {
        needs.counter(key, Access::Read);
    }
    let rows = if needs.is_empty() { Vec::new() } else { reading.load(&needs).await?.counters };
    let counted: States =
        states::read(&about, &reading.book, &parties, |key| rows.iter().find(|row| row.is(key)))?;
    let call = Call {
        action,
        class: *class,
        parties: &parties,
        // the key may be left out
        has_key: *effect != CHECKS,
        risk_score: score,
        proved: if *effect == CHECKS { Factor::ALL } else { &[] },
        reviewed: false,
        allowed_by: None,
    };
    let named = Parties::new(&rules.salt, &rules.listed).of_lists(origin, &args, deal.as_ref());
    let said = said(reading, *class, &named).await?;
    if let Said::Blocked(entry, _) = &said {
        let subject = Some(entry.facts.subject.clone());
        return Ok(views::Decision { outcome: Outcome::Block, subject, ..nothing(action, reading) });
    }
    let allowed = if let Said::Allowed(by) = &said { Some(by.as_str()) } else { None };
    let call = Call { allowed_by: allowed, ..call };
    let verdict = judge(&about.set, &call, &counted, reading.now);
    let facts = DecisionFacts::of(&about, &verdict);
    Ok(views::Decision::of(None, verdict.outcome, facts, reading.now).needing(factors))
}

/// The factors that policies require of a call, by what its request says that it takes; of a payment, by what
/// its deal costs the buyer.
async fn factors(
    reading: &mut Reading<'_>,
    effect: &str,
    (args, amount): (&Value, Option<Money>),
    deal: Option<&RecordRow>,
) -> Result<Vec<String>> {
    let mut needs = Needs::default();
    needs.record(config::key(&reading.book), Access::Read);
    let row = reading.load(&needs).await?.records.into_iter().next();
    let config = row.as_ref().map(Config::of).transpose()?;
    let policies = Policies::in_force(reading.policies, config.as_ref());
    if !policies.require() {
        return Ok(Vec::new());
    }
    let deal = deal.filter(|_| effect == PAYS).map(Deal::of).transpose()?;
    let cost = deal.as_ref().map(|deal| Cost::of(deal.facts.plan())).transpose()?;
    let cost = cost.zip(deal.and_then(|deal| deal.facts.currency())).map(|(cost, of)| (of, cost.buyer_pays));
    let taken = cost.or_else(|| amount.map(|amount| (amount.currency(), amount.minor_units())));
    // what enters from outside is taken from no account
    let taken: Vec<_> = taken.filter(|_| effect != ENTERS).into_iter().collect();
    let payer = ["from", "account", "buyer"].into_iter().find_map(|name| args[name].as_str());
    let mut treasury = Vec::new();
    if let (Some(payer), [(currency, _)]) =
        (payer.and_then(|id| AccountId::request("args", id).ok()), &taken[..])
    {
        let mut needs = Needs::default();
        needs.account((reading.book.clone(), payer, *currency), Access::Read);
        let rows = reading.load(&needs).await?.accounts;
        treasury.extend(taken.iter().filter(|_| rows.iter().any(|row| row.tier.is_some())).copied());
    }
    Ok(policies.factors(effect, (&taken, &treasury)).into_iter().map(str::to_owned).collect())
}

/// The effect of a payment, which takes what its deal costs.
const PAYS: &str = "escrow.pay";
/// The effect of money that enters.
const ENTERS: &str = "ledger.top_up";

/// `risk.decisions`.
///
/// # Errors
/// `invalid_request` naming `subject`, `value`, `outcome` or `after`.
pub async fn decisions(reading: &mut Reading<'_>, request: &Decisions) -> Result<Page<views::Decision>> {
    let size = limit_of(request.limit);
    let outcome = |text: &String| {
        let known = text.parse::<Outcome>();
        known.map_err(|_| one_of("outcome", Outcome::ALL.iter().map(|outcome| outcome.as_str())))
    };
    let outcome = request.outcome.as_ref().map(outcome).transpose()?;
    let part = request.subject.as_ref().map(|text| subject("subject", text)).transpose()?;
    let reference = match (&part, &request.value) {
        (None, Some(_)) => return Err(Error::invalid("value", "must come with `subject`")),
        (Some(part), Some(value)) => match kept(reading).await? {
            None => return Ok(Page { items: Vec::new(), next: None, lag: None }),
            Some(row) => {
                let hash = Parties::hash(&model::salt(&row)?, part, &canonical(part, value));
                Some(label(&part.to_string(), &hash))
            }
        },
        _ => None,
    };
    let listing = Listing::Records(Records {
        state: outcome.map(|outcome| outcome.as_str().into()),
        peer: part.map(|part| part.to_string().into()),
        reference,
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
        ..Records::of(&reading.book, KIND)
    });
    let records = reading.list(&listing).await?.records;
    let decisions: Vec<Decision> = records.iter().map(Decision::of).collect::<Result<_>>()?;
    let view = |decision: &Decision| {
        let (id, mut facts) = (Some(decision.id()), decision.facts.clone());
        facts.allowed_by = decision.text(ALLOWED_BY).map(|entry| entry.to_string()).or(facts.allowed_by);
        Ok(views::Decision::of(id, decision.state, facts, decision.row.created_at))
    };
    page(decisions, size, view, |decision| (decision.row.created_at, decision.row.id))
}

/// What the lists say of these parties.
async fn said(reading: &mut Reading<'_>, class: Class, parties: &[Party]) -> Result<Said> {
    if parties.is_empty() || class != Class::Opens {
        return Ok(Said::Nothing);
    }
    let mut needs = Needs::default();
    for party in parties {
        needs.record(lists::key(&reading.book, party.value), Access::Read);
    }
    let rows = reading.load(&needs).await?.records;
    let said =
        lists::said((&reading.book, parties), reading.now, |key| Ok(rows.iter().find(|row| row.is(key))));
    said.map_err(|halt| match halt {
        Halt::Reject(rejection) => rejection.error,
        _ => Error::corrupted("an entry of a list"),
    })
}

async fn kept(reading: &mut Reading<'_>) -> Result<Option<RecordRow>> {
    let mut needs = Needs::default();
    needs.record(model::key(&reading.book), Access::Read);
    Ok(reading.load(&needs).await?.records.into_iter().next())
}

fn amount(reading: &Reading<'_>, args: &Value) -> Result<Option<Money>> {
    let named =
        ["amount", "price"].into_iter().find(|name| args.get(name).is_some_and(|given| !given.is_null()));
    let resolve =
        |name: &str| Amount::Raw(args[name].clone()).resolve(&format!("args.{name}"), reading.currencies);
    named.map(resolve).transpose()
}

/// The deal that a request names: its buyer and its seller are parties.
async fn deal(reading: &mut Reading<'_>, args: &Value) -> Result<Option<RecordRow>> {
    let Some(id) = args["deal"].as_str().and_then(|id| id.parse().ok()) else { return Ok(None) };
    let mut needs = Needs::default();
    needs.record(escrow::model::key(&reading.book, id), Access::Read);
    Ok(reading.load(&needs).await?.records.into_iter().next())
}

fn nothing(action: &str, reading: &Reading<'_>) -> views::Decision {
    views::Decision {
        id: None,
        action: action.to_owned(),
        outcome: Outcome::Allow,
        score: 0,
        subject: None,
        fired: Vec::new(),
        shadow: Vec::new(),
        allowed_by: None,
        factors: Vec::new(),
        retry_after: None,
        at: reading.now,
    }
}
