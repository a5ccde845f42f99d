//! Host transactions: the same statements as text, inside a savepoint of the host's transaction.

use std::sync::{Arc, RwLock};

use super::{HostConnection, HostSession, Savepoint};
use crate::currency::Currencies;
use crate::env::Clock;
use crate::ids::Book;
use crate::rows::listing::Listing;
use crate::rows::needs::Access;
use crate::rows::writes::Writes;
use crate::store::sql::{Names, tests as common};
use crate::store::{FaultKind, Session as _, Wait, Written};

fn session<'h>(connection: &'h mut dyn HostConnection, names: &Arc<Names>) -> HostSession<'h> {
    let currencies = Arc::new(RwLock::new(Currencies::iso()));
    HostSession::new(
        Box::new(connection),
        Arc::clone(names),
        Clock::test(common::at(12)),
        currencies,
        Savepoint::Operation,
    )
}

/// Writes, refuses, reads and lists on a host's connection.
async fn suite(connection: &mut dyn HostConnection, names: &Arc<Names>) {
    let book = Book::stored("hosted");
    let everything = common::everything(&book);
    let mut session = session(connection, names);
    session.begin().await.unwrap();
    assert_eq!(session.write(&everything).await.unwrap(), Written::All);
    session.commit().await.unwrap();
    // a refusal leaves the host's transaction and what it wrote
    session.begin().await.unwrap();
    let locked = session.lock(&common::all(&book, Access::Drain), Wait::Block).await.unwrap();
    assert_eq!((&locked.accounts, &locked.drained), (&everything.accounts.insert, &everything.streams));
    assert_eq!(session.write(&everything).await.unwrap(), Written::Stale);
    session.rollback().await.unwrap();
    session.begin().await.unwrap();
    let twice = Writes { entries: everything.entries.clone(), ..Writes::default() };
    assert_eq!(session.write(&twice).await.unwrap_err().kind, FaultKind::Constraint);
    session.rollback().await.unwrap();
    let found = session.peek(&common::all(&book, Access::Read)).await.unwrap();
    assert_eq!((found.holds, found.keys), (everything.holds.insert, everything.keys.insert));
    let pass = Writes {
        heads: common::changed(&common::head(&book, 2, 1), common::head(&book, 2, 2)),
        folded: everything.streams.iter().map(crate::rows::row::Row::key).collect(),
        ..Writes::default()
    };
    session.begin().await.unwrap();
    assert_eq!(session.write(&pass).await.unwrap(), Written::All);
    session.commit().await.unwrap();
    let listing = Listing::AllTransfers { book, after: None, limit: 10 };
    assert_eq!(session.list(&listing).await.unwrap().entries, everything.entries);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn sqlite_hosts() {
    use crate::store::Store as _;
    use crate::store::sqlite::{SqliteOptions, SqliteStore};
    use sqlx::Connection as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("host.db");
    let store = SqliteStore::open(path.to_str().unwrap(), SqliteOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut conn = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let mut transaction = conn.begin().await.unwrap();
    suite(&mut transaction, store.names()).await;
    transaction.rollback().await.unwrap();
    let listing = Listing::Books { after: None, limit: 10 };
    assert!(store.reader().await.unwrap().list(&listing).await.unwrap().books.is_empty());
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_hosts() {
    use crate::store::Store as _;
    use crate::store::postgres::{PostgresOptions, PostgresStore};
    use sqlx::Connection as _;
    let url = crate::store::postgres::tests::database();
    let store = PostgresStore::open(&url, PostgresOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
    let mut transaction = conn.begin().await.unwrap();
    suite(&mut transaction, store.names()).await;
    let listing = Listing::Books { after: None, limit: 10 };
    assert!(store.reader().await.unwrap().list(&listing).await.unwrap().books.is_empty());
    transaction.commit().await.unwrap();
    assert_eq!(store.reader().await.unwrap().list(&listing).await.unwrap().books.len(), 1);
    // a write that is not complete has done nothing, even if nothing rolls it back and the host commits
    let book = Book::stored("hosted");
    let everything = common::everything(&book);
    let mut transaction = conn.begin().await.unwrap();
    let mut half = session(&mut transaction, store.names());
    let key = crate::rows::tables::KeyRow {
        key: crate::ids::Key::stored("new"),
        ..everything.keys.insert[0].clone()
    };
    let stale = Writes {
        keys: common::new(vec![key.clone()]),
        accounts: common::changed(
            &crate::rows::tables::AccountRow { version: 99, ..everything.accounts.insert[0].clone() },
            everything.accounts.insert[0].clone(),
        ),
        ..Writes::default()
    };
    half.begin().await.unwrap();
    assert_eq!(half.write(&stale).await.unwrap(), Written::Stale);
    drop(half);
    drop(transaction.commit().await);
    let mut needs = crate::rows::needs::Needs::default();
    needs.keys.insert((book.clone(), key.key.clone()));
    assert!(store.reader().await.unwrap().peek(&needs).await.unwrap().keys.is_empty());
    // a transaction that has failed already says so
    let mut transaction = conn.begin().await.unwrap();
    sqlx::query("SELECT 1 / 0").execute(&mut *transaction).await.unwrap_err();
    let mut session = session(&mut transaction, store.names());
    assert_eq!(session.begin().await.unwrap_err().kind, FaultKind::Aborted);
}
