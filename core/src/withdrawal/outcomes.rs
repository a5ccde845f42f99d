//! Ends withdrawals: the held money is paid out, or goes back to its account. If the chain changes its end,
//! the movement is reversed.

use serde_json::json;

use super::editor::WithdrawalEditor;
use super::model::{FailureFacts, State};
use super::transitions::WithdrawalTrigger;
use crate::error::Error;
use crate::ids::{AccountId, TransferId};
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::ledger::funds::{involuntary, opened};
use crate::ledger::holds::{capture, void};
use crate::ledger::posting::{Posting, post};
use crate::payment::debts::{self, Debt, Owed};
use crate::request::note::Note;
use crate::rows::needs::AccountKey;
use crate::rows::tables::{HoldRow, TransferKind};

/// Why a withdrawal failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct WhyFailed<'a> {
    pub code: &'static str,
    /// The message of the node, if there is one.
    pub message: Option<&'a str>,
}

impl WhyFailed<'_> {
    /// A code without a message.
    pub(super) const fn of(code: &'static str) -> Self {
        Self { code, message: None }
    }
}

impl WithdrawalEditor<'_, '_> {
    /// Ends the withdrawal as paid: the held amount goes out, and the fee goes to `@fees`. A failed
    /// withdrawal is debited whatever its account's status, and a paid one only comes to rest again.
    pub(super) fn paid(&mut self, trigger: WithdrawalTrigger) -> Decided<()> {
        let mut data = Data::new();
        match self.object.state {
            State::Confirmed => {}
            State::Failed => {
                let transfer = self.debit()?;
                data.insert("late".to_owned(), true.into());
                data.insert("transfer".to_owned(), transfer.to_string().into());
            }
            _ => {
                let transfer = self.pay_out()?;
                data.insert("transfer".to_owned(), transfer.to_string().into());
            }
        }
        self.comes_to_rest()?;
        let at = self.draft.ctx.time();
        self.object.facts.failure = None;
        self.object.facts.confirmed_at.get_or_insert(at);
        data.insert("amount".to_owned(), self.object.minor().to_string().into());
        if let Some(gas) = self.object.facts.gas_paid {
            data.insert("gas_paid".to_owned(), json!(gas));
        }
        self.enter(State::Confirmed, trigger, data)
    }

    /// Ends the withdrawal as not paid: the hold is voided. A payout is reversed.
    pub(super) fn not_paid(&mut self, trigger: WithdrawalTrigger, why: WhyFailed<'_>) -> Decided<()> {
        let mut data = Data::new();
        match self.object.state {
            // the state and the failure stay as they are
            State::Failed => {
                self.comes_to_rest()?;
                if trigger == WithdrawalTrigger::Settle {
                    self.enter(State::Failed, trigger, data)?;
                }
                return Ok(());
            }
            State::Confirmed => {
                let transfer = self.take_back()?;
                data.insert("transfer".to_owned(), transfer.to_string().into());
            }
            _ => {
                let hold = self.held()?;
                void(self.draft, hold)?;
            }
        }
        self.comes_to_rest()?;
        self.object.facts.confirmed_at = None;
        if let Some(message) = why.message {
            self.keep("failure", message);
        }
        self.object.facts.failure = Some(FailureFacts { code: why.code.to_owned() });
        data.insert("failure".to_owned(), why.code.into());
        self.enter(State::Failed, trigger, data)
    }

    /// Clears what was still to be done, and the reason to look at it.
    fn comes_to_rest(&mut self) -> Decided<()> {
        self.drop_job()?;
        self.is_out_of_line()?;
        let facts = &mut self.object.facts;
        (facts.waiting, facts.look_at, facts.attention) = (None, None, None);
        facts.unsettled = false;
        Ok(())
    }

    /// Its open hold.
    fn held(&self) -> Decided<HoldRow> {
        let key = (self.object.row.book.clone(), self.object.facts.hold);
        let hold = self.draft.hold(&key)?.filter(|hold| hold.state.is_open()).cloned();
        Ok(hold.ok_or_else(|| self.broken("holds nothing"))?)
    }

    /// Captures the hold in one transfer: the amount goes to `@world`, and the fee to `@fees`.
    fn pay_out(&mut self) -> Decided<TransferId> {
        let hold = self.held()?;
        let total = self.total();
        if hold.remaining() != total {
            return Err(self.broken("holds another amount").into());
        }
        let posting = self.posting(vec![(self.object.payer(), -total)]);
        let made = capture(self.draft, hold, posting, total, true)?;
        let transfer = made.expect::<TransferId>()?;
        self.object.facts.transfers.push(transfer);
        Ok(transfer)
    }

