//! Begins purchases: units of an offer are held for a buyer at a price that is fixed now, and paid at once or
//! later.

use super::counts::{self, TallyOf};
use super::editor::{CountedBy, PurchaseEditor, UnitChange, unmet};
use super::expected::{Expectation, Expected};
use super::model::{Purchase, PurchaseFacts, State};
use super::offered::{Offer, Promo};
use super::pay::{Paying, PayingFields, ToPay};
use super::pricing::{PurchasePrice, SaleBounds, price_of, times};
use super::requests::{BuyOffer, ReservePurchase};
use super::transitions::{PurchaseTrigger, TRANSITIONS};
use super::views::{Purchase as PurchaseView, PurchaseReply};
use crate::error::{Error, Result};
use crate::escrow::model::Role;
use crate::escrow::paying::EFFECT;
use crate::ids::{AccountId, Book, PurchaseId};
use crate::kernel::commitment::Commitment;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::kernel::tally::CallTally;
use crate::kernel::transitions::roles;
use crate::ledger::model::own_account;
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest};
use crate::request::texts::name_of;
use crate::rows::body::Text;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::{ListedBy, members};
use crate::time::Time;

/// An order for units of an offer.
#[derive(Clone, Debug)]
struct Order {
    book: Book,
    offer: String,
    buyer: AccountId,
    quantity: i64,
    promo: Option<String>,
    expect: Option<Expectation>,
    note: Note,
}

/// The fields of a request about the order.
struct OrderFields<'r> {
    offer: &'r str,
    buyer: &'r str,
    quantity: Option<u32>,
    promo: Option<&'r String>,
    expect: Option<&'r Expected>,
}

impl Order {
    fn read<R: Request>(request: &R, fields: &OrderFields<'_>, parse: &Parse<'_>) -> Result<Self> {
        let common = request.common();
        Ok(Self {
            book: parse.book.clone(),
            offer: name_of("offer", fields.offer)?,
            buyer: own_account("buyer", fields.buyer, parse)?,
            quantity: i64::from(fields.quantity.unwrap_or(1)),
            promo: fields.promo.map(|promo| name_of("promo", promo)).transpose()?,
            expect: fields.expect.map(|expect| expect.resolve("expect", parse.currencies)).transpose()?,
            note: Note::parse(&common)?,
        })
    }

