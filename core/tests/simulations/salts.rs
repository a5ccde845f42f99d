//! No salt is drawn twice: over processes that fork and processes that start again.
//!
//! Each process is this test binary again, running the test `drawer` alone: a process with threads must not
//! fork.

#![cfg(unix)]

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use earnest::env::{Env, Seeds};
use earnest::vault::seal::{Place, SealingKey};
use fork::Fork;

use crate::support::soak;

/// How often a process forks, and how many processes there are one after another.
const FORKS: usize = 8;
const STARTS: usize = 4;

/// Names the folder for what was drawn, how many values each process seals, and whether it counts in place of
/// drawing.
const TOLD: [&str; 3] = ["EARNEST_SALTS_FOLDER", "EARNEST_SALTS_EACH", "EARNEST_SALTS_COUNTED"];

const PLACE: Place<'_> = Place { book: "main", table: "value", subject: "u-1", field: "email", version: 1 };

/// Where the salt of a value that was sealed with the key `k-1` is.
const SALT: std::ops::Range<usize> = 5..37;

/// Seals values, and writes down the salts, and after them ids and secrets from the same source.
fn draw(env: &Env, each: usize, file: &Path) {
    let key = SealingKey::new("k-1", &[7; 32]).unwrap();
    let mut drawn = Vec::with_capacity((each + 3) * 32);
    for _ in 0..each {
        let sealed = key.seal(env, &PLACE, b"alice@example.com").unwrap();
        drawn.extend_from_slice(&sealed[SALT]);
    }
    drawn.extend_from_slice(&*env.secret());
    for id in [env.commit(), env.store_id(), env.seed().ids().uuid(), env.seed().ids().uuid()] {
        // the last 8 bytes: those before tell the time
        drawn.extend_from_slice(&[&id.as_bytes()[8..], &[0; 8]].concat());
    }
    std::fs::write(file, drawn).unwrap();
}

#[test]
#[ignore = "not a test: what other tests start as a process of its own"]
fn drawer() {
    let Ok(folder) = std::env::var(TOLD[0]) else { return };
    let each: usize = std::env::var(TOLD[1]).unwrap().parse().unwrap();
    let is_counted = std::env::var(TOLD[2]).unwrap() == "true";
    let env = if is_counted { Env::test("2026-01-01T00:00:00Z".parse().unwrap(), 1) } else { Env::default() };
    assert!(is_counted || matches!(env.seeds, Seeds::System));
    let file = |name: usize| Path::new(&folder).join(name.to_string());
    // whatever the process keeps for drawing is there before it forks
    draw(&env, 10, &file(FORKS + 1));
    let mut children = Vec::new();
    for child in 0..FORKS {
        match fork::fork().unwrap() {
            Fork::Parent(pid) => children.push(pid),
            Fork::Child => {
                draw(&env, each, &file(child));
                std::process::exit(0);
            }
        }
    }
    draw(&env, each, &file(FORKS));
    for child in children {
        assert_eq!(fork::waitpid(child).unwrap(), 0, "a forked process failed");
    }
}

/// Runs processes one after another; answers how many pieces of 32 bytes they drew, and how many of them were
/// there before.
fn drawn(each: usize, is_counted: bool) -> (usize, usize) {
    let (mut seen, mut again) = (HashSet::<[u8; 32]>::new(), 0);
    for _ in 0..STARTS {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "salts::drawer", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(TOLD[0], folder.path()).env(TOLD[1], each.to_string());
        command.env(TOLD[2], is_counted.to_string());
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        for file in 0..FORKS + 2 {
            let bytes = std::fs::read(folder.path().join(file.to_string())).unwrap();
            let (pieces, rest) = bytes.as_chunks::<32>();
            assert!(rest.is_empty());
            again += pieces.iter().filter(|piece| !seen.insert(**piece)).count();
        }
    }
    (seen.len() + again, again)
}

/// A salt that came twice would be a key that is used twice. The ids and secrets that are drawn beside them
/// are new in each process too.
#[test]
fn soak_museum_28_no_salt_is_drawn_twice_over_forks_and_restarts() {
    let seals = soak::rounds(20_000, 1_000_000);
    let each = usize::try_from(seals).unwrap().div_ceil(STARTS * (FORKS + 1));
    let (drawn, again) = drawn(each, false);
    println!("{drawn} pieces drawn by {} processes, {again} twice", STARTS * (FORKS + 1));
    assert!(drawn > usize::try_from(seals).unwrap());
    assert_eq!(again, 0);
}

/// A counter in memory goes into a fork and repeats, and the test above would see that.
#[test]
fn counters_that_go_into_a_fork_are_found() {
    let (drawn, again) = drawn(10, true);
    assert!(again > drawn / 2, "{again} of {drawn}");
}
