//! Hand-made typed data and messages, each judged as listed: a permit is a transfer that comes later.

use earnest_evm::{Message, Policy, Refusal, TypedData, Used};
use serde_json::{Value, json};

use crate::policy::{ALICE, BOB, DAI, FAKE, MALLORY, PERMIT2, SHOP, USDC, policy, verdict};

/// Types as `Name: type field, type field`, one a line.
fn types(text: &str) -> Value {
    let mut all = json!({});
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, fields) = line.split_once(": ").unwrap();
        let field = |field: &str| {
            let (kind, name) = field.split_once(' ').unwrap();
            json!({ "name": name, "type": kind })
        };
        all[name] = fields.split(", ").map(field).collect();
    }
    all
}

fn document(text: &str, primary: &str, contract: &str, message: Value) -> Value {
    json!({ "types": types(text), "primaryType": primary,
            "domain": { "name": "T", "chainId": 1, "verifyingContract": contract }, "message": message })
}

fn with(mut document: Value, path: &str, value: Value) -> Value {
    let (above, name) = path.rsplit_once('/').unwrap();
    document.pointer_mut(above).unwrap()[name] = value;
    document
}

fn without_domain(mut document: Value, name: &str) -> Value {
    document["domain"].as_object_mut().unwrap().remove(name);
    document
}

const EIP2612: &str =
    "Permit: address owner, address spender, uint256 value, uint256 nonce, uint256 deadline";
const OF_DAI: &str = "Permit: address holder, address spender, uint256 nonce, uint256 expiry, bool allowed";
const DETAILS: &str = "PermitDetails: address token, uint160 amount, uint48 expiration, uint48 nonce";
const PERMISSIONS: &str = "TokenPermissions: address token, uint256 amount";
const AUTHORIZATION: &str =
    "address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce";

fn permit(token: &str, spender: &str, value: &str) -> Value {
    let message =
        json!({ "owner": MALLORY, "spender": spender, "value": value, "nonce": 0, "deadline": "99" });
    document(EIP2612, "Permit", token, message)
}

fn dai(token: &str, spender: &str, allowed: bool) -> Value {
    let message =
        json!({ "holder": MALLORY, "spender": spender, "nonce": 0, "expiry": 0, "allowed": allowed });
    document(OF_DAI, "Permit", token, message)
}

fn authorization(name: &str, token: &str, to: &str, value: &str) -> Value {
    let nonce = format!("0x{}", "00".repeat(32));
    let message = json!({ "from": MALLORY, "to": to, "value": value, "validAfter": 0, "validBefore": 9,
                          "nonce": nonce });
    document(&format!("{name}: {AUTHORIZATION}"), name, token, message)
}

fn single(token: &str, amount: &str, spender: &str) -> Value {
    let kinds =
        format!("PermitSingle: PermitDetails details, address spender, uint256 sigDeadline\n{DETAILS}");
    let details = json!({ "token": token, "amount": amount, "expiration": 1, "nonce": 0 });
    let message = json!({ "details": details, "spender": spender, "sigDeadline": 1 });
    document(&kinds, "PermitSingle", PERMIT2, message)
}

fn batch(entries: &[(&str, &str)], spender: &str) -> Value {
    let kinds =
        format!("PermitBatch: PermitDetails[] details, address spender, uint256 sigDeadline\n{DETAILS}");
    let entry = |(token, amount): &(&str, &str)| json!({ "token": token, "amount": amount, "expiration": 1, "nonce": 0 });
    let details: Vec<Value> = entries.iter().map(entry).collect();
    let message = json!({ "details": details, "spender": spender, "sigDeadline": 1 });
    document(&kinds, "PermitBatch", PERMIT2, message)
}

fn transfer(token: &str, amount: &str, spender: &str) -> Value {
    let kinds = format!(
        "PermitTransferFrom: TokenPermissions permitted, address spender, uint256 nonce, uint256 deadline\n{PERMISSIONS}"
    );
    let permitted = json!({ "token": token, "amount": amount });
    let message = json!({ "permitted": permitted, "spender": spender, "nonce": 0, "deadline": 1 });
    document(&kinds, "PermitTransferFrom", PERMIT2, message)
}

fn transfers(entries: &[(&str, &str)], spender: &str) -> Value {
    let kinds = format!(
        "PermitBatchTransferFrom: TokenPermissions[] permitted, address spender, uint256 nonce, uint256 deadline\n{PERMISSIONS}"
    );
    let entry = |(token, amount): &(&str, &str)| json!({ "token": token, "amount": amount });
    let permitted: Vec<Value> = entries.iter().map(entry).collect();
    let message = json!({ "permitted": permitted, "spender": spender, "nonce": 0, "deadline": 1 });
    document(&kinds, "PermitBatchTransferFrom", PERMIT2, message)
}

