//! Requests to servers of others over HTTP: public servers only, within limits, and never redirected.
//!
//! A [`client::Client`] sends one [`request::HttpRequest`] over a connection of its own and answers with an
//! [`outcome::Outcome`], which says what a caller who moves money must know: nothing was sent, so that it may
//! be tried again; it may have been sent, so that the other side must be asked; or there is an answer. There
//! are no retries: whoever calls knows whether a second request would do harm.

pub mod address;
pub mod client;
pub mod outcome;
pub mod request;
#[cfg(test)]
mod tests;
