//! Derives keys from the words of a mnemonic (BIP-39) along a path (BIP-32).
//!
//! The list of words is `english.txt` of BIP-39 (MIT licence,
//! <https://github.com/bitcoin/bips/tree/master/bip-0039>).

use hmac::{Hmac, KeyInit as _, Mac as _};
use k256::elliptic_curve::PrimeField as _;
use k256::{FieldBytes, NonZeroScalar, PublicKey, Scalar};
use sha2::{Digest as _, Sha256, Sha512};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::Key;
use crate::Error;

const WORDS: &str = include_str!("english.txt");
const ROUNDS: u32 = 2048;
/// Long enough for any passphrase that a person types.
const PASSPHRASE: usize = 1024;
/// An index from here up is hardened; the depth of a path is a byte in BIP-32.
const HARDENED: u32 = 1 << 31;
const DEPTH: usize = 255;

pub(super) fn derive(words: &str, passphrase: &str, path: &str) -> Result<Key, Error> {
    let steps = steps(path)?;
    let seed = seed(words, passphrase)?;
    let mut node = Node::master(&seed)?;
    for step in steps {
        node = node.child(step)?;
    }
    Key::at("mnemonic", &node.secret)
}

/// The indices of `m/44'/60'/0'/0/0`; `'`, `h` and `H` harden.
fn steps(path: &str) -> Result<Vec<u32>, Error> {
    let wrong = || Error::invalid("path", "must look like `m/44'/60'/0'/0/0`, with indices below 2^31");
    let rest = path.strip_prefix('m').ok_or_else(wrong)?;
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let rest = rest.strip_prefix('/').ok_or_else(wrong)?;
    let one = |part: &str| {
        let digits = part.strip_suffix(['\'', 'h', 'H']);
        let (digits, base) = digits.map_or((part, 0), |digits| (digits, HARDENED));
        let plain = (1..=10).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
        let index = digits.parse::<u32>().ok().filter(|index| plain && *index < HARDENED);
        index.map(|index| index | base).ok_or_else(wrong)
    };
    let steps: Vec<u32> = rest.split('/').map(one).collect::<Result<_, _>>()?;
    if steps.len() <= DEPTH { Ok(steps) } else { Err(wrong()) }
}

/// Checks the words, and stretches them into 64 bytes.
fn seed(words: &str, passphrase: &str) -> Result<Zeroizing<[u8; 64]>, Error> {
    let sentence = checked(words)?;
    if passphrase.len() > PASSPHRASE {
        return Err(Error::invalid("passphrase", "must have at most 1 KiB"));
    }
    // NFKD makes up to 18 characters of one: room for all of them, so that no copy is left behind by growing
    let mut salt = Zeroizing::new(String::with_capacity(8 + passphrase.len() * 18 * 4));
    salt.push_str("mnemonic");
    salt.extend(passphrase.nfkd());
    let mut seed = Zeroizing::new([0; 64]);
    pbkdf2::pbkdf2_hmac::<Sha512>(sentence.as_bytes(), salt.as_bytes(), ROUNDS, seed.as_mut_slice());
    Ok(seed)
}

/// The words with single spaces, if their checksum is right.
fn checked(words: &str) -> Result<Zeroizing<String>, Error> {
    let wrong = |message| Error::invalid("mnemonic", message);
    let list: Vec<&str> = WORDS.lines().collect();
    let count = words.split_whitespace().count();
    if !matches!(count, 12 | 15 | 18 | 21 | 24) {
        return Err(wrong("must have 12, 15, 18, 21 or 24 words"));
    }
    let mut sentence = Zeroizing::new(String::with_capacity(words.len()));
    let mut lower = Zeroizing::new(String::with_capacity(words.len()));
    // eleven bits a word
    let mut bytes = Zeroizing::new([0_u8; 33]);
    for (at, word) in words.split_whitespace().enumerate() {
        // printed cards and telephones write capitals; the words that are stretched are those of the list
        lower.clear();
        lower.push_str(word);
        lower.make_ascii_lowercase();
        let index = list
            .binary_search(&lower.as_str())
            .map_err(|_| wrong("has a word that is not in the English list"))?;
        for bit in 0..11 {
            let place = at * 11 + bit;
            bytes[place / 8] |= u8::from((index >> (10 - bit)) & 1 == 1) << (7 - place % 8);
        }
        if at > 0 {
            sentence.push(' ');
        }
        sentence.push_str(&lower);
    }
    // of 33 bits a checksum has one
    let check = count / 3;
    let entropy = (count * 11 - check) / 8;
    let hash = Sha256::digest(&bytes[..entropy]);
    let shift = 8 - check;
    if bytes[entropy] >> shift == hash[0] >> shift {
        Ok(sentence)
    } else {
        Err(wrong("has a wrong checksum: a word is wrong, or in the wrong place"))
    }
}

