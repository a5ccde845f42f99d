//! The verdict of `chain.facts`: the price of gas, and the facts of lanes and assets.

use std::collections::{BTreeMap, BTreeSet};

use super::num::Num;
use super::quorum::{EndpointLook, Endpoints, GoodView};
use super::views::{AssetView, EndpointView, FactsView, FeesView, LaneView, NonceView};

/// The facts of a chain by a quorum. A member that is `None` is unknown, and asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsVerdict {
    /// The height that a quorum has reached.
    pub head: Option<u64>,
    /// The gas prices that a quorum reaches.
    pub fees: Option<FeesView>,
    /// The lanes, by id.
    pub lanes: BTreeMap<String, LaneSeen>,
    /// The assets, by currency.
    pub assets: BTreeMap<String, AssetSeen>,
    /// The health of each endpoint.
    pub endpoints: Vec<EndpointLook>,
}

/// The facts of a lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneSeen {
    /// Its nonces, if a quorum gives the same ones: its counter may start there.
    pub nonce: Option<NonceView>,
    /// The next nonce that a quorum has reached. Above the counter of the lane, it shows that somebody else
    /// signs with the key.
    pub latest: Option<u64>,
    /// The highest next nonce by the memory of any view. One view is enough: it has such a transaction.
    pub pending: Option<u64>,
    /// Whether there is code at its address.
    pub code: Option<bool>,
    /// The coins that it has at least by a quorum, in wei.
    pub native: Option<Num>,
    /// The tokens that it has at least by a quorum, by currency, in their units.
    pub tokens: BTreeMap<String, Num>,
}

/// The facts of an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AssetSeen {
    /// Whether there is code at the address of its token.
    pub code: Option<bool>,
    /// The decimals that its token states.
    pub decimals: Option<u32>,
}

/// Judges a report of `chain.facts`.
pub fn judge(endpoints: &Endpoints, views: &[EndpointView<FactsView>]) -> FactsVerdict {
    let sorted = endpoints.good(views);
    let good = &sorted.good;
    let head = |view: &GoodView<'_, FactsView>| view.said.head.as_ref().map(|block| block.number);
    FactsVerdict {
        head: endpoints.at_least(good.iter().filter_map(head)),
        fees: prices(endpoints, good),
        lanes: lanes(endpoints, good),
        assets: assets(endpoints, good),
        endpoints: sorted.looks(endpoints, |view| view.head.as_ref()),
    }
}

