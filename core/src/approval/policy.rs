//! How an effect is named in a policy.

use crate::error::{Error, Result};
use crate::request::scope::OperationInfo;
use crate::settings::policies::SIGNS;
use crate::settings::policy::TREASURY;

pub use crate::settings::policies::Policies;

/// How many policies of its own a book can have.
pub const MOST: usize = 200;

/// Reads the request field `operation`: an effect of the operations table, a family of them or `*`. A policy
/// that could never ask is refused: nobody would find out that it guards nothing.
///
/// # Errors
/// `invalid_request` naming `operation`.
pub fn pattern(text: &str, operations: &[OperationInfo]) -> Result<String> {
    let asks = |info: &OperationInfo| info.takes || info.effect == SIGNS;
    let asking = || operations.iter().filter(|info| asks(info)).map(|info| info.effect).chain([TREASURY]);
    let family = text.strip_suffix('*').filter(|family| family.is_empty() || family.ends_with('.'));
    if asking().any(|effect| effect == text || family.is_some_and(|family| effect.starts_with(family))) {
        return Ok(text.to_owned());
    }
    let named = |info: &&OperationInfo| info.name == text || info.effect == text;
    let reason = match operations.iter().find(named) {
        Some(info) if asks(info) => format!("must be an effect: that of `{text}` is `{}`", info.effect),
        Some(_) => format!("must be an effect that takes money: `{text}` takes none, so it would never ask"),
        None => "must be an effect such as `escrow.pay`, a family such as `treasury.*`, or `*`".to_owned(),
    };
    Err(Error::invalid("operation", reason))
}

/// Whether a pattern covers signatures and nothing else: they wait for nobody, so that only factors can be
/// asked of them.
#[must_use]
pub fn signs_alone(pattern: &str) -> bool {
    pattern == SIGNS || pattern == "signing.*"
}
