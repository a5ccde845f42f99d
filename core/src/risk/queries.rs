//! The queries of risk: the rules, their verdict on a call that is not made, and past decisions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::escrow::model::Deal;
use crate::escrow::money::Cost;
use crate::ids::{AccountId, Actor, ActorInput, Key};
use crate::kernel::moves::Moves;
use crate::kernel::operation::Halt;
use crate::kernel::snapshot::Snapshot;
use crate::money::{Amount, Money};
use crate::request::address::Network;
use crate::request::domain::Parsed;
use crate::request::dry_run::parsed;
use crate::request::page::Page;
use crate::request::proof::Factor;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::record::{Trace, text};
use crate::request::scope::{CHECKS, OperationInfo};
use crate::request::shape::word;
use crate::risk::counting::clock_regression::take_as_now;
use crate::risk::counting::states;
use crate::risk::judging::decision::{ALLOWED_BY, Decision, DecisionFacts, KIND};
use crate::risk::judging::judge::{JudgedCall, States, judge};
use crate::risk::judging::subjects::{ListedParties, Origin, Parties, label, sought};
use crate::risk::lists::{self, Said};
use crate::risk::model::{self, RuleBook};
use crate::risk::requests::{Decisions, EvaluateRisk, ListRules};
use crate::risk::reviews::review::{Review, State};
use crate::risk::rules::default_rules::{DefaultRules, has_begun};
use crate::risk::rules::in_force::InForce;
use crate::risk::rules::parse::subject;
use crate::risk::rules::rule::{Class, Outcome, Subject, action_of};
use crate::risk::views;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::Object as _;
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;
use crate::settings::config::{self, Config};
use crate::settings::policies::{Policies, SIGNS};

/// `risk.rules`.
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

/// `risk.evaluate`: the verdict that a call without proofs would get now. It counts nothing and uses nothing
/// up.
pub async fn evaluate(reading: &mut Reading<'_>, request: &EvaluateRisk) -> Result<views::Decision> {
    let operations = reading.catalogue.operations;
    let judged = |info: &&OperationInfo| {
        info.risk != Class::None || info.effect == SIGNS || info.demands_at_any_amount()
    };
    let known = operations.iter().filter(judged).find(|info| info.name == request.action);
    let Some(info @ OperationInfo { name: action, risk: class, .. }) = known else {
        return Err(Error::invalid("action", "must be an operation that a rule or a policy can be about"));
    };
    let args = Value::Object(request.args.clone());
    let actor = match args.get("actor").filter(|actor| !actor.is_null()) {
        None => Actor::system(),
        Some(actor) => serde_json::from_value::<ActorInput>(actor.clone())
            .map_err(|_| Error::invalid("args.actor", "must be an actor"))?
            .resolve("args.actor")?,
    };
    check_context(&args)?;
    let score = score(&args)?;
    let Foreseen { moves: moved, deal, effect, known_as } = foreseen(reading, info, &actor, &args).await?;
    let deal = deal.as_ref();
    let leaving = leaving(reading, info, effect, &args, deal)?;
    let factors = factors(reading, effect, &args, &leaving, deal).await?;
    let rejected = rejected(reading, &args).await?;
    let refused = |reading: &Reading<'_>, subject| views::Decision {
        outcome: Outcome::Block,
        subject,
        ..nothing(action, reading)
    };
    let Some(row) = kept(reading).await? else {
        return Ok(if rejected { refused(reading, None) } else { nothing(action, reading).needing(factors) });
    };
    let rules = InForce::of(&row, None)?;
    let about = rules.about(&known_as, *class);
    let origin = Origin { actor: &actor, trace: None, request: Some(&args) };
    let parties = Parties::new(&rules.salt, &about.subjects).of_request(origin, &args, &moved, deal);
    let mut needs = Needs::default();
    states::ask_to_read(&about, &reading.book, &parties, &mut needs);
    let rows = reading.load_any(&needs).await?.counters;
    let mut counted: States = states::read(&about, &reading.book, reading.now, &parties, &rows)?;
    take_as_now(&about.set, counted.each_mut(), reading.now);
    let call = JudgedCall {
        action: &known_as,
        class: *class,
        parties: &parties,
        // the key may be left out
        has_key: effect != CHECKS,
        risk_score: score,
        proved: if effect == CHECKS { Factor::ALL } else { &[] },
        reviewed: false,
        allowed_by: None,
    };
    let listed = Parties::new(&rules.salt, &rules.listed).within(&rules.networks);
    let said = said(reading, &listed.of_lists(origin, *class, &args, moved, deal)).await?;
    if let Said::Blocked(entry, _) = &said {
        return Ok(refused(reading, Some(entry.facts.subject.clone())));
    }
    if rejected {
        return Ok(refused(reading, None));
    }
    let allowed = if let Said::Allowed(by) = &said { Some(by.as_str()) } else { None };
    let call = JudgedCall { allowed_by: allowed, ..call };
    let verdict = judge(&about.set, &call, &counted, reading.now);
    let facts = DecisionFacts::of(&about, &verdict);
    Ok(views::Decision::of(None, verdict.outcome, facts, reading.now).needing(factors))
}

