//! Followers of records: further changes in the commit that changes a record.
//!
//! A domain that follows records of another domain is told of every change of them, whatever made it: a call,
//! a timer or an approval, in a batch or in a host's transaction.

use std::fmt::Debug;

use super::draft::{Decided, Draft};
use super::snapshot::Snapshot;
use crate::error::Error;
use crate::rows::needs::{Needs, RecordKey};
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;

/// How many rounds of changes followers may make in one commit.
const ROUNDS: usize = 16;

/// The domains that follow records.
pub trait RecordFollower: Debug + Send + Sync {
    /// Whether anybody follows records of a kind.
    fn follows(&self, kind: &str) -> bool;

    /// Names the rows that followers may need when a record changes, as far as `seen` lets them.
    fn needs(&self, record: &RecordRow, seen: &Snapshot, needs: &mut Needs);

    /// Reacts to a change of a record. It is pure, like every decision. Its refusal refuses the call.
    fn changed(&self, before: Option<&RecordRow>, after: &RecordRow, draft: &mut Draft<'_>) -> Decided<()>;
}

/// Adds the rows that followers need for the records that the call may change, and that their own followers
/// need in turn.
pub(super) fn needs_of_followers(followers: &dyn RecordFollower, seen: &Snapshot, needs: &mut Needs) {
    let mut asked: Vec<RecordKey> = Vec::new();
    loop {
        let changes =
            needs.records.iter().filter(|(key, access)| access.changes() && followers.follows(&key.kind));
        let more: Vec<RecordKey> =
            changes.map(|(key, _)| key).filter(|key| !asked.contains(key)).cloned().collect();
        if more.is_empty() {
            return;
        }
        for key in &more {
            match seen.records.row(key) {
                Some(row) => followers.needs(row, seen, needs),
                None => needs.incomplete |= !seen.records.knows(key),
            }
        }
        asked.extend(more);
    }
}

/// Tells followers of every record that the call has changed. Their own changes are told in the next round,
/// until nothing changes any more.
pub(super) fn tell_followers(followers: &dyn RecordFollower, draft: &mut Draft<'_>) -> Decided<()> {
    let mut told: Vec<RecordRow> = Vec::new();
    for _ in 0..ROUNDS {
        let records = draft.writes().records.iter();
        let changed: Vec<RecordRow> =
            records.filter(|row| followers.follows(&row.kind) && !told.contains(row)).cloned().collect();
        if changed.is_empty() {
            return Ok(());
        }
        for after in changed {
            let key = after.key();
            let last = told.iter().position(|row| row.is(&key)).map(|place| told.swap_remove(place));
            let before = last.as_ref().or_else(|| draft.seen().records.row(&key));
            followers.changed(before, &after, draft)?;
            told.push(after);
        }
    }
    Err(Error::corrupted("records that follow each other do not come to rest").into())
}
