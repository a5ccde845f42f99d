//! Answers of gateways, a line each: who, to what, the status and the body.
#![no_main]

#[allow(dead_code, reason = "what became of an input is counted by the mutation runner")]
#[path = "../../core/tests/simulations/fuzzing/reply_checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    for line in input.split(|byte| *byte == b'\n') {
        checks::gateway_reply(line);
    }
});
