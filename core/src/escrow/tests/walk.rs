//! Random walks of several deals: whatever anybody tries, money is conserved and every deal that ends is
//! settled.

use proptest::prelude::*;

use super::*;
use crate::escrow::requests::{FeeTerm, SplitTerm};

#[derive(Clone, Debug)]
enum Act {
    Pull(usize, usize, usize, bool, i128),
    Tick(usize),
    Wait(u32),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let pull = (0..3_usize, 0..Trigger::ALL.len(), 0..5_usize, any::<bool>(), 1..PRICE + 500);
    let act = prop_oneof![
        6 => pull.prop_map(|(deal, trigger, actor, flag, cents)| Act::Pull(deal, trigger, actor, flag, cents)),
        1 => (0..3_usize).prop_map(Act::Tick),
        1 => (0..4_u32).prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_life_conserves_money(acts in acts(), accept in any::<bool>(), ship in any::<bool>()) {
        let mut world = world();
        let fees = vec![FeeTerm::bps("@fees", 333), FeeTerm::bps("@fees", 77).from_buyer()];
        let request = order().require_acceptance(accept).shipping(ship).fees(fees).splits(vec![SplitTerm::bps("carol", 1_000)]);
        let deals: Vec<DealId> = (0..3).map(|_| world.open(&request)).collect();
        let actors = [alice(), bob(), admin(), system(), Actor::new("mallory")];
        for act in acts {
            match act {
                Act::Pull(deal, trigger, actor, flag, cents) => {
                    let mut operation = world.the(deals[deal], Trigger::ALL[trigger]);
                    (operation.args.secure, operation.reason) = (flag, flag.then(|| "so it is".into()));
                    operation.args.ruling = Ruling::ALL[(cents % 3) as usize];
                    operation.args.amount = dollars(cents).filter(|_| cents % 4 != 0);
                    let before = world.deal(deals[deal]);
                    let outcome = world.run(&actors[actor], &operation);
                    prop_assert!(!before.state.is_terminal() || outcome.is_err(), "terminal states absorb");
                    prop_assert!(outcome.is_ok() || world.deal(deals[deal]).row == before.row);
                }
                Act::Tick(deal) => drop(world.tick(deals[deal])),
                Act::Wait(days) => world.wait(Span::from_days(days)),
            }
            world.check(&deals);
        }
        for deal in &deals {
            let Deal { facts, state, .. } = world.deal(*deal);
            let whole = facts.settled.released + facts.settled.refunded;
            prop_assert!(whole <= facts.price.amount, "released or refunded per unit, never both");
            prop_assert_eq!(whole == facts.price.amount, facts.funded > 0 && facts.held() == 0);
            let in_standstill = (state == State::RefundPending, state == State::Disputed);
            prop_assert!(in_standstill.1 == facts.dispute.is_some());
            prop_assert!(!in_standstill.0 || facts.asked.is_some());
            prop_assert!(in_standstill != (false, false) || facts.times.left.is_none());
        }
    }
}
