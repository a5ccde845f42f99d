//! The heart: read, lock once, fold in memory, write once. It knows rows and no domain.

mod added;
pub mod call;
mod conservation;
pub mod created;
pub mod draft;
pub mod event_data;
pub mod fold;
pub mod follow;
pub mod gate;
pub mod gated;
pub mod identity;
pub mod image;
pub mod moves;
pub mod objects;
pub mod operation;
pub mod outflow;
pub mod permit;
pub mod rests_on;
pub mod snapshot;
pub mod tally;
mod timeline;
