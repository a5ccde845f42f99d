//! Every reply can be read back: a program that gets one over a wire has the same record again.

use std::collections::BTreeMap;

use earnest::currency::Currency;
use earnest::error::Retry;
use earnest::views::{
    Page, admin, approval, credential, dispute, escrow, jobs, ledger, payment, purchase, receipt, risk,
    signing, sinks, treasury, vault, webhook, withdrawal,
};
use earnest::{Code, Detail, Error, Money, OPERATIONS, Span, Time, keyring};
use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Reads a reply, writes it and reads it again, from a document and from text.
fn reread<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &Value) {
    let reply: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value:#}"));
    let wire = serde_json::to_value(&reply).unwrap();
    assert_eq!(serde_json::from_value::<T>(wire.clone()).unwrap(), reply);
    assert_eq!(serde_json::from_str::<T>(&wire.to_string()).unwrap(), reply);
    assert_eq!(serde_json::to_value(&reply).unwrap(), wire);
}

macro_rules! replies {
    ($($name:literal: $type:ty,)*) => {
        fn reader(name: &str) -> Option<fn(&Value)> {
            match name {
                $($name => Some(reread::<$type>),)*
                _ => None,
            }
        }
    };
}

replies! {
    "Account": ledger::Account,
    "AccountReply": ledger::AccountReply,
    "Actions": escrow::Actions,
    "AddressRecovered": signing::AddressRecovered,
    "Approval": approval::Approval,
    "ApprovalReply": approval::ApprovalReply,
    "ApproveReply": approval::ApproveReply,
    "AssetReply": withdrawal::AssetReply,
    "Balance": ledger::Balance,
    "Balances": ledger::Balances,
    "Batch": sinks::Batch,
    "BatchReply": ledger::BatchReply,
    "CallData": signing::CallData,
    "Captured": ledger::Captured,
    "Chain": admin::Chain,
    "ChainReply": withdrawal::ChainReply,
    "Checkout": payment::Checkout,
    "ClockConfirmed": admin::ClockConfirmed,
    "Copied": admin::Copied,
    "Deal": escrow::Deal,
    "DealReply": escrow::DealReply,
    "DebtReply": payment::DebtReply,
    "Decision": risk::Decision,
    "Diagram": escrow::Diagram,
    "DigestSigned": signing::DigestSigned,
    "DisputeFile": dispute::DisputeFile,
    "DisputeReply": dispute::DisputeReply,
    "DisputeStats": dispute::DisputeStats,
    "Erased": admin::Erased,
    "GatewayReply": payment::GatewayReply,
    "Health": admin::Health,
    "Hold": ledger::Hold,
    "HoldReply": ledger::HoldReply,
    "JobReply": jobs::JobReply,
    "JobStats": jobs::JobStats,
    "KeyAddress": signing::KeyAddress,
    "KeyKept": signing::KeyKept,
    "KeyOutcome": admin::KeyOutcome,
    "KeyPolicySet": signing::KeyPolicySet,
    "KeysRotated": vault::KeysRotated,
    "Lane": withdrawal::Lane,
    "LaneReply": withdrawal::LaneReply,
    "Leased": jobs::Leased,
    "ListReply": risk::ListReply,
    "Locked": ledger::Locked,
    "Metrics": admin::Metrics,
    "Moved": ledger::Moved,
    "Offer": purchase::Offer,
    "OfferReply": purchase::OfferReply,
    "PackReply": risk::PackReply,
    "Page of Account": Page<ledger::Account>,
    "Page of Approval": Page<approval::Approval>,
    "Page of Asset": Page<withdrawal::Asset>,
    "Page of Deal": Page<escrow::Deal>,
    "Page of Debt": Page<payment::Debt>,
    "Page of Decision": Page<risk::Decision>,
    "Page of Dispute": Page<dispute::Dispute>,
    "Page of Entry": Page<ledger::Entry>,
    "Page of Event": Page<admin::Event>,
    "Page of Gateway": Page<payment::Gateway>,
    "Page of Hold": Page<ledger::Hold>,
    "Page of Job": Page<jobs::Job>,
    "Page of Lane": Page<withdrawal::Lane>,
    "Page of Offer": Page<purchase::Offer>,
    "Page of Parked": Page<sinks::Parked>,
    "Page of Payment": Page<payment::Payment>,
    "Page of Policy": Page<approval::Policy>,
    "Page of Promo": Page<purchase::Promo>,
    "Page of Purchase": Page<purchase::Purchase>,
    "Page of Receipt": Page<receipt::Receipt>,
    "Page of Review": Page<risk::Review>,
    "Page of Route": Page<payment::Route>,
    "Page of Rule": risk::Rules,
    "Page of SeenWebhook": Page<webhook::SeenWebhook>,
    "Page of Settlement": Page<treasury::Settlement>,
    "Page of SigningKey": Page<signing::SigningKey>,
    "Page of SinkStatus": Page<sinks::SinkStatus>,
    "Page of Source": Page<webhook::Source>,
    "Page of Transfer": Page<ledger::Transfer>,
    "Page of ValueListed": Page<vault::ValueListed>,
    "Page of Withdrawal": Page<withdrawal::Withdrawal>,
    "Page of WithdrawalChain": Page<withdrawal::Chain>,
    "Page of WrappingKey": Page<vault::WrappingKey>,
    "ParkedReply": sinks::ParkedReply,
    "Payment": payment::Payment,
    "PaymentChoices": payment::PaymentChoices,
    "PaymentReply": payment::PaymentReply,
    "PinSet": credential::PinSet,
    "PinUnlocked": credential::PinUnlocked,
    "PinVerified": credential::PinVerified,
    "PolicyRemoved": approval::PolicyRemoved,
    "PolicyReply": approval::PolicyReply,
    "Posted": ledger::Posted,
    "Profile": risk::Profile,
    "PromoReply": purchase::PromoReply,
    "PublicKeys": keyring::PublicKeys,
    "Purchase": purchase::Purchase,
    "PurchaseChoices": purchase::PurchaseChoices,
    "PurchaseQuote": purchase::PurchaseQuote,
    "PurchaseRefunded": purchase::PurchaseRefunded,
    "PurchaseReply": purchase::PurchaseReply,
    "Quote": escrow::Quote,
    "Ran": admin::Ran,
    "RateReply": risk::RateReply,
    "Receipt": receipt::Receipt,
    "RefundReply": payment::RefundReply,
    "RenderedReceipt": receipt::RenderedReceipt,
    "Replayed": admin::Replayed,
    "Reported": payment::Reported,
    "ReviewReply": risk::ReviewReply,
    "ReviewedReply": risk::ReviewedReply,
    "RouteRemoved": payment::RouteRemoved,
    "RouteReply": payment::RouteReply,
    "RuleRemoved": risk::RuleRemoved,
    "RuleReply": risk::RuleReply,
    "SignatureCompleted": signing::SignatureCompleted,
    "SignaturePrepared": signing::SignaturePrepared,
    "SinkReply": sinks::SinkReply,
    "SourceReply": webhook::SourceReply,
    "StateHash": admin::StateHash,
    "Statement": ledger::Statement,
    "Stats": admin::Stats,
    "SubjectExported": vault::SubjectExported,
    "SubjectForgotten": vault::SubjectForgotten,
    "SubjectsFound": vault::SubjectsFound,
    "ThresholdsReply": risk::ThresholdsReply,
    "Timeline": admin::Timeline,
    "TotpConfirmed": credential::TotpConfirmed,
    "TotpEnrolled": credential::TotpEnrolled,
    "TotpVerified": credential::TotpVerified,
    "TransactionDecoded": signing::TransactionDecoded,
    "TransactionSigned": signing::TransactionSigned,
    "Transfer": ledger::Transfer,
    "TreasuryReply": treasury::TreasuryReply,
    "TrialBalance": ledger::TrialBalance,
    "Usage": treasury::Usage,
    "Validation": escrow::Validation,
    "ValuePut": vault::ValuePut,
    "ValueRevealed": vault::ValueRevealed,
    "Verification": receipt::Verification,
    "Verify": admin::Verify,
    "WebhookReceived": webhook::WebhookReceived,
    "Withdrawal": withdrawal::Withdrawal,
    "WithdrawalChoices": withdrawal::WithdrawalChoices,
    "WithdrawalQuote": withdrawal::WithdrawalQuote,
    "WithdrawalReply": withdrawal::WithdrawalReply,
    "WithdrawalRequested": withdrawal::WithdrawalRequested,
    "WithdrawalStats": withdrawal::WithdrawalStats,
}

