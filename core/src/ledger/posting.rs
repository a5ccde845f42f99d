//! The one way in which money moves: n entries that sum to zero, one transfer, one event.

use serde::Serialize;

use super::funds::existing;
use super::model::{money, overflow};
use crate::error::Error;
use crate::ids::{DealId, HoldId, TransferId};
use crate::kernel::draft::Draft;
use crate::kernel::image::leg;
use crate::kernel::operation::{Decided, Halt};
use crate::money::{LIMIT, SMALL};
use crate::request::note::Note;
use crate::rows::needs::AccountKey;
use crate::rows::owner::OwningObject;
use crate::rows::tables::{AccountRow, EntryRow, TransferKind, TransferRow};

/// A transfer to post. Funds and statuses were judged before.
#[derive(Clone, Debug)]
pub struct Posting {
    /// Why it exists.
    pub kind: TransferKind,
    /// Signed minor units per account, in the order of the entries.
    pub legs: Vec<(AccountKey, i128)>,
    /// The transfer that it reverses or refunds.
    pub original: Option<TransferId>,
    /// The hold that it captures.
    pub hold: Option<HoldId>,
    /// The object that it is posted for, which then alone may move it.
    pub owned_by: Option<OwningObject>,
    /// The caller's notes.
    pub note: Note,
}

impl Posting {
    /// A posting of two legs.
    pub fn pair(kind: TransferKind, from: AccountKey, to: AccountKey, minor: i128, note: Note) -> Self {
        let legs = vec![(from, -minor), (to, minor)];
        Self { kind, legs, original: None, hold: None, owned_by: None, note }
    }

    /// The same, for an object.
    pub fn owned_by(self, object: impl Into<OwningObject>) -> Self {
        Self { owned_by: Some(object.into()), ..self }
    }
}

/// The data of a transfer's event. Fields in the order of their names.
#[derive(Serialize)]
struct Posted<L> {
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<DealId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<HoldId>,
    kind: TransferKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<TransferId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owned_by: Option<OwningObject>,
    postings: Vec<L>,
}

/// Posts a transfer.
pub fn post(draft: &mut Draft<'_>, posting: Posting) -> Decided<TransferId> {
    let id = TransferId::from_uuid(draft.ids.uuid());
    for (leg, (key, amount)) in (0_i64..).zip(&posting.legs) {
        enter(draft, key, &PostedLeg { transfer: id, kind: posting.kind, leg, amount: *amount })?;
    }
    let deal = posting.owned_by.and_then(OwningObject::to_id::<DealId>);
    let data = Posted {
        deal,
        hold: posting.hold,
        kind: posting.kind,
        original: posting.original,
        owned_by: posting.owned_by.filter(|_| deal.is_none()),
        postings: posting
            .legs
            .iter()
            .map(|(key, amount)| leg(&key.account, &key.currency, *amount))
            .collect(),
    };
    draft.event_of(id, &data)?;
    let book = draft.ctx.book.clone();
    draft.put_transfer(TransferRow {
        book,
        id,
        kind: posting.kind,
        original: posting.original,
        reversed_by: None,
        refunded: 0,
        hold: posting.hold,
        owned_by: posting.owned_by,
        reference: posting.note.reference,
        metadata: posting.note.metadata,
        salt: None,
        version: 0,
        stamp: draft.ctx.stamp,
        at: draft.ctx.at,
    });
    Ok(id)
}

/// A leg of a transfer.
struct PostedLeg {
    transfer: TransferId,
    kind: TransferKind,
    leg: i64,
    amount: i128,
}

/// Writes one leg: the entry, and the account's new balance or what is appended to it.
fn enter(draft: &mut Draft<'_>, key: &AccountKey, posted: &PostedLeg) -> Decided<()> {
    let PostedLeg { transfer, kind, leg, amount } = *posted;
    // limits count a withdrawal when it is held: what has left by then is not refused
    let is_counted = kind != TransferKind::Withdrawal || amount >= 0;
    let mut row = existing(draft, key)?;
    let near = |posted: i128| posted.abs() > LIMIT / 2 || amount.abs() > SMALL;
    if row.streaming && draft.seen().from_cache && near(draft.posted(&row)) {
        // the cache lacks some of its pending credits: near the bound of money they are read
        return Err(Halt::Busy);
    }
    let posted = draft.posted(&row).checked_add(amount).ok_or_else(|| overflow(key))?;
    money(key, posted)?;
    let (mut after, mut number) = (None, None);
    if row.streaming {
        draft.stream(key.clone(), amount);
    } else {
        row.posted = posted;
        row.entries =
            row.entries.checked_add(1).ok_or_else(|| Error::corrupted("the entries of an account"))?;
        (after, number) = (Some(posted), Some(row.entries));
        let is_judged = row.tier.is_some() && is_counted;
        let tiered = is_judged.then(|| AccountRow { version: row.version + 1, ..row.clone() });
        draft.change_account(row)?;
        if let Some(row) = tiered {
            crate::ledger::limits::enter(draft, &row, amount)?;
        }
    }
    let AccountKey { book, account, currency } = key.clone();
    draft.put_entry(EntryRow {
        book,
        transfer,
        leg,
        account,
        currency,
        amount,
        after,
        number,
        stamp: draft.ctx.stamp,
        at: draft.ctx.at,
    });
    Ok(())
}
