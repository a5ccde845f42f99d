//! Keys, transactions, messages and typed data of Ethereum-like chains, read strictly and signed without
//! surprises.
//!
//! This crate is pure: it reads no clock, no file and no network, and draws no random numbers. What it
//! refuses, it refuses with an [`Error`] that names the field. There is no way to sign a bare digest.
//!
//! ```
//! use earnest_evm::{Key, Transaction};
//! use serde_json::json;
//!
//! let key = Key::from_hex("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")?;
//! let transaction = Transaction::from_json(&json!({
//!     "type": "eip1559", "chain_id": "1", "nonce": "0", "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
//!     "value": "1000000000000000000", "gas_limit": "21000",
//!     "max_fee_per_gas": "30000000000", "max_priority_fee_per_gas": "1000000000",
//! }))?;
//! let signed = transaction.sign(&key)?;
//! assert_eq!(signed.from(), key.address());
//! assert_eq!(Transaction::decode(signed.raw())?.transaction(), &transaction);
//! # Ok::<(), earnest_evm::Error>(())
//! ```

pub mod address;
pub mod erc20;
mod error;
mod json;
mod key;
mod message;
mod policy;
mod rlp;
mod signature;
mod transaction;
mod typed_data;

pub use alloy_primitives::{Address, B256, U256};

pub use json::parse_number as number;

pub use error::{Error, Limit, Reason, Refusal};
pub use key::Key;
pub use message::Message;
pub use policy::{Allowed, Moved, Policy, Used};
pub use signature::Signature;
pub use transaction::{Access, Decoded, Kind, Signed, Transaction};
pub use typed_data::TypedData;

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