/// Amounts that a request takes from accounts: each with the account that it names, or `None` for the payer.
type Leaving = [(Option<String>, Money)];

/// The amounts that a call takes from accounts, as far as its request shows them. A payment takes what its
/// deal costs the buyer.
fn leaving(
    reading: &Reading<'_>,
    info: &OperationInfo,
    effect: &str,
    args: &Value,
    deal: Option<&RecordRow>,
) -> Result<Vec<(Option<String>, Money)>> {
    let given = amount(reading, args)?;
    if effect == PAYS {
        let deal = deal.map(Deal::of).transpose()?;
        let cost = deal.as_ref().map(|deal| Cost::of(deal.facts.plan())).transpose()?;
        let cost = cost.zip(deal.and_then(|deal| deal.facts.currency()));
        let cost = cost.and_then(|(cost, currency)| Money::new(cost.buyer_pays, currency));
        return Ok(cost.into_iter().map(|cost| (None, cost)).collect());
    }
    if !info.takes || effect == ENTERS {
        // what enters from outside is taken from no account
        return Ok(Vec::new());
    }
    let mut legs = BTreeMap::<(String, Currency), i128>::new();
    for (place, leg) in args["postings"].as_array().into_iter().flatten().enumerate() {
        let field = format!("args.postings[{place}].amount");
        let amount = Amount::Raw(leg["amount"].clone()).resolve(&field, reading.currencies)?;
        let account = leg["account"].as_str().unwrap_or_default().to_owned();
        let sum = legs.entry((account, amount.currency())).or_default();
        *sum = sum.saturating_add(amount.minor_units());
    }
    let paid = |((account, currency), minor): ((String, Currency), i128)| {
        let taken = Money::new(minor.checked_neg()?, currency).filter(|taken| taken.is_positive())?;
        (!account.starts_with('@')).then_some((Some(account), taken))
    };
    Ok(legs.into_iter().filter_map(paid).chain(given.map(|amount| (None, amount))).collect())
}

/// The factors that policies require of a call, for the amounts that its request takes.
async fn factors(
    reading: &mut Reading<'_>,
    effect: &str,
    args: &Value,
    leaving: &Leaving,
    deal: Option<&RecordRow>,
) -> Result<Vec<String>> {
    let row = reading.record(config::key(&reading.book)).await?;
    let config = row.as_ref().map(Config::of).transpose()?;
    let policies = Policies::in_force(reading.policies, config.as_ref());
    if !policies.require() {
        return Ok(Vec::new());
    }
    let buyer = deal.filter(|_| effect == PAYS).and_then(|row| row.owner.as_deref());
    let payer = ["from", "account", "buyer"].into_iter().find_map(|name| args[name].as_str()).or(buyer);
    let (mut sums, mut needs, mut keys) = (BTreeMap::new(), Needs::default(), Vec::new());
    for (whose, amount) in leaving {
        let sum: &mut i128 = sums.entry(amount.currency()).or_default();
        *sum = sum.saturating_add(amount.minor_units());
        let account = whose.as_deref().or(payer).and_then(|id| AccountId::request("args", id).ok());
        if let Some(account) = account {
            let key = AccountKey::new(reading.book.clone(), account, amount.currency());
            needs.account(key.clone(), Access::Read);
            keys.push((key, amount));
        }
    }
    let taken: Vec<_> = sums.into_iter().collect();
    let rows = reading.load_any(&needs).await?.accounts;
    let has_tier = |key: &AccountKey| rows.iter().any(|row| row.is(key) && row.tier.is_some());
    let tiers = keys.iter().filter(|(key, _)| has_tier(key));
    let treasury: Vec<_> = tiers.map(|(_, amount)| (amount.currency(), amount.minor_units())).collect();
    Ok(policies.factors(effect, &taken, &treasury).into_iter().map(str::to_owned).collect())
}

