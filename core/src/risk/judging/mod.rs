//! What rules say of a call: about whom it is, which rules fire, and what follows.

pub(in crate::risk) mod challenge;
pub mod decision;
pub(in crate::risk) mod failure;
pub mod gate;
pub mod judge;
pub mod profile;
pub(in crate::risk) mod subjects;
pub mod verdict;
