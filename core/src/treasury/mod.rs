//! Treasury: hot and cold accounts whose debits are limited by calendar day and month, whatever the
//! operation.
//!
//! What left such an account is counted in a record that is locked with it, so limits are exact however many
//! calls are under way. A refused debit is not counted, a replay is not counted twice, and a reversal does
//! not give back. Accounts without a tier have no record and pay nothing for this.

pub mod audit;
pub mod calendar;
pub mod decide;
pub mod model;
pub mod queries;
pub mod requests;
pub mod views;
