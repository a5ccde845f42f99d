//! Verdicts: who speaks, how long to wait, what lifts and what is only shown.

use serde_json::json;

use super::{Book, after, at, deduct, party, rate, rule};
use crate::request::proof::Factor;
use crate::risk::judging::judge::{JudgedCall, Thresholds};
use crate::risk::rules::rule::{Class, Outcome, Subject};

const SECOND: i64 = 1_000_000;

fn alice() -> [super::Party; 2] {
    [party(Subject::Account, "alice", 500), party(Subject::Actor, "alice", 500)]
}

#[test]
fn the_strictest_speaks() {
    let now = at("2026-01-01T00:00:00Z");
    let of = |outcome: &str| rule(json!({"id": outcome, "limit": 0, "outcome": outcome}));
    for (outcomes, expected) in [
        (vec!["flag"], (Outcome::Flag, None)),
        (vec!["flag", "review"], (Outcome::Review, Some("review"))),
        (vec!["review", "challenge", "flag"], (Outcome::Challenge, Some("challenge"))),
        (vec!["challenge", "block", "review"], (Outcome::Block, Some("block"))),
    ] {
        let book = Book::new(outcomes.iter().map(|outcome| of(outcome)), []);
        let parties = alice();
        let verdict = book.judge(&deduct(&parties), now);
        assert_eq!((verdict.outcome, verdict.speaker().map(|fired| fired.rule.as_str())), expected);
        assert_eq!(verdict.fired.len(), outcomes.len());
        assert_eq!(verdict.retry_after, None, "a limit of zero is for nobody, ever");
    }
}

#[test]
fn the_first_by_priority_wait_and_name_speaks() {
    let now = at("2026-01-01T00:00:00Z");
    let of = |id: &str, window: &str, priority: i32| {
        rule(json!({"id": id, "limit": 1, "window": window, "priority": priority}))
    };
    let parties = alice();
    let call = deduct(&parties);
    let speaker = |rules: Vec<super::Rule>, rates: Vec<super::Rate>| {
        let mut book = Book::new(rules, rates);
        assert!(book.call(&call, now));
        let verdict = book.judge(&call, now);
        (verdict.speaker().unwrap().rule.clone(), verdict.retry_after)
    };
    let wide = || of("wide", "PT1H", 0);
    assert_eq!(
        speaker(vec![of("b", "PT10S", 0), wide(), of("a", "PT10S", 0)], vec![]),
        ("wide".to_owned(), Some(3_600))
    );
    assert_eq!(speaker(vec![of("b", "PT10S", 0), of("a", "PT10S", 0)], vec![]), ("a".to_owned(), Some(10)));
    // the wait is over all that fired, whoever speaks
    assert_eq!(speaker(vec![of("b", "PT10S", 1), wide()], vec![]), ("b".to_owned(), Some(3_600)));
    assert_eq!(speaker(vec![of("ever", "lifetime", 0), wide()], vec![]), ("ever".to_owned(), None));
    let spaced = rate(json!({"limit": 1, "per": "PT20S"}));
    assert_eq!(speaker(vec![of("b", "PT10S", 9)], vec![spaced.clone()]), ("rate".to_owned(), Some(20)));
    assert_eq!(speaker(vec![of("b", "PT1M", 9)], vec![spaced]), ("rate".to_owned(), Some(60)));
}

#[test]
fn shadow_rules_count_and_only_show() {
    let now = at("2026-01-01T00:00:00Z");
    let shadow = rule(json!({"id": "s", "limit": 1, "shadow": true, "weight": 50}));
    let mut book = Book::new([shadow], []);
    let parties = alice();
    assert_eq!(book.calls(&deduct(&parties), now, 5), 5);
    let verdict = book.judge(&deduct(&parties), now);
    assert_eq!((verdict.outcome, verdict.score, verdict.fired.len()), (Outcome::Allow, 0, 0));
    assert_eq!((verdict.shadow[0].seen, verdict.shadow[0].limit), (5, 1));
}

