//! The operations on approvals and policies: approve, reject, set, remove.

use serde_json::{Value, json};

use super::model::{Approval, ApprovalFacts, State};
use super::policy::{MOST, Policies};
use crate::approval::requests::operations::{Reject, Remove};
use crate::approval::views::{
    Approval as ApprovalView, ApprovalReply, ApproveReply, Policy as PolicyView, PolicyRemoved, PolicyReply,
};
use crate::env::Seed;
use crate::error::{Detail, Error, Result};
use crate::escrow;
use crate::ids::{ApprovalId, Book};
use crate::kernel::call::{Answer, Command};
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Data, Lifecycle as _};
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::forbidden;
use crate::parked::consent::{ConsentOperation, command_of};
use crate::parked::open;
use crate::parked::transitions::ParkedTrigger;
use crate::request::note::Note;
use crate::request::scope::Scope;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::members;
use crate::settings::config::{self, Config};
use crate::settings::policy::Policy;
use crate::sorting::Sorting;

/// Checks that the actor has the role that an approval asks for.
fn in_role(draft: &Draft<'_>, approval: &Approval) -> Result<()> {
    let actor = &draft.ctx.actor;
    draft.permitted();
    if actor.has_role(&approval.facts.role) {
        return Ok(());
    }
    let reason = format!("only actors in the role `{}` may decide on this approval", approval.facts.role);
    Err(forbidden("actor", actor, &reason))
}

/// Consents to a call that waits. The last consent then makes the call, in the same commit.
#[derive(Clone, Debug)]
pub struct Vote {
    pub book: Book,
    pub approval: ApprovalId,
    /// The policies of the engine's options.
    pub options: Vec<Policy>,
    /// The caller's notes.
    pub note: Note,
}

impl Vote {
    /// Raises the terms of an approval to those of the policies that are in force now.
    fn raise(&self, draft: &Draft<'_>, approval: &mut Approval) -> Decided<()> {
        let config = Config::at(draft, &config::key(&self.book))?;
        let policies = Policies::in_force(&self.options, config.as_ref());
        let (required, role) = policies.terms_now(draft, &approval.facts)?;
        let role = role.to_owned();
        (approval.facts.required, approval.facts.role) = (required, role);
        Ok(())
    }
}

impl Operation for Vote {
    type Reply = ApproveReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = Approval::key(&self.book, self.approval);
        // the call that waits is named by the record
        needs.incomplete |= !seen.records.knows(&key);
        if let Some(Ok(approval)) = seen.records.row(&key).map(Approval::of) {
            for payer in approval.facts.payers(&self.book) {
                needs.account(payer, Access::Read);
            }
        }
        needs.record(key, Access::Write);
        needs.record(config::key(&self.book), Access::Read);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = open::<ApprovalFacts>(draft, &self.book, self.approval, &self.note)?;
        let made = CreatedIds::of(self.approval);
        let already = || Detail::AlreadyApproved { approval: self.approval.to_string() };
        match editor.object.state {
            State::Executed => return Err(already().into()),
            State::Rejected | State::Expired => {
                return Err(editor.not_allowed(ParkedTrigger::Approve).into());
            }
            State::Pending | State::Approved => {}
        }
        self.raise(editor.draft, &mut editor.object)?;
        let (actor, now) = (editor.draft.ctx.actor.id().to_owned(), editor.now());
        if actor == editor.object.facts.call.requested_by.id() {
            return Err(Detail::SelfApproval { approval: self.approval.to_string() }.into());
        }
        in_role(editor.draft, &editor.object)?;
        let facts = &mut editor.object.facts;
        let required = facts.required;
        if editor.object.state == State::Approved && facts.votes.len() >= required as usize {
            // enough have consented: the call is only tried again
            return Ok(made);
        }
        if facts.votes.contains(&actor) {
            return Err(already().into());
        }
        facts.votes.push(actor);
        facts.times.votes.push(now);
        let given = facts.votes.len();
        let state = if given >= required as usize { State::Approved } else { State::Pending };
        let data = members!("approvals": given, "required": required);
        // each vote is an event, the last one or not
        editor.enter_by(ApprovalFacts::event(State::Approved), state, ParkedTrigger::Approve, data)?;
        editor.put()?;
        Ok(made)
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<ApproveReply> {
        let approval = ApprovalView::seen(&self.book, self.approval, seen)?;
        let executed = approval.state == State::Executed;
        Ok(ApproveReply { approval, executed, reply: None, error: None, replayed })
    }
}

impl ConsentOperation for Vote {
    type Facts = ApprovalFacts;
    const NAME: &'static str = "approvals.approve";

    fn parked(&self) -> RecordKey {
        Approval::key(&self.book, self.approval)
    }

