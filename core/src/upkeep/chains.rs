//! The chains that this process drives: selects their jobs, and opens the addresses of their nodes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::chain::JOBS;
use crate::chain::check::{NodeCheck, looked_over};
use crate::chain::drive::DriveChains;
use crate::chain::driven::DrivenChain;
use crate::chain::endpoint::Endpoint;
use crate::chain::known::{ChainName, Chains};
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::jobs::handler::Handlers;
use crate::jobs::views::Job;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::JobRow;
use crate::vault::safe::Safe;
use crate::withdrawal::chain::Chain;
use crate::withdrawal::compared::{EndpointsCheck, compared};
use crate::withdrawal::driven;

/// Drops the jobs of chains without addresses, which are for the host's workers. A chain whose record cannot
/// be read now waits for a later search.
pub(super) async fn keep_driven(engine: &Engine, handlers: &Handlers, rows: &mut Vec<JobRow>) {
    let mut unknown = BTreeSet::new();
    for row in rows.iter() {
        let Some(chains) = chains_of(handlers, row) else { continue };
        let Some(name) = name_of(row) else { continue };
        if chains.is_driven(&name).is_none() {
            unknown.insert(name);
        }
    }
    for name in unknown {
        match record(engine, &name, &mut Snapshot::default()).await {
            Ok(chain) => {
                if note_read(handlers, &name, true) {
                    tracing::warn!(chain = name.chain, "a chain can be looked at again");
                }
                learn(handlers, &name, chain.as_ref());
            }
            Err(error) => {
                let code = error.code().as_str();
                // logged once, not with every search as long as it lasts
                if note_read(handlers, &name, false) {
                    tracing::warn!(code, chain = name.chain, "a chain cannot be looked at: its jobs wait");
                }
            }
        }
    }
    rows.retain(|row| match chains_of(handlers, row) {
        Some(chains) => name_of(row).is_some_and(|name| chains.is_driven(&name) == Some(true)),
        None => true,
    });
}

fn learn(handlers: &Handlers, name: &ChainName, chain: Option<&Chain>) {
    for chains in all_chains(handlers) {
        chains.learn(name.clone(), chain.map(driven::plan_of));
    }
}

/// Notes whether a chain's record can be read. Returns whether that has changed.
fn note_read(handlers: &Handlers, name: &ChainName, is_read: bool) -> bool {
    // handlers of several kinds may share their chains, and only the first call sees a change
    all_chains(handlers).fold(false, |is_news, chains| chains.note_read(name, is_read) || is_news)
}

/// The chains of the handlers of all kinds.
fn all_chains(handlers: &Handlers) -> impl Iterator<Item = &Chains> {
    JOBS.into_iter().filter_map(move |kind| handlers.get(kind)?.chains())
}

/// The chains of the handler for a job.
fn chains_of<'h>(handlers: &'h Handlers, row: &JobRow) -> Option<&'h Chains> {
    handlers.get(&row.kind)?.chains()
}

/// The chain that a job is about.
fn name_of(row: &JobRow) -> Option<ChainName> {
    let payload: Value = serde_json::from_str(&row.payload).ok()?;
    let chain = payload.get("chain")?.as_str()?.to_owned();
    Some(ChainName { book: row.book.clone(), chain })
}

/// The record of a chain; none where there is no such chain.
async fn record(engine: &Engine, name: &ChainName, seen: &mut Snapshot) -> Result<Option<Chain>> {
    let key = Chain::key(&name.book, &name.chain);
    let mut needs = Needs::default();
    needs.record(key.clone(), Access::Read);
    seen.absorb(&needs, engine.peek(&needs).await?);
    seen.records.row(&key).map(Chain::of).transpose()
}

/// Opens the chain of a job, with its nodes.
pub(super) async fn opened(engine: &Engine, chains: &Chains, job: &Job) -> Result<Arc<DrivenChain>> {
    let book = Book::request("book", &job.book)?;
    let chain = job.payload.get("chain").and_then(Value::as_str);
    let chain = chain.ok_or_else(|| Error::corrupted(format!("the payload of job {}", job.id)))?;
    let name = ChainName { book, chain: chain.to_owned() };
    if let Some(ready) = chains.ready(&name) {
        return Ok(ready);
    }
    let mut seen = Snapshot::default();
    let found = record(engine, &name, &mut seen).await?.ok_or_else(|| Chain::not_found(chain))?;
    let plan = driven::plan_of(&found);
    chains.learn(name.clone(), Some(plan.clone()));
    if let Some(ready) = chains.ready(&name) {
        return Ok(ready);
    }
    let endpoints = endpoints(engine, &found, &mut seen).await?;
    if endpoints.is_empty() {
        return Err(Error::invalid("urls", format!("are needed: chain `{chain}` has none")));
    }
    Ok(chains.open(&name, &plan, endpoints, &engine.metrics().tallies))
}

/// The endpoints of a chain that have addresses, opened.
async fn endpoints(engine: &Engine, chain: &Chain, seen: &mut Snapshot) -> Result<Vec<Endpoint>> {
    if !driven::plan_of(chain).is_driven() {
        return Ok(Vec::new());
    }
    let scope = engine.scope();
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, &chain.row.book)?;
    let mut needs = Needs::default();
    driven::needs(&safe, chain, &mut needs);
    seen.absorb(&needs, engine.peek(&needs).await?);
    driven::opened(chain, &safe, seen)
}

/// Asks the endpoints of a chain of the engine's book, and compares them with one another. Nothing is
/// written.
pub async fn check_endpoints(engine: &Engine, chain: &str, drive: DriveChains) -> Result<EndpointsCheck> {
    let name = ChainName { book: engine.book_name().clone(), chain: chain.to_owned() };
    let mut seen = Snapshot::default();
    let found = record(engine, &name, &mut seen).await?.ok_or_else(|| Chain::not_found(chain))?;
    let plan = driven::plan_of(&found);
    let endpoints = endpoints(engine, &found, &mut seen).await?;
    let (chains, tallies) = (Chains::new(drive), &engine.metrics().tallies);
    let nodes: Vec<_> = endpoints.into_iter().map(|endpoint| chains.node(endpoint, tallies)).collect();
    let mut checks = looked_over(&plan.terms, &nodes, engine.now()).await;
    let lacking = plan.endpoints.iter().filter(|name| !plan.sealed.contains_key(*name));
    checks.extend(lacking.map(|name| NodeCheck::failing(name, "it has no address: see `urls`")));
    compared(&found, checks)
}
