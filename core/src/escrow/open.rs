//! A deal begins: two parties, a price and terms, before any money moves.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::decide::{emit, tell_of_opening};
use super::facts::{INSPECTION, RESPONSE};
use super::model::{Deal, DealFacts, Price, State, Terms, Times};
use super::money::Cost;
use super::plan::{Plan, Settled, Share};
use super::roles::Parties;
use crate::error::{Error, Result};
use crate::escrow::pricing::{Pricing, PricingArgs};
use crate::escrow::requests::OpenDeal;
use crate::escrow::views::DealReply;
use crate::ids::{Book, DealId, PurchaseId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, existing, opened, unowned};
use crate::ledger::model::{own_account, unsupported};
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest, text};
use crate::request::shape::span_of;
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::ListedBy;
use crate::rows::tables::AccountRow;
use crate::time::Time;

/// Opens a deal.
#[derive(Clone, Debug)]
pub struct Open {
    buyer: AccountKey,
    seller: AccountKey,
    pricing: Pricing,
    terms: Terms,
    item: Option<Arc<str>>,
    note: Note,
    purchase: Option<PurchaseId>,
}

/// A deal that a purchase opens, whose parts were read when its offer was made.
#[derive(Clone, Debug)]
pub struct OwnedDeal {
    pub purchase: PurchaseId,
    pub buyer: AccountKey,
    /// The payee.
    pub seller: AccountKey,
    /// The price.
    pub price: Money,
    /// Fees, then splits.
    pub cuts: Vec<Share>,
    pub terms: Terms,
    /// The purchase's offer.
    pub item: Arc<str>,
}

impl WriteRequest for OpenDeal {
    type Operation = Open;
    fn parse(&self, parse: &Parse<'_>) -> Result<Open> {
        let buyer = own_account("buyer", &self.buyer, parse)?;
        let seller = own_account("seller", &self.seller, parse)?;
        let terms = PricingArgs {
            price: &self.price,
            fees: self.fees.as_ref(),
            splits: self.splits.as_ref(),
            milestones: self.milestones.as_ref(),
        };
        let pricing = terms.read(parse.currencies, parse.book, parse.actor)?;
        if buyer == seller {
            return Err(Error::invalid("seller", "must not be the buyer"));
        }
        if pricing.payees().contains(&buyer) {
            return Err(Error::invalid("buyer", "must not get a fee or a split of the own deal"));
        }
        let terms = Terms {
            pay_within: span_of("pay_within", self.pay_within.as_ref())?,
            ship_within: span_of("ship_within", self.ship_within.as_ref())?,
            deliver_within: span_of("deliver_within", self.deliver_within.as_ref())?,
            respond_within: span_of("respond_within", self.respond_within.as_ref())?.unwrap_or(RESPONSE),
            inspection: span_of("inspection", self.inspection.as_ref())?.unwrap_or(INSPECTION),
            require_acceptance: self.require_acceptance.unwrap_or(false),
            shipping: self.shipping.unwrap_or(true),
        };
        let key = |id| AccountKey::new(parse.book.clone(), id, pricing.currency());
        Ok(Open {
            buyer: key(buyer),
            seller: key(seller),
            pricing,
            terms,
            item: self.item.as_ref().map(|item| text("item", item)).transpose()?,
            note: Note::parse(&self.common())?,
            purchase: None,
        })
    }
}

impl Open {
    /// The deal of a purchase.
    pub(super) fn owned(wanted: &OwnedDeal) -> Result<Self> {
        let cost = Cost::of(Plan { price: wanted.price.minor_units(), cuts: &wanted.cuts })?;
        let (price, cuts) = (wanted.price, wanted.cuts.clone());
        Ok(Self {
            buyer: wanted.buyer.clone(),
            seller: wanted.seller.clone(),
            pricing: Pricing { price, cuts, milestones: Vec::new(), cost },
            terms: wanted.terms.clone(),
            item: Some(wanted.item.clone()),
            note: Note::default(),
            purchase: Some(wanted.purchase),
        })
    }

    fn payees(&self) -> impl Iterator<Item = AccountKey> {
        let AccountKey { book, currency, .. } = self.seller.clone();
        self.pricing.payees().into_iter().map(move |id| AccountKey::new(book.clone(), id, currency))
    }

