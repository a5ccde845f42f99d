//! Replaces the keyring of an open engine.

use crate::engine::Engine;
use crate::error::{Detail, Error, Result};
use crate::keyring::Keyring;
use crate::upkeep::lacking::warn_of_missing;
use crate::vault::unsealed;

/// The field that refusals name.
const FIELD: &str = "keyring";

impl Engine {
    /// Fetches the keyring again from [its source](crate::Options::keyring_from) or its file, and uses it
    /// from now on. Returns whether it has changed.
    ///
    /// # Errors
    /// `invalid_request` naming `keyring`, when it cannot be fetched or read, or as
    /// [`Engine::replace_keyring`]; `not_supported` for an engine without a keyring, or with one that was
    /// given as text. The engine then keeps the keyring that it has.
    pub async fn reload_keyring(&self) -> Result<bool> {
        let reload = self.begin_reload();
        let own = self.keyring();
        let file = own.as_ref().and_then(Keyring::file);
        let keyring = match (&self.options().keyring_source, file) {
            (Some(source), _) => unsealed::fetched(source).await?,
            (None, Some(path)) => Keyring::of_file(FIELD, path)?,
            (None, None) => return Err(nowhere()),
        };
        reload.take_up(keyring).await
    }

    /// Begins a reload whose keyring the caller fetches afterwards. If two reloads run at once, the one that
    /// began first cannot undo the other, however long its fetch takes.
    #[must_use]
    pub fn begin_reload(&self) -> Reload {
        Reload { engine: self.clone(), number: self.keys().begin() }
    }

    /// Uses another keyring from now on, in all views of this engine. Returns whether it differs.
    ///
    /// A call under way keeps the keyring that it began with, and takes from the newest one only keys that
    /// its own lacks. A keyring goes forward only: the new one has what [`Keyring::rotate`] adds. It may lack
    /// old keys that nothing in the store needs ([`Engine::uses_of_key`], which reads every record that could
    /// name such a key). A key that the store uses and neither keyring has is no reason to refuse:
    /// `admin.health` reports it as critical.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> earnest::Result<()> {
    /// use earnest::env::Env;
    /// use earnest::keyring::Keyring;
    /// use earnest::{Engine, Options};
    ///
    /// let first = Keyring::generate(&Env::default());
    /// let bank = Engine::open_with("memory:", Options::new().keyring(first.clone())).await?;
    /// assert!(bank.replace_keyring(first.rotate(&Env::default())).await?);
    /// // the earlier one lacks what is in use now
    /// assert!(bank.replace_keyring(first).await.is_err());
    /// # bank.close().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `invalid_request` naming `keyring` and the key, when the new one is older, of another installation, or
    /// lacks a key that is still needed; any failure of the store, which is asked only where a key is gone.
    /// Nothing has changed then.
    pub async fn replace_keyring(&self, keyring: Keyring) -> Result<bool> {
        self.begin_reload().take_up(keyring).await
    }
}

/// A reload under way.
#[derive(Debug)]
pub struct Reload {
    engine: Engine,
    number: u64,
}

impl Reload {
    /// Uses the fetched keyring, as [`Engine::replace_keyring`] does. Also returns `false` if a reload that
    /// began later took effect before.
    ///
    /// # Errors
    /// Those of [`Engine::replace_keyring`].
    pub async fn take_up(self, keyring: Keyring) -> Result<bool> {
        let Self { engine, number } = self;
        let turn = engine.keys().turn().await;
        if turn.is_late(number) {
            return Ok(false);
        }
        if let Some(earlier) = engine.keyring() {
            for kid in keyring.dropped_since(FIELD, &earlier)? {
                // a read-only engine needs no key for uncommitted rows, and a standby sees none of them
                let uses = if engine.is_read_only() {
                    engine.committed_uses(&kid).await?
                } else {
                    engine.uses_of_key(&kid).await?
                };
                if let Some(needed) = uses.first() {
                    let what = format!("lacks `{kid}`, which book `{}` still needs", needed.book);
                    return Err(Error::invalid(FIELD, what));
                }
            }
            if *keyring.to_text() == *earlier.to_text() {
                return Ok(false);
            }
        }
        tracing::info!(?keyring, "the keyring is another one from now on");
        turn.replace(number, keyring);
        warn_of_missing(&engine).await;
        Ok(true)
    }
}

