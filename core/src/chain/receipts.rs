//! Receipts: in which block a transaction is, what it cost, and which tokens it moved.

use serde_json::{Map, Value, json};

use super::read::{NodeBlock, address, hash, quantity, small, topic, word};

/// The topic of `Transfer(address,address,uint256)` (EIP-20): its Keccak-256.
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
/// How many transfers of the sender are shown: a payment has one.
const MOST_TRANSFERS: usize = 16;

/// A receipt, as one node shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownReceipt {
    pub(super) block: NodeBlock,
    /// The receipt, as reports have it.
    pub(super) shown: Value,
}

impl ShownReceipt {
    pub const fn report(&self) -> &Value {
        &self.shown
    }
}

/// The answer of a node about a hash.
#[derive(Clone, Debug, PartialEq)]
pub enum ReceiptAnswer {
    /// It is in no block.
    Absent,
    InBlock(ShownReceipt),
    /// It is not what was asked for.
    Malformed,
}

/// Reads the answer to `eth_getTransactionReceipt`; `sender` is in lower case. Of transfers those of the
/// sender are kept that the called contract has logged itself: others prove nothing of a payment of his,
/// which calls its token.
pub fn receipt_of(answer: &Value, asked: &str, sender: &str) -> ReceiptAnswer {
    if answer.is_null() || answer.get("blockHash").is_some_and(Value::is_null) {
        return ReceiptAnswer::Absent;
    }
    read(answer, asked, sender).map_or(ReceiptAnswer::Malformed, ReceiptAnswer::InBlock)
}

fn read(answer: &Value, asked: &str, sender: &str) -> Option<ShownReceipt> {
    let shown_hash = hash(answer.get("transactionHash")?)?;
    if !shown_hash.eq_ignore_ascii_case(asked) {
        return None;
    }
    let block = block_of(answer)?;
    let status = status_of(answer)?;
    // what is from before EIP-1559 has no effective price
    let gas_price = answer.get("effectiveGasPrice").and_then(quantity).unwrap_or_else(|| "0".to_owned());
    let mut shown = Map::new();
    shown.insert("hash".to_owned(), shown_hash.into());
    shown.insert("block".to_owned(), block.to_value());
    shown.insert("status".to_owned(), status.into());
    shown.insert("gas_used".to_owned(), quantity(answer.get("gasUsed")?)?.into());
    shown.insert("gas_price".to_owned(), gas_price.into());
    let logs = answer.get("logs")?.as_array()?;
    let called = answer.get("to").and_then(address);
    let is_its_own = |log: &&Value| called.is_none() || log.get("address").and_then(address) == called;
    let transfers = logs.iter().filter(is_its_own).filter_map(|log| transfer_of(log, sender));
    shown.insert("transfers".to_owned(), transfers.take(MOST_TRANSFERS).collect());
    Some(ShownReceipt { block, shown: Value::Object(shown) })
}

/// The block that a receipt names.
pub(super) fn block_of(answer: &Value) -> Option<NodeBlock> {
    Some(NodeBlock { number: small(answer.get("blockNumber")?)?, hash: hash(answer.get("blockHash")?)? })
}

/// 1 for success, 0 for a revert.
pub(super) fn status_of(answer: &Value) -> Option<u64> {
    small(answer.get("status")?).filter(|status| *status <= 1)
}

/// A `Transfer` of the sender's; those of tokens that are unique have a third topic, and are none.
fn transfer_of(log: &Value, sender: &str) -> Option<Value> {
    let topics = log.get("topics")?.as_array()?;
    let [event, from, to] = topics.as_slice() else { return None };
    let removed = log.get("removed").and_then(Value::as_bool).unwrap_or(false);
    if removed || !event.as_str()?.eq_ignore_ascii_case(TRANSFER) {
        return None;
    }
    let from = address_in(from)?;
    let is_his = from == sender;
    is_his.then_some(())?;
    Some(json!({
        "token": address(log.get("address")?)?,
        "from": from,
        "to": address_in(to)?,
        "value": word(log.get("data")?)?.to_string(),
    }))
}

