//! The native half of the packages for Swift and Kotlin: requests go in as JSON, replies come out as JSON,
//! and no thread of Rust ever enters the language.
//!
//! Answers arrive in a mailbox, in which one thread of the package waits. So nothing here is
//! `async`, nothing calls back, and no text of an application's exceptions comes here. All rules are the
//! core's, and all else is `earnest-native`'s, which every package of another language has too.

#![allow(
    clippy::disallowed_types,
    reason = "UniFFI declares floating-point numbers too; no function here takes one"
)]
// a macro of UniFFI expands to what the lint means
#![allow(clippy::needless_pass_by_value, reason = "arguments of functions for Swift and Kotlin are owned")]

mod engine;
mod money;
mod values;

uniffi::setup_scaffolding!("earnest_native");
