//! What a rule has seen of one subject, packed into a few bytes.
//!
//! A [`Counter`] has at most 60 buckets. All of a bucket leaves with the newest of it: late by the length of
//! a bucket at most, and never early, so no call too many is let through. A [`Distinct`] has the newest time
//! of each value.

use smallvec::SmallVec;

use super::varint::{put, take};
use super::window::{BUCKETS, Window, is_ahead};
use crate::sorting::Sorting;
use crate::time::Time;

/// The most values that a rule tells apart.
pub const VALUES: usize = 1_000;

/// A salted hash in place of a value: counters hold no personal data.
pub type Hash = [u8; 16];

/// A count or a sum over a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// The newest time of each bucket and what is in it, in the order of time.
    buckets: Buckets,
}

/// Most windows have one or two: these are kept without memory of their own.
type Buckets = SmallVec<[(Time, i128); 2]>;

impl Counter {
    /// What counts now.
    #[must_use]
    pub fn used(&self, window: &Window, now: Time) -> i128 {
        self.live(window, now).iter().fold(0, |sum, (_, value)| sum.saturating_add(*value))
    }

    fn live(&self, window: &Window, now: Time) -> &[(Time, i128)] {
        &self.buckets[first_live(&self.buckets, window.counts_from(now))..]
    }

    /// Adds to it, and drops what has left.
    pub fn add(&mut self, window: &Window, now: Time, value: i128) {
        let (from, bucket) = window.edges(now);
        self.drop_left(from);
        self.put(window, (now, bucket), value);
    }

    fn drop_left(&mut self, from: Time) {
        let left = first_live(&self.buckets, from);
        if left > 0 {
            self.buckets.drain(..left);
        }
    }

    /// Adds a value of a time, to the bucket of that.
    fn put(&mut self, window: &Window, (at, bucket): (Time, i64), value: i128) {
        match self.buckets.last_mut() {
            Some((newest, _)) if *newest > at => self.put_before(window, (at, bucket), value),
            Some((newest, sum)) if newest.micros() >= bucket => {
                (*newest, *sum) = (at, sum.saturating_add(value));
            }
            _ => self.buckets.push((at, value)),
        }
        // only clocks that differ fill more than 60: the two oldest become one, which leaves late
        while self.buckets.len() > BUCKETS {
            let (_, first) = self.buckets.remove(0);
            self.buckets[0].1 = self.buckets[0].1.saturating_add(first);
        }
    }

    /// The same where others have counted later.
    fn put_before(&mut self, window: &Window, (at, bucket): (Time, i64), value: i128) {
        let mut newest_first = self.buckets.iter_mut().rev().map(|entry| (window.bucket(entry.0), entry));
        match newest_first.find(|(other, _)| *other <= bucket) {
            Some((other, (newest, sum))) if other == bucket => {
                (*newest, *sum) = (at.max(*newest), sum.saturating_add(value));
            }
            _ => {
                let place = self.buckets.partition_point(|(newest, _)| *newest < at);
                self.buckets.insert(place, (at, value));
            }
        }
    }

    /// Adds what others have counted, at the times at which they did, and drops what has left now: what is
    /// later than now lets nothing leave before that.
    pub fn join(&mut self, other: &Self, window: &Window, now: Time) {
        self.drop_left(window.counts_from(now));
        for (at, value) in other.live(window, now) {
            self.put(window, (*at, window.bucket(*at)), *value);
        }
    }

    /// Takes what is later than now as counted now, and says whether there was any.
    pub fn take_as_now(&mut self, window: &Window, now: Time) -> bool {
        let first = self.buckets.partition_point(|(newest, _)| !is_ahead(*newest, now));
        let ahead = self
            .buckets
            .drain(first..)
            .fold(None, |sum: Option<i128>, (_, value)| Some(sum.unwrap_or_default().saturating_add(value)));
        ahead.map(|sum| self.add(window, now, sum)).is_some()
    }

    /// Whether some of it is later than now.
    #[must_use]
    pub fn is_ahead(&self, now: Time) -> bool {
        self.buckets.last().is_some_and(|(newest, _)| is_ahead(*newest, now))
    }

