//! Accounts that begin: what is zero, absent or active in each of them.

use super::needs::AccountKey;
use super::tables::{AccountRow, AccountStatus};
use crate::time::Time;

impl AccountRow {
    /// The row of an account before anything happened to it, and before its first version.
    pub(crate) fn fresh(key: AccountKey, created_at: Time, stamp: Time) -> Self {
        let AccountKey { book, account: id, currency } = key;
        Self {
            book,
            search: id.as_str().to_lowercase().into(),
            id,
            currency,
            posted: 0,
            held: 0,
            overdraft: 0,
            headroom: 0,
            status: AccountStatus::Active,
            streaming: false,
            kind: None,
            owner: None,
            owned_by: None,
            tier: None,
            display_name: None,
            reference: None,
            metadata: None,
            salt: None,
            entries: 0,
            version: 0,
            created_at,
            stamp,
        }
    }
}
