//! Counts of one buyer: his units of an offer, and his uses of a promo. Each pair has a record of its own, so
//! that concurrent calls cannot pass a limit.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::ids::{AccountId, Book};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, object};

/// The kind of the records.
pub const KIND: &str = "purchase_tally";

text_enum! {
    /// The subject of a buyer's count.
    pub enum TallyOf {
        /// Units of an offer that are held or that the buyer has.
        Offer = "offer",
        /// Purchases that use a promo.
        Promo = "promo",
    }
}

text_enum! {
    /// The state of a count.
    pub enum TallyState {
        /// It is kept.
        Kept = "kept",
    }
}

/// The facts of a count that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyFacts {
    /// The subject of the count.
    pub of: TallyOf,
    /// The name of the offer or of the promo.
    pub name: String,
    pub buyer: AccountId,
    /// How many.
    pub count: i64,
}

/// A count, read from its record.
pub type BuyerTally = Stored<TallyFacts>;

object! { TallyFacts: KIND, TallyState, Uuid as [&'n str; 3] }

/// The key of a count's record.
pub fn key(book: &Book, of: TallyOf, name: &str, buyer: &AccountId) -> RecordKey {
    BuyerTally::key(book, [of.as_str(), name, buyer.as_str()])
}

/// The count of a buyer.
pub fn count(draft: &Draft<'_>, book: &Book, of: TallyOf, name: &str, buyer: &AccountId) -> Decided<i64> {
    let tally = BuyerTally::at(draft, &key(book, of, name, buyer))?;
    Ok(tally.map_or(0, |tally| tally.facts.count))
}

/// Adds to a count, or subtracts if `more` is below zero.
pub fn add(
    draft: &mut Draft<'_>,
    book: &Book,
    of: TallyOf,
    name: &str,
    buyer: &AccountId,
    more: i64,
) -> Decided<()> {
    if more == 0 {
        return Ok(());
    }
    let key = key(book, of, name, buyer);
    let known = BuyerTally::at(draft, &key)?;
    let begin = || {
        let facts = TallyFacts { of, name: name.to_owned(), buyer: buyer.clone(), count: 0 };
        BuyerTally::begin(key, ListedBy::default(), TallyState::Kept, facts, draft.ctx.time())
    };
    let mut tally = known.map_or_else(begin, Ok)?;
    tally.facts.count = tally.facts.count.saturating_add(more);
    if tally.facts.count < 0 {
        return Err(Error::corrupted(format!("what `{buyer}` has of {of} `{name}`")).into());
    }
    draft.put_changed(tally)
}
