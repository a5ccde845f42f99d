//! The limits of a lane's key: a payment counts in the commit that binds it, in the vault as with the host,
//! and a nonce counts once.

use earnest::env::Clock;

use super::chain::{COIN, GWEI, at};
use super::nodes::Mood;
use super::{Custody, KEYS, TOKEN, World, admin, chain_args, json, usdc, with};
use crate::support::{Kind, Value};

const CUSTODIES: [Custody; 2] = [Custody::Vault, Custody::Host];

/// A world whose key pays one payee alone, and as much as `limits` let.
async fn limited(kind: Kind, custody: Custody, limits: &Value) -> (World, String) {
    let mut world = World::with(kind, custody).await;
    let payee = world.payee();
    let key = world.lane().await["key"].clone();
    let policy = json!({ "key": key, "chain_ids": ["31337", "31338"], "recipients": [payee] });
    world.stage.ok("signing.set_key_policy", with(policy, limits)).await;
    (world, payee)
}

/// 100.00 USDC in any 24 hours.
fn hundred_a_day() -> Value {
    json!({ "tokens": [{ "token": TOKEN, "daily_value": "100000000" }] })
}

async fn asks(world: &mut World, payee: &str, amount: &str) -> Value {
    // jobs of one moment are leased in no order
    world.stage.advance("PT0.000001S");
    world.request(json!({ "amount": amount, "to": payee })).await
}

/// It waits for its key, without a nonce.
async fn is_refused(world: &World, withdrawal: &Value) {
    let waits = world.get(withdrawal).await;
    assert_eq!(
        (&waits["state"], &waits["attention"]["code"], &waits["nonce"]),
        (&json!("pending"), &json!("sign_refused"), &Value::Null),
        "{waits:#}"
    );
}

async fn speeds_up(world: &mut World, withdrawal: &Value) {
    let order = json!({ "actor": admin(), "key": world.stage.key() });
    world.order("speed_up", withdrawal, order).await;
    world.wait(2).await;
}

/// Two that are simulated at once do not pass a limit together. The second waits until the first has left the
/// day, and what fits goes on beside it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_bound_at_once_passes_no_limit_together() {
    for kind in Kind::all() {
        for custody in CUSTODIES {
            let (mut world, payee) = limited(kind, custody, &hundred_a_day()).await;
            let one = asks(&mut world, &payee, "60.00 USDC").await;
            let other = asks(&mut world, &payee, "60.00 USDC").await;
            world.wait(5).await;
            let one_waits = world.get(&one).await["nonce"].is_null();
            let (bound, waits) = if one_waits { (other, one) } else { (one, other) };
            is_refused(&world, &waits).await;
            assert_eq!(world.lane().await["next_nonce"], "1", "{custody:?}");
            world.until(&bound, "confirmed").await;
            world.blocks(40).await;
            is_refused(&world, &waits).await;
            let small = asks(&mut world, &payee, "40.00 USDC").await;
            world.until(&small, "confirmed").await;
            assert_eq!(world.received(&waits), 100_000_000, "{custody:?}");
            is_refused(&world, &waits).await;
            let told = world.told(&waits).await;
            let asked = told.iter().filter(|name| *name == "withdrawal.attention").count();
            assert_eq!(asked, 1, "{told:?}");
            world.stage.advance("P1D");
            let paid = world.until(&waits, "confirmed").await;
            assert_eq!((&paid["attention"], world.received(&waits)), (&Value::Null, 160_000_000), "{paid:#}");
            world.finish().await;
        }
    }
}

/// One is bumped, given up, and fails by its no-op: it has counted once, and its count stays.
#[tokio::test(flavor = "multi_thread")]
async fn bumps_and_no_ops_do_not_count_again() {
    for custody in CUSTODIES {
        let (mut world, payee) = limited(Kind::Memory, custody, &hundred_a_day()).await;
        world.nodes.ledger.least_tip = 900 * GWEI;
        let first = asks(&mut world, &payee, "60.00 USDC").await;
        world.waits_until(&first, "broadcasted").await;
        speeds_up(&mut world, &first).await;
        speeds_up(&mut world, &first).await;
        world.order("cancel", &first, json!({ "actor": admin() })).await;
        // its no-op is with the nodes before the next block
        world.wait(3).await;
        let attempts = world.get(&first).await["attempts"].as_array().unwrap().len();
        assert!(attempts > 3, "{custody:?}: {attempts}");
        let rest = asks(&mut world, &payee, "40.00 USDC").await;
        world.waits_until(&rest, "broadcasted").await;
        let more = asks(&mut world, &payee, "1.00 USDC").await;
        world.wait(10).await;
        is_refused(&world, &more).await;
        world.nodes.ledger.least_tip = 0;
        assert_eq!(world.until(&first, "failed").await["failure"]["code"], "cancelled");
        world.until(&rest, "confirmed").await;
        world.blocks(40).await;
        is_refused(&world, &more).await;
        assert_eq!((world.received(&rest), world.used_nonces()), (40_000_000, 2), "{custody:?}");
        world.finish().await;
    }
}

