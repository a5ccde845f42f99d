//! Receipts: what a transfer moved, as a text that can be signed, checked by others and shown to people.
//!
//! A receipt is never stored. It is derived from rows that never change (the transfer, its entries, its
//! event's place in the sequence) and signed on request, so no signed receipt can exist for a transfer that
//! was rolled back. Every transfer has one, whatever its kind.
//!
//! The payload is a JSON object; its canonical form (RFC 8785) is what is hashed and signed. [`verify`] needs
//! no store and no network.

mod look;
mod model;
mod queries;
mod render;
pub mod requests;
mod verify;
pub mod views;
mod words;

pub use look::Look;
#[doc(hidden)]
pub use look::accounts_of;
pub use model::{Payload, PayloadPosting};
pub use queries::{get, list, of_deal, public_keys, render, verify as verify_request};
#[doc(hidden)]
pub use render::STYLE;
pub use render::{Format, rendered};
pub use verify::{Trust, verify};
