//! Keys from hex, keystores and mnemonics, and what is refused.

use std::time::Instant;

use earnest_evm::{Key, address};
use serde_json::{Value, json};

/// The examples of the definition of keystores.
fn example(kdf: &str) -> Value {
    let examples: Value = serde_json::from_str(include_str!("../vectors/keystores.json")).unwrap();
    examples[kdf].clone()
}

fn scrypt() -> Value {
    example("scrypt")
}

/// The key is the same.
fn pbkdf2() -> Value {
    example("pbkdf2")
}

const SECRET: &str = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
const ADDRESS: &str = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";

/// Returns the code and field of a refusal, whose text shows neither password nor key.
fn refused(keystore: &Value, password: &str) -> (&'static str, String) {
    let error = Key::from_keystore(keystore, password).err().unwrap();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("testpassword") && !text.contains(&SECRET[..8]), "{text}");
    (error.code(), error.field().to_owned())
}

#[test]
fn both_examples_of_keystores_open() {
    for keystore in [scrypt(), pbkdf2()] {
        let key = Key::from_keystore(&keystore, "testpassword").unwrap();
        assert_eq!(hex::encode(key.to_sealed_bytes().as_slice()), SECRET);
        assert_eq!(address::to_text(&key.address()), ADDRESS);
    }
    let text =
        Value::String(pbkdf2().to_string().replace("\"crypto\"", "\"Crypto\"").replace("\"mac\"", "\"MAC\""));
    assert_eq!(address::to_text(&Key::from_keystore(&text, "testpassword").unwrap().address()), ADDRESS);
}

/// A keystore that ethers 6.17 has made: it takes passwords in the form NFKC.
#[test]
fn a_password_is_taken_as_it_is_given_and_then_as_ethers_takes_it() {
    let ethers = example("ethers");
    // full width, decomposed, and a digit in a circle, as they were typed; and what they are the same as
    for password in ["\u{ff30}\u{ff41}\u{ff53}\u{ff53} e\u{301}\u{2460}", "Pass \u{e9}1", "Pass e\u{301}1"] {
        let key = Key::from_keystore(&ethers, password).unwrap();
        assert_eq!(address::to_text(&key.address()), ADDRESS);
    }
    assert_eq!(refused(&ethers, "pass \u{e9}1").0, "password_invalid");
    // who sealed with the text as it was typed is not asked for another one
    let typed = example("typed");
    assert!(Key::from_keystore(&typed, "\u{ff30}e\u{301}").is_ok());
    assert_eq!(refused(&typed, "P\u{e9}").0, "password_invalid");
}

#[test]
fn a_wrong_password_and_a_changed_file_do_not_open() {
    assert_eq!(refused(&pbkdf2(), "Testpassword"), ("password_invalid", "password".into()));
    for field in ["mac", "ciphertext"] {
        let mut changed = pbkdf2();
        let text = changed["crypto"][field].as_str().unwrap().replacen('5', "6", 1);
        changed["crypto"][field] = text.into();
        assert_eq!(refused(&changed, "testpassword").0, "password_invalid", "{field}");
    }
    let mut named = pbkdf2();
    named["address"] = "008aeeda4d805471df9b2a5b0f38a0c3bcba786b".into();
    assert!(Key::from_keystore(&named, "testpassword").is_ok());
    named["address"] = "008aeeda4d805471df9b2a5b0f38a0c3bcba786c".into();
    assert_eq!(refused(&named, "testpassword"), ("invalid_request", "keystore.address".into()));
}

/// A machine may stand still for seconds: one of several times it does not.
#[test]
fn a_keystore_cannot_ask_for_a_terabyte() {
    let took = |_| {
        let began = Instant::now();
        greedy_keystores_are_refused();
        began.elapsed()
    };
    assert!((0..20).map(took).any(|took| took.as_secs() < 2), "refused before any work");
}

fn greedy_keystores_are_refused() {
    let costs = [
        (1_u64 << 33, 1, 1),
        (1 << 20, 1 << 20, 1),
        (1 << 22, 8, 1),
        (2, 1 << 23, 1),
        (2, 1, 1 << 24),
        (1 << 12, 1, 1 << 13),
        (1 << 63, u64::MAX, u64::MAX),
        (0, 1, 1),
        (1, 1, 1),
        (3, 1, 1),
        (1 << 10, 0, 1),
        (1 << 10, 1, 0),
    ];
    for (n, r, p) in costs {
        let mut greedy = scrypt();
        greedy["crypto"]["kdfparams"]["n"] = n.into();
        greedy["crypto"]["kdfparams"]["r"] = r.into();
        greedy["crypto"]["kdfparams"]["p"] = p.into();
        assert_eq!(
            refused(&greedy, "x"),
            ("invalid_request", "keystore.crypto.kdfparams".into()),
            "{n} {r} {p}"
        );
    }
    for rounds in [0_u64, (1 << 24) + 1, u64::MAX] {
        let mut greedy = pbkdf2();
        greedy["crypto"]["kdfparams"]["c"] = rounds.into();
        assert_eq!(refused(&greedy, "x").1, "keystore.crypto.kdfparams.c");
    }
    for (field, value) in
        [("dklen", json!(1_u64 << 40)), ("salt", json!("00".repeat(2000))), ("n", json!(-1))]
    {
        let mut greedy = scrypt();
        greedy["crypto"]["kdfparams"][field] = value;
        assert_eq!(refused(&greedy, "x").1, format!("keystore.crypto.kdfparams.{field}"));
    }
    assert_eq!(refused(&Value::String("[".repeat(1 << 20)), "x").1, "keystore");
    assert_eq!(refused(&Value::String("[".repeat(1 << 15)), "x").1, "keystore");
}

