//! A purchase while it is changed: its record, its events, and the units and promo uses that it counts.

use serde_json::json;

use super::counts::{self, TallyOf};
use super::model::{Purchase, PurchaseFacts, State};
use super::offered::{Offer, Promo};
use super::transitions::{PurchaseTrigger, TRANSITIONS};
use crate::error::{Code, Detail, Error, Result};
use crate::escrow::model::Role;
use crate::ids::{AccountId, Book, PurchaseId};
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Data, Editor, Judged, Lifecycle};
use crate::kernel::operation::{Decided, Halt};
use crate::kernel::permit::{Tie, not_permitted};
use crate::kernel::snapshot::Snapshot;
use crate::kernel::transitions::{Transition, Transitions, only};
use crate::request::note::Note;
use crate::rows::needs::{Access, Needs};
use crate::time::Time;

/// A purchase while it is changed. Its note goes to the money that it moves.
pub(super) type PurchaseEditor<'d, 's> = Editor<'d, 's, PurchaseFacts>;

impl Lifecycle for PurchaseFacts {
    type Trigger = PurchaseTrigger;
    type Who = &'static [Role];
    type Note = Note;
    const TRANSITIONS: Transitions<State, PurchaseTrigger, &'static [Role]> = TRANSITIONS;

    fn event(state: State) -> &'static str {
        state.event()
    }

    fn changed(editor: &mut PurchaseEditor<'_, '_>) -> Decided<()> {
        editor.object.facts.updated_at = editor.draft.ctx.time();
        Ok(())
    }
}

impl Judged for PurchaseFacts {
    type Role = Role;

    fn ties<'e>(editor: &'e PurchaseEditor<'_, '_>, role: Role) -> Decided<Vec<Tie<'e>>> {
        let object = &editor.object;
        match role {
            Role::Buyer => editor.draft.ties(&object.buyer(), &object.facts.buyer),
            Role::Seller => editor.draft.ties(&object.seller(), &object.facts.seller),
            Role::Admin | Role::System => Ok(Vec::new()),
        }
    }

    fn refusal(
        editor: &PurchaseEditor<'_, '_>,
        row: &Transition<State, PurchaseTrigger, &'static [Role]>,
    ) -> Error {
        not_permitted(None, &editor.draft.ctx.actor, only(row.who, row.trigger))
    }
}

/// Reads a purchase for a call, at the version that its caller expects.
pub(super) fn edited<'d, 's>(
    draft: &'d mut Draft<'s>,
    book: &Book,
    id: PurchaseId,
    note: &Note,
) -> Decided<PurchaseEditor<'d, 's>> {
    let mut editor = PurchaseEditor::of(draft, book, id, note.expected_version)?;
    editor.note = Note { expected_version: None, ..note.clone() };
    Ok(editor)
}

/// A change of the counts of an offer and its buyer. A count at zero stays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UnitChange {
    /// Units that are held.
    pub held: i64,
    /// Units that are sold.
    pub sold: i64,
    /// Units that the buyer has, or that are held for him.
    pub buyer: i64,
    /// Purchases that use the promo.
    pub promo: i64,
}

/// The case of a debt for grants that were spent before a refund.
pub(super) const AFTER_REFUND: &str = "refund";

/// Units that go back, and their money.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnitsBack {
    /// How many.
    pub units: i64,
    /// How much money, in minor units.
    pub minor: i128,
    /// How many of them may be sold again.
    pub restocked: i64,
}

impl PurchaseEditor<'_, '_> {
    /// Binds the call to what comes with the units, and to the terms of the deal that they are sold by.
    pub(super) fn bind_terms(&mut self) -> Result<()> {
        let facts = &self.object.facts;
        let escrow = facts.escrow.as_ref().map(|escrow| escrow.view(self.object.currency)).transpose()?;
        let mut terms = escrow.unwrap_or_default();
        if !facts.grants.is_empty() {
            terms.insert("grants".to_owned(), json!(facts.grants));
        }
        self.draft.bind_all(terms);
        Ok(())
    }

    /// Tells the admins of the book.
    pub(super) fn tell_admins(&mut self, event: &str) -> Decided<()> {
        let facts = &self.object.facts;
        let payload = json!({
            "event": event,
            "offer": facts.offer,
            "payment": facts.payment,
            "purchase": self.object.id().to_string(),
            "state": self.object.state,
        });
        self.draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
    }

    /// Runs `act`. If that would exceed the bound of money, its writes are dropped and `false` is returned.
    pub(super) fn fits(&mut self, act: impl FnOnce(&mut Self) -> Decided<()>) -> Decided<bool> {
        let (mark, before) = (self.draft.mark(), self.object.clone());
        match act(self) {
            Err(Halt::Reject(rejection)) if rejection.error.code() == Code::Overflow => {
                self.draft.restore(mark);
                self.object = before;
                Ok(false)
            }
            outcome => outcome.map(|()| true),
        }
    }