fn witness(token: &str, amount: &str, spender: &str) -> Value {
    let kinds = format!(
        "PermitWitnessTransferFrom: TokenPermissions permitted, address spender, uint256 nonce, uint256 deadline, \
         Order witness\nOrder: uint256 id\n{PERMISSIONS}"
    );
    let permitted = json!({ "token": token, "amount": amount });
    let message = json!({ "permitted": permitted, "spender": spender, "nonce": 0, "deadline": 1,
                          "witness": { "id": 1 } });
    document(&kinds, "PermitWitnessTransferFrom", PERMIT2, message)
}

/// With a witness of one word, and with the permitted token and amount turned round.
fn witnesses() -> Vec<(Value, &'static str)> {
    let name = "PermitWitnessTransferFrom";
    let fields = "TokenPermissions permitted, address spender, uint256 nonce, uint256 deadline";
    let turned = PERMISSIONS.replace("address token, uint256 amount", "uint256 amount, address token");
    let with = |witness: &str, permissions: &str, value: Value, amount: &str| {
        let kinds = format!("{name}: {fields}, {witness}\n{permissions}");
        let permitted = json!({ "token": USDC, "amount": amount });
        let message =
            json!({ "permitted": permitted, "spender": BOB, "nonce": 0, "deadline": 1, "witness": value });
        document(&kinds, name, PERMIT2, message)
    };
    let word = format!("0x{}", "07".repeat(32));
    let batch = |name: &str, entries: &[(&str, &str)]| {
        let mut document = transfers(entries, BOB);
        let fields = document["types"]["PermitBatchTransferFrom"].take();
        document["types"].as_object_mut().unwrap().remove("PermitBatchTransferFrom");
        document["types"][name] = fields;
        document["types"][name].as_array_mut().unwrap().push(json!({ "name": "witness", "type": "uint256" }));
        document["message"]["witness"] = json!(5);
        document["primaryType"] = name.into();
        document
    };
    vec![
        (with("bytes32 witness", PERMISSIONS, json!(word), "500"), "moves 0 usdc:500"),
        (with("uint256 witness", PERMISSIONS, json!(7), "500"), "moves 0 usdc:500"),
        (with("uint256 witness", PERMISSIONS, json!(7), "501"), "max_value"),
        // another type, which Permit2 does not accept: nothing moves
        (with("uint256 witness", &turned, json!(7), "501"), "moves 0"),
        (batch("PermitBatchWitnessTransferFrom", &[(USDC, "1")]), "typed_data"),
    ]
}

fn order(contract: &str) -> Value {
    document("Order: uint256 id, address payee", "Order", contract, json!({ "id": 1, "payee": MALLORY }))
}

fn permits() -> Vec<(Value, &'static str)> {
    let (send, receive) = ("TransferWithAuthorization", "ReceiveWithAuthorization");
    vec![
        (permit(USDC, BOB, "500"), "moves 0 usdc:500"),
        (permit(USDC, BOB, "501"), "max_value"),
        (permit(USDC, BOB, "0"), "moves 0 usdc:0"),
        (permit(USDC, MALLORY, "1"), "recipient"),
        (permit(USDC, MALLORY, "0"), "recipient"),
        (permit(FAKE, BOB, "1"), "token"),
        (permit(SHOP, BOB, "1"), "token"),
        (permit(DAI, BOB, "99999999"), "moves 0 dai:99999999"),
        (permit(USDC, BOB, &format!("0x{}", "f".repeat(64))), "max_value"),
        (with(permit(USDC, BOB, "1"), "/domain/chainId", json!(56)), "chain"),
        (with(permit(USDC, BOB, "1"), "/domain/chainId", json!("137")), "moves 0 usdc:1"),
        (with(permit(USDC, BOB, "1"), "/domain/chainId", json!("0x89")), "moves 0 usdc:1"),
        (with(permit(USDC, BOB, "1"), "/domain/chainId", json!(0)), "chain"),
        (with(permit(USDC, BOB, "1"), "/domain/chainId", json!(format!("0x1{}1", "0".repeat(30)))), "chain"),
        (without_domain(permit(USDC, BOB, "1"), "chainId"), "chain"),
        (without_domain(permit(USDC, BOB, "1"), "verifyingContract"), "token"),
        (dai(DAI, BOB, false), "moves 0 dai:0"),
        (dai(USDC, BOB, false), "moves 0 usdc:0"),
        (dai(USDC, BOB, true), "max_value"),
        (dai(USDC, MALLORY, true), "recipient"),
        (dai(FAKE, BOB, true), "token"),
        (dai(DAI, MALLORY, false), "recipient"),
        (authorization(send, USDC, ALICE, "500"), "moves 0 usdc:500"),
        (authorization(send, USDC, ALICE, "501"), "max_value"),
        (authorization(send, USDC, MALLORY, "1"), "recipient"),
        (authorization(send, FAKE, ALICE, "1"), "token"),
        (authorization(receive, USDC, ALICE, "500"), "moves 0 usdc:500"),
        (authorization(receive, USDC, MALLORY, "1"), "recipient"),
        (authorization(receive, FAKE, ALICE, "1"), "token"),
        (authorization("CancelAuthorization", USDC, ALICE, "1"), "typed_data"),
    ]
}

