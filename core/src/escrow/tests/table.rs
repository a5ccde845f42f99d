//! The machine follows the table, in every cell, and does nothing else.

use super::*;
use crate::escrow::model::Role;
use crate::escrow::transitions::{Branches, Guard, Place, TRANSITIONS, Target, Transition};

const STATES: &[State] = State::ALL;

/// All sorts of actors, and the roles that they have in a deal between alice and bob.
fn everybody() -> Vec<(Actor, Vec<Role>)> {
    vec![
        (Actor::new("alice"), vec![Role::Buyer]),
        (Actor::new("u-alice"), vec![Role::Buyer]),
        (Actor::new("alice").with_role("buyer"), vec![Role::Buyer]),
        (Actor::new("alice").with_role("clerk"), vec![Role::Buyer]),
        (Actor::new("bob"), vec![Role::Seller]),
        (Actor::new("u-bob").with_role("seller"), vec![Role::Seller]),
        (admin(), vec![Role::Admin]),
        (Actor::admin("bob"), vec![Role::Seller, Role::Admin]),
        (system(), vec![Role::System]),
        (Actor::new("mallory"), vec![]),
        // false claims
        (Actor::new("bob").with_role("buyer"), vec![]),
        (Actor::new("mallory").with_role("seller"), vec![]),
        // a program that has the name of a party is still a program
        (Actor::new("alice").with_role("system"), vec![Role::System]),
    ]
}

/// The table's answer for a cell.
fn expected(state: State, trigger: Trigger, roles: &[Role], reason: bool) -> Result<State, &'static str> {
    let row = TRANSITIONS.iter().find(|row| row.from == state && row.trigger == trigger);
    let row = row.ok_or("transition_not_allowed")?;
    // alice opens the disputes here
    let who = if trigger == Trigger::Withdraw { &[Role::Buyer] } else { row.who };
    let party = who.contains(&Role::Buyer) || who.contains(&Role::Seller);
    let in_place = roles.contains(&Role::Admin) && party && reason;
    if !in_place && !who.iter().any(|role| roles.contains(role)) {
        return Err("not_permitted");
    }
    if let Guard::Passed(_) = row.guard {
        return Err("condition_not_met");
    }
    Ok(row.end(branches()).unwrap())
}

/// The course of deals that ship, of refunds and rulings without an amount; standstills began when it was
/// shipped.
fn branches() -> Branches {
    let (secure, accepted, shipping, whole, ruling) = (true, true, true, true, Ruling::Release);
    Branches { secure, accepted, shipping, whole, ruling, before: Some(State::Shipped) }
}

