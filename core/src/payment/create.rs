//! Creates payments, and sends them to a gateway with the payer's means.

use std::sync::Arc;

use super::editor::PaymentEditor;
use super::gateway::{self, Gateway};
use super::means;
use super::model::{
    self, AUTHORIZATION_FOR, AttemptFacts, CaptureMode, EXPIRES_IN, GatewayCall, Payment, PaymentFacts, State,
};
use super::needs::needs_to_begin;
use super::owned::{OwnedMeans, begin};
use super::requests::CreatePayment;
use super::requests::operations::Confirm;
use super::route::{WantedGateway, first_open};
use super::tokens::{Tokens, seal_of};
use super::transitions::PaymentTrigger;
use super::views::{Payment as PaymentView, PaymentReply};
use super::{deals, merchant};
use crate::error::{Error, Result};
use crate::escrow::model::Deal;
use crate::escrow::{agreed, paying};
use crate::ids::{AccountId, Book, DealId, PaymentId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::{Tie, is_or_owns};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, opened, unowned};
use crate::ledger::model::{own_account, unsupported};
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::{one_named, span_of};
use crate::request::texts::{name_of, words};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::members;
use crate::time::{Span, Time};
use crate::vault::safe::Safe;

/// The account or deal to pay.
#[derive(Clone, Debug)]
enum PaidFor {
    /// It pays an account.
    Account(AccountId),
    /// It pays a deal, by way of the account of its buyer.
    Deal(DealId),
}

/// Creates a payment, and confirms it at once where it brings the payer's means.
#[derive(Clone, Debug)]
pub struct Create {
    book: Book,
    paid_for: PaidFor,
    amount: Money,
    means: OwnedMeans,
    capture: CaptureMode,
    payer: Option<Arc<str>>,
    expires_in: Span,
    authorization_for: Span,
    note: Note,
}

impl WriteRequest for CreatePayment {
    type Operation = Create;
    fn parse(&self, parse: &Parse<'_>) -> Result<Create> {
        let paid_for = match (&self.to, &self.deal) {
            (Some(to), None) => PaidFor::Account(own_account("to", to, parse)?),
            (None, Some(deal)) => PaidFor::Deal(DealId::request("deal", deal)?),
            _ => return Err(Error::invalid("to", "must be given, or else `deal`")),
        };
        let capture: CaptureMode = one_named("capture", self.capture.as_deref().unwrap_or(model::AUTO))?;
        if matches!(paid_for, PaidFor::Deal(_)) && capture == CaptureMode::Manual {
            return Err(Error::invalid("capture", "must be `auto` where a deal is paid"));
        }
        let payer = self.payer.as_ref().map(|payer| words("payer", payer)).transpose()?;
        let tokens = Tokens::read(self.token.as_ref(), self.tokens.as_ref())?;
        let safe = (!tokens.is_empty()).then(|| Safe::parse(parse)).transpose()?;
        let amount = self.amount.resolve_positive("amount", parse.currencies)?;
        let gateway = self.gateway.as_ref().map(|name| name_of("gateway", name)).transpose()?;
        Ok(Create {
            book: parse.book.clone(),
            paid_for,
            amount,
            means: OwnedMeans { gateway, tokens, safe },
            capture,
            payer,
            expires_in: span_of("expires_in", self.expires_in.as_ref())?.unwrap_or(EXPIRES_IN),
            authorization_for: span_of("authorization_for", self.authorization_for.as_ref())?
                .unwrap_or(AUTHORIZATION_FOR),
            note: Note::parse(&self.common())?,
        })
    }

    /// Paying a deal by card is the same effect as paying it from a balance.
    fn effect(&self) -> Option<&'static str> {
        self.deal.as_ref().map(|_| paying::EFFECT)
    }
}

impl Create {
    fn account(&self, id: &AccountId) -> AccountKey {
        AccountKey::new(self.book.clone(), id.clone(), self.amount.currency())
    }

    /// The deal that it pays; `None` if the deal was not read.
    fn deal(&self, seen: &Snapshot) -> Result<Option<Deal>> {
        let PaidFor::Deal(id) = &self.paid_for else { return Ok(None) };
        seen.records.row(&Deal::key(&self.book, *id)).map(Deal::of).transpose()
    }

    /// The account that is paid, after the checks. It is opened if there is none, whoever asks.
    fn payee(&self, draft: &mut Draft<'_>, id: &AccountId) -> Decided<AccountKey> {
        let account = self.account(id);
        let to = opened(draft, &account)?;
        let payer = self.payer.as_deref().map(Tie::Id);
        draft.permit(&[payer, Some(Tie::Account(&to))].into_iter().flatten().collect::<Vec<_>>())?;
        unowned(&to)?;
        active(&to)?;
        Ok(account)
    }

    /// Returns the payer: the one that the request names, else a plain actor, else the buyer of the deal.
    fn who_pays(&self, draft: &Draft<'_>, to: &AccountId) -> Option<Arc<str>> {
        let plain = || draft.is_plain().then(|| draft.ctx.actor.id().into());
        let buyer = || matches!(self.paid_for, PaidFor::Deal(_)).then(|| to.as_str().into());
        self.payer.clone().or_else(plain).or_else(buyer)
    }

