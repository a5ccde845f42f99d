//! The setting up of promos.

use uuid::Uuid;

use super::offered::{Offer, OfferState, Promo, PromoFacts, known_offer, offer_key, promo_key};
use super::offers::set_by_staff;
use super::requests::{DiscountTerms, SetPromo};
use super::views::{Promo as PromoView, PromoReply};
use crate::error::{Error, Result};
use crate::ids::{AccountId, Book};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::texts::{name_of, no_card_in};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::{ListedBy, members};
use crate::time::Time;

/// The settings of a promo in a request.
#[derive(Clone, Debug)]
struct PromoTerms {
    off: PromoOff,
    offers: Option<Vec<String>>,
    limit: Option<i64>,
    per_user_limit: Option<i64>,
    from: Option<Time>,
    until: Option<Time>,
    active: Option<bool>,
}

/// The discount of a promo.
#[derive(Clone, Copy, Debug)]
enum PromoOff {
    Bps(u32),
    Amount(Money),
}

/// Makes or changes a promo.
#[derive(Clone, Debug)]
pub struct PromoSetting {
    book: Book,
    id: String,
    given: PromoTerms,
    note: Note,
}

impl PromoOff {
    fn read(terms: &DiscountTerms, parse: &Parse<'_>) -> Result<Self> {
        match (terms.bps, &terms.amount) {
            (Some(bps), None) => Ok(Self::Bps(bps)),
            (None, Some(amount)) => {
                Ok(Self::Amount(amount.resolve_positive("off.amount", parse.currencies)?))
            }
            _ => Err(Error::invalid("off", "must have either `bps` or `amount`")),
        }
    }
}

fn offers(request: &SetPromo) -> Result<Option<Vec<String>>> {
    let Some(names) = &request.offers else { return Ok(None) };
    let mut all = Vec::with_capacity(names.len());
    for (place, offer) in names.iter().enumerate() {
        let offer = name_of(&format!("offers[{place}]"), offer)?;
        if !all.contains(&offer) {
            all.push(offer);
        }
    }
    if all.is_empty() {
        return Err(Error::invalid("offers", "must not be empty"));
    }
    Ok(Some(all))
}

impl WriteRequest for SetPromo {
    type Operation = PromoSetting;
    fn parse(&self, parse: &Parse<'_>) -> Result<PromoSetting> {
        no_card_in("metadata", self.metadata.as_ref())?;
        let given = PromoTerms {
            off: PromoOff::read(&self.off, parse)?,
            offers: offers(self)?,
            limit: self.limit.map(i64::from),
            per_user_limit: self.per_user_limit.map(i64::from),
            from: self.from,
            until: self.until,
            active: self.active,
        };
        let (id, note) = (name_of("id", &self.id)?, Note::parse(&self.common())?);
        Ok(PromoSetting { book: parse.book.clone(), id, given, note })
    }
}