    fn may_be_last(approval: &Approval) -> bool {
        !approval.state.is_open() || approval.facts.votes.len() + 1 >= approval.facts.required as usize
    }

    fn command(
        scope: &Scope,
        seed: Seed,
        approval: &Approval,
        request: &str,
        answer: Answer<Value>,
    ) -> Result<Box<dyn Command>> {
        if approval.facts.call.operation == escrow::timers::NAME {
            return Ok(Box::new(escrow::timers::with_consent(scope, seed, request, answer)?));
        }
        command_of(scope, seed, approval, request, answer)
    }

    fn show(&self, reply: &mut ApproveReply, seen: &Snapshot, refused: Option<Error>) -> Decided<()> {
        reply.approval = ApprovalView::seen(&self.book, self.approval, seen)?;
        reply.executed = reply.approval.state == State::Executed;
        reply.error = refused;
        Ok(())
    }

    fn answer(reply: &mut ApproveReply, made: Value) {
        reply.reply = Some(made);
    }
}

impl Operation for Reject {
    type Reply = ApprovalReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Approval::key(&self.book, self.approval), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = open::<ApprovalFacts>(draft, &self.book, self.approval, &self.note)?;
        if !editor.object.state.is_open() {
            return Err(editor.not_allowed(ParkedTrigger::Reject).into());
        }
        in_role(editor.draft, &editor.object)?;
        editor.object.facts.rejected_by = Some(editor.draft.ctx.actor.id().to_owned());
        let mut data = Data::new();
        editor.keep_hashed("reason", &self.reason, &mut data);
        editor.enter(State::Rejected, ParkedTrigger::Reject, data)?;
        editor.put()?;
        Ok(CreatedIds::of(self.approval))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<ApprovalReply> {
        Ok(ApprovalReply { approval: ApprovalView::seen(&self.book, self.approval, seen)?, replayed })
    }
}

/// The settings of a book, for a caller that may change them.
fn settings(draft: &Draft<'_>, book: &Book, note: &Note) -> Decided<Config> {
    draft.permit(&[])?;
    let known = Config::at(draft, &config::key(book))?;
    let config = known.map_or_else(|| Config::empty(book, draft.ctx.time()), Ok)?;
    note.check_version("policies", config.version())?;
    Ok(config)
}

fn version_of(book: &Book, seen: &Snapshot) -> Decided<i64> {
    Ok(seen.record(&config::key(book))?.version)
}

/// Asks for the consent of others from now on.
#[derive(Clone, Debug)]
pub struct Set {
    pub book: Book,
    pub policy: Policy,
    /// The caller's notes.
    pub note: Note,
}

impl Operation for Set {
    type Reply = PolicyReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(config::key(&self.book), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut config = settings(draft, &self.book, &self.note)?;
        let own = &mut config.facts.policies;
        match own.binary_search_by(|other| other.id.cmp(&self.policy.id)) {
            Ok(place) => own[place] = self.policy.clone(),
            Err(_) if own.len() >= MOST => {
                return Err(Error::invalid("id", format!("must be one of at most {MOST} policies")).into());
            }
            Err(place) => own.insert(place, self.policy.clone()),
        }
        config.facts.removed.retain(|id| *id != self.policy.id);
        let policy = &self.policy;
        let data = json!({
            "operation": policy.operation,
            "threshold": policy.threshold,
            "approvers": policy.approvers,
            "role": policy.role,
            "expires_in": policy.expires_in,
        });
        draft.event("policy.set", ("policy", &policy.id), config.version() + 1, &data)?;
        draft.put_changed(config)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PolicyReply> {
        let version = version_of(&self.book, seen)?;
        Ok(PolicyReply { policy: PolicyView::of(&self.policy, false), version, replayed })
    }
}

impl Operation for Remove {
    type Reply = PolicyRemoved;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(config::key(&self.book), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut config = settings(draft, &self.book, &self.note)?;
        let in_force = Policies::in_force(&self.options, Some(&config));
        if !in_force.all.iter().any(|(policy, _)| policy.id == self.id) {
            return Err(Error::invalid("id", format!("must name a policy: there is no `{}`", self.id)).into());
        }
        config.facts.policies.retain(|policy| policy.id != self.id);
        // a policy from the engine's options would otherwise come back
        config.facts.removed.push(self.id.clone());
        config.facts.removed.order();
        draft.event("policy.removed", ("policy", &self.id), config.version() + 1, &json!({}))?;
        draft.put_changed(config)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PolicyRemoved> {
        let version = version_of(&self.book, seen)?;
        Ok(PolicyRemoved { removed: self.id.clone(), version, replayed })
    }
}
