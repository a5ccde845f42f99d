//! Signing: keys of Ethereum-like chains, what each may sign, and transactions, messages and typed data that
//! are signed with them.
//!
//! A private key is sealed in the vault under a subject of its own, which no request of the vault can name:
//! `vault.forget` does not reach it, and no operation shows it. What is signed is judged by what it moves
//! ([`earnest-evm`](https://github.com/earnest-money/earnest/tree/main/evm)); the judgement, what it counts
//! and its event are one commit, and the signature is made after it.
//!
//! A build without the feature `signing` has the same operations, which refuse with `not_supported`.

#[cfg(not(feature = "signing"))]
pub mod absent;
mod check;
#[cfg(feature = "signing")]
mod clock_regression;
#[cfg(feature = "signing")]
pub mod create;
pub mod keep;
pub mod model;
#[cfg(feature = "signing")]
pub mod policy;
pub mod queries;
#[cfg(feature = "signing")]
pub mod refusal;
pub mod requests;
#[cfg(feature = "signing")]
pub mod sign;
#[cfg(feature = "signing")]
pub mod sign_request;
#[cfg(feature = "signing")]
pub mod tools;
#[cfg(feature = "signing")]
pub mod used;
pub mod views;

#[cfg(not(feature = "signing"))]
pub use absent as tools;

use crate::request::domain::{Domain, checks};

/// The domain of signing.
#[derive(Clone, Copy, Debug)]
pub struct Signing;

impl Domain for Signing {
    checks! { whole |reading, audit, examine| check::verify(reading, examine) }
}
