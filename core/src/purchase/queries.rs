//! The queries of purchases: offers, promos, quotes and purchases.

use std::sync::Arc;

use super::counts::{self, BuyerTally, TallyOf};
use super::model::{self, Purchase, PurchaseFacts, State};
use super::offered::{self, Offer, OfferState, Promo};
use super::pricing::{SaleBounds, price_of};
use super::requests::{
    GetOffer, GetPurchase, ListOffers, ListPromos, ListPurchases, PurchaseHistory, QuotePurchase,
};
use super::reserve::Reserve;
use super::views::{Offer as OfferView, Promo as PromoView, Purchase as PurchaseView, PurchaseQuote};
use crate::error::{Detail, Error, Kind, Result};
use crate::history::views::Event;
use crate::ids::{AccountId, PurchaseId};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Operation;
use crate::kernel::permit::{Tie, Who};
use crate::request::dry_run::{DryCall, dry_run};
use crate::request::lists::{LOOKS, page_of, sift, some};
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of};
use crate::request::record::text;
use crate::request::shape::filter_of;
use crate::request::texts::name_of;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::AccountRow;

/// How many purchases with one reference are read at once.
const MOST_REFERRED: usize = 50;

async fn offer(reading: &mut Reading<'_>, id: &str) -> Result<Offer> {
    let row = reading.record(Offer::key(&reading.book, id)).await?;
    Offer::of(&row.ok_or_else(|| Offer::not_found(id))?)
}

/// Reads the accounts of these keys that exist, in one round trip.
async fn accounts(reading: &mut Reading<'_>, keys: &[AccountKey]) -> Result<Vec<AccountRow>> {
    let mut needs = Needs::default();
    for key in keys {
        needs.account(key.clone(), Access::Read);
    }
    Ok(reading.load(&needs).await?.accounts)
}

/// `purchases.get_offer`.
pub async fn get_offer(reading: &mut Reading<'_>, request: &GetOffer) -> Result<OfferView> {
    let id = name_of("offer", &request.offer)?;
    OfferView::of(&offer(reading, &id).await?)
}

/// `purchases.offers`.
pub async fn offers(reading: &mut Reading<'_>, request: &ListOffers) -> Result<Page<OfferView>> {
    let seller = request.seller.as_ref().map(|id| AccountId::request("seller", id)).transpose()?;
    let records = Records {
        state: request.active.map(|active| OfferState::of(active).as_str().into()),
        owner: seller.map(|id| id.as_str().into()),
        ..Records::of(&reading.book, offered::OFFER)
    };
    reading.objects(records, request.limit, request.after.as_ref(), OfferView::of).await
}

/// `purchases.promos`: a plain actor names an offer whose seller he is or owns.
pub async fn promos(reading: &mut Reading<'_>, request: &ListPromos) -> Result<Page<PromoView>> {
    let limit = limit_of(request.limit);
    let named = request.offer.as_ref().map(|id| name_of("offer", id)).transpose()?;
    match &named {
        None => reading.permit(&[])?,
        Some(id) => {
            let offer = offer(reading, id).await?;
            permit_seller(reading, &offer.seller()).await?;
        }
    }
    let after = cursor(request.after.as_deref())?;
    let records = Records { after, ..Records::of(&reading.book, offered::PROMO) };
    let fits = |promo: &Promo| named.as_ref().is_none_or(|offer| promo.facts.is_for(offer));
    sift(records, limit, None, fits, reading).await?.page(limit, PromoView::of)
}

/// Permits the holder and the owner of the seller's account. An unopened account belongs to the actor of its
/// name.
async fn permit_seller(reading: &mut Reading<'_>, seller: &AccountKey) -> Result<()> {
    let rows =
        if reading.is_plain() { accounts(reading, std::slice::from_ref(seller)).await? } else { Vec::new() };
    let ties: Vec<Tie<'_>> =
        rows.iter().map(Tie::Account).chain([Tie::Id(seller.account.as_str())]).collect();
    reading.permit(&ties)
}

/// The buyer's count for an offer or a promo.
async fn has(reading: &mut Reading<'_>, of: TallyOf, name: &str, buyer: &AccountId) -> Result<i64> {
    let row = reading.record(counts::key(&reading.book, of, name, buyer)).await?;
    Ok(row.as_ref().map(BuyerTally::of).transpose()?.map_or(0, |tally| tally.facts.count))
}

