//! Classifies the errors of nodes by one table of the texts of nodes and providers.
//!
//! JSON-RPC lacks codes for most of these errors, and nodes do not agree on the codes that exist, so their
//! texts are read. A text that is not in the table is `unknown`, and moves nothing. The tests below name the
//! source of each text.

use super::views::NodeError;

/// The meaning of an error of a node for the signed bytes that it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeErrorClass {
    /// It has them already.
    Known,
    /// The nonce is used up, by these bytes or by others.
    NonceTooLow,
    /// Their fee is too low, or too low to replace what it has.
    Underpriced,
    /// The wallet cannot pay for them.
    NoFunds,
    /// It has no room now, or no room for this nonce yet.
    Full,
    /// It refuses them as they are.
    Rejected,
    /// It says nothing of the bytes.
    Unknown,
}

use NodeErrorClass::{Full, Known, NoFunds, NonceTooLow, Rejected, Underpriced};

/// Texts in lower case, which match at the begin of a word. The first text in an error gives its class.
const TABLE: &[(NodeErrorClass, &[&str])] = &[
    (
        Known,
        &[
            "already known",
            "alreadyknown",
            "known transaction",
            "already imported",
            "alreadyimported",
            "existing tx with same hash",
            "existing txn with same hash",
            "tx already exist",
            "already finalized",
        ],
    ),
    (
        Underpriced,
        &[
            "underpriced",
            "could not replace existing tx",
            "insufficient gas price to replace",
            "another transaction with same nonce",
            "another tx which has the same nonce",
            "replacementnotallowed",
            "gas price too low",
            "gas price is too low",
            "gas price supplied is too low",
            "gas price below",
            "gas price less than block base fee",
            "below configured minimum gas price",
            "below chain minimum",
            "fee too low",
            "feetoolow",
            "max fee per gas less than block base fee",
            "fee cap less than block base fee",
            "priority fee below minimum",
        ],
    ),
    (
        NonceTooLow,
        &[
            "nonce too low",
            "nonce is too low",
            "oldnonce",
            "invalid transaction nonce",
            "too stale nonce",
            "pool(stale)",
        ],
    ),
    (
        NoFunds,
        &[
            "insufficient funds",
            "insufficientfunds",
            "insufficient balance",
            "upfront cost exceeds account balance",
            "not enough funds",
            "would cause overdraft",
            "gas required exceeds allowance",
        ],
    ),
    (
        Full,
        &[
            "txpool is full",
            "pool is full",
            "too many transactions in the queue",
            "account limit exceeded",
            "reached the tx limit",
            "in-flight transaction limit reached",
            "gapped-nonce tx",
            "congestion",
            "nonce too high",
            "noncegap",
            "nonce is too distant",
            "noncetoofarinfuture",
            "lower nonce",
            "future transaction tries to replace pending",
            "address already reserved",
        ],
    ),
    (
        Rejected,
        &[
            "invalid sender",
            "failedtoresolvesender",
            "invalid signature",
            "invalid transaction signature",
            "invalidtxsignature",
            "intrinsic gas",
            "intrinsicgas",
            "exceeds block gas limit",
            "exceeds current gas limit",
            "exceeds max transaction gas limit",
            "gaslimitexceeded",
            "gas limit reached",
            "gas limit too high",
            "gas limit is too high",
            "gas limit is greater than the block gas limit",
            "gas is beyond limit",
            "negative value",
            "oversized data",
            "gas uint64 overflow",
            "gasuintoverflow",
            "int256overflow",
            "rlptoolong",
            "invalid rlp",
            "failed to decode signed transaction",
            "transaction type not supported",
            "invalid transaction type",
            "max priority fee per gas higher than max fee per gas",
            "max priority fee per gas exceeds max fee per gas",
            "higher than 2^256-1",
            "sender not an eoa",
            "sender is not an eoa",
            "senderiscontract",
            "invalid chain id",
            "invalidtxchainid",
            "wrong chainid",
            "signed for another chain",
            "exceeds the configured cap",
            "fee cap exceeded",
            "not authorized to send",
            "banned in local queue",
            "not permitted",
            "forbidden sender",
            "in blacklist",
            "nonce has max value",
            "spammer",
            "marked the transaction as invalid",
        ],
    ),
];

/// The texts of nodes for a reverted call. A driver writes `returned false` for a token that returned false.
const REVERTS: &[&str] = &[
    "execution reverted",
    "returned false",
    "vm execution error",
    "vm exception while processing transaction",
    "transaction execution fails",
    "transaction reverted",
    "revert",
    "always failing transaction",
];

