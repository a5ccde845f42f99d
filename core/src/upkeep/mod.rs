//! Operations that keep a store healthy: timers, work outside, health, verification, copies and replays.

pub mod chains;
pub(crate) mod confirm_clock;
pub mod copies;
pub mod erasure;
pub mod health;
pub mod key_uses;
pub(crate) mod lacking;
pub mod metrics;
pub mod pins;
pub mod pool;
pub mod reload;
pub mod replay;
pub mod requests;
pub mod rewrap;
#[cfg(feature = "signing")]
pub mod signer;
#[cfg(feature = "signing")]
pub mod signing;
#[cfg(not(feature = "signing"))]
#[path = "signing_absent.rs"]
pub mod signing;
pub mod sinks;
pub mod timers;
pub mod verify;
pub mod views;
pub mod work;