    /// The deal as it begins, before its first event.
    fn begin(&self, draft: &mut Draft<'_>) -> Result<Deal> {
        let id = draft.ids.uuid();
        let AccountKey { book, account: buyer, currency } = self.buyer.clone();
        let now = draft.ctx.now;
        // the terms are bounded: an end beyond the calendar is its end
        let pay_by = self.terms.pay_within.map(|span| now.checked_add(span).unwrap_or(Time::MAX));
        let mut texts = std::collections::BTreeMap::new();
        for (name, text) in [("item", &self.item), ("metadata", &self.note.metadata)] {
            if let Some(text) = text {
                texts.insert(name.to_owned(), Text::new(text, draft.ids.salt()));
            }
        }
        let facts = DealFacts {
            buyer,
            seller: self.seller.account.clone(),
            price: Price {
                amount: self.pricing.price.minor_units(),
                currency: currency.code().to_owned(),
                scale: currency.scale(),
            },
            terms: self.terms.clone(),
            cuts: self.pricing.cuts.clone(),
            milestones: self.pricing.milestones.clone(),
            settled: Settled::default(),
            asked: None,
            dispute: None,
            funded: 0,
            released: 0,
            refunded: 0,
            fees_taken: 0,
            hold: None,
            payment: None,
            purchase: self.purchase,
            times: Times { pay_by, ..Times::default() },
        };
        let listed_by = ListedBy {
            owner: Some(facts.buyer.as_str().into()),
            peer: Some(facts.seller.as_str().into()),
            reference: self.note.reference.clone(),
        };
        let key = Deal::key(&book, DealId::from_uuid(id));
        let mut deal = Deal::begin(key, listed_by, State::Pending, facts, draft.ctx.time())?;
        deal.texts = texts;
        Ok(deal)
    }

    /// Opens it between these accounts. Who calls was judged.
    pub(super) fn between(
        &self,
        draft: &mut Draft<'_>,
        buyer: AccountRow,
        seller: AccountRow,
    ) -> Decided<DealId> {
        if buyer.streaming {
            return Err(unsupported("escrow.open", "a streaming account keeps no holds").into());
        }
        let mut rows = vec![buyer, seller];
        for payee in self.payees() {
            rows.push(opened(draft, &payee)?);
        }
        for row in &rows {
            unowned(row)?;
        }
        for row in &rows {
            active(row)?;
        }
        let mut deal = self.begin(draft)?;
        let mut data = Map::new();
        data.insert("buyer".into(), deal.facts.buyer.as_str().into());
        data.insert("seller".into(), deal.facts.seller.as_str().into());
        data.insert("amount".into(), Value::from(self.pricing.price.minor_units().to_string()));
        data.insert("currency".into(), deal.currency.code().into());
        if let Some(purchase) = self.purchase {
            data.insert("purchase".into(), purchase.to_string().into());
        }
        emit(draft, &mut deal, None, State::Pending.event(), "open", data)?;
        tell_of_opening(draft, &deal)?;
        let id = deal.id();
        draft.put_record(deal.into_row()?);
        Ok(id)
    }
}

impl Operation for Open {
    type Reply = DealReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        // neither is changed; a seller without an account is inserted, and needs no lock for that
        needs.account(self.buyer.clone(), Access::Read);
        needs.account(self.seller.clone(), Access::Read);
        for payee in self.payees() {
            needs.account(payee, Access::Read);
        }
    }

    /// A deal begins between those whom it names, and no money moves.
    fn moves(&self, _: &Snapshot) -> Result<Moves> {
        let mut moves = Moves::default();
        moves.pays(&self.buyer.account, None);
        moves.gets(&self.seller.account);
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let buyer = existing(draft, &self.buyer)?;
        let seller = opened(draft, &self.seller)?;
        // staff may open a deal between others; an actor who claims to be a party of it must be one
        Parties { buyer: &buyer, seller: &seller }.roles(&draft.ctx.actor)?;
        draft.permit(&[Tie::Account(&buyer), Tie::Account(&seller)])?;
        Ok(CreatedIds::of(self.between(draft, buyer, seller)?))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<DealId>() {
            needs.record(Deal::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DealReply> {
        let id: DealId = made.expect()?;
        DealReply::seen(&self.buyer.book, id, seen, replayed)
    }
}
