//! People's operations on a sent payment: capture, void, sync, refund, and settle an unknown outcome.

use std::sync::Arc;

use super::apply_report::Heard;
use super::editor::PaymentEditor;
use super::gateway::{Gateway, GatewayAbility};
use super::model::{AttemptOutcome, GatewayCall, GatewayOutcome, PendingCall, State};
use super::moves::{MoneyWay, about};
use super::needs::{needs_of, needs_of_news};
use super::news::News;
use super::owned;
use super::parts::RefundState;
use super::questions::Asking;
use super::requests::operations::GiveBack;
use super::requests::{CapturePayment, SettlePayment, SyncPayment, VoidPayment};
use super::transitions::PaymentTrigger;
use super::views::{Payment as PaymentView, PaymentReply, RefundReply};
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, PaymentId, RefundId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, opened};
use crate::ledger::model::{mismatch, unsupported};
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::amount_of;
use crate::request::texts::{reason_of, words};
use crate::rows::needs::Needs;
use crate::rows::object::members;
use crate::rows::tables::{AccountRow, TransferKind};

/// The step to take on a payment.
#[derive(Clone, Debug)]
enum Action {
    Capture { amount: Option<Money> },
    Void { reason: Option<Arc<str>> },
    Sync,
}

/// Does something with a payment.
#[derive(Clone, Debug)]
pub struct PaymentStep {
    book: Book,
    payment: PaymentId,
    action: Action,
    note: Note,
}

impl WriteRequest for CapturePayment {
    type Operation = PaymentStep;
    fn parse(&self, parse: &Parse<'_>) -> Result<PaymentStep> {
        let payment = PaymentId::request("payment", &self.payment)?;
        let action = Action::Capture { amount: amount_of("amount", self.amount.as_ref(), parse)? };
        Ok(PaymentStep { book: parse.book.clone(), payment, action, note: Note::parse(&self.common())? })
    }
}

impl WriteRequest for VoidPayment {
    type Operation = PaymentStep;
    fn parse(&self, parse: &Parse<'_>) -> Result<PaymentStep> {
        let payment = PaymentId::request("payment", &self.payment)?;
        let action = Action::Void { reason: reason_of(self.reason.as_ref())? };
        Ok(PaymentStep { book: parse.book.clone(), payment, action, note: Note::parse(&self.common())? })
    }
}

impl WriteRequest for SyncPayment {
    type Operation = PaymentStep;
    fn parse(&self, parse: &Parse<'_>) -> Result<PaymentStep> {
        let payment = PaymentId::request("payment", &self.payment)?;
        let note = Note::parse(&self.common())?;
        Ok(PaymentStep { book: parse.book.clone(), payment, action: Action::Sync, note })
    }
}

impl PaymentEditor<'_, '_> {
    /// Records an authorization that an admin found; it holds from now on.
    fn set_authorized(&mut self, minor: Option<i128>) {
        let price = self.object.price();
        let facts = &mut self.object.facts;
        if facts.authorized == 0 {
            facts.authorized = minor.unwrap_or(price);
        }
        let until = self.after(self.object.facts.authorization_for);
        let known = self.object.facts.authorization_expires_at.filter(|at| *at > self.now());
        self.object.facts.authorization_expires_at = Some(known.unwrap_or(until));
    }

    /// Enters the final state of a captured payment: captured, refunded or charged back.
    fn comes_to_rest(&mut self) -> Decided<()> {
        let facts = &self.object.facts;
        let state = if facts.charged_back() > 0 {
            State::ChargedBack
        } else if facts.refunded() >= facts.captured {
            State::Refunded
        } else {
            State::Captured
        };
        self.enter(state, PaymentTrigger::Settle, Data::new())
    }

    /// The row of the account that is paid.
    pub(crate) fn payee(&self) -> Decided<Option<AccountRow>> {
        Ok(self.draft.account(&self.object.to())?.cloned())
    }

