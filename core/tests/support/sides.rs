//! The ways in which an engine is used: in memory, on own connections, and inside a host's open transaction.

use earnest::Engine;
use earnest::api::operations::call;
use sqlx::{PgPool, SqlitePool};

use crate::support::{Kind, Stage, Value, declared};

/// The transactions of a host beside an engine.
enum Host {
    None,
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A store under test, and whose transactions it is used in.
pub(crate) struct Side {
    pub(crate) stage: Stage,
    host: Host,
}

impl Side {
    /// Memory first: the others are compared with it.
    pub(crate) async fn all() -> Vec<Self> {
        let mut sides = Vec::new();
        for kind in Kind::all() {
            sides.push(Self { stage: Stage::open(kind).await, host: Host::None });
        }
        let stage = Stage::open(Kind::Sqlite).await;
        let file = stage.url.trim_start_matches("sqlite:").to_owned();
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        sides.push(Self {
            stage,
            host: Host::Sqlite(Box::pin(SqlitePool::connect_with(options)).await.unwrap()),
        });
        let stage = Stage::open(Kind::Postgres).await;
        let pool = Box::pin(PgPool::connect(&stage.url)).await.unwrap();
        sides.push(Self { stage, host: Host::Postgres(pool) });
        sides
    }

    pub(crate) fn name(&self) -> String {
        format!("{:?}{}", self.stage.kind, if matches!(self.host, Host::None) { "" } else { ", host" })
    }

    /// Calls in a transaction of its own, which is committed.
    pub(crate) async fn call(&self, bank: &Engine, name: &str, args: Value) -> earnest::Result<Value> {
        let outcome = match &self.host {
            Host::None => bank.call(name, args).await,
            Host::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                let reply = call(&bank.using(&mut tx).unwrap(), name, args).await;
                tx.commit().await.unwrap();
                reply
            }
            Host::Postgres(pool) => {
                let mut tx = pool.begin().await.unwrap();
                let reply = call(&bank.using(&mut tx).unwrap(), name, args).await;
                tx.commit().await.unwrap();
                reply
            }
        };
        declared(name, outcome)
    }
}
