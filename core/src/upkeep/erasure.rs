//! Erases the clear texts of end users, their address and device, from events and from parked calls. The
//! chain holds without them.
//!
//! The event of an erasure is written first, so that nothing is erased without one. It has the time limit and
//! the hash of the subject, with which `verify` compares missing texts.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::approval::model::ApprovalFacts;
use crate::engine::Engine;
use crate::engine::internal::internal_as;
use crate::error::{Error, Result};
use crate::ids::{Actor, ActorInput};
use crate::kernel::draft::Draft;
use crate::kernel::identity::mark_of;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::parked::{ParkedFacts, State, origin};
use crate::risk::reviews::review::ReviewFacts;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::Stored;
use crate::rows::row::Row as _;
use crate::store::{ERASED_AT_ONCE, Erasure, Fault};
use crate::time::Time;
use crate::upkeep::requests::EraseContext;
use crate::upkeep::views::Erased;

/// The object that events of erasures are about.
pub(crate) const OBJECT: (&str, &str) = ("operation", "admin.erase_context");

/// `admin.erase_context`.
pub async fn erase(engine: &Engine, actor: &Actor, request: &EraseContext) -> Result<Erased> {
    if request.subject.is_none() && request.before_time.is_none() {
        return Err(Error::invalid("subject", "must be given, or `before_time`"));
    }
    let subject = request.subject.as_deref().map(named).transpose()?;
    let book = engine.book_name().clone();
    let hash = subject.as_ref().and_then(hash_of);
    let subject: Option<Arc<str>> = subject.map(|subject| Arc::from(subject.id()));
    let parked = parked(engine, subject.as_ref(), request.before_time).await?;
    let mut parts: Vec<Vec<RecordKey>> = parked.chunks(PARKED_AT_ONCE).map(<[_]>::to_vec).collect();
    // at least one part, so that an erasure without parked calls has its event too
    parts.resize_with(parts.len().max(1), Vec::new);
    for parked in parts {
        let noted = Noted { subject: hash.clone(), before: request.before_time, parked };
        let (call, told) = internal_as(engine, &book, actor.clone(), OBJECT.1, noted);
        engine.queue(Box::new(call))?;
        told.await.map_err(|_| Error::corrupted("an erasure was not answered"))??;
    }
    let erasure = Erasure { book, subject, before: request.before_time };
    let fault = |fault: Fault| fault.into_error(false);
    let mut session = engine.store().writer().await.map_err(fault)?;
    let mut erased = i64::try_from(parked.len()).unwrap_or(i64::MAX);
    loop {
        let page = session.erase_private(&erasure).await.map_err(fault)?;
        erased = erased.saturating_add(i64::try_from(page).unwrap_or(i64::MAX));
        if page < ERASED_AT_ONCE {
            break;
        }
    }
    drop(session);
    engine.store().checkpoint().await.map_err(fault)?;
    Ok(Erased { erased })
}

fn named(subject: &str) -> Result<Actor> {
    ActorInput::Raw(Value::from(subject)).resolve("subject")
}

/// The parked calls of one actor, or of all, that record where they came from.
async fn parked(engine: &Engine, subject: Option<&Arc<str>>, before: Option<Time>) -> Result<Vec<RecordKey>> {
    let mut found = of_kind::<ApprovalFacts>(engine, subject, before).await?;
    found.extend(of_kind::<ReviewFacts>(engine, subject, before).await?);
    Ok(found)
}

async fn of_kind<F: ParkedFacts>(
    engine: &Engine,
    subject: Option<&Arc<str>>,
    before: Option<Time>,
) -> Result<Vec<RecordKey>> {
    let mut found = Vec::new();
    let mut session = engine.store().reader().await.map_err(|fault| fault.into_error(false))?;
    for state in [State::Pending, State::Approved] {
        let of_state = Some(state.as_str().into());
        let all = Records::of(engine.book_name(), F::KIND);
        let all = Records { state: of_state, owner: subject.cloned(), ..all };
        let mut next = Some(all);
        while let Some(records) = next.take() {
            let listing = Listing::Records(records.clone());
            let rows = session.list(&listing).await.map_err(|fault| fault.into_error(false))?.records;
            // an unreadable record is a finding of `verify`, and does not keep the others from being erased
            let parked = rows.iter().filter_map(|row| Stored::<F>::of(row).ok());
            let wanted = parked.filter(|parked| origin::is_before(parked, before));
            found.extend(wanted.map(|parked| parked.row.key()));
            let last = rows.last().filter(|_| rows.len() == records.limit);
            next = last.map(|last| records.after((last.created_at, last.id)));
        }
    }
    Ok(found)
}

/// The hash by which an event names the erased subject.
pub(crate) fn hash_of(subject: &Actor) -> Option<String> {
    // of the bare id, so that it covers the actor in every role
    mark_of(&Actor::new(subject.id())).map(hex::encode)
}

/// How many parked calls lose their origin in one commit.
const PARKED_AT_ONCE: usize = 200;

/// Writes the event of an erasure, and erases the origin of parked calls.
#[derive(Clone, Debug)]
struct Noted {
    subject: Option<String>,
    before: Option<Time>,
    parked: Vec<RecordKey>,
}

impl Operation for Noted {
    type Reply = ();

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        self.parked.iter().for_each(|key| needs.record(key.clone(), Access::Write));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let data = json!({ "before": self.before, "subject": self.subject });
        draft.event("context.erased", OBJECT, 0, &data)?;
        for key in &self.parked {
            let _ = origin::erase::<ApprovalFacts>(draft, key)? || origin::erase::<ReviewFacts>(draft, key)?;
        }
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}
