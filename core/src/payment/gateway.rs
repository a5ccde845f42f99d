//! Gateways, which take money from outside for us: their settings, their abilities, and their breakers.
//!
//! The breaker of a gateway is a row and a pure rule, so that all processes agree. A number of calls in a row
//! without an answer make the gateway `down` for a pause. Then one call is the probe that shows whether it is
//! back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::currency::Currency;
use crate::error::{Detail, Error};
use crate::gateway::driver_of;
pub use crate::gateway::words::{GatewayAbility, GatewayDriver};
use crate::ids::{JobId, PaymentId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::request::domain::Leasing;
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, members, object};
use crate::time::{Span, Time};

/// The kind of a gateway's record, and the object of its events.
pub const KIND: &str = "gateway";
/// The prefix of the kinds of all gateways' jobs.
pub const JOBS: &str = "gateway.";
/// How long after a call the answer "no such call" is not believed, if the gateway sets nothing else.
pub const SETTLE_AFTER: Span = Span::from_mins(2);
/// How long other calls wait while one probes.
const BESIDE_PROBE: Span = Span::from_secs(15);

text_enum! {
    /// Whether a gateway answers.
    pub enum GatewayStatus {
        /// It does.
        Up = "up",
        /// It is left alone for a while.
        Down = "down",
        /// One call shows whether it answers again.
        Probing = "probing",
    }
}

/// The breaker of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerFacts {
    /// This many calls in a row without an answer make it down.
    pub failures: u32,
    /// How long it then stays down.
    pub pause: Span,
}

impl Default for BreakerFacts {
    fn default() -> Self {
        Self { failures: 5, pause: Span::from_secs(30) }
    }
}

/// The facts of a gateway that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayFacts {
    /// Its name.
    pub id: String,
    /// The driver that talks to it.
    pub driver: GatewayDriver,
    /// The currencies that it takes; all if `None`.
    #[serde(default)]
    pub currencies: Option<Vec<String>>,
    /// Whether new payments may go to it.
    pub active: bool,
    /// Its abilities.
    pub abilities: Vec<GatewayAbility>,
    /// How long after a call its answer "no such call" is not believed.
    pub settle_after: Span,
    pub breaker: BreakerFacts,
    /// The names of its secrets.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Calls in a row without an answer.
    #[serde(default)]
    pub unanswered: u32,
    /// When it is tried again.
    #[serde(default)]
    pub retry_at: Option<Time>,
    /// The job that probes.
    #[serde(default)]
    pub probe: Option<JobId>,
    /// The payments that wait for it and that the admins were told of, as far as they are not too many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<PaymentId>,
}

/// A gateway, read from its record. Its texts are `config` and the sealed secrets.
pub type Gateway = Stored<GatewayFacts>;

object! { GatewayFacts: KIND, GatewayStatus, Uuid as &'n str {
    fn not_found(id: &str) -> Error {
        not_found(Some(id))
    }
} }

impl GatewayFacts {
    /// Whether it is active, and its record takes payments in a currency.
    pub fn takes(&self, currency: &str) -> bool {
        self.active && self.currencies.as_ref().is_none_or(|all| all.iter().any(|code| code == currency))
    }

    /// Whether it is active and takes payments in a currency, which its driver has too.
    pub fn takes_in(&self, currency: Currency) -> bool {
        self.takes(currency.code()) && driver_of(self.driver).is_none_or(|driver| driver.takes(currency))
    }

    /// Whether it can do something.
    pub fn can(&self, ability: GatewayAbility) -> bool {
        self.abilities.contains(&ability)
    }
}

