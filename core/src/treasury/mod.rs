//! Treasury: hot and cold accounts whose debits are limited by calendar day and month.
//!
//! Here tiers and limits are set, shown and verified. Debits of such an account are counted where entries are
//! posted, by `ledger::limits`.

mod check;
pub mod decide;
pub mod queries;
pub mod requests;
pub mod views;

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::request::domain::{Audit, Domain, Examine};
use crate::request::reading::Reading;

/// The domain of treasuries: accounts with limits.
#[derive(Clone, Copy, Debug)]
pub struct Treasuries;

impl Domain for Treasuries {
    fn check<'c, 'r: 'c>(
        &'c self,
        reading: &'c mut Reading<'r>,
        told: Audit<'c>,
        examine: Examine<'c>,
    ) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            // the log has neither their times nor their texts: such a record of a copy cannot be read whole
            if told.copy { Ok(()) } else { check::verify(reading, examine).await }
        })
    }
}
