//! Checks every approval against what the rows imply.

use std::sync::Arc;

use serde_json::Value;

use super::model::{Approval, State};
use crate::error::Result;
use crate::ids::Key;
use crate::kernel::operation::CreatedIds;
use crate::kernel::snapshot::{Snapshot, Table};
use crate::request::check::PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::request::scope::Scope;
use crate::rows::needs::{KeyKey, Needs};
use crate::rows::tables::KeyRow;
use crate::sorting::Sorting;

/// Checks every approval of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, scope: &Scope, examine: Examine<'_>) -> Result<()> {
    let needs = |approval: &Approval, needs: &mut Needs| needs.keys.extend(key_of(approval));
    let wrong = |approval: &Approval, beside: &Snapshot| wrong(approval, &beside.keys, scope);
    reading.check("approvals", PAGE, examine, needs, wrong).await
}

/// The key of its call, unless it was erased.
fn key_of(approval: &Approval) -> Option<KeyKey> {
    Some((approval.row.book.clone(), Key::stored(approval.text("key")?.clone())))
}

/// Returns the first error in an approval.
fn wrong(approval: &Approval, keys: &Table<KeyRow>, scope: &Scope) -> Option<&'static str> {
    let facts = &approval.facts;
    let mut voters = facts.votes.clone();
    voters.order();
    voters.dedup();
    if voters.len() != facts.votes.len() || facts.times.votes.len() != facts.votes.len() {
        return Some("somebody has approved twice");
    }
    if facts.votes.iter().any(|voter| voter == facts.call.requested_by.id()) {
        return Some("who asked for it has approved it");
    }
    let complete = facts.votes.len() == facts.required as usize && facts.required > 0;
    let fits = match approval.state {
        State::Pending => facts.votes.len() < facts.required as usize,
        State::Approved | State::Executed => complete,
        State::Rejected | State::Expired => facts.votes.len() <= facts.required as usize,
    };
    if !fits {
        return Some("its consents do not fit its state");
    }
    if approval.row.due_at != approval.due_at() {
        return Some("its timer is not that of its state");
    }
    covers(approval, keys, scope)
}

/// Whether it covers the very request that it was asked for, and was used up by that one only.
fn covers(approval: &Approval, keys: &Table<KeyRow>, scope: &Scope) -> Option<&'static str> {
    let call = &approval.facts.call;
    let (Some(request), Some(key)) = (approval.text("request"), key_of(approval)) else {
        // its text was erased: the hash stays
        return None;
    };
    if Approval::id_of(&key.0, &key.1) != approval.id() {
        return Some("it is not that of its key");
    }
    let Ok(payload) = serde_json::from_str::<Value>(request) else {
        return Some("its request cannot be read");
    };
    // a request that this engine's options do not admit cannot be hashed here
    let waited = hex::decode(&call.payload_hash).ok().map(Arc::from);
    let scope = &Scope { waited, ..scope.clone() };
    let hash =
        (scope.catalogue.payload_hash)(scope, &call.operation, payload).ok().flatten().map(hex::encode);
    if hash.is_some_and(|hash| hash != call.payload_hash) {
        return Some("its request is not the one that it covers");
    }
    let row = keys.row(&key);
    if row.is_none() {
        // tied to the request until the call takes place, and kept for ever then
        return Some("the key of its call is missing");
    }
    let of_it = row.filter(|row| {
        row.operation.as_ref() == call.operation && hex::encode(&row.request) == call.payload_hash
    });
    let took_place =
        of_it.is_some_and(|row| CreatedIds::unpack(&row.made).is_ok_and(|made| !made.is_pending()));
    // when no policy covers the call any more, it may run without its approval
    (approval.state == State::Executed && !took_place)
        .then_some("it was used up, and its call did not take place")
}
