//! The answers of servers: within a time, and in words.

use std::future::Future;
use std::time::Duration;

use rskafka::client::error::{Error, RequestError, Result as Answered};
use tokio::time::timeout;

/// How long the servers may take for an answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Waits for an answer of the servers, for so long.
pub(super) async fn within<T>(asked: impl Future<Output = Answered<T>>) -> Result<T, String> {
    match timeout(ANSWER, asked).await {
        Ok(answer) => answer.map_err(|error| told(&error)),
        Err(_) => Err(format!("no answer within {} s", ANSWER.as_secs())),
    }
}

/// The same for what others may have written: `None` where this client cannot read it, because it is
/// compressed.
pub(super) async fn readable<T>(asked: impl Future<Output = Answered<T>>) -> Result<Option<T>, String> {
    let read = async {
        match asked.await {
            Err(Error::Request(RequestError::ReadError(_) | RequestError::ReadVersionedError(_))) => Ok(None),
            answer => answer.map(Some),
        }
    };
    within(read).await
}

/// An error in words: what the servers say of topics and partitions is in their own log.
fn told(error: &Error) -> String {
    match error {
        Error::ServerError { protocol_error, .. } => format!("the servers answered {protocol_error:?}"),
        Error::Connection(_) | Error::Request(_) | Error::RetryFailed(_) => {
            "the servers cannot be reached".to_owned()
        }
        _ => "the servers gave no usable answer".to_owned(),
    }
}