    fn counted_by(&self) -> CountedBy<'_> {
        let (book, offer, promo) = (&self.book, self.offer.as_str(), self.promo.as_deref());
        CountedBy { book, offer, promo, buyer: &self.buyer }
    }

    /// The offer and its price, if they were read.
    fn seen(&self, seen: &Snapshot) -> Option<(Offer, Option<PurchasePrice>)> {
        let offer = self.counted_by().offer(seen)?;
        let promo = self.counted_by().promo(seen);
        let price = price_of(&offer.facts, self.quantity, promo.as_ref().map(|promo| &promo.facts)).ok();
        Some((offer, price))
    }

    fn payer(&self, offer: &Offer) -> AccountKey {
        AccountKey::new(self.book.clone(), self.buyer.clone(), offer.currency)
    }

    fn to_pay<'o>(&self, offer: &'o Offer, price: PurchasePrice) -> ToPay<'o> {
        let (seller, total) = (offer.seller(), price.total);
        let buyer = self.payer(offer);
        let escrow = offer.facts.escrow.as_ref().filter(|_| total.is_positive());
        ToPay { buyer, seller, grants: &offer.facts.grants, total, escrow }
    }

    /// Whether a deal is paid; false if the offer was not read.
    fn is_sold_by_deal(&self, seen: &Snapshot) -> bool {
        let found = self.seen(seen).and_then(|(offer, price)| Some((offer, price?)));
        found.is_some_and(|(offer, price)| self.to_pay(&offer, price).escrow.is_some())
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let counted_by = self.counted_by();
        counted_by.needs(needs);
        // the price and the seller are known once both were read
        needs.incomplete |= !counted_by.known(seen);
        if let Some(offer) = counted_by.offer(seen) {
            needs.account(self.payer(&offer), Access::Read);
            needs.account(offer.seller(), Access::Read);
        }
    }

    /// Refuses what goes beyond what the buyer was shown.
    fn is_as_expected(&self, draft: &Draft<'_>) -> Result<()> {
        let Some(agreed) = self.expect.as_ref().and_then(|expect| expect.commitment.as_ref()) else {
            return Ok(());
        };
        let now = Commitment::of(draft.writes(), draft.seen(), &self.moves(draft.seen()))?;
        match now.beyond(agreed) {
            Some(part) => Err(unmet(&self.offer, PurchaseTrigger::Reserve, part, None)),
            None => Ok(()),
        }
    }

    fn moves(&self, seen: &Snapshot) -> Moves {
        match self.seen(seen) {
            Some((offer, Some(price))) => self.to_pay(&offer, price).moves(),
            _ => Moves::default(),
        }
    }

    /// Holds the units, and returns the new purchase, which is still to be written.
    fn hold<'d, 's>(&self, draft: &'d mut Draft<'s>) -> Decided<PurchaseEditor<'d, 's>> {
        let offer = Offer::known(draft, &self.book, &self.offer)?;
        let promo = self.promo.as_ref().map(|promo| Promo::known(draft, &self.book, promo)).transpose()?;
        self.note.check_version(&self.offer, offer.row.version)?;
        if offer.facts.seller == self.buyer {
            return Err(Error::invalid("buyer", "must not be the seller").into());
        }
        if offer.facts.escrow.as_ref().is_some_and(|escrow| escrow.pays(&self.buyer)) {
            return Err(Error::invalid("buyer", "must not get a fee or a split of the own deal").into());
        }
        let buyer = self.payer(&offer);
        draft.permitted();
        if let Some(row) = TRANSITIONS.find(None, PurchaseTrigger::Reserve) {
            let roles = roles(&draft.ctx.actor, &[(Role::Buyer, &draft.ties(&buyer, &buyer.account)?)]);
            row.judge(&draft.ctx.actor, &roles, None)?;
        }
        let price = self.price(draft, &offer, promo.as_ref())?;
        let priced = [offer.facts.priced, promo.and_then(|promo| promo.facts.priced)];
        priced.into_iter().flatten().for_each(|set| draft.rests_on_terms(set));
        let purchase = self.begin(draft, &offer, price)?;
        let mut editor = PurchaseEditor::new(draft, purchase);
        let units = self.quantity;
        editor.count(UnitChange { held: units, sold: 0, buyer: units, promo: 1 })?;
        let data = members! {
            "buyer": self.buyer.as_str(), "currency": offer.currency.code(), "offer": self.offer.as_str(),
            "quantity": units, "total": price.total.minor_units().to_string(),
            "trigger": PurchaseTrigger::Reserve.as_str(),
        };
        editor.emit(State::Held.event(), data)?;
        editor.bind_terms()?;
        Ok(editor)
    }

    /// The price, after a check of all bounds.
    fn price(&self, draft: &Draft<'_>, offer: &Offer, promo: Option<&Promo>) -> Decided<PurchasePrice> {
        let count = |of, name: &str| counts::count(draft, &self.book, of, name, &self.buyer);
        let units = count(TallyOf::Offer, &self.offer)?;
        let uses = self.promo.as_ref().map_or(Ok(0), |promo| count(TallyOf::Promo, promo))?;
        let bounds = SaleBounds { offer, promo, units, uses, now: draft.ctx.now };
        let price = bounds.judge(self.quantity, self.expect.as_ref().map(|expect| expect.total))?;
        for grant in &offer.facts.grants {
            times(*grant, self.quantity, &self.buyer)?;
        }
        Ok(price)
    }

    /// The purchase as it begins, before its first event.
    fn begin(&self, draft: &mut Draft<'_>, offer: &Offer, price: PurchasePrice) -> Result<Purchase> {
        let id = PurchaseId::from_uuid(draft.ids.uuid());
        let facts = PurchaseFacts {
            offer: self.offer.clone(),
            buyer: self.buyer.clone(),
            seller: offer.facts.seller.clone(),
            quantity: self.quantity,
            unit_price: price.unit,
            discount: price.discount,
            total: price.total,
            promo: self.promo.clone(),
            grants: offer.facts.grants.clone(),
            // without a price there is no money for a deal to keep
            escrow: offer.facts.escrow.clone().filter(|_| price.total.is_positive()),
            deal: None,
            paid_with: None,
            payment: None,
            waits: false,
            transfer: None,
            transfers: Vec::new(),
            returned: 0,
            restocked: 0,
            refunded: 0,
            taken: Vec::new(),
            cancel_requested: false,
            timed_out: false,
            hold_until: draft.ctx.now.checked_add(offer.facts.hold_for).unwrap_or(Time::MAX),
            updated_at: draft.ctx.time(),
        };
        let listed_by = ListedBy {
            owner: Some(self.buyer.as_str().into()),
            peer: Some(self.offer.as_str().into()),
            reference: self.note.reference.clone(),
        };
        let key = Purchase::key(&self.book, id);
        let mut purchase = Purchase::begin(key, listed_by, State::Held, facts, draft.ctx.time())?;
        if let Some(metadata) = &self.note.metadata {
            purchase.texts.insert("metadata".to_owned(), Text::new(metadata, draft.ids.salt()));
        }
        Ok(purchase)
    }
}

