//! Signs for lanes with keys of the vault: the engine itself does the jobs of the kind `signer.sign`.
//!
//! A call that writes nothing opens the key. The key signs outside of every group, and one commit reports the
//! signature. The amounts were judged before the nonce was taken, and counted when the attempt was written
//! (`day`). Here nothing is refused, because a nonce cannot be given back.

use std::sync::Arc;

use earnest_evm::{Key, Transaction};
use serde_json::{Value, json};

use super::lane::Lane;
use super::sign::BY_VAULT;
use crate::error::{Error, Result};
use crate::ids::{Book, LaneId, SigningKeyId};
use crate::jobs::decide::wanted;
use crate::jobs::lease::done_at_once;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::Domains;
use crate::request::secret::Secret;
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, JobKey, Needs};
use crate::rows::object::members;
use crate::rows::row::Row as _;
use crate::rows::tables::{JobRow, JobState};
use crate::signing::model::{self as key, KIND, KeyRecord, owner, place};
use crate::time::Time;
use crate::vault::model::{Subject, failed};
use crate::vault::safe::Safe;

/// Lists the due jobs for keys of the vault, in any book.
pub fn due(now: Time, limit: usize) -> Listing {
    Listing::DueJobs { book: None, kinds: vec![BY_VAULT.into()], now, limit }
}

/// A job for a key of the vault.
#[derive(Clone, Debug)]
pub struct VaultJob {
    pub job: JobKey,
    pub lane: LaneId,
    tx: Transaction,
}

impl VaultJob {
    /// Reads a queued job; `None` for a job that is leased or done, or of another kind.
    pub fn of(row: &JobRow) -> Option<Self> {
        if row.state != JobState::Queued || row.kind.as_ref() != BY_VAULT {
            return None;
        }
        let payload: Value = serde_json::from_str(&row.payload).ok()?;
        let lane = payload.get("lane")?.as_str()?.parse().ok()?;
        let tx = Transaction::from_json(payload.get("tx")?).ok()?;
        Some(Self { job: row.key(), lane, tx })
    }

    /// Signs the transaction, and returns the result to report.
    pub fn sign(&self, opened: &OpenedLane) -> Result<Arc<str>> {
        let (_, job) = &self.job;
        let broken = |_| Error::corrupted(format!("what job {job} has to sign"));
        let key = Key::from_hex(&opened.secret).map_err(|_| failed(KIND, opened.key.uuid()))?;
        let signed = self.tx.sign(&key).map_err(broken)?;
        Ok(json!({ "raw": format!("0x{}", hex::encode(signed.raw())) }).to_string().into())
    }
}

/// Opens the key of a lane, which then signs outside of the group.
pub struct OpenForLane {
    safe: Safe,
    lane: LaneId,
}

/// An opened key, which is dropped after the signature.
pub struct OpenedLane {
    pub key: SigningKeyId,
    secret: Secret,
}

impl OpenForLane {
    /// The key of a lane.
    pub fn new(safe: Safe, lane: LaneId) -> Self {
        Self { safe, lane }
    }

    fn lane(&self, seen: &Snapshot) -> Decided<Lane> {
        Lane::shown(seen, &self.safe.book, self.lane)
    }
}

impl Operation for OpenForLane {
    type Reply = OpenedLane;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = Lane::key(&self.safe.book, self.lane);
        if let Some(lane) = Lane::needed(key, Access::Read, seen, needs) {
            needs.record(KeyRecord::key(&self.safe.book, lane.facts.key), Access::Read);
            needs.record(owner(&self.safe, lane.facts.key).key, Access::Read);
        }
    }

    /// Writes nothing: the report records the signature.
    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.record(&Lane::key(&self.safe.book, self.lane))?.ok_or_else(|| Lane::not_found(self.lane))?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<OpenedLane> {
        let id = self.lane(seen)?.facts.key;
        let known = KeyRecord::shown(seen, &self.safe.book, id)?;
        key::vouched(&self.safe, &known)?;
        let owner = owner(&self.safe, id);
        let broken = || failed(KIND, id.uuid());
        let subject = seen.records.row(&owner.key).map(Subject::of).transpose()?;
        let subject = subject.filter(Subject::is_active).ok_or_else(broken)?;
        let data_key = self.safe.unwrap(&subject, &owner.subject)?;
        let place = place(&self.safe, &owner, &known.facts.address);
        let secret = Safe::open_at(&data_key, &place, known.text("sealed")).ok_or_else(broken)?;
        Ok(OpenedLane { key: id, secret })
    }
}

/// Reports what a key has signed.
pub struct SignedByVault {
    safe: Safe,
    key: SigningKeyId,
    job: VaultJob,
    result: Arc<str>,
    domains: Domains,
}

impl SignedByVault {
    /// A result that a key has made for a job.
    pub fn new(safe: Safe, key: SigningKeyId, job: VaultJob, result: Arc<str>, domains: Domains) -> Self {
        Self { safe, key, job, result, domains }
    }

    fn book(&self) -> &Book {
        &self.safe.book
    }

    /// Counts the signature, after a check that nobody has altered the key's policy.
    fn count(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let mut known = KeyRecord::known(draft, self.book(), self.key)?;
        key::vouched(&self.safe, &known)?;
        let tx = &self.job.tx;
        known.facts.signed = known.facts.signed.saturating_add(1);
        let data = members! {
            "chain_id": json!(tx.chain_id().map(|id| id.to_string())), "kind": "transaction",
            "lane": json!(self.job.lane), "nonce": tx.nonce().to_string(),
        };
        draft.emit(&mut known, "signing_key.signed", &data)?;
        key::vouch(&self.safe, &mut known, draft.ids.salt());
        draft.put_record(known.into_row()?);
        Ok(())
    }
}

impl Operation for SignedByVault {
    /// Whether the signature was still wanted.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        wanted(&self.job.job, &self.domains, seen, needs);
        needs.record(KeyRecord::key(self.book(), self.key), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        if !done_at_once(draft, &self.job.job, &self.result, &self.domains)? {
            return Ok(CreatedIds::default());
        }
        self.count(draft)?;
        let (_, job) = &self.job.job;
        Ok(CreatedIds::of(*job))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
