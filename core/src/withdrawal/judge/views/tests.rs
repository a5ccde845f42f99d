//! Tests that results of jobs are read, and that the error for a bad one names its member.

use serde_json::json;

use super::*;
use crate::withdrawal::judge::num::NOT_A_NUMBER;

fn hash(digit: char) -> String {
    format!("0x{}", digit.to_string().repeat(64))
}

fn address(digit: char) -> String {
    format!("0x{}", digit.to_string().repeat(40))
}

/// The fault of a result, as field and reason.
fn fault<T: JobView + std::fmt::Debug>(result: &Value) -> String {
    read_views::<T>(result).unwrap_err().to_string()
}

#[test]
fn facts_are_read() {
    let result = json!({"views": [
        {
            "endpoint": "a", "chain_id": "0x7a69",
            "head": {"number": "0x10", "hash": hash('A')}, "finalized": {"number": "12", "hash": hash('b')},
            "fees": {"base_fee": "7", "priority_fee": "0x1"},
            "lanes": [{
                "lane": "ln_1", "nonce": {"latest": "3", "pending": "4"}, "code": "0x",
                "native": "1000000000000000000000000000000", "tokens": {"USDC": "5", "EURC": null},
            }],
            "assets": [{"currency": "USDC", "code": "0x60", "decimals": 6}, {"currency": "ETH", "decimals": "0x12"}],
        },
        {"endpoint": "b", "error": {"code": -32005, "message": "slow down", "data": {"in": 1}}},
        {"endpoint": "c", "chain_id": "31337"},
    ]});
    let views = read_views::<FactsView>(&result).unwrap();
    let facts = views[0].said.as_ref().unwrap();
    assert_eq!(views[0].chain_id, Some(Num::of(31_337)));
    assert_eq!(facts.head, Some(BlockId { number: 16, hash: hash('a') }));
    assert_eq!(facts.fees.map(|fees| fees.base_fee), Some(Num::of(7)));
    let lane = &facts.lanes[0];
    assert_eq!((lane.code, lane.nonce), (Some(false), Some(NonceView { latest: 3, pending: 4 })));
    assert_eq!(lane.tokens, BTreeMap::from([("USDC".to_owned(), Num::of(5))]));
    assert_eq!((facts.assets[0].code, facts.assets[0].decimals), (Some(true), Some(6)));
    assert_eq!((facts.assets[1].code, facts.assets[1].decimals), (None, Some(18)));
    let error = views[1].said.as_ref().unwrap_err();
    assert_eq!((error.code.as_str(), error.data.as_str()), ("-32005", "{\"in\":1}"));
    assert!(!format!("{error:?}").contains("slow"), "{error:?}");
    assert_eq!(views[2].said, Ok(FactsView::default()));
    assert_eq!(read_text::<FactsView>(&result.to_string()).as_ref(), Ok(&views));
}

#[test]
fn other_kinds_are_read() {
    let result = json!({"views": [
        {"endpoint": "a", "chain_id": "1", "ok": true, "gas": "0xc350"},
        {"endpoint": "b", "chain_id": "1", "ok": false, "error": {"code": 3, "message": "execution reverted"}, "native": "9"},
        {"endpoint": "c", "error": {"message": "timed out"}},
    ]});
    let views = read_views::<SimulateView>(&result).unwrap();
    assert_eq!(views[0].said, Ok(SimulateView::Ran { gas: 50_000 }));
    assert!(matches!(&views[1].said, Ok(SimulateView::Fails { error, native, balance: None })
        if error.code == "3" && *native == Some(Num::of(9))));
    assert!(views[2].said.is_err());

    let result = json!({"views": [
        {"endpoint": "a", "accepted": true}, {"endpoint": "b", "error": {"code": "-32000", "message": "already known"}},
    ]});
    let views = read_views::<BroadcastView>(&result).unwrap();
    assert_eq!((views[0].said.is_ok(), views[1].said.is_ok()), (true, false));

    let result = json!({"views": [{
        "endpoint": "a", "chain_id": "1", "nonce": {"latest": "5"},
        "receipts": [{
            "hash": hash('C'), "block": {"number": "9", "hash": hash('d')}, "status": "0x1",
            "gas_used": "21000", "gas_price": "7",
            "transfers": [{"token": address('A'), "from": address('b'), "to": address('C'), "value": "0x2"}],
        }],
        "foreign": [{"raw": "0x02F8", "block": {"number": "8", "hash": hash('e')}, "status": 0}],
        "unreadable": ["6", "0x7"],
    }]});
    let views = read_views::<ObserveView>(&result).unwrap();
    let seen = views[0].said.as_ref().unwrap();
    assert_eq!((seen.nonce_latest, seen.nonce_finalized), (Some(5), None));
    let receipt = &seen.receipts.as_ref().unwrap()[0];
    assert_eq!((receipt.hash.clone(), receipt.success), (hash('c'), true));
    assert_eq!(receipt.transfers[0].token, address('a'));
    assert_eq!((seen.foreign[0].raw.as_str(), seen.foreign[0].success), ("0x02f8", false));
    assert_eq!(seen.unreadable, [6, 7]);
}

