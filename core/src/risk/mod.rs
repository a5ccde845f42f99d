//! Risk: rules about how often and how much, judged before money moves.
//!
//! A [`rule::Rule`] is data: which calls, about whom, counted how, in which window, up to which limit, and
//! what follows. A [`rate::Rate`] spaces calls. [`counter`] packs what a rule has seen of one subject into a
//! few bytes, [`judge::judge`] says what fired and for how long to wait, and [`judge::count`] what an
//! executed call adds. A limit of N lets exactly N through. All of that is pure; [`gate::Risk`] asks it about
//! every call, and writes the counters with the call.

pub mod apart;
pub mod begins;
mod challenge;
pub mod counter;
mod decide;
pub mod decision;
mod failure;
pub mod gate;
mod in_force;
pub mod judge;
pub mod lists;
pub mod model;
mod moves;
mod packs;
pub mod parse;
mod parties;
pub mod profile;
pub mod queries;
pub mod rate;
pub mod requests;
pub mod review;
pub mod reviews;
mod ring;
pub mod rule;
mod set_back;
mod source;
mod states;
#[cfg(test)]
mod tests;
mod varint;
pub mod verdict;
pub mod views;
pub mod window;

pub use states::parts::AddingUp;
pub use states::{is_broken, recount};

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
        &[decision::MADE, failure::COUNTED, set_back::TAKEN]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        let expire = timers::operation::<review::ReviewFacts>(record)?;
        Some(Box::new(move |scope, answer| Box::new(scope.internal("risk.timer", expire, answer))))
    }
}
