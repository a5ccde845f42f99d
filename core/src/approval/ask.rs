//! Requests for approval: survivors, which are written although the call was refused.

use std::sync::Arc;

use serde_json::{Map, json};

use super::gate::amount;
use super::model::{self, Approval, ApprovalFacts, State, Times};
use crate::error::{Error, Result};
use crate::ids::{Actor, ApprovalId, Book, Key};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Gated, Survivor};
use crate::kernel::identity::{FORM, mark_of};
use crate::kernel::objects::Objects;
use crate::kernel::operation::{Context, CreatedIds, Halt};
use crate::kernel::outflow::Outflow;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::AWAITS_APPROVAL;
use crate::rows::tables::KeyRow;
use crate::settings::policy::Policy;
use crate::time::Time;
use crate::vault::proofs::Presented;

/// A request for approval. It includes everything that it writes, so that it can be written elsewhere: a
/// request inside a host's transaction survives the host's rollback.
#[derive(Clone, Debug)]
pub struct ApprovalRequest {
    book: Book,
    requester: Actor,
    id: ApprovalId,
    key: Key,
    operation: &'static str,
    effect: &'static str,
    request: Arc<[u8]>,
    fields: Arc<[u8]>,
    body: Arc<str>,
    policy: Policy,
    amount: Money,
    account: crate::ids::AccountId,
    /// The objects of the call: nobody is asked to approve a call whose object was rolled back.
    objects: Objects,
    /// The proofs that are used up when it is parked.
    proofs: Vec<Presented>,
}

impl ApprovalRequest {
    /// The request for consent to a call.
    ///
    /// # Errors
    /// `corrupted` when the request has no JSON form; `overflow` at the bound of money.
    pub fn of(
        draft: &Draft<'_>,
        call: &dyn Gated,
        (id, policy, taken, proofs): (ApprovalId, &Policy, &Outflow, Vec<Presented>),
        objects: Objects,
    ) -> Result<Self> {
        let identity = call.identity();
        let key = identity.key.clone().ok_or_else(|| Error::corrupted("a gated call without a key"))?;
        Ok(Self {
            book: draft.ctx.book.clone(),
            requester: draft.ctx.actor.clone(),
            id,
            key,
            operation: draft.ctx.operation,
            effect: call.effect(),
            request: identity.request.clone(),
            fields: identity.fields.clone(),
            body: call.request()?.into(),
            policy: policy.clone(),
            amount: amount(taken)?,
            account: taken.account.clone(),
            objects,
            proofs,
        })
    }

    fn facts(&self, now: Time) -> ApprovalFacts {
        ApprovalFacts {
            operation: self.operation.to_owned(),
            effect: self.effect.to_owned(),
            payload_hash: hex::encode(&self.request),
            account: self.account.clone(),
            amount: self.amount,
            policy: self.policy.id.clone(),
            required: self.policy.approvers,
            role: self.policy.role.clone(),
            requested_by: self.requester.clone(),
            proven: self.proofs.iter().map(|proof| proof.factor.to_owned()).collect(),
            votes: Vec::new(),
            rejected_by: None,
            error: None,
            made: Vec::new(),
            times: Times {
                requested_at: now,
                expires_at: now.checked_add(self.policy.expires_in).unwrap_or(Time::MAX),
                votes: Vec::new(),
                ended_at: None,
            },
        }
    }

    /// Reopens an approval that has expired, without its votes.
    fn again(&self, draft: &mut Draft<'_>, mut approval: Approval) -> Result<Approval, Halt> {
        if approval.state != State::Expired {
            // late is the same as on time
            approval.state = State::Expired;
            draft.emit(&mut approval, "approval.expired", &Map::new())?;
        }
        approval.state = State::Pending;
        approval.row.owner = Some(self.requester.id().into());
        approval.facts = self.facts(draft.ctx.now);
        Ok(approval)
    }

    /// Ties the key to this request while it waits: another request under it is a mismatch. The row has
    /// expired from the beginning, so that the call, and no other, gives it its outcome when it takes place.
    fn tie(&self, ctx: &Context, salt: Arc<[u8]>) -> KeyRow {
        let made = CreatedIds::pending(self.id);
        KeyRow {
            book: self.book.clone(),
            key: self.key.clone(),
            operation: self.operation.into(),
            form: FORM,
            request: self.request.clone(),
            fields: self.fields.clone(),
            made: made.pack(),
            actor: mark_of(&self.requester),
            salt: Some(salt),
            stamp: ctx.stamp,
            at: ctx.at,
            expires_at: Some(AWAITS_APPROVAL),
        }
    }
}

impl Survivor for ApprovalRequest {
    fn name(&self) -> &'static str {
        "approvals.request"
    }

    fn book(&self) -> &Book {
        &self.book
    }

    fn actor(&self) -> &Actor {
        &self.requester
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        self.objects.needs(needs);
        self.proofs.iter().for_each(|proof| proof.needs(needs));
        needs.keys.insert((self.book.clone(), self.key.clone()));
        needs.record(model::key(&self.book, self.id), Access::Write);
    }

    /// Writes the approval, its event, and the key's tie to this request. An open approval stays as it is;
    /// where an object of the call does not exist, nothing is written.
    fn write(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let now = draft.ctx.now;
        if !self.objects.exist(draft)? {
            return Ok(());
        }
        let row = draft.key(&(self.book.clone(), self.key.clone()))?;
        if row.is_some_and(|row| row.expires_at.is_none_or(|at| at > now)) {
            // it took place in the meantime
            return Ok(());
        }
        let known = draft.record(&model::key(&self.book, self.id))?.map(Approval::of).transpose()?;
        let mut approval = match known {
            Some(approval) if !approval.lapsed(now) => return Ok(()),
            Some(approval) => self.again(draft, approval)?,
            None => Approval::asked(&self.book, self.id, self.facts(now), draft.ctx.time())?,
        };
        for (name, text) in [("request", self.body.as_ref()), ("key", self.key.as_str())] {
            approval.texts.insert(name.to_owned(), Text::new(text, draft.ids.salt()));
        }
        let mut data = Map::new();
        data.insert("operation".into(), self.operation.into());
        data.insert("policy".into(), self.policy.id.as_str().into());
        data.insert("required".into(), self.policy.approvers.into());
        draft.emit(&mut approval, "approval.requested", &data)?;
        let told = json!({
            "event": "approval.requested",
            "approval": self.id,
            "operation": self.operation,
            "amount": self.amount,
            "policy": self.policy.id,
            "role": self.policy.role,
            "requested_by": self.requester.id(),
            "expires_at": approval.facts.times.expires_at,
        });
        draft.enqueue(NOTIFY_ADMINS, &told)?;
        draft.put_record(approval.into_row()?);
        self.proofs.iter().try_for_each(|proof| proof.used(draft))?;
        let salt = draft.ids.key_salt();
        draft.put_key(self.tie(draft.ctx, salt));
        Ok(())
    }
}
