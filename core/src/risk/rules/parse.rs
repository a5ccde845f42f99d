//! Parses rules, rates and thresholds. What cannot be meant is refused, naming the field.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::money::{Amount, Money};
use crate::request::proof::Factor;
use crate::request::scope::OperationInfo;
use crate::risk::counting::counter::VALUES;
use crate::risk::counting::rate::{MOST, Rate};
use crate::risk::counting::window::{Window, is_zone, rolling};
use crate::risk::judging::judge::Thresholds;
use crate::risk::requests::{SetRate, SetRule};
use crate::risk::rules::rule::{Class, Metric, Outcome, Pattern, Rule, Subject};
use crate::time::{Span, SpanInput, Time};

/// The most calls or failures of a limit.
const COUNT_MAX: u32 = 1_000_000_000;
/// The most characters of a message.
const MESSAGE_MAX: usize = 200;
/// How long a review stays open when nothing else is said.
const OPEN_FOR: Span = Span::from_hours(72);
/// The most that a priority may be, above and below zero.
const PRIORITY_MAX: i32 = 1_000;
/// The most that a weight may be, above and below zero.
const WEIGHT_MAX: i32 = 100;

/// The operations that there are, each with its class.
pub type Catalogue<'a> = &'a [(&'a str, Class)];

/// The operations with their classes, by the table.
pub(in crate::risk) fn classes(operations: &[OperationInfo]) -> Vec<(&'static str, Class)> {
    operations.iter().map(|info| (info.name, info.risk)).collect()
}

/// A rule as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleArgs {
    /// Its name.
    pub id: String,
    /// An operation, a service such as `escrow.*`, or `*`.
    pub action: String,
    /// `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`.
    pub subject: String,
    /// `count`, `sum`, `amount`, `failures` or `distinct:FIELD`.
    pub metric: String,
    /// A length of time, `day`, `month` or `lifetime`; none for `amount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// A whole number, or money for `sum` and `amount`.
    pub limit: Value,
    /// `block`, `review`, `challenge` or `flag`.
    pub outcome: String,
    /// Whether it only shows what it would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<bool>,
    /// Which refusal speaks first: -1,000 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// The points that it adds to the score: -100 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i32>,
    /// In force from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// In force before then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// A message for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where midnight is, for `day` and `month`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Of a challenge: `pin`, `totp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<Vec<String>>,
    /// Of a review: how long it stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<String>,
    /// Whether the limit is never exceeded, even if many calls share a subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
}

/// A rate as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateArgs {
    /// Its name.
    pub id: String,
    /// As a rule's.
    pub action: String,
    /// As a rule's.
    pub subject: String,
    /// How many calls in a span.
    pub limit: u32,
    /// The span.
    pub per: String,
    /// How many at once after a pause; the limit if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<u32>,
    /// As a rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// As a rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl RuleArgs {
    /// As a request asks for it.
    pub(in crate::risk) fn asked(asked: &SetRule) -> Result<Self> {
        let small = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
        let span = |span: &SpanInput| span.resolve("expires_in").map(|span| span.to_string());
        Ok(Self {
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

    /// Brings the arguments into the one form in which they are kept: defaults are filled in, and an amount
    /// can be read back without the registry of currencies.
    pub(in crate::risk) fn settle(&mut self, rule: &Rule) {
        if let Metric::Sum(limit) | Metric::Amount(limit) = &rule.metric {
            self.limit = json!(limit);
        }
        (self.shadow, self.exact) = (Some(rule.shadow), Some(rule.exact));
        (self.priority, self.weight) = (Some(rule.priority), Some(rule.weight));
        // fields that mean nothing for this rule are not kept
        if !matches!(rule.window, Window::Day(_) | Window::Month(_)) {
            self.time_zone = None;
        }
        self.expires_in = self.expires_in.take().filter(|_| rule.outcome == Outcome::Review);
        self.factors = self.factors.take().filter(|factors| !factors.is_empty());
    }
}

impl RateArgs {
    /// As a request asks for it.
    pub(in crate::risk) fn asked(asked: &SetRate) -> Self {
        Self {
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

    /// Brings the arguments into the one form in which they are kept.
    pub(in crate::risk) const fn settle(&mut self, rate: &Rate) {
        (self.burst, self.priority) = (Some(rate.burst), Some(rate.priority));
    }
}

impl Rule {
    /// Reads a rule.
    pub fn request(args: &RuleArgs, catalogue: Catalogue<'_>, currencies: &Currencies) -> Result<Self> {
        let money = |limit: &Value| Amount::Raw(limit.clone()).resolve("limit", currencies);
        Self::read(args, pattern(&args.action, catalogue)?, &money)
    }

    /// Reads a stored rule. Its action and its currency were checked when it was set.
    pub fn kept(args: &RuleArgs) -> Result<Self> {
        let broken = || Error::corrupted(format!("rule {}", args.id));
        let money = |limit: &Value| serde_json::from_value::<Money>(limit.clone()).map_err(|_| broken());
        Self::read(args, shape(&args.action), &money).map_err(|_| broken())
    }

    fn read(args: &RuleArgs, action: Pattern, money: &dyn Fn(&Value) -> Result<Money>) -> Result<Self> {
        let outcome = outcome(&args.outcome)?;
        let (from, until) = (time("from", args.from.as_ref())?, time("until", args.until.as_ref())?);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            return Err(Error::invalid("until", "must be after `from`: the rule would never be in force"));
        }
        Ok(Self {
            id: name(&args.id)?.into(),
            number: 0,
            action,
            subject: subject("subject", &args.subject)?,
            metric: metric(&args.metric, &args.limit, money)?,
            window: window(args)?,
            outcome,
            shadow: args.shadow.unwrap_or(false),
            priority: within("priority", args.priority, PRIORITY_MAX)?,
            weight: within("weight", args.weight, WEIGHT_MAX)?,
            from,
            until,
            message: message(args.message.as_ref())?,
            factors: factors(args.factors.as_deref(), outcome)?,
            expires_in: expires_in(args.expires_in.as_ref(), outcome)?,
            exact: args.exact.unwrap_or(true),
        })
    }
}

impl Rate {
    /// Reads a rate.
    pub fn request(args: &RateArgs, catalogue: Catalogue<'_>) -> Result<Self> {
        Self::read(args, pattern(&args.action, catalogue)?)
    }

    /// Reads a rate that was kept.
    pub fn kept(args: &RateArgs) -> Result<Self> {
        Self::read(args, shape(&args.action)).map_err(|_| Error::corrupted(format!("rate {}", args.id)))
    }

    fn read(args: &RateArgs, action: Pattern) -> Result<Self> {
        let bounded = |field: &str, number: u32| match number {
            1..=MOST => Ok(number),
            _ => Err(Error::invalid(field, format!("must be 1 to {MOST}"))),
        };
        Ok(Self {
            id: name(&args.id)?.into(),
            number: 0,
            action,
            subject: subject("subject", &args.subject)?,
            limit: bounded("limit", args.limit)?,
            per: rolling("per", &args.per)?,
            burst: bounded("burst", args.burst.unwrap_or(args.limit))?,
            priority: within("priority", args.priority, PRIORITY_MAX)?,
            message: message(args.message.as_ref())?,
        })
    }
}

impl Thresholds {
    /// Reads thresholds: the score from which each outcome follows, the mildest first.
    pub fn request(challenge: Option<u8>, review: Option<u8>, block: Option<u8>) -> Result<Self> {
        let mut last = 0;
        for (field, threshold) in [("challenge", challenge), ("review", review), ("block", block)] {
            let Some(threshold) = threshold else { continue };
            if !(1..=100).contains(&threshold) {
                return Err(Error::invalid(field, "must be 1 to 100"));
            }
            if threshold <= last {
                return Err(Error::invalid(
                    field,
                    "must be above the ones before it: challenge, review, block",
                ));
            }
            last = threshold;
        }
        Ok(Self { challenge, review, block })
    }
}

fn name(id: &str) -> Result<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    if !(1..=48).contains(&id.len()) || !id.bytes().all(fits) {
        return Err(Error::invalid("id", "must be 1 to 48 of `A-Z a-z 0-9 . _ : -`"));
    }
    Ok(id.to_owned())
}

/// Reads an action: one pattern, or several with commas between them.
pub(in crate::risk) fn pattern(text: &str, catalogue: Catalogue<'_>) -> Result<Pattern> {
    parts(text).try_for_each(|part| one_pattern(part, catalogue))?;
    Ok(shape(text))
}

/// Refuses a pattern that matches nothing.
fn one_pattern(text: &str, catalogue: Catalogue<'_>) -> Result<()> {
    let read = one_shape(text);
    if catalogue.iter().any(|(name, class)| read.matches(name, *class)) {
        return Ok(());
    }
    let reason = match catalogue.iter().find(|(name, _)| *name == text) {
        Some(_) => "must be an operation that opens or settles something: others are never judged",
        None => "must be an operation such as `ledger.deduct`, a service such as `escrow.*`, or `*`",
    };
    Err(Error::invalid("action", reason))
}

/// The patterns of an action: one, or several with commas between them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

fn shape(text: &str) -> Pattern {
    let mut all: Vec<Pattern> = parts(text).map(one_shape).collect();
    if all.len() == 1 { all.remove(0) } else { Pattern::Several(all) }
}

fn one_shape(text: &str) -> Pattern {
    match text.strip_suffix('*') {
        Some("") => Pattern::All,
        Some(service) if service.ends_with('.') => Pattern::Service(service.to_owned()),
        _ => Pattern::Operation(text.to_owned()),
    }
}

/// Reads a subject, as the field that names it.
pub(in crate::risk) fn subject(field: &str, text: &str) -> Result<Subject> {
    Ok(match text {
        "account" => Subject::Account,
        "actor" => Subject::Actor,
        "counterparty" => Subject::Counterparty,
        "ip" => Subject::Ip,
        "device" => Subject::Device,
        _ => {
            let fits = |c: char| c.is_alphanumeric() || "._:-".contains(c);
            let named = text.strip_prefix("meta.").filter(|name| (1..=64).contains(&name.len()));
            let Some(name) = named.filter(|name| name.chars().all(fits)) else {
                let reason = "must be `account`, `actor`, `counterparty`, `ip`, `device` or `meta.FIELD`";
                return Err(Error::invalid(field, reason));
            };
            Subject::Meta(name.to_owned())
        }
    })
}

fn metric(text: &str, limit: &Value, money: &dyn Fn(&Value) -> Result<Money>) -> Result<Metric> {
    let whole = |least: u32, most: u32| {
        let number = limit.as_u64().and_then(|number| u32::try_from(number).ok());
        number.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
            Error::invalid("limit", format!("must be a whole number for `{text}`, {least} to {most}"))
        })
    };
    let money = || {
        let money = money(limit)?;
        if money.is_negative() {
            return Err(Error::invalid("limit", "must not be below zero"));
        }
        Ok(money)
    };
    Ok(match text {
        "count" => Metric::Count(whole(0, COUNT_MAX)?),
        // zero failures are reached at once: the rule would block everybody for ever
        "failures" => Metric::Failures(whole(1, COUNT_MAX)?),
        "sum" => Metric::Sum(money()?),
        "amount" => Metric::Amount(money()?),
        _ => {
            let Some(field) = text.strip_prefix("distinct:") else {
                let reason = "must be `count`, `sum`, `amount`, `failures` or `distinct:FIELD`";
                return Err(Error::invalid("metric", reason));
            };
            let most = u32::try_from(VALUES).unwrap_or(u32::MAX);
            Metric::Distinct(subject("metric", field)?, whole(0, most)?)
        }
    })
}

fn window(args: &RuleArgs) -> Result<Window> {
    match (&args.window, args.metric.as_str()) {
        (Some(_), "amount") => {
            Err(Error::invalid("window", "must be left out for `amount`: it is of one call"))
        }
        (None, "amount") if is_zone(args.time_zone.as_deref()) => {
            Err(Error::invalid("time_zone", "must be left out for `amount`: it has no window"))
        }
        (None, "amount") => Ok(Window::Lifetime),
        (None, _) => Err(Error::invalid("window", "must be given: `PT10S`, `day`, `month` or `lifetime`")),
        (Some(text), _) => Window::request(text, args.time_zone.as_deref()),
    }
}

fn outcome(text: &str) -> Result<Outcome> {
    match text {
        "block" => Ok(Outcome::Block),
        "review" => Ok(Outcome::Review),
        "challenge" => Ok(Outcome::Challenge),
        "flag" => Ok(Outcome::Flag),
        _ => Err(Error::invalid("outcome", "must be `block`, `review`, `challenge` or `flag`")),
    }
}

fn factors(given: Option<&[String]>, outcome: Outcome) -> Result<Vec<Factor>> {
    // an empty list means the same as no list: any factor that is enrolled
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Ok(Vec::new()) };
    if outcome != Outcome::Challenge {
        return Err(Error::invalid("factors", "are of the outcome `challenge` alone"));
    }
    let mut factors = Vec::new();
    for (place, text) in given.iter().enumerate() {
        let unknown = |_| Error::invalid(format!("factors[{place}]"), "must be `pin` or `totp`");
        let factor = text.parse().map_err(unknown)?;
        if factors.contains(&factor) {
            return Err(Error::invalid(format!("factors[{place}]"), "is there twice"));
        }
        factors.push(factor);
    }
    Ok(factors)
}

