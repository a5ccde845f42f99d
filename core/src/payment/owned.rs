//! Payments that an object owns: only their owner begins them, gives them up, and refunds them.

use std::sync::Arc;

use super::editor::PaymentEditor;
use super::gateway::{Gateway, GatewayAbility};
use super::means;
use super::merchant;
use super::model::{AUTHORIZATION_FOR, CaptureMode, Counts, Payment, PaymentFacts, PendingCall, State};
use super::needs::needs_of_news;
use super::parts::WaitFacts;
pub use super::payer_account::RefundAccount;
use super::route::{GatewayChoice, WantedGateway, first_open};
use super::tokens::{Tokens, seal_of};
use super::transitions::PaymentTrigger;
use crate::error::Result;
use crate::escrow::decide::known as known_deal;
use crate::escrow::paying;
use crate::ids::{AccountId, Book, DealId, PaymentId, PurchaseId, RefundId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::unsupported;
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::Parse;
use crate::request::secret::{Secret, SecretMap};
use crate::request::texts::name_of;
use crate::rows::body::Text;
use crate::rows::needs::Needs;
use crate::rows::object::{ListedBy, members};
use crate::time::Time;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// How the payer pays: at a named gateway or by a route, and with which tokens.
#[derive(Clone, Debug)]
pub struct OwnedMeans {
    pub(super) gateway: Option<String>,
    pub(super) tokens: Tokens,
    pub(super) safe: Option<Safe>,
}

/// The payment that an object begins.
#[derive(Clone, Debug)]
pub struct OwnedPayment {
    /// The purchase that owns it.
    pub purchase: PurchaseId,
    /// The deal that it pays, if any. From now on no other payment pays that deal.
    pub deal: Option<DealId>,
    /// The account that gets the money, which must exist: the buyer's, if a deal is paid.
    pub to: AccountId,
    /// How much.
    pub amount: Money,
    pub payer: String,
    /// Until when the payer may bring the means.
    pub expires_at: Time,
    /// The metadata that the caller keeps with it.
    pub metadata: Option<Arc<str>>,
}

impl OwnedMeans {
    /// The means of a request.
    pub fn read(
        parse: &Parse<'_>,
        gateway: Option<&String>,
        token: Option<&Secret>,
        tokens: Option<&SecretMap>,
    ) -> Result<Self> {
        let tokens = Tokens::read(token, tokens)?;
        let safe = (!tokens.is_empty()).then(|| Safe::parse(parse)).transpose()?;
        let gateway = gateway.map(|name| name_of("gateway", name)).transpose()?;
        Ok(Self { gateway, tokens, safe })
    }

    /// Names the rows that a payment of this amount needs to begin.
    pub fn needs(&self, book: &Book, amount: Money, seen: &Snapshot, needs: &mut Needs) {
        needs.heads.insert((book.clone(),));
        for name in &self.choice(book, amount).needs(seen, needs) {
            if let (Some(seal), Some(token)) = (self.seal(name), self.tokens.of(name)) {
                seal.needs(needs);
                means::needs_of_token(book, name, token, seen, needs);
            }
        }
    }

    /// Begins a payment, and sends it to a gateway if there is a token.
    pub fn begin(&self, draft: &mut Draft<'_>, book: &Book, wanted: &OwnedPayment) -> Decided<PaymentId> {
        let (gateways, chosen) = self.chosen(draft, book, wanted.amount, false)?;
        let facts = PaymentFacts {
            deal: wanted.deal,
            purchase: Some(wanted.purchase),
            payer: Some(wanted.payer.clone()),
            by_token: !self.tokens.is_empty(),
            chosen: Some(chosen.facts.id.clone()),
            expires_at: Some(wanted.expires_at),
            ..PaymentFacts::begins(wanted.to.clone(), wanted.amount, gateways, draft.ctx.time())
        };
        let note = Note { metadata: wanted.metadata.clone(), ..Note::default() };
        let mut payment = begin(draft, book, facts, &note)?;
        merchant::keep_config(draft, &mut payment)?;
        let mut editor = PaymentEditor::new(draft, payment);
        let mut data = members! {
            "amount": wanted.amount.minor_units().to_string(), "currency": wanted.amount.currency().code(),
            "purchase": wanted.purchase.to_string(), "to": wanted.to.as_str(),
        };
        if let Some(id) = wanted.deal {
            data.insert("deal".to_owned(), id.to_string().into());
            let deal = known_deal(editor.draft, book, id, &Note::default())?;
            paying::begin(editor.draft, deal, editor.object.id())?;
        }
        editor.emit(State::Created.event(), data)?;
        self.send(&mut editor, &chosen)?;
        editor.put()
    }

    /// The gateways that may be tried, and the one that takes the payment now.
    pub(super) fn chosen(
        &self,
        draft: &Draft<'_>,
        book: &Book,
        amount: Money,
        two_step: bool,
    ) -> Decided<(Vec<String>, Gateway)> {
        let names = self.choice(book, amount).gateways(draft)?;
        let tokens = self.tokens.gateways();
        let wanted = WantedGateway { amount, tokens: tokens.as_deref(), two_step };
        let chosen = first_open(draft, book, &names, wanted)?;
        Ok((names, chosen))
    }

    /// Keeps the tokens with a new payment, and sends it to a gateway, if there are any.
    pub(super) fn send(&self, editor: &mut PaymentEditor<'_, '_>, to: &Gateway) -> Decided<()> {
        if self.tokens.is_empty() {
            return Ok(());
        }
        for name in editor.object.facts.gateways.clone() {
            if let (Some(token), Some(seal)) = (self.tokens.of(&name), self.seal(&name)) {
                means::keep(editor.draft, &mut editor.object, &name, token, &seal)?;
            }
        }
        editor.send_to(&to.facts.id)
    }

    fn seal(&self, gateway: &str) -> Option<Seal> {
        self.safe.clone().map(|safe| seal_of(safe, gateway))
    }

    fn choice<'a>(&'a self, book: &'a Book, amount: Money) -> GatewayChoice<'a> {
        GatewayChoice { book, amount, named: self.gateway.as_deref() }
    }
}

impl PaymentFacts {
    /// The facts of a payment that begins: nothing has come of it, and nothing is said of who pays it.
    pub(super) fn begins(to: AccountId, price: Money, gateways: Vec<String>, at: Time) -> Self {
        Self {
            to,
            deal: None,
            purchase: None,
            price,
            capture: CaptureMode::Auto,
            payer: None,
            by_token: false,
            gateways,
            chosen: None,
            attempts: Vec::new(),
            doing: None,
            question: None,
            hinted_at: None,
            unexplained: false,
            left_hints: Vec::new(),
            rest: None,
            before: None,
            timed_out: false,
            authorized: 0,
            captured: 0,
            suspended: 0,
            passed_on: 0,
            refunds: Vec::new(),
            chargebacks: Vec::new(),
            ended_cases: Vec::new(),
            hint: None,
            failure: None,
            cancel_requested: false,
            transfers: Vec::new(),
            counts: Counts::default(),
            expires_at: None,
            authorization_for: AUTHORIZATION_FOR,
            authorization_expires_at: None,
            waits: WaitFacts::default(),
            updated_at: at,
        }
    }
}

/// A payment that begins, before its first event.
pub(super) fn begin(draft: &mut Draft<'_>, book: &Book, facts: PaymentFacts, note: &Note) -> Result<Payment> {
    let key = Payment::key(book, PaymentId::from_uuid(draft.ids.uuid()));
    let listed_by = ListedBy {
        owner: Some(facts.to.as_str().into()),
        peer: facts.payer.as_deref().map(Into::into),
        reference: note.reference.clone(),
    };
    let mut payment = Payment::begin(key, listed_by, State::Created, facts, draft.ctx.time())?;
    if let Some(metadata) = &note.metadata {
        payment.texts.insert("metadata".to_owned(), Text::new(metadata, draft.ids.salt()));
    }
    Ok(payment)
}

/// Names the rows that giving up or refunding a payment needs.
pub fn needs(book: &Book, payment: PaymentId, seen: &Snapshot, needs: &mut Needs) {
    needs_of_news(book, payment, seen, needs);
}

/// Whether a payment can surely be given up: no gateway has its call, or its gateway waits for the payer or
/// for us.
pub fn waits(payment: &Payment) -> bool {
    match payment.state {
        State::Created | State::ActionRequired | State::Authorized => true,
        State::Authorizing => !payment.facts.doing.as_ref().is_some_and(PendingCall::may_be_there),
        _ => false,
    }
}

/// Gives up a payment that waits; `timed_out` says that its time has passed. Money that comes after a give-up
/// without `timed_out` is late.
pub fn give_up(
    draft: &mut Draft<'_>,
    book: &Book,
    payment: PaymentId,
    trigger: PaymentTrigger,
    timed_out: bool,
) -> Decided<()> {
    let mut editor = PaymentEditor::of(draft, book, payment, None)?;
    editor.object.facts.cancel_requested |= !timed_out;
    let end = if timed_out { State::Expired } else { State::Voided };
    match editor.object.state {
        State::Created => editor.enter(end, trigger, Data::new())?,
        State::Authorizing if waits(&editor.object) && editor.is_of_another_history()? => editor.unknown()?,
        State::Authorizing if waits(&editor.object) => {
            editor.settled()?;
            editor.enter(end, trigger, Data::new())?;
        }
        State::ActionRequired | State::Authorized => editor.begin_void(trigger, timed_out)?,
        _ => return Err(editor.not_allowed(PaymentTrigger::Void).into()),
    }
    editor.put().map(drop)
}

/// Whether a payment is back in its old state after it was given up, because its gateway did not void it.
pub fn was_not_voided(payment: &Payment) -> bool {
    matches!(payment.state, State::ActionRequired | State::Authorized) && payment.facts.counts.void > 0
}

/// Leaves a payment that its gateway did not void: money that comes from now on is late.
pub fn leave(draft: &mut Draft<'_>, book: &Book, payment: PaymentId) -> Decided<()> {
    let mut editor = PaymentEditor::of(draft, book, payment, None)?;
    if editor.object.facts.cancel_requested {
        return Ok(());
    }
    editor.object.facts.cancel_requested = true;
    editor.emit("payment.cancel_requested", Data::new())?;
    editor.put().map(drop)
}

/// The amount that may be refunded, in minor units.
pub fn refundable(draft: &mut Draft<'_>, book: &Book, payment: PaymentId) -> Decided<i128> {
    Ok(PaymentEditor::of(draft, book, payment, None)?.object.facts.refundable())
}

/// Names the rows that the account of a refund needs.
pub fn needs_of_account(
    book: &Book,
    payment: PaymentId,
    account: Option<&RefundAccount>,
    seen: &Snapshot,
    needs: &mut Needs,
) {
    let Some(account) = account else { return };
    if let Some(Ok(payment)) = seen.records.row(&Payment::key(book, payment)).map(Payment::of) {
        account.needs(&payment, needs);
    }
}

/// Refunds a captured payment, of which the payer's bank may have taken a part.
pub fn refund(
    draft: &mut Draft<'_>,
    book: &Book,
    payment: PaymentId,
    minor: i128,
    reason: Option<&str>,
    account: Option<&RefundAccount>,
) -> Decided<RefundId> {
    let mut editor = PaymentEditor::of(draft, book, payment, None)?;
    if !matches!(editor.object.state, State::Captured | State::ChargedBack) {
        return Err(editor.not_allowed(PaymentTrigger::Refund).into());
    }
    let part = minor < editor.object.facts.captured;
    if part && !editor.gateway()?.facts.can(GatewayAbility::PartialRefund) {
        return Err(unsupported("purchases.refund", "the gateway cannot give back a part").into());
    }
    let refund = editor.request_refund_to(minor, reason, account)?;
    editor.put()?;
    Ok(refund)
}
