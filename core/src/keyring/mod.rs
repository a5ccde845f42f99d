//! The keys of an installation: those that sign receipts and webhooks, seal the vault and hash PINs, the
//! current ones and those that were rotated out.
//!
//! A keyring is a JSON text that an operator makes with `earnest keygen`, keeps where secrets are kept, and
//! gives to the engine as [`Options::keyring`](crate::Options::keyring) or in `EARNEST_KEYRING`, or that a
//! [`KeySource`] of the host fetches. The format is described at [`Keyring::parse`].

mod file;
mod sealed;
mod secrets;
mod source;
mod successor;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ed25519_dalek::pkcs8::EncodePublicKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::env::Env;
use crate::error::{Detail, Error, Result};
use crate::sorting::Sorting;
use crate::time::Time;

pub(crate) use sealed::{Envelope, is_service_key};
pub(crate) use secrets::lacks;
pub use secrets::{Purpose, SecretKey, none};
pub use source::KeySource;
pub(crate) use source::Source;

/// The purpose of receipt keys, as a keyring has it.
pub const RECEIPTS: &str = "receipts";

/// The version of the format.
const VERSION: u64 = 1;

/// How a receipt is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Alg {
    /// Only the holder of the secret can check it.
    #[serde(rename = "HMAC-SHA-256")]
    HmacSha256,
    /// Every holder of the public key can check it (RFC 8032).
    #[serde(rename = "Ed25519")]
    Ed25519,
}

impl Alg {
    /// Both, in the order in which a receipt is signed.
    pub const ALL: [Self; 2] = [Self::HmacSha256, Self::Ed25519];

    /// Its name in keyrings and receipts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "HMAC-SHA-256",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name)
    }
}

/// The abilities of a key.
#[derive(Clone)]
enum Material {
    /// Signs and checks.
    Hmac(Zeroizing<[u8; 32]>),
    /// Signs and checks; it is wiped when it is dropped.
    Signing(Box<SigningKey>),
    /// Only checks: the secret was thrown away when the key was rotated out, or never known.
    Verifying(VerifyingKey),
}

/// One key.
#[derive(Clone)]
pub(crate) struct Key {
    kid: String,
    material: Material,
    created_at: Time,
    retired_at: Option<Time>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The id of a key: `hs256-` or `ed25519-` and the first eight bytes of a hash of it.
fn kid_of(material: &Material) -> String {
    let (name, digest) = match material {
        Material::Hmac(secret) => ("hs256", authenticate(secret, b"earnest.keyring.kid")),
        Material::Signing(key) => ("ed25519", Sha256::digest(key.verifying_key().as_bytes()).into()),
        Material::Verifying(key) => ("ed25519", Sha256::digest(key.as_bytes()).into()),
    };
    format!("{name}-{}", hex::encode(&digest[..8]))
}

fn mac(secret: &[u8; 32]) -> Hmac<Sha256> {
    // a shorter key is filled up with zeros to a whole block (RFC 2104)
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(secret);
    Hmac::new(&(*block).into())
}

fn authenticate(secret: &[u8; 32], message: &[u8]) -> [u8; 32] {
    mac(secret).chain_update(message).finalize().into_bytes().into()
}

/// 32 bytes of lower-case hexadecimal.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let plain = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (plain && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(bytes)
}

impl Key {
    fn new(material: Material, created_at: Time) -> Self {
        Self { kid: kid_of(&material), material, created_at, retired_at: None }
    }

    /// Its id.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// Its algorithm.
    pub(crate) const fn alg(&self) -> Alg {
        match self.material {
            Material::Hmac(_) => Alg::HmacSha256,
            Material::Signing(_) | Material::Verifying(_) => Alg::Ed25519,
        }
    }

    /// Whether it was rotated out.
    pub(crate) const fn is_old(&self) -> bool {
        self.retired_at.is_some()
    }

