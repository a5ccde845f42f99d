//! The keys of a keyring that seal, find, hash and sign webhooks: they never leave it, and nobody else can
//! check with them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Keyring, Ring, authenticate, bytes};
use crate::env::Env;
use crate::error::{Detail, Error, Result};
use crate::time::Time;

/// The purpose of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Wraps the data keys of the vault.
    #[serde(rename = "vault")]
    Vault,
    /// Finds sealed values, and hashes requests with secrets. It has no successor: what was found under it
    /// could not be found under another one.
    #[serde(rename = "index")]
    Index,
    /// Hashes PINs and recovery codes, before they are hashed slowly.
    #[serde(rename = "pins")]
    Pins,
    /// Makes the secrets that webhooks are signed with, one for each receiver. A key that was rotated out
    /// signs too, behind the current one, until it is dropped.
    #[serde(rename = "webhooks")]
    Webhooks,
}

impl Purpose {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Vault, Self::Index, Self::Pins, Self::Webhooks];

    /// Its name in keyrings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Index => "index",
            Self::Pins => "pins",
            Self::Webhooks => "webhooks",
        }
    }

    /// Returns a key's purpose, by its id.
    #[must_use]
    pub fn of(kid: &str) -> Option<Self> {
        let (prefix, _) = kid.split_once('-')?;
        Self::ALL.into_iter().find(|purpose| purpose.prefix() == prefix)
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }

    const fn alg(self) -> &'static str {
        match self {
            Self::Vault => "AES-256-GCM",
            Self::Index | Self::Pins | Self::Webhooks => "HMAC-SHA-256",
        }
    }

    /// Returns the prefix of the ids of its keys.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Vault => "kek",
            Self::Index => "index",
            Self::Pins => "pepper",
            Self::Webhooks => "webhook",
        }
    }
}

/// A key that is not shared with anybody.
#[derive(Clone)]
pub struct SecretKey {
    pub(super) kid: String,
    pub(super) purpose: Purpose,
    secret: Zeroizing<[u8; 32]>,
    created_at: Time,
    retired_at: Option<Time>,
}

impl SecretKey {
    fn new(purpose: Purpose, secret: Zeroizing<[u8; 32]>, created_at: Time) -> Self {
        Self { kid: kid_of(purpose, &secret), purpose, secret, created_at, retired_at: None }
    }

    /// Its id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its bytes.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// A key of one use, derived from this one.
    pub(crate) fn derived(&self, usage: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(authenticate(&self.secret, usage.as_bytes()))
    }

    /// Whether it was rotated out.
    #[must_use]
    pub const fn is_old(&self) -> bool {
        self.retired_at.is_some()
    }
}

/// The id of a key: what it is for, and the first eight bytes of a hash of it.
fn kid_of(purpose: Purpose, secret: &[u8; 32]) -> String {
    let digest = authenticate(secret, format!("earnest.keyring.{}", purpose.as_str()).as_bytes());
    format!("{}-{}", purpose.prefix(), hex::encode(&digest[..8]))
}

/// A key as it is written. Its secret is wiped when it is dropped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    kid: String,
    purpose: Purpose,
    alg: String,
    created_at: Time,
    #[serde(default)]
    retired_at: Option<Time>,
    secret: Zeroizing<String>,
}

impl Written {
    pub(super) fn of(key: &SecretKey) -> Self {
        Self {
            kid: key.kid.clone(),
            purpose: key.purpose,
            alg: key.purpose.alg().to_owned(),
            created_at: key.created_at,
            retired_at: key.retired_at,
            secret: Zeroizing::new(hex::encode(key.secret.as_slice())),
        }
    }

    /// The key; the answer of a refusal is the member that is wrong, and what it must be.
    pub(super) fn key(&self) -> Result<SecretKey, (&'static str, &'static str)> {
        let secret = bytes(&self.secret).ok_or(("secret", "must be 64 lower-case hexadecimal digits"))?;
        let mut key = SecretKey::new(self.purpose, Zeroizing::new(secret), self.created_at);
        if self.alg != self.purpose.alg() {
            return Err(("alg", "must be that of its purpose"));
        }
        if key.kid != self.kid {
            return Err(("kid", "must be that of the key: the text has been damaged"));
        }
        if self.purpose == Purpose::Index && self.retired_at.is_some() {
            return Err(("retired_at", "must be null: the key of the index has no successor"));
        }
        key.retired_at = self.retired_at;
        Ok(key)
    }
}

/// New keys, one for each purpose.
pub(super) fn fresh(env: &Env) -> Vec<SecretKey> {
    let now = env.clock.now();
    Purpose::ALL.into_iter().map(|purpose| SecretKey::new(purpose, env.secret(), now)).collect()
}

/// New keys in front of those that are there, which are retired: all but that of the index.
pub(super) fn rotated(env: &Env, keys: &[SecretKey]) -> Vec<SecretKey> {
    let now = env.clock.now();
    let kept = keys.iter().find(|key| key.purpose == Purpose::Index);
    let mut all = fresh(env);
    all.retain(|key| key.purpose != Purpose::Index || kept.is_none());
    all.extend(keys.iter().cloned().map(|mut key| {
        if key.purpose != Purpose::Index {
            key.retired_at = key.retired_at.or(Some(now));
        }
        key
    }));
    all
}

