//! Risk: rules about how often and how much, judged before money moves, as pure functions that know no store.
//!
//! A [`rule::Rule`] is data: which calls, about whom, counted how, in which window, up to which limit, and
//! what follows. A [`rate::Rate`] spaces calls. [`counter`] packs what a rule has seen of one subject into a
//! few bytes, [`judge::judge`] says what fired and for how long to wait, and [`judge::count`] what an
//! executed call adds. A limit of N lets exactly N through.

pub mod counter;
pub mod judge;
pub mod parse;
pub mod rate;
pub mod rule;
#[cfg(test)]
mod tests;
pub mod window;
