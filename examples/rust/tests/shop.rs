//! The shop as its users meet it: a server of its own, PostgreSQL, and HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod server;

use earnest::requests::{Deals, ListApprovals};
use earnest::{Engine, Options};
use serde_json::{Value, json};
use server::{Answer, Server, database};

/// Somebody with money.
async fn funded(shop: &Server, who: &str, amount: &str) {
    let topped = shop.post("/topups", who, "t-1", json!({ "amount": amount })).await;
    assert_eq!(topped.status, 201, "{topped:?}");
}

async fn order(shop: &Server, key: &str, price: &str) -> Answer {
    shop.post("/orders", "alice", key, json!({ "seller": "bob", "item": "a lamp", "price": price })).await
}

async fn balance(shop: &Server, who: &str) -> String {
    let answer = shop.get("/balance", who).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["available"]["amount"].as_str().unwrap().to_owned()
}

async fn orders(url: &str) -> i64 {
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&pool).await.unwrap()
}

/// Deals and approvals in the engine's own tables, which every check passes.
async fn deals(url: &str) -> (usize, usize) {
    let bank = Engine::open_with(url, Options::new().background(false)).await.unwrap();
    let deals = bank.escrow().list(Deals::new().limit(500)).await.unwrap().items.len();
    let approvals = bank.approvals().list(ListApprovals::new()).await.unwrap().items.len();
    let verified = bank.admin().verify(earnest::requests::RunVerify::new()).await.unwrap();
    assert!(verified.ok, "{verified:?}");
    bank.close().await;
    (deals, approvals)
}

#[tokio::test]
async fn an_order_goes_from_payment_to_payout() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "100.00 USD").await;
    let placed = order(&shop, "o-1", "40.00 USD").await;
    assert_eq!((placed.status, &placed.body["order"]["buyer"]), (201, &json!("alice")), "{placed:?}");
    let path = format!("/orders/{}", placed.body["order"]["id"]);
    assert_eq!(balance(&shop, "alice").await, "60.00");
    for (step, who, state) in
        [("ship", "bob", "shipped"), ("deliver", "alice", "delivered"), ("confirm", "alice", "released")]
    {
        let done = shop.post(&format!("{path}/{step}"), who, "-", json!({})).await;
        assert_eq!((done.status, &done.body["state"]), (200, &json!(state)), "{done:?}");
        // the same click again
        let again = shop.post(&format!("{path}/{step}"), who, "-", json!({})).await;
        assert_eq!((again.status, &again.body), (200, &done.body));
    }
    let shown = shop.get(&path, "bob").await;
    assert_eq!((shown.status, &shown.body["released"]["amount"]), (200, &json!("40.00")));
    assert_eq!(balance(&shop, "bob").await, "40.00");
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (1, (1, 0)));
}

#[tokio::test]
async fn the_same_key_is_one_order_with_one_answer() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "100.00 USD").await;
    funded(&shop, "alice", "100.00 USD").await;
    let first = order(&shop, "o-1", "40.00 USD").await;
    let again = order(&shop, "o-1", "40.00 USD").await;
    assert_eq!((first.status, again.status, &again.body), (201, 201, &first.body));
    let other = order(&shop, "o-1", "41.00 USD").await;
    assert_eq!((other.status, other.code()), (409, "IDEMPOTENCY_MISMATCH"));
    // all at once is the same as one after the other
    let race = (0..8).map(|_| order(&shop, "o-2", "10.00 USD"));
    let ids: Vec<Value> =
        futures(race).await.into_iter().map(|done| done.body["order"]["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0] && id.is_i64()), "{ids:?}");
    assert_eq!(balance(&shop, "alice").await, "50.00");
    // a key is the user's own: another one may use the same word
    let new = json!({ "seller": "bob", "item": "a lamp", "price": "1.00 USD" });
    funded(&shop, "carol", "1.00 USD").await;
    assert_eq!(shop.post("/orders", "carol", "o-1", new).await.status, 201);
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (3, (3, 0)));
}

/// Runs requests side by side.
async fn futures<T: Send>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures_util::future::join_all(all).await
}

