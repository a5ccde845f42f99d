//! How the domain registers: once, with its objects, its timer, its check and the jobs that it follows.

use earnest::error::Result;
use earnest::ids::CreatedId as _;
use earnest::kernel::draft::Draft;
use earnest::kernel::operation::Halt;
use earnest::kernel::snapshot::Snapshot;
use earnest::request::check::PAGE;
use earnest::request::domain::{Audit, Domain, Examine, JobEnd, Timer, timer_of};
use earnest::request::reading::Reading;
use earnest::request::scope::Scope;
use earnest::rows::needs::{Access, Needs, RecordKey};
use earnest::rows::tables::{JobRow, JobState, RecordRow};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::Map;
use uuid::Uuid;

use super::model::{Facts, KIND, PREFIX, Pledge, PledgeId, State};
use super::operations::{REMIND, lapse};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pledges;

#[derive(Deserialize)]
struct Payload {
    pledge: Uuid,
}

/// The pledge that a reminder is about.
fn pledge_of(job: &JobRow) -> Option<RecordKey> {
    let payload: Payload = serde_json::from_str(&job.payload).ok()?;
    Some(Pledge::key(&job.book, PledgeId::from_uuid(payload.pledge)))
}

impl Domain for Pledges {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(KIND, PREFIX)]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timer_of::<Facts>(record)
    }

    fn check<'c, 'r: 'c>(
        &'c self,
        reading: &'c mut Reading<'r>,
        _: Audit<'c>,
        examine: Examine<'c>,
    ) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            let wrong = |pledge: &Pledge, _: &Snapshot| {
                let right = pledge.row.due_at == pledge.due_at() && pledge.facts.amount.0 > 0;
                (!right).then_some("its timer or amount")
            };
            reading.check("pledges", PAGE, examine, |_, _| {}, wrong).await
        })
    }

    fn jobs(&self) -> &'static [&'static str] {
        &[REMIND]
    }

    fn job_needs(&self, job: &JobRow, _: &Snapshot, needs: &mut Needs) {
        if let Some(pledge) = pledge_of(job) {
            needs.record(pledge, Access::Write);
        }
    }

    /// A donor who was reminded is counted. One who cannot be reached keeps no promise.
    fn job_ended(&self, job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let Some(key) = pledge_of(job) else { return Ok(()) };
        let Some(mut pledge) = draft.record(&key)?.map(Pledge::of).transpose()? else { return Ok(()) };
        if pledge.state != State::Open {
            return Ok(());
        }
        if end == JobEnd::Completed {
            pledge.facts.reminded += 1;
            draft.emit(&mut pledge, "pledge.reminded", &Map::new())?;
            draft.put_record(pledge.into_row()?);
        } else if job.state == JobState::Done {
            lapse(draft, pledge)?;
        }
        Ok(())
    }
}
