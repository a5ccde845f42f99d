//! Reports of this process on jobs that it has leased.

use crate::engine::Engine;
use crate::engine::internal::internal_as;
use crate::engine::runner::Runner as _;
use crate::error::{Error, Result};
use crate::ids::{Actor, Book};
use crate::jobs::decide::{Report, ReportJob};
use crate::jobs::views::Job;
use crate::request::note::Note;

/// Reports on a job under the number of its lease.
pub(super) async fn report(engine: &Engine, job: &Job, report: Report) -> Result<()> {
    let name = match report {
        Report::Complete { .. } => "jobs.complete",
        Report::Fail { .. } => "jobs.fail",
        Report::Release { .. } => "jobs.release",
        _ => "jobs.extend",
    };
    let (book, note) = (Book::request("book", &job.book)?, Note::default());
    let domains = engine.scope().domains;
    let act =
        ReportJob { book: book.clone(), job: job.id, fence: Some(job.fence), step: report, note, domains };
    let (call, receiver) = internal_as(engine, &book, Actor::system(), name, act);
    engine.going().await;
    engine.queue(Box::new(call))?;
    match receiver.await {
        Ok(outcome) => outcome.map(drop),
        Err(_) => Err(Error::corrupted("a report was not answered")),
    }
}
