//! What a call sets off by its name: the table of operations, for those who stand below it.

use std::sync::Arc;

use serde_json::Value;

use super::domain::Domain;
use super::record::Parse;
use super::scope::{OperationInfo, Scope};
use crate::env::Seed;
use crate::error::Result;
use crate::kernel::call::{Answer, Command};
use crate::kernel::operation::Decides;

/// Makes a writing call from JSON.
type MakeCommand = fn(&Scope, Seed, &str, Value, Answer<Value>) -> Result<Box<dyn Command>>;

/// Hashes a request.
type HashPayload = fn(&Scope, &str, Value) -> Result<Option<Arc<[u8]>>>;

/// Parses a request into its operation.
type ParseOperation = fn(&Parse<'_>, &str, Value) -> Result<Option<Parsed>>;

/// What a request asks for.
pub struct Parsed {
    /// Its operation.
    pub operation: Box<dyn Decides>,
    /// Its effect, where that is not the one of its row.
    pub effect: Option<&'static str>,
}

/// The table of operations as functions of a name.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// Its rows.
    pub operations: &'static [OperationInfo],
    /// The domains of the library.
    pub domains: fn() -> [Arc<dyn Domain>; 13],
    /// Makes a writing call from JSON, with the seed of its ids.
    pub command: MakeCommand,
    /// The operation that a writing call would be.
    pub operation: ParseOperation,
    /// Hashes the canonical form of a writing operation's request.
    pub payload_hash: HashPayload,
}
