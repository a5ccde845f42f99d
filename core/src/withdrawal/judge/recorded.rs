//! Tests every verdict with reports as workers send them: each text is read and judged.

use serde_json::{Value, json};

use super::broadcast::{self, Broadcast};
use super::facts::{self, AssetSeen};
use super::num::Num;
use super::observe::{
    self, ExpectedTransfer, FinalEnd, FinalityRule, Observation, ObserveVerdict, PlannedCall, Recovered,
    WatchedHash, WatchedLane, WatchedSlot,
};
use super::quorum::Endpoints;
use super::simulate::{self, Needed, Simulated};
use super::views::{BlockId, EndpointView, FeesView, JobView, NonceView, read_text};

const NAMES: [&str; 3] = ["north", "east", "south"];
const LANE: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const PAYEE: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const TOKEN: &str = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
/// The begin of the call that pays 500 units.
const CALL: &str = "0xa9059cbb01f4";
/// Foreign bytes, signed by the lane.
const OURS: &str = "0x01";
/// Foreign bytes, signed by somebody else.
const THEIRS: &str = "0x02";
/// Foreign bytes, signed by the lane, with the same payment.
const SAME: &str = "0x03";

fn endpoints() -> Endpoints {
    Endpoints::new(&NAMES.map(str::to_owned), Num::of(31_337), 2)
}

/// The views of the endpoints, in order. `null` stands for no view.
fn read<T: JobView>(said: &[Value]) -> Vec<EndpointView<T>> {
    let named = NAMES.iter().zip(said).filter(|(_, view)| !view.is_null());
    let views: Vec<Value> = named
        .map(|(name, view)| {
            let mut view = view.clone();
            view["endpoint"] = json!(name);
            view
        })
        .collect();
    read_text(&json!({ "views": views }).to_string()).unwrap()
}

fn error(message: &str) -> Value {
    json!({ "error": { "code": -32_000, "message": message } })
}

#[test]
fn simulations_come_to_one_of_four_verdicts() {
    let runs = json!({ "chain_id": "31337", "ok": true, "gas": "0xc350" });
    let greedy = json!({ "chain_id": "31337", "ok": true, "gas": "50001" });
    let dear = "it takes more than 50000 gas, the `max_gas` of its asset".to_owned();
    let fails = |message: &str, native: &str, balance: &str| {
        json!({ "chain_id": "31337", "ok": false, "error": { "code": 3, "message": message },
            "native": native, "balance": balance })
    };
    let rich = fails("execution reverted: paused", "1000", "500");
    let poor = fails("execution reverted", "1000", "499");
    let reverts = Simulated::Reverts { message: "paused".to_owned() };
    let mut elsewhere = rich.clone();
    elsewhere["chain_id"] = json!("1");
    for (said, verdict) in [
        ([&rich, &runs, &rich], Simulated::Yes { gas: 50_000 }),
        ([&greedy, &runs, &Value::Null], Simulated::Yes { gas: 50_000 }),
        ([&greedy, &runs, &greedy], Simulated::Reverts { message: dear }),
        ([&rich, &rich, &Value::Null], reverts.clone()),
        ([&rich, &error("timed out"), &rich], reverts),
        ([&rich, &poor, &Value::Null], Simulated::Wallet),
        ([&rich, &elsewhere, &Value::Null], Simulated::Nobody),
        ([&Value::Null, &Value::Null, &Value::Null], Simulated::Nobody),
    ] {
        let needed = Needed { native: Num::ZERO, balance: Num::of(500), most_gas: 50_000 };
        let judged = simulate::judge(&endpoints(), &read(&said.map(Clone::clone)), &needed);
        assert_eq!(judged, verdict, "{said:?}");
    }
}

#[test]
fn broadcasts_come_to_one_of_five_verdicts() {
    let taken = json!({ "accepted": true });
    let [known, low, poor, bad, used] = [
        "already known",
        "replacement transaction underpriced",
        "insufficient funds for gas * price + value",
        "intrinsic gas too low",
        "nonce too low",
    ]
    .map(error);
    for (said, verdict) in [
        ([&taken, &bad, &bad], Broadcast::Taken),
        ([&bad, &bad, &known], Broadcast::Taken),
        ([&low, &Value::Null, &low], Broadcast::Underpriced),
        ([&poor, &poor, &used], Broadcast::NoFunds),
        ([&bad, &bad, &used], Broadcast::Rejected),
        ([&used, &used, &used], Broadcast::Unknown),
        ([&low, &poor, &bad], Broadcast::Unknown),
    ] {
        let judged = broadcast::judge(&endpoints(), &read(&said.map(Clone::clone)));
        assert_eq!(judged.broadcast, verdict, "{said:?}");
    }
}

