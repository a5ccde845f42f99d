//! Rust hosts: the application's own pool of `sqlx`.

use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::{HostPool, LentConnection};
use crate::store::fault::Fault;
use crate::store::host::driver::{cells, fault};
use crate::store::host::{HostConnection as _, Plain};
use crate::store::sql::{Cells, Dialect, codes};

/// Answers a row in a transaction that was open before: sqlx counts only those that it has begun itself. What
/// is sent as one text has one time, at which a transaction that it begins has begun too. A statement with
/// parameters begins its transaction when they arrive and has the time at which it runs, a little later: the
/// question cannot stand in it.
#[cfg(feature = "postgres")]
const ASKS: &str = "SELECT CAST(1 AS text) AS c0 WHERE now() <> statement_timestamp()";
/// Fails behind the BEGIN in such a text, if that began nothing.
#[cfg(feature = "postgres")]
const GUARD: &str = "SELECT 1 / CASE WHEN now() = statement_timestamp() THEN 1 ELSE 0 END";

macro_rules! pool {
    ($database:ty, $dialect:ident, $asks:expr, $guard:expr) => {
        #[async_trait]
        impl HostPool for sqlx::Pool<$database> {
            fn dialect(&self) -> Dialect {
                Dialect::$dialect
            }

            fn size(&self) -> usize {
                self.options().get_max_connections() as usize
            }

            async fn lend(&self) -> Result<Box<dyn LentConnection>, Fault> {
                let conn = self.acquire().await.map_err(|error| fault(&error))?;
                Ok(Box::new(conn))
            }

            fn shares_library(&self) -> bool {
                true // there is one `libsqlite3-sys` in a program, or it does not link
            }
        }

        #[async_trait]
        impl LentConnection for PoolConnection<$database> {
            async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
                (**self).query(sql, params).await
            }

            async fn batch(
                &mut self,
                statements: &[Plain],
                expected: &[Option<u64>],
            ) -> Result<Vec<u64>, Fault> {
                (**self).batch(statements, expected).await
            }

            async fn is_clean(&mut self) -> Result<bool, Fault> {
                if self.is_in_transaction() {
                    return Ok(false);
                }
                let Some(asks) = $asks else { return Ok(true) };
                let rows = self.fetch_all(sqlx::raw_sql(asks)).await.map_err(|error| fault(&error))?;
                Ok(rows.is_empty())
            }

            async fn run(&mut self, statements: &[&str]) -> Result<Vec<Cells>, Fault> {
                let mut statements = statements.to_vec();
                if statements.first().is_some_and(|first| first.starts_with("BEGIN")) {
                    if self.is_in_transaction() {
                        return Err(codes::host(Some("25001"), "a transaction is open"));
                    }
                    statements.splice(1..1, $guard);
                }
                let text = AssertSqlSafe(statements.join("; "));
                let rows = self.fetch_all(sqlx::raw_sql(text)).await.map_err(|error| fault(&error))?;
                rows.last().map(cells).into_iter().collect()
            }

            async fn give_back(self: Box<Self>) {
                drop(self); // sqlx takes it back in a task of its own
            }

            fn discard(self: Box<Self>) {
                // it would be lent to somebody else with our transaction open; dropped, it is closed
                drop((*self).detach());
            }
        }
    };
}

#[cfg(feature = "postgres")]
pool!(sqlx::Postgres, Postgres, Some(ASKS), Some(GUARD));
#[cfg(feature = "sqlite")]
pool!(sqlx::Sqlite, Sqlite, None::<&str>, None);
