//! What Stripe says in one answer, read from its bytes: what the driver goes by before it asks any further.
//!
//! Readers take whatever comes: what is not of the documented shape is no answer.

use super::faults::read;
use super::{find, intents, refunds};
use crate::gateway::answer::Spoken;
use crate::gateway::words::GatewayCall;

/// What the answer to a call says. A status is one of HTTP.
#[must_use]
pub fn of_call(call: GatewayCall, status: u16, body: &[u8]) -> Spoken {
    match call {
        GatewayCall::Query => of_question(status, body),
        GatewayCall::Refund => refunds::made(read(status, false, body)),
        GatewayCall::Authorize | GatewayCall::Capture | GatewayCall::Void => {
            intents::answer(call, read(status, false, body))
        }
    }
}

/// What the answer to a question about an intent says.
#[must_use]
pub fn of_question(status: u16, body: &[u8]) -> Spoken {
    find::shown(read(status, false, body)).map_or_else(|said| *said, |intent| Spoken::Answer(intent.answer()))
}
