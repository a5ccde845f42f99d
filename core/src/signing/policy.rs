//! Sets what a key may sign.

use serde_json::{Map, Value, json};

use super::model::{self, KeyRecord};
use super::views::{KeyPolicySet, SigningKey};
use crate::ids::SigningKeyId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::rows::needs::{Access, Needs};
use crate::vault::safe::Safe;

/// Sets the policy of a key; it takes the place of the one before. What was counted stays.
pub struct SetPolicy {
    safe: Safe,
    id: SigningKeyId,
    policy: Value,
    note: Note,
}

impl SetPolicy {
    /// A policy that was read.
    pub fn new(safe: Safe, id: SigningKeyId, policy: &earnest_evm::Policy, note: Note) -> Self {
        Self { safe, id, policy: policy.to_json(), note }
    }
}

impl Operation for SetPolicy {
    type Reply = KeyPolicySet;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(KeyRecord::key(&self.safe.book, self.id), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let mut key = KeyRecord::known(draft, &self.safe.book, self.id)?;
        self.note.check_version(&self.id.to_string(), key.row.version)?;
        // a day that somebody emptied is not vouched for by setting a policy
        model::vouched(&self.safe, &key)?;
        key.facts.policy = Some(self.policy.clone());
        let mut data = Map::new();
        data.insert("policy".to_owned(), json!(self.policy));
        draft.emit(&mut key, "signing_key.policy_set", &data)?;
        model::vouch(&self.safe, &mut key, draft.ids.salt());
        draft.put_record(key.into_row()?);
        Ok(CreatedIds::of(self.id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<KeyPolicySet> {
        Ok(KeyPolicySet::of(SigningKey::of(&KeyRecord::shown(seen, &self.safe.book, self.id)?)))
    }
}
