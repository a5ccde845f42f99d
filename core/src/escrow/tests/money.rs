//! Money of a deal, accounts that are locked, deadlines, and what cannot be opened.

use super::*;
use crate::rows::tables::{HoldState, TransferKind};

#[test]
fn money_goes_by_way_of_the_deals_account() {
    let mut world = world();
    let deal = world.deal_in(State::Paid);
    let alice_now = world.account("alice");
    assert_eq!((alice_now.posted, alice_now.held, alice_now.headroom), (PURSE, PRICE, PURSE - PRICE));
    let held = world.deal(deal);
    let hold = world.fold.seen.holds.row(&held.hold().unwrap()).unwrap().clone();
    assert_eq!((hold.state, hold.amount, hold.expires_at), (HoldState::Authorized, PRICE, None));
    assert_eq!(hold.owned_by, Some(deal.into()));
    let secured = world.pull(&alice(), deal, Trigger::Secure).unwrap().deal;
    assert_eq!(
        (secured.funded.minor_units(), secured.held.minor_units(), world.deal_account(deal)),
        (PRICE, PRICE, PRICE)
    );
    let hold = world.fold.seen.holds.row(&held.hold().unwrap()).unwrap();
    assert_eq!((hold.state, hold.captured, hold.released), (HoldState::Captured, PRICE, 0));
    assert_eq!(world.account(&format!("@deal:{}", deal.uuid())).owned_by, Some(deal.into()));
    let _ = world.pull(&bob(), deal, Trigger::Ship).unwrap();
    let done = world.pull(&alice(), deal, Trigger::Confirm).unwrap().deal;
    assert_eq!(
        (done.released.minor_units(), done.held.minor_units(), world.account("bob").posted),
        (PRICE, 0, PRICE)
    );
    world.check(&[deal]);
    let writes = world.into_writes();
    let of_deal = writes.transfers.insert.iter().filter(|row| row.owner() == Some(deal));
    let mut kinds: Vec<_> = of_deal.map(|row| row.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [TransferKind::Capture, TransferKind::Settlement]);
}

#[test]
fn what_is_called_off_is_whole_again() {
    for (state, end, refunded) in [
        (State::Pending, State::Cancelled, 0),
        (State::Paid, State::Cancelled, 0),
        (State::InEscrow, State::Refunded, PRICE),
        (State::AwaitingShipment, State::Refunded, PRICE),
    ] {
        let mut world = world();
        let deal = world.deal_in(state);
        let mut cancel = world.the(deal, Trigger::Cancel);
        cancel.reason = Some("changed my mind".into());
        let cancelled = world.run(&bob(), &cancel).unwrap().deal;
        assert_eq!((cancelled.state, cancelled.refunded.minor_units()), (end, refunded));
        let alice = world.account("alice");
        assert_eq!((alice.posted, alice.held), (PURSE, 0));
        world.check(&[deal]);
    }
}

#[test]
fn nobody_pays_what_they_do_not_have() {
    let mut world = world();
    let first = world.open(&OpenDeal::new("alice", "bob", "999.99 USD").key("k"));
    let second = world.open(&OpenDeal::new("alice", "bob", "0.02 USD").key("k"));
    let mut hold = world.the(first, Trigger::Pay);
    hold.args.secure = false;
    let _ = world.run(&alice(), &hold).unwrap();
    let error = world.pull(&alice(), second, Trigger::Pay).unwrap_err();
    assert_eq!(code(&error), "insufficient_balance");
    assert_eq!(error.details()["available"]["amount"], "0.01");
    assert_eq!(world.deal(second).state, State::Pending);
    let _ = world.pull(&bob(), first, Trigger::Cancel).unwrap();
    let _ = world.pull(&alice(), second, Trigger::Pay).unwrap();
    world.check(&[first, second]);
}

