//! Messages of gateways and of chains' nodes, bent at random: nothing panics, nothing is believed that is
//! not proved, and no refusal repeats what came.
//!
//! The corpus has the documented shapes: those of the doubles in `core/tests/money/gateways`, and of the
//! readers' own tests.

use super::mutation::Fuzz;
use super::{chain_checks, reply_checks, webhook_checks};

/// Webhooks: what is not signed right is refused, and what is not signed at all is a hint.
#[test]
fn soak_fuzz_gateway_webhooks() {
    let mut fuzz = Fuzz::new("gateway_webhooks", 2_500, 250_000);
    let (mut genuine, mut read, mut told) = (0_u64, 0_u64, 0_u64);
    while let Some(input) = fuzz.next_document() {
        let upshot = webhook_checks::webhook(&input);
        genuine += u64::from(upshot.genuine);
        read += u64::from(upshot.read);
        told += u64::from(upshot.told);
    }
    println!("{} inputs, {genuine} genuine, {read} read, {told} news of money", fuzz.runs);
    assert!(genuine >= 3 && read > 200 && told > 50);
}

/// Answers: money has moved where the answer proves it, and otherwise nobody knows.
#[test]
fn soak_fuzz_gateway_replies() {
    let mut fuzz = Fuzz::new("gateway_replies", 3_000, 300_000);
    let (mut answered, mut moved) = (0_u64, 0_u64);
    while let Some(input) = fuzz.next_document() {
        let upshot = reply_checks::gateway_reply(&input);
        answered += u64::from(upshot.answered);
        moved += u64::from(upshot.moved);
    }
    println!("{} inputs, {answered} answers, {moved} of them of money that moved", fuzz.runs);
    assert!(answered > 200 && moved > 50);
}

/// Nodes: each call has an answer or a fault, a receipt is that of its hash, and fewer endpoints than a
/// quorum end nothing.
#[test]
fn soak_fuzz_chain_replies() {
    let mut fuzz = Fuzz::new("chain_replies", 3_000, 300_000);
    let mut read = 0;
    while let Some(input) = fuzz.next_document() {
        read += chain_checks::chain_reply(&input);
    }
    println!("{} inputs, {read} read", fuzz.runs);
    assert!(read > 200);
}
