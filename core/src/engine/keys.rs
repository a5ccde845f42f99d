//! The keyring that an engine uses now: a call takes it once, at its beginning.

use std::sync::{PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use crate::engine::Engine;
use crate::keyring::Keyring;

/// The keyring of an engine, for all its views.
pub(crate) struct Keys {
    keyring: RwLock<Option<Keyring>>,
    replacing: Mutex<()>,
}

/// The right to replace the keyring, which one task has at a time.
pub(crate) struct Turn<'k> {
    keys: &'k Keys,
    _alone: MutexGuard<'k, ()>,
}

impl Keys {
    pub(super) fn new(keyring: Option<Keyring>) -> Self {
        Self { keyring: RwLock::new(keyring), replacing: Mutex::default() }
    }

    /// Waits until no other task replaces the keyring.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { keys: self, _alone: self.replacing.lock().await }
    }
}

impl Turn<'_> {
    /// Replaces it for all calls that begin from now on.
    pub(crate) fn replace(&self, keyring: Keyring) {
        *self.keys.keyring.write().unwrap_or_else(PoisonError::into_inner) = Some(keyring);
    }
}

impl Engine {
    /// The keyring that calls use which begin now: that of the options, or what has
    /// [replaced](Engine::replace_keyring) it.
    #[must_use]
    pub fn keyring(&self) -> Option<Keyring> {
        self.keys().keyring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
