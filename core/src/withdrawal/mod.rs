//! Withdrawals: money that leaves for a chain, bound to one nonce of one key for ever.
//!
//! A withdrawal ends only by what the chain made final under its nonce: absence proves nothing. It is seen
//! through endpoints that lag and lie, of which a quorum must agree; [`judge`] draws verdicts from what they
//! say, and knows nothing of the store. What the chain is asked are jobs (`chain.*`), and so is what is to be
//! signed (`signer.*`): bytes are kept before anybody is asked to send them. `editor` writes what follows,
//! [`transitions`] has every state.
//!
//! A build without the feature `signing` has the same operations: it reads, and refuses the rest with
//! `not_supported`.

#[cfg(feature = "signing")]
mod abandoned_history;
#[cfg(not(feature = "signing"))]
mod absent;
pub mod asset;
#[cfg(feature = "signing")]
mod assets;
#[cfg(feature = "signing")]
mod bind;
#[cfg(feature = "signing")]
mod cancel;
pub mod chain;
#[cfg(feature = "signing")]
mod chain_terms;
#[cfg(feature = "signing")]
mod chains;
mod check;
pub mod choice;
#[cfg(feature = "chain")]
pub mod compared;
#[cfg(feature = "signing")]
mod daily_use;
#[cfg(feature = "chain")]
pub(crate) mod driven;
#[cfg(feature = "signing")]
mod editor;
#[cfg(feature = "signing")]
mod facts;
mod finality;
#[cfg(feature = "signing")]
mod jobs;
pub mod judge;
pub mod lane;
#[cfg(feature = "signing")]
pub mod lanes;
pub mod model;
#[cfg(feature = "signing")]
mod moves;
#[cfg(feature = "signing")]
mod nonce_place;
#[cfg(feature = "signing")]
mod outcomes;
pub mod queries;
#[cfg(feature = "signing")]
mod queue;
#[cfg(feature = "signing")]
mod reports;
#[cfg(feature = "signing")]
mod request;
pub mod requests;
#[cfg(feature = "signing")]
mod retry;
#[cfg(feature = "signing")]
mod seen;
#[cfg(feature = "signing")]
mod send;
#[cfg(feature = "signing")]
mod settle;
#[cfg(feature = "signing")]
mod sign;
#[cfg(feature = "signing")]
mod simulate;
pub mod slot;
#[cfg(feature = "signing")]
mod speed_up;
#[cfg(feature = "signing")]
mod spent;
mod statistics;
#[cfg(feature = "signing")]
mod timers;
pub mod transitions;
#[cfg(feature = "signing")]
pub mod vault_signer;
pub mod views;
#[cfg(feature = "signing")]
mod wallet;
#[cfg(feature = "signing")]
mod watch;
#[cfg(feature = "signing")]
mod watched;

#[cfg(not(feature = "signing"))]
use absent as jobs;
#[cfg(not(feature = "signing"))]
use absent as timers;

use std::sync::Arc;

use serde_json::Value;

use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{Domain, JobEnd, JobManner, JobOrder, Leasing, Timer, checks};
use crate::request::scope::Scope;
use crate::rows::needs::Needs;
use crate::rows::tables::{JobRow, RecordRow};
use crate::time::Span;

/// How long a report of a worker may be, in bytes: three endpoints say much of many nonces.
const REPORT: usize = 256 * 1024;

#[derive(Clone, Copy, Debug)]
pub struct Withdrawals;

impl Domain for Withdrawals {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(model::KIND, "wd"), (lane::KIND, "ln")]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timers::due(record)
    }

    checks! { |reading, audit, examine| check::verify(reading, audit.copy, examine) }

    fn jobs(&self) -> &'static [&'static str] {
        &["chain.", "signer."]
    }

    fn job_needs(&self, job: &JobRow, seen: &Snapshot, needs: &mut Needs) {
        jobs::needs(job, seen, needs);
    }

    fn job_leased(&self, job: &JobRow, draft: &mut Draft<'_>) -> Decided<Leasing> {
        jobs::leased(job, draft)
    }

    fn job_shown(&self, scope: &Scope, job: &JobRow, seen: &Snapshot) -> Decided<Option<Value>> {
        jobs::shown(scope, job, seen)
    }

    fn job_manner(&self) -> JobManner {
        JobManner { report: REPORT, first_pause: Span::from_secs(1), longest_pause: Span::from_mins(1) }
    }

    fn job_result(&self, result: &str) -> Option<Arc<str>> {
        jobs::kept(result)
    }

    fn job_ended(&self, job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Decided<()> {
        jobs::ended(job, end, draft)
    }

    fn job_ordered(&self, _: &JobRow, order: JobOrder, _: &mut Draft<'_>) -> Decided<()> {
        Err(jobs::ordered(order).into())
    }
}
