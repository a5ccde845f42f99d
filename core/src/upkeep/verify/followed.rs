//! Follows each object from image to image: what an event says of the row before must be the image before. A
//! row that was changed in the database stays found after a call has written it again.

use hashbrown::{HashMap, HashSet};
use serde_json::Value;

use super::image_of::{Image, Posted, differing, names, of_account};
use crate::ids::EventId;
use crate::kernel::made_from::{OutsideImage, fingerprint, proof};
use crate::rows::tables::EventRow;
use crate::sorting::Sorting;
use crate::time::Time;

/// The account and the currency of a leg, and its amount.
pub(super) type Leg = (String, String, i128);

/// When an object was made, the stamp of its newest change, and the clock's time then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub created: Time,
    pub stamp: Time,
    pub changed: Time,
}

impl Times {
    /// The times after an event, for an object with the times `before` so far.
    pub(super) fn after(before: Option<Self>, row: &EventRow) -> Self {
        let created = before.map_or(row.time(), |before| before.created);
        Self { created, stamp: row.stamp, changed: row.time() }
    }
}

/// The word of an event on the row before one of its images.
#[derive(Debug)]
pub(super) enum Before {
    /// There was none.
    Nothing,
    /// Its proof.
    Proof(String),
    /// An account: its parts, its stamp where that was ahead of the clock, and whether its headroom was
    /// wrong.
    Account { rest: String, stamp: Option<i64>, headroom: bool },
}

impl Before {
    /// Reads it, or computes what follows from the image. `is_known`: the log has an image before.
    pub(super) fn of(
        image: &Image<'_>,
        place: usize,
        is_known: bool,
        posted: &Posted<'_>,
        legs: &[Leg],
    ) -> Self {
        if image.letter() != 'a' {
            let proof = posted.before(place).next();
            return proof.map_or(Self::Nothing, |proof| Self::Proof(proof.trim_matches('"').to_owned()));
        }
        let (mut rest, mut stamp, mut headroom, mut told) = (None, None, false, false);
        for said in posted.before(place) {
            told = true;
            match said.strip_prefix('[').and_then(|said| said.strip_suffix(']')) {
                Some(parts) => rest = Some(parts.to_owned()),
                None if said == "true" => headroom = true,
                None => stamp = said.parse().ok(),
            }
        }
        let opened = !told && !is_known && is_opened(image, posted);
        match rest.or_else(|| derived(image, posted, legs)).filter(|_| !opened) {
            Some(rest) => Self::Account { rest, stamp, headroom },
            None => Self::Nothing,
        }
    }

    /// Whether the log has the row so: its digest and its times.
    pub(super) fn is(&self, known: Option<(u128, Times)>, image: &Image<'_>) -> bool {
        match (self, known) {
            (Self::Nothing, None) => true,
            (Self::Proof(told), Some((digest, times))) => {
                *told == proof(digest, beside(image.letter(), times))
            }
            (Self::Account { rest, stamp, headroom }, Some((digest, times))) => {
                let stamped = stamp.is_none_or(|stamp| stamp == times.stamp.micros());
                !headroom && stamped && of_account(rest) == digest
            }
            (Self::Nothing, Some(_)) | (Self::Proof(_) | Self::Account { .. }, None) => false,
        }
    }
}

/// Whether the event has the terms of an account, as the one that opens it does.
fn is_opened(image: &Image<'_>, posted: &Posted<'_>) -> bool {
    let terms = posted.images.iter().map(|raw| raw.get()).filter(|raw| raw.starts_with("[\"o\""));
    terms.filter_map(|raw| Image::read(raw, posted)).any(|terms| terms.is_of(image))
}

/// An account before a command that only moved its balance.
fn derived(image: &Image<'_>, posted: &Posted<'_>, legs: &[Leg]) -> Option<String> {
    let (balance, version) = image.rest().split_once(',')?;
    let mut balance: i128 = balance.trim_matches('"').parse().ok()?;
    let version = version.parse::<i64>().ok()?.checked_sub(1)?;
    for (account, currency, amount) in &posted.postings {
        if image.is_account(&account.0, &currency.0) {
            balance = balance.checked_sub(amount.0.parse().ok()?)?;
        }
    }
    for (account, currency, amount) in legs {
        if image.is_account(account, currency) {
            balance = balance.checked_sub(*amount)?;
        }
    }
    Some(format!("\"{balance}\",{version}"))
}

/// The columns beside the image of an untouched row.
const fn beside(letter: char, times: Times) -> OutsideImage {
    match letter {
        'r' => OutsideImage { stamp: times.stamp, time: times.changed, follows: true },
        'h' | 'j' | 'c' => OutsideImage::stamped(times.stamp, true),
        _ => OutsideImage::NOTHING,
    }
}

/// An event that was written over a row which was not as the log says.
#[derive(Debug)]
pub(super) struct Break {
    pub object: u128,
    pub event: EventId,
    pub before: Before,
}

/// Images of an object that are remembered, to find the value that somebody put back.
const REMEMBERED: usize = 64;

