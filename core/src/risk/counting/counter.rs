//! The state of a rule for one subject, packed into a few bytes.
//!
//! A [`Counter`] has at most 80 buckets. A bucket leaves the window with its newest entry: late by the length
//! of a bucket at most, and never early, so the limit is never exceeded. A [`Distinct`] has the newest time
//! of each value.
//!
//! Entries that have left are merged into three buckets and never dropped, because the clock may be ahead.
//! Once it is right, entries that left only by the wrong clock count as before. Merged entries may leave
//! later than they should, by a window at most.

use smallvec::SmallVec;

use crate::risk::counting::varint::{put, take};
use crate::risk::counting::window::{BUCKETS, LEFT, Window, is_ahead};
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

/// Most windows have one or two buckets, and up to three that have left: four are kept without memory of
/// their own.
type Buckets = SmallVec<[(Time, i128); 4]>;

impl Counter {
    /// The sum of the entries that count now.
    pub fn used(&self, window: &Window, now: Time) -> i128 {
        self.live(window, now).iter().fold(0, |sum, (_, value)| sum.saturating_add(*value))
    }

    fn live(&self, window: &Window, now: Time) -> &[(Time, i128)] {
        &self.buckets[first_live(&self.buckets, window.counts_from(now))..]
    }

    /// Adds a value, and merges entries that have left.
    pub fn add(&mut self, window: &Window, now: Time, value: i128) {
        let (from, bucket) = window.edges(now);
        self.put(window, now, bucket, value);
        self.put_together(window, from);
    }

    /// Adds a value to the bucket of its time.
    fn put(&mut self, window: &Window, at: Time, bucket: i64, value: i128) {
        match self.buckets.last_mut() {
            Some((newest, _)) if *newest > at => self.put_before(window, at, bucket, value),
            Some((newest, sum)) if newest.micros() >= bucket => {
                (*newest, *sum) = (at, sum.saturating_add(value));
            }
            _ => self.buckets.push((at, value)),
        }
    }

    /// Merges entries that have left, in a window in which entries count from a time on. A merged bucket
    /// keeps its newest time, so it leaves late and never early.
    fn put_together(&mut self, window: &Window, from: Time) {
        let mut left = first_live(&self.buckets, window.left_before(from));
        let mut place = 1;
        while place < left {
            let [before, after] = [place - 1, place].map(|place| self.buckets[place].0);
            if window.place_when_left(before) == window.place_when_left(after) {
                self.join_next(place - 1);
                left -= 1;
            } else {
                place += 1;
            }
        }
        let over = left.saturating_sub(LEFT).max(self.buckets.len().saturating_sub(BUCKETS));
        (0..over).for_each(|_| self.join_next(0));
    }

    /// Merges a bucket into the next one.
    fn join_next(&mut self, place: usize) {
        let (_, sum) = self.buckets.remove(place);
        self.buckets[place].1 = self.buckets[place].1.saturating_add(sum);
    }

    /// The same, if the counter has later entries.
    fn put_before(&mut self, window: &Window, at: Time, bucket: i64, value: i128) {
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

    /// Adds the entries of another counter, each at its own time, and merges those that have left now.
    pub fn join(&mut self, other: &Self, window: &Window, now: Time) {
        for (at, value) in &other.buckets {
            self.put(window, *at, window.bucket(*at), *value);
        }
        self.put_together(window, window.counts_from(now));
    }

    /// Moves entries that are later than now to now, and returns whether there were any.
    pub fn take_as_now(&mut self, window: &Window, now: Time) -> bool {
        let first = self.buckets.partition_point(|(newest, _)| !is_ahead(*newest, now));
        let ahead = self
            .buckets
            .drain(first..)
            .fold(None, |sum: Option<i128>, (_, value)| Some(sum.unwrap_or_default().saturating_add(value)));
        ahead.map(|sum| self.add(window, now, sum)).is_some()
    }

    /// Whether some of it is later than now.
    pub fn is_ahead(&self, now: Time) -> bool {
        self.buckets.last().is_some_and(|(newest, _)| is_ahead(*newest, now))
    }

    /// When at most `room` will count, if nothing is added. `None` if that never comes.
    pub fn has_room(&self, window: &Window, now: Time, room: i128) -> Option<Time> {
        let leaving = self.live(window, now).iter().map(|(newest, value)| (window.leaves(*newest), *value));
        after(leaving, self.used(window, now), now, room)
    }

    /// When its last entry leaves the window. `None` if that never comes.
    pub fn leaves(&self, window: &Window) -> Option<Time> {
        last_leaves(self.buckets.last(), window)
    }

    /// The newest time of it.
    pub fn newest(&self) -> Option<Time> {
        self.buckets.last().map(|(newest, _)| *newest)
    }

    /// Appends its bytes. Times are packed relative to `base`, which is not before any of them. The counters
    /// of one row mostly have the same time, which then takes one byte.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        bytes.push(FORMAT);
        self.pack_buckets(base, bytes);
    }

