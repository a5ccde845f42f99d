//! Webhooks in: what gateways send by themselves is verified, and done to the payments that it is about.
//!
//! A source says how its sender signs and which gateway it speaks for; its secrets are sealed, and an old one
//! is good for a while after a new one has come. Whether a message is genuine is decided first, before
//! anybody looks whether it came before: a forged copy of a known event is refused as any other, and a
//! refusal writes nothing. An event has its effect once. What it does and that it was seen are one commit,
//! and the record of it is what the same event, whoever sends it again, is answered from. What a sender does
//! not sign is only a hint: the gateway is asked.

mod check;
pub mod event;
mod lapse;
pub mod message;
pub mod queries;
mod receive;
pub mod requests;
pub mod scheme;
mod setup;
pub mod source;
pub mod views;

use crate::request::domain::{Domain, Timer, checks, timer_of};
use crate::request::scope::Scope;
use crate::rows::tables::RecordRow;

/// Webhooks that others send.
#[derive(Clone, Copy, Debug)]
pub struct IncomingWebhooks;

impl Domain for IncomingWebhooks {
    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        timer_of::<source::SourceFacts>(record)
    }

    checks! { |reading, audit, examine| check::verify(reading, audit.copy, examine) }
}
