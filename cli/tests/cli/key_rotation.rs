//! Keys of the vault and of PINs as operators change them: rotated by processes that are killed, and dropped
//! only when nothing needs them.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use earnest::keyring::{Keyring, Purpose};
use serde_json::{Value, json};

use crate::cli::{self, Ran};
use crate::{postgres, soak};

/// A store, and a folder for keyrings.
pub(crate) struct Place {
    pub(crate) url: String,
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { url: format!("sqlite:{}", folder.path().join("money.db").display()), folder }
    }

    pub(crate) fn postgres() -> Self {
        Self { url: postgres::database(), folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command with the store and a keyring.
    pub(crate) fn command(&self, keyring: &Path, args: &[&str]) -> Command {
        let mut command = cli::command(args);
        command.args(["--store", &self.url]);
        command.env("EARNEST_KEYRING", format!("file:{}", keyring.display()));
        command
    }

    pub(crate) fn earnest(&self, keyring: &Path, args: &[&str]) -> Ran {
        cli::run(&mut self.command(keyring, args), "")
    }

    /// The replies to calls in a book; `null` for what was refused.
    pub(crate) fn replies(&self, keyring: &Path, book: &str, calls: &[Value]) -> Vec<Value> {
        let mut command = self.command(keyring, &["run", "-", "--json", "--book", book]);
        let ran = cli::run(&mut command, &lines(calls));
        let replies: Vec<Value> = ran.lines().into_iter().map(|mut line| line["reply"].take()).collect();
        assert_eq!(replies.len(), calls.len(), "{ran:?}");
        replies
    }
}

pub(crate) fn lines(calls: &[Value]) -> String {
    calls.iter().map(|call| format!("{call}\n")).collect()
}

pub(crate) fn put(subject: &str) -> Value {
    json!({ "op": "vault.put", "args": { "subject": subject, "name": "email", "value": of(subject) } })
}

pub(crate) fn reveal(subject: &str) -> Value {
    json!({ "op": "vault.reveal", "args": { "subject": subject, "name": "email" } })
}

pub(crate) fn of(subject: &str) -> String {
    format!("{subject}@example.com")
}

pub(crate) fn rotate() -> Value {
    json!({ "op": "vault.rotate", "args": {} })
}

pub(crate) fn newest(keyring: &Path, purpose: Purpose) -> String {
    Keyring::of_file("keyring", keyring).unwrap().newest(purpose).unwrap().kid().to_owned()
}

pub(crate) fn has(keyring: &Path, kid: &str) -> bool {
    std::fs::read_to_string(keyring).unwrap().contains(kid)
}

pub(crate) fn refused(ran: &Ran, code: i32, words: &[&str]) {
    assert!(ran.code == code && words.iter().all(|word| ran.err.contains(word)), "{words:?}: {ran:?}");
}

fn dropped_only_when_nothing_needs_it(place: &Place) {
    let ring = place.file("keys.json");
    let shown = ring.to_str().unwrap();
    assert_eq!(cli::earnest(&["keygen", "--out", shown]).code, 0);
    let (kek, pepper) = (newest(&ring, Purpose::Vault), newest(&ring, Purpose::Pins));
    let pin = |op: &str| json!({ "op": op, "args": { "subject": "alice", "pin": "470815" } });
    let made = place.replies(&ring, "main", &[put("alice"), pin("credentials.set_pin")]);
    assert!(made.iter().all(|reply| !reply.is_null()), "{made:?}");
    place.replies(&ring, "other", &[put("bob")]);
    let drop = |kid: &str| place.earnest(&ring, &["keygen", "--drop", kid]);

    for kid in [&kek, &pepper] {
        refused(&drop(kid), 2, &["--drop", "current key"]);
    }
    refused(&drop(&newest(&ring, Purpose::Index)), 2, &["--drop", "no successor"]);
    refused(&drop("kek-0000000000000000"), 1, &["no key with this id"]);
    let receipts = Keyring::of_file("keyring", &ring).unwrap().public_keys().keys[0].kid.clone();
    refused(&drop(&receipts), 2, &["--drop", "receipts"]);
    refused(&cli::earnest(&["keygen", "--drop", &kek, "--store", &place.url]), 2, &["EARNEST_KEYRING"]);

    // a keyring without a key that is in use: said when the store is opened, and critical
    let (foreign, before) = (place.file("foreign.json"), std::fs::read_to_string(&ring).unwrap());
    assert_eq!(cli::earnest(&["keygen", "--out", foreign.to_str().unwrap()]).code, 0);
    let opened = place.earnest(&foreign, &["health", "--log", "warn"]);
    let index = newest(&ring, Purpose::Index);
    assert!(opened.code == 1 && opened.out.contains(&index) && opened.err.contains(&index), "{opened:?}");

    assert_eq!(cli::earnest(&["keygen", "--rotate", shown]).code, 0);
    refused(&drop(&kek), 1, &[&kek, "`main`", "vault.rotate"]);
    assert_eq!(place.replies(&ring, "main", &[rotate()])[0]["remaining"], 0);
    refused(&drop(&kek), 1, &[&kek, "`other`", "vault.rotate"]);
    assert_eq!(place.replies(&ring, "other", &[rotate()])[0]["remaining"], 0);
    refused(&drop(&pepper), 1, &[&pepper, "1 PINs"]);
    // a right PIN is hashed anew
    assert_eq!(place.replies(&ring, "main", &[pin("credentials.verify_pin")])[0]["verified"], true);

    let elsewhere = place.file("without.json");
    let ran = place.earnest(&ring, &["keygen", "--drop", &kek, "--out", elsewhere.to_str().unwrap()]);
    assert!(ran.code == 0 && has(&ring, &kek) && !has(&elsewhere, &kek), "{ran:?}");
    // a keyring that is no file is printed
    let text = std::fs::read_to_string(&ring).unwrap();
    let mut printed = place.command(&ring, &["keygen", "--drop", &kek]);
    let printed = cli::run(printed.env("EARNEST_KEYRING", &text), "");
    assert_eq!(printed.out, std::fs::read_to_string(&elsewhere).unwrap(), "{printed:?}");
    for kid in [&kek, &pepper] {
        let ran = place.earnest(&ring, &["keygen", "--drop", kid, "--json"]);
        assert_eq!(ran.document(), json!({ "written": shown, "dropped": kid }));
        assert!(!has(&ring, kid));
    }
    assert!(before.contains(&kek), "the key that was dropped");
    let after = place.replies(&ring, "main", &[reveal("alice"), pin("credentials.verify_pin")]);
    assert!(after[0]["value"] == of("alice") && after[1]["verified"] == true, "{after:?}");
    assert_eq!(place.replies(&ring, "other", &[reveal("bob")])[0]["value"], of("bob"));
    assert_eq!(place.earnest(&ring, &["health"]).code, 0);
}

#[test]
fn a_key_is_dropped_only_when_nothing_needs_it() {
    for place in [Place::sqlite(), Place::postgres()] {
        dropped_only_when_nothing_needs_it(&place);
    }
}

/// A process that makes calls, while others do.
fn begun(mut command: Command, calls: &[Value]) -> std::process::Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // who was killed reads nothing
    let _ = child.stdin.take().unwrap().write_all(lines(calls).as_bytes());
    child
}

