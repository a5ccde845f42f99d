//! Risk: rules about how often and how much, judged before money moves.
//!
//! A rule ([`rules`]) is data: which calls, whom they are about, what is counted, in which window, up to
//! which limit, and the outcome. A rate spaces calls. A counter ([`counting`]) packs what a rule has seen of
//! one subject into a few bytes. The judge ([`judging`]) returns the rules that fired, the time to wait, and
//! what an executed call adds to counters. A limit of N lets exactly N through. All of this is pure. The gate
//! runs it for every call, and writes the counters with the call. [`reviews`] are calls that people look at
//! first. [`lists`] block or allow somebody whatever rules say.

pub mod counting;
mod decide;
pub mod judging;
pub mod lists;
pub mod model;
pub mod queries;
pub mod requests;
pub mod reviews;
pub mod rules;
#[cfg(test)]
mod tests;
pub mod views;

pub use counting::states::parts::MergeDeltas;
pub use counting::states::{command, is_broken, recount};

use counting::clock_regression;
use judging::{decision, failure};
use reviews::review;

use crate::request::domain::{Domain, Timer, timer_of};
use crate::request::scope::Scope;
use crate::rows::tables::RecordRow;

/// The domain of risk: rules, decisions and reviews.
#[derive(Clone, Copy, Debug)]
pub struct Rules;

impl Domain for Rules {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(decision::KIND, "dc"), (review::KIND, "rv")]
    }

    fn for_staff(&self) -> &'static [&'static str] {
        &[decision::MADE, failure::COUNTED, clock_regression::TAKEN]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timer_of::<review::ReviewFacts>(record)
    }
}