/// The code of a revert, as most nodes give it.
const REVERT_CODE: &str = "3";
/// The first bytes of `Error(string)` and `Panic(uint256)`, which hold the reasons of contracts.
const ERROR: &str = "0x08c379a0";
const PANIC: &str = "0x4e487b71";

/// The meaning of an error for signed bytes.
pub fn class(error: &NodeError) -> NodeErrorClass {
    let message = error.message.to_lowercase();
    if message.contains("execution reverted") {
        return Rejected;
    }
    let row = TABLE.iter().find(|(_, texts)| texts.iter().any(|text| begins_word(&message, text)));
    row.map_or(NodeErrorClass::Unknown, |(class, _)| *class)
}

/// Whether an error says that a call reverts.
pub fn is_revert(error: &NodeError) -> bool {
    let message = error.message.to_lowercase();
    error.code == REVERT_CODE || REVERTS.iter().any(|text| begins_word(&message, text))
}

/// The reason of a revert, if the contract gives one.
pub fn revert_reason(error: &NodeError) -> Option<String> {
    let encoded = [&error.data, &error.message].into_iter().find_map(|text| decoded(text));
    encoded.or_else(|| {
        let (_, said) = error.message.split_once("reverted:")?;
        Some(said.trim().to_owned()).filter(|said| !said.is_empty())
    })
}

