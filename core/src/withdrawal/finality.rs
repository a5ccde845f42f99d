//! When a block is final, as a request says it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chain::FinalityTag;
use crate::request::bounds::{bounds, show, whole, word_of};
use crate::request::normal::Normal;

/// When a block is final: `tag` or `depth`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<FinalityTerms>)]
pub struct FinalityTerms {
    /// The block that endpoints hold for final: `finalized` or `safe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// So many blocks that stand on it, 1 to 100,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
}

bounds! { FinalityTerms { tag: word_of::<FinalityTag>(), depth: whole(1, 100_000) } }

impl FinalityTerms {
    /// By a tag of the endpoints.
    #[must_use]
    pub fn tag(tag: impl Into<String>) -> Self {
        Self { tag: Some(tag.into()), depth: None }
    }

    /// By the number of blocks that stand on it.
    #[must_use]
    pub fn depth(depth: u32) -> Self {
        Self { tag: None, depth: Some(depth) }
    }
}

impl Normal for FinalityTerms {}
