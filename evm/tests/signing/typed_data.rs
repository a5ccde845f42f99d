//! Typed data: the example of EIP-712, and what libraries read differently.

use earnest_evm::TypedData;
use serde_json::{Value, json};

use crate::draw::{Draw, rounds};
use crate::random;

/// The example of EIP-712. Source: <https://eips.ethereum.org/EIPS/eip-712>.
fn mail() -> Value {
    json!({
        "types": {
            "EIP712Domain": [
                { "name": "name", "type": "string" }, { "name": "version", "type": "string" },
                { "name": "chainId", "type": "uint256" }, { "name": "verifyingContract", "type": "address" }
            ],
            "Person": [{ "name": "name", "type": "string" }, { "name": "wallet", "type": "address" }],
            "Mail": [
                { "name": "from", "type": "Person" }, { "name": "to", "type": "Person" },
                { "name": "contents", "type": "string" }
            ]
        },
        "primaryType": "Mail",
        "domain": { "name": "Ether Mail", "version": "1", "chainId": 1,
                    "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC" },
        "message": {
            "from": { "name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826" },
            "to": { "name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB" },
            "contents": "Hello, Bob!"
        }
    })
}

/// One struct with one field.
fn single(kind: &str, value: Value) -> Value {
    json!({ "types": { "One": [{ "name": "it", "type": kind }] }, "primaryType": "One",
            "domain": { "name": "d" }, "message": { "it": value } })
}

fn refused(document: &Value) -> String {
    let error = TypedData::from_json(document).unwrap_err();
    assert_eq!(error.code(), "invalid_request", "{error}");
    assert!(error.to_string().len() < 400, "{error}");
    error.field().to_owned()
}

fn with(mut document: Value, path: &str, value: Value) -> Value {
    let (above, name) = path.rsplit_once('/').unwrap();
    document.pointer_mut(above).unwrap()[name] = value;
    document
}

