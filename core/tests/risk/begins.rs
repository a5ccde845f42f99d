//! Options `rules` and `rates`: what every book begins with, before anybody has set a rule in it.

use earnest::api::operations::call;
use earnest::requests::{SetRate, SetRule};
use earnest::{Engine, Options};

use super::host::{Pool, codes, keyed};
use crate::deduct;
use crate::support::{Kind, Stage, Value, all_at_once, code, json, options, tally, until_settled};

const DEDUCT: &str = "ledger.deduct";
const TOP_UP: &str = "ledger.top_up";

fn limited(id: &str, metric: &str, limit: i64) -> SetRule {
    SetRule::new(id, DEDUCT, "account", metric, limit, "block").window("lifetime")
}

/// Three deductions for each account, and two failures.
fn guarded() -> Options {
    options().rules([limited("most", "count", 3), limited("failed", "failures", 2).priority(5)])
}

fn top_up(key: &str) -> Value {
    json!({ "account": "alice", "amount": "100.00 USD", "key": key })
}

fn anna() -> Value {
    json!({ "id": "anna", "role": "admin" })
}

/// The same for a store that is open already.
fn guarded_at(stage: &Stage) -> Options {
    stage.options.clone().rules([limited("most", "count", 3), limited("failed", "failures", 2).priority(5)])
}

/// The events of its beginning.
async fn began(bank: &Engine) -> Vec<Value> {
    let began = bank.call("events.list", json!({ "types": ["rules.began"] })).await.unwrap();
    began["items"].as_array().unwrap().clone()
}

async fn try_deduct(bank: &Engine, key: &str) -> &'static str {
    code(&bank.call(DEDUCT, deduct("alice", json!({ "key": key }))).await)
}

/// The ids of the rules with their limits.
async fn shown(bank: &Engine) -> Vec<String> {
    let rules = bank.call("risk.rules", json!({})).await.unwrap();
    let named = rules["items"].as_array().unwrap().iter();
    named.map(|rule| format!("{} {}", rule["id"].as_str().unwrap(), rule["limit"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_book_begins_with_them_and_keeps_its_own() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, guarded()).await;
        for book in ["main", "other"] {
            let bank = stage.bank.book(book).unwrap();
            assert_eq!(shown(&bank).await, ["failed 2", "most 3"], "{kind:?}: before the first call");
            bank.call(TOP_UP, top_up("t")).await.unwrap();
            let mut told = Vec::new();
            for n in 0..4 {
                told.push(try_deduct(&bank, &format!("d-{n}")).await);
            }
            assert_eq!(told, ["ok", "ok", "ok", "velocity_blocked"], "{kind:?} {book}");
        }
        // what one book changes is its own
        let more = json!({ "id": "most", "action": DEDUCT, "subject": "account", "metric": "count", "window": "lifetime",
            "limit": 4, "outcome": "block" });
        stage.ok("risk.set_rule", more).await;
        stage.ok("risk.remove_rule", json!({ "id": "failed" })).await;
        assert_eq!(try_deduct(&stage.bank, "more").await, "ok", "{kind:?}: what was counted stays");
        assert_eq!(try_deduct(&stage.bank, "most").await, "velocity_blocked", "{kind:?}");
        assert_eq!(shown(&stage.bank.book("other").unwrap()).await, ["failed 2", "most 3"], "{kind:?}");
        if kind != Kind::Memory {
            // the options of the next process are for books that have not begun
            let again =
                Engine::open_with(&stage.url, stage.options.clone().rules([limited("most", "count", 1)]))
                    .await
                    .unwrap();
            assert_eq!(shown(&again).await, ["most 4"], "{kind:?}");
            assert_eq!(shown(&again.book("third").unwrap()).await, ["most 1"], "{kind:?}");
            again.close().await;
        }
        stage.finish().await;
    }
}

/// A book whose first calls fail has no rules in the store yet: the failures count all the same.
#[tokio::test(flavor = "multi_thread")]
async fn failures_before_the_first_call_that_passes_are_counted() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, guarded()).await;
        let bank = stage.bank.book("other").unwrap();
        for n in 0..2 {
            assert_eq!(try_deduct(&bank, &format!("d-{n}")).await, "account_not_found", "{kind:?}");
        }
        assert_eq!(began(&bank).await.len(), 1, "{kind:?}");
        bank.call(TOP_UP, top_up("t")).await.unwrap();
        assert_eq!(try_deduct(&bank, "d-2").await, "velocity_blocked", "{kind:?}");
        stage.finish().await;
    }
}

