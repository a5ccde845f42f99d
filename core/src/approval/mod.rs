//! The consent of others: large sums move only when enough people have approved.
//!
//! A policy says which calls need it: by effect, currency and amount. Such a call is refused with
//! `approval_required` and an approval, which others give or refuse. The last consent makes the call, under
//! its own key and as whoever asked for it, so that a retry of the call and the last consent are one effect.

pub mod ask;
mod audit;
pub mod decide;
mod execute;
pub mod gate;
pub mod model;
pub mod policy;
pub mod queries;
pub mod timers;

mod parse;
pub mod requests;
#[cfg(test)]
mod tests;
pub mod views;

pub use crate::approval::parse::of_options;
pub use audit::verify;