type Values = BoxedStrategy<Value>;

fn money() -> BoxedStrategy<Money> {
    let limit = earnest::money::LIMIT;
    let parts = ((1 - limit)..limit, 0_u8..=30, "[A-Z][A-Z0-9]{0,11}");
    parts
        .prop_map(|(minor, scale, code)| Money::new(minor, Currency::new(&code, scale).unwrap()).unwrap())
        .boxed()
}

/// A document of a caller's.
fn anything() -> Values {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from)
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
    .boxed()
}

/// A refusal of every code, with details of the types that the table names.
fn refusals() -> BoxedStrategy<Error> {
    let of = |code: Code| {
        let details: Vec<_> = code
            .fields()
            .iter()
            .map(|field| {
                let value = match field.wire_type() {
                    "integer" => any::<i64>().prop_map(Value::from).boxed(),
                    "Money" => money().prop_map(|money| json!(money)).boxed(),
                    "time" => times(),
                    "Money?" => {
                        prop_oneof![Just(Value::Null), money().prop_map(|money| json!(money))].boxed()
                    }
                    "string[]" => proptest::collection::vec(".{0,6}", 0..3).prop_map(Value::from).boxed(),
                    "string?" => prop_oneof![Just(Value::Null), ".{0,6}".prop_map(Value::from)].boxed(),
                    "integer?" => prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from)].boxed(),
                    "time?" => prop_oneof![Just(Value::Null), times()].boxed(),
                    _ => ".{0,12}".prop_map(Value::from).boxed(),
                };
                value.prop_map(move |value| (field.name, value))
            })
            .collect();
        let retries =
            prop_oneof![Just(Retry::Never), Just(Retry::Call), Just(Retry::Transaction), Just(Retry::Later)];
        (details, retries, proptest::option::of(0_usize..1000)).prop_map(move |(details, retry, index)| {
            let mut details: BTreeMap<&str, Value> = details.into_iter().collect();
            index.map(|index| details.insert("index", index.into()));
            let wire = json!({ "code": code, "retry": retry, "details": details });
            serde_json::from_value::<Error>(wire).unwrap_or_else(|error| panic!("{code}: {error}"))
        })
    };
    Union::new(Code::all().iter().map(|code| of(*code))).boxed()
}

