//! Listings of sinks, and of the objects that a sink has left behind.

use std::sync::Arc;

use super::Page;
use crate::rows::listing::Listing;
use crate::rows::tables::SinkRow;
use crate::time::Time;

impl Page<'_> {
    /// Adds a page of sinks, of objects that a sink left behind, or of accounts by balance: the balance index
    /// follows the log as sinks do.
    pub(super) fn sink_rows(&mut self, listing: &Listing) {
        match listing {
            Listing::Sinks { after, limit, .. } => self.sinks(after.as_ref(), *limit),
            Listing::LeftBehind { sink, due, after, limit, .. } => {
                self.left_behind(sink, *due, after.as_ref(), *limit);
            }
            Listing::Ranked { currency, owner, after, limit, .. } => {
                self.ranks(*currency, owner.as_ref(), after.as_ref(), *limit);
            }
            _ => {}
        }
    }

    /// Lists the sinks' own rows by an index that has no others. Removed sinks are skipped.
    fn sinks(&mut self, after: Option<&Arc<str>>, limit: usize) {
        self.only.push("x.object = ''".into());
        self.only.push("x.state <> 'clear'".into());
        if let Some(name) = after {
            let name = self.cell(name);
            self.only.push(format!("x.name > {name}"));
        }
        self.rows::<SinkRow>('y', "x.name", limit);
    }

    /// Lists the objects that a sink left behind: due ones by an index of their own, all of them by the
    /// primary key.
    fn left_behind(
        &mut self,
        sink: &Arc<str>,
        due: Option<Time>,
        after: Option<&(Arc<str>, Arc<str>)>,
        limit: usize,
    ) {
        self.equal("name", sink);
        if let Some(now) = due {
            self.due(now);
            self.only.push("x.object > ''".into());
            self.rows::<SinkRow>('y', "x.due_at, x.object, x.object_id", limit);
            return;
        }
        match after {
            Some((object, id)) => {
                let (object, id) = (self.cell(object), self.cell(id));
                self.only.push(format!("(x.object, x.object_id) > ({object}, {id})"));
            }
            None => self.only.push("x.object > ''".into()),
        }
        self.only.push("x.state <> 'clear'".into());
        self.rows::<SinkRow>('y', "x.object, x.object_id", limit);
    }
}
