//! What happened: events, who did what, proofs of a page, and what became of a key.

pub mod audit;
pub mod lookup;
pub mod proof;
pub mod requests;
pub mod views;
