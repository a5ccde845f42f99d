//! The jobs that watch a lane. Nonces under way are watched with every block. Final ones are watched for a
//! while once a minute, because a chain may take them back too.

use std::collections::BTreeSet;

use serde_json::json;

use super::chain::Chain;
use super::editor::{ENDLESS, about_chain};
use super::lane::{Lane, LaneFacts, WatchFacts};
use crate::ids::JobId;
use crate::jobs::decide::put_off;
use crate::kernel::draft::{Draft, JobTerms};
use crate::kernel::operation::Decided;
use crate::time::{Span, Time};

/// The kind of the jobs that watch.
pub(super) const KIND: &str = "chain.observe";
/// The most nonces in one job: the answers of three endpoints about them fit into a report, unless payees had
/// their payments log much. A nonce without room is unreadable.
pub(super) const MOST: usize = 96;
/// The number of endpoints that [`MOST`] is for.
const FEW: usize = 3;
/// How long the next look at final nonces waits.
const AGAIN: Span = Span::from_mins(1);

/// The nonces that a job watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WatchTarget {
    UnderWay,
    /// The final ones.
    Ended,
}

/// The nonces that a job of a lane watches; `None` for an old job.
pub(super) fn looks_at(facts: &LaneFacts, job: JobId) -> Option<WatchTarget> {
    if facts.observe_job == Some(job) {
        return Some(WatchTarget::UnderWay);
    }
    let watch = facts.watch.as_ref()?;
    (watch.job == job).then_some(WatchTarget::Ended)
}

/// The most nonces in one job of a chain, so that the answers of all endpoints fit into a report.
pub(super) fn most(chain: &Chain) -> usize {
    let endpoints = chain.facts.endpoints.len().max(FEW);
    (MOST * FEW).checked_div(endpoints).unwrap_or(MOST)
}

/// The next nonces to ask about, in order: the lowest ones in no block fill one half, and the lowest ones
/// under way fill the rest. A chain takes nonces in order, so the lowest are enough. A smaller `most` chooses
/// a subset of a larger one.
pub(super) fn chosen(facts: &LaneFacts, of: WatchTarget, most: usize) -> Vec<u64> {
    match of {
        WatchTarget::UnderWay => {
            let mut all: BTreeSet<u64> = facts.unseen.iter().take(most / 2).copied().collect();
            for nonce in &facts.in_flight {
                if all.len() < most {
                    all.insert(*nonce);
                }
            }
            all.into_iter().collect()
        }
        WatchTarget::Ended => {
            let next = facts.watch.as_ref().map_or(facts.next_nonce, |watch| watch.next);
            let ended = (next..facts.next_nonce).filter(|nonce| is_ended(facts, *nonce));
            ended.take(most).collect()
        }
    }
}

/// Whether a nonce belongs to a withdrawal and is no longer under way.
fn is_ended(facts: &LaneFacts, nonce: u64) -> bool {
    !facts.in_flight.contains(&nonce) && !facts.is_passed_over(nonce)
}

/// Writes the job that watches the nonces under way, unless there is one.
pub(super) fn look(draft: &mut Draft<'_>, chain: &Chain, lane: &mut Lane, after: Span) -> Decided<()> {
    if lane.facts.observe_job.is_none() && !lane.facts.in_flight.is_empty() {
        lane.facts.observe_job = Some(write(draft, chain, lane, "observe", after)?);
    }
    Ok(())
}

/// Watches an ended nonce once a minute from now on.
pub(super) fn look_back(draft: &mut Draft<'_>, chain: &Chain, lane: &mut Lane, nonce: u64) -> Decided<()> {
    match &mut lane.facts.watch {
        Some(watch) => {
            (watch.from, watch.next) = (watch.from.min(nonce), watch.next.min(nonce));
        }
        None => {
            let job = write(draft, chain, lane, "watch", AGAIN)?;
            lane.facts.watch = Some(WatchFacts { from: nonce, next: nonce, job });
        }
    }
    Ok(())
}

