//! A private key signs transactions, messages and typed data, and never shows itself.
//!
//! It comes from 32 bytes, hex, a keystore file (version 3) or the words of a mnemonic (BIP-39, BIP-32).

mod keystore;
mod mnemonic;
mod wiped;

use alloy_primitives::{Address, B256};
use k256::ecdsa::{RecoveryId, Signature as Ecdsa, SigningKey};
use k256::elliptic_curve::ff::PrimeField as _;
use k256::elliptic_curve::ops::{Invert as _, Reduce};
use k256::elliptic_curve::point::AffineCoordinates as _;
use k256::{FieldBytes, ProjectivePoint, Scalar};
use serde_json::Value;
use zeroize::Zeroizing;

use self::wiped::wiped;
use crate::{Error, Reason, Signature, address};

/// A private key of secp256k1 with its address. It is wiped when dropped, and cannot be copied or printed.
/// The stack on which it was worked with is wiped each time.
///
/// ```compile_fail
/// fn copied(key: &earnest_evm::Key) -> earnest_evm::Key { key.clone() }
/// ```
/// ```compile_fail
/// fn printed(key: &earnest_evm::Key) -> String { format!("{key:?}") }
/// ```
/// ```compile_fail
/// fn shown(key: &earnest_evm::Key) -> String { format!("{key}") }
/// ```
/// ```compile_fail
/// fn written(key: &earnest_evm::Key) -> serde_json::Value { serde_json::to_value(key).unwrap() }
/// ```
/// No digest can be signed by itself: whoever gets a digest signed can move anything.
/// ```compile_fail
/// fn signed(key: &earnest_evm::Key, digest: &earnest_evm::B256) { key.sign_digest(digest); }
/// ```
pub struct Key {
    /// In a box: what is moved leaves copies of itself.
    secret: Box<SigningKey>,
    address: Address,
}

