//! Whether this process's keyring has the keys with which the vault of its book is wrapped.

use super::{CRITICAL, HEALTHY, check};
use crate::engine::Engine;
use crate::upkeep::key_uses::missing;
use crate::upkeep::views::HealthCheck;

/// A key that is in use and missing here is critical: what is sealed with it opens nowhere but in others.
pub(super) async fn keys(engine: &Engine) -> HealthCheck {
    match missing(engine).await {
        Ok(None) => check("keyring", HEALTHY, "it has every key that is in use"),
        Ok(Some(kid)) => {
            check("keyring", CRITICAL, format!("it lacks `{kid}`, with which data keys are wrapped"))
        }
        Err(error) => check("keyring", CRITICAL, error.message()),
    }
}