    /// The amount with its fee, in minor units.
    fn total(&self) -> i128 {
        self.object.minor() + self.object.facts.fee
    }

    /// A posting of the amount and the fee, from these debits.
    fn posting(&self, mut legs: Vec<(AccountKey, i128)>) -> Posting {
        legs.retain(|(_, minor)| *minor != 0);
        legs.push((self.object.account(&AccountId::world()), self.object.minor()));
        if self.object.facts.fee > 0 {
            legs.push((self.object.account(&AccountId::fees()), self.object.facts.fee));
        }
        let owned_by = Some(self.object.id().into());
        let kind = TransferKind::Withdrawal;
        Posting { kind, legs, original: None, hold: None, owned_by, note: Note::default() }
    }

    /// Debits a withdrawal that was paid although it had failed: the account gives what it has, and owes the
    /// rest. The limits counted it when it was held.
    fn debit(&mut self) -> Decided<TransferId> {
        let (payer, total) = (self.object.payer(), self.total());
        opened(self.draft, &payer)?;
        let there = involuntary(self.draft, &payer, total)?;
        let losses = self.object.account(&AccountId::losses());
        let posting = self.posting(vec![(payer.clone(), -there), (losses, there - total)]);
        let transfer = post(self.draft, posting)?;
        self.object.facts.transfers.push(transfer);
        if total > there {
            let case = self.object.id().to_string();
            let owed = Owed { payment: None, purchase: None, case: &case, account: payer.account };
            let amount = self.object.money(total - there)?;
            let debt = debts::open(self.draft, &self.object.row.book, owed, amount)?;
            self.object.facts.debt = Some(debt);
        }
        Ok(transfer)
    }

    /// Reverses the transfer of a payment that is no longer final. Money that was recovered for its debt goes
    /// back to the account.
    fn take_back(&mut self) -> Decided<TransferId> {
        let missing = || self.broken("has no transfer");
        let id = self.object.facts.transfers.last().copied().ok_or_else(missing)?;
        let key = (self.object.row.book.clone(), id);
        let mut original = self.draft.transfer(&key)?.cloned().ok_or_else(missing)?;
        let entries = self.draft.entries(&key);
        let payer = self.object.payer();
        opened(self.draft, &payer)?;
        self.cover_fee()?;
        let legs: Vec<_> = entries.iter().map(|entry| (entry.account_key(), -entry.amount)).collect();
        if let [one, _] = legs.as_slice() {
            original.refunded += one.1.abs();
        }
        let reversal = Posting {
            kind: TransferKind::Reversal,
            legs,
            original: Some(id),
            hold: None,
            owned_by: Some(self.object.id().into()),
            note: Note::default(),
        };
        let transfer = post(self.draft, reversal)?;
        original.reversed_by = Some(transfer);
        let version = original.version + 1;
        self.draft.put_transfer(original);
        let data = json!({ "by": transfer.to_string() });
        self.draft.event("transfer.reversed", ("transfer", &id.to_string()), version, &data)?;
        self.object.facts.transfers.push(transfer);
        self.settle_debt(&payer)?;
        Ok(transfer)
    }

    /// Covers from `@losses` what `@fees` no longer has of the fee: of the library's accounts only `@world`
    /// and `@losses` go below zero. The transfer is none of the withdrawal's own, which a later end reverses.
    fn cover_fee(&mut self) -> Decided<()> {
        let (fee, fees) = (self.object.facts.fee, self.object.account(&AccountId::fees()));
        let there = if fee == 0 { 0 } else { involuntary(self.draft, &fees, fee)? };
        if there == fee {
            return Ok(());
        }
        let losses = self.object.account(&AccountId::losses());
        let posting = Posting::pair(TransferKind::Recovery, losses, fees, fee - there, Note::default());
        post(self.draft, posting.owned_by(self.object.id())).map(drop)
    }

    /// Settles the debt for a payment that was taken back. The recovered part goes back to the account.
    fn settle_debt(&mut self, payer: &AccountKey) -> Decided<()> {
        let Some(id) = self.object.facts.debt.take() else { return Ok(()) };
        let missing = || Error::corrupted(format!("debt {id} is not there"));
        let debt = Debt::find(self.draft, &self.object.row.book, id)?.ok_or_else(missing)?;
        let recovered = debt.facts.recovered.minor_units();
        debts::settled(self.draft, &self.object.row.book, id)?;
        if recovered == 0 {
            return Ok(());
        }
        let losses = self.object.account(&AccountId::losses());
        let posting =
            Posting::pair(TransferKind::Recovery, losses, payer.clone(), recovered, Note::default());
        post(self.draft, posting.owned_by(self.object.id())).map(drop)
    }
}
