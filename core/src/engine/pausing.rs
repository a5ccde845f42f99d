//! Standing still: an engine that has no file of its store open, until it goes on.

use std::time::Duration;

use super::Engine;
use crate::error::{Detail, Result};

impl Engine {
    /// Refuses calls from now on and closes every file of the store, until [`Engine::resume`].
    ///
    /// # Errors
    /// `not_supported`.
    pub async fn pause(&self, _: Duration) -> Result<()> {
        let reason = "is not there yet".to_owned();
        Err(Detail::NotSupported { operation: "pause".to_owned(), reason }.into())
    }

    /// Goes on after [`Engine::pause`].
    ///
    /// # Errors
    /// None yet.
    pub async fn resume(&self) -> Result<()> {
        Ok(())
    }

    /// Whether it stands still.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        false
    }
}
