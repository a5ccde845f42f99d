//! Health of payments: do the gateways answer, and is every payment's outcome known?

use super::checks::{CRITICAL, HEALTHY, WARNING, check, now};
use crate::engine::Engine;
use crate::error::Result;
use crate::payment::gateway::{self, Gateway, GatewayStatus};
use crate::payment::model::State;
use crate::payment::{parked_since, waiting_in};
use crate::rows::listing::{Listing, Records};
use crate::time::Time;
use crate::upkeep::views::HealthCheck;

/// Gateways that are looked at.
const LOOKED_AT: usize = 500;
/// The times of rows put them in order, and run this far ahead of a clock that stands still, in microseconds.
const AHEAD: i64 = 1_000_000;
/// How long a payment may be unknown before it is a warning: 15 minutes, in microseconds.
const UNKNOWN: i64 = 900_000_000 - AHEAD;
/// How long before it is critical: a day.
const FAR_TOO_LONG: i64 = 86_400_000_000 - AHEAD;
/// How long news may wait for its payment: an hour.
const PARKED: i64 = 3_600_000_000 - AHEAD;

/// A warning: a gateway is down, a payment has been unknown for 15 minutes, the admins were told of a payment
/// or a refund that waits for too long, or news has waited for its payment for an hour. Critical: every
/// active gateway for a currency is down, or a payment has been unknown for a day.
pub(super) async fn gateways(engine: &Engine) -> HealthCheck {
    match found(engine).await {
        Ok(found) => found.check(),
        Err(error) => check("gateways", CRITICAL, error.message()),
    }
}

struct Found {
    gateways: Vec<Gateway>,
    now: Time,
    /// Since when the oldest unknown payment waits.
    unknown: Option<Time>,
    parked: bool,
}

async fn found(engine: &Engine) -> Result<Found> {
    let (book, now) = (engine.book_name(), now(engine).await);
    let listing = Listing::Records(Records { limit: LOOKED_AT, ..Records::of(book, gateway::KIND) });
    let rows = engine.look(&listing).await?.records;
    let gateways = rows.iter().map(Gateway::of).collect::<Result<Vec<_>>>()?;
    if gateways.is_empty() {
        return Ok(Found { gateways, now, unknown: None, parked: false });
    }
    let before = |micros| Time::from_micros(now.micros() - micros);
    let unknown = engine.look(&waiting_in(book, State::Unknown, before(UNKNOWN))).await?.records;
    let parked = engine.look(&parked_since(book, before(PARKED))).await?.records;
    let unknown = unknown.first().map(|row| row.time());
    Ok(Found { gateways, now, unknown, parked: !parked.is_empty() })
}

impl Found {
    fn check(&self) -> HealthCheck {
        let active = || self.gateways.iter().filter(|gateway| gateway.facts.active);
        if self.gateways.is_empty() {
            return check("gateways", HEALTHY, "there are none");
        }
        let down: Vec<&Gateway> = active().filter(|gateway| gateway.state != GatewayStatus::Up).collect();
        let mut said = vec![format!("{} gateways", self.gateways.len())];
        let mut status = HEALTHY;
        if let Some(first) = down.first() {
            status = WARNING;
            said.push(format!("{} of them do not answer, such as `{}`", down.len(), first.facts.id));
        }
        if let Some(currency) = self.without_any() {
            status = CRITICAL;
            said.push(format!("none answers that takes {currency}"));
        }
        if let Some(since) = self.unknown {
            let waited = self.now.since(since).seconds_up();
            let far = self.now.micros() - since.micros() >= FAR_TOO_LONG;
            status = if far || status == CRITICAL { CRITICAL } else { WARNING };
            said.push(format!("a payment is unknown for {waited} s: see `payments.list`"));
        }
        let late = || self.gateways.iter().flat_map(|gateway| &gateway.facts.late);
        if let Some(first) = late().next() {
            status = if status == CRITICAL { CRITICAL } else { WARNING };
            let count = late().count();
            said.push(format!("{count} payments wait for longer than they may, such as `{first}`"));
        }
        if self.parked {
            status = if status == CRITICAL { CRITICAL } else { WARNING };
            said.push("news of a payment that nobody knows waits for over 60 min".to_owned());
        }
        check("gateways", status, said.join("; "))
    }

    /// A currency for which every active gateway is down.
    fn without_any(&self) -> Option<&str> {
        let active = || self.gateways.iter().filter(|gateway| gateway.facts.active);
        let named =
            active().flat_map(|gateway| gateway.facts.currencies.iter().flatten()).map(String::as_str);
        // a gateway without a list takes every currency, and stands for those that no list names
        let any = active().filter(|gateway| gateway.facts.currencies.is_none()).map(|_| "every currency");
        named.chain(any).find(|currency| {
            let mut takes = active().filter(|gateway| gateway.facts.takes(currency)).peekable();
            takes.peek().is_some() && takes.all(|gateway| gateway.state != GatewayStatus::Up)
        })
    }
}
