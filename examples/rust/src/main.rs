//! A shop on PostgreSQL: its orders and the deals that hold their money are written in one transaction.

mod failure;
mod login;
mod orders;
mod routes;

use std::error::Error;

use earnest::Engine;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// The state for every request: the shop's own connections, and the engine on the same database.
#[derive(Clone, Debug)]
struct Shop {
    bank: Engine,
    pool: PgPool,
}

impl Shop {
    async fn open(url: &str) -> Result<Self, Box<dyn Error>> {
        let pool = PgPool::connect(url).await?;
        sqlx::raw_sql(include_str!("../orders.sql")).execute(&pool).await?;
        Ok(Self { bank: Engine::open(url).await?, pool })
    }

    /// Answers what was begun, lets the engine finish what it was asked, and gives the connections back.
    async fn close(self) {
        self.bank.close().await;
        self.pool.close().await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a program is told by the environment where its database is")]
fn setting(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let shop = Shop::open(&setting("DATABASE_URL", "postgres://localhost/shop")).await?;
    let listener = TcpListener::bind(format!("127.0.0.1:{}", setting("PORT", "3000"))).await?;
    // before anybody knows where we listen
    let mut end = signal(SignalKind::terminate())?;
    println!("http://{}", listener.local_addr()?);
    let asked_to_end = async move {
        tokio::select! {
            _ = end.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    axum::serve(listener, routes::all(shop.clone())).with_graceful_shutdown(asked_to_end).await?;
    shop.close().await;
    Ok(())
}
