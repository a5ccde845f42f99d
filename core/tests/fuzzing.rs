//! Random input at every parser, from the corpus in `fuzz/corpus` and by mutation: nothing panics, what is
//! accepted means what it says, and memory and SQLite never differ.
//!
//! Each target runs for seconds in `make test`, for a minute in `make fuzz` (which CI runs) and for two in
//! `make soak`. A failing input is printed; put it into the corpus. `EARNEST_SEED=N` draws other mutations.
//! The targets of cargo-fuzz in `fuzz/` run the same checks.

#![cfg(all(feature = "cli", feature = "sqlite"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking; the budget is one of time"
)]

mod support;

#[allow(dead_code, reason = "the targets in `fuzz/` use the rest")]
#[path = "fuzzing/checks.rs"]
mod checks;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/cli.rs"]
mod cli;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use checks::{Tally, Twins};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use support::soak;

/// Pieces that parsers stumble over.
const PIECES: [&str; 30] = [
    "",
    "0",
    "-",
    ".",
    "-0.00",
    "00",
    "1e9",
    "1_000",
    "+1",
    "１",
    "99999999999999999999999999999999999999",
    "0.000000000000000001",
    " ",
    "\u{0}",
    "\u{feff}",
    "é",
    "한",
    "\u{202e}",
    "null",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]]",
    ":",
    ",",
    "USD",
    "@world",
    "auto:",
];

struct Fuzz {
    draw: ChaCha8Rng,
    corpus: Vec<Vec<u8>>,
    until: Instant,
    runs: u64,
}