    fn capture(&mut self, amount: Option<Money>) -> Decided<bool> {
        if self.object.state == State::Authorized {
            self.free_of_owners()?;
        }
        self.judge(PaymentTrigger::Capture)?;
        let minor = match amount {
            Some(amount) if amount.currency() != self.object.currency => {
                return Err(mismatch("amount", self.object.currency, amount.currency()).into());
            }
            Some(amount) => amount.minor_units(),
            None => self.object.facts.authorized,
        };
        let left = self.object.facts.authorized;
        if minor > left {
            return Err(Detail::CaptureExceedsAuthorized {
                payment: self.object.id().to_string(),
                remaining: self.object.money(left)?,
                requested: self.object.money(minor)?,
            }
            .into());
        }
        if minor < left && !self.gateway()?.facts.can(GatewayAbility::PartialCapture) {
            return Err(unsupported("payments.capture", "the gateway cannot capture a part").into());
        }
        // who takes it after a void that was refused wants it
        self.object.facts.cancel_requested = false;
        self.begin_capture(minor, PaymentTrigger::Capture)?;
        Ok(true)
    }

    fn void(&mut self, reason: Option<&Arc<str>>) -> Decided<bool> {
        if self.object.facts.purchase.is_some() {
            // the payment is given up with its purchase
            self.free_of_owners()?;
        }
        self.judge_in(self.object.voided_as(), PaymentTrigger::Void)?;
        if let Some(reason) = reason {
            self.keep("void_reason", reason);
        }
        self.cancel(PaymentTrigger::Void)
    }

