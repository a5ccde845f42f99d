//! Idempotency keys.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::text_of;
use crate::error::{Error, Result};

const KEY_MAX: usize = 255;

/// The prefix of keys that Earnest derives; callers cannot use it.
const DERIVED: &str = "auto:";

/// An idempotency key: 1 to 255 printable ASCII characters, one per thing to be done, across a whole book.
///
/// ```
/// use earnest::ids::Key;
///
/// let key = Key::request("key", "order-17")?;
/// assert_eq!(key.child("fee").as_str(), "order-17/fee");
/// assert!(Key::request("key", "auto:mine").is_err());
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// Reads the request field `field`.
    ///
    /// # Errors
    /// `invalid_request` naming `field` if `text` is not 1 to 255 characters from space to `~`, or begins
    /// with `auto:`.
    pub fn request(field: &str, text: &str) -> Result<Key> {
        if text.starts_with(DERIVED) {
            return Err(Error::invalid(field, "must not begin with `auto:`, which is reserved"));
        }
        if !is_key(text) {
            return Err(Error::invalid(field, "must be 1 to 255 printable ascii characters"));
        }
        Ok(Key(text.into()))
    }

    /// A key from a row of the store, unchecked.
    #[must_use]
    pub fn stored(text: impl Into<Arc<str>>) -> Key {
        Key(text.into())
    }

    /// A key that Earnest makes itself (`auto:...`), unchecked.
    #[must_use]
    pub fn derived(text: impl Into<Arc<str>>) -> Key {
        Key(text.into())
    }

    /// The key of one step of the work that this key stands for: `<key>/<step>`, the same one every time.
    /// Where that would be longer than a key can be, or not printable ASCII, it is `sha256:` and the hash of
    /// that text in hex.
    #[must_use]
    pub fn child(&self, step: &str) -> Key {
        let text = format!("{}/{step}", self.0);
        if is_key(&text) {
            Key(text.into())
        } else {
            Key(format!("sha256:{}", hex::encode(Sha256::digest(&text))).into())
        }
    }

    /// Whether Earnest derived it (`auto:...`), so that another request under it is no mismatch.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.0.starts_with(DERIVED)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

fn is_key(text: &str) -> bool {
    (1..=KEY_MAX).contains(&text.len()) && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

text_of!(Key);

impl<'de> Deserialize<'de> for Key {
    /// Reads what Earnest itself wrote, unchecked. Requests carry a `String` and go through [`Key::request`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        String::deserialize(deserializer).map(Key::stored)
    }
}

impl JsonSchema for Key {
    fn schema_name() -> Cow<'static, str> {
        "Key".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": "^[ -~]+$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_printable_ascii_only() {
        for good in ["k", " ", "~", "Order 17/retry#2", "AUTO:x", "autox", &"k".repeat(255)] {
            assert_eq!(Key::request("key", good).unwrap().as_str(), good);
        }
        for bad in ["", "auto:", "auto:x", "a\tb", "a\n", "a\u{7f}", "키", "a\0", &"k".repeat(256)] {
            let error = Key::request("key", bad).unwrap_err();
            assert_eq!(
                (error.code().as_str(), &error.details()["field"]),
                ("invalid_request", &"key".into()),
                "{bad}"
            );
        }
    }

    #[test]
    fn children_are_stable_keys() {
        let key = Key::request("key", "order-17").unwrap();
        assert_eq!(key.child("a").child("b").as_str(), "order-17/a/b");
        let long = Key::request("key", &"k".repeat(254)).unwrap();
        let child = long.child("fee");
        assert!(child.as_str().starts_with("sha256:") && child.as_str().len() == 71);
        assert_eq!(child, long.child("fee"));
        assert_ne!(child, long.child("tax"));
        assert_eq!(long.child("").as_str().len(), 255);
        assert!(is_key(key.child("단계").as_str()));
        assert!(Key::derived("auto:escrow.pay:dl_1:u-1").is_derived() && !key.is_derived());
    }
}
