//! Rotates the keys of the vault: batch by batch, while it is in use.

use crate::engine::Engine;
use crate::engine::internal::internal_as;
use crate::error::{Error, Result};
use crate::ids::Actor;
use crate::kernel::operation::Operation;
use crate::rows::listing::Listing;
use crate::rows::row::Row as _;
use crate::upkeep::key_uses::wrapped;
use crate::vault::queries::wrapped_by;
use crate::vault::requests::RotateKeys;
use crate::vault::rotate::{Choose, Renew, Rewrap, Settle};
use crate::vault::safe::Safe;
use crate::vault::views::KeysRotated;

/// How many data keys are wrapped anew in one commit.
const BATCH: usize = 100;
/// How many commits one call makes: what is left then is told, and the next call continues.
const BATCHES: usize = 100;
/// How often a batch in which nothing could be done is tried again.
const IDLE: usize = 3;

/// `vault.rotate`.
///
/// # Errors
/// `key_not_found`, naming a key that this process's keyring lacks; any failure of the store. What was done
/// before that stays, and repeated, it does what is left.
pub async fn rotate(engine: &Engine, actor: &Actor, request: &RotateKeys) -> Result<KeysRotated> {
    let scope = crate::engine::runner::Runner::scope(engine);
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, engine.book_name())?;
    if let Some(subject) = &request.subject {
        let whom = safe.whom(subject)?;
        let renewed = run(engine, actor, Renew { safe, whom }).await?;
        return Ok(KeysRotated { rewrapped: i64::from(renewed), remaining: 0 });
    }
    let keys = run(engine, actor, Choose { safe: safe.clone() }).await?;
    let (mut rewrapped, mut left) = (0_i64, BATCHES);
    for old in keys.iter().skip(1) {
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
            run(engine, actor, Rewrap { safe: safe.clone(), subjects: subjects.clone() }).await?;
            let after = engine.look(&listing).await?.records;
            let still = after.iter().filter(|row| subjects.contains(&row.key())).count();
            let done = before - i64::try_from(still).unwrap_or(i64::MAX);
            // a replica may lag, and another process may have done it
            idle = if done == 0 { idle + 1 } else { 0 };
            rewrapped += done;
            left -= 1;
        }
    }
    let remaining = remaining(engine, keys.get(1..).unwrap_or_default()).await?;
    if remaining == 0 && keys.len() > 1 {
        run(engine, actor, Settle { safe }).await?;
    }
    Ok(KeysRotated { rewrapped, remaining })
}

/// How many data keys are wrapped with other keys than the primary one.
async fn remaining(engine: &Engine, others: &[String]) -> Result<i64> {
    let mut remaining = 0;
    for old in others {
        remaining += wrapped(engine, engine.book_name(), old).await?;
    }
    Ok(i64::try_from(remaining).unwrap_or(i64::MAX))
}

async fn run<O: Operation>(engine: &Engine, actor: &Actor, operation: O) -> Result<O::Reply> {
    let book = engine.book_name().clone();
    let (call, told) = internal_as(engine, &book, actor.clone(), "vault.rotate", operation);
    engine.queue(Box::new(call))?;
    told.await.map_err(|_| Error::corrupted("a rotation of keys was not answered"))?
}
