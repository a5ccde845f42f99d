//! The queries of signing: the keys, the address of one, and answers to what was prepared.

use super::model::{self, KIND, KeyRecord};
use super::requests::{CompleteSignature, GetAddress, ListSigningKeys};
use super::tools;
use super::views::{KeyAddress, SignatureCompleted, SigningKey};
use crate::error::Result;
use crate::ids::SigningKeyId;
use crate::request::page::Page;
use crate::request::reading::Reading;
use crate::rows::listing::Records;

/// `signing.keys`: newest first.
pub async fn keys(reading: &mut Reading<'_>, request: &ListSigningKeys) -> Result<Page<SigningKey>> {
    let wanted = Records::of(&reading.book, KIND);
    let view = |key: &KeyRecord| Ok(SigningKey::of(key));
    reading.objects(wanted, request.limit, request.after.as_ref(), view).await
}

/// `signing.complete`.
pub async fn complete(reading: &mut Reading<'_>, request: &CompleteSignature) -> Result<SignatureCompleted> {
    let key = known(reading, &request.key).await?;
    model::free(&key)?;
    tools::completed(request, &key.facts.address)
}

/// `signing.address`.
pub async fn address(reading: &mut Reading<'_>, request: &GetAddress) -> Result<KeyAddress> {
    let key = known(reading, &request.key).await?;
    Ok(KeyAddress { key: key.id().to_string(), address: key.facts.address })
}

async fn known(reading: &mut Reading<'_>, key: &str) -> Result<KeyRecord> {
    let id = SigningKeyId::request("key", key)?;
    let row = reading.record(KeyRecord::key(&reading.book, id)).await?;
    KeyRecord::of(&row.ok_or_else(|| KeyRecord::not_found(id))?)
}
