//! Which policies are in force in a book, and how an effect is named in one.

use crate::error::{Error, Result};
use crate::request::scope::OperationInfo;
use crate::settings::config::Config;
use crate::settings::policy::{Policy, TREASURY};

/// How many policies of its own a book can have.
pub const MOST: usize = 200;

/// Reads the request field `operation`: an effect of the operations table, a family of them or `*`. A policy
/// that could never ask is refused: nobody would find out that it guards nothing.
///
/// # Errors
/// `invalid_request` naming `operation`.
pub fn pattern(text: &str, operations: &[OperationInfo]) -> Result<String> {
    let asking = || operations.iter().filter(|info| info.takes).map(|info| info.effect).chain([TREASURY]);
    let family = text.strip_suffix('*').filter(|family| family.is_empty() || family.ends_with('.'));
    if asking().any(|effect| effect == text || family.is_some_and(|family| effect.starts_with(family))) {
        return Ok(text.to_owned());
    }
    let named = |info: &&OperationInfo| info.name == text || info.effect == text;
    let reason = match operations.iter().find(named) {
        Some(info) if info.takes => format!("must be an effect: that of `{text}` is `{}`", info.effect),
        Some(_) => format!("must be an effect that takes money: `{text}` takes none, so it would never ask"),
        None => "must be an effect such as `escrow.pay`, a family such as `treasury.*`, or `*`".to_owned(),
    };
    Err(Error::invalid("operation", reason))
}

/// The policies in force in a book: those of the engine's options and the book's own, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Each with whether the engine's options brought it; in the order of names.
    pub all: Vec<(Policy, bool)>,
}

impl Policies {
    /// Those of a book whose settings are `config`; a policy of the book takes the place of one of the
    /// options.
    #[must_use]
    pub fn in_force(options: &[Policy], config: Option<&Config>) -> Self {
        let (own, removed) = config.map_or((&[][..], &[][..]), |config| {
            (config.facts.policies.as_slice(), config.facts.removed.as_slice())
        });
        let gone = |id: &String| removed.contains(id) || own.iter().any(|policy| policy.id == *id);
        let brought = options.iter().filter(|policy| !gone(&policy.id)).map(|policy| (policy.clone(), true));
        let mut all: Vec<_> = brought.chain(own.iter().map(|policy| (policy.clone(), false))).collect();
        all.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        Self { all }
    }

    /// Whether any of them covers an effect, or what is taken of a treasury.
    #[must_use]
    pub fn concern(&self, effect: &str) -> bool {
        self.all.iter().any(|(policy, _)| policy.covers(effect) || policy.covers(TREASURY))
    }
}
