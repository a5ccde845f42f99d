//! Draws a key.

use earnest_evm::{Key, address};
use zeroize::Zeroizing;

use super::keep::{Keep, label};
use super::requests::CreateKey;
use crate::error::{Error, Result};
use crate::request::record::{Parse, WriteRequest};
use crate::request::secret::Secret;
use crate::vault::safe::Safe;

impl WriteRequest for CreateKey {
    type Operation = Keep;
    fn parse(&self, parse: &Parse<'_>) -> Result<Keep> {
        let safe = Safe::parse(parse)?;
        let label = label(self.label.as_ref())?;
        let drawn = Key::from_bytes(&safe.env().secret());
        // of 2^256 draws some 2^128 are no key
        let key = drawn.map_err(|_| Error::corrupted("the source of randomness"))?;
        let (address, secret) = sealable(&key);
        Ok(Keep::created(safe, address, secret, label))
    }
}

/// The address and the secret of a key, as they are kept.
pub fn sealable(key: &Key) -> (String, Secret) {
    let bytes = key.to_sealed_bytes();
    let mut text = Zeroizing::new(vec![0; 64]);
    // 64 places for 32 bytes
    let _ = hex::encode_to_slice(bytes.as_slice(), &mut text);
    let mut secret = String::with_capacity(66);
    secret.push_str("0x");
    secret.push_str(std::str::from_utf8(&text).unwrap_or_default());
    (address::to_text(&key.address()), secret.into())
}
