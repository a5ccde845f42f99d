//! Credentials: PINs, one-time codes and recovery codes, how often they may be tried, and what proves them.
//!
//! A [`pin::Pin`] is hashed by HMAC with a [`pepper::Pepper`] of the keyring and then by argon2id, so that a
//! copied database alone gives nothing to guess on. [`totp::Totp`] answers which time step a code is of, so
//! that whoever keeps the last one can take each once. [`recovery`] codes are long enough to be kept as an
//! HMAC. [`attempts`] counts wrong ones and says for how long they lock. [`pins`] and [`codes`] are the
//! operations over them.

pub mod attempt_state;
pub mod attempts;
pub mod codes;
pub mod enrolment;
pub mod input_form;
pub mod pepper;
pub mod pin;
pub mod pins;
pub mod recovery;
pub mod requests;
#[cfg(test)]
mod tests;
pub mod totp;
pub mod views;
