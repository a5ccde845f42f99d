//! The context of one attempt at one command.

use std::sync::Arc;

use super::permit::Who;
use crate::ids::{Actor, Book};
use crate::rows::traced::Traced;
use crate::time::Time;
use crate::waits::WaitLimits;

/// The context of one attempt at one command: its only clock and its only identity.
#[derive(Clone, Debug)]
pub struct Context {
    pub book: Book,
    /// Name of the operation, as in the operations table.
    pub operation: &'static str,
    /// The store's time, read once the locks were held. Guards compare with it.
    pub now: Time,
    /// The stamp of everything that is written: later than that of every locked row.
    pub stamp: Time,
    /// The clock's time, if the stamp is well ahead of it; `None` otherwise.
    pub at: Option<Time>,
    pub actor: Actor,
    /// The permission rule of the operations table.
    pub who: Who,
    /// Where the call comes from.
    pub trace: Option<Arc<Traced>>,
    /// Whether parties are told of every state, by option `notify_every_state`.
    pub notify_every_state: bool,
    /// How long objects may wait for others, where options say so.
    pub wait_limits: WaitLimits,
}

impl Context {
    /// The time shown to people and used by calendars. It is the stamp while that is close to the clock, so
    /// that the events of one group appear in their order; otherwise it is the clock's time.
    pub fn time(&self) -> Time {
        self.at.unwrap_or(self.stamp)
    }
}
