//! The meanings of what a request says of a gateway.

use serde_json::{Map, Value};

use super::tokens::seal_of;
use crate::error::{Error, Result};
use crate::gateway::words::{GatewayAbility, GatewayDriver};
use crate::request::domain::Parse;
use crate::request::parsed::meanings;
use crate::request::secret::SecretMap;
use crate::request::shape::{is_name, one_named};
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

meanings! {
    /// The abilities of a gateway, each once.
    Abilities: Vec<String> => Vec<GatewayAbility> = |field, given, _| abilities(field, given);
    /// The codes of currencies, each once.
    CurrencyCodes: Vec<String> => Vec<String> = |field, given, parse| currencies(field, given, parse);
    /// A JSON object as canonical text.
    CanonicalJson: Map<String, Value> => String = |field, given, _| {
        serde_json_canonicalizer::to_string(given)
            .map_err(|_| Error::invalid(field, "must be canonical JSON"))
    };
    /// Secrets by name.
    Secrets: SecretMap => SecretMap = |field, given, _| match given.iter().find(|(name, _)| !is_name(name)) {
        Some((name, _)) => Err(Error::invalid(format!("{field}.{name}"), "must be a name")),
        None => Ok(given.clone()),
    };
}

fn abilities(field: &str, names: &[String]) -> Result<Vec<GatewayAbility>> {
    let mut all = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let ability: GatewayAbility = one_named(&format!("{field}[{place}]"), name)?;
        if !all.contains(&ability) {
            all.push(ability);
        }
    }
    Ok(all)
}

fn currencies(field: &str, codes: &[String], parse: &Parse<'_>) -> Result<Vec<String>> {
    let mut all = Vec::with_capacity(codes.len());
    for (place, code) in codes.iter().enumerate() {
        let currency = parse.currencies.get(&format!("{field}[{place}]"), code)?;
        if !all.iter().any(|known| known == currency.code()) {
            all.push(currency.code().to_owned());
        }
    }
    if all.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(all) }
}

/// The abilities that a request may set: those of the application's own workers.
pub(super) fn settable(driver: GatewayDriver, abilities: Option<&Vec<GatewayAbility>>) -> Result<()> {
    if abilities.is_some() && driver != GatewayDriver::Host {
        return Err(Error::invalid("abilities", "must be left out: the driver knows what it can do"));
    }
    Ok(())
}

/// The seal for the secrets of a gateway, where some are given.
pub(super) fn secret_seal(
    secrets: Option<&SecretMap>,
    gateway: &str,
    parse: &Parse<'_>,
) -> Result<Option<Seal>> {
    let given = secrets.filter(|secrets| !secrets.is_empty());
    given.map(|_| Safe::parse(parse).map(|safe| seal_of(safe, gateway))).transpose()
}
