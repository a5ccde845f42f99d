//! Signing, reading and refusing, against vectors of others and by random inputs of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    reason = "a test says what is wrong by panicking, runs as long as the environment says, and passes literals"
)]

mod checks;
mod draw;
mod ethers;
mod external;
mod fuzzing;
mod judged;
mod keys;
mod machine;
mod mutations;
mod policy;
mod policy_typed;
mod random;
mod transactions;
mod typed_data;
