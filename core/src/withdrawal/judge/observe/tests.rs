//! Tests the rules of verdicts on a nonce one by one, and that liars move none of them.

use proptest::prelude::*;

use super::*;
use crate::withdrawal::judge::quorum::EndpointStatus;
use crate::withdrawal::judge::views::NodeError;

const LANE: &str = "0x1111111111111111111111111111111111111111";
const PAYEE: &str = "0x2222222222222222222222222222222222222222";
const TOKEN: &str = "0xabababababababababababababababababababab";
const NONCE: u64 = 7;

/// A hash, or the bytes of a foreign transaction, by its first digits.
fn hex(mark: u64) -> String {
    format!("0x{mark:064x}")
}

fn block(number: u64) -> BlockId {
    BlockId { number, hash: hex(number) }
}

fn endpoints(count: usize, quorum: u32) -> Endpoints {
    let names: Vec<String> = (0..count).map(|at| format!("e{at}")).collect();
    Endpoints::new(&names, Num::ONE, quorum)
}

/// Attempts 1 and 2 pay, attempt 3 does not.
fn slot(token: bool, seen: Option<u64>) -> WatchedSlot {
    WatchedSlot {
        nonce: NONCE,
        attempts: (1..=3).map(|mark| WatchedHash { hash: hex(mark), pays: mark < 3 }).collect(),
        payment: ExpectedTransfer {
            token: token.then(|| TOKEN.to_uppercase().replacen("0X", "0x", 1)),
            from: LANE.to_owned(),
            to: PAYEE.to_owned(),
            value: Num::of(500),
        },
        plan: if token { call(TOKEN, 0, "0xa9059cbb") } else { call(PAYEE, 500, "0x") },
        seen: seen.map(block),
    }
}

fn call(to: &str, value: u64, data: &str) -> PlannedCall {
    PlannedCall { to: to.to_owned(), value: Num::of(value), data: data.to_owned() }
}

fn lane(slot: WatchedSlot, finality: FinalityRule) -> WatchedLane {
    WatchedLane { finality, address: LANE.to_owned(), next_nonce: 8, slots: vec![slot] }
}

fn transfer(token: &str, from: &str, value: u64) -> TokenTransfer {
    let owned = str::to_owned;
    TokenTransfer { token: owned(token), from: owned(from), to: owned(PAYEE), value: Num::of(value) }
}

fn receipt(mark: u64, number: u64, transfers: &[TokenTransfer]) -> ReceiptView {
    ReceiptView {
        hash: hex(mark),
        block: block(number),
        success: true,
        gas_used: Num::of(21_000),
        gas_price: Num::of(3),
        transfers: transfers.to_vec(),
    }
}

