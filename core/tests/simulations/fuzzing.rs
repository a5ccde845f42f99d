//! Random input at every parser, from the corpus in `fuzz/corpus` and by mutation: nothing panics, what is
//! accepted means what it says, and memory and SQLite never differ.
//!
//! Each target has a number of inputs, few in `make test` and many in `make soak`: what it must have met does
//! not depend on the machine. `make fuzz` goes on for a minute. A failing input is printed;
//! put it into the corpus. `EARNEST_SEED=N` draws other mutations.
//! The targets of cargo-fuzz in `fuzz/` run the same checks. `cli/tests/cli/fuzzing.rs` does it to
//! `earnest run`. What gateways and nodes send is in `fuzzing/answers.rs`.

#![cfg(feature = "sqlite")]

#[cfg(all(feature = "chain", feature = "gateways"))]
mod answers;
#[cfg(all(feature = "chain", feature = "gateways"))]
mod bent;
#[cfg(all(feature = "chain", feature = "gateways"))]
mod chain_checks;
#[allow(dead_code, reason = "the targets in `fuzz/` use the rest")]
mod checks;
mod mutation;
#[cfg(all(feature = "chain", feature = "gateways"))]
mod reply_checks;
#[cfg(all(feature = "chain", feature = "gateways"))]
mod webhook_checks;

use std::collections::BTreeSet;

use checks::{Tally, Twins};
use mutation::Fuzz;
use serde_json::Value;

use crate::support::soak;

/// An accepted amount is digits, says what it means, and comes back the same.
#[test]
fn soak_fuzz_money() {
    let mut fuzz = Fuzz::new("money", 20_000, 2_000_000);
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
    let mut fuzz = Fuzz::new("canonical", 20_000, 2_000_000);
    let mut accepted = 0_u64;
    while let Some(input) = fuzz.next() {
        accepted += u64::from(checks::canonical(&input));
    }
    println!("{} inputs, {accepted} documents", fuzz.runs);
    assert!(accepted > 100);
}

/// Bytes at the vault: nothing opens but what was sealed.
#[test]
fn soak_fuzz_sealed_values() {
    let mut fuzz = Fuzz::new("sealed_values", 4_000, 400_000);
    let mut opened = 0_u64;
    while let Some(input) = fuzz.next() {
        opened += u64::from(checks::sealed(&String::from_utf8_lossy(&input)));
    }
    println!("{} inputs, {opened} opened", fuzz.runs);
    assert!(opened >= 3 && fuzz.runs > 1_000);
}

/// Rules and rates: what is accepted can be judged by.
#[test]
fn soak_fuzz_rules() {
    let mut fuzz = Fuzz::new("rules", 10_000, 1_000_000);
    let mut accepted = 0_u64;
    while let Some(input) = fuzz.next() {
        accepted += u64::from(checks::rule(&String::from_utf8_lossy(&input)));
    }
    println!("{} inputs, {accepted} accepted", fuzz.runs);
    assert!(accepted > 100);
}

/// Every operation is in the corpus of requests: what is not there is hardly ever reached by mutation.
#[test]
fn every_operation_is_in_the_corpus() {
    let corpus = Fuzz::new("requests", 0, 0).corpus;
    let lines = corpus.iter().map(|line| serde_json::from_slice::<Value>(line).unwrap());
    let named: BTreeSet<String> = lines.map(|line| line["op"].as_str().unwrap().to_owned()).collect();
    let operations = earnest::OPERATIONS.iter().map(|info| info.name);
    let missing: Vec<_> = operations.filter(|name| !named.contains(*name)).collect();
    assert!(missing.is_empty(), "no line of the corpus calls {missing:?}");
}

/// The calls of a store so far, printed when what follows from them is wrong.
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
    let mut fuzz = Fuzz::new("requests", 900, 90_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut tally, mut rounds) = (Tally::default(), 0_u64);
    let lines: Vec<Value> = fuzz.corpus.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect();
    runtime.block_on(async {
        while !fuzz.is_over() {
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
