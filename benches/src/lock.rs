//! The transaction that most applications write: lock two rows, change two balances, insert two entries and
//! the key.
//!
//! It is a fair one: rows are locked in one order so that nothing deadlocks, funds are checked under the
//! lock, the idempotency key is claimed first, statements are prepared once, and on SQLite one connection
//! writes, so that nobody sleeps on a busy file. It writes no events, no chain and no balances before; and
//! balances are `bigint`.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, PgPool, Row as _, SqlitePool};

use crate::Done;
use crate::args::ContenderOrder;
use crate::bank::{Workload, account};
use crate::host;
use crate::ledger::{CALLERS, load};
use crate::meter::{self, Kind};
use crate::output::{self, failed};
use crate::shared::{Draw, Figures, Work, clock, drive};

/// The funds of every account; more than any run can spend.
const FUNDS: i64 = 100_000_000_000;

/// `lock-two-rows`, and `by-hand` with a row of the application's own and one for the transfer.
pub(crate) async fn lock_two_rows(order: &ContenderOrder, by_hand: bool) -> Done {
    if order.order.workload == Workload::LastPiece && !by_hand {
        return crate::piece::last_piece(order).await;
    }
    let accounts = match order.order.workload {
        Workload::Transfer => order.order.base.accounts,
        Workload::Hot => 2,
        other => return failed(format!("this contender does no `{}`", other.name())),
    };
    let base = &order.order.base;
    let pool = match meter::kind(&base.store)? {
        Kind::Memory => return failed("this contender needs a database"),
        Kind::Sqlite(path) => Pool::Sqlite(host::sqlite(&path).await?),
        Kind::Postgres => Pool::Postgres(postgres(&base.store, order).await?),
    };
    pool.prepare(accounts).await?;
    let work = Arc::new(Locking { sql: Sql::of(&pool), pool, accounts, by_hand });
    let load = load(base, CALLERS);
    let before = work.pool.sum(&work.sql).await?;
    let served = meter::served(&base.store).await?;
    let began = clock::now();
    let tally = drive(work.clone(), &load, Arc::default()).await;
    let micros = clock::micros_since(began);
    let served = meter::served_since(&base.store, served).await?;
    let conserved = work.pool.sum(&work.sql).await? == before;
    work.pool.close().await;
    let figures = Figures::of_units(&tally, 1, micros, conserved).served(served);
    output::print(&figures, order.order.base.json)
}

/// A pool of PostgreSQL, and the schema of this contender.
pub(crate) async fn postgres(url: &str, order: &ContenderOrder) -> Done<PgPool> {
    let pool = host::postgres(url, order).await?;
    sqlx::query("CREATE SCHEMA IF NOT EXISTS peer_lock").execute(&pool).await?;
    Ok(pool)
}

/// A pool of either database.
pub(crate) enum Pool {
    /// Of one connection that writes.
    Sqlite(SqlitePool),
    /// Of connections that are all open.
    Postgres(PgPool),
}

/// Runs a body with either pool.
macro_rules! either {
    ($pool:expr, $one:ident => $body:expr) => {
        match $pool {
            Pool::Sqlite($one) => $body,
            Pool::Postgres($one) => $body,
        }
    };
}
pub(crate) use either;

/// The statements of one dialect.
struct Sql {
    claim: String,
    lock: String,
    debit: String,
    credit: String,
    entry: String,
    transfer: String,
    sum: String,
}

impl Sql {
    fn of(pool: &Pool) -> Self {
        let (p, lock) = match pool {
            Pool::Sqlite(_) => ("peer_lock_", ""),
            Pool::Postgres(_) => ("peer_lock.", " FOR UPDATE"),
        };
        Self {
            claim: format!(
                "INSERT INTO {p}idempotency (key, request) VALUES ($1, $2) ON CONFLICT DO NOTHING"
            ),
            lock: format!("SELECT id, balance FROM {p}account WHERE id IN ($1, $2) ORDER BY id{lock}"),
            debit: format!("UPDATE {p}account SET balance = balance - $2 WHERE id = $1"),
            credit: format!("UPDATE {p}account SET balance = balance + $2 WHERE id = $1"),
            entry: format!(
                "INSERT INTO {p}entry (transfer, account, amount, balance_after) VALUES ($1, $2, $3, $4)"
            ),
            transfer: format!("INSERT INTO {p}transfer (id, amount) VALUES ($1, $2)"),
            sum: format!("SELECT CAST(sum(balance) AS text) FROM {p}account"),
        }
    }
}

