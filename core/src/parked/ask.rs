//! Requests for consent: survivors, which are written although the call was refused.

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::transitions::ParkedTrigger;
use super::{ORIGIN, ParkedCall, ParkedFacts, State, origin};
use crate::error::{Error, Result};
use crate::ids::{Book, Key};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Data, Editor, Lifecycle as _};
use crate::kernel::gate::{Gated, Survivor};
use crate::kernel::identity::{FORM, mark_of};
use crate::kernel::objects::Objects;
use crate::kernel::operation::{Context, CreatedIds, Decided};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;
use crate::rows::tables::{AWAITS_APPROVAL, KeyRow};
use crate::time::Time;
use crate::vault::proofs::Presented;

/// One way of parking a call: the facts that it stores, and what it tells admins.
pub trait Terms: Debug + Send + Sync {
    /// The facts of its records.
    type Facts: ParkedFacts;
    /// The name under which the log knows the request for consent.
    const NAME: &'static str;
    /// The facts of a call that is parked now.
    fn facts(&self, call: ParkedCall, now: Time) -> Self::Facts;
    /// Returns its event's members beside the operation.
    fn event(&self) -> Map<String, Value>;
    /// Returns the notice to admins.
    fn told(&self, facts: &Self::Facts) -> Value;
}

/// A request for consent to a call. It holds everything that is written about the call, so that another
/// transaction can write it: the request survives the rollback of a host's transaction.
#[derive(Clone, Debug)]
pub struct Asked<T> {
    book: Book,
    key: Key,
    call: ParkedCall,
    request: Arc<[u8]>,
    fields: Arc<[u8]>,
    body: Arc<str>,
    /// Where it comes from.
    origin: Option<Arc<str>>,
    /// The objects of the call: nobody is asked about a call whose object was rolled back.
    objects: Objects,
    /// The proofs that parking uses up.
    proofs: Vec<Presented>,
    terms: T,
}

impl<T: Terms> Asked<T> {
    /// The request for consent to a call.
    pub fn of(
        draft: &Draft<'_>,
        call: &Gated<'_>,
        objects: Objects,
        proofs: Vec<Presented>,
        terms: T,
    ) -> Result<Self> {
        let identity = call.identity();
        Ok(Self {
            book: draft.ctx.book.clone(),
            key: identity.key.clone().ok_or_else(|| Error::corrupted("a parked call without a key"))?,
            call: ParkedCall {
                operation: draft.ctx.operation.to_owned(),
                payload_hash: hex::encode(&identity.request),
                requested_by: draft.ctx.actor.clone(),
                proven: proofs.iter().map(|proof| proof.factor.to_owned()).collect(),
                commitment: Some(call.commitment(draft)?),
                error: None,
                made: Vec::new(),
            },
            request: identity.request.clone(),
            fields: identity.fields.clone(),
            body: call.request()?.into(),
            origin: call.caller().trace.as_deref().and_then(|trace| {
                // a call that is parked again keeps the time at which it was first made
                origin::kept(trace, call.caller().since.unwrap_or(draft.ctx.now))
            }),
            objects,
            proofs,
            terms,
        })
    }

    /// Reopens an expired request, without the earlier decisions of people.
    fn again(&self, editor: &mut Editor<'_, '_, T::Facts>, data: Data) -> Decided<()> {
        if editor.object.state != State::Expired {
            // its timer has not run yet: it expires here, as if it had
            editor.enter(State::Expired, ParkedTrigger::ExpiresAt, Data::new())?;
        }
        editor.object.row.owner = Some(self.call.requested_by.id().into());
        editor.object.facts = self.terms.facts(self.call.clone(), editor.now());
        self.keep_call(editor);
        editor.enter(State::Pending, ParkedTrigger::Ask, data)
    }

    /// Keeps the request, its key and its origin.
    fn keep_call(&self, editor: &mut Editor<'_, '_, T::Facts>) {
        // a reopened request drops its former origin
        editor.object.texts.remove(ORIGIN);
        let texts = [("request", self.body.as_ref()), ("key", self.key.as_str())].into_iter();
        for (name, text) in texts.chain(self.origin.as_deref().map(|origin| (ORIGIN, origin))) {
            editor.keep(name, text);
        }
    }

    /// The row that binds the key to this request while it waits, so that another request under it is a
    /// mismatch. The row counts as expired from the beginning: so this call, and no other, can write its
    /// outcome there when it is made.
    fn tie(&self, ctx: &Context, salt: Arc<[u8]>) -> KeyRow {
        KeyRow {
            book: self.book.clone(),
            key: self.key.clone(),
            operation: self.call.operation.as_str().into(),
            form: FORM,
            request: self.request.clone(),
            fields: self.fields.clone(),
            made: CreatedIds::pending(Stored::<T::Facts>::id_of(&self.book, &self.key)).pack(),
            actor: mark_of(&self.call.requested_by),
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

    fn asks(&self) -> bool {
        true
    }

    fn is_due(&self, draft: &Draft<'_>) -> Decided<bool> {
        self.objects.exist(draft)
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        self.objects.needs(needs);
        self.proofs.iter().for_each(|proof| proof.needs(needs));
        needs.keys.insert((self.book.clone(), self.key.clone()));
        needs.record(Stored::<T::Facts>::key_of(&self.book, &self.key), Access::Write);
    }

    /// Writes the record, its event, and the row that binds the key to this request. An open request stays as
    /// it is. If an object of the call does not exist, nothing is written.
    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let (Self { book, key, call, .. }, now) = (self, draft.ctx.now);
        if !self.objects.exist(draft)? {
            return Ok(());
        }
        let row = draft.key(&(book.clone(), key.clone()))?;
        if row.is_some_and(|row| row.expires_at.is_none_or(|at| at > now)) {
            // the call was made in the meantime
            return Ok(());
        }
        for proof in &self.proofs {
            if !proof.waits(draft)? {
                // another call of the host's transaction has used this proof up: the call must bring a new
                // one
                return Ok(());
            }
        }
        let record = Stored::<T::Facts>::key_of(book, key);
        let known = Stored::<T::Facts>::at(draft, &record)?;
        let mut data = self.terms.event();
        data.insert("operation".to_owned(), call.operation.as_str().into());
        let editor = match known {
            Some(parked) if !parked.lapsed(now) => return Ok(()),
            Some(parked) => {
                let mut editor = Editor::new(draft, parked);
                self.again(&mut editor, data)?;
                editor
            }
            None => {
                let facts = self.terms.facts(call.clone(), now);
                let parked = Stored::asked(book, key, facts, draft.ctx.time())?;
                let mut editor = Editor::new(draft, parked);
                self.keep_call(&mut editor);
                editor.emit(T::Facts::event(State::Pending), data)?;
                editor
            }
        };
        editor.draft.enqueue(NOTIFY_ADMINS, &self.terms.told(&editor.object.facts))?;
        editor.put()?;
        self.proofs.iter().try_for_each(|proof| proof.used(draft))?;
        let salt = draft.ids.key_salt();
        draft.put_key(self.tie(draft.ctx, salt));
        Ok(())
    }
}
