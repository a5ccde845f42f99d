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

use crate::request::domain::{Domain, Timer, checks, timer_of};
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
        timer_of::<model::ApprovalFacts>(record)
    }

    checks! { whole |reading, told, examine| check::verify(reading, told.scope, examine) }
}
