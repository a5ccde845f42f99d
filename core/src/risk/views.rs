//! Views of the risk service.

use crate::error::Error;
use crate::ids::{Book, DecisionId, ReviewId};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::parked::foreseen::Foreseen;
pub use crate::request::proof::Factor;
use crate::request::view::views;
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
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// Returns the JSON Schema of a counted value: a whole number, or money.
fn measure(schemas: &mut SchemaGenerator) -> Schema {
    let money = schemas.subschema_for::<Money>();
    json_schema!({ "anyOf": [{ "type": "integer", "format": "int64" }, money] })
}

views! {
    /// A rule.
    view Rule of(kept: &KeptRule, facts: &RuleBookFacts) -> Result {
        let (args, rule) = (&kept.rule, crate::risk::rules::rule::Rule::kept(&kept.rule)?);
        let (created_at, updated_at) = times(facts, &args.id);
        let calendar = matches!(args.window.as_deref(), Some("day" | "month"));
    } => {
        /// Its name.
        id: String = args.id.clone(),
        /// Which calls it is about.
        action: String = args.action.clone(),
        /// About whom.
        subject: String = args.subject.clone(),
        /// The metric that it counts.
        metric: String = args.metric.clone(),
        /// For how long that counts; `null` for `amount`.
        window: Option<String> = args.window.clone(),
        /// Where midnight is, for `day` and `month`.
        time_zone: Option<String> =
            calendar.then(|| args.time_zone.clone().unwrap_or_else(|| "UTC".to_owned())),
        /// So much passes: a whole number, or money.
        #[schemars(schema_with = "measure")]
        limit: Value = args.limit.clone(),
        /// The outcome when it fires.
        outcome: Outcome = rule.outcome,
        /// Whether it only shows what it would do.
        shadow: bool = rule.shadow,
        /// Which refusal speaks first: the highest.
        priority: i32 = rule.priority,
        /// The points that it adds to the score.
        weight: i32 = rule.weight,
        /// In force from then on.
        from: Option<Time> = rule.from,
        /// In force before then.
        until: Option<Time> = rule.until,
        /// A message for people.
        message: Option<String> = rule.message,
        /// Of a challenge: which factors; any that is enrolled if there is none.
        factors: Vec<Factor> = rule.factors,
        /// Of a review: how long it stays open.
        expires_in: Option<Span> = (rule.outcome == Outcome::Review).then_some(rule.expires_in),
        /// Whether no call too many may pass even where many share a subject. If not, transactions about one
        /// subject do not wait for each other, and those that are open at once may go over the limit
        /// together.
        exact: bool = rule.exact,
        /// The number of what it counts: with a new one it has begun from zero.
        generation: i64 = kept.generation,
        /// It counts from then on.
        created_at: Time,
        /// When it was set last.
        updated_at: Time,
    }

    /// A rate.
    view Rate of(kept: &KeptRate, facts: &RuleBookFacts) {
        let args = &kept.rate;
        let (created_at, updated_at) = times(facts, &args.id);
    } => {
        /// Its name.
        id: String = args.id.clone(),
        /// Which calls it is about.
        action: String = args.action.clone(),
        /// About whom.
        subject: String = args.subject.clone(),
        /// How many calls in a span.
        limit: u32 = args.limit,
        /// The span.
        per: String = args.per.clone(),
        /// How many at once after a pause.
        burst: u32 = args.burst.unwrap_or(args.limit),
        /// Which refusal speaks first: the highest.
        priority: i32 = args.priority.unwrap_or(0),
        /// A message for people.
        message: Option<String> = args.message.clone(),
        /// The number of what it counts: with a new one it has begun from zero.
        generation: i64 = kept.generation,
        /// When it was set first.
        created_at: Time,
        /// When it was set last.
        updated_at: Time,
    }
}

