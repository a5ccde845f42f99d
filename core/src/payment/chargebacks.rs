//! Chargebacks: the payer's bank takes a payment back, whether the payee still has the money or not.

use super::debts::{self, Owed};
use super::editor::PaymentEditor;
use super::model::{MOST_PARTS, State};
use super::money::MoneyMove;
use super::moves::{MoneyWay, about};
use super::needs::needs_of_news;
use super::parts::{ChargebackFacts, ChargebackPhase, ToldCase};
use super::requests::ChargebackPayment;
use super::transitions::PaymentTrigger;
use super::views::{Payment as PaymentView, PaymentReply};
use crate::error::{Code, Error, Result};
use crate::ids::{Book, PaymentId, RefundId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{involuntary, opened};
use crate::ledger::model::mismatch;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest, text};
use crate::request::shape::{amount_of, one_named};
use crate::request::texts::reason_of;
use crate::rows::needs::Needs;
use crate::rows::object::members;
use crate::rows::tables::TransferKind;

/// The case name of a refund that the gateway made by itself.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// The case name of a refund that was refused, and that the gateway made after all.
fn case_of(refund: RefundId) -> String {
    format!("{WITHDRAWN}.{refund}")
}

/// Whether the gateway has taken it back by itself, and did not give it again.
pub(crate) fn is_withdrawn(one: &ChargebackFacts) -> bool {
    one.case.starts_with(WITHDRAWN) && one.counts()
}

impl PaymentEditor<'_, '_> {
    /// The sum that the gateway has taken back by itself, in minor units.
    pub(crate) fn withdrawn(&self) -> i128 {
        let all = self.object.facts.chargebacks.iter();
        all.filter(|one| is_withdrawn(one)).fold(0, |sum, one| sum + one.minor)
    }

    /// The part of it that only totals have shown, in minor units: it may be the money of any refund.
    fn withdrawn_by_totals(&self) -> i128 {
        let facts = &self.object.facts;
        let of_name = |case: &str| facts.refunds.iter().any(|refund| case == case_of(refund.id));
        let all = facts.chargebacks.iter().filter(|one| is_withdrawn(one));
        all.filter(|one| !of_name(&one.case)).fold(0, |sum, one| sum + one.minor)
    }

    /// Records money that the gateway has taken back by itself, as a lost chargeback.
    pub(crate) fn withdraw(&mut self, minor: i128) -> Decided<()> {
        let name = |count: usize| match count {
            0 => WITHDRAWN.to_owned(),
            _ => format!("{WITHDRAWN}.{}", count + 1),
        };
        let all = self.object.facts.chargebacks.iter();
        let mut count = all.filter(|one| one.case.starts_with(WITHDRAWN)).count();
        // one of them may have got the name of its case since
        while self.knows_case(&name(count)) {
            count += 1;
        }
        self.charge_back(&name(count), minor, ChargebackPhase::Lost)?;
        self.tell_admins("payment.withdrawn")?;
        // the refund of all was refused, since others had left too little for it
        self.give_back_rest()
    }

    /// The same for a refund that was refused, and that the gateway made after all: once. If totals have led
    /// to as much, that may be its money, and an admin finds out. Returns whether it is new.
    pub(crate) fn withdraw_refund(&mut self, refund: RefundId, minor: i128) -> Decided<bool> {
        let case = case_of(refund);
        if self.knows_case(&case) {
            return Ok(false);
        }
        if self.withdrawn_by_totals() >= minor {
            self.tell_admins("payment.withdrawn")?;
            return Ok(false);
        }
        self.charge_back(&case, minor, ChargebackPhase::Lost)?;
        self.tell_admins("payment.withdrawn")?;
        Ok(true)
    }

    /// Takes the money from the payee as far as it is there, and opens a debt for the rest. A refund that the
    /// gateway does not have yet must not give the payer the same money again.
    fn charge_back(&mut self, case: &str, minor: i128, phase: ChargebackPhase) -> Decided<()> {
        let before = self.object.facts.given_back();
        let of_refunds = self.take_from_refunds(minor)?;
        let has_held_back = self.object.facts.given_back() < before;
        let bearer = self.bearer()?;
        opened(self.draft, &bearer)?;
        let (world, losses) = (self.world(), self.losses());
        let kind = TransferKind::Chargeback;
        let of_deal = self.take_from_deal(minor - of_refunds)?;
        let (from, left) = (bearer.clone(), minor - of_refunds - of_deal);
        let of_bearer =
            self.bear(MoneyMove { kind, from, to: world.clone(), minor: left, original: None })?;
        let borne = of_refunds + of_deal + of_bearer;
        let rest = minor - borne;
        let mut debt = None;
        if rest > 0 {
            self.post(MoneyMove { kind, from: losses, to: world, minor: rest, original: None })?;
            let payment = Some(self.object.id());
            let owed = Owed { payment, purchase: None, case, account: bearer.account };
            let amount = self.object.money(rest)?;
            debt = Some(debts::open(self.draft, &self.object.row.book, owed, amount)?);
        }
        let opened_at = self.draft.ctx.time();
        self.object.facts.chargebacks.push(ChargebackFacts {
            case: case.to_owned(),
            phase,
            minor,
            borne,
            of_refunds,
            by_total: false,
            debt,
            opened_at,
        });
        let data = members!("amount": minor.to_string(), "case": case);
        self.enter_paid(State::ChargedBack, phase.into(), data)?;
        if has_held_back { self.give_back_rest() } else { Ok(()) }
    }

