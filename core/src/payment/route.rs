//! Routes: which gateways are asked for which payments, and in which order.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::gateway::{self, Gateway, GatewayAbility};
use super::requests::SetRoute;
use super::requests::operations::RouteRemoval;
use super::views::{Route as RouteView, RouteRemoved, RouteReply};
use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::mismatch;
use crate::money::Money;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::texts::name_of;
use crate::rows::codec::text_enum;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::{ListedBy, Stored, members, object};

/// The kind of the record of a book's routes.
pub const KIND: &str = "routes";
/// The object of the events of a route; the name of the route is its id.
const ONE: &str = "route";
/// How many routes a book has at most.
const MOST: usize = 200;

text_enum! {
    /// The state of the routes of a book.
    pub enum RoutesState {
        /// They are in force.
        InForce = "in_force",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Its name.
    pub id: String,
    /// The gateways, in the order in which they are tried.
    pub gateways: Vec<String>,
    /// Only payments in this currency.
    #[serde(default)]
    pub currency: Option<String>,
    /// Only payments of this amount or more.
    #[serde(default)]
    pub min: Option<Money>,
    /// Only payments of this amount or less.
    #[serde(default)]
    pub max: Option<Money>,
    /// The fitting route with the highest priority is taken.
    pub priority: i64,
    /// The version of all routes when it was set.
    pub version: i64,
}

impl Route {
    /// Whether a payment may take it. A route with a bound fits only payments in the currency of that bound.
    pub fn fits(&self, amount: Money) -> bool {
        let bound = |bound: Option<Money>, met: fn(i128, i128) -> bool| {
            bound.is_none_or(|bound| {
                bound.currency() == amount.currency() && met(amount.minor_units(), bound.minor_units())
            })
        };
        self.currency.as_deref().is_none_or(|code| code == amount.currency().code())
            && bound(self.min, |minor, bound| minor >= bound)
            && bound(self.max, |minor, bound| minor <= bound)
    }

    pub fn view(&self) -> RouteView {
        RouteView {
            id: self.id.clone(),
            gateways: self.gateways.clone(),
            currency: self.currency.clone(),
            min: self.min,
            max: self.max,
            priority: self.priority,
            version: self.version,
        }
    }
}

/// The routes of a book, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteFacts {
    /// All of them.
    pub routes: Vec<Route>,
}

/// The record of the routes of a book.
pub type Routes = Stored<RouteFacts>;

object! { RouteFacts: KIND, RoutesState, Uuid as [&'n str; 0] }

impl RouteFacts {
    /// The gateways of the route that fits a payment best.
    pub fn gateways_for(&self, amount: Money) -> &[String] {
        let fitting = self.routes.iter().filter(|route| route.fits(amount));
        // routes of equal priority are taken by name
        let best = fitting.min_by_key(|route| (std::cmp::Reverse(route.priority), &route.id));
        best.map_or(&[], |route| &route.gateways)
    }

    /// Whether a payer may name a gateway: one that a fitting route lists, or any where there is no route.
    pub fn may_be_named(&self, gateway: &str, amount: Money) -> bool {
        let lists = |route: &Route| route.fits(amount) && route.gateways.iter().any(|name| name == gateway);
        self.routes.is_empty() || self.routes.iter().any(lists)
    }
}

/// Where a payment may go: to the gateway that its request names, or along a route.
#[derive(Clone, Copy, Debug)]
pub struct GatewayChoice<'a> {
    /// The book of the payment.
    pub book: &'a Book,
    /// The amount to pay.
    pub amount: Money,
    /// The gateway that the request names.
    pub named: Option<&'a str>,
}

impl GatewayChoice<'_> {
    /// Names the rows of the choice, and returns the gateways that are known so far.
    pub fn needs(&self, seen: &Snapshot, needs: &mut Needs) -> Vec<String> {
        let routes = Routes::key(self.book, []);
        let names = match self.named {
            Some(gateway) => vec![gateway.to_owned()],
            None => {
                needs.incomplete |= !seen.records.knows(&routes);
                let known = seen.records.row(&routes).and_then(|row| Routes::of(row).ok());
                known.map_or_else(Vec::new, |all| all.facts.gateways_for(self.amount).to_vec())
            }
        };
        needs.record(routes, Access::Read);
        for name in &names {
            needs.record(Gateway::key(self.book, name), Access::Read);
        }
        names
    }

