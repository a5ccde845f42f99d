//! Unit tests of the gate: what a decision takes, which policy covers it, and what an approval lets pass.

use serde_json::json;

use super::model::{Approval, ApprovalFacts, ApprovalTimes, State};
use super::policy::{Policies, pattern};
use crate::currency::Currency;
use crate::ids::{AccountId, Actor, Book, HoldId, Key, TransferId};
use crate::kernel::debits::{Outflow, outflows};
use crate::kernel::snapshot::Snapshot;
use crate::kernel::write_set::WriteSet;
use crate::money::Money;
use crate::parked::ParkedCall;
use crate::rows::tables::{EntryRow, HoldRow, HoldState};
use crate::settings::config::{self, Config};
use crate::settings::policy::Policy;
use crate::time::{Span, Time};

fn currency(code: &str) -> Currency {
    Currency::new(code, if code == "KRW" { 0 } else { 2 }).unwrap()
}

fn policy(id: &str, operation: &str, threshold: &str, approvers: u32) -> Policy {
    let (amount, code) = threshold.split_once(' ').unwrap();
    let threshold = Money::new(amount.parse().unwrap(), currency(code)).unwrap();
    let expires_in = Span::from_hours(24);
    Policy {
        id: id.into(),
        operation: operation.into(),
        threshold,
        approvers,
        role: "admin".into(),
        expires_in,
        require: Vec::new(),
        any_amount: false,
    }
}

fn policies(all: &[Policy]) -> Policies {
    Policies::in_force(all, None)
}

fn took(account: &str, code: &str, minor: i128) -> Outflow {
    Outflow { account: AccountId::stored(account), currency: currency(code), minor }
}

fn entry(account: &str, code: &str, amount: i128) -> EntryRow {
    EntryRow {
        book: Book::main(),
        transfer: TransferId::from_uuid(uuid::Uuid::nil()),
        leg: 0,
        account: AccountId::stored(account),
        currency: currency(code),
        amount,
        after: None,
        number: None,
        stamp: Time::EPOCH,
        at: None,
    }
}

fn hold(account: &str, amount: i128, captured: i128) -> HoldRow {
    HoldRow {
        book: Book::main(),
        id: HoldId::from_uuid(uuid::Uuid::nil()),
        account: AccountId::stored(account),
        currency: currency("USD"),
        amount,
        captured,
        released: 0,
        state: HoldState::Authorized,
        expires_at: None,
        due_at: None,
        owned_by: None,
        reference: None,
        metadata: None,
        salt: None,
        version: 1,
        created_at: Time::EPOCH,
        stamp: Time::EPOCH,
    }
}

fn of(entries: Vec<EntryRow>, holds: Vec<HoldRow>) -> Vec<Outflow> {
    outflows(&WriteSet { entries, holds, ..WriteSet::default() }, &Snapshot::default())
}

#[test]
fn what_leaves_an_account_is_taken() {
    let moved = of(vec![entry("alice", "USD", -40), entry("bob", "USD", 40)], Vec::new());
    assert_eq!(moved, [took("alice", "USD", 40)]);
    // split over two accounts it is one sum, and the larger one is named
    let split = vec![entry("a", "USD", -10), entry("b", "USD", -30), entry("c", "USD", 40)];
    assert_eq!(of(split, Vec::new()), [took("b", "USD", 40)]);
    // money that only passes through an account is not taken from it
    let through = vec![
        entry("a", "USD", -10),
        entry("@deal:1", "USD", 10),
        entry("@deal:1", "USD", -10),
        entry("b", "USD", 10),
    ];
    assert_eq!(of(through, Vec::new()), [took("a", "USD", 10)]);
    let two = vec![entry("a", "USD", -5), entry("b", "USD", 5), entry("a", "KRW", -7), entry("b", "KRW", 7)];
    assert_eq!(of(two, Vec::new()), [took("a", "KRW", 7), took("a", "USD", 5)]);
}

