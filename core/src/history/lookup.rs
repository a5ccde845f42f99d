//! Looks up what an idempotency key was used for.

use uuid::Uuid;

use crate::error::Result;
use crate::history::requests::LookupKey;
use crate::history::views::KeyOutcome;
use crate::ids::{ApprovalId, Key, ReviewId};
use crate::kernel::identity::is_expired;
use crate::kernel::operation::CreatedIds;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::KeyRow;

/// `admin.lookup_key`. Derived keys (`auto:...`) may be asked for too.
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
    let waits = |row: &KeyRow| CreatedIds::unpack(&row.made).ok()?.pending_on::<Uuid>();
    let known = loaded.keys.first().filter(|row| waits(row).is_some() || !is_expired(row, reading.now));
    let Some(row) = known else {
        return Ok(KeyOutcome {
            key,
            operation: None,
            outcome: "unknown".into(),
            made: Vec::new(),
            at: None,
        });
    };
    let (outcome, made) = match waits(row) {
        Some(id) => {
            let (outcome, id) = parked(reading, id).await?;
            (outcome, vec![id])
        }
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

/// How a parked call stands, and the id of the approval or the review that it was parked for.
async fn parked(reading: &mut Reading<'_>, id: Uuid) -> Result<(&'static str, String)> {
    // the row of the key does not tell them apart: one of them has this id
    let [approval, review] = ["ap", "rv"].map(|prefix| reading.domains.kind_of(prefix).unwrap_or_default());
    let mut needs = Needs::default();
    for kind in [approval, review] {
        needs.record(RecordKey::new(reading.book.clone(), kind.into(), id), Access::Read);
    }
    let found = reading.load(&needs).await?.records.into_iter().next();
    let (waits, id) = match &found {
        Some(row) if row.kind.as_ref() == review => ("review_required", ReviewId::from_uuid(id).to_string()),
        _ => ("approval_required", ApprovalId::from_uuid(id).to_string()),
    };
    let outcome = match found.as_ref().map(|row| (row.state.as_ref(), row.due_at)) {
        Some(("rejected", _)) => "rejected",
        Some(("expired", _)) => "expired",
        // its timer has not run yet
        Some((_, Some(due_at))) if due_at <= reading.now => "expired",
        _ => waits,
    };
    Ok((outcome, id))
}
