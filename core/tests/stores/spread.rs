//! Two real servers, each of which has some of the books, behind a router that goes by `$1` of every
//! statement: the store keeps its contract, and nothing is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use earnest::store::postgres::{PostgresOptions, PostgresStore};
use earnest::store::sql::Flavour;
use earnest::store::{Fault, SharedStore, Store as _, contract};

use super::statements::keep_to_their_books;
use super::store_contract::{hosted, passed};
use crate::support::router::{Mode, Router, home};
use crate::support::servers::Server;

/// Where books are spread: over two servers behind a router, or over the cluster that `EARNEST_TEST_CLUSTER`
/// names, whose database has Citus.
pub(super) struct Place {
    pub(super) router: Option<Router>,
    pub(super) url: String,
    /// How the schemas of this run begin on a cluster, which keeps them.
    schemas: String,
    pub(super) servers: Vec<Server>,
}

impl Place {
    async fn open() -> Self {
        if let Ok(url) = std::env::var("EARNEST_TEST_CLUSTER") {
            let began = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            let schemas = format!("c{:x}_", began.as_micros());
            return Self { router: None, url, schemas, servers: Vec::new() };
        }
        Self::routed(Mode::Sound).await
    }

    pub(super) async fn routed(mode: Mode) -> Self {
        let started = tokio::task::spawn_blocking(|| vec![Server::primary(), Server::primary()]);
        let servers = started.await.unwrap();
        let urls: Vec<String> = servers.iter().map(|server| server.database("bank")).collect();
        let addresses: Vec<String> = servers.iter().map(Server::address).collect();
        let router = Router::in_mode(&addresses, mode).await;
        let url = format!("{}?books=spread", router.url(&urls[0]));
        Self { router: Some(router), url, schemas: "s".into(), servers }
    }

    /// A store with a schema of its own, made and distributed on a cluster.
    async fn store(&self, number: usize) -> Result<PostgresStore, Fault> {
        let open = async || {
            let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
            let schema = format!("{}{number}", self.schemas);
            PostgresStore::open(
                &self.url,
                PostgresOptions { currencies, schema, ..PostgresOptions::default() },
            )
            .await
        };
        if self.router.is_none() {
            let store = open().await?;
            store.migrate().await?;
            assert!(store.distribute().await?);
            store.close().await;
        }
        let store = open().await?;
        assert_eq!(store.names().flavour(), Flavour::Spread);
        Ok(store)
    }

    /// Where applications connect.
    fn bare(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// Nothing was refused, every statement keeps to its book, and both servers had work.
    async fn was_spread(&self) {
        let Some(router) = &self.router else { return };
        was_spread(router).await;
    }
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
    let place = Place::open().await;
    let number = AtomicUsize::new(0);
    let open = || async {
        let store = place.store(number.fetch_add(1, Ordering::Relaxed)).await?;
        Ok::<SharedStore, Fault>(Arc::new(store))
    };
    passed(contract::suite(open).await, 35);
    place.was_spread().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_keep_it_in_transactions_of_applications() {
    let place = Place::open().await;
    let pool = sqlx::PgPool::connect(place.bare()).await.unwrap();
    let number = AtomicUsize::new(1_000);
    let open = || async {
        let store = place.store(number.fetch_add(1, Ordering::Relaxed)).await?;
        let (names, currencies) =
            (store.names().clone(), Arc::new(std::sync::RwLock::new(contract::currencies()?)));
        Ok::<SharedStore, Fault>(hosted::on_postgres(Arc::new(store), pool.clone(), names, currencies))
    };
    passed(contract::suite(open).await, 35);
    place.was_spread().await;
}

/// The router would find it: what names no book, or the books of two servers in one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_no_server_is_refused() {
    let place = Place::routed(Mode::Sound).await;
    place.store(0).await.unwrap().migrate().await.unwrap();
    let pool = sqlx::PgPool::connect(place.bare()).await.unwrap();
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
    assert_eq!(place.router.as_ref().map(|router| router.seen().refused.len()), Some(4));
}

/// A router that would spoil the books is refused by what it does, before anything is kept in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_spoils_books_is_refused() {
    for (mode, why) in [
        (Mode::Broadcasts, "sends a write to every server"),
        (Mode::Tears, "sends statements of one transaction to different servers"),
    ] {
        let place = Place::routed(mode).await;
        let store = place.store(0).await.unwrap();
        // the tables are made, and then the router is tried
        for fault in [store.migrate().await.unwrap_err(), place.store(0).await.map(drop).unwrap_err()] {
            let error = fault.into_error(false);
            assert_eq!(error.code().as_str(), "not_supported", "{error}");
            assert!(error.message().contains(why), "{error}");
        }
        for server in &place.servers {
            assert_eq!(server.sql_in("bank", "SELECT count(*) FROM s0.book"), "0", "something was left");
        }
    }
}
