//! Fees, splits and milestones: each payee's amounts, at once and in parts.

use super::*;
use crate::escrow::requests::{FeeTerm, MilestoneTerm, ReleasePart, SplitTerm};
use crate::rows::tables::TransferKind;

fn marketplace() -> OpenDeal {
    OpenDeal::new("alice", "bob", "100.00 USD")
        .key("k")
        .fees(vec![
            FeeTerm::bps("@fees", 250),
            FeeTerm::bps("@fees", 500).from_buyer(),
            FeeTerm::amount("scout", "1.00 USD"),
        ])
        .splits(vec![SplitTerm::bps("carol", 1_000)])
        .milestones(vec![MilestoneTerm::bps("half", 5_000), MilestoneTerm::amount("end", "25.00 USD")])
}

fn posted(world: &World, name: &str) -> i128 {
    let row = world.fold.seen.accounts.row(&world.key(AccountId::stored(name))).unwrap();
    world.fold.seen.posted(row)
}

#[test]
fn a_release_is_one_transfer_per_recipient() {
    let mut world = world();
    let deal = world.open(&marketplace());
    let opened = world.deal(deal);
    assert_eq!(
        posted(&world, "carol") + posted(&world, "scout") + posted(&world, "@fees"),
        0,
        "they are opened"
    );
    assert_eq!(opened.payees().len(), 4);
    let paid = world.pull(&alice(), deal, Trigger::Pay).unwrap().deal;
    assert_eq!((paid.buyer_pays, paid.seller_gets), (dollars(10_500).unwrap(), dollars(8_650).unwrap()));
    assert_eq!((paid.held, paid.fees.len(), paid.splits.len()), (dollars(10_500).unwrap(), 3, 1));
    assert_eq!(
        (paid.fees[1].from.as_str(), paid.fees[1].bps, paid.fees[1].amount),
        ("buyer", Some(500), dollars(500).unwrap())
    );
    let _ = world.pull(&bob(), deal, Trigger::Ship).unwrap();
    let done = world.pull(&alice(), deal, Trigger::Confirm).unwrap().deal;
    assert_eq!(
        (done.released, done.fees_taken, done.held.minor_units()),
        (dollars(9_650).unwrap(), dollars(850).unwrap(), 0)
    );
    let has = ["alice", "bob", "carol", "scout", "@fees"].map(|name| posted(&world, name));
    assert_eq!(has, [PURSE - 10_500, 8_650, 1_000, 100, 750]);
    let writes = world.into_writes();
    let mut kinds: Vec<_> =
        writes.transfers.insert.iter().filter(|row| row.owner() == Some(deal)).map(|row| row.kind).collect();
    kinds.sort_unstable();
    use TransferKind::{Capture, Fee, Settlement};
    let mut expected = [Capture, Settlement, Settlement, Fee, Fee];
    expected.sort_unstable();
    assert_eq!(kinds, expected, "two fees of one recipient are one transfer");
}

#[test]
fn milestones_are_released_once() {
    let mut world = world();
    let deal = world.open(&marketplace());
    let _ = world.pull(&alice(), deal, Trigger::Pay).unwrap();
    let id = deal.to_string();
    let part = || ReleasePart::new(id.as_str()).key("k");
    let half = world.ask(&alice(), &part().milestone("half")).unwrap().deal;
    assert_eq!((half.state, half.held), (State::AwaitingShipment, dollars(5_250).unwrap()));
    assert!(half.milestones[0].released && !half.milestones[1].released);
    assert_eq!(half.fees_taken, dollars(125 + 250 + 50).unwrap());
    let again = world.ask(&alice(), &part().milestone("half")).unwrap_err();
    assert_eq!((code(&again), &again.details()["condition"]), ("condition_not_met", &"milestone".into()));
    let refuse = |world: &mut World, actor: &Actor, request: ReleasePart| {
        code(&world.ask(actor, &request).unwrap_err())
    };
    assert_eq!(refuse(&mut world, &alice(), part().milestone("third")), "invalid_request");
    assert_eq!(refuse(&mut world, &alice(), part()), "invalid_request");
    assert_eq!(refuse(&mut world, &alice(), part().milestone("end").amount("1.00 USD")), "invalid_request");
    assert_eq!(refuse(&mut world, &alice(), part().amount("50.01 USD")), "invalid_amount");
    assert_eq!(refuse(&mut world, &alice(), part().amount("1.00 EUR")), "currency_mismatch");
    assert_eq!(refuse(&mut world, &bob(), part().amount("1.00 USD")), "not_permitted");
    let _ = world.ask(&system(), &part().amount("30.00 USD")).unwrap();
    assert_eq!(
        refuse(&mut world, &alice(), part().milestone("end")),
        "invalid_amount",
        "not so much is left"
    );
    let off = world.pull(&bob(), deal, Trigger::Cancel).unwrap().deal;
    assert_eq!(
        (off.state, off.refunded),
        (State::Refunded, dollars(2_100).unwrap()),
        "20.00 and its part of the fee"
    );
    let has = ["alice", "bob", "carol", "scout", "@fees"].map(|name| posted(&world, name));
    assert_eq!(has.iter().sum::<i128>(), PURSE);
    assert_eq!(has[0], PURSE - 10_500 + 2_100);
}

