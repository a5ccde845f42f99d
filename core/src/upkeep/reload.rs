//! A keyring that was changed elsewhere, taken up by an engine that is open.

use crate::engine::Engine;
use crate::error::{Detail, Error, Result};
use crate::keyring::Keyring;
use crate::upkeep::key_uses::warn_of_missing;
use crate::vault::unsealed;

/// What refusals name.
const FIELD: &str = "keyring";

impl Engine {
    /// Asks again where the keyring came from, [its source](crate::Options::keyring_from) or its file, and
    /// uses what is there from now on. Answers whether anything changed.
    ///
    /// # Errors
    /// `invalid_request` naming `keyring`, when it cannot be fetched or read, or as
    /// [`Engine::replace_keyring`]; `not_supported` for an engine without a keyring, or with one that was
    /// given as text. The engine then keeps the keyring that it has.
    pub async fn reload_keyring(&self) -> Result<bool> {
        let own = self.keyring();
        let file = own.as_ref().and_then(Keyring::file);
        let keyring = match (&self.options().keyring_source, file) {
            (Some(source), _) => unsealed::fetched(source).await?,
            (None, Some(path)) => Keyring::of_file(FIELD, path)?,
            (None, None) => return Err(nowhere()),
        };
        self.replace_keyring(keyring).await
    }

    /// Uses another keyring from now on, in all views of this engine. Answers whether it is another one.
    ///
    /// A call that has begun goes on with the keyring that it began with. A keyring goes forward only: the
    /// new one has what [`Keyring::rotate`] adds, and lacks at most old keys that nothing in the store needs
    /// ([`Engine::uses_of_key`], which reads every record that could name such a key). A key that neither
    /// keyring has and that the store uses is no reason to refuse: it is critical in `admin.health`.
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
        let turn = self.keys().turn().await;
        if let Some(earlier) = self.keyring() {
            for kid in keyring.dropped_since(FIELD, &earlier)? {
                if let Some(needed) = self.uses_of_key(&kid).await?.first() {
                    let what = format!("lacks `{kid}`, which book `{}` still needs", needed.book);
                    return Err(Error::invalid(FIELD, what));
                }
            }
            if *keyring.to_text() == *earlier.to_text() {
                return Ok(false);
            }
        }
        tracing::info!(?keyring, "the keyring is another one from now on");
        turn.replace(keyring);
        warn_of_missing(self).await;
        Ok(true)
    }
}

/// There is nobody to ask for the newest keyring.
fn nowhere() -> Error {
    let reason =
        "the keyring has neither a source nor a file that could be asked again: give the new one to \
                  `replace_keyring`, or open the engine with a source"
            .to_owned();
    Detail::NotSupported { operation: "reload_keyring".to_owned(), reason }.into()
}
