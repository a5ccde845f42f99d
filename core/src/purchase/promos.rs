//! The setting up of promos.

use uuid::Uuid;

use super::offered::{Offer, OfferState, Promo, PromoFacts};
use super::offers::set_by_staff;
use super::promo_terms::PromoOff;
use super::requests::operations::PromoSetting;
use super::views::{Promo as PromoView, PromoReply};
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::request::parsed::take_over;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::{ListedBy, members};

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
        let key = Promo::key(&self.book, &self.id);
        Promo::begin(key, listed_by, OfferState::Active, facts, draft.ctx.time())
    }

    /// Applies the settings of the request; the others stay.
    fn apply(&self, draft: &mut Draft<'_>, promo: &mut Promo) -> Result<()> {
        let facts = &mut promo.facts;
        (facts.bps, facts.amount) = match self.off {
            PromoOff::Bps(bps) => (Some(bps), None),
            PromoOff::Amount(amount) => (None, Some(amount)),
        };
        take_over!(self => facts: offers, limit, per_user_limit, from, until);
        if facts.from.zip(facts.until).is_some_and(|(from, until)| until <= from) {
            let field = if self.until.is_some() { "until" } else { "from" };
            return Err(Error::invalid(field, "must let it end after it begins"));
        }
        if let Some(active) = self.active {
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
        let after = match &self.offers {
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
            let offer = Offer::known(draft, &self.book, offer)?;
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
        let known = Promo::needed(Promo::key(&self.book, &self.id), Access::Write, seen, needs);
        let named = self.offers.iter().flatten().cloned();
        let before = known.and_then(|promo| promo.facts.offers);
        for offer in named.chain(before.into_iter().flatten()) {
            let key = Offer::key(&self.book, &offer);
            if let Some(offer) = Offer::needed(key, Access::Read, seen, needs) {
                needs.account(offer.seller(), Access::Read);
            }
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = Promo::find(draft, &self.book, &self.id)?;
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
        draft.write(promo, "promo.set", &data)?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PromoReply> {
        let promo = Promo::shown(seen, &self.book, &self.id)?;
        Ok(PromoReply { promo: PromoView::of(&promo)?, replayed: replayed || made.is_empty() })
    }
}
