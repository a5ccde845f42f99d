//! Views of the risk service.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::ids::{Book, DecisionId, ReviewId};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::parked::foreseen::Foreseen;
pub use crate::request::proof::Factor;
pub use crate::risk::judging::judge::Thresholds;
use crate::risk::lists::Entry;
pub use crate::risk::lists::Listed;
use crate::risk::model::{KeptRate, KeptRule, RuleBookFacts};
use crate::risk::reviews::review;
use crate::risk::reviews::review::State;
pub use crate::risk::reviews::state::ReviewState;
pub use crate::risk::rules::rule::Outcome;
use crate::sorting::Sorting;
use crate::time::{Span, Time};

/// Returns the JSON Schema of a counted value: a whole number, or money.
fn measure(schemas: &mut SchemaGenerator) -> Schema {
    let money = schemas.subschema_for::<Money>();
    json_schema!({ "anyOf": [{ "type": "integer", "format": "int64" }, money] })
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// Which calls it is about.
    pub action: String,
    /// About whom.
    pub subject: String,
    /// The metric that it counts.
    pub metric: String,
    /// For how long that counts; `null` for `amount`.
    pub window: Option<String>,
    /// Where midnight is, for `day` and `month`.
    pub time_zone: Option<String>,
    /// So much passes: a whole number, or money.
    #[schemars(schema_with = "measure")]
    pub limit: Value,
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
    pub expires_in: Option<Span>,
    /// Whether no call too many may pass even where many share a subject. If not, transactions about one
    /// subject do not wait for each other, and those that are open at once may go over the limit together.
    pub exact: bool,
    /// The number of what it counts: with a new one it has begun from zero.
    pub generation: i64,
    /// It counts from then on.
    pub created_at: Time,
    /// When it was set last.
    pub updated_at: Time,
}

impl Rule {
    /// The view of a rule that is kept.
    ///
    /// # Errors
    /// `corrupted` when what is kept is none.
    pub fn of(kept: &KeptRule, facts: &RuleBookFacts) -> Result<Self> {
        let (args, rule) = (&kept.rule, crate::risk::rules::rule::Rule::kept(&kept.rule)?);
        let (created_at, updated_at) = times(facts, &args.id);
        let calendar = matches!(args.window.as_deref(), Some("day" | "month"));
        Ok(Self {
            id: args.id.clone(),
            action: args.action.clone(),
            subject: args.subject.clone(),
            metric: args.metric.clone(),
            window: args.window.clone(),
            time_zone: calendar.then(|| args.time_zone.clone().unwrap_or_else(|| "UTC".to_owned())),
            limit: args.limit.clone(),
            outcome: rule.outcome,
            shadow: rule.shadow,
            priority: rule.priority,
            weight: rule.weight,
            from: rule.from,
            until: rule.until,
            message: rule.message,
            factors: rule.factors,
            expires_in: (rule.outcome == Outcome::Review).then_some(rule.expires_in),
            exact: rule.exact,
            generation: kept.generation,
            created_at,
            updated_at,
        })
    }
}

/// A rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// Its name.
    pub id: String,
    /// Which calls it is about.
    pub action: String,
    /// About whom.
    pub subject: String,
    /// How many calls in a span.
    pub limit: u32,
    /// The span.
    pub per: String,
    /// How many at once after a pause.
    pub burst: u32,
    /// Which refusal speaks first: the highest.
    pub priority: i32,
    /// A message for people.
    pub message: Option<String>,
    /// The number of what it counts: with a new one it has begun from zero.
    pub generation: i64,
    /// When it was set first.
    pub created_at: Time,
    /// When it was set last.
    pub updated_at: Time,
}

impl Rate {
    /// The view of a rate that is kept.
    #[must_use]
    pub fn of(kept: &KeptRate, facts: &RuleBookFacts) -> Self {
        let args = &kept.rate;
        let (created_at, updated_at) = times(facts, &args.id);
        Self {
            id: args.id.clone(),
            action: args.action.clone(),
            subject: args.subject.clone(),
            limit: args.limit,
            per: args.per.clone(),
            burst: args.burst.unwrap_or(args.limit),
            priority: args.priority.unwrap_or(0),
            message: args.message.clone(),
            generation: kept.generation,
            created_at,
            updated_at,
        }
    }
}

