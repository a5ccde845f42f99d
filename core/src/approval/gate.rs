//! The gate before every write that takes money: it checks whether a policy covers the call, and whether the
//! call has the approval that it needs.
//!
//! It comes after the decision, so that nobody is asked to approve a call that would be refused anyway.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use super::ask::ByPolicy;
use super::model::{Approval, ApprovalFacts, State};
use super::policy::Policies;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, ApprovalId, Book, Key};
use crate::kernel::commitment::Commitment;
use crate::kernel::debits::{Outflow, outflows, outflows_of_treasury};
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gate, Gated};
use crate::kernel::operation::{Decided, Halt, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::parked::{self, ask::Asked};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::settings::config::{self, Config};
use crate::settings::policy::{Policy, TREASURY};
use crate::time::Time;
use crate::vault::proofs::used_up;

/// The policies in force are read once for each change of a book's settings; this many books are cached.
const REMEMBERED: usize = 1_000;

/// A book's settings as they were read, and what is in force with them.
type Known = (Arc<str>, Arc<Policies>);

/// The gate of approvals.
#[derive(Debug)]
pub struct Approvals {
    options: Arc<[Policy]>,
    /// The policies in force where a book has no settings of its own.
    brought: Arc<Policies>,
    in_force: Mutex<HashMap<Book, Known>>,
}

impl Approvals {
    /// The gate of an engine with these policies in its options.
    pub fn new(options: Arc<[Policy]>) -> Self {
        let brought = Arc::new(Policies::in_force(&options, None));
        Self { options, brought, in_force: Mutex::default() }
    }

    /// The policies in force in a book, by its settings in the call's group.
    pub(super) fn in_force(&self, draft: &Draft<'_>) -> Decided<Arc<Policies>> {
        let book = &draft.ctx.book;
        let Some(row) = draft.record(&config::key(book))? else { return Ok(self.brought.clone()) };
        // a plain cache: a panic leaves nothing half-way
        let mut known = self.in_force.lock().unwrap_or_else(PoisonError::into_inner);
        // by what the settings say, not by their version: one that was rolled back comes again with another
        // content
        if let Some((_, policies)) = known.get(book).filter(|(body, _)| *body == row.body) {
            return Ok(policies.clone());
        }
        let policies = Arc::new(Policies::in_force(&self.options, Some(&Config::of(row)?)));
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(book.clone(), (row.body.clone(), policies.clone()));
        Ok(policies)
    }
}

impl Policies {
    /// The strictest policy that covers a call: the one that asks for the most people, then the one that
    /// gives them the least time, then the first by name.
    pub fn strictest<'p, 't>(
        &'p self,
        effect: &str,
        taken: &'t [Outflow],
    ) -> Option<(&'p Policy, &'t Outflow)> {
        let mut strictest: Option<(&Policy, &Outflow)> = None;
        // one that asks for factors alone asks nobody else
        let asks = |policy: &Policy| policy.approvers > 0 && policy.covers(effect);
        for (policy, _) in self.all.iter().filter(|(policy, _)| asks(policy)) {
            let reached = |taken: &&Outflow| {
                taken.currency == policy.threshold.currency() && taken.minor >= policy.threshold.minor_units()
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
        taken: &'t [Outflow],
        treasury: &[Outflow],
    ) -> Option<(&'p Policy, &'t Outflow)> {
        let by_effect = self.strictest(effect, taken);
        let of_treasury = self.strictest(TREASURY, treasury).and_then(|(policy, part)| {
            // the approval covers all that the call takes
            Some((policy, taken.iter().find(|whole| whole.currency == part.currency)?))
        });
        match (by_effect, of_treasury) {
            (Some(one), Some(other)) => Some(if milder(one.0, other.0) { other } else { one }),
            (one, other) => one.or(other),
        }
    }

    /// How many must approve a request, and in which role: by the policy at the time of the request, or by
    /// the policies now in force, if these want no fewer people. A policy that was made milder or removed
    /// changes nothing. `taken` is what was agreed to, `treasury` the part of accounts that have a tier now.
    pub fn terms<'p>(
        &'p self,
        facts: &'p ApprovalFacts,
        taken: &[Outflow],
        treasury: &[Outflow],
    ) -> (u32, &'p str) {
        match self.covering(&facts.effect, taken, treasury) {
            Some((policy, _)) if policy.approvers >= facts.required => (policy.approvers, &policy.role),
            _ => (facts.required, &facts.role),
        }
    }

    /// The same, with the accounts that give it as they are now.
    pub fn terms_now<'p>(&'p self, draft: &Draft<'_>, facts: &'p ApprovalFacts) -> Decided<(u32, &'p str)> {
        let mut tiered = BTreeSet::new();
        for key in facts.payers(&draft.ctx.book) {
            if draft.account(&key)?.is_some_and(|row| row.tier.is_some()) {
                tiered.insert((key.account, key.currency));
            }
        }
        let of_treasury = |from: &str, currency| tiered.contains(&(AccountId::stored(from), currency));
        Ok(self.terms(facts, &facts.taken(|_, _| true), &facts.taken(of_treasury)))
    }
}

/// Whether a policy asks for fewer people than another, or gives them more time.
fn milder(one: &Policy, other: &Policy) -> bool {
    (one.approvers, std::cmp::Reverse(one.expires_in))
        < (other.approvers, std::cmp::Reverse(other.expires_in))
}

/// The verdict on a call that a policy covers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// It has its consent: the approval is used up with it.
    Granted,
    /// Others must approve first; nothing new is to be written.
    Wait,
    /// Others must be asked.
    Ask,
    /// It runs without: no policy covers it any more.
    Free,
    /// It may not run.
    Refused(Error),
}

