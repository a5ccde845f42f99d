//! Domains: each says once which objects it has, what is due, what must hold, and which jobs and records it
//! follows. It is given the settings of a call, the table of operations, and a connection.
//!
//! These know each other: the settings have the domains, and a domain is asked with the settings.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::info::OperationInfo;
use crate::currency::Currencies;
use crate::env::{Env, Seed};
use crate::error::Result;
use crate::ids::{Actor, Book};
use crate::kernel::call::{Answer, Command};
use crate::kernel::draft::Draft;
use crate::kernel::due::{DueRecord, Timed};
use crate::kernel::follow::RecordFollower;
use crate::kernel::gate::Gate;
use crate::kernel::operation::{Decided, Decides};
use crate::kernel::permit::Who;
use crate::kernel::snapshot::Snapshot;
use crate::kernel::tally::Tallies;
use crate::keyring::Keyring;
use crate::rows::needs::Needs;
use crate::rows::tables::{JobRow, RecordRow};
use crate::rows::traced::Traced;
use crate::rows::unreadable::Unreadable;
use crate::settings::policy::Policy;
use crate::store::Session;
use crate::time::{Span, Time};
use crate::waits::WaitLimits;

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
    /// The worker that leased it gives it back: it was not begun.
    Released,
}

/// An order about a job from somebody other than its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobOrder {
    /// It is to be tried again, from the first attempt on.
    Retry,
    /// It is not to be done.
    Discard,
}

/// The decision on a job of a followed kind that is about to be leased.
#[derive(Clone, Debug, PartialEq)]
pub enum Leasing {
    /// It is leased as it is.
    Granted,
    /// It is leased with this payload, which the job keeps (canonical JSON is made of it).
    With(Value),
    /// Not before this time: no lease, no attempt is used up.
    PutOff(Time),
    /// It is over for its owner: done, without a lease.
    Over,
}

/// How jobs are reported on, and how long they wait after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobManner {
    /// How long the result of a report may be, in bytes of JSON.
    pub report: usize,
    /// How long one waits after its first failure; each further one doubles it.
    pub first_pause: Span,
    /// How long it waits at most.
    pub longest_pause: Span,
}

impl Default for JobManner {
    fn default() -> Self {
        Self { report: 16 * 1024, first_pause: Span::from_secs(15), longest_pause: Span::from_hours(6) }
    }
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

    /// Kinds of jobs whose lives it follows: whole names, or beginnings that end with a dot, such as
    /// `gateway.`. Earnest alone writes such jobs, and nobody drives them but their owner: one that failed as
    /// often as it may is done, never dead, and still takes a report under its newest fence.
    fn jobs(&self) -> &'static [&'static str] {
        &[]
    }

    /// Names the rows that it needs when a job of these kinds is leased, shown or ended, as far as `seen`
    /// lets it name them; [`Needs::incomplete`] says that there may be more.
    fn job_needs(&self, _job: &JobRow, _seen: &Snapshot, _needs: &mut Needs) {}

    /// Decides what becomes of a job of these kinds that is about to be leased, in the commit of the lease.
    /// Pure, as every decision; a refusal refuses the lease.
    fn job_leased(&self, _job: &JobRow, _draft: &mut Draft<'_>) -> Decided<Leasing> {
        Ok(Leasing::Granted)
    }

    /// Returns the payload for a worker that has just leased a job of these kinds, where that is not the
    /// stored one: sealed parts are opened here. It is not stored. It is asked for before the lease too, so
    /// that a process that cannot show a job does not take it; `seen` does not have that commit's changes
    /// then.
    fn job_shown(&self, _scope: &Scope, _job: &JobRow, _seen: &Snapshot) -> Decided<Option<Value>> {
        Ok(None)
    }

    /// How the jobs of these kinds are reported on, and how long they wait after a failure.
    fn job_manner(&self) -> JobManner {
        JobManner::default()
    }

    /// Returns the result of a job of these kinds as it is kept, where that is not as it was reported: what
    /// nobody may keep is left out.
    fn job_result(&self, _result: &str) -> Option<Arc<str>> {
        None
    }

    /// The form in which errors of jobs of these kinds are kept, where it is not the one reported.
    fn job_error(&self, _error: &str) -> Option<Arc<str>> {
        None
    }

    /// Decides what follows when an attempt at a job of these kinds ends, in the commit that ends it. The job
    /// is as it is written: queued again, or done; a decision may change it once more. Its result alone is
    /// all that was reported, whatever is kept of that. An attempt may end twice, first without a report and
    /// then with a late one. Pure, as every decision; a refusal refuses the report.
    fn job_ended(&self, _job: &JobRow, _end: JobEnd, _draft: &mut Draft<'_>) -> Decided<()> {
        Ok(())
    }

    /// Decides whether a job of these kinds may be driven again, or ended without being done, where its state
    /// would let it. Its newest lease may have ended without a report that was written down.
    fn job_ordered(&self, _job: &JobRow, _order: JobOrder, _draft: &mut Draft<'_>) -> Decided<()> {
        Ok(())
    }

    /// The kinds of records, of domains below it, whose changes it follows.
    fn follows(&self) -> &'static [&'static str] {
        &[]
    }

    /// Names the rows that it may need when a record of these kinds changes, as far as `seen` lets it name
    /// them; [`Needs::incomplete`] says that there may be more. `record` is as it was read.
    fn object_needs(&self, _record: &RecordRow, _seen: &Snapshot, _needs: &mut Needs) {}

    /// Decides what follows when a call has made a record of these kinds, or changed it: in the same commit,
    /// after the call's own decision and before gates judge what both write. `before` is how it was told last
    /// or was before the call. What this changes is told as well, to this domain too: it must come to rest.
    /// Pure, as every decision; a refusal refuses the call.
    fn object_changed(
        &self,
        _before: Option<&RecordRow>,
        _after: &RecordRow,
        _draft: &mut Draft<'_>,
    ) -> Decided<()> {
        Ok(())
    }
}

