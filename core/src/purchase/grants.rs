//! Grants: what a purchase gives its buyer beside the thing itself, such as points. They come from `@world`,
//! and go back there.

use serde_json::json;

use super::editor::PurchaseEditor;
use super::model::{Purchase, TakenGrant};
use super::pricing::times;
use crate::currency::Currency;
use crate::error::{Code, Result};
use crate::ids::{AccountId, DebtId, TransferId};
use crate::kernel::operation::{Decided, Halt};
use crate::ledger::funds::{active, ensure, existing, involuntary, opened, unowned};
use crate::ledger::posting::{Posting, post};
use crate::money::Money;
use crate::payment::debts::{self, Debt, Owed};
use crate::request::note::Note;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::members;
use crate::rows::tables::TransferKind;

/// A movement of a purchase's money.
#[derive(Clone, Debug)]
pub(super) struct PurchaseMove {
    /// Why it is posted.
    pub kind: TransferKind,
    /// Where it comes from.
    pub from: AccountKey,
    /// Where it goes.
    pub to: AccountKey,
    /// How much, in minor units.
    pub minor: i128,
    /// The transfer of which it gives back a part.
    pub original: Option<TransferId>,
}

/// How a grant is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clawback<'a> {
    /// The whole grant, or nothing.
    Whole,
    /// As much as the buyer has; the rest becomes a debt of this case.
    WithDebt(&'a str),
}

impl Purchase {
    /// The grants for a number of its units, by currency.
    pub(super) fn grants_of(&self, units: i64) -> Result<Vec<Money>> {
        self.facts.grants.iter().map(|grant| times(*grant, units, &self.facts.buyer)).collect()
    }

    /// Names the rows for taking its grants back, and for giving them again.
    pub(super) fn needs_of_clawback(&self, needs: &mut Needs) {
        self.needs_of_grants(needs);
        for grant in &self.facts.grants {
            needs.account(self.account(&AccountId::losses(), grant.currency()), Access::Write);
        }
        for debt in self.facts.taken.iter().filter_map(|taken| taken.debt) {
            needs.record(Debt::key(&self.row.book, debt), Access::Write);
        }
    }
}

impl PurchaseEditor<'_, '_> {
    /// Posts a movement for the purchase. The caller's note goes with payments and refunds, and not with
    /// grants and clawbacks.
    pub(super) fn post(&mut self, movement: PurchaseMove) -> Decided<TransferId> {
        let PurchaseMove { kind, from, to, minor, original } = movement;
        let is_asked_for = matches!(kind, TransferKind::Purchase | TransferKind::Refund);
        let note = if is_asked_for { self.note.clone() } else { Note::default() };
        let posting = Posting::pair(kind, from, to, minor, note);
        let posting = posting.owned_by(self.object.id());
        let transfer = post(self.draft, Posting { original, ..posting })?;
        self.object.facts.transfers.push(transfer);
        Ok(transfer)
    }

    fn wallet(&self, currency: Currency) -> AccountKey {
        self.object.account(&self.object.facts.buyer, currency)
    }

    fn world(&self, currency: Currency) -> AccountKey {
        self.object.account(&AccountId::world(), currency)
    }

    fn losses(&self, currency: Currency) -> AccountKey {
        self.object.account(&AccountId::losses(), currency)
    }

    /// Refuses a grant to an account that can take nothing.
    pub(super) fn may_be_given(&mut self) -> Decided<()> {
        for grant in self.object.facts.grants.clone() {
            let wallet = opened(self.draft, &self.wallet(grant.currency()))?;
            unowned(&wallet)?;
            active(&wallet)?;
        }
        Ok(())
    }

    /// Gives the buyer the promised grants, which are owed, whatever the status of the account.
    pub(super) fn give(&mut self) -> Decided<()> {
        for amount in self.object.grants_of(self.object.facts.kept())? {
            self.grant(amount.currency(), amount.minor_units())?;
        }
        Ok(())
    }

    /// Gives the buyer the promised grants in a commit that must not be refused. A grant that an account
    /// cannot take is left out.
    pub(super) fn give_what_fits(&mut self) -> Decided<()> {
        for amount in self.object.grants_of(self.object.facts.kept())? {
            let given = self.fits(|editor| editor.grant(amount.currency(), amount.minor_units()))?;
            if !given {
                self.leave_out(amount)?;
            }
        }
        Ok(())
    }

    /// Leaves out a grant that the account cannot take. The purchase no longer promises it, and the admins
    /// are told.
    fn leave_out(&mut self, amount: Money) -> Decided<()> {
        self.object.facts.grants.retain(|grant| grant.currency() != amount.currency());
        self.tell_of_grant("purchase.grant_left_out", amount)
    }

    fn tell_of_grant(&mut self, event: &'static str, amount: Money) -> Decided<()> {
        let data = members!("amount": amount.minor_units().to_string(), "currency": amount.currency().code());
        self.emit(event, data)?;
        self.tell_admins(event)
    }

    fn grant(&mut self, currency: Currency, minor: i128) -> Decided<()> {
        if minor == 0 {
            return Ok(());
        }
        let (from, to) = (self.world(currency), self.wallet(currency));
        opened(self.draft, &to)?;
        self.post(PurchaseMove { kind: TransferKind::Grant, from, to, minor, original: None }).map(drop)
    }

    /// Takes back the grants of a number of units.
    pub(super) fn take_back(&mut self, units: i64, how: Clawback<'_>) -> Decided<()> {
        let amounts = self.object.grants_of(units)?;
        amounts.into_iter().try_for_each(|amount| self.take_one_back(amount, how).map(drop))
    }