    /// The signature of a message; `None` when only the public part is known.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.material {
            Material::Hmac(secret) => Some(authenticate(secret, message).to_vec()),
            Material::Signing(key) => Some(key.sign(message).to_bytes().to_vec()),
            Material::Verifying(_) => None,
        }
    }

    /// Whether a signature is this key's; the comparison of an HMAC takes the same time wherever it differs.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let of_public = |key: &VerifyingKey| {
            Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
        };
        match &self.material {
            Material::Hmac(secret) => mac(secret).chain_update(message).verify_slice(signature).is_ok(),
            Material::Signing(key) => of_public(&key.verifying_key()),
            Material::Verifying(key) => of_public(key),
        }
    }

    fn public(&self) -> Option<VerifyingKey> {
        match &self.material {
            Material::Hmac(_) => None,
            Material::Signing(key) => Some(key.verifying_key()),
            Material::Verifying(key) => Some(*key),
        }
    }

    /// The key after its rotation: it checks what it signed, and cannot sign any more where that is possible.
    fn retired(&self, at: Time) -> Self {
        let material = match &self.material {
            Material::Signing(key) => Material::Verifying(key.verifying_key()),
            other => other.clone(),
        };
        Self { material, retired_at: Some(self.retired_at.unwrap_or(at)), ..self.clone() }
    }
}

/// The keys of one installation. Cloning is cheap, `Debug` shows ids only, and secrets are wiped with the
/// last clone.
///
/// ```
/// use earnest::env::Env;
/// use earnest::keyring::Keyring;
///
/// let first = Keyring::generate(&Env::default());
/// let second = first.rotate(&Env::default());
/// assert_eq!((first.public_keys().keys.len(), second.public_keys().keys.len()), (1, 2));
/// assert_eq!(Keyring::parse("keyring", &second.to_text())?.public_keys(), second.public_keys());
/// # Ok::<(), earnest::Error>(())
/// ```
#[derive(Clone)]
pub struct Keyring(Arc<Ring>);

#[derive(Default)]
struct Ring {
    /// Newest first.
    receipts: Vec<Key>,
    /// The keys that seal, find, hash and sign webhooks, newest first.
    secrets: Vec<SecretKey>,
    /// Keys for purposes that this version does not know, as they were written.
    others: Vec<Zeroizing<String>>,
    /// The file that it was read from.
    file: Option<PathBuf>,
    /// The user who owns that file, and is another than this process's: he can change it.
    stranger: Option<u32>,
    /// The keyring that has replaced it in an engine.
    later: OnceLock<Keyring>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.0.receipts.iter().map(Key::kid).collect();
        let secrets: Vec<&str> = self.0.secrets.iter().map(SecretKey::kid).collect();
        f.debug_struct("Keyring").field("receipts", &ids).field("secrets", &secrets).finish_non_exhaustive()
    }
}

fn fresh(at: Time, secret: impl Fn(Alg) -> Zeroizing<[u8; 32]>) -> [Key; 2] {
    let signing = SigningKey::from_bytes(&secret(Alg::Ed25519));
    [
        Key::new(Material::Hmac(secret(Alg::HmacSha256)), at),
        Key::new(Material::Signing(Box::new(signing)), at),
    ]
}

impl Keyring {
    /// A keyring with a new key for each purpose; receipts have one per algorithm.
    #[must_use]
    pub fn generate(env: &Env) -> Self {
        let keys = fresh(env.clock.now(), |_| env.secret());
        Self(Arc::new(Ring { receipts: keys.into(), secrets: secrets::fresh(env), ..Ring::default() }))
    }

    /// A keyring with new keys in addition to the keys of this one, which from now on only check what they
    /// signed and open what they sealed; those for webhooks sign beside the new one until they are dropped.
    /// The secret of an old Ed25519 key is left out, so that nobody can sign with it any more. The key of the
    /// index has no successor, and stays.
    #[must_use]
    pub fn rotate(&self, env: &Env) -> Self {
        let now = env.clock.now();
        let mut receipts = Vec::from(fresh(now, |_| env.secret()));
        receipts.extend(self.0.receipts.iter().map(|key| key.retired(now)));
        let secrets = secrets::rotated(env, &self.0.secrets);
        Self(Arc::new(Ring { receipts, secrets, others: self.0.others.clone(), ..Ring::default() }))
    }

    /// A keyring that is the same everywhere and therefore keeps no secret: for tests, and for `earnest run
    /// --test-clock`.
    #[must_use]
    pub fn for_tests() -> Self {
        let secret = |alg: Alg| {
            Zeroizing::new(Sha256::digest(format!("earnest test keyring: {}", alg.as_str())).into())
        };
        let at = Time::from_micros(1_767_225_600_000_000);
        let (receipts, secrets) = (fresh(at, secret).into(), secrets::for_tests(at));
        Self(Arc::new(Ring { receipts, secrets, ..Ring::default() }))
    }

