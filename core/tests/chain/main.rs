//! Withdrawals on a chain that is there: the engine's own driver, endpoints that lie, and anvil behind them.
//!
//! The clock of the engine stands until a test moves it; blocks are mined when a test says so. Each test has
//! a chain of its own.

#![cfg(all(feature = "chain", feature = "sqlite", feature = "postgres"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, is told by its environment what to do, and waits by the clock"
)]

#[path = "../support/mod.rs"]
mod support;

/// Makes one test of each scenario on SQLite, with a chain, its assets and a lane.
macro_rules! on_a_chain {
    ($($(#[doc = $doc:literal])* async fn $name:ident($world:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let mut opened = $crate::world::World::open($crate::support::Kind::Sqlite).await;
            let $world = &mut opened;
            $body
            opened.finish().await;
        }
    )*};
}

/// The same on PostgreSQL too.
macro_rules! on_each_database {
    ($($(#[doc = $doc:literal])* async fn $name:ident($world:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($world: &mut $crate::world::World) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let mut world = $crate::world::World::open($crate::support::Kind::Sqlite).await;
                scenario(&mut world).await;
                world.finish().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let mut world = $crate::world::World::open($crate::support::Kind::Postgres).await;
                scenario(&mut world).await;
                world.finish().await;
            }
        }
    )*};
}

mod answers;
mod contracts;
mod failover;
mod figures;
mod forks;
mod gas;
mod liars;
mod life;
mod lines;
mod node;
mod proxy;
mod rivals;
mod several;
mod tokens;
mod views;
mod world;
