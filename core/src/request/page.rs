//! One page of a listing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One page of a listing. Ask for the next one with `after: next`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The items, in the order of the listing.
    pub items: Vec<T>,
    /// Where the next page begins; `null` at the end.
    pub next: Option<String>,
    /// Where the order follows the log: how many events it is behind; left out elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<i64>,
}
