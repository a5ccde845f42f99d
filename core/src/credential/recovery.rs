//! Recovery codes: ten of 80 random bits, each good once in place of a one-time code.
//!
//! Nobody can guess or search 80 bits, so a code is kept as an HMAC with the pepper, and found by it.

use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::pepper::{Owner, Pepper};
use crate::env::Env;
use crate::error::{Error, Result};

/// How many are drawn at once.
pub const CODES: usize = 10;

/// The bytes of a code, and its letters.
const BYTES: usize = 10;
const LETTERS: usize = 16;
/// The purpose that the HMAC covers.
const PURPOSE: &str = "earnest/recovery/1";

/// A recovery code. It is wiped when it is dropped, and cannot be copied or printed.
pub struct RecoveryCode(Box<Zeroizing<[u8; BYTES]>>);

impl RecoveryCode {
    /// Ten new codes, drawn from the environment.
    pub fn draw(env: &Env) -> [Self; CODES] {
        std::array::from_fn(|_| {
            let mut code = Self(Box::default());
            code.0.copy_from_slice(&env.secret()[..BYTES]);
            code
        })
    }

    /// Reads the request field `field`, in letters of either case, with or without spaces and dashes. Zero,
    /// one and eight are read as the letters that they are mistaken for.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        let refused =
            || Error::invalid(field, format!("must be a recovery code of {LETTERS} letters and digits"));
        let mut letters = Zeroizing::new([0; LETTERS]);
        let mut count = 0;
        for byte in text.bytes().filter(|byte| !b" -".contains(byte)) {
            *letters.get_mut(count).ok_or_else(refused)? = match byte {
                b'0' => b'O',
                b'1' => b'I',
                b'8' => b'B',
                other => other.to_ascii_uppercase(),
            };
            count += 1;
        }
        if count != LETTERS {
            return Err(refused());
        }
        let mut code = Self(Box::default());
        match BASE32_NOPAD.decode_mut(letters.as_slice(), code.0.as_mut_slice()) {
            Ok(BYTES) => Ok(code),
            _ => Err(refused()),
        }
    }

    /// As it is shown, once: four groups of four letters.
    pub fn shown(&self) -> Zeroizing<String> {
        let mut letters = Zeroizing::new([0; LETTERS]);
        BASE32_NOPAD.encode_mut(self.0.as_slice(), letters.as_mut_slice());
        let mut text = Zeroizing::new(String::with_capacity(LETTERS + 3));
        for (place, letter) in letters.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(*letter));
        }
        text
    }

    /// Returns the HMAC that is kept of it, for its owner.
    pub fn kept(&self, pepper: &Pepper, owner: &Owner<'_>) -> [u8; 32] {
        *pepper.hash(PURPOSE, owner, self.0.as_slice())
    }
}

/// Which of those that are kept a code is; the one found must be removed in the commit that takes it.
pub fn find(kept: &[[u8; 32]], code: &[u8; 32]) -> Option<usize> {
    // all of them, so that the time it takes does not tell which one it was
    kept.iter()
        .enumerate()
        .fold(None, |found, (place, one)| if one.ct_eq(code).into() { Some(place) } else { found })
}
