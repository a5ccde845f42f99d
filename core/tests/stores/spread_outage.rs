//! One of two servers behind a router is gone: the books of the other go on, calls and background alike, and
//! health names those that wait.

use std::time::Duration;

use earnest::requests::{GetHealth, RunVerify};
use earnest::{Code, Engine, Options};

use super::spread::Place;
use crate::support::json;
use crate::support::router::{Mode, home};
use crate::support::servers::{Server, Stop};

/// How often something is looked for, a quarter of a second apart.
const LOOKS: usize = 240;

/// Two books that a server has.
fn books_of(server: usize) -> [String; 2] {
    let mut names = (0..).map(|n| format!("b{n}")).filter(|book| home(book, 2) == server);
    [names.next().unwrap(), names.next().unwrap()]
}

async fn top_up(bank: &Engine, book: &str, key: &str) -> earnest::error::Result<serde_json::Value> {
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": key });
    bank.book(book).unwrap().call("ledger.top_up", args).await
}

/// Holds money for a second.
async fn hold(bank: &Engine, book: &str, key: &str) {
    let args = json!({ "account": "alice", "amount": "0.01 USD", "key": key, "expires_in": "PT1S" });
    bank.book(book).unwrap().call("ledger.hold", args).await.unwrap();
}

/// Waits until the background has given every event of a book its place, and ended its holds: as its server
/// says, and not a read of the engine, which would do it itself.
async fn is_done(server: &Server, book: &str, what: &str) {
    let sql = format!(
        "SELECT (SELECT count(*) FROM earnest.event_pending WHERE book = '{book}') || ' and ' || \
         (SELECT count(*) FROM earnest.hold WHERE book = '{book}' AND state = 'authorized')"
    );
    let mut said = String::new();
    for _ in 0..LOOKS {
        said = server.sql_in("bank", &sql);
        if said == "0 and 0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{what}: events and holds of {book} wait: {said}");
}

async fn books_in_health(bank: &Engine) -> (String, String) {
    let health = bank.admin().health(GetHealth::new()).await.unwrap();
    let check = health.checks.into_iter().find(|check| check.name == "books").expect("the books of servers");
    (check.status, check.detail)
}

/// It waits for holds to end and for pauses of the background: half a minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_gone_stops_its_own_books_alone() {
    let place = Place::routed(Mode::Sound).await;
    let bank = Engine::open_with(&place.url, Options::new()).await.unwrap();
    let books = [books_of(0), books_of(1)];
    for book in books.iter().flatten() {
        top_up(&bank, book, "first").await.unwrap();
        hold(&bank, book, "h-first").await;
    }
    for (server, books) in place.servers.iter().zip(&books) {
        for book in books {
            is_done(server, book, "both are there").await;
        }
    }
    assert_eq!(books_in_health(&bank).await.0, "healthy");
    // each in turn: one of them has what all books share
    for gone in [0, 1] {
        let there = 1 - gone;
        place.servers[gone].stop(Stop::Immediate);
        for call in 0..20 {
            top_up(&bank, &books[there][call % 2], &format!("t-{gone}-{call}")).await.unwrap();
        }
        let error = top_up(&bank, &books[gone][0], &format!("lost-{gone}")).await.unwrap_err();
        assert!([Code::StoreUnavailable, Code::OutcomeUnknown].contains(&error.code()), "{error}");
        for book in &books[there] {
            hold(&bank, book, &format!("h-{gone}")).await;
            let work = json!({ "kind": "mail.send", "payload": {}, "key": format!("j-{gone}") });
            bank.book(book).unwrap().call("jobs.enqueue", work).await.unwrap();
        }
        for book in &books[there] {
            is_done(&place.servers[there], book, "one is gone").await;
        }
        let lease = json!({ "kinds": ["mail.send"], "limit": 10, "for": "PT1M", "all_books": true });
        let leased = bank.call("jobs.lease", lease).await.unwrap();
        assert_eq!(leased["jobs"].as_array().map(Vec::len), Some(2), "{leased}");
        let (status, detail) = books_in_health(&bank).await;
        assert_eq!(status, "critical", "{detail}");
        for (server, books) in books.iter().enumerate() {
            for book in books {
                assert_eq!(detail.contains(&format!("`{book}`")), server == gone, "{book}: {detail}");
            }
        }
        place.servers[gone].start();
        for book in &books[gone] {
            is_done(&place.servers[gone], book, "it is there again").await;
        }
        let mut healthy = false;
        for _ in 0..LOOKS {
            healthy = books_in_health(&bank).await.0 == "healthy";
            if healthy {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        assert!(healthy, "{:?}", books_in_health(&bank).await);
        top_up(&bank, &books[gone][0], &format!("lost-{gone}")).await.unwrap();
    }
    for book in books.iter().flatten() {
        let verify = bank.book(book).unwrap().admin().verify(RunVerify::new()).await.unwrap();
        assert!(verify.ok, "{book}: {verify:#?}");
    }
    bank.close().await;
}

/// A check of every book fails while one server is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_see_every_book_fails_while_a_server_is_gone() {
    let place = Place::routed(Mode::Sound).await;
    let bank = Engine::open_with(&place.url, Options::new().background(false)).await.unwrap();
    let [one, other] = [0, 1].map(books_of);
    for book in [&one[0], &other[0]] {
        top_up(&bank, book, "first").await.unwrap();
    }
    let there = bank.book(&one[0]).unwrap();
    assert!(there.admin().verify(RunVerify::new()).await.unwrap().ok);
    place.servers[1].stop(Stop::Immediate);
    let error = there.admin().verify(RunVerify::new()).await.unwrap_err();
    assert_eq!(error.code(), Code::StoreUnavailable, "{error}");
    place.servers[1].start();
    assert!(there.admin().verify(RunVerify::new()).await.unwrap().ok);
    bank.close().await;
}
