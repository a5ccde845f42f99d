//! Reversals: a transfer is reversed in whole, once, or refunded in parts; the original stays on the record.

use std::sync::Arc;

use serde_json::json;

use super::funds::{active, ensure, existing, free, unowned};
use super::model::mismatch;
use super::posting::{Posting, post};
use crate::error::{Detail, Error, Result};
use crate::ids::TransferId;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::requests::{CancelTransfer, RefundTransfer};
use crate::ledger::views::{Balance, Moved, Transfer as TransferView};
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest, text};
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs, TransferKey};
use crate::rows::tables::{EntryRow, TransferKind, TransferRow};

/// Gives back a transfer, whole or in part.
#[derive(Clone, Debug)]
pub struct GiveBack {
    original: TransferKey,
    kind: TransferKind,
    amount: Option<Money>,
    reason: Option<Arc<str>>,
    note: Note,
}

impl WriteRequest for CancelTransfer {
    type Operation = GiveBack;
    fn parse(&self, parse: &Parse<'_>) -> Result<GiveBack> {
        Ok(GiveBack {
            original: (parse.book.clone(), TransferId::request("transfer", &self.transfer)?),
            kind: TransferKind::Reversal,
            amount: None,
            reason: self.reason.as_ref().map(|reason| text("reason", reason)).transpose()?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl WriteRequest for RefundTransfer {
    type Operation = GiveBack;
    fn parse(&self, parse: &Parse<'_>) -> Result<GiveBack> {
        let positive = |amount: &crate::money::Amount| amount.resolve_positive("amount", parse.currencies);
        Ok(GiveBack {
            original: (parse.book.clone(), TransferId::request("transfer", &self.transfer)?),
            kind: TransferKind::Refund,
            amount: self.amount.as_ref().map(positive).transpose()?,
            reason: None,
            note: Note::parse(&self.common())?,
        })
    }
}

/// The account whose balance the reply shows: the payer, or the account that a top-up credited.
fn about(row: &TransferRow, entries: &[EntryRow]) -> Option<AccountKey> {
    let credited = row.kind == TransferKind::TopUp;
    entries.iter().find(|entry| (entry.amount > 0) == credited).map(EntryRow::account_key)
}

impl GiveBack {
    fn original(&self, draft: &Draft<'_>) -> Decided<(TransferRow, Vec<EntryRow>)> {
        let Some(row) = draft.transfer(&self.original)? else {
            let (_, transfer) = &self.original;
            return Err(Detail::TransferNotFound { transfer: transfer.to_string() }.into());
        };
        let row = row.clone();
        Ok((row, draft.entries(&self.original)))
    }

    /// Checks the state of the original, and that the caller may undo it.
    fn check(&self, row: &TransferRow) -> Result<()> {
        let transfer = row.id.to_string();
        self.note.check_version(&transfer, row.version)?;
        if let Some(reversal) = row.reversed_by {
            return Err(Detail::AlreadyReversed { transfer, reversed_by: Some(reversal.to_string()) }.into());
        }
        if matches!(row.kind, TransferKind::Reversal | TransferKind::Refund) {
            let (state, trigger) = (row.kind.to_string(), self.trigger().to_owned());
            return Err(Detail::TransitionNotAllowed {
                object: transfer,
                state,
                trigger,
                allowed: Vec::new(),
            }
            .into());
        }
        free(row.owned_by)
    }

    const fn trigger(&self) -> &'static str {
        if matches!(self.kind, TransferKind::Reversal) { "cancel" } else { "refund" }
    }

    /// The legs that undo the original, and how much of it they return in minor units.
    fn legs(&self, row: &TransferRow, entries: &[EntryRow]) -> Result<(Vec<(AccountKey, i128)>, i128)> {
        let [first, second] = entries else {
            return self.whole(row, entries);
        };
        let (payer, payee) = if first.amount < 0 { (first, second) } else { (second, first) };
        let whole = payee.amount;
        let asked = match (self.kind, self.amount) {
            (TransferKind::Reversal, _) => whole,
            (_, Some(amount)) if amount.currency() != payee.currency => {
                return Err(mismatch("amount", payee.currency, amount.currency()));
            }
            (_, Some(amount)) => amount.minor_units(),
            (_, None) => whole - row.refunded,
        };
        if asked <= 0 || asked > whole - row.refunded {
            return Err(self.exceeds(row, payee, if asked > 0 { asked } else { whole }));
        }
        Ok((vec![(payee.account_key(), -asked), (payer.account_key(), asked)], asked))
    }

    fn whole(&self, row: &TransferRow, entries: &[EntryRow]) -> Result<(Vec<(AccountKey, i128)>, i128)> {
        if self.kind == TransferKind::Refund {
            return Err(Error::invalid("transfer", "must have two postings to be refunded in part"));
        }
        let legs = entries.iter().map(|entry| (entry.account_key(), -entry.amount)).collect();
        Ok((legs, row.refunded))
    }

    fn exceeds(&self, row: &TransferRow, payee: &EntryRow, asked: i128) -> Error {
        let amount = |minor| Money::new(minor, payee.currency);
        match (amount(payee.amount), amount(row.refunded), amount(asked)) {
            (Some(original), Some(refunded), Some(requested)) => {
                Detail::RefundExceedsOriginal { transfer: row.id.to_string(), original, refunded, requested }
                    .into()
            }
            _ => Error::corrupted(format!("amounts of transfer {}", row.id)),
        }
    }
}

impl Operation for GiveBack {
    type Reply = Moved;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.transfer(self.original.clone(), Access::Write);
        match seen.entries.get(&self.original) {
            Some(entries) => {
                for entry in entries {
                    needs.account(entry.account_key(), Access::Write);
                }
            }
            None => needs.incomplete |= !seen.transfers.knows(&self.original),
        }
    }

    /// Returns the moves back to the payer.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        let Some(original) = seen.transfers.row(&self.original) else { return Ok(moves) };
        let entries = seen.entries.get(&self.original).map_or(&[][..], Vec::as_slice);
        for entry in entries {
            let back = match self.amount {
                _ if entries.len() > 2 => entry.amount,
                Some(asked) => asked.minor_units(),
                None => entry.amount - original.refunded,
            };
            match entry.amount > 0 {
                true => moves.pays(&entry.account, Money::new(back, entry.currency)),
                false => moves.gets(&entry.account),
            }
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let (mut row, entries) = self.original(draft)?;
        self.check(&row)?;
        draft.permit(&[])?;
        let (legs, returned) = self.legs(&row, &entries)?;
        for (key, _) in &legs {
            let account = existing(draft, key)?;
            unowned(&account)?;
            active(&account)?;
        }
        for (key, amount) in legs.iter().filter(|(_, amount)| *amount < 0) {
            ensure(draft, key, -amount)?;
        }
        let original = Some(row.id);
        let posting =
            Posting { kind: self.kind, legs, original, hold: None, owned_by: None, note: self.note.clone() };
        let id = post(draft, posting)?;
        row.refunded += returned;
        let version = row.version + 1;
        let event = if self.kind == TransferKind::Reversal {
            row.reversed_by = Some(id);
            "transfer.reversed"
        } else {
            "transfer.refunded"
        };
        draft.put_transfer(row);
        let salt = draft.ids.salt();
        let mut data = json!({ "by": id.to_string() });
        if let Some(reason) = &self.reason {
            data["reason_hash"] = Text::new(reason, salt).hash.as_ref().into();
        }
        let (_, original) = &self.original;
        draft.event(event, ("transfer", &original.to_string()), version, &data)?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<Moved> {
        let id = made.expect()?;
        let original = seen.transfer(&self.original)?;
        let entries = seen.entries.get(&self.original).map_or(&[][..], Vec::as_slice);
        let about = about(original, entries).ok_or_else(|| Error::corrupted("a transfer without entries"))?;
        let balance = Balance::seen(&about, seen)?;
        Ok(Moved { transfer: TransferView::seen(&original.book, id, seen)?, balance, replayed })
    }
}
