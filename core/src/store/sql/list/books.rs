//! Listings of books: all books, and those with pending work.

use std::sync::Arc;

use super::super::{Flavour, Leg, Output, SYSTEM};
use super::Page;
use crate::ids::Book;
use crate::rows::delta_rows::{BEHIND_DELTA, DELTA};
use crate::rows::tables::{BookRow, CounterRow, PendingRow, StreamRow};

impl Page<'_> {
    pub(super) fn books(&mut self, after: Option<&Book>, limit: usize) {
        self.only.push(format!("x.book <> '{SYSTEM}'"));
        self.after("book", after);
        let limit = self.limit(limit);
        let rest = format!(
            "(SELECT x.book FROM {} AS x WHERE {} ORDER BY x.book LIMIT {limit}) AS x",
            self.script.table::<BookRow>(),
            self.conditions()
        );
        self.book_leg(rest);
    }

    /// Books with events that the sequencer has not placed, or with sums that are not folded.
    pub(super) fn pending_books(&mut self, after: Option<&Book>, limit: usize) {
        let tables = [self.script.table::<PendingRow>(), self.script.table::<StreamRow>()];
        self.books_of(&tables.map(|table| (table, String::new())), after, limit);
    }

    /// Books with counter deltas that are not merged.
    pub(super) fn books_with_deltas(&mut self, after: Option<&Book>, limit: usize) {
        let table = self.script.table::<CounterRow>();
        self.books_of(&[(table, format!(" AND {}", to_add()))], after, limit);
    }

    /// Counter deltas of a book that are not merged.
    pub(super) fn counters_to_add(&mut self, after: Option<&(Arc<str>, Arc<str>)>, limit: usize) {
        self.only.push(to_add());
        self.counters(after, limit);
    }

    /// Counters by rule, then subject.
    pub(super) fn counters(&mut self, after: Option<&(Arc<str>, Arc<str>)>, limit: usize) {
        if let Some((rule, subject)) = after {
            let (rule, subject) = (self.cell(rule), self.cell(subject));
            self.only.push(format!("(x.rule, x.subject) > ({rule}, {subject})"));
        }
        self.step::<CounterRow>('n', "x.rule, x.subject", limit);
    }

    /// Hops from book to book by index, at most to the end of the page, so that a book with much work does
    /// not hide the others. Each table has a condition of its own, or none.
    fn books_of(&mut self, tables: &[(String, String)], after: Option<&Book>, limit: usize) {
        self.after("book", after);
        let (from, limit) = (self.conditions(), self.limit(limit));
        if self.script.names.flavour() == Flavour::Spread {
            let arm = |(table, only): &(String, String)| {
                format!("SELECT DISTINCT x.book FROM {table} AS x WHERE {from}{only}")
            };
            let arms: Vec<String> = tables.iter().map(arm).collect();
            self.book_leg(format!(
                "(SELECT y.book FROM ({}) AS y ORDER BY y.book LIMIT {limit}) AS x",
                arms.join(" UNION ")
            ));
            return;
        }
        let mut found = Vec::new();
        for (name, (table, only)) in ["e", "s"].into_iter().zip(tables) {
            let recursive = if found.is_empty() { "RECURSIVE " } else { "" };
            self.with.push(format!(
                "{recursive}{name}(book, hop) AS (SELECT (SELECT min(x.book) FROM {table} AS x WHERE {from}{only}), 1 \
                 UNION ALL SELECT (SELECT min(x.book) FROM {table} AS x WHERE x.book > {name}.book{only}), {name}.hop + 1 \
                 FROM {name} WHERE {name}.book IS NOT NULL AND {name}.hop < {limit})"
            ));
            found.push(format!("SELECT {name}.book FROM {name}"));
        }
        self.book_leg(format!(
            "(SELECT y.book FROM ({}) AS y WHERE y.book IS NOT NULL ORDER BY y.book LIMIT {limit}) AS x",
            found.join(" UNION ")
        ));
    }

    fn book_leg(&mut self, rest: String) {
        self.legs.push(Leg { tag: 'b', columns: vec![Output::of("x.book")], rest });
    }
}

/// The condition of the index of counter deltas.
fn to_add() -> String {
    format!("x.rule >= '{DELTA}' AND x.rule < '{BEHIND_DELTA}'")
}
