//! Reads what nodes answer: what has not the shape that it should have is nothing.

use earnest_evm::U256;
use serde_json::{Value, json};

/// A block, by number and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NodeBlock {
    pub(super) number: u64,
    pub(super) hash: String,
}

impl NodeBlock {
    /// A block as nodes give it.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Some(Self { number: small(value.get("number")?)?, hash: hash(value.get("hash")?)? })
    }

    /// As reports have it.
    pub(super) fn to_value(&self) -> Value {
        json!({ "number": self.number.to_string(), "hash": self.hash })
    }
}

/// A number below 2^256.
pub(super) fn uint(value: &Value) -> Option<U256> {
    let digits = value.as_str()?.strip_prefix("0x")?;
    let fits = (1..=64).contains(&digits.len()) && is_hex(digits);
    fits.then(|| U256::from_str_radix(digits, 16).ok()).flatten()
}

/// A number below 2^256, as decimal text.
pub(super) fn quantity(value: &Value) -> Option<String> {
    Some(uint(value)?.to_string())
}

/// A number below 2^64.
pub(super) fn small(value: &Value) -> Option<u64> {
    u64::try_from(uint(value)?).ok()
}

/// The hash of a block or a transaction, in lower case.
pub(super) fn hash(value: &Value) -> Option<String> {
    sized(value, 66)
}

/// An address, in lower case.
pub(super) fn address(value: &Value) -> Option<String> {
    sized(value, 42)
}

/// Bytes, in lower case.
pub(super) fn bytes(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let digits = text.strip_prefix("0x")?;
    (digits.len().is_multiple_of(2) && is_hex(digits)).then(|| text.to_ascii_lowercase())
}

/// The number that a contract returned: one word.
pub(super) fn word(value: &Value) -> Option<U256> {
    let bytes = bytes(value)?;
    let digits = bytes.get(2..66)?;
    U256::from_str_radix(digits, 16).ok()
}

/// The number in a word of 32 bytes.
pub(super) fn topic(value: &Value) -> Option<U256> {
    uint(value).filter(|_| value.as_str().is_some_and(|text| text.len() == 66))
}

/// An address as contracts take it: a word.
pub(super) fn padded(address: &str) -> String {
    let digits = address.strip_prefix("0x").unwrap_or(address);
    format!("{digits:0>64}").to_ascii_lowercase()
}

/// A number as nodes take it.
pub(super) fn hex_of(number: u64) -> String {
    format!("{number:#x}")
}

fn sized(value: &Value, length: usize) -> Option<String> {
    let text = value.as_str().filter(|text| text.len() == length)?;
    is_hex(text.strip_prefix("0x")?).then(|| text.to_ascii_lowercase())
}

fn is_hex(digits: &str) -> bool {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_nodes() {
        for (text, read) in [
            ("0x0", Some("0")),
            ("0x7a69", Some("31337")),
            ("0x00ff", Some("255")),
            ("0x", None),
            ("12", None),
            ("0xg", None),
            ("0x-1", None),
        ] {
            assert_eq!(quantity(&json!(text)).as_deref(), read, "{text}");
        }
        assert_eq!(quantity(&json!(format!("0x1{}", "0".repeat(64)))), None);
        assert_eq!(small(&json!("0x10000000000000000")), None);
        assert_eq!(small(&json!(16)), None);
        assert_eq!(word(&json!(format!("0x{:0>64}", "12"))), Some(U256::from(18)));
        assert_eq!(word(&json!("0x12")), None);
        assert_eq!(padded("0x00000000000000000000000000000000000000Ff").len(), 64);
        assert_eq!(hex_of(31_337), "0x7a69");
    }

    #[test]
    fn blocks_and_hashes_have_their_length() {
        let hash = format!("0x{}", "AB".repeat(32));
        let block = NodeBlock::of(&json!({ "number": "0x10", "hash": hash })).unwrap();
        assert_eq!((block.number, block.hash), (16, hash.to_lowercase()));
        assert_eq!(NodeBlock::of(&json!({ "number": "0x10", "hash": "0xab" })), None);
        assert_eq!(NodeBlock::of(&json!({ "number": null, "hash": null })), None);
        assert_eq!(address(&json!(format!("0x{}", "zz".repeat(20)))), None);
        assert_eq!(bytes(&json!("0xABC")), None);
    }
}
