//! How an effect is named in a policy.

use crate::error::{Error, Result};
use crate::request::parsed::meanings;
use crate::request::scope::OperationInfo;
use crate::request::shape::is_name;
use crate::settings::policies::SIGNS;
use crate::settings::policy::TREASURY;

pub use crate::settings::policies::Policies;

/// How many policies of its own a book can have.
pub const MOST: usize = 200;

meanings! {
    /// The name of a policy.
    PolicyName: String => String = |field, given, _| policy_name(field, given).map(|()| given.clone());
}

/// Refuses what is no name of a policy.
pub fn policy_name(field: &str, name: &str) -> Result<()> {
    if is_name(name) {
        return Ok(());
    }
    Err(Error::invalid(field, "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"))
}

/// Reads the request field `operation`: an effect of the operations table, a family of them or `*`, and says
/// whether it is an effect that takes no money. Of such a one, by its full name, only factors can be asked:
/// nobody approves a call that takes nothing. A policy that could never ask is refused: nobody would find out
/// that it guards nothing.
pub fn pattern(text: &str, factors_alone: bool, operations: &[OperationInfo]) -> Result<(String, bool)> {
    let asks = |info: &OperationInfo| info.takes || info.effect == SIGNS;
    let asking = || operations.iter().filter(|info| asks(info)).map(|info| info.effect).chain([TREASURY]);
    let family = text.strip_suffix('*').filter(|family| family.is_empty() || family.ends_with('.'));
    if asking().any(|effect| effect == text || family.is_some_and(|family| effect.starts_with(family))) {
        return Ok((text.to_owned(), false));
    }
    let demands = |info: &&OperationInfo| info.effect == text && info.demands_at_any_amount();
    let demanded = operations.iter().find(demands);
    if demanded.is_some() && factors_alone {
        return Ok((text.to_owned(), true));
    }
    let named = |info: &&OperationInfo| info.name == text || info.effect == text;
    let reason = match demanded.or_else(|| operations.iter().find(named)) {
        Some(info) if asks(info) || info.demands_at_any_amount() && info.effect != text => {
            format!("must be an effect: that of `{text}` is `{}`", info.effect)
        }
        Some(info) if info.demands_at_any_amount() => {
            format!(
                "must be an effect that takes money: of `{text}`, which takes none, only `require` can be asked"
            )
        }
        Some(_) => format!("must be an effect that takes money: `{text}` takes none, so it would never ask"),
        None => "must be an effect such as `escrow.pay`, a family such as `treasury.*`, or `*`".to_owned(),
    };
    Err(Error::invalid("operation", reason))
}

/// Whether a pattern covers signatures and nothing else: they wait for nobody, so that only factors can be
/// asked of them.
pub fn signs_alone(pattern: &str) -> bool {
    pattern == SIGNS || pattern == "signing.*"
}