/// The images of one object, as far as the log was read.
#[derive(Default)]
struct Trail {
    breaks: HashMap<EventId, Before>,
    newest: Option<(String, Times)>,
    earlier: Vec<(String, Times, EventId)>,
}

/// The objects with a break, each with its images.
#[derive(Default)]
pub(super) struct Trails {
    objects: HashMap<u128, Trail>,
    found: Vec<String>,
}

impl Trails {
    pub(super) fn of(breaks: Vec<Break>) -> Self {
        let mut trails = Self::default();
        for Break { object, event, before } in breaks {
            trails.objects.entry(object).or_default().breaks.insert(event, before);
        }
        trails
    }

    /// Adds an image of the log.
    pub(super) fn image(&mut self, image: &Image<'_>, row: &EventRow) {
        let Some(trail) = self.objects.get_mut(&image.object()) else { return };
        if let Some(before) = trail.breaks.remove(&row.id) {
            self.found.push(trail.explained(&before, image, row));
        }
        let text = if image.letter() == 'a' { image.whole() } else { image.raw().to_owned() };
        let times = Times::after(trail.newest.as_ref().map(|(_, times)| *times), row);
        if trail.earlier.len() == REMEMBERED {
            trail.earlier.remove(0);
        }
        trail.earlier.push((text.clone(), times, row.id));
        trail.newest = Some((text, times));
    }

    /// The changed rows, in the order of the log.
    pub(super) fn found(self) -> Vec<String> {
        self.found
    }
}

impl Trail {
    fn explained(&self, before: &Before, image: &Image<'_>, row: &EventRow) -> String {
        let (name, event) = (image.name(), row.id);
        let none = Posted::default();
        let newest = self.newest.as_ref().and_then(|(text, times)| Some((Image::read(text, &none)?, *times)));
        let Some((newest, times)) = newest else {
            return format!("{name}: before event {event} there was a row that nothing in the log tells of");
        };
        let fields = match before {
            Before::Nothing => match image.letter() {
                // a transfer has these images from its first change on
                't' => vec!["refunded".to_owned(), "version".to_owned()],
                'b' => vec!["reversed_by".to_owned()],
                _ => return format!("{name}: its row was missing before event {event}"),
            },
            Before::Account { rest, stamp, headroom } => {
                let is_it = |(text, ..): &&(String, Times, EventId)| {
                    Image::read(text, &none).is_some_and(|image| image.rest() == rest)
                };
                if let Some((.., of)) = self.earlier.iter().rev().skip(1).find(is_it) {
                    return put_back(&name, *of, event);
                }
                let text = format!("{},{rest}]", newest.named_part());
                let mut fields =
                    Image::read(&text, &none).map(|told| differing(&newest, &told)).unwrap_or_default();
                fields
                    .extend(stamp.filter(|stamp| *stamp != times.stamp.micros()).map(|_| "stamp".to_owned()));
                fields.extend(headroom.then(|| "headroom".to_owned()));
                fields
            }
            Before::Proof(told) => {
                let is_it = |(text, times, _): &&(String, Times, EventId)| {
                    *told == proof(fingerprint(text.as_bytes()), beside(image.letter(), *times))
                };
                if let Some((.., of)) = self.earlier.iter().rev().skip(1).find(is_it) {
                    return put_back(&name, *of, event);
                }
                let earlier = self.earlier.iter().rev().map(|(text, ..)| text.as_str());
                let guess = Guess { told, letter: image.letter(), times, next: row.stamp };
                match guess.fields(&newest, image, earlier) {
                    Some(fields) => fields,
                    None => {
                        let fields = quoted(&differing(&newest, image));
                        return format!(
                            "{name}: its row was changed before event {event}; that event has other {fields}"
                        );
                    }
                }
            }
        };
        format!("{name}: {} was changed before event {event}", quoted(&fields))
    }
}

fn put_back(name: &str, of: EventId, event: EventId) -> String {
    format!("{name}: its whole row was put back to that of event {of} before event {event}")
}

fn quoted(fields: &[String]) -> String {
    fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ")
}

/// Differences that are tried together, at most.
const TOGETHER: usize = 10;
/// Values that are tried one by one, at most.
const TRIED: usize = 2_000;
/// Values that are tried two by two, at most.
const PAIRED: usize = 80;

/// A search for the fields that were changed: a proof says whether a guess is right.
struct Guess<'g> {
    told: &'g str,
    letter: char,
    times: Times,
    /// The stamp of the event that was written over the row.
    next: Time,
}

/// A place in an image, and another value there; `None` where there is none.
type Swap = (Vec<String>, Option<Value>);