#[test]
fn other_keystores_are_named_by_their_field() {
    let cases = [
        ("/version", json!(1), "not_supported", "keystore.version"),
        ("/version", json!("3"), "invalid_request", "keystore.version"),
        ("/crypto/cipher", json!("aes-256-gcm"), "not_supported", "keystore.crypto.cipher"),
        ("/crypto/kdf", json!("md5"), "not_supported", "keystore.crypto.kdf"),
        ("/crypto/kdfparams/prf", json!("hmac-sha1"), "not_supported", "keystore.crypto.kdfparams.prf"),
        ("/crypto/ciphertext", json!("00"), "invalid_request", "keystore.crypto"),
        ("/crypto/cipherparams/iv", json!("00"), "invalid_request", "keystore.crypto.cipherparams.iv"),
        ("/crypto/mac", json!("zz"), "invalid_request", "keystore.crypto.mac"),
        ("/crypto", json!(null), "invalid_request", "keystore.crypto"),
    ];
    for (path, value, code, field) in cases {
        let mut other = pbkdf2();
        *other.pointer_mut(path).unwrap() = value;
        assert_eq!(refused(&other, "testpassword"), (code, field.to_owned()), "{path}");
    }
    let mut twice = pbkdf2();
    twice["CRYPTO"] = json!({});
    assert_eq!(refused(&twice, "testpassword"), ("invalid_request", "keystore.crypto".into()));
    assert_eq!(refused(&json!([]), "x").1, "keystore");
}

/// Test vectors of BIP-39 (its first entropy) and the accounts that development chains are known for.
const ABANDON: &str =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const JUNK: &str = "test test test test test test test test test test test junk";

#[test]
fn mnemonics_give_the_addresses_that_everybody_knows() {
    let known = [
        (ABANDON, "", "m/44'/60'/0'/0/0", "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        (JUNK, "", "m/44'/60'/0'/0/0", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        (JUNK, "", "m/44h/60H/0'/0/1", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
    ];
    for (words, passphrase, path, address) in known {
        let key = Key::from_mnemonic(words, passphrase, path).unwrap();
        assert_eq!(address::to_text(&key.address()), address);
    }
    let spaced = ABANDON.replace(' ', " \t\n");
    for capitals in [ABANDON.to_uppercase(), ABANDON.replace("about", "About")] {
        let key = Key::from_mnemonic(&capitals, "", "m/44'/60'/0'/0/0").unwrap();
        assert_eq!(key.address(), Key::from_mnemonic(ABANDON, "", "m/44'/60'/0'/0/0").unwrap().address());
    }
    let same = Key::from_mnemonic(&spaced, "", "m/44'/60'/0'/0/0").unwrap();
    assert_eq!(address::to_text(&same.address()), known[0].3);
    // the same passphrase in two forms of Unicode
    let composed = Key::from_mnemonic(ABANDON, "\u{e9}", "m").unwrap();
    let apart = Key::from_mnemonic(ABANDON, "e\u{301}", "m").unwrap();
    assert_eq!(composed.address(), apart.address());
}

#[test]
fn wrong_words_are_refused_and_not_repeated() {
    let wrong = [
        ("", "mnemonic"),
        ("abandon", "mnemonic"),
        (&ABANDON.replace("about", "abandon"), "mnemonic"),
        (&ABANDON.replace("about", "sesame"), "mnemonic"),
        (&format!("{ABANDON} about"), "mnemonic"),
        (&"abandon ".repeat(100_000), "mnemonic"),
    ];
    for (words, field) in wrong {
        let error = Key::from_mnemonic(words, "", "m").err().unwrap();
        assert_eq!((error.code(), error.field()), ("invalid_request", field));
        assert!(!error.to_string().contains("sesame"));
    }
    let error = Key::from_mnemonic(ABANDON, &"x".repeat(5000), "m").err().unwrap();
    assert_eq!(error.field(), "passphrase");
    assert_eq!(Key::from_mnemonic(ABANDON, "", "44'/60'").err().unwrap().field(), "path");
}