/// `purchases.quote`: nothing is written. Only the buyer and staff may see the buyer's counts.
pub async fn quote(reading: &mut Reading<'_>, request: &QuotePurchase) -> Result<PurchaseQuote> {
    let id = name_of("offer", &request.offer)?;
    let wanted = request.promo.as_ref().map(|promo| name_of("promo", promo)).transpose()?;
    let buyer = request.buyer.as_ref().map(|id| AccountId::request("buyer", id)).transpose()?;
    let quantity = i64::from(request.quantity.unwrap_or(1));
    let offer = offer(reading, &id).await?;
    let promo = match &wanted {
        None => None,
        Some(id) => {
            let row = reading.record(Promo::key(&reading.book, id)).await?;
            Some(Promo::of(&row.ok_or_else(|| Promo::not_found(id))?)?)
        }
    };
    let (mut units, mut uses) = (0, 0);
    if let Some(buyer) = &buyer {
        let key = AccountKey::new(reading.book.clone(), buyer.clone(), offer.currency);
        let rows = accounts(reading, &[key]).await?;
        let ties: Vec<Tie<'_>> = rows.iter().map(Tie::Account).chain([Tie::Id(buyer.as_str())]).collect();
        Who::Listed.judge(&reading.actor, &ties)?;
        units = has(reading, TallyOf::Offer, &id, buyer).await?;
        if let Some(promo) = &wanted {
            uses = has(reading, TallyOf::Promo, promo, buyer).await?;
        }
    }
    let price = price_of(&offer.facts, quantity, promo.as_ref().map(|promo| &promo.facts))?;
    let bounds = SaleBounds { offer: &offer, promo: promo.as_ref(), units, uses, now: reading.now };
    let refused = bounds.judge(quantity, None).err();
    let mut commitment = None;
    if let Some(buyer) = buyer.filter(|_| refused.is_none()) {
        commitment = committed(reading, Reserve::quoted(&reading.book, id, buyer, quantity, wanted)).await?;
    }
    Ok(PurchaseQuote {
        unit_price: price.unit,
        subtotal: price.subtotal,
        discount: price.discount,
        total: price.total,
        allowed: refused.is_none(),
        reason: refused.as_ref().map(why),
        commitment,
    })
}

/// The commitment of a buyer by a reservation; `None` where it would be refused.
async fn committed(reading: &mut Reading<'_>, reserve: Reserve) -> Result<Option<Commitment>> {
    let attempt = DryCall { name: "purchases.reserve", actor: reading.actor.clone(), who: Who::Anybody };
    let decided = dry_run(reading, attempt, &reserve, |draft| {
        Ok(Commitment::of(draft.writes(), draft.seen(), &Operation::moves(&reserve, draft.seen())?)?)
    });
    match decided.await {
        Ok(commitment) => Ok(Some(commitment)),
        Err(error) if matches!(error.kind(), Kind::Unavailable | Kind::Corrupt) => Err(error),
        Err(_) => Ok(None),
    }
}

/// The reason of a refusal, as `quote` names it.
fn why(error: &Error) -> String {
    match error.detail() {
        Detail::ConditionNotMet { condition, .. } => condition.clone(),
        Detail::PromoNotApplicable { reason, .. } => format!("{}:{reason}", error.code().as_str()),
        _ => error.code().as_str().to_owned(),
    }
}

/// A purchase by its id.
pub(super) async fn known(reading: &mut Reading<'_>, id: PurchaseId) -> Result<Purchase> {
    let row = reading.record(Purchase::key(&reading.book, id)).await?;
    Purchase::of(&row.ok_or_else(|| Purchase::not_found(id))?)
}

/// Permits the buyer and the seller of a purchase.
async fn permit(reading: &mut Reading<'_>, purchase: &Purchase) -> Result<()> {
    let sides = sides(reading, std::slice::from_ref(purchase)).await?;
    permit_by(reading, purchase, &sides)
}

/// Reads the accounts of buyers and sellers in one round trip, if a plain actor asks.
pub(super) async fn sides(reading: &mut Reading<'_>, purchases: &[Purchase]) -> Result<Vec<AccountRow>> {
    if !reading.is_plain() || purchases.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<AccountKey> = purchases.iter().flat_map(|one| [one.buyer(), one.seller()]).collect();
    accounts(reading, &keys).await
}

/// The ties of the buyer and of the seller, each by name and by account.
pub(super) fn ties<'t>(purchase: &'t Purchase, sides: &'t [AccountRow]) -> [Vec<Tie<'t>>; 2] {
    [&purchase.facts.buyer, &purchase.facts.seller].map(|id| {
        let is_side = |row: &&AccountRow| row.id == *id && row.currency == purchase.currency;
        sides.iter().filter(is_side).map(Tie::Account).chain([Tie::Id(id.as_str())]).collect()
    })
}

fn permit_by(reading: &mut Reading<'_>, purchase: &Purchase, sides: &[AccountRow]) -> Result<()> {
    reading.permit(&ties(purchase, sides).concat())
}

