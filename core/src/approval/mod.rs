//! The consent of others: large sums move only when enough people have approved.
//!
//! A policy says which calls need it: by effect, currency and amount. Such a call is refused with `approval_required` and
//! an approval, which others give or refuse. The last consent makes the call, under its own key and as whoever asked for
//! it, so that a retry of the call and the last consent are one effect.

pub mod ask;
mod audit;
pub mod decide;
mod execute;
pub mod gate;
pub mod model;
pub mod policy;
pub mod queries;
mod requests;
pub mod timers;

#[cfg(test)]
mod tests;

pub use audit::verify;
pub use requests::of_options;
