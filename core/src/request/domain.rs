//! What a domain says of itself, once: its objects, what is due, what must hold, and which jobs it follows.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::reading::Reading;
use super::scope::Scope;
use crate::error::Result;
use crate::kernel::call::{Answer, Command};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::rows::needs::Needs;
use crate::rows::tables::{JobRow, RecordRow};

/// Takes what a check found: its name, whether it holds, and what is wrong otherwise.
pub type Examine<'e> = &'e mut (dyn FnMut(&'static str, bool, String) + Send);

/// How an attempt at a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// The worker that leased it reports that it is done.
    Completed,
    /// The worker that leased it reports that it failed.
    Failed,
    /// Its lease ended without a report.
    Lapsed,
}

/// A domain. All engines of a store should have the same ones.
pub trait Domain: std::fmt::Debug + Send + Sync {
    /// The kinds of its objects, and what their ids begin with, before the `_`.
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The types of its events that only staff are shown, whoever made the call.
    fn for_staff(&self) -> &'static [&'static str] {
        &[]
    }

    /// The call that a record makes when it is due; `None` when it is none of this domain's, or waits for
    /// nothing. The answer says whether it changed anything.
    fn timer(&self, _scope: &Scope, _record: &RecordRow) -> Option<Timer> {
        None
    }

    /// Examines every object of the book that is read.
    fn check<'c, 'r: 'c>(
        &'c self,
        _reading: &'c mut Reading<'r>,
        _audit: Audit<'c>,
        _examine: Examine<'c>,
    ) -> BoxFuture<'c, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// The kinds of jobs whose ends it follows.
    fn jobs(&self) -> &'static [&'static str] {
        &[]
    }

    /// Names the rows that it needs when a job of these kinds ends.
    fn job_needs(&self, _job: &JobRow, _needs: &mut Needs) {}

    /// Decides what follows when an attempt at a job of these kinds ends, in the commit that ends it. The job
    /// is as it will be: queued again, done or dead. Pure, as every decision; a refusal refuses the report.
    ///
    /// # Errors
    /// [`Halt::Reject`] refuses; [`Halt::NeedMore`] asks for rows.
    fn job_ended(&self, _job: &JobRow, _end: JobEnd, _draft: &mut Draft<'_>) -> Result<(), Halt> {
        Ok(())
    }
}

/// The context of a check of a domain.
#[derive(Clone, Copy, Debug)]
pub struct Audit<'a> {
    /// The settings of the engine.
    pub scope: &'a Scope,
    /// The book is a copy that `events.replay` made: records have neither owners nor texts nor deadlines.
    pub copy: bool,
}

/// Makes the call of a record that is due, which answers whether it changed anything.
pub type Timer = Box<dyn FnOnce(&Scope, Answer<bool>) -> Box<dyn Command> + Send>;

/// The domains of an engine, in the order in which they are checked.
#[derive(Clone, Debug, Default)]
pub struct Domains(Arc<[Arc<dyn Domain>]>);

impl Domains {
    /// Those of the library, and behind them those that were added.
    #[must_use]
    pub fn new(own: &[Arc<dyn Domain>], added: &[Arc<dyn Domain>]) -> Self {
        Self(own.iter().chain(added).cloned().collect())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Domain> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The kind of object that the prefix of an id stands for.
    #[must_use]
    pub fn kind_of(&self, prefix: &str) -> Option<&'static str> {
        let objects = self.iter().flat_map(|domain| domain.objects());
        objects.into_iter().find(|(_, of)| *of == prefix).map(|(kind, _)| *kind)
    }

    /// The call of a record that is due.
    #[must_use]
    pub fn timer(&self, scope: &Scope, record: &RecordRow) -> Option<Timer> {
        self.iter().find_map(|domain| domain.timer(scope, record))
    }

    /// Whether any domain follows the end of a job.
    #[must_use]
    pub fn follow_jobs(&self) -> bool {
        self.iter().any(|domain| !domain.jobs().is_empty())
    }

    fn followers<'d>(&'d self, job: &'d JobRow) -> impl Iterator<Item = &'d dyn Domain> {
        self.iter().filter(|domain| domain.jobs().contains(&job.kind.as_ref()))
    }

    /// Names the rows that are needed when a job ends.
    pub fn job_needs(&self, job: &JobRow, needs: &mut Needs) {
        self.followers(job).for_each(|domain| domain.job_needs(job, needs));
    }

    /// Decides what follows when an attempt at a job ends.
    ///
    /// # Errors
    /// Those of the domains that follow it.
    pub fn job_ended(&self, job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Result<(), Halt> {
        self.followers(job).try_for_each(|domain| domain.job_ended(job, end, draft))
    }
}
