//! The vault: personal data and keys, sealed so that they open only with the keys of this installation and
//! only where they belong.
//!
//! A subject, such as a customer, has a data key of its own, wrapped with a key of the keyring; its values
//! are sealed with the data key. So [`forget`] has little to remove, and [`rotate`] little to do. What the
//! store says of which key wraps holds for all processes: one whose keyring lacks that key reads what it can
//! open, and its writes are refused, naming the key. Who has the keyring of another installation finds
//! nothing, and is refused before that could pass for an answer (`kernel::rests_on`).
//!
//! [`seal`] is the one way in which anything is sealed: a data key under a key of the keyring, and a value
//! under the data key of its subject. [`index`] finds a value without opening any.
//!
//! Each sealed value has an AES-256-GCM key of its own, made from 32 random bytes (its salt), so no nonce is
//! counted and none can repeat: not after a restart, a fork or a restore. AES-GCM by itself lets one
//! ciphertext open under two keys; here a commitment to the key is stored and compared before anything is
//! opened. Book, table, subject, field, version and key id are authenticated with the value, so what is moved
//! to another row, or put back from an earlier version, does not open. `README.md` beside this file says why
//! not as it is often done (`createCipher`, initialization vectors of 16 bytes, one constant as associated
//! data), and what remains of what was forgotten.

mod check;
pub mod credentials;
pub mod forget;
pub mod index;
pub mod model;
mod primitives;
pub mod proofs;
pub mod put;
pub mod queries;
pub mod requests;
pub mod reveal;
pub mod rotate;
pub mod safe;
pub mod seal;
pub(crate) mod sealer;
#[cfg(test)]
mod tests;
pub(crate) mod unsealed;
pub mod views;

use crate::request::domain::{Domain, checks};

/// The domain of the vault.
#[derive(Clone, Copy, Debug)]
pub struct Vault;

impl Domain for Vault {
    checks! { whole |reading, audit, examine| check::verify(reading, examine) }
}
