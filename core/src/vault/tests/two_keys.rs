//! AES-GCM does not commit to its key: one ciphertext can be made that opens under two. A sealed value is
//! refused under the second.

use aes_gcm::aead::KeyInit as _;
use aes_gcm::aes::Aes256;
use aes_gcm::aes::cipher::BlockCipherEncrypt as _;
use hkdf::Hkdf;
use sha2::Sha256;

use super::super::primitives::{decrypt, encrypt};
use super::super::seal::{NotOpened, SealingKey};
use super::{PLACE, VALUE};
use crate::env::Env;

/// A product in the field of GHASH (NIST SP 800-38D, 6.3): the first bit is that of the power 0.
fn product(a: u128, b: u128) -> u128 {
    let (mut sum, mut shifted) = (0, b);
    for bit in (0..128).rev() {
        if a >> bit & 1 == 1 {
            sum ^= shifted;
        }
        shifted = if shifted & 1 == 1 { shifted >> 1 ^ 0xe1 << 120 } else { shifted >> 1 };
    }
    sum
}

/// Inverts an element of that field: its power 2^128 - 2.
fn inverse(a: u128) -> u128 {
    let (mut result, mut square) = (1 << 127, a);
    for _ in 1..128 {
        square = product(square, square);
        result = product(result, square);
    }
    result
}

fn block(key: &[u8; 32], input: u128) -> u128 {
    let mut block = input.to_be_bytes().into();
    Aes256::new(key.into()).encrypt_block(&mut block);
    u128::from_be_bytes(block.into())
}

/// The tag of a ciphertext of whole blocks, with a nonce of zeros.
fn tag(key: &[u8; 32], associated: &[u128], cipher: &[u128], lengths: u128) -> u128 {
    let hash_key = block(key, 0);
    let all = associated.iter().chain(cipher).chain([&lengths]);
    all.fold(0, |sum, part| product(sum ^ part, hash_key)) ^ block(key, 1)
}

fn blocks(bytes: &[u8]) -> Vec<u128> {
    let padded = |part: &[u8]| {
        let mut block = [0; 16];
        block[..part.len()].copy_from_slice(part);
        u128::from_be_bytes(block)
    };
    bytes.chunks(16).map(padded).collect()
}

/// A ciphertext of three blocks, the last of which makes both tags equal, and the tag.
fn collision(keys: [&[u8; 32]; 2], associated: &[u8]) -> (Vec<u8>, [u8; 16]) {
    let with = blocks(associated);
    let lengths = u128::try_from(associated.len() * 8).unwrap() << 64 | (3 * 128);
    let start = [0x5eed << 100, 0xfeed << 50, 0];
    let [first, second] = keys.map(|key| tag(key, &with, &start, lengths));
    let [one, two] = keys.map(|key| {
        let hash_key = block(key, 0);
        product(hash_key, hash_key)
    });
    // the last block counts times the square of the hash key
    let last = product(first ^ second, inverse(one ^ two));
    let cipher = [start[0], start[1], last];
    let tags = keys.map(|key| tag(key, &with, &cipher, lengths));
    assert_eq!(tags[0], tags[1]);
    (cipher.iter().flat_map(|block| block.to_be_bytes()).collect(), tags[0].to_be_bytes())
}

/// Derives the key of the message and the commitment from a secret.
fn derived(secret: &[u8; 32], salt: &[u8]) -> [[u8; 32]; 2] {
    let mut out = [[0; 32]; 2];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(b"earnest/seal/1", out.as_flattened_mut()).unwrap();
    out
}

#[test]
fn the_field_is_that_of_aes_gcm() {
    for number in [1_u128, 0xe1 << 120, u128::MAX, 0x1234_5678_9abc_def0] {
        assert_eq!(product(number, inverse(number)), 1 << 127);
    }
    let key = [9; 32];
    let mut message = VALUE[..16].to_vec();
    let made = encrypt(&key, [0; 12], b"about it", &mut message).unwrap();
    let lengths = (64 << 64) | 128;
    assert_eq!(tag(&key, &blocks(b"about it"), &blocks(&message), lengths).to_be_bytes(), made);
}

#[test]
fn a_message_for_two_keys_is_refused_under_one() {
    let secrets = [[1; 32], [2; 32]];
    let keys = secrets.map(|secret| SealingKey::new("k-1", &secret).unwrap());
    // the head of a real one: whoever made it knows both keys, and takes any salt
    let sealed = keys[0].seal(&Env::default(), &PLACE, &[0; 48]).unwrap();
    let salt = &sealed[5..37];
    let derived = secrets.map(|secret| derived(&secret, salt));
    assert_eq!(sealed[37..69], derived[0][1]);
    let associated = associated();
    let (cipher, tag) = collision([&derived[0][0], &derived[1][0]], &associated);
    for [key, _] in &derived {
        assert!(decrypt(key, [0; 12], &associated, &mut cipher.clone(), tag), "AES-GCM opens it with both");
    }
    for (own, commitment) in derived.iter().map(|[_, commitment]| commitment).enumerate() {
        let forged = [&sealed[..37], commitment, &cipher, &tag].concat();
        assert!(keys[own].open(&PLACE, &forged).is_ok());
        assert_eq!(keys[1 - own].open(&PLACE, &forged).err(), Some(NotOpened::Altered));
    }
}

/// The associated data as the documentation describes them, written once more.
fn associated() -> Vec<u8> {
    let version = PLACE.version.to_be_bytes();
    let texts = ["earnest/seal/1", PLACE.book, PLACE.table, PLACE.subject, PLACE.field].map(str::as_bytes);
    let parts = texts.into_iter().chain([&version[..], b"k-1"]);
    parts.flat_map(|part| [&u64::try_from(part.len()).unwrap().to_be_bytes(), part].concat()).collect()
}
