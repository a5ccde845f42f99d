//! Risk: rules about how often and how much, judged before money moves.
//!
//! A rule ([`rules`]) is data: which calls, about whom, counted how, in which window, up to which limit, and
//! what follows. A rate spaces calls. A counter ([`counting`]) packs what a rule has seen of one subject into
//! a few bytes; a judge ([`judging`]) says what fired and for how long to wait, and what an executed call
//! adds. A limit of N lets exactly N through. All of that is pure; the gate asks it about every call, and
//! writes the counters with the call. [`reviews`] are calls that people look at first, [`lists`] who is
//! blocked or allowed whatever rules say.

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
pub use counting::states::{is_broken, recount};

use counting::clock_regression;
use judging::{decision, failure};
use reviews::review;

use crate::parked::timers;
use crate::request::domain::{Domain, Timer};
use crate::request::scope::Scope;
use crate::rows::tables::RecordRow;

/// Rules of risk and what was decided by them.
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
        let expire = timers::operation::<review::ReviewFacts>(record)?;
        Some(Box::new(move |scope, answer| Box::new(scope.internal("risk.timer", expire, answer))))
    }
}
