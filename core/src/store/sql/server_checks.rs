//! Checks the database around a PostgreSQL store: whether a connection sees all rows, and whether every text
//! can be stored.
//!
//! Row-level security hides rows silently: a book looks empty, or a store looks new. The engine's own
//! connections set `row_security = off`, which turns that into an error. On connections of the application
//! the setting would affect its own tables too, so the engine asks instead.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
use super::Cells;
use super::{Names, TABLES};
#[cfg(feature = "postgres")]
use super::{Statement, write};
use crate::error::{Detail, Error};
use crate::store::fault::{Fault, FaultKind};

/// The one encoding that holds every text, as servers name it.
const UTF8: &str = "UTF8";

/// Asks which of our tables hide rows from the role, and for the encoding unless it holds every text. The
/// query answers one row and reads no table.
pub(crate) fn look(names: &Names) -> String {
    format!(
        "SELECT (SELECT string_agg(t.name, ',') FROM unnest(CAST('{{{}}}' AS text[])) AS t(name) \
         WHERE row_security_active(CAST(to_regclass('{}' || t.name) AS oid))) AS hidden, \
         NULLIF(current_setting('client_encoding'), '{UTF8}') AS encoding",
        TABLES.join(","),
        names.table("")
    )
}

/// Judges an answer to [`look`].
pub(crate) fn judge_look(names: &Names, cells: &[Option<String>]) -> Result<(), Fault> {
    let cell = |place: usize| cells.get(place).and_then(Option::as_deref);
    if let Some(tables) = cell(0) {
        return Err(hidden(names, &tables.split(',').collect::<Vec<_>>()));
    }
    match cell(1) {
        Some(encoding) => Err(unfit("client_encoding", encoding)),
        None => Ok(()),
    }
}

/// The refusal of a role from which rows of these tables are hidden.
pub(crate) fn hidden(names: &Names, tables: &[&str]) -> Fault {
    let schema = names.schema().unwrap_or_default();
    let tables = tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ");
    let reason = format!(
        "row-level security hides rows of {tables} in the schema `{schema}` from this role: \
         give it BYPASSRLS, or disable row-level security there"
    );
    Fault::new(FaultKind::Denied, reason)
}

fn unfit(setting: &str, encoding: &str) -> Fault {
    let reason = format!("`{setting}` is `{encoding}`, which cannot hold every text: it must be `{UTF8}`");
    Error::from(Detail::NotSupported { operation: "open".into(), reason }).into()
}

/// Asks for the surroundings of a store that is opened.
#[cfg(feature = "postgres")]
pub(crate) fn asked() -> Statement {
    write::bare(
        "SELECT current_setting('server_encoding') AS c0, current_setting('client_encoding') AS c1, \
         CASE WHEN to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN 'citus' END AS c2",
    )
}

/// Whether the database has Citus, by the answer to [`asked`].
#[cfg(feature = "postgres")]
pub(crate) fn judge(rows: &[Cells]) -> Result<bool, Fault> {
    let cell = |place: usize| rows.first()?.get(place)?.as_deref();
    for (place, setting) in ["server_encoding", "client_encoding"].into_iter().enumerate() {
        if let Some(encoding) = cell(place).filter(|encoding| *encoding != UTF8) {
            return Err(unfit(setting, encoding));
        }
    }
    Ok(cell(2).is_some())
}

/// Asks why a server takes no writes.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) const READ_ONLY: &str = "SELECT current_setting('transaction_read_only') AS c0, \
    current_setting('default_transaction_read_only') AS c1, CAST(pg_is_in_recovery() AS text) AS c2";

/// The error for a role or a database that is set to read-only, from the answer to [`READ_ONLY`]; none for a
/// standby, which has an error of its own.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) fn set_read_only(rows: &[Cells]) -> Option<Error> {
    let cell = |place: usize| rows.first()?.get(place)?.as_deref();
    let set = cell(1) == Some("on") && cell(2) == Some("false");
    let reason = "`default_transaction_read_only` is on for this role or database: nothing can be written";
    set.then(|| Detail::StoreUnavailable { reason: reason.to_owned() }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_named_with_what_can_be_done() {
        let names = Names::postgres("shop").unwrap();
        let cells = |hidden: Option<&str>, encoding: Option<&str>| {
            [hidden, encoding].map(|cell| cell.map(ToOwned::to_owned))
        };
        assert!(judge_look(&names, &cells(None, None)).is_ok());
        let error = judge_look(&names, &cells(Some("account,event"), None)).unwrap_err().into_error(true);
        assert_eq!(error.code().as_str(), "store_denied");
        assert!(error.message().contains("`account`, `event` in the schema `shop`"), "{error}");
        let error = judge_look(&names, &cells(None, Some("LATIN1"))).unwrap_err().into_error(true);
        assert_eq!(error.code().as_str(), "not_supported");
        assert!(look(&names).contains(r#"'"shop".' || t.name"#), "{}", look(&names));
    }
}
