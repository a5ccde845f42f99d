//! Checks every approval against what the rows imply.

use std::sync::Arc;

use hashbrown::HashMap;
use serde_json::Value;

use super::model::{Approval, ApprovalFacts, KIND, State};
use crate::error::Result;
use crate::ids::Key;
use crate::kernel::operation::CreatedIds;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::request::scope::Scope;
use crate::rows::listing::Records;
use crate::rows::needs::Needs;
use crate::rows::tables::KeyRow;
use crate::sorting::Sorting;

/// Checks every approval of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    scope: &Scope,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let mut pages = Pages::of(Records::of(&reading.book, KIND));
    while let Some(approvals) =
        pages.objects::<ApprovalFacts>(reading, |error| examine("approvals", false, error.message())).await?
    {
        let mut needs = Needs::default();
        for key in approvals.iter().filter_map(|approval| approval.text("key")) {
            needs.keys.insert((reading.book.clone(), Key::stored(key.clone())));
        }
        let keys = if needs.is_empty() { Vec::new() } else { reading.load(&needs).await?.keys };
        let keys: HashMap<String, KeyRow> =
            keys.into_iter().map(|row| (row.key.as_str().to_owned(), row)).collect();
        for approval in &approvals {
            let wrong = wrong(approval, &keys, scope);
            let what = format!("approval {}: {}", approval.id(), wrong.unwrap_or_default());
            examine("approvals", wrong.is_none(), what);
        }
    }
    Ok(())
}

/// Returns the first error in an approval.
fn wrong(approval: &Approval, keys: &HashMap<String, KeyRow>, scope: &Scope) -> Option<&'static str> {
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
fn covers(approval: &Approval, keys: &HashMap<String, KeyRow>, scope: &Scope) -> Option<&'static str> {
    let call = &approval.facts.call;
    let (Some(request), Some(key)) = (approval.text("request"), approval.text("key")) else {
        // its text was erased: the hash stays
        return None;
    };
    if Approval::id_of(&approval.row.book, &Key::stored(key.clone())) != approval.id() {
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
    let row = keys.get(key.as_ref());
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
