//! The gate before every write that takes money: does a policy cover it, and has it the consent that it
//! needs?
//!
//! It stands behind the decision, so that nobody is asked to approve what would be refused anyway.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ask::Ask;
use super::model::{self, Approval, ApprovalFacts, State, record};
use super::policy::{Policies, Policy, TREASURY};
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, ApprovalId};
use crate::kernel::draft::{Draft, WriteSet};
use crate::kernel::identity::Identity;
use crate::kernel::operation::{Halt, Made, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::rows::needs::AccountKey;
use crate::rows::row::Row as _;

/// What the gate must know of a call beside its decision.
pub struct Gate {
    /// The effect of the operation.
    pub effect: &'static str,
    /// The policies of the engine's options.
    pub policies: Arc<[Policy]>,
    /// The request as canonical JSON, without key, actor, context and expected version.
    pub request: Box<dyn Fn() -> Result<String> + Send + Sync>,
}

/// What a call takes in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The account that gives most of it.
    pub account: AccountId,
    /// The currency.
    pub currency: Currency,
    /// How much of it in all, in minor units.
    pub minor: i128,
}

/// What a decision takes, by currency: what leaves accounts, net of what comes back to them in the same call,
/// and what is newly held there. Money that enters from outside is not taken from anybody.
#[must_use]
pub fn taken(writes: &WriteSet, seen: &Snapshot) -> Vec<Taken> {
    taken_from(writes, seen, |_| true)
}

/// What it takes of the accounts that have a tier.
fn of_treasury(writes: &WriteSet, seen: &Snapshot) -> Vec<Taken> {
    taken_from(writes, seen, |key| {
        let changed = writes.accounts.iter().find(|row| row.is(key));
        changed.or_else(|| seen.accounts.row(key)).is_some_and(|row| row.tier.is_some())
    })
}

fn taken_from(writes: &WriteSet, seen: &Snapshot, counts: impl Fn(&AccountKey) -> bool) -> Vec<Taken> {
    let mut out: BTreeMap<(Currency, &AccountId), i128> = BTreeMap::new();
    for entry in &writes.entries {
        let sum = out.entry((entry.currency, &entry.account)).or_default();
        *sum = sum.saturating_sub(entry.amount);
    }
    for hold in writes.holds.iter().filter(|hold| seen.holds.row(&hold.key()).is_none()) {
        let sum = out.entry((hold.currency, &hold.account)).or_default();
        *sum = sum.saturating_add(crate::ledger::funds::remaining(hold));
    }
    let first = writes.entries.first().map(|entry| &entry.book);
    let Some(book) = first.or_else(|| writes.holds.first().map(|hold| &hold.book)) else { return Vec::new() };
    let mut most: BTreeMap<Currency, (i128, Taken)> = BTreeMap::new();
    for ((currency, account), minor) in out {
        let key = || (book.clone(), account.clone(), currency);
        if minor <= 0 || account.is_world() || !counts(&key()) {
            continue;
        }
        let taken = || Taken { account: account.clone(), currency, minor: 0 };
        let (largest, all) = most.entry(currency).or_insert_with(|| (0, taken()));
        all.minor = all.minor.saturating_add(minor);
        if minor > *largest {
            (*largest, all.account) = (minor, account.clone());
        }
    }
    most.into_values().map(|(_, taken)| taken).collect()
}

impl Policies {
    /// The strictest policy that covers a call: the one that asks for the most people, then the one that
    /// gives them the least time, then the first by name.
    #[must_use]
    pub fn strictest<'p, 't>(&'p self, effect: &str, taken: &'t [Taken]) -> Option<(&'p Policy, &'t Taken)> {
        let mut strictest: Option<(&Policy, &Taken)> = None;
        for (policy, _) in self.all.iter().filter(|(policy, _)| policy.covers(effect)) {
            let reached = |taken: &&Taken| {
                taken.currency == policy.threshold.currency() && taken.minor >= policy.threshold.minor()
            };
            let Some(taken) = taken.iter().find(reached) else { continue };
            if strictest.is_none_or(|(other, _)| milder(other, policy)) {
                strictest = Some((policy, taken));
            }
        }
        strictest
    }