/// The address in a topic, in lower case.
fn address_in(value: &Value) -> Option<String> {
    topic(value)?;
    let digits = value.as_str()?.get(26..)?;
    Some(format!("0x{}", digits.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENDER: &str = "0x00000000000000000000000000000000000000aa";

    fn padded(address: &str) -> String {
        format!("0x{:0>64}", address.trim_start_matches("0x"))
    }

    fn receipt(logs: &Value) -> Value {
        json!({
            "transactionHash": format!("0x{}", "AB".repeat(32)),
            "blockNumber": "0x10", "blockHash": format!("0x{}", "cd".repeat(32)),
            "status": "0x1", "gasUsed": "0xcb20", "effectiveGasPrice": "0x3b9aca00", "logs": logs,
        })
    }

    fn log(topics: &[String], data: &str) -> Value {
        json!({ "address": format!("0x{}", "EE".repeat(20)), "topics": topics, "data": data })
    }

    #[test]
    fn a_receipt_shows_the_transfers_of_its_sender() {
        let to = "0x00000000000000000000000000000000000000BB";
        let transfer = TRANSFER.to_owned();
        let unit = padded("0x0f4240");
        let logs = json!([
            log(&[transfer.clone(), padded(SENDER), padded(to)], &unit),
            // of somebody else, of a unique token, another event, and one that was taken back
            log(&[transfer.clone(), padded(to), padded(SENDER)], &unit),
            log(&[transfer.clone(), padded(SENDER), padded(to), unit.clone()], "0x"),
            log(&[padded("0x1"), padded(SENDER), padded(to)], &unit),
            {
                "address": to, "data": unit, "removed": true,
                "topics": [transfer, padded(SENDER), padded(to)],
            },
        ]);
        let asked = format!("0x{}", "ab".repeat(32));
        let ReceiptAnswer::InBlock(read) = receipt_of(&receipt(&logs), &asked, SENDER) else {
            panic!("it is in a block");
        };
        assert_eq!(read.block.number, 16);
        assert_eq!(
            read.shown,
            json!({
                "hash": asked,
                "block": { "number": "16", "hash": format!("0x{}", "cd".repeat(32)) },
                "status": 1, "gas_used": "52000", "gas_price": "1000000000",
                "transfers": [{
                    "token": format!("0x{}", "ee".repeat(20)), "from": SENDER, "to": to.to_lowercase(),
                    "value": "1000000",
                }],
            })
        );
    }

    /// Anybody may log that the sender has transferred something: the payment is among those of the token
    /// that was called, however many others there are before it.
    #[test]
    fn transfers_that_others_log_do_not_hide_the_payment() {
        let asked = format!("0x{}", "ab".repeat(32));
        let topics = [TRANSFER.to_owned(), padded(SENDER), padded("0xbb")];
        let mut strange = log(&topics, &padded("0x7"));
        strange["address"] = json!(format!("0x{}", "dd".repeat(20)));
        let mut logs = vec![strange; 2 * MOST_TRANSFERS];
        logs.push(log(&topics, &padded("0x0f4240")));
        let shown = |called: Value| {
            let mut answer = receipt(&json!(logs));
            answer["to"] = called;
            let ReceiptAnswer::InBlock(read) = receipt_of(&answer, &asked, SENDER) else {
                panic!("it is in a block");
            };
            let transfers = read.shown["transfers"].as_array().unwrap().iter();
            transfers.map(|moved| moved["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(json!(format!("0x{}", "Ee".repeat(20)))), ["1000000"]);
        assert_eq!(shown(json!(format!("0x{}", "dd".repeat(20)))), vec!["7"; MOST_TRANSFERS]);
        assert!(shown(json!(format!("0x{}", "cc".repeat(20)))).is_empty());
        // a node that does not say what was called
        assert_eq!(shown(Value::Null), vec!["7"; MOST_TRANSFERS]);
    }

    #[test]
    fn what_is_in_no_block_is_absent_and_the_rest_is_malformed() {
        let asked = format!("0x{}", "ab".repeat(32));
        let of = |answer: &Value| receipt_of(answer, &asked, SENDER);
        assert_eq!(of(&Value::Null), ReceiptAnswer::Absent);
        assert_eq!(of(&json!({ "blockHash": null })), ReceiptAnswer::Absent);
        let right = receipt(&json!([]));
        assert!(matches!(of(&right), ReceiptAnswer::InBlock(_)));
        for (member, value) in [
            ("transactionHash", json!(format!("0x{}", "00".repeat(32)))),
            ("blockNumber", json!(16)),
            ("status", json!("0x2")),
            ("gasUsed", json!("x")),
            ("logs", json!(null)),
        ] {
            let mut wrong = right.clone();
            wrong[member] = value;
            assert_eq!(of(&wrong), ReceiptAnswer::Malformed, "{member}");
        }
        assert_eq!(of(&json!("0x")), ReceiptAnswer::Malformed);
    }
}
