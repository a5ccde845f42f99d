//! Reads the arguments of a call from a text, and no more of them than the operation may take.

use serde_json::Value;

use super::operations::{OPERATIONS, find};
use crate::error::Result;
use crate::request::json;

/// Reads the arguments of an operation from the text of a JSON object. Of a list that is too long for its
/// field no more is kept than shows it: the call refuses it.
///
/// # Errors
/// `invalid_request` for a text that is no JSON.
pub fn read(name: &str, text: &[u8]) -> Result<Value> {
    json::arguments(find(name).map_or(&[], |info| info.bounds), text)
}

/// The most members of a list in a field of this name, where it is a list in every operation that has it.
#[must_use]
pub fn most_members(field: &str) -> Option<usize> {
    let bounds = OPERATIONS.iter().filter_map(|info| info.bounds.iter().find(|(name, _)| *name == field));
    let mut most = bounds.map(|(_, bound)| bound.most_items());
    most.try_fold(0, |most, items| items.map(|items| most.max(items))).filter(|most| *most > 0)
}