/// The effect of a payment, which takes what its deal costs.
const PAYS: &str = "escrow.pay";
/// The effect of money that enters.
const ENTERS: &str = "ledger.top_up";

/// `risk.decisions`.
pub async fn decisions(reading: &mut Reading<'_>, request: &Decisions) -> Result<Page<views::Decision>> {
    let size = limit_of(request.limit);
    let outcome = word::<Outcome>("outcome", request.outcome.as_ref())?;
    let part = request.subject.as_ref().map(|text| subject("subject", text)).transpose()?;
    let all = Records {
        state: outcome.map(|outcome| outcome.as_str().into()),
        peer: part.as_ref().map(|part| part.to_string().into()),
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
        ..Records::of(&reading.book, KIND)
    };
    let listings = match &request.value {
        None => vec![all],
        Some(value) => {
            text("value", value)?;
            part.as_ref().map(|part| sought("value", part, value)).transpose()?;
            let Some(row) = kept(reading).await? else {
                return Ok(Page { items: Vec::new(), next: None, lag: None });
            };
            let salt = model::salt(&row)?;
            let parts =
                part.map_or_else(|| RuleBook::of(&row)?.facts.parts(), |part| Ok(BTreeSet::from([part])))?;
            parts.iter().filter_map(|part| about(part, value, &salt, &all)).collect()
        }
    };
    let records = reading.records(listings).await?;
    let decisions: Vec<Decision> = records.iter().map(Decision::of).collect::<Result<_>>()?;
    let view = |decision: &Decision| {
        let (id, mut facts) = (Some(decision.id()), decision.facts.clone());
        facts.allowed_by = decision.text(ALLOWED_BY).map(|entry| entry.to_string()).or(facts.allowed_by);
        Ok(views::Decision::of(id, decision.state, facts, decision.row.created_at))
    };
    page(decisions, size, view, |decision| (decision.row.created_at, decision.row.id))
}

/// Narrows a listing to the decisions about a value in this part of a call. `None` if the part cannot have
/// such a value: no decision is about it.
fn about(part: &Subject, value: &str, salt: &[u8], all: &Records) -> Option<Records> {
    let value = sought("value", part, value).ok()?;
    // a decision about a network is listed by the network as owner, and by the calling address as reference
    let is_network = *part == Subject::Ip && Network::request("value", &value).is_ok_and(Network::is_wide);
    let label = Some(label(&part.to_string(), &Parties::hash(salt, part, &value)));
    let (owner, reference) = if is_network { (label, None) } else { (None, label) };
    Some(Records { owner, reference, ..all.clone() })
}

/// Checks that the address in a call's context is an address.
fn check_context(args: &Value) -> Result<()> {
    let Some(context) = args.get("context").filter(|context| !context.is_null()) else { return Ok(()) };
    let context = serde_json::from_value::<Trace>(context.clone());
    let context = context.map_err(|_| Error::invalid("args.context", "must be a context"))?;
    context.address("args.context").map(drop)
}

/// The risk score that the host gives in the request; 0 without one.
fn score(args: &Value) -> Result<u8> {
    let Some(score) = args.get("risk_score").filter(|score| !score.is_null()) else { return Ok(0) };
    let score = score.as_u64().and_then(|score| u8::try_from(score).ok());
    score
        .filter(|score| *score <= 100)
        .ok_or_else(|| Error::invalid("args.risk_score", "must be between 0 and 100"))
}

/// Looks up the list entries about these parties.
async fn said(reading: &mut Reading<'_>, named: &ListedParties) -> Result<Said> {
    let mut needs = Needs::default();
    for (party, _) in named.all() {
        needs.record(lists::key(&reading.book, party.value), Access::Read);
    }
    if needs.is_empty() {
        return Ok(Said::Nothing);
    }
    let rows = reading.load(&needs).await?.records;
    let said = lists::said(&reading.book, named, reading.now, |key| Ok(rows.iter().find(|row| row.is(key))));
    said.map_err(|halt| match halt {
        Halt::Reject(rejection) => rejection.error,
        _ => Error::corrupted("an entry of a list"),
    })
}