fn spellings() -> Vec<(Value, &'static str)> {
    vec![
        // the name of a permit with other fields is another type, also where `Permit` is listed
        (
            document(
                &EIP2612.replace("uint256 value", "uint128 value"),
                "Permit",
                USDC,
                permit(USDC, BOB, "1")["message"].clone(),
            ),
            "typed_data",
        ),
        (
            document(
                &EIP2612.replace("address owner, address spender", "address spender, address owner"),
                "Permit",
                USDC,
                permit(USDC, BOB, "1")["message"].clone(),
            ),
            "typed_data",
        ),
        (
            document(
                &EIP2612.replace("Permit", "permit"),
                "permit",
                USDC,
                permit(USDC, BOB, "1")["message"].clone(),
            ),
            "typed_data",
        ),
        (
            document(
                &EIP2612.replace("uint256 deadline", "uint deadline"),
                "Permit",
                USDC,
                permit(USDC, BOB, "1")["message"].clone(),
            ),
            "invalid_request typed_data.types.Permit[4].type",
        ),
        (
            with(permit(USDC, BOB, "1"), "/message/value", json!("0x")),
            "invalid_request typed_data.message.value",
        ),
        (
            with(permit(USDC, BOB, "1"), "/message/extra", json!("1")),
            "invalid_request typed_data.message.extra",
        ),
    ]
}

fn permit2() -> Vec<(Value, &'static str)> {
    let elsewhere = |document: Value| with(document, "/domain/verifyingContract", json!(FAKE));
    vec![
        (single(USDC, "500", BOB), "moves 0 usdc:500"),
        (single(USDC, "501", BOB), "max_value"),
        (single(USDC, "1", MALLORY), "recipient"),
        (single(FAKE, "1", BOB), "token"),
        (elsewhere(single(USDC, "1", BOB)), "typed_data"),
        (with(single(USDC, "1", BOB), "/domain/chainId", json!(10)), "chain"),
        (with(single(USDC, "1", BOB), "/domain/verifyingContract", json!(USDC)), "typed_data"),
        (batch(&[(USDC, "250"), (USDC, "250")], BOB), "moves 0 usdc:500"),
        (batch(&[(USDC, "250"), (USDC, "251")], BOB), "max_value"),
        (batch(&[(USDC, "1"), (DAI, "7")], BOB), "moves 0 dai:7 usdc:1"),
        (batch(&[(USDC, "1"), (FAKE, "1")], BOB), "token"),
        (batch(&[(FAKE, "0"), (USDC, "1")], BOB), "token"),
        (batch(&[(USDC, "1")], MALLORY), "recipient"),
        (batch(&[], BOB), "moves 0"),
        (batch(&[], MALLORY), "recipient"),
        (elsewhere(batch(&[(USDC, "1")], BOB)), "typed_data"),
        (transfer(USDC, "500", BOB), "moves 0 usdc:500"),
        (transfer(USDC, "501", BOB), "max_value"),
        (transfer(USDC, "1", MALLORY), "recipient"),
        (transfer(FAKE, "1", BOB), "token"),
        (elsewhere(transfer(USDC, "1", BOB)), "typed_data"),
        (transfers(&[(USDC, "400"), (USDC, "100")], BOB), "moves 0 usdc:500"),
        (transfers(&[(USDC, "400"), (USDC, "101")], BOB), "max_value"),
        (transfers(&[(USDC, "1"), (FAKE, "1")], BOB), "token"),
        (transfers(&[(USDC, "1")], MALLORY), "recipient"),
        (witness(USDC, "500", BOB), "moves 0 usdc:500"),
        (witness(USDC, "501", BOB), "max_value"),
        (witness(USDC, "1", MALLORY), "recipient"),
        (witness(FAKE, "1", BOB), "token"),
        (elsewhere(witness(USDC, "1", BOB)), "typed_data"),
    ]
}