impl Key {
    /// Takes the 32 bytes of a key.
    ///
    /// # Errors
    ///
    /// `invalid_request` for 0 and for what is not below the order of the curve.
    ///
    /// ```
    /// use earnest_evm::{Key, address};
    ///
    /// let mut one = [0; 32];
    /// one[31] = 1;
    /// let key = Key::from_bytes(&one)?;
    /// assert_eq!(address::to_text(&key.address()), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
    /// assert!(Key::from_bytes(&[0; 32]).is_err());
    /// # Ok::<(), earnest_evm::Error>(())
    /// ```
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        wiped(|| Self::at("private_key", bytes))
    }

    fn at(field: &str, bytes: &[u8; 32]) -> Result<Self, Error> {
        let secret = SigningKey::from_slice(bytes)
            .map_err(|_| Error::invalid(field, "must be above 0 and below the order of secp256k1"))?;
        let address = address::of_public_key(secret.verifying_key());
        Ok(Self { secret: Box::new(secret), address })
    }

    /// Takes a key as `0x` and 64 hex digits.
    ///
    /// # Errors
    ///
    /// `invalid_request` for other text, 0 and what is not below the order.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let wrong = || Error::invalid("private_key", "must be `0x` and 64 hex digits");
        let digits = text.strip_prefix("0x").ok_or_else(wrong)?;
        wiped(|| {
            let mut bytes = Zeroizing::new([0; 32]);
            hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| wrong())?;
            Self::at("private_key", &bytes)
        })
    }

    /// Opens a keystore of version 3, as an object or as text, with its password. Its `address`, if it has
    /// one, must be the key's. Names are read in any case.
    ///
    /// The password is tried as it is given and, where that does not open it and is another text, in the form
    /// NFKC, in which ethers takes it.
    ///
    /// scrypt may use 512 MiB and n x r x p of 2^24, PBKDF2 2^24 rounds: a file cannot ask for more.
    ///
    /// # Errors
    ///
    /// `password_invalid` for a wrong password or a changed file, `not_supported` for other versions and
    /// ciphers, `invalid_request` for other shapes and for parameters out of bounds.
    pub fn from_keystore(keystore: &Value, password: &str) -> Result<Self, Error> {
        wiped(|| keystore::open(keystore, password))
    }

    /// Derives a key from English words (BIP-39) along a path such as `m/44'/60'/0'/0/0` (BIP-32).
    ///
    /// # Errors
    ///
    /// `invalid_request` for words that are not in the list, a wrong number of them, a wrong checksum, and
    /// paths that do not begin with `m`.
    pub fn from_mnemonic(words: &str, passphrase: &str, path: &str) -> Result<Self, Error> {
        wiped(|| mnemonic::derive(words, passphrase, path))
    }

    /// The address that belongs to it.
    pub fn address(&self) -> Address {
        self.address
    }

    /// The 32 bytes, for whoever seals them: they are wiped when dropped.
    pub fn to_sealed_bytes(&self) -> Box<Zeroizing<[u8; 32]>> {
        let mut copy: Box<Zeroizing<[u8; 32]>> = Box::default();
        wiped(|| copy.copy_from_slice(&Zeroizing::new(self.secret.to_bytes())));
        copy
    }

    /// Not public: what is signed is a transaction, a message or typed data, never a bare digest.
    pub(crate) fn sign_digest(&self, digest: &B256) -> Result<Signature, Error> {
        wiped(|| {
            let (parts, recovery) = self.secret.sign_prehash_recoverable(digest.as_slice());
            if !self.proves(&parts, recovery, digest) {
                return Err(Error::new(Reason::Mismatch, "signature", "does not hold for what was signed"));
            }
            Signature::of_key(&parts, recovery)
        })
    }

    /// Whether a signature of this key holds, by another formula than the one that made it: the point of the
    /// nonce is that of (digest + r x key) / s. From a signature that went wrong on the way, beside the right
    /// one, anybody can work out the key. Whoever has the private key sees it in half the time that it takes
    /// to recover the public one.
    fn proves(&self, parts: &Ecdsa, recovery: RecoveryId, digest: &B256) -> bool {
        let (r, s) = parts.split_scalars();
        let digest = <Scalar as Reduce<FieldBytes>>::reduce(&digest.0.into());
        let key: &Scalar = self.secret.as_nonzero_scalar();
        // the sum gives the key away to whoever knows what was signed
        let sum = Zeroizing::new(digest + *r * key);
        let nonce = Zeroizing::new(*sum * *s.invert_vartime());
        let point = ProjectivePoint::mul_by_generator(&nonce).to_affine();
        point.x() == r.to_repr() && bool::from(point.y_is_odd()) == recovery.is_y_odd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    #[test]
    fn scalars_out_of_range_are_refused() {
        for wrong in [&"0".repeat(64), ORDER, &"f".repeat(64)] {
            let error = Key::from_hex(&format!("0x{wrong}")).err().unwrap();
            assert_eq!((error.code(), error.field()), ("invalid_request", "private_key"));
        }
        assert!(Key::from_hex(&format!("0x{}", ORDER.replace("4141", "4140"))).is_ok());
        for wrong in ["", "0x", ORDER, "0x01", &format!("0x{ORDER}00"), &"0x".repeat(33)] {
            assert_eq!(Key::from_hex(wrong).err().unwrap().code(), "invalid_request", "{wrong}");
        }
    }

    #[test]
    fn a_signature_that_went_wrong_does_not_leave() {
        let key = Key::from_bytes(&[7; 32]).unwrap();
        let other = Key::from_bytes(&[8; 32]).unwrap();
        for round in 0..50 {
            let digest = B256::repeat_byte(round);
            let (parts, recovery) = key.secret.sign_prehash_recoverable(digest.as_slice());
            assert!(key.proves(&parts, recovery, &digest));
            assert!(!other.proves(&parts, recovery, &digest));
            assert!(!key.proves(&parts, recovery, &B256::repeat_byte(round + 1)));
            let turned = RecoveryId::new(!recovery.is_y_odd(), recovery.is_x_reduced());
            assert!(!key.proves(&parts, turned, &digest));
            let bytes = parts.to_bytes();
            for at in 0..512 {
                let mut flipped = bytes;
                flipped[at / 8] ^= 1 << (at % 8);
                let Ok(flipped) = Ecdsa::from_slice(&flipped) else { continue };
                assert!(!key.proves(&flipped, recovery, &digest), "bit {at}");
            }
        }
    }

    #[test]
    fn a_refusal_says_nothing_of_the_key() {
        let error = Key::from_hex(&format!("0x{ORDER}")).err().unwrap();
        assert!(!format!("{error} {error:?}").contains("aaedce6af48a"));
    }
}
