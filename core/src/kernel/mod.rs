//! The heart: read, lock once, fold in memory, write once. It knows rows and no domain.

mod attempt;
pub mod body;
pub mod call;
pub mod claims;
mod conservation;
pub mod draft;
pub mod fold;
pub mod group;
pub mod identity;
pub mod image;
mod lost;
pub mod needs;
pub mod objects;
pub mod operation;
pub mod permit;
pub mod recall;
pub mod recalled;
pub mod said;
pub mod snapshot;
pub mod traced;
pub mod turn;
