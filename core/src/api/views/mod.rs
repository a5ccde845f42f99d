//! What callers receive: the views of accounts, transfers, holds, deals and the rest.

pub mod admin;
pub mod approval;
pub mod dispute;
pub mod escrow;
pub mod jobs;
pub mod ledger;
pub mod receipt;
pub mod treasury;

use schemars::JsonSchema;
use serde::Serialize;

/// One page of a listing. Ask for the next one with `after: next`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Page<T> {
    /// The items, in the order of the listing.
    pub items: Vec<T>,
    /// Where the next page begins; `null` at the end.
    pub next: Option<String>,
}
