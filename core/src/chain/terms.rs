//! How a chain is asked about: which it is, when its blocks are final, and how long prices are good.

use crate::time::Span;

/// When a block of a chain is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalBlock {
    /// When a node says so, by this tag.
    Tag(&'static str),
    /// When so many blocks stand on it.
    Depth(u64),
}

impl FinalBlock {
    /// The tag of the newest final block, where nodes are asked for it.
    pub const fn tag(self) -> Option<&'static str> {
        match self {
            Self::Tag(tag) => Some(tag),
            Self::Depth(_) => None,
        }
    }
}

/// How a chain is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeTerms {
    /// Its number, as decimal text.
    pub chain_id: String,
    /// When a block is final.
    pub finality: FinalBlock,
    /// How long what gas costs is kept.
    pub keeps_fees: Span,
}
