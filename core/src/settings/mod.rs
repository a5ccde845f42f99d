//! The settings of a book: the policies that its host and its admins have set.

pub mod config;
pub mod policies;
pub mod policy;
