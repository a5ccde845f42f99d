//! Diagrams: tables of transitions as pictures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::one_of;
use crate::error::Result;

/// A picture of everything that a deal can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diagram {
    /// `mermaid` or `svg`.
    pub format: String,
    /// The picture, as text.
    pub content: String,
}

impl Diagram {
    /// A diagram of which there is Mermaid alone.
    pub(crate) fn mermaid(format: Option<&str>, content: impl FnOnce() -> String) -> Result<Self> {
        let format = format.unwrap_or("mermaid");
        if format != "mermaid" {
            return Err(one_of("format", ["mermaid"].into_iter()));
        }
        Ok(Self { format: format.to_owned(), content: content() })
    }
}
