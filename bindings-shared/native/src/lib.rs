//! The native half that every package of Earnest has: requests go in as JSON, replies come out as JSON, and
//! no thread of the engine ever enters the language that called it.
//!
//! Letters to that language arrive in a [`mailbox`]: a thread of the engine puts them there and rings a bell,
//! and the language takes what is there in one go. This crate knows no language; what each package adds is
//! its own way to call functions, and its own bell.

pub mod device;
pub mod engine;
pub mod log;
pub mod mailbox;
pub mod money;
pub mod options;
pub mod runtime;
pub mod transaction;
mod underway;
pub mod values;
