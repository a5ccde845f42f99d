//! The setting up of gateways.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::gateway::{BreakerFacts, Gateway, GatewayAbility, GatewayFacts, GatewayStatus, SETTLE_AFTER};
use super::requests::operations::GatewaySetting;
use super::views::{Gateway as GatewayView, GatewayReply};
use crate::error::{Error, Result};
use crate::gateway::driver_of;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::parsed::take_over;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::ListedBy;

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
