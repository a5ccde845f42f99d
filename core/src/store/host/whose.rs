//! Checks that a host's transaction is on the engine's store, and that its role sees every row. The first
//! statement of the transaction answers both together with its own rows.
//!
//! Another database of the same kind has the same tables and other money, so nothing may be read or written
//! there. The check costs no round trip of its own, except on a store that is spread over several servers:
//! there, one server would answer for its own role.

use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Detail;
use crate::rows::identity::Identity;
use crate::store::SharedStore;
use crate::store::fault::Fault;
use crate::store::sql::server::{Arrival, History, TOKEN, Via};
use crate::store::sql::{Cells, Flavour, Names, SYSTEM, load, server_checks};

/// The store that a host's transaction must be on.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Its identity, as the engine knows it.
    pub known: Arc<RwLock<Identity>>,
    /// The store itself, to ask once more where they differ.
    pub store: SharedStore,
    /// The servers that keep it, where they can be told apart.
    pub(crate) servers: Servers,
}

/// The servers that keep a store.
pub(crate) type Servers = Option<Arc<History>>;

fn mismatch(expected: Identity, actual: String) -> Fault {
    crate::error::Error::from(Detail::StoreMismatch { expected: expected.to_string(), actual }).into()
}

/// Extends a reading statement by the store's identity and by what the connection hides. The answer has at
/// least one row, even where the statement finds none.
pub(super) fn beside(sql: &str, names: &Names) -> String {
    let meta = names.table("meta");
    let whose = format!(
        "SELECT CAST(i.store AS text) AS store, CAST(i.timeline AS text) AS timeline FROM {meta} AS i \
         WHERE i.book = '{SYSTEM}'"
    );
    let rest = format!("LEFT JOIN (SELECT CAST(1 AS text) AS w2, q.* FROM ({sql}) AS q) AS s ON 1 = 1");
    match look_beside(names) {
        // a row of `meta` may be hidden too
        Some(look) => format!(
            "SELECT h.hidden AS h0, h.encoding AS h1, ({TOKEN}) AS h2, w.store AS w0, w.timeline AS w1, s.* \
             FROM ({look}) AS h LEFT JOIN ({whose}) AS w ON 1 = 1 {rest}"
        ),
        None => format!("SELECT w.store AS w0, w.timeline AS w1, s.* FROM ({whose}) AS w {rest}"),
    }
}

/// The part that asks what the connection hides, where one server has all rows and the catalogue.
fn look_beside(names: &Names) -> Option<String> {
    let one_server = names.schema().is_some() && names.flavour() == Flavour::Plain;
    one_server.then(|| server_checks::look(names))
}

/// The same question as a statement of its own, for a store that is spread over several servers.
pub(super) fn look_before(names: &Names) -> Option<String> {
    let spread = names.schema().is_some() && names.flavour() == Flavour::Spread;
    spread.then(|| server_checks::look(names))
}

/// Whether a statement only reads, so that another can wrap it. A writing statement begins with its part
/// `p0`.
pub(in crate::store) fn reads(sql: &str) -> bool {
    sql.starts_with("SELECT") || sql.starts_with("WITH") && !sql.starts_with("WITH p0 ")
}

/// The answer to a statement of [`beside`].
pub(super) struct Parted {
    /// The store that the transaction is on.
    pub(super) identity: Identity,
    /// The token that tells its server from others, where one server has all rows.
    pub(super) token: Option<String>,
    /// The statement's own rows.
    pub(super) rows: Vec<Cells>,
}

/// Splits the answer to a statement of [`beside`].
pub(super) fn parted(rows: Vec<Cells>, names: &Names) -> Result<Parted, Fault> {
    let mut first = rows.first().map_or(&[][..], Vec::as_slice);
    let (mut own, mut token) = (3, None);
    if look_beside(names).is_some() {
        server_checks::judge_look(names, first)?;
        token = first.get(2).cloned().flatten();
        first = first.get(3..).unwrap_or_default();
        own += 3;
    }
    let identity = load::identity(first)?;
    let there = |row: &Cells| row.get(own - 1).is_some_and(Option::is_some);
    let rest = |mut row: Cells| row.split_off(own);
    Ok(Parted { identity, token, rows: rows.into_iter().filter(there).map(rest).collect() })
}

impl Expected {
    /// Compares what was found with what is expected.
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

    /// Asks which server it is, unless one that answers `token` has joined.
    pub(super) fn question(&self, token: Option<&str>, names: &Names) -> Option<String> {
        let servers = self.servers.as_ref()?;
        (!servers.knows(token?)).then(|| servers.question(names).0)
    }

    /// Judges the server by its answer to [`Self::question`].
    pub(super) fn judge_server(&self, answer: &[Cells]) -> Result<(), Fault> {
        let (Some(servers), Some(answer)) = (&self.servers, answer.first()) else { return Ok(()) };
        servers.arrived(Arrival::read(answer), Via::Aside, "the transaction").map(drop)
    }

    /// The error for a database without our tables. This engine's store has them, so it must be another
    /// database. PostgreSQL can continue such a transaction only from a savepoint.
    pub(super) fn missing(&self) -> Fault {
        let expected = *self.known.read().unwrap_or_else(PoisonError::into_inner);
        mismatch(expected, "no store: its tables are missing".to_owned())
    }
}