fn expires_in(given: Option<&String>, outcome: Outcome) -> Result<Span> {
    let Some(text) = given else { return Ok(OPEN_FOR) };
    let span = Span::request("expires_in", text)?;
    if outcome != Outcome::Review && span != OPEN_FOR {
        return Err(Error::invalid("expires_in", "is of the outcome `review` alone"));
    }
    if span.is_zero() || span > Span::from_days(90) {
        return Err(Error::invalid("expires_in", "must be above zero and at most `P90D`"));
    }
    Ok(span)
}

fn message(given: Option<&String>) -> Result<Option<String>> {
    let Some(text) = given else { return Ok(None) };
    if text.trim().is_empty() || text.chars().count() > MESSAGE_MAX || text.chars().any(char::is_control) {
        let reason = format!("must have 1 to {MESSAGE_MAX} characters, and none that controls");
        return Err(Error::invalid("message", reason));
    }
    Ok(Some(text.clone()))
}

fn within(field: &str, number: Option<i32>, most: i32) -> Result<i32> {
    let number = number.unwrap_or(0);
    if !(-most..=most).contains(&number) {
        return Err(Error::invalid(field, format!("must be -{most} to {most}")));
    }
    Ok(number)
}

fn time(field: &str, text: Option<&String>) -> Result<Option<Time>> {
    text.map(|text| Time::request(field, text)).transpose()
}
