//! Deals that an object owns: it opens them, has them paid, and calls off what nobody has paid.

use serde::Deserialize;

use super::decide::Move;
use super::facts::DealFacts;
use super::model::{Deal, State, Trigger};
use super::open::Open;
pub use super::open::OwnedDeal;
use super::plan::Share;
use crate::error::Result;
use crate::ids::{Book, DealId, PaymentId, PurchaseId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::ledger::funds::{existing, opened};
use crate::request::note::Note;
use crate::rows::body::Body;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::Object as _;
use crate::rows::tables::RecordRow;

/// The objects that own a deal, or pay it from outside. Of a deal without either, nothing else is read when
/// it changes.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Owners {
    /// The payment that is to pay it, or has.
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// The purchase that it was opened for.
    #[serde(default)]
    pub purchase: Option<PurchaseId>,
}

impl Owners {
    /// Those of the record of a deal.
    pub fn of(deal: &RecordRow) -> Result<Self> {
        Body::read(deal, DealFacts::VERSION).map(|(owners, _)| owners)
    }
}

/// Names the rows that opening such a deal needs, and paying it but for the buyer's money.
pub fn needs(buyer: &AccountKey, seller: &AccountKey, cuts: &[Share], needs: &mut Needs) {
    needs.account(buyer.clone(), Access::Read);
    needs.account(seller.clone(), Access::Read);
    for cut in cuts {
        needs.account(AccountKey { account: cut.to.clone(), ..seller.clone() }, Access::Read);
    }
}

/// Opens a deal; who calls was judged.
pub fn open(draft: &mut Draft<'_>, wanted: &OwnedDeal) -> Decided<DealId> {
    let buyer = existing(draft, &wanted.buyer)?;
    let seller = opened(draft, &wanted.seller)?;
    Open::owned(wanted)?.between(draft, buyer, seller)
}

/// Pays a deal from its buyer's balance; who calls was judged. The note goes to the transfers that are
/// posted.
pub fn pay(draft: &mut Draft<'_>, book: &Book, deal: DealId, note: &Note) -> Decided<()> {
    let note = note.clone();
    Move { note, ..Move::new(book.clone(), deal, Trigger::Pay) }.by_owner(draft)
}

/// Calls a deal off that nobody has paid; one that is over stays as it is.
pub fn call_off(draft: &mut Draft<'_>, book: &Book, deal: DealId) -> Decided<()> {
    if Deal::known(draft, book, deal)?.state != State::Pending {
        return Ok(());
    }
    Move::new(book.clone(), deal, Trigger::Cancel).by_system(draft)
}
