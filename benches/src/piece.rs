//! The transaction that most applications write for the last piece: claim the key, take the unit by a
//! conditional update, move its price, and insert the purchase.
//!
//! It is a fair one, on the tables of `lock.rs`: rows are locked in one order so that nothing deadlocks, and
//! who comes too late rolls back at once. It keeps no holds, limits, promos or events.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Row as _};

use crate::Done;
use crate::args::ContenderOrder;
use crate::bank::account;
use crate::host;
use crate::ledger::{CALLERS, load};
use crate::lock::{Pool, either, postgres};
use crate::meter::{self, Kind};
use crate::output::{self, failed};
use crate::sales::{PIECES, parts_of, piece};
use crate::shared::{Draw, Figures, Work, clock, drive};

/// The price of a piece, in minor units.
const PRICE: i64 = 1;

/// `lock-two-rows` with `--workload last_piece`.
pub(crate) async fn last_piece(order: &ContenderOrder) -> Done {
    let base = &order.order.base;
    let pool = match meter::kind(&base.store)? {
        Kind::Memory => return failed("this contender needs a database"),
        Kind::Sqlite(path) => Pool::Sqlite(host::sqlite(&path).await?),
        Kind::Postgres => Pool::Postgres(postgres(&base.store, order).await?),
    };
    pool.prepare(base.accounts).await?;
    let (load, sql) = (load(base, CALLERS), Sql::of(&pool));
    let work = Arc::new(Pieces { pool, sql, accounts: base.accounts });
    work.prepare(&load.run).await?;
    let before = work.sum().await?;
    let began = clock::now();
    let tally = drive(work.clone(), &load, Arc::default()).await;
    let micros = clock::micros_since(began);
    let conserved = work.sum().await? == before;
    work.pool.close().await;
    output::print(&Figures::of_units(&tally, 1, micros, conserved), base.json)
}

/// The statements of one dialect.
struct Sql {
    tables: [String; 2],
    offer: String,
    claim: String,
    take: String,
    debit: String,
    credit: String,
    entry: String,
    purchase: String,
    sum: String,
}

impl Sql {
    fn of(pool: &Pool) -> Self {
        let p = match pool {
            Pool::Sqlite(_) => "peer_lock_",
            Pool::Postgres(_) => "peer_lock.",
        };
        Self {
            tables: [
                format!(
                    "CREATE TABLE IF NOT EXISTS {p}offer \
                     (id text PRIMARY KEY, stock bigint NOT NULL, sold bigint NOT NULL CHECK (sold <= stock))"
                ),
                format!(
                    "CREATE TABLE IF NOT EXISTS {p}purchase (id text PRIMARY KEY, offer text NOT NULL, \
                     buyer text NOT NULL, price bigint NOT NULL, \
                     created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)"
                ),
            ],
            offer: format!("INSERT INTO {p}offer (id, stock, sold) VALUES ($1, 1, 0)"),
            claim: format!(
                "INSERT INTO {p}idempotency (key, request) VALUES ($1, $2) ON CONFLICT DO NOTHING"
            ),
            take: format!("UPDATE {p}offer SET sold = sold + 1 WHERE id = $1 AND sold < stock"),
            debit: format!(
                "UPDATE {p}account SET balance = balance - $2 WHERE id = $1 AND balance >= $2 RETURNING balance"
            ),
            credit: format!("UPDATE {p}account SET balance = balance + $2 WHERE id = $1 RETURNING balance"),
            entry: format!(
                "INSERT INTO {p}entry (transfer, account, amount, balance_after) VALUES ($1, $2, $3, $4)"
            ),
            purchase: format!("INSERT INTO {p}purchase (id, offer, buyer, price) VALUES ($1, $2, $3, $4)"),
            sum: format!("SELECT CAST(sum(balance) AS text) FROM {p}account"),
        }
    }
}

struct Pieces {
    pool: Pool,
    sql: Sql,
    accounts: u64,
}

