//! The actions of an actor, from the view of a deal alone: the same as from all that is known of it, in
//! every cell of the table. The cells are a file that every language reads.

use serde_json::{Value, json};

use super::*;
use crate::escrow::allowed::{allowed_actions, allowed_actions_of_json, table};
use crate::escrow::decide::guard;
use crate::escrow::model::{Deadline, DealFacts, InDispute, RefundRequest, Role};
use crate::escrow::move_args::MoveArgs;
use crate::escrow::plan::{CutKind, Share, Size};
use crate::escrow::roles::{Parties, Permit};
use crate::escrow::transitions::{Branches, TRANSITIONS, Transition};
use crate::escrow::views::{Action, Deal as DealView};
use crate::ids::DisputeId;
use crate::money::minor::Part;

/// The states in which a deal can come to a standstill.
const BEFORE: [State; 4] = [State::InEscrow, State::AwaitingShipment, State::Shipped, State::Delivered];

/// A deadline of the cells, and the times at which is asked.
const DUE: Time = Time::from_micros(1_800_100_000_000_000);

fn times() -> [Time; 3] {
    [-1, 0, 1].map(|micros| Time::from_micros(DUE.micros() + micros))
}

fn actors() -> Vec<Actor> {
    let plain = ["mallory", "alice", "u-alice", "bob", "u-bob"].map(Actor::new);
    let claimed = [("alice", "buyer"), ("u-bob", "seller"), ("mallory", "buyer"), ("alice", "seller")];
    let claimed = claimed.map(|(id, role)| Actor::new(id).with_role(role));
    plain.into_iter().chain(claimed).chain([admin(), Actor::admin("alice"), system()]).collect()
}

/// Every deal of the table: its states, what stopped it, its deadlines, and the terms that matter.
fn cells(world: &mut World) -> Vec<Deal> {
    let mut cells = Vec::new();
    for state in State::ALL {
        let id = world.deal_in(*state);
        let deal = world.deal(id);
        match state {
            State::Disputed => cells.extend(disputed(&deal)),
            State::RefundPending => cells.extend(asked(&deal)),
            _ => cells.extend(running(&deal)),
        }
    }
    cells
}

/// With and without the deadline of the state, and with the terms that decide where a row leads.
fn running(deal: &Deal) -> Vec<Deal> {
    let mut made = Vec::new();
    let terms: &[(bool, bool)] = match deal.state {
        State::Pending | State::Paid => &[(false, true), (true, true), (false, false)],
        State::InEscrow => &[(true, true), (true, false)],
        _ => &[(false, true)],
    };
    for (require_acceptance, shipping) in terms {
        for due in [Some(DUE), None] {
            let mut deal = deal.clone();
            (deal.facts.terms.require_acceptance, deal.facts.terms.shipping) =
                (*require_acceptance, *shipping);
            match deal.state.deadline() {
                Some(deadline) => deal.facts.set_time(deadline, due),
                None if due.is_none() => continue,
                None => {}
            }
            made.push(deal);
        }
    }
    made
}

fn disputed(deal: &Deal) -> Vec<Deal> {
    let id = DisputeId::from_uuid(uuid::Uuid::nil());
    let mut made = Vec::new();
    for opener in [Role::Buyer, Role::Seller, Role::Admin] {
        for before in BEFORE.into_iter().chain([State::RefundPending]) {
            let mut deal = deal.clone();
            deal.facts.dispute = Some(InDispute { id, before, opener });
            let asked = RefundRequest { before: State::Shipped, amount: None };
            deal.facts.asked = (before == State::RefundPending).then_some(asked);
            made.push(deal);
        }
    }
    made
}

/// A refund that was asked for: all or a part, with and without shares of others.
fn asked(deal: &Deal) -> Vec<Deal> {
    let fee = |kind| Share { to: AccountId::stored("carol"), kind, size: Size::Bps(250) };
    let mut made = Vec::new();
    for before in BEFORE.into_iter().skip(1) {
        for amount in [None, Some(Part(PRICE)), Some(Part(1_000))] {
            for cuts in [vec![], vec![fee(CutKind::BuyerFee), fee(CutKind::SellerFee)]] {
                let mut deal = deal.clone();
                deal.facts.asked = Some(RefundRequest { before, amount });
                deal.facts.cuts = cuts;
                made.push(deal);
            }
        }
    }
    made
}

/// The same from the facts, as the machine itself judges.
fn by_facts(deal: &Deal, parties: Parties<'_>, actor: &Actor, now: Time) -> Result<Vec<Action>, Error> {
    let roles = parties.roles(actor)?;
    let mut actions = Vec::new();
    for row in Transition::leaving(deal.state).filter(|row| row.trigger.is_called()) {
        let permit = Permit::of(row, &deal.facts, &roles);
        let end = row.end(Branches::of(row.trigger, &deal.facts, &MoveArgs::default()));
        let (Some(to), false) = (end, permit == Permit::No || guard(row, deal, now).is_err()) else {
            continue;
        };
        let mut needs: Vec<String> = row.trigger.needs().iter().map(|field| (*field).to_owned()).collect();
        if permit.is_override() && !needs.iter().any(|field| field == "reason") {
            needs.push("reason".to_owned());
        }
        if row.trigger == Trigger::Extend {
            let Some(deadline) = in_force(deal.state, &deal.facts) else { continue };
            needs.push(deadline.to_string());
        }
        actions.push(Action { trigger: row.trigger.to_string(), to, needs });
    }
    Ok(actions)
}

