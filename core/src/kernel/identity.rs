//! The identity of a request: its canonical form and its hash.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use crate::ids::{Actor, Key};
use crate::rows::tables::KeyRow;
use crate::time::Time;

/// The canonical form that this version hashes; the number is kept with every key.
pub const FORM: i64 = 1;

/// The hash of an absent field.
const ABSENT: [u8; 4] = [0; 4];

/// Bytes of the length before a text.
const LENGTH: usize = size_of::<u64>();

/// Bytes reserved for each field: enough for most.
const USUAL: usize = 64;
/// Bytes reserved for a request with a secret.
const ROOM: usize = 144 * 1024;

/// Collects the declared fields of a request, in order.
///
/// Absent and default fields are passed over, so that naming a default and leaving it out are one request.
#[derive(Default)]
pub struct Canonical {
    whole: Vec<u8>,
    fields: Vec<u8>,
    key: Option<Zeroizing<[u8; 32]>>,
}

impl std::fmt::Debug for Canonical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canonical").field("size", &self.whole.len()).finish_non_exhaustive()
    }
}

impl Canonical {
    /// A canonical form whose hashes are keyed: without the key, hashes of a request with a secret reveal
    /// nothing.
    pub fn keyed(key: &[u8; 32]) -> Self {
        // enough for most: a buffer that grows leaves copies of a secret in memory
        let whole = Vec::with_capacity(ROOM);
        Self { whole, fields: Vec::new(), key: Some(Zeroizing::new(*key)) }
    }

    fn hash(&self, bytes: &[u8]) -> [u8; 32] {
        let Some(key) = &self.key else { return Sha256::digest(bytes).into() };
        // a shorter key is filled up with zeros to a whole block (RFC 2104)
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(key.as_slice());
        Hmac::<Sha256>::new(&(*block).into()).chain_update(bytes).finalize().into_bytes().into()
    }

    /// Adds a declared field: `write` writes its canonical JSON, or returns `false` when it is absent or
    /// equals its default.
    pub fn field(&mut self, name: &'static str, write: impl FnOnce(&mut Vec<u8>) -> bool) {
        let before = self.whole.len();
        let start = self.begin(name);
        let written = write(&mut self.whole);
        self.end(before, start, written);
    }

    /// Begins a field, and returns the place of its text.
    fn begin(&mut self, name: &'static str) -> usize {
        self.whole.reserve(USUAL);
        self.whole.extend_from_slice(name.as_bytes());
        // a length before the text keeps two fields from being read as one; it is known when the text was
        // written
        self.whole.extend_from_slice(&[0; LENGTH]);
        self.whole.len()
    }

    /// Ends the field that begins at `before` and whose text begins at `start`.
    fn end(&mut self, before: usize, start: usize, written: bool) {
        let text = &self.whole[start..];
        if !written || text == b"null" {
            self.whole.truncate(before);
            self.fields.extend_from_slice(&ABSENT);
            return;
        }
        let hash = self.hash(text);
        let bytes = (text.len() as u64).to_le_bytes();
        self.fields.extend_from_slice(&hash[..ABSENT.len()]);
        self.whole[start - LENGTH..start].copy_from_slice(&bytes);
    }

    /// The bytes of the whole.
    pub fn size(&self) -> usize {
        self.whole.len()
    }

    /// The hash of the whole, and four bytes per declared field, up to the last one that is there.
    pub fn finish(mut self) -> (Arc<[u8]>, Arc<[u8]>) {
        while self.fields.ends_with(&ABSENT) {
            self.fields.truncate(self.fields.len() - ABSENT.len());
        }
        let whole = self.hash(&self.whole);
        if self.key.is_some() {
            // it holds the secret
            self.whole.zeroize();
        }
        (Arc::from(whole.as_slice()), self.fields.into())
    }
}

