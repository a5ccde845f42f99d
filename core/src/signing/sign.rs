//! Judges what a key is asked to sign, counts it, and hands out the key for this one signature.

use earnest_evm::Policy;

use super::clock_regression::TakenAsNow;
use super::model::{self, Custody, KeyRecord};
use super::refusal::refusal;
use super::sign_request::Asked;
use super::used::History;
use crate::error::{Detail, Error};
use crate::ids::SigningKeyId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation, Rejection};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::secret::Secret;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::vault::model::{Subject, failed};
use crate::vault::safe::{Safe, Whom};

/// Allows one signature.
pub struct Sign {
    safe: Safe,
    id: SigningKeyId,
    owner: Whom,
    asked: Asked,
    operation: &'static str,
    custody: Custody,
    note: Note,
}

pub struct AllowedSignature {
    /// The address of the key.
    pub address: String,
    /// The private key, which lives for this call; none where it is with the host.
    pub secret: Option<Secret>,
}

impl Sign {
    /// A signature of a key whose private key is in the vault, or with the host.
    pub fn new(
        safe: Safe,
        id: SigningKeyId,
        asked: Asked,
        operation: &'static str,
        custody: Custody,
    ) -> Self {
        let owner = model::owner(&safe, id);
        Self { safe, id, owner, asked, operation, custody, note: Note::default() }
    }

    /// By a caller who expects the key to be at a version.
    pub fn expecting(self, note: Note) -> Self {
        Self { note, ..self }
    }

    /// The private key, where the vault has it.
    fn secret(&self, key: &KeyRecord, subject: Option<&Subject>) -> Result<Option<Secret>, Error> {
        match self.custody {
            Custody::Vault => self.opened(key, subject).map(Some),
            Custody::Host => Ok(None),
        }
    }

    /// Counts it under the key's policy.
    fn judged(&self, draft: &mut Draft<'_>, key: &mut KeyRecord) -> Decided<()> {
        model::vouched(&self.safe, key)?;
        let told = |error: &earnest_evm::Error| refusal(error, self.operation, &self.id.to_string());
        let Some(policy) = &key.facts.policy else {
            return Ok(self.asked.judge_unbound().map_err(|error| told(&error))?);
        };
        let policy = Policy::from_json(policy).map_err(|_| broken(self.id, "policy"))?;
        let (now, nonce) = (draft.ctx.now, self.asked.nonce());
        let mut history = History::read(key.text("used").map(|text| &**text))?;
        let allowed = self.asked.judge(&policy, &history.used(now, nonce)?);
        let taken = || TakenAsNow::of(&self.safe, self.id, &history, now);
        let allowed = allowed.map_err(|error| {
            let error = told(&error);
            Halt::Reject(Rejection { error, survivors: taken().into_iter().collect() })
        })?;
        history.count(now, nonce, &allowed.counts);
        key.texts.insert("used".to_owned(), Text::new(&history.write()?, draft.ids.salt()));
        Ok(())
    }

    fn opened(&self, key: &KeyRecord, subject: Option<&Subject>) -> Result<Secret, Error> {
        let broken = || failed(model::KIND, self.id.uuid());
        let subject = subject.filter(|subject| subject.is_active()).ok_or_else(broken)?;
        let data_key = self.safe.unwrap(subject, &self.owner.subject)?;
        let place = model::place(&self.safe, &self.owner, &key.facts.address);
        Safe::open_at(&data_key, &place, key.text("sealed")).ok_or_else(broken)
    }
}

fn broken(id: SigningKeyId, what: &str) -> Error {
    Error::corrupted(format!("{what} of {} {id}", model::KIND))
}

impl Operation for Sign {
    type Reply = AllowedSignature;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.owner.key.clone(), Access::Read);
        needs.record(KeyRecord::key(&self.safe.book, self.id), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let mut key = KeyRecord::known(draft, &self.safe.book, self.id)?;
        self.note.check_version(&self.id.to_string(), key.row.version)?;
        model::free(&key)?;
        if key.facts.custody != self.custody {
            let reason = match key.facts.custody {
                Custody::Vault => "the private key is in the vault, which signs with it",
                Custody::Host => {
                    "the private key is with the host: `signing.prepare` says what it is to sign"
                }
            };
            let operation = self.operation.to_owned();
            return Err(Detail::NotSupported { operation, reason: reason.to_owned() }.into());
        }
        let subject = Subject::at(draft, &self.owner.key)?;
        // what does not open leaves no event that says that it signed
        self.secret(&key, subject.as_ref())?;
        self.judged(draft, &mut key)?;
        key.facts.signed = key.facts.signed.saturating_add(1);
        let data =
            self.asked.event().map_err(|error| refusal(&error, self.operation, &self.id.to_string()))?;
        draft.emit(&mut key, "signing_key.signed", &data)?;
        model::vouch(&self.safe, &mut key, draft.ids.salt());
        draft.put_record(key.into_row()?);
        Ok(CreatedIds::of(self.id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<AllowedSignature> {
        let key = KeyRecord::shown(seen, &self.safe.book, self.id)?;
        let subject = seen.records.row(&self.owner.key).map(Subject::of).transpose()?;
        let secret = self.secret(&key, subject.as_ref())?;
        Ok(AllowedSignature { address: key.facts.address, secret })
    }
}