#[test]
fn locked_accounts_take_no_new_deal_and_all_that_is_owed() {
    for status in [AccountStatus::Locked, AccountStatus::Closed] {
        let refusal = format!("account_{status}");
        for (name, actor) in [("alice", alice()), ("bob", bob())] {
            let mut world = world();
            let deal = world.deal_in(State::Pending);
            world.set_status(name, status);
            assert_eq!(code(&world.pull(&system(), deal, Trigger::Pay).unwrap_err()), refusal, "{name}");
            assert_eq!(code(&world.ask(&actor, &order()).unwrap_err()), refusal, "{name}");
        }
        for (state, trigger, actor) in [
            (State::Paid, Trigger::Secure, alice()),
            (State::Paid, Trigger::Cancel, bob()),
            (State::InEscrow, Trigger::Cancel, alice()),
            (State::Shipped, Trigger::Confirm, alice()),
        ] {
            let mut world = world();
            let deal = world.deal_in(state);
            world.set_status("alice", status);
            world.set_status("bob", status);
            let _ = world.pull(&actor, deal, trigger).unwrap();
            world.check(&[deal]);
        }
    }
}

#[test]
fn a_deadline_passes_at_its_very_instant() {
    let micro = Span::from_micros(1).unwrap();
    for (state, trigger, timer, span, end) in [
        (State::Pending, Trigger::Pay, "pay_by", Span::from_days(1), State::Expired),
        (State::AwaitingShipment, Trigger::Ship, "ship_by", Span::from_days(2), State::Refunded),
    ] {
        let before = Span::from_micros(span.micros() - 1).unwrap();
        let mut early = world();
        let deal = early.deal_in(state);
        early.wait(before);
        assert!(!early.tick(deal));
        let _ = early.pull(&system(), deal, trigger).unwrap();
        for late in [Span::ZERO, micro, Span::from_days(400)] {
            let mut world = world();
            let deal = world.deal_in(state);
            let due = world.record(deal).due_at.unwrap();
            world.wait(span);
            world.wait(late);
            let error = world.pull(&system(), deal, trigger).unwrap_err();
            assert_eq!((code(&error), &error.details()["condition"]), ("condition_not_met", &timer.into()));
            assert_eq!(error.details()["deadline"], due.to_string());
            assert_eq!(world.deal(deal).state, state, "only the timer moves an overdue deal");
            assert!(world.tick(deal) && !world.tick(deal), "late is on time, twice is once");
            assert_eq!(world.deal(deal).state, end);
            assert_eq!(world.account("alice").posted, PURSE);
            world.check(&[deal]);
        }
    }
}

#[test]
fn inspection_ends_by_itself() {
    for late in [Span::ZERO, Span::from_days(30)] {
        let mut world = world();
        let deal = world.deal_in(State::Delivered);
        let deadline = world.record(deal).due_at;
        assert_eq!(
            deadline,
            START.checked_add(Span::from_days(3)),
            "three days unless the terms say otherwise"
        );
        world.wait(Span::from_micros(Span::from_days(3).micros() - 1).unwrap());
        assert!(!world.tick(deal));
        world.wait(Span::from_micros(1).unwrap());
        world.wait(late);
        assert!(world.tick(deal));
        assert_eq!((world.deal(deal).state, world.account("bob").posted), (State::Released, PRICE));
        world.check(&[deal]);
    }
}

#[test]
fn a_timer_that_somebody_overtook_does_nothing() {
    let mut world = world();
    let deal = world.deal_in(State::Pending);
    let found = timers::operation(&world.record(deal)).unwrap();
    let _ = world.pull(&alice(), deal, Trigger::Pay).unwrap();
    world.wait(Span::from_days(9));
    assert!(!world.run(&system(), &found).unwrap());
    assert_eq!(world.deal(deal).state, State::AwaitingShipment);
    // the same state, but the deal was changed: its timer may no longer be due
    let pending = world.deal_in(State::Pending);
    let found = timers::operation(&world.record(pending)).unwrap();
    world.wait(Span::from_days(9));
    let record = world.record(pending);
    world.fold.seen.records.put(RecordRow { version: record.version + 1, ..record });
    assert!(!world.run(&system(), &found).unwrap());
    assert!(world.tick(pending));
    // the deal's newer timer is another one
    assert_eq!(timers::due(&world.record(deal)), Some(Trigger::ShipBy));
    let none = world.open(&OpenDeal::new("alice", "bob", "1.00 USD").key("k"));
    assert_eq!((timers::due(&world.record(none)), world.record(none).due_at), (None, None));
}