/// The names of the declared fields whose hashes differ.
pub fn differing(names: &[&'static str], stored: &[u8], given: &[u8]) -> Vec<String> {
    let changed = names.iter().enumerate().filter(|(place, _)| field(stored, *place) != field(given, *place));
    changed.map(|(_, name)| (*name).to_owned()).collect()
}

fn field(all: &[u8], place: usize) -> &[u8] {
    all.chunks(ABSENT.len()).nth(place).unwrap_or(&ABSENT)
}

/// Bytes of an actor's hash that are kept with a key: enough that nobody finds another id with the same
/// bytes.
const MARK: usize = 8;

/// The hash of an actor's id that a key keeps of its first user; `None` for the host's own program. The role
/// is no part of it: one person is one actor.
pub fn mark_of(actor: &Actor) -> Option<Arc<[u8]>> {
    if *actor == Actor::system() {
        return None;
    }
    let digest = Sha256::new().chain_update(b"earnest actor\0").chain_update(actor.id()).finalize();
    Some(digest[..MARK].into())
}

/// How long an outcome is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRetention {
    /// For ever: the operation moves money, or makes something that a second call would make twice.
    Forever,
    /// For 24 hours: the state shows what the call did.
    Day,
    /// For 30 days: others report it, and may repeat their report for a while.
    Month,
    /// For ever if an approval was asked for, and not at all otherwise: the object of a timer shows whether
    /// it ran.
    Consent,
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
    pub kept: KeyRetention,
    /// Bytes of the canonical request.
    pub size: usize,
}

/// Calls of the engine itself have no key: they are decided by state.
pub(crate) fn no_identity() -> Identity {
    let empty: Arc<[u8]> = Arc::from([].as_slice());
    let (request, fields) = (empty.clone(), empty);
    Identity { key: None, derived: false, request, fields, names: &[], kept: KeyRetention::Day, size: 0 }
}

/// Whether the retention of an outcome has ended.
pub fn is_expired(row: &KeyRow, now: Time) -> bool {
    row.expires_at.is_some_and(|at| at <= now)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_is_hashed_is_names_lengths_and_texts() {
        let mut canonical = Canonical::default();
        let text = |text: &'static str| move |into: &mut Vec<u8>| into.write_all(text.as_bytes()).is_ok();
        canonical.field("to", text(r#""bob""#));
        canonical.field("reference", text("null"));
        canonical.field("metadata", |into| into.write_all(b"{").is_err());
        canonical.field("bps", text("295"));
        let (whole, fields) = canonical.finish();
        assert_eq!(*whole, *Sha256::digest(b"to\x05\0\0\0\0\0\0\0\"bob\"bps\x03\0\0\0\0\0\0\x00295"));
        assert_eq!(fields[..4], Sha256::digest(r#""bob""#)[..4]);
        assert_eq!((fields[4..12].to_vec(), fields.len()), (vec![0; 8], 16));
    }

    #[test]
    fn hashes_of_a_secret_depend_on_the_key() {
        let hashed = |form: Canonical| {
            let mut form = form;
            form.field("pin", |into| into.write_all(br#""4711""#).is_ok());
            form.finish()
        };
        let (plain, one, other) = (
            hashed(Canonical::default()),
            hashed(Canonical::keyed(&[1; 32])),
            hashed(Canonical::keyed(&[2; 32])),
        );
        assert!(plain.0 != one.0 && plain.1 != one.1 && one.0 != other.0 && one.1 != other.1);
        assert_eq!(one, hashed(Canonical::keyed(&[1; 32])));
    }

    #[test]
    fn fields_that_differ_are_named_whatever_is_absent() {
        let names = ["from", "to", "amount", "reference", "metadata"];
        let fields = |values: [Option<&str>; 5]| {
            let mut canonical = Canonical::default();
            for (name, value) in names.into_iter().zip(values) {
                canonical.field(name, |into| value.is_some_and(|value| write!(into, "{value:?}").is_ok()));
            }
            canonical.finish().1
        };
        let one = fields([Some("a"), Some("b"), Some("1"), None, None]);
        let other = fields([Some("a"), Some("c"), Some("1"), None, Some("x")]);
        assert_eq!((one.len(), other.len()), (12, 20));
        assert_eq!(differing(&names, &one, &other), ["to", "metadata"]);
        assert_eq!(differing(&names, &other, &one), ["to", "metadata"]);
        assert!(differing(&names, &one, &one).is_empty());
    }
}