/// Whether a message contains a text at the begin of a word: `unknown transaction` does not match `known`.
fn begins_word(message: &str, text: &str) -> bool {
    message.match_indices(text).any(|(at, _)| {
        let before = message.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// The reason in the bytes of a revert, wherever they stand in a text.
fn decoded(text: &str) -> Option<String> {
    let bytes_from = |at: usize| {
        let digits = text.get(at.saturating_add(ERROR.len())..)?;
        let end = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        // an even number: the text may have been cut off
        hex::decode(digits.get(..end - end % 2)?).ok()
    };
    if let Some(at) = text.find(ERROR) {
        let bytes = bytes_from(at)?;
        let length = number(bytes.get(32..64)?)?;
        let rest = bytes.get(64..)?;
        let said = rest.get(..length.min(rest.len()))?;
        return Some(String::from_utf8_lossy(said).into_owned()).filter(|said| !said.is_empty());
    }
    let code = number(bytes_from(text.find(PANIC)?)?.get(..32)?)?;
    Some(format!("panic 0x{code:02x}"))
}

/// A number of 32 bytes, if it is small.
fn number(word: &[u8]) -> Option<usize> {
    let (high, low) = word.split_at_checked(24)?;
    let low = u64::from_be_bytes(low.try_into().ok()?);
    high.iter().all(|byte| *byte == 0).then(|| usize::try_from(low).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::NodeErrorClass::Unknown;
    use super::*;

    // The sources of the texts of nodes, below https://github.com/.
    const GETH: &str = "ethereum/go-ethereum core/txpool/errors.go";
    const GETH_CORE: &str = "ethereum/go-ethereum core/error.go";
    const GETH_POOL: &str = "ethereum/go-ethereum core/txpool/validation.go";
    const BOR: &str = "maticnetwork/bor core/txpool/legacypool/legacypool.go";
    const ERIGON: &str = "erigontech/erigon txnprovider/txpool/txpoolcfg/txpoolcfg.go";
    const NETHERMIND: &str = "NethermindEth/nethermind Nethermind.Core/Messages/TxErrorMessages.cs";
    const BESU: &str = "hyperledger/besu ethereum/api RpcErrorType.java";
    const RETH: &str = "paradigmxyz/reth crates/rpc/rpc-eth-types/src/error/mod.rs";
    const RETH_POOL: &str = "paradigmxyz/reth crates/transaction-pool/src/error.rs";
    const ANVIL: &str = "foundry-rs/foundry crates/anvil/src/eth/error.rs";
    // Texts that were met in the wild. The name of the node stands in front of each text.
    const MET: &str = "smartcontractkit/chainlink-evm pkg/client/errors_test.go";
    const MET_BEFORE: &str = "smartcontractkit/chainlink core/chains/evm/client/errors_test.go";

    const TEXTS: &[(&str, NodeErrorClass, &str)] = &[
        (GETH, Known, "already known"),
        (GETH, Rejected, "invalid sender"),
        (GETH, Underpriced, "transaction underpriced"),
        (GETH, Underpriced, "replacement transaction underpriced"),
        (GETH, Full, "account limit exceeded"),
        (GETH, Rejected, "exceeds block gas limit"),
        (GETH, Rejected, "negative value"),
        (GETH, Rejected, "oversized data"),
        (GETH, Full, "future transaction tries to replace pending"),
        (GETH, Full, "address already reserved"),
        (GETH_CORE, NonceTooLow, "nonce too low"),
        (GETH_CORE, Full, "nonce too high"),
        (GETH_CORE, Rejected, "nonce has max value"),
        (GETH_CORE, Rejected, "gas limit reached"),
        (GETH_CORE, NoFunds, "insufficient funds for transfer"),
        (GETH_CORE, NoFunds, "insufficient funds for gas * price + value"),
        (GETH_CORE, Rejected, "gas uint64 overflow"),
        (GETH_CORE, Rejected, "intrinsic gas too low"),
        (GETH_CORE, Rejected, "max priority fee per gas higher than max fee per gas"),
        (GETH_CORE, Rejected, "max fee per gas higher than 2^256-1"),
        (GETH_CORE, Underpriced, "max fee per gas less than block base fee"),
        (GETH_CORE, Rejected, "sender not an eoa"),
        (GETH_POOL, NonceTooLow, "nonce too low: next nonce 12, tx nonce 11"),
        (GETH_POOL, Full, "nonce too high: tx nonce 14, gapped nonce 12"),
        (
            GETH_POOL,
            NoFunds,
            "insufficient funds for gas * price + value: balance 0, tx cost 9327, overshot 9327",
        ),
        (
            GETH_POOL,
            NoFunds,
            "insufficient funds for gas * price + value: balance 9, queued cost 4, tx bumped 8, overshot 3",
        ),
        (GETH_POOL, Full, "account limit exceeded: pooled 16 txs"),
        (GETH_POOL, Rejected, "intrinsic gas too low: gas 20000, minimum needed 21000"),
        (GETH_POOL, Rejected, "transaction type not supported: type 2 rejected, pool not yet in London"),
        (BOR, Full, "txpool is full"),
        (BOR, Full, "gapped-nonce tx from delegated accounts"),
        (
            "bnb-chain/bsc issue 2387",
            Underpriced,
            "transaction underpriced: tip needed 3000000000, tip permitted 1000000000",
        ),
        (
            "Nethereum/Nethereum issue 1075",
            Underpriced,
            "transaction underpriced: gas tip cap 100000000, minimum needed 1000000000",
        ),
        (ERIGON, Underpriced, "underpriced"),
        (ERIGON, Underpriced, "fee too low"),
        (ERIGON, Underpriced, "could not replace existing tx"),
        (ERIGON, Known, "existing txn with same hash"),
        (ERIGON, Full, "pending sub-pool is full"),
        (ERIGON, Full, "baseFee sub-pool is full"),
        (ERIGON, Full, "queued sub-pool is full"),
        (ERIGON, NoFunds, "insufficient funds"),
        (ERIGON, Rejected, "IntrinsicGas"),
        (ERIGON, Rejected, "RLPTooLong"),
        (ERIGON, Rejected, "GasUintOverflow"),
        (ERIGON, Rejected, "spammer"),
        (ERIGON, Rejected, "gas limit is too high"),
        ("web3-proxy, of Erigon", Known, "INTERNAL_ERROR: existing tx with same hash"),
        (
            "ethers-io/ethers.js src.ts/providers/provider-ankr.ts",
            Underpriced,
            "INTERNAL_ERROR: could not replace existing tx",
        ),
        ("web3-proxy, of Erigon", Known, "ALREADY_EXISTS: already known"),
        (NETHERMIND, Rejected, "InvalidTxSignature: Signature is invalid."),
        (NETHERMIND, Rejected, "InvalidTxChainId: Expected 1, got 5."),
        (MET, Known, "call failed: AlreadyKnown"),
        (MET, NonceTooLow, "call failed: OldNonce, Current nonce: 22, nonce of rejected tx: 17"),
        (MET, Full, "call failed: NonceGap, Future nonce. Expected nonce: 10"),
        (
            MET,
            NoFunds,
            "call failed: InsufficientFunds, Account balance: 4740799397601480913, cumulative cost: 22019342038993800000",
        ),
        (
            MET,
            Underpriced,
            "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 50, BaseFee: 100, MaxPriorityFeePerGas:200, Block number: 5",
        ),
        (MET, Underpriced, "FeeTooLowToCompete"),
        (MET_BEFORE, Rejected, "call failed: SenderIsContract"),
        (MET_BEFORE, Rejected, "call failed: Int256Overflow"),
        (MET_BEFORE, Rejected, "call failed: FailedToResolveSender"),
        (MET_BEFORE, Rejected, "call failed: GasLimitExceeded"),
        (BESU, Known, "Known transaction"),
        (BESU, Underpriced, "Replacement transaction underpriced"),
        (BESU, NonceTooLow, "Nonce too low"),
        (BESU, Rejected, "Invalid signature"),
        (BESU, Rejected, "Intrinsic gas exceeds gas limit"),
        (BESU, NoFunds, "Upfront cost exceeds account balance"),
        (BESU, Rejected, "Transaction gas limit exceeds block gas limit"),
        (BESU, Full, "Nonce too high"),
        (BESU, Rejected, "Sender account not authorized to send transactions"),
        (BESU, Unknown, "Initial sync is still in progress"),
        (BESU, Underpriced, "Gas price below configured minimum gas price"),
        (BESU, Underpriced, "Gas price below current base fee"),
        (BESU, Rejected, "Wrong chainId"),
        (BESU, Rejected, "Transaction fee cap exceeded"),
        (BESU, Full, "Transaction nonce is too distant from current sender nonce"),
        (BESU, Full, "An invalid transaction with a lower nonce exists"),
        (BESU, Rejected, "Max priority fee per gas exceeds max fee per gas"),
        (BESU, Rejected, "Plugin has marked the transaction as invalid"),
        (
            BESU,
            Unknown,
            "Transaction pool not enabled. (Either txpool explicitly disabled, or node not yet in sync).",
        ),
        (RETH, NonceTooLow, "nonce too low: next nonce 8, tx nonce 7"),
        (RETH, NoFunds, "insufficient funds for gas * price + value: have 1 want 21000"),
        (RETH, NoFunds, "gas required exceeds allowance (0)"),
        (RETH, Rejected, "intrinsic gas too high"),
        (RETH, Rejected, "sender is not an EOA"),
        (RETH, Rejected, "invalid chain ID"),
        (RETH, Rejected, "failed to decode signed transaction"),
        (RETH, Rejected, "exceeds max transaction gas limit"),
        (RETH, Underpriced, "transaction priority fee below minimum required priority fee 1000000"),
        (RETH_POOL, Known, "[0x6013] Already imported"),
        (RETH_POOL, Underpriced, "[0x6013]: insufficient gas price to replace existing transaction."),
        (RETH_POOL, Underpriced, "[0x6013] Transaction feeCap 6 below chain minimum."),
        (ANVIL, Known, "Tx: [0x6013] already Imported"),
        (ANVIL, Underpriced, "Tx: [0x6013] insufficient gas price to replace existing transaction"),
        (ANVIL, NoFunds, "Insufficient funds for gas * price + value"),
        (ANVIL, Rejected, "intrinsic gas too high -- tx.gas_limit > block.gas_limit"),
        (ANVIL, Rejected, "invalid chain id for signer"),
        (ANVIL, Rejected, "Incompatible EIP-155 transaction, signed for another chain"),
        (ANVIL, Rejected, "Transaction gas limit is greater than the block gas limit, gas_limit: 9, cap: 8"),
        (ANVIL, Rejected, "Unknown transaction type not supported"),
        (MET, NonceTooLow, "nonce too low. allowed nonce range: 427 - 447, actual: 426"),
        (MET, Known, "known transaction. transaction with hash 0x6013…3053 is already in the system"),
        (MET, Underpriced, "there is another tx which has the same nonce in the tx pool"),
        (MET, Underpriced, "gas price less than block base fee"),
        (MET, Known, "tx already exists in cache"),
        (MET, NoFunds, "transaction would cause overdraft"),
        (MET, NoFunds, "Signer had insufficient balance"),
        (MET, Rejected, "tx fee (1.10 ether) exceeds the configured cap (1.00 ether)"),
        (MET, Known, "failed to forward tx to sequencer, please try again. Error message: 'already known'"),
        (MET, Unknown, "call failed: 502 Bad Gateway: <html>"),
        (MET, Unknown, "i/o timeout"),
        (MET_BEFORE, NonceTooLow, "Transaction nonce is too low. Try incrementing the nonce."),
        (MET_BEFORE, NonceTooLow, "invalid transaction nonce"),
        (MET_BEFORE, NonceTooLow, "submit transaction to pool failed: Pool(Stale)"),
        (MET_BEFORE, Known, "submit transaction to pool failed: Pool(AlreadyImported)"),
        (MET_BEFORE, Known, "Transaction with the same hash was already imported."),
        (
            MET_BEFORE,
            Underpriced,
            "Transaction gas price 100wei is too low. There is another transaction with same nonce in the queue with gas price 150wei.",
        ),
        (
            MET_BEFORE,
            Full,
            "There are too many transactions in the queue. Your transaction was dropped due to limit. Try increasing the fee.",
        ),
        (MET_BEFORE, NoFunds, "not enough funds for gas"),
        (MET_BEFORE, Full, "tx dropped due to L2 congestion"),
        (MET_BEFORE, Rejected, "Supplied gas is beyond limit."),
        (MET_BEFORE, Rejected, "Sender is banned in local queue."),
        (MET_BEFORE, Rejected, "execution reverted: error code"),
        ("of Alchemy", Full, "in-flight transaction limit reached for delegated accounts"),
        (
            "conduitxyz/node issue 36, of Alchemy",
            Unknown,
            "Your app has exceeded its compute units per second capacity.",
        ),
        ("xmtp/xmtpd issue 672, of Alchemy", Unknown, "Monthly capacity limit exceeded."),
        (
            "CirclesUBI/circles-myxogastria issue 54, of Infura",
            Unknown,
            "daily request count exceeded, request rate limited",
        ),
        ("latticexyz/mud issue 1522, of QuickNode", Unknown, "credits limited to 6000/sec"),
        ("base/node issue 390", Unknown, "over rate limit"),
        ("nobody", Unknown, ""),
    ];

    fn error(code: &str, message: &str, data: &str) -> NodeError {
        NodeError { code: code.to_owned(), message: message.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn texts_of_nodes_have_their_class() {
        assert!(TEXTS.len() >= 60);
        for (source, wanted, text) in TEXTS {
            for shown in [(*text).to_owned(), text.to_uppercase(), format!("node 1: {text}")] {
                assert_eq!(class(&error("-32000", &shown, "")), *wanted, "{source}: {shown}");
            }
        }
    }

    #[test]
    fn a_word_that_only_ends_so_is_another() {
        for text in ["unknown transaction", "hundredpool is full", "xfeetoolow"] {
            assert_eq!(class(&error("-32000", text, "")), Unknown, "{text}");
        }
        assert!(begins_word("(nonce too low)", "nonce too low"));
        assert!(begins_word("unknown transaction, known transaction", "known transaction"));
    }

    #[test]
    fn reverts_are_told_from_other_errors() {
        for (code, message) in [
            ("3", "execution reverted"),
            ("3", ""),
            ("-32000", "Execution reverted"),
            ("-32000", "execution reverted: ERC20: transfer amount exceeds balance"),
            ("-32015", "VM execution error."),
            ("-32603", "VM Exception while processing transaction: reverted with reason string 'no'"),
            ("", "returned false"),
            ("-32000", "Reverted 0x"),
            ("-32000", "VM Exception: revert"),
            ("-32000", "gas required exceeds allowance (30000000) or always failing transaction"),
        ] {
            assert!(is_revert(&error(code, message, "")), "{message}");
        }
        for message in ["insufficient funds for transfer", "header not found", "irreverted", ""] {
            assert!(!is_revert(&error("-32000", message, "")), "{message}");
        }
    }

    #[test]
    fn what_a_contract_says_is_read() {
        let word = |number: u8| format!("{number:064x}");
        let encoded = format!("{ERROR}{}{}{}", word(32), word(5), hex::encode("short\0\0\0"));
        for (message, data, reason) in [
            ("execution reverted", encoded.as_str(), Some("short")),
            ("VM execution error.", &*format!("Reverted {encoded}"), Some("short")),
            ("execution reverted", &encoded[..encoded.len() - 7], Some("shor")),
            ("execution reverted: paused", "0x", Some("paused")),
            ("Execution reverted", "", None),
            ("execution reverted:  ", "", None),
            ("execution reverted", &*format!("{PANIC}{}", word(0x11)), Some("panic 0x11")),
            ("execution reverted", ERROR, None),
            ("execution reverted", &*format!("{ERROR}{}{}", word(32), "f".repeat(64)), None),
            ("execution reverted", "0x08c379a0é", None),
        ] {
            assert_eq!(revert_reason(&error("3", message, data)).as_deref(), reason, "{message} {data}");
        }
    }
}
