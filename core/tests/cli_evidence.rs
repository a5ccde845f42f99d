//! Keys and evidence on the command line: keygen, receipts of a run, history, dossier.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/cli.rs"]
mod cli;

use cli::{command, earnest, run};
use earnest::keyring::Keyring;
use serde_json::{Value, json};

fn kids(text: &str) -> Vec<String> {
    Keyring::parse("keyring", text).unwrap().public_keys().keys.into_iter().map(|key| key.kid).collect()
}

#[test]
fn keys_are_made_and_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let file = path.to_str().unwrap();
    let (one, two) = (earnest(&["keygen"]), earnest(&["keygen", "--json"]));
    assert_eq!((one.code, two.code), (0, 0), "{one:?} {two:?}");
    assert_eq!(two.out.lines().count(), 1, "one document a line");
    assert_ne!(kids(&one.out), kids(&two.out));

    let ran = earnest(&["keygen", "--out", file, "--json"]);
    let document = ran.document();
    let first = std::fs::read_to_string(&path).unwrap();
    assert_eq!((&document["written"], ran.code), (&json!(file), 0));
    assert_eq!(document["public_keys"]["keys"][0]["kid"], kids(&first)[0]);
    assert!(!ran.out.contains("secret"), "{}", ran.out);
    let again = earnest(&["keygen", "--out", file]);
    assert!(again.code == 1 && again.err.contains("never overwritten"), "{again:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);

    let ran = earnest(&["keygen", "--rotate", file]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let second = std::fs::read_to_string(&path).unwrap();
    assert!(ran.out.contains(&kids(&second)[0]), "{}", ran.out);
    assert_eq!(kids(&second)[1..], kids(&first)[..], "the old key checks on");
    let elsewhere = folder.path().join("third.json");
    assert_eq!(earnest(&["keygen", "--rotate", file, "--out", elsewhere.to_str().unwrap()]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), second, "another file was named");
    #[cfg(unix)]
    for path in [&path, &elsewhere] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left over");
}

#[test]
fn a_keyring_that_cannot_be_read_is_refused_by_name() {
    let absent = earnest(&["keygen", "--rotate", "no-such-file"]);
    assert!(absent.code == 1 && absent.err.contains("--rotate"), "{absent:?}");
    let secret = "5eC4e7".repeat(10);
    let ran = run(command(&["operations"]).env("EARNEST_KEYRING", &secret), "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("EARNEST_KEYRING") && !ran.err.contains(&secret), "{}", ran.err);
}

fn lines(list: &[Value]) -> String {
    list.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_run_signs_with_its_keyring_and_else_says_how_to_get_one() {
    let input = lines(&[
        json!({ "op": "ledger.top_up", "args": { "account": "a", "amount": "1.00 USD", "key": "k" }, "as": "top" }),
        json!({ "op": "receipts.get", "args": { "receipt": "$top.transfer.id" }, "as": "paper" }),
        json!({ "op": "receipts.verify", "args": { "receipt": "$paper" } }),
    ]);
    let without = run(&mut command(&["run", "-"]), &input);
    let error = &without.lines()[1]["error"];
    assert_eq!((without.code, &error["code"]), (1, &json!("key_not_found")));
    assert!(error["message"].as_str().unwrap().contains("earnest keygen"), "{error}");
    let made = earnest(&["keygen"]).out;
    for (keyring, flag) in [(Some(&made), None), (None, Some("--test-clock"))] {
        let mut ran = command(&["run", "-"]);
        ran.args(flag);
        if let Some(text) = keyring {
            ran.env("EARNEST_KEYRING", text);
        }
        let ran = run(&mut ran, &input);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.lines()[2]["reply"]["valid"], true);
    }
}