#[test]
fn another_shape_is_refused_by_name() {
    let facts = |members: Value| {
        let mut view = json!({"endpoint": "a", "chain_id": "1"});
        view.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        fault::<FactsView>(&json!({"views": [{"endpoint": "z", "chain_id": "1"}, view]}))
    };
    let number = NOT_A_NUMBER;
    for (members, wanted) in [
        (json!({"height": 1}), "`result.views[1].height` is not a member of it".to_owned()),
        (
            json!({"head": {"number": 1, "hash": hash('a')}}),
            format!("`result.views[1].head.number` {number}"),
        ),
        (
            json!({"head": {"number": "1.0", "hash": hash('a')}}),
            format!("`result.views[1].head.number` {number}"),
        ),
        (
            json!({"head": {"number": "0x10000000000000000", "hash": hash('a')}}),
            "`result.views[1].head.number` must be below 2^64".into(),
        ),
        (json!({"head": {"number": "1"}}), "`result.views[1].head.hash` is missing".into()),
        (
            json!({"head": {"number": "1", "hash": "0x12"}}),
            "`result.views[1].head.hash` must be `0x` and 64 hex digits".into(),
        ),
        (json!({"head": ["1", hash('a')]}), "`result.views[1].head` must be an object".into()),
        (
            json!({"fees": {"base_fee": format!("0x1{}", "0".repeat(64)), "priority_fee": "1"}}),
            format!("`result.views[1].fees.base_fee` {number}"),
        ),
        (
            json!({"fees": {"base_fee": 1.5, "priority_fee": "1"}}),
            format!("`result.views[1].fees.base_fee` {number}"),
        ),
        (json!({"lanes": {}}), "`result.views[1].lanes` must be a list".into()),
        (json!({"lanes": [{"lane": "ln"}, {}]}), "`result.views[1].lanes[1].lane` is missing".into()),
        (
            json!({"lanes": [{"lane": "ln", "tokens": {"USDC": 5}}]}),
            format!("`result.views[1].lanes[0].tokens.USDC` {number}"),
        ),
        (
            json!({"assets": [{"currency": "USDC", "decimals": 256}]}),
            "`result.views[1].assets[0].decimals` must be a whole number from 0 to 255".into(),
        ),
        (
            json!({"assets": [{"currency": "USDC", "decimals": 6.5}]}),
            "`result.views[1].assets[0].decimals` must be a whole number from 0 to 255".into(),
        ),
        (json!({"chain_id": null}), "`result.views[1].chain_id` is missing".into()),
        (json!({"endpoint": ""}), "`result.views[1].endpoint` must have 1 to 64 characters".into()),
        (json!({"endpoint": "z"}), "`result.views[1].endpoint` is there twice".into()),
        (
            json!({"head": {"number": "1", "hash": hash('a')}, "error": {}}),
            "`result.views[1].error` must not stand beside an answer".into(),
        ),
        (json!({"error": {"code": 1.5}}), "`result.views[1].error.code` must be an integer or a text".into()),
        (json!({"error": "no"}), "`result.views[1].error` must be an object".into()),
    ] {
        assert_eq!(facts(members), wanted);
    }
}

#[test]
fn a_whole_result_of_another_shape_is_refused() {
    for (result, wanted) in [
        (json!([]), "`result` must be an object"),
        (json!({}), "`result.views` is missing"),
        (json!({"views": [7]}), "`result.views[0]` must be an object"),
        (
            json!({"views": vec![json!({"endpoint": "a", "chain_id": "1"}); 65]}),
            "`result.views` must have at most 64 views",
        ),
    ] {
        assert_eq!(fault::<FactsView>(&result), wanted);
    }
    assert_eq!(read_text::<FactsView>("{").unwrap_err().to_string(), "`result` must be JSON");
}

#[test]
fn kinds_have_shapes_of_their_own() {
    let one = |view: Value| json!({"views": [view]});
    let simulated = |view: Value| fault::<SimulateView>(&one(view));
    assert_eq!(simulated(json!({"endpoint": "a", "chain_id": "1"})), "`result.views[0].ok` is missing");
    assert_eq!(
        simulated(json!({"endpoint": "a", "chain_id": "1", "ok": true})),
        "`result.views[0].gas` is missing"
    );
    assert_eq!(
        simulated(json!({"endpoint": "a", "chain_id": "1", "ok": false})),
        "`result.views[0].error` is missing"
    );
    assert_eq!(
        simulated(json!({"endpoint": "a", "chain_id": "1", "ok": true, "gas": "1", "error": {}})),
        "`result.views[0].error` must not stand beside `ok: true`"
    );
    let sent = |view: Value| fault::<BroadcastView>(&one(view));
    assert_eq!(sent(json!({"endpoint": "a"})), "`result.views[0].accepted` is missing");
    assert_eq!(
        sent(json!({"endpoint": "a", "accepted": false})),
        "`result.views[0].accepted` must be true, or else give `error`"
    );
    let unreadable = one(json!({"endpoint": "a", "chain_id": "1", "unreadable": ["6", 7]}));
    let wanted = format!("`result.views[0].unreadable[1]` {NOT_A_NUMBER}");
    assert_eq!(fault::<ObserveView>(&unreadable), wanted);
    let seen = |members: Value| {
        fault::<ObserveView>(&one(json!({"endpoint": "a", "chain_id": "1", "foreign": [members]})))
    };
    let block = json!({"number": "1", "hash": hash('a')});
    assert_eq!(
        seen(json!({"raw": "0x123", "block": block, "status": 1})),
        "`result.views[0].foreign[0].raw` must be `0x` and an even number of hex digits"
    );
    assert_eq!(
        seen(json!({"raw": "0x12", "block": block, "status": 2})),
        "`result.views[0].foreign[0].status` must be 0 or 1"
    );
}
