//! Reviews: a call that rules want people to look at first is parked, and nothing of it is done.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use sha2::{Digest as _, Sha256};

use crate::error::{Detail, Error, Result};
use crate::ids::{Actor, Book, Key, ReviewId};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Gated, Survivor};
use crate::kernel::identity::{FORM, mark_of};
use crate::kernel::objects::Objects;
use crate::kernel::operation::{CreatedIds, Halt};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::rows::body::Text;
use crate::rows::codec::text_enum;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{ListedBy, Object, Stored};
use crate::rows::tables::{AWAITS_APPROVAL, KeyRow};
use crate::time::{Span, Time};
use crate::vault::proofs::Presented;

/// The kind of a review's record, and the object of its events.
pub const KIND: &str = "review";

text_enum! {
    /// The state of a review in its life cycle.
    pub enum State {
        /// Nobody has decided yet.
        Pending = "pending",
        /// An admin agreed; the call was refused for another reason when it should have run.
        Approved = "approved",
        /// An admin refused it, for good.
        Rejected = "rejected",
        /// Its time passed. The same call may ask again.
        Expired = "expired",
        /// The call took place, for good.
        Executed = "executed",
    }
}

impl State {
    /// Whether it can still be approved, rejected or executed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// When things happened or will happen. Kept separately, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// It must have been decided.
    pub expires_at: Time,
    /// It was executed, rejected or expired.
    #[serde(default)]
    pub ended_at: Option<Time>,
}

/// What is kept of a review and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFacts {
    /// The operation that waits.
    pub operation: String,
    /// Hash of its canonical request, hexadecimal.
    pub payload_hash: String,
    /// The account that gives most of the amount, if any does.
    #[serde(default)]
    pub account: Option<String>,
    /// What the call takes.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The rules that want it, the first to speak first.
    pub rules: Vec<String>,
    /// The requester: the call runs as this actor.
    pub requested_by: Actor,
    /// The factors that were proven when it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proven: Vec<String>,
    /// The admin who decided.
    #[serde(default)]
    pub decided_by: Option<String>,
    /// Why the call was refused when it should have run last.
    #[serde(default)]
    pub error: Option<String>,
    /// The ids that the call created.
    #[serde(default)]
    pub made: Vec<String>,
    /// Deadlines and times.
    pub times: Times,
}

/// A review, read from its record. Its texts are `request` and `key` of the call that waits, and the `reason`
/// of a rejection.
pub type Review = Stored<ReviewFacts>;

impl Object for ReviewFacts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = State;
    type Id = ReviewId;
    type Currency = ();

    fn currency(&self) -> Option<()> {
        Some(())
    }

    fn due_at(&self, state: State) -> Option<Time> {
        state.is_open().then_some(self.times.expires_at)
    }
}

impl Review {
    /// Whether its time has passed, whether or not the timer has run.
    #[must_use]
    pub fn lapsed(&self, now: Time) -> bool {
        self.state == State::Expired || self.due_at().is_some_and(|at| at <= now)
    }

    /// `transition_not_allowed`.
    #[must_use]
    pub fn not_allowed(&self, trigger: &str) -> Error {
        let (object, state) = (self.id().to_string(), self.state.to_string());
        Detail::TransitionNotAllowed { object, state, trigger: trigger.to_owned(), allowed: Vec::new() }
            .into()
    }

    /// The refusal of a call that was rejected.
    #[must_use]
    pub fn blocked(&self) -> Error {
        let reason = self.text("reason").map(|text| text.to_string());
        Detail::Blocked { subject: None, review: Some(self.id().to_string()), reason }.into()
    }

    /// Notes that the call took place.
    ///
    /// # Errors
    /// `corrupted` when it has no JSON form.
    pub(super) fn execute(mut self, draft: &mut Draft<'_>, made: &CreatedIds) -> Result<(), Halt> {
        (self.state, self.facts.error) = (State::Executed, None);
        (self.facts.made, self.facts.times.ended_at) = (made.ids(), Some(draft.ctx.now));
        let data = Map::from_iter([("operation".to_owned(), self.facts.operation.as_str().into())]);
        draft.emit(&mut self, "review.executed", &data)?;
        draft.put_record(self.into_row()?);
        Ok(())
    }
}

