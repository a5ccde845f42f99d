//! The calls of a torture, and the lines in which its processes report them.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Accounts whose balances follow from the accepted calls alone.
pub(super) const PEOPLE: u64 = 8;
/// Accounts of deals and of holds that die by the clock: their balances depend on time too.
pub(super) const TRADERS: u64 = 4;

/// The orders of the first process to another one, on one line of its standard input; the end of the input
/// means stop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Orders {
    /// The store.
    pub(super) url: String,
    /// The book.
    pub(super) book: String,
    /// Its own name: the prefix of its keys.
    pub(super) name: String,
    /// The seed of its random draws.
    pub(super) seed: u64,
    /// Whether its clock jumps.
    pub(super) jumps: bool,
    /// Calls of a killed process without a reply: they are made again first.
    pub(super) again: Vec<Call>,
}

/// One call, with what it does to the balances if it is accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    /// The operation.
    pub(super) op: String,
    /// Its request.
    pub(super) args: Value,
    /// Its keys: more than one in an atomic batch, of which all are accepted or none.
    pub(super) keys: Vec<Keyed>,
}

/// The effect under one key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Keyed {
    /// The idempotency key, which is the reference of the transfer as well.
    pub(super) key: String,
    /// By account: cents posted and cents held. Empty where it depends on time.
    pub(super) moves: Vec<(String, i64, i64)>,
    /// Transfers that it makes; `None` where it depends on more than the call.
    pub(super) transfers: Option<u64>,
}

/// A report of a process, one JSON document per line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Message {
    /// It has opened the store.
    Ready,
    /// It is about to call.
    Tries(Call),
    /// A call was acknowledged, with the ids that it made.
    Acknowledged(String, Vec<String>),
    /// A call was refused for good.
    Refused(String, String),
    /// The caller went away before the reply.
    Dropped(String),
    /// The store did not serve it, however often it was asked.
    Unserved(String, String),
}

impl Call {
    /// By what it is known: its first key.
    pub(super) fn id(&self) -> &str {
        self.keys.first().map_or("", |keyed| keyed.key.as_str())
    }

    /// A call with one key. Its key is its reference too, so that its transfer can be found without it.
    fn one(
        op: &str,
        key: String,
        mut args: Value,
        moves: &[(&str, i64, i64)],
        transfers: Option<u64>,
    ) -> Self {
        args["key"] = key.as_str().into();
        args["reference"] = key.as_str().into();
        let moves =
            moves.iter().map(|(account, posted, held)| ((*account).to_owned(), *posted, *held)).collect();
        Self { op: op.to_owned(), args, keys: vec![Keyed { key, moves, transfers }] }
    }

    /// Money from outside.
    pub(super) fn top_up(key: String, account: &str, amount: i64) -> Self {
        let args = json!({ "account": account, "amount": usd(amount) });
        Self::one("ledger.top_up", key, args, &[(account, amount, 0)], Some(1))
    }

    /// Money to the outside.
    pub(super) fn deduct(key: String, account: &str, amount: i64) -> Self {
        let args = json!({ "account": account, "amount": usd(amount) });
        Self::one("ledger.deduct", key, args, &[(account, -amount, 0)], Some(1))
    }

    /// Money between two accounts.
    pub(super) fn transfer(key: String, from: &str, to: &str, amount: i64) -> Self {
        let args = json!({ "from": from, "to": to, "amount": usd(amount) });
        Self::one("ledger.transfer", key, args, &[(from, -amount, 0), (to, amount, 0)], Some(1))
    }

    /// A part of a transfer back.
    pub(super) fn refund(key: String, transfer: &str, from: &str, to: &str, amount: i64) -> Self {
        let args = json!({ "transfer": transfer, "amount": usd(amount) });
        Self::one("ledger.refund", key, args, &[(from, amount, 0), (to, -amount, 0)], Some(1))
    }

    /// From one account to two.
    pub(super) fn post(key: String, from: &str, first: &str, second: &str, amount: i64) -> Self {
        let leg = |account: &str, amount: i64| json!({ "account": account, "amount": usd(amount) });
        let postings = json!([leg(from, -2 * amount), leg(first, amount), leg(second, amount)]);
        let moves = [(from, -2 * amount, 0), (first, amount, 0), (second, amount, 0)];
        Self::one("ledger.post", key, json!({ "postings": postings }), &moves, Some(1))
    }

