//! The money that a call may move for a payment, found without making the call.

use super::model::Payment;
use crate::error::Result;
use crate::escrow::model::Deal;
use crate::ids::{Book, PaymentId};
use crate::kernel::moves::Moves;
use crate::kernel::snapshot::Snapshot;

/// Which way a call moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MoneyWay {
    /// From outside to the account.
    In,
    /// From the account back outside.
    Back,
    /// One or the other, as the news says.
    Either,
}

/// The money that a call may move. It is empty if the payment was not read, or does not exist.
pub(crate) fn about(book: &Book, id: PaymentId, seen: &Snapshot, way: MoneyWay) -> Result<Moves> {
    let key = Payment::key(book, id);
    let mut moves = Moves { about: Some(key.clone()), ..Moves::default() };
    if let Some(row) = seen.records.row(&key) {
        let payment = Payment::of(row)?;
        if way != MoneyWay::In {
            moves.pays(&payment.facts.to, None);
            if let Some(deal) = payment.facts.deal.and_then(|id| seen.records.row(&Deal::key(book, id))) {
                moves.pays(&Deal::of(deal)?.facts.seller, None);
            }
        }
        if way != MoneyWay::Back {
            moves.gets(&payment.facts.to);
        }
    }
    Ok(moves)
}
