//! Every operation of the ledger on every store: what it does, and each of its refusals.

mod accounts;
mod batches;
mod edges;
mod holds;
mod keys;
mod movements;
mod queries;
mod refusals;
mod statements;
mod streaming;
mod verdicts;