#[test]
fn what_does_not_add_up_is_refused() {
    let mut world = world();
    let order = || OpenDeal::new("alice", "bob", "10.00 USD").key("k");
    let fee = |fee: FeeTerm| order().fees(vec![fee]);
    let split = |splits: Vec<SplitTerm>| order().splits(splits);
    let mut neither = FeeTerm::bps("@fees", 1);
    neither.bps = None;
    let mut both = FeeTerm::bps("@fees", 1);
    both.amount = Some("1.00 USD".into());
    let mut from = FeeTerm::bps("@fees", 1);
    from.from = Some("carol".to_owned());
    for (request, refusal, field) in [
        (fee(FeeTerm::amount("@fees", "10.01 USD")), "invalid_amount", "fees[0].amount"),
        (fee(FeeTerm::amount("@fees", "10.01 USD").from_buyer()), "invalid_amount", "fees[0].amount"),
        (fee(FeeTerm::amount("@fees", "-1.00 USD")), "invalid_amount", "fees[0].amount"),
        (fee(FeeTerm::bps("@fees", 10_001)), "invalid_amount", "fees[0].bps"),
        (
            order().fees(vec![FeeTerm::bps("@fees", 6_000), FeeTerm::bps("x", 4_001)]),
            "invalid_amount",
            "fees",
        ),
        (fee(FeeTerm::amount("@fees", "1.00 EUR")), "currency_mismatch", "fees[0].amount"),
        (fee(FeeTerm::bps("@world", 1)), "not_permitted", "fees[0].to"),
        (fee(FeeTerm::bps("@deal:1", 1)), "not_permitted", "fees[0].to"),
        (fee(FeeTerm::bps("a b", 1)), "invalid_account", "fees[0].to"),
        (fee(FeeTerm::bps("alice", 1)), "invalid_request", "buyer"),
        (fee(neither), "invalid_request", "fees[0].amount"),
        (fee(both), "invalid_request", "fees[0].amount"),
        (fee(from), "invalid_request", "fees[0].from"),
        (
            split(vec![SplitTerm::bps("carol", 6_000), SplitTerm::bps("dave", 4_001)]),
            "invalid_amount",
            "splits",
        ),
        (
            split(vec![SplitTerm::bps("c", 10_000)]).fees(vec![FeeTerm::bps("@fees", 1)]),
            "invalid_amount",
            "splits",
        ),
        (split(vec![SplitTerm::bps("c", 1); 51]), "invalid_request", "splits"),
        (
            order().milestones(vec![MilestoneTerm::bps("a", 5_000), MilestoneTerm::bps("a", 1)]),
            "invalid_request",
            "milestones[1].name",
        ),
        (order().milestones(vec![MilestoneTerm::bps("a b", 5_000)]), "invalid_request", "milestones[0].name"),
        (
            order().milestones(vec![MilestoneTerm::bps("a", 6_000), MilestoneTerm::bps("b", 4_001)]),
            "invalid_amount",
            "milestones",
        ),
    ] {
        let error = world.ask(&system(), &request).unwrap_err();
        assert_eq!((code(&error), &error.details()["field"]), (refusal, &field.into()), "{request:?}");
    }
    let _ = world.open(&split(vec![SplitTerm::bps("carol", 1)]));
    world.set_status("carol", AccountStatus::Locked);
    let refused = world.ask(&system(), &split(vec![SplitTerm::bps("carol", 1)])).unwrap_err();
    assert_eq!(code(&refused), "account_locked");
}