    /// The payment as it begins, before its first event.
    fn begin(
        &self,
        draft: &mut Draft<'_>,
        to: &AccountId,
        gateways: Vec<String>,
        chosen: &Gateway,
    ) -> Result<Payment> {
        let facts = PaymentFacts {
            deal: match self.paid_for {
                PaidFor::Deal(deal) => Some(deal),
                PaidFor::Account(_) => None,
            },
            capture: self.capture,
            payer: self.who_pays(draft, to).as_deref().map(ToOwned::to_owned),
            by_token: !self.means.tokens.is_empty(),
            chosen: Some(chosen.facts.id.clone()),
            expires_at: Some(draft.ctx.now.checked_add(self.expires_in).unwrap_or(Time::MAX)),
            authorization_for: self.authorization_for,
            ..PaymentFacts::begins(to.clone(), self.amount, gateways, draft.ctx.time())
        };
        begin(draft, &self.book, facts, &self.note)
    }
}

impl Operation for Create {
    type Reply = PaymentReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        match &self.paid_for {
            PaidFor::Account(id) => needs.account(self.account(id), Access::Read),
            PaidFor::Deal(id) => needs_to_begin(&self.book, *id, seen, needs),
        }
        self.means.needs(&self.book, self.amount, seen, needs);
    }

    /// Creating a payment moves nothing yet: the gateway has no money. A payment of a deal counts as taken
    /// from the buyer.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        match &self.paid_for {
            PaidFor::Account(id) => moves.gets(id),
            PaidFor::Deal(id) => {
                moves.about = Some(Deal::key(&self.book, *id));
                if let Some(deal) = self.deal(seen)? {
                    moves.pays(&deal.facts.buyer, Some(self.amount));
                }
            }
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let (to, deal) = match &self.paid_for {
            PaidFor::Account(id) => (self.payee(draft, id)?, None),
            PaidFor::Deal(id) => {
                let deal = deals::payable(draft, &self.book, *id, self.amount)?;
                (deal.buyer(), Some(deal))
            }
        };
        let two_step = self.capture == CaptureMode::Manual;
        let (names, chosen) = self.means.chosen(draft, &self.book, self.amount, two_step)?;
        if two_step && !chosen.facts.can(gateway::GatewayAbility::TwoStep) {
            return Err(
                unsupported("payments.create", "the gateway cannot authorize without capturing").into()
            );
        }
        let mut payment = self.begin(draft, &to.account, names, &chosen)?;
        merchant::keep_config(draft, &mut payment)?;
        let mut editor = PaymentEditor::new(draft, payment);
        let mut data = members! {
            "amount": self.amount.minor_units().to_string(), "currency": self.amount.currency().code(),
            "to": to.account.as_str(),
        };
        if let Some(deal) = deal {
            data.insert("deal".to_owned(), deal.id().to_string().into());
            agreed::bind(editor.draft, &deal)?;
            paying::begin(editor.draft, deal, editor.object.id())?;
            // a payment by card counts as taken from the buyer
            editor.draft.declare(to, self.amount.minor_units());
        } else if !editor.draft.is_plain()
            || editor.draft.account(&to)?.is_some_and(|row| is_or_owns(&editor.draft.ctx.actor, row))
        {
            // nothing moves yet: if strangers counted, the name of an account would do to use up its limits
            editor.draft.declare_payee(to.account.as_str());
        }
        editor.emit(State::Created.event(), data)?;
        self.means.send(&mut editor, &chosen)?;
        Ok(CreatedIds::of(editor.put()?))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<PaymentId>() {
            needs.record(Payment::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PaymentReply> {
        let payment = PaymentView::seen(&self.book, made.expect()?, seen)?;
        Ok(PaymentReply { payment, replayed })
    }
}

impl PaymentEditor<'_, '_> {
    /// Sends the payment to a gateway.
    pub(crate) fn send_to(&mut self, gateway: &str) -> Decided<()> {
        self.object.facts.attempts.push(AttemptFacts::at(gateway));
        self.enter(State::Authorizing, PaymentTrigger::Confirm, members!("gateway": gateway))?;
        self.begin(GatewayCall::Authorize, self.object.price(), None)
    }
}

impl Operation for Confirm {
    type Reply = PaymentReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.heads.insert((self.book.clone(),));
        let key = Payment::key(&self.book, self.payment);
        let Some(payment) = Payment::needed(key, Access::Write, seen, needs) else { return };
        needs.account(payment.to(), Access::Read);
        if let Some(payer) = payment.payer_account() {
            needs.account(payer, Access::Read);
        }
        for name in &payment.facts.gateways {
            needs.record(Gateway::key(&self.book, name), Access::Read);
            seal_of(self.safe.clone(), name).needs(needs);
            if let Some(token) = self.token.of(name) {
                means::needs_of_token(&self.book, name, token, seen, needs);
            }
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        super::moves::about(&self.book, self.payment, seen, super::moves::MoneyWay::In)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = PaymentEditor::of(draft, &self.book, self.payment, self.note.expected_version)?;
        editor.judge(PaymentTrigger::Confirm)?;
        let deadline = editor.object.facts.expires_at;
        if deadline.is_some_and(|at| at <= editor.now()) {
            return Err(editor.unmet(PaymentTrigger::Confirm, "expires_at", deadline).into());
        }
        let (names, amount) = (editor.object.facts.gateways.clone(), editor.object.facts.price);
        let two_step = editor.object.facts.capture == CaptureMode::Manual;
        let chosen =
            first_open(editor.draft, &self.book, &names, WantedGateway { amount, tokens: None, two_step })?;
        // the next gateway of the route is asked with the same token
        for name in &names {
            if let Some(token) = self.token.of(name) {
                let seal = seal_of(self.safe.clone(), name);
                means::keep(editor.draft, &mut editor.object, name, token, &seal)?;
            }
        }
        editor.object.facts.by_token = true;
        editor.send_to(&chosen.facts.id)?;
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PaymentReply> {
        Ok(PaymentReply { payment: PaymentView::seen(&self.book, self.payment, seen)?, replayed })
    }
}