/// An extended private key.
struct Node {
    secret: Zeroizing<[u8; 32]>,
    chain: Zeroizing<[u8; 32]>,
}

impl Node {
    fn master(seed: &[u8; 64]) -> Result<Self, Error> {
        let (secret, chain) = split(b"Bitcoin seed", &[seed])?;
        Ok(Self { secret, chain })
    }

    fn child(&self, index: u32) -> Result<Self, Error> {
        let none = || Error::invalid("path", "leads to no key (BIP-32); take the next index");
        let parent = scalar(&self.secret).ok_or_else(none)?;
        let index_bytes = index.to_be_bytes();
        let (left, chain) = if index >= HARDENED {
            split(self.chain.as_slice(), &[&[0], self.secret.as_slice(), &index_bytes])?
        } else {
            let whole = Option::<NonZeroScalar>::from(NonZeroScalar::new(*parent)).ok_or_else(none)?;
            let point = PublicKey::from_secret_scalar(&whole).to_sec1_bytes();
            split(self.chain.as_slice(), &[&point, &index_bytes])?
        };
        let tweak = scalar(&left).ok_or_else(none)?;
        let sum = Zeroizing::new(*tweak + *parent);
        if bool::from(sum.is_zero()) {
            return Err(none());
        }
        let mut bytes: [u8; 32] = sum.to_bytes().into();
        let secret = Zeroizing::new(bytes);
        bytes.zeroize();
        Ok(Self { secret, chain })
    }
}

fn scalar(bytes: &[u8; 32]) -> Option<Zeroizing<Scalar>> {
    let bytes = Zeroizing::new(FieldBytes::from(*bytes));
    Option::<Scalar>::from(Scalar::from_repr(*bytes)).map(Zeroizing::new)
}

type Halves = (Zeroizing<[u8; 32]>, Zeroizing<[u8; 32]>);

/// HMAC-SHA-512 in two halves.
fn split(key: &[u8], parts: &[&[u8]]) -> Result<Halves, Error> {
    let mac = Hmac::<Sha512>::new_from_slice(key);
    let mut mac = mac.map_err(|_| Error::invalid("path", "has no key"))?;
    for part in parts {
        mac.update(part);
    }
    let whole = Zeroizing::new(<[u8; 64]>::from(mac.finalize().into_bytes()));
    let mut halves = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    halves.0.copy_from_slice(&whole[..32]);
    halves.1.copy_from_slice(&whole[32..]);
    Ok(halves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_bip_39() {
        assert_eq!(WORDS.lines().count(), 2048);
        assert!(WORDS.lines().is_sorted());
        let hash = hex::encode(Sha256::digest(WORDS));
        assert_eq!(hash, "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    }

    #[test]
    fn paths_are_read_strictly() {
        assert_eq!(steps("m").unwrap(), [] as [u32; 0]);
        assert_eq!(steps("m/44'/60h/0H/0/7").unwrap(), [HARDENED + 44, HARDENED + 60, HARDENED, 0, 7]);
        let deep = format!("m{}", "/0".repeat(256));
        let wrong = [
            "",
            "44'/60'",
            "M/0",
            "m/",
            "m//0",
            "m/-1",
            "m/+1",
            "m/2147483648",
            "m/0x1",
            "m/0''",
            "m/٣",
            &deep,
        ];
        for path in wrong {
            assert_eq!(steps(path).unwrap_err().field(), "path", "{path}");
        }
    }
}
