//! What is set for a book: the policies that its host and its admins have given it.

pub mod config;
pub mod policy;
