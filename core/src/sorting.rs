//! Sorting that is compiled once, for places, and not for each type of row and each order.
//!
//! The standard library's algorithm is some 4 KB for each type that it is called with, and a hundred of them
//! were a twentieth of a library that embeds the engine. Here a type adds a comparison and the swaps.
//! `collect` into a map or a set in order sorts in that way too, so such a one is filled one by one.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;

/// Sorts in place. What is equal keeps its order.
pub(crate) trait Sorting<T> {
    /// By the order of the type.
    fn order(&mut self)
    where
        T: Ord;

    /// By a comparison.
    fn order_by(&mut self, order: impl FnMut(&T, &T) -> Ordering);

    /// By a key that costs little: it is made for each comparison.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);

    /// By a key that is made once for each.
    fn order_by_cached_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> Sorting<T> for [T] {
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }

    fn order_by(&mut self, mut order: impl FnMut(&T, &T) -> Ordering) {
        let places = placed(self.len(), &mut |one, other| order(&self[one], &self[other]));
        arrange(self, places);
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|one, other| key(one).cmp(&key(other)));
    }

    fn order_by_cached_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        let keys: Vec<K> = self.iter().map(key).collect();
        let places = placed(self.len(), &mut |one, other| keys[one].cmp(&keys[other]));
        arrange(self, places);
    }
}

/// Where that which belongs at each place is.
type Places = SmallVec<[usize; 32]>;

/// The places of so many in their order.
#[inline(never)]
fn placed(count: usize, order: &mut dyn FnMut(usize, usize) -> Ordering) -> Places {
    let mut places: Places = (0..count).collect();
    places.sort_by(|one, other| order(*one, *other));
    places
}

/// Brings each to its place.
fn arrange<T>(rows: &mut [T], mut places: Places) {
    for place in 0..rows.len() {
        // what belongs here may have been swapped to where another was taken from
        let mut from = places[place];
        while from < place {
            from = places[from];
        }
        places[place] = from;
        rows.swap(place, from);
    }
}

/// A map or a set in order, which is filled one by one.
pub(crate) trait Ordered<T>: Default {
    /// Puts one where it belongs. Of several with one key the last stays.
    fn put(&mut self, one: T);
}

impl<K: Ord, V> Ordered<(K, V)> for BTreeMap<K, V> {
    fn put(&mut self, one: (K, V)) {
        let (key, value) = one;
        self.insert(key, value);
    }
}

impl<T: Ord> Ordered<T> for BTreeSet<T> {
    fn put(&mut self, one: T) {
        self.insert(one);
    }
}

/// Makes a map or a set in order, as `collect` does.
pub(crate) trait Gathering: Iterator + Sized {
    /// All that there is.
    fn gathered<C: Ordered<Self::Item>>(self) -> C {
        let mut all = C::default();
        self.for_each(|one| all.put(one));
        all
    }

    /// All that there is, unless one of it is an error.
    fn try_gathered<T, E, C: Ordered<T>>(mut self) -> Result<C, E>
    where
        Self: Iterator<Item = Result<T, E>>,
    {
        self.try_fold(C::default(), |mut all, one| {
            all.put(one?);
            Ok(all)
        })
    }
}

impl<I: Iterator> Gathering for I {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As the standard library sorts, stably, with any number of equal keys.
        #[test]
        fn rows_are_sorted_as_the_standard_library_sorts_them(keys in prop::collection::vec(0_u8..20, 0..200)) {
            let rows: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = rows.clone();
            expected.sort_by_key(|(key, _)| *key);
            for sort in [
                |rows: &mut Vec<(u8, usize)>| rows.order_by_key(|(key, _)| *key),
                |rows: &mut Vec<(u8, usize)>| rows.order_by(|one, other| one.0.cmp(&other.0)),
                |rows: &mut Vec<(u8, usize)>| rows.order_by_cached_key(|(key, _)| key.to_string().len() * 100 + usize::from(*key)),
                |rows: &mut Vec<(u8, usize)>| rows.order(),
            ] {
                let mut sorted = rows.clone();
                sort(&mut sorted);
                prop_assert_eq!(&sorted, &expected);
            }
        }

        /// As the standard library collects.
        #[test]
        fn maps_and_sets_are_those_of_the_standard_library(keys in prop::collection::vec(0_u8..20, 0..200)) {
            let rows = || keys.iter().copied().zip(0_usize..);
            prop_assert_eq!(rows().gathered::<BTreeMap<_, _>>(), rows().collect::<BTreeMap<_, _>>());
            prop_assert_eq!(rows().gathered::<BTreeSet<_>>(), rows().collect::<BTreeSet<_>>());
            let few = |most: u8| move |(key, place): (u8, usize)| if key <= most { Ok((key, place)) } else { Err(key) };
            for most in [5, 20] {
                let tried: Result<BTreeMap<u8, usize>, u8> = rows().map(few(most)).try_gathered();
                let expected: Result<BTreeMap<u8, usize>, u8> = rows().map(few(most)).collect();
                prop_assert_eq!(tried, expected);
            }
        }
    }
}
