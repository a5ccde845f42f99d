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
//! for people: it accepts, confirms and disputes no deal, asks for no refund of one and answers none, gives
//! no purchase back, settles no payment and no withdrawal, approves nothing, and debits no `@` account. For
//! what a person asks, bind that person with [`Engine::acting`]. Keys are one namespace for each book. An
//! engine that is open runs its timers by itself. `docs/guide.md` in the repository has the first hour with
//! commands that run.

#![cfg_attr(
    not(feature = "internals"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "what only tests and the command line use is not there"
    )
)]
#![cfg_attr(
    feature = "internals",
    allow(missing_docs, reason = "asked for where only what users can name is public: `make features`")
)]

#[cfg(feature = "brokers")]
pub mod brokers;
pub mod currency;
pub mod env;
pub mod error;
pub mod ids;
pub mod jobs;
pub mod keyring;
pub mod money;
pub mod receipt;
pub mod rows;
pub mod store;
pub mod time;

mod readable;
mod sorting;
mod turns;

// What nobody outside may name, so that it can change in every release. It stands twice: rustfmt finds no
// file that only a macro names.
#[cfg(not(feature = "internals"))]
mod api;
#[cfg(not(feature = "internals"))]
mod approval;
#[cfg(all(feature = "chain", not(feature = "internals")))]
mod chain;
#[cfg(not(feature = "internals"))]
mod credential;
#[cfg(not(feature = "internals"))]
mod dispute;
#[cfg(not(feature = "internals"))]
mod engine;
#[cfg(not(feature = "internals"))]
mod escrow;
#[cfg(not(feature = "internals"))]
mod for_cli;
#[cfg(not(feature = "internals"))]
mod gateway;
#[cfg(not(feature = "internals"))]
mod history;
#[cfg(all(feature = "http", not(feature = "internals")))]
mod http;
#[cfg(not(feature = "internals"))]
mod kernel;
#[cfg(not(feature = "internals"))]
mod ledger;
#[cfg(not(feature = "internals"))]
mod parked;
#[cfg(not(feature = "internals"))]
mod payment;
#[cfg(not(feature = "internals"))]
mod pipeline;
#[cfg(not(feature = "internals"))]
mod purchase;
#[cfg(not(feature = "internals"))]
mod request;
#[cfg(not(feature = "internals"))]
mod risk;
#[cfg(not(feature = "internals"))]
mod settings;
#[cfg(not(feature = "internals"))]
mod signing;
#[cfg(not(feature = "internals"))]
mod sinks;
#[cfg(not(feature = "internals"))]
mod staged;
#[cfg(not(feature = "internals"))]
mod treasury;
#[cfg(not(feature = "internals"))]
mod upkeep;
#[cfg(not(feature = "internals"))]
mod vault;
#[cfg(not(feature = "internals"))]
mod waits;
#[cfg(not(feature = "internals"))]
mod webhook;
#[cfg(not(feature = "internals"))]
mod withdrawal;

// The same for the tests, the command line and the packages of other languages, which are of this release.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod api;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod approval;
#[cfg(all(feature = "chain", feature = "internals"))]
#[doc(hidden)]
pub mod chain;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod credential;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod dispute;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod engine;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod escrow;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod for_cli;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod gateway;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod history;
#[cfg(all(feature = "http", feature = "internals"))]
#[doc(hidden)]
pub mod http;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod kernel;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod ledger;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod parked;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod payment;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod pipeline;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod purchase;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod request;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod risk;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod settings;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod signing;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod sinks;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod staged;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod treasury;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod upkeep;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod vault;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod waits;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod webhook;
#[cfg(feature = "internals")]
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

    #[doc = include_str!("../../docs/payments.md")]
    struct Payments;
}