#[test]
fn every_cell_is_as_the_table_says() {
    let mut cells = 0;
    for state in STATES.iter().copied() {
        // a refusal leaves no trace: the next cell goes on with its world
        let mut made = None;
        for trigger in Trigger::ALL {
            for (actor, roles) in everybody() {
                for reason in [false, true] {
                    let (world, deal) = made.get_or_insert_with(|| {
                        let mut world = world();
                        let deal = world.deal_in(state);
                        (world, deal)
                    });
                    let deal = *deal;
                    let before = (world.record(deal), world.account("alice"), world.account("bob"));
                    let mut operation = world.the(deal, *trigger);
                    operation.reason = reason.then(|| "because".into());
                    let outcome = world.run(&actor, &operation);
                    let cell = format!("{state} {trigger} {actor:?} reason: {reason}");
                    let expected = expected(state, *trigger, &roles, reason);
                    let is_done = outcome.is_ok();
                    match outcome {
                        Ok(reply) => assert_eq!(Ok(reply.deal.state), expected, "{cell}"),
                        Err(error) => {
                            assert_eq!(Err(code(&error)), expected, "{cell}");
                            let after = (world.record(deal), world.account("alice"), world.account("bob"));
                            assert_eq!(before, after, "a refusal leaves no trace: {cell}");
                        }
                    }
                    world.check(&[deal]);
                    if is_done {
                        made = None;
                    }
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, STATES.len() * Trigger::ALL.len() * 13 * 2);
}

#[test]
fn every_timer_row_is_taken_by_the_clock_alone() {
    for row in TRANSITIONS.iter().filter(|row| row.trigger.is_timer()) {
        let Guard::Passed(deadline) = row.guard else { panic!("{} has no deadline", row.trigger) };
        assert_eq!((row.who, row.from.deadline()), ([Role::System].as_slice(), Some(deadline)));
        assert_eq!(deadline.trigger(), row.trigger);
        let mut world = world();
        let deal = world.deal_in(row.from);
        assert!(!world.tick(deal), "before its time nothing happens");
        world.wait(Span::from_days(3));
        assert!(world.tick(deal));
        let end = row.end(branches());
        assert_eq!(Some(world.deal(deal).state), end);
        assert!(!world.tick(deal), "twice is once");
        world.check(&[deal]);
    }
}

#[test]
fn the_table_is_sound() {
    for (place, row) in TRANSITIONS.iter().enumerate() {
        assert!(!row.from.is_terminal(), "terminal states absorb");
        let again = TRANSITIONS
            .iter()
            .skip(place + 1)
            .any(|other| (other.from, other.trigger) == (row.from, row.trigger));
        assert!(!again, "{} {} is there twice", row.from, row.trigger);
        for (secure, accepted, shipping) in
            [(true, true, true), (true, true, false), (false, false, true), (true, false, true)]
        {
            let accepted = accepted || row.trigger == Trigger::Accept;
            let branches = Branches { secure, accepted, shipping, ..branches() };
            let branches = Branches { secure: secure || row.trigger != Trigger::Pay, ..branches };
            assert!(row.end(branches).is_some(), "{} {} leads nowhere", row.from, row.trigger);
        }
    }
    for state in STATES.iter().copied() {
        assert_eq!(Transition::leaving(state).next().is_none(), state.is_terminal(), "{state}");
    }
    let mut names: Vec<_> = State::ALL.iter().map(|state| state.event()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), State::ALL.len(), "every state has an event of its own");
}

#[test]
fn a_refusal_says_what_is_possible() {
    let mut world = world();
    let deal = world.deal_in(State::AwaitingShipment);
    let error = world.pull(&system(), deal, Trigger::Pay).unwrap_err();
    let details = error.details();
    assert_eq!(code(&error), "transition_not_allowed");
    assert_eq!(details["object"], deal.to_string());
    assert_eq!((&details["state"], &details["trigger"]), (&"awaiting_shipment".into(), &"pay".into()));
    assert_eq!(
        details["allowed"],
        serde_json::json!(["ship", "cancel", "request_refund", "dispute", "release_part", "extend"]),
        "timers are nobody's to call"
    );
    let missing = DealId::from_uuid(uuid::Uuid::nil());
    assert_eq!(code(&world.pull(&system(), missing, Trigger::Pay).unwrap_err()), "deal_not_found");
    // the state is judged before the role
    assert_eq!(
        code(&world.pull(&Actor::new("mallory"), deal, Trigger::Pay).unwrap_err()),
        "transition_not_allowed"
    );
    assert_eq!(code(&world.pull(&Actor::new("mallory"), deal, Trigger::Ship).unwrap_err()), "not_permitted");
}

#[test]
fn an_admin_in_the_place_of_a_party_leaves_a_mark() {
    let mut world = world();
    let deal = world.deal_in(State::Shipped);
    let error = world.pull(&admin(), deal, Trigger::Confirm).unwrap_err();
    assert_eq!((code(&error), &error.details()["field"]), ("not_permitted", &"reason".into()));
    let mut confirm = world.the(deal, Trigger::Confirm);
    confirm.reason = Some("the buyer wrote by letter".into());
    let _ = world.run(&admin(), &confirm).unwrap();
    let kept = world.deal(deal).texts["confirm_reason"].hash.clone();
    let events = world.into_writes().events;
    let last = events.iter().rfind(|event| event.object.as_ref() == "deal").unwrap();
    let data: serde_json::Value = serde_json::from_str(&last.data).unwrap();
    assert_eq!((last.kind.as_ref(), &data["override"]), ("deal.released", &true.into()));
    assert_eq!(data["reason_hash"], kept.as_ref());
    assert!(events.iter().all(|event| !event.data.contains("letter")), "texts of people stay out of events");
}

#[test]
fn each_state_passed_is_an_event() {
    let mut world = world();
    let deal =
        world.open(&order().item("a lamp").metadata(serde_json::from_str(r#"{"shelf":"top"}"#).unwrap()));
    let _ = world.pull(&alice(), deal, Trigger::Pay).unwrap();
    let mut ship = world.the(deal, Trigger::Ship);
    ship.texts = vec![("carrier", "Post".into()), ("tracking", "RR-1".into())];
    let shipped = world.run(&bob(), &ship).unwrap().deal;
    assert_eq!(shipped.shipment.tracking.as_deref(), Some("RR-1"));
    assert_eq!((shipped.item.as_deref(), &shipped.metadata["shelf"]), (Some("a lamp"), &"top".into()));
    let _ = world.pull(&system(), deal, Trigger::Deliver).unwrap();
    let done = world.pull(&Actor::new("u-alice"), deal, Trigger::Confirm).unwrap().deal;
    let all = world.into_writes().events;
    let events: Vec<_> = all.iter().filter(|event| event.object.as_ref() == "deal").collect();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_ref()).collect();
    let expected = [
        "deal.opened",
        "deal.paid",
        "deal.secured",
        "deal.accepted",
        "deal.shipped",
        "deal.delivered",
        "deal.released",
    ];
    assert_eq!(kinds, expected);
    let ways: Vec<String> = events
        .iter()
        .map(|event| {
            let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
            format!("{}>{} {}", data["from"], data["to"], data["trigger"]).replace('"', "")
        })
        .collect();
    let expected = [
        "null>pending open",
        "pending>paid pay",
        "paid>in_escrow pay",
        "in_escrow>awaiting_shipment pay",
        "awaiting_shipment>shipped ship",
        "shipped>delivered deliver",
        "delivered>released confirm",
    ];
    assert_eq!(ways, expected);
    let versions: Vec<i64> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=7).collect::<Vec<i64>>());
    assert_eq!(done.version, 7);
    for text in ["lamp", "Post", "RR-1", "shelf"] {
        assert!(all.iter().all(|event| !event.data.contains(text)), "{text} is in an event");
    }
}

#[test]
fn terms_decide_how_far_a_payment_goes() {
    let ways = [
        (order(), true, State::AwaitingShipment),
        (order(), false, State::Paid),
        (order().require_acceptance(true), true, State::InEscrow),
        (order().require_acceptance(true), false, State::Paid),
        (order().shipping(false), true, State::Delivered),
        (order().shipping(false).require_acceptance(true), true, State::InEscrow),
    ];
    for (request, secure, state) in ways {
        let mut world = world();
        let deal = world.open(&request);
        let mut pay = world.the(deal, Trigger::Pay);
        pay.args.secure = secure;
        let paid = world.run(&alice(), &pay).unwrap().deal;
        assert_eq!(paid.state, state);
        assert_eq!(paid.deadlines.release_at.is_some(), state == State::Delivered);
        assert_eq!(paid.deadlines.ship_by.is_some(), state == State::AwaitingShipment);
        world.check(&[deal]);
        if state == State::InEscrow {
            let accepted = world.pull(&bob(), deal, Trigger::Accept).unwrap().deal;
            let next = if paid.terms.shipping { State::AwaitingShipment } else { State::Delivered };
            assert_eq!(accepted.state, next);
        }
        if state == State::Paid {
            let secured = world.pull(&alice(), deal, Trigger::Secure).unwrap().deal;
            let next = if paid.terms.require_acceptance { State::InEscrow } else { State::AwaitingShipment };
            assert_eq!(secured.state, next);
        }
        world.check(&[deal]);
    }
}

/// The table as the design has it: a change here is a change of what was promised.
const PROMISED: &str = "
pending pay buyer,admin,system Before(PayBy) paid:Hold in_escrow:Capture awaiting_shipment:Nothing delivered:Nothing
pending cancel buyer,seller,admin,system Always cancelled:Nothing
pending pay_by system Passed(PayBy) expired:Nothing
paid secure buyer,admin,system Always in_escrow:Capture awaiting_shipment:Nothing delivered:Nothing
paid cancel buyer,seller,admin,system Always cancelled:Void
in_escrow accept seller Always awaiting_shipment:Nothing delivered:Nothing
in_escrow cancel buyer,seller,admin,system Always refunded:Refund
awaiting_shipment ship seller,admin,system Before(ShipBy) shipped:Nothing
awaiting_shipment cancel seller,admin,system Always refunded:Refund
awaiting_shipment ship_by system Passed(ShipBy) refunded:Refund
shipped deliver buyer,admin,system Always delivered:Nothing
shipped confirm buyer Always released:Release
delivered confirm buyer Always released:Release
delivered release_at system Passed(ReleaseAt) released:Release
shipped deliver_by system Passed(DeliverBy) delivered:Nothing
awaiting_shipment request_refund buyer Always refund_pending:Nothing
shipped request_refund buyer Always refund_pending:Nothing
delivered request_refund buyer Always refund_pending:Nothing
refund_pending approve_refund seller,admin Always refunded:Refund before:RefundPart
refund_pending refuse_refund seller,admin Always before:Nothing
in_escrow dispute buyer,seller Always disputed:Nothing
awaiting_shipment dispute buyer,seller Always disputed:Nothing
shipped dispute buyer,seller Always disputed:Nothing
delivered dispute buyer,seller Always disputed:Nothing
refund_pending dispute buyer,seller Always disputed:Nothing
disputed withdraw buyer,seller Opener before:Nothing
disputed resolve admin Always released:Release refunded:Refund split:Split
in_escrow release_part buyer,admin,system Always here:ReleasePart
awaiting_shipment release_part buyer,admin,system Always here:ReleasePart
shipped release_part buyer,admin,system Always here:ReleasePart
delivered release_part buyer,admin,system Always here:ReleasePart
in_escrow chargeback system Always refunded:Refund
awaiting_shipment chargeback system Always refunded:Refund
shipped chargeback system Always refunded:Refund
delivered chargeback system Always refunded:Refund
refund_pending chargeback system Always refunded:Refund
disputed chargeback system Always refunded:Refund
pending extend seller,admin,system Before(PayBy) here:Nothing
awaiting_shipment extend buyer,admin,system Before(ShipBy) here:Nothing
shipped extend seller,admin,system Before(DeliverBy) here:Nothing
delivered extend seller,admin,system Before(ReleaseAt) here:Nothing
";

#[test]
fn the_table_is_the_one_that_was_promised() {
    let line = |row: &Transition| {
        let Target::Through(steps) = row.to;
        let place = |place: Place| match place {
            Place::At(state) => state.to_string(),
            Place::Before => "before".to_owned(),
            Place::Here => "here".to_owned(),
        };
        let who: Vec<&str> = row.who.iter().map(|role| role.as_str()).collect();
        let steps: Vec<String> =
            steps.iter().map(|step| format!("{}:{:?}", place(step.place), step.money)).collect();
        format!("{} {} {} {:?} {}", row.from, row.trigger, who.join(","), row.guard, steps.join(" "))
    };
    let lines: Vec<String> = TRANSITIONS.iter().map(line).collect();
    assert_eq!(lines, PROMISED.trim().lines().collect::<Vec<_>>());
}
