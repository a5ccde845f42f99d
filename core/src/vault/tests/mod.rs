//! Values sealed and opened: in their place, out of it, altered, and against the answers that others publish.

mod other_sizes;
mod two_keys;
mod uncopied;
mod vectors;

use std::collections::HashSet;

use super::index::IndexKey;
use super::seal::{NotOpened, Place, SealingKey, VALUE_MAX, key_id};
use crate::env::Env;

const PLACE: Place<'_> = Place { book: "main", table: "value", subject: "u-1", field: "email", version: 1 };
const VALUE: &[u8] = b"alice@example.com";

fn key(id: &str) -> SealingKey {
    SealingKey::draw(&Env::default(), id).unwrap()
}

#[test]
fn a_sealed_value_opens_with_its_key_in_its_place() {
    let (env, key) = (Env::default(), key("k-1"));
    for value in [&b""[..], VALUE, &vec![7; VALUE_MAX]] {
        let sealed = key.seal(&env, &PLACE, value).unwrap();
        assert_eq!(sealed.len(), 1 + 1 + 3 + 32 + 32 + value.len() + 16);
        assert_eq!(key_id(&sealed), Ok("k-1"));
        assert_eq!(key.open(&PLACE, &sealed).unwrap().as_slice(), value);
        assert!(value.is_empty() || !sealed.windows(value.len()).any(|part| part == value));
    }
    let error = key.seal(&env, &PLACE, &vec![7; VALUE_MAX + 1]).unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.details()["field"].as_str()),
        ("invalid_request", Some("value"))
    );
}

#[test]
fn ids_of_keys_are_short_and_plain() {
    for id in ["", " ", "k 1", "ключ", "k\n", &"k".repeat(65)] {
        let error = SealingKey::new(id, &[7; 32]).err().unwrap();
        assert_eq!(error.details()["field"], "key_id", "{id:?}");
    }
    assert_eq!(SealingKey::new(&"k".repeat(64), &[7; 32]).unwrap().id().len(), 64);
}

/// Two words for each part of a place, chosen so that they are the same when they are written without a
/// border.
fn places() -> Vec<Place<'static>> {
    let mut places = Vec::new();
    for bits in 0..64_usize {
        let one_of = |bit: usize, words: [&'static str; 2]| words[bits >> bit & 1];
        places.push(Place {
            book: one_of(0, ["a", "aa"]),
            table: one_of(1, ["aa", "a"]),
            subject: one_of(2, ["a", "aa"]),
            field: one_of(3, ["aa", ""]),
            version: [1, 256][bits >> 4 & 1],
        });
    }
    places
}

/// Every pair of book, table, subject, field, version and key: what was sealed for one opens for no other.
#[test]
fn museum_27_a_ciphertext_in_another_place_does_not_open() {
    let env = Env::default();
    // the same secret: the id alone must tell keys apart
    let keys = ["a", "aa"].map(|id| SealingKey::new(id, &[7; 32]).unwrap());
    let key_of = |place: usize| &keys[place >> 5];
    let places = places();
    let seal = |(at, place)| SealingKey::seal(key_of(at), &env, place, VALUE).unwrap();
    let sealed: Vec<Vec<u8>> = places.iter().enumerate().map(seal).collect();
    let (mut opened, mut refused) = (0, 0);
    for (from, sealed) in sealed.iter().enumerate() {
        for (to, place) in places.iter().enumerate() {
            let expected = match (from == to, key_of(from).id() == key_of(to).id()) {
                (true, _) => None,
                (false, true) => Some(NotOpened::Altered),
                (false, false) => Some(NotOpened::OtherKey),
            };
            assert_eq!(key_of(to).open(place, sealed).err(), expected, "{from} in {to}");
            *if from == to { &mut opened } else { &mut refused } += 1;
        }
    }
    println!("{opened} opened in their place, {refused} refused elsewhere");
    assert_eq!((opened, refused), (64, 64 * 63));
}

/// A key of the same id with another secret, and the id rewritten: refused before anything is decrypted.
#[test]
fn another_secret_does_not_open() {
    let (env, first) = (Env::default(), key("k-1"));
    let sealed = first.seal(&env, &PLACE, VALUE).unwrap();
    assert_eq!(key("k-1").open(&PLACE, &sealed).err(), Some(NotOpened::Altered));
    let second = key("k-2");
    assert_eq!(second.open(&PLACE, &sealed).err(), Some(NotOpened::OtherKey));
    let mut renamed = sealed;
    renamed[4] = b'2';
    assert_eq!(key_id(&renamed), Ok("k-2"));
    assert_eq!(second.open(&PLACE, &renamed).err(), Some(NotOpened::Altered));
    // the id is authenticated even where the secret is the same
    let twin = SealingKey::new("k-2", &[7; 32]).unwrap();
    let mut renamed = SealingKey::new("k-1", &[7; 32]).unwrap().seal(&env, &PLACE, VALUE).unwrap();
    renamed[4] = b'2';
    assert_eq!(twin.open(&PLACE, &renamed).err(), Some(NotOpened::Altered));
}