/// The subjects whose values a writer kept; how many puts were refused.
fn kept(writer: std::process::Child, subjects: &[String]) -> (Vec<String>, usize) {
    let output = String::from_utf8(writer.wait_with_output().unwrap().stdout).unwrap();
    let (mut kept, mut refused) = (Vec::new(), 0);
    for (subject, line) in subjects.iter().zip(output.lines()) {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["ok"] == true {
            kept.push(subject.clone());
        } else {
            assert_eq!(line["error"]["code"], "key_not_found", "{line}");
            refused += 1;
        }
    }
    assert_eq!(kept.len() + refused, subjects.len(), "every put was answered: {output}");
    (kept, refused)
}

/// Two processes put values, one with the old keyring, while a third rotates and is killed at one of its
/// system calls, a later one in each round. Then the key is dropped, and everything opens without it.
fn rotated_by_processes(place: &Place, call: &str) {
    let (ring, old) = (place.file("keys.json"), place.file("old.json"));
    let shown = ring.to_str().unwrap();
    assert_eq!(cli::earnest(&["keygen", "--out", shown]).code, 0);
    let mut all: Vec<String> = (0..120).map(|n| format!("u-{n}")).collect();
    place.replies(&ring, "main", &all.iter().map(|subject| put(subject)).collect::<Vec<_>>());
    let (mut kills, mut refusals, mut left) = (0, 0, 0);
    let rounds = soak::rounds(3, 200);
    for round in 0..rounds {
        if round % 20 == 0 {
            println!("`{call}`: {round} of {rounds} rounds, {kills} rotations killed");
        }
        let kid = newest(&ring, Purpose::Vault);
        std::fs::copy(&ring, &old).unwrap();
        assert_eq!(cli::earnest(&["keygen", "--rotate", shown]).code, 0);

        let names = |who: &str| (0..8).map(|n| format!("{who}-{round}-{n}")).collect::<Vec<_>>();
        let (behind, ahead) = (names("old"), names("new"));
        let run = ["run", "-", "--json"];
        let puts = |subjects: &[String]| subjects.iter().map(|subject| put(subject)).collect::<Vec<_>>();
        let writers = [
            begun(place.command(&old, &run), &puts(&behind)),
            begun(place.command(&ring, &run), &puts(&ahead)),
        ];
        let rotating = place.command(&ring, &run);
        let mut killed = Command::new("strace");
        // 61 has no common factor with 24: each place of its turn is met, in no order
        let at = 10 + round * 24 % 61;
        killed.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
        killed.args(["-e", &format!("inject={call}:signal=KILL:when={at}")]);
        killed.arg(rotating.get_program()).args(rotating.get_args());
        cli::without_settings(&mut killed).env("EARNEST_KEYRING", format!("file:{shown}"));
        let ended = begun(killed, &[rotate()]).wait_with_output().unwrap();
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("strace: "), "{ended:?}");
        kills += u32::from(ended.status.signal() == Some(9));

        let before = all.len();
        for (writer, subjects) in writers.into_iter().zip([&behind, &ahead]) {
            let (kept, refused) = kept(writer, subjects);
            assert!(refused == 0 || subjects == &behind, "a newer keyring has every key");
            all.extend(kept);
            refusals += refused;
        }
        let done = &place.replies(&ring, "main", &[rotate()])[0];
        assert_eq!(done["remaining"], 0, "round {round}: {done}");
        left += u32::from(done["rewrapped"] != 0);
        let ran = place.earnest(&ring, &["keygen", "--drop", &kid]);
        assert!(ran.code == 0 && !has(&ring, &kid), "round {round}: {ran:?}");
        let fresh = &all[before..];
        let opened = place.replies(&ring, "main", &fresh.iter().map(|one| reveal(one)).collect::<Vec<_>>());
        for (subject, opened) in fresh.iter().zip(opened) {
            assert_eq!(opened["value"], of(subject), "round {round}");
        }
    }
    let opened = place.replies(&ring, "main", &all.iter().map(|one| reveal(one)).collect::<Vec<_>>());
    for (subject, opened) in all.iter().zip(&opened) {
        assert_eq!(opened["value"], of(subject));
    }
    let key = newest(&ring, Purpose::Vault);
    let keys = &place.replies(&ring, "main", &[json!({ "op": "vault.keys", "args": {} })])[0]["items"];
    let wraps =
        json!({ "key_id": key, "purpose": "vault", "primary": true, "wraps": all.len(), "missing": false });
    assert_eq!((&keys[0], &keys[1]["purpose"], &keys[2]), (&wraps, &json!("index"), &Value::Null));
    assert_eq!(place.earnest(&ring, &["verify"]).code, 0);
    println!(
        "{kills} rotations killed at `{call}`, {left} finished by the next; {} values open, {refusals} refused",
        all.len()
    );
    assert!(kills > 0, "nobody was killed");
}

#[test]
fn soak_keys_are_rotated_by_processes_on_sqlite() {
    rotated_by_processes(&Place::sqlite(), "pwrite64");
}

#[test]
fn soak_keys_are_rotated_by_processes_on_postgres() {
    rotated_by_processes(&Place::postgres(), "sendto");
}
