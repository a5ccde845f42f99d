//! The facts of a chain: the price of gas, the nonces and balances of lanes, and the code of assets. A worker
//! is asked after every change of the setup, and while there is work whenever the last answer is old.

use serde_json::{Map, Value, json};

use super::asset::{self, Asset, AssetKind, AssetState};
use super::chain::{Chain, EndpointSeen, FeesSeen};
use super::editor::{ENDLESS, about_chain};
use super::judge::facts::{self, AssetSeen, FactsVerdict, LaneSeen};
use super::judge::quorum::EndpointLook;
use super::judge::views::FactsView;
use super::lane::{self, Lane, LaneGap, LaneState};
use super::reports::{endpoints_of, views_of};
use crate::ids::{Book, JobId};
use crate::jobs::decide::put_off;
use crate::kernel::draft::{Draft, JobTerms};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{JobEnd, Leasing};
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::{JobRow, JobState};
use crate::time::Time;

/// The kind of its jobs.
pub(super) const KIND: &str = "chain.facts";
/// The reason for a lane that does not open: its address has code, which may move its nonce and its money.
const CODE: &str = "code";
/// The reason for a lane that does not open, or does not bind after a restore: somebody else, or an abandoned
/// history, has sent with its key, and that is in no block yet.
const PENDING: &str = "pending_nonces";

/// Asks for the facts of a chain at once, and writes the chain. A waiting job is only hastened.
pub(super) fn ask(draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
    let now = draft.ctx.now;
    ask_at(draft, chain, now)
}

/// Asks likewise, for a caller that writes the chain anyway.
pub(super) fn ask_unwritten(draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
    let now = draft.ctx.now;
    asks_anew(draft, chain, now).map(drop)
}

fn ask_at(draft: &mut Draft<'_>, chain: &mut Chain, at: Time) -> Decided<()> {
    if asks_anew(draft, chain, at)? { put(draft, chain) } else { Ok(()) }
}

/// Writes the job that asks for the facts, unless there is one. Returns whether the chain is to be written.
fn asks_anew(draft: &mut Draft<'_>, chain: &mut Chain, at: Time) -> Decided<bool> {
    if let Some(known) = chain.facts.facts_job {
        let key = (chain.row.book.clone(), known);
        let row = draft.job(&key)?.filter(|row| row.state != JobState::Done);
        if let Some((state, run_at)) = row.map(|row| (row.state, row.run_at)) {
            if state == JobState::Queued && run_at > at {
                put_off(draft, &key, at)?;
            }
            return Ok(false);
        }
    }
    let job = JobId::from_uuid(draft.ids.uuid());
    let payload = payload_of(chain, Vec::new(), Vec::new());
    let key = format!("{}:facts:{}", chain.facts.id, chain.row.version);
    let terms = JobTerms { attempts: ENDLESS, not_before: at };
    draft.enqueue_on(job, &key, KIND, terms, &payload)?;
    chain.facts.facts_job = Some(job);
    Ok(true)
}

/// Writes a chain without an event.
pub(super) fn put(draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
    chain.row.version += 1;
    draft.put_record(chain.clone().into_row()?);
    Ok(())
}

fn payload_of(chain: &Chain, lanes: Vec<Value>, assets: Vec<Value>) -> Map<String, Value> {
    let mut payload = about_chain(chain);
    payload.insert("lanes".to_owned(), lanes.into());
    payload.insert("assets".to_owned(), assets.into());
    payload
}

/// Names the job that asks for the facts.
pub(super) fn needs(chain: &Chain, needs: &mut Needs) {
    if let Some(job) = chain.facts.facts_job {
        needs.job((chain.row.book.clone(), job), Access::Write);
    }
}

/// The name of the chain of a job, from its payload.
fn chain_of(job: &JobRow) -> Option<String> {
    let payload: Value = serde_json::from_str(&job.payload).ok()?;
    payload.get("chain")?.as_str().map(ToOwned::to_owned)
}

/// Names the chain of a job, with its lanes and assets.
pub(super) fn needs_of_job(job: &JobRow, seen: &Snapshot, wanted: &mut Needs) {
    let Some(id) = chain_of(job) else { return };
    let book = &job.book;
    // an opening lane takes the timeline of the head
    wanted.heads.insert((book.clone(),));
    let Some(chain) = needs_of_chain(book, &id, seen, wanted) else { return };
    for lane in &chain.facts.lanes {
        wanted.record(Lane::key(book, *lane), Access::Write);
    }
    for currency in &chain.facts.assets {
        wanted.record(Asset::key(book, [&id, currency]), Access::Write);
    }
}

/// Names the rows of a chain and its job, and returns the chain if it was read.
pub(super) fn needs_of_chain(book: &Book, id: &str, seen: &Snapshot, wanted: &mut Needs) -> Option<Chain> {
    let chain = Chain::needed(Chain::key(book, id), Access::Write, seen, wanted)?;
    needs(&chain, wanted);
    Some(chain)
}