#[test]
fn the_example_of_eip_712_has_its_hashes_and_its_signature() {
    let data = TypedData::from_json(&mail()).unwrap();
    let hex = |bytes: &[u8]| hex::encode(bytes);
    assert_eq!(
        data.encoded_type(),
        "Mail(Person from,Person to,string contents)Person(string name,address wallet)"
    );
    assert_eq!(
        hex(data.domain_separator().as_slice()),
        "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"
    );
    assert_eq!(
        hex(data.message_hash().as_slice()),
        "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"
    );
    assert_eq!(
        hex(data.digest().as_slice()),
        "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    );
    let secret = alloy_primitives::keccak256("cow").0;
    let signature = data.sign(&earnest_evm::Key::from_bytes(&secret).unwrap()).unwrap();
    assert_eq!(
        hex(signature.r().as_slice()),
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
    );
    assert_eq!(
        hex(signature.s().as_slice()),
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
    );
    let mut short = mail();
    short["types"].as_object_mut().unwrap().remove("EIP712Domain");
    assert_eq!(TypedData::from_json(&short).unwrap().digest(), data.digest());
}

/// Digests of viem 2.57; of the first two eth-account 0.14 makes the same. ethers 6.17 refuses them.
#[test]
fn a_type_may_hold_a_list_of_itself() {
    let domain = json!({ "name": "TestName", "version": "1", "chainId": 31337,
                         "verifyingContract": "0x1111111111111111111111111111111111111111" });
    let of = |types: Value, primary: &str, message: Value| json!({ "types": types, "primaryType": primary, "domain": domain, "message": message });
    let node = json!({ "N": [{ "name": "v", "type": "uint256" }, { "name": "kids", "type": "N[]" }] });
    let mail = json!({ "Mail": [{ "name": "next", "type": "Mail[]" }] });
    let round = json!({ "A": [{ "name": "b", "type": "B" }, { "name": "t", "type": "string" }],
                        "B": [{ "name": "more", "type": "A[2][]" }] });
    let last = |text: &str| json!({ "t": text, "b": { "more": [] } });
    let cases = [
        (
            of(node.clone(), "N", json!({ "v": "1", "kids": [{ "v": "2", "kids": [] }] })),
            "0xc1a40d0ad31c3fa64802c69f1b3ce3c916626511eb402825cd7906b78cf6d4a9",
        ),
        (
            of(mail.clone(), "Mail", json!({ "next": [{ "next": [] }, { "next": [{ "next": [] }] }] })),
            "0x21847770843047d573451d5aad075b337a806c31e06a9e14c643884c4890ffa7",
        ),
        (
            of(round, "A", json!({ "t": "x", "b": { "more": [[last("y"), last("z")]] } })),
            "0x5f008128ec4c6fb044be5525669b0ec860800b56137edcab67e61158bcafbb75",
        ),
    ];
    for (document, digest) in cases {
        assert_eq!(TypedData::from_json(&document).unwrap().digest().to_string(), digest);
    }
    // values have levels of their own
    let deep = |levels: usize| (0..levels).fold(json!({ "next": [] }), |inner, _| json!({ "next": [inner] }));
    assert!(TypedData::from_json(&of(mail.clone(), "Mail", deep(10))).is_ok());
    assert!(refused(&of(mail, "Mail", deep(40))).starts_with("typed_data.message.next"));
    assert_eq!(refused(&of(node, "N", json!({ "v": "1", "kids": null }))), "typed_data.message.kids");
}

#[test]
fn museum_30_what_libraries_hash_differently_is_refused() {
    let types = |types: Value| with(mail(), "/types", types);
    let person = json!([{ "name": "name", "type": "string" }, { "name": "wallet", "type": "address" }]);
    let holder = json!([{ "name": "from", "type": "bytes32" }]);
    // a struct with the name of a built-in type, or of one that could be
    for name in [
        "bytes32", "uint256", "address", "string", "bool", "bytes", "uint", "int", "int7", "bytes33", "fixed",
    ] {
        let field = refused(&types(json!({ "Mail": holder, name: person })));
        assert_eq!(field, format!("typed_data.types.{name}"));
    }
    // types that hold themselves, at once and round a corner, also in lists that are never empty
    for kind in ["Mail", "Mail[1]", "Mail[2][3]"] {
        let itself = json!({ "Mail": [{ "name": "next", "type": kind }] });
        assert_eq!(refused(&types(itself)), "typed_data.types.Mail");
    }
    let round = json!({ "Mail": [{ "name": "a", "type": "A" }], "A": [{ "name": "b", "type": "B[2]" }],
                        "B": [{ "name": "m", "type": "Mail" }] });
    assert!(refused(&types(round)).starts_with("typed_data.types."));
    // a type that nobody declared, also where nothing is of it
    for kind in ["Person", "Person[]", "Person[3][]"] {
        let missing = json!({ "Mail": [{ "name": "from", "type": kind }] });
        assert_eq!(refused(&types(missing)), "typed_data.types.Mail.from", "{kind}");
    }
    // fields that are not signed, and fields that are missing
    assert_eq!(refused(&with(mail(), "/message/extra", json!("not signed"))), "typed_data.message.extra");
    assert_eq!(refused(&with(mail(), "/message/from/extra", json!(1))), "typed_data.message.from.extra");
    let mut missing = mail();
    missing["message"]["from"].as_object_mut().unwrap().remove("wallet");
    assert_eq!(refused(&missing), "typed_data.message.from.wallet");
    assert_eq!(refused(&with(mail(), "/message/from", json!(null))), "typed_data.message.from");
    // the domain under another type than its own
    assert_eq!(refused(&with(mail(), "/domain/salt", json!("0x00"))), "typed_data.types.EIP712Domain");
    assert_eq!(
        refused(&with(mail(), "/domain/extra", json!("x"))),
        "typed_data.types.EIP712Domain".replace("types.EIP712Domain", "domain.extra")
    );
    let mut turned = mail();
    turned["types"]["EIP712Domain"].as_array_mut().unwrap().swap(0, 1);
    assert_eq!(refused(&turned), "typed_data.types.EIP712Domain");
    let shadow = with(mail(), "/types/EIP712Domain/2/type", json!("string"));
    assert_eq!(refused(&shadow), "typed_data.types.EIP712Domain");
    assert_eq!(refused(&with(mail(), "/primaryType", json!("EIP712Domain"))), "typed_data.primaryType");
    assert_eq!(refused(&with(mail(), "/domain", json!({}))), "typed_data.types.EIP712Domain");
}

#[test]
fn soak_every_random_document_is_read_and_any_more_or_less_is_refused() {
    let mut draw = Draw::new(51);
    for _ in 0..rounds(500, 10_000) {
        let document = random::typed_data(&mut draw);
        let data = TypedData::from_json(&document).unwrap_or_else(|error| panic!("{error}: {document}"));
        let fields: Vec<String> = document["message"].as_object().unwrap().keys().cloned().collect();
        let mut less = document.clone();
        less["message"].as_object_mut().unwrap().remove(&fields[draw.below(fields.len())]);
        refused(&less);
        refused(&with(document.clone(), "/message/extra", json!(0)));
        // another value of any field is another digest
        let mut other = document.clone();
        let field = &fields[draw.below(fields.len())];
        if let Value::Bool(flag) = document["message"][field] {
            other["message"][field] = (!flag).into();
            assert_ne!(TypedData::from_json(&other).unwrap().digest(), data.digest());
        }
    }
}

#[test]
fn types_are_read_strictly() {
    let long = "[]".repeat(40);
    let wrong = [
        "uint",
        "int",
        "uint7",
        "uint0",
        "uint264",
        "uint08",
        "bytes0",
        "bytes33",
        "bytes01",
        "byte",
        "address payable",
        "uint256 []",
        "uint256[",
        "uint256]",
        "uint256[0]",
        "uint256[01]",
        "uint256[-1]",
        "uint256[1",
        "",
        "[]",
        "A B",
        "Ａ",
        "tuple",
        "function",
        "mapping(address=>uint256)",
        "uint256[][",
        "uint256[]]",
        "fixed128x18",
        &long,
    ];
    for kind in wrong {
        let field = refused(&single(kind, json!("0")));
        assert!(
            ["typed_data.types.One[0].type", "typed_data.types.One.it"].contains(&field.as_str()),
            "{kind}: {field}"
        );
    }
    let twice = json!([{ "name": "a", "type": "bool" }, { "name": "a", "type": "bool" }]);
    assert_eq!(refused(&with(mail(), "/types/Mail", twice)), "typed_data.types.Mail[1].name");
    assert_eq!(refused(&with(mail(), "/types/Mail", json!([]))), "typed_data.types.Mail");
    assert_eq!(
        refused(&with(mail(), "/types/Mail/0/indexed", json!(true))),
        "typed_data.types.Mail[0].indexed"
    );
    assert_eq!(
        refused(&with(mail(), "/types/1st", json!([{ "name": "a", "type": "bool" }]))),
        "typed_data.types.1st"
    );
    assert_eq!(refused(&with(mail(), "/more", json!(1))), "typed_data.more");
    for part in ["types", "primaryType", "domain", "message"] {
        let mut less = mail();
        less.as_object_mut().unwrap().remove(part);
        assert_eq!(refused(&less), format!("typed_data.{part}"));
    }
}

#[test]
fn values_are_of_their_type_and_in_its_range() {
    let max = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    let right = [
        ("uint8", json!(255)),
        ("uint8", json!("0xff")),
        ("uint256", json!(max)),
        ("uint256", json!(9_007_199_254_740_991_u64)),
        ("int8", json!(-128)),
        ("int8", json!("-128")),
        ("int8", json!("127")),
        ("int256", json!("-57896044618658097711785492504343953926634992332820282019728792003956564819968")),
        ("bool", json!(false)),
        ("bytes4", json!("0x01020304")),
        ("bytes", json!("0x")),
        ("string", json!("")),
        ("uint8[2][]", json!([[1, 2], ["3", "0x4"]])),
        ("uint8[]", json!([])),
        ("uint8[]", json!(vec![1; 10_000])),
    ];
    for (kind, value) in right {
        assert!(TypedData::from_json(&single(kind, value.clone())).is_ok(), "{kind} {value}");
    }
    let wrong = [
        ("uint8", json!(256)),
        ("uint8", json!("256")),
        ("uint8", json!(-1)),
        ("uint8", json!("-1")),
        ("uint8", json!(1.0)),
        ("uint8", json!("1.0")),
        ("uint8", json!("1e2")),
        ("uint8", json!(true)),
        ("uint8", json!("")),
        ("uint8", json!("01")),
        ("uint256", json!(9_007_199_254_740_992_u64)),
        ("uint256", json!(u64::MAX)),
        ("uint256", json!(format!("{max}0"))),
        ("int8", json!(128)),
        ("int8", json!(-129)),
        ("int8", json!("-0")),
        ("int8", json!("--1")),
        ("int8", json!("-0x1")),
        ("int256", json!(-9_007_199_254_740_992_i64)),
        ("bool", json!(1)),
        ("bool", json!("true")),
        ("bytes4", json!("0x010203")),
        ("bytes4", json!("0x0102030405")),
        ("bytes4", json!("0x0102030")),
        ("bytes4", json!("01020304")),
        ("bytes", json!("text")),
        ("bytes", json!([1, 2])),
        ("string", json!(5)),
        ("address", json!("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")),
        ("address", json!("0x00")),
        ("address", json!(0)),
        ("uint8[2]", json!([1])),
        ("uint8[2]", json!([1, 2, 3])),
        ("uint8[]", json!({ "0": 1 })),
        ("uint8[]", json!(vec![1; 10_001])),
        ("string", json!("x".repeat(1 << 20))),
    ];
    for (kind, value) in wrong {
        refused(&single(kind, value));
    }
}

#[test]
fn documents_have_bounds() {
    let deep = |levels: usize| {
        let value = (0..levels).fold(json!(1), |value, _| json!([value]));
        single(&format!("uint8{}", "[]".repeat(levels)), value)
    };
    assert!(TypedData::from_json(&deep(31)).is_ok());
    refused(&deep(32));
    let chain = |structs: usize| {
        let mut types = json!({});
        for at in 0..structs {
            let inner = if at + 1 == structs { "bool[]".to_owned() } else { format!("T{}[]", at + 1) };
            types[format!("T{at}")] = json!([{ "name": "a", "type": inner }]);
        }
        json!({ "types": types, "primaryType": "T0", "domain": { "name": "d" }, "message": { "a": [] } })
    };
    assert!(TypedData::from_json(&chain(16)).is_ok());
    refused(&chain(17));
    refused(&chain(100));
    let mut many = single("bool", json!(true));
    for at in 0..128 {
        many["types"][format!("T{at}")] = json!([{ "name": "a", "type": "bool" }]);
    }
    assert_eq!(refused(&many), "typed_data.types");
}
