//! A job of the application's own: work that is to be done after the commit, and only if it takes place.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{NOTIFY_ADMINS, NOTIFY_PARTIES, webhooks};
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, JobId};
use crate::jobs::requests::EnqueueJob;
use crate::jobs::views::{Job, JobReply};
use crate::kernel::draft::{Draft, JobTerms, MAX_ATTEMPTS};
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::bounds::ahead;
use crate::request::record::{Parse, WriteRequest};
use crate::request::shape::json as canonical;
use crate::rows::needs::Needs;
use crate::time::{Span, Time};

/// How far ahead a job may begin.
pub const FURTHEST_RUN: Span = Span::from_days(366);

/// Kinds whose jobs Earnest writes itself: whoever leases them believes their payload.
const OWN: [&str; 2] = [NOTIFY_ADMINS, NOTIFY_PARTIES];

/// Writes a job.
#[derive(Clone, Debug)]
pub struct Enqueue {
    /// The book.
    pub book: Book,
    /// The kind of work.
    pub kind: Arc<str>,
    /// The work.
    pub payload: Value,
    /// Not before this time; at once if not given.
    pub run_at: Option<Time>,
    /// After how many leases without success it is dead.
    pub attempts: i64,
}

impl Operation for Enqueue {
    type Reply = JobReply;

    /// The operation reads no rows.
    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let now = draft.ctx.now;
        let not_before = self.run_at.map_or(Ok(now), |at| ahead("run_at", at, now, FURTHEST_RUN))?;
        draft.permit(&[])?;
        let id = JobId::from_uuid(draft.ids.uuid());
        let object = id.to_string();
        let data = json!({ "kind": self.kind, "run_at": not_before });
        draft.event("job.enqueued", ("job", &object), 1, &data)?;
        let terms = JobTerms { attempts: self.attempts, not_before };
        draft.enqueue_on(id, &object, &self.kind, terms, &self.payload)?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<JobReply> {
        let id = made.get::<JobId>().ok_or_else(|| Error::corrupted("a job was made without an id"))?;
        let key = (self.book.clone(), id);
        if replayed && seen.jobs.slot(&key).is_some_and(|slot| !slot.busy && slot.row.is_none()) {
            // the job was swept long after its end; it must not be written a second time
            return Err(Detail::ReplyNotKept { operation: "jobs.enqueue".to_owned() }.into());
        }
        Ok(JobReply { job: Job::of(seen.job(&key)?)?, replayed })
    }
}

impl WriteRequest for EnqueueJob {
    type Operation = Enqueue;
    fn parse(&self, parse: &Parse<'_>) -> Result<Enqueue> {
        let kind = super::parse::kind("kind", &self.kind)?;
        if OWN.contains(&&*kind) || parse.domains.follows(&kind) {
            return Err(Error::invalid("kind", "is one whose jobs Earnest writes itself"));
        }
        canonical("payload", &self.payload)?;
        if &*kind == webhooks::DELIVER {
            webhooks::check(&self.payload)?;
        }
        let payload = self.payload.clone();
        let attempts = self.max_attempts.map_or(MAX_ATTEMPTS, i64::from);
        Ok(Enqueue { book: parse.book.clone(), kind, payload, run_at: self.run_at, attempts })
    }
}
