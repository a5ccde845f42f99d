//! Webhooks of gateways, a line each: the scheme, the signature and the body.
#![no_main]

#[allow(dead_code, reason = "what became of an input is counted by the mutation runner")]
#[path = "../../core/tests/simulations/fuzzing/webhook_checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    for line in input.split(|byte| *byte == b'\n') {
        checks::webhook(line);
    }
});