fn times(facts: &RuleBookFacts, id: &str) -> (Time, Time) {
    facts.since(id).map_or((Time::EPOCH, Time::EPOCH), |since| (since.created_at, since.updated_at))
}

views! {
    /// Reply of `rules`: all of them on one page.
    view Rules {
        /// The rules, in the order of their names.
        items: Vec<Rule>,
        /// Always `null`.
        next: Option<String>,
        /// The rates, in the order of their names.
        rates: Vec<Rate>,
        /// From which score on something follows.
        thresholds: Thresholds,
        /// Counts every change of any of them.
        version: i64,
    }

    /// Reply of `set_rule`.
    reply RuleReply {
        /// The rule.
        rule: Rule,
        /// Version of the book's rules: it counts every change of any of them.
        version: i64,
    }

    /// Reply of `set_rate`.
    reply RateReply {
        /// The rate.
        rate: Rate,
        /// Version of the book's rules: it counts every change of any of them.
        version: i64,
    }

    /// Reply of `remove_rule`.
    reply RuleRemoved {
        /// The name of the rule or the rate that is gone.
        removed: String,
        /// Version of the book's rules: it counts every change of any of them.
        version: i64,
    }

    /// Reply of `set_thresholds`.
    reply ThresholdsReply {
        /// From which score on something follows.
        thresholds: Thresholds,
        /// Version of the book's rules: it counts every change of any of them.
        version: i64,
    }

    /// A rule or a rate that fired.
    view Fired {
        /// Its name; `score` for a threshold.
        rule: String,
        /// Its metric; `rate` for a rate, `score` for a threshold.
        metric: String,
        /// About whom.
        subject: String,
        /// The part of the limit that was used before the call: a whole number, or money.
        #[schemars(schema_with = "measure")]
        seen: Value,
        /// The part that the call would add: as `seen`.
        #[schemars(schema_with = "measure")]
        requested: Value,
        /// The limit: as `seen`.
        #[schemars(schema_with = "measure")]
        limit: Value,
        /// For how long it counts; `null` for `amount` and `score`.
        window: Option<String>,
        /// Its own outcome.
        outcome: Outcome,
        /// Its message for people.
        message: Option<String>,
    }

    /// The verdict of rules and rates on a call.
    view Decision {
        /// Its id; `null` where nothing was decided, but only asked.
        id: Option<DecisionId>,
        /// The operation that was judged.
        action: String,
        /// The strictest outcome.
        outcome: Outcome,
        /// The weights of what fired and the host's own number, 0 to 100.
        score: u8,
        /// The part of the call that the first rule is about.
        subject: Option<String>,
        /// All that fired, the first to speak first.
        fired: Vec<Fired>,
        /// The shadow rules that would have fired.
        shadow: Vec<Fired>,
        /// The entry of a list that lifted it.
        allowed_by: Option<String>,
        /// The factors that the call must prove first, by policies or, where that is the outcome, by
        /// challenges: without them it is `factor_required`.
        #[serde(default)]
        factors: Vec<String>,
        /// Whole seconds after which the call would pass if nothing else happened; `null` where no waiting
        /// helps or nothing refuses.
        retry_after: Option<i64>,
        /// When.
        at: Time,
    }

    /// The history of an account: its operations, disputes and refunds.
    view Profile {
        /// The account.
        account: String,
        /// 0 to 100: the share of its deals that were disputed, and half of the share in which money went
        /// back. Four deals that went well are added to everybody's, so that one dispute alone is no verdict.
        score: u8,
        /// 0 to 100: what the score leaves, at first no more than 50; it grows by one with every operation.
        trust: u8,
        /// How many entries it has, in all currencies; of a streaming account at most 10,000 are counted.
        operations: i64,
        /// How many disputes there were about its deals: the 250 newest in which it buys, and as many in
        /// which it sells.
        disputes: i64,
        /// In how many of these deals money went back to the buyer.
        refunds: i64,
        /// When it was opened.
        first_seen: Time,
        /// When its newest entry was made.
        last_seen: Time,
    }

    /// An entry of a list.
    view ListEntry of(entry: &Entry) {
        let said = |name: &str| entry.text(name).map(|text| text.to_string());
    } => {
        /// In which part of a call.
        subject: String = entry.facts.subject.clone(),
        /// The listed value; `null` when it was erased.
        value: Option<String> = said("value"),
        /// `blocked`, `allowed`, or `removed` from the lists.
        state: Listed = entry.state,
        /// Why; `null` when it was erased.
        reason: Option<String> = said("reason"),
        /// In force before then; `null` is for ever.
        until: Option<Time> = entry.facts.until,
        /// When it was listed first.
        created_at: Time = entry.row.created_at,
        /// Counts every change.
        version: i64 = entry.row.version,
    }

    /// Reply of `block`, `allow` and `unlist`.
    reply ListReply {
        /// The entry.
        entry: ListEntry,
    }

    /// Reply of `install_pack`.
    reply PackReply {
        /// The rules of the pack.
        rules: Vec<Rule>,
        /// Its rates.
        rates: Vec<Rate>,
        /// In which currencies none of its rules limits an amount: of `allowed_currencies`, or `*` for every
        /// other one where the engine allows all.
        leaves_open: Vec<String>,
        /// Version of the book's rules: it counts every change of any of them.
        version: i64,
    }

    /// A call that rules want people to look at first.
    view Review of(review: &review::Review) {
        let (facts, call, executed) = (&review.facts, &review.facts.call, review.state == State::Executed);
        let result = ReviewResult { executed, error: call.error.clone(), made: call.made.clone() };
    } => {
        /// Its id.
        id: ReviewId = review.id(),
        /// The operation that waits.
        operation: String = call.operation.clone(),
        /// Its request, without key and actor; `null` when it was erased.
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        request: Option<Value> = review.text("request").and_then(|text| serde_json::from_str(text).ok()),
        /// The account that gives most of the amount; `null` where none gives anything.
        account: Option<String> = facts.account.clone(),
        /// The amount that the call takes, of one currency.
        amount: Option<Money> = facts.amount,
        /// Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for
        /// one of an earlier version, which is held to its amount.
        commitment: Option<Commitment> = call.commitment.clone(),
        /// Its effect now, as a query answers while it is open; otherwise `null`.
        now: Option<Foreseen> = None,
        /// The rules that want it, the first to speak first.
        rules: Vec<String> = facts.rules.clone(),
        /// Its state.
        state: ReviewState = ReviewState::of(review.state),
        /// The requester: the call runs as this actor.
        requested_by: String = call.requested_by.id().to_owned(),
        /// The admin who decided.
        decided_by: Option<String> = facts.decided_by.clone(),
        /// Why it was rejected.
        reason: Option<String> = review.text("reason").map(|text| text.to_string()),
        /// Its deadline.
        expires_at: Time = facts.times.expires_at,
        /// The outcome of the call; `null` while it has not been tried.
        result: Option<ReviewResult> = (executed || call.error.is_some()).then_some(result),
        /// Counts every event.
        version: i64 = review.row.version,
        /// When it was asked for first.
        created_at: Time = review.row.created_at,
    }

    /// The outcome of a call that was parked.
    view ReviewResult {
        /// Whether it took place.
        executed: bool,
        /// The code that it was refused with when it should have run last.
        error: Option<String>,
        /// The ids of what it made.
        made: Vec<String>,
    }

    /// Reply of `reject_review`.
    reply ReviewReply {
        /// The review.
        review: Review,
    }

    /// Reply of `approve_review`.
    reply ReviewedReply {
        /// The review.
        review: Review,
        /// Whether the call took place.
        executed: bool,
        /// The call's own reply, when it took place.
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        reply: Option<Value>,
        /// Why the call was refused; this may be repeated until the review expires.
        error: Option<Error>,
    }
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

impl Review {
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