/// Judges an approval that exists for the key of a call.
fn verdict(approval: &Approval, now: Time, taken: &Commitment, covering: Option<&Policy>) -> Verdict {
    let facts = &approval.facts;
    if approval.lapsed(now) {
        return if covering.is_some() { Verdict::Ask } else { Verdict::Free };
    }
    // the policies may have become stricter since
    let required = covering.map_or(0, |policy| policy.approvers).max(facts.required);
    match approval.state {
        State::Pending => Verdict::Wait,
        // the payload is the same, but what the call does may have changed in the meantime
        State::Approved => match approval.holds(taken) {
            Err(error) => Verdict::Refused(error),
            Ok(()) if facts.votes.len() < required as usize => Verdict::Wait,
            Ok(()) => Verdict::Granted,
        },
        State::Executed => {
            Verdict::Refused(Detail::AlreadyApproved { approval: approval.id().to_string() }.into())
        }
        State::Rejected | State::Expired => Verdict::Refused(approval.not_allowed(&facts.call.operation)),
    }
}

impl Gate for Approvals {
    fn needs(&self, call: &Gated<'_>, seen: &Snapshot, needs: &mut Needs) {
        let book = &call.caller().book;
        // one row a group, so that what is set holds in every process at once
        needs.record(config::key(book), Access::Read);
        if let Some(key) = call.identity().key.as_ref().filter(|_| call.is_pending(seen)) {
            needs.record(Approval::key_of(book, key), Access::Write);
        }
    }

    fn pending_record(&self, book: &Book, key: &Key) -> Option<RecordKey> {
        Some(Approval::key_of(book, key))
    }

    /// Lets an accepted call pass, or stops it until others have approved it: `approval_required`;
    /// `transition_not_allowed` when it was rejected; `condition_not_met` when it goes beyond what was
    /// approved, naming the part.
    fn judge(&self, call: &Gated<'_>, accepted: &Accepted<'_>, draft: &mut Draft<'_>) -> Decided<()> {
        let policies = self.in_force(draft)?;
        let effect = call.effect_on(draft.seen());
        let concerned = || accepted.waits || policies.concern(effect);
        let Some(key) = call.identity().key.as_ref().filter(|_| concerned()) else { return Ok(()) };
        let taken = outflows(draft.writes(), draft.seen());
        let treasury = outflows_of_treasury(draft.writes(), draft.seen());
        let covering = policies.covering(effect, &taken, &treasury);
        if covering.is_none() && !accepted.waits {
            return Ok(());
        }
        let id = Approval::id_of(&draft.ctx.book, key);
        let approval = parked::known::<ApprovalFacts>(draft, key)?;
        let verdict = match &approval {
            None if covering.is_some() => Verdict::Ask,
            None => Verdict::Free,
            Some(approval) if approval.is_for_another(&call.identity().request) => {
                return Err(call.mismatch(draft.seen()).into());
            }
            Some(approval) => {
                let covering = covering.map(|(policy, _)| policy);
                verdict(approval, draft.ctx.now, &call.commitment(draft)?, covering)
            }
        };
        match (verdict, approval, covering) {
            (Verdict::Granted, Some(approval), _) => {
                draft.approved(&approval.facts.votes)?;
                approval.execute(draft, accepted.made)
            }
            (Verdict::Wait, Some(approval), _) => Err(required(id, &approval.facts.policy, None).into()),
            (Verdict::Ask, _, Some((policy, taken))) => Err(ask(draft, call, accepted, id, policy, taken)?),
            (Verdict::Refused(error), _, _) => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Refuses a call that others must approve first, and leaves the request for their approval. An object that
/// only the host's open transaction has cannot be shown to others yet, and may be rolled back: nobody is
/// asked before the commit.
fn ask(
    draft: &Draft<'_>,
    call: &Gated<'_>,
    accepted: &Accepted<'_>,
    id: ApprovalId,
    policy: &Policy,
    taken: &Outflow,
) -> Decided<Halt> {
    let objects = call.objects(draft.seen());
    if accepted.uncommitted.meets(&objects) {
        let hint = "commit the transaction that made its object, then call again".to_owned();
        return Ok(required(id, &policy.id, Some(hint)).into());
    }
    let proofs = used_up(call, draft)?;
    let (policy, account) = (policy.clone(), taken.account.clone());
    let effect = call.effect_on(draft.seen());
    let terms = ByPolicy { id, effect, amount: amount(taken)?, policy, account };
    let error = required(id, &terms.policy.id, None);
    let request = Asked::of(draft, call, objects, proofs, terms)?;
    Ok(Halt::Reject(Rejection { error, survivors: vec![Arc::new(request)] }))
}

fn required(approval: ApprovalId, policy: &str, hint: Option<String>) -> Error {
    let (approval, policy) = (approval.to_string(), policy.to_owned());
    Detail::ApprovalRequired { approval, policy, hint }.into()
}

/// The approved outflow, as money.
fn amount(taken: &Outflow) -> Result<Money> {
    let account = taken.account.to_string();
    Money::new(taken.minor, taken.currency).ok_or_else(|| Detail::Overflow { account }.into())
}
