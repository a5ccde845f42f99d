//! Opens keystore files of version 3 (Web3 Secret Storage), within bounds on what they may cost.
//!
//! Source: <https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage>.

use aes::Aes128;
use aes::cipher::{KeyIvInit as _, StreamCipher as _};
use alloy_primitives::keccak256;
use serde_json::{Map, Value};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::Key;
use crate::json::join;
use crate::{Error, Reason};

/// A file is a few hundred bytes; salts and the like have no reason to be long.
const TEXT: usize = 64 * 1024;
const BYTES: usize = 1024;
/// scrypt: blocks of 128 bytes in 512 MiB, those that it mixes besides, in 8 MiB, and the work of n x r x p.
const SCRYPT_BLOCKS: u64 = 1 << 22;
const SCRYPT_MIXED: u64 = 1 << 16;
const SCRYPT_WORK: u64 = 1 << 24;
const PBKDF2_ROUNDS: u64 = 1 << 24;

pub(super) fn open(keystore: &Value, password: &str) -> Result<Key, Error> {
    let parsed;
    let file = match keystore {
        Value::String(text) if text.len() > TEXT => {
            return Err(Error::invalid("keystore", "must have at most 64 KiB"));
        }
        Value::String(text) => {
            parsed = serde_json::from_str(text).map_err(|_| Error::invalid("keystore", "must be JSON"))?;
            &parsed
        }
        other => other,
    };
    let file = Section::of(file, "keystore")?;
    if file.number("version")? != 3 {
        return Err(unsupported(&file.path("version"), "must be 3"));
    }
    let crypto = file.section("crypto")?;
    let sealed = crypto.bytes("ciphertext")?;
    let mac = crypto.bytes("mac")?;
    if sealed.len() != 32 || mac.len() != 32 {
        return Err(Error::invalid("keystore.crypto", "must have a ciphertext and a MAC of 32 bytes each"));
    }
    if !crypto.text("cipher")?.eq_ignore_ascii_case("aes-128-ctr") {
        return Err(unsupported(&crypto.path("cipher"), "must be `aes-128-ctr`"));
    }
    let iv = crypto.section("cipherparams")?.bytes("iv")?;
    let iv: [u8; 16] =
        iv.try_into().map_err(|_| Error::invalid("keystore.crypto.cipherparams.iv", "must have 16 bytes"))?;
    let opens = |stretched: &[u8; 32]| {
        let judged = Zeroizing::new([&stretched[16..], sealed.as_slice()].concat());
        equal(keccak256(&*judged).as_slice(), &mac)
    };
    let mut stretched = stretch(&crypto, password)?;
    if !opens(&stretched)
        && let Some(normal) = normalised(password)
    {
        stretched = stretch(&crypto, &normal)?;
    }
    if !opens(&stretched) {
        let message = "does not open: the password is wrong, or the file was changed";
        return Err(Error::new(Reason::PasswordInvalid, "password", message));
    }
    let mut bytes = Zeroizing::new([0_u8; 32]);
    bytes.copy_from_slice(&sealed);
    let key = <&[u8; 16]>::try_from(&stretched[..16]);
    let key = key.map_err(|_| Error::invalid("keystore", "has no key"))?;
    ctr::Ctr128BE::<Aes128>::new(key.into(), &iv.into()).apply_keystream(bytes.as_mut_slice());
    let key = Key::at("keystore", &bytes)?;
    check_address(&file, &key)?;
    Ok(key)
}

/// The password in the form NFKC, in which ethers takes it, where that is another text.
fn normalised(password: &str) -> Option<Zeroizing<String>> {
    // one character makes up to 18: room for all of them, so that no copy is left behind by growing
    let mut normal = Zeroizing::new(String::with_capacity(password.len() * 18 * 4));
    normal.extend(password.nfkc());
    (normal.as_str() != password).then_some(normal)
}

/// The 32 bytes that password and parameters give: half a key, half for the MAC.
fn stretch(crypto: &Section<'_>, password: &str) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut out = Zeroizing::new([0_u8; 32]);
    let params = crypto.section("kdfparams")?;
    let salt = params.bytes("salt")?;
    if params.number("dklen")? != 32 {
        return Err(unsupported(&params.path("dklen"), "must be 32"));
    }
    match crypto.text("kdf")?.to_ascii_lowercase().as_str() {
        "scrypt" => {
            let costs = scrypt_costs(&params)?;
            scrypt::scrypt(password.as_bytes(), &salt, &costs, out.as_mut_slice())
                .map_err(|_| Error::invalid("keystore.crypto.kdfparams", "are out of bounds"))?;
        }
        "pbkdf2" => {
            if !params.text("prf")?.eq_ignore_ascii_case("hmac-sha256") {
                return Err(unsupported(&params.path("prf"), "must be `hmac-sha256`"));
            }
            let rounds = params.number("c")?;
            if !(1..=PBKDF2_ROUNDS).contains(&rounds) {
                return Err(Error::invalid(params.path("c"), "must be from 1 to 2^24"));
            }
            let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
            pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt, rounds, out.as_mut_slice());
        }
        _ => return Err(unsupported(&crypto.path("kdf"), "must be `scrypt` or `pbkdf2`")),
    }
    Ok(out)
}

