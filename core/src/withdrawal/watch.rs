//! The jobs that look at a lane: at what is under way with every block, and for a while once a minute at what
//! is final already, because a chain may take that back too.

use std::collections::BTreeSet;

use serde_json::json;

use super::chain::Chain;
use super::desk::{ENDLESS, about_chain};
use super::lane::{Lane, LaneFacts, WatchFacts};
use crate::ids::JobId;
use crate::jobs::decide::put_off;
use crate::kernel::draft::{Draft, JobTerms};
use crate::kernel::operation::Halt;
use crate::time::{Span, Time};

/// The kind of the jobs that look.
pub(super) const KIND: &str = "chain.observe";
/// How many nonces are asked about at once: what three endpoints answer fits into a report.
pub(super) const MOST: usize = 96;
/// How many endpoints that is for.
const FEW: usize = 3;
/// How often what is final is asked about.
const AGAIN: Span = Span::from_mins(1);

/// What a job looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LooksAt {
    /// What is under way.
    UnderWay,
    /// What is final.
    Ended,
}

/// What a job of a lane looks at; `None` where it is an old one.
#[must_use]
pub(super) fn looks_at(facts: &LaneFacts, job: JobId) -> Option<LooksAt> {
    if facts.observe_job == Some(job) {
        return Some(LooksAt::UnderWay);
    }
    let watch = facts.watch.as_ref()?;
    (watch.job == job).then_some(LooksAt::Ended)
}

/// How many nonces are asked about at once, so that the answers of all endpoints fit into a report.
#[must_use]
pub(super) fn most(chain: &Chain) -> usize {
    let endpoints = chain.facts.endpoints.len().max(FEW);
    (MOST * FEW).checked_div(endpoints).unwrap_or(MOST)
}

/// The nonces that are asked about next, in their order: those that may be final soonest, and as many that
/// are in no block. A chain takes both in their order, so that the lowest are enough. With fewer at once
/// those are among the ones with more.
#[must_use]
pub(super) fn chosen(facts: &LaneFacts, of: LooksAt, most: usize) -> Vec<u64> {
    match of {
        LooksAt::UnderWay => {
            let mut all: BTreeSet<u64> = facts.unseen.iter().take(most / 2).copied().collect();
            for nonce in &facts.in_flight {
                if all.len() < most {
                    all.insert(*nonce);
                }
            }
            all.into_iter().collect()
        }
        LooksAt::Ended => {
            let next = facts.watch.as_ref().map_or(facts.next_nonce, |watch| watch.next);
            let ended = (next..facts.next_nonce).filter(|nonce| is_ended(facts, *nonce));
            ended.take(most).collect()
        }
    }
}

/// Whether a nonce is a withdrawal's and nothing of it is under way.
fn is_ended(facts: &LaneFacts, nonce: u64) -> bool {
    !facts.in_flight.contains(&nonce) && !facts.is_passed_over(nonce)
}

/// Writes the job that looks at what is under way, unless there is one.
///
/// # Errors
/// Only halts.
pub(super) fn look(draft: &mut Draft<'_>, chain: &Chain, lane: &mut Lane, after: Span) -> Result<(), Halt> {
    if lane.facts.observe_job.is_none() && !lane.facts.in_flight.is_empty() {
        lane.facts.observe_job = Some(write(draft, chain, lane, "observe", after)?);
    }
    Ok(())
}

/// Something has ended: from now on it is looked at once a minute.
///
/// # Errors
/// Only halts.
pub(super) fn look_back(
    draft: &mut Draft<'_>,
    chain: &Chain,
    lane: &mut Lane,
    nonce: u64,
) -> Result<(), Halt> {
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

/// What was final was looked at: those that nobody need look at any more are left behind, and the next job is
/// written, where there is something left.
///
/// # Errors
/// Only halts.
pub(super) fn looked_back(
    draft: &mut Draft<'_>,
    chain: &Chain,
    lane: &mut Lane,
    looked: &LookedBack,
) -> Result<(), Halt> {
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

/// What was asked about of what is final.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LookedBack {
    /// The highest nonce.
    pub last: Option<u64>,
    /// Those whose time is over, in their order.
    pub over: Vec<u64>,
}

/// Looks at what is under way at once.
///
/// # Errors
/// Only halts.
pub(super) fn hasten(draft: &mut Draft<'_>, lane: &Lane) -> Result<(), Halt> {
    let Some(job) = lane.facts.observe_job else { return Ok(()) };
    let now = draft.ctx.now;
    put_off(draft, &(lane.row.book.clone(), job), now)
}

/// When a job that has nothing to look at yet is leased.
#[must_use]
pub(super) fn later(chain: &Chain, now: Time) -> Time {
    now.checked_add(chain.facts.block_time.max(Span::from_secs(1))).unwrap_or(Time::MAX)
}

fn write(draft: &mut Draft<'_>, chain: &Chain, lane: &Lane, call: &str, after: Span) -> Result<JobId, Halt> {
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

    /// However many wait for a block: those that are in one come to be final.
    #[test]
    fn what_may_be_final_is_looked_at_beside_what_is_in_no_block() {
        let busy = lane(100..300, 0..300);
        let chosen_of = |most| chosen(&busy, LooksAt::UnderWay, most);
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
        assert_eq!(chosen(&lane(2..5, 0..5), LooksAt::UnderWay, MOST), [0, 1, 2, 3, 4]);
        assert_eq!(chosen(&lane(0..0, 0..0), LooksAt::UnderWay, MOST), [0_u64; 0]);
    }
}
