//! Messages that a person signs (EIP-191, `personal_sign`): they can never be read as a transaction.

use alloy_primitives::{B256, keccak256};
use serde_json::Value;

use crate::json::{self, Fields};
use crate::{Error, Key, Signature};

/// A message is at most as long as this.
const BYTES: usize = 1 << 20;

/// A message of any bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// Takes text as UTF-8, even if it looks like hex.
    ///
    /// # Errors
    ///
    /// `invalid_request` above 1 MiB.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        Self::at("message", text.as_bytes().to_vec())
    }

    /// Takes bytes as `0x` and hex digits.
    ///
    /// # Errors
    ///
    /// `invalid_request` for other text, and above 1 MiB.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        Self::at("message_hex", json::bytes(text, "message_hex", BYTES)?)
    }

    /// Reads `{message}` or `{message_hex}`: one of the two.
    ///
    /// # Errors
    ///
    /// `invalid_request` for both, none, and other fields.
    pub fn from_json(request: &Value) -> Result<Self, Error> {
        let fields = Fields::of(request, "", &["message", "message_hex"])?;
        match (fields.has("message"), fields.has("message_hex")) {
            (true, false) => Self::from_text(fields.text("message")?),
            (false, true) => Self::from_hex(fields.text("message_hex")?),
            _ => Err(Error::invalid("message", "or `message_hex` must be given, and not both")),
        }
    }

    fn at(field: &str, bytes: Vec<u8>) -> Result<Self, Error> {
        if bytes.len() > BYTES {
            return Err(Error::invalid(field, "must have at most 1 MiB"));
        }
        Ok(Self { bytes })
    }

    /// Returns the bytes of the message.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the prefix, the length and the bytes.
    pub fn digest(&self) -> B256 {
        let mut whole = format!("\x19Ethereum Signed Message:\n{}", self.bytes.len()).into_bytes();
        whole.extend_from_slice(&self.bytes);
        keccak256(whole)
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// None that a caller can cause.
    ///
    /// ```
    /// use earnest_evm::{Key, Message};
    ///
    /// let key = Key::from_hex("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")?;
    /// let message = Message::from_text("Some data")?;
    /// let signature = message.sign(&key)?;
    /// assert_eq!(signature.recover(&message.digest())?, key.address());
    /// # Ok::<(), earnest_evm::Error>(())
    /// ```
    pub fn sign(&self, key: &Key) -> Result<Signature, Error> {
        key.sign_digest(&self.digest())
    }
}