    /// From when on at most `room` counts, if nothing is added: `None` if that never comes.
    #[must_use]
    pub fn has_room(&self, window: &Window, now: Time, room: i128) -> Option<Time> {
        let leaving = self.live(window, now).iter().map(|(newest, value)| (window.leaves(*newest), *value));
        after(leaving, self.used(window, now), now, room)
    }

    /// From when on nothing of it counts: `None` if that never comes.
    #[must_use]
    pub fn leaves(&self, window: &Window) -> Option<Time> {
        last_leaves(self.buckets.last(), window)
    }

    /// The newest time of it.
    #[must_use]
    pub fn newest(&self) -> Option<Time> {
        self.buckets.last().map(|(newest, _)| *newest)
    }

    /// Adds its bytes. Times are told from `base`, which is not before any of them: what counters of one row
    /// were counted at is mostly the same, and is then told in one byte.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&[FORMAT, u8::try_from(self.buckets.len()).unwrap_or(u8::MAX)]);
        let mut later = base;
        for (newest, value) in self.buckets.iter().rev() {
            put(bytes, later.since(*newest).micros().unsigned_abs().into());
            later = *newest;
            put(bytes, value.max(&0).unsigned_abs());
        }
    }

    /// Reads what [`Counter::pack`] wrote; `None` if these bytes are not that.
    #[must_use]
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        let [FORMAT, count, rest @ ..] = bytes else { return None };
        let (count, mut rest) = (usize::from(*count), rest);
        if count > BUCKETS {
            return None;
        }
        let (mut buckets, mut later) = (Buckets::new(), base);
        buckets.reserve_exact(count);
        // the bytes begin with the newest
        for _ in 0..count {
            let step = i64::try_from(take(&mut rest)?).ok()?;
            later = Time::try_from_micros(later.micros().checked_sub(step)?)?;
            buckets.push((later, i128::try_from(take(&mut rest)?).ok()?));
        }
        buckets.reverse();
        rest.is_empty().then_some(Self { buckets })
    }
}

/// The different values of a field over a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distinct {
    /// The newest time of each value, in the order of time.
    seen: Vec<(Time, Hash)>,
}

impl Distinct {
    /// How many different values count now.
    #[must_use]
    pub fn used(&self, window: &Window, now: Time) -> usize {
        self.live(window, now).len()
    }

    /// How many there would be with these values.
    #[must_use]
    pub fn with(&self, window: &Window, now: Time, values: &[Hash]) -> usize {
        self.others(window, now, values).count() + distinct(values)
    }

    /// Adds values, and drops what has left. Of more than are told apart the newest are kept: that there were
    /// too many stays true for as long as it is.
    pub fn add(&mut self, window: &Window, now: Time, values: &[Hash]) {
        self.put((window, now), now, values);
    }

    fn put(&mut self, (window, now): (&Window, Time), at: Time, values: &[Hash]) {
        let mut seen: Vec<(Time, Hash)> = self.others(window, now, values).copied().collect();
        let newest = |value: &Hash| {
            self.live(window, now)
                .iter()
                .find(|(_, hash)| hash == value)
                .map_or(at, |(before, _)| at.max(*before))
        };
        for (place, value) in values.iter().enumerate() {
            if !values[..place].contains(value) {
                seen.push((newest(value), *value));
            }
        }
        seen.order();
        let over = seen.len().saturating_sub(VALUES + 1);
        seen.drain(..over);
        self.seen = seen;
    }

    /// From when on there would be at most `limit` with these values, if nothing is added: `None` if that
    /// never comes.
    #[must_use]
    pub fn has_room(&self, window: &Window, now: Time, (values, limit): (&[Hash], usize)) -> Option<Time> {
        let room = i128::try_from(limit.checked_sub(distinct(values))?).ok()?;
        let leaving: Vec<_> =
            self.others(window, now, values).map(|(newest, _)| (window.leaves(*newest), 1)).collect();
        let used = i128::try_from(leaving.len()).ok()?;
        after(leaving.into_iter(), used, now, room)
    }

