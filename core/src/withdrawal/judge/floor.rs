//! Reads the least priority fee that a node takes from its refusal of a cheaper transaction.
//!
//! Nodes say it in words of their own. A text that is not in the table, a number with a unit, and a number
//! that no transaction can have are no floor, and move nothing.

use super::fees::MOST_FEE;
use super::num::Num;
use super::texts::{self, NodeErrorClass};
use super::views::NodeError;

/// A text that a refusal has, and the text before the number in it, both in lower case.
struct FloorText {
    has: &'static str,
    before: &'static str,
}

const TABLE: &[FloorText] = &[
    FloorText { has: "gas tip cap", before: "minimum needed" },
    FloorText { has: "tip permitted", before: "tip needed" },
    FloorText { has: "priority fee below minimum", before: "minimum required priority fee" },
    FloorText { has: "effectivepriorityfeepergas too low", before: "<" },
];

/// The least priority fee that a node takes, in wei, if its error names one.
pub fn named(error: &NodeError) -> Option<Num> {
    if texts::class(error) != NodeErrorClass::Underpriced {
        return None;
    }
    let message = error.message.to_lowercase();
    let text = TABLE.iter().find(|text| message.contains(text.has))?;
    let (_, rest) = message.split_once(text.before)?;
    number(rest.trim_start_matches([' ', ':', '=', '`']))
        .filter(|floor| !floor.is_zero() && *floor <= MOST_FEE)
}

/// The number that a text begins with, in wei.
fn number(text: &str) -> Option<Num> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let has_fraction =
        rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let unit: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect();
    let is_wei = !has_fraction && (unit.is_empty() || unit == "wei");
    Num::parse(digits).ok().filter(|_| is_wei)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn floor(message: &str) -> Option<u64> {
        let error = NodeError { code: "-32000".to_owned(), message: message.to_owned(), data: String::new() };
        named(&error).map(|floor| floor.to_u64().unwrap())
    }

    /// The texts of go-ethereum, bor and bsc, of reth and Ronin, and of Nethermind. Those of Erigon and Besu
    /// name no number.
    #[test]
    fn a_floor_is_read_as_nodes_write_it() {
        for (message, wei) in [
            (
                "transaction underpriced: gas tip cap 100000000, minimum needed 1000000000",
                Some(1_000_000_000),
            ),
            (
                "transaction gas price below minimum: gas tip cap 1, minimum needed 25000000000",
                Some(25_000_000_000),
            ),
            ("err: transaction underpriced: tip needed 3000000000, tip permitted 1", Some(3_000_000_000)),
            ("transaction underpriced: tip needed 5, or 3 for 48Club NFT holder, tip permitted 1", Some(5)),
            (
                "transaction priority fee below minimum required priority fee 20000000000",
                Some(20_000_000_000),
            ),
            ("FeeTooLow, EffectivePriorityFeePerGas too low 0 < 1000000000, BaseFee: 7", Some(1_000_000_000)),
            ("FeeTooLow: EffectivePriorityFeePerGas too low 0 < 1", Some(1)),
            ("transaction underpriced: gas tip cap 0, minimum needed 7 wei", Some(7)),
            // no floor of tips
            ("transaction underpriced", None),
            ("fee too low", None),
            ("Gas price below configured minimum gas price", None),
            ("replacement transaction underpriced: new tx gas tip cap 1 <= 2 queued", None),
            ("intrinsic gas too low: gas 20000, minimum needed 21000", None),
            ("intrinsic gas too low: gas tip cap 20000, minimum needed 21000", None),
            ("max fee per gas less than block base fee: maxFeePerGas: 50, baseFee: 100", None),
            (
                "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 50, BaseFee: 100, MaxPriorityFeePerGas:200",
                None,
            ),
            // no number of wei
            ("transaction underpriced: gas tip cap 0, minimum needed 25 gwei", None),
            ("transaction underpriced: gas tip cap 0, minimum needed 1.5", None),
            ("transaction underpriced: gas tip cap 0, minimum needed 0x10", None),
            ("transaction underpriced: gas tip cap 0, minimum needed -1", None),
            ("transaction underpriced: gas tip cap 0, minimum needed 0", None),
            ("transaction underpriced: gas tip cap 0, minimum needed", None),
            (
                "transaction underpriced: gas tip cap 0, minimum needed 340282366920938463463374607431768211456",
                None,
            ),
        ] {
            assert_eq!(floor(message), wei, "{message}");
        }
    }

    proptest! {
        /// Whatever a node writes, it names a fee that a transaction can have, or none.
        #[test]
        fn any_text_is_a_fee_or_nothing(before in ".{0,20}", digits in "[0-9]{0,90}", after in ".{0,20}") {
            let message = format!("{before}transaction underpriced: gas tip cap 0, minimum needed {digits}{after}");
            let error = NodeError { code: String::new(), message, data: String::new() };
            prop_assert!(named(&error).is_none_or(|floor| !floor.is_zero() && floor <= MOST_FEE));
        }
    }
}
