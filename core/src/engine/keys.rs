//! The present keyring of an engine. A call reads it once, at its beginning.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard};

use crate::engine::Engine;
use crate::keyring::Keyring;

/// The keyring of an engine, for all its views.
pub(crate) struct SharedKeyring {
    keyring: RwLock<Option<Keyring>>,
    /// How many reloads have begun.
    begun: AtomicU64,
    /// The number of the newest reload that took effect.
    replacing: Mutex<u64>,
}

/// The right to replace the keyring. One task at a time has it.
pub(crate) struct Turn<'k> {
    keys: &'k SharedKeyring,
    newest: MutexGuard<'k, u64>,
}

impl SharedKeyring {
    pub(super) fn new(keyring: Option<Keyring>) -> Self {
        keyring.iter().for_each(Keyring::warn_of_stranger);
        Self { keyring: RwLock::new(keyring), begun: AtomicU64::new(0), replacing: Mutex::default() }
    }

    /// The number of a reload that begins.
    pub(crate) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Waits until no other task replaces the keyring.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { keys: self, newest: self.replacing.lock().await }
    }
}

impl Turn<'_> {
    /// Whether a reload that began later took effect already.
    pub(crate) fn is_late(&self, number: u64) -> bool {
        *self.newest > number
    }

    /// Replaces it for all calls that begin from now on.
    pub(crate) fn replace(mut self, number: u64, keyring: Keyring) {
        *self.newest = number;
        keyring.warn_of_stranger();
        let mut used = self.keys.keyring.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = &*used {
            earlier.replaced_by(&keyring);
        }
        *used = Some(keyring);
    }
}

impl Engine {
    /// The keyring of calls that begin now: that of the options, or the one that
    /// [replaced](Engine::replace_keyring) it.
    #[must_use]
    pub fn keyring(&self) -> Option<Keyring> {
        self.keys().keyring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