#[test]
fn an_allowed_call_is_lifted_and_counts() {
    let now = at("2026-01-01T00:00:00Z");
    let mut book = Book::new([rule(json!({"limit": 1}))], [rate(json!({"limit": 1}))]);
    let parties = alice();
    let allowed = JudgedCall { allowed_by: Some("account"), ..deduct(&parties) };
    assert_eq!(book.calls(&allowed, now, 4), 4);
    let verdict = book.judge(&allowed, now);
    assert_eq!(
        (verdict.outcome, verdict.allowed_by.as_deref(), verdict.retry_after),
        (Outcome::Allow, Some("account"), None)
    );
    assert_eq!(verdict.fired.len(), 2, "it says what it lifted");
    let verdict = book.judge(&deduct(&parties), now);
    assert_eq!((verdict.fired[0].is_rate, verdict.fired[1].seen), (true, 4), "it counted");
}

#[test]
fn scores_add_up_within_their_bounds() {
    let now = at("2026-01-01T00:00:00Z");
    let of = |id: &str, weight: i32| rule(json!({"id": id, "limit": 0, "outcome": "flag", "weight": weight}));
    let thresholds = Thresholds::request(Some(40), Some(60), Some(80)).unwrap();
    let parties = alice();
    for (weights, host, expected) in [
        (vec![], 0, (Outcome::Allow, 0)),
        (vec![], 39, (Outcome::Allow, 39)),
        (vec![], 40, (Outcome::Challenge, 40)),
        (vec![30, -100], 90, (Outcome::Flag, 20)),
        (vec![-100], 5, (Outcome::Flag, 0)),
        (vec![30], 30, (Outcome::Review, 60)),
        (vec![50], 30, (Outcome::Block, 80)),
        (vec![100, 100], 100, (Outcome::Block, 100)),
    ] {
        let rules = weights.iter().enumerate().map(|(place, weight)| of(&format!("r{place}"), *weight));
        let mut book = Book::new(rules, []);
        book.set.thresholds = thresholds;
        let verdict = book.judge(&JudgedCall { risk_score: host, ..deduct(&parties) }, now);
        assert_eq!((verdict.outcome, verdict.score), expected, "{weights:?} {host}");
        if verdict.outcome > Outcome::Flag {
            assert_eq!(verdict.speaker().unwrap().rule, "score");
            assert_eq!(verdict.retry_after, None);
        }
    }
}

#[test]
fn what_was_proved_and_reviewed_is_not_asked_again() {
    let now = at("2026-01-01T00:00:00Z");
    let parties = alice();
    let any = rule(json!({"limit": 0, "outcome": "challenge"}));
    let both = rule(json!({"limit": 0, "outcome": "challenge", "factors": ["totp", "pin"]}));
    let review = rule(json!({"limit": 0, "outcome": "review"}));
    let judged =
        |rule: &super::Rule, call: &JudgedCall<'_>| Book::new([rule.clone()], []).judge(call, now).outcome;
    let with = |proved: &'static [Factor]| JudgedCall { proved, ..deduct(&parties) };
    assert_eq!(judged(&any, &with(&[])), Outcome::Challenge);
    assert_eq!(judged(&any, &with(&[Factor::Pin])), Outcome::Flag);
    assert_eq!(judged(&both, &with(&[Factor::Pin])), Outcome::Challenge);
    assert_eq!(judged(&both, &with(&[Factor::Pin, Factor::Totp])), Outcome::Flag);
    assert_eq!(judged(&review, &deduct(&parties)), Outcome::Review);
    assert_eq!(judged(&review, &JudgedCall { reviewed: true, ..deduct(&parties) }), Outcome::Flag);
    // nobody can look at a call that has no name
    assert_eq!(judged(&review, &JudgedCall { has_key: false, ..deduct(&parties) }), Outcome::Block);
}