impl Gateway {
    /// The settings of its driver.
    pub fn config(&self) -> Map<String, Value> {
        self.text("config").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Whether a new payment may go to it now. After its pause, a gateway that is down is tried again by the
    /// next payment.
    pub fn is_open(&self, now: Time) -> bool {
        match self.state {
            GatewayStatus::Up => true,
            GatewayStatus::Down | GatewayStatus::Probing => self.facts.retry_at.is_none_or(|at| at <= now),
        }
    }

    /// Decides whether one of its calls may be sent now. The call becomes the probe if one is due.
    pub fn admit(&mut self, draft: &mut Draft<'_>, job: JobId) -> Decided<Leasing> {
        let now = draft.ctx.now;
        let later = |span| now.checked_add(span).unwrap_or(Time::MAX);
        match self.state {
            GatewayStatus::Up => Ok(Leasing::Granted),
            GatewayStatus::Probing if self.facts.probe == Some(job) => Ok(Leasing::Granted),
            // another call probes if the probe takes too long
            GatewayStatus::Probing if self.facts.retry_at.is_some_and(|at| now < at) => {
                Ok(Leasing::PutOff(later(BESIDE_PROBE)))
            }
            GatewayStatus::Probing | GatewayStatus::Down => {
                match self.facts.retry_at.filter(|at| now < *at) {
                    Some(at) => Ok(Leasing::PutOff(at)),
                    None => {
                        self.state = GatewayStatus::Probing;
                        let until = later(self.facts.breaker.pause.max(BESIDE_PROBE));
                        (self.facts.probe, self.facts.retry_at) = (Some(job), Some(until));
                        self.put(draft, "gateway.probing")?;
                        Ok(Leasing::Granted)
                    }
                }
            }
        }
    }

    /// Notes that it has answered a call.
    pub fn answered(&mut self, draft: &mut Draft<'_>) -> Decided<()> {
        if self.facts.unanswered == 0 && self.state == GatewayStatus::Up {
            return Ok(());
        }
        let was_up = self.state == GatewayStatus::Up;
        self.state = GatewayStatus::Up;
        (self.facts.unanswered, self.facts.retry_at, self.facts.probe) = (0, None, None);
        self.put(draft, if was_up { "gateway.answered" } else { "gateway.up" })
    }

    /// Notes that it has not answered a call.
    pub fn was_silent(&mut self, draft: &mut Draft<'_>, job: JobId) -> Decided<()> {
        self.facts.unanswered = self.facts.unanswered.saturating_add(1);
        let probed = self.state == GatewayStatus::Probing && self.facts.probe == Some(job);
        let tripped = self.state == GatewayStatus::Up && self.facts.unanswered >= self.facts.breaker.failures;
        if probed || tripped {
            self.state = GatewayStatus::Down;
            let until = draft.ctx.now.checked_add(self.facts.breaker.pause).unwrap_or(Time::MAX);
            (self.facts.retry_at, self.facts.probe) = (Some(until), None);
            return self.put(draft, "gateway.down");
        }
        self.put(draft, "gateway.silent")
    }

    /// Notes that the probe was given back unbegun: the next call probes.
    pub fn given_back(&mut self, draft: &mut Draft<'_>, job: JobId) -> Decided<()> {
        if self.state != GatewayStatus::Probing || self.facts.probe != Some(job) {
            return Ok(());
        }
        self.state = GatewayStatus::Down;
        (self.facts.retry_at, self.facts.probe) = (Some(draft.ctx.now), None);
        self.put(draft, "gateway.down")
    }

    /// Writes it with its event.
    pub fn put(&mut self, draft: &mut Draft<'_>, event: &'static str) -> Decided<()> {
        let data = members!("gateway": self.facts.id.clone(), "status": self.state.as_str());
        draft.emit(self, event, &data)?;
        draft.put_record(self.clone().into_row()?);
        Ok(())
    }

    /// When it can be asked again, in whole seconds.
    pub fn retry_after(&self, now: Time) -> Option<i64> {
        self.facts.retry_at.map(|at| at.since(now).seconds_up().max(1))
    }
}

/// The kind of the jobs of a gateway.
pub fn job_kind(id: &str) -> String {
    format!("{JOBS}{id}")
}

/// `gateway_not_found`; without a name no route fits.
pub fn not_found(id: Option<&str>) -> Error {
    Detail::GatewayNotFound { gateway: id.map(ToOwned::to_owned) }.into()
}