/// The chain that waits for a job; `None` for an old job.
fn known_chain(draft: &Draft<'_>, job: &JobRow) -> Decided<Option<Chain>> {
    let Some(id) = chain_of(job) else { return Ok(None) };
    let chain = Chain::find(draft, &job.book, &id)?;
    Ok(chain.filter(|chain| chain.facts.facts_job == Some(job.id)))
}

fn lanes_of(draft: &Draft<'_>, book: &Book, chain: &Chain) -> Decided<Vec<Lane>> {
    chain.facts.lanes.iter().map(|id| Lane::known(draft, book, *id)).collect()
}

fn assets_of(draft: &Draft<'_>, book: &Book, chain: &Chain) -> Decided<Vec<Asset>> {
    chain.facts.assets.iter().map(|currency| Asset::known(draft, book, [&chain.facts.id, currency])).collect()
}

/// Fills in the questions for the worker.
pub(super) fn leased(job: &JobRow, draft: &mut Draft<'_>) -> Decided<Leasing> {
    let Some(chain) = known_chain(draft, job)? else { return Ok(Leasing::Over) };
    let lanes = lanes_of(draft, &job.book, &chain)?;
    let live = lanes.iter().filter(|lane| lane.state != LaneState::Retired);
    let lanes = live.map(|lane| json!({ "lane": lane.id(), "address": lane.facts.address })).collect();
    let assets = assets_of(draft, &job.book, &chain)?;
    let assets = assets.iter().map(|asset| &asset.facts);
    let assets = assets.map(|facts| json!({ "currency": facts.currency, "token": facts.token })).collect();
    Ok(Leasing::With(payload_of(&chain, lanes, assets).into()))
}

