//! Invariant 12: shares of a price always add up, whatever the parts. Ten thousand random cases through the
//! pure plan, and some of them through real deals on every store.

use earnest::escrow::plan::{CutKind, Plan, Settled, Share, Size};
use earnest::ids::AccountId;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{Stage, Value, id, json};
use crate::support::{every_store, soak};

const CASES: u32 = 10_000;

/// A price, its shares, and parts in thousandths of what is left: released when positive, given back when
/// negative.
#[derive(Clone, Debug)]
struct Case {
    price: i128,
    cuts: Vec<(CutKind, Size)>,
    parts: Vec<i32>,
}

fn cases(most: i128) -> impl Strategy<Value = Case> {
    let prices = prop_oneof![1..30_i128, 1..100_000_i128, most / 2..most];
    let parts = proptest::collection::vec(-1_000..=1_000_i32, 0..10);
    (prices, parts).prop_flat_map(|(price, parts)| {
        let size =
            prop_oneof![(0..4_000_u32).prop_map(Size::Bps), (1..=price / 3 + 1).prop_map(Size::Amount)];
        let kind = prop_oneof![Just(CutKind::BuyerFee), Just(CutKind::SellerFee), Just(CutKind::Split)];
        proptest::collection::vec((kind, size), 0..7).prop_map(move |mut cuts| {
            // fees come before splits, and together they are at most the price
            cuts.sort_by_key(|(kind, _)| *kind == CutKind::Split);
            cuts.retain(|(_, size)| !matches!(size, Size::Amount(amount) if *amount > price));
            while !(Plan { price, cuts: &named(&cuts) }).is_covered() {
                cuts.pop();
            }
            Case { price, cuts, parts: parts.clone() }
        })
    })
}

/// The shares, each for an account of its own.
fn named(cuts: &[(CutKind, Size)]) -> Vec<Share> {
    let to = |place: usize| AccountId::request("to", &format!("p-{place}")).unwrap();
    cuts.iter()
        .enumerate()
        .map(|(place, (kind, size))| Share { to: to(place), kind: *kind, size: *size })
        .collect()
}

/// A part of what is left, at least one unit and at most all.
fn part(left: i128, thousandths: i32) -> i128 {
    let share = i128::from(thousandths.unsigned_abs());
    (left / 1_000 * share + left % 1_000 * share / 1_000).clamp(left.min(1), left)
}

