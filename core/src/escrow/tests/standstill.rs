//! Open refunds and disputes: the timers are stopped, nothing is released, and the deal continues afterwards.

use super::*;
use crate::escrow::requests::{ExtendDeal, RequestRefund, UpdateDeal};

fn wished(world: &World, deal: DealId, trigger: Trigger, cents: Option<i128>) -> Move {
    let mut operation = world.the(deal, trigger);
    operation.args.amount = cents.and_then(dollars);
    operation
}

fn at(days: u32) -> Option<Time> {
    START.checked_add(Span::from_days(days))
}

#[test]
fn a_refusal_goes_back_with_the_time_that_was_left() {
    let mut world = world();
    let deal = world.deal_in(State::Delivered);
    world.wait(Span::from_days(2));
    let asked = world.pull(&alice(), deal, Trigger::RequestRefund).unwrap().deal;
    assert_eq!(asked.refund_asked, dollars(PRICE));
    assert_eq!((asked.deadlines.release_at, asked.deadlines.left), (None, Some(Span::from_days(1))));
    assert_eq!(world.record(deal).due_at, None, "no timer runs");
    world.wait(Span::from_days(30));
    assert!(!world.tick(deal));
    let back = world.pull(&bob(), deal, Trigger::RefuseRefund).unwrap().deal;
    assert_eq!((back.state, back.refund_asked), (State::Delivered, None));
    assert_eq!((back.deadlines.release_at, back.deadlines.left), (at(33), None));
    assert_eq!(back.shipment.delivered_at, at(0), "it was not delivered again");
    world.wait(Span::from_days(1));
    assert!(world.tick(deal));
    assert_eq!(world.deal(deal).state, State::Released);
    world.check(&[deal]);
}

#[test]
fn a_dispute_of_a_refund_goes_back_in_two_steps() {
    let mut world = world();
    let deal = world.deal_in(State::AwaitingShipment);
    world.wait(Span::from_days(1));
    let _ = world.run(&alice(), &wished(&world, deal, Trigger::RequestRefund, Some(1_000))).unwrap();
    let disputed = world.pull(&bob(), deal, Trigger::Dispute).unwrap().deal;
    assert!(disputed.dispute.is_some() && disputed.refund_asked == dollars(1_000));
    for trigger in
        [Trigger::ApproveRefund, Trigger::ReleasePart, Trigger::Ship, Trigger::Cancel, Trigger::Confirm]
    {
        let refused = world.pull(&Actor::admin("bob"), deal, trigger).unwrap_err();
        assert_eq!(code(&refused), "transition_not_allowed", "{trigger}");
    }
    assert_eq!(code(&world.pull(&alice(), deal, Trigger::Withdraw).unwrap_err()), "not_permitted");
    world.wait(Span::from_days(9));
    let withdrawn = world.pull(&bob(), deal, Trigger::Withdraw).unwrap().deal;
    assert_eq!((withdrawn.state, withdrawn.dispute), (State::RefundPending, None));
    assert_eq!(withdrawn.deadlines.left, Some(Span::from_days(1)));
    let part = world.pull(&bob(), deal, Trigger::ApproveRefund).unwrap().deal;
    assert_eq!((part.state, part.deadlines.ship_by), (State::AwaitingShipment, at(11)));
    assert_eq!((part.refunded, part.held), (dollars(1_000).unwrap(), dollars(3_000).unwrap()));
    let _ = world.pull(&bob(), deal, Trigger::Ship).unwrap();
    let done = world.pull(&alice(), deal, Trigger::Confirm).unwrap().deal;
    assert_eq!((done.released, done.state), (dollars(3_000).unwrap(), State::Released));
    world.check(&[deal]);
    let events = world.into_writes().events;
    let kinds: Vec<_> =
        events.iter().filter(|event| event.object.as_ref() == "deal").map(|event| &*event.kind).collect();
    let expected = [
        "deal.refund_requested",
        "deal.disputed",
        "deal.dispute_withdrawn",
        "deal.refund_approved",
        "deal.shipped",
        "deal.released",
    ];
    assert_eq!(kinds[4..], expected);
}

#[test]
fn rulings_divide_what_is_held() {
    for (ruling, amount, state, bob_has) in [
        (Ruling::Release, None, State::Released, PRICE),
        (Ruling::Refund, None, State::Refunded, 0),
        (Ruling::Refund, Some(PRICE), State::Refunded, 0),
        (Ruling::Split, Some(1), State::Split, PRICE - 1),
        (Ruling::Split, Some(PRICE - 1), State::Split, 1),
    ] {
        let mut world = world();
        let deal = world.deal_in(State::Disputed);
        let mut resolve = wished(&world, deal, Trigger::Resolve, amount);
        resolve.args.ruling = ruling;
        let ended = world.run(&admin(), &resolve).unwrap().deal;
        assert_eq!((ended.state, ended.dispute, world.account("bob").posted), (state, None, bob_has));
        world.check(&[deal]);
    }
    for (ruling, amount, refusal) in [
        (Ruling::Refund, Some(PRICE - 1), "invalid_amount"),
        (Ruling::Refund, Some(PRICE + 1), "invalid_amount"),
        (Ruling::Split, Some(PRICE + 1), "invalid_amount"),
        (Ruling::Split, Some(PRICE), "condition_not_met"),
        (Ruling::Split, None, "condition_not_met"),
    ] {
        let mut world = world();
        let deal = world.deal_in(State::Disputed);
        let mut resolve = wished(&world, deal, Trigger::Resolve, amount);
        resolve.args.ruling = ruling;
        assert_eq!(code(&world.run(&admin(), &resolve).unwrap_err()), refusal, "{ruling} {amount:?}");
    }
}

