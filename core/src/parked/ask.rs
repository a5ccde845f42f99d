//! Requests for consent: survivors, which are written although the call was refused.

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{ParkedFacts, State, id_of, origin};
use crate::error::{Error, Result};
use crate::ids::{Actor, Book, Key};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Gated, Survivor};
use crate::kernel::identity::{FORM, mark_of};
use crate::kernel::objects::Objects;
use crate::kernel::operation::{Context, CreatedIds, Halt};
use crate::kernel::snapshot::Snapshot;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::Stored;
use crate::rows::tables::{AWAITS_APPROVAL, KeyRow};
use crate::time::Time;
use crate::vault::proofs::Presented;

/// What one way of parking keeps and tells of a call.
pub trait Terms: Debug + Send + Sync {
    /// The facts of its records.
    type Facts: ParkedFacts;
    /// The name under which the log knows the request for consent.
    const NAME: &'static str;
    /// The facts of a call that is parked now.
    fn facts(&self, call: &ParkedCall, now: Time) -> Self::Facts;
    /// What its event has beside the operation.
    fn event(&self) -> Map<String, Value>;
    /// What admins are told.
    fn told(&self, call: &ParkedCall, facts: &Self::Facts) -> Value;
}

/// A call that is parked. It includes everything that is written of it, so that it can be written elsewhere:
/// a request inside a host's transaction survives the host's rollback.
#[derive(Clone, Debug)]
pub struct ParkedCall {
    book: Book,
    /// Who asks.
    pub requester: Actor,
    key: Key,
    /// The operation.
    pub operation: &'static str,
    /// The effect of its operation.
    pub effect: &'static str,
    /// Hash of its canonical request.
    pub request: Arc<[u8]>,
    fields: Arc<[u8]>,
    body: Arc<str>,
    /// Where it comes from.
    origin: Option<Arc<str>>,
    /// The objects of the call: nobody is asked about a call whose object was rolled back.
    objects: Objects,
    /// The proofs that are used up when it is parked.
    proofs: Vec<Presented>,
}

impl ParkedCall {
    /// The factors that it proves.
    #[must_use]
    pub fn proven(&self) -> Vec<String> {
        self.proofs.iter().map(|proof| proof.factor.to_owned()).collect()
    }
}

/// A request for consent.
#[derive(Clone, Debug)]
pub struct Asked<T> {
    call: ParkedCall,
    terms: T,
}

impl<T: Terms> Asked<T> {
    /// The request for consent to a call.
    ///
    /// # Errors
    /// `corrupted` when the request has no JSON form, or no key.
    pub fn of(
        draft: &Draft<'_>,
        call: &Gated<'_>,
        objects: Objects,
        proofs: Vec<Presented>,
        terms: T,
    ) -> Result<Self> {
        let identity = call.identity();
        let call = ParkedCall {
            book: draft.ctx.book.clone(),
            requester: draft.ctx.actor.clone(),
            key: identity.key.clone().ok_or_else(|| Error::corrupted("a parked call without a key"))?,
            operation: draft.ctx.operation,
            effect: call.effect_on(draft.seen()),
            request: identity.request.clone(),
            fields: identity.fields.clone(),
            body: call.request()?.into(),
            origin: call.caller().trace.as_deref().and_then(|trace| {
                // one that waits again was given when it was made first
                origin::kept(trace, call.caller().since.unwrap_or(draft.ctx.now))
            }),
            objects,
            proofs,
        };
        Ok(Self { call, terms })
    }

    fn record(&self) -> RecordKey {
        let ParkedCall { book, key, .. } = &self.call;
        Stored::<T::Facts>::key(book, id_of::<T::Facts>(book, key))
    }

    /// Reopens one that has expired, without what people said of it.
    fn again(&self, draft: &mut Draft<'_>, mut parked: Stored<T::Facts>) -> Result<Stored<T::Facts>, Halt> {
        if parked.state != State::Expired {
            // late is the same as on time
            parked.state = State::Expired;
            draft.emit(&mut parked, T::Facts::EVENTS.expired, &Map::new())?;
        }
        parked.state = State::Pending;
        parked.row.owner = Some(self.call.requester.id().into());
        parked.facts = self.terms.facts(&self.call, draft.ctx.now);
        Ok(parked)
    }

    /// Ties the key to this request while it waits: another request under it is a mismatch. The row has
    /// expired from the beginning, so that the call, and no other, gives it its outcome when it takes place.
    fn tie(&self, ctx: &Context, salt: Arc<[u8]>) -> KeyRow {
        let call = &self.call;
        KeyRow {
            book: call.book.clone(),
            key: call.key.clone(),
            operation: call.operation.into(),
            form: FORM,
            request: call.request.clone(),
            fields: call.fields.clone(),
            made: CreatedIds::pending(id_of::<T::Facts>(&call.book, &call.key)).pack(),
            actor: mark_of(&call.requester),
            salt: Some(salt),
            stamp: ctx.stamp,
            at: ctx.at,
            expires_at: Some(AWAITS_APPROVAL),
        }
    }
}

impl<T: Terms> Survivor for Asked<T> {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        self.call.objects.needs(needs);
        self.call.proofs.iter().for_each(|proof| proof.needs(needs));
        needs.keys.insert((self.call.book.clone(), self.call.key.clone()));
        needs.record(self.record(), Access::Write);
    }

    /// Writes the record, its event, and the key's tie to this request. An open one stays as it is; where an
    /// object of the call does not exist, nothing is written.
    fn write(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let (call, now) = (&self.call, draft.ctx.now);
        if !call.objects.exist(draft)? {
            return Ok(());
        }
        let row = draft.key(&(call.book.clone(), call.key.clone()))?;
        if row.is_some_and(|row| row.expires_at.is_none_or(|at| at > now)) {
            // it took place in the meantime
            return Ok(());
        }
        for proof in &call.proofs {
            if !proof.waits(draft)? {
                // another call of the host's transaction has used it up: this one is asked for it again
                return Ok(());
            }
        }
        let id = id_of::<T::Facts>(&call.book, &call.key);
        let known = draft.record(&self.record())?.map(Stored::<T::Facts>::of).transpose()?;
        let mut parked = match known {
            Some(parked) if !parked.lapsed(now) => return Ok(()),
            Some(parked) => self.again(draft, parked)?,
            None => Stored::asked(&call.book, id, self.terms.facts(call, now), draft.ctx.time())?,
        };
        // of one that is asked for again the former goes
        parked.texts.remove(origin::TEXT);
        let texts = [("request", call.body.as_ref()), ("key", call.key.as_str())].into_iter();
        for (name, text) in texts.chain(call.origin.as_deref().map(|origin| (origin::TEXT, origin))) {
            parked.texts.insert(name.to_owned(), Text::new(text, draft.ids.salt()));
        }
        let mut data = self.terms.event();
        data.insert("operation".to_owned(), call.operation.into());
        draft.emit(&mut parked, T::Facts::EVENTS.requested, &data)?;
        draft.enqueue(NOTIFY_ADMINS, &self.terms.told(call, &parked.facts))?;
        draft.put_record(parked.into_row()?);
        call.proofs.iter().try_for_each(|proof| proof.used(draft))?;
        let salt = draft.ids.key_salt();
        draft.put_key(self.tie(draft.ctx, salt));
        Ok(())
    }
}
