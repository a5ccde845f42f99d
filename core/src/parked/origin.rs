//! The origin of a parked call: the end user's address and device. It is kept while the call waits, so that
//! lists and rules can judge the call by it when it is made.
//!
//! It is a text of the record. It is removed when the call has ended, or erased by
//! [`admin.erase_context`](crate::requests::EraseContext). The event log has only its salted hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ORIGIN, ParkedFacts};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::rows::needs::RecordKey;
use crate::rows::object::Stored;
use crate::rows::traced::Traced;
use crate::time::Time;

#[derive(Serialize, Deserialize)]
struct Origin {
    /// When the call was made.
    at: Time,
    /// Its `context`.
    context: BTreeMap<String, String>,
}

/// The text of a call's origin.
pub fn kept(trace: &Traced, at: Time) -> Option<Arc<str>> {
    let context = trace.given();
    serde_json::to_string(&Origin { at, context }).ok().map(Arc::from)
}

fn of<F: ParkedFacts>(parked: &Stored<F>) -> Option<Origin> {
    serde_json::from_str(parked.text(ORIGIN)?).ok()
}

/// The `context` that a parked call is made with; `None` where it had none, or it was erased.
pub fn context<F: ParkedFacts>(parked: &Stored<F>) -> Option<Value> {
    serde_json::to_value(of(parked)?.context).ok()
}

/// When the call was first made.
pub fn at<F: ParkedFacts>(parked: &Stored<F>) -> Option<Time> {
    Some(of(parked)?.at)
}

/// Whether the record has an origin from before this time, or any origin if no time is given.
pub fn is_before<F: ParkedFacts>(parked: &Stored<F>, before: Option<Time>) -> bool {
    // an origin that cannot be read is erased every time
    parked.text(ORIGIN).is_some()
        && before.is_none_or(|before| of(parked).is_none_or(|origin| origin.at < before))
}

/// Erases it from a record of this kind; `false` for records of another kind.
pub fn erase<F: ParkedFacts>(draft: &mut Draft<'_>, key: &RecordKey) -> Decided<bool> {
    if key.kind.as_ref() != F::KIND {
        return Ok(false);
    }
    let mut parked = Stored::<F>::at(draft, key)?;
    if let Some(parked) = parked.take_if(|parked| parked.texts.remove(ORIGIN).is_some()) {
        draft.put_changed(parked)?;
    }
    Ok(true)
}
