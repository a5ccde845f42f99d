//! The actions open to an actor on a deal, from its view alone: no store is asked, so an app does it too.

use serde_json::{Map, Value, json};

use super::model::{Deadline, Role, Side, State, Trigger};
use super::roles::{DealParty, Permit, roles};
use super::transitions::{Branches, Guard, Place, TRANSITIONS, Target, Transition};
use crate::error::Result;
use crate::escrow::model::Ruling;
use crate::escrow::views::{Action, Deal};
use crate::ids::Actor;
use crate::request::json::{part_from_json, to_json};
use crate::time::Time;

/// Lists the actions that an actor may take on a deal at a time, as `escrow.allowed_actions` does. A hint:
/// the call itself is judged again, with the deal as it is then.
///
/// Rows of the table that need what the view does not have are left out: views of earlier versions have no
/// `stopped`.
pub fn allowed_actions(deal: &Deal, actor: &Actor, now: Time) -> Result<Vec<Action>> {
    let buyer = DealParty { account: deal.buyer.as_str(), owner: deal.buyer_owner.as_deref() };
    let seller = DealParty { account: deal.seller.as_str(), owner: deal.seller_owner.as_deref() };
    let roles = roles(actor, buyer, seller)?;
    let rows = Transition::leaving(deal.state).filter(|row| row.trigger.is_called());
    Ok(rows.filter_map(|row| action(row, deal, &roles, now)).collect())
}

/// The same for a view as JSON, from whichever version: a deal in a state that is not known here has no
/// actions.
pub fn allowed_actions_of_json(mut deal: Value, actor: &Actor, now: Time) -> Result<Vec<Action>> {
    let unknown = |state: Option<&Value>| {
        state.and_then(Value::as_str).is_some_and(|state| state.parse::<State>().is_err())
    };
    if unknown(deal.get("state")) {
        return Ok(Vec::new());
    }
    if let Some(stopped) = deal.get_mut("stopped")
        && unknown(stopped.get("before"))
    {
        *stopped = Value::Null;
    }
    allowed_actions(&part_from_json("deal", deal)?, actor, now)
}

/// An action, if the row may be taken.
fn action(row: &Transition, deal: &Deal, roles: &[Role], now: Time) -> Option<Action> {
    let permit = Permit::among(who(row, deal)?, roles);
    let missed = row.guard.missed(|deadline| time(deal, deadline), now);
    // nobody pays beside a payment that is under way
    let is_paid_otherwise = row.trigger == Trigger::Pay && deal.payment.is_some();
    if permit == Permit::No || missed.is_some() || is_paid_otherwise {
        return None;
    }
    let to = row.end(branches(row.trigger, deal)?)?;
    let mut needs: Vec<String> = row.trigger.needs().iter().map(|field| (*field).to_owned()).collect();
    if permit.is_override() && !needs.iter().any(|field| field == "reason") {
        needs.push("reason".to_owned());
    }
    if let (Trigger::Extend, Some(deadline)) = (row.trigger, deal.state.deadline()) {
        time(deal, deadline)?;
        needs.push(deadline.to_string());
    }
    Some(Action { trigger: row.trigger.to_string(), to, needs })
}

/// The roles that may take a row, if the view says.
fn who(row: &Transition, deal: &Deal) -> Option<&'static [Role]> {
    if row.guard != Guard::Opener {
        return Some(row.who);
    }
    let opener = match deal.stopped.as_ref()?.by {
        Some(Side::Buyer) => Role::Buyer,
        Some(Side::Seller) => Role::Seller,
        None => Role::Admin,
    };
    Some(row.who_with(Some(opener)))
}

/// Returns the conditions that select a row's steps, if the view says.
fn branches(trigger: Trigger, deal: &Deal) -> Option<Branches> {
    let whole = match trigger {
        Trigger::ApproveRefund => whole(deal)?,
        _ => true,
    };
    Some(Branches {
        secure: true,
        accepted: trigger == Trigger::Accept || !deal.terms.require_acceptance,
        shipping: deal.terms.shipping,
        whole,
        ruling: Ruling::Release,
        before: deal.stopped.as_ref().map(|stopped| stopped.before),
    })
}

/// Whether the refund that was asked for is all that is left of the price, if the view says.
fn whole(deal: &Deal) -> Option<bool> {
    if let Some(whole) = deal.stopped.as_ref().and_then(|stopped| stopped.whole) {
        return Some(whole);
    }
    let asked = deal.refund_asked?;
    // without shares of others, what the deal has is what is left of the price
    let plain = deal.fees.is_empty() && deal.splits.is_empty();
    if plain { Some(asked == deal.held) } else { Some(true).filter(|_| asked == deal.price) }
}

const fn time(deal: &Deal, deadline: Deadline) -> Option<Time> {
    match deadline {
        Deadline::PayBy => deal.deadlines.pay_by,
        Deadline::ShipBy => deal.deadlines.ship_by,
        Deadline::DeliverBy => deal.deadlines.deliver_by,
        Deadline::ReleaseAt => deal.deadlines.release_at,
    }
}

/// The table of everything that a deal can do, as JSON. Each row says from which state, by which trigger, in
/// which roles, under which condition, and through which states it goes; `before` is the one before a
/// standstill.
pub fn table() -> Result<Value> {
    TRANSITIONS.iter().map(row_of_table).collect::<Result<Vec<_>>>().map(Value::Array)
}

fn row_of_table(row: &Transition) -> Result<Value> {
    let guard = match row.guard {
        Guard::Always => json!({ "is": "always" }),
        Guard::Opener => json!({ "is": "opener" }),
        Guard::Before(deadline) => json!({ "is": "before", "deadline": deadline }),
        Guard::Passed(deadline) => json!({ "is": "passed", "deadline": deadline }),
    };
    let Target::Through(steps) = row.to;
    let places = steps.iter().map(|step| match step.place {
        Place::At(state) => state.as_str(),
        Place::Here => row.from.as_str(),
        Place::Before => "before",
    });
    let mut made = Map::new();
    for (name, value) in [
        ("from", to_json(&row.from)?),
        ("trigger", to_json(&row.trigger)?),
        ("who", to_json(&row.who)?),
        ("guard", guard),
        ("through", places.collect()),
    ] {
        made.insert(name.to_owned(), value);
    }
    Ok(Value::Object(made))
}
