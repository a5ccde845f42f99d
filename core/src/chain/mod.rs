//! Chains: how their nodes are asked over JSON-RPC, all at once, in as few calls as possible.
//!
//! A [`driven::DrivenChain`] turns the payload of a job into what each [`node::ChainNode`] says of it, in the
//! shapes that the jobs of a chain are reported in. It judges nothing: what a node answers is checked for its
//! shape alone, errors are passed on as they were said, and what is missing is left out. [`known::Chains`]
//! keeps the nodes that a process asks, and [`check`] looks them over.

mod asking;
mod broadcast;
pub mod check;
pub mod drive;
pub mod driven;
pub mod endpoint;
mod facts;
mod foreign;
pub mod known;
pub mod node;
mod observe;
pub mod raw;
mod read;
pub mod receipts;
mod room;
pub mod rpc;
mod simulate;
pub mod terms;

/// The kinds of the jobs that nodes are asked for.
pub const JOBS: [&str; 4] = ["chain.facts", "chain.simulate", "chain.broadcast", "chain.observe"];
