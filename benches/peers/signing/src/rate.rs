//! How many signatures a second one thread makes: both in turn, in every round.

use std::hint::black_box;
use std::time::Instant;

use earnest_evm::{Key, Message, Transaction};
use ethers_core::types::transaction::eip2718::TypedTransaction;
use ethers_core::utils::{hash_message, keccak256};
use ethers_signers::LocalWallet;
use serde_json::{Value, json};

use crate::oracle::{transaction_of, wallet};

/// Signatures of one turn.
const TURN: usize = 100;

/// The medians over the rounds. `opened`: from the 32 bytes of a key, as the engine has it, for one signature
/// only; `held`: with a key that is ready.
pub(crate) fn of(rounds: usize) -> Value {
    let key = Key::from_bytes(&[7; 32]).expect("7 is in range");
    let secret = key.to_sealed_bytes();
    let held = wallet(&key);
    let transactions: Vec<Transaction> = (0..TURN).map(transaction).collect();
    let theirs: Vec<TypedTransaction> = transactions.iter().map(|tx| transaction_of(&tx.to_json())).collect();
    let texts: Vec<String> = (0..TURN).map(|at| format!("I am {at}")).collect();
    let open = || Key::from_bytes(&secret).expect("7 is in range");
    let open_theirs = || LocalWallet::from_bytes(secret.as_slice()).expect("7 is in range");
    let sign = |key: &Key, at: usize| drop(black_box(transactions[at].sign(key)));
    let sign_theirs = |wallet: &LocalWallet, at: usize| {
        let tx = &theirs[at];
        let signature = wallet.sign_transaction_sync(tx).expect("it signs");
        let raw = tx.rlp_signed(&signature);
        drop(black_box((keccak256(&raw), raw)));
    };
    let message = |at: usize| {
        let message = Message::from_text(&texts[at]).expect("it is short");
        black_box(message.sign(&open()).expect("it signs").to_bytes());
    };
    let message_theirs = |at: usize| {
        let signature = open_theirs().sign_hash(hash_message(&texts[at])).expect("it signs");
        drop(black_box(signature.to_vec()));
    };
    json!({
        "transactions_opened": ratio(rounds, &|at| sign(&open(), at), &|at| sign_theirs(&open_theirs(), at)),
        "transactions_held": ratio(rounds, &|at| sign(&key, at), &|at| sign_theirs(&held, at)),
        "messages_opened": ratio(rounds, &message, &message_theirs),
    })
}

fn transaction(nonce: usize) -> Transaction {
    let request = json!({
        "type": "eip1559", "chain_id": "1", "nonce": nonce.to_string(), "value": "1000000000000000000",
        "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "gas_limit": "21000",
        "max_fee_per_gas": "30000000000", "max_priority_fee_per_gas": "1000000000",
    });
    Transaction::from_json(&request).expect("it is a transaction")
}

fn ratio(rounds: usize, own: &dyn Fn(usize), theirs: &dyn Fn(usize)) -> Value {
    let turn = |what: &dyn Fn(usize)| {
        let began = Instant::now();
        (0..TURN).for_each(what);
        TURN as f64 / began.elapsed().as_secs_f64()
    };
    let (mut rates, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds.max(1) {
        // nobody is always first
        let (one, other) = if round % 2 == 0 {
            let one = turn(own);
            (one, turn(theirs))
        } else {
            let other = turn(theirs);
            (turn(own), other)
        };
        rates.push(one);
        others.push(other);
        ratios.push(one / other);
    }
    json!({ "earnest_per_s": median(rates).round(), "ethers_per_s": median(others).round(),
            "ratio": (median(ratios) * 100.0).round() / 100.0 })
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