/// A view from block 100, with the last 10 blocks not final.
fn view(receipts: &[ReceiptView]) -> ObserveView {
    ObserveView {
        head: Some(block(100)),
        finalized: Some(block(90)),
        nonce_latest: Some(8),
        nonce_finalized: Some(7),
        receipts: Some(receipts.to_vec()),
        foreign: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// In these tests, foreign bytes are digits that give their signer, nonce, hash and coins for the payee.
fn recover(raw: &str) -> Option<Recovered> {
    let mark = u64::from_str_radix(raw.strip_prefix("0x")?, 16).ok()?;
    let address = if mark.is_multiple_of(2) { LANE.to_owned() } else { PAYEE.to_owned() };
    let call = Some(call(PAYEE, mark % 1_000, "0x"));
    Some(Recovered { address, nonce: mark / 1_000, hash: hex(mark), call })
}

fn foreign(raw: &str, number: u64) -> ForeignView {
    ForeignView { raw: raw.to_owned(), block: block(number), success: true }
}

fn told(views: Vec<ObserveView>) -> Vec<EndpointView<ObserveView>> {
    let named = views.into_iter().enumerate();
    named
        .map(|(at, view)| EndpointView {
            endpoint: format!("e{at}"),
            chain_id: Some(Num::ONE),
            said: Ok(view),
        })
        .collect()
}

fn judged(views: Vec<ObserveView>, slot: WatchedSlot, finality: FinalityRule) -> ObserveVerdict {
    judge(&endpoints(3, 2), &told(views), &lane(slot, finality), &recover)
}

/// The sight of the nonce by two of three endpoints, with finality by tag.
fn sight(views: Vec<ObserveView>, slot: WatchedSlot) -> Observation {
    judged(views, slot, FinalityRule::Tag).slots.remove(0).sight
}

fn in_block(mark: u64, number: u64, confirmations: u64) -> Observation {
    Observation::InBlock { hash: hex(mark), block: block(number), confirmations }
}

fn ended(mark: u64, number: u64, end: FinalEnd) -> Observation {
    let (hash, block, gas_paid) = (hex(mark), block(number), Some(Num::of(63_000)));
    Observation::Final { hash, block, end, gas_paid, confirmations: 101 - number }
}

#[test]
fn ends_are_what_the_receipt_proves() {
    let paid = transfer(TOKEN, LANE, 500);
    let failed = |mark| ReceiptView { success: false, ..receipt(mark, 80, &[]) };
    for (token, receipt, end) in [
        (false, receipt(1, 80, &[]), FinalEnd::Paid),
        (false, receipt(2, 90, &[]), FinalEnd::Paid),
        (false, failed(1), FinalEnd::Reverted),
        (false, receipt(3, 80, &[]), FinalEnd::Noop),
        (false, failed(3), FinalEnd::Noop),
        (true, receipt(1, 80, std::slice::from_ref(&paid)), FinalEnd::Paid),
        (true, receipt(1, 80, &[transfer(PAYEE, LANE, 9), paid.clone()]), FinalEnd::Paid),
        (true, receipt(1, 80, &[]), FinalEnd::NotProved),
        (true, receipt(1, 80, &[transfer(TOKEN, LANE, 499)]), FinalEnd::NotProved),
        (
            true,
            receipt(1, 80, &[transfer(TOKEN, LANE, 250), transfer(TOKEN, LANE, 250)]),
            FinalEnd::NotProved,
        ),
        (true, receipt(1, 80, &[transfer(PAYEE, LANE, 500)]), FinalEnd::NotProved),
        (true, receipt(1, 80, &[transfer(TOKEN, TOKEN, 500)]), FinalEnd::NotProved),
        (true, failed(1), FinalEnd::Reverted),
        (true, receipt(3, 80, &[]), FinalEnd::Noop),
    ] {
        let (mark, number) = (receipt.hash.clone(), receipt.block.number);
        let seen = sight(vec![view(std::slice::from_ref(&receipt)); 2], slot(token, None));
        let Observation::Final { hash, block, end: proved, gas_paid, .. } = seen else { panic!("{seen:?}") };
        assert_eq!((hash, block.number, proved), (mark, number, end));
        assert_eq!(gas_paid, Some(Num::of(63_000)));
    }
}

#[test]
fn a_block_is_final_by_tag_or_by_depth() {
    let seen = |number: u64, finality| {
        judged(vec![view(&[receipt(1, number, &[])]); 2], slot(false, None), finality).slots.remove(0).sight
    };
    assert_eq!(seen(90, FinalityRule::Tag), ended(1, 90, FinalEnd::Paid));
    assert_eq!(seen(91, FinalityRule::Tag), in_block(1, 91, 10));
    assert_eq!(seen(100, FinalityRule::Depth(0)), ended(1, 100, FinalEnd::Paid));
    assert_eq!(seen(95, FinalityRule::Depth(5)), ended(1, 95, FinalEnd::Paid));
    assert_eq!(seen(96, FinalityRule::Depth(5)), in_block(1, 96, 5));
    assert_eq!(seen(80, FinalityRule::Depth(u64::MAX)), in_block(1, 80, 21));
    // the endpoint has another final block at this height
    let mut forked = view(&[receipt(1, 90, &[])]);
    forked.finalized = Some(BlockId { number: 90, hash: hex(1_090) });
    assert_eq!(sight(vec![forked; 2], slot(false, None)), in_block(1, 90, 11));
    // only one of two endpoints holds it for final
    let mut young = view(&[receipt(1, 90, &[])]);
    young.finalized = None;
    assert_eq!(sight(vec![young, view(&[receipt(1, 90, &[])])], slot(false, None)), in_block(1, 90, 11));
}

/// A final transaction had no number of blocks on it: that of the look before was kept, or none.
#[test]
fn the_blocks_on_what_is_final_are_counted() {
    let at = |head: u64| ObserveView { head: Some(block(head)), ..view(&[receipt(1, 80, &[])]) };
    // an endpoint that does not hold it for final yet counts as well
    let young = ObserveView { finalized: None, ..at(104) };
    for (views, counted) in [
        (vec![at(100), at(103)], 21),
        (vec![at(100), at(103), at(104)], 24),
        (vec![at(100), at(102), young], 23),
        (vec![at(80), at(100)], 1),
        (vec![at(79), at(100)], 1),
    ] {
        let seen = sight(views, slot(false, None));
        let Observation::Final { confirmations, .. } = seen else { panic!("{seen:?}") };
        assert_eq!(confirmations, counted, "{seen:?}");
    }
}

#[test]
fn fewer_views_than_a_quorum_say_nothing() {
    let final_view = view(&[receipt(1, 80, &[])]);
    for seen in [None, Some(80)] {
        assert_eq!(sight(vec![final_view.clone()], slot(false, seen)), Observation::Unknown);
        assert_eq!(sight(vec![view(&[])], slot(false, seen)), Observation::Unknown);
        assert_eq!(sight(vec![], slot(false, seen)), Observation::Unknown);
        let mut unasked = final_view.clone();
        unasked.receipts = None;
        assert_eq!(sight(vec![unasked, final_view.clone()], slot(false, seen)), Observation::Unknown);
    }
    let mut views = told(vec![final_view.clone(), final_view.clone(), final_view]);
    views[1].chain_id = Some(Num::of(5));
    let error = NodeError { code: String::new(), message: String::new(), data: String::new() };
    views[2].said = Err(error);
    let verdict = judge(&endpoints(3, 2), &views, &lane(slot(false, None), FinalityRule::Tag), &recover);
    assert_eq!(verdict.slots[0].sight, Observation::Unknown);
    let statuses: Vec<_> = verdict.endpoints.iter().map(|look| look.status).collect();
    assert_eq!(statuses, [EndpointStatus::Ok, EndpointStatus::WrongChain, EndpointStatus::Failing]);
}

#[test]
fn views_that_differ_are_thrown_out_one_by_one() {
    let paid = receipt(1, 80, &[transfer(TOKEN, LANE, 500)]);
    let mut others = vec![receipt(2, 80, &[]), receipt(1, 81, &paid.transfers), receipt(1, 80, &[])];
    others.push(ReceiptView { success: false, ..paid.clone() });
    others.push(ReceiptView { block: BlockId { number: 80, hash: hex(81) }, ..paid.clone() });
    for other in others {
        let (right, wrong) = (view(std::slice::from_ref(&paid)), view(std::slice::from_ref(&other)));
        let two = sight(vec![right.clone(), wrong.clone()], slot(true, None));
        assert_eq!(two, Observation::Unknown, "{other:?}");
        let three = sight(vec![wrong, right.clone(), right], slot(true, None));
        assert_eq!(three, ended(1, 80, FinalEnd::Paid), "{other:?}");
    }
    // views need not agree on gas: the cost that a quorum reaches is taken
    let dear = ReceiptView { gas_price: Num::MAX, ..paid.clone() };
    let dearer = ReceiptView { gas_price: Num::of(900), ..paid.clone() };
    for other in [dear, dearer] {
        let views = [&other, &paid, &paid].map(|receipt| view(std::slice::from_ref(receipt)));
        assert_eq!(sight(views.to_vec(), slot(true, None)), ended(1, 80, FinalEnd::Paid));
    }
}

/// A nonce is used once: a view with two transactions for it is not believed.
#[test]
fn a_view_that_contradicts_itself_counts_as_none() {
    let both = view(&[receipt(1, 80, &[]), receipt(2, 80, &[])]);
    let honest = view(&[receipt(1, 80, &[])]);
    assert_eq!(sight(vec![both.clone(), honest.clone()], slot(false, None)), Observation::Unknown);
    let seen = sight(vec![both, honest.clone(), honest.clone()], slot(false, None));
    assert_eq!(seen, ended(1, 80, FinalEnd::Paid));
    let twice = view(&[receipt(1, 80, &[]), receipt(1, 80, &[])]);
    assert_eq!(sight(vec![twice, honest], slot(false, None)), ended(1, 80, FinalEnd::Paid));
}

#[test]
fn absence_only_says_when_to_look_again() {
    let at = |head: u64| ObserveView { head: Some(block(head)), ..view(&[]) };
    assert_eq!(sight(vec![at(100), at(3)], slot(false, None)), Observation::Unseen { spent: false });
    // an endpoint that has not passed the block cannot miss it
    for (heads, wanted) in [
        ([96, 100], Observation::Gone { spent: false }),
        ([95, 100], Observation::Unknown),
        ([94, 94], Observation::Unknown),
    ] {
        assert_eq!(sight(heads.map(at).to_vec(), slot(false, Some(95))), wanted, "{heads:?}");
    }
    let headless = ObserveView { head: None, ..view(&[]) };
    assert_eq!(sight(vec![headless, at(100)], slot(false, Some(95))), Observation::Unknown);
    // in another block now
    let moved = view(&[receipt(1, 97, &[])]);
    assert_eq!(sight(vec![moved.clone(), moved.clone()], slot(false, Some(95))), in_block(1, 97, 4));
    assert_eq!(sight(vec![moved, at(100)], slot(false, Some(95))), Observation::Unknown);
}

/// A receipt that is too long to be read, or has no room in a report, is not absent. Nothing follows for its
/// nonce, whatever else the view says, and the other nonces have their verdicts.
#[test]
fn a_nonce_that_cannot_be_read_is_unknown_and_alone() {
    let spent = ObserveView { nonce_finalized: Some(NONCE + 1), unreadable: vec![NONCE], ..view(&[]) };
    let shows = ObserveView { unreadable: vec![NONCE], ..view(&[receipt(1, 80, &[])]) };
    let mut taken = spent.clone();
    taken.foreign = vec![foreign("0x1b58", 80)];
    for (unreadable, seen) in [(&spent, None), (&spent, Some(95)), (&shows, None), (&taken, Some(95))] {
        assert_eq!(
            sight(vec![unreadable.clone(); 3], slot(false, seen)),
            Observation::Unknown,
            "{unreadable:?}"
        );
        // a view that cannot tell does not support the views of others either
        let one = vec![view(&[]), unreadable.clone(), unreadable.clone()];
        assert_eq!(sight(one, slot(false, seen)), Observation::Unknown, "{unreadable:?}");
    }
    let paid = view(&[receipt(1, 80, &[])]);
    let seen = sight(vec![spent.clone(), paid.clone(), paid], slot(false, None));
    assert_eq!(seen, ended(1, 80, FinalEnd::Paid));
    let mut lane = lane(slot(false, None), FinalityRule::Tag);
    let mut next = slot(false, None);
    (next.nonce, next.attempts) = (8, vec![WatchedHash { hash: hex(11), pays: true }]);
    lane.slots.push(next);
    let beside = ObserveView { unreadable: vec![NONCE], ..view(&[receipt(11, 80, &[])]) };
    let verdict = judge(&endpoints(3, 2), &told(vec![beside; 2]), &lane, &recover);
    let sights: Vec<_> = verdict.slots.into_iter().map(|slot| slot.sight).collect();
    assert_eq!(sights, [Observation::Unknown, ended(11, 80, FinalEnd::Paid)]);
}

#[test]
fn a_nonce_may_be_spent_by_what_nobody_shows() {
    let spent = ObserveView { nonce_finalized: Some(NONCE + 1), ..view(&[]) };
    assert_eq!(
        sight(vec![spent.clone(), view(&[])], slot(false, None)),
        Observation::Unseen { spent: false }
    );
    assert_eq!(sight(vec![spent.clone(); 2], slot(false, None)), Observation::Unseen { spent: true });
    assert_eq!(sight(vec![spent.clone(); 2], slot(false, Some(95))), Observation::Gone { spent: true });
    let mut shown = spent;
    shown.foreign = vec![foreign("0x1b58", 95)];
    assert_eq!(sight(vec![shown; 2], slot(false, None)), Observation::Unseen { spent: false });
}

#[test]
fn what_others_signed_is_taken_when_its_signer_is_the_lane() {
    // 7,000 is by the lane under nonce 7; 7,001 by somebody else; 8,000 under another nonce
    let (ours, others, later) = ("0x1b58", "0x1b59", "0x1f40");
    let shows = |raw: &str, number: u64| {
        let mut view = view(&[]);
        view.foreign = vec![foreign(raw, number)];
        view
    };
    let taken = Observation::Taken { hash: hex(7_000), block: block(80), pays: false, confirmations: 21 };
    assert_eq!(sight(vec![shows(ours, 80); 2], slot(false, None)), taken);
    assert_eq!(
        sight(vec![shows(ours, 80), view(&[])], slot(false, None)),
        Observation::Unseen { spent: false }
    );
    assert_eq!(
        sight(vec![shows(ours, 80), shows(ours, 81)], slot(false, None)),
        Observation::Unseen { spent: false }
    );
    for raw in [others, later, "0x", "0xzz"] {
        assert_eq!(
            sight(vec![shows(raw, 80); 2], slot(false, None)),
            Observation::Unseen { spent: false },
            "{raw}"
        );
    }
    assert_eq!(sight(vec![shows(ours, 95); 2], slot(false, None)), Observation::Unseen { spent: false });
    // our transaction, shown as a foreign one: its receipt decides
    let mut known = slot(false, None);
    known.attempts.push(WatchedHash { hash: hex(7_000), pays: true });
    assert_eq!(sight(vec![shows(ours, 80); 2], known), Observation::Unseen { spent: false });
}

/// An abandoned history has signed the same payment: a payee who has it is not treated as unpaid.
#[test]
fn what_others_signed_may_be_the_payment() {
    // 7,500 gives the payee 500; 7,498 and 7,502 give less and more
    let pays = |raw: &str, token: bool, success: bool| {
        let mut shown = view(&[]);
        shown.foreign = vec![ForeignView { success, ..foreign(raw, 80) }];
        let seen = sight(vec![shown; 2], slot(token, None));
        let Observation::Taken { pays, .. } = seen else { panic!("{seen:?}") };
        pays
    };
    for (raw, token, success, is_paid) in [
        ("0x1d4c", false, true, true),
        ("0x1d4e", false, true, true),
        ("0x1d4a", false, true, false),
        ("0x1d4c", false, false, false),
        ("0x1d4c", true, true, false),
    ] {
        assert_eq!(pays(raw, token, success), is_paid, "{raw} {token} {success}");
    }
    let planned = call(TOKEN, 0, "0xa9059cbb01");
    for (other, is_done) in [
        (call(&TOKEN.to_uppercase().replacen("0X", "0x", 1), 0, "0xa9059cbb01"), true),
        (call(TOKEN, 0, "0xa9059cbb01ff"), true),
        (call(TOKEN, 0, "0xa9059cbb02"), false),
        (call(PAYEE, 0, "0xa9059cbb01"), false),
    ] {
        assert_eq!(planned.is_done_by(&other), is_done, "{other:?}");
    }
}

#[test]
fn a_quorum_past_the_counter_means_that_others_sign() {
    let past = |latest| ObserveView { nonce_latest: latest, ..view(&[]) };
    for (latest, reached, is_foreign) in [
        ([Some(9), Some(9), Some(8)], Some(9), true),
        ([Some(9), Some(8), Some(8)], Some(8), false),
        ([Some(u64::MAX), None, None], None, false),
        ([Some(2), Some(3), Some(1)], Some(2), false),
    ] {
        let verdict = judged(latest.map(past).to_vec(), slot(false, None), FinalityRule::Tag);
        assert_eq!((verdict.latest, verdict.foreign), (reached, is_foreign), "{latest:?}");
    }
}

#[test]
fn each_nonce_has_a_verdict_of_its_own() {
    let mut lane = lane(slot(false, None), FinalityRule::Tag);
    let mut next = slot(false, Some(99));
    (next.nonce, next.attempts) = (8, vec![WatchedHash { hash: hex(11), pays: true }]);
    lane.slots.push(next);
    let views = told(vec![view(&[receipt(1, 80, &[]), receipt(11, 99, &[])]); 2]);
    let verdict = judge(&endpoints(3, 2), &views, &lane, &recover);
    let sights: Vec<_> = verdict.slots.into_iter().map(|slot| (slot.nonce, slot.sight)).collect();
    assert_eq!(sights, [(7, ended(1, 80, FinalEnd::Paid)), (8, in_block(11, 99, 2))]);
}

/// Any view of an endpoint, honest or not.
fn any_view() -> impl Strategy<Value = ObserveView> {
    let receipt =
        (1_u64..4, 78_u64..100, any::<bool>(), 0_usize..3).prop_map(|(mark, number, success, logs)| {
            ReceiptView { success, ..receipt(mark, number, &vec![transfer(TOKEN, LANE, 500); logs]) }
        });
    let foreign = (78_u64..100).prop_map(|number| foreign("0x1b58", number));
    let receipts = prop::option::of(prop::collection::vec(receipt, 0..2));
    let foreign = prop::collection::vec(foreign, 0..2);
    let unreadable = prop::collection::vec(NONCE - 1..NONCE + 9, 0..2);
    (60_u64..120, 50_u64..110, any::<(u8, u8)>(), receipts, foreign, unreadable).prop_map(
        |(head, finalized, nonces, receipts, foreign, unreadable)| ObserveView {
            head: Some(block(head)),
            finalized: Some(block(finalized)),
            nonce_latest: Some(u64::from(nonces.0)),
            nonce_finalized: Some(u64::from(nonces.1)),
            receipts,
            foreign,
            unreadable,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Fewer liars than a quorum change no verdict of a quorum of honest endpoints, and reach none alone.
    #[test]
    fn liars_below_the_quorum_change_no_verdict(
        honest in any_view(),
        lies in prop::collection::vec(any_view(), 1..4),
        seen in prop::option::of(78_u64..100),
        token in any::<bool>(),
    ) {
        let quorum = lies.len() + 1;
        let endpoints = endpoints(lies.len() + quorum, u32::try_from(quorum).unwrap());
        let lane = lane(slot(token, seen), FinalityRule::Tag);
        let truth = judge(&endpoints, &told(vec![honest.clone(); quorum]), &lane, &recover);
        let mut views = lies.clone();
        views.extend(vec![honest; quorum]);
        let verdict = judge(&endpoints, &told(views), &lane, &recover);
        prop_assert_eq!(&verdict.slots, &truth.slots);
        prop_assert_eq!((verdict.foreign, verdict.latest), (truth.foreign, truth.latest));
        let alone = judge(&endpoints, &told(lies), &lane, &recover);
        prop_assert_eq!(&alone.slots[0].sight, &Observation::Unknown);
        prop_assert!(!alone.foreign);
    }
}