#[test]
fn what_settles_is_only_judged_by_its_full_name() {
    let now = at("2026-01-01T00:00:00Z");
    let of = |action: &str| Book::new([rule(json!({"action": action, "limit": 0}))], []);
    let parties = alice();
    let call = |action: &'static str, class: Class| JudgedCall { action, class, ..deduct(&parties) };
    let is_judged = |book: &Book, call: JudgedCall<'_>| book.judge(&call, now).outcome == Outcome::Block;
    for (pattern, deducts, captures, pays) in [
        ("*", true, false, true),
        ("ledger.*", true, false, false),
        ("ledger.capture", false, true, false),
        ("ledger.deduct", true, false, false),
    ] {
        let book = of(pattern);
        assert_eq!(is_judged(&book, call("ledger.deduct", Class::Opens)), deducts, "{pattern}");
        assert_eq!(is_judged(&book, call("ledger.capture", Class::Settles)), captures, "{pattern}");
        assert_eq!(is_judged(&book, call("escrow.pay", Class::Opens)), pays, "{pattern}");
        assert!(!is_judged(&book, call("ledger.balance", Class::None)));
        assert!(!is_judged(&book, call("ledgers.deduct", Class::Opens)) || pattern == "*");
    }
    let none = deduct(&[]);
    assert!(!is_judged(&of("*"), none), "a call that lacks the subject is not judged");
}

#[test]
fn a_rule_is_in_force_from_its_beginning_to_its_end() {
    let (from, until) = (at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
    let bounded =
        rule(json!({"limit": 1, "window": "P30D", "from": from.to_string(), "until": until.to_string()}));
    let mut book = Book::new([bounded], []);
    let parties = alice();
    let call = deduct(&parties);
    assert_eq!(book.calls(&call, after(from, -1), 3), 3, "not yet, and it counts from its creation");
    let verdict = book.judge(&call, from);
    assert_eq!((verdict.outcome, verdict.fired[0].seen), (Outcome::Block, 3));
    // its own end comes before there is room
    assert_eq!(verdict.retry_after, Some(28 * 86_400));
    assert_eq!(book.judge(&call, after(until, -1)).outcome, Outcome::Block);
    assert_eq!(book.judge(&call, until).outcome, Outcome::Allow);
    let ever = rule(json!({"limit": 0, "until": until.to_string()}));
    let wait = Book::new([ever], []).judge(&call, after(until, -5 * SECOND)).retry_after;
    assert_eq!(wait, Some(5));
}

#[test]
fn all_parties_must_pass() {
    let now = at("2026-01-01T00:00:00Z");
    let mut book = Book::new([rule(json!({"limit": 1}))], []);
    let both = [party(Subject::Account, "alice", 1), party(Subject::Account, "bob", 1)];
    assert!(book.call(&deduct(&both[..1]), now));
    let verdict = book.judge(&deduct(&both), now);
    assert_eq!((verdict.outcome, verdict.fired.len()), (Outcome::Block, 1));
    assert!(book.call(&deduct(&both[1..]), now), "the refused call counted nothing of bob");
    assert_eq!(book.judge(&deduct(&both), now).fired.len(), 2);
}

#[test]
fn what_was_counted_stays_or_begins_anew() {
    let old = rule(json!({"metric": "sum", "limit": "10.00 USD", "window": "day"}));
    for same in [
        json!({"limit": "20.00 USD"}),
        json!({"outcome": "flag"}),
        json!({"priority": 7, "message": "later"}),
        json!({"shadow": true, "until": "2027-01-01T00:00:00Z"}),
    ] {
        let mut args = json!({"metric": "sum", "limit": "10.00 USD", "window": "day"});
        same.as_object().unwrap().iter().for_each(|(name, value)| args[name] = value.clone());
        assert!(rule(args).continues(&old), "{same}");
    }
    for other in [
        json!({"limit": "10000 KRW"}),
        json!({"metric": "amount", "window": null}),
        json!({"window": "month"}),
        json!({"time_zone": "Asia/Seoul"}),
        json!({"subject": "actor"}),
        json!({"action": "*"}),
    ] {
        let mut args = json!({"metric": "sum", "limit": "10.00 USD", "window": "day"});
        other.as_object().unwrap().iter().for_each(|(name, value)| args[name] = value.clone());
        assert!(!rule(args).continues(&old), "{other}");
    }
}