fn times() -> Values {
    (Time::MIN.micros()..=Time::MAX.micros()).prop_map(|micros| json!(Time::from_micros(micros))).boxed()
}

fn texts(schema: &Map<String, Value>) -> Values {
    match (schema.get("format").and_then(Value::as_str), schema.get("pattern").and_then(Value::as_str)) {
        (Some("date-time"), _) => times(),
        (Some("duration"), _) => {
            (0..i64::MAX).prop_map(|micros| json!(Span::from_micros(micros).unwrap())).boxed()
        }
        (_, Some(pattern)) => {
            let inner = pattern.trim_start_matches('^').trim_end_matches('$');
            proptest::string::string_regex(inner).unwrap().prop_map(Value::from).boxed()
        }
        _ => ".{0,12}".prop_map(Value::from).boxed(),
    }
}

/// Documents that fit a JSON Schema.
fn fitting(schema: &Value, defs: &Value) -> Values {
    let Some(schema) = schema.as_object() else { return anything() };
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return match name.trim_start_matches("#/$defs/") {
            "Money" => money().prop_map(|money| json!(money)).boxed(),
            "Error" => refusals().prop_map(|error| json!(error)).boxed(),
            name => fitting(&defs[name], defs),
        };
    }
    if let Some(value) = schema.get("const") {
        return Just(value.clone()).boxed();
    }
    if let Some(Value::Array(words)) = schema.get("enum") {
        return proptest::sample::select(words.clone()).boxed();
    }
    if let Some(Value::Array(kinds)) = schema.get("anyOf").or(schema.get("oneOf")) {
        return Union::new(kinds.iter().map(|kind| fitting(kind, defs))).boxed();
    }
    let kind = |name: &str| match name {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" if schema.get("format").is_some_and(|format| format == "uint32") => {
            any::<u32>().prop_map(Value::from).boxed()
        }
        "integer" if schema.get("format").is_some_and(|format| format == "uint8") => {
            any::<u8>().prop_map(Value::from).boxed()
        }
        "integer" if schema.get("format").is_some_and(|format| format == "int32") => {
            any::<i32>().prop_map(Value::from).boxed()
        }
        "integer" if schema.get("minimum").is_some() => any::<u64>().prop_map(Value::from).boxed(),
        "integer" => any::<i64>().prop_map(Value::from).boxed(),
        "string" => texts(schema),
        "array" => {
            proptest::collection::vec(fitting(&schema["items"], defs), 0..3).prop_map(Value::from).boxed()
        }
        "object" => objects(schema, defs),
        name => panic!("no values of type `{name}` are made"),
    };
    match schema.get("type") {
        Some(Value::String(name)) => kind(name),
        Some(Value::Array(names)) => {
            Union::new(names.iter().map(|name| kind(name.as_str().unwrap()))).boxed()
        }
        _ => anything(),
    }
}