#[test]
fn every_bit_counts() {
    let (env, key) = (Env::default(), key("k-1"));
    let sealed = key.seal(&env, &PLACE, VALUE).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut altered = sealed.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        let refusal = key.open(&PLACE, &altered).expect_err("an altered value");
        match bit / 8 {
            0 => assert_eq!(refusal, NotOpened::Version(altered[0])),
            1 => assert!(matches!(refusal, NotOpened::OtherKey | NotOpened::Malformed), "{refusal}"),
            2..=4 => assert!(matches!(refusal, NotOpened::OtherKey | NotOpened::Malformed), "{refusal}"),
            _ => assert_eq!(refusal, NotOpened::Altered, "bit {bit}"),
        }
    }
    println!("{} bits flipped, each refused", sealed.len() * 8);
}

#[test]
fn what_is_cut_or_longer_does_not_open() {
    let (env, key) = (Env::default(), key("k-1"));
    let sealed = key.seal(&env, &PLACE, VALUE).unwrap();
    for length in 0..sealed.len() {
        assert!(key.open(&PLACE, &sealed[..length]).is_err(), "{length} bytes");
        assert!(length == 0 || key.open(&PLACE, &sealed[length..]).is_err(), "from {length}");
    }
    for more in [vec![0], vec![0; 16], sealed.clone()] {
        assert_eq!(key.open(&PLACE, &[sealed.clone(), more].concat()).err(), Some(NotOpened::Altered));
    }
}

#[test]
fn a_wrapped_key_opens_what_the_key_sealed() {
    let (env, master, data) = (Env::default(), key("kek-1"), key("dk-1"));
    let place = Place { field: "data_key", ..PLACE };
    let wrapped = master.wrap(&env, &place, &data).unwrap();
    let sealed = data.seal(&env, &PLACE, VALUE).unwrap();
    let unwrapped = master.unwrap_key(&place, "dk-1", &wrapped).unwrap();
    assert_eq!(unwrapped.open(&PLACE, &sealed).unwrap().as_slice(), VALUE);
    assert_eq!(master.unwrap_key(&PLACE, "dk-1", &wrapped).err(), Some(NotOpened::Altered));
    // a value that is no key is none, even in its place
    let value = master.seal(&env, &place, VALUE).unwrap();
    assert_eq!(master.unwrap_key(&place, "dk-1", &value).err(), Some(NotOpened::Malformed));
}

#[test]
fn refusals_tell_nothing() {
    let shown = [NotOpened::Malformed, NotOpened::Version(9), NotOpened::OtherKey, NotOpened::Altered]
        .map(|refusal| format!("{refusal} {refusal:?}"));
    let distinct: HashSet<&String> = shown.iter().collect();
    assert_eq!(distinct.len(), 4);
    assert!(shown.iter().all(|text| !text.contains("u-1") && !text.contains("k-1")));
}

#[test]
fn an_index_entry_is_of_book_name_and_value() {
    let key = IndexKey::new(&[7; 32]);
    let entry = key.entry("main", "email", "alice@example.com");
    assert_eq!(entry, IndexKey::new(&[7; 32]).entry("main", "email", "alice@example.com"));
    let others = [
        IndexKey::draw(&Env::default()).entry("main", "email", "alice@example.com"),
        key.entry("mai", "nemail", "alice@example.com"),
        key.entry("main", "emai", "lalice@example.com"),
        key.entry("main", "email", "Alice@example.com"),
        key.entry("main", "email", "alice@example.com "),
        key.entry("main", "email", ""),
        key.entry("other", "email", "alice@example.com"),
        key.entry("main", "phone", "alice@example.com"),
    ];
    assert!(others.iter().all(|other| *other != entry));
    assert_eq!(others.iter().collect::<HashSet<_>>().len(), others.len());
    // one letter, or a letter and an accent; Hangul as a syllable, or as its three parts
    assert_eq!(
        key.entry("main", "name", "Zo\u{eb} \u{d55c}"),
        key.entry("main", "name", "Zoe\u{308} \u{1112}\u{1161}\u{11ab}")
    );
    // compatible is not equal: a full-width letter is another one
    assert_ne!(key.entry("main", "name", "Z"), key.entry("main", "name", "\u{ff3a}"));
}
