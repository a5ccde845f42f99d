//! Looks for what used up a nonce in place of ours: its signed bytes, its block and its status.

use std::sync::Arc;

use earnest_evm::Transaction;
use serde_json::{Value, json};

use super::node::ChainNode;
use super::raw;
use super::read::{bytes, hash, hex_of, small};
use super::receipts::{block_of, status_of};
use super::rpc::{RpcAnswer, RpcCall, RpcFault};
use crate::time::Time;

/// How many blocks are searched below the final one.
const RANGE: u64 = 4_096;
/// How many of them a node has that keeps no more than it must.
const RECENT: u64 = 120;

/// A nonce that is used up, finally, and by none of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct UsedUp<'a> {
    /// The address, in lower case.
    pub(super) address: &'a str,
    pub(super) nonce: u64,
    /// The number of the newest final block.
    pub(super) last: Option<u64>,
}

/// Finds the transaction that used it up, as reports have it; `None` where the node does not show it.
pub(super) async fn found(node: &Arc<ChainNode>, now: Time, used: UsedUp<'_>) -> Option<Value> {
    let shown = shown(node, now, used).await?;
    let hash = hash(shown.get("hash")?)?;
    let answers = node
        .ask(
            now,
            vec![
                RpcCall { method: "eth_getTransactionReceipt", params: json!([hash]) },
                RpcCall { method: "eth_getRawTransactionByHash", params: json!([hash]) },
            ],
        )
        .await;
    let mut answers = answers.into_iter();
    let receipt = answers.next()?.ok()?;
    let given = answers.next()?.ok().as_ref().and_then(bytes);
    let raw = given.filter(|raw| is_it(raw, &hash)).or_else(|| raw::encoded(&shown))?;
    is_it(&raw, &hash).then_some(())?;
    Some(json!({ "raw": raw, "block": block_of(&receipt)?.to_value(), "status": status_of(&receipt)? }))
}

/// Whether bytes are the transaction of a hash.
fn is_it(raw: &str, hash: &str) -> bool {
    let decoded = raw.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    let read = decoded.and_then(|bytes| Transaction::decode(&bytes).ok());
    read.is_some_and(|read| read.hash().to_string().eq_ignore_ascii_case(hash))
}

/// The transaction of an address with a nonce, as the node shows it.
async fn shown(node: &Arc<ChainNode>, now: Time, used: UsedUp<'_>) -> Option<Value> {
    let known = node.memory().by_sender_and_nonce;
    if known != Some(false) {
        let params = json!([used.address, hex_of(used.nonce)]);
        let answer = one(node, now, "eth_getTransactionBySenderAndNonce", params).await;
        match answer {
            Ok(shown) => {
                node.memory().by_sender_and_nonce = Some(true);
                if is_his(&shown, used) {
                    return Some(shown);
                }
            }
            Err(fault) if is_unable(&fault) => node.memory().by_sender_and_nonce = Some(false),
            // it may answer the next time; now its block is searched for
            Err(fault) if fault.is_said => {}
            Err(_) => return None,
        }
    }
    let block = used_in(node, now, used).await?;
    let block = one(node, now, "eth_getBlockByNumber", json!([hex_of(block), true])).await.ok()?;
    let transactions = block.get("transactions")?.as_array()?;
    transactions.iter().find(|shown| is_his(shown, used)).cloned()
}

/// Whether a node says that it has no such method, or none with such parameters: it never will.
fn is_unable(fault: &RpcFault) -> bool {
    fault.is_said && [json!(-32601), json!(-32602)].contains(&fault.code)
}

fn is_his(shown: &Value, used: UsedUp<'_>) -> bool {
    let from = shown.get("from").and_then(Value::as_str);
    from.is_some_and(|from| from.eq_ignore_ascii_case(used.address))
        && shown.get("nonce").and_then(small) == Some(used.nonce)
}

/// The block in which the nonce was used: halving what may be searched, by the counter of the address.
async fn used_in(node: &Arc<ChainNode>, now: Time, used: UsedUp<'_>) -> Option<u64> {
    let mut high = used.last?;
    let mut low = high.saturating_sub(RANGE);
    let before = match counter(node, now, used.address, low).await {
        Some(before) => before,
        None => {
            low = high.saturating_sub(RECENT);
            counter(node, now, used.address, low).await?
        }
    };
    if before > used.nonce {
        return None;
    }
    // at `low` it is not used yet, at `high` it is
    while high.saturating_sub(low) > 1 {
        let middle = low.saturating_add((high - low) / 2);
        if counter(node, now, used.address, middle).await? > used.nonce {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

async fn counter(node: &Arc<ChainNode>, now: Time, address: &str, block: u64) -> Option<u64> {
    let answer = one(node, now, "eth_getTransactionCount", json!([address, hex_of(block)])).await;
    small(&answer.ok()?)
}

async fn one(node: &Arc<ChainNode>, now: Time, method: &'static str, params: Value) -> RpcAnswer {
    let lost = || Err(RpcFault::malformed("no answer"));
    node.ask(now, vec![RpcCall { method, params }]).await.into_iter().next().unwrap_or_else(lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A node that is asked too often, or that is ill, has the method all the same.
    #[test]
    fn only_what_a_node_cannot_do_is_not_asked_again() {
        let fault = |code| RpcFault { code, is_said: true, ..RpcFault::unsaid("", "limit exceeded") };
        for code in [json!(-32601), json!(-32602)] {
            assert!(is_unable(&fault(code.clone())), "{code}");
            assert!(!is_unable(&RpcFault { is_said: false, ..fault(code.clone()) }), "{code}");
        }
        for code in [json!(-32005), json!(-32000), json!(-32603), json!(429), json!("-32601"), json!("")] {
            assert!(!is_unable(&fault(code.clone())), "{code}");
        }
    }
}