    /// Enters a state of a payment whose money was taken. A mismatched payment stays so until an admin
    /// settles it.
    fn enter_paid(&mut self, state: State, trigger: PaymentTrigger, data: Data) -> Decided<()> {
        if self.object.state == State::Mismatched {
            return self.emit(state.event(), data);
        }
        self.enter(state, trigger, data)
    }

    /// Holds back the refunds that would give the payer what the bank takes. The money of a deal's refunds is
    /// then the buyer's again, and not the bearer's, so it is taken from the buyer. Returns how much was.
    fn take_from_refunds(&mut self, minor: i128) -> Decided<i128> {
        let held = self.hold_back(minor)?;
        if held == 0 || self.object.facts.deal.is_none() {
            return Ok(0);
        }
        let (kind, from, to) = (TransferKind::Chargeback, self.object.to(), self.world());
        let taken = self.bear(MoneyMove { kind, from, to, minor: held.min(minor), original: None })?;
        if taken < held {
            // the rest stays with the buyer
            self.tell_admins("payment.not_given_back")?;
        }
        Ok(taken)
    }

    /// Takes an amount as far as it is there, whatever the account's status. Takes nothing if the account's
    /// limits forbid it.
    pub(crate) fn bear(&mut self, movement: MoneyMove) -> Decided<i128> {
        let minor = involuntary(self.draft, &movement.from, movement.minor)?;
        if minor == 0 {
            return Ok(0);
        }
        let mark = (self.draft.mark(), self.object.clone());
        match self.post(MoneyMove { minor, ..movement }) {
            Ok(_) => Ok(minor),
            Err(Halt::Reject(rejection)) if rejection.error.code() == Code::LimitExceeded => {
                self.draft.restore(mark.0);
                self.object = mark.1;
                Ok(0)
            }
            Err(halt) => Err(halt),
        }
    }

    /// The bank gives the money back. It first covers the debt of this case, then the money of refunds that
    /// the buyer of a deal had again, and the rest goes to the account that bears chargebacks. A deal that is
    /// over stays so.
    pub(crate) fn won(&mut self, place: usize) -> Decided<()> {
        let Some(one) = self.object.facts.chargebacks.get(place).cloned() else { return Ok(()) };
        let (world, losses, to) = (self.world(), self.losses(), self.bearer()?);
        let kind = TransferKind::Chargeback;
        let owed = match one.debt {
            Some(debt) => debts::settled(self.draft, &self.object.row.book, debt)?,
            None => 0,
        };
        if owed > 0 {
            self.post(MoneyMove { kind, from: world.clone(), to: losses, minor: owed, original: None })?;
        }
        let of_refunds = one.of_refunds;
        if of_refunds > 0 {
            let (from, to) = (world.clone(), self.object.to());
            self.post(MoneyMove { kind, from, to, minor: of_refunds, original: None })?;
            // no refund gives it on to the payer
            self.tell_admins("payment.not_given_back")?;
        }
        let rest = one.minor - owed - of_refunds;
        if rest > 0 {
            opened(self.draft, &to)?;
            self.post(MoneyMove { kind, from: world, to, minor: rest, original: None })?;
        }
        if let Some(one) = self.object.facts.chargebacks.get_mut(place) {
            (one.phase, one.by_total) = (ChargebackPhase::Won, false);
        }
        self.question_is_old()?;
        let data = members!("case": one.case);
        if self.object.facts.chargebacks.iter().any(ChargebackFacts::counts) {
            return self.emit("payment.chargeback_won", data);
        }
        let facts = &self.object.facts;
        let all = facts.captured > 0 && facts.refunded() >= facts.captured;
        self.enter_paid(if all { State::Refunded } else { State::Captured }, PaymentTrigger::Won, data)
    }
}

/// Tells of a chargeback.
#[derive(Clone, Debug)]
pub struct ChargeBack {
    book: Book,
    payment: PaymentId,
    told: ToldCase,
    note: Note,
}

impl WriteRequest for ChargebackPayment {
    type Operation = ChargeBack;
    fn parse(&self, parse: &Parse<'_>) -> Result<ChargeBack> {
        let phase = self.phase.as_deref().unwrap_or(ChargebackPhase::Open.as_str());
        let phase = one_named("phase", phase)?;
        let case = text("case", &self.case)?;
        if case.starts_with(WITHDRAWN) {
            return Err(Error::invalid("case", format!("must not begin with `{WITHDRAWN}`")));
        }
        let reason = reason_of(self.reason.as_ref())?;
        let payment = PaymentId::request("payment", &self.payment)?;
        let amount = amount_of("amount", self.amount.as_ref(), parse)?;
        let told = ToldCase { case: case.to_string(), phase, amount, is_strange: false, reason };
        Ok(ChargeBack { book: parse.book.clone(), payment, told, note: Note::parse(&self.common())? })
    }
}

