//! Signs with earnest-evm and with ethers-core: the same bytes, hashes and signatures, and how many a second.
//!
//! `earnest-signing-peer CASES ROUNDS` prints one line of JSON, and fails at the first difference. The
//! requests are those of earnest-evm's own tests. One thread, both in turn, in every round.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../../../evm/tests/signing/draw.rs"]
mod draw;
mod oracle;
#[path = "../../../../evm/tests/signing/random.rs"]
mod random;
mod rate;

use std::process::ExitCode;

use serde_json::json;

/// The allocator of the `earnest` program, for both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let numbers: Option<Vec<usize>> = std::env::args().skip(1).map(|text| text.parse().ok()).collect();
    let Some([cases, rounds]) = numbers.as_deref() else {
        eprintln!("usage: earnest-signing-peer CASES ROUNDS");
        return ExitCode::FAILURE;
    };
    match oracle::agree(*cases) {
        Ok(agreed) => {
            println!("{}", json!({ "agreed": agreed, "rates": rate::of(*rounds) }));
            ExitCode::SUCCESS
        }
        Err(difference) => {
            eprintln!("earnest-signing-peer: {difference}");
            ExitCode::FAILURE
        }
    }
}
