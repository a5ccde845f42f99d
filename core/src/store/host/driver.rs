//! Rust hosts: operations inside an open transaction of the application, by `sqlx`.

use std::any::Any;

use async_trait::async_trait;
#[cfg(feature = "sqlite")]
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor, Transaction};
#[cfg(feature = "sqlite")]
use sqlx_core::transaction::TransactionManager as _;

use super::{HostConnection, Plain};
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
                let arguments = bound::<$arguments>(params)?;
                let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arguments);
                let rows = self.fetch_all(query).await.map_err(|error| fault(&error))?;
                rows.iter().map(cells).collect()
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

        holds! { [] Transaction<'_, $database> }
    };
}

#[cfg(feature = "postgres")]
driver!(sqlx::Postgres, sqlx::PgConnection, Postgres, sqlx::postgres::PgArguments, {});

// SQLite writes an operation table by table. The savepoints are sqlx's own, because sqlx can start a rollback
// without awaiting. A plain statement could not be sent from a future that is being dropped.
#[cfg(feature = "sqlite")]
driver!(sqlx::Sqlite, sqlx::SqliteConnection, Sqlite, sqlx::sqlite::SqliteArguments, {
    async fn batch(&mut self, statements: &[Plain], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        let (text, params) = joined(statements);
        let arguments = bound::<sqlx::sqlite::SqliteArguments>(&params)?;
        let mut results = self.fetch_many(sqlx::query_with(AssertSqlSafe(text), arguments));
        let (mut counts, mut rows) = (Vec::with_capacity(statements.len()), 0);
        while let Some(result) = results.try_next().await.map_err(|error| fault(&error))? {
            if result.is_right() {
                rows += 1;
                continue;
            }
            let expected = expected.get(counts.len()).copied().flatten();
            counts.push(rows);
            if expected.is_some_and(|expected| expected != rows) {
                break;
            }
            rows = 0;
        }
        Ok(counts)
    }

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

/// Parameters as sqlx takes them.
fn bound<A: sqlx::Arguments>(params: &[Option<String>]) -> Result<A, Fault>
where
    for<'p> Option<&'p str>: sqlx::Encode<'p, A::Database> + sqlx::Type<A::Database>,
{
    let mut arguments = A::default();
    for param in params {
        let added = arguments.add(param.as_deref());
        added.map_err(|error| fault(&sqlx::Error::Encode(error)))?;
    }
    Ok(arguments)
}

/// A row whose columns are all text or NULL, whatever the server says of their types.
pub(in crate::store) fn cells<R: sqlx::Row>(row: &R) -> Result<Cells, Fault>
where
    usize: sqlx::ColumnIndex<R>,
    for<'r> String: sqlx::Decode<'r, R::Database>,
{
    let cell = |i| row.try_get_unchecked::<Option<String>, _>(i).map_err(|error| fault(&error));
    (0..row.len()).map(cell).collect()
}

/// Statements as one text with consecutive parameters: one hop to SQLite's thread for all of them.
#[cfg(feature = "sqlite")]
fn joined(statements: &[Plain]) -> (String, Vec<Option<String>>) {
    let mut text = String::with_capacity(statements.iter().map(|(sql, _)| sql.len() + 16).sum());
    let mut params = Vec::new();
    for (sql, own) in statements {
        let mut parts = sql.split('$');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // a path into JSON begins with the same sign
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            text.push('$');
            if let Ok(number) = part[..digits].parse::<usize>() {
                text.push_str(&(number + params.len()).to_string());
            }
            text.push_str(&part[digits..]);
        }
        text.push(';');
        params.extend_from_slice(own);
    }
    (text, params)
}

#[cfg(feature = "sqlite")]
type Savepoints = <sqlx::Sqlite as sqlx::Database>::TransactionManager;

pub(in crate::store) fn fault(error: &sqlx::Error) -> Fault {
    let said = error.as_database_error();
    let code = said.and_then(|error| error.code());
    let reason = said.map_or_else(|| error.to_string(), |error| error.message().to_owned());
    codes::host(code.as_deref(), &reason)
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    #[test]
    fn joined_statements_have_consecutive_parameters() {
        let plain = |sql: &str, params: &[&str]| -> Plain {
            (sql.to_owned(), params.iter().map(|param| Some((*param).to_owned())).collect())
        };
        let all = [
            plain("SELECT $1, $2, $1", &["a", "b"]),
            plain("SELECT 1", &[]),
            plain("SELECT json_extract($1, '$[0]'), $12", &["c"; 12]),
        ];
        let (text, params) = joined(&all);
        assert_eq!(text, "SELECT $1, $2, $1;SELECT 1;SELECT json_extract($3, '$[0]'), $14;");
        assert_eq!(params.len(), 14);
    }
}
