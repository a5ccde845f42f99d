//! The tokens of a request: handles of the payer's means, by gateway. They are sealed where they are kept.

use crate::error::{Error, Result};
use crate::request::domain::Parse;
use crate::request::parsed::Meaning;
use crate::request::secret::{Secret, SecretMap};
use crate::request::texts::{name_of, no_card};
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The domain in the names of what is sealed for gateways.
const DOMAIN: &str = "payments";

/// The seal for the tokens of payers and the secrets of a gateway.
pub(crate) fn seal_of(safe: Safe, gateway: &str) -> Seal {
    Seal::within(DOMAIN, safe, gateway)
}

/// The tokens of a request, by gateway. A token without a gateway is for the one that is chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    any: Option<Secret>,
    by_gateway: Option<SecretMap>,
}

/// One token for any gateway.
impl Meaning<Secret> for Tokens {
    type Read = Self;
    fn read(_: &str, given: &Secret, _: &Parse<'_>) -> Result<Self> {
        Self::read(Some(given), None)
    }
}

impl Tokens {
    /// The tokens of a request.
    pub(crate) fn read(token: Option<&Secret>, tokens: Option<&SecretMap>) -> Result<Self> {
        if let Some(token) = token {
            handle("token", token)?;
        }
        for (gateway, token) in tokens.into_iter().flat_map(SecretMap::iter) {
            name_of("tokens", gateway)?;
            handle(&format!("tokens.{gateway}"), token)?;
        }
        if token.is_some() && tokens.is_some() {
            return Err(Error::invalid("tokens", "must be left out where `token` is given"));
        }
        Ok(Self { any: token.cloned(), by_gateway: tokens.filter(|tokens| !tokens.is_empty()).cloned() })
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.any.is_none() && self.by_gateway.is_none()
    }

    /// The gateways that have a token; `None` if one token is for any gateway.
    pub(crate) fn gateways(&self) -> Option<Vec<&str>> {
        self.by_gateway.as_ref().map(|tokens| tokens.iter().map(|(gateway, _)| gateway).collect())
    }

    /// The token for a gateway.
    pub(crate) fn of(&self, gateway: &str) -> Option<&Secret> {
        self.by_gateway.as_ref().map_or(self.any.as_ref(), |tokens| tokens.get(gateway))
    }
}

/// A handle of means of payment: not empty, and no card number.
fn handle(field: &str, token: &Secret) -> Result<()> {
    if token.is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    no_card(field, token)
}