#[test]
fn a_deal_is_opened_once_both_sides_can_be() {
    let mut world = world();
    let ask = |world: &mut World, request: OpenDeal| code(&world.ask(&system(), &request).unwrap_err());
    assert_eq!(ask(&mut world, OpenDeal::new("carol", "bob", "1.00 USD").key("k")), "account_not_found");
    assert_eq!(ask(&mut world, OpenDeal::new("alice", "bob", "1.00 EUR").key("k")), "account_not_found");
    assert_eq!(ask(&mut world, OpenDeal::new("alice", "alice", "1.00 USD").key("k")), "invalid_request");
    assert_eq!(ask(&mut world, OpenDeal::new("alice", "bob", "0.00 USD").key("k")), "invalid_amount");
    assert_eq!(ask(&mut world, OpenDeal::new("alice", "bob", "-1.00 USD").key("k")), "invalid_amount");
    assert_eq!(ask(&mut world, OpenDeal::new("@world", "bob", "1.00 USD").key("k")), "not_permitted");
    assert_eq!(ask(&mut world, OpenDeal::new("alice", "@fees", "1.00 USD").key("k")), "not_permitted");
    assert_eq!(ask(&mut world, OpenDeal::new("alice", "@deal:1", "1.00 USD").key("k")), "not_permitted");
    assert_eq!(ask(&mut world, order().item("x".repeat(1001))), "invalid_request");
    assert_eq!(ask(&mut world, order().pay_within(Span::ZERO)), "invalid_request");
    assert_eq!(ask(&mut world, order().inspection(Span::MAX)), "invalid_request");
    let carol = world.ask(&alice(), &OpenDeal::new("alice", "carol", "1.00 USD").key("k")).unwrap().deal;
    assert_eq!((carol.state, carol.seller.as_str(), carol.version), (State::Pending, "carol", 1));
    assert_eq!(world.account("carol").posted, 0, "a seller that nobody opened is opened");
    assert_eq!((carol.buyer_owner.as_deref(), carol.seller_owner), (Some("u-alice"), None));
    let posed = world.ask(&Actor::new("mallory").with_role("buyer"), &order()).unwrap_err();
    assert_eq!(code(&posed), "not_permitted");
}

#[test]
fn what_a_later_version_wrote_stays() {
    let mut world = world();
    let deal = world.deal_in(State::Pending);
    let mut record = world.record(deal);
    let mut body: serde_json::Value = serde_json::from_str(&record.body).unwrap();
    body["facts"]["colour"] = "blue".into();
    body["facts"]["terms"]["gift"] = true.into();
    body["facts"]["times"]["wrap_by"] = 7.into();
    record.body = body.to_string().into();
    world.fold.seen.records.put(record.clone());
    let _ = world.pull(&alice(), deal, Trigger::Pay).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&world.record(deal).body).unwrap();
    assert_eq!((&kept["facts"]["colour"], &kept["facts"]["terms"]["gift"]), (&"blue".into(), &true.into()));
    assert_eq!(kept["facts"]["times"]["wrap_by"], 7);
    body["v"] = 2.into();
    record.body = body.to_string().into();
    world.fold.seen.records.put(record);
    assert_eq!(code(&world.pull(&alice(), deal, Trigger::Ship).unwrap_err()), "schema_too_new");
}

#[test]
fn a_caller_may_insist_on_a_version() {
    let mut world = world();
    let deal = world.deal_in(State::Pending);
    let mut pay = world.the(deal, Trigger::Pay);
    pay.note = Note { expected_version: Some(2), ..note() };
    assert_eq!(code(&world.run(&alice(), &pay).unwrap_err()), "version_conflict");
    pay.note.expected_version = Some(1);
    let _ = world.run(&alice(), &pay).unwrap();
}