fn in_force(state: State, facts: &DealFacts) -> Option<Deadline> {
    state.deadline().filter(|deadline| facts.time(*deadline).is_some())
}

#[test]
fn the_view_says_as_much_as_the_facts_in_every_cell() {
    let mut world = world();
    let deals = cells(&mut world);
    let (buyer, seller) = (world.account("alice"), world.account("bob"));
    let parties = Parties { buyer: &buyer, seller: &seller };
    let (mut lines, mut cells, all) = (Vec::new(), 0, times());
    for deal in &deals {
        let view = DealView::of(deal, &buyer, &seller).unwrap();
        let shown = serde_json::to_value(&view).unwrap();
        let mut answers = Vec::new();
        for actor in actors() {
            let runs = in_force(deal.state, &deal.facts).is_some();
            let asked_at = if runs { &all[..] } else { &all[..1] };
            for at in asked_at {
                let told = allowed_actions(&view, &actor, *at);
                assert_eq!(told, by_facts(deal, parties, &actor, *at), "{actor:?} at {at}: {shown}");
                assert_eq!(told, allowed_actions_of_json(shown.clone(), &actor, *at), "{shown}");
                cells += 1;
                let mut line = json!({ "actor": actor, "at": at });
                match told {
                    Ok(actions) => line["actions"] = json!(actions),
                    Err(refused) => line["refused"] = json!(refused.code()),
                }
                answers.push(line);
            }
        }
        lines.push(json!({ "deal": shown, "asked": answers }).to_string());
    }
    println!("{cells} cells of {} deals, {} transitions", deals.len(), TRANSITIONS.len());
    is_the_vector(&(lines.join("\n") + "\n"));
}

#[expect(clippy::disallowed_methods, reason = "a test is told by its environment to write what it compares")]
fn is_the_vector(text: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/allowed_actions.jsonl");
    if std::env::var_os("EARNEST_WRITE_VECTORS").is_some() {
        std::fs::write(path, text).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert!(found == text, "{path} is out of date: EARNEST_WRITE_VECTORS=1 writes it");
}

#[test]
fn what_an_older_view_does_not_say_is_left_out_and_never_guessed() {
    let mut world = world();
    let deals = cells(&mut world);
    let (buyer, seller) = (world.account("alice"), world.account("bob"));
    for deal in &deals {
        let mut shown = serde_json::to_value(DealView::of(deal, &buyer, &seller).unwrap()).unwrap();
        for actor in actors() {
            let Ok(told) = allowed_actions_of_json(shown.clone(), &actor, DUE) else { continue };
            let members = shown.as_object_mut().unwrap();
            let stopped = members.remove("stopped").unwrap();
            let older = allowed_actions_of_json(shown.clone(), &actor, DUE).unwrap();
            let kept: Vec<_> = told.iter().filter(|action| older.contains(action)).cloned().collect();
            assert_eq!(older, kept, "nothing that is not so: {shown}");
            let said = |action: &&Action| {
                !matches!(action.trigger.as_str(), "withdraw" | "refuse_refund" | "approve_refund")
            };
            assert!(told.iter().filter(said).all(|action| older.contains(action)), "{shown}");
            // one that says where it goes on, and not whether the refund is all
            let mut brief = stopped.clone();
            if let Some(members) = brief.as_object_mut() {
                members.remove("whole");
            }
            shown["stopped"] = brief;
            let brief = allowed_actions_of_json(shown.clone(), &actor, DUE).unwrap();
            assert!(brief.iter().all(|action| told.contains(action)), "{shown}");
            shown["stopped"] = stopped;
        }
    }
}

#[test]
fn a_view_of_a_later_version_is_read_as_far_as_it_is_known() {
    let mut world = world();
    let id = world.deal_in(State::Shipped);
    let view = DealView::of(&world.deal(id), &world.account("alice"), &world.account("bob")).unwrap();
    let mut shown = serde_json::to_value(view).unwrap();
    shown["weather"] = json!("fine");
    assert!(!allowed_actions_of_json(shown.clone(), &alice(), START).unwrap().is_empty());
    for (member, value, field) in [
        ("price", json!({ "amount": 40, "currency": "USD" }), "deal.price.amount"),
        ("terms", json!(null), "deal.terms"),
    ] {
        let mut broken = shown.clone();
        broken[member] = value;
        let refused = allowed_actions_of_json(broken, &alice(), START).unwrap_err();
        assert_eq!((code(&refused), &refused.details()["field"]), ("invalid_request", &json!(field)));
    }
    shown["state"] = json!("teleported");
    assert!(allowed_actions_of_json(shown, &alice(), START).unwrap().is_empty());
    assert_eq!(table().unwrap().as_array().map(Vec::len), Some(TRANSITIONS.len()));
    assert_eq!(code(&allowed_actions_of_json(Value::Null, &alice(), START).unwrap_err()), "invalid_request");
}