    /// The gateways that may be tried. Where there are routes, a plain actor names only what a fitting route
    /// lists: another gateway of the book may take play money.
    pub fn gateways(&self, draft: &Draft<'_>) -> Decided<Vec<String>> {
        let Some(name) = self.named else {
            let routes = Routes::find(draft, self.book, [])?;
            let names = routes.as_ref().map_or(&[][..], |routes| routes.facts.gateways_for(self.amount));
            if names.is_empty() {
                return Err(gateway::not_found(None).into());
            }
            return Ok(names.to_vec());
        };
        Gateway::known(draft, self.book, name)?;
        if draft.is_plain() {
            let routes = Routes::find(draft, self.book, [])?;
            if routes.is_some_and(|routes| !routes.facts.may_be_named(name, self.amount)) {
                return Err(Gateway::not_found(name).into());
            }
        }
        Ok(vec![name.to_owned()])
    }
}

/// The requirements of a payment on its gateway.
#[derive(Clone, Copy, Debug)]
pub struct WantedGateway<'a> {
    /// The amount to pay.
    pub amount: Money,
    /// The gateways with a token; `None` if any gateway will do.
    pub tokens: Option<&'a [&'a str]>,
    /// It must authorize without capturing.
    pub two_step: bool,
}

/// The first of these gateways that may take a payment now.
pub fn first_open(
    draft: &Draft<'_>,
    book: &Book,
    names: &[String],
    wanted: WantedGateway<'_>,
) -> Decided<Gateway> {
    let mut down: Option<Gateway> = None;
    for name in names {
        let Some(gateway) = Gateway::find(draft, book, name)? else { continue };
        let has_token = wanted.tokens.is_none_or(|tokens| tokens.contains(&name.as_str()));
        let can = names.len() == 1 || !wanted.two_step || gateway.facts.can(GatewayAbility::TwoStep);
        if !gateway.facts.takes_in(wanted.amount.currency()) || !has_token || !can {
            continue;
        }
        if gateway.is_open(draft.ctx.now) {
            return Ok(gateway);
        }
        down.get_or_insert(gateway);
    }
    Err(match down {
        Some(gateway) => Detail::GatewayUnavailable {
            gateway: Some(gateway.facts.id.clone()),
            retry_after: gateway.retry_after(draft.ctx.now),
        }
        .into(),
        None => gateway::not_found(names.first().filter(|_| names.len() == 1).map(String::as_str)).into(),
    })
}

/// Makes or changes a route.
#[derive(Clone, Debug)]
pub struct Set {
    book: Book,
    route: Route,
    note: Note,
}

impl WriteRequest for SetRoute {
    type Operation = Set;
    fn parse(&self, parse: &Parse<'_>) -> Result<Set> {
        let mut gateways = Vec::with_capacity(self.gateways.len());
        for (place, name) in self.gateways.iter().enumerate() {
            let name = name_of(&format!("gateways[{place}]"), name)?;
            if gateways.contains(&name) {
                return Err(Error::invalid(format!("gateways[{place}]"), "must be named once"));
            }
            gateways.push(name);
        }
        if gateways.is_empty() {
            return Err(Error::invalid("gateways", "must not be empty"));
        }
        let currency =
            self.currency.as_ref().map(|code| parse.currencies.get("currency", code)).transpose()?;
        let bound = |field: &str, amount: Option<&crate::money::Amount>| -> Result<Option<Money>> {
            let amount = amount.map(|amount| amount.resolve_positive(field, parse.currencies)).transpose()?;
            match (amount, currency) {
                (Some(amount), Some(currency)) if amount.currency() != currency => {
                    Err(mismatch(field, currency, amount.currency()))
                }
                _ => Ok(amount),
            }
        };
        let (min, max) = (bound("min", self.min.as_ref())?, bound("max", self.max.as_ref())?);
        if let (Some(min), Some(max)) = (min, max) {
            if min.currency() != max.currency() {
                return Err(mismatch("max", min.currency(), max.currency()));
            }
            if max.minor_units() < min.minor_units() {
                return Err(Error::invalid("max", "must not be below `min`"));
            }
        }
        let route = Route {
            id: name_of("id", &self.id)?,
            gateways,
            currency: currency.map(|currency| currency.code().to_owned()),
            min,
            max,
            priority: self.priority.unwrap_or(0),
            version: 0,
        };
        Ok(Set { book: parse.book.clone(), route, note: Note::parse(&self.common())? })
    }
}