#[tokio::test]
async fn refusals_have_their_status_and_language() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "10.00 USD").await;
    let body = json!({ "seller": "bob", "item": "a lamp", "price": "10.01 USD" });
    let broke =
        shop.ask("POST", "/orders", &[("x-user", "alice"), ("idempotency-key", "o-1")], Some(&body)).await;
    assert_eq!((broke.status, broke.code()), (409, "INSUFFICIENT_BALANCE"));
    assert_eq!(broke.body["error"]["details"]["available"], json!({ "amount": "10.00", "currency": "USD" }));
    for (wanted, message) in [
        ("ko-KR,ko;q=0.9,en;q=0.8", "잔액이 부족합니다"),
        ("fr,en;q=0.5", "There is not enough money in the account"),
        ("fr", "There is not enough money in the account"),
    ] {
        let headers = [("x-user", "alice"), ("idempotency-key", "o-1"), ("accept-language", wanted)];
        let refused = shop.ask("POST", "/orders", &headers, Some(&body)).await;
        assert_eq!(refused.body["error"]["message"], message, "{wanted}");
    }
    let placed = order(&shop, "o-2", "1.00 USD").await.body["order"]["id"].clone();
    let path = format!("/orders/{placed}");
    for (method, path, who, status, code) in [
        ("GET", path.as_str(), "mallory", 403, "NOT_PERMITTED"),
        ("POST", &format!("{path}/ship"), "alice", 403, "NOT_PERMITTED"),
        ("POST", &format!("{path}/confirm"), "bob", 409, "TRANSITION_NOT_ALLOWED"),
        ("POST", &format!("{path}/deliver"), "alice", 409, "TRANSITION_NOT_ALLOWED"),
        ("POST", &format!("{path}/steal"), "alice", 400, "INVALID_REQUEST"),
        ("GET", "/orders/999999", "alice", 404, "DEAL_NOT_FOUND"),
        ("GET", "/approvals/ap_1", "alice", 400, "INVALID_REQUEST"),
        ("GET", "/balance", "nobody", 404, "ACCOUNT_NOT_FOUND"),
    ] {
        let refused = shop.ask(method, path, &[("x-user", who)], None).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{method} {path} by {who}");
    }
    let wrong = |price: &str| json!({ "seller": "bob", "item": "a lamp", "price": price });
    for (key, body, status, code) in [
        ("", wrong("1.00 USD"), 400, "IDEMPOTENCY_KEY_MISSING"),
        ("o-3", wrong("1.001 USD"), 400, "INVALID_AMOUNT"),
        ("o-3", wrong("1.00 ZZZ"), 400, "INVALID_CURRENCY"),
        ("o-3", json!({ "seller": "alice", "item": "a lamp", "price": "1.00 USD" }), 400, "INVALID_REQUEST"),
        ("o-3", json!({ "seller": "bob" }), 400, "INVALID_REQUEST"),
    ] {
        let headers = [("x-user", "alice"), ("idempotency-key", key)];
        let headers = if key.is_empty() { &headers[..1] } else { &headers[..] };
        let refused = shop.ask("POST", "/orders", headers, Some(&body)).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{body}");
    }
    for headers in [&[][..], &[("x-user", "system"), ("x-role", "system")][..]] {
        let stranger = shop.ask("GET", "/balance", headers, None).await;
        assert_eq!((stranger.status, stranger.code()), (401, "LOGIN_REQUIRED"));
    }
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (1, (1, 0)));
}

#[tokio::test]
async fn an_order_that_is_not_written_leaves_no_deal() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "10.00 USD").await;
    // what cannot be paid
    assert_eq!(order(&shop, "o-1", "10.01 USD").await.status, 409);
    // and what the shop's own table refuses
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no lamps''; END'; \
                  CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()";
    sqlx::raw_sql(refuse).execute(&pool).await.unwrap();
    let failed = order(&shop, "o-2", "1.00 USD").await;
    assert_eq!((failed.status, failed.code()), (500, "INTERNAL"));
    assert!(!failed.body.to_string().contains("lamps"), "nobody outside is told what the database said");
    assert_eq!((orders(&url).await, deals(&url).await), (0, (0, 0)));
    assert_eq!(balance(&shop, "alice").await, "10.00");
    // once it is mended the same request goes through
    sqlx::query("DROP TRIGGER refuse ON orders").execute(&pool).await.unwrap();
    assert_eq!(order(&shop, "o-2", "1.00 USD").await.status, 201);
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (1, (1, 0)));
}