/// Whether people have rejected a call under the key that the request names.
async fn rejected(reading: &mut Reading<'_>, args: &Value) -> Result<bool> {
    let key = args["key"].as_str().and_then(|key| Key::request("args.key", key).ok());
    let Some(key) = key else { return Ok(false) };
    let row = reading.record(Review::key_of(&reading.book, &key)).await?;
    Ok(row.as_ref().map(Review::of).transpose()?.is_some_and(|review| review.state == State::Rejected))
}

/// The record of the book's rules. For a book without rules of its own, it is the record that it will begin
/// with.
async fn kept(reading: &mut Reading<'_>) -> Result<Option<RecordRow>> {
    let own = reading.record(model::key(&reading.book)).await?;
    let Some(begins) = reading.rules else { return Ok(own) };
    if own.as_ref().map(has_begun).transpose()? == Some(true) {
        return Ok(own);
    }
    // a book without a record has counted nothing, so any salt will do
    let salt = [0; 16].as_slice().into();
    let rules = DefaultRules::read(begins)?.book(&reading.book, own.as_ref(), salt, reading.now)?;
    Ok(Some(rules.into_row()?))
}

fn amount(reading: &Reading<'_>, args: &Value) -> Result<Option<Money>> {
    let named =
        ["amount", "price"].into_iter().find(|name| args.get(name).is_some_and(|given| !given.is_null()));
    let resolve =
        |name: &str| Amount::Raw(args[name].clone()).resolve(&format!("args.{name}"), reading.currencies);
    named.map(resolve).transpose()
}

/// The preview of a call.
struct Foreseen {
    moves: Moves,
    /// The deal that it changes.
    deal: Option<RecordRow>,
    effect: &'static str,
    /// The name by which rules know it.
    known_as: String,
}

/// Previews a call, parsed as a real one is. Checks of PINs and codes move nothing, nor do calls that no rule
/// can be about.
async fn foreseen(
    reading: &mut Reading<'_>,
    info: &OperationInfo,
    actor: &Actor,
    args: &Value,
) -> Result<Foreseen> {
    let is_judged = info.risk != Class::None && info.effect != CHECKS;
    let parsed = is_judged.then(|| parsed(reading, info, actor, args)).transpose();
    let parsed = parsed.map_err(|error| in_args(&error))?.flatten();
    let Some(Parsed { operation, effect }) = parsed else {
        let (effect, known_as) = (info.effect, info.name.to_owned());
        return Ok(Foreseen { moves: Moves::default(), deal: None, effect, known_as });
    };
    let mut seen = Snapshot::default();
    loop {
        let mut needs = Needs::default();
        operation.needs(&seen, &mut needs);
        // balances do not show what would be moved
        needs.accounts.clear();
        let missing = seen.missing(&needs);
        if missing.is_empty() {
            break;
        }
        let loaded = reading.load(&missing).await?;
        seen.absorb(&missing, loaded);
    }
    let moves = operation.moves(&seen)?;
    let deal = moves.about.as_ref().and_then(|key| seen.records.row(key)).cloned();
    let judged_as = operation.judged_as(&seen).or(effect).filter(|other| *other != info.effect);
    let effect = operation.effect(&seen).or(effect).unwrap_or(info.effect);
    let opens = |other: &&str| {
        let mut all = reading.catalogue.operations.iter();
        all.any(|info| info.name == *other && info.risk == Class::Opens)
    };
    let known_as = action_of(info.name, judged_as.filter(opens)).into_owned();
    Ok(Foreseen { moves, deal, effect, known_as })
}

/// Turns a refusal of the call's shape into one that names the field in `args`.
fn in_args(error: &Error) -> Error {
    let mut detail = error.detail().clone();
    match &mut detail {
        Detail::InvalidRequest { field, .. }
        | Detail::InvalidAmount { field, .. }
        | Detail::InvalidCurrency { field, .. }
        | Detail::CurrencyNotAllowed { field, .. }
        | Detail::NotPermitted { field: Some(field), .. } => field.insert_str(0, "args."),
        Detail::InvalidAccount { field, reason, .. } => {
            return Error::invalid(format!("args.{field}"), std::mem::take(reason));
        }
        _ => {}
    }
    detail.into()
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