impl PromoSetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Promo> {
        let facts = PromoFacts {
            id: self.id.clone(),
            bps: None,
            amount: None,
            offers: None,
            limit: None,
            per_user_limit: None,
            from: None,
            until: None,
            used: 0,
            sellers: Vec::new(),
            priced: None,
        };
        let listed_by = ListedBy { reference: Some(self.id.as_str().into()), ..ListedBy::default() };
        let key = promo_key(&self.book, &self.id);
        Promo::begin(key, listed_by, OfferState::Active, facts, draft.ctx.time())
    }

    /// Applies the settings of the request; the others stay.
    fn apply(&self, draft: &mut Draft<'_>, promo: &mut Promo) -> Result<()> {
        let (given, facts) = (&self.given, &mut promo.facts);
        (facts.bps, facts.amount) = match given.off {
            PromoOff::Bps(bps) => (Some(bps), None),
            PromoOff::Amount(amount) => (None, Some(amount)),
        };
        if given.offers.is_some() {
            facts.offers.clone_from(&given.offers);
        }
        facts.limit = given.limit.or(facts.limit);
        facts.per_user_limit = given.per_user_limit.or(facts.per_user_limit);
        facts.from = given.from.or(facts.from);
        facts.until = given.until.or(facts.until);
        if facts.from.zip(facts.until).is_some_and(|(from, until)| until <= from) {
            let field = if given.until.is_some() { "until" } else { "from" };
            return Err(Error::invalid(field, "must let it end after it begins"));
        }
        if let Some(active) = given.active {
            promo.state = OfferState::of(active);
        }
        let metadata = self.note.metadata.as_ref();
        let known = promo.text("metadata");
        if let Some(metadata) = metadata.filter(|metadata| known != Some(*metadata)) {
            promo.texts.insert("metadata".to_owned(), Text::new(metadata, draft.ids.salt()));
        }
        Ok(())
    }

    /// The offers of the promo, before and after the change; `None` if it is for all offers before or after.
    fn offers(&self, known: Option<&Promo>) -> Option<Vec<String>> {
        let before = known.map(|promo| promo.facts.offers.clone());
        let after = match &self.given.offers {
            Some(offers) => offers.clone(),
            None => before.clone().flatten()?,
        };
        match before {
            None => Some(after),
            Some(before) => Some([before?, after].concat()),
        }
    }

    /// Permits an actor who holds or owns the seller's account of each of its offers. A promo for all offers
    /// is the host's. Returns these sellers, or nobody if staff sets it.
    fn permit(&self, draft: &Draft<'_>, known: Option<&Promo>) -> Decided<Vec<AccountId>> {
        let (mut owners, mut offers) = (Vec::new(), Vec::new());
        for offer in self.offers(known).iter().flatten() {
            let offer = known_offer(draft, &self.book, offer)?;
            let key = offer.seller();
            owners.push((draft.account(&key)?.cloned(), key));
            offers.push(offer);
        }
        let ties =
            owners.iter().map(|(row, key)| row.as_ref().map_or(Tie::Id(key.account.as_str()), Tie::Account));
        draft.permit(&ties.collect::<Vec<_>>())?;
        let mut sellers: Vec<AccountId> = Vec::new();
        for offer in offers.iter().filter(|_| draft.is_plain()) {
            set_by_staff(draft, offer, "offers")?;
            if !sellers.contains(&offer.facts.seller) {
                sellers.push(offer.facts.seller.clone());
            }
        }
        Ok(sellers)
    }
}

impl Operation for PromoSetting {
    type Reply = PromoReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let known = Promo::needed(promo_key(&self.book, &self.id), Access::Write, seen, needs);
        let named = self.given.offers.iter().flatten().cloned();
        let before = known.and_then(|promo| promo.facts.offers);
        for offer in named.chain(before.into_iter().flatten()) {
            let key = offer_key(&self.book, &offer);
            if let Some(offer) = Offer::needed(key, Access::Read, seen, needs) {
                needs.account(offer.seller(), Access::Read);
            }
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = draft.record(&promo_key(&self.book, &self.id))?.map(Promo::of).transpose()?;
        self.note.check_version(&self.id, known.as_ref().map_or(0, |promo| promo.row.version))?;
        let sellers = self.permit(draft, known.as_ref())?;
        let mut promo = known.clone().map_or_else(|| self.begin(draft), Ok)?;
        self.apply(draft, &mut promo)?;
        promo.facts.sellers = sellers;
        let same = known.is_some_and(|known| {
            known.state == promo.state && known.facts == promo.facts && known.texts == promo.texts
        });
        if same {
            return Ok(CreatedIds::default());
        }
        promo.facts.priced = Some(draft.ids.uuid());
        let data = members!("promo": self.id.as_str());
        draft.emit(&mut promo, "promo.set", &data)?;
        draft.put_record(promo.into_row()?);
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PromoReply> {
        let promo = Promo::of(seen.record(&promo_key(&self.book, &self.id))?)?;
        Ok(PromoReply { promo: PromoView::of(&promo)?, replayed: replayed || made.is_empty() })
    }
}
