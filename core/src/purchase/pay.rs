//! Pays a purchase: at once from the buyer's balance, or by a payment through a gateway.

use super::attempts::PayAttempt;
use super::editor::{PurchaseEditor, edited, needs_of};
use super::grants::PurchaseMove;
use super::model::{BALANCE, PaidWith, Purchase};
use super::requests::PayPurchase;
use super::sale_terms::SaleTerms;
use super::transitions::PurchaseTrigger;
use super::views::{Purchase as PurchaseView, PurchaseReply};
use crate::error::{Error, Result};
use crate::escrow::owned;
use crate::escrow::paying::EFFECT;
use crate::ids::{AccountId, Book, PurchaseId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::kernel::tally::CallTally;
use crate::ledger::funds::{active, ensure, existing, opened, unowned};
use crate::money::Money;
use crate::payment::owned::OwnedMeans;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::secret::{Secret, SecretMap};
use crate::request::shape::one_named;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::TransferKind;

/// How a purchase is paid, and with which means.
#[derive(Clone, Debug)]
pub(super) enum Paying {
    /// The buyer's balance.
    Balance,
    /// A payment.
    Gateway(OwnedMeans),
}

/// The fields of a request about the payment.
pub(super) struct PayingFields<'r> {
    /// `balance` or `gateway`.
    pub with: Option<&'r String>,
    pub gateway: Option<&'r String>,
    pub token: Option<&'r Secret>,
    /// Tokens by gateway.
    pub tokens: Option<&'r SecretMap>,
}

/// The accounts and the amount of something that is to be paid.
pub(super) struct ToPay<'a> {
    /// The buyer's account.
    pub buyer: AccountKey,
    /// The seller's account.
    pub seller: AccountKey,
    /// Its grants, in any amount.
    pub grants: &'a [Money],
    /// How much.
    pub total: Money,
    /// The terms of the deal that is paid; `None` if the seller is paid at once.
    pub escrow: Option<&'a SaleTerms>,
}

impl Paying {
    /// Reads the fields of a request.
    pub(super) fn read(fields: &PayingFields<'_>, parse: &Parse<'_>) -> Result<Self> {
        let PayingFields { with, gateway, token, tokens } = *fields;
        match one_named::<PaidWith>("with", with.map_or(BALANCE, String::as_str))? {
            PaidWith::Gateway => Ok(Self::Gateway(OwnedMeans::read(parse, gateway, token, tokens)?)),
            PaidWith::Balance => {
                let given = [
                    ("gateway", gateway.is_some()),
                    ("token", token.is_some()),
                    ("tokens", tokens.is_some()),
                ];
                match given.into_iter().find(|(_, given)| *given) {
                    Some((field, _)) => Err(Error::invalid(field, "must be left out where the balance pays")),
                    None => Ok(Self::Balance),
                }
            }
        }
    }

    /// Names the rows of the money.
    pub(super) fn needs(&self, to_pay: &ToPay<'_>, seen: &Snapshot, needs: &mut Needs) {
        let AccountKey { book, account: buyer, .. } = &to_pay.buyer;
        if let Some(escrow) = to_pay.escrow {
            owned::needs(&to_pay.buyer, &to_pay.seller, &escrow.cuts, needs);
        }
        match self {
            Self::Gateway(means) => {
                needs.account(to_pay.buyer.clone(), Access::Read);
                needs.account(to_pay.seller.clone(), Access::Read);
                means.needs(book, to_pay.total, seen, needs);
            }
            Self::Balance => {
                needs.account(to_pay.buyer.clone(), Access::Write);
                if to_pay.escrow.is_none() {
                    needs.account(to_pay.seller.clone(), Access::Write);
                }
                for grant in to_pay.grants {
                    let key = |id| AccountKey::new(book.clone(), id, grant.currency());
                    needs.account(key(buyer.clone()), Access::Write);
                    needs.account(key(AccountId::world()), Access::Write);
                }
            }
        }
    }

    /// Pays a purchase that is held.
    pub(super) fn pay(&self, editor: &mut PurchaseEditor<'_, '_>) -> Decided<()> {
        let deadline = editor.object.facts.hold_until;
        if deadline <= editor.now() {
            return Err(editor.unmet(PurchaseTrigger::Pay, "hold_until", Some(deadline)).into());
        }
        let result = match self {
            Self::Balance => {
                // an earlier payment has not paid it
                editor.object.facts.payment = None;
                editor.pay_from_balance()?;
                "completed"
            }
            Self::Gateway(means) => {
                editor.pay_by_gateway(means)?;
                "pending"
            }
        };
        let attempt = self.attempt(editor.object.facts.escrow.is_some());
        editor.draft.tally(attempt.tally(result, ""));
        Ok(())
    }