impl Pool {
    /// Tables, and accounts with enough for any run.
    pub(crate) async fn prepare(&self, accounts: u64) -> Done {
        let (p, id) = match self {
            Self::Sqlite(_) => ("peer_lock_", "id integer PRIMARY KEY"),
            Self::Postgres(_) => ("peer_lock.", "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        };
        // `peer_lock.entry` has its index in the same schema by itself
        let index = p.replace('.', "_");
        let tables = [
            format!(
                "CREATE TABLE IF NOT EXISTS {p}account \
                 (id text PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0))"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {p}entry ({id}, transfer text NOT NULL, account text NOT NULL, \
                 amount bigint NOT NULL, balance_after bigint NOT NULL, \
                 created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {p}transfer (id text PRIMARY KEY, amount bigint NOT NULL, \
                 created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)"
            ),
            format!("CREATE INDEX IF NOT EXISTS {index}entry_account ON {p}entry (account, id)"),
            format!(
                "CREATE TABLE IF NOT EXISTS {p}idempotency (key text PRIMARY KEY, request text NOT NULL, \
                 created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)"
            ),
        ];
        let fund = format!(
            "INSERT INTO {p}account (id, balance) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET balance = $2"
        );
        either!(self, pool => {
            for table in tables {
                sqlx::query(AssertSqlSafe(table)).execute(pool).await?;
            }
            let mut tx = pool.begin().await?;
            for number in 0..accounts {
                let fund = sqlx::query(AssertSqlSafe(fund.as_str()));
                fund.bind(account(number)).bind(FUNDS).execute(&mut *tx).await?;
            }
            tx.commit().await?;
        });
        Ok(())
    }

    /// All balances together.
    async fn sum(&self, sql: &Sql) -> Done<String> {
        let text = sql.sum.as_str();
        Ok(either!(self, pool => sqlx::query(AssertSqlSafe(text)).fetch_one(pool).await?.try_get(0)?))
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        either!(self, pool => pool.close().await);
    }
}

struct Locking {
    pool: Pool,
    sql: Sql,
    accounts: u64,
    /// Whether the transaction is an application's, with an order of its own and a row for the transfer.
    by_hand: bool,
}

/// A transfer of money.
struct Order {
    key: String,
    from: String,
    to: String,
    minor: i64,
}

/// The transaction itself, the same text for both databases.
macro_rules! transfer {
    ($begun:expr, $self:ident, $order:expr) => {{
        let (sql, order) = (&$self.sql, $order);
        let mut tx = $begun.await?;
        if $self.by_hand {
            sqlx::query(host::ORDER).bind(&order.key).execute(&mut *tx).await?;
        }
        let request = format!("{}>{}:{}", order.from, order.to, order.minor);
        let claim = sqlx::query(AssertSqlSafe(sql.claim.as_str())).bind(&order.key).bind(request);
        if claim.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(Outcome::Replayed);
        }
        let lock = sqlx::query(AssertSqlSafe(sql.lock.as_str())).bind(&order.from).bind(&order.to);
        let (mut payer, mut payee) = (None, None);
        for row in lock.fetch_all(&mut *tx).await? {
            let (id, balance): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            if id == order.from { payer = Some(balance) } else { payee = Some(balance) }
        }
        let (Some(payer), Some(payee)) = (payer, payee) else { return Ok(Outcome::NotFound) };
        if payer < order.minor {
            return Ok(Outcome::Insufficient);
        }
        for (text, account) in [(&sql.debit, &order.from), (&sql.credit, &order.to)] {
            sqlx::query(AssertSqlSafe(text.as_str()))
                .bind(account)
                .bind(order.minor)
                .execute(&mut *tx)
                .await?;
        }
        let legs =
            [(&order.from, -order.minor, payer - order.minor), (&order.to, order.minor, payee + order.minor)];
        for (account, amount, after) in legs {
            let entry = sqlx::query(AssertSqlSafe(sql.entry.as_str())).bind(&order.key).bind(account);
            entry.bind(amount).bind(after).execute(&mut *tx).await?;
        }
        if $self.by_hand {
            let transfer = sqlx::query(AssertSqlSafe(sql.transfer.as_str())).bind(&order.key);
            transfer.bind(order.minor).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }};
}

enum Outcome {
    Done,
    Replayed,
    NotFound,
    Insufficient,
}

impl Locking {
    async fn run(&self, order: &Order) -> Result<Outcome, sqlx::Error> {
        match &self.pool {
            Pool::Sqlite(pool) => transfer!(pool.begin_with("BEGIN IMMEDIATE"), self, order),
            Pool::Postgres(pool) => transfer!(pool.begin(), self, order),
        }
    }
}

impl Work for Locking {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        let (from, to) = draw.pair(self.accounts);
        let minor = i64::try_from(draw.minor()).unwrap_or(1);
        let order = Order { key, from: account(from), to: account(to), minor };
        match self.run(&order).await {
            Ok(Outcome::Done | Outcome::Replayed) => Ok(()),
            Ok(Outcome::NotFound) => Err("account_not_found".to_owned()),
            Ok(Outcome::Insufficient) => Err("insufficient_balance".to_owned()),
            Err(error) => {
                let code = error.as_database_error().and_then(|error| error.code());
                Err(code.map_or_else(|| error.to_string(), |code| code.into_owned()))
            }
        }
    }
}
