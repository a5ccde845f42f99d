//! Rows that cannot be read: a column has what no engine writes. Such a row is one fault of its own, and no
//! reason to stop reading the rows beside it.

use std::fmt;

use super::row::{Column, Row};
use crate::currency::Currencies;
use crate::error::Error;
use crate::readable;

/// A row that cannot be read, by its table, its key and the first column that is wrong. What the column has
/// is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// Its table.
    pub table: &'static str,
    /// Its key, as the store has it.
    pub key: Vec<String>,
    /// The column.
    pub column: &'static str,
}

impl Unreadable {
    /// Names a row of this type that could not be read from these columns.
    #[must_use]
    pub fn of<R: Row>(columns: &[Option<String>], currencies: &Currencies) -> Self {
        let mut read = 0;
        // the columns are read in their order, up to the wrong one
        let _ = R::take_counting(columns, currencies, &mut read);
        let column = R::COLUMNS.get(read.saturating_sub(1)).map_or("", |column| column.name);
        let keys = R::COLUMNS.iter().zip(columns).filter(|(column, _): &(&Column, _)| column.key);
        let shown = |cell: &Option<String>| readable::line(cell.as_deref().unwrap_or("NULL")).into_owned();
        Self { table: R::TABLE, key: keys.map(|(_, cell)| shown(cell)).collect(), column }
    }

    /// The error of a call that needs the row. It names no key: that is often somebody's name.
    #[must_use]
    pub fn error(&self) -> Error {
        Error::corrupted(format!("`{}` of a row of `{}` cannot be read", self.column, self.table))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row of `{}` {}: `{}` cannot be read", self.table, self.key.join(" "), self.column)
    }
}

/// Takes a row from its columns, or names it among those that cannot be read.
#[cfg(feature = "sql")]
pub(crate) fn taken<R: Row>(
    columns: &[Option<String>],
    currencies: &Currencies,
    may_learn: bool,
    unreadable: &mut Vec<Unreadable>,
) -> Result<Option<R>, Error> {
    match R::take(columns, currencies) {
        Ok(row) => Ok(Some(row)),
        Err(error) if may_learn && error.message().contains(super::codec::UNREGISTERED) => Err(error),
        Err(_) => {
            unreadable.push(Unreadable::of::<R>(columns, currencies));
            Ok(None)
        }
    }
}
