//! The vault: personal data and keys, sealed so that they open only with the keys of this installation and
//! only where they belong.
//!
//! [`seal`] is the one way in which anything is sealed: a data key under a key of the keyring, and a value
//! under the data key of its subject. [`index`] finds a value without opening any.
//!
//! Each sealed value has an AES-256-GCM key of its own, made from 32 random bytes (its salt), so no nonce is
//! counted and none can repeat: not after a restart, a fork or a restore. AES-GCM by itself lets one
//! ciphertext open under two keys; here a commitment to the key is stored and compared before anything is
//! opened. Book, table, subject, field, version and key id are authenticated with the value, so what is moved
//! to another row, or put back from an earlier version, does not open. What such designs often do instead
//! fails at one of these points: a cipher made from a password (`createCipher`), initialization vectors that
//! are counted or 16 bytes long, one constant as associated data.

pub mod index;
mod primitives;
pub mod seal;
#[cfg(test)]
mod tests;