    fn pack_buckets(&self, base: Time, bytes: &mut Vec<u8>) {
        bytes.push(u8::try_from(self.buckets.len()).unwrap_or(u8::MAX));
        let mut later = base;
        for (newest, value) in self.buckets.iter().rev() {
            put(bytes, later.since(*newest).micros().unsigned_abs().into());
            later = *newest;
            put(bytes, value.max(&0).unsigned_abs());
        }
    }

    /// Reads what [`Counter::pack`] wrote; `None` if these bytes are not that.
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        let (&FORMAT, mut rest) = bytes.split_first()? else { return None };
        Self::unpack_buckets(&mut rest, base).filter(|_| rest.is_empty())
    }

    fn unpack_buckets(rest: &mut &[u8], base: Time) -> Option<Self> {
        let count = usize::from(*rest.split_off_first()?);
        if count > BUCKETS {
            return None;
        }
        let (mut buckets, mut later) = (Buckets::new(), base);
        buckets.reserve_exact(count);
        // the bytes begin with the newest
        for _ in 0..count {
            let step = i64::try_from(take(rest)?).ok()?;
            later = Time::try_from_micros(later.micros().checked_sub(step)?)?;
            buckets.push((later, i128::try_from(take(rest)?).ok()?));
        }
        buckets.reverse();
        Some(Self { buckets })
    }
}

/// The different values of a field over a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distinct {
    /// The newest time of each value, in the order of time.
    seen: Vec<(Time, Hash)>,
    /// How many values have left. It is no longer known which ones. If the clock was ahead, each of them
    /// counts as one more value until it leaves by the right clock.
    left: Counter,
}

impl Distinct {
    /// How many different values count now.
    pub fn used(&self, window: &Window, now: Time) -> usize {
        self.live(window, now).len().saturating_add(self.left_count(window, now))
    }

    /// How many different values there would be with these.
    pub fn with(&self, window: &Window, now: Time, values: &[Hash]) -> usize {
        let others = self.others(window, now, values).count();
        others.saturating_add(distinct(values)).saturating_add(self.left_count(window, now))
    }

    /// How many values count now, of those that had left by another clock.
    fn left_count(&self, window: &Window, now: Time) -> usize {
        usize::try_from(self.left.used(window, now)).unwrap_or(usize::MAX)
    }

    /// Adds values, and merges those that have left. Of more than [`VALUES`] values the newest are kept:
    /// these show that there are too many for as long as there are.
    pub fn add(&mut self, window: &Window, now: Time, values: &[Hash]) {
        self.put(now, values);
        self.put_together(window, now);
    }

    fn put(&mut self, at: Time, values: &[Hash]) {
        for value in values {
            match self.seen.iter_mut().find(|(_, hash)| hash == value) {
                Some((newest, _)) => *newest = at.max(*newest),
                None => self.seen.push((at, *value)),
            }
        }
        self.seen.order();
    }

    fn put_together(&mut self, window: &Window, now: Time) {
        let from = window.counts_from(now);
        let left = first_live(&self.seen, window.left_before(from));
        for (at, _) in self.seen.drain(..left) {
            self.left.put(window, at, window.bucket(at), 1);
        }
        self.left.put_together(window, from);
        let over = self.seen.len().saturating_sub(VALUES + 1);
        self.seen.drain(..over);
    }

