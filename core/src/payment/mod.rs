//! Payments: money from outside through gateways, asked about and never sent twice.
//!
//! A payment talks to its gateway by calls, and each call is a job that a worker leases. One call at a time
//! may move money, and it is leased at most once: where nobody knows what became of it, the payment is
//! `unknown`, and the question is written in the very commit that does not know. [`apply_report`] applies
//! news to a payment, whatever the order in which it comes; `editor` writes calls, and `questions` the
//! questions; [`transitions`] has every state.

pub mod actions;
mod apply_refunds;
pub mod apply_report;
mod attempts;
mod cases;
mod chargebacks;
mod check;
pub mod checkout;
mod create;
mod deals;
pub mod debts;
#[cfg(feature = "gateways")]
pub(crate) mod driven;
mod editor;
pub mod gateway;
pub(crate) mod gateway_events;
mod gateway_terms;
mod jobs;
mod late;
pub(crate) mod means;
pub(crate) mod merchant;
pub mod model;
mod money;
pub(crate) mod moves;
mod needs;
mod news;
pub mod owned;
pub mod parts;
mod payer_account;
pub mod queries;
mod questions;
mod recovery;
mod references;
mod refund_account;
mod refunds;
pub(crate) mod report;
pub mod requests;
pub mod route;
mod setup;
mod steps;
mod timers;
mod tokens;
pub mod transitions;
mod uncaptured_rest;
pub mod views;

use std::sync::Arc;

use serde_json::Value;

use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{Domain, JobEnd, JobOrder, Leasing, Timer, checks, timer_of};
use crate::request::scope::Scope;
use crate::request::texts::masked;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::Needs;
use crate::rows::tables::{JobRow, RecordRow};
use crate::time::Time;

/// The payment of a book that has been in a state longest, among those that entered it before a time.
pub fn waiting_in(book: &Book, state: model::State, before: Time) -> Listing {
    let (kind, state) = (model::KIND.into(), state.as_str().into());
    Listing::Still { book: book.clone(), kind, state, before, limit: 1 }
}

/// A reference whose first news was parked before a time, if there is one. Further news changes its record,
/// but not its deadline.
pub fn parked_since(book: &Book, before: Time) -> Listing {
    Listing::Records(Records {
        state: Some(model::ReferenceState::Parked.as_str().into()),
        due_before: before.checked_add(references::KEPT),
        limit: 1,
        ..Records::of(book, references::KIND)
    })
}

#[derive(Clone, Copy, Debug)]
pub struct Payments;

impl Domain for Payments {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(model::KIND, "py"), (debts::KIND, "dt")]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timer_of::<model::PaymentFacts>(record).or_else(|| timer_of::<references::ReferenceFacts>(record))
    }

    checks! { |reading, audit, examine| check::verify(reading, audit.copy, examine) }

    fn jobs(&self) -> &'static [&'static str] {
        &[gateway::JOBS]
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

    fn job_result(&self, result: &str) -> Option<Arc<str>> {
        jobs::kept(result)
    }

    fn job_error(&self, error: &str) -> Option<Arc<str>> {
        Some(masked(error).into())
    }

    fn job_ended(&self, job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Decided<()> {
        jobs::ended(job, end, draft)
    }

    fn job_ordered(&self, _: &JobRow, order: JobOrder, _: &mut Draft<'_>) -> Decided<()> {
        Err(jobs::ordered(order).into())
    }

    fn follows(&self) -> &'static [&'static str] {
        &[crate::escrow::model::KIND]
    }

    fn object_needs(&self, record: &RecordRow, seen: &Snapshot, needs: &mut Needs) {
        needs::needs_of_follower(record, seen, needs);
    }

    fn object_changed(
        &self,
        before: Option<&RecordRow>,
        after: &RecordRow,
        draft: &mut Draft<'_>,
    ) -> Decided<()> {
        deals::changed(before, after, draft)
    }
}