/// The prices of gas that a quorum reaches, if enough views give one: fewer liars than a quorum cannot make
/// gas dearer than any honest endpoint has it.
fn prices(endpoints: &Endpoints, good: &[GoodView<'_, FactsView>]) -> Option<FeesView> {
    let fees: Vec<FeesView> = good.iter().filter_map(|view| view.said.fees).collect();
    Some(FeesView {
        base_fee: endpoints.at_least(fees.iter().map(|fees| fees.base_fee))?,
        priority_fee: endpoints.at_least(fees.iter().map(|fees| fees.priority_fee))?,
    })
}

fn lanes(endpoints: &Endpoints, good: &[GoodView<'_, FactsView>]) -> BTreeMap<String, LaneSeen> {
    let named: BTreeSet<&str> =
        good.iter().flat_map(|view| &view.said.lanes).map(|lane| lane.lane.as_str()).collect();
    let seen = |id: &str| {
        // an endpoint has one voice, even if it names the lane twice
        let views: Vec<&LaneView> =
            good.iter().filter_map(|view| view.said.lanes.iter().find(|lane| lane.lane == id)).collect();
        let currencies: BTreeSet<&String> = views.iter().flat_map(|view| view.tokens.keys()).collect();
        let units = |currency: &String| {
            let given = views.iter().filter_map(|view| view.tokens.get(currency).copied());
            endpoints.at_least(given).map(|units| (currency.clone(), units))
        };
        LaneSeen {
            nonce: endpoints.equal(views.iter().filter_map(|view| view.nonce)),
            latest: endpoints.at_least(views.iter().filter_map(|view| view.nonce.map(|nonce| nonce.latest))),
            pending: views.iter().filter_map(|view| view.nonce.map(|nonce| nonce.pending)).max(),
            code: endpoints.equal(views.iter().filter_map(|view| view.code)),
            native: endpoints.at_least(views.iter().filter_map(|view| view.native)),
            tokens: currencies.into_iter().filter_map(units).collect(),
        }
    };
    named.into_iter().map(|id| (id.to_owned(), seen(id))).collect()
}

fn assets(endpoints: &Endpoints, good: &[GoodView<'_, FactsView>]) -> BTreeMap<String, AssetSeen> {
    let named: BTreeSet<&str> =
        good.iter().flat_map(|view| &view.said.assets).map(|asset| asset.currency.as_str()).collect();
    let seen = |currency: &str| {
        let views: Vec<&AssetView> = good
            .iter()
            .filter_map(|view| view.said.assets.iter().find(|asset| asset.currency == currency))
            .collect();
        AssetSeen {
            code: endpoints.equal(views.iter().filter_map(|view| view.code)),
            decimals: endpoints.equal(views.iter().filter_map(|view| view.decimals)),
        }
    };
    named.into_iter().map(|currency| (currency.to_owned(), seen(currency))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::withdrawal::judge::quorum::EndpointStatus;
    use crate::withdrawal::judge::views::read_views;

    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

    fn verdict(quorum: u32, views: &[Value]) -> FactsVerdict {
        let views: Vec<Value> = views
            .iter()
            .zip(NAMES)
            .map(|(view, endpoint)| {
                let mut view = view.clone();
                let members = view.as_object_mut().unwrap();
                members.insert("endpoint".to_owned(), json!(endpoint));
                members.entry("chain_id").or_insert(json!("1"));
                view
            })
            .collect();
        let names = &NAMES[..views.len().max(4)];
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let views = read_views::<FactsView>(&json!({"views": views})).unwrap();
        judge(&Endpoints::new(&names, Num::ONE, quorum), &views)
    }

    fn block(number: u64) -> Value {
        json!({"number": number.to_string(), "hash": format!("0x{number:064x}")})
    }

    fn priced(base_fee: u64, priority_fee: u64) -> Value {
        json!({"fees": {"base_fee": base_fee.to_string(), "priority_fee": priority_fee.to_string()}})
    }

    fn lane(latest: u64, pending: u64, native: u64, code: bool) -> Value {
        let nonce = json!({"latest": latest.to_string(), "pending": pending.to_string()});
        json!({"lanes": [{
            "lane": "ln_1", "nonce": nonce, "code": code, "native": native.to_string(),
            "tokens": {"USDC": (native / 2).to_string()},
        }]})
    }

    #[test]
    fn prices_are_what_a_quorum_reaches() {
        let fees = |views: &[Value]| {
            verdict(2, views).fees.map(|fees| (fees.base_fee.to_string(), fees.priority_fee.to_string()))
        };
        let pair = |base_fee: &str, priority_fee: &str| Some((base_fee.to_owned(), priority_fee.to_owned()));
        assert_eq!(fees(&[priced(10, 2), priced(12, 1), priced(900, 3)]), pair("12", "2"));
        assert_eq!(fees(&[priced(10, 2), priced(12, 1)]), pair("10", "1"));
        // one of two set the price: it was the higher one of an even number
        assert_eq!(fees(&[priced(31, 1), priced(345, 90)]), pair("31", "1"));
        assert_eq!(fees(&[priced(10, 2), json!({}), json!({})]), None);
        let mut stranger = priced(10, 2);
        stranger["chain_id"] = json!("5");
        assert_eq!(fees(&[priced(10, 2), stranger]), None);
    }

    #[test]
    fn a_counter_starts_where_a_quorum_is_equal() {
        let seen = |views: &[Value]| verdict(2, views).lanes.remove("ln_1").unwrap();
        let agreed = seen(&[lane(3, 3, 10, false), lane(3, 3, 14, false), lane(9, 9, 900, true)]);
        assert_eq!(agreed.nonce, Some(NonceView { latest: 3, pending: 3 }));
        assert_eq!((agreed.latest, agreed.code), (Some(3), Some(false)));
        assert_eq!(agreed.native, Some(Num::of(14)));
        assert_eq!(agreed.tokens, BTreeMap::from([("USDC".to_owned(), Num::of(7))]));
        let apart = seen(&[lane(3, 3, 10, false), lane(3, 4, 10, true), lane(4, 4, 10, true)]);
        assert_eq!((apart.nonce, apart.latest, apart.code), (None, Some(3), Some(true)));
        // one view is enough to know of something that is in no block yet
        assert_eq!(apart.pending, Some(4));
        let alone = seen(&[lane(3, 3, 10, false), json!({})]);
        assert_eq!(alone, LaneSeen { pending: Some(3), ..LaneSeen::default() });
    }

    /// An endpoint that names a lane twice has one voice.
    #[test]
    fn a_lane_that_is_named_twice_counts_once() {
        let mut twice = lane(3, 3, 10, false);
        let first = twice["lanes"][0].clone();
        twice["lanes"].as_array_mut().unwrap().push(first);
        let alone = LaneSeen { pending: Some(3), ..LaneSeen::default() };
        assert_eq!(verdict(2, &[twice]).lanes["ln_1"], alone);
    }

    #[test]
    fn assets_are_what_a_quorum_has_seen() {
        let asset = |code: bool, decimals: u32| json!({"assets": [{"currency": "USDC", "code": code, "decimals": decimals}]});
        let seen = |views: &[Value]| verdict(2, views).assets["USDC"];
        let six = AssetSeen { code: Some(true), decimals: Some(6) };
        assert_eq!(seen(&[asset(true, 6), asset(true, 6), asset(true, 18)]), six);
        assert_eq!(seen(&[asset(true, 6), asset(true, 18)]), AssetSeen { code: Some(true), decimals: None });
        assert_eq!(seen(&[asset(true, 6)]), AssetSeen::default());
    }

    #[test]
    fn heights_are_those_of_a_quorum() {
        let at = |head: u64| json!({"head": block(head)});
        let seen = verdict(2, &[at(100), at(102), at(9_000), at(50)]);
        assert_eq!(seen.head, Some(102));
        let statuses: Vec<_> = seen.endpoints.iter().map(|look| look.status).collect();
        let (ok, behind) = (EndpointStatus::Ok, EndpointStatus::Behind);
        assert_eq!(statuses, [ok, ok, ok, behind]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever fewer endpoints than a quorum answer, no value leaves those of the honest.
        #[test]
        fn a_minority_moves_no_value(
            quorum in 1_usize..4,
            more in 0_usize..2,
            honest in prop::collection::vec((90_u64..110, 90_u64..110, 90_u64..110), 5),
            lies in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>()), 0..4),
            first in any::<bool>(),
        ) {
            let honest = &honest[..quorum + more];
            let lies = &lies[..lies.len().min(quorum - 1)];
            // what must be the same everywhere is the same at the honest
            let said = |(number, price, money): (u64, u64, u64), same: u64| {
                let mut view = priced(price, price);
                let mut other = lane(same, same, money, same == 6);
                view["lanes"] = other["lanes"].take();
                view["head"] = block(number);
                view["assets"] = json!([{ "currency": "USDC", "code": same == 6, "decimals": same % 30 }]);
                view
            };
            let of_honest = honest.iter().map(|one| said(*one, 6));
            let of_liars = lies.iter().map(|one| said(*one, one.0));
            let views: Vec<Value> =
                if first { of_liars.chain(of_honest).collect() } else { of_honest.chain(of_liars).collect() };
            let seen = verdict(u32::try_from(quorum).unwrap(), &views);
            let within = |value: u64, of: fn(&(u64, u64, u64)) -> u64| {
                honest.iter().map(of).min() <= Some(value) && Some(value) <= honest.iter().map(of).max()
            };
            let small = |value: Num| value.to_string().parse::<u64>().unwrap();
            let fees = seen.fees.unwrap();
            prop_assert!(within(small(fees.base_fee), |one| one.1) && within(small(fees.priority_fee), |one| one.1));
            prop_assert!(within(seen.head.unwrap(), |one| one.0));
            let lane = &seen.lanes["ln_1"];
            prop_assert!(within(small(lane.native.unwrap()), |one| one.2));
            prop_assert!(within(small(lane.tokens["USDC"]) * 2 + 1, |one| one.2 | 1));
            prop_assert_eq!((lane.nonce, lane.latest, lane.code), (Some(NonceView { latest: 6, pending: 6 }), Some(6), Some(true)));
            prop_assert_eq!(seen.assets["USDC"], AssetSeen { code: Some(true), decimals: Some(6) });
        }
    }
}
