//! Whether the names of a file still lead to what the connections of an application have open: looked at
//! while a transaction of ours is open on one of them, which keeps log and index there.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::files::{Astray, Files, Held};
use crate::store::fault::Fault;

/// The file of connections that an application opens and closes as it likes.
#[derive(Debug)]
pub(crate) struct Lent {
    files: Files,
    /// What the names led to in the last transaction.
    last: Mutex<Option<Held>>,
}

impl Lent {
    pub(crate) fn at(path: &Path) -> Self {
        Self { files: Files::at(path), last: Mutex::default() }
    }

    /// Looks while a transaction is open that writes.
    ///
    /// # Errors
    /// `Unavailable`: what is committed may be lost. Nothing is folded in: which of the logs a connection has
    /// open only its library knows.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = last.as_ref()
            && self.files.check(held).is_ok()
        {
            return Ok(());
        }
        // the last connection that is closed takes both away, and the next one makes both
        let now = self.files.opened_since(last.as_ref()).map_err(Astray::into_fault)?;
        *last = Some(now);
        Ok(())
    }
}
