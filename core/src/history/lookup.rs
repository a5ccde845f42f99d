//! Looks up what an idempotency key was used for.

use crate::error::Result;
use crate::history::requests::LookupKey;
use crate::history::views::KeyOutcome;
use crate::ids::{ApprovalId, Key};
use crate::kernel::identity::is_expired;
use crate::kernel::operation::CreatedIds;
use crate::request::reading::Reading;
use crate::rows::needs::Needs;
use crate::rows::tables::KeyRow;

/// `admin.lookup_key`. Derived keys (`auto:...`) may be asked for too.
///
/// # Errors
/// `invalid_request` for a malformed key.
pub async fn lookup(reading: &mut Reading<'_>, request: &LookupKey) -> Result<KeyOutcome> {
    let key = if request.key.starts_with("auto:") {
        Key::derived(request.key.as_str())
    } else {
        Key::request("key", &request.key)?
    };
    let mut needs = Needs::default();
    needs.keys.insert((reading.book.clone(), key.clone()));
    let loaded = reading.load(&needs).await?;
    let key = key.to_string();
    let pending = |row: &KeyRow| CreatedIds::unpack(&row.made).ok()?.pending_on::<ApprovalId>();
    let known = loaded.keys.first().filter(|row| pending(row).is_some() || !is_expired(row, reading.now));
    let Some(row) = known else {
        return Ok(KeyOutcome {
            key,
            operation: None,
            outcome: "unknown".into(),
            made: Vec::new(),
            at: None,
        });
    };
    let (outcome, made) = match pending(row) {
        Some(approval) => ("approval_required", vec![approval.to_string()]),
        None => ("accepted", CreatedIds::unpack(&row.made)?.ids()),
    };
    Ok(KeyOutcome {
        key,
        operation: Some(row.operation.to_string()),
        outcome: outcome.into(),
        made,
        at: Some(row.time()),
    })
}
