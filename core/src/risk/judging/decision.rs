//! Decisions: the verdicts on calls, kept if a rule fired (or would have, in shadow), if there was a score,
//! or if a list decided.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Detail, Error, Retry};
use crate::ids::DecisionId;
use crate::kernel::draft::Draft;
use crate::kernel::gate::Survivor;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::risk::judging::subjects::label;
use crate::risk::judging::verdict::{Fired, SCORE, Verdict};
use crate::risk::lists::Entry;
use crate::risk::rules::in_force::ActionRules;
use crate::risk::rules::rule::{Metric, Outcome, operation_of};
use crate::risk::views;
use crate::rows::body::Text;
use crate::rows::needs::Needs;
use crate::rows::object::{ListedBy, Stored, object};
use crate::time::Time;

/// The kind of a decision's record, and the object of its events.
pub const KIND: &str = "decision";
/// Its event.
pub const MADE: &str = "decision.made";

/// The text of its record that names the list entry by which the verdict was lifted.
pub(in crate::risk) const ALLOWED_BY: &str = "allowed_by";

/// The facts of a decision. Its record names the party that it is about by a salted hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionFacts {
    /// The operation that was judged.
    pub action: String,
    /// The part of the call that the first rule is about.
    pub subject: Option<String>,
    pub score: u8,
    pub fired: Vec<views::Fired>,
    /// The shadow rules that would have fired.
    pub shadow: Vec<views::Fired>,
    /// The subject of the list entry by which the verdict was lifted. The entry itself is named in a text of
    /// the record: the event log would keep the hash of an address for ever.
    pub allowed_by: Option<String>,
    /// The factors that challenges ask for, if the outcome is a challenge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// How long to wait.
    pub retry_after: Option<i64>,
}

/// A decision, read from its record.
pub type Decision = Stored<DecisionFacts>;

object! { DecisionFacts: KIND, Outcome, DecisionId }

impl DecisionFacts {
    /// Takes the facts of a decision from a verdict.
    pub(in crate::risk) fn of(about: &ActionRules, verdict: &Verdict) -> Self {
        let fired = |list: &[Fired]| list.iter().map(|fired| shown(about, fired)).collect();
        Self {
            action: operation_of(&about.action).to_owned(),
            subject: about_whom(verdict).map(|fired| fired.subject.clone()),
            score: verdict.score,
            fired: fired(&verdict.fired),
            shadow: fired(&verdict.shadow),
            allowed_by: verdict.allowed_by.clone(),
            factors: challenged(about, verdict),
            retry_after: verdict.retry_after,
        }
    }
}

impl views::Decision {
    /// The view of what was decided.
    pub fn of(id: Option<DecisionId>, outcome: Outcome, facts: DecisionFacts, at: Time) -> Self {
        let DecisionFacts { action, subject, score, fired, shadow, allowed_by, factors, retry_after } = facts;
        Self { id, action, outcome, score, subject, fired, shadow, allowed_by, factors, retry_after, at }
    }
}

/// Whether a verdict is kept: anything but a plain yes is.
pub(in crate::risk) fn is_kept(verdict: &Verdict) -> bool {
    !verdict.fired.is_empty()
        || !verdict.shadow.is_empty()
        || verdict.score > 0
        || verdict.allowed_by.is_some()
}

/// The factors that challenges ask for, if the outcome is a challenge.
fn challenged(about: &ActionRules, verdict: &Verdict) -> Vec<String> {
    if verdict.outcome != Outcome::Challenge {
        return Vec::new();
    }
    let challenges = verdict.fired.iter().filter(|fired| fired.outcome == Outcome::Challenge);
    about.factors(challenges.map(|fired| fired.rule.as_str()))
}

/// The refusal of a verdict, if it refuses. `None` for a review, which has a refusal of its own.
pub(in crate::risk) fn refusal(about: &ActionRules, verdict: &Verdict) -> Option<Error> {
    let speaker = verdict.speaker()?;
    if verdict.outcome == Outcome::Challenge {
        let message = about.message(&speaker.rule);
        return Some(Detail::FactorRequired { factors: challenged(about, verdict), message }.into());
    }
    if verdict.outcome == Outcome::Review {
        return None;
    }
    let shown = shown(about, speaker);
    let (rule, metric, subject, window) = (shown.rule, shown.metric, shown.subject, shown.window);
    let (used, requested, limit, message) = (shown.seen, shown.requested, shown.limit, shown.message);
    let retry_after = verdict.retry_after;
    let fired = named_once(verdict.fired.iter());
    let detail = if speaker.is_rate {
        Detail::RateLimited {
            rule,
            metric,
            subject,
            used,
            requested,
            limit,
            window,
            retry_after,
            message,
            fired,
        }
    } else {
        Detail::VelocityBlocked {
            rule,
            metric,
            subject,
            used,
            requested,
            limit,
            window,
            retry_after,
            message,
            fired,
        }
    };
    let error = Error::from(detail);
    Some(if retry_after.is_none() { error.with_retry(Retry::Never) } else { error })
}

