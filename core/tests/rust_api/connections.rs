//! The host's own connection: its statements between two calls, and connections without a transaction.

use earnest::requests::{GetBalance, OpenDeal, TopUp, Transfer};
use earnest::{Code, Engine, Options};
use sqlx::{Acquire as _, PgConnection, PgPool, SqliteConnection, SqlitePool};

use crate::support::postgres;

async fn funded(url: &str) -> Engine {
    let bank = Engine::open_with(url, Options::new().background(false)).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
    bank.ledger().top_up(TopUp::new("bob", "1.00 USD").key("t-2")).await.unwrap();
    bank
}

fn move_one(key: &str) -> Transfer {
    Transfer::new("alice", "bob", "1.00 USD").key(key)
}

async fn balance(bank: &Engine) -> String {
    bank.ledger().balance(GetBalance::new("alice")).await.unwrap().available.to_string()
}

macro_rules! scenario {
    ($bank:expr, $pool:expr, $own:ty, $other:ty) => {{
        let (bank, pool): (&Engine, _) = (&$bank, &$pool);
        sqlx::query("CREATE TABLE orders (deal text PRIMARY KEY)").execute(pool).await.unwrap();
        let orders = || async {
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM orders").fetch_one(pool).await.unwrap()
        };
        // the host's statements between the engine's, of one transaction
        for (commits, left, rows) in [(false, "100.00 USD", 0), (true, "98.00 USD", 1)] {
            let mut tx = pool.begin().await.unwrap();
            let mut mine = bank.using(&mut tx).unwrap();
            mine.ledger().transfer(move_one("m-1")).await.unwrap();
            let deal =
                mine.escrow().open(OpenDeal::new("alice", "bob", "1.00 USD").key("d-1")).await.unwrap();
            let sql = mine.connection::<$own>().unwrap();
            let insert = sqlx::query("INSERT INTO orders VALUES ($1)").bind(deal.deal.id.to_string());
            insert.execute(sql).await.unwrap();
            mine.ledger().transfer(move_one("m-2")).await.unwrap();
            let wrong = mine.connection::<$other>().unwrap_err();
            assert_eq!(wrong.code(), Code::NotSupported);
            drop(mine);
            if commits {
                tx.commit().await.unwrap()
            } else {
                tx.rollback().await.unwrap()
            }
            assert_eq!((balance(bank).await.as_str(), orders().await), (left, rows));
        }
        // a connection in which sqlx began a transaction is as good as the transaction
        let mut connection = pool.acquire().await.unwrap();
        let mut tx = connection.begin().await.unwrap();
        let mine = bank.using(&mut *tx).unwrap();
        mine.ledger().transfer(move_one("m-3")).await.unwrap();
        drop(mine);
        tx.commit().await.unwrap();
        assert_eq!(balance(bank).await, "97.00 USD");
        // one without would commit statement by statement: nothing is read or written in it
        for begin in [None, Some("BEGIN")] {
            if let Some(begin) = begin {
                sqlx::raw_sql(begin).execute(&mut *connection).await.unwrap();
            }
            let mine = bank.using(&mut *connection).unwrap();
            let write = mine.ledger().transfer(move_one("m-4")).await.unwrap_err();
            let read = mine.ledger().balance(GetBalance::new("alice")).await.unwrap_err();
            assert_eq!((write.code(), read.code()), (Code::NotInTransaction, Code::NotInTransaction));
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await.unwrap();
        assert_eq!(balance(bank).await, "97.00 USD");
        drop(connection);
        bank.close().await;
    }};
}

#[tokio::test]
async fn postgres() {
    let url = postgres::database();
    let bank = funded(&url).await;
    scenario!(bank, PgPool::connect(&url).await.unwrap(), PgConnection, SqliteConnection);
}

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let bank = funded(&format!("sqlite:{}", path.display())).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    scenario!(bank, SqlitePool::connect_with(options).await.unwrap(), SqliteConnection, PgConnection);
}
