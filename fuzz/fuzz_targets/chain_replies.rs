//! Answers of nodes of chains and reports of them, a line each: the kind and the body.
#![no_main]

#[allow(dead_code, reason = "what became of an input is counted by the mutation runner")]
#[path = "../../core/tests/simulations/fuzzing/chain_checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    for line in input.split(|byte| *byte == b'\n') {
        checks::chain_reply(line);
    }
});
