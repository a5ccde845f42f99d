//! How receipts and dossiers are shown: in which language, by whose clock, and with which names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::words::{Words, words};
use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::error::Result;
use crate::ids::AccountId;
use crate::ledger::limits::calendar::Zone;
use crate::money::Money;
use crate::readable;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::sorting::Gathering;
use crate::time::Time;

/// How something is shown to people.
#[derive(Clone, Debug, Default)]
pub struct Look {
    locale: String,
    zone: Zone,
    /// Display names by account.
    names: BTreeMap<String, String>,
}

impl Look {
    /// In this language (English where it is not known), with times as clocks of this zone show them.
    #[must_use]
    pub fn new(locale: &str, zone: Zone) -> Self {
        Self { locale: locale.to_owned(), zone, names: BTreeMap::new() }
    }

    /// Adds the display names to the ids of these accounts, each with the code of a currency that it has.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn with_names(mut self, engine: &Engine, accounts: BTreeSet<(String, String)>) -> Result<Self> {
        let mut needs = Needs::default();
        for (account, currency) in &accounts {
            if let Some(currency) = engine.scope().currencies.known(currency) {
                let key = AccountKey::new(
                    engine.book_name().clone(),
                    AccountId::stored(account.as_str()),
                    currency,
                );
                needs.account(key, Access::Read);
            }
        }
        if needs.is_empty() {
            return Ok(self);
        }
        for row in engine.peek(&needs).await?.accounts {
            if let Some(name) = &row.display_name {
                self.names.insert(row.id.as_str().to_owned(), readable::line(name).into_owned());
            }
        }
        Ok(self)
    }

    /// The words of the language.
    pub(super) fn words(&self) -> &'static Words {
        words(&self.locale)
    }

    /// The name of the zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.zone.name()
    }

    /// A time of a view, such as `2026-01-01T09:30:00.000001Z`, to the second.
    #[must_use]
    pub fn time(&self, text: &str) -> String {
        let at = text.parse::<Time>().ok();
        at.and_then(|at| self.zone.shown(at)).unwrap_or_else(|| readable::line(text).into_owned())
    }

    /// An account: Earnest's own by their purpose, others by name and id.
    #[must_use]
    pub fn party(&self, account: &str) -> String {
        match self.names.get(account) {
            Some(name) => format!("{name} ({})", readable::line(account)),
            None => readable::line(&self.words().party(account)).into_owned(),
        }
    }

    /// A kind of transfer, such as `top_up`.
    #[must_use]
    pub fn kind<'k>(&self, kind: &'k str) -> &'k str {
        self.words().kind(kind)
    }

    /// An amount of a view, as people of that language write it.
    #[must_use]
    pub fn money(&self, value: &Value) -> String {
        serde_json::from_value::<Money>(value.clone()).map_or_else(
            |_| readable::line(&value.to_string()).into_owned(),
            |money| money.human(self.words().locale),
        )
    }
}

/// The accounts of a receipt's payload, each with its currency.
pub fn accounts_of(payload: &Value) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let postings = payload["postings"].as_array().into_iter().flatten();
    postings.filter_map(|leg| Some((text(&leg["account"])?, text(&leg["amount"]["currency"])?))).gathered()
}