    /// When there would be at most `limit` values with these, if nothing is added. `None` if that never
    /// comes.
    pub fn has_room(&self, window: &Window, now: Time, values: &[Hash], limit: usize) -> Option<Time> {
        let room = i128::try_from(limit.checked_sub(distinct(values))?).ok()?;
        let others = self.others(window, now, values).map(|(newest, _)| (window.leaves(*newest), 1));
        let left = self.left.live(window, now).iter().map(|(newest, count)| (window.leaves(*newest), *count));
        let leaving: Vec<_> = others.chain(left).collect();
        let used = leaving.iter().fold(0, |sum: i128, (_, count)| sum.saturating_add(*count));
        after(leaving.into_iter(), used, now, room)
    }

    /// Adds the values of another counter, each at its own time, and merges those that have left now.
    pub fn join(&mut self, other: &Self, window: &Window, now: Time) {
        for (at, value) in &other.seen {
            self.put(*at, std::slice::from_ref(value));
        }
        self.left.join(&other.left, window, now);
        self.put_together(window, now);
    }

    /// Moves values that are later than now to now, and returns whether there were any.
    pub fn take_as_now(&mut self, window: &Window, now: Time) -> bool {
        let has_left = self.left.take_as_now(window, now);
        let ahead = self.seen.iter_mut().rev().take_while(|(newest, _)| is_ahead(*newest, now));
        let is_seen = ahead.map(|(newest, _)| *newest = now).count() > 0;
        if is_seen {
            self.seen.order();
        }
        has_left || is_seen
    }

    /// Whether some of it is later than now.
    pub fn is_ahead(&self, now: Time) -> bool {
        self.left.is_ahead(now) || self.seen.last().is_some_and(|(newest, _)| is_ahead(*newest, now))
    }

    /// When its last entry leaves the window. `None` if that never comes.
    pub fn leaves(&self, window: &Window) -> Option<Time> {
        let seen = last_leaves(self.seen.last(), window);
        seen.zip(self.left.leaves(window)).map(|(seen, left)| seen.max(left))
    }

    /// The newest of the times that are packed relative to a base.
    pub fn newest(&self) -> Option<Time> {
        self.left.newest()
    }

    /// Appends its bytes. Times of values that have left are packed relative to `base`, which is not before
    /// them.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        bytes.push(FORMAT_DISTINCT);
        self.left.pack_buckets(base, bytes);
        for (newest, hash) in &self.seen {
            bytes.extend_from_slice(&newest.micros().to_be_bytes());
            bytes.extend_from_slice(hash);
        }
    }

    /// Reads what [`Distinct::pack`] wrote; `None` if these bytes are not that.
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        let (&FORMAT_DISTINCT, mut rest) = bytes.split_first()? else { return None };
        let left = Counter::unpack_buckets(&mut rest, base)?;
        let (entries, rest) = rest.as_chunks::<24>();
        let entry = |bytes: &[u8; 24]| {
            let (at, hash) = bytes.split_first_chunk()?;
            Some((Time::try_from_micros(i64::from_be_bytes(*at))?, hash.try_into().ok()?))
        };
        let seen = entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
        (rest.is_empty() && seen.len() <= VALUES + 1 && seen.is_sorted()).then_some(Self { seen, left })
    }

    fn live(&self, window: &Window, now: Time) -> &[(Time, Hash)] {
        &self.seen[first_live(&self.seen, window.counts_from(now))..]
    }

    fn others(&self, window: &Window, now: Time, values: &[Hash]) -> impl Iterator<Item = &(Time, Hash)> {
        self.live(window, now).iter().filter(move |(_, hash)| !values.contains(hash))
    }
}

pub(in crate::risk) const FORMAT: u8 = 1;
pub(in crate::risk) const FORMAT_DISTINCT: u8 = 2;

fn distinct(values: &[Hash]) -> usize {
    (0..values.len()).filter(|place| !values[..*place].contains(&values[*place])).count()
}

/// The place of the first entry that is not older than this time; entries are in the order of time.
fn first_live<T>(in_order: &[(Time, T)], from: Time) -> usize {
    let has_left = |(newest, _): &(Time, T)| *newest < from;
    // mostly none has left since the last look
    if in_order.first().is_some_and(has_left) { in_order.partition_point(has_left) } else { 0 }
}

/// When the newest entry leaves. The beginning of time, if there is none.
fn last_leaves<T>(newest: Option<&(Time, T)>, window: &Window) -> Option<Time> {
    newest.map_or(Some(Time::EPOCH), |(at, _)| window.leaves(*at))
}

/// When enough has left that at most `room` is there.
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
