//! Judges what endpoints say of a chain: pure functions from their views to a verdict for a withdrawal.
//!
//! Endpoints lag, lose their memory and lie. A report holds one view for each endpoint that was asked. Only
//! views of known endpoints of the right chain count, and a verdict needs views that agree. Two rules follow:
//! only a transaction that a quorum shows as final ends a withdrawal, and *absence proves nothing*.
//!
//! - [`num`] has the numbers of a chain, [`views`] what endpoints say, read strictly.
//! - [`facts`] judges `chain.facts`, [`simulate`] `chain.simulate`, [`broadcast`] `chain.broadcast`,
//!   [`observe`] `chain.observe`.
//! - [`fees`] says what to bid, [`texts`] what an error of a node means, and [`floor`] which bid it asks for.
//!
//! Nothing here reads a clock, a store or a request.

pub mod broadcast;
pub mod facts;
pub mod fees;
pub mod floor;
pub mod num;
pub mod observe;
pub mod quorum;
mod read;
#[cfg(test)]
mod recorded;
pub mod simulate;
pub mod texts;
pub mod views;
#[cfg(test)]
mod walks;
