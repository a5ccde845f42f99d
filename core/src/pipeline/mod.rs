//! How commands become commits: queues, groups, lanes, the row cache and the sequencer.

pub mod committer;
pub mod group;
pub mod group_env;
mod in_doubt;
pub mod joined;
mod lane;
mod last_write;
pub mod latches;
mod locked;
pub mod optimistic;
pub mod queue;
mod resource;
pub mod row_cache;
pub mod sequencer;
mod slow_lane;
pub(crate) mod sweeper;
pub mod ticket;
