//! Prepaid balances in double entry: accounts, transfers, holds, and their queries.
//!
//! Every movement is one transfer whose entries sum to zero per currency. A debit needs funds; money that is
//! held stays in the account but cannot be spent; a mistake is reversed, never changed.

pub mod accounts;
pub mod funds;
pub mod holds;
pub mod limits;
pub mod model;
pub mod movement;
pub mod posting;
pub mod queries;
pub mod rank;
pub mod requests;
pub mod reversal;
pub mod statement;
pub mod views;
