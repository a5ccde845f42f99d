//! Moves the money of a payment: from outside to its account, or to `@suspense` if it is nobody's, and back.

use super::apply_report::Heard;
use super::debts::Debt;
use super::editor::PaymentEditor;
use super::model::{AttemptOutcome, Payment, State};
use super::news::News;
use super::parts::{Refund, RefundState};
use super::transitions::PaymentTrigger;
use crate::ids::{AccountId, RefundId, TransferId};
use crate::kernel::operation::Decided;
use crate::ledger::funds::{ensure, opened};
use crate::ledger::posting::{Posting, post};
use crate::request::note::Note;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::members;
use crate::rows::tables::TransferKind;

/// A movement of a payment's money.
pub(crate) struct MoneyMove {
    /// Why it is posted.
    pub kind: TransferKind,
    /// Where it comes from.
    pub from: AccountKey,
    /// Where it goes.
    pub to: AccountKey,
    /// How much, in minor units.
    pub minor: i128,
    /// The transfer that it takes back.
    pub original: Option<TransferId>,
}

impl Payment {
    /// Names the jobs of the call and the question under way, which news may end.
    pub(crate) fn needs_of_calls(&self, needs: &mut Needs) {
        let doing = self.facts.doing.as_ref().map(|doing| doing.job);
        for job in doing.into_iter().chain(self.facts.question.as_ref().map(|question| question.job)) {
            needs.job((self.row.book.clone(), job), Access::Write);
        }
    }

    /// Names the rows on which news may move money, as far as the payment names them.
    pub fn needs_of_money(&self, needs: &mut Needs) {
        needs.account(self.to(), Access::Write);
        needs.account(self.account(&AccountId::world()), Access::Write);
        let suspense = if self.facts.suspended > 0 { Access::Drain } else { Access::Write };
        needs.account(self.account(&AccountId::suspense()), suspense);
        if self.state.is_paid() {
            needs.account(self.account(&AccountId::losses()), Access::Write);
        }
        for debt in self.facts.chargebacks.iter().filter_map(|one| one.debt) {
            needs.record(Debt::key(&self.row.book, debt), Access::Write);
        }
        for refund in self.facts.refunds.iter().filter(|refund| refund.counts()) {
            if let Some(transfer) = refund.transfer {
                needs.transfer((self.row.book.clone(), transfer), Access::Write);
            }
        }
    }
}

impl PaymentEditor<'_, '_> {
    /// The key of `@world`, which counts money from outside.
    pub(crate) fn world(&self) -> AccountKey {
        self.object.account(&AccountId::world())
    }

    /// The key of `@suspense`, where nobody's money waits.
    pub(crate) fn suspense(&self) -> AccountKey {
        self.object.account(&AccountId::suspense())
    }

    /// The key of `@losses`, which bears what nobody else does.
    pub(crate) fn losses(&self) -> AccountKey {
        self.object.account(&AccountId::losses())
    }

    /// Posts a movement for the payment.
    pub(crate) fn post(&mut self, movement: MoneyMove) -> Decided<TransferId> {
        let MoneyMove { kind, from, to, minor, original } = movement;
        let posting = Posting::pair(kind, from, to, minor, Note::default()).owned_by(self.object.id());
        let transfer = post(self.draft, Posting { original, ..posting })?;
        self.object.facts.transfers.push(transfer);
        Ok(transfer)
    }

    /// Takes a transfer of the payment back, whole.
    pub(crate) fn undo(&mut self, transfer: TransferId, movement: MoneyMove) -> Decided<TransferId> {
        let key = (self.object.row.book.clone(), transfer);
        let missing = || self.broken("has a transfer that is not there");
        let mut original = self.draft.transfer(&key)?.cloned().ok_or_else(missing)?;
        let minor = movement.minor;
        let id = self.post(MoneyMove { original: Some(transfer), ..movement })?;
        original.reversed_by = Some(id);
        original.refunded += minor;
        let version = original.version + 1;
        self.draft.put_transfer(original);
        let data = serde_json::json!({ "by": id.to_string() });
        self.draft.event("transfer.reversed", ("transfer", &transfer.to_string()), version, &data)?;
        Ok(id)
    }