/// The check of a domain ([`Domain::check`]), which is one expression. That of `whole` records is left out
/// for a copy that was made from the log, which has neither their times nor their texts nor what was sealed:
/// such a record cannot be read whole.
macro_rules! checks {
    (|$reading:ident, $audit:ident, $examine:ident| $check:expr) => {
        fn check<'c, 'r: 'c>(
            &'c self,
            $reading: &'c mut $crate::request::domain::Reading<'r>,
            $audit: $crate::request::domain::Audit<'c>,
            $examine: $crate::request::domain::Examine<'c>,
        ) -> futures_util::future::BoxFuture<'c, $crate::error::Result<()>> {
            Box::pin($check)
        }
    };
    (whole |$reading:ident, $audit:ident, $examine:ident| $check:expr) => {
        $crate::request::domain::checks! { |$reading, $audit, $examine| async move {
            if $audit.copy { Ok(()) } else { $check.await }
        } }
    };
}
pub(crate) use checks;

/// The book, the caller and the settings of a call.
#[derive(Clone, Debug)]
pub struct Scope {
    pub book: Book,
    /// The actor that was bound, if any.
    pub actor: Option<Actor>,
    /// A missing actor is refused.
    pub require_actor: bool,
    /// Currencies known and allowed.
    pub currencies: Arc<Currencies>,
    /// The keys of this installation.
    pub keyring: Option<Keyring>,
    /// Clock and seeds.
    pub env: Env,
    /// The policies of the engine's options.
    pub policies: Arc<[Policy]>,
    /// The rules of the engine's options, as the record of a book keeps them.
    pub rules: Option<Arc<str>>,
    /// The gates that a call passes, in their order.
    pub gates: Arc<[Arc<dyn Gate>]>,
    /// The operations table.
    pub catalogue: &'static Catalogue,
    /// The domains, in the order in which they are checked.
    pub domains: Domains,
    /// Calls run inside a host's transaction.
    pub host: bool,
    /// Nothing is written.
    pub read_only: bool,
    /// Parties are told of every state.
    pub notify_every_state: bool,
    /// How long objects may wait for others, where options say so.
    pub wait_limits: WaitLimits,
    /// When the call was first made, where it has waited since.
    pub since: Option<Time>,
    /// The hash of the request that the call is, where it has waited since: with what is not kept of it.
    pub waited: Option<Arc<[u8]>>,
    /// The caller, for a call that was refused before it was queued.
    pub asker: OnceLock<Asker>,
    /// Where this process counts what came of its calls.
    pub tallies: Arc<Tallies>,
}

/// The caller of a call, and where the call comes from.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The caller.
    pub actor: Actor,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
}

