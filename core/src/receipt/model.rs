//! The model of a receipt: its payload, and its signatures.

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ids::{DealId, EventId, ReceiptId, TransferId};
use crate::keyring::{Alg, Keyring};
use crate::money::Money;
use crate::receipt::views::{Receipt, ReceiptSignature};
use crate::rows::events::{Link, content_hash};
use crate::rows::tables::{EntryRow, EventRow, TransferKind, TransferRow};
use crate::time::Time;

/// The signed part of one leg: never a balance, which concerns only the account holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PayloadPosting {
    /// The account.
    pub account: String,
    /// Signed: positive is a credit.
    pub amount: Money,
}

/// The signed payload. Numbers are small integers and everything else is text, so that any implementation of
/// RFC 8785 gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payload {
    /// `earnest.receipt`: a signature over anything else is none over a receipt.
    pub r#type: &'static str,
    /// The version of this format.
    pub v: u32,
    /// The receipt's id.
    pub id: ReceiptId,
    /// The place of its event in the book.
    pub number: i64,
    /// The store.
    pub store: Uuid,
    /// The history of the store in which the money moved: a restored or forked copy continues with another
    /// one.
    pub timeline: Uuid,
    /// The book.
    pub book: String,
    /// Why the money moved.
    pub kind: TransferKind,
    /// The transfer.
    pub transfer: TransferId,
    /// The transfer that this one reverses or refunds.
    pub original: Option<TransferId>,
    /// The deal that it belongs to.
    pub deal: Option<DealId>,
    /// The caller's own reference.
    pub reference: Option<String>,
    /// The amount moved; `null` with more than two postings.
    pub amount: Option<Money>,
    /// The payer; `null` with more than two postings.
    pub from: Option<String>,
    /// The payee; `null` with more than two postings.
    pub to: Option<String>,
    /// Every leg.
    pub postings: Vec<PayloadPosting>,
    /// When the money moved.
    pub issued_at: Time,
    /// The event.
    pub event: EventId,
    /// Its link of the book's hash chain: the holder of the receipt has an anchor of everything before it.
    pub link: String,
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn hash_of(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical))
}

/// The canonical form of a payload (RFC 8785).
pub(super) fn canonical(payload: &Map<String, Value>) -> Result<String> {
    serde_json_canonicalizer::to_string(payload)
        .map_err(|_| Error::corrupted("a receipt has no canonical form"))
}

/// Whether the event of a transfer is unchanged, and agrees with the transfer and its entries.
fn agrees_with(event: &EventRow, link: &Link, row: &TransferRow, entries: &[EntryRow]) -> bool {
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    let id = |name: &str| data[name].as_str();
    let leg = |(leg, entry): (&Value, &EntryRow)| {
        let amount = entry.amount.to_string();
        let same = *leg == json!([entry.account.as_str(), entry.currency.code(), amount]);
        same && (entry.stamp, entry.at) == (event.stamp, event.at)
    };
    let legs = data["postings"].as_array().map_or(&[][..], Vec::as_slice);
    content_hash(event) == link.content
        && (event.object.as_ref(), event.object_id().as_ref()) == ("transfer", &row.id.to_string())
        && (event.stamp, event.at) == (row.stamp, row.at)
        && id("kind") == Some(row.kind.as_str())
        && id("deal").or(id("owned_by")) == row.owned_by.map(|owner| owner.to_string()).as_deref()
        && id("hold") == row.hold.map(|hold| hold.to_string()).as_deref()
        && id("original") == row.original.map(|original| original.to_string()).as_deref()
        && legs.len() == entries.len()
        && legs.iter().zip(entries).all(leg)
}

impl Payload {
    /// Builds the receipt of a transfer: a pure function of rows that never change.
    ///
    /// # Errors
    /// `corrupted` when a row is out of bounds, or when transfer and entries do not agree with the event:
    /// rows that somebody changed in the database are not signed.
    pub fn of(
        row: &TransferRow,
        entries: &[EntryRow],
        event: &EventRow,
        link: &Link,
        store: Uuid,
    ) -> Result<Self> {
        if !agrees_with(event, link, row, entries) {
            return Err(Error::corrupted(format!("transfer {} is not what its event says", row.id)));
        }
        let broken = || Error::corrupted(format!("an entry of transfer {}", row.id));
        let posting = |entry: &EntryRow| {
            let amount = Money::new(entry.amount, entry.currency).ok_or_else(broken)?;
            Ok::<_, Error>(PayloadPosting { account: entry.account.to_string(), amount })
        };
        let postings: Vec<PayloadPosting> = entries.iter().map(posting).collect::<Result<_>>()?;
        let (payer, payee) = match postings.as_slice() {
            [first, second] if first.amount.is_negative() => (Some(first), Some(second)),
            [first, second] => (Some(second), Some(first)),
            _ => (None, None),
        };
        Ok(Self {
            r#type: "earnest.receipt",
            v: 1,
            id: ReceiptId::from_uuid(row.id.uuid()),
            number: link.seq,
            store,
            timeline: link.timeline.unwrap_or(store),
            book: row.book.to_string(),
            kind: row.kind,
            transfer: row.id,
            original: row.original,
            deal: row.owner(),
            reference: row.reference.as_deref().map(Into::into),
            amount: payee.map(|posting| posting.amount),
            from: payer.map(|posting| posting.account.clone()),
            to: payee.map(|posting| posting.account.clone()),
            issued_at: row.time(),
            event: link.event,
            link: hex::encode(&link.hash),
            postings,
        })
    }

    /// The receipt with this payload, signed by the current keys of `keyring`; without one it has no
    /// signature.
    ///
    /// # Errors
    /// `key_not_found` when the keyring lacks a current key.
    pub fn signed(&self, keyring: Option<&Keyring>) -> Result<Receipt> {
        let payload = match serde_json::to_value(self) {
            Ok(Value::Object(payload)) => payload,
            _ => return Err(Error::corrupted("a receipt has no JSON form")),
        };
        let canonical = canonical(&payload)?;
        let mut signatures = Vec::new();
        for alg in Alg::ALL.into_iter().filter(|_| keyring.is_some()) {
            let missing = || crate::keyring::missing(alg.as_str());
            let key = keyring.ok_or_else(missing)?.current(alg)?;
            let value = hex::encode(key.sign(canonical.as_bytes()).ok_or_else(missing)?);
            signatures.push(ReceiptSignature { alg, kid: key.kid().to_owned(), value });
        }
        Ok(Receipt {
            id: self.id,
            number: self.number,
            kind: self.kind,
            transfer: self.transfer,
            deal: self.deal,
            amount: self.amount,
            from: self.from.clone(),
            to: self.to.clone(),
            issued_at: self.issued_at,
            integrity_hash: hash_of(&canonical),
            signatures,
            payload,
        })
    }
}
