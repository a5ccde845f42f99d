//! Addresses are read strictly and written with their checksum (EIP-55).

use alloy_primitives::{Address, keccak256};
use k256::ecdsa::VerifyingKey;

use crate::Error;

/// Reads an address: `0x` and 40 hex digits, with letters of one case, which carry no checksum, or with the
/// right checksum of [EIP-55](https://eips.ethereum.org/EIPS/eip-55). Checksums of
/// [EIP-1191](https://eips.ethereum.org/EIPS/eip-1191), which differ by chain, are refused. Names are not
/// looked up.
///
/// # Errors
///
/// `invalid_request` for anything else.
///
/// ```
/// use earnest_evm::address;
///
/// let usdc = address::parse("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")?;
/// assert_eq!(address::to_text(&usdc), "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48");
/// assert!(address::parse("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eb48").is_err()); // one letter's case
/// # Ok::<(), earnest_evm::Error>(())
/// ```
pub fn parse(text: &str) -> Result<Address, Error> {
    parse_at(text, "address")
}

/// Writes an address with its checksum.
pub fn to_text(address: &Address) -> String {
    address.to_checksum(None)
}

pub(crate) fn parse_at(text: &str, path: &str) -> Result<Address, Error> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 40);
    let digits = digits.ok_or_else(|| Error::invalid(path, "must be `0x` and 40 hex digits"))?;
    let mut bytes = [0; 20];
    hex::decode_to_slice(digits, &mut bytes)
        .map_err(|_| Error::invalid(path, "must be `0x` and 40 hex digits"))?;
    let address = Address::from(bytes);
    let has = |is: fn(&u8) -> bool| digits.as_bytes().iter().any(is);
    let one_case = !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase));
    if one_case || to_text(&address) == text {
        Ok(address)
    } else {
        let reason = "has a wrong checksum of EIP-55 (those of EIP-1191 are not read); write it in lower case if you have none";
        Err(Error::invalid(path, reason))
    }
}

/// The last 20 bytes of the hash of the public key.
pub(crate) fn of_public_key(key: &VerifyingKey) -> Address {
    let point = key.to_sec1_point(false);
    Address::from_slice(&keccak256(&point.as_bytes()[1..])[12..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_eip_55_are_read_and_written() {
        let all = [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ];
        for text in all {
            let read = parse(text).unwrap();
            assert_eq!(to_text(&read), text);
            assert_eq!(parse(&text.to_lowercase()).unwrap(), read);
            assert_eq!(parse(&format!("0x{}", text[2..].to_uppercase())).unwrap(), read);
        }
    }

    #[test]
    fn one_letter_of_another_case_is_refused() {
        let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let mut refused = 0;
        for at in 2..right.len() {
            let mut bytes = right.as_bytes().to_vec();
            if bytes[at].is_ascii_digit() {
                continue;
            }
            bytes[at] ^= 0x20;
            let wrong = String::from_utf8(bytes).unwrap();
            assert_eq!(parse(&wrong).unwrap_err().code(), "invalid_request", "{wrong}");
            refused += 1;
        }
        assert_eq!(refused, 18);
    }

    #[test]
    fn other_shapes_are_refused() {
        let digits = "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        for wrong in ["", "0x", digits, &format!("0X{digits}"), &format!("0x{digits}00"), "vitalik.eth"] {
            assert_eq!(parse(wrong).unwrap_err().code(), "invalid_request", "{wrong}");
        }
        // the example of EIP-1191 for chain 30
        let by_chain = parse("0x5aaEB6053f3e94c9b9a09f33669435E7ef1bEAeD").unwrap_err();
        assert!(by_chain.to_string().contains("EIP-1191"), "{by_chain}");
        assert!(parse("0x５５５５５５５５５５５５５５５５５５５５").is_err());
    }
}