#[test]
fn refunds_have_bounds() {
    let mut world = world();
    let deal = world.deal_in(State::Shipped);
    let id = deal.to_string();
    let mut ask = |amount: &str| {
        code(
            &world
                .ask(&alice(), &RequestRefund::new(id.as_str(), "broken").key("k").amount(amount))
                .unwrap_err(),
        )
    };
    assert_eq!(ask("40.01 USD"), "invalid_amount");
    assert_eq!(ask("0.00 USD"), "invalid_amount");
    assert_eq!(ask("1.00 EUR"), "currency_mismatch");
    assert_eq!(
        code(&world.ask(&alice(), &RequestRefund::new(id.as_str(), "").key("k")).unwrap_err()),
        "invalid_request"
    );
    let _ = world.run(&alice(), &wished(&world, deal, Trigger::ReleasePart, Some(PRICE))).unwrap();
    let nothing = world.pull(&alice(), deal, Trigger::RequestRefund).unwrap_err();
    assert_eq!((code(&nothing), &nothing.details()["condition"]), ("condition_not_met", &"held".into()));
    let done = world.pull(&alice(), deal, Trigger::Confirm).unwrap().deal;
    assert_eq!((done.state, done.released), (State::Released, dollars(PRICE).unwrap()));
    world.check(&[deal]);
}

#[test]
fn deadlines_are_put_off_by_the_side_that_waits() {
    let mut world = world();
    let deal = world.deal_in(State::Pending);
    let id = deal.to_string();
    let extend = || ExtendDeal::new(id.as_str());
    let late = at(5).unwrap();
    assert_eq!(code(&world.ask(&alice(), &extend().pay_by(late)).unwrap_err()), "not_permitted");
    assert_eq!(code(&world.ask(&bob(), &extend().ship_by(late)).unwrap_err()), "transition_not_allowed");
    assert_eq!(code(&world.ask(&bob(), &extend()).unwrap_err()), "invalid_request");
    assert_eq!(
        code(&world.ask(&bob(), &extend().pay_by(late).ship_by(late)).unwrap_err()),
        "invalid_request"
    );
    assert_eq!(code(&world.ask(&bob(), &extend().pay_by(at(1).unwrap())).unwrap_err()), "invalid_request");
    let later = world.ask(&bob(), &extend().pay_by(late)).unwrap().deal;
    assert_eq!((later.deadlines.pay_by, later.state, later.version), (at(5), State::Pending, 2));
    world.wait(Span::from_days(4));
    assert!(!world.tick(deal));
    world.wait(Span::from_days(1));
    let overdue = world.ask(&bob(), &extend().pay_by(at(9).unwrap())).unwrap_err();
    assert_eq!((code(&overdue), &overdue.details()["condition"]), ("condition_not_met", &"pay_by".into()));
    assert!(world.tick(deal));
    let free = world.open(&OpenDeal::new("alice", "bob", "1.00 USD").key("k"));
    let none = world.ask(&bob(), &ExtendDeal::new(free.to_string()).pay_by(at(99).unwrap())).unwrap_err();
    assert_eq!(code(&none), "condition_not_met");
}

#[test]
fn what_nobody_reports_counts_as_delivered() {
    let mut world = world();
    let deal = world.deal_in(State::Shipped);
    assert_eq!(world.record(deal).due_at, at(3));
    world.wait(Span::from_days(3));
    assert!(world.tick(deal) && !world.tick(deal));
    let delivered = world.deal(deal);
    assert_eq!((delivered.state, delivered.facts.times.release_at), (State::Delivered, at(6)));
}

#[test]
fn notes_change_in_any_state_and_nothing_else_does() {
    let mut world = world();
    let deal = world.deal_in(State::Released);
    let metadata = |json: &str| serde_json::from_str(json).unwrap();
    let update = || UpdateDeal::new(deal.to_string());
    let noted = world
        .ask(&bob(), &update().metadata(metadata(r#"{"shelf":"shelf-7"}"#)).reference("inv-1"))
        .unwrap()
        .deal;
    assert_eq!((&noted.metadata["shelf"], noted.reference.as_deref()), (&"shelf-7".into(), Some("inv-1")));
    let version = noted.version;
    let emptied = world.ask(&system(), &update().metadata(metadata("{}"))).unwrap().deal;
    assert!(emptied.metadata.is_empty() && emptied.reference.as_deref() == Some("inv-1"));
    assert_eq!((emptied.version, emptied.state), (version + 1, State::Released));
    assert_eq!(code(&world.ask(&bob(), &update()).unwrap_err()), "invalid_request");
    let stale = update().reference("x").expected_version(1);
    assert_eq!(code(&world.ask(&bob(), &stale).unwrap_err()), "version_conflict");
    let stranger = world.ask(&Actor::new("mallory"), &update().reference("x")).unwrap_err();
    assert_eq!(code(&stranger), "not_permitted");
    let missing = UpdateDeal::new(DealId::from_uuid(uuid::Uuid::nil()).to_string()).reference("x");
    assert_eq!(code(&world.ask(&bob(), &missing).unwrap_err()), "deal_not_found");
    assert!(world.into_writes().events.iter().all(|event| !event.data.contains("shelf-7")));
}
