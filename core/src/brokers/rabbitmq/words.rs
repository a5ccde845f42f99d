//! Errors of RabbitMQ, in words that name no user and no password.

use lapin::ErrorKind;
use lapin::protocol::{AMQPError, AMQPErrorKind, AMQPSoftError};

/// Whether a channel was closed for the size of a message. The code is that of many refusals, and the text is
/// the server's.
pub(super) fn is_too_large(refusal: &AMQPError) -> bool {
    let code = refusal.kind() == &AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED);
    code && refusal.get_message().as_str().contains("larger than")
}

/// An error in words that name no user and no password, which texts of the server may do.
pub(super) fn told(error: &lapin::Error) -> String {
    match error.kind() {
        ErrorKind::ProtocolError(refusal) => match refusal.get_id() {
            403 => "the server refused access".to_owned(),
            404 => "the server has no such exchange".to_owned(),
            code => format!("the server answered {code}"),
        },
        ErrorKind::IOError(error) => format!("the connection failed: {}", error.kind()),
        ErrorKind::MissingHeartbeatError => "the server went silent".to_owned(),
        _ => "the connection is not usable".to_owned(),
    }
}