    /// Posts captured money from outside to the account.
    pub(crate) fn captured(&mut self, minor: i128, trigger: PaymentTrigger) -> Decided<()> {
        let to = self.object.to();
        opened(self.draft, &to)?;
        let from = self.world();
        let transfer =
            self.post(MoneyMove { kind: TransferKind::Payment, from, to, minor, original: None })?;
        let facts = &mut self.object.facts;
        facts.captured = minor;
        facts.authorized = facts.authorized.max(minor);
        (facts.before, facts.failure, facts.timed_out) = (None, None, false);
        let data = members!("amount": minor.to_string(), "transfer": transfer.to_string());
        self.enter(State::Captured, trigger, data)
    }

    /// Posts nobody's money from outside to `@suspense`.
    pub(crate) fn suspend(&mut self, minor: i128) -> Decided<TransferId> {
        let (from, to) = (self.world(), self.suspense());
        let movement = MoneyMove { kind: TransferKind::Payment, from, to, minor, original: None };
        let transfer = self.post(movement)?;
        self.object.facts.suspended += minor;
        Ok(transfer)
    }

    /// Takes money of an attempt that is over: it waits in `@suspense`, and is refunded by itself, without
    /// what the gateway has given back of it already.
    pub(crate) fn late(&mut self, place: usize, total: i128, news: &News) -> Decided<Heard> {
        let refunds = self.object.facts.refunds.iter();
        let known = refunds.filter(|refund| refund.attempt == place && refund.is_of_late_money());
        let known = known.fold(0_i128, |sum, refund| sum + refund.minor);
        let more = total - known;
        if more <= 0 {
            return self.answered_idly();
        }
        // if all of it went back, that is the refund itself
        let back = news.refunded.map_or(0, |back| back.minor_units() - known).max(0);
        let back = if back < more { back } else { 0 };
        if place + 1 == self.object.facts.attempts.len() {
            self.settled_but_refunds()?;
        }
        let transfer = self.suspend(more)?;
        if let Some(attempt) = self.object.facts.attempts.get_mut(place) {
            attempt.outcome = Some(AttemptOutcome::Captured);
        }
        let refund = self.late_refund(place, more - back);
        let data = members! {
            "amount": more.to_string(), "refund": refund.to_string(), "transfer": transfer.to_string(),
        };
        self.emit("payment.suspended", data)?;
        self.tell_admins("payment.suspended")?;
        if back > 0 {
            self.late_money_left(place, back)?;
        }
        Ok(Heard::Suspended)
    }

    /// Books money that left `@suspense` by another way than our refunds, as a refund that is done.
    pub(crate) fn late_money_left(&mut self, place: usize, minor: i128) -> Decided<()> {
        let id = self.late_refund(place, minor);
        self.refund_done(id, None, None).map(drop)
    }

    /// Writes the refund of money that came late.
    pub(crate) fn late_refund(&mut self, place: usize, minor: i128) -> RefundId {
        let id = RefundId::from_uuid(self.draft.ids.uuid());
        self.object.facts.refunds.push(Refund {
            id,
            minor,
            state: RefundState::Queued,
            attempt: place,
            late: true,
            reference: None,
            transfer: None,
            reversal: None,
        });
        id
    }

    /// Moves money in `@suspense` on: to the account, or back outside.
    pub(crate) fn unsuspend(
        &mut self,
        to: AccountKey,
        minor: i128,
        kind: TransferKind,
    ) -> Decided<TransferId> {
        let from = self.suspense();
        ensure(self.draft, &from, minor)?;
        let transfer = self.post(MoneyMove { kind, from, to, minor, original: None })?;
        self.object.facts.suspended -= minor;
        Ok(transfer)
    }
}
