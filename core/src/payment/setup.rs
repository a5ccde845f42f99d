//! The setting up of gateways.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::gateway::{
    BreakerFacts, Gateway, GatewayAbility, GatewayDriver, GatewayFacts, GatewayStatus, SETTLE_AFTER, key,
};
use super::means::seal_of;
use super::requests::SetGateway;
use super::views::{Gateway as GatewayView, GatewayReply};
use crate::error::{Error, Result};
use crate::gateway::driver_of;
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::secret::SecretMap;
use crate::request::shape::{is_name, one_named, span_of};
use crate::request::texts::{name_of, no_card_in};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::ListedBy;
use crate::time::Span;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The settings of a gateway in a request.
#[derive(Clone, Debug)]
struct GatewayTerms {
    driver: GatewayDriver,
    currencies: Option<Vec<String>>,
    active: Option<bool>,
    abilities: Option<Vec<GatewayAbility>>,
    settle_after: Option<Span>,
    failures: Option<u32>,
    pause: Option<Span>,
    config: Option<String>,
    secrets: Option<SecretMap>,
}

/// Makes or changes a gateway.
pub struct Set {
    book: Book,
    id: String,
    given: GatewayTerms,
    seal: Option<Seal>,
    note: Note,
}

fn abilities(request: &SetGateway) -> Result<Option<Vec<GatewayAbility>>> {
    let Some(names) = &request.abilities else { return Ok(None) };
    let mut all = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let ability: GatewayAbility = one_named(&format!("abilities[{place}]"), name)?;
        if !all.contains(&ability) {
            all.push(ability);
        }
    }
    Ok(Some(all))
}

fn currencies(request: &SetGateway, parse: &Parse<'_>) -> Result<Option<Vec<String>>> {
    let Some(codes) = &request.currencies else { return Ok(None) };
    let mut all = Vec::with_capacity(codes.len());
    for (place, code) in codes.iter().enumerate() {
        let currency = parse.currencies.get(&format!("currencies[{place}]"), code)?;
        if !all.iter().any(|known| known == currency.code()) {
            all.push(currency.code().to_owned());
        }
    }
    if all.is_empty() {
        return Err(Error::invalid("currencies", "must not be empty"));
    }
    Ok(Some(all))
}

impl WriteRequest for SetGateway {
    type Operation = Set;
    fn parse(&self, parse: &Parse<'_>) -> Result<Set> {
        no_card_in("metadata", self.metadata.as_ref())?;
        let id = name_of("id", &self.id)?;
        let driver: GatewayDriver = one_named("driver", &self.driver)?;
        let secrets = self.secrets.clone().filter(|secrets| !secrets.is_empty());
        if let Some((name, _)) = secrets.iter().flat_map(SecretMap::iter).find(|(name, _)| !is_name(name)) {
            return Err(Error::invalid(format!("secrets.{name}"), "must be a name"));
        }
        if self.abilities.is_some() && driver != GatewayDriver::Host {
            return Err(Error::invalid("abilities", "must be left out: the driver knows what it can do"));
        }
        let config = self.config.as_ref().map(|config| {
            serde_json_canonicalizer::to_string(config)
                .map_err(|_| Error::invalid("config", "must be canonical JSON"))
        });
        let breaker = self.breaker.as_ref();
        let given = GatewayTerms {
            driver,
            currencies: currencies(self, parse)?,
            active: self.active,
            abilities: abilities(self)?,
            settle_after: span_of("settle_after", self.settle_after.as_ref())?,
            failures: breaker.and_then(|breaker| breaker.failures),
            pause: span_of("breaker.pause", breaker.and_then(|breaker| breaker.pause.as_ref()))?,
            config: config.transpose()?,
            secrets,
        };
        let seal =
            given.secrets.is_some().then(|| Safe::parse(parse).map(|safe| seal_of(safe, &id))).transpose()?;
        Ok(Set { book: parse.book.clone(), id, given, seal, note: Note::parse(&self.common())? })
    }
}

impl Set {
    fn begin(&self, draft: &Draft<'_>) -> Result<Gateway> {
        let facts = GatewayFacts {
            id: self.id.clone(),
            driver: self.given.driver,
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
        Gateway::begin(key(&self.book, &self.id), listed_by, GatewayStatus::Up, facts, draft.ctx.time())
    }

    /// Takes over what the request says; what it leaves out stays.
    fn apply(&self, draft: &mut Draft<'_>, gateway: &mut Gateway) -> Decided<()> {
        let (given, facts) = (&self.given, &mut gateway.facts);
        if let Some(driver) = driver_of(given.driver) {
            facts.abilities = driver.abilities().to_vec();
        }
        facts.driver = given.driver;
        if given.currencies.is_some() {
            facts.currencies.clone_from(&given.currencies);
        }
        facts.active = given.active.unwrap_or(facts.active);
        if let Some(abilities) = &given.abilities {
            facts.abilities.clone_from(abilities);
        }
        facts.settle_after = given.settle_after.unwrap_or(facts.settle_after);
        facts.breaker.failures = given.failures.unwrap_or(facts.breaker.failures);
        facts.breaker.pause = given.pause.unwrap_or(facts.breaker.pause);
        if let Some(config) = given
            .config
            .as_ref()
            .filter(|config| gateway.text("config").is_none_or(|known| **known != ***config))
        {
            gateway.texts.insert("config".to_owned(), Text::new(config, draft.ids.salt()));
        }
        if let (Some(secrets), Some(seal)) = (&given.secrets, &self.seal) {
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
        let given: Map<String, Value> = serde_json::from_str(self.given.config.as_deref()?).ok()?;
        (gateway.config().get(name)? != given.get(name)?).then_some(name)
    }

    /// Checks that a gateway has the settings and secrets that its driver needs.
    fn complete(&self, gateway: &Gateway) -> Result<()> {
        let Some(driver) = driver_of(gateway.facts.driver) else { return Ok(()) };
        let (needs, config) = (driver.needs(), gateway.config());
        let is_empty = |name: &str| {
            let given = self.given.secrets.as_ref().and_then(|secrets| secrets.get(name));
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

impl Operation for Set {
    type Reply = GatewayReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(key(&self.book, &self.id), Access::Write);
        if let Some(seal) = &self.seal {
            seal.needs(needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = draft.record(&key(&self.book, &self.id))?.map(Gateway::of).transpose()?;
        self.note.check_version(&self.id, known.as_ref().map_or(0, |gateway| gateway.row.version))?;
        if known.as_ref().is_some_and(|gateway| gateway.facts.driver != self.given.driver) {
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
        let gateway = Gateway::of(seen.record(&key(&self.book, &self.id))?)?;
        Ok(GatewayReply { gateway: GatewayView::of(&gateway), replayed: replayed || made.is_empty() })
    }
}
