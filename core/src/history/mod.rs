//! The history of a book: events, the audit trail, proofs of a page, and the outcome of a key.

pub mod audit;
pub mod lookup;
pub mod proof;
pub mod requests;
pub mod views;
