//! Transactions, messages and typed data that a key is asked to sign.

use earnest_evm::{Allowed, B256, Error, Message, Policy, Transaction, TypedData, Used};
use serde_json::{Map, Value, json};

/// A transaction, a message or typed data to sign.
#[derive(Clone, Debug)]
pub enum Asked {
    Transaction(Transaction),
    Message(Message),
    TypedData(TypedData),
}

impl Asked {
    /// Whether a key without a policy may sign it.
    pub fn judge_unbound(&self) -> Result<(), Error> {
        if let Self::Transaction(tx) = self { tx.within_its_cap() } else { Ok(()) }
    }

    /// Whether a policy allows it, and what it costs.
    pub fn judge(&self, policy: &Policy, used: &Used) -> Result<Allowed, Error> {
        match self {
            Self::Transaction(tx) => policy.judge_transaction(tx, used),
            Self::Message(message) => policy.judge_message(message),
            Self::TypedData(data) => policy.judge_typed_data(data, used),
        }
    }

    /// The 32 bytes that are signed.
    pub fn digest(&self) -> Result<B256, Error> {
        match self {
            Self::Transaction(tx) => tx.signing_hash(),
            Self::Message(message) => Ok(message.digest()),
            Self::TypedData(data) => Ok(data.digest()),
        }
    }

    /// Chain and nonce of a transaction: of all with the same, one can be mined.
    pub fn nonce(&self) -> Option<(u64, u64)> {
        match self {
            Self::Transaction(tx) => Some((tx.chain_id()?, tx.nonce())),
            Self::Message(_) | Self::TypedData(_) => None,
        }
    }

    /// Returns the data of the signature's event: enough to find it again, and nothing of a message.
    pub fn event(&self) -> Result<Map<String, Value>, Error> {
        let mut data = Map::new();
        let mut say = |name: &str, value: Value| drop(data.insert(name.to_owned(), value));
        say("digest", json!(self.digest()?.to_string()));
        match self {
            Self::Transaction(tx) => {
                say("kind", json!("transaction"));
                say("chain_id", json!(tx.chain_id().map(|id| id.to_string())));
                say("nonce", json!(tx.nonce().to_string()));
                say("to", json!(tx.to().as_ref().map(earnest_evm::address::to_text)));
                say("value", json!(tx.value().to_string()));
            }
            Self::Message(_) => say("kind", json!("message")),
            Self::TypedData(typed) => {
                say("kind", json!("typed_data"));
                say("primary_type", json!(typed.primary_type()));
            }
        }
        Ok(data)
    }
}