    const fn paid_with(&self) -> PaidWith {
        match self {
            Self::Balance => PaidWith::Balance,
            Self::Gateway(_) => PaidWith::Gateway,
        }
    }

    /// The attempt to count.
    pub(super) const fn attempt(&self, by_deal: bool) -> PayAttempt {
        PayAttempt { with: self.paid_with(), by_deal }
    }
}

impl ToPay<'_> {
    /// The money that paying moves. If nothing is to be paid, the call is the buyer's all the same.
    pub(super) fn moves(&self) -> Moves {
        let mut moves = Moves::default();
        let is_free = !self.total.is_positive();
        if !is_free {
            moves.pays(&self.buyer.account, Some(self.total));
            moves.gets(&self.seller.account);
        }
        if is_free || !self.grants.is_empty() {
            moves.gets(&self.buyer.account);
        }
        moves
    }
}

impl Purchase {
    /// The accounts and the amount to pay.
    pub(super) fn to_pay(&self) -> ToPay<'_> {
        let (buyer, seller, facts) = (self.buyer(), self.seller(), &self.facts);
        let escrow = facts.escrow.as_ref();
        ToPay { buyer, seller, grants: &facts.grants, total: facts.total, escrow }
    }
}

impl PurchaseEditor<'_, '_> {
    /// Pays from the balance of the buyer. If nothing is to be paid, nobody needs an account.
    fn pay_from_balance(&mut self) -> Decided<()> {
        if self.object.facts.escrow.is_some() {
            return self.pay_deal_from_balance();
        }
        let (from, to) = (self.object.buyer(), self.object.seller());
        let minor = self.object.facts.total.minor_units();
        let mut data = Data::new();
        if minor > 0 {
            let rows = [existing(self.draft, &from)?, opened(self.draft, &to)?];
            rows.iter().try_for_each(unowned)?;
            rows.iter().try_for_each(active)?;
        }
        self.may_be_given()?;
        if minor > 0 {
            ensure(self.draft, &from, minor)?;
            let kind = TransferKind::Purchase;
            let transfer = self.post(PurchaseMove { kind, from, to, minor, original: None })?;
            self.object.facts.transfer = Some(transfer);
            data.insert("transfer".to_owned(), transfer.to_string().into());
        } else {
            self.draft.declare_payee(from.account.as_str());
        }
        self.object.facts.paid_with = Some(PaidWith::Balance);
        self.complete(PurchaseTrigger::Pay, data)
    }
}

/// Pays a purchase that is held.
#[derive(Clone, Debug)]
pub struct Pay {
    book: Book,
    purchase: PurchaseId,
    paying: Paying,
    note: Note,
}

impl WriteRequest for PayPurchase {
    type Operation = Pay;
    fn parse(&self, parse: &Parse<'_>) -> Result<Pay> {
        let fields = PayingFields {
            with: self.with.as_ref(),
            gateway: self.gateway.as_ref(),
            token: self.token.as_ref(),
            tokens: self.tokens.as_ref(),
        };
        Ok(Pay {
            book: parse.book.clone(),
            purchase: PurchaseId::request("purchase", &self.purchase)?,
            paying: Paying::read(&fields, parse)?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl Pay {
    /// The purchase, if it was read.
    fn seen(&self, seen: &Snapshot) -> Option<Result<Purchase>> {
        seen.records.row(&Purchase::key(&self.book, self.purchase)).map(Purchase::of)
    }

    /// Whether a deal is paid; false if the purchase was not read.
    fn is_sold_by_deal(&self, seen: &Snapshot) -> bool {
        matches!(self.seen(seen), Some(Ok(purchase)) if purchase.facts.escrow.is_some())
    }
}

impl Operation for Pay {
    type Reply = PurchaseReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(purchase) = needs_of(&self.book, self.purchase, seen, needs) {
            self.paying.needs(&purchase.to_pay(), seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let purchase = self.seen(seen).transpose()?;
        Ok(purchase.map_or_else(Moves::default, |purchase| purchase.to_pay().moves()))
    }

    fn effect(&self, seen: &Snapshot) -> Option<&'static str> {
        self.is_sold_by_deal(seen).then_some(EFFECT)
    }

    fn judged_as(&self, _seen: &Snapshot) -> Option<&'static str> {
        // rules have counted its reservation
        None
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = edited(draft, &self.book, self.purchase, &self.note)?;
        editor.judge(PurchaseTrigger::Pay)?;
        editor.bind_terms()?;
        self.paying.pay(&mut editor)?;
        Ok(CreatedIds::of(editor.put()?))
    }

    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally> {
        Some(self.paying.attempt(self.is_sold_by_deal(seen)).tally("refused", refusal.code().as_str()))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PurchaseReply> {
        let purchase = PurchaseView::seen(&self.book, self.purchase, seen)?;
        Ok(PurchaseReply { purchase, replayed })
    }
}