/// A buyer's order of a piece.
struct Wish {
    key: String,
    offer: String,
    buyer: String,
    seller: String,
}

enum Outcome {
    /// Bought, or there is none: that is what most of them come for.
    Answered,
    Insufficient,
    NotFound,
}

/// The transaction itself, the same text for both databases.
macro_rules! buy {
    ($begun:expr, $sql:expr, $wish:expr) => {{
        let (sql, wish) = ($sql, $wish);
        let mut tx = $begun.await?;
        let request = format!("{} for {}", wish.offer, wish.buyer);
        let claim = sqlx::query(AssertSqlSafe(sql.claim.as_str())).bind(&wish.key).bind(request);
        if claim.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(Outcome::Answered);
        }
        let take = sqlx::query(AssertSqlSafe(sql.take.as_str())).bind(&wish.offer);
        if take.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(Outcome::Answered);
        }
        let debit = sqlx::query(AssertSqlSafe(sql.debit.as_str())).bind(&wish.buyer).bind(PRICE);
        let Some(row) = debit.fetch_optional(&mut *tx).await? else { return Ok(Outcome::Insufficient) };
        let of_buyer: i64 = row.try_get(0)?;
        let credit = sqlx::query(AssertSqlSafe(sql.credit.as_str())).bind(&wish.seller).bind(PRICE);
        let Some(row) = credit.fetch_optional(&mut *tx).await? else { return Ok(Outcome::NotFound) };
        let of_seller: i64 = row.try_get(0)?;
        for (account, amount, after) in [(&wish.buyer, -PRICE, of_buyer), (&wish.seller, PRICE, of_seller)] {
            let entry = sqlx::query(AssertSqlSafe(sql.entry.as_str())).bind(&wish.key).bind(account);
            entry.bind(amount).bind(after).execute(&mut *tx).await?;
        }
        let purchase = sqlx::query(AssertSqlSafe(sql.purchase.as_str())).bind(&wish.key).bind(&wish.offer);
        purchase.bind(&wish.buyer).bind(PRICE).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Outcome::Answered)
    }};
}

impl Pieces {
    /// The offers of a run, each with one piece.
    async fn prepare(&self, run: &str) -> Done {
        either!(&self.pool, pool => {
            for table in &self.sql.tables {
                sqlx::query(AssertSqlSafe(table.as_str())).execute(pool).await?;
            }
            let mut tx = pool.begin().await?;
            for number in 0..PIECES {
                let offer = sqlx::query(AssertSqlSafe(self.sql.offer.as_str()));
                offer.bind(piece(run, number)).execute(&mut *tx).await?;
            }
            tx.commit().await?;
        });
        Ok(())
    }

    async fn run(&self, wish: &Wish) -> Result<Outcome, sqlx::Error> {
        match &self.pool {
            Pool::Sqlite(pool) => buy!(pool.begin_with("BEGIN IMMEDIATE"), &self.sql, wish),
            Pool::Postgres(pool) => buy!(pool.begin(), &self.sql, wish),
        }
    }

    /// All balances together.
    async fn sum(&self) -> Done<String> {
        let text = self.sql.sum.as_str();
        Ok(either!(&self.pool, pool => sqlx::query(AssertSqlSafe(text)).fetch_one(pool).await?.try_get(0)?))
    }
}

impl Work for Pieces {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        let (run, number) = parts_of(&key);
        let offer = piece(run, number % PIECES);
        let buyer = account(1 + draw.below(self.accounts.max(2) - 1));
        let wish = Wish { offer, buyer, seller: account(0), key };
        match self.run(&wish).await {
            Ok(Outcome::Answered) => Ok(()),
            Ok(Outcome::Insufficient) => Err("insufficient_balance".to_owned()),
            Ok(Outcome::NotFound) => Err("account_not_found".to_owned()),
            Err(error) => {
                let code = error.as_database_error().and_then(|error| error.code());
                Err(code.map_or_else(|| error.to_string(), |code| code.into_owned()))
            }
        }
    }
}
