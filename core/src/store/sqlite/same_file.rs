//! Checks whether the names of a file still lead to what the application's connections have open. The check
//! runs inside a transaction of ours, which keeps log and index in place.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::files::{Astray, Files, Held};
use crate::store::fault::Fault;

/// The file of connections that an application opens and closes as it likes.
#[derive(Debug)]
pub(crate) struct Lent {
    files: Files,
    /// The files that the names led to in the last transaction.
    last: Mutex<Option<Held>>,
}

impl Lent {
    pub(crate) fn at(path: &Path) -> Self {
        Self { files: Files::at(path), last: Mutex::default() }
    }

    /// Checks the files while a writing transaction is open.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = last.as_ref()
            && self.files.check(held).is_ok()
        {
            return Ok(());
        }
        // closing the last connection removes log and index, and the next connection makes both anew
        let now = self.files.opened_since(last.as_ref()).map_err(Astray::into_fault)?;
        *last = Some(now);
        Ok(())
    }
}