/// Deals out a price in these parts, and the rest to the seller: to the unit, everybody has what they have at
/// once.
fn adds_up(case: &Case) {
    let cuts = named(&case.cuts);
    let plan = Plan { price: case.price, cuts: &cuts };
    let funded = case.price + plan.surcharge().unwrap();
    let (mut settled, mut held, mut back) = (Settled::default(), funded, 0);
    let mut paid = vec![0_i128; cuts.len()];
    for thousandths in case.parts.iter().copied().chain([1_000]) {
        let amount = part(case.price - settled.released - settled.refunded, thousandths);
        if thousandths < 0 {
            let given = plan.refund(settled, amount);
            assert!(given >= amount, "{case:?}");
            (held, back, settled.refunded) = (held - given, back + given, settled.refunded + amount);
        } else {
            let shares = plan.release(settled, amount);
            assert!(shares.seller >= 0 && shares.cuts.iter().all(|share| *share >= 0), "{case:?}");
            paid.iter_mut().zip(&shares.cuts).for_each(|(paid, share)| *paid += share);
            held -= shares.seller + shares.cuts.iter().sum::<i128>();
            (settled.released, settled.seller) = (settled.released + amount, settled.seller + shares.seller);
        }
        if settled.released + settled.refunded == case.price {
            let due = plan.kept_back(settled);
            (settled.seller, held) = (settled.seller + due, held - due);
        }
        assert_eq!(plan.held(settled), held, "{case:?}");
    }
    assert_eq!(held, 0, "{case:?}");
    assert_eq!(paid.iter().sum::<i128>() + settled.seller + back, funded, "{case:?}");
    let at_once = plan.at(settled.released);
    assert_eq!((paid, settled.seller), (at_once.cuts, at_once.seller), "{case:?}");
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn ten_thousand_random_splits_and_fees_sum_exactly() {
    let (mut runner, strategy) = (runner(), cases(10_i128.pow(37)));
    let mut several = 0;
    for _ in 0..CASES {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        several += usize::from(case.cuts.len() > 1 && case.parts.len() > 1);
        adds_up(&case);
    }
    assert!(several > 5_000, "only {several} of the cases had several shares and parts");
}

fn minor(money: &Value) -> i128 {
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

fn usd(minor: i128) -> String {
    format!("{}.{:02} USD", minor / 100, minor % 100)
}

/// The same through a deal: quoted, paid, released and given back in parts, confirmed.
async fn through_a_deal(stage: &Stage, number: u32, case: &Case) {
    let cuts = named(&case.cuts);
    let plan = Plan { price: case.price, cuts: &cuts };
    let size = |size: Size| match size {
        Size::Bps(bps) => json!({ "bps": bps }),
        Size::Amount(amount) => json!({ "amount": usd(amount) }),
    };
    let (mut fees, mut splits) = (Vec::new(), Vec::new());
    for (place, cut) in cuts.iter().enumerate() {
        let mut term = size(cut.size);
        term["to"] = format!("p-{number}-{place}").into();
        match cut.kind {
            CutKind::Split => splits.push(term),
            CutKind::BuyerFee => fees.push(super::with(term, json!({ "from": "buyer" }))),
            CutKind::SellerFee => fees.push(term),
        }
    }
    let (buyer, seller) = (format!("b-{number}"), format!("s-{number}"));
    let offer = json!({ "price": usd(case.price), "fees": fees, "splits": splits });
    let quote = stage.ok("escrow.quote", offer.clone()).await;
    let full = plan.paid(plan.full());
    assert_eq!(minor(&quote["buyer_pays"]), case.price + plan.surcharge().unwrap(), "{case:?}");
    assert_eq!(minor(&quote["seller_gets"]), full.seller, "{case:?}");
    stage.funded(&buyer, &usd(minor(&quote["buyer_pays"]))).await;
    let open = super::with(offer, json!({ "buyer": buyer, "seller": seller }));
    let deal = id(&stage.ok("escrow.open", open).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": buyer })).await;
    stage.ok("escrow.ship", json!({ "deal": deal, "actor": seller })).await;
    let (mut released, mut refunded) = (0, 0);
    for thousandths in &case.parts {
        let amount = part(case.price - released - refunded, *thousandths);
        // the rest is confirmed; a refund of all would end the deal
        if amount == 0 || released + refunded + amount >= case.price {
            break;
        }
        let args = json!({ "deal": deal, "amount": usd(amount), "actor": buyer });
        if *thousandths < 0 {
            stage.ok("escrow.request_refund", super::with(args, json!({ "reason": "x" }))).await;
            stage.ok("escrow.approve_refund", json!({ "deal": deal, "actor": seller })).await;
            refunded += amount;
        } else {
            stage.ok("escrow.release_part", args).await;
            released += amount;
        }
    }
    let done = stage.ok("escrow.confirm", json!({ "deal": deal, "actor": buyer })).await;
    assert_eq!((&done["deal"]["state"], minor(&done["deal"]["held"])), (&"released".into(), 0), "{case:?}");
    let at_once = plan.paid(plan.at(case.price - refunded));
    let accounts = (0..cuts.len()).map(|place| format!("p-{number}-{place}")).chain([seller]);
    let mut sum = 0;
    for (account, due) in accounts.zip(at_once.cuts.iter().chain([&at_once.seller])) {
        let got = minor(&stage.ok("ledger.balance", json!({ "account": account })).await["posted"]);
        assert_eq!(got, *due, "{account}: {case:?}");
        sum += got;
    }
    let back = minor(&stage.ok("ledger.balance", json!({ "account": buyer })).await["posted"]);
    assert_eq!(sum + back, minor(&quote["buyer_pays"]), "{case:?}");
}

every_store! {
    async fn shares_of_the_whole_leave_the_seller_nothing(stage) {
        let thirds = |bps| (CutKind::Split, Size::Bps(bps));
        let fee = (CutKind::SellerFee, Size::Bps(1_001));
        let cases = [
            (100, vec![thirds(3_333), thirds(3_333), thirds(3_334)], vec![]),
            (100, vec![thirds(3_333), thirds(3_333), thirds(3_334)], vec![10, 505, -100, 333]),
            (101, vec![fee, thirds(8_999)], vec![-10, 7, 500, 20]),
        ];
        for (number, (price, cuts, parts)) in (90_000..).zip(cases) {
            let case = Case { price, cuts, parts };
            through_a_deal(stage, number, &case).await;
            let seller = stage.ok("ledger.balance", json!({ "account": format!("s-{number}") })).await;
            assert_eq!(seller["posted"]["amount"], "0.00", "{case:?}");
        }
    }

    async fn soak_random_splits_of_real_deals_sum_exactly(stage) {
        let (mut runner, strategy) = (runner(), cases(100_000_000));
        for number in 0..soak::rounds(40, 2_000) {
            let case = strategy.new_tree(&mut runner).unwrap().current();
            through_a_deal(stage, number, &case).await;
        }
    }
}
