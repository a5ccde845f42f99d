//! The lockable kinds of rows, in lock order: one list, from which all code per kind is generated.

use super::row::Row;
use super::tables::{AccountRow, CounterRow, HoldRow, JobRow, RankRow, RecordRow, SinkRow, TransferRow};
use crate::time::Time;

/// Which rows of a kind are kept in memory between groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cached {
    /// None: a row is not all that belongs to it, or it is seldom wanted twice.
    No,
    /// At most this many of those that were read or written lately.
    Rows(usize),
    /// The same, and keys that have no row.
    Absent(usize),
}

/// A row that a command may lock.
pub trait Lockable: Row {
    /// The letter of the kind in statements and in names of rows.
    const TAG: char;
    /// Which rows are kept in memory.
    const CACHED: Cached;
    /// Whether every change is in the log: one that is not leaves no event.
    const LOGGED: bool;
    /// The stamp of its newest change.
    fn stamp(&self) -> Time;
}

macro_rules! logged {
    (unlogged) => {
        false
    };
    () => {
        true
    };
}

/// Declares the kinds, and with them `each_kind!`.
macro_rules! kinds {
    ($d:tt, $($rows:ident: $row:ident $Row:ident $($Key:ident)? $tag:literal $cached:expr $(, $unlogged:ident)?;)*) => {
        $(
            impl Lockable for $Row {
                const TAG: char = $tag;
                const CACHED: Cached = $cached;
                const LOGGED: bool = logged!($($unlogged)?);
                fn stamp(&self) -> Time {
                    self.stamp
                }
            }

            $(
                #[doc = concat!("The key of [`", stringify!($Row), "`].")]
                pub type $Key = <$Row as Row>::Key;
            )?
        )*

        /// Repeats something for each kind, in lock order. It reads `($($rows:ident: $row:ident $Row:ty;)*)
        /// => { .. }`: the field in which all structures keep rows of the kind, one of them, and its type.
        macro_rules! each_kind {
            ($d($d body:tt)*) => {
                macro_rules! of_kinds { $d($d body)* }
                of_kinds! { $($rows: $row $crate::rows::tables::$Row;)* }
            };
        }
    };
}

kinds! { $,
    records: record RecordRow 'r' Cached::Absent(2_048);
    transfers: transfer TransferRow TransferKey 't' Cached::No;
    holds: hold HoldRow HoldKey 'h' Cached::Rows(8_192);
    accounts: account AccountRow 'a' Cached::Rows(8_192);
    counters: counter CounterRow 'c' Cached::Absent(8_192);
    jobs: job JobRow JobKey 'j' Cached::No;
    sinks: sink SinkRow SinkKey 'y' Cached::No, unlogged;
    ranks: rank RankRow RankKey 'z' Cached::No, unlogged;
}

pub(crate) use each_kind;
