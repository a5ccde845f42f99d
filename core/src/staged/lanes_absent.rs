//! Opening a lane in a build without the feature `signing`: the operation exists, and refuses.

use crate::engine::Engine;
use crate::error::Result;
use crate::ids::Actor;
use crate::signing::absent::absent;
use crate::withdrawal::requests::OpenLane;
use crate::withdrawal::views::LaneReply;

/// `withdrawals.open_lane`.
pub async fn open_lane(_: &Engine, _: &Actor, _: &OpenLane) -> Result<LaneReply> {
    Err(absent("withdrawals.open_lane"))
}