/// The first rule or list entry that somebody sets adds to what the book begins with, and replaces nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_change_adds_to_them() {
    for kind in Kind::all() {
        let stage =
            Stage::with(kind, guarded().rates([SetRate::new("pace", DEDUCT, "account", 1, "PT1S")])).await;
        let own = json!({ "id": "own", "action": TOP_UP, "subject": "account", "metric": "count", "window": "day",
            "limit": 9, "outcome": "block" });
        stage.ok("risk.set_rule", own).await;
        assert_eq!(shown(&stage.bank).await, ["failed 2", "most 3", "own 9"], "{kind:?}");
        let other = stage.bank.book("other").unwrap();
        let listed = json!({ "subject": "account", "value": "mallory", "reason": "fraud" });
        other.call("risk.block", listed).await.unwrap();
        assert_eq!(shown(&other).await, ["failed 2", "most 3"], "{kind:?}");
        for bank in [&stage.bank, &other] {
            bank.call(TOP_UP, top_up("t")).await.unwrap();
            assert_eq!(try_deduct(bank, "d-1").await, "ok", "{kind:?}");
            assert_eq!(try_deduct(bank, "d-2").await, "rate_limited", "{kind:?}");
        }
        stage.finish().await;
    }
}

/// Two processes, and many first calls at once: exactly as many pass as may.
#[tokio::test(flavor = "multi_thread")]
async fn many_first_calls_at_once_begin_once() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, guarded()).await;
        let (first, opened) = (stage.bank.book("other").unwrap(), stage.again().await);
        let second = opened.book("other").unwrap();
        // no rule is about this: the book has none in the store yet
        first.call(TOP_UP, top_up("t")).await.unwrap();
        let calls = (0..64).map(|n| {
            let bank = if n % 2 == 0 { first.clone() } else { second.clone() };
            async move {
                let args = deduct("alice", json!({ "key": format!("d-{n}"), "actor": anna() }));
                until_settled(&bank, DEDUCT, args).await
            }
        });
        assert_eq!(
            tally(&all_at_once(calls).await),
            [("ok", 3), ("velocity_blocked", 61)].into(),
            "{kind:?}"
        );
        let began = began(&first).await;
        assert_eq!(began.len(), 1, "{kind:?}");
        assert_eq!(began[0]["actor"]["id"], "system", "{kind:?}: it was not she");
        opened.close().await;
        stage.finish().await;
    }
}

/// A call that a host rolls back has not begun the book; the next call does.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_rolls_back_takes_the_beginning_back() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, guarded()).await;
        let bank = stage.bank.book("other").unwrap();
        bank.call(TOP_UP, top_up("t")).await.unwrap();
        let pool = Pool::of(&stage).await;
        let calls = || (0..4).map(|n| keyed(&format!("d-{n}"), json!({}))).collect::<Vec<_>>();
        let expected = ["ok", "ok", "ok", "velocity_blocked"];
        assert_eq!(codes(&pool.calls(&bank, calls(), false).await), expected, "{kind:?}");
        assert_eq!(began(&bank).await, Vec::<Value>::new(), "{kind:?}");
        assert_eq!(codes(&pool.calls(&bank, calls(), true).await), expected, "{kind:?}");
        assert_eq!(try_deduct(&bank, "after").await, "velocity_blocked", "{kind:?}");
        stage.finish().await;
    }
}

/// The engine's own book begins when it is opened: no host's transaction holds its rules.
#[tokio::test(flavor = "multi_thread")]
async fn opening_begins_the_book_of_the_engine() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, guarded()).await;
        assert_eq!(began(&stage.bank).await.len(), 1, "{kind:?}");
        if kind != Kind::Memory {
            let again = stage.again().await;
            assert_eq!(began(&again).await.len(), 1, "{kind:?}: it had begun");
            again.close().await;
        }
        stage.finish().await;
    }
}

/// A block that an operator sets before any rule does not keep the rules of the options out.
#[tokio::test(flavor = "multi_thread")]
async fn a_book_of_lists_alone_has_not_begun() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, options()).await;
        let blocked = json!({ "subject": "account", "value": "mallory", "reason": "fraud" });
        for book in ["main", "other"] {
            let bank = stage.bank.book(book).unwrap();
            bank.call("risk.block", blocked.clone()).await.unwrap();
            bank.call("risk.set_thresholds", json!({ "block": 90 })).await.unwrap();
        }
        let opened = Engine::open_with(&stage.url, guarded_at(&stage)).await.unwrap();
        for book in ["main", "other"] {
            let bank = opened.book(book).unwrap();
            bank.call(TOP_UP, top_up("t")).await.unwrap();
            bank.call(TOP_UP, json!({ "account": "mallory", "amount": "9.00 USD", "key": "m" }))
                .await
                .unwrap_err();
            let mut told = Vec::new();
            for n in 0..4 {
                told.push(try_deduct(&bank, &format!("d-{n}")).await);
            }
            assert_eq!(told, ["ok", "ok", "ok", "velocity_blocked"], "{kind:?} {book}");
            assert_eq!(shown(&bank).await, ["failed 2", "most 3"], "{kind:?} {book}");
            let rules = bank.call("risk.rules", json!({})).await.unwrap();
            assert_eq!(rules["thresholds"]["block"], 90, "{kind:?} {book}: kept");
        }
        opened.close().await;
        stage.finish().await;
    }
}

