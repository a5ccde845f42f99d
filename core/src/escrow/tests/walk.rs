//! Random lives of several deals: whatever anybody tries, money is conserved and every end is settled.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Pull(usize, usize, usize, bool),
    Tick(usize),
    Wait(u32),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let pull = (0..3_usize, 0..Trigger::ALL.len(), 0..5_usize, any::<bool>());
    let act = prop_oneof![
        6 => pull.prop_map(|(deal, trigger, actor, flag)| Act::Pull(deal, trigger, actor, flag)),
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
        let request = order().require_acceptance(accept).shipping(ship);
        let deals: Vec<DealId> = (0..3).map(|_| world.open(&request)).collect();
        let actors = [alice(), bob(), admin(), system(), Actor::new("mallory")];
        for act in acts {
            match act {
                Act::Pull(deal, trigger, actor, flag) => {
                    let mut operation = world.the(deals[deal], Trigger::ALL[trigger]);
                    (operation.secure, operation.reason) = (flag, flag.then(|| "so it is".into()));
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
            let facts = world.deal(*deal).facts;
            prop_assert!(facts.released == 0 || facts.refunded == 0, "released or refunded, never both");
        }
    }
}