#[test]
fn what_comes_from_outside_is_taken_from_nobody() {
    assert_eq!(of(vec![entry("@world", "USD", -40), entry("alice", "USD", 40)], Vec::new()), []);
    let out = of(vec![entry("alice", "USD", -40), entry("@world", "USD", 40)], Vec::new());
    assert_eq!(out, [took("alice", "USD", 40)]);
}

#[test]
fn what_is_newly_held_is_taken() {
    assert_eq!(of(Vec::new(), vec![hold("alice", 40, 0)]), [took("alice", "USD", 40)]);
    // held and captured in one call: once, not twice
    let paid = of(vec![entry("alice", "USD", -40), entry("@deal:1", "USD", 40)], vec![hold("alice", 40, 40)]);
    assert_eq!(paid, [took("alice", "USD", 40)]);
    // a hold that was there before was taken before
    let mut seen = Snapshot::default();
    seen.holds.put(hold("alice", 40, 0));
    let writes = WriteSet { holds: vec![hold("alice", 40, 10)], ..WriteSet::default() };
    assert_eq!(outflows(&writes, &seen), []);
}

#[test]
fn a_policy_begins_at_its_threshold_in_its_currency() {
    let default = [Policy::built_in().unwrap()];
    let asks = |effect: &str, code: &str, minor: i128| {
        policies(&default).strictest(effect, &[took("alice", code, minor)]).is_some()
    };
    assert!(asks("escrow.pay", "KRW", 1_000_000) && asks("escrow.pay", "KRW", i128::MAX));
    assert!(!asks("escrow.pay", "KRW", 999_999));
    assert!(!asks("escrow.pay", "USD", 1_000_000));
    assert!(!asks("escrow.release", "KRW", 1_000_000));
    assert!(policies(&default).strictest("escrow.pay", &[]).is_none());
}

#[test]
fn the_strictest_of_those_that_cover_a_call_asks() {
    let quick = Policy { expires_in: Span::from_hours(1), ..policy("e", "ledger.*", "500 USD", 3) };
    let all = [
        policy("a", "ledger.transfer", "100 USD", 1),
        policy("b", "ledger.*", "200 USD", 3),
        policy("c", "*", "300 USD", 2),
        policy("d", "ledger.*", "400 USD", 3),
        quick,
    ];
    for (minor, asks) in
        [(99, None), (100, Some("a")), (200, Some("b")), (300, Some("b")), (499, Some("b")), (500, Some("e"))]
    {
        let policies = policies(&all);
        let taken = [took("alice", "USD", minor)];
        let strictest = policies.strictest("ledger.transfer", &taken).map(|(policy, _)| policy.id.as_str());
        assert_eq!(strictest, asks, "{minor}");
    }
}

#[test]
fn families_end_at_a_point() {
    let covers = |pattern: &str, effect: &str| policy("p", pattern, "1 USD", 1).covers(effect);
    assert!(
        covers("*", "escrow.pay") && covers("escrow.*", "escrow.pay") && covers("escrow.pay", "escrow.pay")
    );
    assert!(
        !covers("escrow.*", "escrows.pay")
            && !covers("escrow.*", "escrow")
            && !covers("escrow.pay", "escrow.pay_out")
    );
    let read = |text: &str, alone: bool| pattern(text, alone, crate::api::operations::OPERATIONS);
    for good in ["*", "escrow.pay", "escrow.*", "treasury.*", "ledger.transfer"] {
        assert_eq!(read(good, false).unwrap(), (good.to_owned(), false));
    }
    let refused = |text: &str, alone: bool| {
        assert_eq!(read(text, alone).unwrap_err().details()["field"], "operation", "{text}");
    };
    for bad in
        ["", "**", "escrow", "escrow.", ".*", "escrow.confirm", "read", "Escrow.*", "a.b.*", "approval"]
    {
        refused(bad, false);
        refused(bad, true);
    }
    // what takes no money can be asked factors of, and nothing else
    for free in ["account", "vault.reveal"] {
        refused(free, false);
        assert_eq!(read(free, true).unwrap(), (free.to_owned(), true));
    }
}

