//! The heart: read, lock once, fold in memory, write once. It knows rows and no domain.

pub mod body;
pub mod call;
pub mod claims;
pub mod draft;
pub mod fold;
pub mod group;
pub mod identity;
pub mod image;
pub mod needs;
pub mod operation;
pub mod recall;
pub mod recalled;
pub mod said;
pub mod snapshot;
pub mod turn;
