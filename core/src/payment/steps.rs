//! What people do with a payment that was sent: capture, void, sync, refund, and settle an unknown outcome.

use std::sync::Arc;

use super::cards::{no_card_in, reason_of, words};
use super::desk::{Data, Desk};
use super::gateway::{self, Gateway, GatewayAbility};
use super::model::{AttemptOutcome, Doing, GatewayCall, State, Told};
use super::moves::{MoneyWay, about};
use super::needs::{needs_of, needs_of_news};
use super::news::News;
use super::owned;
use super::parts::{Refund, RefundState};
use super::questions::Asking;
use super::refund_account::RefundAccount;
use super::requests::{CapturePayment, RefundPayment, SettlePayment, SyncPayment, VoidPayment};
use super::told::Heard;
use super::views::{Payment as PaymentView, PaymentReply, RefundReply};
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, PaymentId, RefundId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, opened};
use crate::ledger::model::{mismatch, unsupported};
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::amount_of;
use crate::rows::needs::Needs;
use crate::rows::object::members;
use crate::rows::tables::{AccountRow, TransferKind};

/// What is done with a payment.
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
        no_card_in("metadata", self.metadata.as_ref())?;
        let payment = PaymentId::request("payment", &self.payment)?;
        let action = Action::Capture { amount: amount_of("amount", self.amount.as_ref(), parse)? };
        Ok(PaymentStep { book: parse.book.clone(), payment, action, note: Note::parse(&self.common())? })
    }
}

impl WriteRequest for VoidPayment {
    type Operation = PaymentStep;
    fn parse(&self, parse: &Parse<'_>) -> Result<PaymentStep> {
        no_card_in("metadata", self.metadata.as_ref())?;
        let payment = PaymentId::request("payment", &self.payment)?;
        let action = Action::Void { reason: reason_of(self.reason.as_ref())? };
        Ok(PaymentStep { book: parse.book.clone(), payment, action, note: Note::parse(&self.common())? })
    }
}

impl WriteRequest for SyncPayment {
    type Operation = PaymentStep;
    fn parse(&self, parse: &Parse<'_>) -> Result<PaymentStep> {
        no_card_in("metadata", self.metadata.as_ref())?;
        let payment = PaymentId::request("payment", &self.payment)?;
        let note = Note::parse(&self.common())?;
        Ok(PaymentStep { book: parse.book.clone(), payment, action: Action::Sync, note })
    }
}

impl Desk<'_, '_> {
    /// Records an authorization that an admin found; it holds from now on.
    fn stands(&mut self, minor: Option<i128>) {
        let price = self.payment.price();
        let facts = &mut self.payment.facts;
        if facts.authorized == 0 {
            facts.authorized = minor.unwrap_or(price);
        }
        let until = self.after(self.payment.facts.authorization_for);
        let known = self.payment.facts.authorization_expires_at.filter(|at| *at > self.now());
        self.payment.facts.authorization_expires_at = Some(known.unwrap_or(until));
    }

    /// Enters the final state of a captured payment: captured, refunded or charged back.
    fn comes_to_rest(&mut self) -> Result<(), Halt> {
        let facts = &self.payment.facts;
        let state = if facts.charged_back() > 0 {
            State::ChargedBack
        } else if facts.refunded() >= facts.captured {
            State::Refunded
        } else {
            State::Captured
        };
        self.enter(state, "settle", Data::new())
    }

    /// Whether money waits in `@suspense` without a refund that takes it. An admin decides where it goes.
    fn leaves_money_in_suspense(&self) -> bool {
        let facts = &self.payment.facts;
        let live = |refund: &Refund| {
            refund.late
                && matches!(refund.state, RefundState::Queued | RefundState::Sent | RefundState::Unknown)
        };
        self.payment.state.is_paid()
            && facts.suspended > 0
            && facts.doing.is_none()
            && !facts.refunds.iter().any(live)
    }