/// The names of rules that fired, in their order. A rule that fired about several parties is named once.
pub(in crate::risk) fn named_once<'f>(fired: impl Iterator<Item = &'f Fired>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for fired in fired {
        if !names.contains(&fired.rule) {
            names.push(fired.rule.clone());
        }
    }
    names
}

/// Writes a decision with the call that it let pass.
pub(in crate::risk) fn keep(draft: &mut Draft<'_>, about: &ActionRules, verdict: &Verdict) -> Decided<()> {
    KeptDecision::new(about, verdict).write(draft)
}

/// A decision that is to be written: with the call, or as a survivor of its refusal.
#[derive(Debug)]
pub(in crate::risk) struct KeptDecision {
    outcome: Outcome,
    facts: DecisionFacts,
    listed_by: ListedBy,
}

impl KeptDecision {
    /// The decision about a call that an entry of a list refuses.
    pub(in crate::risk) fn blocked(action: &str, entry: &Entry, listed_by: ListedBy) -> Self {
        let mut decided = Self::bare(action, Outcome::Block, 0);
        decided.facts.subject = Some(entry.facts.subject.clone());
        Self { listed_by, ..decided }
    }

    /// The decision about a call that no rule speaks about.
    pub(in crate::risk) fn bare(action: &str, outcome: Outcome, score: u8) -> Self {
        let facts = DecisionFacts {
            action: action.to_owned(),
            subject: None,
            score,
            fired: Vec::new(),
            shadow: Vec::new(),
            allowed_by: None,
            factors: Vec::new(),
            retry_after: None,
        };
        Self { outcome, facts, listed_by: ListedBy::default() }
    }

    /// The decision about a call.
    pub(in crate::risk) fn new(about: &ActionRules, verdict: &Verdict) -> Self {
        let about_whom =
            about_whom(verdict).map(|fired| (fired.subject.as_str(), label(&fired.subject, &fired.party)));
        let listed_by = ListedBy {
            owner: None,
            peer: about_whom.as_ref().map(|(subject, _)| (*subject).into()),
            reference: about_whom.map(|(_, label)| label),
        };
        let facts = DecisionFacts::of(about, verdict);
        Self { outcome: verdict.outcome, facts, listed_by }
    }
}

impl Survivor for KeptDecision {
    fn name(&self) -> &'static str {
        "risk.decision"
    }

    /// It needs no rows.
    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let id = DecisionId::from_uuid(draft.ids.uuid());
        let (mut facts, book) = (self.facts.clone(), draft.ctx.book.clone());
        let entry = facts.allowed_by.take();
        facts.allowed_by = entry.as_deref().and_then(|entry| entry.split(':').next()).map(str::to_owned);
        let (key, listed_by) = (Decision::key(&book, id), self.listed_by.clone());
        let mut decision = Decision::begin(key, listed_by, self.outcome, facts, draft.ctx.time())?;
        if let Some(entry) = entry {
            decision.texts.insert(ALLOWED_BY.to_owned(), Text::new(&entry, draft.ids.salt()));
        }
        // with a salt of its own, the event log names the party by another hash in every event
        decision.row.salt = Some(draft.ids.salt().as_slice().into());
        let data = json!({ "action": self.facts.action, "outcome": self.outcome, "score": self.facts.score });
        let data = data.as_object().cloned().unwrap_or_default();
        draft.write(decision, MADE, &data)
    }
}

/// The rule by whose party a decision is listed: the one that speaks, else the first that fired, else the
/// first in shadow. A score has no party, so the first rule that made it stands for it.
fn about_whom(verdict: &Verdict) -> Option<&Fired> {
    let all = verdict.speaker().into_iter().chain(&verdict.fired).chain(&verdict.shadow);
    all.into_iter().find(|fired| fired.subject != SCORE)
}

fn shown(about: &ActionRules, fired: &Fired) -> views::Fired {
    let currency = about.rule(&fired.rule).and_then(|rule| match &rule.metric {
        Metric::Sum(limit) | Metric::Amount(limit) => Some(limit.currency()),
        _ => None,
    });
    let measure = |number: i128| match currency.and_then(|currency| Money::new(number, currency)) {
        Some(money) => json!(money),
        None => i64::try_from(number).map_or_else(|_| json!(number.to_string()), Value::from),
    };
    views::Fired {
        rule: fired.rule.clone(),
        metric: fired.metric.clone(),
        subject: fired.subject.clone(),
        seen: measure(fired.seen),
        requested: measure(fired.requested),
        limit: measure(fired.limit),
        window: fired.window.clone(),
        outcome: fired.outcome,
        message: about.message(&fired.rule),
    }
}