    /// Warns, as an engine begins to use it, of a file that another user owns.
    pub(crate) fn warn_of_stranger(&self) {
        if let (Some(owner), Some(file)) = (self.0.stranger, &self.0.file) {
            let file = file.display().to_string();
            tracing::warn!(file, owner, "the keyring belongs to another user, who can change it");
        }
    }

    /// How many hold these keys.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// The file that it was read from, if it was.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// The keys of receipts, newest first.
    pub(crate) fn receipts(&self) -> &[Key] {
        &self.0.receipts
    }

    /// The key that signs receipts now.
    pub(crate) fn current(&self, alg: Alg) -> Result<&Key> {
        let current = |key: &&Key| key.alg() == alg && !key.is_old();
        self.0.receipts.iter().find(current).ok_or_else(|| missing(alg.as_str()))
    }

    /// The public keys, which others need to check receipts, the current one first.
    #[must_use]
    pub fn public_keys(&self) -> PublicKeys {
        let mut keys: Vec<&Key> = self.0.receipts.iter().collect();
        keys.order_by_key(|key| key.is_old());
        PublicKeys { keys: keys.into_iter().filter_map(PublicKey::of).collect() }
    }
}

/// The way out for who has no keyring.
const MAKE_ONE: &str =
    "make a keyring with `earnest keygen`, and give it as the option `keyring` or in EARNEST_KEYRING";

/// `key_not_found`, with the way out of it.
pub(crate) fn missing(what: &str) -> Error {
    Detail::KeyNotFound { key: format!("{RECEIPTS}/{what}"), hint: MAKE_ONE.to_owned() }.into()
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicKey {
    /// Its id, which signatures name.
    pub kid: String,
    /// `Ed25519`.
    pub alg: Alg,
    /// The purpose: `receipts`.
    pub purpose: String,
    /// Whether it was rotated out: what it signed stays valid.
    #[serde(default)]
    pub old: bool,
    /// The 32 bytes of the key, hexadecimal.
    pub public_key: String,
    /// The same as a PEM text (`SubjectPublicKeyInfo`), as most libraries read it.
    #[serde(default)]
    pub pem: String,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<Time>,
    /// When it was rotated out.
    #[serde(default)]
    pub retired_at: Option<Time>,
}

/// The keys that others need to check receipts. An HMAC has no public key: only its issuer can check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicKeys {
    /// The keys, the current one first.
    pub keys: Vec<PublicKey>,
}

impl PublicKey {
    fn of(key: &Key) -> Option<Self> {
        let public = key.public()?;
        Some(Self {
            kid: key.kid.clone(),
            alg: Alg::Ed25519,
            purpose: RECEIPTS.to_owned(),
            old: key.is_old(),
            public_key: hex::encode(public.as_bytes()),
            pem: public.to_public_key_pem(LineEnding::LF).ok()?,
            created_at: Some(key.created_at),
            retired_at: key.retired_at,
        })
    }
}

impl PublicKeys {
    /// The keys, ready to check.
    pub(crate) fn keys(&self, field: &str) -> Result<Vec<Key>> {
        let mut keys = Vec::with_capacity(self.keys.len());
        for (place, given) in self.keys.iter().enumerate() {
            let at = format!("{field}.keys[{place}]");
            let bad = |what: &str| Error::invalid(format!("{at}.{what}"), "is not that of an Ed25519 key");
            let bytes = bytes(&given.public_key).ok_or_else(|| bad("public_key"))?;
            let key = VerifyingKey::from_bytes(&bytes).map_err(|_| bad("public_key"))?;
            let material = Material::Verifying(key);
            if given.alg != Alg::Ed25519 {
                return Err(bad("alg"));
            }
            if kid_of(&material) != given.kid {
                return Err(bad("kid"));
            }
            let created_at = given.created_at.unwrap_or(Time::MIN);
            let retired_at = given.retired_at.or_else(|| given.old.then_some(created_at));
            keys.push(Key { kid: given.kid.clone(), material, created_at, retired_at });
        }
        Ok(keys)
    }
}
