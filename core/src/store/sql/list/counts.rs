//! Counts of records.

use std::sync::Arc;

use super::Page;
use crate::currency::Currencies;
use crate::error::Error;
use crate::rows::codec::Cell;
use crate::rows::listing::PartyColumn;
use crate::rows::tables::RecordRow;
use crate::store::sql::{Dialect, Leg, Output};

impl Page<'_> {
    /// Counts the records of a kind for each of these parties. For several parties PostgreSQL sorts what the
    /// index finds, so a caller who expects very many records asks for one party at a time.
    pub(super) fn record_counts(&mut self, kind: &Arc<str>, of: PartyColumn, parties: &[Arc<str>]) {
        let party = match of {
            PartyColumn::Owner => "x.owner",
            PartyColumn::Peer => "x.peer",
        };
        self.of_kind(kind);
        let parties: Vec<String> = parties.iter().map(|party| self.cell(party)).collect();
        let any = match parties.as_slice() {
            [] => "1 = 0".to_owned(),
            parties => format!("{party} IN ({})", parties.join(", ")),
        };
        self.only.push(any);
        let (table, only) = (self.script.table::<RecordRow>(), self.conditions());
        let rest = format!("{table} AS x WHERE {only} GROUP BY {party}");
        self.legs.push(Leg { tag: 'o', columns: [party, "count(*)"].map(Output::of).into(), rest });
    }

    /// Adds the kind as a filter that no index serves. Otherwise PostgreSQL or SQLite could read every record
    /// of the kind by the primary key, instead of those of a party.
    pub(super) fn of_kind(&mut self, kind: &Arc<str>) {
        let (kind, dialect) = (self.cell(kind), self.script.dialect);
        let hidden = if dialect == Dialect::Sqlite { "+x.kind" } else { "(x.kind || '')" };
        self.only.push(format!("{hidden} = {kind}"));
    }
}

/// Reads one line of the counts.
pub(super) fn count(cells: &[Option<String>], currencies: &Currencies) -> Result<(Arc<str>, i64), Error> {
    let cell = |index: usize| cells.get(index).and_then(Option::as_deref);
    Ok((Cell::take(cell(0), currencies)?, Cell::take(cell(1), currencies)?))
}
