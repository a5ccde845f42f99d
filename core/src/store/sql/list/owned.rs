//! The listing of transfers that were posted for objects: what deals have paid out, for one.

use std::sync::Arc;

use super::Page;
use crate::ids::TransferId;
use crate::rows::tables::{EntryRow, EventRow, TransferKind, TransferRow};
use crate::time::Time;

impl Page<'_> {
    /// Newest first: of one object by its index, otherwise the newest of each kind, then the newest of those.
    /// The kinds stand in the text, so that a plan made for any of them knows that the index has them.
    pub(super) fn owned(
        &mut self,
        owner: Option<&Arc<str>>,
        kinds: &[TransferKind],
        after: Option<(Time, TransferId)>,
        limit: usize,
    ) {
        if let Some((stamp, id)) = after {
            let (stamp, id) = (self.cell(&stamp), self.cell(&id));
            self.only.push(format!("(x.stamp, x.id) < ({stamp}, {id})"));
        }
        if let Some(owner) = owner {
            self.equal("owned_by", owner);
            let names: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
            self.only.push(format!("x.kind IN ({})", names.join(", ")));
            self.rows::<TransferRow>('t', "x.stamp DESC, x.id DESC", limit);
        } else {
            self.only.push("x.owned_by IS NOT NULL AND x.kind IN ('settlement', 'refund')".into());
            let (table, limit, spans) = (self.script.table::<TransferRow>(), self.limit(limit), self.arms());
            let arm = |(kind, only): (&TransferKind, &String)| {
                format!(
                    "SELECT y.* FROM (SELECT x.* FROM {table} AS x WHERE {only} AND x.kind = '{kind}' \
                     ORDER BY x.stamp DESC, x.id DESC LIMIT {limit}) AS y"
                )
            };
            let each = kinds.iter().flat_map(|kind| spans.iter().map(move |only| (kind, only)));
            let arms: Vec<String> = each.map(arm).collect();
            self.with.push(format!(
                "page AS MATERIALIZED (SELECT z.* FROM ({}) AS z ORDER BY z.stamp DESC, z.id DESC LIMIT {limit})",
                arms.join(" UNION ALL ")
            ));
            self.leg::<TransferRow>('t', "page AS x".into());
        }
        self.joined::<EntryRow>('e', "transfer", "id");
        // the event of a posted transfer has the transfer's uuid
        self.joined::<EventRow>('v', "id", "id");
    }
}
