//! Inputs that are bent at random: the corpus of a target as it is, then mutations of it.

use std::path::Path;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::soak;

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

/// Inputs of one target: its corpus, then mutations of it. Their number is the same on every machine.
pub(crate) struct Fuzz {
    draw: ChaCha8Rng,
    pub(crate) corpus: Vec<Vec<u8>>,
    /// How many there are at least.
    inputs: u64,
    /// `make fuzz` goes on for a time.
    until: Option<Instant>,
    pub(crate) runs: u64,
}

impl Fuzz {
    /// `brief` inputs, or `long` in `make soak`; in `make fuzz` for a time that the environment tells.
    pub(crate) fn new(target: &str, brief: u32, long: u32) -> Self {
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
        let until = told.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let inputs = u64::from(soak::rounds(brief, long));
        Self { draw: ChaCha8Rng::seed_from_u64(seed), corpus, inputs, until, runs: 0 }
    }

    /// Whether there are enough.
    pub(crate) fn is_over(&self) -> bool {
        self.runs >= self.inputs && self.until.is_none_or(|until| Instant::now() >= until)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw.next_u64() % bound.max(1) as u64).unwrap()
    }

    /// The next input: the corpus as it is first, then mutations of it.
    pub(crate) fn next(&mut self) -> Option<Vec<u8>> {
        if self.is_over() {
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

    /// A leaf of a request becomes something else.
    pub(crate) fn bend(&mut self, value: &mut Value, ids: &[String]) {
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
