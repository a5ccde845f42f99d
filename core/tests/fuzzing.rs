//! Random input at every parser, from the corpus in `fuzz/corpus` and by mutation: nothing panics, what is accepted means
//! what it says, and memory and SQLite never differ.
//!
//! Each target runs for seconds in `make test` and for minutes in `make soak`. A failing input is printed; put it into the
//! corpus. `EARNEST_SEED=N` draws other mutations.

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

#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/cli.rs"]
mod cli;

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use earnest::currency::Currency;
use earnest::money::{Money, parse_amount};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Value, json};
use support::{Kind, Stage, soak};

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
        let until = Instant::now() + Duration::from_secs(u64::from(soak::rounds(4, 120)));
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
    let currencies = [("KRW", 0), ("USD", 2), ("USDC", 6), ("POL", 18)]
        .map(|(code, scale)| Currency::new(code, scale).unwrap());
    let mut accepted = 0_u64;
    while let Some(input) = fuzz.next() {
        let text = String::from_utf8_lossy(&input);
        for currency in currencies {
            let Ok(minor) = parse_amount(&text, currency) else { continue };
            accepted += 1;
            let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_ref()), |rest| (-1, rest));
            let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
            assert!(
                whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()),
                "{text:?} {currency:?}"
            );
            assert!(part.len() <= usize::from(currency.scale()), "{text:?} {currency:?}");
            let padded = format!("{whole}{part:0<width$}", width = usize::from(currency.scale()));
            assert_eq!(padded.parse::<i128>().map(|value| sign * value), Ok(minor), "{text:?} {currency:?}");
            let shown = Money::new(minor, currency).unwrap().amount_string();
            assert_eq!(parse_amount(&shown, currency).ok(), Some(minor), "{text:?} shown as {shown}");
        }
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
        let Ok(value) = serde_json::from_slice::<Value>(&input) else { continue };
        let Ok(text) = serde_json_canonicalizer::to_string(&value) else { continue };
        accepted += 1;
        let again: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(serde_json_canonicalizer::to_string(&again).unwrap(), text);
        let mut turned = value.clone();
        turn(&mut turned);
        assert_eq!(serde_json_canonicalizer::to_string(&turned).unwrap(), text, "order of members matters");
    }
    println!("{} inputs, {accepted} documents", fuzz.runs);
    assert!(accepted > 100);
}

/// Puts members in another order.
fn turn(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(turn),
        Value::Object(members) => {
            let old: Vec<_> = std::mem::take(members).into_iter().collect();
            let mut new = Map::new();
            for (name, mut value) in old.into_iter().rev() {
                turn(&mut value);
                new.insert(name, value);
            }
            *members = new;
        }
        _ => {}
    }
}

/// The runner of JSON Lines never panics, answers every line in order, and ends with one of its three codes.
#[test]
fn soak_fuzz_json_lines() {
    let mut fuzz = Fuzz::new("requests");
    let lines_of: Vec<Value> = fuzz.corpus.iter().map(|line| serde_json::from_slice(line).unwrap()).collect();
    let (mut lines, mut codes) = (0_usize, std::collections::BTreeMap::new());
    loop {
        let mut batch = Vec::new();
        for _ in 0..40 {
            // one line that is not JSON ends a run: most are requests that are bent
            let Some(mut input) = fuzz.next() else { break };
            if fuzz.below(60) > 0 {
                let place = fuzz.below(lines_of.len());
                let mut line = lines_of[place].clone();
                fuzz.bend(&mut line["args"], &[]);
                input = line.to_string().into_bytes();
            }
            batch.extend(input);
            batch.push(b'\n');
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
        let (code, said) = (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned());
        assert!(
            matches!(code, Some(0..=2)) && !said.contains("panicked"),
            "{code:?} {said} {:?}",
            String::from_utf8_lossy(&batch)
        );
        *codes.entry(code).or_insert(0_u32) += 1;
        for line in String::from_utf8(ran.stdout).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert!(line["ok"].is_boolean(), "{line}");
            lines += 1;
        }
    }
    println!("{} inputs, {lines} lines answered, runs by exit code: {codes:?}", fuzz.runs);
    assert!(lines > 50 && codes.len() > 1);
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

fn ids_of(reply: &Value, ids: &mut Vec<String>) {
    for pointer in ["/transfer/id", "/hold/id", "/deal/id", "/dispute/id"] {
        if let Some(id) =
            reply.pointer(pointer).and_then(Value::as_str).filter(|id| !ids.iter().any(|known| known == id))
        {
            ids.push(id.to_owned());
        }
    }
}

/// Requests bent at random, the same ones on memory and on SQLite: equal replies, refusals, details and states; none is
/// `corrupted` and none panics.
#[test]
fn soak_fuzz_requests_memory_against_sqlite() {
    let mut fuzz = Fuzz::new("requests");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut accepted, mut refused, mut rounds) = (0_u64, std::collections::BTreeMap::new(), 0_u64);
    let lines: Vec<Value> = fuzz.corpus.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect();
    runtime.block_on(async {
        while Instant::now() < fuzz.until {
            let stages = [Stage::open(Kind::Memory).await, Stage::open(Kind::Sqlite).await];
            let mut ids = Vec::new();
            for n in 0..60 {
                fuzz.runs += 1;
                let mut line = lines[fuzz.below(lines.len())].clone();
                let text = line.to_string();
                // ids of an earlier reply are named as the runner names them
                if let Some(id) = text.contains("\"$").then(|| ids.get(fuzz.below(ids.len()))).flatten() {
                    let id: &String = id;
                    for field in ["transfer", "hold", "deal", "dispute"] {
                        if line["args"][field].as_str().is_some_and(|name| name.starts_with('$')) {
                            line["args"][field] = id.as_str().into();
                        }
                    }
                }
                if line["args"].get("key").is_some() && fuzz.below(4) > 0 {
                    line["args"]["key"] = format!("k-{n}").into();
                }
                for _ in 0..fuzz.below(3) {
                    let mut args = line["args"].take();
                    fuzz.bend(&mut args, &ids);
                    line["args"] = args;
                }
                let (op, args) = (line["op"].as_str().unwrap_or_default().to_owned(), line["args"].clone());
                if op == "clock.advance" {
                    stages.iter().for_each(|stage| stage.advance("PT7M"));
                    continue;
                }
                let mut answers = Vec::new();
                for stage in &stages {
                    answers.push(match stage.call(&op, args.clone()).await {
                        Ok(reply) => Ok(reply),
                        Err(error) => {
                            let code = error.code().as_str();
                            assert!(
                                !matches!(code, "corrupted" | "outcome_unknown"),
                                "{op} {args}: {error:?}"
                            );
                            Err((code, error.details()))
                        }
                    });
                }
                if !matches!(op.as_str(), "admin.stats" | "admin.health") {
                    assert_eq!(answers[0], answers[1], "{op} {args}");
                }
                match &answers[0] {
                    Ok(reply) => {
                        accepted += 1;
                        ids_of(reply, &mut ids);
                    }
                    Err((code, _)) => *refused.entry(*code).or_insert(0_u64) += 1,
                }
            }
            assert_eq!(stages[0].state().await, stages[1].state().await);
            for stage in stages {
                stage.finish().await;
            }
            rounds += 1;
        }
    });
    println!("{} requests in {rounds} books, {accepted} accepted, refused: {refused:?}", fuzz.runs);
    assert!(accepted > 50 && refused.len() > 5, "{accepted} {refused:?}");
}
