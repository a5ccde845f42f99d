//! What a row of any table is: its columns, its key, the version that a change compares, and its codec.

use super::cell::{Kind, Value};
use crate::currency::Currencies;
use crate::error::Error;

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, the same on every store.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// Whether it changes all the time. An update in which nothing else changes sends only these.
    pub hot: bool,
}

/// A row type: its table, its columns and its codec.
pub trait Row: Clone + Send + Sync + Sized + 'static {
    /// What names one row.
    type Key: Clone + Eq + Ord + std::hash::Hash + Send + Sync + std::fmt::Debug + 'static;
    /// The table's name, without schema or prefix.
    const TABLE: &'static str;
    /// The columns, in the order of [`Row::put`].
    const COLUMNS: &'static [Column];
    /// The key of this row.
    fn key(&self) -> Self::Key;
    /// The parameters that find the row, in the order of the key columns.
    fn key_values(key: &Self::Key) -> Vec<Value>;
    /// The column of the version.
    const VERSION: &'static str = "version";
    /// The version that compare-and-set compares; rows that never change are always 0.
    fn version(&self) -> i64;
    /// Whether this is the row that a key names.
    fn is(&self, key: &Self::Key) -> bool;
    /// Whether the columns that seldom change are those of `other`.
    fn same_cold(&self, other: &Self) -> bool;
    /// Adds this row to columns of parameters, one for each of [`Row::COLUMNS`]; those that are `None` are passed over.
    fn put(&self, columns: &mut [Option<Vec<Value>>]);
    /// Reads a row from its columns as text.
    ///
    /// # Errors
    /// `corrupted` when a column does not hold what the table declares.
    fn take(columns: &[Option<String>], currencies: &Currencies) -> Result<Self, Error>;
}

/// Whether a column is declared `@hot`.
macro_rules! hot {
    (hot) => {
        true
    };
    () => {
        false
    };
}

/// Declares a row: the struct, its table and its codec. Its version is an expression of a column, which is `version` unless said.
macro_rules! row {
    (
        $(#[$doc:meta])*
        $name:ident in $table:literal, version($this:ident) = $version:expr $(, in $column_of:literal)?;
        key { $($(#[$kdoc:meta])* $key:ident: $ktype:ty,)+ }
        $($(#[$cdoc:meta])* $(@$hot:tt)? $column:ident: $ctype:ty,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$kdoc])* pub $key: $ktype,)+
            $($(#[$cdoc])* pub $column: $ctype,)*
        }

        impl Row for $name {
            type Key = ($($ktype,)+);
            const TABLE: &'static str = $table;
            $(const VERSION: &'static str = $column_of;)?
            const COLUMNS: &'static [Column] = &[
                $(Column { name: stringify!($key), kind: <$ktype as Cell>::KIND, key: true, hot: false },)+
                $(Column {
                    name: stringify!($column),
                    kind: <$ctype as Cell>::KIND,
                    key: false,
                    hot: hot!($($hot)?),
                },)*
            ];
            fn key(&self) -> Self::Key {
                ($(self.$key.clone(),)+)
            }
            fn key_values(key: &Self::Key) -> Vec<Value> {
                let ($($key,)+) = key;
                vec![$($key.put(),)+]
            }
            fn version(&self) -> i64 {
                let $this = self;
                $version
            }
            fn is(&self, key: &Self::Key) -> bool {
                let ($($key,)+) = key;
                $(self.$key == *$key)&&+
            }
            fn same_cold(&self, other: &Self) -> bool {
                true $(&& (hot!($($hot)?) || self.$column == other.$column))*
            }
            fn put(&self, columns: &mut [Option<Vec<Value>>]) {
                let mut columns = columns.iter_mut();
                $(if let Some(Some(column)) = columns.next() {
                    column.push(self.$key.put());
                })+
                $(if let Some(Some(column)) = columns.next() {
                    column.push(self.$column.put());
                })*
            }
            fn take(columns: &[Option<String>], currencies: &Currencies) -> Result<Self, Error> {
                let mut rest = columns.iter().map(Option::as_deref);
                let mut next = || rest.next().ok_or_else(|| Error::corrupted("a row has too few columns"));
                Ok(Self {
                    $($key: Cell::take(next()?, currencies)?,)+
                    $($column: Cell::take(next()?, currencies)?,)*
                })
            }
        }
    };
}

pub(crate) use {hot, row};
