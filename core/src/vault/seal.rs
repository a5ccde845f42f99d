//! Seals a value so that it opens only with its key and only in its place, and tells when it was altered.
//!
//! A sealed value is these bytes, one after another:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the version of the format, 1 |
//! | 1 | the length of the key's id |
//! | as said | the key's id |
//! | 32 | the salt, random |
//! | 32 | the commitment to the key |
//! | as many as the value | the ciphertext |
//! | 16 | the tag |
//!
//! HKDF-SHA-256 (key, salt, `earnest/seal/1`) gives 64 bytes: the key of AES-256-GCM, and the commitment.
//! That key is for this one value, so its nonce is zero. The associated data are format, book, table,
//! subject, field, version and key id, each with its length before it.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::primitives::{self, TAG, TooLong};
use crate::env::Env;
use crate::error::{Error, Result};

/// The format, as it is derived from and authenticated.
const FORMAT: &str = "earnest/seal/1";
/// The first byte of every sealed value.
const VERSION: u8 = 1;
/// The bytes of a salt, and of a commitment.
const SALT: usize = 32;
/// The longest id of a key.
const ID_MAX: usize = 64;
/// A key is used once: there is nothing to count.
const NONCE: [u8; 12] = [0; 12];

/// The most bytes of a value: 64 KiB.
pub const VALUE_MAX: usize = 64 * 1024;

/// Where a sealed value belongs. In any other place it does not open.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub book: &'a str,
    pub table: &'a str,
    /// The subject of the value.
    pub subject: &'a str,
    /// The name of the value.
    pub field: &'a str,
    /// The version of the value.
    pub version: u64,
}

/// A key that seals: a data key, or a key of the keyring. It is wiped when it is dropped, and cannot be
/// copied or printed.
pub struct SealingKey {
    id: String,
    // on the heap: a key that is moved leaves nothing behind
    secret: Box<Zeroizing<[u8; 32]>>,
}

/// Why a sealed value was not opened. It says nothing about the value or the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// These bytes are no sealed value.
    Malformed,
    /// A format of a later version of the library.
    Version(u8),
    /// It was sealed with another key; [`key_id`] has the name.
    OtherKey,
    /// The key's secret is another one, or the value or its place was altered.
    Altered,
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a sealed value"),
            Self::Version(version) => write!(f, "sealed in a later format, version {version}"),
            Self::OtherKey => f.write_str("sealed with another key"),
            Self::Altered => f.write_str("the value, its place or its key was altered"),
        }
    }
}

impl std::error::Error for NotOpened {}

impl SealingKey {
    /// A key with a secret that is known, such as one of a keyring.
    pub fn new(id: &str, secret: &[u8; 32]) -> Result<Self> {
        let plain = id.bytes().all(|byte| byte.is_ascii_graphic());
        if id.is_empty() || id.len() > ID_MAX || !plain {
            return Err(Error::invalid("key_id", format!("must be 1 to {ID_MAX} visible ASCII characters")));
        }
        let mut key = Self { id: id.to_owned(), secret: Box::default() };
        key.secret.copy_from_slice(secret);
        Ok(key)
    }

    /// A new key, drawn from the environment.
    pub fn draw(env: &Env, id: &str) -> Result<Self> {
        Self::new(id, &env.secret())
    }

    /// Its id, which stands in everything that it seals.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals a value for its place. Twice the same value gives two different results.
    pub fn seal(&self, env: &Env, place: &Place<'_>, value: &[u8]) -> Result<Vec<u8>> {
        let too_long = |_: TooLong| Error::invalid("value", format!("must have at most {VALUE_MAX} bytes"));
        if value.len() > VALUE_MAX {
            return Err(too_long(TooLong));
        }
        let salt = env.salt();
        let derived = Derived::new(&self.secret, &salt).map_err(too_long)?;
        let head = 2 + self.id.len() + 2 * SALT;
        // room for all: bytes that grow leave copies of the value in memory
        let mut sealed = Vec::with_capacity(head + value.len() + TAG);
        sealed.push(VERSION);
        // at most 64
        sealed.push(self.id.len().try_into().unwrap_or(u8::MAX));
        sealed.extend_from_slice(self.id.as_bytes());
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(derived.commitment());
        sealed.extend_from_slice(value);
        let associated = place.associated(&self.id);
        let tag = primitives::encrypt(derived.key(), NONCE, &associated, &mut sealed[head..]);
        match tag {
            Ok(tag) => sealed.extend_from_slice(&tag),
            Err(error) => {
                drop(Zeroizing::new(sealed));
                return Err(too_long(error));
            }
        }
        Ok(sealed)
    }

