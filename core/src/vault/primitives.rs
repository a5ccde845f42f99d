//! The primitives of sealing: HKDF and HMAC with SHA-256, and AES-256-GCM, each behind one function.

use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use hmac::Hmac;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

/// The bytes of a tag of AES-GCM.
pub(super) const TAG: usize = 16;

/// A message was longer than the algorithm allows.
#[derive(Debug)]
pub(super) struct TooLong;

/// Fills `out` with key material (RFC 5869).
pub(super) fn hkdf(secret: &[u8], salt: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), TooLong> {
    let (mut extracted, expand) = Hkdf::<Sha256>::extract(Some(salt), secret);
    extracted.as_mut_slice().zeroize();
    expand.expand(info, out).map_err(|_| TooLong)
}

/// Encrypts `buffer` in place, and answers its tag.
pub(super) fn encrypt(
    key: &[u8; 32],
    nonce: [u8; 12],
    associated: &[u8],
    buffer: &mut [u8],
) -> Result<[u8; TAG], TooLong> {
    let cipher = Aes256Gcm::new(key.into());
    let tag = cipher.encrypt_inout_detached(&Nonce::from(nonce), associated, buffer.into());
    tag.map(Into::into).map_err(|_| TooLong)
}

/// Decrypts `buffer` in place; whether its tag was right. Nothing is decrypted when it was not.
pub(super) fn decrypt(
    key: &[u8; 32],
    nonce: [u8; 12],
    associated: &[u8],
    buffer: &mut [u8],
    tag: [u8; TAG],
) -> bool {
    let cipher = Aes256Gcm::new(key.into());
    let tag = Tag::from(tag);
    cipher.decrypt_inout_detached(&Nonce::from(nonce), associated, buffer.into(), &tag).is_ok()
}

/// An HMAC (RFC 2104) to feed with the message in parts.
pub(super) fn hmac(secret: &[u8]) -> Hmac<Sha256> {
    // a key is filled up with zeros to a whole block, and one that is longer than that is hashed before
    let mut block = Zeroizing::new([0; 64]);
    match block.get_mut(..secret.len()) {
        Some(start) => start.copy_from_slice(secret),
        None => block[..32].copy_from_slice(&Sha256::digest(secret)),
    }
    Hmac::new(&(*block).into())
}
