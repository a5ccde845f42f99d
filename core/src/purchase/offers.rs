//! The setting up of offers.

use uuid::Uuid;

use super::offered::{HOLD_FOR, Offer, OfferFacts, OfferState};
use super::requests::{DealTerms, SetOffer};
use super::sale_terms::SaleTerms;
use super::views::{Offer as OfferView, OfferReply};
use crate::error::{Detail, Error, Result};
use crate::escrow::facts::{INSPECTION, RESPONSE};
use crate::escrow::model::Terms;
use crate::escrow::plan::CutKind;
use crate::escrow::pricing::CutArgs;
use crate::ids::{AccountId, Book};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::{Tie, not_permitted};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::own_account;
use crate::money::Money;
use crate::request::note::Note;
use crate::request::parsed::take_over;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::shape::{amount_of, span_of};
use crate::request::texts::name_of;
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::{ListedBy, members};
use crate::time::{Span, Time};

/// Makes or changes an offer.
#[derive(Clone, Debug)]
pub struct OfferSetting {
    book: Book,
    id: String,
    seller: Option<AccountId>,
    price: Option<Money>,
    stock: Option<i64>,
    per_user_limit: Option<i64>,
    sale_from: Option<Time>,
    sale_until: Option<Time>,
    active: Option<bool>,
    hold_for: Option<Span>,
    grants: Option<Vec<Money>>,
    escrow: Option<SaleTerms>,
    note: Note,
}

fn grants(request: &SetOffer, parse: &Parse<'_>) -> Result<Option<Vec<Money>>> {
    let Some(amounts) = &request.grants else { return Ok(None) };
    let mut all: Vec<Money> = Vec::with_capacity(amounts.len());
    for (place, amount) in amounts.iter().enumerate() {
        let field = format!("grants[{place}]");
        let amount = amount.resolve_positive(&field, parse.currencies)?;
        if all.iter().any(|known| known.currency() == amount.currency()) {
            return Err(Error::invalid(field, "must be of a currency of its own"));
        }
        all.push(amount);
    }
    Ok(Some(all))
}

/// The terms of deals in a request. The buyer pays the quoted total, so no fee may come on top of it.
fn sale_terms(given: &DealTerms, price: Option<Money>, parse: &Parse<'_>) -> Result<SaleTerms> {
    let DealTerms { fees, splits, .. } = given;
    let cuts = CutArgs { fees: fees.as_ref(), splits: splits.as_ref(), within: "escrow." };
    let cuts = cuts.read(parse, price)?;
    if let Some(place) = cuts.iter().position(|cut| cut.kind == CutKind::BuyerFee) {
        let reason = "must be `seller`: the buyer pays the total that was quoted";
        return Err(Error::invalid(format!("escrow.fees[{place}].from"), reason));
    }
    let terms = Terms {
        pay_within: None,
        ship_within: span_of("escrow.ship_within", given.ship_within.as_ref())?,
        deliver_within: span_of("escrow.deliver_within", given.deliver_within.as_ref())?,
        inspection: span_of("escrow.inspection", given.inspection.as_ref())?.unwrap_or(INSPECTION),
        respond_within: RESPONSE,
        require_acceptance: given.require_acceptance.unwrap_or(false),
        shipping: given.shipping.unwrap_or(true),
    };
    Ok(SaleTerms { terms, cuts })
}

