//! Calls by name: each view of an engine takes them, and answers as its typed services do.

use earnest::requests::{GetBalance, TopUp};
use earnest::{Actor, Engine, Options};
use serde_json::{Value, json};
use sqlx::SqlitePool;

macro_rules! answers_alike {
    ($($view:expr),+ $(,)?) => {
        $({
            let view = $view;
            let by_name = view.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
            let typed = view.ledger().balance(GetBalance::new("alice")).await.unwrap();
            assert_eq!(by_name, serde_json::to_value(typed).unwrap(), "{}", stringify!($view));
            let unknown: Result<Value, _> = view.call("ledger.nothing", json!({})).await;
            assert_eq!(unknown.unwrap_err().code().as_str(), "invalid_request", "{}", stringify!($view));
        })+
    };
}

#[tokio::test]
async fn each_view_of_an_engine_dispatches_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let url = format!("sqlite:{}", path.display());
    let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
    let book = bank.book_name().as_str().to_owned();
    let pool = SqlitePool::connect(&url).await.unwrap();
    answers_alike!(&bank, bank.acting(Actor::system()), bank.book(&book).unwrap());
    let mut tx = pool.begin().await.unwrap();
    answers_alike!(
        bank.using(&mut tx).unwrap(),
        bank.using(&mut tx).unwrap().acting(Actor::system()),
        bank.using(&mut tx).unwrap().book(&book).unwrap(),
        bank.using(&mut tx).unwrap().with_savepoints(),
    );
    tx.rollback().await.unwrap();
    bank.close().await;
}
