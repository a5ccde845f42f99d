//! Operations that need no key and no store: who signed, what a transaction says, and calls of tokens.

use earnest_evm::erc20::Call;
use earnest_evm::{B256, Message, Signature, Transaction, TypedData, address};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::refusal::refusal;
use super::requests::{
    CompleteSignature, DecodeTransaction, Erc20Transfer, RecoverAddress, TransactionFields,
};
use super::sign_request::Asked;
use super::views::{AddressRecovered, CallData, SignatureCompleted, TransactionDecoded, TransactionSigned};
use crate::error::{Detail, Error, Result};

/// `signing.recover`.
pub fn recover(request: &RecoverAddress) -> Result<AddressRecovered> {
    let signature = signature(&request.signature)?;
    let given = [
        request.message.is_some(),
        request.message_hex.is_some(),
        request.typed_data.is_some(),
        request.digest.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let what = "or one of `message_hex`, `typed_data` and `digest` must be given, and no other";
        return Err(Error::invalid("message", what));
    }
    let wrong = |error: earnest_evm::Error| refusal(&error, "signing.recover", "");
    let digest = match (&request.typed_data, &request.digest) {
        (Some(data), _) => TypedData::from_json(&Value::Object(data.clone())).map_err(wrong)?.digest(),
        (_, Some(digest)) => B256::from(bytes::<32>("digest", digest)?),
        _ => message(request.message.as_deref(), request.message_hex.as_deref()).map_err(wrong)?.digest(),
    };
    let signed_by = signature.recover(&digest).map_err(wrong)?;
    Ok(AddressRecovered { address: address::to_text(&signed_by) })
}

/// `signing.decode_transaction`.
pub fn decode_transaction(request: &DecodeTransaction) -> Result<TransactionDecoded> {
    let raw = vec_of("raw", &request.raw)?;
    let decoded = Transaction::decode(&raw);
    let decoded = decoded.map_err(|error| refusal(&error, "signing.decode_transaction", ""))?;
    view(decoded.to_json())
}

/// `signing.erc20_transfer`.
pub fn erc20_transfer(request: &Erc20Transfer) -> Result<CallData> {
    let named = |field: &str, text: &str| {
        let wrong = "must be `0x` and 40 hex digits, in letters of one case or with the checksum of EIP-55";
        address::parse(text).map_err(|_| Error::invalid(field, wrong))
    };
    let (token, to) = (named("token", &request.token)?, named("to", &request.to)?);
    let amount = earnest_evm::number(&request.amount, "amount");
    let amount = amount.map_err(|error| refusal(&error, "signing.erc20_transfer", ""))?;
    let data = format!("0x{}", hex::encode(Call::Transfer { to, amount }.to_data()));
    Ok(CallData { to: address::to_text(&token), data })
}

/// Text or bytes, and not both.
pub fn message(text: Option<&str>, bytes: Option<&str>) -> Result<Message, earnest_evm::Error> {
    let mut request = json!({});
    if let Some(text) = text {
        request["message"] = text.into();
    }
    if let Some(bytes) = bytes {
        request["message_hex"] = bytes.into();
    }
    Message::from_json(&request)
}

/// The ways in which a request may name what to sign.
#[derive(Clone, Copy, Debug)]
pub struct Ways<'r> {
    pub tx: Option<&'r TransactionFields>,
    /// A message, as text.
    pub message: Option<&'r str>,
    /// A message, as bytes.
    pub message_hex: Option<&'r str>,
    pub typed_data: Option<&'r serde_json::Map<String, Value>>,
}

/// Reads the transaction, message or typed data to sign, given in just one way.
pub fn asked(ways: Ways<'_>, operation: &str, key: &str) -> Result<Asked> {
    let Ways { tx, message: text, message_hex: bytes, typed_data } = ways;
    let given = [tx.is_some(), text.is_some(), bytes.is_some(), typed_data.is_some()];
    if given.iter().filter(|given| **given).count() != 1 {
        let what = "or one of `message`, `message_hex` and `typed_data` must be given, and no other";
        return Err(Error::invalid("tx", what));
    }
    let asked = match (tx, typed_data) {
        (Some(tx), _) => {
            let tx =
                serde_json::to_value(tx).map_err(|_| Error::corrupted("a transaction has no JSON form"))?;
            Transaction::from_json(&tx).map(Asked::Transaction)
        }
        (_, Some(data)) => TypedData::from_json(&Value::Object(data.clone())).map(Asked::TypedData),
        _ => message(text, bytes).map(Asked::Message),
    };
    asked.map_err(|error| refusal(&error, operation, key))
}

/// The answer of a service or a phone, put onto what was asked. Whoever has the private key can sign whatever
/// he likes: nothing is judged here but whether it is that key's signature.
pub fn completed(request: &CompleteSignature, address: &str) -> Result<SignatureCompleted> {
    let name = "signing.complete";
    let wrong = |error: earnest_evm::Error| refusal(&error, name, &request.key);
    let ways = Ways {
        tx: request.tx.as_ref(),
        message: request.message.as_deref(),
        message_hex: request.message_hex.as_deref(),
        typed_data: request.typed_data.as_ref(),
    };
    let asked = asked(ways, name, &request.key)?;
    let from = address::parse(address).map_err(|_| Error::corrupted("the address of a key"))?;
    let digest = asked.digest().map_err(wrong)?;
    let answer = vec_of("signature", &request.signature)?;
    let signature = Signature::from_external_answer(&answer, &digest, &from).map_err(wrong)?;
    let transaction = match asked {
        Asked::Transaction(tx) => Some(signed(tx.with_signature(signature, from).map_err(wrong)?.to_json())?),
        Asked::Message(_) | Asked::TypedData(_) => None,
    };
    Ok(SignatureCompleted {
        signature: format!("0x{}", hex::encode(signature.to_bytes())),
        digest: digest.to_string(),
        transaction,
    })
}

/// A transaction that was signed, as callers get it.
pub fn signed(mut transaction: Value) -> Result<TransactionSigned> {
    transaction["replayed"] = false.into();
    view(transaction)
}

/// A view from the JSON of the library that signs, which has the same names: `corrupted` where they differ.
fn view<V: DeserializeOwned>(value: Value) -> Result<V> {
    serde_json::from_value(value).map_err(|_| Error::corrupted("what was signed has another form"))
}

fn signature(text: &str) -> Result<Signature> {
    let wrong = |error: earnest_evm::Error| refusal(&error, "signing.recover", "");
    let digits = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    let invalid =
        || Error::from(Detail::SignatureInvalid { reason: "it must be `0x` and hex digits".to_owned() });
    Signature::from_slice(&digits.ok_or_else(invalid)?).map_err(wrong)
}

fn vec_of(field: &str, text: &str) -> Result<Vec<u8>> {
    let digits = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    digits.ok_or_else(|| Error::invalid(field, "must be `0x` and pairs of hex digits"))
}

fn bytes<const N: usize>(field: &str, text: &str) -> Result<[u8; N]> {
    let wrong = |_| Error::invalid(field, format!("must have {N} bytes"));
    vec_of(field, text)?.try_into().map_err(wrong)
}
