//! One-time codes by the clock (RFC 6238): which step a code is of, if it is right.
//!
//! A code is good for its step of 30 seconds and for the one before and after it, because clocks of phones
//! drift. Whoever keeps the last step that was used can take each once: no step is right that is not after
//! it.

use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::input_form::plain;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::time::Time;

/// How long a step is, in seconds.
pub const STEP: u64 = 30;
/// How many steps a code may be early or late.
const DRIFT: u64 = 1;
/// The bytes that a secret may have. Those of 10 bytes are common elsewhere, and are taken over.
pub const SECRET: std::ops::RangeInclusive<usize> = 10..=64;
/// The fewest bytes that RFC 4226 asks for (R6).
const ENOUGH: usize = 16;

/// How codes are made. Most applications on phones know `Sha1` alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC-SHA-1.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// Its name in requests and in enrolment URIs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Reads the request field `field`.
    pub fn request(field: &str, name: &str) -> Result<Self> {
        let all = [Self::Sha1, Self::Sha256, Self::Sha512];
        let found = all.into_iter().find(|algorithm| algorithm.as_str() == name);
        found.ok_or_else(|| Error::invalid(field, "must be `SHA1`, `SHA256` or `SHA512`"))
    }

    /// The bytes of a new secret: as many as the hash has (RFC 4226, R6).
    const fn secret_size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    const fn of_library(self) -> totp_rs::Algorithm {
        match self {
            Self::Sha1 => totp_rs::Algorithm::SHA1,
            Self::Sha256 => totp_rs::Algorithm::SHA256,
            Self::Sha512 => totp_rs::Algorithm::SHA512,
        }
    }
}

/// The result of checking a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is right: keep the step, and take none that is not after it.
    Right {
        /// The number of 30 seconds since 1970.
        step: u64,
    },
    /// It is the code of a step that was used, or of one before that.
    Reused,
    /// It is no code of this time.
    Wrong,
}

/// A secret and how codes are made of it. It is wiped when it is dropped, and cannot be copied or printed.
pub struct Totp {
    secret: Zeroizing<Vec<u8>>,
    digits: u8,
    algorithm: Algorithm,
}

impl Totp {
    /// A new secret, drawn from the environment.
    pub fn draw(env: &Env, digits: u8, algorithm: Algorithm) -> Result<Self> {
        let mut drawn = Zeroizing::new([0; 64]);
        for half in drawn.chunks_exact_mut(32) {
            half.copy_from_slice(env.secret().as_slice());
        }
        Self::new(&drawn[..algorithm.secret_size()], digits, algorithm)
    }

    /// A secret that is known: one that was stored.
    pub fn new(secret: &[u8], digits: u8, algorithm: Algorithm) -> Result<Self> {
        if !SECRET.contains(&secret.len()) {
            return Err(Error::invalid("secret", "must have 10 to 64 bytes"));
        }
        if ![6, 8].contains(&digits) {
            return Err(Error::invalid("digits", "must be 6 or 8"));
        }
        Ok(Self { secret: Zeroizing::new(secret.to_owned()), digits, algorithm })
    }

    /// A secret that is taken over from elsewhere, in base32 (RFC 4648), with or without its padding, also
    /// in groups, as pages show it.
    pub fn request(base32: &str, digits: u8, algorithm: Algorithm) -> Result<Self> {
        let refused = || Error::invalid("secret", "must be base32: letters and the digits 2 to 7");
        let plain = plain(base32);
        let text = plain.trim_end_matches('=');
        // longer than any secret: not worth the memory
        if text.len() > SECRET.end() * 2 || !text.is_ascii() {
            return Err(refused());
        }
        let upper = Zeroizing::new(text.to_ascii_uppercase());
        let mut secret =
            Zeroizing::new(vec![0; BASE32_NOPAD.decode_len(upper.len()).map_err(|_| refused())?]);
        BASE32_NOPAD.decode_mut(upper.as_bytes(), &mut secret).map_err(|_| refused())?;
        Self::new(&secret, digits, algorithm)
    }

    /// Whether the secret is shorter than the standard asks for.
    pub fn is_short(&self) -> bool {
        self.secret.len() < ENOUGH
    }

    /// The secret, as it is sealed and stored.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The secret in base32, for those who cannot scan it.
    pub fn base32(&self) -> Zeroizing<String> {
        // of its size from the start: a text that grows leaves copies of itself in memory
        let mut text = Zeroizing::new(String::with_capacity(BASE32_NOPAD.encode_len(self.secret.len())));
        BASE32_NOPAD.encode_append(&self.secret, &mut text);
        text
    }

    /// How many digits a code has.
    pub const fn digits(&self) -> u8 {
        self.digits
    }

    /// How codes are made.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks a code as of `now`, when `last` is the last step that was used.
    pub fn check(&self, code: &str, now: Time, last: Option<u64>) -> Result<Checked> {
        let digits = usize::from(self.digits);
        if code.len() != digits || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::invalid("code", format!("must be {digits} digits, 0 to 9")));
        }
        let step = step_of(now);
        let (mut right, mut reused) = (None, false);
        // all of them, so that the time it takes does not tell which one was right
        for step in step.saturating_sub(DRIFT)..=step.saturating_add(DRIFT) {
            let is_same = bool::from(self.code(step).as_bytes().ct_eq(code.as_bytes()));
            let is_new = last.is_none_or(|last| step > last);
            right = right.or((is_same && is_new).then_some(step));
            reused |= is_same && !is_new;
        }
        Ok(match (right, reused) {
            (Some(step), _) => Checked::Right { step },
            (None, true) => Checked::Reused,
            (None, false) => Checked::Wrong,
        })
    }

    /// The code of a step.
    pub fn code(&self, step: u64) -> Zeroizing<String> {
        let made = totp_rs::Builder::new()
            .with_algorithm(self.algorithm.of_library())
            .with_digits(self.digits)
            .with_secret(totp_rs::Secret::from(self.secret.to_vec()))
            // a step of one second: then a time is the number of a step
            .with_step_duration(1)
            .build_noncompliant();
        Zeroizing::new(made.generate(step).to_string())
    }
}

/// The number of the step that a time is in; the first for times before 1970.
pub fn step_of(now: Time) -> u64 {
    now.micros().max(0).unsigned_abs() / 1_000_000 / STEP
}
