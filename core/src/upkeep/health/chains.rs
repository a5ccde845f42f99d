//! Health of withdrawals: do enough endpoints speak for each chain, and does every lane send?

use std::collections::BTreeSet;

use crate::engine::Engine;
use crate::error::Result;
use crate::rows::listing::{Listing, Records};
use crate::rows::tables::RecordRow;
use crate::store::{Finding, Level};
use crate::time::{Span, Time};
use crate::withdrawal::chain::{self, Chain};
use crate::withdrawal::lane::{self, Lane, LaneState};
use crate::withdrawal::model::{self, State, Withdrawal};

/// Chains and lanes that are looked at.
const LOOKED_AT: usize = 500;
/// How old the facts of a chain may be while there is work.
const OLD: Span = Span::from_mins(5);

async fn listed(engine: &Engine, records: Records) -> Result<Vec<RecordRow>> {
    let listing = Listing::Records(Records { limit: LOOKED_AT, ..records });
    Ok(engine.look(&listing).await?.records)
}

/// The withdrawals that were asked for first, of those in a state.
async fn oldest(engine: &Engine, state: State) -> Result<Vec<RecordRow>> {
    let (book, kind, before) = (engine.book_name().clone(), model::KIND.into(), Time::MAX);
    let listing = Listing::Still { book, kind, state: state.as_str().into(), before, limit: LOOKED_AT };
    Ok(engine.look(&listing).await?.records)
}

/// A chain is critical if fewer endpoints speak for it than must agree. It is a warning if it has a single
/// endpoint, or if nobody has asked it for 5 minutes while there is work.
pub(super) async fn chains(engine: &Engine, now: Time) -> Result<Finding> {
    let rows = listed(engine, Records::of(engine.book_name(), chain::KIND)).await?;
    if rows.is_empty() {
        return Ok(none("chains"));
    }
    let busy = at_work(engine).await?;
    let (mut level, mut said) = (Level::Healthy, vec![format!("{} chains", rows.len())]);
    for row in &rows {
        let chain = Chain::of(row)?;
        if let Some(ChainFault { level: worse, why }) = fault(&chain, busy.contains(&chain.facts.id), now) {
            level = if level == Level::Critical { level } else { worse };
            said.push(format!("`{}` {why}", chain.facts.id));
        }
    }
    Ok(Finding { name: "chains", level, detail: said.join("; ") })
}

/// The chains with something under way: a nonce that is not final, or a withdrawal that will get one by
/// itself.
async fn at_work(engine: &Engine) -> Result<BTreeSet<String>> {
    let (book, mut busy) = (engine.book_name(), BTreeSet::new());
    for row in &listed(engine, Records::of(book, lane::KIND)).await? {
        let lane = Lane::of(row)?;
        if !lane.facts.in_flight.is_empty() {
            busy.insert(lane.facts.chain);
        }
    }
    for row in &oldest(engine, State::Pending).await? {
        let withdrawal = Withdrawal::of(row)?;
        if withdrawal.facts.job.is_some() || withdrawal.facts.look_at.is_some() {
            busy.insert(withdrawal.facts.chain);
        }
    }
    Ok(busy)
}

fn none(name: &'static str) -> Finding {
    Finding { name, level: Level::Healthy, detail: "there are none".to_owned() }
}

/// The fault of a chain, and how bad it is.
struct ChainFault {
    level: Level,
    why: String,
}

fn fault(chain: &Chain, is_busy: bool, now: Time) -> Option<ChainFault> {
    let facts = &chain.facts;
    let speak = facts.endpoints_seen.iter().filter(|seen| seen.status.speaks()).count();
    let quorum = usize::try_from(facts.quorum).unwrap_or(usize::MAX);
    if !facts.endpoints_seen.is_empty() && speak < quorum {
        let why = format!("has {speak} endpoints that speak for it, and needs {quorum}");
        return Some(ChainFault { level: Level::Critical, why });
    }
    let heard = facts.now.as_ref().map_or(chain.row.created_at, |fees| fees.at);
    let old = now.since(heard);
    if (is_busy || facts.facts_job.is_some()) && old >= OLD {
        let why = format!("was last heard of {} s ago", old.micros() / 1_000_000);
        return Some(ChainFault { level: Level::Warning, why });
    }
    let alone = || ChainFault { level: Level::Warning, why: "has one endpoint alone".to_owned() };
    (facts.endpoints.len() == 1).then(alone)
}

/// A lane that is paused is a warning, and so is a withdrawal that people should look at.
pub(super) async fn lanes(engine: &Engine) -> Result<Finding> {
    let book = engine.book_name();
    let rows = listed(engine, Records::of(book, lane::KIND)).await?;
    if rows.is_empty() {
        return Ok(none("lanes"));
    }
    let (mut level, mut said) = (Level::Healthy, vec![format!("{} lanes", rows.len())]);
    let mut attention = 0_usize;
    for row in &rows {
        let lane = Lane::of(row)?;
        // finished withdrawals may be very many, so each lane keeps those that need attention
        attention += lane.facts.unclear.len();
        if lane.state == LaneState::Paused && !lane.facts.retiring {
            level = Level::Warning;
            let reason = lane.facts.reason.as_deref().unwrap_or_default();
            said.push(format!("{} is paused: `{reason}`", lane.id()));
        }
    }
    for state in State::ALL.iter().filter(|state| !state.is_terminal()) {
        for row in &oldest(engine, *state).await? {
            attention += usize::from(Withdrawal::of(row)?.facts.attention.is_some());
        }
    }
    if attention > 0 {
        level = Level::Warning;
        said.push(format!("{attention} withdrawals want somebody to look: see `withdrawals.list`"));
    }
    Ok(Finding { name: "lanes", level, detail: said.join("; ") })
}