/// Keys that are the same everywhere.
pub(super) fn for_tests(at: Time) -> Vec<SecretKey> {
    let secret = |purpose: Purpose| {
        Zeroizing::new(Sha256::digest(format!("earnest test keyring: {}", purpose.as_str())).into())
    };
    Purpose::ALL.into_iter().map(|purpose| SecretKey::new(purpose, secret(purpose), at)).collect()
}

impl Keyring {
    /// This keyring without an old key of the vault, of PINs or of webhooks: what is still wrapped or hashed
    /// with it is lost, in backups too, and no webhook is signed with it any more.
    /// [`Engine::uses_of_key`](crate::Engine::uses_of_key) says what in a store still needs it.
    ///
    /// # Errors
    /// `key_not_found` when it has no such key; `invalid_request` naming `field` for a key that is in use
    /// here: a current one, that of the index, and those of receipts, old ones too, which check what they
    /// signed.
    pub fn without(&self, field: &str, kid: &str) -> Result<Self> {
        if self.receipts().iter().any(|key| key.kid() == kid) {
            return Err(Error::invalid(field, "is a key of receipts: it checks what it has signed"));
        }
        let Some(key) = self.0.secrets.iter().find(|key| key.kid == kid) else {
            let hint = "the keyring has no key with this id".to_owned();
            return Err(Detail::KeyNotFound { key: kid.to_owned(), hint }.into());
        };
        if !key.is_old() {
            let what = match key.purpose {
                Purpose::Index => "is the key of the index, which has no successor",
                _ => "is the current key for its purpose: `earnest keygen --rotate` makes a new one",
            };
            return Err(Error::invalid(field, what));
        }
        let secrets = self.0.secrets.iter().filter(|key| key.kid != kid).cloned().collect();
        let (receipts, others) = (self.0.receipts.clone(), self.0.others.clone());
        Ok(Self(Arc::new(Ring { receipts, secrets, others, ..Ring::default() })))
    }

    /// The keys for a purpose, as they are written: the current one first.
    pub(crate) fn of_purpose(&self, purpose: Purpose) -> impl Iterator<Item = &SecretKey> {
        self.0.secrets.iter().filter(move |key| key.purpose == purpose)
    }

    /// The key for a purpose that is used now.
    ///
    /// # Errors
    /// `key_not_found` when the keyring has none.
    pub fn newest(&self, purpose: Purpose) -> Result<&SecretKey> {
        self.of_purpose(purpose).find(|key| !key.is_old()).ok_or_else(|| {
            let hint = "the keyring has no such key: `earnest keygen --rotate` adds it";
            not_found(purpose, "current", hint)
        })
    }

    /// The key with an id that a store names.
    ///
    /// # Errors
    /// `key_not_found`, naming it.
    pub fn named(&self, purpose: Purpose, kid: &str) -> Result<&SecretKey> {
        self.of_purpose(purpose).find(|key| key.kid == kid).ok_or_else(|| lacks(purpose, kid))
    }

    /// The same for a call that began with this keyring and is decided now: also a key of what replaced it
    /// since.
    pub(crate) fn named_by_now(&self, purpose: Purpose, kid: &str) -> Result<&SecretKey> {
        let here = self.named(purpose, kid);
        let later = if here.is_err() { self.0.later.get() } else { None };
        later.map_or(here, |later| later.named_by_now(purpose, kid))
    }

    /// Notes what an engine uses from now on instead of this keyring.
    pub(crate) fn replaced_by(&self, later: &Self) {
        // who was replaced is nobody's successor, so that none follows itself
        if later.0.later.get().is_none() && !Arc::ptr_eq(&self.0, &later.0) {
            let _ = self.0.later.set(later.clone());
        }
    }

    /// A key of one book and one use, derived from the key of the index.
    ///
    /// # Errors
    /// As [`Keyring::newest`].
    pub fn of_book(&self, book: &crate::ids::Book, usage: &str) -> Result<Zeroizing<[u8; 32]>> {
        Ok(self.newest(Purpose::Index)?.derived(&format!("earnest/book/1\0{usage}\0{book}")))
    }
}

fn not_found(purpose: Purpose, key: &str, hint: &str) -> Error {
    Detail::KeyNotFound { key: format!("{}/{key}", purpose.as_str()), hint: hint.to_owned() }.into()
}

/// `key_not_found` for a key that a store uses, and that this process does not have.
pub(crate) fn lacks(purpose: Purpose, kid: &str) -> Error {
    let hint = match purpose {
        Purpose::Index => {
            "the book rests on it, and this process has the keyring of another installation, or none: give it \
             the keyring that the book began with"
        }
        _ => "the store uses it, and this keyring lacks it: give this process the newest keyring",
    };
    not_found(purpose, kid, hint)
}

/// `key_not_found` where there is no keyring at all.
#[must_use]
pub fn none(purpose: Purpose) -> Error {
    not_found(purpose, "current", super::MAKE_ONE)
}
