//! Looks up what an idempotency key was used for.

use crate::error::Result;
use crate::history::requests::LookupKey;
use crate::history::views::KeyOutcome;
use crate::ids::Key;
use crate::kernel::call::is_expired;
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
    let waits = |row: &KeyRow| CreatedIds::unpack(&row.made).is_ok_and(|made| made.waits.is_some());
    let known = loaded.keys.first().filter(|row| waits(row) || !is_expired(row, reading.now));
    let Some(row) = known else {
        return Ok(KeyOutcome {
            key,
            operation: None,
            outcome: "unknown".into(),
            made: Vec::new(),
            at: None,
        });
    };
    Ok(KeyOutcome {
        key,
        operation: Some(row.operation.to_string()),
        outcome: if waits(row) { "approval_required" } else { "accepted" }.into(),
        made: CreatedIds::unpack(&row.made)?.all_ids(),
        at: Some(row.time()),
    })
}
