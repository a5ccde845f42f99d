//! Views of the receipts service.

use crate::ids::{DealId, ReceiptId, TransferId};
use crate::keyring::Alg;
use crate::money::Money;
use crate::request::view::views;
use crate::rows::tables::TransferKind;
use crate::time::Time;
use serde_json::{Map, Value};

views! {
    /// One signature over the canonical JSON (RFC 8785) of a receipt's payload.
    view ReceiptSignature {
        /// `HMAC-SHA-256` or `Ed25519`.
        alg: Alg,
        /// The id of the key.
        kid: String,
        /// The signature, in lower-case hexadecimal.
        value: String,
    }

    /// A receipt: one transfer, signed. The fields next to the payload repeat it.
    view Receipt {
        /// Its id: `rc_` and the uuid of its transfer.
        id: ReceiptId,
        /// The place of its event in the book's gapless sequence: no two receipts of a book share one.
        number: i64,
        /// Why the money moved.
        kind: TransferKind,
        /// The transfer.
        transfer: TransferId,
        /// The deal that it belongs to.
        deal: Option<DealId>,
        /// The amount moved; `null` with more than two postings.
        amount: Option<Money>,
        /// The payer; `null` with more than two postings.
        from: Option<String>,
        /// The payee; `null` with more than two postings.
        to: Option<String>,
        /// When the money moved.
        issued_at: Time,
        /// SHA-256 of the canonical JSON of the payload, in lower-case hexadecimal.
        integrity_hash: String,
        /// The signatures.
        signatures: Vec<ReceiptSignature>,
        /// The signed payload.
        payload: Map<String, Value>,
    }

    /// The result of checking a receipt.
    view Verification {
        /// Whether it is genuine: nothing was changed, and every signature that could be checked is right.
        valid: bool,
        /// The key of the signature that decided.
        kid: Option<String>,
        /// The algorithm that this signature names.
        alg: Option<String>,
        /// Why it is not genuine: `broken_integrity`, `unsigned`, `wrong_algorithm`, `unknown_key`,
        /// `wrong_key` (another of the known keys made it) or `bad_signature`. `old_key` of a genuine one
        /// whose key was rotated out since.
        reason: Option<String>,
    }

    /// A receipt for people.
    view RenderedReceipt {
        /// `text` or `html`.
        format: String,
        /// The language that it is in.
        locale: String,
        /// The text, or a whole page.
        content: String,
    }
}