/// Finds the newest purchase with a reference that the actor may read. References are free: a buyer may use
/// the reference of another buyer. An actor who reads all purchases is refused if several buyers have the
/// reference.
async fn referred(reading: &mut Reading<'_>, reference: &Arc<str>) -> Result<Purchase> {
    let mut wanted = Records {
        reference: Some(reference.clone()),
        limit: MOST_REFERRED,
        ..Records::of(&reading.book, model::KIND)
    };
    let several = || {
        let reason = "is that of several buyers: name `purchase`, or list those of one buyer";
        Error::invalid("reference", reason)
    };
    let (mut found, mut refusal) = (None::<Purchase>, None);
    for _ in 0..LOOKS {
        let rows = reading.list(&Listing::Records(wanted.clone())).await?.records;
        let purchases: Vec<Purchase> = rows.iter().map(Purchase::of).collect::<Result<_>>()?;
        let sides = sides(reading, &purchases).await?;
        for purchase in purchases {
            match permit_by(reading, &purchase, &sides) {
                Err(error) => refusal = Some(error),
                Ok(()) if reading.is_plain() => return Ok(purchase),
                Ok(()) => {
                    let newest = found.get_or_insert_with(|| purchase.clone());
                    if newest.facts.buyer != purchase.facts.buyer {
                        return Err(several());
                    }
                }
            }
        }
        let last = rows.last().filter(|_| rows.len() == wanted.limit).map(|row| (row.created_at, row.id));
        let Some(place) = last else {
            return found.ok_or_else(|| {
                refusal.unwrap_or_else(|| Detail::PurchaseNotFound { purchase: reference.to_string() }.into())
            });
        };
        wanted = wanted.after(place);
    }
    // newer purchases of a stranger may hide those of another buyer
    Err(refusal.unwrap_or_else(several))
}

/// `purchases.get`.
pub async fn get(reading: &mut Reading<'_>, request: &GetPurchase) -> Result<PurchaseView> {
    match (&request.purchase, &request.reference) {
        (Some(purchase), None) => {
            let purchase = known(reading, PurchaseId::request("purchase", purchase)?).await?;
            permit(reading, &purchase).await?;
            PurchaseView::of(&purchase)
        }
        (None, Some(reference)) => {
            let reference = text("reference", reference)?;
            PurchaseView::of(&referred(reading, &reference).await?)
        }
        _ => Err(Error::invalid("purchase", "must be given, or else `reference`")),
    }
}

/// `purchases.list`: a plain actor names himself as the buyer, or an offer whose seller he is or owns. An
/// offer changes hands and its purchases do not: of an offer he is shown those that he is a side of.
pub async fn list(reading: &mut Reading<'_>, request: &ListPurchases) -> Result<Page<PurchaseView>> {
    let limit = limit_of(request.limit);
    let buyer = request.buyer.as_ref().map(|id| AccountId::request("buyer", id)).transpose()?;
    let named = request.offer.as_ref().map(|id| name_of("offer", id)).transpose()?;
    match (&buyer, &named) {
        (None, Some(id)) => {
            let offer = offer(reading, id).await?;
            permit_seller(reading, &offer.seller()).await?;
        }
        _ => {
            reading.permit_account(buyer.as_ref()).await?;
        }
    }
    let records = Records {
        state: filter_of::<State>("state", request.state.as_ref())?,
        owner: buyer.map(|id| id.as_str().into()),
        peer: named.map(Into::into),
        after: cursor(request.after.as_deref())?,
        ..Records::of(&reading.book, model::KIND)
    };
    let purchases = some::<PurchaseFacts>(records, limit, reading).await?;
    let sides = sides(reading, &purchases).await?;
    let shown = |one: &Purchase| reading.who.judge(&reading.actor, &ties(one, &sides).concat()).is_ok();
    let shown = |one: &Purchase| shown(one).then(|| PurchaseView::of(one)).transpose();
    let page = page_of(purchases, limit, shown)?;
    Ok(Page { items: page.items.into_iter().flatten().collect(), next: page.next, lag: page.lag })
}

/// `purchases.history`: the events of a purchase, oldest first. The engine runs a pass of the sequencer
/// before.
pub async fn history(reading: &mut Reading<'_>, request: &PurchaseHistory) -> Result<Page<Event>> {
    let id = PurchaseId::request("purchase", &request.purchase)?;
    let limit = limit_of(request.limit);
    let after_seq = cursor::<i64>(request.after.as_deref())?.unwrap_or(0);
    let purchase = known(reading, id).await?;
    permit(reading, &purchase).await?;
    let object = Some((model::KIND.into(), id.to_string().into()));
    crate::history::proof::page_of(reading, after_seq, Vec::new(), object, limit).await
}
