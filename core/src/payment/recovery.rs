//! How a debt ends: it is taken from who owes it, or given up.

use super::debts::{Debt, State, put};
use super::requests::operations::{Recover, WriteOff};
use super::views::{Debt as DebtView, DebtReply};
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, Book, DebtId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, ensure, existing, involuntary};
use crate::ledger::model::mismatch;
use crate::ledger::posting::{Posting, post};
use crate::money::Money;
use crate::request::note::Note;
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::TransferKind;

/// A debt that is still open, at the version that the caller expects.
fn open_debt(draft: &Draft<'_>, book: &Book, id: DebtId, note: &Note, trigger: &str) -> Decided<Debt> {
    let debt = Debt::known(draft, book, id)?;
    note.check_version(&id.to_string(), debt.row.version)?;
    if debt.state != State::Open {
        return Err(Detail::TransitionNotAllowed {
            object: id.to_string(),
            state: debt.state.to_string(),
            trigger: trigger.to_owned(),
            allowed: Vec::new(),
        }
        .into());
    }
    Ok(debt)
}

fn account_of(debt: &Debt) -> AccountKey {
    AccountKey::new(debt.row.book.clone(), debt.facts.account.clone(), debt.currency)
}

impl Recover {
    /// The amount to take: the amount of the request, or else as much of the debt as the account has.
    fn minor(&self, draft: &mut Draft<'_>, debt: &Debt) -> Decided<i128> {
        let owed = debt.facts.owed();
        let Some(amount) = self.amount else {
            // if the account has nothing, the refusal names the whole debt
            return Ok(match involuntary(draft, &account_of(debt), owed)? {
                0 => owed,
                minor => minor,
            });
        };
        if amount.currency() != debt.currency {
            return Err(mismatch("amount", debt.currency, amount.currency()).into());
        }
        if amount.minor_units() > owed {
            let (field, reason) = ("amount".to_owned(), "must not be more than is owed".to_owned());
            return Err(Detail::InvalidAmount { field, reason }.into());
        }
        Ok(amount.minor_units())
    }
}

impl Operation for Recover {
    type Reply = DebtReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(debt) = Debt::needed(Debt::key(&self.book, self.debt), Access::Write, seen, needs) {
            needs.account(account_of(&debt), Access::Write);
            let losses = AccountKey::new(self.book.clone(), AccountId::losses(), debt.currency);
            needs.account(losses, Access::Write);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        if let Some(row) = seen.records.row(&Debt::key(&self.book, self.debt)) {
            let debt = Debt::of(row)?;
            moves.pays(
                &debt.facts.account,
                self.amount.or_else(|| Money::new(debt.facts.owed(), debt.currency)),
            );
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut debt = open_debt(draft, &self.book, self.debt, &self.note, "recover")?;
        let from = account_of(&debt);
        let row = existing(draft, &from)?;
        draft.permit(&[Tie::Account(&row)])?;
        active(&row)?;
        let minor = self.minor(draft, &debt)?;
        ensure(draft, &from, minor)?;
        let to = AccountKey::new(self.book.clone(), AccountId::losses(), debt.currency);
        let posting = Posting::pair(TransferKind::Recovery, from, to, minor, self.note.clone());
        let owned_by = debt.facts.payment.map(Into::into).or(debt.facts.purchase.map(Into::into));
        post(draft, Posting { owned_by, ..posting })?;
        let recovered = Money::new(debt.facts.recovered.minor_units() + minor, debt.currency);
        let bound = || Error::corrupted(format!("the amounts of debt {}", self.debt));
        debt.facts.recovered = recovered.ok_or_else(bound)?;
        if debt.facts.owed() == 0 {
            debt.state = State::Recovered;
        }
        put(draft, debt, "debt.recovered", minor)?;
        Ok(CreatedIds::of(self.debt))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DebtReply> {
        Ok(DebtReply { debt: DebtView::of(&Debt::shown(seen, &self.book, self.debt)?)?, replayed })
    }
}

impl Operation for WriteOff {
    type Reply = DebtReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Debt::key(&self.book, self.debt), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = Debt::known(draft, &self.book, self.debt)?;
        if known.state == State::WrittenOff {
            draft.permit(&[])?;
            return Ok(CreatedIds::default());
        }
        let mut debt = open_debt(draft, &self.book, self.debt, &self.note, "write_off")?;
        draft.permit(&[])?;
        debt.state = State::WrittenOff;
        debt.texts.insert("reason".to_owned(), Text::new(&self.reason, draft.ids.salt()));
        let owed = debt.facts.owed();
        put(draft, debt, "debt.written_off", owed)?;
        Ok(CreatedIds::of(self.debt))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DebtReply> {
        let debt = DebtView::of(&Debt::shown(seen, &self.book, self.debt)?)?;
        Ok(DebtReply { debt, replayed: replayed || made.is_empty() })
    }
}