fn objects(schema: &Map<String, Value>, defs: &Value) -> Values {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return proptest::collection::btree_map("[a-z]{1,4}", anything(), 0..3)
            .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
            .boxed();
    };
    let members: Vec<_> = properties
        .iter()
        .map(|(name, property)| {
            let name = name.clone();
            fitting(property, defs).prop_map(move |value| (name.clone(), value))
        })
        .collect();
    members.prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()).boxed()
}

/// Returns the name of a reply's record, or that of the items of its page.
fn name_of(schema: &Value) -> String {
    match schema["properties"]["items"]["items"]["$ref"].as_str() {
        Some(item) => format!("Page of {}", item.trim_start_matches("#/$defs/")),
        None => schema["title"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn every_reply_of_the_table_is_read_back() {
    let schemas: BTreeMap<String, Value> = OPERATIONS
        .iter()
        .map(|operation| serde_json::to_value((operation.reply)()).unwrap())
        .map(|schema| (name_of(&schema), schema))
        .collect();
    let unlisted: Vec<&String> = schemas.keys().filter(|name| reader(name).is_none()).collect();
    assert!(unlisted.is_empty(), "not in the list of replies: {unlisted:?}");
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    for (name, schema) in schemas {
        let documents = fitting(&schema, &schema["$defs"]);
        let check = reader(&name).unwrap();
        let run = runner.run(&documents, |document| {
            check(&document);
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn every_refusal_is_read_back() {
    let mut runner = TestRunner::new(ProptestConfig { cases: 2_000, ..ProptestConfig::default() });
    runner
        .run(&refusals(), |error| {
            reread::<Error>(&json!(error));
            Ok(())
        })
        .unwrap();
    let short = Detail::InsufficientBalance {
        account: "alice".into(),
        available: Money::minor(1_000, "USD").unwrap(),
        required: Money::minor(2_500, "USD").unwrap(),
    };
    let error = Error::from(short).at_index(3).with_retry(Retry::Transaction);
    assert_eq!(serde_json::from_value::<Error>(json!(error)).unwrap(), error);
    for bad in [
        json!({}),
        json!({ "code": "no_such", "retry": "never", "details": {} }),
        json!({ "code": "rate_limited", "retry": "later", "details": { "rule": "r" } }),
    ] {
        assert!(serde_json::from_value::<Error>(bad).is_err());
    }
}
