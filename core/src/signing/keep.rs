//! Keeps a key: its address, and the private key sealed for that address.

use serde_json::{Map, json};

use super::model::{self, Custody, KeyRecord};
use super::views::KeyKept;
use crate::error::{Detail, Result};
use crate::ids::SigningKeyId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::secret::Secret;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::vault::model::keys_of;
use crate::vault::put::{Opened, opened};
use crate::vault::safe::{Safe, Whom};

/// Keeps a key. One that is there stays as it is, whoever brings it again.
pub struct Keep {
    safe: Safe,
    id: SigningKeyId,
    owner: Whom,
    address: String,
    label: Option<String>,
    /// None where the private key is with the host.
    secret: Option<Secret>,
    event: &'static str,
}

impl Keep {
    /// A key that was drawn.
    pub fn created(safe: Safe, address: String, secret: Secret, label: Option<String>) -> Self {
        Self::new(safe, address, Some(secret), label, "signing_key.created")
    }

    /// A key from elsewhere.
    pub fn imported(safe: Safe, address: String, secret: Secret, label: Option<String>) -> Self {
        Self::new(safe, address, Some(secret), label, "signing_key.imported")
    }

    /// The address of a key whose private key is with the host.
    pub fn of_host(safe: Safe, address: String, label: Option<String>) -> Self {
        Self::new(safe, address, None, label, "signing_key.imported")
    }

    fn new(
        safe: Safe,
        address: String,
        secret: Option<Secret>,
        label: Option<String>,
        event: &'static str,
    ) -> Self {
        let id = model::id_of(&safe.book, &address);
        let owner = model::owner(&safe, id);
        Self { safe, id, owner, address, label, secret, event }
    }

    /// A key that is there stays as it is. Who brings the private key of one that is with the host would
    /// believe that the vault has it now, and throw his own away.
    fn again(&self, kept: &KeyRecord) -> Decided<CreatedIds> {
        if self.secret.is_some() && kept.facts.custody == Custody::Host {
            let reason = "the address was taken over without its private key, which is with the host";
            let (operation, reason) = ("signing.import_key".to_owned(), reason.to_owned());
            return Err(Detail::NotSupported { operation, reason }.into());
        }
        Ok(CreatedIds::of(self.id))
    }
}

impl Operation for Keep {
    type Reply = KeyKept;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        needs.record(self.owner.key.clone(), Access::Write);
        needs.record(KeyRecord::key(&self.safe.book, self.id), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let record = KeyRecord::key(&self.safe.book, self.id);
        if let Some(row) = draft.record(&record)? {
            return self.again(&KeyRecord::of(row)?);
        }
        let custody = if self.secret.is_some() { Custody::Vault } else { Custody::Host };
        let mut kept = model::begin(record, &self.address, custody, draft.ctx.time())?;
        if let Some(secret) = &self.secret {
            let Opened { subject, key, is_new } = opened(draft, &self.safe, &self.owner)?;
            if is_new {
                draft.put_record(subject.into_row()?);
            }
            let place = model::place(&self.safe, &self.owner, &self.address);
            let sealed = self.safe.seal_at(&key, &place, secret)?;
            kept.texts.insert("sealed".to_owned(), Text::new(&sealed, draft.ids.salt()));
        }
        if let Some(label) = &self.label {
            kept.texts.insert("label".to_owned(), Text::new(label, draft.ids.salt()));
        }
        let mut data = Map::new();
        data.insert("address".to_owned(), json!(self.address));
        draft.emit(&mut kept, self.event, &data)?;
        model::vouch(&self.safe, &mut kept, draft.ids.salt());
        draft.put_record(kept.into_row()?);
        Ok(CreatedIds::of(self.id))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &crate::ids::Book, needs: &mut Needs) {
        if let Some(id) = made.get::<SigningKeyId>() {
            needs.record(KeyRecord::key(book, id), Access::Read);
        }
    }

    /// Of the key that was made under the idempotency key: a replay has drawn another one, which nobody gets.
    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<KeyKept> {
        let id = made.expect::<SigningKeyId>()?;
        let kept = KeyRecord::shown(seen, &self.safe.book, id)?;
        Ok(KeyKept { key: id.to_string(), address: kept.facts.address, replayed })
    }
}

/// The request field `label`: a line for people.
pub fn label(label: Option<&String>) -> Result<Option<String>> {
    label.map(|label| crate::request::record::text("label", label).map(|_| label.clone())).transpose()
}