/// Goes on after a look at final nonces: drops those whose time is over, and writes the next job if any are
/// left.
pub(super) fn looked_back(
    draft: &mut Draft<'_>,
    chain: &Chain,
    lane: &mut Lane,
    looked: &LookedBack,
) -> Decided<()> {
    let Some(mut watch) = lane.facts.watch.take() else { return Ok(()) };
    for nonce in &looked.over {
        if *nonce == watch.from {
            watch.from = watch.from.saturating_add(1);
        }
    }
    let facts = &lane.facts;
    while watch.from < facts.next_nonce && !is_ended(facts, watch.from) {
        watch.from = watch.from.saturating_add(1);
    }
    if watch.from >= facts.next_nonce {
        return Ok(());
    }
    let next = looked.last.map_or(watch.from, |last| last.saturating_add(1));
    let more = (next..facts.next_nonce).any(|nonce| is_ended(facts, nonce));
    let (next, after) = if more && looked.last.is_some() {
        (next.max(watch.from), chain.facts.block_time)
    } else {
        (watch.from, AGAIN)
    };
    let job = write(draft, chain, lane, "watch", after)?;
    lane.facts.watch = Some(WatchFacts { from: watch.from, next, job });
    Ok(())
}

/// A look at final nonces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LookedBack {
    /// The highest nonce.
    pub last: Option<u64>,
    /// The nonces whose time is over, in order.
    pub over: Vec<u64>,
}

/// Has the job that watches the nonces under way run at once.
pub(super) fn hasten(draft: &mut Draft<'_>, lane: &Lane) -> Decided<()> {
    let Some(job) = lane.facts.observe_job else { return Ok(()) };
    let now = draft.ctx.now;
    put_off(draft, &(lane.row.book.clone(), job), now)
}

/// When a job that has nothing to watch yet is leased again.
pub(super) fn later(chain: &Chain, now: Time) -> Time {
    now.checked_add(chain.facts.block_time.max(Span::from_secs(1))).unwrap_or(Time::MAX)
}

fn write(draft: &mut Draft<'_>, chain: &Chain, lane: &Lane, call: &str, after: Span) -> Decided<JobId> {
    let job = JobId::from_uuid(draft.ids.uuid());
    let mut payload = about_chain(chain);
    payload.insert("lane".to_owned(), json!(lane.id()));
    payload.insert("address".to_owned(), lane.facts.address.as_str().into());
    payload.insert("slots".to_owned(), json!([]));
    let key = format!("{}:{call}:{}", lane.id(), lane.row.version);
    let not_before = draft.ctx.now.checked_add(after).unwrap_or(Time::MAX);
    draft.enqueue_on(job, &key, KIND, JobTerms { attempts: ENDLESS, not_before }, &payload)?;
    Ok(job)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(unseen: std::ops::Range<u64>, in_flight: std::ops::Range<u64>) -> LaneFacts {
        let (unseen, next) = (unseen.collect::<Vec<_>>(), in_flight.end);
        serde_json::from_value(json!({
            "chain": "local", "key": "ky_019b76da-a800-7000-8000-000000000000", "address": "0x",
            "window": 256, "next_nonce": next, "in_flight": in_flight.collect::<Vec<_>>(), "unseen": unseen,
        }))
        .unwrap()
    }

    /// However many nonces wait for a block, those that are in one become final.
    #[test]
    fn what_may_be_final_is_looked_at_beside_what_is_in_no_block() {
        let busy = lane(100..300, 0..300);
        let chosen_of = |most| chosen(&busy, WatchTarget::UnderWay, most);
        let all = chosen_of(MOST);
        assert_eq!(all.len(), MOST);
        assert!((0..48).chain(100..148).all(|nonce| all.contains(&nonce)), "{all:?}");
        for most in [18, 57, 72] {
            let fewer = chosen_of(most);
            assert!(
                fewer.len() == most && fewer.iter().all(|nonce| all.contains(nonce)),
                "{most}: {fewer:?}"
            );
        }
        assert_eq!(chosen(&lane(2..5, 0..5), WatchTarget::UnderWay, MOST), [0, 1, 2, 3, 4]);
        assert_eq!(chosen(&lane(0..0, 0..0), WatchTarget::UnderWay, MOST), [0_u64; 0]);
    }
}
