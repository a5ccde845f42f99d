//! The rows of the rank: where each account stood among those of its currency when the log was last followed.

use std::sync::Arc;

use super::row::{Column, Row};
use super::row::{hot, row};
use crate::currency::{Currencies, Currency};
use crate::error::Error;
use crate::ids::{AccountId, Book};
use crate::rows::codec::{Cell, Value};
use crate::time::Time;

row! {
    /// An account's place among those of its currency. It follows from the log, a little behind it.
    RankRow in "rank", version(row) = row.version, seen(version: i64, stamp: Time, place: Arc<str>);
    key {
        /// The book.
        book: Book,
        /// The currency.
        currency: Currency,
        /// The account.
        account: AccountId,
    }
    /// Its balance as a text whose byte order is that of the rank, see [`place`].
    @hot place: Arc<str>,
    /// Its owner.
    @hot owner: Option<Arc<str>>,
    /// Counts every change.
    @hot version: i64,
    /// Stamp of its newest change.
    @hot stamp: Time,
}

/// Above every balance, in minor units.
const TOP: u128 = 10_u128.pow(38);

/// A balance in minor units as a text of 39 digits: the greater the balance, the smaller the text. Databases
/// agree on the order of such texts, and not on that of decimals.
#[must_use]
pub fn place(minor: i128) -> Arc<str> {
    format!("{:039}", TOP.saturating_add_signed(minor.saturating_neg())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_balance_comes_first() {
        let top = i128::try_from(TOP).unwrap() - 1;
        let balances = [top, 1_000_000_000, 999_999_999, 10, 9, 1, 0, -1, -9, -10, -top];
        let places = balances.map(place);
        assert!(places.is_sorted() && places.iter().all(|place| place.len() == 39), "{places:?}");
        assert_eq!(&*places[6], "100000000000000000000000000000000000000");
    }
}
