//! Approvals: large sums move only when enough people have approved.
//!
//! A policy selects the calls that need it: by effect, currency and amount. Such a call is refused with
//! `approval_required` and an approval, which others give or refuse. The last vote makes the call, under its
//! own key and as the actor who asked for it, so that a retry of the call and the last vote are one effect.

pub mod ask;
mod check;
pub mod decide;
pub mod factors;
pub mod gate;
pub mod model;
pub mod policy;
pub mod queries;

mod parse;
pub mod requests;
#[cfg(test)]
mod tests;
pub mod views;

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::parked::timers;
use crate::request::domain::{Audit, Domain, Examine, Timer};
use crate::request::reading::Reading;
use crate::request::scope::Scope;
use crate::rows::tables::RecordRow;

pub use crate::approval::parse::of_options;

/// Approvals, and the policies that ask for them.
#[derive(Clone, Copy, Debug)]
pub struct Consent;

impl Domain for Consent {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(model::KIND, "ap")]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        let expire = timers::operation::<model::ApprovalFacts>(record)?;
        Some(Box::new(move |scope, answer| Box::new(scope.internal("approval.timer", expire, answer))))
    }

    fn check<'c, 'r: 'c>(
        &'c self,
        reading: &'c mut Reading<'r>,
        told: Audit<'c>,
        examine: Examine<'c>,
    ) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            // the log has neither their times nor their texts: such a record of a copy cannot be read whole
            if told.copy { Ok(()) } else { check::verify(reading, told.scope, examine).await }
        })
    }
}