fn others() -> Vec<(Value, &'static str)> {
    let delegation = "Delegation: address delegatee, uint256 nonce, uint256 expiry";
    let delegated = json!({ "delegatee": MALLORY, "nonce": 0, "expiry": 1 });
    vec![
        (order(SHOP), "moves 0"),
        (order(FAKE), "typed_data"),
        (order(USDC), "typed_data"),
        (with(order(SHOP), "/domain/chainId", json!(56)), "chain"),
        (without_domain(order(SHOP), "chainId"), "chain"),
        (without_domain(order(SHOP), "verifyingContract"), "typed_data"),
        (document("Orders: uint256 id", "Orders", SHOP, json!({ "id": 1 })), "typed_data"),
        (document(delegation, "Delegation", USDC, delegated.clone()), "typed_data"),
        (document(delegation, "Delegation", SHOP, delegated), "typed_data"),
        (
            document(
                "MetaTransaction: uint256 nonce, address from, bytes functionSignature",
                "MetaTransaction",
                USDC,
                json!({ "nonce": 0, "from": ALICE, "functionSignature": "0xa9059cbb" }),
            ),
            "typed_data",
        ),
        (
            document(
                "SafeTx: address to, uint256 value, bytes data",
                "SafeTx",
                SHOP,
                json!({ "to": ALICE, "value": 0, "data": "0x" }),
            ),
            "typed_data",
        ),
    ]
}

/// All of the listed documents, each with its verdict.
pub(crate) fn listed() -> Vec<(Value, &'static str)> {
    [permits(), spellings(), permit2(), witnesses(), others()].concat()
}

#[test]
fn museum_29_all_typed_data_is_judged_as_listed() {
    let all = listed();
    let judge = |document: &Value| {
        let data = TypedData::from_json(document);
        verdict(data.and_then(|data| Ok(policy().judge_typed_data(&data, &Used::default())?.moves)))
    };
    let wrong: Vec<String> = all
        .iter()
        .map(|(document, expected)| (judge(document), expected, document))
        .filter(|(found, expected, _)| found != *expected)
        .map(|(found, expected, document)| format!("{found}, not {expected}: {document}"))
        .collect();
    assert_eq!(wrong, [] as [String; 0]);
    assert_eq!(all.len(), 82);
}

#[test]
fn permits_count_against_the_day_and_know_no_nonce() {
    let data = TypedData::from_json(&permit(USDC, BOB, "500")).unwrap();
    let first = policy().judge_typed_data(&data, &Used::default()).unwrap().counts;
    let used = Used { in_a_day: first.clone(), same_nonce: first };
    assert_eq!(verdict(policy().judge_typed_data(&data, &used).map(|allowed| allowed.moves)), "daily_value");
}

#[test]
fn messages_need_a_word_and_are_never_digests() {
    let judge =
        |policy: &Policy, message: Message| policy.judge_message(&message).map_err(|error| error.reason());
    let refused = Err(earnest_evm::Reason::NotPermitted(Refusal::Message));
    let message = |text: &str| Message::from_text(text).unwrap();
    assert!(judge(&policy(), message("hello")).is_ok());
    assert!(judge(&policy(), message("")).is_ok());
    assert_eq!(judge(&policy(), message(&"x".repeat(32))).map(|_| ()), refused);
    assert_eq!(
        judge(&policy(), Message::from_hex(&format!("0x{}", "ab".repeat(32))).unwrap()).map(|_| ()),
        refused
    );
    // as text this has 66 bytes, and is signed as text
    assert!(judge(&policy(), message(&format!("0x{}", "ab".repeat(32)))).is_ok());
    let silent = Policy::from_json(&json!({ "chain_ids": ["1"] })).unwrap();
    assert_eq!(judge(&silent, message("hello")).map(|_| ()), refused);
}

#[test]
fn messages_are_text_or_hex_and_not_both() {
    let hex = Message::from_json(&json!({ "message_hex": "0x68656c6c6f" })).unwrap();
    assert_eq!(hex, Message::from_json(&json!({ "message": "hello" })).unwrap());
    let looks = Message::from_json(&json!({ "message": "0x68656c6c6f" })).unwrap();
    assert_eq!(looks.as_bytes().len(), 12);
    let large = "x".repeat((1 << 20) + 1);
    for bad in [
        json!({}),
        json!({ "message": "a", "message_hex": "0x00" }),
        json!({ "message": 5 }),
        json!({ "message_hex": "00" }),
        json!({ "message_hex": "0x0" }),
        json!({ "message": "a", "digest": "0x00" }),
        json!({ "message": large }),
    ] {
        assert_eq!(Message::from_json(&bad).unwrap_err().code(), "invalid_request");
    }
    // the example of the documentation of web3.js
    let digest = Message::from_text("Hello World").unwrap().digest();
    assert_eq!(digest.to_string(), "0xa1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2");
}