    /// The row of the account that is paid.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn payee(&self) -> Result<Option<AccountRow>, Halt> {
        Ok(self.draft.account(&self.payment.to())?.cloned())
    }

    /// Permits the payer, and the host's own program. Of a deal or a purchase whose buyer pays it, the payer
    /// is the account's holder or owner too.
    ///
    /// # Errors
    /// `not_permitted`.
    pub(crate) fn permit_payer(&self) -> Result<(), Halt> {
        let buyer = match self.payment.payer_account() {
            Some(account) => self.draft.account(&account)?,
            None => None,
        };
        let payer = self.payment.facts.payer.as_deref().map(Tie::Id);
        let ties: Vec<Tie<'_>> = payer.into_iter().chain(buyer.map(Tie::Account)).collect();
        Ok(self.draft.permit(&ties)?)
    }

    /// Permits the account's holder and its owner.
    ///
    /// # Errors
    /// `not_permitted`.
    pub(crate) fn permit_payee(&self) -> Result<(), Halt> {
        let payee = self.payee()?;
        Ok(self.draft.permit(payee.as_ref().map(Tie::Account).as_slice())?)
    }

    /// Permits the payer, and the account's holder and its owner.
    ///
    /// # Errors
    /// `not_permitted`.
    pub(crate) fn permit_either(&self) -> Result<(), Halt> {
        let payee = self.payee()?;
        let payer = self.payment.facts.payer.as_deref().map(Tie::Id);
        Ok(self
            .draft
            .permit(&[payer, payee.as_ref().map(Tie::Account)].into_iter().flatten().collect::<Vec<_>>())?)
    }

    fn capture(&mut self, amount: Option<Money>) -> Result<bool, Halt> {
        if self.payment.state != State::Authorized {
            return Err(self.not_allowed("capture").into());
        }
        self.free_of_owners()?;
        self.permit_payee()?;
        let minor = match amount {
            Some(amount) if amount.currency() != self.payment.currency => {
                return Err(mismatch("amount", self.payment.currency, amount.currency()).into());
            }
            Some(amount) => amount.minor_units(),
            None => self.payment.facts.authorized,
        };
        let left = self.payment.facts.authorized;
        if minor > left {
            return Err(Detail::CaptureExceedsAuthorized {
                payment: self.payment.id().to_string(),
                remaining: self.payment.money(left)?,
                requested: self.payment.money(minor)?,
            }
            .into());
        }
        if minor < left && !self.gateway()?.facts.can(GatewayAbility::PartialCapture) {
            return Err(unsupported("payments.capture", "the gateway cannot capture a part").into());
        }
        // who takes it after a void that was refused wants it
        self.payment.facts.cancel_requested = false;
        self.take(minor, "capture")?;
        Ok(true)
    }

    fn void(&mut self, reason: Option<&Arc<str>>) -> Result<bool, Halt> {
        if self.payment.facts.purchase.is_some() {
            // the payment is given up with its purchase
            self.free_of_owners()?;
        }
        // what the gateway holds for the payee the payer does not take back
        let is_held = self.payment.facts.is_held_for_payee();
        match self.payment.state {
            State::Created | State::Authorizing | State::ActionRequired => self.permit_payer()?,
            State::Authorized => self.permit_payee()?,
            State::Capturing | State::Unknown if is_held => self.permit_payee()?,
            State::Capturing | State::Unknown => self.permit_either()?,
            _ => return Err(self.not_allowed("void").into()),
        }
        if let Some(reason) = reason {
            self.keep("void_reason", reason);
        }
        self.give_up("void")
    }

    /// Gives up a payment that is not captured: at once if no gateway has it, else as soon as its gateway
    /// allows. Returns whether anything changed.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn give_up(&mut self, trigger: &str) -> Result<bool, Halt> {
        let sent = self.payment.facts.doing.as_ref().is_some_and(Doing::may_be_there);
        match self.payment.state {
            State::Created => self.enter(State::Voided, trigger, Data::new())?,
            State::Authorizing if !sent && self.is_of_another_history()? => {
                self.payment.facts.cancel_requested = true;
                self.unknown()?;
            }
            State::Authorizing if !sent => {
                self.settled()?;
                self.enter(State::Voided, trigger, Data::new())?;
            }
            State::ActionRequired => {
                // the payer may have paid before the void arrives: that goes back whole
                self.payment.facts.cancel_requested = true;
                self.let_go(trigger, false)?;
            }
            State::Authorized => self.let_go(trigger, false)?,
            State::Authorizing | State::Capturing | State::Unknown
                if !self.payment.facts.cancel_requested =>
            {
                self.payment.facts.cancel_requested = true;
                self.emit("payment.cancel_requested", Data::new())?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn sync(&mut self) -> Result<bool, Halt> {
        if self.payment.facts.attempts.is_empty() {
            return Err(self.not_allowed("sync").into());
        }
        self.draft.permit(&[])?;
        // a refused refund of late money is sent again
        let stuck = self.payment.facts.refunds.iter().find(|refund| {
            refund.late
                && matches!(refund.state, RefundState::Refused | RefundState::Returned)
                && self.payment.facts.suspended >= refund.minor
        });
        if let Some(id) = stuck.map(|refund| refund.id).filter(|_| self.payment.facts.doing.is_none()) {
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
    fn gateway_to_ask(&self) -> Result<Gateway, Halt> {
        match &self.payment.facts.doing {
            Some(doing) => gateway::known(self.draft, &self.payment.row.book, &self.gateway_of(doing)?),
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

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut desk = Desk::of(draft, &self.book, self.payment, &self.note)?;
        let changed = match &self.action {
            Action::Capture { amount } => desk.capture(*amount)?,
            Action::Void { reason } => desk.void(reason.as_ref())?,
            Action::Sync => desk.sync()?,
        };
        if !changed {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(desk.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<PaymentReply, Halt> {
        let payment = PaymentView::seen(&self.book, self.payment, seen)?;
        Ok(PaymentReply { payment, replayed: replayed || made.is_empty() })
    }
}

/// Refunds captured money.
#[derive(Clone, Debug)]
pub struct GiveBack {
    book: Book,
    payment: PaymentId,
    amount: Option<Money>,
    reason: Option<Arc<str>>,
    account: Option<RefundAccount>,
    note: Note,
}

impl WriteRequest for RefundPayment {
    type Operation = GiveBack;
    fn parse(&self, parse: &Parse<'_>) -> Result<GiveBack> {
        no_card_in("metadata", self.metadata.as_ref())?;
        Ok(GiveBack {
            book: parse.book.clone(),
            payment: PaymentId::request("payment", &self.payment)?,
            amount: amount_of("amount", self.amount.as_ref(), parse)?,
            reason: reason_of(self.reason.as_ref())?,
            account: RefundAccount::read(self.refund_account.as_ref(), parse)?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl Operation for GiveBack {
    type Reply = RefundReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_of_news(&self.book, self.payment, seen, needs);
        owned::needs_of_account(&self.book, self.payment, self.account.as_ref(), seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        about(&self.book, self.payment, seen, MoneyWay::Back)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut desk = Desk::of(draft, &self.book, self.payment, &self.note)?;
        if !matches!(desk.payment.state, State::Captured | State::ChargedBack) {
            return Err(desk.not_allowed("refund").into());
        }
        desk.free_of_owners()?;
        desk.permit_payee()?;
        if let Some(payee) = desk.payee()? {
            active(&payee)?;
        }
        let left = desk.payment.facts.refundable();
        let minor = match self.amount {
            Some(amount) if amount.currency() != desk.payment.currency => {
                return Err(mismatch("amount", desk.payment.currency, amount.currency()).into());
            }
            Some(amount) => amount.minor_units(),
            // if nothing is left, the refusal names the whole captured amount
            None if left == 0 => desk.payment.facts.captured,
            None => left,
        };
        let part = minor < desk.payment.facts.captured;
        if part && minor <= left && !desk.gateway()?.facts.can(GatewayAbility::PartialRefund) {
            return Err(unsupported("payments.refund", "the gateway cannot give back a part").into());
        }
        let refund = desk.request_refund_to(minor, self.reason.as_deref(), self.account.as_ref())?;
        let payment = desk.put()?;
        Ok(CreatedIds::two(payment, refund))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<RefundReply, Halt> {
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
    outcome: Told,
    amount: Option<Money>,
    reference: Option<Arc<str>>,
    reason: Arc<str>,
    note: Note,
}

/// The outcomes that an admin can find.
const FOUND: &[Told] = &[Told::Authorized, Told::Captured, Told::Voided, Told::Refused, Told::Refunded];

impl WriteRequest for SettlePayment {
    type Operation = SettleUnknown;
    fn parse(&self, parse: &Parse<'_>) -> Result<SettleUnknown> {
        no_card_in("metadata", self.metadata.as_ref())?;
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
    fn unknown(&self, desk: &mut Desk<'_, '_>) -> Result<(), Halt> {
        let call = desk.payment.facts.doing.as_ref().map(|doing| doing.call);
        let gateway = desk.payment.facts.gateway().unwrap_or_default().to_owned();
        let answers = call.map(|call| super::news::About::call(call, None));
        let told = match self.outcome {
            Told::Refunded => return Err(desk.unmet("settle", "captured", None).into()),
            // the money was not taken: the call is over
            Told::Authorized if call != Some(GatewayCall::Authorize) => {
                let sent = desk.payment.facts.doing.clone();
                desk.settled()?;
                desk.stands(self.amount.map(Money::minor_units));
                desk.enter(State::Authorized, "settle", Data::new())?;
                return desk.goes_on_authorized(sent.as_ref());
            }
            told => told,
        };
        let amount = self.amount;
        let news = News { amount, reference: self.reference.clone(), ..News::of(&gateway, told, answers) };
        match desk.tell(&news)? {
            Heard::Ignored | Heard::Queried => Err(desk.unmet("settle", self.outcome.as_str(), None).into()),
            _ => Ok(()),
        }
    }

    /// Settles a mismatched payment: money in `@suspense` goes on.
    fn mismatched(&self, desk: &mut Desk<'_, '_>) -> Result<(), Halt> {
        let suspended = desk.payment.facts.suspended;
        if desk.payment.facts.doing.is_none() {
            desk.drop_question()?;
        }
        let mut data = Data::new();
        match self.outcome {
            // the money from before the mismatch stays
            Told::Captured if suspended == 0 && desk.payment.facts.captured > 0 => desk.comes_to_rest(),
            Told::Captured => {
                let minor = self.amount.map_or(suspended, Money::minor_units);
                if minor > suspended || minor == 0 {
                    return Err(desk.unmet("settle", "suspended", None).into());
                }
                let facts = &desk.payment.facts;
                let pays = (facts.deal.is_some() || facts.purchase.is_some()) && facts.captured == 0;
                if pays && minor < desk.payment.price() {
                    // a deal or a purchase is never paid in part
                    return Err(desk.unmet("settle", "amount", None).into());
                }
                let to = desk.payment.to();
                opened(desk.draft, &to)?;
                let transfer = desk.unsuspend(to, minor, TransferKind::Payment)?;
                desk.payment.facts.captured += minor;
                if desk.payment.facts.rest.is_some() {
                    // the sum is not that of one capture any more: admins see to the rest
                    desk.not_released(None)?;
                }
                desk.attempt_ended(AttemptOutcome::Captured);
                data.insert("transfer".to_owned(), transfer.to_string().into());
                desk.emit("payment.settled", data)?;
                if pays {
                    desk.pay_deal()?;
                }
                desk.comes_to_rest()
            }
            Told::Refunded if suspended > 0 => {
                let place = desk.payment.facts.attempts.len().saturating_sub(1);
                desk.late_refund(place, suspended);
                if desk.payment.facts.captured > 0 {
                    return desk.comes_to_rest();
                }
                desk.enter(State::Voided, "settle", data)
            }
            Told::Refunded => Err(desk.unmet("settle", "suspended", None).into()),
            _ if suspended > 0 => Err(desk.unmet("settle", "suspended", None).into()),
            Told::Authorized if desk.payment.facts.captured > 0 => {
                Err(desk.unmet("settle", "captured", None).into())
            }
            Told::Authorized => {
                desk.payment.facts.authorized = 0;
                desk.stands(self.amount.map(Money::minor_units));
                desk.enter(State::Authorized, "settle", data)?;
                desk.goes_on_authorized(None)
            }
            _ if desk.payment.facts.captured > 0 => desk.comes_to_rest(),
            Told::Voided => desk.enter(State::Voided, "settle", data),
            _ => desk.fail("settle", None),
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

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut desk = Desk::of(draft, &self.book, self.payment, &self.note)?;
        let state = desk.payment.state;
        if !matches!(state, State::Unknown | State::Mismatched) && !desk.leaves_money_in_suspense() {
            return Err(desk.not_allowed("settle").into());
        }
        desk.draft.permit(&[])?;
        if let Some(amount) = self.amount.filter(|amount| amount.currency() != desk.payment.currency) {
            return Err(mismatch("amount", desk.payment.currency, amount.currency()).into());
        }
        desk.keep("settle_reason", &self.reason);
        if state == State::Unknown {
            self.unknown(&mut desk)?;
        } else {
            self.mismatched(&mut desk)?;
        }
        Ok(CreatedIds::of(desk.put()?))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<PaymentReply, Halt> {
        Ok(PaymentReply { payment: PaymentView::seen(&self.book, self.payment, seen)?, replayed })
    }
}
