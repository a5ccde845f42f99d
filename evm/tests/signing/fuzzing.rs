//! Mutates the corpus of `fuzz/` and feeds it to the checks: a number of inputs in `make test` and `make
//! soak`, and for a minute in `make fuzz`.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::checks;
use crate::draw::{Draw, rounds};

/// Pieces that mean something to one of the readers.
const PIECES: [&str; 20] = [
    "null",
    "0",
    "-1",
    "1e9",
    "\"\"",
    "[]",
    "{}",
    "true",
    "\"0x\"",
    "\"bytes32\"",
    "uint256",
    "[2]",
    "[]",
    "address",
    "18446744073709551615",
    "\"type\"",
    "T1",
    ",",
    "\"0x00\"",
    "\\u0000",
];

fn mutated(draw: &mut Draw, lines: &[String]) -> String {
    let mut bytes = lines[draw.below(lines.len())].clone().into_bytes();
    for _ in 0..1 + draw.below(4) {
        let at = draw.below(bytes.len() + 1);
        let end = (at + draw.below(24)).min(bytes.len());
        match draw.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << draw.below(8),
            1 => _ = bytes.splice(at..end, []).count(),
            2 => _ = bytes.splice(at..at, PIECES[draw.below(PIECES.len())].bytes()).count(),
            3 => _ = bytes.splice(at..end, PIECES[draw.below(PIECES.len())].bytes()).count(),
            4 => {
                let part = bytes[at..end].to_vec();
                let to = draw.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            _ => {
                let other = lines[draw.below(lines.len())].as_bytes();
                let from = draw.below(other.len());
                let to = (from + draw.below(60)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn run(folder: &str, check: fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(folder);
    let files = std::fs::read_dir(folder).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let lines: Vec<String> =
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(lines.len() > 2);
    lines.iter().for_each(|line| check(line));
    let told = std::env::var("EARNEST_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let until = told.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut draw = Draw::new(41);
    let mut inputs = 0;
    while inputs < rounds(10_000, 1_000_000) || until.is_some_and(|until| Instant::now() < until) {
        let input = mutated(&mut draw, &lines);
        if let Err(panic) = std::panic::catch_unwind(|| check(&input)) {
            eprintln!("failed on: {input}");
            std::panic::resume_unwind(panic);
        }
        inputs += 1;
    }
    println!("{inputs} inputs");
}

#[test]
fn transactions() {
    run("evm_transactions", checks::transaction);
}

#[test]
fn typed_data() {
    run("evm_typed_data", checks::typed_data);
}

#[test]
fn keystores() {
    run("evm_keystores", checks::keystore);
}
