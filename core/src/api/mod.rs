//! The interface for callers: operations, requests and views, each declared once.

pub mod arguments;
mod background;
pub mod batch;
pub mod codes;
#[cfg(feature = "brokers")]
mod delivery;
mod domains;
#[macro_use]
pub mod examples;
#[macro_use]
mod expand;
#[macro_use]
mod guarded;
#[macro_use]
mod money_in;
#[macro_use]
mod money_out;
mod open;
pub mod operations;
pub mod requests;
#[cfg(feature = "sql")]
pub mod stepped;
pub mod subscriber;
pub mod views;

/// The form of the contract, the document from which packages for other languages are made: a reader refuses
/// another one than it was written for.
pub const CONTRACT: u32 = 1;
