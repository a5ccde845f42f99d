//! Listings of jobs: due jobs of some kinds, kinds with jobs, the jobs of a book, and their counts.

use std::sync::Arc;

use super::Page;
use crate::currency::Currencies;
use crate::error::Error;
use crate::ids::JobId;
use crate::rows::codec::Cell;
use crate::rows::tables::{JobRow, JobState};
use crate::store::sql::{Flavour, Leg, Output};
use crate::time::Time;

impl Page<'_> {
    /// Takes the oldest due jobs of each kind, then the oldest of those. Each kind is one index range; a
    /// book, if any, is in the conditions already.
    pub(super) fn due_jobs(&mut self, kinds: &[Arc<str>], now: Time, limit: usize) {
        let of_book = !self.only.is_empty();
        if of_book {
            // opens the index that begins with the book
            self.only.push("x.kind >= ''".into());
        }
        let order = |x: &str| {
            let book = if of_book { String::new() } else { format!("{x}.book, ") };
            format!("{x}.due_at, {book}{x}.id")
        };
        let (of_kind, of_all) = (order("x"), order("z"));
        self.due(now);
        let (table, limit, only) = (self.script.table::<JobRow>(), self.limit(limit), self.conditions());
        let mut arms: Vec<String> = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let kind = self.cell(kind);
            arms.push(format!(
                "SELECT y.* FROM (SELECT x.* FROM {table} AS x WHERE {only} AND x.kind = {kind} \
                 ORDER BY {of_kind} LIMIT {limit}) AS y"
            ));
        }
        if arms.is_empty() {
            arms.push(format!("SELECT x.* FROM {table} AS x WHERE {only} AND 1 = 0"));
        }
        self.with.push(format!(
            "page AS MATERIALIZED (SELECT z.* FROM ({}) AS z ORDER BY {of_all} LIMIT {limit})",
            arms.join(" UNION ALL ")
        ));
        self.leg::<JobRow>('j', "page AS x".into());
    }

    /// Hops from kind to kind by index, so that a kind with much work does not hide the others.
    pub(super) fn job_kinds(&mut self, limit: usize) {
        let (table, limit) = (self.script.table::<JobRow>(), self.limit(limit));
        let columns = vec![Output::of("x.kind")];
        if self.script.names.flavour() == Flavour::Spread {
            let rest = format!(
                "(SELECT DISTINCT y.kind FROM {table} AS y WHERE y.due_at IS NOT NULL ORDER BY y.kind LIMIT {limit}) AS x"
            );
            self.legs.push(Leg { tag: 'w', columns, rest });
            return;
        }
        self.with.push(format!(
            "RECURSIVE e(kind) AS (SELECT (SELECT min(x.kind) FROM {table} AS x WHERE x.due_at IS NOT NULL) UNION ALL \
             SELECT (SELECT min(x.kind) FROM {table} AS x WHERE x.due_at IS NOT NULL AND x.kind > e.kind) FROM e \
             WHERE e.kind IS NOT NULL)"
        ));
        let rest =
            format!("(SELECT e.kind FROM e WHERE e.kind IS NOT NULL ORDER BY e.kind LIMIT {limit}) AS x");
        self.legs.push(Leg { tag: 'w', columns, rest });
    }

    /// Jobs of a book, newest first: their ids rise with time.
    pub(super) fn jobs(
        &mut self,
        kind: Option<&Arc<str>>,
        state: Option<JobState>,
        after: Option<JobId>,
        limit: usize,
    ) {
        self.maybe("kind", kind);
        self.maybe("state", state.as_ref());
        match (kind, state) {
            (_, Some(_)) => self.only.push("x.state >= ''".into()),
            (Some(_), None) => self.only.push("x.kind >= ''".into()),
            (None, None) => {}
        }
        if let Some(after) = after {
            let after = self.cell(&after);
            self.only.push(format!("x.id < {after}"));
        }
        self.rows::<JobRow>('j', "x.id DESC", limit);
    }

    /// How many jobs a book has of each kind in each state.
    pub(super) fn job_counts(&mut self) {
        let rest = format!(
            "{} AS x WHERE {} GROUP BY x.kind, x.state",
            self.script.table::<JobRow>(),
            self.conditions()
        );
        let columns = ["x.kind", "x.state", "count(*)"].map(Output::of).into();
        self.legs.push(Leg { tag: 'c', columns, rest });
    }
}

/// Reads one line of the counts.
pub(super) fn count(
    cells: &[Option<String>],
    currencies: &Currencies,
) -> Result<(Arc<str>, JobState, i64), Error> {
    let cell = |index: usize| cells.get(index).and_then(Option::as_deref);
    Ok((Cell::take(cell(0), currencies)?, Cell::take(cell(1), currencies)?, Cell::take(cell(2), currencies)?))
}