#[test]
fn facts_are_those_of_a_quorum() {
    let said = |base_fee: &str, nonce: &str, decimals: u32| {
        json!({
            "chain_id": "0x7a69", "head": block(100), "finalized": block(90),
            "fees": { "base_fee": base_fee, "priority_fee": "0x1" },
            "lanes": [{ "lane": "ln_1", "nonce": { "latest": nonce, "pending": nonce }, "code": "0x",
                "native": "1000", "tokens": { "USDC": "0x1f4" } }],
            "assets": [{ "currency": "USDC", "code": "0x60806040", "decimals": decimals }],
        })
    };
    let agreed = [said("10", "3", 6), said("0xc", "3", 6), said("900", "9", 18)];
    let verdict = facts::judge(&endpoints(), &read(&agreed));
    assert_eq!(verdict.head, Some(100));
    assert_eq!(verdict.fees, Some(FeesView { base_fee: Num::of(12), priority_fee: Num::ONE }));
    let lane = &verdict.lanes["ln_1"];
    assert_eq!(lane.nonce, Some(NonceView { latest: 3, pending: 3 }));
    assert_eq!((lane.latest, lane.code, lane.native), (Some(3), Some(false), Some(Num::of(1_000))));
    assert_eq!(lane.tokens["USDC"], Num::of(500));
    assert_eq!(verdict.assets["USDC"], AssetSeen { code: Some(true), decimals: Some(6) });
    let alone = facts::judge(&endpoints(), &read(&[said("10", "3", 6), Value::Null, error("timed out")]));
    assert_eq!((alone.head, alone.fees), (None, None));
    assert_eq!((alone.lanes["ln_1"].nonce, alone.assets["USDC"]), (None, AssetSeen::default()));
}

fn hash(mark: u64) -> String {
    format!("0x{mark:064x}")
}

fn block(number: u64) -> Value {
    json!({ "number": number.to_string(), "hash": hash(number) })
}

/// Attempts 1 and 2 pay 500 units of the token under nonce 7, attempt 3 is a no-op.
fn lane(seen: Option<u64>) -> WatchedLane {
    let slot = WatchedSlot {
        nonce: 7,
        attempts: (1..=3).map(|mark| WatchedHash { hash: hash(mark), pays: mark < 3 }).collect(),
        payment: ExpectedTransfer {
            token: Some(TOKEN.to_owned()),
            from: LANE.to_owned(),
            to: PAYEE.to_owned(),
            value: Num::of(500),
        },
        plan: PlannedCall { to: TOKEN.to_owned(), value: Num::ZERO, data: CALL.to_owned() },
        seen: seen.map(|number| BlockId { number, hash: hash(number) }),
    };
    WatchedLane { finality: FinalityRule::Tag, address: LANE.to_owned(), next_nonce: 8, slots: vec![slot] }
}

fn recover(raw: &str) -> Option<Recovered> {
    let address = if raw == THEIRS { PAYEE } else { LANE };
    let data = if raw == SAME { CALL } else { "0x" };
    Some(Recovered {
        address: address.to_owned(),
        nonce: 7,
        hash: hash(99),
        call: Some(PlannedCall { to: TOKEN.to_owned(), value: Num::ZERO, data: data.to_owned() }),
    })
}

/// A view from block 100 with these members. Its last 10 blocks are not final.
fn view(more: &Value) -> Value {
    let mut view = json!({
        "chain_id": "31337", "head": block(100), "finalized": block(90),
        "nonce": { "latest": "8", "finalized": "7" }, "receipts": [],
    });
    view.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    view
}

fn receipt(mark: u64, number: u64, status: u8, units: &[u64]) -> Value {
    let moved = units
        .iter()
        .map(|units| json!({ "token": TOKEN, "from": LANE, "to": PAYEE, "value": units.to_string() }));
    view(&json!({ "receipts": [{ "hash": hash(mark), "block": block(number), "status": status,
        "gas_used": "50000", "gas_price": "0x3", "transfers": moved.collect::<Vec<_>>() }] }))
}

