//! Finds a sealed value by what it says, without opening any: an index of keyed hashes.
//!
//! An entry is HMAC-SHA-256 under a key of the book, over book, name and value, each of the first with its
//! length before it. Who reads the database without that key learns which subjects have the same value under
//! the same name, and nothing else. The value is compared in Unicode's form NFC, so that `é` is found however
//! a keyboard made it.

use hmac::Mac as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::primitives;
use super::seal::length;
use crate::env::Env;

/// The format, as it is hashed.
const FORMAT: &str = "earnest/index/1";

/// The key of a book's index. It is wiped when it is dropped, and cannot be copied or printed.
pub struct IndexKey(Box<Zeroizing<[u8; 32]>>);

impl IndexKey {
    /// A key whose secret is known.
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut key = Self(Box::default());
        key.0.copy_from_slice(secret);
        key
    }

    /// A new key, drawn from the environment.
    pub fn draw(env: &Env) -> Self {
        Self::new(&env.secret())
    }

    /// The entry of a value under its name.
    pub fn entry(&self, book: &str, name: &str, value: &str) -> [u8; 32] {
        let mut mac = primitives::hmac(self.0.as_slice());
        for part in [FORMAT, book, name] {
            mac.update(&length(part.as_bytes()));
            mac.update(part.as_bytes());
        }
        // the value is last and needs no length; letter by letter, it leaves no copy in memory
        let mut letter = [0; 4];
        for c in value.nfc() {
            mac.update(c.encode_utf8(&mut letter).as_bytes());
        }
        letter.zeroize();
        mac.finalize().into_bytes().into()
    }
}