impl Fuzz {
    fn new(target: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let corpus: Vec<Vec<u8>> = files
            .iter()
            .flat_map(|file| {
                std::fs::read_to_string(file)
                    .unwrap()
                    .lines()
                    .map(|line| line.as_bytes().to_vec())
                    .collect::<Vec<_>>()
            })
            .collect();
        assert!(corpus.len() > 3, "{}", folder.display());
        let seed = std::env::var("EARNEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
        let told = std::env::var("EARNEST_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
        let seconds = told.unwrap_or_else(|| u64::from(soak::rounds(4, 120)));
        let until = Instant::now() + Duration::from_secs(seconds);
        Self { draw: ChaCha8Rng::seed_from_u64(seed), corpus, until, runs: 0 }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw.next_u64() % bound.max(1) as u64).unwrap()
    }

    /// The next input: the corpus as it is first, then mutations of it.
    fn next(&mut self) -> Option<Vec<u8>> {
        if Instant::now() >= self.until {
            return None;
        }
        let place = usize::try_from(self.runs).unwrap();
        self.runs += 1;
        if let Some(whole) = self.corpus.get(place) {
            return Some(whole.clone());
        }
        let place = self.below(self.corpus.len());
        let mut input = self.corpus[place].clone();
        for _ in 0..=self.below(4) {
            self.mutate(&mut input);
        }
        Some(input)
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        match self.below(5) {
            0 if !input.is_empty() => {
                let (at, bit) = (at.min(input.len() - 1), self.below(8));
                input[at] ^= 1 << bit;
            }
            1 => {
                let end = (at + self.below(6)).min(input.len());
                input.drain(at..end);
            }
            2 => {
                let other = self.below(self.corpus.len());
                let other = self.corpus[other].clone();
                let from = self.below(other.len() + 1);
                input.splice(at.., other[from..].iter().copied());
            }
            _ => {
                let piece = PIECES[self.below(PIECES.len())];
                input.splice(at..at, piece.bytes());
            }
        }
        input.truncate(4_096);
    }
}

/// What is accepted is digits, says what it means, and comes back the same.
#[test]
fn soak_fuzz_money() {
    let mut fuzz = Fuzz::new("money");
    let mut accepted = 0;
    while let Some(input) = fuzz.next() {
        accepted += checks::money(&String::from_utf8_lossy(&input));
    }
    println!("{} inputs, {accepted} accepted", fuzz.runs);
    assert!(accepted > 100);
}

/// Canonical JSON is canonical: the same for what is equal, and its own canonical form.
#[test]
fn soak_fuzz_canonical_json() {
    let mut fuzz = Fuzz::new("canonical");
    let mut accepted = 0_u64;
    while let Some(input) = fuzz.next() {
        accepted += u64::from(checks::canonical(&input));
    }
    println!("{} inputs, {accepted} documents", fuzz.runs);
    assert!(accepted > 100);
}

/// Every operation is in the corpus of requests: what is not there is hardly ever reached by mutation.
#[test]
fn every_operation_is_in_the_corpus() {
    let corpus = Fuzz::new("requests").corpus;
    let lines = corpus.iter().map(|line| serde_json::from_slice::<Value>(line).unwrap());
    let named: BTreeSet<String> = lines.map(|line| line["op"].as_str().unwrap().to_owned()).collect();
    let operations = earnest::OPERATIONS.iter().map(|info| info.name);
    let missing: Vec<_> = operations.filter(|name| !named.contains(*name)).collect();
    assert!(missing.is_empty(), "no line of the corpus calls {missing:?}");
}

/// The runner of JSON Lines never panics, answers every line in order, or those before the first that is
/// malformed, and ends with one of its three codes.
#[test]
fn soak_fuzz_json_lines() {
    let mut fuzz = Fuzz::new("requests");
    let lines_of: Vec<Value> = fuzz.corpus.iter().map(|line| serde_json::from_slice(line).unwrap()).collect();
    let (mut lines, mut codes) = (0, BTreeMap::new());
    loop {
        let mut batch = Vec::new();
        for place in 0..40 {
            // one line that is not JSON ends a run: most are requests that are bent
            let Some(mut input) = fuzz.next() else { break };
            if fuzz.below(60) > 0 {
                let place = fuzz.below(lines_of.len());
                let mut line = lines_of[place].clone();
                // without members it could only become what is no request
                if line["args"].as_object().is_some_and(|args| !args.is_empty()) {
                    fuzz.bend(&mut line["args"], &[]);
                }
                input = line.to_string().into_bytes();
            }
            batch.extend(input);
            batch.push(b'\n');
            // what nobody else is answered: it tells the order
            if place % 4 == 0 {
                let line = json!({ "op": probe(count_lines(&batch)), "expect": "invalid_request" });
                batch.extend(format!("{line}\n").bytes());
            }
        }
        if batch.is_empty() {
            break;
        }
        let mut command = cli::command(&["run", "-", "--json", "--test-clock"]);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // a malformed line ends the run before it has read to the end
        let _ = child.stdin.take().unwrap().write_all(&batch);
        let ran = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        let what = format!("{:?} {said} {:?}", ran.status.code(), String::from_utf8_lossy(&batch));
        assert!(!said.contains("panicked"), "{what}");
        lines += answered(ran.status.code(), &said, (&batch, &ran.stdout), &what);
        *codes.entry(ran.status.code()).or_insert(0_u32) += 1;
    }
    println!("{} inputs, {lines} lines answered, runs by exit code: {codes:?}", fuzz.runs);
    let runs: u32 = codes.values().sum();
    // few runs end otherwise than with a line that is no request: a loaded machine may see none of them
    assert!(lines > 50 && (codes.len() > 1 || runs < 200));
}

/// An operation that there is not, named by the place of its line.
fn probe(place: usize) -> String {
    format!("probe.{place}")
}

fn count_lines(input: &[u8]) -> usize {
    input.split_inclusive(|byte| *byte == b'\n').count()
}

/// One answer a line and in their order, up to the end or to the line that is malformed; says how many.
fn answered(code: Option<i32>, said: &str, (asked, heard): (&[u8], &[u8]), what: &str) -> usize {
    let heard: Vec<Value> = serde_json::Deserializer::from_slice(heard)
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|error| panic!("{error}: {what}")))
        .collect();
    let asked: Vec<&[u8]> = asked.split_inclusive(|byte| *byte == b'\n').collect();
    let blank = asked.last().is_some_and(|line| line.iter().all(u8::is_ascii_whitespace));
    let right = match code {
        // an empty line may end the file, and is not answered
        Some(0 | 1) => asked.len() - usize::from(blank),
        Some(2) => {
            let number = |rest: &str| rest.split(',').next()?.parse::<usize>().ok();
            let malformed = said.split("is malformed in line ").nth(1).and_then(number);
            malformed.unwrap_or_else(|| panic!("it does not say where: {what}")) - 1
        }
        _ => panic!("{what}"),
    };
    assert_eq!(heard.len(), right, "{what}");
    for (place, (line, answer)) in asked.iter().zip(&heard).enumerate() {
        assert!(answer["ok"].is_boolean(), "{answer}");
        let probed = serde_json::from_slice::<Value>(line).is_ok_and(|line| line["op"] == probe(place));
        let told = answer.to_string().contains(&format!("`{}`", probe(place)));
        assert_eq!(told, probed, "line {place} has the answer {answer}: {what}");
    }
    heard.len()
}

