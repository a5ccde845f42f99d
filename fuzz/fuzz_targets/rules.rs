//! Rules and rates about risk, a line of JSON each.
#![no_main]

#[allow(dead_code, reason = "each target uses its part")]
#[path = "../../core/tests/simulations/fuzzing/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    for line in String::from_utf8_lossy(input).lines() {
        checks::rule(line);
    }
});