    /// Counts units and the use of the promo.
    pub(super) fn count(&mut self, more: UnitChange) -> Decided<()> {
        let book = self.object.row.book.clone();
        let facts = self.object.facts.clone();
        if (more.held, more.sold) != (0, 0) {
            let mut offer = Offer::known(self.draft, &book, &facts.offer)?;
            offer.facts.held = offer.facts.held.saturating_add(more.held);
            offer.facts.sold = offer.facts.sold.saturating_add(more.sold);
            if offer.facts.held < 0 || offer.facts.sold < 0 {
                return Err(Error::corrupted(format!("the units of offer {}", facts.offer)).into());
            }
            self.draft.put_changed(offer)?;
        }
        counts::add(self.draft, &book, TallyOf::Offer, &facts.offer, &facts.buyer, more.buyer)?;
        let Some(name) = facts.promo.as_ref().filter(|_| more.promo != 0) else { return Ok(()) };
        let mut promo = Promo::known(self.draft, &book, name)?;
        promo.facts.used = promo.facts.used.saturating_add(more.promo);
        if promo.facts.used < 0 {
            return Err(Error::corrupted(format!("the uses of promo {name}")).into());
        }
        self.draft.put_changed(promo)?;
        counts::add(self.draft, &book, TallyOf::Promo, name, &facts.buyer, more.promo)
    }

    /// Counts units that went back, and their money.
    pub(super) fn units_back(&mut self, back: &UnitsBack) -> Decided<()> {
        let UnitsBack { units, minor, restocked } = *back;
        self.count(UnitChange { held: 0, sold: -restocked, buyer: -units, promo: 0 })?;
        let facts = &mut self.object.facts;
        facts.returned = facts.returned.saturating_add(units);
        facts.restocked = facts.restocked.saturating_add(restocked);
        facts.refunded += minor;
        Ok(())
    }

    /// Frees the units and the use of the promo, and ends the purchase unpaid.
    pub(super) fn end_unpaid(&mut self, state: State, trigger: PurchaseTrigger) -> Decided<()> {
        let units = self.object.facts.quantity;
        self.count(UnitChange { held: -units, sold: 0, buyer: -units, promo: -1 })?;
        self.enter(state, trigger, Data::new())
    }
}

/// `condition_not_met` of an object.
pub(super) fn unmet(
    object: &str,
    trigger: PurchaseTrigger,
    condition: &str,
    deadline: Option<Time>,
) -> Error {
    let (object, condition) = (object.to_owned(), condition.to_owned());
    Detail::ConditionNotMet { object, trigger: trigger.to_string(), condition, deadline }.into()
}

/// The offer, promo and buyer whose counts include a purchase.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountedBy<'a> {
    pub book: &'a Book,
    pub offer: &'a str,
    pub promo: Option<&'a str>,
    pub buyer: &'a AccountId,
}

impl CountedBy<'_> {
    /// Names the rows that count units and promo uses.
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.record(Offer::key(self.book, self.offer), Access::Write);
        needs.record(counts::key(self.book, TallyOf::Offer, self.offer, self.buyer), Access::Write);
        if let Some(promo) = self.promo {
            needs.record(Promo::key(self.book, promo), Access::Write);
            needs.record(counts::key(self.book, TallyOf::Promo, promo, self.buyer), Access::Write);
        }
    }

    /// Whether offer and promo were read.
    pub(super) fn known(&self, seen: &Snapshot) -> bool {
        let promo = self.promo.is_none_or(|promo| seen.records.knows(&Promo::key(self.book, promo)));
        promo && seen.records.knows(&Offer::key(self.book, self.offer))
    }

    /// The offer, if it was read.
    pub(super) fn offer(&self, seen: &Snapshot) -> Option<Offer> {
        seen.object(&Offer::key(self.book, self.offer))
    }

    /// The promo, if it was read.
    pub(super) fn promo(&self, seen: &Snapshot) -> Option<Promo> {
        seen.object(&Promo::key(self.book, self.promo?))
    }
}

impl Purchase {
    /// Names the rows that any step of it needs.
    pub(super) fn needs(&self, needs: &mut Needs) {
        let (book, facts) = (&self.row.book, &self.facts);
        let (offer, promo, buyer) = (facts.offer.as_str(), facts.promo.as_deref(), &facts.buyer);
        CountedBy { book, offer, promo, buyer }.needs(needs);
        needs.account(self.buyer(), Access::Read);
        needs.account(self.seller(), Access::Read);
    }

    /// Names the rows of its grants.
    pub(super) fn needs_of_grants(&self, needs: &mut Needs) {
        for grant in &self.facts.grants {
            needs.account(self.account(&self.facts.buyer, grant.currency()), Access::Write);
            needs.account(self.account(&AccountId::world(), grant.currency()), Access::Write);
        }
    }
}

/// Names the rows of a step, and returns its purchase if it was read.
pub(super) fn needs_of(book: &Book, id: PurchaseId, seen: &Snapshot, needs: &mut Needs) -> Option<Purchase> {
    let purchase = Purchase::needed(Purchase::key(book, id), Access::Write, seen, needs)?;
    purchase.needs(needs);
    Some(purchase)
}
