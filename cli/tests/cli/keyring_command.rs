//! A keyring that a program prints, as the command line has it: run without a shell, and never shown.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use earnest::keyring::Keyring;

use crate::cli::{self, Ran};
use crate::key_rotation::{Place, lines, put, reveal};

/// A text that no output may show.
const MARKED: &str = "5ec4e7a1";

fn script(place: &Place, name: &str, text: &str) -> String {
    let path = place.file(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
    path.display().to_string()
}

fn with(place: &Place, command: &str, args: &[&str]) -> Command {
    let mut earnest = cli::command(args);
    earnest.args(["--store", &place.url]).env("EARNEST_KEYRING_COMMAND", command);
    earnest
}

fn refused(ran: &Ran, expected: &str) {
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("EARNEST_KEYRING_COMMAND") && ran.err.contains(expected), "{ran:?}: {expected}");
    assert!(!format!("{ran:?}").contains(MARKED), "{ran:?}");
}

#[test]
fn a_program_prints_the_keyring() {
    let place = Place::sqlite();
    let file = place.file("keys.json");
    let shown = file.display().to_string();
    assert_eq!(cli::run(&mut cli::command(&["keygen", "--out", &shown]), "").code, 0);
    // a program and its argument; a shell would take the rest for another command
    for command in [
        format!("cat {shown}"),
        format!("  cat   {shown} "),
        script(&place, "keys", &format!("exec cat '{shown}'")),
    ] {
        let calls = lines(&[put("u-1"), reveal("u-1")]);
        let ran = cli::run(&mut with(&place, &command, &["run", "-", "--json"]), &calls);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.lines()[1]["reply"]["value"], "u-1@example.com");
    }
    let made = place.file("made");
    let command = format!("cat {shown} ; touch {}", made.display());
    refused(&cli::run(&mut with(&place, &command, &["health"]), ""), "the program failed");
    assert!(!made.exists(), "no shell reads it");
    // what opens no store asks nobody
    assert_eq!(cli::run(&mut with(&place, "false", &["operations"]), "").code, 0);
}

#[test]
fn what_a_program_does_wrong_is_said_without_a_word_of_it() {
    let place = Place::sqlite();
    let ran = cli::run(&mut cli::command(&["migrate", "--store", &place.url]), "");
    assert_eq!(ran.code, 0, "{ran:?}");
    let absent = place.file("absent").display().to_string();
    for (command, expected) in [
        (absent, "could not be started"),
        (script(&place, "fails", &format!("echo {MARKED}; echo {MARKED} >&2; exit 3")), "the program failed"),
        (script(&place, "speaks", &format!("echo {MARKED} >&2")), "must be a keyring"),
        (script(&place, "garbage", &format!("echo {MARKED}")), "must be a keyring"),
        (script(&place, "bytes", "printf '\\377'"), "is no text"),
        (script(&place, "long", "head -c 300000 /dev/zero"), "more than a keyring has"),
    ] {
        refused(&cli::run(&mut with(&place, &command, &["health"]), ""), expected);
    }
    refused(&cli::run(&mut with(&place, " ", &["health"]), ""), "must name a program");
    let mut both = with(&place, "true", &["health"]);
    let text = Keyring::for_tests().to_text();
    refused(&cli::run(both.env("EARNEST_KEYRING", text.as_str()), ""), "only one");
}

#[test]
fn a_sealed_keyring_is_refused_by_name() {
    let place = Place::sqlite();
    let ring = Keyring::for_tests();
    let sealed = ring.seal(&earnest::env::Env::default(), "alias/till", b"w", &[7; 32]).unwrap();
    let path = place.file("keys.json");
    std::fs::write(&path, sealed).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    let ran = place.earnest(Path::new(&path), &["health"]);
    assert!(ran.code == 2 && ran.err.contains("is sealed by `alias/till`"), "{ran:?}");
}
