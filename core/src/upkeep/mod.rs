//! Operations that keep a store healthy: timers, work outside, health, verification, copies and replays.

pub(crate) mod confirm_clock;
pub mod copies;
pub mod erasure;
pub mod health;
pub mod metrics;
pub mod pins;
pub mod pool;
pub mod replay;
pub mod requests;
pub mod rewrap;
pub mod sinks;
pub mod timers;
pub mod verify;
pub mod views;
pub mod work;
