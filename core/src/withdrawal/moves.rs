//! The money that a call moves for a withdrawal, found without making the call.

use super::model::Withdrawal;
use crate::error::Result;
use crate::ids::{Book, WithdrawalId};
use crate::kernel::moves::Moves;
use crate::kernel::snapshot::Snapshot;

/// Names the withdrawal and the account that pays it. The account is missing if the withdrawal was not read,
/// or does not exist.
pub(super) fn about(book: &Book, id: WithdrawalId, seen: &Snapshot) -> Result<Moves> {
    let key = Withdrawal::key(book, id);
    let mut moves = Moves { about: Some(key.clone()), ..Moves::default() };
    if let Some(row) = seen.records.row(&key) {
        moves.pays(&Withdrawal::of(row)?.facts.account, None);
    }
    Ok(moves)
}
