//! Which rules, rates and thresholds are accepted, and which are refused, by field.

use serde_json::{Value, json};

use super::{read, read_rate, rule, seconds};
use crate::error::Error;
use crate::request::proof::Factor;
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::Thresholds;
use crate::risk::rules::rule::{Metric, Pattern, Subject};
use crate::time::Span;

fn field(error: &Error) -> String {
    error.details()["field"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_rule_is_read() {
    let read = rule(
        json!({"id": "pack.prepaid:burst-1", "action": "escrow.*", "subject": "meta.card_id", "metric": "distinct:ip",
        "window": "P400D", "limit": 1_000, "outcome": "challenge", "factors": ["pin", "totp"], "priority": -1_000,
        "weight": 100, "from": "2026-01-01T00:00:00Z", "message": "Bitte später", "exact": false}),
    );
    assert_eq!(read.action, Pattern::Service("escrow.".to_owned()));
    assert_eq!(
        (read.subject, read.metric),
        (Subject::Meta("card_id".to_owned()), Metric::Distinct(Subject::Ip, 1_000))
    );
    assert_eq!((read.factors, read.expires_in), (vec![Factor::Pin, Factor::Totp], Span::from_hours(72)));
    assert_eq!(rule(json!({"window": "PT10S"})).window, Window::Rolling(seconds(10)));
    assert_eq!(rule(json!({"action": "*"})).action, Pattern::All);
    assert!(rule(json!({})).exact && !rule(json!({})).shadow);
    assert_eq!(rule(json!({"outcome": "review", "expires_in": "PT1H"})).expires_in, Span::from_hours(1));
    // the default may be given explicitly
    assert_eq!(rule(json!({"window": "PT10S", "time_zone": "UTC"})).window, Window::Rolling(seconds(10)));
    assert!(rule(json!({"outcome": "challenge", "factors": []})).factors.is_empty());
    assert_eq!(rule(json!({"factors": [], "expires_in": "P3D"})).expires_in, Span::from_hours(72));
}

#[test]
fn a_rule_that_could_not_be_meant_is_refused_by_field() {
    let long = "x".repeat(1_000_000);
    let cases: Vec<(&str, Value)> = vec![
        ("id", json!({"id": ""})),
        ("id", json!({"id": "a b"})),
        ("id", json!({"id": "x".repeat(49)})),
        ("action", json!({"action": "ledger.nothing"})),
        ("action", json!({"action": "nothing.*"})),
        ("action", json!({"action": "ledger*"})),
        ("action", json!({"action": "ledger.d*"})),
        ("action", json!({"action": "ledger.balance"})),
        ("action", json!({"action": "**"})),
        ("action", json!({"action": ""})),
        ("action", json!({"action": long})),
        ("subject", json!({"subject": "customer"})),
        ("subject", json!({"subject": "meta."})),
        ("subject", json!({"subject": "meta.a b"})),
        ("subject", json!({"subject": format!("meta.{long}")})),
        ("metric", json!({"metric": "average"})),
        ("metric", json!({"metric": "distinct:"})),
        ("metric", json!({"metric": "distinct:nobody"})),
        ("window", json!({"window": null})),
        ("window", json!({"window": "PT0S"})),
        ("window", json!({"window": "P401D"})),
        ("window", json!({"window": "P1M"})),
        ("window", json!({"window": "-PT10S"})),
        ("window", json!({"window": "week"})),
        ("window", json!({"metric": "amount", "limit": "1.00 USD"})),
        ("time_zone", json!({"window": "day", "time_zone": "Mars/Base"})),
        ("time_zone", json!({"window": "PT10S", "time_zone": "Asia/Seoul"})),
        (
            "time_zone",
            json!({"metric": "amount", "limit": "1.00 USD", "window": null, "time_zone": "Asia/Seoul"}),
        ),
        ("limit", json!({"limit": -1})),
        ("limit", json!({"limit": 1.5})),
        ("limit", json!({"limit": "3"})),
        ("limit", json!({"limit": "3.00 USD"})),
        ("limit", json!({"limit": 1_000_000_001})),
        ("limit", json!({"limit": 1e300})),
        ("limit", json!({"limit": null})),
        ("limit", json!({"metric": "failures", "limit": 0})),
        ("limit", json!({"metric": "distinct:ip", "limit": 1_001})),
        ("limit", json!({"metric": "sum", "limit": 100})),
        ("limit", json!({"metric": "sum", "limit": "-1.00 USD"})),
        ("limit", json!({"metric": "sum", "limit": "1.001 USD"})),
        ("limit.currency", json!({"metric": "sum", "limit": "1.00 XYZ"})),
    ];
    all_refused(&cases);
}

#[test]
fn what_follows_is_refused_by_field_too() {
    let cases = [
        ("outcome", json!({"outcome": "allow"})),
        ("outcome", json!({"outcome": "Block"})),
        ("priority", json!({"priority": 1_001})),
        ("priority", json!({"priority": i32::MIN})),
        ("weight", json!({"weight": -101})),
        ("from", json!({"from": "yesterday"})),
        ("until", json!({"until": "2026-13-01T00:00:00Z"})),
        ("until", json!({"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"})),
        ("until", json!({"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"})),
        ("message", json!({"message": " "})),
        ("message", json!({"message": "a\u{0}b"})),
        ("message", json!({"message": "x".repeat(201)})),
        ("factors", json!({"factors": ["pin"]})),
        ("factors[1]", json!({"outcome": "challenge", "factors": ["pin", "pin"]})),
        ("factors[0]", json!({"outcome": "challenge", "factors": ["face"]})),
        ("expires_in", json!({"expires_in": "PT1H"})),
        ("expires_in", json!({"outcome": "review", "expires_in": "PT0S"})),
        ("expires_in", json!({"outcome": "review", "expires_in": "P91D"})),
        ("expires_in", json!({"outcome": "review", "expires_in": "soon"})),
    ];
    all_refused(&cases);
}

fn all_refused(cases: &[(&str, Value)]) {
    for (expected, args) in cases {
        let error = read(args).expect_err("a refusal");
        assert_eq!(&field(&error), expected, "{error}");
        assert!(error.to_string().len() < 1_000);
    }
    println!("{} refused", cases.len());
}

#[test]
fn rates_have_bounds() {
    assert_eq!(read_rate(&json!({})).unwrap().burst, 3, "the limit, if it is left out");
    for (expected, args) in [
        ("limit", json!({"limit": 0})),
        ("limit", json!({"limit": 1_000_001})),
        ("burst", json!({"burst": 0})),
        ("burst", json!({"burst": 1_000_001})),
        ("per", json!({"per": "PT0S"})),
        ("per", json!({"per": "P401D"})),
        ("per", json!({"per": "day"})),
        ("id", json!({"id": "a/b"})),
        ("action", json!({"action": "ledger.balance"})),
        ("subject", json!({"subject": ""})),
        ("priority", json!({"priority": -1_001})),
        ("message", json!({"message": ""})),
    ] {
        assert_eq!(field(&read_rate(&args).unwrap_err()), expected, "{args}");
    }
}

#[test]
fn thresholds_rise() {
    assert!(Thresholds::request(None, None, None).is_ok());
    assert!(Thresholds::request(Some(1), None, Some(100)).is_ok());
    for (expected, given) in [
        ("challenge", (Some(0), None, None)),
        ("block", (None, None, Some(101))),
        ("review", (Some(50), Some(50), None)),
        ("block", (Some(50), None, Some(40))),
    ] {
        assert_eq!(field(&Thresholds::request(given.0, given.1, given.2).unwrap_err()), expected);
    }
}
