//! Random input at the runner of JSON Lines, from the corpus of requests and by mutation.
//!
//! `core/tests/simulations/fuzzing.rs` says how to make it longer or different.

#[path = "../../../core/tests/simulations/fuzzing/mutation.rs"]
mod mutation;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;

use mutation::Fuzz;
use serde_json::{Value, json};

use crate::cli;
use crate::soak;

/// The runner of JSON Lines never panics, answers every line in order, or those before the first that is
/// malformed, and ends with one of its three codes.
#[test]
fn soak_fuzz_json_lines() {
    let mut fuzz = Fuzz::new("requests", 480, 48_000);
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
        let (code, count) = run(&batch);
        lines += count;
        *codes.entry(code).or_insert(0_u32) += 1;
    }
    println!("{} inputs, {lines} lines answered, runs by exit code: {codes:?}", fuzz.runs);
    assert!(lines > 50);
}

/// Each of the three ends is met, whatever chance brings to the target above.
#[test]
fn runs_end_in_three_ways() {
    let good = format!(
        "{}\n",
        json!({ "op": "ledger.open_account", "args": { "account": "a", "currency": "USD" } })
    );
    let refused = format!("{}\n", json!({ "op": probe(1) }));
    for (batch, ends) in [
        (good.clone(), (Some(0), 1)),
        (format!("{good}{refused}"), (Some(1), 2)),
        (format!("{good}{{\n{refused}"), (Some(2), 1)),
    ] {
        assert_eq!(run(batch.as_bytes()), ends, "{batch}");
    }
}

/// Gives lines to the runner; answers its exit code and how many lines it answered.
fn run(batch: &[u8]) -> (Option<i32>, usize) {
    let mut command = cli::command(&["run", "-", "--json", "--test-clock"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // a malformed line ends the run before it has read to the end
    let _ = child.stdin.take().unwrap().write_all(batch);
    let ran = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let what = format!("{:?} {said} {:?}", ran.status.code(), String::from_utf8_lossy(batch));
    assert!(!said.contains("panicked"), "{what}");
    (ran.status.code(), answered(ran.status.code(), &said, batch, &ran.stdout, &what))
}

/// An operation that there is not, named by the place of its line.
fn probe(place: usize) -> String {
    format!("probe.{place}")
}

fn count_lines(input: &[u8]) -> usize {
    input.split_inclusive(|byte| *byte == b'\n').count()
}

/// One answer a line and in their order, up to the end or to the line that is malformed; says how many.
fn answered(code: Option<i32>, said: &str, asked: &[u8], heard: &[u8], what: &str) -> usize {
    let heard: Vec<Value> = serde_json::Deserializer::from_slice(heard)
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|error| panic!("{error}: {what}")))
        .collect();
    let asked: Vec<&[u8]> = asked.split_inclusive(|byte| *byte == b'\n').collect();
    let is_blank = |line: &&&[u8]| line.iter().all(u8::is_ascii_whitespace);
    let right = match code {
        // empty lines may end the file, and are not answered
        Some(0 | 1) => asked.len() - asked.iter().rev().take_while(is_blank).count(),
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