impl WriteRequest for SetOffer {
    type Operation = OfferSetting;
    fn parse(&self, parse: &Parse<'_>) -> Result<OfferSetting> {
        let price = amount_of("price", self.price.as_ref(), parse)?;
        Ok(OfferSetting {
            book: parse.book.clone(),
            id: name_of("id", &self.id)?,
            seller: self.seller.as_ref().map(|seller| own_account("seller", seller, parse)).transpose()?,
            price,
            stock: self.stock.map(i64::from),
            per_user_limit: self.per_user_limit.map(i64::from),
            sale_from: self.sale_from,
            sale_until: self.sale_until,
            active: self.active,
            hold_for: span_of("hold_for", self.hold_for.as_ref())?,
            grants: grants(self, parse)?,
            escrow: self.escrow.as_ref().map(|escrow| sale_terms(escrow, price, parse)).transpose()?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl OfferSetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Offer> {
        let missing =
            |field: &str| Error::invalid(field, "must be given: there is no offer of this name yet");
        let facts = OfferFacts {
            id: self.id.clone(),
            seller: self.seller.clone().ok_or_else(|| missing("seller"))?,
            price: self.price.ok_or_else(|| missing("price"))?,
            stock: None,
            held: 0,
            sold: 0,
            per_user_limit: None,
            sale_from: None,
            sale_until: None,
            hold_for: HOLD_FOR,
            grants: Vec::new(),
            escrow: None,
            priced: None,
        };
        let listed_by = ListedBy { reference: Some(self.id.as_str().into()), ..ListedBy::default() };
        let key = Offer::key(&self.book, &self.id);
        Offer::begin(key, listed_by, OfferState::Active, facts, draft.ctx.time())
    }

    /// Applies the settings of the request; the others stay.
    fn apply(&self, draft: &mut Draft<'_>, offer: &mut Offer) -> Result<()> {
        let facts = &mut offer.facts;
        if let Some(seller) = &self.seller {
            let is_handed_on = *seller != facts.seller;
            facts.seller.clone_from(seller);
            if is_handed_on && facts.escrow.is_some() && self.escrow.is_none() {
                // they may name who gets the price
                return Err(Error::invalid("escrow", "must be given too: the terms are another seller's"));
            }
        }
        let before = facts.price;
        take_over!(self => facts: price, stock, per_user_limit, sale_from, sale_until, hold_for, grants);
        self.sell_by_deals(facts, before)?;
        if facts.sale_from.zip(facts.sale_until).is_some_and(|(from, until)| until <= from) {
            let field = if self.sale_until.is_some() { "sale_until" } else { "sale_from" };
            return Err(Error::invalid(field, "must let the sale end after it begins"));
        }
        let taken = facts.held.saturating_add(facts.sold);
        if facts.stock.is_some_and(|stock| stock < taken) {
            let (object, trigger) = (self.id.clone(), "set_offer".to_owned());
            let condition = "stock".to_owned();
            return Err(Detail::ConditionNotMet { object, trigger, condition, deadline: None }.into());
        }
        offer.row.owner = Some(offer.facts.seller.as_str().into());
        offer.currency = offer.facts.price.currency();
        if let Some(active) = self.active {
            offer.state = OfferState::of(active);
        }
        let metadata = self.note.metadata.as_ref();
        let known = offer.text("metadata");
        if let Some(metadata) = metadata.filter(|metadata| known != Some(*metadata)) {
            offer.texts.insert("metadata".to_owned(), Text::new(metadata, draft.ids.salt()));
        }
        Ok(())
    }

    /// Sets the terms of deals, or keeps the present ones if they still fit the price.
    fn sell_by_deals(&self, facts: &mut OfferFacts, before: Money) -> Result<()> {
        take_over!(self => facts: escrow);
        let Some(escrow) = &facts.escrow else { return Ok(()) };
        let elsewhere = before.currency() != facts.price.currency();
        if elsewhere && self.escrow.is_none() && escrow.has_amounts() {
            return Err(Error::invalid(
                "escrow",
                "must be given too: its amounts are not of the new currency",
            ));
        }
        escrow.fits(facts.price)
    }

    /// The account of the seller that the request names.
    fn named(&self) -> Option<AccountKey> {
        let (seller, price) = (self.seller.as_ref()?, self.price?);
        Some(AccountKey::new(self.book.clone(), seller.clone(), price.currency()))
    }

    /// Permits an actor who holds or owns the seller's account, both the old one and the new one.
    fn permit(draft: &Draft<'_>, before: Option<&Offer>, after: &Offer) -> Decided<()> {
        let keys = before.map(Offer::seller).into_iter().chain([after.seller()]);
        let mut owners = Vec::new();
        for key in keys {
            owners.push((draft.account(&key)?.cloned(), key));
        }
        // an unopened account belongs to the actor of its name
        let ties =
            owners.iter().map(|(row, key)| row.as_ref().map_or(Tie::Id(key.account.as_str()), Tie::Account));
        draft.permit(&ties.collect::<Vec<_>>())?;
        Ok(before.into_iter().chain([after]).try_for_each(|offer| set_by_staff(draft, offer, "grants"))?)
    }
}

impl Operation for OfferSetting {
    type Reply = OfferReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = Offer::key(&self.book, &self.id);
        if let Some(offer) = Offer::needed(key, Access::Write, seen, needs) {
            needs.account(offer.seller(), Access::Read);
            let seller = self.seller.clone().unwrap_or(offer.facts.seller);
            let currency = self.price.map_or(offer.currency, Money::currency);
            needs.account(AccountKey::new(self.book.clone(), seller, currency), Access::Read);
        }
        if let Some(seller) = self.named() {
            needs.account(seller, Access::Read);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = Offer::find(draft, &self.book, &self.id)?;
        self.note.check_version(&self.id, known.as_ref().map_or(0, |offer| offer.row.version))?;
        let mut offer = known.clone().map_or_else(|| self.begin(draft), Ok)?;
        let applied = self.apply(draft, &mut offer);
        Self::permit(draft, known.as_ref(), &offer)?;
        applied?;
        let sold_for = |of: &OfferFacts| (of.seller.clone(), of.price, of.grants.clone(), of.escrow.clone());
        if known.as_ref().is_none_or(|known| sold_for(&known.facts) != sold_for(&offer.facts)) {
            offer.facts.priced = Some(draft.ids.uuid());
        }
        let same = known.is_some_and(|known| {
            known.state == offer.state && known.facts == offer.facts && known.texts == offer.texts
        });
        if same {
            return Ok(CreatedIds::default());
        }
        let data = members! {
            "offer": self.id.as_str(), "price": offer.facts.price.minor_units().to_string(),
            "seller": offer.facts.seller.as_str(),
        };
        draft.write(offer, "offer.set", &data)?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<OfferReply> {
        let offer = Offer::shown(seen, &self.book, &self.id)?;
        Ok(OfferReply { offer: OfferView::of(&offer)?, replayed: replayed || made.is_empty() })
    }
}

/// Only admins and the host's own program set the grants of an offer and the price of an offer with grants:
/// anybody else could make money from nothing.
pub(super) fn set_by_staff(draft: &Draft<'_>, offer: &Offer, field: &str) -> Result<()> {
    if !draft.is_plain() || offer.facts.grants.is_empty() {
        return Ok(());
    }
    let reason = "what comes with it is from nowhere: an admin or the host's own program sets it".to_owned();
    Err(not_permitted(Some(field), &draft.ctx.actor, reason))
}