/// Takes the report about a chain. A job without a report is leased again by itself.
pub(super) fn ended(job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Decided<()> {
    if end != JobEnd::Completed {
        return Ok(());
    }
    let views = views_of::<FactsView>(job)?;
    // the report of an old job is no longer needed
    let Some(mut chain) = known_chain(draft, job)? else { return Ok(()) };
    let verdict = facts::judge(&endpoints_of(&chain)?, &views);
    chain.facts.facts_job = None;
    let at = draft.ctx.now;
    note(&mut chain, &verdict.endpoints, at);
    if let Some(fees) = verdict.fees {
        chain.facts.now = Some(FeesSeen { base_fee: fees.base_fee, priority_fee: fees.priority_fee, at });
    }
    chain.facts.forget_floor(at);
    let opens = lanes_told(draft, &job.book, &chain, &verdict)?;
    let checks = assets_told(draft, &job.book, &chain, &verdict)?;
    if opens || checks {
        let again = at.checked_add(chain.facts.facts_ttl).unwrap_or(Time::MAX);
        return ask_at(draft, &mut chain, again);
    }
    put(draft, &mut chain)
}

/// Notes the health of endpoints from other reports, if the status of one has changed.
pub(super) fn heard(draft: &mut Draft<'_>, chain: &mut Chain, looks: &[EndpointLook]) -> Decided<()> {
    let known = |look: &EndpointLook| {
        let seen = chain.facts.endpoints_seen.iter().find(|seen| seen.endpoint == look.endpoint);
        seen.map(|seen| seen.status)
    };
    if looks.iter().all(|look| known(look) == Some(look.status)) {
        return Ok(());
    }
    let at = draft.ctx.now;
    note(chain, looks, at);
    put(draft, chain)
}

/// Notes the health of endpoints.
fn note(chain: &mut Chain, looks: &[EndpointLook], at: Time) {
    let before = std::mem::take(&mut chain.facts.endpoints_seen);
    let seen = |look: &EndpointLook| {
        let known = before.iter().find(|seen| seen.endpoint == look.endpoint);
        let answers = look.status.speaks();
        let failures = known.map_or(0, |known| known.failures).saturating_add(1);
        EndpointSeen {
            endpoint: look.endpoint.clone(),
            status: look.status,
            failures: if answers { 0 } else { failures },
            head: look.head.or_else(|| known.and_then(|known| known.head)),
            at: if answers { Some(at) } else { known.and_then(|known| known.at) },
        }
    };
    chain.facts.endpoints_seen = looks.iter().map(seen).collect();
}

/// Applies the facts of lanes. Returns whether a lane is still opening.
fn lanes_told(draft: &mut Draft<'_>, book: &Book, chain: &Chain, verdict: &FactsVerdict) -> Decided<bool> {
    let mut opens = false;
    for mut lane in lanes_of(draft, book, chain)? {
        if lane.state == LaneState::Retired {
            continue;
        }
        let (before, version) = (lane.facts.clone(), lane.row.version);
        if let Some(seen) = verdict.lanes.get(&lane.id().to_string()) {
            lane_told(draft, &mut lane, seen, &chain.facts.assets)?;
        }
        opens |= lane.state == LaneState::Opening;
        // a change with an event is written already
        if lane.facts != before && lane.row.version == version {
            draft.put_changed(lane)?;
        }
    }
    Ok(opens)
}

/// Applies the facts of one lane. Its counter comes from the chain once, when the lane opens; a higher nonce
/// later is somebody else's. Balances of unknown assets are dropped.
fn lane_told(draft: &mut Draft<'_>, lane: &mut Lane, seen: &LaneSeen, assets: &[String]) -> Decided<()> {
    let facts = &mut lane.facts;
    facts.native = seen.native.or(facts.native);
    for (currency, units) in seen.tokens.iter().filter(|(currency, _)| assets.contains(currency)) {
        facts.tokens.insert(currency.clone(), *units);
    }
    facts.latest = seen.latest.or(facts.latest);
    match lane.state {
        LaneState::Opening => opened(draft, lane, seen),
        LaneState::Active | LaneState::Paused
            if seen.latest.is_some_and(|latest| latest > lane.facts.next_nonce) =>
        {
            lane::pause_for_good(draft, lane)
        }
        LaneState::Active if seen.latest.is_some() => {
            // a quorum has no nonce above the counter, so the resumption was right, unless a node still has a
            // transaction of an abandoned history in its memory
            let now = draft.timeline()?;
            if lane.facts.is_being_compared(now) {
                let is_sent = seen.pending.is_some_and(|pending| pending > lane.facts.next_nonce);
                lane.facts.reason = is_sent.then(|| PENDING.to_owned());
                if !is_sent {
                    (lane.facts.timeline, lane.facts.resumed) = (now, None);
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn opened(draft: &mut Draft<'_>, lane: &mut Lane, seen: &LaneSeen) -> Decided<()> {
    let (Some(nonce), Some(code)) = (seen.nonce, seen.code) else { return Ok(()) };
    let in_the_way = match (code, nonce.latest == nonce.pending) {
        (true, _) => Some(CODE),
        (false, false) => Some(PENDING),
        (false, true) => None,
    };
    if let Some(reason) = in_the_way {
        lane.facts.reason = Some(reason.to_owned());
        return Ok(());
    }
    let (at, now, from) = (draft.ctx.now, draft.timeline()?, nonce.latest);
    lane.state = LaneState::Active;
    let facts = &mut lane.facts;
    if facts.timeline != now && from > 0 {
        // an abandoned history may have opened it as well, and have paid with it
        facts.gaps.push(LaneGap { from, until: from, at, timeline: now });
    }
    facts.timeline = now;
    (facts.first_nonce, facts.next_nonce) = (nonce.latest, nonce.latest);
    (facts.opened, facts.reason) = (true, None);
    lane::put(draft, lane, "lane.opened")
}

/// Applies the facts of assets. Returns whether an asset is still to be checked.
fn assets_told(draft: &mut Draft<'_>, book: &Book, chain: &Chain, verdict: &FactsVerdict) -> Decided<bool> {
    let mut checks = false;
    for mut asset in assets_of(draft, book, chain)? {
        if asset.state != AssetState::Checking {
            continue;
        }
        match checked(&asset, verdict) {
            AssetCheck::Unknown => checks = true,
            AssetCheck::Active => {
                (asset.state, asset.facts.reason) = (AssetState::Active, None);
                asset::put(draft, &mut asset, "asset.activated")?;
            }
            AssetCheck::Refused(reason) => {
                (asset.state, asset.facts.reason) = (AssetState::Refused, Some(reason.to_owned()));
                asset::put(draft, &mut asset, "asset.refused")?;
            }
        }
    }
    Ok(checks)
}

/// The result of the check of an asset.
enum AssetCheck {
    /// Too few endpoints have seen it.
    Unknown,
    /// It is what the setup says.
    Active,
    /// It is something else, for this reason.
    Refused(&'static str),
}

/// Checks a token by its code and its decimals. Coins have no contract, so any answer of a quorum suffices.
fn checked(asset: &Asset, verdict: &FactsVerdict) -> AssetCheck {
    let seen = verdict.assets.get(&asset.facts.currency).copied().unwrap_or_default();
    let answers = verdict.head.is_some() || verdict.fees.is_some();
    match (asset.facts.kind, seen) {
        (AssetKind::Native, _) if answers => AssetCheck::Active,
        (AssetKind::Erc20, AssetSeen { code: Some(false), .. }) => AssetCheck::Refused("code"),
        (AssetKind::Erc20, AssetSeen { code: Some(true), decimals: Some(decimals) }) => {
            if decimals == asset.facts.decimals {
                AssetCheck::Active
            } else {
                AssetCheck::Refused("decimals")
            }
        }
        _ => AssetCheck::Unknown,
    }
}
