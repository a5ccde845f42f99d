//! Opens a lane of withdrawals. The request's `key` is the signing key, so there is no idempotency key. A key
//! has one lane on a chain: the same call again is `lane_exists`.

use serde_json::json;

use super::visit::Visit;
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::Result;
use crate::ids::{Actor, SigningKeyId};
use crate::request::note::Note;
use crate::request::record::Request as _;
use crate::request::texts::{name_of, no_card_in};
use crate::vault::safe::Safe;
use crate::withdrawal::lanes::LaneOpening;
use crate::withdrawal::requests::OpenLane;
use crate::withdrawal::views::LaneReply;

/// The effect of setting up chains, assets and lanes.
const SETUP: &str = "withdrawals.setup";

/// `withdrawals.open_lane`.
pub async fn open_lane(engine: &Engine, actor: &Actor, request: &OpenLane) -> Result<LaneReply> {
    no_card_in("metadata", request.metadata.as_ref())?;
    let (chain, key) = (name_of("chain", &request.chain)?, SigningKeyId::request("key", &request.key)?);
    Note::parse(&request.common())?;
    let scope = engine.scope();
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, engine.book_name())?;
    let visit = Visit::new(engine, actor, "withdrawals.open_lane");
    let asked = json!({ "chain": request.chain, "key": request.key });
    let visit = visit.saying(&request.common(), asked)?.resting_on(&safe).proving(request)?;
    let opening = LaneOpening::new(safe, chain, key, request.window.unwrap_or(16));
    visit.judged(opening, SETUP).await
}
