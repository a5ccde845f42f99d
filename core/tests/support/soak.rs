//! How long a proof runs: every `soak_*` test is short in `make test` and long in `make soak`, the same code
//! both times.

#![allow(
    clippy::disallowed_methods,
    reason = "tests are told by the environment, and name things by the clock"
)]

/// The number of rounds of a `soak_*` test: `short`, or `long` when `EARNEST_SOAK` is set and not empty.
pub(crate) fn rounds(short: u32, long: u32) -> u32 {
    if std::env::var_os("EARNEST_SOAK").is_some_and(|value| !value.is_empty()) { long } else { short }
}