/// Writes the routes with the event of the one that was changed.
fn put(draft: &mut Draft<'_>, routes: Routes, event: &'static str, route: &str) -> Decided<()> {
    let data = members!("route": route);
    draft.event(event, (ONE, route), routes.row.version + 1, &data)?;
    draft.put_changed(routes)
}

impl Operation for Set {
    type Reply = RouteReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Routes::key(&self.book, []), Access::Write);
        for name in &self.route.gateways {
            needs.record(Gateway::key(&self.book, name), Access::Read);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        for name in &self.route.gateways {
            Gateway::known(draft, &self.book, name)?;
        }
        draft.permit(&[])?;
        let begin = || {
            let key = Routes::key(&self.book, []);
            let (facts, at) = (RouteFacts::default(), draft.ctx.time());
            Routes::begin(key, ListedBy::default(), RoutesState::InForce, facts, at)
        };
        let mut routes = Routes::find(draft, &self.book, [])?.map_or_else(begin, Ok)?;
        let all = &mut routes.facts.routes;
        let place = all.binary_search_by(|route| route.id.cmp(&self.route.id));
        let version = place.ok().and_then(|place| all.get(place)).map_or(0, |route| route.version);
        self.note.check_version(&self.route.id, version)?;
        let route = Route { version: routes.row.version + 1, ..self.route.clone() };
        match place {
            Ok(place) => {
                if let Some(known) = all.get_mut(place) {
                    if (Route { version: route.version, ..known.clone() }) == route {
                        return Ok(CreatedIds::default());
                    }
                    *known = route;
                }
            }
            Err(_) if all.len() >= MOST => {
                return Err(
                    Error::invalid("id", format!("must be one of the {MOST} routes that there are")).into()
                );
            }
            Err(place) => all.insert(place, route),
        }
        put(draft, routes, "route.set", &self.route.id)?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<RouteReply> {
        let routes = Routes::shown(seen, &self.book, [])?;
        let route = routes.facts.routes.iter().find(|route| route.id == self.route.id);
        // a route that was removed since is shown as it was set
        let route = route.unwrap_or(&self.route).view();
        Ok(RouteReply { route, replayed: replayed || made.is_empty() })
    }
}

impl Operation for RouteRemoval {
    type Reply = RouteRemoved;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Routes::key(&self.book, []), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let Some(mut routes) = Routes::find(draft, &self.book, [])? else { return Ok(CreatedIds::default()) };
        let Some(place) = routes.facts.routes.iter().position(|route| route.id == self.id) else {
            return Ok(CreatedIds::default());
        };
        let route = routes.facts.routes.remove(place);
        self.note.check_version(&self.id, route.version)?;
        put(draft, routes, "route.removed", &self.id)?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, replayed: bool) -> Decided<RouteRemoved> {
        Ok(RouteRemoved { removed: self.id.clone(), replayed: replayed || made.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;

    #[test]
    fn a_payer_names_what_a_fitting_route_lists() {
        let usd = |minor| Money::new(minor, Currency::new("USD", 2).unwrap()).unwrap();
        let route = |id: &str, gateways: &[&str], max: Option<Money>| Route {
            id: id.to_owned(),
            gateways: gateways.iter().map(|name| (*name).to_owned()).collect(),
            currency: Some("USD".to_owned()),
            min: None,
            max,
            priority: 0,
            version: 1,
        };
        let mut facts = RouteFacts::default();
        assert!(facts.may_be_named("cards-test", usd(1)), "no route is set");
        facts.routes =
            vec![route("all", &["cards", "bank"], None), route("small", &["wallet"], Some(usd(5_000)))];
        for (gateway, minor, may) in [
            ("cards", 1, true),
            ("bank", 1_000_000, true),
            // listed by a route that is not the best one
            ("wallet", 5_000, true),
            ("wallet", 5_001, false),
            ("cards-test", 1, false),
        ] {
            assert_eq!(facts.may_be_named(gateway, usd(minor)), may, "{gateway} {minor}");
        }
        let won = Money::new(1, Currency::new("KRW", 0).unwrap()).unwrap();
        assert!(!facts.may_be_named("cards", won), "no route is for this currency");
    }
}