#[tokio::test]
async fn a_large_order_waits_for_two_admins() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "5000000 KRW").await;
    let asked = order(&shop, "o-1", "2000000 KRW").await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let again = order(&shop, "o-1", "2000000 KRW").await;
    assert_eq!((again.status, &again.body), (202, &asked.body), "nobody is asked twice");
    assert_eq!(balance(&shop, "alice").await, "5000000");
    let path = format!("/approvals/{}", asked.body["approval"].as_str().unwrap());
    let waiting = shop.get(&path, "alice").await;
    assert_eq!((waiting.status, &waiting.body["state"]), (200, &json!("pending")));
    let approve = format!("{path}/approve");
    let own = shop.post(&approve, "alice", "-", json!({})).await;
    assert_eq!(own.status, 403, "{own:?}");
    for (admin, executed) in [("kim", false), ("lee", true)] {
        let headers = [("x-user", admin), ("x-role", "admin")];
        let voted = shop.ask("POST", &approve, &headers, None).await;
        assert_eq!((voted.status, &voted.body["executed"]), (200, &json!(executed)), "{voted:?}");
    }
    assert_eq!(balance(&shop, "alice").await, "3000000");
    let done = order(&shop, "o-1", "2000000 KRW").await;
    assert_eq!((done.status, &done.body["order"]), (201, &asked.body["order"]));
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (1, (1, 1)));
}

#[tokio::test]
async fn fifty_buyers_of_one_balance_spend_it_once() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "100.00 USD").await;
    let keys: Vec<String> = (0..50).map(|number| format!("o-{number}")).collect();
    let answers = futures(keys.iter().map(|key| order(&shop, key, "10.00 USD"))).await;
    let (paid, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((paid.len(), refused.len()), (10, 40));
    assert!(refused.iter().all(|no| (no.status, no.code()) == (409, "INSUFFICIENT_BALANCE")), "{refused:?}");
    assert_eq!(balance(&shop, "alice").await, "0.00");
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (10, (10, 0)));
}

/// The server ends in the middle of the day, by SIGTERM and by SIGKILL. What it answered holds, and what it
/// did not answer is asked again.
#[tokio::test]
async fn a_restart_loses_and_doubles_nothing() {
    let url = database().await;
    let shop = Server::start(&url).await;
    funded(&shop, "alice", "100.00 USD").await;
    let first = order(&shop, "o-1", "40.00 USD").await;
    shop.stop().await;

    let shop = Server::start(&url).await;
    assert_eq!(order(&shop, "o-1", "40.00 USD").await.body, first.body);
    let path = format!("/orders/{}", first.body["order"]["id"]);
    assert_eq!(shop.post(&format!("{path}/ship"), "bob", "-", json!({})).await.status, 200);
    // some of these are under way when it is killed
    let keys: Vec<String> = (0..6).map(|number| format!("k-{number}")).collect();
    let race = futures(keys.iter().map(|key| shop.try_post("/orders", "alice", key, "10.00 USD")));
    let (answers, ()) = tokio::join!(race, async {
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        shop.kill();
    });
    let answered = answers.iter().flatten().filter(|answer| answer.status == 201).count();

    let shop = Server::start(&url).await;
    for key in &keys {
        assert_eq!(
            order(&shop, key, "10.00 USD").await.status,
            201,
            "{key}: {answered} were answered before"
        );
    }
    assert_eq!(balance(&shop, "alice").await, "0.00");
    shop.stop().await;
    assert_eq!((orders(&url).await, deals(&url).await), (7, (7, 0)));
}

/// The lines of the page run as they stand.
#[tokio::test]
async fn the_page_s_lines_run() {
    let page = include_str!("../README.md");
    let script: String = page
        .split("```sh\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .filter(|block| block.contains("curl"))
        .collect();
    let url = database().await;
    let shop = Server::start(&url).await;
    let mut bash = tokio::process::Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script]).env("SHOP", shop.base());
    let ran = bash.output().await.unwrap();
    let (said, complained) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complained}");
    assert!(said.contains(r#""state":"released""#) && said.contains(r#""executed":true"#), "{said}");
    shop.stop().await;
}