    /// Money set aside.
    pub(super) fn hold(key: String, account: &str, amount: i64) -> Self {
        let args = json!({ "account": account, "amount": usd(amount) });
        Self::one("ledger.hold", key, args, &[(account, 0, amount)], Some(0))
    }

    /// Money set aside for some seconds.
    pub(super) fn dying_hold(key: String, account: &str, amount: i64, seconds: u64) -> Self {
        let args =
            json!({ "account": account, "amount": usd(amount), "expires_in": format!("PT{seconds}S") });
        Self::one("ledger.hold", key, args, &[], Some(0))
    }

    /// A part of the held amount is paid, the rest is free again.
    pub(super) fn capture(key: String, hold: &str, from: &str, to: &str, part: i64, whole: i64) -> Self {
        let args = json!({ "hold": hold, "to": to, "amount": usd(part) });
        Self::one("ledger.capture", key, args, &[(from, -part, -whole), (to, part, 0)], Some(1))
    }

    /// The held amount is free again.
    pub(super) fn void(key: String, hold: &str, account: &str, whole: i64) -> Self {
        Self::one("ledger.void", key, json!({ "hold": hold }), &[(account, 0, -whole)], Some(0))
    }

    /// Calls that succeed together or not at all.
    pub(super) fn together(calls: Vec<Self>) -> Self {
        let ops: Vec<Value> = calls.iter().map(|call| json!({ "op": call.op, "args": call.args })).collect();
        let keys = calls.into_iter().flat_map(|call| call.keys).collect();
        Self { op: "ledger.batch".to_owned(), args: json!({ "ops": ops, "atomic": true }), keys }
    }

    /// One step of a deal.
    pub(super) fn deal(step: &str, key: String, args: Value) -> Self {
        Self::one(&format!("escrow.{step}"), key, args, &[], None)
    }
}

/// Cents as the short form of Money.
fn usd(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} USD", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// The name of an account whose balance is foretold.
pub(super) fn person(number: u64) -> String {
    format!("person-{number}")
}

/// The name of an account of deals.
pub(super) fn trader(number: u64) -> String {
    format!("trader-{number}")
}

/// Draws numbers, the same for the same seed and name.
#[derive(Debug)]
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64, name: &str) -> Self {
        let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(name).finalize();
        Self(ChaCha8Rng::from_seed(digest.into()))
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // the bounds here are tiny: the bias does not show
        self.0.next_u64() % bound.max(1)
    }

    /// Cents between one and `most`.
    pub(super) fn cents(&mut self, most: u32) -> i64 {
        1 + i64::try_from(self.below(u64::from(most))).unwrap_or(0)
    }

    /// `count` different people.
    pub(super) fn people(&mut self, count: u64) -> Vec<String> {
        let first = self.below(PEOPLE);
        let step = 1 + self.below(PEOPLE / count - 1);
        (0..count).map(|place| person((first + place * step) % PEOPLE)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_of_one_draw_are_different() {
        let mut draw = Draw::new(1, "x");
        for _ in 0..1_000 {
            let three = draw.people(3);
            assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2], "{three:?}");
        }
        assert_eq!(Draw::new(7, "a").below(1_000_000), Draw::new(7, "a").below(1_000_000));
        assert_eq!((usd(-5), usd(120)), ("-0.05 USD".to_owned(), "1.20 USD".to_owned()));
    }

    #[test]
    fn what_a_call_moves_sums_to_zero_between_people() {
        let calls = [
            Call::transfer("k".into(), "a", "b", 5),
            Call::post("k".into(), "a", "b", "c", 5),
            Call::refund("k".into(), "tr", "a", "b", 5),
            Call::capture("k".into(), "hd", "a", "b", 5, 9),
        ];
        for call in calls {
            assert_eq!(call.keys[0].moves.iter().map(|(_, posted, _)| posted).sum::<i64>(), 0, "{call:?}");
            assert_eq!(call.args["reference"], call.args["key"]);
        }
    }
}
