//! Rotates the keys of the vault in batches, while it is in use.

use serde_json::json;

use super::stages::Staged;
use super::visit::Visit;
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::Result;
use crate::ids::Actor;
use crate::keyring::Purpose;
use crate::request::record::Request as _;
use crate::rows::listing::Listing;
use crate::rows::row::Row as _;
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
/// How many commits one call makes. The reply has what is left, and the next call continues.
const BATCHES: usize = 100;
/// How often a batch is repeated in which no data key could be rewrapped.
const IDLE: usize = 3;

/// `vault.rotate`.
pub async fn rotate(engine: &Engine, actor: &Actor, request: &RotateKeys) -> Result<KeysRotated> {
    let visit = Visit::new(engine, actor, ROTATES).saying(&request.common(), json!({}))?.proving(request)?;
    let scope = engine.scope();
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, engine.book_name())?;
    let visit = visit.resting_on(&safe).unanswered("a rotation of keys was not answered");
    if let Some(subject) = &request.subject {
        let whom = safe.whom(subject)?;
        let renewed = visit.judged(Renew { safe, whom }, ROTATES).await?;
        return Ok(KeysRotated { rewrapped: i64::from(renewed), remaining: 0, replayed: false });
    }
    Rotation { visit, safe }.done().await
}

/// The rotation of a book: all its data keys get wrapped with the primary key.
struct Rotation {
    visit: Visit,
    safe: Safe,
}

/// How many data keys were wrapped anew, and how many are left.
struct Rewrapped {
    rewrapped: i64,
    remaining: i64,
}

impl Staged for Rotation {
    /// The keys in use; the first is the primary one.
    type Claimed = Vec<String>;
    type Worked = Rewrapped;
    type Reply = KeysRotated;

    /// Policies may demand factors for this commit. The batches after it were judged with it.
    async fn claim(&self) -> Result<Vec<String>> {
        self.visit.judged(Choose { safe: self.safe.clone() }, ROTATES).await
    }

    /// Rewraps the data keys of other keys, each batch in a commit of its own.
    async fn outside(&self, keys: &Vec<String>) -> Result<Rewrapped> {
        let (engine, safe) = (&self.visit.engine, &self.safe);
        let others = others(engine, safe, keys).await?;
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
                self.visit.run(Rewrap { safe: safe.clone(), subjects: subjects.clone() }).await?;
                let after = engine.look(&listing).await?.records;
                let still = after.iter().filter(|row| subjects.contains(&row.key())).count();
                let done = before - i64::try_from(still).unwrap_or(i64::MAX);
                // a replica may lag, or another process may have rewrapped them
                idle = if done == 0 { idle + 1 } else { 0 };
                rewrapped += done;
                left -= 1;
            }
        }
        Ok(Rewrapped { rewrapped, remaining: remaining(engine, &others).await? })
    }

    async fn settle(&self, keys: Vec<String>, worked: Rewrapped) -> Result<KeysRotated> {
        let Rewrapped { rewrapped, remaining } = worked;
        if remaining == 0 && keys.len() > 1 {
            self.visit.run(Settle { safe: self.safe.clone() }).await?;
        }
        Ok(KeysRotated { rewrapped, remaining, replayed: false })
    }
}

/// The keys other than the primary one that may wrap data keys: those noted as in use, and further keys of
/// the keyring that wrap something. A restored backup from before a rotation may have brought such.
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