    /// The strictest policy that covers a call by its effect, or by what it takes of a treasury.
    fn covering<'p, 't>(
        &'p self,
        effect: &str,
        (taken, treasury): (&'t [Taken], &[Taken]),
    ) -> Option<(&'p Policy, &'t Taken)> {
        let by_effect = self.strictest(effect, taken);
        let of_treasury = self.strictest(TREASURY, treasury).and_then(|(policy, part)| {
            // what is approved is all that the call takes
            Some((policy, taken.iter().find(|whole| whole.currency == part.currency)?))
        });
        match (by_effect, of_treasury) {
            (Some(one), Some(other)) => Some(if milder(one.0, other.0) { other } else { one }),
            (one, other) => one.or(other),
        }
    }

    /// How many must consent to what was asked for, and in which role: as it was asked, or as the policies
    /// that are in force now ask, where these want no fewer people. A policy that was made milder or removed
    /// changes nothing.
    #[must_use]
    pub fn terms<'p>(&'p self, facts: &'p ApprovalFacts, of_treasury: bool) -> (u32, &'p str) {
        let taken = [Taken {
            account: facts.account.clone(),
            currency: facts.amount.currency(),
            minor: facts.amount.minor(),
        }];
        let treasury = if of_treasury { &taken[..] } else { &[] };
        match self.covering(&facts.effect, (&taken, treasury)) {
            Some((policy, _)) if policy.approvers >= facts.required => (policy.approvers, &policy.role),
            _ => (facts.required, &facts.role),
        }
    }

    /// The same, with the account that gives most of it as it is now.
    ///
    /// # Errors
    /// Halts when the account was not read.
    pub fn terms_now<'p>(
        &'p self,
        draft: &Draft<'_>,
        facts: &'p ApprovalFacts,
    ) -> Result<(u32, &'p str), Halt> {
        let key = (draft.ctx.book.clone(), facts.account.clone(), facts.amount.currency());
        let tier = draft.account(&key)?.and_then(|row| row.tier);
        Ok(self.terms(facts, tier.is_some()))
    }
}

/// Whether a policy asks for fewer people than another, or gives them more time.
fn milder(one: &Policy, other: &Policy) -> bool {
    (one.approvers, std::cmp::Reverse(one.expires_in))
        < (other.approvers, std::cmp::Reverse(other.expires_in))
}

/// A call at the gate.
#[derive(Clone, Copy)]
pub struct Caller<'c> {
    /// What the gate knows of it.
    pub gate: &'c Gate,
    /// The policies in force.
    pub policies: &'c Policies,
    /// Its key and its payload.
    pub identity: &'c Identity,
    /// What it made; kept with an approval that it uses up.
    pub made: &'c Made,
    /// Its key waits for an approval already.
    pub waits: bool,
}

/// What is to be done with a call that a policy covers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// It has its consent: the approval is used up with it.
    Granted,
    /// Others must approve first; nothing new is to be written.
    Wait,
    /// Others must be asked.
    Ask,
    /// It runs without: nobody asks for consent any more.
    Free,
    /// It may not run.
    Refused(Error),
}

/// Judges an approval that exists for the key of a call.
fn verdict(
    approval: &Approval,
    draft: &Draft<'_>,
    (taken, covered): (&[Taken], bool),
    required: u32,
) -> Verdict {
    let facts = &approval.facts;
    if approval.lapsed(draft.ctx.now) {
        return if covered { Verdict::Ask } else { Verdict::Free };
    }
    match approval.state {
        State::Pending => Verdict::Wait,
        // the policies have become stricter since
        State::Approved if facts.votes.len() < required as usize => Verdict::Wait,
        State::Approved => {
            let now = taken.iter().find(|taken| taken.currency == facts.amount.currency());
            // the payload is the same, but what it takes may have grown in the meantime
            if now.is_some_and(|taken| taken.minor > facts.amount.minor()) {
                let (object, trigger) = (approval.id().to_string(), facts.operation.clone());
                let condition = "amount".to_owned();
                let unmet = Detail::ConditionNotMet { object, trigger, condition, deadline: None };
                return Verdict::Refused(unmet.into());
            }
            Verdict::Granted
        }
        State::Executed => {
            Verdict::Refused(Detail::AlreadyApproved { approval: approval.id().to_string() }.into())
        }
        State::Rejected | State::Expired => Verdict::Refused(approval.not_allowed(&facts.operation)),
    }
}

