//! The row trait: columns, key, the image that a change compares, and the codec.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use hashbrown::Equivalent;

use crate::currency::Currencies;
use crate::error::Error;
use crate::ids::Book;
use crate::rows::codec::{Cell, Kind, Value};

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, the same on every store.
    pub name: &'static str,
    /// The type of its values.
    pub kind: Kind,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether it changes all the time. An update in which nothing else changes sends only these.
    pub hot: bool,
}

impl Column {
    /// A column of values of a type. It is no part of the key, and seldom changes.
    pub(crate) const fn of<C: Cell>(name: &'static str) -> Self {
        Self { name, kind: C::KIND, key: false, nullable: C::NULLABLE, hot: false }
    }
}

/// The parts of a type of rows that statements name, as plain data: so statements are made by code that is
/// compiled once, and not for each type.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// [`Row::TABLE`].
    pub name: &'static str,
    /// [`Row::COLUMNS`].
    pub columns: &'static [Column],
    /// [`Row::SEEN`].
    pub seen: &'static [(&'static str, Kind)],
    /// [`Row::APPENDED`].
    pub appended: Option<(&'static str, &'static str)>,
    /// [`Row::UNSIGNED`].
    pub unsigned: &'static str,
}

impl Table {
    /// The columns of the key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.columns.iter().filter(|column| column.key)
    }
}

/// A row type: its table, its columns and its codec.
pub trait Row: Clone + Send + Sync + Sized + 'static {
    /// The key of one row.
    type Key: Clone + Eq + Ord + std::hash::Hash + Send + Sync + std::fmt::Debug + 'static;
    /// The table's name, without schema or prefix.
    const TABLE: &'static str;
    /// The columns, in the order of [`Row::put`].
    const COLUMNS: &'static [Column];
    /// The key of this row.
    fn key(&self) -> Self::Key;
    /// The book of a key.
    fn book_of(key: &Self::Key) -> &Book;
    /// The parameters that find the row, in the order of the key columns.
    fn key_values(key: &Self::Key) -> Vec<Value>;
    /// Identifies one image of a row: its version and its stamp, and the columns that carry its money. A
    /// version alone does not identify an image, because a restore or a failover replaces history: the same
    /// number comes again with another content. Nor does a stamp, where a clock stopped or was wrong. Rows
    /// that never change have none.
    type Seen: Clone + PartialEq + Send + Sync + std::fmt::Debug + 'static;
    /// The columns of [`Row::Seen`], in order.
    const SEEN: &'static [(&'static str, Kind)];
    /// A column that is 1 in rows that take appends, and the one column of [`Row::SEEN`] that an append
    /// leaves alone: a command that relies on such a row without changing it compares that column only.
    const APPENDED: Option<(&'static str, &'static str)> = None;
    /// An integer column that is never negative. Its sign is free to tell a row that a statement inserted
    /// from one that it changed.
    const UNSIGNED: &'static str = "version";
    /// All of this at once.
    const IN: Table = Table {
        name: Self::TABLE,
        columns: Self::COLUMNS,
        seen: Self::SEEN,
        appended: Self::APPENDED,
        unsigned: Self::UNSIGNED,
    };
    /// Whether others append to this row: it is not locked for that.
    fn appends(&self) -> bool {
        false
    }
    /// Whether this is one of several rows that count together, to which others add without locking it: who
    /// has read it cannot rely on its being unchanged.
    fn is_added_to(_key: &Self::Key) -> bool {
        false
    }
    /// The same of its own key.
    fn is_part(&self) -> bool {
        false
    }
    /// The image that a change or a guard compares.
    fn seen(&self) -> Self::Seen;
    /// The parameters of an image, in the order of [`Row::SEEN`].
    fn seen_values(seen: &Self::Seen) -> Vec<Value>;
    /// Whether a decision on an image still holds, for a command that does not change the row.
    fn stands(&self, seen: &Self::Seen) -> bool {
        self.seen() == *seen
    }
    /// Counts the changes of the row; rows that never change are always 0.
    fn version(&self) -> i64;
    /// Whether this is the row that a key names.
    fn is(&self, key: &Self::Key) -> bool;
    /// The order of two rows by their keys.
    fn cmp_key(&self, other: &Self) -> Ordering;
    /// Hashes its key, as the key itself is hashed.
    fn hash_key(&self, state: &mut impl Hasher);
    /// Whether the columns that seldom change are those of `other`.
    fn same_cold(&self, other: &Self) -> bool;
    /// Adds this row to columns of parameters, one for each of [`Row::COLUMNS`]; those that are `None` are
    /// skipped.
    fn put(&self, columns: &mut [Option<Vec<Value>>]);
    /// Reads a row from its columns as text.
    ///
    /// # Errors
    /// `corrupted` when a column does not hold what the table declares.
    fn take(columns: &[Option<String>], currencies: &Currencies) -> Result<Self, Error> {
        Self::take_counting(columns, currencies, &mut 0)
    }
    /// The same; `read` counts the columns that were read, the wrong one with them.
    ///
    /// # Errors
    /// As [`Row::take`].
    fn take_counting(
        columns: &[Option<String>],
        currencies: &Currencies,
        read: &mut usize,
    ) -> Result<Self, Error>;
    /// Reads a key from the key columns as text.
    ///
    /// # Errors
    /// As [`Row::take`].
    fn take_key(columns: &[Option<String>], currencies: &Currencies) -> Result<Self::Key, Error>;
}