    /// Gives up a payment that is not captured: at once if no gateway has it, else as soon as its gateway
    /// allows. Returns whether anything changed.
    pub(crate) fn cancel(&mut self, trigger: PaymentTrigger) -> Decided<bool> {
        let sent = self.object.facts.doing.as_ref().is_some_and(PendingCall::may_be_there);
        match self.object.state {
            State::Created => self.enter(State::Voided, trigger, Data::new())?,
            State::Authorizing if !sent && self.is_of_another_history()? => {
                self.object.facts.cancel_requested = true;
                self.unknown()?;
            }
            State::Authorizing if !sent => {
                self.settled()?;
                self.enter(State::Voided, trigger, Data::new())?;
            }
            State::ActionRequired => {
                // the payer may have paid before the void arrives: that goes back whole
                self.object.facts.cancel_requested = true;
                self.begin_void(trigger, false)?;
            }
            State::Authorized => self.begin_void(trigger, false)?,
            State::Authorizing | State::Capturing | State::Unknown if !self.object.facts.cancel_requested => {
                self.object.facts.cancel_requested = true;
                self.emit("payment.cancel_requested", Data::new())?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn sync(&mut self) -> Decided<bool> {
        if self.object.facts.attempts.is_empty() {
            return Err(self.not_allowed(PaymentTrigger::Sync).into());
        }
        self.judge(PaymentTrigger::Sync)?;
        if let Some(id) = self.object.stuck_refund() {
            self.refund_is(id, RefundState::Queued);
            self.emit("payment.refund_requested", members!("refund": id.to_string()))?;
            self.next_turn()?;
            return Ok(true);
        }
        if !self.gateway_to_ask()?.facts.can(GatewayAbility::Query) {
            return Err(unsupported("payments.sync", "the gateway cannot be asked").into());
        }
        let now = self.now();
        Ok(self.ask_by(now)? == Asking::Begun)
    }

    /// The gateway of the call under way, or else of the attempt.
    fn gateway_to_ask(&self) -> Decided<Gateway> {
        match &self.object.facts.doing {
            Some(doing) => Gateway::known(self.draft, &self.object.row.book, &self.gateway_of(doing)?),
            None => self.gateway(),
        }
    }
}

impl Operation for PaymentStep {
    type Reply = PaymentReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_of(&self.book, self.payment, seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        about(&self.book, self.payment, seen, MoneyWay::In)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = PaymentEditor::of(draft, &self.book, self.payment, self.note.expected_version)?;
        let changed = match &self.action {
            Action::Capture { amount } => editor.capture(*amount)?,
            Action::Void { reason } => editor.void(reason.as_ref())?,
            Action::Sync => editor.sync()?,
        };
        if !changed {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PaymentReply> {
        let payment = PaymentView::seen(&self.book, self.payment, seen)?;
        Ok(PaymentReply { payment, replayed: replayed || made.is_empty() })
    }
}

impl Operation for GiveBack {
    type Reply = RefundReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_of_news(&self.book, self.payment, seen, needs);
        owned::needs_of_account(&self.book, self.payment, self.refund_account.as_ref(), seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        about(&self.book, self.payment, seen, MoneyWay::Back)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = PaymentEditor::of(draft, &self.book, self.payment, self.note.expected_version)?;
        if matches!(editor.object.state, State::Captured | State::ChargedBack) {
            editor.free_of_owners()?;
        }
        editor.judge(PaymentTrigger::Refund)?;
        if let Some(payee) = editor.payee()? {
            active(&payee)?;
        }
        let left = editor.object.facts.refundable();
        let minor = match self.amount {
            Some(amount) if amount.currency() != editor.object.currency => {
                return Err(mismatch("amount", editor.object.currency, amount.currency()).into());
            }
            Some(amount) => amount.minor_units(),
            // if nothing is left, the refusal names the whole captured amount
            None if left == 0 => editor.object.facts.captured,
            None => left,
        };
        let part = minor < editor.object.facts.captured;
        if part && minor <= left && !editor.gateway()?.facts.can(GatewayAbility::PartialRefund) {
            return Err(unsupported("payments.refund", "the gateway cannot give back a part").into());
        }
        let refund = editor.request_refund_to(minor, self.reason.as_deref(), self.refund_account.as_ref())?;
        let payment = editor.put()?;
        Ok(CreatedIds::two(payment, refund))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<RefundReply> {
        let payment = PaymentView::seen(&self.book, self.payment, seen)?;
        let id: RefundId = made.expect()?;
        let refund = payment.refunds.iter().find(|refund| refund.id == id).cloned();
        let missing = || Error::corrupted(format!("refund {id} of payment {}", self.payment));
        Ok(RefundReply { refund: refund.ok_or_else(missing)?, payment, replayed })
    }
}

/// Settles an unknown outcome by the findings of an admin.
#[derive(Clone, Debug)]
pub struct SettleUnknown {
    book: Book,
    payment: PaymentId,
    outcome: GatewayOutcome,
    amount: Option<Money>,
    reference: Option<Arc<str>>,
    reason: Arc<str>,
    note: Note,
}

/// The outcomes that an admin can find.
const FOUND: &[GatewayOutcome] = &[
    GatewayOutcome::Authorized,
    GatewayOutcome::Captured,
    GatewayOutcome::Voided,
    GatewayOutcome::Refused,
    GatewayOutcome::Refunded,
];

impl WriteRequest for SettlePayment {
    type Operation = SettleUnknown;
    fn parse(&self, parse: &Parse<'_>) -> Result<SettleUnknown> {
        let reason = words("reason", &self.reason)?;
        let reference = self.reference.as_deref();
        Ok(SettleUnknown {
            book: parse.book.clone(),
            payment: PaymentId::request("payment", &self.payment)?,
            outcome: super::news::one("outcome", &self.outcome, FOUND)?,
            amount: amount_of("amount", self.amount.as_ref(), parse)?,
            reference: reference.map(|text| super::news::reference("reference", text)).transpose()?,
            reason,
            note: Note { reference: None, ..Note::parse(&self.common())? },
        })
    }
}

impl SettleUnknown {
    /// Settles a call without an answer: the finding counts as news of the gateway.
    fn unknown(&self, editor: &mut PaymentEditor<'_, '_>) -> Decided<()> {
        let call = editor.object.facts.doing.as_ref().map(|doing| doing.call);
        let gateway = editor.object.facts.gateway().unwrap_or_default().to_owned();
        let answers = call.map(|call| super::news::About::call(call, None));
        let told = match self.outcome {
            GatewayOutcome::Refunded => {
                return Err(editor.unmet(PaymentTrigger::Settle, "captured", None).into());
            }
            // the money was not taken: the call is over
            GatewayOutcome::Authorized if call != Some(GatewayCall::Authorize) => {
                let sent = editor.object.facts.doing.clone();
                editor.settled()?;
                editor.set_authorized(self.amount.map(Money::minor_units));
                editor.enter(State::Authorized, PaymentTrigger::Settle, Data::new())?;
                return editor.goes_on_authorized(sent.as_ref());
            }
            told => told,
        };
        let amount = self.amount;
        let news = News { amount, reference: self.reference.clone(), ..News::of(&gateway, told, answers) };
        match editor.apply(&news)? {
            Heard::Ignored | Heard::Queried => {
                Err(editor.unmet(PaymentTrigger::Settle, self.outcome.as_str(), None).into())
            }
            _ => Ok(()),
        }
    }

    /// Settles a mismatched payment: money in `@suspense` goes on.
    fn mismatched(&self, editor: &mut PaymentEditor<'_, '_>) -> Decided<()> {
        let suspended = editor.object.facts.suspended;
        if editor.object.facts.doing.is_none() {
            editor.drop_question()?;
        }
        let mut data = Data::new();
        match self.outcome {
            // the money from before the mismatch stays
            GatewayOutcome::Captured if suspended == 0 && editor.object.facts.captured > 0 => {
                editor.comes_to_rest()
            }
            GatewayOutcome::Captured => {
                let minor = self.amount.map_or(suspended, Money::minor_units);
                if minor > suspended || minor == 0 {
                    return Err(editor.unmet(PaymentTrigger::Settle, "suspended", None).into());
                }
                let facts = &editor.object.facts;
                let pays = (facts.deal.is_some() || facts.purchase.is_some()) && facts.captured == 0;
                if pays && minor < editor.object.price() {
                    // a deal or a purchase is never paid in part
                    return Err(editor.unmet(PaymentTrigger::Settle, "amount", None).into());
                }
                let to = editor.object.to();
                opened(editor.draft, &to)?;
                let transfer = editor.unsuspend(to, minor, TransferKind::Payment)?;
                editor.object.facts.captured += minor;
                if editor.object.facts.rest.is_some() {
                    // the sum is not that of one capture any more: admins see to the rest
                    editor.not_released(None)?;
                }
                editor.attempt_ended(AttemptOutcome::Captured);
                data.insert("transfer".to_owned(), transfer.to_string().into());
                editor.emit("payment.settled", data)?;
                if pays {
                    editor.pay_deal()?;
                }
                editor.comes_to_rest()
            }
            GatewayOutcome::Refunded if suspended > 0 => {
                let place = editor.object.facts.attempts.len().saturating_sub(1);
                editor.late_refund(place, suspended);
                if editor.object.facts.captured > 0 {
                    return editor.comes_to_rest();
                }
                editor.enter(State::Voided, PaymentTrigger::Settle, data)
            }
            GatewayOutcome::Refunded => Err(editor.unmet(PaymentTrigger::Settle, "suspended", None).into()),
            _ if suspended > 0 => Err(editor.unmet(PaymentTrigger::Settle, "suspended", None).into()),
            GatewayOutcome::Authorized if editor.object.facts.captured > 0 => {
                Err(editor.unmet(PaymentTrigger::Settle, "captured", None).into())
            }
            GatewayOutcome::Authorized => {
                editor.object.facts.authorized = 0;
                editor.set_authorized(self.amount.map(Money::minor_units));
                editor.enter(State::Authorized, PaymentTrigger::Settle, data)?;
                editor.goes_on_authorized(None)
            }
            _ if editor.object.facts.captured > 0 => editor.comes_to_rest(),
            GatewayOutcome::Voided => editor.enter(State::Voided, PaymentTrigger::Settle, data),
            _ => editor.fail(PaymentTrigger::Settle, None),
        }
    }
}

impl Operation for SettleUnknown {
    type Reply = PaymentReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_of_news(&self.book, self.payment, seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        about(&self.book, self.payment, seen, MoneyWay::Either)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = PaymentEditor::of(draft, &self.book, self.payment, self.note.expected_version)?;
        let state = editor.object.state;
        if !editor.object.can_be_settled() {
            return Err(editor.not_allowed(PaymentTrigger::Settle).into());
        }
        editor.judge(PaymentTrigger::Settle)?;
        if let Some(amount) = self.amount.filter(|amount| amount.currency() != editor.object.currency) {
            return Err(mismatch("amount", editor.object.currency, amount.currency()).into());
        }
        editor.keep("settle_reason", &self.reason);
        if state == State::Unknown {
            self.unknown(&mut editor)?;
        } else {
            self.mismatched(&mut editor)?;
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PaymentReply> {
        Ok(PaymentReply { payment: PaymentView::seen(&self.book, self.payment, seen)?, replayed })
    }
}
