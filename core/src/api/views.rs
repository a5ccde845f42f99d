//! The replies to callers: the views of accounts, transfers, holds, deals and the rest.

pub use crate::approval::views as approval;
pub use crate::credential::views as credential;
pub use crate::dispute::views as dispute;
pub use crate::escrow::views as escrow;
pub use crate::jobs::views as jobs;
pub use crate::kernel::commitment::{Commitment, CommittedOutflow};
pub use crate::ledger::views as ledger;
pub use crate::parked::foreseen::Foreseen;
pub use crate::payment::views as payment;
pub use crate::purchase::views as purchase;
pub use crate::receipt::views as receipt;
pub use crate::request::page::Page;
pub use crate::risk::views as risk;
pub use crate::signing::views as signing;
pub use crate::sinks::views as sinks;
pub use crate::treasury::views as treasury;
pub use crate::vault::views as vault;
pub use crate::webhook::views as webhook;
pub use crate::withdrawal::views as withdrawal;

/// Replies about the store as a whole: its history, health, checks and copies.
pub mod admin {
    pub use crate::history::views::*;
    pub use crate::upkeep::views::*;
}
