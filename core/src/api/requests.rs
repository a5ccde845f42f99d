//! The requests of callers: one plain record an operation, with builders.
//!
//! ```
//! use earnest::requests::Transfer;
//! let request = Transfer::new("alice", "bob", "25.00 USD").key("order-7").reference("invoice 12");
//! assert_eq!(request.from, "alice");
//! ```

pub use crate::approval::requests::*;
pub use crate::credential::requests::*;
pub use crate::dispute::requests::*;
pub use crate::escrow::requests::*;
pub use crate::history::requests::*;
pub use crate::jobs::requests::*;
pub use crate::ledger::requests::*;
pub use crate::payment::requests::*;
pub use crate::purchase::expected::Expected;
pub use crate::purchase::requests::*;
pub use crate::receipt::requests::*;
pub use crate::request::field::{IntoField, WithKey, WithoutKey};
pub use crate::request::secret::{Secret, SecretMap};
pub use crate::risk::requests::*;
pub use crate::signing::requests::*;
pub use crate::sinks::requests::*;
pub use crate::treasury::requests::*;
pub use crate::upkeep::requests::*;
pub use crate::vault::requests::*;
pub use crate::webhook::requests::*;
pub use crate::withdrawal::requests::*;
