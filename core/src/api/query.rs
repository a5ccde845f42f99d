//! What a reading operation is given, and how pages and cursors work.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::views::Page;
use crate::approval::policy::Policy;
use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::ids::{Actor, Book};
use crate::kernel::needs::Needs;
use crate::store::{Listed, Listing, Loaded, Session};
use crate::time::Time;

/// A connection to read from, and who reads.
pub struct Reading<'r> {
    /// The connection.
    pub session: &'r mut dyn Session,
    /// The book.
    pub book: Book,
    /// Who asks.
    pub actor: Actor,
    /// Currencies known and allowed.
    pub currencies: &'r Currencies,
    /// Now.
    pub now: Time,
    /// The policies of the engine's options.
    pub policies: &'r [Policy],
    /// The connection belongs to a host's transaction.
    pub host: bool,
}

impl Reading<'_> {
    /// Everything that is read from here on is as of one moment, also what takes several statements.
    ///
    /// # Errors
    /// What befell the store.
    pub async fn at_one_moment(&mut self) -> Result<()> {
        self.session.snapshot().await.map_err(|fault| fault.into_error(self.host))
    }

    /// Reads rows by their keys.
    ///
    /// # Errors
    /// What befell the store.
    pub async fn load(&mut self, needs: &Needs) -> Result<Loaded> {
        self.session.peek(needs).await.map_err(|fault| fault.into_error(self.host))
    }

    /// Reads a page of a listing.
    ///
    /// # Errors
    /// What befell the store.
    pub async fn list(&mut self, listing: &Listing) -> Result<Listed> {
        self.session.list(listing).await.map_err(|fault| fault.into_error(self.host))
    }
}

/// Page size: 50 when absent, at most 500.
///
/// # Errors
/// `invalid_request` naming `limit`.
pub fn limit_of(limit: Option<u32>) -> Result<usize> {
    match limit {
        None => Ok(50),
        Some(limit) if (1..=500).contains(&limit) => Ok(limit as usize),
        Some(_) => Err(Error::invalid("limit", "must be between 1 and 500")),
    }
}

/// Reads an opaque cursor.
///
/// # Errors
/// `invalid_request` naming `after`.
pub fn cursor<C: DeserializeOwned>(after: Option<&str>) -> Result<Option<C>> {
    let Some(text) = after else { return Ok(None) };
    let bytes = hex::decode(text).ok();
    let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    cursor.map(Some).ok_or_else(|| Error::invalid("after", "must be the `next` of a page"))
}

/// An opaque cursor.
///
/// # Errors
/// `corrupted` when it has no JSON form.
pub fn opaque<C: Serialize>(cursor: &C) -> Result<String> {
    serde_json::to_vec(cursor).map(hex::encode).map_err(|_| Error::corrupted("a cursor has no JSON form"))
}

/// Makes a page of rows, one of which more was read than asked for.
///
/// # Errors
/// What `view` answers.
pub fn page<R, V, C: Serialize>(
    mut rows: Vec<R>,
    limit: usize,
    view: impl Fn(&R) -> Result<V>,
    cursor: impl Fn(&R) -> C,
) -> Result<Page<V>> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| opaque(&cursor(row))).transpose()?;
    Ok(Page { items: rows.iter().map(view).collect::<Result<_>>()?, next })
}
