//! Earnest is an embeddable engine for money that must not be lost, doubled or let out early.
//!
//! It keeps prepaid balances in double entry and holds the money of a deal until both sides are content,
//! inside your application, on SQLite or PostgreSQL. There is no server to run: open an [`Engine`], and call
//! it.
//!
//! ```
//! use earnest::requests::{GetBalance, TopUp, Transfer};
//! use earnest::{Engine, Services as _};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
//! let bank = Engine::open("memory:").await?;
//! bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("top-up-1")).await?;
//! bank.ledger().top_up(TopUp::new("bob", "5.00 USD").key("top-up-2")).await?;
//!
//! // the same key with the same request is one effect, however often it is sent
//! let order = Transfer::new("alice", "bob", "40.00 USD").key("order-7");
//! let first = bank.ledger().transfer(order.clone()).await?;
//! let again = bank.ledger().transfer(order).await?;
//! assert_eq!(first.transfer.id, again.transfer.id);
//! assert!(again.replayed && !first.replayed);
//!
//! let alice = bank.ledger().balance(GetBalance::new("alice")).await?;
//! assert_eq!(alice.available.to_string(), "60.00 USD");
//! bank.close().await;
//! # Ok(()) }
//! ```
//!
//! A call without an actor is made by `system`, the application itself, which may do everything but decide
//! for people: it accepts, confirms and disputes no deal, asks for no refund and answers none, approves
//! nothing, and debits no `@` account. For what a person asks, bind that person with [`Engine::acting`]. Keys
//! are one namespace for each book. An engine that is open runs its timers by itself. `core/docs/GUIDE.md` in
//! the repository has the first hour with commands that run.

pub mod api;
pub mod approval;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod currency;
pub mod dispute;
pub mod engine;
pub mod env;
pub mod error;
pub mod escrow;
pub mod history;
pub mod ids;
pub mod jobs;
pub mod kernel;
pub mod keyring;
pub mod ledger;
pub mod money;
pub mod pipeline;
pub(crate) mod readable;
pub mod receipt;
pub mod request;
pub mod rows;
pub mod settings;
pub mod store;
pub mod time;
pub mod treasury;
pub mod upkeep;

pub use crate::engine::options::{Migrate, Options};
pub use crate::engine::runner::Runner;
pub use api::operations::{OPERATIONS, Services};
pub use api::{requests, views};
pub use engine::Engine;
pub use error::{Code, Detail, Error, Result};
pub use ids::{Actor, Book, Key};
pub use money::Money;
pub use time::{Span, Time};

#[cfg(doctest)]
#[doc = include_str!("../docs/GUIDE.md")]
struct Guide;

#[cfg(all(doctest, feature = "sqlite", feature = "host-sqlx"))]
#[doc = include_str!("../../README.md")]
struct Readme;
