//! PINs and their hashes.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};

use super::super::pepper::{Owner, Pepper};
use super::super::pin::{BadHash, Cost, Pin, PinHash};
use super::{ALICE, lines, pepper, refused};
use crate::env::Env;

/// As little as there is: what is tested here is not how long it takes.
fn cheap() -> Cost {
    Cost::new(8, 1, 1).unwrap()
}

fn pin(text: &str) -> Pin {
    Pin::request("pin", text).unwrap()
}

fn hashed(text: &str) -> PinHash {
    PinHash::new(&Env::default(), cheap(), &pepper(), &ALICE, &pin(text)).unwrap()
}

#[test]
fn a_pin_is_four_to_twelve_plain_digits() {
    for good in ["0000", "2580", "123456789012"] {
        assert!(Pin::request("pin", good).is_ok(), "{good}");
    }
    let bad = [
        "",
        "123",
        "1234567890123",
        "12 34",
        " 1234",
        "1234\n",
        "12.34",
        "-1234",
        "+1234",
        "12a4",
        "0x1234",
        // full-width, Arabic, Devanagari, mathematical; a superscript, a circle, a fraction
        "\u{ff11}\u{ff12}\u{ff13}\u{ff14}",
        "\u{661}\u{662}\u{663}\u{664}",
        "\u{967}\u{968}\u{969}\u{96a}",
        "\u{1d7ce}\u{1d7cf}\u{1d7d0}\u{1d7d1}",
        "123\u{2074}",
        "258\u{2460}",
        "258\u{bd}",
        "258\u{ff10}",
        // what cannot be seen
        "2580\u{200b}",
        "\u{202e}2580",
        "25\u{0}80",
    ];
    for bad in bad {
        refused(&Pin::request("pin", bad).err().unwrap(), "pin", bad);
    }
    let wide = Pin::request("pin", "\u{ff11}\u{ff12}\u{ff13}\u{ff14}").err().unwrap().to_string();
    assert!(wide.contains("full-width"), "{wide}");
    refused(&Pin::request("current", &"1".repeat(1_000_000)).err().unwrap(), "current", "11111");
}

#[test]
fn what_anybody_tries_first_is_not_set() {
    for bad in ["0000", "999999", "1234", "456789", "9876", "43210", "0123456789", "\u{ff11}234"] {
        refused(&Pin::chosen("pin", bad).err().unwrap(), "pin", bad);
    }
    for good in ["2580", "1235", "1123", "9870", "0001", "1357", "7890"] {
        assert!(Pin::chosen("pin", good).is_ok(), "{good}");
    }
    // it may be checked all the same: it was set before this was refused, or taken over
    assert!(Pin::request("pin", "1234").is_ok());
}

#[test]
fn a_hash_knows_its_pin_its_owner_and_its_pepper() {
    let hash = hashed("2580");
    let verify = |pepper: &Pepper, owner: &Owner<'_>, text: &str| hash.verify(pepper, owner, &pin(text));
    assert_eq!(verify(&pepper(), &ALICE, "2580"), Ok(true));
    for wrong in ["2581", "02580", "25800", "258025802580", "0852"] {
        assert_eq!(verify(&pepper(), &ALICE, wrong), Ok(false), "{wrong}");
    }
    for (book, subject) in [("main", "bob"), ("other", "alice"), ("mainal", "ice"), ("", "mainalice")] {
        assert_eq!(verify(&pepper(), &Owner { book, subject }, "2580"), Ok(false));
    }
    let other = Pepper::new("pp-2", &[7; 32]).unwrap();
    assert_eq!(verify(&other, &ALICE, "2580"), Err(BadHash::OtherPepper));
    let same_id = Pepper::new("pp-1", &[8; 32]).unwrap();
    assert_eq!(verify(&same_id, &ALICE, "2580"), Ok(false), "the pepper counts, not its name");
    // twice the same PIN gives two hashes
    assert_ne!(hash.to_text(), hashed("2580").to_text());
}

