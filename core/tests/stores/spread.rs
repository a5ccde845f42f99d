//! Two real servers, each of which has some of the books, behind a router that goes by `$1` of every
//! statement: the store keeps its contract, and nothing is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use earnest::store::postgres::{PostgresOptions, PostgresStore};
use earnest::store::sql::Flavour;
use earnest::store::{Fault, SharedStore, Store as _, contract};

use super::statements::keep_to_their_books;
use super::store_contract::{hosted, passed};
use crate::support::router::{Router, home};
use crate::support::servers::Server;

/// A database on two servers, and its URL through a router.
async fn two_servers() -> ([Server; 2], Router, String) {
    let started = tokio::task::spawn_blocking(|| [Server::primary(), Server::primary()]);
    let servers = started.await.unwrap();
    let urls = servers.each_ref().map(|server| server.database("bank"));
    let router = Router::before(&servers.each_ref().map(Server::address)).await;
    let url = format!("{}?books=spread", router.url(&urls[0]));
    (servers, router, url)
}

async fn opened(url: &str, number: usize) -> Result<PostgresStore, Fault> {
    let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
    let options = PostgresOptions { currencies, schema: format!("s{number}"), ..PostgresOptions::default() };
    PostgresStore::open(url, options).await
}

/// Nothing was refused, every statement keeps to its book, and both servers had work.
async fn was_spread(router: &Router) {
    let seen = router.seen();
    assert_eq!(seen.refused, Vec::<String>::new());
    println!(
        "statements of one book: {:?}, answered by all: {}, given to all: {}",
        seen.routed, seen.across, seen.broadcast
    );
    assert!(seen.routed.iter().all(|count| *count > 50), "{:?}", seen.routed);
    keep_to_their_books(router, Flavour::Spread, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_keep_the_contract_of_a_store() {
    let (_servers, router, url) = two_servers().await;
    let number = AtomicUsize::new(0);
    let open = || async {
        let store = opened(&url, number.fetch_add(1, Ordering::Relaxed)).await?;
        Ok::<SharedStore, Fault>(Arc::new(store))
    };
    passed(contract::suite(open).await, 35);
    was_spread(&router).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_keep_it_in_transactions_of_applications() {
    let (_servers, router, url) = two_servers().await;
    let pool = sqlx::PgPool::connect(url.split('?').next().unwrap()).await.unwrap();
    let number = AtomicUsize::new(0);
    let open = || async {
        let store = opened(&url, number.fetch_add(1, Ordering::Relaxed)).await?;
        let (names, currencies) =
            (store.names().clone(), Arc::new(std::sync::RwLock::new(contract::currencies()?)));
        Ok::<SharedStore, Fault>(hosted::on_postgres(Arc::new(store), pool.clone(), names, currencies))
    };
    passed(contract::suite(open).await, 35);
    was_spread(&router).await;
}

/// The router would find it: what names no book, or the books of two servers in one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_no_server_is_refused() {
    let (_servers, router, url) = two_servers().await;
    opened(&url, 0).await.unwrap().migrate().await.unwrap();
    let pool = sqlx::PgPool::connect(url.split('?').next().unwrap()).await.unwrap();
    let state = |error: sqlx::Error| error.as_database_error().unwrap().code().unwrap().into_owned();
    let moved = "UPDATE \"s0\".head SET seq = seq WHERE book = $1";
    for lost in [
        "UPDATE \"s0\".head SET seq = seq",
        "SELECT book FROM \"s0\".account FOR UPDATE",
        "DELETE FROM \"s0\".job WHERE book IN (SELECT book FROM \"s0\".book LIMIT 1)",
    ] {
        assert_eq!(state(sqlx::query(lost).execute(&pool).await.unwrap_err()), "0A000", "{lost}");
    }
    let [one, other] =
        [0, 1].map(|server| (0..).map(|n| format!("b{n}")).find(|b| home(b, 2) == server).unwrap());
    let mut tx = pool.begin().await.unwrap();
    sqlx::query(moved).bind(&one).execute(&mut *tx).await.unwrap();
    sqlx::query(moved).bind(&one).execute(&mut *tx).await.unwrap();
    let refused = sqlx::query(moved).bind(&other).execute(&mut *tx).await.unwrap_err();
    assert_eq!(state(refused), "0A000");
    assert_eq!(state(sqlx::query(moved).bind(&one).execute(&mut *tx).await.unwrap_err()), "25P02");
    tx.rollback().await.unwrap();
    for book in [&one, &other] {
        sqlx::query(moved).bind(book).execute(&pool).await.unwrap();
    }
    assert_eq!(router.seen().refused.len(), 4);
}