impl PaymentEditor<'_, '_> {
    /// Whether the payment has a chargeback of this case.
    pub(crate) fn knows_case(&self, case: &str) -> bool {
        self.object.facts.chargebacks.iter().any(|one| one.case == case)
    }

    /// Gives money that only a lower total has shown the name of its case, so that it is not taken twice. If
    /// the amounts differ, an admin finds out whether it is the same. Returns whether it was named.
    fn names_withdrawn(&mut self, case: &str, minor: i128, phase: ChargebackPhase) -> Decided<bool> {
        let all = &mut self.object.facts.chargebacks;
        if !all.iter().any(|one| one.by_total) {
            return Ok(false);
        }
        let Some(one) = all.iter_mut().find(|one| one.by_total && one.minor == minor) else {
            self.tell_admins("payment.withdrawn")?;
            return Ok(false);
        };
        (one.case, one.phase, one.by_total) = (case.to_owned(), phase, false);
        let data = members!("amount": minor.to_string(), "case": case);
        self.enter_paid(State::ChargedBack, phase.into(), data)?;
        Ok(true)
    }

    /// Applies a reported chargeback. Returns whether anything changed.
    pub(crate) fn apply_case(&mut self, told: &ToldCase) -> Decided<bool> {
        let opened = told.opens(self)?;
        Ok(told.goes_on(self)? || opened)
    }
}

impl ToldCase {
    /// Opens the case if it is new. Returns whether anything changed.
    fn opens(&self, editor: &mut PaymentEditor<'_, '_>) -> Decided<bool> {
        if editor.knows_case(&self.case) {
            return Ok(false);
        }
        if editor.object.facts.chargebacks.len() >= MOST_PARTS {
            return Err(
                Error::invalid("case", format!("must be one of the {MOST_PARTS} that there are")).into()
            );
        }
        let left = editor.object.facts.captured
            - editor.object.facts.given_back()
            - editor.object.facts.charged_back();
        let minor = match self.amount {
            Some(amount) if amount.currency() != editor.object.currency => {
                return Err(mismatch("amount", editor.object.currency, amount.currency()).into());
            }
            Some(amount) => amount.minor_units(),
            None => left,
        };
        if minor <= 0 {
            return Err(Error::invalid("amount", "must be given: nothing of the payment is left").into());
        }
        if let Some(reason) = &self.reason {
            editor.keep(&format!("case.{}", self.case), reason);
        }
        let phase = if self.phase == ChargebackPhase::Lost { self.phase } else { ChargebackPhase::Open };
        if !editor.names_withdrawn(&self.case, minor, phase)? {
            editor.charge_back(&self.case, minor, phase)?;
        }
        Ok(true)
    }

    /// Moves an open case to the reported phase. Returns whether anything changed.
    fn goes_on(&self, editor: &mut PaymentEditor<'_, '_>) -> Decided<bool> {
        let all = &mut editor.object.facts.chargebacks;
        let Some(place) = all.iter().position(|one| one.case == self.case) else { return Ok(false) };
        let Some(one) = all.get_mut(place).filter(|one| one.phase == ChargebackPhase::Open) else {
            return Ok(false);
        };
        match self.phase {
            ChargebackPhase::Open => Ok(false),
            ChargebackPhase::Won => editor.won(place).map(|()| true),
            ChargebackPhase::Lost => {
                one.phase = ChargebackPhase::Lost;
                editor.emit("payment.chargeback_lost", members!("case": self.case.as_str()))?;
                Ok(true)
            }
        }
    }
}

impl Operation for ChargeBack {
    type Reply = PaymentReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_of_news(&self.book, self.payment, seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        about(&self.book, self.payment, seen, MoneyWay::Back)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = PaymentEditor::of(draft, &self.book, self.payment, self.note.expected_version)?;
        let known = editor.knows_case(&self.told.case);
        if !known && editor.object.facts.ended_cases.contains(&self.told.case) {
            editor.draft.permit(&[])?;
            return Ok(CreatedIds::default());
        }
        if !known && !editor.object.state.is_paid() {
            return Err(editor.not_allowed(PaymentTrigger::Chargeback).into());
        }
        editor.draft.permit(&[])?;
        if self.told.phase == ChargebackPhase::Won && !known {
            return Err(editor.unmet(PaymentTrigger::Chargeback, "open", None).into());
        }
        if !editor.apply_case(&self.told)? {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PaymentReply> {
        let payment = PaymentView::seen(&self.book, self.payment, seen)?;
        Ok(PaymentReply { payment, replayed: replayed || made.is_empty() })
    }
}
