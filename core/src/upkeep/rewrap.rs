//! Rotates the keys of the vault: batch by batch, while it is in use.

use std::sync::Arc;

use serde_json::json;

use crate::engine::Engine;
use crate::engine::internal::internal_traced;
use crate::engine::runner::Runner as _;
use crate::error::{Error, Result};
use crate::ids::Actor;
use crate::kernel::gate::Passage;
use crate::kernel::operation::Operation;
use crate::kernel::rests_on::RestsOn;
use crate::keyring::Purpose;
use crate::request::erased::hash_of_effect;
use crate::request::record::{Common, Request as _};
use crate::rows::listing::Listing;
use crate::rows::row::Row as _;
use crate::rows::traced::Traced;
use crate::upkeep::key_uses::wrapped;
use crate::vault::queries::wrapped_by;
use crate::vault::requests::RotateKeys;
use crate::vault::rotate::{Choose, Renew, Rewrap, Settle};
use crate::vault::safe::Safe;
use crate::vault::views::KeysRotated;

/// The operation, and its effect.
const ROTATES: &str = "vault.rotate";
/// How many data keys are wrapped anew in one commit.
const BATCH: usize = 100;
/// How many commits one call makes: what is left then is told, and the next call continues.
const BATCHES: usize = 100;
/// How often a batch in which nothing could be done is tried again.
const IDLE: usize = 3;

/// `vault.rotate`.
///
/// # Errors
/// `factor_required`; `key_not_found`, naming a key that this process's keyring lacks; any failure of the
/// store. What was done before that stays, and repeated, it does what is left.
pub async fn rotate(engine: &Engine, actor: &Actor, request: &RotateKeys) -> Result<KeysRotated> {
    let (scope, common) = (engine.scope(), request.common());
    let trace = common.context.map_or(Ok(None), |context| context.for_events(scope.env.seed().salt()))?;
    let bound = common.proofs.map(|_| hash_of_effect(&scope, request)).transpose()?;
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, engine.book_name())?;
    let visit = Visit { engine, actor, common, trace, bound, rests_on: safe.rests_on() };
    if let Some(subject) = &request.subject {
        let whom = safe.whom(subject)?;
        let renewed = visit.begins(Renew { safe, whom }).await?;
        return Ok(KeysRotated { rewrapped: i64::from(renewed), remaining: 0, replayed: false });
    }
    let keys = visit.begins(Choose { safe: safe.clone() }).await?;
    let others = others(engine, &safe, &keys).await?;
    let (mut rewrapped, mut left) = (0_i64, BATCHES);
    for old in &others {
        safe.has(old)?;
        let mut idle = 0;
        while left > 0 && idle < IDLE {
            let listing = Listing::Records(wrapped_by(engine.book_name(), old, BATCH));
            let subjects = engine.look(&listing).await?.records;
            if subjects.is_empty() {
                break;
            }
            let subjects: Vec<_> = subjects.iter().map(|row| row.key()).collect();
            let before = i64::try_from(subjects.len()).unwrap_or(i64::MAX);
            visit.run(Rewrap { safe: safe.clone(), subjects: subjects.clone() }).await?;
            let after = engine.look(&listing).await?.records;
            let still = after.iter().filter(|row| subjects.contains(&row.key())).count();
            let done = before - i64::try_from(still).unwrap_or(i64::MAX);
            // a replica may lag, and another process may have done it
            idle = if done == 0 { idle + 1 } else { 0 };
            rewrapped += done;
            left -= 1;
        }
    }
    let remaining = remaining(engine, &others).await?;
    if remaining == 0 && keys.len() > 1 {
        visit.run(Settle { safe }).await?;
    }
    Ok(KeysRotated { rewrapped, remaining, replayed: false })
}

/// The keys that may wrap beside the primary one, which is the first of those in use: the others of them, and
/// what else of the keyring wraps something. A copy of the store from before a rotation may have brought it.
async fn others(engine: &Engine, safe: &Safe, in_use: &[String]) -> Result<Vec<String>> {
    let Some((primary, noted)) = in_use.split_first() else { return Ok(Vec::new()) };
    let mut others = noted.to_vec();
    for key in safe.keyring().of_purpose(Purpose::Vault) {
        let is_known = key.kid() == primary || noted.iter().any(|kid| kid == key.kid());
        if !is_known && wrapped(engine, engine.book_name(), key.kid()).await? > 0 {
            others.push(key.kid().to_owned());
        }
    }
    Ok(others)
}

/// How many data keys are wrapped with other keys than the primary one.
async fn remaining(engine: &Engine, others: &[String]) -> Result<i64> {
    let mut remaining = 0;
    for old in others {
        remaining += wrapped(engine, engine.book_name(), old).await?;
    }
    Ok(i64::try_from(remaining).unwrap_or(i64::MAX))
}

/// Who rotates, in several commits.
struct Visit<'v> {
    engine: &'v Engine,
    actor: &'v Actor,
    common: Common<'v>,
    trace: Option<Arc<Traced>>,
    /// The hash of the request, where there are proofs that may be bound to it.
    bound: Option<Arc<[u8]>>,
    /// The key that it finds subjects by.
    rests_on: RestsOn,
}

impl Visit<'_> {
    /// Makes the first commit, of which policies may ask factors: what follows was judged with it.
    async fn begins<O: Operation>(&self, operation: O) -> Result<O::Reply> {
        let asked = self.common.asked(json!({})).to_string();
        let gates = self.engine.scope().gates;
        let passage = Passage::whole(ROTATES, gates, Box::new(move || Ok(asked.clone())));
        self.made(operation, Some(Passage { score: self.common.score(), ..passage })).await
    }

    async fn run<O: Operation>(&self, operation: O) -> Result<O::Reply> {
        self.made(operation, None).await
    }

    async fn made<O: Operation>(&self, operation: O, passage: Option<Passage>) -> Result<O::Reply> {
        let book = self.engine.book_name().clone();
        let caller = (self.actor.clone(), self.trace.clone());
        let (call, told) = internal_traced(self.engine, &book, caller, ROTATES, operation);
        let call = call
            .asking(self.bound.clone().unwrap_or_default())
            .proving(self.common.proven(&self.engine.scope()));
        let call = call.resting_on(Some(self.rests_on.clone()));
        self.engine.queue(Box::new(call.gated(passage)))?;
        told.await.map_err(|_| Error::corrupted("a rotation of keys was not answered"))?
    }
}
