//! What requests and lists have in common, here and in the rooms above: one of a few words, and pages of
//! objects, the newest first.

use std::sync::Arc;

use uuid::Uuid;

use crate::error::Result;
use crate::request::page::Page;
use crate::request::pages::Pages;
use crate::request::reading::{Reading, opaque, page};
use crate::request::shape::one_of;
use crate::rows::codec::TextEnum;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{Object, Stored};
use crate::rows::tables::RecordRow;
use crate::time::Time;

/// How many pages a list scans for a filter that has no index.
pub(crate) const LOOKS: usize = 20;

/// A value by its name in a request.
///
/// # Errors
/// `invalid_request` naming the field, with the names that there are.
pub(crate) fn one_named<T: TextEnum>(field: &str, name: &str) -> Result<T> {
    name.parse::<T>().map_err(|_| one_of(field, T::VALUES.iter().map(|value| value.name())))
}

/// The filter of a list by such a value, as records have it.
///
/// # Errors
/// As [`one_named`].
pub(crate) fn filter_of<T: TextEnum>(field: &str, name: Option<&String>) -> Result<Option<Arc<str>>> {
    name.map(|name| one_named::<T>(field, name).map(|value| value.name().into())).transpose()
}

/// Reads one record, if it exists.
pub(crate) async fn record(key: RecordKey, reading: &mut Reading<'_>) -> Result<Option<RecordRow>> {
    let mut needs = Needs::default();
    needs.record(key, Access::Read);
    Ok(reading.load(&needs).await?.records.into_iter().next())
}

/// Reads all objects of a kind that has few of them.
pub(crate) async fn all<O: Object>(records: Records, reading: &mut Reading<'_>) -> Result<Vec<Stored<O>>> {
    let (mut all, mut pages) = (Vec::new(), Pages::of(records));
    while let Some(rows) = pages.next(reading).await? {
        all.extend(rows);
    }
    all.iter().map(Stored::of).collect()
}

/// Reads the objects of a page, and one more if there are more.
pub(crate) async fn some<O: Object>(
    records: Records,
    limit: usize,
    reading: &mut Reading<'_>,
) -> Result<Vec<Stored<O>>> {
    let rows = reading.list(&Listing::Records(Records { limit: limit + 1, ..records })).await?.records;
    rows.iter().map(Stored::of).collect()
}

/// A page of objects, of which one more was read if there are more.
///
/// # Errors
/// What `view` answers.
pub(crate) fn page_of<O: Object, V>(
    objects: Vec<Stored<O>>,
    limit: usize,
    view: impl Fn(&Stored<O>) -> Result<V>,
) -> Result<Page<V>> {
    page(objects, limit, view, |object| (object.row.created_at, object.row.id))
}

/// What was found of a page whose filter has no index, and the place where it was left off.
pub(crate) struct Sifted<O: Object> {
    pub found: Vec<Stored<O>>,
    next: Option<(Time, Uuid)>,
}

/// Looks through a few pages for objects that fit. None is wanted that is older than `oldest`.
pub(crate) async fn sift<O: Object>(
    records: Records,
    limit: usize,
    oldest: Option<Time>,
    fits: impl Fn(&Stored<O>) -> bool,
    reading: &mut Reading<'_>,
) -> Result<Sifted<O>> {
    let mut records = Records { limit: limit + 1, ..records };
    let (mut found, mut next) = (Vec::new(), None);
    for _ in 0..LOOKS {
        let rows = reading.list(&Listing::Records(records.clone())).await?.records;
        let last = rows.last().filter(|_| rows.len() == records.limit).map(|row| (row.created_at, row.id));
        for row in &rows {
            let object = Stored::of(row)?;
            if fits(&object) {
                found.push(object);
            }
        }
        next = last.filter(|(at, _)| oldest.is_none_or(|oldest| *at >= oldest));
        let Some(place) = next.filter(|_| found.len() <= limit) else { break };
        records = records.after(place);
    }
    Ok(Sifted { found, next })
}

impl<O: Object> Sifted<O> {
    /// The page. If nothing more was found, it goes on where the search was left off.
    ///
    /// # Errors
    /// What `view` answers.
    pub(crate) fn page<V>(self, limit: usize, view: impl Fn(&Stored<O>) -> Result<V>) -> Result<Page<V>> {
        let looked_through = self.found.len() <= limit;
        let mut page = page_of(self.found, limit, view)?;
        if looked_through {
            page.next = self.next.map(|place| opaque(&place)).transpose()?;
        }
        Ok(page)
    }
}
