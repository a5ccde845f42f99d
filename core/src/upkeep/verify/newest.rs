//! Compares every object's row with the object's newest event.
//!
//! While the log is read, one digest per object is kept. Then each row is looked up, and its object taken
//! out; an object that is left has no row. The log is read once more only if something differs, to name the
//! object and the field.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::image_of::{Image, Posted, differing};
use super::log;
use crate::error::Result;
use crate::request::reading::Reading;
use crate::rows::tables::EventRow;
use crate::time::Time;
use crate::upkeep::views::FOUND_LIMIT;

/// The newest state of an object by the log.
#[derive(Clone, Copy, Debug)]
struct Known {
    digest: u128,
    times: Times,
    /// Whether it is over, so that its row may be swept.
    over: bool,
}

/// A row that differs from the log.
#[derive(Debug)]
struct Suspect {
    object: u128,
    name: String,
    image: String,
    times: RowTimes,
}

/// When an object was made, the stamp of its newest change, and the clock's time then.
#[derive(Clone, Copy, Debug)]
struct Times {
    created: Time,
    stamp: Time,
    changed: Time,
}

impl Times {
    /// The times after an event, for an object with the times `before` so far.
    fn after(before: Option<Self>, row: &EventRow) -> Self {
        let created = before.map_or(row.time(), |before| before.created);
        Self { created, stamp: row.stamp, changed: row.time() }
    }
}

/// The times of a row, where it has them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowTimes {
    pub created: Option<Time>,
    pub stamp: Option<Time>,
    pub changed: Option<Time>,
}

impl RowTimes {
    /// Names of the times that differ from the log.
    fn differing(self, log: Times) -> impl Iterator<Item = &'static str> {
        let pairs = [
            ("created_at", self.created, log.created),
            ("stamp", self.stamp, log.stamp),
            ("updated_at", self.changed, log.changed),
        ];
        pairs.into_iter().filter(|(_, own, log)| own.is_some_and(|own| own != *log)).map(|(name, ..)| name)
    }
}

/// Objects by the hash of their names, and the rows that differ.
#[derive(Debug, Default)]
pub(super) struct Newest {
    objects: HashMap<u128, Known>,
    suspects: Vec<Suspect>,
}

impl Newest {
    /// Adds the images of an event.
    pub(super) fn event(&mut self, row: &EventRow, posted: &Posted<'_>) {
        // most images are of sums, notes and keys, which are not compared here
        let kept = |raw: &str| raw.as_bytes().get(2).is_some_and(|letter| b"aohrjbtc".contains(letter));
        for raw in posted.images.iter().map(|raw| raw.get()).filter(|raw| kept(raw)) {
            let Some(image) = Image::read(raw, posted) else { continue };
            if is_kept(&image) {
                self.image(&image, row);
            }
        }
    }

    fn image(&mut self, image: &Image<'_>, row: &EventRow) {
        let over = image.letter() == 'j' && image.part(2) == "done";
        let (object, digest) = (image.object(), image.digest());
        match self.objects.entry(object) {
            Entry::Vacant(slot) => {
                slot.insert(Known { digest, times: Times::after(None, row), over });
            }
            Entry::Occupied(mut slot) => {
                let before = slot.get().times;
                if row.stamp >= before.stamp {
                    slot.insert(Known { digest, times: Times::after(Some(before), row), over });
                }
            }
        }
    }

    /// Compares a row, by its image and its times; returns whether it is as in the log.
    pub(super) fn row(&mut self, image: &impl serde::Serialize, times: RowTimes) -> bool {
        let text = serde_json::to_string(image).unwrap_or_default();
        let Some(read) = Image::read(&text, &Posted::default()) else { return false };
        let object = read.object();
        let right = self.objects.remove(&object).is_some_and(|known| {
            known.digest == read.digest() && times.differing(known.times).next().is_none()
        });
        if !right && self.suspects.len() < FOUND_LIMIT {
            let name = read.name();
            self.suspects.push(Suspect { object, name, image: text, times });
        }
        right
    }

    /// Names what differs and what is missing.
    pub(super) async fn explain(self, reading: &mut Reading<'_>) -> Result<Vec<String>> {
        let missing: Vec<u128> = self
            .objects
            .iter()
            .filter(|(_, known)| !known.over)
            .map(|(object, _)| *object)
            .take(FOUND_LIMIT)
            .collect();
        if missing.is_empty() && self.suspects.is_empty() {
            return Ok(Vec::new());
        }
        let mut looked_for: HashMap<u128, Option<Found>> = HashMap::new();
        looked_for.extend(missing.iter().map(|object| (*object, None)));
        looked_for.extend(self.suspects.iter().map(|suspect| (suspect.object, None)));
        log::each(reading, |row| find(&mut looked_for, row)).await?;
        let found = |object: &u128| looked_for.get(object).and_then(Option::as_ref);
        let suspects = self.suspects.iter().map(|suspect| suspect.explained(found(&suspect.object)));
        let missing = missing.iter().map(|object| found(object).map_or_else(String::new, Found::missing));
        Ok(suspects.chain(missing).collect())
    }
}

/// The newest state of an object by the log, in full.
struct Found {
    name: String,
    /// The image, as that of a row would be.
    image: String,
    times: Times,
}

impl Found {
    /// The finding for an object that has no row.
    fn missing(&self) -> String {
        let name = &self.name;
        match self.image.as_bytes().get(2) {
            Some(b'b') => format!("{name}: `reversed_by` is not as the log says"),
            Some(b't') => format!("{name}: `version` and `refunded` are not as the log says"),
            _ => format!("{name}: its row is missing"),
        }
    }
}

/// Keeps an event's images of the objects that are looked for.
fn find(looked_for: &mut HashMap<u128, Option<Found>>, row: &EventRow) {
    let posted = Posted::of(row);
    for raw in &posted.images {
        let Some(image) = Image::read(raw.get(), &posted) else { continue };
        let Some(slot) = looked_for.get_mut(&image.object()).filter(|_| is_kept(&image)) else { continue };
        let before = slot.as_ref().map(|found| found.times);
        if before.is_none_or(|before| row.stamp >= before.stamp) {
            let times = Times::after(before, row);
            *slot = Some(Found { name: image.name(), image: image.whole(), times });
        }
    }
}

impl Suspect {
    fn explained(&self, found: Option<&Found>) -> String {
        let Some(found) = found else { return format!("{}: nothing in the log tells of it", self.name) };
        let none = Posted::default();
        let mut fields = match (Image::read(&self.image, &none), Image::read(&found.image, &none)) {
            (Some(row), Some(log)) => differing(&row, &log),
            _ => Vec::new(),
        };
        fields.extend(self.times.differing(found.times).map(str::to_owned));
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        format!("{}: {} is not as its newest event says", self.name, fields.join(", "))
    }
}

/// Whether an image is compared with its object's row. Sums and notes are compared in total, and an unchanged
/// transfer is described by its event.
fn is_kept(image: &Image<'_>) -> bool {
    match image.letter() {
        'a' | 'o' | 'h' | 'r' | 'j' | 'b' | 'c' => true,
        't' => !matches!(image.part(5), "" | "1"),
        _ => false,
    }
}
