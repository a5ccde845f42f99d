//! Lists of objects, the newest first: all of them, a page, or those of a page that fit.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::page::Page;
use super::pages::Pages;
use super::reading::{Reading, cursor, limit_of, opaque, page};
use crate::error::Result;
use crate::rows::listing::{Listing, Records};
use crate::rows::object::{Object, Stored};
use crate::time::Time;

/// How many pages a list scans for a filter that has no index.
pub(crate) const LOOKS: usize = 20;

impl Reading<'_> {
    /// Reads a page of the objects of a kind, newest first, as a request for a list names it: most lists are
    /// of records, and differ in what is wanted and how it is shown.
    pub async fn objects<O: Object, V>(
        &mut self,
        wanted: Records,
        limit: Option<u32>,
        after: Option<&String>,
        view: impl Fn(&Stored<O>) -> Result<V>,
    ) -> Result<Page<V>> {
        let limit = limit_of(limit);
        let records = Records { after: cursor(after.map(String::as_str))?, ..wanted };
        page_of(some(records, limit, self).await?, limit, view)
    }

    /// Reads a page of the objects of a kind that has few of them, by the name that people look for.
    pub async fn named<O: Object, N: Ord + Serialize + DeserializeOwned, V>(
        &mut self,
        wanted: Records,
        limit: Option<u32>,
        after: Option<&String>,
        name: fn(&Stored<O>) -> N,
        view: impl Fn(&Stored<O>) -> Result<V>,
    ) -> Result<Page<V>> {
        let after = cursor::<N>(after.map(String::as_str))?;
        let mut all = all::<O>(wanted, self).await?;
        all.retain(|object| after.as_ref().is_none_or(|after| name(object) > *after));
        all.sort_by_key(name);
        page(all, limit_of(limit), view, name)
    }
}

/// Reads all objects of a kind that has few of them.
pub(crate) async fn all<O: Object>(records: Records, reading: &mut Reading<'_>) -> Result<Vec<Stored<O>>> {
    let (mut all, mut pages) = (Vec::new(), Pages::of(records));
    while let Some(page) = pages.next(reading).await? {
        all.extend(page.records);
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
pub(crate) fn page_of<O: Object, V>(
    objects: Vec<Stored<O>>,
    limit: usize,
    view: impl Fn(&Stored<O>) -> Result<V>,
) -> Result<Page<V>> {
    page(objects, limit, view, |object| (object.row.created_at, object.row.id))
}

/// The objects found for a page whose filter has no index, and the place where the search was left off.
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
    pub(crate) fn page<V>(self, limit: usize, view: impl Fn(&Stored<O>) -> Result<V>) -> Result<Page<V>> {
        let looked_through = self.found.len() <= limit;
        let mut page = page_of(self.found, limit, view)?;
        if looked_through {
            page.next = self.next.map(|place| opaque(&place)).transpose()?;
        }
        Ok(page)
    }
}