fn scrypt_costs(params: &Section<'_>) -> Result<scrypt::Params, Error> {
    let (n, r, p) = (params.number("n")?, params.number("r")?, params.number("p")?);
    let wrong = |message| Error::invalid("keystore.crypto.kdfparams", message);
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(wrong("must have an n that is a power of two, and r and p of at least 1"));
    }
    if !fits(n, r, p) {
        return Err(wrong("ask for more than 512 MiB, or for n x r x p above 2^24"));
    }
    let (r, p) = (u32::try_from(r).unwrap_or(u32::MAX), u32::try_from(p).unwrap_or(u32::MAX));
    let log_n = u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX);
    scrypt::Params::new(log_n, r, p).map_err(|_| wrong("are not parameters of scrypt"))
}

/// Whether these costs of scrypt may be paid: n x r blocks are kept, and p x r besides.
fn fits(n: u64, r: u64, p: u64) -> bool {
    let blocks = n.checked_mul(r).filter(|blocks| *blocks <= SCRYPT_BLOCKS);
    let work = blocks.and_then(|blocks| blocks.checked_mul(p));
    let mixed = blocks.and_then(|blocks| p.checked_mul(r)?.checked_add(blocks));
    work.is_some_and(|work| work <= SCRYPT_WORK)
        && mixed.is_some_and(|mixed| mixed <= SCRYPT_BLOCKS + SCRYPT_MIXED)
}

/// Whoever names an address expects its key: another one is a mistake that costs money.
fn check_address(file: &Section<'_>, key: &Key) -> Result<(), Error> {
    if file.find("address")?.is_none() {
        return Ok(());
    }
    if file.bytes("address")? == key.address().as_slice() {
        Ok(())
    } else {
        Err(Error::invalid("keystore.address", "is not the address of the key in it"))
    }
}

fn unsupported(path: &str, message: &str) -> Error {
    Error::new(Reason::NotSupported, path, message)
}

/// Compares without ending at the first difference.
fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// An object whose names may stand in any case.
struct Section<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Section<'a> {
    fn of(value: &'a Value, path: &str) -> Result<Self, Error> {
        let map = value.as_object().ok_or_else(|| Error::invalid(path, "must be an object"))?;
        Ok(Self { path: path.to_owned(), map })
    }

    fn path(&self, name: &str) -> String {
        join(&self.path, name)
    }

    fn find(&self, name: &str) -> Result<Option<&'a Value>, Error> {
        let mut named = self.map.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (named.next(), named.next()) {
            (Some(_), Some(_)) => Err(Error::invalid(self.path(name), "stands there twice")),
            (found, _) => Ok(found.map(|(_, value)| value)),
        }
    }

    fn required(&self, name: &str) -> Result<&'a Value, Error> {
        self.find(name)?.ok_or_else(|| Error::invalid(self.path(name), "is missing"))
    }

    fn section(&self, name: &str) -> Result<Section<'a>, Error> {
        Section::of(self.required(name)?, &self.path(name))
    }

    fn text(&self, name: &str) -> Result<&'a str, Error> {
        let value = self.required(name)?;
        value.as_str().ok_or_else(|| Error::invalid(self.path(name), "must be text"))
    }

    fn number(&self, name: &str) -> Result<u64, Error> {
        let value = self.required(name)?;
        value.as_u64().ok_or_else(|| Error::invalid(self.path(name), "must be a whole number"))
    }

    /// Hex, with `0x` or without.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, Error> {
        let text = self.text(name)?;
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let bytes = hex::decode(digits).ok().filter(|bytes| bytes.len() <= BYTES);
        bytes.ok_or_else(|| Error::invalid(self.path(name), "must be hex of at most 1 KiB"))
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn scrypt_may_take_just_512_mib_and_no_more() {
        assert!(fits(1 << 18, 8, 1), "what is common");
        assert!(fits(1 << 19, 8, 1), "512 MiB");
        assert!(fits(1 << 19, 8, 4), "512 MiB, and 2^24 of n x r x p");
        assert!(fits(2, 1 << 15, 1));
        assert!(!fits(1 << 19, 8, 5), "n x r x p");
        assert!(!fits(1 << 19, 9, 1), "more than 512 MiB");
        assert!(!fits(1 << 20, 8, 1), "1 GiB");
        assert!(!fits(2, 1, 1 << 23), "1 GiB beside what is kept");
        for (n, r, p) in [(u64::MAX, 2, 1), (1 << 63, 1, 1), (2, u64::MAX, 1), (2, 1, u64::MAX)] {
            assert!(!fits(n, r, p), "{n} {r} {p}");
        }
    }
}
