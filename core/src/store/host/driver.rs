//! Rust hosts: operations inside an open transaction of the application, by `sqlx`.

use std::any::Any;

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection as _, Executor, Row as _, Transaction};
#[cfg(feature = "sqlite")]
use sqlx_core::transaction::TransactionManager as _;

use super::HostConnection;
use crate::store::fault::Fault;
use crate::store::sql::{Cells, Dialect, codes};

macro_rules! driver {
    ($database:ty, $connection:ty, $dialect:ident, $arguments:ty, { $($savepoint:tt)* }) => {
        #[async_trait]
        impl HostConnection for $connection {
            fn dialect(&self) -> Dialect {
                Dialect::$dialect
            }

            async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
                let mut arguments = <$arguments>::default();
                for param in params {
                    let added = sqlx::Arguments::add(&mut arguments, param.as_deref());
                    added.map_err(|error| fault(&sqlx::Error::Encode(error)))?;
                }
                let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arguments);
                let rows = self.fetch_all(query).await.map_err(|error| fault(&error))?;
                let cell = |error| fault(&error);
                rows.iter()
                    .map(|row| {
                        (0..row.len())
                            .map(|i| row.try_get_unchecked::<Option<String>, _>(i).map_err(cell))
                            .collect()
                    })
                    .collect()
            }

            async fn in_transaction(&mut self) -> Result<bool, Fault> {
                Ok(self.is_in_transaction()) // sqlx counts what was begun by it, and asks nobody
            }

            $($savepoint)*

            fn shares_library(&self) -> bool {
                true // there is one `libsqlite3-sys` in a program, or it does not link
            }

            fn own(&mut self) -> Option<&mut (dyn Any + Send)> {
                Some(self)
            }
        }

        #[async_trait]
        impl HostConnection for Transaction<'_, $database> {
            fn dialect(&self) -> Dialect {
                Dialect::$dialect
            }

            async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
                (**self).query(sql, params).await
            }

            async fn in_transaction(&mut self) -> Result<bool, Fault> {
                (**self).in_transaction().await
            }

            async fn savepoint(&mut self) -> Result<(), Fault> {
                (**self).savepoint().await
            }

            async fn release(&mut self) -> Result<(), Fault> {
                (**self).release().await
            }

            async fn roll_back(&mut self) -> Result<(), Fault> {
                (**self).roll_back().await
            }

            fn give_up(&mut self) {
                (**self).give_up();
            }

            fn shares_library(&self) -> bool {
                (**self).shares_library()
            }

            fn own(&mut self) -> Option<&mut (dyn Any + Send)> {
                (**self).own()
            }
        }
    };
}

#[cfg(feature = "postgres")]
driver!(sqlx::Postgres, sqlx::PgConnection, Postgres, sqlx::postgres::PgArguments, {});

// SQLite writes an operation table by table. Its savepoints are those of sqlx itself, which can send the way
// back to one without waiting; a plain statement could not be sent from a future that is being dropped.
#[cfg(feature = "sqlite")]
driver!(sqlx::Sqlite, sqlx::SqliteConnection, Sqlite, sqlx::sqlite::SqliteArguments, {
    async fn savepoint(&mut self) -> Result<(), Fault> {
        Savepoints::begin(self, None).await.map_err(|error| fault(&error))
    }

    async fn release(&mut self) -> Result<(), Fault> {
        Savepoints::commit(self).await.map_err(|error| fault(&error))
    }

    async fn roll_back(&mut self) -> Result<(), Fault> {
        Savepoints::rollback(self).await.map_err(|error| fault(&error))
    }

    fn give_up(&mut self) {
        Savepoints::start_rollback(self);
    }
});

#[cfg(feature = "sqlite")]
type Savepoints = <sqlx::Sqlite as sqlx::Database>::TransactionManager;

pub(in crate::store) fn fault(error: &sqlx::Error) -> Fault {
    let said = error.as_database_error();
    let code = said.and_then(|error| error.code());
    let reason = said.map_or_else(|| error.to_string(), |error| error.message().to_owned());
    codes::host(code.as_deref(), &reason)
}
