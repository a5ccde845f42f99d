//! The listing of transfers that were posted for objects: what deals have paid out, for one.

use super::Page;
use crate::ids::TransferId;
use crate::rows::owner::OwningObject;
use crate::rows::tables::{EntryRow, EventRow, TransferKind, TransferRow};
use crate::time::Time;

impl Page<'_> {
    /// Lists newest first. Transfers of one object come by its index; otherwise the newest of each kind are
    /// read, then the newest of those. The kinds are literals, so that a generic plan can use the partial
    /// index.
    pub(super) fn owned(
        &mut self,
        owner: Option<OwningObject>,
        kinds: &[TransferKind],
        after: Option<(Time, TransferId)>,
        limit: usize,
    ) {
        if let Some((stamp, id)) = after {
            let (stamp, id) = (self.cell(&stamp), self.cell(&id));
            self.only.push(format!("(x.stamp, x.id) < ({stamp}, {id})"));
        }
        if let Some(owner) = owner {
            self.owned_by(owner);
            let names: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
            self.only.push(format!("x.kind IN ({})", names.join(", ")));
            self.rows::<TransferRow>('t', "x.stamp DESC, x.id DESC", limit);
        } else {
            self.only.push("x.owned_by_id IS NOT NULL AND x.kind IN ('settlement', 'refund')".into());
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

    /// Only of one object. The index has the UUID alone, because objects of different kinds share none.
    pub(super) fn owned_by(&mut self, owner: OwningObject) {
        self.equal("owned_by_kind", &owner.kind);
        self.equal("owned_by_id", &owner.id);
    }
}
