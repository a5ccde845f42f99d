//! Checks that every idempotency key is as the log has it, and that none is missing. A deleted key would let
//! its call be made twice; a changed one would answer another request.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::checks::{Checks, fingerprint};
use super::image_of::{Image, Posted};
use super::log;
use super::multiset::Multiset;
use super::pages::{PAGE, Progress, Step, Walk, count_on};
use crate::error::Result;
use crate::ids::TransferId;
use crate::kernel::image;
use crate::kernel::operation::CreatedIds;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::{Listed, Listing};
use crate::rows::tables::AWAITS_APPROVAL;
use crate::rows::tables::{EventRow, KeyRow};
use crate::sorting::Sorting;
use crate::time::{Span, Time};
use crate::upkeep::views::FOUND_LIMIT;

/// How long a key may be missing before the clock, or the log after its event, shows its expiry.
const SLACK: Span = Span::from_hours(1);

/// The latest time that the log shows from any event on. A key that had expired by then may have been
/// deleted, even if the clock was set back since.
#[derive(Debug, Default)]
struct Latest {
    events: u64,
    /// Events that are dated later than all after them: one, if the clock never went back.
    peaks: Vec<(u64, Time)>,
}

impl Latest {
    /// Adds the next event, and returns its place.
    fn event(&mut self, row: &EventRow) -> u64 {
        self.events += 1;
        let time = row.time();
        while self.peaks.pop_if(|(_, peak)| *peak <= time).is_some() {}
        self.peaks.push((self.events, time));
        self.events
    }

    /// Whether the key that the event at `place` claimed until `until` may have been deleted.
    fn may_be_gone(&self, place: u64, until: Time, now: Time) -> bool {
        let peak = self.peaks.get(self.peaks.partition_point(|(peak, _)| *peak < place));
        let latest = peak.map_or(now, |(_, time)| now.max(*time));
        latest.checked_add(SLACK).is_none_or(|due| until <= due)
    }
}

/// Keys, as the log or the rows have them.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Keys that are kept for ever.
    kept: Multiset,
    /// Keys that may be deleted: the place of the event that claimed each, and its expiry.
    passing: HashMap<Box<str>, (u64, Time)>,
    /// How many rows of such keys the log does not have.
    unknown: i64,
    /// Findings of keys that were claimed anew over rows that the log does not have.
    breaks: Vec<String>,
    latest: Latest,
}

impl Keys {
    /// Adds the keys of an event.
    pub(super) fn event(&mut self, row: &EventRow, posted: &Posted<'_>) {
        let place = self.latest.event(row);
        for (image, hash, until) in hashes(posted) {
            let unknown = |before: &str| !self.passing.contains_key(before.trim_matches('"'));
            if posted.before(image).any(unknown) && self.breaks.len() < FOUND_LIMIT {
                let object = format!("{} {}", row.object, row.object_id());
                self.breaks.push(format!("the key of {object}: its row was changed before event {}", row.id));
            }
            match until {
                None => self.kept.add(hash),
                Some(until) => drop(self.passing.insert(hash.into(), (place, until))),
            }
        }
    }

    /// Takes out the findings of keys that were claimed anew.
    pub(super) fn take_breaks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.breaks)
    }

    /// Removes the key of a row.
    fn row(&mut self, row: &KeyRow) {
        let hash = image::key_hash(row);
        if row.expires_at.is_none() {
            self.kept.remove(&hash);
        } else if self.passing.remove(hash.as_str()).is_none() {
            self.unknown += 1;
        }
    }

    /// Whether the log and the rows say the same.
    fn agree(&self, now: Time) -> bool {
        let stays = |(place, until): &(u64, Time)| !self.latest.may_be_gone(*place, *until, now);
        let missing = self.passing.values().any(stays);
        self.kept == Multiset::default() && self.unknown == 0 && !missing
    }
}