/// A row that is looked up by its own key, of which no copy is made for that.
#[derive(Debug)]
pub struct ByKey<'r, R>(pub &'r R);

impl<R: Row> Hash for ByKey<'_, R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_key(state);
    }
}

impl<R: Row> Equivalent<R::Key> for ByKey<'_, R> {
    fn equivalent(&self, key: &R::Key) -> bool {
        self.0.is(key)
    }
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

/// The key of a row: the struct that the declaration names, otherwise the tuple of the key's columns.
macro_rules! keyed {
    (struct []: $($rest:tt)*) => {};
    (struct [$Key:ident $($part:ident)+]: $name:ident $($(#[$doc:meta])* $ktype:ty,)+) => {
        #[doc = concat!("The key of [`", stringify!($name), "`].")]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Key {
            $($(#[$doc])* pub $part: $ktype,)+
        }

        impl $Key {
            /// The key of the row with these columns.
            #[must_use]
            pub fn new($($part: $ktype),+) -> Self {
                Self { $($part),+ }
            }

            fn parts(&self) -> ($(&$ktype,)+) {
                ($(&self.$part,)+)
            }
        }
    };
    (type []: $($ktype:ty,)+) => { ($($ktype,)+) };
    (type [$Key:ident $($part:ident)+]: $($ktype:ty,)+) => { $Key };
    (new []: $($column:expr,)+) => { ($($column,)+) };
    (new [$Key:ident $($part:ident)+]: $($column:expr,)+) => { $Key::new($($column),+) };
    (parts []: $key:ident) => { $key };
    (parts [$Key:ident $($part:ident)+]: $key:ident) => { $key.parts() };
}

/// Declares, writes or reads a field's column in the store: its own, or the second of the two that are
/// named.
macro_rules! field {
    (column $ctype:ty, $column:ident) => {
        Column::of::<$ctype>(stringify!($column))
    };
    (column $ctype:ty, $column:ident $second:ident) => {
        Column::of::<<$ctype as crate::rows::codec::CellPair>::Second>(stringify!($second))
    };
    (put $field:expr) => {
        $field.put()
    };
    (put $field:expr, $second:ident) => {
        crate::rows::codec::CellPair::parts(&$field).1.put()
    };
    (take $ctype:ty, $next:ident, $currencies:ident) => {
        <$ctype as Cell>::take($next()?, $currencies)?
    };
    (take $ctype:ty, $next:ident, $currencies:ident, $second:ident) => {
        <$ctype as crate::rows::codec::CellPair>::of(
            Cell::take($next()?, $currencies)?,
            Cell::take($next()?, $currencies)?,
        )?
    };
}

/// Declares a row: the struct, its table and its codec, and which columns identify its images. Its key is a
/// tuple of the key's columns, or a struct where it is named, with names of its own for the columns. A field
/// that is two columns has their names in parentheses.
macro_rules! row {
    (
        $(#[$doc:meta])*
        $name:ident in $table:literal, version($this:ident) = $version:expr,
            seen($($seen:ident: $stype:ty),*) $(, appended($flag:ident, $kept:ident = $place:tt))?
            $(, unsigned($unsigned:ident))? $(, added_to($rule:ident))?;
        key $($Key:ident($($part:ident),+))? { $($(#[$kdoc:meta])* $key:ident: $ktype:ty,)+ }
        $($(#[$cdoc:meta])* $(@$hot:tt)? $column:ident $(($first:ident, $second:ident))?: $ctype:ty,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$kdoc])* pub $key: $ktype,)+
            $($(#[$cdoc])* pub $column: $ctype,)*
        }

        crate::rows::row::keyed! {
            struct [$($Key $($part)+)?]: $name $($(#[$kdoc])* $ktype,)+
        }

        impl Row for $name {
            type Key = crate::rows::row::keyed!(type [$($Key $($part)+)?]: $($ktype,)+);
            const TABLE: &'static str = $table;
            type Seen = ($($stype,)*);
            const SEEN: &'static [(&'static str, crate::rows::codec::Kind)] =
                &[$((stringify!($seen), <$stype as Cell>::KIND),)*];
            $(
                const APPENDED: Option<(&'static str, &'static str)> =
                    Some((stringify!($flag), stringify!($kept)));
                fn appends(&self) -> bool {
                    self.$flag
                }
                fn stands(&self, seen: &Self::Seen) -> bool {
                    if self.$flag { self.$kept == seen.$place } else { self.seen() == *seen }
                }
            )?
            $(const UNSIGNED: &'static str = stringify!($unsigned);)?
            $(
                fn is_added_to(key: &Self::Key) -> bool {
                    is_added_to(&key.$rule)
                }
                fn is_part(&self) -> bool {
                    is_added_to(&self.$rule)
                }
            )?
            #[allow(clippy::unused_unit, reason = "a row that never changes has no such columns")]
            fn seen(&self) -> Self::Seen {
                ($(self.$seen.clone(),)*)
            }
            fn seen_values(seen: &Self::Seen) -> Vec<Value> {
                let ($($seen,)*) = seen;
                vec![$($seen.put(),)*]
            }
            const COLUMNS: &'static [Column] = &[
                $(Column { key: true, ..Column::of::<$ktype>(stringify!($key)) },)+
                $(
                    $(Column::of::<<$ctype as crate::rows::codec::CellPair>::First>(stringify!($first)),)?
                    Column {
                        hot: hot!($($hot)?),
                        ..crate::rows::row::field!(column $ctype, $column $($second)?)
                    },
                )*
            ];
            fn key(&self) -> Self::Key {
                crate::rows::row::keyed!(new [$($Key $($part)+)?]: $(self.$key.clone(),)+)
            }
            fn book_of(key: &Self::Key) -> &crate::ids::Book {
                let (book, ..) = crate::rows::row::keyed!(parts [$($Key $($part)+)?]: key);
                book
            }
            fn key_values(key: &Self::Key) -> Vec<Value> {
                let ($($key,)+) = crate::rows::row::keyed!(parts [$($Key $($part)+)?]: key);
                vec![$($key.put(),)+]
            }
            fn version(&self) -> i64 {
                let $this = self;
                $version
            }
            fn is(&self, key: &Self::Key) -> bool {
                let ($($key,)+) = crate::rows::row::keyed!(parts [$($Key $($part)+)?]: key);
                $(self.$key == *$key)&&+
            }
            fn cmp_key(&self, other: &Self) -> std::cmp::Ordering {
                std::cmp::Ordering::Equal$(.then_with(|| self.$key.cmp(&other.$key)))+
            }
            fn hash_key(&self, state: &mut impl std::hash::Hasher) {
                $(std::hash::Hash::hash(&self.$key, state);)+
            }
            fn same_cold(&self, other: &Self) -> bool {
                true $(&& (hot!($($hot)?) || self.$column == other.$column))*
            }
            fn put(&self, columns: &mut [Option<Vec<Value>>]) {
                let mut columns = columns.iter_mut();
                $(if let Some(Some(column)) = columns.next() {
                    column.push(self.$key.put());
                })+
                $(
                    $(if let Some(Some($first)) = columns.next() {
                        $first.push(crate::rows::codec::CellPair::parts(&self.$column).0.put());
                    })?
                    if let Some(Some(column)) = columns.next() {
                        column.push(crate::rows::row::field!(put self.$column $(, $second)?));
                    }
                )*
            }
            fn take_counting(
                columns: &[Option<String>],
                currencies: &Currencies,
                read: &mut usize,
            ) -> Result<Self, Error> {
                let mut rest = columns.iter().map(Option::as_deref);
                let mut next = || {
                    *read += 1;
                    rest.next().ok_or_else(|| Error::corrupted("a row has too few columns"))
                };
                Ok(Self {
                    $($key: Cell::take(next()?, currencies)?,)+
                    $($column: crate::rows::row::field!(take $ctype, next, currencies $(, $second)?),)*
                })
            }
            fn take_key(columns: &[Option<String>], currencies: &Currencies) -> Result<Self::Key, Error> {
                let mut rest = columns.iter().map(Option::as_deref);
                let mut next = || rest.next().ok_or_else(|| Error::corrupted("a key has too few columns"));
                Ok(crate::rows::row::keyed!(
                    new [$($Key $($part)+)?]: $(<$ktype as Cell>::take(next()?, currencies)?,)+
                ))
            }
        }
    };
}

pub(crate) use {field, hot, keyed, row};