/// The id of the review of a key: always the same, so that a key has one review, and so that it can be named
/// before it is written. A UUID of version 8: its bits are a hash of book and key.
#[must_use]
pub fn id_of(book: &Book, key: &Key) -> ReviewId {
    let digest = Sha256::new()
        .chain_update(b"earnest review\0")
        .chain_update(book.as_str())
        .chain_update(b"\0")
        .chain_update(key.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ReviewId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The key of a review's record.
#[must_use]
pub fn key(book: &Book, review: ReviewId) -> RecordKey {
    Review::key(book, review)
}

/// What was proven when a call was parked for a review that it waits for now, or that was agreed to.
///
/// # Errors
/// Halts when the review was not read.
pub fn parked(draft: &Draft<'_>, of: &Key) -> Result<Option<BTreeSet<String>>, Halt> {
    let book = &draft.ctx.book;
    let review = draft.record(&key(book, id_of(book, of)))?.map(Review::of).transpose()?;
    let open = review.filter(|review| review.state.is_open() && !review.lapsed(draft.ctx.now));
    Ok(open.map(|review| review.facts.proven.into_iter().collect()))
}

/// `approval_not_found`: a review is an approval of another kind.
#[must_use]
pub fn not_found(review: ReviewId) -> Error {
    Detail::ApprovalNotFound { approval: review.to_string() }.into()
}

/// What rules want to be looked at.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The rules, the first to speak first.
    pub(super) rules: Vec<String>,
    /// How long there is.
    pub(super) expires_in: Span,
    /// The account that gives most, and what it gives.
    pub(super) taken: Option<(String, Money)>,
    /// The proofs that are used up when it is parked.
    pub(super) proofs: Vec<Presented>,
}

/// A request for a review. It includes everything that it writes, so that it can be written elsewhere: it
/// survives a host's rollback.
#[derive(Clone, Debug)]
pub(super) struct ReviewRequest {
    book: Book,
    requester: Actor,
    id: ReviewId,
    key: Key,
    operation: &'static str,
    request: Arc<[u8]>,
    fields: Arc<[u8]>,
    body: Arc<str>,
    wanted: Wanted,
    objects: Objects,
}

impl ReviewRequest {
    /// The request for a look at a call.
    ///
    /// # Errors
    /// `corrupted` when the request has no JSON form, or no key.
    pub(super) fn of(draft: &Draft<'_>, call: &dyn Gated, wanted: Wanted, objects: Objects) -> Result<Self> {
        let identity = call.identity();
        let key = identity.key.clone().ok_or_else(|| Error::corrupted("a parked call without a key"))?;
        Ok(Self {
            book: draft.ctx.book.clone(),
            requester: draft.ctx.actor.clone(),
            id: id_of(&draft.ctx.book, &key),
            key,
            operation: draft.ctx.operation,
            request: identity.request.clone(),
            fields: identity.fields.clone(),
            body: call.request()?.into(),
            wanted,
            objects,
        })
    }

    fn facts(&self, now: Time) -> ReviewFacts {
        let (account, amount) = self.wanted.taken.clone().unzip();
        let expires_at = now.checked_add(self.wanted.expires_in).unwrap_or(Time::MAX);
        ReviewFacts {
            operation: self.operation.to_owned(),
            payload_hash: hex::encode(&self.request),
            account,
            amount,
            rules: self.wanted.rules.clone(),
            requested_by: self.requester.clone(),
            proven: self.wanted.proofs.iter().map(|proof| proof.factor.to_owned()).collect(),
            decided_by: None,
            error: None,
            made: Vec::new(),
            times: Times { expires_at, ended_at: None },
        }
    }

    fn begin(&self, draft: &Draft<'_>) -> Result<Review> {
        let (owner, peer) = (Some(self.requester.id().into()), Some(self.operation.into()));
        let listed_by = ListedBy { owner, peer, reference: None };
        let begun = (State::Pending, self.facts(draft.ctx.now));
        Review::begin(key(&self.book, self.id), listed_by, begun, draft.ctx.time())
    }

    /// Asks again after the time has passed.
    fn again(&self, draft: &mut Draft<'_>, mut review: Review) -> Result<Review, Halt> {
        if review.state != State::Expired {
            // late is the same as on time
            review.state = State::Expired;
            draft.emit(&mut review, "review.expired", &Map::new())?;
        }
        review.state = State::Pending;
        review.row.owner = Some(self.requester.id().into());
        review.facts = self.facts(draft.ctx.now);
        Ok(review)
    }
}

impl Survivor for ReviewRequest {
    fn name(&self) -> &'static str {
        "risk.review"
    }

    fn book(&self) -> &Book {
        &self.book
    }

    fn actor(&self) -> &Actor {
        &self.requester
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        self.objects.needs(needs);
        self.wanted.proofs.iter().for_each(|proof| proof.needs(needs));
        needs.keys.insert((self.book.clone(), self.key.clone()));
        needs.record(key(&self.book, self.id), Access::Write);
    }

    /// Writes the review, its event, and the key's tie to this request.
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
        let mut review = match draft.record(&key(&self.book, self.id))?.map(Review::of).transpose()? {
            Some(review) if !review.lapsed(now) => return Ok(()),
            Some(review) => self.again(draft, review)?,
            None => self.begin(draft)?,
        };
        for (name, text) in [("request", self.body.as_ref()), ("key", self.key.as_str())] {
            review.texts.insert(name.to_owned(), Text::new(text, draft.ids.salt()));
        }
        let data = json!({ "operation": self.operation, "rules": self.wanted.rules });
        draft.emit(&mut review, "review.requested", &data.as_object().cloned().unwrap_or_default())?;
        let told = json!({
            "event": "review.requested",
            "review": self.id,
            "operation": self.operation,
            "amount": review.facts.amount,
            "rules": self.wanted.rules,
            "requested_by": self.requester.id(),
            "expires_at": review.facts.times.expires_at,
        });
        draft.enqueue(NOTIFY_ADMINS, &told)?;
        draft.put_record(review.into_row()?);
        self.wanted.proofs.iter().try_for_each(|proof| proof.used(draft))?;
        let salt = draft.ids.key_salt();
        draft.put_key(KeyRow {
            book: self.book.clone(),
            key: self.key.clone(),
            operation: self.operation.into(),
            form: FORM,
            request: self.request.clone(),
            fields: self.fields.clone(),
            made: CreatedIds::pending(self.id).pack(),
            actor: mark_of(&self.requester),
            salt: Some(salt),
            stamp: draft.ctx.stamp,
            at: draft.ctx.at,
            expires_at: Some(AWAITS_APPROVAL),
        });
        Ok(())
    }
}