/// The hashes of keys in an event, each with the place of its image and its expiry; `None` for a key that is
/// kept for ever.
fn hashes<'d>(posted: &Posted<'d>) -> impl Iterator<Item = (usize, &'d str, Option<Time>)> {
    let images = posted.images.iter().enumerate();
    images.filter(|(_, raw)| raw.get().starts_with("[\"k\"")).filter_map(|(place, raw)| {
        let image = Image::read(raw.get(), &Posted::default())?;
        let (Cow::Borrowed(hash), more) = image.named() else { return None };
        let until = if more { image.part(2).parse().ok().map(Time::from_micros) } else { None };
        Some((place, *hash, until))
    })
}

/// The state while keys are read.
struct KeysSoFar {
    checks: Checks,
    keys: Keys,
}

/// Checks every key against the log, and that the transfer of a key exists.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    keys: Keys,
    checks: &mut Checks,
    progress: Progress<'_>,
) -> Result<()> {
    let walk = Walk {
        listing: Listing::AllKeys { book: reading.book.clone(), after: None, limit: PAGE },
        examine: |so_far: &mut KeysSoFar, page| {
            for row in &page.keys {
                one_key(row, &mut so_far.checks);
                so_far.keys.row(row);
            }
        },
    };
    let mut count = 0;
    let read = |page: &Listed| {
        count_on(&mut count, page.keys.len());
        progress(Step { what: "keys", count, of: None });
    };
    let so_far = walk.run(reading, KeysSoFar { checks: std::mem::take(checks), keys }, read).await?;
    *checks = so_far.checks;
    if so_far.keys.agree(reading.now) {
        checks.examine("keys", true, String::new);
        return Ok(());
    }
    explain(reading, checks).await
}

fn one_key(row: &KeyRow, checks: &mut Checks) {
    let made = CreatedIds::unpack(&row.made).ok();
    checks.examine("keys", made.is_some(), || format!("key {}: its outcome cannot be read", row.key));
    if let Some(transfer) = made.and_then(|made| made.get::<TransferId>()) {
        let exists = checks.posted.contains(&fingerprint(transfer));
        checks.examine("keys", exists, || format!("key {}: transfer {transfer} does not exist", row.key));
    }
}

/// Reads the log and the keys once more, and names the differences.
async fn explain(reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
    let mut latest = Latest::default();
    let mut logged: HashMap<Box<str>, (Time, u64, Option<Time>, String)> = HashMap::new();
    log::each(reading, |row: &EventRow| {
        let place = latest.event(row);
        for (_, hash, until) in hashes(&Posted::of(row)) {
            let object = format!("{} {}", row.object, row.object_id());
            logged.insert(hash.into(), (row.stamp, place, until, object));
        }
    })
    .await?;
    let listing = Listing::AllKeys { book: reading.book.clone(), after: None, limit: PAGE };
    let (mut strange, mut pages) = (Vec::new(), Pages::until_empty(listing));
    while let Some(page) = pages.next(reading).await? {
        let is_strange = |row: &KeyRow| logged.remove(image::key_hash(row).as_str()).is_none();
        strange.extend(page.keys.into_iter().filter(is_strange));
    }
    let mut missing: Vec<_> = logged.into_values().collect();
    let gone =
        |place: u64, until: Time| until == AWAITS_APPROVAL || latest.may_be_gone(place, until, reading.now);
    missing.retain(|(_, place, until, _)| until.is_none_or(|until| !gone(*place, until)));
    missing.order();
    for row in strange {
        let of = missing.iter().position(|(stamp, ..)| *stamp == row.stamp);
        let what = match of.map(|place| missing.remove(place)) {
            Some((.., object)) => format!(
                "key {}: `request`, `operation`, `made` or `expires_at` is not as the event of {object} says",
                row.key
            ),
            None => format!("key {}: nothing in the log tells of it as it is", row.key),
        };
        checks.examine("keys", false, || what);
    }
    for (.., object) in missing {
        checks.examine("keys", false, || {
            format!("the key of {object} is missing: its call could be made twice")
        });
    }
    Ok(())
}