/// A connection to read from, and who reads.
pub struct Reading<'r> {
    /// The connection.
    pub session: &'r mut dyn Session,
    pub book: Book,
    /// The caller.
    pub actor: Actor,
    /// The callers that the operations table admits.
    pub who: Who,
    /// The caller was judged by the rows that were read.
    pub judged: bool,
    /// Currencies known and allowed.
    pub currencies: &'r Currencies,
    pub now: Time,
    /// The keys of this installation.
    pub keyring: Option<&'r Keyring>,
    /// The policies of the engine's options.
    pub policies: &'r [Policy],
    /// The rules of the engine's options, as the record of a book keeps them.
    pub rules: Option<&'r str>,
    /// The operations table.
    pub catalogue: &'static Catalogue,
    /// The domains, by whose objects ids are known.
    pub domains: &'r Domains,
    /// The connection belongs to a host's transaction.
    pub host: bool,
    /// Where rows that cannot be read are collected. `None`: they are errors.
    pub unreadable: Option<BTreeSet<Unreadable>>,
}

/// The context in which a request becomes an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parse<'e> {
    /// Currencies known and allowed.
    pub currencies: &'e Currencies,
    pub book: &'e Book,
    /// The actor, resolved.
    pub actor: &'e Actor,
    /// Now by this process's clock, for nothing but the refusal of absurd times.
    pub now: Time,
    /// The keys of this installation.
    pub keyring: Option<&'e Keyring>,
    /// Set when the operation is made with keys of the keyring.
    pub rests_on_keys: &'e Cell<bool>,
    /// Where what is sealed takes its randomness from.
    pub env: &'e Env,
    /// The scope of the call, where it may name another call.
    pub scope: Option<&'e Scope>,
    /// The policies of the engine's options.
    pub policies: &'e [Policy],
    /// The rules of the engine's options, as the record of a book keeps them.
    pub rules: Option<&'e Arc<str>>,
    /// The rows of the operations table.
    pub operations: &'e [OperationInfo],
    /// The domains, of which some may follow the end of a job.
    pub domains: &'e Domains,
}

/// Makes a writing call from JSON.
type MakeCommand = fn(&Scope, Seed, &str, Value, Answer<Value>) -> Result<Box<dyn Command>>;

/// Hashes a request.
type HashPayload = fn(&Scope, &str, Value) -> Result<Option<Arc<[u8]>>>;