fn times(facts: &RuleBookFacts, id: &str) -> (Time, Time) {
    facts.since(id).map_or((Time::EPOCH, Time::EPOCH), |since| (since.created_at, since.updated_at))
}

/// Reply of `rules`: all of them on one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rules {
    /// The rules, in the order of their names.
    pub items: Vec<Rule>,
    /// Always `null`.
    pub next: Option<String>,
    /// The rates, in the order of their names.
    pub rates: Vec<Rate>,
    /// From which score on something follows.
    pub thresholds: Thresholds,
    /// Counts every change of any of them.
    pub version: i64,
}

/// Reply of `set_rule`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleReply {
    /// The rule.
    pub rule: Rule,
    /// Version of the book's rules: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `set_rate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateReply {
    /// The rate.
    pub rate: Rate,
    /// Version of the book's rules: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `remove_rule`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleRemoved {
    /// The name of the rule or the rate that is gone.
    pub removed: String,
    /// Version of the book's rules: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `set_thresholds`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdsReply {
    /// From which score on something follows.
    pub thresholds: Thresholds,
    /// Version of the book's rules: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// A rule or a rate that fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fired {
    /// Its name; `score` for a threshold.
    pub rule: String,
    /// Its metric; `rate` for a rate, `score` for a threshold.
    pub metric: String,
    /// About whom.
    pub subject: String,
    /// The part of the limit that was used before the call: a whole number, or money.
    #[schemars(schema_with = "measure")]
    pub seen: Value,
    /// The part that the call would add: as `seen`.
    #[schemars(schema_with = "measure")]
    pub requested: Value,
    /// The limit: as `seen`.
    #[schemars(schema_with = "measure")]
    pub limit: Value,
    /// For how long it counts; `null` for `amount` and `score`.
    pub window: Option<String>,
    /// Its own outcome.
    pub outcome: Outcome,
    /// Its message for people.
    pub message: Option<String>,
}

/// The verdict of rules and rates on a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Its id; `null` where nothing was decided, but only asked.
    pub id: Option<DecisionId>,
    /// The operation that was judged.
    pub action: String,
    /// The strictest outcome.
    pub outcome: Outcome,
    /// The weights of what fired and the host's own number, 0 to 100.
    pub score: u8,
    /// The part of the call that the first rule is about.
    pub subject: Option<String>,
    /// All that fired, the first to speak first.
    pub fired: Vec<Fired>,
    /// The shadow rules that would have fired.
    pub shadow: Vec<Fired>,
    /// The entry of a list that lifted it.
    pub allowed_by: Option<String>,
    /// The factors that the call must prove first, by policies or, where that is the outcome, by challenges:
    /// without them it is `factor_required`.
    #[serde(default)]
    pub factors: Vec<String>,
    /// Whole seconds after which the call would pass if nothing else happened; `null` where no waiting helps
    /// or nothing refuses.
    pub retry_after: Option<i64>,
    /// When.
    pub at: Time,
}

impl Decision {
    /// The same for a call of which policies require factors: those come before anything that fired, and no
    /// list lifts them.
    #[must_use]
    pub(super) fn needing(mut self, required: Vec<String>) -> Self {
        if !required.is_empty() {
            self.outcome = self.outcome.max(Outcome::Challenge);
            self.factors.extend(required);
            self.factors.order();
            self.factors.dedup();
        }
        self
    }
}

/// The history of an account: its operations, disputes and refunds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// The account.
    pub account: String,
    /// 0 to 100: the share of its deals that were disputed, and half of the share in which money went back.
    /// Four deals that went well are added to everybody's, so that one dispute alone is no verdict.
    pub score: u8,
    /// 0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation.
    pub trust: u8,
    /// How many entries it has, in all currencies; of a streaming account at most 10,000 are counted.
    pub operations: i64,
    /// How many disputes there were about its deals: the 250 newest in which it buys, and as many in which it
    /// sells.
    pub disputes: i64,
    /// In how many of these deals money went back to the buyer.
    pub refunds: i64,
    /// When it was opened.
    pub first_seen: Time,
    /// When its newest entry was made.
    pub last_seen: Time,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListEntry {
    /// In which part of a call.
    pub subject: String,
    /// The listed value; `null` when it was erased.
    pub value: Option<String>,
    /// `blocked`, `allowed`, or `removed` from the lists.
    pub state: Listed,
    /// Why; `null` when it was erased.
    pub reason: Option<String>,
    /// In force before then; `null` is for ever.
    pub until: Option<Time>,
    /// When it was listed first.
    pub created_at: Time,
    /// Counts every change.
    pub version: i64,
}

