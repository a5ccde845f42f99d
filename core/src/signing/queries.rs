//! The queries of signing: the keys, the address of one, and answers to what was prepared.

use super::model::{self, KIND, KeyFacts, KeyRecord};
use super::requests::{CompleteSignature, GetAddress, ListSigningKeys};
use super::tools;
use super::views::{KeyAddress, SignatureCompleted, SigningKey};
use crate::error::Result;
use crate::ids::SigningKeyId;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;

/// `signing.keys`: newest first.
///
/// # Errors
/// `invalid_request` naming `limit` or `after`.
pub async fn keys(reading: &mut Reading<'_>, request: &ListSigningKeys) -> Result<Page<SigningKey>> {
    let size = limit_of(request.limit);
    let records = Records {
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
        ..Records::of(&reading.book, KIND)
    };
    let rows = reading.list(&Listing::Records(records)).await?.records;
    let keys: Vec<KeyRecord> = rows.iter().map(Stored::<KeyFacts>::of).collect::<Result<_>>()?;
    page(keys, size, |key| Ok(SigningKey::of(key)), |key| (key.row.created_at, key.row.id))
}

/// `signing.complete`.
///
/// # Errors
/// `invalid_request`; `key_not_found`; `signature_invalid`.
pub async fn complete(reading: &mut Reading<'_>, request: &CompleteSignature) -> Result<SignatureCompleted> {
    let key = known(reading, &request.key).await?;
    model::free(&key)?;
    tools::completed(request, &key.facts.address)
}

/// `signing.address`.
///
/// # Errors
/// `invalid_request` naming `key`; `key_not_found`.
pub async fn address(reading: &mut Reading<'_>, request: &GetAddress) -> Result<KeyAddress> {
    let key = known(reading, &request.key).await?;
    Ok(KeyAddress { key: key.id().to_string(), address: key.facts.address })
}

async fn known(reading: &mut Reading<'_>, key: &str) -> Result<KeyRecord> {
    let id = SigningKeyId::request("key", key)?;
    let mut needs = Needs::default();
    needs.record(model::record_of(&reading.book, id), Access::Read);
    let row = reading.load(&needs).await?.records.into_iter().next();
    KeyRecord::of(&row.ok_or_else(|| model::not_found(id))?)
}
