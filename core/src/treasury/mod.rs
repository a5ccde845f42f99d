//! Treasury: hot and cold accounts whose debits are limited by calendar day and month.
//!
//! Here tiers and limits are set, shown and verified. Debits of such an account are counted where entries are
//! posted, by `ledger::limits`.

mod check;
pub mod decide;
pub mod queries;
pub mod requests;
pub mod views;

use crate::request::domain::{Domain, checks};

/// The domain of treasuries: accounts with limits.
#[derive(Clone, Copy, Debug)]
pub struct Treasuries;

impl Domain for Treasuries {
    checks! { whole |reading, told, examine| check::verify(reading, examine) }
}