impl ListEntry {
    /// The view of an entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let said = |name: &str| entry.text(name).map(|text| text.to_string());
        Self {
            subject: entry.facts.subject.clone(),
            value: said("value"),
            state: entry.state,
            reason: said("reason"),
            until: entry.facts.until,
            created_at: entry.row.created_at,
            version: entry.row.version,
        }
    }
}

/// Reply of `block`, `allow` and `unlist`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListReply {
    /// The entry.
    pub entry: ListEntry,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `install_pack`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PackReply {
    /// The rules of the pack.
    pub rules: Vec<Rule>,
    /// Its rates.
    pub rates: Vec<Rate>,
    /// In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every
    /// other one where the engine allows all.
    pub leaves_open: Vec<String>,
    /// Version of the book's rules: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// A call that rules want people to look at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The operation that waits.
    pub operation: String,
    /// Its request, without key and actor; `null` when it was erased.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub request: Option<Value>,
    /// The account that gives most of the amount; `null` where none gives anything.
    pub account: Option<String>,
    /// The amount that the call takes, of one currency.
    pub amount: Option<Money>,
    /// Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of
    /// an earlier version, which is held to its amount.
    pub commitment: Option<Commitment>,
    /// Its effect now, as a query answers while it is open; otherwise `null`.
    pub now: Option<Foreseen>,
    /// The rules that want it, the first to speak first.
    pub rules: Vec<String>,
    /// Its state.
    pub state: ReviewState,
    /// The requester: the call runs as this actor.
    pub requested_by: String,
    /// The admin who decided.
    pub decided_by: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Its deadline.
    pub expires_at: Time,
    /// The outcome of the call; `null` while it has not been tried.
    pub result: Option<ReviewResult>,
    /// Counts every event.
    pub version: i64,
    /// When it was asked for first.
    pub created_at: Time,
}

impl Review {
    /// The view of a review.
    #[must_use]
    pub fn of(review: &review::Review) -> Self {
        let (facts, call, executed) = (&review.facts, &review.facts.call, review.state == State::Executed);
        let result = ReviewResult { executed, error: call.error.clone(), made: call.made.clone() };
        Self {
            id: review.id(),
            operation: call.operation.clone(),
            request: review.text("request").and_then(|text| serde_json::from_str(text).ok()),
            account: facts.account.clone(),
            amount: facts.amount,
            commitment: call.commitment.clone(),
            now: None,
            rules: facts.rules.clone(),
            state: ReviewState::of(review.state),
            requested_by: call.requested_by.id().to_owned(),
            decided_by: facts.decided_by.clone(),
            reason: review.text("reason").map(|text| text.to_string()),
            expires_at: facts.times.expires_at,
            result: (executed || call.error.is_some()).then_some(result),
            version: review.row.version,
            created_at: review.row.created_at,
        }
    }

    /// The view of a review at this time: nobody can decide on it any more once its time has passed, whether
    /// or not the timer has run.
    #[must_use]
    pub fn at(review: &review::Review, now: Time) -> Self {
        let view = Self::of(review);
        if review.lapsed(now) { Self { state: ReviewState::Expired, ..view } } else { view }
    }

    /// The view of a review that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: ReviewId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&review::Review::of(seen.record(&review::Review::key(book, id))?)?))
    }
}

/// The outcome of a call that was parked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewResult {
    /// Whether it took place.
    pub executed: bool,
    /// The code that it was refused with when it should have run last.
    pub error: Option<String>,
    /// The ids of what it made.
    pub made: Vec<String>,
}

/// Reply of `reject_review`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewReply {
    /// The review.
    pub review: Review,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `approve_review`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewedReply {
    /// The review.
    pub review: Review,
    /// Whether the call took place.
    pub executed: bool,
    /// The call's own reply, when it took place.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub reply: Option<Value>,
    /// Why the call was refused; this may be repeated until the review expires.
    pub error: Option<Error>,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}
