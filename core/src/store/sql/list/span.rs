//! Listings of a span of time: rows are selected by the clock's date, whatever their place in the order.
//!
//! A row's time is its stamp unless it has an `at`, which is before the stamp. So a row dated before the end
//! of a span is stamped before that end, or is one of the few in an index on `at`. Each of the two arms walks
//! an index.

use super::{EVER, Page};
use crate::rows::row::Row;
use crate::rows::tables::TransferRow;
use crate::time::Time;

/// The ends of a span, as parameters.
#[derive(Debug, Default)]
pub(super) struct Span {
    from: Option<String>,
    to: Option<String>,
}

impl Page<'_> {
    /// From a time on, and before another.
    pub(super) fn between(&mut self, from: Option<Time>, to: Option<Time>) {
        self.span = Span { from: from.map(|from| self.cell(&from)), to: to.map(|to| self.cell(&to)) };
    }

    /// Makes an index usable: the one that begins with a filter, or the one of all rows by time.
    pub(super) fn opens(&mut self, filter: Option<&str>, time: &str) {
        self.opener = Some(match filter {
            Some(column) => format!("x.{column} >= ''"),
            None => format!("x.{time} > {EVER}"),
        });
    }

    /// The conditions of each arm. Together the arms have the rows of the listing.
    pub(super) fn arms(&self) -> Vec<String> {
        let Span { from, to } = &self.span;
        let (mut by_stamp, mut by_time) = (self.only.clone(), self.only.clone());
        by_stamp.extend(self.opener.clone());
        if let Some(from) = from {
            by_stamp.push(format!("x.stamp >= {from} AND (x.at IS NULL OR x.at >= {from})"));
            by_time.push(format!("x.at >= {from}"));
        }
        let mut arms = Vec::with_capacity(2);
        if let Some(to) = to {
            by_stamp.push(format!("x.stamp < {to}"));
            // `+ 0` keeps the planner from the index by stamp
            by_time.push(format!("x.at IS NOT NULL AND x.at < {to} AND x.stamp + 0 >= {to}"));
            arms.push(by_time.join(" AND "));
        }
        arms.push(if by_stamp.is_empty() { "1 = 1".into() } else { by_stamp.join(" AND ") });
        arms
    }

    /// A transfer with a time of its own.
    pub(super) fn off_clock(&mut self) {
        self.only.push("x.at IS NOT NULL".into());
        self.rows::<TransferRow>('t', "x.at, x.id", 1);
    }

    /// The first rows of all arms, in an order that names them `x`.
    pub(super) fn first<R: Row>(&mut self, order: &str, limit: &str) -> String {
        let table = self.script.table::<R>();
        let first = |only: &String| {
            format!("SELECT x.* FROM {table} AS x WHERE {only} ORDER BY {order} LIMIT {limit}")
        };
        match self.arms().as_slice() {
            [only] => first(only),
            arms => {
                let arms: Vec<String> =
                    arms.iter().map(|only| format!("SELECT y.* FROM ({}) AS y", first(only))).collect();
                format!("SELECT x.* FROM ({}) AS x ORDER BY {order} LIMIT {limit}", arms.join(" UNION ALL "))
            }
        }
    }
}
