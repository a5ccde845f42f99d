//! A rule as data: which calls, about whom, counted how, up to which limit, and what follows.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::currency::Currency;
use crate::money::Money;
use crate::request::proof::Factor;
pub use crate::request::scope::Class;
use crate::risk::counting::window::Window;
use crate::rows::codec::text_enum;
use crate::time::{Span, Time};

/// Which calls a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// `*`: everything that opens.
    All,
    /// `escrow.*`: everything of a service that opens. With the point.
    Service(String),
    Operation(String),
    /// Several of them, which count together.
    Several(Vec<Pattern>),
}

impl Pattern {
    /// Whether it is about calls of this action, as [`action_of`] has it, and of this class.
    #[must_use]
    pub fn matches(&self, action: &str, class: Class) -> bool {
        let mut names = action.split(' ');
        match self {
            Self::All => class == Class::Opens,
            Self::Service(service) => class == Class::Opens && names.any(|name| name.starts_with(service)),
            Self::Operation(operation) => class != Class::None && names.any(|name| name == operation),
            Self::Several(all) => all.iter().any(|one| one.matches(action, class)),
        }
    }
}

/// Returns the name by which rules know a call: its operation and, after a space, the other one by whose
/// rules it is judged too. It is counted once all the same.
#[must_use]
pub fn action_of<'n>(name: &'n str, also: Option<&str>) -> Cow<'n, str> {
    also.map_or(Cow::Borrowed(name), |also| Cow::Owned(format!("{name} {also}")))
}

/// The operation of an action.
#[must_use]
pub fn operation_of(action: &str) -> &str {
    action.split(' ').next().unwrap_or(action)
}

/// The subject of a rule, or the field whose values a rule tells apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Each account that is debited.
    Account,
    /// The caller.
    Actor,
    /// The other side.
    Counterparty,
    /// The address that the call came from.
    Ip,
    /// The device that the call came from.
    Device,
    /// A field of the call's metadata.
    Meta(String),
}

impl Subject {
    /// Its text in requests.
    #[must_use]
    pub fn text(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Account => "account",
            Self::Actor => "actor",
            Self::Counterparty => "counterparty",
            Self::Ip => "ip",
            Self::Device => "device",
            Self::Meta(field) => return Cow::Owned(format!("meta.{field}")),
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The metric of a rule, with its limit. A limit of N lets exactly N through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Calls.
    Count(u32),
    /// Debits and new holds over the window.
    Sum(Money),
    /// The debits and new holds of this call alone.
    Amount(Money),
    /// Different values of a field.
    Distinct(Subject, u32),
    /// Calls that failed. The rule fires once there were as many.
    Failures(u32),
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(_) => f.write_str("count"),
            Self::Sum(_) => f.write_str("sum"),
            Self::Amount(_) => f.write_str("amount"),
            Self::Distinct(field, _) => write!(f, "distinct:{field}"),
            Self::Failures(_) => f.write_str("failures"),
        }
    }
}

impl Metric {
    /// The currency of the limit, if that is an amount.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        match self {
            Self::Sum(limit) | Self::Amount(limit) => Some(limit.currency()),
            Self::Count(_) | Self::Distinct(..) | Self::Failures(_) => None,
        }
    }

    /// The limit in numbers: calls, values, or minor units.
    #[must_use]
    pub fn limit(&self) -> i128 {
        match self {
            Self::Count(limit) | Self::Failures(limit) | Self::Distinct(_, limit) => i128::from(*limit),
            Self::Sum(limit) | Self::Amount(limit) => limit.minor_units(),
        }
    }
}

text_enum! {
    /// The outcome of rules that fire, from the mildest to the strictest.
    pub enum Outcome {
        /// Nothing.
        Allow = "allow",
        /// It is noted.
        Flag = "flag",
        /// People look at it first.
        Review = "review",
        /// A further factor must be proved.
        Challenge = "challenge",
        /// It is refused.
        Block = "block",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in one space with the rates'.
    pub id: Arc<str>,
    /// The number of its counters in the book; 0 while no book has it.
    pub number: i64,
    /// Which calls it is about.
    pub action: Pattern,
    /// About whom.
    pub subject: Subject,
    /// The metric, with its limit.
    pub metric: Metric,
    /// For how long that counts.
    pub window: Window,
    /// The outcome when it fires.
    pub outcome: Outcome,
    /// Whether it only shows what it would do.
    pub shadow: bool,
    /// Which refusal speaks first: the highest.
    pub priority: i32,
    /// The points that it adds to the score.
    pub weight: i32,
    /// In force from then on.
    pub from: Option<Time>,
    /// In force before then.
    pub until: Option<Time>,
    /// A message for people.
    pub message: Option<String>,
    /// Of a challenge: which factors; any that is enrolled if there is none.
    pub factors: Vec<Factor>,
    /// Of a review: how long it stays open.
    pub expires_in: Span,
    /// Whether the limit is never exceeded, even if many calls share a subject. If not, each commit counts in
    /// a delta row of its own, on stores that lock rows.
    pub exact: bool,
}

impl Rule {
    /// Whether it is in force: from `from` on, and before `until`.
    #[must_use]
    pub fn is_in_force(&self, now: Time) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// Whether it has counters. A limit on the amount of a single call needs none.
    #[must_use]
    pub fn counts(&self) -> bool {
        !matches!(self.metric, Metric::Amount(_))
    }

    /// Whether this rule keeps the counters of the old rule of its name. It does if only limit, outcome,
    /// priority, message or validity are others. Another action, subject, metric, window or `exact` begins
    /// from zero.
    #[must_use]
    pub fn continues(&self, old: &Self) -> bool {
        self.action == old.action
            && self.subject == old.subject
            && self.metric.to_string() == old.metric.to_string()
            // a sum in another currency is another sum
            && self.metric.currency() == old.metric.currency()
            && self.window == old.window
            && self.exact == old.exact
    }
}
