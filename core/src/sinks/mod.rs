//! Sinks: named readers of the log, each with a place of its own, that get every event at least once.
//!
//! A sink follows the gapless sequence of a book. It keeps one number, the place up to which everything is
//! settled, so nothing is written for an event. One holder at a time takes a batch (`events.take`) for a
//! while, and reports on it (`events.settle`) under the number of the batch, the *fence*. The report of a
//! slow holder is refused once another has taken a batch. A sink's own events (`sink.*`) are left out: each
//! report would cause another.
//!
//! The events of one object are delivered in order, and none is skipped. An event that fails therefore holds
//! back its object and nothing else: the sink goes on with all others, and the object's events come again
//! after pauses that grow, in batches of their own. When an event has failed as often as it may, its object
//! is *parked* until a person looks at it (`events.unpark`).
//!
//! A sink that is rewound (`events.rewind`) or removed (`events.unsubscribe`) has no objects left behind: its
//! place alone says what comes next.
//!
//! A consumer that keeps its own effects in the application's database needs no report: it calls
//! `events.advance` in the transaction of its effect, and place and effect are one commit.

mod check;
pub mod clearing;
pub mod decide;
pub(crate) mod named;
mod parse;
pub mod queries;
pub mod requests;
pub mod views;

pub use named::sink_name;
pub use parse::wants;

use crate::request::domain::{Domain, checks};

/// The domain of sinks.
#[derive(Clone, Copy, Debug)]
pub struct Sinks;

impl Domain for Sinks {
    // a copy has no sinks
    checks! { whole |reading, audit, examine| check::verify(reading, examine) }
}