#[test]
fn a_book_has_the_last_word() {
    let options = [policy("default", "escrow.pay", "1 KRW", 2), policy("other", "*", "1 USD", 2)];
    let mut config = Config::empty(&Book::main(), Time::EPOCH).unwrap();
    config.facts.policies = vec![policy("default", "escrow.pay", "5 KRW", 1)];
    config.facts.removed = vec!["other".into()];
    let row = config.into_changed_row().unwrap();
    assert_eq!((row.version, row.kind.as_ref()), (1, config::KIND));
    let mut config = Config::of(&row).unwrap();
    let in_force = Policies::in_force(&options, Some(&config));
    assert_eq!(in_force.all, [(policy("default", "escrow.pay", "5 KRW", 1), false)]);
    assert!(in_force.concern("escrow.pay") && !in_force.concern("ledger.transfer"));
    config.facts.removed.clear();
    assert_eq!(Policies::in_force(&options, Some(&config)).all.len(), 2);
    // members that a later version keeps next to the policies are preserved
    let later = row.body.replace(r#""removed":"#, r#""rules":[1],"removed":"#);
    let kept = Config::of(&crate::rows::tables::RecordRow { body: later.into(), ..row })
        .unwrap()
        .into_row()
        .unwrap();
    assert!(kept.body.contains(r#""rules":[1]"#), "{}", kept.body);
}

fn approval() -> Approval {
    let facts = ApprovalFacts {
        call: ParkedCall {
            operation: "escrow.pay".into(),
            payload_hash: "00".into(),
            requested_by: Actor::new("alice"),
            proven: Vec::new(),
            commitment: None,
            error: None,
            made: Vec::new(),
        },
        effect: "escrow.pay".to_owned(),
        account: AccountId::stored("alice"),
        amount: Money::new(7, currency("USD")).unwrap(),
        policy: "default".into(),
        required: 2,
        role: "admin".into(),
        votes: Vec::new(),
        rejected_by: None,
        times: ApprovalTimes {
            requested_at: Time::EPOCH,
            expires_at: Time::from_micros(10),
            votes: Vec::new(),
            ended_at: None,
        },
    };
    Approval::asked(&Book::main(), &Key::stored("k"), facts, Time::EPOCH).unwrap()
}

#[test]
fn an_approval_lapses_at_its_very_deadline() {
    let mut approval = approval();
    for state in [State::Pending, State::Approved] {
        approval.state = state;
        assert!(!approval.lapsed(Time::from_micros(9)) && approval.lapsed(Time::from_micros(10)), "{state}");
        assert_eq!(approval.due_at(), Some(Time::from_micros(10)));
    }
    for state in [State::Rejected, State::Executed] {
        approval.state = state;
        assert!(!approval.lapsed(Time::MAX) && approval.due_at().is_none(), "{state}");
    }
    approval.state = State::Expired;
    assert!(approval.lapsed(Time::EPOCH));
}

#[test]
fn a_record_keeps_what_a_later_version_wrote() {
    let row = approval().into_row().unwrap();
    assert_eq!((row.due_at, row.state.as_ref()), (Some(Time::from_micros(10)), "pending"));
    let later = row.body.replace(r#""required":2"#, r#""required":2,"quorum":"all""#);
    let read = Approval::of(&crate::rows::tables::RecordRow { body: later.into(), ..row.clone() }).unwrap();
    assert!(read.into_row().unwrap().body.contains(r#""quorum":"all""#));
    let newer = row.body.replace(r#""v":1"#, r#""v":2"#);
    let refused = Approval::of(&crate::rows::tables::RecordRow { body: newer.into(), ..row }).unwrap_err();
    assert_eq!(refused.code().as_str(), "schema_too_new");
}

#[test]
fn a_key_has_one_approval() {
    let id = |book: &str, key: &str| Approval::id_of(&Book::stored(book), &Key::stored(key));
    assert_eq!(id("main", "k-1"), id("main", "k-1"));
    assert_ne!(id("main", "k-1"), id("main", "k-2"));
    assert_ne!(id("main", "k-1"), id("shop", "k-1"));
    assert_eq!(id("main", "k-1").uuid().get_version_num(), 8);
    assert_eq!(json!(id("main", "k-1")).as_str().unwrap().len(), 39);
}
