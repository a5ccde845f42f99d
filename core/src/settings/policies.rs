//! Which policies are in force in a book, and which factors they require.

use std::collections::BTreeSet;

use super::config::Config;
use super::policy::{Policy, TREASURY};
use crate::currency::Currency;
use crate::sorting::{Gathering, Sorting};

/// The effect of a signature. It takes none of the book's money, so its policies ask at any amount.
pub const SIGNS: &str = "signing.sign";

/// The amounts that a call takes, in minor units by currency.
pub type Taken = [(Currency, i128)];

/// The policies in force in a book: those of the engine's options and the book's own, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Each with whether the engine's options brought it; in the order of names.
    pub all: Vec<(Policy, bool)>,
}

impl Policies {
    /// Those of a book whose settings are `config`; a policy of the book takes the place of one of the
    /// options.
    pub fn in_force(options: &[Policy], config: Option<&Config>) -> Self {
        let (own, removed) = config.map_or((&[][..], &[][..]), |config| {
            (config.facts.policies.as_slice(), config.facts.removed.as_slice())
        });
        let gone = |id: &String| removed.contains(id) || own.iter().any(|policy| policy.id == *id);
        let brought = options.iter().filter(|policy| !gone(&policy.id)).map(|policy| (policy.clone(), true));
        let mut all: Vec<_> = brought.chain(own.iter().map(|policy| (policy.clone(), false))).collect();
        all.order_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        Self { all }
    }

    /// Whether any of them covers an effect, or what is taken of a treasury.
    pub fn concern(&self, effect: &str) -> bool {
        self.all.iter().any(|(policy, _)| policy.covers(effect) || policy.covers(TREASURY))
    }

    /// Whether any of them requires a factor.
    pub fn require(&self) -> bool {
        self.all.iter().any(|(policy, _)| !policy.require.is_empty())
    }

    /// The factors that they require of a call by its effect, and by what it takes of a treasury.
    pub fn factors(&self, effect: &str, taken: &Taken, treasury: &Taken) -> BTreeSet<&str> {
        let reached = |taken: &Taken, policy: &Policy| {
            let (currency, least) = (policy.threshold.currency(), policy.threshold.minor_units());
            taken.iter().any(|(of, minor)| *of == currency && *minor >= least)
        };
        let covering = self.all.iter().map(|(policy, _)| policy).filter(|policy| {
            policy.covers(effect) && (policy.any_amount || effect == SIGNS || reached(taken, policy))
                || policy.covers(TREASURY) && reached(treasury, policy)
        });
        covering.flat_map(|policy| policy.require.iter().map(String::as_str)).gathered()
    }
}