/// Parses a request into its operation.
type ParseOperation = fn(&Parse<'_>, &str, Value) -> Result<Option<Parsed>>;

/// The operation that a request asks for.
pub struct Parsed {
    pub operation: Box<dyn Decides>,
    /// Its effect, where that is not the one of its row.
    pub effect: Option<&'static str>,
}

/// The table of operations as functions of a name.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// Its rows.
    pub operations: &'static [OperationInfo],
    /// The domains of the library.
    pub domains: fn() -> [Arc<dyn Domain>; 13],
    /// Makes a writing call from JSON, with the seed of its ids.
    pub command: MakeCommand,
    /// The operation that a writing call would be.
    pub operation: ParseOperation,
    /// Hashes the canonical form of a writing operation's request.
    pub payload_hash: HashPayload,
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

/// The call of a record that is due; `None` for one of another kind, or one that waits for nothing.
pub fn timer_of<F: Timed>(record: &RecordRow) -> Option<Timer> {
    let due = DueRecord::<F>::of(record)?;
    Some(Box::new(move |scope, answer| Box::new(scope.internal(F::TIMER, due, answer))))
}

/// The domains of an engine, in the order in which they are checked.
#[derive(Clone, Debug, Default)]
pub struct Domains(Arc<Registered>);

/// The domains, and the kinds of records that any of them follows.
#[derive(Debug, Default)]
struct Registered {
    all: Vec<Arc<dyn Domain>>,
    followed: Vec<&'static str>,
}

impl Registered {
    fn followers<'d>(&'d self, kind: &'d str) -> impl Iterator<Item = &'d dyn Domain> {
        let all = self.all.iter().map(|domain| &**domain);
        all.filter(move |domain| domain.follows().contains(&kind))
    }
}

impl RecordFollower for Registered {
    fn follows(&self, kind: &str) -> bool {
        self.followed.contains(&kind)
    }

    fn needs(&self, record: &RecordRow, seen: &Snapshot, needs: &mut Needs) {
        self.followers(&record.kind).for_each(|domain| domain.object_needs(record, seen, needs));
    }

    fn changed(&self, before: Option<&RecordRow>, after: &RecordRow, draft: &mut Draft<'_>) -> Decided<()> {
        self.followers(&after.kind).try_for_each(|domain| domain.object_changed(before, after, draft))
    }
}

impl Domains {
    /// Those of the library, and behind them those that were added.
    pub fn new(own: &[Arc<dyn Domain>], added: &[Arc<dyn Domain>]) -> Self {
        let all: Vec<Arc<dyn Domain>> = own.iter().chain(added).cloned().collect();
        let followed = all.iter().flat_map(|domain| domain.follows()).copied().collect();
        Self(Arc::new(Registered { all, followed }))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Domain> {
        self.0.all.iter().map(AsRef::as_ref)
    }

    /// Those who follow records, for the calls that change them.
    pub fn of_records(&self) -> Arc<dyn RecordFollower> {
        self.0.clone()
    }

    /// The kind of object that the prefix of an id stands for.
    pub fn kind_of(&self, prefix: &str) -> Option<&'static str> {
        let objects = self.iter().flat_map(|domain| domain.objects());
        objects.into_iter().find(|(_, of)| *of == prefix).map(|(kind, _)| *kind)
    }

    /// The call of a record that is due.
    pub fn timer(&self, scope: &Scope, record: &RecordRow) -> Option<Timer> {
        self.iter().find_map(|domain| domain.timer(scope, record))
    }

    /// Whether any domain follows jobs.
    pub fn follow_jobs(&self) -> bool {
        self.iter().any(|domain| !domain.jobs().is_empty())
    }

    /// Whether a domain follows the jobs of a kind.
    pub fn follows(&self, kind: &str) -> bool {
        self.followers(kind).next().is_some()
    }

    fn followers<'d>(&'d self, kind: &'d str) -> impl Iterator<Item = &'d dyn Domain> {
        self.iter().filter(move |domain| domain.jobs().iter().any(|of| is_of(of, kind)))
    }

    /// Names the rows that are needed when a job is leased, shown or ended.
    pub fn job_needs(&self, job: &JobRow, seen: &Snapshot, needs: &mut Needs) {
        self.followers(&job.kind).for_each(|domain| domain.job_needs(job, seen, needs));
    }

    /// Decides what becomes of a job that is about to be leased: what the first domain says that has a say.
    pub fn job_leased(&self, job: &JobRow, draft: &mut Draft<'_>) -> Decided<Leasing> {
        for domain in self.followers(&job.kind) {
            let leasing = domain.job_leased(job, draft)?;
            if leasing != Leasing::Granted {
                return Ok(leasing);
            }
        }
        Ok(Leasing::Granted)
    }

    /// Returns the payload for the worker of a job, where that is not the stored one.
    pub fn job_shown(&self, scope: &Scope, job: &JobRow, seen: &Snapshot) -> Decided<Option<Value>> {
        for domain in self.followers(&job.kind) {
            let shown = domain.job_shown(scope, job, seen)?;
            if shown.is_some() {
                return Ok(shown);
            }
        }
        Ok(None)
    }

    /// How jobs of a kind are reported on: as the first domain says that follows it.
    pub fn job_manner(&self, kind: &str) -> JobManner {
        self.followers(kind).next().map(|domain| domain.job_manner()).unwrap_or_default()
    }

    /// Returns the result of a job as it is kept.
    pub fn job_result(&self, kind: &str, result: &Arc<str>) -> Arc<str> {
        self.followers(kind).find_map(|domain| domain.job_result(result)).unwrap_or_else(|| result.clone())
    }

    /// The form in which the error of a job is kept.
    pub fn job_error(&self, kind: &str, error: &Arc<str>) -> Arc<str> {
        self.followers(kind).find_map(|domain| domain.job_error(error)).unwrap_or_else(|| error.clone())
    }

    /// Decides what follows when an attempt at a job ends.
    pub fn job_ended(&self, job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Decided<()> {
        self.followers(&job.kind).try_for_each(|domain| domain.job_ended(job, end, draft))
    }

    /// Decides whether a job may be driven again, or ended without being done.
    pub fn job_ordered(&self, job: &JobRow, order: JobOrder, draft: &mut Draft<'_>) -> Decided<()> {
        self.followers(&job.kind).try_for_each(|domain| domain.job_ordered(job, order, draft))
    }
}

/// Whether a kind of jobs is the one of this name, or one of those that begin so.
fn is_of(name: &str, kind: &str) -> bool {
    kind == name || name.ends_with('.') && kind.starts_with(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_kind_or_the_beginning_of_kinds() {
        for (name, kind, is) in [
            ("gateway.", "gateway.toss", true),
            ("gateway.", "gateway.a.b", true),
            ("gateway.", "gateway", false),
            ("gateway.", "gateways.toss", false),
            ("pledge.remind", "pledge.remind", true),
            ("pledge.remind", "pledge.reminder", false),
            ("pledge", "pledge.remind", false),
        ] {
            assert_eq!(is_of(name, kind), is, "{name} {kind}");
        }
    }
}
