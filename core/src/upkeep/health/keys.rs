//! Whether this process's keyring has the keys with which the vault of its book is wrapped.

use super::{CRITICAL, HEALTHY, check};
use crate::engine::Engine;
use crate::keyring::Purpose;
use crate::rows::needs::{Access, Needs};
use crate::upkeep::views::HealthCheck;
use crate::vault::model::{Keys, keys_of};

/// A key that is in use and missing here is critical: what is sealed with it opens nowhere but in others.
pub(super) async fn keys(engine: &Engine) -> HealthCheck {
    let mut needs = Needs::default();
    needs.record(keys_of(engine.book_name()), Access::Read);
    let found = engine.peek(&needs).await.and_then(|loaded| loaded.records.first().map(Keys::of).transpose());
    let keys = match found {
        Ok(Some(keys)) => keys,
        Ok(None) => return check("keyring", HEALTHY, "nothing is sealed"),
        Err(error) => return check("keyring", CRITICAL, error.message()),
    };
    let has = |kid: &&String| {
        engine.options().keyring.as_ref().is_some_and(|keyring| keyring.named(Purpose::Vault, kid).is_ok())
    };
    match keys.facts.in_use.iter().find(|kid| !has(kid)) {
        None => check("keyring", HEALTHY, "it has every key that is in use"),
        Some(kid) => {
            check("keyring", CRITICAL, format!("it lacks `{kid}`, with which data keys are wrapped"))
        }
    }
}
