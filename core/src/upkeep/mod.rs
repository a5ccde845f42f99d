//! Operations that keep a store healthy: timers, work outside, health, verification, copies and replays.

#[cfg(feature = "chain")]
pub mod chains;
pub(crate) mod confirm_clock;
pub mod copies;
pub mod erasure;
pub mod health;
pub mod key_uses;
pub(crate) mod lacking;
pub(crate) mod lapses;
mod merchant;
pub mod metrics;
mod places;
pub mod pool;
pub mod reload;
pub mod replay;
mod report;
pub mod requests;
#[cfg(feature = "signing")]
pub(crate) mod signer;
pub mod timers;
pub mod verify;
pub mod views;
pub mod work;