    /// Adds the values that others have seen, at the times at which they did, and drops what has left now.
    pub fn join(&mut self, other: &Self, window: &Window, now: Time) {
        for (at, value) in other.live(window, now) {
            self.put((window, now), *at, std::slice::from_ref(value));
        }
    }

    /// Takes what is later than now as seen now, and says whether there was any.
    pub fn take_as_now(&mut self, now: Time) -> bool {
        if !self.is_ahead(now) {
            return false;
        }
        for (newest, _) in self.seen.iter_mut().rev().take_while(|(newest, _)| is_ahead(*newest, now)) {
            *newest = now;
        }
        self.seen.order();
        true
    }

    /// Whether some of it is later than now.
    #[must_use]
    pub fn is_ahead(&self, now: Time) -> bool {
        self.seen.last().is_some_and(|(newest, _)| is_ahead(*newest, now))
    }

    /// From when on nothing of it counts: `None` if that never comes.
    #[must_use]
    pub fn leaves(&self, window: &Window) -> Option<Time> {
        last_leaves(self.seen.last(), window)
    }

    /// Adds its bytes.
    pub fn pack(&self, bytes: &mut Vec<u8>) {
        bytes.push(FORMAT_DISTINCT);
        for (newest, hash) in &self.seen {
            bytes.extend_from_slice(&newest.micros().to_be_bytes());
            bytes.extend_from_slice(hash);
        }
    }

    /// Reads what [`Distinct::pack`] wrote; `None` if these bytes are not that.
    #[must_use]
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let (&FORMAT_DISTINCT, rest) = bytes.split_first()? else { return None };
        let (entries, rest) = rest.as_chunks::<24>();
        let entry = |bytes: &[u8; 24]| {
            let (at, hash) = bytes.split_first_chunk()?;
            Some((Time::try_from_micros(i64::from_be_bytes(*at))?, hash.try_into().ok()?))
        };
        let seen = entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
        (rest.is_empty() && seen.len() <= VALUES + 1 && seen.is_sorted()).then_some(Self { seen })
    }

    fn live(&self, window: &Window, now: Time) -> &[(Time, Hash)] {
        &self.seen[first_live(&self.seen, window.counts_from(now))..]
    }

    fn others(&self, window: &Window, now: Time, values: &[Hash]) -> impl Iterator<Item = &(Time, Hash)> {
        self.live(window, now).iter().filter(move |(_, hash)| !values.contains(hash))
    }
}

pub(super) const FORMAT: u8 = 1;
pub(super) const FORMAT_DISTINCT: u8 = 2;

fn distinct(values: &[Hash]) -> usize {
    (0..values.len()).filter(|place| !values[..*place].contains(&values[*place])).count()
}

/// The place of the first that counts, from this time on: what is older leaves earlier.
fn first_live<T>(in_order: &[(Time, T)], from: Time) -> usize {
    let has_left = |(newest, _): &(Time, T)| *newest < from;
    // mostly none has left since the last look
    if in_order.first().is_some_and(has_left) { in_order.partition_point(has_left) } else { 0 }
}

/// When the newest has left: of what was never counted that is the beginning of time.
fn last_leaves<T>(newest: Option<&(Time, T)>, window: &Window) -> Option<Time> {
    newest.map_or(Some(Time::EPOCH), |(at, _)| window.leaves(*at))
}

/// When so much has left that at most `room` is there.
fn after(
    leaving: impl Iterator<Item = (Option<Time>, i128)>,
    mut used: i128,
    now: Time,
    room: i128,
) -> Option<Time> {
    if room < 0 {
        return None;
    }
    let mut leaving: Vec<(Time, i128)> = leaving.filter_map(|(at, value)| Some((at?, value))).collect();
    leaving.order();
    let mut at = now;
    for (leaves, value) in leaving {
        if used <= room {
            break;
        }
        (used, at) = (used.saturating_sub(value), leaves);
    }
    (used <= room).then_some(at)
}
