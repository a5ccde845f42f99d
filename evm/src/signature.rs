//! Signatures of secp256k1: low s, a recovery bit, and the address that they prove.

use alloy_primitives::{Address, B256};
use k256::ecdsa::{RecoveryId, Signature as Ecdsa, VerifyingKey};

use crate::{Error, address};

/// A signature with low s (EIP-2) and the parity that recovers its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    r: B256,
    s: B256,
    y_odd: bool,
}

impl Signature {
    /// Puts the parts together.
    ///
    /// # Errors
    ///
    /// `signature_invalid` if r or s is zero or not below the order, or if s is in the upper half.
    pub fn new(r: B256, s: B256, y_odd: bool) -> Result<Self, Error> {
        let parts = Ecdsa::from_scalars(r.0, s.0);
        let parts = parts.map_err(|_| Error::signature("has an r or s out of range"))?;
        if parts.normalize_s() != parts {
            return Err(Error::signature("has an s in the upper half of its range (EIP-2)"));
        }
        Ok(Self { r, s, y_odd })
    }

    /// Reads 65 bytes (r, s, v: 27, 28, 0 or 1) or 64 ([EIP-2098](https://eips.ethereum.org/EIPS/eip-2098):
    /// the parity is the first bit of s).
    ///
    /// # Errors
    ///
    /// `signature_invalid` for other lengths, other v, and numbers out of range.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        let word = |at: usize| B256::from_slice(&bytes[at..at + 32]);
        match bytes.len() {
            64 => {
                let mut s = word(32);
                let y_odd = s.0[0] & 0x80 != 0;
                s.0[0] &= 0x7f;
                Self::new(word(0), s, y_odd)
            }
            65 => match bytes[64] {
                0 | 27 => Self::new(word(0), word(32), false),
                1 | 28 => Self::new(word(0), word(32), true),
                _ => Err(Error::signature("has a v other than 27, 28, 0 and 1")),
            },
            _ => Err(Error::signature("must have 65 bytes, or 64 (EIP-2098)")),
        }
    }

    /// Takes a key's signature, with low s already, and the parity that belongs to it.
    pub(crate) fn of_key(parts: &Ecdsa, recovery: RecoveryId) -> Result<Self, Error> {
        if recovery.is_x_reduced() {
            return Err(Error::signature("has an r that Ethereum cannot recover"));
        }
        let (r, s) = parts.split_bytes();
        Self::new(B256::from_slice(&r), B256::from_slice(&s), recovery.is_y_odd())
    }

    /// Takes the answer of an HSM or a key management service: DER, with high or low s and without a parity.
    /// The s is lowered first; then the parity is found by comparing addresses.
    ///
    /// # Errors
    ///
    /// `signature_invalid` if it is not DER, out of range, or if `expected` did not sign `digest`.
    pub fn from_external(der: &[u8], digest: &B256, expected: &Address) -> Result<Self, Error> {
        let parts = Ecdsa::from_der(der).map_err(|_| Error::signature("is not an ECDSA signature in DER"))?;
        Self::matching(&parts, digest, expected)
    }

    /// The same for answers of two numbers, each without leading zeros or with them.
    ///
    /// # Errors
    ///
    /// As [`Signature::from_external`].
    pub fn from_external_numbers(
        r: &[u8],
        s: &[u8],
        digest: &B256,
        expected: &Address,
    ) -> Result<Self, Error> {
        let (r, s) = (widened(r)?, widened(s)?);
        let parts = Ecdsa::from_scalars(r, s).map_err(|_| Error::signature("has an r or s out of range"))?;
        Self::matching(&parts, digest, expected)
    }

    /// The same for answers of any of these forms: 64 bytes of r and s, 65 with a parity, which is found
    /// anew, or DER. DER may be as long as the two numbers are: then it is tried as well.
    ///
    /// # Errors
    ///
    /// As [`Signature::from_external`].
    pub fn from_external_answer(answer: &[u8], digest: &B256, expected: &Address) -> Result<Self, Error> {
        let of_der = || Self::from_external(answer, digest, expected);
        match answer.len() {
            64 | 65 => Self::from_external_numbers(&answer[..32], &answer[32..64], digest, expected)
                .or_else(|error| of_der().map_err(|_| error)),
            _ => of_der(),
        }
    }

    fn matching(parts: &Ecdsa, digest: &B256, expected: &Address) -> Result<Self, Error> {
        // lowering s turns the parity round: so the parity is looked for afterwards
        let (r, s) = parts.normalize_s().split_bytes();
        for y_odd in [false, true] {
            let signature = Self::new(B256::from_slice(&r), B256::from_slice(&s), y_odd)?;
            if signature.recover(digest).is_ok_and(|found| found == *expected) {
                return Ok(signature);
            }
        }
        Err(Error::signature("was made by another key, or of another digest"))
    }

    /// The address whose key signed `digest`.
    ///
    /// # Errors
    ///
    /// `signature_invalid` if there is no such key.
    pub fn recover(&self, digest: &B256) -> Result<Address, Error> {
        let none = || Error::signature("belongs to no key");
        let parts = Ecdsa::from_scalars(self.r.0, self.s.0).map_err(|_| none())?;
        let recovery = RecoveryId::new(self.y_odd, false);
        let key =
            VerifyingKey::recover_from_prehash(digest.as_slice(), &parts, recovery).map_err(|_| none())?;
        Ok(address::of_public_key(&key))
    }

    /// The first number.
    pub fn r(&self) -> B256 {
        self.r
    }

    /// The second number, in the lower half of its range.
    pub fn s(&self) -> B256 {
        self.s
    }

    /// 0 or 1.
    pub fn y_parity(&self) -> u8 {
        u8::from(self.y_odd)
    }

    /// 65 bytes: r, s, and 27 or 28.
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        bytes[..32].copy_from_slice(self.r.as_slice());
        bytes[32..64].copy_from_slice(self.s.as_slice());
        bytes[64] = 27 + self.y_parity();
        bytes
    }

    /// 64 bytes: r, and s with the parity in its first bit (EIP-2098).
    pub fn to_compact(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes.copy_from_slice(&self.to_bytes()[..64]);
        bytes[32] |= self.y_parity() << 7;
        bytes
    }
}

/// A number of at most 32 bytes, with or without zeros before it, as 32 bytes.
fn widened(bytes: &[u8]) -> Result<[u8; 32], Error> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = &bytes[zeros..];
    let start = 32_usize.checked_sub(digits.len());
    let start = start.ok_or_else(|| Error::signature("has an r or s of more than 32 bytes"))?;
    let mut wide = [0; 32];
    wide[start..].copy_from_slice(digits);
    Ok(wide)
}
