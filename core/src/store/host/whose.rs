//! Whose database is it? The first statement in a host's transaction answers that together with its own rows.
//!
//! Another database of the same kind has the same tables and other money. Nothing may be written there, and
//! nothing read, under the policies of this engine. Asking costs no round trip of its own.

use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Detail;
use crate::rows::identity::Identity;
use crate::store::SharedStore;
use crate::store::fault::Fault;
use crate::store::sql::migrate::{self, SYSTEM};
use crate::store::sql::{Cells, Names};

/// The store that a host's transaction must be on.
#[derive(Clone, Debug)]
pub struct Expected {
    /// What the engine knows of it.
    pub known: Arc<RwLock<Identity>>,
    /// The store itself, to ask once more where they differ.
    pub store: SharedStore,
}

fn mismatch(expected: Identity, actual: String) -> Fault {
    crate::error::Error::from(Detail::StoreMismatch { expected: expected.to_string(), actual }).into()
}

/// A reading statement that answers first whose database it is: a row at least, even where nothing is found.
pub(super) fn beside(sql: &str, names: &Names) -> String {
    let meta = names.table("meta");
    format!(
        "SELECT w.store AS w0, w.timeline AS w1, s.* FROM (SELECT CAST(i.store AS text) AS store, \
         CAST(i.timeline AS text) AS timeline FROM {meta} AS i WHERE i.book = '{SYSTEM}') AS w \
         LEFT JOIN (SELECT CAST(1 AS text) AS w2, q.* FROM ({sql}) AS q) AS s ON 1 = 1"
    )
}

/// Whether a statement reads only, so that another can be put around it. What writes begins with its first
/// part.
pub(super) fn reads(sql: &str) -> bool {
    sql.starts_with("SELECT") || sql.starts_with("WITH") && !sql.starts_with("WITH p0 ")
}

/// The answer to a statement of [`beside`]: whose database it is, and the rows that were asked for.
pub(super) fn parted(rows: Vec<Cells>) -> Result<(Identity, Vec<Cells>), Fault> {
    let whose = migrate::identity(rows.first().map_or(&[], Vec::as_slice))?;
    let there = |row: &Cells| row.get(2).is_some_and(Option::is_some);
    let rest = |mut row: Cells| row.split_off(3);
    Ok((whose, rows.into_iter().filter(there).map(rest).collect()))
}

impl Expected {
    /// Compares what was found with what is expected.
    ///
    /// # Errors
    /// With the error `store_mismatch`.
    pub(super) async fn judge(&self, found: Identity) -> Result<(), Fault> {
        let known = || *self.known.read().unwrap_or_else(PoisonError::into_inner);
        if known() == found {
            return Ok(());
        }
        // another process may have forked it, or restored another store into an empty one
        let now = self.store.identity().await?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = now;
        let expected = known();
        if expected == found {
            return Ok(());
        }
        Err(mismatch(expected, found.to_string()))
    }

    /// The error for a database that has no tables of an engine: this engine's has them, so it is another
    /// one. PostgreSQL goes on with such a transaction only from a savepoint.
    pub(super) fn missing(&self) -> Fault {
        let expected = *self.known.read().unwrap_or_else(PoisonError::into_inner);
        mismatch(expected, "no store: its tables are missing".to_owned())
    }
}