fn foreign(raw: &str, status: u8) -> Value {
    view(&json!({ "foreign": [{ "raw": raw, "block": block(80), "status": status }] }))
}

fn observed(said: &[Value], seen: Option<u64>) -> ObserveVerdict {
    observe::judge(&endpoints(), &read(said), &lane(seen), &recover)
}

/// The sight of two of three endpoints, while the third has no view.
fn sight(one: &Value, other: &Value, seen: Option<u64>) -> Observation {
    observed(&[one.clone(), Value::Null, other.clone()], seen).slots.remove(0).sight
}

#[test]
fn what_is_in_no_block_is_unseen_gone_or_unknown() {
    let nothing = view(&json!({}));
    let spent = view(&json!({ "nonce": { "latest": "8", "finalized": "8" } }));
    let mut elsewhere = nothing.clone();
    elsewhere["chain_id"] = json!("1");
    for (one, other, seen, verdict) in [
        (&nothing, &nothing, None, Observation::Unseen { spent: false }),
        (&spent, &nothing, None, Observation::Unseen { spent: false }),
        (&spent, &spent, None, Observation::Unseen { spent: true }),
        (&nothing, &nothing, Some(95), Observation::Gone { spent: false }),
        (&spent, &spent, Some(95), Observation::Gone { spent: true }),
        (&nothing, &nothing, Some(100), Observation::Unknown),
        (&nothing, &elsewhere, None, Observation::Unknown),
        (&nothing, &Value::Null, None, Observation::Unknown),
        (&nothing, &error("timed out"), Some(95), Observation::Unknown),
    ] {
        assert_eq!(sight(one, other, seen), verdict, "{one} {other} {seen:?}");
    }
}

#[test]
fn what_is_in_a_block_is_what_its_receipt_proves() {
    let ended = |mark: u64, end: FinalEnd| Observation::Final {
        hash: hash(mark),
        block: BlockId { number: 80, hash: hash(80) },
        end,
        gas_paid: Some(Num::of(150_000)),
        confirmations: 21,
    };
    let young = BlockId { number: 95, hash: hash(95) };
    let in_block = Observation::InBlock { hash: hash(2), block: young, confirmations: 6 };
    for (shown, verdict) in [
        (receipt(2, 95, 1, &[500]), in_block),
        (receipt(1, 80, 1, &[500]), ended(1, FinalEnd::Paid)),
        (receipt(2, 80, 1, &[3, 500]), ended(2, FinalEnd::Paid)),
        (receipt(1, 80, 0, &[]), ended(1, FinalEnd::Reverted)),
        (receipt(3, 80, 1, &[]), ended(3, FinalEnd::Noop)),
        (receipt(1, 80, 1, &[]), ended(1, FinalEnd::NotProved)),
        (receipt(1, 80, 1, &[495]), ended(1, FinalEnd::NotProved)),
    ] {
        assert_eq!(sight(&shown, &shown, None), verdict, "{shown}");
        assert_eq!(sight(&shown, &view(&json!({})), None), Observation::Unknown, "{shown}");
    }
}

#[test]
fn what_others_signed_is_taken_by_its_bytes() {
    let block = BlockId { number: 80, hash: hash(80) };
    let taken =
        |pays: bool| Observation::Taken { hash: hash(99), block: block.clone(), pays, confirmations: 21 };
    for (raw, status, verdict) in [
        (OURS, 1, taken(false)),
        (OURS, 0, taken(false)),
        (SAME, 1, taken(true)),
        (SAME, 0, taken(false)),
        (THEIRS, 1, Observation::Unseen { spent: false }),
    ] {
        let shown = foreign(raw, status);
        assert_eq!(sight(&shown, &shown, None), verdict, "{shown}");
        assert_eq!(sight(&shown, &view(&json!({})), None), Observation::Unseen { spent: false }, "{shown}");
    }
    let above = view(&json!({ "nonce": { "latest": "0x9", "finalized": "7" } }));
    assert!(observed(&[above.clone(), above.clone(), view(&json!({}))], None).foreign);
    assert!(!observed(&[above, view(&json!({})), view(&json!({}))], None).foreign);
}
