//! Errors as answers: the status and the text of Earnest's table, in the user's language.

use std::error::Error as StdError;
use std::fmt;

use axum::Json;
use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use earnest::{Code, Error};
use serde_json::json;

/// The shop's own type of errors: what Earnest refuses, what the database says of the shop's own statements,
/// and what the shop refuses itself. `?` takes all of them.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    Bank(Error),
    Database(std::sync::Arc<sqlx::Error>),
    Stranger,
}

impl Failure {
    /// Whether others must consent first.
    pub(crate) fn asks_for_consent(&self) -> bool {
        matches!(self, Self::Bank(error) if error.code() == Code::ApprovalRequired)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bank(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
            Self::Stranger => f.write_str("nobody is logged in"),
        }
    }
}

impl StdError for Failure {
    /// `Engine::run` finds here whether the transaction is worth running again.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Bank(error) => Some(error),
            Self::Database(error) => Some(&**error),
            Self::Stranger => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Bank(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl IntoResponse for Failure {
    /// The status alone: [`answers`] knows the language, and writes the body.
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Bank(error) => error.http_status(),
            Self::Database(_) => 500,
            Self::Stranger => 401,
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The first language of the request that we have: `ko` or `en`.
fn language(headers: &HeaderMap) -> &'static str {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = |tag: &str| ["ko", "en"].into_iter().find(|known| tag.trim().get(..2) == Some(known));
    wanted.split(',').find_map(known).unwrap_or("en")
}

/// Writes the bodies of refusals: `{"error": {"code", "message", "retryable", "details"}}`.
pub(crate) async fn answers(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let response = next.run(request).await;
    let Some(failure) = response.extensions().get::<Failure>().cloned() else { return response };
    let status = response.status();
    if status.is_server_error() {
        tracing::error!(%failure, "failed");
    }
    let mut wait = None;
    let error = match failure {
        Failure::Bank(error) => {
            let mut body = error.envelope(language);
            wait = error.details()["retry_after"].as_i64();
            if !status.is_server_error() {
                body["details"] = error.details();
            }
            body
        }
        Failure::Database(_) => {
            json!({ "code": "INTERNAL", "message": "something went wrong", "retryable": false })
        }
        Failure::Stranger => {
            json!({ "code": "LOGIN_REQUIRED", "message": "log in first", "retryable": false })
        }
    };
    let mut response = (status, Json(json!({ "error": error }))).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}
