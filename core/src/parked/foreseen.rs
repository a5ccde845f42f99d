//! A parked call as it would be now: people who agree see what they were asked about, and what has moved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ParkedFacts;
use crate::error::{Error, Kind, Result};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Halt;
use crate::request::dry_run::{DryCall, dry_run, parsed};
use crate::request::reading::Reading;
use crate::rows::object::Stored;

/// The effect that a parked call would have now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Foreseen {
    /// Its commitment; `null` where it would be refused.
    pub commitment: Option<Commitment>,
    /// The first part of it that goes beyond what was asked for, for which it is refused: `currency`,
    /// `payer`, `payee`, `amount` or the name of a term.
    pub beyond: Option<String>,
    /// The code that it would be refused with, before its gates.
    pub error: Option<String>,
}

/// Decides a parked call on what is read, and throws the decision away. `None` where it has ended, or its
/// request was erased or is without a secret that it needs.
///
/// # Errors
/// Any failure of the store.
pub async fn foreseen<F: ParkedFacts>(
    reading: &mut Reading<'_>,
    parked: &Stored<F>,
) -> Result<Option<Foreseen>> {
    if !parked.state.is_open() || parked.lapsed(reading.now) {
        return Ok(None);
    }
    let call = parked.facts.call();
    let operations = reading.catalogue.operations;
    let Some(info) = operations.iter().find(|info| info.name == call.operation) else { return Ok(None) };
    let request = parked.text("request").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(Ok(Some(parsed))) = request.map(|args| parsed(reading, info, &call.requested_by, &args)) else {
        return Ok(None);
    };
    let operation = &*parsed.operation;
    let attempt = DryCall { name: info.name, actor: call.requested_by.clone(), who: info.who };
    let decided = dry_run(reading, attempt, operation, |draft| {
        Commitment::of(draft.writes(), draft.seen(), &operation.moves(draft.seen())?).map_err(Halt::from)
    });
    Ok(Some(match decided.await {
        Ok(now) => Foreseen {
            beyond: parked.beyond(&now).map(ToOwned::to_owned),
            commitment: Some(now),
            error: None,
        },
        Err(error) if is_of_store(&error) => return Err(error),
        Err(error) => {
            Foreseen { commitment: None, beyond: None, error: Some(error.code().as_str().to_owned()) }
        }
    }))
}

/// Whether the store has failed, which is no refusal of the call.
fn is_of_store(error: &Error) -> bool {
    matches!(error.kind(), Kind::Unavailable | Kind::Corrupt)
}

/// The same of each of these.
///
/// # Errors
/// Any failure of the store.
pub async fn each_foreseen<F: ParkedFacts>(
    reading: &mut Reading<'_>,
    parked: &[Stored<F>],
) -> Result<Vec<Option<Foreseen>>> {
    let mut all = Vec::with_capacity(parked.len());
    for one in parked {
        all.push(foreseen(reading, one).await?);
    }
    Ok(all)
}