/// The refusal of an engine whose keyring has neither source nor file.
fn nowhere() -> Error {
    let reason =
        "the keyring has neither a source nor a file that could be asked again: give the new one to \
                  `replace_keyring`, or open the engine with a source"
            .to_owned();
    Detail::NotSupported { operation: "reload_keyring".to_owned(), reason }.into()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use serde_json::json;
    use zeroize::Zeroizing;

    use super::*;
    use crate::Options;
    use crate::api::operations;
    use crate::currency::Currencies;
    use crate::engine::metrics::Metrics;
    use crate::engine::pausing::Taken;
    use crate::engine::runner::{Runner, Stage};
    use crate::env::Env;
    use crate::kernel::call::Command;
    use crate::keyring::{KeySource, Purpose};
    use crate::request::erased::AnyRead;
    use crate::request::scope::{OperationInfo, Scope};

    struct Answers(Zeroizing<String>);

    #[async_trait]
    impl KeySource for Answers {
        async fn fetch(&self) -> Result<Zeroizing<String>, &'static str> {
            Ok(self.0.clone())
        }
    }

    #[tokio::test]
    async fn a_keyring_that_was_replaced_is_kept_nowhere() {
        let first = Keyring::generate(&Env::default());
        let next = first.rotate(&Env::default());
        let given = Keyring::parse(FIELD, &first.to_text()).unwrap();
        let source = Arc::new(Answers(first.to_text()));
        for options in [Options::new().keyring(given), Options::new().keyring_from(source)] {
            let bank = Engine::open_with("memory:", options).await.unwrap();
            let kept = bank.keyring().unwrap();
            assert!(bank.replace_keyring(next.clone()).await.unwrap());
            assert_eq!(kept.held(), 1, "this test holds it, and nobody else");
            bank.close().await;
        }
    }

    /// An engine whose next call begins with an earlier keyring.
    struct Overtaken {
        engine: Engine,
        earlier: Mutex<Option<Keyring>>,
    }

    #[async_trait]
    impl Runner for Overtaken {
        fn scope(&self) -> Scope {
            let scope = self.engine.scope();
            match self.earlier.lock().unwrap().take() {
                Some(earlier) => Scope { keyring: Some(earlier), ..scope },
                None => scope,
            }
        }

        async fn submit(&self, commands: Vec<Box<dyn Command>>, named: &Currencies) -> Result<()> {
            self.engine.submit(commands, named).await
        }

        async fn learn(&self, named: &Currencies) -> Result<bool> {
            self.engine.learn(named).await
        }

        async fn read_once(
            &self,
            info: &'static OperationInfo,
            request: &mut dyn AnyRead,
            scope: Scope,
        ) -> Result<()> {
            self.engine.read_once(info, request, scope).await
        }

        fn engine(&self, info: &'static OperationInfo) -> Result<&Engine> {
            Runner::engine(&self.engine, info)
        }

        fn take_call(&self) -> Result<Taken> {
            self.engine.take_call()
        }

        fn metrics(&self) -> &Metrics {
            self.engine.metrics()
        }

        async fn answered(&self, info: &'static OperationInfo, refusal: Option<&Error>, stage: Stage<'_>) {
            self.engine.answered(info, refusal, stage).await;
        }
    }

    #[tokio::test]
    async fn a_call_that_a_rotation_overtakes_goes_on() {
        let first = Keyring::generate(&Env::default());
        let bank = Engine::open_with("memory:", Options::new().keyring(first.clone())).await.unwrap();
        let put = json!({ "subject": "u-1", "name": "email", "value": "alice@example.com" });
        let of = json!({ "subject": "u-1", "name": "email" });
        bank.call("vault.put", put.clone()).await.unwrap();
        assert!(bank.replace_keyring(first.rotate(&Env::default())).await.unwrap());
        bank.call("vault.rotate", json!({})).await.unwrap();
        let overtaken = || Overtaken { engine: bank.clone(), earlier: Mutex::new(Some(first.clone())) };
        operations::call(&overtaken(), "vault.put", put).await.unwrap();
        let revealed = operations::call(&overtaken(), "vault.reveal", of.clone()).await.unwrap();
        assert_eq!(revealed["value"], "alice@example.com");
        bank.close().await;
    }

    #[tokio::test]
    async fn the_slower_of_two_reloads_brings_no_key_back() {
        let first = Keyring::generate(&Env::default());
        let old = first.newest(Purpose::Vault).unwrap().kid().to_owned();
        let second = first.rotate(&Env::default());
        let third = second.without(FIELD, &old).unwrap();
        let bank = Engine::open_with("memory:", Options::new().keyring(first)).await.unwrap();
        let slow = bank.begin_reload();
        assert!(bank.replace_keyring(third).await.unwrap());
        assert!(!slow.take_up(second.clone()).await.unwrap());
        assert!(bank.keyring().unwrap().named(Purpose::Vault, &old).is_err());
        // a later call may put it back, because the store's needs may have changed
        assert!(bank.replace_keyring(second).await.unwrap());
        bank.close().await;
    }
}