/// A rejected call stays rejected in a process that knows no rules, and an approved one is done there as it
/// was approved: whose rules it waited for is no matter.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_a_review_holds_where_no_rules_are() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, options()).await;
        let look = SetRule::new("look", DEDUCT, "account", "amount", json!("5.00 USD"), "review");
        let guarded = Engine::open_with(&stage.url, stage.options.clone().rules([look])).await.unwrap();
        // a book that has not begun: nothing that a rule is about was ever let through
        let (guarded_book, plain) = (guarded.book("other").unwrap(), stage.bank.book("other").unwrap());
        plain.call(TOP_UP, top_up("t")).await.unwrap();
        let large = |key: &str| {
            deduct(
                "alice",
                json!({ "amount": "9.00 USD", "key": key, "actor": { "id": "app", "role": "system" } }),
            )
        };
        let parked = async |key| {
            let told = guarded_book.call(DEDUCT, large(key)).await.unwrap_err();
            assert_eq!(told.code().as_str(), "review_required", "{kind:?}");
            told.details()["review"].clone()
        };
        let review = parked("d-1").await;
        let reject = json!({ "review": review, "actor": anna(), "reason": "a stolen card" });
        guarded_book.call("risk.reject_review", reject).await.unwrap();
        for bank in [&guarded_book, &plain] {
            let told = bank.call(DEDUCT, large("d-1")).await.map(drop).unwrap_err();
            assert_eq!(told.code().as_str(), "blocked", "{kind:?}");
            assert_eq!(told.details()["review"], review, "{kind:?}");
        }
        let review = parked("d-2").await;
        let agree = json!({ "review": review, "actor": anna() });
        let done = plain.call("risk.approve_review", agree).await.unwrap();
        assert_eq!(done["executed"], true, "{kind:?} {done}");
        let shown = plain.call("risk.reviews", json!({ "state": "executed" })).await.unwrap();
        assert_eq!(shown["items"][0]["id"], review, "{kind:?} {shown}");
        assert_eq!(code(&plain.call(DEDUCT, large("d-2")).await), "ok", "{kind:?}");
        guarded.close().await;
        stage.finish().await;
    }
}

/// A failure waits for a host's transaction, in which a process with other options begins the book: it does
/// not count for the rule that has its number there.
#[tokio::test(flavor = "multi_thread")]
async fn failures_count_for_their_own_rule_whoever_begins_the_book() {
    let stage = Stage::with(Kind::Sqlite, options()).await;
    // lists give the book its salt: both processes name alice alike
    let listed = json!({ "subject": "account", "value": "mallory", "reason": "fraud" });
    let plain = stage.bank.book("other").unwrap();
    plain.call("risk.block", listed).await.unwrap();
    plain.call(TOP_UP, top_up("t")).await.unwrap();
    let (most, failed) = (|| limited("most", "count", 3), || limited("failed", "failures", 1_000));
    let opened =
        async |rules: Vec<SetRule>| Engine::open_with(&stage.url, stage.options.clone().rules(rules)).await;
    let one = opened(vec![failed(), most()]).await.unwrap();
    let two = opened(vec![most(), failed()]).await.unwrap();
    let (first, second) = (one.book("other").unwrap(), two.book("other").unwrap());
    let Pool::Sqlite(pool) = Pool::of(&stage).await else { unreachable!("it is that of the stage") };
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let dear = keyed("dear", json!({ "amount": "900.00 USD" }));
    let refused = call(&first.using(&mut tx).unwrap(), DEDUCT, dear).await;
    assert_eq!(code(&refused), "insufficient_balance");
    call(&second.using(&mut tx).unwrap(), DEDUCT, keyed("d-0", json!({}))).await.unwrap();
    tx.commit().await.unwrap();
    // the failure is tried every 0.1 s and then at longer intervals
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let mut told = Vec::new();
    for n in 1..4 {
        told.push(try_deduct(&second, &format!("d-{n}")).await);
    }
    assert_eq!(told, ["ok", "ok", "velocity_blocked"]);
    one.close().await;
    two.close().await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused_when_the_engine_is_opened() {
    let bad = |rule: SetRule| options().rules([limited("fine", "count", 1), rule]);
    let rate = |id: &str| SetRate::new(id, DEDUCT, "account", 1, "PT1S");
    for (given, field) in [
        (
            bad(SetRule::new("r", DEDUCT, "account", "sum", json!("1.00 XXL"), "block").window("day")),
            "rules[1].limit.currency",
        ),
        (
            bad(SetRule::new("r", "ledger.nothing", "account", "count", 1, "block").window("day")),
            "rules[1].action",
        ),
        (bad(SetRule::new("r", DEDUCT, "account", "count", 1, "block").window("P9000D")), "rules[1].window"),
        (bad(limited("fine", "count", 2)), "rules[1].id"),
        (options().rules([limited("fine", "count", 2)]).rates([rate("fine")]), "rates[0].id"),
        (options().rates([rate("a"), rate("a")]), "rates[1].id"),
        (options().rates([SetRate::new("r", DEDUCT, "account", 0, "PT1S")]), "rates[0].limit"),
    ] {
        let error = Engine::open_with("memory:", given).await.unwrap_err();
        assert_eq!(error.details()["field"], field, "{error}");
        assert_eq!(code::<()>(&Err(error)), "invalid_request");
    }
}
