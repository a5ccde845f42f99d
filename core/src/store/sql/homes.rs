//! Which server has which books, where several have them.

use std::sync::Arc;

use super::load::Reading;
use super::{Cells, Script, Statement};
use crate::ids::Book;
use crate::rows::tables::BookRow;
use crate::sorting::Sorting;
use crate::store::Homes;
use crate::store::reachable_books::Home;

/// Asks which server has which books: a server that reads rows of its own says where it was reached.
pub(super) fn asked(reading: Reading<'_>, of: Homes<'_>) -> Statement {
    const SERVER: &str = "coalesce(CAST(pg_catalog.inet_server_addr() AS text) || ' ' || \
                          CAST(pg_catalog.inet_server_port() AS text), 'local')";
    let (dialect, wire, names) = (reading.dialect, reading.wire, reading.names);
    let columns = format!("CAST(x.book AS text) AS c0, {SERVER} AS c1");
    match of {
        Homes::Of(book) => {
            let script = Script::of_book(dialect, wire, names, book.as_str());
            let table = script.table::<BookRow>();
            script.finish(format!("SELECT {columns} FROM {table} AS x WHERE x.book = $1 LIMIT 1"))
        }
        Homes::After(after, limit) => {
            let mut script = Script::new(dialect, wire, names);
            let after = script.text(after.map_or("", Book::as_str));
            let table = script.table::<BookRow>();
            script.finish(format!(
                "SELECT {columns} FROM {table} AS x WHERE x.book > {after} ORDER BY x.book LIMIT {limit}"
            ))
        }
    }
}

/// Reads the answer to [`asked`], the books in their order.
pub(super) fn read(rows: Vec<Cells>) -> Vec<(Book, Home)> {
    let mut homes: Vec<(Book, Home)> = rows
        .into_iter()
        .filter_map(|row| {
            let mut cells = row.into_iter();
            Some((Book::stored(cells.next()??), Arc::from(cells.next()??)))
        })
        .collect();
    homes.order();
    homes
}
