//! The setting up of gateways.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::gateway::{
    BreakerFacts, Gateway, GatewayAbility, GatewayDriver, GatewayFacts, GatewayStatus, SETTLE_AFTER,
};
use super::means::seal_of;
use super::requests::BreakerTerms;
use super::requests::operations::GatewaySetting;
use super::views::{Gateway as GatewayView, GatewayReply};
use crate::error::{Error, Result};
use crate::gateway::driver_of;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::Parse;
use crate::request::parsed::{meanings, take_over};
use crate::request::secret::SecretMap;
use crate::request::shape::{is_name, one_named, span_of};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::ListedBy;
use crate::time::Span;
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

/// How long a gateway stays down.
pub(super) fn pause_of(breaker: Option<&BreakerTerms>) -> Result<Option<Span>> {
    span_of("breaker.pause", breaker.and_then(|breaker| breaker.pause.as_ref()))
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

impl GatewaySetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Gateway> {
        let facts = GatewayFacts {
            id: self.id.clone(),
            driver: self.driver,
            currencies: None,
            active: true,
            abilities: GatewayAbility::ALL.to_vec(),
            settle_after: SETTLE_AFTER,
            breaker: BreakerFacts::default(),
            secrets: Vec::new(),
            unanswered: 0,
            retry_at: None,
            probe: None,
            late: Vec::new(),
        };
        let listed_by = ListedBy { reference: Some(self.id.as_str().into()), ..ListedBy::default() };
        let key = Gateway::key(&self.book, &self.id);
        Gateway::begin(key, listed_by, GatewayStatus::Up, facts, draft.ctx.time())
    }

    /// Takes over what the request says; what it leaves out stays.
    fn apply(&self, draft: &mut Draft<'_>, gateway: &mut Gateway) -> Decided<()> {
        let facts = &mut gateway.facts;
        if let Some(driver) = driver_of(self.driver) {
            facts.abilities = driver.abilities().to_vec();
        }
        facts.driver = self.driver;
        take_over!(self => facts: currencies, active, abilities, settle_after);
        let failures = self.breaker.as_ref().and_then(|breaker| breaker.failures);
        facts.breaker.failures = failures.unwrap_or(facts.breaker.failures);
        facts.breaker.pause = self.pause.unwrap_or(facts.breaker.pause);
        if let Some(config) = self
            .config
            .as_ref()
            .filter(|config| gateway.text("config").is_none_or(|known| **known != ***config))
        {
            gateway.texts.insert("config".to_owned(), Text::new(config, draft.ids.salt()));
        }
        if let (Some(secrets), Some(seal)) = (&self.secrets, &self.seal) {
            for (name, secret) in secrets.iter() {
                let sealed = seal.seal(draft, &self.id, name, secret)?;
                gateway.texts.insert(format!("secret.{name}"), Text::new(&sealed, draft.ids.salt()));
                if !gateway.facts.secrets.iter().any(|known| known == name) {
                    gateway.facts.secrets.push(name.to_owned());
                }
            }
        }
        Ok(self.complete(gateway)?)
    }

    /// The changed setting that would make it the gateway of another merchant.
    fn other_merchant(&self, gateway: &Gateway) -> Option<&'static str> {
        let name = driver_of(gateway.facts.driver)?.merchant()?;
        let given: Map<String, Value> = serde_json::from_str(self.config.as_deref()?).ok()?;
        (gateway.config().get(name)? != given.get(name)?).then_some(name)
    }

    /// Checks that a gateway has the settings and secrets that its driver needs.
    fn complete(&self, gateway: &Gateway) -> Result<()> {
        let Some(driver) = driver_of(gateway.facts.driver) else { return Ok(()) };
        let (needs, config) = (driver.needs(), gateway.config());
        let is_empty = |name: &str| {
            let given = self.secrets.as_ref().and_then(|secrets| secrets.get(name));
            given.is_some_and(|secret| secret.is_empty())
        };
        let has = |name: &str| gateway.facts.secrets.iter().any(|known| known == name) && !is_empty(name);
        let is_set =
            |name: &str| config.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if let Some(name) = needs.secrets.iter().find(|name| !has(name)) {
            return Err(Error::invalid(format!("secrets.{name}"), "must be given: the driver needs it"));
        }
        match needs.config.iter().find(|name| !is_set(name)) {
            Some(name) => {
                Err(Error::invalid(format!("config.{name}"), "must be a text: the driver needs it"))
            }
            None => Ok(()),
        }
    }
}

impl Operation for GatewaySetting {
    type Reply = GatewayReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Gateway::key(&self.book, &self.id), Access::Write);
        if let Some(seal) = &self.seal {
            seal.needs(needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = Gateway::find(draft, &self.book, &self.id)?;
        self.note.check_version(&self.id, known.as_ref().map_or(0, |gateway| gateway.row.version))?;
        if known.as_ref().is_some_and(|gateway| gateway.facts.driver != self.driver) {
            // questions about its calls under way, with its secrets, would go to another service
            return Err(Error::invalid("driver", "cannot be changed: make another gateway").into());
        }
        if let Some(name) = known.as_ref().and_then(|gateway| self.other_merchant(gateway)) {
            // its calls under way, and the questions about them, use its present secrets
            let field = format!("config.{name}");
            return Err(Error::invalid(field, "cannot be changed: make another gateway").into());
        }
        let before = known.as_ref().map(|gateway| (gateway.facts.clone(), gateway.texts.clone()));
        let mut gateway = known.map_or_else(|| self.begin(draft), Ok)?;
        self.apply(draft, &mut gateway)?;
        if before == Some((gateway.facts.clone(), gateway.texts.clone())) {
            return Ok(CreatedIds::default());
        }
        gateway.put(draft, "gateway.set")?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<GatewayReply> {
        let gateway = Gateway::shown(seen, &self.book, &self.id)?;
        Ok(GatewayReply { gateway: GatewayView::of(&gateway), replayed: replayed || made.is_empty() })
    }
}
