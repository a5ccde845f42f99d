//! What makes two requests the same: the canonical form of a request and its hash.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ids::Key;

/// The canonical form that this version hashes; the number is kept with every key.
pub const FORM: i64 = 1;

/// Collects the declared fields of a request, in order.
///
/// Absent and default fields are passed over, so that naming a default and leaving it out are one request.
#[derive(Debug, Default)]
pub struct Canonical {
    whole: Sha256,
    fields: Vec<u8>,
    buffer: Vec<u8>,
}

impl Canonical {
    /// Adds a declared field; `value` is `None` when it is absent or equals its default.
    pub fn field<T: Serialize>(&mut self, name: &'static str, value: Option<&T>) {
        self.buffer.clear();
        let written =
            value.is_some_and(|value| serde_json_canonicalizer::to_writer(value, &mut self.buffer).is_ok());
        if !written || self.buffer == b"null" {
            self.fields.extend_from_slice(&[0; 4]);
            return;
        }
        // a length before the text keeps two fields from being read as one
        self.whole.update(name.as_bytes());
        self.whole.update((self.buffer.len() as u64).to_le_bytes());
        self.whole.update(&self.buffer);
        let digest = Sha256::digest(&self.buffer);
        self.fields.extend_from_slice(&digest[..4]);
    }

    /// The hash of the whole, and four bytes per declared field.
    #[must_use]
    pub fn finish(self) -> (Arc<[u8]>, Arc<[u8]>) {
        (Arc::from(self.whole.finalize().as_slice()), self.fields.into())
    }
}

/// The names of the declared fields whose hashes differ.
#[must_use]
pub fn differing(names: &[&'static str], stored: &[u8], given: &[u8]) -> Vec<String> {
    let pairs = stored.chunks(4).zip(given.chunks(4));
    let changed = names.iter().zip(pairs).filter(|(_, (stored, given))| stored != given);
    changed.map(|(name, _)| (*name).to_owned()).collect()
}

/// How long an outcome is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// For ever: the operation moves money.
    Forever,
    /// For 24 hours.
    Day,
}

/// The idempotency of one call.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its key, if it has one.
    pub key: Option<Key>,
    /// The key was derived from the object: another request under it is decided afresh.
    pub derived: bool,
    /// Hash of the canonical request.
    pub request: Arc<[u8]>,
    /// Four bytes of hash per declared field.
    pub fields: Arc<[u8]>,
    /// Names of the declared fields.
    pub names: &'static [&'static str],
    /// How long its outcome is kept.
    pub kept: Kept,
}