fn replay_needs(made: &CreatedIds, book: &Book, needs: &mut Needs) {
    if let Some(id) = made.get::<PurchaseId>() {
        needs.record(Purchase::key(book, id), Access::Read);
    }
}

fn reply(book: &Book, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PurchaseReply> {
    Ok(PurchaseReply { purchase: PurchaseView::seen(book, made.expect()?, seen)?, replayed })
}

/// Holds units of an offer for a buyer, who pays later.
#[derive(Clone, Debug)]
pub struct Reserve(Order);

impl Reserve {
    /// The reservation that a quote is about.
    pub(super) fn quoted(
        book: &Book,
        offer: String,
        buyer: AccountId,
        quantity: i64,
        promo: Option<String>,
    ) -> Self {
        let note = Note::default();
        Self(Order { book: book.clone(), offer, buyer, quantity, promo, expect: None, note })
    }
}

impl WriteRequest for ReservePurchase {
    type Operation = Reserve;
    fn parse(&self, parse: &Parse<'_>) -> Result<Reserve> {
        let fields = OrderFields {
            offer: &self.offer,
            buyer: &self.buyer,
            quantity: self.quantity,
            promo: self.promo.as_ref(),
            expect: self.expect.as_ref(),
        };
        Order::read(self, &fields, parse).map(Reserve)
    }
}

impl Operation for Reserve {
    type Reply = PurchaseReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.0.needs(seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        Ok(self.0.moves(seen))
    }

    fn judged_as(&self, seen: &Snapshot) -> Option<&'static str> {
        self.0.is_sold_by_deal(seen).then_some(EFFECT)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let editor = self.0.hold(draft)?;
        let total = editor.object.facts.total.minor_units();
        if total > 0 {
            // the rules judge a reservation now, so that they do not stop its payment later
            editor.draft.declare(editor.object.buyer(), total);
            editor.draft.declare_payee(editor.object.facts.seller.as_str());
        } else {
            // nobody pays: it is the buyer's call all the same
            editor.draft.declare_payee(editor.object.facts.buyer.as_str());
        }
        let made = CreatedIds::of(editor.put()?);
        self.0.is_as_expected(draft)?;
        Ok(made)
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        replay_needs(made, book, needs);
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PurchaseReply> {
        reply(&self.0.book, made, seen, replayed)
    }
}

/// Holds units of an offer for a buyer, and pays them in the same commit.
#[derive(Clone, Debug)]
pub struct Buy {
    order: Order,
    paying: Paying,
}

impl WriteRequest for BuyOffer {
    type Operation = Buy;
    fn parse(&self, parse: &Parse<'_>) -> Result<Buy> {
        let order = OrderFields {
            offer: &self.offer,
            buyer: &self.buyer,
            quantity: self.quantity,
            promo: self.promo.as_ref(),
            expect: self.expect.as_ref(),
        };
        let paying = PayingFields {
            with: self.with.as_ref(),
            gateway: self.gateway.as_ref(),
            token: self.token.as_ref(),
            tokens: self.tokens.as_ref(),
        };
        Ok(Buy { order: Order::read(self, &order, parse)?, paying: Paying::read(&paying, parse)? })
    }
}

impl Operation for Buy {
    type Reply = PurchaseReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.order.needs(seen, needs);
        if let Some((offer, Some(price))) = self.order.seen(seen) {
            self.paying.needs(&self.order.to_pay(&offer, price), seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        Ok(self.order.moves(seen))
    }

    fn effect(&self, seen: &Snapshot) -> Option<&'static str> {
        self.order.is_sold_by_deal(seen).then_some(EFFECT)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = self.order.hold(draft)?;
        self.paying.pay(&mut editor)?;
        let made = CreatedIds::of(editor.put()?);
        self.order.is_as_expected(draft)?;
        Ok(made)
    }

    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally> {
        Some(self.paying.attempt(self.order.is_sold_by_deal(seen)).tally("refused", refusal.code().as_str()))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        replay_needs(made, book, needs);
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PurchaseReply> {
        reply(&self.order.book, made, seen, replayed)
    }
}
