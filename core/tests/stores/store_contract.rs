//! Every store of this build passes the public contract suite.

#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
pub(crate) mod hosted;

use std::sync::Arc;

use earnest::env::Clock;
use earnest::store::memory::MemoryStore;
#[cfg(feature = "postgres")]
use earnest::store::sql::Flavour;
use earnest::store::{Fault, SharedStore, contract};

#[cfg(feature = "postgres")]
use crate::statements::keep_to_their_books;
#[cfg(feature = "postgres")]
use crate::support::{postgres, router::Router};

pub(crate) fn passed(outcome: Result<contract::Report, contract::Failure>, at_least: usize) {
    let report = outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(report.passed.len() >= at_least, "only {:?}", report.passed);
    assert_eq!(report.passed.len() + report.skipped.len(), contract::checks().len());
}

#[tokio::test]
async fn memory_passes() {
    let open = || async { Ok::<SharedStore, Fault>(Arc::new(MemoryStore::new(Clock::System))) };
    passed(contract::suite(open).await, 35);
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_passes() {
    use earnest::store::sqlite::{SqliteOptions, SqliteStore};
    let folder = tempfile::tempdir().unwrap();
    let opened = std::sync::atomic::AtomicUsize::new(0);
    let open = || async {
        let number = opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = folder.path().join(format!("{number}.db"));
        let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
        let options = SqliteOptions { currencies, ..SqliteOptions::default() };
        Ok::<SharedStore, Fault>(Arc::new(SqliteStore::open(path.to_str().unwrap(), options).await?))
    };
    passed(contract::suite(open).await, 35);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn postgres_passes() {
    use earnest::store::postgres::{PostgresOptions, PostgresStore};
    // one database, and a schema for each check
    let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
    let (recorder, url) = Router::recording(&url).await;
    let opened = std::sync::atomic::AtomicUsize::new(0);
    let open = || async {
        let schema = format!("s{}", opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
        let options = PostgresOptions { currencies, schema, ..PostgresOptions::default() };
        Ok::<SharedStore, Fault>(Arc::new(PostgresStore::open(&url, options).await?))
    };
    passed(contract::suite(open).await, 35);
    keep_to_their_books(&recorder, Flavour::Plain, 250).await;
}

/// The host executor, over transactions that the test opens as an application would.
#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
mod inside_transactions {
    use earnest::store::postgres::{PostgresOptions, PostgresStore};
    use earnest::store::sqlite::{SqliteOptions, SqliteStore};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn of_sqlite_pass() {
        let folder = tempfile::tempdir().unwrap();
        let opened = std::sync::atomic::AtomicUsize::new(0);
        let open = || async {
            let number = opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let path = folder.path().join(format!("{number}.db"));
            let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
            let options = SqliteOptions { currencies: currencies.clone(), ..SqliteOptions::default() };
            let store = SqliteStore::open(path.to_str().unwrap(), options).await?;
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            let names = store.names().clone();
            Ok::<SharedStore, Fault>(hosted::on_sqlite(Arc::new(store), pool, names, currencies))
        };
        passed(contract::suite(open).await, 35);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_postgres_pass() {
        let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
        let (recorder, url) = Router::recording(&url).await;
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        let opened = std::sync::atomic::AtomicUsize::new(0);
        let open = || async {
            let schema = format!("h{}", opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
            let options =
                PostgresOptions { currencies: currencies.clone(), schema, ..PostgresOptions::default() };
            let store = PostgresStore::open(&url, options).await?;
            let names = store.names().clone();
            Ok::<SharedStore, Fault>(hosted::on_postgres(Arc::new(store), pool.clone(), names, currencies))
        };
        passed(contract::suite(open).await, 35);
        keep_to_their_books(&recorder, Flavour::Plain, 250).await;
    }
}

/// Stores that work on connections which an application lends them.
#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
mod on_an_applications_pool {
    use earnest::store::attached::{AttachedOptions, AttachedStore};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn of_sqlite_pass() {
        let folder = tempfile::tempdir().unwrap();
        let opened = std::sync::atomic::AtomicUsize::new(0);
        let open = || async {
            let number = opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let path = folder.path().join(format!("{number}.db"));
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
            let options = AttachedOptions { currencies, ..AttachedOptions::default() };
            Ok::<SharedStore, Fault>(Arc::new(AttachedStore::open(Arc::new(pool), options).await?))
        };
        passed(contract::suite(open).await, 35);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_postgres_pass() {
        let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        let opened = std::sync::atomic::AtomicUsize::new(0);
        let open = || async {
            let schema = format!("a{}", opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            let currencies = Arc::new(std::sync::RwLock::new(contract::currencies()?));
            let options = AttachedOptions { currencies, schema, ..AttachedOptions::default() };
            let pool = Arc::new(pool.clone());
            Ok::<SharedStore, Fault>(Arc::new(AttachedStore::open(pool, options).await?))
        };
        passed(contract::suite(open).await, 35);
    }
}