impl Guess<'_> {
    /// Takes values of the image after and of those before for the fields of the newest image, until the
    /// proof is right.
    fn fields<'e>(
        &self,
        newest: &Image<'_>,
        after: &Image<'_>,
        earlier: impl Iterator<Item = &'e str>,
    ) -> Option<Vec<String>> {
        let values = parts(newest)?;
        if let Some(fields) = self.right(newest, &values, &[]) {
            return Some(fields);
        }
        let (mut swaps, mut seen) = (Vec::new(), HashSet::new());
        differences(&mut Vec::new(), &values, &parts(after)?, &mut swaps);
        let of_after = swaps.len();
        for text in earlier {
            let Some(other) = Image::read(text, &Posted::default()).as_ref().and_then(parts) else {
                continue;
            };
            differences(&mut Vec::new(), &values, &other, &mut swaps);
        }
        swaps.retain(|(path, value)| seen.insert(format!("{path:?}{value:?}")));
        swaps.truncate(TRIED);
        for swap in &swaps {
            if let Some(fields) = self.right(newest, &values, &[swap]) {
                return Some(fields);
            }
        }
        let near = swaps.get(..PAIRED.min(swaps.len())).unwrap_or_default();
        for (place, one) in near.iter().enumerate() {
            for other in near.iter().skip(place + 1) {
                if let Some(fields) = self.right(newest, &values, &[one, other]) {
                    return Some(fields);
                }
            }
        }
        let of_after: Vec<&Swap> = swaps.iter().take(of_after.min(TOGETHER)).collect();
        (0_u32..1 << of_after.len()).find_map(|set| {
            let taken = of_after.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            let taken: Vec<&Swap> = taken.map(|(_, swap)| *swap).collect();
            self.right(newest, &values, &taken)
        })
    }

    /// The fields of these values, if the row before had them.
    fn right(&self, newest: &Image<'_>, values: &Value, swaps: &[&Swap]) -> Option<Vec<String>> {
        let mut values = values.clone();
        swaps.iter().for_each(|(path, value)| put(&mut values, path, value.clone()));
        let text = format!("{},{}", newest.named_part(), values.to_string().strip_prefix('[')?);
        let print = fingerprint(text.as_bytes());
        let right = beside(self.letter, self.times);
        let earlier = Time::from_micros(self.next.micros().saturating_sub(1));
        let variants = [
            (right, None),
            (OutsideImage { follows: false, ..right }, Some("due_at")),
            (OutsideImage { stamp: earlier, ..right }, Some("stamp")),
            (OutsideImage { stamp: earlier, time: earlier, ..right }, Some("stamp")),
        ];
        let (_, beside) = variants.into_iter().find(|(beside, _)| proof(print, *beside) == self.told)?;
        let mut fields: Vec<String> = swaps.iter().map(|(path, _)| named(self.letter, path)).collect();
        fields.extend(beside.map(str::to_owned));
        fields.order();
        fields.dedup();
        Some(fields)
    }
}

/// The parts of an image behind its names.
fn parts(image: &Image<'_>) -> Option<Value> {
    serde_json::from_str(&format!("[{}]", image.rest())).ok()
}

/// Adds the places at which `other` has another value.
fn differences(path: &mut Vec<String>, one: &Value, other: &Value, into: &mut Vec<Swap>) {
    let mut step = |name: String, one: Option<&Value>, other: Option<&Value>| {
        path.push(name);
        match (one, other) {
            (Some(one), Some(other)) => differences(path, one, other, into),
            (None, None) => {}
            (_, other) => into.push((path.clone(), other.cloned())),
        }
        path.pop();
    };
    match (one, other) {
        (one, other) if one == other => {}
        (Value::Object(one), Value::Object(other)) => {
            let mut all: Vec<&String> = one.keys().chain(other.keys()).collect();
            all.order();
            all.dedup();
            all.into_iter().for_each(|name| step(name.clone(), one.get(name), other.get(name)));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs.for_each(|(place, (one, other))| step(place.to_string(), Some(one), Some(other)));
        }
        (_, other) => into.push((path.clone(), Some(other.clone()))),
    }
}

fn put(value: &mut Value, path: &[String], new: Option<Value>) {
    let Some((last, steps)) = path.split_last() else { return };
    let mut at = value;
    for step in steps {
        let next = match at {
            Value::Object(members) => members.get_mut(step),
            Value::Array(parts) => step.parse::<usize>().ok().and_then(|place| parts.get_mut(place)),
            _ => None,
        };
        let Some(next) = next else { return };
        at = next;
    }
    match (at, new) {
        (Value::Object(members), Some(new)) => drop(members.insert(last.clone(), new)),
        (Value::Object(members), None) => drop(members.remove(last)),
        (Value::Array(parts), Some(new)) => {
            if let Some(part) = last.parse::<usize>().ok().and_then(|place| parts.get_mut(place)) {
                *part = new;
            }
        }
        _ => {}
    }
}

/// The name of a place in an image.
fn named(letter: char, path: &[String]) -> String {
    let Some((first, members)) = path.split_first() else { return String::new() };
    let part = first.parse::<usize>().ok().and_then(|place| names(letter).get(place)).copied();
    let part = part.filter(|part| !part.is_empty());
    part.into_iter().chain(members.iter().map(String::as_str)).collect::<Vec<_>>().join(".")
}
