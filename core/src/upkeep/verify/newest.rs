//! Compares every object's row with the object's newest event.
//!
//! While the log is read, one digest per object is kept. Then each row is looked up, and its object taken
//! out; an object that is left has no row. The log is read once more only if something differs, to name the
//! object and the field.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::followed::{Before, Break, Leg, Times, Trails};
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
    /// Legs of a command whose last event was not read yet.
    legs: Vec<Leg>,
    /// How many images said what was before them.
    followed: i64,
    breaks: Vec<Break>,
}

impl Newest {
    /// Adds the images of an event.
    pub(super) fn event(&mut self, row: &EventRow, posted: &Posted<'_>) {
        // most images are of sums, notes and keys, which are not compared here
        let kept = |raw: &str| raw.as_bytes().get(2).is_some_and(|letter| b"aohrjbtc".contains(letter));
        for (place, raw) in posted.images.iter().map(|raw| raw.get()).enumerate().filter(|(_, raw)| kept(raw))
        {
            let Some(image) = Image::read(raw, posted).filter(is_kept) else { continue };
            if posted.was.is_some() {
                self.follow(&image, place, row, posted);
            }
            self.image(&image, row);
        }
        if posted.was.is_some() || !posted.images.is_empty() {
            self.legs.clear();
        } else {
            // the images of its command come with a later event
            self.legs.extend(posted.postings.iter().filter_map(|(account, currency, amount)| {
                Some((account.0.to_string(), currency.0.to_string(), amount.0.parse().ok()?))
            }));
        }
    }

    /// Compares what an image says of the row before with the image before.
    fn follow(&mut self, image: &Image<'_>, place: usize, row: &EventRow, posted: &Posted<'_>) {
        self.followed += 1;
        let known = self.objects.get(&image.object());
        let before = Before::of(image, place, known.is_some(), posted, &self.legs);
        if !before.is(known.map(|known| (known.digest, known.times)), image)
            && self.breaks.len() < FOUND_LIMIT
        {
            self.breaks.push(Break { object: image.object(), event: row.id, before });
        }
    }

    /// Takes out the events that were written over a row which was not as the log says.
    pub(super) fn take_breaks(&mut self) -> Vec<Break> {
        std::mem::take(&mut self.breaks)
    }

    /// How many images said what was before them.
    pub(super) const fn followed(&self) -> i64 {
        self.followed
    }

