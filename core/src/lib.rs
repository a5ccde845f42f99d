//! Earnest is an embeddable engine for money that must not be lost, doubled or let out early.
//!
//! It keeps prepaid balances in double entry and holds the money of a deal until both sides are content,
//! inside your application, on SQLite or PostgreSQL. There is no server to run: open an [`Engine`], and call
//! it.
//!
//! ```
//! use earnest::requests::{GetBalance, TopUp, Transfer};
//! use earnest::Engine;
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
//! # Where to look
//!
//! - [`Engine`] opens a store; its services ([`Engine::ledger`], [`Engine::escrow`], ...) have every
//!   operation.
//! - [`requests`] are what they take, [`views`] what they answer; [`Engine::call`] does the same from JSON to
//!   JSON, and [`OPERATIONS`] lists them all.
//! - `Engine::using` joins a transaction of your own, and `Engine::attach` works on your own pool (features
//!   `host-sqlx`, and `sqlite` or `postgres`). `stepped` and `store::attached` do the same for drivers of any
//!   other language.
//! - [`Options`], [`Money`], [`Time`], [`Span`], [`Actor`], [`Book`], [`Key`], and [`Error`] with its
//!   [`Code`].
//! - [`keyring`] and [`receipt`] sign and check receipts, [`jobs`] are what is done outside.
//! - [`store`] and [`rows`] are for those who write a store of their own.
//!
//! # What it guarantees
//!
//! - Money is whole numbers of minor units. Each transfer sums to zero, checked in every build.
//! - A call whose reply came is durable, and a call with a key takes place once, however often it is sent.
//! - No balance goes below its bound however many calls, processes and hosts are at work.
//! - A refusal writes nothing of the call, and says by code and field what was wrong.
//! - What is written inside your transaction is committed or rolled back with it.
//! - Every change is an event in a chain of hashes: [`Engine::verify`] recomputes every row from it.
//!
//! # Who calls
//!
//! A call without an actor is made by `system`, the application itself, which may do everything but decide
//! for people: it accepts, confirms and disputes no deal, asks for no refund and answers none, approves
//! nothing, and debits no `@` account. For what a person asks, bind that person with [`Engine::acting`]. Keys
//! are one namespace for each book. An engine that is open runs its timers by itself. `docs/guide.md` in
//! the repository has the first hour with commands that run.

#[doc(hidden)]
pub mod api;
#[doc(hidden)]
pub mod approval;
#[cfg(feature = "brokers")]
pub mod brokers;
#[cfg(feature = "chain")]
#[doc(hidden)]
pub mod chain;
#[doc(hidden)]
pub mod credential;
pub mod currency;
#[doc(hidden)]
pub mod dispute;
#[doc(hidden)]
pub mod engine;
pub mod env;
pub mod error;
#[doc(hidden)]
pub mod escrow;
#[doc(hidden)]
pub mod for_cli;
#[doc(hidden)]
pub mod gateway;
#[doc(hidden)]
pub mod history;
#[cfg(feature = "http")]
#[doc(hidden)]
pub mod http;
pub mod ids;
pub mod jobs;
#[doc(hidden)]
pub mod kernel;
pub mod keyring;
#[doc(hidden)]
pub mod ledger;
pub mod money;
#[doc(hidden)]
pub mod parked;
#[doc(hidden)]
pub mod payment;
#[doc(hidden)]
pub mod pipeline;
#[doc(hidden)]
pub mod purchase;
pub(crate) mod readable;
pub mod receipt;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod risk;
pub mod rows;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod signing;
#[doc(hidden)]
pub mod sinks;
pub(crate) mod sorting;
#[doc(hidden)]
pub mod staged;
pub mod store;
pub mod time;
#[doc(hidden)]
pub mod treasury;
#[doc(hidden)]
pub mod upkeep;
#[doc(hidden)]
pub mod vault;
#[doc(hidden)]
pub mod webhook;
#[doc(hidden)]
pub mod withdrawal;

pub use crate::engine::options::{LogLevel, Migrate, Options};
pub use crate::engine::retry::is_worth_running_again;
pub use crate::engine::runner::Runner;
pub use api::operations::{OPERATIONS, Services};
#[cfg(feature = "sql")]
pub use api::stepped;
pub use api::subscriber::{EventHandler, Follow, Subscription};
pub use api::{requests, views};
#[cfg(feature = "chain")]
pub use chain::drive::DriveChains;
pub use engine::Engine;
pub use error::{Code, Detail, Error, Result};
#[cfg(feature = "gateways")]
pub use gateway::drive::Drive;
pub use ids::{Actor, Book, Key};
pub use money::Money;
#[cfg(feature = "signing")]
pub use staged::signer::Signer;
pub use time::{Span, Time};
pub use upkeep::key_uses::KeyUse;

/// The pages for people, whose examples in Rust are run with those of the library.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../docs/guide.md")]
    struct Guide;

    #[doc = include_str!("../../docs/after-the-commit.md")]
    struct AfterCommit;
}
