//! What a call moves of a withdrawal, known without making it.

use super::model::{self, Withdrawal};
use crate::error::Result;
use crate::ids::{Book, WithdrawalId};
use crate::kernel::moves::Moves;
use crate::kernel::snapshot::Snapshot;

/// A call is between a withdrawal and the account that pays it; nothing where it was not read, or is not
/// there.
///
/// # Errors
/// `corrupted` for one that cannot be read.
pub(super) fn about(book: &Book, id: WithdrawalId, seen: &Snapshot) -> Result<Moves> {
    let key = model::key(book, id);
    let mut moves = Moves { about: Some(key.clone()), ..Moves::default() };
    if let Some(row) = seen.records.row(&key) {
        moves.pays(&Withdrawal::of(row)?.facts.account, None);
    }
    Ok(moves)
}