#[test]
fn a_hash_has_one_text() {
    let hash = hashed("2580");
    let text = hash.to_text();
    assert!(text.starts_with("argon2id$v=19$m=8,t=1,p=1$pp-1$") && !text.contains("2580$"), "{text}");
    assert!(PinHash::read(&text) == Ok(hash));
    let malformed = [
        "".to_owned(),
        text.replace("argon2id", "argon2i"),
        text.replace("v=19", "v=16"),
        text.replace("m=8", "m=08"),
        text.replace("m=8", "m=+8"),
        text.replace("m=8", "m=-8"),
        text.replace("m=8", "m=4294967296"),
        text.replace("pp-1", ""),
        text.replace("pp-1", "p p"),
        text.replace("$pp-1$", "$"),
        text[..text.len() - 1].to_owned(),
        text[..text.len() - 2].to_owned(),
        format!("{text}00"),
        format!("{text}\n"),
        format!("{}G", &text[..text.len() - 1]),
    ];
    for bad in malformed {
        assert!(PinHash::read(&bad) == Err(BadHash::Malformed), "{bad}");
    }
    let hash = text.rsplit_once('$').unwrap().1;
    if hash.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        assert!(PinHash::read(&text.replace(hash, &hash.to_uppercase())) == Err(BadHash::Malformed));
    }
}

/// Whoever writes to the database cannot take the memory or the time of the machine.
#[test]
fn a_stored_hash_cannot_ask_for_a_terabyte() {
    let text = hashed("2580").to_text();
    for greedy in
        ["m=1073741824,t=1,p=1", "m=262145,t=1,p=1", "m=8,t=17,p=1", "m=8,t=4294967295,p=1", "m=40,t=1,p=5"]
    {
        assert!(PinHash::read(&text.replace("m=8,t=1,p=1", greedy)) == Err(BadHash::Cost), "{greedy}");
    }
    for starved in ["m=7,t=1,p=1", "m=0,t=1,p=1", "m=8,t=0,p=1", "m=8,t=1,p=0", "m=15,t=1,p=2"] {
        assert!(PinHash::read(&text.replace("m=8,t=1,p=1", starved)) == Err(BadHash::Cost), "{starved}");
    }
    assert!(PinHash::read(&text.replace("m=8,t=1,p=1", "m=262144,t=16,p=4")).is_ok());
    for (field, cost) in [("memory_kib", (7, 1, 1)), ("passes", (8, 17, 1)), ("lanes", (64, 1, 5))] {
        let error = Cost::new(cost.0, cost.1, cost.2).err().unwrap();
        refused(&error, field, "");
    }
}

/// Checks the default cost, and that a higher cost or another pepper outdates a hash.
#[test]
fn a_hash_is_raised_when_the_cost_is() {
    let env = Env::default();
    let made = PinHash::new(&env, Cost::default(), &pepper(), &ALICE, &pin("2580")).unwrap();
    assert!(made.to_text().starts_with("argon2id$v=19$m=19456,t=2,p=1$pp-1$"));
    assert_eq!(made.verify(&pepper(), &ALICE, &pin("2580")), Ok(true));
    assert!(!made.is_outdated(Cost::default(), &pepper()));
    assert!(made.is_outdated(Cost::new(19 * 1024, 3, 1).unwrap(), &pepper()));
    assert!(made.is_outdated(Cost::new(32 * 1024, 2, 1).unwrap(), &pepper()));
    assert!(!made.is_outdated(Cost::new(8 * 1024, 2, 1).unwrap(), &pepper()), "never lowered");
    assert!(made.is_outdated(Cost::default(), &Pepper::new("pp-2", &[8; 32]).unwrap()));
    assert_eq!(made.pepper(), "pp-1");
}

#[test]
fn examples_of_argon2id() {
    let (mut of_rfc, mut others) = (0, 0);
    for words in lines("9106") {
        let number = |place: usize| words[place].parse::<u32>().unwrap();
        let bytes =
            |place: usize| if words[place] == "-" { Vec::new() } else { hex::decode(words[place]).unwrap() };
        let (lanes, passes, memory) = (number(1), number(2), number(3));
        let (password, salt, secret, data, expected) = (bytes(4), bytes(5), bytes(6), bytes(7), bytes(8));
        let mut made = vec![0; expected.len()];
        if secret.is_empty() && data.is_empty() {
            Cost::new(memory, passes, lanes).unwrap().argon2id(&password, &salt, &mut made).unwrap();
            others += 1;
        } else {
            // a secret and data, which this library uses neither of
            let mut params = ParamsBuilder::new();
            params.m_cost(memory).t_cost(passes).p_cost(lanes).output_len(expected.len());
            params.data(AssociatedData::new(&data).unwrap());
            let params = params.build().unwrap();
            let argon2 =
                Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
            argon2.hash_password_into(&password, &salt, &mut made).unwrap();
            of_rfc += 1;
        }
        assert_eq!(made, expected, "{words:?}");
    }
    println!("argon2id: {of_rfc} of RFC 9106, {others} others");
    assert_eq!((of_rfc, others), (1, 5));
}
