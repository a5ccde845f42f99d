//! Readers of one Stripe answer from its bytes, as the driver judges it before it asks any further.
//!
//! Readers take whatever comes: what is not of the documented shape is no answer.

use super::faults::read;
use super::{find, intents, refunds};
use crate::gateway::answer::DriverReply;
use crate::gateway::call::GatewayRequest;
use crate::gateway::words::GatewayCall;

/// Reads the answer to a call, with its HTTP status.
pub fn of_call(call: &GatewayRequest, status: u16, body: &[u8]) -> DriverReply {
    let known = call.reference.as_deref();
    match call.call {
        GatewayCall::Query => of_question(call, status, body),
        GatewayCall::Refund => refunds::made(call, known, read(status, false, body)),
        GatewayCall::Authorize | GatewayCall::Capture | GatewayCall::Void => {
            intents::answer(call, known, read(status, false, body))
        }
    }
}

/// Reads the answer to a question about an intent.
pub fn of_question(call: &GatewayRequest, status: u16, body: &[u8]) -> DriverReply {
    let shown = find::shown(call, call.reference.as_deref(), read(status, false, body));
    shown.map_or_else(|said| *said, |intent| DriverReply::Answer(intent.answer()))
}