/// Lets an accepted call pass, or stops it until others have approved it. `false` is a mismatch: the approval
/// of its key is for another payload.
///
/// # Errors
/// `approval_required`; `transition_not_allowed` when it was rejected; `condition_not_met` when it would take
/// more than was approved.
pub fn judge(draft: &mut Draft<'_>, call: Caller<'_>) -> Result<bool, Halt> {
    let Some(key) =
        call.identity.key.as_ref().filter(|_| call.waits || call.policies.concern(call.gate.effect))
    else {
        return Ok(true);
    };
    let taken = taken(draft.writes(), draft.seen());
    let treasury = of_treasury(draft.writes(), draft.seen());
    let covering = call.policies.covering(call.gate.effect, (&taken, &treasury));
    if covering.is_none() && !call.waits {
        return Ok(true);
    }
    let book = draft.ctx.book.clone();
    let id = model::id_of(&book, key);
    let approval = draft.record(&model::key(&book, id))?.map(Approval::of).transpose()?;
    let verdict = match &approval {
        None if covering.is_some() => Verdict::Ask,
        None => Verdict::Free,
        Some(approval) if approval.facts.payload_hash != hex::encode(&call.identity.request) => {
            return Ok(false);
        }
        Some(approval) => {
            let (required, _) = call.policies.terms_now(draft, &approval.facts)?;
            verdict(approval, draft, (&taken, covering.is_some()), required)
        }
    };
    match (verdict, approval, covering) {
        (Verdict::Granted, Some(approval), _) => grant(draft, approval, call.made).map(|()| true),
        (Verdict::Wait, Some(approval), _) => Err(required(id, &approval.facts.policy).into()),
        (Verdict::Ask, _, Some((policy, taken))) => {
            let error = required(id, &policy.id);
            let ask = Ask::of(draft, &call, (id, policy, taken))?;
            Err(Halt::Reject(Rejection { error, asks: Some(Box::new(ask)) }))
        }
        (Verdict::Refused(error), _, _) => Err(error.into()),
        _ => Ok(true),
    }
}

/// Uses an approval up: the call that it is for takes place in the same commit.
fn grant(draft: &mut Draft<'_>, mut approval: Approval, made: &Made) -> Result<(), Halt> {
    draft.approved(&approval.facts.votes)?;
    approval.state = State::Executed;
    approval.facts.error = None;
    approval.facts.made = made.ids();
    approval.facts.times.ended_at = Some(draft.ctx.now);
    let mut said = serde_json::Map::new();
    said.insert("operation".into(), approval.facts.operation.as_str().into());
    record(draft, &mut approval, "approval.executed", &said)?;
    draft.put_record(approval.into_row()?);
    Ok(())
}

fn required(approval: ApprovalId, policy: &str) -> Error {
    let (approval, policy) = (approval.to_string(), policy.to_owned());
    Detail::ApprovalRequired { approval, policy, hint: None }.into()
}

/// What somebody is told whose call is about an object that only his own open transaction knows: nobody can
/// be asked to approve that.
#[must_use]
pub fn commit_first(asks: &Ask) -> Error {
    let hint = Some("commit the transaction that made its object, then call again".to_owned());
    let (approval, policy) = (asks.id().to_string(), asks.policy().to_owned());
    Detail::ApprovalRequired { approval, policy, hint }.into()
}

/// What was approved, as money.
///
/// # Errors
/// `overflow` at the bound.
pub(super) fn amount(taken: &Taken) -> Result<Money> {
    let account = taken.account.to_string();
    Money::new(taken.minor, taken.currency).ok_or_else(|| Detail::Overflow { account }.into())
}
