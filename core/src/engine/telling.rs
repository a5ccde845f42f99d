//! The options that say what people are told of.

use super::options::Options;
use crate::error::Result;
use crate::time::Span;

impl Options {
    /// Writes a job `notify.parties` for every state that a deal enters by calls and timers of this process,
    /// from `pending` to its end. Otherwise there is one for disputes, refunds that are asked for, and what a
    /// deadline did: of their own acts the parties know.
    #[must_use]
    pub const fn notify_every_state(mut self, every: bool) -> Self {
        self.notify_every_state = every;
        self
    }

    /// Sets how long objects may wait for somebody else in a state, by the name of the wait
    /// (`refund.unknown`, `withdrawal.pending`), before `admin.health` warns and the admins are told. It
    /// holds for what changes by calls and timers of this process.
    ///
    /// ```
    /// use earnest::{Options, Span};
    /// let options = Options::new().wait_limit("refund.unknown", Span::from_hours(2))?;
    /// assert!(options.wait_limit("refund.done", Span::from_hours(2)).is_err());
    /// # Ok::<(), earnest::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_request` for a name that is none, and a limit below a minute.
    pub fn wait_limit(mut self, name: &str, limit: Span) -> Result<Self> {
        self.wait_limits.set("wait_limits", name, limit)?;
        Ok(self)
    }
}
