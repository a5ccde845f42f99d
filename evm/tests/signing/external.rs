//! Answers of external signers, and the vectors of Wycheproof for ECDSA on secp256k1.

use std::collections::BTreeMap;

use alloy_primitives::keccak256;
use earnest_evm::{Address, B256, Key, Message, Signature, U256};

use crate::draw::{Draw, rounds};
use crate::random;

const VECTORS: &str = include_str!("../vectors/wycheproof.txt");
const ORDER: U256 = U256::from_limbs([0xbfd2_5e8c_d036_4141, 0xbaae_dce6_af48_a03b, u64::MAX - 1, u64::MAX]);

/// A number as DER writes it: without zeros before it, and with one if it would look negative.
fn integer(number: U256) -> Vec<u8> {
    let mut digits = number.to_be_bytes_trimmed_vec();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        digits.insert(0, 0);
    }
    [vec![2, digits.len() as u8], digits].concat()
}

fn der(r: U256, s: U256) -> Vec<u8> {
    let body = [integer(r), integer(s)].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

fn parts(signature: &Signature) -> (U256, U256) {
    (U256::from_be_bytes(signature.r().0), U256::from_be_bytes(signature.s().0))
}

/// A signature of a random message, with its digest.
fn signed(draw: &mut Draw, key: &Key) -> (B256, Signature) {
    let message = Message::from_hex(&format!("0x{}", hex::encode(random::message(draw)))).unwrap();
    (message.digest(), message.sign(key).unwrap())
}

#[test]
fn soak_answers_of_a_key_service_become_the_signature_of_the_key_itself() {
    let mut draw = Draw::new(1);
    let stranger = draw.key().address();
    let (mut high, mut short) = (0, 0);
    let keys = rounds(20, 100);
    for _ in 0..keys {
        let key = draw.key();
        for _ in 0..100 {
            let (digest, own) = signed(&mut draw, &key);
            let (r, s) = parts(&own);
            // an HSM does not lower s: half of its answers have the other one
            let s = if draw.flag() { ORDER - s } else { s };
            high += usize::from(s > ORDER / U256::from(2));
            short += usize::from(r.byte_len() < 32 || s.byte_len() < 32);
            let answer = der(r, s);
            assert_eq!(Signature::from_external(&answer, &digest, &key.address()).unwrap(), own);
            let (r, s) = (r.to_be_bytes_trimmed_vec(), s.to_be_bytes_trimmed_vec());
            assert_eq!(Signature::from_external_numbers(&r, &s, &digest, &key.address()).unwrap(), own);
            let error = Signature::from_external(&answer, &digest, &stranger).unwrap_err();
            assert_eq!(error.code(), "signature_invalid");
        }
    }
    assert!((45 * keys..55 * keys).contains(&high), "{high} with high s");
    assert!(2 * short > keys, "{short} with a short number");
    println!("{} answers: {high} with high s, {short} with a number of less than 32 bytes", 100 * keys);
}

#[test]
fn an_answer_in_der_that_is_as_long_as_two_numbers_is_read_too() {
    let mut draw = Draw::new(5);
    let stranger = draw.key().address();
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for _ in 0..50 {
        let key = draw.key();
        let (digest, own) = signed(&mut draw, &key);
        let r = parts(&own).0;
        for bytes in 24..=32 {
            // some key has made it: the one that it recovers
            let s = U256::from_be_slice(&own.s().0[32 - bytes..]).max(U256::ONE);
            let Ok(made) = Signature::new(own.r(), B256::from(s.to_be_bytes::<32>()), false) else {
                continue;
            };
            let Ok(from) = made.recover(&digest) else { continue };
            let answer = der(r, s);
            *lengths.entry(answer.len()).or_default() += 1;
            assert_eq!(Signature::from_external_answer(&answer, &digest, &from).unwrap(), made);
            assert_eq!(Signature::from_external_answer(&made.to_bytes(), &digest, &from).unwrap(), made);
            let error = Signature::from_external_answer(&answer, &digest, &stranger).unwrap_err();
            assert_eq!((error.code(), error.field()), ("signature_invalid", "signature"));
        }
    }
    assert!([64, 65].iter().all(|length| lengths[length] > 20), "{lengths:?}");
}

#[test]
fn an_answer_of_another_key_or_digest_never_becomes_a_signature() {
    let mut draw = Draw::new(2);
    let (key, other) = (draw.key(), draw.key());
    let (digest, own) = signed(&mut draw, &key);
    let (r, s) = parts(&own);
    let refused = |answer: &[u8], digest: &B256, from: &Address| {
        let error = Signature::from_external(answer, digest, from).unwrap_err();
        assert_eq!((error.code(), error.field()), ("signature_invalid", "signature"));
    };
    refused(&der(r, s), &digest, &other.address());
    refused(&der(r, s), &keccak256(digest), &key.address());
    refused(&der(s, r), &digest, &key.address());
    for (r, s) in [(U256::ZERO, s), (r, U256::ZERO), (ORDER, s), (r, ORDER), (U256::MAX, s), (r, U256::MAX)] {
        refused(&der(r, s), &digest, &key.address());
    }
    let answer = der(r, s);
    for at in 0..answer.len() {
        for bit in 0..8 {
            let mut flipped = answer.clone();
            flipped[at] ^= 1 << bit;
            refused(&flipped, &digest, &key.address());
        }
        refused(&answer[..at], &digest, &key.address());
    }
    refused(&[answer, vec![0]].concat(), &digest, &key.address());
}

#[test]
fn signatures_are_read_in_both_forms_and_only_in_range() {
    let mut draw = Draw::new(3);
    for _ in 0..50 {
        let key = draw.key();
        let (digest, own) = signed(&mut draw, &key);
        let mut long = own.to_bytes();
        assert_eq!(Signature::from_slice(&long).unwrap(), own);
        assert_eq!(Signature::from_slice(&own.to_compact()).unwrap(), own);
        long[64] -= 27;
        assert_eq!(Signature::from_slice(&long).unwrap().recover(&digest).unwrap(), key.address());
        let (r, s) = (own.r(), B256::from((ORDER - parts(&own).1).to_be_bytes::<32>()));
        let error = Signature::new(r, s, own.y_parity() == 0).unwrap_err();
        assert_eq!(error.code(), "signature_invalid", "high s");
    }
    let own = signed(&mut draw, &Key::from_bytes(&[7; 32]).unwrap()).1;
    for v in (2..=26).chain(29..=255) {
        let mut bytes = own.to_bytes();
        bytes[64] = v;
        assert!(Signature::from_slice(&bytes).is_err(), "{v}");
    }
    for length in (0..64).chain(66..200) {
        assert!(Signature::from_slice(&vec![1; length]).is_err(), "{length}");
    }
}

const LOWERED: &str = "edge_case_for_signature_malleability";
const ABOVE: &str = "k*G_has_a_large_x-coordinate";
const JUST_ABOVE: &str = "r_=_2,_x_=_n_+_2_is_the_smallest_possible_x_with_a_reduction";

#[test]
fn every_vector_of_wycheproof_is_judged_as_listed() {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut differs = BTreeMap::new();
    let mut address = Address::ZERO;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(' ').collect();
        if let ["key", key] = fields[..] {
            address = Address::from_slice(&keccak256(&hex::decode(key).unwrap()[1..])[12..]);
            continue;
        }
        let [file, id, result, comment, digest, signature] = fields[..] else { panic!("{line}") };
        let digest = B256::from_slice(&hex::decode(digest).unwrap());
        let bytes = if signature == "-" { Vec::new() } else { hex::decode(signature).unwrap() };
        let read = match file.ends_with("p1363") {
            false => Signature::from_external(&bytes, &digest, &address).ok(),
            true if bytes.len() == 64 => {
                Signature::from_external_numbers(&bytes[..32], &bytes[32..], &digest, &address).ok()
            }
            true => None,
        };
        *counts.entry((file, result)).or_default() += 1;
        let expected = match (result, comment) {
            // an s in the upper half is lowered here: Bitcoin refuses it
            ("invalid", LOWERED | "Signature_malleability") if file == "sha256_bitcoin" => true,
            // a parity cannot say that x was above the order: Ethereum has no such signatures
            ("valid", ABOVE | JUST_ABOVE) => false,
            (result, _) => result == "valid",
        };
        if read.is_some() != expected {
            wrong.push(format!("{file} {id} {result} {comment}"));
        }
        if expected != (result == "valid") {
            *differs.entry(comment).or_insert(0) += 1;
        }
    }
    println!("{counts:?}, judged otherwise on purpose: {differs:?}");
    assert_eq!(wrong, [] as [String; 0]);
    assert_eq!(counts.values().sum::<usize>(), 4_653);
}