    /// Opens what [`SealingKey::seal`] made for this place. The value is wiped when it is dropped.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let sealed = Sealed::read(sealed)?;
        if sealed.key_id != self.id {
            return Err(NotOpened::OtherKey);
        }
        let derived = Derived::new(&self.secret, sealed.salt).map_err(|_| NotOpened::Altered)?;
        if !bool::from(derived.commitment().ct_eq(sealed.commitment)) {
            return Err(NotOpened::Altered);
        }
        let mut value = Zeroizing::new(sealed.ciphertext.to_vec());
        let associated = place.associated(&self.id);
        let is_right = primitives::decrypt(derived.key(), NONCE, &associated, &mut value, *sealed.tag);
        if is_right { Ok(value) } else { Err(NotOpened::Altered) }
    }

    /// Seals another key with this one.
    pub fn wrap(&self, env: &Env, place: &Place<'_>, key: &SealingKey) -> Result<Vec<u8>> {
        self.seal(env, place, key.secret.as_slice())
    }

    /// Opens a key that [`SealingKey::wrap`] sealed; its id is known from the place where it is stored.
    pub fn unwrap_key(&self, place: &Place<'_>, id: &str, wrapped: &[u8]) -> Result<SealingKey, NotOpened> {
        let secret = self.open(place, wrapped)?;
        let secret = secret.as_slice().try_into().map_err(|_| NotOpened::Malformed)?;
        SealingKey::new(id, secret).map_err(|_| NotOpened::Malformed)
    }
}

/// The id of the key that sealed these bytes, as they say: only [`SealingKey::open`] knows whether that is
/// true.
pub fn key_id(sealed: &[u8]) -> Result<&str, NotOpened> {
    Sealed::read(sealed).map(|sealed| sealed.key_id)
}

/// The key of one value, and the commitment to it.
struct Derived(Box<Zeroizing<[[u8; 32]; 2]>>);

impl Derived {
    fn new(secret: &[u8; 32], salt: &[u8; SALT]) -> Result<Self, TooLong> {
        let mut derived = Self(Box::default());
        primitives::hkdf(secret, salt, FORMAT.as_bytes(), derived.0.as_flattened_mut())?;
        Ok(derived)
    }

    fn key(&self) -> &[u8; 32] {
        &self.0[0]
    }

    fn commitment(&self) -> &[u8; 32] {
        &self.0[1]
    }
}

/// The parts of a sealed value.
struct Sealed<'a> {
    key_id: &'a str,
    salt: &'a [u8; SALT],
    commitment: &'a [u8; SALT],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG],
}

impl<'a> Sealed<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, NotOpened> {
        match bytes.first() {
            None => return Err(NotOpened::Malformed),
            Some(&VERSION) => {}
            Some(&version) => return Err(NotOpened::Version(version)),
        }
        Self::parts(bytes).ok_or(NotOpened::Malformed)
    }

    fn parts(bytes: &'a [u8]) -> Option<Self> {
        let (&length, rest) = bytes.get(1..)?.split_first()?;
        let (key_id, rest) = rest.split_at_checked(length.into())?;
        let key_id = std::str::from_utf8(key_id).ok()?;
        let (salt, rest) = rest.split_first_chunk()?;
        let (commitment, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;
        Some(Self { key_id, salt, commitment, ciphertext, tag })
    }
}

impl Place<'_> {
    /// No two places have the same bytes: each part has its length before it.
    fn associated(&self, key_id: &str) -> Vec<u8> {
        let version = self.version.to_be_bytes();
        let texts = [FORMAT, self.book, self.table, self.subject, self.field].map(str::as_bytes);
        let mut bytes = Vec::with_capacity(256);
        for part in texts.into_iter().chain([&version, key_id.as_bytes()]) {
            bytes.extend_from_slice(&length(part));
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// A length as it stands before a part.
pub(super) fn length(part: &[u8]) -> [u8; 8] {
    // no machine has more bytes than that
    u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()
}
