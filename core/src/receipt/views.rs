//! Views of the receipts service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::{DealId, ReceiptId, TransferId};
use crate::keyring::Alg;
use crate::money::Money;
use crate::rows::tables::TransferKind;
use crate::time::Time;

/// One signature over the canonical JSON (RFC 8785) of a receipt's payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptSignature {
    /// `HMAC-SHA-256` or `Ed25519`.
    pub alg: Alg,
    /// The id of the key.
    pub kid: String,
    /// The signature, in lower-case hexadecimal.
    pub value: String,
}

/// A receipt: one transfer, signed. The fields next to the payload repeat it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// Its id: `rc_` and the uuid of its transfer.
    pub id: ReceiptId,
    /// The place of its event in the book's gapless sequence: no two receipts of a book share one.
    pub number: i64,
    /// Why the money moved.
    pub kind: TransferKind,
    /// The transfer.
    pub transfer: TransferId,
    /// The deal that it belongs to.
    pub deal: Option<DealId>,
    /// The amount moved; `null` with more than two postings.
    pub amount: Option<Money>,
    /// The payer; `null` with more than two postings.
    pub from: Option<String>,
    /// The payee; `null` with more than two postings.
    pub to: Option<String>,
    /// When the money moved.
    pub issued_at: Time,
    /// SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal.
    pub integrity_hash: String,
    /// The signatures.
    pub signatures: Vec<ReceiptSignature>,
    /// The signed payload.
    pub payload: Map<String, Value>,
}

/// The result of checking a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Whether it is genuine: nothing was changed, and every signature that could be checked is right.
    pub valid: bool,
    /// The key of the signature that decided.
    pub kid: Option<String>,
    /// The algorithm that this signature names.
    pub alg: Option<String>,
    /// Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`, `wrong_key`
    /// (another of the known keys made it) or `bad_signature`. `old_key` of a genuine one whose key was
    /// rotated out since.
    pub reason: Option<String>,
}

/// A receipt for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenderedReceipt {
    /// `text` or `html`.
    pub format: String,
    /// The language that it is in.
    pub locale: String,
    /// The text, or a whole page.
    pub content: String,
}