impl Fuzz {
    /// A leaf of a request becomes something else.
    fn bend(&mut self, value: &mut Value, ids: &[String]) {
        match value {
            Value::Object(members) if !members.is_empty() && self.below(5) > 0 => {
                let place = self.below(members.len());
                if let Some(value) = members.values_mut().nth(place) {
                    self.bend(value, ids);
                }
            }
            Value::Array(items) if !items.is_empty() && self.below(5) > 0 => {
                let place = self.below(items.len());
                self.bend(&mut items[place], ids);
            }
            Value::Object(members) if self.below(2) == 0 => {
                let name =
                    ["reference", "metadata", "unknown", "actor", "expected_version", "key"][self.below(6)];
                members.insert(name.to_owned(), json!(PIECES[self.below(PIECES.len())]));
            }
            leaf => {
                *leaf = match self.below(8) {
                    0 => Value::Null,
                    1 => json!(self.below(3)),
                    2 => json!([leaf.clone()]),
                    3 => json!({ "amount": PIECES[self.below(PIECES.len())], "currency": "USD" }),
                    4 => json!(format!("{}.{:02} USD", self.below(90), self.below(100))),
                    5 if !ids.is_empty() => json!(ids[self.below(ids.len())]),
                    6 => json!(["alice", "bob", "@fees", "shop"][self.below(4)]),
                    _ => json!(PIECES[self.below(PIECES.len())]),
                }
            }
        }
    }
}

/// What was asked of a store so far: it is told when what follows from it is wrong.
#[derive(Default)]
struct Trail(Vec<String>);

impl Drop for Trail {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it was asked:\n{}", self.0.join("\n"));
        }
    }
}

/// Requests bent at random, the same ones on memory and on SQLite: equal replies, refusals, details and
/// states; none is `corrupted` and none panics.
#[test]
fn soak_fuzz_requests_memory_against_sqlite() {
    let mut fuzz = Fuzz::new("requests");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut tally, mut rounds) = (Tally::default(), 0_u64);
    let lines: Vec<Value> = fuzz.corpus.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect();
    runtime.block_on(async {
        while Instant::now() < fuzz.until {
            // stores of their own: some operations are about all books
            let twins = Twins::open().await;
            let (mut ids, mut trail) = (Vec::new(), Trail::default());
            for n in 0..60 {
                fuzz.runs += 1;
                let line = fuzz.request(&lines, n, &ids);
                let op = line["op"].as_str().unwrap_or_default();
                trail.0.push(line.to_string());
                if op == "clock.advance" {
                    twins.advance();
                    continue;
                }
                let answer = checks::call(&twins.engines, op, &line["args"]).await;
                tally.add(&answer);
                if let Ok(reply) = &answer {
                    checks::ids_of(reply, &mut ids);
                }
            }
            checks::same_state(&twins.engines).await;
            rounds += 1;
        }
    });
    println!("{} requests in {rounds} stores, {tally:?}", fuzz.runs);
    assert!(tally.accepted > 50 && tally.refused.len() > 5, "{tally:?}");
}

impl Fuzz {
    /// A request of the corpus, bent, with ids of earlier replies.
    fn request(&mut self, lines: &[Value], number: usize, ids: &[String]) -> Value {
        let mut line = lines[self.below(lines.len())].clone();
        if !ids.is_empty() && line.to_string().contains("\"$") {
            let id = ids[self.below(ids.len())].clone();
            checks::name_ids(&mut line, &id);
        }
        if line["args"].get("key").is_some() && self.below(4) > 0 {
            line["args"]["key"] = format!("k-{number}").into();
        }
        for _ in 0..self.below(3) {
            let mut args = line["args"].take();
            self.bend(&mut args, ids);
            line["args"] = args;
        }
        line
    }
}
