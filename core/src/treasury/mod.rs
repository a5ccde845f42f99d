//! Treasury: hot and cold accounts whose debits are limited by calendar day and month.
//!
//! Here tiers and limits are set, shown and verified. What leaves such an account is counted where entries
//! are posted, by `ledger::limits`.

pub mod audit;
pub mod decide;
pub mod queries;
pub mod requests;
pub mod views;
