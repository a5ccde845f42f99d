//! Keyrings that are fetched: from a secrets manager, a key service, or wherever else a host keeps them.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

/// Fetches the text of the keyring from where a host keeps its secrets. Give it to
/// [`Options::keyring_from`](crate::Options::keyring_from): it is asked when the engine is opened, and by
/// [`Engine::reload_keyring`](crate::Engine::reload_keyring).
///
/// ```
/// use std::sync::Arc;
/// use earnest::keyring::{KeySource, Keyring};
/// use earnest::{Engine, Options};
/// use zeroize::Zeroizing;
///
/// struct Manager;
///
/// #[async_trait::async_trait]
/// impl KeySource for Manager {
///     async fn fetch(&self) -> Result<Zeroizing<String>, &'static str> {
///         // with AWS: client.get_secret_value().secret_id("earnest").send().await
///         //     .map_err(|_| "GetSecretValue")?.secret_string()
///         Ok(Keyring::for_tests().to_text())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
/// let bank = Engine::open_with("memory:", Options::new().keyring_from(Arc::new(Manager))).await?;
/// assert!(bank.keyring().is_some());
/// // after a rotation: asks again, and says whether anything changed
/// assert!(!bank.reload_keyring().await?);
/// # bank.close().await;
/// # Ok(()) }
/// ```
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The text of the keyring, as [`Keyring::parse`](super::Keyring::parse) reads it, or sealed by a key
    /// service. It may be asked by several engines at once, and has 30 seconds; then its future is dropped.
    ///
    /// # Errors
    /// What sort of failure it was, such as `AccessDenied`: people are shown it. It is a constant of the
    /// program, because the message of a secrets manager may hold what it was asked for.
    async fn fetch(&self) -> Result<Zeroizing<String>, &'static str>;

    /// Has a key service open the data key of a sealed keyring: `wrapped`, as the service's key `by` wrapped
    /// it (see [`Keyring::seal`](super::Keyring::seal)). It is asked where a sealed keyring was fetched, in
    /// the same 30 seconds.
    ///
    /// # Errors
    /// As [`KeySource::fetch`].
    async fn unwrap(&self, by: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        let _ = (by, wrapped);
        Err("this source unwraps nothing")
    }

    /// The setting that refusals name.
    fn setting(&self) -> &'static str {
        "keyring"
    }
}

/// The source of an engine's keyring.
#[derive(Clone)]
pub(crate) struct Source(Arc<dyn KeySource>);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Source").field(&self.0.setting()).finish()
    }
}

impl Source {
    /// One of a host.
    pub(crate) const fn new(source: Arc<dyn KeySource>) -> Self {
        Self(source)
    }
}

impl Deref for Source {
    type Target = dyn KeySource;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}
