//! What callers ask: one plain record an operation, with builders.
//!
//! ```
//! use earnest::requests::Transfer;
//! let request = Transfer::new("alice", "bob", "25.00 USD").key("order-7").reference("invoice 12");
//! assert_eq!(request.from, "alice");
//! ```

pub mod admin;
pub mod approval;
pub mod dispute;
pub mod escrow;
pub mod jobs;
pub mod ledger;
pub mod receipt;
pub mod treasury;

pub use admin::*;
pub use approval::*;
pub use dispute::*;
pub use escrow::*;
pub use jobs::*;
pub use ledger::*;
pub use receipt::*;
pub use treasury::*;