    /// Takes back the grants in a commit that must not be refused. A grant that would exceed the bound of
    /// money stays where it is.
    pub(super) fn take_what_fits(&mut self, case: &str) -> Decided<()> {
        for amount in self.object.grants_of(self.object.facts.kept())? {
            let taken = self.fits(|editor| {
                let debt = editor.take_one_back(amount, Clawback::WithDebt(case))?;
                editor.object.facts.taken.push(TakenGrant { amount, debt });
                Ok(())
            })?;
            if !taken {
                self.tell_of_grant("purchase.grant_not_taken", amount)?;
            }
        }
        Ok(())
    }

    /// Takes back the grants of a number of units after a chargeback. A grant that the chargeback has taken
    /// already is only marked, so that a won chargeback does not give it again.
    pub(super) fn keep_taken(&mut self, units: i64, how: Clawback<'_>) -> Decided<()> {
        for amount in self.object.grants_of(units)? {
            let currency = amount.currency();
            let mut all = self.object.facts.taken.iter_mut();
            if let Some(taken) = all.find(|taken| taken.amount.currency() == currency) {
                let rest = taken.amount.checked_sub(amount).filter(|rest| !rest.is_negative());
                taken.amount = rest.unwrap_or_else(|| Money::zero(currency));
                continue;
            }
            self.take_one_back(amount, how)?;
        }
        Ok(())
    }

    fn take_one_back(&mut self, amount: Money, how: Clawback<'_>) -> Decided<Option<DebtId>> {
        if amount.is_zero() {
            return Ok(None);
        }
        let (from, to) = (self.wallet(amount.currency()), self.world(amount.currency()));
        let (kind, minor) = (TransferKind::Clawback, amount.minor_units());
        let movement = PurchaseMove { kind, from, to, minor, original: None };
        match how {
            Clawback::Whole => {
                active(&existing(self.draft, &movement.from)?)?;
                ensure(self.draft, &movement.from, minor)?;
                self.post(movement)?;
                Ok(None)
            }
            Clawback::WithDebt(case) => self.take_or_owe(amount, movement, case),
        }
    }

    /// Takes as much as the buyer has; `@losses` bears the rest until the debt is paid.
    fn take_or_owe(&mut self, amount: Money, movement: PurchaseMove, case: &str) -> Decided<Option<DebtId>> {
        let (currency, to) = (amount.currency(), movement.to.clone());
        let borne = self.bear(movement)?;
        let rest = amount.minor_units() - borne;
        if rest <= 0 {
            return Ok(None);
        }
        let (kind, from) = (TransferKind::Clawback, self.losses(currency));
        self.post(PurchaseMove { kind, from, to, minor: rest, original: None })?;
        let missing = || self.broken("has an amount that is none");
        let owed = Money::new(rest, currency).ok_or_else(missing)?;
        let book = self.object.row.book.clone();
        let account = self.object.facts.buyer.clone();
        let (payment, purchase) = (self.object.facts.payment, Some(self.object.id()));
        let debtor = Owed { payment, purchase, case, account };
        debts::open(self.draft, &book, debtor, owed).map(Some)
    }

    /// Takes an amount as far as it is there, whatever the account's status. Takes nothing if the account's
    /// limits forbid it.
    fn bear(&mut self, movement: PurchaseMove) -> Decided<i128> {
        let minor = involuntary(self.draft, &movement.from, movement.minor)?;
        if minor == 0 {
            return Ok(0);
        }
        let (mark, before) = (self.draft.mark(), self.object.clone());
        match self.post(PurchaseMove { minor, ..movement }) {
            Ok(_) => Ok(minor),
            Err(Halt::Reject(rejection)) if rejection.error.code() == Code::LimitExceeded => {
                self.draft.restore(mark);
                self.object = before;
                Ok(0)
            }
            Err(halt) => Err(halt),
        }
    }

    /// Gives again the grants that a chargeback took. They first cover the debt of the buyer, and the rest
    /// goes to the buyer. A grant that an account cannot take is left out.
    pub(super) fn give_again(&mut self) -> Decided<()> {
        for taken in std::mem::take(&mut self.object.facts.taken) {
            let given = self.fits(|editor| editor.give_one_again(&taken))?;
            if !given {
                self.leave_out(taken.amount)?;
            }
        }
        Ok(())
    }

    fn give_one_again(&mut self, taken: &TakenGrant) -> Decided<()> {
        let book = self.object.row.book.clone();
        let (currency, minor) = (taken.amount.currency(), taken.amount.minor_units());
        let owed = match taken.debt {
            Some(debt) => debts::settled_by(self.draft, &book, debt, minor)?,
            None => 0,
        };
        if owed > 0 {
            let (kind, from, to) = (TransferKind::Grant, self.world(currency), self.losses(currency));
            self.post(PurchaseMove { kind, from, to, minor: owed, original: None })?;
        }
        self.grant(currency, minor - owed)
    }

    /// Gives a part of a transfer of the purchase back to its payer.
    pub(super) fn give_back(&mut self, transfer: TransferId, movement: PurchaseMove) -> Decided<()> {
        let key = (self.object.row.book.clone(), transfer);
        let missing = || self.broken("has a transfer that is not there");
        let mut original = self.draft.transfer(&key)?.cloned().ok_or_else(missing)?;
        let minor = movement.minor;
        let id = self.post(PurchaseMove { original: Some(transfer), ..movement })?;
        original.refunded += minor;
        let version = original.version + 1;
        self.draft.put_transfer(original);
        let data = json!({ "by": id.to_string() });
        self.draft.event("transfer.refunded", ("transfer", &transfer.to_string()), version, &data)
    }
}
