//! The verdict on a call: its parties, the rules that fire, and the outcome.

pub(in crate::risk) mod challenge;
pub mod decision;
pub(in crate::risk) mod failure;
pub mod gate;
pub mod judge;
pub mod profile;
pub(in crate::risk) mod subjects;
pub mod verdict;