    /// Names the rows that were changed before a call wrote them again.
    pub(super) async fn explain_breaks(&mut self, reading: &mut Reading<'_>) -> Result<Vec<String>> {
        if self.breaks.is_empty() {
            return Ok(Vec::new());
        }
        let mut trails = Trails::of(self.take_breaks());
        log::each(reading, |row| {
            let posted = Posted::of(row);
            let images = posted.images.iter().filter_map(|raw| Image::read(raw.get(), &posted));
            images.filter(is_kept).for_each(|image| trails.image(&image, row));
        })
        .await?;
        Ok(trails.found())
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{Book, EventId};
    use crate::kernel::made_from::{OutsideImage, fingerprint, proof};

    fn event(stamp: i64, data: &str) -> EventRow {
        EventRow {
            book: Book::main(),
            id: EventId::from_uuid(Uuid::from_u128(stamp.unsigned_abs().into())),
            commit_id: Uuid::nil(),
            version: 1,
            stamp: Time::from_micros(stamp),
            kind: "hold.authorized".into(),
            object: "hold".into(),
            object_id: Some("hd_1".into()),
            actor: None,
            context: None,
            private: None,
            data: data.into(),
            at: None,
        }
    }

    const FIRST: &str = r#"["j","jb_1","queued",1,{"attempts":0}]"#;
    const SECOND: &str = r#"["j","jb_1","leased",2,{"attempts":1}]"#;

    fn told(image: &str, stamp: i64) -> String {
        proof(fingerprint(image.as_bytes()), OutsideImage::stamped(Time::from_micros(stamp), true))
    }

    fn breaks(events: &[String]) -> Vec<String> {
        let mut newest = Newest::default();
        let rows: Vec<EventRow> = (1..).zip(events).map(|(stamp, data)| event(stamp, data)).collect();
        rows.iter().for_each(|row| newest.event(row, &Posted::of(row)));
        let mut trails = Trails::of(newest.take_breaks());
        for row in &rows {
            let posted = Posted::of(row);
            let images = posted.images.iter().filter_map(|raw| Image::read(raw.get(), &posted));
            images.for_each(|image| trails.image(&image, row));
        }
        trails.found()
    }

    #[test]
    fn an_event_of_a_version_without_proofs_is_taken_as_it_is() {
        let old = |image: &str| format!(r#"{{"images":[{image}]}}"#);
        let new = |image: &str, was: &str| format!(r#"{{"images":[{image}],"was":[{was}]}}"#);
        let right = format!(r#"0,"{}""#, told(FIRST, 1));
        let other = format!(r#"0,"{}""#, told(&FIRST.replace('0', "9"), 1));
        for (events, count) in [
            ([old(FIRST), old(SECOND)], 0),
            ([old(FIRST), new(SECOND, &right)], 0),
            ([new(FIRST, ""), new(SECOND, &right)], 0),
            // the row was changed, was put back to one that nobody has seen, was deleted, or made by hand
            ([old(FIRST), new(SECOND, &other)], 1),
            ([new(FIRST, ""), new(SECOND, "")], 1),
            ([new(FIRST, &right), new(SECOND, &right)], 1),
        ] {
            assert_eq!(breaks(&events).len(), count, "{events:?}: {:?}", breaks(&events));
        }
    }

    #[test]
    fn the_field_is_named_where_its_value_is_in_the_log() {
        let third = SECOND.replace("2,", "3,");
        let new = |image: &str, was: &str| format!(r#"{{"images":[{image}],"was":[0,"{was}"]}}"#);
        let first = format!(r#"{{"images":[{FIRST}],"was":[]}}"#);
        let second = new(SECOND, &told(FIRST, 1));
        let set_back = told(&SECOND.replace("\"attempts\":1", "\"attempts\":0"), 2);
        for (was, told) in [
            (set_back, "job jb_1: `attempts` was changed before event "),
            (told(FIRST, 1), "job jb_1: its whole row was put back to that of event "),
            (told(SECOND, 1), "job jb_1: its row was changed before event "),
        ] {
            let found = breaks(&[first.clone(), second.clone(), new(&third, &was)]);
            assert!(found.len() == 1 && found[0].starts_with(told), "{found:?}");
        }
    }

    #[test]
    fn the_balance_before_follows_from_the_legs_of_the_command() {
        let opened = r#"{"images":[["a","x","USD","0",1],["o","x","USD",{}]],"was":[]}"#;
        let posted = |balance: &str, was: &str| {
            format!(
                r#"{{"images":[["a",0,"{balance}",2]],"kind":"top_up","postings":[["x","USD","5"]],"was":[{was}]}}"#
            )
        };
        let of = |data: &[String]| {
            let mut newest = Newest::default();
            for (stamp, data) in (1..).zip(data) {
                let row = EventRow { kind: "transfer.posted".into(), ..event(stamp, data) };
                newest.event(&row, &Posted::of(&row));
            }
            newest.take_breaks().len()
        };
        for (balance, was, count) in [
            ("5", "", 0),
            ("5", r#"0,["0",1]"#, 0),
            ("5", r#"0,["0",1],0,1"#, 0),
            ("5", "0,2", 1),
            ("5", "0,true", 1),
            ("5", r#"0,["0",1,"0","9","active"]"#, 1),
            ("9", "", 1),
        ] {
            assert_eq!(of(&[opened.into(), posted(balance, was)]), count, "{balance} {was}");
        }
        // the legs of an earlier event of the command count too, and a row that was made by hand is none
        let leg = r#"{"kind":"top_up","postings":[["x","USD","4"]]}"#;
        assert_eq!(of(&[opened.into(), leg.into(), posted("9", "")]), 0);
        assert_eq!(of(&[posted("5", "")]), 1);
    }
}