/// Gas of a day is limited over all attempts: of a bump what it costs more counts.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_bump_costs_more_counts() {
    // two first bids: 21 gwei for each of 60,000 units of gas
    let fees = json!({ "tokens": [{ "token": TOKEN }], "daily_fee": (2 * 60_000 * 21 * GWEI).to_string() });
    for custody in CUSTODIES {
        for is_bumped in [false, true] {
            let (mut world, payee) = limited(Kind::Memory, custody, &fees).await;
            world.nodes.ledger.least_tip = 900 * GWEI;
            let first = asks(&mut world, &payee, "10.00 USDC").await;
            world.waits_until(&first, "broadcasted").await;
            if is_bumped {
                speeds_up(&mut world, &first).await;
            }
            let second = asks(&mut world, &payee, "10.00 USDC").await;
            if is_bumped {
                world.wait(5).await;
                is_refused(&world, &second).await;
            } else {
                world.waits_until(&second, "broadcasted").await;
                let third = asks(&mut world, &payee, "10.00 USDC").await;
                world.wait(5).await;
                is_refused(&world, &third).await;
            }
            world.finish().await;
        }
    }
}

/// A key with a lane on each of two chains has one day.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_one_day_on_all_its_chains() {
    let (mut world, payee) = limited(Kind::Memory, Custody::Vault, &hundred_a_day()).await;
    let first = asks(&mut world, &payee, "60.00 USDC").await;
    world.until(&first, "confirmed").await;
    // from now on the nodes are of the other chain
    world.nodes.set_all(Mood::Elsewhere);
    let second = json!({ "chain": "second", "chain_id": "31338" });
    world.stage.ok("withdrawals.set_chain", chain_args(&second)).await;
    world.stage.ok("withdrawals.set_asset", usdc(&json!({ "chain": "second" }))).await;
    let lane = world.open_lane(0, Custody::Vault, &json!({ "chain": "second" })).await;
    world.turn().await;
    assert_eq!(world.lane_of(lane["id"].as_str().unwrap()).await["state"], "active");
    let there = |amount: &str| json!({ "chain": "second", "amount": amount, "to": payee });
    let too_much = world.request(there("60.00 USDC")).await;
    world.wait(5).await;
    is_refused(&world, &too_much).await;
    let rest = world.request(there("40.00 USDC")).await;
    world.wait(5).await;
    let bound = world.get(&rest).await;
    assert_eq!((&bound["lane"], &bound["nonce"]), (&lane["id"], &json!("1")), "{bound:#}");
    is_refused(&world, &too_much).await;
    world.finish().await;
}

/// A key has signed what its policy lets it by a clock that was a year ahead, and then gets a lane: that
/// leaves the day a day after it was looked at, and not in a year.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_by_a_clock_that_was_ahead_leaves_the_day() {
    for kind in Kind::all() {
        let mut world = World::bare(kind).await;
        let payee = world.payee();
        let kept = world.stage.ok("signing.import_key", json!({ "private_key": KEYS[0] })).await;
        let policy = json!({ "key": kept["key"], "chain_ids": ["31337"], "recipients": [payee],
            "daily_value": COIN.to_string() });
        world.stage.ok("signing.set_key_policy", policy).await;
        let tx = json!({ "chain_id": "31337", "nonce": "0", "to": payee, "value": COIN.to_string(),
            "gas_limit": "21000", "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1" });
        world.stage.advance("P365D");
        world.stage.ok("signing.sign_transaction", json!({ "key": kept["key"], "tx": tx })).await;
        let Clock::Test(now) = &world.stage.clock else { panic!("a test clock") };
        now.fetch_sub(365 * 24 * 3_600_000_000, std::sync::atomic::Ordering::SeqCst);
        world.stage.ok("withdrawals.set_chain", chain_args(&json!({}))).await;
        world.set_assets().await;
        let lane = world.open_lane(0, Custody::Vault, &json!({})).await;
        world.lane = lane["id"].as_str().unwrap().to_owned();
        world.turn().await;
        let wd = asks(&mut world, &payee, "1.00 POL").await;
        world.wait(5).await;
        is_refused(&world, &wd).await;
        world.stage.advance("P1D");
        world.until(&wd, "confirmed").await;
        assert_eq!(world.nodes.ledger.state().coins(&at(&payee)), COIN);
        // and what the lane has bound counts in its place
        let more = asks(&mut world, &payee, "1.00 POL").await;
        world.wait(5).await;
        is_refused(&world, &more).await;
        world.finish().await;
    }
}
